//===- Status.h - Success, or why not --------------------------*- C++ -*-===//
// What a function returns that can fail because of its input. Needs no LLVM.
//===----------------------------------------------------------------------===//
#ifndef SEIS_SUPPORT_STATUS_H
#define SEIS_SUPPORT_STATUS_H

#include <string>
#include <utility>

namespace seis {

/// Success, or a message: lower case, no full stop, what was wanted and what was found.
class [[nodiscard]] Status {
public:
  static Status success() { return {}; }
  static Status error(std::string message) {
    Status status;
    status.failed = true;
    status.text = std::move(message);
    return status;
  }
  bool ok() const { return !failed; }
  /// Empty on success.
  const std::string &message() const { return text; }

private:
  bool failed = false;
  std::string text;
};

} // namespace seis

#endif // SEIS_SUPPORT_STATUS_H
