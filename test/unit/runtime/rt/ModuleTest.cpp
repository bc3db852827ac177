//===- ModuleTest.cpp - Opening objects, and refusing them ----------------===//
#include "TestSupport.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <unistd.h>

using namespace seis::test;

namespace {

uint64_t residentPages() {
  uint64_t pages = 0;
  std::FILE *file = std::fopen("/proc/self/statm", "r");
  if (file && std::fscanf(file, "%*u %lu", &pages) != 1)
    pages = 0;
  if (file)
    std::fclose(file);
  return pages;
}

// What the manifest parser is given; the rest of the module fits the good text.
const char *manifestText;
const seis_module *queryWithManifest(uint32_t) {
  static const seis_entry entry = {sizeof(seis_entry),
                                   1,
                                   1,
                                   0,
                                   0,
                                   0,
                                   "e",
                                   nullptr,
                                   [](const seis_box *, int32_t) -> uint64_t { return 0; },
                                   [](const seis_array *const *, seis_array *const *,
                                      const double *, const seis_array *const *, const seis_box *,
                                      const seis_call *) -> int32_t { return SEIS_OK; }};
  static const seis_entry *const entries[] = {&entry};
  static seis_module module;
  module = {sizeof module, 1, SEIS_CPU, 1, entries, manifestText, nullptr, 0, nullptr, 0, 0};
  return &module;
}

std::string adoptError(const std::string &manifest) {
  manifestText = manifest.c_str();
  seis_rt_module *module = nullptr;
  char text[512];
  int32_t status = seis_rt_adopt(queryWithManifest, "obj", &module, text, sizeof text);
  seis_rt_close(module);
  return status == SEIS_OK ? "" : text;
}

const std::string good =
    R"({"seis_manifest": 1, "name": "n", "entries": [{"name": "e", "inputs": [{"name": "x",)"
    R"( "dtype": "f32", "axes": ["inline", "crossline", "sample"], "halo": {"inline": [1, 0]}}],)"
    R"( "outputs": [{"name": "y", "dtype": "f32", "axes": ["inline", "crossline", "sample"]}],)"
    R"( "params": [], "dt_ms": null}]})";

std::string with(const std::string &from, const std::string &to) {
  std::string text = good;
  size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

} // namespace

TEST(ModuleTest, OpensAndDescribes) {
  Module module = open("pointwise");
  ASSERT_TRUE(module);
  EXPECT_EQ(seis_rt_status(module.get()), SEIS_OK);
  EXPECT_STREQ(seis_rt_status_text(module.get()), "");
  EXPECT_EQ(seis_rt_entries(module.get()), 1u);
  EXPECT_EQ(seis_rt_find_entry(module.get(), "pointwise"), 0);
  EXPECT_EQ(seis_rt_find_entry(module.get(), "another"), -1);
  EXPECT_EQ(seis_rt_entry(module.get(), 1), nullptr);
  EXPECT_NE(std::string(seis_rt_manifest(module.get())).find("later_key"), std::string::npos);
  // The object's structures are longer than version 1; the copy is of our length.
  EXPECT_EQ(seis_rt_entry(module.get(), 0)->n_param, 3u);
}

TEST(ModuleTest, NameWithoutSlashIsOfTheCurrentFolder) {
  char before[4096];
  ASSERT_TRUE(getcwd(before, sizeof before));
  ASSERT_EQ(chdir(SEIS_TEST_OBJECTS), 0);
  seis_rt_module *module = nullptr;
  char text[512];
  EXPECT_EQ(seis_rt_open("stencil.so", &module, text, sizeof text), SEIS_OK) << text;
  seis_rt_close(module);
  // libm is in the system's folders and must not be found there.
  EXPECT_EQ(openError("libm.so.6"),
            std::to_string(SEIS_RT_ERR_LOAD) + " ./libm.so.6: no such file, or it cannot be read");
  ASSERT_EQ(chdir(before), 0);
}

TEST(ModuleTest, RefusesWithASentence) {
  auto broken = [](const char *name) { return openError(objectPath(name)); };
  std::string dir = std::string(SEIS_TEST_OBJECTS) + "/",
              version = std::to_string(SEIS_RT_ERR_VERSION);
  EXPECT_EQ(broken("broken_newer"),
            version + " " + dir +
                "broken_newer.so: the object is newer than this library, which "
                "knows version 1 of the interface: update seis, or compile the "
                "object with this version");
  EXPECT_EQ(broken("broken_newer_abi"), version + " " + dir +
                                            "broken_newer_abi.so: the object has version 9 of the "
                                            "interface, this library knows version 1");
  EXPECT_EQ(broken("broken_short_module"),
            version + " " + dir +
                "broken_short_module.so: the module is a struct seis_module of 8 "
                "bytes, version 1 has 64: the object is broken, compile it again");
  EXPECT_EQ(broken("broken_short_entry"),
            version + " " + dir +
                "broken_short_entry.so: entry 'broken' is a struct seis_entry of "
                "16 bytes, version 1 has 56: the object is broken, compile it again");
  EXPECT_EQ(broken("broken_no_query"), std::to_string(SEIS_RT_ERR_LOAD) + " " + dir +
                                           "broken_no_query.so: a library, but no seis object: it "
                                           "does not export seis_module_query");
  EXPECT_EQ(openError(""), std::to_string(SEIS_ERR_ARGUMENT) + " the path of the object is empty");
  std::string garbage = testing::TempDir() + "/garbage.so";
  std::ofstream(garbage) << "this is no library";
  EXPECT_EQ(openError(garbage).find(std::to_string(SEIS_RT_ERR_LOAD) + " " + garbage +
                                    ": not a loadable object: "),
            0u);
}

TEST(ModuleTest, NamesTheMissingLibrary) {
  EXPECT_EQ(openError(objectPath("needs_library")),
            std::to_string(SEIS_RT_ERR_LIBRARY) + " " + objectPath("needs_library") +
                ": needs libseis_test_absent.so, which is not installed");
}

TEST(ModuleTest, OpensButDoesNotRunWhatTheProcessorLacks) {
  Module module = open("broken_no_cpu");
  ASSERT_TRUE(module);
  EXPECT_EQ(seis_rt_status(module.get()), SEIS_ERR_CPU);
  EXPECT_STREQ(seis_rt_status_text(module.get()),
               "compiled for znver4, this processor lacks avx512f");
  FloatVolume x({1, 1, 1}), y({1, 1, 1});
  const seis_array *in[] = {&x.abi};
  seis_array *out[] = {&y.abi};
  seis_box box = wholeBox({1, 1, 1});
  char text[256];
  seis_call call = {};
  call.struct_size = sizeof call;
  call.message = text;
  call.message_size = sizeof text;
  EXPECT_EQ(seis_rt_run(module.get(), 0, in, out, nullptr, nullptr, &box, &call), SEIS_ERR_CPU);
  EXPECT_EQ(std::string(text),
            objectPath("broken_no_cpu") + ": compiled for znver4, this processor lacks avx512f");
}

TEST(ModuleTest, ThousandTimesWithoutGrowth) {
  for (int i = 0; i < 100; ++i)
    open(i % 2 ? "reduce" : "pointwise");
  uint64_t before = residentPages();
  for (int i = 0; i < 1000; ++i)
    open(i % 2 ? "reduce" : "pointwise");
  EXPECT_LE(residentPages(), before + SEIS_TEST_GROWTH_PAGES);
}

TEST(ModuleTest, MessageIsCutToFit) {
  seis_rt_module *module = nullptr;
  char text[8];
  seis_rt_open("/nowhere/at.so", &module, text, sizeof text);
  EXPECT_STREQ(text, "/nowher");
  EXPECT_EQ(seis_rt_open("/nowhere/at.so", &module, nullptr, 0), SEIS_RT_ERR_LOAD);
}

TEST(ManifestTest, NamesThePlace) {
  EXPECT_EQ(adoptError(good), "");
  const std::string axes = R"(["inline", "crossline", "sample"])";
  struct {
    std::string text, message;
  } cases[] = {
      {with(R"("seis_manifest": 1, )", ""), "/: the key 'seis_manifest' is missing"},
      {with(R"("seis_manifest": 1)", R"("seis_manifest": 2)"),
       "/seis_manifest: expected version 1 (update seis to read later ones), found 2"},
      {with(R"("name": "n")", R"("name": 7)"), "/name: expected a text, found 7"},
      {with(R"("dtype": "f32")", R"("dtype": "f16")"),
       "/entries/0/inputs/0/dtype: expected an element type (f32, f64, c64, c128, i8, i16, i32, "
       "i64, u8, u16), found \"f16\""},
      {with(axes, R"(["crossline", "inline"])"),
       "/entries/0/inputs/0/axes/1: expected inline, crossline, sample in this order, then "
       "lengths, found \"inline\""},
      {with(axes, R"(["inline", 0])"),
       "/entries/0/inputs/0/axes/1: expected a length of at least 1, found 0"},
      {with(axes, R"([-5])"),
       "/entries/0/inputs/0/axes/0: expected a whole number from 0 to 2^40, found -5"},
      {with(axes, R"([1e300])"),
       "/entries/0/inputs/0/axes/0: expected a whole number from 0 to 2^40, found 1e+300"},
      {with(axes, R"([18446744073709551615])"),
       "/entries/0/inputs/0/axes/0: expected a whole number from 0 to 2^40, found "
       "18446744073709551615"},
      {with("[1, 0]", "[1]"),
       "/entries/0/inputs/0/halo/inline: expected [before, after] or \"whole\", found [1]"},
      {with("[1, 0]", "[1, -2]"),
       "/entries/0/inputs/0/halo/inline/1: expected a whole number from 0 to 2^40, found -2"},
      {with(R"("params": [])", R"("params": [{"name": "p"}])"),
       "/entries/0/params/0: expected a parameter with a default or \"required\": true, and not "
       "both, found {\"name\":\"p\"}"},
      {with(R"("dt_ms": null)", R"("dt_ms": {"fixed": 0})"),
       "/entries/0/dt_ms: expected an interval above 0, found {\"fixed\":0}"},
      {with(R"("dt_ms": null)", R"("dt_ms": 4)"),
       "/entries/0/dt_ms: expected \"param\", {\"fixed\": number} or null, found 4"},
      {with(R"("outputs":)", R"("results":)"), "/entries/0: the key 'outputs' is missing"},
  };
  for (const auto &item : cases)
    EXPECT_EQ(adoptError(item.text), "obj: manifest: " + item.message);
}

TEST(ManifestTest, MustAgreeWithTheObject) {
  EXPECT_EQ(adoptError(R"({"seis_manifest": 1, "name": "n", "entries": []})"),
            "obj: the object has 1 entries, its manifest lists 0");
  EXPECT_EQ(adoptError(with(R"("params": [])", R"("params": [{"name": "p", "default": 1}])")),
            "obj: entry 'e' has 0 parameters, its manifest lists 1");
  EXPECT_EQ(adoptError(with(R"({"name": "e")", R"({"name": "f")")),
            "obj: entry 'f' of the manifest is called 'e' in the object");
}

// Cut anywhere, the text is an error and never a crash.
TEST(ManifestTest, TruncatedAnywhere) {
  for (size_t length = 0; length < good.size(); ++length)
    EXPECT_EQ(adoptError(good.substr(0, length)).find("obj: manifest: not JSON: "), 0u) << length;
  EXPECT_EQ(adoptError(std::string(100000, '[')).find("obj: manifest: not JSON: "), 0u);
}

// Every byte replaced in turn: loads or is refused, nothing else.
TEST(ManifestTest, ScrambledAnywhere) {
  for (size_t at = 0; at < good.size(); ++at)
    for (char other : {'0', '"', ']', '-', 'x'}) {
      std::string text = good;
      text[at] = other;
      adoptError(text);
    }
}
