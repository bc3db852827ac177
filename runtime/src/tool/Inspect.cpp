//===- Inspect.cpp - seis-run inspect -------------------------------------===//
// The manifest for people. What a later compiler adds is shown by --json, which
// prints the manifest as the object holds it.
//===----------------------------------------------------------------------===//
#include "Commands.h"
#include "Object.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace seis::tool {
namespace {

using nlohmann::json;

/// A text or number somewhere in the manifest, or nothing.
std::string textAt(const json &document, const std::string &pointer) {
  json::json_pointer path(pointer);
  if (!document.contains(path))
    return "";
  const json &value = document[path];
  if (value.is_string())
    return value.get<std::string>();
  return value.is_number() ? value.dump() : "";
}

std::string joined(const json &list) {
  std::string text;
  if (list.is_array())
    for (const json &item : list)
      text +=
          (text.empty() ? "" : " ") + (item.is_string() ? item.get<std::string>() : item.dump());
  return text;
}

void row(const char *label, const std::string &text) {
  if (text.empty())
    return;
  std::string lines; // each after the first under the first
  for (char letter : text)
    lines += letter == '\n' ? "\n            " : std::string(1, letter);
  fmt::print("{:<12}{}\n", label, lines);
}

std::string axesText(const std::vector<rt::Axis> &axes) {
  if (axes.empty())
    return "scalar";
  std::string text;
  for (const rt::Axis &axis : axes)
    text += (text.empty() ? "" : " ") +
            (axis.survey < 0 ? std::to_string(axis.length) : rt::axisNames[axis.survey]);
  return text;
}

std::string haloText(const rt::Halo &halo) {
  std::string text;
  for (int a = 0; a < 3; ++a) {
    std::string side = halo.whole[a] ? "whole" : fmt::format("{}+{}", halo.lo[a], halo.hi[a]);
    text += fmt::format("{}{} {}", a ? ", " : "", rt::axisNames[a], side);
  }
  return text;
}

std::string paramText(const rt::Param &param) {
  std::string text = param.preset ? "default " + rt::number(*param.preset) : "required";
  for (auto [bound, word] : {std::pair(param.min, "at least"), std::pair(param.max, "at most"),
                             std::pair(param.above, "above"), std::pair(param.below, "below")})
    if (bound)
      text += fmt::format(", {} {}", word, rt::number(*bound));
  return text + (param.unit.empty() ? "" : ", in " + param.unit);
}

std::string withUnit(const std::string &unit) { return unit.empty() ? "" : "  [" + unit + "]"; }

void printEntry(const rt::Entry &entry) {
  fmt::print("\nentry '{}'\n", entry.name);
  for (const rt::Input &input : entry.inputs) {
    fmt::print("  input     {}: {} {}{}\n", input.name, rt::dtypeName(input.dtype),
               axesText(input.axes), withUnit(input.unit));
    if (input.storage.size() > 1)
      fmt::print("            stored as {}\n", input.storageText());
    fmt::print("            {}\n",
               input.isVolume() ? "halo: " + haloText(input.halo) : "filled from " + input.from);
  }
  for (const rt::Output &output : entry.outputs)
    fmt::print("  output    {}: {} {}{}\n", output.name, rt::dtypeName(output.dtype),
               axesText(output.axes), withUnit(output.unit));
  for (const rt::Param &param : entry.params)
    fmt::print("  param     {}: {}\n", param.name, paramText(param));
  for (const rt::Pass &pass : entry.passes) {
    std::string shape;
    for (int64_t length : pass.shape)
      shape += (shape.empty() ? "" : " x ") + std::to_string(length);
    fmt::print("  pass      {}: a table of {} {}, one sweep over the survey\n", pass.name, shape,
               rt::dtypeName(pass.dtype));
  }
  std::string interval = entry.fixedDtMs ? fmt::format("{} ms, fixed", rt::number(*entry.fixedDtMs))
                         : entry.usesTime ? "a parameter (dt_ms)"
                                          : "not used";
  fmt::print("  interval  {}\n", interval);
  if (entry.hasLengths) {
    std::string lengths;
    for (int64_t length : entry.specialised)
      lengths += fmt::format("{}{}", lengths.empty() ? "" : ", ", length);
    fmt::print("  lengths   {}other: {}\n", lengths.empty() ? "" : "specialised: " + lengths + "; ",
               entry.otherLengths);
  }
}

} // namespace

void inspect(const InspectOptions &options) {
  Console console(options.common);
  Module module = openObject(options.object);
  std::string refusal =
      seis_rt_status(module.get()) == SEIS_OK ? "" : std::string(seis_rt_status_text(module.get()));
  if (options.common.json) {
    std::string manifest = seis_rt_manifest(module.get());
    fmt::print("{}{}", manifest, !manifest.empty() && manifest.back() == '\n' ? "" : "\n");
    if (!refusal.empty())
      console.warning(fmt::format("{}: {}", options.object, refusal));
    return;
  }
  json manifest = json::parse(seis_rt_manifest(module.get()));
  row("object", options.object);
  row("name", textAt(manifest, "/name"));
  row("source", textAt(manifest, "/source/text"));
  std::string compiler = textAt(manifest, "/compiler/version");
  row("compiler", compiler.empty() ? ""
                                   : fmt::format("seis {}, LLVM {}", compiler,
                                                 textAt(manifest, "/compiler/llvm")));
  std::string cpu = textAt(manifest, "/target/cpu");
  row("target", textAt(manifest, "/target/kind") + (cpu.empty() ? "" : " " + cpu));
  if (options.common.verbose && manifest.contains("/target/features"_json_pointer))
    row("features", joined(manifest["/target/features"_json_pointer]));
  row("threads", textAt(manifest, "/target/openmp"));
  row("numerics", textAt(manifest, "/numerics/class"));
  row("runs here", refusal.empty() ? "yes" : "no: " + refusal);
  for (const auto &entry : module->entries)
    printEntry(entry->manifest);
}

} // namespace seis::tool
