//===- Json.cpp - JSON through nlohmann/json ------------------------------===//
// The one file of the compiler that is compiled with exceptions: nlohmann/json
// throws, LLVM's flags forbid it, so nothing of either meets the other. Includes
// no LLVM header and lets nothing escape.
//===----------------------------------------------------------------------===//
#include "seis/Support/Json.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <nlohmann/json.hpp>

namespace seis::json {
namespace {

constexpr unsigned maxDepth = 200;

/// Builds a Value from the events of nlohmann's SAX parser, which recurses nowhere.
class Builder : public nlohmann::json_sax<nlohmann::json> {
public:
  explicit Builder(Value &root) : root(root) {}

  std::string error;
  std::size_t errorAt = 0;

  bool null() override { return add(Value()); }
  bool boolean(bool v) override { return add(Value(v)); }
  bool number_integer(number_integer_t v) override { return add(Value(v)); }
  bool number_unsigned(number_unsigned_t v) override {
    if (v > static_cast<number_unsigned_t>(INT64_MAX))
      return add(Value(static_cast<double>(v)));
    return add(Value(v));
  }
  bool number_float(number_float_t v, const string_t &) override { return add(Value(v)); }
  bool string(string_t &v) override { return add(Value(v)); }
  bool binary(binary_t &) override { return false; }
  bool start_object(std::size_t) override { return open(Value::object()); }
  bool start_array(std::size_t) override { return open(Value::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t &name) override {
    if (levels.back().value.find(name)) {
      error = "member '" + name + "' is named twice";
      return false;
    }
    levels.back().key = name;
    return true;
  }
  bool parse_error(std::size_t position, const std::string &token,
                   const nlohmann::json::exception &) override {
    // The position is that of the byte after the token.
    errorAt = position;
    error = token.empty() ? "unexpected end" : "unexpected '" + token + "'";
    return false;
  }

private:
  struct Level {
    Value value;
    std::string key;
  };

  bool open(Value v) {
    if (levels.size() == maxDepth) {
      error = "nested deeper than " + std::to_string(maxDepth);
      return false;
    }
    levels.push_back({std::move(v), {}});
    return true;
  }
  bool close() {
    Value v = std::move(levels.back().value);
    levels.pop_back();
    return add(std::move(v));
  }
  bool add(Value v) {
    if (levels.empty())
      root = std::move(v);
    else if (levels.back().value.kind() == Value::Kind::Object)
      levels.back().value.set(std::move(levels.back().key), std::move(v));
    else
      levels.back().value.push(std::move(v));
    return true;
  }

  Value &root;
  std::vector<Level> levels;
};

std::string lineAndColumn(const std::string &text, std::size_t at) {
  at = std::min(at, text.size());
  auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
  auto start = at ? text.rfind('\n', at - 1) : std::string::npos;
  std::size_t column = at - (start == std::string::npos ? 0 : start + 1) + 1;
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

std::string quoted(const std::string &text) {
  using nlohmann::json;
  return json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string scalar(const Value &v) {
  switch (v.kind()) {
  case Value::Kind::Boolean:
    return v.asBoolean() ? "true" : "false";
  case Value::Kind::Integer:
    return std::to_string(v.asInteger());
  case Value::Kind::Number:
    return nlohmann::json(v.asNumber()).dump();
  case Value::Kind::String:
    return quoted(v.asString());
  default:
    return "null";
  }
}

bool isScalar(const Value &v) {
  return v.kind() != Value::Kind::Array && v.kind() != Value::Kind::Object;
}

/// On one line; stops once longer than `limit`, which the caller then sees by the length.
void printFlat(const Value &v, std::string &out, std::size_t limit) {
  if (isScalar(v)) {
    out += scalar(v);
    return;
  }
  bool isObject = v.kind() == Value::Kind::Object, first = true;
  out += isObject ? '{' : '[';
  auto separate = [&] {
    if (!first)
      out += ", ";
    first = false;
  };
  for (const Value &item : v.items()) {
    if (out.size() > limit)
      return;
    separate();
    printFlat(item, out, limit);
  }
  for (const auto &[name, member] : v.members()) {
    if (out.size() > limit)
      return;
    separate();
    out += quoted(name) + ": ";
    printFlat(member, out, limit);
  }
  out += isObject ? '}' : ']';
}

void printIndented(const Value &v, std::string &out, unsigned indent, unsigned used,
                   unsigned width) {
  std::string flat;
  printFlat(v, flat, width);
  if (isScalar(v) || used + flat.size() <= width) {
    out += flat;
    return;
  }
  bool isObject = v.kind() == Value::Kind::Object, first = true;
  std::string pad(indent + 2, ' ');
  out += isObject ? '{' : '[';
  for (const Value &item : v.items()) {
    out += (first ? "\n" : ",\n") + pad;
    first = false;
    printIndented(item, out, indent + 2, indent + 3, width);
  }
  for (const auto &[name, member] : v.members()) {
    std::string head = quoted(name) + ": ";
    out += (first ? "\n" : ",\n") + pad + head;
    first = false;
    auto before = static_cast<unsigned>(indent + 3 + head.size());
    printIndented(member, out, indent + 2, before, width);
  }
  out += "\n" + std::string(indent, ' ') + (isObject ? '}' : ']');
}

std::string describe(const Value &v) {
  switch (v.kind()) {
  case Value::Kind::Array:
    return "an array";
  case Value::Kind::Object:
    return "an object";
  default:
    return scalar(v);
  }
}

Status mismatch(const std::string &pointer, const char *wanted, const Value &found) {
  return Status::error((pointer.empty() ? "/" : pointer) + ": expected " + wanted + ", found " +
                       describe(found));
}

/// One step of a pointer: ~1 is '/', ~0 is '~'.
std::string unescape(const std::string &token) {
  std::string out;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] != '~' || i + 1 == token.size()) {
      out += token[i];
      continue;
    }
    out += token[++i] == '1' ? '/' : '~';
  }
  return out;
}

const Value *step(const Value &v, const std::string &token) {
  if (v.kind() == Value::Kind::Object)
    return v.find(token);
  if (v.kind() != Value::Kind::Array || token.empty() || token.size() > 9 ||
      token.find_first_not_of("0123456789") != std::string::npos)
    return nullptr;
  std::size_t index = 0;
  for (char c : token)
    index = index * 10 + static_cast<std::size_t>(c - '0');
  return index < v.items().size() ? &v.items()[index] : nullptr;
}

} // namespace

const Value *Value::find(const std::string &name) const {
  for (const auto &pair : pairs)
    if (pair.first == name)
      return &pair.second;
  return nullptr;
}

Value &Value::set(std::string name, Value v) {
  pairs.emplace_back(std::move(name), std::move(v));
  return *this;
}

Value &Value::push(Value v) {
  list.push_back(std::move(v));
  return *this;
}

Status parse(const std::string &text, Value &result) {
  result = Value();
  // nlohmann takes a byte 0 for the end of the text.
  if (auto at = text.find('\0'); at != std::string::npos)
    return Status::error(lineAndColumn(text, at) + ": unexpected byte 0");
  try {
    Builder builder(result);
    if (nlohmann::json::sax_parse(text, &builder))
      return Status::success();
    result = Value();
    if (!builder.errorAt)
      return Status::error(builder.error.empty() ? "not JSON" : builder.error);
    return Status::error(lineAndColumn(text, builder.errorAt - 1) + ": " + builder.error);
  } catch (const std::exception &e) {
    result = Value();
    return Status::error(std::string("not JSON: ") + e.what());
  }
}

Status read(const Value &root, const std::string &pointer, const Value *&result) {
  const Value *at = &root;
  for (std::size_t begin = 0; begin < pointer.size();) {
    auto end = std::min(pointer.find('/', begin + 1), pointer.size());
    at = step(*at, unescape(pointer.substr(begin + 1, end - begin - 1)));
    if (!at)
      return Status::error(pointer.substr(0, end) + ": missing");
    begin = end;
  }
  result = at;
  return Status::success();
}

Status read(const Value &root, const std::string &pointer, bool &result) {
  const Value *v = nullptr;
  if (Status s = read(root, pointer, v); !s.ok())
    return s;
  if (v->kind() != Value::Kind::Boolean)
    return mismatch(pointer, "true or false", *v);
  result = v->asBoolean();
  return Status::success();
}

Status read(const Value &root, const std::string &pointer, int64_t &result) {
  const Value *v = nullptr;
  if (Status s = read(root, pointer, v); !s.ok())
    return s;
  if (v->kind() != Value::Kind::Integer)
    return mismatch(pointer, "an integer", *v);
  result = v->asInteger();
  return Status::success();
}

Status read(const Value &root, const std::string &pointer, double &result) {
  const Value *v = nullptr;
  if (Status s = read(root, pointer, v); !s.ok())
    return s;
  if (v->kind() != Value::Kind::Integer && v->kind() != Value::Kind::Number)
    return mismatch(pointer, "a number", *v);
  result = v->asNumber();
  return Status::success();
}

Status read(const Value &root, const std::string &pointer, std::string &result) {
  const Value *v = nullptr;
  if (Status s = read(root, pointer, v); !s.ok())
    return s;
  if (v->kind() != Value::Kind::String)
    return mismatch(pointer, "a string", *v);
  result = v->asString();
  return Status::success();
}

std::string print(const Value &value, unsigned width) {
  std::string out;
  printIndented(value, out, 0, 0, width);
  return out;
}

} // namespace seis::json
