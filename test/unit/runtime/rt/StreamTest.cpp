//===- StreamTest.cpp - Surveys through an entry in blocks ----------------===//
#include "TestSupport.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <thread>

using namespace seis::test;

namespace {

constexpr std::array<bool, 3> allAxes = {true, true, true};

/// A survey of floats, streamed; the result in `y`.
struct FloatStream : MemoryStream {
  explicit FloatStream(Extent shape, uint32_t seed = 1) : MemoryStream(shape), x(shape), y(shape) {
    fillRandom(x, seed);
    inputs.push_back({reinterpret_cast<const char *>(x.data.data()), 4, nullptr});
    outputs.push_back({reinterpret_cast<char *>(y.data.data()), 4, allAxes, 1});
  }
  FloatVolume x, y;
};

/// The same by one call over the whole survey, tables included.
std::vector<float> wholeCall(const Module &module, FloatVolume &x, const uint8_t *live = nullptr) {
  Extent shape = {x.shape[0], x.shape[1], x.shape[2]};
  FloatVolume y(shape);
  const seis_array *in[] = {&x.abi};
  seis_array *out[] = {&y.abi};
  seis_rt_tables *tables = nullptr;
  EXPECT_EQ(
      seis_rt_reduce(module.get(), 0, in, nullptr, shape.data(), live, nullptr, nullptr, &tables),
      SEIS_OK);
  seis_box box = wholeBox(shape);
  EXPECT_EQ(
      seis_rt_run(module.get(), 0, in, out, nullptr, seis_rt_table_list(tables), &box, nullptr),
      SEIS_OK);
  seis_rt_tables_free(tables);
  return y.data;
}

uint64_t residentNow() {
  uint64_t pages = 0;
  std::FILE *file = std::fopen("/proc/self/statm", "r");
  EXPECT_EQ(std::fscanf(file, "%*u %lu", &pages), 1);
  std::fclose(file);
  return pages * 4096;
}

} // namespace

TEST(StreamTest, AnyBlockGivesTheBitsOfOneCall) {
  for (const char *name : {"stencil", "reduce"}) {
    Module module = open(name);
    FloatStream stream({67, 45, 23});
    std::vector<float> whole = wholeCall(module, stream.x);
    std::mt19937 random(3);
    for (int round = 0; round < 30; ++round) {
      for (int a = 0; a < 3; ++a)
        stream.job.block[a] = random() % (stream.volume[a] + 2);
      std::fill(stream.y.data.begin(), stream.y.data.end(), -1.0f);
      ASSERT_EQ(stream.run(module), SEIS_OK) << stream.message;
      EXPECT_TRUE(stream.complete());
      EXPECT_TRUE(sameBits(stream.y.data, whole))
          << name << " " << stream.job.block[0] << " " << stream.job.block[1];
    }
  }
}

TEST(StreamTest, AnyCapGivesTheBitsOfOneCall) {
  for (const char *name : {"stencil", "reduce"}) {
    Module module = open(name);
    FloatStream stream({96, 70, 300}); // 8 MB
    std::vector<float> whole = wholeCall(module, stream.x);
    uint32_t most = 0;
    for (uint64_t above = 10; above < 60; above += 3) {
      stream.job.max_memory = residentNow() + (above << 20);
      std::fill(stream.y.data.begin(), stream.y.data.end(), -1.0f);
      int32_t status = stream.run(module);
      if (status == SEIS_RT_ERR_CAP)
        continue;
      ASSERT_EQ(status, SEIS_OK) << stream.message;
      EXPECT_LE(stream.summary.buffer_bytes, above << 20);
      EXPECT_TRUE(stream.complete());
      EXPECT_TRUE(sameBits(stream.y.data, whole)) << name << " " << above;
      most = std::max(most, stream.summary.blocks);
    }
    EXPECT_GT(most, 5u); // the smallest caps did cut the survey
  }
}

// The planes that neighbouring slabs share are read once.
TEST(StreamTest, ReadsEveryTraceOnce) {
  Module module = open("stencil");
  FloatStream stream({50, 20, 10});
  stream.job.block[0] = 4;
  ASSERT_EQ(stream.run(module), SEIS_OK) << stream.message;
  EXPECT_EQ(stream.tracesRead, 50 * 20);
  EXPECT_EQ(stream.summary.blocks, 13u);
  EXPECT_EQ(stream.summary.traces, 1000u);
  EXPECT_EQ(stream.summary.dead_traces, 0u);
}

// Where whole inlines do not fit, blocks are not so thin that the halo rules.
TEST(StreamTest, LittleIsReadTwiceUnderACap) {
  Module module = open("stencil");
  for (Extent shape : {Extent{1, 20000, 200}, Extent{24, 3000, 300}, Extent{3000, 24, 300}}) {
    FloatStream stream(shape);
    ASSERT_EQ(stream.run(module), SEIS_OK) << stream.message;
    EXPECT_LE(stream.summary.buffer_bytes, uint64_t(60) << 20); // 86 MB and more, uncut
    std::vector<float> whole = stream.y.data;
    stream.job.max_memory = residentNow() + (uint64_t(20) << 20);
    stream.tracesRead = 0;
    ASSERT_EQ(stream.run(module), SEIS_OK) << stream.message;
    EXPECT_GT(stream.summary.blocks, 3u);
    EXPECT_LE(stream.tracesRead, shape[0] * shape[1] * 11 / 10);
    EXPECT_TRUE(sameBits(stream.y.data, whole));
  }
}

TEST(StreamTest, SmallestCapIsNamedAndWorks) {
  Module module = open("stencil");
  FloatStream stream({40, 200, 1000});
  stream.job.max_memory = 1 << 20;
  ASSERT_EQ(stream.run(module), SEIS_RT_ERR_CAP);
  unsigned long long least = 0;
  ASSERT_EQ(std::sscanf(stream.message.c_str(),
                        "a memory cap of 1 MiB is too small: the least that would do is %llu MiB (",
                        &least),
            1)
      << stream.message;
  stream.job.max_memory = least << 20;
  EXPECT_EQ(stream.run(module), SEIS_OK) << stream.message;
}

TEST(StreamTest, DeadTracesEnterAsZerosAndAreMarked) {
  Module module = open("reduce");
  Extent shape = {40, 37, 9};
  FloatStream stream(shape);
  std::vector<uint8_t> live;
  std::mt19937 random(4);
  for (int64_t t = 0; t < 40 * 37; ++t)
    live.push_back(random() % 5 != 0);
  // Garbage in dead traces must not be seen by anyone.
  FloatVolume zeroed(shape);
  zeroed.data = stream.x.data;
  for (int64_t t = 0; t < 40 * 37; ++t)
    for (int64_t s = 0; s < 9 && !live[t]; ++s) {
      stream.x.data[t * 9 + s] = NAN;
      zeroed.data[t * 9 + s] = 0;
    }
  stream.inputs[0].live = live.data();
  std::vector<float> whole = wholeCall(module, zeroed, live.data());
  for (int64_t t = 0; t < 40 * 37; ++t)
    if (!live[t])
      std::memset(&whole[t * 9], 0x77, 9 * 4);
  for (int64_t block : {0, 1, 7, 33}) {
    stream.job.block[0] = block;
    stream.job.block[1] = block ? 40 - block : 0;
    ASSERT_EQ(stream.run(module), SEIS_OK) << stream.message;
    EXPECT_TRUE(sameBits(stream.y.data, whole));
    EXPECT_EQ(stream.summary.dead_traces, uint64_t(std::count(live.begin(), live.end(), 0)));
  }
}

// Outputs of other shapes: one value a trace, an axis after sample, a scalar.
TEST(StreamTest, OutputsOfOtherShapes) {
  Module module = open("trace");
  Extent shape = {11, 7, 13};
  DoubleVolume x(shape);
  fillRandom(x, 5);
  std::vector<double> rest(1001), mean(77), both(2002), lines(1);
  for (int64_t block : {0, 1, 3, 5}) {
    MemoryStream stream(shape);
    stream.inputs.push_back({reinterpret_cast<const char *>(x.data.data()), 8, nullptr});
    stream.outputs.push_back({reinterpret_cast<char *>(rest.data()), 8, allAxes, 1});
    stream.outputs.push_back({reinterpret_cast<char *>(mean.data()), 8, {true, true, false}, 1});
    stream.outputs.push_back({reinterpret_cast<char *>(both.data()), 8, allAxes, 2});
    stream.outputs.push_back({reinterpret_cast<char *>(lines.data()), 8, {false, false, false}, 1});
    stream.job.block[0] = stream.job.block[1] = stream.job.block[2] = block;
    ASSERT_EQ(stream.run(module), SEIS_OK) << stream.message;
    EXPECT_TRUE(stream.complete());
    EXPECT_EQ(lines[0], 11);
    for (int64_t t = 0; t < 77; ++t) {
      double sum = std::accumulate(&x.data[t * 13], &x.data[t * 13] + 13, 0.0) / 13;
      ASSERT_EQ(mean[t], sum);
      for (int64_t s = 0; s < 13; ++s) {
        ASSERT_EQ(rest[t * 13 + s], x.data[t * 13 + s] - sum);
        ASSERT_EQ(both[(t * 13 + s) * 2], x.data[t * 13 + s]);
        ASSERT_EQ(both[(t * 13 + s) * 2 + 1], sum);
      }
    }
  }
}

// Two volumes, one trace dead in either; inputs that come from headers.
TEST(StreamTest, SeveralInputs) {
  Module module = open("lines");
  Extent shape = {9, 8, 5};
  FloatStream stream(shape);
  FloatVolume far(shape);
  fillRandom(far, 6);
  std::vector<uint8_t> live(72, 1);
  live[20] = 0;
  std::vector<double> inlines(9), crosslines(8), times(5);
  std::iota(inlines.begin(), inlines.end(), 100);
  std::iota(crosslines.begin(), crosslines.end(), 300);
  std::iota(times.begin(), times.end(), 1000);
  stream.inputs.resize(3);
  stream.inputs[2] = {reinterpret_cast<const char *>(far.data.data()), 4, live.data()};
  const void *fixed[] = {nullptr, inlines.data(), nullptr, crosslines.data(), times.data()};
  EXPECT_EQ(stream.run(module), SEIS_ERR_ARGUMENT);
  EXPECT_EQ(stream.message, "input 'il' (line(inline)) has no data in the job");
  stream.job.fixed = fixed;
  for (int64_t block : {0, 1, 2, 4}) {
    stream.job.block[0] = stream.job.block[2] = block;
    stream.job.block[1] = block * 2;
    ASSERT_EQ(stream.run(module), SEIS_OK) << stream.message;
    EXPECT_EQ(stream.summary.dead_traces, 1u);
    for (int64_t i = 0; i < 9; ++i)
      for (int64_t c = 0; c < 8; ++c)
        for (int64_t s = 0; s < 5 && i * 8 + c != 20; ++s)
          ASSERT_EQ(stream.y.at(i, c, s), float(stream.x.at(i, c, s) + 2 * far.at(i, c, s) +
                                                1e4 * inlines[i] + crosslines[c] * 1e3 + times[s]));
  }
}

TEST(StreamTest, ErrorsEndItFromEveryThread) {
  Module module = open("stencil");
  for (int at : {0, 1, 5}) {
    FloatStream reading({30, 10, 10});
    reading.job.block[0] = 3;
    reading.failReadAt = at;
    EXPECT_EQ(reading.run(module), SEIS_RT_ERR_IO);
    EXPECT_EQ(reading.message, "disk on fire");
    FloatStream writing({30, 10, 10});
    writing.job.block[0] = 3;
    writing.failWriteAt = at;
    EXPECT_EQ(writing.run(module), SEIS_RT_ERR_IO);
    EXPECT_EQ(writing.message, "disk full");
  }
  FloatStream failing({30, 10, 10});
  EXPECT_EQ(failing.run(open("broken_failing")), SEIS_ERR_LIMIT);
  EXPECT_EQ(failing.message,
            objectPath("broken_failing") + ": entry 'broken': the object gave up on purpose");
  FloatStream cancelled({30, 10, 10});
  cancelled.job.block[0] = 1;
  cancelled.progress = [](const seis_rt_progress &progress) { return progress.traces >= 50; };
  EXPECT_EQ(cancelled.run(module), SEIS_RT_ERR_CANCELLED);
  FloatStream nan({30, 10, 10});
  nan.x.at(3, 3, 3) = NAN;
  EXPECT_EQ(nan.run(open("reduce")), SEIS_ERR_NAN);
}

TEST(StreamTest, ProgressCountsUp) {
  Module module = open("reduce");
  FloatStream stream({100, 40, 10});
  stream.job.block[0] = 20;
  uint64_t last = 0;
  uint32_t pass = 0;
  stream.progress = [&](const seis_rt_progress &progress) {
    EXPECT_EQ(progress.passes, 3u);
    EXPECT_EQ(progress.all_traces, 4000u);
    if (progress.pass != pass)
      last = 0;
    EXPECT_GE(progress.pass, pass);
    EXPECT_GE(progress.traces, last);
    pass = progress.pass, last = progress.traces;
    return 0;
  };
  ASSERT_EQ(stream.run(module), SEIS_OK) << stream.message;
  EXPECT_EQ(pass, 2u);
}

TEST(StreamTest, FourStreamsAtOnce) {
  Module module = open("reduce");
  FloatStream first({40, 40, 20});
  std::vector<float> whole = wholeCall(module, first.x);
  std::vector<std::thread> threads;
  std::atomic<int> good = 0;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      FloatStream stream({40, 40, 20});
      stream.job.block[0] = 5 + t;
      good += stream.run(module) == SEIS_OK && sameBits(stream.y.data, whole);
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(good, 4);
}

// One sample, one trace, and shapes with an axis of 1.
TEST(StreamTest, SmallShapes) {
  Module module = open("stencil");
  for (Extent shape :
       {Extent{1, 1, 1}, Extent{1, 1, 50}, Extent{1, 9, 3}, Extent{9, 1, 3}, Extent{2, 2, 1}}) {
    FloatStream stream(shape);
    std::vector<float> whole = wholeCall(module, stream.x);
    ASSERT_EQ(stream.run(module), SEIS_OK) << stream.message;
    EXPECT_TRUE(sameBits(stream.y.data, whole));
  }
  FloatStream empty({1, 1, 1});
  empty.job.volume[1] = 0;
  EXPECT_EQ(empty.run(module), SEIS_ERR_EMPTY);
}

namespace {

/// The survey where it lies, every row with room behind it; only blocks that begin at an even
/// inline are given so.
struct ViewedStream : FloatStream {
  explicit ViewedStream(Extent shape) : FloatStream(shape), bytes(size_t(4 * (shape[2] + 9))) {
    for (int64_t t = 0; t < shape[0] * shape[1]; ++t) {
      const float *row = x.data.data() + t * shape[2];
      rows.insert(rows.end(), row, row + shape[2]);
      rows.insert(rows.end(), 9, 1e30f);
    }
    job.user = static_cast<MemoryStream *>(this);
    job.view_bytes = &bytes;
    job.view = view;
    job.release = release;
  }

  static void *view(void *user, uint32_t, const int64_t *lo, const int64_t *extent,
                    seis_array *array, int64_t *stride, uint8_t *live) {
    auto *self = static_cast<ViewedStream *>(static_cast<MemoryStream *>(user));
    ++self->asked;
    if (lo[0] % 2 && self->oddOnesAreRead)
      return nullptr;
    int64_t pitch = self->volume[2] + 9;
    for (int64_t i = 0; i < extent[0]; ++i)
      for (int64_t c = 0; c < extent[1]; ++c)
        if (!self->live.empty())
          live[i * extent[1] + c] = self->live[size_t((lo[0] + i) * self->volume[1] + lo[1] + c)];
    stride[0] = self->volume[1] * pitch;
    stride[1] = pitch;
    array->dtype = SEIS_F32;
    array->data = self->rows.data() + lo[0] * stride[0] + lo[1] * stride[1];
    ++self->held;
    return self;
  }
  static void release(void *user, uint32_t, void *handle) {
    auto *self = static_cast<ViewedStream *>(static_cast<MemoryStream *>(user));
    EXPECT_EQ(handle, self);
    --self->held;
  }

  std::vector<float> rows;
  std::vector<uint8_t> live;
  uint64_t bytes;
  bool oddOnesAreRead = true;
  std::atomic<int> held{0}, asked{0};
};

} // namespace

TEST(StreamTest, BlocksInPlaceGiveTheBitsOfBlocksThatWereRead) {
  for (const char *name : {"stencil", "reduce"}) {
    Module module = open(name);
    ViewedStream stream({67, 45, 23});
    std::vector<float> whole = wholeCall(module, stream.x);
    for (int64_t inlines : {0, 1, 3, 8, 33})
      for (int64_t crosslines : {0, 7}) {
        stream.job.block[0] = inlines, stream.job.block[1] = crosslines;
        std::fill(stream.y.data.begin(), stream.y.data.end(), -1.0f);
        ASSERT_EQ(stream.run(module), SEIS_OK) << stream.message;
        EXPECT_TRUE(stream.complete());
        EXPECT_TRUE(sameBits(stream.y.data, whole)) << name << inlines << " " << crosslines;
        EXPECT_EQ(stream.held, 0);
        EXPECT_GT(stream.summary.views, 0u);
      }
    stream.oddOnesAreRead = false;
    stream.reads = 0;
    ASSERT_EQ(stream.run(module), SEIS_OK) << stream.message;
    EXPECT_EQ(stream.reads, 0) << "nothing is read that is in place";
  }
}

TEST(StreamTest, DeadTracesInPlace) {
  Module module = open("reduce");
  ViewedStream stream({40, 33, 12});
  stream.live.assign(size_t(40 * 33), 1);
  for (size_t t = 0; t < stream.live.size(); t += 7) {
    stream.live[t] = 0;
    std::fill_n(stream.x.data.begin() + int64_t(t) * 12, 12, 0.0f);
    std::fill_n(stream.rows.begin() + int64_t(t) * 21, 12, 0.0f);
  }
  stream.inputs[0].live = stream.live.data();
  stream.job.block[0] = 9;
  ASSERT_EQ(stream.run(module), SEIS_OK) << stream.message;
  std::vector<float> viewed = stream.y.data;
  EXPECT_EQ(stream.summary.dead_traces, uint64_t((40 * 33 + 6) / 7));
  stream.job.view_bytes = nullptr;
  ASSERT_EQ(stream.run(module), SEIS_OK) << stream.message;
  EXPECT_TRUE(sameBits(stream.y.data, viewed));
}

TEST(StreamTest, PartsOfInlinesAreReadUnderACap) {
  Module module = open("stencil");
  ViewedStream stream({30, 45, 23});
  stream.job.block[0] = 4, stream.job.block[1] = 9;
  stream.job.max_memory = uint64_t(1) << 34;
  ASSERT_EQ(stream.run(module), SEIS_OK) << stream.message;
  EXPECT_EQ(stream.asked, 0);
  EXPECT_EQ(stream.summary.views, 0u);
}

TEST(StreamTest, ViewsAreGivenBackWhenSomethingFails) {
  Module module = open("stencil");
  ViewedStream stream({30, 45, 23});
  stream.job.block[0] = 3;
  stream.failWriteAt = 2;
  EXPECT_EQ(stream.run(module), SEIS_RT_ERR_IO);
  EXPECT_EQ(stream.held, 0);
  stream.job.release = nullptr;
  EXPECT_EQ(stream.run(module), SEIS_ERR_ARGUMENT);
  EXPECT_EQ(stream.message, "the job has view_bytes, but no view or no release function");
}

TEST(StreamTest, AJobOfTheFirstVersionIsTaken) {
  Module module = open("stencil");
  FloatStream stream({20, 15, 23});
  std::vector<float> whole = wholeCall(module, stream.x);
  stream.job.struct_size = offsetof(seis_rt_job, view_bytes);
  stream.job.view_bytes = reinterpret_cast<const uint64_t *>(16); // not the job's
  ASSERT_EQ(stream.run(module), SEIS_OK) << stream.message;
  EXPECT_TRUE(sameBits(stream.y.data, whole));
  stream.job.struct_size = 40;
  EXPECT_EQ(stream.run(module), SEIS_ERR_ARGUMENT);
  EXPECT_EQ(stream.message.find("the job is a struct of 40 bytes, this library's has "), 0u);
}
