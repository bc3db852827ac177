//===- RowResult.cpp - Where a row loop leaves its results ----------------===//
// Rows in scratch, the caller's arrays (under masks, or past the caches), or the
// accumulators of a pass.
//===----------------------------------------------------------------------===//
#include "RowLoop.h"
#include "Tables.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace seis;

void RowLoop::storeResult(unsigned n, int64_t q) {
  Value result = body.getTerminator()->getOperand(n), kept = stage.op->getResult(n);
  if (!k.isPass() && !k.isStored(kept) && stage.outputs.empty())
    return; // one of several, which nothing reads
  if (k.isPass() && !stage.outputs.empty()) {
    accumulateInto(result, q);
    return;
  }
  if (isa<ComplexType>(elementType(result.getType()))) {
    storeComplex(result, q);
    return;
  }
  Value v = valueOf(result, q);
  if (elementType(result.getType()).isInteger(1)) {
    VectorType bytes = l.vec(width, l.b.getI8Type());
    storeToCaller(arith::ExtUIOp::create(l.b, l.loc, bytes, v), q, 1, 1, 0);
    return;
  }
  if (!k.isStored(kept)) {
    storeToCaller(v, q, k.elementBytes(), 1, 0);
    return;
  }
  Value at = l.element(targets[n * rows + q], k.element(), sample);
  if (!copy) {
    l.store(v, at, k.elementBytes());
    return;
  }
  // Vectors at the ends of the row are emitted last and may cover samples of others.
  if (Value m = mask())
    l.maskedStore(v, at, m, k.elementBytes());
  else
    l.store(v, at, k.elementBytes());
  storeToCaller(v, q, k.elementBytes(), 1, 0);
}

void RowLoop::storeToCaller(Value v, int64_t q, int64_t bytes, int64_t scale, int64_t offset) {
  Value index = l.sub(sample, k.context().lo[2]);
  Value at = l.at(outside[q], l.add(l.mul(index, scale * bytes), offset * bytes));
  Value m = mask(scale, offset);
  int64_t vectorBytes = width * bytes;
  auto stay = [&] {
    if (m)
      l.maskedStore(v, at, m, bytes);
    else
      l.store(v, at, bytes);
    return SmallVector<Value>{};
  };
  // Under a mask only what the schedule asks for is worth a look at every vector.
  bool mayGoPast = scale == 1 && vectorBytes >= 32 && store != Store::Normal;
  if (!mayGoPast || (m && !isEdge && store != Store::Stream)) {
    stay();
    return;
  }
  if (isEdge) {
    l.ifElse(
        goesPast(q, vectorBytes), {},
        [&] {
          l.storeFirstPast(v, at, l.sub(end, sample));
          return SmallVector<Value>{};
        },
        stay);
    return;
  }
  // What no cache can keep goes past them, where whole vectors are aligned: memory is not read
  // only to be overwritten.
  Value goes = goesPast(q, vectorBytes);
  if (m)
    goes = l.both(goes, l.both(l.ge(sample, first), l.ge(end, l.add(sample, width))));
  l.ifElse(
      goes, {},
      [&] {
        l.storePast(v, at, vectorBytes);
        return SmallVector<Value>{};
      },
      stay);
}

Value RowLoop::goesPast(int64_t q, int64_t vectorBytes) {
  if (past.empty())
    past.resize(rows);
  if (!past[q])
    past[q] = hoisted([&] {
      Value from = l.mul(l.sub(loop.getLowerBound(), k.context().lo[2]), k.elementBytes());
      Value address = l.add(LLVM::PtrToIntOp::create(l.b, l.loc, l.i64Type(), outside[q]), from);
      Value isAligned = l.eq(l.rem(address, l.i64(vectorBytes)), l.i64(0));
      return store == Store::Stream ? isAligned : l.both(isAligned, k.isLargerThanCache());
    });
  return past[q];
}

void RowLoop::storeComplex(Value result, int64_t q) {
  Value re, im;
  if (auto made = result.getDefiningOp<ComplexOp>()) {
    re = valueOf(made.getRe(), q);
    im = valueOf(made.getIm(), q);
  } else {
    std::tie(re, im) = loadComplex(operandOf(result), q);
  }
  SmallVector<int64_t> low, high;
  for (int64_t n = 0; n < width; ++n) {
    auto &half = n < width / 2 ? low : high;
    half.push_back(n);
    half.push_back(n + width);
  }
  Value a = vector::ShuffleOp::create(l.b, l.loc, re, im, low);
  Value b = vector::ShuffleOp::create(l.b, l.loc, re, im, high);
  storeToCaller(a, q, k.elementBytes(), 2, 0);
  storeToCaller(b, q, k.elementBytes(), 2, width);
}

/// Values and NaN marks of an accumulator; the loop over a row works on a copy that nothing else
/// can reach, which becomes registers.
void RowLoop::copyAccumulator(unsigned output, Value from, Value to) {
  bool isSum = k.reduceKind(output) == "sum";
  VectorType values = isSum ? l.vec(width, l.b.getF64Type()) : k.vectorType();
  l.store(l.load(values, from, 64), to, 64);
  l.store(l.load(k.vectorType(), l.at(from, nanAt), 64), l.at(to, nanAt), 64);
}

void RowLoop::accumulateInto(Value result, int64_t q) {
  if (live.empty())
    live.resize(rows);
  if (!live[q])
    live[q] = hoisted([&] { // once for the row: it also counts
      Value isLive = k.isLive(i, row(q));
      Value at = k.accumulator(stage.outputs[0]);
      Value more = arith::ExtUIOp::create(l.b, l.loc, l.i64Type(), isLive);
      l.store(l.add(l.loadI64(at, countAt), more), l.at(at, countAt));
      for (unsigned output : stage.outputs) {
        partials.push_back(l.stack(512));
        copyAccumulator(output, k.accumulator(output), partials.back());
      }
      return isLive;
    });
  Value v = valueOf(result, q), m = mask();
  l.ifThen(live[q], [&] {
    Value nans = l.at(partials[0], nanAt);
    Value isNan = arith::CmpFOp::create(l.b, l.loc, arith::CmpFPredicate::UNO, v, v);
    l.store(l.select(m ? l.both(m, isNan) : isNan, l.real(k.vectorType(), 1.0),
                     l.load(k.vectorType(), nans, 64)),
            nans, 64);
    for (auto [output, partial] : llvm::zip(stage.outputs, partials))
      accumulate(output, partial, v, m);
  });
}

void RowLoop::accumulate(unsigned output, Value partial, Value v, Value existing) {
  StringRef kind = k.reduceKind(output);
  VectorType type = k.vectorType();
  if (kind == "count")
    return;
  if (kind == "tally") {
    emitTally(l, v, existing, l.at(k.accumulator(output), tallyAt), k.reduceWidth(output));
    return;
  }
  if (kind == "sum") {
    VectorType wide = l.vec(width, l.b.getF64Type());
    Value x = existing ? l.select(existing, v, l.real(type, 0.0)) : v;
    if (!k.element().isF64())
      x = arith::ExtFOp::create(l.b, l.loc, wide, x);
    l.store(l.fadd(l.load(wide, partial, 64), x), partial, 64);
    return;
  }
  Value best = l.load(type, partial, 64);
  auto better = kind == "min" ? arith::CmpFPredicate::OLT : arith::CmpFPredicate::OGT;
  Value isBetter = arith::CmpFOp::create(l.b, l.loc, better, v, best);
  isBetter = existing ? l.both(existing, isBetter) : isBetter;
  l.store(l.select(isBetter, v, best), partial, 64);
}
