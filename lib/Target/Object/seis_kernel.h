/* seis_kernel.h - How the entry stubs of an object call its generated kernels.
 *
 * The stubs (seis_entry.c) check what the caller of the object passed, allocate
 * scratch, and hand one structure to the kernel. Everything in it is valid: the
 * kernel checks nothing. This is internal to an object and may change with it.
 *
 * Kernels, all with internal linkage in the end; their names are in ObjectSpec:
 *   int32_t  RUN(const seis_kernel_call *);       outputs of the box from the block
 *   uint64_t SCRATCH(const seis_kernel_call *);   bytes of scratch that RUN wants
 *   int32_t  REDUCE(const seis_kernel_call *);    one pass: updates the partials
 *   uint64_t SCRATCH(const seis_kernel_call *);   bytes of scratch that REDUCE wants
 * RUN and REDUCE return a status of seis_abi.h, SEIS_OK normally. SCRATCH may
 * read block, lo, extent, origin, volume and threads only; all pointers are NULL.
 *
 * The C++ side of these offsets is seis/Target/KernelABI.h.
 */
#ifndef SEIS_KERNEL_H
#define SEIS_KERNEL_H
#include <stdint.h>

/* An input or an output. Samples, and what follows them, are dense.
 * The stride of an axis of extent 1, or one that the array does not have, is 0;
 * that of a table of rank 1 (line numbers) is 1 in stride[0]. */
typedef struct seis_kernel_view {
  void *data;        /* input: (0,0,0) of the block; output: first sample of the box */
  int64_t stride[2]; /* inline and crossline, in elements (a complex value is one) */
} seis_kernel_view;

/* How the samples of an input lie in memory. SWAPPED is the compute type in the other byte order,
 * SWAPPED_F32 is f32 for a compute type of f64. */
typedef enum seis_format {
  SEIS_FORMAT_NATIVE,
  SEIS_FORMAT_SWAPPED,
  SEIS_FORMAT_SWAPPED_F32,
  SEIS_FORMAT_IBM,
  SEIS_FORMAT_I8,
  SEIS_FORMAT_I16,
  SEIS_FORMAT_SWAPPED_I16,
  SEIS_FORMATS
} seis_format;

/* Only in objects that take an input in several formats: one for each input, behind the views of
 * all inputs and as large as a view. Strides of such an input are in stored elements. */
typedef struct seis_kernel_load {
  uint64_t format;      /* a seis_format */
  double scale, offset; /* of integers; rounded to the compute type */
} seis_kernel_load;

typedef struct seis_kernel_call {
  const seis_kernel_view *in, *out; /* n_in and n_out of them; reduce: out is NULL */
  const double *params;             /* n_param, checked against their ranges */
  const double *const *tables;      /* values of each earlier pass; run: of every pass */
  int64_t block[3], lo[3], extent[3], origin[3], volume[3]; /* as in seis_box */
  char *scratch;       /* what SCRATCH asked for, aligned to 64; NULL for 0 */
  int64_t threads;     /* 1 or more; never use more */
  const uint8_t *live; /* reduce: a byte per trace of the box, or NULL: all live */
  char *partials;      /* reduce: one per cell of the box, in grid order */
} seis_kernel_call;

/* A partial: this header, then one double per element of the pass, the whole
 * padded to a multiple of 64 bytes. The stubs set a fresh one to: nan 0, samples
 * 0, min +inf, max -inf, sum and count 0. REDUCE folds the live samples of the
 * cell into it; a NaN among them sets nan to 1 (the values do not matter then). */
typedef struct seis_kernel_partial {
  uint64_t nan;     /* 1: a live sample was NaN */
  uint64_t samples; /* live samples seen; 0: the table becomes zeros */
} seis_kernel_partial;

#endif /* SEIS_KERNEL_H */
