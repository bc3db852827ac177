/* seis_entry.c - The part of an object that does not depend on what it computes.
 *
 * Everything a caller of an object reaches goes through these functions: they
 * check the CPU, then every argument against the object's descriptor, allocate
 * scratch at most once, and call the generated kernel. Compiled to bitcode for
 * baseline x86-64 with the compiler, linked into each object, so that a wrong
 * call ends in a message on any machine and never in a crash. Uses nothing of
 * libc but malloc and what the compiler itself calls (memcpy, memset).
 */
#include "seis_descriptor.h"

#include <cpuid.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>

/* ---- messages ---------------------------------------------------------- */

typedef struct text_out {
  char *at;
  size_t left; /* room, the final 0 not counted */
} text_out;

static void put_char(text_out *o, char c) {
  if (o->left) {
    *o->at++ = c;
    --o->left;
  }
}

static void put_text(text_out *o, const char *s) {
  while (*s)
    put_char(o, *s++);
}

static void put_unsigned(text_out *o, uint64_t v) {
  char digits[20];
  int n = 0;
  do
    digits[n++] = (char)('0' + v % 10);
  while (v /= 10);
  while (n)
    put_char(o, digits[--n]);
}

static void put_integer(text_out *o, int64_t v) {
  if (v < 0)
    put_char(o, '-');
  put_unsigned(o, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

/* Up to 15 significant digits, as %.15g would write them in the C locale. */
static void put_real(text_out *o, double v) {
  long double scaled;
  uint64_t digits;
  int exponent = 0, count = 15, i;
  char buffer[15];
  if (v != v) {
    put_text(o, "NaN");
    return;
  }
  if (v < 0)
    put_char(o, '-');
  scaled = v < 0 ? -(long double)v : (long double)v;
  if (scaled > 1.7976931348623157e308L) {
    put_text(o, "inf");
    return;
  }
  if (scaled == 0) {
    put_char(o, '0');
    return;
  }
  for (; scaled >= 1e15L; scaled /= 10)
    ++exponent;
  for (; scaled < 1e14L; scaled *= 10)
    --exponent;
  digits = (uint64_t)(scaled + 0.5L);
  if (digits >= UINT64_C(1000000000000000)) {
    digits /= 10;
    ++exponent;
  }
  for (i = 15; i--; digits /= 10)
    buffer[i] = (char)('0' + digits % 10);
  exponent += 14; /* of the first digit */
  while (count > 1 && buffer[count - 1] == '0')
    --count;
  if (exponent < -5 || exponent >= 15) {
    put_char(o, buffer[0]);
    if (count > 1)
      put_char(o, '.');
    for (i = 1; i < count; ++i)
      put_char(o, buffer[i]);
    put_char(o, 'e');
    put_integer(o, exponent);
    return;
  }
  if (exponent < 0) {
    put_text(o, "0.");
    for (i = exponent + 1; i < 0; ++i)
      put_char(o, '0');
  }
  for (i = 0; i < count || i <= exponent; ++i) {
    if (i == exponent + 1 && exponent >= 0)
      put_char(o, '.');
    put_char(o, i < count ? buffer[i] : '0');
  }
}

/* Writes the message, if the caller has room for one, and returns the status. In
 * the format %s is a text, %i an int64_t, %r a double. */
static int32_t fail(const seis_call *call, int32_t status, const char *format, ...) {
  va_list args;
  text_out o;
  if (!call || !call->message || !call->message_size)
    return status;
  o.at = call->message;
  o.left = call->message_size - 1;
  va_start(args, format);
  for (; *format; ++format) {
    if (*format != '%') {
      put_char(&o, *format);
      continue;
    }
    switch (*++format) {
    case 's':
      put_text(&o, va_arg(args, const char *));
      break;
    case 'i':
      put_integer(&o, va_arg(args, int64_t));
      break;
    default:
      put_real(&o, va_arg(args, double));
      break;
    }
  }
  va_end(args);
  *o.at = 0;
  return status;
}

static const char *const axis_names[3] = {"inline", "crossline", "sample"};

static const char *dtype_name(uint32_t dtype) {
  switch (dtype) {
  case SEIS_I8:
    return "i8";
  case SEIS_I16:
    return "i16";
  case SEIS_I32:
    return "i32";
  case SEIS_I64:
    return "i64";
  case SEIS_U8:
    return "u8";
  case SEIS_U16:
    return "u16";
  case SEIS_F32:
    return "f32";
  case SEIS_F64:
    return "f64";
  case SEIS_C64:
    return "c64";
  case SEIS_C128:
    return "c128";
  default:
    return "unknown";
  }
}

/* ---- CPU --------------------------------------------------------------- */

enum { L1C, L7B, L7C, L7D, S1A, S1D, X1C, CPU_WORDS };

static const struct {
  uint8_t word, bit, state;
} cpu_features[] = {
#define SEIS_CPU_FEATURE(name, word, bit, state) {word, bit, state},
#include "seis_cpu_features.def"
#undef SEIS_CPU_FEATURE
};

/* 0: not asked yet; 1: everything is there; 2 + i: features[i] is missing. The
 * only word of an object that is ever written; two threads write the same. */
static _Atomic uint32_t cpu_state;

static uint32_t ask_cpu(const seis_object_desc *object) {
  uint32_t words[CPU_WORDS] = {0}, a, b, c, d, sub, state = 0;
  if (__get_cpuid(1, &a, &b, &c, &d)) {
    words[L1C] = c;
    if (c & (1u << 27)) { /* the system has enabled xgetbv */
      uint32_t high;
      __asm__ volatile("xgetbv" : "=a"(state), "=d"(high) : "c"(0));
    }
  }
  if (__get_cpuid_count(7, 0, &sub, &b, &c, &d)) {
    words[L7B] = b;
    words[L7C] = c;
    words[L7D] = d;
    if (sub >= 1 && __get_cpuid_count(7, 1, &a, &b, &c, &d)) {
      words[S1A] = a;
      words[S1D] = d;
    }
  }
  if (__get_cpuid(0x80000001u, &a, &b, &c, &d))
    words[X1C] = c;
  for (uint64_t i = 0; i < object->n_features; ++i) {
    uint8_t f = object->features[i], need = cpu_features[f].state;
    if (!(words[cpu_features[f].word] >> cpu_features[f].bit & 1) || (state & need) != need)
      return (uint32_t)(2 + i);
  }
  return 1;
}

static const seis_module *module_here(const seis_object_desc *object) {
  uint32_t state = atomic_load_explicit(&cpu_state, memory_order_relaxed);
  if (!state) {
    state = ask_cpu(object);
    atomic_store_explicit(&cpu_state, state, memory_order_relaxed);
  }
  return &object->modules[state - 1];
}

const seis_module *seis_stub_query(const seis_object_desc *object, uint32_t max_abi_version) {
  return max_abi_version < SEIS_ABI_VERSION ? NULL : module_here(object);
}

/* ---- checks ------------------------------------------------------------ */

static int32_t check_call(const seis_entry_desc *e, const seis_call *call) {
  const seis_module *module;
  if (call && call->struct_size < sizeof(seis_call))
    return SEIS_ERR_ARGUMENT; /* where the message would go is not known */
  module = module_here(e->object);
  if (module->status)
    return fail(call, module->status, "%s", module->status_text);
  if (call && call->threads < 0)
    return fail(call, SEIS_ERR_ARGUMENT, "%s: threads is %i, wanted 0 (default) or more", e->name,
                (int64_t)call->threads);
  if (call && call->alloc && !call->release)
    return fail(call, SEIS_ERR_ARGUMENT, "%s: alloc is given but release is NULL", e->name);
  return SEIS_OK;
}

static int32_t check_size(const char *entry, const char *what, uint32_t found, uint32_t wanted,
                          const seis_call *call) {
  if (found >= wanted)
    return SEIS_OK;
  return fail(call, SEIS_ERR_ARGUMENT,
              "%s: %s: struct_size is %i, wanted at least the %i bytes of version 1", entry, what,
              (int64_t)found, (int64_t)wanted);
}

/* Halo on both sides of one axis; all numbers of the box are in range. */
static int32_t check_halo(const char *name, const seis_halo *halo, const seis_box *box, int axis,
                          const seis_call *call) {
  const char *axis_name = axis_names[axis];
  int64_t before = box->lo[axis], after = box->block[axis] - box->lo[axis] - box->extent[axis];
  int64_t survey_before = box->origin[axis] + before;
  int64_t survey_after = box->volume[axis] - survey_before - box->extent[axis];
  if (halo->whole[axis]) {
    if (box->block[axis] == box->volume[axis])
      return SEIS_OK;
    return fail(call, SEIS_ERR_HALO,
                "%s: axis %s must be whole: the block has %i of its %i positions; never cut this "
                "axis into blocks",
                name, axis_name, box->block[axis], box->volume[axis]);
  }
  if (before < halo->lo[axis] && before < survey_before) {
    int64_t want = halo->lo[axis] < survey_before ? halo->lo[axis] : survey_before;
    return fail(call, SEIS_ERR_HALO,
                "%s: halo is missing on the low side of axis %s: wanted %i before the box, the "
                "block has %i and the survey goes on; enlarge the block by %i",
                name, axis_name, want, before, want - before);
  }
  if (after < halo->hi[axis] && after < survey_after) {
    int64_t want = halo->hi[axis] < survey_after ? halo->hi[axis] : survey_after;
    return fail(call, SEIS_ERR_HALO,
                "%s: halo is missing on the high side of axis %s: wanted %i after the box, the "
                "block has %i and the survey goes on; enlarge the block by %i",
                name, axis_name, want, after, want - after);
  }
  return SEIS_OK;
}

static int32_t check_box(const char *name, const seis_halo *halo, const seis_box *box,
                         const seis_call *call) {
  int32_t status;
  int a;
  if (!box)
    return fail(call, SEIS_ERR_ARGUMENT, "%s: box is NULL", name);
  if ((status = check_size(name, "box", box->struct_size, sizeof *box, call)))
    return status;
  if (box->reserved)
    return fail(call, SEIS_ERR_ARGUMENT, "%s: box: reserved is %i, wanted 0", name,
                (int64_t)box->reserved);
  for (a = 0; a < 3; ++a) {
    if (box->extent[a] == 0)
      return fail(call, SEIS_ERR_EMPTY,
                  "%s: the box has extent 0 on axis %s: there is nothing to compute", name,
                  axis_names[a]);
    if (box->extent[a] < 0 || box->lo[a] < 0 || box->block[a] < box->extent[a] ||
        box->lo[a] > box->block[a] - box->extent[a])
      return fail(call, SEIS_ERR_SHAPE,
                  "%s: the box is outside its block on axis %s: lo %i, extent %i, block %i", name,
                  axis_names[a], box->lo[a], box->extent[a], box->block[a]);
    if (box->origin[a] < 0 || box->volume[a] < box->block[a] ||
        box->origin[a] > box->volume[a] - box->block[a])
      return fail(call, SEIS_ERR_SHAPE,
                  "%s: the block is outside the survey on axis %s: origin %i, block %i, volume %i",
                  name, axis_names[a], box->origin[a], box->block[a], box->volume[a]);
  }
  for (a = 0; a < 3; ++a)
    if ((status = check_halo(name, halo, box, a, call)))
      return status;
  return SEIS_OK;
}

/* A reduction's box is made of whole cells of the survey's grid, with whole samples. */
static int32_t check_cells(const char *name, const seis_box *box, const seis_call *call) {
  int a;
  for (a = 0; a < 2; ++a) {
    int64_t first = box->origin[a] + box->lo[a], end = first + box->extent[a];
    if (first % SEIS_GRID || (end % SEIS_GRID && end != box->volume[a]))
      return fail(call, SEIS_ERR_SHAPE,
                  "%s: the box of a pass must be made of whole cells of %i x %i traces: on axis %s "
                  "it goes from %i to %i of %i",
                  name, (int64_t)SEIS_GRID, (int64_t)SEIS_GRID, axis_names[a], first, end,
                  box->volume[a]);
  }
  if (box->extent[2] != box->volume[2])
    return fail(call, SEIS_ERR_SHAPE,
                "%s: the box of a pass must have whole traces: it has %i of %i samples", name,
                box->extent[2], box->volume[2]);
  return SEIS_OK;
}

static double evaluate(const seis_term *terms, uint32_t n, const double *params) {
  double stack[SEIS_MAX_TERMS], y;
  uint32_t depth = 0, i;
  for (i = 0; i < n; ++i) {
    const seis_term *t = &terms[i];
    if (t->kind == SEIS_TERM_NUMBER || t->kind == SEIS_TERM_PARAM) {
      stack[depth++] = t->kind == SEIS_TERM_NUMBER ? t->number : params[t->param];
      continue;
    }
    y = stack[depth - 1];
    if (t->kind == SEIS_TERM_NEG) {
      stack[depth - 1] = -y;
      continue;
    }
    double *x = &stack[--depth - 1];
    switch (t->kind) {
    case SEIS_TERM_ADD:
      *x += y;
      break;
    case SEIS_TERM_SUB:
      *x -= y;
      break;
    case SEIS_TERM_MUL:
      *x *= y;
      break;
    case SEIS_TERM_DIV:
      *x /= y;
      break;
    case SEIS_TERM_MIN:
      *x = *x != *x || *x < y ? *x : y;
      break;
    default:
      *x = *x != *x || *x > y ? *x : y;
      break;
    }
  }
  return stack[0];
}

static int32_t check_requirements(const seis_entry_desc *e, const double *params,
                                  const seis_call *call) {
  uint32_t i;
  for (i = 0; i < e->n_requirement; ++i) {
    const seis_requirement *r = &e->requirements[i];
    double value = evaluate(r->value, r->n_value, params);
    double limit = evaluate(r->limit, r->n_limit, params);
    int holds = r->bound == SEIS_BOUND_MIN     ? value >= limit
                : r->bound == SEIS_BOUND_MAX   ? value <= limit
                : r->bound == SEIS_BOUND_ABOVE ? value > limit
                                               : value < limit;
    if (!holds) /* NaN is on no side */
      return fail(call, SEIS_ERR_PARAM, "%s: %s must be %s %r, got %r", e->name, r->name,
                  r->relation, limit, value);
  }
  return SEIS_OK;
}

static int32_t check_params(const seis_entry_desc *e, const double *params, const seis_call *call) {
  uint32_t i;
  if (e->n_param && !params)
    return fail(call, SEIS_ERR_ARGUMENT, "%s: params is NULL, wanted %i values", e->name,
                (int64_t)e->n_param);
  for (i = 0; i < e->n_param; ++i) {
    const seis_param *p = &e->params[i];
    double v = params[i];
    if (v != v || ((p->has & SEIS_HAS_MIN) && v < p->min) ||
        ((p->has & SEIS_HAS_MAX) && v > p->max) || ((p->has & SEIS_HAS_ABOVE) && v <= p->above) ||
        ((p->has & SEIS_HAS_BELOW) && v >= p->below))
      return fail(call, SEIS_ERR_PARAM, "%s: parameter '%s' is %r, wanted %s", e->name, p->name, v,
                  p->range);
  }
  return check_requirements(e, params, call);
}

/* ---- arrays ------------------------------------------------------------ */

enum { KIND_INPUT, KIND_OUTPUT };
static const char *const kind_names[2] = {"input", "output"};

typedef struct array_check {
  const char *entry;
  const seis_port *port;
  int kind;
  const seis_box *box;
  const seis_call *call;
#ifdef SEIS_STORAGE
  uint32_t formats; /* 1 << f for every seis_format f; 0: native alone */
#define WITH_FORMATS(formats) , (formats)
#else
#define WITH_FORMATS(formats)
#endif
} array_check;

static uint32_t element_bytes(uint32_t dtype) { return (dtype & 0xff) / 8; }

#ifdef SEIS_STORAGE
#include "seis_formats.inc"
#endif

static int32_t check_array_head(const array_check *c, const seis_array *a) {
  const char *entry = c->entry, *kind = kind_names[c->kind], *name = c->port->name;
  uint32_t align = element_bytes(c->port->dtype);
#ifdef SEIS_STORAGE
  int32_t status;
#endif
  if (!a)
    return fail(c->call, SEIS_ERR_ARGUMENT, "%s: %s '%s' is NULL", entry, kind, name);
  if (a->struct_size < sizeof *a)
    return fail(c->call, SEIS_ERR_ARGUMENT,
                "%s: %s '%s': struct_size is %i, wanted at least the %i bytes of version 1", entry,
                kind, name, (int64_t)a->struct_size, (int64_t)sizeof *a);
  if (a->reserved[0] || a->reserved[1])
    return fail(c->call, SEIS_ERR_ARGUMENT, "%s: %s '%s': reserved is not 0", entry, kind, name);
#ifdef SEIS_STORAGE
  align = element_bytes(a->dtype);
  if ((status = check_format(c, a)))
    return status;
#else
  if (a->dtype != c->port->dtype)
    return fail(c->call, SEIS_ERR_DTYPE,
                "%s: %s '%s': element type is %s, wanted %s; convert the array or compile the "
                "program for its type",
                entry, kind, name, dtype_name(a->dtype), dtype_name(c->port->dtype));
  if (a->storage != SEIS_NATIVE)
    return fail(c->call, SEIS_ERR_DTYPE,
                "%s: %s '%s': storage is %s, wanted native %s; convert the samples while reading",
                entry, kind, name,
                a->storage == SEIS_SWAPPED ? "swapped"
                : a->storage == SEIS_IBM   ? "ibm"
                                           : "unknown",
                dtype_name(c->port->dtype));
#endif
  if (a->rank != c->port->rank)
    return fail(c->call, SEIS_ERR_SHAPE, "%s: %s '%s': rank is %i, wanted %i", entry, kind, name,
                (int64_t)a->rank, (int64_t)c->port->rank);
  if (!a->data)
    return fail(c->call, SEIS_ERR_ARGUMENT, "%s: %s '%s': data is NULL", entry, kind, name);
  if (a->rank && (!a->shape || !a->stride))
    return fail(c->call, SEIS_ERR_ARGUMENT, "%s: %s '%s': %s is NULL", entry, kind, name,
                a->shape ? "stride" : "shape");
  /* a complex value is aligned as its parts are */
  if (c->port->dtype == SEIS_C64 || c->port->dtype == SEIS_C128)
    align /= 2;
  if ((uintptr_t)a->data % align)
    return fail(c->call, SEIS_ERR_ARGUMENT,
                "%s: %s '%s': the address of its data is not a multiple of %i", entry, kind, name,
                (int64_t)align);
  return SEIS_OK;
}

/* Extents and strides; fills the view. */
static int32_t check_array(const array_check *c, const seis_array *a, seis_kernel_view *view) {
  const char *entry = c->entry, *kind = kind_names[c->kind], *name = c->port->name;
  int64_t dense = 1;
  uint32_t i;
  int32_t status = check_array_head(c, a);
  if (status)
    return status;
  view->data = a->data;
  view->stride[0] = view->stride[1] = 0;
  for (i = c->port->rank; i--;) {
    int64_t axis = c->port->axes[i], wanted = axis, stride = a->stride[i];
    const char *axis_name = axis < 0 ? axis_names[-1 - axis] : "table";
    int is_free = (axis == SEIS_AXIS_INLINE || axis == SEIS_AXIS_CROSSLINE) &&
                  !(c->kind == KIND_INPUT && c->port->rank == 1);
    if (axis < 0)
      wanted = c->kind == KIND_INPUT ? c->box->block[-1 - axis] : c->box->extent[-1 - axis];
    if (a->shape[i] != wanted)
      return fail(c->call, SEIS_ERR_SHAPE, "%s: %s '%s': extent of axis %i (%s) is %i, wanted %i%s",
                  entry, kind, name, (int64_t)i, axis_name, a->shape[i], wanted,
                  axis >= 0               ? ""
                  : c->kind == KIND_INPUT ? " as in the block"
                                          : " as in the box");
    if (!is_free) {
      if (wanted > 1 && stride != dense)
        return fail(c->call, SEIS_ERR_SHAPE,
                    "%s: %s '%s': stride of axis %i (%s) is %i, wanted %i: it must be dense", entry,
                    kind, name, (int64_t)i, axis_name, stride, dense);
      dense = (int64_t)((uint64_t)dense * (uint64_t)wanted);
      continue;
    }
    if (wanted == 1)
      continue; /* whatever its stride is */
    if (c->kind == KIND_OUTPUT && stride < dense && stride > -dense)
      return fail(c->call, SEIS_ERR_SHAPE,
                  "%s: %s '%s': stride of axis %i (%s) is %i, which makes its rows of %i overlap",
                  entry, kind, name, (int64_t)i, axis_name, stride, dense);
    view->stride[-1 - axis] = stride;
  }
  if (c->kind == KIND_INPUT && c->port->rank == 1)
    view->stride[0] = 1;
  return SEIS_OK;
}

/* Room for the views of n inputs and what lies behind them. */
#ifdef SEIS_STORAGE
#define VIEWS(n) (2 * (n))
#else
#define VIEWS(n) (n)
#endif

static int32_t check_inputs(const seis_entry_desc *e, const char *name, const seis_array *const *in,
                            const seis_box *box, const seis_call *call, seis_kernel_view *views) {
  uint32_t i;
  int32_t status;
  if (e->n_in && !in)
    return fail(call, SEIS_ERR_ARGUMENT, "%s: the list of inputs is NULL, wanted %i", name,
                (int64_t)e->n_in);
  for (i = 0; i < e->n_in; ++i) {
    array_check c = {name, &e->in[i], KIND_INPUT, box,
                     call WITH_FORMATS(((const seis_storage_entry_desc *)e)->formats[i])};
    if ((status = check_array(&c, in[i], &views[i])))
      return status;
#ifdef SEIS_STORAGE
    fill_load(views, e->n_in, i, in[i], e->in[i].dtype);
#endif
  }
  return SEIS_OK;
}

static int32_t check_outputs(const seis_entry_desc *e, seis_array *const *out, const seis_box *box,
                             const seis_call *call, const seis_kernel_view *in_views,
                             seis_kernel_view *views) {
  uint32_t i, j;
  int32_t status;
  if (e->n_out && !out)
    return fail(call, SEIS_ERR_ARGUMENT, "%s: the list of outputs is NULL, wanted %i", e->name,
                (int64_t)e->n_out);
  for (i = 0; i < e->n_out; ++i) {
    array_check c = {e->name, &e->out[i], KIND_OUTPUT, box, call WITH_FORMATS(0)};
    if ((status = check_array(&c, out[i], &views[i])))
      return status;
    for (j = 0; j < e->n_in; ++j)
      if (in_views[j].data == views[i].data)
        return fail(call, SEIS_ERR_ARGUMENT,
                    "%s: output '%s' has the memory of input '%s': they must not overlap", e->name,
                    e->out[i].name, e->in[j].name);
    for (j = 0; j < i; ++j)
      if (views[j].data == views[i].data)
        return fail(call, SEIS_ERR_ARGUMENT,
                    "%s: output '%s' has the memory of output '%s': they must not overlap", e->name,
                    e->out[i].name, e->out[j].name);
  }
  return SEIS_OK;
}

/* Checks a table of a pass: f64, rank 1, dense. `call` may be NULL. */
static int32_t check_table(const char *name, const seis_pass_desc *p, const seis_array *t,
                           const seis_call *call) {
  if (!t)
    return fail(call, SEIS_ERR_ARGUMENT, "%s: table of pass '%s' is NULL", name, p->name);
  if (t->struct_size < sizeof *t)
    return fail(call, SEIS_ERR_ARGUMENT,
                "%s: table of pass '%s': struct_size is %i, wanted at least the %i bytes of "
                "version 1",
                name, p->name, (int64_t)t->struct_size, (int64_t)sizeof *t);
  if (t->reserved[0] || t->reserved[1])
    return fail(call, SEIS_ERR_ARGUMENT, "%s: table of pass '%s': reserved is not 0", name,
                p->name);
  if (t->dtype != SEIS_F64 || t->storage != SEIS_NATIVE)
    return fail(call, SEIS_ERR_DTYPE,
                "%s: table of pass '%s': element type is %s, wanted native f64", name, p->name,
                dtype_name(t->dtype));
  if (t->rank != 1)
    return fail(call, SEIS_ERR_SHAPE, "%s: table of pass '%s': rank is %i, wanted 1", name, p->name,
                (int64_t)t->rank);
  if (!t->data || !t->shape || !t->stride || (uintptr_t)t->data % sizeof(double))
    return fail(call, SEIS_ERR_ARGUMENT,
                "%s: table of pass '%s': data, shape or stride is NULL or not aligned", name,
                p->name);
  if (t->shape[0] != (int64_t)p->n || (p->n > 1 && t->stride[0] != 1))
    return fail(call, SEIS_ERR_SHAPE,
                "%s: table of pass '%s' has %i values at stride %i, wanted %i at stride 1", name,
                p->name, t->shape[0], t->stride[0], (int64_t)p->n);
  return SEIS_OK;
}

static int32_t check_tables(const seis_entry_desc *e, const char *name, uint32_t count,
                            const seis_array *const *tables, const seis_call *call,
                            const double **values) {
  uint32_t i;
  int32_t status;
  if (count && !tables)
    return fail(call, SEIS_ERR_ARGUMENT,
                "%s: the list of tables is NULL, wanted %i: run the passes first", name,
                (int64_t)count);
  for (i = 0; i < count; ++i) {
    if ((status = check_table(name, &e->passes[i], tables[i], call)))
      return status;
    values[i] = tables[i]->data;
  }
  return SEIS_OK;
}

/* ---- running ----------------------------------------------------------- */

static void fill_kernel_call(seis_kernel_call *k, const seis_entry_desc *e, const seis_box *box,
                             int32_t threads) {
  int a;
  for (a = 0; a < 3; ++a) {
    k->block[a] = box->block[a];
    k->lo[a] = box->lo[a];
    k->extent[a] = box->extent[a];
    k->origin[a] = box->origin[a];
    k->volume[a] = box->volume[a];
  }
  if (!e->max_threads)
    threads = 1;
  else if (threads <= 0)
    threads = e->max_threads();
  k->threads = threads < 1 ? 1 : threads;
}

/* Allocates scratch, runs the kernel, gives the scratch back. */
static int32_t run_kernel(const char *name, seis_kernel kernel, seis_kernel_scratch scratch,
                          const seis_kernel_call *sizes, seis_kernel_call *k,
                          const seis_call *call) {
  uint64_t bytes = scratch(sizes);
  int own = !call || !call->alloc;
  void *memory = NULL;
  int32_t status;
  if (bytes) {
    if (own)
      memory = bytes > UINT64_MAX - 63 ? NULL : aligned_alloc(64, (bytes + 63) / 64 * 64);
    else
      memory = call->alloc(call->user, bytes, 64);
    if (!memory)
      return fail(call, SEIS_ERR_MEMORY,
                  "%s: no memory for %i bytes of scratch; use smaller blocks or fewer threads",
                  name, (int64_t)bytes);
    if ((uintptr_t)memory % 64) {
      call->release(call->user, memory);
      return fail(call, SEIS_ERR_ARGUMENT, "%s: alloc returned memory that is not aligned to 64",
                  name);
    }
  }
  k->scratch = memory;
  status = kernel(k);
  if (memory && own)
    free(memory);
  else if (memory)
    call->release(call->user, memory);
  if (status)
    return fail(call, status, "%s: the computation ended with status %i", name, (int64_t)status);
  return SEIS_OK;
}

/* The box as a kernel's SCRATCH sees it: sizes, and no pointers. */
static uint64_t kernel_scratch(const seis_entry_desc *e, const char *name, const seis_halo *halo,
                               seis_kernel_scratch scratch, const seis_box *box, int32_t threads) {
  seis_kernel_call k = {0};
  if (module_here(e->object)->status || threads < 0 || check_box(name, halo, box, NULL))
    return 0;
  fill_kernel_call(&k, e, box, threads);
  return scratch(&k);
}

uint64_t seis_stub_scratch(const seis_entry_desc *e, const seis_box *box, int32_t threads) {
  return kernel_scratch(e, e->name, &e->halo, e->scratch, box, threads);
}

int32_t seis_stub_run(const seis_entry_desc *e, const seis_array *const *in, seis_array *const *out,
                      const double *params, const seis_array *const *tables, const seis_box *box,
                      const seis_call *call) {
  seis_kernel_view in_views[VIEWS(e->n_in) + 1], out_views[e->n_out + 1];
  const double *values[e->n_pass + 1];
  seis_kernel_call sizes = {0}, k;
  int32_t status;
  if ((status = check_call(e, call)) || (status = check_box(e->name, &e->halo, box, call)) ||
      (status = check_inputs(e, e->name, in, box, call, in_views)) ||
      (status = check_outputs(e, out, box, call, in_views, out_views)) ||
      (status = check_params(e, params, call)) ||
      (status = check_tables(e, e->name, e->n_pass, tables, call, values)))
    return status;
  fill_kernel_call(&sizes, e, box, call ? call->threads : 0);
  k = sizes;
  k.in = in_views;
  k.out = out_views;
  k.params = params;
  k.tables = values;
  return run_kernel(e->name, e->run, e->scratch, &sizes, &k, call);
}

/* ---- passes ------------------------------------------------------------ */

static uint64_t partial_bytes(const seis_pass_desc *p) {
  return (sizeof(seis_kernel_partial) + 8 * p->n + 63) / 64 * 64;
}

uint64_t seis_stub_pass_scratch(const seis_entry_desc *e, uint32_t pass, const seis_box *box,
                                int32_t threads) {
  const seis_pass_desc *p = &e->passes[pass];
  return kernel_scratch(e, p->name, &p->halo, p->scratch, box, threads);
}

uint64_t seis_stub_partial_bytes(const seis_entry_desc *e, uint32_t pass) {
  return partial_bytes(&e->passes[pass]);
}

void seis_stub_init(const seis_entry_desc *e, uint32_t pass, void *partial) {
  const seis_pass_desc *p = &e->passes[pass];
  seis_kernel_partial *head = partial;
  double *values = (double *)(head + 1);
  uint64_t i, slots = (partial_bytes(p) - sizeof *head) / 8;
  if (!partial)
    return;
  head->nan = head->samples = 0;
  for (i = 0; i < slots; ++i) {
    uint8_t kind = i < p->n ? p->kinds[i] : SEIS_ELEMENT_SUM; /* the padding is 0 as well */
    values[i] = kind == SEIS_ELEMENT_MIN   ? __builtin_inf()
                : kind == SEIS_ELEMENT_MAX ? -__builtin_inf()
                                           : 0;
  }
}

/* NaN in a partial of the box: says in which cell. */
static int32_t check_nan(const seis_pass_desc *p, const seis_box *box, const char *partials,
                         const seis_call *call) {
  int64_t rows = (box->extent[0] + SEIS_GRID - 1) / SEIS_GRID;
  int64_t columns = (box->extent[1] + SEIS_GRID - 1) / SEIS_GRID, r, c;
  for (r = 0; r < rows; ++r)
    for (c = 0; c < columns; ++c, partials += partial_bytes(p)) {
      int64_t il, xl, il_end, xl_end;
      if (!((const seis_kernel_partial *)(const void *)partials)->nan)
        continue;
      il = box->origin[0] + box->lo[0] + r * SEIS_GRID;
      xl = box->origin[1] + box->lo[1] + c * SEIS_GRID;
      il_end = il + SEIS_GRID < box->volume[0] ? il + SEIS_GRID : box->volume[0];
      xl_end = xl + SEIS_GRID < box->volume[1] ? xl + SEIS_GRID : box->volume[1];
      return fail(call, SEIS_ERR_NAN,
                  "pass '%s': NaN in a live trace, inline index %i to %i, crossline index %i to "
                  "%i; mark such traces dead or replace NaN first",
                  p->name, il, il_end - 1, xl, xl_end - 1);
    }
  return SEIS_OK;
}

int32_t seis_stub_reduce(const seis_entry_desc *e, uint32_t pass, const seis_array *const *in,
                         const double *params, const seis_array *const *tables, const seis_box *box,
                         const uint8_t *live, void *partials, const seis_call *call) {
  const seis_pass_desc *p = &e->passes[pass];
  seis_kernel_view in_views[VIEWS(e->n_in) + 1];
  const double *values[pass + 1];
  seis_kernel_call sizes = {0}, k;
  int32_t status;
  if ((status = check_call(e, call)) || (status = check_box(p->name, &p->halo, box, call)) ||
      (status = check_cells(p->name, box, call)) ||
      (status = check_inputs(e, p->name, in, box, call, in_views)) ||
      (status = check_params(e, params, call)) ||
      (status = check_tables(e, p->name, pass, tables, call, values)))
    return status;
  if (!partials || (uintptr_t)partials % 64)
    return fail(call, SEIS_ERR_ARGUMENT, "%s: partials is NULL or not aligned to 64", p->name);
  fill_kernel_call(&sizes, e, box, call ? call->threads : 0);
  k = sizes;
  k.in = in_views;
  k.params = params;
  k.tables = values;
  k.live = live;
  k.partials = partials;
  if ((status = run_kernel(p->name, p->reduce, p->scratch, &sizes, &k, call)))
    return status;
  return check_nan(p, box, partials, call);
}

int32_t seis_stub_merge(const seis_entry_desc *e, uint32_t pass, void *acc, const void *partial) {
  const seis_pass_desc *p = &e->passes[pass];
  seis_kernel_partial *to = acc;
  const seis_kernel_partial *from = partial;
  double *a;
  const double *b;
  uint64_t i;
  if (!to || !from || to == from)
    return SEIS_ERR_ARGUMENT;
  a = (double *)(to + 1);
  b = (const double *)(from + 1);
  to->nan |= from->nan;
  to->samples += from->samples;
  for (i = 0; i < p->n; ++i)
    switch (p->kinds[i]) {
    case SEIS_ELEMENT_MIN:
      a[i] = b[i] < a[i] ? b[i] : a[i];
      break;
    case SEIS_ELEMENT_MAX:
      a[i] = b[i] > a[i] ? b[i] : a[i];
      break;
    default:
      a[i] += b[i];
      break;
    }
  return to->nan ? SEIS_ERR_NAN : SEIS_OK;
}

int32_t seis_stub_finish(const seis_entry_desc *e, uint32_t pass, const void *acc,
                         seis_array *table) {
  const seis_pass_desc *p = &e->passes[pass];
  const seis_kernel_partial *from = acc;
  double *to;
  uint64_t i;
  int32_t status;
  if (!from)
    return SEIS_ERR_ARGUMENT;
  if ((status = check_table(p->name, p, table, NULL)))
    return status;
  if (from->nan)
    return SEIS_ERR_NAN;
  to = table->data;
  for (i = 0; i < p->n; ++i)
    to[i] = from->samples ? ((const double *)(from + 1))[i] : 0;
  return SEIS_OK;
}
