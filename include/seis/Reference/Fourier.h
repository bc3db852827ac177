//===- Fourier.h - Discrete Fourier transform of any length ----*- C++ -*-===//
// Works in long double, so that its rounding (about 1e-19 of the rms of a
// trace) is invisible in f64. Angles are reduced exactly: exponents are
// integers modulo the length, and a root of unity is computed from its place
// in the first eighth of the circle. Lengths whose prime factors are small
// are split factor by factor; others go through Bluestein's convolution.
// `slowDft` is the defining sum, kept to check the fast one.
//===----------------------------------------------------------------------===//
#ifndef SEIS_REFERENCE_FOURIER_H
#define SEIS_REFERENCE_FOURIER_H

#include <cstdint>
#include <memory>
#include <vector>

namespace seis::reference {

/// A complex number; std::complex would check every product for NaN.
struct Complex {
  long double re = 0, im = 0;
};
inline Complex operator+(Complex a, Complex b) { return {a.re + b.re, a.im + b.im}; }
inline Complex operator*(Complex a, Complex b) {
  return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

/// exp(-2 pi i k / n), correct to the last bit or two for any k.
Complex rootOfUnity(int64_t k, int64_t n);

/// The transform of one length. Finite input only. O(n (sum of the prime factors)) without a
/// prime factor above 64, else O(n log n) with about four transforms of twice the length.
class Fourier {
public:
  explicit Fourier(int64_t n);
  ~Fourier();
  Fourier(Fourier &&) noexcept;

  int64_t size() const { return n; }
  /// X[f] = sum_k x[k] exp(-2 pi i f k / n), in place, unnormalised.
  void forward(std::vector<Complex> &x) const;
  /// x[k] = 1/n sum_f X[f] exp(2 pi i f k / n), in place.
  void inverse(std::vector<Complex> &x) const;

private:
  void split(const Complex *in, int64_t stride, Complex *out, int64_t length, size_t factor,
             Complex *scratch) const;
  void bluestein(std::vector<Complex> &x) const;

  int64_t n;
  std::vector<int64_t> factors;    ///< of n, ascending; empty under Bluestein
  std::vector<Complex> roots;      ///< exp(-2 pi i k / n)
  std::unique_ptr<Fourier> padded; ///< Bluestein: the power of two
  std::vector<Complex> chirp;      ///< exp(-pi i k^2 / n)
  std::vector<Complex> kernel;     ///< transform of the conjugated chirp
};

/// X[f] by its definition, O(n^2).
std::vector<Complex> slowDft(const std::vector<Complex> &x);

} // namespace seis::reference

#endif // SEIS_REFERENCE_FOURIER_H
