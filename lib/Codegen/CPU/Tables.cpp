//===- Tables.cpp - Samples looked up in tables, traces at positions ------===//
// A place in a table is found bit by bit, all lanes at once: the number of
// entries not above the sample. Everything is compared and computed in f64, so
// that a sample on an edge is on the side that the reference says.
//===----------------------------------------------------------------------===//
#include "Tables.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace seis;

static Value compare(LoopBuilder &l, arith::CmpFPredicate p, Value x, Value y) {
  return arith::CmpFOp::create(l.b, l.loc, p, x, y);
}

/// 32-bit integers in all lanes.
static Value ints(LoopBuilder &l, int64_t lanes, int64_t v) {
  VectorType type = l.vec(lanes, l.b.getI32Type());
  return arith::ConstantOp::create(l.b, l.loc, DenseElementsAttr::get(type, APInt(32, v, true)));
}

/// Elements of `base` at 32-bit indices, which must exist.
static Value gatherAt(LoopBuilder &l, Type element, Value base, Value index) {
  int64_t lanes = cast<VectorType>(index.getType()).getNumElements();
  Type pointers = LLVM::getVectorType(l.ptrType(), lanes);
  Value at = LLVM::GEPOp::create(l.b, l.loc, pointers, element, base, ValueRange{index});
  VectorType bits = l.vec(lanes, l.b.getI1Type());
  Value all = arith::ConstantOp::create(l.b, l.loc, DenseElementsAttr::get(bits, true));
  VectorType type = l.vec(lanes, element);
  return LLVM::masked_gather::create(l.b, l.loc, type, at, all, ValueRange{},
                                     l.b.getI32IntegerAttr(element.getIntOrFloatBitWidth() / 8));
}

//===----------------------------------------------------------------------===//
// Tallies
//===----------------------------------------------------------------------===//

int64_t seis::tallyBytes(int64_t n) { return n > 1 ? 8 * (n + 1) : 16; }

void seis::clearTally(LoopBuilder &l, Value counts, int64_t n) {
  l.loop(l.i64(0), l.i64(n + 1), 1,
         [&](Value k) { l.store(l.i64(0), l.element(counts, l.i64Type(), k)); });
}

void seis::emitTally(LoopBuilder &l, Value v, Value mask, Value counts, int64_t n) {
  auto type = cast<VectorType>(v.getType());
  int64_t lanes = type.getNumElements();
  Value whole = math::FloorOp::create(l.b, l.loc, v);
  Value counted = l.both(
      compare(l, arith::CmpFPredicate::OEQ, whole, v),
      l.both(compare(l, arith::CmpFPredicate::OGE, v, l.real(type, 0.0)),
             compare(l, arith::CmpFPredicate::OLT, v, l.real(type, static_cast<double>(n)))));
  if (mask)
    counted = l.both(counted, mask);
  Value place = l.select(counted, v, l.real(type, static_cast<double>(n)));
  Value index = arith::FPToSIOp::create(l.b, l.loc, l.vec(lanes, l.i64Type()), place);
  for (int64_t lane = 0; lane < lanes; ++lane) {
    Value at = l.element(counts, l.i64Type(), vector::ExtractOp::create(l.b, l.loc, index, lane));
    l.store(l.add(l.load(l.i64Type(), at), 1), at);
  }
}

void seis::addTally(LoopBuilder &l, Value counts, int64_t n, Value to) {
  Type f64 = l.b.getF64Type();
  l.loop(l.i64(0), l.i64(n), 1, [&](Value k) {
    Value count = l.load(l.i64Type(), l.element(counts, l.i64Type(), k));
    Value at = l.element(to, f64, k);
    Value real = arith::SIToFPOp::create(l.b, l.loc, f64, count);
    l.store(l.fadd(l.load(f64, at), real), at);
  });
}

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

/// Number of places that samples are compared with.
static int64_t placesOf(Operation *op) {
  int64_t n = op->getNumOperands() - 1;
  return isa<Interp1Op>(op) ? n / 2 : n;
}
/// Entries with the padding: a power of two above the number of places.
static int64_t paddedPlaces(Operation *op) { return llvm::PowerOf2Ceil(placesOf(op) + 1); }

int64_t seis::tableBytes(Operation *op) {
  return 8 * (paddedPlaces(op) + (isa<Interp1Op>(op) ? placesOf(op) : 0));
}

void seis::writeTable(LoopBuilder &l, Operation *op, ArrayRef<Value> numbers, Value table) {
  int64_t n = placesOf(op), padded = paddedPlaces(op);
  Value beyond = l.real(l.b.getF64Type(), std::numeric_limits<double>::infinity());
  for (int64_t k = 0; k < padded; ++k)
    l.store(k < n ? numbers[k] : beyond, l.at(table, 8 * k));
  for (int64_t k = n; k < static_cast<int64_t>(numbers.size()); ++k)
    l.store(numbers[k], l.at(table, 8 * (padded + k - n)));
}

/// How many places are not above x, 0..n.
static Value placesBelow(LoopBuilder &l, Value x, Value table, int64_t n, int64_t padded) {
  int64_t lanes = cast<VectorType>(x.getType()).getNumElements();
  Value found = ints(l, lanes, 0);
  for (int64_t step = padded / 2; step >= 1; step /= 2) {
    Value last = arith::AddIOp::create(l.b, l.loc, found, ints(l, lanes, step - 1));
    Value place = gatherAt(l, l.b.getF64Type(), table, last);
    Value next = arith::AddIOp::create(l.b, l.loc, found, ints(l, lanes, step));
    found = l.select(compare(l, arith::CmpFPredicate::OLE, place, x), next, found);
  }
  return arith::MinSIOp::create(l.b, l.loc, found, ints(l, lanes, n)); // inf is not above padding
}

Value seis::emitLookUp(LoopBuilder &l, Operation *op, Value sample, Value table) {
  auto type = cast<VectorType>(sample.getType());
  int64_t lanes = type.getNumElements(), n = placesOf(op), padded = paddedPlaces(op);
  Type f64 = l.b.getF64Type();
  VectorType wide = l.vec(lanes, f64);
  bool isWide = type.getElementType().isF64();
  Value x = isWide ? sample : Value(arith::ExtFOp::create(l.b, l.loc, wide, sample));
  Value below = placesBelow(l, x, table, n, padded), one = ints(l, lanes, 1);
  Value before = arith::SubIOp::create(l.b, l.loc, below, one);
  Value result;
  if (isa<IntervalOp>(op)) {
    // Above all edges: in no interval, unless on the last one.
    Value last = l.broadcast(wide, l.load(f64, l.at(table, 8 * (n - 1))));
    Value isOn = compare(l, arith::CmpFPredicate::OEQ, x, last);
    Value end = l.select(isOn, ints(l, lanes, n - 2), ints(l, lanes, -1));
    Value isPast =
        arith::CmpIOp::create(l.b, l.loc, arith::CmpIPredicate::eq, below, ints(l, lanes, n));
    result = arith::SIToFPOp::create(l.b, l.loc, type, l.select(isPast, end, before));
  } else {
    Value first = arith::MaxSIOp::create(l.b, l.loc, before, ints(l, lanes, 0));
    Value second = arith::MinSIOp::create(l.b, l.loc, below, ints(l, lanes, n - 1));
    Value values = l.at(table, 8 * padded);
    Value x0 = gatherAt(l, f64, table, first), x1 = gatherAt(l, f64, table, second);
    Value y0 = gatherAt(l, f64, values, first), y1 = gatherAt(l, f64, values, second);
    Value slope = arith::DivFOp::create(l.b, l.loc, l.fsub(y1, y0), l.fsub(x1, x0));
    Value y = l.fadd(y0, l.fmul(l.fsub(x, x0), slope));
    Value isEnd = arith::CmpIOp::create(l.b, l.loc, arith::CmpIPredicate::eq, first, second);
    y = l.select(isEnd, y0, y);
    result = isWide ? y : Value(arith::TruncFOp::create(l.b, l.loc, type, y));
  }
  return l.select(compare(l, arith::CmpFPredicate::UNO, sample, sample), sample, result);
}

//===----------------------------------------------------------------------===//
// Traces at positions
//===----------------------------------------------------------------------===//

Value seis::emitGather(LoopBuilder &l, GatherOp op, Value position, Value first, Value row,
                       Value length) {
  auto type = cast<VectorType>(position.getType());
  Type element = type.getElementType();
  int64_t lanes = type.getNumElements();
  bool isZero = op.getOutside() == Border::Zero;
  Value n = arith::SIToFPOp::create(l.b, l.loc, element, length);
  Value zero = l.real(type, 0.0), one = l.real(type, 1.0);
  // What lies far beyond an end is all the same; NaN goes there too.
  Value high = l.broadcast(type, l.fadd(n, l.real(element, 4.0)));
  Value low = op.getRelative() ? l.fsub(zero, high) : l.real(type, -4.0);
  Value p = l.select(compare(l, arith::CmpFPredicate::OLT, position, high), position, high);
  p = l.select(compare(l, arith::CmpFPredicate::OGT, p, low), p, low);
  bool isNearest = op.getKind() == Interpolation::Nearest;
  Value below = math::FloorOp::create(l.b, l.loc, isNearest ? l.fadd(p, l.real(type, 0.5)) : p);
  Value f = l.fsub(p, below);
  VectorType indices = l.vec(lanes, l.b.getI32Type());
  auto everywhere = [&](Value v) {
    return l.broadcast(indices, arith::TruncIOp::create(l.b, l.loc, l.b.getI32Type(), v));
  };
  Value base = arith::FPToSIOp::create(l.b, l.loc, indices, below);
  if (op.getRelative())
    base = l.add(base, l.add(everywhere(first), l.lanes(lanes, 32)));
  Value last = everywhere(l.sub(length, 1));
  auto sampleAt = [&](int64_t offset) {
    Value at = arith::AddIOp::create(l.b, l.loc, base, ints(l, lanes, offset));
    Value inside = arith::MaxSIOp::create(l.b, l.loc, ints(l, lanes, 0),
                                          arith::MinSIOp::create(l.b, l.loc, at, last));
    Value v = gatherAt(l, element, row, inside);
    Value isInside = arith::CmpIOp::create(l.b, l.loc, arith::CmpIPredicate::eq, at, inside);
    return isZero ? l.select(isInside, v, zero) : v;
  };
  Value here = sampleAt(0), result = here;
  Value isOn = compare(l, arith::CmpFPredicate::OEQ, f, zero);
  if (op.getKind() == Interpolation::Linear) {
    Value y = l.fma(f, sampleAt(1), l.fmul(l.fsub(one, f), here));
    result = l.select(isOn, here, y);
  } else if (op.getKind() == Interpolation::Cubic) {
    auto times = [&](double a, Value x, double b) {
      return l.fma(l.real(type, a), x, l.real(type, b));
    };
    Value half = l.fmul(f, l.real(type, 0.5)), ff = l.fmul(f, f);
    Value before = l.fmul(half, l.fma(times(-1, f, 2), f, l.real(type, -1.0)));
    Value at = l.fma(l.fmul(ff, l.real(type, 0.5)), times(3, f, -5), one);
    Value next = l.fmul(half, l.fma(times(-3, f, 4), f, one));
    Value after = l.fmul(l.fmul(ff, l.real(type, 0.5)), l.fsub(f, one));
    Value y = l.fmul(before, sampleAt(-1));
    y = l.fma(at, here, y);
    y = l.fma(next, sampleAt(1), y);
    y = l.fma(after, sampleAt(2), y);
    result = l.select(isOn, here, y);
  }
  return l.select(compare(l, arith::CmpFPredicate::UNO, position, position), position, result);
}
