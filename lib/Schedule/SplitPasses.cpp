//===- SplitPasses.cpp - Whole-volume reductions become passes ------------===//
// A reduction needs all of the survey before the first block of the result can
// be computed. The runtime runs such passes first, over a fixed grid, and hands
// their tables to what follows.
//===----------------------------------------------------------------------===//
#include "seis/Schedule/Passes.h"

#include "mlir/IR/IRMapping.h"

namespace seis {
#define GEN_PASS_DEF_SPLITPASSESPASS
#include "seis/Schedule/Passes.h.inc"
} // namespace seis

using namespace mlir;
using namespace seis;

namespace {

bool isReduction(Operation *op) { return isa<VMinOp, VMaxOp, VSumOp, VCountOp, VTallyOp>(op); }

StringRef kindOf(Operation *op) {
  return llvm::TypeSwitch<Operation *, StringRef>(op)
      .Case<VMinOp>([](auto) { return "min"; })
      .Case<VMaxOp>([](auto) { return "max"; })
      .Case<VSumOp>([](auto) { return "sum"; })
      .Case<VTallyOp>([](auto) { return "tally"; })
      .Default([](auto) { return "count"; });
}

struct SplitPassesPass : seis::impl::SplitPassesPassBase<SplitPassesPass> {
  using Base::Base;

  void runOnOperation() override {
    for (auto func : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>()))
      if (func->hasAttr("seis.entry"))
        split(func);
  }

  /// The pass in which each reduction runs: one after those it depends on.
  static SmallVector<SmallVector<Operation *>> levels(func::FuncOp func) {
    llvm::DenseMap<Operation *, unsigned> first; // first pass in which the operation can run
    SmallVector<SmallVector<Operation *>> passes;
    for (Operation &op : func.front().without_terminator()) {
      unsigned level = 0;
      op.walk([&](Operation *inner) {
        for (Value v : inner->getOperands())
          if (Operation *def = v.getDefiningOp())
            level = std::max(level, first.lookup(def) + (isReduction(def) ? 1u : 0u));
      });
      first[&op] = level;
      if (!isReduction(&op))
        continue;
      if (passes.size() <= level)
        passes.resize(level + 1);
      passes[level].push_back(&op);
    }
    return passes;
  }

  void split(func::FuncOp func) {
    auto passes = levels(func);
    OpBuilder builder(func);
    for (auto [index, reductions] : llvm::enumerate(passes)) {
      func::FuncOp pass = func.clone();
      pass.setName((func.getName() + "_pass" + Twine(index)).str());
      pass->removeAttr("seis.entry");
      pass->setAttr("seis.pass", builder.getI64IntegerAttr(index));
      builder.setInsertionPoint(func);
      builder.insert(pass);

      // The clone has the operations of the original in the same order.
      llvm::DenseMap<Operation *, Operation *> twin;
      for (auto [a, b] : llvm::zip(func.front(), pass.front()))
        twin[&a] = &b;
      SmallVector<Value> reduced;
      SmallVector<Attribute> kinds;
      SmallVector<int64_t> widths; // elements of the table for each
      for (Operation *op : reductions) {
        reduced.push_back(twin[op]->getOperand(0));
        kinds.push_back(builder.getStringAttr(kindOf(op)));
        widths.push_back(op->getNumResults());
      }
      pass.front().getTerminator()->setOperands(reduced);
      pass->setAttr("seis.reduce", builder.getArrayAttr(kinds));
      if (llvm::any_of(widths, [](int64_t n) { return n > 1; }))
        pass->setAttr("seis.widths", builder.getDenseI64ArrayAttr(widths));
      pass.setType(
          builder.getFunctionType(pass.getArgumentTypes(), ValueRange(reduced).getTypes()));
      pass.removeResAttrsAttr();
      SmallVector<SmallVector<Operation *>> earlier;
      for (unsigned k = 0; k < index; ++k) {
        earlier.emplace_back();
        for (Operation *op : passes[k])
          earlier.back().push_back(twin[op]);
      }
      useTables(pass, earlier);
    }
    useTables(func, passes);
  }

  /// Replaces reductions by table arguments, and drops what nothing needs any more.
  static void useTables(func::FuncOp func, ArrayRef<SmallVector<Operation *>> passes) {
    OpBuilder builder(func.getContext());
    for (auto [index, reductions] : llvm::enumerate(passes)) {
      int64_t element = 0;
      for (Operation *op : reductions)
        for (Value result : op->getResults()) {
          unsigned position = func.getNumArguments();
          auto attrs = builder.getDictionaryAttr(builder.getNamedAttr(
              "seis.table",
              builder.getDenseI64ArrayAttr({static_cast<int64_t>(index), element++})));
          if (failed(func.insertArgument(position, builder.getF64Type(), attrs, op->getLoc())))
            llvm_unreachable("a function takes an argument");
          result.replaceAllUsesWith(func.getArgument(position));
        }
    }
    SmallVector<Operation *> ops;
    for (Operation &op : func.front().without_terminator())
      ops.push_back(&op);
    for (Operation *op : llvm::reverse(ops))
      if (isOpTriviallyDead(op))
        op->erase();
  }
};

} // namespace
