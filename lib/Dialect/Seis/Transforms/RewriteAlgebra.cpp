//===- RewriteAlgebra.cpp - The rewrites the language promises ------------===//
// Each pattern states its numeric class: `exact` (same bits), `reassoc`
// (reordered sums), `algo` (another formula for the same real number).
//===----------------------------------------------------------------------===//
#include "seis/Dialect/Seis/IR/SeisOps.h"
#include "seis/Dialect/Seis/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"
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
    auto splat = [&](double v) -> Value {
      Value c = arith::ConstantOp::create(rewriter, loc, rewriter.getF64FloatAttr(v));
      return BroadcastOp::create(rewriter, loc, type, c);
    };
    Value length = HypotOp::create(rewriter, loc, type, x, y);
    Value isZero =
        arith::CmpFOp::create(rewriter, loc, arith::CmpFPredicate::OEQ, length, splat(0.0));
    Value ratio = arith::DivFOp::create(rewriter, loc, x, length);
    rewriter.replaceOpWithNewOp<arith::SelectOp>(op, isZero, splat(1.0), ratio);
    return success();
  }
};

/// The central difference of an unwrapped phase needs no unwrapping. Class algo.
struct DifferenceOfUnwrap : OpRewritePattern<Corr1Op> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(Corr1Op op, PatternRewriter &rewriter) const override {
    auto unwrap = op.getInput().getDefiningOp<UnwrapOp>();
    ArrayRef<double> w = op.getWeights();
    if (!unwrap || op.getAxis() != Axis::Sample || op.getBorder() != Border::Reflect ||
        op.getAnchor() != 1 || w.size() != 3 || w[0] != -0.5 || w[1] != 0.0 || w[2] != 0.5)
      return failure();
    rewriter.replaceOpWithNewOp<WrapDiffOp>(op, op.getType(), unwrap.getInput());
    return success();
  }
};

/// A window over several axes is one window per axis in turn. Sums: class reassoc; extremes: exact.
template <typename OpTy> struct SeparateWindow : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;

  LogicalResult matchAndRewrite(OpTy op, PatternRewriter &rewriter) const override {
    ArrayRef<int64_t> window = op.getWindow();
    if (llvm::count_if(window, [](int64_t w) { return w > 1; }) < 2)
      return failure();
    Value value = op.getInput();
    for (int axis : {2, 0, 1}) { // samples first: the lateral sums then run on finished rows
      if (window[axis] == 1)
        continue;
      SmallVector<int64_t, 3> one(numAxes, 1);
      one[axis] = window[axis];
      value = OpTy::create(rewriter, op.getLoc(), op.getType(), value, one, op.getBorder());
    }
    rewriter.replaceOp(op, value);
    return success();
  }
};

struct RewriteAlgebraPass : seis::impl::RewriteAlgebraPassBase<RewriteAlgebraPass> {
  using Base::Base;

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<SeparateWindow<WinMinOp>, SeparateWindow<WinMaxOp>>(&getContext());
    if (!exact)
      patterns.add<CosOfAngle, DifferenceOfUnwrap, SeparateWindow<WinSumOp>>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
