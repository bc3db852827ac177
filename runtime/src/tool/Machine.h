//===- Machine.h - What a command ran on ----------------------------------===//
// Times mean little without the machine they were taken on: the summary of a run
// names it.
//===----------------------------------------------------------------------===//
#ifndef SEIS_RUNTIME_TOOL_MACHINE_H
#define SEIS_RUNTIME_TOOL_MACHINE_H

#include <cstdint>
#include <string>

namespace seis::tool {

/// The part of the machine that this process may use; 0 or empty where it is not known.
struct Machine {
  std::string processor;               ///< its name, as in /proc/cpuinfo
  int cores = 0;                       ///< physical
  int threads = 0;                     ///< logical processors
  int numaNodes = 0;                   ///< groups of cores with memory of their own
  uint64_t l1Data = 0, l2 = 0, l3 = 0; ///< bytes of one cache of that level
};

/// Asks hwloc; takes some milliseconds.
Machine thisMachine();

} // namespace seis::tool
#endif
