//===- NpyWeights.h - Weights from `.npy` files ----------------------------===//
#ifndef SEIS_LIB_FRONTEND_NPYWEIGHTS_H
#define SEIS_LIB_FRONTEND_NPYWEIGHTS_H

#include "Value.h"

namespace seis::fe {

/// Reads real weights of rank 1 to 3, and the SHA-256 of the file in hexadecimal. False with a
/// message in `problem`, which names the file.
bool loadWeights(const std::string &path, int64_t maxElements, ArrayData &array,
                 std::string &digest, std::string &problem);

} // namespace seis::fe

#endif // SEIS_LIB_FRONTEND_NPYWEIGHTS_H
