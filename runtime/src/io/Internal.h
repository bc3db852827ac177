//===- Internal.h - What the file readers and writers share ----------------===//
// Files with positioned reads, checked arithmetic on sizes that come from
// files, messages, the element conversions, and the reader of equally spaced
// traces that both formats are made of.
//===----------------------------------------------------------------------===//
#ifndef SEIS_SRC_IO_INTERNAL_H
#define SEIS_SRC_IO_INTERNAL_H

#include "seis_rt/seis_io.h"

#include <cstdio>
#include <exception>
#include <new>
#include <utility>

namespace seis::io::detail {

//===--- Messages ---------------------------------------------------------===//

inline std::string toText(const std::string &s) { return s; }
inline std::string toText(const char *s) { return s; }
inline std::string toText(char c) { return std::string(1, c); }
inline std::string toText(int v) { return std::to_string(v); }
inline std::string toText(unsigned v) { return std::to_string(v); }
inline std::string toText(long v) { return std::to_string(v); }
inline std::string toText(unsigned long v) { return std::to_string(v); }
/// Shortest of %g with up to nine digits.
std::string toText(double v);

/// The arguments joined as text.
template <class... Args> std::string cat(const Args &...args) {
  std::string out;
  (out += ... += toText(args));
  return out;
}

template <class... Args> Status fail(const Args &...args) { return Status::failure(cat(args...)); }

/// "3 x 4 x 5"
std::string shapeText(const std::vector<int64_t> &shape);
/// "12 bytes", "3.4 MB"
std::string sizeText(double bytes);
/// What errno says, without the capital letter.
std::string errnoText(int error);

/// Runs a body that returns a Status; what it throws becomes a message.
template <class Body> Status guarded(const std::string &path, Body &&body) {
  try {
    return body();
  } catch (const std::bad_alloc &) {
    return fail(path, ": out of memory");
  } catch (const std::exception &e) {
    return fail(path, ": ", e.what());
  }
}

//===--- Numbers ----------------------------------------------------------===//

/// a * b and a + b of non-negative numbers; false if they do not fit.
inline bool mulFits(int64_t a, int64_t b, int64_t &out) {
  return !__builtin_mul_overflow(a, b, &out);
}
inline bool addFits(int64_t a, int64_t b, int64_t &out) {
  return !__builtin_add_overflow(a, b, &out);
}

//===--- Threads ----------------------------------------------------------===//

/// Runs `work` on that many threads at once, the calling one included (0: one
/// per core); on fewer where the system gives no more.
void runThreads(int threads, const std::function<void()> &work);

//===--- Files ------------------------------------------------------------===//

/// A file opened for reading. Reads are positioned, hence safe from any thread.
class File {
public:
  File() = default;
  File(const File &) = delete;
  File &operator=(const File &) = delete;
  ~File();

  /// Opens a regular file; its name is kept for messages.
  Status open(const std::string &path);
  /// Reads exactly `bytes` at `offset`.
  Status read(void *to, int64_t bytes, int64_t offset) const;
  int64_t size() const { return length; }
  int handle() const { return fd; }
  const std::string &path() const { return name; }

private:
  int fd = -1;
  int64_t length = 0;
  std::string name;
};

//===--- Elements ---------------------------------------------------------===//

/// How a number is stored.
struct Encoding {
  Type type = Type::F32; ///< of the value; IBM floats are F32
  bool ibm = false;      ///< IBM System/360 single precision
  bool swapped = false;  ///< not in the byte order of this machine
};

/// Converts `n` stored elements to dense `to` values (F32, F64, C64 or C128).
/// Source need not be aligned. False if an IBM number exceeds the f32 range
/// (those come as infinity).
bool decode(const Encoding &encoding, const void *from, int64_t n, Type to, void *out);

/// What encoding samples met.
struct EncodeCounts {
  int64_t nonFinite = 0, clipped = 0;
};

/// Converts `n` F32 or F64 values, `stride` elements apart, to stored ones. NaN,
/// infinity and what overflows a float format become `fill`; what overflows an
/// integer format is clipped; rounding is to nearest, ties to even.
void encode(const Encoding &encoding, Type fromType, const void *from, int64_t stride, int64_t n,
            double fill, void *out, EncodeCounts &counts);

/// The f32 number nearest to one IBM word (in the byte order of this machine),
/// infinity above the range.
float ibmToFloat(uint32_t word);
double ibmToDouble(uint32_t word);
/// The IBM word nearest to a finite value; false if it exceeds the IBM range.
bool doubleToIbm(double value, uint32_t &word);

/// Whether all IBM numbers are known to lie within the f32 range; a quick look, which takes some
/// numbers just within it for too large.
bool isIbmWithinF32(const Encoding &encoding, const void *from, int64_t n);

//===--- Traces in place --------------------------------------------------===//

/// Trace (i, x) begins at offset + i * pitch[0] + x * pitch[1] of the file.
struct RegularTraces {
  const File *file = nullptr;
  int64_t offset = 0;
  int64_t pitch[2] = {0, 0}; ///< in bytes; 0 on an axis of extent 1
  Encoding encoding;
};

//===--- Equally spaced traces --------------------------------------------===//

/// Traces of one length, `pitch` bytes apart.
struct TraceLayout {
  const File *file = nullptr;
  int64_t base = 0;  ///< offset of the first sample of trace 0
  int64_t pitch = 0; ///< bytes from trace to trace
  Encoding encoding;
};

/// A trace to be read and the address its first wanted sample goes to.
struct TraceWish {
  int64_t trace;
  char *to;
};

/// Reads samples [first, first + count) of some traces, in ascending order of
/// trace number (sorts `wishes`), neighbours in one go. `stride` in elements of
/// `type`, from sample to sample.
Status readTraces(const TraceLayout &layout, std::vector<TraceWish> &wishes, int64_t first,
                  int64_t count, Type type, int64_t stride);

//===--- The formats ------------------------------------------------------===//

bool looksLikeNpy(const File &file);
Status openNpy(const std::string &path, const SourceOptions &options,
               std::unique_ptr<VolumeSource> &source);
Status createNpy(const std::string &path, const SinkOptions &options,
                 std::unique_ptr<VolumeSink> &sink);
Status openSegy(const std::string &path, const SourceOptions &options,
                std::unique_ptr<VolumeSource> &source);
Status createSegy(const std::string &path, const SinkOptions &options,
                  std::unique_ptr<VolumeSink> &sink);

/// Header of a `.npy` file.
struct NpyHeader {
  std::string descr;
  bool fortran = false;
  std::vector<int64_t> shape;
  int64_t dataOffset = 0;
  Encoding encoding;
  int64_t count = 1; ///< elements
};

/// Reads and checks a header, the size of the file included.
Status readNpyHeader(const File &file, NpyHeader &header);
/// The header `numpy.save` writes for a C-order array; empty if too long for
/// version 1.0.
std::string formatNpyHeader(Type type, const std::vector<int64_t> &shape);

/// Checks rank, bounds and strides of a region of an output of that shape.
Status checkRegion(const std::string &path, const Region &region,
                   const std::vector<int64_t> &shape);

} // namespace seis::io::detail

#endif // SEIS_SRC_IO_INTERNAL_H
