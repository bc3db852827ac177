//===- Options.h - Command line of seis-eval -------------------*- C++ -*-===//
#ifndef SEIS_TOOLS_SEIS_EVAL_OPTIONS_H
#define SEIS_TOOLS_SEIS_EVAL_OPTIONS_H

#include "Evaluation.h"
#include "Program.h"

#include <optional>

namespace seis::eval {

/// All of the command line.
struct Options {
  ProgramOptions program;
  DataOptions data;
  bool json = false, quiet = false, verbose = false;
};

/// Parses the command line. Returns the exit code if there is nothing more to do: after --help and
/// --version, or after a message about wrong usage.
std::optional<int> parseCommandLine(int argc, char **argv, Options &options);

} // namespace seis::eval

#endif // SEIS_TOOLS_SEIS_EVAL_OPTIONS_H
