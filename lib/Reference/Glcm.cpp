//===- Glcm.cpp - Reference loop of the co-occurrence matrix --------------===//
// The matrix of every window as a table, and the features as sums over it.
//===----------------------------------------------------------------------===//
#include "seis/Reference/Glcm.h"

#include <cmath>

namespace seis::reference {
namespace {

/// The matrix P of one window, levels x levels, row by row.
struct Matrix {
  int64_t levels;
  std::vector<double> p;
  bool isNan = false;

  /// sum P f(a, b)
  template <typename F> double sum(F f) const {
    double total = 0;
    for (int64_t a = 0; a < levels; ++a)
      for (int64_t b = 0; b < levels; ++b)
        total += p[a * levels + b] * f(static_cast<double>(a), static_cast<double>(b));
    return total;
  }
  double mean() const {
    return sum([](double a, double) { return a; });
  }
  double covariance(bool isOfOneLevel) const {
    double mu = mean();
    return sum([&](double a, double b) { return (a - mu) * ((isOfOneLevel ? a : b) - mu); });
  }
  double angularSecondMoment() const {
    double total = 0;
    for (double v : p)
      total += v * v;
    return total;
  }
  double entropy() const {
    double total = 0;
    for (double v : p)
      if (v > 0)
        total -= v * std::log(v);
    return total;
  }
};

double valueOf(GlcmFeature feature, const Matrix &m) {
  switch (feature) {
  case GlcmFeature::Contrast:
    return m.sum([](double a, double b) { return (a - b) * (a - b); });
  case GlcmFeature::Dissimilarity:
    return m.sum([](double a, double b) { return std::abs(a - b); });
  case GlcmFeature::Homogeneity:
    return m.sum([](double a, double b) { return 1 / (1 + (a - b) * (a - b)); });
  case GlcmFeature::Asm:
    return m.angularSecondMoment();
  case GlcmFeature::Energy:
    return std::sqrt(m.angularSecondMoment());
  case GlcmFeature::Mean:
    return m.mean();
  case GlcmFeature::Variance:
    return m.covariance(/*isOfOneLevel=*/true);
  case GlcmFeature::Std:
    return std::sqrt(m.covariance(/*isOfOneLevel=*/true));
  case GlcmFeature::Entropy:
    return m.entropy();
  case GlcmFeature::Correlation: {
    double variance = m.covariance(/*isOfOneLevel=*/true);
    return std::sqrt(variance) < 1e-15 ? 1 : m.covariance(/*isOfOneLevel=*/false) / variance;
  }
  }
  return 0;
}

/// Level of the sample that stands for a position; -1 for NaN.
int64_t levelAt(const VolumeView &in, Shape at, const GlcmPairs &pairs) {
  for (unsigned a = 0; a < 3; ++a)
    at[a] = resolve(pairs.border, at[a], in.shape[a]);
  if (at[0] < 0 || at[1] < 0 || at[2] < 0)
    return 0;
  double v = in.at(at[0], at[1], at[2]);
  if (std::isnan(v))
    return -1;
  double top = static_cast<double>(pairs.levels - 1);
  return static_cast<int64_t>(std::min(std::max(std::trunc(v), 0.0), top));
}

/// Counts the pairs of one offset in the window around `centre`, both ways.
void count(const VolumeView &in, const Shape &centre, const Shape &offset, const GlcmPairs &pairs,
           Matrix &m) {
  Shape first, last;
  for (unsigned a = 0; a < 3; ++a) {
    first[a] = centre[a] - pairs.window[a] / 2 + std::max<int64_t>(0, -offset[a]);
    last[a] = centre[a] + pairs.window[a] / 2 - std::max<int64_t>(0, offset[a]);
  }
  for (int64_t i = first[0]; i <= last[0]; ++i)
    for (int64_t x = first[1]; x <= last[1]; ++x)
      for (int64_t s = first[2]; s <= last[2]; ++s) {
        int64_t a = levelAt(in, {i, x, s}, pairs);
        int64_t b = levelAt(in, {i + offset[0], x + offset[1], s + offset[2]}, pairs);
        if (a < 0 || b < 0) {
          m.isNan = true;
          return;
        }
        m.p[a * m.levels + b] += 1;
        m.p[b * m.levels + a] += 1;
      }
}

} // namespace

/// The matrix of the window around a sample.
static Matrix matrixAt(const VolumeView &in, const Shape &centre, const GlcmPairs &pairs) {
  Matrix m{pairs.levels, std::vector<double>(pairs.levels * pairs.levels)};
  for (const Shape &offset : pairs.offsets)
    count(in, centre, offset, pairs, m);
  double all = 0;
  for (double v : m.p)
    all += v;
  for (double &v : m.p)
    v = m.isNan ? std::nan("") : v / all;
  return m;
}

std::vector<double> glcmBase(VolumeView in, const GlcmPairs &pairs) {
  std::vector<double> result;
  for (int64_t i = 0; i < in.shape[0]; ++i)
    for (int64_t x = 0; x < in.shape[1]; ++x)
      for (int64_t s = 0; s < in.shape[2]; ++s) {
        Matrix m = matrixAt(in, {i, x, s}, pairs);
        result.insert(result.end(), m.p.begin(), m.p.end());
      }
  return result;
}

std::vector<std::vector<double>> glcm(VolumeView in, const GlcmPairs &pairs,
                                      const std::vector<GlcmFeature> &features) {
  std::vector<std::vector<double>> results(features.size());
  for (int64_t i = 0; i < in.shape[0]; ++i)
    for (int64_t x = 0; x < in.shape[1]; ++x)
      for (int64_t s = 0; s < in.shape[2]; ++s) {
        Matrix m = matrixAt(in, {i, x, s}, pairs);
        for (size_t f = 0; f < features.size(); ++f)
          results[f].push_back(m.isNan ? std::nan("") : valueOf(features[f], m));
      }
  return results;
}

} // namespace seis::reference
