//===- AxisScan.cpp - Scans along inlines or crosslines -------------------===//
// A line of traces is folded trace by trace, samples in the lanes: one row of
// accumulators runs along, and every row of the result is a copy of it. The order
// of a sum is that of the survey, whatever is computed beside it. A line that
// holds NaN or infinity is NaN throughout, which is known only at its end; so the
// result is kept whole, and what reads it comes in a later group.
//===----------------------------------------------------------------------===//
#include "KernelEmitter.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace seis;

namespace {

/// One line: all traces that differ in their position along the axis of the scan only.
class LineScan {
public:
  LineScan(KernelEmitter &k, const Stage &stage, Value line)
      : k(k), l(k.builder()), op(cast<ScanOp>(StageOp(stage.op).getBody().front().front())),
        source(stage.op->getOperand(0)), result(stage.op->getResult(0)), line(line),
        type(k.vectorType()), samples(k.context().block[2]),
        traces(k.context().block[static_cast<unsigned>(op.getAxis())]) {
    isSum = op.getFold() == Fold::Add;
    accumulatorType = isSum ? l.vec(k.width(), l.b.getF64Type()) : type;
  }

  void emit() {
    foldTrace(l.i64(0), /*isFirst=*/true);
    l.loop(l.i64(1), traces, 1, [&](Value n) { foldTrace(n, /*isFirst=*/false); });
    l.ifThen(isAnyPoisoned(), [&] {
      l.loop(l.i64(0), traces, 1, [&](Value n) { poisonTrace(n); });
    });
    l.loop(l.i64(0), traces, 1, [&](Value n) { k.fillBorders(result, row(result, n)); });
  }

private:
  /// Row of trace n of the line, in the order of the scan.
  Value row(Value volume, Value n) {
    if (op.getDirection() == Direction::Backward)
      n = l.sub(l.sub(traces, 1), n);
    return op.getAxis() == Axis::Inline ? k.rowPtr(volume, n, line) : k.rowPtr(volume, line, n);
  }

  Value sampleAt(Value row, Value s) { return l.element(row, k.element(), s); }
  Value accumulatorAt(Value s) {
    return l.element(k.traceBuffer(0), accumulatorType.getElementType(), s);
  }
  /// Zero, or NaN where the line holds NaN or infinity.
  Value poisonAt(Value s) { return sampleAt(k.traceBuffer(1), s); }

  Value widen(Value x) {
    bool isWide = !isSum || k.element().isF64();
    return isWide ? x : Value(arith::ExtFOp::create(l.b, l.loc, accumulatorType, x));
  }
  Value narrow(Value x) {
    bool isNarrow = !isSum || k.element().isF64();
    return isNarrow ? x : Value(arith::TruncFOp::create(l.b, l.loc, type, x));
  }
  Value fold(Value acc, Value x) {
    if (isSum)
      return l.fadd(acc, x);
    return op.getFold() == Fold::Max ? Value(arith::MaximumFOp::create(l.b, l.loc, acc, x))
                                     : Value(arith::MinimumFOp::create(l.b, l.loc, acc, x));
  }

  /// Folds trace n into the accumulators and writes them as trace n of the result.
  void foldTrace(Value n, bool isFirst) {
    Value from = row(source, n), to = row(result, n), zero = l.real(type, 0.0);
    unsigned bytes = k.elementBytes();
    l.loop(l.i64(0), samples, k.width(), [&](Value s) {
      Value x = k.isCallerMemory(source)
                    ? l.maskedLoad(type, sampleAt(from, s), lanesAt(s), bytes)
                    : Value(l.load(type, sampleAt(from, s), bytes));
      Value acc = widen(x), poison = l.fmul(x, zero);
      if (!isFirst) {
        acc = fold(l.load(accumulatorType, accumulatorAt(s), bytes), acc);
        poison = l.fma(x, zero, l.load(type, poisonAt(s), bytes));
      }
      l.store(acc, accumulatorAt(s), bytes);
      l.store(poison, poisonAt(s), bytes);
      l.store(narrow(acc), sampleAt(to, s), bytes);
    });
  }

  Value lanesAt(Value s) { return l.firstLanes(k.width(), l.sub(samples, s)); }
  Value isNan(Value v) {
    return arith::CmpFOp::create(l.b, l.loc, arith::CmpFPredicate::UNO, v, v);
  }

  Value isAnyPoisoned() {
    Value zero = l.real(type, 0.0);
    auto add = [&](Value s, ValueRange carried) {
      Value poison = l.load(type, poisonAt(s), k.elementBytes());
      return SmallVector<Value>{l.fadd(carried[0], l.select(lanesAt(s), poison, zero))};
    };
    Value all = l.loop(l.i64(0), samples, k.width(), ValueRange{zero}, add)[0];
    return vector::ReductionOp::create(l.b, l.loc, vector::CombiningKind::OR, isNan(all));
  }

  void poisonTrace(Value n) {
    Value to = row(result, n);
    l.loop(l.i64(0), samples, k.width(), [&](Value s) {
      Value poison = l.load(type, poisonAt(s), k.elementBytes());
      Value finite = l.load(type, sampleAt(to, s), k.elementBytes());
      l.store(l.select(isNan(poison), poison, finite), sampleAt(to, s), k.elementBytes());
    });
  }

  KernelEmitter &k;
  LoopBuilder &l;
  ScanOp op;
  Value source, result, line;
  VectorType type, accumulatorType;
  bool isSum;
  Value samples, traces;
};

} // namespace

void seis::emitAxisScan(KernelEmitter &k, const Stage &stage, Value lo, Value hi) {
  if (k.isStored(stage.op->getResult(0)))
    k.builder().loop(lo, hi, 1, [&](Value line) { LineScan(k, stage, line).emit(); });
}
