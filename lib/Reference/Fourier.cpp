//===- Fourier.cpp - Discrete Fourier transform of any length -------------===//
#include "seis/Reference/Fourier.h"

#include <algorithm>
#include <cmath>

namespace seis::reference {

/// Above this a prime factor costs more as a sum than the whole length does by convolution.
static constexpr int64_t largestSplitFactor = 64;

Complex rootOfUnity(int64_t k, int64_t n) {
  k = ((k % n) + n) % n;
  // Octants of the angle 2 pi k / n: all comparisons are between integers.
  bool below = 2 * k > n; // lower half of the circle: conjugate
  if (below)
    k = n - k;
  bool left = 4 * k > n; // angle above pi/2: mirror at the vertical, in units of 1/(2n)
  int64_t twice = left ? n - 2 * k : 2 * k; // angle = pi * twice / n, in [0, pi/2]
  bool steep = 4 * twice > n;               // above pi/4: exchange sine and cosine
  const long double pi = 3.14159265358979323846264338327950288L;
  // pi/2 - angle = pi (n - 2 twice) / (2 n)
  long double angle = steep ? pi * static_cast<long double>(n - 2 * twice) / (2.0L * n)
                            : pi * static_cast<long double>(twice) / n;
  long double c = std::cos(angle), s = std::sin(angle);
  if (steep)
    std::swap(c, s);
  if (left)
    c = -c;
  return {c, below ? s : -s}; // exp(-i angle): the sine is negative in the upper half
}

Fourier::Fourier(Fourier &&) noexcept = default;
Fourier::~Fourier() = default;

Fourier::Fourier(int64_t n) : n(n) {
  int64_t rest = n;
  for (int64_t p = 2; p * p <= rest; ++p)
    for (; rest % p == 0; rest /= p)
      factors.push_back(p);
  if (rest > 1)
    factors.push_back(rest);
  if (factors.empty() || factors.back() <= largestSplitFactor) {
    roots.resize(n);
    for (int64_t k = 0; k < n; ++k)
      roots[k] = rootOfUnity(k, n);
    return;
  }
  factors.clear();
  int64_t length = 1;
  while (length < 2 * n - 1)
    length *= 2;
  padded = std::make_unique<Fourier>(length);
  chirp.resize(n);
  kernel.assign(length, {});
  for (int64_t k = 0; k < n; ++k) {
    chirp[k] = rootOfUnity(static_cast<int64_t>(static_cast<__int128>(k) * k % (2 * n)), 2 * n);
    Complex c{chirp[k].re, -chirp[k].im};
    kernel[k] = c;
    if (k > 0)
      kernel[length - k] = c;
  }
  padded->forward(kernel);
}

/// out[0..length) = transform of in[0], in[stride], ...: `length` is the product of the factors
/// from `factor` on, and length * stride = n.
void Fourier::split(const Complex *in, int64_t stride, Complex *out, int64_t length, size_t factor,
                    Complex *scratch) const {
  if (length == 1) {
    *out = *in;
    return;
  }
  int64_t p = factors[factor], part = length / p;
  for (int64_t r = 0; r < p; ++r)
    split(in + r * stride, stride * p, out + r * part, part, factor + 1, scratch);
  // X[k + q part] = sum_r w^(r (k + q part)) Y_r[k], w = exp(-2 pi i / length).
  for (int64_t k = 0; k < part; ++k) {
    for (int64_t q = 0; q < p; ++q) {
      int64_t f = k + q * part, exponent = 0; // exponent = r f modulo length
      Complex sum = out[k];
      for (int64_t r = 1; r < p; ++r) {
        exponent += f;
        exponent -= exponent >= length ? length : 0;
        sum = sum + roots[exponent * stride] * out[r * part + k];
      }
      scratch[q] = sum;
    }
    for (int64_t q = 0; q < p; ++q)
      out[k + q * part] = scratch[q];
  }
}

/// f k = (f^2 + k^2 - (f - k)^2) / 2 turns the transform into a convolution with a chirp.
void Fourier::bluestein(std::vector<Complex> &x) const {
  std::vector<Complex> work(padded->size());
  for (int64_t k = 0; k < n; ++k)
    work[k] = x[k] * chirp[k];
  padded->forward(work);
  for (size_t k = 0; k < work.size(); ++k)
    work[k] = work[k] * kernel[k];
  padded->inverse(work);
  for (int64_t k = 0; k < n; ++k)
    x[k] = work[k] * chirp[k];
}

void Fourier::forward(std::vector<Complex> &x) const {
  if (padded)
    return bluestein(x);
  std::vector<Complex> in = x;
  Complex scratch[largestSplitFactor];
  split(in.data(), 1, x.data(), n, 0, scratch);
}

void Fourier::inverse(std::vector<Complex> &x) const {
  // The inverse is the conjugate of the transform of the conjugate, over n.
  for (Complex &v : x)
    v.im = -v.im;
  forward(x);
  for (Complex &v : x)
    v = {v.re / n, -v.im / n};
}

std::vector<Complex> slowDft(const std::vector<Complex> &x) {
  int64_t n = static_cast<int64_t>(x.size());
  std::vector<Complex> out(n);
  for (int64_t f = 0; f < n; ++f)
    for (int64_t k = 0; k < n; ++k)
      out[f] =
          out[f] + x[k] * rootOfUnity(static_cast<int64_t>(static_cast<__int128>(f) * k % n), n);
  return out;
}

} // namespace seis::reference
