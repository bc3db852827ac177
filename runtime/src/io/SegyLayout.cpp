//===- SegyLayout.cpp - Byte order, sample format, trace length ------------===//
// SEG-Y has no magic number. A reading of the binary header is believed if its
// format code is known and the file has the size that follows from it; big
// endian is tried first, as the standard wants it.
//===----------------------------------------------------------------------===//
#include "Segy.h"

#include <climits>
#include <cstring>

namespace seis::io::detail {

const char *segyFormatName(int format) {
  switch (format) {
  case 1:
    return "IBM float";
  case 2:
    return "32-bit integer";
  case 3:
    return "16-bit integer";
  case 5:
    return "IEEE float";
  case 8:
    return "8-bit integer";
  default:
    return nullptr;
  }
}

Encoding segyEncoding(int format, bool little) {
  Type type = format == 2   ? Type::I32
              : format == 3 ? Type::I16
              : format == 8 ? Type::I8
                            : Type::F32;
  // The machines this runs on are little-endian.
  return {type, format == 1, !little && format != 8};
}

int64_t SegyLayout::sampleBytes() const { return sizeOf(segyEncoding(format, little).type); }
Encoding SegyLayout::encoding() const { return segyEncoding(format, little); }

namespace {

/// The binary header read in one byte order.
class Reading {
public:
  Reading(const File &file, const char *head, const SourceOptions &options, bool little)
      : file(file), head(head), little(little) {
    codeInHeader = word(3225);
    layout.little = little;
    layout.format = options.sampleFormat ? options.sampleFormat : codeInHeader;
    knownFormat = segyFormatName(layout.format) != nullptr;
  }

  /// Empty if the reading makes sense, else what does not.
  std::string check(std::vector<std::string> &notes) {
    int major = static_cast<unsigned char>(little && head[3500] == 0 ? head[3501] : head[3500]);
    if (major == 2)
      return "SEG-Y revision 2 (byte 3501): wanted revision 0 or 1";
    if (!knownFormat)
      return formatProblem();
    int extended = static_cast<int16_t>(word(3505));
    bool revision0 = head[3500] == 0 && head[3501] == 0;
    if (extended < 0 && !revision0)
      return cat("a variable number of extended text headers (", extended,
                 " at byte 3505): wanted a count");
    std::string problem = fit(extended < 0 ? 0 : extended, notes);
    // Revision 0 has no such field, what is there may be anything.
    if (!problem.empty() && extended != 0 && revision0 && fit(0, notes).empty())
      return "";
    return problem;
  }

  SegyLayout layout;
  bool knownFormat = false;

private:
  int word(int byte) const {
    const unsigned char *p = reinterpret_cast<const unsigned char *>(head) + byte - 1;
    return little ? p[0] | p[1] << 8 : p[0] << 8 | p[1];
  }

  std::string formatProblem() const {
    const char *hint =
        layout.format == 4 ? " (fixed point with gain)"
        : layout.format == 6 || layout.format == 7 || (layout.format > 8 && layout.format <= 16)
            ? " (revision 2)"
            : "";
    return cat("sample format ", layout.format, hint,
               ": wanted 1 (IBM float), 2 (int32), 3 (int16), 5 (IEEE float) or 8 (int8)");
  }

  /// Looks for the trace length that the file size agrees with.
  std::string fit(int extended, std::vector<std::string> &notes) {
    layout.trace0 = textBytes + binaryBytes + extended * textBytes;
    int64_t body = file.size() - layout.trace0;
    if (body < 0)
      return cat("the file ends within its ", extended, " extended text headers (byte 3505)");
    if (body == 0)
      return "the file has no traces";
    int inBinary = word(3221), inTrace = 0;
    unsigned char two[2];
    if (body >= traceHeaderBytes && file.read(two, 2, layout.trace0 + 114).ok)
      inTrace = little ? two[0] | two[1] << 8 : two[0] << 8 | two[1];
    for (int samples : {inBinary, inTrace}) {
      layout.samples = samples;
      if (samples == 0 || body % layout.traceBytes() != 0)
        continue;
      layout.traces = body / layout.traceBytes();
      if (layout.traces > INT_MAX)
        return cat(layout.traces, " traces: wanted at most ", INT_MAX);
      if (samples != inBinary)
        notes.push_back(cat(file.path(), ": ", inBinary, " samples in the binary header, ", inTrace,
                            " in the first trace, which the file size agrees with"));
      return "";
    }
    if (inBinary == 0 && inTrace == 0)
      return "no sample count in the binary header (byte 3221) or the first trace (115)";
    layout.samples = inBinary ? inBinary : inTrace;
    return cat("the file size does not fit: ", body, " bytes of traces are no multiple of 240 + ",
               layout.samples, " samples of ", layout.sampleBytes(),
               " bytes; the file is cut short, or sample format (", layout.format,
               ") or sample count (", inBinary, " in the binary header, ", inTrace,
               " in the first trace) are wrong");
  }

  const File &file;
  const char *head;
  bool little;
  int codeInHeader = 0;
};

} // namespace

Status findSegyLayout(const File &file, const SourceOptions &options, SegyLayout &layout,
                      std::vector<std::string> &notes) {
  char head[textBytes + binaryBytes];
  if (file.size() < textBytes + binaryBytes)
    return fail(file.path(), ": not a SEG-Y file: wanted at least 3600 bytes, found ", file.size());
  if (Status s = file.read(head, sizeof head, 0); !s)
    return s;
  std::string problem;
  for (bool little : {false, true}) {
    if (options.endian != Endian::Auto && little != (options.endian == Endian::Little))
      continue;
    Reading reading(file, head, options, little);
    std::string wrong = reading.check(notes);
    if (wrong.empty()) {
      layout = reading.layout;
      return {};
    }
    // Of two readings that fail, the one with a known format is worth telling.
    if (problem.empty() || (reading.knownFormat && options.sampleFormat == 0))
      problem = wrong;
  }
  return fail(file.path(), ": ", problem);
}

//===--- libsegyio ---------------------------------------------------------===//

Status SegyHandle::open(const File &file, const SegyLayout &wanted) {
  path = file.path();
  layout = wanted;
  handle = segy_open(path.c_str(), "rb");
  if (!handle)
    return fail("cannot open ", path, " with libsegyio");
  if (segy_set_format(handle, layout.format | (layout.little ? SEGY_LSB : SEGY_MSB)) != SEGY_OK)
    return fail(path, ": libsegyio refuses sample format ", layout.format);
  int traces = 0;
  int bytes = segy_trsize(layout.format, static_cast<int>(layout.samples));
  if (segy_traces(handle, &traces, static_cast<long>(layout.trace0), bytes) != SEGY_OK ||
      traces != layout.traces)
    return fail(path, ": libsegyio finds ", traces, " traces, wanted ", layout.traces);
  return {};
}

Status SegyHandle::traceHeader(int64_t trace, char *header) {
  int bytes = static_cast<int>(layout.traceBytes() - traceHeaderBytes);
  if (segy_traceheader(handle, static_cast<int>(trace), header, static_cast<long>(layout.trace0),
                       bytes) != SEGY_OK)
    return fail("cannot read ", path, ": header of trace ", trace + 1);
  return {};
}

Status SegyHandle::binaryHeader(char *header) {
  if (segy_binheader(handle, header) != SEGY_OK)
    return fail("cannot read ", path, ": binary header");
  return {};
}

int32_t traceField(const char *header, int byte) {
  int32_t value = 0;
  return segy_get_field(header, byte, &value) == SEGY_OK ? value : 0;
}

int32_t binaryField(const char *header, int byte) {
  int32_t value = 0;
  return segy_get_bfield(header, byte, &value) == SEGY_OK ? value : 0;
}

bool isTraceField(int byte) {
  char header[traceHeaderBytes] = {};
  int32_t value = 0;
  return byte >= 1 && byte <= traceHeaderBytes && segy_get_field(header, byte, &value) == SEGY_OK;
}

} // namespace seis::io::detail
