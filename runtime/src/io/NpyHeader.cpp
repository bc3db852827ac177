//===- NpyHeader.cpp - Header of .npy files --------------------------------===//
// Format: the magic string, a version, the length of what follows, and a Python
// dictionary literal with the keys descr, fortran_order and shape, padded with
// blanks. Versions differ in the width of the length and in the text encoding.
// Source: numpy.lib.format, NEP 1.
//===----------------------------------------------------------------------===//
#include "Internal.h"

#include <cstring>

namespace seis::io::detail {
namespace {

constexpr char magic[] = "\x93NUMPY";
constexpr int64_t longestHeader = 1 << 20;
constexpr size_t largestRank = 64;

/// Reads the dictionary literal: strings, True, False and tuples of integers.
class Literal {
public:
  Literal(const std::string &text, NpyHeader &header) : text(text), header(header) {}

  /// Empty if all is well, else what is wrong.
  std::string parse() {
    if (!take('{'))
      return "wanted '{'";
    while (!take('}')) {
      std::string key;
      if (!string(key))
        return "wanted a key in quotes";
      if (!take(':'))
        return "wanted ':' after " + key;
      std::string wrong = value(key);
      if (!wrong.empty())
        return wrong;
      if (!take(',')) {
        if (!take('}'))
          return "wanted ',' or '}' after " + key;
        break;
      }
    }
    blanks();
    if (at != text.size())
      return "text after the closing '}'";
    if (!seenDescr || !seenOrder || !seenShape)
      return cat("no key ", !seenDescr ? "descr" : !seenOrder ? "fortran_order" : "shape");
    return "";
  }

private:
  std::string value(const std::string &key) {
    if (key == "descr")
      return descr();
    if (key == "fortran_order") {
      if (seenOrder)
        return "fortran_order twice";
      seenOrder = true;
      if (word("True"))
        header.fortran = true;
      else if (!word("False"))
        return "wanted True or False for fortran_order";
      return "";
    }
    if (key == "shape")
      return shape();
    return "unknown key " + key.substr(0, 40);
  }

  std::string descr() {
    if (seenDescr)
      return "descr twice";
    seenDescr = true;
    blanks();
    if (at < text.size() && (text[at] == '[' || text[at] == '(')) {
      // Keep the words for the message; they end where shape or the like begins.
      size_t end = text.find_last_of(text[at] == '[' ? ']' : ')');
      header.descr =
          text.substr(at, std::min<size_t>(end == std::string::npos ? 40 : end - at + 1, 80));
      structured = true;
      return cat("descr ", header.descr,
                 " is a structured type: wanted one of f4 f8 i1 i2 i4 u1 u2 "
                 "c8 c16");
    }
    return string(header.descr) ? "" : "wanted a type in quotes for descr";
  }

  std::string shape() {
    if (seenShape)
      return "shape twice";
    seenShape = true;
    if (!take('('))
      return "wanted '(' for shape";
    header.shape.clear();
    while (!take(')')) {
      int64_t extent = 0;
      std::string wrong = integer(extent);
      if (!wrong.empty())
        return wrong;
      header.shape.push_back(extent);
      if (header.shape.size() > largestRank)
        return cat("more than ", static_cast<long>(largestRank), " axes");
      if (!take(',')) {
        if (!take(')'))
          return "wanted ',' or ')' in shape";
        if (header.shape.size() == 1)
          return "wanted ',' after the only extent of shape";
        break;
      }
    }
    return "";
  }

  std::string integer(int64_t &out) {
    blanks();
    size_t begin = at;
    out = 0;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
      if (!mulFits(out, 10, out) || !addFits(out, text[at] - '0', out))
        return "an extent beyond 2^63";
      ++at;
    }
    if (at == begin)
      return text.substr(at, 1) == "-" ? "a negative extent" : "wanted an integer in shape";
    if (at < text.size() && text[at] == 'L') // Python 2 wrote 10L
      ++at;
    return "";
  }

  bool string(std::string &out) {
    blanks();
    if (at >= text.size() || (text[at] != '\'' && text[at] != '"'))
      return false;
    size_t end = text.find(text[at], at + 1);
    if (end == std::string::npos)
      return false;
    out = text.substr(at + 1, end - at - 1);
    at = end + 1;
    return true;
  }

  bool word(const char *w) {
    blanks();
    if (text.compare(at, std::strlen(w), w) != 0)
      return false;
    at += std::strlen(w);
    return true;
  }

  bool take(char c) {
    blanks();
    if (at >= text.size() || text[at] != c)
      return false;
    ++at;
    return true;
  }

  void blanks() {
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t' || text[at] == '\n' ||
                                text[at] == '\r' || text[at] == '\f'))
      ++at;
  }

  const std::string &text;
  NpyHeader &header;
  size_t at = 0;
  bool seenDescr = false, seenOrder = false, seenShape = false, structured = false;
};

/// What a descr like "<f4" means; false if it is none of ours.
bool encodingOf(const std::string &descr, Encoding &encoding) {
  std::string kind = descr;
  char order = '=';
  if (!kind.empty() && std::strchr("<>|=", kind[0])) {
    order = kind[0];
    kind.erase(0, 1);
  }
  static const struct {
    const char *name;
    Type type;
  } known[] = {{"f4", Type::F32}, {"f8", Type::F64}, {"i1", Type::I8},
               {"i2", Type::I16}, {"i4", Type::I32}, {"u1", Type::U8},
               {"u2", Type::U16}, {"c8", Type::C64}, {"c16", Type::C128}};
  for (const auto &k : known)
    if (kind == k.name) {
      bool oneByte = k.type == Type::I8 || k.type == Type::U8;
      if (order == '|' && !oneByte)
        return false;
      encoding = {k.type, false, order == '>' && !oneByte};
      return true;
    }
  return false;
}

/// The bytes before the dictionary and its length.
Status readPrefix(const File &file, int64_t &begin, int64_t &length) {
  unsigned char head[12];
  if (file.size() < 10)
    return fail(file.path(), ": not a .npy file: wanted at least 10 bytes, found ", file.size());
  if (Status s = file.read(head, 10, 0); !s)
    return s;
  if (std::memcmp(head, magic, 6) != 0)
    return fail(file.path(), ": not a .npy file: it does not begin with \\x93NUMPY");
  if (head[6] < 1 || head[6] > 3 || head[7] != 0)
    return fail(file.path(), ": .npy version ", static_cast<int>(head[6]), ".",
                static_cast<int>(head[7]), ": wanted 1.0, 2.0 or 3.0");
  begin = head[6] == 1 ? 10 : 12;
  if (file.size() < begin)
    return fail(file.path(), ": the file ends within the header, at byte ", file.size());
  if (Status s = file.read(head, begin, 0); !s)
    return s;
  length = head[8] | head[9] << 8;
  if (begin == 12)
    length |= static_cast<int64_t>(head[10]) << 16 | static_cast<int64_t>(head[11]) << 24;
  if (length > longestHeader)
    return fail(file.path(), ": a header of ", length, " bytes: wanted at most ", longestHeader);
  if (length > file.size() - begin)
    return fail(file.path(), ": the file ends within the header: wanted ", begin + length,
                " bytes, found ", file.size());
  return {};
}

} // namespace

bool looksLikeNpy(const File &file) {
  char head[6];
  return file.size() >= 6 && file.read(head, 6, 0).ok && std::memcmp(head, magic, 6) == 0;
}

Status readNpyHeader(const File &file, NpyHeader &header) {
  int64_t begin = 0, length = 0;
  if (Status s = readPrefix(file, begin, length); !s)
    return s;
  std::string text(static_cast<size_t>(length), '\0');
  if (Status s = file.read(text.data(), length, begin); !s)
    return s;
  if (std::string wrong = Literal(text, header).parse(); !wrong.empty())
    return fail(file.path(), ": broken .npy header: ", wrong);
  if (!encodingOf(header.descr, header.encoding))
    return fail(file.path(), ": descr '", header.descr.substr(0, 40),
                "': wanted one of f4 f8 i1 i2 i4 u1 u2, or c8 c16 where complex is wanted");
  header.dataOffset = begin + length;
  int64_t bytes = sizeOf(header.encoding.type);
  header.count = 1;
  // With an extent of 0 the others may still be absurd; their product is checked.
  bool empty = false;
  for (int64_t n : header.shape)
    empty |= n == 0;
  for (int64_t n : header.shape)
    if (!mulFits(header.count, n, header.count) && !empty)
      return fail(file.path(), ": shape (", shapeText(header.shape),
                  ") has more than 2^63 elements");
  if (empty)
    header.count = 0;
  if (!mulFits(bytes, header.count, bytes) || bytes > file.size() - header.dataOffset)
    return fail(file.path(), ": the file ends within the samples: shape (", shapeText(header.shape),
                ") of ", nameOf(header.encoding.type), " wants ",
                sizeText(static_cast<double>(header.count) *
                         static_cast<double>(sizeOf(header.encoding.type))),
                " after the header, found ",
                sizeText(static_cast<double>(file.size() - header.dataOffset)));
  return {};
}

std::string formatNpyHeader(Type type, const std::vector<int64_t> &shape) {
  static const char *const descr[] = {"|i1", "<i2", "<i4", "|u1", "<u2",
                                      "<f4", "<f8", "<c8", "<c16"};
  std::string text =
      cat("{'descr': '", descr[static_cast<int>(type)], "', 'fortran_order': False, 'shape': (");
  for (size_t a = 0; a < shape.size(); ++a)
    text += std::to_string(shape[a]) + (a + 1 < shape.size() ? ", " : shape.size() == 1 ? "," : "");
  text += "), }";
  // NumPy leaves room for the first extent to grow to 21 digits in place.
  if (!shape.empty())
    text.append(21 - std::to_string(shape[0]).size(), ' ');
  size_t used = 10 + text.size() + 1;
  text.append(64 - used % 64, ' ');
  text += '\n';
  if (text.size() > 65535)
    return "";
  std::string out(magic, 6);
  out += '\1';
  out += '\0';
  out += static_cast<char>(text.size() & 0xff);
  out += static_cast<char>(text.size() >> 8);
  return out + text;
}

} // namespace seis::io::detail
