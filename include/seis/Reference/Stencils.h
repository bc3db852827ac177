//===- Stencils.h - Reference loops that read a box of samples -*- C++ -*-===//
// Every result has the shape of the input. Sums run in f64 in the order of the
// weights. Where the border says 0, the sample read is 0.
//===----------------------------------------------------------------------===//
#ifndef SEIS_REFERENCE_STENCILS_H
#define SEIS_REFERENCE_STENCILS_H

#include "seis/Reference/VolumeView.h"

namespace seis::reference {

/// result[i,x,s] = in[i+o0, x+o1, s+o2].
std::vector<double> shift(VolumeView in, const Shape &offset, Border border);

/// y[n] = sum_m w[m] in[n + m - anchor] along `axis`. A weight that is exactly 0 reads nothing,
/// so a NaN under it leaves no trace.
std::vector<double> corr1(VolumeView in, const std::vector<double> &weights, int64_t anchor,
                          Axis axis, Border border);

/// The same with a dense box of weights of shape `extent` (C order), m and n over three axes.
std::vector<double> corrn(VolumeView in, const std::vector<double> &weights, const Shape &extent,
                          const Shape &anchor, Border border);

/// Sum over the box of `window` samples (odd extents) centred on every sample.
std::vector<double> winsum(VolumeView in, const Shape &window, Border border);
/// Smallest value of that box; NaN where the box holds one.
std::vector<double> winmin(VolumeView in, const Shape &window, Border border);
/// Largest value of that box; NaN where the box holds one.
std::vector<double> winmax(VolumeView in, const Shape &window, Border border);

/// The `rank`-th smallest value of that box, from 0; NaN where the box holds one.
std::vector<double> winrank(VolumeView in, const Shape &window, int64_t rank, Border border);
/// Number of the first smallest (`isMax`: largest) sample of that box, in C order from 0; NaN where
/// the box holds one.
std::vector<double> winarg(VolumeView in, const Shape &window, bool isMax, Border border);

} // namespace seis::reference

#endif // SEIS_REFERENCE_STENCILS_H
