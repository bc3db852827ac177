//===- Parser.h - Syntax of the attribute language -------------------------===//
// Recursive descent with one token of look-ahead. After an error the parser
// goes on at the next `param`, `def`, `input` or `output`, so that all errors
// of a file are found at once.
//===----------------------------------------------------------------------===//
#ifndef SEIS_LIB_FRONTEND_PARSER_H
#define SEIS_LIB_FRONTEND_PARSER_H

#include "AST.h"

namespace seis::fe {

/// Expressions nested deeper than this are refused.
constexpr unsigned maxNesting = 200;
/// Programs of more nodes than this are refused.
constexpr unsigned maxNodes = 2000000;

class Parser {
public:
  Parser(llvm::StringRef text, SourceUnit &unit, AstArena &arena, DiagnosticSink &sink,
         const llvm::StringSet<> *dashed);

  /// Parses a file of declarations into the unit.
  void parseFile();
  /// Parses one expression, the whole text.
  void parseWholeExpression();

private:
  // Declarations
  bool parseDeclaration();
  bool parseParam();
  bool parseBounds(ParamDecl &decl);
  bool parseInput();
  bool parseOutput();
  bool parseFunction(bool isBuiltin);
  bool parseParameters(Function &function);
  bool parseParameter(Parameter &parameter);
  bool parseType(llvm::StringRef &type, llvm::SMRange &range,
                 std::vector<llvm::StringRef> *enumerators);
  bool parseUnitAnnotation(std::optional<Unit> &unit);

  // Expressions; null after an error
  Expr *parseExpr();
  Expr *parseOr();
  Expr *parseAnd();
  Expr *parseNot();
  Expr *parseComparison();
  Expr *parseRange();
  Expr *parseSum();
  Expr *parseProduct();
  Expr *parseUnary();
  Expr *parsePower();
  Expr *parsePrimary();
  Expr *parseNumber();
  Expr *parseNameOrCall();
  bool parseArguments(Expr *call);
  Expr *parseFold(Token name);
  Expr *parseParenthesis();
  Expr *parseBracket();
  Expr *parseBlock();
  Expr *parseLet();
  Expr *parseIf();
  bool parsePattern(Binding &binding);
  bool patternOf(Expr *e, Binding &binding);
  template <typename Next> Expr *parseChain(Next next, std::initializer_list<Tok> ops);

  // Tokens
  Token advance();
  bool at(Tok kind) const { return token.kind == kind; }
  bool accept(Tok kind);
  bool expect(Tok kind, const char *where);
  bool fail(const char *wanted);
  bool failAt(llvm::SMRange range, std::string message);
  void recover();
  Expr *make(ExprKind kind, llvm::SMLoc begin);
  Expr *finish(Expr *e);

  /// Counts nesting for the time of one production.
  struct Nesting {
    Parser &parser;
    bool ok;
    explicit Nesting(Parser &p);
    ~Nesting() { --parser.depth; }
  };

  SourceUnit &unit;
  AstArena &arena;
  DiagnosticSink &sink;
  Lexer lexer;
  Token token, ahead;
  bool hasAhead = false;
  std::vector<llvm::StringRef> doc, aheadDoc;
  llvm::SMLoc lastEnd;
  unsigned depth = 0, nodes = 0;
  bool tooLarge = false;

  const Token &peek();
};

} // namespace seis::fe

#endif // SEIS_LIB_FRONTEND_PARSER_H
