//===- Outcome.h - How a step of seis-eval ended ---------------*- C++ -*-===//
#ifndef SEIS_TOOLS_SEIS_EVAL_OUTCOME_H
#define SEIS_TOOLS_SEIS_EVAL_OUTCOME_H

#include <string>

namespace seis::eval {

/// Success, or an exit code with a message; the message is empty where diagnostics were printed.
struct Outcome {
  int code = 0; ///< 0 done, 2 usage, 3 unusable input
  std::string message;

  static Outcome usage(std::string text) { return {2, std::move(text)}; }
  static Outcome unusable(std::string text) { return {3, std::move(text)}; }
  bool failed() const { return code != 0; }
};

} // namespace seis::eval

#endif // SEIS_TOOLS_SEIS_EVAL_OUTCOME_H
