//===- RealRangeTest.cpp - Between which numbers values lie ---------------===//
#include "seis/Dialect/Seis/Analysis/RealRange.h"
#include "seis/Dialect/Seis/IR/SeisOps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

#include <limits>

using namespace mlir;
using namespace seis;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// The range of what a function of the volume %x and the scalar %p with this body returns; V stands
/// for the volume type. %zero, %top and %half are volumes of 0, 15 and 3.5.
RealRange range(std::string body) {
  MLIRContext context;
  context.loadDialect<func::FuncDialect, SeisDialect, arith::ArithDialect, math::MathDialect>();
  std::string type = "tensor<?x?x?xf32>";
  body = R"(
    %c0 = arith.constant 0.0 : f64
    %c15 = arith.constant 15.0 : f64
    %c35 = arith.constant 3.5 : f64
    %zero = seis.broadcast %c0 : f64 to V
    %top = seis.broadcast %c15 : f64 to V
    %half = seis.broadcast %c35 : f64 to V)" +
         body;
  for (const char *before : {": V", "to V", "> V", "(V", ", V"})
    for (size_t at = 0; (at = body.find(before, at)) != std::string::npos; at += type.size())
      body.replace(at + std::string(before).size() - 1, 1, type);
  auto module = parseSourceString<ModuleOp>(
      "func.func @f(%x: " + type + ", %p: f64) -> " + type + " {" + body + "}", &context);
  EXPECT_TRUE(module);
  auto func = *module->getOps<func::FuncOp>().begin();
  return rangeOf(func.getBody().front().getTerminator()->getOperand(0));
}

void expectRange(const RealRange &r, double lo, double hi, bool isWhole) {
  EXPECT_EQ(r.lo, lo);
  EXPECT_EQ(r.hi, hi);
  EXPECT_EQ(r.isWhole, isWhole);
}

TEST(RealRangeTest, NothingIsKnownOfInputs) {
  expectRange(range("return %x : V"), -infinity, infinity, false);
  expectRange(range("%0 = seis.broadcast %p : f64 to V\n return %0 : V"), -infinity, infinity,
              false);
  expectRange(range("%0 = arith.addf %zero, %top : V\n return %0 : V"), -infinity, infinity, false);
}

TEST(RealRangeTest, LimitsCutFromEitherSide) {
  expectRange(range("%0 = arith.maximumf %x, %zero : V\n return %0 : V"), 0, infinity, false);
  expectRange(range(R"(
    %0 = arith.maximumf %x, %zero : V
    %1 = arith.minimumf %top, %0 : V
    return %1 : V)"),
              0, 15, false);
  expectRange(range(R"(
    %0 = arith.minimumf %x, %zero : V
    %1 = arith.maximumf %0, %top : V
    return %1 : V)"),
              15, 15, false);
}

TEST(RealRangeTest, RoundedNumbersAreWhole) {
  expectRange(range("%0 = math.trunc %x : V\n return %0 : V"), -infinity, infinity, true);
  expectRange(range("%0 = math.ceil %half : V\n return %0 : V"), 4, 4, true);
  expectRange(range("%0 = math.floor %half : V\n return %0 : V"), 3, 3, true);
  expectRange(range(R"(
    %0 = math.trunc %x : V
    %1 = arith.maximumf %0, %half : V
    return %1 : V)"),
              3.5, infinity, false);
}

/// A value is one of both, but for a value that is taken where it is NaN.
TEST(RealRangeTest, ChoicesHoldBoth) {
  expectRange(range(R"(
    %c = arith.cmpf olt, %x, %half : V
    %0 = arith.select %c, %top, %half : tensor<?x?x?xi1>, V
    return %0 : V)"),
              3.5, 15, false);
  expectRange(range(R"(
    %c = arith.cmpf uno, %x, %x : V
    %0 = arith.select %c, %x, %zero : tensor<?x?x?xi1>, V
    return %0 : V)"),
              0, 0, true);
  expectRange(range(R"(
    %c = arith.cmpf uno, %x, %half : V
    %0 = arith.select %c, %x, %zero : tensor<?x?x?xi1>, V
    return %0 : V)"),
              -infinity, infinity, false);
}

/// Constants are rounded to the type of the program: 0.1 to something above.
TEST(RealRangeTest, ConstantsAreRounded) {
  RealRange r = range(R"(
    %c = arith.constant 0.1 : f64
    %0 = seis.broadcast %c : f64 to V
    return %0 : V)");
  EXPECT_EQ(r.lo, 0.1);
  EXPECT_EQ(r.hi, static_cast<double>(0.1f));
}

TEST(RealRangeTest, LooksThroughStages) {
  expectRange(range(R"(
    %s = seis.stage "levels" group 0 schedule <at = output>(%x, %top) {
    ^bb0(%a: V, %b: V):
      %q = math.trunc %a : V
      %r = arith.minimumf %q, %b : V
      seis.yield %r : V
    } : (V, V) -> V
    return %s : V)"),
              -infinity, 15, true);
}

} // namespace
