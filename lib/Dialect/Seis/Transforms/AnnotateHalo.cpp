//===- AnnotateHalo.cpp - Record the halo of each input volume ------------===//
#include "seis/Dialect/Seis/Analysis/Dependence.h"
#include "seis/Dialect/Seis/IR/SeisOps.h"
#include "seis/Dialect/Seis/Transforms/Passes.h"

namespace seis {
#define GEN_PASS_DEF_ANNOTATEHALOPASS
#include "seis/Dialect/Seis/Transforms/Passes.h.inc"
} // namespace seis

using namespace mlir;
using namespace seis;

namespace {
struct AnnotateHaloPass : seis::impl::AnnotateHaloPassBase<AnnotateHaloPass> {
  using Base::Base;

  void runOnOperation() override {
    func::FuncOp func = getOperation();
    auto halos = computeHalos(func);
    for (BlockArgument arg : func.getArguments()) {
      if (!isVolume(arg.getType()))
        continue;
      Footprint reach = halos.lookup(arg);
      SmallVector<int64_t, 6> halo;
      for (const Reach &r : reach.axis) {
        halo.push_back(r.whole ? -1 : r.lo);
        halo.push_back(r.whole ? -1 : r.hi);
      }
      func.setArgAttr(arg.getArgNumber(), "seis.halo", DenseI64ArrayAttr::get(&getContext(), halo));
    }
  }
};
} // namespace
