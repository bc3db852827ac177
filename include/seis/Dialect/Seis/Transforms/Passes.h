//===- Passes.h - Passes from seis to seis ---------------------*- C++ -*-===//
#ifndef SEIS_DIALECT_SEIS_TRANSFORMS_PASSES_H
#define SEIS_DIALECT_SEIS_TRANSFORMS_PASSES_H

#include "seis/Dialect/Seis/IR/SeisOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace seis {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "seis/Dialect/Seis/Transforms/Passes.h.inc"
} // namespace seis

#endif // SEIS_DIALECT_SEIS_TRANSFORMS_PASSES_H
