// The matrix of a window is written out by hand; its features follow.
#include "seis/Reference/Glcm.h"
#include "TestVolumes.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace seis;
using namespace seis::reference;
using F = GlcmFeature;

static const std::vector<F> all = {F::Contrast, F::Dissimilarity, F::Homogeneity, F::Asm,
                                   F::Energy,   F::Mean,          F::Variance,    F::Std,
                                   F::Entropy,  F::Correlation};

/// All features at sample `s` of a trace, three samples in a window, pairs of neighbours.
static std::vector<double> featuresAt(size_t s, const std::vector<double> &x) {
  GlcmPairs pairs{4, {1, 1, 3}, {{0, 0, 1}}, Border::Zero};
  std::vector<double> values;
  for (const std::vector<double> &volume : glcm(traceOf(x), pairs, all))
    values.push_back(volume[s]);
  return values;
}

TEST(GlcmTest, TwoPairsByHand) {
  // Levels 0 1 1: P(0,1) = P(1,0) = 1/4, P(1,1) = 1/2.
  std::vector<double> got = featuresAt(1, {0, 1, 1, 3});
  double expected[] = {0.5,
                       0.5,
                       0.75,
                       0.375,
                       std::sqrt(0.375),
                       0.75,
                       0.1875,
                       std::sqrt(0.1875),
                       1.5 * std::log(2),
                       -1.0 / 3};
  for (size_t f = 0; f < all.size(); ++f)
    EXPECT_NEAR(got[f], expected[f], 1e-15) << f;
}

TEST(GlcmTest, OutsideIsLevelZero) {
  // Levels 0 (outside) 2 2: P(0,2) = P(2,0) = 1/4, P(2,2) = 1/2.
  std::vector<double> got = featuresAt(0, {2, 2, 2});
  EXPECT_EQ(got[0], 2);
  EXPECT_EQ(got[5], 1.5);
}

TEST(GlcmTest, LevelsAreWholeAndLimited) {
  EXPECT_EQ(featuresAt(1, {-7, 1.9, 9, 0}), featuresAt(1, {0, 1, 3, 0}));
}

TEST(GlcmTest, OneLevelHasCorrelationOne) {
  std::vector<double> got = featuresAt(1, {2, 2, 2});
  EXPECT_EQ(got[9], 1);
  EXPECT_EQ(got[3], 1);
  EXPECT_EQ(got[8], 0);
}

TEST(GlcmTest, NanCountsWherePairsHoldIt) {
  GlcmPairs pairs{4, {1, 1, 3}, {{0, 0, 2}}, Border::Zero};
  std::vector<double> x = {1, 1, std::nan(""), 1, 1};
  std::vector<double> mean = glcm(traceOf(x), pairs, {F::Mean})[0];
  for (size_t s = 0; s < x.size(); ++s) // the middle of a window is in no pair
    EXPECT_EQ(std::isnan(mean[s]), s == 1 || s == 3) << s;
}
