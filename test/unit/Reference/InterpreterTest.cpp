// Programs as IR text; what they must give is computed here by other means.
#include "seis/Reference/Interpreter.h"
#include "TestVolumes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace mlir;
using namespace seis;
using namespace seis::reference;

namespace {

class InterpreterTest : public ::testing::Test {
protected:
  InterpreterTest() {
    context.loadDialect<SeisDialect, func::FuncDialect, arith::ArithDialect, math::MathDialect>();
    context.getDiagEngine().registerHandler([this](Diagnostic &d) { messages += d.str() + "\n"; });
  }

  /// Runs the body of a function with volumes %x, %y of `shape` and a scalar %p.
  std::vector<ArrayPtr> run(const std::string &body, const std::string &results) {
    std::string text = "!v = tensor<?x?x?xf64>\n!m = tensor<?x?x?xi1>\n"
                       "!z = tensor<?x?x?xcomplex<f64>>\n!t = tensor<?x?xf64>\n"
                       "func.func @f(%x: !v, %y: !v, %p: f64, %lines: tensor<?xf64>) -> (" +
                       results + ") attributes {seis.entry} {\n" + body + "\n}\n";
    module = parseSourceString<ModuleOp>(text, ParserConfig(&context));
    if (!module)
      return {};
    auto entry = findEntry(*module);
    if (failed(entry))
      return {};
    std::vector<int64_t> dims(options.shape.begin(), options.shape.end());
    std::vector<ArrayPtr> arguments;
    for (const std::vector<double> &v : {x, y})
      arguments.push_back(std::make_shared<Array>(Array{dims, v, {}, {}}));
    arguments.push_back(std::make_shared<Array>(Array{{}, {p}, {}, {}}));
    arguments.push_back(std::make_shared<Array>(Array{{options.shape[0]}, lines, {}, {}}));
    auto out = evaluate(*entry, arguments, options);
    return failed(out) ? std::vector<ArrayPtr>() : *out;
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  std::string messages;
  EvaluateOptions options{{1, 1, 4}, {}};
  std::vector<double> x = {1, -2, 3, aNan}, y = {4, 4, 0, 1}, lines = {100};
  double p = 2.5;
};

TEST_F(InterpreterTest, ArithmeticOfVolumesAndScalars) {
  auto out = run("%q = math.sqrt %p : f64\n %b = seis.broadcast %q : f64 to !v\n"
                 "%s = arith.mulf %x, %b : !v\n %r = arith.divf %s, %y : !v\n return %r : !v",
                 "!v");
  ASSERT_EQ(out.size(), 1u) << messages;
  for (int k = 0; k < 2; ++k)
    EXPECT_DOUBLE_EQ(out[0]->re[k], x[k] * std::sqrt(2.5) / y[k]);
  EXPECT_EQ(out[0]->re[2], inf);
  EXPECT_TRUE(std::isnan(out[0]->re[3]));
}

TEST_F(InterpreterTest, MasksAndIntegers) {
  auto out = run("%zero = arith.constant 0.0 : f64\n %z = seis.broadcast %zero : f64 to !v\n"
                 "%m = arith.cmpf ogt, %x, %z : !v\n %r = arith.select %m, %x, %y : !m, !v\n"
                 "%i = arith.fptosi %y : !v to tensor<?x?x?xi64>\n"
                 "%j = arith.shli %i, %i : tensor<?x?x?xi64>\n"
                 "%k = arith.sitofp %j : tensor<?x?x?xi64> to !v\n"
                 "%u = arith.uitofp %m : !m to !v\n return %m, %r, %k, %u : !m, !v, !v, !v",
                 "!m, !v, !v, !v");
  ASSERT_EQ(out.size(), 4u) << messages;
  EXPECT_EQ(out[0]->ints, (std::vector<int64_t>{1, 0, 1, 0}));
  EXPECT_EQ(out[1]->re, (std::vector<double>{1, 4, 3, 1}));
  EXPECT_EQ(out[2]->re, (std::vector<double>{64, 64, 0, 2}));
  EXPECT_EQ(out[3]->re, (std::vector<double>{1, 0, 1, 0}));
}

TEST_F(InterpreterTest, AConstantFillsTheWholeResult) {
  auto out =
      run("%b = seis.broadcast %p : f64 to !v\n %n = arith.negf %b : !v\n return %n : !v", "!v");
  ASSERT_EQ(out.size(), 1u) << messages;
  EXPECT_EQ(out[0]->re, (std::vector<double>(4, -2.5)));
}

TEST_F(InterpreterTest, AConstantMayEnterAWholeTraceOperation) {
  auto out = run("%b = seis.broadcast %p : f64 to !v\n"
                 "%n = seis.scan<add> %b axis<sample> direction<forward> : !v\n return %n : !v",
                 "!v");
  ASSERT_EQ(out.size(), 1u) << messages;
  EXPECT_EQ(out[0]->re, (std::vector<double>{2.5, 5, 7.5, 10}));
}

TEST_F(InterpreterTest, ComplexValuesAreAPair) {
  auto out = run("%re, %im = seis.fft %y : (!v) -> (!v, !v)\n"
                 "%z = seis.complex %re, %im : !v to !z\n"
                 "%a = seis.re %z : !z to !v\n %b = seis.im %z : !z to !v\n"
                 "%c, %d = seis.ifft %a, %b : !v\n return %z, %c : !z, !v",
                 "!z, !v");
  ASSERT_EQ(out.size(), 2u) << messages;
  EXPECT_TRUE(out[0]->isComplex());
  EXPECT_NEAR(out[0]->re[0], 9, 1e-15);
  EXPECT_NEAR(out[0]->im[1], -3, 1e-15); // 4 - 4i - 0 + 1i
  for (int k = 0; k < 4; ++k)
    EXPECT_NEAR(out[1]->re[k], y[k], 1e-15);
}

TEST_F(InterpreterTest, SpectrumMultiplierSeesScalarsOfTheProgram) {
  // H = p at frequency 0, else 0: the mean times p.
  auto out = run("%zero = arith.constant 0.0 : f64\n %y2 = seis.specmul %y, %p {\n ^bb0(%f: f64):\n"
                 "%is = arith.cmpf oeq, %f, %zero : f64\n %h = arith.select %is, %p, %zero : f64\n"
                 "seis.yield %h : f64\n } : !v\n return %y2 : !v",
                 "!v");
  ASSERT_EQ(out.size(), 1u) << messages;
  for (double v : out[0]->re)
    EXPECT_NEAR(v, 2.5 * 9 / 4, 1e-15);
}

TEST_F(InterpreterTest, TracesPositionsAndLines) {
  options.shape = {2, 1, 2};
  lines = {100, 102};
  x = {1, 2, 3, 5};
  auto out = run("%t = seis.tsum %x : !v to !t\n %b = seis.broadcast %t : !t to !v\n"
                 "%i = seis.index <sample> : !v\n"
                 "%l = seis.line %lines axis<inline> : tensor<?xf64> to !v\n"
                 "return %t, %b, %i, %l : !t, !v, !v, !v",
                 "!t, !v, !v, !v");
  ASSERT_EQ(out.size(), 4u) << messages;
  EXPECT_EQ(out[0]->re, (std::vector<double>{3, 8}));
  EXPECT_EQ(out[0]->shape, (std::vector<int64_t>{2, 1}));
  EXPECT_EQ(out[1]->re, (std::vector<double>{3, 3, 8, 8}));
  EXPECT_EQ(out[2]->re, (std::vector<double>{0, 1, 0, 1}));
  EXPECT_EQ(out[3]->re, (std::vector<double>{100, 100, 102, 102}));
}

TEST_F(InterpreterTest, ReductionOfTheSurveyAndItsNan) {
  auto out = run("%a = seis.vsum %y : !v\n %n = seis.vcount %y : !v\n"
                 "%m = arith.divf %a, %n : f64\n return %m : f64",
                 "f64");
  ASSERT_EQ(out.size(), 1u) << messages;
  EXPECT_EQ(out[0]->re[0], 9.0 / 4);
  EXPECT_TRUE(run("%a = seis.vmax %x : !v\n return %a : f64", "f64").empty());
  EXPECT_NE(messages.find("the survey has a NaN in a live trace, at inline 0, crossline 0, "
                          "sample 3"),
            std::string::npos)
      << messages;
}

TEST_F(InterpreterTest, StagesAreEvaluatedToo) {
  auto out = run("%r = seis.stage \"s\" group 0 (%y) {\n ^bb0(%a: !v):\n"
                 "%b = arith.addf %a, %a : !v\n seis.yield %b : !v\n } : (!v) -> !v\n"
                 "return %r : !v",
                 "!v");
  ASSERT_EQ(out.size(), 1u) << messages;
  EXPECT_EQ(out[0]->re, (std::vector<double>{8, 8, 0, 2}));
}

TEST_F(InterpreterTest, CallsAreEvaluatedAndRecursionEnds) {
  module = parseSourceString<ModuleOp>(
      "func.func private @twice(%a: f64) -> f64 {\n %b = arith.addf %a, %a : f64\n"
      " return %b : f64\n}\n"
      "func.func @f() -> f64 attributes {seis.entry} {\n %a = arith.constant 3.0 : f64\n"
      " %b = call @twice(%a) : (f64) -> f64\n %c = call @twice(%b) : (f64) -> f64\n"
      " return %c : f64\n}\n"
      "func.func @g() -> f64 {\n %a = call @g() : () -> f64\n return %a : f64\n}",
      ParserConfig(&context));
  ASSERT_TRUE(module) << messages;
  auto out = evaluate(*findEntry(*module), {}, options);
  ASSERT_TRUE(succeeded(out));
  EXPECT_EQ(out->front()->re[0], 12);
  EXPECT_TRUE(failed(evaluate(module->lookupSymbol<func::FuncOp>("g"), {}, options)));
  EXPECT_NE(messages.find("calls are nested deeper than 200"), std::string::npos) << messages;
}

TEST_F(InterpreterTest, ValuesDieAfterTheirLastUse) {
  // The argument must be gone when its only use is over; the result must not alias it.
  auto held = std::make_shared<Array>(Array{{1, 1, 4}, y, {}, {}});
  std::weak_ptr<Array> watch = held;
  module = parseSourceString<ModuleOp>(
      "func.func @f(%x: tensor<?x?x?xf64>) -> tensor<?x?x?xf64> {\n"
      "%a = math.absf %x : tensor<?x?x?xf64>\n return %a : tensor<?x?x?xf64>\n}",
      ParserConfig(&context));
  std::vector<ArrayPtr> arguments = {std::move(held)};
  auto out = evaluate(*findEntry(*module), std::move(arguments), options);
  ASSERT_TRUE(succeeded(out));
  EXPECT_TRUE(watch.expired());
}

TEST_F(InterpreterTest, OperationWithoutALoopIsNamed) {
  context.allowUnregisteredDialects();
  module = parseSourceString<ModuleOp>(
      "func.func @f() -> f64 {\n %a = \"other.op\"() : () -> f64\n return %a : f64\n}",
      ParserConfig(&context));
  ASSERT_TRUE(module);
  EXPECT_TRUE(failed(evaluate(*findEntry(*module), {}, options)));
  EXPECT_NE(messages.find("'other.op' op has no reference loop"), std::string::npos) << messages;
}

TEST_F(InterpreterTest, EntryIsTheMarkedFunction) {
  module = parseSourceString<ModuleOp>(
      "func.func @a() { return }\n func.func @b() attributes {seis.entry} { return }",
      ParserConfig(&context));
  ASSERT_TRUE(succeeded(findEntry(*module)));
  EXPECT_EQ(findEntry(*module)->getName(), "b");
  module = parseSourceString<ModuleOp>("func.func @a() { return }\n func.func @b() { return }",
                                       ParserConfig(&context));
  EXPECT_TRUE(failed(findEntry(*module)));
  EXPECT_NE(messages.find("wanted one function with the attribute seis.entry, found 2"),
            std::string::npos)
      << messages;
}

} // namespace
