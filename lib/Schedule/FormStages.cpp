//===- FormStages.cpp - Cut a graph into stages ---------------------------===//
// Decides which values exist in memory; everything else is computed where it is
// used. What is decided here is what must be kept; where and for how long is the
// schedule's business.
//===----------------------------------------------------------------------===//
#include "seis/Dialect/Seis/Analysis/Dependence.h"
#include "seis/Schedule/Passes.h"
#include "seis/Schedule/StageGraph.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringSet.h"

namespace seis {
#define GEN_PASS_DEF_FORMSTAGESPASS
#include "seis/Schedule/Passes.h.inc"
} // namespace seis

using namespace mlir;
using namespace seis;

namespace {

bool hasVolumes(Operation *op) {
  auto isTensor = [](Type t) { return isVolume(t) || isTrace(t); };
  return llvm::any_of(op->getResultTypes(), isTensor) ||
         llvm::any_of(op->getOperandTypes(), isTensor);
}

/// Operations that read whole traces.
bool isWholeTrace(Operation *op) {
  return isa<AnalyticOp, FftOp, IfftOp, SpecMulOp, UnwrapOp, ScanOp, IirOp, HoldOp, TMinOp, TMaxOp,
             TSumOp>(op);
}

/// Operations with several results or loops of their own; each is a stage alone.
bool isAlone(Operation *op) { return isWholeTrace(op) || isa<GlcmOp, GlcmBaseOp>(op); }

bool isStencil(Operation *op) { return isa<FootprintOpInterface>(op) && !isWholeTrace(op); }

/// Values that cost less to compute again than to keep.
bool isCheap(Value v, const llvm::SetVector<Value> &kept) {
  Operation *op = v.getDefiningOp();
  if (elementType(v.getType()).isInteger(1) || isTrace(v.getType()))
    return true; // masks are never kept; values per trace cost nothing
  if (isa<BroadcastOp, IndexOp, LineOp, ReOp, ImOp>(op))
    return true;
  if (!isa<arith::AddFOp, arith::SubFOp, arith::MulFOp, arith::NegFOp, math::AbsFOp>(op))
    return false;
  return llvm::all_of(op->getOperands(), [&](Value o) {
    return kept.contains(o) || isa<BlockArgument>(o) ||
           isa_and_nonnull<BroadcastOp, IndexOp, LineOp>(o.getDefiningOp());
  });
}

/// The border that rows of `v` must carry for `op` to read them beyond their ends; nothing if it
/// reads no other samples.
std::optional<Border> neededBorder(Operation *op, unsigned operand) {
  if (!isStencil(op) || isa<GatherOp>(op) || !isVolume(op->getOperand(operand).getType()))
    return std::nullopt;
  Footprint f = footprintOf(op, operand);
  if (!f[2].lo && !f[2].hi && !f[2].whole)
    return std::nullopt;
  if (auto border = op->getAttrOfType<BorderAttr>("border"))
    return border.getValue();
  return Border::Nearest; // wrapdiff: the absent step at an end of the trace is 0
}

class StageFormer {
public:
  explicit StageFormer(func::FuncOp func) : func(func), builder(func.getContext()) {}

  void run() {
    chooseKept();
    Operation *terminator = func.front().getTerminator();
    builder.setInsertionPoint(terminator);
    SmallVector<Operation *> graph;
    for (Operation &op : func.front().without_terminator())
      if (hasVolumes(&op))
        graph.push_back(&op);
    loadInputs();
    for (Operation *op : graph)
      if (llvm::any_of(op->getResults(), [&](Value v) { return kept.contains(v); })) {
        StageOp stage = makeStage(op, op->getName().stripDialect());
        for (auto [value, result] : llvm::zip(op->getResults(), stage.getResults()))
          stored[value] = result;
      }
    SmallVector<Value> results(terminator->getOperands());
    for (auto [n, v] : llvm::enumerate(results))
      if (isa<RankedTensorType>(v.getType()))
        terminator->setOperand(n, output(v, llvm::count(results, v), resultName(n)));
    for (Operation *op : llvm::reverse(graph))
      op->erase();
  }

private:
  /// Inputs that may be stored in several ways are converted by a stage each, the only one that
  /// reads them.
  void loadInputs() {
    for (BlockArgument arg : func.getArguments())
      if (func.getArgAttr(arg.getArgNumber(), "seis.storage") && !arg.use_empty())
        stored[arg] = makeCopy(arg, argName(arg) + "_load");
  }

  /// A value a stage reads, and the border its rows must carry.
  using Input = std::pair<Value, std::optional<Border>>;

  /// Rows in scratch are of the compute type: masks and complex values are computed where needed.
  void keep(Value v) {
    if (v.getDefiningOp() && isa<RankedTensorType>(v.getType()) &&
        isa<FloatType>(elementType(v.getType())))
      kept.insert(v);
  }

  /// Consumers before producers: when an operation is visited, all its users have been.
  void chooseKept() {
    for (Value v : func.front().getTerminator()->getOperands())
      keep(v);
    llvm::DenseMap<Operation *, llvm::SmallPtrSet<Operation *, 4>> roots;
    for (Operation &op : llvm::reverse(func.front().without_terminator())) {
      if (!hasVolumes(&op))
        continue;
      if (isAlone(&op))
        for (Value v : op.getResults())
          keep(v);
      llvm::SmallPtrSet<Operation *, 4> mine;
      bool isKept = llvm::any_of(op.getResults(), [&](Value v) { return kept.contains(v); });
      if (!isKept) {
        for (Operation *user : op.getUsers())
          if (user == func.front().getTerminator())
            mine.insert(user); // a mask or a complex volume as output
          else if (auto found = roots.find(user); found != roots.end())
            mine.insert(found->second.begin(), found->second.end());
        isKept = mine.size() > 1 && !isCheap(op.getResult(0), kept);
      }
      if (isKept) {
        for (Value v : op.getResults()) // made together, kept together
          keep(v);
        mine.clear();
        mine.insert(&op);
      }
      roots[&op] = std::move(mine);
      if (isa<FootprintOpInterface>(op))
        for (OpOperand &operand : op.getOpOperands())
          if (readsOthers(operand))
            keep(operand.get());
    }
  }

  /// Scans along inlines and crosslines write rows, which may be the caller's; a pass reduces rows.
  bool writesToCaller(Operation *op) {
    if (!isAlone(op))
      return op->getNumResults() == 1;
    return isa<ScanOp, IirOp>(op) && !isWholeTraceOp(op) && func->hasAttr("seis.entry");
  }

  /// What the function returns for `v`, which it returns `times` times. An output is written
  /// straight to the caller's array, unless something else reads it too. A pass writes none: one
  /// stage makes all its reductions of a value.
  Value output(Value v, unsigned times, StringRef name) {
    if (!func->hasAttr("seis.reduce"))
      return outputAlone(v, times, name);
    Value &reduced = outputs[v];
    if (!reduced)
      reduced = outputAlone(v, /*times=*/1, name);
    return reduced;
  }

  Value outputAlone(Value v, unsigned times, StringRef name) {
    Operation *terminator = func.front().getTerminator(), *def = v.getDefiningOp();
    if (!def)
      return makeCopy(v, name);
    if (!kept.contains(v))
      return makeStage(def, name).getResult(llvm::find(def->getResults(), v) -
                                            def->getResults().begin());
    if (isa<GlcmBaseOp>(def)) // as large as it is, it exists once, and only for the caller
      return stored.lookup(v);
    bool isRead = llvm::any_of(v.getUsers(), [&](Operation *user) { return user != terminator; });
    if (isRead || times > 1 || !writesToCaller(def))
      return makeCopy(v, name);
    return stored.lookup(v);
  }

  std::string unique(StringRef base) {
    std::string name = base.str();
    for (unsigned k = 2; !names.insert(name).second; ++k)
      name = (base + "_" + Twine(k)).str();
    return name;
  }

  std::string argName(BlockArgument arg) {
    auto attr = func.getArgAttrOfType<StringAttr>(arg.getArgNumber(), "seis.name");
    return attr ? attr.str() : "in" + std::to_string(arg.getArgNumber());
  }
  std::string resultName(unsigned index) {
    auto attr = func.getResultAttrOfType<StringAttr>(index, "seis.name");
    return attr ? attr.str() : "out" + std::to_string(index);
  }

  Value makeCopy(Value v, StringRef name) {
    Value source = stored.contains(v) ? stored.lookup(v) : v;
    return emitStage(
               {source}, {source.getType()}, name, v.getLoc(),
               [](OpBuilder &, Block &body) { return SmallVector<Value>{body.getArgument(0)}; })
        .getResult(0);
  }

  /// Where a stage reads `input` from: an input of the function in place, else the rows of a stage,
  /// which carry one border each. Another border needs a copy of the rows.
  Value storage(Input input) {
    auto [v, border] = input;
    Value base = stored.lookup(v); // null for inputs of the function and scalars
    if (!border)
      return base ? base : v;
    if (base && (!borderOf.count(base) || borderOf[base] == *border)) {
      borderOf[base] = *border;
      return base;
    }
    Value &copy = copies[{v, static_cast<int>(*border)}];
    if (!copy) {
      std::string name =
          base ? base.getDefiningOp<StageOp>().getName().str() : argName(cast<BlockArgument>(v));
      copy = makeCopy(v, name + "_" + stringifyBorder(*border).str());
      borderOf[copy] = *border;
    }
    return copy;
  }

  /// A stage that computes the results of `root` from kept values and inputs.
  StageOp makeStage(Operation *root, StringRef name) {
    llvm::SetVector<Operation *> body;
    SmallVector<Input> inputs;
    collect(root, body, inputs);
    SmallVector<Operation *> ordered(body.getArrayRef());
    llvm::sort(ordered, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
    SmallVector<Value> operands = llvm::map_to_vector(inputs, [&](Input i) { return storage(i); });

    auto fill = [&](OpBuilder &inner, Block &block) {
      IRMapping map;
      auto argument = [&](Input input) {
        return block.getArgument(llvm::find(inputs, input) - inputs.begin());
      };
      for (Input input : inputs)
        if (!input.second)
          map.map(input.first, argument(input));
      for (Operation *op : ordered) {
        Operation *twin = inner.clone(*op, map);
        for (unsigned i = 0; i < op->getNumOperands(); ++i)
          if (auto border = neededBorder(op, i))
            twin->setOperand(i, argument({op->getOperand(i), border}));
      }
      return llvm::map_to_vector(root->getResults(), [&](Value v) { return map.lookup(v); });
    };
    return emitStage(operands, llvm::to_vector(root->getResultTypes()), name, root->getLoc(), fill);
  }

  void collect(Operation *op, llvm::SetVector<Operation *> &body, SmallVector<Input> &inputs) {
    if (!body.insert(op))
      return;
    auto addInput = [&](Input input) {
      if (!llvm::is_contained(inputs, input))
        inputs.push_back(input);
    };
    for (unsigned i = 0; i < op->getNumOperands(); ++i) {
      Value v = op->getOperand(i);
      Operation *def = v.getDefiningOp();
      if (!def || kept.contains(v) || !hasVolumes(def))
        addInput({v, neededBorder(op, i)});
      else
        collect(def, body, inputs);
    }
    for (Region &region : op->getRegions()) // the multiplier of specmul sees scalars around it
      region.walk([&](Operation *inner) {
        for (Value v : inner->getOperands())
          if (!region.isAncestor(v.getParentRegion()))
            addInput({v, std::nullopt});
      });
  }

  StageOp emitStage(ArrayRef<Value> operands, ArrayRef<Type> types, StringRef name, Location loc,
                    llvm::function_ref<SmallVector<Value>(OpBuilder &, Block &)> fill) {
    auto stage = StageOp::create(builder, loc, types, operands, builder.getStringAttr(unique(name)),
                                 builder.getI64IntegerAttr(0), ScheduleAttr());
    Block &block = stage.getBody().emplaceBlock();
    for (Value v : operands)
      block.addArgument(v.getType(), v.getLoc());
    OpBuilder inner = OpBuilder::atBlockEnd(&block);
    YieldOp::create(inner, loc, fill(inner, block));
    // What is read across whole lateral lines must be complete before.
    int64_t group = 0;
    for (auto [v, f] : llvm::zip(operands, footprintsOf(stage))) {
      if (auto producer = v.getDefiningOp<StageOp>())
        group = std::max<int64_t>(group, producer.getGroup() + (f[0].whole || f[1].whole));
    }
    stage.setGroup(group);
    return stage;
  }

  func::FuncOp func;
  OpBuilder builder;
  llvm::SetVector<Value> kept;            // values of the graph that get a stage
  llvm::DenseMap<Value, Value> stored;    // value of the graph -> result of its stage
  llvm::DenseMap<Value, Border> borderOf; // result of a stage -> border its rows carry
  llvm::DenseMap<std::pair<Value, int>, Value> copies;
  llvm::DenseMap<Value, Value> outputs; // of a pass
  llvm::StringSet<> names;
};

struct FormStagesPass : seis::impl::FormStagesPassBase<FormStagesPass> {
  using Base::Base;
  void runOnOperation() override { StageFormer(getOperation()).run(); }
};

} // namespace
