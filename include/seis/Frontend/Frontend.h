//===- Frontend.h - From the attribute language to the seis dialect --------===//
// The language is described in docs/Language.md. A program is given as a list
// of source items: files, expressions and calls from the command line; all of
// them together become one function.
//===----------------------------------------------------------------------===//
#ifndef SEIS_FRONTEND_FRONTEND_H
#define SEIS_FRONTEND_FRONTEND_H

#include "seis/Frontend/Diagnostics.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/ArrayRef.h"
#include <optional>
#include <string>
#include <vector>

namespace seis {

/// A piece of a program.
struct SourceItem {
  enum Kind {
    File,       ///< a program: `param`, `def`, `input`, `output`
    Expression, ///< `-e`: free names are inputs; the output is named after the entry
    Call        ///< the name of a function, or a call; volumes left out are inputs
  };
  Kind kind = File;
  std::string name; ///< what diagnostics call it: a path, "<expression>", ...
  std::string text;
};

struct FrontendOptions {
  bool f64 = false;                  ///< compute type f64 instead of f32
  std::optional<double> dtMs;        ///< sample interval fixed at compile time
  bool unitsAreErrors = false;       ///< --Werror=units
  std::vector<int64_t> samples = {}; ///< trace lengths known at compile time
};

/// Translates a program to a module with one function `@entryName` marked `seis.entry`.
///
/// Arguments: the input volumes, then line-number tables (`seis.from`), then f64 scalars; argument
/// and result attributes are described in docs/Language.md. Adds the text of every item, and the
/// prelude, to `sources`, to which locations of diagnostics refer.
/// \returns null if there was an error, which `sink` then holds. Any text is accepted: malformed
///          or hostile input ends in a diagnostic.
mlir::OwningOpRef<mlir::ModuleOp>
translateToIR(mlir::MLIRContext &context, llvm::SourceMgr &sources,
              llvm::ArrayRef<SourceItem> items, llvm::StringRef entryName,
              const FrontendOptions &options, DiagnosticSink &sink);

} // namespace seis

#endif // SEIS_FRONTEND_FRONTEND_H
