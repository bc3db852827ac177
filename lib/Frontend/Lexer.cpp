//===- Lexer.cpp - Tokens of the attribute language ------------------------===//
#include "Lexer.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace seis;
using namespace seis::fe;

static bool isNameStart(char c) { return isAlpha(c) || c == '_'; }
static bool isNamePart(char c) { return isAlnum(c) || c == '_'; }

std::string seis::fe::describe(Tok kind) {
  switch (kind) {
  case Tok::End:
    return "the end of the text";
  case Tok::Name:
    return "a name";
  case Tok::Int:
    return "an integer";
  case Tok::Real:
    return "a number";
  case Tok::String:
    return "a string";
  case Tok::Unknown:
    return "an unknown character";
  case Tok::Param:
    return "`param`";
  case Tok::Def:
    return "`def`";
  case Tok::Builtin:
    return "`builtin`";
  case Tok::Input:
    return "`input`";
  case Tok::Output:
    return "`output`";
  case Tok::Let:
    return "`let`";
  case Tok::In:
    return "`in`";
  case Tok::If:
    return "`if`";
  case Tok::Then:
    return "`then`";
  case Tok::Else:
    return "`else`";
  case Tok::For:
    return "`for`";
  case Tok::And:
    return "`and`";
  case Tok::Or:
    return "`or`";
  case Tok::Not:
    return "`not`";
  case Tok::LParen:
    return "`(`";
  case Tok::RParen:
    return "`)`";
  case Tok::LBracket:
    return "`[`";
  case Tok::RBracket:
    return "`]`";
  case Tok::LBrace:
    return "`{`";
  case Tok::RBrace:
    return "`}`";
  case Tok::Comma:
    return "`,`";
  case Tok::Semicolon:
    return "`;`";
  case Tok::Colon:
    return "`:`";
  case Tok::Assign:
    return "`=`";
  case Tok::Plus:
    return "`+`";
  case Tok::Minus:
    return "`-`";
  case Tok::Star:
    return "`*`";
  case Tok::Slash:
    return "`/`";
  case Tok::Caret:
    return "`^`";
  case Tok::Less:
    return "`<`";
  case Tok::LessEqual:
    return "`<=`";
  case Tok::Greater:
    return "`>`";
  case Tok::GreaterEqual:
    return "`>=`";
  case Tok::Equal:
    return "`==`";
  case Tok::NotEqual:
    return "`!=`";
  case Tok::DotDot:
    return "`..`";
  case Tok::DotDotLess:
    return "`..<`";
  case Tok::Ellipsis:
    return "`...`";
  case Tok::Arrow:
    return "`->`";
  }
  return "";
}

void Lexer::skipSpace(bool &newLine) {
  doc.clear();
  while (!rest.empty()) {
    char c = rest.front();
    if (c == '#') {
      size_t length = std::min(rest.find_first_of("\r\n"), rest.size());
      StringRef line = rest.take_front(length);
      if (line.consume_front("##"))
        doc.push_back(line.trim());
      else
        doc.clear();
      rest = rest.drop_front(length);
      continue;
    }
    if (c == '\n' || c == '\r')
      newLine = true;
    else if (c != ' ' && c != '\t')
      return;
    rest = rest.drop_front();
  }
}

Token Lexer::take(Tok kind, size_t length) {
  Token token;
  token.kind = kind;
  token.text = rest.take_front(length);
  rest = rest.drop_front(length);
  return token;
}

Token Lexer::lexNumber() {
  size_t n = 0;
  bool isReal = false;
  auto digits = [&] {
    size_t before = n;
    while (n < rest.size() && isDigit(rest[n]))
      ++n;
    return n > before;
  };
  digits();
  bool isRange = rest.substr(n).starts_with("..");
  if (n < rest.size() && rest[n] == '.' && !isRange) {
    ++n;
    digits();
    isReal = true;
  }
  if (n < rest.size() && (rest[n] == 'e' || rest[n] == 'E')) {
    size_t mark = n++;
    if (n < rest.size() && (rest[n] == '+' || rest[n] == '-'))
      ++n;
    if (digits())
      isReal = true;
    else
      n = mark;
  }
  return take(isReal ? Tok::Real : Tok::Int, n);
}

Token Lexer::lexName() {
  size_t n = 1;
  while (n < rest.size() && isNamePart(rest[n]))
    ++n;
  StringRef meaning;
  if (dashed) {
    // `inst-phase` on the command line: the longest known name, if a call or nothing follows.
    std::string joined = rest.take_front(n).str();
    for (size_t m = n; m + 1 < rest.size() && rest[m] == '-' && isNamePart(rest[m + 1]);) {
      joined += '_';
      for (++m; m < rest.size() && isNamePart(rest[m]); ++m)
        joined += rest[m];
      if (joined.size() > 64)
        break;
      StringRef after = rest.substr(m).ltrim();
      auto known = dashed->find(joined);
      if (known != dashed->end() && (after.empty() || after.front() == '(')) {
        n = m;
        meaning = known->first();
      }
    }
  }
  StringRef text = rest.take_front(n);
  Tok kind = StringSwitch<Tok>(text)
                 .Case("param", Tok::Param)
                 .Case("def", Tok::Def)
                 .Case("builtin", keywordBuiltin ? Tok::Builtin : Tok::Name)
                 .Case("input", Tok::Input)
                 .Case("output", Tok::Output)
                 .Case("let", Tok::Let)
                 .Case("in", Tok::In)
                 .Case("if", Tok::If)
                 .Case("then", Tok::Then)
                 .Case("else", Tok::Else)
                 .Case("for", Tok::For)
                 .Case("and", Tok::And)
                 .Case("or", Tok::Or)
                 .Case("not", Tok::Not)
                 .Default(Tok::Name);
  Token token = take(kind, n);
  token.meaning = meaning.empty() ? token.text : meaning;
  return token;
}

Token Lexer::lexString() {
  Token open = take(Tok::String, 1);
  size_t length = rest.find_first_of("\"\r\n");
  if (length == StringRef::npos || rest[length] != '"') {
    length = std::min(length, rest.size());
    SMRange range(open.begin(), SMLoc::getFromPointer(rest.begin() + length));
    sink.error(range, "the string is not closed: expected `\"` on the same line");
    return take(Tok::Unknown, length);
  }
  Token token = take(Tok::String, length);
  rest = rest.drop_front(); // closing quote
  return token;
}

/// Reports a run of characters that begin no token, as one error.
Token Lexer::lexUnknown() {
  const char *begin = rest.begin();
  auto startsToken = [](char c) {
    return isNamePart(c) || StringRef(" \t\r\n#\"()[]{},;:=+-*/^<>!.").contains(c);
  };
  unsigned char c = rest.front();
  rest = rest.drop_front();
  while (!rest.empty() && !startsToken(rest.front()))
    rest = rest.drop_front();
  SMRange range(SMLoc::getFromPointer(begin), SMLoc::getFromPointer(rest.begin()));
  std::string shown = c >= 0x20 && c < 0x7f ? formatv("`{0}`", static_cast<char>(c)).str()
                                            : formatv("byte 0x{0:X-2}", unsigned(c)).str();
  Diagnostic &d = sink.error(range, shown + " cannot be used here");
  if (c == '&' || c == '|')
    d.note("write `and` and `or`");
  else if (c == '!')
    d.note("write `not`, or `!=` for different");
  else if (c == '\'')
    d.note("strings are written with `\"`");
  else if (c == '%')
    d.note("write mod(a, b) for the remainder");
  Token token;
  token.kind = Tok::Unknown; // the parser keeps silent about it
  token.text = StringRef(begin, rest.begin() - begin);
  return token;
}

Token Lexer::next() {
  bool newLine = first;
  first = false;
  skipSpace(newLine);
  Token token;
  char c = rest.empty() ? '\0' : rest.front();
  auto is = [&](StringRef text) { return rest.starts_with(text); };
  if (rest.empty())
    token = take(Tok::End, 0);
  else if (isNameStart(c))
    token = lexName();
  else if (isDigit(c) || (c == '.' && rest.size() > 1 && isDigit(rest[1])))
    token = lexNumber();
  else if (c == '"')
    token = lexString();
  else if (is("..."))
    token = take(Tok::Ellipsis, 3);
  else if (is("..<"))
    token = take(Tok::DotDotLess, 3);
  else if (is(".."))
    token = take(Tok::DotDot, 2);
  else if (is("->"))
    token = take(Tok::Arrow, 2);
  else if (is("**"))
    token = take(Tok::Caret, 2);
  else if (is("<=") || is(">=") || is("==") || is("!="))
    token = take(c == '<'   ? Tok::LessEqual
                 : c == '>' ? Tok::GreaterEqual
                 : c == '=' ? Tok::Equal
                            : Tok::NotEqual,
                 2);
  else {
    static constexpr std::pair<char, Tok> single[] = {
        {'(', Tok::LParen},  {')', Tok::RParen}, {'[', Tok::LBracket}, {']', Tok::RBracket},
        {'{', Tok::LBrace},  {'}', Tok::RBrace}, {',', Tok::Comma},    {';', Tok::Semicolon},
        {':', Tok::Colon},   {'=', Tok::Assign}, {'+', Tok::Plus},     {'-', Tok::Minus},
        {'*', Tok::Star},    {'/', Tok::Slash},  {'^', Tok::Caret},    {'<', Tok::Less},
        {'>', Tok::Greater},
    };
    for (auto [character, kind] : single)
      if (c == character)
        token = take(kind, 1);
    if (token.kind == Tok::End)
      token = lexUnknown();
  }
  token.onNewLine = newLine;
  return token;
}
