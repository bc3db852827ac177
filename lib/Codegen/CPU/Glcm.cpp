//===- Glcm.cpp - Features of co-occurrence matrices ----------------------===//
// No window ever gets a histogram. Lanes are windows whose centres are neighbours
// on a trace.
//
// What is linear in the matrix is a sum over the pairs of the window of a function
// of their two levels: sums over the rows of the window first, then over its
// columns. The levels are integers, so the sums are exact: those of differences and
// sums of levels are made in 16 bits where that holds them and no level is NaN.
//
// The second moment and the entropy need, for every pair p of the window, how many
// pairs of the window have its code, the unordered pair of levels: m_p. With w_p = 2
// for equal levels, else 1, and P pairs,
//   asm = sum_p w_p m_p / (2 P^2),   entropy = -1/P sum_p ln(w_p m_p / (2 P)).
// m_p is counted where p is, for all windows that hold p and share its row: equal
// codes at every distance d along the trace are added over the rows of the window,
// one compare and one addition of bytes a row, and a window at b columns before p
// takes the sum over its columns, which slides with b. The cost does not depend on
// the number of levels. The logarithm of many factors is one of their product.
//
// In large boxes, where that is quadratic in the rows of the window, the counts of one
// matrix slide along the trace instead, and whole numbers are added to and taken from
// the sums of h^2 and h ln h over its entries h.
//
//   levels  rows of grey levels around the rows of the call, with borders
//   codes   per offset: a row of codes for each row of first ends
//   columns per offset and moment: sums over the rows of the window
//   counts  per offset and column of the window: product and sum of w_p m_p over its rows
//===----------------------------------------------------------------------===//
#include "GlcmPlan.h"
#include "KernelEmitter.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include <cmath>
#include <numeric>

using namespace mlir;
using namespace seis;
using namespace seis::glcm;

namespace {

//===----------------------------------------------------------------------===//
// The rows of one call
//===----------------------------------------------------------------------===//

class GlcmRows {
public:
  GlcmRows(KernelEmitter &k, const Stage &stage, const Plan &plan, Value i, Value ja, Value jb)
      : k(k), l(k.builder()), plan(plan), layout(plan, k.rowsPerStep(stage)), op(stage.op),
        outputs(stage.outputs), source(stage.op->getOperand(0)), i(i), ja(ja), jb(jb),
        width(k.width()), stepRows(k.rowsPerStep(stage)), type(k.vectorType()) {
    samples = k.context().block[2];
    length = l.add(samples, moreSamples(plan));
    base = k.workspace();
    accumulator = plan.wide ? l.vec(width, l.b.getF64Type()) : type;
    code = l.vec(plan.codeLanes(), l.b.getIntegerType(static_cast<unsigned>(plan.codeBits)));
    wholeSums = l.vec(plan.vectorBytes / 2, l.b.getI16Type());
  }

  void emit() {
    Value rows = l.sub(jb, ja);
    begin = l.i64(0);
    end = samples;
    if (isa<GlcmBaseOp>(StageOp(op).getBody().front().front())) {
      makeLevels();
      l.loop(l.i64(0), rows, 1, [&](Value row) { makeTables(row); });
      return;
    }
    // Few samples at a time, so that their rows stay in the first cache.
    int64_t few = plan.counts() ? 1024 : plan.whole ? 512 : 256;
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

private:
  using Values = SmallVector<Value, 16>;

  /// Features of the windows at samples begin..end of all rows.
  void makeWindows(Value rows) {
    if (!plan.whole) {
      makeLevels();
      makeWindowsOfLevels(rows);
      return;
    }
    l.ifElse(
        makeWholeLevels(), {},
        [&] {
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

  void makeWindowsOfLevels(Value rows) {
    if (plan.counts())
      for (unsigned n = 0; n < plan.parts.size(); ++n)
        makeCodes(n);
    int64_t together = plan.rowsTogether();
    l.loop(l.i64(0), rows, together, [&](Value first) {
      for (unsigned n = 0; n < plan.parts.size(); ++n)
        addColumns(n, first);
      l.loop(first, l.min(rows, l.add(first, together)), 1, [&](Value row) {
        if (plan.slides)
          slide(row);
        else if (plan.counts())
          for (unsigned n = 0; n < plan.parts.size(); ++n)
            countPart(n, row);
        if (isWhole)
          addAcross(l.sub(row, first));
        combine(row, l.sub(row, first));
      });
    });
  }

  //===--------------------------------------------------------------------===//
  // Workspace
  //===--------------------------------------------------------------------===//

  /// Address of sample 0 of row `row` of a region.
  Value rowOf(const Rows &region, Value row) {
    Value rows = l.add(l.mul(row, region.bytes), region.before);
    return l.at(base, l.add(l.mul(rows, length), frontOf(plan) * region.bytes));
  }
  /// Sample s is kept with half a window in front of it.
  Value levelRow(Value plane, Value row) {
    int64_t perPlane = stepRows + plan.window[1] - 1;
    return rowOf(layout.levels, l.add(l.mul(plane, perPlane), row));
  }
  /// First ends of the pairs of a window at sample s begin at s.
  Value codeRow(unsigned n, Value plane, Value row) {
    int64_t perPlane = stepRows + plan.parts[n].count[1] - 1;
    return rowOf(layout.codes[n], l.add(l.mul(plane, perPlane), row));
  }
  /// Of one of the rows made together.
  Value columnRow(unsigned n, unsigned moment, Value which) {
    int64_t row = n * llvm::count(plan.moments, true);
    for (unsigned m = 0; m < moment; ++m)
      row += plan.moments[m];
    return rowOf(layout.columns, l.add(which, row * plan.rowsTogether()));
  }
  /// Rows of products or sums for column b of the windows.
  Value countRow(const Rows &region, unsigned n, int64_t b) {
    for (unsigned m = 0; m < n; ++m)
      b += plan.parts[m].count[2];
    return rowOf(region, l.i64(b));
  }
  Value load(VectorType t, Value row, Value s, int64_t offset = 0) {
    Type element = t.getElementType();
    unsigned bytes = element.getIntOrFloatBitWidth() / 8;
    return l.load(t, l.at(l.element(row, element, s), offset * bytes), bytes);
  }
  void store(Value v, Value row, Value s, int64_t offset = 0) {
    Type element = cast<VectorType>(v.getType()).getElementType();
    unsigned bytes = element.getIntOrFloatBitWidth() / 8;
    l.store(v, l.at(l.element(row, element, s), offset * bytes), bytes);
  }

  //===--------------------------------------------------------------------===//
  // Levels and codes
  //===--------------------------------------------------------------------===//

  Value compare(arith::CmpFPredicate p, Value x, Value y) {
    return arith::CmpFOp::create(l.b, l.loc, p, x, y);
  }

  void makeLevels() {
    forLevels({}, [&](Value v, Value to, Value s, ValueRange) {
      store(levelOf(v), to, s);
      return SmallVector<Value>{};
    });
  }

  /// Levels of 16 bits. True where one of them is NaN: then they are of no use.
  Value makeWholeLevels() {
    VectorType bits = l.vec(width, l.b.getI1Type());
    Value none = arith::ConstantOp::create(l.b, l.loc, DenseElementsAttr::get(bits, false));
    Value stop = l.add(end, plan.window[2] / 2 * 2);
    Value unknown = forLevels(none, [&](Value v, Value to, Value s, ValueRange carried) {
      Value number =
          arith::FPToSIOp::create(l.b, l.loc, l.vec(width, l.b.getI32Type()), levelOf(v));
      store(arith::TruncIOp::create(l.b, l.loc, l.vec(width, l.b.getI16Type()), number), to, s);
      Value isNan = l.both(compare(arith::CmpFPredicate::UNO, v, v),
                           l.firstLanes(width, l.sub(stop, s))); // behind it may be anything
      return SmallVector<Value>{l.either(carried[0], isNan)};
    })[0];
    return vector::ReductionOp::create(l.b, l.loc, vector::CombiningKind::OR, unknown);
  }

  /// Calls f(values, row of levels, sample, carried) for all levels of the windows.
  Values forLevels(ValueRange init,
                   llvm::function_ref<SmallVector<Value>(Value, Value, Value, ValueRange)> f) {
    ArrayRef<int64_t> window = plan.window;
    int64_t half = window[2] / 2;
    Value rows = l.add(l.sub(jb, ja), window[1] - 1);
    return Values(l.loop(l.i64(0), l.i64(window[0]), 1, init, [&](Value p, ValueRange outer) {
      return l.loop(l.i64(0), rows, 1, outer, [&](Value r, ValueRange inner) {
        Value from = k.neighbourPtr(source, l.add(i, l.sub(p, window[0] / 2)),
                                    l.add(ja, l.sub(r, window[1] / 2)),
                                    {window[0] > 1, window[1] > 1}, plan.border);
        Value to = levelRow(p, r);
        return l.loop(begin, l.add(end, 2 * half), width, inner, [&](Value s, ValueRange carried) {
          return f(loadInput(from, l.sub(s, half)), to, s, carried);
        });
      });
    }));
  }

  Value loadInput(Value row, Value s) {
    Value at = l.element(row, k.element(), s);
    unsigned bytes = k.elementBytes();
    if (k.isCallerMemory(source)) // the window has no extent along samples
      return l.maskedLoad(type, at, l.firstLanes(width, l.sub(samples, s)), bytes);
    return l.load(type, at, bytes);
  }

  /// A whole number of 0..levels-1, or NaN.
  Value levelOf(Value x) {
    Value top = l.real(type, static_cast<double>(plan.levels - 1)), zero = l.real(type, 0.0);
    Value q = math::TruncOp::create(l.b, l.loc, x);
    q = l.select(compare(arith::CmpFPredicate::OGT, q, top), top, q);
    return l.select(compare(arith::CmpFPredicate::OLT, q, zero), zero, q);
  }

  /// Addresses of the levels of both ends of the pairs in a row, at the window at sample 0.
  std::pair<Value, Value> ends(const Part &part, Value plane, Value row) {
    Value p = l.add(plane, part.first[0]), r = l.add(row, part.first[1]);
    unsigned bytes = isWhole ? 2 : k.elementBytes();
    Value a = l.at(levelRow(p, r), part.first[2] * bytes);
    Value b = l.at(levelRow(l.add(p, part.offset[0]), l.add(r, part.offset[1])),
                   (part.first[2] + part.offset[2]) * bytes);
    return {a, b};
  }

  /// Sample s of a row of pairs: up to the last column of the last window.
  Value pairsEnd(const Part &part) { return l.add(end, part.count[2] - 1); }

  void makeCodes(unsigned n) {
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

  /// The smaller level in the upper half of the bits. NaN counts as level 0; its windows are made
  /// NaN by a moment.
  Value codeOf(Value a, Value b) {
    Value zero = l.real(type, 0.0);
    a = l.select(compare(arith::CmpFPredicate::UNO, a, a), zero, a);
    b = l.select(compare(arith::CmpFPredicate::UNO, b, b), zero, b);
    Value isLess = compare(arith::CmpFPredicate::OLT, a, b);
    Value low = l.select(isLess, a, b), high = l.select(isLess, b, a);
    int64_t shift = plan.slides ? plan.levels : plan.codeBits == 8 ? 16 : 256;
    Value factor = l.real(type, static_cast<double>(shift));
    Value number = arith::FPToSIOp::create(l.b, l.loc, l.vec(width, l.b.getI32Type()),
                                           l.fma(low, factor, high));
    if (!plan.slides)
      return arith::TruncIOp::create(l.b, l.loc, l.vec(width, code.getElementType()), number);
    Value isDiagonal = arith::ExtUIOp::create(l.b, l.loc, number.getType(),
                                              compare(arith::CmpFPredicate::OEQ, low, high));
    return arith::AddIOp::create(l.b, l.loc, arith::AddIOp::create(l.b, l.loc, number, number),
                                 isDiagonal);
  }

  //===--------------------------------------------------------------------===//
  // Moments
  //===--------------------------------------------------------------------===//

  /// Of levels of 16 bits.
  Value wholeMomentOf(unsigned moment, Value a, Value b) {
    if (moment == Sum)
      return addCodes(a, b);
    Value d = arith::SubIOp::create(l.b, l.loc, a, b);
    return moment == Difference ? Value(math::AbsIOp::create(l.b, l.loc, d))
                                : Value(arith::MulIOp::create(l.b, l.loc, d, d));
  }

  Value momentOf(unsigned moment, Value a, Value b) {
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

  /// Of sums over the rows of a window, and of the levels that they are made of.
  VectorType sumType() const { return isWhole ? wholeSums : accumulator; }
  VectorType levelType() const { return isWhole ? wholeSums : type; }
  Value added(Value x, Value y) { return isWhole ? addCodes(x, y) : l.fadd(x, y); }

  Value widen(Value v) {
    return v.getType() == sumType() ? v : Value(arith::ExtFOp::create(l.b, l.loc, accumulator, v));
  }
  Value narrow(Value v) {
    return v.getType() == type ? v : Value(arith::TruncFOp::create(l.b, l.loc, type, v));
  }

  /// Sums over the rows of the window, for the windows of several rows from `first` on: they share
  /// most of what they add. Rows beyond the last one read what is there.
  void addColumns(unsigned n, Value first) {
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
    l.loop(begin, pairsEnd(part), sumType().getNumElements(), [&](Value s) {
      Values sums(count * together);
      if (together == 1)
        sums =
            overLoop(part, first, Values(count, zero), [&](Value p, Value r, ValueRange carried) {
              Values next(carried);
              addRow(next, moments, part, p, r, s, {0, 1});
              return next;
            });
      for (int64_t p = 0; together > 1 && p < part.count[0]; ++p)
        for (int64_t r = 0; r < part.count[1] + together - 1; ++r)
          addRow(sums, moments, part, l.i64(p), l.add(first, r), s,
                 {std::max<int64_t>(0, r - part.count[1] + 1), std::min(together, r + 1)});
      for (int64_t g = 0; g < together; ++g)
        for (auto [at, m] : llvm::enumerate(moments))
          store(sums[g * count + at], columnRow(n, m, l.i64(g)), s);
    });
  }

  /// Adds the pairs of one row to the rows [windows.first, windows.second) of windows.
  void addRow(Values &sums, ArrayRef<unsigned> moments, const Part &part, Value plane, Value row,
              Value s, std::pair<int64_t, int64_t> windows) {
    auto [from, to] = ends(part, plane, row);
    Value a = widen(load(levelType(), from, s)), b = widen(load(levelType(), to, s));
    for (auto [at, m] : llvm::enumerate(moments)) {
      Value v = momentOf(m, a, b);
      for (int64_t g = windows.first; g < windows.second; ++g) {
        Value &sum = sums[g * moments.size() + at];
        sum = sum ? added(sum, v) : v;
      }
    }
  }

  /// Sum over the columns of the window at s.
  Value acrossColumns(unsigned moment, Value s, Value which) {
    Value sum;
    for (unsigned n = 0; n < plan.parts.size(); ++n)
      for (int64_t b = 0; b < plan.parts[n].count[2]; ++b) {
        Value v = load(sumType(), columnRow(n, moment, which), s, b);
        sum = sum ? added(sum, v) : v;
      }
    return sum;
  }

  /// Puts whole sums over the windows where those of their first columns were: no later window
  /// reads them.
  void addAcross(Value which) {
    for (unsigned m = 0; m < numMoments; ++m)
      if (plan.moments[m])
        l.loop(begin, end, wholeSums.getNumElements(),
               [&](Value s) { store(acrossColumns(m, s, which), columnRow(0, m, which), s); });
  }

  /// Sum of a moment over the window at s.
  Value momentAt(unsigned moment, Value s, Value which) {
    if (!isWhole)
      return acrossColumns(moment, s, which);
    Value sum = load(l.vec(width, l.b.getI16Type()), columnRow(0, moment, which), s);
    sum = arith::ExtUIOp::create(l.b, l.loc, l.vec(width, l.b.getI32Type()), sum);
    return arith::SIToFPOp::create(l.b, l.loc, accumulator, sum);
  }

  //===--------------------------------------------------------------------===//
  // Counts
  //===--------------------------------------------------------------------===//

  Value codes(int64_t v) {
    return arith::ConstantOp::create(
        l.b, l.loc, DenseElementsAttr::get(code, l.b.getIntegerAttr(code.getElementType(), v)));
  }
  Value addCodes(Value x, Value y) { return arith::AddIOp::create(l.b, l.loc, x, y); }

  /// Products and sums of w_p m_p over the rows of the windows, for pairs of one offset.
  void countPart(unsigned n, Value row) {
    const Part &part = plan.parts[n];
    int64_t columns = part.count[2];
    l.loop(begin, pairsEnd(part), plan.codeLanes(), [&](Value s) {
      auto fill = [&](const Rows &region, double v) {
        for (int64_t b = 0; b < columns; ++b)
          for (int64_t at = 0; at < plan.codeLanes(); at += width)
            store(l.real(type, v), countRow(region, n, b), s, at);
      };
      if (plan.squares())
        fill(layout.sums, 0.0);
      if (!plan.entropy() || !plan.isLong(part)) {
        if (plan.entropy())
          fill(layout.products, 1.0);
        l.loop(l.i64(0), l.i64(part.rows()), 1, [&](Value u) { countRowPairs(n, row, s, u); });
        return;
      }
      fill(layout.logs, 0.0);
      l.loop(l.i64(0), l.i64(part.rows()), plan.factors, [&](Value from) {
        fill(layout.products, 1.0);
        Value to = l.min(l.add(from, plan.factors), l.i64(part.rows()));
        Value one = l.real(k.element(), 1.0), all = l.real(k.element(), 2.0 * plan.pairs);
        Value scale = l.loop(from, to, 1, ValueRange{one}, [&](Value u, ValueRange carried) {
          countRowPairs(n, row, s, u);
          return SmallVector<Value>{l.fmul(carried[0], all)};
        })[0];
        addLogarithms(n, s, scale);
      });
    });
  }

  /// Adds ln(product / scale) where a product holds as many factors as it can.
  void addLogarithms(unsigned n, Value s, Value scale) {
    Value scales = l.broadcast(type, scale);
    for (int64_t b = 0; b < plan.parts[n].count[2]; ++b)
      l.loop(l.i64(0), l.i64(plan.codeLanes()), width, [&](Value at) {
        Value here = l.add(s, at), logs = countRow(layout.logs, n, b);
        Value ratio = arith::DivFOp::create(
            l.b, l.loc, load(type, countRow(layout.products, n, b), here), scales);
        store(l.fadd(load(type, logs, here), emitMath(l, "log", {ratio})), logs, here);
      });
  }

  /// The pairs in row u of the window, a vector of them from s on: counts them in all windows that
  /// hold them.
  void countRowPairs(unsigned n, Value row, Value s, Value u) {
    const Part &part = plan.parts[n];
    Value plane = part.count[0] == 1 ? l.i64(0) : l.divFloor(u, l.i64(part.count[1]));
    Value r = part.count[0] == 1 ? u : l.rem(u, l.i64(part.count[1]));
    Value mine = load(code, codeRow(n, plane, l.add(row, r)), s);
    Values equal(part.count[2]);
    for (unsigned other = 0; other < plan.parts.size(); ++other)
      addEqual(n, other, row, s, mine, equal);
    // w_p: pairs of equal levels count both ways in one entry of the matrix
    int64_t half = plan.codeBits / 2;
    Value low = arith::AndIOp::create(l.b, l.loc, mine, codes((1 << half) - 1));
    Value high = arith::ShRUIOp::create(l.b, l.loc, mine, codes(half));
    Value isDiagonal = l.cmp(arith::CmpIPredicate::eq, low, high);
    for (int64_t b = 0; b < part.count[2]; ++b)
      keep(n, b, s, addCodes(equal[b], l.select(isDiagonal, equal[b], codes(0))));
  }

  /// Adds to equal[b], for the window whose column b holds p, its pairs of the offset `other` with
  /// the code of p.
  void addEqual(unsigned n, unsigned other, Value row, Value s, Value mine, Values &equal) {
    const Part &part = plan.parts[other];
    int64_t before = plan.parts[n].count[2] - 1, columns = part.count[2];
    Values none(before + columns, codes(0));
    auto addRow = [&](Value p, Value r, ValueRange carried) {
      Value from = codeRow(other, p, r);
      Values next;
      for (auto [d, sum] : llvm::enumerate(carried)) {
        Value theirs = load(code, from, s, static_cast<int64_t>(d) - before);
        // all bits of a byte where equal, which is -1: one compare and one subtraction
        Value isEqual = l.cmp(arith::CmpIPredicate::eq, mine, theirs);
        Value minus = arith::ExtSIOp::create(l.b, l.loc, code, isEqual);
        next.push_back(arith::SubIOp::create(l.b, l.loc, sum, minus));
      }
      return next;
    };
    Values atDistance(overLoop(part, row, none, addRow));
    Value slid = atDistance[before];
    for (int64_t d = 1; d < columns; ++d)
      slid = addCodes(slid, atDistance[before + d]);
    for (int64_t b = 0; b <= before; ++b) {
      if (b)
        slid = arith::SubIOp::create(l.b, l.loc, addCodes(slid, atDistance[before - b]),
                                     atDistance[before - b + columns]);
      equal[b] = equal[b] ? addCodes(equal[b], slid) : slid;
    }
  }

  /// Calls f(plane, row, carried) for the rows of a window with first ends.
  Values overLoop(const Part &part, Value row, Values init,
                  llvm::function_ref<Values(Value, Value, ValueRange)> f) {
    auto planes = [&](Value p, ValueRange outer) {
      return l.loop(l.i64(0), l.i64(part.count[1]), 1, outer, [&](Value r, ValueRange inner) {
        return SmallVector<Value>(f(p, l.add(row, r), inner));
      });
    };
    if (part.count[0] == 1)
      return Values(planes(l.i64(0), init));
    return Values(l.loop(l.i64(0), l.i64(part.count[0]), 1, init, planes));
  }

  /// Multiplies and adds w_p m_p to what column b of the windows has.
  void keep(unsigned n, int64_t b, Value s, Value count) {
    for (int64_t at = 0; at < plan.codeLanes(); at += width) {
      SmallVector<int64_t> lanes(width);
      std::iota(lanes.begin(), lanes.end(), at);
      Value part = vector::ShuffleOp::create(l.b, l.loc, count, count, lanes);
      part = arith::ExtUIOp::create(l.b, l.loc, l.vec(width, l.b.getI32Type()), part);
      Value number = arith::SIToFPOp::create(l.b, l.loc, type, part);
      if (plan.entropy()) {
        Value row = countRow(layout.products, n, b);
        store(l.fmul(load(type, row, s, at), number), row, s, at);
      }
      if (plan.squares()) {
        Value row = countRow(layout.sums, n, b);
        store(l.fadd(load(type, row, s, at), number), row, s, at);
      }
    }
  }

  //===--------------------------------------------------------------------===//
  // A histogram that slides
  //===--------------------------------------------------------------------===//

  /// h ln h of every entry of a matrix of counts, times 2^40: whole numbers, so that no sum drifts.
  static constexpr double logScale = 0x1p40;

  /// Second moment and entropy of a row of windows, from the counts of one matrix: a window loses
  /// the pairs of a column and gains those of the next.
  void slide(Value row) {
    int64_t all = 2 * plan.pairs;
    histogram = l.at(base, l.mul(length, layout.before));
    Value none = arith::ConstantOp::create(l.b, l.loc, l.b.getI8IntegerAttr(0));
    LLVM::MemsetOp::create(l.b, l.loc, histogram, none, l.i64(plan.cells() * 8), false);
    SmallVector<int64_t> values;
    for (int64_t h = 0; h <= all; ++h)
      values.push_back(h ? std::llround(static_cast<double>(h) * std::log(h) * logScale) : 0);
    auto ints = RankedTensorType::get({all + 1}, l.i64Type());
    logarithms = l.constantData("seis_glcm_logarithms",
                                DenseElementsAttr::get(ints, ArrayRef<int64_t>(values)));
    Values sums = {l.i64(0), l.i64(0)};
    for (unsigned n = 0; n < plan.parts.size(); ++n)
      sums = Values(l.loop(
          l.i64(0), l.i64(plan.parts[n].count[2]), 1, sums, [&](Value b, ValueRange carried) {
            Value column = l.add(begin, b);
            return SmallVector<Value>(move(n, row, column, /*isGain=*/true, Values(carried)));
          }));
    Value last = l.sub(end, 1); // beyond its window there are no codes
    sums = Values(l.loop(begin, last, 1, sums, [&](Value s, ValueRange carried) {
      keepSums(s, carried, values.back());
      Values next(carried);
      for (unsigned n = 0; n < plan.parts.size(); ++n) {
        next = move(n, row, s, /*isGain=*/false, next);
        next = move(n, row, l.add(s, plan.parts[n].count[2]), /*isGain=*/true, next);
      }
      return SmallVector<Value>(std::move(next));
    }));
    keepSums(last, sums, values.back());
  }

  /// Counts, or no longer counts, the pairs in a column of one offset; `sums` are those of h^2 and
  /// of h ln h over the matrix. An entry off the diagonal stands for two.
  Values move(unsigned n, Value row, Value column, bool isGain, Values sums) {
    return overLoop(plan.parts[n], row, sums, [&](Value p, Value r, ValueRange carried) {
      Type i32 = l.b.getI32Type();
      Value given = l.load(i32, l.element(codeRow(n, p, r), i32, column));
      given = arith::ExtUIOp::create(l.b, l.loc, l.i64Type(), given);
      Value isDiagonal = arith::AndIOp::create(l.b, l.loc, given, l.i64(1));
      Value cell = arith::ShRUIOp::create(l.b, l.loc, given, l.i64(1));
      Value at = l.element(histogram, l.i64Type(), cell);
      Value h = l.load(l.i64Type(), at), step = l.add(isDiagonal, 1);
      Value moved = isGain ? l.add(h, step) : l.sub(h, step), times = l.sub(l.i64(2), isDiagonal);
      l.store(moved, at);
      Values next(carried);
      if (plan.squares())
        next[0] = l.add(next[0], l.mul(times, l.sub(l.mul(moved, moved), l.mul(h, h))));
      auto logarithm = [&](Value v) {
        return l.load(l.i64Type(), l.element(logarithms, l.i64Type(), v));
      };
      if (plan.entropy())
        next[1] = l.add(next[1], l.mul(times, l.sub(logarithm(moved), logarithm(h))));
      return next;
    });
  }

  /// The features of the window at s; `whole` is what a window of one code has.
  void keepSums(Value s, ValueRange sums, int64_t whole) {
    Type f64 = l.b.getF64Type();
    double all = 2 * static_cast<double>(plan.pairs);
    auto keepRow = [&](const Rows &region, Value sum, double scale) {
      Value v = arith::SIToFPOp::create(l.b, l.loc, f64, sum);
      v = arith::DivFOp::create(l.b, l.loc, v, l.real(f64, scale));
      if (!plan.f64)
        v = arith::TruncFOp::create(l.b, l.loc, k.element(), v);
      l.store(v, l.element(rowOf(region, l.i64(0)), k.element(), s));
    };
    if (plan.squares())
      keepRow(layout.sums, sums[0], all * all);
    if (plan.entropy())
      keepRow(layout.logs, l.sub(l.i64(whole), sums[1]), all * logScale);
  }

  //===--------------------------------------------------------------------===//
  // Whole matrices
  //===--------------------------------------------------------------------===//

  /// The matrices of a row of windows, in the caller's arrays.
  void makeTables(Value row) {
    const CallContext &ctx = k.context();
    int64_t cells = plan.levels * plan.levels, bytes = k.elementBytes();
    for (unsigned output : outputs) {
      Value to = k.outputPtr(output, i, l.add(ja, row), bytes);
      l.loop(l.i64(0), ctx.extent[2], 1, [&](Value s) {
        makeTable(l.at(to, l.mul(s, cells * bytes)), row, l.add(s, ctx.lo[2]));
      });
    }
  }

  void makeTable(Value table, Value row, Value s) {
    int64_t cells = plan.levels * plan.levels, bytes = k.elementBytes();
    Type element = k.element();
    Value zero = l.real(element, 0.0),
          none = arith::ConstantOp::create(l.b, l.loc, l.b.getI8IntegerAttr(0));
    LLVM::MemsetOp::create(l.b, l.loc, table, none, l.i64(cells * bytes), /*isVolatile=*/false);
    Value poison = zero;
    for (const Part &part : plan.parts)
      poison = overLoop(part, row, {poison}, [&](Value p, Value r, ValueRange carried) {
        auto [from, to] = ends(part, p, r);
        return Values(l.loop(s, l.add(s, part.count[2]), 1, carried,
                             [&, from = from, to = to](Value at, ValueRange inner) {
                               Value a = l.load(element, l.element(from, element, at));
                               Value b = l.load(element, l.element(to, element, at));
                               addPair(table, a, b);
                               return SmallVector<Value>{l.fma(l.fadd(a, b), zero, inner[0])};
                             }));
      })[0];
    l.loop(l.i64(0), l.i64(cells), 1, [&](Value n) {
      Value at = l.element(table, element, n);
      Value share = divided(l.load(element, at), 2.0 * static_cast<double>(plan.pairs));
      l.store(l.fadd(share, poison), at);
    });
  }

  /// Counts a pair of levels both ways.
  void addPair(Value table, Value a, Value b) {
    auto number = [&](Value v) -> Value {
      Value isNan = compare(arith::CmpFPredicate::UNO, v, v);
      v = l.select(isNan, l.real(v.getType(), 0.0), v);
      return arith::FPToSIOp::create(l.b, l.loc, l.i64Type(), v);
    };
    Value x = number(a), y = number(b);
    for (auto [row, column] : {std::pair(x, y), std::pair(y, x)}) {
      Value at = l.element(table, k.element(), l.add(l.mul(row, plan.levels), column));
      l.store(l.fadd(l.load(k.element(), at), l.real(k.element(), 1.0)), at);
    }
  }

  //===--------------------------------------------------------------------===//
  // Features
  //===--------------------------------------------------------------------===//

  /// v / by, rounded right, from the rounded 1 / by: a third of the time of a division.
  Value divided(Value v, double by) {
    Type t = v.getType();
    double inverse = 1 / by;
    Value q = l.fmul(v, l.real(t, inverse));
    Value rest = l.fma(l.fneg(q), l.real(t, by), v);
    return l.fma(rest, l.real(t, inverse), q);
  }

  /// sum_p w_p m_p of the windows at s.
  Value countedSum(Value s) {
    Value sum;
    for (unsigned n = 0; n < plan.parts.size(); ++n)
      for (int64_t b = 0; b < plan.parts[n].count[2]; ++b) {
        Value v = load(type, countRow(layout.sums, n, b), s, b);
        sum = sum ? l.fadd(sum, v) : v;
      }
    return sum;
  }

  /// sum_p ln(w_p m_p / 2 P) of the windows at s. Products are divided by that of as many factors
  /// 2 P, multiplied in the same order: of a window of one code it is exactly 0.
  Value countedLogarithms(Value s) {
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

  /// Everything about the windows at s that several features share.
  struct Shared {
    Value moments[numMoments];
    Value poison, spread, squares; ///< `spread`: 4 P^2 times the variance
  };

  Shared sharedAt(Value s, Value which) {
    Shared all;
    for (unsigned m = 0; m < numMoments; ++m)
      if (plan.moments[m])
        all.moments[m] = momentAt(m, s, which);
    double pairs = static_cast<double>(plan.pairs);
    Value sum = all.moments[Sum];
    if (plan.moments[Squares])
      all.spread =
          l.fsub(l.fmul(all.moments[Squares], l.real(accumulator, 2 * pairs)), l.fmul(sum, sum));
    if (plan.counts())
      all.poison = narrow(plan.moments[Poison] ? all.moments[Poison]
                                               : l.fmul(sum, l.real(accumulator, 0.0)));
    if (plan.squares()) {
      Value v = plan.slides ? load(type, rowOf(layout.sums, l.i64(0)), s)
                            : divided(countedSum(s), 2 * pairs * pairs);
      all.squares = l.fadd(v, all.poison);
    }
    return all;
  }

  Value featureOf(GlcmFeature feature, const Shared &all, Value s) {
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

  /// The features of a row of windows.
  void combine(Value row, Value which) {
    SmallVector<std::tuple<GlcmFeature, Value, Value>> wanted;
    for (auto [feature, result] : llvm::zip(plan.features, op->getResults()))
      if (k.isStored(result))
        wanted.emplace_back(feature, result, k.rowPtr(result, i, l.add(ja, row)));
    l.loop(begin, end, width, [&](Value s) {
      Shared all = sharedAt(s, which);
      for (auto &[feature, result, to] : wanted)
        store(narrow(featureOf(feature, all, s)), to, s);
    });
  }

  KernelEmitter &k;
  LoopBuilder &l;
  const Plan &plan;
  Layout layout;
  Operation *op;
  ArrayRef<unsigned> outputs;
  Value source, i, ja, jb;
  int64_t width, stepRows;
  VectorType type, accumulator, code, wholeSums;
  bool isWhole = false; ///< whether levels and sums of 16 bits are being emitted
  Value samples, length, base;
  Value begin, end;            ///< samples of the windows being made
  Value histogram, logarithms; ///< counts of a matrix, h ln h of a count
};

/// The plan of a stage; `wanted`: of its results.
Plan planOf(StageOp stage, ArrayRef<bool> wanted, bool f64, int64_t vectorBytes) {
  Operation &op = stage.getBody().front().front();
  if (auto base = dyn_cast<GlcmBaseOp>(op))
    return Plan(base, f64, vectorBytes);
  return Plan(cast<GlcmOp>(op), wanted, f64, vectorBytes);
}

} // namespace

Workspace seis::glcmWorkspace(StageOp stage, int64_t rows, bool f64, int64_t vectorBytes) {
  Plan plan = planOf(stage, SmallVector<bool>(stage->getNumResults(), true), f64, vectorBytes);
  return {Layout(plan, rows).before, moreSamples(plan), plan.slides ? 8 * plan.cells() : 0};
}

void seis::emitGlcm(KernelEmitter &k, const Stage &stage, Value i, Value ja, Value jb) {
  auto wanted = llvm::map_to_vector(stage.op->getResults(), [&](Value v) { return k.isStored(v); });
  if (stage.outputs.empty() && llvm::none_of(wanted, [](bool w) { return w; }))
    return;
  Plan plan = planOf(stage.op, wanted, k.element().isF64(), k.width() * k.elementBytes());
  GlcmRows(k, stage, plan, i, ja, jb).emit();
}
