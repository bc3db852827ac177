//===- Run.cpp - Checks and makes one call of an object -------------------===//
#include "Run.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <sys/mman.h>

namespace seis::rt {
namespace {

long long wide(int64_t value) { return value; }

const seis_array &checkStruct(const seis_array *array, const std::string &what) {
  if (!array)
    throw Error(SEIS_ERR_ARGUMENT, what + " is NULL");
  if (array->struct_size < sizeof(seis_array))
    throw Error(SEIS_ERR_ARGUMENT, what + format(" is a struct seis_array of %u bytes, version 1 "
                                                 "has %zu",
                                                 array->struct_size, sizeof(seis_array)));
  if (!array->data)
    throw Error(SEIS_ERR_ARGUMENT, what + " has no data");
  if (array->rank && (!array->shape || !array->stride))
    throw Error(SEIS_ERR_ARGUMENT, what + " has no shape or no strides");
  return *array;
}

/// Shape and strides against the axes of the manifest. `extent`: of the survey's axes.
void checkAxes(const seis_array &array, const std::vector<Axis> &axes, const int64_t extent[3],
               const std::string &what, bool isOutput) {
  if (array.rank != axes.size())
    throw Error(SEIS_ERR_SHAPE,
                what + format(" has rank %u, the object takes %zu", array.rank, axes.size()));
  int64_t dense = 1; // stride that the axis has if it and all after it are dense
  for (size_t d = axes.size(); d-- > 0;) {
    int64_t wanted = axes[d].survey < 0 ? axes[d].length : extent[axes[d].survey];
    if (array.shape[d] != wanted)
      throw Error(SEIS_ERR_SHAPE, what + format(" has extent %lld on axis %zu, the box wants %lld",
                                                wide(array.shape[d]), d, wide(wanted)));
    bool mustBeDense = axes[d].survey < 0 || axes[d].survey == 2;
    if (wanted > 1 && mustBeDense && array.stride[d] != dense)
      throw Error(SEIS_ERR_SHAPE, what + format(" has stride %lld on axis %zu, which must be dense "
                                                "(%lld)",
                                                wide(array.stride[d]), d, wide(dense)));
    if (wanted > 1 && isOutput && array.stride[d] == 0)
      throw Error(SEIS_ERR_SHAPE,
                  what + format(" has stride 0 on axis %zu: its elements overlap", d));
    dense *= wanted;
  }
}

void checkInputType(const Input &input, const seis_array &array, const std::string &what) {
  bool stored = array.dtype == input.dtype && array.storage == SEIS_NATIVE;
  for (const Stored &other : input.storage)
    stored = stored || (array.dtype == other.dtype && array.storage == other.storage);
  if (stored)
    return;
  const char *storage[] = {"", " byte-swapped", " in IBM format", " in an unknown storage"};
  throw Error(SEIS_ERR_DTYPE, what + " is " + dtypeName(array.dtype) +
                                  storage[std::min(array.storage, 3u)] +
                                  ", the object was compiled for " + input.storageText());
}

void checkParams(const Entry &entry, const double *params) {
  if (!entry.params.empty() && !params)
    throw Error(SEIS_ERR_ARGUMENT, "the parameter table is NULL");
  for (size_t i = 0; i < entry.params.size(); ++i)
    if (!std::isfinite(params[i]))
      throw Error(SEIS_ERR_PARAM,
                  "parameter '" + entry.params[i].name + "' is not a finite number");
}

} // namespace

DenseArray::DenseArray(uint32_t dtype, const std::vector<int64_t> &shape, void *data)
    : shape(shape), stride(shape.size()) {
  int64_t step = 1;
  for (size_t d = shape.size(); d-- > 0; step *= shape[d])
    stride[d] = step;
  abi.struct_size = sizeof abi;
  abi.dtype = dtype;
  abi.rank = static_cast<uint32_t>(shape.size());
  abi.data = data;
  abi.shape = this->shape.data();
  abi.stride = stride.data();
  abi.scale = 1;
}

Buffer::Buffer(uint64_t wanted) { require(wanted); }

Buffer::~Buffer() {
  if (address)
    munmap(address, bytes);
}

void Buffer::require(uint64_t wanted) {
  if (wanted <= bytes && address)
    return;
  if (address)
    munmap(address, bytes);
  address = nullptr;
  bytes = 0;
  wanted = std::max<uint64_t>(wanted, 64);
  // Straight from the kernel: given back whole when freed, so a cap can be kept.
  void *found = mmap(nullptr, wanted, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (found == MAP_FAILED)
    throw Error(SEIS_ERR_MEMORY, "out of memory: " + byteCount(wanted) + " were wanted");
  address = static_cast<char *>(found);
  bytes = wanted;
}

Scratch::Scratch(int threads) {
  abi.struct_size = sizeof abi;
  abi.threads = threads;
  abi.alloc = allocate;
  abi.release = release;
  abi.user = this;
  abi.message = text;
  abi.message_size = sizeof text;
}

void *Scratch::allocate(void *user, size_t bytes, size_t align) {
  auto *self = static_cast<Scratch *>(user);
  try {
    if (align > 4096)
      return nullptr;
    self->memory.require(bytes);
    return self->memory.data();
  } catch (const Error &) {
    return nullptr;
  }
}

void Scratch::release(void *, void *) {} // kept for the next call

seis_call readCall(const seis_call *call) {
  seis_call copy = {};
  if (call)
    std::memcpy(&copy, call, std::min<size_t>(call->struct_size, sizeof copy));
  copy.struct_size = sizeof copy;
  return copy;
}

void checkStatus(int32_t status, const char *message, const std::string &where) {
  if (status == SEIS_OK)
    return;
  std::string text = message && *message ? message : seis_rt_status_name(status);
  throw Error(status, where + ": " + text);
}

void checkInputs(const ModuleEntry &entry, const seis_array *const *in, const seis_box &box) {
  for (size_t i = 0; i < entry.manifest.inputs.size(); ++i) {
    const Input &input = entry.manifest.inputs[i];
    std::string what = "input '" + input.name + "'";
    const seis_array &array = checkStruct(in ? in[i] : nullptr, what);
    checkInputType(input, array, what);
    checkAxes(array, input.axes, box.block, what, false);
  }
}

void runEntry(const seis_rt_module &module, const ModuleEntry &entry, const seis_array *const *in,
              seis_array *const *out, const double *params, const seis_array *const *tables,
              const seis_box &box, const seis_call *call) {
  if (box.struct_size < sizeof(seis_box))
    throw Error(SEIS_ERR_ARGUMENT, format("the box is a struct of %u bytes, version 1 has %zu",
                                          box.struct_size, sizeof(seis_box)));
  const Entry &manifest = entry.manifest;
  checkHalo(manifest.halo(), box);
  checkInputs(entry, in, box);
  for (size_t i = 0; i < manifest.outputs.size(); ++i) {
    const Output &output = manifest.outputs[i];
    std::string what = "output '" + output.name + "'";
    const seis_array &array = checkStruct(out ? out[i] : nullptr, what);
    if (array.dtype != output.dtype || array.storage != SEIS_NATIVE)
      throw Error(SEIS_ERR_DTYPE, what + " is " + dtypeName(array.dtype) + ", the object gives " +
                                      dtypeName(output.dtype));
    checkAxes(array, output.axes, box.extent, what, true);
  }
  checkParams(manifest, params);
  for (size_t p = 0; p < manifest.passes.size(); ++p)
    checkStruct(tables ? tables[p] : nullptr,
                "the table of pass '" + manifest.passes[p].name + "'");

  seis_call local = readCall(call);
  char text[messageCapacity] = {};
  if (!local.message || !local.message_size) {
    local.message = text;
    local.message_size = sizeof text;
  }
  local.message[0] = 0;
  int32_t status = entry.abi.run(in, out, params, tables, &box, &local);
  checkStatus(status, local.message, module.path + ": entry '" + manifest.name + "'");
}

} // namespace seis::rt

using namespace seis::rt;

int32_t seis_rt_run(const seis_rt_module *module, uint32_t entry, const seis_array *const *in,
                    seis_array *const *out, const double *params, const seis_array *const *tables,
                    const seis_box *box, const seis_call *call) {
  seis_call local = readCall(call);
  // The object writes its message into a buffer of our own: it is quoted in ours.
  char text[messageCapacity] = {};
  seis_call inner = local;
  inner.message = text;
  inner.message_size = sizeof text;
  return guarded(local.message, local.message_size, [&] {
    if (!module || !box)
      throw Error(SEIS_ERR_ARGUMENT, "the module or the box is NULL");
    runEntry(*module, module->runnable(entry), in, out, params, tables, *box, &inner);
  });
}
