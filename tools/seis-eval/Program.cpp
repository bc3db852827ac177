//===- Program.cpp - The program that seis-eval evaluates -----------------===//
#include "Program.h"
#include "seis/Reference/Interpreter.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace seis::eval {

/// Parses IR text, the form that `seis-compile --emit=seis` prints.
static Outcome loadIR(MLIRContext &context, const std::string &path, Program &program) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/true);
  if (!buffer)
    return Outcome::unusable("cannot read " + path + ": " +
                             tools::systemMessage(buffer.getError()));
  program.sources.AddNewSourceBuffer(std::move(*buffer), llvm::SMLoc());
  SourceMgrDiagnosticHandler handler(program.sources, &context);
  program.module = parseSourceFile<ModuleOp>(program.sources, ParserConfig(&context));
  if (!program.module)
    return Outcome::reported();
  auto entry = reference::findEntry(*program.module);
  if (failed(entry))
    return Outcome::reported();
  program.entry = *entry;
  return {};
}

Outcome loadProgram(MLIRContext &context, const ProgramOptions &options, Program &program) {
  for (const tools::ProgramItem &item : options.items) {
    if (item.kind != SourceItem::Call || !llvm::StringRef(item.text).ends_with(".mlir"))
      continue;
    if (options.items.size() > 1)
      return Outcome::usage(item.text + ": IR stands alone, without other programs or -e");
    return loadIR(context, item.text, program);
  }
  std::vector<SourceItem> sources;
  if (!tools::readSources("seis-eval", options.items, sources))
    return Outcome::reported();
  FrontendOptions how;
  how.f64 = true;
  how.dtMs = options.dtMs;
  how.unitsAreErrors = options.unitsAreErrors;
  DiagnosticSink sink(program.sources);
  program.module = translateToIR(context, program.sources, sources, options.name, how, sink);
  sink.print(llvm::errs(), options.color);
  if (!program.module || sink.hasErrors())
    return Outcome::reported();
  auto entry = reference::findEntry(*program.module);
  if (failed(entry))
    return Outcome::reported();
  program.entry = *entry;
  return {};
}

} // namespace seis::eval
