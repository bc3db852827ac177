/* seis_rt.h - Load compiled seis objects and run them over volumes of any size.
 *
 * A convenience above seis_abi.h: it opens an object and refuses, with a
 * sentence, what this machine or this library cannot run; fills the parameter
 * table; grows a wanted box by the halo of an entry; computes whole-volume
 * reductions over the fixed grid of 32 x 32 traces; and streams a survey that is
 * larger than memory through an entry, reading, computing and writing at once.
 *
 * Every call that can fail returns a status, SEIS_OK or one of SEIS_ERR_... of
 * seis_abi.h or SEIS_RT_ERR_... below, and puts a sentence into `message` (at
 * most message_size bytes with the final 0; NULL: not wanted). Nothing throws.
 * A module may be used by any number of threads at once; only closing it must
 * wait until the others are done. Axes are inline, crossline, sample.
 */
#ifndef SEIS_RT_H
#define SEIS_RT_H
#include "seis_rt/seis_abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define SEIS_RT_API __attribute__((visibility("default")))
#else
#define SEIS_RT_API
#endif

/** Statuses of this library beside those of the object. */
enum {
  SEIS_RT_ERR_LOAD = 1000, /**< the file is missing or is no seis object */
  SEIS_RT_ERR_LIBRARY,     /**< the object needs a library that is not installed */
  SEIS_RT_ERR_VERSION,     /**< the object is newer than this library, or broken */
  SEIS_RT_ERR_MANIFEST,    /**< the manifest in the object is malformed */
  SEIS_RT_ERR_IO,          /**< a read or write callback failed */
  SEIS_RT_ERR_CAP,         /**< the memory cap is too small; the message says what would do */
  SEIS_RT_ERR_INTERVAL,    /**< the data's sample interval is unknown or not the compiled one */
  SEIS_RT_ERR_CANCELLED    /**< the progress callback asked to stop */
};

/** Version of this library, e.g. "0.1.0". */
SEIS_RT_API const char *seis_rt_version(void);
/** One line for a status, never NULL. */
SEIS_RT_API const char *seis_rt_status_name(int32_t status);

/* ---- modules ---------------------------------------------------------- */

typedef struct seis_rt_module seis_rt_module;

/** Opens a shared object. A path without '/' means the current directory. An
 * object that this processor cannot run opens too, so that it can be inspected;
 * its status says so and seis_rt_run refuses it. *module is NULL on failure. */
SEIS_RT_API int32_t seis_rt_open(const char *path, seis_rt_module **module, char *message,
                                 size_t message_size);
/** The same for an object that is linked in: `query` is its seis_query_NAME,
 * `name` stands for the path in messages. */
SEIS_RT_API int32_t seis_rt_adopt(const seis_module *(*query)(uint32_t), const char *name,
                                  seis_rt_module **module, char *message, size_t message_size);
SEIS_RT_API void seis_rt_close(seis_rt_module *module);

/** The manifest as the object holds it (JSON); lives as long as the module. */
SEIS_RT_API const char *seis_rt_manifest(const seis_rt_module *module);
/** SEIS_OK, or why the entries refuse to run here, and that as a sentence. */
SEIS_RT_API int32_t seis_rt_status(const seis_rt_module *module);
SEIS_RT_API const char *seis_rt_status_text(const seis_rt_module *module);
SEIS_RT_API uint32_t seis_rt_entries(const seis_rt_module *module);
/** The entry's own structure, copied and filled up with zeros to this version. */
SEIS_RT_API const seis_entry *seis_rt_entry(const seis_rt_module *module, uint32_t entry);
/** Position of an entry by name, or -1. */
SEIS_RT_API int64_t seis_rt_find_entry(const seis_rt_module *module, const char *name);

/* ---- parameters ------------------------------------------------------- */

typedef struct seis_rt_setting {
  const char *name;
  double value;
} seis_rt_setting;

/** Fills the table of n_param doubles of an entry: defaults, then `settings`.
 * dt_ms is the sample interval in ms of the data, or NaN where it is unknown; it
 * becomes the parameter dt_ms where the entry has one, is compared with a fixed
 * one, and is ignored where the entry does not use time. Fails, with
 * SEIS_ERR_PARAM, on an unknown name (the nearest is named), a name set twice, a
 * missing required parameter, NaN, and values outside min, max, above, below; with
 * SEIS_RT_ERR_INTERVAL where dt_ms is needed and NaN, or differs from a fixed one. */
SEIS_RT_API int32_t seis_rt_params(const seis_rt_module *module, uint32_t entry,
                                   const seis_rt_setting *settings, size_t n_settings, double dt_ms,
                                   double *params, char *message, size_t message_size);

/* ---- blocks ----------------------------------------------------------- */

/** What an entry (pass < 0) or one of its passes reads beyond a sample: lo and hi
 * samples on each axis; whole[a] != 0: always the whole axis. */
SEIS_RT_API int32_t seis_rt_halo(const seis_rt_module *module, uint32_t entry, int32_t pass,
                                 int64_t lo[3], int64_t hi[3], uint8_t whole[3]);
/** The box for the wanted part [lo, lo + extent) of a survey of shape `volume`:
 * its block is that part grown by the halo and clipped to the survey, never
 * padded. box->origin is where the block begins in the survey, box->lo where the
 * wanted part begins in the block. */
SEIS_RT_API int32_t seis_rt_box(const seis_rt_module *module, uint32_t entry, int32_t pass,
                                const int64_t volume[3], const int64_t lo[3],
                                const int64_t extent[3], seis_box *box, char *message,
                                size_t message_size);

/* ---- running ---------------------------------------------------------- */

/** Runs an entry on one block. Arguments as in seis_entry.run; they are checked
 * against the manifest first (structure sizes, types, shapes, strides, halo,
 * parameters). `in` and `out` need their address of element (0, 0, 0). */
SEIS_RT_API int32_t seis_rt_run(const seis_rt_module *module, uint32_t entry,
                                const seis_array *const *in, seis_array *const *out,
                                const double *params, const seis_array *const *tables,
                                const seis_box *box, const seis_call *call);

/** The tables that the passes of an entry make. */
typedef struct seis_rt_tables seis_rt_tables;

/** Computes all passes over a whole volume in memory. `in` covers the survey;
 * `live`: a byte per trace, inline-major, 0 = dead and left out (NULL: all live).
 * `cells`: how many grid cells one call of the object takes on inline and
 * crossline (NULL: all); the result does not depend on it. */
SEIS_RT_API int32_t seis_rt_reduce(const seis_rt_module *module, uint32_t entry,
                                   const seis_array *const *in, const double *params,
                                   const int64_t volume[3], const uint8_t *live,
                                   const int64_t cells[2], const seis_call *call,
                                   seis_rt_tables **tables);
/** A list as seis_rt_run takes it; lives as long as `tables`. */
SEIS_RT_API const seis_array *const *seis_rt_table_list(const seis_rt_tables *tables);
SEIS_RT_API void seis_rt_tables_free(seis_rt_tables *tables);

/* ---- streaming -------------------------------------------------------- */

typedef struct seis_rt_progress {
  uint32_t struct_size;
  uint32_t pass, passes; /**< the sweep over the survey now running, from 0, and their number */
  uint64_t traces, all_traces; /**< written (or reduced) in this sweep, and in the survey */
  double seconds;              /**< since the job began */
} seis_rt_progress;

/** A survey, and the callbacks that read and write it. The callbacks run on
 * threads of their own, one call of each at a time; they return 0, or anything
 * else with a sentence in `message`. */
typedef struct seis_rt_job {
  uint32_t struct_size, entry;
  int32_t threads; /**< for the object; 0: the OpenMP runtime's default */
  uint32_t reserved;
  int64_t volume[3];    /**< shape of the survey */
  int64_t block[3];     /**< wanted part of a block on each axis; 0: chosen */
  uint64_t max_memory;  /**< cap on the memory of the process, bytes; 0: chosen from what is free */
  const double *params; /**< as from seis_rt_params */
  /** One per input: NULL for volumes, which `read` delivers; for an input with
   * fewer axes the whole of it, dense, in the input's type. NULL: all are volumes. */
  const void *const *fixed;
  void *user;
  /** Whole traces of a volume: the rectangle of traces [lo, lo + extent) of inline
   * and crossline into dense `dst` of the input's type. `live` has a byte per
   * trace, set to 1; the callback clears those of dead traces. */
  int32_t (*read)(void *user, uint32_t input, const int64_t lo[2], const int64_t extent[2],
                  void *dst, uint8_t *live, char *message, size_t message_size);
  /** The part [lo, lo + extent) of an output, dense, in the output's type and with
   * its axes (an axis it lacks counts with extent 1). `live`: a byte per trace of
   * the part, for outputs with inline and crossline, else NULL. What dead traces
   * become in the output is the callback's business. */
  int32_t (*write)(void *user, uint32_t output, const int64_t lo[3], const int64_t extent[3],
                   const void *src, const uint8_t *live, char *message, size_t message_size);
  /** Called on the caller's thread between blocks; not 0: stop. May be NULL. */
  int32_t (*progress)(void *user, const seis_rt_progress *progress);

  /* Later members; a job that ends before them has zeros here. */

  /** One per input: bytes of memory that a trace takes where it lies, for the cap, or 0 where
   * `view` is never to be asked. NULL: nowhere. */
  const uint64_t *view_bytes;
  /** Asks for the same rectangle as `read`, to be used where it lies. Sets dtype, storage, data (of
   * the first sample of trace `lo`), scale and offset of `array`, whose other members are the
   * library's; `stride`, the strides of inline and crossline in stored elements, samples being
   * dense; and `live` as for `read`; and returns a handle, for `release` when the memory is no
   * longer needed. Returns NULL where `read` is to be asked instead. The samples of dead traces
   * must be zeros. */
  void *(*view)(void *user, uint32_t input, const int64_t lo[2], const int64_t extent[2],
                seis_array *array, int64_t stride[2], uint8_t *live);
  void (*release)(void *user, uint32_t input, void *handle);
} seis_rt_job;

typedef struct seis_rt_summary {
  uint32_t struct_size, blocks;
  uint64_t traces, dead_traces; /**< positions of the survey, and the dead among them */
  uint64_t buffer_bytes;        /**< blocks, outputs, scratch and partials held at once */
  double seconds, compute_seconds;
  uint32_t views, reserved; /**< volumes of blocks that were used where they lay, passes included */
} seis_rt_summary;

/** Streams a survey through an entry, passes first, then the run; each is one
 * sweep over the survey. Results do not depend on max_memory, block or threads. A
 * trace is dead where any of the volumes has it dead: it enters as zeros in all of
 * them and is left out of reductions. `summary` may be NULL. */
SEIS_RT_API int32_t seis_rt_stream(const seis_rt_module *module, const seis_rt_job *job,
                                   seis_rt_summary *summary, char *message, size_t message_size);

#ifdef __cplusplus
}
#endif
#endif /* SEIS_RT_H */
