/* seis_abi.h - The C interface of a compiled seis object, version 1.
 *
 * An object exports one function, seis_module_query (a static one
 * seis_query_NAME), and everything else is reached through the structure that
 * it returns. Every structure begins with its size and is handled through a
 * pointer, so each may grow at its end: what lies beyond the other side's
 * struct_size reads as 0. Axes are inline, crossline, sample, in this order.
 * C99 and C++; needs nothing but this file.
 */
#ifndef SEIS_ABI_H
#define SEIS_ABI_H
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SEIS_ABI_VERSION 1u
#define SEIS_GRID 32 /* a reduction cell is 32 x 32 traces */

/* status; only ever appended to */
enum {
  SEIS_OK,
  SEIS_ERR_ARGUMENT,
  SEIS_ERR_DTYPE,
  SEIS_ERR_SHAPE,
  SEIS_ERR_EMPTY,
  SEIS_ERR_HALO,
  SEIS_ERR_PARAM,
  SEIS_ERR_NAN,
  SEIS_ERR_LIMIT,
  SEIS_ERR_MEMORY,
  SEIS_ERR_CPU,
  SEIS_ERR_DEVICE
};
/* dtype: DLPack code << 8 | bits */
enum {
  SEIS_I8 = 0x0008,
  SEIS_I16 = 0x0010,
  SEIS_I32 = 0x0020,
  SEIS_I64 = 0x0040,
  SEIS_U8 = 0x0108,
  SEIS_U16 = 0x0110,
  SEIS_F32 = 0x0220,
  SEIS_F64 = 0x0240,
  SEIS_C64 = 0x0540,
  SEIS_C128 = 0x0580
};
enum { SEIS_NATIVE, SEIS_SWAPPED, SEIS_IBM }; /* storage */
enum { SEIS_CPU, SEIS_CUDA };                 /* kind */

typedef struct seis_array {
  uint32_t struct_size, dtype, storage, rank;
  void *data;                    /* address of element (0, ..., 0) */
  const int64_t *shape, *stride; /* strides in elements */
  double scale, offset;
  uint64_t reserved[2];
} seis_array;

typedef struct seis_box {
  uint32_t struct_size, reserved;
  int64_t block[3], lo[3], extent[3]; /* shape of the block; the part that is wanted */
  int64_t origin[3], volume[3];       /* where it begins in the survey; the survey's shape */
} seis_box;

typedef struct seis_call {
  uint32_t struct_size;
  int32_t threads; /* 0: the OpenMP runtime's default */
  void *(*alloc)(void *user, size_t bytes, size_t align);
  void (*release)(void *user, void *);
  void *user;   /* NULL: malloc */
  void *stream; /* CUDA, used by seis_rt only */
  char *message;
  size_t message_size;
} seis_call;

typedef struct seis_pass {
  uint32_t struct_size, table_dtype, table_rank, reserved;
  const int64_t *table_shape;
  const char *name;
  uint64_t (*partial_bytes)(const double *params); /* a multiple of 64 */
  uint64_t (*scratch_bytes)(const seis_box *, int32_t threads);
  void (*init)(const double *params, void *partial);
  int32_t (*reduce)(const seis_array *const *in, const double *params,
                    const seis_array *const *tables, const seis_box *, const uint8_t *live,
                    void *partials, const seis_call *);
  int32_t (*merge)(void *acc, const void *partial);
  int32_t (*finish)(const void *acc, seis_array *table);
} seis_pass;

typedef struct seis_entry {
  uint32_t struct_size, n_in, n_out, n_param, n_pass, reserved;
  const char *name;
  const seis_pass *const *passes;
  uint64_t (*scratch_bytes)(const seis_box *, int32_t threads);
  int32_t (*run)(const seis_array *const *in, seis_array *const *out, const double *params,
                 const seis_array *const *tables, const seis_box *, const seis_call *);
} seis_entry;

typedef struct seis_module {
  uint32_t struct_size, abi_version, kind, n_entries;
  const seis_entry *const *entries;
  const char *manifest_json;
  const void *bundle;
  uint64_t bundle_size; /* CUDA: launch manifest and device images */
  const char *status_text;
  int32_t status; /* not 0: why the entries refuse to run here */
  uint32_t reserved;
} seis_module;

const seis_module *seis_module_query(uint32_t max_abi_version); /* NULL: the object is newer */

#ifdef __cplusplus
}
#endif
#endif /* SEIS_ABI_H */
