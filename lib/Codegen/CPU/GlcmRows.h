//===- GlcmRows.h - Features of co-occurrence matrices ----------*- C++ -*-===//
// No window ever gets a histogram. Lanes are windows whose centres are neighbours
// on a trace.
//
// What is linear in the matrix is a sum over the pairs of the window of a function
// of their two levels: sums over the rows of the window first, then over its
// columns. The levels are integers, so the sums are exact: those of differences and
// sums of levels are made in 16 bits where that holds them and no level is NaN.
//
// The second moment and the entropy need, for every pair p of the window, how many
// pairs of the window have its code, the unordered pair of levels: m_p. With w_p = 2
// for equal levels, else 1, and P pairs,
//   asm = sum_p w_p m_p / (2 P^2),   entropy = -1/P sum_p ln(w_p m_p / (2 P)).
// m_p is counted where p is, for all windows that hold p and share its row: equal
// codes at every distance d along the trace are added over the rows of the window,
// one compare and one addition of bytes a row, and a window at b columns before p
// takes the sum over its columns, which slides with b. The cost does not depend on
// the number of levels. The logarithm of many factors is one of their product.
//
// In large boxes, where that is quadratic in the rows of the window, the counts of one
// matrix slide along the trace instead, and whole numbers are added to and taken from
// the sums of h^2 and h ln h over its entries h.
//
//   levels  rows of grey levels around the rows of the call, with borders, made where they are
//           read for the first time: in a ring, where the next call finds those it needs again
//   codes   per offset: a row of codes for each row of first ends
//   columns per offset and moment: sums over the rows of the window
//   counts  per offset and column of the window: product and sum of w_p m_p over its rows
//===----------------------------------------------------------------------===//
#ifndef SEIS_LIB_CODEGEN_CPU_GLCMROWS_H
#define SEIS_LIB_CODEGEN_CPU_GLCMROWS_H

#include "GlcmPlan.h"
#include "KernelEmitter.h"
#include "seis/Dialect/Seis/Analysis/RealRange.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

namespace seis::glcm {

using mlir::Block;
using mlir::Operation;
using mlir::Value;
using mlir::ValueRange;
using mlir::VectorType;

/// The co-occurrence matrix of a stage; before it stands what is computed where it reads.
inline Operation *matrixOf(StageOp stage) {
  Block &body = stage.getBody().front();
  return body.getTerminator()->getPrevNode();
}

/// The rows of one call.
class GlcmRows {
public:
  GlcmRows(KernelEmitter &k, const Stage &stage, const Plan &plan, Value i, Value ja, Value jb,
           Value isFirst)
      : k(k), l(k.builder()), stage(stage), plan(plan), layout(plan, k.rowsPerStep(stage)),
        op(stage.op), i(i), ja(ja), jb(jb), isFirst(isFirst), width(k.width()),
        stepRows(k.rowsPerStep(stage)), type(k.vectorType()) {
    samples = k.context().block[2];
    length = l.add(l.roundUp(samples, workspaceSamples), moreSamples(plan));
    base = k.workspace();
    accumulator = plan.wide ? l.vec(width, l.b.getF64Type()) : type;
    code = l.vec(plan.codeLanes(), l.b.getIntegerType(static_cast<unsigned>(plan.codeBits)));
    wholeSums = l.vec(plan.vectorBytes / 2, l.b.getI16Type());
    RealRange range = rangeOf(matrixOf(stage.op)->getOperand(0));
    keeps = k.keepsWorkspace(stage);
    areLevels = range.isWhole && range.lo >= 0 && range.hi < static_cast<double>(plan.levels);
  }

  void emit();

private:
  using Values = SmallVector<Value, 16>;

  /// Where a row of windows of one feature goes.
  struct Target {
    GlcmFeature feature;
    Value row;
    bool mayBeCaller; ///< whether it may lie in the caller's array
  };

  /// Features of the windows at samples begin..end of all rows.
  void makeWindows(Value rows);

  void makeWindowsOfLevels(Value rows);

  //===--------------------------------------------------------------------===//
  // Workspace
  //===--------------------------------------------------------------------===//

  /// Address of sample 0 of row `row` of a region.
  Value rowOf(const Rows &region, Value row);
  /// Rows of several planes of a region.
  struct Planes {
    const Rows &region;
    int64_t rows; ///< of a plane
  };
  Planes levels() const { return {layout.levels, levelRows()}; }
  int64_t levelRows() const { return stepRows + plan.window[1] - 1; } ///< of a plane
  Planes codesOf(unsigned n) const {
    return {layout.codes[n], stepRows + plan.parts[n].count[1] - 1};
  }
  Value rowOf(const Planes &planes, Value plane, Value row) {
    return rowOf(planes.region, l.add(l.mul(plane, planes.rows), row));
  }

  /// Levels that are kept lie in a ring.
  Value levelRow(Value plane, Value row) {
    return rowOf(levels(), plane, keeps ? l.rem(l.add(ja, row), l.i64(levelRows())) : row);
  }
  /// First ends of the pairs of a window at sample s begin at s.
  Value codeRow(unsigned n, Value plane, Value row) { return rowOf(codesOf(n), plane, row); }
  /// Of one of the rows made together.
  Value columnRow(unsigned n, unsigned moment, Value which);
  /// Rows of products or sums for column b of the windows.
  Value countRow(const Rows &region, unsigned n, int64_t b);
  Value load(VectorType t, Value row, Value s, int64_t offset = 0);
  void store(Value v, Value row, Value s, int64_t offset = 0);

  //===--------------------------------------------------------------------===//
  // Levels and codes
  //===--------------------------------------------------------------------===//

  Value compare(mlir::arith::CmpFPredicate p, Value x, Value y);

  void makeLevels();

  /// Levels of 16 bits. True where one of them is NaN: then they are of no use.
  Value makeWholeLevels();

  /// f(values, row of levels, sample, lanes that exist or null where all do, carried).
  using ForLevel = llvm::function_ref<SmallVector<Value>(Value, Value, Value, Value, ValueRange)>;

  /// Calls f for all levels of the windows, but those that are kept.
  Values forLevels(ValueRange init, ForLevel f);

  /// Rows of levels, of every plane, that are there from the rows before: the first ones.
  Value keptRows();

  /// Two marks in the workspace, 0 or 1, whether levels of the rows before are as they should be:
  /// for the samples still to come, and for the rows after these.
  Value marks() { return l.at(base, l.mul(length, layout.before)); }
  void mark(Value soFar, Value next) {
    l.store(soFar, marks());
    l.store(next, l.at(marks(), 8));
  }

  /// Same for one row of them, from row `at` of the survey; and for zeros in its place.
  SmallVector<Value> forLevelsOfRow(const Value (&at)[2], Value to, ValueRange init, ForLevel f);
  SmallVector<Value> forNoLevels(Value to, ValueRange init, ForLevel f);

  Value isInSurvey(const Value (&at)[2]);

  /// Samples of what the matrix reads, which may be computed in the stage; `rows`: of the stage's
  /// operands.
  Value inputAt(const llvm::DenseMap<Value, Value> &rows, Value s, Value mask);

  /// A whole number of 0..levels-1, or NaN.
  Value levelOf(Value x);

  /// Where the first ends of the pairs in the first column of the window at sample 0 lie.
  int64_t firstColumn(const Part &part) const { return part.first[2] - plan.window[2] / 2; }

  /// Addresses of the levels of both ends of the pairs in a row, at the window at sample 0.
  std::pair<Value, Value> ends(const Part &part, Value plane, Value row);

  /// Sample s of a row of pairs: up to the last column of the last window.
  Value pairsEnd(const Part &part) { return l.add(end, part.count[2] - 1); }

  void makeCodes(unsigned n);

  /// The smaller level in the upper half of the bits. NaN counts as level 0; its windows are made
  /// NaN by a moment.
  Value codeOf(Value a, Value b);

  //===--------------------------------------------------------------------===//
  // Moments
  //===--------------------------------------------------------------------===//

  /// Of levels of 16 bits.
  Value wholeMomentOf(unsigned moment, Value a, Value b);

  Value momentOf(unsigned moment, Value a, Value b);

  /// Of sums over the rows of a window, and of the levels that they are made of.
  VectorType sumType() const { return isWhole ? wholeSums : accumulator; }
  VectorType levelType() const { return isWhole ? wholeSums : type; }
  Value added(Value x, Value y) { return isWhole ? addCodes(x, y) : l.fadd(x, y); }

  Value widen(Value v);
  Value narrow(Value v);

  /// Sums over the rows of the window, at the sample of their first ends, for the windows of
  /// several rows from `first` on: they share most of what they add. Rows beyond the last one read
  /// what is there.
  void addColumns(unsigned n, Value first);

  /// Adds the pairs of a row, whose ends lie in these rows of levels, to the rows [windows.first,
  /// windows.second) of windows.
  void addRow(Values &sums, ArrayRef<unsigned> moments, std::pair<Value, Value> ends, Value s,
              std::pair<int64_t, int64_t> windows);

  /// Sums over the columns of a vector of windows from s on.
  Value acrossColumns(unsigned moment, Value s, Value which);

  /// A vector of a row from s + by on, made of its vectors at s and behind, which are loaded once:
  /// a load across lines of memory takes longer than a shuffle.
  Value shifted(std::map<int64_t, Value> &vectors, Value row, Value s, int64_t by);

  /// Some of a vector of whole sums, as reals.
  Value pieceOf(Value sums, int64_t first);

  //===--------------------------------------------------------------------===//
  // Counts
  //===--------------------------------------------------------------------===//

  Value codes(int64_t v);
  Value addCodes(Value x, Value y) { return mlir::arith::AddIOp::create(l.b, l.loc, x, y); }

  /// Products and sums of w_p m_p over the rows of the windows, for pairs of one offset.
  void countPart(unsigned n, Value row);

  /// Adds ln(product / scale) where a product holds as many factors as it can.
  void addLogarithms(unsigned n, Value s, Value scale);

  /// The pairs in row u of the window, a vector of them from s on: counts them in all windows that
  /// hold them.
  void countRowPairs(unsigned n, Value row, Value s, Value u);

  /// Adds to equal[b], for the window whose column b holds p, its pairs of the offset `other` with
  /// the code of p.
  void addEqual(unsigned n, unsigned other, Value row, Value s, Value mine, Values &equal);

  /// Calls f(bytes from the first of them, carried) for the rows of a window with first ends.
  Values overLoop(const Part &part, const Planes &planes, const Values &init,
                  llvm::function_ref<Values(Value, ValueRange)> f);

  /// Multiplies and adds w_p m_p to what column b of the windows has.
  void keep(unsigned n, int64_t b, Value s, Value count);

  //===--------------------------------------------------------------------===//
  // A histogram that slides
  //===--------------------------------------------------------------------===//

  /// h ln h of every entry of a matrix of counts, times 2^40: whole numbers, so that no sum drifts.
  static constexpr double logScale = 0x1p40;

  /// Second moment and entropy of a row of windows, from the counts of one matrix: a window loses
  /// the pairs of a column and gains those of the next.
  void slide(Value row);

  /// Counts, or no longer counts, the pairs in a column of one offset; `sums` are those of h^2 and
  /// of h ln h over the matrix. An entry off the diagonal stands for two.
  Values move(unsigned n, Value row, Value column, bool isGain, const Values &sums);

  /// The features of the window at s; `whole` is what a window of one code has.
  void keepSums(Value s, ValueRange sums, int64_t whole);

  //===--------------------------------------------------------------------===//
  // Whole matrices
  //===--------------------------------------------------------------------===//

  /// The matrices of a row of windows, in the caller's arrays.
  void makeTables(Value row);

  void makeTable(Value table, Value row, Value s);

  /// Counts a pair of levels both ways.
  void addPair(Value table, Value a, Value b);

  //===--------------------------------------------------------------------===//
  // Features
  //===--------------------------------------------------------------------===//

  /// v / by, rounded right, from the rounded 1 / by: a third of the time of a division.
  Value divided(Value v, double by);

  /// sum_p w_p m_p of the windows at s.
  Value countedSum(Value s);

  /// sum_p ln(w_p m_p / 2 P) of the windows at s. Products are divided by that of as many factors
  /// 2 P, multiplied in the same order: of a window of one code it is exactly 0.
  Value countedLogarithms(Value s);

  /// Everything about the windows at s that several features share.
  struct Shared {
    Value moments[numMoments];
    Value poison, spread, squares; ///< `spread`: 4 P^2 times the variance
  };

  /// Sums of moments of a vector of windows; of whole sums that is several vectors of samples.
  using Moments = std::array<Value, numMoments>;

  Shared sharedAt(Value s, const Moments &sums, int64_t piece);

  Value featureOf(GlcmFeature feature, const Shared &all, Value s);

  SmallVector<Target> targetsOf(Value row);

  /// The features of a row of windows.
  void combine(Value which, ArrayRef<Target> targets);

  KernelEmitter &k;
  LoopBuilder &l;
  const Stage &stage;
  const Plan &plan;
  Layout layout;
  Operation *op;
  Value i, ja, jb, isFirst;
  int64_t width, stepRows;
  VectorType type, accumulator, code, wholeSums;
  bool areLevels;       ///< whether the operand holds nothing but levels and NaN
  bool keeps;           ///< whether levels of the rows before are still there
  bool isWhole = false; ///< whether levels and sums of 16 bits are being emitted
  Value samples, length, base;
  Value begin, end;            ///< samples of the windows being made
  Value histogram, logarithms; ///< counts of a matrix, h ln h of a count
};

} // namespace seis::glcm

#endif // SEIS_LIB_CODEGEN_CPU_GLCMROWS_H
