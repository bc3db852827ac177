//===- Rewrites.h - Groups of algebraic rewrites ---------------*- C++ -*-===//
// Every rewrite states its numeric class. Those of one subject live in one file,
// which offers them here; RewriteAlgebra.cpp runs them all together.
//===----------------------------------------------------------------------===//
#ifndef SEIS_LIB_DIALECT_SEIS_TRANSFORMS_REWRITES_H
#define SEIS_LIB_DIALECT_SEIS_TRANSFORMS_REWRITES_H

#include "seis/Dialect/Seis/Analysis/Numerics.h"

#include "mlir/IR/PatternMatch.h"

namespace seis {

/// Rewrites are asked for up to a class; each group adds those that stay within it.
void addKernelFolds(mlir::RewritePatternSet &patterns, NumericClass most);
void addKernelSeparation(mlir::RewritePatternSet &patterns, NumericClass most);
void addWindowRewrites(mlir::RewritePatternSet &patterns, NumericClass most);

/// The number that stands at every sample of `v`, where it is known while compiling.
std::optional<double> constantOf(mlir::Value v);
/// A constant at every sample of a volume, or every trace.
mlir::Value makeConstant(mlir::OpBuilder &b, mlir::Location loc, mlir::Type type, double value);

} // namespace seis

#endif // SEIS_LIB_DIALECT_SEIS_TRANSFORMS_REWRITES_H
