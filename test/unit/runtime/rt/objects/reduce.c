/* reduce.c - Two passes before the run: [min, max], then the sum of three-inline
 * sums in f32, whose bits show the order in which the cells were merged. The
 * second pass also needs the table of the first. */
#include "object.h"

typedef struct range {
  float least, most;
  int32_t any;
  char pad[52];
} range;

static uint64_t partialBytes(const double *params) {
  (void)params;
  return 64;
}

static void startRange(const double *params, void *partial) {
  (void)params;
  range start = {0, 0, 0, {0}};
  memcpy(partial, &start, sizeof start);
}

/* Calls `visit` with the cell of every live trace of the box. */
#define FOR_LIVE_TRACES(box, live, i, x, cell)                                                     \
  for (int64_t i = 0; i < (box)->extent[0]; ++i)                                                   \
    for (int64_t x = 0, columns = ((box)->extent[1] + SEIS_GRID - 1) / SEIS_GRID, cell = 0;        \
         cell = i / SEIS_GRID * columns + x / SEIS_GRID, x < (box)->extent[1]; ++x)                \
      if (!(live) || (live)[i * (box)->extent[1] + x])

static int32_t reduceRange(const seis_array *const *in, const double *params,
                           const seis_array *const *tables, const seis_box *box,
                           const uint8_t *live, void *partials, const seis_call *call) {
  (void)params;
  (void)tables;
  FOR_LIVE_TRACES(box, live, i, x, cell) {
    range *sum = (range *)partials + cell;
    for (int64_t s = 0; s < box->extent[2]; ++s) {
      float value = AT3(float, in[0], i + box->lo[0], x + box->lo[1], s);
      if (isnan(value))
        return fail(call, SEIS_ERR_NAN, "NaN in a live trace");
      sum->least = !sum->any || value < sum->least ? value : sum->least;
      sum->most = !sum->any || value > sum->most ? value : sum->most;
      sum->any = 1;
    }
  }
  return SEIS_OK;
}

static int32_t mergeRange(void *acc, const void *partial) {
  range *sum = acc;
  const range *other = partial;
  if (!other->any)
    return SEIS_OK;
  sum->least = !sum->any || other->least < sum->least ? other->least : sum->least;
  sum->most = !sum->any || other->most > sum->most ? other->most : sum->most;
  sum->any = 1;
  return SEIS_OK;
}

static int32_t finishRange(const void *acc, seis_array *table) {
  ((float *)table->data)[0] = ((const range *)acc)->least;
  ((float *)table->data)[1] = ((const range *)acc)->most;
  return SEIS_OK;
}

static void startSum(const double *params, void *partial) {
  (void)params;
  memset(partial, 0, 64);
}

static int32_t reduceSum(const seis_array *const *in, const double *params,
                         const seis_array *const *tables, const seis_box *box, const uint8_t *live,
                         void *partials, const seis_call *call) {
  (void)params;
  (void)call;
  float least = ((const float *)tables[0]->data)[0];
  FOR_LIVE_TRACES(box, live, i, x, cell) {
    float *sum = (float *)((char *)partials + 64 * cell);
    int64_t ci = i + box->lo[0], cx = x + box->lo[1];
    for (int64_t s = 0; s < box->extent[2]; ++s)
      for (int64_t d = -1; d <= 1; ++d)
        *sum += AT3(float, in[0], clampIndex(ci + d, box->block[0]), cx, s) - least;
  }
  return SEIS_OK;
}

static int32_t mergeSum(void *acc, const void *partial) {
  /* Not associative on purpose: the merge order shows. */
  *(float *)acc = *(float *)acc * 0.75f + *(const float *)partial;
  return SEIS_OK;
}

static int32_t finishSum(const void *acc, seis_array *table) {
  *(float *)table->data = *(const float *)acc;
  return SEIS_OK;
}

static int32_t run(const seis_array *const *in, seis_array *const *out, const double *params,
                   const seis_array *const *tables, const seis_box *box, const seis_call *call) {
  (void)params;
  (void)call;
  const float *ends = tables[0]->data;
  float sum = *(const float *)tables[1]->data;
  for (int64_t i = 0; i < box->extent[0]; ++i)
    for (int64_t x = 0; x < box->extent[1]; ++x)
      for (int64_t s = 0; s < box->extent[2]; ++s)
        AT3(float, out[0], i, x, s) =
            (AT3(float, in[0], i + box->lo[0], x + box->lo[1], s + box->lo[2]) - ends[0]) /
                (ends[1] - ends[0]) +
            sum;
  return SEIS_OK;
}

static const int64_t rangeShape[] = {2}, sumShape[] = {1};
static const seis_pass rangePass = {
    sizeof(seis_pass), SEIS_F32,  1,          0,           rangeShape, "range",
    partialBytes,      noScratch, startRange, reduceRange, mergeRange, finishRange};
static const seis_pass sumPass = {
    sizeof(seis_pass), SEIS_F32,  1,        0,         sumShape, "sum",
    partialBytes,      noScratch, startSum, reduceSum, mergeSum, finishSum};
static const seis_pass *const passes[] = {&rangePass, &sumPass};

SEIS_TEST_ENTRY("reduce", 1, 1, 0, 2, passes, noScratch, run);
SEIS_TEST_MODULE(
    "{\"seis_manifest\": 1, \"abi\": 1, \"name\": \"reduce\", \"entries\": [{\"name\": \"reduce\","
    " \"inputs\": [{\"name\": \"x\", \"dtype\": \"f32\", " VOLUME_AXES ","
    "   \"halo\": {\"inline\": [0, 0], \"crossline\": [0, 0], \"sample\": [0, 0]}}],"
    " \"outputs\": [{\"name\": \"y\", \"dtype\": \"f32\", " VOLUME_AXES "}], \"params\": [],"
    " \"passes\": [{\"name\": \"range\", \"of\": [\"x\"],"
    "   \"table\": {\"dtype\": \"f32\", \"axes\": [2], \"elements\": [\"min\", \"max\"]}},"
    "  {\"name\": \"sum\", \"of\": [\"x\"], \"table\": {\"dtype\": \"f32\", \"axes\": [1]},"
    "   \"halo\": {\"inline\": [1, 1]}}], \"dt_ms\": null}]}",
    SEIS_OK, NULL)
