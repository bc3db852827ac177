//===- Recursion.cpp - Linear recursions along an axis --------------------===//
// Lanes are lines, so a recursion needs no shuffles and no line sees another.
// Traces are transposed into a buffer by their stage; of a line of traces along
// inlines or crosslines, whose samples are lanes already, a few vectors at a time
// are copied into one, so that memory is read and written in long pieces and
// all else happens in the first caches.
//
// The last values of a section's input are those of the section before it, so one
// history per level serves both. The state is f64; the term of the newest value is
// added last, which leaves one operation between a value and the next.
//===----------------------------------------------------------------------===//
#include "KernelEmitter.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace seis;

namespace {

/// A pass over a line: coefficients by section, and how long the history of each level is.
struct Pass {
  SmallVector<SmallVector<double>> numerators, denominators;
  SmallVector<int64_t> history; ///< of the input and of every section's result
  SmallVector<double> steady;   ///< value of each level for an endless line of ones

  explicit Pass(ElementsAttr sections) {
    auto shape = cast<RankedTensorType>(sections.getType()).getShape();
    auto values = llvm::to_vector(sections.getValues<double>());
    history.assign(shape[0] + 1, 0);
    steady.push_back(1.0);
    for (int64_t s = 0; s < shape[0]; ++s) {
      auto *at = values.begin() + 2 * s * shape[2];
      numerators.emplace_back(at, at + shape[2]);
      denominators.emplace_back(at + shape[2], at + 2 * shape[2]);
      double above = 0, below = 0;
      for (int64_t m = 0; m < shape[2]; ++m) {
        above += numerators[s][m];
        below += denominators[s][m];
        if (numerators[s][m] != 0)
          history[s] = std::max(history[s], m);
        if (denominators[s][m] != 0)
          history[s + 1] = std::max(history[s + 1], m);
      }
      steady.push_back(steady.back() * (above / below));
    }
  }
};

class Recursion {
public:
  Recursion(KernelEmitter &k, IirOp op, Value x, int64_t stride, Value length, Value scratch)
      : l(k.builder()), op(op), x(x), stride(stride), length(length), scratch(scratch),
        type(k.vectorType()), wide(l.vec(k.width(), l.b.getF64Type())), last(l.sub(length, 1)),
        pad(l.i64(static_cast<int64_t>(op.getPad()))) {
    if (op.getExtension() == Extension::Odd)
      pad = l.min(pad, last);
  }

  void emit() {
    Value poison = l.real(type, 0.0);
    if (op.getForward()) {
      Value extended = op.getChained() ? l.add(length, pad) : length;
      poison =
          run(Pass(*op.getForward()), l.sub(l.i64(0), pad), extended, /*isForward=*/true, poison);
    }
    if (op.getBackward())
      poison =
          run(Pass(*op.getBackward()), l.i64(0), l.add(length, pad), /*isForward=*/false, poison);
    spread(poison);
  }

private:
  Value vectorAt(Value n) { return l.element(x, type, stride == 1 ? n : l.mul(n, stride)); }
  Value loadLine(Value n) { return l.load(type, vectorAt(n), 64); }
  Value wideAt(Value n) { return l.element(scratch, wide, l.add(n, pad)); }
  Value widen(Value v) {
    return type == wide ? v : Value(arith::ExtFOp::create(l.b, l.loc, wide, v));
  }
  Value narrow(Value v) {
    return type == wide ? v : Value(arith::TruncFOp::create(l.b, l.loc, type, v));
  }

  /// The extended line at a position outside.
  Value beyond(Value n) {
    if (op.getExtension() == Extension::Reflect) {
      Value period = l.mul(length, 2), m = arith::RemSIOp::create(l.b, l.loc, n, period);
      m = l.select(l.lt(m, l.i64(0)), l.add(m, period), m);
      return widen(loadLine(l.select(l.lt(m, length), m, l.sub(l.sub(period, 1), m))));
    }
    Value end = l.select(l.lt(n, l.i64(0)), l.i64(0), last);
    Value twice = l.fmul(widen(loadLine(end)), l.real(wide, 2.0));
    return l.fsub(twice, widen(loadLine(l.sub(l.mul(end, 2), n))));
  }

  /// One sample through all sections; `histories` by level, newest first.
  Value step(const Pass &pass, Value v, SmallVector<SmallVector<Value>> &histories) {
    for (size_t s = 0; s < pass.numerators.size(); ++s) {
      ArrayRef<double> n = pass.numerators[s], d = pass.denominators[s];
      Value y;
      auto add = [&](double factor, Value term) {
        if (factor == 0)
          return;
        Value f = l.real(wide, factor);
        y = y ? l.fma(f, term, y) : l.fmul(f, term);
      };
      for (size_t m = n.size(); m-- > 1;)
        if (n[m] != 0)
          add(n[m], histories[s][m - 1]);
      add(n[0], v);
      for (size_t m = d.size(); m-- > 1;)
        if (d[m] != 0)
          add(-d[m], histories[s + 1][m - 1]);
      if (!y)
        y = l.real(wide, 0.0);
      push(histories[s], v);
      v = y;
    }
    push(histories.back(), v);
    return v;
  }

  static void push(SmallVector<Value> &history, Value v) {
    if (history.empty())
      return;
    history.insert(history.begin(), v);
    history.pop_back();
  }

  /// Values of a pass before its first sample, level by level.
  SmallVector<Value> start(const Pass &pass, Value first) {
    SmallVector<Value> state;
    for (auto [level, count] : llvm::enumerate(pass.history)) {
      Value v = op.getInit() == Init::Steady ? l.fmul(l.real(wide, pass.steady[level]), first)
                                             : l.real(wide, 0.0);
      state.append(count, v);
    }
    return state;
  }

  /// A pass over positions [from, to) of the extended line. Gives NaN where a lane has met what is
  /// not finite in the line itself.
  Value run(const Pass &pass, Value from, Value to, bool isForward, Value poison) {
    bool isFirst = isForward || !op.getForward();
    bool readsScratch = !isFirst && op.getChained();
    bool isLast = !isForward || !op.getBackward();
    Value zero = l.i64(0);
    auto outside = [&](Value n) { return readsScratch ? l.load(wide, wideAt(n), 64) : beyond(n); };
    // the loops count up; of a backward pass, from its end
    auto position = [&](Value q) { return isForward ? q : l.sub(l.sub(to, 1), q); };
    auto body = [&](Value n, bool isInside, ValueRange carried) {
      SmallVector<SmallVector<Value>> histories;
      size_t at = 0;
      for (int64_t count : pass.history) {
        histories.emplace_back(carried.begin() + at, carried.begin() + at + count);
        at += count;
      }
      Value marked = carried.back(), v;
      if (isInside && !readsScratch) {
        Value sample = loadLine(n);
        if (isFirst)
          marked = l.fma(sample, l.real(type, 0.0), marked);
        v = widen(sample);
      } else {
        v = outside(n);
      }
      Value y = step(pass, v, histories);
      if (!isLast && (isInside || op.getChained())) {
        l.store(y, wideAt(n), 64);
      } else if (isLast && isInside) {
        if (!isFirst && !op.getChained())
          y = l.fadd(l.load(wide, wideAt(n), 64), y);
        l.store(narrow(y), vectorAt(n), 64);
      }
      SmallVector<Value> next;
      for (auto &history : histories)
        next.append(history.begin(), history.end());
      next.push_back(marked);
      return next;
    };
    bool isExtended = op.getPad() > 0;
    Value begin = isForward ? from : l.sub(to, 1), first;
    if (readsScratch)
      first = outside(begin);
    else if (!isExtended)
      first = widen(loadLine(begin));
    else // an odd line of one sample has no extension
      first = l.ifElse(
          l.both(l.ge(begin, zero), l.lt(begin, length)), {wide},
          [&] { return SmallVector<Value>{widen(loadLine(begin))}; },
          [&] { return SmallVector<Value>{outside(begin)}; })[0];
    SmallVector<Value> state = start(pass, first);
    state.push_back(poison);
    auto over = [&](Value lo, Value hi, bool isInside) {
      state = l.loop(lo, hi, 1, state, [&](Value q, ValueRange carried) {
        return body(position(q), isInside, carried);
      });
    };
    if (isForward) {
      if (isExtended)
        over(from, zero, false);
      over(zero, length, true);
      if (isExtended && op.getChained())
        over(length, to, false);
    } else {
      Value before = l.sub(to, length);
      if (isExtended)
        over(zero, before, false);
      over(before, to, true);
    }
    return state.back();
  }

  /// Lines that hold NaN or infinity are NaN throughout.
  void spread(Value poison) {
    Value isNan = arith::CmpFOp::create(l.b, l.loc, arith::CmpFPredicate::UNO, poison, poison);
    Value any = vector::ReductionOp::create(l.b, l.loc, vector::CombiningKind::OR, isNan);
    l.ifThen(any, [&] {
      l.loop(l.i64(0), length, 1,
             [&](Value n) { l.store(l.select(isNan, poison, loadLine(n)), vectorAt(n), 64); });
    });
  }

  LoopBuilder &l;
  IirOp op;
  Value x;
  int64_t stride;
  Value length, scratch;
  VectorType type, wide;
  Value last, pad;
};

/// One line: all traces that differ in their position along the axis only.
class LineRecursion {
public:
  LineRecursion(KernelEmitter &k, const Stage &stage, Value line)
      : k(k), l(k.builder()), op(cast<IirOp>(StageOp(stage.op).getBody().front().front())),
        source(stage.op->getOperand(0)), result(stage.op->getResult(0)), line(line),
        type(k.vectorType()), traces(k.context().block[static_cast<unsigned>(op.getAxis())]) {
    const CallContext &ctx = k.context();
    toCaller = !stage.outputs.empty();
    output = toCaller ? stage.outputs[0] : 0;
    store = k.group(static_cast<unsigned>(StageOp(stage.op).getGroup())).getStore();
    begin = toCaller ? ctx.lo[2] : l.i64(0);
    end = toCaller ? l.add(ctx.lo[2], ctx.extent[2]) : ctx.block[2];
  }

  void emit() {
    Value from = begin;
    if (mayGoPast()) {
      from = l.min(end, l.add(begin, samplesToAlignment()));
      l.ifThen(l.lt(begin, from), [&] { move(begin, from, /*isWhole=*/false); });
    }
    l.loop(from, end, recursionColumns * k.width(), [&](Value s) { emitColumns(s); });
    if (!toCaller)
      l.loop(l.i64(0), traces, 1, [&](Value n) { k.fillBorders(result, targetRow(n)); });
  }

private:
  std::pair<Value, Value> position(Value n) {
    return op.getAxis() == Axis::Inline ? std::pair(n, line) : std::pair(line, n);
  }
  Value sampleAt(Value row, Value s) { return l.element(row, k.element(), s); }
  Value targetRow(Value n) {
    auto [i, j] = position(n);
    if (!toCaller)
      return k.rowPtr(result, i, j);
    return sampleAt(k.outputPtr(output, i, j, k.elementBytes()), l.sub(l.i64(0), begin));
  }
  Value bufferAt(Value n, Value column) {
    return l.element(k.traceBuffer(0), type, l.add(l.mul(n, recursionColumns), column));
  }
  int64_t vectorBytes() const { return k.width() * k.elementBytes(); }

  /// What no cache can keep goes past them, where it fills whole lines of memory.
  bool mayGoPast() const { return toCaller && store != Store::Normal && vectorBytes() >= 32; }
  Value goesPast(Value address, int64_t unit) {
    Value goes = l.eq(l.rem(address, l.i64(unit)), l.i64(0));
    return store == Store::Auto ? l.both(goes, k.isLargerThanCache()) : goes;
  }
  Value addressOf(Value ptr) { return LLVM::PtrToIntOp::create(l.b, l.loc, l.i64Type(), ptr); }

  /// Samples before the first whole vector of every row; 0 where rows differ in that.
  Value samplesToAlignment() {
    Value unit = l.i64(vectorBytes());
    Value one = addressOf(sampleAt(targetRow(l.i64(0)), begin));
    Value other = addressOf(sampleAt(targetRow(l.i64(1)), begin));
    Value fits =
        l.both(l.eq(l.rem(one, unit), l.rem(other, unit)), goesPast(one, k.elementBytes()));
    Value before = l.rem(l.sub(unit, l.rem(one, unit)), unit);
    return l.select(fits, l.divFloor(before, l.i64(k.elementBytes())), l.i64(0));
  }

  /// The first `count` samples; all where it is null.
  void storePast(Value v, Value ptr, Value count) {
    auto whole = [&] {
      l.storePast(v, ptr, vectorBytes());
      return SmallVector<Value>{};
    };
    if (!count) {
      whole();
      return;
    }
    l.ifElse(l.ge(count, l.i64(k.width())), {}, whole, [&] {
      l.storeFirstPast(v, ptr, count);
      return SmallVector<Value>{};
    });
  }

  /// Whole columns need no mask and no count.
  void emitColumns(Value s) {
    int64_t block = recursionColumns * k.width();
    auto part = [&](bool isWhole) {
      return [this, s, isWhole] {
        move(s, end, isWhole);
        return SmallVector<Value>{};
      };
    };
    l.ifElse(l.ge(end, l.add(s, block)), {}, part(true), part(false));
  }

  /// The samples from `s`, up to `stop` where they are no whole block.
  void move(Value s, Value stop, bool isWhole) {
    Value columns = l.i64(recursionColumns);
    if (!isWhole)
      columns = l.divCeil(l.sub(stop, s), l.i64(k.width()));
    auto lanesAt = [&](Value at) { return l.firstLanes(k.width(), l.sub(stop, at)); };
    auto forColumns = [&](llvm::function_ref<void(Value, Value)> body) {
      auto one = [&](Value c) { body(c, l.add(s, l.mul(c, k.width()))); };
      if (isWhole)
        for (int64_t c = 0; c < recursionColumns; ++c)
          one(l.i64(c));
      else
        l.loop(l.i64(0), columns, 1, one);
    };
    unsigned bytes = k.elementBytes();
    bool isMasked = !isWhole && k.isCallerMemory(source);
    l.loop(l.i64(0), traces, 1, [&](Value n) {
      auto [i, j] = position(n);
      Value from = k.rowPtr(source, i, j), ahead;
      if (op.getAxis() == Axis::Inline) { // planes apart: no prefetcher looks that far
        auto [nextI, nextJ] = position(l.min(l.add(n, 4), l.sub(traces, 1)));
        ahead = k.rowPtr(source, nextI, nextJ);
      }
      forColumns([&](Value c, Value at) {
        if (ahead)
          l.prefetch(sampleAt(ahead, at));
        Value v = isMasked ? l.maskedLoad(type, sampleAt(from, at), lanesAt(at), bytes)
                           : Value(l.load(type, sampleAt(from, at), bytes));
        l.store(v, bufferAt(n, c), 64);
      });
    });
    l.loop(l.i64(0), columns, 1, [&](Value c) {
      emitRecursion(k, op, bufferAt(l.i64(0), c), recursionColumns, traces, k.traceBuffer(1));
    });
    wanted([&](Value n) {
      Value to = targetRow(n);
      auto write = [&](bool isPast) {
        forColumns([&](Value c, Value at) {
          Value v = l.load(type, bufferAt(n, c), 64), ptr = sampleAt(to, at);
          if (isPast)
            storePast(v, ptr, isWhole ? Value() : l.sub(stop, at));
          else if (!isWhole && toCaller)
            l.maskedStore(v, ptr, lanesAt(at), bytes);
          else
            l.store(v, ptr, bytes);
        });
        return SmallVector<Value>{};
      };
      if (!mayGoPast()) {
        write(false);
        return;
      }
      // Samples before the first whole vector go as that one does.
      Value goes = goesPast(addressOf(sampleAt(to, stop == end ? s : stop)), vectorBytes());
      l.ifElse(goes, {}, [&] { return write(true); }, [&] { return write(false); });
    });
  }

  /// The recursion runs from end to end; of the caller's array only a part of it may be wanted.
  void wanted(llvm::function_ref<void(Value)> write) {
    Value first = l.i64(0), behind = traces;
    if (toCaller) {
      unsigned axis = static_cast<unsigned>(op.getAxis());
      first = k.context().lo[axis];
      behind = l.add(first, k.context().extent[axis]);
    }
    l.loop(first, behind, 1, write);
  }

  KernelEmitter &k;
  LoopBuilder &l;
  IirOp op;
  Value source, result, line;
  VectorType type;
  Value traces;
  bool toCaller;
  unsigned output;
  Store store;
  Value begin, end;
};

} // namespace

void seis::emitRecursion(KernelEmitter &k, IirOp op, Value x, int64_t stride, Value length,
                         Value scratch) {
  Recursion(k, op, x, stride, length, scratch).emit();
}

void seis::emitAxisRecursion(KernelEmitter &k, const Stage &stage, Value lo, Value hi) {
  k.builder().loop(lo, hi, 1, [&](Value line) { LineRecursion(k, stage, line).emit(); });
}
