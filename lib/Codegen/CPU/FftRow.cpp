//===- FftRow.cpp - Hilbert transforms with samples in the lanes ----------===//
// One trace at a time, all of it in the first cache. Its even samples are real
// parts and its odd ones imaginary parts of M points, W consecutive points to a
// vector:
//
//   first    reads the trace, parts even from odd, first butterflies
//   forward  butterflies between vectors, as with traces in the lanes
//   lanes    the last ones of these, the rest of the transform among the lanes,
//            the spectrum, and back
//   inverse  butterflies between vectors
//   last     last butterflies, puts real and imaginary parts in turn, writes
//
// Twiddles are vectors, one more for every lane, so the passes down to blocks of
// W points are all there is to it; see fft_plan.h.
//===----------------------------------------------------------------------===//
#include "Fft/fft_plan.h"
#include "FftEmitter.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include <cmath>
#include <limits>

using namespace mlir;
using namespace seis;

// Of the plans that fft_plan.c makes for samples in the lanes.
static constexpr int64_t outerRadices[] = {8, 2, 4};

void FftEmitter::defineRow() {
  Type ptr = l.ptrType(), i64 = l.i64Type();
  for (int64_t r : outerRadices) {
    define("row_first_r" + std::to_string(r), {ptr, ptr, i64, ptr, ptr},
           [&](ValueRange args) { firstPass(r, args[0], args[1], args[2], args[3], args[4]); });
    define("row_last_r" + std::to_string(r), {ptr, ptr, i64, ptr},
           [&](ValueRange args) { lastPass(r, args[0], args[1], args[2], args[3]); });
  }
  for (int64_t r : rowRadices) {
    definePass(Forward, r, /*samples=*/true);
    definePass(Inverse, r, /*samples=*/true);
  }
  defineLanes();
  define("row_inside", {ptr, ptr, ptr},
         [&](ValueRange args) { emitInside(args[0], {args[1]}, args[2]); });
  define("row", {ptr, ptr, ptr, ptr, i64}, [&](ValueRange args) { emitRow(args, {args[2]}); });
}

//===----------------------------------------------------------------------===//
// Reading and writing the trace
//===----------------------------------------------------------------------===//

Value FftEmitter::realVector(ArrayRef<double> values) {
  SmallVector<Attribute> lanes;
  for (double v : values)
    lanes.push_back(l.b.getFloatAttr(element, v));
  return arith::ConstantOp::create(l.b, l.loc,
                                   DenseElementsAttr::get(l.vec(width, element), lanes));
}

/// Bit patterns of magnitudes order like integers, with infinity and NaN above all numbers.
VectorType FftEmitter::bitsType() { return l.vec(width, l.b.getIntegerType(8 * elementBytes)); }

/// Reads the trace; leaves the largest bits of a magnitude in `seen`.
void FftEmitter::firstPass(int64_t radix, Value from, Value work, Value m, Value table,
                           Value seen) {
  VectorType type = l.vec(width, element), bits = bitsType();
  unsigned n = bits.getElementTypeBitWidth();
  SmallVector<int64_t> even, odd;
  for (int64_t lane = 0; lane < width; ++lane) {
    even.push_back(2 * lane);
    odd.push_back(2 * lane + 1);
  }
  auto splat = [&](const APInt &v) -> Value {
    return arith::ConstantOp::create(l.b, l.loc, DenseElementsAttr::get(bits, v));
  };
  Value magnitude = splat(APInt::getSignedMaxValue(n)), none = splat(APInt(n, 0));
  auto found = l.loop(l.i64(0), m, 1, ValueRange{none}, [&](Value k, ValueRange carried) {
    SmallVector<Complex> z;
    Value most = carried[0];
    for (int64_t q = 0; q < radix; ++q) {
      Value at = l.element(from, type, l.mul(l.add(k, l.mul(m, q)), 2));
      Value half[2];
      for (int64_t h : {0, 1}) {
        Value part = l.at(at, h * width * elementBytes);
        half[h] = l.load(type, part, elementBytes);
        Value raw = arith::BitcastOp::create(l.b, l.loc, bits, half[h]);
        raw = arith::AndIOp::create(l.b, l.loc, raw, magnitude);
        most = arith::MaxUIOp::create(l.b, l.loc, most, raw);
      }
      z.push_back({vector::ShuffleOp::create(l.b, l.loc, half[0], half[1], even),
                   vector::ShuffleOp::create(l.b, l.loc, half[0], half[1], odd)});
    }
    z = butterfly(z, /*inverse=*/false);
    for (int64_t q = 0; q < radix; ++q) {
      if (q > 0)
        z[q] = times(z[q], loadPoint(table, l.add(l.mul(k, radix - 1), q - 1)));
      storePoint(z[q], work, l.add(k, l.mul(m, q)));
    }
    return SmallVector<Value>{most};
  });
  l.store(found[0], seen, 64);
}

/// Writes the trace.
void FftEmitter::lastPass(int64_t radix, Value to, Value work, Value m, Value table) {
  VectorType type = l.vec(width, element);
  SmallVector<int64_t> turns[2];
  for (int64_t lane = 0; lane < width; ++lane)
    for (int64_t h : {0, 1})
      turns[h].push_back((h * width + lane) / 2 + lane % 2 * width);
  l.loop(l.i64(0), m, 1, [&](Value k) {
    SmallVector<Complex> z;
    for (int64_t q = 0; q < radix; ++q) {
      z.push_back(loadPoint(work, l.add(k, l.mul(m, q))));
      if (q > 0)
        z[q] = times(z[q], loadPoint(table, l.add(l.mul(k, radix - 1), q - 1)),
                     /*conjugate=*/true);
    }
    z = butterfly(z, /*inverse=*/true);
    for (int64_t q = 0; q < radix; ++q) {
      Value at = l.element(to, type, l.mul(l.add(k, l.mul(m, q)), 2));
      for (int64_t h : {0, 1})
        l.store(vector::ShuffleOp::create(l.b, l.loc, z[q].re, z[q].im, turns[h]),
                l.at(at, h * width * elementBytes), elementBytes);
    }
  });
}

//===----------------------------------------------------------------------===//
// Among the lanes
//===----------------------------------------------------------------------===//

/// Exchanges a bit of the number of a vector with a bit of the number of a lane.
void FftEmitter::exchange(MutableArrayRef<Complex> z, int64_t vectorBit, int64_t laneBit) {
  SmallVector<int64_t> low, high;
  for (int64_t lane = 0; lane < width; ++lane) {
    low.push_back(lane & laneBit ? width + lane - laneBit : lane);
    high.push_back(lane & laneBit ? width + lane : lane + laneBit);
  }
  for (size_t v = 0; v < z.size(); ++v) {
    if (v & vectorBit)
      continue;
    for (Value Complex::*part : {&Complex::re, &Complex::im}) {
      Value a = z[v].*part, b = z[v + vectorBit].*part;
      z[v].*part = vector::ShuffleOp::create(l.b, l.loc, a, b, low);
      z[v + vectorBit].*part = vector::ShuffleOp::create(l.b, l.loc, a, b, high);
    }
  }
}

/// Lane numbers are R2*a + b. R1 blocks of W points: exchange block and a, butterflies over a give
/// c, twiddles exp(-2 pi i b c/W), exchange b and c (its low bits), butterflies over b give d. The
/// spectrum acts on bins c + R1 d; then all of it back. `z` may hold several times R1 blocks, from
/// block `first` on: every step is taken for all of them, so that none waits for its own last one.
void FftEmitter::amongLanes(MutableArrayRef<Complex> z, Value spectrum, Value first) {
  int64_t outer = fft_lanes_outer(width), inner = fft_lanes_inner(width), all = z.size();
  auto butterflies = [&](int64_t radix, bool inverse) {
    for (int64_t at = 0; at < all; at += radix) {
      auto part = z.slice(at, radix);
      llvm::copy(butterfly(SmallVector<Complex>(part.begin(), part.end()), inverse), part.begin());
    }
  };
  auto exchangeBlocks = [&] {
    for (int64_t bit = outer / 2; bit >= 1; bit /= 2)
      exchange(z, bit, bit * inner);
  };
  auto exchangeBins = [&] {
    for (int64_t bit = inner / 2; bit >= 1; bit /= 2)
      exchange(z, bit, bit);
  };
  SmallVector<Complex> twiddles;
  for (int64_t c = 1; c < outer; ++c) {
    SmallVector<double> re, im;
    for (int64_t lane = 0; lane < width; ++lane) {
      double angle = -2 * M_PI * static_cast<double>(lane % inner * c) / static_cast<double>(width);
      re.push_back(std::cos(angle));
      im.push_back(std::sin(angle));
    }
    twiddles.push_back({realVector(re), realVector(im)});
  }
  auto twiddle = [&](bool inverse) {
    for (int64_t v = 0; v < all; ++v)
      if (int64_t c = v % outer)
        z[v] = times(z[v], twiddles[c - 1], inverse);
  };
  exchangeBlocks();
  butterflies(outer, false);
  twiddle(false);
  exchangeBins();
  butterflies(inner, false);
  for (int64_t v = 0; v < all; ++v)
    z[v] = times(z[v], loadPoint(spectrum, l.add(first, v)));
  butterflies(inner, true);
  exchangeBins();
  twiddle(true);
  butterflies(outer, true);
  exchangeBlocks();
}

/// Blocks of W points that one turn of the pass with the lanes takes: twice as many as one needs
/// where there are registers for them, since each is a long chain of operations.
int64_t FftEmitter::blocksAtOnce() const {
  int64_t outer = fft_lanes_outer(width);
  return width * elementBytes == 64 ? 2 * outer : outer;
}

/// (work, turns, spectrum, twiddles, next): the last pass between vectors, of radix 4 and with one
/// vector to a block, then the lanes. Meanwhile the trace at `next` comes into the second cache, a
/// few lines at a time: many at once would hold up the loads behind them.
void FftEmitter::defineLanes() {
  Type ptr = l.ptrType();
  define("row_lanes", {ptr, l.i64Type(), ptr, ptr, ptr}, [&](ValueRange args) {
    constexpr int64_t radix = 4;
    int64_t together = std::max(blocksAtOnce(), radix);
    l.loop(l.i64(0), args[1], 1, [&](Value turn) {
      Value first = l.mul(turn, together);
      int64_t lines = together * 2 * width * elementBytes / 64, line = 0;
      Value next = l.at(args[4], l.mul(turn, 64 * lines));
      auto prefetch = [&](int64_t until) {
        for (; line < until; ++line)
          l.prefetch(l.at(next, 64 * line));
      };
      SmallVector<Complex> z;
      for (int64_t v = 0; v < together; ++v)
        z.push_back(loadPoint(args[0], l.add(first, v)));
      auto betweenVectors = [&](bool inverse) {
        for (int64_t v = 0; v < together; ++v)
          if (int64_t q = v % radix; q && inverse)
            z[v] = times(z[v], loadPoint(args[3], l.i64(q - 1)), inverse);
        for (int64_t at = 0; at < together; at += radix)
          llvm::copy(butterfly(SmallVector<Complex>(&z[at], &z[at] + radix), inverse), &z[at]);
        for (int64_t v = 0; v < together; ++v)
          if (int64_t q = v % radix; q && !inverse)
            z[v] = times(z[v], loadPoint(args[3], l.i64(q - 1)), inverse);
      };
      betweenVectors(false);
      prefetch(lines / 2);
      amongLanes(z, args[2], first);
      prefetch(lines);
      betweenVectors(true);
      for (int64_t v = 0; v < together; ++v)
        storePoint(z[v], args[0], l.add(first, v));
    });
  });
}

//===----------------------------------------------------------------------===//
// The whole transform
//===----------------------------------------------------------------------===//

/// All between the first and the last butterflies.
void FftEmitter::emitInside(Value work, Plan plan, Value next) {
  Pass last = passAt(plan, l.sub(number(plan, FFT_PASSES), 1));
  Value blocks = l.divFloor(number(plan, FFT_M), l.i64(width));
  Value turns = l.divCeil(blocks, l.i64(std::max<int64_t>(blocksAtOnce(), 4)));
  auto between = [&](Kind kind) {
    eachPass(plan, 1, 1, kind, [&](Pass p) { runPass(kind, work, p, l.i64(1), /*samples=*/true); });
  };
  between(Forward);
  call("row_lanes", {work, turns, table(plan, FFT_SPECTRUM), last.table, next});
  between(Inverse);
}

/// Traces whose largest magnitude lies outside [2^-60, 2^60] are scaled by a power of two, and
/// those that hold NaN or infinity become NaN throughout.
FftEmitter::Extreme FftEmitter::extremeOf(Value seen) {
  const llvm::fltSemantics &semantics = cast<FloatType>(element).getFloatSemantics();
  unsigned bits = 8 * elementBytes, mantissa = element.isF32() ? 23 : 52;
  int64_t bias = element.isF32() ? 127 : 1023;
  Type intType = l.b.getIntegerType(bits);
  auto constant = [&](const APInt &v) -> Value {
    return arith::ConstantOp::create(l.b, l.loc, l.b.getIntegerAttr(intType, v));
  };
  auto pattern = [&](int64_t exponent) {
    return constant(APInt(bits, static_cast<uint64_t>(exponent + bias)) << mantissa);
  };
  Value most = vector::ReductionOp::create(l.b, l.loc, vector::CombiningKind::MAXUI, seen);
  Extreme extreme;
  extreme.isBad =
      l.cmp(arith::CmpIPredicate::uge, most, constant(APFloat::getInf(semantics).bitcastToAPInt()));
  Value isSmall = l.both(l.cmp(arith::CmpIPredicate::ult, most, pattern(-60)),
                         l.cmp(arith::CmpIPredicate::ugt, most, constant(APInt(bits, 0))));
  extreme.is = l.either(l.cmp(arith::CmpIPredicate::ugt, most, pattern(60)), isSmall);
  Value exponent = arith::ShRUIOp::create(l.b, l.loc, most, constant(APInt(bits, mantissa)));
  exponent = l.max(l.min(exponent, constant(APInt(bits, 2 * bias - 1))), constant(APInt(bits, 1)));
  extreme.up = exponent;
  extreme.down = l.sub(constant(APInt(bits, 2 * bias)), exponent);
  return extreme;
}

/// The power of two with these exponent bits, in all lanes.
Value FftEmitter::powerOfTwo(Value exponentBits) {
  Type type = exponentBits.getType();
  unsigned mantissa = element.isF32() ? 23 : 52;
  Value shift = arith::ConstantOp::create(l.b, l.loc, l.b.getIntegerAttr(type, mantissa));
  Value raw = arith::ShLIOp::create(l.b, l.loc, exponentBits, shift);
  return l.broadcast(l.vec(width, element), arith::BitcastOp::create(l.b, l.loc, element, raw));
}

/// (from, to, plan, work, ahead): see hilbertOfRow.
void FftEmitter::emitRow(ValueRange args, Plan plan) {
  Value from = args[0], to = args[1], work = args[3];
  VectorType type = l.vec(width, element);
  Value zero = l.i64(0), n = number(plan, FFT_N), points = l.mul(number(plan, FFT_M), 2);
  Value groups = l.i64(2 * width * blocksAtOnce()); // whole turns of the lanes
  Value staging = l.element(work, element, l.add(points, groups));
  Pass outer = passAt(plan, zero);
  Value m = l.divFloor(outer.m, l.i64(width)), seen = l.stack(width * elementBytes);
  bool isPadded = plan.header && plan.header[FFT_METHOD] == FFT_PADDED;
  auto ifPadded = [&](llvm::function_ref<void()> body) {
    if (plan.header)
      return isPadded ? body() : void();
    l.ifThen(l.eq(number(plan, FFT_METHOD), l.i64(FFT_PADDED)), body);
  };
  auto stagedOr = [&](Value other) -> Value {
    if (plan.header)
      return isPadded ? staging : other;
    return l.select(l.eq(number(plan, FFT_METHOD), l.i64(FFT_PADDED)), staging, other);
  };
  auto copy = [&](Value source, Value target, Value end,
                  llvm::function_ref<Value(Value, Value)> change) {
    l.loop(zero, end, width, [&](Value s) {
      Value x = l.load(type, l.element(source, element, s), elementBytes);
      l.store(change(x, s), l.element(target, element, s), elementBytes);
    });
  };
  auto first = [&](Value source, bool isCommon) {
    switchRadix(outer.radix, outerRadices, [&](int64_t r) {
      if (plan.header && isCommon)
        return firstPass(r, source, work, m, outer.table, seen);
      call("row_first_r" + std::to_string(r), {source, work, m, outer.table, seen});
    });
  };
  ifPadded([&] {
    l.loop(zero, points, width, [&](Value s) {
      Value at = l.element(from, element, s), mask = l.firstLanes(width, l.sub(n, s));
      l.store(l.maskedLoad(type, at, mask, elementBytes), l.element(staging, element, s),
              elementBytes);
    });
  });
  Value source = stagedOr(from);
  first(source, /*isCommon=*/true);

  Extreme rare = extremeOf(l.load(bitsType(), seen, 64));
  l.ifThen(rare.is, [&] {
    Value down = powerOfTwo(rare.down);
    copy(source, staging, points, [&](Value x, Value) { return l.fmul(x, down); });
    first(staging, /*isCommon=*/false);
  });

  Value next = l.at(from, args[4]);
  if (plan.header)
    emitInside(work, plan, next);
  else
    call("row_inside", {work, plan.address, next});
  // Result s + 1 lies at s, the first one at the end: writing begins one sample later.
  Value target = stagedOr(to);
  switchRadix(outer.radix, outerRadices, [&](int64_t r) {
    if (plan.header)
      return lastPass(r, l.at(target, elementBytes), work, m, outer.table);
    call("row_last_r" + std::to_string(r), {l.at(target, elementBytes), work, m, outer.table});
  });
  Value wrapped = l.load(element, l.element(target, element, n));
  ifPadded([&] { copy(staging, to, n, [](Value x, Value) { return x; }); });
  l.store(wrapped, to);
  l.ifThen(rare.is, [&] {
    Value nan = l.real(type, std::numeric_limits<double>::quiet_NaN());
    Value up = l.select(rare.isBad, nan, powerOfTwo(rare.up));
    copy(to, to, n, [&](Value x, Value) { return l.fmul(x, up); });
  });
}

void FftEmitter::hilbertOfRow(Value from, Value to, Value plan, Value work, Value ahead) {
  callFor("row", {from, to, plan, work, ahead}, 2);
}
