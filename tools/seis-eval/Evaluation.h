//===- Evaluation.h - Files in, reference loops, files out -----*- C++ -*-===//
#ifndef SEIS_TOOLS_SEIS_EVAL_EVALUATION_H
#define SEIS_TOOLS_SEIS_EVAL_EVALUATION_H

#include "Program.h"

#include "seis/Reference/Interpreter.h"
#include "seis_rt/seis_io.h"

#include <memory>
#include <utility>

namespace seis::eval {

/// What the command line says about the data.
struct DataOptions {
  std::vector<std::string> inputs;     ///< NAME=FILE, or FILE for a program of one input
  std::vector<std::string> parameters; ///< NAME=VALUE
  std::optional<double> dtMs;
  bool deadZero = false;    ///< traces of zeros and NaN in `.npy` are dead
  bool roundInputs = false; ///< round samples to f32 first
  std::string output;       ///< a `.npy` file or a folder
};

/// A result and what is said about it.
struct Output {
  std::string name, unit, path;
  reference::ArrayPtr array;
  int64_t nonFinite = 0; ///< samples of live traces that are NaN or infinite
};

/// One run of the tool: binds files and numbers to the arguments of a program, evaluates it and
/// writes what it returns.
class Evaluation {
public:
  Evaluation(Program &program, const DataOptions &options)
      : program(program), options(options), entry(program.entry) {}

  /// Opens the inputs and checks every option against the program, before anything is computed.
  Outcome bind();
  /// Computes all outputs.
  Outcome run();
  /// Writes them, each under a temporary name first.
  Outcome write();

  const std::vector<Output> &outputs() const { return results; }
  const reference::EvaluateOptions &survey() const { return how; }
  int64_t deadTraces() const;

private:
  Outcome openInputs();
  Outcome checkSampleInterval();
  Outcome bindParameters();
  Outcome parameterValue(unsigned argument, const std::string *given, double &value);
  Outcome readVolume(unsigned argument, const io::VolumeSource &source);
  Outcome lineNumbers(unsigned argument);
  Outcome nameOutputs();
  void finish(Output &output);

  std::string argumentName(unsigned argument);

  Program &program;
  const DataOptions &options;
  mlir::func::FuncOp entry;
  std::vector<std::unique_ptr<io::VolumeSource>> sources; ///< by argument; null: no volume
  std::vector<reference::ArrayPtr> arguments;
  reference::EvaluateOptions how;
  std::vector<Output> results;
};

/// "a or b" for the nearest of `names` within a third of its length, with "; did you mean ...?"
/// around it; else empty.
std::string suggestion(const std::string &name, const std::vector<std::string> &names);

} // namespace seis::eval

#endif // SEIS_TOOLS_SEIS_EVAL_EVALUATION_H
