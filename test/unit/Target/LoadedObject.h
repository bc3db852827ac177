//===- LoadedObject.h - An object under test, opened -----------*- C++ -*-===//
#ifndef SEIS_TEST_TARGET_LOADEDOBJECT_H
#define SEIS_TEST_TARGET_LOADEDOBJECT_H

#include "Kernels.h"
#include "seis_abi.h"

#include <array>
#include <string>
#include <vector>

namespace seis::test {

/// A folder that goes away with this.
class Folder {
public:
  Folder();
  ~Folder();
  std::string operator/(const std::string &name) const { return path + "/" + name; }
  std::string write(const std::string &name, const std::string &bytes) const;
  const std::string path;
};

/// Runs a command; what it wrote to stdout and stderr, and its exit status.
struct Ran {
  std::string output;
  int status;
};
Ran run(const std::string &command);

/// A shared object from bytes, opened with dlopen.
class LoadedObject {
public:
  explicit LoadedObject(const std::string &bytes);
  ~LoadedObject();
  const seis_module *query(uint32_t version = SEIS_ABI_VERSION) const;
  const seis_entry *entry() const { return query()->entries[0]; }

private:
  Folder folder;
  void *handle;
};

using Extent = std::array<int64_t, 3>;

/// An array with its shape and strides, dense at first.
template <typename T> struct Array {
  Array(uint32_t dtype, std::vector<int64_t> extents) : shape(std::move(extents)), values(1) {
    stride.assign(shape.size(), 1);
    for (size_t a = shape.size(); a--;)
      stride[a] = a + 1 < shape.size() ? stride[a + 1] * shape[a + 1] : 1;
    size_t count = shape.empty() ? 1 : static_cast<size_t>(stride[0] * shape[0]);
    values.assign(count, T());
    abi = {};
    abi.struct_size = sizeof abi;
    abi.dtype = dtype;
    abi.rank = static_cast<uint32_t>(shape.size());
    abi.data = values.data();
    abi.shape = shape.data();
    abi.stride = stride.data();
  }
  Array(const Array &) = delete;

  std::vector<int64_t> shape, stride;
  std::vector<T> values;
  seis_array abi;
};
using Volume = Array<float>;

/// A call of an entry with one input x and one output y of f32, valid until the test breaks it.
struct Call {
  Call(const seis_entry *entry, Extent survey) : Call(entry, survey, {0, 0, 0}, survey) {}
  /// The box `first`, `extent` of the survey, the block grown by `lo` and `hi` and clipped.
  Call(const seis_entry *entry, Extent survey, Extent first, Extent extent, Extent lo = {},
       Extent hi = {});

  int32_t run();
  /// Value of the survey at a position: distinct, so that a wrong address shows.
  static float sample(int64_t i, int64_t x, int64_t t) {
    return static_cast<float>(i * 1000 + x * 10) + static_cast<float>(t) * 0.25f;
  }

  const seis_entry *entry;
  seis_box box;
  Volume in, out;
  std::vector<double> params = {0.5, 4.0};
  std::array<const seis_array *, 1> inputs;
  std::array<seis_array *, 1> outputs;
  const seis_array *const *tables = nullptr;
  char message[400] = "";
  seis_call options;
};

} // namespace seis::test

#endif // SEIS_TEST_TARGET_LOADEDOBJECT_H
