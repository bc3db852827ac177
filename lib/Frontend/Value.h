//===- Value.h - What an expression evaluates to ---------------------------===//
// Programs are evaluated while compiling: numbers, arrays, axes and the like to
// themselves, everything else to SSA values of the function that is being
// built. A run-time value has a level (scalar, per trace, volume) and a kind of
// element (real, boolean, complex as a pair).
//===----------------------------------------------------------------------===//
#ifndef SEIS_LIB_FRONTEND_VALUE_H
#define SEIS_LIB_FRONTEND_VALUE_H

#include "Units.h"

#include "mlir/IR/Value.h"
#include "llvm/Support/SMLoc.h"
#include <memory>
#include <string>
#include <vector>

namespace seis::fe {

enum class Kind {
  Error, ///< a message was given; poisons silently
  // Known while compiling
  Int,
  Real,
  Bool,
  String,
  Array,
  Axis,
  Mode,
  Enum,
  Tuple,
  List,
  // Known at run time
  RealRT,
  BoolRT,
  Complex,
  Matrices ///< a matrix for every sample: an output, nothing else
};

enum class Level { Scalar, Trace, Volume };

/// Numbers known while compiling, rank 1 to 3, last index fastest.
struct ArrayData {
  std::vector<int64_t> shape;
  std::vector<double> values;
  bool isInt = false; ///< elements are ints
};

/// Where a run-time scalar comes from, for messages about phases.
enum Origin : uint8_t { FromParam = 1, FromInterval = 2, FromData = 4 };

struct Value {
  Kind kind = Kind::Error;
  Level level = Level::Scalar; ///< RealRT, BoolRT, Complex
  uint8_t origin = 0;          ///< set of Origin
  int64_t intValue = 0;        ///< Int, Bool, Axis, Mode
  double real = 0;             ///< Int, Real
  llvm::StringRef text;        ///< String, Enum
  std::shared_ptr<const ArrayData> array;
  std::shared_ptr<const std::vector<Value>> elements; ///< Tuple, List
  mlir::Value re, im;                                 ///< `im`: Complex
  Unit unit;                                          ///< numbers, arrays and run-time values
  llvm::SMRange range; ///< the user's expression it came from, for messages

  bool isError() const { return kind == Kind::Error; }
  bool isNumber() const { return kind == Kind::Int || kind == Kind::Real; }
  bool isRuntime() const { return kind >= Kind::RealRT; }
  /// A real number, compile-time or not, or a volume or trace of them.
  bool isRealLike() const { return isNumber() || kind == Kind::RealRT; }
  bool isBoolLike() const { return kind == Kind::Bool || kind == Kind::BoolRT; }
  bool isVolume() const { return kind == Kind::RealRT && level == Level::Volume; }

  static Value error() { return {}; }
  static Value ofInt(int64_t v);
  static Value ofReal(double v);
  /// An int where `v` is whole and |v| < 2^53, else a real.
  static Value ofNumber(double v);
  static Value ofBool(bool v);
  static Value ofArray(ArrayData data);
  static Value ofTuple(std::vector<Value> elements);
  static Value ofList(std::vector<Value> elements);
  static Value ofEnum(llvm::StringRef name);
  static Value runtime(Kind kind, Level level, mlir::Value re, mlir::Value im = {});

  Value withUnit(Unit u) const {
    Value v = *this;
    v.unit = std::move(u);
    return v;
  }
};

/// The type as the language calls it: "volume", "int", "array of shape 3x3".
std::string typeName(const Value &value);
/// The type, and the value where it is short and known: "int 3".
std::string typeAndValue(const Value &value);
/// Appends bytes that two values share exactly if they are equal.
void appendKey(const Value &value, std::string &key);

/// Shortest text that reads back as the number.
std::string numberText(double v);

const char *modeName(int64_t mode);

} // namespace seis::fe

#endif // SEIS_LIB_FRONTEND_VALUE_H
