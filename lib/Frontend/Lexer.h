//===- Lexer.h - Tokens of the attribute language --------------------------===//
// Newlines mean nothing; `#` starts a comment. Comments that begin with `##`
// document the definition that follows and are kept for the prelude.
//===----------------------------------------------------------------------===//
#ifndef SEIS_LIB_FRONTEND_LEXER_H
#define SEIS_LIB_FRONTEND_LEXER_H

#include "seis/Frontend/Diagnostics.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"
#include <vector>

namespace seis::fe {

enum class Tok {
  End,
  Name,
  Int,
  Real,
  String,
  Unknown,
  // Keywords
  Param,
  Def,
  Builtin,
  Input,
  Output,
  Let,
  In,
  If,
  Then,
  Else,
  For,
  And,
  Or,
  Not,
  // Punctuation
  LParen,
  RParen,
  LBracket,
  RBracket,
  LBrace,
  RBrace,
  Comma,
  Semicolon,
  Colon,
  Assign,
  Plus,
  Minus,
  Star,
  Slash,
  Caret,
  Less,
  LessEqual,
  Greater,
  GreaterEqual,
  Equal,
  NotEqual,
  DotDot,
  DotDotLess,
  Ellipsis,
  Arrow
};

struct Token {
  Tok kind = Tok::End;
  llvm::StringRef text;    ///< as spelled; a string without its quotes
  llvm::StringRef meaning; ///< of a name: what it means, `inst_phase` for `inst-phase`
  bool onNewLine = false;  ///< first token of its line

  llvm::SMLoc begin() const { return llvm::SMLoc::getFromPointer(text.begin()); }
  llvm::SMLoc end() const { return llvm::SMLoc::getFromPointer(text.end()); }
  llvm::SMRange range() const { return {begin(), end()}; }
};

/// What a token is called in messages: "`(`", "a name", "end of input".
std::string describe(Tok kind);

class Lexer {
public:
  /// `dashed`: names that may also be written with `-` for `_` (command line); null for files.
  Lexer(llvm::StringRef text, DiagnosticSink &sink, bool keywordBuiltin,
        const llvm::StringSet<> *dashed)
      : rest(text), sink(sink), keywordBuiltin(keywordBuiltin), dashed(dashed) {}

  /// The next token; `End` from the end of the text on. Malformed text is reported and skipped.
  Token next();
  /// Lines of the `##` comments directly before the token returned last, without the marks.
  void takeDoc(std::vector<llvm::StringRef> &lines) {
    lines.clear();
    lines.swap(doc);
  }

private:
  void skipSpace(bool &newLine);
  Token lexNumber();
  Token lexName();
  Token lexString();
  Token take(Tok kind, size_t length);
  Token lexUnknown();

  llvm::StringRef rest;
  DiagnosticSink &sink;
  bool keywordBuiltin;
  const llvm::StringSet<> *dashed;
  std::vector<llvm::StringRef> doc;
  bool first = true;
};

} // namespace seis::fe

#endif // SEIS_LIB_FRONTEND_LEXER_H
