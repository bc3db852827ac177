//===- BuiltinLists.cpp - Lists of values, checks of arguments -------------===//
#include "Evaluator.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>

using namespace llvm;
using namespace seis;
using namespace seis::fe;

/// "`sigma` of `gaussian`" for the argument of `checked`. Attributes hand parameters on to others
/// under the same name; the one that the user called is named.
std::string Evaluator::checkedName(const Expr *argument) {
  if (argument->kind != ExprKind::Name)
    return "value";
  std::string name = "`" + argument->text.str() + "`";
  if (frames.empty())
    return name;
  size_t owner = frames.size() - 1;
  auto handsOn = [&](const Function *f) {
    return f->isPrelude &&
           any_of(f->parameters, [&](const Parameter &p) { return p.name == argument->text; });
  };
  while (owner > 0 && handsOn(frames[owner].function) && handsOn(frames[owner - 1].function))
    --owner;
  return name + " of `" + frames[owner].function->name.str() + "`";
}

/// What a name of a function stands for; null if it is none.
const Value *Evaluator::variableOf(const Expr *e, const Scope &scope) {
  if (e->kind == ExprKind::Name)
    for (const Scope *s = &scope; s; s = s->parent)
      for (const auto &[name, value] : llvm::reverse(s->variables))
        if (name == e->text)
          return &value;
  return nullptr;
}

/// The bounds of `checked` that are numbers; NaN has had its own message.
struct Evaluator::Range {
  double min = -HUGE_VAL, max = HUGE_VAL, above = -HUGE_VAL, below = HUGE_VAL;
  bool isOdd = false, isWhole = false;

  bool has(double v) const {
    return std::isfinite(v) && v >= min && v <= max && v > above && v < below &&
           (!isOdd || std::fabs(std::fmod(v, 2)) == 1) && (!isWhole || std::trunc(v) == v);
  }

  /// What `got`, which is not in it, should have been: "odd and at least 3".
  std::string text(double got) const {
    std::string wanted;
    auto add = [&](const Twine &part) { wanted += (wanted.empty() ? "" : " and ") + part.str(); };
    bool isBounded = min > -HUGE_VAL || max < HUGE_VAL || above > -HUGE_VAL || below < HUGE_VAL;
    if (std::isinf(got) || !isBounded)
      add("finite");
    if (isOdd)
      add("odd");
    if (isWhole)
      add("whole");
    if (min > -HUGE_VAL && max < HUGE_VAL)
      add("in " + numberText(min) + ".." + numberText(max));
    else if (min > -HUGE_VAL)
      add("at least " + numberText(min));
    else if (max < HUGE_VAL)
      add("at most " + numberText(max));
    if (above > -HUGE_VAL && !(min > above))
      add("above " + numberText(above));
    if (below < HUGE_VAL && !(max < below))
      add("below " + numberText(below));
    return wanted;
  }
};

/// Holds one number against the bounds of `checked`; false after a message. What is known only in
/// the run is asked of it: a parameter of the program gets bounds that are numbers as its own. Only
/// bounds that come from data are not looked at.
bool Evaluator::isInRange(Call &call, const Value &value, StringRef where) {
  Range range;
  range.isOdd = call.values[5].text == "odd";
  range.isWhole = call.values[5].text == "whole";
  ArrayRef<Argument> arguments = call.expr->extra->arguments;
  const Argument *first =
      find_if(arguments, [](const Argument &a) { return a.name.empty() || a.name == "value"; });
  Expr *argument = first->value;
  std::string name = checkedName(argument) + where.str();
  bool isScalar = value.kind == Kind::RealRT && value.level == Level::Scalar;
  bool isParameter = isScalar && value.origin == FromParam && emit.isParameter(value.re);
  double *numbers[] = {&range.min, &range.max, &range.above, &range.below};
  const char *attributes[] = {"seis.min", "seis.max", "seis.above", "seis.below"};
  for (unsigned n = 0; n < 4; ++n) {
    const Value &limit = call.values[n + 1];
    if (limit.isNumber() && !std::isfinite(limit.real))
      continue; // there is none
    if (limit.isNumber())
      *numbers[n] = limit.real;
    if (isParameter && limit.isNumber())
      emit.tighten(value.re, attributes[n], limit.real);
    else if (isScalar || (value.isNumber() && !limit.isNumber()))
      emit.require(name, lift(value, Level::Scalar), static_cast<Bound>(n),
                   lift(limit, Level::Scalar));
  }
  std::optional<double> v = value.isNumber() ? std::optional(value.real) : std::nullopt;
  if (isParameter)
    v = emit.defaultOf(value.re);
  if (!v || range.has(*v))
    return true;
  // What the caller wrote, not where the function speaks of it.
  SMRange written = value.range;
  if (const Value *variable =
          &value == &call.values[0] ? variableOf(argument, *call.scope) : nullptr)
    written = variable->range;
  sink.error(written.isValid() ? written : place(call.ranges[0]),
             formatv("{0} must be {1}, got {2}{3}", name, range.text(*v),
                     isParameter ? "a parameter whose default is " : "", numberText(*v)));
  return false;
}

Value Evaluator::builtinChecked(Call &call) { // value, min, max, above, below, kind
  const Value &value = call.values[0];
  bool ok = true;
  if (value.kind == Kind::Tuple && value.elements->size() == numAxes) {
    for (auto [axis, element] : enumerate(*value.elements))
      ok &= isInRange(call, element, (" along " + Twine(axisNames[axis])).str());
  } else if (value.kind == Kind::Tuple) {
    for (const Value &element : *value.elements)
      ok &= isInRange(call, element, "");
  } else if (value.kind == Kind::List) {
    for (auto [n, element] : enumerate(*value.elements))
      if (ok)
        ok = isInRange(call, element, formatv(" at {0}", n).str());
  } else if (value.kind == Kind::Array) {
    for (auto [n, v] : enumerate(value.array->values))
      if (ok)
        ok = isInRange(call, Value::ofNumber(v), formatv(" at {0}", n).str());
  } else {
    ok = isInRange(call, value, "");
  }
  return ok ? value : Value::error();
}

Value Evaluator::builtinAt(Call &call) { // list, position
  const Value &list = call.values[0];
  int64_t n = call.values[1].intValue;
  if (list.kind == Kind::Array && list.array->shape.size() == 1 && n >= 0 &&
      n < list.array->shape[0]) {
    double v = list.array->values[n];
    return (list.array->isInt ? Value::ofInt(static_cast<int64_t>(v)) : Value::ofReal(v))
        .withUnit(list.unit);
  }
  std::vector<Value> made; // of an array
  if (list.kind != Kind::List && !listElements(list, call.ranges[0], made))
    return Value::error();
  ArrayRef<Value> items = list.kind == Kind::List ? ArrayRef(*list.elements) : ArrayRef(made);
  int64_t size = static_cast<int64_t>(items.size());
  if (n < 0 || n >= size)
    return error(call.ranges[1],
                 formatv("the list has {0} elements, there is none at {1}", size, n));
  return items[n];
}

/// Batcher's merge exchange: the same comparisons whatever the values are.
Value Evaluator::builtinSort(Call &call) {
  std::vector<Value> items;
  SMRange range = call.expr->range;
  if (!listElements(call.values[0], call.ranges[0], items))
    return Value::error();
  for (const Value &v : items)
    if (!v.isRealLike())
      return error(call.ranges[0], formatv("`sort` takes numbers, got {0}", typeAndValue(v)));
  size_t n = items.size(), top = 1;
  // Numbers known now need no network.
  if (all_of(items, [&](const Value &v) {
        return v.isNumber() && !std::isnan(v.real) && v.kind == items[0].kind &&
               v.unit == items[0].unit;
      })) {
    stable_sort(items, [](const Value &a, const Value &b) {
      return a.real < b.real || (a.real == b.real && std::signbit(a.real) > std::signbit(b.real));
    });
    return makeArray(std::move(items), range);
  }
  while (top < n)
    top *= 2;
  for (size_t p = top / 2; p > 0; p /= 2)
    for (size_t q = top / 2, r = 0, d = p;; d = q - p, q /= 2, r = p) {
      for (size_t k = 0; k + d < n; ++k)
        if ((k & p) == r) {
          Value low = binary(Binary::Min, items[k], items[k + d], range);
          items[k + d] = binary(Binary::Max, items[k], items[k + d], range);
          items[k] = low;
        }
      if (q == p)
        break;
    }
  return makeArray(std::move(items), range);
}

Value Evaluator::builtinCumsum(Call &call) {
  std::vector<Value> items;
  if (!listElements(call.values[0], call.ranges[0], items))
    return Value::error();
  for (size_t k = 1; k < items.size(); ++k) {
    items[k] = binary(Binary::Add, items[k - 1], items[k], call.expr->range);
    if (items[k].isError())
      return Value::error();
  }
  return makeArray(std::move(items), call.expr->range);
}
