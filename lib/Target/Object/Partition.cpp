//===- Partition.cpp - A module cut into parts ----------------------------===//
#include "CodeUnit.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;
using namespace seis;

namespace {

class Partition {
public:
  Partition(Module &module, unsigned count, const SmallPtrSetImpl<const Function *> &copied)
      : module(module), count(count), copied(copied), used(count) {}

  void spread(const SmallPtrSetImpl<const Function *> &kernels);
  void follow();
  std::string bitcode(unsigned part);

private:
  /// Whether the value is defined in every part that uses it.
  bool isCopied(const GlobalValue *value) const {
    if (auto *variable = dyn_cast<GlobalVariable>(value))
      return variable->isConstant() && variable->hasGlobalUnnamedAddr() &&
             variable->hasLocalLinkage();
    auto *function = dyn_cast<Function>(value);
    return function && copied.contains(function);
  }
  unsigned ownerOf(const GlobalValue *value) const { return owner.lookup(value); }
  bool isDefinedIn(const GlobalValue *value, unsigned part) const {
    return isCopied(value) ? used[part].contains(value) : ownerOf(value) == part;
  }

  Module &module;
  unsigned count;
  const SmallPtrSetImpl<const Function *> &copied;
  DenseMap<const GlobalValue *, unsigned> owner; ///< Else the first part; `count`: none.
  /// What each part refers to, from what it defines.
  std::vector<SetVector<const GlobalValue *>> used;
  SmallPtrSet<const GlobalValue *, 32> shared; ///< Used by a part that does not define it.
};

/// Adds the global values that a constant is made of.
void addGlobals(const Constant *constant, SmallPtrSetImpl<const Constant *> &seen,
                SetVector<const GlobalValue *> &globals) {
  if (auto *value = dyn_cast<GlobalValue>(constant)) {
    globals.insert(value);
    return;
  }
  if (!seen.insert(constant).second)
    return;
  for (const Use &use : constant->operands())
    if (auto *operand = dyn_cast<Constant>(use))
      addGlobals(operand, seen, globals);
}

/// Adds what a definition refers to.
void addUsed(const GlobalValue *value, SetVector<const GlobalValue *> &globals) {
  SmallPtrSet<const Constant *, 32> seen;
  if (auto *variable = dyn_cast<GlobalVariable>(value); variable && variable->hasInitializer())
    addGlobals(variable->getInitializer(), seen, globals);
  if (auto *function = dyn_cast<Function>(value))
    for (const Instruction &i : instructions(function))
      for (const Use &use : i.operands())
        if (auto *constant = dyn_cast<Constant>(use))
          addGlobals(constant, seen, globals);
}

/// The longest first, each to the part that has least. Kernels that nothing calls are left out.
void Partition::spread(const SmallPtrSetImpl<const Function *> &kernels) {
  SetVector<const GlobalValue *> reached;
  auto isKernel = [&](const GlobalValue &value) {
    auto *function = dyn_cast<Function>(&value);
    return function && kernels.contains(function);
  };
  for (const GlobalValue &value : module.global_values())
    if (!isKernel(value) && !isCopied(&value))
      reached.insert(&value);
  for (size_t i = 0; i < reached.size(); ++i)
    addUsed(reached[i], reached);

  struct Kernel {
    size_t length, position;
    const Function *function;
  };
  SmallVector<Kernel> longest;
  for (const Function &f : module)
    if (kernels.contains(&f)) {
      if (reached.contains(&f))
        longest.push_back({f.getInstructionCount(), longest.size(), &f});
      else
        owner[&f] = count;
    }
  sort(longest, [](const Kernel &a, const Kernel &b) {
    return a.length != b.length ? a.length > b.length : a.position < b.position;
  });
  std::vector<size_t> load(count);
  for (const Kernel &kernel : longest) {
    auto least = min_element(load);
    *least += kernel.length;
    owner[kernel.function] = least - load.begin();
  }
}

void Partition::follow() {
  for (unsigned part = 0; part < count; ++part) {
    SetVector<const GlobalValue *> &reached = used[part];
    for (const GlobalValue &value : module.global_values())
      if (!isCopied(&value) && ownerOf(&value) == part)
        addUsed(&value, reached);
    for (size_t i = 0; i < reached.size(); ++i)
      if (isCopied(reached[i]))
        addUsed(reached[i], reached);
    for (const GlobalValue *value : reached)
      if (!isDefinedIn(value, part))
        shared.insert(value);
  }
  for (GlobalValue &value : module.global_values())
    if (shared.contains(&value) && !value.hasName())
      value.setName("seis.shared");
}

std::string Partition::bitcode(unsigned part) {
  ValueToValueMapTy map;
  std::unique_ptr<Module> clone =
      CloneModule(module, map, [&](const GlobalValue *value) { return isDefinedIn(value, part); });
  SmallVector<GlobalValue *, 8> wanted;
  for (const GlobalValue &value : module.global_values()) {
    auto *copy = cast<GlobalValue>(map[&value]);
    if (!value.isDeclaration()) {
      if (!shared.contains(&value) || isCopied(&value)) {
        // Declared where nothing uses it: whoever links the parts must not look for it.
        if (!isDefinedIn(&value, part) && copy->use_empty())
          copy->eraseFromParent();
        continue;
      }
      copy->setLinkage(GlobalValue::ExternalLinkage);
      copy->setVisibility(GlobalValue::HiddenVisibility);
    } else if (auto *function = dyn_cast<Function>(&value);
               part == 0 && function && !function->isIntrinsic() && shared.contains(&value)) {
      wanted.push_back(copy);
    }
  }
  if (!wanted.empty())
    appendToCompilerUsed(*clone, wanted);
  std::string bytes;
  raw_string_ostream out(bytes);
  WriteBitcodeToFile(*clone, out);
  return bytes;
}

} // namespace

void seis::detail::partition(Module &module, unsigned count,
                             const SmallPtrSetImpl<const Function *> &kernels,
                             const SmallPtrSetImpl<const Function *> &copied,
                             function_ref<void(unsigned, std::string)> give) {
  Partition partition(module, count, copied);
  partition.spread(kernels);
  partition.follow();
  for (unsigned part = 0; part < count; ++part)
    give(part, partition.bitcode(part));
}
