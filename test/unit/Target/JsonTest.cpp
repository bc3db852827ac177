//===- JsonTest.cpp - JSON through seis/Support/Json.h --------------------===//
#include "seis/Support/Json.h"

#include "gtest/gtest.h"

#include <cmath>

using namespace seis;
using json::Value;

namespace {

Value parsed(const std::string &text) {
  Value v;
  Status status = json::parse(text, v);
  EXPECT_TRUE(status.ok()) << status.message();
  return v;
}

std::string refused(const std::string &text) {
  Value v(1);
  Status status = json::parse(text, v);
  EXPECT_FALSE(status.ok());
  EXPECT_TRUE(v.isNull());
  return status.message();
}

TEST(JsonTest, RoundTrips) {
  const char *texts[] = {"null",
                         "true",
                         "-9223372036854775808",
                         "9223372036854775807",
                         "0.1",
                         "4.0",
                         "1e+300",
                         R"("a\"b\\\n\u0001é")",
                         "[]",
                         "{}",
                         R"({"z": 1, "a": [1, 2.5, "x", null, {"b": false}]})"};
  for (const char *text : texts)
    EXPECT_EQ(json::print(parsed(text)), text);
  EXPECT_EQ(json::print(parsed("18446744073709551615")), "1.8446744073709552e+19");
  EXPECT_EQ(json::print(Value(NAN)), "null");
  EXPECT_EQ(json::print(Value("\xff")), "\"\xEF\xBF\xBD\"") << "bytes that are not UTF-8";
}

TEST(JsonTest, BreaksLongLines) {
  Value v = parsed(R"({"short": [1, 2], "long": ["aaaaaaaaaa", "bbbbbbbbbb"], "in": {"x": [1]}})");
  EXPECT_EQ(json::print(v, 30), R"({
  "short": [1, 2],
  "long": [
    "aaaaaaaaaa",
    "bbbbbbbbbb"
  ],
  "in": {"x": [1]}
})");
}

TEST(JsonTest, SaysWhereTextIsWrong) {
  EXPECT_EQ(refused("{\n  \"a\": 1,\n  b\n}").substr(0, 19), "line 3, column 3: u");
  EXPECT_EQ(refused("").substr(0, 30), "line 1, column 1: unexpected e");
  EXPECT_EQ(refused("[1, 2").find("line 1, column 6: "), 0u);
  EXPECT_NE(refused("{\"a\": 1, \"a\": 2}").find("member 'a' is named twice"), std::string::npos);
  EXPECT_NE(refused(std::string(100000, '[')).find("nested deeper than 200"), std::string::npos);
  EXPECT_FALSE(refused("[1e999]").empty());
  EXPECT_FALSE(refused("\"\xff\"").empty());
  EXPECT_FALSE(refused("nul").empty());
  EXPECT_FALSE(refused(std::string("1\0", 2)).empty());
}

TEST(JsonTest, ReadsByPointer) {
  Value v =
      parsed(R"({"a": [{"n": 3, "d": 2.5, "s": "x", "b": true}], "x/y": {"~": 7}, "0": null})");
  int64_t n = 0;
  double d = 0;
  std::string s;
  bool b = false;
  EXPECT_TRUE(json::read(v, "/a/0/n", n).ok());
  EXPECT_EQ(n, 3);
  EXPECT_TRUE(json::read(v, "/a/0/n", d).ok()) << "an integer is a number";
  EXPECT_EQ(d, 3);
  EXPECT_TRUE(json::read(v, "/a/0/d", d).ok());
  EXPECT_EQ(d, 2.5);
  EXPECT_TRUE(json::read(v, "/a/0/s", s).ok());
  EXPECT_EQ(s, "x");
  EXPECT_TRUE(json::read(v, "/a/0/b", b).ok());
  EXPECT_TRUE(b);
  EXPECT_TRUE(json::read(v, "/x~1y/~0", n).ok());
  EXPECT_EQ(n, 7);
  const Value *null = nullptr;
  EXPECT_TRUE(json::read(v, "/0", null).ok());
  EXPECT_TRUE(null->isNull());

  EXPECT_EQ(json::read(v, "/a/1/n", n).message(), "/a/1: missing");
  EXPECT_EQ(json::read(v, "/a/0/m", n).message(), "/a/0/m: missing");
  EXPECT_EQ(json::read(v, "/a/0/n/q", n).message(), "/a/0/n/q: missing");
  EXPECT_EQ(json::read(v, "/a/-1", n).message(), "/a/-1: missing");
  EXPECT_EQ(json::read(v, "/a/0/d", n).message(), "/a/0/d: expected an integer, found 2.5");
  EXPECT_EQ(json::read(v, "/a/0/s", d).message(), "/a/0/s: expected a number, found \"x\"");
  EXPECT_EQ(json::read(v, "/a", s).message(), "/a: expected a string, found an array");
  EXPECT_EQ(json::read(v, "/a/0", b).message(), "/a/0: expected true or false, found an object");
}

} // namespace
