//===- Evaluator.h - From syntax trees to IR -------------------------------===//
// Runs the program while compiling. Functions are inlined at every call, equal
// calls are evaluated once, values known while compiling never reach the IR.
// Errors give an error value that silences what depends on it, so that
// evaluation goes on and finds all of them.
//
// Messages and locations of operations point at the user's text: inside the
// prelude they point at the call that led there.
//===----------------------------------------------------------------------===//
#ifndef SEIS_LIB_FRONTEND_EVALUATOR_H
#define SEIS_LIB_FRONTEND_EVALUATOR_H

#include "Emitter.h"
#include "Resolver.h"
#include "seis/Frontend/Frontend.h"

#include <unordered_map>

namespace seis::fe {

/// Limits of one program.
constexpr unsigned maxOperations = 100000;
constexpr int64_t maxArrayElements = 1000000;
constexpr int64_t maxSteps = 20000000;
constexpr unsigned maxEvaluationDepth = 1500;

struct Output {
  std::string name, label;
  Value value;
  llvm::SMRange range;
  size_t position = 0; ///< of its item
};

class Evaluator {
public:
  Evaluator(Program &program, const llvm::SourceMgr &sources, mlir::MLIRContext &context,
            const FrontendOptions &options, DiagnosticSink &sink);

  /// Evaluates all items; the outputs get their names.
  void run(llvm::StringRef entryName);
  /// Evaluates functions that `run` never called, with arguments of the annotated types, for the
  /// messages alone.
  void checkUncalled(const Evaluator &run);
  /// The module. After `run` without errors.
  mlir::OwningOpRef<mlir::ModuleOp> finish(llvm::StringRef entryName);

private:
  struct Scope {
    Scope *parent = nullptr;
    SourceUnit *unit = nullptr;
    llvm::SmallVector<std::pair<llvm::StringRef, Value>, 4> variables;
  };
  struct Frame {
    const Function *function;
    llvm::SMRange call; ///< in the user's text
  };
  /// Arguments of a builtin, bound and of the declared types.
  struct Call {
    Expr *expr;
    const Function *function;
    Scope *scope;              ///< of the caller
    std::vector<Value> values; ///< by parameter
    std::vector<Value> rest;   ///< of a variadic parameter
    std::vector<llvm::SMRange> ranges;
    Expr *multiplier = nullptr;
  };

  // Declarations (Evaluator.cpp)
  void declareInput(const InputDecl &decl);
  void declareParam(const ParamDecl &decl, SourceUnit &unit);
  void addOutput(llvm::StringRef name, const Value &value, llvm::SMRange range,
                 const Function *function);
  void evaluateItem(SourceUnit &unit, llvm::StringRef entryName);
  void evaluateOutput(const OutputDecl &decl, Scope &scope);
  void checkFunction(Function &function);

  // Expressions (EvalExpr.cpp)
  Value eval(Expr *e, Scope &scope);
  Value evalKind(Expr *e, Scope &scope);
  Value evalName(Expr *e, Scope &scope);
  Value evalConstant(llvm::StringRef name);
  Value evalChain(Expr *e, Scope &scope);
  Value evalIf(Expr *e, Scope &scope);
  Value evalLet(Expr *e, Scope &scope);
  Value evalArray(Expr *e, Scope &scope);
  Value evalRange(Expr *e, Scope &scope);
  std::optional<bool> isWanted(Expr *comprehension, Scope &scope);
  Value evalComprehension(Expr *e, Scope &scope);
  Value evalFold(Expr *e, Scope &scope);
  Value evalCompare(Expr *e, Scope &scope);
  Value makeArray(std::vector<Value> elements, llvm::SMRange range);
  bool listElements(const Value &list, llvm::SMRange range, std::vector<Value> &out);
  Value dtMs();
  const Value *globalValue(llvm::StringRef name, const SourceUnit *unit) const;

  // Calls (EvalCall.cpp)
  Value evalCall(Expr *e, Scope &scope);
  Value callFunction(Expr *e, Function &f, Scope &scope);
  void checkArgumentUnit(Call &call, size_t index);
  bool bindArguments(Call &call, Scope &scope);
  bool coerce(Value &value, llvm::StringRef type, const Parameter *parameter, const Function *f,
              Expr *expr, llvm::SMRange range, Scope *scope);
  bool coerceWindow(Value &value, const Parameter *parameter, const Function *f, Expr *expr,
                    llvm::SMRange range, Scope *scope);
  bool coerceInts(const Value &value, const Parameter *parameter, const Function *f, Expr *expr,
                  llvm::SMRange range, Scope *scope);
  void phaseError(const Value &value, llvm::StringRef wanted, const Parameter *parameter,
                  const Function *f, Expr *expr, llvm::SMRange range, Scope *scope);
  llvm::StringRef runtimeName(Expr *e, Scope &scope);
  bool checkIntElement(const Value &element, const Parameter *parameter, const Function *f,
                       Expr *expr, llvm::SMRange range, Scope *scope);

  // Arithmetic (Arithmetic.cpp)
  Value binary(Binary op, const Value &x, const Value &y, llvm::SMRange range);
  Value unary(Unary op, const Value &x, llvm::SMRange range, llvm::StringRef name);
  Value negate(const Value &x, llvm::SMRange range);
  Value power(const Value &x, const Value &y, llvm::SMRange range);
  Value compare(Relation op, const Value &x, const Value &y, llvm::SMRange range);
  Value logic(bool isAnd, const Value &x, const Value &y, llvm::SMRange range);
  Value logicNot(const Value &x, llvm::SMRange range);
  Value select(const Value &condition, const Value &yes, const Value &no, llvm::SMRange range);
  Value arrayBinary(Binary op, const Value &x, const Value &y, llvm::SMRange range);
  Value complexBinary(Binary op, const Value &x, const Value &y, llvm::SMRange range);
  Unit binaryUnit(Binary op, const Value &x, const Value &y, llvm::SMRange range);
  Unit unaryUnit(Unary op, const Value &x, llvm::SMRange range, llvm::StringRef name);
  void checkUnits(const char *what, const Unit &x, const Unit &y, llvm::SMRange range);
  mlir::Value lift(const Value &v, Level level);
  mlir::Value liftBool(const Value &v, Level level);
  Value intBinary(Binary op, int64_t x, int64_t y, bool &ok);
  Value typeError(llvm::SMRange range, llvm::StringRef op, const Value &x, const Value &y);

  // Builtins (Builtins.cpp, BuiltinArrays.cpp)
  using Handler = Value (Evaluator::*)(Call &);
  static const llvm::StringMap<Handler> &builtins();
  Value callBuiltin(Call &call);
  Value builtinUnary(Call &call);
  Value builtinBinary(Call &call);
  Value builtinMinMax(Call &call);
  Value builtinReduce(Call &call);
  Value builtinClip(Call &call);
  Value builtinSelect(Call &call);
  Value builtinIsNan(Call &call);
  Value builtinDegrees(Call &call);
  Value builtinUnit(Call &call);
  Value builtinComplexPart(Call &call);
  Value builtinMk(Call &call);
  Value builtinConvert(Call &call);
  Value builtinCorr1(Call &call);
  Value builtinCorrN(Call &call);
  Value builtinWindow(Call &call);
  Value builtinShift(Call &call);
  Value builtinGlcm(Call &call);
  Value builtinGlcmBase(Call &call);
  bool glcmPairs(Call &call, unsigned first, llvm::SmallVectorImpl<int64_t> &window,
                 llvm::SmallVectorImpl<int64_t> &offsets);
  bool glcmOffsets(Call &call, unsigned first, llvm::SmallVectorImpl<int64_t> &offsets);
  Value builtinAnalytic(Call &call);
  Value builtinFft(Call &call);
  Value builtinSpecMul(Call &call);
  Value builtinUnwrap(Call &call);
  Value builtinScan(Call &call);
  Value builtinHold(Call &call);
  Value builtinIir(Call &call);
  Value builtinDericheFilter(Call &call);
  Value builtinButterworth(Call &call);
  Value builtinEigH3(Call &call);
  Value builtinCohEig(Call &call);
  mlir::ElementsAttr filterSections(Call &call);
  Value builtinTraceReduce(Call &call);
  Value builtinVolumeReduce(Call &call);
  Value builtinIndex(Call &call);
  Value builtinLine(Call &call);
  Value builtinLen(Call &call);
  Value builtinFlip(Call &call);
  Value builtinOuter(Call &call);
  Value builtinConvolve(Call &call);
  Value builtinHann(Call &call);
  Value builtinGauss(Call &call);
  Value builtinRicker(Call &call);
  Value builtinOrmsby(Call &call);
  Value builtinLoad(Call &call);
  Value builtinCount(Call &call);
  Value builtinNoAxes(Call &call);
  Value builtinWinRank(Call &call);
  Value builtinWinArg(Call &call);
  Value builtinGather(Call &call);
  Value builtinVHist(Call &call);
  Value builtinVTally(Call &call);
  Value builtinInterp1(Call &call);
  bool checkAscending(Call &call, unsigned index, llvm::ArrayRef<Value> items);
  bool scalarsOf(Call &call, unsigned index, llvm::SmallVectorImpl<mlir::Value> &out,
                 bool ascending = false);
  Value tally(const Value &x, size_t count);
  Value builtinChecked(Call &call);
  Value builtinAt(Call &call);
  Value builtinSort(Call &call);
  Value builtinCumsum(Call &call);
  std::string checkedName(const Expr *argument);
  const Value *variableOf(const Expr *e, const Scope &scope);
  struct Range;
  bool isInRange(Call &call, const Value &value, llvm::StringRef where);
  Value reduce(Binary op, const Value &list, llvm::SMRange range);
  bool checkWeights(Call &call, unsigned index);
  bool weightAxes(Call &call, unsigned index, size_t rank, llvm::SmallVectorImpl<int> &axes);
  bool wavelet(Call &call, unsigned lengthIndex, int64_t &half, double &dt);

  // Places and limits
  /// Where to report and emit for `e`: itself, or the user's call that led into the prelude.
  llvm::SMRange place(llvm::SMRange range) const;
  void setLocation(llvm::SMRange range);
  mlir::Location locationOf(llvm::SMRange range);
  Value error(llvm::SMRange range, std::string message);
  Diagnostic &report(llvm::SMRange range, std::string message);
  bool inPrelude() const { return !frames.empty() && frames.back().function->isPrelude; }
  bool charge(int64_t steps, llvm::SMRange range);
  bool checkElements(int64_t count, llvm::SMRange range);
  mlir::DictionaryAttr argumentInfo(llvm::StringRef name, const Unit &unit);

  Program &program;
  const llvm::SourceMgr &sources;
  const FrontendOptions &options;
  DiagnosticSink &sink;
  Emitter emit;

  std::vector<Frame> frames;
  std::map<const SourceUnit *, llvm::StringMap<Value>> globals; ///< inputs, params and outputs
  llvm::StringMap<Value> *values = nullptr;                     ///< those of the current item
  llvm::StringMap<Value> shared; ///< inputs and params of all items: equal names are one
  llvm::StringMap<llvm::SMRange> sharedRanges;
  llvm::StringMap<mlir::DictionaryAttr> paramInfo;
  size_t position = 0; ///< of the item that is evaluated
  std::vector<Output> outputs;
  std::vector<mlir::Attribute> data; ///< `seis.data`
  llvm::StringSet<> dataFiles;
  std::vector<std::unordered_map<std::string, Value>> memo; ///< layers: one per open multiplier
  std::vector<Value> frequencies;                           ///< `freq` of open multipliers
  std::vector<bool> called;                                 ///< by function index
  std::optional<Value> interval;                            ///< dt_ms
  mlir::Value tables[3];
  unsigned depth = 0;
  int64_t steps = 0;
  bool stopped = false; ///< a limit was exceeded

  // Cache of the line that was looked up last
  const char *lineBegin = nullptr, *lineEnd = nullptr;
  unsigned lineNumber = 0;
  mlir::StringAttr lineFile;
};

} // namespace seis::fe

#endif // SEIS_LIB_FRONTEND_EVALUATOR_H
