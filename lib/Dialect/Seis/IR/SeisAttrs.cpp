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

LogicalResult ScheduleAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                   Placement at, std::optional<Axis> axis,
                                   int64_t rows, std::optional<Lanes> lanes,
                                   std::optional<FftAlgorithm> fft, ArrayRef<int64_t> plan) {
  bool slides = at == Placement::Slide;
  if (slides != axis.has_value() || (axis && *axis == Axis::Sample)) // C1
    return emitError() << "an axis (inline or crossline) is given exactly when at is slide";
  if (rows != 1 && rows != 2 && rows != 4 && rows != 8) // C2
    return emitError() << "rows must be 1, 2, 4 or 8, got " << rows;
  for (int64_t radix : plan) // C3
    if (radix < 2 || radix > 8 || radix == 6)
      return emitError() << "the radices of a plan are 2, 3, 4, 5, 7 and 8, got " << radix;
  if (!plan.empty() && !fft) // C3
    return emitError() << "a plan needs fft, radix or padded";
  return success();
}

LogicalResult GroupAttr::verify(function_ref<InFlightDiagnostic()> emitError, int64_t inlines,
                                int64_t crosslines, Policy policy) {
  if (inlines < 0 || crosslines < 0) // C1
    return emitError() << "tile extents must be 0 (the whole axis) or positive, got " << inlines
                       << " x " << crosslines;
  return success();
}
