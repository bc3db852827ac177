/* fft_plan.h - Plans and tables of the generated Fourier transforms.
 *
 * Compiled twice: natively into the compiler, which makes the tables of the trace
 * lengths an object is specialised for, and to bitcode, which goes into objects
 * that must make them when they are called.
 *
 * A plan is one block of memory, aligned to 64 bytes, without pointers:
 *   int64 header[64]   see the enumeration; offsets are in bytes from the plan's start
 *   tables             twiddles, spectrum, chirp, pairs in the compute type; positions in int64
 *
 * The transform of length M runs in place, decimation in frequency: pass p splits
 * blocks of r*m points into r blocks of m (r the radix of the pass), so that the
 * bins end in digit-reversed order. The inverse runs the passes backwards.
 */
#ifndef SEIS_FFT_PLAN_H
#define SEIS_FFT_PLAN_H
#include <stdint.h>

enum { FFT_HILBERT, FFT_DFT };                   /* what a plan is for */
enum { FFT_CYCLIC, FFT_PADDED, FFT_PAIRED, FFT_DIRECT, FFT_CHIRP }; /* how it is done */

enum {
  FFT_N,         /* trace length */
  FFT_M,         /* length of the complex transform */
  FFT_PASSES,    /* number of passes */
  FFT_METHOD,
  FFT_SPECTRUM,  /* M complex factors in the order of the transform, 1/M included */
  FFT_POSITIONS, /* N (DFT) or M: where bin k lies after the forward transform */
  FFT_CHIRP_AT,  /* N complex values exp(-i pi k^2 / N) */
  FFT_PAIRS,     /* per k in 0..M/2: 4 complex coefficients (paired method) */
  FFT_BYTES,     /* size of the plan */
  FFT_PASS = 16  /* from here per pass: radix, m, offset of its twiddles, blocks before it */
};

#ifdef __cplusplus
extern "C" {
#endif
/* Bytes of a plan; `size` is 4 for f32 tables, 8 for f64. */
int64_t seis_fft_plan_bytes(int64_t n, int64_t kind, int64_t size);
/* Complex points that a transform of the plan works on: M. */
int64_t seis_fft_plan_points(int64_t n, int64_t kind);
/* Writes the plan to `plan`, which has that many bytes. */
void seis_fft_plan(int64_t n, int64_t kind, int64_t size, void *plan);

#ifdef __cplusplus
}
#endif
#endif /* SEIS_FFT_PLAN_H */
