//===- CliTest.cpp - seis-run as a user meets it --------------------------===//
#include "CliSupport.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

using namespace seis::test;
namespace io = seis::io;

namespace {

bool contains(const std::string &text, const std::string &part) {
  return text.find(part) != std::string::npos;
}

void pauseMs(long milliseconds) {
  timespec pause = {milliseconds / 1000, milliseconds % 1000 * 1000000};
  nanosleep(&pause, nullptr);
}

/// Runs a command that must fail; "CODE: first line of stderr".
std::string failure(const std::vector<std::string> &arguments) {
  Ran ran = seisRun(arguments);
  EXPECT_EQ(ran.out, "");
  return std::to_string(ran.code) + ": " + ran.err.substr(0, ran.err.find('\n'));
}

/// stencil.c on a whole volume, through the library.
std::vector<float> stencilOf(FloatVolume &x) {
  Extent shape = {x.shape[0], x.shape[1], x.shape[2]};
  FloatVolume y(shape);
  const seis_array *in[] = {&x.abi};
  seis_array *out[] = {&y.abi};
  seis_box box = wholeBox(shape);
  EXPECT_EQ(seis_rt_run(open("stencil").get(), 0, in, out, nullptr, nullptr, &box, nullptr),
            SEIS_OK);
  return y.data;
}

} // namespace

TEST(CliTest, HelpHasOneLayoutWithin100Columns) {
  for (std::vector<std::string> arguments : {std::vector<std::string>{"--help"},
                                             {"apply", "--help"},
                                             {"inspect", "-h"},
                                             {"synth", "-h"}}) {
    Ran ran = seisRun(arguments);
    EXPECT_EQ(ran.code, 0);
    EXPECT_EQ(ran.err, "");
    size_t last = 0;
    for (const char *part : {"\n\nUsage: seis-run ", "\n\nGeneral:\n", "\n\nExamples:\n",
                             "\n\nExit codes:\n  0  done\n"}) {
      size_t at = ran.out.find(part);
      EXPECT_NE(at, std::string::npos) << part;
      EXPECT_GT(at, last);
      last = at;
    }
    size_t examples = ran.out.find("Examples:\n"), count = 0;
    std::istringstream lines(ran.out);
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(line.size(), 100u) << line;
      count += line.find("  seis-run ") == 0;
    }
    EXPECT_EQ(count, 3u) << ran.out.substr(examples);
  }
  Ran version = seisRun({"--version"});
  EXPECT_EQ(version.code, 0);
  EXPECT_TRUE(contains(version.out, "seis-run 0.1.0 (no LLVM; targets: cpu; build type "));
}

TEST(CliTest, WrongOptions) {
  Folder folder;
  FloatVolume x({3, 4, 5});
  fillRandom(x, 1);
  saveVolume(folder / "x.npy", x);
  std::string object = objectPath("pointwise"), in = folder / "x.npy", out = folder / "y.npy";
  std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{}, "no command: it is one of apply, inspect, synth"},
      {{"aply"}, "no command 'aply': it is one of apply, inspect, synth"},
      {{"apply", object, in}, "--output is required"},
      {{"apply", object, in, "-o", out, "--what"},
       "the following argument was not expected: --what"},
      {{"apply", object, "-o", out}, "no input: give IN, or --in NAME=FILE"},
      {{"apply", object, in, "-o", out, "--in", "x=" + in},
       "give either IN or --in NAME=FILE, not both"},
      {{"apply", object, "-o", out, "--in", "z=" + in},
       "entry 'pointwise' has no input volume 'z': its inputs are 'x'"},
      {{"apply", object, "-o", out, "--in", "x=" + in, "--in", "x=" + in},
       "input 'x' is given twice"},
      {{"apply", object, "-o", out, "--in", in}, "--in must be NAME=VALUE, got '" + in + "'"},
      {{"apply", objectPath("lines"), in, "-o", out},
       "entry 'lines' has 2 inputs ('near', 'far'): give each with --in NAME=FILE"},
      {{"apply", objectPath("lines"), "--in", "near=" + in, "-o", out},
       "input 'far' is missing: add --in far=FILE"},
      {{"apply", object, in, "-o", out, "--dt-ms=4", "--param", "gian=1"},
       "entry 'pointwise' has no parameter 'gian': did you mean 'gain'?"},
      {{"apply", object, in, "-o", out, "--dt-ms=4", "--param", "gain=1x"},
       "--param gain must be a finite number, got '1x'"},
      {{"apply", object, in, "-o", out, "--dt-ms=nan"},
       "--dt-ms must be a finite number, got 'nan'"},
      {{"apply", object, in, "-o", out, "--dt-ms=-4"}, "--dt-ms must be above 0, got -4"},
      {{"apply", object, in, "-o", out, "--dt-ms=4", "--param", "gain=11"},
       "parameter 'gain' must be at most 10, got 11"},
      {{"apply", object, in, "-o", out, "--dt-ms=4", "--max-memory=lots"},
       "--max-memory must be a number of bytes such as 512M or 4G, got 'lots'"},
      {{"apply", object, in, "-o", out, "--dt-ms=4", "--max-memory=-1G"},
       "--max-memory must be a number of bytes such as 512M or 4G, got '-1G'"},
      {{"apply", object, in, "-o", out, "--dt-ms=4", "--block=2,0"},
       "--block must be 2 to 3 whole numbers of at least 1, joined by commas, got '2,0'"},
      {{"apply", object, in, "-o", out, "--dt-ms=4", "--threads=-2"},
       "--threads must be at least 0, got -2"},
      {{"apply", object, in, "-o", out, "--dt-ms=4", "--fill=1"},
       "--fill is for SEG-Y output: in .npy dead traces become NaN"},
      {{"apply", object, in, "-o", out, "--dt-ms=4", "--stamp"},
       "--stamp is for SEG-Y output, " + out + " is .npy"},
      {{"apply", object, in, "-o", folder / "y.sgy", "--dt-ms=4", "--keep-format"},
       "--keep-format and --stamp need a SEG-Y input or --like=FILE"},
      {{"apply", object, in, "-o", in, "--dt-ms=4"},
       "the output " + in + " would replace an input: choose another name"},
      {{"apply", objectPath("trace"), in, "-o", in},
       in + " is a file, but entry 'trace' has 4 outputs: give a folder"},
      {{"apply", object, in, "-o", out, "--dt-ms=4", "--entry=other"},
       object + " has no entry 'other': it has 'pointwise'"},
  };
  for (const auto &[arguments, message] : cases)
    EXPECT_EQ(failure(arguments), "2: error: " + message);
  EXPECT_EQ(folder.list(), "x.npy");
}

TEST(CliTest, UnusableInput) {
  Folder folder;
  FloatVolume x({3, 4, 5}), other({3, 4, 6});
  saveVolume(folder / "x.npy", x);
  saveVolume(folder / "other.npy", other);
  std::string object = objectPath("pointwise"), in = folder / "x.npy", out = folder / "y.npy";
  std::vector<double> wide(60, 0.1);
  EXPECT_TRUE(io::saveNpy(folder / "wide.npy", io::Type::F64, {3, 4, 5}, wide.data()).ok);
  std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{"apply", folder / "no.so", in, "-o", out},
       "3: error: " + (folder / "no.so") + ": no such file, or it cannot be read"},
      {{"apply", object, folder / "no.npy", "-o", out},
       "3: error: cannot open " + (folder / "no.npy") + ": no such file or directory"},
      {{"apply", objectPath("broken_no_cpu"), in, "-o", out},
       "4: error: " + objectPath("broken_no_cpu") +
           ": compiled for znver4, this processor lacks avx512f"},
      {{"apply", objectPath("needs_library"), in, "-o", out},
       "4: error: " + objectPath("needs_library") +
           ": needs libseis_test_absent.so, which is not installed"},
      {{"apply", objectPath("trace"), in, "-o", folder / "t", "--dt-ms=2"},
       "3: error: entry 'trace' was compiled for a sample interval of 4 ms, the data has 2 ms: "
       "compile it with --dt-ms=2"},
      {{"apply", objectPath("broken_failing"), in, "-o", out},
       "3: error: " + objectPath("broken_failing") +
           ": entry 'broken': the object gave up on purpose"},
      {{"apply", object, in, "-o", "/proc/y.npy", "--dt-ms=4"}, "3: error: "},
      {{"inspect", in}, "3: error: " + in + ": not a loadable object: "},
  };
  for (const auto &[arguments, message] : cases)
    EXPECT_EQ(failure(arguments).substr(0, message.size()), message);
  // Messages of the readers: what matters is which file and what to do.
  EXPECT_TRUE(contains(failure({"apply", object, in, "-o", out}), "dt-ms"));
  EXPECT_TRUE(contains(failure({"apply", object, folder / "wide.npy", "-o", out}), "--cast"));
  std::string mixed = failure({"apply", objectPath("lines"), "--in", "near=" + in, "--in",
                               "far=" + (folder / "other.npy"), "-o", out});
  EXPECT_EQ(mixed.substr(0, 3), "3: ");
  EXPECT_TRUE(contains(mixed, in) && contains(mixed, folder / "other.npy")) << mixed;
  EXPECT_EQ(
      failure({"apply", objectPath("lines"), "--in", "near=" + in, "--in", "far=" + in, "-o", out}),
      "3: error: input 'il' is line(inline), but " + in + " has no inline numbers");
  EXPECT_EQ(folder.list(), "other.npy wide.npy x.npy");
}

TEST(CliTest, AppliesToNpy) {
  Folder folder;
  FloatVolume x({9, 10, 60});
  fillRandom(x, 2);
  saveVolume(folder / "x.npy", x);
  Ran ran = seisRun({"apply", objectPath("pointwise"), folder / "x.npy", "-o", folder / "y.npy",
                     "--dt-ms=2", "--param", "gain=3", "--json"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_TRUE(contains(ran.err, "traces      90, 0 dead\n")) << ran.err;
  EXPECT_TRUE(contains(ran.err, ": 0 non-finite samples\n"));
  EXPECT_TRUE(contains(ran.err, "fft         specialised for 60 samples\n"));
  EXPECT_TRUE(contains(ran.err, "time        "));
  auto report = nlohmann::json::parse(ran.out);
  EXPECT_EQ(report["traces"], 90);
  EXPECT_EQ(report["fft"], "specialised");
  EXPECT_EQ(report["outputs"][0]["name"], "y");
  const auto &machine = report["machine"]; // the C library asks the processor itself
  EXPECT_EQ(machine["l2_bytes"], sysconf(_SC_LEVEL2_CACHE_SIZE));
  EXPECT_GE(machine["threads"], std::thread::hardware_concurrency());
  EXPECT_LE(machine["cores"], machine["threads"]);
  EXPECT_EQ(report["outputs"][0]["path"], folder / "y.npy");
  std::vector<float> y = loadVolume(folder / "y.npy");
  ASSERT_EQ(y.size(), x.data.size());
  for (size_t i = 0; i < y.size(); ++i)
    ASSERT_FLOAT_EQ(y[i], 3 * x.data[i] + 0.25f);
  // Several outputs, or a folder: names of the outputs.
  ran = seisRun({"apply", objectPath("trace"), folder / "x.npy", "-o", folder / "new/sub", "-q"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out + ran.err, "");
  EXPECT_EQ(folder.list("new/sub"), "both.npy lines.npy mean.npy rest.npy");
  ran = seisRun({"apply", objectPath("stencil"), folder / "x.npy", "-o", folder / "new/", "-q"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(folder.list("new"), "sub y.npy");
  EXPECT_TRUE(sameBits(loadVolume(folder / "new/y.npy"), stencilOf(x)));
  io::NpyArray both;
  ASSERT_TRUE(io::loadNpy(folder / "new/sub/both.npy", both).ok);
  EXPECT_EQ(both.shape, (std::vector<int64_t>{9, 10, 60, 2}));
}

TEST(CliTest, OtherLengthsTakeTheLoop) {
  Folder folder;
  FloatVolume x({1, 1, 61});
  saveVolume(folder / "x.npy", x);
  Ran ran = seisRun(
      {"apply", objectPath("pointwise"), folder / "x.npy", "-o", folder / "y.npy", "--dt-ms=2"});
  EXPECT_TRUE(contains(ran.err, "fft         loop for 61 samples\n")) << ran.err;
}

// Any block, any cap: the same bytes in the file.
TEST(CliTest, BlocksAndCapsGiveTheSameFile) {
  Folder folder;
  FloatVolume x({70, 40, 90});
  fillRandom(x, 3);
  saveVolume(folder / "x.npy", x);
  for (const char *name : {"stencil", "reduce"}) {
    std::string first = folder / "first.npy";
    ASSERT_EQ(seisRun({"apply", objectPath(name), folder / "x.npy", "-o", first, "-q"}).code, 0);
    for (const char *block : {"1,1", "5,7", "33,40,11", "100,3"}) {
      Ran ran = seisRun({"apply", objectPath(name), folder / "x.npy", "-o", folder / "y.npy", "-q",
                         std::string("--block=") + block});
      ASSERT_EQ(ran.code, 0) << ran.err;
      EXPECT_EQ(readBytes(folder / "y.npy"), readBytes(first)) << name << " " << block;
    }
  }
}

// A volume three times the cap: the peak of the process stays below it.
TEST(CliTest, PeakStaysBelowTheCap) {
  // A sanitizer's own memory is beyond any cap: there only the results are compared.
  std::string cap = SEIS_TEST_SANITIZED ? "2G" : "38M";
  Folder folder;
  FloatVolume x({240, 150, 800}); // 115 MB
  fillRandom(x, 4);
  saveVolume(folder / "x.npy", x);
  saveSegy(folder / "x.sgy", x);
  std::vector<float> whole = stencilOf(x);
  for (const char *suffix : {".npy", ".sgy"}) {
    Ran ran = seisRun({"apply", objectPath("stencil"), folder / (std::string("x") + suffix), "-o",
                       folder / (std::string("y") + suffix), "--max-memory=" + cap, "--json"});
    ASSERT_EQ(ran.code, 0) << ran.err;
    auto report = nlohmann::json::parse(ran.out);
    if (!SEIS_TEST_SANITIZED) {
      EXPECT_LE(report["peak_memory_bytes"].get<uint64_t>(), uint64_t(38) << 20) << suffix;
      EXPECT_GT(report["blocks"].get<int>(), 10);
    }
    EXPECT_TRUE(sameBits(loadVolume(folder / (std::string("y") + suffix)), whole)) << suffix;
  }
  // The least that would do, and a little less.
  std::vector<std::string> small = {
      "apply", objectPath("stencil"), folder / "x.npy", "-o", folder / "z.npy",
      "-q",    "--max-memory=1M"};
  std::string message = failure(small);
  unsigned long long least = 0;
  ASSERT_EQ(std::sscanf(message.c_str(),
                        "2: error: a memory cap of 1 MiB is too small: the least that would do is "
                        "%llu MiB (",
                        &least),
            1)
      << message;
  small.back() = "--max-memory=" + std::to_string(least) + "M";
  EXPECT_EQ(seisRun(small).code, 0);
  small.back() = "--max-memory=" + std::to_string(least - 3) + "M";
  if (!SEIS_TEST_SANITIZED)
    EXPECT_EQ(seisRun(small).code, 2);
}

TEST(CliTest, SegyKeepsHeadersAndFillsDeadTraces) {
  Folder folder;
  FloatVolume x({12, 9, 60});
  fillRandom(x, 5);
  std::vector<uint8_t> live(108, 1);
  live[17] = live[44] = 0;         // trace id 2
  for (int64_t s = 0; s < 60; ++s) // zeros alone are dead too
    x.data[80 * 60 + s] = x.data[17 * 60 + s] = x.data[44 * 60 + s] = 0;
  x.data[5 * 60 + 7] = INFINITY;
  saveSegy(folder / "x.sgy", x, live);
  Ran ran = seisRun({"apply", objectPath("stencil"), folder / "x.sgy", "-o", folder / "out/",
                     "--fill=-77", "--json"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  auto report = nlohmann::json::parse(ran.out);
  EXPECT_EQ(report["dead_traces"], 3);
  std::vector<float> y = loadVolume(folder / "out/y.sgy");
  // The writer of this test turned the infinity into its own fill, 0.
  x.data[5 * 60 + 7] = 0;
  std::vector<float> expected = stencilOf(x);
  for (int64_t dead : {17, 44, 80})
    std::fill_n(&expected[dead * 60], 60, -77.0f);
  // Trace id 2 makes a reader give zeros whatever stands there.
  for (int64_t marked : {17, 44})
    std::fill_n(&expected[marked * 60], 60, 0.0f);
  EXPECT_TRUE(sameBits(y, expected));
  std::string before = readBytes(folder / "x.sgy"), after = readBytes(folder / "out/y.sgy");
  ASSERT_EQ(before.size(), after.size());
  auto sameRange = [&](size_t at, size_t length) {
    return before.compare(at, length, after, at, length) == 0;
  };
  EXPECT_TRUE(sameRange(0, 3600));
  for (int64_t t = 0; t < 108; ++t)
    EXPECT_TRUE(sameRange(3600 + t * 480, 240)) << t;
  float stored; // of a marked trace, big endian
  std::string swapped(after.substr(3600 + 17 * 480 + 240, 4));
  std::reverse(swapped.begin(), swapped.end());
  std::memcpy(&stored, swapped.data(), 4);
  EXPECT_EQ(stored, -77);
}

TEST(CliTest, NonFiniteSamplesNeverReachSegy) {
  Folder folder;
  FloatVolume x({4, 4, 20});
  fillRandom(x, 6);
  x.at(1, 2, 3) = NAN;
  x.at(3, 0, 0) = INFINITY;
  saveVolume(folder / "x.npy", x);
  auto apply = [&](const std::string &out) {
    Ran ran = seisRun(
        {"apply", objectPath("pointwise"), folder / "x.npy", "-o", out, "--dt-ms=4", "--json"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_TRUE(contains(ran.err, ": 2 non-finite samples")) << ran.err;
    return loadVolume(out);
  };
  std::vector<float> segy = apply(folder / "y.sgy"), npy = apply(folder / "y.npy");
  for (size_t i = 0; i < segy.size(); ++i)
    EXPECT_EQ(segy[i], std::isfinite(npy[i]) ? npy[i] : 0) << i;
  EXPECT_EQ(std::count_if(npy.begin(), npy.end(), [](float v) { return !std::isfinite(v); }), 2);
}

TEST(CliTest, NullsAndDeadTracesOfNpy) {
  Folder folder;
  FloatVolume x({5, 6, 10});
  fillRandom(x, 7);
  x.at(1, 1, 4) = 1e30f;
  for (int64_t s = 0; s < 10; ++s)
    x.at(3, 3, s) = s % 2 ? 0 : 1e30f;
  saveVolume(folder / "x.npy", x);
  Ran plain = seisRun({"apply", objectPath("pointwise"), folder / "x.npy", "-o", folder / "a.npy",
                       "--dt-ms=4", "--null=1e30"});
  ASSERT_EQ(plain.code, 0) << plain.err;
  EXPECT_TRUE(contains(plain.err, "30, 0 dead\n"));
  std::vector<float> a = loadVolume(folder / "a.npy");
  EXPECT_TRUE(std::isnan(a[(1 * 6 + 1) * 10 + 4]));
  EXPECT_EQ(std::count_if(a.begin(), a.end(), [](float v) { return std::isnan(v); }), 6);
  Ran dead = seisRun({"apply", objectPath("pointwise"), folder / "x.npy", "-o", folder / "b.npy",
                      "--dt-ms=4", "--null=1e30", "--dead=zero"});
  ASSERT_EQ(dead.code, 0) << dead.err;
  EXPECT_TRUE(contains(dead.err, "30, 1 dead\n")) << dead.err;
  std::vector<float> b = loadVolume(folder / "b.npy");
  EXPECT_EQ(std::count_if(b.begin(), b.end(), [](float v) { return std::isnan(v); }), 11);
  // A reduction leaves dead traces out, and refuses NaN in a live one.
  EXPECT_TRUE(contains(failure({"apply", objectPath("reduce"), folder / "x.npy", "-o",
                                folder / "c.npy", "--null=1e30", "--dead=zero"}),
                       "pass 'range': NaN in a live trace"));
  x.at(1, 1, 4) = 0;
  saveVolume(folder / "x.npy", x);
  EXPECT_EQ(seisRun({"apply", objectPath("reduce"), folder / "x.npy", "-o", folder / "c.npy",
                     "--null=1e30", "--dead=zero"})
                .code,
            0);
}

TEST(CliTest, LinesComeFromHeaders) {
  Folder folder;
  FloatVolume near({4, 3, 5}), far({4, 3, 5});
  fillRandom(near, 8);
  fillRandom(far, 9);
  saveSegy(folder / "near.sgy", near);
  saveSegy(folder / "far.sgy", far);
  Ran ran = seisRun({"apply", objectPath("lines"), "--in", "near=" + (folder / "near.sgy"), "--in",
                     "far=" + (folder / "far.sgy"), "-o", folder / "y.npy", "--block=1,2"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  std::vector<float> y = loadVolume(folder / "y.npy");
  for (int64_t i = 0; i < 4; ++i)
    for (int64_t c = 0; c < 3; ++c)
      for (int64_t s = 0; s < 5; ++s)
        ASSERT_EQ(y[(i * 3 + c) * 5 + s], float(near.at(i, c, s) + 2 * far.at(i, c, s) +
                                                1e4 * (100 + i) + 1e3 * (300 + c) + 4 * s));
  // Another interval is another geometry.
  saveSegy(folder / "far.sgy", far, {}, 2);
  EXPECT_EQ(seisRun({"apply", objectPath("lines"), "--in", "near=" + (folder / "near.sgy"), "--in",
                     "far=" + (folder / "far.sgy"), "-o", folder / "y.npy"})
                .code,
            3);
}

TEST(CliTest, LikeGivesHeadersToNpy) {
  Folder folder;
  FloatVolume x({4, 3, 20}), wrong({4, 4, 20});
  fillRandom(x, 10);
  saveSegy(folder / "x.sgy", x);
  saveVolume(folder / "x.npy", x);
  saveVolume(folder / "wrong.npy", wrong);
  Ran direct = seisRun({"apply", objectPath("stencil"), folder / "x.sgy", "-o", folder / "a.sgy"});
  Ran like = seisRun({"apply", objectPath("stencil"), folder / "x.npy", "-o", folder / "b.sgy",
                      "--like=" + (folder / "x.sgy"), "--dt-ms=4"});
  ASSERT_EQ(direct.code, 0) << direct.err;
  ASSERT_EQ(like.code, 0) << like.err;
  EXPECT_EQ(readBytes(folder / "a.sgy"), readBytes(folder / "b.sgy"));
  EXPECT_EQ(failure({"apply", objectPath("stencil"), folder / "wrong.npy", "-o", folder / "c.sgy",
                     "--like=" + (folder / "x.sgy"), "--dt-ms=4"})
                .substr(0, 2),
            "3:");
  Ran stamped = seisRun(
      {"apply", objectPath("stencil"), folder / "x.sgy", "-o", folder / "d.sgy", "--stamp"});
  ASSERT_EQ(stamped.code, 0) << stamped.err;
  std::string plain = readBytes(folder / "a.sgy"), other = readBytes(folder / "d.sgy");
  EXPECT_NE(plain.substr(0, 3200), other.substr(0, 3200));
  EXPECT_EQ(plain.substr(3200), other.substr(3200));
}

TEST(CliTest, InspectPrintsTheManifest) {
  Ran ran = seisRun({"inspect", objectPath("reduce")});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.err, "");
  EXPECT_TRUE(contains(ran.out, "entry 'reduce'\n  input     x: f32 inline crossline sample\n"));
  EXPECT_TRUE(
      contains(ran.out, "  pass      range: a table of 2 f32, one sweep over the survey\n"));
  ran = seisRun({"inspect", objectPath("pointwise")});
  EXPECT_TRUE(contains(ran.out, "  param     shift: default 0.5, above 0, below 100, in Hz\n"));
  EXPECT_TRUE(contains(ran.out, "  interval  a parameter (dt_ms)\n"));
  EXPECT_TRUE(contains(ran.out, "  lengths   specialised: 60; other: loop\n"));
  ran = seisRun({"inspect", "--json", objectPath("pointwise")});
  EXPECT_EQ(ran.out, std::string(seis_rt_manifest(open("pointwise").get())) + "\n");
  // An object for another processor can be looked at.
  ran = seisRun({"inspect", objectPath("broken_no_cpu")});
  EXPECT_EQ(ran.code, 0);
  EXPECT_TRUE(
      contains(ran.out, "runs here   no: compiled for znver4, this processor lacks avx512f\n"));
}

TEST(CliTest, ColourOnlyWhereAsked) {
  EXPECT_EQ(failure({"apply", "no.so", "x", "-o", "y", "--color=never"}),
            "3: error: ./no.so: no such file, or it cannot be read");
  EXPECT_EQ(failure({"apply", "no.so", "x", "-o", "y", "--color=always"}),
            "3: \033[1;31merror:\033[0m ./no.so: no such file, or it cannot be read");
  EXPECT_EQ(failure({"apply", "no.so", "x", "-o", "y"}),
            "3: error: ./no.so: no such file, or it cannot be read");
}

TEST(CliTest, SynthIsTheSameForASeed) {
  Folder folder;
  auto make = [&](const std::string &name, const std::string &seed, const std::string &threads) {
    Ran ran = seisRun({"synth", "--shape=12,9,64", "--seed=" + seed, "--threads=" + threads, "-o",
                       folder / name, "--json"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(nlohmann::json::parse(ran.out)["shape"].dump(), "[12,9,64]");
    return readBytes(folder / name);
  };
  std::string first = make("a.sgy", "1", "1");
  EXPECT_EQ(first.size(), 3600u + 108 * (240 + 64 * 4));
  EXPECT_EQ(make("b.sgy", "1", "2"), first);
  EXPECT_NE(make("c.sgy", "2", "1"), first);
  // What it writes can be applied to.
  Ran ran = seisRun({"apply", objectPath("stencil"), folder / "a.sgy", "-o", folder / "y.sgy"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(
      failure({"synth", "--shape=0,9,64", "-o", folder / "d.sgy"}),
      "2: error: --shape must be 3 whole numbers of at least 1, joined by commas, got '0,9,64'");
  EXPECT_EQ(failure({"synth", "--shape=4,4,70000", "-o", folder / "d.sgy"}).substr(0, 10),
            "3: error: ");
  EXPECT_EQ(folder.list(), "a.sgy b.sgy c.sgy y.sgy");
}

TEST(CliTest, SynthLeavesNothingAfterASignal) {
  Folder folder;
  Process process({"synth", "--shape=1500,100,500", "-o", folder / "s.sgy"});
  for (int tries = 0; tries < 600 && folder.list().empty(); ++tries)
    pauseMs(50);
  EXPECT_FALSE(std::filesystem::exists(folder / "s.sgy"));
  process.signal(SIGTERM);
  EXPECT_EQ(process.wait().code, -SIGTERM);
  EXPECT_EQ(folder.list(), "");
}

//===-- Ends that nobody wants --------------------------------------------===//

namespace {
/// A run that takes seconds, writing two files' worth of blocks.
std::vector<std::string> slowRun(const Folder &folder) {
  FloatVolume x({100, 5, 6});
  fillRandom(x, 11);
  saveVolume(folder / "x.npy", x);
  return {"apply", objectPath("broken_slow"), folder / "x.npy",
          "-o",    folder / "y.npy",          "--block=2,5"};
}
} // namespace

TEST(CliTest, SignalsRemoveTheTemporaries) {
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) {
    Folder folder;
    Process process(slowRun(folder));
    for (int tries = 0; tries < 600 && folder.list() == "x.npy"; ++tries)
      pauseMs(50);
    EXPECT_NE(folder.list(), "x.npy"); // the temporary is there
    EXPECT_FALSE(std::filesystem::exists(folder / "y.npy"));
    process.signal(signal);
    EXPECT_EQ(process.wait().code, -signal);
    EXPECT_EQ(folder.list(), "x.npy");
  }
}

/// Applies an object to x.npy in the folder, which is cut to so many bytes while the object waits.
static Ran runWhileCut(const Folder &folder, std::uintmax_t bytes,
                       const std::vector<std::string> &options = {}) {
  Folder other;
  FloatVolume x({10, 5, 600});
  fillRandom(x, 11);
  saveVolume(folder / "x.npy", x);
  std::string meeting = other / "here";
  std::vector<std::string> arguments = {"apply", objectPath("broken_waiting"), folder / "x.npy",
                                        "-o", folder / "y.npy"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  Process process(arguments, [&] { setenv("SEIS_TEST_MEETING", meeting.c_str(), 1); });
  for (int tries = 0; tries < 6000 && !std::filesystem::exists(meeting); ++tries)
    pauseMs(5);
  std::filesystem::resize_file(folder / "x.npy", bytes);
  std::filesystem::remove(meeting);
  return process.wait();
}

// Samples are used where they lie in the file: it is mapped when the object is called, and cut
// short before the object reads it.
TEST(CliTest, InputsThatBecomeShorterAreTold) {
  Folder folder;
  Ran ran = runWhileCut(folder, 200);
  EXPECT_EQ(ran.code, 3) << ran.err;
  EXPECT_TRUE(contains(ran.err, "error: an input file became shorter while it was read"))
      << ran.err;
  EXPECT_EQ(folder.list(), "x.npy");
}

// Between two blocks the file is looked at again; there is room for the blocks that may be mapped
// by now, the rest is not there.
TEST(CliTest, InputsThatAreShortAtTheNextBlockAreTold) {
  Folder folder;
  Ran ran = runWhileCut(folder, 128 + 7 * 5 * 600 * 4, {"--block=2,5"});
  EXPECT_EQ(ran.code, 3) << ran.err;
  EXPECT_TRUE(contains(ran.err, folder / "x.npy")) << ran.err;
  EXPECT_TRUE(contains(ran.err, "the file ends there")) << ran.err;
  EXPECT_EQ(folder.list(), "x.npy");
}

TEST(CliTest, KillLeavesNothingUnderTheFinalName) {
  Folder folder;
  std::vector<std::string> arguments = slowRun(folder);
  std::ofstream(folder / "y.npy") << "what was there before";
  for (int round = 0; round < 8; ++round) {
    Process process(arguments);
    pauseMs(5 + 60 * round);
    process.signal(SIGKILL);
    EXPECT_EQ(process.wait().code, -SIGKILL);
    EXPECT_EQ(readBytes(folder / "y.npy"), "what was there before");
  }
}

// The limit on file sizes stands for a full disk: a write fails half way.
TEST(CliTest, FailingWritesLeaveNothing) {
  Folder folder;
  FloatVolume x({50, 40, 100});
  saveVolume(folder / "x.npy", x);
  for (const char *out : {"y.npy", "y.sgy"}) {
    Process process(
        {"apply", objectPath("stencil"), folder / "x.npy", "-o", folder / out, "--dt-ms=4"}, [] {
          rlimit limit = {200000, 200000};
          setrlimit(RLIMIT_FSIZE, &limit);
          std::signal(SIGXFSZ, SIG_IGN);
        });
    Ran ran = process.wait();
    EXPECT_EQ(ran.code, 3);
    EXPECT_TRUE(contains(ran.err, folder / out)) << ran.err;
    EXPECT_EQ(folder.list(), "x.npy");
  }
}
