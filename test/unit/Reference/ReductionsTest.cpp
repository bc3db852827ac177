#include "seis/Reference/Reductions.h"
#include "TestVolumes.h"

#include <gtest/gtest.h>

using namespace seis::reference;

TEST(ReductionsTest, DeadTracesAreLeftOut) {
  std::vector<double> x = {4, 5, -9, 100, 7, 6};
  VolumeView in{{3, 1, 2}, x.data()};
  std::vector<uint8_t> live = {1, 0, 1};
  EXPECT_EQ(vmin(in, live).value, 4);
  EXPECT_EQ(vmax(in, live).value, 7);
  EXPECT_EQ(vsum(in, live).value, 22);
  EXPECT_EQ(vcount(in.shape, live), 4);
  EXPECT_EQ(vmin(in, {}).value, -9);
  EXPECT_EQ(vcount(in.shape, {}), 6);
}

TEST(ReductionsTest, NoLiveTraceGivesZero) {
  std::vector<double> x = {4, 5};
  VolumeView in{{2, 1, 1}, x.data()};
  std::vector<uint8_t> dead = {0, 0};
  EXPECT_EQ(vmin(in, dead).value, 0);
  EXPECT_EQ(vmax(in, dead).value, 0);
  EXPECT_EQ(vsum(in, dead).value, 0);
  EXPECT_EQ(vcount(in.shape, dead), 0);
}

TEST(ReductionsTest, NanIsFoundInLiveTracesOnly) {
  std::vector<double> x = {1, 2, 3, aNan, aNan, 6};
  VolumeView in{{1, 3, 2}, x.data()};
  auto at = vmax(in, {1, 1, 1}).nanAt;
  ASSERT_TRUE(at);
  EXPECT_EQ(*at, (Shape{0, 1, 1}));
  EXPECT_FALSE(vsum(in, {1, 0, 0}).nanAt);
  EXPECT_EQ(vsum(in, {1, 0, 0}).value, 3);
}

TEST(ReductionsTest, SumDoesNotLoseSmallTerms) {
  std::vector<double> x = {1e16, 1, 1, -1e16};
  EXPECT_EQ(vsum({{1, 1, 4}, x.data()}, {}).value, 2);
}
