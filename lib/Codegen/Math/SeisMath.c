//===- SeisMath.c - Vector math of generated code -------------------------===//
// Compiled by clang to bitcode at build time of the compiler. The compiler links
// that bitcode into every module it generates; each function is inlined into the
// loops that call it. See seis/Codegen/Math/SeisMath.h for what is promised.
//===----------------------------------------------------------------------===//

#include "LargeArgument.inc"
#include "Polynomial.inc"

#define SEIS_BITS 32
#define SEIS_LANES 1
#include "Instantiate.inc"
#define SEIS_BITS 32
#define SEIS_LANES 4
#include "Instantiate.inc"
#define SEIS_BITS 32
#define SEIS_LANES 8
#include "Instantiate.inc"
#define SEIS_BITS 32
#define SEIS_LANES 16
#include "Instantiate.inc"

#define SEIS_BITS 64
#define SEIS_LANES 1
#include "Instantiate.inc"
#define SEIS_BITS 64
#define SEIS_LANES 2
#include "Instantiate.inc"
#define SEIS_BITS 64
#define SEIS_LANES 4
#include "Instantiate.inc"
#define SEIS_BITS 64
#define SEIS_LANES 8
#include "Instantiate.inc"
