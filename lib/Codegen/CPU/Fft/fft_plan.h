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
 * A DFT of a real trace of even N is made at half the length: even samples are real
 * parts and odd ones imaginary parts. Bin N/2 then lies behind the others, at N/2, and
 * bin N-k, the conjugate of bin k, where that one lies.
 *
 * The transform of length M runs in place, decimation in frequency: pass p splits
 * blocks of r*m points into r blocks of m (r the radix of the pass), so that the
 * bins end in digit-reversed order. The inverse runs the passes backwards.
 *
 * With traces in the lanes a table holds one complex number where a pass needs one.
 * With samples in the lanes (FFT_LANES = W) a vector holds W consecutive points of one
 * trace: M = W*A, the passes listed split down to blocks of W points, tables hold vectors
 * (W real parts, W imaginary parts), and the rest of the transform happens among the
 * lanes, W = R1*R2 in two steps for R1 blocks at once (fft_lanes_*; FftRow.cpp).
 */
#ifndef SEIS_FFT_PLAN_H
#define SEIS_FFT_PLAN_H
#include <stdint.h>

enum { FFT_HILBERT, FFT_DFT, FFT_REAL };       /* what a plan is for */
enum { FFT_BY_LENGTH, FFT_RADIX, FFT_LONGER }; /* which of the ways, where there are several */
enum { FFT_CYCLIC, FFT_PADDED, FFT_PAIRED, FFT_DIRECT, FFT_CHIRP }; /* how it is done */

enum {
  FFT_N,      /* trace length */
  FFT_M,      /* length of the complex transform */
  FFT_PASSES, /* number of passes */
  FFT_METHOD,
  FFT_SPECTRUM,  /* M complex factors in the order of the transform, 1/M included */
  FFT_POSITIONS, /* N (DFT) or M: where bin k lies after the forward transform */
  FFT_CHIRP_AT,  /* L complex values exp(-i pi k^2 / L), L = FFT_LENGTH */
  FFT_PAIRS,     /* per k in 0..M/2: 4 complex coefficients (paired method) */
  FFT_BYTES,     /* size of the plan */
  FFT_LANES,     /* points of one trace in a vector, 0: traces are in the lanes */
  FFT_LENGTH,    /* of the DFT that is made: N, or N/2 of a real trace of even N */
  FFT_TURNS,     /* per k in 0..N/4: exp(-2 pi i k/N) (half length) */
  FFT_PASS = 16  /* from here per pass: radix, m, offset of its twiddles, blocks before it */
};

#ifdef __cplusplus
extern "C" {
#endif
/* What a plan is asked for, besides the trace length n. Generated code has it as a constant. */
typedef struct {
  int64_t kind;  /* FFT_HILBERT, FFT_DFT or FFT_REAL, a DFT of real samples */
  int64_t size;  /* of a number of the tables: 4 for f32, 8 for f64 */
  int64_t lanes; /* of a vector, if samples of one trace may fill it; 0: traces do */
  int64_t
      algorithm; /* FFT_BY_LENGTH; FFT_RADIX: no longer than needed if that can be; or FFT_LONGER */
  int64_t radices[24]; /* of the passes, ended by 0; taken where their product is the length */
} fft_request;

/* Bytes of a plan. */
int64_t seis_fft_plan_bytes(int64_t n, const fft_request *request);
/* Complex points that a transform of the plan works on: M. */
int64_t seis_fft_plan_points(int64_t n, const fft_request *request);
/* The first 64 numbers of the plan. */
void seis_fft_plan_header(int64_t n, const fft_request *request, int64_t *header);
/* Writes the plan to `plan`, which has that many bytes. */
void seis_fft_plan(int64_t n, const fft_request *request, void *plan);

/* The two radices of the transform among 4, 8 or 16 lanes: R1 = 4 (2 of 4 lanes), R2 = lanes/R1. */
static inline int64_t fft_lanes_outer(int64_t lanes) { return lanes == 4 ? 2 : 4; }
static inline int64_t fft_lanes_inner(int64_t lanes) { return lanes / fft_lanes_outer(lanes); }

#ifdef __cplusplus
}
#endif
#endif /* SEIS_FFT_PLAN_H */
