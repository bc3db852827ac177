//===- Describe.h - What the prelude offers --------------------------------===//
#ifndef SEIS_TOOLS_SEIS_COMPILE_DESCRIBE_H
#define SEIS_TOOLS_SEIS_COMPILE_DESCRIBE_H

#include "llvm/ADT/StringRef.h"

namespace seis {

/// `--list`: every function by family, one line each. Gives the exit code.
int listPrelude(llvm::StringRef family);

/// `--describe NAME`: formula, unit, parameters, halo, source, definition. Gives the exit code.
int describePrelude(llvm::StringRef name);

} // namespace seis

#endif // SEIS_TOOLS_SEIS_COMPILE_DESCRIBE_H
