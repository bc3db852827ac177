//===- seis-eval.cpp - Evaluate a program with the reference loops --------===//
// Nothing is compiled: every operation runs as one plain f64 loop over the whole
// volume. Slow, and the yardstick for everything that is compiled.
//===----------------------------------------------------------------------===//
#include "Evaluation.h"
#include "Program.h"
#include "seis/Dialect/Seis/IR/SeisOps.h"
#include "seis/Support/Json.h"
#include "seis/Support/Version.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/WithColor.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdlib>

using namespace llvm;
using namespace seis;

namespace {

cl::OptionCategory programOptions("Program");
cl::OptionCategory dataOptions("Data");
cl::OptionCategory talkOptions("Messages");

cl::list<std::string> programs(cl::Positional, cl::desc("PROGRAM..."), cl::cat(programOptions));
cl::list<std::string> expressions("e", cl::desc("an expression; free names are inputs"),
                                  cl::value_desc("EXPR"), cl::cat(programOptions));
cl::list<std::string> warningsAsErrors("Werror", cl::desc("units: different units are an error"),
                                       cl::value_desc("units"), cl::cat(programOptions));

cl::list<std::string> inputs("in", cl::desc("a volume, .npy or SEG-Y (NAME= where there are several)"),
                             cl::value_desc("NAME=FILE"), cl::cat(dataOptions));
cl::opt<std::string> output("o", cl::desc("FILE.npy, or a folder for <output>.npy"),
                            cl::value_desc("OUT"), cl::cat(dataOptions));
cl::opt<double> dtMs("dt-ms", cl::desc("sample interval in milliseconds"), cl::value_desc("MS"),
                     cl::cat(dataOptions));
cl::list<std::string> parameters("param", cl::desc("value of a parameter of the program"),
                                 cl::value_desc("NAME=VALUE"), cl::cat(dataOptions));
cl::opt<std::string> dead("dead", cl::desc("zero: traces of zeros in .npy are dead"),
                          cl::value_desc("zero"), cl::cat(dataOptions));
cl::opt<std::string> inputsAs("inputs", cl::desc("f32: round input samples to f32 first"),
                              cl::value_desc("f32"), cl::cat(dataOptions));

cl::opt<bool> asJson("json", cl::desc("what was written, as JSON on stdout"), cl::cat(talkOptions));
cl::opt<bool> quiet("q", cl::desc("errors only"), cl::cat(talkOptions));
cl::opt<bool> verbose("v", cl::desc("say what is read"), cl::cat(talkOptions));
/// LLVM registers an option of this name with other values, so it is taken from argv first.
std::string color = "auto";

cl::extrahelp examples(R"(
  --color=<WHEN>       - auto, always or never; NO_COLOR is obeyed

PROGRAM: a file that ends in .mlir.

Examples:
  seis-eval my.mlir --in x=cube.npy -o ref/
  seis-eval my.mlir --in cube.npy --dt-ms=4 --param floor_hz=6 -o sweet.npy
  seis-eval two.mlir --in near=a.npy --in far=b.npy --dead=zero -o ref/

Exit codes: 0 done, 2 wrong usage, 3 unusable input.
)");

void printVersion(raw_ostream &os) {
#ifdef NDEBUG
  const char *build = "release";
#else
  const char *build = "debug";
#endif
  os << "seis-eval " << versionText() << ", LLVM " << LLVM_VERSION_STRING
     << ", targets: none (reference loops), " << build << " build\n";
}

int report(const eval::Outcome &outcome) {
  if (!outcome.message.empty()) {
    WithColor(errs(), HighlightColor::Error) << "seis-eval: error: ";
    errs() << outcome.message << "\n";
  }
  return outcome.code;
}

/// Removes --color=WHEN from the arguments and notes WHEN.
std::vector<char *> withoutColor(int argc, char **argv) {
  std::vector<char *> rest;
  for (int i = 0; i < argc; ++i) {
    StringRef text = argv[i];
    if (text.consume_front("--color="))
      color = text.str();
    else
      rest.push_back(argv[i]);
  }
  return rest;
}

/// Options that have a few legal words.
eval::Outcome checkWords() {
  for (const std::string &word : warningsAsErrors)
    if (word != "units")
      return eval::Outcome::usage("--Werror=" + word + ": wanted units");
  if (dead.getNumOccurrences() && dead != "zero")
    return eval::Outcome::usage("--dead=" + dead + ": wanted zero");
  if (inputsAs.getNumOccurrences() && inputsAs != "f32")
    return eval::Outcome::usage("--inputs=" + inputsAs + ": wanted f32");
  if (color != "auto" && color != "always" && color != "never")
    return eval::Outcome::usage("--color=" + color + ": wanted auto, always or never");
  if (dtMs.getNumOccurrences() && !(dtMs > 0 && dtMs < 1e9))
    return eval::Outcome::usage("--dt-ms: wanted a number of milliseconds above 0");
  if (programs.empty() && expressions.empty())
    return eval::Outcome::usage("no program: give a file or -e EXPR; see seis-eval --help");
  if (output.empty())
    return eval::Outcome::usage("no output: add -o FILE.npy or -o FOLDER/");
  return {};
}

void applyColor() {
  if (color == "always")
    WithColor::setAutoDetectFunction([](const raw_ostream &) { return true; });
  else if (color == "never" || std::getenv("NO_COLOR"))
    WithColor::setAutoDetectFunction([](const raw_ostream &) { return false; });
}

void summarise(const eval::Evaluation &evaluation) {
  const reference::Shape &shape = evaluation.survey().shape;
  if (!quiet) {
    errs() << shape[0] * shape[1] << " traces of " << shape[2] << " samples, "
           << evaluation.deadTraces() << " dead\n";
    for (const eval::Output &o : evaluation.outputs())
      errs() << o.path << ": " << o.name << (o.unit.empty() ? "" : " (" + o.unit + ")") << ", "
             << o.nonFinite << " samples not finite\n";
  }
  if (!asJson)
    return;
  json::Value list = json::Value::array();
  for (const eval::Output &o : evaluation.outputs()) {
    json::Value dims = json::Value::array(), entry = json::Value::object();
    for (int64_t d : o.array->shape)
      dims.push(d);
    entry.set("name", o.name).set("file", o.path).set("shape", std::move(dims));
    entry.set("unit", o.unit).set("not_finite", o.nonFinite);
    list.push(std::move(entry));
  }
  json::Value all = json::Value::object();
  all.set("traces", shape[0] * shape[1]).set("dead", evaluation.deadTraces());
  all.set("outputs", std::move(list));
  outs() << json::print(all) << "\n";
}

int evaluate() {
  eval::ProgramOptions what;
  what.programs = std::vector<std::string>(programs.begin(), programs.end());
  what.expressions = std::vector<std::string>(expressions.begin(), expressions.end());
  what.name = StringRef(output).ends_with(".npy") ? sys::path::stem(output).str() : "result";
  what.unitsAreErrors = !warningsAsErrors.empty();
  eval::DataOptions data;
  data.inputs = std::vector<std::string>(inputs.begin(), inputs.end());
  data.parameters = std::vector<std::string>(parameters.begin(), parameters.end());
  if (dtMs.getNumOccurrences())
    what.dtMs = data.dtMs = dtMs;
  data.deadZero = dead == "zero";
  data.roundInputs = inputsAs == "f32";
  data.output = output;

  mlir::MLIRContext context;
  context.loadDialect<SeisDialect, mlir::func::FuncDialect, mlir::arith::ArithDialect,
                      mlir::math::MathDialect>();
  eval::Program program;
  if (eval::Outcome o = eval::loadProgram(context, what, program); o.failed())
    return report(o);
  eval::Evaluation evaluation(program, data);
  if (eval::Outcome o = evaluation.bind(); o.failed())
    return report(o);
  if (verbose)
    errs() << "evaluating " << program.entry.getName() << "\n";
  if (eval::Outcome o = evaluation.run(); o.failed())
    return report(o);
  if (eval::Outcome o = evaluation.write(); o.failed())
    return report(o);
  summarise(evaluation);
  return 0;
}

} // namespace

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions({&programOptions, &dataOptions, &talkOptions});
  cl::SetVersionPrinter(printVersion);
  std::vector<char *> arguments = withoutColor(argc, argv);
  if (!cl::ParseCommandLineOptions(static_cast<int>(arguments.size()), arguments.data(),
                                   "seis-eval: evaluate seismic attributes with plain f64 "
                                   "reference loops; nothing is compiled\n",
                                   &errs()))
    return 2;
  applyColor();
  if (eval::Outcome o = checkWords(); o.failed())
    return report(o);
  return evaluate();
}
