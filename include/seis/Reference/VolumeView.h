//===- VolumeView.h - What the reference loops read ------------*- C++ -*-===//
// The reference is one plain f64 loop per operation, written from the
// specification of the attributes and from no compiled code: the yardstick that
// generated code is compared with. Its loops read dense volumes through this
// view and return new ones.
//===----------------------------------------------------------------------===//
#ifndef SEIS_REFERENCE_VOLUMEVIEW_H
#define SEIS_REFERENCE_VOLUMEVIEW_H

#include "seis/Dialect/Seis/IR/SeisOps.h"

#include <array>
#include <cstdint>
#include <vector>

namespace seis::reference {

/// Extents along inline, crossline and sample; each at least 1.
using Shape = std::array<int64_t, 3>;

/// A dense volume [inline, crossline, sample], sample fastest; not owned.
struct VolumeView {
  Shape shape{1, 1, 1};
  const double *data = nullptr;

  int64_t traces() const { return shape[0] * shape[1]; }
  int64_t size() const { return traces() * shape[2]; }
  double at(int64_t i, int64_t x, int64_t s) const {
    return data[(i * shape[1] + x) * shape[2] + s];
  }
  const double *trace(int64_t t) const { return data + t * shape[2]; }
};

/// Position in 0..n-1 that stands for index `r` of an axis of `n` samples, for any `r` and any
/// n >= 1; -1 where the border says 0.
int64_t resolve(Border border, int64_t r, int64_t n);

} // namespace seis::reference

#endif // SEIS_REFERENCE_VOLUMEVIEW_H
