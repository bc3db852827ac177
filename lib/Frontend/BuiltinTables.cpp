//===- BuiltinTables.cpp - Ranks, positions, tables ------------------------===//
// Tables are lists of scalars: what is known while compiling and what the data
// say mix freely in them.
//===----------------------------------------------------------------------===//
#include "Evaluator.h"

#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace llvm;
using namespace seis;
using namespace seis::fe;

static Value volumeOf(mlir::Value result, const Unit &unit) {
  Value r = Value::runtime(Kind::RealRT, Level::Volume, result);
  r.origin = FromData;
  r.unit = unit;
  return r;
}

static mlir::DenseI64ArrayAttr windowOf(mlir::OpBuilder &b, const Value &tuple) {
  SmallVector<int64_t> ints;
  for (const Value &v : *tuple.elements)
    ints.push_back(v.intValue);
  return b.getDenseI64ArrayAttr(ints);
}

Value Evaluator::builtinWinRank(Call &call) { // x, size, rank, mode
  const Value &x = call.values[0];
  auto window = windowOf(emit.attributes(), call.values[1]);
  int64_t count = 1, rank = call.values[2].intValue;
  for (int64_t extent : window.asArrayRef()) {
    count *= extent;
    if (!checkElements(count, call.ranges[1]))
      return Value::error();
  }
  if (rank < 0 || rank >= count)
    return error(call.ranges[2],
                 formatv("`rank` of `winrank` must be in 0..{0}, got {1}", count - 1, rank));
  auto border = static_cast<Border>(call.values[3].intValue);
  return volumeOf(emit.make<WinRankOp>(x.re.getType(), x.re, window, rank, border), x.unit);
}

Value Evaluator::builtinWinArg(Call &call) { // x, size, op, mode
  const Value &x = call.values[0];
  auto window = windowOf(emit.attributes(), call.values[1]);
  int64_t count = 1;
  for (int64_t extent : window.asArrayRef()) {
    count *= extent;
    if (!checkElements(count, call.ranges[1]))
      return Value::error();
  }
  Fold fold = call.values[2].text == "max" ? Fold::Max : Fold::Min;
  auto border = static_cast<Border>(call.values[3].intValue);
  return volumeOf(emit.make<WinArgOp>(x.re.getType(), x.re, fold, window, border), Unit());
}

Value Evaluator::builtinGather(Call &call) { // x, pos, kind, outside, from
  const Value &x = call.values[0], &pos = call.values[1];
  StringRef kind = call.values[2].text;
  auto interpolation = kind == "nearest"  ? Interpolation::Nearest
                       : kind == "linear" ? Interpolation::Linear
                                          : Interpolation::Cubic;
  auto outside = static_cast<Border>(call.values[3].intValue);
  if (outside != Border::Nearest && outside != Border::Zero)
    return error(call.ranges[3], formatv("`outside` of `gather_s` must be nearest or zero, got {0}",
                                         modeName(call.values[3].intValue)));
  return volumeOf(emit.make<GatherOp>(x.re.getType(), x.re, pos.re, interpolation, outside,
                                      call.values[4].text == "here"),
                  x.unit);
}

/// Whether no number of a list is NaN or less than the one before; false after a message. What is
/// known at run time only is taken as it is.
bool Evaluator::checkAscending(Call &call, unsigned index, ArrayRef<Value> items) {
  for (size_t n = 0; n < items.size(); ++n) {
    if (!items[n].isNumber())
      continue;
    bool follows = n > 0 && items[n - 1].isNumber();
    if (!std::isnan(items[n].real) && (!follows || items[n].real >= items[n - 1].real))
      continue;
    error(call.ranges[index], formatv("`{0}` of `{1}` must ascend, got {2} at {3}{4}",
                                      call.function->parameters[index].name, call.function->name,
                                      numberText(items[n].real), n,
                                      follows ? " after " + numberText(items[n - 1].real) : ""));
    return false;
  }
  return true;
}

/// The elements of a list as scalars of the run; false after a message.
bool Evaluator::scalarsOf(Call &call, unsigned index, SmallVectorImpl<mlir::Value> &out,
                          bool ascending) {
  std::vector<Value> items;
  if (!listElements(call.values[index], call.ranges[index], items) ||
      (ascending && !checkAscending(call, index, items)))
    return false;
  for (const Value &v : items) {
    if (!v.isNumber() && !(v.kind == Kind::RealRT && v.level == Level::Scalar)) {
      error(call.ranges[index],
            formatv("`{0}` of `{1}` must be a list of scalars, got {2}",
                    call.function->parameters[index].name, call.function->name, typeAndValue(v)));
      return false;
    }
    out.push_back(lift(v, Level::Scalar));
  }
  return true;
}

/// A list of the counts of 0, 1, ..., count-1.
Value Evaluator::tally(const Value &x, size_t count) {
  SmallVector<mlir::Type> types(count, emit.typeAt(Level::Scalar));
  mlir::Operation *op = emit.makeOp<VTallyOp>(types, x.re);
  std::vector<Value> items;
  for (mlir::Value result : op->getResults()) {
    items.push_back(Value::runtime(Kind::RealRT, Level::Scalar, result));
    items.back().origin = FromData;
  }
  return Value::ofList(std::move(items));
}

constexpr int64_t maxTally = 4096;

Value Evaluator::builtinVHist(Call &call) { // x, edges
  const Value &x = call.values[0];
  SmallVector<mlir::Value> edges;
  if (!scalarsOf(call, 1, edges, /*ascending=*/true))
    return Value::error();
  if (edges.size() < 2 || edges.size() > maxTally + 1)
    return error(call.ranges[1], formatv("`edges` of `vhist` must be a list of 2..{0} numbers, "
                                         "got {1}",
                                         maxTally + 1, edges.size()));
  if (!charge(static_cast<int64_t>(edges.size()), call.expr->range))
    return Value::error();
  mlir::Value bins = emit.make<IntervalOp>(x.re.getType(), x.re, edges);
  return tally(volumeOf(bins, Unit()), edges.size() - 1);
}

Value Evaluator::builtinVTally(Call &call) { // x, n
  int64_t n = call.values[1].intValue;
  if (n < 1 || n > maxTally)
    return error(call.ranges[1],
                 formatv("`n` of `vtally` must be in 1..{0}, got {1}", maxTally, n));
  if (!charge(n, call.expr->range))
    return Value::error();
  return tally(call.values[0], n);
}

Value Evaluator::builtinInterp1(Call &call) { // x, xs, ys
  const Value &x = call.values[0];
  SmallVector<mlir::Value> table, ys;
  if (!scalarsOf(call, 1, table, /*ascending=*/true) || !scalarsOf(call, 2, ys))
    return Value::error();
  if (table.empty() || table.size() != ys.size())
    return error(call.ranges[2], formatv("`interp1` needs as many values as positions, at least "
                                         "one, got {0} and {1}",
                                         ys.size(), table.size()));
  table.append(ys.begin(), ys.end());
  std::vector<Value> values;
  listElements(call.values[2], call.ranges[2], values);
  return volumeOf(emit.make<Interp1Op>(x.re.getType(), x.re, table), values[0].unit);
}
