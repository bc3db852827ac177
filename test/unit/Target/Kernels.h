//===- Kernels.h - Hand-written kernels for the tests ----------*- C++ -*-===//
// Objects of the tests, from kernels written by hand in the LLVM dialect:
//   affine   y = 2 x + bias, with one thread or OpenMP; scratch 64 bytes a thread
//   norm     y = x - min over the survey, after a pass that leaves [min, max, sum, count]
//===----------------------------------------------------------------------===//
#ifndef SEIS_TEST_TARGET_KERNELS_H
#define SEIS_TEST_TARGET_KERNELS_H

#include "seis/Target/Object.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"

namespace seis::test {

/// The module of all kernels, in a context of its own.
class Kernels {
public:
  Kernels();
  mlir::ModuleOp module() { return *parsed; }
  mlir::MLIRContext &context() { return mlirContext; }

private:
  mlir::MLIRContext mlirContext;
  mlir::OwningOpRef<mlir::ModuleOp> parsed;
};

mlir::OwningOpRef<mlir::ModuleOp> parse(mlir::MLIRContext &context, llvm::StringRef text);

/// Halo [1,2] [0,3] whole; parameter `bias` in [-10, 10), `gain` above 0.
ObjectSpec affineSpec(llvm::StringRef name, bool openmp);
/// One pass `range`.
ObjectSpec normSpec(llvm::StringRef name);

/// The bytes of one artifact; the test fails (and the text is empty) on an error.
std::string emitOne(const ObjectSpec &spec, const TargetOptions &options, EmitKind kind);

/// The message of an error, which is consumed.
std::string messageOf(llvm::Error error);

} // namespace seis::test

#endif // SEIS_TEST_TARGET_KERNELS_H
