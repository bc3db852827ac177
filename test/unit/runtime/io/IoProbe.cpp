//===- IoProbe.cpp - libseis_io on the command line, for the Python tests ---===//
// Each command is one call or a few of the library: `info`, `read`, `copy`,
// `recode`, `synth`, `bench`. Errors go to stderr with exit code 3.
//===----------------------------------------------------------------------===//
#include "seis_rt/seis_io.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>

using namespace seis::io;

namespace {

std::map<std::string, std::string> flags;
std::vector<std::string> words;

bool has(const std::string &name) { return flags.count(name) != 0; }
double number(const std::string &name, double otherwise) {
  return has(name) ? std::atof(flags[name].c_str()) : otherwise;
}

std::vector<int64_t> list(const std::string &text) {
  std::vector<int64_t> out;
  for (const char *p = text.c_str(); *p;) {
    char *end = nullptr;
    out.push_back(std::strtoll(p, &end, 10));
    p = *end ? end + 1 : end;
  }
  return out;
}

void check(const Status &status) {
  if (status)
    return;
  std::fprintf(stderr, "%s\n", status.message.c_str());
  std::exit(3);
}

SourceOptions sourceOptions() {
  SourceOptions options;
  if (has("dt-ms"))
    options.dtMs = number("dt-ms", 0);
  if (has("null"))
    options.null = number("null", 0);
  options.cast = has("cast");
  options.deadZero = has("dead-zero");
  if (has("endian"))
    options.endian = flags["endian"] == "little" ? Endian::Little : Endian::Big;
  options.sampleFormat = static_cast<int>(number("sample-format", 0));
  options.ilineByte = static_cast<int>(number("iline", 189));
  options.xlineByte = static_cast<int>(number("xline", 193));
  return options;
}

std::unique_ptr<VolumeSource> open(const std::string &path) {
  std::unique_ptr<VolumeSource> source;
  check(openSource(path, sourceOptions(), source));
  return source;
}

template <class T> void printList(const char *name, const std::vector<T> &values) {
  std::printf(", \"%s\": [", name);
  for (size_t k = 0; k < values.size(); ++k)
    std::printf("%s%ld", k ? ", " : "", static_cast<long>(values[k]));
  std::printf("]");
}

void info() {
  auto source = open(words.at(1));
  const Geometry &g = source->geometry();
  std::vector<uint8_t> live;
  check(source->scanLive(live, 2));
  std::printf("{\"shape\": [%ld, %ld, %ld], \"delay_ms\": %.17g, \"description\": \"%s\"",
              static_cast<long>(g.shape[0]), static_cast<long>(g.shape[1]),
              static_cast<long>(g.shape[2]), g.delayMs, source->description().c_str());
  std::printf(", \"dt_ms\": %s", g.dtMs ? std::to_string(*g.dtMs).c_str() : "null");
  printList("inlines", g.inlines);
  printList("crosslines", g.crosslines);
  printList("live", live);
  std::printf("}\n");
}

/// The box of --box=i,x,s,ni,nx,ns, or the whole volume.
Box wantedBox(const VolumeSource &source) {
  Box box{{0, 0, 0}, source.geometry().shape};
  if (has("box")) {
    std::vector<int64_t> n = list(flags["box"]);
    std::copy_n(n.begin(), 3, box.lo.begin());
    std::copy_n(n.begin() + 3, 3, box.extent.begin());
  }
  return box;
}

void read() {
  auto source = open(words.at(1));
  Box box = wantedBox(*source);
  std::string wanted = has("type") ? flags["type"] : "f32";
  Type type = wanted == "f64"    ? Type::F64
              : wanted == "c64"  ? Type::C64
              : wanted == "c128" ? Type::C128
                                 : Type::F32;
  std::vector<int64_t> shape(box.extent.begin(), box.extent.end());
  std::vector<int64_t> stride = denseStrides(shape);
  std::vector<char> data(static_cast<size_t>(shape[0] * stride[0] * sizeOf(type)));
  check(source->read(box, Target{data.data(), type, {stride[0], stride[1], stride[2]}}));
  check(saveNpy(words.at(2), type, shape, data.data()));
}

/// Identity: boxes of random sizes in random order, seeded.
void copy() {
  auto source = open(words.at(1));
  std::unique_ptr<VolumeSource> other;
  SinkOptions options;
  const Geometry &g = source->geometry();
  options.shape.assign(g.shape.begin(), g.shape.end());
  options.geometry = g;
  if (source->format() == FileFormat::Segy && !has("new"))
    options.like = source.get();
  options.keepFormat = has("keep-format");
  options.segyFormat = static_cast<int>(number("format", 5));
  options.endian = has("little") ? Endian::Little : Endian::Big;
  if (has("stamp"))
    options.stamp = flags["stamp"];
  if (has("fill"))
    options.fill = number("fill", 0);
  std::unique_ptr<VolumeSink> sink;
  check(createSink(words.at(2), options, sink));
  std::mt19937 random(static_cast<unsigned>(number("seed", 1)));
  std::vector<Box> boxes;
  for (int64_t i = 0, di; i < g.shape[0]; i += di) {
    di = std::min<int64_t>(g.shape[0] - i, 1 + random() % 5);
    for (int64_t x = 0, dx; x < g.shape[1]; x += dx) {
      dx = std::min<int64_t>(g.shape[1] - x, 1 + random() % 7);
      boxes.push_back({{i, x, 0}, {di, dx, g.shape[2]}});
    }
  }
  std::shuffle(boxes.begin(), boxes.end(), random);
  for (const Box &box : boxes) {
    std::vector<float> data(static_cast<size_t>(box.extent[0] * box.extent[1] * box.extent[2]));
    std::vector<uint8_t> live(static_cast<size_t>(box.extent[0] * box.extent[1]));
    check(source->read(
        box, Target{data.data(), Type::F32, {box.extent[1] * box.extent[2], box.extent[2], 1}},
        live.data()));
    check(sink->write(regionOf(box, data.data()), live.data()));
  }
  check(sink->commit());
  std::printf("{\"non_finite\": %ld}\n", static_cast<long>(sink->nonFinite()));
}

/// Loads any .npy array and saves it.
void recode() {
  NpyArray array;
  check(loadNpy(words.at(1), array));
  check(saveNpy(words.at(2), array.type, array.shape, array.bytes.data()));
}

void synth() {
  SynthOptions options;
  if (has("shape")) {
    std::vector<int64_t> n = list(flags["shape"]);
    std::copy_n(n.begin(), 3, options.shape.begin());
  }
  options.dtMs = number("dt-ms", 4);
  options.seed = static_cast<uint64_t>(number("seed", 1));
  options.frequencyHz = number("frequency", 30);
  options.signalToNoise = number("snr", 8);
  options.faults = static_cast<int>(number("faults", 5));
  options.deadFraction = number("dead", 0.002);
  options.nanFraction = number("nan", 0);
  check(writeSynth(words.at(1), options, static_cast<int>(number("threads", 1))));
}

/// Seconds to open a file and to read it in slabs of inlines, three times.
void bench() {
  using Clock = std::chrono::steady_clock;
  auto seconds = [](Clock::time_point a, Clock::time_point b) {
    return std::chrono::duration<double>(b - a).count();
  };
  auto t0 = Clock::now();
  auto source = open(words.at(1));
  std::printf("open %.3f s  %s\n", seconds(t0, Clock::now()), source->description().c_str());
  const Geometry &g = source->geometry();
  int64_t slab = std::min<int64_t>(static_cast<int64_t>(number("slab", 8)), g.shape[0]);
  std::vector<double> data(static_cast<size_t>(slab * g.shape[1] * g.shape[2]));
  std::vector<uint8_t> live(static_cast<size_t>(slab * g.shape[1]));
  for (Type type : {Type::F32, Type::F64})
    for (int repeat = 0; repeat < 3; ++repeat) {
      auto t1 = Clock::now();
      for (int64_t i = 0; i < g.shape[0]; i += slab)
        check(source->read(Box{{i, 0, 0}, {std::min(slab, g.shape[0] - i), g.shape[1], g.shape[2]}},
                           Target{data.data(), type, {g.shape[1] * g.shape[2], g.shape[2], 1}},
                           live.data()));
      double s = seconds(t1, Clock::now());
      std::printf("%s %.3f s, %.0f MB/s of samples\n", nameOf(type), s,
                  static_cast<double>(g.traces() * g.shape[2] * sizeOf(source->storedType())) / s /
                      1e6);
    }
}

} // namespace

int main(int argc, char **argv) {
  for (int k = 1; k < argc; ++k) {
    std::string word = argv[k];
    if (word.rfind("--", 0) != 0) {
      words.push_back(word);
      continue;
    }
    size_t equals = word.find('=');
    flags[word.substr(2, equals == std::string::npos ? equals : equals - 2)] =
        equals == std::string::npos ? "" : word.substr(equals + 1);
  }
  const std::map<std::string, void (*)()> commands = {{"info", info},   {"read", read},
                                                      {"copy", copy},   {"recode", recode},
                                                      {"synth", synth}, {"bench", bench}};
  auto command = words.empty() ? commands.end() : commands.find(words[0]);
  if (command == commands.end()) {
    std::fprintf(stderr, "usage: seis-io-probe info|read|copy|recode|synth|bench FILE...\n");
    return 2;
  }
  command->second();
  return 0;
}
