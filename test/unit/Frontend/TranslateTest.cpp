//===- TranslateTest.cpp - Values that are worked out while compiling ------===//
// Arrays are compared with formulas written again here.
//===----------------------------------------------------------------------===//
#include "Translate.h"

#include "seis/Dialect/Seis/IR/SeisOps.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace seis;
using namespace seis::test;

static constexpr double pi = 3.14159265358979323846;

/// The weights that an array expression becomes.
static std::vector<double> weights(const std::string &array, FrontendOptions options = {}) {
  Translation t("corr1(x, " + array + ", mode=zero)", SourceItem::Expression, options);
  EXPECT_TRUE(t.module) << t.messages();
  std::vector<double> result;
  if (t.module)
    t.module->walk([&](Corr1Op op) { result = op.getWeights().vec(); });
  return result;
}

static void expectNear(const std::vector<double> &got, const std::vector<double> &wanted) {
  ASSERT_EQ(got.size(), wanted.size());
  for (size_t i = 0; i < got.size(); ++i)
    EXPECT_NEAR(got[i], wanted[i], 1e-14 * (1 + std::abs(wanted[i]))) << i;
}

/// The f64 constant that a number becomes when it is added to a volume.
static double number(const std::string &expression) {
  Translation t("x + (" + expression + ")");
  EXPECT_TRUE(t.module) << expression << '\n' << t.messages();
  double value = NAN;
  if (t.module)
    t.module->walk([&](mlir::arith::ConstantOp op) {
      value = llvm::cast<mlir::FloatAttr>(op.getValue()).getValueAsDouble();
    });
  return value;
}

TEST(TranslateTest, Numbers) {
  EXPECT_EQ(number("2 + 3 * 4"), 14);
  EXPECT_EQ(number("2 ^ 3 ^ 2"), 512);
  EXPECT_EQ(number("-2 ^ 2"), -4);
  EXPECT_EQ(number("2 ^ -1"), 0.5);
  EXPECT_EQ(number("7 / 2"), 3.5);
  EXPECT_EQ(number("mod(-7, 3)"), 2);
  EXPECT_EQ(number("mod(7.5, -2)"), -0.5);
  EXPECT_EQ(number("round(2.5) + round(3.5)"), 6);
  EXPECT_EQ(number("floor(-1.5) + ceil(-1.5) + trunc(-1.5)"), -4);
  EXPECT_EQ(number("min(3, 1, 2) + max([3, 1, 2]) * 10"), 31);
  EXPECT_EQ(number("sum [i * i for i in 1..4]"), 30);
  EXPECT_EQ(number("prod [i for i in 1..<5]"), 24);
  EXPECT_EQ(number("fold(a, b: 10 * a + b, [1, 2, 3])"), 123);
  EXPECT_EQ(number("len([1, 2, 3]) + count((1, 3, 5))"), 18);
  EXPECT_EQ(number("if 1 < 2 and not (2 < 1) then 5 else 6"), 5);
  EXPECT_EQ(number("let (a, b) = (3, 4) in hypot(a, b)"), 5);
  EXPECT_EQ(number("{a = 2; b = a * a; a + b}"), 6);
  EXPECT_EQ(number("clip(7, 0, 5)"), 5);
  EXPECT_EQ(number("1 s + 5"), 1005);
  EXPECT_EQ(number("2 kHz"), 2000);
  EXPECT_DOUBLE_EQ(number("degrees(pi)"), 180);
  EXPECT_EQ(number(".5e1"), 5);
}

TEST(TranslateTest, Windows) {
  std::vector<double> hann;
  for (int k = 0; k < 8; ++k)
    hann.push_back(std::pow(std::sin(pi * k / 7), 2));
  expectNear(weights("hann(8)"), hann);
  expectNear(weights("hann(1)"), {1});

  std::vector<double> gauss, derivative;
  double sum = 0;
  for (int t = -6; t <= 6; ++t)
    sum += std::exp(-t * t / (2 * 1.5 * 1.5));
  for (int t = -6; t <= 6; ++t) {
    gauss.push_back(std::exp(-t * t / (2 * 1.5 * 1.5)) / sum);
    derivative.push_back(gauss.back() * t / (1.5 * 1.5));
  }
  expectNear(weights("gauss(1.5)"), gauss);
  expectNear(weights("gauss(1.5, order=1)"), derivative);
}

TEST(TranslateTest, Wavelets) {
  FrontendOptions options;
  options.dtMs = 2;
  std::vector<double> ricker, ormsby;
  auto sinc = [](double z) { return z == 0 ? 1 : std::sin(pi * z) / (pi * z); };
  auto S = [&](double f, double t) { return std::pow(sinc(f * t), 2); };
  for (int k = -128; k <= 128; ++k) {
    double t = k * 0.002, a = std::pow(pi * 30 * t, 2);
    ricker.push_back((1 - 2 * a) * std::exp(-a));
    double high = (60 * 60 * S(60, t) - 40 * 40 * S(40, t)) / (60 - 40);
    double low = (10 * 10 * S(10, t) - 5 * 5 * S(5, t)) / (10 - 5);
    ormsby.push_back(pi * (high - low) / (pi * (60 + 40 - 10 - 5)));
  }
  expectNear(weights("ricker(30 Hz)", options), ricker);
  expectNear(weights("ormsby(5, 10, 40, 60)", options), ormsby);
}

TEST(TranslateTest, SortedNumbers) {
  EXPECT_EQ(weights("sort([3, 1, 2])"), (std::vector<double>{1, 2, 3}));
  EXPECT_EQ(weights("sort([0.5, 2, -1])"), (std::vector<double>{-1, 0.5, 2})); // ints and a real
  std::vector<double> zeros = weights("sort([0.0, 1.5, -0.0])");
  ASSERT_EQ(zeros, (std::vector<double>{0, 0, 1.5}));
  EXPECT_TRUE(std::signbit(zeros[0]) && !std::signbit(zeros[1]));
  EXPECT_TRUE(std::isnan(number("at(sort([1.5, 0 / 0]), 0)")));
  EXPECT_EQ(number("at(sort([mod(k * 7919, 100003) for k in 0..<100003]), 77)"), 77);
}

TEST(TranslateTest, ArraysAreValues) {
  expectNear(weights("[1, 2, 3] * 2 + [1, 1, 1]"), {3, 5, 7});
  expectNear(weights("flip([1, 2, 3]) / 2"), {1.5, 1, 0.5});
  expectNear(weights("sqrt([1, 4, 9])"), {1, 2, 3});
  expectNear(weights("[sum(r) for r in [[1, 2], [3, 4]]]"), {3, 7});
  expectNear(weights("[exp(-m * m / 2) for m in -1..1]"), {std::exp(-0.5), 1, std::exp(-0.5)});
}

// The same text gives the same bytes, and equal expressions one computation.
TEST(TranslateTest, IsDeterministicAndShares) {
  std::string text = "envelope(x) + cos(arg(analytic(x))) * unit(envelope(x), \"1\")";
  Translation first(text), second(text);
  EXPECT_EQ(first.ir(), second.ir());
  unsigned count = 0;
  first.module->walk([&](AnalyticOp) { ++count; });
  EXPECT_EQ(count, 1u);
}

// A function is inlined once per different argument, however often it is called.
TEST(TranslateTest, CallsDoNotMultiply) {
  std::string text = "input x: volume\ndef f0(v: volume) = v * 2\n";
  for (int i = 1; i <= 60; ++i)
    text += "def f" + std::to_string(i) + "(v: volume) = f" + std::to_string(i - 1) + "(v) + f" +
            std::to_string(i - 1) + "(v)\n";
  Translation t(text + "output a = f60(x)\n", SourceItem::File);
  ASSERT_TRUE(t.module) << t.messages();
  EXPECT_LT(std::distance(t.func().front().begin(), t.func().front().end()), 100);
}

TEST(TranslateTest, ParametersKeepBoundsAndUnits) {
  Translation t("param f = 30 Hz, above = 0, max = 0.1 kHz\nparam g\ninput x: volume deg\n"
                "output y = x * f + x * g\n",
                SourceItem::File);
  ASSERT_TRUE(t.module) << t.messages();
  auto func = t.func();
  auto number = [&](unsigned i, const char *name) {
    auto a = func.getArgAttrOfType<mlir::FloatAttr>(i, name);
    return a ? a.getValueAsDouble() : NAN;
  };
  EXPECT_EQ(func.getArgAttrOfType<mlir::StringAttr>(0, "seis.unit").str(), "degree");
  EXPECT_EQ(number(1, "seis.default"), 30);
  EXPECT_EQ(number(1, "seis.above"), 0);
  EXPECT_EQ(number(1, "seis.max"), 100);
  EXPECT_EQ(func.getArgAttrOfType<mlir::StringAttr>(1, "seis.unit").str(), "Hz");
  EXPECT_TRUE(std::isnan(number(2, "seis.default"))); // required
}
