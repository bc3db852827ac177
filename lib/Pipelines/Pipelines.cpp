//===- Pipelines.cpp - Named orders of passes -----------------------------===//
#include "seis/Pipelines/Pipelines.h"
#include "seis/Codegen/CPU/Passes.h"
#include "seis/Dialect/Seis/Transforms/Passes.h"
#include "seis/Schedule/Passes.h"

#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/FuncToLLVM/ConvertFuncToLLVM.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/OpenMPToLLVM/ConvertOpenMPToLLVM.h"
#include "mlir/Conversion/Passes.h"
#include "mlir/Conversion/UBToLLVM/UBToLLVM.h"
#include "mlir/Conversion/VectorToLLVM/ConvertVectorToLLVM.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace seis;

void seis::buildGraphPipeline(OpPassManager &pm, const GraphOptions &options) {
  OpPassManager &func = pm.nest<func::FuncOp>();
  func.addPass(createCanonicalizerPass());
  func.addPass(createCSEPass());
  RewriteAlgebraPassOptions rewrites;
  rewrites.exact = options.exact;
  func.addPass(createRewriteAlgebraPass(rewrites));
  func.addPass(createCanonicalizerPass());
  func.addPass(createCSEPass());
  func.addPass(createAnnotateHaloPass());
}

void seis::buildStagesPipeline(OpPassManager &pm, const StagesOptions &options) {
  pm.addPass(createSplitPassesPass());
  OpPassManager &func = pm.nest<func::FuncOp>();
  func.addPass(createFormStagesPass());
  AssignSchedulePassOptions schedule;
  schedule.json = options.schedule;
  schedule.vectorBits = options.vectorBits;
  schedule.samples = llvm::to_vector<4>(llvm::ArrayRef<int64_t>(options.samples));
  func.addPass(createAssignSchedulePass(schedule));
}

void seis::buildLoopsPipeline(OpPassManager &pm, const CpuOptions &options) {
  LowerStagesPassOptions lower;
  lower.vectorBits = options.vectorBits;
  lower.openmp = options.openmp;
  lower.samples = llvm::to_vector<4>(llvm::ArrayRef<int64_t>(options.samples));
  pm.addPass(createLowerStagesPass(lower));
  pm.addNestedPass<func::FuncOp>(createCSEPass());
}

void seis::buildLLVMPipeline(OpPassManager &pm) {
  pm.addNestedPass<func::FuncOp>(createSCFToControlFlowPass());
  // One conversion of all dialects: a pass for each would walk everything eight times.
  pm.addPass(createConvertToLLVMPass());
  pm.addPass(createReconcileUnrealizedCastsPass());
}

void seis::buildCpuPipeline(OpPassManager &pm, const CpuOptions &options) {
  buildLoopsPipeline(pm, options);
  buildLLVMPipeline(pm);
}

void seis::registerLLVMConversions(DialectRegistry &registry) {
  arith::registerConvertArithToLLVMInterface(registry);
  cf::registerConvertControlFlowToLLVMInterface(registry);
  registerConvertFuncToLLVMInterface(registry);
  registerConvertMathToLLVMInterface(registry);
  registerConvertOpenMPToLLVMInterface(registry);
  ub::registerConvertUBToLLVMInterface(registry);
  vector::registerConvertVectorToLLVMInterface(registry);
}

void seis::registerPipelines() {
  PassPipelineRegistration<GraphOptions>("seis-graph", "Rewrites, sharing and halos of a graph",
                                         buildGraphPipeline);
  PassPipelineRegistration<StagesOptions>("seis-stages", "From a graph to scheduled stages",
                                          buildStagesPipeline);
  PassPipelineRegistration<CpuOptions>("seis-cpu", "From scheduled stages to the LLVM dialect",
                                       buildCpuPipeline);
}
