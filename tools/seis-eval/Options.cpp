//===- Options.cpp - Command line of seis-eval ----------------------------===//
#include "Options.h"
#include "CommandLine.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace seis::tools;

namespace seis::eval {
namespace {

cl::OptionCategory programs("Program"), volumes("Volumes and parameters"), general("General");

struct Declared {
  ProgramArguments program{programs, programs, "Sample interval in milliseconds"};
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
  cl::opt<bool> json{"json", cl::desc("What was written, as JSON on stdout"), cl::cat(general)};
  cl::opt<bool> quiet{"q", cl::desc("Errors only"), cl::cat(general)};
  cl::opt<bool> verbose{"v", cl::desc("Say what is evaluated"), cl::cat(general)};
};

CommandLine commandLine() {
  return CommandLine({"seis-eval",
                      "evaluates seismic attributes with plain f64 reference loops",
                      "usage: seis-eval [options] <file.seis | name | call>... "
                      "[-e <expression>]... -o <path>\n"
                      "       seis-eval [options] <file.mlir> -o <path>\n",
                      "none (reference loops)",
                      "  seis-eval my.seis --in x=cube.npy -o ref/\n"
                      "  seis-eval envelope 'rms(window=(1,1,9))' --in cube.npy -o ref/\n"
                      "  seis-eval -e 'envelope(x) / max(inst_frequency(x), 5 Hz)' --in cube.npy "
                      "--dt-ms=4 -o sweet.npy\n",
                      22,
                      {&programs, &volumes, &general}});
}

/// What outputs of -e are called: the last part of the output path, as an identifier.
std::string nameOf(StringRef output) {
  return output.ends_with(".npy") ? identifierOf(sys::path::stem(output)) : "result";
}

std::optional<int> checkValues(const CommandLine &line, Declared &d) {
  if (auto code = d.program.check(line))
    return code;
  if (d.dead.getNumOccurrences() && d.dead != "zero")
    return line.usageError(formatv("--dead must be zero, got `{0}`", d.dead.getValue()));
  if (d.rounding.getNumOccurrences() && d.rounding != "f32")
    return line.usageError(formatv("--inputs must be f32, got `{0}`", d.rounding.getValue()));
  if (d.program.items().empty())
    return line.usageError("nothing to evaluate: give a file, the name of an attribute, or -e");
  if (d.output.empty())
    return line.usageError("no output: add -o FILE.npy or -o FOLDER/");
  return std::nullopt;
}

} // namespace

std::optional<int> parseCommandLine(int argc, char **argv, Options &options) {
  static Declared d;
  CommandLine line = commandLine();
  if (auto code = line.parse(argc, argv))
    return code;
  if (auto code = checkValues(line, d))
    return code;
  options.program.items = d.program.items();
  options.program.name = nameOf(d.output);
  options.program.unitsAreErrors = d.program.unitsAreErrors();
  options.program.dtMs = options.data.dtMs = d.program.sampleInterval();
  options.program.color = line.color();
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
