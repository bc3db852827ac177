//===- AxisScan.cpp - Scans along inlines or crosslines -------------------===//
// A line of traces is folded trace by trace, samples in the lanes: one row of
// accumulators runs along, and every row of the result is a copy of it. The order
// of a sum is that of the survey, whatever is computed beside it. A line that
// holds NaN or infinity is NaN throughout, which is known only at its end; so the
// result is the caller's array, or is kept whole and read by later groups.
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
        type(k.vectorType()), traces(k.context().block[static_cast<unsigned>(op.getAxis())]) {
    isSum = op.getFold() == Fold::Add;
    const CallContext &ctx = k.context();
    toCaller = !stage.outputs.empty();
    output = toCaller ? stage.outputs[0] : 0;
    begin = toCaller ? ctx.lo[2] : l.i64(0);
    end = toCaller ? l.add(ctx.lo[2], ctx.extent[2]) : ctx.block[2];
    accumulatorType = isSum ? l.vec(k.width(), l.b.getF64Type()) : type;
  }

  void emit() {
    foldTrace(l.i64(0), /*isFirst=*/true);
    l.loop(l.i64(1), traces, 1, [&](Value n) { foldTrace(n, /*isFirst=*/false); });
    l.ifThen(isAnyPoisoned(), [&] {
      l.loop(l.i64(0), traces, 1, [&](Value n) { ifWanted(n, [&] { poisonTrace(n); }); });
    });
    if (!toCaller)
      l.loop(l.i64(0), traces, 1, [&](Value n) { k.fillBorders(result, targetRow(n)); });
  }

private:
  /// Inline and crossline of trace n of the line, in the order of the scan.
  std::pair<Value, Value> position(Value n) {
    if (op.getDirection() == Direction::Backward)
      n = l.sub(l.sub(traces, 1), n);
    return op.getAxis() == Axis::Inline ? std::pair(n, line) : std::pair(line, n);
  }
  Value sourceRow(Value n) {
    auto [i, j] = position(n);
    return k.rowPtr(source, i, j);
  }
  /// Where sample 0 of trace n of the result lies; of the caller's array, would lie.
  Value targetRow(Value n) {
    auto [i, j] = position(n);
    if (!toCaller)
      return k.rowPtr(result, i, j);
    return sampleAt(k.outputPtr(output, i, j, k.elementBytes()), l.sub(l.i64(0), begin));
  }

  /// The line is folded from end to end, of the caller's array only a part may be wanted.
  void ifWanted(Value n, llvm::function_ref<void()> write) {
    if (!toCaller)
      return write();
    unsigned axis = static_cast<unsigned>(op.getAxis());
    auto [i, j] = position(n);
    Value at = l.sub(axis == 0 ? i : j, k.context().lo[axis]);
    l.ifThen(l.both(l.ge(at, l.i64(0)), l.lt(at, k.context().extent[axis])), write);
  }

  void storeResult(Value v, Value row, Value s) {
    if (toCaller)
      l.maskedStore(v, sampleAt(row, s), lanesAt(s), k.elementBytes());
    else
      l.store(v, sampleAt(row, s), k.elementBytes());
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
    Value from = sourceRow(n), zero = l.real(type, 0.0);
    Value next;
    if (op.getAxis() == Axis::Inline) // a plane apart: no prefetcher looks that far
      next = sourceRow(l.min(l.add(n, 1), l.sub(traces, 1)));
    unsigned bytes = k.elementBytes();
    l.loop(begin, end, k.width(), [&](Value s) {
      Value x = k.isCallerMemory(source) ? l.maskedLoad(type, sampleAt(from, s), lanesAt(s), bytes)
                                         : Value(l.load(type, sampleAt(from, s), bytes));
      if (next)
        l.prefetch(sampleAt(next, s));
      Value acc = widen(x), poison = l.fmul(x, zero);
      if (!isFirst) {
        acc = fold(l.load(accumulatorType, accumulatorAt(s), bytes), acc);
        poison = l.fma(x, zero, l.load(type, poisonAt(s), bytes));
      }
      l.store(acc, accumulatorAt(s), bytes);
      l.store(poison, poisonAt(s), bytes);
    });
    ifWanted(n, [&] {
      Value to = targetRow(n);
      l.loop(begin, end, k.width(), [&](Value s) {
        storeResult(narrow(l.load(accumulatorType, accumulatorAt(s), bytes)), to, s);
      });
    });
  }

  Value lanesAt(Value s) { return l.firstLanes(k.width(), l.sub(end, s)); }
  Value isNan(Value v) {
    return arith::CmpFOp::create(l.b, l.loc, arith::CmpFPredicate::UNO, v, v);
  }

  Value isAnyPoisoned() {
    Value zero = l.real(type, 0.0);
    auto add = [&](Value s, ValueRange carried) {
      Value poison = l.load(type, poisonAt(s), k.elementBytes());
      return SmallVector<Value>{l.fadd(carried[0], l.select(lanesAt(s), poison, zero))};
    };
    Value all = l.loop(begin, end, k.width(), ValueRange{zero}, add)[0];
    return vector::ReductionOp::create(l.b, l.loc, vector::CombiningKind::OR, isNan(all));
  }

  void poisonTrace(Value n) {
    Value to = targetRow(n);
    l.loop(begin, end, k.width(), [&](Value s) {
      Value poison = l.load(type, poisonAt(s), k.elementBytes());
      Value isPoisoned = l.both(isNan(poison), lanesAt(s));
      l.maskedStore(poison, sampleAt(to, s), isPoisoned, k.elementBytes());
    });
  }

  KernelEmitter &k;
  LoopBuilder &l;
  ScanOp op;
  Value source, result, line;
  VectorType type, accumulatorType;
  bool isSum, toCaller;
  unsigned output;
  Value begin, end, traces;
};

} // namespace

void seis::emitAxisScan(KernelEmitter &k, const Stage &stage, Value lo, Value hi) {
  LoopBuilder &l = k.builder();
  if (!stage.outputs.empty()) { // the group may make all of the block for its other stages
    const CallContext &ctx = k.context();
    unsigned across = *stage.scanAxis == Axis::Inline ? 1 : 0;
    lo = l.max(lo, ctx.lo[across]);
    hi = l.min(hi, l.add(ctx.lo[across], ctx.extent[across]));
  } else if (!k.isStored(stage.op->getResult(0))) {
    return;
  }
  if (isa<IirOp>(StageOp(stage.op).getBody().front().front()))
    emitAxisRecursion(k, stage, lo, hi);
  else
    l.loop(lo, hi, 1, [&](Value line) { LineScan(k, stage, line).emit(); });
}
