//===- SeisOps.cpp - Verifiers, folders and footprints --------------------===//
// The labels C1, C2, ... are those of the operation descriptions in SeisOps.td.
//===----------------------------------------------------------------------===//
#include "seis/Dialect/Seis/IR/SeisOps.h"
#include "Windows.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/FunctionImplementation.h"
#include <cmath>

using namespace mlir;
using namespace seis;

#define GET_OP_CLASSES
#include "seis/Dialect/Seis/IR/SeisOps.cpp.inc"

//===----------------------------------------------------------------------===//
// Elementwise
//===----------------------------------------------------------------------===//

/// The value of a constant f64 scalar operand, if it is one.
static std::optional<double> scalarConstant(Attribute a) {
  if (auto f = dyn_cast_or_null<FloatAttr>(a))
    return f.getValueAsDouble();
  return std::nullopt;
}

template <typename F> static OpFoldResult foldUnary(Attribute in, Type type, F f) {
  if (auto v = scalarConstant(in); v && type.isF64())
    return FloatAttr::get(type, f(*v));
  return {};
}
template <typename F> static OpFoldResult foldBinary(Attribute a, Attribute b, Type type, F f) {
  auto x = scalarConstant(a), y = scalarConstant(b);
  if (x && y && type.isF64())
    return FloatAttr::get(type, f(*x, *y));
  return {};
}

OpFoldResult SignOp::fold(FoldAdaptor a) {
  return foldUnary(a.getInput(), getType(), [](double v) {
    return v > 0 ? 1.0 : v < 0 ? -1.0 : v == 0 ? 0.0 : v;
  });
}

OpFoldResult Nan0Op::fold(FoldAdaptor a) {
  if (getInput().getDefiningOp<Nan0Op>())
    return getInput();
  return foldUnary(a.getInput(), getType(), [](double v) { return std::isnan(v) ? 0.0 : v; });
}

OpFoldResult HypotOp::fold(FoldAdaptor a) {
  return foldBinary(a.getLhs(), a.getRhs(), getType(), [](double x, double y) {
    return std::isnan(x) || std::isnan(y) ? x + y : std::hypot(x, y);
  });
}

OpFoldResult ModOp::fold(FoldAdaptor a) {
  return foldBinary(a.getLhs(), a.getRhs(), getType(), [](double x, double y) {
    double r = std::fmod(x, y);
    return r != 0 && (r < 0) != (y < 0) ? r + y : r;
  });
}

LogicalResult BroadcastOp::verify() {
  Type in = getInput().getType();
  bool fromTrace = isTrace(in) && isVolume(getType()) && elementType(in) == elementType(getType());
  if (!in.isF64() && !fromTrace) // C1
    return emitOpError("operand must be an f64 scalar or a value per trace of the volume's element "
                       "type, got ")
           << in;
  return success();
}

/// (C1) of the operations between real and complex volumes.
static LogicalResult verifyParts(Operation *op, Type complex, Type real) {
  Type part = cast<ComplexType>(elementType(complex)).getElementType();
  if (part != elementType(real))
    return op->emitOpError("a complex volume of ")
           << part << " cannot go with a volume of " << elementType(real);
  return success();
}
LogicalResult ReOp::verify() { return verifyParts(*this, getInput().getType(), getType()); }
LogicalResult ImOp::verify() { return verifyParts(*this, getInput().getType(), getType()); }
LogicalResult ComplexOp::verify() { return verifyParts(*this, getType(), getRe().getType()); }

OpFoldResult ReOp::fold(FoldAdaptor) {
  if (auto c = getInput().getDefiningOp<ComplexOp>())
    return c.getRe();
  return {};
}
OpFoldResult ImOp::fold(FoldAdaptor) {
  if (auto c = getInput().getDefiningOp<ComplexOp>())
    return c.getIm();
  return {};
}

//===----------------------------------------------------------------------===//
// Stencils and windows
//===----------------------------------------------------------------------===//

/// Footprint of reads between `-before` and `+after` on every axis, whole where the border wraps.
/// A read beyond a survey face comes back inside: by at most one sample less than it went out under
/// `reflect`, by as much under `mirror`; a one-sided stencil therefore reads to both sides.
static Footprint boxFootprint(ArrayRef<int64_t> before, ArrayRef<int64_t> after, Border border) {
  Footprint f;
  for (unsigned a = 0; a < numAxes; ++a) {
    f[a].lo = std::max<int64_t>(0, before[a]);
    f[a].hi = std::max<int64_t>(0, after[a]);
    f[a].whole = border == Border::Wrap && (f[a].lo || f[a].hi);
    int64_t lo = f[a].lo, hi = f[a].hi, back = border == Border::Reflect ? 1 : 0;
    if (border == Border::Reflect || border == Border::Mirror) {
      f[a].lo = std::max(lo, hi - back);
      f[a].hi = std::max(hi, lo - back);
    }
  }
  return f;
}

LogicalResult ShiftOp::verify() {
  if (getOffset().size() != numAxes) // C1
    return emitOpError("offset must have 3 entries (inline, crossline, sample), got ")
           << getOffset().size();
  return success();
}
Footprint ShiftOp::getFootprint(unsigned) {
  int64_t before[numAxes], after[numAxes];
  for (unsigned a = 0; a < numAxes; ++a) {
    before[a] = -getOffset()[a];
    after[a] = getOffset()[a];
  }
  return boxFootprint(before, after, getBorder());
}
OpFoldResult ShiftOp::fold(FoldAdaptor) {
  if (llvm::all_of(getOffset(), [](int64_t o) { return o == 0; }))
    return getInput();
  return {};
}

LogicalResult Corr1Op::verify() {
  int64_t n = getWeights().size();
  if (n == 0) // C1
    return emitOpError("needs at least one weight");
  if (getAnchor() >= static_cast<uint64_t>(n)) // C2
    return emitOpError("anchor must be in 0..") << n - 1 << ", got " << getAnchor();
  for (auto [i, w] : llvm::enumerate(getWeights()))
    if (!std::isfinite(w)) // C3
      return emitOpError("weights must be finite, got ") << w << " at position " << i;
  return success();
}
Footprint Corr1Op::getFootprint(unsigned) {
  int64_t before[numAxes] = {}, after[numAxes] = {};
  unsigned a = static_cast<unsigned>(getAxis());
  before[a] = getAnchor();
  after[a] = static_cast<int64_t>(getWeights().size()) - 1 - getAnchor();
  return boxFootprint(before, after, getBorder());
}
OpFoldResult Corr1Op::fold(FoldAdaptor) {
  if (getWeights().size() == 1 && getWeights()[0] == 1.0)
    return getInput();
  return {};
}

LogicalResult CorrNOp::verify() {
  auto type = dyn_cast<RankedTensorType>(getWeights().getType());
  if (!type || type.getRank() != 3 || !type.getElementType().isF64()) // C1
    return emitOpError("weights must be a tensor of rank 3 of f64, got ") << getWeights().getType();
  if (getAnchor().size() != numAxes) // C2
    return emitOpError("anchor must have 3 entries, got ") << getAnchor().size();
  for (unsigned a = 0; a < numAxes; ++a)
    if (getAnchor()[a] < 0 || getAnchor()[a] >= type.getDimSize(a)) // C2
      return emitOpError("anchor on the ") << axisNames[a] << " axis must be in 0.."
                                           << type.getDimSize(a) - 1 << ", got " << getAnchor()[a];
  for (APFloat w : getWeights().getValues<APFloat>())
    if (!w.isFinite()) // C3
      return emitOpError("weights must be finite");
  return success();
}
Footprint CorrNOp::getFootprint(unsigned) {
  auto shape = cast<RankedTensorType>(getWeights().getType()).getShape();
  int64_t after[numAxes];
  for (unsigned a = 0; a < numAxes; ++a)
    after[a] = shape[a] - 1 - getAnchor()[a];
  return boxFootprint(getAnchor(), after, getBorder());
}

LogicalResult seis::verifyWindow(Operation *op, ArrayRef<int64_t> window) {
  if (window.size() != numAxes) // C1
    return op->emitOpError("window must have one extent per axis, got ") << window.size();
  for (unsigned a = 0; a < numAxes; ++a)
    if (window[a] < 1 || window[a] % 2 == 0) // C2
      return op->emitOpError("window extent on the ")
             << axisNames[a] << " axis must be odd and positive, got " << window[a];
  return success();
}
Footprint seis::windowFootprint(ArrayRef<int64_t> window, Border border) {
  int64_t half[numAxes];
  for (unsigned a = 0; a < numAxes; ++a)
    half[a] = window[a] / 2;
  return boxFootprint(half, half, border);
}
template <typename OpTy> static OpFoldResult foldWindow(OpTy op) {
  if (llvm::all_of(op.getWindow(), [](int64_t w) { return w == 1; }))
    return op.getInput();
  return {};
}
LogicalResult WinSumOp::verify() { return verifyWindow(*this, getWindow()); }
LogicalResult WinMinOp::verify() { return verifyWindow(*this, getWindow()); }
LogicalResult WinMaxOp::verify() { return verifyWindow(*this, getWindow()); }
Footprint WinSumOp::getFootprint(unsigned) { return windowFootprint(getWindow(), getBorder()); }
Footprint WinMinOp::getFootprint(unsigned) { return windowFootprint(getWindow(), getBorder()); }
Footprint WinMaxOp::getFootprint(unsigned) { return windowFootprint(getWindow(), getBorder()); }
OpFoldResult WinSumOp::fold(FoldAdaptor) { return foldWindow(*this); }
OpFoldResult WinMinOp::fold(FoldAdaptor) { return foldWindow(*this); }
OpFoldResult WinMaxOp::fold(FoldAdaptor) { return foldWindow(*this); }

LogicalResult WinRankOp::verify() {
  if (failed(verifyWindow(*this, getWindow())))
    return failure();
  int64_t n = getWindow()[0] * getWindow()[1] * getWindow()[2];
  if (getRank() >= static_cast<uint64_t>(n)) // C3
    return emitOpError("rank must be in 0..")
           << n - 1 << ", got " << static_cast<int64_t>(getRank());
  return success();
}
Footprint WinRankOp::getFootprint(unsigned) { return windowFootprint(getWindow(), getBorder()); }
OpFoldResult WinRankOp::fold(FoldAdaptor) { return foldWindow(*this); }

LogicalResult WinArgOp::verify() {
  if (failed(verifyWindow(*this, getWindow())))
    return failure();
  if (getFold() == Fold::Add) // C3
    return emitOpError("fold must be min or max, got add");
  return success();
}
Footprint WinArgOp::getFootprint(unsigned) { return windowFootprint(getWindow(), getBorder()); }

LogicalResult GatherOp::verify() {
  if (getOutside() != Border::Nearest && getOutside() != Border::Zero) // C1
    return emitOpError("outside must be nearest or zero, got ") << stringifyBorder(getOutside());
  return success();
}
Footprint GatherOp::getFootprint(unsigned index) {
  return index == 0 ? Footprint::wholeTrace() : Footprint();
}

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

LogicalResult Interp1Op::verify() {
  if (getTable().empty() || getTable().size() % 2) // C1
    return emitOpError("needs as many values as positions, at least one, got ")
           << getTable().size() << " numbers in all";
  return success();
}
LogicalResult IntervalOp::verify() {
  if (getEdges().size() < 2) // C1
    return emitOpError("needs at least two edges, got ") << getEdges().size();
  return success();
}
LogicalResult VTallyOp::verify() {
  if (getNumResults() == 0 || getNumResults() > 4096) // C1
    return emitOpError("must have 1 to 4096 results, got ") << getNumResults();
  return success();
}

LogicalResult CohEigOp::verify() {
  if (failed(verifyWindow(*this, getWindow())))
    return failure();
  if (getInputs().empty() || getInputs().size() > 4) // C3
    return emitOpError("takes 1 to 4 volumes, got ") << getInputs().size();
  if (getWindow()[0] * getWindow()[1] > 25) // C4
    return emitOpError("takes windows of at most 25 traces, got ")
           << getWindow()[0] << " x " << getWindow()[1];
  return success();
}
Footprint CohEigOp::getFootprint(unsigned) { return windowFootprint(getWindow(), getBorder()); }

//===----------------------------------------------------------------------===//
// Whole traces
//===----------------------------------------------------------------------===//

LogicalResult AnalyticOp::verify() {
  if (static_cast<int64_t>(getPad()) < 0) // C1
    return emitOpError("pad must not be negative, got ") << static_cast<int64_t>(getPad());
  return success();
}

/// The real part of the analytic signal is the input itself (class exact).
LogicalResult AnalyticOp::canonicalize(AnalyticOp op, PatternRewriter &rewriter) {
  if (op.getRe().use_empty())
    return failure();
  rewriter.replaceAllUsesWith(op.getRe(), op.getInput());
  return success();
}

Footprint AnalyticOp::getFootprint(unsigned) { return Footprint::wholeTrace(); }
Footprint FftOp::getFootprint(unsigned) { return Footprint::wholeTrace(); }
Footprint IfftOp::getFootprint(unsigned) { return Footprint::wholeTrace(); }
Footprint SpecMulOp::getFootprint(unsigned) { return Footprint::wholeTrace(); }
Footprint UnwrapOp::getFootprint(unsigned) { return Footprint::wholeTrace(); }
Footprint HoldOp::getFootprint(unsigned) { return Footprint::wholeTrace(); }
Footprint TMinOp::getFootprint(unsigned) { return Footprint::wholeTrace(); }
Footprint TMaxOp::getFootprint(unsigned) { return Footprint::wholeTrace(); }
Footprint TSumOp::getFootprint(unsigned) { return Footprint::wholeTrace(); }
Footprint WrapDiffOp::getFootprint(unsigned) {
  Footprint f;
  f[2] = {1, 1, false};
  return f;
}
Footprint ScanOp::getFootprint(unsigned) {
  Footprint f;
  f[static_cast<unsigned>(getAxis())].whole = true;
  return f;
}

Footprint IirOp::getFootprint(unsigned) {
  Footprint f;
  f[static_cast<unsigned>(getAxis())].whole = true;
  return f;
}

/// (C2), (C3) and (C5) of one pass.
static LogicalResult verifySections(IirOp op, ElementsAttr sections, StringRef pass) {
  auto type = dyn_cast<RankedTensorType>(sections.getType());
  if (!type || type.getRank() != 3 || !type.getElementType().isF64() || type.getDimSize(0) < 1 ||
      type.getDimSize(0) > 12 || type.getDimSize(1) != 2 || type.getDimSize(2) < 1 ||
      type.getDimSize(2) > 13) // C2
    return op.emitOpError(pass) << " sections must be f64 of shape S x 2 x M, S in 1..12 and M in "
                                   "1..13, got "
                                << sections.getType();
  auto values = llvm::to_vector(sections.getValues<double>());
  int64_t count = type.getDimSize(2);
  for (int64_t s = 0; s < type.getDimSize(0); ++s) {
    ArrayRef<double> both = ArrayRef<double>(values).slice(2 * s * count, 2 * count);
    ArrayRef<double> denominator = both.drop_front(count);
    if (!llvm::all_of(both, [](double v) { return std::isfinite(v); })) // C3
      return op.emitOpError(pass) << " coefficients must be finite, section " << s;
    if (denominator[0] != 1.0) // C3
      return op.emitOpError(pass) << " denominators must begin with 1, got " << denominator[0]
                                  << " in section " << s;
    double atZero = 0;
    for (double v : denominator)
      atZero += v;
    if (op.getInit() == Init::Steady && atZero == 0) // C5
      return op.emitOpError(pass) << " section " << s
                                  << " has no steady state: its denominator adds up to 0";
  }
  return success();
}

LogicalResult IirOp::verify() {
  if (!getForward() && !getBackward()) // C1
    return emitOpError("needs the sections of a forward or a backward pass");
  if (getChained() && !(getForward() && getBackward())) // C1
    return emitOpError("chained needs a forward and a backward pass");
  auto pad = static_cast<int64_t>(getPad());
  if (pad < 0 || pad > 1000000 || (pad > 0 && getExtension() == Extension::Zero)) // C4
    return emitOpError("pad must be in 0..1000000, and 0 under extension<zero>, got ") << pad;
  if (getForward() && failed(verifySections(*this, *getForward(), "forward")))
    return failure();
  if (getBackward() && failed(verifySections(*this, *getBackward(), "backward")))
    return failure();
  return success();
}

LogicalResult SpecMulOp::verify() {
  Block &block = getMultiplier().front();
  auto yield = dyn_cast<YieldOp>(block.getTerminator());
  if (block.getNumArguments() != 1 || !block.getArgument(0).getType().isF64() || !yield ||
      yield.getNumOperands() != 1 || !yield.getOperand(0).getType().isF64()) // C1
    return emitOpError("the region must take the frequency as f64 and yield one f64");
  for (Operation &op : block.without_terminator())
    if (!isMemoryEffectFree(&op) || llvm::any_of(op.getResultTypes(), isVolume)) // C2
      return emitOpError("the region must hold scalar operations only, found ") << op.getName();
  return success();
}

static LogicalResult verifyTraceReduce(Operation *op) {
  if (elementType(op->getOperand(0).getType()) != elementType(op->getResult(0).getType())) // C1
    return op->emitOpError("element types of volume and trace must agree");
  return success();
}
LogicalResult TMinOp::verify() { return verifyTraceReduce(*this); }
LogicalResult TMaxOp::verify() { return verifyTraceReduce(*this); }
LogicalResult TSumOp::verify() { return verifyTraceReduce(*this); }

//===----------------------------------------------------------------------===//
// Stages
//===----------------------------------------------------------------------===//

static bool isSameInAllTraces(Operation *op, const llvm::DenseSet<Value> &same) {
  if (op->getNumResults() != 1 || !isVolume(op->getResult(0).getType()) ||
      isa<FootprintOpInterface, ReOp, ImOp, ComplexOp, StageOp>(op))
    return false;
  if (auto index = dyn_cast<IndexOp>(op))
    return index.getAxis() == Axis::Sample;
  if (auto line = dyn_cast<LineOp>(op))
    return line.getAxis() == Axis::Sample;
  return llvm::all_of(op->getOperands(),
                      [&](Value v) { return v.getType().isF64() || same.contains(v); });
}

llvm::DenseSet<Value> seis::sameInAllTraces(Block &body) {
  llvm::DenseSet<Value> same;
  for (Operation &op : body)
    if (isSameInAllTraces(&op, same))
      same.insert(op.getResult(0));
  return same;
}

bool seis::readsOthers(OpOperand &operand) {
  auto gather = dyn_cast<GatherOp>(operand.getOwner());
  return !gather || operand.getOperandNumber() == 0;
}

bool seis::readsOtherCrosslines(Operation *op) {
  constexpr size_t few = 32;
  auto corr = dyn_cast<Corr1Op>(op);
  return corr && corr.getAxis() == Axis::Crossline && corr.getBorder() != Border::Zero &&
         corr.getWeights().size() <= few;
}

bool seis::isComputedAtOtherRows(Operation *op, Operation *reader) {
  if (op->getNumResults() != 1 || isTrace(op->getResult(0).getType()))
    return false;
  if (isa<GlcmOp>(reader) ? isa<FootprintOpInterface>(op) : !readsOtherCrosslines(reader))
    return false;
  if (auto corr = dyn_cast<Corr1Op>(op))
    return corr.getAxis() == Axis::Inline && corr.getBorder() == cast<Corr1Op>(reader).getBorder();
  if (auto broadcast = dyn_cast<BroadcastOp>(op))
    return !isTrace(broadcast.getInput().getType());
  return !isa<FootprintOpInterface, IndexOp, LineOp, ReOp, ImOp, ComplexOp, Interp1Op, IntervalOp,
              StageOp>(op);
}

/// Whether the body of a stage computes `v`, where `reader` reads it, from the stage's operands.
static bool isComputedFor(Operation *reader, Value v) {
  Operation *op = v.getDefiningOp();
  if (!op || !isVolume(v.getType()))
    return true;
  bool isStencil = isa<FootprintOpInterface>(op);
  return isComputedAtOtherRows(op, reader) && llvm::all_of(op->getOperands(), [&](Value operand) {
           return isStencil ? isa<BlockArgument>(operand) : isComputedFor(reader, operand);
         });
}

LogicalResult StageOp::verify() {
  Block &block = getBody().front();
  auto yield = dyn_cast<YieldOp>(block.getTerminator());
  if (!yield || block.getArgumentTypes() != getInputs().getTypes() ||
      yield.getOperandTypes() != getResultTypes()) // C1
    return emitOpError("the body must take the operands and yield the results, types agreeing");
  unsigned wholeTrace = 0, others = 0;
  for (Operation &op : block.without_terminator()) {
    StringRef dialect = op.getName().getDialectNamespace();
    if (dialect != "seis" && dialect != "arith" && dialect != "math") // C4
      return emitOpError("the body holds an operation it must not: ") << op.getName();
    bool stencil = isa<FootprintOpInterface>(op);
    if (stencil && llvm::any_of(op.getOpOperands(), [&](OpOperand &operand) { // C2
          Value v = operand.get();
          return isVolume(v.getType()) && !isa<BlockArgument>(v) && readsOthers(operand) &&
                 !isComputedFor(&op, v);
        }))
      return emitOpError("a stencil or whole-trace operation must read a block argument: ")
             << op.getName();
    bool isWhole =
        isa<AnalyticOp, FftOp, IfftOp, SpecMulOp, UnwrapOp, ScanOp, IirOp, HoldOp, TMinOp, TMaxOp,
            TSumOp, VMinOp, VMaxOp, VSumOp, VCountOp, VTallyOp, GlcmOp, GlcmBaseOp>(op);
    (isWhole ? wholeTrace : others) += 1;
  }
  Operation *last = yield->getPrevNode();
  bool isMadeThere = isa_and_nonnull<GlcmOp>(last) && isComputedFor(last, last->getOperand(0));
  if (wholeTrace > 1 || (wholeTrace == 1 && others > 0 && !isMadeThere)) // C3
    return emitOpError("a whole-trace operation, a reduction or seis.glcm must be alone in its "
                       "stage");
  return success();
}
