//===- Compiler.cpp - Program, schedule, target to artifact ---------------===//
#include "seis/Compiler/Compiler.h"
#include "seis/Dialect/Seis/IR/SeisOps.h"
#include "seis/Pipelines/Pipelines.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/Func/Extensions/InlinerExtension.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/OpenMP/OpenMPDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;
using namespace seis;

namespace seis::detail {
llvm::StringRef embeddedFftPlan();
llvm::StringRef embeddedMath();
} // namespace seis::detail

void seis::registerCompilerDialects(DialectRegistry &registry) {
  registry.insert<SeisDialect, arith::ArithDialect, cf::ControlFlowDialect, func::FuncDialect,
                  LLVM::LLVMDialect, math::MathDialect, omp::OpenMPDialect, scf::SCFDialect,
                  ub::UBDialect, vector::VectorDialect>();
  registerLLVMConversions(registry);
}

static llvm::Error run(ModuleOp module, const CompilerOptions &options, StringRef what,
                       llvm::function_ref<void(OpPassManager &)> build) {
  PassManager pm(module.getContext());
  if (options.configure)
    options.configure(pm);
  build(pm);
  if (failed(pm.run(module)))
    return llvm::createStringError("compilation stopped in " + what);
  return llvm::Error::success();
}

/// Marks the real volumes among the inputs with the formats that their first load takes.
static void markStorage(ModuleOp module, const CompilerOptions &options) {
  using kernel_abi::SampleFormat;
  auto wants = [&](Storage storage) { return llvm::is_contained(options.storage, storage); };
  auto takes = [&](SampleFormat format) {
    switch (format) {
    case SampleFormat::Native:
      return true;
    case SampleFormat::Swapped:
    case SampleFormat::SwappedF32:
      return wants(Storage::Swapped);
    case SampleFormat::Ibm:
      return wants(Storage::Ibm);
    case SampleFormat::I8:
      return wants(Storage::I8);
    case SampleFormat::I16:
      return wants(Storage::I16);
    case SampleFormat::SwappedI16:
      return wants(Storage::I16) && wants(Storage::Swapped);
    }
    return false;
  };
  if (options.storage.empty())
    return;
  Builder b(module.getContext());
  for (auto func : module.getOps<func::FuncOp>())
    for (BlockArgument arg : func.getArguments()) {
      if (!func->hasAttr("seis.entry") || !isVolume(arg.getType()) ||
          !isa<FloatType>(elementType(arg.getType())))
        continue;
      SmallVector<Attribute> names;
      for (SampleFormat format : kernel_abi::sampleFormats)
        if (StringRef name = formatName(format, elementType(arg.getType()).isF32());
            takes(format) && !name.empty())
          names.push_back(b.getStringAttr(name));
      func.setArgAttr(arg.getArgNumber(), "seis.storage", b.getArrayAttr(names));
    }
}

static llvm::Error runGraph(ModuleOp module, const CompilerOptions &options) {
  markStorage(module, options);
  return run(module, options, "seis-graph", [&](OpPassManager &pm) {
    GraphOptions graph;
    graph.exact = options.exact;
    buildGraphPipeline(pm, graph);
  });
}

static llvm::Error runStages(ModuleOp module, const CompilerOptions &options, unsigned vectorBits) {
  return run(module, options, "seis-stages", [&](OpPassManager &pm) {
    StagesOptions stages;
    stages.schedule = options.schedule;
    stages.vectorBits = vectorBits;
    for (int64_t n : options.samples)
      stages.samples.push_back(n);
    buildStagesPipeline(pm, stages);
  });
}

static llvm::Error runLoops(ModuleOp module, const CompilerOptions &options, unsigned vectorBits) {
  return run(module, options, "seis-cpu", [&](OpPassManager &pm) {
    CpuOptions cpu;
    cpu.vectorBits = vectorBits;
    cpu.openmp = options.openmp;
    for (int64_t n : options.samples)
      cpu.samples.push_back(n);
    buildLoopsPipeline(pm, cpu);
  });
}

llvm::Expected<std::string> seis::emitText(ModuleOp module, TextStage stage,
                                           const CompilerOptions &options) {
  auto cpu = resolveCpu(options.cpu);
  if (!cpu)
    return cpu.takeError();
  if (llvm::Error error = runGraph(module, options))
    return error;
  if (stage != TextStage::Seis)
    if (llvm::Error error = runStages(module, options, cpu->vectorBits))
      return error;
  if (stage == TextStage::Loops)
    if (llvm::Error error = runLoops(module, options, cpu->vectorBits))
      return error;
  std::string text;
  llvm::raw_string_ostream os(text);
  module.print(os);
  os << "\n";
  return text;
}

llvm::Expected<std::vector<Artifact>> seis::compile(ModuleOp module, StringRef name,
                                                    const CompilerOptions &options,
                                                    llvm::ArrayRef<EmitKind> kinds) {
  auto cpu = resolveCpu(options.cpu);
  if (!cpu)
    return cpu.takeError();
  if (llvm::Error error = runGraph(module, options))
    return error;
  if (llvm::Error error = runStages(module, options, cpu->vectorBits))
    return error;
  auto spec = specify(module, name, options);
  if (!spec)
    return spec.takeError();
  // The functions of a large program are worked on by all processors; a small one has few.
  int64_t length = 0;
  module.walk([&](Operation *) { ++length; });
  if (length > 500)
    module.getContext()->enableMultithreading();
  if (llvm::Error error = runLoops(module, options, cpu->vectorBits))
    return error;
  if (llvm::Error error =
          run(module, options, "seis-cpu", [](OpPassManager &pm) { buildLLVMPipeline(pm); }))
    return error;
  TargetOptions target;
  target.cpu = options.cpu;
  target.openmp = options.openmp;
  target.bitcode = {{"seis_math", detail::embeddedMath()},
                    {"seis_fft_plan", detail::embeddedFftPlan(), /*isInner=*/false}};
  return emitObject(module, *spec, target, kinds);
}
