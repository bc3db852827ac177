//===- Outcome.h - How a step of seis-eval ended ---------------*- C++ -*-===//
#ifndef SEIS_TOOLS_SEIS_EVAL_OUTCOME_H
#define SEIS_TOOLS_SEIS_EVAL_OUTCOME_H

#include <cctype>
#include <string>
#include <system_error>

namespace seis::eval {

/// Success, or an exit code with a message; the message is empty where diagnostics were printed.
struct Outcome {
  int code = 0; ///< 0 done, 2 usage, 3 unusable input
  std::string message;

  static Outcome usage(std::string text) { return {2, std::move(text)}; }
  static Outcome unusable(std::string text) { return {3, std::move(text)}; }
  bool failed() const { return code != 0; }
};

/// The system's words for an error, in the form of our messages.
inline std::string systemMessage(std::error_code error) {
  std::string text = error.message();
  if (!text.empty())
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

} // namespace seis::eval

#endif // SEIS_TOOLS_SEIS_EVAL_OUTCOME_H
