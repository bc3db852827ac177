//===- Manifest.cpp - Reads the manifest of an object ---------------------===//
#include "Manifest.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace seis::rt {

using nlohmann::json;

const char *const axisNames[3] = {"inline", "crossline", "sample"};

namespace {

constexpr int64_t longest = int64_t(1) << 40; ///< no axis or halo reaches it

struct DtypeRow {
  const char *name;
  uint32_t dtype;
  size_t bytes;
};
constexpr DtypeRow dtypes[] = {{"f32", SEIS_F32, 4},    {"f64", SEIS_F64, 8}, {"c64", SEIS_C64, 8},
                               {"c128", SEIS_C128, 16}, {"i8", SEIS_I8, 1},   {"i16", SEIS_I16, 2},
                               {"i32", SEIS_I32, 4},    {"i64", SEIS_I64, 8}, {"u8", SEIS_U8, 1},
                               {"u16", SEIS_U16, 2}};

/// A JSON value together with its place, for messages.
class Node {
public:
  Node(const json &value, std::string path) : value(value), path(std::move(path)) {}

  [[noreturn]] void fail(const std::string &wanted) const {
    std::string found = value.dump(-1, ' ', true, json::error_handler_t::replace);
    if (found.size() > 60)
      found = found.substr(0, 57) + "...";
    throw Error(SEIS_RT_ERR_MANIFEST, "manifest: " + (path.empty() ? "/" : path) + ": expected " +
                                          wanted + ", found " + found);
  }
  bool has(const char *key) const {
    return value.is_object() && value.contains(key) && !value[key].is_null();
  }
  Node operator[](const char *key) const {
    if (!value.is_object())
      fail("an object");
    if (!value.contains(key))
      throw Error(SEIS_RT_ERR_MANIFEST, "manifest: " + (path.empty() ? "/" : path) + ": the key '" +
                                            key + "' is missing");
    return Node(value[key], path + "/" + key);
  }
  std::vector<Node> list() const {
    if (!value.is_array())
      fail("a list");
    std::vector<Node> nodes;
    for (size_t i = 0; i < value.size(); ++i)
      nodes.emplace_back(value[i], path + "/" + std::to_string(i));
    return nodes;
  }
  std::string text() const {
    if (!value.is_string())
      fail("a text");
    return value.get<std::string>();
  }
  std::string textOr(const char *key) const { return has(key) ? (*this)[key].text() : ""; }
  double real() const {
    if (!value.is_number())
      fail("a number");
    return value.get<double>();
  }
  std::optional<double> realOr(const char *key) const {
    return has(key) ? std::optional<double>((*this)[key].real()) : std::nullopt;
  }
  int64_t count() const {
    if (!value.is_number_integer() || value.is_number_float() ||
        (value.is_number_unsigned() && value.get<uint64_t>() > uint64_t(longest)) ||
        value.get<int64_t>() < 0 || value.get<int64_t>() > longest)
      fail("a whole number from 0 to 2^40");
    return value.get<int64_t>();
  }
  uint32_t dtype() const {
    std::string name = text();
    for (const DtypeRow &row : dtypes)
      if (name == row.name)
        return row.dtype;
    fail("an element type (f32, f64, c64, c128, i8, i16, i32, i64, u8, u16)");
  }

  const json &value;
  const std::string path;
};

std::vector<Axis> readAxes(const Node &node) {
  std::vector<Axis> axes;
  int last = -1;
  for (const Node &item : node.list()) {
    if (item.value.is_number()) {
      axes.push_back({-1, item.count()});
      if (axes.back().length == 0)
        item.fail("a length of at least 1");
      last = 3;
      continue;
    }
    std::string name = item.text();
    int axis = static_cast<int>(std::find(axisNames, axisNames + 3, name) - axisNames);
    if (axis == 3 || axis <= last)
      item.fail("inline, crossline, sample in this order, then lengths");
    axes.push_back({axis, 0});
    last = axis;
  }
  return axes;
}

Halo readHalo(const Node &node) {
  Halo halo;
  for (int a = 0; a < 3; ++a) {
    if (!node.has(axisNames[a]))
      continue;
    Node side = node[axisNames[a]];
    if (side.value == "whole") {
      halo.whole[a] = true;
      continue;
    }
    if (!side.value.is_array() || side.value.size() != 2)
      side.fail("[before, after] or \"whole\"");
    halo.lo[a] = side.list()[0].count();
    halo.hi[a] = side.list()[1].count();
  }
  return halo;
}

/// "i16-swapped", "ibm", "f32": spellings of later versions are left out.
std::vector<Stored> readStorage(const Node &node) {
  std::vector<Stored> stored;
  for (const Node &item : node.list()) {
    std::string name = item.text();
    if (name == "ibm") {
      stored.push_back({SEIS_F32, SEIS_IBM});
      continue;
    }
    size_t dash = name.find("-swapped");
    for (const DtypeRow &row : dtypes)
      if (name.substr(0, dash) == row.name)
        stored.push_back({row.dtype, uint32_t(dash == name.npos ? SEIS_NATIVE : SEIS_SWAPPED)});
  }
  return stored;
}

Input readInput(const Node &node) {
  Input input;
  input.name = node["name"].text();
  input.dtype = node["dtype"].dtype();
  input.axes = readAxes(node["axes"]);
  input.unit = node.textOr("unit");
  input.from = node.textOr("from");
  for (const Axis &axis : input.axes)
    if (axis.survey < 0)
      node["axes"].fail("inputs with axes of the survey alone");
  if (node.has("halo"))
    input.halo = readHalo(node["halo"]);
  if (node.has("storage"))
    input.storage = readStorage(node["storage"]);
  return input;
}

Output readOutput(const Node &node) {
  Output output;
  output.name = node["name"].text();
  output.dtype = node["dtype"].dtype();
  output.axes = readAxes(node["axes"]);
  output.unit = node.textOr("unit");
  output.label = node.textOr("label");
  return output;
}

Param readParam(const Node &node) {
  Param param;
  param.name = node["name"].text();
  param.unit = node.textOr("unit");
  param.preset = node.realOr("default");
  param.min = node.realOr("min");
  param.max = node.realOr("max");
  param.above = node.realOr("above");
  param.below = node.realOr("below");
  bool required = node.has("required") && node["required"].value == true;
  if (required == param.preset.has_value())
    node.fail("a parameter with a default or \"required\": true, and not both");
  return param;
}

Pass readPass(const Node &node) {
  Pass pass;
  pass.name = node["name"].text();
  Node table = node["table"];
  pass.dtype = table["dtype"].dtype();
  for (const Node &length : table["axes"].list())
    pass.shape.push_back(length.count());
  if (node.has("halo"))
    pass.halo = readHalo(node["halo"]);
  return pass;
}

template <typename T>
std::vector<T> readList(const Node &node, const char *key, T (*read)(const Node &)) {
  std::vector<T> items;
  if (node.has(key))
    for (const Node &item : node[key].list())
      items.push_back(read(item));
  return items;
}

Entry readEntry(const Node &node) {
  Entry entry;
  entry.name = node["name"].text();
  for (const Node &item : node["inputs"].list())
    entry.inputs.push_back(readInput(item));
  for (const Node &item : node["outputs"].list())
    entry.outputs.push_back(readOutput(item));
  entry.params = readList(node, "params", readParam);
  entry.passes = readList(node, "passes", readPass);
  if (node.has("dt_ms")) {
    Node dt = node["dt_ms"];
    entry.usesTime = true;
    if (dt.value.is_object())
      entry.fixedDtMs = dt["fixed"].real();
    else if (dt.value != "param")
      dt.fail("\"param\", {\"fixed\": number} or null");
    if (entry.fixedDtMs && !(*entry.fixedDtMs > 0))
      dt.fail("an interval above 0");
  }
  if (node.has("lengths")) {
    entry.hasLengths = true;
    entry.otherLengths = node["lengths"].textOr("other");
    if (node["lengths"].has("specialised"))
      for (const Node &length : node["lengths"]["specialised"].list())
        entry.specialised.push_back(length.count());
  }
  return entry;
}

} // namespace

void Halo::widen(const Halo &other) {
  for (int a = 0; a < 3; ++a) {
    lo[a] = std::max(lo[a], other.lo[a]);
    hi[a] = std::max(hi[a], other.hi[a]);
    whole[a] = whole[a] || other.whole[a];
  }
}

bool Input::isVolume() const { return axes.size() == 3 && from.empty(); }

std::string Input::storageText() const {
  std::string text;
  for (const Stored &way : storage)
    text += (text.empty() ? "" : ", ") +
            (way.storage == SEIS_IBM
                 ? std::string("ibm")
                 : dtypeName(way.dtype) + std::string(way.storage ? "-swapped" : ""));
  return text.empty() ? dtypeName(dtype) : text;
}

int64_t Output::elements(const int64_t extent[3]) const {
  int64_t count = 1;
  for (const Axis &axis : axes)
    count *= axis.survey < 0 ? axis.length : extent[axis.survey];
  return count;
}

bool Output::has(int surveyAxis) const {
  return std::any_of(axes.begin(), axes.end(),
                     [&](const Axis &axis) { return axis.survey == surveyAxis; });
}

Halo Entry::halo() const {
  Halo widest;
  for (const Input &input : inputs)
    widest.widen(input.halo);
  return widest;
}

size_t dtypeSize(uint32_t dtype) {
  for (const DtypeRow &row : dtypes)
    if (dtype == row.dtype)
      return row.bytes;
  return 0;
}

std::string dtypeName(uint32_t dtype) {
  for (const DtypeRow &row : dtypes)
    if (dtype == row.dtype)
      return row.name;
  return format("type 0x%04x", dtype);
}

Manifest parseManifest(const char *text) {
  if (!text)
    throw Error(SEIS_RT_ERR_MANIFEST, "manifest: the object has none");
  json document;
  try {
    document = json::parse(text);
  } catch (const json::exception &error) {
    throw Error(SEIS_RT_ERR_MANIFEST, std::string("manifest: not JSON: ") + error.what());
  }
  Node root(document, "");
  Node version = root["seis_manifest"];
  if (version.count() != 1)
    version.fail("version 1 (update seis to read later ones)");
  Manifest manifest;
  manifest.name = root["name"].text();
  for (const Node &item : root["entries"].list())
    manifest.entries.push_back(readEntry(item));
  return manifest;
}

} // namespace seis::rt
