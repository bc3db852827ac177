/* fftw_envelope.c - The envelope of every trace by FFTW, as a careful C programmer writes it.
 *
 * Real transform of a trace, half of the spectrum turned by 90 degrees, inverse, envelope in the
 * same loop that scales. Plans are measured (FFTW_MEASURE), buffers are made once per thread,
 * traces are dealt out by OpenMP. Built by bench.py with the flags that it prints.
 */
#include <fftw3.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  int64_t n;
  fftwf_plan forward, inverse;
} plan;

/* Plans for traces of n samples; threads share them. */
void *fftw_envelope_plan(int64_t n) {
  plan *p = malloc(sizeof *p);
  float *real = fftwf_malloc(sizeof(float) * (size_t)n);
  fftwf_complex *half = fftwf_malloc(sizeof(fftwf_complex) * (size_t)(n / 2 + 1));
  p->n = n;
  p->forward = fftwf_plan_dft_r2c_1d((int)n, real, half, FFTW_MEASURE);
  p->inverse = fftwf_plan_dft_c2r_1d((int)n, half, real, FFTW_MEASURE);
  fftwf_free(real);
  fftwf_free(half);
  return p;
}

/* out = |analytic signal of in| for `traces` traces, one after another in memory. */
void fftw_envelope(void *plans, const float *in, float *out, int64_t traces, int threads) {
  const plan *p = plans;
  const int64_t n = p->n;
#pragma omp parallel num_threads(threads)
  {
    float *real = fftwf_malloc(sizeof(float) * (size_t)n);
    fftwf_complex *half = fftwf_malloc(sizeof(fftwf_complex) * (size_t)(n / 2 + 1));
#pragma omp for schedule(static)
    for (int64_t t = 0; t < traces; ++t) {
      const float *x = in + t * n;
      float *y = out + t * n;
      memcpy(real, x, sizeof(float) * (size_t)n);
      fftwf_execute_dft_r2c(p->forward, real, half);
      const float scale = 1.0f / (float)n;
      half[0][0] = half[0][1] = 0;
      for (int64_t f = 1; f < (n + 1) / 2; ++f) { /* times -i / n */
        float re = half[f][0];
        half[f][0] = half[f][1] * scale;
        half[f][1] = -re * scale;
      }
      if (n % 2 == 0)
        half[n / 2][0] = half[n / 2][1] = 0;
      fftwf_execute_dft_c2r(p->inverse, half, real);
      for (int64_t s = 0; s < n; ++s)
        y[s] = sqrtf(x[s] * x[s] + real[s] * real[s]);
    }
    fftwf_free(real);
    fftwf_free(half);
  }
}
