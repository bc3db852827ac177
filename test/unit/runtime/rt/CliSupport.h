//===- CliSupport.h - Running seis-run and looking at its files -----------===//
#ifndef SEIS_TEST_UNIT_RUNTIME_RT_CLISUPPORT_H
#define SEIS_TEST_UNIT_RUNTIME_RT_CLISUPPORT_H

#include "TestSupport.h"
#include "seis_rt/seis_io.h"

#include <functional>
#include <sys/types.h>

namespace seis::test {

struct Ran {
  int code; ///< exit code, or minus the signal
  std::string out, err;
};

/// A seis-run that was started and may be waited for.
class Process {
public:
  /// `prepare` runs in the child before seis-run does.
  explicit Process(const std::vector<std::string> &arguments,
                   const std::function<void()> &prepare = {});
  ~Process();
  Ran wait();
  void signal(int number) const;

private:
  pid_t child;
  std::string outPath, errPath;
};

inline Ran seisRun(const std::vector<std::string> &arguments) { return Process(arguments).wait(); }

/// A folder of its own for each test, removed afterwards.
class Folder {
public:
  Folder();
  ~Folder();
  std::string operator/(const std::string &name) const { return path + "/" + name; }
  /// Names in it, sorted, joined by blanks.
  std::string list(const std::string &sub = "") const;
  const std::string path;
};

/// Writes a dense f32 volume as .npy; reads one as .npy or SEG-Y.
void saveVolume(const std::string &path, FloatVolume &volume);
std::vector<float> loadVolume(const std::string &path, io::SourceOptions options = {});
std::string readBytes(const std::string &path);

/// Writes a SEG-Y survey with the given mask (empty: all live) and lines from 100 and 300.
void saveSegy(const std::string &path, FloatVolume &volume, std::vector<uint8_t> live = {},
              double dtMs = 4, int format = 5);

} // namespace seis::test
#endif
