//===- MathTest.cpp - Accuracy and special values of the vector math ------===//
// f32 functions of one argument run over every 1009th number and the neighbourhood
// of every power of two, or over all 2^32 with SEIS_FULL=1 in the environment; the
// others over random numbers of all sizes and over every pair of special values.
// The largest error found is printed and must stay within the list of functions. Every
// f32 argument that is measured also gives the same bits in the form for AVX2.
//===----------------------------------------------------------------------===//
#include "MathFunctions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <random>
#include <thread>

using namespace seis::test;

namespace {

constexpr long blockSize = 4096;

/// SEIS_FULL=1 asks for the runs that take minutes.
bool fullRun() {
  const char *value = std::getenv("SEIS_FULL");
  return value && *value && *value != '0';
}

template <typename Real> struct Worst {
  double ulp = 0;
  Real a = 0, b = 0;

  void add(double error, Real x, Real y) {
    if (error > ulp)
      *this = {error, x, y};
  }
  void add(const Worst &other) { add(other.ulp, other.a, other.b); }
};

/// Runs a block through the widest native form and measures every element; returns the results.
template <typename Real>
std::vector<Real> measure(const MathFunction &function, const std::vector<Real> &a,
                          const std::vector<Real> &b, Worst<Real> &worst) {
  std::vector<Real> out(a.size());
  function.forms<Real>()[0].run(out.data(), a.data(), b.data(), (long)a.size());
  for (size_t k = 0; k < a.size(); ++k) {
    double error;
    if constexpr (std::is_same_v<Real, float>)
      if (function.arity == 1) {
        double exact = function.reference.one32(a[k]);
        if (!ulpErrorFast(out[k], exact, error))
          error = ulpError(out[k], exact);
        worst.add(error, a[k], b[k]);
        continue;
      }
    worst.add(ulpError(out[k], reference(function, a[k], b[k])), a[k], b[k]);
  }
  return out;
}

template <typename Real> void check(const MathFunction &function, const Worst<Real> &worst) {
  std::printf("  %-6s f%zu: %.3f ulp at (%a, %a)\n", function.name, sizeof(Real) * 8, worst.ulp,
              (double)worst.a, (double)worst.b);
  std::fflush(stdout);
  EXPECT_LE(worst.ulp, function.bound<Real>());
}

class MathTest : public testing::TestWithParam<MathFunction> {};

/// What a range of f32 arguments shows.
struct Range {
  Worst<float> worst;
  long different = 0; ///< results with other bits in the form for AVX2
  float where = 0;    ///< argument of the last of them

  void add(const Range &other) {
    worst.add(other.worst);
    different += other.different;
    where = other.different ? other.where : where;
  }
};

/// Bit patterns first, first + step, ... below `last`.
void measureBits(const MathFunction &function, uint64_t first, uint64_t last, uint64_t step,
                 Range &range) {
  std::vector<float> a(blockSize, 1.0f), b(blockSize, 1.0f), other(blockSize);
  auto forms = function.forms<float>();
  auto avx2 = std::find_if(forms.begin(), forms.end(), [](const Form<float> &form) {
    return form.lanes == 8 && !std::strcmp(form.variant, "avx2");
  });
  for (uint64_t bits = first; bits < last;) {
    for (float &x : a) {
      uint32_t pattern = (uint32_t)std::min(bits, last - 1);
      std::memcpy(&x, &pattern, sizeof x);
      bits += step;
    }
    std::vector<float> out = measure(function, a, b, range.worst);
    if (avx2 == forms.end())
      continue;
    avx2->run(other.data(), a.data(), b.data(), blockSize);
    for (long k = 0; k < blockSize; ++k)
      if (!sameValue(out[k], other[k])) {
        ++range.different;
        range.where = a[k];
      }
  }
}

void checkAllBits(const MathFunction &function) {
  const uint64_t step = fullRun() ? 1 : 1009, all = uint64_t(1) << 32;
  const unsigned threads = std::max(1u, std::thread::hardware_concurrency());
  std::vector<Range> ranges(threads);
  std::vector<std::thread> pool;
  for (unsigned k = 0; k < threads; ++k)
    pool.emplace_back([&, k] {
      measureBits(function, all / threads * k, all / threads * (k + 1), step, ranges[k]);
    });
  for (std::thread &thread : pool)
    thread.join();
  for (uint64_t exponent = 0; exponent < 512; ++exponent) {
    uint64_t bits = exponent << 23;
    measureBits(function, bits, bits + 64, 1, ranges[0]);
    measureBits(function, bits + (1 << 23) - 64, bits + (1 << 23), 1, ranges[0]);
  }
  for (unsigned k = 1; k < threads; ++k)
    ranges[0].add(ranges[k]);
  check(function, ranges[0].worst);
  EXPECT_EQ(ranges[0].different, 0)
      << function.name << "(" << ranges[0].where << ") has other bits in the form for AVX2";
}

/// Random numbers: of all sizes, of the size of 1, of a few hundred, and near 1.
template <typename Real> Real randomReal(std::mt19937_64 &engine, int kind) {
  using Bits = std::conditional_t<sizeof(Real) == 4, uint32_t, uint64_t>;
  Bits bits = (Bits)engine();
  Real x;
  std::memcpy(&x, &bits, sizeof x);
  if (kind == 0)
    return x;
  Real fraction =
      std::ldexp((Real)(bits >> (sizeof(Real) == 4 ? 8 : 11)), -std::numeric_limits<Real>::digits);
  Real sign = engine() & 1 ? Real(-1) : Real(1);
  if (kind == 1)
    return sign * std::ldexp(1 + fraction, (int)(engine() % 24) - 12);
  if (kind == 2)
    return sign * fraction * 800;
  return sign * (1 + std::ldexp(fraction - Real(0.5), -(int)(engine() % 20)));
}

template <typename Real> void measureRandom(const MathFunction &function, long blocks) {
  std::mt19937_64 engine(20240229);
  Worst<Real> worst;
  std::vector<Real> a(blockSize), b(blockSize);
  for (long block = 0; block < blocks; ++block) {
    int kind = (int)(block % 4), other = (int)(block / 4 % 4);
    for (long k = 0; k < blockSize; ++k) {
      a[k] = randomReal<Real>(engine, kind);
      b[k] = randomReal<Real>(engine, function.arity == 1 ? kind : other);
    }
    measure(function, a, b, worst);
  }
  check(function, worst);
}

TEST_P(MathTest, AccuracyF32) {
  if (GetParam().arity == 1)
    checkAllBits(GetParam());
  else
    measureRandom<float>(GetParam(), fullRun() ? 20000 : 1000);
}

TEST_P(MathTest, AccuracyF64) { measureRandom<double>(GetParam(), fullRun() ? 3000 : 500); }

/// Every pair of special values: the reference decides, and a zero must have its sign.
template <typename Real> void checkSpecials(const MathFunction &function) {
  std::vector<Real> values = specialValues<Real>(), a, b;
  for (Real x : values)
    for (Real y : values) {
      a.push_back(x);
      b.push_back(y);
    }
  while (a.size() % 16) {
    a.push_back(1);
    b.push_back(1);
  }
  std::vector<Real> out(a.size());
  function.forms<Real>()[0].run(out.data(), a.data(), b.data(), (long)a.size());
  for (size_t k = 0; k < a.size(); ++k) {
    auto exact = reference(function, a[k], b[k]);
    ASSERT_LE(ulpError(out[k], exact), function.bound<Real>())
        << function.name << "(" << a[k] << ", " << b[k] << ") gives " << out[k] << ", not "
        << (double)exact;
    if (out[k] == 0 && exact == 0) {
      ASSERT_EQ(std::signbit(out[k]), std::signbit((double)exact))
          << "sign of zero of " << function.name << "(" << a[k] << ", " << b[k] << ")";
    }
  }
}

TEST_P(MathTest, SpecialValuesF32) { checkSpecials<float>(GetParam()); }
TEST_P(MathTest, SpecialValuesF64) { checkSpecials<double>(GetParam()); }

/// Every form, at every place in a vector, gives the same bits; neighbours (among
/// them the large numbers, infinities and NaN that take other paths) change nothing.
template <typename Real> void checkForms(const MathFunction &function) {
  std::mt19937_64 engine(7);
  std::vector<Real> specials = specialValues<Real>();
  std::vector<Real> a(blockSize), b(blockSize), expected(blockSize), got(blockSize);
  for (long k = 0; k < blockSize; ++k) {
    a[k] = k % 3 ? randomReal<Real>(engine, (int)(k % 4)) : specials[engine() % specials.size()];
    b[k] =
        k % 5 ? randomReal<Real>(engine, (int)(k / 4 % 4)) : specials[engine() % specials.size()];
  }
  auto forms = function.forms<Real>();
  // Each element among copies of itself.
  std::vector<Real> x(16), y(16), out(16);
  for (long k = 0; k < blockSize; ++k) {
    std::fill(x.begin(), x.end(), a[k]);
    std::fill(y.begin(), y.end(), b[k]);
    forms[0].run(out.data(), x.data(), y.data(), 16);
    expected[k] = out[0];
    for (Real value : out)
      ASSERT_TRUE(sameValue(value, expected[k])) << function.name << "(" << a[k] << ")";
  }
  for (const auto &form : forms)
    for (long shift : {0, 1, 5, 11}) {
      std::rotate(a.begin(), a.begin() + shift, a.end());
      std::rotate(b.begin(), b.begin() + shift, b.end());
      std::rotate(expected.begin(), expected.begin() + shift, expected.end());
      form.run(got.data(), a.data(), b.data(), blockSize);
      for (long k = 0; k < blockSize; ++k)
        ASSERT_TRUE(sameValue(got[k], expected[k]))
            << function.name << "(" << a[k] << ", " << b[k] << ") with " << form.lanes << " lanes, "
            << form.variant << ": " << got[k] << ", not " << expected[k];
    }
}

TEST_P(MathTest, SameBitsInEveryFormF32) { checkForms<float>(GetParam()); }
TEST_P(MathTest, SameBitsInEveryFormF64) { checkForms<double>(GetParam()); }

/// Ordinary numbers, up to the bound of the inlined reduction, beside a neighbour that takes
/// the out-of-line path, and without it.
template <typename Real> void checkIsolation(const MathFunction &function, Real limit) {
  std::mt19937_64 engine(13);
  const long n = 1 << 18;
  std::vector<Real> a(n), b(n), alone(n), beside(n);
  for (long k = 0; k < n; ++k) {
    a[k] = std::ldexp((Real)(engine() >> 40), -24) * limit;
    b[k] = Real(0.5) + std::ldexp((Real)(engine() >> 40), -24);
  }
  const auto form = function.forms<Real>()[0];
  form.run(alone.data(), a.data(), b.data(), n);
  std::vector<Real> mixed = a;
  using Limits = std::numeric_limits<Real>;
  const Real large[] = {Limits::max(), -Limits::max() / 3, Limits::infinity(), Limits::quiet_NaN()};
  for (long k = 0; k < n; k += form.lanes)
    mixed[k + (long)(engine() % form.lanes)] = large[engine() % 4];
  form.run(beside.data(), mixed.data(), b.data(), n);
  for (long k = 0; k < n; ++k)
    if (mixed[k] == a[k]) {
      ASSERT_TRUE(sameValue(alone[k], beside[k])) << function.name << "(" << a[k] << ")";
    }
}

TEST_P(MathTest, NeighboursDoNotMatter) {
  checkIsolation<float>(GetParam(), 131072.0f);
  checkIsolation<double>(GetParam(), 0x1p+28);
}

INSTANTIATE_TEST_SUITE_P(All, MathTest, testing::ValuesIn(mathFunctions()),
                         [](const auto &info) { return std::string(info.param.name); });

/// Runs one function on one pair, f64 and f32.
double call(const char *name, double a, double b = 1) {
  std::vector<double> x(16, a), y(16, b), out(16);
  mathFunction(name).forms<double>()[0].run(out.data(), x.data(), y.data(), 16);
  return out[0];
}
float call(const char *name, float a, float b = 1) {
  std::vector<float> x(16, a), y(16, b), out(16);
  mathFunction(name).forms<float>()[0].run(out.data(), x.data(), y.data(), 16);
  return out[0];
}

// What a user would be surprised not to get.
TEST(ExactValuesTest, WholeResults) {
  EXPECT_EQ(call("exp", 0.0), 1.0);
  EXPECT_EQ(call("cos", 0.0f), 1.0f);
  EXPECT_EQ(call("log", 1.0), 0.0);
  EXPECT_EQ(call("atan2", 0.0f, 0.0f), 0.0f);
  EXPECT_EQ(call("atan2", 0.0, -1.0), 3.14159265358979323846);
  EXPECT_EQ(call("hypot", 3.0f, 4.0f), 5.0f);
  EXPECT_EQ(call("hypot", 3e300, 4e300), 5e300);
  EXPECT_EQ(call("acos", 1.0), 0.0);
  for (int k = -20; k <= 20; ++k) {
    EXPECT_EQ(call("pow", 2.0f, (float)k), std::ldexp(1.0f, k));
    EXPECT_EQ(call("pow", 2.0, (double)k), std::ldexp(1.0, k));
    EXPECT_EQ(call("cbrt", (double)(k * k * k)), k);
    EXPECT_EQ(call("cbrt", (float)(k * k * k)), k);
    if (k >= 0) {
      EXPECT_EQ(call("log10", std::pow(10.0, k)), k);
    }
  }
}

// Where the reduction cancels most: numbers next to multiples of pi/2, on both sides of the
// branch for large arguments, and the number nearest of all to one (6381956970095103 2^797).
TEST(ReductionTest, NextToMultiplesOfHalfPi) {
  const Quad halfPi =
      (Quad)0x1.921fb54442d18p+0 + (Quad)0x1.1a62633145c07p-54 - (Quad)0x1.f1976b7ed8fbcp-110;
  std::mt19937_64 engine(11);
  std::vector<double> a;
  for (int k = 0; k < 60000; ++k) {
    double n = k < 20000 ? k
                         : std::floor(std::ldexp(1.0, 14 + (int)(engine() % 38)) *
                                      (1 + std::ldexp((double)(engine() >> 11), -53)));
    a.push_back((double)(n * halfPi));
  }
  a.resize(a.size() / 16 * 16 - 1);
  a.push_back(std::ldexp(6381956970095103.0, 797));
  std::vector<double> out(a.size());
  for (const char *name : {"sin", "cos", "tan"}) {
    const MathFunction &function = mathFunction(name);
    function.forms<double>()[0].run(out.data(), a.data(), a.data(), (long)a.size());
    for (size_t k = 0; k < a.size(); ++k)
      ASSERT_LE(ulpError(out[k], reference(function, a[k], 0)), function.bound64)
          << name << "(" << a[k] << ") gives " << out[k];
  }
}

// Floored modulo: the result lies in [0, m), also where x + m would round to m, and for
// quotients of any size.
TEST(ModTest, StaysBelowTheModulus) {
  EXPECT_EQ(call("mod", -90.0f, 360.0f), 270.0f);
  EXPECT_EQ(call("mod", 360.0f, 360.0f), 0.0f);
  EXPECT_EQ(call("mod", 7.5, -2.0), -0.5);
  EXPECT_EQ(call("mod", -1e-30f, 360.0f), std::nextafter(360.0f, 0.0f));
  EXPECT_EQ(call("mod", -1e-30, 360.0), std::nextafter(360.0, 0.0));
  EXPECT_EQ(call("mod", 1e38f, 0.75f), (float)std::fmod((double)1e38f, 0.75));
  EXPECT_EQ(call("mod", 1e308, 1e-308), std::fmod(1e308, 1e-308));
  EXPECT_EQ(call("mod", 1e308, 5e-324), 0.0);
  std::mt19937_64 engine(3);
  for (int k = 0; k < 20000; ++k) {
    double m = std::fabs(randomReal<double>(engine, k % 4)),
           x = randomReal<double>(engine, k / 4 % 4);
    if (!(m > 0) || std::isinf(m) || !std::isfinite(x))
      continue;
    double r = call("mod", x, m);
    ASSERT_TRUE(r >= 0 && r < m) << x << " mod " << m << " gives " << r;
  }
}

// The quick measure is the other one.
TEST(UlpErrorTest, FastAgrees) {
  std::mt19937_64 engine(5);
  for (int k = 0; k < 100000; ++k) {
    double exact = randomReal<double>(engine, k % 4);
    float value = (float)exact;
    if (k & 1)
      value = std::nextafter(value, 0.0f);
    double error = 0;
    if (ulpErrorFast(value, exact, error)) {
      ASSERT_EQ(error, ulpError(value, (long double)exact)) << exact;
    }
  }
  double error;
  EXPECT_FALSE(ulpErrorFast(1.0f, NAN, error));
  EXPECT_FALSE(ulpErrorFast(std::nanf(""), 1.0, error));
  EXPECT_FALSE(ulpErrorFast(INFINITY, 1e30, error));
}

// The measure itself, on cases counted by hand.
TEST(UlpErrorTest, CountsUnitsOfTheExactResult) {
  EXPECT_EQ(ulpError(1.0f, 1.0L), 0);
  EXPECT_EQ(ulpError(std::nextafter(1.0f, 2.0f), 1.0L), 1);
  EXPECT_EQ(ulpError(std::nextafter(1.0f, 0.0f), 1.0L), 0.5);
  EXPECT_EQ(ulpError(0.0f, 2 * (long double)std::numeric_limits<float>::denorm_min()), 2);
  EXPECT_EQ(ulpError(std::numeric_limits<float>::infinity(),
                     (long double)std::numeric_limits<float>::max()),
            1);
  EXPECT_EQ(ulpError(std::numeric_limits<float>::infinity(), 1e300L), 0);
  EXPECT_TRUE(std::isinf(ulpError(std::nanf(""), 1.0L)));
  EXPECT_TRUE(std::isinf(ulpError(1.0f, (long double)NAN)));
  EXPECT_EQ(ulpError(std::nextafter(3.0, 4.0), (Quad)3.0), 1);
  EXPECT_EQ(ulpError(-(double)INFINITY, (Quad)-INFINITY), 0);
  EXPECT_GT(ulpError((double)INFINITY, (Quad)-INFINITY), 1e9);
}

} // namespace
