/* stencil.c - A stencil with a different reach on every side, nearest border. It
 * sums in f32 in a fixed order, so equal bits mean equal neighbours. */
#include "object.h"

enum { BEFORE_I = 1, AFTER_I = 2, BEFORE_X = 3, AFTER_X = 1, BEFORE_S = 2, AFTER_S = 0 };

static int32_t run(const seis_array *const *in, seis_array *const *out, const double *params,
                   const seis_array *const *tables, const seis_box *box, const seis_call *call) {
  (void)params;
  (void)tables;
  (void)call;
  const int64_t *block = box->block;
  for (int64_t i = 0; i < box->extent[0]; ++i)
    for (int64_t x = 0; x < box->extent[1]; ++x)
      for (int64_t s = 0; s < box->extent[2]; ++s) {
        float sum = 0, weight = 1;
        int64_t ci = i + box->lo[0], cx = x + box->lo[1], cs = s + box->lo[2];
        for (int64_t d = -BEFORE_I; d <= AFTER_I; ++d, weight += 0.3f)
          sum += weight * AT3(float, in[0], clampIndex(ci + d, block[0]), cx, cs);
        for (int64_t d = -BEFORE_X; d <= AFTER_X; ++d, weight += 0.3f)
          sum += weight * AT3(float, in[0], ci, clampIndex(cx + d, block[1]), cs);
        for (int64_t d = -BEFORE_S; d <= AFTER_S; ++d, weight += 0.3f)
          sum += weight * AT3(float, in[0], ci, cx, clampIndex(cs + d, block[2]));
        AT3(float, out[0], i, x, s) = sum;
      }
  return SEIS_OK;
}

SEIS_TEST_ENTRY("stencil", 1, 1, 0, 0, NULL, noScratch, run);
SEIS_TEST_MODULE("{\"seis_manifest\": 1, \"abi\": 1, \"name\": \"stencil\", \"entries\": "
                 "[{\"name\": \"stencil\","
                 " \"inputs\": [{\"name\": \"x\", \"dtype\": \"f32\", " VOLUME_AXES ","
                 "   \"halo\": {\"inline\": [1, 2], \"crossline\": [3, 1], \"sample\": [2, 0]}}],"
                 " \"outputs\": [{\"name\": \"y\", \"dtype\": \"f32\", " VOLUME_AXES "}],"
                 " \"params\": [], \"dt_ms\": null}]}",
                 SEIS_OK, NULL)
