//===- ViewTest.cpp - Traces used where they lie in a file -----------------===//
// What is in place must convert to what `read` gives, bit for bit; what would not
// must have no view.
//===----------------------------------------------------------------------===//
#include "Internal.h"
#include "SegyMaker.h"

#include <gtest/gtest.h>

#include <limits>

using namespace seis::io;
using namespace seis::io::test;
using seis::io::detail::Encoding;

namespace {

constexpr int64_t ni = 4, nx = 3, ns = 70;

SegyMaker maker(int format, bool little = false) {
  SegyMaker m;
  m.format = format;
  m.little = little;
  m.samples = ns;
  m.traces = rectangle(ni, nx);
  return m;
}

std::unique_ptr<VolumeSource> open(const std::string &path, const std::string &bytes,
                                   const SourceOptions &options = {}) {
  spit(path, bytes);
  std::unique_ptr<VolumeSource> source;
  EXPECT_OK(openSource(path, options, source));
  return source;
}

/// What lies at a view, converted by the rules of the runtime.
template <class T> std::vector<T> converted(const StoredAs &as, const View &view, const Box &box) {
  std::vector<T> out(static_cast<size_t>(box.extent[0] * box.extent[1] * ns));
  Encoding encoding{as.type, as.ibm, as.swapped || as.ibm};
  for (int64_t i = 0; i < box.extent[0]; ++i)
    for (int64_t x = 0; x < box.extent[1]; ++x) {
      const char *from = static_cast<const char *>(view.data) +
                         (i * view.stride[0] + x * view.stride[1]) * sizeOf(as.type);
      EXPECT_TRUE(detail::decode(encoding, from, ns, sizeof(T) == 4 ? Type::F32 : Type::F64,
                                 &out[static_cast<size_t>((i * box.extent[1] + x) * ns)]));
    }
  return out;
}

/// Whether a box is in place; then it must be what reading gives, mask included.
template <class T> bool inPlace(const VolumeSource &source, Box box) {
  box.lo[2] = 0, box.extent[2] = ns;
  View view;
  std::vector<uint8_t> live(static_cast<size_t>(box.extent[0] * box.extent[1]), 1), mask = live;
  Type type = sizeof(T) == 4 ? Type::F32 : Type::F64;
  EXPECT_OK(source.view(box, type, view, live.data()));
  if (!view.data)
    return false;
  EXPECT_TRUE(view.mapping);
  EXPECT_TRUE(source.storedInPlace().has_value());
  std::vector<T> read;
  EXPECT_OK(readBox(source, box, read, mask.data()));
  EXPECT_EQ(live, mask);
  std::vector<T> found = converted<T>(*source.storedInPlace(), view, box);
  EXPECT_EQ(std::memcmp(found.data(), read.data(), read.size() * sizeof(T)), 0);
  return true;
}

const Box all{{0, 0, 0}, {ni, nx, ns}};

} // namespace

TEST(View, GivesWhatReadingGives) {
  TempDir dir;
  for (int format : {1, 2, 3, 5, 8})
    for (bool little : {false, true}) {
      if (format == 1 && little)
        continue;
      auto source = open(dir / "a.sgy", maker(format, little).file());
      auto as = source->storedInPlace();
      ASSERT_TRUE(as.has_value()) << format;
      EXPECT_EQ(as->ibm, format == 1);
      EXPECT_EQ(as->swapped, !little && format != 1 && format != 8);
      EXPECT_EQ(as->type, source->storedType());
      EXPECT_EQ(as->pitch, 240 + ns * sizeOf(as->type));
      for (const Box &box : {all, Box{{1, 0, 0}, {2, 3, ns}}, Box{{0, 2, 0}, {4, 1, ns}},
                             Box{{3, 1, 0}, {1, 1, ns}}}) {
        EXPECT_TRUE(inPlace<double>(*source, box)) << format;
        if (format != 2)
          EXPECT_TRUE(inPlace<float>(*source, box)) << format;
      }
    }
}

TEST(View, NeedsTracesInTheOrderOfInlines) {
  TempDir dir;
  SegyMaker m = maker(5);
  for (Order order : {Order::Crossline, Order::Shuffled}) {
    m.traces = rectangle(ni, nx);
    arrange(m.traces, order);
    auto source = open(dir / "a.sgy", m.file());
    EXPECT_FALSE(source->storedInPlace());
    EXPECT_FALSE(inPlace<float>(*source, all));
  }
  m.traces = rectangle(ni, nx);
  std::reverse(m.traces.begin(), m.traces.end());
  EXPECT_TRUE(inPlace<float>(*open(dir / "a.sgy", m.file()), all)) << "backwards is as good";
  m.traces.erase(m.traces.begin() + 5);
  EXPECT_FALSE(open(dir / "a.sgy", m.file())->storedInPlace());
  EXPECT_FALSE(open(dir / "a.sgy", maker(1, true).file())->storedInPlace())
      << "IBM numbers are big endian in the ABI";
}

TEST(View, NullsHaveToBeReplaced) {
  TempDir dir;
  SourceOptions options;
  options.null = 1e30;
  auto source = open(dir / "a.sgy", maker(5).file(), options);
  EXPECT_FALSE(source->storedInPlace());
  EXPECT_FALSE(inPlace<float>(*source, all));
}

// Traces: 1 zeros, 4 NaN, 7 trace id 2 over samples, 10 minus zeros, 11 the last sample alone.
TEST(View, DeadTracesMustBeZeros) {
  TempDir dir;
  SegyMaker m = maker(5);
  m.traces[7].id = 2;
  m.value = [&](const MadeTrace &t, int s) {
    int64_t k = (t.inlineNumber - 10) / 2 * nx + (t.crossline - 301) / 3;
    return k == 1    ? 0.0
           : k == 4  ? std::numeric_limits<double>::quiet_NaN()
           : k == 10 ? -0.0
           : k == 11 ? (s == ns - 1 ? 3.0 : 0.0)
                     : SegyMaker::defaultValue(t, s) + 0.5;
  };
  for (int round : {0, 1}) { // the second time with what the first one learned
    static std::unique_ptr<VolumeSource> source;
    if (round == 0)
      source = open(dir / "a.sgy", m.file());
    for (int64_t i = 0; i < ni; ++i)
      for (int64_t x = 0; x < nx; ++x) {
        int64_t k = i * nx + x;
        EXPECT_EQ(inPlace<float>(*source, Box{{i, x, 0}, {1, 1, ns}}), k != 4 && k != 7 && k != 10)
            << k;
      }
    EXPECT_TRUE(inPlace<float>(*source, Box{{0, 0, 0}, {1, 3, ns}}));
    EXPECT_FALSE(inPlace<float>(*source, Box{{0, 0, 0}, {2, 3, ns}}));
    if (round == 1)
      source.reset();
  }
}

TEST(View, NumbersAboveTheRangeAreForReading) {
  TempDir dir;
  SegyMaker m = maker(1);
  std::string bytes = m.file();
  size_t at = m.trace0() + 5 * m.traceBytes() + 240 + 4 * 9;
  auto source = [&](const char *word) {
    std::memcpy(&bytes[at], word, 4);
    return open(dir / "a.sgy", bytes);
  };
  EXPECT_FALSE(inPlace<float>(*source("\x61\x10\x00\x00"), all));
  EXPECT_TRUE(inPlace<float>(*source("\x61\x10\x00\x00"), Box{{0, 0, 0}, {1, 3, ns}}));
  EXPECT_TRUE(inPlace<double>(*source("\x61\x10\x00\x00"), all));
  EXPECT_TRUE(inPlace<float>(*source("\x61\x00\x00\x09"), all))
      << "leading zeros: within the range";
  EXPECT_TRUE(inPlace<float>(*source("\xe0\xff\xff\xff"), all)) << "the largest number";
}

TEST(View, RefusesBoxesThatAreNotWholeTracesOfTheVolume) {
  TempDir dir;
  auto source = open(dir / "a.sgy", maker(5).file());
  for (const Box &box : {Box{{0, 0, 1}, {1, 1, ns - 1}}, Box{{0, 0, 0}, {1, 1, ns - 1}},
                         Box{{0, 1, 0}, {1, nx, ns}}, Box{{-1, 0, 0}, {1, 1, ns}}}) {
    View view;
    EXPECT_OK(source->view(box, Type::F32, view));
    EXPECT_EQ(view.data, nullptr);
  }
  View view;
  EXPECT_OK(source->view(all, Type::C64, view));
  EXPECT_EQ(view.data, nullptr);
}

TEST(View, AFileCutShortIsForReading) {
  TempDir dir;
  auto source = open(dir / "a.sgy", maker(5).file());
  EXPECT_TRUE(inPlace<float>(*source, all));
  ASSERT_EQ(::truncate((dir / "a.sgy").c_str(), 4000), 0);
  EXPECT_FALSE(inPlace<float>(*source, all));
}

TEST(View, NpyArraysInCOrder) {
  TempDir dir;
  auto file = [](const std::string &descr, const char *fortran, const std::string &data) {
    std::string head =
        "{'descr': '" + descr + "', 'fortran_order': " + fortran + ", 'shape': (4, 3, 70), }";
    head.resize(118, ' ');
    head.back() = '\n';
    return std::string("\x93NUMPY\x01\x00\x76\x00", 10) + head + data;
  };
  std::string words, shorts;
  for (int k = 0; k < ni * nx * ns; ++k) {
    words += bytesOf(static_cast<float>(k * 7 % 31 - 4), true);
    shorts += bytesOf(static_cast<int16_t>(k * 7 % 31 - 4), false);
  }
  EXPECT_TRUE(inPlace<float>(*open(dir / "a.npy", file(">f4", "False", words)), all));
  EXPECT_TRUE(inPlace<double>(*open(dir / "a.npy", file("<i2", "False", shorts)), all));
  EXPECT_FALSE(open(dir / "a.npy", file(">f4", "True", words))->storedInPlace());
  EXPECT_FALSE(open(dir / "a.npy", file(">c8", "False", words + words))->storedInPlace());
}
