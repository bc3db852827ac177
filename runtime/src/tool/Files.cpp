//===- Files.cpp - The volumes that apply reads and the files it writes ---===//
#include "Files.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>

namespace seis::tool {
namespace {

namespace fs = std::filesystem;

void check(const io::Status &status) {
  if (!status.ok)
    throw Failure(ExitInput, status.message);
}

std::string quoted(const std::vector<std::string> &names) {
  std::string list;
  for (const std::string &name : names)
    list += (list.empty() ? "'" : ", '") + name + "'";
  return list;
}

std::optional<double> optionalNumber(const std::string &text, const char *what) {
  return text.empty() ? std::nullopt : std::optional<double>(parseNumber(text, what));
}

io::SourceOptions sourceOptions(const ApplyOptions &options) {
  io::SourceOptions source;
  source.dtMs = optionalNumber(options.dtMs, "--dt-ms");
  if (source.dtMs && !(*source.dtMs > 0))
    throw Failure(ExitUsage, fmt::format("--dt-ms must be above 0, got {}", options.dtMs));
  source.cast = options.cast;
  source.deadZero = options.deadZero;
  source.null = optionalNumber(options.null, "--null");
  source.endian = options.endian == "big"      ? io::Endian::Big
                  : options.endian == "little" ? io::Endian::Little
                                               : io::Endian::Auto;
  source.sampleFormat = options.sampleFormat;
  source.ilineByte = options.iline;
  source.xlineByte = options.xline;
  return source;
}

bool endsWith(const std::string &text, const char *end) {
  size_t length = std::strlen(end);
  return text.size() >= length && strcasecmp(text.c_str() + text.size() - length, end) == 0;
}

io::FileFormat formatOfSuffix(const std::string &path) {
  if (endsWith(path, ".npy"))
    return io::FileFormat::Npy;
  if (endsWith(path, ".sgy") || endsWith(path, ".segy"))
    return io::FileFormat::Segy;
  return io::FileFormat::Auto;
}

bool sameFile(const std::string &a, const std::string &b) {
  std::error_code error;
  return fs::equivalent(a, b, error) && !error;
}

} // namespace

io::Type ioType(uint32_t dtype, const std::string &what) {
  switch (dtype) {
  case SEIS_I8:
    return io::Type::I8;
  case SEIS_I16:
    return io::Type::I16;
  case SEIS_I32:
    return io::Type::I32;
  case SEIS_U8:
    return io::Type::U8;
  case SEIS_U16:
    return io::Type::U16;
  case SEIS_F32:
    return io::Type::F32;
  case SEIS_F64:
    return io::Type::F64;
  case SEIS_C64:
    return io::Type::C64;
  case SEIS_C128:
    return io::Type::C128;
  default:
    throw Failure(ExitInput,
                  fmt::format("{} is {}, which no file holds", what, rt::dtypeName(dtype)));
  }
}

//===-- Inputs ------------------------------------------------------------===//

Inputs::Inputs(const rt::Entry &entry, const ApplyOptions &options, const Console &console) {
  assign(entry, options);
  open(entry, options, console);
  wide.resize(entry.inputs.size());
  narrow.resize(entry.inputs.size());
  pointers.resize(entry.inputs.size(), nullptr);
  bytesInPlace.resize(entry.inputs.size(), 0);
  storage.resize(entry.inputs.size(), {0, 0});
  for (size_t i = 0; i < entry.inputs.size(); ++i)
    if (entry.inputs[i].isVolume())
      findInPlace(entry.inputs[i], i);
    else
      fillFixed(entry.inputs[i], i);
}

/// Whether the object's first load takes the samples of a file as they are.
void Inputs::findInPlace(const rt::Input &input, size_t index) {
  std::optional<io::StoredAs> as = sources[index]->storedInPlace();
  if (!as)
    return;
  uint32_t dtype = as->type == io::Type::I8    ? SEIS_I8
                   : as->type == io::Type::I16 ? SEIS_I16
                   : as->type == io::Type::F32 ? SEIS_F32
                   : as->type == io::Type::F64 ? SEIS_F64
                                               : 0;
  uint32_t order = as->ibm ? SEIS_IBM : as->swapped ? SEIS_SWAPPED : SEIS_NATIVE;
  for (const rt::Stored &taken : input.storage)
    if (taken.dtype == dtype && taken.storage == order) {
      storage[index] = taken;
      bytesInPlace[index] = uint64_t(as->pitch);
    }
}

/// Decides which file serves which input.
void Inputs::assign(const rt::Entry &entry, const ApplyOptions &options) {
  paths.resize(entry.inputs.size());
  std::vector<std::string> volumes;
  for (const rt::Input &input : entry.inputs)
    if (input.isVolume())
      volumes.push_back(input.name);
  if (volumes.empty())
    throw Failure(ExitInput, fmt::format("entry '{}' has no input volume", entry.name));
  if (!options.input.empty() && !options.inputs.empty())
    throw Failure(ExitUsage, "give either IN or --in NAME=FILE, not both");
  if (!options.input.empty() && volumes.size() != 1)
    throw Failure(ExitUsage, fmt::format("entry '{}' has {} inputs ({}): give each with "
                                         "--in NAME=FILE",
                                         entry.name, volumes.size(), quoted(volumes)));
  for (const std::string &text : options.inputs) {
    auto [name, file] = parseSetting(text, "--in");
    size_t index = 0;
    while (index < paths.size() &&
           !(entry.inputs[index].isVolume() && entry.inputs[index].name == name))
      ++index;
    if (index == paths.size())
      throw Failure(ExitUsage, fmt::format("entry '{}' has no input volume '{}': its inputs are {}",
                                           entry.name, name, quoted(volumes)));
    if (!paths[index].empty())
      throw Failure(ExitUsage, fmt::format("input '{}' is given twice", name));
    paths[index] = file;
  }
  for (size_t i = 0; i < paths.size(); ++i) {
    if (!entry.inputs[i].isVolume())
      continue;
    if (!options.input.empty())
      paths[i] = options.input;
    if (paths[i].empty())
      throw Failure(ExitUsage, volumes.size() == 1
                                   ? std::string("no input: give IN, or --in NAME=FILE")
                                   : fmt::format("input '{}' is missing: add --in {}=FILE",
                                                 entry.inputs[i].name, entry.inputs[i].name));
  }
}

void Inputs::open(const rt::Entry &entry, const ApplyOptions &options, const Console &console) {
  sources.resize(paths.size());
  firstVolume = paths.size();
  io::SourceOptions settings = sourceOptions(options);
  for (size_t i = 0; i < paths.size(); ++i) {
    if (paths[i].empty())
      continue;
    check(io::openSource(paths[i], settings, sources[i]));
    console.detail(fmt::format("{}: {}", paths[i], sources[i]->description()));
    for (const std::string &remark : sources[i]->notes())
      console.note(remark);
    check(sources[i]->checkReadable(
        ioType(entry.inputs[i].dtype, "input '" + entry.inputs[i].name + "'")));
    if (firstVolume == paths.size())
      firstVolume = i;
    else
      check(
          io::checkSameGeometry(geometry(), paths[firstVolume], sources[i]->geometry(), paths[i]));
  }
}

/// "line(inline)" and its kind: numbers that stand in the headers.
void Inputs::fillFixed(const rt::Input &input, size_t index) {
  std::vector<double> values;
  const io::Geometry &survey = geometry();
  auto lines = [&](const std::vector<int32_t> &numbers, const char *what) {
    if (numbers.empty())
      throw Failure(ExitInput, fmt::format("input '{}' is {}, but {} has no {} numbers", input.name,
                                           input.from, first()->path(), what));
    values.assign(numbers.begin(), numbers.end());
  };
  bool known = input.axes.size() == 1;
  int axis = known ? input.axes[0].survey : -1;
  if (known && axis == 0 && input.from == "line(inline)") {
    lines(survey.inlines, "inline");
  } else if (known && axis == 1 && input.from == "line(crossline)") {
    lines(survey.crosslines, "crossline");
  } else if (known && axis == 2 && input.from == "line(sample)") {
    if (!survey.dtMs)
      requireInterval();
    if (!survey.dtMs)
      throw Failure(ExitInput, fmt::format("input '{}' is line(sample), but {} has no sample "
                                           "interval: add --dt-ms=",
                                           input.name, first()->path()));
    for (int64_t s = 0; s < survey.shape[2]; ++s)
      values.push_back(survey.delayMs + double(s) * *survey.dtMs);
  } else {
    throw Failure(ExitInput, fmt::format("input '{}' comes from '{}', which this version of "
                                         "seis-run cannot fill: update seis",
                                         input.name, input.from));
  }
  if (input.dtype == SEIS_F64) {
    wide[index] = values;
    pointers[index] = wide[index].data();
  } else if (input.dtype == SEIS_F32) {
    narrow[index].assign(values.begin(), values.end());
    pointers[index] = narrow[index].data();
  } else {
    throw Failure(ExitInput, fmt::format("input '{}' is {}, line numbers are f64 or f32",
                                         input.name, rt::dtypeName(input.dtype)));
  }
}

void Inputs::requireInterval() const { check(first()->requireInterval()); }

//===-- Outputs -----------------------------------------------------------===//

/// Decides the format, and one path per output.
void Outputs::name(const rt::Entry &entry, const ApplyOptions &options, const Inputs &inputs) {
  const std::string &out = options.output;
  bool several = entry.outputs.size() > 1;
  std::error_code error;
  bool folder = several || out.back() == '/' || fs::is_directory(out, error);
  format = options.format == "npy"   ? io::FileFormat::Npy
           : options.format == "sgy" ? io::FileFormat::Segy
           : folder                  ? io::FileFormat::Auto
                                     : formatOfSuffix(out);
  if (format == io::FileFormat::Auto)
    format = inputs.first()->format();
  if (!folder) {
    paths.push_back(out);
    return;
  }
  if (fs::exists(out, error) && !fs::is_directory(out, error))
    throw Failure(ExitUsage,
                  fmt::format("{} is a file, but entry '{}' has {} outputs: give a folder", out,
                              entry.name, entry.outputs.size()));
  fs::create_directories(out, error);
  if (error && !fs::is_directory(out))
    throw Failure(ExitInput, fmt::format("cannot make the folder {}: {}", out, error.message()));
  std::string prefix = out.back() == '/' ? out : out + "/";
  for (const rt::Output &output : entry.outputs)
    paths.push_back(prefix + output.name + (segy() ? ".sgy" : ".npy"));
}

Outputs::Outputs(const rt::Entry &entry, const ApplyOptions &options, const Inputs &inputs,
                 TemporaryFiles &temporaries) {
  name(entry, options, inputs);
  for (const std::string &path : paths)
    for (size_t i = 0; i < entry.inputs.size(); ++i)
      if (inputs.source(i) && sameFile(path, inputs.source(i)->path()))
        throw Failure(ExitUsage, fmt::format("the output {} would replace an input: choose "
                                             "another name",
                                             path));
  if (!segy() && !options.fill.empty())
    throw Failure(ExitUsage, "--fill is for SEG-Y output: in .npy dead traces become NaN");
  for (auto [given, option] :
       {std::pair(options.keepFormat, "--keep-format"), std::pair(options.stamped, "--stamp"),
        std::pair(!options.like.empty(), "--like")})
    if (given && !segy())
      throw Failure(ExitUsage, fmt::format("{} is for SEG-Y output, {} is .npy", option, paths[0]));
  io::SinkOptions sink;
  sink.format = format;
  sink.fill = optionalNumber(options.fill, "--fill");
  sink.keepFormat = options.keepFormat;
  sink.geometry = inputs.geometry();
  if (segy() && !options.like.empty()) {
    io::SourceOptions settings = sourceOptions(options);
    check(io::openSource(options.like, settings, like));
    if (like->format() != io::FileFormat::Segy)
      throw Failure(ExitInput, fmt::format("--like={}: not a SEG-Y file", options.like));
    check(io::checkSameGeometry(inputs.geometry(), inputs.first()->path(), like->geometry(),
                                options.like));
    sink.like = like.get();
  } else if (segy() && inputs.first()->format() == io::FileFormat::Segy) {
    sink.like = inputs.first();
  }
  if ((options.keepFormat || options.stamped) && !sink.like)
    throw Failure(ExitUsage, "--keep-format and --stamp need a SEG-Y input or --like=FILE");
  for (size_t o = 0; o < entry.outputs.size(); ++o) {
    const rt::Output &output = entry.outputs[o];
    // The file names alone: folders are nobody's business but the user's.
    sink.stamp = !options.stamped ? ""
                 : !options.stamp.empty()
                     ? options.stamp
                     : fmt::format("seis {}: {} of {}", seis_rt_version(), output.name,
                                   fs::path(inputs.first()->path()).filename().string());
    sink.type = ioType(output.dtype, "output '" + output.name + "'");
    sink.shape.clear();
    for (const rt::Axis &axis : output.axes)
      sink.shape.push_back(axis.survey < 0 ? axis.length : inputs.geometry().shape[axis.survey]);
    temporaries.add([&] {
      std::unique_ptr<io::VolumeSink> made;
      check(io::createSink(paths[o], sink, made));
      sinks.push_back(std::move(made));
      return sinks.back()->temporaryPath();
    });
  }
}

void Outputs::commit() {
  for (auto &sink : sinks)
    check(sink->commit());
}

} // namespace seis::tool
