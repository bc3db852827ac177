//===- CodeUnit.h - A module on its way to machine code --------*- C++ -*-===//
#ifndef SEIS_LIB_TARGET_OBJECT_CODEUNIT_H
#define SEIS_LIB_TARGET_OBJECT_CODEUNIT_H

#include "Internal.h"

#include "llvm/IR/LLVMContext.h"
#include "llvm/Support/CodeGen.h"
#include "llvm/Target/TargetMachine.h"

namespace seis::detail {

/// An LLVM module with a context of its own, so that several can be compiled at once: first whole,
/// where the interface is added and all is checked, then, of a large program, in parts.
class CodeUnit {
public:
  CodeUnit(const ObjectSpec &spec, const TargetOptions &options, const ResolvedCpu &cpu);
  CodeUnit(const CodeUnit &) = delete;

  /// Takes a part as `partition` wrote it.
  llvm::Error read(llvm::StringRef bitcode);
  /// Links what of a bitcode the module calls.
  llvm::Error link(llvm::StringRef name, llvm::StringRef bytes);
  /// Makes internal what is defined, but for the query function; with `before`, only what is not in
  /// it, and what `llvm.compiler.used` names becomes visible to the other parts.
  void internalise(const llvm::SmallPtrSetImpl<const llvm::GlobalValue *> *before = nullptr);
  /// Optimises; `linksOuter`: links the functions that are called now and then.
  llvm::Error finish(bool linksOuter);
  std::string text() const;
  /// Code generation changes the module (verified before): all but the last one work on a copy.
  llvm::Expected<std::string> generate(llvm::CodeGenFileType type, bool last);

  llvm::LLVMContext context;
  std::unique_ptr<llvm::TargetMachine> machine;
  std::unique_ptr<llvm::Module> module;
  std::string diagnostics; ///< Errors that LLVM told.

private:
  void optimise();
  llvm::Error linkOuter();

  const ObjectSpec &spec;
  const TargetOptions &options;
};

/// A call with other types than the linked function has would be undefined, and never inlined.
llvm::Error checkCalls(llvm::Module &module);

/// Cuts a module into `count` bitcodes that can be compiled apart and linked together, and gives
/// each away as soon as it is made. The kernels are spread by their length; `copied` functions, to
/// be inlined, and nameless constants go wherever they are used; the rest is in the first part.
/// What another part uses becomes hidden. Only the module and `count` decide. The first part's
/// `llvm.compiler.used` names what it must link for others. Nameless values of the module that are
/// shared get names.
void partition(llvm::Module &module, unsigned count,
               const llvm::SmallPtrSetImpl<const llvm::Function *> &kernels,
               const llvm::SmallPtrSetImpl<const llvm::Function *> &copied,
               llvm::function_ref<void(unsigned part, std::string bitcode)> give);

} // namespace seis::detail

#endif // SEIS_LIB_TARGET_OBJECT_CODEUNIT_H
