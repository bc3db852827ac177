//===- Describe.h - What the prelude offers --------------------------------===//
#ifndef SEIS_TOOLS_SEIS_COMPILE_DESCRIBE_H
#define SEIS_TOOLS_SEIS_COMPILE_DESCRIBE_H

#include "llvm/ADT/StringRef.h"

namespace seis {

/// `--list`: every function by family, one line each; as JSON, a list of objects with the members
/// name, family, summary, call and attribute (whether it is one by itself). Gives the exit code.
int listPrelude(llvm::StringRef family, bool asJson);

/// `--describe NAME`: formula, unit, parameters, halo, source, definition; as JSON, one object, the
/// halo as in a manifest. Gives the exit code.
int describePrelude(llvm::StringRef name, bool asJson);

} // namespace seis

#endif // SEIS_TOOLS_SEIS_COMPILE_DESCRIBE_H
