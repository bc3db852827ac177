/* lines.c - Two volumes and the line numbers of the headers. */
#include "object.h"

static int32_t run(const seis_array *const *in, seis_array *const *out, const double *params,
                   const seis_array *const *tables, const seis_box *box, const seis_call *call) {
  (void)params;
  (void)tables;
  (void)call;
  const double *inlines = in[1]->data, *crosslines = in[3]->data, *times = in[4]->data;
  for (int64_t i = 0; i < box->extent[0]; ++i)
    for (int64_t x = 0; x < box->extent[1]; ++x)
      for (int64_t s = 0; s < box->extent[2]; ++s) {
        int64_t ci = i + box->lo[0], cx = x + box->lo[1], cs = s + box->lo[2];
        AT3(float, out[0], i, x, s) =
            (float)(AT3(float, in[0], ci, cx, cs) + 2 * AT3(float, in[2], ci, cx, cs) +
                    1e4 * inlines[ci] + crosslines[cx] * 1e3 + times[cs]);
      }
  return SEIS_OK;
}

SEIS_TEST_ENTRY("lines", 5, 1, 0, 0, NULL, noScratch, run);
SEIS_TEST_MODULE(
    "{\"seis_manifest\": 1, \"abi\": 1, \"name\": \"lines\", \"entries\": [{\"name\": \"lines\","
    " \"inputs\": [{\"name\": \"near\", \"dtype\": \"f32\", " VOLUME_AXES ","
    "   \"halo\": {\"inline\": [1, 0], \"crossline\": [0, 1], \"sample\": [0, 0]}},"
    "  {\"name\": \"il\", \"dtype\": \"f64\", \"axes\": [\"inline\"], \"from\": \"line(inline)\"},"
    "  {\"name\": \"far\", \"dtype\": \"f32\", " VOLUME_AXES "},"
    "  {\"name\": \"xl\", \"dtype\": \"f64\", \"axes\": [\"crossline\"],"
    "   \"from\": \"line(crossline)\"},"
    "  {\"name\": \"t\", \"dtype\": \"f64\", \"axes\": [\"sample\"], \"from\": \"line(sample)\"}],"
    " \"outputs\": [{\"name\": \"y\", \"dtype\": \"f32\", " VOLUME_AXES "}],"
    " \"params\": [], \"dt_ms\": null}]}",
    SEIS_OK, NULL)
