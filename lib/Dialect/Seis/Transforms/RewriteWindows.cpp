//===- RewriteWindows.cpp - Windows of windows, windows over boxes --------===//
// Extremes over a window of extremes over a window are extremes over one window;
// a window over several axes is one per axis. Sums of sums are correlations with
// trapezoids: FoldKernels.cpp.
//===----------------------------------------------------------------------===//
#include "Rewrites.h"
#include "seis/Dialect/Seis/IR/SeisOps.h"

#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace seis;

namespace {

bool shareAxis(ArrayRef<int64_t> a, ArrayRef<int64_t> b) {
  return llvm::any_of(llvm::zip(a, b),
                      [](auto w) { return std::get<0>(w) > 1 && std::get<1>(w) > 1; });
}

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

/// The minimum over a window of minima over windows is the minimum over the windows together; so
/// for maxima. All borders allow it: a window that leaves the survey holds the samples next to the
/// end (or the 0) that a longer one holds, and holding a sample twice changes no extreme. Windows
/// on other axes in between change places with the outer one. Class exact.
template <typename OpTy> struct MergeExtremes : OpRewritePattern<OpTy> {
  MergeExtremes(MLIRContext *context)
      : OpRewritePattern<OpTy>(context, /*benefit=*/2) {} // before windows are separated

  LogicalResult matchAndRewrite(OpTy op, PatternRewriter &rewriter) const override {
    SmallVector<OpTy> between; // outermost first
    OpTy inner = op;
    do {
      if (inner != op)
        between.push_back(inner);
      Value v = inner.getInput();
      inner = v.hasOneUse() ? v.getDefiningOp<OpTy>() : OpTy();
    } while (inner && !shareAxis(op.getWindow(), inner.getWindow()));
    if (!inner || inner.getBorder() != op.getBorder())
      return failure();
    SmallVector<int64_t, 3> window;
    for (auto [a, b] : llvm::zip(op.getWindow(), inner.getWindow()))
      window.push_back(a + b - 1);
    Value value =
        OpTy::create(rewriter, op.getLoc(), op.getType(), inner.getInput(), window, op.getBorder());
    for (OpTy other : llvm::reverse(between)) {
      IRMapping map;
      map.map(other.getInput(), value);
      value = rewriter.clone(*other, map)->getResult(0);
    }
    rewriter.replaceOp(op, value);
    return success();
  }
};

} // namespace

void seis::addWindowRewrites(RewritePatternSet &patterns, NumericClass most) {
  patterns.add<SeparateWindow<WinMinOp>, SeparateWindow<WinMaxOp>, MergeExtremes<WinMinOp>,
               MergeExtremes<WinMaxOp>>(patterns.getContext());
  if (most != NumericClass::Exact)
    patterns.add<SeparateWindow<WinSumOp>>(patterns.getContext());
}
