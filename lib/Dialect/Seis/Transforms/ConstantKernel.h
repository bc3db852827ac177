//===- ConstantKernel.h - Stencils with constant weights -------*- C++ -*-===//
// Shifts, correlations and window sums are one thing: a list of offsets and
// weights, and a rule for what lies outside the survey. Two in sequence are one
// again, except where the first result, continued beyond the survey by the rule,
// differs from what the first kernel gives there.
//===----------------------------------------------------------------------===//
#ifndef SEIS_LIB_DIALECT_SEIS_TRANSFORMS_CONSTANTKERNEL_H
#define SEIS_LIB_DIALECT_SEIS_TRANSFORMS_CONSTANTKERNEL_H

#include "Rewrites.h"
#include "seis/Dialect/Seis/IR/SeisOps.h"

#include <map>

namespace seis {

struct ConstantKernel {
  /// Offset on the three axes.
  using Offset = std::array<int64_t, numAxes>;

  /// Weights by offset, in the order in which they are summed; none is 0.
  std::map<Offset, double> taps;
  Border border = Border::Reflect;

  /// The kernel of a shift, a correlation or a window sum over one axis; nothing for other
  /// operations and where all weights are 0.
  static std::optional<ConstantKernel> of(mlir::Operation *op);

  /// Whether other samples are read along `axis`.
  bool reaches(unsigned axis) const;
  /// The only axis along which other samples are read.
  std::optional<unsigned> onlyAxis() const;
  /// Whether it moves samples without weighing them.
  bool isShift() const { return taps.size() == 1 && taps.begin()->second == 1.0; }
  double sum() const;

  /// `inner` and then this as one kernel, which `numericClass` says how true to the bit; nothing
  /// where they differ at a border, or where a weight cancels, so that a NaN would be lost.
  std::optional<ConstantKernel> after(const ConstantKernel &inner,
                                      NumericClass &numericClass) const;

  /// The same with every weight times `factor`; nothing where a weight leaves the range of f32.
  std::optional<ConstantKernel> scaled(double factor) const;

  /// The simplest operation that applies the kernel to `input`.
  mlir::Value build(mlir::OpBuilder &b, mlir::Location loc, mlir::Value input) const;
};

} // namespace seis

#endif // SEIS_LIB_DIALECT_SEIS_TRANSFORMS_CONSTANTKERNEL_H
