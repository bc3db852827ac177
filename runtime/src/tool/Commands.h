//===- Commands.h - The commands of seis-run ------------------------------===//
// Each takes its options as text where the text can be wrong, so that messages
// name the option; each returns or throws Failure. main() of tools/seis-run only
// declares the options.
//===----------------------------------------------------------------------===//
#ifndef SEIS_RUNTIME_TOOL_COMMANDS_H
#define SEIS_RUNTIME_TOOL_COMMANDS_H

#include "Tool.h"

namespace seis::tool {

struct ApplyOptions {
  Common common;
  std::string object, input;       ///< IN alone
  std::vector<std::string> inputs; ///< NAME=FILE
  std::string output, entry;       ///< entry: empty where the object has one
  std::vector<std::string> params; ///< NAME=VALUE
  std::string dtMs, null, fill;    ///< numbers, empty: not given
  bool deadZero = false, cast = false;
  std::string format;           ///< sgy, npy, or empty
  std::string maxMemory, block; ///< empty: chosen
  int threads = 0;              ///< 0: the OpenMP runtime's default
  // SEG-Y
  std::string like, endian = "auto", stamp;
  int sampleFormat = 0, iline = 189, xline = 193;
  bool keepFormat = false, stamped = false;
};

/// Applies an object to volumes in files. The summary goes to stderr, with --json
/// one object to stdout.
void apply(const ApplyOptions &options);

struct InspectOptions {
  Common common;
  std::string object;
};

/// Prints what an object is: for people, or with --json the manifest as it stands.
void inspect(const InspectOptions &options);

struct SynthCommand {
  Common common;
  std::string shape = "201,201,500", dtMs = "4", output, format;
  uint64_t seed = 1;
  std::string frequency, signalToNoise, amplitude, deadFraction, nanFraction; ///< empty: preset
  int faults = -1, threads = 0;
  bool noChannel = false;
};

/// Writes a synthetic survey.
void synth(const SynthCommand &options);

} // namespace seis::tool
#endif
