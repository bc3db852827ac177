//===- CommandLine.cpp - What the tools' command lines share --------------===//
#include "CommandLine.h"

#include "seis/Support/Version.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>
#include <cstdlib>

using namespace llvm;

namespace seis::tools {

//===----------------------------------------------------------------------===//
// Help and version
//===----------------------------------------------------------------------===//

void CommandLine::printRow(StringRef name, StringRef description) const {
  outs() << "  " << left_justify(name, text.column) << ' ' << description << '\n';
}

void CommandLine::printGroup(const cl::OptionCategory &group) const {
  outs() << '\n' << group.getName() << ":\n";
  std::vector<const cl::Option *> options;
  for (const auto &entry : cl::getRegisteredOptions())
    if (is_contained(entry.second->Categories, &group))
      options.push_back(entry.second);
  llvm::sort(options, [](const auto *a, const auto *b) { return a->ArgStr < b->ArgStr; });
  for (const cl::Option *option : options) {
    bool isShort = option->ArgStr.size() == 1;
    std::string name = (isShort ? "-" : "--") + option->ArgStr.str();
    if (!option->ValueStr.empty())
      name += (isShort ? " <" : "=<") + option->ValueStr.str() + ">";
    printRow(name, option->HelpStr);
  }
}

void CommandLine::printHelp() const {
  outs() << text.name << ": " << text.purpose << "\n\n" << text.usage;
  for (const cl::OptionCategory *group : text.groups)
    printGroup(*group);
  printRow("--color=<when>", "Colours of messages: auto (default), always or never");
  printRow("--help", "This text");
  printRow("--version", "Version, LLVM, targets, build type");
  outs() << "\nExamples:\n"
         << text.examples
         << "\nExit codes:\n"
            "  0 done   2 wrong usage   3 unusable input   4 missing tool, device or library\n";
}

void CommandLine::printVersion() const {
  outs() << text.name << ' ' << versionText() << '\n'
         << "LLVM " LLVM_VERSION_STRING "\n"
         << "targets: " << text.targets << '\n'
#ifdef NDEBUG
         << "build: release\n";
#else
         << "build: with assertions\n";
#endif
}

//===----------------------------------------------------------------------===//
// Parsing
//===----------------------------------------------------------------------===//

int CommandLine::usageError(const Twine &message) const {
  errs() << text.name << ": error: " << message << '\n'
         << text.name << ": note: " << text.name << " --help lists the options\n";
  return ExitUsage;
}

/// LLVM's words, one problem a line, in the form of our messages: without the tool's name, the
/// advice to try --help and the mark at the end.
int CommandLine::rejected(StringRef problem) const {
  SmallVector<StringRef> lines;
  problem.trim().split(lines, '\n');
  std::string message;
  for (StringRef line : lines) {
    line.consume_front(text.name);
    line.consume_front(": ");
    line = line.substr(0, line.find(".  Try: ")).rtrim("!.\n ");
    if (line.empty())
      continue;
    message += message.empty() ? "" : "; ";
    message += toLower(line.front());
    message += line.drop_front();
  }
  if (!message.empty())
    return usageError(message);
  errs() << text.name << ": note: " << text.name << " --help lists the options\n";
  return ExitUsage; // LLVM printed it: its parsers of values do
}

/// LLVM has an option of this name and another type, so it is taken from the arguments before.
std::optional<int> CommandLine::setColor(StringRef when) {
  if (when != "auto" && when != "always" && when != "never")
    return usageError(formatv("--color must be auto, always or never, got `{0}`", when));
  bool terminal = sys::Process::StandardErrHasColors() && !std::getenv("NO_COLOR");
  coloured = when == "always" || (when == "auto" && terminal);
  return std::nullopt;
}

std::optional<int> CommandLine::parse(int argc, char **argv) {
  StringRef when = "auto";
  std::string name = text.name.str(); // LLVM's messages begin with it, not with a path
  std::vector<const char *> rest{name.c_str()};
  bool onlyNames = false;
  for (int i = 1; i < argc; ++i) {
    StringRef argument = argv[i];
    onlyNames |= argument == "--";
    if (onlyNames) {
      rest.push_back(argv[i]);
      continue;
    }
    if (argument == "--help" || argument == "-h" || argument == "-help")
      return printHelp(), ExitDone;
    if (argument == "--version")
      return printVersion(), ExitDone;
    if (argument.consume_front("--color=")) {
      when = argument;
      continue;
    }
    rest.push_back(argv[i]);
    if ((argument == "-e" || argument == "-o") && i + 1 < argc)
      rest.push_back(argv[++i]); // its value may look like an option
  }
  if (auto code = setColor(when))
    return code;
  cl::HideUnrelatedOptions(text.groups);
  std::string problem;
  raw_string_ostream stream(problem);
  if (!cl::ParseCommandLineOptions(static_cast<int>(rest.size()), rest.data(), text.name, &stream))
    return rejected(problem);
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

ProgramArguments::ProgramArguments(cl::OptionCategory &inputs, cl::OptionCategory &meaning,
                                   StringRef interval)
    : positionals(cl::Positional, cl::desc("<program>...")),
      expressions("e", cl::desc("A program that is an expression; may be repeated"),
                  cl::value_desc("expression"), cl::cat(inputs)),
      dtMs("dt-ms", cl::desc(interval), cl::value_desc("ms"), cl::cat(meaning)),
      werror("Werror", cl::desc("Make warnings errors: units"), cl::value_desc("kind"),
             cl::cat(meaning)) {}

std::optional<int> ProgramArguments::check(const CommandLine &line) {
  if (dtMs.getNumOccurrences()) {
    double value = 0;
    if (StringRef(dtMs).getAsDouble(value) || !(value > 0 && std::isfinite(value)))
      return line.usageError(formatv("--dt-ms must be positive, got {0}", dtMs.getValue()));
    interval = value;
  }
  for (const std::string &kind : werror)
    if (kind != "units")
      return line.usageError(formatv("--Werror knows `units` only, got `{0}`", kind));
  return std::nullopt;
}

std::vector<ProgramItem> ProgramArguments::items() const {
  std::vector<std::pair<unsigned, ProgramItem>> ordered;
  for (unsigned i = 0; i < positionals.size(); ++i) {
    StringRef text = positionals[i];
    auto kind = text.ends_with(".seis") ? SourceItem::File : SourceItem::Call;
    ordered.push_back({positionals.getPosition(i), {kind, text.str()}});
  }
  for (unsigned i = 0; i < expressions.size(); ++i)
    ordered.push_back({expressions.getPosition(i), {SourceItem::Expression, expressions[i]}});
  llvm::sort(ordered, [](const auto &a, const auto &b) { return a.first < b.first; });
  std::vector<ProgramItem> items;
  for (auto &[position, item] : ordered)
    items.push_back(std::move(item));
  return items;
}

bool readSources(StringRef tool, const std::vector<ProgramItem> &items,
                 std::vector<SourceItem> &sources) {
  unsigned expressions = 0;
  bool ok = true;
  for (const ProgramItem &item : items) {
    if (item.kind == SourceItem::Expression) {
      std::string number = ++expressions == 1 ? "" : " " + std::to_string(expressions);
      sources.push_back({item.kind, "<expression" + number + ">", item.text});
    } else if (item.kind == SourceItem::Call) {
      sources.push_back({item.kind, "<command line>", item.text});
    } else if (auto file = MemoryBuffer::getFile(item.text, /*IsText=*/true)) {
      sources.push_back({item.kind, item.text, (*file)->getBuffer().str()});
    } else {
      errs() << tool << ": error: cannot read " << item.text << ": "
             << systemMessage(file.getError()) << '\n';
      ok = false;
    }
  }
  return ok;
}

std::string identifierOf(StringRef text) {
  std::string name;
  for (char c : text)
    name += isAlnum(c) ? c : '_';
  return name.empty() || isDigit(name[0]) ? "e" + name : name;
}

std::string systemMessage(std::error_code error) {
  std::string text = error.message();
  if (!text.empty())
    text[0] = toLower(text[0]);
  return text;
}

} // namespace seis::tools
