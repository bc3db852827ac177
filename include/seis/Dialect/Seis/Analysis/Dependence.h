//===- Dependence.h - What a program reads of its inputs -------*- C++ -*-===//
// A volume is processed in blocks, and an attribute reads beyond its block. The
// runtime reads each block grown by what is found here, clipped to the survey.
//===----------------------------------------------------------------------===//
#ifndef SEIS_DIALECT_SEIS_ANALYSIS_DEPENDENCE_H
#define SEIS_DIALECT_SEIS_ANALYSIS_DEPENDENCE_H

#include "seis/Support/Axis.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"

namespace seis {

/// How a program depends on its inputs, in growing order of what must be at hand.
enum class Dependence { Pointwise, Stencil, WholeTrace, WholeVolume };

/// Reach of `op` around one sample of its results, for operand `index`; nothing for pointwise
/// operations. A whole-volume reduction has no reach: it is computed in a pass of its own.
Footprint footprintOf(mlir::Operation *op, unsigned index);

/// Same for all operands: a stage is looked into once.
llvm::SmallVector<Footprint> footprintsOf(mlir::Operation *op);

/// For every volume in `block`, how far it is read around a sample of the values in `roots`.
/// Values that no root depends on are absent. A path through a whole-volume reduction ends there.
llvm::DenseMap<mlir::Value, Footprint> computeFootprints(mlir::Block &block,
                                                         llvm::ArrayRef<mlir::Value> roots);

/// Same, for the results of a function.
llvm::DenseMap<mlir::Value, Footprint> computeFootprints(mlir::func::FuncOp func);

/// The halo of every input volume of a function: what its results read of it around a sample, and
/// what they read of values that no input feeds (positions, line numbers, constants), which a block
/// must hold too so that borders act on faces of the survey only.
llvm::DenseMap<mlir::Value, Footprint> computeHalos(mlir::func::FuncOp func);

/// The dependence class of one result of a function.
Dependence dependenceOf(mlir::Value result);

} // namespace seis

#endif // SEIS_DIALECT_SEIS_ANALYSIS_DEPENDENCE_H
