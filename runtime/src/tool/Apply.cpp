//===- Apply.cpp - seis-run apply -----------------------------------------===//
// An object over volumes in files: opens both, streams, sums up.
//===----------------------------------------------------------------------===//
#include "Files.h"
#include "Machine.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace seis::tool {
namespace {

/// What the callbacks of the stream work on.
struct Running {
  const rt::Entry &entry;
  const Inputs &inputs;
  Outputs &outputs;
  Progress &progress;
};

void putMessage(const std::string &text, char *message, size_t size) {
  rt::putMessage(text, message, size);
}

int32_t readTraces(void *user, uint32_t input, const int64_t *lo, const int64_t *extent, void *dst,
                   uint8_t *live, char *message, size_t messageSize) {
  auto *running = static_cast<Running *>(user);
  const io::VolumeSource &source = *running->inputs.source(input);
  int64_t samples = source.geometry().shape[2];
  io::Box box{{lo[0], lo[1], 0}, {extent[0], extent[1], samples}};
  io::Target target{
      dst, ioType(running->entry.inputs[input].dtype, "input"), {extent[1] * samples, samples, 1}};
  io::Status status = source.read(box, target, live);
  if (!status.ok)
    putMessage(status.message, message, messageSize);
  return status.ok ? 0 : 1;
}

/// A mapped rectangle of traces; the handle is the mapping.
void *viewTraces(void *user, uint32_t input, const int64_t *lo, const int64_t *extent,
                 seis_array *array, int64_t *stride, uint8_t *live) {
  auto *running = static_cast<Running *>(user);
  const io::VolumeSource &source = *running->inputs.source(input);
  io::Box box{{lo[0], lo[1], 0}, {extent[0], extent[1], source.geometry().shape[2]}};
  uint32_t wanted = running->entry.inputs[input].dtype;
  auto view = std::make_unique<io::View>();
  io::Status status =
      source.view(box, wanted == SEIS_F64 ? io::Type::F64 : io::Type::F32, *view, live);
  if (!status.ok || !view->data)
    return nullptr;
  rt::Stored stored = running->inputs.storedAs(input);
  array->dtype = stored.dtype;
  array->storage = stored.storage;
  array->data = const_cast<void *>(view->data);
  array->scale = 1;
  stride[0] = view->stride[0];
  stride[1] = view->stride[1];
  return view.release();
}

void releaseTraces(void *, uint32_t, void *handle) { delete static_cast<io::View *>(handle); }

int32_t writeRegion(void *user, uint32_t output, const int64_t *lo, const int64_t *extent,
                    const void *src, const uint8_t *live, char *message, size_t messageSize) {
  auto *running = static_cast<Running *>(user);
  io::Region region;
  for (const rt::Axis &axis : running->entry.outputs[output].axes) {
    region.lo.push_back(axis.survey < 0 ? 0 : lo[axis.survey]);
    region.extent.push_back(axis.survey < 0 ? axis.length : extent[axis.survey]);
  }
  region.data = src;
  region.stride = io::denseStrides(region.extent);
  io::Status status = running->outputs.sink(output).write(region, live);
  if (!status.ok)
    putMessage(status.message, message, messageSize);
  return status.ok ? 0 : 1;
}

int32_t showProgress(void *user, const seis_rt_progress *progress) {
  auto *running = static_cast<Running *>(user);
  std::string stage = progress->pass + 1 < progress->passes
                          ? fmt::format("pass {} of {}", progress->pass + 1, progress->passes - 1)
                          : "apply";
  running->progress.update(stage, progress->traces, progress->all_traces);
  return 0;
}

uint32_t chooseEntry(const seis_rt_module *module, const ApplyOptions &options) {
  if (module->entries.empty())
    throw Failure(ExitInput, fmt::format("{} has no entry", options.object));
  if (options.entry.empty() && module->entries.size() == 1)
    return 0;
  int64_t found = seis_rt_find_entry(module, options.entry.c_str());
  if (found >= 0)
    return uint32_t(found);
  std::string names;
  for (const auto &entry : module->entries)
    names += (names.empty() ? "'" : ", '") + entry->manifest.name + "'";
  throw Failure(
      ExitUsage,
      options.entry.empty()
          ? fmt::format("{} has several entries ({}): add --entry=NAME", options.object, names)
          : fmt::format("{} has no entry '{}': it has {}", options.object, options.entry, names));
}

std::vector<double> fillParams(const seis_rt_module *module, uint32_t index, const rt::Entry &entry,
                               const ApplyOptions &options, const Inputs &inputs) {
  std::vector<std::pair<std::string, double>> values;
  for (const std::string &text : options.params) {
    auto [name, value] = parseSetting(text, "--param");
    values.emplace_back(name, parseNumber(value, "--param " + name));
  }
  std::vector<seis_rt_setting> settings;
  bool given = false;
  for (const auto &[name, value] : values) {
    settings.push_back({name.c_str(), value});
    given = given || name == "dt_ms";
  }
  bool needed = std::any_of(entry.params.begin(), entry.params.end(), [](const rt::Param &param) {
    return param.name == "dt_ms" && !param.preset;
  });
  std::optional<double> dtMs = inputs.geometry().dtMs;
  if (needed && !given && !dtMs)
    inputs.requireInterval();
  std::vector<double> params(entry.params.size());
  check([&](char *message, size_t size) {
    return seis_rt_params(module, index, settings.data(), settings.size(),
                          dtMs ? *dtMs : std::nan(""), params.data(), message, size);
  });
  return params;
}

/// Borders are defined for any distance, so a window may be larger than the volume; it is seldom
/// meant. A line has one trace on an axis: that is meant.
void warnOfWideWindows(const Console &console, const rt::Entry &entry,
                       const std::array<int64_t, 3> &shape) {
  rt::Halo halo = entry.halo();
  for (int a = 0; a < 3; ++a) {
    int64_t reach = halo.lo[a] + 1 + halo.hi[a];
    if (!halo.whole[a] && shape[a] > 1 && reach > shape[a])
      console.warning(fmt::format(
          "'{}' reads {} samples along {} for each of its results, the volume has {}: choose "
          "smaller windows, or look whether its axes are inline, crossline, sample",
          entry.name, reach, rt::axisNames[a], shape[a]));
  }
}

/// "specialised", "loop", or empty where the path does not depend on the length.
std::string transformPath(const rt::Entry &entry, int64_t samples) {
  if (!entry.hasLengths)
    return "";
  bool special = std::find(entry.specialised.begin(), entry.specialised.end(), samples) !=
                 entry.specialised.end();
  return special ? "specialised" : entry.otherLengths.empty() ? "loop" : entry.otherLengths;
}

nlohmann::ordered_json machineJson() {
  Machine machine = thisMachine();
  return {{"processor", machine.processor},  {"cores", machine.cores},
          {"threads", machine.threads},      {"numa_nodes", machine.numaNodes},
          {"l1_data_bytes", machine.l1Data}, {"l2_bytes", machine.l2},
          {"l3_bytes", machine.l3}};
}

std::string machineText() {
  Machine machine = thisMachine();
  return fmt::format("{}, {} cores, {} threads; caches: L1 {}, L2 {}, L3 {}", machine.processor,
                     machine.cores, machine.threads, rt::byteCount(machine.l1Data),
                     rt::byteCount(machine.l2), rt::byteCount(machine.l3));
}

void reportJson(const rt::Entry &entry, Outputs &outputs, const seis_rt_summary &summary,
                const std::string &path, double seconds, const std::vector<std::string> &names) {
  nlohmann::ordered_json report;
  report["entry"] = entry.name;
  report["traces"] = summary.traces;
  report["dead_traces"] = summary.dead_traces;
  report["outputs"] = nlohmann::ordered_json::array();
  for (size_t o = 0; o < entry.outputs.size(); ++o)
    report["outputs"].push_back({{"name", entry.outputs[o].name},
                                 {"path", names[o]},
                                 {"non_finite", outputs.sink(o).nonFinite()},
                                 {"clipped", outputs.sink(o).clipped()}});
  report["fft"] = path.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(path);
  report["blocks"] = summary.blocks;
  report["blocks_in_place"] = summary.views;
  report["buffer_bytes"] = summary.buffer_bytes;
  report["peak_memory_bytes"] = peakMemory();
  report["seconds"] = seconds;
  report["compute_seconds"] = summary.compute_seconds;
  report["machine"] = machineJson();
  fmt::print("{}\n", report.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

void reportText(const Console &console, const rt::Entry &entry, Outputs &outputs,
                const seis_rt_summary &summary, const std::string &path, int64_t samples,
                double seconds, const std::vector<std::string> &names) {
  console.line(fmt::format("traces      {}, {} dead", summary.traces, summary.dead_traces));
  for (size_t o = 0; o < entry.outputs.size(); ++o) {
    int64_t bad = outputs.sink(o).nonFinite(), clipped = outputs.sink(o).clipped();
    console.line(fmt::format("output      {}: {} non-finite samples{}{}", names[o], bad,
                             bad && outputs.segy() ? " became the fill value" : "",
                             clipped ? fmt::format(", {} clipped", clipped) : ""));
  }
  if (!path.empty())
    console.line(fmt::format("fft         {} for {} samples", path, samples));
  console.line(
      fmt::format("time        {:.3f} s, {:.3f} s computing", seconds, summary.compute_seconds));
  console.detail(fmt::format("memory      {} blocks, {} read in place, buffers {}, peak {}",
                             summary.blocks, summary.views, rt::byteCount(summary.buffer_bytes),
                             rt::byteCount(peakMemory())));
  if (console.options().verbose)
    console.detail("machine     " + machineText());
}

} // namespace

void apply(const ApplyOptions &options) {
  auto start = std::chrono::steady_clock::now();
  Console console(options.common);
  if (options.output.empty())
    throw Failure(ExitUsage, "-o must name a file or a folder");
  uint64_t maxMemory =
      options.maxMemory.empty() ? 0 : parseBytes(options.maxMemory, "--max-memory");
  std::vector<int64_t> block(3, 0);
  if (!options.block.empty()) {
    block = parseList(options.block, "--block", 2, 3, 1);
    block.resize(3, 0);
  }
  if (options.threads < 0)
    throw Failure(ExitUsage, fmt::format("--threads must be at least 0, got {}", options.threads));

  Module module = openObject(options.object);
  uint32_t index = chooseEntry(module.get(), options);
  const rt::Entry &entry = module->entries[index]->manifest;
  if (seis_rt_status(module.get()) != SEIS_OK)
    throw Failure(exitCodeOf(seis_rt_status(module.get())),
                  fmt::format("{}: {}", options.object, seis_rt_status_text(module.get())));
  Inputs inputs(entry, options, console);
  std::vector<double> params = fillParams(module.get(), index, entry, options, inputs);
  warnOfWideWindows(console, entry, inputs.geometry().shape);

  TemporaryFiles temporaries;
  Outputs outputs(entry, options, inputs, temporaries);
  Progress progress(console, "traces");
  Running running{entry, inputs, outputs, progress};
  seis_rt_job job = {};
  job.struct_size = sizeof job;
  job.entry = index;
  job.threads = options.threads;
  for (int a = 0; a < 3; ++a) {
    job.volume[a] = inputs.geometry().shape[a];
    job.block[a] = block[a];
  }
  job.max_memory = maxMemory;
  job.params = params.data();
  job.fixed = inputs.fixed();
  job.user = &running;
  job.read = readTraces;
  job.write = writeRegion;
  job.progress = showProgress;
  job.view_bytes = inputs.viewBytes();
  job.view = viewTraces;
  job.release = releaseTraces;
  seis_rt_summary summary = {};
  summary.struct_size = sizeof summary;
  check([&](char *message, size_t size) {
    return seis_rt_stream(module.get(), &job, &summary, message, size);
  });
  progress.clear();
  std::vector<std::string> names;
  for (size_t o = 0; o < entry.outputs.size(); ++o)
    names.push_back(outputs.path(o));
  outputs.commit();

  double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  int64_t samples = inputs.geometry().shape[2];
  std::string path = transformPath(entry, samples);
  reportText(console, entry, outputs, summary, path, samples, seconds, names);
  if (options.common.json)
    reportJson(entry, outputs, summary, path, seconds, names);
}

Module openObject(const std::string &path) {
  seis_rt_module *module = nullptr;
  check([&](char *message, size_t size) {
    return seis_rt_open(path.c_str(), &module, message, size);
  });
  return Module(module);
}

void check(const std::function<int32_t(char *, size_t)> &call) {
  char message[1024] = {};
  int32_t status = call(message, sizeof message);
  if (status != SEIS_OK)
    throw Failure(exitCodeOf(status), *message ? message : seis_rt_status_name(status));
}

} // namespace seis::tool
