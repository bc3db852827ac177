//===- MathFunctions.cpp - The vector math under test, as a table ---------===//
// The loops are declared and listed from the library's own list of functions, so
// that a function added there cannot go untested.
//===----------------------------------------------------------------------===//
#include "MathFunctions.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>

extern "C" {
__float128 sinq(__float128);
__float128 cosq(__float128);
__float128 tanq(__float128);
__float128 atanq(__float128);
__float128 expq(__float128);
__float128 logq(__float128);
__float128 atan2q(__float128, __float128);
__float128 asinq(__float128);
__float128 acosq(__float128);
__float128 log10q(__float128);
__float128 cbrtq(__float128);
__float128 powq(__float128, __float128);
__float128 hypotq(__float128, __float128);
__float128 fmodq(__float128, __float128);

#define LOOP(variant, fn, lanes, bits) seis_loop_##variant##_##fn##_v##lanes##f##bits
#define DECLARE(variant, fn, lanes, bits, real)                                                    \
  void LOOP(variant, fn, lanes, bits)(real *, const real *, const real *, long);
#define DECLARE_ALL(variant, fn)                                                                   \
  DECLARE(variant, fn, 1, 32, float)                                                               \
  DECLARE(variant, fn, 4, 32, float)                                                               \
  DECLARE(variant, fn, 8, 32, float)                                                               \
  DECLARE(variant, fn, 16, 32, float)                                                              \
  DECLARE(variant, fn, 1, 64, double)                                                              \
  DECLARE(variant, fn, 2, 64, double)                                                              \
  DECLARE(variant, fn, 4, 64, double) DECLARE(variant, fn, 8, 64, double)
#define SEIS_MATH_FUNCTION(fn, arity, ulpF32, ulpF64) DECLARE_ALL(native, fn) DECLARE_ALL(avx2, fn)
#include "seis/Codegen/Math/SeisMathFunctions.def"
}

namespace seis::test {
namespace {

#define ONE(fn)                                                                                    \
  [](double x) { return std::fn(x); }, nullptr, [](Quad x) { return fn##q(x); }, nullptr
#define TWO(fn)                                                                                    \
  nullptr, [](long double x, long double y) { return std::fn(x, y); }, nullptr,                    \
      [](Quad x, Quad y) { return fn##q(x, y); }

/// The functions C does not have, from their definitions.
template <typename Real> Real roundReference(Real x) {
  if (!(x > Real(-1e18) && x < Real(1e18)))
    return x;
  Real size = x < 0 ? -x : x, whole = (Real)(long long)size;
  if (size - whole >= Real(0.5))
    whole += 1;
  return (Real)std::copysign((double)whole, (double)x);
}
template <typename Real> Real signReference(Real x) {
  return x > 0 ? Real(1) : x < 0 ? Real(-1) : x == 0 ? Real(0) : x;
}
template <typename Real> Real nan0Reference(Real x) { return x != x ? Real(0) : x; }
template <typename Real> Real floored(Real remainder, Real m) {
  if (remainder == 0)
    return (Real)std::copysign(0.0, (double)m);
  return (remainder < 0) != (m < 0) ? remainder + m : remainder;
}
long double modReference(long double x, long double m) { return floored(std::fmod(x, m), m); }
Quad modReference(Quad x, Quad m) { return floored(fmodq(x, m), m); }

#define OWN(fn) fn##Reference<double>, nullptr, fn##Reference<Quad>, nullptr

const struct {
  const char *name;
  Reference reference;
} references[] = {
    {"sin", {ONE(sin)}},
    {"cos", {ONE(cos)}},
    {"tan", {ONE(tan)}},
    {"atan", {ONE(atan)}},
    {"asin", {ONE(asin)}},
    {"acos", {ONE(acos)}},
    {"exp", {ONE(exp)}},
    {"log", {ONE(log)}},
    {"log10", {ONE(log10)}},
    {"cbrt", {ONE(cbrt)}},
    {"atan2", {TWO(atan2)}},
    {"pow", {TWO(pow)}},
    {"hypot", {TWO(hypot)}},
    {"round", {OWN(round)}},
    {"sign", {OWN(sign)}},
    {"nan0", {OWN(nan0)}},
    {"mod", {nullptr, modReference, nullptr, modReference}},
};

Reference referenceOf(const char *name) {
  for (const auto &entry : references)
    if (!std::strcmp(entry.name, name))
      return entry.reference;
  return {};
}

std::vector<MathFunction> makeTable() {
  std::vector<MathFunction> table;
#define ROW(variant, fn, lanes, bits) {#variant, lanes, LOOP(variant, fn, lanes, bits)}
#define SEIS_MATH_FUNCTION(fn, arity, ulpF32, ulpF64)                                              \
  table.push_back({#fn,                                                                            \
                   arity,                                                                          \
                   ulpF32,                                                                         \
                   ulpF64,                                                                         \
                   {ROW(native, fn, 16, 32), ROW(native, fn, 8, 32), ROW(native, fn, 4, 32),       \
                    ROW(native, fn, 1, 32), ROW(avx2, fn, 16, 32), ROW(avx2, fn, 8, 32),           \
                    ROW(avx2, fn, 4, 32), ROW(avx2, fn, 1, 32)},                                   \
                   {ROW(native, fn, 8, 64), ROW(native, fn, 4, 64), ROW(native, fn, 2, 64),        \
                    ROW(native, fn, 1, 64), ROW(avx2, fn, 8, 64), ROW(avx2, fn, 4, 64),            \
                    ROW(avx2, fn, 2, 64), ROW(avx2, fn, 1, 64)},                                   \
                   referenceOf(#fn)});
#include "seis/Codegen/Math/SeisMathFunctions.def"
  return table;
}

template <typename Real, typename Wide> double ulpErrorOf(Real value, Wide exact) {
  constexpr double far = std::numeric_limits<double>::infinity();
  if (exact != exact)
    return value != value ? 0 : far;
  if (value != value)
    return far;
  Wide size = exact < 0 ? -exact : exact;
  using Limits = std::numeric_limits<Real>;
  // Infinity stands for the power of two after the largest number.
  Wide overflow =
      (Wide)Limits::max() + (Wide)std::ldexp(Real(1), Limits::max_exponent - Limits::digits);
  if (size > overflow)
    size = overflow;
  int exponent = Limits::min_exponent;
  if (size > (Wide)Limits::min() && size < overflow)
    std::frexp((Real)size, &exponent); // rounding up to a power of two is put right below
  if (size == overflow)
    exponent = Limits::max_exponent;
  if (size < (Wide)std::ldexp(Real(1), exponent - 1) && exponent > Limits::min_exponent)
    --exponent;
  Wide signedSize = exact < 0 ? -size : size;
  Wide got = std::isinf(value) ? (value < 0 ? -overflow : overflow) : (Wide)value;
  Wide difference = got > signedSize ? got - signedSize : signedSize - got;
  // Divided in two steps: the unit of a denormal result need not be a number.
  return (double)(difference / (Wide)std::ldexp(Real(1), exponent - 1) *
                  (Wide)std::ldexp(1.0, Limits::digits - 1));
}

} // namespace

const std::vector<MathFunction> &mathFunctions() {
  static const std::vector<MathFunction> table = makeTable();
  return table;
}

const MathFunction &mathFunction(const char *name) {
  for (const MathFunction &function : mathFunctions())
    if (!std::strcmp(function.name, name))
      return function;
  std::abort();
}

template <typename Real> std::vector<Form<Real>> MathFunction::forms() const {
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  std::vector<Form<Real>> result;
  auto add = [&](const auto &list) {
    for (const auto &form : list)
      if (std::strcmp(form.variant, "avx2") || avx2)
        result.push_back(form);
  };
  if constexpr (std::is_same_v<Real, float>)
    add(forms32);
  else
    add(forms64);
  return result;
}
template std::vector<Form<float>> MathFunction::forms<float>() const;
template std::vector<Form<double>> MathFunction::forms<double>() const;

long double reference(const MathFunction &function, float a, float b) {
  return function.arity == 1 ? (long double)function.reference.one32(a)
                             : function.reference.two32(a, b);
}

Quad reference(const MathFunction &function, double a, double b) {
  return function.arity == 1 ? function.reference.one64(a) : function.reference.two64(a, b);
}

/// The same for results far from overflow, in integers and one multiplication: the
/// exhaustive runs spend their time here.
bool ulpErrorFast(float value, double exact, double &error) {
  uint64_t bits;
  std::memcpy(&bits, &exact, sizeof bits);
  int exponent = (int)(bits >> 52 & 2047) - 1023;
  if (exponent > 126 || !(std::fabs(value) < std::numeric_limits<float>::max()))
    return false;
  bits = (uint64_t)(1023 + 23 - std::max(exponent, -126)) << 52;
  double inverseUnit;
  std::memcpy(&inverseUnit, &bits, sizeof bits);
  error = std::fabs((double)value - exact) * inverseUnit;
  return true;
}

double ulpError(float value, long double exact) { return ulpErrorOf(value, exact); }
double ulpError(double value, Quad exact) { return ulpErrorOf(value, exact); }

bool sameValue(float a, float b) { return !std::memcmp(&a, &b, sizeof a) || (a != a && b != b); }
bool sameValue(double a, double b) { return !std::memcmp(&a, &b, sizeof a) || (a != a && b != b); }

template <typename Real> std::vector<Real> specialValues() {
  using Limits = std::numeric_limits<Real>;
  std::vector<Real> values;
  const Real pi = Real(3.14159265358979323846L);
  for (Real x : {Real(0),
                 Limits::denorm_min(),
                 3 * Limits::denorm_min(),
                 Limits::min() / 2,
                 Limits::min(),
                 std::sqrt(Limits::min()),
                 Limits::epsilon(),
                 Real(0.25),
                 Real(0.5),
                 Real(0.75),
                 std::nextafter(Real(1), Real(0)),
                 Real(1),
                 1 + Limits::epsilon(),
                 Real(1.5),
                 Real(2),
                 Real(2.5),
                 Real(3),
                 pi / 4,
                 pi / 2,
                 pi,
                 Real(7),
                 Real(88),
                 Real(89),
                 Real(103),
                 Real(104),
                 Real(127),
                 Real(128),
                 Real(709),
                 Real(710),
                 Real(745),
                 Real(746),
                 Real(1e5),
                 1 / Limits::epsilon() / 2,
                 1 / Limits::epsilon(),
                 2 / Limits::epsilon(),
                 2 / Limits::epsilon() + 2,
                 std::sqrt(Limits::max()),
                 Limits::max() / 2,
                 Limits::max(),
                 Limits::infinity(),
                 Limits::quiet_NaN()})
    values.insert(values.end(), {x, -x});
  return values;
}
template std::vector<float> specialValues<float>();
template std::vector<double> specialValues<double>();

} // namespace seis::test
