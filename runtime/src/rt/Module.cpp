//===- Module.cpp - Opens and checks compiled objects ---------------------===//
#include "Module.h"

#include <cstring>
#include <dlfcn.h>

namespace seis::rt {
namespace {

/// Copies a structure of the object into one of ours. Version 1 is the first, so
/// its length is the least that is accepted and the rest of a longer one is ignored.
template <typename T>
T copyStruct(const T *from, const std::string &path, const char *type, const std::string &where) {
  if (!from)
    throw Error(SEIS_RT_ERR_VERSION, path + ": " + where + " is missing: the object is broken");
  if (from->struct_size < sizeof(T))
    throw Error(SEIS_RT_ERR_VERSION,
                path + ": " + where + " is a struct " + type +
                    format(" of %u bytes, version 1 has %zu", from->struct_size, sizeof(T)) +
                    ": the object is broken, compile it again");
  T copy;
  std::memcpy(&copy, from, sizeof(T));
  return copy;
}

void checkCount(const std::string &path, const std::string &entry, const char *what,
                uint32_t inObject, size_t inManifest) {
  if (inObject != inManifest)
    throw Error(SEIS_RT_ERR_MANIFEST,
                path + ": entry '" + entry + "' has " +
                    format("%u %s, its manifest lists %zu", inObject, what, inManifest));
}

void addEntry(seis_rt_module &module, uint32_t index) {
  auto entry = std::make_unique<ModuleEntry>();
  entry->manifest = module.manifest.entries[index];
  std::string where = "entry '" + entry->manifest.name + "'";
  entry->abi = copyStruct(module.abi.entries ? module.abi.entries[index] : nullptr, module.path,
                          "seis_entry", where);
  const Entry &manifest = entry->manifest;
  checkCount(module.path, manifest.name, "inputs", entry->abi.n_in, manifest.inputs.size());
  checkCount(module.path, manifest.name, "outputs", entry->abi.n_out, manifest.outputs.size());
  checkCount(module.path, manifest.name, "parameters", entry->abi.n_param, manifest.params.size());
  checkCount(module.path, manifest.name, "passes", entry->abi.n_pass, manifest.passes.size());
  bool cpu = module.abi.kind == SEIS_CPU;
  if (cpu && (!entry->abi.run || !entry->abi.scratch_bytes))
    throw Error(SEIS_RT_ERR_VERSION,
                module.path + ": " + where + " has no functions: broken object");
  if (!entry->abi.name || manifest.name != entry->abi.name)
    throw Error(SEIS_RT_ERR_MANIFEST, module.path + ": " + where + " of the manifest is called '" +
                                          (entry->abi.name ? entry->abi.name : "") +
                                          "' in the object");
  for (uint32_t p = 0; p < entry->abi.n_pass; ++p) {
    std::string pass = "pass '" + manifest.passes[p].name + "'";
    entry->passes.push_back(copyStruct(entry->abi.passes ? entry->abi.passes[p] : nullptr,
                                       module.path, "seis_pass", pass));
    const seis_pass &abi = entry->passes.back();
    const std::vector<int64_t> &shape = manifest.passes[p].shape;
    if (abi.table_dtype != manifest.passes[p].dtype || abi.table_rank != shape.size() ||
        !std::equal(shape.begin(), shape.end(), abi.table_shape))
      throw Error(SEIS_RT_ERR_MANIFEST,
                  module.path + ": the table of " + pass + " differs from the manifest");
    if (cpu && (!abi.partial_bytes || !abi.scratch_bytes || !abi.init || !abi.reduce ||
                !abi.merge || !abi.finish))
      throw Error(SEIS_RT_ERR_VERSION,
                  module.path + ": " + pass + " has no functions: broken object");
  }
  for (const seis_pass &pass : entry->passes)
    entry->passList.push_back(&pass);
  entry->abi.passes = entry->passList.data();
  module.entries.push_back(std::move(entry));
}

void fill(seis_rt_module &module, const seis_module *(*query)(uint32_t)) {
  const seis_module *found = query(SEIS_ABI_VERSION);
  if (!found)
    throw Error(SEIS_RT_ERR_VERSION,
                module.path + format(": the object is newer than this library, which knows version "
                                     "%u of the interface: update seis, or compile the object "
                                     "with this version",
                                     SEIS_ABI_VERSION));
  module.abi = copyStruct(found, module.path, "seis_module", "the module");
  if (module.abi.abi_version == 0 || module.abi.abi_version > SEIS_ABI_VERSION)
    throw Error(SEIS_RT_ERR_VERSION,
                module.path + format(": the object has version %u of the interface, this library "
                                     "knows version %u",
                                     module.abi.abi_version, SEIS_ABI_VERSION));
  if (module.abi.kind != SEIS_CPU && module.abi.kind != SEIS_CUDA)
    throw Error(SEIS_RT_ERR_VERSION,
                module.path + format(": the object is of kind %u, this library "
                                     "knows 0 (CPU) and 1 (CUDA)",
                                     module.abi.kind));
  try {
    module.manifest = parseManifest(module.abi.manifest_json);
  } catch (const Error &error) {
    throw Error(error.status, module.path + ": " + error.what());
  }
  if (module.manifest.entries.size() != module.abi.n_entries)
    throw Error(SEIS_RT_ERR_MANIFEST,
                module.path + format(": the object has %u entries, its "
                                     "manifest lists %zu",
                                     module.abi.n_entries, module.manifest.entries.size()));
  for (uint32_t i = 0; i < module.abi.n_entries; ++i)
    addEntry(module, i);
}

/// The OpenMP runtime keeps its worker threads beyond the last region. Were it
/// unloaded together with the last object, they would wake up in unmapped code.
void keepOpenMP() {
  for (const char *name : {"libomp.so.5", "libomp.so", "libgomp.so.1", "libiomp5.so"})
    if (void *handle = dlopen(name, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE))
      dlclose(handle);
}

[[noreturn]] void failToLoad(const std::string &path, const std::string &reason) {
  // The loader's words for a missing dependency: "libx.so.5: cannot open shared object file: …".
  size_t end = reason.find(": cannot open shared object file");
  if (end != std::string::npos && reason.compare(0, end, path) != 0) {
    std::string library = reason.substr(0, end);
    std::string package =
        library.find("libomp") != std::string::npos ? " (package libomp5-22)" : "";
    throw Error(SEIS_RT_ERR_LIBRARY,
                path + ": needs " + library + package + ", which is not installed");
  }
  if (end != std::string::npos)
    throw Error(SEIS_RT_ERR_LOAD, path + ": no such file, or it cannot be read");
  throw Error(SEIS_RT_ERR_LOAD, path + ": not a loadable object: " + reason);
}

} // namespace

std::unique_ptr<seis_rt_module> openModule(const char *path) {
  if (!path || !*path)
    throw Error(SEIS_ERR_ARGUMENT, "the path of the object is empty");
  auto module = std::make_unique<seis_rt_module>();
  // Without a slash dlopen would search the system's folders.
  module->path = std::strchr(path, '/') ? path : std::string("./") + path;
  module->library = dlopen(module->path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!module->library) {
    const char *reason = dlerror();
    failToLoad(module->path, reason ? reason : "unknown reason");
  }
  keepOpenMP();
  using Query = const seis_module *(*)(uint32_t);
  auto query = reinterpret_cast<Query>(dlsym(module->library, "seis_module_query"));
  if (!query)
    throw Error(SEIS_RT_ERR_LOAD, module->path +
                                      ": a library, but no seis object: it does not export "
                                      "seis_module_query");
  fill(*module, query);
  return module;
}

std::unique_ptr<seis_rt_module> adoptModule(const seis_module *(*query)(uint32_t),
                                            const char *name) {
  if (!query)
    throw Error(SEIS_ERR_ARGUMENT, "the query function of the object is NULL");
  auto module = std::make_unique<seis_rt_module>();
  module->path = name && *name ? name : "object";
  fill(*module, query);
  return module;
}

} // namespace seis::rt

using namespace seis::rt;

seis_rt_module::~seis_rt_module() {
  entries.clear();
  if (library)
    dlclose(library);
}

const ModuleEntry &seis_rt_module::at(uint32_t index) const {
  if (index >= entries.size())
    throw Error(SEIS_ERR_ARGUMENT,
                path + format(": there is no entry %u, the object has %zu", index, entries.size()));
  return *entries[index];
}

const ModuleEntry &seis_rt_module::runnable(uint32_t index) const {
  const ModuleEntry &entry = at(index);
  if (abi.status != SEIS_OK)
    throw Error(abi.status,
                path + ": " +
                    (abi.status_text && *abi.status_text ? abi.status_text
                                                         : seis_rt_status_name(abi.status)));
  if (abi.kind != SEIS_CPU)
    throw Error(SEIS_ERR_DEVICE, path + ": a CUDA object; this build of seis_rt runs CPU objects");
  return entry;
}

int32_t seis_rt_open(const char *path, seis_rt_module **module, char *message, size_t messageSize) {
  return guarded(message, messageSize, [&] {
    if (!module)
      throw Error(SEIS_ERR_ARGUMENT, "the place for the module is NULL");
    *module = nullptr;
    *module = openModule(path).release();
  });
}

int32_t seis_rt_adopt(const seis_module *(*query)(uint32_t), const char *name,
                      seis_rt_module **module, char *message, size_t messageSize) {
  return guarded(message, messageSize, [&] {
    if (!module)
      throw Error(SEIS_ERR_ARGUMENT, "the place for the module is NULL");
    *module = nullptr;
    *module = adoptModule(query, name).release();
  });
}

void seis_rt_close(seis_rt_module *module) { delete module; }

const char *seis_rt_manifest(const seis_rt_module *module) { return module->abi.manifest_json; }

int32_t seis_rt_status(const seis_rt_module *module) { return module->abi.status; }

const char *seis_rt_status_text(const seis_rt_module *module) {
  return module->abi.status_text ? module->abi.status_text : "";
}

uint32_t seis_rt_entries(const seis_rt_module *module) {
  return static_cast<uint32_t>(module->entries.size());
}

const seis_entry *seis_rt_entry(const seis_rt_module *module, uint32_t entry) {
  return entry < module->entries.size() ? &module->entries[entry]->abi : nullptr;
}

int64_t seis_rt_find_entry(const seis_rt_module *module, const char *name) {
  for (size_t i = 0; name && i < module->entries.size(); ++i)
    if (module->entries[i]->manifest.name == name)
      return static_cast<int64_t>(i);
  return -1;
}
