//===- Taps.cpp - The samples a stencil reads -----------------------------===//
// A rank is found by a sorting network from which everything is left out that
// the wanted value does not depend on: minima and maxima of vectors, no branch.
// Where a window holds more samples than such a network should, the bits of the
// value are found one by one, from the first: it is the largest number that no
// more than `rank` samples lie below.
//===----------------------------------------------------------------------===//
#include "Taps.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/BitVector.h"

using namespace mlir;
using namespace seis;

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
    // Small terms first: the sum is rounded at its full size only as often as it must be.
    llvm::sort(taps, [](const Tap &a, const Tap &b) {
      auto key = [](const Tap &t) { return std::tuple(std::abs(t.weight), t.di, t.dj, t.dk); };
      return key(a) < key(b);
    });
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

TapBox::TapBox(ArrayRef<Tap> taps) {
  for (const Tap &tap : taps)
    for (unsigned a : {0, 1}) {
      int64_t d = a == 0 ? tap.di : tap.dj;
      lo[a] = std::min(lo[a], d);
      hi[a] = std::max(hi[a], d);
    }
}

static Value compare(LoopBuilder &l, arith::CmpFPredicate p, Value x, Value y) {
  return arith::CmpFOp::create(l.b, l.loc, p, x, y);
}

static Value nanOf(LoopBuilder &l, Type type) {
  return l.real(type, std::numeric_limits<double>::quiet_NaN());
}

//===----------------------------------------------------------------------===//
// Ranks
//===----------------------------------------------------------------------===//

namespace {
/// Puts the smaller of two values first; either result may not be needed.
struct Exchange {
  size_t low, high;
  bool needsLow = false, needsHigh = false;
};
} // namespace

/// Batcher's merge exchange for n values, without what value `rank` does not need.
static SmallVector<Exchange> rankNetwork(size_t n, size_t rank) {
  SmallVector<Exchange> all;
  size_t top = llvm::PowerOf2Ceil(n);
  for (size_t p = top / 2; p > 0; p /= 2)
    for (size_t q = top / 2, r = 0, d = p;; d = q - p, q /= 2, r = p) {
      for (size_t k = 0; k + d < n; ++k)
        if ((k & p) == r)
          all.push_back({k, k + d});
      if (q == p)
        break;
    }
  llvm::BitVector isNeeded(n);
  isNeeded.set(rank);
  for (Exchange &e : llvm::reverse(all)) {
    e.needsLow = isNeeded[e.low];
    e.needsHigh = isNeeded[e.high];
    if (e.needsLow || e.needsHigh) {
      isNeeded.set(e.low);
      isNeeded.set(e.high);
    }
  }
  llvm::erase_if(all, [](const Exchange &e) { return !e.needsLow && !e.needsHigh; });
  return all;
}

Value seis::selectRank(LoopBuilder &l, ArrayRef<Value> values, int64_t rank) {
  Type type = values[0].getType();
  Value isNan;
  for (size_t k = 0; k < values.size(); k += 2) {
    Value other = values[std::min(k + 1, values.size() - 1)];
    Value here = compare(l, arith::CmpFPredicate::UNO, values[k], other);
    isNan = isNan ? l.either(isNan, here) : here;
  }
  SmallVector<Value> v(values);
  for (const Exchange &e : rankNetwork(v.size(), rank)) {
    // One instruction each: NaN is dealt with above.
    Value a = v[e.low], b = v[e.high];
    if (e.needsLow)
      v[e.low] = l.select(compare(l, arith::CmpFPredicate::OLT, a, b), a, b);
    if (e.needsHigh)
      v[e.high] = l.select(compare(l, arith::CmpFPredicate::OGT, a, b), a, b);
  }
  return l.select(isNan, nanOf(l, type), v[rank]);
}

Value seis::selectRank(LoopBuilder &l, VectorType type, int64_t count, int64_t rank,
                       llvm::function_ref<Value(Value)> load) {
  unsigned bits = type.getElementTypeBitWidth();
  VectorType ints = l.vec(type.getNumElements(), l.b.getIntegerType(bits));
  auto constant = [&](const APInt &v) -> Value {
    return arith::ConstantOp::create(l.b, l.loc, DenseElementsAttr::get(ints, v));
  };
  Value first = constant(APInt::getSignMask(bits)), last = constant(APInt(bits, bits - 1));
  // Integers without sign in the order of the numbers: negative ones backwards, then all others.
  auto key = [&](Value v) -> Value {
    Value raw = arith::BitcastOp::create(l.b, l.loc, ints, v);
    Value sign = arith::ShRSIOp::create(l.b, l.loc, raw, last);
    return arith::XOrIOp::create(l.b, l.loc, raw, arith::OrIOp::create(l.b, l.loc, sign, first));
  };
  Value zero = constant(APInt(bits, 0)), one = constant(APInt(bits, 1));
  Value most = constant(APInt(bits, rank));
  auto nanIn = [&](Value n, ValueRange seen) {
    Value v = load(n);
    return SmallVector<Value>{l.fma(v, l.real(type, 0.0), seen[0])};
  };
  // NaN from an infinite sample too: looked at again below, as that is rare
  Value seen = l.loop(l.i64(0), l.i64(count), 1, ValueRange{l.real(type, 0.0)}, nanIn)[0];
  auto bitOf = [&](Value, ValueRange carried) {
    Value found = carried[0], bit = carried[1];
    Value candidate = arith::OrIOp::create(l.b, l.loc, found, bit);
    auto below = [&](Value n, ValueRange sum) {
      Value isBelow =
          arith::CmpIOp::create(l.b, l.loc, arith::CmpIPredicate::ult, key(load(n)), candidate);
      Value next = arith::AddIOp::create(l.b, l.loc, sum[0], one);
      return SmallVector<Value>{l.select(isBelow, next, sum[0])};
    };
    Value smaller = l.loop(l.i64(0), l.i64(count), 1, ValueRange{zero}, below)[0];
    Value fits = arith::CmpIOp::create(l.b, l.loc, arith::CmpIPredicate::ule, smaller, most);
    return SmallVector<Value>{l.select(fits, candidate, found),
                              arith::ShRUIOp::create(l.b, l.loc, bit, one)};
  };
  Value found = l.loop(l.i64(0), l.i64(bits), 1, ValueRange{zero, first}, bitOf)[0];
  Value isNegative = arith::CmpIOp::create(l.b, l.loc, arith::CmpIPredicate::ult, found, first);
  Value flipped = l.select(isNegative, constant(APInt::getAllOnes(bits)), first);
  Value result = arith::BitcastOp::create(
      l.b, l.loc, type, arith::XOrIOp::create(l.b, l.loc, found, flipped).getResult());
  // Not a number and infinite samples both leave NaN in `seen`.
  Value isOdd = compare(l, arith::CmpFPredicate::UNO, seen, seen);
  Value anyOdd = vector::ReductionOp::create(l.b, l.loc, vector::CombiningKind::OR, isOdd);
  auto look = [&] {
    auto isNanAt = [&](Value n, ValueRange nans) {
      Value v = load(n);
      Value isNan = compare(l, arith::CmpFPredicate::UNO, v, v);
      return SmallVector<Value>{l.select(isNan, nanOf(l, type), nans[0])};
    };
    Value nans = l.loop(l.i64(0), l.i64(count), 1, ValueRange{l.real(type, 0.0)}, isNanAt)[0];
    Value isNan = compare(l, arith::CmpFPredicate::UNO, nans, nans);
    return SmallVector<Value>{l.select(isNan, nans, result)};
  };
  return l.ifElse(anyOdd, {type}, look, [&] { return SmallVector<Value>{result}; })[0];
}

//===----------------------------------------------------------------------===//
// Positions of extremes
//===----------------------------------------------------------------------===//

/// One more sample, number `n` as a vector: what is best so far, its number, NaN if one was seen.
static SmallVector<Value> nextBest(LoopBuilder &l, Value v, Value n, bool isMax,
                                   ValueRange carried) {
  Type type = v.getType();
  auto better = isMax ? arith::CmpFPredicate::OGT : arith::CmpFPredicate::OLT;
  Value isBetter = compare(l, better, v, carried[0]);
  Value isNan = compare(l, arith::CmpFPredicate::UNO, v, v);
  return {l.select(isBetter, v, carried[0]), l.select(isBetter, n, carried[1]),
          l.select(isNan, nanOf(l, type), carried[2])};
}

static Value argOf(LoopBuilder &l, ValueRange best) {
  Value isNan = compare(l, arith::CmpFPredicate::UNO, best[2], best[2]);
  return l.select(isNan, best[2], best[1]);
}

/// The first sample is the best one, unless it is NaN.
static SmallVector<Value> firstBest(LoopBuilder &l, Value v) {
  Value zero = l.real(v.getType(), 0.0);
  Value isNan = compare(l, arith::CmpFPredicate::UNO, v, v);
  return {v, zero, l.select(isNan, v, zero)};
}

Value seis::selectArg(LoopBuilder &l, VectorType type, int64_t count, bool isMax,
                      llvm::function_ref<Value(Value)> load) {
  auto next = [&](Value n, ValueRange carried) {
    Value number = arith::SIToFPOp::create(l.b, l.loc, type.getElementType(), n);
    return nextBest(l, load(n), l.broadcast(type, number), isMax, carried);
  };
  return argOf(l, l.loop(l.i64(1), l.i64(count), 1, firstBest(l, load(l.i64(0))), next));
}

Value seis::selectArg(LoopBuilder &l, ArrayRef<Value> values, bool isMax) {
  SmallVector<Value> best = firstBest(l, values[0]);
  for (size_t k = 1; k < values.size(); ++k)
    best = nextBest(l, values[k], l.real(values[k].getType(), static_cast<double>(k)), isMax, best);
  return argOf(l, best);
}
