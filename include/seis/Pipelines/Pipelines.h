//===- Pipelines.h - Named orders of passes --------------------*- C++ -*-===//
// seis-compile runs exactly these, so seis-opt can repeat every step of it:
//   seis-graph    the graph: rewrites, sharing, halos
//   seis-stages   whole-volume passes split off, stages formed and scheduled
//   seis-cpu      loops, then the LLVM dialect
//===----------------------------------------------------------------------===//
#ifndef SEIS_PIPELINES_PIPELINES_H
#define SEIS_PIPELINES_PIPELINES_H

#include "mlir/IR/DialectRegistry.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"

namespace seis {

struct GraphOptions : mlir::PassPipelineOptions<GraphOptions> {
  Option<bool> exact{*this, "exact", llvm::cl::desc("Only rewrites that keep every bit"),
                     llvm::cl::init(false)};
};

struct StagesOptions : mlir::PassPipelineOptions<StagesOptions> {
  Option<std::string> schedule{*this, "schedule",
                               llvm::cl::desc("Schedule object as JSON; empty for the default"),
                               llvm::cl::init("")};
  Option<int64_t> vectorBits{*this, "vector-bits", llvm::cl::desc("Bits of a vector register"),
                             llvm::cl::init(512)};
  ListOption<int64_t> samples{*this, "samples", llvm::cl::desc("Known trace lengths")};
};

struct CpuOptions : mlir::PassPipelineOptions<CpuOptions> {
  Option<int64_t> vectorBits{*this, "vector-bits", llvm::cl::desc("Bits of a vector register"),
                             llvm::cl::init(512)};
  Option<bool> openmp{*this, "openmp", llvm::cl::desc("Deal tiles out to OpenMP threads"),
                      llvm::cl::init(true)};
  ListOption<int64_t> samples{*this, "samples",
                              llvm::cl::desc("Trace lengths with constant Fourier tables")};
};

void buildGraphPipeline(mlir::OpPassManager &pm, const GraphOptions &options);
void buildStagesPipeline(mlir::OpPassManager &pm, const StagesOptions &options);
/// Scheduled stages to loops on addresses and vectors; `--emit=loops` stops here.
void buildLoopsPipeline(mlir::OpPassManager &pm, const CpuOptions &options);
/// Loops to the LLVM dialect.
void buildLLVMPipeline(mlir::OpPassManager &pm);
/// Both.
void buildCpuPipeline(mlir::OpPassManager &pm, const CpuOptions &options);

/// Lets the dialects that loops consist of be converted to the LLVM dialect.
void registerLLVMConversions(mlir::DialectRegistry &registry);

/// Makes the pipelines known by name.
void registerPipelines();

} // namespace seis

#endif // SEIS_PIPELINES_PIPELINES_H
