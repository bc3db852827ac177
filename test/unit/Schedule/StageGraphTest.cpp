//===- StageGraphTest.cpp - Lags and rings of stages ----------------------===//
// The numbers of small graphs by hand, and for all of them the two rules that
// make them right: a reader runs behind what it reads, and what it reads is kept
// until it has.
//===----------------------------------------------------------------------===//
#include "seis/Schedule/StageGraph.h"
#include "seis/Dialect/Seis/Analysis/Dependence.h"
#include "seis/Schedule/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

#include <gtest/gtest.h>

using namespace mlir;
using namespace seis;

namespace {

class StageGraphTest : public testing::Test {
protected:
  StageGraphTest() {
    context.loadDialect<func::FuncDialect, SeisDialect, arith::ArithDialect, math::MathDialect>();
  }

  /// Stages of a function of %x with this body and `results` results; V stands for the volume type.
  StageGraph graphOf(std::string body, int results = 1) {
    std::string type = "tensor<?x?x?xf32>", returned = type;
    for (size_t at = 0; (at = body.find(": V", at)) != std::string::npos; at += type.size())
      body.replace(at + 2, 1, type);
    for (int k = 1; k < results; ++k)
      returned += ", " + type;
    size_t last = body.rfind(type);
    body.replace(last, type.size(), returned);
    module = parseSourceString<ModuleOp>(
        "func.func @f(%x: " + type + ") -> (" + returned + ") {" + body + "}", &context);
    EXPECT_TRUE(module);
    PassManager pm(&context);
    pm.addNestedPass<func::FuncOp>(createFormStagesPass());
    EXPECT_TRUE(succeeded(pm.run(*module)));
    func = *module->getOps<func::FuncOp>().begin();
    StageGraph graph(func);
    checkRules(graph);
    return graph;
  }

  static const Stage &stage(const StageGraph &graph, StringRef name) {
    for (unsigned g = 0; g < graph.numGroups(); ++g)
      for (const Stage &s : graph.group(g))
        if (StageOp(s.op).getName() == name)
          return s;
    ADD_FAILURE() << "no stage " << name.str();
    return graph.group(0)[0];
  }

  static void checkRules(const StageGraph &graph) {
    for (unsigned g = 0; g < graph.numGroups(); ++g)
      for (const Stage &reader : graph.group(g))
        for (auto [i, operand] : llvm::enumerate(StageOp(reader.op).getInputs())) {
          auto op = operand.getDefiningOp<StageOp>();
          if (!op)
            continue;
          const Stage &read = *graph.find(op);
          Footprint f = footprintOf(reader.op, i);
          if (op.getGroup() != static_cast<uint64_t>(g)) {
            EXPECT_LT(op.getGroup(), g);
            EXPECT_TRUE(read.crossesGroups);
            continue;
          }
          for (unsigned a : {0, 1}) {
            EXPECT_FALSE(f[a].whole) << "a whole axis is read within its group";
            EXPECT_GE(reader.lag[a], read.lag[a] + f[a].hi);
            EXPECT_GE(read.keep[a], reader.lag[a] - read.lag[a] + f[a].lo);
            EXPECT_GE(read.lateral[a].lo, reader.lateral[a].lo + f[a].lo);
            EXPECT_GE(read.lateral[a].hi, reader.lateral[a].hi + f[a].hi);
          }
        }
  }

  static void expectPair(const int64_t (&found)[2], int64_t inlines, int64_t crosslines) {
    EXPECT_EQ(found[0], inlines);
    EXPECT_EQ(found[1], crosslines);
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  func::FuncOp func;
};

TEST_F(StageGraphTest, Chain) {
  auto graph = graphOf(R"(
    %0 = math.exp %x : V
    %1 = seis.corr1 %0 weights [1.0, 1.0, 1.0] anchor 1 axis<crossline> border<reflect> : V
    %2 = seis.corr1 %1 weights [1.0, 1.0, 1.0, 1.0, 1.0] anchor 2 axis<inline> border<reflect> : V
    return %2 : V)");
  EXPECT_EQ(graph.numGroups(), 1u);
  const Stage &a = stage(graph, "exp"), &b = stage(graph, "corr1"), &c = stage(graph, "corr1_2");
  expectPair(a.lag, 0, 0);
  expectPair(b.lag, 0, 1);
  expectPair(c.lag, 2, 1);
  expectPair(a.keep, 0, 2); // the row ahead, this one, the row behind
  expectPair(b.keep, 4, 0);
  expectPair(c.keep, 0, 0);
  EXPECT_EQ(a.lateral[0], (Reach{2, 2}));
  EXPECT_EQ(a.lateral[1], (Reach{1, 1}));
  EXPECT_EQ(c.outputs, (SmallVector<unsigned>{0}));
  EXPECT_FALSE(a.readsNeighbourRows);
  EXPECT_TRUE(c.readsNeighbourRows);
}

/// Both arms of a diamond end together; the short one waits rather than keeps its rows.
TEST_F(StageGraphTest, Diamond) {
  auto graph = graphOf(R"(
    %0 = math.exp %x : V
    %1 = seis.shift %0 offset [0, 4, 0] border<nearest> : V
    %2 = seis.shift %1 offset [1, 0, 0] border<nearest> : V
    %3 = seis.shift %0 offset [0, -1, 0] border<nearest> : V
    %4 = seis.shift %3 offset [-2, 0, 0] border<nearest> : V
    %5 = arith.addf %2, %4 : V
    return %5 : V)");
  const Stage &top = stage(graph, "exp"), &far = stage(graph, "shift"),
              &near = stage(graph, "shift_2"), &bottom = stage(graph, "addf");
  expectPair(top.lag, 0, 0);
  expectPair(far.lag, 0, 4);
  expectPair(bottom.lag, 1, 4);
  expectPair(near.lag, 1, 4);
  expectPair(far.keep, 1, 0);  // one plane ahead
  expectPair(near.keep, 2, 0); // two planes back
  expectPair(top.keep, 1, 5);  // near runs one plane and four rows later, and reads a row back
}

/// A shift to one side: nothing behind is kept where nothing reaches back.
TEST_F(StageGraphTest, AsymmetricShifts) {
  auto ahead = graphOf(R"(
    %0 = math.exp %x : V
    %1 = seis.shift %0 offset [0, 3, 0] border<nearest> : V
    return %1 : V)");
  expectPair(stage(ahead, "exp").keep, 0, 3);
  expectPair(stage(ahead, "shift").lag, 0, 3);
  auto behind = graphOf(R"(
    %0 = math.exp %x : V
    %1 = seis.shift %0 offset [0, -3, 0] border<nearest> : V
    return %1 : V)");
  expectPair(stage(behind, "exp").keep, 0, 3);
  expectPair(stage(behind, "shift").lag, 0, 0);
  // reflected reads come back: two rows ahead, three behind
  auto both = graphOf(R"(
    %0 = math.exp %x : V
    %1 = seis.shift %0 offset [0, -3, 0] border<reflect> : V
    return %1 : V)");
  expectPair(stage(both, "exp").keep, 0, 5);
  expectPair(stage(both, "shift").lag, 0, 2);
}

/// Two outputs of different reach: each stage makes the rows of the one that reaches farther.
TEST_F(StageGraphTest, TwoOutputs) {
  auto graph = graphOf(R"(
    %0 = math.exp %x : V
    %1 = seis.winmax %0 window [1, 9, 1] border<nearest> : V
    %2 = seis.winmin %0 window [3, 1, 1] border<nearest> : V
    return %1, %2 : V)",
                       2);
  const Stage &top = stage(graph, "exp"), &wide = stage(graph, "winmax"),
              &deep = stage(graph, "winmin");
  EXPECT_EQ(top.lateral[0], (Reach{1, 1}));
  EXPECT_EQ(top.lateral[1], (Reach{4, 4}));
  expectPair(wide.lag, 0, 4);
  expectPair(deep.lag, 1, 0);
  expectPair(top.keep, 2, 8);
  EXPECT_EQ(wide.outputs, (SmallVector<unsigned>{0}));
  EXPECT_EQ(deep.outputs, (SmallVector<unsigned>{1}));
}

/// A periodic border: the next group, which reads whole volumes of the one before.
TEST_F(StageGraphTest, Groups) {
  auto graph = graphOf(R"(
    %0 = math.exp %x : V
    %1 = seis.shift %0 offset [0, 1, 0] border<wrap> : V
    %2 = seis.winsum %1 window [1, 3, 1] border<zero> : V
    return %2 : V)");
  ASSERT_EQ(graph.numGroups(), 2u);
  EXPECT_TRUE(stage(graph, "exp").crossesGroups);
  EXPECT_TRUE(stage(graph, "exp").isSink());
  expectPair(stage(graph, "exp").keep, 0, 0);
  expectPair(stage(graph, "shift").keep, 0, 2);
  EXPECT_EQ(graph.group(0).size(), 1u);
}

/// Borders along samples are those of the farthest reader, per result.
TEST_F(StageGraphTest, Borders) {
  auto graph = graphOf(R"(
    %re, %im = seis.fft %x : (tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>)
    %0 = seis.shift %re offset [0, 0, -2] border<zero> : V
    %1 = seis.shift %re offset [0, 0, 5] border<zero> : V
    %2 = seis.winsum %im window [1, 1, 3] border<reflect> : V
    %3 = arith.addf %0, %1 : V
    %4 = arith.addf %3, %2 : V
    return %4 : V)");
  const Stage &fft = stage(graph, "fft");
  EXPECT_TRUE(fft.wholeTrace);
  ASSERT_EQ(fft.borders.size(), 2u);
  EXPECT_EQ(fft.borders[0].lo, 2);
  EXPECT_EQ(fft.borders[0].hi, 5);
  EXPECT_EQ(fft.borders[0].border, Border::Zero);
  EXPECT_EQ(fft.borders[1].lo, 1);
  EXPECT_EQ(fft.borders[1].hi, 1);
  EXPECT_EQ(fft.borders[1].border, Border::Reflect);
}

TEST_F(StageGraphTest, FindsStages) {
  auto graph = graphOf("%0 = math.exp %x : V return %0 : V");
  EXPECT_EQ(graph.find(StageOp()), nullptr);
  StageOp op = *func.front().getOps<StageOp>().begin();
  ASSERT_NE(graph.find(op), nullptr);
  EXPECT_EQ(graph.find(op)->op, op);
}

} // namespace
