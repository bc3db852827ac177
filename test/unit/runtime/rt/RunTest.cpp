//===- RunTest.cpp - Boxes, halos, single calls, reductions in memory -----===//
#include "TestSupport.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <thread>

using namespace seis::test;

namespace {

/// stencil.c computed anew, from the whole volume.
void expectStencil(FloatVolume &x, FloatVolume &y) {
  auto clamp = [](int64_t v, int64_t n) { return std::min(std::max<int64_t>(v, 0), n - 1); };
  int64_t ni = x.shape[0], nx = x.shape[1], ns = x.shape[2];
  for (int64_t i = 0; i < ni; ++i)
    for (int64_t c = 0; c < nx; ++c)
      for (int64_t s = 0; s < ns; ++s) {
        double sum = 0, weight = 1;
        for (int d = -1; d <= 2; ++d, weight += 0.3)
          sum += weight * x.at(clamp(i + d, ni), c, s);
        for (int d = -3; d <= 1; ++d, weight += 0.3)
          sum += weight * x.at(i, clamp(c + d, nx), s);
        for (int d = -2; d <= 0; ++d, weight += 0.3)
          sum += weight * x.at(i, c, clamp(s + d, ns));
        EXPECT_NEAR(y.at(i, c, s), sum, 0.1) << i << " " << c << " " << s;
      }
}

/// Random cuts of an axis: the ends of its pieces, the last one `length`.
std::vector<int64_t> randomCuts(std::mt19937 &random, int64_t length) {
  std::vector<int64_t> ends;
  for (int64_t at = 0; at < length;)
    ends.push_back(at = std::min(length, at + 1 + int64_t(random() % (length + 3))));
  return ends;
}

/// Runs a box of a survey, sub-arrays of arrays that cover it. Returns the message.
std::string runBox(const Module &module, FloatVolume &x, FloatVolume &y, const seis_box &box) {
  std::vector<int64_t> inShape(box.block, box.block + 3), outShape(box.extent, box.extent + 3);
  seis_array in = x.abi, out = y.abi;
  in.shape = inShape.data();
  out.shape = outShape.data();
  in.data = &x.at(box.origin[0], box.origin[1], box.origin[2]);
  out.data = &y.at(box.origin[0] + box.lo[0], box.origin[1] + box.lo[1], box.origin[2] + box.lo[2]);
  const seis_array *ins[] = {&in};
  seis_array *outs[] = {&out};
  char text[512] = {};
  seis_call call = {};
  call.struct_size = sizeof call;
  call.message = text;
  call.message_size = sizeof text;
  double params[] = {2, 0.5, 4};
  int32_t status = seis_rt_run(module.get(), 0, ins, outs, params, nullptr, &box, &call);
  return status == SEIS_OK ? "" : text;
}

seis_box boxOf(const Module &module, Extent volume, Extent lo, Extent extent, int pass = -1) {
  seis_box box = {};
  char text[512];
  EXPECT_EQ(seis_rt_box(module.get(), 0, pass, volume.data(), lo.data(), extent.data(), &box, text,
                        sizeof text),
            SEIS_OK)
      << text;
  return box;
}

} // namespace

TEST(BoxTest, GrowsByTheHaloAndClips) {
  Module module = open("stencil");
  int64_t lo[3], hi[3];
  uint8_t whole[3];
  ASSERT_EQ(seis_rt_halo(module.get(), 0, -1, lo, hi, whole), SEIS_OK);
  EXPECT_EQ(std::vector<int64_t>(lo, lo + 3), (std::vector<int64_t>{1, 3, 2}));
  EXPECT_EQ(std::vector<int64_t>(hi, hi + 3), (std::vector<int64_t>{2, 1, 0}));
  EXPECT_EQ(whole[0] + whole[1] + whole[2], 0);
  // Inside on inline, at the first crossline, at the last sample.
  seis_box box = boxOf(module, {20, 10, 30}, {5, 0, 25}, {4, 2, 5});
  EXPECT_EQ(std::vector<int64_t>(box.origin, box.origin + 3), (std::vector<int64_t>{4, 0, 23}));
  EXPECT_EQ(std::vector<int64_t>(box.block, box.block + 3), (std::vector<int64_t>{7, 3, 7}));
  EXPECT_EQ(std::vector<int64_t>(box.lo, box.lo + 3), (std::vector<int64_t>{1, 0, 2}));
  EXPECT_EQ(std::vector<int64_t>(box.extent, box.extent + 3), (std::vector<int64_t>{4, 2, 5}));
  EXPECT_EQ(std::vector<int64_t>(box.volume, box.volume + 3), (std::vector<int64_t>{20, 10, 30}));
  // A whole axis is never cut.
  box = boxOf(open("trace"), {20, 10, 30}, {5, 0, 25}, {4, 2, 5});
  EXPECT_EQ(box.origin[2], 0);
  EXPECT_EQ(box.block[2], 30);
  EXPECT_EQ(box.lo[2], 25);
}

TEST(BoxTest, RefusesBoxesOutsideTheSurvey) {
  Module module = open("stencil");
  auto message = [&](Extent volume, Extent lo, Extent extent, int pass = -1) {
    seis_box box;
    char text[512];
    EXPECT_NE(seis_rt_box(module.get(), 0, pass, volume.data(), lo.data(), extent.data(), &box,
                          text, sizeof text),
              SEIS_OK);
    return std::string(text);
  };
  EXPECT_EQ(message({4, 4, 4}, {0, 0, 0}, {4, 0, 4}), "the crossline axis has extent 0");
  EXPECT_EQ(message({4, 4, 4}, {0, 0, 1}, {4, 4, 4}),
            "sample: a box of 4 from 1 on leaves the survey of 4");
  EXPECT_EQ(message({4, 4, 4}, {-1, 0, 0}, {1, 1, 1}),
            "inline: a box of 1 from -1 on leaves the survey of 4");
  EXPECT_EQ(message({4, 4, 4}, {2, 0, 0}, {INT64_MAX, 1, 1}),
            "inline: a box of 9223372036854775807 from 2 on leaves the survey of 4");
  EXPECT_EQ(message({4, 4, 4}, {0, 0, 0}, {1, 1, 1}, 0), "there is no pass 0, the entry has 0");
}

TEST(RunTest, WholeVolumeIsWhatTheFormulaSays) {
  Module module = open("stencil");
  for (Extent shape : {Extent{1, 1, 1}, Extent{1, 7, 3}, Extent{9, 8, 11}}) {
    FloatVolume x(shape), y(shape);
    fillRandom(x, 5);
    EXPECT_EQ(runBox(module, x, y, wholeBox(shape)), "");
    expectStencil(x, y);
  }
}

// Any cut of all three axes gives the bits of one call over the whole.
TEST(RunTest, RandomBlockingsAreBitIdentical) {
  Module module = open("stencil");
  Extent shape = {13, 17, 19};
  FloatVolume x(shape), whole(shape);
  fillRandom(x, 6);
  ASSERT_EQ(runBox(module, x, whole, wholeBox(shape)), "");
  std::mt19937 random(7);
  for (int round = 0; round < 20; ++round) {
    FloatVolume y(shape);
    std::vector<int64_t> ends[3];
    for (int a = 0; a < 3; ++a)
      ends[a] = randomCuts(random, shape[a]);
    Extent lo = {0, 0, 0};
    for (int64_t i : ends[0]) {
      lo[1] = 0;
      for (int64_t c : ends[1]) {
        lo[2] = 0;
        for (int64_t s : ends[2]) {
          ASSERT_EQ(
              runBox(module, x, y, boxOf(module, shape, lo, {i - lo[0], c - lo[1], s - lo[2]})),
              "");
          lo[2] = s;
        }
        lo[1] = c;
      }
      lo[0] = i;
    }
    EXPECT_TRUE(sameBits(y.data, whole.data));
  }
}

TEST(RunTest, RefusesWithASentence) {
  Module module = open("stencil");
  Extent shape = {8, 8, 8};
  FloatVolume x(shape), y(shape);
  seis_box box = boxOf(module, shape, {3, 3, 3}, {2, 2, 2});
  EXPECT_EQ(runBox(module, x, y, box), "");
  seis_box wrong = box;
  wrong.origin[0] += 1, wrong.block[0] -= 1, wrong.lo[0] = 0;
  EXPECT_EQ(runBox(module, x, y, wrong), "inline: the block has 0 samples before and 2 after the "
                                         "wanted ones, the object needs 1 before and 2 after where "
                                         "the survey goes on");
  wrong = box;
  wrong.struct_size = 16;
  EXPECT_EQ(runBox(module, x, y, wrong), "the box is a struct of 16 bytes, version 1 has 128");
  wrong = box;
  wrong.extent[1] = 0;
  EXPECT_EQ(runBox(module, x, y, wrong), "the crossline axis has extent 0");
  auto expect = [&](std::function<void()> spoil, const char *message) {
    seis_array in = x.abi, out = y.abi;
    spoil();
    EXPECT_EQ(runBox(module, x, y, wholeBox(shape)), message);
    x.abi = in, y.abi = out;
  };
  expect([&] { x.abi.dtype = SEIS_F64; }, "input 'x' is f64, the object was compiled for f32");
  expect([&] { x.abi.storage = SEIS_IBM; },
         "input 'x' is f32 in IBM format, the object was compiled for f32");
  expect([&] { x.abi.storage = 7; },
         "input 'x' is f32 in an unknown storage, the object was compiled for f32");
  expect([&] { y.abi.dtype = SEIS_U8; }, "output 'y' is u8, the object gives f32");
  expect([&] { x.abi.rank = 2; }, "input 'x' has rank 2, the object takes 3");
  expect([&] { x.abi.struct_size = 40; },
         "input 'x' is a struct seis_array of 40 bytes, version 1 has 72");
  int64_t strides[] = {64, 8, 2}, overlapping[] = {64, 0, 1};
  expect([&] { x.abi.stride = strides; },
         "input 'x' has stride 2 on axis 2, which must be dense (1)");
  expect([&] { y.abi.stride = overlapping; },
         "output 'y' has stride 0 on axis 1: its elements overlap");
}

// Strides of inputs may be 0 or negative, of outputs negative.
TEST(RunTest, FreeStrides) {
  Module module = open("pointwise");
  Extent shape = {3, 4, 5};
  FloatVolume x(shape), y(shape);
  fillRandom(x, 8);
  int64_t back[] = {-20, -5, 1}, same[] = {0, 5, 1};
  const seis_array *in[] = {&x.abi};
  seis_array *out[] = {&y.abi};
  double params[] = {2, 0.5, 4};
  seis_box box = wholeBox(shape);
  y.abi.stride = back;
  y.abi.data = &y.at(2, 3, 0);
  x.abi.stride = same;
  ASSERT_EQ(seis_rt_run(module.get(), 0, in, out, params, nullptr, &box, nullptr), SEIS_OK);
  for (int64_t i = 0; i < 3; ++i)
    for (int64_t c = 0; c < 4; ++c)
      for (int64_t s = 0; s < 5; ++s)
        EXPECT_FLOAT_EQ(y.at(2 - i, 3 - c, s), 2 * x.at(0, c, s) + 0.125f);
}

TEST(RunTest, TheObjectsOwnMessageIsQuoted) {
  Module module = open("broken_failing");
  Extent shape = {2, 2, 2};
  FloatVolume x(shape), y(shape);
  EXPECT_EQ(runBox(module, x, y, wholeBox(shape)),
            objectPath("broken_failing") + ": entry 'broken': the object gave up on purpose");
}

TEST(RunTest, FourThreadsAtOnce) {
  Module module = open("stencil");
  Extent shape = {16, 16, 16};
  FloatVolume x(shape), whole(shape);
  fillRandom(x, 9);
  ASSERT_EQ(runBox(module, x, whole, wholeBox(shape)), "");
  std::vector<std::thread> threads;
  std::vector<int> good(4, 0);
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int round = 0; round < 20; ++round) {
        FloatVolume y(shape);
        good[t] += runBox(module, x, y, wholeBox(shape)).empty() && sameBits(y.data, whole.data);
      }
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(good, std::vector<int>(4, 20));
}

namespace {

/// reduce.c computed anew. The sums run in f32 in its order, cell by cell.
std::array<float, 3> expectReduction(FloatVolume &x, const std::vector<uint8_t> &live) {
  int64_t ni = x.shape[0], nx = x.shape[1], ns = x.shape[2];
  auto alive = [&](int64_t i, int64_t c) { return live.empty() || live[i * nx + c]; };
  bool any = false;
  float least = 0, most = 0, sum = 0;
  for (int64_t i = 0; i < ni; ++i)
    for (int64_t c = 0; c < nx; ++c)
      for (int64_t s = 0; s < ns && alive(i, c); ++s) {
        float value = x.at(i, c, s);
        least = any ? std::min(least, value) : value;
        most = any ? std::max(most, value) : value;
        any = true;
      }
  for (int64_t i0 = 0; i0 < ni; i0 += 32)
    for (int64_t c0 = 0; c0 < nx; c0 += 32) {
      float cell = 0;
      for (int64_t i = i0; i < std::min(ni, i0 + 32); ++i)
        for (int64_t c = c0; c < std::min(nx, c0 + 32); ++c)
          for (int64_t s = 0; s < ns && alive(i, c); ++s)
            for (int64_t d = -1; d <= 1; ++d)
              cell += x.at(std::min(std::max<int64_t>(i + d, 0), ni - 1), c, s) - least;
      sum = sum * 0.75f + cell;
    }
  return {least, most, sum};
}

} // namespace

TEST(ReduceTest, EveryBlockingGivesTheBitsOfTheFormula) {
  Module module = open("reduce");
  for (Extent shape : {Extent{1, 1, 1}, Extent{33, 1, 4}, Extent{70, 101, 7}, Extent{64, 96, 3}}) {
    FloatVolume x(shape);
    fillRandom(x, 10);
    for (bool masked : {false, true}) {
      std::vector<uint8_t> live;
      std::mt19937 random(11);
      for (int64_t t = 0; masked && t < shape[0] * shape[1]; ++t)
        live.push_back(random() % 4 != 0);
      std::array<float, 3> expected = expectReduction(x, live);
      const seis_array *in[] = {&x.abi};
      for (std::array<int64_t, 2> cells :
           {std::array<int64_t, 2>{0, 0}, {1, 1}, {1, 2}, {2, 1}, {3, 3}}) {
        seis_rt_tables *tables = nullptr;
        ASSERT_EQ(seis_rt_reduce(module.get(), 0, in, nullptr, shape.data(),
                                 masked ? live.data() : nullptr, cells.data(), nullptr, &tables),
                  SEIS_OK);
        const seis_array *const *list = seis_rt_table_list(tables);
        const float *range = static_cast<const float *>(list[0]->data);
        std::array<float, 3> found = {range[0], range[1],
                                      *static_cast<const float *>(list[1]->data)};
        EXPECT_EQ(found, expected) << cells[0] << " x " << cells[1];
        seis_rt_tables_free(tables);
      }
    }
  }
}

TEST(ReduceTest, NoLiveTraceGivesZeros) {
  Module module = open("reduce");
  Extent shape = {40, 2, 3};
  FloatVolume x(shape);
  fillRandom(x, 12);
  std::vector<uint8_t> live(80, 0);
  const seis_array *in[] = {&x.abi};
  seis_rt_tables *tables = nullptr;
  ASSERT_EQ(seis_rt_reduce(module.get(), 0, in, nullptr, shape.data(), live.data(), nullptr,
                           nullptr, &tables),
            SEIS_OK);
  const float *range = static_cast<const float *>(seis_rt_table_list(tables)[0]->data);
  EXPECT_EQ(range[0], 0);
  EXPECT_EQ(range[1], 0);
  seis_rt_tables_free(tables);
}

// NaN in a dead trace is of no concern; in a live one it stops the pass.
TEST(ReduceTest, NaN) {
  Module module = open("reduce");
  Extent shape = {4, 3, 3};
  FloatVolume x(shape);
  x.at(2, 1, 1) = NAN;
  std::vector<uint8_t> live(12, 1);
  const seis_array *in[] = {&x.abi};
  char text[512];
  seis_call call = {};
  call.struct_size = sizeof call;
  call.message = text;
  call.message_size = sizeof text;
  seis_rt_tables *tables = nullptr;
  EXPECT_EQ(seis_rt_reduce(module.get(), 0, in, nullptr, shape.data(), live.data(), nullptr, &call,
                           &tables),
            SEIS_ERR_NAN);
  EXPECT_EQ(tables, nullptr);
  EXPECT_EQ(std::string(text), objectPath("reduce") + ": pass 'range': NaN in a live trace");
  live[2 * 3 + 1] = 0;
  x.at(2, 1, 1) = 5; // the sum of the second pass reads its neighbours
  EXPECT_EQ(seis_rt_reduce(module.get(), 0, in, nullptr, shape.data(), live.data(), nullptr, &call,
                           &tables),
            SEIS_OK);
  seis_rt_tables_free(tables);
}
