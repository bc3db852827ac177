//===- Options.h - Command line of seis-compile ----------------------------===//
// All options end up in one struct; nothing else reads the command line.
//===----------------------------------------------------------------------===//
#ifndef SEIS_TOOLS_SEIS_COMPILE_OPTIONS_H
#define SEIS_TOOLS_SEIS_COMPILE_OPTIONS_H

#include "CommandLine.h"

#include "seis/Compiler/Compiler.h"

#include <optional>
#include <string>
#include <vector>

namespace seis {

struct CompileOptions {
  std::vector<tools::ProgramItem> items;
  FrontendOptions frontend;
  CompilerOptions compiler;
  std::vector<TextStage> texts;    ///< stages of the IR to write as text
  std::vector<EmitKind> artifacts; ///< what else to write
  std::string output;              ///< DIR/NAME of -o; empty: text goes to stdout
  std::string entryName;           ///< from -o, else from the first item
  std::string scheduleFile;        ///< --schedule
  bool color = false;              ///< of diagnostics
  bool quiet = false;              ///< no warnings
  bool verbose = false;            ///< say which files are written

  std::string printManifest; ///< --print-manifest FILE

  bool list = false; ///< --list
  std::string family;
  std::string describe; ///< --describe NAME
  bool json = false;    ///< of --list and --describe
};

/// Parses the command line. Gives an exit code where there is nothing left to do: after --help,
/// --version and errors of usage.
std::optional<int> parseCommandLine(int argc, char **argv, CompileOptions &options);

} // namespace seis

#endif // SEIS_TOOLS_SEIS_COMPILE_OPTIONS_H
