//===- ParseExpr.cpp - Expressions of the attribute language ---------------===//
// From weak to strong: or, and, not, comparison, range `..`, sum, product,
// unary minus, power. `if` and `let` reach as far to the right as they can.
//===----------------------------------------------------------------------===//
#include "Parser.h"

#include "llvm/Support/FormatVariadic.h"
#include <cmath>
#include <cstdlib>

using namespace llvm;
using namespace seis;
using namespace seis::fe;

Expr *Parser::parseExpr() {
  Nesting nesting(*this);
  if (!nesting.ok)
    return nullptr;
  return parseOr();
}

/// `next op next op next ...` as one node.
template <typename Next> Expr *Parser::parseChain(Next next, std::initializer_list<Tok> ops) {
  SMLoc begin = token.begin();
  Expr *first = (this->*next)();
  if (!first)
    return nullptr;
  Expr *chain = nullptr;
  while (llvm::is_contained(ops, token.kind)) {
    if (!chain) {
      chain = make(ExprKind::Chain, begin);
      chain->operands.push_back(first);
    }
    Token op = advance();
    chain->more().ops.push_back(op.kind);
    chain->more().opRanges.push_back(op.range());
    Expr *operand = (this->*next)();
    if (!operand)
      return nullptr;
    chain->operands.push_back(operand);
  }
  return chain ? finish(chain) : first;
}

Expr *Parser::parseOr() { return parseChain(&Parser::parseAnd, {Tok::Or}); }
Expr *Parser::parseAnd() { return parseChain(&Parser::parseNot, {Tok::And}); }

Expr *Parser::parseNot() {
  if (!at(Tok::Not))
    return parseComparison();
  Nesting nesting(*this);
  if (!nesting.ok)
    return nullptr;
  SMLoc begin = advance().begin();
  Expr *operand = parseNot();
  if (!operand)
    return nullptr;
  Expr *e = make(ExprKind::Not, begin);
  e->operands = {operand};
  return finish(e);
}

static bool isComparison(Tok kind) {
  return kind == Tok::Less || kind == Tok::LessEqual || kind == Tok::Greater ||
         kind == Tok::GreaterEqual || kind == Tok::Equal || kind == Tok::NotEqual;
}

Expr *Parser::parseComparison() {
  SMLoc begin = token.begin();
  Expr *left = parseRange();
  if (!left || !isComparison(token.kind))
    return left;
  Token op = advance();
  Expr *right = parseRange();
  if (!right)
    return nullptr;
  Expr *e = make(ExprKind::Compare, begin);
  e->operands = {left, right};
  e->more().ops = {op.kind};
  e->more().opRanges = {op.range()};
  finish(e);
  if (isComparison(token.kind)) {
    sink.error(token.range(), "comparisons cannot be chained").note("write `a < b and b < c`");
    return nullptr;
  }
  if (at(Tok::Assign)) {
    sink.error(token.range(), "expected an operator, found `=`").note("equality is written `==`");
    return nullptr;
  }
  return tooLarge ? nullptr : e;
}

Expr *Parser::parseRange() {
  SMLoc begin = token.begin();
  Expr *low = parseSum();
  if (!low || (!at(Tok::DotDot) && !at(Tok::DotDotLess)))
    return low;
  Token op = advance();
  Expr *high = parseSum();
  if (!high)
    return nullptr;
  Expr *e = make(ExprKind::Range, begin);
  e->operands = {low, high};
  e->more().ops = {op.kind};
  return finish(e);
}

Expr *Parser::parseSum() { return parseChain(&Parser::parseProduct, {Tok::Plus, Tok::Minus}); }
Expr *Parser::parseProduct() { return parseChain(&Parser::parseUnary, {Tok::Star, Tok::Slash}); }

Expr *Parser::parseUnary() {
  if (!at(Tok::Minus))
    return parsePower();
  Nesting nesting(*this);
  if (!nesting.ok)
    return nullptr;
  SMLoc begin = advance().begin();
  Expr *operand = parseUnary();
  if (!operand)
    return nullptr;
  Expr *e = make(ExprKind::Negate, begin);
  e->operands = {operand};
  return finish(e);
}

Expr *Parser::parsePower() {
  SMLoc begin = token.begin();
  Expr *base = parsePrimary();
  if (!base || !at(Tok::Caret))
    return base;
  Nesting nesting(*this);
  if (!nesting.ok)
    return nullptr;
  advance();
  Expr *exponent = parseUnary(); // to the right: 2^-1, 2^3^2 = 2^9
  if (!exponent)
    return nullptr;
  Expr *e = make(ExprKind::Power, begin);
  e->operands = {base, exponent};
  return finish(e);
}

Expr *Parser::parsePrimary() {
  if (tooLarge || sink.isFull())
    return nullptr;
  switch (token.kind) {
  case Tok::Int:
  case Tok::Real:
    return parseNumber();
  case Tok::Name:
    return parseNameOrCall();
  case Tok::String: {
    Expr *e = make(ExprKind::String, SMLoc::getFromPointer(token.text.begin() - 1));
    e->text = advance().text;
    return finish(e);
  }
  case Tok::LParen:
    return parseParenthesis();
  case Tok::LBracket:
    return parseBracket();
  case Tok::LBrace:
    return parseBlock();
  case Tok::Let:
    return parseLet();
  case Tok::If:
    return parseIf();
  default:
    fail("an expression");
    return nullptr;
  }
}

Expr *Parser::parseNumber() {
  Expr *e = make(at(Tok::Int) ? ExprKind::Int : ExprKind::Real, token.begin());
  Token number = advance();
  if (number.text.size() > 400) {
    failAt(number.range(), "the number has more than 400 digits");
    return nullptr;
  }
  e->realValue = std::strtod(number.text.str().c_str(), nullptr);
  if (e->kind == ExprKind::Int && number.text.getAsInteger(10, e->intValue))
    e->kind = ExprKind::Real; // beyond 64 bits
  if (!std::isfinite(e->realValue)) {
    failAt(number.range(), "the number is too large for f64");
    return nullptr;
  }
  if (!at(Tok::Name) || token.onNewLine)
    return finish(e);
  Token name = advance();
  auto literal = literalUnit(name.text);
  if (!literal) {
    Diagnostic &d = sink.error(name.range(), formatv("`{0}` is not a unit", name.text));
    if (StringRef nearest = nearestLiteralUnit(name.text); !nearest.empty())
      d.note(formatv("did you mean `{0}`?", nearest));
    else
      d.note("an operator is missing, or a unit: they are ms, s, us, Hz, kHz, deg, rad, samples, "
             "cycles, amplitude");
    return nullptr;
  }
  e->more().unit = literal->unit;
  if (literal->factor != 1) {
    e->kind = ExprKind::Real;
    e->realValue *= literal->factor;
    if (double whole = std::nearbyint(e->realValue);
        whole == e->realValue && std::abs(whole) < 1e15) {
      e->kind = ExprKind::Int;
      e->intValue = static_cast<int64_t>(whole);
    }
  }
  return finish(e);
}

Expr *Parser::parseNameOrCall() {
  Token name = advance();
  if (name.text == "fold" && at(Tok::LParen))
    return parseFold(name);
  // `sum [ ... ]`: a list may follow a function without parentheses.
  bool isListCall = at(Tok::LBracket) && !token.onNewLine;
  if (!isListCall && (!at(Tok::LParen) || token.onNewLine)) {
    Expr *e = make(ExprKind::Name, name.begin());
    e->text = name.meaning;
    return finish(e);
  }
  Expr *call = make(ExprKind::Call, name.begin());
  call->text = name.meaning;
  call->more().nameRange = name.range();
  if (isListCall) {
    Argument list;
    list.value = parseBracket();
    if (!list.value)
      return nullptr;
    call->more().arguments.push_back(list);
    return finish(call);
  }
  return parseArguments(call) ? finish(call) : nullptr;
}

bool Parser::parseArguments(Expr *call) {
  advance();
  if (accept(Tok::RParen))
    return true;
  do {
    Argument argument;
    if (at(Tok::Name) && peek().kind == Tok::Assign) {
      argument.nameRange = token.range();
      argument.name = advance().text;
      advance();
    }
    argument.value = parseExpr();
    if (!argument.value)
      return false;
    if (argument.name.empty() && !call->extra->arguments.empty() &&
        !call->extra->arguments.back().name.empty())
      return failAt(argument.value->range, "a positional argument cannot follow a named one");
    call->extra->arguments.push_back(argument);
  } while (accept(Tok::Comma));
  return expect(Tok::RParen, "after the arguments");
}

/// `fold(a, b: E, list)`.
Expr *Parser::parseFold(Token name) {
  Expr *e = make(ExprKind::Fold, name.begin());
  advance();
  StringRef names[2];
  for (unsigned i = 0; i < 2; ++i) {
    if (!at(Tok::Name)) {
      fail("a variable: fold(a, b: E, list)");
      return nullptr;
    }
    if (i == 0)
      e->more().nameRange = token.range();
    names[i] = advance().text;
    if (!expect(i == 0 ? Tok::Comma : Tok::Colon, "in fold(a, b: E, list)"))
      return nullptr;
  }
  e->text = names[0];
  e->more().second = names[1];
  Expr *body = parseExpr();
  if (!body || !expect(Tok::Comma, "in fold(a, b: E, list)"))
    return nullptr;
  Expr *list = parseExpr();
  if (!list || !expect(Tok::RParen, "after fold(a, b: E, list"))
    return nullptr;
  e->operands = {body, list};
  return finish(e);
}

Expr *Parser::parseParenthesis() {
  SMLoc begin = advance().begin();
  Expr *first = parseExpr();
  if (!first)
    return nullptr;
  if (at(Tok::RParen)) {
    advance();
    return first;
  }
  Expr *tuple = make(ExprKind::Tuple, begin);
  tuple->operands.push_back(first);
  while (accept(Tok::Comma)) {
    Expr *element = parseExpr();
    if (!element)
      return nullptr;
    tuple->operands.push_back(element);
  }
  return expect(Tok::RParen, "to close `(`") ? finish(tuple) : nullptr;
}

/// `[a, b, c]`, `[E for v in LIST]` or `[E for v in LIST if C]`.
Expr *Parser::parseBracket() {
  SMLoc begin = advance().begin();
  Expr *array = make(ExprKind::Array, begin);
  if (accept(Tok::RBracket))
    return finish(array);
  Expr *first = parseExpr();
  if (!first)
    return nullptr;
  if (accept(Tok::For)) {
    array->kind = ExprKind::Comprehension;
    if (!at(Tok::Name)) {
      fail("a variable after `for`");
      return nullptr;
    }
    array->more().nameRange = token.range();
    array->text = advance().text;
    if (!expect(Tok::In, "after the variable of `for`"))
      return nullptr;
    Expr *list = parseExpr();
    if (!list)
      return nullptr;
    array->operands = {first, list};
    if (accept(Tok::If)) {
      Expr *condition = parseExpr();
      if (!condition)
        return nullptr;
      array->operands.push_back(condition);
    }
    return expect(Tok::RBracket, "to close `[`") ? finish(array) : nullptr;
  }
  array->operands.push_back(first);
  while (accept(Tok::Comma)) {
    Expr *element = parseExpr();
    if (!element)
      return nullptr;
    array->operands.push_back(element);
  }
  return expect(Tok::RBracket, "to close `[`") ? finish(array) : nullptr;
}

/// The names of `(a, b)`, which was read as an expression before `=` was seen.
bool Parser::patternOf(Expr *e, Binding &binding) {
  binding.isTuple = true;
  if (e->kind != ExprKind::Tuple)
    return failAt(e->range, "only a name or `(a, b)` can be given a value");
  for (Expr *part : e->operands) {
    if (part->kind != ExprKind::Name)
      return failAt(part->range, "expected a name");
    Token name;
    name.kind = Tok::Name;
    name.text = part->text;
    binding.names.push_back(name);
  }
  return true;
}

/// `{ NAME = E; ...; E }`.
Expr *Parser::parseBlock() {
  SMLoc begin = advance().begin();
  Expr *block = make(ExprKind::Let, begin);
  block->more();
  while (block->operands.empty()) {
    accept(Tok::Let); // `let` before a binding of a block is allowed
    Binding binding;
    if (at(Tok::Name) && peek().kind == Tok::Assign) {
      binding.names.push_back(advance());
    } else {
      Expr *e = parseExpr();
      if (!e)
        return nullptr;
      if (!at(Tok::Assign)) {
        block->operands = {e};
        accept(Tok::Semicolon);
        break;
      }
      if (!patternOf(e, binding))
        return nullptr;
    }
    advance();
    binding.value = parseExpr();
    if (!binding.value || !expect(Tok::Semicolon, "after a binding of a block"))
      return nullptr;
    block->extra->bindings.push_back(std::move(binding));
    if (at(Tok::RBrace)) {
      fail("the value of the block: `{ NAME = E; ...; E }`");
      return nullptr;
    }
  }
  return expect(Tok::RBrace, "to close `{`") ? finish(block) : nullptr;
}

Expr *Parser::parseLet() {
  SMLoc begin = advance().begin();
  Expr *let = make(ExprKind::Let, begin);
  Binding binding;
  if (!parsePattern(binding) || !expect(Tok::Assign, "after the name in `let`"))
    return nullptr;
  binding.value = parseExpr();
  if (!binding.value || !expect(Tok::In, "after the value in `let`"))
    return nullptr;
  let->more().bindings.push_back(std::move(binding));
  Expr *body = parseExpr();
  if (!body)
    return nullptr;
  let->operands = {body};
  return finish(let);
}

Expr *Parser::parseIf() {
  SMLoc begin = advance().begin();
  Expr *e = make(ExprKind::If, begin);
  Expr *condition = parseExpr();
  if (!condition || !expect(Tok::Then, "after the condition of `if`"))
    return nullptr;
  Expr *yes = parseExpr();
  if (!yes || !expect(Tok::Else, "after `if c then a`"))
    return nullptr;
  Expr *no = parseExpr();
  if (!no)
    return nullptr;
  e->operands = {condition, yes, no};
  return finish(e);
}
