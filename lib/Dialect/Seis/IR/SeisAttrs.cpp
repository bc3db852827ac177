//===- SeisAttrs.cpp - Verifiers of the schedule attributes ---------------===//
#include "seis/Dialect/Seis/IR/SeisOps.h"

using namespace mlir;
using namespace seis;

FailureOr<SmallVector<int64_t>> seis::parseSizes(AsmParser &parser) {
  SmallVector<int64_t> sizes;
  auto one = [&] { return parser.parseInteger(sizes.emplace_back()); };
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, one))
    return failure();
  return sizes;
}

void seis::printSizes(AsmPrinter &printer, ArrayRef<int64_t> sizes) {
  printer << '[';
  llvm::interleaveComma(sizes, printer);
  printer << ']';
}

static LogicalResult verifyWidth(function_ref<InFlightDiagnostic()> emitError, int64_t width) {
  if (width < 0 || width > 64 || (width & (width - 1))) // C5
    return emitError() << "width must be a power of two from 1 to 64, got " << width;
  return success();
}

LogicalResult ScheduleAttr::verify(function_ref<InFlightDiagnostic()> emitError, Placement at,
                                   std::optional<Axis> axis, std::optional<int64_t> level,
                                   int64_t rows, int64_t width, std::optional<Lanes>,
                                   std::optional<FftAlgorithm> fft, ArrayRef<int64_t> plan) {
  bool slides = at == Placement::Slide;
  if (slides != axis.has_value() || (axis && *axis == Axis::Sample)) // C1
    return emitError() << "an axis (inline or crossline) is given exactly when at is slide";
  if ((at == Placement::Tile) != level.has_value() || (level && *level != 0 && *level != 1)) // C4
    return emitError() << "a level (0 or 1) is given exactly when at is tile";
  if (rows != 1 && rows != 2 && rows != 4 && rows != 8) // C2
    return emitError() << "rows must be 1, 2, 4 or 8, got " << rows;
  for (int64_t radix : plan) // C3
    if (radix < 2 || radix > 13 || radix == 6 || radix == 9 || radix == 10 || radix == 12)
      return emitError() << "the radices of a plan are 2, 3, 4, 5, 7, 8, 11 and 13, got " << radix;
  if (!plan.empty() && !fft) // C3
    return emitError() << "a plan needs fft, radix or padded";
  return verifyWidth(emitError, width);
}

LogicalResult GroupAttr::verify(function_ref<InFlightDiagnostic()> emitError, int64_t inlines,
                                int64_t crosslines, ArrayRef<int64_t> inner, Axis outer, Spread,
                                Policy, int64_t grain, int64_t width, int64_t unroll, Tail, Store) {
  if (inlines < 0 || crosslines < 0) // C1
    return emitError() << "tile extents must be 0 (the whole axis) or positive, got " << inlines
                       << " x " << crosslines;
  if (!inner.empty()) {
    if (inner.size() != 2 || inner[0] < 0 || inner[1] < 0) // C1
      return emitError() << "inner tiles have two extents, 0 (not cut) or positive";
    if ((inlines && inner[0] > inlines) || (crosslines && inner[1] > crosslines)) // C2
      return emitError() << "inner tiles of " << inner[0] << " x " << inner[1]
                         << " are larger than the outer ones";
  }
  if (outer == Axis::Sample) // C3
    return emitError() << "the outer axis is inline or crossline: samples are the innermost loop";
  if (grain < 0) // C4
    return emitError() << "grain must not be negative, got " << grain;
  if (unroll < 1 || unroll > 8) // C4
    return emitError() << "unroll must be from 1 to 8, got " << unroll;
  return verifyWidth(emitError, width);
}

LogicalResult RequirementAttr::verify(function_ref<InFlightDiagnostic()> emitError, StringAttr,
                                      Bound, ArrayAttr value, ArrayAttr limit) {
  for (ArrayAttr expression : {value, limit}) { // C1
    int64_t numbers = 0;
    for (Attribute term : expression) {
      auto text = dyn_cast<StringAttr>(term);
      int64_t taken = isa<FloatAttr>(term) ? 0 : -1;
      if (text && text.getValue().starts_with("%"))
        taken = 0;
      else if (text && text == "neg")
        taken = 1;
      else if (text && llvm::is_contained({"+", "-", "*", "/", "min", "max"}, text.getValue()))
        taken = 2;
      if (taken < 0 || numbers < taken)
        return emitError() << "no expression in postfix order: " << expression;
      numbers += 1 - taken;
    }
    if (numbers != 1)
      return emitError() << "no expression in postfix order: " << expression;
  }
  return success();
}
