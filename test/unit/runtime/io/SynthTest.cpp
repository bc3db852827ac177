//===- SynthTest.cpp - Synthetic surveys -----------------------------------===//
#include "IoTestUtil.h"

#include <cmath>

using namespace seis::io;
using namespace seis::io::test;

namespace {

SynthOptions small() {
  SynthOptions options;
  options.shape = {24, 30, 200};
  options.deadFraction = 0.05;
  return options;
}

std::vector<float> volumeOf(const SynthOptions &options) {
  std::unique_ptr<Synth> synth;
  EXPECT_OK(Synth::make(options, synth));
  int64_t plane = options.shape[1] * options.shape[2];
  std::vector<float> out(static_cast<size_t>(options.shape[0] * plane));
  for (int64_t i = options.shape[0]; i-- > 0;) // the order does not matter
    synth->section(i, out.data() + i * plane);
  return out;
}

double rms(const std::vector<float> &v) {
  double power = 0;
  for (float x : v)
    power += static_cast<double>(x) * x;
  return std::sqrt(power / static_cast<double>(v.size()));
}

TEST(SynthTest, SameSeedSameBytesOnAnyThreadCount) {
  TempDir dir;
  for (const char *name : {"a.sgy", "a.npy"}) {
    std::string first;
    for (int threads : {1, 2, 5}) {
      ASSERT_OK(writeSynth(dir / name, small(), threads));
      std::string bytes = slurp(dir / name);
      if (first.empty())
        first = bytes;
      EXPECT_EQ(bytes, first) << threads;
    }
  }
  // And the file holds what the sections hold.
  std::unique_ptr<VolumeSource> source;
  std::vector<float> fromFile, direct = volumeOf(small());
  for (const char *name : {"a.sgy", "a.npy"}) {
    ASSERT_OK(openSource(dir / name, {}, source));
    ASSERT_OK(readAll(*source, fromFile));
    EXPECT_EQ(fromFile, direct);
  }
}

TEST(SynthTest, AnotherSeedIsAnotherSurvey) {
  SynthOptions one = small(), two = small();
  two.seed = 2;
  std::vector<float> a = volumeOf(one), b = volumeOf(two);
  double ab = 0;
  for (size_t k = 0; k < a.size(); ++k)
    ab += static_cast<double>(a[k]) * b[k];
  EXPECT_LT(std::fabs(ab) / (rms(a) * rms(b) * static_cast<double>(a.size())), 0.2);
}

TEST(SynthTest, GeometryAndDeadTraces) {
  TempDir dir;
  SynthOptions options = small();
  std::vector<float> v = volumeOf(options);
  ASSERT_OK(writeSynth(dir / "a.sgy", options));
  std::unique_ptr<VolumeSource> source;
  ASSERT_OK(openSource(dir / "a.sgy", {}, source));
  const Geometry &g = source->geometry();
  EXPECT_EQ(g.shape, options.shape);
  EXPECT_EQ(g.dtMs.value_or(-1), 4.0);
  EXPECT_EQ(g.inlines.front(), 1001);
  EXPECT_EQ(g.crosslines.back(), 2030);
  ASSERT_EQ(g.live.size(), 720u);
  int dead = 0;
  for (size_t t = 0; t < 720; ++t) {
    bool zero = true;
    for (size_t s = 0; s < 200; ++s)
      zero &= v[t * 200 + s] == 0;
    EXPECT_EQ(zero, g.live[t] == 0) << t;
    dead += zero;
  }
  EXPECT_GT(dead, 18); // 36 expected
  EXPECT_LT(dead, 60);
  std::vector<uint8_t> scanned;
  ASSERT_OK(source->scanLive(scanned));
  EXPECT_EQ(scanned, g.live); // no live trace is empty
}

TEST(SynthTest, AmplitudeAndNoiseAreAsAsked) {
  SynthOptions options = small();
  options.shape = {40, 40, 300};
  options.deadFraction = 0;
  options.signalToNoise = 0;
  std::vector<float> clean = volumeOf(options);
  EXPECT_NEAR(rms(clean), 1000, 60);
  for (double ratio : {2.0, 10.0}) {
    options.signalToNoise = ratio;
    std::vector<float> noise = volumeOf(options);
    double whole = 0, lag = 0;
    for (size_t k = 0; k < noise.size(); ++k)
      noise[k] -= clean[k];
    for (size_t k = 0; k + 1 < noise.size(); ++k) {
      whole += static_cast<double>(noise[k]) * noise[k];
      lag += static_cast<double>(noise[k]) * noise[k + 1];
    }
    EXPECT_NEAR(rms(noise), 1000 / ratio, 0.02 * 1000 / ratio);
    EXPECT_GT(lag / whole, 0.3); // coloured: neighbours are alike
  }
}

/// Power of all traces at a frequency, by the plain sum.
double powerAt(const std::vector<float> &v, int64_t ns, double cyclesPerSample) {
  double power = 0;
  for (size_t t = 0; t < v.size(); t += static_cast<size_t>(ns)) {
    double re = 0, im = 0;
    for (int64_t s = 0; s < ns; ++s) {
      double phase = 2 * 3.14159265358979323846 * cyclesPerSample * static_cast<double>(s);
      re += v[t + static_cast<size_t>(s)] * std::cos(phase);
      im += v[t + static_cast<size_t>(s)] * std::sin(phase);
    }
    power += re * re + im * im;
  }
  return power;
}

TEST(SynthTest, BandFollowsTheFrequency) {
  for (double hz : {15.0, 30.0, 55.0}) {
    SynthOptions options;
    options.shape = {8, 8, 500};
    options.frequencyHz = hz;
    options.signalToNoise = 0;
    std::vector<float> v = volumeOf(options);
    double sum = 0, weighted = 0, outside = 0;
    for (double f = 1; f < 125; f += 1) {
      double p = powerAt(v, 500, f * 0.004);
      sum += p;
      weighted += p * f;
      outside += f > 2.3 * hz ? p : 0;
    }
    // The centroid of a Ricker's power is near its peak; it loses up to a quarter
    // with depth, and the reflectivity has a colour of its own.
    EXPECT_GT(weighted / sum, 0.75 * hz);
    EXPECT_LT(weighted / sum, 1.15 * hz);
    EXPECT_LT(outside / sum, 0.01);
  }
}

TEST(SynthTest, FaultsAndChannelMakeADifference) {
  SynthOptions options;
  options.shape = {60, 60, 300};
  options.signalToNoise = 0;
  options.deadFraction = 0;
  std::vector<float> all = volumeOf(options);
  options.channel = false;
  std::vector<float> without = volumeOf(options);
  // 200: the channel also changes the overall scale a little.
  size_t changed = 0;
  for (size_t k = 0; k < all.size(); ++k)
    changed += std::fabs(all[k] - without[k]) > 200 ? 1 : 0;
  EXPECT_GT(changed, all.size() / 1000);
  EXPECT_LT(changed, all.size() / 4);
  options.faults = 0;
  std::vector<float> smooth = volumeOf(options);
  // Without faults no neighbour is very different; with them some are.
  auto jumps = [&](const std::vector<float> &v) {
    size_t count = 0;
    for (size_t k = 0; k + 300 < v.size(); ++k)
      count += std::fabs(v[k + 300] - v[k]) > 1500 && (k / 300) % 60 != 59 ? 1 : 0;
    return count;
  };
  EXPECT_GT(jumps(without), 10 * (jumps(smooth) + 1));
}

TEST(SynthTest, HolesOnlyInNpy) {
  TempDir dir;
  SynthOptions options = small();
  options.nanFraction = 0.01;
  std::vector<float> v = volumeOf(options);
  double holes = 0;
  for (float x : v)
    holes += std::isnan(x) ? 1 : 0;
  EXPECT_NEAR(holes / static_cast<double>(v.size()), 0.01 * 0.95, 0.001);
  ASSERT_OK(writeSynth(dir / "a.npy", options));
  EXPECT_EQ(messageOf(writeSynth(dir / "a.sgy", options)),
            "cannot write " + (dir / "a.sgy") + ": NaN cannot be in a SEG-Y file; write .npy");
  EXPECT_EQ(::access((dir / "a.sgy").c_str(), F_OK), -1);
}

TEST(SynthTest, AnySizeWorks) {
  using Shape = std::array<int64_t, 3>;
  for (Shape shape : {Shape{1, 1, 1}, Shape{1, 1, 2}, Shape{1, 7, 33}, Shape{9, 10, 101},
                      Shape{3, 1, 1009}, Shape{2, 2, 2048}})
    for (double dt : {0.5, 4.0, 16.0}) {
      SynthOptions options;
      options.shape = shape;
      options.dtMs = dt;
      options.frequencyHz = 20;
      for (float x : volumeOf(options))
        ASSERT_TRUE(std::isfinite(x));
    }
}

TEST(SynthTest, OptionsOutOfRangeAreRefused) {
  std::unique_ptr<Synth> synth;
  auto refused = [&](const std::function<void(SynthOptions &)> &change) {
    SynthOptions options;
    change(options);
    std::string message = messageOf(Synth::make(options, synth));
    EXPECT_EQ(synth, nullptr);
    return message;
  };
  EXPECT_EQ(refused([](SynthOptions &o) { o.shape[1] = 0; }),
            "cannot make a survey: an extent of 0 along crossline: wanted at least 1");
  EXPECT_HAS(refused([](SynthOptions &o) { o.shape = {1 << 30, 1 << 30, 1 << 30}; }),
             "is too large");
  EXPECT_HAS(refused([](SynthOptions &o) { o.dtMs = NAN; }), "wanted above 0, at most 1000");
  EXPECT_EQ(refused([](SynthOptions &o) { o.frequencyHz = 125; }),
            "cannot make a survey: a frequency of 125 Hz: wanted above 0, below the Nyquist "
            "frequency 125 Hz of 4 ms");
  EXPECT_HAS(refused([](SynthOptions &o) { o.signalToNoise = -1; }), "signal to noise ratio of -1");
  EXPECT_HAS(refused([](SynthOptions &o) { o.faults = 33; }), "33 faults: wanted 0 to 32");
  EXPECT_HAS(refused([](SynthOptions &o) { o.deadFraction = 0.6; }), "share of dead traces of 0.6");
  EXPECT_HAS(refused([](SynthOptions &o) { o.nanFraction = -0.1; }), "share of NaN samples");
  EXPECT_HAS(refused([](SynthOptions &o) { o.amplitude = 0; }), "an amplitude of 0");
}

TEST(SynthTest, ProgressMayStopIt) {
  TempDir dir;
  EXPECT_EQ(messageOf(writeSynth(dir / "a.npy", small(), 1, FileFormat::Auto,
                                 [](int64_t done) { return done < 3; })),
            "writing " + (dir / "a.npy") + " was stopped after 3 of 24 inlines");
  EXPECT_EQ(::rmdir(dir.path().c_str()), 0) << "a file was left";
}

} // namespace
