//===- Emit.cpp - From an LLVM-dialect module to bytes --------------------===//
// Kernels come from MLIR and are compiled for the CPU that was asked for; what
// surrounds them (seis_entry.c, the interface) is compiled for any x86-64, so that
// it can refuse to run. Everything but the query function becomes internal. No
// fast-math flag is allowed: LLVM would fuse and reorder by context, and the same
// sample would differ from one place in the volume to another.
//===----------------------------------------------------------------------===//
#include "Embedded.h"
#include "Internal.h"

#include "mlir/Dialect/LLVMIR/Transforms/Passes.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Operator.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Linker/Linker.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Object/ArchiveWriter.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include <mutex>

using namespace llvm;
using namespace seis;
using namespace seis::detail;

namespace {

/// Scheduling after the registers are allocated takes a sixth of the time of large programs, and
/// the processors that seis is for reorder instructions themselves. LLVM has no other switch for
/// it.
void leaveOutLateScheduling() {
  static std::once_flag done;
  std::call_once(done, [] {
    const char *arguments[] = {"seis", "-post-RA-scheduler=false"};
    cl::ParseCommandLineOptions(2, arguments);
  });
}

std::unique_ptr<TargetMachine> makeTargetMachine(const ResolvedCpu &cpu) {
  leaveOutLateScheduling();
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

/// One emission: the module on its way, and what went wrong.
class Emission {
public:
  Emission(const ObjectSpec &spec, const seis::TargetOptions &options, ResolvedCpu cpu)
      : spec(spec), options(options), cpu(std::move(cpu)), machine(makeTargetMachine(this->cpu)) {
    context.setDiagnosticHandlerCallBack(
        [](const DiagnosticInfo *info, void *self) {
          if (info->getSeverity() != DS_Error)
            return;
          raw_string_ostream out(static_cast<Emission *>(self)->diagnostics);
          DiagnosticPrinterRawOStream printer(out);
          info->print(printer);
        },
        this);
  }

  Error build(mlir::ModuleOp source, StringRef manifest);
  std::string text() const;
  Expected<std::string> generate(CodeGenFileType type, bool last);

private:
  Error translate(mlir::ModuleOp source);
  Error link(StringRef name, StringRef bytes);
  Error checkFastMath(StringRef where);
  Error checkCalls();
  Error linkOuter();
  void compileForCpu();
  void internalise();
  void optimise();

  const ObjectSpec &spec;
  const seis::TargetOptions &options;
  ResolvedCpu cpu;
  std::string diagnostics;
  LLVMContext context;
  std::unique_ptr<TargetMachine> machine;
  std::unique_ptr<Module> module;
};

Error Emission::translate(mlir::ModuleOp source) {
  mlir::MLIRContext *mlirContext = source.getContext();
  mlir::DialectRegistry registry;
  mlir::registerAllToLLVMIRTranslations(registry);
  mlirContext->appendDialectRegistry(registry);

  std::string messages;
  mlir::ScopedDiagnosticHandler handler(mlirContext, [&](mlir::Diagnostic &diagnostic) {
    messages += (messages.empty() ? "" : "; ") + diagnostic.str();
    return mlir::success();
  });
  mlir::OwningOpRef<mlir::ModuleOp> copy;
  if (options.debug) {
    copy = source.clone();
    mlir::PassManager passes(mlirContext);
    passes.addPass(mlir::LLVM::createDIScopeForLLVMFuncOpPass());
    if (failed(passes.run(*copy)))
      return userError("cannot add line tables: " + messages);
    source = *copy;
  }
  module = mlir::translateModuleToLLVMIR(source, context, spec.name);
  if (!module)
    return userError("cannot translate the module to LLVM IR: " + messages);
  module->setSourceFileName(spec.name);
  module->setTargetTriple(Triple(objectTriple));
  module->setDataLayout(machine->createDataLayout());
  module->setPICLevel(PICLevel::BigPIC);
  return Error::success();
}

Error Emission::link(StringRef name, StringRef bytes) {
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

Error Emission::checkFastMath(StringRef where) {
  for (Function &f : *module)
    for (Instruction &i : instructions(f))
      if (isa<FPMathOperator>(i)) {
        FastMathFlags flags = i.getFastMathFlags();
        if (flags.allowReassoc() || flags.allowContract() || flags.allowReciprocal() ||
            flags.approxFunc())
          return userError("fast-math flags on '" + Twine(i.getOpcodeName()) + "' in '" +
                           f.getName() + "' of " + where + "; results would depend on context");
      }
  return Error::success();
}

/// A call with other types than the linked function has would be undefined, and never inlined.
Error Emission::checkCalls() {
  for (Function &f : *module)
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

/// Kernels and the bitcode they call use all of the CPU. Without a bound on the width of vectors,
/// those of 512 bits stay whole also where LLVM by itself would prefer 256.
void Emission::compileForCpu() {
  for (Function &f : *module) {
    for (const char *attribute :
         {"target-cpu", "tune-cpu", "target-features", "frame-pointer", "min-legal-vector-width",
          "prefer-vector-width", "no-builtins", "stack-protector-buffer-size", "no-trapping-math"})
      f.removeFnAttr(attribute);
    if (f.isDeclaration())
      continue;
    f.addFnAttr("target-cpu", cpu.name);
    if (!cpu.features.empty())
      f.addFnAttr("target-features", cpu.features);
    f.setDoesNotThrow();
    f.setUWTableKind(UWTableKind::None);
  }
}

void Emission::internalise() {
  std::string query = querySymbol(spec);
  for (GlobalValue &value : module->global_values()) {
    if (value.isDeclaration() || value.getName() == query || value.hasPrivateLinkage() ||
        value.getName().starts_with("llvm."))
      continue;
    if (auto *object = dyn_cast<GlobalObject>(&value))
      object->setComdat(nullptr);
    value.setVisibility(GlobalValue::DefaultVisibility);
    value.setLinkage(GlobalValue::InternalLinkage);
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

void Emission::optimise() {
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

Error Emission::build(mlir::ModuleOp source, StringRef manifest) {
  if (Error error = translate(source))
    return error;
  if (Error error = checkFastMath("the kernels"))
    return error;
  for (const seis::BitcodeModule &bitcode : options.bitcode)
    if (bitcode.isInner)
      if (Error error = link(bitcode.name, bitcode.bytes))
        return error;
  if (Error error = checkFastMath("linked bitcode"))
    return error;
  if (Error error = checkCalls())
    return error;
  compileForCpu();
  if (Error error = addInterface(*module, spec, cpu, options.openmp, manifest))
    return error;
  internalise();
  if (options.debug)
    tidyDebugInfo(*module);
  // Transforms serve all expressions: no line of one is theirs.
  for (Function &f : *module)
    if (f.getName().starts_with("seis_fft_"))
      stripDebugInfo(f);
  std::string broken;
  raw_string_ostream out(broken);
  if (verifyModule(*module, &out))
    return userError("generated LLVM IR is invalid: " + broken);
  optimise();
  if (Error error = linkOuter())
    return error;
  return checkCalls();
}

/// The stubs and what else is called now and then come optimised; they are half of a small object
/// and would cost as much again. The quickest selection of instructions is good enough for stubs.
Error Emission::linkOuter() {
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
  internalise();
  for (Function &f : *module)
    if (!f.isDeclaration() && !others.contains(&f)) {
      f.removeFnAttr(Attribute::OptimizeForSize); // nothing is asked of code that is not optimised
      f.removeFnAttr(Attribute::MinSize);
      f.addFnAttr(Attribute::NoInline);
      f.addFnAttr(Attribute::OptimizeNone);
    }
  return Error::success();
}

std::string Emission::text() const {
  std::string result;
  raw_string_ostream out(result);
  module->print(out, nullptr);
  return result;
}

/// Loops come with addresses that need no reduction in strength; to find that out takes LLVM much
/// of a compilation. There is no other way to say so than by its option.
void leaveLoopsAsWritten() {
  static const bool isDone = [] {
    auto &options = cl::getRegisteredOptions();
    auto found = options.find("disable-lsr");
    if (found != options.end())
      static_cast<cl::opt<bool> *>(found->second)->setValue(true);
    return true;
  }();
  (void)isDone;
}

/// Code generation changes the module (verified in `build`): all but the last one work on a copy.
Expected<std::string> Emission::generate(CodeGenFileType type, bool last) {
  std::unique_ptr<Module> copy;
  if (!last)
    copy = CloneModule(*module);
  SmallVector<char, 0> bytes;
  raw_svector_ostream out(bytes);
  legacy::PassManager passes;
  leaveLoopsAsWritten();
  if (machine->addPassesToEmitFile(passes, out, nullptr, type, /*DisableVerify=*/true))
    return userError("LLVM cannot write this kind of file for x86-64");
  diagnostics.clear();
  passes.run(copy ? *copy : *module);
  if (!diagnostics.empty())
    return userError("code generation failed: " + diagnostics);
  return std::string(bytes.begin(), bytes.end());
}

Expected<std::string> archive(StringRef object, const ObjectSpec &spec) {
  std::string member = spec.name + ".o";
  NewArchiveMember members[1] = {NewArchiveMember(MemoryBufferRef(object, member))};
  auto buffer = writeArchiveToBuffer(members, SymtabWritingMode::NormalSymtab,
                                     object::Archive::K_GNU, /*Deterministic=*/true,
                                     /*Thin=*/false);
  if (!buffer)
    return buffer.takeError();
  return (*buffer)->getBuffer().str();
}

} // namespace

StringRef seis::emitKindName(EmitKind kind) {
  constexpr StringRef names[] = {"llvm", "asm", "object", "static", "so", "header", "manifest"};
  return names[static_cast<int>(kind)];
}

StringRef seis::emitKindSuffix(EmitKind kind) {
  constexpr StringRef suffixes[] = {".ll", ".s", ".o", ".a", ".so", ".h", ".json"};
  return suffixes[static_cast<int>(kind)];
}

Expected<std::vector<Artifact>> seis::emitObject(mlir::ModuleOp module, const ObjectSpec &spec,
                                                 const seis::TargetOptions &options,
                                                 ArrayRef<EmitKind> kinds) {
  auto cpu = resolveCpu(options.cpu, options.features);
  if (!cpu)
    return cpu.takeError();
  std::string manifest = manifestText(spec, *cpu, options.openmp);
  auto any = [&](std::initializer_list<EmitKind> wanted) {
    return any_of(kinds, [&](EmitKind kind) { return is_contained(wanted, kind); });
  };
  bool wantsAsm = any({EmitKind::Asm});
  bool wantsObject = any({EmitKind::Object, EmitKind::Static, EmitKind::Shared});

  Emission emission(spec, options, *cpu);
  std::string assembly, object, ir;
  if (wantsAsm || wantsObject || any({EmitKind::LLVM})) {
    if (Error error = emission.build(module, manifest))
      return error;
    ir = any({EmitKind::LLVM}) ? emission.text() : "";
  }
  if (wantsAsm) {
    auto bytes = emission.generate(CodeGenFileType::AssemblyFile, /*last=*/!wantsObject);
    if (!bytes)
      return bytes.takeError();
    assembly = std::move(*bytes);
  }
  if (wantsObject) {
    auto bytes = emission.generate(CodeGenFileType::ObjectFile, /*last=*/true);
    if (!bytes)
      return bytes.takeError();
    object = std::move(*bytes);
  }

  std::vector<Artifact> artifacts;
  for (EmitKind kind : kinds) {
    Expected<std::string> bytes = std::string();
    switch (kind) {
    case EmitKind::LLVM:
      bytes = ir;
      break;
    case EmitKind::Asm:
      bytes = assembly;
      break;
    case EmitKind::Object:
      bytes = object;
      break;
    case EmitKind::Static:
      bytes = archive(object, spec);
      break;
    case EmitKind::Shared:
      bytes = linkShared(object, spec, options.openmp);
      break;
    case EmitKind::Header:
      bytes = headerText(spec);
      break;
    case EmitKind::Manifest:
      bytes = manifest;
      break;
    }
    if (!bytes)
      return bytes.takeError();
    artifacts.push_back({kind, std::move(*bytes)});
  }
  return artifacts;
}
