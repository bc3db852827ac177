//===- Cpu.cpp - CPU names and what code for them needs -------------------===//
// LLVM knows the names. What an object then needs at run time is the part of a
// CPU's features that generated code can use and cpuid can tell
// (seis_cpu_features.def).
//===----------------------------------------------------------------------===//
#include "Internal.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"

#include <mutex>

using namespace seis;
using namespace seis::detail;

namespace {

constexpr llvm::StringRef featureNames[] = {
#define SEIS_CPU_FEATURE(name, word, bit, state) name,
#include "seis_cpu_features.def"
#undef SEIS_CPU_FEATURE
};

/// Features that change code but that an object cannot check: version numbers, not bits of cpuid.
/// Code is generated without them.
constexpr llvm::StringRef uncheckable[] = {"avx10.2", "egpr", "push2pop2", "ppx",
                                           "ndd",     "ccmp", "nf",        "zu"};

std::unique_ptr<llvm::MCSubtargetInfo> subtarget(llvm::StringRef cpu, llvm::StringRef features) {
  static std::once_flag once;
  std::call_once(once, [] {
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
    LLVMInitializeX86AsmParser();
  });
  std::string error;
  llvm::Triple triple(objectTriple);
  const llvm::Target *target = llvm::TargetRegistry::lookupTarget(triple, error);
  if (!target)
    return nullptr;
  return std::unique_ptr<llvm::MCSubtargetInfo>(
      target->createMCSubtargetInfo(triple, cpu, features));
}

bool has(const llvm::MCSubtargetInfo &info, llvm::StringRef feature) {
  return info.checkFeatures(("+" + feature).str());
}

/// "; did you mean 'a' or 'b'": the names nearest to `wanted`, or `usual` if none is near.
template <typename Names>
std::string nearest(llvm::StringRef wanted, const Names &names, llvm::StringRef usual) {
  unsigned best = std::max<unsigned>(2, wanted.size() / 3) + 1;
  llvm::SmallVector<llvm::StringRef> found;
  for (const auto &entry : names) {
    llvm::StringRef name(entry.Key);
    unsigned distance = wanted.edit_distance(name, /*AllowReplacements=*/true, best);
    if (distance < best) {
      best = distance;
      found.clear();
    }
    if (distance == best && best < wanted.size() && found.size() < 4)
      found.push_back(name);
  }
  if (found.empty())
    return ("; usual names: " + usual).str();
  std::string text = "; did you mean ";
  for (auto [i, name] : llvm::enumerate(found))
    text += (i == 0 ? "'" : i + 1 == found.size() ? " or '" : ", '") + name.str() + "'";
  return text;
}

/// "-f" for everything that LLVM takes for granted in this CPU but the machine lacks: virtual
/// machines hide features.
void subtractMissing(const llvm::MCSubtargetInfo &info, std::vector<std::string> &changes) {
  auto host = llvm::sys::getHostCPUFeatures();
  for (const auto &feature : info.getAllProcessorFeatures()) {
    auto it = host.find(feature.Key);
    if (it != host.end() && !it->second && has(info, feature.Key))
      changes.push_back(std::string("-") + feature.Key);
  }
}

} // namespace

llvm::ArrayRef<llvm::StringRef> seis::detail::cpuFeatureNames() { return featureNames; }

llvm::Error seis::detail::userError(const llvm::Twine &text) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), text);
}

llvm::Expected<ResolvedCpu> seis::resolveCpu(llvm::StringRef cpu, llvm::StringRef features) {
  bool native = cpu == "native";
  ResolvedCpu result;
  result.name = native ? llvm::sys::getHostCPUName().str() : cpu.str();
  if (native && result.name == "generic")
    result.name = "x86-64";

  auto names = subtarget("", "");
  if (!names)
    return userError("this LLVM was built without the X86 target");
  if (!names->isCPUStringValid(result.name))
    return userError("unknown CPU '" + cpu + "'" +
                     nearest(cpu, names->getAllProcessorDescriptions(),
                             "native, znver2, znver3, znver4, znver5, x86-64-v3, x86-64-v4"));
  auto info = subtarget(result.name, "");
  if (!has(*info, "64bit"))
    return userError("CPU '" + cpu + "' has no 64-bit mode, which every object needs");

  std::vector<std::string> changes;
  if (native)
    subtractMissing(*info, changes);
  for (llvm::StringRef feature : uncheckable)
    if (has(*info, feature))
      changes.push_back(("-" + feature).str());
  llvm::SmallVector<llvm::StringRef> asked;
  features.split(asked, ',', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef change : asked) {
    llvm::StringRef name = change;
    if (!name.consume_front("+") && !name.consume_front("-"))
      return userError("CPU feature '" + change + "' must begin with '+' or '-'");
    auto all = info->getAllProcessorFeatures();
    if (llvm::none_of(all, [&](const auto &f) { return name == f.Key; }))
      return userError("unknown CPU feature '" + name + "'" +
                       nearest(name, all, "avx512f, avx2, fma, bmi2"));
    if (change[0] == '+' && llvm::is_contained(uncheckable, name))
      return userError("CPU feature '" + name +
                       "' cannot be checked at run time and is never used");
    changes.push_back(change.str());
  }
  result.features = llvm::join(changes, ",");

  info = subtarget(result.name, result.features);
  for (llvm::StringRef feature : featureNames)
    if (has(*info, feature))
      result.required.push_back(feature.str());
  result.vectorBits = has(*info, "avx512f") ? 512 : 256;
  return result;
}

unsigned seis::nativeVectorBits(llvm::StringRef cpu) {
  auto resolved = resolveCpu(cpu);
  if (resolved)
    return resolved->vectorBits;
  llvm::consumeError(resolved.takeError());
  return 256;
}
