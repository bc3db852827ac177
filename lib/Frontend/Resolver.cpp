//===- Resolver.cpp - Names in declarations --------------------------------===//
#include "Resolver.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace seis;
using namespace seis::fe;

bool seis::fe::isTypeName(StringRef name, bool inPrelude) {
  static constexpr StringRef user[] = {"volume", "cvolume", "mask",   "trace", "scalar",
                                       "int",    "real",    "array",  "axis",  "mode",
                                       "window", "enum",    "string", "tuple"};
  static constexpr StringRef embedded[] = {"any", "offset", "axes", "multiplier", "list"};
  return is_contained(user, name) || (inPrelude && is_contained(embedded, name));
}

bool seis::fe::isConstantName(StringRef name) {
  static constexpr StringRef names[] = {"pi",   "inline",  "crossline", "sample", "reflect",
                                        "zero", "nearest", "mirror",    "wrap",   "dt_ms",
                                        "fs",   "true",    "false",     "inf",    "nan"};
  return is_contained(names, name);
}

std::string seis::fe::signatureText(const Function &function) {
  std::string text = function.name.str();
  if (!function.hasParameterList)
    return text;
  text += "(";
  bool first = true;
  for (const Parameter &p : function.parameters) {
    text += first ? "" : ", ";
    first = false;
    const char *begin = p.whole.Start.getPointer(), *end = p.whole.End.getPointer();
    bool space = false;
    for (const char *c = begin; c != end; ++c) { // line breaks and runs of spaces become one
      bool isBlank = isSpace(*c);
      if (!isBlank && space)
        text += ' ';
      space = isBlank;
      if (!isBlank)
        text += *c;
    }
  }
  return text + ")";
}

StringRef seis::fe::nearestName(StringRef name, const std::vector<StringRef> &candidates) {
  StringRef best;
  unsigned limit = std::max<unsigned>(1, std::min<size_t>(name.size(), 24) / 3) + 1;
  for (StringRef candidate : candidates) {
    if (candidate == name || candidate.size() > name.size() + limit)
      continue;
    unsigned distance = name.edit_distance_insensitive(candidate, true, limit);
    if (distance < limit) {
      limit = distance;
      best = candidate;
    }
  }
  if (!best.empty() || name.size() < 4)
    return best;
  for (StringRef candidate : candidates) // `phase` may stand for `inst_phase`
    if (candidate.contains(name) && (best.empty() || candidate.size() < best.size()))
      best = candidate;
  return best;
}

Function *Program::findFunction(StringRef name, const SourceUnit &unit) const {
  if (unit.kind == SourceUnit::File)
    if (auto it = unit.functionByName.find(name); it != unit.functionByName.end())
      return it->second;
  if (unit.kind == SourceUnit::Expression || unit.kind == SourceUnit::Call)
    for (const SourceUnit *item : items)
      if (item->kind == SourceUnit::File)
        if (Function *f = item->functionByName.lookup(name))
          return f;
  auto it = preludeFunctions.find(name);
  return it == preludeFunctions.end() ? nullptr : it->second;
}

//===----------------------------------------------------------------------===//
// Declarations
//===----------------------------------------------------------------------===//

void Resolver::checkType(StringRef type, SMRange range, bool inPrelude) {
  if (type.empty() || isTypeName(type, inPrelude))
    return;
  Diagnostic &d = sink.error(range, formatv("`{0}` is not a type", type));
  StringRef nearest =
      nearestName(type, {"volume", "cvolume", "mask", "trace", "scalar", "int", "real", "array",
                         "axis", "mode", "window", "enum", "tuple", "string"});
  if (!nearest.empty())
    d.note(formatv("did you mean `{0}`?", nearest));
  else
    d.note("types are volume, cvolume, mask, trace, scalar, int, real, array, axis, mode, window, "
           "enum, tuple and string");
}

void Resolver::checkDuplicates(SourceUnit &u) {
  StringMap<SMRange> values, functions;
  auto declare = [&](StringMap<SMRange> &seen, StringRef name, SMRange range) {
    auto [it, isNew] = seen.try_emplace(name, range);
    if (!isNew)
      sink.error(range, formatv("`{0}` is already defined", name))
          .note("the first definition is here", it->second);
    return isNew;
  };
  for (const InputDecl &d : u.inputs) {
    declare(values, d.name, d.nameRange);
    u.valueByName[d.name] = -1;
  }
  for (const ParamDecl &d : u.params) {
    declare(values, d.name, d.nameRange);
    u.valueByName[d.name] = -1;
    if (d.name == "dt_ms" || d.name == "fs")
      sink.error(d.nameRange, formatv("`{0}` exists in every program", d.name))
          .note("it is the sample interval; --dt-ms= fixes it while compiling");
  }
  for (size_t i = 0; i < u.outputs.size(); ++i)
    for (const Token &name : u.outputs[i].names) {
      declare(values, name.text, name.range());
      u.valueByName.try_emplace(name.text, static_cast<int>(i));
    }
  for (Function *f : u.functions) {
    if (declare(functions, f->name, f->nameRange))
      u.functionByName[f->name] = f;
    StringMap<SMRange> parameters;
    for (const Parameter &p : f->parameters)
      declare(parameters, p.name, p.range);
  }
}

/// A parameter is an enum if its default is a bare name that means nothing else, or if the body
/// compares it with such names; those names are then its choices.
void Resolver::inferEnums(Function &f) {
  function = &f;
  unit = f.unit;
  for (Parameter &p : f.parameters) {
    bool isOpen = p.type.empty() || (p.type == "enum" && p.enumerators.empty());
    if (isOpen && p.defaultValue && p.defaultValue->kind == ExprKind::Name &&
        !isGlobal(p.defaultValue->text) && !isConstantName(p.defaultValue->text) &&
        !program.findFunction(p.defaultValue->text, *f.unit))
      p.enumerators.push_back(p.defaultValue->text);
    p.isOpenEnum = isOpen;
  }
  if (f.body && any_of(f.parameters, [](const Parameter &p) { return p.isOpenEnum; }))
    collectEnumerators(f, f.body);
  for (Parameter &p : f.parameters)
    if (!p.enumerators.empty())
      p.type = "enum";
  function = nullptr;
}

void Resolver::collectEnumerators(Function &f, Expr *e) {
  if (e->kind == ExprKind::Compare)
    for (unsigned i = 0; i < 2; ++i) {
      Expr *choice = e->operands[1 - i];
      Parameter *p = enumParameter(e->operands[i]);
      if (!p || !p->isOpenEnum || choice->kind != ExprKind::Name || isGlobal(choice->text) ||
          isConstantName(choice->text) ||
          any_of(f.parameters, [&](const Parameter &q) { return q.name == choice->text; }))
        continue;
      if (!is_contained(p->enumerators, choice->text))
        p->enumerators.push_back(choice->text);
    }
  for (Expr *operand : e->operands)
    collectEnumerators(f, operand);
  if (e->extra) {
    for (const Argument &a : e->extra->arguments)
      collectEnumerators(f, a.value);
    for (const Binding &b : e->extra->bindings)
      collectEnumerators(f, b.value);
  }
}

/// The parameter of the current function that a name refers to.
Parameter *Resolver::enumParameter(Expr *e) const {
  if (!function || e->kind != ExprKind::Name)
    return nullptr;
  for (Parameter &p : function->parameters)
    if (p.name == e->text)
      return &p;
  return nullptr;
}

void Resolver::resolveFunctions(SourceUnit &u) {
  checkDuplicates(u);
  for (Function *f : u.functions)
    inferEnums(*f);
  for (Function *f : u.functions)
    resolveFunction(*f);
}

void Resolver::resolveFunction(Function &f) {
  unit = f.unit;
  function = &f;
  unsigned before = sink.errorCount();
  calls.resize(std::max<size_t>(calls.size(), f.index + 1));
  visibleOutputs = 0;
  locals.clear();
  bool optional = false;
  for (Parameter &p : f.parameters) {
    checkType(p.type, p.typeRange, f.isPrelude);
    if (p.defaultValue) {
      optional = true;
      resolveArgument(f, p, p.defaultValue); // sees earlier parameters
    } else if (optional && !p.isVariadic) {
      sink.error(p.range,
                 formatv("parameter `{0}` needs a default: the one before has one", p.name));
    }
    locals.push_back(p.name);
  }
  checkType(f.resultType, f.resultRange, f.isPrelude);
  if (f.body)
    resolve(f.body);
  f.bad |= sink.errorCount() > before;
  function = nullptr;
}

void Resolver::resolveItem(SourceUnit &u) {
  unit = &u;
  function = nullptr;
  locals.clear();
  visibleOutputs = 0;
  for (ParamDecl &d : u.params) {
    if (!d.type.empty() && d.type != "scalar") {
      Diagnostic &e = sink.error(
          d.typeRange, formatv("a `param` is a scalar known at run time, not `{0}`", d.type));
      e.note("a value known while compiling is an argument of a function: `def f(x: volume, r: int "
             "= 2)`");
    }
    if (d.defaultValue)
      resolve(d.defaultValue);
    for (Argument &bound : d.bounds)
      resolve(bound.value);
  }
  for (InputDecl &d : u.inputs)
    if (!d.isFree && d.type != "volume" && d.type != "cvolume")
      sink.error(d.typeRange, formatv("an input is a volume or a cvolume, not `{0}`", d.type));
  for (OutputDecl &d : u.outputs) {
    resolve(d.value);
    visibleOutputs += 1;
  }
  if (u.kind == SourceUnit::Call)
    resolveCallItem(u);
  else if (u.expression)
    resolve(u.expression);
}

/// `envelope` or `rms(window=(1,1,9))`: volumes that are left out become inputs.
void Resolver::resolveCallItem(SourceUnit &u) {
  Expr *e = u.expression;
  if (!e)
    return;
  if (e->kind == ExprKind::Name) {
    e->kind = ExprKind::Call;
    e->more().nameRange = e->range;
  }
  if (e->kind != ExprKind::Call) {
    sink.error(e->range, "expected the name of an attribute, or a call of one")
        .note("an expression is given with -e, a file ends in `.seis`");
    u.expression = nullptr;
    return;
  }
  if (Function *callee = program.findFunction(e->text, u)) {
    size_t positional = 0;
    for (const Argument &a : e->extra->arguments)
      positional += a.name.empty();
    for (size_t i = positional; i < callee->parameters.size(); ++i) {
      const Parameter &p = callee->parameters[i];
      bool isGiven =
          any_of(e->extra->arguments, [&](const Argument &a) { return a.name == p.name; });
      if (isGiven || p.defaultValue || p.isVariadic ||
          (!p.type.empty() && p.type != "volume" && p.type != "cvolume" && p.type != "any"))
        continue;
      Argument input;
      input.name = p.name;
      input.nameRange = e->range;
      input.value = program.arena.make(ExprKind::Name, e->range);
      input.value->text = p.name;
      e->extra->arguments.push_back(input);
    }
  }
  resolve(e);
}

//===----------------------------------------------------------------------===//
// Recursion
//===----------------------------------------------------------------------===//

/// Depth-first search without recursion of its own: chains of calls may be long.
void Resolver::findRecursion(SourceUnit &u) {
  enum : char { New, Open, Done };
  std::vector<char> state(program.arena.allFunctions().size(), New);
  calls.resize(state.size());
  for (Function *root : u.functions) {
    std::vector<std::pair<Function *, size_t>> path;
    if (state[root->index] == New)
      path.push_back({root, 0});
    while (!path.empty()) {
      auto &[f, next] = path.back();
      state[f->index] = Open;
      if (next == calls[f->index].size()) {
        state[f->index] = Done;
        path.pop_back();
        continue;
      }
      auto [callee, range] = calls[f->index][next++];
      if (state[callee->index] == Open) {
        Diagnostic &d = sink.error(
            range, formatv("`{0}` calls itself: functions cannot be recursive", callee->name));
        if (Function *shadowed = program.preludeFunctions.lookup(callee->name);
            shadowed && shadowed != callee)
          d.note(formatv("inside this definition `{0}` is not the function of the prelude; choose "
                         "another name",
                         callee->name));
        for (auto it = path.rbegin(); it != path.rend(); ++it) {
          it->first->bad = true;
          if (it->first == callee)
            break;
        }
      } else if (state[callee->index] == New) {
        path.push_back({callee, 0});
      }
    }
  }
}
