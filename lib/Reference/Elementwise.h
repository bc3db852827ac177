//===- Elementwise.h - arith and math operations on arrays -----*- C++ -*-===//
#ifndef SEIS_LIB_REFERENCE_ELEMENTWISE_H
#define SEIS_LIB_REFERENCE_ELEMENTWISE_H

#include "seis/Reference/Interpreter.h"

#include <optional>

namespace seis::reference {

/// Number of elements of a shape.
int64_t sizeOf(llvm::ArrayRef<int64_t> shape);

/// Shape of a value of `type` in a survey of `shape`: its rank says which axes it has.
std::vector<int64_t> shapeOf(mlir::Type type, const Shape &shape);

/// Evaluates an operation that works sample by sample: arith, math, the elementwise operations of
/// seis. Nothing if `op` is not one of them.
std::optional<Array> evaluateElementwise(mlir::Operation *op, llvm::ArrayRef<ArrayPtr> operands,
                                         const Shape &shape);

} // namespace seis::reference

#endif // SEIS_LIB_REFERENCE_ELEMENTWISE_H
