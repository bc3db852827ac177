//===- ManifestTest.cpp - Manifest and header -----------------------------===//
#include "LoadedObject.h"

#include "seis/Support/Version.h"

#include "llvm/Support/MemoryBuffer.h"
#include "gtest/gtest.h"

using namespace seis;
using namespace seis::test;

namespace {

ResolvedCpu someCpu() {
  ResolvedCpu cpu;
  cpu.name = "znver4";
  cpu.required = {"avx512f", "avx2", "fma"};
  return cpu;
}

ObjectSpec fullSpec() {
  ObjectSpec spec = affineSpec("affine", true);
  EntrySpec &e = spec.entries[0];
  e.passes = normSpec("norm").entries[0].passes;
  e.specialisedLengths = {462};
  e.otherLengths = "loop";
  e.tunedFor = json::Value::array().push(json::Value::array().push(651).push(951).push(462));
  e.cost = json::Value::object().set("flops_per_sample", 2).set("bytes_per_sample", 8);
  InputSpec lines;
  lines.name = "line_inline";
  lines.dtype = DType::F64;
  lines.axes = {{ArrayAxis::Inline}};
  lines.from = "line(inline)";
  e.inputs.push_back(lines);
  OutputSpec glcm;
  glcm.name = "glcm";
  glcm.axes.push_back({ArrayAxis::Fixed, 16});
  e.outputs.push_back(glcm);
  spec.data = {{"w.npy", "00ff"}};
  return spec;
}

TEST(ManifestTest, IsTheFormat) {
  std::string expected = R"json({
  "seis_manifest": 1,
  "abi": 1,
  "name": "affine",
  "compiler": {"version": "VERSION", "llvm": "22.1"},
  "source": {
    "text": "2 * x + bias",
    "sha256": "c88a4ac016128bad60f6abef239dbcae9262d175c7569638c1356e5f706f1bd4",
    "data": [{"file": "w.npy", "sha256": "00ff"}]
  },
  "build": null,
  "target": {
    "kind": "cpu",
    "triple": "x86_64-linux-gnu",
    "cpu": "znver4",
    "features": ["avx512f", "avx2", "fma"],
    "openmp": "libomp"
  },
  "numerics": {"class": "reassoc", "fast_math": [], "accumulate": "f64"},
  "entries": [
    {
      "name": "affine",
      "inputs": [
        {
          "name": "x",
          "dtype": "f32",
          "storage": ["f32"],
          "axes": ["inline", "crossline", "sample"],
          "unit": "amplitude",
          "halo": {"inline": [1, 2], "crossline": [0, 3], "sample": "whole"}
        },
        {
          "name": "line_inline",
          "dtype": "f64",
          "storage": ["f64"],
          "axes": ["inline"],
          "unit": null,
          "halo": {"inline": [0, 0], "crossline": [0, 0], "sample": [0, 0]},
          "from": "line(inline)"
        }
      ],
      "outputs": [
        {
          "name": "y",
          "dtype": "f32",
          "axes": ["inline", "crossline", "sample"],
          "unit": "amplitude",
          "label": "Affine",
          "range": [0.0, null]
        },
        {
          "name": "glcm",
          "dtype": "f32",
          "axes": ["inline", "crossline", "sample", 16],
          "unit": null,
          "label": null
        }
      ],
      "params": [
        {"name": "bias", "default": 0.5, "min": -10.0, "below": 10.0, "unit": null},
        {"name": "dt_ms", "above": 0.0, "unit": "ms", "required": true}
      ],
      "dt_ms": "param",
      "passes": [
        {
          "name": "range",
          "of": ["x"],
          "table": {"dtype": "f64", "axes": [4], "elements": ["min", "max", "sum", "count"]},
          "halo": {"inline": [0, 0], "crossline": [0, 0], "sample": [0, 0]}
        }
      ],
      "nan": "propagates",
      "lengths": {"specialised": [462], "other": "loop"},
      "tuned_for": [[651, 951, 462]],
      "cost": {"flops_per_sample": 2, "bytes_per_sample": 8},
      "schedule": null
    }
  ],
  "license": null
}
)json";
  expected.replace(expected.find("VERSION"), 7, versionText());
  EXPECT_EQ(manifestText(fullSpec(), someCpu(), true), expected);
}

TEST(ManifestTest, SaysHowTimeIsUsed) {
  ObjectSpec spec = affineSpec("affine", true);
  spec.entries[0].params.pop_back();
  EXPECT_NE(manifestText(spec, someCpu(), true).find("\"dt_ms\": null"), std::string::npos);
  spec.entries[0].fixedDtMs = 4;
  EXPECT_NE(manifestText(spec, someCpu(), true).find("\"dt_ms\": {\"fixed\": 4.0}"),
            std::string::npos);
  EXPECT_NE(manifestText(spec, someCpu(), false).find("\"openmp\": null"), std::string::npos);
}

TEST(ManifestTest, IsInTheObject) {
  ObjectSpec spec = affineSpec("affine", true);
  spec.sourceText = "x # \"quoted\"\n\xC3\xA9";
  Kernels kernels;
  auto made = emitObject(kernels.module(), spec, {}, {EmitKind::Shared, EmitKind::Manifest});
  ASSERT_TRUE(static_cast<bool>(made)) << messageOf(made.takeError());
  LoadedObject object((*made)[0].bytes);
  EXPECT_EQ(object.query()->manifest_json, (*made)[1].bytes);
  Folder folder;
  Ran section = run("objcopy -O binary --only-section=.seis.manifest " +
                    folder.write("a.so", (*made)[0].bytes) + " " + (folder / "m") + " && cat " +
                    (folder / "m"));
  EXPECT_EQ(section.output.c_str(), (*made)[1].bytes);
}

TEST(HeaderTest, HoldsTheInterfaceVerbatim) {
  std::string text = headerText(affineSpec("my-attr", true));
  auto abi =
      llvm::MemoryBuffer::getFile(SEIS_TEST_SOURCES "/../../../runtime/include/seis_rt/seis_abi.h");
  ASSERT_TRUE(static_cast<bool>(abi));
  EXPECT_NE(text.find((*abi)->getBuffer().str()), std::string::npos);
  EXPECT_NE(text.find("const seis_module *seis_query_my_attr(uint32_t max_abi_version);"),
            std::string::npos);
  EXPECT_NE(text.find("  seis_my_attr_in_x = 0, /* f32 [inline, crossline, sample], amplitude */"),
            std::string::npos);
  EXPECT_NE(text.find("  seis_my_attr_param_dt_ms = 1, /* required, above 0.0, ms */"),
            std::string::npos);
  EXPECT_NE(text.find("the process must not fork"), std::string::npos);
}

TEST(HeaderTest, CompilesWithOddNames) {
  ObjectSpec spec = fullSpec();
  spec.name = "2-d*/x";
  spec.entries[0].inputs[0].unit = "*/ #error";
  spec.entries.push_back(spec.entries[0]);
  spec.entries[1].name = "second one";
  Folder folder;
  folder.write("odd.h", headerText(spec));
  std::string source = folder.write("odd.c", "#include \"odd.h\"\n#include \"odd.h\"\n"
                                             "int main(void) { return seis_2_d__x_affine_n_in"
                                             " - seis_2_d__x_second_one_n_in; }\n");
  for (const char *compiler : {"gcc -std=c99 -Wall -Wextra -pedantic -Werror -fsyntax-only ",
                               "g++ -std=c++11 -Wall -Wextra -pedantic -Werror -fsyntax-only "
                               "-x c++ "}) {
    Ran ran = run(compiler + source);
    EXPECT_EQ(ran.status, 0) << ran.output;
  }
}

} // namespace
