//===- Value.cpp - What an expression evaluates to -------------------------===//
#include "Value.h"

#include "seis/Support/Axis.h"

#include "llvm/ADT/Hashing.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>
#include <cstdio>
#include <cstdlib>

using namespace llvm;
using namespace seis::fe;

Value Value::ofInt(int64_t v) {
  Value r;
  r.kind = Kind::Int;
  r.intValue = v;
  r.real = static_cast<double>(v);
  return r;
}

Value Value::ofReal(double v) {
  Value r;
  r.kind = Kind::Real;
  r.real = v;
  return r;
}

Value Value::ofNumber(double v) {
  if (std::abs(v) < 9007199254740992.0 && v == std::nearbyint(v))
    return ofInt(static_cast<int64_t>(v));
  return ofReal(v);
}

Value Value::ofBool(bool v) {
  Value r;
  r.kind = Kind::Bool;
  r.intValue = v;
  return r;
}

Value Value::ofArray(ArrayData data) {
  Value r;
  r.kind = Kind::Array;
  r.array = std::make_shared<ArrayData>(std::move(data));
  return r;
}

Value Value::ofTuple(std::vector<Value> elements) {
  Value r;
  r.kind = Kind::Tuple;
  r.elements = std::make_shared<std::vector<Value>>(std::move(elements));
  return r;
}

Value Value::ofList(std::vector<Value> elements) {
  Value r = ofTuple(std::move(elements));
  r.kind = Kind::List;
  return r;
}

Value Value::ofEnum(StringRef name) {
  Value r;
  r.kind = Kind::Enum;
  r.text = name;
  return r;
}

Value Value::runtime(Kind kind, Level level, mlir::Value re, mlir::Value im) {
  Value r;
  r.kind = kind;
  r.level = level;
  r.re = re;
  r.im = im;
  return r;
}

const char *seis::fe::modeName(int64_t mode) {
  static const char *const names[] = {"reflect", "zero", "nearest", "mirror", "wrap"};
  return names[mode];
}

std::string seis::fe::numberText(double v) {
  if (std::isnan(v))
    return "nan"; // whose sign says nothing
  char text[40];
  for (int digits = 6; digits <= 17; ++digits) {
    std::snprintf(text, sizeof(text), "%.*g", digits, v);
    if (std::strtod(text, nullptr) == v)
      break;
  }
  return text;
}

static std::string shapeText(const std::vector<int64_t> &shape) {
  std::string text;
  for (int64_t extent : shape)
    text += (text.empty() ? "" : "x") + std::to_string(extent);
  return text;
}

std::string seis::fe::typeName(const Value &v) {
  switch (v.kind) {
  case Kind::Error:
    return "error";
  case Kind::Int:
    return "int";
  case Kind::Real:
    return "real";
  case Kind::Bool:
    return "compile-time condition";
  case Kind::String:
    return "string";
  case Kind::Array:
    return "array of shape " + shapeText(v.array->shape);
  case Kind::Axis:
    return "axis";
  case Kind::Mode:
    return "mode";
  case Kind::Enum:
    return "enum";
  case Kind::Tuple:
    return "tuple of " + std::to_string(v.elements->size());
  case Kind::List:
    return "list of " + std::to_string(v.elements->size());
  case Kind::RealRT:
    return v.level == Level::Volume ? "volume" : v.level == Level::Trace ? "trace" : "scalar";
  case Kind::BoolRT:
    return v.level == Level::Volume  ? "mask"
           : v.level == Level::Trace ? "condition per trace"
                                     : "scalar condition";
  case Kind::Complex:
    return v.level == Level::Volume  ? "cvolume"
           : v.level == Level::Trace ? "complex value per trace"
                                     : "complex scalar";
  case Kind::Matrices:
    return "matrix for every sample";
  }
  return "";
}

std::string seis::fe::typeAndValue(const Value &v) {
  if (v.kind == Kind::Int)
    return formatv("int {0}", v.intValue);
  if (v.kind == Kind::Real)
    return "real " + numberText(v.real);
  if (v.kind == Kind::Axis)
    return std::string("axis ") + axisNames[v.intValue];
  if (v.kind == Kind::Mode)
    return std::string("mode ") + modeName(v.intValue);
  if (v.kind == Kind::Enum)
    return formatv("`{0}`", v.text);
  return typeName(v);
}

template <typename T> static void appendBytes(const T &value, std::string &key) {
  key.append(reinterpret_cast<const char *>(&value), sizeof(T));
}

void seis::fe::appendKey(const Value &v, std::string &key) {
  appendBytes(static_cast<uint8_t>(v.kind), key);
  appendBytes(static_cast<uint8_t>(v.level), key);
  appendBytes(v.intValue, key);
  appendBytes(v.real, key);
  appendBytes(v.text.size(), key);
  key += v.text;
  appendBytes(v.re.getAsOpaquePointer(), key);
  appendBytes(v.im.getAsOpaquePointer(), key);
  if (v.array) {
    appendBytes(v.array->shape.size(), key);
    for (int64_t extent : v.array->shape)
      appendBytes(extent, key);
    appendBytes(v.array->isInt, key);
    // Large arrays by identity: equality then only costs a computation twice.
    if (v.array->values.size() <= 4096)
      key.append(reinterpret_cast<const char *>(v.array->values.data()),
                 v.array->values.size() * sizeof(double));
    else
      appendBytes(v.array.get(), key);
  }
  if (v.elements) {
    appendBytes(v.elements->size(), key);
    for (const Value &e : *v.elements)
      appendKey(e, key);
  }
  key += v.unit.str();
  key += v.unit.isKnown() ? '!' : '?';
}
