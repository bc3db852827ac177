/* refused.c - Prints the status of the module, of a call, and the call's message. */
#include "one.h"

#include <stdio.h>

int main(void) {
  const seis_module *module = seis_query_one(SEIS_ABI_VERSION);
  char message[300] = "";
  int64_t shape[3] = {1, 1, 1}, stride[3] = {1, 1, 1};
  float x = 1, y = 0;
  double params[seis_one_n_param] = {0.5, 4};
  seis_array in = {sizeof in, SEIS_F32, SEIS_NATIVE, 3, 0, 0, 0, 0, 0, {0, 0}}, out;
  const seis_array *inputs[1];
  seis_array *outputs[1];
  seis_box box = {sizeof box, 0, {1, 1, 1}, {0, 0, 0}, {1, 1, 1}, {0, 0, 0}, {1, 1, 1}};
  seis_call call = {sizeof call, 0, 0, 0, 0, 0, message, sizeof message};
  int32_t status;
  in.shape = shape;
  in.stride = stride;
  out = in;
  in.data = &x;
  out.data = &y;
  inputs[0] = &in;
  outputs[0] = &out;
  status = module->entries[0]->run(inputs, outputs, params, 0, &box, &call);
  printf("%d %d %s\n", (int)module->status, (int)status, message);
  return 0;
}
