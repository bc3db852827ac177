/* shared.c - y = 2 x by way of a static buffer, as no object may: calls at once disturb each other.
 */
#include "object.h"

static float row[1 << 16];

static int32_t run(const seis_array *const *in, seis_array *const *out, const double *params,
                   const seis_array *const *tables, const seis_box *box, const seis_call *call) {
  (void)params;
  (void)tables;
  (void)call;
  for (int64_t i = 0; i < box->extent[0]; ++i)
    for (int64_t x = 0; x < box->extent[1]; ++x) {
      for (int64_t s = 0; s < box->extent[2]; ++s)
        row[s] = 2 * AT3(float, in[0], i + box->lo[0], x + box->lo[1], s + box->lo[2]);
      for (int64_t s = 0; s < box->extent[2]; ++s)
        AT3(float, out[0], i, x, s) = row[s];
    }
  return SEIS_OK;
}

SEIS_TEST_ENTRY("shared", 1, 1, 0, 0, NULL, noScratch, run);
SEIS_TEST_MODULE(
    "{\"seis_manifest\": 1, \"abi\": 1, \"name\": \"shared\","
    " \"target\": {\"kind\": \"cpu\", \"cpu\": \"x86-64\", \"features\": [], \"openmp\": null},"
    " \"entries\": [{\"name\": \"shared\","
    " \"inputs\": [{\"name\": \"x\", \"dtype\": \"f32\", " VOLUME_AXES ", \"unit\": \"amplitude\","
    "   \"halo\": {\"inline\": [0, 0], \"crossline\": [0, 0], \"sample\": [0, 0]}}],"
    " \"outputs\": [{\"name\": \"y\", \"dtype\": \"f32\", " VOLUME_AXES
    ", \"unit\": \"amplitude\"}],"
    " \"params\": [], \"dt_ms\": null}]}",
    SEIS_OK, NULL)
