//===- EvalExpr.cpp - Evaluation of expressions ----------------------------===//
#include "Evaluator.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>
#include <limits>

using namespace llvm;
using namespace seis;
using namespace seis::fe;

Value Evaluator::eval(Expr *e, Scope &scope) {
  if (e->bad || stopped || sink.isFull())
    return Value::error();
  if (depth >= maxEvaluationDepth) {
    stopped = true;
    return error(e->range,
                 formatv("evaluation is nested deeper than {0} levels", maxEvaluationDepth));
  }
  if (!charge(1, e->range))
    return Value::error();
  ++depth;
  Value value = evalKind(e, scope);
  --depth;
  if (!inPrelude() || !value.range.isValid())
    value.range = place(e->range);
  return value;
}

Value Evaluator::evalKind(Expr *e, Scope &scope) {
  switch (e->kind) {
  case ExprKind::Int:
  case ExprKind::Real: {
    Value v = e->kind == ExprKind::Int ? Value::ofInt(e->intValue) : Value::ofReal(e->realValue);
    if (e->extra)
      v.unit = e->extra->unit;
    return v;
  }
  case ExprKind::String: {
    Value v;
    v.kind = Kind::String;
    v.text = e->text;
    return v;
  }
  case ExprKind::EnumName:
    return Value::ofEnum(e->text);
  case ExprKind::Name:
    return evalName(e, scope);
  case ExprKind::Negate:
    return negate(eval(e->operands[0], scope), e->range);
  case ExprKind::Not:
    return logicNot(eval(e->operands[0], scope), e->range);
  case ExprKind::Chain:
    return evalChain(e, scope);
  case ExprKind::Power: {
    Value base = eval(e->operands[0], scope);
    return power(base, eval(e->operands[1], scope), e->range);
  }
  case ExprKind::Compare:
    return evalCompare(e, scope);
  case ExprKind::Range:
    return evalRange(e, scope);
  case ExprKind::If:
    return evalIf(e, scope);
  case ExprKind::Let:
    return evalLet(e, scope);
  case ExprKind::Call:
    return evalCall(e, scope);
  case ExprKind::Tuple: {
    std::vector<Value> elements;
    for (Expr *operand : e->operands) {
      elements.push_back(eval(operand, scope));
      if (elements.back().isError())
        return Value::error();
    }
    return Value::ofTuple(std::move(elements));
  }
  case ExprKind::Array:
    return evalArray(e, scope);
  case ExprKind::Comprehension:
    return evalComprehension(e, scope);
  case ExprKind::Fold:
    return evalFold(e, scope);
  }
  return Value::error();
}

Value Evaluator::evalName(Expr *e, Scope &scope) {
  for (Scope *s = &scope; s; s = s->parent)
    for (auto it = s->variables.rbegin(); it != s->variables.rend(); ++it)
      if (it->first == e->text)
        return it->second;
  if (scope.unit->kind != SourceUnit::Prelude)
    if (const Value *v = globalValue(e->text, scope.unit))
      return *v;
  if (isConstantName(e->text))
    return evalConstant(e->text);
  Function *f = program.findFunction(e->text, *scope.unit);
  if (!f || f->hasParameterList || f->isBuiltin)
    return Value::error(); // the declaration it means had an error
  return callFunction(e, *f, scope);
}

Value Evaluator::evalConstant(StringRef name) {
  if (name == "pi")
    return Value::ofReal(3.14159265358979323846);
  if (name == "inf")
    return Value::ofReal(std::numeric_limits<double>::infinity());
  if (name == "nan")
    return Value::ofReal(std::numeric_limits<double>::quiet_NaN());
  if (name == "true" || name == "false")
    return Value::ofBool(name == "true");
  if (name == "dt_ms")
    return dtMs();
  if (name == "fs")
    return binary(Binary::Div, Value::ofReal(1000), dtMs().withUnit(Unit()), SMRange())
        .withUnit(Unit::base("Hz"));
  Value v;
  v.kind = Kind::Axis;
  for (v.intValue = 0; v.intValue < 3; ++v.intValue)
    if (name == axisNames[v.intValue])
      return v;
  v.kind = Kind::Mode;
  for (v.intValue = 0; v.intValue < 5; ++v.intValue)
    if (name == modeName(v.intValue))
      return v;
  return Value::error();
}

/// The sample interval: a constant where it is fixed, else an argument of the function.
Value Evaluator::dtMs() {
  if (interval)
    return *interval;
  if (options.dtMs) {
    interval = Value::ofReal(*options.dtMs);
  } else {
    mlir::NamedAttrList info(argumentInfo("dt_ms", Unit::base("ms")));
    info.append("seis.above", emit.attributes().getF64FloatAttr(0));
    mlir::Value argument = emit.addScalar(emit.location(), info, /*isDeclared=*/false);
    interval = Value::runtime(Kind::RealRT, Level::Scalar, argument);
    interval->origin = FromInterval;
  }
  interval->unit = Unit::base("ms");
  return *interval;
}

Value Evaluator::evalChain(Expr *e, Scope &scope) {
  Value left = eval(e->operands[0], scope);
  for (size_t i = 1; i < e->operands.size(); ++i) {
    Value right = eval(e->operands[i], scope);
    SMRange range(e->range.Start, e->operands[i]->range.End);
    switch (e->extra->ops[i - 1]) {
    case Tok::Plus:
      left = binary(Binary::Add, left, right, range);
      break;
    case Tok::Minus:
      left = binary(Binary::Sub, left, right, range);
      break;
    case Tok::Star:
      left = binary(Binary::Mul, left, right, range);
      break;
    case Tok::Slash:
      left = binary(Binary::Div, left, right, range);
      break;
    case Tok::And:
      left = logic(true, left, right, range);
      break;
    default:
      left = logic(false, left, right, range);
      break;
    }
  }
  return left;
}

Value Evaluator::evalCompare(Expr *e, Scope &scope) {
  Value x = eval(e->operands[0], scope), y = eval(e->operands[1], scope);
  switch (e->extra->ops[0]) {
  case Tok::Less:
    return compare(Relation::Less, x, y, e->range);
  case Tok::LessEqual:
    return compare(Relation::LessEqual, x, y, e->range);
  case Tok::Greater:
    return compare(Relation::Greater, x, y, e->range);
  case Tok::GreaterEqual:
    return compare(Relation::GreaterEqual, x, y, e->range);
  case Tok::Equal:
    return compare(Relation::Equal, x, y, e->range);
  default:
    return compare(Relation::NotEqual, x, y, e->range);
  }
}

Value Evaluator::evalIf(Expr *e, Scope &scope) {
  Value condition = eval(e->operands[0], scope);
  if (condition.kind == Kind::Bool)
    return eval(e->operands[condition.intValue ? 1 : 2], scope);
  Value yes = eval(e->operands[1], scope), no = eval(e->operands[2], scope);
  if (condition.isError())
    return Value::error();
  if (condition.kind != Kind::BoolRT) {
    report(e->operands[0]->range,
           formatv("the condition of `if` must be a comparison or a mask, got {0}",
                   typeAndValue(condition)))
        .note("compare it: `if x > 0 then ...`");
    return Value::error();
  }
  return select(condition, yes, no, e->range);
}

Value Evaluator::evalLet(Expr *e, Scope &scope) {
  Scope inner;
  inner.parent = &scope;
  inner.unit = scope.unit;
  for (const Binding &b : e->extra->bindings) {
    Value value = eval(b.value, inner);
    if (!b.isTuple) {
      inner.variables.push_back({b.names[0].text, value});
      continue;
    }
    bool fits = value.kind == Kind::Tuple && value.elements->size() == b.names.size();
    if (!fits && !value.isError())
      error(b.value->range,
            formatv("expected a tuple of {0}, got {1}", b.names.size(), typeAndValue(value)));
    for (size_t i = 0; i < b.names.size(); ++i)
      inner.variables.push_back({b.names[i].text, fits ? (*value.elements)[i] : Value::error()});
  }
  return eval(e->operands[0], inner);
}

//===----------------------------------------------------------------------===//
// Lists and arrays
//===----------------------------------------------------------------------===//

Value Evaluator::evalRange(Expr *e, Scope &scope) {
  Value low = eval(e->operands[0], scope), high = eval(e->operands[1], scope);
  for (unsigned i = 0; i < 2; ++i) {
    Value &v = i ? high : low;
    if (!coerce(v, "int", nullptr, nullptr, e->operands[i], e->operands[i]->range, &scope))
      return Value::error();
  }
  int64_t last = high.intValue;
  if (e->extra->ops[0] == Tok::DotDotLess) {
    if (last == std::numeric_limits<int64_t>::min())
      last = low.intValue;
    --last;
  }
  ArrayData data;
  data.isInt = true;
  if (last >= low.intValue) {
    uint64_t count = static_cast<uint64_t>(last) - static_cast<uint64_t>(low.intValue) + 1;
    if (count == 0 || count > static_cast<uint64_t>(maxArrayElements))
      return checkElements(maxArrayElements + 1, e->range) ? Value() : Value::error();
    if (!charge(count / 8, e->range))
      return Value::error();
    for (int64_t i = low.intValue, n = 0; n < static_cast<int64_t>(count); ++i, ++n)
      data.values.push_back(static_cast<double>(i));
  }
  data.shape = {static_cast<int64_t>(data.values.size())};
  return Value::ofArray(std::move(data));
}

Value Evaluator::evalArray(Expr *e, Scope &scope) {
  if (!checkElements(e->operands.size(), e->range))
    return Value::error();
  std::vector<Value> elements;
  bool failed = false;
  for (Expr *operand : e->operands) {
    elements.push_back(eval(operand, scope));
    failed |= elements.back().isError();
  }
  return failed ? Value::error() : makeArray(std::move(elements), e->range);
}

/// An array if all elements are numbers, or arrays of one shape; else a list.
Value Evaluator::makeArray(std::vector<Value> elements, SMRange range) {
  if (elements.empty()) {
    ArrayData empty;
    empty.shape = {0};
    empty.isInt = true;
    return Value::ofArray(std::move(empty));
  }
  bool numbers = all_of(elements, [](const Value &v) { return v.isNumber(); });
  bool arrays = all_of(elements, [](const Value &v) { return v.kind == Kind::Array; });
  if (!numbers && !arrays)
    return Value::ofList(std::move(elements));
  ArrayData data;
  data.isInt = true;
  data.shape = {static_cast<int64_t>(elements.size())};
  Unit unit = elements[0].unit;
  if (numbers) {
    for (const Value &v : elements) {
      data.values.push_back(v.real);
      data.isInt &= v.kind == Kind::Int && std::abs(v.real) < 9e15;
    }
    return Value::ofArray(std::move(data)).withUnit(unit);
  }
  const ArrayData &first = *elements[0].array;
  if (first.shape.size() >= 3)
    return error(range, "an array has at most 3 dimensions");
  data.shape.insert(data.shape.end(), first.shape.begin(), first.shape.end());
  if (!checkElements(
          static_cast<int64_t>(first.values.size()) * static_cast<int64_t>(elements.size()), range))
    return Value::error();
  for (const Value &v : elements) {
    if (v.array->shape != first.shape)
      return error(range, formatv("the rows of an array must have one shape, got {0} and {1}",
                                  typeName(elements[0]), typeName(v)));
    data.isInt &= v.array->isInt;
    data.values.insert(data.values.end(), v.array->values.begin(), v.array->values.end());
  }
  return Value::ofArray(std::move(data)).withUnit(unit);
}

/// The elements that a comprehension or a reduction runs over; rows of an array of rank 2 or 3.
bool Evaluator::listElements(const Value &list, SMRange range, std::vector<Value> &out) {
  if (list.isError())
    return false;
  if (list.kind == Kind::List) {
    out = *list.elements;
    return true;
  }
  if (list.kind == Kind::Tuple) {
    error(range, formatv("expected a list `[...]`, got {0}", typeName(list)));
    return false;
  }
  if (list.kind != Kind::Array) {
    if (list.kind == Kind::RealRT && list.level == Level::Scalar)
      error(range, "expected a list or a range known while compiling, got a scalar");
    else
      report(range, formatv("expected a list or a range, got {0}", typeAndValue(list)))
          .note("a range is written `0..9`, both ends included");
    return false;
  }
  const ArrayData &a = *list.array;
  if (!charge(a.values.size() / 4, range))
    return false;
  if (a.shape.size() == 1) {
    for (double v : a.values)
      out.push_back(
          (a.isInt ? Value::ofInt(static_cast<int64_t>(v)) : Value::ofReal(v)).withUnit(list.unit));
    return true;
  }
  size_t row = a.shape[0] ? a.values.size() / a.shape[0] : 0;
  for (int64_t i = 0; i < a.shape[0]; ++i) {
    ArrayData part;
    part.isInt = a.isInt;
    part.shape.assign(a.shape.begin() + 1, a.shape.end());
    part.values.assign(a.values.begin() + i * row, a.values.begin() + (i + 1) * row);
    out.push_back(Value::ofArray(std::move(part)).withUnit(list.unit));
  }
  return true;
}

/// Whether a comprehension has an element for the value its variable has in `scope`; nullopt: a
/// message was given.
std::optional<bool> Evaluator::isWanted(Expr *comprehension, Scope &scope) {
  if (comprehension->operands.size() < 3)
    return true;
  Expr *e = comprehension->operands[2];
  Value condition = eval(e, scope);
  if (condition.kind == Kind::Bool)
    return condition.intValue != 0;
  if (!condition.isError())
    report(e->range, formatv("the `if` of a list needs a condition known while compiling, got {0}",
                             typeAndValue(condition)))
        .note("a list has one length for all samples; `if c then a else b` decides per sample");
  return std::nullopt;
}

Value Evaluator::evalComprehension(Expr *e, Scope &scope) {
  std::vector<Value> items;
  if (!listElements(eval(e->operands[1], scope), e->operands[1]->range, items))
    return Value::error();
  std::vector<Value> elements;
  elements.reserve(items.size());
  bool failed = false;
  for (Value &item : items) {
    Scope inner;
    inner.parent = &scope;
    inner.unit = scope.unit;
    item.range = e->extra->nameRange;
    inner.variables.push_back({e->text, item});
    std::optional<bool> wanted = isWanted(e, inner);
    if (!wanted)
      return Value::error();
    if (!*wanted)
      continue;
    elements.push_back(eval(e->operands[0], inner));
    failed |= elements.back().isError();
    if (stopped || (failed && sink.isFull()))
      return Value::error();
  }
  return failed ? Value::error() : makeArray(std::move(elements), e->range);
}

Value Evaluator::evalFold(Expr *e, Scope &scope) {
  std::vector<Value> items;
  if (!listElements(eval(e->operands[1], scope), e->operands[1]->range, items))
    return Value::error();
  if (items.empty())
    return error(e->operands[1]->range, "fold needs at least one element");
  Value result = items[0];
  for (size_t i = 1; i < items.size() && !result.isError(); ++i) {
    Scope inner;
    inner.parent = &scope;
    inner.unit = scope.unit;
    inner.variables.push_back({e->text, result});
    inner.variables.push_back({e->extra->second, items[i]});
    result = eval(e->operands[0], inner);
  }
  return result;
}
