//===- AssignSchedule.cpp - The default heuristic and its overrides -------===//
// The least that must be kept is the default: a row while only its own row reads
// it, a ring of rows across crosslines, a ring of planes across inlines, the
// whole volume between groups. Stages that read neighbouring rows compute four
// rows together, so that a loaded row serves several results. What a file names
// is taken where it is legal (Legality.cpp) and noted as `seis.given`.
//===----------------------------------------------------------------------===//
#include "Legality.h"
#include "seis/Dialect/Seis/Analysis/Dependence.h"
#include "seis/Schedule/Passes.h"

namespace seis {
#define GEN_PASS_DEF_ASSIGNSCHEDULEPASS
#define GEN_PASS_DEF_PRINTSCHEDULEPASS
#include "seis/Schedule/Passes.h.inc"
} // namespace seis

using namespace mlir;
using namespace seis;

namespace {

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
    if (failed(inlineStages(func, overrides)))
      return signalPassFailure();
    cutGroups(func, overrides);
    if (failed(keepForTiles(func, overrides)))
      return signalPassFailure();
    StageGraph graph(func);
    for (const auto &[index, group] : overrides.groups)
      if (index >= graph.numGroups()) {
        func.emitError("schedule: there is no group '")
            << group.name << "': this program has " << graph.numGroups();
        return signalPassFailure();
      }
    SmallVector<Attribute> groups;
    for (unsigned g = 0; g < graph.numGroups(); ++g) {
      auto found = overrides.groups.find(g);
      auto group = makeGroup(func, found == overrides.groups.end() ? nullptr : &found->second);
      if (failed(group))
        return signalPassFailure();
      groups.push_back(*group);
      if (failed(checkScanTiles(func, graph.group(g), *group)))
        return signalPassFailure();
      for (const Stage &stage : graph.group(g))
        if (failed(assign(stage, *group, overrides)))
          return signalPassFailure();
      if (failed(checkScratch(func, graph.group(g), *group, samples)))
        return signalPassFailure();
    }
    func->setAttr("seis.groups", ArrayAttr::get(&getContext(), groups));
    noteGiven(func, overrides);
  }

private:
  static const StageOverride *overrideOf(StageOp op, const ScheduleOverrides &overrides) {
    auto found = overrides.stages.find(op.getName().str());
    return found == overrides.stages.end() ? nullptr : &found->second;
  }

  /// Groups in which every stage may run:
  /// - What is kept as a whole ends its group: all its readers come in later ones. It is kept
  /// because
  ///   an override says so or because one reader needs whole lateral lines. A reader in the same
  ///   group would run while other threads make the rows that their tiles share with its own once
  ///   more.
  /// - A reduction takes its results from the last group, whose tiles are cells of the grid; those
  ///   of a group that keeps something whole are not.
  static void cutGroups(func::FuncOp func, const ScheduleOverrides &overrides) {
    SmallVector<StageOp> late;
    if (func->hasAttr("seis.reduce"))
      late = stagesOfResults(func, overrides);
    bool changed = true;
    while (changed) {
      uint64_t last = raiseReaders(func, overrides);
      changed = false;
      for (StageOp op : late)
        if (op.getGroup() != last) { // these have no readers but each other
          op.setGroup(last);
          changed = true;
        }
    }
    separateScans(func);
  }

  /// Moves readers into groups behind what they read; gives the last group. Groups only grow, and
  /// what is once kept whole stays so, so that it ends.
  static uint64_t raiseReaders(func::FuncOp func, const ScheduleOverrides &overrides) {
    auto isKeptWhole = [&](StageOp op) {
      return isWholeByOverride(op, overrides) || llvm::any_of(op->getUsers(), [&](Operation *user) {
               auto reader = dyn_cast<StageOp>(user);
               return reader && reader.getGroup() > op.getGroup();
             });
    };
    uint64_t last = 0;
    bool changed = true;
    while (changed) { // a reader that moves has other producers
      changed = false;
      for (StageOp op : func.front().getOps<StageOp>()) {
        uint64_t group = op.getGroup();
        for (auto [i, v] : llvm::enumerate(op.getInputs()))
          if (auto producer = v.getDefiningOp<StageOp>()) {
            bool cut = readsWholeLines(op, i) || isKeptWhole(producer);
            group = std::max<uint64_t>(group, producer.getGroup() + cut);
          }
        changed |= group != op.getGroup();
        op.setGroup(group);
        last = std::max(last, group);
      }
    }
    return last;
  }

  /// Stages that nothing reads but the function's results and such stages, row by row.
  static SmallVector<StageOp> stagesOfResults(func::FuncOp func,
                                              const ScheduleOverrides &overrides) {
    SmallVector<StageOp> found;
    auto stages = llvm::to_vector(func.front().getOps<StageOp>());
    for (StageOp op : llvm::reverse(stages)) {
      bool isLate = !scanAxisOf(op) && !isWholeByOverride(op, overrides);
      for (OpOperand &use : op->getUses())
        if (auto reader = dyn_cast<StageOp>(use.getOwner()))
          isLate &=
              llvm::is_contained(found, reader) && !readsWholeLines(reader, use.getOperandNumber());
      if (isLate)
        found.push_back(op);
    }
    return found;
  }

  static bool isWholeByOverride(StageOp op, const ScheduleOverrides &overrides) {
    const StageOverride *wanted = overrideOf(op, overrides);
    return wanted && wanted->at.kind == Place::Root;
  }

  static bool readsWholeLines(StageOp op, unsigned input) {
    Footprint f = footprintOf(op, input);
    return f[0].whole || f[1].whole;
  }

  /// Stages kept for a tile say so before the graph is looked at: they decide what runs when.
  LogicalResult keepForTiles(func::FuncOp func, const ScheduleOverrides &overrides) {
    for (StageOp op : func.front().getOps<StageOp>()) {
      const StageOverride *wanted = overrideOf(op, overrides);
      if (wanted && failed(checkGroupOf(op, wanted->at)))
        return failure();
      bool isKept = wanted && wanted->at.kind == Place::Level;
      op.removeScheduleAttr();
      if (isKept)
        op.setScheduleAttr(ScheduleAttr::get(&getContext(), Placement::Tile, std::nullopt,
                                             wanted->at.level, 1, 0, std::nullopt, std::nullopt,
                                             ArrayRef<int64_t>()));
    }
    return success();
  }

  FailureOr<GroupAttr> makeGroup(func::FuncOp func, const GroupOverride *given) {
    GroupOverride group = given ? *given : GroupOverride();
    int64_t width = group.width.value_or(0);
    auto name = [&] { return func.emitError("schedule: group '") << group.name; };
    if (failed(checkWidth(name, func, width, vectorBits)))
      return failure();
    SmallVector<int64_t, 2> inner;
    if (group.inner[0] || group.inner[1])
      inner.assign({group.inner[0], group.inner[1]});
    auto attr = [&](auto make) {
      return make(group.tile[0], group.tile[1], inner, group.outer.value_or(Axis::Inline),
                  group.spread.value_or(Spread::Both), group.policy.value_or(Policy::Dynamic),
                  group.grain.value_or(0), width, group.unroll.value_or(1),
                  group.tail.value_or(Tail::Auto), group.store.value_or(Store::Auto));
    };
    auto emit = [&] { return func.emitError("schedule: group '") << group.name << "': "; };
    if (failed(attr([&](const auto &...fields) { return GroupAttr::verify(emit, fields...); })))
      return failure();
    return attr([&](const auto &...fields) { return GroupAttr::get(&getContext(), fields...); });
  }

  LogicalResult assign(const Stage &stage, GroupAttr group, const ScheduleOverrides &overrides) {
    StageOp op = stage.op;
    Choice choice = leastChoice(stage, group);
    if (const StageOverride *wanted = overrideOf(op, overrides))
      if (failed(applyOverride(stage, group, *wanted, {vectorBits, samples}, choice)))
        return failure();
    auto emit = [&] { return op.emitError("schedule: stage '") << op.getName() << "': "; };
    if (failed(ScheduleAttr::verify(emit, choice.at, choice.axis, choice.level, choice.rows,
                                    choice.width, choice.lanes, choice.fft, choice.plan)))
      return failure();
    op.setScheduleAttr(ScheduleAttr::get(&getContext(), choice.at, choice.axis, choice.level,
                                         choice.rows, choice.width, choice.lanes, choice.fft,
                                         choice.plan));
    return success();
  }

  /// Which fields the file named: `seis.given` on stages, and per group on the function.
  static void noteGiven(func::FuncOp func, const ScheduleOverrides &overrides) {
    Builder b(func.getContext());
    auto names = [&](ArrayRef<std::string> given, StringRef prefix, SmallVector<Attribute> &to) {
      for (const std::string &name : given)
        to.push_back(b.getStringAttr(prefix + name));
    };
    for (StageOp op : func.front().getOps<StageOp>()) {
      const StageOverride *wanted = overrideOf(op, overrides);
      if (!wanted || wanted->given.empty())
        continue;
      SmallVector<Attribute> given;
      names(wanted->given, "", given);
      op->setAttr("seis.given", b.getArrayAttr(given));
    }
    SmallVector<Attribute> given;
    for (const auto &[index, group] : overrides.groups)
      names(group.given, group.name + ".", given);
    if (!given.empty())
      func->setAttr("seis.given", b.getArrayAttr(given));
  }
};

struct PrintSchedulePass : seis::impl::PrintSchedulePassBase<PrintSchedulePass> {
  using Base::Base;

  void runOnOperation() override {
    func::FuncOp func = getOperation();
    if (func->hasAttr("seis.entry") && func->hasAttr("seis.groups"))
      llvm::outs() << json::print(writeSchedule(func)) << "\n";
  }
};

} // namespace
