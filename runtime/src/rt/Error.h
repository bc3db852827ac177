//===- Error.h - A status with a sentence, inside the library -------------===//
// The library is written with exceptions and speaks C outside: every function of
// seis_rt.h runs its body in `guarded`, which turns what was thrown into a status
// and a message.
//===----------------------------------------------------------------------===//
#ifndef SEIS_RT_ERROR_H
#define SEIS_RT_ERROR_H

#include "seis_rt/seis_rt.h"

#include <cstdarg>
#include <new>
#include <stdexcept>
#include <string>

namespace seis::rt {

class Error : public std::runtime_error {
public:
  Error(int32_t status, const std::string &text) : std::runtime_error(text), status(status) {}
  const int32_t status;
};

/// printf into a string; numbers and short texts only.
std::string format(const char *pattern, ...) __attribute__((format(printf, 1, 2)));

/// A double as a user would write it: 4, not 4.000000.
std::string number(double value);

/// Bytes for a reader: 512 MiB, rounded up so that the figure given is enough.
std::string byteCount(uint64_t bytes);

/// Copies `text` into a C buffer, cut to fit, always ended by 0.
void putMessage(const std::string &text, char *message, size_t messageSize);

template <typename Body> int32_t guarded(char *message, size_t messageSize, Body body) {
  try {
    body();
    if (message && messageSize)
      message[0] = 0;
    return SEIS_OK;
  } catch (const Error &error) {
    putMessage(error.what(), message, messageSize);
    return error.status;
  } catch (const std::bad_alloc &) {
    putMessage("out of memory", message, messageSize);
    return SEIS_ERR_MEMORY;
  } catch (const std::exception &error) {
    putMessage(error.what(), message, messageSize);
    return SEIS_ERR_ARGUMENT;
  }
}

} // namespace seis::rt
#endif
