//===- FoldKernels.cpp - Convolution of constants -------------------------===//
// Stencils with constant weights become one where they follow each other, take in
// constant factors beside them, and vanish on volumes of one value.
//===----------------------------------------------------------------------===//
#include "ConstantKernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"

#include <cmath>

using namespace mlir;
using namespace seis;

std::optional<double> seis::constantOf(Value v) {
  auto broadcast = v.getDefiningOp<BroadcastOp>();
  FloatAttr value;
  if (broadcast && matchPattern(broadcast.getInput(), m_Constant(&value)))
    return value.getValueAsDouble();
  return std::nullopt;
}

Value seis::makeConstant(OpBuilder &b, Location loc, Type type, double value) {
  Value c = arith::ConstantOp::create(b, loc, b.getF64FloatAttr(value));
  return type.isF64() ? c : Value(BroadcastOp::create(b, loc, type, c));
}

namespace {

/// More taps than this, of which one is a window sum, stay apart: a sum over a window slides.
constexpr size_t mostTapsOfWindows = 33;

/// Two constant stencils in sequence are one, where that needs no more multiplications. Stencils on
/// other axes in between change places with the outer one. Class exact where one is a shift and no
/// sum changes (`classOf`), else reassoc.
template <typename OpTy> struct MergeKernels : OpRewritePattern<OpTy> {
  MergeKernels(MLIRContext *context, NumericClass most)
      : OpRewritePattern<OpTy>(context), most(most) {}

  LogicalResult matchAndRewrite(OpTy op, PatternRewriter &rewriter) const override {
    auto outer = ConstantKernel::of(op);
    if (!outer)
      return failure();
    SmallVector<Operation *> between; // outermost first
    for (Value v = op.getInput(); v.hasOneUse();) {
      Operation *def = v.getDefiningOp();
      auto inner = ConstantKernel::of(def);
      if (!inner)
        return failure();
      if (auto merged = merge(op, *outer, def, *inner, !between.empty())) {
        Value value = merged->build(rewriter, op.getLoc(), def->getOperand(0));
        for (Operation *other : llvm::reverse(between)) {
          IRMapping map;
          map.map(other->getOperand(0), value);
          value = rewriter.clone(*other, map)->getResult(0);
        }
        rewriter.replaceOp(op, value);
        return success();
      }
      auto mine = outer->onlyAxis(), its = inner->onlyAxis();
      if (most == NumericClass::Exact || !mine || !its || *mine == *its)
        return failure();
      between.push_back(def);
      v = def->getOperand(0);
    }
    return failure();
  }

private:
  std::optional<ConstantKernel> merge(Operation *op, const ConstantKernel &outer, Operation *def,
                                      const ConstantKernel &inner, bool isFar) const {
    if (isFar && outer.onlyAxis() != inner.onlyAxis())
      return std::nullopt;
    NumericClass numericClass;
    auto merged = outer.after(inner, numericClass);
    if (!merged || numericClass > most ||
        merged->taps.size() > outer.taps.size() + inner.taps.size())
      return std::nullopt;
    bool isWindow = isa<WinSumOp>(op) || isa<WinSumOp>(def);
    bool isMove = outer.isShift() || inner.isShift();
    if (isWindow && (isMove || merged->taps.size() > mostTapsOfWindows))
      return std::nullopt;
    return merged;
  }

  NumericClass most;
};

/// The factor c of `op` = x * c, x / c or -x, and x.
std::optional<std::pair<Value, double>> factorOf(Operation *op) {
  auto usable = [](std::optional<double> c) { return c && std::isfinite(*c) && *c != 0; };
  if (auto mul = dyn_cast_or_null<arith::MulFOp>(op))
    for (auto [x, c] : {std::pair(mul.getLhs(), constantOf(mul.getRhs())),
                        std::pair(mul.getRhs(), constantOf(mul.getLhs()))})
      if (usable(c))
        return std::pair(x, *c);
  if (auto div = dyn_cast_or_null<arith::DivFOp>(op))
    if (auto c = constantOf(div.getRhs()); usable(c))
      return std::pair(div.getLhs(), 1 / *c);
  if (auto neg = dyn_cast_or_null<arith::NegFOp>(op))
    return std::pair(neg.getOperand(), -1.0);
  return std::nullopt;
}

/// Same of a value that nothing else reads.
std::optional<std::pair<Value, double>> takeFactor(Value v) {
  return v.hasOneUse() ? factorOf(v.getDefiningOp()) : std::nullopt;
}

/// A constant factor of what a correlation reads goes into its weights: the product need not be
/// kept. Class reassoc.
template <typename OpTy> struct FactorIntoWeights : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;

  LogicalResult matchAndRewrite(OpTy op, PatternRewriter &rewriter) const override {
    auto kernel = ConstantKernel::of(op);
    auto factor = takeFactor(op.getInput());
    if (!kernel || !factor)
      return failure();
    auto scaled = kernel->scaled(factor->second);
    if (!scaled)
      return failure();
    rewriter.replaceOp(op, scaled->build(rewriter, op.getLoc(), factor->first));
    return success();
  }
};

/// A constant factor of what a window sum reads follows the sum. Class reassoc.
struct FactorOutOfWindow : OpRewritePattern<WinSumOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(WinSumOp op, PatternRewriter &rewriter) const override {
    auto factor = takeFactor(op.getInput());
    if (!factor)
      return failure();
    Value sum = WinSumOp::create(rewriter, op.getLoc(), op.getType(), factor->first, op.getWindow(),
                                 op.getBorder());
    Value c = makeConstant(rewriter, op.getLoc(), op.getType(), factor->second);
    rewriter.replaceOpWithNewOp<arith::MulFOp>(op, sum, c);
    return success();
  }
};

/// A constant factor of a correlation goes into its weights. Class reassoc.
template <typename OpTy> struct FactorOfCorrelation : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;

  LogicalResult matchAndRewrite(OpTy op, PatternRewriter &rewriter) const override {
    auto factor = factorOf(op);
    Operation *corr = factor ? factor->first.getDefiningOp() : nullptr;
    if (!isa_and_nonnull<Corr1Op, CorrNOp>(corr) || !corr->hasOneUse())
      return failure();
    auto kernel = ConstantKernel::of(corr);
    auto scaled = kernel ? kernel->scaled(factor->second) : std::nullopt;
    if (!scaled)
      return failure();
    rewriter.replaceOp(op, scaled->build(rewriter, corr->getLoc(), corr->getOperand(0)));
    return success();
  }
};

/// The value that stands at every sample `op` reads around one: a scalar, or a value per trace
/// where only samples of the trace are read. Null where there is none, and under `zero`, which
/// makes the samples outside differ.
Value uniformInput(Operation *op) {
  auto broadcast = op->getOperand(0).getDefiningOp<BroadcastOp>();
  if (!broadcast || op->getAttrOfType<BorderAttr>("border").getValue() == Border::Zero)
    return {};
  Footprint reach = cast<FootprintOpInterface>(op).getFootprint(0);
  bool leavesTrace = !(reach[0] == Reach()) || !(reach[1] == Reach());
  return isTrace(broadcast.getInput().getType()) && leavesTrace ? Value() : broadcast.getInput();
}

/// Moving a volume of one value changes nothing, nor does an extreme over a window. Class exact.
template <typename OpTy> struct UniformUnchanged : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;

  LogicalResult matchAndRewrite(OpTy op, PatternRewriter &rewriter) const override {
    if (!uniformInput(op))
      return failure();
    rewriter.replaceOp(op, op.getInput());
    return success();
  }
};

/// A weighted sum of one value is the value times the sum of the weights. Class reassoc.
template <typename OpTy> struct SumOfUniform : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;

  LogicalResult matchAndRewrite(OpTy op, PatternRewriter &rewriter) const override {
    Value value = uniformInput(op);
    std::optional<double> sum = weightSum(op);
    if (!value || !sum || !std::isfinite(*sum))
      return failure();
    Location loc = op.getLoc();
    Value weight = makeConstant(rewriter, loc, value.getType(), *sum);
    Value product = arith::MulFOp::create(rewriter, loc, value, weight);
    rewriter.replaceOpWithNewOp<BroadcastOp>(op, op.getType(), product);
    return success();
  }

private:
  static std::optional<double> weightSum(OpTy op) {
    if constexpr (std::is_same_v<OpTy, WinSumOp>) {
      ArrayRef<int64_t> window = op.getWindow();
      return static_cast<double>(window[0] * window[1] * window[2]);
    } else {
      auto kernel = ConstantKernel::of(op);
      return kernel ? std::optional(kernel->sum()) : std::nullopt;
    }
  }
};

} // namespace

void seis::addKernelFolds(RewritePatternSet &patterns, NumericClass most) {
  MLIRContext *context = patterns.getContext();
  patterns.add<MergeKernels<ShiftOp>, MergeKernels<Corr1Op>, MergeKernels<CorrNOp>>(context, most);
  patterns.add<UniformUnchanged<ShiftOp>, UniformUnchanged<WinMinOp>, UniformUnchanged<WinMaxOp>>(
      context);
  if (most == NumericClass::Exact)
    return;
  patterns.add<MergeKernels<WinSumOp>>(context, most);
  patterns.add<FactorIntoWeights<Corr1Op>, FactorIntoWeights<CorrNOp>, FactorOutOfWindow,
               FactorOfCorrelation<arith::MulFOp>, FactorOfCorrelation<arith::DivFOp>,
               FactorOfCorrelation<arith::NegFOp>, SumOfUniform<Corr1Op>, SumOfUniform<CorrNOp>,
               SumOfUniform<WinSumOp>>(context);
}
