//===- Tables.cpp - Reference loops that look samples up ------------------===//
#include "seis/Reference/Tables.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace seis::reference {

template <typename F> static std::vector<double> forEachValue(const VolumeView &in, F f) {
  std::vector<double> out;
  out.reserve(in.size());
  for (int64_t n = 0; n < in.size(); ++n)
    out.push_back(std::isnan(in.data[n]) ? in.data[n] : f(in.data[n]));
  return out;
}

std::vector<double> interp1(VolumeView in, const std::vector<double> &table) {
  size_t n = table.size() / 2;
  const double *xs = table.data(), *ys = xs + n;
  return forEachValue(in, [&](double x) {
    size_t j = std::upper_bound(xs, xs + n, x) - xs;
    if (j == 0)
      return ys[0];
    if (j == n)
      return ys[n - 1];
    return ys[j - 1] + (x - xs[j - 1]) * ((ys[j] - ys[j - 1]) / (xs[j] - xs[j - 1]));
  });
}

std::vector<double> interval(VolumeView in, const std::vector<double> &edges) {
  auto n = static_cast<int64_t>(edges.size());
  return forEachValue(in, [&](double x) {
    int64_t j = std::upper_bound(edges.begin(), edges.end(), x) - edges.begin();
    if (j == n)
      return static_cast<double>(x == edges.back() ? n - 2 : -1);
    return static_cast<double>(j - 1);
  });
}

/// Weights of the four samples around a fraction f of the way between the middle two.
static std::array<double, 4> weightsOf(Interpolation kind, double f) {
  if (f == 0)
    return {0, 1, 0, 0};
  if (kind == Interpolation::Linear)
    return {0, 1 - f, f, 0};
  return {0.5 * f * ((2 - f) * f - 1), 0.5 * (f * f * (3 * f - 5) + 2),
          0.5 * f * ((4 - 3 * f) * f + 1), 0.5 * f * f * (f - 1)};
}

std::vector<double> gather(VolumeView in, VolumeView position, Interpolation kind, bool isZero,
                           bool isRelative) {
  int64_t n = in.shape[2];
  std::vector<double> out;
  out.reserve(in.size());
  for (int64_t t = 0; t < in.traces(); ++t)
    for (int64_t k = 0; k < n; ++k) {
      double p = position.trace(t)[k];
      if (std::isnan(p)) {
        out.push_back(p);
        continue;
      }
      // What lies beyond is all the same.
      auto start = static_cast<double>(isRelative ? k : 0), far = static_cast<double>(n) + 4;
      p = std::clamp(p, isRelative ? -far : -4.0, far);
      bool isNearest = kind == Interpolation::Nearest;
      double below = std::floor(isNearest ? p + 0.5 : p), sum = 0;
      std::array<double, 4> w = weightsOf(kind, isNearest ? 0 : p - below);
      for (int64_t m = 0; m < 4; ++m) {
        int64_t at = static_cast<int64_t>(below + start) + m - 1;
        bool isInside = at >= 0 && at < n;
        if (w[m] != 0 && (isInside || !isZero))
          sum += w[m] * in.trace(t)[std::clamp<int64_t>(at, 0, n - 1)];
      }
      out.push_back(sum);
    }
  return out;
}

} // namespace seis::reference
