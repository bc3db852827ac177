//===- Synth.cpp - Synthetic surveys ---------------------------------------===//
// An earth of layers, not a picture of one: a column of interfaces with
// reflection coefficients from a random walk of impedance is folded, cut by
// faults that move one side down, and carries a channel with a top and a base.
// A trace is the sum of one wavelet per interface that the column has at that
// place, so everything is band limited and lies between samples as it should.
//
// All random numbers are hashes of (seed, purpose, counter): a trace depends on
// nothing but the options and its position.
//===----------------------------------------------------------------------===//
#include "Internal.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <mutex>
#include <thread>

namespace seis::io {

using namespace detail;

namespace {

constexpr double pi = 3.14159265358979323846;

//===--- Random numbers ---------------------------------------------------===//

/// The finalizer of SplitMix64: spreads every input bit over all output bits.
/// Source: Steele, Lea, Flood, Fast splittable pseudorandom number generators,
/// OOPSLA 2014.
inline uint64_t mix(uint64_t z) {
  z += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

/// What a stream of random numbers is for.
enum Purpose : uint64_t { Layers, Folds, Faults, Channel, Noise, DeadTraces, Holes };

class Stream {
public:
  Stream(uint64_t seed, Purpose purpose) : key(mix(mix(seed) ^ (purpose * 0xd1342543de82ef95u))) {}

  uint64_t bits(uint64_t counter) const { return mix(key ^ mix(counter)); }
  /// In [0, 1).
  double uniform(uint64_t counter) const {
    return static_cast<double>(bits(counter) >> 11) * 0x1p-53;
  }
  /// In [0, 1), from the next counter.
  double next() { return uniform(counter++); }
  double between(double a, double b) { return a + (b - a) * next(); }
  /// Mean 0, variance 1: four uniform numbers added, which is near enough to
  /// normal and, unlike library functions, the same everywhere.
  static float normal(uint64_t bits) {
    int32_t sum = static_cast<int32_t>((bits & 0xffff) + (bits >> 16 & 0xffff) +
                                       (bits >> 32 & 0xffff) + (bits >> 48));
    return static_cast<float>(sum - 131070) * (1.0f / 37837.2f);
  }
  double nextNormal() { return normal(bits(counter++)); }

private:
  uint64_t key, counter = 0;
};

//===--- The model --------------------------------------------------------===//

/// An interface of the undisturbed column.
struct Interface {
  double at;                  ///< time in samples
  double reflectivity;        ///< reflection coefficient
  double waveX, waveI, phase; ///< its slow change along the survey
};

/// A gentle wave of all interfaces; `growth` is how much stronger it is at depth.
struct Fold {
  double amplitude, waveX, waveI, phase;
};

/// A normal fault: a plane, bent along strike, that dips towards its normal. What
/// lies above it has moved down by a throw that dies out along strike.
struct Fault {
  double x, i; ///< where it is at mid depth
  double normalX, normalI;
  double shift;        ///< traces it moves along its normal per sample of depth
  double throwSamples; ///< in the middle
  double halfLength;   ///< along strike, traces
  double bend, bendWave, bendPhase;
};

struct ChannelShape {
  double at, depth, halfWidth; ///< top and depth in samples, half width in traces
  double i0, swing1, wave1, phase1, swing2, wave2, phase2;
  double reflectivity;
};

/// One wavelet of a trace.
struct Arrival {
  double at, reflectivity;
};

class SynthImpl final : public Synth {
public:
  explicit SynthImpl(const SynthOptions &options);

  const Geometry &geometry() const override { return geom; }
  void section(int64_t i, float *dst) const override;

private:
  void makeLayers();
  void makeFolds();
  void makeFaults();
  void makeChannel();
  void makeWavelet();
  void makeNoiseFilter();
  void markDead();
  void scaleSignal();

  void arrivals(double i, double x, std::vector<Arrival> &out) const;
  double channelAxis(double x) const;
  void addSignal(const std::vector<Arrival> &list, float *trace) const;
  void whiteNoise(int64_t i, int64_t x, std::vector<float> &out) const;
  void addNoise(const std::vector<float> &white, const std::vector<float> &before,
                float *trace) const;

  SynthOptions options;
  Geometry geom;
  std::vector<Interface> layers;
  std::vector<Fold> folds;
  std::vector<Fault> faults;
  ChannelShape channel{};
  std::vector<float> wavelet; ///< over cycles of the peak frequency, from the middle
  std::vector<float> noiseFilter;
  double signalScale = 1, noiseScale = 0;
  int64_t ni, nx, ns;
};

constexpr double waveletReach = 1.45; ///< cycles on either side, 1e-8 of the peak there
constexpr int waveletSteps = 512;     ///< table entries per cycle
constexpr double attenuation = 0.25;  ///< share of the peak frequency lost at the bottom

SynthImpl::SynthImpl(const SynthOptions &wanted) : options(wanted) {
  ni = options.shape[0];
  nx = options.shape[1];
  ns = options.shape[2];
  geom.shape = options.shape;
  geom.dtMs = options.dtMs;
  for (int64_t k = 0; k < ni; ++k)
    geom.inlines.push_back(static_cast<int32_t>(1001 + k));
  for (int64_t k = 0; k < nx; ++k)
    geom.crosslines.push_back(static_cast<int32_t>(2001 + k));
  makeFolds();
  makeFaults();
  makeLayers();
  makeChannel();
  makeWavelet();
  makeNoiseFilter();
  markDead();
  scaleSignal();
}

void SynthImpl::makeLayers() {
  Stream random(options.seed, Layers);
  double n = static_cast<double>(ns);
  // 11 ms a layer are beds thinner and thicker than the wavelet resolves.
  double mean = std::min(11 / options.dtMs, n / 10);
  double reach = n / 3 + 2; // what folds and faults may bring into view
  double walk = 0, slow = 0;
  for (double at = -reach; at < n + reach;) {
    // An exponential distribution above a least thickness.
    at += mean * (0.25 - 0.75 * std::log(1 - random.next()));
    // Logarithm of impedance: a fast and a slow walk, both drawn back to a trend.
    double before = walk + slow;
    walk = 0.55 * walk + 0.12 * random.nextNormal();
    slow = 0.97 * slow + 0.03 * random.nextNormal();
    if (random.next() < 0.04) // now and then a strong marker
      walk += random.next() < 0.5 ? -0.22 : 0.22;
    Interface layer{};
    layer.at = at;
    layer.reflectivity = std::tanh((walk + slow - before) / 2);
    layer.waveX = random.between(-1, 1) * 2 * pi / 120;
    layer.waveI = random.between(-1, 1) * 2 * pi / 120;
    layer.phase = random.between(0, 2 * pi);
    layers.push_back(layer);
  }
}

void SynthImpl::makeFolds() {
  Stream random(options.seed, Folds);
  double height = std::min(56 / options.dtMs, static_cast<double>(ns) / 16);
  for (int k = 0; k < 8; ++k) {
    double length = k < 3 ? random.between(240, 420) : random.between(50, 200);
    double angle = random.between(0, pi);
    Fold fold;
    // Long waves are high, short ones are not: dips stay gentle.
    fold.amplitude = height * length / 420 * random.between(0.5, 1);
    fold.waveX = 2 * pi / length * std::cos(angle);
    fold.waveI = 2 * pi / length * std::sin(angle);
    fold.phase = random.between(0, 2 * pi);
    folds.push_back(fold);
  }
}

void SynthImpl::makeFaults() {
  Stream random(options.seed, Faults);
  double n = static_cast<double>(ns);
  double span = std::max<double>(static_cast<double>(std::max(ni, nx)), 40);
  // One set of faults has about one strike, as in nature; a few oppose it.
  double strike = random.between(-0.5, 0.5);
  for (int k = 0; k < options.faults; ++k) {
    Fault fault;
    double angle = strike + random.between(-0.25, 0.25) + (random.next() < 0.3 ? pi : 0);
    // Spread over the survey, one in each of as many strips.
    double place = (k + random.between(0.2, 0.8)) / options.faults;
    fault.x = place * static_cast<double>(nx);
    fault.i = random.between(0.2, 0.8) * static_cast<double>(ni);
    fault.normalX = std::cos(angle);
    fault.normalI = std::sin(angle);
    fault.shift = random.between(0.04, 0.09) * options.dtMs / 4;
    fault.throwSamples = random.between(0.35, 1) * std::min(70 / options.dtMs, n / 14);
    fault.halfLength = span * random.between(0.4, 1.1);
    fault.bend = random.between(1, 5);
    fault.bendWave = 2 * pi / random.between(70, 200);
    fault.bendPhase = random.between(0, 2 * pi);
    faults.push_back(fault);
  }
}

void SynthImpl::makeChannel() {
  Stream random(options.seed, Channel);
  double n = static_cast<double>(ns);
  channel.at = n * random.between(0.35, 0.55);
  channel.depth = std::min(26 / options.dtMs, n / 10);
  channel.halfWidth = random.between(5, 8);
  channel.i0 = static_cast<double>(ni) * random.between(0.4, 0.6);
  double room = static_cast<double>(ni) / 2;
  channel.swing1 = std::min(random.between(18, 30), room * 0.6);
  channel.wave1 = 2 * pi / random.between(80, 130);
  channel.phase1 = random.between(0, 2 * pi);
  channel.swing2 = channel.swing1 * random.between(0.2, 0.4);
  channel.wave2 = channel.wave1 * random.between(1.7, 2.6);
  channel.phase2 = random.between(0, 2 * pi);
  channel.reflectivity = random.between(0.12, 0.18);
}

/// Ricker: (1 - 2 a) exp(-a) with a = (pi u)^2, u in cycles of the peak frequency.
/// Source: Ricker, The form and laws of propagation of seismic wavelets,
/// Geophysics 18(1), 1953.
void SynthImpl::makeWavelet() {
  int n = static_cast<int>(waveletReach * waveletSteps) + 2;
  for (int k = 0; k < n; ++k) {
    double a = pi * k / waveletSteps;
    a *= a;
    wavelet.push_back(static_cast<float>((1 - 2 * a) * std::exp(-a)));
  }
}

/// Noise has the band of the signal, somewhat wider, on a floor of white noise.
void SynthImpl::makeNoiseFilter() {
  double cycles = options.frequencyHz * 0.9 * options.dtMs / 1000; // a sample
  int half = static_cast<int>(std::clamp(std::ceil(0.8 / cycles), 1.0, 24.0));
  double power = 0;
  std::vector<double> taps;
  for (int k = -half; k <= half; ++k) {
    double a = pi * k * cycles;
    a *= a;
    taps.push_back((1 - 2 * a) * std::exp(-a));
    power += taps.back() * taps.back();
  }
  for (double &tap : taps)
    tap *= 0.9 / std::sqrt(power);
  taps[static_cast<size_t>(half)] += 0.3;
  power = 0;
  for (double tap : taps)
    power += tap * tap;
  for (double tap : taps)
    noiseFilter.push_back(static_cast<float>(tap / std::sqrt(power)));
}

void SynthImpl::markDead() {
  if (options.deadFraction <= 0)
    return;
  Stream random(options.seed, DeadTraces);
  std::vector<uint8_t> live(static_cast<size_t>(ni * nx), 1);
  bool any = false;
  for (size_t k = 0; k < live.size(); ++k)
    if (random.uniform(k) < options.deadFraction) {
      live[k] = 0;
      any = true;
    }
  if (any)
    geom.live = std::move(live);
}

/// Where the column is hit by the vertical line at (i, x), in samples.
void SynthImpl::arrivals(double i, double x, std::vector<Arrival> &out) const {
  double n = static_cast<double>(ns);
  double wave = 0;
  for (const Fold &f : folds)
    wave += f.amplitude * std::sin(f.waveX * x + f.waveI * i + f.phase);
  struct Cut {
    double distance, shift, amount;
  };
  std::array<Cut, 32> cuts;
  size_t cutCount = 0;
  for (const Fault &f : faults) {
    double dx = x - f.x, di = i - f.i;
    double along = di * f.normalX - dx * f.normalI;
    double y = along / f.halfLength;
    if (y * y >= 1)
      continue;
    double across =
        dx * f.normalX + di * f.normalI + f.bend * std::sin(f.bendWave * along + f.bendPhase);
    cuts[cutCount++] = {across, f.shift, f.throwSamples * (1 - y * y)};
  }
  out.clear();
  auto add = [&](double at, double reflectivity) {
    // Folds grow with depth; the column stays in order.
    double candidates[8] = {at + wave * (0.35 + 0.65 * std::clamp(at / n, -0.2, 1.2))};
    size_t count = 1;
    for (size_t c = 0; c < cutCount; ++c) {
      size_t had = count;
      count = 0;
      double moved[8];
      for (size_t k = 0; k < had; ++k) {
        // Above the plane the rock has come down; below it stands. Where neither
        // holds the fault has cut the interface out.
        double down = candidates[k] + cuts[c].amount;
        auto above = [&](double t) { return cuts[c].distance > (t - n / 2) * cuts[c].shift; };
        if (above(down) && count < 8)
          moved[count++] = down;
        if (!above(candidates[k]) && count < 8)
          moved[count++] = candidates[k];
      }
      std::copy_n(moved, count, candidates);
    }
    for (size_t k = 0; k < count; ++k)
      out.push_back({candidates[k], reflectivity});
  };
  double u = 2;
  if (options.channel)
    u = std::fabs(i - channelAxis(x)) / channel.halfWidth;
  double bottom = u < 1 ? channel.at + channel.depth * (1 - u * u) : channel.at;
  for (const Interface &layer : layers) {
    if (layer.at > channel.at && layer.at < bottom)
      continue; // eroded by the channel
    double change = 1 + 0.3 * std::cos(layer.waveX * x + layer.waveI * i + layer.phase);
    add(layer.at, layer.reflectivity * change);
  }
  if (u < 1) {
    add(channel.at, channel.reflectivity);
    add(bottom, -channel.reflectivity);
  }
}

double SynthImpl::channelAxis(double x) const {
  return channel.i0 + channel.swing1 * std::sin(channel.wave1 * x + channel.phase1) +
         channel.swing2 * std::sin(channel.wave2 * x + channel.phase2);
}

void SynthImpl::addSignal(const std::vector<Arrival> &list, float *trace) const {
  double perSample = options.frequencyHz * options.dtMs / 1000;
  for (const Arrival &a : list) {
    double depth = std::clamp(a.at / static_cast<double>(ns), 0.0, 1.0);
    double cycles = perSample * (1 - attenuation * depth);
    double reach = waveletReach / cycles;
    int64_t from = std::max<int64_t>(0, static_cast<int64_t>(std::ceil(a.at - reach)));
    int64_t to = std::min<int64_t>(ns - 1, static_cast<int64_t>(std::floor(a.at + reach)));
    float strength = static_cast<float>(signalScale * a.reflectivity * (1 - 0.3 * depth));
    float step = static_cast<float>(cycles * waveletSteps);
    float start = static_cast<float>((static_cast<double>(from) - a.at) * cycles * waveletSteps);
    for (int64_t s = from; s <= to; ++s) {
      float u = std::fabs(start + step * static_cast<float>(s - from));
      int32_t k = static_cast<int32_t>(u);
      if (k + 1 >= static_cast<int32_t>(wavelet.size()))
        continue;
      float part = u - static_cast<float>(k);
      size_t at = static_cast<size_t>(k);
      trace[s] += strength * (wavelet[at] + part * (wavelet[at + 1] - wavelet[at]));
    }
  }
}

/// Brings the rms of the signal to the wanted amplitude, from traces spread over
/// the survey, and sets the noise by it.
void SynthImpl::scaleSignal() {
  std::vector<Arrival> list;
  std::vector<float> trace(static_cast<size_t>(ns));
  double power = 0;
  int64_t rows = std::min<int64_t>(ni, 8), columns = std::min<int64_t>(nx, 8);
  for (int64_t a = 0; a < rows; ++a)
    for (int64_t b = 0; b < columns; ++b) {
      std::fill(trace.begin(), trace.end(), 0.0f);
      int64_t inlineAt = (2 * a + 1) * ni / (2 * rows); // whole numbers: a trace of the survey
      int64_t crosslineAt = (2 * b + 1) * nx / (2 * columns);
      arrivals(static_cast<double>(inlineAt), static_cast<double>(crosslineAt), list);
      addSignal(list, trace.data());
      for (float v : trace)
        power += static_cast<double>(v) * v;
    }
  double rms = std::sqrt(power / static_cast<double>(rows * columns * ns));
  signalScale = rms > 0 ? options.amplitude / rms : 0;
  noiseScale = options.signalToNoise > 0 ? options.amplitude / options.signalToNoise : 0;
}

void SynthImpl::whiteNoise(int64_t i, int64_t x, std::vector<float> &out) const {
  Stream random(options.seed, Noise);
  // Traces from -1 on: the first has a neighbour too.
  uint64_t n = noiseFilter.size() - 1 + static_cast<uint64_t>(ns);
  uint64_t begin = static_cast<uint64_t>(i * (nx + 1) + x + 1) * n;
  out.resize(n);
  for (uint64_t s = 0; s < n; ++s)
    out[s] = Stream::normal(random.bits(begin + s));
}

void SynthImpl::addNoise(const std::vector<float> &white, const std::vector<float> &before,
                         float *trace) const {
  // Neighbours share a part of their noise.
  float own = static_cast<float>(noiseScale * 0.8), shared = static_cast<float>(noiseScale * 0.6);
  for (size_t tap = 0; tap < noiseFilter.size(); ++tap) {
    float a = own * noiseFilter[tap], b = shared * noiseFilter[tap];
    const float *w = white.data() + tap, *v = before.data() + tap;
    for (int64_t s = 0; s < ns; ++s)
      trace[s] += a * w[s] + b * v[s];
  }
}

void SynthImpl::section(int64_t i, float *dst) const {
  Stream holes(options.seed, Holes);
  std::vector<Arrival> list;
  std::vector<float> white, before;
  if (noiseScale > 0)
    whiteNoise(i, -1, before);
  for (int64_t x = 0; x < nx; ++x) {
    float *trace = dst + x * ns;
    std::fill(trace, trace + ns, 0.0f);
    if (noiseScale > 0)
      whiteNoise(i, x, white);
    uint64_t position = static_cast<uint64_t>(i * nx + x);
    if (geom.live.empty() || geom.live[position]) {
      arrivals(static_cast<double>(i), static_cast<double>(x), list);
      addSignal(list, trace);
      if (noiseScale > 0)
        addNoise(white, before, trace);
      for (int64_t s = 0; options.nanFraction > 0 && s < ns; ++s)
        if (holes.uniform(position * static_cast<uint64_t>(ns) + static_cast<uint64_t>(s)) <
            options.nanFraction)
          trace[s] = std::numeric_limits<float>::quiet_NaN();
    }
    std::swap(white, before);
  }
}

Status checkOptions(const SynthOptions &o) {
  auto wrong = [](const auto &...why) { return fail("cannot make a survey: ", why...); };
  static const char *const axes[] = {"inline", "crossline", "sample"};
  int64_t total = 1;
  for (int a = 0; a < 3; ++a) {
    if (o.shape[a] < 1)
      return wrong("an extent of ", o.shape[a], " along ", axes[a], ": wanted at least 1");
    if (!mulFits(total, o.shape[a], total) || o.shape[a] > (1 << 30))
      return wrong("a shape of ", o.shape[0], " x ", o.shape[1], " x ", o.shape[2],
                   " is too large");
  }
  if (!(o.dtMs > 0 && o.dtMs <= 1000))
    return wrong("a sample interval of ", o.dtMs, " ms: wanted above 0, at most 1000");
  double nyquist = 500 / o.dtMs;
  if (!(o.frequencyHz > 0 && o.frequencyHz < nyquist))
    return wrong("a frequency of ", o.frequencyHz,
                 " Hz: wanted above 0, below the Nyquist frequency ", nyquist, " Hz of ", o.dtMs,
                 " ms");
  if (!(o.signalToNoise >= 0 && o.signalToNoise <= 1e9))
    return wrong("a signal to noise ratio of ", o.signalToNoise, ": wanted 0 (no noise) to 1e9");
  if (o.faults < 0 || o.faults > 32)
    return wrong(o.faults, " faults: wanted 0 to 32");
  if (!(o.deadFraction >= 0 && o.deadFraction <= 0.5))
    return wrong("a share of dead traces of ", o.deadFraction, ": wanted 0 to 0.5");
  if (!(o.nanFraction >= 0 && o.nanFraction <= 0.5))
    return wrong("a share of NaN samples of ", o.nanFraction, ": wanted 0 to 0.5");
  if (!(o.amplitude > 0 && o.amplitude <= 1e30))
    return wrong("an amplitude of ", o.amplitude, ": wanted above 0, at most 1e30");
  return {};
}

} // namespace

Synth::~Synth() = default;

Status Synth::make(const SynthOptions &options, std::unique_ptr<Synth> &synth) {
  synth.reset();
  return guarded("synthetic survey", [&]() -> Status {
    if (Status s = checkOptions(options); !s)
      return s;
    synth = std::make_unique<SynthImpl>(options);
    return {};
  });
}

//===--- Writing ----------------------------------------------------------===//

namespace {

std::vector<std::string> textOf(const SynthOptions &o) {
  return {cat("SYNTHETIC SURVEY MADE BY SEIS, NO REAL DATA"),
          "",
          cat("SHAPE ", o.shape[0], " INLINES X ", o.shape[1], " CROSSLINES X ", o.shape[2],
              " SAMPLES OF ", o.dtMs, " MS"),
          cat("SEED ", static_cast<unsigned long>(o.seed), ", RICKER ", o.frequencyHz,
              " HZ, SIGNAL TO NOISE ", o.signalToNoise, ", FAULTS ", o.faults),
          "",
          "INLINE: BYTES 189-192, CROSSLINE: BYTES 193-196",
          "CDP X: BYTES 181-184, CDP Y: BYTES 185-188, SCALAR: BYTES 71-72",
          "DEAD TRACES: TRACE ID 2 (BYTES 29-30), ALL SAMPLES ZERO"};
}

} // namespace

Status writeSynth(const std::string &path, const SynthOptions &options, int threads,
                  FileFormat format, const std::function<bool(int64_t)> &progress) {
  return guarded(path, [&]() -> Status {
    std::unique_ptr<Synth> synth;
    if (Status s = Synth::make(options, synth); !s)
      return s;
    SinkOptions out;
    out.format = format;
    out.shape.assign(options.shape.begin(), options.shape.end());
    out.geometry = synth->geometry();
    out.textLines = textOf(options);
    std::unique_ptr<VolumeSink> sink;
    if (Status s = createSink(path, out, sink); !s)
      return s;
    if (sink->format() == FileFormat::Segy && options.nanFraction > 0)
      return fail("cannot write ", path, ": NaN cannot be in a SEG-Y file; write .npy");
    std::atomic<int64_t> next{0};
    std::mutex mutex;
    int64_t done = 0;
    Status result;
    auto work = [&] {
      std::vector<float> plane;
      for (;;) {
        int64_t i = next.fetch_add(1);
        if (i >= options.shape[0])
          return;
        Status s = guarded(path, [&]() -> Status {
          plane.resize(static_cast<size_t>(options.shape[1] * options.shape[2]));
          synth->section(i, plane.data());
          return sink->write(
              regionOf(Box{{i, 0, 0}, {1, options.shape[1], options.shape[2]}}, plane.data()));
        });
        std::lock_guard<std::mutex> lock(mutex);
        ++done;
        if (s && progress && !progress(done))
          s = fail("writing ", path, " was stopped after ", done, " of ", options.shape[0],
                   " inlines");
        if (!s) {
          if (result.ok)
            result = s;
          next.store(options.shape[0]);
          return;
        }
      }
    };
    runThreads(threads, work);
    return result ? sink->commit() : result;
  });
}

} // namespace seis::io
