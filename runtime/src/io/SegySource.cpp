//===- SegySource.cpp - A SEG-Y file as a volume ---------------------------===//
#include "Segy.h"

#include <cmath>
#include <cstring>
#include <limits>

namespace seis::io {
namespace detail {

class SegySource final : public VolumeSource {
public:
  Status open(const std::string &path, const SourceOptions &wanted);
  Status requireInterval() const override {
    return geom.dtMs ? Status::success() : Status::failure(intervalProblem);
  }
  Status coordinates(std::vector<double> &x, std::vector<double> &y) const override;
  SegyLike like() const { return {file, layout, traceAt}; }

protected:
  Status readBox(const Box &box, const Target &target) const override;
  bool isRegular(RegularTraces &traces) const override {
    traces = regular;
    return regular.file != nullptr;
  }

private:
  void findRegular();
  void addIbmNulls();

  std::shared_ptr<File> file = std::make_shared<File>();
  SegyLayout layout;
  std::shared_ptr<const std::vector<int32_t>> traceAt;
  RegularTraces regular; ///< no file: traces are missing, or not evenly spaced
  std::string intervalProblem;
};

Status SegySource::open(const std::string &path, const SourceOptions &wanted) {
  filePath = path;
  fileFormat = FileFormat::Segy;
  options = wanted;
  if (Status s = file->open(path); !s)
    return s;
  if (Status s = findSegyLayout(*file, options, layout, remarks); !s)
    return s;
  SegyHandle handle;
  if (Status s = handle.open(*file, layout); !s)
    return s;
  SegyScan scan;
  if (Status s = scanSegy(handle, *file, layout, options, scan, remarks); !s)
    return s;
  geom = std::move(scan.geometry);
  traceAt = std::make_shared<const std::vector<int32_t>>(std::move(scan.traceAt));
  intervalProblem = std::move(scan.intervalProblem);
  if (options.dtMs)
    geom.dtMs = options.dtMs;
  stored = layout.encoding().type;
  text = cat("SEG-Y, format ", layout.format, " (", segyFormatName(layout.format), "), ",
             layout.little ? "little" : "big", " endian");
  findDead = true;
  if (options.null && layout.format == 1)
    addIbmNulls();
  findRegular();
  prepare();
  return {};
}

void SegySource::addIbmNulls() {
  // Programs that write IBM floats round or cut: both are the null value.
  uint32_t word = 0;
  if (!doubleToIbm(*options.null, word))
    return;
  nullsAs.push_back(ibmToDouble(word));
  if (std::fabs(ibmToDouble(word)) > std::fabs(*options.null) && (word & 0xffffff) > 0x100000)
    nullsAs.push_back(ibmToDouble(word - 1));
}

Status SegySource::readBox(const Box &box, const Target &target) const {
  TraceLayout traces{file.get(), layout.trace0 + traceHeaderBytes, layout.traceBytes(),
                     layout.encoding()};
  int64_t size = sizeOf(target.type);
  std::vector<TraceWish> wishes;
  wishes.reserve(static_cast<size_t>(box.extent[0] * box.extent[1]));
  for (int64_t i = 0; i < box.extent[0]; ++i)
    for (int64_t x = 0; x < box.extent[1]; ++x) {
      char *to =
          static_cast<char *>(target.data) + (i * target.stride[0] + x * target.stride[1]) * size;
      int64_t position = (box.lo[0] + i) * geom.shape[1] + box.lo[1] + x;
      int32_t trace = (*traceAt)[static_cast<size_t>(position)];
      if (trace >= 0)
        wishes.push_back({trace, to});
      else
        for (int64_t s = 0; s < box.extent[2]; ++s) // zero bytes are 0.0
          std::memset(to + s * target.stride[2] * size, 0, static_cast<size_t>(size));
    }
  return readTraces(traces, wishes, box.lo[2], box.extent[2], target.type, target.stride[2]);
}

/// A full grid in inline or crossline order, either way round.
void SegySource::findRegular() {
  const std::vector<int32_t> &at = *traceAt;
  int64_t rows = geom.shape[0], columns = geom.shape[1];
  int64_t step[2] = {rows > 1 ? at[static_cast<size_t>(columns)] - at[0] : 0,
                     columns > 1 ? at[1] - at[0] : 0};
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t x = 0; x < columns; ++x) {
      int32_t trace = at[static_cast<size_t>(i * columns + x)];
      if (trace < 0 || trace != at[0] + i * step[0] + x * step[1])
        return;
    }
  regular.file = file.get();
  regular.offset = layout.trace0 + traceHeaderBytes + at[0] * layout.traceBytes();
  for (int a : {0, 1})
    regular.pitch[a] = step[a] * layout.traceBytes();
  regular.encoding = layout.encoding();
}

Status SegySource::coordinates(std::vector<double> &x, std::vector<double> &y) const {
  return guarded(filePath, [&]() -> Status {
    SegyHandle handle;
    if (Status s = handle.open(*file, layout); !s)
      return s;
    x.assign(traceAt->size(), std::numeric_limits<double>::quiet_NaN());
    y = x;
    char header[traceHeaderBytes];
    for (size_t p = 0; p < traceAt->size(); ++p) {
      if ((*traceAt)[p] < 0)
        continue;
      if (Status s = handle.traceHeader((*traceAt)[p], header); !s)
        return s;
      int32_t scalar = traceField(header, SEGY_TR_SOURCE_GROUP_SCALAR);
      auto scaled = [scalar](double v) {
        return scalar > 0 ? v * scalar : scalar < 0 ? v / -scalar : v;
      };
      x[p] = scaled(traceField(header, SEGY_TR_CDP_X));
      y[p] = scaled(traceField(header, SEGY_TR_CDP_Y));
    }
    return {};
  });
}

bool segyLikeOf(const VolumeSource &source, SegyLike &like) {
  if (source.format() != FileFormat::Segy)
    return false;
  like = static_cast<const SegySource &>(source).like();
  return true;
}

Status openSegy(const std::string &path, const SourceOptions &options,
                std::unique_ptr<VolumeSource> &source) {
  auto segy = std::make_unique<SegySource>();
  Status s = segy->open(path, options);
  if (s)
    source = std::move(segy);
  return s;
}

} // namespace detail
} // namespace seis::io
