//===- NpyWeights.cpp - Weights from `.npy` files --------------------------===//
// The runtime's reader does the work; its header needs the standard library only.
//===----------------------------------------------------------------------===//
#include "NpyWeights.h"

#include "seis_rt/seis_io.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SHA256.h"

using namespace llvm;
using namespace seis::fe;

bool seis::fe::loadWeights(const std::string &path, int64_t maxElements, ArrayData &array,
                           std::string &digest, std::string &problem) {
  io::SmallArray loaded;
  if (io::Status status = io::loadSmallArray(path, loaded, maxElements); !status) {
    problem = status.message;
    return false;
  }
  ErrorOr<std::unique_ptr<MemoryBuffer>> file = MemoryBuffer::getFile(path);
  if (!file) {
    problem = path + ": " + file.getError().message();
    return false;
  }
  SHA256 hash;
  hash.update((*file)->getBuffer());
  digest = toHex(hash.final(), /*LowerCase=*/true);
  array.shape = loaded.shape;
  array.values = loaded.values;
  array.isInt = true;
  return true;
}
