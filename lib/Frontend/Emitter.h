//===- Emitter.h - Builds the IR of a program ------------------------------===//
// One block, no control flow, so equal operations can be shared as they are
// made: every operation is looked up before it is kept. Inside the multiplier
// of `specmul`, operations that depend on the frequency go into its region and
// all others stay outside.
//===----------------------------------------------------------------------===//
#ifndef SEIS_LIB_FRONTEND_EMITTER_H
#define SEIS_LIB_FRONTEND_EMITTER_H

#include "Value.h"
#include "seis/Dialect/Seis/IR/SeisOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SetVector.h"
#include <map>
#include <unordered_map>

namespace seis::fe {

/// Elementwise functions of one real argument.
enum class Unary {
  Neg,
  Abs,
  Sqrt,
  Cbrt,
  Exp,
  Log,
  Sin,
  Cos,
  Tan,
  Acos,
  Atan,
  Floor,
  Ceil,
  Trunc,
  Round,
  Sign,
  Nan0
};
/// Elementwise functions of two real arguments.
enum class Binary { Add, Sub, Mul, Div, Min, Max, Pow, Atan2, Hypot, Mod };
enum class Relation { Less, LessEqual, Greater, GreaterEqual, Equal, NotEqual };

double foldUnary(Unary op, double x);
double foldBinary(Binary op, double x, double y);
bool foldRelation(Relation op, double x, double y);

class Emitter {
public:
  Emitter(mlir::MLIRContext &context, bool f64);
  ~Emitter();

  // Function under construction
  mlir::Value addVolume(mlir::Location loc, const mlir::NamedAttrList &attributes, bool isComplex);
  mlir::Value addTable(mlir::Location loc, const mlir::NamedAttrList &attributes);
  /// `isDeclared`: stays where nothing uses it.
  mlir::Value addScalar(mlir::Location loc, const mlir::NamedAttrList &attributes, bool isDeclared);
  /// Whether a value is a scalar argument of the function.
  bool isParameter(mlir::Value value) const;
  /// Adds a bound to a scalar argument, or moves it: `seis.min`, `seis.max`, `seis.above`,
  /// `seis.below`. No bound gets wider.
  void tighten(mlir::Value parameter, llvm::StringRef name, double limit);
  std::optional<double> defaultOf(mlir::Value parameter) const;
  /// Asks of every call that one scalar is on the right side of another; `name` is the first one's
  /// in messages. False if one of them cannot be told from parameters by the operations that
  /// RequirementAttr has.
  bool require(llvm::StringRef name, mlir::Value value, Bound bound, mlir::Value limit);
  /// Ends the function; `results` in order with their attributes.
  mlir::OwningOpRef<mlir::ModuleOp> finish(mlir::Location loc, llvm::StringRef name,
                                           llvm::ArrayRef<mlir::Value> results,
                                           llvm::ArrayRef<mlir::DictionaryAttr> resultAttributes,
                                           llvm::ArrayRef<mlir::NamedAttribute> attributes);

  // Location of the operations to come
  void setLocation(mlir::Location l) { loc = l; }
  mlir::Location location() const { return loc; }

  /// Number of operations made, shared ones counted once.
  unsigned size() const { return numOps; }

  mlir::MLIRContext *context() { return builder.getContext(); }
  mlir::OpBuilder &attributes() { return builder; }
  mlir::Type element() const { return elementType; }
  mlir::Type volumeType() const { return dynamicTensor(elementType); }
  mlir::Type typeAt(Level level) const;

  /// Makes an operation and gives its first result, or the same result of an equal one.
  template <typename OpTy, typename... Args> mlir::Value make(Args &&...args) {
    return makeOp<OpTy>(std::forward<Args>(args)...)->getResult(0);
  }
  template <typename OpTy, typename... Args> mlir::Operation *makeOp(Args &&...args) {
    return share(OpTy::create(builder, loc, std::forward<Args>(args)...));
  }

  // Elementwise; all operands have one level
  mlir::Value constant(double value);
  mlir::Value unary(Unary op, mlir::Value x);
  mlir::Value binary(Binary op, mlir::Value x, mlir::Value y);
  mlir::Value compare(Relation op, mlir::Value x, mlir::Value y);
  mlir::Value isNan(mlir::Value x);
  mlir::Value select(mlir::Value condition, mlir::Value yes, mlir::Value no);
  mlir::Value andOf(mlir::Value x, mlir::Value y);
  mlir::Value orOf(mlir::Value x, mlir::Value y);
  mlir::Value notOf(mlir::Value x);
  /// A real at `from` repeated at `to`.
  mlir::Value broadcast(mlir::Value x, Level from, Level to);
  /// A boolean at `from` repeated at `to`.
  mlir::Value broadcastBool(mlir::Value x, Level from, Level to);

  /// Opens the region of a specmul; gives the frequency.
  mlir::Value beginMultiplier();
  /// Closes it and makes the operation; `multiplier` is an f64.
  mlir::Value endMultiplier(mlir::Value input, mlir::Value fs, mlir::Value multiplier);
  /// Closes it after an error.
  void dropMultiplier();
  /// True if the value was computed from the frequency of an open region.
  bool dependsOnFrequency(mlir::Value value) const;

private:
  mlir::Operation *share(mlir::Operation *op);
  void eraseUnused();
  bool appendPostfix(mlir::Value value, llvm::SmallVectorImpl<mlir::Attribute> &terms) const;
  mlir::Value boolConstant(mlir::Value like, bool value);

  mlir::OpBuilder builder;
  mlir::Location loc;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  mlir::func::FuncOp func;
  mlir::Block *body;
  mlir::Type elementType;
  llvm::SetVector<mlir::Attribute> requirements;
  unsigned numVolumes = 0, numTables = 0, numOps = 0;
  std::vector<mlir::DictionaryAttr> argumentAttributes;
  llvm::DenseSet<mlir::Attribute> droppable; ///< of arguments that are left out where unused
  std::unordered_multimap<size_t, mlir::Operation *> known;
  std::vector<std::unique_ptr<mlir::Region>> regions; ///< open ones, innermost last
  std::vector<std::unique_ptr<mlir::Region>> dropped;
};

} // namespace seis::fe

#endif // SEIS_LIB_FRONTEND_EMITTER_H
