//===- Windows.h - What operations on windows share ------------*- C++ -*-===//
#ifndef SEIS_LIB_DIALECT_SEIS_IR_WINDOWS_H
#define SEIS_LIB_DIALECT_SEIS_IR_WINDOWS_H

#include "seis/Dialect/Seis/IR/SeisOps.h"

namespace seis {

/// One odd, positive extent per axis; an error of `op` else.
mlir::LogicalResult verifyWindow(mlir::Operation *op, llvm::ArrayRef<int64_t> window);
/// What a window centred on a sample reads around it.
Footprint windowFootprint(llvm::ArrayRef<int64_t> window, Border border);

} // namespace seis

#endif // SEIS_LIB_DIALECT_SEIS_IR_WINDOWS_H
