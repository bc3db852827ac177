// Borders are checked against sequences written out by hand, stencils against
// sums over a volume that was padded first.
#include "seis/Reference/Stencils.h"
#include "TestVolumes.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace seis;
using namespace seis::reference;

/// Positions -6..6 of an axis of `n` samples.
static std::vector<int64_t> positions(Border border, int64_t n) {
  std::vector<int64_t> out;
  for (int64_t r = -6; r <= 6; ++r)
    out.push_back(resolve(border, r, n));
  return out;
}

TEST(BorderTest, SequencesOfThreeSamples) {
  using V = std::vector<int64_t>;
  EXPECT_EQ(positions(Border::Reflect, 3), (V{0, 1, 2, 2, 1, 0, 0, 1, 2, 2, 1, 0, 0}));
  EXPECT_EQ(positions(Border::Mirror, 3), (V{2, 1, 0, 1, 2, 1, 0, 1, 2, 1, 0, 1, 2}));
  EXPECT_EQ(positions(Border::Wrap, 3), (V{0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0}));
  EXPECT_EQ(positions(Border::Nearest, 3), (V{0, 0, 0, 0, 0, 0, 0, 1, 2, 2, 2, 2, 2}));
  EXPECT_EQ(positions(Border::Zero, 3), (V{-1, -1, -1, -1, -1, -1, 0, 1, 2, -1, -1, -1, -1}));
}

TEST(BorderTest, OneSampleIsRepeatedEverywhere) {
  for (Border b : {Border::Reflect, Border::Mirror, Border::Wrap, Border::Nearest})
    EXPECT_EQ(positions(b, 1), std::vector<int64_t>(13, 0)) << static_cast<int>(b);
}

TEST(StencilsTest, ShiftMovesTowardsTheOrigin) {
  std::vector<double> x = {1, 2, 3, 4};
  EXPECT_EQ(shift(traceOf(x), {0, 0, 1}, Border::Zero), (std::vector<double>{2, 3, 4, 0}));
  EXPECT_EQ(shift(traceOf(x), {0, 0, -2}, Border::Reflect), (std::vector<double>{2, 1, 1, 2}));
  EXPECT_EQ(shift({{4, 1, 1}, x.data()}, {1, 0, 0}, Border::Wrap),
            (std::vector<double>{2, 3, 4, 1}));
  EXPECT_EQ(shift({{1, 4, 1}, x.data()}, {0, 5, 0}, Border::Nearest),
            (std::vector<double>{4, 4, 4, 4}));
}

TEST(StencilsTest, Corr1IsACorrelationNotAConvolution) {
  std::vector<double> x = {1, 10, 100, 1000};
  // y[n] = 1 x[n-1] + 2 x[n] + 3 x[n+1], zero outside.
  EXPECT_EQ(corr1(traceOf(x), {1, 2, 3}, 1, Axis::Sample, Border::Zero),
            (std::vector<double>{32, 321, 3210, 2100}));
  // An even number of weights: position 0 of the weights is the sample itself.
  EXPECT_EQ(corr1(traceOf(x), {1, 2}, 0, Axis::Sample, Border::Reflect),
            (std::vector<double>{21, 210, 2100, 3000}));
}

TEST(StencilsTest, ZeroWeightReadsNothing) {
  std::vector<double> x = {1, aNan, 5};
  std::vector<double> y = corr1(traceOf(x), {-0.5, 0, 0.5}, 1, Axis::Sample, Border::Reflect);
  EXPECT_TRUE(std::isnan(y[0]));
  EXPECT_EQ(y[1], 2);
  EXPECT_TRUE(std::isnan(y[2]));
}

/// A volume grown by `pad` samples on every side, filled by the border; read without any.
static std::vector<double> grow(VolumeView in, int64_t pad, Border border, Shape &shape) {
  shape = {in.shape[0] + 2 * pad, in.shape[1] + 2 * pad, in.shape[2] + 2 * pad};
  std::vector<double> out;
  for (int64_t i = 0; i < shape[0]; ++i)
    for (int64_t x = 0; x < shape[1]; ++x)
      for (int64_t s = 0; s < shape[2]; ++s) {
        int64_t a = resolve(border, i - pad, in.shape[0]);
        int64_t b = resolve(border, x - pad, in.shape[1]);
        int64_t c = resolve(border, s - pad, in.shape[2]);
        out.push_back(a < 0 || b < 0 || c < 0 ? 0.0 : in.at(a, b, c));
      }
  return out;
}

TEST(StencilsTest, CorrNAndWindowsOnEveryBorder) {
  Shape shape{2, 3, 4};
  std::vector<double> x = noise(24), w = noise(3 * 1 * 5, 7);
  VolumeView in{shape, x.data()};
  for (Border border :
       {Border::Reflect, Border::Zero, Border::Nearest, Border::Mirror, Border::Wrap}) {
    Shape big;
    std::vector<double> grown = grow(in, 4, border, big);
    VolumeView padded{big, grown.data()};
    std::vector<double> y = corrn(in, w, {3, 1, 5}, {1, 0, 2}, border);
    std::vector<double> sum = winsum(in, {3, 5, 1}, border), lo = winmin(in, {3, 5, 1}, border),
                        hi = winmax(in, {3, 5, 1}, border);
    for (int64_t k = 0; k < 24; ++k) {
      int64_t i = k / 12 + 4, j = k / 4 % 3 + 4, s = k % 4 + 4;
      double expected = 0, total = 0, least = inf, most = -inf;
      for (int64_t a = 0; a < 3; ++a)
        for (int64_t c = 0; c < 5; ++c)
          expected += w[a * 5 + c] * padded.at(i + a - 1, j, s + c - 2);
      for (int64_t a = -1; a <= 1; ++a)
        for (int64_t b = -2; b <= 2; ++b) {
          total += padded.at(i + a, j + b, s);
          least = std::fmin(least, padded.at(i + a, j + b, s));
          most = std::fmax(most, padded.at(i + a, j + b, s));
        }
      EXPECT_NEAR(y[k], expected, 1e-15);
      EXPECT_NEAR(sum[k], total, 1e-14);
      EXPECT_EQ(lo[k], least);
      EXPECT_EQ(hi[k], most);
    }
  }
}

TEST(StencilsTest, WindowExtremesPropagateNan) {
  std::vector<double> x = {3, 1, aNan, 5, 4};
  std::vector<double> lo = winmin(traceOf(x), {1, 1, 3}, Border::Reflect);
  std::vector<double> hi = winmax(traceOf(x), {1, 1, 3}, Border::Reflect);
  EXPECT_EQ(lo[0], 1);
  EXPECT_EQ(hi[4], 5);
  for (int k : {1, 2, 3}) {
    EXPECT_TRUE(std::isnan(lo[k]));
    EXPECT_TRUE(std::isnan(hi[k]));
  }
}
