//===- SegyText.cpp - Textual headers --------------------------------------===//
// 40 lines ("card images") of 80 characters without line ends, in EBCDIC by the
// standard and in ASCII from some programs.
//===----------------------------------------------------------------------===//
#include "Segy.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace seis::io::detail {
namespace {

constexpr int lineCount = 40, lineLength = 80, labelLength = 4;

/// EBCDIC code page 037 of the printable ASCII characters from blank on.
const unsigned char ebcdicOf[95] = {
    0x40, 0x5a, 0x7f, 0x7b, 0x5b, 0x6c, 0x50, 0x7d, 0x4d, 0x5d, 0x5c, 0x4e, 0x6b, 0x60, 0x4b, 0x61,
    0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0x7a, 0x5e, 0x4c, 0x7e, 0x6e, 0x6f,
    0x7c, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xd1, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6,
    0xd7, 0xd8, 0xd9, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xba, 0xe0, 0xbb, 0xb0, 0x6d,
    0x79, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96,
    0x97, 0x98, 0x99, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8, 0xa9, 0xc0, 0x4f, 0xd0, 0xa1,
};

char toEbcdic(char c) { return static_cast<char>(ebcdicOf[(c >= 32 && c < 127 ? c : '?') - 32]); }

/// A line as ASCII; what is no printable character becomes a blank.
std::string decodeLine(const char *line, bool ebcdic) {
  static const std::array<char, 256> asciiOf = [] {
    std::array<char, 256> table{};
    table.fill(' ');
    for (int c = 0; c < 95; ++c)
      table[ebcdicOf[c]] = static_cast<char>(c + 32);
    return table;
  }();
  std::string out(line, lineLength);
  for (char &c : out)
    c = ebcdic ? asciiOf[static_cast<unsigned char>(c)] : c >= 32 && c < 127 ? c : ' ';
  return out;
}

void encodeLine(int number, const std::string &text, bool ebcdic, char *line) {
  char label[16];
  std::snprintf(label, sizeof label, "C%2d ", number);
  std::string out = (label + text).substr(0, lineLength);
  out.resize(lineLength, ' ');
  for (int k = 0; k < lineLength; ++k) {
    char c = out[static_cast<size_t>(k)];
    line[k] = ebcdic ? toEbcdic(c) : c >= 32 && c < 127 ? c : '?';
  }
}

/// Only a label like "C12", or nothing at all.
bool isBlank(const std::string &line) {
  size_t from = line[0] == 'C' ? 3 : 0;
  return line.find_first_not_of(' ', from) == std::string::npos;
}

/// Lines 39 and 40 of revision 1 have a fixed text.
bool isReserved(const std::string &line) {
  for (const char *words : {"SEG Y REV", "SEG-Y REV", "SEGY REV", "END TEXTUAL", "END EBCDIC"})
    if (line.find(words) != std::string::npos)
      return true;
  return false;
}

} // namespace

std::string makeTextHeader(const std::vector<std::string> &lines) {
  std::string out(static_cast<size_t>(textBytes), '\0');
  for (int k = 0; k < lineCount; ++k) {
    size_t n = static_cast<size_t>(k);
    std::string text = n < lines.size() ? lines[n] : "";
    if (text.empty() && k == 38)
      text = "SEG Y REV1";
    if (text.empty() && k == 39)
      text = "END TEXTUAL HEADER";
    encodeLine(k + 1, text, true, out.data() + k * lineLength);
  }
  return out;
}

void stampTextHeader(char *header, const std::string &text) {
  // EBCDIC blanks are '@' in ASCII; a header is mostly blanks.
  auto ebcdicBlanks = std::count(header, header + textBytes, '\x40');
  auto asciiBlanks = std::count(header, header + textBytes, ' ');
  bool ebcdic = ebcdicBlanks >= asciiBlanks;
  std::vector<std::string> parts;
  constexpr size_t width = lineLength - labelLength;
  for (size_t at = 0; at < text.size() && parts.size() < lineCount; at += width)
    parts.push_back(text.substr(at, width));
  // Blank lines first, from the top; then lines from the bottom up.
  std::vector<int> free, rest;
  for (int k = 0; k < lineCount; ++k) {
    std::string line = decodeLine(header + k * lineLength, ebcdic);
    if (isBlank(line))
      free.push_back(k);
    else if (!isReserved(line))
      rest.push_back(k);
  }
  free.insert(free.end(), rest.rbegin(), rest.rend());
  free.resize(std::min(free.size(), parts.size()));
  std::sort(free.begin(), free.end());
  for (size_t k = 0; k < free.size(); ++k)
    encodeLine(free[k] + 1, parts[k], ebcdic, header + free[k] * lineLength);
}

} // namespace seis::io::detail
