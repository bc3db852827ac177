//===- GlcmCounts.cpp - How often windows hold a pair of levels -----------===//
// Counts of equal codes where no matrix is made, the histogram that slides, and
// matrices that are asked for whole (see GlcmRows.h).
//===----------------------------------------------------------------------===//
#include "GlcmRows.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <cmath>
#include <numeric>

using namespace mlir;
using namespace seis;
using namespace seis::glcm;

//===----------------------------------------------------------------------===//
// Counts
//===----------------------------------------------------------------------===//

Value GlcmRows::codes(int64_t v) {
  return arith::ConstantOp::create(
      l.b, l.loc, DenseElementsAttr::get(code, l.b.getIntegerAttr(code.getElementType(), v)));
}

void GlcmRows::countPart(unsigned n, Value row) {
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
      Value one = l.real(k.element(), 1.0),
            all = l.real(k.element(), 2.0 * static_cast<double>(plan.pairs));
      Value scale = l.loop(from, to, 1, ValueRange{one}, [&](Value u, ValueRange carried) {
        countRowPairs(n, row, s, u);
        return SmallVector<Value>{l.fmul(carried[0], all)};
      })[0];
      addLogarithms(n, s, scale);
    });
  });
}

void GlcmRows::addLogarithms(unsigned n, Value s, Value scale) {
  Value scales = l.broadcast(type, scale);
  for (int64_t b = 0; b < plan.parts[n].count[2]; ++b)
    l.loop(l.i64(0), l.i64(plan.codeLanes()), width, [&](Value at) {
      Value here = l.add(s, at), logs = countRow(layout.logs, n, b);
      Value ratio = arith::DivFOp::create(
          l.b, l.loc, load(type, countRow(layout.products, n, b), here), scales);
      store(l.fadd(load(type, logs, here), emitMath(l, "log", {ratio})), logs, here);
    });
}

void GlcmRows::countRowPairs(unsigned n, Value row, Value s, Value u) {
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

void GlcmRows::addEqual(unsigned n, unsigned other, Value row, Value s, Value mine, Values &equal) {
  const Part &part = plan.parts[other];
  int64_t before = plan.parts[n].count[2] - 1, columns = part.count[2];
  Values none(before + columns, codes(0));
  Value first = codeRow(other, l.i64(0), row);
  auto addRow = [&](Value offset, ValueRange carried) {
    Value from = l.at(first, offset);
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
  Values atDistance(overLoop(part, codesOf(other), none, addRow));
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

GlcmRows::Values GlcmRows::overLoop(const Part &part, const Planes &planes, const Values &init,
                                    llvm::function_ref<Values(Value, ValueRange)> f) {
  Value stride = l.mul(length, planes.region.bytes), perPlane = l.mul(stride, planes.rows);
  auto rows = [&](Value p, ValueRange outer) {
    Values carried(outer);
    carried.push_back(l.mul(p, perPlane));
    SmallVector<Value> after =
        l.loop(l.i64(0), l.i64(part.count[1]), 1, carried, [&](Value, ValueRange inner) {
          Values next = f(inner.back(), inner.drop_back());
          next.push_back(l.add(inner.back(), stride));
          return SmallVector<Value>(std::move(next));
        });
    after.pop_back();
    return after;
  };
  if (part.count[0] == 1)
    return Values(rows(l.i64(0), init));
  return Values(l.loop(l.i64(0), l.i64(part.count[0]), 1, init, rows));
}

void GlcmRows::keep(unsigned n, int64_t b, Value s, Value count) {
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

//===----------------------------------------------------------------------===//
// A histogram that slides
//===----------------------------------------------------------------------===//

void GlcmRows::slide(Value row) {
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
    sums = Values(
        l.loop(l.i64(0), l.i64(plan.parts[n].count[2]), 1, sums, [&](Value b, ValueRange carried) {
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

GlcmRows::Values GlcmRows::move(unsigned n, Value row, Value column, bool isGain,
                                const Values &sums) {
  Value first = codeRow(n, l.i64(0), row);
  return overLoop(plan.parts[n], codesOf(n), sums, [&](Value offset, ValueRange carried) {
    Type i32 = l.b.getI32Type();
    Value given = l.load(i32, l.element(l.at(first, offset), i32, column));
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

void GlcmRows::keepSums(Value s, ValueRange sums, int64_t whole) {
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

//===----------------------------------------------------------------------===//
// Whole matrices
//===----------------------------------------------------------------------===//

void GlcmRows::makeTables(Value row) {
  const CallContext &ctx = k.context();
  int64_t cells = plan.levels * plan.levels, bytes = k.elementBytes();
  for (unsigned output : stage.outputs) {
    Value to = k.outputPtr(output, i, l.add(ja, row), bytes);
    l.loop(l.i64(0), ctx.extent[2], 1, [&](Value s) {
      makeTable(l.at(to, l.mul(s, cells * bytes)), row, l.add(s, ctx.lo[2]));
    });
  }
}

void GlcmRows::makeTable(Value table, Value row, Value s) {
  int64_t cells = plan.levels * plan.levels, bytes = k.elementBytes();
  Type element = k.element();
  Value zero = l.real(element, 0.0),
        none = arith::ConstantOp::create(l.b, l.loc, l.b.getI8IntegerAttr(0));
  LLVM::MemsetOp::create(l.b, l.loc, table, none, l.i64(cells * bytes), /*isVolatile=*/false);
  Value poison = zero;
  for (const Part &part : plan.parts) {
    auto [first, second] = ends(part, l.i64(0), row);
    poison = overLoop(part, levels(), {poison},
                      [&, first = first, second = second](Value offset, ValueRange carried) {
                        Value from = l.at(first, offset), to = l.at(second, offset);
                        auto addOne = [&](Value at, ValueRange inner) {
                          Value a = l.load(element, l.element(from, element, at));
                          Value b = l.load(element, l.element(to, element, at));
                          addPair(table, a, b);
                          return SmallVector<Value>{l.fma(l.fadd(a, b), zero, inner[0])};
                        };
                        return Values(l.loop(s, l.add(s, part.count[2]), 1, carried, addOne));
                      })[0];
  }
  l.loop(l.i64(0), l.i64(cells), 1, [&](Value n) {
    Value at = l.element(table, element, n);
    Value share = divided(l.load(element, at), 2.0 * static_cast<double>(plan.pairs));
    l.store(l.fadd(share, poison), at);
  });
}

void GlcmRows::addPair(Value table, Value a, Value b) {
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
