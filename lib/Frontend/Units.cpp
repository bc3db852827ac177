//===- Units.cpp - Units of measurement ------------------------------------===//
#include "Units.h"

#include "llvm/ADT/StringExtras.h"
#include <cmath>
#include <cstdlib>
#include <numeric>

using namespace llvm;
using namespace seis::fe;

namespace {

constexpr int maxExponent = 64;

/// Lowest terms; false where the fraction is out of hand.
bool reduce(Ratio &r) {
  int divisor = std::gcd(std::abs(r.num), r.den);
  if (divisor > 1) {
    r.num /= divisor;
    r.den /= divisor;
  }
  return std::abs(r.num) <= maxExponent && r.den <= maxExponent;
}

std::string ratioText(const Ratio &r) {
  if (r.den == 1)
    return std::to_string(r.num);
  if (r.den == 2 || r.den == 4) // as a decimal: Hz^0.5
    return std::to_string(r.num / r.den) + (r.den == 2       ? ".5"
                                            : r.num % 4 == 1 ? ".25"
                                            : r.num % 4 == 3 ? ".75"
                                                             : ".5");
  return "(" + std::to_string(r.num) + "/" + std::to_string(r.den) + ")";
}

struct KnownLiteral {
  const char *name;
  double factor;
  const char *base;
};
const KnownLiteral literals[] = {
    {"ms", 1, "ms"},          {"s", 1000, "ms"},
    {"us", 1e-3, "ms"},       {"Hz", 1, "Hz"},
    {"kHz", 1000, "Hz"},      {"deg", 1, "degree"},
    {"degree", 1, "degree"},  {"degrees", 1, "degree"},
    {"rad", 1, "rad"},        {"sample", 1, "sample"},
    {"samples", 1, "sample"}, {"cycle", 1, "cycles"},
    {"cycles", 1, "cycles"},  {"amplitude", 1, "amplitude"},
};

} // namespace

Unit Unit::one() { return Unit(Bases()); }
Unit Unit::base(StringRef name) { return Unit(Bases{{name.str(), Ratio{1, 1}}}); }

bool Unit::isBase(StringRef name) const {
  return bases && bases->size() == 1 && bases->begin()->first == name &&
         bases->begin()->second == Ratio{1, 1};
}

Unit Unit::power(int num, int den) const {
  if (!bases || num == 0)
    return bases ? one() : Unit();
  Bases result = *bases;
  for (auto &[name, exponent] : result) {
    exponent = {exponent.num * num, exponent.den * den};
    if (!reduce(exponent))
      return Unit();
  }
  return Unit(std::move(result));
}

Unit Unit::operator*(const Unit &o) const {
  // A scaled angle is no longer in radians.
  if ((isBase("rad") && !o.bases) || (o.isBase("rad") && !bases))
    return Unit();
  if (!bases)
    return o;
  if (!o.bases)
    return *this;
  Bases result = *bases;
  for (const auto &[name, exponent] : *o.bases) {
    Ratio &mine = result.try_emplace(name, Ratio{0, 1}).first->second;
    mine = {mine.num * exponent.den + exponent.num * mine.den, mine.den * exponent.den};
    if (!reduce(mine))
      return Unit();
    if (mine.num == 0)
      result.erase(name);
  }
  if (result.size() > 1)
    result.erase("rad");
  return Unit(std::move(result));
}

Unit Unit::operator/(const Unit &o) const { return *this * o.power(-1); }

std::string Unit::str() const {
  if (!bases)
    return "";
  std::string above, below;
  unsigned numBelow = 0;
  for (const auto &[name, exponent] : *bases) {
    Ratio e = exponent;
    std::string &part = e.num > 0 ? above : below;
    if (e.num < 0) {
      e.num = -e.num;
      ++numBelow;
    }
    part += part.empty() ? "" : "*";
    part += name;
    if (!(e == Ratio{1, 1}))
      part += "^" + ratioText(e);
  }
  if (above.empty())
    above = "1";
  if (below.empty())
    return above;
  return above + "/" + (numBelow > 1 ? "(" + below + ")" : below);
}

std::optional<Unit> Unit::parse(StringRef text) {
  Unit u = one();
  bool divide = false;
  text = text.trim();
  if (text.size() > 200)
    return std::nullopt;
  while (true) {
    text = text.ltrim();
    StringRef name = text.take_while([](char c) { return isAlpha(c) || c == '_'; });
    if (name.empty() && !text.consume_front("1"))
      return std::nullopt;
    text = text.drop_front(name.size()).ltrim();
    Unit factor = name.empty() ? one() : base(name);
    if (text.consume_front("^")) {
      StringRef digits = text.ltrim().take_while([](char c) { return isDigit(c); });
      unsigned exponent = 0;
      if (digits.getAsInteger(10, exponent) || exponent > maxExponent)
        return std::nullopt;
      text = text.ltrim().drop_front(digits.size()).ltrim();
      factor = factor.power(exponent);
    }
    u = divide ? u / factor : u * factor;
    if (text.empty())
      return u;
    divide = text.consume_front("/");
    if (!divide && !text.consume_front("*"))
      return std::nullopt;
  }
}

std::optional<LiteralUnit> seis::fe::literalUnit(StringRef name) {
  for (const KnownLiteral &l : literals)
    if (name == l.name)
      return LiteralUnit{l.factor, Unit::base(l.base)};
  return std::nullopt;
}

StringRef seis::fe::nearestLiteralUnit(StringRef name) {
  StringRef best;
  unsigned distance = name.size() < 2 ? 1 : name.size() < 4 ? 2 : 3; // below this
  for (const KnownLiteral &l : literals) {
    unsigned d = name.edit_distance_insensitive(l.name, true, distance);
    if (d < distance) {
      distance = d;
      best = l.name;
    }
  }
  return best;
}
