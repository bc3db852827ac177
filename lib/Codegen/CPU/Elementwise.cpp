//===- Elementwise.cpp - What happens at one sample -----------------------===//
// arith and math operations on tensors become the same operations on vectors;
// functions that the processor lacks become calls of our vector math, which is
// linked in and inlined.
//===----------------------------------------------------------------------===//
#include "KernelEmitter.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"
#include <numeric>

using namespace mlir;
using namespace seis;

/// Name of the vector math function that computes `op`, empty if an instruction does.
static StringRef mathFunction(Operation *op) {
  return llvm::TypeSwitch<Operation *, StringRef>(op)
      .Case<math::SinOp>([](auto) { return "sin"; })
      .Case<math::CosOp>([](auto) { return "cos"; })
      .Case<math::TanOp>([](auto) { return "tan"; })
      .Case<math::AsinOp>([](auto) { return "asin"; })
      .Case<math::AcosOp>([](auto) { return "acos"; })
      .Case<math::AtanOp>([](auto) { return "atan"; })
      .Case<math::Atan2Op>([](auto) { return "atan2"; })
      .Case<math::ExpOp>([](auto) { return "exp"; })
      .Case<math::LogOp>([](auto) { return "log"; })
      .Case<math::Log10Op>([](auto) { return "log10"; })
      .Case<math::PowFOp>([](auto) { return "pow"; })
      .Case<math::CbrtOp>([](auto) { return "cbrt"; })
      .Case<math::RoundOp>([](auto) { return "round"; })
      .Case<HypotOp>([](auto) { return "hypot"; })
      .Case<ModOp>([](auto) { return "mod"; })
      .Default([](auto) { return ""; });
}

/// Calls the function for vectors of any length: the library has those of a register, longer ones
/// go in halves.
static Value callMath(LoopBuilder &l, StringRef function, int64_t lanes, unsigned bits, Type type,
                      ArrayRef<Value> operands) {
  if (lanes == 1 && isa<VectorType>(type)) { // a vector of one: the library takes the number
    auto numbers = llvm::map_to_vector(
        operands, [&](Value v) -> Value { return vector::ExtractOp::create(l.b, l.loc, v, 0); });
    Type number = getElementTypeOrSelf(type);
    return l.broadcast(cast<VectorType>(type), callMath(l, function, 1, bits, number, numbers));
  }
  constexpr int64_t registerBits = 512;
  if (lanes * bits <= registerBits)
    return l.call(llvm::formatv("seis_{0}_v{1}f{2}", function, lanes, bits).str(), type, operands);
  auto whole = cast<VectorType>(type);
  VectorType half = VectorType::get(lanes / 2, whole.getElementType());
  Value parts[2];
  SmallVector<int64_t> all(lanes);
  std::iota(all.begin(), all.end(), 0);
  for (int64_t part : {0, 1}) {
    ArrayRef<int64_t> mine = ArrayRef(all).slice(part * lanes / 2, lanes / 2);
    auto halves = llvm::map_to_vector(operands, [&](Value v) -> Value {
      return vector::ShuffleOp::create(l.b, l.loc, v, v, mine);
    });
    parts[part] = callMath(l, function, lanes / 2, bits, half, halves);
  }
  return vector::ShuffleOp::create(l.b, l.loc, parts[0], parts[1], all);
}

Value seis::emitMath(LoopBuilder &l, StringRef function, ArrayRef<Value> operands) {
  Type type = operands[0].getType();
  int64_t lanes = isa<VectorType>(type) ? cast<VectorType>(type).getNumElements() : 1;
  unsigned bits = getElementTypeOrSelf(type).getIntOrFloatBitWidth();
  return callMath(l, function, lanes, bits, type, operands);
}

Value seis::emitElementwise(LoopBuilder &l, Operation *op, ArrayRef<Value> operands) {
  Type type = operands[0].getType();
  auto compare = [&](arith::CmpFPredicate p, Value x, Value y) {
    return arith::CmpFOp::create(l.b, l.loc, p, x, y);
  };
  if (StringRef function = mathFunction(op); !function.empty()) {
    Value v = emitMath(l, function, operands);
    if (!isa<HypotOp>(op))
      return v;
    // C's hypot(inf, NaN) is inf; here a NaN stays one
    Value isNan = compare(arith::CmpFPredicate::UNO, operands[0], operands[1]);
    return l.select(isNan, l.fadd(operands[0], operands[1]), v);
  }
  if (isa<SignOp>(op)) {
    Value zero = l.real(type, 0.0), x = operands[0];
    Value below = l.select(compare(arith::CmpFPredicate::OLT, x, zero), l.real(type, -1.0),
                           l.select(compare(arith::CmpFPredicate::OEQ, x, zero), zero, x));
    return l.select(compare(arith::CmpFPredicate::OGT, x, zero), l.real(type, 1.0), below);
  }
  if (isa<Nan0Op>(op))
    return l.select(compare(arith::CmpFPredicate::UNO, operands[0], operands[0]), l.real(type, 0.0),
                    operands[0]);
  // Everything else is the same operation on another type.
  IRMapping map;
  map.map(op->getOperands(), operands);
  Operation *twin = l.b.clone(*op, map);
  twin->setLoc(l.loc);
  Type element = elementType(op->getResult(0).getType());
  auto vector = dyn_cast<VectorType>(type);
  twin->getResult(0).setType(vector ? Type(vector.clone(element)) : element);
  return twin->getResult(0);
}
