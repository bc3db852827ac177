//===- Reductions.cpp - Reference loops over whole volumes ----------------===//
#include "seis/Reference/Reductions.h"

#include <cmath>

namespace seis::reference {

/// Folds the samples of live traces; `fold` is told whether the sample is the first.
template <typename F>
static Reduced foldLive(const VolumeView &in, const std::vector<uint8_t> &live, F fold) {
  Reduced result;
  bool first = true;
  int64_t ns = in.shape[2];
  for (int64_t t = 0; t < in.traces(); ++t) {
    if (!live.empty() && !live[t])
      continue;
    for (int64_t k = 0; k < ns; ++k) {
      double v = in.trace(t)[k];
      if (std::isnan(v)) {
        result.nanAt = Shape{t / in.shape[1], t % in.shape[1], k};
        return result;
      }
      fold(v, first);
      first = false;
    }
  }
  return result;
}

/// Keeps the sample that `better` prefers.
template <typename F>
static Reduced best(const VolumeView &in, const std::vector<uint8_t> &live, F better) {
  double value = 0;
  Reduced result = foldLive(in, live, [&](double v, bool first) {
    if (first || better(v, value))
      value = v;
  });
  result.value = value;
  return result;
}

Reduced vmin(VolumeView in, const std::vector<uint8_t> &live) {
  return best(in, live, [](double a, double b) { return a < b; });
}
Reduced vmax(VolumeView in, const std::vector<uint8_t> &live) {
  return best(in, live, [](double a, double b) { return a > b; });
}
Reduced vsum(VolumeView in, const std::vector<uint8_t> &live) {
  // Wider than f64, so that the order in which a compiled object adds does not show.
  long double sum = 0;
  Reduced result = foldLive(in, live, [&](double v, bool) { sum += v; });
  result.value = static_cast<double>(sum);
  return result;
}
Reduced vtally(VolumeView in, const std::vector<uint8_t> &live, std::vector<double> &counts) {
  return foldLive(in, live, [&](double v, bool) {
    if (v >= 0 && v < static_cast<double>(counts.size()) && v == std::floor(v))
      ++counts[static_cast<size_t>(v)];
  });
}
double vcount(const Shape &shape, const std::vector<uint8_t> &live) {
  int64_t traces = 0;
  for (int64_t t = 0; t < shape[0] * shape[1]; ++t)
    traces += live.empty() || live[t] ? 1 : 0;
  return static_cast<double>(traces * shape[2]);
}

} // namespace seis::reference
