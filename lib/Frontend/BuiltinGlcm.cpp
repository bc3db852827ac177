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
bool Evaluator::glcmOffsets(Call &call, SmallVectorImpl<int64_t> &offsets) { // ..., 3: window
  const Value &given = call.values[4];
  SMRange range = call.ranges[4];
  auto isTriple = [](const Value &v) {
    return v.kind == Kind::Tuple && v.elements->size() == numAxes &&
           all_of(*v.elements, [](const Value &e) { return e.kind == Kind::Int; });
  };
  std::vector<Value> list = {given};
  if (given.kind == Kind::List)
    list = *given.elements;
  for (const Value &offset : list) {
    if (!isTriple(offset)) {
      report(range, formatv("argument `offset` of `glcm` must be an offset of three ints (inline, "
                            "crossline, sample) or a list of such, got {0}",
                            typeAndValue(offset)));
      return false;
    }
    size_t first = offsets.size();
    for (unsigned a = 0; a < numAxes; ++a) {
      int64_t o = (*offset.elements)[a].intValue;
      int64_t extent = (*call.values[3].elements)[a].intValue;
      if (o <= -extent || o >= extent) {
        report(range, formatv("an offset of {0} along {1} leaves no pair in a window of {2}", o,
                              axisNames[a], extent))
            .note(formatv("`offset` (`distance` of the attributes) must be in {0}..{1} there",
                          1 - extent, extent - 1));
        return false;
      }
      offsets.push_back(o);
    }
    ArrayRef<int64_t> mine = ArrayRef<int64_t>(offsets).drop_front(first);
    if (all_of(mine, [](int64_t o) { return o == 0; })) {
      report(range, "an offset of zero makes no pairs")
          .note("`distance` of the attributes must be at least 1");
      return false;
    }
    for (size_t k = 0; k < first; k += numAxes)
      if (ArrayRef<int64_t>(offsets).slice(k, numAxes) == mine) {
        error(range, "an offset is given twice");
        return false;
      }
  }
  return true;
}

Value Evaluator::builtinGlcm(Call &call) { // q, feature, levels, window, offset, mode
  const Value &q = call.values[0];
  int64_t levels = call.values[2].intValue;
  if (levels < 2 || levels > 256)
    return error(call.ranges[2], formatv("`levels` must be in 2..256, got {0}", levels));
  SmallVector<int64_t> window, offsets;
  double box = 1;
  for (const Value &extent : *call.values[3].elements) {
    window.push_back(extent.intValue);
    box *= static_cast<double>(extent.intValue);
  }
  if (!glcmOffsets(call, offsets))
    return Value::error();
  constexpr double most = 32767;
  double pairs = 0;
  for (size_t k = 0; k < offsets.size(); k += numAxes) {
    double here = 1;
    for (unsigned a = 0; a < numAxes; ++a)
      here *= static_cast<double>(window[a] - std::abs(offsets[k + a]));
    pairs += here;
  }
  if (box > 1e6 || pairs > most)
    return error(call.ranges[3], formatv("`window` must hold at most {0} pairs, got {1}", 32767,
                                         numberText(pairs)));
  mlir::OpBuilder &b = emit.attributes();
  SmallVector<mlir::Attribute> features;
  for (unsigned f = 0; f < numFeatures; ++f)
    features.push_back(b.getStringAttr(stringifyGlcmFeature(static_cast<GlcmFeature>(f))));
  mlir::Type type = q.re.getType();
  mlir::Operation *op = emit.makeOp<GlcmOp>(
      SmallVector<mlir::Type>(numFeatures, type), q.re, b.getArrayAttr(features),
      b.getI64IntegerAttr(levels), b.getDenseI64ArrayAttr(window), b.getDenseI64ArrayAttr(offsets),
      BorderAttr::get(b.getContext(), static_cast<Border>(call.values[5].intValue)));
  auto wanted = symbolizeGlcmFeature(call.values[1].text);
  Value r = Value::runtime(Kind::RealRT, Level::Volume,
                           op->getResult(static_cast<unsigned>(*wanted)));
  r.origin = q.origin;
  r.unit = *Unit::parse("1");
  return r;
}
