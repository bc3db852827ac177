//===- InlineStages.cpp - Stages that are computed where they are read ----===//
// A stage without rows of its own: its body is put into every reader. A file can
// ask for it; narrow correlations across both lateral axes, and the grey levels of a
// plane and their co-occurrence matrix, are put together by themselves.
//===----------------------------------------------------------------------===//
#include "Legality.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace seis;

/// Whether a stencil reads what its stage computes.
static bool readsBody(Operation *op) {
  return isa<FootprintOpInterface>(op) && llvm::any_of(op->getOperands(), [](Value v) {
           return isVolume(v.getType()) && !isa<BlockArgument>(v);
         });
}

/// Why `op` cannot be computed again where it is read; empty if it can.
static std::string whyNotInline(StageOp op) {
  if (convertsInput(op))
    return "it converts the samples of an input to the compute type";
  auto body = op.getBody().front().without_terminator();
  for (OpOperand &use : op->getUses()) {
    auto reader = dyn_cast<StageOp>(use.getOwner());
    if (!reader)
      return "it is an output and is written where the caller says";
    BlockArgument arg = reader.getBody().getArgument(use.getOperandNumber());
    for (Operation *user : arg.getUsers()) {
      bool atOtherRows = readsOtherCrosslines(user) || isa<GlcmOp>(user);
      if (isa<FootprintOpInterface>(user) && !atOtherRows)
        return ("stage '" + reader.getName() + "' reads other samples of it").str();
      for (Operation &inner : body)
        if (atOtherRows ? !isComputedAtOtherRows(&inner, user) || readsBody(&inner)
                        : isa<FootprintOpInterface>(inner))
          return ("it holds " + inner.getName().getStringRef() + ", which " +
                  (atOtherRows ? "cannot be computed for stage '" + reader.getName() + "'"
                               : Twine("is not pointwise")))
              .str();
    }
  }
  return "";
}

/// `reader` with the body of `op` where it reads its results.
static StageOp inlineInto(StageOp op, StageOp reader) {
  SmallVector<Value> operands;
  auto position = [&](Value v) {
    auto *found = llvm::find(operands, v);
    if (found == operands.end()) {
      operands.push_back(v);
      return operands.size() - 1;
    }
    return static_cast<size_t>(found - operands.begin());
  };
  for (Value v : reader.getInputs())
    if (v.getDefiningOp() != op)
      position(v);
  for (Value v : op.getInputs())
    position(v);
  OpBuilder b(reader);
  auto made =
      StageOp::create(b, reader.getLoc(), llvm::to_vector(reader.getResultTypes()), operands,
                      reader.getNameAttr(), reader.getGroupAttr(), ScheduleAttr());
  Block &block = made.getBody().emplaceBlock();
  for (Value v : operands)
    block.addArgument(v.getType(), v.getLoc());
  OpBuilder inner = OpBuilder::atBlockEnd(&block);
  IRMapping map;
  for (auto [arg, v] : llvm::zip(op.getBody().getArguments(), op.getInputs()))
    map.map(arg, block.getArgument(position(v)));
  for (Operation &twin : op.getBody().front().without_terminator())
    inner.clone(twin, map);
  auto results = llvm::map_to_vector(op.getBody().front().getTerminator()->getOperands(),
                                     [&](Value v) { return map.lookup(v); });
  for (auto [arg, v] : llvm::zip(reader.getBody().getArguments(), reader.getInputs()))
    map.map(arg, v.getDefiningOp() == op ? results[cast<OpResult>(v).getResultNumber()]
                                         : Value(block.getArgument(position(v))));
  for (Operation &twin : reader.getBody().front())
    inner.clone(twin, map);
  reader->replaceAllUsesWith(made->getResults());
  reader->erase();
  return made;
}

/// The only operation that reads a stage; null if there are more.
static Operation *onlyReader(StageOp op) {
  auto reader = op->hasOneUse() ? dyn_cast<StageOp>(*op->getUsers().begin()) : StageOp();
  if (!reader)
    return nullptr;
  BlockArgument arg = reader.getBody().getArgument(op->getUses().begin()->getOperandNumber());
  return arg.hasOneUse() ? *arg.getUsers().begin() : nullptr;
}

/// A narrow correlation along inlines that a narrow one along crosslines reads. Of six rows
/// computed for four (see leastChoice), each is read from the first cache, where keeping them would
/// write and read rows of the second.
static bool isPartOfNarrowStencil(StageOp op) {
  auto isNarrow = [](Corr1Op corr) {
    return corr && llvm::count_if(corr.getWeights(), [](double w) { return w != 0; }) <= 3;
  };
  auto &body = op.getBody().front();
  return isNarrow(dyn_cast<Corr1Op>(body.front())) &&
         llvm::hasSingleElement(body.without_terminator()) &&
         isNarrow(dyn_cast_or_null<Corr1Op>(onlyReader(op)));
}

/// A few instructions whose result is the grey levels of a plane: it reads each of them once, or
/// little more, and keeps them in another form.
static bool areLevelsOfPlane(StageOp op) {
  auto matrix = dyn_cast_or_null<GlcmOp>(onlyReader(op));
  return matrix && matrix.getWindow()[0] == 1 &&
         llvm::all_of(op.getBody().front().without_terminator(), [](Operation &inner) {
           return isa<BroadcastOp, math::TruncOp, math::FloorOp, math::CeilOp, math::RoundEvenOp,
                      math::AbsFOp>(inner) ||
                  isa<arith::ArithDialect>(inner.getDialect());
         });
}

/// Whether computing the stage again where it is read costs less than keeping its rows.
static bool isWorthInlining(StageOp op) {
  return (isPartOfNarrowStencil(op) || areLevelsOfPlane(op)) && whyNotInline(op).empty();
}

LogicalResult seis::inlineStages(func::FuncOp func, const ScheduleOverrides &overrides) {
  SmallVector<StageOp> wanted;
  for (StageOp op : func.front().getOps<StageOp>()) {
    auto found = overrides.stages.find(op.getName().str());
    bool isNamed = found != overrides.stages.end();
    if (isNamed ? found->second.at.kind == Place::Inline : isWorthInlining(op))
      wanted.push_back(op);
  }
  SmallVector<Attribute> names;
  // the last first: its body then takes along what is put into it
  for (StageOp op : llvm::reverse(wanted)) {
    if (std::string why = whyNotInline(op); !why.empty())
      return op.emitError("schedule: stage '")
             << op.getName() << "' cannot be at 'inline': " << why;
    auto given = overrides.stages.find(op.getName().str());
    if (given != overrides.stages.end() && given->second.given.size() > 1)
      return op.emitError("schedule: stage '")
             << op.getName() << "' is inline: it has no loop of its own, only at may be given";
    while (!op->use_empty())
      inlineInto(op, cast<StageOp>(*op->getUsers().begin()));
    names.push_back(op.getNameAttr());
    op->erase();
  }
  if (!names.empty())
    func->setAttr("seis.inlined", Builder(func.getContext()).getArrayAttr(names));
  return success();
}
