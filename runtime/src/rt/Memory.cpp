//===- Memory.cpp - Reads /proc and the control group ---------------------===//
#include "Memory.h"

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <unistd.h>

namespace seis::rt {
namespace {

/// The number that `pattern` finds in a line of a file, or `otherwise`.
uint64_t findNumber(const char *path, const char *pattern, uint64_t otherwise) {
  std::FILE *file = std::fopen(path, "re");
  if (!file)
    return otherwise;
  char line[256];
  uint64_t value = 0;
  bool found = false;
  while (!found && std::fgets(line, sizeof line, file))
    found = std::sscanf(line, pattern, &value) == 1;
  std::fclose(file);
  return found ? value : otherwise;
}

} // namespace

uint64_t residentMemory() {
  return findNumber("/proc/self/statm", "%*u %" SCNu64, 0) * uint64_t(sysconf(_SC_PAGESIZE));
}

uint64_t availableMemory() {
  uint64_t available = findNumber("/proc/meminfo", "MemAvailable: %" SCNu64, uint64_t(1) << 20)
                       << 10;
  uint64_t limit = findNumber("/sys/fs/cgroup/memory.max", "%" SCNu64, UINT64_MAX);
  uint64_t used = findNumber("/sys/fs/cgroup/memory.current", "%" SCNu64, 0);
  return limit == UINT64_MAX ? available : std::min(available, limit > used ? limit - used : 0);
}

} // namespace seis::rt
