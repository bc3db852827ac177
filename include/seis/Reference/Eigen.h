//===- Eigen.h - Reference loops of symmetric eigenproblems ----*- C++ -*-===//
#ifndef SEIS_REFERENCE_EIGEN_H
#define SEIS_REFERENCE_EIGEN_H

#include "seis/Reference/VolumeView.h"

#include <array>

namespace seis::reference {

/// The results of `seis.eigh3` at every sample, l1 l2 l3 vi vx vs, from the elements
/// ss xx ii sx si xi of a tensor, all of `size` samples.
std::array<std::vector<double>, 6> eigh3(const std::array<const double *, 6> &elements,
                                         int64_t size);

/// lmax(M M^T) / trace(M M^T) of the window around every sample, M with one row per trace of the
/// window: its samples from the first input, then those from the next. NaN where the trace is 0 or
/// the window holds what is not finite. All inputs have one shape, that of the result.
std::vector<double> coheig(const std::vector<VolumeView> &inputs, const Shape &window,
                           Border border);

} // namespace seis::reference

#endif // SEIS_REFERENCE_EIGEN_H
