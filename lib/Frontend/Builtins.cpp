//===- Builtins.cpp - Elementwise builtins and reductions of lists ---------===//
// Signatures are in Prelude/builtins.seis; arguments arrive bound and checked.
//===----------------------------------------------------------------------===//
#include "Evaluator.h"

#include "llvm/Support/FormatVariadic.h"
#include <cmath>

using namespace llvm;
using namespace seis;
using namespace seis::fe;

const StringMap<Evaluator::Handler> &Evaluator::builtins() {
  static const StringMap<Handler> table = [] {
    StringMap<Handler> t;
    for (StringRef name : {"neg", "sqrt", "cbrt", "exp", "log", "sin", "cos", "tan", "acos", "atan",
                           "floor", "ceil", "trunc", "round", "sign", "nan0", "abs"})
      t[name] = &Evaluator::builtinUnary;
    for (StringRef name : {"pow", "atan2", "hypot", "mod"})
      t[name] = &Evaluator::builtinBinary;
    t["min"] = t["max"] = &Evaluator::builtinMinMax;
    t["sum"] = t["prod"] = &Evaluator::builtinReduce;
    t["clip"] = &Evaluator::builtinClip;
    t["select"] = &Evaluator::builtinSelect;
    t["isnan"] = &Evaluator::builtinIsNan;
    t["degrees"] = t["radians"] = &Evaluator::builtinDegrees;
    t["unit"] = &Evaluator::builtinUnit;
    t["re"] = t["im"] = t["arg"] = t["conj"] = &Evaluator::builtinComplexPart;
    t["mk"] = &Evaluator::builtinMk;
    t["convert"] = &Evaluator::builtinConvert;
    t["corr1"] = &Evaluator::builtinCorr1;
    t["corrn"] = t["corr"] = t["conv"] = &Evaluator::builtinCorrN;
    t["winsum"] = t["winmin"] = t["winmax"] = &Evaluator::builtinWindow;
    t["shift"] = &Evaluator::builtinShift;
    t["glcm"] = &Evaluator::builtinGlcm;
    t["glcm_table"] = &Evaluator::builtinGlcmBase;
    t["analytic"] = &Evaluator::builtinAnalytic;
    t["fft"] = t["ifft"] = &Evaluator::builtinFft;
    t["specmul"] = &Evaluator::builtinSpecMul;
    t["unwrap"] = &Evaluator::builtinUnwrap;
    t["scan"] = &Evaluator::builtinScan;
    t["iir"] = &Evaluator::builtinIir;
    t["deriche_filter"] = &Evaluator::builtinDericheFilter;
    t["butterworth"] = &Evaluator::builtinButterworth;
    t["eigh3"] = &Evaluator::builtinEigH3;
    t["coheig"] = &Evaluator::builtinCohEig;
    t["hold"] = &Evaluator::builtinHold;
    t["tmin"] = t["tmax"] = t["tsum"] = &Evaluator::builtinTraceReduce;
    t["vmin"] = t["vmax"] = t["vsum"] = t["vcount"] = &Evaluator::builtinVolumeReduce;
    t["index"] = &Evaluator::builtinIndex;
    t["line"] = &Evaluator::builtinLine;
    t["len"] = &Evaluator::builtinLen;
    t["count"] = &Evaluator::builtinCount;
    t["flip"] = &Evaluator::builtinFlip;
    t["outer"] = &Evaluator::builtinOuter;
    t["convolve"] = &Evaluator::builtinConvolve;
    t["hann"] = &Evaluator::builtinHann;
    t["gauss"] = &Evaluator::builtinGauss;
    t["ricker"] = &Evaluator::builtinRicker;
    t["ormsby"] = &Evaluator::builtinOrmsby;
    t["load"] = &Evaluator::builtinLoad;
    t["no_axes"] = &Evaluator::builtinNoAxes;
    t["winrank"] = &Evaluator::builtinWinRank;
    t["winarg"] = &Evaluator::builtinWinArg;
    t["gather_s"] = &Evaluator::builtinGather;
    t["vhist"] = &Evaluator::builtinVHist;
    t["vtally"] = &Evaluator::builtinVTally;
    t["interp1"] = &Evaluator::builtinInterp1;
    t["checked"] = &Evaluator::builtinChecked;
    t["at"] = &Evaluator::builtinAt;
    t["sort"] = &Evaluator::builtinSort;
    t["cumsum"] = &Evaluator::builtinCumsum;
    return t;
  }();
  return table;
}

Value Evaluator::callBuiltin(Call &call) {
  Handler handler = builtins().lookup(call.function->name);
  setLocation(call.expr->range);
  return handler ? (this->*handler)(call) : Value::error();
}

//===----------------------------------------------------------------------===//
// Elementwise
//===----------------------------------------------------------------------===//

Value Evaluator::builtinUnary(Call &call) {
  static const StringMap<Unary> ops = {
      {"neg", Unary::Neg},   {"abs", Unary::Abs},     {"sqrt", Unary::Sqrt},
      {"cbrt", Unary::Cbrt}, {"exp", Unary::Exp},     {"log", Unary::Log},
      {"sin", Unary::Sin},   {"cos", Unary::Cos},     {"tan", Unary::Tan},
      {"acos", Unary::Acos}, {"atan", Unary::Atan},   {"floor", Unary::Floor},
      {"ceil", Unary::Ceil}, {"trunc", Unary::Trunc}, {"round", Unary::Round},
      {"sign", Unary::Sign}, {"nan0", Unary::Nan0}};
  StringRef name = call.function->name;
  const Value &x = call.values[0];
  if (name == "neg")
    return negate(x, call.expr->range);
  if (name == "abs" && x.kind == Kind::Complex) {
    Value r = Value::runtime(Kind::RealRT, x.level, emit.binary(Binary::Hypot, x.re, x.im));
    r.origin = x.origin;
    return r.withUnit(x.unit);
  }
  return unary(ops.lookup(name), x, call.expr->range, name);
}

Value Evaluator::builtinBinary(Call &call) {
  static const StringMap<Binary> ops = {{"pow", Binary::Pow},
                                        {"atan2", Binary::Atan2},
                                        {"hypot", Binary::Hypot},
                                        {"mod", Binary::Mod}};
  return binary(ops.lookup(call.function->name), call.values[0], call.values[1], call.expr->range);
}

/// min(a, b, ...) of values, or of the elements of one list.
Value Evaluator::builtinMinMax(Call &call) {
  bool isMin = call.function->name == "min";
  if (call.rest.empty())
    return error(call.expr->range,
                 formatv("`{0}` needs a list, or two values or more", call.function->name));
  std::vector<Value> items = call.rest;
  if (items.size() == 1) {
    Kind kind = items[0].kind;
    if (kind != Kind::List && kind != Kind::Array) {
      report(call.expr->range,
             formatv("`{0}` of one value: expected a list or a second value", call.function->name))
          .note("tmin and tmax reduce a trace, vmin and vmax the volume, winmin and winmax a "
                "window");
      return Value::error();
    }
    return reduce(isMin ? Binary::Min : Binary::Max, items[0], call.expr->range);
  }
  Value result = items[0];
  for (size_t i = 1; i < items.size(); ++i)
    result = binary(isMin ? Binary::Min : Binary::Max, result, items[i], call.expr->range);
  return result;
}

/// All numbers of an array, or all elements of a list, combined from the left.
Value Evaluator::reduce(Binary op, const Value &list, SMRange range) {
  if (list.kind == Kind::Array) {
    const ArrayData &a = *list.array;
    if (!charge(a.values.size() / 4, range))
      return Value::error();
    if (a.values.empty()) {
      if (op == Binary::Add || op == Binary::Mul)
        return Value::ofInt(op == Binary::Mul);
      return error(range, formatv("`{0}` of an empty list", op == Binary::Min ? "min" : "max"));
    }
    double r = a.values[0];
    for (size_t i = 1; i < a.values.size(); ++i)
      r = foldBinary(op, r, a.values[i]);
    return (a.isInt ? Value::ofNumber(r) : Value::ofReal(r)).withUnit(list.unit);
  }
  std::vector<Value> items;
  if (!listElements(list, range, items))
    return Value::error();
  Value result = items[0];
  for (size_t i = 1; i < items.size() && !result.isError(); ++i)
    result = binary(op, result, items[i], range);
  return result;
}

Value Evaluator::builtinReduce(Call &call) {
  bool isSum = call.function->name == "sum";
  const Value &list = call.values[0];
  if (list.kind == Kind::RealRT) {
    report(call.expr->range,
           formatv("`{0}` reduces a list `[...]`, got {1}", call.function->name, typeName(list)))
        .note("tsum sums a trace, vsum the volume, winsum a window");
    return Value::error();
  }
  return reduce(isSum ? Binary::Add : Binary::Mul, list, call.expr->range);
}

Value Evaluator::builtinClip(Call &call) {
  SMRange range = call.expr->range;
  return binary(Binary::Min, binary(Binary::Max, call.values[0], call.values[1], range),
                call.values[2], range);
}

Value Evaluator::builtinSelect(Call &call) {
  if (!call.values[0].isBoolLike())
    return error(call.ranges[0], formatv("argument `c` of `select` must be a condition, got {0}",
                                         typeAndValue(call.values[0])));
  return select(call.values[0], call.values[1], call.values[2], call.expr->range);
}

Value Evaluator::builtinIsNan(Call &call) {
  const Value &x = call.values[0];
  if (x.isNumber())
    return Value::ofBool(std::isnan(x.real));
  if (x.kind != Kind::RealRT)
    return error(call.expr->range, formatv("`isnan` does not take {0}", typeAndValue(x)));
  Value r = Value::runtime(Kind::BoolRT, x.level, emit.isNan(x.re));
  r.origin = x.origin;
  return r;
}

Value Evaluator::builtinDegrees(Call &call) {
  bool toDegrees = call.function->name == "degrees";
  const double pi = 3.14159265358979323846;
  Unit from = Unit::base(toDegrees ? "rad" : "degree");
  Unit to = Unit::base(toDegrees ? "degree" : "rad");
  checkUnits(toDegrees ? "`degrees`" : "`radians`", call.values[0].unit, from, call.expr->range);
  Value factor = Value::ofReal(toDegrees ? 180 / pi : pi / 180);
  return binary(Binary::Mul, call.values[0].withUnit(Unit()), factor, call.expr->range)
      .withUnit(to);
}

Value Evaluator::builtinUnit(Call &call) {
  auto unit = Unit::parse(call.values[1].text);
  if (!unit) {
    report(call.ranges[1], formatv("\"{0}\" is not a unit", call.values[1].text))
        .note("a unit is a product such as \"Hz/sample\" or \"1\"");
    return Value::error();
  }
  const Value &x = call.values[0];
  if (!x.isRealLike() && x.kind != Kind::Complex && x.kind != Kind::Array)
    return error(call.ranges[0], formatv("a unit does not go with {0}", typeAndValue(x)));
  return x.withUnit(*unit);
}

//===----------------------------------------------------------------------===//
// Complex values and masks
//===----------------------------------------------------------------------===//

Value Evaluator::builtinComplexPart(Call &call) {
  StringRef name = call.function->name;
  const Value &z = call.values[0];
  Value r = Value::runtime(Kind::RealRT, z.level, {}).withUnit(z.unit);
  r.origin = z.origin;
  if (name == "conj") {
    r.kind = Kind::Complex;
    r.re = z.re;
    r.im = emit.unary(Unary::Neg, z.im);
  } else if (name == "arg") {
    r.re = emit.binary(Binary::Atan2, z.im, z.re);
    r.unit = Unit::base("rad");
  } else {
    r.re = name == "re" ? z.re : z.im;
  }
  return r;
}

Value Evaluator::builtinMk(Call &call) {
  const Value &re = call.values[0], &im = call.values[1];
  if (!re.isRealLike() || !im.isRealLike() || !(re.isVolume() || im.isVolume()))
    return typeError(call.expr->range, "mk", re, im);
  checkUnits("parts", re.unit, im.unit, call.expr->range);
  mlir::Value a = lift(re, Level::Volume), b = lift(im, Level::Volume);
  return Value::runtime(Kind::Complex, Level::Volume, a, b)
      .withUnit(re.unit.isKnown() ? re.unit : im.unit);
}

/// A condition as 0 or 1.
Value Evaluator::builtinConvert(Call &call) {
  const Value &x = call.values[0];
  if (x.isRealLike())
    return x;
  if (!x.isBoolLike())
    return error(call.expr->range, formatv("`convert` does not take {0}", typeAndValue(x)));
  return select(x, Value::ofInt(1), Value::ofInt(0), call.expr->range);
}
