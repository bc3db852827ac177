//===- Reductions.h - Reference loops over whole volumes -------*- C++ -*-===//
// Dead traces are left out; a NaN in a live one is an error that the caller
// reports with the position found here.
//===----------------------------------------------------------------------===//
#ifndef SEIS_REFERENCE_REDUCTIONS_H
#define SEIS_REFERENCE_REDUCTIONS_H

#include "seis/Reference/VolumeView.h"

#include <optional>

namespace seis::reference {

/// A value of the whole survey, or where the NaN is that forbids it.
struct Reduced {
  double value = 0;
  std::optional<Shape> nanAt;
};

/// Smallest, largest and sum of the samples of all live traces; 0 if no trace is live.
/// \param live  One byte per trace, crossline fastest, 0 = dead; empty: all are live.
Reduced vmin(VolumeView in, const std::vector<uint8_t> &live);
Reduced vmax(VolumeView in, const std::vector<uint8_t> &live);
Reduced vsum(VolumeView in, const std::vector<uint8_t> &live);
/// Number of samples of all live traces.
double vcount(const Shape &shape, const std::vector<uint8_t> &live);

/// Adds to `counts[n]` the number of samples of live traces that are n.
Reduced vtally(VolumeView in, const std::vector<uint8_t> &live, std::vector<double> &counts);

} // namespace seis::reference

#endif // SEIS_REFERENCE_REDUCTIONS_H
