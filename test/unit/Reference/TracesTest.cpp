// Transforms against closed forms, scans and segments against values by hand.
#include "seis/Reference/Traces.h"
#include "TestVolumes.h"

#include <cmath>
#include <gtest/gtest.h>
#include <numeric>

using namespace seis;
using namespace seis::reference;

static const double pi = std::acos(-1.0);

TEST(QuadratureTest, CosineBecomesSine) {
  for (int64_t n : {8, 9, 101, 128}) {
    std::vector<double> x(n);
    for (int64_t k = 0; k < n; ++k)
      x[k] = std::cos(2 * pi * 3 * k / n + 0.4);
    std::vector<double> h = quadrature(traceOf(x));
    for (int64_t k = 0; k < n; ++k)
      EXPECT_NEAR(h[k], std::sin(2 * pi * 3 * k / n + 0.4), 1e-14);
  }
}

// The kernel of the periodic Hilbert transform: 2/n cot(pi m/n) at odd m for even n, and for odd n
// (cos(pi m/n) - (-1)^m) / (n sin(pi m/n)).
TEST(QuadratureTest, EqualsTheConvolutionWithTheCotangent) {
  for (int64_t n : {1, 2, 3, 4, 7, 12, 33, 100, 131}) {
    std::vector<double> x = noise(n, n), h = quadrature(traceOf(x));
    for (int64_t k = 0; k < n; ++k) {
      double sum = 0;
      for (int64_t j = 0; j < n; ++j) {
        double a = pi * (k - j) / n;
        if (j == k || (n % 2 == 0 && (k - j) % 2 == 0))
          continue;
        double parity = (k - j) % 2 == 0 ? 1 : -1;
        sum += x[j] *
               (n % 2 == 0 ? 2 / (n * std::tan(a)) : (std::cos(a) - parity) / (n * std::sin(a)));
      }
      EXPECT_NEAR(h[k], sum, 1e-14) << n << " " << k;
    }
  }
}

TEST(QuadratureTest, PadExtendsByReflection) {
  std::vector<double> x = noise(10), longer;
  for (int64_t k = -3; k < 13; ++k)
    longer.push_back(x[resolve(Border::Reflect, k, 10)]);
  std::vector<double> whole = quadrature(traceOf(longer));
  std::vector<double> padded = quadrature(traceOf(x), 3);
  for (int64_t k = 0; k < 10; ++k)
    EXPECT_NEAR(padded[k], whole[k + 3], 1e-15);
}

// One trace each: dead, with a NaN, with an infinity, huge, live. None sees another.
TEST(QuadratureTest, TracesAreAlone) {
  int64_t n = 20;
  std::vector<double> live = noise(n), x(5 * n, 0.0);
  x[n + 3] = aNan;
  x[2 * n + 5] = -inf;
  for (int64_t k = 0; k < n; ++k) {
    x[3 * n + k] = 1e300 * live[k];
    x[4 * n + k] = live[k];
  }
  std::vector<double> h = quadrature({{1, 5, n}, x.data()}), alone = quadrature(traceOf(live));
  for (int64_t k = 0; k < n; ++k) {
    EXPECT_EQ(h[k], 0);
    EXPECT_FALSE(std::signbit(h[k]));
    EXPECT_TRUE(std::isnan(h[n + k]));
    EXPECT_TRUE(std::isnan(h[2 * n + k]));
    EXPECT_NEAR(h[3 * n + k] / 1e300, alone[k], 1e-15);
    EXPECT_EQ(h[4 * n + k], alone[k]);
  }
}

TEST(FftTest, ImpulseAndInverse) {
  std::vector<double> x = {0, 1, 0, 0, 0, 0};
  ComplexVolume z = fft(traceOf(x), nullptr);
  for (int f = 0; f < 6; ++f) {
    EXPECT_NEAR(z.re[f], std::cos(2 * pi * f / 6), 1e-15);
    EXPECT_NEAR(z.im[f], -std::sin(2 * pi * f / 6), 1e-15);
  }
  ComplexVolume back = ifft({{1, 1, 6}, z.re.data()}, z.im.data());
  for (int k = 0; k < 6; ++k) {
    EXPECT_NEAR(back.re[k], x[k], 1e-16);
    EXPECT_NEAR(back.im[k], 0, 1e-16);
  }
}

TEST(FftTest, ImaginaryInputTurnsTheSpectrum) {
  std::vector<double> x = noise(9), zero(9, 0.0);
  ComplexVolume a = fft(traceOf(x), nullptr), b = fft(traceOf(zero), x.data());
  for (int f = 0; f < 9; ++f) {
    EXPECT_NEAR(b.re[f], -a.im[f], 1e-16);
    EXPECT_NEAR(b.im[f], a.re[f], 1e-16);
  }
}

TEST(FftTest, NanPoisonsItsTraceOnly) {
  std::vector<double> x = {1, 2, 3, 4, inf, 6}, zero(6, 0.0);
  for (const ComplexVolume &z :
       {fft({{1, 2, 3}, x.data()}, nullptr), ifft({{1, 2, 3}, x.data()}, zero.data()),
        fft({{1, 2, 3}, zero.data()}, x.data())})
    for (int k = 0; k < 6; ++k) {
      EXPECT_EQ(std::isnan(z.re[k]), k >= 3) << k;
      EXPECT_EQ(std::isnan(z.im[k]), k >= 3) << k;
    }
}

TEST(SpecMulTest, FrequenciesOfEvenAndOddLengths) {
  EXPECT_EQ(binFrequencies(4, 100), (std::vector<double>{0, 25, -50, -25}));
  EXPECT_EQ(binFrequencies(5, 100), (std::vector<double>{0, 20, 40, -40, -20}));
  EXPECT_EQ(binFrequencies(1, 100), (std::vector<double>{0}));
}

TEST(SpecMulTest, RemovesOneLine) {
  int64_t n = 50;
  std::vector<double> x(n), low(n), multiplier;
  for (int64_t k = 0; k < n; ++k) {
    low[k] = std::sin(2 * pi * 2 * k / n);
    x[k] = low[k] + std::cos(2 * pi * 11 * k / n);
  }
  for (double f : binFrequencies(n, 250))
    multiplier.push_back(std::abs(f) < 30 ? 1 : 0); // lines at 10 and 55
  std::vector<double> y = specmul(traceOf(x), multiplier);
  for (int64_t k = 0; k < n; ++k)
    EXPECT_NEAR(y[k], low[k], 1e-14);
}

TEST(UnwrapTest, StraightPhaseComesBack) {
  std::vector<double> phase, wrapped;
  for (int k = 0; k < 200; ++k) {
    phase.push_back(-2.9 * k + 1);
    wrapped.push_back(std::remainder(phase.back(), 2 * pi));
  }
  std::vector<double> u = unwrap(traceOf(wrapped)), d = wrapdiff(traceOf(wrapped));
  for (int k = 0; k < 200; ++k) {
    EXPECT_NEAR(u[k], phase[k], 1e-12);
    EXPECT_NEAR(d[k], k == 0 || k == 199 ? -1.45 : -2.9, 1e-12);
  }
}

TEST(UnwrapTest, StepOfExactlyPiKeepsItsSign) {
  std::vector<double> up = {0, pi}, down = {0, -pi}, far = {0, 3 * pi};
  EXPECT_EQ(unwrap(traceOf(up))[1], pi);
  EXPECT_EQ(unwrap(traceOf(down))[1], -pi);
  EXPECT_NEAR(unwrap(traceOf(far))[1], pi, 1e-15);
}

TEST(UnwrapTest, NanPoisonsTheTraceAndTheNeighboursOfADifference) {
  std::vector<double> x = {0, 1, aNan, 1, 0, 0};
  for (double v : unwrap(traceOf(x)))
    EXPECT_TRUE(std::isnan(v));
  std::vector<double> d = wrapdiff(traceOf(x));
  for (int k = 0; k < 6; ++k)
    EXPECT_EQ(std::isnan(d[k]), k >= 1 && k <= 3) << k;
}

TEST(UnwrapTest, DifferenceOfOneSampleIsZero) {
  std::vector<double> x = {2};
  EXPECT_EQ(wrapdiff(traceOf(x))[0], 0);
}

TEST(ScanTest, EveryAxisAndDirection) {
  std::vector<double> x(24);
  std::iota(x.begin(), x.end(), 1);
  VolumeView in{{2, 3, 4}, x.data()};
  std::vector<double> i = scan(in, Fold::Add, Axis::Inline, Direction::Forward);
  std::vector<double> c = scan(in, Fold::Add, Axis::Crossline, Direction::Backward);
  std::vector<double> s = scan(in, Fold::Add, Axis::Sample, Direction::Forward);
  for (int64_t k = 0; k < 24; ++k) {
    int64_t a = k / 12, b = k / 4 % 3, t = k % 4;
    double si = 0, sc = 0, ss = 0;
    for (int64_t q = 0; q <= a; ++q)
      si += in.at(q, b, t);
    for (int64_t q = b; q < 3; ++q)
      sc += in.at(a, q, t);
    for (int64_t q = 0; q <= t; ++q)
      ss += in.at(a, b, q);
    EXPECT_EQ(i[k], si);
    EXPECT_EQ(c[k], sc);
    EXPECT_EQ(s[k], ss);
  }
}

TEST(ScanTest, ExtremesAndNan) {
  std::vector<double> x = {3, 5, 2, 7, 1, 1, aNan, 1};
  VolumeView in{{1, 2, 4}, x.data()};
  std::vector<double> hi = scan(in, Fold::Max, Axis::Sample, Direction::Forward);
  EXPECT_EQ(std::vector<double>(hi.begin(), hi.begin() + 4), (std::vector<double>{3, 5, 5, 7}));
  std::vector<double> lo = scan(in, Fold::Min, Axis::Sample, Direction::Backward);
  EXPECT_EQ(std::vector<double>(lo.begin(), lo.begin() + 4), (std::vector<double>{1 + 1, 2, 2, 7}));
  for (int k = 4; k < 8; ++k)
    EXPECT_TRUE(std::isnan(hi[k]) && std::isnan(lo[k]));
}

TEST(HoldTest, TroughBeginsASegment) {
  //                         trough at 3      at 6
  std::vector<double> e = {1, 4, 2, 1, 3, 5, 0, 2, 2}, v(9);
  std::iota(v.begin(), v.end(), 0);
  EXPECT_EQ(hold(traceOf(e), v.data()), (std::vector<double>{1, 1, 1, 5, 5, 5, 7, 7, 7}));
}

TEST(HoldTest, EndsAndPlateausAreNoTroughs) {
  std::vector<double> v = {0, 1, 2, 3, 4};
  std::vector<double> ends = {1, 2, 3, 2, 1}, plateau = {3, 1, 1, 5, 5};
  EXPECT_EQ(hold(traceOf(ends), v.data()), (std::vector<double>(5, 2)));
  EXPECT_EQ(hold(traceOf(plateau), v.data()), (std::vector<double>(5, 3))); // the first of equals
  for (int64_t n : {1, 2}) {
    std::vector<double> e(n, 1.0);
    EXPECT_EQ(hold(traceOf(e), v.data()), std::vector<double>(n, 0));
  }
}

TEST(HoldTest, NanInTheKeyOnly) {
  std::vector<double> e = {1, 2, 1, 1, aNan, 1}, v = {aNan, 1, 2, 3, 4, 5};
  std::vector<double> y = hold({{1, 2, 3}, e.data()}, v.data());
  for (int k = 0; k < 3; ++k)
    EXPECT_EQ(y[k], 1); // the NaN of the value is not chosen
  for (int k = 3; k < 6; ++k)
    EXPECT_TRUE(std::isnan(y[k]));
}

TEST(TraceReduceTest, OneValuePerTrace) {
  std::vector<double> x = {1, -2, 3, 4, 5, aNan};
  VolumeView in{{2, 1, 3}, x.data()};
  EXPECT_EQ(tmin(in)[0], -2);
  EXPECT_EQ(tmax(in)[0], 3);
  EXPECT_EQ(tsum(in)[0], 2);
  EXPECT_TRUE(std::isnan(tmin(in)[1]) && std::isnan(tmax(in)[1]) && std::isnan(tsum(in)[1]));
}
