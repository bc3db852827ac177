/* seis_descriptor.h - What the entry stubs know about one object.
 *
 * The stubs (seis_entry.c) are the same in every object; these constants, written
 * by the compiler (Descriptor.cpp), say what the object's entries take and give.
 */
#ifndef SEIS_DESCRIPTOR_H
#define SEIS_DESCRIPTOR_H

#include "seis_abi.h"
#include "seis_kernel.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Values of seis_port.axes below 0: axes of the survey. Others are extents. */
enum { SEIS_AXIS_INLINE = -1, SEIS_AXIS_CROSSLINE = -2, SEIS_AXIS_SAMPLE = -3 };

/* An input or an output. */
typedef struct seis_port {
  const char *name;
  const int64_t *axes; /* rank of them */
  uint32_t rank, dtype;
} seis_port;

enum { SEIS_HAS_MIN = 1, SEIS_HAS_MAX = 2, SEIS_HAS_ABOVE = 4, SEIS_HAS_BELOW = 8 };

typedef struct seis_param {
  const char *name;
  const char *range; /* for messages: "at least 0 and below 1" */
  double min, max, above, below;
  uint32_t has, reserved;
} seis_param;

/* One step of an expression of parameters in postfix order; TERM_NEG and what follows take what
 * stands before them. */
enum {
  SEIS_TERM_NUMBER,
  SEIS_TERM_PARAM,
  SEIS_TERM_NEG,
  SEIS_TERM_ADD,
  SEIS_TERM_SUB,
  SEIS_TERM_MUL,
  SEIS_TERM_DIV,
  SEIS_TERM_MIN,
  SEIS_TERM_MAX
};
enum { SEIS_MAX_TERMS = 64 };

typedef struct seis_term {
  uint32_t kind, param;
  double number;
} seis_term;

enum { SEIS_BOUND_MIN, SEIS_BOUND_MAX, SEIS_BOUND_ABOVE, SEIS_BOUND_BELOW };

/* What the parameters of a call have to fulfil beyond their own ranges: `value` is on the right
 * side of `limit`. */
typedef struct seis_requirement {
  const char *name;     /* of the value, for messages */
  const char *relation; /* "at least" */
  const seis_term *value, *limit;
  uint32_t n_value, n_limit; /* at most SEIS_MAX_TERMS */
  uint32_t bound, reserved;
} seis_requirement;

/* Samples wanted around the box, where the survey has them. */
typedef struct seis_halo {
  int64_t lo[3], hi[3];
  uint32_t whole[3], reserved; /* 1: the block must have the whole axis */
} seis_halo;

typedef int32_t (*seis_kernel)(const seis_kernel_call *);
typedef uint64_t (*seis_kernel_scratch)(const seis_kernel_call *);

enum { SEIS_ELEMENT_MIN, SEIS_ELEMENT_MAX, SEIS_ELEMENT_SUM, SEIS_ELEMENT_COUNT };

typedef struct seis_pass_desc {
  const char *name;
  const uint8_t *kinds; /* SEIS_ELEMENT_*, n of them */
  uint64_t n;
  seis_halo halo;
  seis_kernel reduce;
  seis_kernel_scratch scratch;
} seis_pass_desc;

typedef struct seis_object_desc {
  const uint8_t *features; /* positions in seis_cpu_features.def */
  uint64_t n_features;
  const seis_module *modules; /* [0] for a fit machine, [1 + i] where features[i] is missing */
} seis_object_desc;

typedef struct seis_entry_desc {
  const char *name;
  const seis_object_desc *object;
  const seis_port *in, *out;
  const seis_param *params;
  const seis_requirement *requirements;
  const seis_pass_desc *passes;
  uint32_t n_in, n_out, n_param, n_requirement, n_pass, reserved;
  seis_halo halo;
  seis_kernel run;
  seis_kernel_scratch scratch;
  int (*max_threads)(void); /* NULL: a serial object */
} seis_entry_desc;

/* The entry of an object whose inputs may come in several formats. Its stubs are seis_entry.c with
 * SEIS_STORAGE defined, for which every descriptor of an entry begins one of these. */
typedef struct seis_storage_entry_desc {
  seis_entry_desc base;
  const uint32_t *formats; /* per input: 1 << f for every seis_format f that it takes */
} seis_storage_entry_desc;

/* What the functions that the caller sees forward to. */
const seis_module *seis_stub_query(const seis_object_desc *, uint32_t max_abi_version);
uint64_t seis_stub_scratch(const seis_entry_desc *, const seis_box *, int32_t threads);
int32_t seis_stub_run(const seis_entry_desc *, const seis_array *const *in, seis_array *const *out,
                      const double *params, const seis_array *const *tables, const seis_box *,
                      const seis_call *);
uint64_t seis_stub_pass_scratch(const seis_entry_desc *, uint32_t pass, const seis_box *,
                                int32_t threads);
int32_t seis_stub_reduce(const seis_entry_desc *, uint32_t pass, const seis_array *const *in,
                         const double *params, const seis_array *const *tables, const seis_box *,
                         const uint8_t *live, void *partials, const seis_call *);
uint64_t seis_stub_partial_bytes(const seis_entry_desc *, uint32_t pass);
void seis_stub_init(const seis_entry_desc *, uint32_t pass, void *partial);
int32_t seis_stub_merge(const seis_entry_desc *, uint32_t pass, void *acc, const void *partial);
int32_t seis_stub_finish(const seis_entry_desc *, uint32_t pass, const void *acc,
                         seis_array *table);

#ifdef __cplusplus
}
#endif
#endif /* SEIS_DESCRIPTOR_H */
