//===- RealRange.cpp - Between which numbers values lie -------------------===//
#include "seis/Dialect/Seis/Analysis/RealRange.h"

#include "seis/Dialect/Seis/IR/SeisOps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

#include "llvm/ADT/TypeSwitch.h"

#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace seis;

namespace {

/// How deep operations are looked into: paths to one may be many.
constexpr int depth = 16;

RealRange rangeAt(Value v, int left);

RealRange rangeOfNumber(Attribute attribute) {
  auto number = dyn_cast<FloatAttr>(attribute);
  if (auto splat = dyn_cast<SplatElementsAttr>(attribute))
    number = dyn_cast<FloatAttr>(splat.getSplatValue<Attribute>());
  if (!number)
    return {};
  double x = number.getValueAsDouble();
  if (std::isnan(x))
    return {0, 0, true};
  return {x, x, x == std::trunc(x)};
}

/// Scalars are f64 and are rounded to f32 in programs of that type.
RealRange rounded(RealRange r) {
  double lo = static_cast<float>(r.lo), hi = static_cast<float>(r.hi);
  return {std::min(r.lo, lo), std::max(r.hi, hi), r.isWhole};
}

RealRange selected(arith::SelectOp op, int left) {
  Value yes = op.getTrueValue();
  RealRange no = rangeAt(op.getFalseValue(), left);
  auto compare = op.getCondition().getDefiningOp<arith::CmpFOp>();
  if (compare && compare.getPredicate() == arith::CmpFPredicate::UNO && compare.getLhs() == yes &&
      compare.getRhs() == yes)
    return no; // else it is NaN
  RealRange r = rangeAt(yes, left);
  return {std::min(r.lo, no.lo), std::max(r.hi, no.hi), r.isWhole && no.isWhole};
}

/// Of a value that an operation makes. Minimum and maximum keep NaN.
RealRange rangeOfResult(Operation *op, int left) {
  auto operand = [&](unsigned n) { return rangeAt(op->getOperand(n), left); };
  auto whole = [&](double (*round)(double)) {
    RealRange r = operand(0);
    return RealRange{round(r.lo), round(r.hi), true};
  };
  return TypeSwitch<Operation *, RealRange>(op)
      .Case([&](arith::ConstantOp constant) { return rangeOfNumber(constant.getValue()); })
      .Case([&](BroadcastOp) { return rounded(operand(0)); })
      .Case([&](arith::SelectOp select) { return selected(select, left); })
      .Case([&](math::TruncOp) { return whole(std::trunc); })
      .Case([&](math::FloorOp) { return whole(std::floor); })
      .Case([&](math::CeilOp) { return whole(std::ceil); })
      .Case([&](arith::MaximumFOp) {
        RealRange a = operand(0), b = operand(1);
        return RealRange{std::max(a.lo, b.lo), std::max(a.hi, b.hi), a.isWhole && b.isWhole};
      })
      .Case([&](arith::MinimumFOp) {
        RealRange a = operand(0), b = operand(1);
        return RealRange{std::min(a.lo, b.lo), std::min(a.hi, b.hi), a.isWhole && b.isWhole};
      })
      .Default([](Operation *) { return RealRange(); });
}

RealRange rangeAt(Value v, int left) {
  if (left == 0)
    return {};
  if (auto arg = dyn_cast<BlockArgument>(v)) {
    auto stage = dyn_cast<StageOp>(arg.getOwner()->getParentOp());
    return stage ? rangeAt(stage->getOperand(arg.getArgNumber()), left - 1) : RealRange();
  }
  auto result = cast<OpResult>(v);
  if (auto stage = dyn_cast<StageOp>(result.getOwner())) {
    Operation *yield = stage.getBody().front().getTerminator();
    return rangeAt(yield->getOperand(result.getResultNumber()), left - 1);
  }
  return rangeOfResult(result.getOwner(), left - 1);
}

} // namespace

RealRange seis::rangeOf(Value v) { return rangeAt(v, depth); }
