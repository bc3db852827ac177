//===- Traces.h - Reference loops over whole traces ------------*- C++ -*-===//
// Each trace (each line of the axis, for `scan`) is handled alone. NaN or
// infinity anywhere in a trace makes the whole result of that trace NaN, in the
// transforms, `unwrap` and `scan`; the other rules stand at the function.
// Results have the shape of the input unless stated.
//===----------------------------------------------------------------------===//
#ifndef SEIS_REFERENCE_TRACES_H
#define SEIS_REFERENCE_TRACES_H

#include "seis/Reference/VolumeView.h"

namespace seis::reference {

/// Real and imaginary part of a complex volume.
struct ComplexVolume {
  std::vector<double> re, im;
};

/// The quadrature H[x]: imaginary part of the signal whose spectrum is that of the trace times
/// h (N even: h[0] = h[N/2] = 1, h[1..N/2-1] = 2; N odd: h[0] = 1, h[1..(N-1)/2] = 2; else 0).
/// `pad` extends the trace by as many reflected samples at both ends, transforms, and crops.
/// A trace of zeros gives exact zeros. Unit of `in`.
/// Source: Taner, Koehler and Sheriff, Complex seismic trace analysis, Geophysics 44(6), 1979.
std::vector<double> quadrature(VolumeView in, int64_t pad = 0);

/// X[f] = sum_k x[k] exp(-2 pi i f k / N) along samples, all N bins. `im` null: real input.
ComplexVolume fft(VolumeView re, const double *im);
/// x[k] = 1/N sum_f X[f] exp(2 pi i f k / N) along samples.
ComplexVolume ifft(VolumeView re, const double *im);

/// Frequency of every bin of N samples taken `fs` times a second, in the unit of `fs`: k fs/N
/// for 2k < N, (k - N) fs/N above; bin N/2 is negative.
std::vector<double> binFrequencies(int64_t n, double fs);
/// re(ifft(multiplier * fft(x))), one multiplier per bin.
std::vector<double> specmul(VolumeView in, const std::vector<double> &multiplier);

/// Removes jumps of 2 pi along samples (radian).
std::vector<double> unwrap(VolumeView in);
/// Half the sum of the wrapped steps on both sides of a sample; an absent one is 0. NaN reaches
/// the two neighbours only.
std::vector<double> wrapdiff(VolumeView in);

/// Inclusive fold along an axis, from its first sample (forward) or its last (backward).
std::vector<double> scan(VolumeView in, Fold fold, Axis axis, Direction direction);

/// Every sample takes `value` at the first largest `key` of its segment; a strict interior
/// minimum of `key` begins a segment. NaN in the key of a trace makes the trace NaN: neither
/// segments nor maxima are defined then. `value` has the shape of `key`.
std::vector<double> hold(VolumeView key, const double *value);

/// Per trace, shape [inline, crossline]: smallest, largest (NaN propagates), sum of samples.
std::vector<double> tmin(VolumeView in);
std::vector<double> tmax(VolumeView in);
std::vector<double> tsum(VolumeView in);

} // namespace seis::reference

#endif // SEIS_REFERENCE_TRACES_H
