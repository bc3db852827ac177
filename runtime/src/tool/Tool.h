//===- Tool.h - What the commands of seis-run share -----------------------===//
// Exit codes, messages, reading numbers off the command line, the progress line,
// and the removal of half-written files when a signal ends the program.
//===----------------------------------------------------------------------===//
#ifndef SEIS_RUNTIME_TOOL_TOOL_H
#define SEIS_RUNTIME_TOOL_TOOL_H

#include "seis_rt/seis_rt.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace seis::tool {

enum ExitCode { ExitDone = 0, ExitNo = 1, ExitUsage = 2, ExitInput = 3, ExitMissing = 4 };

/// Ends a command: a sentence and the exit code.
class Failure : public std::runtime_error {
public:
  Failure(ExitCode code, const std::string &text) : std::runtime_error(text), code(code) {}
  const ExitCode code;
};

/// The exit code for a status of seis_rt.
ExitCode exitCodeOf(int32_t status);

/// Options of every command.
struct Common {
  bool json = false, quiet = false;
  int verbose = 0;
  std::string color = "auto"; ///< auto, always, never
};

/// Messages on stderr: "error: …" and so on, coloured where that is wanted.
class Console {
public:
  explicit Console(const Common &common);
  void error(const std::string &text) const;
  void warning(const std::string &text) const; ///< not with -q
  void note(const std::string &text) const;    ///< not with -q
  void line(const std::string &text) const;    ///< plain, not with -q
  void detail(const std::string &text) const;  ///< with -v alone
  const Common &options() const { return common; }

private:
  void put(const char *colour, const char *kind, const std::string &text) const;
  const Common common;
  bool coloured;
};

/// A finite decimal number and nothing else; Failure(ExitUsage) that names `what`.
double parseNumber(const std::string &text, const std::string &what);
/// Whole numbers joined by commas, each at least `least`; between `fewest` and `most` of them.
std::vector<int64_t> parseList(const std::string &text, const std::string &what, size_t fewest,
                               size_t most, int64_t least);
/// Bytes with an optional K, M, G or T (powers of 1024): "512M", "1.5G".
uint64_t parseBytes(const std::string &text, const std::string &what);
/// Splits NAME=VALUE at the first '='.
std::pair<std::string, std::string> parseSetting(const std::string &text, const std::string &what);

/// One line that is redrawn on a terminal; a line every 10 s elsewhere; none with -q.
class Progress {
public:
  Progress(const Console &console, std::string unit);
  ~Progress();
  /// `stage`: what is going on, e.g. "pass 1 of 2"; may be empty.
  void update(const std::string &stage, uint64_t done, uint64_t all);
  /// Removes the line.
  void clear();

private:
  using Clock = std::chrono::steady_clock;
  const std::string unit;
  const bool enabled, terminal;
  std::string stage;
  Clock::time_point start, shown;
  bool drawn = false;
};

/// While one exists, SIGINT and SIGTERM (SIGHUP too) remove the registered files at
/// once and end the program by that signal, so that a shell sees it as such. A mapped file that is
/// cut short (SIGBUS) ends it with ExitInput and a message.
class TemporaryFiles {
public:
  TemporaryFiles();
  ~TemporaryFiles();
  TemporaryFiles(const TemporaryFiles &) = delete;

  /// Signals wait while `make` creates a file; the path it returns is registered.
  template <typename Make> void add(Make make) {
    hold();
    try {
      keep(make());
    } catch (...) {
      resume();
      throw;
    }
    resume();
  }

private:
  void hold();
  void resume();
  void keep(const std::string &path);
};

/// While one exists, a signal is only remembered: for work that removes its own files.
class SignalWatch {
public:
  SignalWatch();
  ~SignalWatch();
  SignalWatch(const SignalWatch &) = delete;
  bool caught() const;
  /// Ends the program by the signal that was caught, if any.
  void obey() const;
};

/// Peak resident bytes of this process (VmHWM), 0 where unknown.
uint64_t peakMemory();

} // namespace seis::tool
#endif
