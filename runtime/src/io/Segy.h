//===- Segy.h - Layout and geometry of a SEG-Y file ------------------------===//
// Headers are read and made through libsegyio; samples are read and written at
// computed offsets, because one libsegyio handle serves one thread only.
//===----------------------------------------------------------------------===//
#ifndef SEIS_SRC_IO_SEGY_H
#define SEIS_SRC_IO_SEGY_H

#include "Internal.h"

#include <segyio/segy.h>

namespace seis::io::detail {

constexpr int64_t textBytes = SEGY_TEXT_HEADER_SIZE;
constexpr int64_t binaryBytes = SEGY_BINARY_HEADER_SIZE;
constexpr int64_t traceHeaderBytes = SEGY_TRACE_HEADER_SIZE;
constexpr int64_t largestSampleCount = 65535; ///< two bytes in both headers

/// Where things are in a SEG-Y file of traces of one length.
struct SegyLayout {
  bool little = false;
  int format = 0;      ///< sample format code: 1, 2, 3, 5 or 8
  int64_t samples = 0; ///< of each trace
  int64_t trace0 = 0;  ///< offset of the first trace header
  int64_t traces = 0;

  int64_t traceBytes() const { return traceHeaderBytes + samples * sampleBytes(); }
  int64_t sampleBytes() const;
  Encoding encoding() const;
};

/// "IBM float", ...; null for formats that are not read.
const char *segyFormatName(int format);
/// How samples of a readable format are stored in a file of that byte order.
Encoding segyEncoding(int format, bool little);

/// Finds byte order, sample format and trace length, and checks them against the
/// size of the file. Oddities go to `notes`.
Status findSegyLayout(const File &file, const SourceOptions &options, SegyLayout &layout,
                      std::vector<std::string> &notes);

/// A libsegyio handle, closed at the end. For one thread at a time.
class SegyHandle {
public:
  SegyHandle() = default;
  SegyHandle(const SegyHandle &) = delete;
  SegyHandle &operator=(const SegyHandle &) = delete;
  ~SegyHandle() {
    if (handle)
      segy_close(handle);
  }

  Status open(const File &file, const SegyLayout &layout);
  /// The header of a trace, its fields in big-endian order whatever the file's.
  Status traceHeader(int64_t trace, char *header);
  /// The binary header, likewise.
  Status binaryHeader(char *header);

private:
  segy_file *handle = nullptr;
  std::string path;
  SegyLayout layout;
};

/// A field of a header that libsegyio returned; 0 for bytes that begin none.
int32_t traceField(const char *header, int byte);
int32_t binaryField(const char *header, int byte);
/// Whether a trace header field begins at that byte.
bool isTraceField(int byte);

/// What the trace headers say about the survey.
struct SegyScan {
  Geometry geometry;            ///< complete but for `dtMs` given by the user
  std::vector<int32_t> traceAt; ///< trace number of each position, -1: missing
  std::string intervalProblem;  ///< why there is no sample interval
};

/// Reads all trace headers once and lays the grid.
Status scanSegy(SegyHandle &handle, const File &file, const SegyLayout &layout,
                const SourceOptions &options, SegyScan &scan, std::vector<std::string> &notes);

/// Lays the grid of sorted distinct line numbers and finds the trace of each
/// position. `trouble` says what is wrong; on duplicates `first` and `second`
/// are the first pair of traces.
struct GridTrouble {
  std::string what;
  int64_t first = -1, second = -1;
};
GridTrouble laySegyGrid(const std::vector<int32_t> &inlines, const std::vector<int32_t> &crosslines,
                        Geometry &geometry, std::vector<int32_t> &traceAt);

/// The sorted distinct values, and the step between them if it is constant
/// (0: it is not; 1 for a single value).
std::vector<int32_t> distinctValues(const std::vector<int32_t> &values);
int64_t constantStep(const std::vector<int32_t> &sortedDistinct);

/// A textual header of 40 lines of 80 characters, in EBCDIC.
std::string makeTextHeader(const std::vector<std::string> &lines);
/// Writes `text` into blank lines, else the last lines, of a raw text header of
/// 3200 bytes, in that header's own encoding.
void stampTextHeader(char *header, const std::string &text);

/// What a sink needs of a source that it copies the headers of.
class SegySource;
struct SegyLike {
  std::shared_ptr<const File> file;
  SegyLayout layout;
  std::shared_ptr<const std::vector<int32_t>> traceAt;
};
/// False if the source is no SEG-Y file.
bool segyLikeOf(const VolumeSource &source, SegyLike &like);

} // namespace seis::io::detail

#endif // SEIS_SRC_IO_SEGY_H
