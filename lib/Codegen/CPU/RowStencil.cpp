//===- RowStencil.cpp - What a row loop reads of neighbours ---------------===//
// A stencil is a list of taps. Few taps are unrolled; vectors that several rows
// or taps share are loaded once. Many taps become a loop over tables.
//===----------------------------------------------------------------------===//
#include "RowLoop.h"
#include "Tables.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace seis;

int64_t seis::pointerTableBytes(Operation *stencil) {
  if (!stencil->hasAttr("border") || isa<CohEigOp>(stencil))
    return 0; // reads its own row alone, or has a table of its own
  SmallVector<Tap> taps = tapsOf(stencil);
  TapBox box(taps);
  constexpr int64_t mostRows = 8;
  return taps.size() <= unrollLimit
             ? 0
             : 8 * (box.hi[0] - box.lo[0] + 1) * (box.hi[1] - box.lo[1] + mostRows);
}

RowLoop::Rows RowLoop::coherence(CohEigOp op) {
  auto window = op.getWindow();
  int64_t n = window[0] * window[1];
  bool isMasked = false;
  for (Value v : op.getInputs())
    isMasked |= k.isCallerMemory(operandOf(v));
  Rows result;
  for (int64_t q = 0; q < rows; ++q) {
    Value table = hoisted([&] {
      Value room = l.stack(8 * n * static_cast<int64_t>(op.getInputs().size()));
      for (auto [c, v] : llvm::enumerate(op.getInputs()))
        for (int64_t p = 0; p < n; ++p) {
          Value ptr = pointer(operandOf(v), p / window[1] - window[0] / 2, q,
                              p % window[1] - window[1] / 2, op.getBorder());
          l.store(ptr, l.at(room, 8 * (static_cast<int64_t>(c) * n + p)));
        }
      return room;
    });
    result.push_back(
        emitCohEig(l, op, k.vectorType(), {table, sample, isMasked ? mask() : Value()}));
  }
  return result;
}

SmallVector<Value> RowLoop::stepsBefore(Value from) {
  SmallVector<Value> steps;
  for (Operation &op : body)
    if (isa<WrapDiffOp>(op)) {
      sample = from;
      loads.clear();
      for (int64_t q = 0; q < rows; ++q) {
        Value first = vector::ExtractOp::create(l.b, l.loc, stepInto(&op, q, 0), 0);
        steps.push_back(l.broadcast(k.vectorType(), first));
      }
    }
  return steps;
}

RowLoop::Rows RowLoop::stencil(Operation *op) {
  if (isa<WrapDiffOp>(op))
    return wrappedDifference(op);
  if (auto coheig = dyn_cast<CohEigOp>(op))
    return coherence(coheig);
  if (auto gather = dyn_cast<GatherOp>(op))
    return gathered(gather);
  SmallVector<Tap> taps = tapsOf(op);
  if (isa<WinRankOp, WinArgOp>(op))
    return selection(op, taps);
  Rows acc(rows);
  if (taps.empty()) { // all weights are zero: nothing is read
    acc.assign(rows, l.real(k.vectorType(), 0.0));
    return acc;
  }
  if (taps.size() > unrollLimit)
    return longStencil(op, taps);
  Border border = op->getAttrOfType<BorderAttr>("border").getValue();
  bool isComputed = !isa<BlockArgument>(op->getOperand(0));
  Value source = isComputed ? Value() : operandOf(op->getOperand(0));
  for (const Tap &tap : taps)
    for (int64_t q = 0; q < rows; ++q) {
      Value x = isComputed ? valueAt(op->getOperand(0), q, tap.dj, border)
                           : loadAt(source, pointer(source, tap.di, q, tap.dj, border), tap.dk);
      acc[q] = accumulate(op, acc[q], x, weightOf(op, tap.weight));
    }
  return acc;
}

Value RowLoop::weightOf(Operation *op, double w) {
  return isa<Corr1Op, CorrNOp>(op) ? l.real(k.vectorType(), w) : Value();
}

Value RowLoop::accumulate(Operation *op, Value acc, Value x, Value weight) {
  if (weight)
    return acc ? l.fma(weight, x, acc) : l.fmul(weight, x);
  if (!acc)
    return x;
  if (isa<WinSumOp>(op))
    return l.fadd(acc, x);
  if (isa<WinMinOp>(op))
    return arith::MinimumFOp::create(l.b, l.loc, acc, x);
  return arith::MaximumFOp::create(l.b, l.loc, acc, x);
}

RowLoop::LongTaps RowLoop::longTaps(Operation *op, ArrayRef<Tap> taps) {
  LongTaps t;
  t.source = operandOf(op->getOperand(0));
  t.count = static_cast<int64_t>(taps.size());
  Border border = op->getAttrOfType<BorderAttr>("border").getValue();
  // Addresses of all rows read, those of one plane next to each other.
  TapBox box(taps);
  int64_t perPlane = box.hi[1] - box.lo[1] + rows;
  Value &table = tables[op];
  if (!table)
    table = hoisted([&] {
      Value room = l.at(k.pointerTable(), tableBytes);
      tableBytes += pointerTableBytes(op);
      l.loop(l.i64(0), l.i64(box.hi[0] - box.lo[0] + 1), 1, [&](Value p) {
        l.loop(l.i64(0), l.i64(perPlane), 1, [&](Value r) {
          Value ptr = k.neighbourPtr(t.source, l.add(i, l.add(p, box.lo[0])),
                                     l.add(j, l.add(r, box.lo[1])), {true, true}, border);
          l.store(ptr, l.element(room, l.ptrType(), l.add(l.mul(p, perPlane), r)));
        });
      });
      return room;
    });
  t.addresses = table;
  SmallVector<int64_t> rowsOf, offsets;
  SmallVector<Attribute> weights;
  for (const Tap &tap : taps) {
    rowsOf.push_back((tap.di - box.lo[0]) * perPlane + tap.dj - box.lo[1]);
    offsets.push_back(tap.dk);
    weights.push_back(l.b.getFloatAttr(k.element(), tap.weight));
  }
  auto ints = RankedTensorType::get({t.count}, l.i64Type());
  auto reals = RankedTensorType::get({t.count}, k.element());
  auto constant = [&](StringRef name, DenseElementsAttr data) {
    return hoisted([&] { return l.constantData(name, data); });
  };
  t.rowOf = constant("seis_taps", DenseElementsAttr::get(ints, ArrayRef<int64_t>(rowsOf)));
  t.offsetOf = constant("seis_taps", DenseElementsAttr::get(ints, ArrayRef<int64_t>(offsets)));
  if (isa<Corr1Op, CorrNOp>(op))
    t.weightOf =
        constant("seis_weights", DenseElementsAttr::get(reals, ArrayRef<Attribute>(weights)));
  return t;
}

Value RowLoop::longTap(const LongTaps &t, Value n, int64_t q) {
  Value r = l.load(l.i64Type(), l.element(t.rowOf, l.i64Type(), n));
  Value dk = l.load(l.i64Type(), l.element(t.offsetOf, l.i64Type(), n));
  Value ptr = l.load(l.ptrType(), l.element(t.addresses, l.ptrType(), l.add(r, q)));
  Value at = l.element(ptr, k.element(), l.add(sample, dk));
  unsigned align = k.elementBytes();
  return loadVector(k.vectorType(), at, k.isCallerMemory(t.source) ? mask() : Value(), align);
}

RowLoop::Rows RowLoop::longStencil(Operation *op, ArrayRef<Tap> taps) {
  LongTaps t = longTaps(op, taps);
  mask(); // before the loop
  auto tapAt = [&](Value n, ValueRange acc) {
    Value weight;
    if (t.weightOf)
      weight =
          l.broadcast(k.vectorType(), l.load(k.element(), l.element(t.weightOf, k.element(), n)));
    SmallVector<Value> next;
    for (int64_t q = 0; q < rows; ++q)
      next.push_back(accumulate(op, acc.empty() ? Value() : acc[q], longTap(t, n, q), weight));
    return next;
  };
  SmallVector<Value> first = tapAt(l.i64(0), {});
  return Rows(l.loop(l.i64(1), l.i64(t.count), 1, first, tapAt));
}

RowLoop::Rows RowLoop::selection(Operation *op, ArrayRef<Tap> taps) {
  auto rank = dyn_cast<WinRankOp>(op);
  bool isMax = !rank && cast<WinArgOp>(op).getFold() == Fold::Max;
  Rows result;
  if (taps.size() > unrollLimit) {
    LongTaps t = longTaps(op, taps);
    mask(); // before the loops
    for (int64_t q = 0; q < rows; ++q) {
      auto load = [&](Value n) { return longTap(t, n, q); };
      result.push_back(rank ? selectRank(l, k.vectorType(), t.count, rank.getRank(), load)
                            : selectArg(l, k.vectorType(), t.count, isMax, load));
    }
    return result;
  }
  Value source = operandOf(op->getOperand(0));
  Border border = op->getAttrOfType<BorderAttr>("border").getValue();
  for (int64_t q = 0; q < rows; ++q) {
    auto samples = llvm::map_to_vector(taps, [&](const Tap &tap) {
      return loadAt(source, pointer(source, tap.di, q, tap.dj, border), tap.dk);
    });
    result.push_back(rank ? selectRank(l, samples, rank.getRank()) : selectArg(l, samples, isMax));
  }
  return result;
}

RowLoop::Rows RowLoop::gathered(GatherOp op) {
  Value source = operandOf(op.getInput());
  Rows result;
  for (int64_t q = 0; q < rows; ++q)
    result.push_back(emitGather(l, op, valueOf(op.getPosition(), q), sample,
                                pointer(source, 0, q, 0, Border::Nearest), k.context().block[2]));
  return result;
}

RowLoop::Rows RowLoop::wrappedDifference(Operation *op) {
  SmallVector<int64_t> oneLater;
  for (int64_t n = 0; n < width; ++n)
    oneLater.push_back(width - 1 + n);
  int64_t place = 0; // of this operation's steps among those carried
  for (Operation *other = op; (other = other->getPrevNode());)
    place += isa<WrapDiffOp>(other) ? rows : 0;
  Rows result;
  for (int64_t q = 0; q < rows; ++q) {
    Value out = stepInto(op, q, 1), in;
    if (carried) {
      in = vector::ShuffleOp::create(l.b, l.loc, (*carried)[place + q], out, oneLater);
      (*carried)[place + q] = out;
    } else {
      in = stepInto(op, q, 0);
    }
    result.push_back(l.fmul(l.fadd(out, in), l.real(k.vectorType(), 0.5)));
  }
  return result;
}

Value RowLoop::stepInto(Operation *op, int64_t q, int64_t dk) {
  Value source = operandOf(op->getOperand(0));
  Value ptr = pointer(source, 0, q, 0, Border::Nearest);
  return correctedStep(l.fsub(loadAt(source, ptr, dk), loadAt(source, ptr, dk - 1)));
}

std::pair<Value, Value> seis::unwrapStep(KernelEmitter &k, Value d) {
  LoopBuilder &l = k.builder();
  VectorType type = k.vectorType();
  // Turns are |d|/(2 pi) rounded, halves towards zero: a step of pi either way stays what it is.
  // The factor is a little below 1/(2 pi), so that this holds for the pi of the type.
  bool f32 = k.element().isF32();
  double perTurn = f32 ? 0x1.45f306p-3 : 0x1.45f306dc9c882p-3;
  Value size = math::AbsFOp::create(l.b, l.loc, d);
  Value turns =
      math::CeilOp::create(l.b, l.loc, l.fma(size, l.real(type, perTurn), l.real(type, -0.5)));
  turns = math::CopySignOp::create(l.b, l.loc, turns, d);
  // the second constant is what the type loses of 2 pi
  double twoPi = 2 * M_PI, head = f32 ? static_cast<double>(static_cast<float>(twoPi)) : twoPi;
  double rest = f32 ? twoPi - head : 2.4492935982947064e-16;
  Value corrected = l.fma(turns, l.real(type, -head), d);
  corrected = l.fma(turns, l.real(type, -rest), corrected);
  return {l.fneg(turns), corrected};
}
