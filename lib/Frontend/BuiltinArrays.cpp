//===- BuiltinArrays.cpp - Arrays that are made while compiling ------------===//
// Windows, wavelets and weights from files, in f64.
//===----------------------------------------------------------------------===//
#include "Evaluator.h"
#include "NpyWeights.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include <algorithm>
#include <cmath>

using namespace llvm;
using namespace seis;
using namespace seis::fe;

static constexpr double pi = 3.14159265358979323846;

static Value arrayOf(std::vector<double> values) {
  ArrayData data;
  data.shape = {static_cast<int64_t>(values.size())};
  data.values = std::move(values);
  return Value::ofArray(std::move(data));
}

Value Evaluator::builtinLen(Call &call) {
  const Value &list = call.values[0];
  if (list.kind == Kind::List || list.kind == Kind::Tuple)
    return Value::ofInt(list.elements->size());
  if (list.kind == Kind::Array)
    return Value::ofInt(list.array->shape[0]);
  return error(call.ranges[0], formatv("`len` takes an array, got {0}", typeAndValue(list)));
}

/// Number of samples of a window, or of elements of an array.
Value Evaluator::builtinCount(Call &call) {
  const Value &v = call.values[0];
  if (v.kind == Kind::Array)
    return Value::ofInt(v.array->values.size());
  int64_t count = 1;
  bool ok = v.kind == Kind::Tuple;
  if (ok)
    for (const Value &e : *v.elements)
      ok &= e.kind == Kind::Int && !__builtin_mul_overflow(count, e.intValue, &count);
  if (!ok)
    return error(call.ranges[0],
                 formatv("`count` takes a window or an array, got {0}", typeAndValue(v)));
  return Value::ofInt(count);
}

/// Stands for the last axes of the volume, as many as the weights need.
Value Evaluator::builtinNoAxes(Call &) { return Value::ofTuple({}); }

/// Backwards along every axis.
Value Evaluator::builtinFlip(Call &call) {
  if (!charge(call.values[0].array->values.size() / 4, call.expr->range))
    return Value::error();
  ArrayData data = *call.values[0].array;
  std::reverse(data.values.begin(), data.values.end());
  return Value::ofArray(std::move(data)).withUnit(call.values[0].unit);
}

/// outer(a, b)[i.., j..] = a[i..] b[j..].
Value Evaluator::builtinOuter(Call &call) {
  ArrayData result;
  result.values = {1};
  result.isInt = true;
  for (const Value &v : call.rest) {
    if (v.kind != Kind::Array)
      return error(v.range.isValid() ? v.range : call.expr->range,
                   formatv("`outer` takes arrays, got {0}", typeAndValue(v)));
    const ArrayData &a = *v.array;
    int64_t count = static_cast<int64_t>(result.values.size() * a.values.size());
    if (!checkElements(count, call.expr->range) || !charge(count / 4, call.expr->range))
      return Value::error();
    std::vector<double> product;
    for (double x : result.values)
      for (double y : a.values)
        product.push_back(x * y);
    result.values = std::move(product);
    result.isInt &= a.isInt;
    result.shape.insert(result.shape.end(), a.shape.begin(), a.shape.end());
  }
  if (call.rest.size() < 2)
    return error(call.expr->range, "`outer` needs at least two arrays");
  if (result.shape.size() > 3)
    return error(call.expr->range, "an array has at most 3 dimensions");
  return Value::ofArray(std::move(result));
}

/// convolve(a, b)[n] = sum_m a[m] b[n - m] over all axes, of every extent a + b - 1.
Value Evaluator::builtinConvolve(Call &call) {
  const ArrayData &a = *call.values[0].array, &b = *call.values[1].array;
  if (a.shape.size() != b.shape.size())
    return error(call.ranges[1], formatv("`convolve` takes arrays of one rank, got {0} and {1}",
                                         typeName(call.values[0]), typeName(call.values[1])));
  if (a.values.empty() || b.values.empty())
    return error(call.ranges[a.values.empty() ? 0 : 1], "`convolve` takes arrays with elements");
  ArrayData result;
  int64_t count = 1;
  for (auto [m, n] : llvm::zip(a.shape, b.shape)) {
    result.shape.push_back(m + n - 1);
    count *= result.shape.back();
  }
  if (!checkElements(count, call.expr->range) ||
      !charge(a.values.size() * b.values.size() / 4, call.expr->range))
    return Value::error();
  // Positions in one row-major list add up where both lists have the strides of the result.
  auto placed = [&](const ArrayData &array, size_t index) {
    int64_t at = 0, stride = 1;
    for (size_t axis = array.shape.size(); axis-- > 0; index /= array.shape[axis]) {
      at += stride * static_cast<int64_t>(index % array.shape[axis]);
      stride *= result.shape[axis];
    }
    return at;
  };
  result.values.assign(count, 0.0);
  for (size_t i = 0; i < a.values.size(); ++i)
    for (size_t j = 0; j < b.values.size(); ++j)
      result.values[placed(a, i) + placed(b, j)] += a.values[i] * b.values[j];
  result.isInt = a.isInt && b.isInt;
  return Value::ofArray(std::move(result)).withUnit(call.values[0].unit * call.values[1].unit);
}

/// Symmetric Hann window of n points, 0 at both ends; [1] for n = 1.
Value Evaluator::builtinHann(Call &call) {
  int64_t n = call.values[0].intValue;
  if (n < 1)
    return error(call.ranges[0], formatv("`n` of `hann` must be at least 1, got {0}", n));
  if (!checkElements(n, call.expr->range) || !charge(n / 2, call.expr->range))
    return Value::error();
  std::vector<double> w;
  auto last = static_cast<double>(n - 1);
  for (int64_t k = 0; k < n; ++k)
    w.push_back(n == 1 ? 1 : 0.5 - 0.5 * std::cos(2 * pi * static_cast<double>(k) / last));
  return arrayOf(std::move(w));
}

/// Sampled Gaussian of radius trunc(4 sigma + 0.5), sum 1; order 1 and 2: its derivatives as
/// correlation weights.
Value Evaluator::builtinGauss(Call &call) {
  double sigma = call.values[0].real;
  int64_t order = call.values[1].intValue;
  if (!(sigma > 0))
    return error(call.ranges[0],
                 formatv("`sigma` of `gauss` must be positive, got {0}", numberText(sigma)));
  if (order < 0 || order > 2)
    return error(call.ranges[1], formatv("`order` of `gauss` must be 0, 1 or 2, got {0}", order));
  double extent = std::trunc(4 * sigma + 0.5);
  if (!(2 * extent < maxArrayElements))
    return checkElements(maxArrayElements + 1, call.expr->range) ? Value() : Value::error();
  auto radius = static_cast<int64_t>(extent);
  if (!charge(radius, call.expr->range))
    return Value::error();
  std::vector<double> w;
  double sum = 0, s2 = sigma * sigma;
  for (int64_t k = -radius; k <= radius; ++k) {
    auto t = static_cast<double>(k);
    w.push_back(std::exp(-0.5 * t * t / s2));
    sum += w.back();
  }
  for (int64_t k = -radius; k <= radius; ++k) {
    auto t = static_cast<double>(k);
    double &v = w[k + radius];
    v /= sum;
    if (order == 1)
      v *= t / s2;
    if (order == 2)
      v *= (t * t / s2 - 1) / s2;
  }
  return arrayOf(std::move(w));
}

//===----------------------------------------------------------------------===//
// Wavelets
//===----------------------------------------------------------------------===//

/// Samples on each side and the interval in seconds; false after a message.
bool Evaluator::wavelet(Call &call, unsigned lengthIndex, int64_t &half, double &dt) {
  Value interval = dtMs();
  if (interval.kind != Kind::Real) {
    report(call.expr->range, formatv("`{0}` needs the sample interval at compile time: add "
                                     "--dt-ms=",
                                     call.function->name));
    return false;
  }
  double length = call.values[lengthIndex].real;
  if (!(length >= 0)) {
    error(call.ranges[lengthIndex], formatv("`length` of `{0}` must not be negative, got {1}",
                                            call.function->name, numberText(length)));
    return false;
  }
  double samples = std::floor(length / interval.real);
  if (!(2 * samples + 1 <= maxArrayElements))
    return checkElements(maxArrayElements + 1, call.expr->range);
  half = static_cast<int64_t>(samples);
  dt = interval.real / 1000;
  return charge(half, call.expr->range);
}

/// (1 - 2a) e^-a, a = (pi f t)^2.
Value Evaluator::builtinRicker(Call &call) { // freq, length
  double f = call.values[0].real, dt = 0;
  int64_t half = 0;
  if (!(f > 0) || !std::isfinite(f))
    return error(call.ranges[0],
                 formatv("`freq` of `ricker` must be positive, got {0}", numberText(f)));
  if (!wavelet(call, 1, half, dt))
    return Value::error();
  std::vector<double> w;
  for (int64_t k = -half; k <= half; ++k) {
    double a = std::pow(pi * f * (static_cast<double>(k) * dt), 2);
    w.push_back((1 - 2 * a) * std::exp(-a));
  }
  return arrayOf(std::move(w));
}

/// Trapezoid of corners f1 < f2 < f3 < f4 in the spectrum, scaled to 1 at its centre.
Value Evaluator::builtinOrmsby(Call &call) { // f1, f2, f3, f4, length
  double f[4], dt = 0;
  int64_t half = 0;
  for (unsigned i = 0; i < 4; ++i) {
    f[i] = call.values[i].real;
    if (!std::isfinite(f[i]) || f[i] < 0 || (i > 0 && !(f[i] > f[i - 1])))
      return error(call.expr->range, "`ormsby` needs corners 0 <= f1 < f2 < f3 < f4");
  }
  if (!wavelet(call, 4, half, dt))
    return Value::error();
  std::vector<double> w;
  for (int64_t k = -half; k <= half; ++k) {
    double t = static_cast<double>(k) * dt;
    auto part = [&](double c) { // c^2 sinc(c t)^2
      double z = pi * c * t;
      double s = z == 0 ? 1 : std::sin(z) / z;
      return c * c * s * s;
    };
    double value =
        (part(f[3]) - part(f[2])) / (f[3] - f[2]) - (part(f[1]) - part(f[0])) / (f[1] - f[0]);
    w.push_back(value / (f[3] + f[2] - f[1] - f[0]));
  }
  return arrayOf(std::move(w));
}

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

Value Evaluator::builtinLoad(Call &call) {
  StringRef name = call.values[0].text;
  SMRange range = call.expr->range;
  if (name.empty() || name.contains('\0') || name.size() > 4096)
    return error(call.ranges[0], "`load` needs the name of a .npy file");
  SmallString<128> path(name);
  if (sys::path::is_relative(path) && !call.scope->unit->folder.empty()) {
    path = call.scope->unit->folder;
    sys::path::append(path, name);
  }
  ArrayData array;
  std::string digest, problem;
  if (!loadWeights(path.str().str(), maxArrayElements, array, digest, problem))
    return error(call.ranges[0], problem);
  if (!charge(array.values.size() / 4, range))
    return Value::error();
  for (double v : array.values)
    array.isInt &= v == std::nearbyint(v) && std::abs(v) < 9e15;
  if (dataFiles.insert(name).second) {
    mlir::OpBuilder &b = emit.attributes();
    data.push_back(b.getDictionaryAttr({b.getNamedAttr("file", b.getStringAttr(name)),
                                        b.getNamedAttr("sha256", b.getStringAttr(digest))}));
  }
  return Value::ofArray(std::move(array));
}
