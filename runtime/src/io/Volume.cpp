//===- Volume.cpp - What sources and sinks of all formats share ------------===//
// Checks of boxes and types, nulls, and dead traces. Whether a trace is dead is a
// property of the whole trace: a box that holds a part of it made of zeros and
// NaN reads the rest once, and the answer is kept, so results do not depend on
// how a volume is cut.
//===----------------------------------------------------------------------===//
#include "Internal.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <limits>
#include <mutex>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace seis::io {

using namespace detail;

enum TraceState : uint8_t { Unknown, Live, Dead };

/// What was learned about each trace so far.
struct VolumeSource::Learned {
  explicit Learned(int64_t traces)
      : state(new std::atomic<uint8_t>[static_cast<size_t>(traces)]()) {}
  std::unique_ptr<std::atomic<uint8_t>[]> state;
};

VolumeSource::VolumeSource() = default;
VolumeSource::~VolumeSource() = default;

std::vector<int64_t> denseStrides(const std::vector<int64_t> &shape) {
  std::vector<int64_t> stride(shape.size(), 1);
  for (size_t a = shape.size(); a-- > 1;)
    stride[a - 1] = stride[a] * std::max<int64_t>(shape[a], 1);
  return stride;
}

Region regionOf(const Box &box, const void *data) {
  Region region;
  region.lo.assign(box.lo.begin(), box.lo.end());
  region.extent.assign(box.extent.begin(), box.extent.end());
  region.data = data;
  region.stride = denseStrides(region.extent);
  return region;
}

Status checkSameGeometry(const Geometry &a, const std::string &nameA, const Geometry &b,
                         const std::string &nameB) {
  return guarded(nameB, [&]() -> Status {
    static const char *const axes[] = {"inlines", "crosslines", "samples"};
    for (int k = 0; k < 3; ++k)
      if (a.shape[k] != b.shape[k])
        return fail(nameB, " has ", b.shape[k], " ", axes[k], ", ", nameA, " has ", a.shape[k],
                    ": wanted volumes of one geometry");
    auto lines = [&](const std::vector<int32_t> &x, const std::vector<int32_t> &y,
                     const char *axis) -> Status {
      for (size_t k = 0; k < std::min(x.size(), y.size()); ++k)
        if (x[k] != y[k])
          return fail(nameB, ": ", axis, " at position ", k, " is number ", y[k], ", in ", nameA,
                      " it is ", x[k], ": wanted volumes of one geometry");
      return {};
    };
    if (Status s = lines(a.inlines, b.inlines, "inline"); !s)
      return s;
    if (Status s = lines(a.crosslines, b.crosslines, "crossline"); !s)
      return s;
    if (a.dtMs && b.dtMs && *a.dtMs != *b.dtMs)
      return fail(nameB, " has a sample interval of ", *b.dtMs, " ms, ", nameA, " one of ", *a.dtMs,
                  " ms: wanted volumes of one geometry");
    // A file without line numbers knows no delay either.
    if (!a.inlines.empty() && !b.inlines.empty() && a.delayMs != b.delayMs)
      return fail(nameB, " begins at ", b.delayMs, " ms, ", nameA, " at ", a.delayMs,
                  " ms: wanted volumes of one geometry");
    return {};
  });
}

Status VolumeSource::checkReadable(Type wanted) const {
  return guarded(filePath, [&]() -> Status {
    if (wanted != Type::F32 && wanted != Type::F64 && !isComplex(wanted))
      return fail(filePath, ": cannot be read as ", nameOf(wanted),
                  ", only as float32, float64, complex64 or complex128");
    if (isComplex(stored) && !isComplex(wanted))
      return fail(filePath, ": wanted real samples, found ", text);
    if (!isComplex(stored) && isComplex(wanted))
      return fail(filePath, ": wanted complex samples, found ", text);
    bool half = wanted == Type::F32 || wanted == Type::C64;
    if (!half || options.cast)
      return {};
    if (stored == Type::F64 || stored == Type::C128)
      return fail(filePath, ": ", text, " read as ", nameOf(wanted),
                  " would lose digits (16 to 7) and range (1.8e308 to 3.4e38): pass --cast to "
                  "accept that, or compute in float64");
    if (stored == Type::I32)
      return fail(filePath, ": ", text, " read as ", nameOf(wanted),
                  " would lose digits (integers above 16777216 are rounded): pass --cast to accept "
                  "that, or compute in float64");
    return {};
  });
}

void VolumeSource::prepare() {
  if (options.null)
    nullsAs.push_back(*options.null);
  // The number written as float32 is another float64.
  if (options.null && (stored == Type::F32))
    nullsAs.push_back(static_cast<double>(static_cast<float>(*options.null)));
  if (findDead)
    learned = std::make_unique<Learned>(geom.traces());
  for (int64_t k = 0; findDead && k < static_cast<int64_t>(geom.live.size()); ++k)
    if (!geom.live[static_cast<size_t>(k)])
      learned->state[static_cast<size_t>(k)].store(Dead, std::memory_order_relaxed);
}

namespace {

template <class T>
void replaceNulls(T *trace, int64_t n, int64_t stride, const std::vector<double> &nulls) {
  for (double null : nulls) {
    T value = static_cast<T>(null);
    for (int64_t k = 0; k < n; ++k)
      if (trace[k * stride] == value)
        trace[k * stride] = std::numeric_limits<T>::quiet_NaN();
  }
}

template <class T> bool allZeroOrNan(const T *trace, int64_t n, int64_t stride) {
  // In blocks, so that the first live sample ends the search soon and the loop
  // stays free of branches.
  for (int64_t k = 0; k < n;) {
    int64_t end = std::min<int64_t>(n, k + 64);
    int alive = 0;
    for (; k < end; ++k) {
      T v = trace[k * stride];
      alive |= (v < 0 || v > 0) ? 1 : 0;
    }
    if (alive)
      return false;
  }
  return true;
}

template <class T> void zero(T *trace, int64_t n, int64_t stride) {
  for (int64_t k = 0; k < n; ++k)
    trace[k * stride] = 0;
}

} // namespace

/// Nulls and dead traces of a box that was read as T.
template <class T>
Status VolumeSource::finishTraces(const Box &box, const Target &target, uint8_t *live) const {
  int64_t ns = box.extent[2];
  bool whole = ns == geom.shape[2];
  std::vector<T> rest;
  for (int64_t i = 0; i < box.extent[0]; ++i)
    for (int64_t x = 0; x < box.extent[1]; ++x) {
      T *trace = static_cast<T *>(target.data) + i * target.stride[0] + x * target.stride[1];
      if (!nullsAs.empty())
        replaceNulls(trace, ns, target.stride[2], nullsAs);
      bool dead = false;
      if (findDead) {
        int64_t position = (box.lo[0] + i) * geom.shape[1] + box.lo[1] + x;
        std::atomic<uint8_t> &known = learned->state[static_cast<size_t>(position)];
        uint8_t state = known.load(std::memory_order_relaxed);
        if (state == Unknown) {
          bool empty = allZeroOrNan(trace, ns, target.stride[2]);
          if (empty && !whole) {
            rest.resize(static_cast<size_t>(geom.shape[2]));
            Box one{{box.lo[0] + i, box.lo[1] + x, 0}, {1, 1, geom.shape[2]}};
            if (Status s = readBox(one, Target{rest.data(), target.type, {0, 0, 1}}); !s)
              return s;
            replaceNulls(rest.data(), geom.shape[2], 1, nullsAs);
            empty = allZeroOrNan(rest.data(), geom.shape[2], 1);
          }
          state = empty ? Dead : Live;
          known.store(state, std::memory_order_relaxed);
        }
        dead = state == Dead;
        if (dead)
          zero(trace, ns, target.stride[2]);
      }
      if (live)
        live[i * box.extent[1] + x] = dead ? 0 : 1;
    }
  return {};
}

Status VolumeSource::read(const Box &box, const Target &target, uint8_t *live) const {
  return guarded(filePath, [&]() -> Status {
    static const char *const axes[] = {"inline", "crossline", "sample"};
    for (int a = 0; a < 3; ++a)
      if (box.lo[a] < 0 || box.extent[a] < 1 || box.lo[a] > geom.shape[a] - box.extent[a])
        return fail(filePath, ": wanted ", box.extent[a], " positions from ", box.lo[a],
                    " on along ", axes[a], ", the volume has ", geom.shape[a]);
    if (Status s = checkReadable(target.type); !s)
      return s;
    if (Status s = readBox(box, target); !s)
      return s;
    if (target.type == Type::F32)
      return finishTraces<float>(box, target, live);
    if (target.type == Type::F64)
      return finishTraces<double>(box, target, live);
    if (live)
      std::memset(live, 1, static_cast<size_t>(box.extent[0] * box.extent[1]));
    return {};
  });
}

//===--- In place ---------------------------------------------------------===//

bool VolumeSource::isRegular(RegularTraces &) const { return false; }

std::optional<StoredAs> VolumeSource::storedInPlace() const {
  RegularTraces traces;
  if (!nullsAs.empty() || !isRegular(traces))
    return std::nullopt;
  const Encoding &encoding = traces.encoding;
  if (encoding.ibm && !encoding.swapped)
    return std::nullopt;
  int64_t size = sizeOf(encoding.type);
  if (traces.offset % size || traces.pitch[0] % size || traces.pitch[1] % size)
    return std::nullopt;
  // Traces of an inline far apart: every one would bring in pages of its own.
  int64_t along = std::abs(traces.pitch[1]), across = std::abs(traces.pitch[0]);
  if (across && along > across)
    return std::nullopt;
  int64_t pitch = std::max(along ? along : across, geom.shape[2] * size);
  return StoredAs{encoding.type, encoding.swapped && !encoding.ibm, encoding.ibm, pitch};
}

/// Whether converting the stored trace gives what reading it gives; says whether it is live. What
/// is live is found out as in finishTraces, and kept.
template <class T>
bool VolumeSource::isUsable(const RegularTraces &traces, const char *trace, int64_t position,
                            uint8_t *live) const {
  constexpr int64_t block = 64;
  constexpr Type type = sizeof(T) == 4 ? Type::F32 : Type::F64;
  int64_t ns = geom.shape[2], size = sizeOf(traces.encoding.type);
  T values[block];
  // Numbers above the range make `read` fail, with a message that says where.
  if (type == Type::F32 && traces.encoding.ibm && !isIbmWithinF32(traces.encoding, trace, ns))
    for (int64_t s = 0; s < ns; s += block)
      if (!decode(traces.encoding, trace + s * size, std::min(block, ns - s), type, values))
        return false;
  *live = 1;
  if (!findDead)
    return true;
  std::atomic<uint8_t> &known = learned->state[static_cast<size_t>(position)];
  uint8_t state = known.load(std::memory_order_relaxed);
  if (state == Live)
    return true;
  bool empty = true, zeros = true;
  for (int64_t s = 0; s < ns && empty; s += block) {
    int64_t n = std::min(block, ns - s);
    (void)decode(traces.encoding, trace + s * size, n, type, values);
    empty = state == Dead || allZeroOrNan(values, n, 1);
    for (int64_t k = 0; k < n; ++k)
      zeros = zeros && values[k] == 0 && !std::signbit(values[k]);
  }
  if (state == Unknown)
    known.store(empty ? Dead : Live, std::memory_order_relaxed);
  *live = empty ? 0 : 1;
  return !empty || zeros;
}

namespace {

/// The bytes [from, to) of a file; null if they cannot be mapped. `isDense`: all of them will be
/// used, so they are brought in at once.
std::shared_ptr<const void> mapBytes(const File &file, int64_t from, int64_t to, bool isDense,
                                     const char *&first) {
  int64_t page = ::sysconf(_SC_PAGESIZE), begin = from / page * page;
  auto length = static_cast<size_t>(to - begin);
  struct stat info;
  if (::fstat(file.handle(), &info) != 0 || info.st_size < to)
    return nullptr; // cut short since it was opened: reading says so
  int flags = MAP_SHARED | (isDense ? MAP_POPULATE : 0);
  void *p = ::mmap(nullptr, length, PROT_READ, flags, file.handle(), begin);
  if (p == MAP_FAILED)
    return nullptr;
  first = static_cast<const char *>(p) + (from - begin);
  return std::shared_ptr<const void>(
      p, [length](const void *mapped) { ::munmap(const_cast<void *>(mapped), length); });
}

} // namespace

Status VolumeSource::view(const Box &box, Type wanted, View &view, uint8_t *live) const {
  view = View();
  return guarded(filePath, [&]() -> Status {
    RegularTraces traces;
    bool isReal = wanted == Type::F32 || wanted == Type::F64;
    if (!isReal || !storedInPlace() || !isRegular(traces) || box.lo[2] != 0 ||
        box.extent[2] != geom.shape[2])
      return {};
    for (int a : {0, 1})
      if (box.lo[a] < 0 || box.extent[a] < 1 || box.lo[a] > geom.shape[a] - box.extent[a])
        return {};
    int64_t size = sizeOf(traces.encoding.type), row = geom.shape[2] * size;
    int64_t first = traces.offset, from = 0, to = row;
    for (int a : {0, 1}) {
      int64_t reach = (box.extent[a] - 1) * traces.pitch[a];
      first += box.lo[a] * traces.pitch[a];
      (reach < 0 ? from : to) += reach;
    }
    bool isDense = to - from <= 2 * box.extent[0] * box.extent[1] * row;
    View found;
    const char *begin = nullptr;
    found.mapping = mapBytes(*traces.file, first + from, first + to, isDense, begin);
    if (!found.mapping)
      return {};
    begin -= from;
    found.data = begin;
    for (int a : {0, 1})
      found.stride[a] = traces.pitch[a] / size;
    for (int64_t i = 0; i < box.extent[0]; ++i)
      for (int64_t x = 0; x < box.extent[1]; ++x) {
        const char *trace = begin + i * traces.pitch[0] + x * traces.pitch[1];
        int64_t position = (box.lo[0] + i) * geom.shape[1] + box.lo[1] + x;
        uint8_t alive = 1;
        bool usable = wanted == Type::F32 ? isUsable<float>(traces, trace, position, &alive)
                                          : isUsable<double>(traces, trace, position, &alive);
        if (!usable)
          return {};
        if (live)
          live[i * box.extent[1] + x] = alive;
      }
    view = std::move(found);
    return {};
  });
}

Status VolumeSource::scanLive(std::vector<uint8_t> &live, int threads,
                              const std::function<void(int64_t)> &progress) const {
  return guarded(filePath, [&]() -> Status {
    live.assign(static_cast<size_t>(geom.traces()), 1);
    if (!findDead)
      return {};
    // f64 reads every IBM number; a wider type changes no zero and no NaN.
    Type type = isComplex(stored) ? Type::C128 : Type::F64;
    int64_t perTask = std::clamp<int64_t>((1 << 19) / geom.shape[2], 1, geom.shape[1]);
    int64_t tasksPerLine = (geom.shape[1] + perTask - 1) / perTask;
    std::atomic<int64_t> next{0};
    std::mutex mutex;
    int64_t done = 0;
    Status result;
    auto work = [&] {
      std::vector<double> buffer;
      for (;;) {
        int64_t task = next.fetch_add(1);
        if (task >= geom.shape[0] * tasksPerLine)
          return;
        int64_t i = task / tasksPerLine, x = task % tasksPerLine * perTask;
        int64_t nx = std::min(perTask, geom.shape[1] - x);
        Status s = guarded(filePath, [&]() -> Status {
          buffer.resize(static_cast<size_t>(nx * geom.shape[2]));
          return read(Box{{i, x, 0}, {1, nx, geom.shape[2]}},
                      Target{buffer.data(), type, {0, geom.shape[2], 1}},
                      live.data() + i * geom.shape[1] + x);
        });
        std::lock_guard<std::mutex> lock(mutex);
        done += nx;
        if (!s) {
          if (result.ok)
            result = s;
          next.store(std::numeric_limits<int64_t>::max() / 2);
          return;
        }
        if (progress)
          progress(done);
      }
    };
    runThreads(threads, work);
    return result;
  });
}

Status VolumeSource::requireInterval() const {
  return geom.dtMs ? Status::success()
                   : fail(filePath, ": no sample interval in ", text, "; pass --dt-ms");
}

const void *VolumeSource::mapped(Type) const { return nullptr; }

Status VolumeSource::coordinates(std::vector<double> &, std::vector<double> &) const {
  return fail(filePath, ": no coordinates in ", text);
}

Status detail::checkRegion(const std::string &path, const Region &region,
                           const std::vector<int64_t> &shape) {
  if (region.lo.size() != shape.size() || region.extent.size() != shape.size() ||
      region.stride.size() != shape.size())
    return fail("cannot write ", path, ": a region of rank ", region.extent.size(),
                " for an output of rank ", shape.size());
  for (size_t a = 0; a < shape.size(); ++a)
    if (region.lo[a] < 0 || region.extent[a] < 0 || region.lo[a] > shape[a] - region.extent[a])
      return fail("cannot write ", path, ": ", region.extent[a], " positions from ", region.lo[a],
                  " on along axis ", a, ", which has ", shape[a]);
  return {};
}

//===--- Opening ----------------------------------------------------------===//

namespace {

std::string suffixOf(const std::string &path) {
  size_t dot = path.rfind('.'), slash = path.rfind('/');
  if (dot == std::string::npos || (slash != std::string::npos && slash > dot))
    return "";
  std::string suffix = path.substr(dot);
  for (char &c : suffix)
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  return suffix;
}

FileFormat formatOfSuffix(const std::string &path) {
  std::string suffix = suffixOf(path);
  if (suffix == ".npy")
    return FileFormat::Npy;
  if (suffix == ".sgy" || suffix == ".segy")
    return FileFormat::Segy;
  return FileFormat::Auto;
}

} // namespace

Status openSource(const std::string &path, const SourceOptions &options,
                  std::unique_ptr<VolumeSource> &source) {
  source.reset();
  return guarded(path, [&]() -> Status {
    if (options.dtMs && !(*options.dtMs > 0 && *options.dtMs <= 1e6))
      return fail(path, ": a sample interval of ", *options.dtMs,
                  " ms was given: wanted above 0, at most 1000000");
    FileFormat format = options.format;
    if (format == FileFormat::Auto) {
      File file;
      if (Status s = file.open(path); !s)
        return s;
      format = looksLikeNpy(file) ? FileFormat::Npy : formatOfSuffix(path);
      if (format == FileFormat::Auto && suffixOf(path) != "")
        return fail(path, ": wanted a SEG-Y or .npy file; neither its suffix (.sgy, .segy) nor "
                          "its first bytes tell, pass the format");
    }
    if (format == FileFormat::Npy)
      return openNpy(path, options, source);
    return openSegy(path, options, source);
  });
}

Status createSink(const std::string &path, const SinkOptions &options,
                  std::unique_ptr<VolumeSink> &sink) {
  sink.reset();
  return guarded(path, [&]() -> Status {
    FileFormat format = options.format;
    if (format == FileFormat::Auto)
      format = formatOfSuffix(path);
    if (format == FileFormat::Auto)
      return fail("cannot write ", path, ": wanted a name that ends in .npy, .sgy or .segy");
    for (int64_t n : options.shape)
      if (n < 0)
        return fail("cannot write ", path, ": an extent of ", n);
    if (format == FileFormat::Npy)
      return createNpy(path, options, sink);
    return createSegy(path, options, sink);
  });
}

} // namespace seis::io
