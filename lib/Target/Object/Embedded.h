//===- Embedded.h - Files that the build puts into the compiler -*- C++ -*-===//
#ifndef SEIS_LIB_TARGET_OBJECT_EMBEDDED_H
#define SEIS_LIB_TARGET_OBJECT_EMBEDDED_H

#include "llvm/ADT/StringRef.h"

namespace seis::detail {

/// seis_entry.c as bitcode for baseline x86-64.
llvm::StringRef embeddedEntry();
/// The same for objects whose inputs may be stored in several ways.
llvm::StringRef embeddedStorageEntry();

} // namespace seis::detail

#endif // SEIS_LIB_TARGET_OBJECT_EMBEDDED_H
