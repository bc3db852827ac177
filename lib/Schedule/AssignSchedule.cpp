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

  /// Groups in which every stage may run; changes them until all rules hold:
  /// - What is kept as a whole ends its group: all its readers come in later ones. It is kept because
  ///   an override says so or because one reader needs whole lateral lines. A reader in the same
  ///   group would run while other threads make the rows that their tiles share with its own once
  ///   more.
  /// - A reduction takes its results from the last group, whose tiles are cells of the grid; those
  ///   of a group that keeps something whole are not.
  /// - What only a later group reads is made there, unless it is read as whole lines.
  static void cutGroups(func::FuncOp func, const ScheduleOverrides &overrides) {
    auto isWholeByOverride = [&](StageOp op) {
      const StageOverride *wanted = overrideOf(op, overrides);
      return wanted && wanted->at.kind == Place::Root;
    };
    auto isKeptWhole = [&](StageOp op) {
      return isWholeByOverride(op) || llvm::any_of(op->getUsers(), [&](Operation *user) {
               auto reader = dyn_cast<StageOp>(user);
               return reader && reader.getGroup() > op.getGroup();
             });
    };
    auto stages = llvm::to_vector(func.front().getOps<StageOp>());
    bool isPass = func->hasAttr("seis.reduce"), changed = true;
    while (changed) { // a reader that moves has other producers
      changed = false;
      uint64_t last = 0;
      for (StageOp op : stages) {
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
      for (StageOp op : llvm::reverse(stages)) {
        std::optional<uint64_t> group = groupOfReaders(op, isPass, last);
        if (!group || *group == op.getGroup() || isWholeByOverride(op))
          continue;
        op.setGroup(*group);
        changed = true;
      }
    }
    separateScans(func);
  }

  static bool readsWholeLines(StageOp op, unsigned input) {
    Footprint f = footprintOf(op, input);
    return f[0].whole || f[1].whole;
  }

  /// The one group that reads the results of `op` row by row; nothing if there is no such group.
  static std::optional<uint64_t> groupOfReaders(StageOp op, bool isPass, uint64_t last) {
    if (scanAxisOf(op)) // has a group of its own
      return std::nullopt;
    std::optional<uint64_t> group;
    for (OpOperand &use : op->getUses()) {
      auto reader = dyn_cast<StageOp>(use.getOwner());
      if (!reader && !isPass)
        return std::nullopt;
      uint64_t here = reader ? reader.getGroup() : last;
      if ((reader && readsWholeLines(reader, use.getOperandNumber())) || (group && *group != here))
        return std::nullopt;
      group = here;
    }
    return group;
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
