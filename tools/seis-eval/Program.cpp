//===- Program.cpp - The program that seis-eval evaluates -----------------===//
#include "Program.h"
#include "seis/Reference/Interpreter.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace seis::eval {

/// Parses IR text, the form that `seis-compile --emit=seis` prints.
static Outcome loadIR(MLIRContext &context, const std::string &path, Program &program) {
  SourceMgrDiagnosticHandler handler(program.sources, &context);
  program.module = parseSourceFile<ModuleOp>(path, program.sources, ParserConfig(&context));
  if (!program.module)
    return {3, ""};
  auto entry = reference::findEntry(*program.module);
  if (failed(entry))
    return {3, ""};
  program.entry = *entry;
  return {};
}

Outcome loadProgram(MLIRContext &context, const ProgramOptions &options, Program &program) {
  if (options.programs.size() == 1 && options.expressions.empty() &&
      llvm::StringRef(options.programs[0]).ends_with(".mlir"))
    return loadIR(context, options.programs[0], program);
  return Outcome::usage("a program is one file that ends in .mlir");
}

} // namespace seis::eval
