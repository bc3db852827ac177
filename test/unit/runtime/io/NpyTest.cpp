//===- NpyTest.cpp - .npy arrays: reading, writing, broken files -----------===//
// Files are made by hand, byte for byte, from the description of the format.
//===----------------------------------------------------------------------===//
#include "IoTestUtil.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <sys/stat.h>

using namespace seis::io;
using namespace seis::io::test;

namespace {

/// A .npy file with that dictionary text and those data bytes.
std::string npyFile(const std::string &dictionary, const std::string &data, int version = 1) {
  std::string out = "\x93NUMPY";
  out += static_cast<char>(version);
  out += '\0';
  std::string text = dictionary;
  size_t prefix = version == 1 ? 10 : 12;
  while ((prefix + text.size() + 1) % 16)
    text += ' ';
  text += '\n';
  if (version == 1)
    out += bytesOf(static_cast<uint16_t>(text.size()), false);
  else
    out += bytesOf(static_cast<uint32_t>(text.size()), false);
  return out + text + data;
}

std::string dictionary(const std::string &descr, const std::string &shape, bool fortran = false) {
  return "{'descr': '" + descr + "', 'fortran_order': " + (fortran ? "True" : "False") +
         ", 'shape': " + shape + ", }";
}

/// Value of sample (i, x, s): small integers, so that every type holds them.
int valueAt(int64_t i, int64_t x, int64_t s) {
  return static_cast<int>((i * 31 + x * 7 + s * 3) % 100);
}

template <class T> std::string volume(int ni, int nx, int ns, bool big, bool fortran) {
  std::string out;
  if (!fortran) {
    for (int i = 0; i < ni; ++i)
      for (int x = 0; x < nx; ++x)
        for (int s = 0; s < ns; ++s)
          out += bytesOf(static_cast<T>(valueAt(i, x, s)), big);
  } else {
    for (int s = 0; s < ns; ++s)
      for (int x = 0; x < nx; ++x)
        for (int i = 0; i < ni; ++i)
          out += bytesOf(static_cast<T>(valueAt(i, x, s)), big);
  }
  return out;
}

template <class T> void checkType(const std::string &code) {
  TempDir dir;
  for (bool big : {false, true})
    for (bool fortran : {false, true})
      for (int version : {1, 2, 3}) {
        SCOPED_TRACE(code + (big ? " big" : " little") + (fortran ? " Fortran" : " C"));
        std::string descr = (sizeof(T) == 1 ? "|" : big ? ">" : "<") + code;
        std::string path = dir / "a.npy";
        spit(path, npyFile(dictionary(descr, "(3, 5, 7)", fortran),
                           volume<T>(3, 5, 7, big, fortran), version));
        std::unique_ptr<VolumeSource> source;
        SourceOptions options;
        options.cast = true;
        ASSERT_OK(openSource(path, options, source));
        EXPECT_EQ(source->geometry().shape, (std::array<int64_t, 3>{3, 5, 7}));
        EXPECT_FALSE(source->geometry().dtMs.has_value());
        for (Box box : {Box{{0, 0, 0}, {3, 5, 7}}, Box{{1, 2, 3}, {2, 2, 3}},
                        Box{{2, 4, 6}, {1, 1, 1}}, Box{{0, 1, 0}, {3, 1, 7}}}) {
          std::vector<float> f;
          std::vector<double> d;
          ASSERT_OK(readBox(*source, box, f));
          ASSERT_OK(readBox(*source, box, d));
          size_t k = 0;
          for (int64_t i = 0; i < box.extent[0]; ++i)
            for (int64_t x = 0; x < box.extent[1]; ++x)
              for (int64_t s = 0; s < box.extent[2]; ++s, ++k) {
                int expected = valueAt(box.lo[0] + i, box.lo[1] + x, box.lo[2] + s);
                ASSERT_EQ(f[k], static_cast<float>(expected));
                ASSERT_EQ(d[k], static_cast<double>(expected));
              }
        }
      }
}

TEST(NpyRead, EveryTypeOrderAndVersion) {
  checkType<float>("f4");
  checkType<double>("f8");
  checkType<int8_t>("i1");
  checkType<int16_t>("i2");
  checkType<int32_t>("i4");
  checkType<uint8_t>("u1");
  checkType<uint16_t>("u2");
}

TEST(NpyRead, StridesAndNegativeValuesAreObeyed) {
  TempDir dir;
  std::string data;
  for (int k = 0; k < 24; ++k)
    data += bytesOf(static_cast<int16_t>(-1000 * k), true);
  spit(dir / "a.npy", npyFile(dictionary(">i2", "(2, 3, 4)"), data));
  std::unique_ptr<VolumeSource> source;
  ASSERT_OK(openSource(dir / "a.npy", {}, source));
  // Sample-major, crossline backwards.
  std::vector<float> out(24, 1);
  Target target{out.data() + 2 * 2, Type::F32, {1, -2, 6}};
  ASSERT_OK(source->read(Box{{0, 0, 0}, {2, 3, 4}}, target));
  for (int i = 0; i < 2; ++i)
    for (int x = 0; x < 3; ++x)
      for (int s = 0; s < 4; ++s)
        EXPECT_EQ(out[static_cast<size_t>(4 + i - 2 * x + 6 * s)],
                  static_cast<float>(-1000 * (i * 12 + x * 4 + s)));
}

TEST(NpyRead, LowerRanksAreLinesAndTraces) {
  TempDir dir;
  std::unique_ptr<VolumeSource> source;
  spit(dir / "t.npy", npyFile(dictionary("<f4", "(5,)"), volume<float>(1, 1, 5, false, false)));
  ASSERT_OK(openSource(dir / "t.npy", {}, source));
  EXPECT_EQ(source->geometry().shape, (std::array<int64_t, 3>{1, 1, 5}));
  spit(dir / "l.npy", npyFile(dictionary("<f4", "(4, 5)"), volume<float>(1, 4, 5, false, false)));
  ASSERT_OK(openSource(dir / "l.npy", {}, source));
  EXPECT_EQ(source->geometry().shape, (std::array<int64_t, 3>{1, 4, 5}));
  spit(dir / "s.npy", npyFile(dictionary("<f4", "()"), std::string(4, '\0')));
  EXPECT_HAS(messageOf(openSource(dir / "s.npy", {}, source)), "an array of rank 0: wanted 1");
  spit(dir / "q.npy", npyFile(dictionary("<f4", "(1, 1, 1, 1)"), std::string(4, '\0')));
  EXPECT_HAS(messageOf(openSource(dir / "q.npy", {}, source)), "an array of rank 4: wanted 1");
  spit(dir / "z.npy", npyFile(dictionary("<f4", "(3, 0)"), ""));
  EXPECT_HAS(messageOf(openSource(dir / "z.npy", {}, source)), "shape (3 x 0) has no samples");
}

TEST(NpyRead, LossIsRefusedUnlessCast) {
  TempDir dir;
  spit(dir / "d.npy",
       npyFile(dictionary("<f8", "(3,)"),
               bytesOf(1.0 / 3, false) + bytesOf(1e300, false) + bytesOf(2.0, false)));
  std::unique_ptr<VolumeSource> source;
  ASSERT_OK(openSource(dir / "d.npy", {}, source));
  std::vector<float> f;
  EXPECT_EQ(messageOf(readAll(*source, f)),
            dir / "d.npy" +
                ": .npy '<f8' read as float32 would lose digits (16 to 7) and range "
                "(1.8e308 to 3.4e38): pass --cast to accept that, or compute in float64");
  std::vector<double> d;
  ASSERT_OK(readAll(*source, d));
  EXPECT_EQ(d[1], 1e300);
  SourceOptions cast;
  cast.cast = true;
  ASSERT_OK(openSource(dir / "d.npy", cast, source));
  ASSERT_OK(readAll(*source, f));
  EXPECT_EQ(f[0], 1.0f / 3);
  EXPECT_TRUE(std::isinf(f[1]));

  spit(dir / "i.npy", npyFile(dictionary("<i4", "(1,)"), bytesOf(int32_t(16777217), false)));
  ASSERT_OK(openSource(dir / "i.npy", {}, source));
  EXPECT_HAS(messageOf(readAll(*source, f)), "integers above 16777216 are rounded");
  ASSERT_OK(readAll(*source, d));
  EXPECT_EQ(d[0], 16777217.0);
}

TEST(NpyRead, ComplexOnlyAsComplex) {
  TempDir dir;
  std::string data;
  for (int k = 0; k < 12; ++k)
    data += bytesOf(static_cast<float>(k) - 3.5f, true);
  spit(dir / "c.npy", npyFile(dictionary(">c8", "(2, 3)"), data));
  std::unique_ptr<VolumeSource> source;
  ASSERT_OK(openSource(dir / "c.npy", {}, source));
  EXPECT_EQ(source->storedType(), Type::C64);
  std::vector<float> f;
  EXPECT_HAS(messageOf(readAll(*source, f)), "wanted real samples, found .npy '>c8'");
  std::vector<double> pairs(12);
  ASSERT_OK(source->read(Box{{0, 0, 0}, {1, 2, 3}}, Target{pairs.data(), Type::C128, {6, 3, 1}}));
  for (int k = 0; k < 12; ++k)
    EXPECT_EQ(pairs[static_cast<size_t>(k)], k - 3.5);
  spit(dir / "r.npy", npyFile(dictionary("<f4", "(1,)"), std::string(4, '\0')));
  ASSERT_OK(openSource(dir / "r.npy", {}, source));
  EXPECT_HAS(messageOf(source->checkReadable(Type::C64)),
             "wanted complex samples, found .npy '<f4'");
}

TEST(NpyRead, MappedOnlyWhereNothingHasToBeConverted) {
  TempDir dir;
  std::unique_ptr<VolumeSource> source;
  spit(dir / "a.npy",
       npyFile(dictionary("<f4", "(2, 3, 4)"), volume<float>(2, 3, 4, false, false)));
  ASSERT_OK(openSource(dir / "a.npy", {}, source));
  const float *p = static_cast<const float *>(source->mapped(Type::F32));
  ASSERT_NE(p, nullptr);
  EXPECT_EQ(p[23], static_cast<float>(valueAt(1, 2, 3)));
  EXPECT_EQ(source->mapped(Type::F64), nullptr);
  SourceOptions null;
  null.null = 1e30;
  ASSERT_OK(openSource(dir / "a.npy", null, source));
  EXPECT_EQ(source->mapped(Type::F32), nullptr);
  spit(dir / "b.npy", npyFile(dictionary(">f4", "(2, 3, 4)"), volume<float>(2, 3, 4, true, false)));
  ASSERT_OK(openSource(dir / "b.npy", {}, source));
  EXPECT_EQ(source->mapped(Type::F32), nullptr);
  spit(dir / "f.npy",
       npyFile(dictionary("<f4", "(2, 3, 4)", true), volume<float>(2, 3, 4, false, true)));
  ASSERT_OK(openSource(dir / "f.npy", {}, source));
  EXPECT_EQ(source->mapped(Type::F32), nullptr);
}

// Traces: 0 live, 1 zeros, 2 NaN and zeros, 3 nulls, 4 live after leading zeros.
TEST(NpyRead, NullsAndDeadTraces) {
  TempDir dir;
  const float nan = NAN, null = 1e30f;
  float samples[5][4] = {
      {1, 0, null, 2}, {0, 0, 0, 0}, {nan, 0, nan, 0}, {null, null, null, null}, {0, 0, 0, 5}};
  std::string data(reinterpret_cast<char *>(samples), sizeof samples);
  spit(dir / "a.npy", npyFile(dictionary("<f4", "(5, 4)"), data));
  std::unique_ptr<VolumeSource> source;
  std::vector<uint8_t> live(5), scanned;
  std::vector<float> f;
  Box all{{0, 0, 0}, {1, 5, 4}};

  // As it is: nothing is dead.
  ASSERT_OK(openSource(dir / "a.npy", {}, source));
  ASSERT_OK(readBox(*source, all, f, live.data()));
  EXPECT_EQ(live, (std::vector<uint8_t>{1, 1, 1, 1, 1}));
  EXPECT_TRUE(std::isnan(f[8]));

  SourceOptions options;
  options.null = 1e30;
  options.deadZero = true;
  ASSERT_OK(openSource(dir / "a.npy", options, source));
  ASSERT_OK(readBox(*source, all, f, live.data()));
  EXPECT_EQ(live, (std::vector<uint8_t>{1, 0, 0, 0, 1}));
  EXPECT_TRUE(std::isnan(f[2]));
  for (int k = 4; k < 16; ++k)
    EXPECT_EQ(f[static_cast<size_t>(k)], 0.0f); // dead traces come as zeros
  ASSERT_OK(source->scanLive(scanned, 2));
  EXPECT_EQ(scanned, (std::vector<uint8_t>{1, 0, 0, 0, 1}));

  // A box that sees zeros only must still find trace 4 alive, and NaN of trace 2
  // in part must come as zeros.
  ASSERT_OK(openSource(dir / "a.npy", options, source));
  ASSERT_OK(readBox(*source, Box{{0, 0, 0}, {1, 5, 3}}, f, live.data()));
  EXPECT_EQ(live, (std::vector<uint8_t>{1, 0, 0, 0, 1}));
  EXPECT_EQ(f[6], 0.0f);
  // Doubles from floats: 1e30 as written in f4 is another number in f8.
  std::vector<double> d;
  ASSERT_OK(readBox(*source, all, d, live.data()));
  EXPECT_TRUE(std::isnan(d[2]));
}

TEST(NpyRead, BoxesOutsideAreRefused) {
  TempDir dir;
  spit(dir / "a.npy",
       npyFile(dictionary("<f4", "(2, 3, 4)"), volume<float>(2, 3, 4, false, false)));
  std::unique_ptr<VolumeSource> source;
  ASSERT_OK(openSource(dir / "a.npy", {}, source));
  std::vector<float> f;
  EXPECT_HAS(messageOf(readBox(*source, Box{{0, 2, 0}, {1, 2, 1}}, f)),
             "wanted 2 positions from 2 on along crossline, the volume has 3");
  EXPECT_HAS(messageOf(readBox(*source, Box{{-1, 0, 0}, {1, 1, 1}}, f)), "along inline");
  EXPECT_HAS(messageOf(readBox(*source, Box{{0, 0, INT64_MAX}, {1, 1, 1}}, f)), "along sample");
  EXPECT_HAS(messageOf(readBox(*source, Box{{0, 0, 0}, {1, 1, 0}}, f)), "wanted 0 positions");
}

TEST(NpyRead, WrongDescrIsNamed) {
  TempDir dir;
  std::unique_ptr<VolumeSource> source;
  for (const char *descr :
       {"<i8", "<u4", "<f2", "|b1", "|O", "<U4", "<M8[ns]", "|f4", "", "<f", "f44"}) {
    spit(dir / "a.npy", npyFile(dictionary(descr, "(1,)"), std::string(16, '\0')));
    EXPECT_HAS(messageOf(openSource(dir / "a.npy", {}, source)),
               std::string("descr '") + descr + "': wanted one of f4 f8 i1 i2 i4 u1 u2");
  }
  spit(dir / "a.npy", npyFile("{'descr': [('x', '<f4'), ('y', '<f4')], 'fortran_order': False, "
                              "'shape': (1,), }",
                              std::string(16, '\0')));
  EXPECT_HAS(messageOf(openSource(dir / "a.npy", {}, source)),
             "descr [('x', '<f4'), ('y', '<f4')] is a structured type");
}

TEST(NpyRead, BrokenHeadersGiveMessages) {
  TempDir dir;
  std::string data(4096, '\1');
  const std::pair<const char *, const char *> cases[] = {
      {"", "wanted '{'"},
      {"{", "wanted a key in quotes"},
      {"{}", "no key descr"},
      {"{'descr'}", "wanted ':' after descr"},
      {"{'descr': '<f4'}", "no key fortran_order"},
      {"{'descr': '<f4', 'fortran_order': False}", "no key shape"},
      {"{'descr': '<f4', 'descr': '<f4'}", "descr twice"},
      {"{'descr': 4}", "wanted a type in quotes for descr"},
      {"{'descr': '<f4", "wanted a type in quotes for descr"},
      {"{'fortran_order': 0}", "wanted True or False"},
      {"{'shape': 4}", "wanted '(' for shape"},
      {"{'shape': (4}", "wanted ',' or ')' in shape"},
      {"{'shape': (4)}", "wanted ',' after the only extent of shape"},
      {"{'shape': (-4,)}", "a negative extent"},
      {"{'shape': (99999999999999999999,)}", "an extent beyond 2^63"},
      {"{'shape': (a,)}", "wanted an integer in shape"},
      {"{'shape': (1,,)}", "wanted an integer in shape"},
      {"{'colour': 'red'}", "unknown key colour"},
      {"{'descr': '<f4' 'shape': (1,)}", "wanted ',' or '}' after descr"},
      {"{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x", "text after the closing '}'"},
      {"{'descr': '<f4', 'fortran_order': False, 'shape': (4000000000, 4000000000)}",
       "has more than 2^63 elements"},
      {"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000000000, 2)}",
       "the file ends within the samples"},
      {"{'descr': '<f4', 'fortran_order': False, 'shape': (1025,)}",
       "of float32 wants 4.1 KB after the header, found 4.1 KB"},
  };
  std::unique_ptr<VolumeSource> source;
  for (const auto &[text, expected] : cases) {
    SCOPED_TRACE(text);
    spit(dir / "a.npy", npyFile(text, data));
    EXPECT_HAS(messageOf(openSource(dir / "a.npy", {}, source)), expected);
    EXPECT_EQ(source, nullptr);
  }
  std::string many = "(";
  for (int k = 0; k < 70; ++k)
    many += "1,";
  spit(dir / "a.npy", npyFile(dictionary("<f4", many + ")"), data));
  EXPECT_HAS(messageOf(openSource(dir / "a.npy", {}, source)), "more than 64 axes");
}

TEST(NpyRead, CutAnywhereGivesAMessage) {
  TempDir dir;
  std::string whole = npyFile(dictionary("<f4", "(2, 3, 4)"), volume<float>(2, 3, 4, false, false));
  std::unique_ptr<VolumeSource> source;
  SourceOptions npy;
  npy.format = FileFormat::Npy;
  for (size_t n = 0; n < whole.size(); ++n) {
    spit(dir / "a.npy", whole.substr(0, n));
    Status s = openSource(dir / "a.npy", npy, source);
    ASSERT_FALSE(s.ok) << n;
    EXPECT_TRUE(s.message.find("the file ends") != std::string::npos ||
                s.message.find("wanted at least 10 bytes") != std::string::npos)
        << s.message;
  }
  spit(dir / "a.npy", whole);
  EXPECT_OK(openSource(dir / "a.npy", npy, source));
}

// Any byte of the header changed: either it still opens, or there is a message.
TEST(NpyRead, RandomDamageNeverCrashes) {
  TempDir dir;
  std::string whole = npyFile(dictionary("<f4", "(2, 3, 4)"), volume<float>(2, 3, 4, false, false));
  std::mt19937 random(3);
  int failed = 0;
  for (int k = 0; k < 2000; ++k) {
    std::string bad = whole;
    for (unsigned n = 1 + random() % 3; n; --n)
      bad[random() % 96] = static_cast<char>(random());
    spit(dir / "a.npy", bad);
    std::unique_ptr<VolumeSource> source;
    SourceOptions npy;
    npy.format = FileFormat::Npy;
    Status s = openSource(dir / "a.npy", npy, source);
    failed += s.ok ? 0 : 1;
    ASSERT_EQ(s.ok, s.message.empty());
    if (s.ok && !isComplex(source->storedType())) {
      std::vector<double> d;
      EXPECT_OK(readAll(*source, d));
    }
  }
  EXPECT_GT(failed, 1000);
}

TEST(NpyRead, IntervalIsTheUsers) {
  TempDir dir;
  std::unique_ptr<VolumeSource> source;
  spit(dir / "a.npy", npyFile(dictionary("<f4", "(1,)"), std::string(4, '\0')));
  ASSERT_OK(openSource(dir / "a.npy", {}, source));
  EXPECT_EQ(messageOf(source->requireInterval()),
            dir / "a.npy" + ": no sample interval in .npy '<f4'; pass --dt-ms");
  SourceOptions options;
  options.dtMs = 0.5;
  ASSERT_OK(openSource(dir / "a.npy", options, source));
  EXPECT_OK(source->requireInterval());
  EXPECT_EQ(source->geometry().dtMs.value_or(-1), 0.5);
  for (double bad : {0.0, -4.0, double(NAN), double(INFINITY)}) {
    options.dtMs = bad;
    EXPECT_HAS(messageOf(openSource(dir / "a.npy", options, source)),
               "ms was given: wanted above 0, at most 1000000");
  }
}

TEST(NpyRead, FilesThatAreNone) {
  TempDir dir;
  std::unique_ptr<VolumeSource> source;
  EXPECT_EQ(messageOf(openSource(dir / "none.npy", {}, source)),
            "cannot open " + (dir / "none.npy") + ": no such file or directory");
  EXPECT_HAS(messageOf(openSource(dir.path(), {}, source)), "it is a directory");
  ASSERT_EQ(::mkfifo((dir / "pipe.npy").c_str(), 0600), 0);
  EXPECT_HAS(messageOf(openSource(dir / "pipe.npy", {}, source)), "wanted a regular file");
  spit(dir / "a.npy", "PK\3\4 a zip file, not npy");
  EXPECT_HAS(messageOf(openSource(dir / "a.npy", {}, source)), "it does not begin with \\x93NUMPY");
  spit(dir / "v.npy", std::string("\x93NUMPY\4\0abcdef", 14));
  EXPECT_HAS(messageOf(openSource(dir / "v.npy", {}, source)), ".npy version 4.0: wanted 1.0, 2.0");
}

//===--- Writing ----------------------------------------------------------===//

TEST(NpyWrite, BoxesInAnyOrderGiveTheWholeArray) {
  TempDir dir;
  SinkOptions options;
  options.shape = {4, 5, 6};
  std::unique_ptr<VolumeSink> sink;
  ASSERT_OK(createSink(dir / "a.npy", options, sink));
  EXPECT_EQ(::access((dir / "a.npy").c_str(), F_OK), -1); // only the temporary so far
  EXPECT_EQ(::access(sink->temporaryPath().c_str(), F_OK), 0);
  std::vector<float> all(120);
  for (size_t k = 0; k < 120; ++k)
    all[k] = static_cast<float>(k);
  std::vector<Box> boxes;
  for (int64_t i = 0; i < 4; i += 3)
    for (int64_t x = 0; x < 5; x += 2)
      for (int64_t s = 0; s < 6; s += 4)
        boxes.push_back({{i, x, s},
                         {std::min<int64_t>(3, 4 - i), std::min<int64_t>(2, 5 - x),
                          std::min<int64_t>(4, 6 - s)}});
  std::shuffle(boxes.begin(), boxes.end(), std::mt19937(1));
  for (const Box &box : boxes) {
    Region region = regionOf(box, all.data() + (box.lo[0] * 5 + box.lo[1]) * 6 + box.lo[2]);
    region.stride = {30, 6, 1}; // out of the whole array
    ASSERT_OK(sink->write(region));
  }
  ASSERT_OK(sink->commit());
  EXPECT_EQ(sink->temporaryPath(), "");
  NpyArray back;
  ASSERT_OK(loadNpy(dir / "a.npy", back));
  EXPECT_EQ(back.shape, options.shape);
  EXPECT_EQ(std::memcmp(back.bytes.data(), all.data(), 480), 0);
  EXPECT_FALSE(sink->commit().ok);
}

TEST(NpyWrite, UnfinishedFilesLeaveNothing) {
  TempDir dir;
  SinkOptions options;
  options.shape = {2, 2, 2};
  {
    std::unique_ptr<VolumeSink> sink;
    ASSERT_OK(createSink(dir / "a.npy", options, sink));
    float v[4] = {};
    ASSERT_OK(sink->write(regionOf(Box{{0, 0, 0}, {1, 2, 2}}, v)));
    EXPECT_EQ(messageOf(sink->commit()),
              "cannot finish " + (dir / "a.npy") + ": 4 of 8 samples were written");
  }
  EXPECT_NE(::rmdir(dir.path().c_str()), -1) << "a file was left";
}

TEST(NpyWrite, DeadTracesAndCounts) {
  TempDir dir;
  SinkOptions options;
  options.shape = {1, 3, 2};
  std::unique_ptr<VolumeSink> sink;
  float v[6] = {1, INFINITY, NAN, NAN, 4, 5};
  uint8_t live[3] = {1, 0, 1};
  ASSERT_OK(createSink(dir / "a.npy", options, sink));
  ASSERT_OK(sink->write(regionOf(Box{{0, 0, 0}, {1, 3, 2}}, v), live));
  EXPECT_EQ(sink->nonFinite(), 1); // the dead trace does not count
  ASSERT_OK(sink->commit());
  NpyArray back;
  ASSERT_OK(loadNpy(dir / "a.npy", back));
  const float *f = reinterpret_cast<const float *>(back.bytes.data());
  EXPECT_TRUE(std::isinf(f[1]) && std::isnan(f[2]) && std::isnan(f[3]) && f[4] == 4);
  options.fill = -9;
  ASSERT_OK(createSink(dir / "a.npy", options, sink));
  ASSERT_OK(sink->write(regionOf(Box{{0, 0, 0}, {1, 3, 2}}, v), live));
  ASSERT_OK(sink->commit());
  ASSERT_OK(loadNpy(dir / "a.npy", back));
  f = reinterpret_cast<const float *>(back.bytes.data());
  EXPECT_EQ(f[2], -9.0f);
  // Per trace, rank 2, complex and u8.
  options = {};
  options.shape = {1, 3};
  options.type = Type::C128;
  ASSERT_OK(createSink(dir / "c.npy", options, sink));
  double pairs[6] = {1, 2, 3, NAN, 5, 6};
  Region region{{0, 0}, {1, 3}, pairs, {3, 1}};
  ASSERT_OK(sink->write(region, live));
  EXPECT_EQ(sink->nonFinite(), 0);
  ASSERT_OK(sink->commit());
  ASSERT_OK(loadNpy(dir / "c.npy", back));
  const double *d = reinterpret_cast<const double *>(back.bytes.data());
  EXPECT_TRUE(d[1] == 2 && std::isnan(d[2]) && std::isnan(d[3]) && d[4] == 5);
  options.type = Type::U8;
  options.fill = 300;
  EXPECT_HAS(messageOf(createSink(dir / "u.npy", options, sink)), "the fill value 300 is no uint8");
}

TEST(NpyWrite, BadWishesAreRefused) {
  TempDir dir;
  std::unique_ptr<VolumeSink> sink;
  SinkOptions options;
  options.shape = {2, 2, 2};
  EXPECT_HAS(messageOf(createSink(dir / "a.txt", options, sink)),
             "wanted a name that ends in .npy");
  EXPECT_HAS(messageOf(createSink(dir / "no/a.npy", options, sink)), "no such file or directory");
  ASSERT_OK(createSink(dir / "a.npy", options, sink));
  float v[8] = {};
  EXPECT_HAS(messageOf(sink->write(regionOf(Box{{1, 0, 0}, {2, 2, 2}}, v))), "along axis 0");
  EXPECT_HAS(messageOf(sink->write(Region{{0}, {2}, v, {1}})),
             "a region of rank 1 for an output of rank 3");
  options.shape = {1 << 30, 1 << 30, 1 << 30};
  EXPECT_HAS(messageOf(createSink(dir / "b.npy", options, sink)), "is too large");
  options.shape = {1 << 20, 1 << 20, 1 << 18};
  EXPECT_HAS(messageOf(createSink(dir / "b.npy", options, sink)), "1.15 EB do not fit on the disk");
}

//===--- Small arrays -----------------------------------------------------===//

TEST(SmallArrayTest, RanksTypesAndLimits) {
  TempDir dir;
  SmallArray a;
  spit(dir / "w.npy",
       npyFile(dictionary(">i2", "(2, 3)", true), volume<int16_t>(1, 2, 3, true, false)));
  ASSERT_OK(loadSmallArray(dir / "w.npy", a));
  EXPECT_EQ(a.shape, (std::vector<int64_t>{2, 3}));
  // Fortran order: the file runs down the columns.
  EXPECT_EQ(a.values[1], valueAt(0, 0, 2));
  EXPECT_EQ(a.values[3], valueAt(0, 0, 1));
  EXPECT_HAS(messageOf(loadSmallArray(dir / "w.npy", a, 5)), "has 6 elements: wanted at most 5");
  spit(dir / "c.npy", npyFile(dictionary("<c8", "(1,)"), std::string(8, '\0')));
  EXPECT_HAS(messageOf(loadSmallArray(dir / "c.npy", a)), "wanted real numbers, found complex64");
  spit(dir / "s.npy", npyFile(dictionary("<f8", "()"), std::string(8, '\0')));
  EXPECT_HAS(messageOf(loadSmallArray(dir / "s.npy", a)), "an array of rank 0: wanted rank 1 to 3");
}

TEST(SaveNpy, AnyRankThereAndBack) {
  TempDir dir;
  std::vector<double> v(24);
  for (size_t k = 0; k < 24; ++k)
    v[k] = static_cast<double>(k) / 7;
  for (std::vector<int64_t> shape :
       {std::vector<int64_t>{}, {24}, {4, 6}, {1, 2, 3, 4}, {2, 1, 3, 2, 2}, {0, 3}}) {
    ASSERT_OK(saveNpy(dir / "a.npy", Type::F64, shape, v.data()));
    std::string bytes = slurp(dir / "a.npy");
    size_t header =
        10 + static_cast<unsigned char>(bytes[8]) + 256u * static_cast<unsigned char>(bytes[9]);
    EXPECT_EQ(header % 64, 0u);
    NpyArray back;
    ASSERT_OK(loadNpy(dir / "a.npy", back));
    EXPECT_EQ(back.shape, shape);
    EXPECT_EQ(back.bytes.size(), static_cast<size_t>(back.size()) * 8);
    std::string values(reinterpret_cast<const char *>(v.data()), back.bytes.size());
    EXPECT_EQ(std::string(back.bytes.begin(), back.bytes.end()), values);
  }
}

} // namespace
