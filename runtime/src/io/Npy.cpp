//===- Npy.cpp - .npy arrays as volumes, and whole -------------------------===//
// Missing leading axes are 1: a rank-1 array is a trace, a rank-2 array a line.
// C order is a file of equally spaced traces; Fortran order is read in runs along
// inline and turned.
//===----------------------------------------------------------------------===//
#include "Internal.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <limits>
#include <mutex>
#include <sys/mman.h>

namespace seis::io {

using namespace detail;

namespace {

class NpySource final : public VolumeSource {
public:
  Status open(const std::string &path, const SourceOptions &wanted);
  ~NpySource() override {
    if (mapping)
      ::munmap(mapping, static_cast<size_t>(file.size()));
  }

  const void *mapped(Type wanted) const override;

protected:
  Status readBox(const Box &box, const Target &target) const override {
    return header.fortran ? readFortran(box, target) : readC(box, target);
  }
  bool isRegular(RegularTraces &traces) const override;

private:
  Status readC(const Box &box, const Target &target) const;
  Status readFortran(const Box &box, const Target &target) const;

  File file;
  NpyHeader header;
  mutable std::once_flag mapOnce;
  mutable void *mapping = nullptr;
};

Status NpySource::open(const std::string &path, const SourceOptions &wanted) {
  filePath = path;
  fileFormat = FileFormat::Npy;
  options = wanted;
  if (Status s = file.open(path); !s)
    return s;
  if (Status s = readNpyHeader(file, header); !s)
    return s;
  text = cat(".npy '", header.descr, "'", header.fortran ? ", Fortran order" : "");
  if (header.shape.empty() || header.shape.size() > 3)
    return fail(path, ": an array of rank ", static_cast<long>(header.shape.size()),
                ": wanted 1 (a trace), 2 (a line) or 3 (a volume)");
  std::copy_backward(header.shape.begin(), header.shape.end(), geom.shape.end());
  if (header.count == 0)
    return fail(path, ": shape (", shapeText(header.shape), ") has no samples");
  stored = header.encoding.type;
  if (options.dtMs)
    geom.dtMs = options.dtMs;
  if (options.null && isComplex(stored))
    return fail(path, ": null values are for real samples, found ", text);
  findDead = options.deadZero && !isComplex(stored);
  int64_t bytes = header.count * sizeOf(stored);
  if (header.dataOffset + bytes != file.size())
    remarks.push_back(cat(path, ": ", file.size() - header.dataOffset - bytes,
                          " bytes after the array are ignored"));
  prepare();
  return {};
}

Status NpySource::readC(const Box &box, const Target &target) const {
  int64_t bytes = sizeOf(stored) * geom.shape[2];
  TraceLayout layout{&file, header.dataOffset, bytes, header.encoding};
  int64_t size = sizeOf(target.type);
  std::vector<TraceWish> wishes;
  wishes.reserve(static_cast<size_t>(box.extent[0] * box.extent[1]));
  for (int64_t i = 0; i < box.extent[0]; ++i)
    for (int64_t x = 0; x < box.extent[1]; ++x)
      wishes.push_back({(box.lo[0] + i) * geom.shape[1] + box.lo[1] + x,
                        static_cast<char *>(target.data) +
                            (i * target.stride[0] + x * target.stride[1]) * size});
  return readTraces(layout, wishes, box.lo[2], box.extent[2], target.type, target.stride[2]);
}

Status NpySource::readFortran(const Box &box, const Target &target) const {
  // Here the "traces" of the file run along inline and there is one for each
  // (crossline, sample). A tile of them is read, converted and turned.
  int64_t element = sizeOf(stored), size = sizeOf(target.type);
  TraceLayout layout{&file, header.dataOffset, element * geom.shape[0], header.encoding};
  int64_t ni = box.extent[0];
  int64_t tileX = std::clamp<int64_t>((1 << 19) / (ni * size * 16), 1, box.extent[1]);
  std::vector<char> tile;
  std::vector<TraceWish> wishes;
  for (int64_t s0 = 0; s0 < box.extent[2]; s0 += 16)
    for (int64_t x0 = 0; x0 < box.extent[1]; x0 += tileX) {
      int64_t ns = std::min<int64_t>(16, box.extent[2] - s0);
      int64_t nx = std::min(tileX, box.extent[1] - x0);
      tile.resize(static_cast<size_t>(ns * nx * ni * size));
      wishes.clear();
      for (int64_t s = 0; s < ns; ++s)
        for (int64_t x = 0; x < nx; ++x)
          wishes.push_back({(box.lo[2] + s0 + s) * geom.shape[1] + box.lo[1] + x0 + x,
                            tile.data() + (s * nx + x) * ni * size});
      if (Status st = readTraces(layout, wishes, box.lo[0], ni, target.type, 1); !st)
        return st;
      for (int64_t i = 0; i < ni; ++i)
        for (int64_t x = 0; x < nx; ++x) {
          char *to =
              static_cast<char *>(target.data) +
              (i * target.stride[0] + (x0 + x) * target.stride[1] + s0 * target.stride[2]) * size;
          for (int64_t s = 0; s < ns; ++s)
            std::memcpy(to + s * target.stride[2] * size,
                        tile.data() + ((s * nx + x) * ni + i) * size, static_cast<size_t>(size));
        }
    }
  return {};
}

const void *NpySource::mapped(Type wanted) const {
  bool inPlace = stored == wanted &&
                 (wanted == Type::F32 || wanted == Type::F64 || isComplex(wanted)) &&
                 !header.encoding.swapped && !header.fortran && !options.null && !findDead &&
                 header.dataOffset % sizeOf(isComplex(stored) ? Type::F64 : stored) == 0;
  if (!inPlace)
    return nullptr;
  std::call_once(mapOnce, [&] {
    void *p =
        ::mmap(nullptr, static_cast<size_t>(file.size()), PROT_READ, MAP_SHARED, file.handle(), 0);
    mapping = p == MAP_FAILED ? nullptr : p;
  });
  return mapping ? static_cast<const char *>(mapping) + header.dataOffset : nullptr;
}

bool NpySource::isRegular(RegularTraces &traces) const {
  if (header.fortran || isComplex(stored))
    return false;
  int64_t row = geom.shape[2] * sizeOf(stored);
  traces.file = &file;
  traces.offset = header.dataOffset;
  traces.pitch[0] = geom.shape[0] > 1 ? geom.shape[1] * row : 0;
  traces.pitch[1] = geom.shape[1] > 1 ? row : 0;
  traces.encoding = header.encoding;
  return true;
}

//===--- Writing ----------------------------------------------------------===//

template <class T> int64_t countNonFinite(const void *data, int64_t n) {
  const T *v = static_cast<const T *>(data);
  int64_t count = 0;
  for (int64_t k = 0; k < n; ++k)
    count += std::fabs(v[k]) <= std::numeric_limits<T>::max() ? 0 : 1;
  return count;
}

template <class T> int64_t countNonFinitePairs(const void *data, int64_t n) {
  const T *v = static_cast<const T *>(data);
  constexpr T top = std::numeric_limits<T>::max();
  int64_t count = 0;
  for (int64_t k = 0; k < n; ++k)
    count += std::fabs(v[2 * k]) <= top && std::fabs(v[2 * k + 1]) <= top ? 0 : 1;
  return count;
}

class NpySink final : public VolumeSink {
public:
  Status open(const std::string &path, Type elementType, const std::vector<int64_t> &extents,
              const std::optional<double> &fill);
  Status write(const Region &region, const uint8_t *live) override;
  int64_t nonFinite() const override { return notFinite; }

protected:
  Status checkComplete() const override {
    if (written >= total)
      return {};
    return fail("cannot finish ", finalPath, ": ", written.load(), " of ", total,
                " samples were written");
  }

private:
  int64_t count(const void *row, int64_t n) const;
  void setFill(const std::optional<double> &value);

  Type type = Type::F32;
  int64_t size = 4;
  std::vector<int64_t> shape, fileStride; ///< padded to rank 3 at least by axes of extent 1
  size_t rank = 0;
  int64_t dataOffset = 0, total = 0;
  std::array<char, 16> fillBytes{};
  std::atomic<int64_t> notFinite{0}, written{0};
};

void NpySink::setFill(const std::optional<double> &value) {
  double fill = value.value_or(type == Type::U8 ? 0 : std::numeric_limits<double>::quiet_NaN());
  // An unset fill is NaN in both parts of a complex number.
  double imaginary = value ? 0 : fill;
  double pair64[2] = {fill, imaginary};
  float pair32[2] = {static_cast<float>(fill), static_cast<float>(imaginary)};
  if (type == Type::U8)
    fillBytes[0] = static_cast<char>(static_cast<uint8_t>(fill));
  else if (type == Type::F32 || type == Type::C64)
    std::memcpy(fillBytes.data(), pair32, 8);
  else
    std::memcpy(fillBytes.data(), pair64, 16);
}

Status NpySink::open(const std::string &path, Type elementType, const std::vector<int64_t> &extents,
                     const std::optional<double> &fill) {
  type = elementType;
  size = sizeOf(type);
  if (type == Type::U8 && fill && !(*fill >= 0 && *fill <= 255 && *fill == std::floor(*fill)))
    return fail("cannot write ", path, ": the fill value ", *fill, " is no uint8");
  if (type != Type::U8 && type < Type::F32 && fill)
    return fail("cannot write ", path, ": no fill value for ", nameOf(type));
  std::string header = formatNpyHeader(type, extents);
  int64_t bytes = size;
  total = 1;
  for (int64_t n : extents)
    if (!mulFits(total, n, total) || !mulFits(bytes, n, bytes))
      return fail("cannot write ", path, ": shape (", shapeText(extents), ") is too large");
  if (header.empty())
    return fail("cannot write ", path, ": a shape of rank ", static_cast<long>(extents.size()),
                " does not fit a .npy header");
  rank = extents.size();
  shape = extents;
  while (shape.size() < 3)
    shape.push_back(1);
  fileStride = denseStrides(shape);
  dataOffset = static_cast<int64_t>(header.size());
  setFill(fill);
  if (Status s = create(path, dataOffset + bytes); !s)
    return s;
  return put(header.data(), dataOffset, 0);
}

int64_t NpySink::count(const void *row, int64_t n) const {
  switch (type) {
  case Type::F32:
    return countNonFinite<float>(row, n);
  case Type::F64:
    return countNonFinite<double>(row, n);
  case Type::C64:
    return countNonFinitePairs<float>(row, n);
  case Type::C128:
    return countNonFinitePairs<double>(row, n);
  default:
    return 0;
  }
}

Status NpySink::write(const Region &given, const uint8_t *live) {
  return guarded(finalPath, [&]() -> Status {
    std::vector<int64_t> wanted(shape.begin(), shape.begin() + static_cast<std::ptrdiff_t>(rank));
    if (Status s = checkRegion(finalPath, given, wanted); !s)
      return s;
    Region region = given;
    region.lo.resize(shape.size(), 0);
    region.extent.resize(shape.size(), 1);
    region.stride.resize(shape.size(), 1);
    size_t last = shape.size() - 1;
    int64_t n = region.extent[last], stride = region.stride[last];
    int64_t rows = 1;
    for (size_t a = 0; a < last; ++a)
      rows *= region.extent[a];
    if (rows * n == 0)
      return {};
    // Rows go through a buffer for as long as they follow each other in the file.
    std::vector<char> buffer;
    buffer.reserve(static_cast<size_t>(std::max<int64_t>(1 << 20, n * size)));
    int64_t begin = 0, bad = 0;
    std::vector<int64_t> at(last, 0);
    for (int64_t r = 0; r < rows; ++r) {
      int64_t from = 0, to = region.lo[last];
      for (size_t a = 0; a < last; ++a) {
        from += at[a] * region.stride[a];
        to += (region.lo[a] + at[a]) * fileStride[a];
      }
      int64_t held = static_cast<int64_t>(buffer.size());
      if (held && (to != begin + held / size || held + n * size > (1 << 20))) {
        if (Status s = put(buffer.data(), held, dataOffset + begin * size); !s)
          return s;
        buffer.clear();
        held = 0;
      }
      if (!held)
        begin = to;
      buffer.resize(static_cast<size_t>(held + n * size));
      char *row = buffer.data() + held;
      bool dead = live && !live[at[0] * region.extent[1] + at[1]];
      const char *source = static_cast<const char *>(region.data) + from * size;
      if (dead)
        for (int64_t k = 0; k < n; ++k)
          std::memcpy(row + k * size, fillBytes.data(), static_cast<size_t>(size));
      else if (stride == 1)
        std::memcpy(row, source, static_cast<size_t>(n * size));
      else
        for (int64_t k = 0; k < n; ++k)
          std::memcpy(row + k * size, source + k * stride * size, static_cast<size_t>(size));
      if (!dead)
        bad += count(row, n);
      for (size_t a = last; a-- > 0;) {
        if (++at[a] < region.extent[a])
          break;
        at[a] = 0;
      }
    }
    if (Status s =
            put(buffer.data(), static_cast<int64_t>(buffer.size()), dataOffset + begin * size);
        !s)
      return s;
    notFinite += bad;
    written += rows * n;
    return {};
  });
}

} // namespace

Status detail::openNpy(const std::string &path, const SourceOptions &options,
                       std::unique_ptr<VolumeSource> &source) {
  auto npy = std::make_unique<NpySource>();
  Status s = npy->open(path, options);
  if (s)
    source = std::move(npy);
  return s;
}

Status detail::createNpy(const std::string &path, const SinkOptions &options,
                         std::unique_ptr<VolumeSink> &sink) {
  if (options.type < Type::F32 && options.type != Type::U8)
    return fail("cannot write ", path,
                ": outputs are float32, float64, complex64, complex128 or "
                "uint8, not ",
                nameOf(options.type));
  auto npy = std::make_unique<NpySink>();
  Status s = npy->open(path, options.type, options.shape, options.fill);
  if (s)
    sink = std::move(npy);
  return s;
}

//===--- Whole arrays -----------------------------------------------------===//

int64_t NpyArray::size() const {
  int64_t n = 1;
  for (int64_t extent : shape)
    n *= extent;
  return n;
}

namespace {

void swapWords(char *p, int64_t n, int64_t word) {
  for (int64_t k = 0; k < n; ++k)
    std::reverse(p + k * word, p + (k + 1) * word);
}

/// Fortran order to C order.
void turn(const std::vector<char> &from, const std::vector<int64_t> &shape, int64_t size,
          std::vector<char> &to) {
  int64_t n = static_cast<int64_t>(from.size()) / size;
  std::vector<int64_t> at(shape.size(), 0), stride(shape.size(), 1);
  for (size_t a = 1; a < shape.size(); ++a)
    stride[a] = stride[a - 1] * shape[a - 1];
  for (int64_t k = 0; k < n; ++k) {
    int64_t source = 0;
    for (size_t a = 0; a < shape.size(); ++a)
      source += at[a] * stride[a];
    std::memcpy(to.data() + k * size, from.data() + source * size, static_cast<size_t>(size));
    for (size_t a = shape.size(); a-- > 0;) {
      if (++at[a] < shape[a])
        break;
      at[a] = 0;
    }
  }
}

} // namespace

Status loadNpy(const std::string &path, NpyArray &array, int64_t maxElements) {
  array = NpyArray();
  return guarded(path, [&]() -> Status {
    File file;
    if (Status s = file.open(path); !s)
      return s;
    NpyHeader header;
    if (Status s = readNpyHeader(file, header); !s)
      return s;
    if (header.count > maxElements)
      return fail(path, ": shape (", shapeText(header.shape), ") has ", header.count,
                  " elements: wanted at most ", maxElements);
    int64_t size = sizeOf(header.encoding.type);
    std::vector<char> bytes(static_cast<size_t>(header.count * size));
    if (Status s = file.read(bytes.data(), header.count * size, header.dataOffset); !s)
      return s;
    if (header.encoding.swapped) {
      int64_t parts = isComplex(header.encoding.type) ? 2 : 1;
      swapWords(bytes.data(), header.count * parts, size / parts);
    }
    array.type = header.encoding.type;
    array.shape = header.shape;
    if (header.fortran && header.shape.size() > 1) {
      array.bytes.resize(bytes.size());
      turn(bytes, header.shape, size, array.bytes);
    } else {
      array.bytes = std::move(bytes);
    }
    return {};
  });
}

Status saveNpy(const std::string &path, Type type, const std::vector<int64_t> &shape,
               const void *data) {
  return guarded(path, [&]() -> Status {
    NpySink sink;
    if (Status s = sink.open(path, type, shape, std::nullopt); !s)
      return s;
    Region region;
    region.lo.assign(shape.size(), 0);
    region.extent = shape;
    region.stride = denseStrides(shape);
    region.data = data;
    if (Status s = sink.write(region, nullptr); !s)
      return s;
    return sink.commit();
  });
}

Status loadSmallArray(const std::string &path, SmallArray &array, int64_t maxElements) {
  array = SmallArray();
  return guarded(path, [&]() -> Status {
    NpyArray any;
    if (Status s = loadNpy(path, any, maxElements); !s)
      return s;
    if (isComplex(any.type))
      return fail(path, ": wanted real numbers, found ", nameOf(any.type));
    if (any.shape.empty() || any.shape.size() > 3)
      return fail(path, ": an array of rank ", static_cast<long>(any.shape.size()),
                  ": wanted rank 1 to 3");
    if (any.size() == 0)
      return fail(path, ": shape (", shapeText(any.shape), ") has no elements");
    array.values.resize(static_cast<size_t>(any.size()));
    decode(Encoding{any.type, false, false}, any.bytes.data(), any.size(), Type::F64,
           array.values.data());
    array.shape = any.shape;
    return {};
  });
}

} // namespace seis::io
