//===- Passes.h - From scheduled stages to loops ---------------*- C++ -*-===//
#ifndef SEIS_CODEGEN_CPU_PASSES_H
#define SEIS_CODEGEN_CPU_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace seis {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "seis/Codegen/CPU/Passes.h.inc"
} // namespace seis

#endif // SEIS_CODEGEN_CPU_PASSES_H
