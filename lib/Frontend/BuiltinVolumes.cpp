//===- BuiltinVolumes.cpp - Builtins that are operations of the dialect ----===//
#include "Evaluator.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>

using namespace llvm;
using namespace seis;
using namespace seis::fe;

/// A volume computed from `x`.
static Value derived(const Value &x, mlir::Value result, Level level = Level::Volume) {
  Value r = Value::runtime(Kind::RealRT, level, result);
  r.origin = FromData;
  r.unit = x.unit;
  return r;
}

static mlir::DenseI64ArrayAttr intsOf(mlir::OpBuilder &b, const Value &tuple) {
  SmallVector<int64_t> ints;
  for (const Value &v : *tuple.elements)
    ints.push_back(v.intValue);
  return b.getDenseI64ArrayAttr(ints);
}

static Axis axisOf(const Value &v) { return static_cast<Axis>(v.intValue); }
static Border borderOf(const Value &v) { return static_cast<Border>(v.intValue); }

//===----------------------------------------------------------------------===//
// Stencils
//===----------------------------------------------------------------------===//

/// Weights must be finite and not empty; false after a message.
bool Evaluator::checkWeights(Call &call, unsigned index) {
  const ArrayData &w = *call.values[index].array;
  if (w.values.empty()) {
    error(call.ranges[index], formatv("`{0}` needs at least one weight", call.function->name));
    return false;
  }
  for (size_t i = 0; i < w.values.size(); ++i)
    if (!std::isfinite(w.values[i])) {
      error(call.ranges[index],
            formatv("weights must be finite, got {0} at position {1}", numberText(w.values[i]), i));
      return false;
    }
  return true;
}

Value Evaluator::builtinCorr1(Call &call) { // x, w, axis, mode, anchor
  const ArrayData &w = *call.values[1].array;
  if (!checkWeights(call, 1))
    return Value::error();
  if (w.shape.size() != 1) {
    report(call.ranges[1],
           formatv("`corr1` takes weights of rank 1, got {0}", typeName(call.values[1])))
        .note("corrn takes weights of rank 1 to 3");
    return Value::error();
  }
  int64_t anchor = call.values[4].intValue, size = w.shape[0];
  if (anchor < 0)
    anchor = size / 2;
  if (anchor >= size)
    return error(
        call.ranges[4],
        formatv("the anchor must be a position in the {0} weights, got {1}", size, anchor));
  mlir::Value x = call.values[0].re;
  Value r =
      derived(call.values[0], emit.make<Corr1Op>(x.getType(), x, w.values, anchor,
                                                 axisOf(call.values[2]), borderOf(call.values[3])));
  r.unit = call.values[0].unit * call.values[1].unit;
  return r;
}

/// Which axes of the volume the weights lie on, ascending; the last ones by default.
bool Evaluator::weightAxes(Call &call, unsigned index, size_t rank, SmallVectorImpl<int> &axes) {
  const Value &v = call.values[index];
  if (v.kind == Kind::Axis)
    axes.push_back(static_cast<int>(v.intValue));
  else
    for (const Value &e : *v.elements)
      axes.push_back(static_cast<int>(e.intValue));
  if (axes.empty())
    for (size_t i = 0; i < rank; ++i)
      axes.push_back(static_cast<int>(3 - rank + i));
  if (axes.size() != rank) {
    error(call.ranges[index],
          formatv("weights of rank {0} need {0} axes, got {1}", rank, axes.size()));
    return false;
  }
  for (size_t i = 1; i < rank; ++i)
    if (axes[i] <= axes[i - 1]) {
      error(call.ranges[index],
            "axes must be different and in the order inline, crossline, sample");
      return false;
    }
  return true;
}

/// Position in the weights that lies on the sample, per axis of theirs; false after a message.
static bool anchorOf(const Value &v, ArrayRef<int64_t> shape, SmallVectorImpl<int64_t> &anchor) {
  for (int64_t n : shape)
    anchor.push_back(n / 2);
  if (v.kind == Kind::Tuple && v.elements->empty())
    return true;
  std::vector<Value> given = v.kind == Kind::Tuple ? *v.elements : std::vector<Value>{v};
  if (given.size() != shape.size())
    return false;
  for (size_t a = 0; a < given.size(); ++a) {
    if (given[a].kind != Kind::Int || given[a].intValue < 0 || given[a].intValue >= shape[a])
      return false;
    anchor[a] = given[a].intValue;
  }
  return true;
}

Value Evaluator::builtinCorrN(Call &call) { // x, w, axes, mode, of corrn: anchor
  bool isConvolution = call.function->name == "conv";
  if (!checkWeights(call, 1))
    return Value::error();
  const ArrayData &w = *call.values[1].array;
  SmallVector<int, 3> axes;
  if (!weightAxes(call, 2, w.shape.size(), axes))
    return Value::error();
  SmallVector<int64_t, 3> given;
  if (!anchorOf(call.values.size() > 4 ? call.values[4] : Value::ofTuple({}), w.shape, given))
    return error(call.ranges[4], formatv("the anchor must be a position in the weights, one int "
                                         "for each of their {0} axes",
                                         w.shape.size()));
  std::vector<double> weights = w.values;
  if (isConvolution) // along every axis: the whole list backwards
    std::reverse(weights.begin(), weights.end());
  mlir::Value x = call.values[0].re;
  Border border = borderOf(call.values[3]);
  Unit unit = call.values[0].unit * call.values[1].unit;
  if (axes.size() == 1)
    return derived(call.values[0], emit.make<Corr1Op>(x.getType(), x, weights, given[0],
                                                      static_cast<Axis>(axes[0]), border))
        .withUnit(unit);
  SmallVector<int64_t, 3> shape(3, 1), anchor(3, 0);
  for (size_t i = 0; i < axes.size(); ++i) {
    shape[axes[i]] = w.shape[i];
    anchor[axes[i]] = given[i];
  }
  mlir::OpBuilder &b = emit.attributes();
  auto tensor = mlir::RankedTensorType::get(shape, b.getF64Type());
  auto elements = mlir::DenseElementsAttr::get(tensor, ArrayRef<double>(weights));
  return derived(call.values[0], emit.make<CorrNOp>(x.getType(), x, elements,
                                                    b.getDenseI64ArrayAttr(anchor), border))
      .withUnit(unit);
}

Value Evaluator::builtinWindow(Call &call) { // x, size, mode
  const Value &x = call.values[0];
  auto window = intsOf(emit.attributes(), call.values[1]);
  Border border = borderOf(call.values[2]);
  mlir::Type type = x.re.getType();
  if (call.function->name == "winsum")
    return derived(x, emit.make<WinSumOp>(type, x.re, window, border));
  if (call.function->name == "winmin")
    return derived(x, emit.make<WinMinOp>(type, x.re, window, border));
  return derived(x, emit.make<WinMaxOp>(type, x.re, window, border));
}

Value Evaluator::builtinShift(Call &call) { // x, offset, mode
  const Value &x = call.values[0];
  bool isZero =
      llvm::all_of(*call.values[1].elements, [](const Value &v) { return v.intValue == 0; });
  if (isZero)
    return x;
  return derived(x,
                 emit.make<ShiftOp>(x.re.getType(), x.re, intsOf(emit.attributes(), call.values[1]),
                                    borderOf(call.values[2])));
}

//===----------------------------------------------------------------------===//
// Whole traces
//===----------------------------------------------------------------------===//

Value Evaluator::builtinAnalytic(Call &call) { // x, pad
  const Value &x = call.values[0];
  int64_t pad = call.values[1].intValue;
  if (pad < 0 || pad > maxArrayElements)
    return error(call.ranges[1],
                 formatv("`pad` must be in 0..{0}, got {1}", maxArrayElements, pad));
  mlir::Type type = x.re.getType();
  mlir::Operation *op =
      emit.makeOp<AnalyticOp>(type, type, x.re, emit.attributes().getI64IntegerAttr(pad));
  Value r = Value::runtime(Kind::Complex, Level::Volume, op->getResult(0), op->getResult(1));
  r.origin = FromData;
  r.unit = x.unit;
  return r;
}

Value Evaluator::builtinFft(Call &call) {
  bool isInverse = call.function->name == "ifft";
  const Value &x = call.values[0];
  bool isComplex = x.kind == Kind::Complex && x.level == Level::Volume;
  if (!isComplex && !x.isVolume())
    return error(
        call.ranges[0],
        formatv("argument `x` of `fft` must be a volume or a cvolume, got {0}", typeAndValue(x)));
  mlir::Type type = x.re.getType();
  mlir::Operation *op = isInverse ? emit.makeOp<IfftOp>(type, type, x.re, x.im)
                                  : emit.makeOp<FftOp>(type, type, x.re, x.im);
  Value r = Value::runtime(Kind::Complex, Level::Volume, op->getResult(0), op->getResult(1));
  r.origin = FromData;
  r.unit = x.unit;
  return r;
}

/// The multiplier is evaluated once, with `freq` the argument of the operation's region.
Value Evaluator::builtinSpecMul(Call &call) {
  const Value &x = call.values[0];
  Value fs = evalConstant("fs");
  mlir::Value rate = lift(fs, Level::Scalar);
  Value frequency = Value::runtime(Kind::RealRT, Level::Scalar, emit.beginMultiplier());
  frequency.unit = Unit::base("Hz");
  frequency.origin = FromData;
  memo.emplace_back();
  Scope inner;
  inner.parent = call.scope;
  inner.unit = call.scope->unit;
  inner.variables.push_back({"freq", frequency});
  Value multiplier = eval(call.multiplier, inner);
  memo.pop_back();
  bool isScalar = multiplier.isNumber() ||
                  (multiplier.kind == Kind::RealRT && multiplier.level == Level::Scalar);
  if (!isScalar) {
    emit.dropMultiplier();
    if (!multiplier.isError())
      report(call.multiplier->range,
             formatv("the multiplier of `specmul` must be a real function of `freq`, got {0}",
                     typeAndValue(multiplier)))
          .note("it is one number for every frequency, for example `if freq < 30 then 1 else 0`");
    return Value::error();
  }
  setLocation(call.expr->range);
  mlir::Value factor = lift(multiplier, Level::Scalar);
  Value r = derived(x, emit.endMultiplier(x.re, rate, factor));
  r.unit = x.unit * multiplier.unit;
  return r;
}

Value Evaluator::builtinUnwrap(Call &call) {
  const Value &x = call.values[0];
  return derived(x, emit.make<UnwrapOp>(x.re.getType(), x.re));
}

Value Evaluator::builtinScan(Call &call) { // x, axis, op, dir
  const Value &x = call.values[0];
  StringRef op = call.values[2].text, dir = call.values[3].text;
  Fold fold = op == "add" ? Fold::Add : op == "max" ? Fold::Max : Fold::Min;
  bool forward = dir == "forward" || dir == "fwd";
  return derived(x, emit.make<ScanOp>(x.re.getType(), x.re, fold, axisOf(call.values[1]),
                                      forward ? Direction::Forward : Direction::Backward));
}

Value Evaluator::builtinHold(Call &call) { // key, v
  const Value &key = call.values[0], &v = call.values[1];
  return derived(v, emit.make<HoldOp>(v.re.getType(), key.re, v.re));
}

//===----------------------------------------------------------------------===//
// Reductions, positions
//===----------------------------------------------------------------------===//

Value Evaluator::builtinTraceReduce(Call &call) {
  const Value &x = call.values[0];
  mlir::Type type = emit.typeAt(Level::Trace);
  StringRef name = call.function->name;
  mlir::Value r = name == "tmin"   ? emit.make<TMinOp>(type, x.re)
                  : name == "tmax" ? emit.make<TMaxOp>(type, x.re)
                                   : emit.make<TSumOp>(type, x.re);
  return derived(x, r, Level::Trace);
}

Value Evaluator::builtinVolumeReduce(Call &call) {
  const Value &x = call.values[0];
  mlir::Type type = emit.typeAt(Level::Scalar);
  StringRef name = call.function->name;
  mlir::Value r = name == "vmin"   ? emit.make<VMinOp>(type, x.re)
                  : name == "vmax" ? emit.make<VMaxOp>(type, x.re)
                  : name == "vsum" ? emit.make<VSumOp>(type, x.re)
                                   : emit.make<VCountOp>(type, x.re);
  Value v = derived(x, r, Level::Scalar);
  if (name == "vcount")
    v.unit = Unit();
  return v;
}

Value Evaluator::builtinIndex(Call &call) {
  Value r = derived(Value(), emit.make<IndexOp>(emit.volumeType(), axisOf(call.values[0])));
  return r;
}

Value Evaluator::builtinLine(Call &call) {
  int64_t axis = call.values[0].intValue;
  mlir::Value &table = tables[axis];
  if (!table) {
    std::string from = formatv("line({0})", axisNames[axis]);
    mlir::NamedAttrList info(argumentInfo(formatv("line_{0}", axisNames[axis]).str(), Unit()));
    info.append("seis.from", emit.attributes().getStringAttr(from));
    table = emit.addTable(emit.location(), info);
  }
  Value r = derived(Value(), emit.make<LineOp>(emit.volumeType(), table, axisOf(call.values[0])));
  if (axis == 2)
    r.unit = Unit::base("ms");
  return r;
}
