//===- ConstantKernel.cpp - Stencils with constant weights ----------------===//
#include "ConstantKernel.h"

#include <cmath>

using namespace mlir;
using namespace seis;

std::optional<ConstantKernel> ConstantKernel::of(Operation *op) {
  ConstantKernel kernel;
  if (auto shift = dyn_cast_or_null<ShiftOp>(op)) {
    kernel.border = shift.getBorder();
    Offset offset;
    llvm::copy(shift.getOffset(), offset.begin());
    kernel.taps[offset] = 1.0;
  } else if (auto corr = dyn_cast_or_null<Corr1Op>(op)) {
    kernel.border = corr.getBorder();
    for (auto [m, w] : llvm::enumerate(corr.getWeights())) {
      Offset offset = {};
      offset[static_cast<unsigned>(corr.getAxis())] = static_cast<int64_t>(m - corr.getAnchor());
      if (w != 0)
        kernel.taps[offset] = w;
    }
  } else if (auto corr = dyn_cast_or_null<CorrNOp>(op)) {
    kernel.border = corr.getBorder();
    auto shape = cast<RankedTensorType>(corr.getWeights().getType()).getShape();
    ArrayRef<int64_t> anchor = corr.getAnchor();
    for (auto [n, w] : llvm::enumerate(corr.getWeights().getValues<double>())) {
      int64_t at = n;
      if (w != 0)
        kernel.taps[{at / (shape[1] * shape[2]) - anchor[0], at / shape[2] % shape[1] - anchor[1],
                     at % shape[2] - anchor[2]}] = w;
    }
  } else if (auto sum = dyn_cast_or_null<WinSumOp>(op)) {
    kernel.border = sum.getBorder();
    ArrayRef<int64_t> window = sum.getWindow();
    if (llvm::count_if(window, [](int64_t w) { return w > 1; }) != 1)
      return std::nullopt;
    unsigned axis = llvm::max_element(window) - window.begin();
    for (int64_t d = -(window[axis] / 2); d <= window[axis] / 2; ++d) {
      Offset offset = {};
      offset[axis] = d;
      kernel.taps[offset] = 1.0;
    }
  }
  if (kernel.taps.empty())
    return std::nullopt;
  return kernel;
}

bool ConstantKernel::reaches(unsigned axis) const {
  return llvm::any_of(taps, [&](const auto &tap) { return tap.first[axis] != 0; });
}

std::optional<unsigned> ConstantKernel::onlyAxis() const {
  std::optional<unsigned> only;
  for (unsigned axis = 0; axis < numAxes; ++axis)
    if (reaches(axis)) {
      if (only)
        return std::nullopt;
      only = axis;
    }
  return only;
}

double ConstantKernel::sum() const {
  double total = 0;
  for (const auto &tap : taps)
    total += tap.second;
  return total;
}

/// Whether the kernel is the same when mirrored along `axis`.
static bool isSymmetric(const ConstantKernel &kernel, unsigned axis) {
  return llvm::all_of(kernel.taps, [&](const auto &tap) {
    ConstantKernel::Offset mirrored = tap.first;
    mirrored[axis] = -mirrored[axis];
    auto found = kernel.taps.find(mirrored);
    return found != kernel.taps.end() && found->second == tap.second;
  });
}

/// Whether both kernels read along `axis` to the same side only.
static bool onOneSide(const ConstantKernel &a, const ConstantKernel &b, unsigned axis) {
  auto none = [&](int sign) {
    auto reads = [&](const auto &tap) { return sign * tap.first[axis] > 0; };
    return llvm::none_of(a.taps, reads) && llvm::none_of(b.taps, reads);
  };
  return none(1) || none(-1);
}

/// Whether the result of `inner`, continued along `axis` by the border rule, is what `inner` gives
/// on its input continued by the rule, wherever `outer` reads it. A periodic volume stays periodic;
/// a mirrored one stays so under a symmetric kernel; beyond the end that both kernels read, what
/// repeats the last sample repeats it still, and what is 0 is 0. Nothing else holds in general.
static bool commutes(const ConstantKernel &outer, const ConstantKernel &inner, unsigned axis) {
  if (!outer.reaches(axis) || !inner.reaches(axis))
    return true;
  switch (outer.border) {
  case Border::Wrap:
    return true;
  case Border::Reflect:
  case Border::Mirror:
    return isSymmetric(inner, axis);
  case Border::Nearest:
  case Border::Zero:
    return onOneSide(outer, inner, axis);
  }
  return false;
}

/// A shift moves finished values, or the values that are summed. It changes no bit where the sums
/// it would move run over the same values in the same order.
static NumericClass classOf(const ConstantKernel &outer, const ConstantKernel &inner) {
  if (inner.isShift())
    return NumericClass::Exact;
  if (!outer.isShift() || outer.border == Border::Zero) // a sum of zeros may be -0
    return NumericClass::Reassoc;
  for (unsigned axis = 0; axis < numAxes; ++axis)
    if (outer.reaches(axis) && inner.reaches(axis) && outer.border != Border::Wrap &&
        outer.border != Border::Nearest)
      return NumericClass::Reassoc;
  return NumericClass::Exact;
}

std::optional<ConstantKernel> ConstantKernel::after(const ConstantKernel &inner,
                                                    NumericClass &numericClass) const {
  auto reachesAny = [](const ConstantKernel &k) {
    return k.reaches(0) || k.reaches(1) || k.reaches(2);
  };
  bool mine = reachesAny(*this), its = reachesAny(inner);
  if (mine && its && border != inner.border)
    return std::nullopt;
  for (unsigned axis = 0; axis < numAxes; ++axis)
    if (!commutes(*this, inner, axis))
      return std::nullopt;
  ConstantKernel result;
  result.border = mine ? border : inner.border;
  for (const auto &[a, v] : taps)
    for (const auto &[b, w] : inner.taps)
      result.taps[{a[0] + b[0], a[1] + b[1], a[2] + b[2]}] += v * w;
  for (const auto &tap : result.taps)
    if (tap.second == 0 || !std::isfinite(tap.second))
      return std::nullopt;
  numericClass = classOf(*this, inner);
  return result;
}

std::optional<ConstantKernel> ConstantKernel::scaled(double factor) const {
  ConstantKernel result = *this;
  for (auto &tap : result.taps) {
    tap.second *= factor;
    double magnitude = std::abs(tap.second);
    if (!(magnitude >= 0x1p-100 && magnitude <= 0x1p100))
      return std::nullopt;
  }
  return result;
}

Value ConstantKernel::build(OpBuilder &b, Location loc, Value input) const {
  Offset lo = {}, hi = {};
  for (const auto &tap : taps)
    for (unsigned axis = 0; axis < numAxes; ++axis) {
      lo[axis] = std::min(lo[axis], tap.first[axis]);
      hi[axis] = std::max(hi[axis], tap.first[axis]);
    }
  if (isShift()) {
    const Offset &offset = taps.begin()->first;
    return offset == Offset{} ? input
                              : ShiftOp::create(b, loc, input.getType(), input, offset, border);
  }
  SmallVector<int64_t, numAxes> shape, anchor;
  for (unsigned axis = 0; axis < numAxes; ++axis) {
    shape.push_back(hi[axis] - lo[axis] + 1);
    anchor.push_back(-lo[axis]);
  }
  SmallVector<double> weights(shape[0] * shape[1] * shape[2], 0.0);
  for (const auto &[offset, w] : taps)
    weights[((offset[0] - lo[0]) * shape[1] + offset[1] - lo[1]) * shape[2] + offset[2] - lo[2]] =
        w;
  if (llvm::count_if(shape, [](int64_t n) { return n > 1; }) <= 1) {
    unsigned axis = onlyAxis().value_or(2);
    return Corr1Op::create(b, loc, input.getType(), input, weights, anchor[axis],
                           static_cast<Axis>(axis), border);
  }
  auto type = RankedTensorType::get(shape, b.getF64Type());
  return CorrNOp::create(b, loc, input.getType(), input,
                         DenseElementsAttr::get(type, ArrayRef<double>(weights)), anchor, border);
}
