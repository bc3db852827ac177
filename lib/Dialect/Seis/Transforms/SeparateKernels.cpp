//===- SeparateKernels.cpp - Box kernels as kernels on single axes --------===//
// Weights that are a product of weights per axis are applied axis by axis: 3 + 3 + 3
// multiplications for 27. Borders act on each axis alone, so every mode allows it.
//===----------------------------------------------------------------------===//
#include "ConstantKernel.h"

#include <cmath>

using namespace mlir;
using namespace seis;

namespace {

/// Multiplications that must be saved for every further pass over the data.
constexpr size_t savedPerPass = 4;

using Offset = ConstantKernel::Offset;
using Taps = std::map<Offset, double>;

/// `taps` as a product of taps along `axis` and taps on the other axes, up to the rounding of such
/// products; nothing where they are none.
std::optional<std::pair<Taps, Taps>> splitOff(const Taps &taps, unsigned axis) {
  auto largest = llvm::max_element(
      taps, [](const auto &a, const auto &b) { return std::abs(a.second) < std::abs(b.second); });
  auto [pivot, scale] = *largest;
  Taps along, across;
  for (const auto &[offset, w] : taps) {
    Offset line = pivot, plane = offset;
    line[axis] = offset[axis];
    plane[axis] = pivot[axis];
    if (line == offset) {
      Offset only = {};
      only[axis] = offset[axis];
      along[only] = w / scale;
    }
    if (plane == offset) {
      Offset other = offset;
      other[axis] = 0;
      across[other] = w;
    }
  }
  if (along.size() * across.size() != taps.size())
    return std::nullopt;
  for (const auto &[a, u] : along)
    for (const auto &[b, v] : across) {
      Offset at = b;
      at[axis] = a[axis];
      auto found = taps.find(at);
      constexpr double tolerance = 8 * std::numeric_limits<double>::epsilon();
      if (found == taps.end() ||
          !(std::abs(u * v - found->second) <= tolerance * std::abs(found->second)))
        return std::nullopt;
    }
  return std::pair(along, across);
}

/// Weights of rank 1 on several axes: one correlation per axis, where that saves enough
/// multiplications for the passes it adds. Class reassoc.
struct SeparateKernel : OpRewritePattern<CorrNOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(CorrNOp op, PatternRewriter &rewriter) const override {
    auto kernel = ConstantKernel::of(op);
    if (!kernel)
      return failure();
    size_t before = kernel->taps.size(), after = 0;
    SmallVector<ConstantKernel, numAxes> factors;
    for (unsigned axis = 0; axis < numAxes; ++axis)
      if (kernel->reaches(axis) && !kernel->onlyAxis())
        if (auto parts = splitOff(kernel->taps, axis)) {
          factors.push_back({parts->first, kernel->border});
          kernel->taps = parts->second;
        }
    factors.push_back(*kernel);
    for (const ConstantKernel &factor : factors)
      after += factor.taps.size();
    if (factors.size() == 1 || before < after + savedPerPass * (factors.size() - 1))
      return failure();
    Value value = op.getInput();
    for (const ConstantKernel &factor : factors)
      value = factor.build(rewriter, op.getLoc(), value);
    rewriter.replaceOp(op, value);
    return success();
  }
};

/// A box of weights that lies on one axis is a correlation along it. Class exact.
struct BoxOnOneAxis : OpRewritePattern<CorrNOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(CorrNOp op, PatternRewriter &rewriter) const override {
    auto kernel = ConstantKernel::of(op);
    if (!kernel || !kernel->onlyAxis())
      return failure();
    rewriter.replaceOp(op, kernel->build(rewriter, op.getLoc(), op.getInput()));
    return success();
  }
};

} // namespace

void seis::addKernelSeparation(RewritePatternSet &patterns, NumericClass most) {
  patterns.add<BoxOnOneAxis>(patterns.getContext());
  if (most != NumericClass::Exact)
    patterns.add<SeparateKernel>(patterns.getContext());
}
