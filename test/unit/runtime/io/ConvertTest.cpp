//===- ConvertTest.cpp - IBM floats and other stored numbers ---------------===//
#include "Internal.h"
#include "IoTestUtil.h"

#include <cmath>
#include <cstring>
#include <limits>

using namespace seis::io;
using namespace seis::io::detail;

namespace {

/// The definition: (-1)^s * 0.f * 16^(e - 64), in long double, exact.
long double ibmByDefinition(uint32_t word) {
  long double v = std::ldexp(static_cast<long double>(word & 0xffffff), -24);
  v = std::ldexp(v, 4 * (static_cast<int>((word >> 24) & 0x7f) - 64));
  return (word >> 31) ? -v : v;
}

/// Words over all exponents, with mantissas at the edges and random ones.
std::vector<uint32_t> ibmWords() {
  std::vector<uint32_t> words;
  std::mt19937 random(7);
  for (uint32_t sign = 0; sign < 2; ++sign)
    for (uint32_t e = 0; e < 128; ++e) {
      for (uint32_t m : {0u, 1u, 2u, 3u, 0x0fffffu, 0x100000u, 0x7fffffu, 0x800000u, 0xffffffu})
        words.push_back(sign << 31 | e << 24 | m);
      for (int k = 0; k < 200; ++k)
        words.push_back(sign << 31 | e << 24 | (random() & 0xffffff));
    }
  return words;
}

TEST(Ibm, EveryExponentIsRoundedToTheNearestFloat) {
  for (uint32_t word : ibmWords()) {
    float expected = static_cast<float>(ibmByDefinition(word)); // rounds to nearest even
    float got = ibmToFloat(word);
    ASSERT_EQ(std::memcmp(&expected, &got, 4), 0)
        << std::hex << word << " " << got << " " << expected;
    ASSERT_EQ(static_cast<double>(ibmByDefinition(word)), ibmToDouble(word)) << std::hex << word;
  }
}

// The loops over many words, of any length and in both byte orders.
TEST(Ibm, LoopsEqualTheSingleWord) {
  std::vector<uint32_t> words = ibmWords(), swapped = words;
  for (uint32_t &w : swapped)
    w = __builtin_bswap32(w);
  for (size_t n : {size_t(1), size_t(7), size_t(255), size_t(256), size_t(257), words.size()})
    for (bool swap : {false, true}) {
      std::vector<float> f(n);
      std::vector<double> d(n);
      const uint32_t *from = swap ? swapped.data() : words.data();
      bool fits = decode(Encoding{Type::F32, true, swap}, from, static_cast<int64_t>(n), Type::F32,
                         f.data());
      EXPECT_EQ(fits, n < words.size()); // only the full list has too large ones
      decode(Encoding{Type::F32, true, swap}, from, static_cast<int64_t>(n), Type::F64, d.data());
      for (size_t k = 0; k < n; ++k) {
        float one = ibmToFloat(words[k]);
        ASSERT_EQ(std::memcmp(&f[k], &one, 4), 0) << std::hex << words[k];
        ASSERT_EQ(d[k], ibmToDouble(words[k]));
      }
    }
}

TEST(Ibm, KnownWords) {
  EXPECT_EQ(ibmToFloat(0xC276A000), -118.625f); // the example of every textbook
  EXPECT_EQ(ibmToFloat(0x41100000), 1.0f);
  EXPECT_EQ(ibmToFloat(0x00000000), 0.0f);
  uint32_t word = 0;
  EXPECT_TRUE(doubleToIbm(-118.625, word));
  EXPECT_EQ(word, 0xC276A000u);
  EXPECT_FALSE(doubleToIbm(1e76, word));
}

TEST(Ibm, NormalisedWordsSurviveTheWayThereAndBack) {
  for (uint32_t word : ibmWords()) {
    uint32_t back = 0;
    if ((word & 0xf00000) == 0)
      continue; // not normalised
    ASSERT_TRUE(doubleToIbm(ibmToDouble(word), back));
    ASSERT_EQ(back, word);
  }
}

TEST(Ibm, WritingRoundsToNearest) {
  std::mt19937_64 random(9);
  for (int k = 0; k < 100000; ++k) {
    double v =
        std::ldexp(static_cast<double>(random() >> 11), static_cast<int>(random() % 300) - 200);
    uint32_t word = 0;
    ASSERT_TRUE(doubleToIbm(v, word));
    long double error = std::fabs(ibmByDefinition(word) - v);
    // Half a unit in the last of 24 bits, of which three may be leading zeros.
    long double unit = std::ldexp(1.0L, 4 * (static_cast<int>((word >> 24) & 0x7f) - 64) - 24);
    ASSERT_LE(error, unit / 2) << v;
  }
}

TEST(Decode, OverflowOfIbmIsReportedAndOnlyForFloat) {
  uint32_t words[3] = {0x41100000, 0x7fffffff, 0x41200000};
  float f[3];
  double d[3];
  Encoding ibm{Type::F32, true, false};
  EXPECT_FALSE(decode(ibm, words, 3, Type::F32, f));
  EXPECT_TRUE(std::isinf(f[1]));
  EXPECT_EQ(f[2], 2.0f);
  EXPECT_TRUE(decode(ibm, words, 3, Type::F64, d));
  EXPECT_GT(d[1], 7e75);
}

TEST(Encode, IntegersRoundToEvenAndClip) {
  float in[8] = {0.5f, 1.5f, -2.5f, 127.4f, 128.0f, -129.0f, NAN, 1e30f};
  int8_t out[8];
  EncodeCounts counts;
  encode(Encoding{Type::I8, false, false}, Type::F32, in, 1, 8, 5, out, counts);
  int8_t expected[8] = {0, 2, -2, 127, 127, -128, 5, 127};
  for (int k = 0; k < 8; ++k)
    EXPECT_EQ(out[k], expected[k]) << k;
  EXPECT_EQ(counts.nonFinite, 1);
  EXPECT_EQ(counts.clipped, 3);
}

TEST(Encode, FloatsThatOverflowBecomeTheFill) {
  double in[5] = {1.5, 1e39, -INFINITY, NAN, 1e-320};
  char out[20];
  EncodeCounts counts;
  encode(Encoding{Type::F32, false, true}, Type::F64, in, 1, 5, -1, out, counts);
  float back[5];
  decode(Encoding{Type::F32, false, true}, out, 5, Type::F32, back);
  EXPECT_EQ(back[0], 1.5f);
  EXPECT_EQ(back[1], -1.0f);
  EXPECT_EQ(back[2], -1.0f);
  EXPECT_EQ(back[3], -1.0f);
  EXPECT_EQ(back[4], 0.0f);
  EXPECT_EQ(counts.nonFinite, 3);
}

} // namespace
