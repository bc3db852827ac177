//===- SeisAttrs.cpp - Verifiers of the schedule attributes ---------------===//
#include "seis/Dialect/Seis/IR/SeisOps.h"

using namespace mlir;
using namespace seis;

LogicalResult ScheduleAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                   Placement at, std::optional<Axis> axis,
                                   int64_t rows, Lanes lanes) {
  bool slides = at == Placement::Slide;
  if (slides != axis.has_value() || (axis && *axis == Axis::Sample)) // C1
    return emitError() << "an axis (inline or crossline) is given exactly when at is slide";
  if (rows != 1 && rows != 2 && rows != 4 && rows != 8) // C2
    return emitError() << "rows must be 1, 2, 4 or 8, got " << rows;
  return success();
}

LogicalResult GroupAttr::verify(function_ref<InFlightDiagnostic()> emitError, int64_t inlines,
                                int64_t crosslines, Policy policy) {
  if (inlines < 0 || crosslines < 0) // C1
    return emitError() << "tile extents must be 0 (the whole axis) or positive, got " << inlines
                       << " x " << crosslines;
  return success();
}
