// The fast transform against the defining sum, and that against closed forms.
#include "seis/Reference/Fourier.h"
#include "TestVolumes.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace seis::reference;

static double distance(const std::vector<Complex> &a, const std::vector<Complex> &b) {
  long double worst = 0;
  for (size_t k = 0; k < a.size(); ++k)
    worst = std::fmax(worst, std::hypot(a[k].re - b[k].re, a[k].im - b[k].im));
  return static_cast<double>(worst);
}

static std::vector<Complex> randomSignal(int64_t n) {
  std::vector<double> v = noise(2 * n, n);
  std::vector<Complex> x(n);
  for (int64_t k = 0; k < n; ++k)
    x[k] = {v[2 * k], v[2 * k + 1]};
  return x;
}

TEST(FourierTest, RootsLieOnTheUnitCircleExactlyWhereTheyCan) {
  EXPECT_EQ(rootOfUnity(0, 7).re, 1);
  EXPECT_EQ(rootOfUnity(1, 4).im, -1);
  EXPECT_EQ(rootOfUnity(1, 4).re, 0);
  EXPECT_EQ(rootOfUnity(2, 4).re, -1);
  EXPECT_EQ(rootOfUnity(3, 4).im, 1);
  EXPECT_EQ(rootOfUnity(-1, 8).re, rootOfUnity(7, 8).re);
  EXPECT_DOUBLE_EQ(double(rootOfUnity(1, 8).re), -double(rootOfUnity(1, 8).im));
  const long double pi = std::acos(-1.0L);
  for (int64_t n : {1, 2, 3, 5, 12, 101, 360})
    for (int64_t k = 0; k < n; ++k) {
      EXPECT_NEAR(double(rootOfUnity(k, n).re - std::cos(2 * pi * k / n)), 0, 1e-18);
      EXPECT_NEAR(double(rootOfUnity(k, n).im + std::sin(2 * pi * k / n)), 0, 1e-18);
    }
}

TEST(FourierTest, DefiningSumOfAnExponentialIsOneLine) {
  int64_t n = 15;
  std::vector<Complex> x(n);
  for (int64_t k = 0; k < n; ++k)
    x[k] = rootOfUnity(-4 * k, n); // exp(+2 pi i 4 k / n)
  std::vector<Complex> spectrum = slowDft(x);
  for (int64_t f = 0; f < n; ++f) {
    EXPECT_NEAR(double(spectrum[f].re), f == 4 ? 15 : 0, 1e-16);
    EXPECT_NEAR(double(spectrum[f].im), 0, 1e-16);
  }
}

// Every small length, then primes and composites on both sides of the limit for splitting.
TEST(FourierTest, FastEqualsSlow) {
  std::vector<int64_t> lengths = {101, 128, 131, 360, 512, 1009, 1024, 1168, 2 * 67, 67 * 67};
  for (int64_t n = 1; n <= 70; ++n)
    lengths.push_back(n);
  for (int64_t n : lengths) {
    std::vector<Complex> x = randomSignal(n), fast = x, slow = slowDft(x);
    Fourier fourier(n);
    fourier.forward(fast);
    double scale = std::sqrt(static_cast<double>(n));
    EXPECT_LT(distance(fast, slow), 2e-17 * scale) << n;
    fourier.inverse(fast);
    EXPECT_LT(distance(fast, x), 2e-17) << n;
  }
}

TEST(FourierTest, ParsevalHoldsAtLongLengths) {
  for (int64_t n : {2048, 4999, 10007}) {
    std::vector<Complex> x = randomSignal(n), f = x;
    Fourier(n).forward(f);
    long double before = 0, after = 0;
    for (int64_t k = 0; k < n; ++k) {
      before += x[k].re * x[k].re + x[k].im * x[k].im;
      after += f[k].re * f[k].re + f[k].im * f[k].im;
    }
    EXPECT_NEAR(double(after / n / before), 1, 1e-17 * n) << n;
  }
}
