//===- Program.cpp - The program that seis-eval evaluates -----------------===//
#include "Program.h"
#include "seis/Frontend/Frontend.h"
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
    return Outcome::unusable("cannot read " + path + ": " + systemMessage(buffer.getError()));
  program.sources.AddNewSourceBuffer(std::move(*buffer), llvm::SMLoc());
  SourceMgrDiagnosticHandler handler(program.sources, &context);
  program.module = parseSourceFile<ModuleOp>(program.sources, ParserConfig(&context));
  if (!program.module)
    return {3, ""};
  auto entry = reference::findEntry(*program.module);
  if (failed(entry))
    return {3, ""};
  program.entry = *entry;
  return {};
}

/// Turns an argument into a piece of source; reads it if it is a file.
static Outcome sourceItem(const ProgramItem &item, unsigned &expressions, SourceItem &source) {
  if (item.isExpression) {
    std::string number = ++expressions == 1 ? "" : " " + std::to_string(expressions);
    source = {SourceItem::Expression, "<expression" + number + ">", item.text};
    return {};
  }
  if (!llvm::StringRef(item.text).ends_with(".seis")) {
    source = {SourceItem::Call, "<command line>", item.text};
    return {};
  }
  auto buffer = llvm::MemoryBuffer::getFile(item.text, /*IsText=*/true);
  if (!buffer)
    return Outcome::unusable("cannot read " + item.text + ": " + systemMessage(buffer.getError()));
  source = {SourceItem::File, item.text, (*buffer)->getBuffer().str()};
  return {};
}

Outcome loadProgram(MLIRContext &context, const ProgramOptions &options, Program &program) {
  std::vector<SourceItem> sources;
  unsigned expressions = 0;
  for (const ProgramItem &item : options.items) {
    if (!item.isExpression && llvm::StringRef(item.text).ends_with(".mlir")) {
      if (options.items.size() > 1)
        return Outcome::usage(item.text + ": IR stands alone, without other programs or -e");
      return loadIR(context, item.text, program);
    }
    if (Outcome o = sourceItem(item, expressions, sources.emplace_back()); o.failed())
      return o;
  }
  FrontendOptions how;
  how.f64 = true;
  how.dtMs = options.dtMs;
  how.unitsAreErrors = options.unitsAreErrors;
  DiagnosticSink sink(program.sources);
  program.module = translateToIR(context, program.sources, sources, options.name, how, sink);
  sink.print(llvm::errs(), options.color);
  if (!program.module || sink.hasErrors())
    return {3, ""};
  auto entry = reference::findEntry(*program.module);
  if (failed(entry))
    return {3, ""};
  program.entry = *entry;
  return {};
}

} // namespace seis::eval
