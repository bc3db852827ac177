//===- MathFunctions.h - The vector math under test, as a table -----------===//
// One row per function: the compiled loops for every element type, lane count and
// CPU variant, the error allowed, and a reference of higher precision.
//===----------------------------------------------------------------------===//
#ifndef SEIS_TEST_UNIT_CODEGEN_MATH_MATHFUNCTIONS_H
#define SEIS_TEST_UNIT_CODEGEN_MATH_MATHFUNCTIONS_H

#include <cstddef>
#include <ostream>
#include <type_traits>
#include <vector>

namespace seis::test {

using Quad = __float128;

/// Applies a function to n elements, n a multiple of 16; b is read if it has two
/// arguments.
template <typename Real> using Loop = void (*)(Real *out, const Real *a, const Real *b, long n);

/// One compiled form: "native" or "avx2", and how many lanes at a time.
template <typename Real> struct Form {
  const char *variant;
  int lanes;
  Loop<Real> run;
};

/// What a function of the library is measured against: f32 in f64 or, with two
/// arguments, in long double; f64 in quadruple precision.
struct Reference {
  double (*one32)(double);
  long double (*two32)(long double, long double);
  Quad (*one64)(Quad);
  Quad (*two64)(Quad, Quad);
};

struct MathFunction {
  const char *name;
  int arity;
  double bound32, bound64; ///< largest error in ulp; 0: exact
  std::vector<Form<float>> forms32;
  std::vector<Form<double>> forms64;
  Reference reference;

  template <typename Real> double bound() const {
    return std::is_same_v<Real, float> ? bound32 : bound64;
  }
  /// The forms this machine can run, native with the most lanes first.
  template <typename Real> std::vector<Form<Real>> forms() const;
};

const std::vector<MathFunction> &mathFunctions();
const MathFunction &mathFunction(const char *name);

inline std::ostream &operator<<(std::ostream &stream, const MathFunction &function) {
  return stream << function.name;
}

/// The exact value as nearly as the reference gives it.
long double reference(const MathFunction &function, float a, float b);
Quad reference(const MathFunction &function, double a, double b);

/// Distance of `value` from `exact` in units in the last place of `exact` in the
/// type of `value`. NaN against NaN, and infinities of one sign, are 0 apart; a
/// value of the wrong kind (NaN, infinity) is infinitely far.
double ulpError(float value, long double exact);
double ulpError(double value, Quad exact);

/// Sets `error` to ulpError(value, exact) where that is quickly done, else returns false.
bool ulpErrorFast(float value, double exact, double &error);

/// Equal bits, or both NaN: which NaN an operation returns is not specified.
bool sameValue(float a, float b);
bool sameValue(double a, double b);

/// Zeros, ones, halves, limits, infinities, NaN and numbers between, both signs.
template <typename Real> std::vector<Real> specialValues();

} // namespace seis::test

#endif // SEIS_TEST_UNIT_CODEGEN_MATH_MATHFUNCTIONS_H
