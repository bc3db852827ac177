//===- Pointwise.h - What happens at one sample ----------------*- C++ -*-===//
// The operations that the C library lacks or defines otherwise.
//===----------------------------------------------------------------------===//
#ifndef SEIS_REFERENCE_POINTWISE_H
#define SEIS_REFERENCE_POINTWISE_H

#include <cmath>
#include <limits>

namespace seis::reference {

/// -1, 0 or 1; sign(+-0) = 0, sign(NaN) = NaN.
inline double sign(double v) { return v > 0 ? 1.0 : v < 0 ? -1.0 : v == 0 ? 0.0 : v; }

/// NaN becomes +0, infinity stays.
inline double nan0(double v) { return std::isnan(v) ? 0.0 : v; }

/// sqrt(a^2 + b^2). NaN propagates also past an infinity, unlike C's: an infinite sample makes
/// the quadrature of its trace NaN, and then the whole trace must be NaN.
inline double hypotenuse(double a, double b) {
  return std::isnan(a) || std::isnan(b) ? std::numeric_limits<double>::quiet_NaN()
                                        : std::hypot(a, b);
}

/// a - b floor(a/b): in [0, b) for b > 0, the sign of b otherwise; NaN for b = 0.
inline double floorMod(double a, double b) {
  double r = std::fmod(a, b);
  return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}

/// Larger and smaller of two; NaN propagates, -0 < +0.
inline double maximum(double a, double b) {
  if (std::isnan(a) || std::isnan(b))
    return std::numeric_limits<double>::quiet_NaN();
  return a == b ? (std::signbit(a) ? b : a) : a > b ? a : b;
}
inline double minimum(double a, double b) {
  if (std::isnan(a) || std::isnan(b))
    return std::numeric_limits<double>::quiet_NaN();
  return a == b ? (std::signbit(a) ? a : b) : a < b ? a : b;
}

} // namespace seis::reference

#endif // SEIS_REFERENCE_POINTWISE_H
