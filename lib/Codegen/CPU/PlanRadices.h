//===- PlanRadices.h - Plans with chosen radices ---------------*- C++ -*-===//
#ifndef SEIS_CODEGEN_CPU_PLANRADICES_H
#define SEIS_CODEGEN_CPU_PLANRADICES_H

#include "llvm/ADT/ArrayRef.h"
#include <cstdint>
#include <vector>

namespace seis {

/// A plan like `plan` (fft_plan.h, traces in the lanes), whose passes have the given radices, first
/// pass first. Their product must be the plan's length M; at most 12 of them. `size` is 4 for f32
/// tables, 8 for f64.
std::vector<int64_t> withRadices(llvm::ArrayRef<int64_t> plan, llvm::ArrayRef<int64_t> radices,
                                 int64_t size);

} // namespace seis

#endif // SEIS_CODEGEN_CPU_PLANRADICES_H
