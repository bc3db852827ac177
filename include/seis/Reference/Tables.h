//===- Tables.h - Reference loops that look samples up ---------*- C++ -*-===//
#ifndef SEIS_REFERENCE_TABLES_H
#define SEIS_REFERENCE_TABLES_H

#include "seis/Reference/VolumeView.h"

namespace seis::reference {

/// Piecewise linear function: n positions in ascending order, then the n values there. NaN for NaN.
std::vector<double> interp1(VolumeView in, const std::vector<double> &table);
/// Number of the interval of ascending edges that holds a sample, the last one with its upper edge;
/// -1 outside, NaN for NaN.
std::vector<double> interval(VolumeView in, const std::vector<double> &edges);
/// The trace of `in` at fractional samples `position`, which count from its start, or from every
/// sample itself where they are relative; outside its ends their samples, or 0.
std::vector<double> gather(VolumeView in, VolumeView position, Interpolation kind, bool isZero,
                           bool isRelative = false);

} // namespace seis::reference

#endif // SEIS_REFERENCE_TABLES_H
