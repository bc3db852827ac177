//===- FftPlanTest.cpp - Plans of the generated Fourier transforms --------===//
// The passes that FftEmitter generates are written out here for one trace, in
// double, and run with the tables of a plan. Their results are compared with
// transforms of O(N^2) operations in long double, by definition.
//===----------------------------------------------------------------------===//
#include "fft_plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstring>
#include <random>
#include <vector>

namespace {

using Complex = std::complex<double>;
using Long = long double;
using LongComplex = std::complex<long double>;

constexpr Long pi = 3.14159265358979323846264338327950288L;
constexpr size_t guardBytes = 256;
constexpr unsigned char guardByte = 0xAB;

std::vector<int64_t> lengths() {
  std::vector<int64_t> all;
  for (int64_t n = 1; n <= 300; ++n)
    all.push_back(n);
  for (int64_t n :
       {360, 462, 493, 500, 512, 572, 1000, 1001, 1009, 1018, 1024, 1144, 1168, 1500, 2048, 4099})
    all.push_back(n);
  return all;
}

fft_request ask(int64_t kind, int64_t size, int64_t lanes = 0) {
  fft_request request{};
  request.kind = kind;
  request.size = size;
  request.lanes = lanes;
  return request;
}

/// A plan between guards, and its parts.
class Plan {
public:
  Plan(int64_t n, int64_t kind, int64_t size, unsigned char fill = 0xCD)
      : Plan(n, ask(kind, size), fill) {}
  Plan(int64_t n, const fft_request &request, unsigned char fill = 0xCD)
      : size(request.size), bytes(seis_fft_plan_bytes(n, &request)),
        storage(bytes + 2 * guardBytes + 64) {
    auto address = reinterpret_cast<uintptr_t>(storage.data()) + guardBytes;
    memory = reinterpret_cast<unsigned char *>((address + 63) / 64 * 64);
    std::fill(storage.begin(), storage.end(), guardByte);
    std::fill(memory, memory + bytes, fill);
    seis_fft_plan(n, &request, memory);
    std::memcpy(header, memory, sizeof header);
  }

  bool guardsStand() const {
    auto isGuard = [](unsigned char c) { return c == guardByte; };
    return std::all_of(storage.data(), static_cast<const unsigned char *>(memory), isGuard) &&
           std::all_of(static_cast<const unsigned char *>(memory) + bytes,
                       storage.data() + storage.size(), isGuard);
  }

  int64_t operator[](int field) const { return header[field]; }
  int64_t radix(int64_t pass) const { return header[FFT_PASS + 4 * pass]; }
  int64_t length(int64_t pass) const { return header[FFT_PASS + 4 * pass + 1]; }
  int64_t blocks(int64_t pass) const { return header[FFT_PASS + 4 * pass + 3]; }
  /// exp(-2 pi i k q/(r m)) of a pass.
  Complex twiddle(int64_t pass, int64_t k, int64_t q) const {
    int64_t table = header[FFT_PASS + 4 * pass + 2], r = radix(pass), w = header[FFT_LANES];
    return w ? inVector(table, k / w * (r - 1) + q - 1, k % w) : number(table, k * (r - 1) + q - 1);
  }
  /// The factor of the point at `at`: see fft_plan.c.
  Complex spectrum(int64_t at) const {
    int64_t w = header[FFT_LANES];
    if (!w)
      return number(header[FFT_SPECTRUM], at);
    int64_t outer = fft_lanes_outer(w), inner = fft_lanes_inner(w);
    int64_t block = at / w, c = at % w % outer, d = at % w / outer;
    return inVector(header[FFT_SPECTRUM], block / outer * outer + c / inner * inner + d,
                    block % outer * inner + c % inner);
  }
  Complex chirp(int64_t index) const { return number(header[FFT_CHIRP_AT], index); }
  Complex turn(int64_t index) const { return number(header[FFT_TURNS], index); }
  Complex pair(int64_t index) const { return number(header[FFT_PAIRS], index); }
  int64_t position(int64_t bin) const {
    int64_t at;
    std::memcpy(&at, memory + header[FFT_POSITIONS] + 8 * bin, 8);
    return at;
  }
  const unsigned char *data() const { return memory; }
  int64_t allocated() const { return bytes; }

private:
  /// A lane of a pair of vectors.
  Complex inVector(int64_t offset, int64_t vector, int64_t lane) const {
    auto real = [&](int64_t index) {
      if (size == 8) {
        double v;
        std::memcpy(&v, memory + offset + 8 * index, 8);
        return v;
      }
      float v;
      std::memcpy(&v, memory + offset + 4 * index, 4);
      return static_cast<double>(v);
    };
    int64_t w = header[FFT_LANES], first = 2 * w * vector + lane;
    return {real(first), real(first + w)};
  }
  Complex number(int64_t offset, int64_t index) const {
    if (size == 8) {
      double v[2];
      std::memcpy(v, memory + offset + 16 * index, sizeof v);
      return {v[0], v[1]};
    }
    float v[2];
    std::memcpy(v, memory + offset + 8 * index, sizeof v);
    return {v[0], v[1]};
  }

  int64_t size, bytes;
  std::vector<unsigned char> storage;
  unsigned char *memory;
  int64_t header[64];
};

//===----------------------------------------------------------------------===//
// The passes
//===----------------------------------------------------------------------===//

std::vector<Complex> butterfly(const std::vector<Complex> &x, bool inverse) {
  int64_t r = x.size();
  std::vector<Complex> y(r);
  for (int64_t q = 0; q < r; ++q)
    for (int64_t a = 0; a < r; ++a) {
      Long angle = 2 * pi * static_cast<Long>(a * q % r) / static_cast<Long>(r);
      Complex w(std::cos(angle), inverse ? std::sin(angle) : -std::sin(angle));
      y[q] += x[a] * w;
    }
  return y;
}

void runPass(const Plan &plan, int64_t pass, std::vector<Complex> &z, bool inverse) {
  int64_t r = plan.radix(pass), m = plan.length(pass);
  for (int64_t block = 0; block < plan.blocks(pass); ++block)
    for (int64_t k = 0; k < m; ++k) {
      std::vector<Complex> x(r);
      for (int64_t q = 0; q < r; ++q)
        x[q] = z[(block * r + q) * m + k];
      for (int64_t q = 1; q < r && inverse; ++q)
        x[q] *= std::conj(plan.twiddle(pass, k, q));
      x = butterfly(x, inverse);
      for (int64_t q = 1; q < r && !inverse; ++q)
        x[q] *= plan.twiddle(pass, k, q);
      for (int64_t q = 0; q < r; ++q)
        z[(block * r + q) * m + k] = x[q];
    }
}

/// The rest of a transform with samples in the lanes: blocks of as many points as a vector has.
void amongLanes(const Plan &plan, std::vector<Complex> &z, bool inverse) {
  int64_t w = plan[FFT_LANES];
  for (int64_t at = 0; w && at < plan[FFT_M]; at += w) {
    auto y = butterfly(std::vector<Complex>(&z[at], &z[at] + w), inverse);
    std::copy(y.begin(), y.end(), &z[at]);
  }
}

void forward(const Plan &plan, std::vector<Complex> &z) {
  for (int64_t p = 0; p < plan[FFT_PASSES]; ++p)
    runPass(plan, p, z, false);
  amongLanes(plan, z, false);
}

void backward(const Plan &plan, std::vector<Complex> &z) {
  amongLanes(plan, z, true);
  for (int64_t p = plan[FFT_PASSES]; p-- > 0;)
    runPass(plan, p, z, true);
}

void convolve(const Plan &plan, std::vector<Complex> &z) {
  forward(plan, z);
  for (int64_t at = 0; at < plan[FFT_M]; ++at)
    z[at] *= plan.spectrum(at);
  backward(plan, z);
}

std::vector<Complex> transform(const Plan &plan, const std::vector<Complex> &x) {
  int64_t n = plan[FFT_LENGTH];
  std::vector<Complex> z(x), y(n);
  z.resize(plan[FFT_M]);
  if (plan[FFT_METHOD] == FFT_DIRECT) {
    forward(plan, z);
    for (int64_t k = 0; k < n; ++k)
      y[k] = z[plan.position(k)];
    return y;
  }
  for (int64_t k = 0; k < n; ++k)
    z[k] *= plan.chirp(k);
  convolve(plan, z);
  for (int64_t k = 0; k < n; ++k)
    y[k] = z[k] * plan.chirp(k);
  return y;
}

/// All bins of a real trace of even length, from a transform of half the length.
std::vector<Complex> realTransform(const Plan &plan, const std::vector<double> &x) {
  int64_t n = plan[FFT_N], half = plan[FFT_LENGTH];
  std::vector<Complex> pairs(half);
  for (int64_t k = 0; k < half; ++k)
    pairs[k] = {x[2 * k], x[2 * k + 1]};
  auto z = transform(plan, pairs), bins = std::vector<Complex>(half + 1),
       y = std::vector<Complex>(n);
  auto bin = [&](int64_t k) -> Complex & { // where the plan says that it lies
    return bins[plan[FFT_METHOD] == FFT_DIRECT ? plan.position(k) : k];
  };
  for (int64_t k = 0; 2 * k <= half; ++k) {
    Complex a = z[k], b = std::conj(z[(half - k) % half]);
    Complex even = (a + b) / 2.0, odd = (a - b) * Complex(0, -0.5) * plan.turn(k);
    bin(k == 0 ? half : half - k) = std::conj(even - odd);
    bin(k) = even + odd;
  }
  for (int64_t k = 0; k < n; ++k)
    y[k] = k > half ? std::conj(bins[plan.position(k)]) : bins[plan.position(k)];
  return y;
}

/// The paired method between the transforms: bins k and M-k of a real convolution.
void combinePairs(const Plan &plan, std::vector<Complex> &z) {
  int64_t m = plan[FFT_M];
  for (int64_t k = 0; k <= m / 2; ++k) {
    int64_t a = plan.position(k), b = plan.position((m - k) % m);
    Complex ya = z[a] * plan.pair(4 * k) + plan.pair(4 * k + 1) * std::conj(z[b]);
    Complex yb = z[b] * plan.pair(4 * k + 2) + plan.pair(4 * k + 3) * std::conj(z[a]);
    z[b] = yb;
    z[a] = ya;
  }
}

std::vector<double> hilbert(const Plan &plan, const std::vector<double> &x) {
  int64_t n = plan[FFT_N];
  std::vector<Complex> z(plan[FFT_M]);
  auto real = [&](int64_t k) -> double & { return reinterpret_cast<double *>(z.data())[k]; };
  for (int64_t k = 0; k < n; ++k)
    real(k) = x[k];
  std::vector<double> y(n);
  if (plan[FFT_METHOD] == FFT_PAIRED) {
    forward(plan, z);
    combinePairs(plan, z);
    backward(plan, z);
    for (int64_t k = 0; k < n; ++k)
      y[k] = real(k);
    return y;
  }
  convolve(plan, z); // result k lies at k - 1, the first at the end
  for (int64_t k = 0; k < n; ++k)
    y[k] = real(k == 0 ? n - 1 : k - 1);
  return y;
}

//===----------------------------------------------------------------------===//
// By definition
//===----------------------------------------------------------------------===//

std::vector<LongComplex> dft(const std::vector<LongComplex> &x, int sign) {
  int64_t n = x.size();
  std::vector<LongComplex> w(n), y(n);
  for (int64_t k = 0; k < n; ++k)
    w[k] = {std::cos(2 * pi * k / n), sign * std::sin(2 * pi * k / n)};
  for (int64_t f = 0; f < n; ++f)
    for (int64_t k = 0, at = 0; k < n; ++k) {
      y[f] += LongComplex(x[k].real() * w[at].real() - x[k].imag() * w[at].imag(),
                          x[k].real() * w[at].imag() + x[k].imag() * w[at].real());
      at += f;
      at = at >= n ? at - n : at;
    }
  return y;
}

/// Imaginary part of the analytic signal: the multiplier of attributes.md section 0.
std::vector<Long> quadrature(const std::vector<double> &x) {
  int64_t n = x.size();
  auto bins = dft(std::vector<LongComplex>(x.begin(), x.end()), -1);
  for (int64_t f = 0; f < n; ++f) {
    Long h = f == 0 || 2 * f == n ? 1 : 2 * f < n ? 2 : 0;
    bins[f] *= h / n;
  }
  auto analytic = dft(bins, 1);
  std::vector<Long> y(n);
  for (int64_t k = 0; k < n; ++k)
    y[k] = analytic[k].imag();
  return y;
}

std::vector<double> noise(int64_t n, unsigned seed) {
  std::mt19937 generator(seed);
  std::uniform_real_distribution<double> uniform(-1, 1);
  std::vector<double> x(n);
  for (double &v : x)
    v = uniform(generator);
  return x;
}

double tolerance(int64_t size) { return size == 8 ? 1e-13 : 3e-6; }

//===----------------------------------------------------------------------===//
// Tests
//===----------------------------------------------------------------------===//

TEST(FftPlan, SizesAndPassesAgree) {
  for (int64_t n : lengths())
    for (int64_t kind : {FFT_HILBERT, FFT_DFT, FFT_REAL})
      for (int64_t size : {4, 8}) {
        Plan plan(n, kind, size);
        ASSERT_EQ(plan[FFT_N], n);
        fft_request request = ask(kind, size);
        ASSERT_EQ(plan[FFT_M], seis_fft_plan_points(n, &request));
        ASSERT_LE(plan[FFT_BYTES], plan.allocated());
        ASSERT_EQ(plan[FFT_BYTES] % 64, 0);
        ASSERT_LE(FFT_PASS + 4 * plan[FFT_PASSES], 64);
        int64_t rest = plan[FFT_M], blocks = 1;
        for (int64_t p = 0; p < plan[FFT_PASSES]; ++p) {
          ASSERT_EQ(rest % plan.radix(p), 0) << n;
          rest /= plan.radix(p);
          ASSERT_EQ(plan.length(p), rest) << n;
          ASSERT_EQ(plan.blocks(p), blocks) << n;
          blocks *= plan.radix(p);
        }
        ASSERT_EQ(rest, 1) << n;
        int64_t header[64];
        seis_fft_plan_header(n, &request, header);
        ASSERT_EQ(std::memcmp(header, plan.data(), sizeof header), 0) << n;
      }
}

TEST(FftPlan, WritesOnlyWhatItAskedFor) {
  for (int64_t n : lengths())
    for (int64_t kind : {FFT_HILBERT, FFT_DFT, FFT_REAL})
      for (int64_t size : {4, 8})
        ASSERT_TRUE(Plan(n, kind, size).guardsStand()) << n << " kind " << kind;
}

TEST(FftPlan, PositionsAreAPermutation) {
  for (int64_t n : lengths())
    for (int64_t kind : {FFT_HILBERT, FFT_DFT}) {
      Plan plan(n, kind, 8);
      int64_t count = plan[FFT_METHOD] == FFT_CHIRP ? n : plan[FFT_M];
      std::vector<bool> seen(count);
      for (int64_t bin = 0; bin < count; ++bin) {
        int64_t at = plan.position(bin);
        ASSERT_TRUE(at >= 0 && at < count && !seen[at]) << n << " bin " << bin;
        seen[at] = true;
      }
    }
}

TEST(FftPlan, MethodsAreThoseOfTheLength) {
  auto method = [](int64_t n, int64_t kind) { return Plan(n, kind, 8)[FFT_METHOD]; };
  EXPECT_EQ(method(512, FFT_HILBERT), FFT_CYCLIC);
  EXPECT_EQ(method(1500, FFT_HILBERT), FFT_CYCLIC);
  EXPECT_EQ(method(1168, FFT_HILBERT), FFT_PADDED); // 16 * 73
  EXPECT_EQ(method(101, FFT_HILBERT), FFT_PAIRED);
  EXPECT_EQ(method(1, FFT_HILBERT), FFT_PAIRED);
  EXPECT_EQ(method(360, FFT_DFT), FFT_DIRECT);
  EXPECT_EQ(method(1144, FFT_HILBERT), FFT_PADDED); // 8 * 11 * 13
  EXPECT_EQ(method(1001, FFT_DFT), FFT_DIRECT);     // 7 * 11 * 13
  EXPECT_EQ(method(493, FFT_DFT), FFT_CHIRP);       // 17 * 29
  EXPECT_EQ(method(1009, FFT_DFT), FFT_CHIRP);
  EXPECT_EQ(method(1018, FFT_REAL), FFT_CHIRP); // 2 * 509
  auto length = [](int64_t n, int64_t kind) { return Plan(n, kind, 8)[FFT_LENGTH]; };
  EXPECT_EQ(length(360, FFT_DFT), 360);
  EXPECT_EQ(length(360, FFT_REAL), 180);
  EXPECT_EQ(length(1018, FFT_REAL), 509);
  EXPECT_EQ(length(361, FFT_REAL), 361);
  EXPECT_EQ(length(2, FFT_REAL), 1);
}

/// What memory held before does not show: plans are constants of reproducible objects.
TEST(FftPlan, TablesDependOnNothingElse) {
  for (int64_t n : {1, 2, 37, 96, 101, 146, 500})
    for (int64_t kind : {FFT_HILBERT, FFT_DFT, FFT_REAL}) {
      Plan a(n, kind, 4, 0x00), b(n, kind, 4, 0x00), c(n, kind, 4, 0xFF);
      EXPECT_EQ(std::memcmp(a.data(), b.data(), a[FFT_BYTES]), 0) << n;
      for (int64_t p = 0; p < a[FFT_PASSES]; ++p)
        for (int64_t k = 0; k < a.length(p); ++k)
          for (int64_t q = 1; q < a.radix(p); ++q)
            ASSERT_EQ(a.twiddle(p, k, q), c.twiddle(p, k, q)) << n;
    }
}

TEST(FftPlan, TransformsAsDefined) {
  for (int64_t size : {4, 8})
    for (int64_t n : lengths()) {
      auto re = noise(n, 1), im = noise(n, 2);
      std::vector<Complex> x(n);
      std::vector<LongComplex> exact(n);
      for (int64_t k = 0; k < n; ++k) {
        x[k] = {re[k], im[k]};
        exact[k] = {re[k], im[k]};
      }
      auto expected = dft(exact, -1);
      auto found = transform(Plan(n, FFT_DFT, size), x);
      Long worst = 0, scale = 0;
      for (int64_t k = 0; k < n; ++k) {
        worst = std::max(worst, std::abs(LongComplex(found[k]) - expected[k]));
        scale = std::max(scale, std::abs(expected[k]));
      }
      ASSERT_LE(worst, tolerance(size) * scale) << "length " << n << ", " << size << " bytes";
    }
}

TEST(FftPlan, RealTransformsAsDefined) {
  for (int64_t size : {4, 8})
    for (int64_t n : lengths()) {
      if (n % 2)
        continue;
      auto x = noise(n, 8);
      auto expected = dft(std::vector<LongComplex>(x.begin(), x.end()), -1);
      auto found = realTransform(Plan(n, FFT_REAL, size), x);
      Long worst = 0, scale = 0;
      for (int64_t k = 0; k < n; ++k) {
        worst = std::max(worst, std::abs(LongComplex(found[k]) - expected[k]));
        scale = std::max(scale, std::abs(expected[k]));
      }
      ASSERT_LE(worst, tolerance(size) * scale) << "length " << n << ", " << size << " bytes";
    }
}

TEST(FftPlan, InverseGoesBack) {
  for (int64_t n : lengths()) {
    Plan plan(n, FFT_DFT, 8);
    if (plan[FFT_METHOD] != FFT_DIRECT)
      continue;
    auto re = noise(n, 3), im = noise(n, 4);
    std::vector<Complex> z(n);
    for (int64_t k = 0; k < n; ++k)
      z[k] = {re[k], im[k]};
    forward(plan, z);
    backward(plan, z);
    for (int64_t k = 0; k < n; ++k)
      ASSERT_LE(std::abs(z[k] / static_cast<double>(n) - Complex(re[k], im[k])), 1e-13) << n;
  }
}

TEST(FftPlan, HilbertIsTheAnalyticSignal) {
  for (int64_t size : {4, 8})
    for (int64_t n : lengths()) {
      auto x = noise(n, 5);
      auto expected = quadrature(x);
      auto found = hilbert(Plan(n, FFT_HILBERT, size), x);
      Long worst = 0;
      for (int64_t k = 0; k < n; ++k)
        worst = std::max(worst, std::abs(static_cast<Long>(found[k]) - expected[k]));
      ASSERT_LE(worst, tolerance(size)) << "length " << n << ", " << size << " bytes";
    }
}

TEST(FftPlan, SamplesInTheLanesGiveTheSame) {
  for (int64_t lanes : {4, 8, 16})
    for (int64_t size : {4, 8})
      for (int64_t n : {64, 128, 256, 262, 320, 352, 512, 768, 1000, 1024, 1168, 1280, 1568, 2018,
                        2240, 2048, 4096, 6144}) {
        Plan plan(n, ask(FFT_HILBERT, size, lanes));
        ASSERT_TRUE(plan.guardsStand()) << n;
        if (n % (16 * lanes) == 0 && plan[FFT_METHOD] == FFT_CYCLIC && n % 7 != 0)
          ASSERT_EQ(plan[FFT_LANES], lanes) << n;
        if (n < 16 * lanes)
          ASSERT_EQ(plan[FFT_LANES], 0) << n;
        auto x = noise(n, 6);
        auto expected = quadrature(x);
        auto found = hilbert(plan, x);
        for (int64_t k = 0; k < n; ++k)
          ASSERT_NEAR(found[k], static_cast<double>(expected[k]), tolerance(size))
              << n << " of " << lanes << " lanes, sample " << k;
      }
}

TEST(FftPlan, RadicesAreThoseAskedForWhereTheyFit) {
  fft_request request = ask(FFT_HILBERT, 8);
  for (int64_t k : {0, 1, 2})
    request.radices[k] = std::vector<int64_t>{5, 2, 5}[k];
  Plan fits(100, request), other(128, request);
  ASSERT_EQ(fits[FFT_PASSES], 3);
  EXPECT_EQ(fits.radix(0), 5);
  EXPECT_EQ(fits.radix(1), 2);
  EXPECT_EQ(fits.radix(2), 5);
  EXPECT_EQ(other[FFT_M], 64);
  request.algorithm = FFT_LONGER;
  EXPECT_EQ(Plan(128, request)[FFT_METHOD], FFT_PADDED);
  EXPECT_GE(Plan(128, request)[FFT_M], 127);
  for (int64_t n : {100, 128, 360}) {
    auto x = noise(n, 7);
    auto expected = quadrature(x);
    auto found = hilbert(Plan(n, request), x);
    for (int64_t k = 0; k < n; ++k)
      ASSERT_NEAR(found[k], static_cast<double>(expected[k]), 1e-13) << n;
  }
}

/// A trace of zeros gives exact zeros, whatever the method.
TEST(FftPlan, ZerosStayZeros) {
  for (int64_t n : lengths())
    for (double v : hilbert(Plan(n, FFT_HILBERT, 8), std::vector<double>(n)))
      ASSERT_EQ(v, 0.0) << n;
}

} // namespace
