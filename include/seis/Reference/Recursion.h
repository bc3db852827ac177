//===- Recursion.h - Reference loop of linear recursions -------*- C++ -*-===//
#ifndef SEIS_REFERENCE_RECURSION_H
#define SEIS_REFERENCE_RECURSION_H

#include "seis/Reference/VolumeView.h"

namespace seis::reference {

/// One section: y[k] = sum_m n[m] x[k-m] - sum_{m>=1} d[m] y[k-m]; d[0] is 1.
struct Section {
  std::vector<double> n, d;
};

/// Passes over a line and what is around it, as in the description of `seis.iir`.
struct Passes {
  std::vector<Section> forward, backward; ///< without sections: no such pass
  bool isChained = false;                 ///< backward over the result of forward, not their sum
  Init init = Init::Zero;
  Extension extension = Extension::Zero;
  int64_t pad = 0; ///< samples of extension at both ends
};

/// The passes along all lines of an axis, in f64. A line that holds NaN or infinity is NaN
/// throughout. Shape of `in`.
std::vector<double> iir(VolumeView in, const Passes &passes, Axis axis);

} // namespace seis::reference

#endif // SEIS_REFERENCE_RECURSION_H
