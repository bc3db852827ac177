//===- PreludeText.h - The embedded text -----------------------------------===//
#ifndef SEIS_LIB_FRONTEND_PRELUDETEXT_H
#define SEIS_LIB_FRONTEND_PRELUDETEXT_H

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"

namespace seis::fe {

/// The whole prelude, one text that lives as long as the program.
llvm::StringRef preludeText();

/// Names of all functions of the prelude.
const llvm::StringSet<> &preludeNames();

} // namespace seis::fe

#endif // SEIS_LIB_FRONTEND_PRELUDETEXT_H
