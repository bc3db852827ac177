//===- KernelEmitter.cpp - Scratch, plans and the functions of a kernel ---===//
#include "KernelEmitter.h"
#include "FftEmitter.h"
#include "Tables.h"
#include "seis/Dialect/Seis/Analysis/Dependence.h"
#include "seis/Target/KernelABI.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/OpenMP/OpenMPDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace seis;
namespace kernel = seis::kernel_abi;

static constexpr int64_t line = 64; // bytes of a cache line; everything is aligned to it

KernelEmitter::KernelEmitter(func::FuncOp graph, OpBuilder &b, const KernelOptions &options)
    : graph(graph), l(b, graph.getLoc()), options(options), stages(graph) {}

LogicalResult KernelEmitter::emit() {
  if (failed(collect()))
    return failure();
  std::string prefix = isPass() ? "_reduce" : "_run";
  emitParts(); // before their callers
  for (unsigned g = 0; g < stages.numGroups(); ++g)
    define(prefix + "_tile" + std::to_string(g), {l.ptrType(), l.i64Type(), l.i64Type()}, {},
           [&](ValueRange args) {
             enterTile(args[0], args[2]);
             emitTask(g, args[1]);
             return Value();
           });
  define(prefix, {l.ptrType()}, l.b.getI32Type(), [&](ValueRange args) {
    enter(args[0]);
    bindScalars();
    makeLayout(/*load=*/false);
    for (auto [i, v] : llvm::enumerate(slots))
      l.store(v, l.at(ctx.scratch, 8 * i));
    preparePlans();
    prepareMultipliers();
    prepareTables();
    for (unsigned g = 0; g < stages.numGroups(); ++g)
      emitParallel(g);
    storeScalars();
    return Value(arith::ConstantOp::create(l.b, l.loc, l.b.getI32IntegerAttr(0)));
  });
  define(prefix + "_scratch", {l.ptrType()}, l.i64Type(), [&](ValueRange args) {
    enter(args[0]);
    makeLayout(/*load=*/false);
    return layout.total;
  });
  return success();
}

//===----------------------------------------------------------------------===//
// What the graph needs
//===----------------------------------------------------------------------===//

LogicalResult KernelEmitter::collect() {
  int64_t volumes = 0, params = 0;
  for (BlockArgument arg : graph.getArguments()) {
    if (isa<RankedTensorType>(arg.getType()))
      inputIndex[arg] = volumes++;
    else if (!graph.getArgAttr(arg.getArgNumber(), "seis.table"))
      paramIndex[arg] = params++;
  }
  if (auto kinds = graph->getAttrOfType<ArrayAttr>("seis.reduce"))
    for (Attribute kind : kinds)
      reduceKinds.push_back(cast<StringAttr>(kind).str());
  reduceWidths.assign(reduceKinds.size(), 1);
  if (auto widths = graph->getAttrOfType<DenseI64ArrayAttr>("seis.widths"))
    reduceWidths.assign(widths.asArrayRef().begin(), widths.asArrayRef().end());
  name = graph.getName().str();

  for (unsigned g = 0; g < stages.numGroups(); ++g)
    for (const Stage &stage : stages.group(g)) {
      if (failed(checkLoads(stage)))
        return failure();
      for (Value result : stage.op->getResults()) {
        Type element = elementType(result.getType());
        if (auto complex = dyn_cast<ComplexType>(element))
          element = complex.getElementType();
        if (isa<FloatType>(element))
          elementTy = element;
        if (llvm::none_of(result.getUsers(), [](Operation *u) { return isa<StageOp>(u); }))
          continue;
        buffers[result] = bufferOf(stage, cast<OpResult>(result));
        stored.push_back(result);
      }
      int64_t addresses = 0; // every long stencil of a stage has a table of them
      for (Operation &op : StageOp(stage.op).getBody().front()) {
        addresses += pointerTableBytes(&op);
        if (isa<Interp1Op, IntervalOp>(op))
          tables.push_back(&op);
      }
      pointerBytes = std::max(pointerBytes, addresses);
      for (Operation &op : StageOp(stage.op).getBody().front())
        if (auto border = op.getAttrOfType<BorderAttr>("border");
            border && border.getValue() == Border::Zero && stage.readsNeighbourRows)
          for (unsigned i = 0; i < op.getNumOperands(); ++i) {
            Footprint f = footprintOf(&op, i);
            zeroPad = std::max({zeroPad, f[2].lo, f[2].hi});
          }
    }
  if (!elementTy) // an object of masks and complex copies: the type of its inputs
    for (Type type : graph.getArgumentTypes())
      if (isVolume(type)) {
        auto complex = dyn_cast<ComplexType>(elementType(type));
        elementTy = complex ? complex.getElementType() : elementType(type);
      }
  if (!elementTy)
    return graph.emitError("a program needs an input volume");
  lanes = current = widest = options.vectorBits / (8 * elementBytes());
  for (unsigned g = 0; g < stages.numGroups(); ++g)
    for (const Stage &stage : stages.group(g))
      widest = std::max(widest, widthOf(stage));
  for (unsigned g = 0; g < stages.numGroups(); ++g)
    for (const Stage &stage : stages.group(g)) {
      collectPlans(stage);
      if (!stage.ownLoops)
        continue;
      Workspace own =
          glcmWorkspace(stage.op, rowStep(g), elementTy.isF64(), widthOf(stage) * elementBytes());
      room.bytesPerSample = std::max(room.bytesPerSample, own.bytesPerSample);
      room.moreSamples = std::max(room.moreSamples, own.moreSamples);
      room.tableBytes = std::max(room.tableBytes, own.tableBytes);
    }
  collectParts();
  return success();
}

/// Only a stage that does nothing else reads an input of several formats.
LogicalResult KernelEmitter::checkLoads(const Stage &stage) const {
  bool isLoad = loadFormats(stage) && stage.outputs.empty();
  for (Value v : StageOp(stage.op).getInputs())
    if (auto arg = dyn_cast<BlockArgument>(v); arg && !isLoad)
      if (func::FuncOp(graph).getArgAttr(arg.getArgNumber(), "seis.storage"))
        return stage.op->emitError("stage '")
               << StageOp(stage.op).getName()
               << "' reads an input marked seis.storage and does more than that: form the stages "
                  "with seis-form-stages";
  return success();
}

/// How much of the rows of `result` exists at a time.
RowBuffer KernelEmitter::bufferOf(const Stage &stage, OpResult result) const {
  auto g = static_cast<unsigned>(StageOp(stage.op).getGroup());
  RowBuffer buffer;
  buffer.root = stage.crossesGroups;
  buffer.perTrace = isTrace(result.getType());
  buffer.borders = stage.borders[result.getResultNumber()];
  if (stage.level >= 0) { // read by a later phase: all rows of a tile
    buffer.planes = 0;
    buffer.level = stage.level;
    return buffer;
  }
  auto schedule = StageOp(stage.op).getSchedule();
  auto slides = [&](Axis axis) { return schedule && schedule->getAxis() == axis; };
  buffer.planes = stage.keep[0] + 1;
  buffer.ringRows = rowStep(g) + stage.keep[1];
  if (group(g).getOuter() == Axis::Inline) {
    if (stage.keep[0] || slides(Axis::Inline))
      buffer.ringRows = 0;
  } else if (stage.keep[1] || slides(Axis::Crossline)) {
    buffer.planes = 0;
  }
  return buffer;
}

/// Lanes of the vectors of a stage. With samples in its lanes it follows its group.
int64_t KernelEmitter::widthOf(const Stage &stage) const {
  StageOp op = stage.op;
  auto schedule = op.getSchedule();
  if (schedule && schedule->getWidth())
    return schedule->getWidth();
  int64_t ofGroup = group(static_cast<unsigned>(op.getGroup())).getWidth();
  return ofGroup && !stage.wholeTrace ? ofGroup : lanes;
}

PlanUse KernelEmitter::planUse(const Stage &stage) const {
  PlanUse use{};
  Operation &op = StageOp(stage.op).getBody().front().front();
  use.request.kind = FFT_DFT;
  use.request.size = elementBytes();
  if (isa<SpecMulOp>(op) || (isa<FftOp, IfftOp>(op) && op.getNumOperands() == 1))
    use.request.kind = FFT_REAL;
  if (auto analytic = dyn_cast<AnalyticOp>(op)) {
    use.request.kind = FFT_HILBERT;
    use.pad = analytic.getPad();
    int64_t width = widthOf(stage);
    if (stage.lanes == Lanes::Samples && use.pad == 0 && width >= 4 && width <= 16)
      use.request.lanes = width;
  }
  if (stage.fft)
    use.request.algorithm = *stage.fft == FftAlgorithm::Radix ? FFT_RADIX : FFT_LONGER;
  constexpr size_t most = std::size(PlanUse{}.request.radices) - 1;
  llvm::copy(stage.plan.take_front(most), use.request.radices);
  return use;
}

void KernelEmitter::collectPlans(const Stage &stage) {
  StageOp op = stage.op;
  Operation &first = op.getBody().front().front();
  if (!isa<AnalyticOp, FftOp, IfftOp, SpecMulOp>(first))
    return;
  if (isa<SpecMulOp>(first))
    multipliers.push_back(op);
  PlanUse use = planUse(stage);
  if (!llvm::is_contained(plans, use))
    plans.push_back(use);
}

bool KernelEmitter::keepsWorkspace(const Stage &stage) const {
  auto g = static_cast<unsigned>(StageOp(stage.op).getGroup());
  auto sharers = llvm::count_if(stages.group(g), [](const Stage &s) { return s.ownLoops; });
  return sharers == 1 && group(g).getOuter() == Axis::Inline && glcmKeepsLevels(stage.op);
}

/// Rows of a plane that the front advances by at most: whole blocks of rows and of traces.
int64_t KernelEmitter::rowStep(unsigned g) const {
  int64_t step = 4;
  for (const Stage &stage : stages.group(g)) {
    auto schedule = StageOp(stage.op).getSchedule();
    int64_t own = stage.wholeTrace || (stage.ownLoops && !keepsWorkspace(stage)) ? 16 : 0;
    step = std::max({step, own, schedule ? schedule->getRows() : 1,
                     stage.wholeTrace && schedule ? schedule->getWidth() : 0});
  }
  return step;
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

func::FuncOp KernelEmitter::define(StringRef suffix, ArrayRef<Type> args, Type result,
                                   llvm::function_ref<Value(ValueRange)> body) {
  OpBuilder::InsertionGuard guard(l.b);
  l.b.setInsertionPoint(graph);
  SmallVector<Type> results;
  if (result)
    results.push_back(result);
  auto func =
      func::FuncOp::create(l.b, l.loc, name + suffix.str(), l.b.getFunctionType(args, results));
  Block *block = func.addEntryBlock();
  l.b.setInsertionPointToStart(block);
  ctx = CallContext();
  layout = ScratchLayout();
  for (Ranges &of : ranges)
    of.clear();
  Value value = body(block->getArguments());
  func::ReturnOp::create(l.b, l.loc, value ? ValueRange{value} : ValueRange{});
  return func;
}

void KernelEmitter::enter(Value call) {
  ctx.call = call;
  for (unsigned a = 0; a < numAxes; ++a) {
    ctx.block[a] = l.loadI64(call, kernel::callBlock + 8 * a);
    ctx.lo[a] = l.loadI64(call, kernel::callLo + 8 * a);
    ctx.extent[a] = l.loadI64(call, kernel::callExtent + 8 * a);
    ctx.origin[a] = l.loadI64(call, kernel::callOrigin + 8 * a);
  }
  ctx.threads = l.loadI64(call, kernel::callThreads);
  ctx.scratch = l.loadPtr(call, kernel::callScratch);
}

void KernelEmitter::enterTile(Value call, Value inThread) {
  enter(call);
  bindScalars();
  makeLayout(/*load=*/true);
  thread = inThread;
  threadScratch = l.at(ctx.scratch, l.add(layout.threadStart, l.mul(thread, layout.threadBytes)));
}

/// Parameters, table elements and what the graph computes from them.
void KernelEmitter::bindScalars() {
  Value params = l.loadPtr(ctx.call, kernel::callParams);
  Value tables = l.loadPtr(ctx.call, kernel::callTables);
  Type f64 = l.b.getF64Type();
  for (BlockArgument arg : graph.getArguments()) {
    if (!arg.getType().isF64())
      continue;
    if (auto table = graph.getArgAttrOfType<DenseI64ArrayAttr>(arg.getArgNumber(), "seis.table"))
      ctx.scalars[arg] = l.load(f64, l.at(l.loadPtr(tables, 8 * table[0]), 8 * table[1]));
    else
      ctx.scalars[arg] = l.load(f64, l.at(params, 8 * paramIndex.lookup(arg)));
  }
  for (Operation &op : graph.front().without_terminator()) {
    if (isa<StageOp>(op))
      continue;
    if (op.getNumOperands() == 0) {
      Operation *twin = l.b.clone(op);
      ctx.scalars[op.getResult(0)] = twin->getResult(0);
      continue;
    }
    SmallVector<Value> operands =
        llvm::map_to_vector(op.getOperands(), [&](Value v) { return ctx.scalars.lookup(v); });
    ctx.scalars[op.getResult(0)] = emitElementwise(l, &op, operands);
  }
}

/// Scalar outputs are the same in every call.
void KernelEmitter::storeScalars() {
  for (OpOperand &result : graph.front().getTerminator()->getOpOperands())
    if (result.get().getType().isF64()) {
      Value view =
          l.at(l.loadPtr(ctx.call, kernel::callOut), kernel::viewBytes * result.getOperandNumber());
      l.store(ctx.scalars.lookup(result.get()), l.loadPtr(view, kernel::viewData));
    }
}

//===----------------------------------------------------------------------===//
// Scratch
//===----------------------------------------------------------------------===//

/// A number that depends on the block: computed once in `run`, read by the tile functions.
Value KernelEmitter::slot(llvm::function_ref<Value()> compute) {
  Value v = loading ? l.loadI64(ctx.scratch, 8 * slots.size()) : compute();
  slots.push_back(v);
  return v;
}

int64_t KernelEmitter::alignedPad(const RowBuffer &buffer) const {
  return llvm::alignTo(buffer.borders.lo * elementBytes(), line);
}

int64_t KernelEmitter::zeroRowPad() const { return llvm::alignTo(zeroPad * elementBytes(), line); }

void KernelEmitter::makeLayout(bool load) {
  loading = load;
  slots.clear();
  Value at;
  int64_t bound = 8 * (16 + 8 * stages.numGroups() + 4 * static_cast<int64_t>(stored.size()) +
                       3 * static_cast<int64_t>(plans.size() + multipliers.size()) +
                       static_cast<int64_t>(tables.size()) + 64);
  if (!load)
    at = l.i64(llvm::alignTo(bound, line));
  for (unsigned g = 0; g < stages.numGroups(); ++g)
    layout.tiles.push_back(tileShape(g));
  layoutShared(at);
  layoutThread();
  layout.total =
      slot([&] { return l.add(layout.threadStart, l.mul(ctx.threads, layout.threadBytes)); });
  assert(8 * static_cast<int64_t>(slots.size()) <= bound);
}

/// Reserves `bytes` at `at` and returns the offset.
static Value reserve(LoopBuilder &l, Value &at, Value bytes) {
  Value here = at;
  at = l.roundUp(l.add(at, bytes), line);
  return here;
}

void KernelEmitter::layoutShared(Value &at) {
  for (const PlanUse &use : plans) {
    Value length = l.add(ctx.block[2], 2 * use.pad), request = requestOf(use);
    layout.points.push_back(
        slot([&] { return l.call("seis_fft_plan_points", l.i64Type(), {length, request}); }));
    layout.plans.push_back(slot([&] {
      Value bytes = l.call("seis_fft_plan_bytes", l.i64Type(), {length, request});
      for (int64_t n : knownLengths(use)) // constant tables need no room
        bytes = l.select(l.eq(length, l.i64(n)), l.i64(8), bytes);
      return reserve(l, at, bytes);
    }));
  }
  for (unsigned k = 0; k < multipliers.size(); ++k)
    layout.multipliers.push_back(
        slot([&] { return reserve(l, at, l.mul(ctx.block[2], elementBytes())); }));
  for (Operation *op : tables)
    layout.tables.push_back(slot([&] { return reserve(l, at, l.i64(tableBytes(op))); }));
  // Rows: an odd number of cache lines, since a power of two between rows makes them collide.
  int64_t slack = widest * elementBytes();
  auto rowBytes = [&](int64_t before, int64_t after) {
    Value bytes = l.add(l.mul(ctx.block[2], elementBytes()), before + after + slack);
    Value lines = l.divFloor(l.add(bytes, line - 1), l.i64(line));
    return l.mul(arith::OrIOp::create(l.b, l.loc, lines, l.i64(1)), line);
  };
  for (Value v : stored) {
    const RowBuffer &buffer = buffers[v];
    layout.rowBytes[v] = slot([&] {
      return buffer.perTrace ? l.i64(line)
                             : rowBytes(alignedPad(buffer), buffer.borders.hi * elementBytes());
    });
  }
  if (zeroPad >= 0)
    layout.zeroRow = slot([&] {
      int64_t pad = zeroRowPad();
      return l.add(reserve(l, at, rowBytes(pad, pad)), pad);
    });
  SmallVector<SharedVolume> volumes;
  for (Value v : stored)
    if (buffers[v].root) {
      Value same = sharedVolume(v, volumes);
      layout.offset[v] = slot([&] {
        if (same != v)
          return layout.offset[same];
        return reserve(l, at, l.mul(l.mul(ctx.block[0], ctx.block[1]), layout.rowBytes[v]));
      });
    }
  layout.threadStart = slot([&] { return at; });
}

/// The first volume whose place `v` may take: one with rows of the same size that no group reads
/// while `v` is made and read. Groups run one after the other.
Value KernelEmitter::sharedVolume(Value v, SmallVectorImpl<SharedVolume> &volumes) const {
  auto groupOf = [](Operation *op) { return cast<StageOp>(op).getGroup(); };
  uint64_t first = groupOf(v.getDefiningOp()), last = first;
  for (Operation *user : v.getUsers())
    if (isa<StageOp>(user))
      last = std::max(last, groupOf(user));
  const RowBuffer &mine = buffers.find(v)->second;
  for (SharedVolume &volume : volumes) {
    const RowBuffer &other = buffers.find(volume.first)->second;
    bool fits = other.perTrace == mine.perTrace && alignedPad(other) == alignedPad(mine) &&
                other.borders.hi == mine.borders.hi;
    fits &= llvm::all_of(volume.used, [&](std::pair<uint64_t, uint64_t> used) {
      return used.second < first || last < used.first;
    });
    if (fits) {
      volume.used.push_back({first, last});
      return volume.first;
    }
  }
  volumes.push_back({v, {{first, last}}});
  return v;
}

void KernelEmitter::layoutThread() {
  Value at;
  if (!loading)
    at = l.i64(0);
  for (Value v : stored) {
    const RowBuffer &buffer = buffers[v];
    if (buffer.root)
      continue;
    const Stage *stage = stages.find(v.getDefiningOp<StageOp>());
    layout.tileRows[v] = slot([&] {
      return buffer.ringRows ? l.i64(buffer.ringRows) : tileExtent(*stage, 1, buffer.level);
    });
    if (buffer.planes == 0)
      layout.tilePlanes[v] = slot([&] { return tileExtent(*stage, 0, buffer.level); });
    layout.offset[v] = slot([&] {
      Value planes = buffer.planes ? l.i64(buffer.planes) : layout.tilePlanes[v];
      return reserve(l, at, l.mul(l.mul(layout.tileRows[v], planes), layout.rowBytes[v]));
    });
  }
  bool traces = false;
  for (unsigned g = 0; g < stages.numGroups(); ++g)
    for (const Stage &stage : stages.group(g))
      traces |= stage.wholeTrace || stage.scanAxis;
  layout.accumulators.clear();
  for (int64_t elements : reduceWidths)
    layout.accumulators.push_back(
        slot([&] { return reserve(l, at, l.i64(tallyAt + tallyBytes(elements))); }));
  if (!parts.empty())
    layout.ranges = slot(
        [&] { return reserve(l, at, l.i64(8 * 8 * static_cast<int64_t>(rangeIndex.size()))); });
  if (pointerBytes)
    layout.pointerTable = slot([&] { return reserve(l, at, l.i64(pointerBytes)); });
  if (room.bytesPerSample)
    layout.workspace = slot([&] {
      Value rows = l.mul(l.add(l.roundUp(ctx.block[2], workspaceSamples), room.moreSamples),
                         room.bytesPerSample);
      return reserve(l, at, l.add(rows, room.tableBytes));
    });
  if (traces) {
    Value vectors;
    if (!loading) {
      vectors = l.add(ctx.block[2], 2 * widest);
      for (auto [use, points] : llvm::zip(plans, layout.points))
        vectors = l.max(
            vectors, l.add(l.mul(l.max(points, l.add(ctx.block[2], 2 * use.pad)), 2), 3 * widest));
    }
    Value ofBuffer[2] = {vectors, vectors};
    if (!loading)
      growForRecursions(ofBuffer);
    for (unsigned k : {0, 1})
      layout.traceBuffer[k] = slot([&] {
        // one vector in front: the results of a transform are rotated by one sample
        Value bytes = l.mul(l.add(ofBuffer[k], 1), widest * elementBytes());
        return l.add(reserve(l, at, bytes), widest * elementBytes());
      });
    layout.junkRow = slot(
        [&] { return reserve(l, at, l.mul(l.add(ctx.block[2], 2 * widest), elementBytes())); });
  }
  layout.threadBytes = slot([&] { return at; });
}

/// A recursion has columns of a line in one buffer and a column of f64 in the other.
void KernelEmitter::growForRecursions(Value vectors[2]) {
  for (unsigned g = 0; g < stages.numGroups(); ++g)
    for (const Stage &stage : stages.group(g))
      if (auto op = dyn_cast<IirOp>(StageOp(stage.op).getBody().front().front())) {
        Value line = ctx.block[static_cast<unsigned>(op.getAxis())];
        int64_t pad = static_cast<int64_t>(op.getPad());
        vectors[0] = l.max(vectors[0], l.mul(line, recursionColumns));
        vectors[1] = l.max(vectors[1], l.mul(l.add(line, 2 * pad), 8 / elementBytes()));
      }
}

/// Rows along an axis that a stage makes for a tile of `level`.
Value KernelEmitter::tileExtent(const Stage &stage, unsigned axis, int64_t level) {
  auto g = static_cast<unsigned>(StageOp(stage.op).getGroup());
  ArrayRef<int64_t> inner = group(g).getInner();
  bool isCut = level == 1 && !inner.empty() && inner[axis];
  const Reach &reach = isCut ? stage.inner[axis] : stage.lateral[axis];
  if (reach.whole)
    return ctx.block[axis];
  Value extent = isCut ? l.i64(inner[axis]) : layout.tiles[g].extent[axis];
  return l.min(ctx.block[axis], l.add(extent, reach.lo + reach.hi));
}

/// The rows a group must make and how they are cut into tiles.
KernelEmitter::Tiles KernelEmitter::tileShape(unsigned g) {
  Tiles tiles;
  bool all = false, reaches = false;
  std::optional<Axis> scanAxis = stages.group(g).front().scanAxis;
  for (const Stage &stage : stages.group(g)) {
    all |= stage.crossesGroups;
    reaches |= stage.lateral[0].lo || stage.lateral[0].hi || stage.lateral[1].lo ||
               stage.lateral[1].hi || stage.lateral[0].whole || stage.lateral[1].whole;
  }
  for (unsigned a : {0, 1}) {
    tiles.lo[a] = all ? l.i64(0) : ctx.lo[a];
    tiles.hi[a] = all ? ctx.block[a] : l.add(ctx.lo[a], ctx.extent[a]);
  }
  int64_t fixed[2] = {group(g).getInlines(), group(g).getCrosslines()};
  Value extent[2] = {l.sub(tiles.hi[0], tiles.lo[0]), l.sub(tiles.hi[1], tiles.lo[1])};
  // Rows of a plane that fill a part of the second-level cache: wide tiles reread fewer rows at
  // their sides, narrow ones stay closer.
  auto automatic = [&](unsigned a) -> Value {
    if (scanAxis) // whole lines, a few to a tile
      return l.divCeil(extent[a], l.mul(ctx.threads, 8));
    if (isPass())
      return l.i64(kernel::grid);
    if (!reaches)
      return a == 1 ? l.min(l.roundUp(extent[1], 16), l.i64(128))
                    : l.max(l.i64(1), l.divCeil(l.i64(64), extent[1]));
    Value wanted = l.mul(ctx.threads, 2);
    if (a == 0)
      return l.max(l.i64(8), l.divCeil(extent[0], wanted));
    Value planes = l.divCeil(extent[0], tiles.extent[0]);
    Value strips = l.divCeil(wanted, planes);
    Value narrow = l.max(l.i64(32), l.roundUp(l.divCeil(extent[1], strips), 16));
    Value cap = l.max(
        l.i64(64), l.roundUp(l.divFloor(l.i64(4 << 20), l.mul(ctx.block[2], elementBytes())), 16));
    return l.min(l.select(l.ge(planes, wanted), extent[1], narrow), cap);
  };
  for (unsigned a : {0, 1}) {
    tiles.extent[a] = slot([&] {
      if (scanAxis && static_cast<unsigned>(*scanAxis) == a)
        return l.max(extent[a], l.i64(1));
      return fixed[a] && !isPass() ? l.i64(fixed[a]) : l.max(automatic(a), l.i64(1));
    });
    tiles.count[a] = slot([&] { return l.divCeil(extent[a], tiles.extent[a]); });
  }
  return tiles;
}

//===----------------------------------------------------------------------===//
// Plans and tables
//===----------------------------------------------------------------------===//

SmallVector<int64_t> KernelEmitter::knownLengths(const PlanUse &use) const {
  return llvm::map_to_vector(options.samples, [&](int64_t n) { return n + 2 * use.pad; });
}

/// The constant plan for a specialised length, chosen at run time; null if there is none.
Value KernelEmitter::specialised(const PlanUse &use, Value length) {
  Value chosen = LLVM::ZeroOp::create(l.b, l.loc, l.ptrType());
  for (int64_t n : knownLengths(use)) {
    int64_t bytes = seis_fft_plan_bytes(n, &use.request);
    std::vector<int64_t> plan(llvm::divideCeil(bytes, 8));
    seis_fft_plan(n, &use.request, plan.data());
    plan.resize(plan[FFT_BYTES] / 8);
    auto type = RankedTensorType::get({static_cast<int64_t>(plan.size())}, l.i64Type());
    Value table = l.constantData("seis_fft_plan_" + std::to_string(n),
                                 DenseElementsAttr::get(type, ArrayRef<int64_t>(plan)));
    chosen = l.select(l.eq(length, l.i64(n)), table, chosen);
  }
  return chosen;
}

/// The request as the constant that the planner in the object reads.
Value KernelEmitter::requestOf(const PlanUse &use) {
  ArrayRef<int64_t> words(reinterpret_cast<const int64_t *>(&use.request),
                          sizeof use.request / sizeof(int64_t));
  auto type = RankedTensorType::get({static_cast<int64_t>(words.size())}, l.i64Type());
  return l.constantData("seis_fft_request", DenseElementsAttr::get(type, words));
}

/// Where plans begin, an address: the constant one, or the one made here in scratch.
void KernelEmitter::preparePlans() {
  for (size_t n = 0; n < plans.size(); ++n) {
    const PlanUse &use = plans[n];
    Value offset = layout.plans[n];
    Value length = l.add(ctx.block[2], 2 * use.pad);
    Value made = l.at(ctx.scratch, offset);
    Value constant = specialised(use, length);
    Value none = LLVM::ZeroOp::create(l.b, l.loc, l.ptrType());
    Value isMade = LLVM::ICmpOp::create(l.b, l.loc, LLVM::ICmpPredicate::eq, constant, none);
    l.ifThen(isMade, [&] { l.call("seis_fft_plan", {}, {length, requestOf(use), made}); });
    // The tile functions find the plan relative to scratch, wherever it is.
    Value address =
        LLVM::PtrToIntOp::create(l.b, l.loc, l.i64Type(), l.select(isMade, made, constant));
    Value base = LLVM::PtrToIntOp::create(l.b, l.loc, l.i64Type(), ctx.scratch);
    Value relative = l.sub(address, base);
    auto index = llvm::find(slots, offset) - slots.begin();
    l.store(relative, l.at(ctx.scratch, 8 * index));
  }
  if (zeroPad >= 0) {
    Value from = l.sub(layout.zeroRow, zeroRowPad());
    Value bytes = l.add(l.mul(l.add(ctx.block[2], widest), elementBytes()), 2 * zeroRowPad());
    Value zero = arith::ConstantOp::create(l.b, l.loc, l.b.getI8IntegerAttr(0));
    LLVM::MemsetOp::create(l.b, l.loc, l.at(ctx.scratch, from), zero, bytes, /*isVolatile=*/false);
  }
}

/// Tables of spectral multipliers: one factor per bin, the same for all traces.
void KernelEmitter::prepareMultipliers() {
  for (unsigned index = 0; index < multipliers.size(); ++index) {
    StageOp stage = multipliers[index];
    Value offset = layout.multipliers[index];
    auto op = cast<SpecMulOp>(stage.getBody().front().front());
    IRMapping map;
    for (auto [arg, operand] : llvm::zip(stage.getBody().getArguments(), stage.getInputs()))
      if (arg.getType().isF64())
        map.map(arg, ctx.scalars.lookup(operand));
    Value table = l.at(ctx.scratch, offset), n = ctx.block[2];
    Type f64 = l.b.getF64Type();
    auto toReal = [&](Value v) -> Value { return arith::SIToFPOp::create(l.b, l.loc, f64, v); };
    l.loop(l.i64(0), n, 1, [&](Value k) {
      Value isNegative = l.ge(l.mul(k, 2), l.add(n, l.rem(n, l.i64(2))));
      Value bin = l.select(isNegative, l.sub(k, n), k);
      Value freq =
          arith::DivFOp::create(l.b, l.loc, l.fmul(toReal(bin), map.lookup(op.getFs())), toReal(n));
      IRMapping inner = map;
      Block &body = op.getMultiplier().front();
      inner.map(body.getArgument(0), freq);
      for (Operation &scalar : body.without_terminator()) {
        if (scalar.getNumOperands() == 0) {
          l.b.clone(scalar, inner);
          continue;
        }
        SmallVector<Value> operands = llvm::map_to_vector(
            scalar.getOperands(), [&](Value v) { return inner.lookupOrDefault(v); });
        inner.map(scalar.getResult(0), emitElementwise(l, &scalar, operands));
      }
      Value h = inner.lookup(body.getTerminator()->getOperand(0));
      if (elementTy != f64)
        h = arith::TruncFOp::create(l.b, l.loc, elementTy, h);
      l.store(h, l.element(table, elementTy, k));
    });
  }
}

/// Tables of scalars that samples are looked up in: the same for all of them.
void KernelEmitter::prepareTables() {
  for (auto [op, offset] : llvm::zip(tables, layout.tables)) {
    auto stage = op->getParentOfType<StageOp>();
    auto numbers = llvm::map_to_vector(op->getOperands().drop_front(), [&](Value v) {
      return ctx.scalars.lookup(stage.getOperand(cast<BlockArgument>(v).getArgNumber()));
    });
    writeTable(l, op, numbers, l.at(ctx.scratch, offset));
  }
}

Value KernelEmitter::plan(const PlanUse &use) {
  return l.at(ctx.scratch, layout.plans[llvm::find(plans, use) - plans.begin()]);
}
Value KernelEmitter::points(const PlanUse &use) {
  return layout.points[llvm::find(plans, use) - plans.begin()];
}
Value KernelEmitter::multiplier(StageOp stage) {
  return l.at(ctx.scratch,
              layout.multipliers[llvm::find(multipliers, stage) - multipliers.begin()]);
}
Value KernelEmitter::table(Operation *op) {
  return l.at(ctx.scratch, layout.tables[llvm::find(tables, op) - tables.begin()]);
}

//===----------------------------------------------------------------------===//
// Tiles to threads
//===----------------------------------------------------------------------===//

/// Tiles of the axes that are dealt out; a task runs the tiles of the others in turn.
Value KernelEmitter::tasks(unsigned g) {
  const Tiles &tiles = layout.tiles[g];
  switch (group(g).getSpread()) {
  case Spread::Both:
    return l.mul(tiles.count[0], tiles.count[1]);
  case Spread::None:
    return l.i64(1);
  default:
    return tiles.count[group(g).getSpread() == Spread::Inline ? 0 : 1];
  }
}

void KernelEmitter::emitParallel(unsigned g) {
  Value total = tasks(g);
  std::string tile = name + (isPass() ? "_reduce" : "_run") + "_tile" + std::to_string(g);
  if (!options.openmp) {
    l.loop(l.i64(0), total, 1, [&](Value t) { l.call(tile, {}, {ctx.call, t, l.i64(0)}); });
    return;
  }
  omp::ParallelOperands clauses;
  clauses.numThreads = arith::TruncIOp::create(l.b, l.loc, l.b.getI32Type(),
                                               l.min(ctx.threads, l.max(total, l.i64(1))));
  Value zero = l.i64(0), one = l.i64(1);
  auto parallel = omp::ParallelOp::create(l.b, l.loc, clauses);
  OpBuilder::InsertionGuard guard(l.b);
  l.b.createBlock(&parallel.getRegion());
  Value thread = l.call("omp_get_thread_num", l.b.getI32Type(), {});
  thread = arith::ExtUIOp::create(l.b, l.loc, l.i64Type(), thread);
  omp::WsloopOperands loopClauses;
  Policy policy = group(g).getPolicy();
  loopClauses.scheduleKind = omp::ClauseScheduleKindAttr::get(
      l.b.getContext(), policy == Policy::Dynamic  ? omp::ClauseScheduleKind::Dynamic
                        : policy == Policy::Static ? omp::ClauseScheduleKind::Static
                                                   : omp::ClauseScheduleKind::Guided);
  if (int64_t grain = group(g).getGrain())
    loopClauses.scheduleChunk = l.i64(grain);
  auto wsloop = omp::WsloopOp::create(l.b, l.loc, loopClauses);
  omp::TerminatorOp::create(l.b, l.loc);
  l.b.createBlock(&wsloop.getRegion());
  omp::LoopNestOperands nest;
  nest.loopLowerBounds = {zero};
  nest.loopUpperBounds = {total};
  nest.loopSteps = {one};
  auto loop = omp::LoopNestOp::create(l.b, l.loc, nest);
  Block *body = l.b.createBlock(&loop.getRegion(), {}, {l.i64Type()}, {l.loc});
  l.call(tile, {}, {ctx.call, body->getArgument(0), thread});
  omp::YieldOp::create(l.b, l.loc, ValueRange{});
}
