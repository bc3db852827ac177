//===- BuiltinGlcm.cpp - Features of co-occurrence matrices ----------------===//
// One operation makes all features of a matrix: calls that differ in the feature
// alone are the same operation, and results that no call takes are dropped later.
//===----------------------------------------------------------------------===//
#include "Evaluator.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace seis;
using namespace seis::fe;

constexpr unsigned numFeatures = getMaxEnumValForGlcmFeature() + 1;

/// One offset or a list of them, as numbers; false after a message.
bool Evaluator::glcmOffsets(Call &call, unsigned first, SmallVectorImpl<int64_t> &offsets) {
  const Value &given = call.values[first + 2], &window = call.values[first + 1];
  SMRange range = call.ranges[first + 2];
  auto isTriple = [](const Value &v) {
    return v.kind == Kind::Tuple && v.elements->size() == numAxes &&
           all_of(*v.elements, [](const Value &e) { return e.kind == Kind::Int; });
  };
  std::vector<Value> list = {given};
  if (given.kind == Kind::List)
    list = *given.elements;
  for (const Value &offset : list) {
    if (!isTriple(offset)) {
      report(range, formatv("argument `offset` of `{0}` must be an offset of three ints (inline, "
                            "crossline, sample) or a list of such, got {1}",
                            call.function->name, typeAndValue(offset)));
      return false;
    }
    size_t before = offsets.size();
    for (unsigned a = 0; a < numAxes; ++a) {
      int64_t o = (*offset.elements)[a].intValue;
      int64_t extent = (*window.elements)[a].intValue;
      if (o <= -extent || o >= extent) {
        report(range, formatv("an offset of {0} along {1} leaves no pair in a window of {2}", o,
                              axisNames[a], extent))
            .note(formatv("`offset` (`distance` of the attributes) must be in {0}..{1} there, or "
                          "`window` at least {2}",
                          1 - extent, extent - 1, 2 * (std::abs(o) / 2) + (o % 2 ? 3 : 1)));
        return false;
      }
      offsets.push_back(o);
    }
    ArrayRef<int64_t> mine = ArrayRef<int64_t>(offsets).drop_front(before);
    if (all_of(mine, [](int64_t o) { return o == 0; })) {
      report(range, "an offset of zero makes no pairs")
          .note("`distance` of the attributes must be at least 1");
      return false;
    }
    for (size_t k = 0; k < before; k += numAxes)
      if (ArrayRef<int64_t>(offsets).slice(k, numAxes) == mine) {
        error(range, "an offset is given twice");
        return false;
      }
  }
  return true;
}

/// Checks levels, window and offsets, which are the parameters from `first` on.
bool Evaluator::glcmPairs(Call &call, unsigned first, SmallVectorImpl<int64_t> &window,
                          SmallVectorImpl<int64_t> &offsets) {
  int64_t levels = call.values[first].intValue;
  if (levels < 2 || levels > 256) {
    error(call.ranges[first], formatv("`levels` must be in 2..256, got {0}", levels));
    return false;
  }
  double box = 1;
  for (const Value &extent : *call.values[first + 1].elements) {
    window.push_back(extent.intValue);
    box *= static_cast<double>(extent.intValue);
  }
  if (!glcmOffsets(call, first, offsets))
    return false;
  constexpr double most = 32767;
  double pairs = 0;
  for (size_t k = 0; k < offsets.size(); k += numAxes) {
    double here = 1;
    for (unsigned a = 0; a < numAxes; ++a)
      here *= static_cast<double>(window[a] - std::abs(offsets[k + a]));
    pairs += here;
  }
  if (box <= 1e6 && pairs <= most)
    return true;
  error(call.ranges[first + 1], formatv("`window` must hold at most {0} pairs, got {1}",
                                        numberText(most), numberText(pairs)));
  return false;
}

Value Evaluator::builtinGlcmBase(Call &call) { // q, levels, window, offset, mode
  SmallVector<int64_t> window, offsets;
  if (!glcmPairs(call, 1, window, offsets))
    return Value::error();
  mlir::OpBuilder &b = emit.attributes();
  constexpr int64_t open = mlir::ShapedType::kDynamic;
  int64_t levels = call.values[1].intValue;
  auto type = mlir::RankedTensorType::get({open, open, open, levels, levels}, emit.element());
  mlir::Value p = emit.make<GlcmBaseOp>(
      type, call.values[0].re, b.getI64IntegerAttr(levels), b.getDenseI64ArrayAttr(window),
      b.getDenseI64ArrayAttr(offsets),
      BorderAttr::get(b.getContext(), static_cast<Border>(call.values[4].intValue)));
  Value r = Value::runtime(Kind::Matrices, Level::Volume, p);
  r.origin = call.values[0].origin;
  r.unit = Unit::one();
  return r;
}

Value Evaluator::builtinGlcm(Call &call) { // q, feature, levels, window, offset, mode
  const Value &q = call.values[0];
  SmallVector<int64_t> window, offsets;
  if (!glcmPairs(call, 2, window, offsets))
    return Value::error();
  mlir::OpBuilder &b = emit.attributes();
  SmallVector<mlir::Attribute> features;
  for (unsigned f = 0; f < numFeatures; ++f)
    features.push_back(b.getStringAttr(stringifyGlcmFeature(static_cast<GlcmFeature>(f))));
  mlir::Type type = q.re.getType();
  mlir::Operation *op = emit.makeOp<GlcmOp>(
      SmallVector<mlir::Type>(numFeatures, type), q.re, b.getArrayAttr(features),
      b.getI64IntegerAttr(call.values[2].intValue), b.getDenseI64ArrayAttr(window),
      b.getDenseI64ArrayAttr(offsets),
      BorderAttr::get(b.getContext(), static_cast<Border>(call.values[5].intValue)));
  auto wanted = symbolizeGlcmFeature(call.values[1].text);
  Value r =
      Value::runtime(Kind::RealRT, Level::Volume, op->getResult(static_cast<unsigned>(*wanted)));
  r.origin = q.origin;
  r.unit = Unit::one();
  return r;
}
