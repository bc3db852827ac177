//===- SegyWriteTest.cpp - SEG-Y: writing like another file, and new ones ---===//
#include "SegyMaker.h"

#include <atomic>
#include <cmath>
#include <cstring>
#include <limits>
#include <sys/stat.h>
#include <thread>

using namespace seis::io;
using namespace seis::io::test;

namespace {

/// Copies samples from source to sink in boxes that cover the volume once.
template <class T>
Status copyInBoxes(const VolumeSource &source, VolumeSink &sink, unsigned seed,
                   bool wholeTraces = false) {
  std::mt19937 random(seed);
  std::array<std::vector<int64_t>, 3> cuts;
  for (size_t a = 0; a < 3; ++a) {
    int64_t n = source.geometry().shape[a];
    for (int64_t at = 0; at < n; at += wholeTraces && a == 2 ? n : 1 + random() % 3)
      cuts[a].push_back(at);
    cuts[a].push_back(n);
  }
  std::vector<Box> boxes;
  for (size_t i = 0; i + 1 < cuts[0].size(); ++i)
    for (size_t x = 0; x + 1 < cuts[1].size(); ++x)
      for (size_t s = 0; s + 1 < cuts[2].size(); ++s)
        boxes.push_back({{cuts[0][i], cuts[1][x], cuts[2][s]},
                         {cuts[0][i + 1] - cuts[0][i], cuts[1][x + 1] - cuts[1][x],
                          cuts[2][s + 1] - cuts[2][s]}});
  std::shuffle(boxes.begin(), boxes.end(), random);
  for (const Box &box : boxes) {
    std::vector<T> data;
    std::vector<uint8_t> live(static_cast<size_t>(box.extent[0] * box.extent[1]));
    if (Status s = readBox(source, box, data, live.data()); !s)
      return s;
    if (Status s = sink.write(regionOf(box, data.data()), live.data()); !s)
      return s;
  }
  return sink.commit();
}

TEST(SegyLike, IdentityChangesNothingButFormatAndSamples) {
  TempDir dir;
  unsigned seed = 1;
  for (int format : {1, 2, 3, 5, 8})
    for (bool little : {false, true})
      for (Order order : {Order::Inline, Order::Crossline, Order::Shuffled})
        for (bool polygon : {false, true}) {
          SCOPED_TRACE("format " + std::to_string(format) + (little ? " little" : " big"));
          SegyMaker maker;
          maker.format = format;
          maker.little = little;
          maker.extended = polygon ? 1 : 0;
          maker.traces = rectangle(4, 5);
          if (polygon)
            maker.traces.erase(maker.traces.begin() + 7);
          arrange(maker.traces, order);
          std::string in = maker.file();
          spit(dir / "in.sgy", in);
          std::unique_ptr<VolumeSource> source;
          SourceOptions cast;
          cast.cast = true;
          ASSERT_OK(openSource(dir / "in.sgy", cast, source));
          SinkOptions options;
          options.like = source.get();
          options.shape = {4, 5, 6};
          std::unique_ptr<VolumeSink> sink;
          ASSERT_OK(createSink(dir / "out.sgy", options, sink));
          ASSERT_OK(copyInBoxes<float>(*source, *sink, seed++, order == Order::Inline));
          // The expected file: only 3225 and the samples differ.
          maker.format = 5;
          std::string expected = maker.file();
          ASSERT_EQ(slurp(dir / "out.sgy"), expected);
          // With the format kept it is the same file.
          options.keepFormat = true;
          options.type = Type::F64;
          ASSERT_OK(createSink(dir / "kept.sgy", options, sink));
          ASSERT_OK(copyInBoxes<double>(*source, *sink, seed++));
          ASSERT_EQ(slurp(dir / "kept.sgy"), in);
        }
}

TEST(SegyLike, LineWithoutKeys) {
  TempDir dir;
  SegyMaker maker;
  maker.format = 3;
  maker.traces.resize(9);
  maker.value = [](const MadeTrace &, int s) { return s - 2; };
  spit(dir / "in.sgy", maker.file());
  std::unique_ptr<VolumeSource> source;
  ASSERT_OK(openSource(dir / "in.sgy", {}, source));
  SinkOptions options;
  options.like = source.get();
  options.shape = {1, 9, 6};
  std::unique_ptr<VolumeSink> sink;
  ASSERT_OK(createSink(dir / "out.sgy", options, sink));
  ASSERT_OK(copyInBoxes<float>(*source, *sink, 3));
  maker.format = 5;
  EXPECT_EQ(slurp(dir / "out.sgy"), maker.file());
}

TEST(SegyLike, NonFiniteAndDeadBecomeTheFill) {
  TempDir dir;
  SegyMaker maker;
  maker.traces = rectangle(1, 3);
  spit(dir / "in.sgy", maker.file());
  std::unique_ptr<VolumeSource> source;
  ASSERT_OK(openSource(dir / "in.sgy", {}, source));
  SinkOptions options;
  options.like = source.get();
  options.shape = {1, 3, 6};
  options.fill = -999.25;
  std::vector<float> data(18, 1.5f);
  data[1] = NAN;
  data[2] = -INFINITY;
  data[7] = NAN; // of a dead trace: not counted
  const uint8_t live[3] = {1, 0, 1};
  std::unique_ptr<VolumeSink> sink;
  ASSERT_OK(createSink(dir / "out.sgy", options, sink));
  ASSERT_OK(sink->write(regionOf(Box{{0, 0, 0}, {1, 3, 6}}, data.data()), live));
  EXPECT_EQ(sink->nonFinite(), 2);
  ASSERT_OK(sink->commit());
  maker.value = [](const MadeTrace &t, int s) {
    bool filled = t.crossline == 304 || (t.crossline == 301 && (s == 1 || s == 2));
    return filled ? -999.25 : 1.5;
  };
  EXPECT_EQ(slurp(dir / "out.sgy"), maker.file());
  for (double bad : {double(NAN), double(INFINITY), 1e39}) {
    options.fill = bad;
    EXPECT_HAS(messageOf(createSink(dir / "x.sgy", options, sink)), "wanted a finite float32");
  }
}

TEST(SegyLike, KeptIntegersAreClippedAndCounted) {
  TempDir dir;
  SegyMaker maker;
  maker.format = 8;
  maker.traces = rectangle(1, 1);
  spit(dir / "in.sgy", maker.file());
  std::unique_ptr<VolumeSource> source;
  ASSERT_OK(openSource(dir / "in.sgy", {}, source));
  SinkOptions options;
  options.like = source.get();
  options.shape = {1, 1, 6};
  options.keepFormat = true;
  const float data[6] = {300, -300, 2.5f, 3.5f, -0.4f, 127};
  std::unique_ptr<VolumeSink> sink;
  ASSERT_OK(createSink(dir / "out.sgy", options, sink));
  ASSERT_OK(sink->write(regionOf(Box{{0, 0, 0}, {1, 1, 6}}, data)));
  EXPECT_EQ(sink->clipped(), 2);
  ASSERT_OK(sink->commit());
  EXPECT_EQ(slurp(dir / "out.sgy").substr(3840), std::string("\x7f\x80\2\4\0\x7f", 6));
}

TEST(SegyLike, MasksAndDoublesAreWritten) {
  TempDir dir;
  SegyMaker maker;
  maker.traces = rectangle(1, 2);
  spit(dir / "in.sgy", maker.file());
  std::unique_ptr<VolumeSource> source;
  ASSERT_OK(openSource(dir / "in.sgy", {}, source));
  SinkOptions options;
  options.like = source.get();
  options.shape = {1, 2, 6};
  options.type = Type::U8;
  const uint8_t mask[12] = {0, 1, 255, 3, 4, 5, 6, 7, 8, 9, 10, 11};
  std::unique_ptr<VolumeSink> sink;
  ASSERT_OK(createSink(dir / "out.sgy", options, sink));
  ASSERT_OK(sink->write(regionOf(Box{{0, 0, 0}, {1, 2, 6}}, mask)));
  ASSERT_OK(sink->commit());
  ASSERT_OK(openSource(dir / "out.sgy", {}, source));
  std::vector<float> back;
  ASSERT_OK(readAll(*source, back));
  EXPECT_EQ(back[2], 255.0f);
  EXPECT_EQ(back[11], 11.0f);
}

TEST(SegyLike, WhatSegyCannotHoldIsRefused) {
  TempDir dir;
  SegyMaker maker;
  maker.traces = rectangle(2, 3);
  spit(dir / "in.sgy", maker.file());
  std::unique_ptr<VolumeSource> source, npy;
  ASSERT_OK(openSource(dir / "in.sgy", {}, source));
  SinkOptions options;
  options.like = source.get();
  options.shape = {2, 3, 6};
  std::unique_ptr<VolumeSink> sink;
  options.type = Type::C64;
  EXPECT_EQ(messageOf(createSink(dir / "o.sgy", options, sink)),
            "cannot write " + (dir / "o.sgy") +
                ": SEG-Y holds no complex samples; write .npy, or "
                "the two real outputs re(...) and im(...)");
  options.type = Type::F32;
  for (std::vector<int64_t> shape :
       {std::vector<int64_t>{2, 3}, {2, 3, 7}, {2, 3, 6, 16, 16}, {}}) {
    options.shape = shape;
    std::string message = messageOf(createSink(dir / "o.sgy", options, sink));
    EXPECT_HAS(message, "is not of the survey's shape 2 x 3 x 6, as SEG-Y wants it; write .npy");
  }
  ASSERT_OK(saveNpy(dir / "a.npy", Type::F32, {1}, "\0\0\0\0"));
  ASSERT_OK(openSource(dir / "a.npy", {}, npy));
  options.like = npy.get();
  EXPECT_HAS(messageOf(createSink(dir / "o.sgy", options, sink)),
             "wanted a SEG-Y file, found .npy '<f4'");
  EXPECT_EQ(::access((dir / "o.sgy").c_str(), F_OK), -1);
}

/// A text header of blank lines with labels, three of them used.
std::string cards(bool ebcdic) {
  std::string text;
  for (int k = 1; k <= 40; ++k) {
    char line[90];
    const char *words = k == 1    ? "CLIENT"
                        : k == 39 ? "SEG Y REV1"
                        : k == 40 ? "END TEXTUAL HEADER"
                                  : "";
    std::snprintf(line, sizeof line, "C%2d %-76s", k, words);
    text += line;
  }
  if (ebcdic) // of the characters used here
    for (char &c : text) {
      const std::string
          from = " C0123456789LIENTSGYRVDXUAH",
          to =
              "\x40\xc3\xf0\xf1\xf2\xf3\xf4\xf5\xf6\xf7\xf8\xf9\xd3\xc9\xc5\xd5\xe3\xe2\xc7\xe8\xd9"
              "\xe5\xc4\xe7\xe4\xc1\xc8";
      c = to[from.find(c)];
    }
  return text;
}

TEST(SegyLike, StampGoesIntoBlankLinesInTheirEncoding) {
  TempDir dir;
  for (bool ebcdic : {false, true}) {
    SegyMaker maker;
    maker.traces = rectangle(1, 2);
    std::string in = maker.file();
    in.replace(0, 3200, cards(ebcdic));
    spit(dir / "in.sgy", in);
    std::unique_ptr<VolumeSource> source;
    ASSERT_OK(openSource(dir / "in.sgy", {}, source));
    SinkOptions options;
    options.like = source.get();
    options.shape = {1, 2, 6};
    options.stamp = std::string(76, 'S') + "TEXT";
    std::unique_ptr<VolumeSink> sink;
    ASSERT_OK(createSink(dir / "out.sgy", options, sink));
    ASSERT_OK(copyInBoxes<float>(*source, *sink, 5));
    std::string out = slurp(dir / "out.sgy");
    EXPECT_EQ(out.substr(3200), in.substr(3200));
    EXPECT_EQ(out.substr(0, 80), in.substr(0, 80));         // line 1 is in use
    EXPECT_EQ(out.substr(240, 2960), in.substr(240, 2960)); // lines 4 to 40
    EXPECT_EQ(out.substr(84, 76), std::string(76, ebcdic ? '\xe2' : 'S'));
    EXPECT_EQ(out.substr(164, 5), ebcdic ? "\xe3\xc5\xe7\xe3\x40" : "TEXT ");
  }
  // Without a blank line the last ones go, but not those with a fixed text.
  SegyMaker maker;
  maker.traces = rectangle(1, 2);
  std::string in = maker.file(), full = cards(false);
  for (size_t k = 0; k < 38; ++k)
    full[k * 80 + 10] = 'x';
  in.replace(0, 3200, full);
  spit(dir / "in.sgy", in);
  std::unique_ptr<VolumeSource> source;
  ASSERT_OK(openSource(dir / "in.sgy", {}, source));
  SinkOptions options;
  options.like = source.get();
  options.shape = {1, 2, 6};
  options.stamp = "made by someone";
  std::unique_ptr<VolumeSink> sink;
  ASSERT_OK(createSink(dir / "out.sgy", options, sink));
  ASSERT_OK(copyInBoxes<float>(*source, *sink, 5));
  std::string out = slurp(dir / "out.sgy");
  EXPECT_EQ(out.substr(37 * 80, 20), "C38 made by someone ");
  out.replace(37 * 80, 80, in.substr(37 * 80, 80));
  EXPECT_EQ(out, in);
}

// The output may take the place of the input: the headers come from the old file.
TEST(SegyLike, InputMayBeReplaced) {
  TempDir dir;
  SegyMaker maker;
  maker.traces = rectangle(3, 4);
  spit(dir / "a.sgy", maker.file());
  std::unique_ptr<VolumeSource> source;
  ASSERT_OK(openSource(dir / "a.sgy", {}, source));
  SinkOptions options;
  options.like = source.get();
  options.shape = {3, 4, 6};
  std::unique_ptr<VolumeSink> sink;
  ASSERT_OK(createSink(dir / "a.sgy", options, sink));
  ASSERT_OK(copyInBoxes<float>(*source, *sink, 8));
  EXPECT_EQ(slurp(dir / "a.sgy"), maker.file());
}

TEST(SegyLike, ThreadsShareASink) {
  TempDir dir;
  SegyMaker maker;
  maker.traces = rectangle(12, 7);
  arrange(maker.traces, Order::Shuffled);
  spit(dir / "in.sgy", maker.file());
  std::unique_ptr<VolumeSource> source;
  ASSERT_OK(openSource(dir / "in.sgy", {}, source));
  SinkOptions options;
  options.like = source.get();
  options.shape = {12, 7, 6};
  std::unique_ptr<VolumeSink> sink;
  ASSERT_OK(createSink(dir / "out.sgy", options, sink));
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int64_t t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int64_t i = t; i < 12; i += 4) {
        std::vector<float> data;
        Box box{{i, 0, 0}, {1, 7, 6}};
        wrong += readBox(*source, box, data).ok ? 0 : 1;
        wrong += sink->write(regionOf(box, data.data())).ok ? 0 : 1;
      }
    });
  for (std::thread &t : threads)
    t.join();
  EXPECT_EQ(wrong, 0);
  ASSERT_OK(sink->commit());
  EXPECT_EQ(slurp(dir / "out.sgy"), maker.file());
}

//===--- New files --------------------------------------------------------===//

SinkOptions newOptions() {
  SinkOptions options;
  options.shape = {2, 3, 4};
  options.geometry.shape = {2, 3, 4};
  options.geometry.inlines = {100, 105};
  options.geometry.crosslines = {7, 8, 9};
  options.geometry.dtMs = 2.5;
  options.geometry.delayMs = 100.5;
  options.geometry.live = {1, 1, 0, 1, 1, 1};
  return options;
}

TEST(SegyNew, ReadsBackInEveryFormatAndByteOrder) {
  TempDir dir;
  std::vector<float> data(24);
  for (size_t k = 0; k < 24; ++k)
    data[k] = static_cast<float>(k) - 9;
  for (size_t k = 8; k < 12; ++k)
    data[k] = 0; // the dead trace
  for (int format : {1, 2, 3, 5, 8})
    for (Endian endian : {Endian::Big, Endian::Little}) {
      SinkOptions options = newOptions();
      options.segyFormat = format;
      options.endian = endian;
      std::unique_ptr<VolumeSink> sink;
      ASSERT_OK(createSink(dir / "a.sgy", options, sink));
      ASSERT_OK(sink->write(regionOf(Box{{0, 0, 0}, {2, 3, 4}}, data.data())));
      ASSERT_OK(sink->commit());
      std::unique_ptr<VolumeSource> source;
      SourceOptions cast;
      cast.cast = true;
      ASSERT_OK(openSource(dir / "a.sgy", cast, source));
      const Geometry &g = source->geometry();
      EXPECT_EQ(g.shape, options.geometry.shape);
      EXPECT_EQ(g.inlines, options.geometry.inlines);
      EXPECT_EQ(g.crosslines, options.geometry.crosslines);
      EXPECT_EQ(g.dtMs, options.geometry.dtMs);
      EXPECT_EQ(g.delayMs, 100.5);
      EXPECT_EQ(g.live, options.geometry.live);
      EXPECT_TRUE(source->notes().empty());
      EXPECT_HAS(source->description(), endian == Endian::Big ? "big endian" : "little endian");
      std::vector<float> back;
      ASSERT_OK(readAll(*source, back));
      EXPECT_EQ(back, data);
      std::vector<double> x, y;
      ASSERT_OK(source->coordinates(x, y));
      EXPECT_EQ(x[4] - x[3], 25);
      EXPECT_EQ(y[3] - y[0], 25);
    }
}

TEST(SegyNew, LimitsOfTheFormat) {
  TempDir dir;
  std::unique_ptr<VolumeSink> sink;
  auto refused = [&](const std::function<void(SinkOptions &)> &change) {
    SinkOptions options = newOptions();
    change(options);
    std::string message = messageOf(createSink(dir / "a.sgy", options, sink));
    EXPECT_EQ(sink, nullptr);
    return message;
  };
  EXPECT_HAS(refused([](SinkOptions &o) { o.geometry.dtMs.reset(); }),
             "SEG-Y wants a sample interval; pass --dt-ms");
  EXPECT_HAS(refused([](SinkOptions &o) { o.geometry.dtMs = 0.0333; }),
             "a sample interval of 0.0333 ms: SEG-Y wants whole microseconds from 1 to 32767");
  for (double dt : {0.0, -4.0, 40.0, double(NAN), 1e300})
    EXPECT_HAS(refused([dt](SinkOptions &o) { o.geometry.dtMs = dt; }), "whole microseconds");
  EXPECT_HAS(refused([](SinkOptions &o) { o.shape[2] = o.geometry.shape[2] = 65536; }),
             "65536 samples a trace: SEG-Y counts them in two bytes, at most 65535; write .npy");
  EXPECT_HAS(refused([](SinkOptions &o) { o.segyFormat = 4; }),
             "sample format 4: wanted 1, 2, 3, 5");
  EXPECT_HAS(refused([](SinkOptions &o) { o.shape = {2, 3}; }), "is not of the survey's shape");
  EXPECT_HAS(refused([](SinkOptions &o) { o.geometry.inlines.pop_back(); }),
             "1 inline numbers for 2 positions");
  EXPECT_HAS(refused([](SinkOptions &o) { o.geometry.live.pop_back(); }),
             "a live mask of 5 traces");
  EXPECT_HAS(refused([](SinkOptions &o) { o.geometry.delayMs = 1.0 / 3; }),
             "a delay of 0.333333333");
  EXPECT_HAS(refused([](SinkOptions &o) { o.originX = 1e9; }), "a coordinate of 1e+09 m");
  EXPECT_HAS(refused([](SinkOptions &o) { o.originY = NAN; }), "a coordinate of nan m");
  EXPECT_HAS(refused([](SinkOptions &o) {
               o.geometry.inlines.clear();
               o.geometry.crosslines.clear();
               o.geometry.live.clear();
               o.shape[0] = o.shape[1] = o.geometry.shape[0] = o.geometry.shape[1] = 1 << 20;
             }),
             "more than 2147483647 traces");
}

TEST(SegyNew, LongestTraceAndDefaultLineNumbers) {
  TempDir dir;
  SinkOptions options;
  options.shape = {1, 2, 65535};
  options.geometry.shape = {1, 2, 65535};
  options.geometry.dtMs = 4;
  std::vector<float> data(131070, 2.5f);
  std::unique_ptr<VolumeSink> sink;
  ASSERT_OK(createSink(dir / "a.segy", options, sink));
  ASSERT_OK(sink->write(regionOf(Box{{0, 0, 0}, {1, 2, 65535}}, data.data())));
  ASSERT_OK(sink->commit());
  std::unique_ptr<VolumeSource> source;
  ASSERT_OK(openSource(dir / "a.segy", {}, source));
  EXPECT_EQ(source->geometry().shape[2], 65535);
  EXPECT_EQ(source->geometry().crosslines, (std::vector<int32_t>{1, 2}));
  std::vector<float> back;
  ASSERT_OK(readAll(*source, back));
  EXPECT_EQ(back, data);
}

//===--- The real file ----------------------------------------------------===//

std::string dataFolder() {
  if (const char *folder = std::getenv("SEIS_DATA"))
    return folder;
  return SEIS_TEST_SOURCE_DIR "/../shared/data";
}

TEST(RealSurvey, F3CropGoesRound) {
  std::string path = dataFolder() + "/f3_small_23x18x75_int16.sgy";
  if (::access(path.c_str(), R_OK) != 0)
    GTEST_SKIP() << "no real data; set SEIS_DATA to its folder";
  TempDir dir;
  std::unique_ptr<VolumeSource> source;
  ASSERT_OK(openSource(path, {}, source));
  const Geometry &g = source->geometry();
  EXPECT_EQ(g.shape, (std::array<int64_t, 3>{23, 18, 75}));
  EXPECT_EQ(g.inlines.front(), 111);
  EXPECT_EQ(g.inlines.back(), 133);
  EXPECT_EQ(g.crosslines.front(), 875);
  EXPECT_EQ(g.crosslines.back(), 892);
  EXPECT_EQ(g.dtMs.value_or(-1), 4.0);
  EXPECT_EQ(g.delayMs, 4.0);
  std::vector<float> all;
  ASSERT_OK(readAll(*source, all));
  EXPECT_EQ(*std::min_element(all.begin(), all.end()), -10239.0f);
  EXPECT_EQ(*std::max_element(all.begin(), all.end()), 10827.0f);
  SinkOptions options;
  options.like = source.get();
  options.shape.assign(g.shape.begin(), g.shape.end());
  options.keepFormat = true;
  std::unique_ptr<VolumeSink> sink;
  ASSERT_OK(createSink(dir / "kept.sgy", options, sink));
  ASSERT_OK(copyInBoxes<float>(*source, *sink, 2));
  EXPECT_EQ(slurp(dir / "kept.sgy"), slurp(path));
}

TEST(RealSurvey, F3CropOfNumPy) {
  std::string path = dataFolder() + "/f3_crop_100x100x100_f32.npy";
  if (::access(path.c_str(), R_OK) != 0)
    GTEST_SKIP() << "no real data; set SEIS_DATA to its folder";
  std::unique_ptr<VolumeSource> source;
  ASSERT_OK(openSource(path, {}, source));
  EXPECT_EQ(source->geometry().shape, (std::array<int64_t, 3>{100, 100, 100}));
  std::vector<double> all;
  ASSERT_OK(readAll(*source, all));
  double sum = 0;
  for (double v : all)
    sum += v;
  EXPECT_NEAR(sum / 1e6, 45.324884, 1e-6);
}

} // namespace
