//===- FftEmitter.cpp - Generated Fourier transforms ----------------------===//
#include "FftEmitter.h"
#include "Fft/fft_plan.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>

using namespace mlir;
using namespace seis;

/// Those of Hilbert transforms, and more of spectra (fft_plan.c).
static constexpr int64_t radices[] = {1, 2, 3, 4, 5, 7, 8, 11, 13};
static constexpr size_t hilbertRadices = 7;
/// Of last passes that go forward and back at once; others end before the product.
static constexpr int64_t middleRadices[] = {1, 2, 4, 8};
static const char *const passNames[] = {"forward", "middle", "inverse"};

FftEmitter::FftEmitter(LoopBuilder &l, Type element, int64_t width, const fft_request &request,
                       ArrayRef<int64_t> lengths)
    : l(l), element(element), width(width), elementBytes(element.getIntOrFloatBitWidth() / 8) {
  ofSpectra = request.kind != FFT_HILBERT;
  if (!l.moduleAround().lookupSymbol(symbol(driver("all"))))
    defineAll();
  for (int64_t n : lengths)
    seis_fft_plan_header(n, &request, headers.emplace_back().data());
}

std::string FftEmitter::symbol(StringRef name) {
  return llvm::formatv("seis_fft_{0}_v{1}f{2}", name, width, 8 * elementBytes).str();
}

/// Functions that choose among radices choose among others for spectra.
std::string FftEmitter::driver(StringRef name) {
  return (ofSpectra ? "spectrum_" : "") + name.str();
}

ArrayRef<int64_t> FftEmitter::knownRadices() const {
  return ofSpectra ? ArrayRef(radices) : ArrayRef(radices).take_front(hilbertRadices);
}

void FftEmitter::call(StringRef name, ArrayRef<Value> args) { l.call(symbol(name), {}, args); }

/// The name of a function for one length: with the method and the radices it says all of the plan.
static std::string nameFor(StringRef name, ArrayRef<int64_t> header) {
  static const char *const methods[] = {"cyclic", "padded", "paired", "direct", "chirp"};
  std::string full =
      llvm::formatv("{0}_{1}_{2}_", name, header[FFT_N], methods[header[FFT_METHOD]]);
  for (int64_t p = 0; p < header[FFT_PASSES]; ++p)
    full += (p ? "x" : "") + std::to_string(header[FFT_PASS + 4 * p]);
  return full;
}

/// Calls the form for the length of the plan, `args[planAt]`: its own, if it is known, or the loops
/// that serve any. Both do the same operations in the same order.
void FftEmitter::callFor(StringRef name, ArrayRef<Value> args, unsigned planAt) {
  SmallVector<int64_t> known;
  for (const Header &header : headers) {
    if ((name == "row") != (header[FFT_LANES] > 0))
      continue;
    known.push_back(header[FFT_N]);
    std::string own = nameFor(name, header);
    if (l.moduleAround().lookupSymbol(symbol(own)))
      continue;
    define(own, llvm::map_to_vector(args, [](Value v) { return v.getType(); }),
           [&](ValueRange inner) { emitKnown(name, inner, {inner[planAt], header.data()}); });
  }
  if (known.empty())
    return call(driver(name), args);
  switchOn(l.loadI64(args[planAt], 8 * FFT_N), known, [&](const int64_t *n) {
    auto *header = llvm::find_if(headers, [&](const Header &h) { return n && h[FFT_N] == *n; });
    call(n ? nameFor(name, *header) : driver(name), args);
  });
}

void FftEmitter::emitKnown(StringRef name, ValueRange args, Plan plan) {
  if (name == "row")
    emitRow(args, plan);
  else if (name == "hilbert")
    emitHilbert(args[0], plan);
  else if (name == "dft")
    emitDft(args[0], plan);
  else
    emitInverse(args[0], plan);
}

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
  auto passUnlessThere = [&](Kind kind, int64_t r) {
    if (!l.moduleAround().lookupSymbol(symbol(passName(kind, r, /*samples=*/false))))
      definePass(kind, r);
  };
  for (int64_t r : knownRadices())
    for (Kind kind : {Forward, Inverse})
      passUnlessThere(kind, r);
  for (int64_t r : middleRadices)
    passUnlessThere(Middle, r);
  auto ofBuffer = [&](StringRef name, void (FftEmitter::*emit)(Value, Plan)) {
    define(driver(name), {l.ptrType(), l.ptrType()},
           [&](ValueRange args) { (this->*emit)(args[0], {args[1]}); });
  };
  ofBuffer("all", &FftEmitter::emitForward);
  ofBuffer("inverse", &FftEmitter::emitInverse);
  define(driver("core"), {l.ptrType(), l.ptrType(), l.i64Type(), l.ptrType()},
         [&](ValueRange args) { emitCore(args[0], {args[1]}, args[2], args[3]); });
  ofBuffer("convolve", &FftEmitter::emitConvolve);
  if (ofSpectra)
    return ofBuffer("dft", &FftEmitter::emitDft);
  ofBuffer("hilbert", &FftEmitter::emitHilbert);
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
    return {plus(e[0], o[0]),  scaled(e[1], t1, false), minusI(e[2], o[2]), scaled(e[3], t3, false),
            minus(e[0], o[0]), scaled(e[1], t1, true),  plusI(e[2], o[2]),  scaled(e[3], t3, true)};
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
      b = j == 1
              ? Complex{l.fmul(s, difference[0].re), l.fmul(s, difference[0].im)}
              : Complex{l.fma(s, difference[j - 1].re, b.re), l.fma(s, difference[j - 1].im, b.im)};
    }
    Complex down = {l.fadd(a.re, b.im), l.fsub(a.im, b.re)}; // a - i b
    Complex up = {l.fsub(a.re, b.im), l.fadd(a.im, b.re)};   // a + i b
    y[k] = inverse ? up : down;
    y[r - k] = inverse ? down : up;
  }
  return y;
}

/// A butterfly of a large odd radix, `emit`ted a pair of results at a time, in a loop with their
/// numbers: unrolled, radices of 11 and 13 would be a third of the code of all transforms.
void FftEmitter::butterflyLarge(ArrayRef<Complex> x, bool inverse,
                                llvm::function_ref<void(Complex, Value)> emit) {
  int64_t r = x.size(), half = (r - 1) / 2;
  SmallVector<Complex> sum, difference;
  SmallVector<Attribute> numbers;
  Complex total = x[0];
  for (int64_t j = 1; j <= half; ++j) {
    sum.push_back({l.fadd(x[j].re, x[r - j].re), l.fadd(x[j].im, x[r - j].im)});
    difference.push_back({l.fsub(x[j].re, x[r - j].re), l.fsub(x[j].im, x[r - j].im)});
    total = {l.fadd(total.re, sum.back().re), l.fadd(total.im, sum.back().im)};
    for (int64_t k = 1; k <= half; ++k) {
      double angle = 2 * M_PI * static_cast<double>(j * k % r) / static_cast<double>(r);
      numbers.push_back(l.b.getFloatAttr(element, std::cos(angle)));
      numbers.push_back(l.b.getFloatAttr(element, std::sin(angle)));
    }
  }
  auto tableType = RankedTensorType::get({2 * half * half}, element);
  Value turns = l.constantData("seis_fft_turns_" + std::to_string(r),
                               DenseElementsAttr::get(tableType, numbers));
  emit(total, l.i64(0));
  l.loop(l.i64(1), l.i64(half + 1), 1, [&](Value k) {
    Value first = l.mul(l.sub(k, 1), half);
    Complex a = x[0], b{};
    for (int64_t j = 0; j < half; ++j) {
      Complex w = loadFactor(turns, l.add(first, j));
      a = {l.fma(w.re, sum[j].re, a.re), l.fma(w.re, sum[j].im, a.im)};
      b = j == 0
              ? Complex{l.fmul(w.im, difference[0].re), l.fmul(w.im, difference[0].im)}
              : Complex{l.fma(w.im, difference[j].re, b.re), l.fma(w.im, difference[j].im, b.im)};
    }
    Complex down = {l.fadd(a.re, b.im), l.fsub(a.im, b.re)}; // a - i b
    Complex up = {l.fsub(a.re, b.im), l.fadd(a.im, b.re)};   // a + i b
    emit(inverse ? up : down, k);
    emit(inverse ? down : up, l.sub(l.i64(r), k));
  });
}

//===----------------------------------------------------------------------===//
// Passes
//===----------------------------------------------------------------------===//

/// (buffer, m, blocks, table): see passLoops.
void FftEmitter::definePass(Kind kind, int64_t radix, bool samples) {
  define(passName(kind, radix, samples), {l.ptrType(), l.i64Type(), l.i64Type(), l.ptrType()},
         [&](ValueRange args) {
           passLoops(kind, radix, samples, args[0], {{}, args[1], args[2], args[3]});
         });
}

std::string FftEmitter::passName(Kind kind, int64_t radix, bool samples) {
  return llvm::formatv("{0}{1}_r{2}", samples ? "row_" : "", passNames[kind], radix).str();
}

/// Blocks of radix*m points; the table holds the twiddles of the pass, for the middle (m = 1,
/// forward and back with a product between) the spectrum. With samples in the lanes, m counts
/// vectors and the table holds vectors.
void FftEmitter::passLoops(Kind kind, int64_t radix, bool samples, Value buffer, const Pass &pass) {
  Value m = pass.m, table = pass.table;
  l.loop(l.i64(0), pass.blocks, 1, [&](Value block) {
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
      if (radix > 8)
        return butterflyLarge(z, kind == Inverse, [&](Complex y, Value q) {
          if (kind == Forward && !matchPattern(q, m_Zero()))
            y = times(y, loadFactor(table, l.add(l.mul(k, radix - 1), l.sub(q, 1))));
          storePoint(y, buffer, l.add(index[0], l.mul(q, m)));
        });
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
}

/// Code for the one of the cases that `number` is, and for none of them (null).
void FftEmitter::switchOn(Value number, ArrayRef<int64_t> cases,
                          llvm::function_ref<void(const int64_t *)> emit) {
  Value index = arith::IndexCastOp::create(l.b, l.loc, l.b.getIndexType(), number);
  auto op = scf::IndexSwitchOp::create(l.b, l.loc, TypeRange{}, index, cases, cases.size());
  auto fill = [&](Region &region, const int64_t *number) {
    OpBuilder::InsertionGuard guard(l.b);
    l.b.setInsertionPointToStart(&region.emplaceBlock());
    emit(number);
    scf::YieldOp::create(l.b, l.loc);
  };
  fill(op.getDefaultRegion(), nullptr);
  for (auto [region, number] : llvm::zip(op.getCaseRegions(), cases))
    fill(region, &number);
}

/// Code for the one of the known radices that a pass has; the first one is the default.
void FftEmitter::switchRadix(Value radix, ArrayRef<int64_t> known,
                             llvm::function_ref<void(int64_t)> emit) {
  if (std::optional<int64_t> constant = getConstantIntValue(radix))
    return emit(*constant);
  switchOn(radix, known.drop_front(), [&](const int64_t *r) { emit(r ? *r : known[0]); });
}

//===----------------------------------------------------------------------===//
// Plans
//===----------------------------------------------------------------------===//

Value FftEmitter::number(Plan plan, int64_t field) {
  return plan.header ? l.i64(plan.header[field]) : l.loadI64(plan.address, 8 * field);
}

Value FftEmitter::table(Plan plan, int64_t field) {
  return l.at(plan.address, number(plan, field));
}

/// Code for a plan whose header says so, and for others.
void FftEmitter::ifField(Plan plan, int64_t field, ArrayRef<int64_t> values,
                         llvm::function_ref<void()> then, llvm::function_ref<void()> otherwise) {
  if (plan.header)
    return llvm::is_contained(values, plan.header[field]) ? then() : otherwise();
  Value found = number(plan, field), is = l.eq(found, l.i64(values[0]));
  for (int64_t v : values.drop_front())
    is = l.either(is, l.eq(found, l.i64(v)));
  auto branch = [](llvm::function_ref<void()> emit) {
    return [=] {
      emit();
      return SmallVector<Value>{};
    };
  };
  l.ifElse(is, {}, branch(then), branch(otherwise));
}

FftEmitter::Pass FftEmitter::passAt(Plan plan, Value pass) {
  if (plan.header) {
    const int64_t *entry = plan.header + FFT_PASS + 4 * *getConstantIntValue(pass);
    return {l.i64(entry[0]), l.i64(entry[1]), l.i64(entry[3]), l.at(plan.address, entry[2])};
  }
  Value entry = l.at(plan.address, l.mul(l.add(l.mul(pass, 4), FFT_PASS), 8));
  return {l.loadI64(entry, 0), l.loadI64(entry, 8), l.loadI64(entry, 24),
          l.at(plan.address, l.loadI64(entry, 16))};
}

/// The passes but for some at the ends, first to last or backward.
void FftEmitter::eachPass(Plan plan, int64_t skipFirst, int64_t skipLast, Kind kind,
                          llvm::function_ref<void(Pass)> body) {
  Value passes = number(plan, FFT_PASSES);
  auto run = [&](Value p) {
    Value turned = l.sub(l.sub(passes, 1 + skipLast - skipFirst), p);
    body(passAt(plan, kind == Inverse ? turned : p));
  };
  if (!plan.header)
    return l.loop(l.i64(skipFirst), l.sub(passes, skipLast), 1, run);
  for (int64_t p = skipFirst; p < plan.header[FFT_PASSES] - skipLast; ++p)
    run(l.i64(p));
}

/// Runs a pass on a part of the buffer that holds 1/divisor of its blocks: in place with all that
/// is known of it, or by the function for its radix.
void FftEmitter::runPass(Kind kind, Value buffer, Pass pass, Value divisor, bool samples) {
  pass.blocks = l.divFloor(pass.blocks, divisor);
  if (samples)
    pass.m = l.divFloor(pass.m, l.i64(width));
  if (auto radix = pass.radix ? getConstantIntValue(pass.radix) : std::nullopt)
    return passLoops(kind, *radix, samples, buffer, pass);
  ArrayRef<int64_t> known = samples          ? ArrayRef<int64_t>(rowRadices)
                            : kind == Middle ? ArrayRef(middleRadices)
                                             : knownRadices();
  switchRadix(pass.radix, known, [&](int64_t r) {
    call(passName(kind, r, samples), {buffer, pass.m, pass.blocks, pass.table});
  });
}

//===----------------------------------------------------------------------===//
// Transforms
//===----------------------------------------------------------------------===//

void FftEmitter::emitForward(Value buffer, Plan plan) {
  eachPass(plan, 0, 0, Forward, [&](Pass p) { runPass(Forward, buffer, p, l.i64(1)); });
}

void FftEmitter::emitInverse(Value buffer, Plan plan) {
  eachPass(plan, 0, 0, Inverse, [&](Pass p) { runPass(Inverse, buffer, p, l.i64(1)); });
}

/// The last pass on 1/divisor of the points, the product with the spectrum, and the pass back.
void FftEmitter::emitCore(Value buffer, Plan plan, Value divisor, Value spectrum) {
  Pass last = passAt(plan, l.sub(number(plan, FFT_PASSES), 1));
  auto atOnce = [&] {
    Pass pass = last;
    pass.table = spectrum;
    runPass(Middle, buffer, pass, divisor);
    return SmallVector<Value>{};
  };
  auto apart = [&] {
    Pass product = last;
    product.radix = l.i64(1);
    product.blocks = number(plan, FFT_M);
    product.table = spectrum;
    runPass(Forward, buffer, last, divisor);
    runPass(Middle, buffer, product, divisor);
    runPass(Inverse, buffer, last, divisor);
    return SmallVector<Value>{};
  };
  if (auto radix = getConstantIntValue(last.radix)) {
    llvm::is_contained(middleRadices, *radix) ? atOnce() : apart();
    return;
  }
  Value isMiddle = l.eq(last.radix, l.i64(middleRadices[0]));
  for (int64_t r : llvm::drop_begin(middleRadices))
    isMiddle = l.either(isMiddle, l.eq(last.radix, l.i64(r)));
  l.ifElse(isMiddle, {}, atOnce, apart);
}

void FftEmitter::emitConvolve(Value buffer, Plan plan) {
  Value spectrum = table(plan, FFT_SPECTRUM);
  auto core = [&](Value part, Value divisor, Value factors) {
    if (plan.header)
      return emitCore(part, plan, divisor, factors);
    call(driver("core"), {part, plan.address, divisor, factors});
  };
  auto one = [&] { core(buffer, l.i64(1), spectrum); };
  auto several = [&] {
    Pass outer = passAt(plan, l.i64(0));
    runPass(Forward, buffer, outer, l.i64(1));
    l.loop(l.i64(0), outer.radix, 1, [&](Value s) {
      Value points = l.mul(l.mul(s, outer.m), 2);
      Value part = l.element(buffer, l.vec(width, element), points);
      Value factors = l.element(spectrum, element, points);
      eachPass(plan, 1, 1, Forward, [&](Pass p) { runPass(Forward, part, p, outer.radix); });
      core(part, outer.radix, factors);
      eachPass(plan, 1, 1, Inverse, [&](Pass p) { runPass(Inverse, part, p, outer.radix); });
    });
    runPass(Inverse, buffer, outer, l.i64(1));
  };
  ifField(plan, FFT_PASSES, {1}, one, several);
}

/// Bins k and M-k of a real convolution (fft_plan.h, paired method).
void FftEmitter::combinePairs(Value buffer, Plan plan) {
  Value m = number(plan, FFT_M);
  Value positions = table(plan, FFT_POSITIONS), pairs = table(plan, FFT_PAIRS);
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

/// A part of a transform: in place where the length is known, else the function that all share.
void FftEmitter::emitOrCall(StringRef name, void (FftEmitter::*emit)(Value, Plan), Value buffer,
                            Plan plan) {
  if (plan.header)
    return (this->*emit)(buffer, plan);
  call(driver(name), {buffer, plan.address});
}

void FftEmitter::emitHilbert(Value buffer, Plan plan) {
  auto paired = [&] {
    emitOrCall("all", &FftEmitter::emitForward, buffer, plan);
    combinePairs(buffer, plan);
    emitOrCall("inverse", &FftEmitter::emitInverse, buffer, plan);
  };
  auto convolved = [&] { emitOrCall("convolve", &FftEmitter::emitConvolve, buffer, plan); };
  ifField(plan, FFT_METHOD, {FFT_PAIRED}, paired, convolved);
}

void FftEmitter::multiplyByChirp(Value buffer, Plan plan) {
  Value chirp = table(plan, FFT_CHIRP_AT);
  l.loop(l.i64(0), number(plan, FFT_LENGTH), 1, [&](Value k) {
    storePoint(times(loadPoint(buffer, k), loadFactor(chirp, k)), buffer, k);
  });
}

void FftEmitter::emitDft(Value buffer, Plan plan) {
  auto chirp = [&] {
    multiplyByChirp(buffer, plan);
    emitOrCall("convolve", &FftEmitter::emitConvolve, buffer, plan);
    multiplyByChirp(buffer, plan);
  };
  auto direct = [&] { emitOrCall("all", &FftEmitter::emitForward, buffer, plan); };
  ifField(plan, FFT_METHOD, {FFT_CHIRP}, chirp, direct);
}

//===----------------------------------------------------------------------===//
// Real traces at half length
//===----------------------------------------------------------------------===//

FftEmitter::Mirrored FftEmitter::mirrored(Value buffer, Value plan, Value k) {
  Value made = l.loadI64(plan, 8 * FFT_LENGTH), mirror = l.rem(l.sub(made, k), made);
  Value positions = l.at(plan, l.loadI64(plan, 8 * FFT_POSITIONS));
  Value turns = l.at(plan, l.loadI64(plan, 8 * FFT_TURNS));
  Mirrored p;
  p.a = l.load(l.i64Type(), l.element(positions, l.i64Type(), k));
  p.b = l.load(l.i64Type(), l.element(positions, l.i64Type(), mirror));
  p.za = loadPoint(buffer, p.a);
  p.zb = loadPoint(buffer, p.b);
  p.turn = loadFactor(turns, k);
  Value half = l.real(l.vec(width, element), 0.5);
  auto halved = [&](Value x) { return l.fmul(x, half); };
  p.even = {halved(l.fadd(p.za.re, p.zb.re)), halved(l.fsub(p.za.im, p.zb.im))};
  p.odd = {halved(l.fadd(p.za.im, p.zb.im)), halved(l.fsub(p.zb.re, p.za.re))};
  p.odd = times(p.odd, p.turn);
  return p;
}

void FftEmitter::untangle(Value buffer, Value plan) {
  Value made = l.loadI64(plan, 8 * FFT_LENGTH), zero = l.real(l.vec(width, element), 0.0);
  Complex z = loadPoint(buffer, l.i64(0));
  storePoint({l.fadd(z.re, z.im), zero}, buffer, l.i64(0));
  storePoint({l.fsub(z.re, z.im), zero}, buffer, made);
  l.loop(l.i64(1), l.add(l.divFloor(made, l.i64(2)), 1), 1, [&](Value k) {
    Mirrored p = mirrored(buffer, plan, k);
    storePoint({l.fsub(p.even.re, p.odd.re), l.fsub(p.odd.im, p.even.im)}, buffer, p.b);
    storePoint({l.fadd(p.even.re, p.odd.re), l.fadd(p.even.im, p.odd.im)}, buffer, p.a);
  });
}

/// With bins X = E + wO of the trace and the even part h of the multiplier, the even and odd
/// samples of the result have the transforms pE + q wO and q E/w + pO, p, q = (h[k] +- h[k +
/// N/2])/2.
void FftEmitter::multiply(Value buffer, Value plan, Value multiplier) {
  Value made = l.loadI64(plan, 8 * FFT_LENGTH), n = l.mul(made, 2);
  Value points = arith::SIToFPOp::create(l.b, l.loc, element, made);
  Value quarter = arith::DivFOp::create(l.b, l.loc, l.real(element, 0.25), points);
  auto symmetric = [&](Value k) { // both bins of the frequency, each by 1/(4 L)
    Value a = l.load(element, l.element(multiplier, element, k));
    Value b = l.load(element, l.element(multiplier, element, l.rem(l.sub(n, k), n)));
    return l.fma(quarter, a, l.fmul(quarter, b));
  };
  VectorType type = l.vec(width, element);
  l.loop(l.i64(0), l.add(l.divFloor(made, l.i64(2)), 1), 1, [&](Value k) {
    Value near = symmetric(k), far = symmetric(l.sub(made, k));
    Value p = l.broadcast(type, l.fadd(near, far)), q = l.broadcast(type, l.fsub(near, far));
    Mirrored m = mirrored(buffer, plan, k);
    Complex even = times(m.even, m.turn, /*conjugate=*/true); // E/w
    auto store = [&](Complex z, Value re, Value im, Value at) {
      storePoint({l.fma(q, re, l.fmul(p, z.re)), l.fma(q, im, l.fmul(p, z.im))}, buffer, at);
    };
    store(m.zb, l.fadd(m.odd.re, even.im), l.fsub(even.re, m.odd.im), m.b);
    store(m.za, l.fsub(m.odd.re, even.im), l.fadd(m.odd.im, even.re), m.a);
  });
}
