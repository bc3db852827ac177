//===- Options.cpp - Command line of seis-compile --------------------------===//
#include "Options.h"

#include "mlir/IR/AsmState.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/Timing.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace seis;
using namespace seis::tools;

namespace {

cl::OptionCategory inputs("Programs"), meaning("Meaning"), machine("Machine"), results("Results"),
    about("About"), general("General");

struct Options {
  ProgramArguments program{inputs, meaning, "Fix the sample interval in milliseconds"};
  cl::opt<std::string> dtype{"dtype", cl::desc("Compute type: f32 (default) or f64"),
                             cl::value_desc("type"), cl::init("f32"), cl::cat(meaning)};
  cl::list<std::string> samples{"samples", cl::desc("Trace lengths known while compiling"),
                                cl::value_desc("n,..."), cl::CommaSeparated, cl::cat(meaning)};
  cl::opt<bool> exact{"exact", cl::desc("Only rewrites that change no bit"), cl::cat(meaning)};
  cl::opt<std::string> target{"target", cl::desc("zen (default); cuda comes later"),
                              cl::value_desc("name"), cl::init("zen"), cl::cat(machine)};
  cl::opt<std::string> cpu{"cpu",
                           cl::desc("native (default), znver2..5, x86-64-v3, x86-64-v4, ..."),
                           cl::value_desc("name"), cl::init("native"), cl::cat(machine)};
  cl::opt<std::string> openmp{"openmp", cl::desc("on (default), or off for a serial object"),
                              cl::value_desc("on|off"), cl::init("on"), cl::cat(machine)};
  cl::list<std::string> storage{"storage",
                                cl::desc("Convert in the first load: i8,i16,swapped,ibm"),
                                cl::value_desc("kind,..."), cl::CommaSeparated, cl::cat(machine)};
  cl::opt<std::string> schedule{"schedule", cl::desc("Overrides of the default schedule, JSON"),
                                cl::value_desc("file"), cl::cat(machine)};
  cl::list<std::string> emit{"emit",
                             cl::desc("so,header,manifest (default); object,static; "
                                      "seis,stages,loops,llvm,asm"),
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
  cl::opt<bool> json{"json", cl::desc("With --list or --describe: as JSON"), cl::cat(about)};
  cl::opt<bool> quiet{"q", cl::desc("Errors only, no warnings"), cl::cat(general)};
  cl::opt<bool> verbose{"v", cl::desc("Say which files are written"), cl::cat(general)};
};

CommandLine commandLine() {
  return CommandLine(
      {"seis-compile",
       "compiles seismic attributes",
       "usage: seis-compile [options] <file.seis | name | call>... [-e <expression>]...\n",
       "zen (x86-64)",
       "  seis-compile -e 'envelope(x) / max(inst_frequency(x), 5 Hz)' -o out/sweet\n"
       "  seis-compile --samples=500 envelope inst-phase 'rms(window=(1,1,9))' -o out/ct\n"
       "  seis-compile --describe sweetness\n",
       26,
       {&inputs, &meaning, &machine, &results, &about, &general}});
}

/// A C identifier for the entry, from the last part of a path or from a call.
std::string entryNameOf(StringRef text) {
  StringRef stem = sys::path::filename(text);
  return identifierOf(stem.take_until([](char c) { return c == '.' || c == '('; }).trim());
}

/// Sorts one word of --emit into texts and artifacts.
std::optional<int> addKind(const CommandLine &line, StringRef kind, CompileOptions &options) {
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
    return line.usageError("--emit=ptx belongs to --target=cuda, which this build does not have");
  return line.usageError(formatv("--emit knows seis, stages, loops, llvm, asm, so, object, static, "
                                 "header and manifest, got `{0}`",
                                 kind));
}

/// What the first load of an input converts.
std::optional<int> addStorage(const CommandLine &line, const Options &o, CompileOptions &options) {
  static constexpr std::pair<const char *, Storage> kinds[] = {{"i8", Storage::I8},
                                                               {"i16", Storage::I16},
                                                               {"swapped", Storage::Swapped},
                                                               {"ibm", Storage::Ibm}};
  for (const std::string &word : o.storage) {
    const auto *found = find_if(kinds, [&](const auto &kind) { return word == kind.first; });
    if (found == std::end(kinds))
      return line.usageError(formatv("--storage knows i8, i16, swapped and ibm, got `{0}`", word));
    if (!is_contained(options.compiler.storage, found->second))
      options.compiler.storage.push_back(found->second);
  }
  return std::nullopt;
}

/// Target, CPU, threads and what to write.
std::optional<int> checkMachine(const CommandLine &line, const Options &o,
                                CompileOptions &options) {
  if (o.target == "cuda") {
    errs() << "seis-compile: error: --target=cuda is not in this build: use --target=zen\n";
    return ExitMissing;
  }
  if (o.target != "zen")
    return line.usageError(formatv("--target must be zen or cuda, got `{0}`", o.target));
  if (o.openmp != "on" && o.openmp != "off")
    return line.usageError(formatv("--openmp must be on or off, got `{0}`", o.openmp));
  auto cpu = resolveCpu(o.cpu);
  if (!cpu)
    return line.usageError("--cpu: " + toString(cpu.takeError()));
  options.compiler.cpu = o.cpu;
  options.compiler.openmp = o.openmp == "on";
  options.compiler.exact = o.exact;
  options.scheduleFile = o.schedule;
  if (auto code = addStorage(line, o, options))
    return code;
  std::vector<std::string> kinds(o.emit.begin(), o.emit.end());
  if (kinds.empty())
    kinds = {"so", "header", "manifest"};
  for (const std::string &kind : kinds)
    if (auto code = addKind(line, kind, options))
      return code;
  return std::nullopt;
}

std::optional<int> checkValues(const CommandLine &line, Options &o, CompileOptions &options) {
  if (o.dtype != "f32" && o.dtype != "f64")
    return line.usageError(formatv("--dtype must be f32 or f64, got `{0}`", o.dtype));
  options.frontend.f64 = o.dtype == "f64";
  if (auto code = o.program.check(line))
    return code;
  options.frontend.dtMs = o.program.sampleInterval();
  options.frontend.unitsAreErrors = o.program.unitsAreErrors();
  for (const std::string &text : o.samples) {
    int64_t n = 0;
    if (StringRef(text).getAsInteger(10, n) || n < 1)
      return line.usageError(formatv("--samples must be positive, got {0}", text));
    options.frontend.samples.push_back(n);
  }
  options.compiler.samples = options.frontend.samples;
  return checkMachine(line, o, options);
}

/// Output and entry name; artifacts need a name.
std::optional<int> checkOutput(const CommandLine &line, const Options &o, CompileOptions &options) {
  options.output = o.output == "-" ? std::string() : std::string(o.output);
  if (options.items.empty())
    return line.usageError("nothing to compile: give a file, the name of an attribute, or -e");
  if (sys::path::filename(options.output) == "." || StringRef(options.output).ends_with("/"))
    return line.usageError("-o must end in the name of the object, as in -o out/sweet");
  if (!options.output.empty()) {
    options.entryName = entryNameOf(options.output);
    return std::nullopt;
  }
  for (EmitKind kind : options.artifacts)
    if (kind != EmitKind::LLVM && kind != EmitKind::Asm)
      return line.usageError(formatv("`{0}` is written to a file: give -o DIR/NAME, or look at a "
                                     "stage with --emit=seis",
                                     emitKindName(kind)));
  const ProgramItem &first = options.items.front();
  options.entryName = first.kind == SourceItem::Expression ? "result" : entryNameOf(first.text);
  return std::nullopt;
}

} // namespace

std::optional<int> seis::parseCommandLine(int argc, char **argv, CompileOptions &options) {
  static Options o;
  CommandLine line = commandLine();
  mlir::registerAsmPrinterCLOptions();
  mlir::registerMLIRContextCLOptions();
  mlir::registerPassManagerCLOptions();
  mlir::registerDefaultTimingManagerCLOptions();
  if (auto code = line.parse(argc, argv))
    return code;
  if (auto code = checkValues(line, o, options))
    return code;
  options.items = o.program.items();
  options.color = line.color();
  options.quiet = o.quiet;
  options.verbose = o.verbose;
  options.printManifest = o.printManifest;
  options.list = o.list;
  options.family = o.family;
  options.describe = o.describe;
  options.json = o.json;
  bool shows = options.list || !options.describe.empty();
  if (o.json && !shows)
    return line.usageError("--json goes with --list or --describe; the manifest is JSON already");
  if (!options.family.empty() && !options.list)
    return line.usageError("--family goes with --list");
  if (shows || !options.printManifest.empty())
    return std::nullopt;
  return checkOutput(line, o, options);
}
