//===- TraceStage.cpp - Stages with traces in the lanes -------------------===//
// Up to W traces are transposed into a buffer in which vector s holds sample s of
// all of them. Transforms and scans then need no shuffles, and no lane sees
// another: a trace gives the same bits whatever its neighbours are.
//===----------------------------------------------------------------------===//
#include "FftEmitter.h"
#include "KernelEmitter.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace seis;

namespace {

class TraceBlock {
public:
  TraceBlock(KernelEmitter &k, const Stage &stage, Value i, Value j, Value count)
      : k(k), l(k.builder()), stage(stage), i(i), j(j), count(count), width(k.width()),
        type(k.vectorType()), vectorBytes(width * k.elementBytes()), length(k.context().block[2]) {}

  void emit() {
    Operation &op = StageOp(stage.op).getBody().front().front();
    llvm::TypeSwitch<Operation *>(&op)
        .Case<AnalyticOp>([&](AnalyticOp o) { analytic(o); })
        .Case<FftOp, IfftOp>([&](auto o) {
          bool inverse = isa<IfftOp>(*o);
          o.getIm() ? transform(o.getRe(), o.getIm(), inverse) : realTransform(o.getRe(), inverse);
        })
        .Case<SpecMulOp>([&](SpecMulOp o) { specmul(o); })
        .Case<UnwrapOp>([&](UnwrapOp o) { unwrap(o); })
        .Case<ScanOp>([&](ScanOp o) { scan(o); })
        .Case<IirOp>([&](IirOp o) { recursion(o); })
        .Case<HoldOp>([&](HoldOp o) { hold(o); })
        .Default([&](Operation *o) { reduce(o); });
  }

private:
  //===--------------------------------------------------------------------===//
  // Between rows and the buffer
  //===--------------------------------------------------------------------===//

  Value operandOf(Value blockArg) {
    return stage.op->getOperand(cast<BlockArgument>(blockArg).getArgNumber());
  }

  Value vectorAt(Value buffer, Value index) { return l.element(buffer, type, index); }
  Value loadVector(Value buffer, Value index) { return l.load(type, vectorAt(buffer, index), 64); }
  void storeVector(Value v, Value buffer, Value index) { l.store(v, vectorAt(buffer, index), 64); }

  Value compare(arith::CmpFPredicate p, Value x, Value y) {
    return arith::CmpFOp::create(l.b, l.loc, p, x, y);
  }

  /// W vectors as a square: lane c of vector r becomes lane r of vector c.
  void transpose(SmallVector<Value> &v) {
    for (int64_t h = width / 2; h >= 1; h /= 2)
      for (int64_t r = 0; r < width; ++r) {
        if (r & h)
          continue;
        SmallVector<int64_t> low, high;
        for (int64_t lane = 0; lane < width; ++lane) {
          low.push_back(lane & h ? width + lane - h : lane);
          high.push_back(lane & h ? width + lane : lane + h);
        }
        Value a = v[r], b = v[r + h];
        v[r] = vector::ShuffleOp::create(l.b, l.loc, a, b, low);
        v[r + h] = vector::ShuffleOp::create(l.b, l.loc, a, b, high);
      }
  }

  /// Addresses of the rows of the block's traces; a lane without a trace repeats the last one.
  Value sourceRows(Value source) {
    Value table = l.stack(8 * width);
    l.loop(l.i64(0), l.i64(width), 1, [&](Value lane) {
      Value row = l.add(j, l.min(lane, l.sub(count, 1)));
      l.store(k.rowPtr(source, i, row), l.element(table, l.ptrType(), lane));
    });
    return table;
  }

  /// Addresses to write to; a lane without a trace writes to a row nobody reads.
  Value targetRows(Value result) {
    Value table = l.stack(8 * width);
    l.loop(l.i64(0), l.i64(width), 1, [&](Value lane) {
      Value row = l.add(j, l.min(lane, l.sub(count, 1)));
      Value ptr = l.select(l.lt(lane, count), k.rowPtr(result, i, row), k.junkRow());
      l.store(ptr, l.element(table, l.ptrType(), lane));
    });
    return table;
  }

  /// Samples of the traces into vectors first, first + step, ... of the buffer.
  void readRows(Value source, Value buffer, Value first, int64_t step) {
    readRows(source, buffer, first, l.i64(step));
  }
  void readRows(Value source, Value buffer, Value first, Value step) {
    Value table = sourceRows(source);
    Value ahead = k.isCallerMemory(source) ? k.rowDistance(source, width) : Value();
    l.loop(l.i64(0), length, width, [&](Value s) {
      Value mask = k.isCallerMemory(source) ? l.firstLanes(width, l.sub(length, s)) : Value();
      SmallVector<Value> v;
      for (int64_t lane = 0; lane < width; ++lane) {
        Value at = l.element(l.loadPtr(table, 8 * lane), k.element(), s);
        if (ahead) // while this block is transformed, the next one comes into the second cache
          l.prefetch(l.at(at, ahead));
        v.push_back(mask ? l.maskedLoad(type, at, mask, k.elementBytes())
                         : Value(l.load(type, at, k.elementBytes())));
      }
      transpose(v);
      for (int64_t n = 0; n < width; ++n)
        storeVector(v[n], buffer, l.add(first, l.mul(l.add(s, n), step)));
    });
  }

  using OfVector = llvm::function_ref<Value(Value vector, Value sample)>;

  /// Writes vector index(s) of the buffer as sample s of the traces, for all samples.
  void writeRows(Value result, Value buffer, llvm::function_ref<Value(Value)> index,
                 OfVector change = nullptr) {
    if (!k.isStored(result))
      return;
    Value table = targetRows(result);
    Value last = l.sub(length, 1);
    l.loop(l.i64(0), length, width, [&](Value s) {
      SmallVector<Value> v;
      for (int64_t n = 0; n < width; ++n) {
        Value sample = l.min(l.add(s, n), last);
        v.push_back(loadVector(buffer, index(sample)));
        if (change)
          v.back() = change(v.back(), sample);
      }
      transpose(v);
      for (int64_t lane = 0; lane < width; ++lane)
        l.store(v[lane], l.element(l.loadPtr(table, 8 * lane), k.element(), s), k.elementBytes());
    });
    l.loop(l.i64(0), count, 1, [&](Value lane) {
      k.fillBorders(result, l.load(l.ptrType(), l.element(table, l.ptrType(), lane)));
    });
  }
  void writeRows(Value result, Value buffer) {
    writeRows(result, buffer, [](Value s) { return s; });
  }

  void fill(Value buffer, Value from, Value to) {
    l.loop(from, to, 1, [&](Value s) { storeVector(l.real(type, 0.0), buffer, s); });
  }

  //===--------------------------------------------------------------------===//
  // Transforms
  //===--------------------------------------------------------------------===//

  /// What must be undone after a transform: traces of extreme scale and traces with NaN.
  struct Guard {
    Value isRare, scale, poison; // addresses of a vector each; scale undone by multiplying
  };

  /// Traces whose largest magnitude lies outside [2^-60, 2^60] are scaled by a power of two;
  /// those that hold NaN or infinity are marked. Neither is common: one look at the data.
  Guard guard(Value buffer, Value from, Value to) {
    bool f32 = k.element().isF32();
    Value zero = l.real(type, 0.0);
    auto seen = l.loop(from, to, 1, ValueRange{zero, zero}, [&](Value s, ValueRange carried) {
      Value x = loadVector(buffer, s), m = math::AbsFOp::create(l.b, l.loc, x);
      Value larger = compare(arith::CmpFPredicate::OGT, m, carried[0]);
      return SmallVector<Value>{l.select(larger, m, carried[0]), l.fma(x, zero, carried[1])};
    });
    Value isNan = compare(arith::CmpFPredicate::UNO, seen[1], seen[1]);
    Value extreme = l.either(compare(arith::CmpFPredicate::OGT, seen[0], l.real(type, 0x1p60)),
                             compare(arith::CmpFPredicate::OLT, seen[0], l.real(type, 0x1p-60)));
    extreme = l.both(extreme, compare(arith::CmpFPredicate::OGT, seen[0], zero));
    Value rare = l.either(isNan, extreme);
    Value any = vector::ReductionOp::create(l.b, l.loc, vector::CombiningKind::OR, rare);
    Guard g{any, l.stack(vectorBytes), l.stack(vectorBytes)};
    l.ifThen(any, [&] {
      // the power of two with the opposite exponent, from the bits
      unsigned bits = f32 ? 32 : 64, mantissa = f32 ? 23 : 52, bias = f32 ? 127 : 1023;
      Type intElement = l.b.getIntegerType(bits);
      VectorType ints = l.vec(width, intElement);
      auto constant = [&](uint64_t v) -> Value {
        return arith::ConstantOp::create(l.b, l.loc, DenseElementsAttr::get(ints, APInt(bits, v)));
      };
      Value raw = arith::BitcastOp::create(l.b, l.loc, ints, seen[0]);
      Value exponent = arith::ShRUIOp::create(l.b, l.loc, raw, constant(mantissa));
      exponent = l.max(l.min(exponent, constant(2 * bias - 1)), constant(1));
      auto power = [&](Value e) -> Value {
        Value shifted = arith::ShLIOp::create(l.b, l.loc, e, constant(mantissa));
        Value p = arith::BitcastOp::create(l.b, l.loc, type, shifted);
        return l.select(extreme, p, l.real(type, 1.0));
      };
      Value down = power(l.sub(constant(2 * bias), exponent)), up = power(exponent);
      l.store(up, g.scale, 64);
      Value nan = l.real(type, std::numeric_limits<double>::quiet_NaN());
      l.store(l.select(isNan, nan, zero), g.poison, 64);
      l.loop(from, to, 1,
             [&](Value s) { storeVector(l.fmul(loadVector(buffer, s), down), buffer, s); });
    });
    return g;
  }

  void unguard(const Guard &g, Value buffer, Value from, Value to) {
    l.ifThen(g.isRare, [&] {
      Value up = l.load(type, g.scale, 64), poison = l.load(type, g.poison, 64);
      Value isPoisoned = compare(arith::CmpFPredicate::UNO, poison, poison);
      l.loop(from, to, 1, [&](Value s) {
        Value x = l.fmul(loadVector(buffer, s), up);
        storeVector(l.select(isPoisoned, poison, x), buffer, s);
      });
    });
  }

  FftEmitter transforms(const PlanUse &use) {
    return FftEmitter(l, k.element(), width, use.request, k.knownLengths(use));
  }

  void analytic(AnalyticOp op) {
    PlanUse use = k.planUse(stage);
    if (!use.request.lanes)
      return analyticOfTraces(op, use);
    Value isRow = l.ge(l.loadI64(k.plan(use), 8 * FFT_LANES), l.i64(1));
    auto ofRows = [&] {
      analyticOfRows(op, use);
      return SmallVector<Value>{};
    };
    auto ofTraces = [&] {
      analyticOfTraces(op, use);
      return SmallVector<Value>{};
    };
    l.ifElse(isRow, {}, ofRows, ofTraces);
  }

  /// One trace after the other, with its samples in the lanes.
  void analyticOfRows(AnalyticOp op, const PlanUse &use) {
    Value source = operandOf(op.getInput()), re = stage.op->getResult(0);
    Value im = stage.op->getResult(1), ahead = l.i64(0);
    if (k.isCallerMemory(source))
      ahead = k.rowDistance(source, 4);
    FftEmitter fft = transforms(use);
    l.loop(l.i64(0), count, 1, [&](Value lane) {
      Value row = l.add(j, lane), from = k.rowPtr(source, i, row);
      if (k.isStored(im)) {
        Value to = k.rowPtr(im, i, row);
        fft.hilbertOfRow(from, to, k.plan(use), k.traceBuffer(0), ahead);
        k.fillBorders(im, to);
      }
      if (k.isStored(re)) {
        Value to = k.rowPtr(re, i, row);
        l.loop(l.i64(0), length, width, [&](Value s) {
          Value mask = l.firstLanes(width, l.sub(length, s));
          Value x = l.maskedLoad(type, l.element(from, k.element(), s), mask, k.elementBytes());
          l.store(x, l.element(to, k.element(), s), k.elementBytes());
        });
        k.fillBorders(re, to);
      }
    });
  }

  void analyticOfTraces(AnalyticOp op, const PlanUse &use) {
    Value buffer = k.traceBuffer(0), plan = k.plan(use), zero = l.i64(0);
    Value pad = l.i64(use.pad), padded = l.add(length, 2 * use.pad);
    readRows(operandOf(op.getInput()), buffer, pad, 1);
    writeRows(stage.op->getResult(0), buffer, [&](Value s) { return l.add(s, pad); });
    if (use.pad) {
      auto reflect = [&](Value s) {
        Value from = l.add(k.mapBorder(l.sub(s, pad), length, Border::Reflect), pad);
        storeVector(loadVector(buffer, from), buffer, s);
      };
      l.loop(zero, pad, 1, reflect);
      l.loop(l.add(length, pad), padded, 1, reflect);
    }
    fill(buffer, padded, l.mul(k.points(use), 2));
    Guard g = guard(buffer, zero, padded);
    transforms(use).hilbert(buffer, plan);
    unguard(g, buffer, zero, padded);
    // For even lengths result s lies at s - 1, the first one at the end (fft_plan.c).
    Value isEven = l.eq(l.rem(padded, l.i64(2)), zero);
    Value turn = l.select(isEven, l.i64(1), zero);
    storeVector(loadVector(buffer, l.sub(padded, 1)), buffer, l.i64(-1));
    writeRows(stage.op->getResult(1), buffer, [&](Value s) { return l.sub(l.add(s, pad), turn); });
  }

  /// Forward, or inverse by exchanging real and imaginary parts before and after.
  void transform(Value re, Value im, bool inverse) {
    PlanUse use = k.planUse(stage);
    Value buffer = k.traceBuffer(0), plan = k.plan(use), zero = l.i64(0);
    Value reAt = l.i64(inverse ? 1 : 0), imAt = l.i64(inverse ? 0 : 1);
    Value points = l.mul(length, 2);
    readRows(operandOf(re), buffer, reAt, 2);
    readRows(operandOf(im), buffer, imAt, 2);
    fill(buffer, points, l.mul(k.points(use), 2));
    Guard g = guard(buffer, zero, points);
    transforms(use).dft(buffer, plan);
    if (inverse)
      divideByLength(buffer, points);
    unguard(g, buffer, zero, points);
    for (auto [result, part] : {std::pair(0, reAt), std::pair(1, imAt)})
      writeRows(stage.op->getResult(result), buffer,
                [&, part = part](Value s) { return l.add(binAt(plan, s), part); });
  }

  /// The vector with the real parts of bin `s`.
  Value binAt(Value plan, Value s) {
    Value positions = l.at(plan, l.loadI64(plan, 8 * FFT_POSITIONS));
    return l.mul(l.load(l.i64Type(), l.element(positions, l.i64Type(), s)), 2);
  }

  void divideByLength(Value buffer, Value vectors) {
    Value n = arith::SIToFPOp::create(l.b, l.loc, k.element(), length);
    Value one = l.real(k.element(), 1.0);
    Value factor = l.broadcast(type, arith::DivFOp::create(l.b, l.loc, one, n));
    l.loop(l.i64(0), vectors, 1,
           [&](Value s) { storeVector(l.fmul(loadVector(buffer, s), factor), buffer, s); });
  }

  /// Reads real traces as what their plan transforms: pairs of samples as complex points, or, where
  /// that cannot be (odd lengths), complex samples. Returns the number of vectors.
  Value readReal(Value source, Value buffer, const PlanUse &use) {
    Value plan = k.plan(use), isWhole = isWholeLength(plan);
    readRows(source, buffer, l.i64(0), l.select(isWhole, l.i64(2), l.i64(1)));
    l.ifThen(isWhole, [&] {
      l.loop(l.i64(0), length, 1,
             [&](Value s) { storeVector(l.real(type, 0.0), buffer, l.add(l.mul(s, 2), 1)); });
    });
    Value vectors = l.mul(l.loadI64(plan, 8 * FFT_LENGTH), 2);
    fill(buffer, vectors, l.mul(k.points(use), 2));
    return vectors;
  }

  Value isWholeLength(Value plan) {
    return l.eq(l.loadI64(plan, 8 * FFT_LENGTH), l.loadI64(plan, 8 * FFT_N));
  }

  /// The inverse of real samples is the conjugate of the forward transform.
  void realTransform(Value re, bool inverse) {
    PlanUse use = k.planUse(stage);
    Value buffer = k.traceBuffer(0), plan = k.plan(use), zero = l.i64(0);
    Value vectors = readReal(operandOf(re), buffer, use);
    Guard g = guard(buffer, zero, vectors);
    FftEmitter fft = transforms(use);
    fft.dft(buffer, plan);
    Value n = l.loadI64(plan, 8 * FFT_N), made = l.loadI64(plan, 8 * FFT_LENGTH);
    l.ifThen(l.lt(made, n), [&] { fft.untangle(buffer, plan); });
    vectors = l.add(vectors, 2); // one bin more than points
    if (inverse)
      divideByLength(buffer, vectors);
    unguard(g, buffer, zero, vectors);
    // Bins above the middle are conjugates of those below, that lie where these are looked for.
    Value bins = l.loadI64(plan, 8 * FFT_LENGTH);
    Value from = inverse ? l.i64(1) : l.add(bins, 1), to = inverse ? bins : length;
    auto conjugate = [&](Value v, Value s) {
      Value isTurned = l.both(l.ge(s, from), l.lt(s, to));
      Value sign = l.select(isTurned, l.real(k.element(), -1.0), l.real(k.element(), 1.0));
      return l.fmul(v, l.broadcast(type, sign));
    };
    writeRows(stage.op->getResult(0), buffer, [&](Value s) { return binAt(plan, s); });
    writeRows(
        stage.op->getResult(1), buffer, [&](Value s) { return l.add(binAt(plan, s), 1); },
        conjugate);
  }

  void specmul(SpecMulOp op) {
    PlanUse use = k.planUse(stage);
    Value buffer = k.traceBuffer(0), plan = k.plan(use), zero = l.i64(0), one = l.i64(1);
    Value points = readReal(operandOf(op.getInput()), buffer, use);
    Guard g = guard(buffer, zero, points);
    FftEmitter fft = transforms(use);
    fft.dft(buffer, plan);
    Value isChirp = l.eq(l.loadI64(plan, 8 * FFT_METHOD), l.i64(FFT_CHIRP));
    Value isWhole = isWholeLength(plan), table = k.multiplier(stage.op);
    l.ifElse(
        isWhole, {},
        [&] {
          multiplyBins(buffer, plan, table);
          return SmallVector<Value>{};
        },
        [&] {
          fft.multiply(buffer, plan, table);
          return SmallVector<Value>{};
        });
    // parts exchanged where the inverse is another forward transform
    l.ifElse(
        isChirp, {},
        [&] {
          l.loop(zero, points, 2, [&](Value s) {
            Value re = loadVector(buffer, s), im = loadVector(buffer, l.add(s, 1));
            storeVector(im, buffer, s);
            storeVector(re, buffer, l.add(s, 1));
          });
          fill(buffer, points, l.mul(k.points(use), 2));
          fft.dft(buffer, plan);
          return SmallVector<Value>{};
        },
        [&] {
          fft.inverse(buffer, plan);
          return SmallVector<Value>{};
        });
    unguard(g, buffer, zero, points);
    Value step = l.select(isWhole, l.i64(2), one), part = l.select(isChirp, one, zero);
    writeRows(stage.op->getResult(0), buffer, [&](Value s) -> Value {
      return arith::XOrIOp::create(l.b, l.loc, l.mul(s, step), part);
    });
  }

  /// Every bin times H/N.
  void multiplyBins(Value buffer, Value plan, Value table) {
    Value n = arith::SIToFPOp::create(l.b, l.loc, k.element(), length);
    l.loop(l.i64(0), length, 1, [&](Value s) {
      Value at = binAt(plan, s), h = l.load(k.element(), l.element(table, k.element(), s));
      Value factor = l.broadcast(type, arith::DivFOp::create(l.b, l.loc, h, n));
      for (Value part : {at, l.add(at, 1)})
        storeVector(l.fmul(loadVector(buffer, part), factor), buffer, part);
    });
  }

  //===--------------------------------------------------------------------===//
  // Scans
  //===--------------------------------------------------------------------===//

  /// NaN in the lanes of traces that hold NaN or infinity, 0 in the others.
  Value nonFinite(Value buffer) {
    Value zero = l.real(type, 0.0);
    return l.loop(l.i64(0), length, 1, ValueRange{zero}, [&](Value s, ValueRange carried) {
      return SmallVector<Value>{l.fma(loadVector(buffer, s), zero, carried[0])};
    })[0];
  }

  /// Makes the traces marked by NaN in `poison` NaN throughout.
  void spread(Value poison, Value buffer) {
    Value isNan = compare(arith::CmpFPredicate::UNO, poison, poison);
    Value any = vector::ReductionOp::create(l.b, l.loc, vector::CombiningKind::OR, isNan);
    l.ifThen(any, [&] {
      l.loop(l.i64(0), length, 1, [&](Value s) {
        storeVector(l.select(isNan, poison, loadVector(buffer, s)), buffer, s);
      });
    });
  }

  void unwrap(UnwrapOp op) {
    Value buffer = k.traceBuffer(0);
    readRows(operandOf(op.getInput()), buffer, l.i64(0), 1);
    Value poison = nonFinite(buffer);
    Value first = loadVector(buffer, l.i64(0)), none = l.real(type, 0.0);
    double head =
        k.element().isF32() ? static_cast<double>(static_cast<float>(2 * M_PI)) : 2 * M_PI;
    double rest = k.element().isF32() ? 2 * M_PI - head : 2.4492935982947064e-16;
    // whole turns are counted, so nothing accumulates but integers
    l.loop(l.i64(1), length, 1, ValueRange{first, none}, [&](Value s, ValueRange carried) {
      Value p = loadVector(buffer, s);
      Value turns = l.fadd(carried[1], unwrapStep(k, l.fsub(p, carried[0])).first);
      Value out = l.fma(turns, l.real(type, head), l.fma(turns, l.real(type, rest), p));
      storeVector(out, buffer, s);
      return SmallVector<Value>{p, turns};
    });
    spread(poison, buffer);
    writeRows(stage.op->getResult(0), buffer);
  }

  /// Sums accumulate in f64.
  VectorType sumType() { return l.vec(width, l.b.getF64Type()); }
  Value widen(Value v) {
    return k.element().isF64() ? v : Value(arith::ExtFOp::create(l.b, l.loc, sumType(), v));
  }
  Value narrow(Value v) {
    return k.element().isF64() ? v : Value(arith::TruncFOp::create(l.b, l.loc, type, v));
  }

  Value foldOf(Fold fold, Value acc, Value x) {
    if (fold == Fold::Add)
      return l.fadd(acc, widen(x));
    return fold == Fold::Max ? Value(arith::MaximumFOp::create(l.b, l.loc, acc, x))
                             : Value(arith::MinimumFOp::create(l.b, l.loc, acc, x));
  }

  void scan(ScanOp op) {
    Value buffer = k.traceBuffer(0), last = l.sub(length, 1);
    readRows(operandOf(op.getInput()), buffer, l.i64(0), 1);
    Value poison = nonFinite(buffer);
    bool backward = op.getDirection() == Direction::Backward;
    bool add = op.getFold() == Fold::Add;
    Value first = loadVector(buffer, backward ? last : l.i64(0));
    l.loop(l.i64(1), length, 1, ValueRange{add ? widen(first) : first},
           [&](Value s, ValueRange carried) {
             Value at = backward ? l.sub(last, s) : s;
             Value acc = foldOf(op.getFold(), carried[0], loadVector(buffer, at));
             storeVector(add ? narrow(acc) : acc, buffer, at);
             return SmallVector<Value>{acc};
           });
    spread(poison, buffer);
    writeRows(stage.op->getResult(0), buffer);
  }

  void recursion(IirOp op) {
    Value buffer = k.traceBuffer(0);
    readRows(operandOf(op.getInput()), buffer, l.i64(0), 1);
    emitRecursion(k, op, buffer, 1, length, k.traceBuffer(1));
    writeRows(stage.op->getResult(0), buffer);
  }

  /// Forward: the best of the segment so far, and where segments begin; backward: the last best of
  /// a segment to all of it.
  void hold(HoldOp op) {
    Value keys = k.traceBuffer(0), values = k.traceBuffer(1);
    Value last = l.sub(length, 1), zero = l.real(type, 0.0), one = l.real(type, 1.0);
    readRows(operandOf(op.getKey()), keys, l.i64(0), 1);
    readRows(operandOf(op.getValue()), values, l.i64(0), 1);
    Value key0 = loadVector(keys, l.i64(0)), value0 = loadVector(values, l.i64(0));
    VectorType flags = l.vec(width, l.b.getI1Type());
    // a NaN among the keys leaves no order: it makes the trace NaN
    auto marked = [&](Value key, Value poison) {
      return l.select(compare(arith::CmpFPredicate::UNO, key, key), key, poison);
    };
    auto best =
        l.loop(l.i64(1), length, 1, ValueRange{key0, key0, value0, marked(key0, zero)},
               [&](Value s, ValueRange carried) {
                 Value key = loadVector(keys, s), after = loadVector(keys, l.add(s, 1));
                 Value isInside = l.broadcast(flags, l.lt(s, last));
                 Value trough = l.both(compare(arith::CmpFPredicate::OLT, key, carried[0]),
                                       compare(arith::CmpFPredicate::OLT, key, after));
                 trough = l.both(trough, isInside);
                 Value takes =
                     l.either(trough, compare(arith::CmpFPredicate::OGT, key, carried[1]));
                 Value bestKey = l.select(takes, key, carried[1]);
                 Value bestValue = l.select(takes, loadVector(values, s), carried[2]);
                 storeVector(bestValue, values, s);
                 storeVector(l.select(trough, one, zero), keys, s);
                 return SmallVector<Value>{key, bestKey, bestValue, marked(key, carried[3])};
               });
    l.loop(l.i64(1), length, 1, ValueRange{best[2]}, [&](Value s, ValueRange carried) {
      Value at = l.sub(last, s);
      Value begins = compare(arith::CmpFPredicate::OGT, loadVector(keys, l.add(at, 1)), zero);
      Value held = l.select(begins, loadVector(values, at), carried[0]);
      storeVector(held, values, at);
      return SmallVector<Value>{held};
    });
    spread(best[3], values);
    writeRows(stage.op->getResult(0), values);
  }

  /// One value per trace.
  void reduce(Operation *op) {
    Value buffer = k.traceBuffer(0), result = stage.op->getResult(0);
    readRows(operandOf(op->getOperand(0)), buffer, l.i64(0), 1);
    Fold fold = isa<TSumOp>(op) ? Fold::Add : isa<TMaxOp>(op) ? Fold::Max : Fold::Min;
    Value first = loadVector(buffer, l.i64(0));
    bool add = fold == Fold::Add;
    Value total =
        l.loop(l.i64(1), length, 1, ValueRange{add ? widen(first) : first},
               [&](Value s, ValueRange carried) {
                 return SmallVector<Value>{foldOf(fold, carried[0], loadVector(buffer, s))};
               })[0];
    Value lanes = l.stack(vectorBytes);
    l.store(add ? narrow(total) : total, lanes, 64);
    Value table = targetRows(result);
    l.loop(l.i64(0), count, 1, [&](Value lane) {
      Value v = l.load(k.element(), l.element(lanes, k.element(), lane));
      l.store(v, l.load(l.ptrType(), l.element(table, l.ptrType(), lane)));
    });
  }

  KernelEmitter &k;
  LoopBuilder &l;
  const Stage &stage;
  Value i, j, count;
  int64_t width;
  VectorType type;
  int64_t vectorBytes;
  Value length;
};

} // namespace

void seis::emitTraceStage(KernelEmitter &k, const Stage &stage, Value i, Value ja, Value jb) {
  LoopBuilder &l = k.builder();
  l.loop(ja, jb, k.width(), [&](Value j) {
    Value count = l.min(l.i64(k.width()), l.sub(jb, j));
    TraceBlock(k, stage, i, j, count).emit();
  });
}
