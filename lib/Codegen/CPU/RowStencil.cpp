//===- RowStencil.cpp - What a row loop reads of neighbours ---------------===//
// A stencil is a list of taps. Few taps are unrolled; vectors that several rows
// or taps share are loaded once. Many taps become a loop over tables.
//===----------------------------------------------------------------------===//
#include "RowLoop.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace seis;

/// More taps than this are not unrolled.
static constexpr size_t unrollLimit = 160;

SmallVector<Tap> seis::tapsOf(Operation *op) {
  SmallVector<Tap> taps;
  auto onAxis = [](unsigned axis, int64_t d, double w) {
    return Tap{axis == 0 ? d : 0, axis == 1 ? d : 0, axis == 2 ? d : 0, w};
  };
  if (auto corr = dyn_cast<Corr1Op>(op)) {
    for (auto [m, w] : llvm::enumerate(corr.getWeights()))
      if (w != 0)
        taps.push_back(onAxis(static_cast<unsigned>(corr.getAxis()),
                              static_cast<int64_t>(m - corr.getAnchor()), w));
  } else if (auto corr = dyn_cast<CorrNOp>(op)) {
    auto shape = cast<RankedTensorType>(corr.getWeights().getType()).getShape();
    auto anchor = corr.getAnchor();
    for (auto [n, w] : llvm::enumerate(corr.getWeights().getValues<double>())) {
      int64_t a = n / (shape[1] * shape[2]), b = n / shape[2] % shape[1], c = n % shape[2];
      if (w != 0)
        taps.push_back({a - anchor[0], b - anchor[1], c - anchor[2], w});
    }
  } else if (auto shift = dyn_cast<ShiftOp>(op)) {
    taps.push_back({shift.getOffset()[0], shift.getOffset()[1], shift.getOffset()[2], 1.0});
  } else {
    auto window = op->getAttrOfType<DenseI64ArrayAttr>("window").asArrayRef();
    for (int64_t a = -(window[0] / 2); a <= window[0] / 2; ++a)
      for (int64_t b = -(window[1] / 2); b <= window[1] / 2; ++b)
        for (int64_t c = -(window[2] / 2); c <= window[2] / 2; ++c)
          taps.push_back({a, b, c, 1.0});
  }
  return taps;
}

namespace {

/// Smallest and largest lateral offsets of taps.
struct TapBox {
  int64_t lo[2] = {0, 0}, hi[2] = {0, 0};

  explicit TapBox(ArrayRef<Tap> taps) {
    for (const Tap &tap : taps)
      for (unsigned a : {0, 1}) {
        int64_t d = a == 0 ? tap.di : tap.dj;
        lo[a] = std::min(lo[a], d);
        hi[a] = std::max(hi[a], d);
      }
  }
};

} // namespace

int64_t seis::pointerTableBytes(Operation *stencil) {
  if (!stencil->hasAttr("border"))
    return 0;
  SmallVector<Tap> taps = tapsOf(stencil);
  TapBox box(taps);
  constexpr int64_t mostRows = 8;
  return taps.size() <= unrollLimit
             ? 0
             : 8 * (box.hi[0] - box.lo[0] + 1) * (box.hi[1] - box.lo[1] + mostRows);
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
  SmallVector<Tap> taps = tapsOf(op);
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

RowLoop::Rows RowLoop::longStencil(Operation *op, ArrayRef<Tap> taps) {
  Value source = operandOf(op->getOperand(0));
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
          Value ptr = k.neighbourPtr(source, l.add(i, l.add(p, box.lo[0])),
                                     l.add(j, l.add(r, box.lo[1])), {true, true}, border);
          l.store(ptr, l.element(room, l.ptrType(), l.add(l.mul(p, perPlane), r)));
        });
      });
      return room;
    });
  SmallVector<int64_t> rowsOf, offsets;
  SmallVector<Attribute> weights;
  for (const Tap &tap : taps) {
    rowsOf.push_back((tap.di - box.lo[0]) * perPlane + tap.dj - box.lo[1]);
    offsets.push_back(tap.dk);
    weights.push_back(l.b.getFloatAttr(k.element(), tap.weight));
  }
  int64_t count = taps.size();
  auto ints = RankedTensorType::get({count}, l.i64Type());
  Value rowTable = hoisted([&] {
    return l.constantData("seis_taps", DenseElementsAttr::get(ints, ArrayRef<int64_t>(rowsOf)));
  });
  Value offsetTable = hoisted([&] {
    return l.constantData("seis_taps", DenseElementsAttr::get(ints, ArrayRef<int64_t>(offsets)));
  });
  Value weightTable = hoisted([&] {
    return l.constantData("seis_weights",
                          DenseElementsAttr::get(RankedTensorType::get({count}, k.element()),
                                                 ArrayRef<Attribute>(weights)));
  });
  Value lanes = k.isCallerMemory(source) ? mask() : Value();
  auto tapAt = [&](Value n, ValueRange acc) {
    Value r = l.load(l.i64Type(), l.element(rowTable, l.i64Type(), n));
    Value dk = l.load(l.i64Type(), l.element(offsetTable, l.i64Type(), n));
    Value weight;
    if (isa<Corr1Op, CorrNOp>(op))
      weight =
          l.broadcast(k.vectorType(), l.load(k.element(), l.element(weightTable, k.element(), n)));
    SmallVector<Value> next;
    for (int64_t q = 0; q < rows; ++q) {
      Value ptr = l.load(l.ptrType(), l.element(table, l.ptrType(), l.add(r, q)));
      Value at = l.element(ptr, k.element(), l.add(sample, dk));
      unsigned align = k.elementBytes();
      Value x = loadVector(k.vectorType(), at, lanes, align);
      next.push_back(accumulate(op, acc.empty() ? Value() : acc[q], x, weight));
    }
    return next;
  };
  SmallVector<Value> first = tapAt(l.i64(0), {});
  return Rows(l.loop(l.i64(1), l.i64(count), 1, first, tapAt));
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
