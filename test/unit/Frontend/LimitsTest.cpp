//===- LimitsTest.cpp - Whatever is thrown at the front end ----------------===//
// Every case ends in a message, soon, without using up the stack.
//===----------------------------------------------------------------------===//
#include "Translate.h"

#include <gtest/gtest.h>
#include <random>

using namespace seis;
using namespace seis::test;

static std::string repeat(const std::string &part, size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i)
    text += part;
  return text;
}

/// Messages of a text that must not translate.
static std::string refused(const std::string &text,
                           SourceItem::Kind kind = SourceItem::Expression) {
  Translation t(text, kind);
  EXPECT_FALSE(t.module);
  return t.messages();
}

static bool says(const std::string &messages, const char *part) {
  return messages.find(part) != std::string::npos;
}

TEST(LimitsTest, NestingOf200IsAllowed) {
  EXPECT_TRUE(Translation(repeat("(", 200) + "x" + repeat(")", 200)).module);
  EXPECT_TRUE(Translation(repeat("sqrt(", 200) + "x" + repeat(")", 200)).module);
  EXPECT_TRUE(Translation(repeat("-", 200) + "x").module);
}

TEST(LimitsTest, DeeperNestingIsRefused) {
  const char *message = "nested deeper than 200 levels";
  EXPECT_TRUE(says(refused(repeat("(", 201) + "x" + repeat(")", 201)), message));
  EXPECT_TRUE(says(refused(repeat("sqrt(", 201) + "x" + repeat(")", 201)), message));
  for (const char *open : {"(", "[", "{", "-", "not ", "x^", "f(", "if x > 0 then x else ",
                           "let a = x in ", "{a = ", "[x for x in ", "fold(a, b: "})
    EXPECT_TRUE(says(refused(repeat(open, 100000)), message)) << open;
}

// A flat sum is not nested.
TEST(LimitsTest, LongSumsAreFlat) { EXPECT_TRUE(Translation("x" + repeat(" + 1", 5000)).module); }

TEST(LimitsTest, OperationsAreCounted) {
  std::string text = "sum [x * p for p in 1..60000]";
  EXPECT_TRUE(says(refused(text), "the program has more than 100000 operations"));
}

TEST(LimitsTest, ArraysAreCounted) {
  const char *message = "an array may have 1000000 elements at most";
  EXPECT_TRUE(Translation("x * sum([1 for i in 1..1000000])").module);
  EXPECT_TRUE(says(refused("x * sum([1 for i in 1..1000001])"), message));
  EXPECT_TRUE(says(refused("corr1(x, hann(1000001))"), message));
  EXPECT_TRUE(says(refused("x * sum(-9223372036854775807..9223372036854775807)"), message));
  EXPECT_TRUE(says(refused("x * sum(outer(0..1000, 0..1000))"), message));
}

TEST(LimitsTest, EvaluationIsBounded) {
  std::string loops =
      "x * sum [sum [sum [i * j * k for i in 1..999] for j in 1..999] for k in 1..999]";
  EXPECT_TRUE(says(refused(loops), "evaluation takes more than 20000000 steps"));
}

TEST(LimitsTest, ChainsOfFunctionsAreBounded) {
  std::string text = "input x: volume\noutput a = f0(x)\ndef f20000(v: volume) = v\n";
  for (int i = 0; i < 20000; ++i)
    text += "def f" + std::to_string(i) + "(v: volume) = f" + std::to_string(i + 1) + "(v) + 1\n";
  EXPECT_TRUE(
      says(refused(text, SourceItem::File), "evaluation is nested deeper than 1500 levels"));
}

TEST(LimitsTest, IntegersOverflowToReals) {
  EXPECT_TRUE(Translation("x * (9223372036854775807 + 1)").module);
  EXPECT_TRUE(Translation("x * 9223372036854775807 ^ 9").module);
  EXPECT_TRUE(Translation("x * (-9223372036854775807 - 1) / -1").module);
  EXPECT_TRUE(Translation("x * mod(-9223372036854775807 - 1, -1)").module);
  EXPECT_TRUE(Translation("x * 99999999999999999999999999").module);
}

TEST(LimitsTest, TenMegabytesOfGarbage) {
  std::mt19937 random(1);
  std::string text(10u << 20, '\0');
  for (char &c : text)
    c = static_cast<char>(random());
  for (auto kind : {SourceItem::File, SourceItem::Expression, SourceItem::Call}) {
    std::string messages = refused(text, kind);
    EXPECT_LT(messages.size(), 100000u);
    EXPECT_TRUE(says(messages, "error: "));
  }
}

TEST(LimitsTest, TokensInRandomOrder) {
  const char *const tokens[] = {"param", "def",  "input",   "output", "let",      "in",     "if",
                                "then",  "else", "for",     "and",    "or",       "not",    "(",
                                ")",     "[",    "]",       "{",      "}",        ",",      ";",
                                ":",     "=",    "+",       "-",      "*",        "/",      "^",
                                "<",     "==",   "..",      "x",      "y",        "volume", "int",
                                "3",     "2.5",  "\"s\"",   "5 ms",   "envelope", "corr1",  "hann",
                                "sum",   "fold", "specmul", "freq",   "\n"};
  std::mt19937 random(2);
  for (unsigned round = 0; round < 300; ++round) {
    std::string text;
    for (unsigned i = 0; i < 60; ++i)
      text += std::string(tokens[random() % std::size(tokens)]) + " ";
    auto kind = static_cast<SourceItem::Kind>(round % 3);
    Translation t(text, kind);
    EXPECT_NE(static_cast<bool>(t.module), t.sink.hasErrors()) << text;
  }
}

TEST(LimitsTest, WindowsLargerThanTheTraceAreRefused) {
  FrontendOptions options;
  options.samples = {100, 500};
  Translation t("winsum(x, (1, 1, 501))", SourceItem::Expression, options);
  EXPECT_TRUE(says(t.messages(), "`size` of `winsum` must be at most 500, the samples of a trace "
                                 "given by --samples, got 501 along sample"));
  EXPECT_TRUE(Translation("winsum(x, (1, 1, 499))", SourceItem::Expression, options).module);
}
