//===- Tables.h - Samples looked up in tables, traces at positions -*- C++ -*-===//
// A table of scalars is written to scratch once in a call, padded so that the
// search for a place in it has the same steps for every sample.
//===----------------------------------------------------------------------===//
#ifndef SEIS_LIB_CODEGEN_CPU_TABLES_H
#define SEIS_LIB_CODEGEN_CPU_TABLES_H

#include "seis/Codegen/Common/LoopBuilder.h"
#include "seis/Dialect/Seis/IR/SeisOps.h"

namespace seis {

// An accumulator of a reduction holds, from its start, a vector of the values (sums in f64), a
// vector that is 1 where a NaN was seen, the number of live traces, and the counts of a tally.
constexpr int64_t nanAt = 256, countAt = 448, tallyAt = 512;

/// Bytes of the counts of 0..n-1 and of one place for everything else.
int64_t tallyBytes(int64_t n);
void clearTally(LoopBuilder &l, mlir::Value counts, int64_t n);
/// Counts a vector of samples, those in `mask` if there is one.
void emitTally(LoopBuilder &l, mlir::Value v, mlir::Value mask, mlir::Value counts, int64_t n);
/// Adds the counts to n numbers (f64) at `to`.
void addTally(LoopBuilder &l, mlir::Value counts, int64_t n, mlir::Value to);

/// Bytes of the table of an `interp1` or `interval`.
int64_t tableBytes(mlir::Operation *op);
/// Writes the operation's numbers, f64, as its table.
void writeTable(LoopBuilder &l, mlir::Operation *op, llvm::ArrayRef<mlir::Value> numbers,
                mlir::Value table);
/// The operation on a vector of samples.
mlir::Value emitLookUp(LoopBuilder &l, mlir::Operation *op, mlir::Value x, mlir::Value table);

/// Samples of the trace of `length` samples at `row`, at a vector of positions, the first of which
/// is that of sample `first`.
mlir::Value emitGather(LoopBuilder &l, GatherOp op, mlir::Value position, mlir::Value first,
                       mlir::Value row, mlir::Value length);

} // namespace seis

#endif // SEIS_LIB_CODEGEN_CPU_TABLES_H
