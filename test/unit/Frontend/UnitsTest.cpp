//===- UnitsTest.cpp - Products and powers of units ------------------------===//
#include "Units.h"

#include <gtest/gtest.h>

using namespace seis::fe;

static std::string text(const char *unit) {
  auto u = Unit::parse(unit);
  return u ? u->str() : "not a unit";
}

TEST(UnitsTest, PrintsWhatItReads) {
  EXPECT_EQ(text("Hz"), "Hz");
  EXPECT_EQ(text("amplitude/Hz"), "amplitude/Hz");
  EXPECT_EQ(text(" 1 / sample ^ 2 "), "1/sample^2");
  EXPECT_EQ(text("a*b/c/d"), "a*b/(c*d)");
  EXPECT_EQ(text("1"), "1");
  EXPECT_EQ(text("Hz/Hz"), "1");
}

TEST(UnitsTest, RefusesWhatIsNoProduct) {
  for (const char *bad :
       {"", "/", "Hz/", "*Hz", "2", "Hz^", "Hz^-1", "Hz^99999999999", "a b", "m//s"})
    EXPECT_EQ(text(bad), "not a unit") << bad;
}

TEST(UnitsTest, UnknownFitsEverything) {
  Unit unknown, hz = Unit::base("Hz");
  EXPECT_FALSE(unknown.isKnown());
  EXPECT_EQ((unknown * hz).str(), "Hz");
  EXPECT_EQ((unknown / hz).str(), "1/Hz");
  EXPECT_EQ((hz / unknown).str(), "Hz");
  EXPECT_EQ(unknown.str(), "");
}

TEST(UnitsTest, PowersAreRational) {
  Unit hz = Unit::base("Hz");
  EXPECT_EQ(hz.power(1, 2).str(), "Hz^0.5");
  EXPECT_EQ(hz.power(1, 2).power(2).str(), "Hz");
  EXPECT_EQ(hz.power(-3, 2).str(), "1/Hz^1.5");
  EXPECT_EQ(hz.power(1, 3).str(), "Hz^(1/3)");
  EXPECT_EQ(hz.power(0).str(), "1");
  EXPECT_FALSE(hz.power(60).power(60).isKnown()); // out of hand
}

// An angle drops out of products with units, and is lost when it is scaled by a bare number.
TEST(UnitsTest, RadiansAreNoDimension) {
  Unit rad = Unit::base("rad"), hz = Unit::base("Hz");
  EXPECT_EQ((rad * hz).str(), "Hz");
  EXPECT_EQ((rad / Unit::base("sample")).str(), "1/sample");
  EXPECT_FALSE((rad * Unit()).isKnown());
  EXPECT_FALSE((rad / Unit()).isKnown());
}

TEST(UnitsTest, LiteralsBecomeCanonical) {
  EXPECT_EQ(literalUnit("s")->factor, 1000);
  EXPECT_EQ(literalUnit("s")->unit.str(), "ms");
  EXPECT_EQ(literalUnit("kHz")->factor, 1000);
  EXPECT_EQ(literalUnit("deg")->unit.str(), "degree");
  EXPECT_FALSE(literalUnit("furlong"));
  EXPECT_EQ(nearestLiteralUnit("mss"), "ms");
  EXPECT_EQ(nearestLiteralUnit("x"), "");
}
