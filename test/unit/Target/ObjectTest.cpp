//===- ObjectTest.cpp - What an object is made of -------------------------===//
#include "Internal.h"
#include "LoadedObject.h"

#include "gtest/gtest.h"

using namespace seis;
using namespace seis::test;

namespace {

const std::string llvmTools = SEIS_LLVM_TOOLS "/";

const std::vector<EmitKind> allKinds = {EmitKind::LLVM,    EmitKind::Asm,    EmitKind::Object,
                                        EmitKind::Static,  EmitKind::Shared, EmitKind::Header,
                                        EmitKind::Manifest};

std::vector<Artifact> emitAll(const ObjectSpec &spec, const TargetOptions &options) {
  Kernels kernels;
  auto artifacts = emitObject(kernels.module(), spec, options, allKinds);
  if (!artifacts) {
    ADD_FAILURE() << messageOf(artifacts.takeError());
    return std::vector<Artifact>(allKinds.size());
  }
  return *artifacts;
}

std::string bytesOf(const std::vector<Artifact> &artifacts, EmitKind kind) {
  for (const Artifact &artifact : artifacts)
    if (artifact.kind == kind)
      return artifact.bytes;
  return "";
}

/// The error of an emission from a module in text.
std::string refused(const char *text, ObjectSpec spec, bool openmp = false) {
  mlir::MLIRContext context;
  auto module = parse(context, text);
  TargetOptions options;
  options.openmp = openmp;
  auto made = emitObject(*module, spec, options, {EmitKind::Shared});
  return made ? "accepted" : messageOf(made.takeError());
}

ObjectSpec tinySpec() {
  ObjectSpec spec;
  spec.name = "tiny";
  spec.entries.resize(1);
  spec.entries[0].name = "tiny";
  spec.entries[0].runSymbol = "run";
  spec.entries[0].scratchSymbol = "scratch";
  return spec;
}

const std::string tinyScratch = R"(
llvm.func @scratch(%call: !llvm.ptr) -> i64 {
  %c0 = llvm.mlir.constant(0 : i64) : i64
  llvm.return %c0 : i64
})";

/// `run` with this body before the return.
std::string tinyModule(const std::string &body, const std::string &declarations = "") {
  return declarations + tinyScratch + "\nllvm.func @run(%call: !llvm.ptr) -> i32 {\n" + body +
         "\n%ok = llvm.mlir.constant(0 : i32) : i32\nllvm.return %ok : i32\n}";
}

TEST(ObjectTest, ExportsOneSymbolAndNeedsFewLibraries) {
  Folder folder;
  std::string withOmp =
      folder.write("a.so", emitOne(affineSpec("affine", true), {}, EmitKind::Shared));
  Ran names = run("nm -D --defined-only " + withOmp);
  EXPECT_EQ(names.output.substr(names.output.find(' ')), " T seis_module_query\n");
  Ran needed = run("readelf -d " + withOmp + " | grep -E 'NEEDED|SONAME' | sed 's/.*\\[//'");
  EXPECT_EQ(needed.output, "libc.so.6]\nlibomp.so.5]\naffine.so]\n");

  TargetOptions options;
  options.openmp = false;
  std::string serial =
      folder.write("b.so", emitOne(affineSpec("affine", false), options, EmitKind::Shared));
  names = run("nm -D --defined-only " + serial);
  EXPECT_EQ(names.output.substr(names.output.find(' ')), " T seis_module_query\n");
  needed = run("readelf -d " + serial + " | grep NEEDED | sed 's/.*\\[//'");
  EXPECT_EQ(needed.output, "libc.so.6]\n");
  Ran undefined = run("nm -D --undefined-only " + serial);
  EXPECT_EQ(undefined.output.find("omp"), std::string::npos) << undefined.output;
  EXPECT_EQ(undefined.output.find('@'), std::string::npos) << "no symbol versions";
  Ran flags = run("readelf -lW " + serial + " | grep GNU_STACK");
  EXPECT_NE(flags.output.find(" RW "), std::string::npos) << "stack is not executable";
  EXPECT_EQ(run("readelf -nW " + serial).output, "") << "no build id";
}

TEST(ObjectTest, UsesLibm) {
  ObjectSpec spec = tinySpec();
  mlir::MLIRContext context;
  auto module = parse(context, tinyModule(R"(
    %d = llvm.load %call : !llvm.ptr -> f64
    %s = llvm.call @sin(%d) : (f64) -> f64
    llvm.store %s, %call : f64, !llvm.ptr)",
                                          "llvm.func @sin(f64) -> f64"));
  TargetOptions options;
  options.openmp = false;
  auto made = emitObject(*module, spec, options, {EmitKind::Shared});
  ASSERT_TRUE(static_cast<bool>(made)) << messageOf(made.takeError());
  Folder folder;
  Ran needed = run("readelf -d " + folder.write("a.so", made->front().bytes) +
                   " | grep NEEDED | sed 's/.*\\[//'");
  EXPECT_EQ(needed.output, "libc.so.6]\nlibm.so.6]\n");
}

TEST(ObjectTest, IsTheSameTwice) {
  auto first = emitAll(affineSpec("affine", true), {});
  auto second = emitAll(affineSpec("affine", true), {});
  for (size_t i = 0; i < allKinds.size(); ++i)
    EXPECT_TRUE(first[i].bytes == second[i].bytes) << emitKindName(allKinds[i]).str();
  EXPECT_TRUE(emitOne(affineSpec("affine", true), {}, EmitKind::Shared) ==
              bytesOf(first, EmitKind::Shared))
      << "alone or with others";
}

TEST(ObjectTest, KeepsNoPathAndHasLines) {
  for (const char *name : {"/home/someone/secret/attr.seis", "sub/attr.seis"}) {
    mlir::MLIRContext context;
    std::string location = std::string(" loc(\"") + name + "\":41:7)";
    auto module = parse(context, tinyModule("%d = llvm.load %call : !llvm.ptr -> f64" + location +
                                            "\n%e = llvm.fadd %d, %d : f64" + location +
                                            "\nllvm.store %e, %call : f64, !llvm.ptr" + location) +
                                     location);
    auto made = emitObject(*module, tinySpec(), {}, {EmitKind::LLVM, EmitKind::Object});
    ASSERT_TRUE(static_cast<bool>(made)) << messageOf(made.takeError());
    Folder folder;
    std::string object = folder.write("a.o", (*made)[1].bytes);
    EXPECT_EQ((*made)[1].bytes.find("someone"), std::string::npos);
    EXPECT_EQ((*made)[1].bytes.find(folder.path), std::string::npos);
    Ran lines = run(llvmTools + "llvm-dwarfdump --debug-info --debug-line " + object);
    EXPECT_NE(lines.output.find("DW_AT_comp_dir\t(\".\")"), std::string::npos) << lines.output;
    EXPECT_NE(lines.output.find("name: \"attr.seis\""), std::string::npos) << lines.output;
    EXPECT_EQ(lines.output.find("\"sub\"") != std::string::npos, name[0] == 's') << lines.output;
    EXPECT_NE(lines.output.find("     41      7 "), std::string::npos) << lines.output;
  }
}

TEST(ObjectTest, HasNoFastMathAndKeepsKernelsForTheirCpu) {
  TargetOptions options;
  options.cpu = "znver4";
  std::string ir = emitOne(affineSpec("affine", true), options, EmitKind::LLVM);
  for (const char *flag : {" fast ", " contract ", " reassoc ", " arcp ", " afn "})
    EXPECT_EQ(ir.find(flag), std::string::npos) << flag;
  EXPECT_NE(ir.find("\"target-cpu\"=\"znver4\""), std::string::npos);
  EXPECT_NE(ir.find("\"target-cpu\"=\"x86-64\""), std::string::npos) << "the entry stubs";
  std::string assembly = emitOne(affineSpec("affine", true), options, EmitKind::Asm);
  EXPECT_NE(assembly.find("seis_query_affine:"), std::string::npos);
  EXPECT_EQ(assembly.find("vfmadd"), std::string::npos) << "no fusing of the product and the sum";
}

// 512-bit vectors stay whole also on CPUs for which LLVM prefers 256.
TEST(ObjectTest, KeepsWideVectors) {
  mlir::MLIRContext context;
  auto module = parse(context, tinyModule(R"(
    %v = llvm.load %call : !llvm.ptr -> vector<16xf32>
    %w = llvm.fadd %v, %v : vector<16xf32>
    llvm.store %w, %call : vector<16xf32>, !llvm.ptr)"));
  for (const char *cpu : {"x86-64-v4", "skylake-avx512", "znver4"}) {
    TargetOptions options;
    options.cpu = cpu;
    auto made = emitObject(*module, tinySpec(), options, {EmitKind::Asm});
    ASSERT_TRUE(static_cast<bool>(made)) << messageOf(made.takeError());
    EXPECT_NE(made->front().bytes.find("%zmm0"), std::string::npos) << cpu;
  }
}

/// Emits a kernel that calls twice(vector<16xf32>), with bitcode made from C by clang.
llvm::Expected<std::vector<Artifact>> emitCalling(const std::string &clangFlags,
                                                  std::vector<EmitKind> kinds) {
  Folder folder;
  std::string source =
      folder.write("twice.c", "typedef float v __attribute__((ext_vector_type(16)));"
                              "__attribute__((always_inline)) v twice(v x) { return x + x; }"
                              "float unused(void) { return 1; }");
  Ran built = run(llvmTools + "clang -O2 -Wno-psabi -ffp-contract=off " + clangFlags +
                  " -emit-llvm -c " + source + " -o " + (folder / "twice.bc"));
  EXPECT_EQ(built.status, 0) << built.output;
  std::string bitcode = run("cat " + (folder / "twice.bc")).output;
  mlir::MLIRContext context;
  auto module = parse(context, tinyModule(R"(
    %v = llvm.load %call : !llvm.ptr -> vector<16xf32>
    %w = llvm.call @twice(%v) : (vector<16xf32>) -> vector<16xf32>
    llvm.store %w, %call : vector<16xf32>, !llvm.ptr)",
                                          "llvm.func @twice(vector<16xf32>) -> vector<16xf32>"));
  TargetOptions options;
  options.cpu = "x86-64-v4";
  options.bitcode = {{"twice", bitcode}};
  return emitObject(*module, tinySpec(), options, kinds);
}

// Bitcode of C functions, as a library of vector math is; its own CPU does not matter.
TEST(ObjectTest, LinksBitcodeForTheCpuOfTheKernel) {
  auto made = emitCalling("-mavx512f", {EmitKind::LLVM, EmitKind::Asm});
  ASSERT_TRUE(static_cast<bool>(made)) << messageOf(made.takeError());
  EXPECT_EQ((*made)[0].bytes.find("@twice"), std::string::npos) << "inlined";
  EXPECT_EQ((*made)[0].bytes.find("@unused"), std::string::npos) << "not even linked";
  EXPECT_NE((*made)[1].bytes.find("%zmm0"), std::string::npos);
}

// For baseline x86-64 clang passes wide vectors in memory.
TEST(ObjectTest, RefusesBitcodeWithOtherTypes) {
  auto made = emitCalling("", {EmitKind::LLVM});
  ASSERT_FALSE(static_cast<bool>(made));
  EXPECT_EQ(messageOf(made.takeError()),
            "generated code calls 'twice' as '<16 x float> (<16 x float>)', but linked bitcode has "
            "it as '<16 x float> (ptr)'");
}

TEST(ObjectTest, StaticObjectsLinkTogether) {
  for (const char *compiler :
       {"gcc -std=c99 -Wall -Wextra -pedantic -Werror",
        "g++ -std=c++11 -x c++ -Wall -Wextra -Werror -Wno-missing-field-initializers"}) {
    Folder folder;
    TargetOptions options;
    options.openmp = false;
    Kernels kernels;
    for (const char *name : {"one", "my-attr"}) {
      ObjectSpec spec = affineSpec(name, false);
      auto made = emitObject(kernels.module(), spec, options,
                             {EmitKind::Static, EmitKind::Object, EmitKind::Header});
      ASSERT_TRUE(static_cast<bool>(made)) << messageOf(made.takeError());
      ASSERT_EQ(messageOf(writeArtifacts(*made, folder / name)), "");
    }
    EXPECT_EQ(run("nm --defined-only --extern-only -j " + (folder / "my-attr.o")).output,
              "seis_query_my_attr\n");
    Ran built = run(std::string(compiler) + " -I" + folder.path + " " SEIS_TEST_SOURCES "/two.c " +
                    "-x none " + (folder / "one.a") + " " + (folder / "my-attr.a") + " -lm -o " +
                    (folder / "program"));
    ASSERT_EQ(built.status, 0) << built.output;
    EXPECT_EQ(run(folder / "program").output, "0 7 0 12\n");
  }
}

TEST(ObjectTest, NamesWhatIsMissing) {
  EXPECT_EQ(refused(tinyModule("llvm.call @mystery() : () -> ()", "llvm.func @mystery()").c_str(),
                    tinySpec()),
            "generated code calls 'mystery', which neither libc nor libm has (libomp is off)");
  EXPECT_EQ(refused(tinyModule("llvm.call @__kmpc_barrier(%call) : (!llvm.ptr) -> ()",
                               "llvm.func @__kmpc_barrier(!llvm.ptr)")
                        .c_str(),
                    tinySpec()),
            "generated code calls '__kmpc_barrier', which neither libc nor libm has (libomp is "
            "off)");
  ObjectSpec spec = tinySpec();
  spec.entries[0].runSymbol = "walk";
  EXPECT_EQ(refused(tinyModule("").c_str(), spec),
            "the module has no function 'walk' from a pointer to i32, wanted for entry 'tiny'");
  spec.entries[0].runSymbol = "scratch";
  EXPECT_EQ(refused(tinyModule("").c_str(), spec),
            "the module has no function 'scratch' from a pointer to i32, wanted for entry 'tiny'");
}

TEST(ObjectTest, RefusesFastMath) {
  EXPECT_EQ(refused(tinyModule(R"(
    %d = llvm.load %call : !llvm.ptr -> f64
    %e = llvm.fadd %d, %d {fastmathFlags = #llvm.fastmath<contract>} : f64
    llvm.store %e, %call : f64, !llvm.ptr)")
                        .c_str(),
                    tinySpec()),
            "fast-math flags on 'fadd' in 'run' of the kernels; results would depend on context");
}

TEST(ObjectTest, RefusesOtherDialects) {
  mlir::MLIRContext context;
  context.allowUnregisteredDialects();
  auto module = parse(context, tinyModule("\"other.op\"() : () -> ()"));
  auto made = emitObject(*module, tinySpec(), {}, {EmitKind::Object});
  ASSERT_FALSE(static_cast<bool>(made));
  EXPECT_NE(messageOf(made.takeError()).find("cannot translate the module to LLVM IR: "),
            std::string::npos);
}

// But for the scopes of lines, which are not printed.
TEST(ObjectTest, LeavesTheModuleAlone) {
  Kernels kernels;
  std::string before, after;
  llvm::raw_string_ostream(before) << kernels.module();
  auto made = emitObject(kernels.module(), affineSpec("affine", true), {}, allKinds);
  ASSERT_TRUE(static_cast<bool>(made)) << messageOf(made.takeError());
  llvm::raw_string_ostream(after) << kernels.module();
  EXPECT_EQ(before, after);
}

// Every function a part of its own: the transforms of a large program call each other so.
TEST(ObjectTest, PartsMakeOneObject) {
  for (bool openmp : {false, true})
    for (const ObjectSpec &spec : {affineSpec("my-attr", openmp), normSpec("my-attr")}) {
      TargetOptions whole;
      whole.openmp = openmp;
      TargetOptions parts = whole;
      parts.partLength = 1;
      std::vector<Artifact> one = emitAll(spec, whole), many = emitAll(spec, parts);
      EXPECT_FALSE(bytesOf(one, EmitKind::Object) == bytesOf(many, EmitKind::Object));
      EXPECT_TRUE(many[4].bytes == emitOne(spec, parts, EmitKind::Shared)) << "other bytes";
      for (EmitKind same : {EmitKind::LLVM, EmitKind::Asm, EmitKind::Header, EmitKind::Manifest})
        EXPECT_TRUE(bytesOf(one, same) == bytesOf(many, same)) << emitKindName(same).str();

      Folder folder;
      std::string object = folder.write("parts.o", bytesOf(many, EmitKind::Object));
      EXPECT_EQ(run("nm --defined-only --extern-only -j " + object).output, "seis_query_my_attr\n");
      EXPECT_EQ(run("nm -u -j " + object).output,
                run("nm -u -j " + folder.write("whole.o", bytesOf(one, EmitKind::Object))).output);

      LoadedObject first(bytesOf(one, EmitKind::Shared)), second(bytesOf(many, EmitKind::Shared));
      ASSERT_NE(second.query(), nullptr);
      Call a(first.entry(), {5, 4, 33}), b(second.entry(), {5, 4, 33});
      Array<double> table(static_cast<uint32_t>(DType::F64), {4});
      table.values = {7, 0, 0, 1};
      const seis_array *tables[] = {&table.abi};
      a.tables = b.tables = tables;
      ASSERT_EQ(a.run(), SEIS_OK) << a.message;
      ASSERT_EQ(b.run(), SEIS_OK) << b.message;
      EXPECT_EQ(a.out.values, b.out.values);
    }
}

TEST(ObjectTest, StaticObjectsOfPartsLinkTogether) {
  Folder folder;
  TargetOptions options;
  options.openmp = false;
  options.partLength = 1;
  Kernels kernels;
  for (const char *name : {"one", "my-attr"}) {
    auto made = emitObject(kernels.module(), affineSpec(name, false), options,
                           {EmitKind::Static, EmitKind::Header});
    ASSERT_TRUE(static_cast<bool>(made)) << messageOf(made.takeError());
    ASSERT_EQ(messageOf(writeArtifacts(*made, folder / name)), "");
  }
  Ran built =
      run("gcc -std=c99 -I" + folder.path + " " SEIS_TEST_SOURCES "/two.c " + (folder / "one.a") +
          " " + (folder / "my-attr.a") + " -lm -o " + (folder / "program"));
  ASSERT_EQ(built.status, 0) << built.output;
  EXPECT_EQ(run(folder / "program").output, "0 7 0 12\n");
}

} // namespace
