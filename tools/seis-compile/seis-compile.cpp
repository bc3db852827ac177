//===- seis-compile.cpp - Compiles attributes ------------------------------===//
#include "Describe.h"
#include "Options.h"

#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/ToolOutputFile.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace seis;

/// Reads files and names the items for diagnostics; false after a message.
static bool readItems(const CompileOptions &options, std::vector<SourceItem> &items) {
  unsigned expressions = 0;
  bool ok = true;
  for (const CompileItem &item : options.items) {
    SourceItem source;
    source.kind = item.kind;
    source.text = item.text;
    if (item.kind == SourceItem::Expression) {
      ++expressions;
      source.name = expressions == 1 ? "<expression>"
                                     : "<expression " + std::to_string(expressions) + ">";
    } else if (item.kind == SourceItem::Call) {
      source.name = "<command line>";
    } else {
      source.name = item.text;
      auto file = MemoryBuffer::getFile(item.text);
      if (!file) {
        errs() << "seis-compile: error: cannot read " << item.text << ": "
               << file.getError().message() << '\n';
        ok = false;
        continue;
      }
      source.text = (*file)->getBuffer().str();
    }
    items.push_back(std::move(source));
  }
  return ok;
}

static int compile(const CompileOptions &options) {
  std::vector<SourceItem> items;
  if (!readItems(options, items))
    return ExitInput;
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  SourceMgr sources;
  DiagnosticSink sink(sources);
  auto module =
      translateToIR(context, sources, items, options.entryName, options.frontend, sink);
  sink.print(errs(), options.color);
  if (!module)
    return ExitInput;
  std::error_code error;
  ToolOutputFile file(options.output, error, sys::fs::OF_None);
  if (error) {
    errs() << "seis-compile: error: cannot write " << options.output << ": " << error.message()
           << '\n';
    return ExitInput;
  }
  module->print(file.os());
  file.keep();
  return ExitDone;
}

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  CompileOptions options;
  if (auto code = parseCommandLine(argc, argv, options))
    return *code;
  if (options.list)
    return listPrelude(options.family);
  if (!options.describe.empty())
    return describePrelude(options.describe);
  return compile(options);
}
