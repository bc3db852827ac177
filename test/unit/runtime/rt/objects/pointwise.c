/* pointwise.c - y = gain * x + shift / dt_ms: no halo, parameters of every kind. */
#include "object.h"

static int32_t run(const seis_array *const *in, seis_array *const *out, const double *params,
                   const seis_array *const *tables, const seis_box *box, const seis_call *call) {
  (void)tables;
  (void)call;
  for (int64_t i = 0; i < box->extent[0]; ++i)
    for (int64_t x = 0; x < box->extent[1]; ++x)
      for (int64_t s = 0; s < box->extent[2]; ++s)
        AT3(float, out[0], i, x, s) =
            (float)(params[0] * AT3(float, in[0], i + box->lo[0], x + box->lo[1], s + box->lo[2]) +
                    params[1] / params[2]);
  return SEIS_OK;
}

SEIS_TEST_ENTRY("pointwise", 1, 1, 3, 0, NULL, noScratch, run);
SEIS_TEST_MODULE(
    "{\"seis_manifest\": 1, \"abi\": 1, \"name\": \"pointwise\", \"later_key\": [1],"
    " \"target\": {\"kind\": \"cpu\", \"cpu\": \"x86-64\", \"features\": [], \"openmp\": null},"
    " \"entries\": [{\"name\": \"pointwise\","
    " \"inputs\": [{\"name\": \"x\", \"dtype\": \"f32\", " VOLUME_AXES ", \"unit\": \"amplitude\","
    "   \"halo\": {\"inline\": [0, 0], \"crossline\": [0, 0], \"sample\": [0, 0]}}],"
    " \"outputs\": [{\"name\": \"y\", \"dtype\": \"f32\", " VOLUME_AXES
    ", \"unit\": \"amplitude\"}],"
    " \"params\": [{\"name\": \"gain\", \"default\": 2, \"min\": -10, \"max\": 10},"
    "   {\"name\": \"shift\", \"default\": 0.5, \"above\": 0, \"below\": 100, \"unit\": \"Hz\"},"
    "   {\"name\": \"dt_ms\", \"required\": true, \"above\": 0, \"unit\": \"ms\"}],"
    " \"dt_ms\": \"param\", \"lengths\": {\"specialised\": [60], \"other\": \"loop\"}}]}",
    SEIS_OK, NULL)
