//===- TestVolumes.h - Small volumes for the tests of the loops -----------===//
#ifndef SEIS_TEST_UNIT_REFERENCE_TESTVOLUMES_H
#define SEIS_TEST_UNIT_REFERENCE_TESTVOLUMES_H

#include "seis/Reference/VolumeView.h"

#include <limits>

namespace seis::reference {

constexpr double aNan = std::numeric_limits<double>::quiet_NaN();
constexpr double inf = std::numeric_limits<double>::infinity();

/// One trace as a volume.
inline VolumeView traceOf(const std::vector<double> &v) {
  return {{1, 1, static_cast<int64_t>(v.size())}, v.data()};
}

/// Repeatable numbers in [-1, 1) without any structure.
inline std::vector<double> noise(int64_t n, uint64_t seed = 1) {
  std::vector<double> v(n);
  for (double &x : v) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    x = static_cast<double>(seed >> 11) / 4503599627370496.0 - 1.0;
  }
  return v;
}

} // namespace seis::reference

#endif // SEIS_TEST_UNIT_REFERENCE_TESTVOLUMES_H
