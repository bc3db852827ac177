//===- Machine.cpp - Cores and caches by hwloc ----------------------------===//
#include "Machine.h"

#include <hwloc.h>

#include <algorithm>
#include <fstream>

namespace seis::tool {
namespace {

std::string processorName() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.rfind("model name", 0) == 0) {
      size_t at = line.find_first_not_of(" \t", line.find(':') + 1);
      return at == std::string::npos ? "" : line.substr(at);
    }
  return "";
}

uint64_t cacheBytes(hwloc_topology_t topology, hwloc_obj_type_t level) {
  hwloc_obj_t cache = hwloc_get_obj_by_type(topology, level, 0);
  return cache ? cache->attr->cache.size : 0;
}

} // namespace

Machine thisMachine() {
  Machine machine;
  machine.processor = processorName();
  hwloc_topology_t topology = nullptr;
  if (hwloc_topology_init(&topology))
    return machine;
  if (!hwloc_topology_load(topology)) {
    auto count = [&](hwloc_obj_type_t type) {
      return std::max(0, hwloc_get_nbobjs_by_type(topology, type));
    };
    machine.threads = count(HWLOC_OBJ_PU);
    machine.cores = count(HWLOC_OBJ_CORE);
    machine.numaNodes = count(HWLOC_OBJ_NUMANODE);
    machine.l1Data = cacheBytes(topology, HWLOC_OBJ_L1CACHE);
    machine.l2 = cacheBytes(topology, HWLOC_OBJ_L2CACHE);
    machine.l3 = cacheBytes(topology, HWLOC_OBJ_L3CACHE);
  }
  hwloc_topology_destroy(topology);
  return machine;
}

} // namespace seis::tool
