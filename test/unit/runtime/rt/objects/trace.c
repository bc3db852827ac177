/* trace.c - Whole traces in f64: samples minus their mean, the mean itself (one a
 * trace), both side by side (an axis after sample), and a scalar. Uses scratch. */
#include "object.h"

static uint64_t scratch(const seis_box *box, int32_t threads) {
  (void)threads;
  return (uint64_t)box->block[2] * sizeof(double);
}

static int32_t run(const seis_array *const *in, seis_array *const *out, const double *params,
                   const seis_array *const *tables, const seis_box *box, const seis_call *call) {
  (void)params;
  (void)tables;
  int64_t samples = box->block[2];
  double *copy = takeScratch(call, scratch(box, 1));
  if (!copy)
    return fail(call, SEIS_ERR_MEMORY, "no scratch");
  for (int64_t i = 0; i < box->extent[0]; ++i)
    for (int64_t x = 0; x < box->extent[1]; ++x) {
      double mean = 0;
      for (int64_t s = 0; s < samples; ++s)
        mean += copy[s] = AT3(double, in[0], i + box->lo[0], x + box->lo[1], s);
      mean /= (double)samples;
      AT2(double, out[1], i, x) = mean;
      for (int64_t s = 0; s < box->extent[2]; ++s) {
        double value = copy[s + box->lo[2]];
        AT3(double, out[0], i, x, s) = value - mean;
        (&AT3(double, out[2], i, x, s))[0] = value;
        (&AT3(double, out[2], i, x, s))[1] = mean;
      }
    }
  *(double *)out[3]->data = (double)box->volume[0];
  giveScratch(call, copy);
  return SEIS_OK;
}

SEIS_TEST_ENTRY("trace", 1, 4, 0, 0, NULL, scratch, run);
SEIS_TEST_MODULE(
    "{\"seis_manifest\": 1, \"abi\": 1, \"name\": \"trace\", \"entries\": [{\"name\": \"trace\","
    " \"inputs\": [{\"name\": \"x\", \"dtype\": \"f64\", " VOLUME_AXES ","
    "   \"halo\": {\"inline\": [0, 0], \"crossline\": [0, 0], \"sample\": \"whole\"}}],"
    " \"outputs\": [{\"name\": \"rest\", \"dtype\": \"f64\", " VOLUME_AXES "},"
    "   {\"name\": \"mean\", \"dtype\": \"f64\", \"axes\": [\"inline\", \"crossline\"]},"
    "   {\"name\": \"both\", \"dtype\": \"f64\","
    "    \"axes\": [\"inline\", \"crossline\", \"sample\", 2]},"
    "   {\"name\": \"lines\", \"dtype\": \"f64\", \"axes\": []}],"
    " \"params\": [], \"dt_ms\": {\"fixed\": 4},"
    " \"lengths\": {\"specialised\": [60], \"other\": \"loop\"}}]}",
    SEIS_OK, NULL)
