/* fft_plan.c - Plans and tables of the generated Fourier transforms.
 *
 * Hilbert transforms are convolutions (half length, one trace alone):
 *   cyclic  n even, n/2 smooth: the kernel's spectrum is -i exp(2 pi i f/n), 0 at f = 0
 *   padded  n even: the same kernel, linear, zero-padded to a smooth M >= n - 1
 *   paired  n odd: even and odd samples of a real convolution of length 2M >= 2n - 1; a bin of
 *           the result takes bins k and M - k
 * Discrete Fourier transforms run directly for smooth n, else by Bluestein's chirp; those of real
 * samples, n even, at length n/2.
 */
#include "fft_plan.h"
#include <math.h>

#define PI 3.14159265358979323846264338327950288

static int is_smooth(int64_t n, int64_t largest) {
  static const int64_t primes[6] = {2, 3, 5, 7, 11, 13};
  for (int i = 0; i < 6 && primes[i] <= largest; ++i)
    while (n % primes[i] == 0)
      n /= primes[i];
  return n == 1;
}

/* The cheapest smooth length >= n: not the smallest, since powers of two cost less a point. */
static int64_t smooth_length(int64_t n, int64_t largest) {
  int64_t best = 0;
  double best_cost = 0;
  for (int64_t m = n; m < 2 * n + 2; ++m) {
    if (!is_smooth(m, largest))
      continue;
    double cost = 0;
    int64_t rest = m;
    for (; rest % 8 == 0; rest /= 8)
      cost += 8.2;
    for (; rest % 4 == 0; rest /= 4)
      cost += 6;
    for (; rest % 2 == 0; rest /= 2)
      cost += 4;
    for (; rest % 3 == 0; rest /= 3)
      cost += 6.5;
    for (; rest % 5 == 0; rest /= 5)
      cost += 9;
    for (; rest % 7 == 0; rest /= 7)
      cost += 13;
    for (; rest % 11 == 0; rest /= 11)
      cost += 22;
    for (; rest % 13 == 0; rest /= 13)
      cost += 28;
    cost *= (double)m;
    if (best == 0 || cost < best_cost) {
      best = m;
      best_cost = cost;
    }
  }
  return best;
}

/* exp(2 pi i num / den), exact reduction. */
static void unit(int64_t num, int64_t den, double *re, double *im) {
  num %= den;
  if (num < 0)
    num += den;
  int64_t octant = (8 * num) / den; /* angle in [octant, octant+1) * pi/4 */
  int64_t base = (octant + 1) / 2;  /* nearest multiple of pi/2 */
  double angle = 2 * PI * (double)(4 * num - base * den) / (4 * (double)den);
  double c = cos(angle), s = sin(angle);
  switch (base & 3) {
  case 0:
    *re = c;
    *im = s;
    break;
  case 1:
    *re = -s;
    *im = c;
    break;
  case 2:
    *re = -c;
    *im = -s;
    break;
  default:
    *re = s;
    *im = -c;
    break;
  }
}

static void put(void *table, int64_t size, int64_t index, double value) {
  if (size == 4)
    ((float *)table)[index] = (float)value;
  else
    ((double *)table)[index] = value;
}

static int64_t align64(int64_t bytes) { return (bytes + 63) & ~(int64_t)63; }

/* Radices of a smooth length: eights first, so that the later passes stay in small blocks. */
static int64_t factor(int64_t m, int64_t *radices) {
  static const int64_t order[8] = {13, 11, 8, 7, 5, 4, 3, 2};
  int64_t count = 0;
  if (m == 1)
    radices[count++] = 1;
  for (int i = 0; i < 8; ++i)
    while (m % order[i] == 0) {
      /* 16 = 4*4 beats 8*2 */
      if (order[i] == 8 && m % 16 == 0 && (m / 16) % 2 != 0) {
        radices[count++] = 4;
        radices[count++] = 4;
        m /= 16;
        continue;
      }
      radices[count++] = order[i];
      m /= order[i];
    }
  return count;
}

/* Radices with samples in the lanes: the last pass, of radix 4, is one with the lanes' own, the
 * first one, of radix 8, 4 or 2, one with reading the trace. Returns 0 where there is no such plan.
 */
static int64_t factor_lanes(int64_t blocks, int64_t *radices) {
  static const int64_t order[4] = {5, 4, 3, 2};
  int64_t count = 0;
  if (blocks % 8 != 0)
    return 0;
  blocks /= 4;
  radices[count++] = blocks % 8 == 0 && blocks != 16 ? 8 : blocks % 4 == 0 ? 4 : 2;
  blocks /= radices[0];
  for (int i = 0; i < 4; ++i)
    while (blocks % order[i] == 0) {
      radices[count++] = order[i];
      blocks /= order[i];
    }
  radices[count++] = 4;
  return blocks == 1 ? count : 0;
}

/* The largest radix. Hilbert transforms pad as well as they would take the radices 11 and 13, whose
 * code would only make their objects slower to compile. */
static int64_t largest_radix(const fft_request *request) {
  return request->kind == FFT_HILBERT ? 8 : 13;
}

/* The length of the DFT that is made: half of a real trace, where that is possible. */
static int64_t dft_length(int64_t n, const fft_request *request) {
  return request->kind == FFT_REAL && n % 2 == 0 ? n / 2 : n;
}

/* The length of the transform, with samples in the lanes if *lanes stays: for few vectors, odd
 * lengths, and those that would need padding only for the lanes, traces serve better. */
static int64_t choose(int64_t n, const fft_request *request, int64_t *method, int64_t *lanes) {
  int64_t radices[48], longer = request->algorithm == FFT_LONGER, w = request->lanes;
  int64_t largest = largest_radix(request);
  *lanes = 0;
  if (request->kind != FFT_HILBERT) {
    int64_t length = dft_length(n, request), direct = is_smooth(length, largest) && !longer;
    *method = direct ? FFT_DIRECT : FFT_CHIRP;
    return direct ? length : smooth_length(2 * length - 1, largest);
  }
  if (n % 2 != 0) {
    *method = FFT_PAIRED;
    return smooth_length(n, largest);
  }
  int64_t cyclic = is_smooth(n / 2, largest) && !longer;
  *method = cyclic ? FFT_CYCLIC : FFT_PADDED;
  if (w > 0 && n >= 16 * w && (!cyclic || n / 2 % w == 0)) {
    int64_t blocks = cyclic ? n / 2 / w : 8 * smooth_length((n - 1 + 8 * w - 1) / (8 * w), largest);
    if (factor_lanes(blocks, radices)) {
      *lanes = w;
      return w * blocks;
    }
  }
  return cyclic ? n / 2 : smooth_length(n - 1, largest);
}

enum { most_passes = (64 - FFT_PASS) / 4 };

/* Whether the radices asked for make up `length`, in passes that the generated code has. */
static int64_t requested(const fft_request *request, int64_t length, int64_t lanes,
                         int64_t *radices) {
  int64_t count = 0, product = 1;
  for (; count < most_passes && request->radices[count]; ++count) {
    radices[count] = request->radices[count];
    product *= radices[count];
  }
  return count > 0 && product == length && !lanes ? count : 0;
}

/* Fills the header; returns the size of the plan. */
static int64_t layout(int64_t n, const fft_request *request, int64_t *header) {
  for (int i = 0; i < 64; ++i)
    header[i] = 0;
  int64_t radices[48], method, lanes, size = request->size;
  int64_t m = choose(n, request, &method, &lanes), length = lanes ? m / lanes : m;
  int64_t passes = requested(request, length, lanes, radices);
  if (!passes)
    passes = lanes ? factor_lanes(length, radices) : factor(m, radices);
  header[FFT_LANES] = lanes;
  header[FFT_N] = n;
  header[FFT_M] = m;
  header[FFT_PASSES] = passes;
  header[FFT_METHOD] = method;
  header[FFT_LENGTH] = dft_length(n, request);
  int64_t at = 64 * 8, blocks = 1;
  length = m;
  for (int64_t p = 0; p < passes; ++p) {
    int64_t *pass = header + FFT_PASS + 4 * p;
    length /= radices[p];
    pass[0] = radices[p];
    pass[1] = length;
    pass[2] = at;
    pass[3] = blocks;
    blocks *= radices[p];
    at = align64(at + 2 * size * length * (radices[p] - 1));
  }
  header[FFT_SPECTRUM] = at;
  /* lanes: whole turns of blocks, twice R1 (FftRow.cpp) */
  int64_t group = lanes ? 2 * lanes * fft_lanes_outer(lanes) : 1;
  at = align64(at + 2 * size * ((m + group - 1) / group * group));
  header[FFT_POSITIONS] = at;
  at = align64(at + 8 * (m > n ? m : n));
  header[FFT_CHIRP_AT] = at;
  if (method == FFT_CHIRP)
    at = align64(at + 2 * size * header[FFT_LENGTH]);
  header[FFT_TURNS] = at;
  if (header[FFT_LENGTH] != n)
    at = align64(at + 2 * size * (n / 4 + 1));
  header[FFT_PAIRS] = at;
  if (method == FFT_PAIRED)
    at = align64(at + 8 * size * (m / 2 + 1));
  header[FFT_BYTES] = at;
  return at;
}

int64_t seis_fft_plan_bytes(int64_t n, const fft_request *request) {
  int64_t header[64];
  /* While the spectrum is made, 2 M doubles of work space follow the plan. */
  int64_t bytes = layout(n, request, header);
  return align64(bytes + 16 * header[FFT_M] + 16 * 64);
}

int64_t seis_fft_plan_points(int64_t n, const fft_request *request) {
  int64_t method, lanes;
  return choose(n, request, &method, &lanes);
}

/* Where a bin ends; with samples in the lanes, where it would after a last pass over W points. */
static int64_t position(const int64_t *header, int64_t bin) {
  int64_t at = 0;
  for (int64_t p = 0; p < header[FFT_PASSES]; ++p) {
    const int64_t *pass = header + FFT_PASS + 4 * p;
    at += (bin % pass[0]) * pass[1];
    bin /= pass[0];
  }
  return at + bin;
}

/* Writes a factor of the spectrum for the point at `at`. Among the lanes, bin c + R1 d of block v
 * of a group ends in vector (c/R2)*R2 + d, lane R2*v + c%R2 (FftRow.cpp). */
static void put_factor(const int64_t *header, int64_t size, void *spectrum, int64_t at, double re,
                       double im) {
  int64_t lanes = header[FFT_LANES], step = 1, first = 2 * at;
  if (lanes) {
    int64_t outer = fft_lanes_outer(lanes), inner = fft_lanes_inner(lanes);
    int64_t block = at / lanes, bin = at % lanes, c = bin % outer, d = bin / outer;
    int64_t vector = block / outer * outer + c / inner * inner + d;
    first = vector * 2 * lanes + inner * (block % outer) + c % inner;
    step = lanes;
  }
  put(spectrum, size, first, re);
  put(spectrum, size, first + step, im);
}

/* The forward transform on scalars: plain, in place, the order of the plan. */
static void transform(const int64_t *header, double *z) {
  int64_t m_all = header[FFT_M], passes = header[FFT_PASSES], lanes = header[FFT_LANES];
  for (int64_t p = 0; p < passes + (lanes > 0); ++p) {
    const int64_t *pass = header + FFT_PASS + 4 * p;
    int64_t r = p < passes ? pass[0] : lanes, m = p < passes ? pass[1] : 1;
    double wr[16][16], wi[16][16];
    for (int64_t a = 0; a < r; ++a)
      for (int64_t b = 0; b < r; ++b)
        unit(-a * b, r, &wr[a][b], &wi[a][b]);
    for (int64_t k = 0; k < m; ++k) {
      double tr[16], ti[16];
      for (int64_t q = 0; q < r; ++q)
        unit(-k * q, r * m, &tr[q], &ti[q]);
      for (int64_t base = k; base < m_all; base += r * m) {
        double yr[16], yi[16];
        for (int64_t q = 0; q < r; ++q) {
          double sr = 0, si = 0;
          for (int64_t a = 0; a < r; ++a) {
            double xr = z[2 * (base + a * m)], xi = z[2 * (base + a * m) + 1];
            sr += xr * wr[q][a] - xi * wi[q][a];
            si += xr * wi[q][a] + xi * wr[q][a];
          }
          yr[q] = sr * tr[q] - si * ti[q];
          yi[q] = sr * ti[q] + si * tr[q];
        }
        for (int64_t q = 0; q < r; ++q) {
          z[2 * (base + q * m)] = yr[q];
          z[2 * (base + q * m) + 1] = yi[q];
        }
      }
    }
  }
}

/* The Hilbert kernel at lag d: (2/n) sum_{k=1}^{K} sin(2 pi k d/n), K the last positive bin. */
static double hilbert_kernel(int64_t n, int64_t d) {
  d %= n;
  if (d < 0)
    d += n;
  if (d == 0)
    return 0;
  double s, c, s1, s2, unused;
  if (n % 2 == 0) {
    if (d % 2 == 0)
      return 0;
    unit(d, 2 * n, &c, &s);
    return 2.0 / (double)n * c / s;
  }
  /* sin(K t/2) sin((K+1) t/2) / sin(t/2), t = 2 pi d/n, K = (n-1)/2 */
  int64_t k = (n - 1) / 2;
  unit(k * d, 2 * n, &unused, &s1);
  unit((k + 1) * d, 2 * n, &unused, &s2);
  unit(d, 2 * n, &unused, &s);
  return 2.0 / (double)n * s1 * s2 / s;
}

static void make_spectrum(int64_t *header, int64_t size, char *plan, double *z) {
  int64_t n = header[FFT_LENGTH], m = header[FFT_M], method = header[FFT_METHOD];
  void *spectrum = plan + header[FFT_SPECTRUM];
  if (method == FFT_CYCLIC) {
    for (int64_t f = 0; f < m; ++f) {
      double c = 0, s = 0;
      if (f > 0)
        unit(f, n, &c, &s);
      put_factor(header, size, spectrum, position(header, f), s / (double)m, -c / (double)m);
    }
    return;
  }
  for (int64_t k = 0; k < 2 * m; ++k)
    z[k] = 0;
  if (method == FFT_PADDED)
    for (int64_t k = -(n / 2 - 1); k <= n / 2 - 1; ++k)
      z[2 * (k < 0 ? k + m : k)] = hilbert_kernel(n, 2 * k + 1);
  if (method == FFT_CHIRP)
    for (int64_t k = -(n - 1); k <= n - 1; ++k) {
      int64_t at = k < 0 ? k + m : k;
      unit(k * k % (2 * n), 2 * n, &z[2 * at], &z[2 * at + 1]);
    }
  transform(header, z);
  for (int64_t at = 0; at < m; ++at)
    put_factor(header, size, spectrum, at, z[2 * at] / (double)m, z[2 * at + 1] / (double)m);
}

/* Coefficients of the paired method: with the transforms E, O of the even and odd samples of the
 * kernel and w = exp(-2 pi i k/M), Z'[k] = A Z[k] + B conj(Z[M-k]), A = E + iO(1-w)/2,
 * B = iO(1+w)/2; stored per k <= M/2 as A[k], B[k], A[M-k], B[M-k], 1/M included. */
static void make_pairs(int64_t *header, int64_t size, char *plan, double *z) {
  int64_t n = header[FFT_N], m = header[FFT_M];
  for (int64_t k = 0; k < 2 * m; ++k)
    z[k] = 0;
  /* even lags in the real part, odd lags in the imaginary part: one transform serves both */
  for (int64_t d = -(n - 1); d <= n - 1; ++d) {
    int64_t at = d < 0 ? d + 2 * m : d;
    z[at] = hilbert_kernel(n, d); /* lag 2j at z[2j], lag 2j+1 at z[2j+1] */
  }
  transform(header, z);
  for (int64_t k = 0; k <= m / 2; ++k)
    for (int side = 0; side < 2; ++side) {
      int64_t bin = side ? (m - k) % m : k, mirror = (m - bin) % m;
      const double *a = z + 2 * position(header, bin), *b = z + 2 * position(header, mirror);
      double er = (a[0] + b[0]) / 2, ei = (a[1] - b[1]) / 2;
      double or_ = (a[1] + b[1]) / 2, oi = -(a[0] - b[0]) / 2;
      double c, s;
      unit(-bin, m, &c, &s);
      /* i O (1 - w)/2 and i O (1 + w)/2 */
      double pr = (or_ * (1 - c) + oi * s) / 2, pi = (oi * (1 - c) - or_ * s) / 2;
      double qr = (or_ * (1 + c) - oi * s) / 2, qi = (oi * (1 + c) + or_ * s) / 2;
      double coefficients[4] = {er - pi, ei + pr, -qi, qr};
      for (int i = 0; i < 4; ++i)
        put(plan + header[FFT_PAIRS], size, 8 * k + 4 * side + i, coefficients[i] / (double)m);
    }
}

/* The twiddles exp(-2 pi i k q/(r m)) of a pass, k < m, 0 < q < r. */
static void make_twiddles(const int64_t *pass, int64_t lanes, int64_t size, void *table) {
  int64_t width = lanes ? lanes : 1;
  for (int64_t k = 0; k < pass[1]; ++k)
    for (int64_t q = 1; q < pass[0]; ++q) {
      double c, s;
      unit(-k * q, pass[0] * pass[1], &c, &s);
      int64_t at = 2 * width * (k / width * (pass[0] - 1) + q - 1) + k % width;
      put(table, size, at, c);
      put(table, size, at + width, s);
    }
}

/* Where each bin lies, and what a transform at half the length takes to make the bins. */
static void make_bins(const int64_t *header, int64_t size, char *plan) {
  int64_t n = header[FFT_N], length = header[FFT_LENGTH],
          is_chirp = header[FFT_METHOD] == FFT_CHIRP;
  int64_t *positions = (int64_t *)(plan + header[FFT_POSITIONS]);
  int64_t bins = is_chirp || header[FFT_METHOD] == FFT_DIRECT ? length : header[FFT_M];
  for (int64_t k = 0; k < bins; ++k)
    positions[k] = is_chirp ? k : position(header, k);
  if (length == n)
    return;
  positions[length] = length;
  for (int64_t k = 1; k < length; ++k)
    positions[n - k] = positions[k];
  for (int64_t k = 0; k <= n / 4; ++k) {
    double c, s;
    unit(-k, n, &c, &s);
    put(plan + header[FFT_TURNS], size, 2 * k, c);
    put(plan + header[FFT_TURNS], size, 2 * k + 1, s);
  }
}

void seis_fft_plan_header(int64_t n, const fft_request *request, int64_t *header) {
  layout(n, request, header);
}

void seis_fft_plan(int64_t n, const fft_request *request, void *memory) {
  char *plan = memory;
  int64_t *header = memory, size = request->size;
  int64_t bytes = layout(n, request, header), length = header[FFT_LENGTH];
  for (int64_t p = 0; p < header[FFT_PASSES]; ++p) {
    const int64_t *pass = header + FFT_PASS + 4 * p;
    make_twiddles(pass, header[FFT_LANES], size, plan + pass[2]);
  }
  make_bins(header, size, plan);
  if (header[FFT_METHOD] == FFT_CHIRP)
    for (int64_t k = 0; k < length; ++k) {
      double c, s;
      unit(-(k * k % (2 * length)), 2 * length, &c, &s);
      put(plan + header[FFT_CHIRP_AT], size, 2 * k, c);
      put(plan + header[FFT_CHIRP_AT], size, 2 * k + 1, s);
    }
  double *work = (double *)(plan + bytes);
  if (header[FFT_METHOD] == FFT_PAIRED)
    make_pairs(header, size, plan, work);
  else if (header[FFT_METHOD] != FFT_DIRECT)
    make_spectrum(header, size, plan, work);
}
