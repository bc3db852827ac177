//===- CohEig.cpp - The largest eigenvalue of a window's traces -----------===//
// Lanes are windows, one per sample. Their matrices M M^T are made in place of a
// vector per element, brought to three diagonals by Householder's reflections, and
// the largest eigenvalue is enclosed by halving an interval: x is above all
// eigenvalues where every leading minor of x - T is positive. Minors are f64: they
// are small, and their recurrence needs no division. The number of steps is that of
// the digits of the type, so no lane depends on another. Loops over the matrix of a
// small window are unrolled.
//===----------------------------------------------------------------------===//
#include "KernelEmitter.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace seis;

namespace {

class CohEig {
public:
  CohEig(LoopBuilder &l, CohEigOp op, VectorType type, const CohEigRows &rows)
      : l(l), type(type), rows(rows), zero(l.real(type, 0.0)), inputs(op.getInputs().size()),
        n(op.getWindow()[0] * op.getWindow()[1]), samples(op.getWindow()[2]) {
    element = type.getElementType();
    int64_t bytes = type.getNumElements() * element.getIntOrFloatBitWidth() / 8;
    matrix = l.stack(n * n * bytes);
    for (Value *room : {&diagonal, &squares, &reflector, &image})
      *room = l.stack(n * bytes);
  }

  Value emit() {
    Value trace = products();
    Value factor = arith::DivFOp::create(l.b, l.loc, l.real(type, 1.0), trace);
    // 0 times 1/0, or times what is not finite, is NaN
    Value poison = l.fma(trace, zero, l.fmul(factor, zero));
    if (n == 1)
      return l.fadd(l.real(type, 1.0), poison);
    each(l.i64(0), l.i64(n), [&](Value p) {
      each(l.i64(0), l.add(p, 1), [&](Value q) {
        l.store(l.fmul(load(matrix, at(p, q)), factor), vector(matrix, at(p, q)), 64);
      });
    });
    each(l.i64(0), l.i64(n - 2), [&](Value k) { reflect(k); });
    for (int64_t k : {n - 2, n - 1})
      l.store(load(matrix, l.i64(k * n + k)), vector(diagonal, l.i64(k)), 64);
    Value e = load(matrix, l.i64((n - 1) * n + n - 2));
    l.store(l.fmul(e, e), vector(squares, l.i64(n - 1)), 64);
    return l.fadd(largest(), poison);
  }

private:
  Value vector(Value room, Value index) { return l.element(room, type, index); }
  Value load(Value room, Value index) { return l.load(type, vector(room, index), 64); }
  Value at(Value p, Value q) { return l.add(l.mul(p, n), q); }
  /// Element of the symmetric matrix, of which the lower half is kept.
  Value between(Value p, Value q) { return at(l.max(p, q), l.min(p, q)); }

  Value sampleOf(Value input, Value p, Value t) {
    Value row = l.load(l.ptrType(), l.element(rows.table, l.ptrType(), l.add(l.mul(input, n), p)));
    Value ptr = l.element(row, element, l.add(rows.sample, t));
    unsigned align = element.getIntOrFloatBitWidth() / 8;
    return rows.mask ? l.maskedLoad(type, ptr, rows.mask, align) : Value(l.load(type, ptr, align));
  }

  /// A loop over rows or columns of the matrix, unrolled where it is small.
  void each(Value lo, Value hi, LoopBuilder::Body body) {
    auto from = getConstantIntValue(lo), to = getConstantIntValue(hi);
    if (!isSmall() || !from || !to) {
      l.loop(lo, hi, 1, body);
      return;
    }
    for (int64_t k = *from; k < *to; ++k)
      body(l.i64(k));
  }
  bool isSmall() const { return n <= 9; }

  /// All products of two traces over the window; gives the trace of the matrix.
  Value products() {
    constexpr int64_t block =
        3; // rows and columns at a time: a loaded vector serves three products
    int64_t whole = n / block * block;
    auto blocks = [&](Value p, int64_t rows) {
      l.loop(l.i64(0), p, block, [&](Value q) { productsOf(p, rows, q, block, false); });
      productsOf(p, rows, p, rows, true);
    };
    l.loop(l.i64(0), l.i64(whole), block, [&](Value p) { blocks(p, block); });
    if (whole < n)
      blocks(l.i64(whole), n - whole);
    return sum(l.i64(0), l.i64(n),
               [&](Value p, Value acc) { return l.fadd(acc, load(matrix, at(p, p))); });
  }

  /// The products of `rows` traces from p on with `columns` traces from q on; of one and the same
  /// traces (`isSame`), each pair once.
  void productsOf(Value p, int64_t rows, Value q, int64_t columns, bool isSame) {
    int64_t terms = inputs * samples;
    auto isWanted = [&](int64_t a, int64_t b) { return !isSame || b <= a; };
    auto addTerm = [&](Value k, ValueRange sums) {
      SmallVector<Value> u, v, next;
      Value input = l.divFloor(k, l.i64(samples)), t = l.sub(l.rem(k, l.i64(samples)), samples / 2);
      for (int64_t a = 0; a < rows; ++a)
        u.push_back(sampleOf(input, l.add(p, a), t));
      for (int64_t b = 0; b < columns; ++b)
        v.push_back(isSame ? u[b] : sampleOf(input, l.add(q, b), t));
      for (int64_t a = 0; a < rows; ++a)
        for (int64_t b = 0; b < columns; ++b)
          if (isWanted(a, b))
            next.push_back(l.fma(u[a], v[b], sums[next.size()]));
      return next;
    };
    SmallVector<Value> sums;
    for (int64_t a = 0; a < rows; ++a)
      for (int64_t b = 0; b < columns; ++b)
        if (isWanted(a, b))
          sums.push_back(zero);
    if (terms <= 24)
      for (int64_t k = 0; k < terms; ++k)
        sums = addTerm(l.i64(k), sums);
    else
      sums = l.loop(l.i64(0), l.i64(terms), 1, sums, addTerm);
    size_t next = 0;
    for (int64_t a = 0; a < rows; ++a)
      for (int64_t b = 0; b < columns; ++b)
        if (isWanted(a, b))
          l.store(sums[next++], vector(matrix, at(l.add(p, a), l.add(q, b))), 64);
  }

  Value sum(Value lo, Value hi, llvm::function_ref<Value(Value, Value)> add) {
    auto from = getConstantIntValue(lo), to = getConstantIntValue(hi);
    if (!isSmall() || !from || !to)
      return l.loop(lo, hi, 1, ValueRange{zero}, [&](Value k, ValueRange carried) {
        return SmallVector<Value>{add(k, carried[0])};
      })[0];
    Value total = zero;
    for (int64_t k = *from; k < *to; ++k)
      total = add(l.i64(k), total);
    return total;
  }

  /// Row k is done: a reflection of the rows behind it leaves one element below the diagonal.
  void reflect(Value k) {
    Value first = l.add(k, 1), end = l.i64(n);
    l.store(load(matrix, at(k, k)), vector(diagonal, k), 64);
    Value square = sum(first, end, [&](Value p, Value acc) {
      Value v = load(matrix, at(p, k));
      l.store(v, vector(reflector, p), 64);
      return l.fma(v, v, acc);
    });
    l.store(square, vector(squares, first), 64);
    Value length = math::SqrtOp::create(l.b, l.loc, square);
    Value head = load(matrix, at(first, k));
    Value size = math::AbsFOp::create(l.b, l.loc, head);
    // half the square of the reflector; where it is nothing beside a trace of 1, so is the column
    Value half = l.fma(length, size, square);
    Value isNothing = arith::CmpFOp::create(l.b, l.loc, arith::CmpFPredicate::OLT, half,
                                            l.real(type, element.isF32() ? 1e-30 : 1e-250));
    Value beta = arith::DivFOp::create(l.b, l.loc, l.real(type, 1.0),
                                       l.select(isNothing, l.real(type, 1.0), half));
    beta = l.select(isNothing, zero, beta);
    l.store(l.fadd(head, math::CopySignOp::create(l.b, l.loc, length, head)),
            vector(reflector, first), 64);
    Value along = sum(first, end, [&](Value p, Value acc) {
      Value v = sum(first, end, [&](Value q, Value inner) {
        return l.fma(load(matrix, between(p, q)), load(reflector, q), inner);
      });
      v = l.fmul(beta, v);
      l.store(v, vector(image, p), 64);
      return l.fma(v, load(reflector, p), acc);
    });
    Value back = l.fmul(l.fmul(beta, l.real(type, -0.5)), along);
    each(first, end, [&](Value p) {
      l.store(l.fma(back, load(reflector, p), load(image, p)), vector(image, p), 64);
    });
    each(first, end, [&](Value p) {
      Value v = l.fneg(load(reflector, p)), w = l.fneg(load(image, p));
      each(first, l.add(p, 1), [&](Value q) {
        Value a = l.fma(v, load(image, q), load(matrix, at(p, q)));
        l.store(l.fma(w, load(reflector, q), a), vector(matrix, at(p, q)), 64);
      });
    });
  }

  /// The largest eigenvalue of the tridiagonal matrix, whose trace is 1: it is between its largest
  /// diagonal element and 1.
  Value largest() {
    Value low = load(diagonal, l.i64(0));
    low = l.loop(l.i64(1), l.i64(n), 1, ValueRange{low}, [&](Value k, ValueRange carried) {
      Value d = load(diagonal, k);
      Value isMore = arith::CmpFOp::create(l.b, l.loc, arith::CmpFPredicate::OGT, d, carried[0]);
      return SmallVector<Value>{l.select(isMore, d, carried[0])};
    })[0];
    bool f32 = element.isF32();
    VectorType wide = l.vec(type.getNumElements(), l.b.getF64Type());
    auto widen = [&](Value v) {
      return wide == type ? v : Value(arith::ExtFOp::create(l.b, l.loc, wide, v));
    };
    Value none = l.real(wide, 0.0);
    auto isAbove = [&](Value x) -> Value {
      Value before = l.real(wide, 1.0), last = l.fsub(x, widen(load(diagonal, l.i64(0))));
      auto isPositive = [&](Value minor) {
        return arith::CmpFOp::create(l.b, l.loc, arith::CmpFPredicate::OGT, minor, none);
      };
      auto next = [&](Value k, ValueRange s) {
        Value e = l.fmul(widen(load(squares, k)), s[0]);
        Value minor = l.fma(l.fsub(x, widen(load(diagonal, k))), s[1], l.fneg(e));
        return SmallVector<Value>{s[1], minor, l.both(s[2], isPositive(minor))};
      };
      SmallVector<Value> state = {before, last, isPositive(last)};
      if (!isSmall())
        return l.loop(l.i64(1), l.i64(n), 1, state, next)[2];
      for (int64_t k = 1; k < n; ++k)
        state = next(l.i64(k), state);
      return state[2];
    };
    low = widen(low);
    Value high = l.real(wide, f32 ? 1 + 0x1p-20 : 1 + 0x1p-49);
    auto halve = [&](Value, ValueRange carried) {
      Value x = l.fmul(l.fadd(carried[0], carried[1]), l.real(wide, 0.5));
      Value above = isAbove(x);
      return SmallVector<Value>{l.select(above, carried[0], x), l.select(above, x, carried[1])};
    };
    auto ends = l.loop(l.i64(0), l.i64(f32 ? 25 : 54), 1, ValueRange{low, high}, halve);
    Value middle = l.fmul(l.fadd(ends[0], ends[1]), l.real(wide, 0.5));
    return wide == type ? middle : Value(arith::TruncFOp::create(l.b, l.loc, type, middle));
  }

  LoopBuilder &l;
  VectorType type;
  CohEigRows rows;
  Value zero;
  int64_t inputs, n, samples;
  Type element;
  Value matrix, diagonal, squares, reflector, image;
};

} // namespace

Value seis::emitCohEig(LoopBuilder &l, CohEigOp op, VectorType type, const CohEigRows &rows) {
  return CohEig(l, op, type, rows).emit();
}
