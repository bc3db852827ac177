//===- Passes.h - From a graph to scheduled stages -------------*- C++ -*-===//
#ifndef SEIS_SCHEDULE_PASSES_H
#define SEIS_SCHEDULE_PASSES_H

#include "seis/Dialect/Seis/IR/SeisOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace seis {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "seis/Schedule/Passes.h.inc"
} // namespace seis

#endif // SEIS_SCHEDULE_PASSES_H
