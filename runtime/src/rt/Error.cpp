//===- Error.cpp - Statuses and the sentences that go with them -----------===//
#include "Error.h"

#include <cmath>
#include <cstdio>
#include <cstring>

namespace seis::rt {

std::string format(const char *pattern, ...) {
  char text[1024];
  va_list arguments;
  va_start(arguments, pattern);
  std::vsnprintf(text, sizeof text, pattern, arguments);
  va_end(arguments);
  return text;
}

std::string number(double value) {
  for (int digits = 6; digits <= 17; ++digits) {
    std::string text = format("%.*g", digits, value);
    if (std::strtod(text.c_str(), nullptr) == value)
      return text;
  }
  return format("%.17g", value);
}

std::string byteCount(uint64_t bytes) {
  if (bytes < 1024)
    return format("%llu bytes", static_cast<unsigned long long>(bytes));
  if (bytes < (uint64_t(1) << 20))
    return format("%llu KiB", static_cast<unsigned long long>((bytes + 1023) >> 10));
  return format("%llu MiB", static_cast<unsigned long long>((bytes + (1 << 20) - 1) >> 20));
}

void putMessage(const std::string &text, char *message, size_t messageSize) {
  if (!message || !messageSize)
    return;
  size_t length = std::min(text.size(), messageSize - 1);
  std::memcpy(message, text.data(), length);
  message[length] = 0;
}

} // namespace seis::rt

const char *seis_rt_version(void) { return SEIS_RT_VERSION; }

const char *seis_rt_status_name(int32_t status) {
  switch (status) {
  case SEIS_OK:
    return "no error";
  case SEIS_ERR_ARGUMENT:
    return "unusable argument";
  case SEIS_ERR_DTYPE:
    return "element type that the object does not take";
  case SEIS_ERR_SHAPE:
    return "shape that does not fit";
  case SEIS_ERR_EMPTY:
    return "an extent of 0";
  case SEIS_ERR_HALO:
    return "block without the halo that the object reads";
  case SEIS_ERR_PARAM:
    return "unusable parameter";
  case SEIS_ERR_NAN:
    return "NaN in a live trace of a whole-volume reduction";
  case SEIS_ERR_LIMIT:
    return "a limit of the object was exceeded";
  case SEIS_ERR_MEMORY:
    return "out of memory";
  case SEIS_ERR_CPU:
    return "this processor lacks a feature that the object needs";
  case SEIS_ERR_DEVICE:
    return "the device that the object needs is not there";
  case SEIS_RT_ERR_LOAD:
    return "not a loadable seis object";
  case SEIS_RT_ERR_LIBRARY:
    return "a library that the object needs is missing";
  case SEIS_RT_ERR_VERSION:
    return "object of another version";
  case SEIS_RT_ERR_MANIFEST:
    return "malformed manifest";
  case SEIS_RT_ERR_IO:
    return "reading or writing failed";
  case SEIS_RT_ERR_CAP:
    return "memory cap too small";
  case SEIS_RT_ERR_INTERVAL:
    return "unsuitable sample interval";
  case SEIS_RT_ERR_CANCELLED:
    return "cancelled";
  default:
    return "unknown status";
  }
}
