//===- StageGraph.h - What a group of stages needs to run ------*- C++ -*-===//
// The stages of a group run together, row by row, each as far behind its
// producers as it must be. From the footprints follow: how many rows of every
// stage a tile needs, by how many planes and rows a stage lags, how many of its
// rows must be kept, and what borders they carry. A stage kept for a whole tile
// ends a phase: its readers run once it has made all its rows of that tile.
//===----------------------------------------------------------------------===//
#ifndef SEIS_SCHEDULE_STAGEGRAPH_H
#define SEIS_SCHEDULE_STAGEGRAPH_H

#include "seis/Dialect/Seis/IR/SeisOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <array>

namespace seis {

/// Samples before and after the rows of a result, and what they hold.
struct RowBorders {
  int64_t lo = 0, hi = 0;
  Border border = Border::Reflect;
};

struct Stage {
  StageOp op;
  /// Rows needed around a row of the group's sinks: inline lo, hi, crossline lo, hi; -1 in an entry
  /// of a lateral axis that is needed whole.
  Reach lateral[2];
  /// Same around a row of the sinks of its phase of level 0: what an inner tile needs of it.
  Reach inner[2];
  /// When in a tile, and then when in an inner tile, it runs.
  std::array<int64_t, 2> phase = {0, 0};
  /// Level of the tiles it is kept for, -1: of none. What a later phase reads is kept.
  int64_t level = -1;
  /// Planes and rows by which the stage runs behind the front of its phase.
  int64_t lag[2] = {0, 0};
  /// Planes and rows (beyond one step's) that consumers of the phase reach back for.
  int64_t keep[2] = {0, 0};
  /// Per result.
  llvm::SmallVector<RowBorders, 2> borders;
  /// Results of the function (positions), for sinks that write to the caller's arrays.
  llvm::SmallVector<unsigned> outputs;
  /// Whether stages of later groups read it.
  bool crossesGroups = false;
  /// Whether it is a whole-trace operation.
  bool wholeTrace = false;
  /// What lies in the lanes of its vectors: its schedule's choice, else the default of the kind.
  Lanes lanes = Lanes::Samples;
  /// Algorithm and radices of its Fourier transform, where its schedule names them.
  std::optional<FftAlgorithm> fft;
  llvm::ArrayRef<int64_t> plan;
  /// Axis of a scan along inlines or crosslines.
  std::optional<Axis> scanAxis;
  /// Whether it is an operation with loops of its own: co-occurrence matrices.
  bool ownLoops = false;
  /// Whether a neighbouring row is read by the stage itself.
  bool readsNeighbourRows = false;
  /// Per result, the stage that does nothing but copy its rows to the caller, where this one can
  /// write them there itself, a row at a time and under the same front; else null.
  llvm::SmallVector<StageOp, 1> copies;
  /// Whether it is such a copy.
  bool isCopy = false;

  bool isSink() const { return !outputs.empty() || crossesGroups; }
  /// Whether it is read outside its phase of level 0.
  bool isPhaseSink() const { return isSink() || level == 0; }
};

/// True for a stage that loads an input which may be stored in several formats.
bool convertsInput(StageOp stage);
/// Axis of a stage that scans along inlines or crosslines; nothing for other stages.
std::optional<Axis> scanAxisOf(StageOp stage);
/// Such a scan runs along whole lines, so it is cut into tiles along one axis only: gives the scans
/// along either axis groups of their own, in front of what else their group holds.
void separateScans(mlir::func::FuncOp func);
/// True for the operations that are a stage alone and read whole traces.
bool isWholeTraceOp(mlir::Operation *op);
/// Lanes that a stage has if nothing else is said: the Hilbert transform works along a trace, other
/// whole-trace operations on several traces at once.
Lanes defaultLanes(StageOp stage);

class StageGraph {
public:
  explicit StageGraph(mlir::func::FuncOp func);

  unsigned numGroups() const { return groups.size(); }
  /// Stages of a group in an order that has producers first.
  llvm::ArrayRef<Stage> group(unsigned g) const { return groups[g]; }
  llvm::MutableArrayRef<Stage> group(unsigned g) { return groups[g]; }
  /// The stage of an operation of the function; null for a null operation.
  const Stage *find(StageOp op) const;

private:
  void collect(mlir::func::FuncOp func);
  void computePhases(llvm::MutableArrayRef<Stage> stages);
  void computeReach(llvm::MutableArrayRef<Stage> stages);
  void computeLags(llvm::MutableArrayRef<Stage> stages);
  void computeBorders(llvm::MutableArrayRef<Stage> stages);
  void findCopies(llvm::MutableArrayRef<Stage> stages);

  llvm::SmallVector<llvm::SmallVector<Stage, 0>, 1> groups;
};

} // namespace seis

#endif // SEIS_SCHEDULE_STAGEGRAPH_H
