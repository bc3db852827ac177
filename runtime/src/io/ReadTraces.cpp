//===- ReadTraces.cpp - Equally spaced traces, few reads, one conversion ----===//
// Wanted traces are sorted by their place in the file. Runs of neighbours are
// read in one go, what lies between their wanted samples included, as long as
// that is at most a multiple of what is wanted; then each trace is converted to
// where it belongs. Dense native data goes straight to its place.
//===----------------------------------------------------------------------===//
#include "Internal.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace seis::io::detail {
namespace {

constexpr int64_t bufferBytes = 1 << 20; ///< of one read, unless a trace is longer
constexpr int64_t wasteFactor = 4;       ///< neighbours are read together up to this

class TraceReader {
public:
  TraceReader(const TraceLayout &layout, int64_t first, int64_t count, Type type, int64_t stride)
      : layout(layout), element(sizeOf(layout.encoding.type)), first(first), count(count),
        type(type), stride(stride), rowBytes(count * element) {
    together = layout.pitch <= wasteFactor * rowBytes;
    native = !layout.encoding.ibm && !layout.encoding.swapped && layout.encoding.type == type &&
             stride == 1;
  }

  Status run(std::vector<TraceWish> &wishes) {
    auto byTrace = [](const TraceWish &a, const TraceWish &b) { return a.trace < b.trace; };
    if (!std::is_sorted(wishes.begin(), wishes.end(), byTrace))
      std::sort(wishes.begin(), wishes.end(), byTrace);
    for (size_t k = 0; k < wishes.size();) {
      size_t n = runLength(wishes, k);
      if (Status s = readRun(&wishes[k], n); !s)
        return s;
      k += n;
    }
    return {};
  }

private:
  int64_t offsetOf(int64_t trace) const {
    return layout.base + trace * layout.pitch + first * element;
  }

  /// How many wishes from k on are neighbours that fit one read.
  size_t runLength(const std::vector<TraceWish> &wishes, size_t k) const {
    size_t n = 1;
    if (!together)
      return n;
    int64_t limit = straight(wishes, k) ? int64_t(1) << 30 : bufferBytes;
    while (k + n < wishes.size() &&
           wishes[k + n].trace == wishes[k].trace + static_cast<int64_t>(n) &&
           static_cast<int64_t>(n) * layout.pitch + rowBytes <= limit &&
           (limit == bufferBytes || straight(wishes, k + n - 1)))
      ++n;
    return n;
  }

  /// Wish k and the next one follow each other in memory as in the file.
  bool straight(const std::vector<TraceWish> &wishes, size_t k) const {
    return native && layout.pitch == rowBytes && k + 1 < wishes.size() &&
           wishes[k + 1].to == wishes[k].to + rowBytes;
  }

  Status readRun(const TraceWish *wish, size_t n) {
    int64_t span = (static_cast<int64_t>(n) - 1) * layout.pitch + rowBytes;
    bool direct = native && (n == 1 || (layout.pitch == rowBytes && followEachOther(wish, n)));
    if (direct)
      return layout.file->read(wish->to, span, offsetOf(wish->trace));
    if (span > capacity) {
      buffer.reset(new char[static_cast<size_t>(span)]);
      capacity = span;
    }
    if (Status s = layout.file->read(buffer.get(), span, offsetOf(wish->trace)); !s)
      return s;
    for (size_t k = 0; k < n; ++k)
      if (Status s = place(buffer.get() + static_cast<int64_t>(k) * layout.pitch, wish[k]); !s)
        return s;
    return {};
  }

  bool followEachOther(const TraceWish *wish, size_t n) const {
    for (size_t k = 1; k < n; ++k)
      if (wish[k].to != wish[0].to + static_cast<int64_t>(k) * rowBytes)
        return false;
    return true;
  }

  Status place(const char *from, const TraceWish &wish) {
    if (stride == 1)
      return convert(from, wish, wish.to);
    int64_t size = sizeOf(type);
    if (row.empty())
      row.resize(static_cast<size_t>(count * size));
    if (Status s = convert(from, wish, row.data()); !s)
      return s;
    for (int64_t k = 0; k < count; ++k)
      std::memcpy(wish.to + k * stride * size, row.data() + k * size, static_cast<size_t>(size));
    return {};
  }

  Status convert(const char *from, const TraceWish &wish, char *to) const {
    if (decode(layout.encoding, from, count, type, to))
      return {};
    const float *values = reinterpret_cast<const float *>(to);
    int64_t k = 0;
    while (k + 1 < count && std::isfinite(values[k]))
      ++k;
    return fail(layout.file->path(), ": IBM number above the float32 range (3.4e38) in trace ",
                wish.trace + 1, ", sample ", first + k + 1,
                ": wrong sample format or byte order, or use float64");
  }

  const TraceLayout &layout;
  int64_t element, first, count;
  Type type;
  int64_t stride, rowBytes;
  bool together, native;
  std::unique_ptr<char[]> buffer;
  int64_t capacity = 0;
  std::vector<char> row;
};

} // namespace

Status readTraces(const TraceLayout &layout, std::vector<TraceWish> &wishes, int64_t first,
                  int64_t count, Type type, int64_t stride) {
  return TraceReader(layout, first, count, type, stride).run(wishes);
}

} // namespace seis::io::detail
