/* object.h - What hand-written objects of the ABI share: address arithmetic, and
 * the module around one entry. Each object is a C file that fills in the rest. */
#ifndef SEIS_TEST_OBJECT_H
#define SEIS_TEST_OBJECT_H
#include "seis_rt/seis_abi.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Element (i, x, s) of a rank-3 array. */
#define AT3(type, array, i, x, s)                                                                  \
  (((type *)(array)                                                                                \
        ->data)[(i) * (array)->stride[0] + (x) * (array)->stride[1] + (s) * (array)->stride[2]])
#define AT2(type, array, i, x)                                                                     \
  (((type *)(array)->data)[(i) * (array)->stride[0] + (x) * (array)->stride[1]])

static inline int64_t clampIndex(int64_t index, int64_t length) {
  return index < 0 ? 0 : index >= length ? length - 1 : index;
}

static inline int32_t fail(const seis_call *call, int32_t status, const char *text) {
  if (call && call->message && call->message_size)
    snprintf(call->message, call->message_size, "%s", text);
  return status;
}

static inline void *takeScratch(const seis_call *call, size_t bytes) {
  return call && call->alloc ? call->alloc(call->user, bytes, 64) : malloc(bytes);
}

static inline void giveScratch(const seis_call *call, void *address) {
  if (call && call->alloc)
    call->release(call->user, address);
  else
    free(address);
}

static inline uint64_t noScratch(const seis_box *box, int32_t threads) {
  (void)box;
  (void)threads;
  return 0;
}

/* Beyond what the shape needs, structures are as an object of a later version would
 * have them: longer, with fields that this library must not look at. */
#define SEIS_TEST_ENTRY(entryName, inputs, outputs, params, nPass, passList, scratch, runFunction) \
  static const struct {                                                                            \
    seis_entry entry;                                                                              \
    uint64_t later[4];                                                                             \
  } theEntry = {{sizeof theEntry, inputs, outputs, params, nPass, 0, entryName, passList, scratch, \
                 runFunction},                                                                     \
                {1, 2, 3, 4}};                                                                     \
  static const seis_entry *const entries[] = {&theEntry.entry}

#define SEIS_TEST_MODULE(manifest, status, text)                                                   \
  static const struct {                                                                            \
    seis_module module;                                                                            \
    uint64_t later[4];                                                                             \
  } theModule = {{sizeof theModule, 1, SEIS_CPU, 1, entries, manifest, NULL, 0, text, status, 0},  \
                 {1, 2, 3, 4}};                                                                    \
  const seis_module *seis_module_query(uint32_t version) {                                         \
    return version < 1 ? NULL : &theModule.module;                                                 \
  }

#define VOLUME_AXES "\"axes\": [\"inline\", \"crossline\", \"sample\"]"
#endif
