//===- Options.cpp - Command line of seis-compile --------------------------===//
#include "Options.h"

#include "seis/Support/Version.h"

#include "mlir/IR/AsmState.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/Timing.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"
#include <algorithm>
#include <cmath>

using namespace llvm;
using namespace seis;

namespace {

cl::OptionCategory inputs("Programs"), meaning("Meaning"), machine("Machine"), results("Results"),
    about("About");

struct Options {
  cl::list<std::string> positionals{cl::Positional, cl::desc("<file.seis | name | call>...")};
  cl::list<std::string> expressions{"e", cl::desc("Compile an expression; may be repeated"),
                                    cl::value_desc("expression"), cl::cat(inputs)};
  cl::opt<std::string> dtype{"dtype", cl::desc("Compute type: f32 (default) or f64"),
                             cl::value_desc("type"), cl::init("f32"), cl::cat(meaning)};
  cl::opt<double> dtMs{"dt-ms", cl::desc("Fix the sample interval in milliseconds"),
                       cl::value_desc("ms"), cl::cat(meaning)};
  cl::list<int64_t> samples{"samples", cl::desc("Trace lengths known while compiling"),
                            cl::value_desc("n,..."), cl::CommaSeparated, cl::cat(meaning)};
  cl::list<std::string> werror{"Werror", cl::desc("Make warnings errors: units"),
                               cl::value_desc("kind"), cl::cat(meaning)};
  cl::opt<bool> exact{"exact", cl::desc("Only rewrites that change no bit"), cl::cat(meaning)};
  cl::opt<std::string> target{"target", cl::desc("zen (default); cuda comes later"),
                              cl::value_desc("name"), cl::init("zen"), cl::cat(machine)};
  cl::opt<std::string> cpu{"cpu", cl::desc("native (default), znver2..5, x86-64-v3, x86-64-v4, ..."),
                           cl::value_desc("name"), cl::init("native"), cl::cat(machine)};
  cl::opt<std::string> openmp{"openmp", cl::desc("on (default), or off for a serial object"),
                              cl::value_desc("on|off"), cl::init("on"), cl::cat(machine)};
  cl::opt<std::string> schedule{"schedule", cl::desc("Overrides of the default schedule, JSON"),
                                cl::value_desc("file"), cl::cat(machine)};
  cl::list<std::string> emit{"emit", cl::desc("so,header,manifest (default), object, static; as "
                                              "text: seis, stages, loops, llvm, asm"),
                             cl::value_desc("kind,..."), cl::CommaSeparated, cl::cat(results)};
  cl::opt<std::string> output{"o", cl::desc("Files to write: DIR/NAME.so, .h, .json, ..."),
                              cl::value_desc("dir/name"), cl::cat(results)};
  cl::opt<std::string> printManifest{"print-manifest", cl::desc("Print the manifest of an object"),
                                     cl::value_desc("file.so"), cl::cat(about)};
  cl::opt<bool> list{"list", cl::desc("List the attributes and functions of the prelude"),
                     cl::cat(about)};
  cl::opt<std::string> family{"family", cl::desc("With --list: one family only"),
                              cl::value_desc("name"), cl::cat(about)};
  cl::opt<std::string> describe{"describe", cl::desc("Formula, unit, parameters and halo of one"),
                                cl::value_desc("name"), cl::cat(about)};
};

void printOptions(cl::OptionCategory &category) {
  outs() << '\n' << category.getName() << ":\n";
  std::vector<cl::Option *> options;
  for (auto &entry : cl::getRegisteredOptions())
    if (llvm::is_contained(entry.second->Categories, &category))
      options.push_back(entry.second);
  llvm::sort(options, [](cl::Option *a, cl::Option *b) { return a->ArgStr < b->ArgStr; });
  for (cl::Option *option : options) {
    bool isShort = option->ArgStr.size() == 1;
    std::string name = (isShort ? "-" : "--") + option->ArgStr.str();
    if (!option->ValueStr.empty())
      name += (isShort ? " <" : "=<") + option->ValueStr.str() + ">";
    outs() << "  " << left_justify(name, 26) << ' ' << option->HelpStr << '\n';
  }
  if (&category == &results)
    outs() << "  " << left_justify("--color=<when>", 26)
           << " Colours of messages: auto (default), always or never\n";
  if (&category == &about) {
    outs() << "  " << left_justify("--help", 26) << " This text\n";
    outs() << "  " << left_justify("--version", 26) << " Version, LLVM, targets, build type\n";
  }
}

void printHelp() {
  outs() << "seis-compile: compiles seismic attributes\n\n"
            "usage: seis-compile [options] <file.seis | name | call>... [-e <expression>]...\n";
  for (cl::OptionCategory *category : {&inputs, &meaning, &machine, &results, &about})
    printOptions(*category);
  outs() << "\nExamples:\n"
            "  seis-compile -e 'envelope(x) / max(inst_frequency(x), 5 Hz)' -o out/sweet\n"
            "  seis-compile --samples=500 envelope inst-phase 'rms(window=(1,1,9))' -o out/ct\n"
            "  seis-compile --describe sweetness\n"
            "\nExit codes:\n"
            "  0 done   2 wrong usage   3 unusable input   4 missing tool, device or library\n";
}

void printVersion() {
  outs() << "seis-compile " << versionText() << '\n'
         << "LLVM " LLVM_VERSION_STRING "\n"
         << "targets: zen (x86-64)\n"
#ifdef NDEBUG
         << "build: release\n";
#else
         << "build: with assertions\n";
#endif
}

int usageError(const Twine &message) {
  errs() << "seis-compile: error: " << message << '\n'
         << "seis-compile: note: seis-compile --help lists the options\n";
  return ExitUsage;
}

/// A C identifier for the entry, from the last part of a path or from a call.
std::string entryNameOf(StringRef text) {
  StringRef stem = sys::path::filename(text);
  stem = stem.take_until([](char c) { return c == '.' || c == '('; });
  std::string name;
  for (char c : stem.trim())
    name += isAlnum(c) ? c : '_';
  if (name.empty() || isDigit(name[0]))
    name = "e" + name;
  return name;
}

/// Positionals and expressions in the order of the command line.
void collectItems(Options &o, CompileOptions &options) {
  std::vector<std::pair<unsigned, CompileItem>> items;
  for (unsigned i = 0; i < o.positionals.size(); ++i) {
    StringRef text = o.positionals[i];
    auto kind = text.ends_with(".seis") ? SourceItem::File : SourceItem::Call;
    items.push_back({o.positionals.getPosition(i), {kind, text.str()}});
  }
  for (unsigned i = 0; i < o.expressions.size(); ++i)
    items.push_back(
        {o.expressions.getPosition(i), {SourceItem::Expression, o.expressions[i]}});
  llvm::stable_sort(items, [](const auto &a, const auto &b) { return a.first < b.first; });
  for (auto &item : items)
    options.items.push_back(std::move(item.second));
}

std::optional<int> addKind(StringRef kind, CompileOptions &options) {
  static constexpr std::pair<const char *, TextStage> texts[] = {
      {"seis", TextStage::Seis}, {"stages", TextStage::Stages}, {"loops", TextStage::Loops}};
  for (auto [name, stage] : texts)
    if (kind == name) {
      options.texts.push_back(stage);
      return std::nullopt;
    }
  for (EmitKind known : {EmitKind::LLVM, EmitKind::Asm, EmitKind::Object, EmitKind::Static,
                         EmitKind::Shared, EmitKind::Header, EmitKind::Manifest})
    if (kind == emitKindName(known)) {
      options.artifacts.push_back(known);
      return std::nullopt;
    }
  if (kind == "ptx")
    return usageError("--emit=ptx belongs to --target=cuda, which this build does not have");
  return usageError(formatv("--emit knows seis, stages, loops, llvm, asm, so, object, static, "
                            "header and manifest, got `{0}`",
                            kind));
}

/// Target, CPU, threads and what to write.
std::optional<int> checkMachine(Options &o, CompileOptions &options) {
  if (o.target == "cuda") {
    errs() << "seis-compile: error: --target=cuda is not in this build: use --target=zen\n";
    return ExitMissing;
  }
  if (o.target != "zen")
    return usageError(formatv("--target must be zen or cuda, got `{0}`", o.target));
  if (o.openmp != "on" && o.openmp != "off")
    return usageError(formatv("--openmp must be on or off, got `{0}`", o.openmp));
  auto cpu = resolveCpu(o.cpu);
  if (!cpu)
    return usageError("--cpu: " + toString(cpu.takeError()));
  options.compiler.cpu = o.cpu;
  options.compiler.openmp = o.openmp == "on";
  options.compiler.exact = o.exact;
  options.compiler.samples = {o.samples.begin(), o.samples.end()};
  options.scheduleFile = o.schedule;
  std::vector<std::string> kinds(o.emit.begin(), o.emit.end());
  if (kinds.empty())
    kinds = {"so", "header", "manifest"};
  for (const std::string &kind : kinds)
    if (auto code = addKind(kind, options))
      return code;
  return std::nullopt;
}

std::optional<int> checkValues(Options &o, CompileOptions &options) {
  if (o.dtype != "f32" && o.dtype != "f64")
    return usageError(formatv("--dtype must be f32 or f64, got `{0}`", o.dtype));
  options.frontend.f64 = o.dtype == "f64";
  if (o.dtMs.getNumOccurrences()) {
    double dt = o.dtMs;
    if (!(dt > 0) || !std::isfinite(dt))
      return usageError(formatv("--dt-ms must be positive, got {0}", o.dtMs.getValue()));
    options.frontend.dtMs = dt;
  }
  for (int64_t n : o.samples) {
    if (n < 1)
      return usageError(formatv("--samples must be positive, got {0}", n));
    options.frontend.samples.push_back(n);
  }
  for (const std::string &kind : o.werror) {
    if (kind != "units")
      return usageError(formatv("--Werror knows `units` only, got `{0}`", kind));
    options.frontend.unitsAreErrors = true;
  }
  return checkMachine(o, options);
}

/// LLVM has an option of the same name and another type, so `--color` is taken out before.
std::optional<int> setColor(StringRef when, CompileOptions &options) {
  if (when != "auto" && when != "always" && when != "never")
    return usageError(formatv("--color must be auto, always or never, got `{0}`", when));
  bool terminal = sys::Process::StandardErrHasColors() && !std::getenv("NO_COLOR");
  options.color = when == "always" || (when == "auto" && terminal);
  return std::nullopt;
}

} // namespace

std::optional<int> seis::parseCommandLine(int argc, char **argv, CompileOptions &options) {
  static Options o;
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
      return printHelp(), ExitDone;
    if (argument == "--version")
      return printVersion(), ExitDone;
    if (argument.consume_front("--color=")) {
      color = argument;
      continue;
    }
    rest.push_back(argv[i]);
    if ((argument == "-e" || argument == "-o") && i + 1 < argc)
      rest.push_back(argv[++i]); // its value may look like an option
  }
  if (auto code = setColor(color, options))
    return code;
  mlir::registerAsmPrinterCLOptions();
  mlir::registerMLIRContextCLOptions();
  mlir::registerPassManagerCLOptions();
  mlir::registerDefaultTimingManagerCLOptions();
  cl::HideUnrelatedOptions({&inputs, &meaning, &machine, &results, &about});
  std::string problem;
  raw_string_ostream stream(problem);
  if (!cl::ParseCommandLineOptions(static_cast<int>(rest.size()), rest.data(), "seis-compile",
                                   &stream))
    return usageError(StringRef(problem).trim());
  if (auto code = checkValues(o, options))
    return code;
  collectItems(o, options);
  options.output = o.output == "-" ? std::string() : std::string(o.output);
  options.printManifest = o.printManifest;
  options.list = o.list;
  options.family = o.family;
  options.describe = o.describe;
  if (options.list || !options.describe.empty() || !options.printManifest.empty())
    return std::nullopt;
  if (options.items.empty())
    return usageError("nothing to compile: give a file, the name of an attribute, or -e");
  if (sys::path::filename(options.output) == "." || StringRef(options.output).ends_with("/"))
    return usageError("-o must end in the name of the object, as in -o out/sweet");
  if (options.output.empty())
    for (EmitKind kind : options.artifacts)
      if (kind != EmitKind::LLVM && kind != EmitKind::Asm)
        return usageError(formatv("`{0}` is written to a file: give -o DIR/NAME, or look at a stage "
                                  "with --emit=seis",
                                  emitKindName(kind)));
  if (!options.output.empty())
    options.entryName = entryNameOf(options.output);
  else if (!options.items.empty())
    options.entryName = options.items[0].kind == SourceItem::Expression
                            ? "result"
                            : entryNameOf(options.items[0].text);
  return std::nullopt;
}
