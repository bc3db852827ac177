//===- EigH3.cpp - Eigenvalues of symmetric 3x3 tensors -------------------===//
// Jacobi's rotations, the same number of them in every lane: they are backward
// stable, need no case for eigenvalues that are close, and a lane's result does not
// depend on the others. They run in f64 also for f32, whose eigenvectors would lose
// digits where eigenvalues are close or where a component is small. A tensor of f64 is
// scaled by a power of two first, so that no square leaves the range of the type.
//===----------------------------------------------------------------------===//
#include "KernelEmitter.h"

#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace seis;

namespace {

class EigH3 {
public:
  EigH3(LoopBuilder &l, ArrayRef<Value> t)
      : l(l), given(cast<VectorType>(t[0].getType())),
        type(l.vec(given.getNumElements(), l.b.getF64Type())), zero(l.real(type, 0.0)),
        one(l.real(type, 1.0)) {
    for (Value v : t)
      elements.push_back(given == type ? v : Value(arith::ExtFOp::create(l.b, l.loc, type, v)));
  }

  SmallVector<Value> emit() {
    Value poison = zero, largest = zero;
    for (Value v : elements) {
      poison = l.fma(v, zero, poison);
      Value m = math::AbsFOp::create(l.b, l.loc, v);
      largest = l.select(compare(arith::CmpFPredicate::OGT, m, largest), m, largest);
    }
    // the squares of any f32 fit
    auto [down, up] = given == type ? powersOf(largest) : std::pair(one, one);
    // six elements, ss xx ii sx si xi, then the rows s, x, i of the vectors
    SmallVector<Value> state;
    for (Value v : elements)
      state.push_back(l.fmul(v, down));
    for (int64_t n = 0; n < 9; ++n)
      state.push_back(n % 4 == 0 ? one : zero);
    // Off-diagonal elements shrink quadratically: they are below rounding after four sweeps, one
    // more in f64 for tensors nobody has tried.
    int64_t sweeps = given == type ? 5 : 4;
    state = l.loop(l.i64(0), l.i64(sweeps), 1, state, [&](Value, ValueRange carried) {
      SmallVector<Value> s(carried);
      rotate(s, 0, 1);
      rotate(s, 0, 2);
      rotate(s, 1, 2);
      return s;
    });
    return results(state, up, poison);
  }

private:
  Value compare(arith::CmpFPredicate p, Value x, Value y) {
    return arith::CmpFOp::create(l.b, l.loc, p, x, y);
  }

  /// Powers of two that bring `v` to the size of 1 and back, from the bits of its exponent.
  std::pair<Value, Value> powersOf(Value v) {
    constexpr unsigned bits = 64, mantissa = 52, bias = 1023;
    VectorType ints = l.vec(type.getNumElements(), l.i64Type());
    auto constant = [&](uint64_t n) -> Value {
      return arith::ConstantOp::create(l.b, l.loc, DenseElementsAttr::get(ints, APInt(bits, n)));
    };
    Value raw = arith::BitcastOp::create(l.b, l.loc, ints, v);
    Value exponent = arith::ShRUIOp::create(l.b, l.loc, raw, constant(mantissa));
    exponent = l.max(l.min(exponent, constant(2 * bias - 1)), constant(1));
    auto power = [&](Value e) -> Value {
      Value shifted = arith::ShLIOp::create(l.b, l.loc, e, constant(mantissa));
      return arith::BitcastOp::create(l.b, l.loc, type, shifted);
    };
    return {power(l.sub(constant(2 * bias), exponent)), power(exponent)};
  }

  /// Position in the state of the element between two axes.
  static unsigned between(unsigned p, unsigned q) { return p == q ? p : 2 + p + q; }

  /// Turns axes p and q so that nothing is left between them.
  void rotate(SmallVector<Value> &s, unsigned p, unsigned q) {
    unsigned r = 3 - p - q;
    Value &pq = s[between(p, q)], &pp = s[p], &qq = s[q];
    Value d = l.fsub(qq, pp), twice = l.fadd(pq, pq);
    Value h = math::SqrtOp::create(l.b, l.loc, l.fma(d, d, l.fmul(twice, twice)));
    Value isDone = compare(arith::CmpFPredicate::OEQ, h, zero);
    Value below = l.fadd(d, math::CopySignOp::create(l.b, l.loc, h, d));
    Value t = arith::DivFOp::create(l.b, l.loc, twice, l.select(isDone, one, below));
    t = l.select(isDone, zero, t);
    Value length = math::SqrtOp::create(l.b, l.loc, l.fma(t, t, one));
    Value c = arith::DivFOp::create(l.b, l.loc, one, length), sine = l.fmul(t, c);
    pp = l.fma(l.fneg(t), pq, pp);
    qq = l.fma(t, pq, qq);
    pq = zero;
    turn(s[between(std::min(r, p), std::max(r, p))], s[between(std::min(r, q), std::max(r, q))], c,
         sine);
    for (unsigned row = 0; row < 3; ++row)
      turn(s[6 + 3 * row + p], s[6 + 3 * row + q], c, sine);
  }

  void turn(Value &x, Value &y, Value c, Value sine) {
    Value a = x, b = y;
    x = l.fma(c, a, l.fneg(l.fmul(sine, b)));
    y = l.fma(sine, a, l.fmul(c, b));
  }

  /// l1, l2, l3, vi, vx, vs: sorted, cut at 0, scaled back, the sign by the rule.
  SmallVector<Value> results(ArrayRef<Value> s, Value up, Value poison) {
    SmallVector<Value> l3(s.begin(), s.begin() + 3), v;
    for (unsigned row = 0; row < 3; ++row)
      v.push_back(s[6 + 3 * row]);
    auto exchange = [&](unsigned a, unsigned b) {
      Value isLess = compare(arith::CmpFPredicate::OGT, l3[b], l3[a]);
      if (a == 0)
        for (unsigned row = 0; row < 3; ++row)
          v[row] = l.select(isLess, s[6 + 3 * row + b], v[row]);
      Value larger = l.select(isLess, l3[b], l3[a]);
      l3[b] = l.select(isLess, l3[a], l3[b]);
      l3[a] = larger;
    };
    exchange(0, 1);
    exchange(0, 2);
    exchange(1, 2);
    auto isBelow = [&](Value x) { return compare(arith::CmpFPredicate::OLT, x, zero); };
    auto isZero = [&](Value x) { return compare(arith::CmpFPredicate::OEQ, x, zero); };
    Value flips = l.either(isBelow(v[1]), l.both(isZero(v[1]), isBelow(v[2])));
    flips = l.either(isBelow(v[0]), l.both(isZero(v[0]), flips));
    SmallVector<Value> out;
    auto add = [&](Value e) { // + poison also makes a zero positive
      e = l.fadd(e, poison);
      out.push_back(given == type ? e : Value(arith::TruncFOp::create(l.b, l.loc, given, e)));
    };
    for (Value e : l3)
      add(l.fmul(l.select(compare(arith::CmpFPredicate::OGT, e, zero), e, zero), up));
    for (unsigned row : {2, 1, 0})
      add(l.select(flips, l.fneg(v[row]), v[row]));
    return out;
  }

  LoopBuilder &l;
  VectorType given, type;
  Value zero, one;
  SmallVector<Value> elements;
};

} // namespace

SmallVector<Value> seis::emitEigH3(LoopBuilder &l, ArrayRef<Value> operands) {
  return EigH3(l, operands).emit();
}
