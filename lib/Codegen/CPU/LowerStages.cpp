//===- LowerStages.cpp - Turn scheduled stages into loops -----------------===//
#include "KernelEmitter.h"
#include "seis/Codegen/CPU/Passes.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/OpenMP/OpenMPDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace seis {
#define GEN_PASS_DEF_LOWERSTAGESPASS
#include "seis/Codegen/CPU/Passes.h.inc"
} // namespace seis

using namespace mlir;
using namespace seis;

namespace {

struct LowerStagesPass : seis::impl::LowerStagesPassBase<LowerStagesPass> {
  using Base::Base;

  void runOnOperation() override {
    KernelOptions options;
    options.vectorBits = vectorBits;
    options.openmp = openmp;
    options.samples = samples;
    SmallVector<func::FuncOp> graphs;
    for (auto func : getOperation().getOps<func::FuncOp>())
      if (func->hasAttr("seis.groups"))
        graphs.push_back(func);
    OpBuilder builder(&getContext());
    for (func::FuncOp func : graphs) {
      builder.setInsertionPoint(func);
      if (failed(KernelEmitter(func, builder, options).emit()))
        return signalPassFailure();
      func.erase();
    }
  }
};

} // namespace
