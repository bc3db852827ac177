//===- CpuTest.cpp - CPU names, and objects on the wrong machine ----------===//
#include "LoadedObject.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/TargetParser/Host.h"
#include "gtest/gtest.h"

using namespace seis;
using namespace seis::test;

namespace {

ResolvedCpu resolved(llvm::StringRef name, llvm::StringRef features = "") {
  auto cpu = resolveCpu(name, features);
  if (!cpu) {
    ADD_FAILURE() << messageOf(cpu.takeError());
    return {};
  }
  return *cpu;
}

std::string refused(llvm::StringRef name, llvm::StringRef features = "") {
  auto cpu = resolveCpu(name, features);
  return cpu ? "accepted" : messageOf(cpu.takeError());
}

TEST(CpuTest, KnowsNames) {
  for (const char *name : {"znver2", "znver3", "x86-64-v3", "haswell"}) {
    ResolvedCpu cpu = resolved(name);
    EXPECT_EQ(cpu.name, name);
    EXPECT_EQ(cpu.vectorBits, 256u) << name;
    EXPECT_TRUE(llvm::is_contained(cpu.required, "avx2")) << name;
    EXPECT_FALSE(llvm::is_contained(cpu.required, "avx512f")) << name;
  }
  for (const char *name : {"znver4", "znver5", "x86-64-v4", "skylake-avx512"}) {
    ResolvedCpu cpu = resolved(name);
    EXPECT_EQ(cpu.vectorBits, 512u) << name;
    EXPECT_EQ(cpu.required.front(), "avx512f") << "the most telling first";
  }
  EXPECT_TRUE(resolved("x86-64").required.empty());
  EXPECT_EQ(nativeVectorBits("znver4"), 512u);
  EXPECT_EQ(nativeVectorBits("x86-64-v3"), 256u);
  EXPECT_EQ(nativeVectorBits("nonsense"), 256u);
}

TEST(CpuTest, NativeIsTheHost) {
  ResolvedCpu cpu = resolved("native");
  EXPECT_NE(cpu.name, "native");
  auto host = llvm::sys::getHostCPUFeatures();
  for (const std::string &feature : cpu.required)
    EXPECT_TRUE(host.lookup(feature)) << feature;
  EXPECT_EQ(cpu.vectorBits, host.lookup("avx512f") ? 512u : 256u);
}

TEST(CpuTest, TakesFeatures) {
  ResolvedCpu cpu = resolved("znver4", "-avx512f");
  EXPECT_EQ(cpu.vectorBits, 256u);
  EXPECT_FALSE(llvm::is_contained(cpu.required, "avx512bw")) << "goes with avx512f";
  EXPECT_TRUE(llvm::is_contained(cpu.required, "avx2"));
  EXPECT_TRUE(llvm::is_contained(resolved("x86-64", "+avx2,+fma").required, "fma"));
}

TEST(CpuTest, RefusesWithNearestNames) {
  EXPECT_EQ(refused("znver44"), "unknown CPU 'znver44'; did you mean 'znver4'");
  EXPECT_EQ(refused("x86-64-v5"),
            "unknown CPU 'x86-64-v5'; did you mean 'x86-64-v2', 'x86-64-v3' or 'x86-64-v4'");
  EXPECT_EQ(refused("graviton"), "unknown CPU 'graviton'; usual names: native, znver2, znver3, "
                                 "znver4, znver5, x86-64-v3, x86-64-v4");
  EXPECT_EQ(refused(""), "unknown CPU ''; usual names: native, znver2, znver3, znver4, znver5, "
                         "x86-64-v3, x86-64-v4");
  EXPECT_EQ(refused("pentium4"), "CPU 'pentium4' has no 64-bit mode, which every object needs");
  EXPECT_EQ(refused("znver4", "avx2"), "CPU feature 'avx2' must begin with '+' or '-'");
  EXPECT_EQ(refused("znver4", "-avx512g"), "unknown CPU feature 'avx512g'; did you mean 'avx512f'");
  EXPECT_EQ(refused("znver4", "+avx10.2"),
            "CPU feature 'avx10.2' cannot be checked at run time and is never used");
}

/// An object that needs what this machine lacks: some feature out of all that LLVM knows.
std::string featureMissingHere() {
  auto host = llvm::sys::getHostCPUFeatures();
  for (const char *feature : {"fma4", "xop", "avx512fp16", "avxneconvert", "avxvnniint16"})
    if (!host.lookup(feature))
      return feature;
  return "";
}

TEST(CpuTest, ObjectRefusesToRunWithoutFeature) {
  std::string feature = featureMissingHere();
  if (feature.empty())
    GTEST_SKIP() << "this machine has everything";
  TargetOptions options;
  options.cpu = "x86-64";
  options.features = "+" + feature;
  LoadedObject object(emitOne(affineSpec("affine", true), options, EmitKind::Shared));
  const seis_module *module = object.query();
  ASSERT_NE(module, nullptr) << "the module can still be inspected";
  EXPECT_EQ(module->status, SEIS_ERR_CPU);
  std::string text = "this object was compiled for x86-64 and needs the CPU feature " + feature +
                     ", which this machine or its system does not have; compile it again here "
                     "with --cpu=native, or with --cpu=x86-64-v3";
  EXPECT_EQ(module->status_text, text);
  EXPECT_NE(std::string(module->manifest_json).find(feature), std::string::npos);
  Call call(module->entries[0], {2, 2, 2});
  EXPECT_EQ(call.run(), SEIS_ERR_CPU);
  EXPECT_EQ(call.message, text);
  EXPECT_EQ(call.entry->scratch_bytes(&call.box, 1), 0u);
}

// The same on a machine of 2006, where a single instruction of the kernel would be fatal.
TEST(CpuTest, RefusesUnderEmulatedCore2) {
  if (run("command -v qemu-x86_64").status)
    GTEST_SKIP() << "qemu-x86_64 (package qemu-user) is not installed";
  Folder folder;
  TargetOptions options;
  options.cpu = "x86-64-v4";
  options.openmp = false;
  Kernels kernels;
  auto made = emitObject(kernels.module(), affineSpec("one", false), options,
                         {EmitKind::Static, EmitKind::Header});
  ASSERT_TRUE(static_cast<bool>(made)) << messageOf(made.takeError());
  ASSERT_EQ(messageOf(writeArtifacts(*made, folder / "one")), "");
  Ran built = run("gcc -static -std=c99 -I" + folder.path + " " SEIS_TEST_SOURCES "/refused.c " +
                  (folder / "one.a") + " -lm -o " + (folder / "program"));
  ASSERT_EQ(built.status, 0) << built.output;
  Ran ran = run("qemu-x86_64 -cpu core2duo " + (folder / "program"));
  EXPECT_EQ(ran.status, 0) << ran.output;
  EXPECT_EQ(ran.output,
            "10 10 this object was compiled for x86-64-v4 and needs the CPU feature avx512f, which "
            "this machine or its system does not have; compile it again here with --cpu=native, or "
            "with --cpu=x86-64-v3\n");
}

} // namespace
