//===- Options.cpp - Command line of seis-eval ----------------------------===//
#include "Options.h"
#include "seis/Support/Version.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>
#include <cstdlib>

using namespace llvm;

namespace seis::eval {
namespace {

cl::OptionCategory programs("Program"), volumes("Volumes and parameters"), messages("Messages");

struct Declared {
  cl::list<std::string> positionals{cl::Positional, cl::desc("<program>...")};
  cl::list<std::string> expressions{"e", cl::desc("Evaluate an expression; may be repeated"),
                                    cl::value_desc("expression"), cl::cat(programs)};
  cl::opt<double> dtMs{"dt-ms", cl::desc("Sample interval in milliseconds"),
                       cl::value_desc("ms"), cl::cat(programs)};
  cl::list<std::string> werror{"Werror", cl::desc("Make warnings errors: units"),
                               cl::value_desc("kind"), cl::cat(programs)};
  cl::list<std::string> inputs{
      "in", cl::desc("A volume, .npy or SEG-Y; the name may be left out where there is one input"),
      cl::value_desc("name=file"), cl::cat(volumes)};
  cl::list<std::string> parameters{"param", cl::desc("Value of a parameter of the program"),
                                   cl::value_desc("name=value"), cl::cat(volumes)};
  cl::opt<std::string> dead{"dead", cl::desc("zero: traces of zeros in .npy are dead"),
                            cl::value_desc("zero"), cl::cat(volumes)};
  cl::opt<std::string> rounding{"inputs", cl::desc("f32: round input samples to f32 first"),
                                cl::value_desc("f32"), cl::cat(volumes)};
  cl::opt<std::string> output{"o", cl::desc("A .npy file, or a folder for <output>.npy"),
                              cl::value_desc("path"), cl::cat(volumes)};
  cl::opt<bool> json{"json", cl::desc("What was written, as JSON on stdout"), cl::cat(messages)};
  cl::opt<bool> quiet{"q", cl::desc("Errors only"), cl::cat(messages)};
  cl::opt<bool> verbose{"v", cl::desc("Say what is evaluated"), cl::cat(messages)};
};

void printOptions(cl::OptionCategory &category) {
  outs() << '\n' << category.getName() << ":\n";
  std::vector<cl::Option *> options;
  for (auto &entry : cl::getRegisteredOptions())
    if (is_contained(entry.second->Categories, &category))
      options.push_back(entry.second);
  llvm::sort(options, [](cl::Option *a, cl::Option *b) { return a->ArgStr < b->ArgStr; });
  for (cl::Option *option : options) {
    bool isShort = option->ArgStr.size() == 1;
    std::string name = (isShort ? "-" : "--") + option->ArgStr.str();
    if (!option->ValueStr.empty())
      name += (isShort ? " <" : "=<") + option->ValueStr.str() + ">";
    outs() << "  " << left_justify(name, 22) << ' ' << option->HelpStr << '\n';
  }
}

void printHelp() {
  outs() << "seis-eval: evaluates seismic attributes with plain f64 reference loops\n\n"
            "usage: seis-eval [options] <file.seis | name | call>... [-e <expression>]... "
            "-o <path>\n"
            "       seis-eval [options] <file.mlir> -o <path>\n";
  for (cl::OptionCategory *category : {&programs, &volumes, &messages})
    printOptions(*category);
  outs() << "  " << left_justify("--color=<when>", 22)
         << " Colours of messages: auto (default), always or never\n"
         << "  " << left_justify("--help", 22) << " This text\n"
         << "  " << left_justify("--version", 22) << " Version, LLVM, targets, build type\n"
         << "\nExamples:\n"
            "  seis-eval my.seis --in x=cube.npy -o ref/\n"
            "  seis-eval envelope 'rms(window=(1,1,9))' --in cube.npy -o ref/\n"
            "  seis-eval -e 'envelope(x) / max(inst_frequency(x), 5 Hz)' --in cube.npy --dt-ms=4 "
            "-o sweet.npy\n"
            "\nExit codes:\n"
            "  0 done   2 wrong usage   3 unusable input   4 missing tool, device or library\n";
}

void printVersion() {
  outs() << "seis-eval " << versionText() << '\n'
         << "LLVM " LLVM_VERSION_STRING "\n"
         << "targets: none (reference loops)\n"
#ifdef NDEBUG
         << "build: release\n";
#else
         << "build: with assertions\n";
#endif
}

int usageError(const Twine &message) {
  errs() << "seis-eval: error: " << message << '\n'
         << "seis-eval: note: seis-eval --help lists the options\n";
  return 2;
}

/// LLVM has an option of this name and another type, so it is taken from the arguments before.
std::optional<int> setColor(StringRef when, bool &color) {
  if (when != "auto" && when != "always" && when != "never")
    return usageError(formatv("--color must be auto, always or never, got `{0}`", when));
  bool terminal = sys::Process::StandardErrHasColors() && !std::getenv("NO_COLOR");
  color = when == "always" || (when == "auto" && terminal);
  return std::nullopt;
}

/// What outputs of -e are called: the last part of the output path, as an identifier.
std::string nameOf(StringRef output) {
  if (!output.ends_with(".npy"))
    return "result";
  std::string name;
  for (char c : sys::path::stem(output))
    name += isAlnum(c) ? c : '_';
  return name.empty() || isDigit(name[0]) ? "e" + name : name;
}

/// Positionals and expressions in the order of the command line.
std::vector<ProgramItem> collectItems(const Declared &d) {
  std::vector<std::pair<unsigned, ProgramItem>> ordered;
  for (unsigned i = 0; i < d.positionals.size(); ++i)
    ordered.push_back({d.positionals.getPosition(i), {d.positionals[i], false}});
  for (unsigned i = 0; i < d.expressions.size(); ++i)
    ordered.push_back({d.expressions.getPosition(i), {d.expressions[i], true}});
  llvm::stable_sort(ordered, [](const auto &a, const auto &b) { return a.first < b.first; });
  std::vector<ProgramItem> items;
  for (auto &[position, item] : ordered)
    items.push_back(std::move(item));
  return items;
}

std::optional<int> checkValues(const Declared &d) {
  if (d.dtMs.getNumOccurrences() && !(d.dtMs > 0 && std::isfinite(d.dtMs)))
    return usageError(formatv("--dt-ms must be positive, got {0}", double(d.dtMs)));
  for (const std::string &kind : d.werror)
    if (kind != "units")
      return usageError(formatv("--Werror knows `units` only, got `{0}`", kind));
  if (d.dead.getNumOccurrences() && d.dead != "zero")
    return usageError(formatv("--dead must be zero, got `{0}`", d.dead.getValue()));
  if (d.rounding.getNumOccurrences() && d.rounding != "f32")
    return usageError(formatv("--inputs must be f32, got `{0}`", d.rounding.getValue()));
  if (d.positionals.empty() && d.expressions.empty())
    return usageError("nothing to evaluate: give a file, the name of an attribute, or -e");
  if (d.output.empty())
    return usageError("no output: add -o FILE.npy or -o FOLDER/");
  return std::nullopt;
}

} // namespace

std::optional<int> parseCommandLine(int argc, char **argv, Options &options) {
  static Declared d;
  StringRef color = "auto";
  std::vector<const char *> rest{argv[0]};
  bool onlyNames = false;
  for (int i = 1; i < argc; ++i) {
    StringRef argument = argv[i];
    onlyNames |= argument == "--";
    if (onlyNames) {
      rest.push_back(argv[i]);
      continue;
    }
    if (argument == "--help" || argument == "-h" || argument == "-help")
      return printHelp(), 0;
    if (argument == "--version")
      return printVersion(), 0;
    if (argument.consume_front("--color=")) {
      color = argument;
      continue;
    }
    rest.push_back(argv[i]);
    if ((argument == "-e" || argument == "-o") && i + 1 < argc)
      rest.push_back(argv[++i]); // its value may look like an option
  }
  if (auto code = setColor(color, options.program.color))
    return code;
  cl::HideUnrelatedOptions({&programs, &volumes, &messages});
  std::string problem;
  raw_string_ostream stream(problem);
  if (!cl::ParseCommandLineOptions(static_cast<int>(rest.size()), rest.data(), "seis-eval",
                                   &stream))
    return usageError(StringRef(problem).trim());
  if (auto code = checkValues(d))
    return code;
  options.program.items = collectItems(d);
  options.program.name = nameOf(d.output);
  options.program.unitsAreErrors = !d.werror.empty();
  if (d.dtMs.getNumOccurrences())
    options.program.dtMs = options.data.dtMs = d.dtMs;
  options.data.inputs = std::vector<std::string>(d.inputs.begin(), d.inputs.end());
  options.data.parameters = std::vector<std::string>(d.parameters.begin(), d.parameters.end());
  options.data.deadZero = d.dead == "zero";
  options.data.roundInputs = d.rounding == "f32";
  options.data.output = d.output;
  options.json = d.json;
  options.quiet = d.quiet;
  options.verbose = d.verbose;
  return std::nullopt;
}

} // namespace seis::eval
