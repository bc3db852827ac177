//===- RowStage.cpp - Stages with samples in the lanes --------------------===//
// One loop over the samples of a row, a vector at a time; inside, the whole body
// of the stage. Where the stage reads neighbouring rows, several rows run in one
// loop, so that a loaded vector serves all of them. Rows in scratch carry their
// borders, so nothing in the loop asks where it is; only the caller's arrays are
// masked at their end.
//===----------------------------------------------------------------------===//
#include "RowLoop.h"
#include "Tables.h"
#include "seis/Target/KernelABI.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace seis;
namespace kernel = seis::kernel_abi;

/// Operations times rows of a body that is still worth a copy without masks.
static constexpr size_t longBody = 40;

/// Operations of a body; a window that is held whole counts by its samples.
static size_t lengthOf(Block &body) {
  size_t length = body.getOperations().size();
  for (Operation &op : body)
    if (isa<WinRankOp, WinArgOp>(op))
      length += tapsOf(&op).size();
  return length;
}

void RowLoop::emit() {
  StageOp op = stage.op;
  if (isTrace(op->getResult(0).getType())) {
    emitPerTrace();
    return;
  }
  bool toCaller = copy || !stage.outputs.empty();
  const CallContext &ctx = k.context();
  Value begin = stage.outputs.empty() ? l.i64(0) : ctx.lo[2];
  end = stage.outputs.empty() ? ctx.block[2] : l.add(ctx.lo[2], ctx.extent[2]);
  bindTargets();
  // Whole vectors need no mask. A long body is not worth a second copy for the last vector,
  // unless the schedule says so.
  GroupAttr group = k.group(static_cast<unsigned>(op.getGroup()));
  bool touchesCaller = toCaller || llvm::any_of(op.getInputs(), [&](Value v) {
                         return isa<RankedTensorType>(v.getType()) && k.isCallerMemory(v);
                       });
  size_t length = rows * lengthOf(body);
  bool split = touchesCaller && group.getTail() != Tail::Mask &&
               (length <= longBody || group.getTail() == Tail::Peel);
  store = group.getStore();
  // Stores past the caches of several rows at once wait for memory; what they would have read
  // is fetched by the loop before (writtenSoon).
  if (store == Store::Auto && rows > 1)
    store = Store::Normal;
  unroll = group.getUnroll();
  first = begin;
  bool looksAhead = toCaller && (split ? store != Store::Normal : store == Store::Stream && !copy);
  Value aligned = looksAhead ? alignedStart(begin) : begin;
  if (split) {
    emitSplit(begin, aligned);
  } else {
    masked = touchesCaller;
    startsBefore = looksAhead;
    emitLoops(aligned, end);
  }
  for (auto [n, result] : llvm::enumerate(op->getResults()))
    if (k.isStored(result))
      for (int64_t q = 0; q < rows; ++q)
        k.fillBorders(result, targets[static_cast<int64_t>(n) * rows + q]);
  for (auto [output, partial] : llvm::zip(stage.outputs, partials))
    copyAccumulator(output, partial, k.accumulator(output));
}

Value RowLoop::alignedStart(Value begin) {
  Type element = elementType(stage.op->getResult(0).getType());
  if (!isa<FloatType>(element) || k.isPass())
    return begin;
  int64_t vectorBytes = width * k.elementBytes();
  Value address = LLVM::PtrToIntOp::create(l.b, l.loc, l.i64Type(), outside[0]);
  Value beyond = l.rem(address, l.i64(vectorBytes));
  Value fits = l.eq(l.rem(beyond, l.i64(k.elementBytes())), l.i64(0));
  if (store == Store::Auto)
    fits = l.both(fits, k.isLargerThanCache());
  Value shift = l.select(fits, l.divFloor(beyond, l.i64(k.elementBytes())), l.i64(0));
  return l.sub(begin, shift);
}

void RowLoop::emitSplit(Value begin, Value aligned) {
  Value isShifted = l.lt(aligned, begin);
  Value from = l.min(end, l.select(isShifted, l.add(aligned, width), begin));
  Value whole = l.add(from, l.mul(l.divFloor(l.sub(end, from), l.i64(width)), width));
  Value rowEnd = end;
  emitLoops(from, whole);
  masked = isEdge = true;
  l.loop(l.select(isShifted, l.i64(0), l.i64(1)), l.i64(2), 1, [&](Value part) {
    Value isHead = l.eq(part, l.i64(0));
    end = l.select(isHead, from, rowEnd);
    Value at = l.select(isHead, begin, whole);
    auto rest = scf::IfOp::create(l.b, l.loc, l.lt(at, end), /*withElseRegion=*/false);
    emitBody(&rest.getThenRegion().front(), at);
  });
  end = rowEnd;
}

void RowLoop::emitLoops(Value from, Value to) {
  if (int64_t step = unroll * width; step > width) {
    Value even = l.add(from, l.mul(l.divFloor(l.sub(to, from), l.i64(step)), step));
    emitLoop(from, even, unroll);
    from = even;
  }
  emitLoop(from, to, 1);
}

void RowLoop::emitLoop(Value from, Value to, int64_t vectors) {
  SmallVector<Value> before = stepsBefore(from);
  auto next = scf::ForOp::create(l.b, l.loc, from, to, l.i64(vectors * width), before);
  if (!loop)
    loop = next;
  {
    OpBuilder::InsertionGuard guard(l.b);
    l.b.setInsertionPointToEnd(next.getBody());
    if (!before.empty())
      scf::YieldOp::create(l.b, l.loc, next.getRegionIterArgs());
  }
  SmallVector<Value> steps(next.getRegionIterArgs());
  carried = before.empty() ? nullptr : &steps;
  for (int64_t n = 0; n < vectors; ++n)
    emitBody(next.getBody(), next.getInductionVar(), n * width);
  carried = nullptr;
  if (!before.empty())
    next.getBody()->getTerminator()->setOperands(steps);
  l.b.setInsertionPointAfter(next);
}

void RowLoop::emitBody(Block *block, Value at, int64_t offset) {
  OpBuilder::InsertionGuard guard(l.b);
  l.b.setInsertionPoint(block->getTerminator());
  sample = offset ? l.add(at, offset) : at;
  values.clear();
  loads.clear();
  masks.clear();
  elsewhere.clear();
  for (Operation &inner : body.without_terminator())
    if (!isOnlyReadElsewhere(&inner))
      evaluate(&inner);
  for (unsigned n = 0; n < stage.op->getNumResults(); ++n)
    for (int64_t q = 0; q < rows; ++q)
      storeResult(n, q);
  for (Value ptr : soon)
    l.prefetch(l.element(ptr, k.element(), sample), /*toWrite=*/true);
}

void RowLoop::emitPerTrace() {
  Value result = body.getTerminator()->getOperand(0);
  for (Operation &inner : body.without_terminator())
    evaluate(&inner);
  for (int64_t q = 0; q < rows; ++q) {
    Value v = valueOf(result, q);
    if (k.isStored(stage.op->getResult(0)))
      l.store(v, k.rowPtr(stage.op->getResult(0), i, row(q)));
    for (unsigned output : stage.outputs)
      l.store(v, k.outputPtr(output, i, row(q), k.elementBytes()));
  }
}

void RowLoop::bindTargets() {
  StageOp op = stage.op;
  Type element = elementType(op->getResult(0).getType());
  int64_t bytes = isa<ComplexType>(element) ? 2 * k.elementBytes()
                  : element.isInteger(1)    ? 1
                                            : k.elementBytes();
  if (rows == 1 && !k.isPass())
    for (const Stage *other : k.writtenSoon(stage)) {
      Value at[2] = {l.add(i, stage.lag[0] - other->lag[0]),
                     l.add(j, stage.lag[1] - other->lag[1])};
      soon.push_back(k.outputPtr(other->outputs[0], at[0], at[1], bytes));
    }
  const Stage *writer = copy ? copy : stage.outputs.empty() || k.isPass() ? nullptr : &stage;
  for (int64_t q = 0; q < rows; ++q)
    outside.push_back(writer ? k.outputPtr(writer->outputs[0], i, row(q), bytes) : Value());
  for (Value result : op->getResults())
    for (int64_t q = 0; q < rows; ++q)
      targets.push_back(k.isStored(result) ? k.rowPtr(result, i, row(q)) : outside[q]);
}

//===----------------------------------------------------------------------===//
// Loads
//===----------------------------------------------------------------------===//

Value RowLoop::pointer(Value source, int64_t di, int64_t r, int64_t dj, Border border) {
  auto key = std::make_tuple(source.getAsOpaquePointer(), di, r + dj,
                             di || dj ? static_cast<int>(border) : -1);
  Value &ptr = pointers[key];
  if (!ptr)
    ptr = hoisted([&] {
      return k.neighbourPtr(source, l.add(i, di), l.add(row(r), dj), {di != 0, dj != 0}, border);
    });
  return ptr;
}

Value RowLoop::mask(int64_t scale, int64_t offset) {
  if (!masked)
    return {};
  Value &m = masks[{scale, offset}];
  if (!m) {
    m = l.firstLanes(width, l.sub(l.mul(l.sub(end, sample), scale), offset));
    if (startsBefore) {
      Value before = l.firstLanes(width, l.sub(l.mul(l.sub(first, sample), scale), offset));
      Value all = arith::ConstantOp::create(
          l.b, l.loc, DenseElementsAttr::get(cast<ShapedType>(before.getType()), true));
      m = l.both(m, arith::XOrIOp::create(l.b, l.loc, before, all));
    }
  }
  return m;
}

Value RowLoop::loadAt(Value source, Value ptr, int64_t dk) {
  Value &v = loads[{ptr.getAsOpaquePointer(), dk}];
  if (v)
    return v;
  Value at = l.at(l.element(ptr, k.element(), sample), dk * k.elementBytes());
  unsigned align = k.elementBytes();
  v = loadVector(k.vectorType(), at, k.isCallerMemory(source) ? mask() : Value(), align);
  // Rows are pages of their own to the processor's prefetcher; only what is also written past the
  // caches leaves no time to ask.
  constexpr int64_t ahead = 8192;
  if (stage.outputs.empty() && !copy && k.isCallerMemory(source))
    l.prefetch(l.at(at, ahead));
  return v;
}

std::pair<Value, Value> RowLoop::loadComplex(Value source, int64_t q) {
  Value ptr = l.element(pointer(source, 0, q, 0, Border::Zero), k.element(), l.mul(sample, 2));
  unsigned align = k.elementBytes();
  Value a = loadVector(k.vectorType(), ptr, mask(2), align);
  Value b = loadVector(k.vectorType(), l.at(ptr, width * k.elementBytes()), mask(2, width), align);
  SmallVector<int64_t> even, odd;
  for (int64_t n = 0; n < width; ++n) {
    even.push_back(2 * n);
    odd.push_back(2 * n + 1);
  }
  return {vector::ShuffleOp::create(l.b, l.loc, a, b, even),
          vector::ShuffleOp::create(l.b, l.loc, a, b, odd)};
}

Value RowLoop::valueOf(Value v, int64_t q) {
  if (auto found = values.find(v); found != values.end())
    return found->second[q];
  auto arg = cast<BlockArgument>(v);
  Value source = operandOf(arg);
  if (arg.getType().isF64())
    return k.context().scalars.lookup(source);
  if (isTrace(arg.getType()))
    return hoisted([&] { return l.load(k.element(), pointer(source, 0, q, 0, Border::Zero)); });
  return loadAt(source, pointer(source, 0, q, 0, Border::Zero), 0);
}

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

bool RowLoop::isOnlyReadElsewhere(Operation *op) {
  return !op->use_empty() && isVolume(op->getResult(0).getType()) &&
         llvm::all_of(op->getUsers(), [](Operation *user) {
           return readsOtherCrosslines(user) || isOnlyReadElsewhere(user);
         });
}

Value RowLoop::valueAt(Value v, int64_t q, int64_t dj, Border border) {
  if (auto arg = dyn_cast<BlockArgument>(v)) {
    Value source = operandOf(arg);
    return isVolume(arg.getType()) ? loadAt(source, pointer(source, 0, q, dj, border), 0)
                                   : valueOf(v, q);
  }
  Operation *op = v.getDefiningOp();
  bool isSame = !isVolume(v.getType()) || isa<BroadcastOp, arith::ConstantOp>(op);
  if (isSame && !values.count(v))
    evaluate(op);
  if (isSame || (values.count(v) && q + dj >= 0 && q + dj < rows))
    return values[v][isSame ? q : q + dj];
  Value &here = elsewhere[{v.getAsOpaquePointer(), q + dj}];
  if (here)
    return here;
  if (isa<Corr1Op>(op)) {
    Value source = operandOf(op->getOperand(0));
    for (const Tap &tap : tapsOf(op)) {
      Value x = loadAt(source, pointer(source, tap.di, q, dj, border), 0);
      here = accumulate(op, here, x, weightOf(op, tap.weight));
    }
    if (!here)
      here = l.real(k.vectorType(), 0.0); // all weights are zero
    return here;
  }
  SmallVector<Value> operands = llvm::map_to_vector(
      op->getOperands(), [&](Value operand) { return valueAt(operand, q, dj, border); });
  return elsewhere[{v.getAsOpaquePointer(), q + dj}] = emitElementwise(l, op, operands);
}

void RowLoop::evaluate(Operation *op) {
  if (auto re = dyn_cast<ReOp>(op)) {
    evaluateParts(op, re.getInput());
    return;
  }
  if (auto im = dyn_cast<ImOp>(op)) {
    evaluateParts(op, im.getInput());
    return;
  }
  if (isa<ComplexOp>(op))
    return; // its parts are stored together
  if (isa<EigH3Op>(op)) {
    for (int64_t q = 0; q < rows; ++q) {
      auto operands =
          llvm::map_to_vector(op->getOperands(), [&](Value v) { return valueOf(v, q); });
      for (auto [result, v] : llvm::zip(op->getResults(), emitEigH3(l, operands)))
        values[result].push_back(v);
    }
    return;
  }
  Rows result;
  if (isa<FootprintOpInterface>(op)) {
    result = stencil(op);
  } else if (same.contains(op->getResult(0))) {
    result.assign(rows, pointwise(op, 0));
  } else {
    bool perTrace = isTrace(op->getResult(0).getType());
    for (int64_t q = 0; q < rows; ++q) {
      auto compute = [&] { return pointwise(op, q); };
      result.push_back(perTrace ? hoisted(compute) : compute());
    }
  }
  values[op->getResult(0)] = result;
}

void RowLoop::evaluateParts(Operation *op, Value complex) {
  Rows result;
  for (int64_t q = 0; q < rows; ++q) {
    Value part;
    if (auto made = complex.getDefiningOp<ComplexOp>()) {
      part = valueOf(isa<ReOp>(op) ? made.getRe() : made.getIm(), q);
    } else {
      auto [re, im] = loadComplex(operandOf(complex), q);
      part = isa<ReOp>(op) ? re : im;
    }
    result.push_back(part);
  }
  values[op->getResult(0)] = result;
}

Value RowLoop::pointwise(Operation *op, int64_t q) {
  bool perTrace = isTrace(op->getResult(0).getType());
  if (isa<BroadcastOp>(op))
    return hoisted([&] { return broadcast(valueOf(op->getOperand(0), q), perTrace); });
  if (auto index = dyn_cast<IndexOp>(op))
    return indexVolume(index.getAxis(), q);
  if (auto lineOp = dyn_cast<LineOp>(op))
    return lineNumber(lineOp, q);
  if (auto constant = dyn_cast<arith::ConstantOp>(op))
    return constant->getNumResults() ? hoisted([&] { return l.b.clone(*op)->getResult(0); })
                                     : Value();
  if (isa<Interp1Op, IntervalOp>(op))
    return emitLookUp(l, op, valueOf(op->getOperand(0), q), hoisted([&] { return k.table(op); }));
  SmallVector<Value> operands =
      llvm::map_to_vector(op->getOperands(), [&](Value v) { return valueOf(v, q); });
  return emitElementwise(l, op, operands);
}

Value RowLoop::broadcast(Value scalar, bool perTrace) {
  if (scalar.getType().isF64() && !k.element().isF64())
    scalar = arith::TruncFOp::create(l.b, l.loc, k.element(), scalar);
  return perTrace ? scalar : l.broadcast(k.vectorType(), scalar);
}

Value RowLoop::indexVolume(Axis axis, int64_t q) {
  const CallContext &ctx = k.context();
  auto toReal = [&](Value v) -> Value {
    return arith::SIToFPOp::create(l.b, l.loc, k.element(), v);
  };
  if (axis != Axis::Sample)
    return hoisted([&] {
      Value at = axis == Axis::Inline ? l.add(i, ctx.origin[0]) : l.add(row(q), ctx.origin[1]);
      return l.broadcast(k.vectorType(), toReal(at));
    });
  Value first = arith::TruncIOp::create(l.b, l.loc, l.b.getI32Type(), l.add(sample, ctx.origin[2]));
  VectorType ints = l.vec(width, l.b.getI32Type());
  Value at = l.add(l.broadcast(ints, first), l.lanes(width, 32));
  return arith::SIToFPOp::create(l.b, l.loc, k.vectorType(), at);
}

Value RowLoop::lineTable(Value source) {
  return hoisted([&] {
    unsigned position = 0;
    for (BlockArgument arg : stage.op->getParentOfType<func::FuncOp>().getArguments()) {
      if (arg == source)
        break;
      position += isa<RankedTensorType>(arg.getType());
    }
    Value views = l.loadPtr(k.context().call, kernel::callIn);
    return l.loadPtr(views, kernel::viewBytes * position + kernel::viewData);
  });
}

Value RowLoop::lineMask() {
  Value here = l.firstLanes(width, l.sub(k.context().block[2], sample));
  return startsBefore ? l.both(here, mask()) : here;
}

Value RowLoop::lineNumber(LineOp op, int64_t q) {
  Value table = lineTable(operandOf(op.getNumbers()));
  Type f64 = l.b.getF64Type();
  if (op.getAxis() == Axis::Sample) {
    VectorType wide = l.vec(width, f64);
    Value v = loadVector(wide, l.element(table, f64, sample), lineMask(), 8);
    return k.element().isF64() ? v : Value(arith::TruncFOp::create(l.b, l.loc, k.vectorType(), v));
  }
  return hoisted([&] {
    Value at = op.getAxis() == Axis::Inline ? i : row(q);
    return broadcast(l.load(f64, l.element(table, f64, at)), false);
  });
}

void seis::emitRowStage(KernelEmitter &k, const Stage &stage, Value i, Value ja, Value jb) {
  LoopBuilder &l = k.builder();
  StageOp op = stage.op;
  int64_t rows = k.isPass() && !stage.outputs.empty() ? 1 : op.getSchedule()->getRows();
  auto emit = [&](Value j, int64_t rows, const Stage *copy) {
    RowLoop(k, stage, i, j, rows, copy).emit();
    return SmallVector<Value>{};
  };
  if (const Stage *copy = k.copyOf(stage)) {
    Value isWhole = k.writesCopies(stage);
    l.loop(ja, jb, 1, [&](Value j) {
      l.ifElse(
          l.both(isWhole, k.isMade(*copy, i, j)), {}, [&] { return emit(j, 1, copy); },
          [&] { return emit(j, 1, nullptr); });
    });
    return;
  }
  Value whole = l.add(ja, l.mul(l.divFloor(l.sub(jb, ja), l.i64(rows)), rows));
  l.loop(ja, whole, rows, [&](Value j) { emit(j, rows, nullptr); });
  if (rows > 1)
    l.loop(whole, jb, 1, [&](Value j) { emit(j, 1, nullptr); });
}
