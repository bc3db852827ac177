//===- Interpreter.h - Evaluate a program with the reference loops -*- C++ -*-===//
// Runs the function of a program operation by operation on whole volumes in
// memory, in f64 whatever its compute type is, and frees a volume after its last
// use. Integers and masks are kept in 64 bits.
//===----------------------------------------------------------------------===//
#ifndef SEIS_REFERENCE_INTERPRETER_H
#define SEIS_REFERENCE_INTERPRETER_H

#include "seis/Reference/VolumeView.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <memory>

namespace seis::reference {

/// A value of a program. Rank 3: volume, mask or complex volume; rank 2: value per trace;
/// rank 1: table of line numbers; rank 0: scalar.
struct Array {
  std::vector<int64_t> shape;
  std::vector<double> re;    ///< real values; one element may stand for all of them
  std::vector<double> im;    ///< imaginary values of a complex volume, else empty
  std::vector<int64_t> ints; ///< masks (0, 1) and integers; one element may stand for all

  bool isInteger() const { return !ints.empty(); }
  bool isComplex() const { return !im.empty(); }
  int64_t size() const;
};
using ArrayPtr = std::shared_ptr<const Array>;

/// What an evaluation is told besides the arguments.
struct EvaluateOptions {
  Shape shape{1, 1, 1};      ///< of the survey
  std::vector<uint8_t> live; ///< one byte per trace, 0 = dead; empty: all are live
};

/// The entry of a program: the function with the attribute `seis.entry`, or the only one. Fails
/// with a diagnostic at the module.
mlir::FailureOr<mlir::func::FuncOp> findEntry(mlir::ModuleOp module);

/// Evaluates `entry`. `arguments` follow those of the function: volumes have the shape of the
/// survey, `tensor<?xf64>` one number per line, scalars rank 0. They are released when used up.
/// Fails with a diagnostic at the operation: one without a reference loop, a NaN where a
/// whole-volume reduction forbids it.
mlir::FailureOr<std::vector<ArrayPtr>>
evaluate(mlir::func::FuncOp entry, std::vector<ArrayPtr> arguments, const EvaluateOptions &options);

} // namespace seis::reference

#endif // SEIS_REFERENCE_INTERPRETER_H
