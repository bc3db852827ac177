//===- RowLoop.h - The loop over the samples of a row ----------*- C++ -*-===//
// A stage with samples in the lanes, for `rows` rows of a plane at once: a loop
// whose body computes all operations of the stage for one vector of samples of
// every row. RowStage.cpp has the loop, its loads and its pointwise operations,
// RowStencil.cpp what reads neighbours, RowResult.cpp what is done with results.
//===----------------------------------------------------------------------===//
#ifndef SEIS_CODEGEN_CPU_ROWLOOP_H
#define SEIS_CODEGEN_CPU_ROWLOOP_H

#include "KernelEmitter.h"
#include "Taps.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include <map>

namespace seis {

class RowLoop {
  using Block = mlir::Block;
  using Operation = mlir::Operation;
  using Value = mlir::Value;
  using VectorType = mlir::VectorType;

public:
  /// Rows j to j + rows - 1 of plane i. With a `copy` they are written to its output, too.
  RowLoop(KernelEmitter &k, const Stage &stage, Value i, Value j, int64_t rows,
          const Stage *copy = nullptr)
      : k(k), l(k.builder()), stage(stage), copy(copy), body(stage.op->getRegion(0).front()), i(i),
        j(j), rows(rows), width(k.width()), same(sameInAllTraces(body)) {}

  void emit();

private:
  using Rows = llvm::SmallVector<Value, 8>;

  /// Where vectors begin so that the first row is written in whole lines of memory: at most a
  /// vector before `begin`. It is `begin` unless stores go past the caches.
  Value alignedStart(Value begin);

  /// Whole vectors without masks; what is left at both ends of the row with one.
  void emitSplit(Value begin, Value aligned);

  /// A loop over [from, to), as many vectors at a time as the group says, and one for the rest.
  void emitLoops(Value from, Value to);

  /// A loop over [from, to), `vectors` vectors at a time. What does not change is computed before
  /// the first one.
  void emitLoop(Value from, Value to, int64_t vectors);

  /// For the wrapped differences of the body, row by row: the corrected step into the sample at
  /// `from`, in the last lane. A vector of steps serves its own samples and the ones after them, so
  /// that each step is corrected once.
  llvm::SmallVector<Value> stepsBefore(Value from);

  /// The body of the stage for one vector of samples from at + offset, at the end of `block`.
  void emitBody(Block *block, Value at, int64_t offset = 0);

  Value row(int64_t q) { return l.add(j, q); }
  Value operandOf(Value blockArg) {
    return stage.op->getOperand(mlir::cast<mlir::BlockArgument>(blockArg).getArgNumber());
  }
  /// Emits before the loop over samples.
  template <typename F> auto hoisted(F f) {
    mlir::OpBuilder::InsertionGuard guard(l.b);
    if (loop)
      l.b.setInsertionPoint(loop);
    return f();
  }

  /// Values per trace: no loop over samples.
  void emitPerTrace();
  void bindTargets();

  //===--------------------------------------------------------------------===//
  // Loads
  //===--------------------------------------------------------------------===//

  Value pointer(Value source, int64_t di, int64_t r, int64_t dj, Border border);

  /// Lanes that exist, of `scale` elements per sample; null where all do.
  Value mask(int64_t scale = 1, int64_t offset = 0);
  Value loadAt(Value source, Value ptr, int64_t dk);

  Value loadVector(VectorType type, Value at, Value m, unsigned align) {
    return m ? l.maskedLoad(type, at, m, align) : l.load(type, at, align);
  }

  /// Real and imaginary parts of a complex input.
  std::pair<Value, Value> loadComplex(Value source, int64_t q);

  /// The value of `v` at the samples of row q.
  Value valueOf(Value v, int64_t q);
  /// The value of `v` at the samples of the row `dj` crosslines after row q, which may be beyond
  /// the survey; computed here unless it is a row of an operand.
  Value valueAt(Value v, int64_t q, int64_t dj, Border border);

  //===--------------------------------------------------------------------===//
  // Operations
  //===--------------------------------------------------------------------===//

  void evaluate(Operation *op);
  /// Whether `op` is evaluated at the rows where stencils read it, and only there.
  static bool isOnlyReadElsewhere(Operation *op);
  void evaluateParts(Operation *op, Value complex);
  Value pointwise(Operation *op, int64_t q);
  Value broadcast(Value scalar, bool perTrace);
  Value indexVolume(Axis axis, int64_t q);

  /// Address of the table of line numbers.
  Value lineTable(Value source);

  /// The table ends with the samples, also where all else has slack behind them.
  Value lineMask();
  Value lineNumber(LineOp op, int64_t q);

  //===--------------------------------------------------------------------===//
  // Stencils
  //===--------------------------------------------------------------------===//

  Rows stencil(Operation *op);

  /// A vector of a constant weight; null where the operation has none.
  Value weightOf(Operation *op, double w);

  Value accumulate(Operation *op, Value acc, Value x, Value weight);

  /// Many taps: tables of row, sample offset and weight for a loop.
  struct LongTaps {
    Value source, addresses, rowOf, offsetOf, weightOf;
    int64_t count;
  };
  LongTaps longTaps(Operation *op, llvm::ArrayRef<Tap> taps);
  /// The samples that tap `n` reads for row q.
  Value longTap(const LongTaps &t, Value n, int64_t q);
  Rows longStencil(Operation *op, llvm::ArrayRef<Tap> taps);

  /// What is made of all samples of a window together.
  Rows selection(Operation *op, llvm::ArrayRef<Tap> taps);

  /// Samples of the row at fractional positions.
  Rows gathered(GatherOp op);

  /// Half the sum of the corrected steps to both neighbours along the trace.
  Rows wrappedDifference(Operation *op);

  Rows coherence(CohEigOp op);

  /// The corrected steps into the samples `dk` after those of row q.
  Value stepInto(Operation *op, int64_t q, int64_t dk);

  /// The step that `unwrap` makes of a step d: d itself below pi, else d + 2 pi n in [-pi, pi],
  /// pi rather than -pi for a positive d.
  Value correctedStep(Value d) { return unwrapStep(k, d).second; }

  //===--------------------------------------------------------------------===//
  // Results
  //===--------------------------------------------------------------------===//

  /// Stores result `n` of the stage.
  void storeResult(unsigned n, int64_t q);

  /// `scale` elements per sample, this vector beginning `offset` elements after the first.
  void storeToCaller(Value v, int64_t q, int64_t bytes, int64_t scale, int64_t offset);

  /// Whether row q is written past the caches.
  Value goesPast(int64_t q, int64_t vectorBytes);
  void storeComplex(Value result, int64_t q);
  void copyAccumulator(unsigned output, Value from, Value to);
  /// Folds a row into all reductions of the value.
  void accumulateInto(Value result, int64_t q);
  void accumulate(unsigned output, Value partial, Value v, Value existing);

  KernelEmitter &k;
  LoopBuilder &l;
  const Stage &stage, *copy;
  Block &body;
  Value i, j;
  int64_t rows, width;
  llvm::DenseSet<Value> same; ///< values that all rows share
  Value first, end, sample;   ///< of the row and of the vector being emitted
  mlir::scf::ForOp loop;
  Store store = Store::Auto;
  int64_t unroll = 1;        ///< vectors at a time
  bool startsBefore = false; ///< whether the first vector may begin before the row
  bool masked = false;       ///< whether the vector being emitted may reach beyond the row
  bool isEdge = false;       ///< whether it is one of those at the ends that are not whole
  Rows targets;              ///< rows in scratch, or those of the caller
  Rows outside;              ///< rows of the caller
  Rows soon;                 ///< rows of the caller that other stages write under the same front
  Rows live, past;
  Rows partials; ///< of reductions, for this row
  llvm::DenseMap<Value, Rows> values;
  std::map<std::pair<const void *, int64_t>, Value> elsewhere; ///< values at rows counted from 0
  std::map<std::tuple<const void *, int64_t, int64_t, int>, Value> pointers;
  std::map<std::pair<const void *, int64_t>, Value> loads;
  llvm::DenseMap<Operation *, Value> tables; ///< of addresses, of long stencils
  int64_t tableBytes = 0;
  std::map<std::pair<int64_t, int64_t>, Value> masks;
  llvm::SmallVector<Value> *carried =
      nullptr; ///< steps of the vector before; null outside of loops
};

} // namespace seis

#endif // SEIS_CODEGEN_CPU_ROWLOOP_H
