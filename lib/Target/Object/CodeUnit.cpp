//===- CodeUnit.cpp - A module on its way to machine code -----------------===//
#include "CodeUnit.h"
#include "Embedded.h"

#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/Linker/Linker.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

#include <mutex>

using namespace llvm;
using namespace seis;
using namespace seis::detail;

namespace {

/// Settings that LLVM has no other way for than its options.
///  - Scheduling after the registers are allocated takes a sixth of the time of large programs, and
///    the processors that seis is for reorder instructions themselves.
///  - Loops come with addresses that need no reduction in strength; to find that out takes LLVM
///    much of a compilation.
///  - Between up to this many accesses to memory in one block the scheduler asks for aliases pair
///  by
///    pair; only blocks that move scalars once a run have more.
///  - Where variables are is followed even if none is described: only lines are.
void setOptions() {
  static std::once_flag done;
  std::call_once(done, [] {
    const char *arguments[] = {"seis", "-post-RA-scheduler=false", "-disable-lsr",
                               "-dag-maps-huge-region=256",
                               "-experimental-debug-variable-locations=false"};
    cl::ParseCommandLineOptions(std::size(arguments), arguments);
  });
}

std::unique_ptr<TargetMachine> makeTargetMachine(const ResolvedCpu &cpu) {
  setOptions();
  Triple triple(objectTriple);
  std::string error;
  const Target *target = TargetRegistry::lookupTarget(triple, error);
  llvm::TargetOptions options;
  options.MCOptions.AsmVerbose = true;
  // FPOpFusion::Standard, the default, fuses llvm.fmuladd alone, which vector.fma becomes.
  std::unique_ptr<TargetMachine> machine(
      target->createTargetMachine(triple, cpu.name, cpu.features, options, Reloc::PIC_,
                                  CodeModel::Small, CodeGenOptLevel::Default));
  return machine;
}

} // namespace

CodeUnit::CodeUnit(const ObjectSpec &spec, const seis::TargetOptions &options,
                   const ResolvedCpu &cpu)
    : machine(makeTargetMachine(cpu)), spec(spec), options(options) {
  context.setDiagnosticHandlerCallBack(
      [](const DiagnosticInfo *info, void *self) {
        if (info->getSeverity() != DS_Error)
          return;
        raw_string_ostream out(static_cast<CodeUnit *>(self)->diagnostics);
        DiagnosticPrinterRawOStream printer(out);
        info->print(printer);
      },
      this);
}

Error CodeUnit::read(StringRef bitcode) {
  auto parsed = parseBitcodeFile(MemoryBufferRef(bitcode, spec.name), context);
  if (!parsed)
    return parsed.takeError();
  module = std::move(*parsed);
  return Error::success();
}

Error CodeUnit::link(StringRef name, StringRef bytes) {
  auto parsed = getLazyBitcodeModule(MemoryBufferRef(bytes, name), context,
                                     /*ShouldLazyLoadMetadata=*/true);
  if (!parsed)
    return joinErrors(userError("cannot read the bitcode of '" + name + "'"), parsed.takeError());
  (*parsed)->setTargetTriple(module->getTargetTriple());
  (*parsed)->setDataLayout(module->getDataLayout());
  if (Linker::linkModules(*module, std::move(*parsed), Linker::LinkOnlyNeeded))
    return userError("cannot link the bitcode of '" + name + "': " + diagnostics);
  return Error::success();
}

Error seis::detail::checkCalls(Module &module) {
  for (Function &f : module)
    for (Instruction &i : instructions(f)) {
      auto *call = dyn_cast<CallBase>(&i);
      auto *callee = call ? dyn_cast<Function>(call->getCalledOperand()) : nullptr;
      if (!callee || callee->getFunctionType() == call->getFunctionType())
        continue;
      std::string message;
      raw_string_ostream(message) << "generated code calls '" << callee->getName() << "' as '"
                                  << *call->getFunctionType() << "', but linked bitcode has it as '"
                                  << *callee->getFunctionType() << "'";
      return userError(message);
    }
  return Error::success();
}

void CodeUnit::internalise(const SmallPtrSetImpl<const GlobalValue *> *before) {
  std::string query = querySymbol(spec);
  SmallVector<GlobalValue *, 8> shared;
  collectUsedGlobalVariables(*module, shared, /*CompilerUsed=*/true);
  for (GlobalValue &value : module->global_values()) {
    if (value.isDeclaration() || value.getName() == query || value.hasPrivateLinkage() ||
        value.getName().starts_with("llvm.") || (before && before->contains(&value)))
      continue;
    if (auto *object = dyn_cast<GlobalObject>(&value))
      object->setComdat(nullptr);
    bool isShared = before && is_contained(shared, &value);
    value.setVisibility(isShared ? GlobalValue::HiddenVisibility : GlobalValue::DefaultVisibility);
    value.setLinkage(isShared ? GlobalValue::ExternalLinkage : GlobalValue::InternalLinkage);
  }
}

/// What pays for code whose vectors and unrolled bodies the generator has written: inlining of the
/// vector math, then scalars, common subexpressions, loop invariants, dead code. LLVM's own order
/// of passes for -O1 spends much of its time on analyses that find nothing to do in such code.
static constexpr char passes[] =
    "always-inline,"
    "function(sroa<modify-cfg>,early-cse<memssa>,instcombine<no-verify-fixpoint>,simplifycfg),"
    "cgscc(inline),"
    "function(sroa<modify-cfg>,early-cse<memssa>,simplifycfg,"
    "loop-mssa(loop-rotate,licm<allowspeculation>,simple-loop-unswitch),"
    "instcombine<no-verify-fixpoint>,gvn,adce,simplifycfg),"
    "globaldce";

void CodeUnit::optimise() {
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager graph;
  ModuleAnalysisManager modules;
  PassBuilder builder(machine.get());
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(graph);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, graph, modules);
  ModulePassManager manager;
  cantFail(builder.parsePassPipeline(manager, passes));
  manager.run(*module, modules);
}

/// The stubs and what else is called now and then come optimised; they are half of a small object
/// and would cost as much again. The quickest selection of instructions is good enough for stubs.
Error CodeUnit::linkOuter() {
  SmallPtrSet<const GlobalValue *, 32> before;
  for (GlobalValue &value : module->global_values())
    if (!value.isDeclaration())
      before.insert(&value);
  for (const seis::BitcodeModule &bitcode : options.bitcode)
    if (!bitcode.isInner)
      if (Error error = link(bitcode.name, bitcode.bytes))
        return error;
  SmallPtrSet<const Function *, 32> others;
  for (const Function &f : *module)
    if (!f.isDeclaration())
      others.insert(&f);
  if (Error error = link("seis_entry", hasFormats(spec) ? embeddedStorageEntry() : embeddedEntry()))
    return error;
  internalise(&before);
  removeFromUsedLists(*module, [](Constant *) { return true; });
  for (Function &f : *module)
    if (!f.isDeclaration() && !others.contains(&f)) {
      f.removeFnAttr(Attribute::OptimizeForSize); // nothing is asked of code that is not optimised
      f.removeFnAttr(Attribute::MinSize);
      f.addFnAttr(Attribute::NoInline);
      f.addFnAttr(Attribute::OptimizeNone);
    }
  return checkCalls(*module);
}

Error CodeUnit::finish(bool linksOuter) {
  optimise();
  return linksOuter ? linkOuter() : Error::success();
}

std::string CodeUnit::text() const {
  std::string result;
  raw_string_ostream out(result);
  module->print(out, nullptr);
  return result;
}

Expected<std::string> CodeUnit::generate(CodeGenFileType type, bool last) {
  std::unique_ptr<Module> copy;
  if (!last)
    copy = CloneModule(*module);
  SmallVector<char, 0> bytes;
  raw_svector_ostream out(bytes);
  legacy::PassManager passes;
  if (machine->addPassesToEmitFile(passes, out, nullptr, type, /*DisableVerify=*/true))
    return userError("LLVM cannot write this kind of file for x86-64");
  diagnostics.clear();
  passes.run(copy ? *copy : *module);
  if (!diagnostics.empty())
    return userError("code generation failed: " + diagnostics);
  return std::string(bytes.begin(), bytes.end());
}
