/* broken.c - Objects that cannot be used, one per value of BROKEN. */
#include "object.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define NEWER 1
#define SHORT_MODULE 2
#define SHORT_ENTRY 3
#define NO_CPU 4
#define FAILING 5
#define NO_QUERY 6
#define NEWER_ABI 7
#define SLOW 8
#define WAITING 9

#if BROKEN == WAITING
/* Before the first sample is read: makes a file, and waits up to a minute until it is gone. */
static void meet(void) {
  static atomic_flag met = ATOMIC_FLAG_INIT;
  const char *path = atomic_flag_test_and_set(&met) ? NULL : getenv("SEIS_TEST_MEETING");
  int file = path ? open(path, O_CREAT | O_WRONLY, 0600) : -1;
  if (file < 0)
    return;
  close(file);
  struct timespec pause = {0, 5000000};
  for (int tries = 0; tries < 12000 && access(path, F_OK) == 0; ++tries)
    nanosleep(&pause, NULL);
}
#endif

static int32_t run(const seis_array *const *in, seis_array *const *out, const double *params,
                   const seis_array *const *tables, const seis_box *box, const seis_call *call) {
  (void)params;
  (void)tables;
#if BROKEN == SLOW || BROKEN == WAITING
#if BROKEN == WAITING
  meet();
#endif
  for (int64_t i = 0; i < box->extent[0]; ++i)
    for (int64_t x = 0; x < box->extent[1]; ++x)
      for (int64_t s = 0; s < box->extent[2]; ++s)
        AT3(float, out[0], i, x, s) = AT3(const float, in[0], i, x, s);
#if BROKEN == SLOW
  /* Leaves time to be killed in. */
  struct timespec pause = {0, 200000000};
  nanosleep(&pause, NULL);
#endif
  (void)call;
  return SEIS_OK;
#else
  (void)in;
  (void)out;
  (void)box;
  return fail(call, SEIS_ERR_LIMIT, "the object gave up on purpose");
#endif
}

static const seis_entry theEntry = {
    BROKEN == SHORT_ENTRY ? 16 : sizeof(seis_entry), 1, 1, 0, 0, 0, "broken", NULL, noScratch, run};
static const seis_entry *const entries[] = {&theEntry};

static const seis_module theModule = {
    BROKEN == SHORT_MODULE ? 8 : sizeof(seis_module),
    BROKEN == NEWER_ABI ? 9 : 1,
    SEIS_CPU,
    1,
    entries,
    "{\"seis_manifest\": 1, \"name\": \"broken\", \"entries\": [{\"name\": \"broken\","
    " \"inputs\": [{\"name\": \"x\", \"dtype\": \"f32\", \"storage\": [\"f32\"], " VOLUME_AXES
    "}], \"outputs\": [{\"name\": \"y\", \"dtype\": \"f32\", " VOLUME_AXES "}]}]}",
    NULL,
    0,
    BROKEN == NO_CPU ? "compiled for znver4, this processor lacks avx512f" : NULL,
    BROKEN == NO_CPU ? SEIS_ERR_CPU : SEIS_OK,
    0};

#if BROKEN == NO_QUERY
const seis_module *another_name(uint32_t version) {
#else
const seis_module *seis_module_query(uint32_t version) {
#endif
  return BROKEN == NEWER && version < 2 ? NULL : &theModule;
}
