//===- AssignSchedule.cpp - The default heuristic and its overrides -------===//
// The least that must be kept is the default: a row while only its own row reads
// it, a ring of rows across crosslines, a ring of planes across inlines, the
// whole volume between groups. Stages that read neighbouring rows compute four
// rows together, so that a loaded row serves several results.
//===----------------------------------------------------------------------===//
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
    if (func.getOps<StageOp>().empty())
      return;
    StageGraph graph(func);
    SmallVector<Attribute> groups;
    for (unsigned g = 0; g < graph.numGroups(); ++g) {
      for (const Stage &stage : graph.group(g)) {
        std::optional<Axis> axis;
        Placement at = leastPlacement(stage, axis);
        Lanes lanes = stage.wholeTrace ? Lanes::Traces : Lanes::Samples;
        int64_t rows = stage.readsNeighbourRows ? 4 : 1;
        StageOp op = stage.op;
        op.setScheduleAttr(ScheduleAttr::get(&getContext(), at, axis, rows, lanes));
      }
      groups.push_back(GroupAttr::get(&getContext(), 0, 0, Policy::Dynamic));
    }
    func->setAttr("seis.groups", ArrayAttr::get(&getContext(), groups));
  }
};

} // namespace
