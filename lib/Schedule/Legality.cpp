//===- Legality.cpp - What a stage or group may be ------------------------===//
// More may be kept of a stage than its readers need, never less; every other
// choice is checked against the operation it is for. A message names the rule.
//===----------------------------------------------------------------------===//
#include "Legality.h"

using namespace mlir;
using namespace seis;

/// Bits of the compute type: that of the first volume.
static int64_t elementBits(func::FuncOp func) {
  for (Type type : func.getArgumentTypes())
    if (isVolume(type)) {
      Type element = elementType(type);
      if (auto complex = dyn_cast<ComplexType>(element))
        element = complex.getElementType();
      return element.getIntOrFloatBitWidth();
    }
  return 32;
}

/// The axis along which a ring needs all rows of a plane, or all planes of a row.
static unsigned outerOf(GroupAttr group) { return static_cast<unsigned>(group.getOuter()); }

/// Whether one row fills the registers: all samples of a window are held to find a rank.
static bool holdsManySamples(StageOp stage) {
  constexpr int64_t many = 32;
  return llvm::any_of(stage.getBody().front(), [](Operation &op) {
    auto rank = dyn_cast<WinRankOp>(op);
    return rank && rank.getWindow()[0] * rank.getWindow()[1] * rank.getWindow()[2] > many;
  });
}

/// Whether a long function has the same values in all traces, which rows made together share.
static bool sharesLongRows(const Stage &stage) {
  if (stage.wholeTrace || stage.ownLoops || stage.scanAxis)
    return false;
  llvm::DenseSet<Value> same = sameInAllTraces(StageOp(stage.op).getBody().front());
  return llvm::any_of(same, [](Value v) {
    return isa_and_nonnull<math::PowFOp, math::ExpOp, math::LogOp, math::SinOp, math::CosOp,
                           math::TanOp, math::Atan2Op, math::AcosOp, math::AtanOp, math::CbrtOp>(
        v.getDefiningOp());
  });
}

Choice seis::leastChoice(const Stage &stage, GroupAttr group) {
  Choice choice;
  // Eigenvalues and long sorting networks need all registers for one row.
  bool isLong = holdsManySamples(stage.op) ||
                llvm::any_of(StageOp(stage.op).getBody().front(),
                             [](Operation &op) { return isa<EigH3Op, CohEigOp>(op); });
  choice.rows = stage.readsNeighbourRows && !isLong && !stage.ownLoops ? 4 : 1;
  if (choice.rows == 1 && !isLong && sharesLongRows(stage))
    choice.rows = 8;
  if (stage.wholeTrace)
    choice.lanes = defaultLanes(stage.op);
  unsigned outer = outerOf(group);
  if (!stage.outputs.empty()) {
    choice.at = Placement::Output;
  } else if (stage.crossesGroups) {
    choice.at = Placement::Root;
  } else if (stage.level >= 0) {
    choice.at = Placement::Tile;
    choice.level = stage.level;
  } else if (stage.keep[0] || stage.keep[1]) {
    choice.at = Placement::Slide;
    choice.axis = static_cast<Axis>(stage.keep[outer] ? outer : 1 - outer);
  }
  return choice;
}

LogicalResult seis::checkGroupOf(StageOp op, const Place &at) {
  if ((at.kind != Place::Root && at.kind != Place::Level) ||
      at.group == static_cast<unsigned>(op.getGroup()))
    return success();
  return op.emitError("schedule: stage '") << op.getName() << "' cannot be at '" << at.text
                                           << "': it runs in group g" << op.getGroup();
}

LogicalResult seis::checkWidth(function_ref<InFlightDiagnostic()> emitError, func::FuncOp func,
                               int64_t width, int64_t vectorBits) {
  int64_t native = vectorBits / elementBits(func);
  if (width == 0 || width == 1 || width == native / 2 || width == native || width == 2 * native)
    return success();
  return emitError() << "': width must be 1, " << native / 2 << ", " << native << " or "
                     << 2 * native << " for vectors of " << vectorBits << " bits, got " << width;
}

//===----------------------------------------------------------------------===//
// Places
//===----------------------------------------------------------------------===//

static LogicalResult place(const Stage &stage, GroupAttr group, const StageOverride &wanted,
                           Choice &choice) {
  StageOp op = stage.op;
  const Place &at = wanted.at;
  auto refuse = [&](const Twine &why) {
    return op.emitError("schedule: stage '")
           << op.getName() << "' cannot be at '" << at.text << "': " << why;
  };
  if (wanted.axis && at.kind != Place::Slide)
    return op.emitError("schedule: stage '") << op.getName() << "': axis is for slide only";
  std::string inGroup = "g" + std::to_string(op.getGroup()) + ".";
  if (at.kind == Place::Default || at.kind == Place::Root)
    return success(); // the readers of a root are in a later group already, so it is one
  if (choice.at == Placement::Output)
    return refuse("it is an output and is written where the caller says");
  if (choice.at == Placement::Root)
    return refuse("a later group reads it, it must be at root");
  if (choice.at == Placement::Tile && (at.kind != Place::Level || at.level > *choice.level))
    return refuse("what reads it runs after a whole tile, it must be at " + inGroup +
                  std::to_string(*choice.level));
  if (at.kind == Place::Level) {
    if (at.level == 1 && group.getInner().empty())
      return refuse("the tiles of its group have one level, give tile two sizes");
    choice.at = Placement::Tile;
    choice.level = at.level;
    choice.axis = std::nullopt;
    return success();
  }
  if (at.kind == Place::Row)
    return choice.at == Placement::Row ? success()
                                       : LogicalResult(refuse("neighbouring rows of it are read"));
  if (!wanted.axis)
    return refuse("slide needs an axis");
  auto outer = static_cast<Axis>(outerOf(group));
  if (choice.axis == outer && *wanted.axis != outer)
    return refuse("neighbouring " + stringifyAxis(outer) +
                  "s of it are read, it must slide along " + stringifyAxis(outer));
  choice.at = Placement::Slide;
  choice.axis = wanted.axis;
  return success();
}

//===----------------------------------------------------------------------===//
// Algorithms
//===----------------------------------------------------------------------===//

static LogicalResult chooseLanes(const Stage &stage, Lanes lanes, Choice &choice) {
  StageOp op = stage.op;
  auto refuse = [&](const Twine &why) {
    return op.emitError("schedule: stage '")
           << op.getName() << "' cannot have " << stringifyLanes(lanes) << " in its lanes: " << why;
  };
  if (!stage.wholeTrace)
    return lanes == Lanes::Samples ? success()
                                   : LogicalResult(refuse("it is no whole-trace operation"));
  Operation &inner = op.getBody().front().front();
  if (lanes == Lanes::Samples && !isa<AnalyticOp>(inner))
    return refuse("of the whole-trace operations only seis.analytic can, not " +
                  inner.getName().getStringRef());
  choice.lanes = lanes;
  return success();
}

static LogicalResult chooseWidth(const Stage &stage, int64_t width, const Target &target,
                                 Choice &choice) {
  StageOp op = stage.op;
  auto name = [&] { return op.emitError("schedule: stage '") << op.getName(); };
  auto func = op->getParentOfType<func::FuncOp>();
  if (failed(checkWidth(name, func, width, target.vectorBits)))
    return failure();
  if (choice.lanes == Lanes::Samples && width != target.vectorBits / elementBits(func))
    return name() << "': a transform with samples in its lanes has vectors of "
                  << target.vectorBits / elementBits(func) << " lanes, got width " << width;
  choice.width = width;
  return success();
}

/// Points of the transform that needs no padding, 0 where there is none: a Hilbert transform, or
/// one of real samples, of an even number of samples has half as many points, and all primes in it
/// are at most 7 (Hilbert) or 13.
static int64_t exactPoints(Operation &op, int64_t samples) {
  int64_t points = samples;
  if (auto analytic = dyn_cast<AnalyticOp>(op)) {
    points += 2 * static_cast<int64_t>(analytic.getPad());
    if (points % 2)
      return 0;
    points /= 2;
  } else if (op.getNumOperands() == 1 || isa<SpecMulOp>(op)) {
    points = points % 2 ? points : points / 2;
  }
  int64_t rest = points, largest = isa<AnalyticOp>(op) ? 7 : 13;
  for (int64_t prime : {2, 3, 5, 7, 11, 13})
    while (prime <= largest && rest % prime == 0)
      rest /= prime;
  return rest == 1 ? points : 0;
}

static LogicalResult chooseTransform(const Stage &stage, const StageOverride &wanted,
                                     const Target &target, Choice &choice) {
  StageOp op = stage.op;
  auto error = [&] { return op.emitError("schedule: stage '") << op.getName() << "'"; };
  Operation &inner = op.getBody().front().front();
  if (!isa<AnalyticOp, FftOp, IfftOp, SpecMulOp>(inner))
    return error() << " has no algorithm to choose";
  if (!wanted.fft)
    return error() << ": a plan needs fft, radix or padded";
  if (target.samples.empty())
    return error() << ": fft depends on the trace length, give it by --samples";
  bool isRadix = *wanted.fft == FftAlgorithm::Radix;
  if (!isRadix && !wanted.plan.empty())
    return error() << ": a plan is for fft radix";
  if (!wanted.plan.empty() && choice.lanes == Lanes::Samples)
    return error() << ": a plan is for transforms with traces in their lanes";
  constexpr size_t mostPasses = 12;
  if (wanted.plan.size() > mostPasses)
    return error() << ": a plan has at most " << mostPasses << " radices, got "
                   << wanted.plan.size();
  int64_t product = 1;
  for (int64_t radix : wanted.plan)
    product *= radix;
  for (int64_t samples : target.samples) {
    int64_t points = exactPoints(inner, samples);
    if (isRadix && !points)
      return error() << ": " << samples << " samples have no transform without padding, fft must "
                     << "be padded";
    if (!wanted.plan.empty() && product != points)
      return error() << ": the radices of plan make " << product << ", the transform of " << samples
                     << " samples has " << points << " points";
  }
  choice.fft = wanted.fft;
  choice.plan = wanted.plan;
  return success();
}

LogicalResult seis::applyOverride(const Stage &stage, GroupAttr group, const StageOverride &wanted,
                                  const Target &target, Choice &choice) {
  StageOp op = stage.op;
  if (failed(place(stage, group, wanted, choice)))
    return failure();
  choice.rows = wanted.rows.value_or(choice.rows);
  if (choice.rows != 1 && stage.wholeTrace)
    return op.emitError("schedule: stage '")
           << op.getName() << "' is a whole-trace operation, rows must be 1, got " << choice.rows;
  if (choice.rows != 1 && stage.scanAxis)
    return op.emitError("schedule: stage '")
           << op.getName() << "' is a scan along " << stringifyAxis(*stage.scanAxis)
           << ", rows must be 1, got " << choice.rows;
  if (choice.rows != 1 && stage.ownLoops)
    return op.emitError("schedule: stage '")
           << op.getName() << "' counts pairs row by row, rows must be 1, got " << choice.rows;
  if (wanted.lanes && failed(chooseLanes(stage, *wanted.lanes, choice)))
    return failure();
  if (wanted.width && failed(chooseWidth(stage, *wanted.width, target, choice)))
    return failure();
  if (!wanted.fft && wanted.plan.empty())
    return success();
  return chooseTransform(stage, wanted, target, choice);
}

LogicalResult seis::checkScanTiles(func::FuncOp func, ArrayRef<Stage> stages, GroupAttr group) {
  auto axis = stages.front().scanAxis;
  if (!axis)
    return success();
  int64_t along = *axis == Axis::Inline ? group.getInlines() : group.getCrosslines();
  if (group.getInner().empty() && (along == 0 || along == GroupOverride::full))
    return success();
  return func.emitError("schedule: group 'g")
         << StageOp(stages.front().op).getGroup() << "': its scans run along whole lines, tile of "
         << stringifyAxis(*axis) << " must be \"full\" and tiles have one level";
}

//===----------------------------------------------------------------------===//
// Scratch
//===----------------------------------------------------------------------===//

LogicalResult seis::checkScratch(func::FuncOp func, ArrayRef<Stage> stages, GroupAttr group,
                                 ArrayRef<int64_t> samples) {
  constexpr double limit = 1 << 30;
  if (samples.empty())
    return success();
  double row =
      static_cast<double>(*llvm::max_element(samples)) * static_cast<double>(elementBits(func)) / 8;
  int64_t extent[2] = {group.getInlines(), group.getCrosslines()};
  double total = 0;
  for (const Stage &stage : stages) {
    auto at = StageOp(stage.op).getSchedule()->getAt();
    if (at != Placement::Tile && at != Placement::Slide)
      continue;
    double rows = 1;
    for (unsigned a : {0, 1}) {
      // a ring holds what is reached for along its axis, and all of the tile across it
      bool isRing = at == Placement::Slide && a == outerOf(group);
      if (!isRing && (extent[a] == 0 || extent[a] == GroupOverride::full))
        return success(); // chosen when called, for its block
      const Reach &reach = stage.lateral[a];
      rows *= static_cast<double>(isRing ? stage.keep[a] + 1 : extent[a] + reach.lo + reach.hi);
    }
    total += rows * row;
  }
  if (total <= limit)
    return success();
  return func.emitError("schedule: group 'g")
         << StageOp(stages.front().op).getGroup() << "': tiles of " << extent[0] << " x "
         << extent[1] << " need " << static_cast<int64_t>(total / (1 << 20))
         << " MiB of scratch for each thread, the limit is 1024 MiB: take smaller ones";
}
