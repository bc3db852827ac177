//===- Json.h - JSON values, read and written ------------------*- C++ -*-===//
// The compiler's only way to JSON. nlohmann/json does the work behind it, in one
// file that is compiled with exceptions; here everything is a Status. Members keep
// their order, so the same value is always the same text.
//===----------------------------------------------------------------------===//
#ifndef SEIS_SUPPORT_JSON_H
#define SEIS_SUPPORT_JSON_H

#include "seis/Support/Status.h"

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace seis::json {

/// Null, boolean, integer, number, string, array or object with members in order.
class Value {
public:
  enum class Kind { Null, Boolean, Integer, Number, String, Array, Object };
  using Items = std::vector<Value>;
  using Members = std::vector<std::pair<std::string, Value>>;

  Value() = default;
  Value(bool v) : what(Kind::Boolean), boolean(v) {}
  template <typename T,
            std::enable_if_t<std::is_integral_v<T> && !std::is_same_v<T, bool>, int> = 0>
  Value(T v) : what(Kind::Integer), integer(static_cast<int64_t>(v)) {}
  /// A number that is not finite has no JSON and is written as null.
  Value(double v) : what(Kind::Number), number(v) {}
  Value(std::string v) : what(Kind::String), text(std::move(v)) {}
  Value(const char *v) : what(Kind::String), text(v) {}
  Value(Items v) : what(Kind::Array), list(std::move(v)) {}
  static Value array() { return Value(Items{}); }
  static Value object() {
    Value v;
    v.what = Kind::Object;
    return v;
  }

  Kind kind() const { return what; }
  bool isNull() const { return what == Kind::Null; }
  bool asBoolean() const { return boolean; }
  int64_t asInteger() const { return integer; }
  /// The value of an integer or a number.
  double asNumber() const { return what == Kind::Integer ? static_cast<double>(integer) : number; }
  const std::string &asString() const { return text; }
  const Items &items() const { return list; }
  const Members &members() const { return pairs; }

  /// The member of that name of an object, or null.
  const Value *find(const std::string &name) const;
  /// Appends a member to an object; the caller keeps names distinct.
  Value &set(std::string name, Value v);
  /// Appends an element to an array.
  Value &push(Value v);

private:
  Kind what = Kind::Null;
  bool boolean = false;
  int64_t integer = 0;
  double number = 0;
  std::string text;
  Items list;
  Members pairs;
};

/// Parses a whole text. A message names line and column: "line 3, column 7: ...". Integers outside
/// the range of int64_t become numbers; a member named twice is an error, nesting ends at 200.
Status parse(const std::string &text, Value &result);

/// Reads what `pointer` (RFC 6901, "/entries/0/name") leads to. A message begins with the pointer:
/// "/entries/0/name: expected a string, found 3". An integer is taken where a number is wanted.
Status read(const Value &root, const std::string &pointer, bool &result);
Status read(const Value &root, const std::string &pointer, int64_t &result);
Status read(const Value &root, const std::string &pointer, double &result);
Status read(const Value &root, const std::string &pointer, std::string &result);
/// Any value; null (and no error) only if it is there and null.
Status read(const Value &root, const std::string &pointer, const Value *&result);

/// As text. Lists of plain values and objects of at most `width` columns stay on one line, the rest
/// is indented by two; no newline at the end. Numbers are the shortest that read back alike.
std::string print(const Value &value, unsigned width = 100);

} // namespace seis::json

#endif // SEIS_SUPPORT_JSON_H
