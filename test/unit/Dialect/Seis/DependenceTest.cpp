//===- DependenceTest.cpp - What a program reads of its inputs ------------===//
#include "seis/Dialect/Seis/Analysis/Dependence.h"
#include "seis/Dialect/Seis/IR/SeisOps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

using namespace mlir;
using namespace seis;

namespace {

Footprint footprint(Reach inlines, Reach crosslines, Reach samples) {
  return {{inlines, crosslines, samples}};
}

class DependenceTest : public testing::Test {
protected:
  DependenceTest() {
    context.loadDialect<func::FuncDialect, SeisDialect, arith::ArithDialect, math::MathDialect>();
  }

  /// A function of the volume %x and the scalar %p with this body; V stands for the volume type.
  func::FuncOp parse(std::string body) {
    std::string type = "tensor<?x?x?xf32>";
    for (size_t at = 0; (at = body.find(": V", at)) != std::string::npos; at += type.size())
      body.replace(at + 2, 1, type);
    module = parseSourceString<ModuleOp>(
        "func.func @f(%x: " + type + ", %p: f64) -> " + type + " {" + body + "}", &context);
    EXPECT_TRUE(module);
    return *module->getOps<func::FuncOp>().begin();
  }
  Value result(func::FuncOp func, unsigned op) {
    return std::next(func.front().begin(), op)->getResult(0);
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};

/// The value between two windows needs only the halo of the second.
TEST_F(DependenceTest, CountsOnlyLaterWindows) {
  func::FuncOp func = parse(R"(
    %0 = seis.winsum %x window [1, 1, 9] border<nearest> : V
    %1 = seis.winmax %0 window [3, 1, 1] border<nearest> : V
    return %1 : V)");
  auto reach = computeFootprints(func);
  EXPECT_EQ(reach.lookup(result(func, 1)), Footprint());
  EXPECT_EQ(reach.lookup(result(func, 0)), footprint({1, 1}, {}, {}));
  EXPECT_EQ(reach.lookup(func.getArgument(0)), footprint({1, 1}, {}, {4, 4}));
}

/// Two ways to a value: the longer one on each side counts, not the sum.
TEST_F(DependenceTest, UnitesBranches) {
  func::FuncOp func = parse(R"(
    %0 = math.exp %x : V
    %1 = seis.shift %0 offset [0, 5, 0] border<zero> : V
    %2 = seis.shift %0 offset [0, -3, 0] border<zero> : V
    %3 = arith.addf %1, %2 : V
    return %3 : V)");
  auto reach = computeFootprints(func);
  EXPECT_EQ(reach.lookup(result(func, 0)), footprint({}, {3, 5}, {}));
  EXPECT_EQ(reach.lookup(func.getArgument(0)), footprint({}, {3, 5}, {}));
}

/// One result reads far, the other near: from one root the other does not count.
TEST_F(DependenceTest, DependsOnTheRoots) {
  func::FuncOp func = parse(R"(
    %0 = math.exp %x : V
    %1 = seis.winsum %0 window [1, 9, 1] border<zero> : V
    %2 = seis.winsum %0 window [1, 1, 3] border<zero> : V
    return %1 : V)");
  Value x = func.getArgument(0), far = result(func, 1), near = result(func, 2);
  EXPECT_EQ(computeFootprints(func.front(), {near}).lookup(x), footprint({}, {}, {1, 1}));
  EXPECT_EQ(computeFootprints(func.front(), {far}).lookup(x), footprint({}, {4, 4}, {}));
  EXPECT_EQ(computeFootprints(func.front(), {far, near}).lookup(x), footprint({}, {4, 4}, {1, 1}));
  EXPECT_EQ(computeFootprints(func.front(), {far}).count(near), 0u);
}

/// A read beyond a face comes back inside.
TEST_F(DependenceTest, ReflectedReadsComeBack) {
  auto of = [&](StringRef border) {
    func::FuncOp func = parse("%0 = seis.shift %x offset [-4, 4, 0] border<" + border.str() +
                              "> : V return %0 : V");
    return computeFootprints(func).lookup(func.getArgument(0));
  };
  EXPECT_EQ(of("nearest"), footprint({4, 0}, {0, 4}, {}));
  EXPECT_EQ(of("zero"), footprint({4, 0}, {0, 4}, {}));
  EXPECT_EQ(of("reflect"), footprint({4, 3}, {3, 4}, {}));
  EXPECT_EQ(of("mirror"), footprint({4, 4}, {4, 4}, {}));
  Footprint wrap = of("wrap");
  EXPECT_TRUE(wrap[0].whole && wrap[1].whole && !wrap[2].whole);
}

/// What is whole once stays whole.
TEST_F(DependenceTest, WholeTracesStayWhole) {
  func::FuncOp func = parse(R"(
    %re, %im = seis.analytic %x : V
    %1 = seis.winsum %im window [1, 1, 3] border<zero> : V
    return %1 : V)");
  Footprint f = computeFootprints(func).lookup(func.getArgument(0));
  EXPECT_TRUE(f[2].whole);
  EXPECT_EQ(f[0], Reach());
}

/// A path through a whole-volume reduction ends there: it is computed in a pass of its own.
TEST_F(DependenceTest, ReductionsEndAPath) {
  func::FuncOp func = parse(R"(
    %0 = seis.winsum %x window [9, 9, 9] border<zero> : V
    %1 = seis.vmax %0 : V
    %2 = seis.broadcast %1 : f64 to tensor<?x?x?xf32>
    %3 = arith.divf %x, %2 : V
    return %3 : V)");
  auto reach = computeFootprints(func);
  EXPECT_EQ(reach.lookup(func.getArgument(0)), Footprint());
  EXPECT_EQ(reach.count(result(func, 0)), 0u);
}

/// A stage reads its operands as its body does.
TEST_F(DependenceTest, LooksIntoStages) {
  func::FuncOp func = parse(R"(
    %0 = seis.stage "s" group 0(%x) {
    ^bb0(%v: tensor<?x?x?xf32>):
      %1 = seis.shift %v offset [0, 2, 0] border<zero> : V
      %2 = seis.shift %v offset [0, 0, -1] border<zero> : V
      %3 = arith.addf %1, %2 : V
      seis.yield %3 : V
    } : (tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
    return %0 : V)");
  Operation *stage = result(func, 0).getDefiningOp();
  EXPECT_EQ(footprintOf(stage, 0), footprint({}, {0, 2}, {1, 0}));
}

/// Positions and constants have faces, too: an input's halo covers what is read of them.
TEST_F(DependenceTest, HalosCoverWhatNoInputFeeds) {
  func::FuncOp func = parse(R"(
    %0 = seis.broadcast %p : f64 to tensor<?x?x?xf32>
    %1 = seis.winsum %0 window [3, 1, 5] border<zero> : V
    %2 = arith.mulf %x, %1 : V
    return %2 : V)");
  EXPECT_EQ(computeHalos(func).lookup(func.getArgument(0)), footprint({1, 1}, {}, {2, 2}));
  func = parse(R"(
    %0 = seis.index<sample> : V
    %1 = seis.scan<add> %0 axis<sample> direction<forward> : V
    %2 = arith.mulf %x, %1 : V
    return %2 : V)");
  EXPECT_TRUE(computeHalos(func).lookup(func.getArgument(0))[2].whole);
}

TEST_F(DependenceTest, Classes) {
  auto of = [&](std::string op) {
    func::FuncOp func =
        parse("%0 = math.exp %x : V %1 = " + op + " %2 = math.sin %1 : V return %2 : V");
    return dependenceOf(func.front().getTerminator()->getOperand(0));
  };
  EXPECT_EQ(of("math.absf %0 : V"), Dependence::Pointwise);
  EXPECT_EQ(of("seis.winsum %0 window [1, 1, 3] border<zero> : V"), Dependence::Stencil);
  EXPECT_EQ(of("seis.unwrap %0 : V"), Dependence::WholeTrace);
  EXPECT_EQ(of("seis.winsum %0 window [1, 3, 1] border<wrap> : V"), Dependence::WholeTrace);
  func::FuncOp func = parse(R"(
    %0 = seis.vmax %x : V
    %1 = seis.broadcast %0 : f64 to tensor<?x?x?xf32>
    return %1 : V)");
  EXPECT_EQ(dependenceOf(func.front().getTerminator()->getOperand(0)), Dependence::WholeVolume);
}

} // namespace
