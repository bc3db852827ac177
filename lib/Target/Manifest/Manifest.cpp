//===- Manifest.cpp - What an object says of itself -----------------------===//
// JSON for people and tools; the object's descriptor says to its entry stubs what
// they need of the same things. The order of keys is part of the format.
//===----------------------------------------------------------------------===//
#include "seis/Support/Version.h"
#include "seis/Target/Object.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/SHA256.h"

using namespace seis;
using json::Value;

namespace {

std::string sha256(llvm::StringRef text) {
  return llvm::toHex(llvm::SHA256::hash(llvm::arrayRefFromStringRef(text)), /*LowerCase=*/true);
}

Value orNull(const std::string &text) { return text.empty() ? Value() : Value(text); }
Value orNull(const std::optional<std::string> &text) { return text ? Value(*text) : Value(); }
Value orNull(const std::optional<double> &v) { return v ? Value(*v) : Value(); }

template <typename T, typename Fn> Value listOf(const std::vector<T> &items, Fn &&convert) {
  Value list = Value::array();
  for (const T &item : items)
    list.push(convert(item));
  return list;
}
Value listOf(const std::vector<std::string> &items) {
  return listOf(items, [](const std::string &s) { return Value(s); });
}

Value axes(const std::vector<ArrayAxis> &list) {
  return listOf(list, [](const ArrayAxis &axis) {
    return axis.kind == ArrayAxis::Fixed ? Value(axis.extent)
                                         : Value(axisNames[static_cast<unsigned>(axis.kind)]);
  });
}

Value halo(const Footprint &footprint) {
  Value object = Value::object();
  for (unsigned a = 0; a < numAxes; ++a) {
    const Reach &reach = footprint[a];
    object.set(axisNames[a],
               reach.whole ? Value("whole") : Value::array().push(reach.lo).push(reach.hi));
  }
  return object;
}

/// What the first load takes: the type of the input, then what it converts.
Value storage(const InputSpec &in) {
  if (in.formats.empty())
    return Value::array().push(dtypeName(in.dtype).str());
  return listOf(in.formats, [&](kernel_abi::SampleFormat format) {
    return Value(kernel_abi::formatName(format, in.dtype == DType::F32));
  });
}

Value input(const InputSpec &in) {
  Value object = Value::object();
  object.set("name", in.name)
      .set("dtype", dtypeName(in.dtype).str())
      .set("storage", storage(in))
      .set("axes", axes(in.axes))
      .set("unit", orNull(in.unit))
      .set("halo", halo(in.halo));
  if (!in.from.empty())
    object.set("from", in.from);
  return object;
}

Value output(const OutputSpec &out) {
  Value object = Value::object();
  object.set("name", out.name)
      .set("dtype", dtypeName(out.dtype).str())
      .set("axes", axes(out.axes))
      .set("unit", orNull(out.unit))
      .set("label", orNull(out.label));
  if (out.least || out.greatest)
    object.set("range", Value::array().push(orNull(out.least)).push(orNull(out.greatest)));
  return object;
}

Value param(const ParamSpec &p) {
  Value object = Value::object();
  object.set("name", p.name);
  auto set = [&](const char *key, const std::optional<double> &v) {
    if (v)
      object.set(key, *v);
  };
  set("default", p.defaultValue);
  set("min", p.min);
  set("max", p.max);
  set("above", p.above);
  set("below", p.below);
  object.set("unit", orNull(p.unit));
  if (!p.defaultValue)
    object.set("required", true);
  return object;
}

Value pass(const PassSpec &p) {
  constexpr const char *kinds[] = {"min", "max", "sum", "count"};
  Value elements =
      listOf(p.elements, [&](PassElement e) { return Value(kinds[static_cast<unsigned>(e)]); });
  Value table = Value::object();
  table.set("dtype", "f64").set("axes", Value::array().push(p.elements.size()));
  table.set("elements", std::move(elements));
  Value object = Value::object();
  object.set("name", p.name).set("of", listOf(p.of)).set("table", std::move(table));
  return object.set("halo", halo(p.halo));
}

Value dtMs(const EntrySpec &e) {
  if (e.fixedDtMs)
    return Value::object().set("fixed", *e.fixedDtMs);
  for (const ParamSpec &p : e.params)
    if (p.name == "dt_ms")
      return "param";
  return Value();
}

Value lengths(const EntrySpec &e) {
  if (e.otherLengths.empty())
    return Value();
  Value list = listOf(e.specialisedLengths, [](int64_t n) { return Value(n); });
  return Value::object().set("specialised", std::move(list)).set("other", e.otherLengths);
}

Value entry(const EntrySpec &e) {
  Value object = Value::object();
  object.set("name", e.name)
      .set("inputs", listOf(e.inputs, input))
      .set("outputs", listOf(e.outputs, output))
      .set("params", listOf(e.params, param))
      .set("dt_ms", dtMs(e))
      .set("passes", listOf(e.passes, pass))
      .set("nan", e.nan)
      .set("lengths", lengths(e))
      .set("tuned_for", e.tunedFor)
      .set("cost", e.cost)
      .set("schedule", e.schedule);
  return object;
}

Value source(const ObjectSpec &spec) {
  Value data = listOf(spec.data, [](const DataFile &file) {
    return Value(Value::object().set("file", file.file).set("sha256", file.sha256));
  });
  Value object = Value::object();
  object.set("text", spec.sourceText).set("sha256", sha256(spec.sourceText));
  return object.set("data", std::move(data));
}

Value target(const ResolvedCpu &cpu, bool openmp) {
  Value object = Value::object();
  object.set("kind", "cpu").set("triple", "x86_64-linux-gnu").set("cpu", cpu.name);
  object.set("features", listOf(cpu.required));
  return object.set("openmp", openmp ? Value("libomp") : Value());
}

} // namespace

llvm::StringRef seis::dtypeName(DType dtype) {
  switch (dtype) {
  case DType::U8:
    return "u8";
  case DType::F32:
    return "f32";
  case DType::F64:
    return "f64";
  case DType::C64:
    return "c64";
  case DType::C128:
    return "c128";
  }
  llvm_unreachable("no other type");
}

unsigned seis::dtypeBytes(DType dtype) { return (static_cast<unsigned>(dtype) & 0xff) / 8; }

std::vector<ArrayAxis> seis::volumeAxes() {
  return {{ArrayAxis::Inline}, {ArrayAxis::Crossline}, {ArrayAxis::Sample}};
}

std::string seis::manifestText(const ObjectSpec &spec, const ResolvedCpu &cpu, bool openmp) {
  std::string llvmVersion =
      std::to_string(LLVM_VERSION_MAJOR) + "." + std::to_string(LLVM_VERSION_MINOR);
  Value compiler = Value::object();
  compiler.set("version", versionText()).set("llvm", llvmVersion);
  Value numerics = Value::object();
  numerics.set("class", spec.numericClass)
      .set("fast_math", listOf(spec.fastMath))
      .set("accumulate", spec.accumulate);
  Value manifest = Value::object();
  manifest.set("seis_manifest", 1)
      .set("abi", 1)
      .set("name", spec.name)
      .set("compiler", std::move(compiler))
      .set("source", source(spec))
      .set("build", orNull(spec.build))
      .set("target", target(cpu, openmp))
      .set("numerics", std::move(numerics))
      .set("entries", listOf(spec.entries, entry))
      .set("license", orNull(spec.license));
  return json::print(manifest) + "\n";
}
