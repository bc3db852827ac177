//===- Glcm.h - Reference loop of the co-occurrence matrix -----*- C++ -*-===//
#ifndef SEIS_REFERENCE_GLCM_H
#define SEIS_REFERENCE_GLCM_H

#include "seis/Reference/VolumeView.h"

namespace seis::reference {

/// Which pairs of which window count.
struct GlcmPairs {
  int64_t levels;             ///< 2..256
  Shape window;               ///< odd extents
  std::vector<Shape> offsets; ///< from the first end of a pair to the second
  Border border;              ///< of the levels outside the volume; zero is level 0
};

/// Features of the symmetric, normalised matrix of the window around every sample: one volume of
/// the input's shape per entry of `features`. The input holds grey levels, of which
/// clamp(trunc(in), 0, levels - 1) counts; NaN in a counted pair makes the features NaN.
/// Cost: levels^2 for every sample and feature.
std::vector<std::vector<double>> glcm(VolumeView in, const GlcmPairs &pairs,
                                      const std::vector<GlcmFeature> &features);

/// The matrices themselves: levels x levels numbers for every sample of the input.
std::vector<double> glcmBase(VolumeView in, const GlcmPairs &pairs);

} // namespace seis::reference

#endif // SEIS_REFERENCE_GLCM_H
