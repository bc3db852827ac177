//===- Taps.h - The samples a stencil reads --------------------*- C++ -*-===//
// Offsets and weights of a stencil in the order in which they are summed, and
// what is made of the samples of a window that are not summed: values of a rank,
// positions of extremes.
//===----------------------------------------------------------------------===//
#ifndef SEIS_LIB_CODEGEN_CPU_TAPS_H
#define SEIS_LIB_CODEGEN_CPU_TAPS_H

#include "seis/Codegen/Common/LoopBuilder.h"
#include "seis/Dialect/Seis/IR/SeisOps.h"

namespace seis {

/// A sample that a stencil reads: offsets and weight.
struct Tap {
  int64_t di, dj, dk;
  double weight;
};

/// More taps than this are not unrolled.
constexpr size_t unrollLimit = 160;

/// Inline slowest, sample fastest, along one axis by magnitude; weights that are 0 read nothing.
llvm::SmallVector<Tap> tapsOf(mlir::Operation *op);

/// Smallest and largest lateral offsets of taps.
struct TapBox {
  int64_t lo[2] = {0, 0}, hi[2] = {0, 0};

  explicit TapBox(llvm::ArrayRef<Tap> taps);
};

/// The `rank`-th smallest of vectors, lane by lane; NaN where one of them is.
mlir::Value selectRank(LoopBuilder &l, llvm::ArrayRef<mlir::Value> values, int64_t rank);

/// The same of `count` vectors that `load` gives by number, too many to hold.
mlir::Value selectRank(LoopBuilder &l, mlir::VectorType type, int64_t count, int64_t rank,
                       llvm::function_ref<mlir::Value(mlir::Value)> load);

/// Number of the first largest (or smallest) of `count` vectors, lane by lane; NaN where one is.
mlir::Value selectArg(LoopBuilder &l, mlir::VectorType type, int64_t count, bool isMax,
                      llvm::function_ref<mlir::Value(mlir::Value)> load);
/// The same of vectors at hand.
mlir::Value selectArg(LoopBuilder &l, llvm::ArrayRef<mlir::Value> values, bool isMax);

} // namespace seis

#endif // SEIS_LIB_CODEGEN_CPU_TAPS_H
