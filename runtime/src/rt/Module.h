//===- Module.h - An opened object ----------------------------------------===//
// Opens a compiled object, checks its version and structures, and keeps copies
// of the structures that are as long as this library's: what an object does not
// have reads as 0, what it has beyond that is not looked at.
//===----------------------------------------------------------------------===//
#ifndef SEIS_RT_MODULE_H
#define SEIS_RT_MODULE_H

#include "Manifest.h"

#include <memory>

namespace seis::rt {

/// One entry: its function table beside its description.
struct ModuleEntry {
  seis_entry abi;
  std::vector<seis_pass> passes;
  std::vector<const seis_pass *> passList; ///< what abi.passes points at
  Entry manifest;
};

/// The text an object writes into; at least this long.
constexpr size_t messageCapacity = 512;

} // namespace seis::rt

struct seis_rt_module {
  ~seis_rt_module();

  std::string path;
  void *library = nullptr; ///< of dlopen; NULL for a linked-in object
  seis_module abi = {};
  seis::rt::Manifest manifest;
  std::vector<std::unique_ptr<seis::rt::ModuleEntry>> entries;

  /// Entry `index` of a module whose entries may run here; throws otherwise.
  const seis::rt::ModuleEntry &runnable(uint32_t index) const;
  /// Entry `index`, whether it runs here or not.
  const seis::rt::ModuleEntry &at(uint32_t index) const;
};

namespace seis::rt {
std::unique_ptr<seis_rt_module> openModule(const char *path);
std::unique_ptr<seis_rt_module> adoptModule(const seis_module *(*query)(uint32_t),
                                            const char *name);
} // namespace seis::rt
#endif
