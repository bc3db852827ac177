//===- FilesTest.cpp - Artifacts on disk ----------------------------------===//
#include "LoadedObject.h"

#include "gtest/gtest.h"

#include <csignal>
#include <filesystem>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace seis;
using namespace seis::test;

namespace {

std::vector<std::string> namesIn(const Folder &folder) {
  std::vector<std::string> names;
  for (const auto &file : std::filesystem::directory_iterator(folder.path))
    names.push_back(file.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

TEST(FilesTest, WritesEveryKind) {
  Folder folder;
  std::vector<Artifact> artifacts;
  for (EmitKind kind : {EmitKind::LLVM, EmitKind::Asm, EmitKind::Object, EmitKind::Static,
                        EmitKind::Shared, EmitKind::Header, EmitKind::Manifest})
    artifacts.push_back({kind, emitKindName(kind).str()});
  EXPECT_EQ(messageOf(writeArtifacts(artifacts, folder / "x")), "");
  EXPECT_EQ(namesIn(folder),
            (std::vector<std::string>{"x.a", "x.h", "x.json", "x.ll", "x.o", "x.s", "x.so"}));
  EXPECT_EQ(run("cat " + (folder / "x.so")).output, "so");
  // Rights as the umask leaves them.
  mode_t mask = umask(0);
  umask(mask);
  struct stat info;
  ASSERT_EQ(stat((folder / "x.so").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0777u & ~mask);
  ASSERT_EQ(stat((folder / "x.h").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0666u & ~mask);
}

TEST(FilesTest, ReplacesWhatIsThere) {
  Folder folder;
  folder.write("x.h", "old");
  EXPECT_EQ(messageOf(writeArtifacts({{EmitKind::Header, "new"}}, folder / "x")), "");
  EXPECT_EQ(run("cat " + (folder / "x.h")).output, "new");
}

TEST(FilesTest, SaysWhyNot) {
  Folder folder;
  std::string stem = folder / "missing/x";
  EXPECT_EQ(messageOf(writeArtifacts({{EmitKind::Header, "text"}}, stem)),
            "cannot write '" + stem + ".h': No such file or directory");
}

// The limit on the size of a file stands for a full disk: the small file could be written, the
// large one cannot, and neither is left. In a child, because the limit is the process's.
TEST(FilesTest, LeavesNothingOnAFullDisk) {
  Folder folder;
  folder.write("x.h", "old");
  pid_t child = fork();
  if (child == 0) {
    signal(SIGXFSZ, SIG_IGN);
    rlimit limit = {4096, 4096};
    setrlimit(RLIMIT_FSIZE, &limit);
    std::string message = messageOf(writeArtifacts(
        {{EmitKind::Header, "small"}, {EmitKind::Shared, std::string(100000, 'x')}}, folder / "x"));
    _exit(message == "cannot write '" + (folder / "x.so") + "': File too large" ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(namesIn(folder), std::vector<std::string>{"x.h"});
  EXPECT_EQ(run("cat " + (folder / "x.h")).output, "old");
}

// The same while linking, which goes through temporary files.
TEST(FilesTest, LinkerReportsAFullDisk) {
  Folder folder;
  pid_t child = fork();
  if (child == 0) {
    signal(SIGXFSZ, SIG_IGN);
    setenv("TMPDIR", folder.path.c_str(), 1);
    rlimit limit = {4096, 4096};
    setrlimit(RLIMIT_FSIZE, &limit);
    Kernels kernels;
    TargetOptions options;
    options.openmp = false;
    auto made = emitObject(kernels.module(), affineSpec("a", false), options, {EmitKind::Shared});
    std::string message = made ? "" : messageOf(made.takeError());
    _exit(message.find("cannot write the temporary file '" + folder.path) == 0 &&
                  message.find("File too large") != std::string::npos
              ? 0
              : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(namesIn(folder).empty());
}

TEST(FilesTest, LinkerLeavesNoTemporaries) {
  Folder folder;
  setenv("TMPDIR", folder.path.c_str(), 1);
  EXPECT_FALSE(emitOne(affineSpec("a", true), {}, EmitKind::Shared).empty());
  unsetenv("TMPDIR");
  EXPECT_TRUE(namesIn(folder).empty());
}

} // namespace
