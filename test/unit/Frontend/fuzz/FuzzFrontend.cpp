//===- FuzzFrontend.cpp - Any text ends in IR or in a diagnostic -----------===//
// The first byte chooses how the text is given (file, expression, call) and the
// options; the rest is the text. Files named by load() are looked for in a
// folder that does not exist.
//===----------------------------------------------------------------------===//
#include "seis/Frontend/Frontend.h"

#include "mlir/IR/MLIRContext.h"
#include <cstdlib>
#include <memory>

using namespace seis;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0)
    return 0;
  // Making a context costs more than translating; a new one now and then bounds memory.
  static std::unique_ptr<mlir::MLIRContext> context;
  static unsigned uses = 0;
  if (uses++ % 2000 == 0)
    context = std::make_unique<mlir::MLIRContext>(mlir::MLIRContext::Threading::DISABLED);
  llvm::SourceMgr sources;
  DiagnosticSink sink(sources);
  FrontendOptions options;
  options.f64 = data[0] & 4;
  options.unitsAreErrors = data[0] & 8;
  if (data[0] & 16)
    options.dtMs = 4;
  SourceItem item;
  item.kind = static_cast<SourceItem::Kind>(data[0] % 3);
  item.name = "/nonexistent/fuzz.seis";
  item.text.assign(reinterpret_cast<const char *>(data) + 1, size - 1);
  auto module = translateToIR(*context, sources, {item}, "fuzz", options, sink);
  std::string text;
  llvm::raw_string_ostream os(text);
  sink.print(os);
  // Either a program or a reason, never both and never neither.
  if (static_cast<bool>(module) == sink.hasErrors())
    std::abort();
  for (const Diagnostic &d : sink.diagnostics())
    if (d.message.find("please report") != std::string::npos)
      std::abort();
  return 0;
}
