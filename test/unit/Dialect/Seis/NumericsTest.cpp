//===- NumericsTest.cpp - How far the bits of a result are fixed ----------===//
#include "seis/Dialect/Seis/Analysis/Numerics.h"
#include "seis/Dialect/Seis/IR/SeisOps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

using namespace mlir;
using namespace seis;

namespace {

/// A function of the volume %x and the scalar %p with this body; V stands for the volume type.
Numerics numerics(std::string body) {
  MLIRContext context;
  context.loadDialect<func::FuncDialect, SeisDialect, arith::ArithDialect, math::MathDialect>();
  std::string type = "tensor<?x?x?xf32>";
  for (size_t at = 0; (at = body.find(": V", at)) != std::string::npos; at += type.size())
    body.replace(at + 2, 1, type);
  auto module = parseSourceString<ModuleOp>(
      "func.func @f(%x: " + type + ", %p: f64) -> " + type + " {" + body + "}", &context);
  EXPECT_TRUE(module);
  return numericsOf(*module->getOps<func::FuncOp>().begin());
}

/// The widest class counts, wherever in the program it stands.
TEST(NumericsTest, TakesTheWidestClass) {
  EXPECT_EQ(numerics(R"(
    %0 = math.exp %x : V
    %1 = seis.winmax %0 window [3, 1, 1] border<nearest> : V
    return %1 : V)")
                .widest,
            NumericClass::Exact);
  EXPECT_EQ(numerics(R"(
    %0 = seis.winsum %x window [3, 1, 1] border<nearest> : V
    %1 = math.exp %0 : V
    return %1 : V)")
                .widest,
            NumericClass::Reassoc);
  EXPECT_EQ(numerics(R"(
    %0 = seis.unwrap %x : V
    %1 = seis.winsum %0 window [3, 1, 1] border<nearest> : V
    return %1 : V)")
                .widest,
            NumericClass::Algo);
}

/// A maximum of samples is one of them, so every road takes it to the same integer.
TEST(NumericsTest, SamplesThemselvesDecideNothing) {
  EXPECT_FALSE(numerics(R"(
    %0 = seis.winmax %x window [3, 1, 1] border<nearest> : V
    %1 = math.floor %0 : V
    return %1 : V)")
                   .decides);
}

TEST(NumericsTest, RoundedNumbersDecide) {
  EXPECT_TRUE(numerics(R"(
    %0 = math.exp %x : V
    %1 = math.floor %0 : V
    return %1 : V)")
                  .decides);
}

/// The position is rounded too, but it is the same for everyone.
TEST(NumericsTest, PositionsDecideNothing) {
  EXPECT_FALSE(numerics(R"(
    %0 = seis.index<sample> : V
    %1 = math.sqrt %0 : V
    %2 = math.floor %1 : V
    %3 = arith.addf %x, %2 : V
    return %3 : V)")
                   .decides);
}

} // namespace
