//===- TestSupport.h - Volumes, modules and streams for the tests ---------===//
#ifndef SEIS_TEST_UNIT_RUNTIME_RT_TESTSUPPORT_H
#define SEIS_TEST_UNIT_RUNTIME_RT_TESTSUPPORT_H

#include "seis_rt/seis_rt.h"

#include <array>
#include <cstring>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace seis::test {

using Extent = std::array<int64_t, 3>;

/// Path of a hand-written object.
std::string objectPath(const std::string &name);

struct CloseModule {
  void operator()(seis_rt_module *module) const { seis_rt_close(module); }
};
using Module = std::unique_ptr<seis_rt_module, CloseModule>;

/// Opens a hand-written object; fails the test if that does not work.
Module open(const std::string &name);

/// The message of opening something that must not open, with its status before it.
std::string openError(const std::string &path);

/// A dense array as the objects take it. Not copyable: the ABI struct points inside.
template <typename T> struct Array {
  Array(std::vector<int64_t> shape, uint32_t dtype) : shape(std::move(shape)) {
    int64_t count = 1;
    stride.resize(this->shape.size());
    for (size_t d = this->shape.size(); d-- > 0; count *= this->shape[d])
      stride[d] = count;
    data.resize(count);
    abi.struct_size = sizeof abi;
    abi.dtype = dtype;
    abi.rank = uint32_t(this->shape.size());
    abi.data = data.data();
    abi.shape = this->shape.data();
    abi.stride = stride.data();
    abi.scale = 1;
  }
  Array(const Array &) = delete;
  T &at(int64_t i, int64_t x, int64_t s) {
    return data[i * stride[0] + x * stride[1] + s * stride[2]];
  }
  std::vector<int64_t> shape, stride;
  std::vector<T> data;
  seis_array abi = {};
};

struct FloatVolume : Array<float> {
  explicit FloatVolume(Extent shape) : Array({shape[0], shape[1], shape[2]}, SEIS_F32) {}
};
struct DoubleVolume : Array<double> {
  explicit DoubleVolume(Extent shape) : Array({shape[0], shape[1], shape[2]}, SEIS_F64) {}
};

/// Fills with reproducible numbers in [-1000, 1000].
template <typename T> void fillRandom(Array<T> &array, uint32_t seed) {
  std::mt19937 random(seed);
  for (T &value : array.data)
    value = T(int64_t(random() % 2000001) - 1000000) / T(1000);
}

template <typename T> bool sameBits(const std::vector<T> &a, const std::vector<T> &b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

/// The box of a whole survey.
seis_box wholeBox(Extent volume);

/// What a stream needs, over arrays in memory: element size and axes per input and
/// output, filled and checked by the callbacks.
struct MemoryStream {
  seis_rt_job job = {};
  seis_rt_summary summary = {};
  Extent volume;
  struct Volume {
    const char *data;
    size_t element;
    const uint8_t *live; ///< NULL: all live
  };
  struct Output {
    char *data;
    size_t element;
    std::array<bool, 3> axes;
    int64_t rest; ///< elements after the survey's axes
  };
  std::vector<Volume> inputs;
  std::vector<Output> outputs;
  std::vector<std::vector<int>> writes; ///< how often each element was written
  int failReadAt = -1, failWriteAt = -1, reads = 0, written = 0;
  int64_t tracesRead = 0;
  std::function<int(const seis_rt_progress &)> progress;
  std::string message;

  explicit MemoryStream(Extent volume);
  int32_t run(const Module &module);
  /// True if every element of every output was written exactly once.
  bool complete() const;

private:
  static int32_t read(void *, uint32_t, const int64_t *, const int64_t *, void *, uint8_t *, char *,
                      size_t);
  static int32_t write(void *, uint32_t, const int64_t *, const int64_t *, const void *,
                       const uint8_t *, char *, size_t);
  static int32_t report(void *, const seis_rt_progress *);
};

} // namespace seis::test
#endif
