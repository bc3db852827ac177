//===- EvalCall.cpp - Calls, argument types and phases ---------------------===//
#include "Evaluator.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>

using namespace llvm;
using namespace seis;
using namespace seis::fe;

//===----------------------------------------------------------------------===//
// Types and phases of arguments
//===----------------------------------------------------------------------===//

/// The first name in an expression that stands for a scalar known only at run time.
StringRef Evaluator::runtimeName(Expr *e, Scope &scope) {
  if (e->kind == ExprKind::Name) {
    if (e->text == "dt_ms" || e->text == "fs")
      return "";
    Value v = evalName(e, scope);
    return v.kind == Kind::RealRT && v.level == Level::Scalar ? e->text : StringRef();
  }
  if (e->kind == ExprKind::Let || e->kind == ExprKind::Comprehension || e->kind == ExprKind::Fold)
    return ""; // names of their own
  for (Expr *operand : e->operands)
    if (StringRef name = runtimeName(operand, scope); !name.empty())
      return name;
  if (e->extra)
    for (const Argument &a : e->extra->arguments)
      if (StringRef name = runtimeName(a.value, scope); !name.empty())
        return name;
  return "";
}

static std::string argumentText(const Parameter *parameter, const Function *f) {
  if (!parameter)
    return "this value";
  return formatv("argument `{0}` of `{1}`", parameter->name, f->name);
}

void Evaluator::phaseError(const Value &value, StringRef wanted, const Parameter *parameter,
                           const Function *f, Expr *expr, SMRange range, Scope *scope) {
  std::string what = argumentText(parameter, f);
  if (value.origin == FromInterval) {
    report(range, what + " needs the sample interval at compile time: add --dt-ms=");
    return;
  }
  std::string known = formatv("{0} must be known while compiling: expected {1}, got {2}", what,
                              wanted, typeAndValue(value));
  StringRef name = expr && scope ? runtimeName(expr, *scope) : StringRef();
  bool isNumber = wanted.contains("int") || wanted.contains("window") || wanted.contains("offset");
  Diagnostic &d = report(range, known);
  if (name.empty())
    d.note("this value is known only at run time");
  else
    d.note(formatv("this value is known only at run time: make `{0}` {1} argument", name,
                   isNumber ? "an `int`" : "a `real`"));
}

static bool hasType(const Value &v, StringRef type) {
  Kind k = v.kind;
  bool isReal = k == Kind::RealRT;
  if (type == "volume")
    return isReal && v.level == Level::Volume;
  if (type == "trace")
    return isReal && v.level == Level::Trace;
  if (type == "scalar")
    return v.isNumber() || (isReal && v.level == Level::Scalar);
  if (type == "cvolume")
    return k == Kind::Complex && v.level == Level::Volume;
  if (type == "mask")
    return k == Kind::BoolRT && v.level == Level::Volume;
  if (type == "real")
    return v.isNumber();
  return (type == "int" && k == Kind::Int) || (type == "array" && k == Kind::Array) ||
         (type == "axis" && k == Kind::Axis) || (type == "mode" && k == Kind::Mode) ||
         (type == "string" && k == Kind::String) || (type == "tuple" && k == Kind::Tuple) ||
         (type == "list" && (k == Kind::List || k == Kind::Array));
}

/// "a volume", "an int known while compiling".
static std::string wantedText(StringRef type) {
  bool vowel = StringRef("aeio").contains(type.front());
  return (vowel ? "an " : "a ") + type.str();
}

/// One number of a window or an offset: an int.
bool Evaluator::checkIntElement(const Value &element, const Parameter *parameter, const Function *f,
                                Expr *expr, SMRange range, Scope *scope) {
  if (element.kind == Kind::Int)
    return true;
  if (element.isRuntime())
    phaseError(element, "an int", nullptr, nullptr, expr, range, scope);
  else if (!element.isError())
    error(range, formatv("{0} must have ints, got {1}", argumentText(parameter, f),
                         typeAndValue(element)));
  return false;
}

/// Three odd extents; extents in ms become samples.
bool Evaluator::coerceWindow(Value &value, const Parameter *parameter, const Function *f,
                             Expr *expr, SMRange range, Scope *scope) {
  std::string window =
      parameter ? formatv("`{0}` of `{1}`", parameter->name, f->name).str() : "a window";
  std::vector<Value> extents = *value.elements;
  for (size_t a = 0; a < extents.size(); ++a) {
    Value &e = extents[a];
    Expr *part = expr && expr->kind == ExprKind::Tuple ? expr->operands[a] : expr;
    SMRange at = e.range.isValid() ? e.range : range;
    if (e.isNumber() && e.unit.isBase("ms")) {
      Value dt = dtMs();
      if (dt.kind != Kind::Real) {
        report(at, "a window in ms needs the sample interval at compile time: add --dt-ms=");
        return false;
      }
      if (a != 2) {
        error(at, "only the extent along samples can be given in ms");
        return false;
      }
      double half = std::nearbyint(e.real / (2 * dt.real));
      if (!(half >= 0 && half < 1e9)) {
        error(at, formatv("a window of {0} ms has no number of samples", numberText(e.real)));
        return false;
      }
      e = Value::ofInt(2 * static_cast<int64_t>(half) + 1);
    }
    if (!checkIntElement(e, parameter, f, part, at, scope))
      return false;
    if (e.intValue < 1) {
      error(at, formatv("{0} must be odd and at least 1, got {1} along {2}", window, e.intValue,
                        axisNames[a]));
      return false;
    }
    if (e.intValue % 2 == 0) {
      report(at, formatv("{0} must be odd to be centred on a sample, got {1} along {2}", window,
                         e.intValue, axisNames[a]))
          .note(formatv("use an odd window: {0} or {1}", e.intValue - 1, e.intValue + 1));
      return false;
    }
    if (e.intValue > maxArrayElements) {
      error(at, formatv("{0} must be at most {1}, got {2} along {3}", window, maxArrayElements,
                        e.intValue, axisNames[a]));
      return false;
    }
    int64_t longest = 0;
    for (int64_t n : options.samples)
      longest = std::max(longest, n);
    if (a == 2 && longest && e.intValue > longest) {
      error(at, formatv("{0} must be at most {1}, the samples of a trace given by --samples, got "
                        "{2} along sample",
                        window, longest, e.intValue));
      return false;
    }
  }
  SMRange kept = value.range;
  value = Value::ofTuple(std::move(extents));
  value.range = kept;
  return true;
}

bool Evaluator::coerceInts(const Value &value, const Parameter *parameter, const Function *f,
                           Expr *expr, SMRange range, Scope *scope) {
  for (size_t a = 0; a < value.elements->size(); ++a) {
    const Value &e = (*value.elements)[a];
    Expr *part = expr && expr->kind == ExprKind::Tuple ? expr->operands[a] : expr;
    if (!checkIntElement(e, parameter, f, part, e.range.isValid() ? e.range : range, scope))
      return false;
    if (std::abs(e.real) > maxArrayElements) {
      error(range, formatv("{0} must have ints in {1}..{2}, got {3}", argumentText(parameter, f),
                           -maxArrayElements, maxArrayElements, e.intValue));
      return false;
    }
  }
  return true;
}

/// Checks that a value has a declared type, and brings it to its form. False after a message.
bool Evaluator::coerce(Value &value, StringRef type, const Parameter *parameter, const Function *f,
                       Expr *expr, SMRange range, Scope *scope) {
  if (value.isError())
    return false;
  if (type.empty() || type == "any" || hasType(value, type))
    return true;
  bool isTriple = value.kind == Kind::Tuple && value.elements->size() == 3;
  if (type == "window" && isTriple)
    return coerceWindow(value, parameter, f, expr, range, scope);
  if (type == "offset" && isTriple)
    return coerceInts(value, parameter, f, expr, range, scope);
  if (type == "axes") {
    if (value.kind == Kind::Axis || (value.kind == Kind::Tuple && value.elements->empty()))
      return true;
    if (value.kind == Kind::Tuple &&
        all_of(*value.elements, [](const Value &v) { return v.kind == Kind::Axis; }))
      return true;
    error(range, formatv("expected an axis or a tuple of axes, got {0}", typeAndValue(value)));
    return false;
  }
  if (type == "enum") {
    if (value.kind == Kind::Enum &&
        (!parameter || is_contained(parameter->enumerators, value.text)))
      return true;
    std::string choices;
    if (parameter)
      for (StringRef name : parameter->enumerators)
        choices += (choices.empty() ? "" : ", ") + name.str();
    report(range, formatv("{0} must be one of its names, got {1}", argumentText(parameter, f),
                          typeAndValue(value)))
        .note("choices are " + choices);
    return false;
  }
  std::string wanted = wantedText(type);
  if (type == "window")
    wanted = "a window of three odd extents (inline, crossline, sample)";
  if (type == "offset")
    wanted = "an offset of three ints (inline, crossline, sample)";
  bool isCompileTime = type != "volume" && type != "cvolume" && type != "mask" && type != "trace" &&
                       type != "scalar" && type != "tuple";
  if (isCompileTime && value.kind == Kind::RealRT && value.level == Level::Scalar) {
    phaseError(value, wanted, parameter, f, expr, range, scope);
    return false;
  }
  if (type == "array" && value.kind == Kind::List)
    for (const Value &e : *value.elements)
      if (e.kind == Kind::RealRT && e.level == Level::Scalar) {
        phaseError(e, "a real", parameter, f, expr, e.range.isValid() ? e.range : range, scope);
        return false;
      }
  Diagnostic &d = report(range, formatv("{0} must be {1}, got {2}", argumentText(parameter, f),
                                        wanted, typeAndValue(value)));
  if (type == "cvolume" && value.isVolume())
    d.note("analytic(x) and fft(x) are complex; mk(x, 0) makes a complex volume of a real one");
  if (type == "volume" && value.kind == Kind::Complex)
    d.note("re, im, abs and arg give the parts of a complex volume");
  if (type == "volume" && value.kind == Kind::BoolRT)
    d.note("write `if m then 1 else 0` for a volume of a mask");
  if (type == "window" && value.isNumber())
    d.note("for example (1, 1, 9): nine samples of a trace");
  if (f && parameter)
    d.note("signature: " + signatureText(*f), f->isPrelude ? SMRange() : f->nameRange);
  return false;
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

Value Evaluator::evalCall(Expr *e, Scope &scope) {
  Function *f = program.findFunction(e->text, *scope.unit);
  if (!f)
    return Value::error();
  return callFunction(e, *f, scope);
}

/// Evaluates the arguments in the order of the call, then the defaults. Counts were checked by the
/// resolver.
bool Evaluator::bindArguments(Call &call, Scope &scope) {
  const Function &f = *call.function;
  size_t count = f.parameters.size();
  call.values.resize(count);
  call.ranges.assign(count, call.expr->range);
  std::vector<Expr *> exprs(count);
  bool ok = true;
  size_t position = 0;
  ArrayRef<Argument> arguments;
  if (call.expr->kind == ExprKind::Call)
    arguments = call.expr->extra->arguments;
  for (const Argument &a : arguments) {
    size_t index = position;
    if (!a.name.empty())
      for (index = 0; index < count && f.parameters[index].name != a.name;)
        ++index;
    if (index >= count)
      return false;
    const Parameter &p = f.parameters[index];
    call.ranges[index] = a.value->range;
    exprs[index] = a.value;
    if (p.type == "multiplier") {
      call.multiplier = a.value;
    } else if (p.isVariadic) {
      call.rest.push_back(eval(a.value, scope));
      ok &= !call.rest.back().isError();
      continue;
    } else {
      Value &v = call.values[index];
      v = eval(a.value, scope);
      // A value of the prelude's user keeps the place it came from.
      SMRange at = inPrelude() && v.range.isValid() ? v.range : a.value->range;
      ok &= coerce(v, p.type, &p, &f, a.value, at, &scope);
    }
    if (a.name.empty())
      ++position;
  }
  if (!ok)
    return false;
  Scope defaults; // a default sees the parameters before it
  defaults.unit = f.unit;
  for (size_t i = 0; i < count; ++i) {
    const Parameter &p = f.parameters[i];
    if (!exprs[i] && p.defaultValue) {
      frames.push_back({&f, place(call.expr->range)});
      call.values[i] = eval(p.defaultValue, defaults);
      bool fits =
          coerce(call.values[i], p.type, &p, &f, p.defaultValue, p.defaultValue->range, &defaults);
      frames.pop_back();
      if (!fits)
        return false;
    } else if (exprs[i]) {
      checkArgumentUnit(call, i);
    }
    defaults.variables.push_back({p.name, call.values[i]});
  }
  return true;
}

/// A number with a unit is held against the unit of the parameter's default: `30 ms` is no
/// frequency.
void Evaluator::checkArgumentUnit(Call &call, size_t index) {
  const Parameter &p = call.function->parameters[index];
  if (p.defaultValue && p.defaultValue->extra)
    checkUnits(formatv("argument `{0}` and its default", p.name).str().c_str(),
               call.values[index].unit, p.defaultValue->extra->unit, call.ranges[index]);
}

Value Evaluator::callFunction(Expr *e, Function &f, Scope &scope) {
  if (f.index < called.size())
    called[f.index] = true;
  if (f.bad)
    return Value::error();
  Call call{e, &f, &scope, {}, {}, {}, nullptr};
  if (!bindArguments(call, scope))
    return Value::error();
  if (f.isBuiltin)
    return callBuiltin(call);
  std::string key(reinterpret_cast<const char *>(&f.index), sizeof(f.index));
  for (const Value &v : call.values)
    appendKey(v, key);
  for (auto &layer : memo)
    if (auto it = layer.find(key); it != layer.end())
      return it->second;
  Scope body;
  body.unit = f.unit;
  for (size_t i = 0; i < f.parameters.size(); ++i)
    body.variables.push_back({f.parameters[i].name, call.values[i]});
  frames.push_back({&f, place(e->range)});
  Value result = eval(f.body, body);
  if (!f.resultType.empty() && !result.isError()) {
    StringRef type = f.resultType;
    if (!coerce(result, type, nullptr, nullptr, f.body, f.body->range, &body)) {
      sink.addNote(formatv("`{0}` is declared to give {1}", f.name, wantedText(type)),
                   f.resultRange);
      result = Value::error();
    }
  }
  frames.pop_back();
  memo.back().emplace(std::move(key), result);
  return result;
}
