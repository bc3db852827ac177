#include "seis/Reference/Pointwise.h"
#include "TestVolumes.h"

#include <gtest/gtest.h>

using namespace seis::reference;

TEST(PointwiseTest, SignOfZeroIsZeroAndNanStays) {
  EXPECT_EQ(sign(-3.5), -1);
  EXPECT_EQ(sign(1e-300), 1);
  EXPECT_EQ(sign(-0.0), 0);
  EXPECT_FALSE(std::signbit(sign(-0.0)));
  EXPECT_TRUE(std::isnan(sign(aNan)));
}

TEST(PointwiseTest, Nan0KeepsInfinity) {
  EXPECT_EQ(nan0(aNan), 0);
  EXPECT_EQ(nan0(-inf), -inf);
  EXPECT_EQ(nan0(2.5), 2.5);
}

TEST(PointwiseTest, HypotenuseNeitherOverflowsNorHidesNan) {
  EXPECT_EQ(hypotenuse(3, -4), 5);
  EXPECT_EQ(hypotenuse(3e300, 4e300), 5e300);
  EXPECT_EQ(hypotenuse(3e-300, 4e-300), 5e-300);
  EXPECT_EQ(hypotenuse(-inf, 1), inf);
  EXPECT_TRUE(std::isnan(hypotenuse(inf, aNan)));
}

TEST(PointwiseTest, FloorModTakesTheSignOfTheDivisor) {
  EXPECT_EQ(floorMod(7, 3), 1);
  EXPECT_EQ(floorMod(-7, 3), 2);
  EXPECT_EQ(floorMod(7, -3), -2);
  EXPECT_EQ(floorMod(-6, 3), 0);
  EXPECT_TRUE(std::isnan(floorMod(1, 0)));
}

TEST(PointwiseTest, ExtremesPropagateNanAndOrderZeros) {
  EXPECT_EQ(maximum(1, 2), 2);
  EXPECT_EQ(minimum(1, 2), 1);
  EXPECT_TRUE(std::isnan(maximum(aNan, 2)));
  EXPECT_TRUE(std::isnan(minimum(2, aNan)));
  EXPECT_FALSE(std::signbit(maximum(-0.0, 0.0)));
  EXPECT_TRUE(std::signbit(minimum(0.0, -0.0)));
}
