//===- SeisOps.h - The seis dialect ----------------------------*- C++ -*-===//
// What the operations mean is written in SeisOps.td; the plain loops are in
// seis/Reference.
//===----------------------------------------------------------------------===//
#ifndef SEIS_DIALECT_SEIS_IR_SEISOPS_H
#define SEIS_DIALECT_SEIS_IR_SEISOPS_H

#include "seis/Support/Axis.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include <optional>

#include "seis/Dialect/Seis/IR/SeisDialect.h.inc"
#include "seis/Dialect/Seis/IR/SeisEnums.h.inc"
#include "seis/Dialect/Seis/IR/SeisInterfaces.h.inc"
#define GET_ATTRDEF_CLASSES
#include "seis/Dialect/Seis/IR/SeisAttrs.h.inc"
#define GET_OP_CLASSES
#include "seis/Dialect/Seis/IR/SeisOps.h.inc"

namespace seis {
/// A list of numbers in square brackets, as attributes hold it.
mlir::FailureOr<llvm::SmallVector<int64_t>> parseSizes(mlir::AsmParser &parser);
void printSizes(mlir::AsmPrinter &printer, llvm::ArrayRef<int64_t> sizes);

/// Element type of a volume, mask, complex volume or value per trace; of a scalar, itself.
mlir::Type elementType(mlir::Type type);
/// A tensor of `rank` dynamic extents (3: volume, 2: value per trace) of `element`.
mlir::RankedTensorType dynamicTensor(mlir::Type element, unsigned rank = 3);
/// True for tensors of rank 3: volumes, complex volumes, masks.
bool isVolume(mlir::Type type);
/// True for tensors of rank 2: one value per trace.
bool isTrace(mlir::Type type);
/// The values of a stage's body that are the same in all traces: made of scalars and positions
/// along a trace.
llvm::DenseSet<mlir::Value> sameInAllTraces(mlir::Block &body);
/// Whether an operand is read at other samples than the result's: not the positions of a gather.
bool readsOthers(mlir::OpOperand &operand);

/// True for a stencil that reads only a few other crosslines, by a border that stands for rows that
/// exist: what it reads can as well be computed at those rows where it is read.
bool readsOtherCrosslines(mlir::Operation *op);
/// True for an operation whose result such a stencil, or a co-occurrence matrix, `reader` may
/// compute where it reads it: a pointwise one; for the stencil also a correlation along inlines
/// with the same border.
bool isComputedAtOtherRows(mlir::Operation *op, mlir::Operation *reader);
} // namespace seis

#endif // SEIS_DIALECT_SEIS_IR_SEISOPS_H
