// Eigenvalues against tensors and windows whose answers are known.
#include "seis/Reference/Eigen.h"
#include "TestVolumes.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace seis;
using namespace seis::reference;

/// l1 l2 l3 vi vx vs of one tensor ss xx ii sx si xi.
static std::array<double, 6> eigenOf(std::array<double, 6> t) {
  std::array<const double *, 6> elements;
  for (size_t n = 0; n < 6; ++n)
    elements[n] = &t[n];
  auto results = eigh3(elements, 1);
  std::array<double, 6> out;
  for (size_t n = 0; n < 6; ++n)
    out[n] = results[n][0];
  return out;
}

static void expectNear(std::array<double, 6> got, std::array<double, 6> want, double scale = 1) {
  for (size_t n = 0; n < 6; ++n)
    EXPECT_NEAR(got[n], want[n], 1e-15 * (n < 3 ? scale : 1)) << n;
}

TEST(EigH3Test, DiagonalTensors) {
  expectNear(eigenOf({3, 2, 1, 0, 0, 0}), {3, 2, 1, 0, 0, 1});
  expectNear(eigenOf({1, 3, 2, 0, 0, 0}), {3, 2, 1, 0, 1, 0});
  expectNear(eigenOf({1, 2, 3, 0, 0, 0}), {3, 2, 1, 1, 0, 0});
  expectNear(eigenOf({0, 0, 0, 0, 0, 0}), {0, 0, 0, 0, 0, 1});
}

// The tensor of one gradient has it as its vector, the sign by the rule.
TEST(EigH3Test, OneGradientAndItsSign) {
  double h = std::sqrt(0.5);
  for (double sign : {1.0, -1.0}) {
    expectNear(eigenOf({1, 1, 0, sign, 0, 0}), {2, 0, 0, 0, sign * h, h});
    expectNear(eigenOf({1, 0, 1, 0, sign, 0}), {2, 0, 0, sign * h, 0, h});
    expectNear(eigenOf({0, 1, 1, 0, 0, sign}), {2, 0, 0, sign * h, h, 0});
  }
  expectNear(eigenOf({1e300, 1e300, 0, 1e300, 0, 0}), {2e300, 0, 0, 0, h, h}, 1e300);
}

TEST(EigH3Test, NegativeEigenvaluesAreCutAndNanStays) {
  auto e = eigenOf({1, -2, 0, 0, 0, 0});
  EXPECT_EQ(e[0], 1);
  EXPECT_EQ(e[1], 0);
  EXPECT_EQ(e[2], 0);
  for (double bad : {aNan, inf})
    for (double v : eigenOf({1, 2, 3, 0, bad, 0}))
      EXPECT_TRUE(std::isnan(v));
}

// Equal traces are coherent, traces without anything in common share the sum.
TEST(CohEigTest, EqualAndDifferentTraces) {
  std::vector<double> same = {1, 2, 3, 1, 2, 3}, other = {1, 0, 0, 0, 1, 0};
  for (double v : coheig({{{1, 2, 3}, same.data()}}, {1, 3, 3}, Border::Reflect))
    EXPECT_NEAR(v, 1.0, 1e-15);
  // at the middle sample: rows (1,0,0) twice (reflected) and (0,1,0): eigenvalues 2 and 1
  EXPECT_NEAR(coheig({{{1, 2, 3}, other.data()}}, {1, 3, 3}, Border::Reflect)[1], 2.0 / 3, 1e-15);
  EXPECT_NEAR(coheig({{{1, 2, 3}, other.data()}}, {1, 3, 3}, Border::Zero)[1], 0.5, 1e-15);
}

TEST(CohEigTest, NothingAndNotFinite) {
  std::vector<double> x = {0, 0, 0, 1, aNan};
  std::vector<double> y = coheig({{{1, 1, 5}, x.data()}}, {1, 1, 3}, Border::Reflect);
  EXPECT_TRUE(std::isnan(y[0]) && std::isnan(y[1]));
  EXPECT_EQ(y[2], 1);
  EXPECT_TRUE(std::isnan(y[3]) && std::isnan(y[4]));
}

// Parts lie side by side in a row of the matrix.
TEST(CohEigTest, SeveralParts) {
  std::vector<double> re = {1, 0}, im = {0, 1};
  VolumeView parts[] = {{{1, 2, 1}, re.data()}, {{1, 2, 1}, im.data()}};
  EXPECT_NEAR(coheig({parts[0], parts[1]}, {1, 3, 1}, Border::Zero)[0], 0.5, 1e-15);
}
