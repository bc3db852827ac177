//===- Program.h - The program that seis-eval evaluates --------*- C++ -*-===//
#ifndef SEIS_TOOLS_SEIS_EVAL_PROGRAM_H
#define SEIS_TOOLS_SEIS_EVAL_PROGRAM_H

#include "Outcome.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/SourceMgr.h"

#include <optional>
#include <string>
#include <vector>

namespace seis::eval {

/// What the command line says about the program.
struct ProgramOptions {
  std::vector<tools::ProgramItem> items; ///< in their order
  std::string name;                      ///< what outputs of -e are called
  std::optional<double> dtMs;
  bool unitsAreErrors = false;
  bool color = false; ///< of diagnostics
};

/// A program as IR, with the texts that its locations refer to.
struct Program {
  llvm::SourceMgr sources;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  mlir::func::FuncOp entry;
};

/// Reads and translates a program; diagnostics go to stderr.
Outcome loadProgram(mlir::MLIRContext &context, const ProgramOptions &options, Program &program);

} // namespace seis::eval

#endif // SEIS_TOOLS_SEIS_EVAL_PROGRAM_H
