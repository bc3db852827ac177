//===- seis-opt.cpp - Run single passes or pipelines on IR text -----------===//
#include "seis/Codegen/CPU/Passes.h"
#include "seis/Dialect/Seis/IR/SeisOps.h"
#include "seis/Dialect/Seis/Transforms/Passes.h"

#include "seis/Pipelines/Pipelines.h"
#include "seis/Schedule/Passes.h"

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  registry.insert<seis::SeisDialect>();
  seis::registerLLVMConversions(registry);
  mlir::registerAllPasses();
  seis::registerSeisTransformsPasses();
  seis::registerSeisSchedulePasses();
  seis::registerSeisCPUPasses();
  seis::registerPipelines();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "seis-opt: passes of the seis compiler\n", registry));
}
