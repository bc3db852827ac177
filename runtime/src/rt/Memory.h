//===- Memory.h - What the process holds and the machine has --------------===//
#ifndef SEIS_RT_MEMORY_H
#define SEIS_RT_MEMORY_H

#include <cstdint>

namespace seis::rt {

/// Resident bytes of this process now (VmRSS); 0 where /proc is missing.
uint64_t residentMemory();

/// Bytes that may be used without swapping (MemAvailable, and the limit of the
/// control group where that is lower); 1 GiB where neither can be read.
uint64_t availableMemory();

} // namespace seis::rt
#endif
