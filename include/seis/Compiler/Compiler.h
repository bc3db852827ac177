//===- Compiler.h - One call: program, schedule, target to artifact -*- C++ -*-===//
#ifndef SEIS_COMPILER_COMPILER_H
#define SEIS_COMPILER_COMPILER_H

#include "seis/Target/Object.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <functional>

namespace seis {

/// Ways in which samples may be stored that `--storage` names.
enum class Storage { I8, I16, Swapped, Ibm };

struct CompilerOptions {
  std::string cpu = "native";
  bool openmp = true;
  bool exact = false;                ///< only rewrites that keep every bit
  std::vector<int64_t> samples = {}; ///< trace lengths with constant Fourier tables
  std::vector<Storage> storage = {}; ///< what the first load of an input converts
  std::string schedule = {};         ///< schedule object as JSON; empty: the default
  std::string sourceText = {};       ///< for the manifest
  /// Called on every pass manager before it runs: printing, timing, reproducers.
  std::function<void(mlir::PassManager &)> configure = {};
};

/// The stages of compilation at which the IR can be looked at.
enum class TextStage { Seis, Stages, Loops };

/// Every dialect that programs pass through.
void registerCompilerDialects(mlir::DialectRegistry &registry);

/// Text of the IR of `module` (made by translateToIR) after a stage; the module is changed.
/// Diagnostics of the context say what went wrong.
llvm::Expected<std::string> emitText(mlir::ModuleOp module, TextStage stage,
                                     const CompilerOptions &options);

/// Artifacts of the entry of `module`; the module is changed. `name` is NAME of `-o DIR/NAME`.
/// Diagnostics of the context and the error say what went wrong.
llvm::Expected<std::vector<Artifact>> compile(mlir::ModuleOp module, llvm::StringRef name,
                                              const CompilerOptions &options,
                                              llvm::ArrayRef<EmitKind> kinds);

/// What the object of a module in stages (after seis-stages) will look like from outside.
llvm::Expected<ObjectSpec> specify(mlir::ModuleOp module, llvm::StringRef name,
                                   const CompilerOptions &options);

} // namespace seis

#endif // SEIS_COMPILER_COMPILER_H
