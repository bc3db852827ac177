//===- KernelTiles.cpp - The front that moves over a tile -----------------===//
#include "KernelEmitter.h"
#include "Tables.h"
#include "seis/Target/KernelABI.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include <numeric>

using namespace mlir;
using namespace seis;
namespace kernel = seis::kernel_abi;

//===----------------------------------------------------------------------===//
// Addresses of rows
//===----------------------------------------------------------------------===//

Value KernelEmitter::rowPtr(Value source, Value i, Value j) {
  if (isCallerMemory(source)) {
    Value views = l.loadPtr(ctx.call, kernel::callIn);
    Value view = l.at(views, kernel::viewBytes * inputIndex.lookup(source));
    Value index = l.add(l.mul(i, l.loadI64(view, kernel::viewStride0)),
                        l.mul(j, l.loadI64(view, kernel::viewStride1)));
    auto complex = isa<ComplexType>(elementType(source.getType()));
    return l.element(l.loadPtr(view, kernel::viewData), elementTy, l.mul(index, complex ? 2 : 1));
  }
  const RowBuffer &buffer = buffers.find(source)->second;
  Value rowBytes = layout.rowBytes.lookup(source), offset = layout.offset.lookup(source);
  Value base = l.at(buffer.root ? ctx.scratch : threadScratch, l.add(offset, alignedPad(buffer)));
  if (buffer.root)
    return l.at(base, l.mul(l.add(l.mul(i, ctx.block[1]), j), rowBytes));
  // Rows that are no ring begin with the first one of their tile.
  auto &made = ranges[buffer.level].find(source.getDefiningOp())->second;
  Value plane = buffer.planes == 0   ? l.sub(i, made[0].lo)
                : buffer.planes == 1 ? l.i64(0)
                                     : l.rem(i, l.i64(buffer.planes));
  Value row = buffer.ringRows ? l.rem(j, l.i64(buffer.ringRows)) : l.sub(j, made[1].lo);
  return l.at(base, l.mul(l.add(l.mul(plane, layout.tileRows.lookup(source)), row), rowBytes));
}

Value KernelEmitter::rowDistance(Value source, int64_t rows) {
  Value view =
      l.at(l.loadPtr(ctx.call, kernel::callIn), kernel::viewBytes * inputIndex.lookup(source));
  return l.mul(l.loadI64(view, kernel::viewStride1), rows * elementBytes());
}

ArrayAttr KernelEmitter::loadFormats(const Stage &stage) const {
  StageOp op = stage.op;
  auto arg = op.getInputs().size() == 1 ? dyn_cast<BlockArgument>(op.getInputs()[0]) : nullptr;
  if (!arg || op.getBody().front().getOperations().size() != 1)
    return nullptr;
  return func::FuncOp(graph).getArgAttrOfType<ArrayAttr>(arg.getArgNumber(), "seis.storage");
}

std::pair<Value, Value> KernelEmitter::loadViews(Value source) {
  int64_t index = inputIndex.lookup(source), inputs = static_cast<int64_t>(inputIndex.size());
  Value views = l.loadPtr(ctx.call, kernel::callIn);
  Value loads = l.at(views, kernel::viewBytes * inputs);
  return {l.at(views, kernel::viewBytes * index), l.at(loads, kernel::loadBytes * index)};
}

/// The index inside 0..extent-1 that stands for one outside (attributes.md section 0).
Value KernelEmitter::mapBorder(Value index, Value extent, Border border) {
  Value zero = l.i64(0), last = l.sub(extent, 1);
  if (border == Border::Nearest)
    return l.min(l.max(index, zero), last);
  auto floorMod = [&](Value x, Value m) {
    Value r = arith::RemSIOp::create(l.b, l.loc, x, m);
    return l.select(l.lt(r, zero), l.add(r, m), r);
  };
  Value inside = l.both(l.ge(index, zero), l.lt(index, extent));
  auto outside = [&]() -> SmallVector<Value> {
    switch (border) {
    case Border::Reflect: {
      Value m = floorMod(index, l.mul(extent, 2));
      return {l.select(l.lt(m, extent), m, l.sub(l.sub(l.mul(extent, 2), 1), m))};
    }
    case Border::Mirror: {
      Value period = l.max(l.mul(last, 2), l.i64(1));
      Value m = floorMod(index, period);
      return {l.select(l.lt(m, extent), m, l.sub(period, m))};
    }
    default:
      return {floorMod(index, extent)};
    }
  };
  return l.ifElse(inside, {l.i64Type()}, [&] { return SmallVector<Value>{index}; }, outside)[0];
}

Value KernelEmitter::neighbourPtr(Value source, Value i, Value j, std::array<bool, 2> beyond,
                                  Border border) {
  Value at[2] = {i, j};
  Value inside;
  for (unsigned a : {0, 1}) {
    if (!beyond[a])
      continue;
    if (border != Border::Zero) {
      at[a] = mapBorder(at[a], ctx.block[a], border);
      continue;
    }
    Value here = l.both(l.ge(at[a], l.i64(0)), l.lt(at[a], ctx.block[a]));
    inside = inside ? l.both(inside, here) : here;
    at[a] = mapBorder(at[a], ctx.block[a], Border::Nearest); // an address that exists
  }
  Value row = rowPtr(source, at[0], at[1]);
  if (!inside)
    return row;
  return l.select(inside, row, l.at(ctx.scratch, layout.zeroRow));
}

Value KernelEmitter::outputPtr(unsigned index, Value i, Value j, int64_t bytes) {
  Value view = l.at(l.loadPtr(ctx.call, kernel::callOut), kernel::viewBytes * index);
  Value at = l.add(l.mul(l.sub(i, ctx.lo[0]), l.loadI64(view, kernel::viewStride0)),
                   l.mul(l.sub(j, ctx.lo[1]), l.loadI64(view, kernel::viewStride1)));
  return l.at(l.loadPtr(view, kernel::viewData), l.mul(at, bytes));
}

/// Whether a stage computes so long at every vector that a request to memory costs it nothing.
static bool computesLong(const Stage &stage) {
  return llvm::any_of(StageOp(stage.op).getBody().front(), [](Operation &op) {
    return isa<math::Atan2Op, math::SinOp, math::CosOp, math::TanOp, math::AcosOp, math::ExpOp,
               math::LogOp, math::PowFOp, math::CbrtOp>(op);
  });
}

SmallVector<const Stage *> KernelEmitter::writtenSoon(const Stage &stage) const {
  SmallVector<const Stage *> soon;
  bool isFirst = true; // of the stages that could ask
  for (const Stage &other : stages.group(static_cast<unsigned>(StageOp(stage.op).getGroup()))) {
    if (other.phase != stage.phase || other.wholeTrace || other.scanAxis)
      continue;
    int64_t rows = StageOp(other.op).getSchedule()->getRows();
    if (rows == 1 && isFirst && computesLong(other)) {
      if (other.op != stage.op)
        return {};
      isFirst = false;
    }
    Type type = other.op->getResult(0).getType();
    if (rows > 1 && !other.outputs.empty() && isVolume(type) && elementType(type) == elementTy)
      soon.push_back(&other);
  }
  return isFirst ? SmallVector<const Stage *>() : soon;
}

Value KernelEmitter::isWholeRow() {
  return l.both(l.eq(ctx.lo[2], l.i64(0)), l.eq(ctx.extent[2], ctx.block[2]));
}

Value KernelEmitter::writesCopies(const Stage &stage) {
  StageOp op = stage.op;
  Store store = group(static_cast<unsigned>(op.getGroup())).getStore();
  if (!stage.ownLoops || store == Store::Normal)
    return isWholeRow();
  if (store == Store::Stream)
    return l.bit(false);
  return l.both(isWholeRow(), l.negated(isLargerThanCache()));
}

Value KernelEmitter::isMade(const Stage &stage, Value i, Value j) {
  const std::array<Range, 2> &range = ranges[1].find(stage.op)->second;
  return l.both(l.both(l.ge(i, range[0].lo), l.lt(i, range[0].hi)),
                l.both(l.ge(j, range[1].lo), l.lt(j, range[1].hi)));
}

Value KernelEmitter::isLargerThanCache() {
  constexpr int64_t cacheBytes = 32 << 20;
  int64_t arrays = static_cast<int64_t>(inputIndex.size()) + graph.getNumResults();
  Value samples = l.mul(l.mul(ctx.block[0], ctx.block[1]), ctx.block[2]);
  return l.ge(l.mul(samples, arrays * elementBytes()), l.i64(cacheBytes));
}

void KernelEmitter::fillBorders(Value result, Value row) {
  const RowBuffer &buffer = buffers.find(result)->second;
  if (buffer.perTrace)
    return;
  auto fill = [&](Value k) {
    Value to = l.element(row, elementTy, k);
    if (buffer.borders.border == Border::Zero) {
      l.store(l.real(elementTy, 0.0), to);
      return;
    }
    Value from = mapBorder(k, ctx.block[2], buffer.borders.border);
    l.store(l.load(elementTy, l.element(row, elementTy, from)), to);
  };
  if (buffer.borders.lo)
    l.loop(l.i64(-buffer.borders.lo), l.i64(0), 1, fill);
  if (buffer.borders.hi)
    l.loop(ctx.block[2], l.add(ctx.block[2], buffer.borders.hi), 1, fill);
}

Value KernelEmitter::isLive(Value i, Value j) {
  Value live = l.loadPtr(ctx.call, kernel::callLive);
  Value none = LLVM::ZeroOp::create(l.b, l.loc, l.ptrType());
  Value all = LLVM::ICmpOp::create(l.b, l.loc, LLVM::ICmpPredicate::eq, live, none);
  Type i8 = l.b.getI8Type();
  Value index = l.add(l.mul(l.sub(i, ctx.lo[0]), ctx.extent[1]), l.sub(j, ctx.lo[1]));
  return l.ifElse(
      all, {l.b.getI1Type()},
      [&] {
        return SmallVector<Value>{arith::ConstantOp::create(l.b, l.loc, l.b.getBoolAttr(true))};
      },
      [&] {
        Value byte = l.load(i8, l.at(live, index));
        Value zero = arith::ConstantOp::create(l.b, l.loc, l.b.getI8IntegerAttr(0));
        return SmallVector<Value>{l.cmp(arith::CmpIPredicate::ne, byte, zero)};
      })[0];
}

//===----------------------------------------------------------------------===//
// A tile
//===----------------------------------------------------------------------===//

/// A task: one tile, or those of an axis that is not dealt out, one after the other.
void KernelEmitter::emitTask(unsigned g, Value task) {
  const Tiles &tiles = layout.tiles[g];
  bool inlineFirst = group(g).getOuter() == Axis::Inline;
  auto along = [&](unsigned a, llvm::function_ref<void(Value)> body) {
    l.loop(l.i64(0), tiles.count[a], 1, body);
  };
  switch (group(g).getSpread()) {
  case Spread::Both: {
    Value count = tiles.count[inlineFirst ? 1 : 0];
    Value major = l.divFloor(task, count), minor = l.rem(task, count);
    emitTile(g, inlineFirst ? major : minor, inlineFirst ? minor : major);
    break;
  }
  case Spread::Inline:
    along(1, [&](Value column) { emitTile(g, task, column); });
    break;
  case Spread::Crossline:
    along(0, [&](Value row) { emitTile(g, row, task); });
    break;
  case Spread::None:
    along(inlineFirst ? 0 : 1, [&](Value major) {
      along(inlineFirst ? 1 : 0, [&](Value minor) {
        emitTile(g, inlineFirst ? major : minor, inlineFirst ? minor : major);
      });
    });
  }
  if (isPass())
    foldPartials(g, task);
  else // stores past the caches are seen by all before the tile counts as done
    LLVM::FenceOp::create(l.b, l.loc, LLVM::AtomicOrdering::seq_cst);
}

/// The tile at a place of the grid: rows each stage must make for it, then phase after phase.
void KernelEmitter::emitTile(unsigned g, Value row, Value column) {
  const Tiles &tiles = layout.tiles[g];
  Value position[2] = {row, column};
  Value lo[2], hi[2];
  for (unsigned a : {0, 1}) {
    lo[a] = l.add(tiles.lo[a], l.mul(position[a], tiles.extent[a]));
    hi[a] = l.min(tiles.hi[a], l.add(lo[a], tiles.extent[a]));
  }
  if (auto axis = stages.group(g).front().scanAxis) {
    unsigned across = *axis == Axis::Inline ? 1 : 0;
    for (const Stage &stage : stages.group(g)) {
      l.loc = stage.op->getLoc();
      current = widthOf(stage);
      emitAxisScan(*this, stage, lo[across], hi[across]);
    }
    current = lanes;
    return;
  }
  int64_t last = 0;
  for (const Stage &stage : stages.group(g)) {
    std::array<Range, 2> range;
    for (unsigned a : {0, 1}) {
      const Reach &reach = stage.lateral[a];
      if (reach.whole) {
        range[a] = {l.i64(0), ctx.block[a]};
      } else {
        range[a] = {l.max(l.i64(0), l.sub(lo[a], reach.lo)),
                    l.min(ctx.block[a], l.add(hi[a], reach.hi))};
      }
      if (!stage.outputs.empty()) {
        range[a].lo = l.max(range[a].lo, ctx.lo[a]);
        range[a].hi = l.min(range[a].hi, l.add(ctx.lo[a], ctx.extent[a]));
      }
    }
    ranges[0][stage.op] = ranges[1][stage.op] = range;
    for (unsigned level : {0, 1})
      storeRanges(stage, level);
    last = std::max(last, stage.phase[0]);
  }
  if (isPass())
    clearAccumulators(g);
  for (int64_t phase = 0; phase <= last; ++phase)
    emitInnerTiles(g, phase);
}

/// A phase of the tile: cut into inner tiles, where the group has such, and those into their
/// phases.
void KernelEmitter::emitInnerTiles(unsigned g, int64_t phase) {
  int64_t last = 0;
  for (const Stage &stage : stages.group(g))
    if (stage.phase[0] == phase)
      last = std::max(last, stage.phase[1]);
  auto fronts = [&] {
    for (int64_t k = 0; k <= last; ++k)
      emitFront(g, {phase, k});
  };
  ArrayRef<int64_t> inner = group(g).getInner();
  if (inner.empty()) {
    fronts();
    return;
  }
  // What the phase makes for others is cut; whatever else it needs, an inner tile makes for itself.
  Value from[2], to[2];
  for (const Stage &stage : stages.group(g))
    if (stage.phase[0] == phase && stage.isPhaseSink())
      for (unsigned a : {0, 1}) {
        const Range &range = ranges[0].find(stage.op)->second[a];
        from[a] = from[a] ? l.min(from[a], range.lo) : range.lo;
        to[a] = to[a] ? l.max(to[a], range.hi) : range.hi;
      }
  auto cut = [&](Value i, Value j) {
    Value lo[2] = {i, j};
    for (const Stage &stage : stages.group(g)) {
      if (stage.phase[0] != phase)
        continue;
      std::array<Range, 2> range = ranges[0].find(stage.op)->second;
      for (unsigned a : {0, 1}) {
        const Reach &reach = stage.inner[a];
        if (!inner[a] || reach.whole)
          continue;
        Value hi = l.add(lo[a], inner[a] + reach.hi);
        range[a] = {l.max(range[a].lo, l.sub(lo[a], reach.lo)), l.min(range[a].hi, hi)};
      }
      ranges[1][stage.op] = range;
      storeRanges(stage, 1);
    }
    fronts();
  };
  auto along = [&](unsigned a, llvm::function_ref<void(Value)> body) {
    if (inner[a])
      l.loop(from[a], to[a], inner[a], body);
    else
      body(from[a]);
  };
  if (group(g).getOuter() == Axis::Inline)
    along(0, [&](Value i) { along(1, [&](Value j) { cut(i, j); }); });
  else
    along(1, [&](Value j) { along(0, [&](Value i) { cut(i, j); }); });
}

/// The way of the front over the rows of a phase: a stage runs `lag` behind it.
void KernelEmitter::emitFront(unsigned g, std::array<int64_t, 2> phase) {
  Value from[2], to[2];
  for (const Stage &stage : stages.group(g)) {
    if (stage.phase != phase)
      continue;
    for (unsigned a : {0, 1}) {
      const Range &range = ranges[1].find(stage.op)->second[a];
      Value begin = l.add(range.lo, stage.lag[a]), end = l.add(range.hi, stage.lag[a]);
      from[a] = from[a] ? l.min(from[a], begin) : begin;
      to[a] = to[a] ? l.max(to[a], end) : end;
    }
  }
  if (!from[0])
    return; // all of it runs with its readers
  auto planes = [&](llvm::function_ref<void(Value)> body) { l.loop(from[0], to[0], 1, body); };
  Value step = frontStep(g);
  auto rows = [&](llvm::function_ref<void(Value)> body) { l.loop(from[1], to[1], step, body); };
  if (group(g).getOuter() == Axis::Inline)
    planes([&](Value t) { rows([&](Value u) { emitStages(g, phase, t, u, step); }); });
  else
    rows([&](Value u) { planes([&](Value t) { emitStages(g, phase, t, u, step); }); });
}

/// Few rows at a time, so that what one stage writes is in the first cache when the next one reads
/// it; a vector of traces where one of the stages takes that many.
Value KernelEmitter::frontStep(unsigned g) {
  int64_t fewRows = 4;
  Value step = l.i64(rowStep(g)), isRow;
  for (const Stage &stage : stages.group(g)) {
    if (auto schedule = StageOp(stage.op).getSchedule())
      fewRows = std::max(fewRows, schedule->getRows());
    if (!stage.wholeTrace)
      continue;
    PlanUse use = planUse(stage);
    if (!use.request.lanes)
      return step;
    Value here = l.ge(l.loadI64(plan(use), 8 * FFT_LANES), l.i64(1));
    isRow = isRow ? l.both(isRow, here) : here;
  }
  return isRow ? l.select(isRow, l.i64(fewRows), step) : step;
}

/// Every stage at the front's position: its plane t - lag, its rows from u - lag.
void KernelEmitter::emitStages(unsigned g, std::array<int64_t, 2> phase, Value t, Value u,
                               Value step) {
  callParts(g, phase, t, u, step);
  for (const Stage &stage : stages.group(g))
    if (stage.phase == phase && !rangeIndex.count(stage.op))
      emitStage(stage, t, u, step);
  current = lanes;
}

void KernelEmitter::emitStage(const Stage &stage, Value t, Value u, Value step) {
  l.loc = stage.op->getLoc();
  current = widthOf(stage);
  std::array<Range, 2> range = ranges[1].find(stage.op)->second;
  Value i = l.sub(t, stage.lag[0]);
  Value isIn = l.both(l.ge(i, range[0].lo), l.lt(i, range[0].hi));
  if (stage.isCopy && !isPass()) {
    StageOp copy = stage.op;
    auto source = copy.getInputs()[0].getDefiningOp<StageOp>();
    isIn = l.both(isIn, l.negated(writesCopies(*stages.find(source))));
  }
  l.ifThen(isIn, [&] {
    Value first = l.sub(u, stage.lag[1]);
    Value ja = l.max(range[1].lo, first);
    Value jb = l.max(ja, l.min(range[1].hi, l.add(first, step)));
    if (loadFormats(stage))
      emitLoadStage(*this, stage, i, ja, jb);
    else if (stage.ownLoops)
      emitGlcm(*this, stage, i, ja, jb, l.eq(ja, range[1].lo));
    else if (stage.wholeTrace)
      emitTraceStage(*this, stage, i, ja, jb);
    else
      emitRowStage(*this, stage, i, ja, jb);
  });
}

//===----------------------------------------------------------------------===//
// Reductions: a tile is a cell of the survey's grid
//===----------------------------------------------------------------------===//

void KernelEmitter::clearAccumulators(unsigned g) {
  for (const Stage &stage : stages.group(g))
    for (unsigned output : stage.outputs) {
      StringRef kind = reduceKind(output);
      Value at = accumulator(output);
      double inf = std::numeric_limits<double>::infinity();
      VectorType type = kind == "sum" ? l.vec(lanes, l.b.getF64Type()) : vectorType();
      l.store(l.real(type, kind == "min" ? inf : kind == "max" ? -inf : 0.0), at, 64);
      l.store(l.real(vectorType(), 0.0), l.at(at, nanAt), 64);
      l.store(l.i64(0), l.at(at, countAt));
      if (kind == "tally")
        clearTally(l, l.at(at, tallyAt), reduceWidth(output));
    }
}

/// Folds the lanes, in their order, into the partial of the cell.
void KernelEmitter::foldPartials(unsigned g, Value tile) {
  Type f64 = l.b.getF64Type();
  int64_t elements = std::accumulate(reduceWidths.begin(), reduceWidths.end(), int64_t(0));
  int64_t bytes = kernel::partialBytes(elements);
  Value partial = l.at(l.loadPtr(ctx.call, kernel::callPartials), l.mul(tile, bytes));
  for (const Stage &stage : stages.group(g))
    for (unsigned output : stage.outputs) {
      StringRef kind = reduceKind(output);
      Value at = accumulator(output), ofStage = accumulator(stage.outputs[0]);
      int64_t before =
          std::accumulate(reduceWidths.begin(), reduceWidths.begin() + output, int64_t(0));
      Value slot = l.at(partial, kernel::partialValues + 8 * before);
      Value traces = l.loadI64(ofStage, countAt), samples = l.mul(traces, ctx.extent[2]);
      Value total = l.load(f64, slot);
      VectorType type = kind == "sum" ? l.vec(lanes, f64) : vectorType();
      Value values = l.load(type, at, 64), nans = l.load(vectorType(), l.at(ofStage, nanAt), 64);
      if (kind == "tally") {
        addTally(l, l.at(at, tallyAt), reduceWidth(output), slot);
        total = l.load(f64, slot); // the first element stays
      } else if (kind == "count") {
        total = l.fadd(total, arith::SIToFPOp::create(l.b, l.loc, f64, samples));
      } else {
        for (int64_t lane = 0; lane < lanes; ++lane) {
          Value v = vector::ExtractOp::create(l.b, l.loc, values, lane);
          if (v.getType() != f64)
            v = arith::ExtFOp::create(l.b, l.loc, f64, v);
          auto better = kind == "min" ? arith::CmpFPredicate::OLT : arith::CmpFPredicate::OGT;
          total = kind == "sum"
                      ? l.fadd(total, v)
                      : l.select(arith::CmpFOp::create(l.b, l.loc, better, v, total), v, total);
        }
      }
      l.store(total, slot);
      Value anyNan = vector::ReductionOp::create(l.b, l.loc, vector::CombiningKind::MAXNUMF, nans);
      Value isNan = arith::CmpFOp::create(l.b, l.loc, arith::CmpFPredicate::OGT, anyNan,
                                          l.real(elementTy, 0.0));
      l.ifThen(isNan, [&] { l.store(l.i64(1), l.at(partial, kernel::partialNan)); });
      if (output == 0)
        l.store(l.add(l.loadI64(partial, kernel::partialSamples), samples),
                l.at(partial, kernel::partialSamples));
    }
}
