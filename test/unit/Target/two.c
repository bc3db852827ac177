/* two.c - Two objects in one program: both headers, both archives. C99 and C++. */
#include "my-attr.h"
#include "one.h"

#include <stdio.h>

static int32_t apply(const seis_entry *entry, const double *params, float value, float *result) {
  int64_t shape[3] = {1, 1, 1}, stride[3] = {1, 1, 1};
  seis_array in = {sizeof in, SEIS_F32, SEIS_NATIVE, 3, 0, 0, 0, 0, 0, {0, 0}}, out;
  seis_box box = {sizeof box, 0, {1, 1, 1}, {0, 0, 0}, {1, 1, 1}, {0, 0, 0}, {1, 1, 1}};
  const seis_array *inputs[seis_one_n_in];
  seis_array *outputs[seis_my_attr_n_out];
  in.shape = shape;
  in.stride = stride;
  out = in;
  in.data = &value;
  out.data = result;
  inputs[seis_one_in_x] = &in;
  outputs[seis_my_attr_out_y] = &out;
  return entry->run(inputs, outputs, params, 0, &box, 0);
}

int main(void) {
  double params[seis_one_n_param] = {0.0, 0.0};
  float a = 0, b = 0;
  int32_t s, t;
  params[seis_one_param_bias] = 1;
  params[seis_one_param_dt_ms] = 4;
  s = apply(seis_query_one(SEIS_ABI_VERSION)->entries[0], params, 3, &a);
  params[seis_my_attr_param_bias] = 2;
  t = apply(seis_query_my_attr(SEIS_ABI_VERSION)->entries[0], params, 5, &b);
  printf("%d %g %d %g\n", (int)s, (double)a, (int)t, (double)b);
  return 0;
}
