//===- Numerics.cpp - How far the bits of a result are fixed --------------===//
#include "seis/Dialect/Seis/Analysis/Numerics.h"
#include "seis/Dialect/Seis/IR/SeisOps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace seis;

static NumericClass classOf(Operation *op) {
  if (isa<AnalyticOp, FftOp, IfftOp, SpecMulOp, UnwrapOp, WrapDiffOp, EigH3Op, CohEigOp, GlcmOp>(
          op))
    return NumericClass::Algo;
  if (isa<Corr1Op, CorrNOp, WinSumOp, IirOp, TSumOp, VSumOp>(op))
    return NumericClass::Reassoc;
  if (auto scan = dyn_cast<ScanOp>(op); scan && scan.getFold() == Fold::Add)
    return NumericClass::Reassoc;
  return NumericClass::Exact;
}

/// Operations that give one of their operands' samples, a sign change apart, or whole numbers.
static bool keepsDigits(Operation *op) {
  if (auto scan = dyn_cast<ScanOp>(op))
    return scan.getFold() != Fold::Add;
  if (auto gather = dyn_cast<GatherOp>(op))
    return gather.getKind() == Interpolation::Nearest;
  return isa<ShiftOp, WinMinOp, WinMaxOp, WinRankOp, WinArgOp, TMinOp, TMaxOp, VMinOp, VMaxOp,
             VCountOp, VTallyOp, IntervalOp, HoldOp, Nan0Op, SignOp, BroadcastOp, IndexOp, LineOp,
             ReOp, ImOp, ComplexOp, arith::ConstantOp, arith::NegFOp, arith::MinimumFOp,
             arith::MaximumFOp, arith::SelectOp, arith::CmpFOp, arith::CmpIOp, arith::AndIOp,
             arith::OrIOp, arith::XOrIOp, arith::UIToFPOp, arith::SIToFPOp, math::AbsFOp,
             math::FloorOp, math::CeilOp, math::TruncOp, math::RoundEvenOp>(op);
}

/// Operations whose result jumps where an operand passes a threshold or another operand.
static bool jumps(Operation *op) {
  if (auto compare = dyn_cast<arith::CmpFOp>(op))
    return compare.getPredicate() != arith::CmpFPredicate::UNO &&
           compare.getPredicate() != arith::CmpFPredicate::ORD;
  if (auto gather = dyn_cast<GatherOp>(op))
    return gather.getKind() == Interpolation::Nearest;
  return isa<UnwrapOp, WrapDiffOp, HoldOp, WinArgOp, IntervalOp, VTallyOp, GlcmOp, GlcmBaseOp,
             EigH3Op, SignOp, ModOp, math::FloorOp, math::CeilOp, math::TruncOp, math::RoundEvenOp>(
      op);
}

Numerics seis::numericsOf(func::FuncOp func) {
  Block &block = func.front();
  Numerics all;
  // Whether a value depends on samples and carries their rounding errors.
  llvm::DenseMap<Value, bool> isRounded, isData;
  for (BlockArgument argument : block.getArguments())
    isData[argument] = isa<TensorType>(argument.getType());
  for (Operation &op : block.without_terminator()) {
    auto any = [&](llvm::DenseMap<Value, bool> &facts) {
      return llvm::any_of(op.getOperands(), [&](Value v) { return facts.lookup(v); });
    };
    bool ofData = any(isData), ofRounded = any(isRounded);
    all.widest = std::max(all.widest, classOf(&op));
    all.decides |= ofRounded && jumps(&op);
    for (Value result : op.getResults()) {
      isData[result] = ofData;
      isRounded[result] = ofData && (ofRounded || !keepsDigits(&op));
    }
  }
  return all;
}
