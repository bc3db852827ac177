//===- Outcome.h - How a step of seis-eval ended ---------------*- C++ -*-===//
#ifndef SEIS_TOOLS_SEIS_EVAL_OUTCOME_H
#define SEIS_TOOLS_SEIS_EVAL_OUTCOME_H

#include "CommandLine.h"

#include <string>
#include <utility>

namespace seis::eval {

/// Success, or an exit code with a message; the message is empty where diagnostics were printed.
struct Outcome {
  int code = tools::ExitDone;
  std::string message;

  static Outcome usage(std::string text) { return {tools::ExitUsage, std::move(text)}; }
  static Outcome unusable(std::string text) { return {tools::ExitInput, std::move(text)}; }
  /// What is wrong was printed already.
  static Outcome reported() { return {tools::ExitInput, ""}; }
  bool failed() const { return code != tools::ExitDone; }
};

} // namespace seis::eval

#endif // SEIS_TOOLS_SEIS_EVAL_OUTCOME_H
