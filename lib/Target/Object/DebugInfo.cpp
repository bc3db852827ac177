//===- DebugInfo.cpp - Line tables that say nothing of the machine --------===//
#include "Internal.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace {

/// The file by the name that the user gave, in the directory ".".
DIFile *tidyFile(const DIFile *file) {
  StringRef name = file->getFilename(), directory = file->getDirectory();
  SmallString<128> joined(directory);
  if (sys::path::is_absolute(name) || sys::path::is_absolute(directory)) {
    name = sys::path::filename(name);
  } else if (!directory.empty() && directory != ".") {
    sys::path::append(joined, name);
    name = joined;
  }
  return DIFile::get(file->getContext(), name, ".");
}

void tidyScope(DIScope *scope) {
  // The file is the first operand of every scope; DIFile itself is a scope.
  if (!scope || isa<DIFile>(scope))
    return;
  if (DIFile *file = scope->getFile())
    scope->replaceOperandWith(0, tidyFile(file));
}

} // namespace

void seis::detail::tidyDebugInfo(Module &module) {
  DebugInfoFinder finder;
  finder.processModule(module);
  for (DICompileUnit *unit : finder.compile_units())
    tidyScope(unit);
  for (DISubprogram *subprogram : finder.subprograms())
    tidyScope(subprogram);
  for (DIScope *scope : finder.scopes())
    if (!isa<DICompileUnit, DISubprogram>(scope))
      tidyScope(scope);

  // A call without a location cannot be inlined into a function that has them.
  for (Function &f : module)
    if (DISubprogram *subprogram = f.getSubprogram())
      for (Instruction &i : instructions(f))
        if (isa<CallBase>(i) && !i.getDebugLoc())
          i.setDebugLoc(DILocation::get(module.getContext(), 0, 0, subprogram));
}
