//===- RewriteAlgebra.cpp - The rewrites the language promises ------------===//
// Each pattern states its numeric class: `exact` (same bits), `reassoc`
// (reordered sums), `algo` (another formula for the same real number).
//===----------------------------------------------------------------------===//
#include "Rewrites.h"
#include "seis/Dialect/Seis/IR/SeisOps.h"
#include "seis/Dialect/Seis/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace seis {
#define GEN_PASS_DEF_REWRITEALGEBRAPASS
#include "seis/Dialect/Seis/Transforms/Passes.h.inc"
} // namespace seis

using namespace mlir;
using namespace seis;

namespace {

/// cos(atan2(y, x)) = x / hypot(x, y), and 1 where both are 0. Class algo.
struct CosOfAngle : OpRewritePattern<math::CosOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(math::CosOp op, PatternRewriter &rewriter) const override {
    auto angle = op.getOperand().getDefiningOp<math::Atan2Op>();
    if (!angle || !isVolume(op.getType()))
      return failure();
    Location loc = op.getLoc();
    Value y = angle.getLhs(), x = angle.getRhs();
    Type type = op.getType();
    auto splat = [&](double v) { return makeConstant(rewriter, loc, type, v); };
    Value length = HypotOp::create(rewriter, loc, type, x, y);
    Value isZero =
        arith::CmpFOp::create(rewriter, loc, arith::CmpFPredicate::OEQ, length, splat(0.0));
    Value ratio = arith::DivFOp::create(rewriter, loc, x, length);
    rewriter.replaceOpWithNewOp<arith::SelectOp>(op, isZero, splat(1.0), ratio);
    return success();
  }
};

/// Whether a NaN at one sample is one at every sample of the trace: so for the phase of an analytic
/// signal, whose transform spreads it.
static bool nanFillsTrace(Value v) {
  auto angle = v.getDefiningOp<math::Atan2Op>();
  auto analytic = angle ? angle.getLhs().getDefiningOp<AnalyticOp>() : AnalyticOp();
  return analytic && angle.getLhs() == analytic.getIm() &&
         (angle.getRhs() == analytic.getRe() || angle.getRhs() == analytic.getInput());
}

/// The central difference of an unwrapped phase, times a constant, needs no unwrapping. Class algo.
/// Unwrapping spreads a NaN over its trace and the difference does not: only where it fills the
/// trace already.
struct DifferenceOfUnwrap : OpRewritePattern<Corr1Op> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(Corr1Op op, PatternRewriter &rewriter) const override {
    auto unwrap = op.getInput().getDefiningOp<UnwrapOp>();
    ArrayRef<double> w = op.getWeights();
    if (!unwrap || op.getAxis() != Axis::Sample || op.getBorder() != Border::Reflect ||
        op.getAnchor() != 1 || w.size() != 3 || w[0] != -w[2] || w[1] != 0.0 || w[2] == 0.0 ||
        !nanFillsTrace(unwrap.getInput()))
      return failure();
    Value steps = WrapDiffOp::create(rewriter, op.getLoc(), op.getType(), unwrap.getInput());
    if (w[2] != 0.5) {
      Value factor = makeConstant(rewriter, op.getLoc(), op.getType(), 2 * w[2]);
      steps = arith::MulFOp::create(rewriter, op.getLoc(), steps, factor);
    }
    rewriter.replaceOp(op, steps);
    return success();
  }
};

/// A forward and a backward recursion over one volume, added, are two passes of one operation: the
/// line is read once and the sum rounded once. Class reassoc.
struct SumOfPasses : OpRewritePattern<arith::AddFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::AddFOp op, PatternRewriter &rewriter) const override {
    auto a = op.getLhs().getDefiningOp<IirOp>(), b = op.getRhs().getDefiningOp<IirOp>();
    if (!a || !b || !a->hasOneUse() || !b->hasOneUse())
      return failure();
    if (a.getBackward())
      std::swap(a, b);
    if (!a.getForward() || a.getBackward() || b.getForward() || a.getInput() != b.getInput() ||
        a.getAxis() != b.getAxis() || a.getInit() != b.getInit() ||
        a.getExtension() != b.getExtension() || a.getPad() != b.getPad())
      return failure();
    rewriter.replaceOpWithNewOp<IirOp>(op, op.getType(), a.getInput(), *a.getForward(),
                                       *b.getBackward(), /*chained=*/false, a.getAxis(),
                                       a.getInit(), a.getExtension(), a.getPad());
    return success();
  }
};

struct RewriteAlgebraPass : seis::impl::RewriteAlgebraPassBase<RewriteAlgebraPass> {
  using Base::Base;

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    NumericClass most = exact ? NumericClass::Exact : NumericClass::Algo;
    addWindowRewrites(patterns, most);
    addKernelFolds(patterns, most);
    addKernelSeparation(patterns, most);
    if (!exact)
      patterns.add<CosOfAngle, DifferenceOfUnwrap, SumOfPasses>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
