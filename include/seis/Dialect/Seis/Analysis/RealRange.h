//===- RealRange.h - Between which numbers values lie ----------*- C++ -*-===//
// What an operation knows of its operands need not be made sure of again.
//===----------------------------------------------------------------------===//
#ifndef SEIS_DIALECT_SEIS_ANALYSIS_REALRANGE_H
#define SEIS_DIALECT_SEIS_ANALYSIS_REALRANGE_H

#include "mlir/IR/Value.h"

#include <limits>

namespace seis {

/// A value is NaN or lies in lo..hi.
struct RealRange {
  double lo = -std::numeric_limits<double>::infinity();
  double hi = std::numeric_limits<double>::infinity();
  bool isWhole = false; ///< whether it has no fraction
};

/// The range of a real value, from the operations that make it, through the stages of a graph.
/// Where they say nothing it has no ends.
RealRange rangeOf(mlir::Value v);

} // namespace seis

#endif // SEIS_DIALECT_SEIS_ANALYSIS_REALRANGE_H
