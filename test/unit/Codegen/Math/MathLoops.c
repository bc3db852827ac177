//===- MathLoops.c - Loops that call the vector math ----------------------===//
// What generated code does with the library: `seis_loop_<variant>_<fn>_v<W>f<B>`
// applies one function to n elements, n a multiple of 16, with W lanes at a time.
// Compiled to bitcode for one CPU, linked with the library's bitcode, optimised
// and inlined: the tests see the very code a compiled attribute gets.
//===----------------------------------------------------------------------===//

#define CAT_(a, b) a##b
#define CAT(a, b) CAT_(a, b)
#define LOOP(fn, lanes, bits) CAT(CAT(seis_loop_, SEIS_VARIANT), _##fn##_v##lanes##f##bits)

typedef float V1f32;
typedef double V1f64;
#define VECTORS(lanes)                                                                             \
  typedef float V##lanes##f32 __attribute__((ext_vector_type(lanes)));                             \
  typedef double V##lanes##f64 __attribute__((ext_vector_type(lanes)));
VECTORS(2)
VECTORS(4)
VECTORS(8)
VECTORS(16)

#define LOOP_1(fn, lanes, bits, real)                                                              \
  extern V##lanes##f##bits seis_##fn##_v##lanes##f##bits(V##lanes##f##bits);                       \
  void LOOP(fn, lanes, bits)(real *restrict out, const real *restrict a, const real *b, long n) {  \
    (void)b;                                                                                       \
    for (long k = 0; k < n; k += lanes) {                                                          \
      V##lanes##f##bits x;                                                                         \
      __builtin_memcpy(&x, a + k, sizeof(real) * lanes);                                           \
      x = seis_##fn##_v##lanes##f##bits(x);                                                        \
      __builtin_memcpy(out + k, &x, sizeof(real) * lanes);                                         \
    }                                                                                              \
  }
#define LOOP_2(fn, lanes, bits, real)                                                              \
  extern V##lanes##f##bits seis_##fn##_v##lanes##f##bits(V##lanes##f##bits, V##lanes##f##bits);    \
  void LOOP(fn, lanes, bits)(real *restrict out, const real *restrict a, const real *restrict b,   \
                             long n) {                                                             \
    for (long k = 0; k < n; k += lanes) {                                                          \
      V##lanes##f##bits x, y;                                                                      \
      __builtin_memcpy(&x, a + k, sizeof(real) * lanes);                                           \
      __builtin_memcpy(&y, b + k, sizeof(real) * lanes);                                           \
      x = seis_##fn##_v##lanes##f##bits(x, y);                                                     \
      __builtin_memcpy(out + k, &x, sizeof(real) * lanes);                                         \
    }                                                                                              \
  }

#define SEIS_MATH_FUNCTION(fn, arity, ulpF32, ulpF64)                                              \
  LOOP_##arity(fn, 1, 32, float) LOOP_##arity(fn, 4, 32, float) LOOP_##arity(fn, 8, 32, float)     \
      LOOP_##arity(fn, 16, 32, float) LOOP_##arity(fn, 1, 64, double)                              \
          LOOP_##arity(fn, 2, 64, double) LOOP_##arity(fn, 4, 64, double)                          \
              LOOP_##arity(fn, 8, 64, double)
#include "seis/Codegen/Math/SeisMathFunctions.def"
