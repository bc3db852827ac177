//===- SeisMath.h - The vector math of generated code -----------*- C++ -*-===//
// Generated loops call `seis_<name>_v<lanes>f<bits>` for what LLVM has no good
// vector instruction or intrinsic for: sin, cos, exp, ... The functions are written in C
// (lib/Codegen/Math), compiled to bitcode when the compiler is built, linked into each
// generated module and inlined (`alwaysinline`) wherever they are called.
//
// What is not here, because intrinsics of LLVM do it in an instruction or two: sqrt,
// fabs, floor, ceil, trunc, fma, copysign, minimum and maximum.
//
// Signature: arguments and result are `<lanes x float>` or `<lanes x double>`, lanes one
// of 1, 4, 8, 16 for f32 and 1, 2, 4, 8 for f64; with 1 lane they are scalars.
//
// Promises, all tested, in the default floating-point environment (rounding to nearest,
// denormals not flushed):
//  * The error stays within the bounds of SeisMathFunctions.def for every argument,
//    however large, and for denormal arguments and results.
//  * Zeros and their signs, infinities and NaN as C99 has them; atan2(0, 0) = 0.
//  * An argument gives the same bits at every lane count, in every lane, beside any
//    neighbours, on every CPU with fused multiply-add. (Which NaN, is not specified.)
//  * No call of the C library, no table in memory but one of 168 bytes. sin, cos and tan
//    branch to an out-of-line function for lanes beyond 2^17 (f32) or 2^28 (f64), mod for
//    quotients beyond 2^22 or 2^51; vectors go there and back through memory.
//
// Linking the bitcode: it names no CPU, so it must be optimised for one that has fused
// multiply-add (a fallback would call fma for each lane). Its functions are external;
// internalise them after linking. `seis_math_reduce_*` and `seis_math_remainder_*`
// (hidden, noinline, cold) are all that may remain after inlining.
//===----------------------------------------------------------------------===//
#ifndef SEIS_CODEGEN_MATH_SEISMATH_H
#define SEIS_CODEGEN_MATH_SEISMATH_H

namespace seis {

/// One function of the library.
struct VectorMathFunction {
  const char *name;      ///< `sin` for `seis_sin_v16f32`
  int arity;             ///< number of arguments, 1 or 2
  double ulpF32, ulpF64; ///< error bound in units in the last place; 0: exact
};

/// All functions of the library.
inline constexpr VectorMathFunction vectorMathFunctions[] = {
#define SEIS_MATH_FUNCTION(name, arity, ulpF32, ulpF64) {#name, arity, ulpF32, ulpF64},
#include "seis/Codegen/Math/SeisMathFunctions.def"
};

/// Whether the library has forms with so many lanes of so many bits.
constexpr bool hasVectorMathForm(int lanes, int bits) {
  return bits == 32 ? lanes == 1 || lanes == 4 || lanes == 8 || lanes == 16
                    : bits == 64 && (lanes == 1 || lanes == 2 || lanes == 4 || lanes == 8);
}

} // namespace seis

#endif // SEIS_CODEGEN_MATH_SEISMATH_H
