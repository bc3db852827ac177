//===- MvecLoops.c - Loops that call glibc's libmvec ----------------------===//
// The benchmark's yardstick. Compiled with SEIS_MVEC set to e (AVX-512) or d (AVX2),
// the letter by which libmvec names its forms, and the lane counts of f32 and f64.
//===----------------------------------------------------------------------===//

#define CAT_(a, b) a##b
#define CAT(a, b) CAT_(a, b)
#define NAME(prefix, lanes, arguments, fn)                                                         \
  CAT(CAT(CAT(CAT(CAT(_ZG, prefix), N), lanes), arguments), fn)
#define LOOP(fn) CAT(CAT(CAT(seis_mvec_, SEIS_MVEC), _), fn)

typedef float VFloat __attribute__((ext_vector_type(SEIS_MVEC_LANES32)));
typedef double VDouble __attribute__((ext_vector_type(SEIS_MVEC_LANES64)));

#define LOOP1(fn, vector, real, lanes)                                                             \
  extern vector NAME(SEIS_MVEC_PREFIX, lanes, v_, fn)(vector);                                     \
  void LOOP(fn)(real * out, const real *a, const real *b, long n) {                                \
    (void)b;                                                                                       \
    for (long k = 0; k < n; k += lanes) {                                                          \
      vector x;                                                                                    \
      __builtin_memcpy(&x, a + k, sizeof x);                                                       \
      x = NAME(SEIS_MVEC_PREFIX, lanes, v_, fn)(x);                                                \
      __builtin_memcpy(out + k, &x, sizeof x);                                                     \
    }                                                                                              \
  }
#define LOOP2(fn, vector, real, lanes)                                                             \
  extern vector NAME(SEIS_MVEC_PREFIX, lanes, vv_, fn)(vector, vector);                            \
  void LOOP(fn)(real * out, const real *a, const real *b, long n) {                                \
    for (long k = 0; k < n; k += lanes) {                                                          \
      vector x, y;                                                                                 \
      __builtin_memcpy(&x, a + k, sizeof x);                                                       \
      __builtin_memcpy(&y, b + k, sizeof y);                                                       \
      x = NAME(SEIS_MVEC_PREFIX, lanes, vv_, fn)(x, y);                                            \
      __builtin_memcpy(out + k, &x, sizeof x);                                                     \
    }                                                                                              \
  }
#define BOTH(loop, fn)                                                                             \
  loop(fn##f, VFloat, float, SEIS_MVEC_LANES32) loop(fn, VDouble, double, SEIS_MVEC_LANES64)

BOTH(LOOP1, sin)
BOTH(LOOP1, cos)
BOTH(LOOP1, tan)
BOTH(LOOP1, asin)
BOTH(LOOP1, acos)
BOTH(LOOP1, atan)
BOTH(LOOP1, exp)
BOTH(LOOP1, log)
BOTH(LOOP1, log10)
BOTH(LOOP1, cbrt)
BOTH(LOOP2, atan2)
BOTH(LOOP2, pow)
BOTH(LOOP2, hypot)
