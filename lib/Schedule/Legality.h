//===- Legality.h - What a stage or group may be ---------------*- C++ -*-===//
#ifndef SEIS_SCHEDULE_LEGALITY_H
#define SEIS_SCHEDULE_LEGALITY_H

#include "ScheduleJson.h"
#include "seis/Schedule/StageGraph.h"

namespace seis {

/// The schedule of a stage while it is being made.
struct Choice {
  Placement at = Placement::Row;
  std::optional<Axis> axis;
  std::optional<int64_t> level;
  int64_t rows = 1, width = 0;
  std::optional<Lanes> lanes;
  std::optional<FftAlgorithm> fft;
  llvm::SmallVector<int64_t> plan;
};

/// What a schedule is for: bits of a vector register, trace lengths (none: any).
struct Target {
  int64_t vectorBits;
  llvm::ArrayRef<int64_t> samples;
};

/// The least that must be kept of a stage, and its lanes.
Choice leastChoice(const Stage &stage, GroupAttr group);

/// Applies what a file wants of a stage to `choice`, or says which rule it breaks.
llvm::LogicalResult applyOverride(const Stage &stage, GroupAttr group, const StageOverride &wanted,
                                  const Target &target, Choice &choice);

/// Whether a place of the form gN... names the group of the stage.
llvm::LogicalResult checkGroupOf(StageOp op, const Place &at);

/// Whether vectors may have `width` lanes (0: those of a register) of the type of `func`.
llvm::LogicalResult checkWidth(llvm::function_ref<mlir::InFlightDiagnostic()> emitError,
                               mlir::func::FuncOp func, int64_t width, int64_t vectorBits);

/// Whether the tiles of a group of scans along inlines or crosslines hold whole lines.
llvm::LogicalResult checkScanTiles(mlir::func::FuncOp func, llvm::ArrayRef<Stage> stages,
                                   GroupAttr group);

/// Whether tiles of given extents leave a thread's scratch within its limit, for known lengths.
llvm::LogicalResult checkScratch(mlir::func::FuncOp func, llvm::ArrayRef<Stage> stages,
                                 GroupAttr group, llvm::ArrayRef<int64_t> samples);

/// Puts the stages that a file wants inline, and those it does not name that are worth it, into
/// their readers, and notes them as `seis.inlined`.
llvm::LogicalResult inlineStages(mlir::func::FuncOp func, const ScheduleOverrides &overrides);

} // namespace seis

#endif // SEIS_SCHEDULE_LEGALITY_H
