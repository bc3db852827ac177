//===- Stencils.cpp - Reference loops that read a box of samples ----------===//
#include "seis/Reference/Stencils.h"
#include "seis/Reference/Pointwise.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace seis::reference {

int64_t resolve(Border border, int64_t r, int64_t n) {
  if (r >= 0 && r < n)
    return r;
  // The remainder of the C++ operator takes the sign of the dividend.
  auto positive = [](int64_t a, int64_t b) { return ((a % b) + b) % b; };
  switch (border) {
  case Border::Reflect: {
    int64_t m = positive(r, 2 * n);
    return m < n ? m : 2 * n - 1 - m;
  }
  case Border::Zero:
    return -1;
  case Border::Nearest:
    return r < 0 ? 0 : n - 1;
  case Border::Mirror: {
    if (n == 1)
      return 0;
    int64_t m = positive(r, 2 * n - 2);
    return m < n ? m : 2 * n - 2 - m;
  }
  case Border::Wrap:
    return positive(r, n);
  }
  return -1;
}

/// The sample that stands for a position inside or outside the volume.
static double sampleAt(const VolumeView &in, int64_t i, int64_t x, int64_t s, Border border) {
  i = resolve(border, i, in.shape[0]);
  x = resolve(border, x, in.shape[1]);
  s = resolve(border, s, in.shape[2]);
  return i < 0 || x < 0 || s < 0 ? 0.0 : in.at(i, x, s);
}

/// Calls f(i, x, s) for every sample in order and collects what it returns.
template <typename F> static std::vector<double> forEachSample(const VolumeView &in, F f) {
  std::vector<double> out;
  out.reserve(in.size());
  for (int64_t i = 0; i < in.shape[0]; ++i)
    for (int64_t x = 0; x < in.shape[1]; ++x)
      for (int64_t s = 0; s < in.shape[2]; ++s)
        out.push_back(f(i, x, s));
  return out;
}

std::vector<double> shift(VolumeView in, const Shape &offset, Border border) {
  return forEachSample(in, [&](int64_t i, int64_t x, int64_t s) {
    return sampleAt(in, i + offset[0], x + offset[1], s + offset[2], border);
  });
}

std::vector<double> corr1(VolumeView in, const std::vector<double> &weights, int64_t anchor,
                          Axis axis, Border border) {
  Shape extent{1, 1, 1}, anchors{0, 0, 0};
  extent[static_cast<unsigned>(axis)] = static_cast<int64_t>(weights.size());
  anchors[static_cast<unsigned>(axis)] = anchor;
  return corrn(in, weights, extent, anchors, border);
}

std::vector<double> corrn(VolumeView in, const std::vector<double> &weights, const Shape &extent,
                          const Shape &anchor, Border border) {
  return forEachSample(in, [&](int64_t i, int64_t x, int64_t s) {
    double sum = 0;
    const double *w = weights.data();
    for (int64_t a = 0; a < extent[0]; ++a)
      for (int64_t b = 0; b < extent[1]; ++b)
        for (int64_t c = 0; c < extent[2]; ++c, ++w)
          if (*w != 0)
            sum +=
                *w * sampleAt(in, i + a - anchor[0], x + b - anchor[1], s + c - anchor[2], border);
    return sum;
  });
}

/// Folds the box around every sample, starting from `start`.
template <typename F>
static std::vector<double> foldWindow(const VolumeView &in, const Shape &window, Border border,
                                      double start, F fold) {
  Shape half{window[0] / 2, window[1] / 2, window[2] / 2};
  return forEachSample(in, [&](int64_t i, int64_t x, int64_t s) {
    double value = start;
    for (int64_t a = -half[0]; a <= half[0]; ++a)
      for (int64_t b = -half[1]; b <= half[1]; ++b)
        for (int64_t c = -half[2]; c <= half[2]; ++c)
          value = fold(value, sampleAt(in, i + a, x + b, s + c, border));
    return value;
  });
}

std::vector<double> winsum(VolumeView in, const Shape &window, Border border) {
  return foldWindow(in, window, border, 0.0, [](double a, double b) { return a + b; });
}
std::vector<double> winmin(VolumeView in, const Shape &window, Border border) {
  return foldWindow(in, window, border, std::numeric_limits<double>::infinity(), minimum);
}
std::vector<double> winmax(VolumeView in, const Shape &window, Border border) {
  return foldWindow(in, window, border, -std::numeric_limits<double>::infinity(), maximum);
}

/// The samples of the box around one, in C order.
static std::vector<double> boxAround(const VolumeView &in, const Shape &window, Border border,
                                     int64_t i, int64_t x, int64_t s) {
  Shape half{window[0] / 2, window[1] / 2, window[2] / 2};
  std::vector<double> values;
  for (int64_t a = -half[0]; a <= half[0]; ++a)
    for (int64_t b = -half[1]; b <= half[1]; ++b)
      for (int64_t c = -half[2]; c <= half[2]; ++c)
        values.push_back(sampleAt(in, i + a, x + b, s + c, border));
  return values;
}

static bool holdsNan(const std::vector<double> &values) {
  return std::any_of(values.begin(), values.end(), [](double v) { return std::isnan(v); });
}

std::vector<double> winrank(VolumeView in, const Shape &window, int64_t rank, Border border) {
  return forEachSample(in, [&](int64_t i, int64_t x, int64_t s) {
    std::vector<double> values = boxAround(in, window, border, i, x, s);
    if (holdsNan(values))
      return std::numeric_limits<double>::quiet_NaN();
    std::sort(values.begin(), values.end());
    return values[rank];
  });
}
std::vector<double> winarg(VolumeView in, const Shape &window, bool isMax, Border border) {
  return forEachSample(in, [&](int64_t i, int64_t x, int64_t s) {
    std::vector<double> values = boxAround(in, window, border, i, x, s);
    if (holdsNan(values))
      return std::numeric_limits<double>::quiet_NaN();
    auto best = isMax ? std::max_element(values.begin(), values.end())
                      : std::min_element(values.begin(), values.end());
    return static_cast<double>(best - values.begin());
  });
}

} // namespace seis::reference
