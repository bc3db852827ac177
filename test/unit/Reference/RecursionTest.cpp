// Recursions against values by hand: impulses, steady states, what lies beyond the ends.
#include "seis/Reference/Recursion.h"
#include "TestVolumes.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace seis;
using namespace seis::reference;

static void expectNear(const std::vector<double> &got, const std::vector<double> &want) {
  ASSERT_EQ(got.size(), want.size());
  for (size_t k = 0; k < want.size(); ++k)
    EXPECT_NEAR(got[k], want[k], 1e-14) << k;
}

static const Section halving{{1}, {1, -0.5}};

TEST(IirTest, ImpulseDecaysInTheDirectionOfThePass) {
  Passes passes;
  passes.forward = {halving};
  expectNear(iir(traceOf({0, 1, 0, 0}), passes, Axis::Sample), {0, 1, 0.5, 0.25});
  std::swap(passes.forward, passes.backward);
  expectNear(iir(traceOf({0, 0, 1, 0}), passes, Axis::Sample), {0.25, 0.5, 1, 0});
}

TEST(IirTest, PassesAddOrFollowOneAnother) {
  Passes passes;
  passes.forward = {halving};
  passes.backward = {{{0, 1}, {1}}}; // the sample after
  expectNear(iir(traceOf({0, 1, 0}), passes, Axis::Sample), {1, 1, 0.5});
  passes.isChained = true;
  expectNear(iir(traceOf({0, 1, 0}), passes, Axis::Sample), {1, 0.5, 0});
}

TEST(IirTest, SectionsFollowOneAnother) {
  Passes passes;
  passes.forward = {halving, {{1, 1}, {1}}};
  expectNear(iir(traceOf({1, 0, 0}), passes, Axis::Sample), {1, 1.5, 0.75});
}

TEST(IirTest, SteadyStateOfAConstantStays) {
  Passes passes;
  passes.forward = {halving, {{3, 1}, {1, 0, 0.25}}};
  passes.init = Init::Steady;
  double gain = 2 * 4 / 1.25;
  expectNear(iir(traceOf({5, 5, 5}), passes, Axis::Sample), {5 * gain, 5 * gain, 5 * gain});
}

// Two samples before come through a delay of two: 2 x0 - x2, 2 x0 - x1, and reflected x1, x0.
TEST(IirTest, ExtensionIsReadAtBothEnds) {
  Passes passes;
  passes.pad = 2;
  passes.extension = Extension::Odd;
  passes.forward = {{{0, 0, 1}, {1}}};
  expectNear(iir(traceOf({1, 2, 4}), passes, Axis::Sample), {-2, 0, 1});
  passes.extension = Extension::Reflect;
  expectNear(iir(traceOf({1, 2, 4}), passes, Axis::Sample), {2, 1, 1});
  std::swap(passes.forward, passes.backward);
  expectNear(iir(traceOf({1, 2, 4}), passes, Axis::Sample), {4, 4, 2});
}

// An odd extension has at most one sample less than the line.
TEST(IirTest, OddExtensionOfShortLines) {
  Passes passes;
  passes.pad = 7;
  passes.extension = Extension::Odd;
  passes.init = Init::Steady;
  passes.forward = {{{0, 1}, {1}}};
  expectNear(iir(traceOf({3}), passes, Axis::Sample), {3});
  expectNear(iir(traceOf({3, 5}), passes, Axis::Sample), {1, 3});
}

TEST(IirTest, LinesOfEveryAxisAreAloneAndNanFillsThem) {
  std::vector<double> x = {1, 2, 3, 4, aNan, 6, 7, 8}; // 2 x 2 x 2
  VolumeView in{{2, 2, 2}, x.data()};
  Passes passes;
  passes.forward = {{{1}, {1, -1}}};
  for (Axis axis : {Axis::Inline, Axis::Crossline, Axis::Sample}) {
    std::vector<double> y = iir(in, passes, axis);
    int64_t stride = axis == Axis::Inline ? 4 : axis == Axis::Crossline ? 2 : 1;
    for (int64_t k = 0; k < 8; ++k) {
      bool isSecond = k / stride % 2;
      double want = isSecond ? x[k] + x[k - stride] : x[k];
      bool isPoisoned = k == 4 || (isSecond ? k - stride : k + stride) == 4;
      EXPECT_TRUE(isPoisoned ? std::isnan(y[k]) : y[k] == want) << k;
    }
  }
}
