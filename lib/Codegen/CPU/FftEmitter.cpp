//===- FftEmitter.cpp - Generated Fourier transforms ----------------------===//
#include "FftEmitter.h"
#include "Fft/fft_plan.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>

using namespace mlir;
using namespace seis;

static constexpr int64_t radices[] = {1, 2, 3, 4, 5, 7, 8};
/// Of last passes that go forward and back at once; others end before the product.
static constexpr int64_t middleRadices[] = {1, 2, 4, 8};
static const char *const passNames[] = {"forward", "middle", "inverse"};

FftEmitter::FftEmitter(LoopBuilder &l, Type element, int64_t width)
    : l(l), element(element), width(width), elementBytes(element.getIntOrFloatBitWidth() / 8) {
  if (!l.moduleAround().lookupSymbol(symbol("hilbert")))
    defineAll();
}

std::string FftEmitter::symbol(StringRef name) {
  return llvm::formatv("seis_fft_{0}_v{1}f{2}", name, width, 8 * elementBytes).str();
}

void FftEmitter::call(StringRef name, ArrayRef<Value> args) { l.call(symbol(name), {}, args); }

void FftEmitter::define(StringRef name, ArrayRef<Type> args,
                        llvm::function_ref<void(ValueRange)> body) {
  OpBuilder::InsertionGuard guard(l.b);
  l.b.setInsertionPointToEnd(l.moduleAround().getBody());
  auto func = func::FuncOp::create(l.b, l.loc, symbol(name), l.b.getFunctionType(args, {}));
  func.setPrivate();
  func->setAttr("llvm.linkage", LLVM::LinkageAttr::get(l.b.getContext(), LLVM::Linkage::Internal));
  // A pass is long and called from few places: copies of it would only cost time to compile.
  func->setAttr("passthrough", l.b.getStrArrayAttr({"noinline"}));
  Block *block = func.addEntryBlock();
  l.b.setInsertionPointToStart(block);
  body(block->getArguments());
  func::ReturnOp::create(l.b, l.loc);
}

void FftEmitter::defineAll() {
  for (int64_t r : radices)
    for (Kind kind : {Forward, Inverse})
      definePass(kind, r);
  for (int64_t r : middleRadices)
    definePass(Middle, r);
  defineWhole(Forward);
  defineWhole(Inverse);
  defineCore();
  defineConvolve();
  defineHilbert();
  defineDft();
  defineRow();
}

//===----------------------------------------------------------------------===//
// Points and butterflies
//===----------------------------------------------------------------------===//

FftEmitter::Complex FftEmitter::loadPoint(Value buffer, Value index) {
  VectorType type = l.vec(width, element);
  Value at = l.element(buffer, type, l.mul(index, 2));
  return {l.load(type, at, 64), l.load(type, l.at(at, width * elementBytes), 64)};
}

void FftEmitter::storePoint(Complex z, Value buffer, Value index) {
  Value at = l.element(buffer, l.vec(width, element), l.mul(index, 2));
  l.store(z.re, at, 64);
  l.store(z.im, l.at(at, width * elementBytes), 64);
}

FftEmitter::Complex FftEmitter::loadFactor(Value table, Value index) {
  VectorType type = l.vec(width, element);
  Value at = l.element(table, element, l.mul(index, 2));
  return {l.broadcast(type, l.load(element, at)),
          l.broadcast(type, l.load(element, l.at(at, elementBytes)))};
}

FftEmitter::Complex FftEmitter::times(Complex z, Complex w, bool conjugate) {
  Value im = l.fmul(z.im, w.im), re = l.fmul(z.re, w.im);
  if (conjugate)
    return {l.fma(z.re, w.re, im), l.fma(z.im, w.re, l.fneg(re))};
  return {l.fma(z.re, w.re, l.fneg(im)), l.fma(z.im, w.re, re)};
}

SmallVector<FftEmitter::Complex> FftEmitter::butterfly(ArrayRef<Complex> x, bool inverse) {
  auto plus = [&](Complex a, Complex b) -> Complex {
    return {l.fadd(a.re, b.re), l.fadd(a.im, b.im)};
  };
  auto minus = [&](Complex a, Complex b) -> Complex {
    return {l.fsub(a.re, b.re), l.fsub(a.im, b.im)};
  };
  // a -+ i b: a quarter turn backwards in the forward transform
  auto minusI = [&](Complex a, Complex b) -> Complex {
    return inverse ? Complex{l.fsub(a.re, b.im), l.fadd(a.im, b.re)}
                   : Complex{l.fadd(a.re, b.im), l.fsub(a.im, b.re)};
  };
  auto plusI = [&](Complex a, Complex b) -> Complex {
    return inverse ? Complex{l.fadd(a.re, b.im), l.fsub(a.im, b.re)}
                   : Complex{l.fsub(a.re, b.im), l.fadd(a.im, b.re)};
  };
  switch (x.size()) {
  case 1:
    return {x[0]};
  case 2:
    return {plus(x[0], x[1]), minus(x[0], x[1])};
  case 4: {
    Complex a = plus(x[0], x[2]), b = minus(x[0], x[2]);
    Complex c = plus(x[1], x[3]), d = minus(x[1], x[3]);
    return {plus(a, c), minusI(b, d), minus(a, c), plusI(b, d)};
  }
  case 8: {
    auto e = butterfly({x[0], x[2], x[4], x[6]}, inverse);
    auto o = butterfly({x[1], x[3], x[5], x[7]}, inverse);
    Value half = l.real(x[0].re.getType(), std::sqrt(0.5));
    // eighth turns: exp(-+ i pi/4) o1 and exp(-+ 3 i pi/4) o3, the common factor in the sums
    auto turned = [&](Complex z, bool third) -> Complex {
      Value s = l.fadd(z.re, z.im), d = l.fsub(z.im, z.re);
      if (!inverse)
        return third ? Complex{d, l.fneg(s)} : Complex{s, d};
      return third ? Complex{l.fneg(s), l.fneg(d)} : Complex{l.fneg(d), s};
    };
    auto scaled = [&](Complex a, Complex b, bool negative) -> Complex {
      Value f = negative ? l.fneg(half) : half;
      return {l.fma(f, b.re, a.re), l.fma(f, b.im, a.im)};
    };
    Complex t1 = turned(o[1], false), t3 = turned(o[3], true);
    return {plus(e[0], o[0]),        scaled(e[1], t1, false), minusI(e[2], o[2]),
            scaled(e[3], t3, false), minus(e[0], o[0]),       scaled(e[1], t1, true),
            plusI(e[2], o[2]),       scaled(e[3], t3, true)};
  }
  default:
    return butterflyOdd(x, inverse);
  }
}

SmallVector<FftEmitter::Complex> FftEmitter::butterflyOdd(ArrayRef<Complex> x, bool inverse) {
  int64_t r = x.size(), half = (r - 1) / 2;
  Type type = x[0].re.getType();
  SmallVector<Complex> sum, difference, y(r);
  Complex total = x[0];
  for (int64_t j = 1; j <= half; ++j) {
    sum.push_back({l.fadd(x[j].re, x[r - j].re), l.fadd(x[j].im, x[r - j].im)});
    difference.push_back({l.fsub(x[j].re, x[r - j].re), l.fsub(x[j].im, x[r - j].im)});
    total = {l.fadd(total.re, sum.back().re), l.fadd(total.im, sum.back().im)};
  }
  y[0] = total;
  for (int64_t k = 1; k <= half; ++k) {
    Complex a = x[0], b{};
    for (int64_t j = 1; j <= half; ++j) {
      double angle = 2 * M_PI * static_cast<double>(j * k % r) / static_cast<double>(r);
      Value c = l.real(type, std::cos(angle)), s = l.real(type, std::sin(angle));
      a = {l.fma(c, sum[j - 1].re, a.re), l.fma(c, sum[j - 1].im, a.im)};
      b = j == 1 ? Complex{l.fmul(s, difference[0].re), l.fmul(s, difference[0].im)}
                 : Complex{l.fma(s, difference[j - 1].re, b.re),
                           l.fma(s, difference[j - 1].im, b.im)};
    }
    Complex down = {l.fadd(a.re, b.im), l.fsub(a.im, b.re)}; // a - i b
    Complex up = {l.fsub(a.re, b.im), l.fadd(a.im, b.re)};   // a + i b
    y[k] = inverse ? up : down;
    y[r - k] = inverse ? down : up;
  }
  return y;
}

//===----------------------------------------------------------------------===//
// Passes
//===----------------------------------------------------------------------===//

/// (buffer, m, blocks, table): `blocks` blocks of radix*m points; the table holds the twiddles of
/// the pass, for the middle (m = 1, forward and back with a product between) the spectrum.
/// With samples in the lanes, m counts vectors and the table holds vectors.
void FftEmitter::definePass(Kind kind, int64_t radix, bool samples) {
  std::string name =
      llvm::formatv("{0}{1}_r{2}", samples ? "row_" : "", passNames[kind], radix).str();
  define(name, {l.ptrType(), l.i64Type(), l.i64Type(), l.ptrType()}, [&](ValueRange args) {
    Value buffer = args[0], m = args[1], blocks = args[2], table = args[3];
    l.loop(l.i64(0), blocks, 1, [&](Value block) {
      Value first = l.mul(block, l.mul(m, radix));
      l.loop(l.i64(0), m, 1, [&](Value k) {
        SmallVector<Value> index;
        SmallVector<Complex> z;
        for (int64_t q = 0; q < radix; ++q) {
          index.push_back(q == 0 ? l.add(first, k) : l.add(index.back(), m));
          z.push_back(loadPoint(buffer, index.back()));
        }
        auto factor = [&](int64_t q) {
          Value at = l.add(l.mul(k, radix - 1), q - 1);
          return samples ? loadPoint(table, at) : loadFactor(table, at);
        };
        if (kind == Inverse)
          for (int64_t q = 1; q < radix; ++q)
            z[q] = times(z[q], factor(q), /*conjugate=*/true);
        z = butterfly(z, kind == Inverse);
        if (kind == Forward)
          for (int64_t q = 1; q < radix; ++q)
            z[q] = times(z[q], factor(q));
        if (kind == Middle) {
          for (int64_t q = 0; q < radix; ++q)
            z[q] = times(z[q], loadFactor(table, l.add(l.mul(block, radix), q)));
          z = butterfly(z, /*inverse=*/true);
        }
        for (int64_t q = 0; q < radix; ++q)
          storePoint(z[q], buffer, index[q]);
      });
    });
  });
}

/// Runs pass number `pass` of the plan on a part of the buffer that holds 1/divisor of its blocks.
void FftEmitter::runPass(Kind kind, Value buffer, Value plan, Value pass, Value divisor,
                         Value spectrum) {
  Value entry = l.at(plan, l.mul(l.add(l.mul(pass, 4), FFT_PASS), 8));
  Value radix = l.loadI64(entry, 0), m = l.loadI64(entry, 8);
  Value table = spectrum ? spectrum : l.at(plan, l.loadI64(entry, 16));
  Value blocks = l.divFloor(l.loadI64(entry, 24), divisor);
  switchRadix(radix, kind == Middle ? ArrayRef(middleRadices) : ArrayRef(radices), [&](int64_t r) {
    call(llvm::formatv("{0}_r{1}", passNames[kind], r).str(), {buffer, m, blocks, table});
  });
}

/// Code for the one of the known radices that `radix` is; the first one is the default.
void FftEmitter::switchRadix(Value radix, ArrayRef<int64_t> known,
                             llvm::function_ref<void(int64_t)> emit) {
  Value index = arith::IndexCastOp::create(l.b, l.loc, l.b.getIndexType(), radix);
  ArrayRef<int64_t> cases = known.drop_front();
  auto op = scf::IndexSwitchOp::create(l.b, l.loc, TypeRange{}, index, cases, cases.size());
  auto fill = [&](Region &region, int64_t r) {
    OpBuilder::InsertionGuard guard(l.b);
    l.b.setInsertionPointToStart(&region.emplaceBlock());
    emit(r);
    scf::YieldOp::create(l.b, l.loc);
  };
  fill(op.getDefaultRegion(), known[0]);
  for (auto [region, r] : llvm::zip(op.getCaseRegions(), cases))
    fill(region, r);
}

/// All passes, forward or backward.
void FftEmitter::defineWhole(Kind kind) {
  define(kind == Forward ? "all" : "inverse", {l.ptrType(), l.ptrType()}, [&](ValueRange args) {
    Value passes = l.loadI64(args[1], 8 * FFT_PASSES);
    l.loop(l.i64(0), passes, 1, [&](Value p) {
      Value pass = kind == Forward ? p : l.sub(l.sub(passes, 1), p);
      runPass(kind, args[0], args[1], pass, l.i64(1), {});
    });
  });
}

/// (buffer, plan, divisor, spectrum): the last pass on 1/divisor of the points, the product with the
/// spectrum, and the pass back.
void FftEmitter::defineCore() {
  define("core", {l.ptrType(), l.ptrType(), l.i64Type(), l.ptrType()}, [&](ValueRange args) {
    Value buffer = args[0], plan = args[1], divisor = args[2], spectrum = args[3];
    Value last = l.sub(l.loadI64(plan, 8 * FFT_PASSES), 1);
    Value radix = l.loadI64(l.at(plan, l.mul(l.add(l.mul(last, 4), FFT_PASS), 8)), 0);
    Value isMiddle = l.eq(radix, l.i64(middleRadices[0]));
    for (int64_t r : llvm::drop_begin(middleRadices))
      isMiddle = l.either(isMiddle, l.eq(radix, l.i64(r)));
    auto atOnce = [&] {
      runPass(Middle, buffer, plan, last, divisor, spectrum);
      return SmallVector<Value>{};
    };
    auto apart = [&] {
      Value points = l.divFloor(l.loadI64(plan, 8 * FFT_M), divisor);
      runPass(Forward, buffer, plan, last, divisor, {});
      call("middle_r1", {buffer, l.i64(1), points, spectrum});
      runPass(Inverse, buffer, plan, last, divisor, {});
      return SmallVector<Value>{};
    };
    l.ifElse(isMiddle, {}, atOnce, apart);
  });
}

void FftEmitter::defineConvolve() {
  define("convolve", {l.ptrType(), l.ptrType()}, [&](ValueRange args) {
    Value buffer = args[0], plan = args[1];
    Value last = l.sub(l.loadI64(plan, 8 * FFT_PASSES), 1);
    Value spectrum = l.at(plan, l.loadI64(plan, 8 * FFT_SPECTRUM));
    auto one = [&] {
      call("core", {buffer, plan, l.i64(1), spectrum});
      return SmallVector<Value>{};
    };
    auto several = [&] {
      runPass(Forward, buffer, plan, l.i64(0), l.i64(1), {});
      Value r0 = l.loadI64(plan, 8 * FFT_PASS), m0 = l.loadI64(plan, 8 * (FFT_PASS + 1));
      l.loop(l.i64(0), r0, 1, [&](Value s) {
        Value points = l.mul(l.mul(s, m0), 2);
        Value part = l.element(buffer, l.vec(width, element), points);
        Value factors = l.element(spectrum, element, points);
        l.loop(l.i64(1), last, 1, [&](Value p) { runPass(Forward, part, plan, p, r0, {}); });
        call("core", {part, plan, r0, factors});
        l.loop(l.i64(1), last, 1,
               [&](Value p) { runPass(Inverse, part, plan, l.sub(last, p), r0, {}); });
      });
      runPass(Inverse, buffer, plan, l.i64(0), l.i64(1), {});
      return SmallVector<Value>{};
    };
    l.ifElse(l.eq(last, l.i64(0)), {}, one, several);
  });
}

/// Bins k and M-k of a real convolution (fft_plan.h, paired method).
void FftEmitter::combinePairs(Value buffer, Value plan) {
  Value m = l.loadI64(plan, 8 * FFT_M);
  Value positions = l.at(plan, l.loadI64(plan, 8 * FFT_POSITIONS));
  Value pairs = l.at(plan, l.loadI64(plan, 8 * FFT_PAIRS));
  Value count = l.add(l.divFloor(m, l.i64(2)), 1);
  l.loop(l.i64(0), count, 1, [&](Value k) {
    Value mirror = l.rem(l.sub(m, k), m);
    Value a = l.load(l.i64Type(), l.element(positions, l.i64Type(), k));
    Value b = l.load(l.i64Type(), l.element(positions, l.i64Type(), mirror));
    Complex za = loadPoint(buffer, a), zb = loadPoint(buffer, b);
    auto combine = [&](Complex z, Complex other, int64_t side) -> Complex {
      Value at = l.add(l.mul(k, 4), 2 * side);
      Complex p = times(z, loadFactor(pairs, at));
      // B conj(other) = conj(conj(B) other)
      Complex q = times({other.re, l.fneg(other.im)}, loadFactor(pairs, l.add(at, 1)));
      return {l.fadd(p.re, q.re), l.fadd(p.im, q.im)};
    };
    Complex ya = combine(za, zb, 0), yb = combine(zb, za, 1);
    storePoint(yb, buffer, b);
    storePoint(ya, buffer, a);
  });
}

void FftEmitter::defineHilbert() {
  define("hilbert", {l.ptrType(), l.ptrType()}, [&](ValueRange args) {
    Value isPaired = l.eq(l.loadI64(args[1], 8 * FFT_METHOD), l.i64(FFT_PAIRED));
    auto paired = [&] {
      call("all", {args[0], args[1]});
      combinePairs(args[0], args[1]);
      call("inverse", {args[0], args[1]});
      return SmallVector<Value>{};
    };
    auto convolved = [&] {
      call("convolve", {args[0], args[1]});
      return SmallVector<Value>{};
    };
    l.ifElse(isPaired, {}, paired, convolved);
  });
}

void FftEmitter::multiplyByChirp(Value buffer, Value plan) {
  Value chirp = l.at(plan, l.loadI64(plan, 8 * FFT_CHIRP_AT));
  l.loop(l.i64(0), l.loadI64(plan, 8 * FFT_N), 1, [&](Value k) {
    storePoint(times(loadPoint(buffer, k), loadFactor(chirp, k)), buffer, k);
  });
}

void FftEmitter::defineDft() {
  define("dft", {l.ptrType(), l.ptrType()}, [&](ValueRange args) {
    Value isChirp = l.eq(l.loadI64(args[1], 8 * FFT_METHOD), l.i64(FFT_CHIRP));
    auto chirp = [&] {
      multiplyByChirp(args[0], args[1]);
      call("convolve", {args[0], args[1]});
      multiplyByChirp(args[0], args[1]);
      return SmallVector<Value>{};
    };
    auto direct = [&] {
      call("all", {args[0], args[1]});
      return SmallVector<Value>{};
    };
    l.ifElse(isChirp, {}, chirp, direct);
  });
}
