//===- SegyScan.cpp - From trace headers to a grid -------------------------===//
// One pass over all trace headers. Positions are the sorted distinct inlines by
// the sorted distinct crosslines; traces may come in any order and positions may
// be empty, as in every survey whose outline is no rectangle.
//===----------------------------------------------------------------------===//
#include "Segy.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

namespace seis::io::detail {

std::vector<int32_t> distinctValues(const std::vector<int32_t> &values) {
  std::vector<int32_t> out;
  if (values.empty())
    return out;
  auto [low, high] = std::minmax_element(values.begin(), values.end());
  int64_t least = *low, range = int64_t(*high) - least + 1;
  if (range <= std::max<int64_t>(1 << 16, 64 * static_cast<int64_t>(values.size()))) {
    std::vector<bool> seen(static_cast<size_t>(range));
    for (int32_t v : values)
      seen[static_cast<size_t>(v - least)] = true;
    for (int64_t k = 0; k < range; ++k)
      if (seen[static_cast<size_t>(k)])
        out.push_back(static_cast<int32_t>(least + k));
    return out;
  }
  out = values;
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

int64_t constantStep(const std::vector<int32_t> &v) {
  if (v.size() < 2)
    return 1;
  int64_t step = int64_t(v[1]) - v[0];
  for (size_t k = 2; k < v.size(); ++k)
    if (int64_t(v[k]) - v[k - 1] != step)
      return 0;
  return step;
}

namespace {

/// Where the numbers stop being regular: "after 3 comes 7, the step was 1".
std::string irregularity(const char *axis, const std::vector<int32_t> &v) {
  int64_t step = int64_t(v[1]) - v[0];
  size_t k = 2;
  while (int64_t(v[k]) - v[k - 1] == step)
    ++k;
  return cat(axis, " numbers have no constant step: ", v[0], ", ", v[1], " and later ", v[k - 1],
             ", ", v[k]);
}

} // namespace

GridTrouble laySegyGrid(const std::vector<int32_t> &inlines, const std::vector<int32_t> &crosslines,
                        Geometry &geometry, std::vector<int32_t> &traceAt) {
  GridTrouble trouble;
  int64_t traces = static_cast<int64_t>(inlines.size());
  geometry.inlines = distinctValues(inlines);
  geometry.crosslines = distinctValues(crosslines);
  int64_t stepI = constantStep(geometry.inlines), stepX = constantStep(geometry.crosslines);
  if (!stepI || !stepX) {
    trouble.what = !stepI ? irregularity("inline", geometry.inlines)
                          : irregularity("crossline", geometry.crosslines);
    return trouble;
  }
  int64_t ni = static_cast<int64_t>(geometry.inlines.size());
  int64_t nx = static_cast<int64_t>(geometry.crosslines.size());
  // A polygon fills a good part of its rectangle. Keys that number traces make a
  // grid with a single trace a line, too large to hold.
  if (ni * nx > std::max<int64_t>(1 << 20, 64 * traces)) {
    trouble.what =
        cat(ni, " inlines x ", nx, " crosslines are too many positions for ", traces, " traces");
    return trouble;
  }
  geometry.shape[0] = ni;
  geometry.shape[1] = nx;
  traceAt.assign(static_cast<size_t>(ni * nx), -1);
  int repeats = 0;
  for (int64_t t = 0; t < traces; ++t) {
    size_t k = static_cast<size_t>(t);
    int64_t i = (int64_t(inlines[k]) - geometry.inlines[0]) / stepI;
    int64_t x = (int64_t(crosslines[k]) - geometry.crosslines[0]) / stepX;
    int32_t &at = traceAt[static_cast<size_t>(i * nx + x)];
    if (at < 0) {
      at = static_cast<int32_t>(t);
      continue;
    }
    if (repeats == 0) {
      trouble.first = at;
      trouble.second = t;
    }
    if (repeats < 5)
      trouble.what += cat(repeats ? "; " : "", "inline ", inlines[k], ", crossline ", crosslines[k],
                          " in traces ", at + 1, " and ", t + 1);
    ++repeats;
  }
  if (repeats)
    trouble.what =
        cat(repeats, " traces repeat a position: ", trouble.what, repeats > 5 ? "; ..." : "");
  return trouble;
}

namespace {

/// The pass over the trace headers, and what is remembered of it.
class Scanner {
public:
  Scanner(SegyHandle &handle, const File &file, const SegyLayout &layout,
          const SourceOptions &options, SegyScan &scan, std::vector<std::string> &notes)
      : handle(handle), file(file), layout(layout), options(options), scan(scan), notes(notes) {}

  Status run() {
    for (auto [byte, name] : {std::pair<int, const char *>{options.ilineByte, "inline"},
                              {options.xlineByte, "crossline"}})
      if (!isTraceField(byte))
        return fail(file.path(), ": no trace header field begins at byte ", byte,
                    ", wanted for the ", name, " number");
    if (Status s = readHeaders(); !s)
      return s;
    scan.geometry.shape[2] = layout.samples;
    if (Status s = layGrid(); !s)
      return s;
    markDead();
    return findInterval();
  }

private:
  Status readHeaders() {
    size_t n = static_cast<size_t>(layout.traces);
    inlines.resize(n);
    crosslines.resize(n);
    char header[traceHeaderBytes];
    int32_t count0 = 0;
    int64_t otherDelays = 0;
    for (int64_t t = 0; t < layout.traces; ++t) {
      if (Status s = handle.traceHeader(t, header); !s)
        return s;
      size_t k = static_cast<size_t>(t);
      inlines[k] = traceField(header, options.ilineByte);
      crosslines[k] = traceField(header, options.xlineByte);
      if (traceField(header, SEGY_TR_TRACE_ID) == 2)
        deadTraces.push_back(t);
      // Read as signed; a length above 32767 keeps its bits.
      int32_t count = traceField(header, SEGY_TR_SAMPLE_COUNT) & 0xffff;
      count0 = count0 ? count0 : count;
      if (count && count != count0)
        return fail(file.path(), ": traces of different lengths: ", count0, " samples before, ",
                    count, " in trace ", t + 1, " (byte 115); wanted one length");
      double delay = delayOf(header);
      if (t == 0) {
        scan.geometry.delayMs = delay;
        traceInterval = traceField(header, SEGY_TR_SAMPLE_INTER);
      }
      otherDelays += delay != scan.geometry.delayMs ? 1 : 0;
    }
    if (count0 && count0 != layout.samples)
      notes.push_back(cat(file.path(), ": the traces say ", count0,
                          " samples, binary header and file size say ", layout.samples));
    if (otherDelays)
      notes.push_back(cat(file.path(), ": ", otherDelays,
                          " traces have another recording delay than the first, which counts"));
    return {};
  }

  /// Recording delay in ms with the time scalar at 215, which libsegyio leaves
  /// out: positive multiplies, negative divides, 0 is 1.
  static double delayOf(const char *header) {
    double delay = traceField(header, SEGY_TR_DELAY_REC_TIME);
    int32_t scalar = traceField(header, SEGY_TR_SCALAR_TRACE_HEADER);
    return scalar > 0 ? delay * scalar : scalar < 0 ? delay / -scalar : delay;
  }

  Status layGrid() {
    auto zero = [](int32_t v) { return v == 0; };
    if (std::all_of(inlines.begin(), inlines.end(), zero) &&
        std::all_of(crosslines.begin(), crosslines.end(), zero)) {
      scan.geometry.shape[0] = 1;
      scan.geometry.shape[1] = layout.traces;
      scan.traceAt.resize(static_cast<size_t>(layout.traces));
      for (size_t t = 0; t < scan.traceAt.size(); ++t)
        scan.traceAt[t] = static_cast<int32_t>(t);
      return {};
    }
    GridTrouble trouble = laySegyGrid(inlines, crosslines, scan.geometry, scan.traceAt);
    if (trouble.what.empty())
      return {};
    if (trouble.first >= 0) {
      int32_t a = 0, b = 0;
      if (Status s = offsetOf(trouble.first, a); !s)
        return s;
      if (Status s = offsetOf(trouble.second, b); !s)
        return s;
      size_t k = static_cast<size_t>(trouble.first);
      if (a != b)
        return fail(file.path(), ": pre-stack data: inline ", inlines[k], ", crossline ",
                    crosslines[k], " has traces with offsets ", a, " and ", b,
                    " (byte 37); wanted one trace per position");
    }
    std::string table;
    if (Status s = candidates(table); !s)
      return s;
    return fail(file.path(), ": no grid from bytes ", options.ilineByte, " (inline) and ",
                options.xlineByte, " (crossline): ", trouble.what,
                "\npass --iline=BYTE and --xline=BYTE; candidates:\n", table);
  }

  Status offsetOf(int64_t trace, int32_t &offset) {
    char header[traceHeaderBytes];
    if (Status s = handle.traceHeader(trace, header); !s)
      return s;
    offset = traceField(header, SEGY_TR_OFFSET);
    return {};
  }

  /// The table of bytes where line numbers may be.
  Status candidates(std::string &table) {
    std::vector<int> bytes = {1, 5, 9, 13, 17, 21, 25, 181, 185, 189, 193, 197};
    for (int byte : {options.ilineByte, options.xlineByte})
      if (std::find(bytes.begin(), bytes.end(), byte) == bytes.end())
        bytes.push_back(byte);
    std::sort(bytes.begin(), bytes.end());
    std::vector<std::vector<int32_t>> values(bytes.size());
    char header[traceHeaderBytes];
    for (int64_t t = 0; t < layout.traces; ++t) {
      if (Status s = handle.traceHeader(t, header); !s)
        return s;
      for (size_t k = 0; k < bytes.size(); ++k)
        values[k].push_back(traceField(header, bytes[k]));
    }
    table = "  byte   distinct  step       range";
    for (size_t k = 0; k < bytes.size(); ++k) {
      std::vector<int32_t> distinct = distinctValues(values[k]);
      int64_t step = constantStep(distinct);
      std::string word = distinct.size() == 1 ? "one value"
                         : step               ? cat("regular ", step)
                                              : "irregular";
      char line[120];
      std::snprintf(line, sizeof line, "\n  %4d %10zu  %-9s  %d to %d", bytes[k], distinct.size(),
                    word.c_str(), distinct.front(), distinct.back());
      table += line;
    }
    return {};
  }

  /// Known dead: positions without a trace or whose trace has id 2.
  void markDead() {
    bool missing = static_cast<int64_t>(scan.traceAt.size()) > layout.traces;
    if (!missing && deadTraces.empty())
      return;
    std::vector<bool> dead(static_cast<size_t>(layout.traces));
    for (int64_t t : deadTraces)
      dead[static_cast<size_t>(t)] = true;
    scan.geometry.live.resize(scan.traceAt.size());
    for (size_t p = 0; p < scan.traceAt.size(); ++p) {
      int32_t t = scan.traceAt[p];
      scan.geometry.live[p] = t >= 0 && !dead[static_cast<size_t>(t)] ? 1 : 0;
    }
  }

  /// Binary header and first trace must agree where both have an interval.
  Status findInterval() {
    char header[binaryBytes];
    if (Status s = handle.binaryHeader(header); !s)
      return s;
    int32_t whole = binaryField(header, SEGY_BIN_INTERVAL), trace = traceInterval;
    if (whole > 0 && trace > 0 && whole != trace) {
      scan.intervalProblem = cat(file.path(), ": two sample intervals: ", whole,
                                 " us in the binary header (byte 3217), ", trace,
                                 " us in the first trace (117); pass --dt-ms");
      return {};
    }
    if (whole <= 0 && trace <= 0) {
      scan.intervalProblem = cat(file.path(), ": no sample interval: ", whole,
                                 " us in the binary header (byte 3217), ", trace,
                                 " us in the first trace (117); pass --dt-ms");
      return {};
    }
    scan.geometry.dtMs = (whole > 0 ? whole : trace) / 1000.0;
    return {};
  }

  SegyHandle &handle;
  const File &file;
  const SegyLayout &layout;
  const SourceOptions &options;
  SegyScan &scan;
  std::vector<std::string> &notes;
  std::vector<int32_t> inlines, crosslines;
  std::vector<int64_t> deadTraces;
  int32_t traceInterval = 0;
};

} // namespace

Status scanSegy(SegyHandle &handle, const File &file, const SegyLayout &layout,
                const SourceOptions &options, SegyScan &scan, std::vector<std::string> &notes) {
  return Scanner(handle, file, layout, options, scan, notes).run();
}

} // namespace seis::io::detail
