//===- Translate.h - What the tests of the front end share -----------------===//
#ifndef SEIS_TEST_UNIT_FRONTEND_TRANSLATE_H
#define SEIS_TEST_UNIT_FRONTEND_TRANSLATE_H

#include "seis/Frontend/Frontend.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/MLIRContext.h"
#include <string>

namespace seis::test {

/// A translation of one item and everything that belongs to it.
struct Translation {
  mlir::MLIRContext context{mlir::MLIRContext::Threading::DISABLED};
  llvm::SourceMgr sources;
  DiagnosticSink sink{sources};
  mlir::OwningOpRef<mlir::ModuleOp> module;

  explicit Translation(std::string text, SourceItem::Kind kind = SourceItem::Expression,
                       FrontendOptions options = {}) {
    module =
        translateToIR(context, sources, {{kind, "test", std::move(text)}}, "entry", options, sink);
  }
  /// All diagnostics as they are printed.
  std::string messages() const {
    std::string text;
    llvm::raw_string_ostream os(text);
    sink.print(os);
    return text;
  }
  /// The module as text.
  std::string ir() const {
    std::string text;
    llvm::raw_string_ostream os(text);
    if (module)
      (*module)->print(os);
    return text;
  }
  mlir::func::FuncOp func() { return *module->getOps<mlir::func::FuncOp>().begin(); }
};

} // namespace seis::test

#endif // SEIS_TEST_UNIT_FRONTEND_TRANSLATE_H
