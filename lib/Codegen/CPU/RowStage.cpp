//===- RowStage.cpp - Stages with samples in the lanes --------------------===//
// One loop over the samples of a row, a vector at a time; inside, the whole body
// of the stage. Where the stage reads neighbouring rows, several rows run in one
// loop, so that a loaded vector serves all of them. Rows in scratch carry their
// borders, so nothing in the loop asks where it is; only the caller's arrays are
// masked at their end.
//===----------------------------------------------------------------------===//
#include "KernelEmitter.h"
#include "seis/Dialect/Seis/Analysis/Dependence.h"
#include "seis/Target/KernelABI.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace seis;
namespace kernel = seis::kernel_abi;

namespace {

/// A sample that a stencil reads: offsets and weight.
struct Tap {
  int64_t di, dj, dk;
  double weight;
};

/// More taps than this are not unrolled.
constexpr size_t unrollLimit = 160;
/// Operations times rows of a body that is still worth a copy without masks.
constexpr size_t longBody = 40;

static SmallVector<Tap> tapsOf(Operation *op) {
  SmallVector<Tap> taps;
  auto onAxis = [](unsigned axis, int64_t d, double w) {
    return Tap{axis == 0 ? d : 0, axis == 1 ? d : 0, axis == 2 ? d : 0, w};
  };
  if (auto corr = dyn_cast<Corr1Op>(op)) {
    for (auto [m, w] : llvm::enumerate(corr.getWeights()))
      if (w != 0)
        taps.push_back(onAxis(static_cast<unsigned>(corr.getAxis()),
                              static_cast<int64_t>(m - corr.getAnchor()), w));
  } else if (auto corr = dyn_cast<CorrNOp>(op)) {
    auto shape = cast<RankedTensorType>(corr.getWeights().getType()).getShape();
    auto anchor = corr.getAnchor();
    for (auto [n, w] : llvm::enumerate(corr.getWeights().getValues<double>())) {
      int64_t a = n / (shape[1] * shape[2]), b = n / shape[2] % shape[1], c = n % shape[2];
      if (w != 0)
        taps.push_back({a - anchor[0], b - anchor[1], c - anchor[2], w});
    }
  } else if (auto shift = dyn_cast<ShiftOp>(op)) {
    taps.push_back({shift.getOffset()[0], shift.getOffset()[1], shift.getOffset()[2], 1.0});
  } else {
    auto window = op->getAttrOfType<DenseI64ArrayAttr>("window").asArrayRef();
    for (int64_t a = -(window[0] / 2); a <= window[0] / 2; ++a)
      for (int64_t b = -(window[1] / 2); b <= window[1] / 2; ++b)
        for (int64_t c = -(window[2] / 2); c <= window[2] / 2; ++c)
          taps.push_back({a, b, c, 1.0});
  }
  return taps;
}

/// Smallest and largest lateral offsets of taps.
struct TapBox {
  int64_t lo[2] = {0, 0}, hi[2] = {0, 0};

  explicit TapBox(ArrayRef<Tap> taps) {
    for (const Tap &tap : taps)
      for (unsigned a : {0, 1}) {
        int64_t d = a == 0 ? tap.di : tap.dj;
        lo[a] = std::min(lo[a], d);
        hi[a] = std::max(hi[a], d);
      }
  }
};

class RowLoop {
public:
  RowLoop(KernelEmitter &k, const Stage &stage, Value i, Value j, int64_t rows)
      : k(k), l(k.builder()), stage(stage), body(stage.op->getRegion(0).front()), i(i), j(j),
        rows(rows), width(k.width()) {}

  void emit() {
    StageOp op = stage.op;
    if (isTrace(op->getResult(0).getType())) {
      emitPerTrace();
      return;
    }
    bool toCaller = !stage.outputs.empty();
    const CallContext &ctx = k.context();
    Value begin = toCaller ? ctx.lo[2] : l.i64(0);
    end = toCaller ? l.add(ctx.lo[2], ctx.extent[2]) : ctx.block[2];
    bindTargets();
    // Whole vectors need no mask. A long body is not worth a second copy for the last vector,
    // unless the schedule says so.
    GroupAttr group = k.group(static_cast<unsigned>(op.getGroup()));
    bool touchesCaller = toCaller || llvm::any_of(op.getInputs(), [&](Value v) {
                           return isa<RankedTensorType>(v.getType()) && k.isCallerMemory(v);
                         });
    size_t length = rows * body.getOperations().size();
    bool split = touchesCaller && group.getTail() != Tail::Mask &&
                 (length <= longBody || group.getTail() == Tail::Peel);
    store = group.getStore();
    // Stores past the caches wait for memory: arithmetic along one row hides that, several rows at
    // once or nothing but copying do not.
    bool hidesStores = rows == 1 && body.getOperations().size() > 1;
    if (store == Store::Auto && !hidesStores)
      store = Store::Normal;
    unroll = group.getUnroll();
    first = begin;
    bool looksAhead = toCaller && (split ? store != Store::Normal : store == Store::Stream);
    Value aligned = looksAhead ? alignedStart(begin) : begin;
    if (split) {
      emitSplit(begin, aligned);
    } else {
      masked = touchesCaller;
      startsBefore = looksAhead;
      emitLoops(aligned, end);
    }
    if (k.isStored(op->getResult(0)))
      for (int64_t q = 0; q < rows; ++q)
        k.fillBorders(op->getResult(0), targets[q]);
  }

private:
  using Rows = SmallVector<Value, 8>;

  /// Where vectors begin so that the first row is written in whole lines of memory: at most a
  /// vector before `begin`. It is `begin` unless stores go past the caches.
  Value alignedStart(Value begin) {
    Type element = elementType(stage.op->getResult(0).getType());
    if (!isa<FloatType>(element) || k.isPass())
      return begin;
    int64_t vectorBytes = width * k.elementBytes();
    Value address = LLVM::PtrToIntOp::create(l.b, l.loc, l.i64Type(), targets[0]);
    Value beyond = l.rem(address, l.i64(vectorBytes));
    Value fits = l.eq(l.rem(beyond, l.i64(k.elementBytes())), l.i64(0));
    if (store == Store::Auto)
      fits = l.both(fits, k.isLargerThanCache());
    Value shift = l.select(fits, l.divFloor(beyond, l.i64(k.elementBytes())), l.i64(0));
    return l.sub(begin, shift);
  }

  /// Whole vectors without masks; what is left at both ends of the row with one.
  void emitSplit(Value begin, Value aligned) {
    Value isShifted = l.lt(aligned, begin);
    Value from = l.min(end, l.select(isShifted, l.add(aligned, width), begin));
    Value whole = l.add(from, l.mul(l.divFloor(l.sub(end, from), l.i64(width)), width));
    Value rowEnd = end;
    emitLoops(from, whole);
    masked = true;
    l.loop(l.select(isShifted, l.i64(0), l.i64(1)), l.i64(2), 1, [&](Value part) {
      Value isHead = l.eq(part, l.i64(0));
      end = l.select(isHead, from, rowEnd);
      Value at = l.select(isHead, begin, whole);
      auto rest = scf::IfOp::create(l.b, l.loc, l.lt(at, end), /*withElseRegion=*/false);
      emitBody(&rest.getThenRegion().front(), at);
    });
    end = rowEnd;
  }

  /// A loop over [from, to), as many vectors at a time as the group says, and one for the rest.
  void emitLoops(Value from, Value to) {
    if (int64_t step = unroll * width; step > width) {
      Value even = l.add(from, l.mul(l.divFloor(l.sub(to, from), l.i64(step)), step));
      emitLoop(from, even, unroll);
      from = even;
    }
    emitLoop(from, to, 1);
  }

  /// A loop over [from, to), `vectors` vectors at a time. What does not change is computed before
  /// the first one.
  void emitLoop(Value from, Value to, int64_t vectors) {
    auto next = scf::ForOp::create(l.b, l.loc, from, to, l.i64(vectors * width));
    if (!loop)
      loop = next;
    for (int64_t n = 0; n < vectors; ++n)
      emitBody(next.getBody(), next.getInductionVar(), n * width);
    l.b.setInsertionPointAfter(next);
  }

  /// The body of the stage for one vector of samples from at + offset, at the end of `block`.
  void emitBody(Block *block, Value at, int64_t offset = 0) {
    OpBuilder::InsertionGuard guard(l.b);
    l.b.setInsertionPoint(block->getTerminator());
    sample = offset ? l.add(at, offset) : at;
    values.clear();
    loads.clear();
    masks.clear();
    for (Operation &inner : body.without_terminator())
      evaluate(&inner);
    for (int64_t q = 0; q < rows; ++q)
      storeResult(body.getTerminator()->getOperand(0), q);
  }

  Value row(int64_t q) { return l.add(j, q); }
  Value operandOf(Value blockArg) {
    return stage.op->getOperand(cast<BlockArgument>(blockArg).getArgNumber());
  }
  /// Emits before the loop over samples.
  template <typename F> auto hoisted(F f) {
    OpBuilder::InsertionGuard guard(l.b);
    if (loop)
      l.b.setInsertionPoint(loop);
    return f();
  }

  /// Values per trace: no loop over samples.
  void emitPerTrace() {
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

  void bindTargets() {
    StageOp op = stage.op;
    Type element = elementType(op->getResult(0).getType());
    int64_t bytes = isa<ComplexType>(element) ? 2 * k.elementBytes()
                    : element.isInteger(1)    ? 1
                                              : k.elementBytes();
    for (int64_t q = 0; q < rows; ++q)
      targets.push_back(k.isStored(op->getResult(0)) ? k.rowPtr(op->getResult(0), i, row(q))
                        : k.isPass()                 ? Value()
                                     : k.outputPtr(stage.outputs[0], i, row(q), bytes));
  }

  //===--------------------------------------------------------------------===//
  // Loads
  //===--------------------------------------------------------------------===//

  Value pointer(Value source, int64_t di, int64_t r, int64_t dj, Border border) {
    auto key = std::make_tuple(source.getAsOpaquePointer(), di, r + dj,
                               di || dj ? static_cast<int>(border) : -1);
    Value &ptr = pointers[key];
    if (!ptr)
      ptr = hoisted([&] {
        return k.neighbourPtr(source, l.add(i, di), l.add(row(r), dj), {di != 0, dj != 0}, border);
      });
    return ptr;
  }

  /// Lanes that exist, of `scale` elements per sample; null where all do.
  Value mask(int64_t scale = 1, int64_t offset = 0) {
    if (!masked)
      return {};
    Value &m = masks[{scale, offset}];
    if (!m) {
      m = l.firstLanes(width, l.sub(l.mul(l.sub(end, sample), scale), offset));
      if (startsBefore) {
        Value before =
            l.firstLanes(width, l.sub(l.mul(l.sub(first, sample), scale), offset));
        Value all = arith::ConstantOp::create(
            l.b, l.loc, DenseElementsAttr::get(cast<ShapedType>(before.getType()), true));
        m = l.both(m, arith::XOrIOp::create(l.b, l.loc, before, all));
      }
    }
    return m;
  }

  Value loadAt(Value source, Value ptr, int64_t dk) {
    Value &v = loads[{ptr.getAsOpaquePointer(), dk}];
    if (v)
      return v;
    Value at = l.at(l.element(ptr, k.element(), sample), dk * k.elementBytes());
    unsigned align = k.elementBytes();
    v = loadVector(k.vectorType(), at, k.isCallerMemory(source) ? mask() : Value(), align);
    return v;
  }

  Value loadVector(VectorType type, Value at, Value m, unsigned align) {
    return m ? l.maskedLoad(type, at, m, align) : l.load(type, at, align);
  }

  /// Real and imaginary parts of a complex input.
  std::pair<Value, Value> loadComplex(Value source, int64_t q) {
    Value ptr = l.element(pointer(source, 0, q, 0, Border::Zero), k.element(), l.mul(sample, 2));
    unsigned align = k.elementBytes();
    Value a = loadVector(k.vectorType(), ptr, mask(2), align);
    Value b = loadVector(k.vectorType(), l.at(ptr, width * k.elementBytes()), mask(2, width),
                         align);
    SmallVector<int64_t> even, odd;
    for (int64_t n = 0; n < width; ++n) {
      even.push_back(2 * n);
      odd.push_back(2 * n + 1);
    }
    return {vector::ShuffleOp::create(l.b, l.loc, a, b, even),
            vector::ShuffleOp::create(l.b, l.loc, a, b, odd)};
  }

  /// The value of `v` at the samples of row q.
  Value valueOf(Value v, int64_t q) {
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

  //===--------------------------------------------------------------------===//
  // Operations
  //===--------------------------------------------------------------------===//

  void evaluate(Operation *op) {
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
    Rows result;
    if (isa<FootprintOpInterface>(op)) {
      result = stencil(op);
    } else {
      bool perTrace = isTrace(op->getResult(0).getType());
      for (int64_t q = 0; q < rows; ++q) {
        auto compute = [&] { return pointwise(op, q); };
        result.push_back(perTrace ? hoisted(compute) : compute());
      }
    }
    values[op->getResult(0)] = result;
  }

  void evaluateParts(Operation *op, Value complex) {
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

  Value pointwise(Operation *op, int64_t q) {
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
    SmallVector<Value> operands =
        llvm::map_to_vector(op->getOperands(), [&](Value v) { return valueOf(v, q); });
    return emitElementwise(l, op, operands);
  }

  Value broadcast(Value scalar, bool perTrace) {
    if (scalar.getType().isF64() && !k.element().isF64())
      scalar = arith::TruncFOp::create(l.b, l.loc, k.element(), scalar);
    return perTrace ? scalar : l.broadcast(k.vectorType(), scalar);
  }

  Value indexVolume(Axis axis, int64_t q) {
    const CallContext &ctx = k.context();
    auto toReal = [&](Value v) -> Value {
      return arith::SIToFPOp::create(l.b, l.loc, k.element(), v);
    };
    if (axis != Axis::Sample)
      return hoisted([&] {
        Value at = axis == Axis::Inline ? l.add(i, ctx.origin[0]) : l.add(row(q), ctx.origin[1]);
        return l.broadcast(k.vectorType(), toReal(at));
      });
    Value first = arith::TruncIOp::create(l.b, l.loc, l.b.getI32Type(),
                                          l.add(sample, ctx.origin[2]));
    VectorType ints = l.vec(width, l.b.getI32Type());
    Value at = l.add(l.broadcast(ints, first), l.lanes(width, 32));
    return arith::SIToFPOp::create(l.b, l.loc, k.vectorType(), at);
  }

  /// Address of the table of line numbers.
  Value lineTable(Value source) {
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

  /// The table ends with the samples, also where all else has slack behind them.
  Value lineMask() {
    Value here = l.firstLanes(width, l.sub(k.context().block[2], sample));
    return startsBefore ? l.both(here, mask()) : here;
  }

  Value lineNumber(LineOp op, int64_t q) {
    Value table = lineTable(operandOf(op.getNumbers()));
    Type f64 = l.b.getF64Type();
    if (op.getAxis() == Axis::Sample) {
      VectorType wide = l.vec(width, f64);
      Value v = loadVector(wide, l.element(table, f64, sample), lineMask(), 8);
      return k.element().isF64()
                 ? v
                 : Value(arith::TruncFOp::create(l.b, l.loc, k.vectorType(), v));
    }
    return hoisted([&] {
      Value at = op.getAxis() == Axis::Inline ? i : row(q);
      return broadcast(l.load(f64, l.element(table, f64, at)), false);
    });
  }

  //===--------------------------------------------------------------------===//
  // Stencils
  //===--------------------------------------------------------------------===//

  Rows stencil(Operation *op) {
    if (isa<WrapDiffOp>(op))
      return wrappedDifference(op);
    SmallVector<Tap> taps = tapsOf(op);
    Rows acc(rows);
    if (taps.empty()) { // all weights are zero: nothing is read
      acc.assign(rows, l.real(k.vectorType(), 0.0));
      return acc;
    }
    if (taps.size() > unrollLimit)
      return longStencil(op, taps);
    Value source = operandOf(op->getOperand(0));
    Border border = op->getAttrOfType<BorderAttr>("border").getValue();
    for (const Tap &tap : taps)
      for (int64_t q = 0; q < rows; ++q) {
        Value x = loadAt(source, pointer(source, tap.di, q, tap.dj, border), tap.dk);
        acc[q] = accumulate(op, acc[q], x, weightOf(op, tap.weight));
      }
    return acc;
  }

  /// A vector of a constant weight; null where the operation has none.
  Value weightOf(Operation *op, double w) {
    return isa<Corr1Op, CorrNOp>(op) ? l.real(k.vectorType(), w) : Value();
  }

  Value accumulate(Operation *op, Value acc, Value x, Value weight) {
    if (weight)
      return acc ? l.fma(weight, x, acc) : l.fmul(weight, x);
    if (!acc)
      return x;
    if (isa<WinSumOp>(op))
      return l.fadd(acc, x);
    if (isa<WinMinOp>(op))
      return arith::MinimumFOp::create(l.b, l.loc, acc, x);
    return arith::MaximumFOp::create(l.b, l.loc, acc, x);
  }

  /// Many taps: a loop over tables of row, sample offset and weight.
  Rows longStencil(Operation *op, ArrayRef<Tap> taps) {
    Value source = operandOf(op->getOperand(0));
    Border border = op->getAttrOfType<BorderAttr>("border").getValue();
    // Addresses of all rows read, those of one plane next to each other.
    TapBox box(taps);
    int64_t perPlane = box.hi[1] - box.lo[1] + rows;
    Value &table = tables[op];
    if (!table)
      table = hoisted([&] {
        Value room = l.at(k.pointerTable(), tableBytes);
        tableBytes += pointerTableBytes(op);
        l.loop(l.i64(0), l.i64(box.hi[0] - box.lo[0] + 1), 1, [&](Value p) {
          l.loop(l.i64(0), l.i64(perPlane), 1, [&](Value r) {
            Value ptr = k.neighbourPtr(source, l.add(i, l.add(p, box.lo[0])),
                                       l.add(j, l.add(r, box.lo[1])), {true, true}, border);
            l.store(ptr, l.element(room, l.ptrType(), l.add(l.mul(p, perPlane), r)));
          });
        });
        return room;
      });
    SmallVector<int64_t> rowsOf, offsets;
    SmallVector<Attribute> weights;
    for (const Tap &tap : taps) {
      rowsOf.push_back((tap.di - box.lo[0]) * perPlane + tap.dj - box.lo[1]);
      offsets.push_back(tap.dk);
      weights.push_back(l.b.getFloatAttr(k.element(), tap.weight));
    }
    int64_t count = taps.size();
    auto ints = RankedTensorType::get({count}, l.i64Type());
    Value rowTable = hoisted([&] {
      return l.constantData("seis_taps", DenseElementsAttr::get(ints, ArrayRef<int64_t>(rowsOf)));
    });
    Value offsetTable = hoisted([&] {
      return l.constantData("seis_taps", DenseElementsAttr::get(ints, ArrayRef<int64_t>(offsets)));
    });
    Value weightTable = hoisted([&] {
      return l.constantData("seis_weights",
                            DenseElementsAttr::get(RankedTensorType::get({count}, k.element()),
                                                   ArrayRef<Attribute>(weights)));
    });
    Value lanes = k.isCallerMemory(source) ? mask() : Value();
    auto tapAt = [&](Value n, ValueRange acc) {
      Value r = l.load(l.i64Type(), l.element(rowTable, l.i64Type(), n));
      Value dk = l.load(l.i64Type(), l.element(offsetTable, l.i64Type(), n));
      Value weight;
      if (isa<Corr1Op, CorrNOp>(op))
        weight = l.broadcast(k.vectorType(),
                             l.load(k.element(), l.element(weightTable, k.element(), n)));
      SmallVector<Value> next;
      for (int64_t q = 0; q < rows; ++q) {
        Value ptr = l.load(l.ptrType(), l.element(table, l.ptrType(), l.add(r, q)));
        Value at = l.element(ptr, k.element(), l.add(sample, dk));
        unsigned align = k.elementBytes();
        Value x = loadVector(k.vectorType(), at, lanes, align);
        next.push_back(accumulate(op, acc.empty() ? Value() : acc[q], x, weight));
      }
      return next;
    };
    SmallVector<Value> first = tapAt(l.i64(0), {});
    return Rows(l.loop(l.i64(1), l.i64(count), 1, first, tapAt));
  }

  /// Half the sum of the corrected steps to both neighbours along the trace.
  Rows wrappedDifference(Operation *op) {
    Value source = operandOf(op->getOperand(0));
    Rows result;
    for (int64_t q = 0; q < rows; ++q) {
      Value ptr = pointer(source, 0, q, 0, Border::Nearest);
      Value before = loadAt(source, ptr, -1), here = loadAt(source, ptr, 0),
            after = loadAt(source, ptr, 1);
      Value steps = l.fadd(correctedStep(l.fsub(after, here)), correctedStep(l.fsub(here, before)));
      result.push_back(l.fmul(steps, l.real(k.vectorType(), 0.5)));
    }
    return result;
  }

  /// The step that `unwrap` makes of a step d: d itself below pi, else d + 2 pi n in [-pi, pi],
  /// pi rather than -pi for a positive d.
  Value correctedStep(Value d) {
    return unwrapStep(k, d).second;
  }

public:
  /// Number of turns that unwrapping adds at a step d, and the corrected step.
  static std::pair<Value, Value> unwrapStep(KernelEmitter &k, Value d) {
    LoopBuilder &l = k.builder();
    VectorType type = k.vectorType();
    // Turns are |d|/(2 pi) rounded, halves towards zero: a step of pi either way stays what it is.
    // The factor is a little below 1/(2 pi), so that this holds for the pi of the type.
    bool f32 = k.element().isF32();
    double perTurn = f32 ? 0x1.45f306p-3 : 0x1.45f306dc9c882p-3;
    Value size = math::AbsFOp::create(l.b, l.loc, d);
    Value turns = math::CeilOp::create(
        l.b, l.loc, l.fma(size, l.real(type, perTurn), l.real(type, -0.5)));
    turns = math::CopySignOp::create(l.b, l.loc, turns, d);
    // the second constant is what the type loses of 2 pi
    double twoPi = 2 * M_PI, head = f32 ? static_cast<double>(static_cast<float>(twoPi)) : twoPi;
    double rest = f32 ? twoPi - head : 2.4492935982947064e-16;
    Value corrected = l.fma(turns, l.real(type, -head), d);
    corrected = l.fma(turns, l.real(type, -rest), corrected);
    return {l.fneg(turns), corrected};
  }

private:
  //===--------------------------------------------------------------------===//
  // Results
  //===--------------------------------------------------------------------===//

  void storeResult(Value result, int64_t q) {
    if (k.isPass() && !stage.outputs.empty()) {
      accumulateInto(result, q);
      return;
    }
    if (isa<ComplexType>(elementType(result.getType()))) {
      storeComplex(result, q);
      return;
    }
    Value v = valueOf(result, q);
    if (elementType(result.getType()).isInteger(1)) {
      VectorType bytes = l.vec(width, l.b.getI8Type());
      storeToCaller(arith::ExtUIOp::create(l.b, l.loc, bytes, v), q, 1, 1, 0);
      return;
    }
    if (!k.isStored(stage.op->getResult(0))) {
      storeToCaller(v, q, k.elementBytes(), 1, 0);
      return;
    }
    l.store(v, l.element(targets[q], k.element(), sample), k.elementBytes());
  }

  /// `scale` elements per sample, this vector beginning `offset` elements after the first.
  void storeToCaller(Value v, int64_t q, int64_t bytes, int64_t scale, int64_t offset) {
    Value index = l.sub(sample, k.context().lo[2]);
    Value at = l.at(targets[q], l.add(l.mul(index, scale * bytes), offset * bytes));
    Value m = mask(scale, offset);
    int64_t vectorBytes = width * bytes;
    auto stay = [&] {
      if (m)
        l.maskedStore(v, at, m, bytes);
      else
        l.store(v, at, bytes);
      return SmallVector<Value>{};
    };
    // Under a mask only what the schedule asks for is worth a look at every vector.
    bool mayGoPast = scale == 1 && vectorBytes >= 32 && store != Store::Normal;
    if (!mayGoPast || (m && store != Store::Stream)) {
      stay();
      return;
    }
    // What no cache can keep goes past them, where whole vectors are aligned: memory is not read
    // only to be overwritten.
    Value goes = goesPast(q, vectorBytes);
    if (m)
      goes = l.both(goes, l.both(l.ge(sample, first), l.ge(end, l.add(sample, width))));
    l.ifElse(
        goes, {},
        [&] {
          l.storePast(v, at, vectorBytes);
          return SmallVector<Value>{};
        },
        stay);
  }

  /// Whether row q is written past the caches.
  Value goesPast(int64_t q, int64_t vectorBytes) {
    if (past.empty())
      past.resize(rows);
    if (!past[q])
      past[q] = hoisted([&] {
        Value from = l.mul(l.sub(loop.getLowerBound(), k.context().lo[2]), k.elementBytes());
        Value address =
            l.add(LLVM::PtrToIntOp::create(l.b, l.loc, l.i64Type(), targets[q]), from);
        Value isAligned = l.eq(l.rem(address, l.i64(vectorBytes)), l.i64(0));
        return store == Store::Stream ? isAligned : l.both(isAligned, k.isLargerThanCache());
      });
    return past[q];
  }

  void storeComplex(Value result, int64_t q) {
    Value re, im;
    if (auto made = result.getDefiningOp<ComplexOp>()) {
      re = valueOf(made.getRe(), q);
      im = valueOf(made.getIm(), q);
    } else {
      std::tie(re, im) = loadComplex(operandOf(result), q);
    }
    SmallVector<int64_t> low, high;
    for (int64_t n = 0; n < width; ++n) {
      auto &half = n < width / 2 ? low : high;
      half.push_back(n);
      half.push_back(n + width);
    }
    Value a = vector::ShuffleOp::create(l.b, l.loc, re, im, low);
    Value b = vector::ShuffleOp::create(l.b, l.loc, re, im, high);
    storeToCaller(a, q, k.elementBytes(), 2, 0);
    storeToCaller(b, q, k.elementBytes(), 2, width);
  }

  void accumulateInto(Value result, int64_t q) {
    StringRef kind = k.reduceKind(stage.outputs[0]);
    constexpr int64_t nanAt = 256, countAt = 448;
    if (live.empty())
      live.resize(rows);
    if (!live[q])
      live[q] = hoisted([&] { // once for the row: it also counts
        Value isLive = k.isLive(i, row(q));
        Value at = k.accumulator(stage.op);
        Value more = arith::ExtUIOp::create(l.b, l.loc, l.i64Type(), isLive);
        l.store(l.add(l.loadI64(at, countAt), more), l.at(at, countAt));
        return isLive;
      });
    Value v = valueOf(result, q), m = mask();
    auto existing = [&](Value lanes) { return m ? l.both(m, lanes) : lanes; };
    l.ifThen(live[q], [&] {
      Value at = k.accumulator(stage.op);
      VectorType type = k.vectorType();
      auto compare = [&](arith::CmpFPredicate p, Value x, Value y) -> Value {
        return arith::CmpFOp::create(l.b, l.loc, p, x, y);
      };
      Value nans = l.load(type, l.at(at, nanAt), 64);
      Value isNan = existing(compare(arith::CmpFPredicate::UNO, v, v));
      l.store(l.select(isNan, l.real(type, 1.0), nans), l.at(at, nanAt), 64);
      if (kind == "count")
        return;
      if (kind == "sum") {
        VectorType wide = l.vec(width, l.b.getF64Type());
        Value x = m ? l.select(m, v, l.real(type, 0.0)) : v;
        if (!k.element().isF64())
          x = arith::ExtFOp::create(l.b, l.loc, wide, x);
        l.store(l.fadd(l.load(wide, at, 64), x), at, 64);
        return;
      }
      Value best = l.load(type, at, 64);
      auto better = kind == "min" ? arith::CmpFPredicate::OLT : arith::CmpFPredicate::OGT;
      l.store(l.select(existing(compare(better, v, best)), v, best), at, 64);
    });
  }

  KernelEmitter &k;
  LoopBuilder &l;
  const Stage &stage;
  Block &body;
  Value i, j;
  int64_t rows, width;
  Value first, end, sample; ///< of the row and of the vector being emitted
  scf::ForOp loop;
  Store store = Store::Auto;
  int64_t unroll = 1; ///< vectors at a time
  bool startsBefore = false; ///< whether the first vector may begin before the row
  bool masked = false; ///< whether the vector being emitted may reach beyond the row
  Rows targets, live, past;
  llvm::DenseMap<Value, Rows> values;
  std::map<std::tuple<const void *, int64_t, int64_t, int>, Value> pointers;
  std::map<std::pair<const void *, int64_t>, Value> loads;
  llvm::DenseMap<Operation *, Value> tables; ///< of addresses, of long stencils
  int64_t tableBytes = 0;
  std::map<std::pair<int64_t, int64_t>, Value> masks;
};

} // namespace

int64_t seis::pointerTableBytes(Operation *stencil) {
  if (!stencil->hasAttr("border"))
    return 0;
  SmallVector<Tap> taps = tapsOf(stencil);
  TapBox box(taps);
  constexpr int64_t mostRows = 8;
  return taps.size() <= unrollLimit
             ? 0
             : 8 * (box.hi[0] - box.lo[0] + 1) * (box.hi[1] - box.lo[1] + mostRows);
}

namespace seis {
std::pair<Value, Value> unwrapStep(KernelEmitter &k, Value d) { return RowLoop::unwrapStep(k, d); }
} // namespace seis

void seis::emitRowStage(KernelEmitter &k, const Stage &stage, Value i, Value ja, Value jb) {
  if (stage.ownLoops) {
    emitGlcm(k, stage, i, ja, jb);
    return;
  }
  LoopBuilder &l = k.builder();
  StageOp op = stage.op;
  int64_t rows = k.isPass() && !stage.outputs.empty() ? 1 : op.getSchedule()->getRows();
  Value whole = l.add(ja, l.mul(l.divFloor(l.sub(jb, ja), l.i64(rows)), rows));
  l.loop(ja, whole, rows, [&](Value j) { RowLoop(k, stage, i, j, rows).emit(); });
  if (rows > 1)
    l.loop(whole, jb, 1, [&](Value j) { RowLoop(k, stage, i, j, 1).emit(); });
}
