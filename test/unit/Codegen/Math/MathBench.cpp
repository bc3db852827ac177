//===- MathBench.cpp - Speed of the vector math ---------------------------===//
// Nanoseconds per element, arrays of 1024 elements in the first-level cache, against
// glibc's libmvec at the same lane count and the scalar functions of libm.
//   seis-math-bench --benchmark_filter='^atan2/' --benchmark_repetitions=5
//===----------------------------------------------------------------------===//
#include "MathFunctions.h"

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstring>
#include <string>

using namespace seis::test;

#define MVEC(fn)                                                                                   \
  void seis_mvec_e_##fn##f(float *, const float *, const float *, long);                           \
  void seis_mvec_d_##fn##f(float *, const float *, const float *, long);                           \
  void seis_mvec_e_##fn(double *, const double *, const double *, long);                           \
  void seis_mvec_d_##fn(double *, const double *, const double *, long);
#define FOR_EACH_C_FUNCTION(X)                                                                     \
  X(sin)                                                                                           \
  X(cos) X(tan) X(asin) X(acos) X(atan) X(exp) X(log) X(log10) X(cbrt) X(atan2) X(pow) X(hypot)
extern "C" {
FOR_EACH_C_FUNCTION(MVEC)
}

namespace {

constexpr long count = 1024;

template <typename Real, typename Fn>
void scalarLoop(Fn fn, Real *out, const Real *a, const Real *b) {
  for (long k = 0; k < count; ++k)
    if constexpr (std::is_invocable_v<Fn, Real, Real>)
      out[k] = fn(a[k], b[k]);
    else
      out[k] = fn(a[k]);
}

/// Ordinary arguments: phases, amplitudes around 1; sines within [-1, 1].
template <typename Real>
void run(benchmark::State &state, Loop<Real> loop, const std::string &name) {
  alignas(64) static Real a[count], b[count], out[count];
  for (long k = 0; k < count; ++k) {
    Real x = Real(0.1) + Real(k) * Real(0.02);
    if (name == "asin" || name == "acos")
      x /= 21;
    a[k] = x;
    b[count - 1 - k] = k % 2 ? x : -x;
  }
  if (name == "atan2")
    for (long k = 0; k < count; k += 3)
      a[k] = -a[k];
  for (auto _ : state) {
    loop(out, a, b, count);
    benchmark::DoNotOptimize(out[count / 2]);
    benchmark::ClobberMemory();
  }
  state.counters["ns_per_element"] =
      benchmark::Counter(double(count) * 1e-9, benchmark::Counter::kIsIterationInvariantRate |
                                                   benchmark::Counter::kInvert);
}

template <typename Real>
void add(const std::string &name, const std::string &form, Loop<Real> loop) {
  benchmark::RegisterBenchmark((name + "/" + form).c_str(), [loop, name](benchmark::State &state) {
    run<Real>(state, loop, name);
  });
}

/// libmvec and libm beside our forms of one function.
template <typename Real>
void addYardsticks(const std::string &name, Loop<Real> mvec512, Loop<Real> mvec256,
                   Loop<Real> libm) {
  const std::string type = sizeof(Real) == 4 ? "f32" : "f64";
  const int lanes = 64 / (int)sizeof(Real);
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq"))
    add<Real>(name, type + "/libmvec/" + std::to_string(lanes), mvec512);
  if (__builtin_cpu_supports("avx2"))
    add<Real>(name, type + "/libmvec/" + std::to_string(lanes / 2), mvec256);
  add<Real>(name, type + "/libm/1", libm);
}

template <typename Real> void addForms(const MathFunction &function) {
  const std::string type = sizeof(Real) == 4 ? "f32" : "f64";
  for (const Form<Real> &form : function.forms<Real>())
    if (form.lanes * sizeof(Real) == (std::strcmp(form.variant, "avx2") ? 64 : 32))
      add<Real>(function.name, type + "/seis-" + form.variant + "/" + std::to_string(form.lanes),
                form.run);
}

} // namespace

int main(int argc, char **argv) {
  for (const MathFunction &function : mathFunctions()) {
    addForms<float>(function);
    addForms<double>(function);
#define YARDSTICK(fn)                                                                              \
  if (!std::strcmp(function.name, #fn)) {                                                          \
    addYardsticks<float>(#fn, seis_mvec_e_##fn##f, seis_mvec_d_##fn##f,                            \
                         [](float *out, const float *a, const float *b, long) {                    \
                           scalarLoop(                                                             \
                               [](auto... x) -> decltype(std::fn(x...)) { return std::fn(x...); }, \
                               out, a, b);                                                         \
                         });                                                                       \
    addYardsticks<double>(                                                                         \
        #fn, seis_mvec_e_##fn, seis_mvec_d_##fn,                                                   \
        [](double *out, const double *a, const double *b, long) {                                  \
          scalarLoop([](auto... x) -> decltype(std::fn(x...)) { return std::fn(x...); }, out, a,   \
                     b);                                                                           \
        });                                                                                        \
  }
    FOR_EACH_C_FUNCTION(YARDSTICK)
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
