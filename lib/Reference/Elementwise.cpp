//===- Elementwise.cpp - arith and math operations on arrays --------------===//
// Operations are found by name in tables of plain functions. All real
// arithmetic is f64, all integer arithmetic 64 bits, then cut to the width of
// the type.
//===----------------------------------------------------------------------===//
#include "Elementwise.h"
#include "seis/Reference/Pointwise.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/StringMap.h"

#include <cmath>

using namespace mlir;

namespace seis::reference {

int64_t sizeOf(llvm::ArrayRef<int64_t> shape) {
  int64_t n = 1;
  for (int64_t e : shape)
    n *= e;
  return n;
}

int64_t Array::size() const { return sizeOf(shape); }

std::vector<int64_t> shapeOf(Type type, const Shape &shape) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return {};
  return std::vector<int64_t>(shape.begin(),
                              shape.begin() + std::min<int64_t>(3, tensor.getRank()));
}

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

using Real1 = double (*)(double);
using Real2 = double (*)(double, double);
using Int2 = int64_t (*)(int64_t, int64_t);

static const llvm::StringMap<Real1> &unaryTable() {
  static const llvm::StringMap<Real1> table = {
      {"arith.negf", [](double v) { return -v; }},
      {"arith.extf", [](double v) { return v; }},
      {"arith.truncf", [](double v) { return v; }}, // the reference computes in f64 throughout
      {"math.absf", [](double v) { return std::fabs(v); }},
      {"math.sqrt", [](double v) { return std::sqrt(v); }},
      {"math.rsqrt", [](double v) { return 1 / std::sqrt(v); }},
      {"math.cbrt", [](double v) { return std::cbrt(v); }},
      {"math.exp", [](double v) { return std::exp(v); }},
      {"math.exp2", [](double v) { return std::exp2(v); }},
      {"math.expm1", [](double v) { return std::expm1(v); }},
      {"math.log", [](double v) { return std::log(v); }},
      {"math.log2", [](double v) { return std::log2(v); }},
      {"math.log10", [](double v) { return std::log10(v); }},
      {"math.log1p", [](double v) { return std::log1p(v); }},
      {"math.sin", [](double v) { return std::sin(v); }},
      {"math.cos", [](double v) { return std::cos(v); }},
      {"math.tan", [](double v) { return std::tan(v); }},
      {"math.asin", [](double v) { return std::asin(v); }},
      {"math.acos", [](double v) { return std::acos(v); }},
      {"math.atan", [](double v) { return std::atan(v); }},
      {"math.sinh", [](double v) { return std::sinh(v); }},
      {"math.cosh", [](double v) { return std::cosh(v); }},
      {"math.tanh", [](double v) { return std::tanh(v); }},
      {"math.erf", [](double v) { return std::erf(v); }},
      {"math.floor", [](double v) { return std::floor(v); }},
      {"math.ceil", [](double v) { return std::ceil(v); }},
      {"math.trunc", [](double v) { return std::trunc(v); }},
      {"math.round", [](double v) { return std::round(v); }},
      {"math.roundeven", [](double v) { return v - std::remainder(v, 1.0); }},
      {"seis.sign", sign},
      {"seis.nan0", nan0},
  };
  return table;
}

static const llvm::StringMap<Real2> &binaryTable() {
  static const llvm::StringMap<Real2> table = {
      {"arith.addf", [](double a, double b) { return a + b; }},
      {"arith.subf", [](double a, double b) { return a - b; }},
      {"arith.mulf", [](double a, double b) { return a * b; }},
      {"arith.divf", [](double a, double b) { return a / b; }},
      {"arith.remf", [](double a, double b) { return std::fmod(a, b); }},
      {"arith.maximumf", maximum},
      {"arith.minimumf", minimum},
      {"arith.maxnumf", [](double a, double b) { return std::fmax(a, b); }},
      {"arith.minnumf", [](double a, double b) { return std::fmin(a, b); }},
      {"math.atan2", [](double a, double b) { return std::atan2(a, b); }},
      {"math.powf", [](double a, double b) { return std::pow(a, b); }},
      {"math.copysign", [](double a, double b) { return std::copysign(a, b); }},
      {"seis.hypot", hypotenuse},
      {"seis.mod", floorMod},
  };
  return table;
}

static int64_t wrapped(uint64_t v) { return static_cast<int64_t>(v); }

static const llvm::StringMap<Int2> &integerTable() {
  // A shift by the width or more has no value in arith; 0 stands for it here.
  static const llvm::StringMap<Int2> table = {
      {"arith.addi", [](int64_t a, int64_t b) { return wrapped(uint64_t(a) + uint64_t(b)); }},
      {"arith.subi", [](int64_t a, int64_t b) { return wrapped(uint64_t(a) - uint64_t(b)); }},
      {"arith.muli", [](int64_t a, int64_t b) { return wrapped(uint64_t(a) * uint64_t(b)); }},
      {"arith.andi", [](int64_t a, int64_t b) { return a & b; }},
      {"arith.ori", [](int64_t a, int64_t b) { return a | b; }},
      {"arith.xori", [](int64_t a, int64_t b) { return a ^ b; }},
      {"arith.shli",
       [](int64_t a, int64_t b) { return b < 0 || b > 63 ? 0 : wrapped(uint64_t(a) << b); }},
      {"arith.shrsi", [](int64_t a, int64_t b) { return b < 0 || b > 63 ? int64_t(0) : a >> b; }},
      {"arith.maxsi", [](int64_t a, int64_t b) { return std::max(a, b); }},
      {"arith.minsi", [](int64_t a, int64_t b) { return std::min(a, b); }},
  };
  return table;
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

/// Element `i` of values of which one may stand for all.
template <typename T> static T element(const std::vector<T> &values, int64_t i) {
  return values.size() == 1 ? values[0] : values[i];
}

/// Evaluates f for every element; once if every operand has one element for all.
template <typename T, typename F>
static std::vector<T> loop(int64_t size, std::initializer_list<size_t> stored, F f) {
  if (llvm::all_of(stored, [](size_t n) { return n == 1; }))
    size = 1;
  std::vector<T> out(size);
  for (int64_t i = 0; i < size; ++i)
    out[i] = f(i);
  return out;
}

static bool compareReal(arith::CmpFPredicate p, double a, double b) {
  using P = arith::CmpFPredicate;
  bool unordered = std::isnan(a) || std::isnan(b);
  switch (p) {
  case P::AlwaysFalse:
    return false;
  case P::AlwaysTrue:
    return true;
  case P::ORD:
    return !unordered;
  case P::UNO:
    return unordered;
  case P::OEQ:
    return a == b;
  case P::UEQ:
    return unordered || a == b;
  case P::OGT:
    return a > b;
  case P::UGT:
    return unordered || a > b;
  case P::OGE:
    return a >= b;
  case P::UGE:
    return unordered || a >= b;
  case P::OLT:
    return a < b;
  case P::ULT:
    return unordered || a < b;
  case P::OLE:
    return a <= b;
  case P::ULE:
    return unordered || a <= b;
  case P::ONE:
    return !unordered && a != b;
  case P::UNE:
    return unordered || a != b;
  }
  return false;
}

static bool compareInteger(arith::CmpIPredicate p, int64_t a, int64_t b) {
  using P = arith::CmpIPredicate;
  uint64_t u = static_cast<uint64_t>(a), v = static_cast<uint64_t>(b);
  switch (p) {
  case P::eq:
    return a == b;
  case P::ne:
    return a != b;
  case P::slt:
    return a < b;
  case P::sle:
    return a <= b;
  case P::sgt:
    return a > b;
  case P::sge:
    return a >= b;
  case P::ult:
    return u < v;
  case P::ule:
    return u <= v;
  case P::ugt:
    return u > v;
  case P::uge:
    return u >= v;
  }
  return false;
}

/// Cuts an integer to the width of `type`; i1 is 0 or 1, wider ones are signed.
static int64_t fit(int64_t v, Type type) {
  Type e = elementType(type);
  unsigned width = e.isIndex() ? 64 : e.getIntOrFloatBitWidth();
  if (width == 1)
    return v & 1;
  return width >= 64
             ? v
             : static_cast<int64_t>(static_cast<uint64_t>(v) << (64 - width)) >> (64 - width);
}

/// A real number as an integer, towards zero; what arith leaves open saturates, NaN gives 0.
static int64_t truncated(double v) {
  if (std::isnan(v))
    return 0;
  if (v >= 9223372036854775808.0)
    return std::numeric_limits<int64_t>::max();
  return v < -9223372036854775808.0 ? std::numeric_limits<int64_t>::min() : static_cast<int64_t>(v);
}

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

static Array evaluateConstant(arith::ConstantOp op, std::vector<int64_t> shape) {
  Array out;
  out.shape = std::move(shape);
  Attribute value = op.getValue();
  if (auto f = dyn_cast<FloatAttr>(value)) {
    out.re = {f.getValueAsDouble()};
  } else if (auto i = dyn_cast<IntegerAttr>(value)) {
    out.ints = {fit(i.getValue().getSExtValue(), op.getType())};
  } else {
    auto dense = cast<DenseElementsAttr>(value);
    int64_t n = dense.isSplat() ? 1 : dense.getNumElements();
    if (isa<FloatType>(dense.getElementType())) {
      for (APFloat v :
           llvm::make_range(dense.value_begin<APFloat>(), dense.value_begin<APFloat>() + n)) {
        bool losesInfo;
        v.convert(llvm::APFloat::IEEEdouble(), llvm::APFloat::rmNearestTiesToEven, &losesInfo);
        out.re.push_back(v.convertToDouble());
      }
    } else {
      for (APInt v : llvm::make_range(dense.value_begin<APInt>(), dense.value_begin<APInt>() + n))
        out.ints.push_back(fit(v.getSExtValue(), op.getType()));
    }
  }
  return out;
}

static Array evaluateSelect(const Array &c, const Array &a, const Array &b,
                            std::vector<int64_t> shape) {
  Array out;
  out.shape = std::move(shape);
  int64_t n = out.size();
  if (a.isInteger())
    out.ints = loop<int64_t>(n, {c.ints.size(), a.ints.size(), b.ints.size()}, [&](int64_t i) {
      return element(c.ints, i) ? element(a.ints, i) : element(b.ints, i);
    });
  else
    out.re = loop<double>(n, {c.ints.size(), a.re.size(), b.re.size()}, [&](int64_t i) {
      return element(c.ints, i) ? element(a.re, i) : element(b.re, i);
    });
  if (a.isComplex())
    out.im = loop<double>(n, {c.ints.size(), a.im.size(), b.im.size()}, [&](int64_t i) {
      return element(c.ints, i) ? element(a.im, i) : element(b.im, i);
    });
  return out;
}

/// Conversions between reals, masks and integers, and tests of one real.
static std::optional<Array> evaluateConversion(Operation *op, const Array &a,
                                               std::vector<int64_t> shape) {
  Array out;
  out.shape = std::move(shape);
  int64_t n = out.size();
  Type from = op->getOperand(0).getType(), to = op->getResult(0).getType();
  auto toReal = [&](auto f) {
    out.re = loop<double>(n, {a.ints.size()}, [&](int64_t i) { return f(element(a.ints, i)); });
  };
  auto toInteger = [&](auto f) {
    if (a.isInteger())
      out.ints = loop<int64_t>(n, {a.ints.size()},
                               [&](int64_t i) { return fit(f(element(a.ints, i)), to); });
    else
      out.ints =
          loop<int64_t>(n, {a.re.size()}, [&](int64_t i) { return fit(f(element(a.re, i)), to); });
  };
  Type e = elementType(from);
  bool mask = e.isInteger(1);
  if (isa<arith::UIToFPOp>(op))
    toReal([&](int64_t v) {
      unsigned width = e.getIntOrFloatBitWidth();
      uint64_t bits = static_cast<uint64_t>(v);
      return static_cast<double>(width < 64 ? bits & ((uint64_t(1) << width) - 1) : bits);
    });
  else if (isa<arith::SIToFPOp>(op))
    toReal([&](int64_t v) { return static_cast<double>(mask ? -v : v); });
  else if (isa<arith::FPToSIOp, arith::FPToUIOp>(op))
    toInteger([](auto v) { return truncated(static_cast<double>(v)); });
  else if (isa<arith::ExtUIOp>(op))
    toInteger([&](auto v) {
      unsigned width = e.getIntOrFloatBitWidth();
      uint64_t bits = static_cast<uint64_t>(static_cast<int64_t>(v));
      return static_cast<int64_t>(width < 64 ? bits & ((uint64_t(1) << width) - 1) : bits);
    });
  else if (isa<arith::ExtSIOp>(op))
    toInteger([&](auto v) { return mask ? -static_cast<int64_t>(v) : static_cast<int64_t>(v); });
  else if (isa<arith::TruncIOp, arith::IndexCastOp>(op))
    toInteger([](auto v) { return static_cast<int64_t>(v); });
  else if (isa<math::AbsIOp>(op))
    toInteger([](auto v) { return static_cast<int64_t>(v < 0 ? -v : v); });
  else if (isa<math::IsNaNOp>(op))
    toInteger([](auto v) { return int64_t(std::isnan(static_cast<double>(v))); });
  else if (isa<math::IsInfOp>(op))
    toInteger([](auto v) { return int64_t(std::isinf(static_cast<double>(v))); });
  else if (isa<math::IsFiniteOp>(op))
    toInteger([](auto v) { return int64_t(std::isfinite(static_cast<double>(v))); });
  else
    return std::nullopt;
  return out;
}

std::optional<Array> evaluateElementwise(Operation *op, llvm::ArrayRef<ArrayPtr> operands,
                                         const Shape &survey) {
  if (op->getNumResults() != 1)
    return std::nullopt;
  Type type = op->getResult(0).getType();
  Array out;
  out.shape = shapeOf(type, survey);
  int64_t n = out.size();
  llvm::StringRef name = op->getName().getStringRef();
  if (auto constant = dyn_cast<arith::ConstantOp>(op))
    return evaluateConstant(constant, out.shape);
  if (isa<arith::SelectOp>(op))
    return evaluateSelect(*operands[0], *operands[1], *operands[2], out.shape);
  if (operands.empty())
    return std::nullopt;
  const Array &a = *operands[0], &b = *operands[operands.size() > 1 ? 1 : 0];
  if (auto it = unaryTable().find(name); it != unaryTable().end()) {
    out.re = loop<double>(n, {a.re.size()},
                          [&, f = it->second](int64_t i) { return f(element(a.re, i)); });
    return out;
  }
  if (auto it = binaryTable().find(name); it != binaryTable().end()) {
    out.re = loop<double>(n, {a.re.size(), b.re.size()}, [&, f = it->second](int64_t i) {
      return f(element(a.re, i), element(b.re, i));
    });
    return out;
  }
  if (auto it = integerTable().find(name); it != integerTable().end()) {
    out.ints = loop<int64_t>(n, {a.ints.size(), b.ints.size()}, [&, f = it->second](int64_t i) {
      return fit(f(element(a.ints, i), element(b.ints, i)), type);
    });
    return out;
  }
  if (isa<math::FmaOp>(op)) {
    const Array &c = *operands[2];
    out.re = loop<double>(n, {a.re.size(), b.re.size(), c.re.size()}, [&](int64_t i) {
      return std::fma(element(a.re, i), element(b.re, i), element(c.re, i));
    });
    return out;
  }
  if (isa<math::FPowIOp>(op)) {
    out.re = loop<double>(n, {a.re.size(), b.ints.size()}, [&](int64_t i) {
      return std::pow(element(a.re, i), static_cast<double>(element(b.ints, i)));
    });
    return out;
  }
  if (auto cmp = dyn_cast<arith::CmpFOp>(op)) {
    out.ints = loop<int64_t>(n, {a.re.size(), b.re.size()}, [&](int64_t i) {
      return compareReal(cmp.getPredicate(), element(a.re, i), element(b.re, i));
    });
    return out;
  }
  if (auto cmp = dyn_cast<arith::CmpIOp>(op)) {
    out.ints = loop<int64_t>(n, {a.ints.size(), b.ints.size()}, [&](int64_t i) {
      return compareInteger(cmp.getPredicate(), element(a.ints, i), element(b.ints, i));
    });
    return out;
  }
  return evaluateConversion(op, a, out.shape);
}

} // namespace seis::reference
