//===- KernelParts.cpp - Large groups in several functions ----------------===//
// Some passes of LLVM take time with the square of a function's length. The
// stages of a group whose code would be very long are emitted as functions of a
// few stages each, which the tile calls at every position of the front. What a
// tile knows and a stage needs, the rows that stages make for it, goes through
// the thread's scratch.
//===----------------------------------------------------------------------===//
#include "KernelEmitter.h"
#include "Taps.h"

using namespace mlir;
using namespace seis;

/// Vector operations of a stage's code, roughly.
static int64_t lengthOf(const Stage &stage) {
  constexpr int64_t ofTransform = 800, ofMatrices = 2000, ofEigenvalues = 300;
  if (stage.ownLoops)
    return ofMatrices;
  if (stage.wholeTrace)
    return ofTransform;
  StageOp op = stage.op;
  int64_t length = 0;
  for (Operation &inner : op.getBody().front()) {
    bool isLong = isa<EigH3Op, CohEigOp>(inner);
    int64_t taps = isa<WrapDiffOp, CohEigOp, GatherOp>(inner) || !isa<FootprintOpInterface>(inner)
                       ? 1
                       : static_cast<int64_t>(tapsOf(&inner).size());
    if (auto rank = dyn_cast<WinRankOp>(inner); rank && taps <= static_cast<int64_t>(unrollLimit))
      taps *= 2 * llvm::Log2_64_Ceil(taps + 1);
    length += isLong ? ofEigenvalues : taps > static_cast<int64_t>(unrollLimit) ? 20 : taps;
  }
  // Loops are emitted with and without masks, and for several rows and for one.
  int64_t rows = op.getSchedule() ? op.getSchedule()->getRows() : 1;
  return 2 * length * (rows + (rows > 1));
}

void KernelEmitter::collectParts() {
  constexpr int64_t longestGroup = 6000, longestPart = 2000;
  for (unsigned g = 0; g < stages.numGroups(); ++g) {
    if (stages.group(g).front().scanAxis)
      continue;
    int64_t total = 0;
    for (const Stage &stage : stages.group(g))
      total += lengthOf(stage);
    if (total <= longestGroup)
      continue;
    // Stages of different phases may take turns in the group's order.
    std::map<std::array<int64_t, 2>, std::pair<size_t, int64_t>> open;
    for (const Stage &stage : stages.group(g)) {
      rangeIndex[stage.op] = static_cast<int64_t>(rangeIndex.size());
      int64_t length = lengthOf(stage);
      auto found = open.find(stage.phase);
      if (found == open.end() || found->second.second + length > longestPart) {
        parts.push_back({g, stage.phase, {}});
        found = open.insert_or_assign(stage.phase, std::pair(parts.size() - 1, int64_t(0))).first;
      }
      parts[found->second.first].stages.push_back(&stage);
      found->second.second += length;
    }
  }
}

std::string KernelEmitter::partName(size_t part) const {
  return (isPass() ? "_reduce_part" : "_run_part") + std::to_string(part);
}

void KernelEmitter::emitParts() {
  Type i64 = l.i64Type();
  for (size_t n = 0; n < parts.size(); ++n) {
    auto func = define(partName(n), {l.ptrType(), i64, i64, i64, i64}, {}, [&](ValueRange args) {
      enterTile(args[0], args[1]);
      for (const Stage *stage : parts[n].stages)
        loadRanges(*stage);
      for (const Stage *stage : parts[n].stages)
        emitStage(*stage, args[2], args[3], args[4]);
      current = lanes;
      return Value();
    });
    func->setAttr("passthrough", l.b.getStrArrayAttr({"noinline"}));
  }
}

/// Address of the rows that a stage makes for the tile (level 0) or the inner tile (1) on an axis.
Value KernelEmitter::rangeAddress(Operation *stage, unsigned level, unsigned axis) {
  return l.at(threadScratch,
              l.add(layout.ranges, 8 * (8 * rangeIndex.lookup(stage) + 4 * level + 2 * axis)));
}

void KernelEmitter::storeRanges(const Stage &stage, unsigned level) {
  if (!rangeIndex.count(stage.op))
    return;
  const std::array<Range, 2> &range = ranges[level].find(stage.op)->second;
  for (unsigned a : {0, 1}) {
    Value at = rangeAddress(stage.op, level, a);
    l.store(range[a].lo, at);
    l.store(range[a].hi, l.at(at, 8));
  }
}

/// Those of the stage, of what it reads, and of what it writes for.
void KernelEmitter::loadRanges(const Stage &stage) {
  auto load = [&](Operation *op) {
    if (!op || !rangeIndex.count(op) || ranges[0].count(op))
      return;
    for (unsigned level : {0, 1})
      for (unsigned a : {0, 1}) {
        Value at = rangeAddress(op, level, a);
        ranges[level][op][a] = {l.loadI64(at, 0), l.loadI64(at, 8)};
      }
  };
  load(stage.op);
  for (Value v : StageOp(stage.op).getInputs())
    load(v.getDefiningOp());
  for (StageOp copy : stage.copies)
    load(copy);
}

void KernelEmitter::callParts(unsigned g, std::array<int64_t, 2> phase, Value t, Value u,
                              Value step) {
  for (auto [n, part] : llvm::enumerate(parts))
    if (part.group == g && part.phase == phase)
      l.call(name + partName(n), {}, {ctx.call, thread, t, u, step});
}
