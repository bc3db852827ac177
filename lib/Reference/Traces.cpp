//===- Traces.cpp - Reference loops over whole traces ---------------------===//
#include "seis/Reference/Traces.h"
#include "seis/Reference/Fourier.h"
#include "seis/Reference/Pointwise.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace seis::reference {

static constexpr double nan = std::numeric_limits<double>::quiet_NaN();
static constexpr double pi = 3.14159265358979323846;

static bool allFinite(const double *v, int64_t n) {
  return std::all_of(v, v + n, [](double a) { return std::isfinite(a); });
}
static bool allZero(const double *v, int64_t n) {
  return std::all_of(v, v + n, [](double a) { return a == 0; });
}

std::vector<double> quadrature(VolumeView in, int64_t pad) {
  int64_t ns = in.shape[2], n = ns + 2 * pad;
  Fourier fourier(n);
  std::vector<double> out(in.size(), 0.0);
  std::vector<Complex> z(n);
  for (int64_t t = 0; t < in.traces(); ++t) {
    const double *x = in.trace(t);
    double *h = out.data() + t * ns;
    if (!allFinite(x, ns)) {
      std::fill(h, h + ns, nan);
      continue;
    }
    if (allZero(x, ns))
      continue;
    for (int64_t k = 0; k < n; ++k)
      z[k] = {x[resolve(Border::Reflect, k - pad, ns)], 0};
    fourier.forward(z);
    for (int64_t k = 0; k < n; ++k) {
      bool single = k == 0 || 2 * k == n, doubled = !single && 2 * k < n;
      long double m = single ? 1 : doubled ? 2 : 0;
      z[k] = {m * z[k].re, m * z[k].im};
    }
    fourier.inverse(z);
    for (int64_t k = 0; k < ns; ++k)
      h[k] = static_cast<double>(z[k + pad].im);
  }
  return out;
}

static ComplexVolume transform(VolumeView re, const double *im, bool inverse) {
  int64_t ns = re.shape[2];
  Fourier fourier(ns);
  ComplexVolume out{std::vector<double>(re.size(), nan), std::vector<double>(re.size(), nan)};
  std::vector<Complex> z(ns);
  for (int64_t t = 0; t < re.traces(); ++t) {
    const double *a = re.trace(t), *b = im ? im + t * ns : nullptr;
    if (!allFinite(a, ns) || (b && !allFinite(b, ns)))
      continue;
    for (int64_t k = 0; k < ns; ++k)
      z[k] = {a[k], b ? b[k] : 0.0};
    if (inverse)
      fourier.inverse(z);
    else
      fourier.forward(z);
    for (int64_t k = 0; k < ns; ++k) {
      out.re[t * ns + k] = static_cast<double>(z[k].re);
      out.im[t * ns + k] = static_cast<double>(z[k].im);
    }
  }
  return out;
}

ComplexVolume fft(VolumeView re, const double *im) { return transform(re, im, false); }
ComplexVolume ifft(VolumeView re, const double *im) { return transform(re, im, true); }

std::vector<double> binFrequencies(int64_t n, double fs) {
  std::vector<double> f(n);
  for (int64_t k = 0; k < n; ++k)
    f[k] = static_cast<double>(2 * k < n ? k : k - n) * fs / static_cast<double>(n);
  return f;
}

std::vector<double> specmul(VolumeView in, const std::vector<double> &multiplier) {
  int64_t ns = in.shape[2];
  Fourier fourier(ns);
  std::vector<double> out(in.size(), nan);
  std::vector<Complex> z(ns);
  bool usable = allFinite(multiplier.data(), ns);
  for (int64_t t = 0; t < in.traces(); ++t) {
    const double *x = in.trace(t);
    if (!usable || !allFinite(x, ns))
      continue;
    for (int64_t k = 0; k < ns; ++k)
      z[k] = {x[k], 0};
    fourier.forward(z);
    for (int64_t k = 0; k < ns; ++k)
      z[k] = {multiplier[k] * z[k].re, multiplier[k] * z[k].im};
    fourier.inverse(z);
    for (int64_t k = 0; k < ns; ++k)
      out[t * ns + k] = static_cast<double>(z[k].re);
  }
  return out;
}

/// What is added to the step `d` so that it lies in (-pi, pi], ties keeping the sign of `d`.
static double correction(double d) {
  double m = floorMod(d + pi, 2 * pi) - pi;
  if (m == -pi && d > 0)
    m = pi;
  return std::abs(d) < pi ? 0.0 : m - d;
}

std::vector<double> unwrap(VolumeView in) {
  int64_t ns = in.shape[2];
  std::vector<double> out(in.size(), nan);
  for (int64_t t = 0; t < in.traces(); ++t) {
    const double *p = in.trace(t);
    if (!allFinite(p, ns))
      continue;
    double sum = 0;
    out[t * ns] = p[0];
    for (int64_t k = 1; k < ns; ++k) {
      sum += correction(p[k] - p[k - 1]);
      out[t * ns + k] = p[k] + sum;
    }
  }
  return out;
}

std::vector<double> wrapdiff(VolumeView in) {
  int64_t ns = in.shape[2];
  std::vector<double> out(in.size());
  auto step = [](double a, double b) { return (b - a) + correction(b - a); };
  for (int64_t t = 0; t < in.traces(); ++t) {
    const double *p = in.trace(t);
    for (int64_t k = 0; k < ns; ++k) {
      double before = k > 0 ? step(p[k - 1], p[k]) : 0.0;
      double after = k + 1 < ns ? step(p[k], p[k + 1]) : 0.0;
      // In a trace of one sample both steps are absent, so a NaN shows only in the sample itself.
      out[t * ns + k] = std::isfinite(p[k]) ? 0.5 * (after + before) : nan;
    }
  }
  return out;
}

std::vector<double> scan(VolumeView in, Fold fold, Axis axis, Direction direction) {
  unsigned a = static_cast<unsigned>(axis);
  int64_t n = in.shape[a], stride = 1;
  for (unsigned b = a + 1; b < 3; ++b)
    stride *= in.shape[b];
  auto combine = [fold](double acc, double v) {
    return fold == Fold::Add ? acc + v : fold == Fold::Max ? maximum(acc, v) : minimum(acc, v);
  };
  std::vector<double> out(in.size());
  for (int64_t first = 0; first < in.size(); ++first) {
    if (first / stride % n != 0)
      continue; // not the beginning of a line
    bool finite = true;
    for (int64_t k = 0; k < n; ++k)
      finite = finite && std::isfinite(in.data[first + k * stride]);
    double acc = 0;
    for (int64_t q = 0; q < n; ++q) {
      int64_t k = first + (direction == Direction::Forward ? q : n - 1 - q) * stride;
      acc = q == 0 ? in.data[k] : combine(acc, in.data[k]);
      out[k] = finite ? acc : nan;
    }
  }
  return out;
}

std::vector<double> hold(VolumeView key, const double *value) {
  int64_t ns = key.shape[2];
  std::vector<double> out(key.size(), nan);
  for (int64_t t = 0; t < key.traces(); ++t) {
    const double *e = key.trace(t), *v = value + t * ns;
    if (std::any_of(e, e + ns, [](double a) { return std::isnan(a); }))
      continue;
    for (int64_t begin = 0; begin < ns;) {
      int64_t end = begin + 1;
      while (end < ns && !(end + 1 < ns && e[end] < e[end - 1] && e[end] < e[end + 1]))
        ++end;
      int64_t best = std::max_element(e + begin, e + end) - e; // the first of equal ones
      std::fill(out.begin() + t * ns + begin, out.begin() + t * ns + end, v[best]);
      begin = end;
    }
  }
  return out;
}

/// Folds every trace, starting with its first sample.
template <typename F> static std::vector<double> foldTraces(const VolumeView &in, F fold) {
  std::vector<double> out(in.traces());
  for (int64_t t = 0; t < in.traces(); ++t) {
    const double *x = in.trace(t);
    double value = x[0];
    for (int64_t k = 1; k < in.shape[2]; ++k)
      value = fold(value, x[k]);
    out[t] = value;
  }
  return out;
}
std::vector<double> tmin(VolumeView in) { return foldTraces(in, minimum); }
std::vector<double> tmax(VolumeView in) { return foldTraces(in, maximum); }
std::vector<double> tsum(VolumeView in) {
  return foldTraces(in, [](double a, double b) { return a + b; });
}

} // namespace seis::reference
