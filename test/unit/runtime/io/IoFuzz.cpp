//===- IoFuzz.cpp - Fuzz target of the file readers ------------------------===//
// The first byte chooses format and options, the rest is the file. Whatever it
// holds, opening it either fails with a message or yields a volume whose boxes
// can be read.
//===----------------------------------------------------------------------===//
#include "seis_rt/seis_io.h"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

using namespace seis::io;

namespace {

constexpr int64_t mostSamples = 1 << 20;

void readSome(const VolumeSource &source) {
  Box box{{0, 0, 0}, source.geometry().shape};
  for (size_t a = 0; a < 3; ++a) { // a corner, and all of it where it is small
    box.extent[a] = std::min<int64_t>(box.extent[a], 64);
    box.lo[a] = source.geometry().shape[a] - box.extent[a];
  }
  int64_t n = box.extent[0] * box.extent[1] * box.extent[2];
  bool complex = isComplex(source.storedType());
  std::vector<double> data(static_cast<size_t>(complex ? 2 * n : n));
  std::vector<uint8_t> live(static_cast<size_t>(box.extent[0] * box.extent[1]));
  Target target{data.data(),
                complex ? Type::C128 : Type::F64,
                {box.extent[1] * box.extent[2], box.extent[2], 1}};
  if (!source.read(box, target, live.data()))
    std::abort(); // the size of the file was checked, f64 holds every number
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 1)
    return 0;
  int file = ::memfd_create("fuzz", 0);
  if (file < 0 || ::write(file, data + 1, size - 1) != static_cast<ssize_t>(size - 1))
    std::abort();
  std::string path = "/proc/self/fd/" + std::to_string(file);
  SourceOptions options;
  options.format = data[0] & 1 ? FileFormat::Npy : FileFormat::Segy;
  options.deadZero = data[0] & 2;
  if (data[0] & 4)
    options.null = 1;
  if (data[0] & 8)
    options.endian = data[0] & 16 ? Endian::Little : Endian::Big;
  std::unique_ptr<VolumeSource> source;
  Status status = openSource(path, options, source);
  if (status.ok != (source != nullptr) || status.ok != status.message.empty())
    std::abort();
  if (source)
    readSome(*source);
  NpyArray array;
  SmallArray weights;
  if (data[0] & 1) {
    Status whole = loadNpy(path, array, mostSamples);
    Status small = loadSmallArray(path, weights, mostSamples);
    if (small && !whole)
      std::abort();
  }
  ::close(file);
  return 0;
}
