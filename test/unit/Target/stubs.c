/* stubs.c - The entry stubs under sanitizers, called wrongly in a million ways.
 *
 * Each call starts valid and has a few fields replaced by awkward values. Whatever
 * comes, the stubs must answer with a status and a message, and hand the kernel
 * nothing but a box inside a block inside a survey. Once more with SEIS_STORAGE, where
 * the input may be stored in several ways.
 */
#include "seis_descriptor.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state = 1;
static uint64_t next(void) {
  state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return state >> 33;
}

#define CHECK(c)                                                                                   \
  do                                                                                               \
    if (!(c)) {                                                                                    \
      fprintf(stderr, "line %d: %s\n", __LINE__, #c);                                              \
      exit(1);                                                                                     \
    }                                                                                              \
  while (0)

static long ran, reduced;

static void check_box(const seis_kernel_call *k) {
  for (int a = 0; a < 3; ++a) {
    CHECK(k->extent[a] > 0 && k->lo[a] >= 0 && k->origin[a] >= 0);
    CHECK(k->lo[a] <= k->block[a] - k->extent[a]);
    CHECK(k->origin[a] <= k->volume[a] - k->block[a]);
  }
  CHECK(k->threads == 1);
}

/* What lies behind the views of the inputs. */
static void check_loads(const seis_kernel_call *k) {
#ifdef SEIS_STORAGE
  seis_kernel_load loads[2];
  memcpy(loads, k->in + 2, sizeof loads);
  CHECK(loads[0].format < SEIS_FORMATS && loads[0].format != SEIS_FORMAT_SWAPPED_F32);
  CHECK(loads[0].format < SEIS_FORMAT_I8 || (float)loads[0].scale != 0);
  CHECK(loads[1].format == SEIS_FORMAT_NATIVE);
#else
  (void)k;
#endif
}

static int32_t run(const seis_kernel_call *k) {
  check_box(k);
  check_loads(k);
  CHECK(k->in[0].data && k->in[1].data && k->out[0].data && k->params && k->tables[0]);
  CHECK(k->params[0] >= 0 && k->params[0] < 1);
  CHECK(k->block[2] == k->volume[2]);
  memset(k->scratch, 1, 100);
  ++ran;
  return SEIS_OK;
}

static int32_t reduce(const seis_kernel_call *k) {
  check_box(k);
  check_loads(k);
  CHECK(k->partials && k->extent[2] == k->volume[2]);
  CHECK((k->origin[0] + k->lo[0]) % SEIS_GRID == 0);
  ++reduced;
  return SEIS_OK;
}

static uint64_t scratch(const seis_kernel_call *k) {
  check_box(k);
  CHECK(!k->in && !k->out && !k->params && !k->tables && !k->live && !k->partials);
  return 100;
}

static const int64_t volume_axes[] = {SEIS_AXIS_INLINE, SEIS_AXIS_CROSSLINE, SEIS_AXIS_SAMPLE};
static const int64_t glcm_axes[] = {SEIS_AXIS_INLINE, SEIS_AXIS_CROSSLINE, SEIS_AXIS_SAMPLE, 4};
static const seis_port inputs[] = {{"x", volume_axes, 3, SEIS_F32},
                                   {"il", volume_axes, 1, SEIS_F64}};
static const seis_port outputs[] = {{"y", glcm_axes, 4, SEIS_C64}};
static const seis_param params[] = {
    {"p", "at least 0 and below 1", 0, 0, 0, 1, SEIS_HAS_MIN | SEIS_HAS_BELOW, 0}};
/* 2 p < 1.5 */
static const seis_term doubled[] = {
    {SEIS_TERM_PARAM, 0, 0}, {SEIS_TERM_NUMBER, 0, 2}, {SEIS_TERM_MUL, 0, 0}};
static const seis_term limit[] = {{SEIS_TERM_NUMBER, 0, 1.5}};
static const seis_requirement requirements[] = {
    {"2 p", "below", doubled, limit, 3, 1, SEIS_BOUND_BELOW, 0}};
static const uint8_t kinds[] = {SEIS_ELEMENT_MIN, SEIS_ELEMENT_SUM};
static const seis_pass_desc passes[] = {
    {"pass", kinds, 2, {{0, 1, 0}, {0, 1, 0}, {0, 0, 1}, 0}, reduce, scratch}};
static const seis_module modules[] = {{sizeof(seis_module), 1, SEIS_CPU, 0, 0, "", 0, 0, "", 0, 0}};
static const seis_object_desc object = {0, 0, modules};
static const uint32_t formats[] = {1u << SEIS_FORMAT_NATIVE | 1u << SEIS_FORMAT_SWAPPED |
                                       1u << SEIS_FORMAT_IBM | 1u << SEIS_FORMAT_I8 |
                                       1u << SEIS_FORMAT_I16 | 1u << SEIS_FORMAT_SWAPPED_I16,
                                   0};
static const seis_storage_entry_desc whole_entry = {{"fuzz",
                                                     &object,
                                                     inputs,
                                                     outputs,
                                                     params,
                                                     requirements,
                                                     passes,
                                                     2,
                                                     1,
                                                     1,
                                                     1,
                                                     1,
                                                     0,
                                                     {{1, 0, 0}, {0, 2, 0}, {0, 0, 1}, 0},
                                                     run,
                                                     scratch,
                                                     0},
                                                    formats};
static const seis_entry_desc *const entry = &whole_entry.base;

/* Everything that a call consists of. */
typedef struct call_state {
  seis_array x, il, y, table;
  int64_t shapes[3][4], strides[3][4], table_shape, table_stride;
  seis_box box;
  seis_call call;
  double params[1];
  const seis_array *in[2], *tables[1];
  seis_array *out[1];
  void *partials;
} call_state;

static double storage[4096];
static _Alignas(64) char partial_storage[64 * 64];
static char message[200];

static void *fuzz_alloc(void *user, size_t bytes, size_t align) {
  (void)user;
  return next() % 8 ? aligned_alloc(align, (bytes + align - 1) / align * align) : NULL;
}
static void fuzz_release(void *user, void *memory) {
  (void)user;
  free(memory);
}

static seis_array array(uint32_t dtype, uint32_t rank, void *data, int64_t *shape,
                        int64_t *stride) {
  seis_array a = {sizeof a, dtype, SEIS_NATIVE, rank, 0, 0, 0, 0, 0, {0, 0}};
  a.data = data;
  a.shape = shape;
  a.stride = stride;
  return a;
}

static void make_valid(call_state *c) {
  memset(c, 0, sizeof *c);
  c->box.struct_size = sizeof c->box;
  for (int a = 0; a < 3; ++a) {
    int64_t volume = 1 + (int64_t)(next() % (a < 2 ? 40 : 4));
    int64_t first = a < 2 && next() % 2 ? 32 % volume : 0;
    c->box.volume[a] = volume;
    c->box.origin[a] = first > 1 ? first - 1 : 0;
    c->box.lo[a] = first - c->box.origin[a];
    c->box.block[a] = volume - c->box.origin[a];
    c->box.extent[a] = volume - first;
  }
  for (int i = 0; i < 3; ++i) {
    int64_t dense = 1;
    c->shapes[i][3] = 4;
    for (int a = 0; a < 3; ++a)
      c->shapes[i][a] = i < 2 ? c->box.block[a] : c->box.extent[a];
    for (int a = i == 2 ? 4 : i == 1 ? 1 : 3; a--;) {
      c->strides[i][a] = dense;
      dense *= c->shapes[i][a];
    }
  }
  c->x = array(SEIS_F32, 3, storage, c->shapes[0], c->strides[0]);
  c->il = array(SEIS_F64, 1, storage + 1, c->shapes[1], c->strides[1]);
  c->y = array(SEIS_C64, 4, storage + 2, c->shapes[2], c->strides[2]);
  c->table_shape = 2;
  c->table_stride = 1;
  c->table = array(SEIS_F64, 1, storage + 8, &c->table_shape, &c->table_stride);
#ifdef SEIS_STORAGE
  static const uint32_t dtypes[] = {SEIS_F32, SEIS_F32, SEIS_F32, SEIS_I8, SEIS_I16, SEIS_I16};
  static const uint32_t ways[] = {SEIS_NATIVE, SEIS_SWAPPED, SEIS_IBM,
                                  SEIS_NATIVE, SEIS_NATIVE,  SEIS_SWAPPED};
  size_t way = next() % (sizeof ways / sizeof *ways);
  c->x.dtype = dtypes[way];
  c->x.storage = ways[way];
  c->x.scale = next() % 16 ? 0.5 : 0;
#endif
  c->call.struct_size = sizeof c->call;
  c->call.alloc = fuzz_alloc;
  c->call.release = fuzz_release;
  c->call.message = message;
  c->call.message_size = 1 + next() % sizeof message;
  c->params[0] = 0.5;
  c->in[0] = &c->x;
  c->in[1] = &c->il;
  c->out[0] = &c->y;
  c->tables[0] = &c->table;
  c->partials = partial_storage;
}

static void spoil(call_state *c) {
  static const int64_t awkward[] = {
      0, 1, -1, 2, 31, 32, 33, INT64_MAX, INT64_MIN, INT64_MAX - 1, INT32_MAX, 1 << 20};
  int64_t v = awkward[next() % (sizeof awkward / sizeof *awkward)];
  int64_t *box[] = {c->box.block, c->box.lo, c->box.extent, c->box.origin, c->box.volume};
  seis_array *arrays[] = {&c->x, &c->il, &c->y, &c->table}, *a = arrays[next() % 4];
  switch (next() % 17) {
  case 0:
  case 1:
  case 2:
    box[next() % 5][next() % 3] = v;
    break;
  case 3:
  case 4: { /* one off, around */
    int64_t *at = &box[next() % 5][next() % 3];
    *at = (int64_t)((uint64_t)*at + next() % 3 - 1);
    break;
  }
  case 5:
    c->shapes[next() % 3][next() % 4] = v;
    break;
  case 6:
    c->strides[next() % 3][next() % 4] = v;
    break;
  case 7:
    a->dtype = (uint32_t)v;
    break;
  case 8:
    a->storage = (uint32_t)v;
    break;
  case 9:
    a->rank = (uint32_t)v;
    break;
  case 10:
    a->data = next() % 2 ? NULL : (char *)storage + next() % 16;
    break;
  case 11:
    a->struct_size = (uint32_t)v;
    break;
  case 12:
    if (next() % 2)
      a->shape = NULL;
    else
      a->stride = NULL;
    break;
  case 13:
    c->params[0] = next() % 3 ? (double)v * 1e-300 : NAN;
    break;
  case 14:
    c->in[next() % 2] = NULL;
    break;
  case 15:
    c->partials = next() % 2 ? NULL : partial_storage + 8;
    break;
  default:
    c->call.threads = (int32_t)v;
    break;
  }
}

int main(void) {
  long counts[16] = {0};
  for (long i = 0; i < 1000000; ++i) {
    call_state c;
    int32_t status;
    make_valid(&c);
    for (uint64_t n = next() % 4; n--;)
      spoil(&c);
    memset(message, 'z', sizeof message);
    message[0] = 0;
    if (next() % 2) {
      status = seis_stub_run(entry, c.in, c.out, c.params, c.tables, &c.box, &c.call);
    } else {
      for (int p = 0; p < 64; ++p)
        seis_stub_init(entry, 0, partial_storage + 64 * p);
      status = seis_stub_reduce(entry, 0, c.in, c.params, NULL, &c.box, NULL, c.partials, &c.call);
    }
    CHECK(status >= SEIS_OK && status <= SEIS_ERR_CPU);
    CHECK(memchr(message, 0, c.call.message_size));
    CHECK((status == SEIS_OK) == !message[0] || c.call.message_size == 1);
    CHECK(c.call.message_size == sizeof message || message[c.call.message_size] == 'z');
    (void)seis_stub_scratch(entry, &c.box, c.call.threads);
    ++counts[status];
  }
  for (int i = 0; i <= SEIS_ERR_CPU; ++i)
    printf("status %d: %ld\n", i, counts[i]);
  CHECK(ran > 10000 && reduced > 10000);
  CHECK(counts[SEIS_ERR_ARGUMENT] && counts[SEIS_ERR_DTYPE] && counts[SEIS_ERR_SHAPE] &&
        counts[SEIS_ERR_EMPTY] && counts[SEIS_ERR_HALO] && counts[SEIS_ERR_PARAM] &&
        counts[SEIS_ERR_MEMORY]);
  return 0;
}
