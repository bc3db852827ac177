//===- KernelEmitter.h - Loops over rows for one kernel function -*- C++ -*-===//
// A kernel computes the wanted box of its outputs from a block of its inputs.
// Everything runs on rows (whole traces). A group of stages runs tile by tile;
// in a tile, a front moves over planes and, within a plane, over rows; every
// stage follows the front as far behind as StageGraph says and keeps as many of
// its rows as its readers reach back for.
//
//   run            -> prologue, plans and tables, then per group a parallel loop over tiles
//   tile function  -> its phases, cut into inner tiles; in each the front's two loops, and in them
//                     the stages
//   RowStage       -> a stage with samples in the lanes (pointwise operations and stencils)
//   TraceStage     -> a stage with traces in the lanes (whole-trace operations)
//   LoadStage      -> a stage that converts the samples of an input
//   Glcm           -> features of co-occurrence matrices, a few rows of windows at a time
//   AxisScan       -> a scan along inlines or crosslines, in tiles of whole lines
//   Recursion      -> recursions: one routine for traces, inlines and crosslines
//   EigH3, CohEig  -> eigenvalues: of a tensor at every sample, of a window's traces
//===----------------------------------------------------------------------===//
#ifndef SEIS_CODEGEN_CPU_KERNELEMITTER_H
#define SEIS_CODEGEN_CPU_KERNELEMITTER_H

#include "Fft/fft_plan.h"
#include "seis/Codegen/Common/LoopBuilder.h"
#include "seis/Dialect/Seis/IR/SeisOps.h"
#include "seis/Schedule/StageGraph.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"
#include <cstring>
#include <map>
#include <vector>

namespace seis {

struct KernelOptions {
  int64_t vectorBits = 512;
  bool openmp = true;
  llvm::ArrayRef<int64_t> samples; // trace lengths with constant tables
};

/// What a function can read of its call: extents, views, parameters. Made anew in each function.
struct CallContext {
  using Value = mlir::Value;
  Value call; // the seis_kernel_call
  Value block[3], lo[3], extent[3], origin[3];
  Value threads, scratch;
  llvm::DenseMap<Value, Value> scalars; // f64 values of the graph
};

/// Rows of one result of a stage in scratch.
struct RowBuffer {
  int64_t planes = 1;    // planes of the ring; 0: all planes of the tile
  int64_t ringRows = 0;  // rows of the ring; 0: all rows of the tile (or of the block, for root)
  int64_t level = 1;     // of the tiles whose rows these are: 0 outer, 1 inner
  bool root = false;     // the whole block, shared by all threads
  bool perTrace = false; // one value per trace
  RowBorders borders;
};

/// Rows of a workspace have room for a multiple of so many samples: they begin where vectors are
/// aligned.
constexpr int64_t workspaceSamples = 64;

/// Room for the intermediate rows of an operation with loops of its own: bytes for every sample of
/// a trace, and for so many samples more; and bytes of tables.
struct Workspace {
  int64_t bytesPerSample = 0, moreSamples = 0, tableBytes = 0;
};

/// Sizes and offsets in scratch that depend on the block. `run` computes them once and leaves them
/// at the start of scratch, where the tile functions find them.
struct ScratchLayout {
  using Value = mlir::Value;
  Value total, threadBytes, threadStart;
  Value zeroRow;                                          // offset of a row of zeros with borders
  llvm::DenseMap<Value, Value> offset, rowBytes;          // per result of a stage
  llvm::DenseMap<Value, Value> tileRows, tilePlanes;      // of those that are no ring
  Value traceBuffer[2], junkRow, pointerTable, workspace; // offsets in a thread's part
  Value ranges;                                           // offset of the rows that stages make
  llvm::SmallVector<Value> plans, points;                 // offsets of plans, lengths of transforms
  llvm::SmallVector<Value> multipliers;                   // offsets of the tables of specmul
  llvm::SmallVector<Value> tables;                        // offsets of tables to look up
  llvm::SmallVector<Value> accumulators;                  // of results, offsets in a thread's part
  struct Tiles {
    Value lo[2], hi[2], extent[2], count[2];
  };
  llvm::SmallVector<Tiles> tiles; // per group
};

/// A Fourier plan a kernel needs: for traces of the block's length plus `pad` on both ends.
/// Its radices are the schedule's, where that names them.
struct PlanUse {
  fft_request request;
  int64_t pad;
  bool operator==(const PlanUse &o) const {
    return pad == o.pad && std::memcmp(&request, &o.request, sizeof request) == 0;
  }
};

class KernelEmitter {
public:
  using Value = mlir::Value;

  KernelEmitter(mlir::func::FuncOp graph, mlir::OpBuilder &b, const KernelOptions &options);
  /// Emits the kernel functions beside the graph function. Fails with a diagnostic.
  llvm::LogicalResult emit();

  // What RowStage and TraceStage use.
  LoopBuilder &builder() { return l; }
  mlir::Type element() const { return elementTy; }
  /// Lanes of the vectors of the stage being emitted.
  int64_t width() const { return current; }
  int64_t elementBytes() const { return elementTy.getIntOrFloatBitWidth() / 8; }
  mlir::VectorType vectorType() { return l.vec(current, elementTy); }
  const CallContext &context() const { return ctx; }

  /// Address of the row of `source` (a stage's result or an input) at a position that exists.
  Value rowPtr(Value source, Value i, Value j);
  /// Same at a position that may lie outside on the axes marked in `beyond`: the border rule acts.
  Value neighbourPtr(Value source, Value i, Value j, std::array<bool, 2> beyond, Border border);
  /// Whether rows of `source` lie in the caller's memory: nothing around them may be read.
  bool isCallerMemory(Value source) const { return !buffers.count(source); }
  bool isStored(Value result) const { return buffers.count(result); }
  /// Bytes between a row of an input and the one `rows` crosslines on.
  Value rowDistance(Value source, int64_t rows);
  /// Formats of the samples that the only input of a stage may have, by their names in the
  /// manifest: the stage loads it. Null for other stages.
  mlir::ArrayAttr loadFormats(const Stage &stage) const;
  /// The view and the seis_kernel_load of an input.
  std::pair<Value, Value> loadViews(Value source);
  /// Address of the row of output `index` at sample lo[2], for elements of `bytes` bytes.
  Value outputPtr(unsigned index, Value i, Value j, int64_t bytes);
  /// Whether inputs and outputs of the call are more than a last-level cache holds.
  Value isLargerThanCache();
  /// The stage that copies rows of a result to the caller, if the stage that makes them may write
  /// them there itself.
  const Stage *copyOf(const Stage &stage, unsigned result = 0) const {
    return isPass() ? nullptr : stages.find(stage.copies[result]);
  }
  /// Whether it does: where rows are whole in the caller's arrays, and those of operations with
  /// loops of their own stay in the caches.
  Value writesCopies(const Stage &stage);
  /// Outputs, as stages, whose rows under the front `stage` asks the caches for while it computes:
  /// stages that write several rows at once would wait for them.
  llvm::SmallVector<const Stage *> writtenSoon(const Stage &stage) const;
  /// Whether rows are whole in the caller's arrays.
  Value isWholeRow();
  /// Whether the tile being emitted makes row (i, j) of a stage.
  Value isMade(const Stage &stage, Value i, Value j);
  /// Writes the samples around a finished row of `result`.
  void fillBorders(Value result, Value row);
  /// 0-based index inside `extent` samples of one outside, by the border rule; not for zero.
  Value mapBorder(Value index, Value extent, Border border);

  Value traceBuffer(unsigned k) { return l.at(threadScratch, layout.traceBuffer[k]); }
  /// Room of this thread for the addresses that a long stencil reads from.
  Value pointerTable() { return l.at(threadScratch, layout.pointerTable); }
  /// Room of this thread for an operation with loops of its own.
  Value workspace() { return l.at(threadScratch, layout.workspace); }
  /// Rows that a stage makes in one call, at most.
  int64_t rowsPerStep(const Stage &stage) const {
    StageOp op = stage.op;
    return rowStep(static_cast<unsigned>(op.getGroup()));
  }
  /// Whether what a stage leaves in the workspace is there for the next rows of the plane.
  bool keepsWorkspace(const Stage &stage) const;
  Value junkRow() { return l.at(threadScratch, layout.junkRow); }
  /// The plan of a stage with a transform.
  PlanUse planUse(const Stage &stage) const;
  Value plan(const PlanUse &use);
  /// Lengths of transforms that the object has constant plans for.
  llvm::SmallVector<int64_t> knownLengths(const PlanUse &use) const;
  Value points(const PlanUse &use);
  Value multiplier(StageOp stage);
  /// The numbers that an operation with a table looks up.
  Value table(mlir::Operation *op);

  GroupAttr group(unsigned g) const {
    return llvm::cast<GroupAttr>(llvm::cast<mlir::ArrayAttr>(graph->getAttr("seis.groups"))[g]);
  }
  bool isPass() const { return !reduceKinds.empty(); }
  llvm::StringRef reduceKind(unsigned result) const { return reduceKinds[result]; }
  /// Elements of the pass's table that a result gives.
  int64_t reduceWidth(unsigned result) const { return reduceWidths[result]; }
  Value accumulator(unsigned result) { return l.at(threadScratch, layout.accumulators[result]); }
  /// Whether trace (i, j) of the box counts in a reduction.
  Value isLive(Value i, Value j);

private:
  using Tiles = ScratchLayout::Tiles;
  struct Range {
    Value lo, hi;
  };

  llvm::LogicalResult collect();
  llvm::LogicalResult checkLoads(const Stage &stage) const;
  void collectPlans(const Stage &stage);
  mlir::func::FuncOp define(llvm::StringRef suffix, mlir::ArrayRef<mlir::Type> args,
                            mlir::Type result, llvm::function_ref<Value(mlir::ValueRange)> body);
  void enter(Value call);
  /// The context of a function that works for a tile in a thread.
  void enterTile(Value call, Value inThread);
  void bindScalars();
  Value slot(llvm::function_ref<Value()> compute);
  void makeLayout(bool load);
  void layoutShared(Value &at);
  /// A place for volumes that are needed at different times: the first of them, and when it is
  /// used, from group to group.
  struct SharedVolume {
    Value first;
    llvm::SmallVector<std::pair<uint64_t, uint64_t>> used;
  };
  Value sharedVolume(Value v, llvm::SmallVectorImpl<SharedVolume> &volumes) const;
  void layoutThread();
  void growForRecursions(Value vectors[2]);
  Tiles tileShape(unsigned g);
  void preparePlans();
  void prepareMultipliers();
  void prepareTables();
  void emitParallel(unsigned g);
  void emitTask(unsigned g, Value task);
  void emitTile(unsigned g, Value row, Value column);
  void emitInnerTiles(unsigned g, int64_t phase);
  void emitFront(unsigned g, std::array<int64_t, 2> phase);
  void emitStages(unsigned g, std::array<int64_t, 2> phase, Value t, Value u, Value step);
  void emitStage(const Stage &stage, Value t, Value u, Value step);
  void collectParts();
  std::string partName(size_t part) const;
  void emitParts();
  Value rangeAddress(mlir::Operation *stage, unsigned level, unsigned axis);
  void storeRanges(const Stage &stage, unsigned level);
  void loadRanges(const Stage &stage);
  void callParts(unsigned g, std::array<int64_t, 2> phase, Value t, Value u, Value step);
  RowBuffer bufferOf(const Stage &stage, mlir::OpResult result) const;
  int64_t widthOf(const Stage &stage) const;
  Value tasks(unsigned g);
  Value tileExtent(const Stage &stage, unsigned axis, int64_t level);
  void clearAccumulators(unsigned g);
  void foldPartials(unsigned g, Value tile);
  int64_t rowStep(unsigned g) const;
  Value frontStep(unsigned g);
  int64_t alignedPad(const RowBuffer &buffer) const;
  int64_t zeroRowPad() const;
  void storeScalars();
  Value specialised(const PlanUse &use, Value length);
  Value requestOf(const PlanUse &use);

  mlir::func::FuncOp graph;
  LoopBuilder l;
  KernelOptions options;
  StageGraph stages;
  mlir::Type elementTy;
  int64_t lanes = 0;   // of a register
  int64_t current = 0; // of the stage being emitted
  int64_t widest = 0;  // of all stages
  std::string name;
  llvm::SmallVector<std::string> reduceKinds;
  llvm::SmallVector<int64_t> reduceWidths;
  llvm::DenseMap<Value, RowBuffer> buffers;
  llvm::SmallVector<Value> stored; // keys of `buffers` in program order
  llvm::DenseMap<Value, int64_t> inputIndex, paramIndex;
  llvm::SmallVector<PlanUse> plans;
  llvm::SmallVector<StageOp> multipliers;
  llvm::SmallVector<mlir::Operation *> tables;
  int64_t pointerBytes = 0; // of the addresses of the longest stencil
  Workspace room;           // the largest of all stages
  /// Stages of a phase that have a function of their own.
  struct Part {
    unsigned group;
    std::array<int64_t, 2> phase;
    llvm::SmallVector<const Stage *> stages;
  };
  std::vector<Part> parts;
  llvm::DenseMap<mlir::Operation *, int64_t> rangeIndex; // of stages in parts
  int64_t zeroPad = -1; // border samples of the row of zeros, -1: none is needed

  // Of the function being emitted.
  CallContext ctx;
  ScratchLayout layout;
  Value thread, threadScratch;
  bool loading = false;
  llvm::SmallVector<Value> slots;
  using Ranges = llvm::DenseMap<mlir::Operation *, std::array<Range, 2>>;
  Ranges ranges[2]; // rows each stage makes for the tile and for the inner tile
};

/// Bytes of the table of addresses that a stencil needs, 0 where its taps are unrolled.
int64_t pointerTableBytes(mlir::Operation *stencil);
/// Number of turns that unwrapping adds at a step `d` of the phase, and the corrected step.
std::pair<mlir::Value, mlir::Value> unwrapStep(KernelEmitter &k, mlir::Value d);
/// Emits rows [ja, jb) of plane i of a stage with samples in the lanes.
void emitRowStage(KernelEmitter &k, const Stage &stage, mlir::Value i, mlir::Value ja,
                  mlir::Value jb);
/// Emits rows [ja, jb) of plane i of a stage with traces in the lanes.
void emitTraceStage(KernelEmitter &k, const Stage &stage, mlir::Value i, mlir::Value ja,
                    mlir::Value jb);
/// Emits rows [ja, jb) of plane i of a stage that loads an input of several formats.
void emitLoadStage(KernelEmitter &k, const Stage &stage, mlir::Value i, mlir::Value ja,
                   mlir::Value jb);
/// Emits rows [ja, jb) of plane i of a stage of co-occurrence matrices.
/// `isFirst`: whether no rows of the plane were made before these.
void emitGlcm(KernelEmitter &k, const Stage &stage, mlir::Value i, mlir::Value ja, mlir::Value jb,
              mlir::Value isFirst);
/// Whether it makes use of what it left in its workspace.
bool glcmKeepsLevels(StageOp stage);
/// Its workspace for `rows` rows at a time and vectors of so many bytes.
Workspace glcmWorkspace(StageOp stage, int64_t rows, bool f64, int64_t vectorBytes);
/// Emits lines [lo, hi) of a scan along inlines or crosslines.
void emitAxisScan(KernelEmitter &k, const Stage &stage, mlir::Value lo, mlir::Value hi);
/// Same of a recursion along inlines or crosslines.
void emitAxisRecursion(KernelEmitter &k, const Stage &stage, mlir::Value lo, mlir::Value hi);
/// A recursion over `length` vectors that begin at `x`, `stride` vectors apart, in place: lanes are
/// lines. `scratch` has room for length + 2 pad vectors of f64.
void emitRecursion(KernelEmitter &k, IirOp op, mlir::Value x, int64_t stride, mlir::Value length,
                   mlir::Value scratch);
/// Vectors of samples that a recursion along inlines or crosslines takes through a line together.
constexpr int64_t recursionColumns = 4;
/// The results of seis.eigh3 for vectors of its operands.
llvm::SmallVector<mlir::Value> emitEigH3(LoopBuilder &l, llvm::ArrayRef<mlir::Value> operands);
/// Where seis.coheig reads: a table of addresses of sample 0 of row p of input c at c * n + p, the
/// first sample of the vector, and the lanes that may be read (null: all).
struct CohEigRows {
  mlir::Value table, sample, mask;
};
/// The result of seis.coheig for a vector of samples.
mlir::Value emitCohEig(LoopBuilder &l, CohEigOp op, mlir::VectorType type, const CohEigRows &rows);
/// `op` (arith, math or an elementwise seis operation) on vectors or scalars of the compute type.
mlir::Value emitElementwise(LoopBuilder &l, mlir::Operation *op,
                            llvm::ArrayRef<mlir::Value> operands);

/// A function of our vector math ("log", "atan2") of vectors of any length.
mlir::Value emitMath(LoopBuilder &l, llvm::StringRef function,
                     llvm::ArrayRef<mlir::Value> operands);

} // namespace seis

#endif // SEIS_CODEGEN_CPU_KERNELEMITTER_H
