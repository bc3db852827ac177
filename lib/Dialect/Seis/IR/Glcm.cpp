//===- Glcm.cpp - Syntax, constraints and unused features of seis.glcm ----===//
// The labels C1, C2, ... are those of the description in SeisOps.td.
//===----------------------------------------------------------------------===//
#include "Windows.h"

using namespace mlir;
using namespace seis;

//===----------------------------------------------------------------------===//
// Syntax
//===----------------------------------------------------------------------===//

/// `%q ["contrast"] levels 16 window [1, 7, 7] offsets [0, 1, 0] border<zero> : type`, the type of
/// the input and of every result.
ParseResult GlcmOp::parse(OpAsmParser &parser, OperationState &state) {
  OpAsmParser::UnresolvedOperand input;
  ArrayAttr features;
  IntegerAttr levels;
  Builder &b = parser.getBuilder();
  auto parseInts = [&](StringRef keyword, StringRef name) -> ParseResult {
    FailureOr<SmallVector<int64_t>> ints = failure();
    if (parser.parseKeyword(keyword))
      return failure();
    SmallVector<int64_t> values;
    if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, [&]() -> ParseResult {
          return parser.parseInteger(values.emplace_back());
        }))
      return failure();
    state.addAttribute(name, b.getDenseI64ArrayAttr(values));
    return success();
  };
  BorderAttr border;
  Type type;
  if (parser.parseOperand(input) || parser.parseAttribute(features, "features", state.attributes) ||
      parser.parseKeyword("levels") ||
      parser.parseAttribute(levels, b.getI64Type(), "levels", state.attributes) ||
      parseInts("window", "window") || parseInts("offsets", "offsets") ||
      parser.parseKeyword("border") ||
      parser.parseCustomAttributeWithFallback(border, Type{}, "border", state.attributes) ||
      parser.parseOptionalAttrDict(state.attributes) || parser.parseColonType(type) ||
      parser.resolveOperand(input, type, state.operands))
    return failure();
  state.addTypes(SmallVector<Type>(features.size(), type));
  return success();
}

void GlcmOp::print(OpAsmPrinter &p) {
  auto ints = [&](StringRef keyword, ArrayRef<int64_t> values) {
    p << ' ' << keyword << " [";
    llvm::interleaveComma(values, p);
    p << ']';
  };
  p << ' ' << getInput() << ' ' << getFeatures() << " levels " << getLevels();
  ints("window", getWindow());
  ints("offsets", getOffsets());
  p << " border";
  p.printStrippedAttrOrType(getBorderAttr());
  p.printOptionalAttrDict((*this)->getAttrs(),
                          {"features", "levels", "window", "offsets", "border"});
  p << " : " << getInput().getType();
}

//===----------------------------------------------------------------------===//
// Constraints
//===----------------------------------------------------------------------===//

template <typename OpTy> static int64_t countPairs(OpTy op) {
  int64_t all = 0;
  for (unsigned n = 0; n < op.numOffsets(); ++n) {
    int64_t here = 1;
    for (unsigned a = 0; a < numAxes; ++a)
      here *= op.getWindow()[a] - std::abs(op.offset(n)[a]);
    all += here;
  }
  return all;
}
int64_t GlcmOp::pairs() { return countPairs(*this); }
int64_t GlcmBaseOp::pairs() { return countPairs(*this); }

static LogicalResult verifyFeatures(GlcmOp op) {
  if (op.getFeatures().empty()) // C1
    return op.emitOpError("needs at least one feature");
  if (op.getFeatures().size() != op.getNumResults()) // C1
    return op.emitOpError("needs one result per feature, got ")
           << op.getNumResults() << " for " << op.getFeatures().size();
  for (Type type : op.getResultTypes())
    if (type != op.getInput().getType()) // C1
      return op.emitOpError("results must be of the input's type, got ") << type;
  for (auto [n, attr] : llvm::enumerate(op.getFeatures())) {
    StringRef name = cast<StringAttr>(attr).getValue();
    if (!symbolizeGlcmFeature(name)) // C1
      return op.emitOpError("has no feature \"") << name << '"';
    if (llvm::is_contained(op.getFeatures().getValue().take_front(n), attr)) // C1
      return op.emitOpError("has the feature \"") << name << "\" twice";
  }
  return success();
}

template <typename OpTy> static LogicalResult verifyOffsets(OpTy op) {
  if (op.getOffsets().empty() || op.getOffsets().size() % numAxes) // C4
    return op.emitOpError("offsets must have 3 entries each (inline, crossline, sample), got ")
           << op.getOffsets().size() << " in all";
  for (unsigned n = 0; n < op.numOffsets(); ++n) {
    ArrayRef<int64_t> offset = op.offset(n);
    if (llvm::all_of(offset, [](int64_t o) { return o == 0; })) // C4
      return op.emitOpError("an offset must not be zero: a sample is no pair with itself");
    for (unsigned a = 0; a < numAxes; ++a)
      if (offset[a] <= -op.getWindow()[a] || offset[a] >= op.getWindow()[a]) // C4
        return op.emitOpError("an offset of ")
               << offset[a] << " on the " << axisNames[a] << " axis leaves no pair in a window of "
               << op.getWindow()[a];
    for (unsigned m = 0; m < n; ++m)
      if (op.offset(m) == offset) // C4
        return op.emitOpError("has an offset twice");
  }
  return success();
}

/// C2 to C5.
template <typename OpTy> static LogicalResult verifyPairs(OpTy op) {
  int64_t levels = static_cast<int64_t>(op.getLevels());
  if (levels < 2 || levels > 256) // C2
    return op.emitOpError("levels must be in 2..256, got ") << levels;
  if (failed(verifyWindow(op, op.getWindow())) || failed(verifyOffsets(op))) // C3, C4
    return failure();
  constexpr int64_t mostPairs = 32767;
  double box = 1;
  for (int64_t extent : op.getWindow())
    box *= static_cast<double>(extent);
  if (box > 1e6 || op.pairs() > mostPairs) // C5
    return op.emitOpError("a window may have at most ") << mostPairs << " pairs";
  return success();
}

LogicalResult GlcmOp::verify() {
  return success(succeeded(verifyFeatures(*this)) && succeeded(verifyPairs(*this)));
}

LogicalResult GlcmBaseOp::verify() {
  auto type = cast<RankedTensorType>(getType());
  int64_t levels = static_cast<int64_t>(getLevels());
  if (type.getElementType() != elementType(getInput().getType()) || type.getDimSize(3) != levels ||
      type.getDimSize(4) != levels) // C1
    return emitOpError("the result must have the input's element type and end in ")
           << levels << " x " << levels << ", got " << type;
  return verifyPairs(*this);
}

Footprint GlcmBaseOp::getFootprint(unsigned) { return windowFootprint(getWindow(), getBorder()); }
Footprint GlcmOp::getFootprint(unsigned) { return windowFootprint(getWindow(), getBorder()); }

/// Features that nothing uses are left out (class exact).
LogicalResult GlcmOp::canonicalize(GlcmOp op, PatternRewriter &rewriter) {
  SmallVector<Attribute> features;
  SmallVector<Value> used;
  for (auto [feature, result] : llvm::zip(op.getFeatures(), op.getResults()))
    if (!result.use_empty()) {
      features.push_back(feature);
      used.push_back(result);
    }
  if (used.empty() || used.size() == op.getNumResults())
    return failure();
  auto less = GlcmOp::create(rewriter, op.getLoc(), ValueRange(used).getTypes(), op.getInput(),
                             rewriter.getArrayAttr(features), op.getLevelsAttr(),
                             op.getWindowAttr(), op.getOffsetsAttr(), op.getBorderAttr());
  for (auto [from, to] : llvm::zip(used, less.getResults()))
    rewriter.replaceAllUsesWith(from, to);
  rewriter.eraseOp(op);
  return success();
}
