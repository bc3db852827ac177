//===- Evaluation.cpp - Files in, reference loops, files out --------------===//
#include "Evaluation.h"

#include "seis/Dialect/Seis/Analysis/Requirements.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

using namespace mlir;

namespace seis::eval {

std::string suggestion(const std::string &name, const std::vector<std::string> &names) {
  const std::string *best = nullptr;
  unsigned least = std::max<size_t>(1, name.size() / 3) + 1;
  for (const std::string &candidate : names)
    if (unsigned d = llvm::StringRef(name).edit_distance(candidate, true, least); d < least) {
      least = d;
      best = &candidate;
    }
  return best ? "; did you mean " + *best + "?" : "";
}

/// "a, b and c"
static std::string listed(const std::vector<std::string> &names) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i)
    text += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
  return text;
}

/// The shortest text that reads back as the number.
static std::string number(double v) {
  char text[32];
  return std::string(text, std::to_chars(text, text + sizeof text, v).ptr);
}

static bool isComplexVolume(Type type) { return isa<ComplexType>(elementType(type)); }
static bool isTable(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.getRank() == 1;
}

std::string Evaluation::argumentName(unsigned argument) {
  if (auto name = entry.getArgAttrOfType<StringAttr>(argument, "seis.name"))
    return name.str();
  return "arg" + std::to_string(argument);
}

//===----------------------------------------------------------------------===//
// Inputs
//===----------------------------------------------------------------------===//

/// Names may be written with - for _.
static std::string identifier(std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

/// Splits NAME=FILE; without a name, or with something before = that is none, all is the file.
static std::pair<std::string, std::string> splitInput(const std::string &text) {
  size_t at = text.find('=');
  bool named = at != std::string::npos && at > 0;
  for (size_t i = 0; named && i < at; ++i)
    named = std::isalnum(static_cast<unsigned char>(text[i])) || text[i] == '_' || text[i] == '-';
  if (!named)
    return {"", text};
  return {identifier(text.substr(0, at)), text.substr(at + 1)};
}

Outcome Evaluation::openInputs() {
  std::vector<std::string> names;
  for (unsigned a = 0; a < entry.getNumArguments(); ++a)
    if (isVolume(entry.getArgument(a).getType()))
      names.push_back(argumentName(a));
  std::vector<std::string> files(names.size());
  for (const std::string &text : options.inputs) {
    auto [name, file] = splitInput(text);
    if (name.empty() && names.size() == 1)
      name = names[0];
    auto it = std::find(names.begin(), names.end(), name);
    if (name.empty())
      return Outcome::usage("--in " + text + ": the program has " + std::to_string(names.size()) +
                            " inputs, so say which: --in NAME=FILE, NAME one of " + listed(names));
    if (it == names.end())
      return Outcome::usage("--in " + text + ": the program has no input " + name +
                            (names.empty() ? "" : "; it has " + listed(names)));
    std::string &slot = files[it - names.begin()];
    if (!slot.empty())
      return Outcome::usage("--in " + text + ": input " + name + " was given before, as " + slot);
    slot = file;
  }
  for (size_t i = 0; i < names.size(); ++i)
    if (files[i].empty())
      return Outcome::usage("input " + names[i] + " needs a file: add --in " + names[i] + "=FILE");
  if (names.empty())
    return Outcome::usage("the program has no input volume, so it has no shape");

  sources.resize(entry.getNumArguments());
  const io::VolumeSource *first = nullptr;
  for (unsigned a = 0, next = 0; a < entry.getNumArguments(); ++a) {
    if (!isVolume(entry.getArgument(a).getType()))
      continue;
    io::SourceOptions how;
    how.dtMs = options.dtMs;
    how.deadZero = options.deadZero;
    if (io::Status s = io::openSource(files[next++], how, sources[a]); !s)
      return Outcome::unusable(s.message);
    io::Type wanted =
        isComplexVolume(entry.getArgument(a).getType()) ? io::Type::C128 : io::Type::F64;
    if (io::Status s = sources[a]->checkReadable(wanted); !s)
      return Outcome::unusable(s.message);
    if (!first)
      first = sources[a].get();
    else if (io::Status s = io::checkSameGeometry(first->geometry(), first->path(),
                                                  sources[a]->geometry(), sources[a]->path());
             !s)
      return Outcome::unusable(s.message);
  }
  how.shape = first->geometry().shape;
  return {};
}

Outcome Evaluation::readVolume(unsigned argument, const io::VolumeSource &source) {
  auto array = std::make_shared<reference::Array>();
  array->shape.assign(how.shape.begin(), how.shape.end());
  int64_t n = array->size();
  bool isComplex = isComplexVolume(entry.getArgument(argument).getType());
  std::vector<double> samples(isComplex ? 2 * n : n);
  std::vector<uint8_t> live(how.shape[0] * how.shape[1], 1);
  io::Box box;
  box.extent = how.shape;
  io::Target target;
  target.data = samples.data();
  target.type = isComplex ? io::Type::C128 : io::Type::F64;
  target.stride = {how.shape[1] * how.shape[2], how.shape[2], 1};
  if (io::Status s = source.read(box, target, live.data()); !s)
    return Outcome::unusable(s.message);
  if (options.roundInputs)
    for (double &v : samples)
      v = static_cast<float>(v);
  if (isComplex) {
    array->re.resize(n);
    array->im.resize(n);
    for (int64_t k = 0; k < n; ++k) {
      array->re[k] = samples[2 * k];
      array->im[k] = samples[2 * k + 1];
    }
  } else {
    array->re = std::move(samples);
  }
  arguments[argument] = std::move(array);
  if (how.live.empty())
    how.live = std::move(live);
  else
    for (size_t t = 0; t < live.size(); ++t) // dead in one input is dead
      how.live[t] &= live[t];
  return {};
}

Outcome Evaluation::lineNumbers(unsigned argument) {
  auto from = entry.getArgAttrOfType<StringAttr>(argument, "seis.from");
  const io::VolumeSource &source =
      **std::find_if(sources.begin(), sources.end(), [](const auto &s) { return s != nullptr; });
  const io::Geometry &geometry = source.geometry();
  auto array = std::make_shared<reference::Array>();
  llvm::StringRef what = from ? from.getValue() : "";
  if (what == "line(sample)") {
    if (!geometry.dtMs)
      return Outcome::unusable(source.path() +
                               ": line(sample) needs the sample interval: add --dt-ms=");
    for (int64_t s = 0; s < how.shape[2]; ++s)
      array->re.push_back(geometry.delayMs + static_cast<double>(s) * *geometry.dtMs);
  } else {
    const std::vector<int32_t> &numbers =
        what == "line(inline)" ? geometry.inlines : geometry.crosslines;
    if (numbers.empty() || (what != "line(inline)" && what != "line(crossline)"))
      return Outcome::unusable(source.path() + ": the file has no numbers for " + what.str());
    array->re.assign(numbers.begin(), numbers.end());
  }
  array->shape = {static_cast<int64_t>(array->re.size())};
  arguments[argument] = std::move(array);
  return {};
}

int64_t Evaluation::deadTraces() const { return std::count(how.live.begin(), how.live.end(), 0); }

//===----------------------------------------------------------------------===//
// Parameters
//===----------------------------------------------------------------------===//

Outcome Evaluation::checkSampleInterval() {
  auto fixed = entry->getAttrOfType<FloatAttr>("seis.dt_ms");
  if (!fixed)
    return {};
  double wanted = fixed.getValueAsDouble();
  for (const auto &source : sources)
    if (source && source->geometry().dtMs && *source->geometry().dtMs != wanted)
      return Outcome::unusable(source->path() + ": the program is made for a sample interval of " +
                               number(wanted) + " ms, the file has " +
                               number(*source->geometry().dtMs) + " ms");
  return {};
}

/// The bound of a parameter that `value` violates, as text; empty if it violates none.
static std::string violatedBound(func::FuncOp entry, unsigned argument, double value) {
  static const std::pair<const char *, Bound> bounds[] = {{"seis.min", Bound::Min},
                                                          {"seis.max", Bound::Max},
                                                          {"seis.above", Bound::Above},
                                                          {"seis.below", Bound::Below}};
  for (auto [attribute, bound] : bounds)
    if (auto limit = entry.getArgAttrOfType<FloatAttr>(argument, attribute))
      if (!isWithin(value, bound, limit.getValueAsDouble()))
        return boundText(bound) + (" " + number(limit.getValueAsDouble()));
  return "";
}

Outcome Evaluation::parameterValue(unsigned argument, const std::string *given, double &value) {
  std::string name = argumentName(argument);
  auto fallback = entry.getArgAttrOfType<FloatAttr>(argument, "seis.default");
  if (given) {
    if (llvm::StringRef(*given).getAsDouble(value, /*AllowInexact=*/true) || std::isnan(value))
      return Outcome::usage("--param " + name + "=" + *given + ": wanted a number");
  } else if (name == "dt_ms" && options.dtMs) {
    value = *options.dtMs;
  } else if (name == "dt_ms") {
    for (const auto &source : sources)
      if (source && source->geometry().dtMs) {
        value = *source->geometry().dtMs;
        return {};
      }
    return Outcome::usage("the program needs the sample interval and the input has none: add "
                          "--dt-ms=");
  } else if (fallback) {
    value = fallback.getValueAsDouble();
  } else {
    return Outcome::usage("parameter " + name + " needs a value: add --param " + name + "=VALUE");
  }
  if (std::string bound = violatedBound(entry, argument, value); !bound.empty())
    return Outcome::usage("parameter " + name + " must be " + bound + ", got " + number(value));
  return {};
}

Outcome Evaluation::bindParameters() {
  std::vector<std::string> names;
  for (unsigned a = 0; a < entry.getNumArguments(); ++a)
    if (entry.getArgument(a).getType().isF64())
      names.push_back(argumentName(a));
  std::vector<std::optional<std::string>> given(names.size());
  for (const std::string &text : options.parameters) {
    size_t at = text.find('=');
    if (at == std::string::npos)
      return Outcome::usage("--param " + text + ": wanted NAME=VALUE");
    std::string name = identifier(text.substr(0, at));
    auto it = std::find(names.begin(), names.end(), name);
    if (it == names.end())
      return Outcome::usage("--param " + text + ": the program has no parameter " + name +
                            (names.empty() ? "" : suggestion(name, names)));
    given[it - names.begin()] = text.substr(at + 1);
  }
  std::vector<double> values;
  for (unsigned a = 0, next = 0; a < entry.getNumArguments(); ++a) {
    if (!entry.getArgument(a).getType().isF64())
      continue;
    double value = 0;
    const std::optional<std::string> &text = given[next++];
    if (Outcome o = parameterValue(a, text ? &*text : nullptr, value); o.failed())
      return o;
    arguments[a] = std::make_shared<reference::Array>(reference::Array{{}, {value}, {}, {}});
    values.push_back(value);
  }
  for (const Requirement &r : requirementsOf(entry)) {
    double value = evaluate(r.value, values), limit = evaluate(r.limit, values);
    if (!isWithin(value, r.bound, limit))
      return Outcome::usage(r.name + " must be " + boundText(r.bound) + " " + number(limit) +
                            ", got " + number(value));
  }
  return {};
}

//===----------------------------------------------------------------------===//
// Outputs
//===----------------------------------------------------------------------===//

Outcome Evaluation::nameOutputs() {
  std::vector<std::string> names;
  for (unsigned r = 0; r < entry.getNumResults(); ++r) {
    auto name = entry.getResultAttrOfType<StringAttr>(r, "seis.name");
    auto unit = entry.getResultAttrOfType<StringAttr>(r, "seis.unit");
    Output output;
    output.name = name ? name.str() : "out" + std::to_string(r);
    output.unit = unit ? unit.str() : "";
    results.push_back(std::move(output));
  }
  llvm::StringRef out = options.output;
  bool folder = out.ends_with("/") || llvm::sys::fs::is_directory(out) || results.size() > 1;
  if (!folder && !out.ends_with(".npy"))
    return Outcome::usage("-o " + options.output +
                          ": seis-eval writes .npy files; name one, or a folder with / at its end");
  if (!folder) {
    results[0].path = options.output;
    return {};
  }
  for (Output &output : results) {
    llvm::SmallString<128> path(out);
    llvm::sys::path::append(path, output.name + ".npy");
    output.path = path.str().str();
  }
  return {};
}

/// Marks dead traces and counts what is not finite elsewhere.
void Evaluation::finish(Output &output) {
  const reference::Array &array = *output.array;
  int64_t traces = how.shape[0] * how.shape[1];
  bool perTrace = array.shape.size() >= 2 && array.shape[0] * array.shape[1] == traces;
  int64_t each = perTrace ? array.size() / traces : array.size();
  bool dead = perTrace && deadTraces() > 0;
  auto changed = dead ? std::make_shared<reference::Array>(array) : nullptr;
  for (int64_t t = 0; t < (perTrace ? traces : 1); ++t) {
    bool isDead = dead && !how.live[t];
    for (int64_t k = t * each; k < (t + 1) * each; ++k) {
      if (isDead) {
        for (std::vector<double> *part : {&changed->re, &changed->im})
          if (!part->empty())
            (*part)[k] = std::numeric_limits<double>::quiet_NaN();
        if (changed->isInteger())
          changed->ints[k] = 0;
      } else if (!array.isInteger()) {
        bool finite =
            std::isfinite(array.re[k]) && (!array.isComplex() || std::isfinite(array.im[k]));
        output.nonFinite += finite ? 0 : 1;
      }
    }
  }
  if (changed)
    output.array = changed;
}

static io::Status save(const Output &output) {
  const reference::Array &array = *output.array;
  if (array.isInteger()) {
    std::vector<uint8_t> mask(array.ints.begin(), array.ints.end());
    return io::saveNpy(output.path, io::Type::U8, array.shape, mask.data());
  }
  if (!array.isComplex())
    return io::saveNpy(output.path, io::Type::F64, array.shape, array.re.data());
  std::vector<double> pairs;
  pairs.reserve(2 * array.re.size());
  for (size_t k = 0; k < array.re.size(); ++k) {
    pairs.push_back(array.re[k]);
    pairs.push_back(array.im[k]);
  }
  return io::saveNpy(output.path, io::Type::C128, array.shape, pairs.data());
}

//===----------------------------------------------------------------------===//
// The three steps
//===----------------------------------------------------------------------===//

Outcome Evaluation::bind() {
  arguments.resize(entry.getNumArguments());
  if (Outcome o = nameOutputs(); o.failed())
    return o;
  if (Outcome o = openInputs(); o.failed())
    return o;
  if (Outcome o = checkSampleInterval(); o.failed())
    return o;
  for (unsigned a = 0; a < entry.getNumArguments(); ++a)
    if (isTable(entry.getArgument(a).getType()))
      if (Outcome o = lineNumbers(a); o.failed())
        return o;
  return bindParameters();
}

Outcome Evaluation::run() {
  for (unsigned a = 0; a < entry.getNumArguments(); ++a)
    if (sources[a])
      if (Outcome o = readVolume(a, *sources[a]); o.failed())
        return o;
  SourceMgrDiagnosticHandler handler(program.sources, entry.getContext());
  auto values = reference::evaluate(entry, std::move(arguments), how);
  if (failed(values))
    return Outcome::reported();
  for (auto [output, value] : llvm::zip_equal(results, *values)) {
    output.array = value;
    finish(output);
  }
  return {};
}

Outcome Evaluation::write() {
  for (const Output &output : results) {
    llvm::StringRef parent = llvm::sys::path::parent_path(output.path);
    if (!parent.empty())
      if (std::error_code error = llvm::sys::fs::create_directories(parent))
        return Outcome::unusable("cannot make the folder " + parent.str() + ": " +
                                 tools::systemMessage(error));
    if (io::Status s = save(output); !s)
      return Outcome::unusable(s.message);
  }
  return {};
}

} // namespace seis::eval
