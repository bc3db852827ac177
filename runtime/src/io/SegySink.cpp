//===- SegySink.cpp - Writing SEG-Y ----------------------------------------===//
// A trace in the file is a header of 240 bytes and its samples. Whoever writes
// sample 0 of a trace writes its header in front of it, so that a run of whole
// traces is one write; nothing is kept but the position of every trace. Headers
// are those of another file, byte for byte, or made from a geometry.
//===----------------------------------------------------------------------===//
#include "Segy.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <limits>

namespace seis::io {
namespace detail {
namespace {

/// Where the headers of the traces of a new file come from.
class HeaderMaker {
public:
  virtual ~HeaderMaker() = default;
  /// Headers of traces [first, first + n), `pitch` bytes apart.
  virtual Status make(int64_t first, int64_t n, char *to, int64_t pitch) const = 0;
};

/// Headers of an existing file.
class CopiedHeaders final : public HeaderMaker {
public:
  explicit CopiedHeaders(SegyLike like) : like(std::move(like)) {}

  Status make(int64_t first, int64_t n, char *to, int64_t pitch) const override {
    for (int64_t k = 0; k < n; ++k) {
      int64_t offset = like.layout.trace0 + (first + k) * like.layout.traceBytes();
      if (Status s = like.file->read(to + k * pitch, traceHeaderBytes, offset); !s)
        return s;
    }
    return {};
  }

private:
  SegyLike like;
};

struct FieldValue {
  int byte, bytes;
  int32_t value;
};

/// Sets fields through libsegyio, then brings them into the order of the file.
template <class Setter>
void setFields(const FieldValue *fields, size_t n, int firstByte, bool little, Setter set,
               char *header) {
  for (size_t k = 0; k < n; ++k) {
    set(header, fields[k].byte, fields[k].value);
    char *p = header + fields[k].byte - firstByte;
    if (little)
      std::reverse(p, p + fields[k].bytes);
  }
}

/// Headers made from a geometry.
class NewHeaders final : public HeaderMaker {
public:
  NewHeaders(const SinkOptions &options, bool little, int32_t intervalUs, int32_t delay,
             int32_t timeScalar)
      : geometry(options.geometry), little(little), intervalUs(intervalUs), delay(delay),
        timeScalar(timeScalar), originX(options.originX), originY(options.originY),
        inlineSpacing(options.inlineSpacing), crosslineSpacing(options.crosslineSpacing) {}

  Status make(int64_t first, int64_t n, char *to, int64_t pitch) const override {
    for (int64_t k = 0; k < n; ++k)
      one(first + k, to + k * pitch);
    return {};
  }

private:
  void one(int64_t trace, char *header) const {
    int64_t i = trace / geometry.shape[1], x = trace % geometry.shape[1];
    auto line = [](const std::vector<int32_t> &numbers, int64_t k) {
      return numbers.empty() ? static_cast<int32_t>(k + 1) : numbers[static_cast<size_t>(k)];
    };
    int32_t il = line(geometry.inlines, i), xl = line(geometry.crosslines, x);
    bool live = geometry.live.empty() || geometry.live[static_cast<size_t>(trace)];
    int32_t number = static_cast<int32_t>(trace + 1);
    auto centi = [](double metres) { return static_cast<int32_t>(std::lround(metres * 100)); };
    const FieldValue fields[] = {
        {SEGY_TR_SEQ_LINE, 4, number},
        {SEGY_TR_SEQ_FILE, 4, number},
        {SEGY_TR_FIELD_RECORD, 4, il},
        {SEGY_TR_NUMBER_ORIG_FIELD, 4, xl},
        {SEGY_TR_ENSEMBLE, 4, xl},
        {SEGY_TR_NUM_IN_ENSEMBLE, 4, 1},
        {SEGY_TR_TRACE_ID, 2, live ? 1 : 2},
        {SEGY_TR_SUMMED_TRACES, 2, 1},
        {SEGY_TR_STACKED_TRACES, 2, 1},
        {SEGY_TR_DATA_USE, 2, 1},
        {SEGY_TR_SOURCE_GROUP_SCALAR, 2, -100},
        {SEGY_TR_COORD_UNITS, 2, 1},
        {SEGY_TR_DELAY_REC_TIME, 2, delay},
        {SEGY_TR_SAMPLE_COUNT, 2, static_cast<int32_t>(geometry.shape[2])},
        {SEGY_TR_SAMPLE_INTER, 2, intervalUs},
        {SEGY_TR_CDP_X, 4, centi(originX + static_cast<double>(x) * crosslineSpacing)},
        {SEGY_TR_CDP_Y, 4, centi(originY + static_cast<double>(i) * inlineSpacing)},
        {SEGY_TR_INLINE, 4, il},
        {SEGY_TR_CROSSLINE, 4, xl},
        {SEGY_TR_SCALAR_TRACE_HEADER, 2, timeScalar},
    };
    std::memset(header, 0, static_cast<size_t>(traceHeaderBytes));
    setFields(fields, std::size(fields), 1, little, segy_set_field, header);
  }

  Geometry geometry;
  bool little;
  int32_t intervalUs, delay, timeScalar;
  double originX, originY, inlineSpacing, crosslineSpacing;
};

} // namespace

class SegySink final : public VolumeSink {
public:
  Status openLike(const std::string &path, const SinkOptions &options, SegyLike like);
  Status openNew(const std::string &path, const SinkOptions &options);
  Status write(const Region &region, const uint8_t *live) override;
  int64_t nonFinite() const override { return notFinite; }
  int64_t clipped() const override { return clippedCount; }

protected:
  Status checkComplete() const override {
    int64_t total = shape[0] * shape[1] * shape[2];
    if (written >= total)
      return {};
    return fail("cannot finish ", finalPath, ": ", written.load(), " of ", total,
                " samples were written");
  }

private:
  struct Row {
    int64_t trace, from; ///< number in the file; first element in the region
    bool dead;
  };

  Status checkOptions(const std::string &path, const SinkOptions &options);
  Status start(const std::string &path, const char *head);
  Status writeRows(const Region &region, const std::vector<Row> &rows);
  void convert(const Region &region, const Row &row, char *to, EncodeCounts &counts) const;

  SegyLayout layout; ///< of the new file
  std::array<int64_t, 3> shape{1, 1, 1};
  std::shared_ptr<const std::vector<int32_t>> traceAt; ///< null: traces in grid order
  std::unique_ptr<HeaderMaker> headers;
  Type type = Type::F32;
  double fill = 0;
  std::atomic<int64_t> notFinite{0}, clippedCount{0}, written{0};
};

namespace {

Status refuseComplex(const std::string &path, Type type) {
  if (isComplex(type))
    return fail("cannot write ", path,
                ": SEG-Y holds no complex samples; write .npy, or the two "
                "real outputs re(...) and im(...)");
  if (type != Type::F32 && type != Type::F64 && type != Type::U8)
    return fail("cannot write ", path, ": outputs are float32, float64 or uint8, not ",
                nameOf(type));
  return {};
}

} // namespace

Status SegySink::checkOptions(const std::string &path, const SinkOptions &options) {
  if (Status s = refuseComplex(path, options.type); !s)
    return s;
  type = options.type;
  fill = options.fill.value_or(0);
  if (!(std::fabs(fill) <= static_cast<double>(std::numeric_limits<float>::max())))
    return fail("cannot write ", path, ": the fill value ", fill,
                " cannot be in a SEG-Y file: wanted a finite float32");
  std::vector<int64_t> survey(shape.begin(), shape.end());
  if (options.shape != survey)
    return fail("cannot write ", path, ": an output of shape ", shapeText(options.shape),
                " is not of the survey's shape ", shapeText(survey),
                ", as SEG-Y wants it; write .npy");
  return {};
}

Status SegySink::start(const std::string &path, const char *head) {
  fileFormat = FileFormat::Segy;
  int64_t bytes = 0;
  if (!mulFits(layout.traces, layout.traceBytes(), bytes) || !addFits(bytes, layout.trace0, bytes))
    return fail("cannot write ", path, ": the file would be too large");
  if (Status s = create(path, bytes); !s)
    return s;
  return put(head, layout.trace0, 0);
}

Status SegySink::openLike(const std::string &path, const SinkOptions &options, SegyLike like) {
  shape = options.like->geometry().shape;
  if (Status s = checkOptions(path, options); !s)
    return s;
  layout = like.layout;
  if (!options.keepFormat)
    layout.format = 5;
  traceAt = like.traceAt;
  std::string head(static_cast<size_t>(layout.trace0), '\0');
  if (Status s = like.file->read(head.data(), layout.trace0, 0); !s)
    return s;
  if (!options.keepFormat) {
    head[SEGY_BIN_FORMAT - 1] = layout.little ? 5 : 0;
    head[SEGY_BIN_FORMAT] = layout.little ? 0 : 5;
  }
  if (!options.stamp.empty())
    stampTextHeader(head.data(), options.stamp);
  headers = std::make_unique<CopiedHeaders>(std::move(like));
  return start(path, head.data());
}

namespace {

/// The delay as the headers hold it: a 16-bit integer and a scalar that divides.
bool packDelay(double ms, int32_t &delay, int32_t &scalar) {
  for (int32_t divisor : {1, 10, 100, 1000, 10000}) {
    double scaled = ms * divisor;
    if (std::fabs(scaled) <= 32767 && std::fabs(scaled - std::nearbyint(scaled)) < 1e-6) {
      delay = static_cast<int32_t>(std::nearbyint(scaled));
      scalar = divisor == 1 ? 1 : -divisor;
      return true;
    }
  }
  return false;
}

Status checkNew(const std::string &path, const SinkOptions &options) {
  const Geometry &g = options.geometry;
  auto wrong = [&](const auto &...why) { return fail("cannot write ", path, ": ", why...); };
  for (int64_t n : g.shape)
    if (n < 1)
      return wrong("a survey without samples");
  if (g.shape[2] > largestSampleCount)
    return wrong(g.shape[2], " samples a trace: SEG-Y counts them in two bytes, at most ",
                 largestSampleCount, "; write .npy");
  if (g.shape[1] > std::numeric_limits<int32_t>::max() / g.shape[0])
    return wrong("more than 2147483647 traces");
  if (!segyFormatName(options.segyFormat))
    return wrong("sample format ", options.segyFormat, ": wanted 1, 2, 3, 5 or 8");
  if (!g.dtMs)
    return wrong("SEG-Y wants a sample interval; pass --dt-ms");
  double us = *g.dtMs * 1000;
  if (!(us >= 1 && us <= 32767) || std::fabs(us - std::nearbyint(us)) > 1e-6)
    return wrong("a sample interval of ", *g.dtMs,
                 " ms: SEG-Y wants whole microseconds from 1 to 32767; write .npy");
  for (auto [numbers, extent, axis] :
       {std::tuple<const std::vector<int32_t> &, int64_t, const char *>{g.inlines, g.shape[0],
                                                                        "inline"},
        {g.crosslines, g.shape[1], "crossline"}})
    if (!numbers.empty() && static_cast<int64_t>(numbers.size()) != extent)
      return wrong(static_cast<long>(numbers.size()), " ", axis, " numbers for ", extent,
                   " positions");
  if (!g.live.empty() && static_cast<int64_t>(g.live.size()) != g.traces())
    return wrong("a live mask of ", static_cast<long>(g.live.size()), " traces for ", g.traces());
  double corners[] = {
      options.originX, options.originX + static_cast<double>(g.shape[1]) * options.crosslineSpacing,
      options.originY, options.originY + static_cast<double>(g.shape[0]) * options.inlineSpacing};
  for (double metres : corners)
    if (!(std::fabs(metres) < 2.1e7))
      return wrong("a coordinate of ", metres, " m: wanted less than 21000 km");
  return {};
}

/// Binary header of a new file.
void makeBinaryHeader(const SinkOptions &options, int32_t intervalUs, bool little, char *header) {
  int32_t samples = static_cast<int32_t>(options.geometry.shape[2]);
  const FieldValue fields[] = {
      {SEGY_BIN_JOB_ID, 4, 1},
      {SEGY_BIN_LINE_NUMBER, 4, 1},
      {SEGY_BIN_REEL_NUMBER, 4, 1},
      {SEGY_BIN_TRACES, 2, 1},
      {SEGY_BIN_INTERVAL, 2, intervalUs},
      {SEGY_BIN_INTERVAL_ORIG, 2, intervalUs},
      {SEGY_BIN_SAMPLES, 2, samples},
      {SEGY_BIN_SAMPLES_ORIG, 2, samples},
      {SEGY_BIN_FORMAT, 2, options.segyFormat},
      {SEGY_BIN_ENSEMBLE_FOLD, 2, 1},
      {SEGY_BIN_SORTING_CODE, 2, 4},       // stacked
      {SEGY_BIN_MEASUREMENT_SYSTEM, 2, 1}, // metres
      {SEGY_BIN_TRACE_FLAG, 2, 1},         // all traces of one length
  };
  setFields(fields, std::size(fields), textBytes + 1, little, segy_set_bfield, header);
  // Revision 1.0: major and minor number, a byte each, whatever the byte order.
  header[SEGY_BIN_SEGY_REVISION - textBytes - 1] = 1;
}

std::vector<std::string> defaultText(const Geometry &g) {
  auto span = [](const std::vector<int32_t> &numbers, int64_t n) {
    return numbers.empty() ? cat("1 to ", n) : cat(numbers.front(), " to ", numbers.back());
  };
  return {
      "written by seis",
      "",
      cat("inlines ", span(g.inlines, g.shape[0]), ", crosslines ", span(g.crosslines, g.shape[1])),
      cat(g.shape[2], " samples of ", *g.dtMs, " ms, first sample at ", g.delayMs, " ms"),
      "",
      "inline: bytes 189-192, crossline: bytes 193-196",
      "CDP x: bytes 181-184, CDP y: bytes 185-188, scalar: bytes 71-72",
      "dead traces: trace id 2 (bytes 29-30), all samples zero"};
}

} // namespace

Status SegySink::openNew(const std::string &path, const SinkOptions &options) {
  if (Status s = refuseComplex(path, options.type); !s)
    return s;
  if (Status s = checkNew(path, options); !s)
    return s;
  shape = options.geometry.shape;
  if (Status s = checkOptions(path, options); !s)
    return s;
  int32_t delay = 0, timeScalar = 1;
  if (!packDelay(options.geometry.delayMs, delay, timeScalar))
    return fail("cannot write ", path, ": a delay of ", options.geometry.delayMs,
                " ms does not fit the trace headers");
  bool little = options.endian == Endian::Little;
  layout = {little, options.segyFormat, shape[2], textBytes + binaryBytes, shape[0] * shape[1]};
  int32_t intervalUs = static_cast<int32_t>(std::lround(*options.geometry.dtMs * 1000));
  std::string head =
      makeTextHeader(options.textLines.empty() ? defaultText(options.geometry) : options.textLines);
  head.resize(static_cast<size_t>(textBytes + binaryBytes), '\0');
  makeBinaryHeader(options, intervalUs, little, head.data() + textBytes);
  headers = std::make_unique<NewHeaders>(options, little, intervalUs, delay, timeScalar);
  return start(path, head.data());
}

void SegySink::convert(const Region &region, const Row &row, char *to, EncodeCounts &counts) const {
  int64_t n = region.extent[2], stride = region.stride[2];
  Encoding encoding = layout.encoding();
  if (row.dead) {
    EncodeCounts none;
    encode(encoding, Type::F64, &fill, 0, n, fill, to, none);
  } else if (type == Type::U8) {
    const uint8_t *from = static_cast<const uint8_t *>(region.data) + row.from;
    std::vector<float> values(static_cast<size_t>(n));
    for (int64_t k = 0; k < n; ++k)
      values[static_cast<size_t>(k)] = from[k * stride];
    encode(encoding, Type::F32, values.data(), 1, n, fill, to, counts);
  } else {
    const char *from = static_cast<const char *>(region.data) + row.from * sizeOf(type);
    encode(encoding, type, from, stride, n, fill, to, counts);
  }
}

Status SegySink::writeRows(const Region &region, const std::vector<Row> &rows) {
  int64_t lo = region.lo[2], n = region.extent[2];
  int64_t header = lo == 0 ? traceHeaderBytes : 0;
  int64_t piece = header + n * layout.sampleBytes();
  bool whole = lo == 0 && n == layout.samples;
  int64_t atOnce = whole ? std::max<int64_t>(1, (1 << 20) / piece) : 1;
  std::vector<char> buffer(static_cast<size_t>(atOnce * piece));
  EncodeCounts counts;
  for (size_t k = 0; k < rows.size();) {
    int64_t run = 1;
    while (run < atOnce && k + static_cast<size_t>(run) < rows.size() &&
           rows[k + static_cast<size_t>(run)].trace == rows[k].trace + run)
      ++run;
    if (header)
      if (Status s = headers->make(rows[k].trace, run, buffer.data(), piece); !s)
        return s;
    for (int64_t r = 0; r < run; ++r)
      convert(region, rows[k + static_cast<size_t>(r)], buffer.data() + r * piece + header, counts);
    int64_t offset = layout.trace0 + rows[k].trace * layout.traceBytes() +
                     (header ? 0 : traceHeaderBytes + lo * layout.sampleBytes());
    if (Status s = put(buffer.data(), run * piece, offset); !s)
      return s;
    k += static_cast<size_t>(run);
  }
  notFinite += counts.nonFinite;
  clippedCount += counts.clipped;
  return {};
}

Status SegySink::write(const Region &region, const uint8_t *live) {
  return guarded(finalPath, [&]() -> Status {
    if (Status s = checkRegion(finalPath, region, {shape.begin(), shape.end()}); !s)
      return s;
    std::vector<Row> rows;
    rows.reserve(static_cast<size_t>(region.extent[0] * region.extent[1]));
    for (int64_t i = 0; i < region.extent[0]; ++i)
      for (int64_t x = 0; x < region.extent[1]; ++x) {
        int64_t position = (region.lo[0] + i) * shape[1] + region.lo[1] + x;
        int64_t trace = traceAt ? (*traceAt)[static_cast<size_t>(position)] : position;
        if (trace >= 0)
          rows.push_back({trace, i * region.stride[0] + x * region.stride[1],
                          live && !live[i * region.extent[1] + x]});
      }
    auto byTrace = [](const Row &a, const Row &b) { return a.trace < b.trace; };
    if (!std::is_sorted(rows.begin(), rows.end(), byTrace))
      std::sort(rows.begin(), rows.end(), byTrace);
    if (region.extent[2] > 0)
      if (Status s = writeRows(region, rows); !s)
        return s;
    written += region.extent[0] * region.extent[1] * region.extent[2];
    return {};
  });
}

Status createSegy(const std::string &path, const SinkOptions &options,
                  std::unique_ptr<VolumeSink> &sink) {
  auto segy = std::make_unique<SegySink>();
  SegyLike like;
  Status s;
  if (!options.like)
    s = segy->openNew(path, options);
  else if (segyLikeOf(*options.like, like))
    s = segy->openLike(path, options, std::move(like));
  else
    s = fail("cannot write ", path, " like ", options.like->path(), ": wanted a SEG-Y file, found ",
             options.like->description());
  if (s)
    sink = std::move(segy);
  return s;
}

} // namespace detail
} // namespace seis::io
