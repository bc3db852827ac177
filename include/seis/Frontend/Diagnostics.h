//===- Diagnostics.h - Errors and warnings of the attribute language -------===//
// All errors of a program are collected, then printed in source order, each
// with its line, a caret range and notes that help. Printing is safe for any
// text: long lines are cut to a window around the caret, bytes that are not
// printable are replaced.
//===----------------------------------------------------------------------===//
#ifndef SEIS_FRONTEND_DIAGNOSTICS_H
#define SEIS_FRONTEND_DIAGNOSTICS_H

#include "llvm/Support/SMLoc.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"
#include <string>
#include <vector>

namespace seis {

enum class Severity { Error, Warning };

/// A remark that belongs to a diagnostic, with or without a place in the source.
struct DiagnosticNote {
  std::string message;
  llvm::SMRange range;
};

/// One error or warning. `message` is lower case without a full stop.
struct Diagnostic {
  Severity severity = Severity::Error;
  std::string message;
  llvm::SMRange range; ///< invalid: concerns the whole program
  std::vector<DiagnosticNote> notes;

  /// Appends a note; returns itself so that notes can be chained.
  Diagnostic &note(std::string text, llvm::SMRange where = {}) {
    notes.push_back({std::move(text), where});
    return *this;
  }
};

/// Collects diagnostics of one translation.
class DiagnosticSink {
public:
  /// At most this many errors are kept; the rest is counted.
  static constexpr unsigned maxErrors = 100;

  explicit DiagnosticSink(const llvm::SourceMgr &sources) : sources(sources) {}

  /// The returned reference is valid until the next call.
  Diagnostic &error(llvm::SMRange range, std::string message);
  Diagnostic &warning(llvm::SMRange range, std::string message);

  /// Appends a note to the last diagnostic.
  void addNote(std::string message, llvm::SMRange range = {});

  bool hasErrors() const { return numErrors > 0; }
  /// True once more errors were found than are kept: analysis may stop.
  bool isFull() const { return numErrors >= maxErrors; }
  unsigned errorCount() const { return numErrors; }
  const std::vector<Diagnostic> &diagnostics() const { return all; }

  /// Prints everything in source order, `file:line:column: error: ...` each.
  void print(llvm::raw_ostream &os, bool color = false) const;

private:
  Diagnostic &add(Severity severity, llvm::SMRange range, std::string message);

  const llvm::SourceMgr &sources;
  std::vector<Diagnostic> all;
  Diagnostic discarded; ///< what callers add notes to when nothing is kept
  unsigned numErrors = 0, numWarnings = 0;
};

} // namespace seis

#endif // SEIS_FRONTEND_DIAGNOSTICS_H
