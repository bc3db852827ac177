//===- SegyTest.cpp - SEG-Y: reading every kind, copying headers -----------===//
#include "SegyMaker.h"

#include <atomic>
#include <cmath>
#include <cstring>
#include <limits>
#include <set>
#include <thread>

using namespace seis::io;
using namespace seis::io::test;

namespace {

struct Kind {
  int format;
  bool little;
  Order order;
  bool polygon;
};

std::vector<Kind> allKinds() {
  std::vector<Kind> out;
  for (int format : {1, 2, 3, 5, 8})
    for (bool little : {false, true})
      for (Order order : {Order::Inline, Order::Crossline, Order::Shuffled})
        for (bool polygon : {false, true})
          out.push_back({format, little, order, polygon});
  return out;
}

/// 4 x 5 x 6, as a polygon without three positions.
SegyMaker makerOf(const Kind &kind) {
  SegyMaker maker;
  maker.format = kind.format;
  maker.little = kind.little;
  maker.traces = rectangle(4, 5);
  if (kind.polygon)
    for (size_t k : {17u, 4u, 0u})
      maker.traces.erase(maker.traces.begin() + static_cast<std::ptrdiff_t>(k));
  arrange(maker.traces, kind.order);
  return maker;
}

/// What must be read at a position: the value of its trace, 0 where there is none.
double expectedAt(const SegyMaker &maker, int64_t i, int64_t x, int64_t s) {
  for (const MadeTrace &t : maker.traces)
    if (t.inlineNumber == 10 + 2 * i && t.crossline == 301 + 3 * x)
      return SegyMaker::defaultValue(t, static_cast<int>(s));
  return 0;
}

TEST(SegyRead, EveryFormatByteOrderTraceOrderAndOutline) {
  TempDir dir;
  std::string path = dir / "a.sgy";
  for (const Kind &kind : allKinds()) {
    SCOPED_TRACE("format " + std::to_string(kind.format) + (kind.little ? " little" : " big") +
                 " order " + std::to_string(static_cast<int>(kind.order)) +
                 (kind.polygon ? " polygon" : ""));
    SegyMaker maker = makerOf(kind);
    spit(path, maker.file());
    std::unique_ptr<VolumeSource> source;
    SourceOptions options;
    options.cast = true;
    ASSERT_OK(openSource(path, options, source));
    const Geometry &g = source->geometry();
    ASSERT_EQ(g.shape, (std::array<int64_t, 3>{4, 5, 6}));
    EXPECT_EQ(g.inlines, (std::vector<int32_t>{10, 12, 14, 16}));
    EXPECT_EQ(g.crosslines, (std::vector<int32_t>{301, 304, 307, 310, 313}));
    EXPECT_EQ(g.dtMs.value_or(-1), 4.0);
    EXPECT_EQ(g.live.size(), kind.polygon ? 20u : 0u);
    for (const Box &box : {Box{{0, 0, 0}, {4, 5, 6}}, Box{{1, 1, 2}, {2, 3, 3}},
                           Box{{3, 0, 0}, {1, 5, 6}}, Box{{0, 2, 5}, {4, 1, 1}}}) {
      std::vector<float> f;
      std::vector<double> d;
      std::vector<uint8_t> live(static_cast<size_t>(box.extent[0] * box.extent[1]), 9);
      ASSERT_OK(readBox(*source, box, f, live.data()));
      ASSERT_OK(readBox(*source, box, d));
      size_t k = 0;
      for (int64_t i = 0; i < box.extent[0]; ++i)
        for (int64_t x = 0; x < box.extent[1]; ++x) {
          int64_t gi = box.lo[0] + i, gx = box.lo[1] + x;
          bool there = g.live.empty() || g.live[static_cast<size_t>(gi * 5 + gx)];
          EXPECT_EQ(live[static_cast<size_t>(i * box.extent[1] + x)], there ? 1 : 0);
          for (int64_t s = 0; s < box.extent[2]; ++s, ++k) {
            double expected = expectedAt(maker, gi, gx, box.lo[2] + s);
            ASSERT_EQ(f[k], static_cast<float>(expected));
            ASSERT_EQ(d[k], expected);
          }
        }
    }
  }
}

TEST(SegyRead, LineWithoutKeysKeepsItsTraceOrder) {
  TempDir dir;
  for (int format : {1, 2, 3, 5, 8})
    for (bool little : {false, true}) {
      SegyMaker maker;
      maker.format = format;
      maker.little = little;
      maker.traces.resize(7);
      for (int k = 0; k < 7; ++k)
        maker.traces[static_cast<size_t>(k)].offset = k * 10; // names the trace, no key
      maker.value = [](const MadeTrace &t, int s) { return t.offset + s; };
      spit(dir / "l.sgy", maker.file());
      std::unique_ptr<VolumeSource> source;
      SourceOptions options;
      options.cast = true;
      ASSERT_OK(openSource(dir / "l.sgy", options, source));
      EXPECT_EQ(source->geometry().shape, (std::array<int64_t, 3>{1, 7, 6}));
      EXPECT_TRUE(source->geometry().inlines.empty());
      std::vector<float> f;
      ASSERT_OK(readAll(*source, f));
      for (int k = 0; k < 42; ++k)
        EXPECT_EQ(f[static_cast<size_t>(k)], static_cast<float>(k / 6 * 10 + k % 6));
    }
}

TEST(SegyRead, LineWithOneInlineIsALine) {
  TempDir dir;
  SegyMaker maker;
  maker.traces = rectangle(1, 6);
  arrange(maker.traces, Order::Shuffled);
  spit(dir / "l.sgy", maker.file());
  std::unique_ptr<VolumeSource> source;
  ASSERT_OK(openSource(dir / "l.sgy", {}, source));
  EXPECT_EQ(source->geometry().shape, (std::array<int64_t, 3>{1, 6, 6}));
  maker.traces.resize(1);
  spit(dir / "l.sgy", maker.file());
  ASSERT_OK(openSource(dir / "l.sgy", {}, source));
  EXPECT_EQ(source->geometry().shape, (std::array<int64_t, 3>{1, 1, 6}));
}

TEST(SegyRead, DeadTraces) {
  TempDir dir;
  SegyMaker maker;
  maker.traces = rectangle(2, 3);
  maker.traces[1].id = 2;
  maker.value = [](const MadeTrace &t, int s) -> double {
    if (t.inlineNumber == 12 && t.crossline == 301)
      return 0; // all zero
    if (t.inlineNumber == 12 && t.crossline == 304)
      return s % 2 ? NAN : 0.0; // zeros and NaN
    if (t.inlineNumber == 12 && t.crossline == 307)
      return s < 5 ? 0 : 3; // a muted live trace
    return 10 + s;
  };
  spit(dir / "a.sgy", maker.file());
  std::unique_ptr<VolumeSource> source;
  ASSERT_OK(openSource(dir / "a.sgy", {}, source));
  EXPECT_EQ(source->geometry().live, (std::vector<uint8_t>{1, 0, 1, 1, 1, 1})); // from headers
  const std::vector<uint8_t> expected{1, 0, 1, 0, 0, 1};
  for (int64_t ns : {6, 5, 1}) { // also where the box sees the mute only
    ASSERT_OK(openSource(dir / "a.sgy", {}, source));
    std::vector<float> f;
    std::vector<uint8_t> live(6);
    ASSERT_OK(readBox(*source, Box{{0, 0, 0}, {2, 3, ns}}, f, live.data()));
    EXPECT_EQ(live, expected) << ns;
    for (int64_t k = 0; k < 6 * ns; ++k)
      EXPECT_FALSE(std::isnan(f[static_cast<size_t>(k)]));
    EXPECT_EQ(f[static_cast<size_t>(ns)], 0.0f); // trace id 2 comes as zeros
  }
  for (int threads : {1, 3, 0}) {
    ASSERT_OK(openSource(dir / "a.sgy", {}, source));
    std::vector<uint8_t> live;
    int64_t last = 0;
    ASSERT_OK(source->scanLive(live, threads, [&](int64_t done) { last = std::max(last, done); }));
    EXPECT_EQ(live, expected);
    EXPECT_EQ(last, 6);
  }
}

TEST(SegyRead, NullsOfEveryFormat) {
  TempDir dir;
  for (int format : {1, 2, 3, 5, 8}) {
    SegyMaker maker;
    maker.format = format;
    maker.traces = rectangle(1, 2);
    double null = format == 1 || format == 5 ? 1e30 : 100;
    maker.value = [null](const MadeTrace &, int s) { return s == 2 ? null : 1.0 + s; };
    spit(dir / "a.sgy", maker.file());
    SourceOptions options;
    options.null = null;
    std::unique_ptr<VolumeSource> source;
    ASSERT_OK(openSource(dir / "a.sgy", options, source));
    std::vector<double> d;
    ASSERT_OK(readAll(*source, d));
    for (size_t k = 0; k < 12; ++k)
      EXPECT_EQ(std::isnan(d[k]), k % 6 == 2) << format << " " << k;
  }
}

TEST(SegyRead, IntervalRules) {
  TempDir dir;
  struct Case {
    int binary, trace;
    double expected; // -1: none
    const char *message;
  };
  const Case cases[] = {
      {4000, 4000, 4, ""},
      {4000, 0, 4, ""},
      {0, 2000, 2, ""},
      {-5, 2000, 2, ""},
      {4000, 2000, -1,
       "two sample intervals: 4000 us in the binary header (byte 3217), 2000 us in "
       "the first trace (117); pass --dt-ms"},
      {0, 0, -1,
       "no sample interval: 0 us in the binary header (byte 3217), 0 us in the first "
       "trace (117); pass --dt-ms"},
      {-1, 0, -1, "no sample interval: -1 us in"},
  };
  for (const Case &c : cases) {
    SegyMaker maker;
    maker.traces = rectangle(1, 2);
    maker.intervalUs = c.binary;
    maker.traceIntervalUs = c.trace;
    spit(dir / "a.sgy", maker.file());
    std::unique_ptr<VolumeSource> source;
    ASSERT_OK(openSource(dir / "a.sgy", {}, source));
    EXPECT_EQ(source->geometry().dtMs.value_or(-1), c.expected);
    if (c.expected < 0)
      EXPECT_HAS(messageOf(source->requireInterval()), c.message);
    else
      EXPECT_OK(source->requireInterval());
    SourceOptions given;
    given.dtMs = 1.5;
    ASSERT_OK(openSource(dir / "a.sgy", given, source));
    EXPECT_EQ(source->geometry().dtMs.value_or(-1), 1.5);
    EXPECT_OK(source->requireInterval());
  }
}

TEST(SegyRead, DelayAndCoordinatesTakeTheirScalars) {
  TempDir dir;
  const std::pair<int, double> scalars[] = {
      {0, 120}, {1, 120}, {10, 1200}, {-10, 12}, {-1000, 0.12}};
  for (auto [scalar, expected] : scalars) {
    SegyMaker maker;
    maker.traces = rectangle(2, 2);
    maker.traces.pop_back();
    maker.delay = 120;
    maker.timeScalar = scalar;
    maker.coordinateScalar = scalar;
    spit(dir / "a.sgy", maker.file());
    std::unique_ptr<VolumeSource> source;
    ASSERT_OK(openSource(dir / "a.sgy", {}, source));
    EXPECT_DOUBLE_EQ(source->geometry().delayMs, expected);
    std::vector<double> x, y;
    ASSERT_OK(source->coordinates(x, y));
    EXPECT_DOUBLE_EQ(x[1], 1000 * expected / 120);
    EXPECT_DOUBLE_EQ(y[2], 2000 * expected / 120);
    EXPECT_TRUE(std::isnan(x[3]));
  }
}

TEST(SegyRead, KeysElsewhereNeedTheirBytes) {
  TempDir dir;
  SegyMaker maker;
  maker.traces = rectangle(3, 4);
  std::string bytes = maker.file();
  for (size_t k = 0; k < 12; ++k) { // move 189 to 9, 193 to 21
    size_t at = maker.trace0() + k * maker.traceBytes();
    bytes.replace(at + 8, 4, bytes.substr(at + 188, 4));
    bytes.replace(at + 20, 4, bytes.substr(at + 192, 4));
    bytes.replace(at + 188, 8, std::string("\0\0\0\7\0\0\0\7", 8));
  }
  spit(dir / "a.sgy", bytes);
  std::unique_ptr<VolumeSource> source;
  std::string message = messageOf(openSource(dir / "a.sgy", {}, source));
  EXPECT_HAS(message, "no grid from bytes 189 (inline) and 193 (crossline): 11 traces repeat a "
                      "position: inline 7, crossline 7 in traces 1 and 2; ");
  EXPECT_HAS(message, "in traces 1 and 6; ...\n");
  EXPECT_EQ(message.find("traces 1 and 7"), std::string::npos); // five are listed
  EXPECT_HAS(message, "\n     9          3  regular 2  10 to 14");
  EXPECT_HAS(message, "\n    21          4  regular 3  301 to 310");
  EXPECT_HAS(message, "\n   189          1  one value  7 to 7");
  SourceOptions options;
  options.ilineByte = 9;
  options.xlineByte = 21;
  ASSERT_OK(openSource(dir / "a.sgy", options, source));
  EXPECT_EQ(source->geometry().crosslines, (std::vector<int32_t>{301, 304, 307, 310}));
  options.ilineByte = 10;
  EXPECT_HAS(messageOf(openSource(dir / "a.sgy", options, source)),
             "no trace header field begins at byte 10, wanted for the inline number");
  options.ilineByte = 9;
  for (int byte : {0, -4, 241, 100000}) {
    options.xlineByte = byte;
    EXPECT_HAS(messageOf(openSource(dir / "a.sgy", options, source)), "wanted for the crossline");
  }
}

TEST(SegyRead, GridsThatAreNone) {
  TempDir dir;
  std::unique_ptr<VolumeSource> source;
  SegyMaker maker;
  maker.traces = rectangle(4, 4);
  for (MadeTrace &t : maker.traces)
    t.inlineNumber += t.inlineNumber == 16 ? 1 : 0;
  spit(dir / "a.sgy", maker.file());
  EXPECT_HAS(messageOf(openSource(dir / "a.sgy", {}, source)),
             "inline numbers have no constant step: 10, 12 and later 14, 17\npass --iline=BYTE");
  // Duplicates and pre-stack.
  maker.traces = rectangle(2, 2);
  maker.traces.push_back(maker.traces[2]);
  spit(dir / "a.sgy", maker.file());
  EXPECT_HAS(messageOf(openSource(dir / "a.sgy", {}, source)),
             "1 traces repeat a position: inline 12, crossline 301 in traces 3 and 5\n");
  maker.traces[4].offset = 250;
  spit(dir / "a.sgy", maker.file());
  EXPECT_HAS(messageOf(openSource(dir / "a.sgy", {}, source)),
             "pre-stack data: inline 12, crossline 301 has traces with offsets 0 and 250 (byte "
             "37); wanted one trace per position");
  // A diagonal would make 3000 x 3000 positions of 3000 traces.
  maker.samples = 1;
  maker.traces.assign(3000, {});
  for (int k = 0; k < 3000; ++k) {
    maker.traces[static_cast<size_t>(k)].inlineNumber = k;
    maker.traces[static_cast<size_t>(k)].crossline = 2 * k;
  }
  spit(dir / "a.sgy", maker.file());
  EXPECT_HAS(messageOf(openSource(dir / "a.sgy", {}, source)),
             "3000 inlines x 3000 crosslines are too many positions for 3000 traces");
  // The whole range of int32, as garbage has it.
  maker.traces.resize(3);
  maker.traces[0].inlineNumber = INT32_MIN;
  maker.traces[1].inlineNumber = INT32_MAX;
  maker.traces[2].inlineNumber = 5;
  spit(dir / "a.sgy", maker.file());
  EXPECT_HAS(messageOf(openSource(dir / "a.sgy", {}, source)), "no constant step: -2147483648, 5");
}

TEST(SegyRead, ExtendedHeadersAndTheJunkOfRevision0) {
  TempDir dir;
  std::unique_ptr<VolumeSource> source;
  SegyMaker maker;
  maker.traces = rectangle(2, 3);
  maker.extended = 2;
  spit(dir / "a.sgy", maker.file());
  ASSERT_OK(openSource(dir / "a.sgy", {}, source));
  std::vector<float> f;
  ASSERT_OK(readAll(*source, f));
  EXPECT_EQ(f[7], static_cast<float>(expectedAt(maker, 0, 1, 1)));
  maker.extended = 0;
  std::string bytes = maker.file();
  bytes[3504] = static_cast<char>(0xff);
  bytes[3505] = static_cast<char>(0xff);
  spit(dir / "a.sgy", bytes);
  EXPECT_HAS(messageOf(openSource(dir / "a.sgy", {}, source)),
             "a variable number of extended text headers (-1 at byte 3505)");
  for (const char *junk : {"\xff\xff", "\x12\x34", "\0\1"}) {
    bytes[3500] = bytes[3501] = 0;
    bytes[3504] = junk[0];
    bytes[3505] = junk[1];
    spit(dir / "a.sgy", bytes);
    ASSERT_OK(openSource(dir / "a.sgy", {}, source));
    EXPECT_EQ(source->geometry().traces(), 6);
  }
}

TEST(SegyRead, SampleCountOfTheTraceWhereTheFileSizeWantsIt) {
  TempDir dir;
  std::unique_ptr<VolumeSource> source;
  SegyMaker maker;
  maker.traces = rectangle(2, 3);
  std::string bytes = maker.file();
  for (int wrong : {0, 7}) {
    bytes[3221] = static_cast<char>(wrong);
    spit(dir / "a.sgy", bytes);
    ASSERT_OK(openSource(dir / "a.sgy", {}, source));
    EXPECT_EQ(source->geometry().shape[2], 6);
    ASSERT_EQ(source->notes().size(), 1u);
    EXPECT_HAS(source->notes()[0], std::to_string(wrong) + " samples in the binary header, 6 in");
  }
  bytes = maker.file();
  bytes[3600 + 2 * maker.traceBytes() + 115] = 5;
  spit(dir / "a.sgy", bytes);
  EXPECT_HAS(messageOf(openSource(dir / "a.sgy", {}, source)),
             "traces of different lengths: 6 samples before, 5 in trace 3 (byte 115)");
}

TEST(SegyRead, FormatsThatAreNotRead) {
  TempDir dir;
  std::unique_ptr<VolumeSource> source;
  SegyMaker maker;
  maker.traces = rectangle(2, 3);
  const std::pair<int, const char *> cases[] = {
      {4, "sample format 4 (fixed point with gain): wanted 1 (IBM float), 2 (int32), 3 (int16), 5 "
          "(IEEE float) or 8 (int8)"},
      {6, "sample format 6 (revision 2): wanted"},
      {16, "sample format 16 (revision 2): wanted"},
      {0, "sample format 0: wanted"},
      {17, "sample format 17: wanted"},
  };
  for (bool little : {false, true})
    for (auto [format, expected] : cases) {
      maker.format = format;
      maker.little = little;
      spit(dir / "a.sgy", maker.file());
      SourceOptions options;
      options.endian = little ? Endian::Little : Endian::Big;
      EXPECT_HAS(messageOf(openSource(dir / "a.sgy", options, source)), expected);
    }
  maker.little = false;
  maker.format = 5;
  maker.revision = 0x0200;
  spit(dir / "a.sgy", maker.file());
  EXPECT_HAS(messageOf(openSource(dir / "a.sgy", {}, source)),
             "SEG-Y revision 2 (byte 3501): wanted revision 0 or 1");
}

TEST(SegyRead, OverridesOfByteOrderAndFormat) {
  TempDir dir;
  std::unique_ptr<VolumeSource> source;
  SegyMaker maker;
  maker.traces = rectangle(2, 3);
  std::string bytes = maker.file();
  bytes[3225] = 1; // IEEE samples called IBM
  spit(dir / "a.sgy", bytes);
  SourceOptions options;
  options.sampleFormat = 5;
  ASSERT_OK(openSource(dir / "a.sgy", options, source));
  std::vector<float> f;
  ASSERT_OK(readAll(*source, f));
  EXPECT_EQ(f[1], static_cast<float>(expectedAt(maker, 0, 0, 1)));
  options.sampleFormat = 3;
  EXPECT_HAS(messageOf(openSource(dir / "a.sgy", options, source)), "the file size does not fit");
  options = {};
  options.endian = Endian::Little;
  EXPECT_HAS(messageOf(openSource(dir / "a.sgy", options, source)), "sample format 256");
}

TEST(SegyRead, Int32AndOverflowingIbm) {
  TempDir dir;
  std::unique_ptr<VolumeSource> source;
  SegyMaker maker;
  maker.traces = rectangle(2, 3);
  maker.format = 2;
  spit(dir / "a.sgy", maker.file());
  ASSERT_OK(openSource(dir / "a.sgy", {}, source));
  std::vector<float> f;
  EXPECT_HAS(messageOf(readAll(*source, f)),
             "SEG-Y, format 2 (32-bit integer), big endian read as float32 would lose digits");
  maker.format = 1;
  maker.value = [](const MadeTrace &t, int s) {
    return t.inlineNumber == 12 && t.crossline == 304 && s == 3 ? 1e40 : 1.0;
  };
  spit(dir / "a.sgy", maker.file());
  ASSERT_OK(openSource(dir / "a.sgy", {}, source));
  EXPECT_HAS(messageOf(readAll(*source, f)),
             "IBM number above the float32 range (3.4e38) in trace 5, sample 4:");
  std::vector<double> d;
  ASSERT_OK(readAll(*source, d));
  EXPECT_NEAR(d[4 * 6 + 3], 1e40, 1e34);
}

TEST(SegyRead, CutAnywhereGivesAMessage) {
  TempDir dir;
  SegyMaker maker;
  maker.traces = rectangle(2, 2);
  maker.extended = 1;
  std::string whole = maker.file();
  std::unique_ptr<VolumeSource> source;
  int cuts = 0;
  for (size_t n = 0; n < whole.size(); n += (n > 3490 && n < 3620) || n > 6790 ? 1 : 37) {
    if (n > maker.trace0() && (n - maker.trace0()) % maker.traceBytes() == 0)
      continue; // whole traces: a shorter file
    spit(dir / "a.sgy", whole.substr(0, n));
    Status s = openSource(dir / "a.sgy", {}, source);
    ASSERT_FALSE(s.ok) << n;
    ASSERT_FALSE(s.message.empty());
    ++cuts;
  }
  EXPECT_GT(cuts, 1000);
  // Cut after it was opened.
  spit(dir / "a.sgy", whole);
  ASSERT_OK(openSource(dir / "a.sgy", {}, source));
  ASSERT_EQ(::truncate((dir / "a.sgy").c_str(), 7300), 0);
  std::vector<float> f;
  EXPECT_HAS(messageOf(readAll(*source, f)), "the file ends there");
}

TEST(SegyRead, RandomDamageNeverCrashes) {
  TempDir dir;
  std::mt19937 random(11);
  int failed = 0;
  for (int k = 0; k < 3000; ++k) {
    Kind kind{std::vector<int>{1, 2, 3, 5, 8}[random() % 5], random() % 2 == 0, Order::Inline,
              random() % 2 == 0};
    SegyMaker maker = makerOf(kind);
    std::string bytes = maker.file();
    for (unsigned n = 1 + random() % 4; n; --n) {
      // Half of the damage goes to the fields that are used.
      static const size_t fields[] = {3216, 3220, 3221, 3224, 3225, 3500, 3501, 3504, 3505};
      size_t trace = maker.trace0() + random() % maker.traces.size() * maker.traceBytes();
      size_t at = random() % 2 ? fields[random() % 9] : trace + random() % 240;
      bytes[at] = static_cast<char>(random() % 3 ? random() : random() % 9);
    }
    if (random() % 5 == 0)
      bytes.resize(random() % bytes.size());
    spit(dir / "a.sgy", bytes);
    std::unique_ptr<VolumeSource> source;
    Status s = openSource(dir / "a.sgy", {}, source);
    ASSERT_EQ(s.ok, s.message.empty());
    ASSERT_EQ(s.ok, source != nullptr);
    failed += s.ok ? 0 : 1;
    if (s.ok && source->geometry().traces() * source->geometry().shape[2] < 1000000) {
      std::vector<double> d;
      EXPECT_OK(readAll(*source, d));
    }
  }
  EXPECT_GT(failed, 300);
}

TEST(SegyRead, GarbageGivesAMessage) {
  TempDir dir;
  std::mt19937 random(13);
  std::unique_ptr<VolumeSource> source;
  for (int k = 0; k < 200; ++k) {
    std::string bytes(3600 + random() % 5000, '\0');
    for (char &c : bytes)
      c = static_cast<char>(random());
    spit(dir / "a.sgy", bytes);
    EXPECT_FALSE(openSource(dir / "a.sgy", {}, source).ok);
  }
  spit(dir / "a.sgy", "");
  EXPECT_HAS(messageOf(openSource(dir / "a.sgy", {}, source)),
             "wanted at least 3600 bytes, found 0");
  spit(dir / "a.sgy", std::string(3600, '\0'));
  EXPECT_HAS(messageOf(openSource(dir / "a.sgy", {}, source)), "sample format 0");
  spit(dir / "a.sgy", std::string(100000, '\0'));
  EXPECT_HAS(messageOf(openSource(dir / "a.sgy", {}, source)), "sample format 0");
  spit(dir / "a.csv", "1,2,3\n");
  EXPECT_HAS(messageOf(openSource(dir / "a.csv", {}, source)), "wanted a SEG-Y or .npy file");
}

// Many threads, one source: every box must be right.
TEST(SegyRead, ThreadsShareASource) {
  TempDir dir;
  SegyMaker maker = makerOf({1, false, Order::Shuffled, true});
  spit(dir / "a.sgy", maker.file());
  std::unique_ptr<VolumeSource> source;
  ASSERT_OK(openSource(dir / "a.sgy", {}, source));
  std::vector<float> all;
  ASSERT_OK(readAll(*source, all));
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      std::mt19937 random(static_cast<unsigned>(t));
      for (int k = 0; k < 300; ++k) {
        Box box;
        for (size_t a = 0; a < 3; ++a) {
          int64_t n = source->geometry().shape[a];
          box.lo[a] = random() % static_cast<unsigned>(n);
          box.extent[a] = 1 + random() % static_cast<unsigned>(n - box.lo[a]);
        }
        std::vector<float> f;
        wrong += readBox(*source, box, f).ok ? 0 : 1;
        size_t at = 0;
        for (int64_t i = 0; i < box.extent[0]; ++i)
          for (int64_t x = 0; x < box.extent[1]; ++x)
            for (int64_t s = 0; s < box.extent[2]; ++s, ++at)
              wrong += f[at] != all[static_cast<size_t>(((box.lo[0] + i) * 5 + box.lo[1] + x) * 6 +
                                                        box.lo[2] + s)];
      }
    });
  for (std::thread &t : threads)
    t.join();
  EXPECT_EQ(wrong, 0);
}

TEST(GeometryTest, DifferencesAreNamed) {
  Geometry a, b;
  a.shape = b.shape = {2, 2, 3};
  a.inlines = b.inlines = {1, 2};
  a.crosslines = b.crosslines = {5, 6};
  a.dtMs = b.dtMs = 4;
  EXPECT_OK(checkSameGeometry(a, "a", b, "b"));
  b.crosslines[1] = 7;
  EXPECT_EQ(messageOf(checkSameGeometry(a, "a", b, "b")),
            "b: crossline at position 1 is number 7, in a it is 6: wanted volumes of one geometry");
  b = a;
  b.dtMs = 2;
  EXPECT_EQ(messageOf(checkSameGeometry(a, "a", b, "b")),
            "b has a sample interval of 2 ms, a one of 4 ms: wanted volumes of one geometry");
  b.dtMs.reset();
  b.inlines.clear();
  b.crosslines.clear();
  EXPECT_OK(checkSameGeometry(a, "a", b, "b")); // a .npy beside a SEG-Y
  b.shape[2] = 4;
  EXPECT_EQ(messageOf(checkSameGeometry(a, "a", b, "b")),
            "b has 4 samples, a has 3: wanted volumes of one geometry");
}

} // namespace
