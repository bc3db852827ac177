//===- Dependence.cpp - What a program reads of its inputs ----------------===//
#include "seis/Dialect/Seis/Analysis/Dependence.h"
#include "seis/Dialect/Seis/IR/SeisOps.h"

using namespace mlir;
using namespace seis;

static bool isVolumeReduction(Operation *op) {
  return isa<VMinOp, VMaxOp, VSumOp, VCountOp, VTallyOp>(op);
}

Footprint seis::footprintOf(Operation *op, unsigned index) {
  if (auto reader = dyn_cast<FootprintOpInterface>(op))
    return reader.getFootprint(index);
  return isa<StageOp>(op) ? footprintsOf(op)[index] : Footprint();
}

SmallVector<Footprint> seis::footprintsOf(Operation *op) {
  auto indices = llvm::seq<unsigned>(op->getNumOperands());
  auto stage = dyn_cast<StageOp>(op);
  if (!stage)
    return llvm::map_to_vector(indices, [&](unsigned index) { return footprintOf(op, index); });
  // A stage reads an operand as its body does.
  Block &body = stage.getBody().front();
  auto inner = computeFootprints(body, llvm::to_vector(body.getTerminator()->getOperands()));
  return llvm::map_to_vector(indices,
                             [&](unsigned index) { return inner.lookup(body.getArgument(index)); });
}

llvm::DenseMap<Value, Footprint> seis::computeFootprints(Block &block, ArrayRef<Value> roots) {
  llvm::DenseMap<Value, Footprint> reach;
  for (Value root : roots)
    reach.try_emplace(root);
  for (Operation &op : llvm::reverse(block.without_terminator())) {
    bool used = false;
    Footprint ofResults;
    for (Value result : op.getResults())
      if (auto found = reach.find(result); found != reach.end()) {
        ofResults = used ? ofResults.unite(found->second) : found->second;
        used = true;
      }
    if (!used || isVolumeReduction(&op))
      continue;
    for (auto [operand, footprint] : llvm::zip(op.getOperands(), footprintsOf(&op))) {
      Footprint total = ofResults.then(footprint);
      auto [entry, isNew] = reach.try_emplace(operand, total);
      if (!isNew)
        entry->second = entry->second.unite(total);
    }
  }
  return reach;
}

llvm::DenseMap<Value, Footprint> seis::computeFootprints(func::FuncOp func) {
  Block &block = func.front();
  return computeFootprints(block, llvm::to_vector(block.getTerminator()->getOperands()));
}

/// Whether an operation, or one in a stage, makes samples out of no volume.
static bool makesSamples(Operation *op) {
  auto makes = [](Operation *inner) {
    auto broadcast = dyn_cast<BroadcastOp>(inner);
    return isa<IndexOp, LineOp>(inner) || (broadcast && broadcast.getInput().getType().isF64());
  };
  if (auto stage = dyn_cast<StageOp>(op))
    return llvm::any_of(stage.getBody().front(), [&](Operation &inner) { return makes(&inner); });
  return makes(op);
}

llvm::DenseMap<Value, Footprint> seis::computeHalos(func::FuncOp func) {
  auto reach = computeFootprints(func);
  Footprint made;
  for (auto &[value, footprint] : reach)
    if (Operation *op = value.getDefiningOp(); op && makesSamples(op))
      made = made.unite(footprint);
  llvm::DenseMap<Value, Footprint> halos;
  for (BlockArgument arg : func.getArguments())
    if (isVolume(arg.getType()))
      halos[arg] = reach.lookup(arg).unite(made);
  return halos;
}

Dependence seis::dependenceOf(Value result) {
  SmallVector<Value> work = {result};
  llvm::SmallDenseSet<Value> seen;
  Dependence widest = Dependence::Pointwise;
  while (!work.empty()) {
    Value value = work.pop_back_val();
    Operation *op = value.getDefiningOp();
    if (!op || !seen.insert(value).second)
      continue;
    for (auto [operand, f] : llvm::zip(op->getOperands(), footprintsOf(op))) {
      if (f[0].whole || f[1].whole || f[2].whole)
        widest = std::max(widest, Dependence::WholeTrace);
      else if (!(f == Footprint()))
        widest = std::max(widest, Dependence::Stencil);
      work.push_back(operand);
    }
    if (isVolumeReduction(op))
      widest = Dependence::WholeVolume;
  }
  return widest;
}
