//===- Arithmetic.cpp - Elementwise operations on all kinds of values ------===//
// Numbers known while compiling are computed in f64. Where a scalar meets a
// volume it is computed in f64 first and rounded once. Complex values are pairs.
//===----------------------------------------------------------------------===//
#include "Evaluator.h"

#include "llvm/Support/FormatVariadic.h"
#include <algorithm>
#include <cmath>

using namespace llvm;
using namespace seis;
using namespace seis::fe;

static const char *symbolOf(Binary op) {
  static const char *const names[] = {"+",   "-",   "*",     "/",     "min",
                                      "max", "pow", "atan2", "hypot", "mod"};
  return names[static_cast<unsigned>(op)];
}

Value Evaluator::typeError(SMRange range, StringRef op, const Value &x, const Value &y) {
  if (x.isError() || y.isError())
    return Value::error();
  Diagnostic &d = report(
      range, formatv("`{0}` does not take {1} and {2}", op, typeAndValue(x), typeAndValue(y)));
  auto has = [&](Kind kind) { return x.kind == kind || y.kind == kind; };
  if (has(Kind::BoolRT) || has(Kind::Bool))
    d.note("write `if c then 1 else 0` to count with a condition");
  else if (has(Kind::Array) && (x.isRuntime() || y.isRuntime()))
    d.note("an array is weights known while compiling: corr1 and corrn apply it to a volume");
  else if (has(Kind::List))
    d.note("sum, prod, min, max and fold reduce a list");
  return Value::error();
}

/// A run-time real at a level, from a number or a lower level.
mlir::Value Evaluator::lift(const Value &v, Level level) {
  if (v.isNumber())
    return emit.broadcast(emit.constant(v.real), Level::Scalar, level);
  return emit.broadcast(v.re, v.level, level);
}

mlir::Value Evaluator::liftBool(const Value &v, Level level) {
  if (v.kind == Kind::BoolRT)
    return emit.broadcastBool(v.re, v.level, level);
  mlir::Value number = emit.broadcast(emit.constant(v.intValue ? 1 : 0), Level::Scalar, level);
  return emit.compare(Relation::NotEqual, number,
                      emit.broadcast(emit.constant(0), Level::Scalar, level));
}

static Level levelOf(const Value &v) { return v.isRuntime() ? v.level : Level::Scalar; }

static Level commonLevel(const Value &x, const Value &y) {
  return std::max(levelOf(x), levelOf(y));
}

//===----------------------------------------------------------------------===//
// Units
//===----------------------------------------------------------------------===//

void Evaluator::checkUnits(const char *what, const Unit &x, const Unit &y, SMRange range) {
  if (!x.isKnown() || !y.isKnown() || x == y)
    return;
  std::string message = formatv("{0} of different units: {1} and {2}", what, x.str(), y.str());
  SMRange at = place(range);
  Diagnostic &d = options.unitsAreErrors ? sink.error(at, message) : sink.warning(at, message);
  if (inPrelude())
    d.note(formatv("in `{0}` of the prelude", frames.back().function->name));
  else
    d.note("a number without a unit fits any; unit(v, \"Hz\") sets the unit of a value");
}

Unit Evaluator::binaryUnit(Binary op, const Value &x, const Value &y, SMRange range) {
  switch (op) {
  case Binary::Mul:
    return x.unit * y.unit;
  case Binary::Div:
    return x.unit / y.unit;
  case Binary::Pow:
    return Unit();
  case Binary::Atan2:
    checkUnits("`atan2`", x.unit, y.unit, range);
    return Unit::base("rad");
  default:
    break;
  }
  static const char *const what[] = {"sum",   "difference", "", "",        "`min`",
                                     "`max`", "",           "", "`hypot`", "`mod`"};
  checkUnits(what[static_cast<unsigned>(op)], x.unit, y.unit, range);
  return x.unit.isKnown() ? x.unit : y.unit;
}

Unit Evaluator::unaryUnit(Unary op, const Value &x, SMRange range, StringRef name) {
  switch (op) {
  case Unary::Sqrt:
    return x.unit.power(1, 2);
  case Unary::Cbrt:
    return x.unit.power(1, 3);
  case Unary::Sin:
  case Unary::Cos:
  case Unary::Tan:
    if (x.unit.isBase("degree")) {
      std::string message = formatv("`{0}` takes radians, got degree", name);
      SMRange at = place(range);
      (options.unitsAreErrors ? sink.error(at, message) : sink.warning(at, message))
          .note("radians(v) converts");
    }
    return Unit::one();
  case Unary::Exp:
  case Unary::Log:
  case Unary::Sign:
    return x.unit.isKnown() ? Unit::one() : Unit();
  case Unary::Acos:
  case Unary::Atan:
    return Unit::base("rad");
  default:
    return x.unit;
  }
}

//===----------------------------------------------------------------------===//
// Two operands
//===----------------------------------------------------------------------===//

/// Exact arithmetic of ints; `ok` is false where the result is no int of 64 bits.
Value Evaluator::intBinary(Binary op, int64_t x, int64_t y, bool &ok) {
  int64_t r = 0;
  ok = true;
  switch (op) {
  case Binary::Add:
    ok = !__builtin_add_overflow(x, y, &r);
    break;
  case Binary::Sub:
    ok = !__builtin_sub_overflow(x, y, &r);
    break;
  case Binary::Mul:
    ok = !__builtin_mul_overflow(x, y, &r);
    break;
  case Binary::Min:
    r = std::min(x, y);
    break;
  case Binary::Max:
    r = std::max(x, y);
    break;
  case Binary::Div:
    ok = y != 0 && !(y == -1 && x == std::numeric_limits<int64_t>::min()) && x % y == 0;
    r = ok ? x / y : 0;
    break;
  case Binary::Mod:
    ok = y != 0 && y != -1;
    r = ok ? x % y : 0;
    if (ok && r != 0 && (r < 0) != (y < 0))
      r += y;
    break;
  case Binary::Pow: {
    ok = y >= 0 && y <= 64;
    r = 1;
    for (int64_t i = 0; ok && i < y; ++i)
      ok = !__builtin_mul_overflow(r, x, &r);
    break;
  }
  default:
    ok = false;
  }
  return Value::ofInt(r);
}

Value Evaluator::arrayBinary(Binary op, const Value &x, const Value &y, SMRange range) {
  if (!(x.kind == Kind::Array || x.isNumber()) || !(y.kind == Kind::Array || y.isNumber()))
    return typeError(range, symbolOf(op), x, y);
  if (x.kind == Kind::Array && y.kind == Kind::Array && x.array->shape != y.array->shape)
    return error(range, formatv("`{0}` takes arrays of one shape, got {1} and {2}", symbolOf(op),
                                typeName(x), typeName(y)));
  ArrayData data;
  const ArrayData &like = x.kind == Kind::Array ? *x.array : *y.array;
  if (!charge(like.values.size() / 4, range))
    return Value::error();
  data.shape = like.shape;
  data.values.resize(like.values.size());
  data.isInt = (x.kind == Kind::Array ? x.array->isInt : x.kind == Kind::Int) &&
               (y.kind == Kind::Array ? y.array->isInt : y.kind == Kind::Int);
  for (size_t i = 0; i < data.values.size(); ++i) {
    double a = x.kind == Kind::Array ? x.array->values[i] : x.real;
    double b = y.kind == Kind::Array ? y.array->values[i] : y.real;
    data.values[i] = foldBinary(op, a, b);
    data.isInt &=
        std::abs(data.values[i]) < 9e15 && data.values[i] == std::nearbyint(data.values[i]);
  }
  return Value::ofArray(std::move(data)).withUnit(binaryUnit(op, x, y, range));
}

Value Evaluator::complexBinary(Binary op, const Value &x, const Value &y, SMRange range) {
  bool fits = (x.kind == Kind::Complex || x.isRealLike()) &&
              (y.kind == Kind::Complex || y.isRealLike()) &&
              (op == Binary::Add || op == Binary::Sub || op == Binary::Mul || op == Binary::Div);
  if (!fits)
    return typeError(range, symbolOf(op), x, y);
  Unit unit = binaryUnit(op, x, y, range);
  Level level = commonLevel(x, y);
  setLocation(range);
  auto lifted = [&](const Value &v) { return emit.broadcast(v.re, v.level, level); };
  auto liftedIm = [&](const Value &v) { return emit.broadcast(v.im, v.level, level); };
  bool cx = x.kind == Kind::Complex, cy = y.kind == Kind::Complex;
  mlir::Value xr = cx ? lifted(x) : lift(x, level), yr = cy ? lifted(y) : lift(y, level);
  mlir::Value xi = cx ? liftedIm(x) : mlir::Value(), yi = cy ? liftedIm(y) : mlir::Value();
  mlir::Value re, im;
  auto bin = [&](Binary o, mlir::Value a, mlir::Value b) { return emit.binary(o, a, b); };
  if (op == Binary::Add || op == Binary::Sub) {
    re = bin(op, xr, yr);
    im = !cy ? xi : cx ? bin(op, xi, yi) : op == Binary::Add ? yi : emit.unary(Unary::Neg, yi);
  } else if (!cy) {
    re = bin(op, xr, yr);
    im = bin(op, xi, yr);
  } else if (op == Binary::Mul && !cx) {
    re = bin(op, xr, yr);
    im = bin(op, xr, yi);
  } else if (op == Binary::Mul) {
    mlir::Value rr = bin(Binary::Mul, xr, yr), ii = bin(Binary::Mul, xi, yi);
    mlir::Value ri = bin(Binary::Mul, xr, yi), ir = bin(Binary::Mul, xi, yr);
    re = bin(Binary::Sub, rr, ii);
    im = bin(Binary::Add, ri, ir);
  } else { // x conj(y) / |y|^2
    mlir::Value yrr = bin(Binary::Mul, yr, yr), yii = bin(Binary::Mul, yi, yi);
    mlir::Value norm = bin(Binary::Add, yrr, yii);
    mlir::Value a = bin(Binary::Mul, xr, yr), b = bin(Binary::Mul, xr, yi);
    mlir::Value c = cx ? bin(Binary::Mul, xi, yi) : mlir::Value();
    mlir::Value d = cx ? bin(Binary::Mul, xi, yr) : mlir::Value();
    re = cx ? bin(Binary::Add, a, c) : a;
    im = cx ? bin(Binary::Sub, d, b) : emit.unary(Unary::Neg, b);
    re = bin(Binary::Div, re, norm);
    im = bin(Binary::Div, im, norm);
  }
  return Value::runtime(Kind::Complex, level, re, im).withUnit(unit);
}

Value Evaluator::binary(Binary op, const Value &x, const Value &y, SMRange range) {
  if (x.isError() || y.isError())
    return Value::error();
  if (op == Binary::Pow)
    return power(x, y, range);
  if (x.kind == Kind::Array || y.kind == Kind::Array)
    return arrayBinary(op, x, y, range);
  if (x.kind == Kind::Complex || y.kind == Kind::Complex)
    return complexBinary(op, x, y, range);
  if (!x.isRealLike() || !y.isRealLike())
    return typeError(range, symbolOf(op), x, y);
  Unit unit = binaryUnit(op, x, y, range);
  if (x.isNumber() && y.isNumber()) {
    bool ok = x.kind == Kind::Int && y.kind == Kind::Int;
    Value r = ok ? intBinary(op, x.intValue, y.intValue, ok) : Value();
    return (ok ? r : Value::ofReal(foldBinary(op, x.real, y.real))).withUnit(unit);
  }
  Level level = commonLevel(x, y);
  Value result = Value::runtime(Kind::RealRT, level, {}).withUnit(unit);
  result.origin = x.origin | y.origin;
  // Multiplying and dividing by 1 changes nothing but the unit.
  auto isOne = [](const Value &v) { return v.isNumber() && v.real == 1; };
  if ((op == Binary::Mul || op == Binary::Div) && isOne(y)) {
    result.re = x.re;
    return result;
  }
  if (op == Binary::Mul && isOne(x)) {
    result.re = y.re;
    return result;
  }
  setLocation(range);
  mlir::Value a = lift(x, level), b = lift(y, level);
  result.re = emit.binary(op, a, b);
  return result;
}

Value Evaluator::power(const Value &x, const Value &y, SMRange range) {
  if (x.isError() || y.isError())
    return Value::error();
  bool small = y.kind == Kind::Int && y.intValue >= 1 && y.intValue <= 4;
  if (x.kind == Kind::Complex && small) {
    Value r = x;
    for (int64_t i = 1; i < y.intValue; ++i)
      r = complexBinary(Binary::Mul, r, x, range);
    return r;
  }
  if (x.kind == Kind::Array && y.isNumber()) {
    Value plain = arrayBinary(Binary::Pow, x, y, range);
    return plain;
  }
  if (!x.isRealLike() || !y.isRealLike())
    return typeError(range, "^", x, y);
  Unit unit;
  if (y.kind == Kind::Int && std::abs(y.intValue) <= 64)
    unit = x.unit.power(static_cast<int>(y.intValue));
  else if (y.isNumber() && std::abs(y.real) <= 16 && y.real * 4 == std::nearbyint(y.real * 4))
    unit = x.unit.power(static_cast<int>(y.real * 4), 4);
  if (x.isNumber() && y.isNumber()) {
    bool ok = x.kind == Kind::Int && y.kind == Kind::Int;
    Value r = ok ? intBinary(Binary::Pow, x.intValue, y.intValue, ok) : Value();
    return (ok ? r : Value::ofReal(std::pow(x.real, y.real))).withUnit(unit);
  }
  Level level = commonLevel(x, y);
  Value result = Value::runtime(Kind::RealRT, level, {}).withUnit(unit);
  result.origin = x.origin | y.origin;
  setLocation(range);
  if (small) {
    result.re = x.re;
    for (int64_t i = 1; i < y.intValue; ++i)
      result.re = emit.binary(Binary::Mul, result.re, x.re);
    return result;
  }
  mlir::Value a = lift(x, level), b = lift(y, level);
  result.re = emit.binary(Binary::Pow, a, b);
  return result;
}

//===----------------------------------------------------------------------===//
// One operand
//===----------------------------------------------------------------------===//

Value Evaluator::negate(const Value &x, SMRange range) {
  if (x.kind == Kind::Int && x.intValue != std::numeric_limits<int64_t>::min())
    return Value::ofInt(-x.intValue).withUnit(x.unit);
  if (x.kind == Kind::Complex) {
    setLocation(range);
    mlir::Value re = emit.unary(Unary::Neg, x.re), im = emit.unary(Unary::Neg, x.im);
    return Value::runtime(Kind::Complex, x.level, re, im).withUnit(x.unit);
  }
  return unary(Unary::Neg, x, range, "-");
}

Value Evaluator::unary(Unary op, const Value &x, SMRange range, StringRef name) {
  if (x.isError())
    return Value::error();
  if (!x.isRealLike() && x.kind != Kind::Array) {
    Diagnostic &d = report(range, formatv("`{0}` does not take {1}", name, typeAndValue(x)));
    if (x.kind == Kind::Complex)
      d.note("re, im, abs and arg give the parts of a complex volume");
    return Value::error();
  }
  Unit unit = unaryUnit(op, x, range, name);
  if (x.isNumber()) {
    double r = foldUnary(op, x.real);
    bool keepsInt = op == Unary::Floor || op == Unary::Ceil || op == Unary::Trunc ||
                    op == Unary::Round || op == Unary::Sign ||
                    (x.kind == Kind::Int && op == Unary::Abs);
    return (keepsInt ? Value::ofNumber(r) : Value::ofReal(r)).withUnit(unit);
  }
  if (x.kind == Kind::Array) {
    if (!charge(x.array->values.size() / 4, range))
      return Value::error();
    ArrayData data = *x.array;
    for (double &v : data.values) {
      v = foldUnary(op, v);
      data.isInt &= v == std::nearbyint(v) && std::abs(v) < 9e15;
    }
    return Value::ofArray(std::move(data)).withUnit(unit);
  }
  setLocation(range);
  Value result = Value::runtime(Kind::RealRT, x.level, emit.unary(op, x.re)).withUnit(unit);
  result.origin = x.origin;
  return result;
}

//===----------------------------------------------------------------------===//
// Conditions
//===----------------------------------------------------------------------===//

Value Evaluator::compare(Relation op, const Value &x, const Value &y, SMRange range) {
  if (x.isError() || y.isError())
    return Value::error();
  bool isEquality = op == Relation::Equal || op == Relation::NotEqual;
  auto answer = [&](bool equal) { return Value::ofBool(equal == (op == Relation::Equal)); };
  if (isEquality && x.kind == y.kind) {
    if (x.kind == Kind::Enum || x.kind == Kind::String)
      return answer(x.text == y.text);
    if (x.kind == Kind::Axis || x.kind == Kind::Mode || x.kind == Kind::Bool || x.kind == Kind::Int)
      return answer(x.intValue == y.intValue);
  }
  if (!x.isRealLike() || !y.isRealLike()) {
    static const char *const symbols[] = {"<", "<=", ">", ">=", "==", "!="};
    return typeError(range, symbols[static_cast<unsigned>(op)], x, y);
  }
  checkUnits("comparison", x.unit, y.unit, range);
  if (x.kind == Kind::Int && y.kind == Kind::Int) {
    int64_t a = x.intValue, b = y.intValue;
    return Value::ofBool(op == Relation::Less        ? a < b
                         : op == Relation::LessEqual ? a <= b
                         : op == Relation::Greater   ? a > b
                                                     : a >= b);
  }
  if (x.isNumber() && y.isNumber())
    return Value::ofBool(foldRelation(op, x.real, y.real));
  setLocation(range);
  Level level = commonLevel(x, y);
  mlir::Value a = lift(x, level), b = lift(y, level);
  Value result = Value::runtime(Kind::BoolRT, level, emit.compare(op, a, b));
  result.origin = x.origin | y.origin;
  return result;
}

Value Evaluator::logic(bool isAnd, const Value &x, const Value &y, SMRange range) {
  if (x.isError() || y.isError())
    return Value::error();
  if (!x.isBoolLike() || !y.isBoolLike()) {
    report(range, formatv("`{0}` takes conditions, got {1} and {2}", isAnd ? "and" : "or",
                          typeAndValue(x), typeAndValue(y)))
        .note("compare first: `x > 0 and y > 0`");
    return Value::error();
  }
  for (const Value *v : {&x, &y})
    if (v->kind == Kind::Bool) {
      const Value &other = v == &x ? y : x;
      return static_cast<bool>(v->intValue) == isAnd ? other : Value::ofBool(!isAnd);
    }
  setLocation(range);
  Level level = commonLevel(x, y);
  mlir::Value a = liftBool(x, level), b = liftBool(y, level);
  Value result = Value::runtime(Kind::BoolRT, level, isAnd ? emit.andOf(a, b) : emit.orOf(a, b));
  result.origin = x.origin | y.origin;
  return result;
}

Value Evaluator::logicNot(const Value &x, SMRange range) {
  if (x.isError())
    return Value::error();
  if (x.kind == Kind::Bool)
    return Value::ofBool(!x.intValue);
  if (x.kind != Kind::BoolRT)
    return error(range, formatv("`not` takes a condition, got {0}", typeAndValue(x)));
  setLocation(range);
  Value result = Value::runtime(Kind::BoolRT, x.level, emit.notOf(x.re));
  result.origin = x.origin;
  return result;
}

Value Evaluator::select(const Value &condition, const Value &yes, const Value &no, SMRange range) {
  if (condition.isError() || yes.isError() || no.isError())
    return Value::error();
  if (condition.kind == Kind::Bool)
    return condition.intValue ? yes : no;
  bool isTuple = yes.kind == Kind::Tuple && no.kind == Kind::Tuple &&
                 yes.elements->size() == no.elements->size();
  if (isTuple) {
    std::vector<Value> parts;
    for (size_t i = 0; i < yes.elements->size(); ++i) {
      parts.push_back(select(condition, (*yes.elements)[i], (*no.elements)[i], range));
      if (parts.back().isError())
        return Value::error();
    }
    return Value::ofTuple(std::move(parts));
  }
  bool isReal = yes.isRealLike() && no.isRealLike();
  bool isBool = yes.isBoolLike() && no.isBoolLike();
  bool isComplex = (yes.kind == Kind::Complex || yes.isRealLike()) &&
                   (no.kind == Kind::Complex || no.isRealLike());
  if (!isReal && !isBool && !isComplex) {
    report(range, formatv("the branches of `if` must have one type, got {0} and {1}",
                          typeAndValue(yes), typeAndValue(no)))
        .note("the condition is known only at run time, so both branches are computed");
    return Value::error();
  }
  checkUnits("branches of `if`", yes.unit, no.unit, range);
  setLocation(range);
  Level level = std::max(condition.level, commonLevel(yes, no));
  mlir::Value c = liftBool(condition, level);
  Value result = Value::runtime(isBool   ? Kind::BoolRT
                                : isReal ? Kind::RealRT
                                         : Kind::Complex,
                                level, {});
  result.origin = condition.origin | yes.origin | no.origin;
  result.unit = yes.unit.isKnown() ? yes.unit : no.unit;
  if (isBool || isReal) {
    mlir::Value a = isBool ? liftBool(yes, level) : lift(yes, level);
    mlir::Value b = isBool ? liftBool(no, level) : lift(no, level);
    result.re = emit.select(c, a, b);
    return result;
  }
  auto part = [&](const Value &v, bool imaginary) {
    if (v.kind == Kind::Complex)
      return emit.broadcast(imaginary ? v.im : v.re, v.level, level);
    return imaginary ? emit.broadcast(emit.constant(0), Level::Scalar, level) : lift(v, level);
  };
  mlir::Value yesRe = part(yes, false), noRe = part(no, false);
  result.re = emit.select(c, yesRe, noRe);
  mlir::Value yesIm = part(yes, true), noIm = part(no, true);
  result.im = emit.select(c, yesIm, noIm);
  return result;
}
