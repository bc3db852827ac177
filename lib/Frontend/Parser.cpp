//===- Parser.cpp - Declarations of the attribute language -----------------===//
#include "Parser.h"

#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace seis;
using namespace seis::fe;

Parser::Parser(StringRef text, SourceUnit &unit, AstArena &arena, DiagnosticSink &sink,
               const StringSet<> *dashed)
    : unit(unit), arena(arena), sink(sink),
      lexer(text.starts_with("\xef\xbb\xbf") ? text.drop_front(3) : text, sink, // byte order mark
            unit.kind == SourceUnit::Prelude, dashed) {
  lastEnd = SMLoc::getFromPointer(text.begin());
  token = lexer.next();
  lexer.takeDoc(doc);
}

//===----------------------------------------------------------------------===//
// Tokens
//===----------------------------------------------------------------------===//

Token Parser::advance() {
  Token old = token;
  lastEnd = old.kind == Tok::String ? SMLoc::getFromPointer(old.text.end() + 1) : old.end();
  if (hasAhead) {
    token = ahead;
    doc.swap(aheadDoc);
    hasAhead = false;
  } else {
    token = lexer.next();
    lexer.takeDoc(doc);
  }
  return old;
}

const Token &Parser::peek() {
  if (!hasAhead) {
    ahead = lexer.next();
    lexer.takeDoc(aheadDoc);
    hasAhead = true;
  }
  return ahead;
}

bool Parser::accept(Tok kind) {
  if (!at(kind))
    return false;
  advance();
  return true;
}

bool Parser::failAt(SMRange range, std::string message) {
  sink.error(range, std::move(message));
  return false;
}

bool Parser::fail(const char *wanted) {
  if (tooLarge || at(Tok::Unknown)) // was reported
    return false;
  std::string found = describe(token.kind);
  if (token.kind == Tok::Name || token.kind == Tok::Int || token.kind == Tok::Real)
    found = formatv("`{0}`", token.text.take_front(40)).str();
  SMRange where = token.range();
  if (token.onNewLine || at(Tok::End)) // something is missing at the end of the line before
    where = SMRange(lastEnd, SMLoc::getFromPointer(lastEnd.getPointer() + 1));
  Diagnostic &d = sink.error(where, formatv("expected {0}, found {1}", wanted, found));
  if (at(Tok::Assign))
    d.note("equality is written `==`");
  return false;
}

bool Parser::expect(Tok kind, const char *where) {
  if (accept(kind))
    return true;
  return fail(formatv("{0} {1}", describe(kind), where).str().c_str());
}

/// Skips to the next declaration.
void Parser::recover() {
  while (!at(Tok::End) && !at(Tok::Param) && !at(Tok::Def) && !at(Tok::Input) && !at(Tok::Output) &&
         !at(Tok::Builtin) && !sink.isFull())
    advance();
}

Expr *Parser::make(ExprKind kind, SMLoc begin) {
  if (++nodes > maxNodes && !tooLarge) {
    failAt(SMRange(begin, token.end()),
           formatv("the program is too large: more than {0} terms", maxNodes));
    tooLarge = true;
  }
  return arena.make(kind, SMRange(begin, lastEnd));
}

Expr *Parser::finish(Expr *e) {
  e->range.End = lastEnd;
  return tooLarge ? nullptr : e;
}

Parser::Nesting::Nesting(Parser &p) : parser(p), ok(++p.depth <= maxNesting + 1) {
  if (!ok)
    p.failAt(p.token.range(), formatv("nested deeper than {0} levels", maxNesting));
}

//===----------------------------------------------------------------------===//
// Declarations
//===----------------------------------------------------------------------===//

void Parser::parseFile() {
  while (!at(Tok::End) && !sink.isFull() && !tooLarge) {
    if (accept(Tok::Semicolon))
      continue;
    if (!parseDeclaration())
      recover();
  }
}

bool Parser::parseDeclaration() {
  // The name of a declaration that does not parse is kept, so that uses of it are no errors.
  Token first = token;
  if (at(Tok::Param) || at(Tok::Def) || at(Tok::Input) || at(Tok::Output)) {
    if (peek().kind == Tok::Name)
      unit.broken.insert(peek().text);
  }
  StringRef name = hasAhead ? ahead.text : StringRef();
  bool ok = false;
  switch (first.kind) {
  case Tok::Param:
    ok = parseParam();
    break;
  case Tok::Input:
    ok = parseInput();
    break;
  case Tok::Output:
    ok = parseOutput();
    break;
  case Tok::Def:
    ok = parseFunction(false);
    break;
  case Tok::Builtin:
    ok = parseFunction(true);
    break;
  default:
    fail("`param`, `def`, `input` or `output`");
    advance();
    return false;
  }
  if (ok && !at(Tok::End) && !at(Tok::Semicolon) && !token.onNewLine && !at(Tok::Param) &&
      !at(Tok::Def) && !at(Tok::Input) && !at(Tok::Output))
    ok = fail("an operator or a new line");
  if (ok)
    unit.broken.erase(name);
  return ok;
}

bool Parser::parseType(StringRef &type, SMRange &range, std::vector<StringRef> *enumerators) {
  if (!at(Tok::Name))
    return fail("a type");
  Token name = advance();
  type = name.text;
  range = name.range();
  if (type != "enum" || !at(Tok::LParen))
    return true;
  advance();
  do {
    if (!at(Tok::Name))
      return fail("a name of the enum");
    StringRef text = advance().text;
    if (enumerators)
      enumerators->push_back(text);
  } while (accept(Tok::Comma));
  range.End = token.end();
  return expect(Tok::RParen, "after the names of the enum");
}

/// `deg`, `m/s`, `1/sample` after a type, on the same line.
bool Parser::parseUnitAnnotation(std::optional<Unit> &result) {
  if (token.onNewLine || (!at(Tok::Name) && !at(Tok::Int)))
    return true;
  SMLoc begin = token.begin();
  while (!token.onNewLine &&
         (at(Tok::Name) || at(Tok::Int) || at(Tok::Slash) || at(Tok::Star) || at(Tok::Caret)))
    advance();
  StringRef text(begin.getPointer(), lastEnd.getPointer() - begin.getPointer());
  StringRef simple = text.trim();
  if (auto literal = literalUnit(simple); literal && literal->factor == 1)
    result = literal->unit;
  else
    result = Unit::parse(text);
  if (!result)
    return failAt(SMRange(begin, lastEnd),
                  formatv("`{0}` is not a unit: expected a product such as `Hz/sample`", text));
  return true;
}

bool Parser::parseParam() {
  advance();
  ParamDecl decl;
  if (!at(Tok::Name))
    return fail("the name of the parameter");
  decl.nameRange = token.range();
  decl.name = advance().text;
  if (accept(Tok::Colon) && !parseType(decl.type, decl.typeRange, nullptr))
    return false;
  if (accept(Tok::Assign)) {
    decl.defaultValue = parseExpr();
    if (!decl.defaultValue)
      return false;
  }
  if (!parseBounds(decl))
    return false;
  unit.params.push_back(std::move(decl));
  return true;
}

/// `, min = 0, below = 100 Hz` after the default of a parameter.
bool Parser::parseBounds(ParamDecl &decl) {
  while (accept(Tok::Comma)) {
    Argument bound;
    StringRef name = token.text;
    if (!at(Tok::Name) || (name != "min" && name != "max" && name != "above" && name != "below"))
      return fail("`min`, `max`, `above` or `below`");
    for (const Argument &earlier : decl.bounds)
      if (earlier.name == name)
        return failAt(token.range(), formatv("`{0}` is given twice", name));
    bound.nameRange = token.range();
    bound.name = advance().text;
    if (!expect(Tok::Assign, "after the name of the bound"))
      return false;
    bound.value = parseExpr();
    if (!bound.value)
      return false;
    decl.bounds.push_back(bound);
  }
  return true;
}

bool Parser::parseInput() {
  advance();
  InputDecl decl;
  if (!at(Tok::Name))
    return fail("the name of the input");
  decl.nameRange = token.range();
  decl.name = advance().text;
  decl.type = "volume";
  decl.typeRange = decl.nameRange;
  if (accept(Tok::Colon) &&
      (!parseType(decl.type, decl.typeRange, nullptr) || !parseUnitAnnotation(decl.unit)))
    return false;
  unit.inputs.push_back(std::move(decl));
  return true;
}

bool Parser::parseOutput() {
  OutputDecl decl;
  decl.range = advance().range();
  Binding pattern;
  if (!parsePattern(pattern))
    return false;
  decl.names = pattern.names;
  decl.isTuple = pattern.isTuple;
  if (expect(Tok::Assign, "after the name of the output"))
    decl.value = parseExpr();
  if (!decl.value) {
    for (const Token &name : decl.names)
      unit.broken.insert(name.text);
    return false;
  }
  unit.outputs.push_back(std::move(decl));
  return true;
}

bool Parser::parseFunction(bool isBuiltin) {
  Function *function = arena.makeFunction();
  function->doc = doc;
  SMLoc begin = token.begin();
  advance();
  if (!at(Tok::Name))
    return fail("the name of the function");
  function->nameRange = token.range();
  function->name = advance().text;
  function->isBuiltin = isBuiltin;
  function->isPrelude = unit.kind == SourceUnit::Prelude;
  function->unit = &unit;
  if (at(Tok::LParen) && !parseParameters(*function))
    return false;
  if (accept(Tok::Arrow) && !parseType(function->resultType, function->resultRange, nullptr))
    return false;
  function->signature = SMRange(begin, lastEnd);
  if (!isBuiltin) {
    if (!expect(Tok::Assign, "after the parameters of the function"))
      return false;
    function->body = parseExpr();
    if (!function->body)
      return false;
  }
  unit.functions.push_back(function);
  return true;
}

bool Parser::parseParameters(Function &function) {
  advance();
  function.hasParameterList = true;
  if (accept(Tok::RParen))
    return true;
  do {
    Parameter parameter;
    if (!parseParameter(parameter))
      return false;
    function.parameters.push_back(std::move(parameter));
  } while (accept(Tok::Comma));
  return expect(Tok::RParen, "after the parameters");
}

bool Parser::parseParameter(Parameter &parameter) {
  if (!at(Tok::Name))
    return fail("the name of a parameter");
  parameter.range = token.range();
  parameter.name = advance().text;
  if (unit.kind == SourceUnit::Prelude && accept(Tok::Ellipsis))
    parameter.isVariadic = true;
  if (accept(Tok::Colon) && !parseType(parameter.type, parameter.typeRange, &parameter.enumerators))
    return false;
  if (accept(Tok::Assign)) {
    parameter.defaultValue = parseExpr();
    if (!parameter.defaultValue)
      return false;
  }
  parameter.whole = SMRange(parameter.range.Start, lastEnd);
  return true;
}

/// `NAME` or `(A, B)`.
bool Parser::parsePattern(Binding &binding) {
  if (at(Tok::Name)) {
    binding.names.push_back(advance());
    return true;
  }
  if (!at(Tok::LParen))
    return fail("a name or `(`");
  advance();
  binding.isTuple = true;
  do {
    if (!at(Tok::Name))
      return fail("a name");
    binding.names.push_back(advance());
  } while (accept(Tok::Comma));
  return expect(Tok::RParen, "after the names");
}

void Parser::parseWholeExpression() {
  if (at(Tok::End)) {
    fail("an expression");
    return;
  }
  Expr *e = parseExpr();
  if (!e)
    return;
  if (!at(Tok::End)) {
    fail("an operator or the end of the expression");
    return;
  }
  unit.expression = e;
}
