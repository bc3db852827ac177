//===- CliSupport.cpp - Running seis-run and looking at its files ---------===//
#include "CliSupport.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

namespace seis::test {
namespace fs = std::filesystem;

std::string readBytes(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

Process::Process(const std::vector<std::string> &arguments, const std::function<void()> &prepare) {
  char out[] = "/tmp/seis-out-XXXXXX", err[] = "/tmp/seis-err-XXXXXX";
  int outFile = mkstemp(out), errFile = mkstemp(err);
  outPath = out, errPath = err;
  std::vector<std::string> words = arguments;
  words.insert(words.begin(), SEIS_TEST_RUN);
  std::vector<char *> argv;
  for (std::string &word : words)
    argv.push_back(word.data());
  argv.push_back(nullptr);
  child = fork();
  if (child == 0) {
    dup2(outFile, STDOUT_FILENO);
    dup2(errFile, STDERR_FILENO);
    if (prepare)
      prepare();
    execv(argv[0], argv.data());
    _exit(127);
  }
  close(outFile);
  close(errFile);
}

Process::~Process() {
  unlink(outPath.c_str());
  unlink(errPath.c_str());
}

Ran Process::wait() {
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status), readBytes(outPath),
          readBytes(errPath)};
}

void Process::signal(int number) const { kill(child, number); }

namespace {
std::string makeFolder() {
  char name[] = "/tmp/seis-rt-XXXXXX";
  EXPECT_TRUE(mkdtemp(name));
  return name;
}
} // namespace

Folder::Folder() : path(makeFolder()) {}

Folder::~Folder() {
  std::error_code error;
  fs::remove_all(path, error);
}

std::string Folder::list(const std::string &sub) const {
  std::vector<std::string> names;
  for (const auto &item : fs::directory_iterator(path + "/" + sub))
    names.push_back(item.path().filename());
  std::sort(names.begin(), names.end());
  std::string text;
  for (const std::string &name : names)
    text += (text.empty() ? "" : " ") + name;
  return text;
}

void saveVolume(const std::string &path, FloatVolume &volume) {
  io::Status status = io::saveNpy(path, io::Type::F32, volume.shape, volume.data.data());
  EXPECT_TRUE(status.ok) << status.message;
}

std::vector<float> loadVolume(const std::string &path, io::SourceOptions options) {
  std::unique_ptr<io::VolumeSource> source;
  io::Status status = io::openSource(path, options, source);
  EXPECT_TRUE(status.ok) << status.message;
  if (!status.ok)
    return {};
  auto shape = source->geometry().shape;
  std::vector<float> values(shape[0] * shape[1] * shape[2]);
  io::Target target{values.data(), io::Type::F32, {shape[1] * shape[2], shape[2], 1}};
  status = source->read({{0, 0, 0}, shape}, target);
  EXPECT_TRUE(status.ok) << status.message;
  return values;
}

void saveSegy(const std::string &path, FloatVolume &volume, std::vector<uint8_t> live, double dtMs,
              int format) {
  io::SinkOptions options;
  options.format = io::FileFormat::Segy;
  options.shape = volume.shape;
  options.segyFormat = format;
  std::copy(volume.shape.begin(), volume.shape.end(), options.geometry.shape.begin());
  options.geometry.dtMs = dtMs;
  options.geometry.inlines.resize(volume.shape[0]);
  options.geometry.crosslines.resize(volume.shape[1]);
  std::iota(options.geometry.inlines.begin(), options.geometry.inlines.end(), 100);
  std::iota(options.geometry.crosslines.begin(), options.geometry.crosslines.end(), 300);
  options.geometry.live = std::move(live);
  std::unique_ptr<io::VolumeSink> sink;
  io::Status status = io::createSink(path, options, sink);
  ASSERT_TRUE(status.ok) << status.message;
  io::Box box{{0, 0, 0}, options.geometry.shape};
  status = sink->write(io::regionOf(box, volume.data.data()));
  ASSERT_TRUE(status.ok) << status.message;
  status = sink->commit();
  ASSERT_TRUE(status.ok) << status.message;
}

} // namespace seis::test
