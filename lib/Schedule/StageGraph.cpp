//===- StageGraph.cpp - What a group of stages needs to run ---------------===//
#include "seis/Schedule/StageGraph.h"
#include "seis/Dialect/Seis/Analysis/Dependence.h"

#include <map>

using namespace mlir;
using namespace seis;

bool seis::isWholeTraceOp(Operation *op) {
  if (auto scan = dyn_cast<ScanOp>(op))
    return scan.getAxis() == Axis::Sample;
  if (auto iir = dyn_cast<IirOp>(op))
    return iir.getAxis() == Axis::Sample;
  return isa<AnalyticOp, FftOp, IfftOp, SpecMulOp, UnwrapOp, HoldOp, TMinOp, TMaxOp, TSumOp>(op);
}

bool seis::convertsInput(StageOp stage) {
  auto func = stage->getParentOfType<func::FuncOp>();
  return llvm::any_of(stage.getInputs(), [&](Value v) {
    auto arg = dyn_cast<BlockArgument>(v);
    return arg && func.getArgAttr(arg.getArgNumber(), "seis.storage");
  });
}

std::optional<Axis> seis::scanAxisOf(StageOp stage) {
  Operation &op = stage.getBody().front().front();
  std::optional<Axis> axis;
  if (auto scan = dyn_cast<ScanOp>(op))
    axis = scan.getAxis();
  else if (auto iir = dyn_cast<IirOp>(op))
    axis = iir.getAxis();
  return axis != Axis::Sample ? axis : std::nullopt;
}

void seis::separateScans(func::FuncOp func) {
  auto key = [](StageOp stage) {
    std::optional<Axis> axis = scanAxisOf(stage);
    return std::pair(stage.getGroup(), axis ? static_cast<unsigned>(*axis) : numAxes);
  };
  std::map<std::pair<uint64_t, unsigned>, int64_t> groups;
  for (StageOp stage : func.front().getOps<StageOp>())
    groups[key(stage)];
  int64_t next = 0;
  for (auto &group : groups)
    group.second = next++;
  for (StageOp stage : func.front().getOps<StageOp>())
    stage.setGroup(groups[key(stage)]);
}

Lanes seis::defaultLanes(StageOp stage) {
  Operation &first = stage.getBody().front().front();
  return isWholeTraceOp(&first) && !isa<AnalyticOp>(first) ? Lanes::Traces : Lanes::Samples;
}

StageGraph::StageGraph(func::FuncOp func) {
  collect(func);
  for (auto &stages : groups) {
    computePhases(stages);
    computeReach(stages);
    computeLags(stages);
    computeBorders(stages);
    findCopies(stages);
  }
}

const Stage *StageGraph::find(StageOp op) const {
  if (!op)
    return nullptr;
  for (const Stage &stage : groups[op.getGroup()])
    if (stage.op == op)
      return &stage;
  return nullptr;
}

void StageGraph::collect(func::FuncOp func) {
  Operation *terminator = func.front().getTerminator();
  for (StageOp op : func.front().getOps<StageOp>()) {
    if (groups.size() <= static_cast<size_t>(op.getGroup()))
      groups.resize(op.getGroup() + 1);
    Stage stage;
    stage.op = op;
    for (Operation &inner : op.getBody().front()) {
      stage.wholeTrace |= isWholeTraceOp(&inner);
      stage.ownLoops |= isa<GlcmOp, GlcmBaseOp>(inner);
      for (unsigned i = 0; i < inner.getNumOperands(); ++i) {
        Footprint f = footprintOf(&inner, i);
        stage.readsNeighbourRows |= f[0].lo || f[0].hi || f[1].lo || f[1].hi;
      }
    }
    stage.scanAxis = scanAxisOf(op);
    stage.lanes = defaultLanes(op);
    if (auto schedule = op.getSchedule()) {
      stage.lanes = schedule->getLanes().value_or(stage.lanes);
      stage.fft = schedule->getFft();
      stage.plan = schedule->getPlan();
      stage.level = schedule->getLevel().value_or(-1);
    }
    for (OpOperand &use : op->getUses()) {
      if (use.getOwner() == terminator)
        stage.outputs.push_back(use.getOperandNumber());
      else if (auto reader = dyn_cast<StageOp>(use.getOwner()))
        stage.crossesGroups |= reader.getGroup() > op.getGroup();
    }
    llvm::sort(stage.outputs);
    groups[op.getGroup()].push_back(stage);
  }
}

/// Calls f(consumer, reach) for every reader of `stage` among `stages`.
template <typename F> static void forReaders(MutableArrayRef<Stage> stages, Stage &stage, F f) {
  for (Stage &reader : stages) {
    if (llvm::none_of(reader.op.getInputs(),
                      [&](Value v) { return v.getDefiningOp() == stage.op; }))
      continue;
    for (auto [v, reach] : llvm::zip(reader.op.getInputs(), footprintsOf(reader.op)))
      if (v.getDefiningOp() == stage.op)
        f(reader, reach);
  }
}

void StageGraph::computePhases(MutableArrayRef<Stage> stages) {
  // As soon as possible ...
  for (Stage &stage : stages)
    forReaders(stages, stage, [&](Stage &reader, const Footprint &) {
      std::array<int64_t, 2> next = stage.phase;
      if (stage.level == 0)
        next = {next[0] + 1, 0};
      else if (stage.level == 1)
        ++next[1];
      reader.phase = std::max(reader.phase, next);
    });
  // ... but with its first reader, so that what is not kept for a tile need not be.
  for (Stage &stage : llvm::reverse(stages)) {
    std::optional<std::array<int64_t, 2>> first;
    forReaders(stages, stage, [&](Stage &reader, const Footprint &) {
      first = first ? std::min(*first, reader.phase) : reader.phase;
    });
    if (first && stage.level < 0 && !stage.isSink())
      stage.phase = *first;
  }
  for (Stage &stage : stages)
    forReaders(stages, stage, [&](Stage &reader, const Footprint &) {
      if (reader.phase == stage.phase)
        return;
      int64_t level = reader.phase[0] == stage.phase[0];
      stage.level = stage.level < 0 ? level : std::min(stage.level, level);
    });
}

void StageGraph::computeReach(MutableArrayRef<Stage> stages) {
  for (Stage &stage : llvm::reverse(stages))
    forReaders(stages, stage, [&](Stage &reader, const Footprint &f) {
      for (unsigned a : {0, 1}) {
        stage.lateral[a] = stage.lateral[a].unite(reader.lateral[a].then(f[a]));
        if (reader.phase[0] == stage.phase[0])
          stage.inner[a] = stage.inner[a].unite(reader.inner[a].then(f[a]));
      }
    });
}

/// Same for the readers that run under the same front.
template <typename F> static void forPhase(MutableArrayRef<Stage> stages, Stage &stage, F f) {
  forReaders(stages, stage, [&](Stage &reader, const Footprint &footprint) {
    if (reader.phase == stage.phase)
      f(reader, footprint);
  });
}

void StageGraph::computeLags(MutableArrayRef<Stage> stages) {
  // As soon as possible: a reader waits until the rows ahead of it have been computed ...
  for (Stage &stage : stages)
    forPhase(stages, stage, [&](Stage &reader, const Footprint &f) {
      for (unsigned a : {0, 1})
        reader.lag[a] = std::max(reader.lag[a], stage.lag[a] + f[a].hi);
    });
  // ... then as late as its readers allow, so that fewer rows are kept.
  for (Stage &stage : llvm::reverse(stages)) {
    int64_t latest[2] = {-1, -1};
    forPhase(stages, stage, [&](Stage &reader, const Footprint &f) {
      for (unsigned a : {0, 1}) {
        int64_t limit = reader.lag[a] - f[a].hi;
        latest[a] = latest[a] < 0 ? limit : std::min(latest[a], limit);
      }
    });
    for (unsigned a : {0, 1})
      if (latest[a] >= 0 && !stage.isSink())
        stage.lag[a] = latest[a];
  }
  for (Stage &stage : stages)
    forPhase(stages, stage, [&](Stage &reader, const Footprint &f) {
      for (unsigned a : {0, 1})
        stage.keep[a] = std::max(stage.keep[a], reader.lag[a] - stage.lag[a] + f[a].lo);
    });
}

void StageGraph::computeBorders(MutableArrayRef<Stage> stages) {
  for (Stage &stage : stages)
    for (Value result : stage.op->getResults()) {
      RowBorders borders;
      for (OpOperand &use : result.getUses()) {
        auto reader = dyn_cast<StageOp>(use.getOwner());
        if (!reader)
          continue;
        BlockArgument arg = reader.getBody().getArgument(use.getOperandNumber());
        for (OpOperand &inner : arg.getUses()) {
          Operation *op = inner.getOwner();
          if (isWholeTraceOp(op) || !isa<FootprintOpInterface>(op))
            continue;
          Footprint f = footprintOf(op, inner.getOperandNumber());
          if (!f[2].lo && !f[2].hi)
            continue;
          borders.lo = std::max(borders.lo, f[2].lo);
          borders.hi = std::max(borders.hi, f[2].hi);
          auto border = op->getAttrOfType<BorderAttr>("border");
          borders.border = border ? border.getValue() : Border::Nearest;
        }
      }
      stage.borders.push_back(borders);
    }
}

void StageGraph::findCopies(MutableArrayRef<Stage> stages) {
  for (Stage &stage : stages)
    stage.copies.assign(stage.op->getNumResults(), nullptr);
  for (Stage &reader : stages) {
    Block &body = reader.op.getBody().front();
    if (!llvm::hasSingleElement(body) || reader.outputs.size() != 1 || reader.crossesGroups)
      continue;
    auto result = dyn_cast<OpResult>(reader.op.getInputs()[0]);
    auto *source = llvm::find_if(
        stages, [&](Stage &stage) { return result && stage.op == result.getOwner(); });
    if (source == stages.end() || source->phase != reader.phase || source->wholeTrace ||
        source->scanAxis || source->isSink() || convertsInput(source->op) ||
        !isVolume(result.getType()))
      continue;
    // Loops over rows keep what they copy, others write it to the caller alone.
    if (source->ownLoops ? !result.hasOneUse() : source->op->getNumResults() != 1)
      continue;
    StageOp &copy = source->copies[result.getResultNumber()];
    if (copy)
      continue;
    auto schedule = StageOp(source->op).getSchedule();
    if (schedule && schedule->getRows() != 1)
      continue;
    copy = reader.op;
    reader.isCopy = true;
  }
}
