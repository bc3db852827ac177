//===- Internal.h - Between the files of this folder -----------*- C++ -*-===//
#ifndef SEIS_LIB_TARGET_OBJECT_INTERNAL_H
#define SEIS_LIB_TARGET_OBJECT_INTERNAL_H

#include "seis/Target/Object.h"

#include "llvm/IR/Module.h"

namespace seis::detail {

/// The triple of every object.
constexpr const char *objectTriple = "x86_64-unknown-linux-gnu";

/// Names of seis_cpu_features.def, in its order.
llvm::ArrayRef<llvm::StringRef> cpuFeatureNames();

/// seis_query_NAME.
std::string querySymbol(const ObjectSpec &spec);

/// Whether some input may come in other formats than its type: the object then has the stubs that
/// tell them apart.
bool hasFormats(const ObjectSpec &spec);

/// Adds the descriptor of the object, the structures of seis_abi.h, and the functions in them,
/// which forward to the stubs of seis_entry.c. Checks that the kernels exist with the right types.
llvm::Error addInterface(llvm::Module &module, const ObjectSpec &spec, const ResolvedCpu &cpu,
                         bool openmp, llvm::StringRef manifest);

/// Makes line tables independent of where they were made: names as given, of an absolute path the
/// last component, directory "."; every call gets a location.
void tidyDebugInfo(llvm::Module &module);

/// Links one relocatable object into a shared one that exports seis_module_query alone and needs
/// only libc, libm and, with `openmp`, libomp.
llvm::Expected<std::string> linkShared(llvm::StringRef object, const ObjectSpec &spec, bool openmp);

/// Makes one relocatable object of several; only the query function stays visible.
llvm::Expected<std::string> joinObjects(llvm::ArrayRef<std::string> objects,
                                        const ObjectSpec &spec);

/// An error whose text is for the user.
llvm::Error userError(const llvm::Twine &text);

} // namespace seis::detail

#endif // SEIS_LIB_TARGET_OBJECT_INTERNAL_H
