//===- Units.h - Units of measurement --------------------------------------===//
// A unit is a product of named bases with rational exponents, or unknown: a
// number without a unit fits any. Literals are converted to the canonical units
// ms, Hz and degree. `rad` is a unit of its own for labels, but drops out of
// products, and a scaled angle (`phi * 180/pi`) has no known unit.
//===----------------------------------------------------------------------===//
#ifndef SEIS_LIB_FRONTEND_UNITS_H
#define SEIS_LIB_FRONTEND_UNITS_H

#include "llvm/ADT/StringRef.h"
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace seis::fe {

/// A fraction in lowest terms, denominator positive.
struct Ratio {
  int num = 0, den = 1;
  bool operator==(const Ratio &o) const { return num == o.num && den == o.den; }
};

class Unit {
public:
  /// Unknown: fits every other unit.
  Unit() = default;
  /// Known and without dimension.
  static Unit one();
  static Unit base(llvm::StringRef name);
  /// Parses products such as `Hz/sample`, `1/sample^2`, `amplitude*Hz`.
  static std::optional<Unit> parse(llvm::StringRef text);

  bool isKnown() const { return bases != nullptr; }
  bool operator==(const Unit &o) const {
    return bases == o.bases || (bases && o.bases && *bases == *o.bases);
  }
  bool operator!=(const Unit &o) const { return !(*this == o); }
  bool isBase(llvm::StringRef name) const;

  Unit operator*(const Unit &o) const;
  Unit operator/(const Unit &o) const;
  /// `num`/`den`-th power; unknown where exponents get out of hand.
  Unit power(int num, int den = 1) const;

  /// `amplitude/Hz`, `1/sample^2`, `1` where known without dimension, empty where unknown.
  std::string str() const;

private:
  using Bases = std::map<std::string, Ratio>;
  explicit Unit(Bases b) : bases(std::make_shared<const Bases>(std::move(b))) {}
  /// Null: unknown. Shared, as values are copied all the time.
  std::shared_ptr<const Bases> bases;
};

/// A unit that may follow a number: the factor to the canonical unit, and that unit.
struct LiteralUnit {
  double factor = 1;
  Unit unit;
};
std::optional<LiteralUnit> literalUnit(llvm::StringRef name);
/// The literal unit with the most similar spelling, or empty.
llvm::StringRef nearestLiteralUnit(llvm::StringRef name);

} // namespace seis::fe

#endif // SEIS_LIB_FRONTEND_UNITS_H
