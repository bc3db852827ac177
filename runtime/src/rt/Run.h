//===- Run.h - One call of an object --------------------------------------===//
// Checks the arguments of a call against the manifest, so that a mistake ends in a
// sentence and not in the object, and turns the object's status into an Error.
//===----------------------------------------------------------------------===//
#ifndef SEIS_RT_RUN_H
#define SEIS_RT_RUN_H

#include "Blocks.h"

namespace seis::rt {

/// A dense array in C order that owns its shape.
struct DenseArray {
  DenseArray(uint32_t dtype, const std::vector<int64_t> &shape, void *data);
  DenseArray(const DenseArray &) = delete;

  seis_array abi = {};
  std::vector<int64_t> shape, stride;
};

/// Calls run of an entry; throws what is wrong with the arguments or came back.
void runEntry(const seis_rt_module &module, const ModuleEntry &entry, const seis_array *const *in,
              seis_array *const *out, const double *params, const seis_array *const *tables,
              const seis_box &box, const seis_call *call);

/// Throws unless the inputs of a call have the types, axes and shapes of the manifest.
void checkInputs(const ModuleEntry &entry, const seis_array *const *in, const seis_box &box);

/// Memory of an aligned block, zero pages until touched; freed with the object.
class Buffer {
public:
  Buffer() = default;
  explicit Buffer(uint64_t bytes);
  ~Buffer();
  Buffer(Buffer &&other) noexcept { swap(other); }
  Buffer &operator=(Buffer &&other) noexcept {
    swap(other);
    return *this;
  }
  char *data() const { return address; }
  uint64_t size() const { return bytes; }
  /// Makes it at least this large; what was in it is lost when it grows.
  void require(uint64_t wanted);

private:
  void swap(Buffer &other) noexcept {
    std::swap(address, other.address);
    std::swap(bytes, other.bytes);
  }
  char *address = nullptr;
  uint64_t bytes = 0;
};

/// A seis_call whose scratch is kept from call to call, for one thread.
class Scratch {
public:
  explicit Scratch(int threads);
  Scratch(const Scratch &) = delete;
  const seis_call *call() const { return &abi; }
  /// What the last failing call said.
  const char *message() const { return text; }

private:
  static void *allocate(void *user, size_t bytes, size_t align);
  static void release(void *user, void *address);
  Buffer memory;
  seis_call abi = {};
  char text[messageCapacity] = {};
};

/// Reads a seis_call of any length: what it lacks is 0; NULL is all zeros.
seis_call readCall(const seis_call *call);

/// Throws the status of an object's call with its message, unless it is SEIS_OK.
void checkStatus(int32_t status, const char *message, const std::string &where);

} // namespace seis::rt
#endif
