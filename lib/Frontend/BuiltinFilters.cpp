//===- BuiltinFilters.cpp - Recursions, their design, eigenvalues ----------===//
// Designs are made while compiling, in f64: the coefficients of Deriche's recursive
// Gaussian and the second-order sections of Butterworth filters.
//===----------------------------------------------------------------------===//
#include "Evaluator.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include <algorithm>
#include <cmath>
#include <complex>

using namespace llvm;
using namespace seis;
using namespace seis::fe;

static constexpr double pi = 3.14159265358979323846;

/// An array of one section, or with one row per section.
static Value arrayOf(std::vector<double> values, int64_t sections = 0) {
  ArrayData data;
  auto size = static_cast<int64_t>(values.size());
  if (sections)
    data.shape = {sections, size / sections};
  else
    data.shape = {size};
  data.values = std::move(values);
  return Value::ofArray(std::move(data));
}

//===----------------------------------------------------------------------===//
// Recursions
//===----------------------------------------------------------------------===//

/// Numerators and denominators as the operation holds them: one length, denominators from 1 on.
/// Null after a message.
mlir::ElementsAttr Evaluator::filterSections(Call &call) { // x, n, d
  auto complain = [&](unsigned index, std::string text) {
    error(call.ranges[index], std::move(text));
    return mlir::ElementsAttr();
  };
  const ArrayData &n = *call.values[1].array, &d = *call.values[2].array;
  for (unsigned index : {1, 2}) {
    const ArrayData &a = *call.values[index].array;
    const char *name = index == 1 ? "n" : "d";
    int64_t length = a.shape.back();
    if (a.shape.size() > 2 || length < 1 || length > 13 ||
        a.shape[0] > (a.shape.size() > 1 ? 12 : 13))
      return complain(index, formatv("`{0}` of `iir` must be 1 to 13 coefficients, or 1 to 12 rows "
                                     "of them, got an {1}",
                                     name, typeName(call.values[index])));
    for (double v : a.values)
      if (!std::isfinite(v))
        return complain(index, formatv("coefficients must be finite, `{0}` of `iir` has {1}", name,
                                       numberText(v)));
  }
  int64_t sections = n.shape.size() > 1 ? n.shape[0] : 1;
  if (sections != (d.shape.size() > 1 ? d.shape[0] : 1))
    return complain(2, formatv("`n` and `d` of `iir` must have as many rows, got an {0} and an {1}",
                               typeName(call.values[1]), typeName(call.values[2])));
  int64_t longest = std::max(n.shape.back(), d.shape.back());
  std::vector<double> both;
  for (int64_t s = 0; s < sections; ++s) {
    double first = d.values[s * d.shape.back()];
    if (first == 0)
      return complain(2, "the first coefficient of `d` of `iir` must not be 0");
    double atZero = 0;
    for (const ArrayData *a : {&n, &d})
      for (int64_t m = 0; m < longest; ++m) {
        double v = m < a->shape.back() ? a->values[s * a->shape.back() + m] / first : 0.0;
        if (a == &d)
          atZero += v;
        both.push_back(v);
      }
    if (call.values[5].text == "steady" && atZero == 0)
      return complain(2, "`init=steady` needs a filter that comes to rest: a row of `d` of `iir` "
                         "adds up to 0");
  }
  auto type = mlir::RankedTensorType::get({sections, 2, longest}, emit.attributes().getF64Type());
  return mlir::DenseElementsAttr::get(type, ArrayRef<double>(both));
}

Value Evaluator::builtinIir(Call &call) { // x, n, d, axis, dir, init, extension, pad
  const Value &x = call.values[0];
  mlir::ElementsAttr sections = filterSections(call);
  if (!sections)
    return Value::error();
  StringRef dir = call.values[4].text, extension = call.values[6].text;
  int64_t pad = call.values[7].intValue;
  if (pad < 0 || pad > maxArrayElements)
    return error(call.ranges[7],
                 formatv("`pad` must be in 0..{0}, got {1}", maxArrayElements, pad));
  if (extension == "zero" && pad != 0)
    return error(call.ranges[7], formatv("`pad` must be 0 where nothing is extended, got {0}: give "
                                         "`extension=odd` or `extension=reflect`",
                                         pad));
  bool isBoth = dir == "both";
  bool isForward = isBoth || dir == "forward" || dir == "fwd";
  Init init = call.values[5].text == "steady" ? Init::Steady : Init::Zero;
  Extension kind = extension == "odd"       ? Extension::Odd
                   : extension == "reflect" ? Extension::Reflect
                                            : Extension::Zero;
  mlir::Value y =
      emit.make<IirOp>(x.re.getType(), x.re, isForward ? sections : mlir::ElementsAttr(),
                       isBoth || !isForward ? sections : mlir::ElementsAttr(), isBoth,
                       static_cast<Axis>(call.values[3].intValue), init, kind, pad);
  Value r = Value::runtime(Kind::RealRT, Level::Volume, y);
  r.origin = FromData;
  r.unit = x.unit;
  return r;
}

//===----------------------------------------------------------------------===//
// Designs
//===----------------------------------------------------------------------===//

namespace {

/// The fourth-order fit of a Gaussian or a derivative of it.
struct DericheFit {
  double a0, a1, b0, b1, c0, c1, w0, w1;
};

constexpr DericheFit dericheFits[3] = {
    {1.6797292232361107, 3.7348298269103580, 1.7831906544515104, 1.7228297663338028,
     -0.6802783501806897, -0.2598300478959625, 0.6318113174569493, 1.9969276832487770},
    {0.6494024008440620, 0.9557370760729773, 1.5159726670750566, 1.5267608734791140,
     -0.6472105276644291, -4.5306923044570760, 2.0718953658782650, 0.6719055957689513},
    {0.3224570510072559, -1.7382843963561239, 1.3138054526916880, 1.2402181393295362,
     -1.3312275593739595, 3.6607035671974897, 2.1656041357418863, 0.7479888745408682}};

/// n: forward numerator, m: backward one (from its second coefficient on), d: denominator.
struct DericheFilter {
  std::vector<double> n, m, d;

  DericheFilter(double sigma, int order) {
    const DericheFit &f = dericheFits[order];
    double e0 = std::exp(-f.b0 / sigma), e1 = std::exp(-f.b1 / sigma);
    double c0 = std::cos(f.w0 / sigma), c1 = std::cos(f.w1 / sigma);
    double s0 = std::sin(f.w0 / sigma), s1 = std::sin(f.w1 / sigma);
    n = {order == 1 ? 0 : f.a0 + f.c0,
         e1 * (f.c1 * s1 - (f.c0 + 2 * f.a0) * c1) + e0 * (f.a1 * s0 - (2 * f.c0 + f.a0) * c0),
         2 * e0 * e1 * ((f.a0 + f.c0) * c1 * c0 - f.a1 * c1 * s0 - f.c1 * c0 * s1) +
             f.c0 * e0 * e0 + f.a0 * e1 * e1,
         e1 * e0 * e0 * (f.c1 * s1 - f.c0 * c1) + e0 * e1 * e1 * (f.a1 * s0 - f.a0 * c0)};
    d = {1, -2 * e0 * c0 - 2 * e1 * c1, 4 * e0 * e1 * c0 * c1 + e0 * e0 + e1 * e1,
         -2 * e0 * e1 * e1 * c0 - 2 * e1 * e0 * e0 * c1, e0 * e0 * e1 * e1};
    mirror(order);
    double scale = response(sigma, order);
    for (double &v : n)
      v /= scale;
    mirror(order);
  }

  void mirror(int order) {
    double sign = order == 1 ? -1 : 1;
    m = {0};
    for (int q = 1; q <= 4; ++q)
      m.push_back(sign * ((q < 4 ? n[q] : 0) - d[q] * n[0]));
  }

  /// What the filter makes of its reference signal: by this it is normalised.
  double response(double sigma, int order) const {
    auto half = static_cast<int64_t>(10 * sigma);
    std::vector<double> y(2 * half + 1, 0.0);
    auto pass = [&](const std::vector<double> &taps, int64_t step) {
      std::vector<double> out(half + 1, 0.0); // from the impulse on; before it all is 0
      for (int64_t k = 0; k <= half; ++k) {
        double v = k < static_cast<int64_t>(taps.size()) ? taps[k] : 0.0;
        for (int64_t q = 1; q <= 4 && q <= k; ++q)
          v -= d[q] * out[k - q];
        out[k] = v;
        y[half + step * k] += v;
      }
    };
    pass(n, 1);
    pass(m, -1);
    double sum = 0;
    for (int64_t t = -half; t <= half; ++t) {
      double at = static_cast<double>(t) / sigma;
      sum += y[t + half] * (order == 0   ? 1
                            : order == 1 ? std::sin(at)
                                         : std::cos(std::sqrt(2.0) * at));
    }
    if (order == 1)
      return -sigma * std::exp(0.5) * sum;
    return order == 2 ? -sigma * sigma / 2 * std::exp(1.0) * sum : sum;
  }
};

/// Second-order sections of a Butterworth filter by the bilinear transform.
class Butterworth {
public:
  using Complex = std::complex<double>;
  std::vector<double> n, d; ///< three coefficients per section
  int64_t sections = 0;

  /// `low`, `high`: corners over the Nyquist frequency; of a low or high pass the first only.
  Butterworth(StringRef kind, int64_t order, double low, double high) {
    double w0 = 4 * std::tan(pi * low / 2), w1 = 4 * std::tan(pi * high / 2);
    double center = std::sqrt(w0 * w1), reference = kind == "low" ? 0 : pi;
    std::vector<Complex> poles;
    for (int64_t k = 0; k < order; ++k) {
      Complex p = std::polar(1.0, pi * static_cast<double>(2 * k + order + 1) /
                                      static_cast<double>(2 * order));
      if (2 * k + 1 == order)
        p = -1; // exactly real
      if (kind == "low") {
        poles.push_back(digital(p * w0));
      } else if (kind == "high") {
        poles.push_back(digital(w0 / p));
      } else {
        Complex middle = p * ((w1 - w0) / 2), root = std::sqrt(middle * middle - center * center);
        poles.push_back(digital(middle + root));
        poles.push_back(digital(middle - root));
      }
    }
    if (kind == "band")
      reference = 2 * std::atan(center / 4);
    std::vector<double> numerator = kind == "low"    ? std::vector<double>{1, 2, 1}
                                    : kind == "high" ? std::vector<double>{1, -2, 1}
                                                     : std::vector<double>{1, 0, -1};
    std::vector<double> real;
    for (Complex p : poles)
      if (p.imag() > 0)
        add(numerator, {1, -2 * p.real(), std::norm(p)}, reference);
      else if (p.imag() == 0)
        real.push_back(p.real());
    for (; real.size() >= 2; real.erase(real.begin(), real.begin() + 2))
      add(numerator, {1, -real[0] - real[1], real[0] * real[1]}, reference);
    if (!real.empty())
      add({1, kind == "low" ? 1.0 : -1.0, 0}, {1, -real[0], 0}, reference);
  }

private:
  static Complex digital(Complex s) {
    Complex z = (4.0 + s) / (4.0 - s);
    return s.imag() == 0 ? Complex(z.real(), 0) : z;
  }

  /// Adds a section whose gain at the reference frequency is 1.
  void add(const std::vector<double> &above, const std::vector<double> &below, double reference) {
    Complex z = reference == 0    ? Complex(1)
                : reference == pi ? Complex(-1)
                                  : std::polar(1.0, -reference);
    auto at = [&](const std::vector<double> &c) { return std::abs(c[0] + z * (c[1] + z * c[2])); };
    double gain = at(below) / at(above);
    for (double v : above)
      n.push_back(gain * v);
    d.insert(d.end(), below.begin(), below.end());
    ++sections;
  }
};

} // namespace

/// (n, m, d) of Deriche's recursive Gaussian.
Value Evaluator::builtinDericheFilter(Call &call) { // sigma, order
  double sigma = call.values[0].real;
  int64_t order = call.values[1].intValue;
  if (!(sigma > 0) || !std::isfinite(sigma))
    return error(call.ranges[0],
                 formatv("`sigma` of `deriche` must be positive, got {0}", numberText(sigma)));
  if (order < 0 || order > 2)
    return error(call.ranges[1], formatv("`order` of `deriche` must be 0, 1 or 2, got {0}", order));
  if (!(sigma <= 10000) || sigma < 0.1)
    return error(
        call.ranges[0],
        formatv("`sigma` of `deriche` must be in 0.1..10000 samples, got {0}", numberText(sigma)));
  if (!charge(static_cast<int64_t>(20 * sigma), call.expr->range))
    return Value::error();
  DericheFilter f(sigma, static_cast<int>(order));
  return Value::ofTuple({arrayOf(f.n), arrayOf(f.m), arrayOf(f.d)});
}

/// (n, d) of a Butterworth filter, one row per section.
Value Evaluator::builtinButterworth(Call &call) { // kind, order, freq, f_high
  StringRef kind = call.values[0].text;
  int64_t order = call.values[1].intValue;
  bool isBand = kind == "band";
  if (order < 1 || order > 12)
    return error(call.ranges[1],
                 formatv("`order` of a Butterworth filter must be in 1..12, got {0}", order));
  Value interval = dtMs();
  if (interval.kind != Kind::Real) {
    report(call.expr->range, "a Butterworth filter needs the sample interval at compile time: add "
                             "--dt-ms=");
    return Value::error();
  }
  for (unsigned c : {2, 3})
    checkUnits("corner of a filter and a frequency", call.values[c].unit, Unit::base("Hz"),
               call.ranges[c]);
  double nyquist = 500 / interval.real, corners[2] = {call.values[2].real, call.values[3].real};
  for (unsigned c = 0; c < (isBand ? 2 : 1); ++c)
    if (!(corners[c] > 0 && corners[c] < nyquist))
      return error(call.ranges[2 + c],
                   formatv("`{0}` must be above 0 Hz and below half the sampling frequency, {1} Hz "
                           "at {2} ms, got {3}",
                           !isBand ? "freq"
                           : c     ? "f_high"
                                   : "f_low",
                           numberText(nyquist), numberText(interval.real), numberText(corners[c])));
  if (isBand && !(corners[0] < corners[1]))
    return error(call.ranges[3], formatv("`f_high` must be above `f_low`, {0} Hz, got {1}",
                                         numberText(corners[0]), numberText(corners[1])));
  Butterworth f(kind, order, corners[0] / nyquist, corners[1] / nyquist);
  return Value::ofTuple({arrayOf(f.n, f.sections), arrayOf(f.d, f.sections)});
}

//===----------------------------------------------------------------------===//
// Eigenvalues
//===----------------------------------------------------------------------===//

/// (l1, l2, l3, (vi, vx, vs)) of a tensor (ss, xx, ii, sx, si, xi).
Value Evaluator::builtinEigH3(Call &call) { // tensor
  const Value &t = call.values[0];
  bool fits = t.elements->size() == 6 &&
              llvm::all_of(*t.elements, [](const Value &v) { return v.isRealLike(); }) &&
              llvm::any_of(*t.elements, [](const Value &v) { return v.isVolume(); });
  if (!fits)
    return error(call.ranges[0], formatv("`eigh3` takes a tensor of 6 volumes (ss, xx, ii, sx, si, "
                                         "xi), got {0}",
                                         typeAndValue(t)));
  SmallVector<mlir::Value> elements;
  for (const Value &v : *t.elements) {
    checkUnits("elements of a tensor", (*t.elements)[0].unit, v.unit, call.ranges[0]);
    elements.push_back(lift(v, Level::Volume));
  }
  SmallVector<mlir::Type> types(6, elements[0].getType());
  mlir::Operation *op = emit.makeOp<EigH3Op>(types, elements);
  std::vector<Value> parts;
  for (unsigned k = 0; k < 6; ++k) {
    Value r = Value::runtime(Kind::RealRT, Level::Volume, op->getResult(k));
    r.origin = FromData;
    if (k < 3)
      r.unit = (*t.elements)[0].unit;
    parts.push_back(r);
  }
  Value vector = Value::ofTuple({parts.begin() + 3, parts.end()});
  return Value::ofTuple({parts[0], parts[1], parts[2], vector});
}

Value Evaluator::builtinCohEig(Call &call) { // xs, size, mode
  const Value &xs = call.values[0];
  std::vector<Value> volumes;
  if (xs.kind == Kind::Tuple || xs.kind == Kind::List)
    volumes = *xs.elements;
  else
    volumes = {xs};
  SmallVector<mlir::Value> inputs;
  for (const Value &v : volumes) {
    if (v.kind == Kind::Complex && v.level == Level::Volume) {
      inputs.push_back(v.re);
      inputs.push_back(v.im);
    } else if (v.isVolume()) {
      inputs.push_back(v.re);
    } else {
      return error(call.ranges[0], formatv("`coheig` takes volumes, got {0}", typeAndValue(v)));
    }
  }
  if (inputs.empty() || inputs.size() > 4)
    return error(call.ranges[0],
                 formatv("`coheig` takes 1 to 4 volumes (a complex one counts as 2), "
                         "got {0}",
                         inputs.size()));
  SmallVector<int64_t> window;
  for (const Value &e : *call.values[1].elements)
    window.push_back(e.intValue);
  if (window[0] * window[1] > 25) {
    ArrayRef<Argument> given = call.expr->extra->arguments;
    const Argument *size = find_if(given, [](const Argument &a) { return a.name == "size"; });
    std::string name = inPrelude() ? checkedName(size != given.end() ? size->value : given[1].value)
                                   : "`size` of `coheig`";
    return error(call.ranges[1], formatv("{0} must have at most 25 traces, got {1} x {2}", name,
                                         window[0], window[1]));
  }
  mlir::Value y = emit.make<CohEigOp>(inputs[0].getType(), inputs,
                                      emit.attributes().getDenseI64ArrayAttr(window),
                                      static_cast<Border>(call.values[2].intValue));
  Value r = Value::runtime(Kind::RealRT, Level::Volume, y);
  r.origin = FromData;
  r.unit = Unit::one();
  return r;
}
