//===- Emit.cpp - From an LLVM-dialect module to bytes --------------------===//
// Kernels come from MLIR and are compiled for the CPU that was asked for; what
// surrounds them (seis_entry.c, the interface) is compiled for any x86-64, so that
// it can refuse to run. Everything but the query function becomes internal. No
// fast-math flag is allowed: LLVM would fuse and reorder by context, and the same
// sample would differ from one place in the volume to another.
//===----------------------------------------------------------------------===//
#include "CodeUnit.h"

#include "mlir/Dialect/LLVMIR/Transforms/Passes.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Operator.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Object/ArchiveWriter.h"
#include "llvm/Support/ThreadPool.h"

using namespace llvm;
using namespace seis;
using namespace seis::detail;

namespace {

/// Of more parts a program has no use.
constexpr size_t maxParts = 32;

/// The way of a module up to where it can be optimised.
class Emission {
public:
  Emission(const ObjectSpec &spec, const seis::TargetOptions &options, const ResolvedCpu &cpu)
      : spec(spec), options(options), cpu(cpu), whole(spec, options, cpu) {}

  Error prepare(mlir::ModuleOp source, StringRef manifest);
  /// Makes those that are not null.
  Error generate(std::string *ir, std::string *assembly, std::string *object);

private:
  Error translate(mlir::ModuleOp source);
  Error checkFastMath(StringRef where);
  void compileForCpu();
  /// An object compiled in parts, on all processors; empty: the program is too small for that.
  Expected<std::string> compileParts();
  Expected<std::string> compilePart(StringRef bitcode, bool isFirst);

  const ObjectSpec &spec;
  const seis::TargetOptions &options;
  const ResolvedCpu &cpu;
  CodeUnit whole;
  SmallPtrSet<const Function *, 32> kernels, inlined;
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
  if (options.debug) {
    mlir::PassManager passes(mlirContext);
    passes.enableVerifier(false); // LLVM's comes after the translation
    passes.addPass(mlir::LLVM::createDIScopeForLLVMFuncOpPass());
    if (failed(passes.run(source)))
      return userError("cannot add line tables: " + messages);
  }
  std::unique_ptr<Module> &module = whole.module;
  module =
      mlir::translateModuleToLLVMIR(source, whole.context, spec.name, /*disableVerification=*/true);
  if (!module)
    return userError("cannot translate the module to LLVM IR: " + messages);
  module->setSourceFileName(spec.name);
  module->setTargetTriple(Triple(objectTriple));
  module->setDataLayout(whole.machine->createDataLayout());
  module->setPICLevel(PICLevel::BigPIC);
  return Error::success();
}

Error Emission::checkFastMath(StringRef where) {
  for (Function &f : *whole.module)
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

/// Kernels and the bitcode they call use all of the CPU. Without a bound on the width of vectors,
/// those of 512 bits stay whole also where LLVM by itself would prefer 256.
void Emission::compileForCpu() {
  for (Function &f : *whole.module) {
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

Error Emission::prepare(mlir::ModuleOp source, StringRef manifest) {
  if (Error error = translate(source))
    return error;
  if (Error error = checkFastMath("the kernels"))
    return error;
  Module *module = whole.module.get();
  for (const Function &f : *module)
    if (!f.isDeclaration())
      kernels.insert(&f);
  for (const seis::BitcodeModule &bitcode : options.bitcode)
    if (bitcode.isInner)
      if (Error error = whole.link(bitcode.name, bitcode.bytes))
        return error;
  for (const Function &f : *module)
    if (!f.isDeclaration() && !kernels.contains(&f) && !f.hasFnAttribute(Attribute::NoInline))
      inlined.insert(&f);
  if (Error error = checkFastMath("linked bitcode"))
    return error;
  if (Error error = checkCalls(*module))
    return error;
  compileForCpu();
  if (Error error = addInterface(*module, spec, cpu, options.openmp, manifest))
    return error;
  whole.internalise();
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
  return Error::success();
}

Expected<std::string> Emission::compileParts() {
  size_t length = 0;
  for (const Function *f : kernels)
    length += f->getInstructionCount();
  unsigned count = std::min<size_t>({length / options.partLength, kernels.size(), maxParts});
  if (count < 2)
    return "";
  std::vector<std::string> bitcodes(count), objects(count), errors(count);
  DefaultThreadPool pool(hardware_concurrency());
  auto compile = [&](unsigned part) {
    auto object = compilePart(bitcodes[part], /*isFirst=*/part == 0);
    if (object)
      objects[part] = std::move(*object);
    else
      errors[part] = toString(object.takeError());
  };
  partition(*whole.module, count, kernels, inlined, [&](unsigned part, std::string bitcode) {
    bitcodes[part] = std::move(bitcode);
    pool.async(compile, part);
  });
  pool.wait();
  for (const std::string &error : errors)
    if (!error.empty())
      return userError(error);
  return joinObjects(objects, spec);
}

Expected<std::string> Emission::compilePart(StringRef bitcode, bool isFirst) {
  CodeUnit unit(spec, options, cpu);
  if (Error error = unit.read(bitcode))
    return error;
  if (Error error = unit.finish(/*linksOuter=*/isFirst))
    return error;
  return unit.generate(CodeGenFileType::ObjectFile, /*last=*/true);
}

/// Texts are of the whole program also where the object is compiled in parts.
Error Emission::generate(std::string *ir, std::string *assembly, std::string *object) {
  auto take = [](Expected<std::string> made, std::string &to) -> Error {
    if (!made)
      return made.takeError();
    to = std::move(*made);
    return Error::success();
  };
  if (object) {
    if (Error error = take(compileParts(), *object))
      return error;
    if (!object->empty())
      object = nullptr;
  }
  if (!ir && !assembly && !object)
    return Error::success();
  if (Error error = whole.finish(/*linksOuter=*/true))
    return error;
  if (ir)
    *ir = whole.text();
  if (assembly)
    if (Error error =
            take(whole.generate(CodeGenFileType::AssemblyFile, /*last=*/!object), *assembly))
      return error;
  if (object)
    return take(whole.generate(CodeGenFileType::ObjectFile, /*last=*/true), *object);
  return Error::success();
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
  bool wantsObject = any({EmitKind::Object, EmitKind::Static, EmitKind::Shared});
  std::string ir, assembly, object;
  if (wantsObject || any({EmitKind::LLVM, EmitKind::Asm})) {
    Emission emission(spec, options, *cpu);
    if (Error error = emission.prepare(module, manifest))
      return error;
    if (Error error = emission.generate(any({EmitKind::LLVM}) ? &ir : nullptr,
                                        any({EmitKind::Asm}) ? &assembly : nullptr,
                                        wantsObject ? &object : nullptr))
      return error;
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
