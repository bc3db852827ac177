//===- AssignSchedule.cpp - The default heuristic and its overrides -------===//
// The least that must be kept is the default: a row while only its own row reads
// it, a ring of rows across crosslines, a ring of planes across inlines, the
// whole volume between groups. Stages that read neighbouring rows compute four
// rows together, so that a loaded row serves several results.
//===----------------------------------------------------------------------===//
#include "ScheduleJson.h"
#include "seis/Dialect/Seis/Analysis/Dependence.h"
#include "seis/Schedule/Passes.h"
#include "seis/Schedule/StageGraph.h"

namespace seis {
#define GEN_PASS_DEF_ASSIGNSCHEDULEPASS
#include "seis/Schedule/Passes.h.inc"
} // namespace seis

using namespace mlir;
using namespace seis;

namespace {

Placement leastPlacement(const Stage &stage, std::optional<Axis> &axis) {
  if (!stage.outputs.empty())
    return Placement::Output;
  if (stage.crossesGroups)
    return Placement::Root;
  if (stage.keep[0] == 0 && stage.keep[1] == 0)
    return Placement::Row;
  axis = stage.keep[0] > 0 ? Axis::Inline : Axis::Crossline;
  return Placement::Slide;
}

struct AssignSchedulePass : seis::impl::AssignSchedulePassBase<AssignSchedulePass> {
  using Base::Base;

  void runOnOperation() override {
    func::FuncOp func = getOperation();
    if (!func->hasAttr("seis.entry") && !func->hasAttr("seis.pass"))
      return;
    ScheduleOverrides overrides;
    // An override is for the entry; its passes have stages of their own.
    if (!json.empty() && func->hasAttr("seis.entry") && failed(readSchedule(func, json, overrides)))
      return signalPassFailure();
    cutGroups(func, overrides);
    StageGraph graph(func);
    for (const auto &[index, group] : overrides.groups)
      if (index >= graph.numGroups()) {
        func.emitError("schedule: there is no group '")
            << group.name << "': this program has " << graph.numGroups();
        return signalPassFailure();
      }
    SmallVector<Attribute> groups;
    for (unsigned g = 0; g < graph.numGroups(); ++g) {
      for (const Stage &stage : graph.group(g))
        if (failed(assign(stage, overrides)))
          return signalPassFailure();
      GroupOverride group;
      if (auto found = overrides.groups.find(g); found != overrides.groups.end())
        group = found->second;
      groups.push_back(GroupAttr::get(&getContext(), group.inlines, group.crosslines,
                                      group.policy.value_or(Policy::Dynamic)));
    }
    func->setAttr("seis.groups", ArrayAttr::get(&getContext(), groups));
  }

  /// Stages that the override keeps as a whole end their group: readers come in a later one.
  static void cutGroups(func::FuncOp func, const ScheduleOverrides &overrides) {
    auto isRoot = [&](StageOp op) {
      auto found = overrides.stages.find(op.getName().str());
      return found != overrides.stages.end() && StringRef(found->second.at).ends_with("root");
    };
    for (StageOp op : func.front().getOps<StageOp>()) {
      int64_t group = op.getGroup();
      for (auto [i, v] : llvm::enumerate(op.getInputs()))
        if (auto producer = v.getDefiningOp<StageOp>()) {
          Footprint f = footprintOf(op, i);
          bool cut = f[0].whole || f[1].whole || isRoot(producer);
          group = std::max<int64_t>(group, producer.getGroup() + cut);
        }
      op.setGroup(group);
    }
    separateScans(func);
  }

  LogicalResult assign(const Stage &stage, const ScheduleOverrides &overrides) {
    std::optional<Axis> axis;
    Placement at = leastPlacement(stage, axis);
    std::optional<Lanes> lanes;
    if (stage.wholeTrace)
      lanes = stage.lanes;
    int64_t rows = stage.readsNeighbourRows ? 4 : 1;
    StageOp op = stage.op;
    if (auto found = overrides.stages.find(op.getName().str()); found != overrides.stages.end()) {
      const StageOverride &wanted = found->second;
      if (failed(place(op, wanted, at, axis)))
        return failure();
      rows = wanted.rows.value_or(rows);
      if (rows != 1 && stage.wholeTrace)
        return op.emitError("schedule: stage '")
               << op.getName() << "' is a whole-trace operation, rows must be 1, got " << rows;
    }
    auto emit = [&] { return op.emitError("schedule: "); };
    std::optional<FftAlgorithm> fft;
    ArrayRef<int64_t> plan;
    if (failed(ScheduleAttr::verify(emit, at, axis, rows, lanes, fft, plan)))
      return failure();
    op.setScheduleAttr(ScheduleAttr::get(&getContext(), at, axis, rows, lanes, fft, plan));
    return success();
  }

  /// More may be kept than needed, never less.
  static LogicalResult place(StageOp op, const StageOverride &wanted, Placement &at,
                             std::optional<Axis> &axis) {
    StringRef name = wanted.at;
    if (name.empty())
      return success();
    auto refuse = [&](const Twine &why) {
      return op.emitError("schedule: stage '") << op.getName() << "' cannot be at '" << name
                                               << "': " << why;
    };
    if (at == Placement::Output)
      return refuse("it is an output and is written where the caller says");
    if (name.ends_with("root"))
      return success(); // its readers are in a later group already, so it is one
    if (at == Placement::Root)
      return refuse("a later group reads it, it must be at root");
    if (name == "row")
      return at == Placement::Row ? success()
                                  : LogicalResult(refuse("neighbouring rows of it are read"));
    if (name != "slide")
      return refuse("the places are row, slide and gN.root");
    if (!wanted.axis)
      return refuse("slide needs an axis");
    if (axis == Axis::Inline && *wanted.axis == Axis::Crossline)
      return refuse("neighbouring inlines of it are read, it must slide along inline");
    at = Placement::Slide;
    axis = wanted.axis;
    return success();
  }
};

} // namespace
