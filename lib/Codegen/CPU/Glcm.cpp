//===- Glcm.cpp - Levels, moments and features of matrices ----------------===//
// The row that a call makes, and what is linear in its matrices (see GlcmRows.h).
//===----------------------------------------------------------------------===//
#include "GlcmRows.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace seis;
using namespace seis::glcm;

//===----------------------------------------------------------------------===//
// The rows of one call
//===----------------------------------------------------------------------===//

void GlcmRows::emit() {
  Value rows = l.sub(jb, ja);
  begin = l.i64(0);
  end = samples;
  if (isa<GlcmBaseOp>(matrixOf(stage.op))) {
    makeLevels();
    l.loop(l.i64(0), rows, 1, [&](Value row) { makeTables(row); });
    return;
  }
  if (keeps)
    mark(l.select(isFirst, l.i64(0), l.loadI64(marks(), 8)), l.i64(1));
  // Few samples at a time, so that their rows stay in the first cache.
  int64_t few = plan.counts() ? 1024 : plan.whole ? 2048 : 256;
  l.loop(l.i64(0), samples, few, [&](Value first) {
    begin = first;
    end = l.min(samples, l.add(first, few));
    makeWindows(rows);
  });
  l.loop(l.i64(0), rows, 1, [&](Value row) {
    for (Value result : op->getResults())
      if (k.isStored(result))
        k.fillBorders(result, k.rowPtr(result, i, l.add(ja, row)));
  });
}

void GlcmRows::makeWindows(Value rows) {
  if (!plan.whole) {
    makeLevels();
    makeWindowsOfLevels(rows);
    return;
  }
  l.ifElse(
      makeWholeLevels(), {},
      [&] {
        if (keeps) // reals take the place of whole numbers, also of later samples
          mark(l.i64(0), l.i64(0));
        makeLevels();
        makeWindowsOfLevels(rows);
        return SmallVector<Value>{};
      },
      [&] {
        isWhole = true;
        makeWindowsOfLevels(rows);
        isWhole = false;
        return SmallVector<Value>{};
      });
}

void GlcmRows::makeWindowsOfLevels(Value rows) {
  if (plan.counts())
    for (unsigned n = 0; n < plan.parts.size(); ++n)
      makeCodes(n);
  int64_t together = plan.rowsTogether();
  l.loop(l.i64(0), rows, together, [&](Value first) {
    Value last = l.min(rows, l.add(first, together));
    for (unsigned n = 0; n < plan.parts.size(); ++n)
      addColumns(n, first);
    l.loop(first, last, 1, [&](Value row) {
      if (plan.slides)
        slide(row);
      else if (plan.counts())
        for (unsigned n = 0; n < plan.parts.size(); ++n)
          countPart(n, row);
      combine(l.sub(row, first), targetsOf(row));
    });
  });
}

//===----------------------------------------------------------------------===//
// Workspace
//===----------------------------------------------------------------------===//

Value GlcmRows::rowOf(const Rows &region, Value row) {
  Value rows = l.add(l.mul(row, region.bytes), region.before);
  return l.at(base, l.add(l.mul(rows, length), frontOf(plan) * region.bytes));
}

Value GlcmRows::columnRow(unsigned n, unsigned moment, Value which) {
  int64_t row = n * llvm::count(plan.moments, true);
  for (unsigned m = 0; m < moment; ++m)
    row += plan.moments[m];
  return rowOf(layout.columns, l.add(which, row * plan.rowsTogether()));
}

Value GlcmRows::countRow(const Rows &region, unsigned n, int64_t b) {
  for (unsigned m = 0; m < n; ++m)
    b += plan.parts[m].count[2];
  return rowOf(region, l.i64(b));
}

Value GlcmRows::load(VectorType t, Value row, Value s, int64_t offset) {
  Type element = t.getElementType();
  unsigned bytes = element.getIntOrFloatBitWidth() / 8;
  return l.load(t, l.at(l.element(row, element, s), offset * bytes), bytes);
}

void GlcmRows::store(Value v, Value row, Value s, int64_t offset) {
  Type element = cast<VectorType>(v.getType()).getElementType();
  unsigned bytes = element.getIntOrFloatBitWidth() / 8;
  l.store(v, l.at(l.element(row, element, s), offset * bytes), bytes);
}

//===----------------------------------------------------------------------===//
// Levels and codes
//===----------------------------------------------------------------------===//

Value GlcmRows::compare(arith::CmpFPredicate p, Value x, Value y) {
  return arith::CmpFOp::create(l.b, l.loc, p, x, y);
}

void GlcmRows::makeLevels() {
  forLevels({}, [&](Value v, Value to, Value s, Value, ValueRange) {
    store(levelOf(v), to, s);
    return SmallVector<Value>{};
  });
}

Value GlcmRows::makeWholeLevels() {
  // A level and 2^23 (or 2^52) has the level in its lowest bits; above them are those of the power,
  // and of NaN all bits of the exponent.
  Type word = l.b.getIntegerType(plan.f64 ? 64 : 32);
  VectorType words = l.vec(width, word);
  Value power = l.real(type, plan.f64 ? 0x1p52 : 0x1p23);
  Value none = arith::ConstantOp::create(l.b, l.loc, l.b.getZeroAttr(words));
  Value seen = forLevels(none, [&](Value v, Value to, Value s, Value mask, ValueRange carried) {
    Value bits = arith::BitcastOp::create(l.b, l.loc, words, l.fadd(levelOf(v), power));
    store(arith::TruncIOp::create(l.b, l.loc, l.vec(width, l.b.getI16Type()), bits), to, s);
    if (mask) // behind it may be anything
      bits = l.select(mask, bits, none);
    return SmallVector<Value>{l.either(carried[0], bits)};
  })[0];
  seen = vector::ReductionOp::create(l.b, l.loc, vector::CombiningKind::OR, seen);
  Value exponent = arith::ConstantOp::create(
      l.b, l.loc, l.b.getIntegerAttr(word, plan.f64 ? int64_t(0x7ff) << 52 : int64_t(0xff) << 23));
  return l.eq(l.both(seen, exponent), exponent);
}

Value GlcmRows::keptRows() {
  return keeps ? l.mul(l.loadI64(marks(), 0), plan.window[1] - 1) : l.i64(0);
}

GlcmRows::Values GlcmRows::forLevels(ValueRange init, ForLevel f) {
  ArrayRef<int64_t> window = plan.window;
  Value rows = l.add(l.sub(jb, ja), window[1] - 1), first = keptRows();
  return Values(l.loop(l.i64(0), l.i64(window[0]), 1, init, [&](Value p, ValueRange outer) {
    return l.loop(first, rows, 1, outer, [&](Value r, ValueRange inner) {
      Value at[2] = {l.add(i, l.sub(p, window[0] / 2)), l.add(ja, l.sub(r, window[1] / 2))};
      Value to = levelRow(p, r);
      auto levels = [&] { return forLevelsOfRow(at, to, inner, f); };
      if (plan.border != Border::Zero)
        return levels();
      return l.ifElse(isInSurvey(at), llvm::to_vector(inner.getTypes()), levels,
                      [&] { return forNoLevels(to, inner, f); });
    });
  }));
}

Value GlcmRows::isInSurvey(const Value (&at)[2]) {
  Value isIn = l.bit(true);
  for (unsigned a : {0, 1})
    if (plan.window[a] > 1)
      isIn = l.both(isIn, l.both(l.ge(at[a], l.i64(0)), l.lt(at[a], k.context().block[a])));
  return isIn;
}

SmallVector<Value> GlcmRows::forNoLevels(Value to, ValueRange init, ForLevel f) {
  int64_t half = plan.window[2] / 2;
  return l.loop(l.sub(begin, half), l.add(end, half), width, init, [&](Value s, ValueRange before) {
    return f(l.real(type, 0.0), to, s, Value(), before);
  });
}

SmallVector<Value> GlcmRows::forLevelsOfRow(const Value (&at)[2], Value to, ValueRange init,
                                            ForLevel f) {
  llvm::DenseMap<Value, Value> inputs; // rows of what the levels are made of
  for (BlockArgument arg : stage.op->getRegion(0).getArguments())
    if (Value v = stage.op->getOperand(arg.getArgNumber()); isVolume(v.getType()))
      inputs[arg] =
          k.neighbourPtr(v, at[0], at[1], {plan.window[0] > 1, plan.window[1] > 1}, plan.border);
  int64_t half = plan.window[2] / 2;
  Value stop = l.min(l.add(end, half), samples);
  Value whole = l.add(begin, l.mul(l.divFloor(l.sub(stop, begin), l.i64(width)), width));
  auto vectors = [&](Value lo, Value hi, bool isMasked, ValueRange before) {
    return l.loop(lo, hi, width, before, [&](Value s, ValueRange carried) {
      Value mask = isMasked ? l.firstLanes(width, l.sub(stop, s)) : Value();
      return f(inputAt(inputs, s, mask), to, s, mask, carried);
    });
  };
  auto beyond = [&](Value lo, Value hi, ValueRange before) {
    bool isZero = plan.border == Border::Zero;
    return l.loop(lo, hi, isZero ? width : 1, before, [&](Value s, ValueRange carried) {
      if (isZero)
        return f(l.real(type, 0.0), to, s, Value(), carried);
      Value one = l.firstLanes(width, l.i64(1)), from = k.mapBorder(s, samples, plan.border);
      return f(inputAt(inputs, from, one), to, s, one, carried);
    });
  };
  // Vectors may reach over those behind them, which follow. Whole ones begin at `begin`, so that
  // they are aligned.
  SmallVector<Value> carried(init);
  if (half) {
    carried = beyond(l.sub(begin, half), l.min(begin, l.i64(0)), carried);
    carried = vectors(l.max(l.sub(begin, half), l.i64(0)), begin, true, carried);
  }
  carried = vectors(whole, stop, true, vectors(begin, whole, false, carried));
  return half ? beyond(samples, l.add(end, half), carried) : carried;
}

Value GlcmRows::inputAt(const llvm::DenseMap<Value, Value> &rows, Value s, Value mask) {
  constexpr int64_t ahead = 8192; // rows are pages of their own to the processor's prefetcher
  unsigned bytes = k.elementBytes();
  llvm::DenseMap<Value, Value> values;
  Operation *matrix = matrixOf(stage.op);
  for (BlockArgument arg : matrix->getBlock()->getArguments()) {
    Value source = stage.op->getOperand(arg.getArgNumber());
    if (!isVolume(arg.getType())) {
      values[arg] = k.context().scalars.lookup(source);
      continue;
    }
    Value at = l.element(rows.lookup(arg), k.element(), s);
    bool isOutside = k.isCallerMemory(source);
    if (isOutside && !mask)
      l.prefetch(l.at(at, ahead));
    values[arg] = isOutside && mask ? l.maskedLoad(type, at, mask, bytes) : l.load(type, at, bytes);
  }
  for (Operation &made : matrix->getBlock()->without_terminator()) {
    if (&made == matrix)
      break;
    auto operands =
        llvm::map_to_vector(made.getOperands(), [&](Value o) { return values.lookup(o); });
    Value &v = values[made.getResult(0)];
    if (isa<arith::ConstantOp>(made)) {
      v = l.b.clone(made)->getResult(0);
    } else if (isa<BroadcastOp>(made)) {
      if (operands[0].getType() != k.element())
        operands[0] = arith::TruncFOp::create(l.b, l.loc, k.element(), operands[0]);
      v = l.broadcast(type, operands[0]);
    } else {
      v = emitElementwise(l, &made, operands);
    }
  }
  return values.lookup(matrix->getOperand(0));
}

Value GlcmRows::levelOf(Value x) {
  if (areLevels)
    return x;
  Value top = l.real(type, static_cast<double>(plan.levels - 1)), zero = l.real(type, 0.0);
  Value q = math::TruncOp::create(l.b, l.loc, x);
  q = l.select(compare(arith::CmpFPredicate::OGT, q, top), top, q);
  return l.select(compare(arith::CmpFPredicate::OLT, q, zero), zero, q);
}

std::pair<Value, Value> GlcmRows::ends(const Part &part, Value plane, Value row) {
  Value p = l.add(plane, part.first[0]), r = l.add(row, part.first[1]);
  int64_t bytes = isWhole ? 2 : k.elementBytes(), at = firstColumn(part);
  Value a = l.at(levelRow(p, r), at * bytes);
  Value b = l.at(levelRow(l.add(p, part.offset[0]), l.add(r, part.offset[1])),
                 (at + part.offset[2]) * bytes);
  return {a, b};
}

void GlcmRows::makeCodes(unsigned n) {
  const Part &part = plan.parts[n];
  l.loop(l.i64(0), l.i64(part.count[0]), 1, [&](Value p) {
    l.loop(l.i64(0), l.add(l.sub(jb, ja), part.count[1] - 1), 1, [&](Value r) {
      auto [a, b] = ends(part, p, r);
      Value to = codeRow(n, p, r);
      l.loop(begin, pairsEnd(part), width, [&, a = a, b = b](Value s) {
        store(codeOf(load(type, a, s), load(type, b, s)), to, s);
      });
    });
  });
}

Value GlcmRows::codeOf(Value a, Value b) {
  Value zero = l.real(type, 0.0);
  a = l.select(compare(arith::CmpFPredicate::UNO, a, a), zero, a);
  b = l.select(compare(arith::CmpFPredicate::UNO, b, b), zero, b);
  Value isLess = compare(arith::CmpFPredicate::OLT, a, b);
  Value low = l.select(isLess, a, b), high = l.select(isLess, b, a);
  int64_t shift = plan.slides ? plan.levels : plan.codeBits == 8 ? 16 : 256;
  Value factor = l.real(type, static_cast<double>(shift));
  Value number =
      arith::FPToSIOp::create(l.b, l.loc, l.vec(width, l.b.getI32Type()), l.fma(low, factor, high));
  if (!plan.slides)
    return arith::TruncIOp::create(l.b, l.loc, l.vec(width, code.getElementType()), number);
  Value isDiagonal = arith::ExtUIOp::create(l.b, l.loc, number.getType(),
                                            compare(arith::CmpFPredicate::OEQ, low, high));
  return arith::AddIOp::create(l.b, l.loc, arith::AddIOp::create(l.b, l.loc, number, number),
                               isDiagonal);
}

//===----------------------------------------------------------------------===//
// Moments
//===----------------------------------------------------------------------===//

Value GlcmRows::wholeMomentOf(unsigned moment, Value a, Value b) {
  if (moment == Sum)
    return addCodes(a, b);
  Value d = arith::SubIOp::create(l.b, l.loc, a, b);
  return moment == Difference ? Value(math::AbsIOp::create(l.b, l.loc, d))
                              : Value(arith::MulIOp::create(l.b, l.loc, d, d));
}

Value GlcmRows::momentOf(unsigned moment, Value a, Value b) {
  if (isWhole)
    return wholeMomentOf(moment, a, b);
  switch (moment) {
  case SquaredDifference: {
    Value d = l.fsub(a, b);
    return l.fmul(d, d);
  }
  case Difference:
    return math::AbsFOp::create(l.b, l.loc, l.fsub(a, b));
  case Inverse: {
    Value one = l.real(accumulator, 1.0), d = l.fsub(a, b);
    return arith::DivFOp::create(l.b, l.loc, one, l.fma(d, d, one));
  }
  case Sum:
    return l.fadd(a, b);
  case Squares:
    return l.fma(a, a, l.fmul(b, b));
  case Product:
    return l.fmul(a, b);
  default: // 0, or NaN
    return l.fmul(l.fadd(a, b), l.real(accumulator, 0.0));
  }
}

Value GlcmRows::widen(Value v) {
  return v.getType() == sumType() ? v : Value(arith::ExtFOp::create(l.b, l.loc, accumulator, v));
}

Value GlcmRows::narrow(Value v) {
  return v.getType() == type ? v : Value(arith::TruncFOp::create(l.b, l.loc, type, v));
}

void GlcmRows::addColumns(unsigned n, Value first) {
  const Part &part = plan.parts[n];
  SmallVector<unsigned> moments;
  for (unsigned m = 0; m < numMoments; ++m)
    if (plan.moments[m])
      moments.push_back(m);
  if (moments.empty())
    return;
  int64_t together = plan.rowsTogether();
  size_t count = moments.size();
  Value zero = arith::ConstantOp::create(l.b, l.loc, l.b.getZeroAttr(sumType()));
  std::pair<Value, Value> from = ends(part, l.i64(0), first);
  int64_t lanes = sumType().getNumElements(), at = firstColumn(part);
  Value lo = l.sub(begin, llvm::alignTo(std::max<int64_t>(0, -at), lanes));
  l.loop(lo, l.add(pairsEnd(part), at), lanes, [&](Value column) {
    Value s = l.sub(column, at);
    Values sums(count * together);
    if (together == 1)
      sums = overLoop(part, levels(), Values(count, zero), [&](Value offset, ValueRange carried) {
        Values next(carried);
        addRow(next, moments, {l.at(from.first, offset), l.at(from.second, offset)}, s, {0, 1});
        return next;
      });
    for (int64_t p = 0; together > 1 && p < part.count[0]; ++p)
      for (int64_t r = 0; r < part.count[1] + together - 1; ++r)
        addRow(sums, moments, ends(part, l.i64(p), l.add(first, r)), s,
               {std::max<int64_t>(0, r - part.count[1] + 1), std::min(together, r + 1)});
    for (int64_t g = 0; g < together; ++g)
      for (auto [which, m] : llvm::enumerate(moments))
        store(sums[g * count + which], columnRow(n, m, l.i64(g)), column);
  });
}

void GlcmRows::addRow(Values &sums, ArrayRef<unsigned> moments, std::pair<Value, Value> ends,
                      Value s, std::pair<int64_t, int64_t> windows) {
  Value a = widen(load(levelType(), ends.first, s)), b = widen(load(levelType(), ends.second, s));
  for (auto [at, m] : llvm::enumerate(moments)) {
    Value v = momentOf(m, a, b);
    for (int64_t g = windows.first; g < windows.second; ++g) {
      Value &sum = sums[g * moments.size() + at];
      sum = sum ? added(sum, v) : v;
    }
  }
}

Value GlcmRows::acrossColumns(unsigned moment, Value s, Value which) {
  Value sum;
  for (unsigned n = 0; n < plan.parts.size(); ++n) {
    Value row = columnRow(n, moment, which);
    std::map<int64_t, Value> vectors;
    for (int64_t b = 0; b < plan.parts[n].count[2]; ++b) {
      Value v = shifted(vectors, row, s, firstColumn(plan.parts[n]) + b);
      sum = sum ? added(sum, v) : v;
    }
  }
  return sum;
}

Value GlcmRows::shifted(std::map<int64_t, Value> &vectors, Value row, Value s, int64_t by) {
  int64_t lanes = sumType().getNumElements();
  int64_t first = llvm::divideFloorSigned(by, lanes), from = by - first * lanes;
  auto vector = [&](int64_t n) {
    Value &v = vectors[n];
    if (!v)
      v = load(sumType(), row, s, n * lanes);
    return v;
  };
  if (!from)
    return vector(first);
  auto places = llvm::to_vector(llvm::seq(from, from + lanes));
  return vector::ShuffleOp::create(l.b, l.loc, vector(first), vector(first + 1), places);
}

Value GlcmRows::pieceOf(Value sums, int64_t first) {
  Value v = vector::ShuffleOp::create(l.b, l.loc, sums, sums,
                                      llvm::to_vector(llvm::seq(first, first + width)));
  v = arith::ExtUIOp::create(l.b, l.loc, l.vec(width, l.b.getI32Type()), v);
  return arith::SIToFPOp::create(l.b, l.loc, accumulator, v);
}

//===----------------------------------------------------------------------===//
// Features
//===----------------------------------------------------------------------===//

Value GlcmRows::divided(Value v, double by) {
  Type t = v.getType();
  double inverse = 1 / by;
  Value q = l.fmul(v, l.real(t, inverse));
  Value rest = l.fma(l.fneg(q), l.real(t, by), v);
  return l.fma(rest, l.real(t, inverse), q);
}

Value GlcmRows::countedSum(Value s) {
  Value sum;
  for (unsigned n = 0; n < plan.parts.size(); ++n)
    for (int64_t b = 0; b < plan.parts[n].count[2]; ++b) {
      Value v = load(type, countRow(layout.sums, n, b), s, b);
      sum = sum ? l.fadd(sum, v) : v;
    }
  return sum;
}

Value GlcmRows::countedLogarithms(Value s) {
  Value sum;
  auto add = [&](Value v) { sum = sum ? l.fadd(sum, v) : v; };
  auto rounded = [&](double v) {
    return plan.f64 ? v : static_cast<double>(static_cast<float>(v));
  };
  for (unsigned n = 0; n < plan.parts.size(); ++n) {
    const Part &part = plan.parts[n];
    if (plan.isLong(part)) {
      for (int64_t b = 0; b < part.count[2]; ++b)
        add(load(type, countRow(layout.logs, n, b), s, b));
      continue;
    }
    double rowScale = 1;
    for (int64_t u = 0; u < part.rows(); ++u)
      rowScale = rounded(rowScale * 2.0 * static_cast<double>(plan.pairs));
    int64_t together = std::max<int64_t>(1, plan.factors / part.rows());
    for (int64_t first = 0; first < part.count[2]; first += together) {
      Value product;
      double scale = 1;
      for (int64_t b = first; b < std::min(first + together, part.count[2]); ++b) {
        Value v = load(type, countRow(layout.products, n, b), s, b);
        product = product ? l.fmul(product, v) : v;
        scale = b == first ? rowScale : rounded(scale * rowScale);
      }
      add(emitMath(l, "log", {divided(product, scale)}));
    }
  }
  return sum;
}

GlcmRows::Shared GlcmRows::sharedAt(Value s, const Moments &sums, int64_t piece) {
  Shared all;
  for (unsigned m = 0; m < numMoments; ++m)
    if (plan.moments[m])
      all.moments[m] = isWhole ? pieceOf(sums[m], piece) : sums[m];
  double pairs = static_cast<double>(plan.pairs);
  Value sum = all.moments[Sum];
  if (plan.moments[Squares])
    all.spread =
        l.fsub(l.fmul(all.moments[Squares], l.real(accumulator, 2 * pairs)), l.fmul(sum, sum));
  if (plan.counts())
    all.poison =
        narrow(plan.moments[Poison] ? all.moments[Poison] : l.fmul(sum, l.real(accumulator, 0.0)));
  if (plan.squares()) {
    Value v = plan.slides ? load(type, rowOf(layout.sums, l.i64(0)), s)
                          : divided(countedSum(s), 2 * pairs * pairs);
    all.squares = l.fadd(v, all.poison);
  }
  return all;
}

Value GlcmRows::featureOf(GlcmFeature feature, const Shared &all, Value s) {
  double pairs = static_cast<double>(plan.pairs);
  auto root = [&](Value v) { return math::SqrtOp::create(l.b, l.loc, v); };
  Value sum = all.moments[Sum], product = all.moments[Product];
  switch (feature) {
  case GlcmFeature::Contrast: {
    Value v = all.moments[SquaredDifference];
    if (!v)
      v = l.fsub(all.moments[Squares], l.fadd(product, product));
    return divided(v, pairs);
  }
  case GlcmFeature::Dissimilarity:
    return divided(all.moments[Difference], pairs);
  case GlcmFeature::Homogeneity:
    return divided(all.moments[Inverse], pairs);
  case GlcmFeature::Mean:
    return divided(sum, 2 * pairs);
  case GlcmFeature::Variance:
    return divided(all.spread, 4 * pairs * pairs);
  case GlcmFeature::Std:
    return root(divided(all.spread, 4 * pairs * pairs));
  case GlcmFeature::Correlation: {
    Value both = l.fsub(l.fmul(product, l.real(accumulator, 4 * pairs)), l.fmul(sum, sum));
    Value isFlat = compare(arith::CmpFPredicate::OEQ, all.spread, l.real(accumulator, 0.0));
    return l.select(isFlat, l.real(accumulator, 1.0),
                    arith::DivFOp::create(l.b, l.loc, both, all.spread));
  }
  case GlcmFeature::Asm:
    return all.squares;
  case GlcmFeature::Energy:
    return root(all.squares);
  case GlcmFeature::Entropy:
    if (plan.slides)
      return l.fadd(load(type, rowOf(layout.logs, l.i64(0)), s), all.poison);
    return l.fadd(l.fsub(l.real(type, 0.0), divided(countedLogarithms(s), pairs)), all.poison);
  }
  return {};
}

SmallVector<GlcmRows::Target> GlcmRows::targetsOf(Value row) {
  SmallVector<Target> targets;
  for (auto [n, feature] : llvm::enumerate(plan.features)) {
    Value result = op->getResult(n), j = l.add(ja, row);
    if (!k.isStored(result))
      continue;
    Value to = k.rowPtr(result, i, j);
    const Stage *copy = k.copyOf(stage, n);
    if (copy) {
      Value isHere = l.both(k.writesCopies(stage), k.isMade(*copy, i, j));
      to = l.select(isHere, k.outputPtr(copy->outputs[0], i, j, k.elementBytes()), to);
    }
    targets.push_back({feature, to, copy != nullptr});
  }
  return targets;
}

void GlcmRows::combine(Value which, ArrayRef<Target> targets) {
  constexpr int64_t ahead = 4096; // bytes
  int64_t step = isWhole ? sumType().getNumElements() : width;
  auto vectors = [&](Value first, Value last, bool isMasked) {
    l.loop(first, last, step, [&](Value at) {
      Moments sums;
      for (unsigned m = 0; m < numMoments; ++m)
        if (plan.moments[m])
          sums[m] = acrossColumns(m, at, which);
      for (int64_t piece = 0; piece < step; piece += width) {
        Value s = l.add(at, piece);
        Shared all = sharedAt(s, sums, piece);
        Value mask = isMasked ? l.firstLanes(width, l.sub(last, s)) : Value();
        for (const Target &target : targets) {
          Value v = narrow(featureOf(target.feature, all, s));
          Value at = l.element(target.row, k.element(), s);
          if (isWhole && target.mayBeCaller) // stores would wait for lines that were not asked for
            l.prefetch(l.at(at, ahead), /*toWrite=*/true);
          if (mask)
            l.maskedStore(v, at, mask, k.elementBytes());
          else
            l.store(v, at, k.elementBytes());
        }
      }
    });
  };
  bool toCaller = llvm::any_of(targets, [](const Target &target) { return target.mayBeCaller; });
  if (!toCaller && step == width) { // rows in scratch have room for a vector behind them
    vectors(begin, end, false);
    return;
  }
  Value whole = l.add(begin, l.mul(l.divFloor(l.sub(end, begin), l.i64(step)), step));
  vectors(begin, whole, false);
  vectors(whole, end, true);
}

namespace {

/// The plan of a stage; `wanted`: of its results.
Plan planOf(StageOp stage, ArrayRef<bool> wanted, bool f64, int64_t vectorBytes) {
  Operation *op = matrixOf(stage);
  if (auto base = dyn_cast<GlcmBaseOp>(op))
    return Plan(base, f64, vectorBytes);
  return Plan(cast<GlcmOp>(op), wanted, f64, vectorBytes);
}

} // namespace

Workspace seis::glcmWorkspace(StageOp stage, int64_t rows, bool f64, int64_t vectorBytes) {
  Plan plan = planOf(stage, SmallVector<bool>(stage->getNumResults(), true), f64, vectorBytes);
  return {Layout(plan, rows).before, moreSamples(plan), plan.slides ? 8 * plan.cells() : 16};
}

bool seis::glcmKeepsLevels(StageOp stage) {
  SmallVector<bool> all(stage->getNumResults(), true);
  return planOf(stage, all, /*f64=*/false, /*vectorBytes=*/64).keepsLevels();
}

void seis::emitGlcm(KernelEmitter &k, const Stage &stage, Value i, Value ja, Value jb,
                    Value isFirst) {
  auto wanted = llvm::map_to_vector(stage.op->getResults(), [&](Value v) { return k.isStored(v); });
  if (stage.outputs.empty() && llvm::none_of(wanted, [](bool w) { return w; }))
    return;
  Plan plan = planOf(stage.op, wanted, k.element().isF64(), k.width() * k.elementBytes());
  k.builder().ifThen(k.builder().lt(ja, jb),
                     [&] { GlcmRows(k, stage, plan, i, ja, jb, isFirst).emit(); });
}
