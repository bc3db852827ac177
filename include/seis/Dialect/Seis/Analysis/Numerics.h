//===- Numerics.h - How far the bits of a result are fixed -----*- C++ -*-===//
// A result may be computed along several roads: by rewrites, by schedules. Whoever
// compares two of them asks how much they may differ, and where a rounding error
// may do more than that.
//===----------------------------------------------------------------------===//
#ifndef SEIS_DIALECT_SEIS_ANALYSIS_NUMERICS_H
#define SEIS_DIALECT_SEIS_ANALYSIS_NUMERICS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace seis {

/// What another road may do to the bits of a result: keep them, reorder sums, or compute the same
/// real number by another formula.
enum class NumericClass { Exact, Reassoc, Algo };

struct Numerics {
  NumericClass widest = NumericClass::Exact; ///< of all operations that results depend on
  /// Whether a rounded number is compared, rounded to an integer, ranked or sorted into segments:
  /// where two roads decide differently, results differ by more than rounding errors.
  bool decides = false;
};

/// An upper bound, from the kinds of the operations, for the results of a function.
Numerics numericsOf(mlir::func::FuncOp func);

} // namespace seis

#endif // SEIS_DIALECT_SEIS_ANALYSIS_NUMERICS_H
