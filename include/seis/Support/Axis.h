//===- Axis.h - Axes, footprints and halos ---------------------*- C++ -*-===//
// A volume has the axes inline, crossline and sample, in that order, sample
// contiguous. A footprint says which samples an operation reads around one.
//===----------------------------------------------------------------------===//
#ifndef SEIS_SUPPORT_AXIS_H
#define SEIS_SUPPORT_AXIS_H

#include <algorithm>
#include <array>
#include <cstdint>

namespace seis {

constexpr unsigned numAxes = 3;
constexpr std::array<const char *, numAxes> axisNames = {"inline", "crossline", "sample"};

/// What is read along one axis around a sample: `lo` samples before, `hi` after, or the whole axis.
struct Reach {
  int64_t lo = 0, hi = 0;
  bool whole = false;

  bool operator==(const Reach &o) const {
    return whole == o.whole && (whole || (lo == o.lo && hi == o.hi));
  }
  /// Reach of two operations in sequence.
  Reach then(const Reach &o) const { return {lo + o.lo, hi + o.hi, whole || o.whole}; }
  /// Reach of two operations side by side.
  Reach unite(const Reach &o) const {
    return {std::max(lo, o.lo), std::max(hi, o.hi), whole || o.whole};
  }
};

/// Reach along inline, crossline and sample.
struct Footprint {
  std::array<Reach, numAxes> axis;

  Reach &operator[](unsigned a) { return axis[a]; }
  const Reach &operator[](unsigned a) const { return axis[a]; }
  bool operator==(const Footprint &o) const { return axis == o.axis; }
  Footprint then(const Footprint &o) const {
    return {{axis[0].then(o[0]), axis[1].then(o[1]), axis[2].then(o[2])}};
  }
  Footprint unite(const Footprint &o) const {
    return {{axis[0].unite(o[0]), axis[1].unite(o[1]), axis[2].unite(o[2])}};
  }
  static Footprint wholeTrace() {
    Footprint f;
    f[2].whole = true;
    return f;
  }
};

} // namespace seis

#endif // SEIS_SUPPORT_AXIS_H
