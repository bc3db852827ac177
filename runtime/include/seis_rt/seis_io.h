//===- seis_rt/seis_io.h - Volumes in files: SEG-Y, .npy, synthetic --------===//
// A volume in a file is seen as a grid [inline, crossline, sample] that is read
// and written in boxes, in any order and from several threads, without ever
// being held as a whole. A source says what the survey looks like (line
// numbers, sample interval, which traces are live) and converts stored samples;
// a sink writes under a temporary name and renames when it is committed.
//
// No exception leaves these functions: all return a Status. The header needs
// the C++17 library only.
//===----------------------------------------------------------------------===//
#ifndef SEIS_RT_SEIS_IO_H
#define SEIS_RT_SEIS_IO_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace seis::io {

//===----------------------------------------------------------------------===//
// Status and types
//===----------------------------------------------------------------------===//

/// Outcome of a call. A message is lower case without a full stop and says
/// which file, what was wanted, what was found and what to do.
struct [[nodiscard]] Status {
  bool ok = true;
  std::string message;

  static Status success() { return {}; }
  static Status failure(std::string text) { return {false, std::move(text)}; }
  explicit operator bool() const { return ok; }
};

namespace detail {
struct RegularTraces;
} // namespace detail

/// Element types of arrays, in the byte order of the machine.
enum class Type { I8, I16, I32, U8, U16, F32, F64, C64, C128 };

/// Size of one element in bytes; a complex number is (re, im).
int64_t sizeOf(Type type);
/// NumPy's name of the type: "int8", ..., "float32", "complex128".
const char *nameOf(Type type);
inline bool isComplex(Type type) { return type == Type::C64 || type == Type::C128; }

/// A part of a volume: `extent[a]` samples from `lo[a]` on along axis a
/// (inline, crossline, sample). Every extent is at least 1.
struct Box {
  std::array<int64_t, 3> lo{0, 0, 0};
  std::array<int64_t, 3> extent{1, 1, 1};
};

/// Where a box is read to. `data` is the address of the box's first element;
/// strides are in elements and may be anything that keeps elements apart.
struct Target {
  void *data = nullptr;
  Type type = Type::F32; ///< F32 or F64; C64 or C128 from a complex source
  std::array<int64_t, 3> stride{0, 0, 1};
};

/// How samples are stored, where that can be said in one word for each.
struct StoredAs {
  Type type = Type::F32;
  bool swapped = false; ///< not in the byte order of this machine
  bool ibm = false;     ///< big-endian IBM single precision; type is F32, swapped is not set
  int64_t pitch = 0;    ///< bytes of the file that a trace takes
};

/// A box of whole traces where it lies in a mapped file.
struct View {
  const void *data = nullptr; ///< address of the box's first element; null: it must be read
  std::array<int64_t, 3> stride{0, 0, 1}; ///< in stored elements
  std::shared_ptr<const void> mapping;    ///< `data` is valid as long as this lives
};

/// Strides of a dense array of that shape, last axis fastest.
std::vector<int64_t> denseStrides(const std::vector<int64_t> &shape);

//===----------------------------------------------------------------------===//
// Geometry
//===----------------------------------------------------------------------===//

/// What a survey looks like apart from its samples.
struct Geometry {
  /// Extents along inline, crossline, sample; each at least 1.
  std::array<int64_t, 3> shape{1, 1, 1};
  /// Line number of each grid line, ascending or 1..N; empty where the file has
  /// none (`.npy`, a 2-D line without keys).
  std::vector<int32_t> inlines, crosslines;
  /// Sample interval in milliseconds, where the file or the caller gave one.
  std::optional<double> dtMs;
  /// Time of the first sample in milliseconds (recording delay, scalar applied).
  double delayMs = 0;
  /// One byte a trace, crossline fastest: 0 where it is known to be dead (no
  /// such trace in the file, or trace id 2). Empty: none is known to be.
  std::vector<uint8_t> live;

  int64_t traces() const { return shape[0] * shape[1]; }
};

/// Fails with a message naming the first difference in shape, line numbers
/// (where both have them), sample interval or delay. `nameA`, `nameB`: what the
/// message calls them.
Status checkSameGeometry(const Geometry &a, const std::string &nameA, const Geometry &b,
                         const std::string &nameB);

//===----------------------------------------------------------------------===//
// Sources
//===----------------------------------------------------------------------===//

enum class FileFormat { Auto, Npy, Segy };
enum class Endian { Auto, Big, Little };

struct SourceOptions {
  FileFormat format = FileFormat::Auto; ///< Auto: by content, then by suffix
  std::optional<double> dtMs;           ///< given by the user; wins over the file
  bool cast = false;                    ///< allow f8 and i4 samples to be rounded to f32
  bool deadZero = false;      ///< `.npy`: traces of zeros and NaN are dead (SEG-Y: always)
  std::optional<double> null; ///< samples equal to this become NaN

  Endian endian = Endian::Auto; ///< SEG-Y; Auto: big unless only little makes sense
  int sampleFormat = 0;         ///< SEG-Y format code to use instead of 3225; 0: 3225
  int ilineByte = 189;          ///< SEG-Y trace header bytes of the keys
  int xlineByte = 193;
};

/// A volume in a file. All const members may be called by many threads at once.
class VolumeSource {
public:
  virtual ~VolumeSource();

  const std::string &path() const { return filePath; }
  FileFormat format() const { return fileFormat; }
  const Geometry &geometry() const { return geom; }
  /// Type of the stored samples; IBM floats count as F32.
  Type storedType() const { return stored; }
  /// For people: "SEG-Y, format 1 (IBM float), big endian", ".npy '<f4'".
  const std::string &description() const { return text; }
  /// Oddities that did not stop the file from being read, one line each.
  const std::vector<std::string> &notes() const { return remarks; }

  /// Whether samples may be read as `wanted`: real from real, complex from
  /// complex; f8 and i4 to F32 (c16 to C64) only with SourceOptions::cast. The
  /// message names what would be lost.
  Status checkReadable(Type wanted) const;

  /// Fails if there is no sample interval, with what the file says (SEG-Y: binary
  /// header and first trace, absent or different) and how to give one. Programs
  /// that use no time need none.
  virtual Status requireInterval() const;

  /// Reads a box and converts it. Dead traces come as zeros, nulls as NaN.
  /// \param live  If not null, one byte per trace of the box, crossline
  ///              fastest: 1 live, 0 dead. A trace is dead if it is missing, has
  ///              trace id 2, or all its samples (of the whole trace, also where
  ///              the box holds fewer) are 0 or NaN. Without SEG-Y and without
  ///              SourceOptions::deadZero every trace is live.
  /// Fails on boxes that leave the volume, read errors, files cut short since
  /// they were opened, and IBM numbers above the f32 range.
  /// Memory: a few MiB per call, whatever the box.
  Status read(const Box &box, const Target &target, uint8_t *live = nullptr) const;

  /// Live mask of the whole survey, one byte per trace, crossline fastest. Reads
  /// the file once, with `threads` threads (0: one per core). `progress`, where
  /// given, is called from one thread at a time with traces done.
  Status scanLive(std::vector<uint8_t> &live, int threads = 1,
                  const std::function<void(int64_t)> &progress = {}) const;

  /// Address of element (0, 0, 0) where the file can be used in place as dense
  /// `wanted` samples (little-endian f4, f8, c8, c16 `.npy` in C order, neither
  /// null nor dead traces to be replaced), else null. Mapped at the first call.
  virtual const void *mapped(Type wanted) const;

  /// How samples are stored if traces of this file can be used where they lie: evenly spaced in the
  /// order of inlines, none missing, aligned, and no null to be replaced. Else nothing.
  std::optional<StoredAs> storedInPlace() const;

  /// Maps a box of whole traces as an alternative to `read`: converting what lies at `view` gives
  /// the values that `read` gives as `wanted` (F32 or F64). The view has no data where that is not
  /// so: without storedInPlace(), for a dead trace whose samples are not all +0, and where `read`
  /// would fail. `live` as for `read`; undefined without data.
  Status view(const Box &box, Type wanted, View &view, uint8_t *live = nullptr) const;

  /// CDP coordinates (181, 185 with the scalar at 71) in metres or feet as the
  /// file has them, one per position, NaN where no trace is. Fails without
  /// SEG-Y.
  virtual Status coordinates(std::vector<double> &x, std::vector<double> &y) const;

protected:
  VolumeSource();
  /// Sets up nulls and dead traces; called once the other members are set.
  void prepare();
  /// Reads and converts a box that was checked. Nulls, dead traces and the mask
  /// are done by `read`; a missing trace comes as zeros.
  virtual Status readBox(const Box &box, const Target &target) const = 0;
  /// Where and how traces lie in the file, for sources whose traces are evenly spaced.
  virtual bool isRegular(detail::RegularTraces &traces) const;

  std::string filePath, text;
  FileFormat fileFormat = FileFormat::Npy;
  Geometry geom;
  Type stored = Type::F32;
  std::vector<std::string> remarks;
  SourceOptions options;
  bool findDead = false;       ///< zeros and NaN make a trace dead
  std::vector<double> nullsAs; ///< values that `options.null` may have in this file

private:
  struct Learned;
  template <class T> Status finishTraces(const Box &box, const Target &target, uint8_t *live) const;
  template <class T>
  bool isUsable(const detail::RegularTraces &traces, const char *trace, int64_t position,
                uint8_t *live) const;
  std::unique_ptr<Learned> learned;
};

/// Opens a file as a volume. `.npy` is known by its magic string; a file with the
/// suffix .sgy or .segy, or without any, is taken for SEG-Y.
Status openSource(const std::string &path, const SourceOptions &options,
                  std::unique_ptr<VolumeSource> &source);

//===----------------------------------------------------------------------===//
// Sinks
//===----------------------------------------------------------------------===//

/// A part of an output of any rank, and where it comes from. `lo`, `extent` and
/// `stride` (in elements) have one entry per axis of the output.
struct Region {
  std::vector<int64_t> lo, extent;
  const void *data = nullptr;
  std::vector<int64_t> stride;
};

/// The region of a rank-3 output that a box covers, dense at `data`.
Region regionOf(const Box &box, const void *data);

struct SinkOptions {
  FileFormat format = FileFormat::Auto; ///< Auto: by suffix (.npy, .sgy, .segy)
  Type type = Type::F32;                ///< what `write` is given: F32 F64 C64 C128 U8
  std::vector<int64_t> shape;           ///< any rank for `.npy`, the survey's for SEG-Y
  /// Value of dead traces, and of NaN and infinity in SEG-Y. Unset: 0 in SEG-Y,
  /// NaN in `.npy` (0 in a U8 output).
  std::optional<double> fill;

  /// SEG-Y: copy every header of this SEG-Y source (`--like`). Used only while
  /// the sink is created. Null: make a new file from `geometry`.
  const VolumeSource *like = nullptr;
  bool keepFormat = false; ///< with `like`: keep its sample format, not format 5
  std::string stamp;       ///< with `like`: provenance, into free lines of the text header

  /// A new SEG-Y file: line numbers (1..N if there are none), dt (required),
  /// delay; positions that are not `live` get trace id 2.
  Geometry geometry;
  int segyFormat = 5; ///< 1, 2, 3, 5 or 8
  Endian endian = Endian::Big;
  std::vector<std::string> textLines;         ///< of the text header; at most 40 of 76 characters
  double originX = 600000, originY = 6000000; ///< CDP position of the first trace, metres
  double inlineSpacing = 25, crosslineSpacing = 25;
};

/// A file being written. `write` may be called by many threads at once for
/// disjoint regions. Destroyed without `commit`: the temporary is removed.
class VolumeSink {
public:
  virtual ~VolumeSink();

  const std::string &path() const { return finalPath; }
  FileFormat format() const { return fileFormat; }
  /// The file that is being written, for handlers of signals to unlink; empty
  /// after `commit`.
  const std::string &temporaryPath() const { return tempPath; }

  /// Writes a region. `live`, where given, has one byte per trace of the region
  /// (its first two axes, crossline fastest): dead traces become the fill value.
  virtual Status write(const Region &region, const uint8_t *live = nullptr) = 0;

  /// Samples of live traces that were NaN or infinite and became the fill value
  /// (SEG-Y), or were so and were kept (`.npy`).
  virtual int64_t nonFinite() const = 0;
  /// Samples that did not fit an integer format and were clipped (keepFormat).
  virtual int64_t clipped() const { return 0; }

  /// Checks that every sample was written, then fsync, rename to the final name,
  /// fsync of the folder. Once only.
  Status commit();

protected:
  VolumeSink() = default;
  /// Creates the temporary next to `path` and reserves `bytes`.
  Status create(const std::string &path, int64_t bytes);
  /// Writes all of it at an offset of the file.
  Status put(const void *data, int64_t bytes, int64_t offset);
  /// Fails if samples are missing.
  virtual Status checkComplete() const = 0;

  std::string finalPath, tempPath;
  FileFormat fileFormat = FileFormat::Npy;
  int descriptor = -1;
};

/// Creates a file of a format. An output that SEG-Y cannot hold (complex, not
/// the survey's shape, more than 65535 samples) is an error that names `.npy`.
Status createSink(const std::string &path, const SinkOptions &options,
                  std::unique_ptr<VolumeSink> &sink);

//===----------------------------------------------------------------------===//
// Whole `.npy` arrays
//===----------------------------------------------------------------------===//

/// A `.npy` array in memory: C order, byte order of the machine.
struct NpyArray {
  Type type = Type::F32;
  std::vector<int64_t> shape; ///< any rank, 0 included
  std::vector<char> bytes;

  int64_t size() const; ///< number of elements
};

/// Reads an array of any rank and supported type. `maxElements` guards memory.
Status loadNpy(const std::string &path, NpyArray &array, int64_t maxElements = int64_t(1) << 40);

/// Writes a dense array, its bytes equal to those of `numpy.save`; temporary
/// name and rename.
Status saveNpy(const std::string &path, Type type, const std::vector<int64_t> &shape,
               const void *data);

/// A small real array, as `load("w.npy")` of the language wants it.
struct SmallArray {
  std::vector<int64_t> shape; ///< rank 1 to 3
  std::vector<double> values; ///< C order
};

/// Reads weights: rank 1 to 3, a real type, at most `maxElements` elements.
Status loadSmallArray(const std::string &path, SmallArray &array, int64_t maxElements = 1 << 20);

//===----------------------------------------------------------------------===//
// Synthetic surveys
//===----------------------------------------------------------------------===//

struct SynthOptions {
  std::array<int64_t, 3> shape{201, 201, 500}; ///< inline, crossline, sample
  double dtMs = 4;
  uint64_t seed = 1;
  double frequencyHz = 30;     ///< peak of the Ricker wavelet at the top; below Nyquist
  double signalToNoise = 8;    ///< ratio of rms amplitudes; 0: no noise
  int faults = 5;              ///< number of dipping faults, 0 to 32
  bool channel = true;         ///< a meandering channel
  double deadFraction = 0.002; ///< share of traces that are all zeros, 0 to 0.5
  double nanFraction = 0;      ///< share of single samples that are NaN (`.npy` only)
  double amplitude = 1000;     ///< rms amplitude of the noise-free signal, about
};

/// A layered earth with folds, faults and a channel, its reflectivity convolved
/// with a wavelet that loses high frequencies with depth, plus coloured noise.
/// Every sample depends on the options and its position alone: inlines may be
/// made in any order by any number of threads.
class Synth {
public:
  /// Fails on options out of range.
  static Status make(const SynthOptions &options, std::unique_ptr<Synth> &synth);
  virtual ~Synth();

  /// Line numbers, dt and the mask of dead traces.
  virtual const Geometry &geometry() const = 0;
  /// Makes inline `i`: shape[1] x shape[2] samples, dense, into `dst`.
  virtual void section(int64_t i, float *dst) const = 0;

protected:
  Synth() = default;
};

/// Makes a survey and writes it inline by inline, SEG-Y or `.npy` by suffix.
/// `progress`, where given, is called with the inlines done and answers whether
/// to go on; false ends the call with a failure and no file.
Status writeSynth(const std::string &path, const SynthOptions &options, int threads = 1,
                  FileFormat format = FileFormat::Auto,
                  const std::function<bool(int64_t)> &progress = {});

} // namespace seis::io

#endif // SEIS_RT_SEIS_IO_H
