//===- Recursion.cpp - Reference loop of linear recursions ----------------===//
#include "seis/Reference/Recursion.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace seis::reference {

using Line = std::vector<double>;

/// Runs over `x` from its first sample to its last.
static Line runSections(const std::vector<Section> &sections, Line x, Init init) {
  for (const Section &section : sections) {
    auto sum = [](const Line &v) { return std::accumulate(v.begin(), v.end(), 0.0); };
    auto size = static_cast<int64_t>(x.size());
    bool isSteady = init == Init::Steady;
    double before = isSteady ? x[0] : 0.0;
    double answer = isSteady ? before * sum(section.n) / sum(section.d) : 0.0;
    Line y(x.size());
    for (int64_t k = 0; k < size; ++k) {
      double v = 0;
      for (int64_t m = 0; m < static_cast<int64_t>(section.n.size()); ++m)
        v += section.n[m] * (k >= m ? x[k - m] : before);
      for (int64_t m = 1; m < static_cast<int64_t>(section.d.size()); ++m)
        v -= section.d[m] * (k >= m ? y[k - m] : answer);
      y[k] = v;
    }
    x = std::move(y);
  }
  return x;
}

/// The line with `pad` samples more at both ends.
static Line extend(const Line &x, Extension extension, int64_t pad) {
  auto n = static_cast<int64_t>(x.size());
  Line out;
  for (int64_t k = -pad; k < n + pad; ++k) {
    if (k >= 0 && k < n)
      out.push_back(x[k]);
    else if (extension == Extension::Reflect)
      out.push_back(x[resolve(Border::Reflect, k, n)]);
    else
      out.push_back(k < 0 ? 2 * x[0] - x[-k] : 2 * x[n - 1] - x[2 * (n - 1) - k]);
  }
  return out;
}

static Line reversed(Line x) {
  std::reverse(x.begin(), x.end());
  return x;
}

static Line runLine(const Line &x, const Passes &passes) {
  auto n = static_cast<int64_t>(x.size());
  int64_t pad = passes.extension == Extension::Odd ? std::min(passes.pad, n - 1) : passes.pad;
  Line line = extend(x, passes.extension, pad), result(line.size(), 0.0);
  if (!passes.forward.empty())
    result = runSections(passes.forward, line, passes.init);
  if (!passes.backward.empty()) {
    const Line &source = passes.isChained ? result : line;
    Line back = reversed(runSections(passes.backward, reversed(source), passes.init));
    for (size_t k = 0; k < back.size(); ++k)
      result[k] = passes.isChained ? back[k] : result[k] + back[k];
  }
  return Line(result.begin() + pad, result.begin() + pad + n);
}

std::vector<double> iir(VolumeView in, const Passes &passes, Axis axis) {
  auto a = static_cast<unsigned>(axis);
  int64_t n = in.shape[a], stride = 1;
  for (unsigned b = a + 1; b < 3; ++b)
    stride *= in.shape[b];
  std::vector<double> out(in.size(), std::numeric_limits<double>::quiet_NaN());
  for (int64_t first = 0; first < in.size(); ++first) {
    if (first / stride % n != 0)
      continue; // not the beginning of a line
    Line line(n);
    for (int64_t k = 0; k < n; ++k)
      line[k] = in.data[first + k * stride];
    if (!std::all_of(line.begin(), line.end(), [](double v) { return std::isfinite(v); }))
      continue;
    line = runLine(line, passes);
    for (int64_t k = 0; k < n; ++k)
      out[first + k * stride] = line[k];
  }
  return out;
}

} // namespace seis::reference
