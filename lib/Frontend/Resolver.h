//===- Resolver.h - Names of a program -------------------------------------===//
// Before anything is evaluated, every name, call and annotation of all source
// items is checked, called or not: unknown names, wrong arguments, recursion,
// double definitions. Free names of expressions become inputs here.
//===----------------------------------------------------------------------===//
#ifndef SEIS_LIB_FRONTEND_RESOLVER_H
#define SEIS_LIB_FRONTEND_RESOLVER_H

#include "AST.h"

#include "llvm/ADT/StringMap.h"

namespace seis::fe {

/// `volume`, `cvolume`, ... as annotations; the embedded text knows a few more.
bool isTypeName(llvm::StringRef name, bool inPrelude);
/// `pi`, axes, modes, `dt_ms`, `fs`, `true`, `false`.
bool isConstantName(llvm::StringRef name);
/// "corr1(x: volume, w: array, axis: axis = sample)" as written, on one line.
std::string signatureText(const Function &function);
/// The candidate most similar to `name`, or empty.
llvm::StringRef nearestName(llvm::StringRef name, const std::vector<llvm::StringRef> &candidates);

/// All parsed items of a program.
struct Program {
  SourceUnit *prelude = nullptr;
  std::vector<SourceUnit *> items;
  llvm::StringMap<Function *> preludeFunctions;
  AstArena arena;

  /// The function that `name` means in `unit`; null if there is none.
  Function *findFunction(llvm::StringRef name, const SourceUnit &unit) const;
};

class Resolver {
public:
  Resolver(Program &program, DiagnosticSink &sink) : program(program), sink(sink) {}

  /// Checks the functions of the embedded text, or of one item.
  void resolveFunctions(SourceUnit &unit);
  /// Checks parameters, inputs, outputs and the expression of an item.
  void resolveItem(SourceUnit &unit);
  /// Marks and reports functions that call themselves. After all functions are resolved.
  void findRecursion(SourceUnit &unit);

private:
  void checkDuplicates(SourceUnit &unit);
  void inferEnums(Function &function);
  void collectEnumerators(Function &function, Expr *e);
  void resolveFunction(Function &function);
  void resolveCallItem(SourceUnit &unit);
  void checkType(llvm::StringRef type, llvm::SMRange range, bool inPrelude);

  void resolve(Expr *e);
  void resolveName(Expr *e, bool complexWanted);
  void resolveCall(Expr *e);
  void resolveArgument(const Function &callee, const Parameter &parameter, Expr *value);
  void resolveCompare(Expr *e);
  void resolveLet(Expr *e);
  bool isBound(llvm::StringRef name) const;
  bool isGlobal(llvm::StringRef name) const;
  void unknownName(Expr *e);
  void unknownFunction(Expr *e);
  const Parameter *parameterOf(const Argument &a, const Function &callee, size_t &position,
                               Expr *call);
  std::vector<llvm::StringRef> visibleValues() const;
  Parameter *enumParameter(Expr *e) const;
  Diagnostic &argumentError(llvm::SMRange range, std::string message, const Function &callee);

  Program &program;
  DiagnosticSink &sink;
  SourceUnit *unit = nullptr;
  Function *function = nullptr;        ///< whose body is looked at
  std::vector<llvm::StringRef> locals; ///< variables in scope
  unsigned visibleOutputs = 0;         ///< outputs of the unit defined before
  std::vector<std::vector<std::pair<Function *, llvm::SMRange>>> calls; ///< by function index
};

} // namespace seis::fe

#endif // SEIS_LIB_FRONTEND_RESOLVER_H
