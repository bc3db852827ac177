//===- CohEig.cpp - The largest eigenvalue of a window's traces -----------===//
// Lanes are windows, one per sample. Their matrices M M^T are made in place of a
// vector per element, brought to three diagonals by Householder's reflections, and
// the largest eigenvalue is enclosed by halving an interval: x is above all
// eigenvalues where every pivot of T - x is negative. The number of steps is that of
// the digits of the type, so no lane depends on another.
//===----------------------------------------------------------------------===//
#include "KernelEmitter.h"

#include "mlir/Dialect/Math/IR/Math.h"

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
    l.loop(l.i64(0), l.i64(n), 1, [&](Value p) {
      l.loop(l.i64(0), l.add(p, 1), 1, [&](Value q) {
        l.store(l.fmul(load(matrix, at(p, q)), factor), vector(matrix, at(p, q)), 64);
      });
    });
    l.loop(l.i64(0), l.i64(n - 2), 1, [&](Value k) { reflect(k); });
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

  /// All products of two traces over the window; gives the trace of the matrix.
  Value products() {
    int64_t terms = inputs * samples;
    auto term = [&](Value k, Value p) {
      return sampleOf(l.divFloor(k, l.i64(samples)), p,
                      l.sub(l.rem(k, l.i64(samples)), samples / 2));
    };
    bool isShort = terms <= 24; // one trace stays in registers
    return l.loop(l.i64(0), l.i64(n), 1, ValueRange{zero}, [&](Value p, ValueRange carried) {
      SmallVector<Value> own;
      for (int64_t k = 0; isShort && k < terms; ++k)
        own.push_back(term(l.i64(k), p));
      auto product = [&](Value q) -> Value {
        if (!isShort)
          return l.loop(l.i64(0), l.i64(terms), 1, ValueRange{zero}, [&](Value k, ValueRange sum) {
            return SmallVector<Value>{l.fma(term(k, p), term(k, q), sum[0])};
          })[0];
        Value sum = l.fmul(own[0], term(l.i64(0), q));
        for (int64_t k = 1; k < terms; ++k)
          sum = l.fma(own[k], term(l.i64(k), q), sum);
        return sum;
      };
      l.loop(l.i64(0), p, 1, [&](Value q) { l.store(product(q), vector(matrix, at(p, q)), 64); });
      Value square = product(p);
      l.store(square, vector(matrix, at(p, p)), 64);
      return SmallVector<Value>{l.fadd(carried[0], square)};
    })[0];
  }

  Value sum(Value lo, Value hi, llvm::function_ref<Value(Value, Value)> add) {
    return l.loop(lo, hi, 1, ValueRange{zero}, [&](Value k, ValueRange carried) {
      return SmallVector<Value>{add(k, carried[0])};
    })[0];
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
    // half the square of the reflector; where it is 0 there is nothing to reflect
    Value half = l.fma(length, size, square);
    Value isNothing = arith::CmpFOp::create(l.b, l.loc, arith::CmpFPredicate::OEQ, half, zero);
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
    l.loop(first, end, 1, [&](Value p) {
      l.store(l.fma(back, load(reflector, p), load(image, p)), vector(image, p), 64);
    });
    l.loop(first, end, 1, [&](Value p) {
      Value v = l.fneg(load(reflector, p)), w = l.fneg(load(image, p));
      l.loop(first, l.add(p, 1), 1, [&](Value q) {
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
    Value high = l.real(type, f32 ? 1 + 0x1p-20 : 1 + 0x1p-49);
    Value least = l.real(type, f32 ? -0x1p-60 : -0x1p-500);
    auto pivot = [&](Value v) { // never 0, and not so small that its quotient has no use
      Value isTiny = arith::CmpFOp::create(l.b, l.loc, arith::CmpFPredicate::OGT, v, least);
      Value isNegative = arith::CmpFOp::create(l.b, l.loc, arith::CmpFPredicate::OLE, v, zero);
      return l.select(l.both(isTiny, isNegative), least, v);
    };
    auto halve = [&](Value, ValueRange carried) {
      Value x = l.fmul(l.fadd(carried[0], carried[1]), l.real(type, 0.5));
      Value p = pivot(l.fsub(load(diagonal, l.i64(0)), x));
      auto after = l.loop(l.i64(1), l.i64(n), 1, ValueRange{p, p}, [&](Value k, ValueRange last) {
        Value share = arith::DivFOp::create(l.b, l.loc, load(squares, k), last[0]);
        Value next = l.fsub(load(diagonal, k), x);
        next = pivot(l.fsub(next, share));
        Value isMore = arith::CmpFOp::create(l.b, l.loc, arith::CmpFPredicate::OGT, next, last[1]);
        return SmallVector<Value>{next, l.select(isMore, next, last[1])};
      });
      Value isAbove = arith::CmpFOp::create(l.b, l.loc, arith::CmpFPredicate::OLT, after[1], zero);
      return SmallVector<Value>{l.select(isAbove, carried[0], x), l.select(isAbove, x, carried[1])};
    };
    auto ends = l.loop(l.i64(0), l.i64(f32 ? 25 : 54), 1, ValueRange{low, high}, halve);
    return l.fmul(l.fadd(ends[0], ends[1]), l.real(type, 0.5));
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
