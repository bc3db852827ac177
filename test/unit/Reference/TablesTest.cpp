// Ranks, positions and tables against values worked out by hand.
#include "seis/Reference/Tables.h"
#include "TestVolumes.h"
#include "seis/Reference/Reductions.h"
#include "seis/Reference/Stencils.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace seis;
using namespace seis::reference;

using Numbers = std::vector<double>;

TEST(RankTest, MedianOfThree) {
  Numbers x = {5, 1, 4, 2, 3};
  EXPECT_EQ(winrank(traceOf(x), {1, 1, 3}, 1, Border::Reflect), (Numbers{5, 4, 2, 3, 3}));
  EXPECT_EQ(winrank(traceOf(x), {1, 1, 3}, 0, Border::Zero), (Numbers{0, 1, 1, 2, 0}));
}

TEST(RankTest, NanInTheBoxIsNan) {
  Numbers x = {1, 2, aNan, 4, 5};
  Numbers y = winrank(traceOf(x), {1, 1, 3}, 2, Border::Reflect);
  EXPECT_EQ(y[0], 2);
  EXPECT_TRUE(std::isnan(y[1]) && std::isnan(y[2]) && std::isnan(y[3]));
  EXPECT_EQ(y[4], 5);
}

TEST(RankTest, ArgIsTheFirstInOrder) {
  Numbers x = {1, 1, 2, 1};
  EXPECT_EQ(winarg({{2, 1, 2}, x.data()}, {3, 1, 1}, true, Border::Nearest), (Numbers{2, 0, 1, 0}));
  EXPECT_EQ(winarg(traceOf(x), {1, 1, 3}, false, Border::Reflect), (Numbers{0, 0, 0, 1}));
}

TEST(TablesTest, Interp1IsConstantBeyondItsPoints) {
  Numbers x = {-1, 0, 0.5, 1, 3, 9, inf, -inf};
  EXPECT_EQ(interp1(traceOf(x), {0, 1, 4, 10, 20, 50}), (Numbers{10, 10, 15, 20, 40, 50, 50, 10}));
  EXPECT_TRUE(std::isnan(interp1(traceOf({aNan}), {0, 1})[0]));
}

TEST(TablesTest, EqualPositionsTakeTheLast) {
  EXPECT_EQ(interp1(traceOf({2, 3, 4}), {3, 3, 1, 2}), (Numbers{1, 2, 2}));
}

TEST(TablesTest, IntervalsHoldTheirLowerEdgeAndTheLastOneBoth) {
  Numbers x = {-1, 0, 0.9, 1, 2.5, 3, 3.1};
  EXPECT_EQ(interval(traceOf(x), {0, 1, 3}), (Numbers{-1, 0, 0, 1, 1, 1, -1}));
}

TEST(TablesTest, TallyCountsWholeNumbersOfLiveTraces) {
  Numbers x = {0, 1, 1.5, 2, 1, 7, 0, 0}, counts(3);
  EXPECT_FALSE(vtally({{1, 2, 4}, x.data()}, {}, counts).nanAt);
  EXPECT_EQ(counts, (Numbers{3, 2, 1}));
  Numbers ofOne(3);
  vtally({{1, 2, 4}, x.data()}, {0, 1}, ofOne);
  EXPECT_EQ(ofOne, (Numbers{2, 1, 0}));
}

TEST(GatherTest, NearestLinearAndCubic) {
  Numbers x = {0, 10, 20, 40}, p = {0.4, 1.5, 2.5, -7};
  auto at = [&](Interpolation kind, bool isZero) {
    return gather(traceOf(x), traceOf(p), kind, isZero);
  };
  EXPECT_EQ(at(Interpolation::Nearest, false), (Numbers{0, 20, 40, 0}));
  EXPECT_EQ(at(Interpolation::Linear, false), (Numbers{4, 15, 30, 0}));
  // Half way: (-a + 9 b + 9 c - d) / 16, the last sample repeated or 0.
  EXPECT_EQ(at(Interpolation::Cubic, false)[1], (-0 + 90 + 180 - 40) / 16.0);
  EXPECT_EQ(at(Interpolation::Cubic, false)[2], (-10 + 180 + 360 - 40) / 16.0);
  EXPECT_EQ(at(Interpolation::Cubic, true)[2], (-10 + 180 + 360 - 0) / 16.0);
}

TEST(GatherTest, RelativePositionsCountFromTheSample) {
  Numbers x = {0, 10, 20, 40}, p = {1.5, -0.6, 1e30, -1e30}, zero = {-1, 0, 0, 1};
  auto at = [&](const Numbers &where, Interpolation kind, bool isZero) {
    return gather(traceOf(x), traceOf(where), kind, isZero, true);
  };
  EXPECT_EQ(at(p, Interpolation::Linear, false), (Numbers{15, 4, 40, 0}));
  EXPECT_EQ(at(p, Interpolation::Nearest, false), (Numbers{20, 0, 40, 0}));
  EXPECT_EQ(at(zero, Interpolation::Cubic, true), (Numbers{0, 10, 20, 0}));
}

TEST(GatherTest, WeightsOfZeroReadNothing) {
  Numbers x = {1, aNan, 3}, p = {0, 2, 0.5};
  Numbers y = gather(traceOf(x), traceOf(p), Interpolation::Linear, false);
  EXPECT_EQ(y[0], 1);
  EXPECT_EQ(y[1], 3);
  EXPECT_TRUE(std::isnan(y[2]));
}
