//===- ResolveExpr.cpp - Names in expressions ------------------------------===//
#include "Resolver.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace seis;
using namespace seis::fe;

bool Resolver::isBound(StringRef name) const { return is_contained(reverse(locals), name); }

/// Inputs, parameters and earlier outputs that are visible in the unit.
bool Resolver::isGlobal(StringRef name) const {
  auto inUnit = [&](const SourceUnit &u, unsigned outputs) {
    auto it = u.valueByName.find(name);
    return (it != u.valueByName.end() && it->second < static_cast<int>(outputs)) ||
           u.broken.contains(name);
  };
  if (unit->kind == SourceUnit::Prelude)
    return false;
  if (inUnit(*unit, function ? 0 : visibleOutputs))
    return true;
  if (unit->kind == SourceUnit::File)
    return false;
  for (const SourceUnit *item : program.items) {
    if (item == unit)
      break;
    if (inUnit(*item, item->outputs.size()))
      return true;
  }
  return false;
}

std::vector<StringRef> Resolver::visibleValues() const {
  std::vector<StringRef> names(locals.begin(), locals.end());
  for (StringRef name : {"pi", "inline", "crossline", "sample", "reflect", "zero", "nearest",
                         "mirror", "wrap", "dt_ms", "fs", "true", "false"})
    names.push_back(name);
  for (const SourceUnit *item : program.items) {
    if (unit->kind == SourceUnit::File && item != unit)
      continue;
    for (const InputDecl &d : item->inputs)
      names.push_back(d.name);
    for (const ParamDecl &d : item->params)
      names.push_back(d.name);
    for (const OutputDecl &d : item->outputs)
      for (const Token &t : d.names)
        names.push_back(t.text);
  }
  return names;
}

void Resolver::resolve(Expr *e) {
  switch (e->kind) {
  case ExprKind::Int:
  case ExprKind::Real:
  case ExprKind::String:
  case ExprKind::EnumName:
    return;
  case ExprKind::Name:
    return resolveName(e, false);
  case ExprKind::Call:
    return resolveCall(e);
  case ExprKind::Compare:
    return resolveCompare(e);
  case ExprKind::Let:
    return resolveLet(e);
  case ExprKind::Comprehension:
    resolve(e->operands[1]);
    locals.push_back(e->text);
    resolve(e->operands[0]);
    if (e->operands.size() > 2)
      resolve(e->operands[2]);
    locals.pop_back();
    return;
  case ExprKind::Fold:
    resolve(e->operands[1]);
    locals.push_back(e->text);
    locals.push_back(e->extra->second);
    resolve(e->operands[0]);
    locals.resize(locals.size() - 2);
    return;
  default:
    for (Expr *operand : e->operands)
      resolve(operand);
  }
}

void Resolver::resolveLet(Expr *e) {
  size_t before = locals.size();
  for (Binding &b : e->extra->bindings) {
    resolve(b.value);
    for (const Token &name : b.names)
      locals.push_back(name.text);
  }
  resolve(e->operands[0]);
  locals.resize(before);
}

void Resolver::resolveName(Expr *e, bool complexWanted) {
  StringRef name = e->text;
  if (isBound(name) || isGlobal(name) || isConstantName(name))
    return;
  if (Function *f = program.findFunction(name, *unit)) {
    if (!f->hasParameterList && !f->isBuiltin) { // `def kd = [...]`
      if (function)
        calls[function->index].push_back({f, e->range});
      return;
    }
    e->bad = true;
    sink.error(e->range, formatv("`{0}` is a function, and functions are not values", name))
        .note(formatv("call it: {0}", signatureText(*f)));
    return;
  }
  if (!function && (unit->kind == SourceUnit::Expression || unit->kind == SourceUnit::Call)) {
    InputDecl input;
    input.name = name;
    input.nameRange = input.typeRange = e->range;
    input.type = complexWanted ? "cvolume" : "volume";
    input.isFree = true;
    unit->inputs.push_back(input);
    unit->valueByName[name] = -1;
    return;
  }
  unknownName(e);
}

void Resolver::unknownName(Expr *e) {
  e->bad = true;
  StringRef name = e->text;
  Diagnostic &d = sink.error(e->range, formatv("unknown name `{0}`", name));
  if (auto it = unit->valueByName.find(name); it != unit->valueByName.end() && it->second >= 0) {
    SMRange where = unit->outputs[it->second].range;
    if (function)
      d.note("an output is not visible in functions: pass it as an argument", where);
    else
      d.note("an output sees the outputs before it only", where);
    return;
  }
  if (name == "freq") {
    d.note("`freq` is the frequency of a bin in the second argument of specmul");
    return;
  }
  if (StringRef nearest = nearestName(name, visibleValues()); !nearest.empty())
    d.note(formatv("did you mean `{0}`?", nearest));
  else if (unit->kind == SourceUnit::File)
    d.note(formatv("a volume of the program is declared with `input {0}: volume`", name));
}

void Resolver::resolveCompare(Expr *e) {
  for (unsigned i = 0; i < 2; ++i) {
    Parameter *p = enumParameter(e->operands[i]);
    Expr *choice = e->operands[1 - i];
    if (!p || p->enumerators.empty() || choice->kind != ExprKind::Name || isBound(choice->text))
      continue;
    resolve(e->operands[i]);
    resolveArgument(*function, *p, choice);
    return;
  }
  resolve(e->operands[0]);
  resolve(e->operands[1]);
}

/// An argument, or the default of a parameter: names of an enum come before other names.
void Resolver::resolveArgument(const Function &callee, const Parameter &parameter, Expr *value) {
  if (value->kind == ExprKind::Name && !parameter.enumerators.empty()) {
    if (is_contained(parameter.enumerators, value->text)) {
      value->kind = ExprKind::EnumName;
      return;
    }
    if (!isBound(value->text)) {
      value->bad = true;
      std::string choices;
      for (StringRef name : parameter.enumerators)
        choices += (choices.empty() ? "" : ", ") + name.str();
      Diagnostic &d = sink.error(value->range, formatv("`{0}` is no choice of `{1}` of `{2}`",
                                                       value->text, parameter.name, callee.name));
      StringRef nearest = nearestName(value->text, parameter.enumerators);
      if (!nearest.empty())
        d.note(formatv("did you mean `{0}`?", nearest));
      d.note("choices are " + choices);
      return;
    }
  }
  if (parameter.type == "multiplier") {
    locals.push_back("freq");
    resolve(value);
    locals.pop_back();
    return;
  }
  if (value->kind == ExprKind::Name)
    return resolveName(value, parameter.type == "cvolume");
  resolve(value);
}

Diagnostic &Resolver::argumentError(SMRange range, std::string message, const Function &callee) {
  Diagnostic &d = sink.error(range, std::move(message));
  d.note("signature: " + signatureText(callee), callee.isPrelude ? SMRange() : callee.nameRange);
  return d;
}

void Resolver::unknownFunction(Expr *e) {
  e->bad = true;
  if (unit->broken.contains(e->text))
    return;
  bool isValue = isBound(e->text) || isGlobal(e->text) || isConstantName(e->text);
  const char *text = isValue ? "`{0}` is not a function" : "unknown function `{0}`";
  Diagnostic &d = sink.error(e->extra->nameRange, formatv(text, e->text));
  if (isValue) {
    bool isList = e->extra->arguments.size() == 1 && *e->extra->nameRange.End.getPointer() == '[';
    d.note(isList ? "elements cannot be picked out of an array: comprehensions run over all of them"
                  : "multiplication is written with `*`");
    return;
  }
  std::vector<StringRef> names;
  for (const auto &entry : program.preludeFunctions)
    if (!entry.second->doc.empty())
      names.push_back(entry.first());
  llvm::sort(names); // the nearest of several is the first by name
  for (const SourceUnit *item : program.items)
    for (const Function *f : item->functions)
      names.push_back(f->name);
  if (StringRef nearest = nearestName(e->text, names); !nearest.empty())
    d.note(formatv("did you mean `{0}`?", nearest));
  else
    d.note("seis-compile --list shows the functions of the prelude");
}

/// The parameter that an argument is for; null after a message. `position` counts positional ones.
const Parameter *Resolver::parameterOf(const Argument &a, const Function &callee, size_t &position,
                                       Expr *call) {
  const std::vector<Parameter> &parameters = callee.parameters;
  if (!a.name.empty()) {
    for (const Parameter &p : parameters)
      if (p.name == a.name)
        return &p;
    call->bad = true;
    std::vector<StringRef> names;
    for (const Parameter &p : parameters)
      names.push_back(p.name);
    Diagnostic &d = argumentError(
        a.nameRange, formatv("`{0}` has no parameter `{1}`", callee.name, a.name), callee);
    if (StringRef nearest = nearestName(a.name, names); !nearest.empty())
      d.note(formatv("did you mean `{0}`?", nearest));
    return nullptr;
  }
  if (position < parameters.size()) {
    const Parameter &p = parameters[position];
    position += p.isVariadic ? 0 : 1;
    return &p;
  }
  if (!call->bad)
    argumentError(a.value->range,
                  formatv("too many arguments: `{0}` takes {1}", callee.name, parameters.size()),
                  callee);
  call->bad = true;
  return nullptr;
}

void Resolver::resolveCall(Expr *e) {
  ExprExtra &call = *e->extra;
  Function *callee = program.findFunction(e->text, *unit);
  if (!callee) {
    unknownFunction(e);
    for (const Argument &a : call.arguments)
      resolve(a.value);
    return;
  }
  if (function)
    calls[function->index].push_back({callee, call.nameRange});
  std::vector<bool> given(callee->parameters.size());
  size_t position = 0;
  for (Argument &a : call.arguments) {
    const Parameter *parameter = parameterOf(a, *callee, position, e);
    if (!parameter) {
      resolve(a.value);
      continue;
    }
    size_t index = parameter - callee->parameters.data();
    if (given[index] && !parameter->isVariadic) {
      e->bad = true;
      argumentError(a.nameRange, formatv("`{0}` is given twice", parameter->name), *callee);
    }
    given[index] = true;
    resolveArgument(*callee, *parameter, a.value);
  }
  for (size_t i = 0; i < given.size(); ++i) {
    const Parameter &p = callee->parameters[i];
    if (given[i] || p.defaultValue || p.isVariadic || e->bad)
      continue;
    e->bad = true;
    argumentError(e->range, formatv("argument `{0}` of `{1}` is missing", p.name, callee->name),
                  *callee);
  }
}
