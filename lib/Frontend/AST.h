//===- AST.h - Syntax trees of the attribute language ----------------------===//
// Nodes are owned by an arena and referred to by plain pointers; text is
// referred to in the source buffer. Long sums and products are one flat node,
// so the depth of a tree is the nesting of the source.
//===----------------------------------------------------------------------===//
#ifndef SEIS_LIB_FRONTEND_AST_H
#define SEIS_LIB_FRONTEND_AST_H

#include "Lexer.h"
#include "Units.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace seis::fe {

enum class ExprKind {
  Int,
  Real,
  String,
  Name,
  Negate,
  Not,
  Chain,
  Power,
  Compare,
  Range,
  If,
  Let,
  Call,
  Tuple,
  Array,
  Comprehension,
  Fold,
  EnumName ///< a Name that names a choice of an enum parameter; set by the resolver
};

struct Expr;

/// A call's argument: positional, or `name = value`.
struct Argument {
  llvm::StringRef name; ///< empty: positional
  llvm::SMRange nameRange;
  Expr *value = nullptr;
};

/// `NAME = E` or `(A, B) = E` in a `let` or a block.
struct Binding {
  std::vector<Token> names; ///< one, or the parts of a tuple
  bool isTuple = false;
  Expr *value = nullptr;
};

/// The members that few kinds of expressions need.
struct ExprExtra {
  Unit unit;                           ///< Int, Real
  std::vector<Tok> ops;                ///< Chain: between operands; Compare, Range: one
  std::vector<llvm::SMRange> opRanges; ///< of `ops`
  std::vector<Argument> arguments;     ///< Call
  std::vector<Binding> bindings;       ///< Let
  llvm::SMRange nameRange;             ///< Call: the callee; Comprehension, Fold: the variable
  llvm::StringRef second;              ///< Fold: the second variable
};

/// One expression. Which members are used depends on the kind.
struct Expr {
  ExprKind kind;
  /// A message was given for this very node already; its value is an error.
  bool bad = false;
  llvm::SMRange range;
  int64_t intValue = 0; ///< Int
  double realValue = 0; ///< Real, Int
  llvm::StringRef text; ///< Name, String, Call (callee), Comprehension, Fold (variable)
  /// Negate, Not: x. Chain: all. Power: base, exponent. Compare, Range: two. If: condition, then,
  /// else. Let: body. Tuple, Array: elements. Fold: body, list. Comprehension: body, list, and the
  /// condition where there is one.
  std::vector<Expr *> operands;
  std::unique_ptr<ExprExtra> extra;

  ExprExtra &more() {
    if (!extra)
      extra = std::make_unique<ExprExtra>();
    return *extra;
  }
};

/// Parameter of a `def` or `builtin`.
struct Parameter {
  llvm::StringRef name, type; ///< `type` is empty where not annotated
  llvm::SMRange range, typeRange;
  Expr *defaultValue = nullptr;
  bool isVariadic = false;                  ///< takes all further positional arguments
  bool isOpenEnum = false;                  ///< choices are found in default and body
  std::vector<llvm::StringRef> enumerators; ///< of an enum: the names it may be
  llvm::SMRange whole;                      ///< `name: type = default`
};

struct SourceUnit;

/// `def NAME(...) = E`, or a `builtin NAME(...)` of the embedded text.
struct Function {
  llvm::StringRef name;
  llvm::SMRange nameRange, signature;
  std::vector<Parameter> parameters;
  llvm::StringRef resultType; ///< after `->`; may be empty
  llvm::SMRange resultRange;
  Expr *body = nullptr; ///< null for a builtin
  bool hasParameterList = false;
  bool isBuiltin = false, isPrelude = false;
  bool bad = false; ///< syntax or name errors were reported
  unsigned index = 0;
  int builtinId = -1;
  SourceUnit *unit = nullptr;
  std::vector<llvm::StringRef> doc;
};

struct ParamDecl {
  llvm::StringRef name, type;
  llvm::SMRange nameRange, typeRange;
  Expr *defaultValue = nullptr;
  std::vector<Argument> bounds; ///< min, max, above, below
};

struct InputDecl {
  llvm::StringRef name, type;
  llvm::SMRange nameRange, typeRange;
  std::optional<Unit> unit;
  bool isFree = false; ///< a free name of an expression of the command line
};

struct OutputDecl {
  std::vector<Token> names;
  bool isTuple = false;
  Expr *value = nullptr;
  llvm::SMRange range;
};

/// What one source item was parsed to.
struct SourceUnit {
  enum Kind { Prelude, File, Expression, Call } kind = File;
  size_t position = 0; ///< among the source items
  std::vector<ParamDecl> params;
  std::vector<InputDecl> inputs;
  std::vector<OutputDecl> outputs;
  std::vector<Function *> functions;
  llvm::StringMap<Function *> functionByName; ///< the first of each name
  /// Inputs and params (-1) and outputs (their position) by name.
  llvm::StringMap<int> valueByName;
  /// Names of declarations that could not be parsed: no more messages about them.
  llvm::StringSet<> broken;
  Expr *expression = nullptr; ///< Expression, Call
  std::string folder;         ///< where load() looks: the folder of a file
};

/// Owns all nodes.
class AstArena {
public:
  Expr *make(ExprKind kind, llvm::SMRange range) {
    exprs.emplace_back();
    exprs.back().kind = kind;
    exprs.back().range = range;
    return &exprs.back();
  }
  Function *makeFunction() {
    functions.emplace_back();
    functions.back().index = functions.size() - 1;
    return &functions.back();
  }
  SourceUnit *makeUnit() {
    units.emplace_back();
    return &units.back();
  }
  std::deque<Function> &allFunctions() { return functions; }
  std::deque<SourceUnit> &allUnits() { return units; }

private:
  std::deque<Expr> exprs;
  std::deque<Function> functions;
  std::deque<SourceUnit> units;
};

} // namespace seis::fe

#endif // SEIS_LIB_FRONTEND_AST_H
