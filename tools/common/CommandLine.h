//===- CommandLine.h - What the tools' command lines share -----*- C++ -*-===//
// One layout of --help, one way to name programs, one wording of what is wrong.
// seis-run links no LLVM and has its own.
//===----------------------------------------------------------------------===//
#ifndef SEIS_TOOLS_COMMON_COMMANDLINE_H
#define SEIS_TOOLS_COMMON_COMMANDLINE_H

#include "seis/Frontend/Frontend.h"

#include "llvm/Support/CommandLine.h"

#include <optional>
#include <string>
#include <system_error>
#include <vector>

namespace seis::tools {

/// Exit codes of all tools.
enum ExitCode { ExitDone = 0, ExitNo = 1, ExitUsage = 2, ExitInput = 3, ExitMissing = 4 };

/// What a tool says of itself; texts of several lines end in a newline.
struct ToolText {
  llvm::StringRef name;     ///< "seis-compile"
  llvm::StringRef purpose;  ///< "compiles seismic attributes"
  llvm::StringRef usage;    ///< lines that begin with "usage: " or as much space
  llvm::StringRef targets;  ///< of --version
  llvm::StringRef examples; ///< lines, indented by two
  unsigned column = 26;     ///< width of the names of options in --help
  /// Groups of options in the order of --help; --color, --help and --version join the last.
  std::vector<const llvm::cl::OptionCategory *> groups;
};

/// The command line of one tool: LLVM's options, with our help and messages around them.
class CommandLine {
public:
  explicit CommandLine(ToolText text) : text(std::move(text)) {}

  /// Parses everything. Gives an exit code where there is nothing left to do: after --help,
  /// --version and errors of usage.
  std::optional<int> parse(int argc, char **argv);

  /// Prints what is wrong and where the options are listed; gives ExitUsage.
  int usageError(const llvm::Twine &message) const;

  /// Whether messages have colours, after `parse`: --color, the terminal, NO_COLOR.
  bool color() const { return coloured; }

private:
  void printHelp() const;
  void printGroup(const llvm::cl::OptionCategory &group) const;
  void printRow(llvm::StringRef name, llvm::StringRef description) const;
  void printVersion() const;
  std::optional<int> setColor(llvm::StringRef when);
  int rejected(llvm::StringRef problem) const;

  const ToolText text;
  bool coloured = false;
};

/// A program, or a part of one, as it stands on the command line.
struct ProgramItem {
  SourceItem::Kind kind;
  std::string text; ///< path, expression, or call
};

/// The arguments that say what the program is: positionals, -e, --dt-ms, --Werror.
struct ProgramArguments {
  /// `inputs`: the group of -e, `meaning`: that of the others; `interval` describes --dt-ms.
  ProgramArguments(llvm::cl::OptionCategory &inputs, llvm::cl::OptionCategory &meaning,
                   llvm::StringRef interval);

  /// An exit code, after a message, if --dt-ms or --Werror has no meaning.
  std::optional<int> check(const CommandLine &line);
  /// Positionals and expressions in the order of the command line.
  std::vector<ProgramItem> items() const;
  /// The value of --dt-ms, in milliseconds, if it was given; after `check`.
  std::optional<double> sampleInterval() const { return interval; }
  bool unitsAreErrors() const { return !werror.empty(); }

private:
  llvm::cl::list<std::string> positionals, expressions;
  llvm::cl::opt<std::string> dtMs; ///< text: LLVM's parser of numbers has its own messages
  llvm::cl::list<std::string> werror;
  std::optional<double> interval;
};

/// Reads files and names the items for diagnostics; false after a message for every file that
/// cannot be read.
bool readSources(llvm::StringRef tool, const std::vector<ProgramItem> &items,
                 std::vector<SourceItem> &sources);

/// `text` with `_` for what cannot stand in an identifier, and a letter in front of a digit.
std::string identifierOf(llvm::StringRef text);

/// The system's words for an error, in the form of our messages: lower case.
std::string systemMessage(std::error_code error);

} // namespace seis::tools

#endif // SEIS_TOOLS_COMMON_COMMANDLINE_H
