//===- Diagnostics.cpp - Collecting and printing diagnostics ---------------===//
#include "seis/Frontend/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include <algorithm>
#include <tuple>

using namespace llvm;
using namespace seis;

Diagnostic &DiagnosticSink::add(Severity severity, SMRange range, std::string message) {
  // A place is evaluated once per call of its function; one message is enough.
  bool isError = severity == Severity::Error;
  bool isKnown = llvm::any_of(all, [&](const Diagnostic &d) {
    return d.range.Start == range.Start && d.severity == severity && d.message == message;
  });
  if (isError && !isKnown)
    ++numErrors;
  if (isKnown || (isError ? numErrors > maxErrors : ++numWarnings > maxErrors)) {
    discarded = Diagnostic();
    return discarded;
  }
  all.push_back({severity, std::move(message), range, {}});
  return all.back();
}

Diagnostic &DiagnosticSink::error(SMRange range, std::string message) {
  return add(Severity::Error, range, std::move(message));
}

Diagnostic &DiagnosticSink::warning(SMRange range, std::string message) {
  return add(Severity::Warning, range, std::move(message));
}

void DiagnosticSink::addNote(std::string message, SMRange range) {
  if (!all.empty())
    all.back().note(std::move(message), range);
}

namespace {

/// Widest part of a source line that is shown, in characters.
constexpr size_t windowWidth = 160;

struct Place {
  StringRef file, line; ///< `line`: the whole source line
  unsigned lineNumber = 0, column = 0;
  size_t begin = 0, end = 0; ///< byte offsets in `line`; end > begin
};

bool isLineEnd(char c) { return c == '\n' || c == '\r'; }

/// Finds line and column; false where the location is in no buffer.
bool locate(const SourceMgr &sources, SMRange range, Place &place) {
  if (!range.isValid())
    return false;
  unsigned id = sources.FindBufferContainingLoc(range.Start);
  if (!id)
    return false;
  const MemoryBuffer *buffer = sources.getMemoryBuffer(id);
  const char *first = buffer->getBufferStart(), *last = buffer->getBufferEnd();
  const char *at = range.Start.getPointer();
  const char *lineBegin = at, *lineEnd = at;
  while (lineBegin > first && !isLineEnd(lineBegin[-1]))
    --lineBegin;
  while (lineEnd < last && !isLineEnd(*lineEnd))
    ++lineEnd;
  place.file = buffer->getBufferIdentifier();
  place.line = StringRef(lineBegin, lineEnd - lineBegin);
  place.lineNumber = sources.FindLineNumber(range.Start, id);
  place.begin = at - lineBegin;
  place.column = place.begin + 1;
  place.end = std::min<size_t>(range.End.getPointer() - lineBegin, place.line.size());
  place.end = std::max(place.end, place.begin + 1);
  return true;
}

/// Text of `line[from, to)` with one character a column: tabs and unprintable bytes replaced.
/// Valid UTF-8 sequences stay and count as one column.
std::string printable(StringRef line, size_t from, size_t to, std::vector<size_t> *offsets) {
  std::string text;
  for (size_t i = from; i < to;) {
    if (offsets)
      offsets->push_back(i);
    unsigned char c = line[i];
    size_t length = c < 0x80 ? 1 : getNumBytesForUTF8(c);
    if (c >= 0x80) {
      const UTF8 *p = reinterpret_cast<const UTF8 *>(line.data() + i);
      if (length <= 1 || i + length > to || !isLegalUTF8Sequence(p, p + length)) {
        text += '?';
        ++i;
        continue;
      }
      text.append(line.data() + i, length);
    } else {
      text += c == '\t' ? ' ' : (c < 0x20 || c == 0x7f) ? '?' : static_cast<char>(c);
    }
    i += length;
  }
  return text;
}

void printSnippet(raw_ostream &os, const Place &place, bool color) {
  size_t from = place.begin > windowWidth / 2 ? place.begin - windowWidth / 2 : 0;
  if (place.line.size() <= windowWidth)
    from = 0;
  size_t to = std::min(place.line.size(), from + windowWidth);
  std::vector<size_t> offsets;
  std::string text = printable(place.line, from, to, &offsets);
  bool cutLeft = from > 0, cutRight = to < place.line.size();
  os << (cutLeft ? "..." : "") << text << (cutRight ? "..." : "") << '\n';
  std::string marks(cutLeft ? 3 : 0, ' ');
  bool placed = false;
  for (size_t offset : offsets) {
    if (offset < place.begin)
      marks += ' ';
    else if (!placed) {
      marks += '^';
      placed = true;
    } else if (offset < place.end)
      marks += '~';
  }
  if (!placed)
    marks += '^';
  if (color)
    os << "\033[1;32m";
  os << marks;
  if (color)
    os << "\033[0m";
  os << '\n';
}

void printOne(raw_ostream &os, const Place *place, bool withSnippet, StringRef kind,
              StringRef message, StringRef paint, bool color) {
  if (place)
    os << place->file << ':' << place->lineNumber << ':' << place->column << ": ";
  else
    os << "seis: ";
  if (color)
    os << paint;
  os << kind;
  if (color)
    os << "\033[0m";
  os << ' ' << printable(message, 0, message.size(), nullptr) << '\n';
  if (place && withSnippet)
    printSnippet(os, *place, color);
}

} // namespace

void DiagnosticSink::print(raw_ostream &os, bool color) const {
  // Buffers are numbered in the order they were added; the prelude is never pointed at.
  auto key = [&](const Diagnostic &d) {
    unsigned id = d.range.isValid() ? sources.FindBufferContainingLoc(d.range.Start) : 0;
    return std::make_tuple(id, d.range.isValid() ? d.range.Start.getPointer() : nullptr);
  };
  std::vector<std::pair<std::tuple<unsigned, const char *>, const Diagnostic *>> order;
  for (const Diagnostic &d : all)
    order.push_back({key(d), &d});
  llvm::stable_sort(order, [](const auto &a, const auto &b) { return a.first < b.first; });
  for (const auto &[where, d] : order) {
    bool isError = d->severity == Severity::Error;
    Place place;
    bool found = locate(sources, d->range, place);
    printOne(os, found ? &place : nullptr, true, isError ? "error:" : "warning:", d->message,
             isError ? "\033[1;31m" : "\033[1;35m", color);
    for (const DiagnosticNote &n : d->notes) { // without a place of its own: same place, no line
      Place own;
      bool hasOwn = locate(sources, n.range, own);
      printOne(os,
               hasOwn  ? &own
               : found ? &place
                       : nullptr,
               hasOwn, "note:", n.message, "\033[1;36m", color);
    }
  }
  if (numErrors > maxErrors)
    os << "seis: error: " << numErrors - maxErrors << " more errors are not shown\n";
}
