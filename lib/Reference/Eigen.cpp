//===- Eigen.cpp - Reference loops of symmetric eigenproblems -------------===//
#include "seis/Reference/Eigen.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace seis::reference {

static constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// A symmetric matrix and, in the columns of `vectors`, what turned it, where that is asked for.
template <typename Real> struct Turned {
  int64_t n;
  std::vector<Real> a, vectors;

  Turned(int64_t n, bool keepsVectors) : n(n), a(n * n), vectors(keepsVectors ? n * n : 0) {
    for (int64_t k = 0; keepsVectors && k < n; ++k)
      vectors[k * n + k] = 1;
  }
  Real &at(int64_t p, int64_t q) { return a[p * n + q]; }

  /// Jacobi's rotations until nothing is left beside the diagonal.
  void diagonalize() {
    for (int sweep = 0; sweep < 60; ++sweep) {
      Real rest = 0, all = 0;
      for (int64_t p = 0; p < n; ++p)
        for (int64_t q = 0; q < n; ++q) {
          all += at(p, q) * at(p, q);
          rest += p == q ? 0 : at(p, q) * at(p, q);
        }
      if (rest <= Real(1e-38L) * all)
        return;
      for (int64_t p = 0; p < n; ++p)
        for (int64_t q = p + 1; q < n; ++q)
          rotate(p, q);
    }
  }

  void rotate(int64_t p, int64_t q) {
    if (at(p, q) == 0)
      return;
    Real theta = (at(q, q) - at(p, p)) / (2 * at(p, q));
    Real t = (theta < 0 ? -1 : 1) / (std::fabs(theta) + std::sqrt(theta * theta + 1));
    Real c = 1 / std::sqrt(t * t + 1), s = t * c;
    auto turn = [&](Real &x, Real &y) {
      Real u = x, v = y;
      x = c * u - s * v;
      y = s * u + c * v;
    };
    for (int64_t k = 0; k < n; ++k)
      turn(at(k, p), at(k, q));
    for (int64_t k = 0; k < n; ++k)
      turn(at(p, k), at(q, k));
    at(p, q) = at(q, p) = 0;
    for (int64_t k = 0; !vectors.empty() && k < n; ++k)
      turn(vectors[k * n + p], vectors[k * n + q]);
  }
};

std::array<std::vector<double>, 6> eigh3(const std::array<const double *, 6> &elements,
                                         int64_t size) {
  std::array<std::vector<double>, 6> out;
  out.fill(std::vector<double>(size, nan));
  for (int64_t k = 0; k < size; ++k) {
    double largest = 0;
    bool isFinite = true;
    for (const double *e : elements) {
      isFinite = isFinite && std::isfinite(e[k]);
      largest = std::max(largest, std::fabs(e[k]));
    }
    if (!isFinite)
      continue;
    Turned<long double> m(3, true); // axes s, x, i
    long double scale = largest > 0 ? largest : 1;
    auto set = [&](int64_t p, int64_t q, const double *e) {
      m.at(p, q) = m.at(q, p) = e[k] / scale;
    };
    for (int64_t p = 0; p < 3; ++p)
      set(p, p, elements[p]);
    set(0, 1, elements[3]);
    set(0, 2, elements[4]);
    set(1, 2, elements[5]);
    m.diagonalize();
    int64_t first = 0;
    for (int64_t p = 1; p < 3; ++p)
      if (m.at(p, p) > m.at(first, first))
        first = p;
    double l[3], v[3];
    for (int64_t p = 0; p < 3; ++p) {
      l[p] = static_cast<double>(std::max(m.at(p, p), 0.0L) * scale);
      v[p] = static_cast<double>(m.vectors[p * 3 + first]);
    }
    std::sort(l, l + 3, [](double a, double b) { return a > b; });
    const double *decides = std::find_if(v, v + 3, [](double c) { return c != 0; });
    double sign = decides != v + 3 && *decides < 0 ? -1 : 1;
    for (int64_t p = 0; p < 3; ++p) {
      out[p][k] = l[p];
      out[3 + p][k] = sign * v[2 - p] + 0.0; // a zero is positive
    }
  }
  return out;
}

std::vector<double> coheig(const std::vector<VolumeView> &inputs, const Shape &window,
                           Border border) {
  const Shape &shape = inputs[0].shape;
  int64_t n = window[0] * window[1];
  std::vector<double> out(inputs[0].size());
  std::vector<std::vector<double>> m(n);
  for (int64_t at = 0; at < inputs[0].size(); ++at) {
    int64_t center[3] = {at / (shape[1] * shape[2]), at / shape[2] % shape[1], at % shape[2]};
    double largest = 0;
    for (auto &row : m)
      row.clear();
    for (const VolumeView &in : inputs)
      for (int64_t p = 0; p < n * window[2]; ++p) {
        int64_t d[3] = {p / (window[1] * window[2]), p / window[2] % window[1], p % window[2]};
        int64_t index = 0;
        bool isInside = true;
        for (unsigned a = 0; a < 3; ++a) {
          int64_t r = resolve(border, center[a] + d[a] - window[a] / 2, shape[a]);
          isInside = isInside && r >= 0;
          index = index * shape[a] + r;
        }
        m[p / window[2]].push_back(isInside ? in.data[index] : 0.0);
        largest =
            std::isnan(largest) ? largest : std::max(largest, std::fabs(m[p / window[2]].back()));
        if (!std::isfinite(m[p / window[2]].back()))
          largest = nan;
      }
    Turned<double> c(n, false);
    double trace = 0, most = 0;
    for (int64_t p = 0; p < n; ++p)
      for (int64_t q = 0; q <= p; ++q) {
        for (size_t k = 0; k < m[p].size(); ++k)
          c.at(p, q) += m[p][k] * m[q][k];
        c.at(q, p) = c.at(p, q);
      }
    for (int64_t p = 0; p < n; ++p)
      trace += c.at(p, p);
    out[at] = nan;
    if (!(largest > 0) || std::isnan(largest))
      continue;
    c.diagonalize();
    for (int64_t p = 0; p < n; ++p)
      most = std::max(most, c.at(p, p));
    out[at] = most / trace;
  }
  return out;
}

} // namespace seis::reference
