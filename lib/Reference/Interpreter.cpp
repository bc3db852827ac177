//===- Interpreter.cpp - Evaluate a program with the reference loops ------===//
#include "seis/Reference/Interpreter.h"
#include "Elementwise.h"
#include "seis/Reference/Eigen.h"
#include "seis/Reference/Glcm.h"
#include "seis/Reference/Recursion.h"
#include "seis/Reference/Reductions.h"
#include "seis/Reference/Stencils.h"
#include "seis/Reference/Tables.h"
#include "seis/Reference/Traces.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace seis::reference {
namespace {

class Interpreter {
public:
  explicit Interpreter(const EvaluateOptions &options) : options(options) {}

  /// Runs a block and returns the operands of its terminator.
  FailureOr<std::vector<ArrayPtr>> run(Block &block, std::vector<ArrayPtr> arguments);

private:
  LogicalResult execute(Operation *op);
  LogicalResult executeSeis(Operation *op);
  LogicalResult executeTransform(Operation *op);
  LogicalResult executeReduction(Operation *op);
  LogicalResult executeGlcm(GlcmOp op);
  LogicalResult executeGlcmBase(GlcmBaseOp op);
  LogicalResult executeSpecMul(SpecMulOp op);
  LogicalResult executeEigH3(EigH3Op op);
  LogicalResult executeCohEig(CohEigOp op);
  LogicalResult executeStage(StageOp op);
  LogicalResult executeCall(func::CallOp op);
  Array broadcast(BroadcastOp op);
  Array positions(Operation *op);

  ArrayPtr get(Value v) const { return values.find(v)->second; }
  double scalar(Value v) const { return get(v)->re[0]; }
  std::vector<double> scalars(ValueRange values) const {
    std::vector<double> numbers;
    for (Value v : values)
      numbers.push_back(scalar(v));
    return numbers;
  }
  /// The volume as the loops read it; one element standing for all is written out first.
  VolumeView view(Value v);
  const double *imaginary(Value v) { return v ? view(v).data : nullptr; }
  void set(Value v, Array array) { values[v] = std::make_shared<Array>(std::move(array)); }
  void setVolume(Value v, std::vector<double> data) {
    set(v, {shapeOf(v.getType(), options.shape), std::move(data), {}, {}});
  }

  const EvaluateOptions &options;
  llvm::DenseMap<Value, ArrayPtr> values;
  unsigned depth = 0; ///< of calls
};

VolumeView Interpreter::view(Value v) {
  ArrayPtr &array = values.find(v)->second;
  if (static_cast<int64_t>(array->re.size()) != array->size()) {
    Array full;
    full.shape = array->shape;
    full.re.assign(full.size(), array->re[0]);
    array = std::make_shared<Array>(std::move(full));
  }
  return {options.shape, array->re.data()};
}

FailureOr<std::vector<ArrayPtr>> Interpreter::run(Block &block, std::vector<ArrayPtr> arguments) {
  // A value is dropped after the last operation of the block that uses it, nested uses included.
  llvm::DenseMap<Operation *, llvm::SmallVector<Value>> dying;
  auto findLastUse = [&](Value v, Operation *definition) {
    Operation *last = definition;
    for (Operation *user : v.getUsers()) {
      Operation *here = block.findAncestorOpInBlock(*user);
      if (!last || last->isBeforeInBlock(here))
        last = here;
    }
    if (last)
      dying[last].push_back(v);
  };
  for (auto [argument, value] : llvm::zip_equal(block.getArguments(), arguments)) {
    findLastUse(argument, nullptr);
    if (!argument.use_empty())
      values[argument] = std::move(value);
  }
  arguments.clear();
  for (Operation &op : block)
    for (Value result : op.getResults())
      findLastUse(result, &op);

  for (Operation &op : block.without_terminator()) {
    if (failed(execute(&op)))
      return failure();
    for (Value v : dying.lookup(&op))
      values.erase(v);
  }
  std::vector<ArrayPtr> results;
  for (Value v : block.getTerminator()->getOperands())
    results.push_back(get(v));
  for (Value v : dying.lookup(block.getTerminator()))
    values.erase(v);
  return results;
}

LogicalResult Interpreter::execute(Operation *op) {
  llvm::SmallVector<ArrayPtr> operands;
  for (Value v : op->getOperands())
    operands.push_back(get(v));
  if (auto result = evaluateElementwise(op, operands, options.shape)) {
    set(op->getResult(0), std::move(*result));
    return success();
  }
  return executeSeis(op);
}

/// The three entries of an attribute.
static Shape shapeAttr(llvm::ArrayRef<int64_t> values) { return {values[0], values[1], values[2]}; }

LogicalResult Interpreter::executeSeis(Operation *op) {
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case([&](BroadcastOp o) { return set(o, broadcast(o)), success(); })
      .Case<IndexOp, LineOp>(
          [&](Operation *o) { return set(o->getResult(0), positions(o)), success(); })
      .Case([&](ReOp o) {
        return set(o, {get(o.getInput())->shape, get(o.getInput())->re, {}, {}}), success();
      })
      .Case([&](ImOp o) {
        return set(o, {get(o.getInput())->shape, get(o.getInput())->im, {}, {}}), success();
      })
      .Case([&](ComplexOp o) {
        VolumeView re = view(o.getRe()), im = view(o.getIm());
        set(o, {get(o.getRe())->shape,
                std::vector<double>(re.data, re.data + re.size()),
                std::vector<double>(im.data, im.data + im.size()),
                {}});
        return success();
      })
      .Case([&](ShiftOp o) {
        setVolume(o, shift(view(o.getInput()), shapeAttr(o.getOffset()), o.getBorder()));
        return success();
      })
      .Case([&](Corr1Op o) {
        setVolume(o, corr1(view(o.getInput()), o.getWeights().vec(), o.getAnchor(), o.getAxis(),
                           o.getBorder()));
        return success();
      })
      .Case([&](CorrNOp o) {
        std::vector<double> weights;
        for (APFloat w : o.getWeights().getValues<APFloat>())
          weights.push_back(w.convertToDouble());
        auto extent = cast<RankedTensorType>(o.getWeights().getType()).getShape();
        setVolume(o, corrn(view(o.getInput()), weights, shapeAttr(extent), shapeAttr(o.getAnchor()),
                           o.getBorder()));
        return success();
      })
      .Case([&](WinSumOp o) {
        setVolume(o, winsum(view(o.getInput()), shapeAttr(o.getWindow()), o.getBorder()));
        return success();
      })
      .Case([&](WinMinOp o) {
        setVolume(o, winmin(view(o.getInput()), shapeAttr(o.getWindow()), o.getBorder()));
        return success();
      })
      .Case([&](WinMaxOp o) {
        setVolume(o, winmax(view(o.getInput()), shapeAttr(o.getWindow()), o.getBorder()));
        return success();
      })
      .Case([&](WinRankOp o) {
        setVolume(
            o, winrank(view(o.getInput()), shapeAttr(o.getWindow()), o.getRank(), o.getBorder()));
        return success();
      })
      .Case([&](WinArgOp o) {
        setVolume(o, winarg(view(o.getInput()), shapeAttr(o.getWindow()), o.getFold() == Fold::Max,
                            o.getBorder()));
        return success();
      })
      .Case([&](GatherOp o) {
        setVolume(o, gather(view(o.getInput()), view(o.getPosition()), o.getKind(),
                            o.getOutside() == Border::Zero, o.getRelative()));
        return success();
      })
      .Case([&](Interp1Op o) {
        setVolume(o, interp1(view(o.getInput()), scalars(o.getTable())));
        return success();
      })
      .Case([&](IntervalOp o) {
        setVolume(o, interval(view(o.getInput()), scalars(o.getEdges())));
        return success();
      })
      .Case([&](GlcmOp o) { return executeGlcm(o); })
      .Case([&](GlcmBaseOp o) { return executeGlcmBase(o); })
      .Case([&](SpecMulOp o) { return executeSpecMul(o); })
      .Case([&](EigH3Op o) { return executeEigH3(o); })
      .Case([&](CohEigOp o) { return executeCohEig(o); })
      .Case([&](StageOp o) { return executeStage(o); })
      .Case([&](func::CallOp o) { return executeCall(o); })
      .Default([&](Operation *o) { return executeTransform(o); });
}

static std::vector<Section> sectionsOf(std::optional<ElementsAttr> sections) {
  std::vector<Section> out;
  if (!sections)
    return out;
  auto shape = cast<RankedTensorType>(sections->getType()).getShape();
  auto values = llvm::to_vector(sections->getValues<double>());
  for (int64_t s = 0; s < shape[0]; ++s) {
    auto *at = values.begin() + 2 * s * shape[2], *middle = at + shape[2];
    out.push_back({{at, middle}, {middle, middle + shape[2]}});
  }
  return out;
}

static Passes passesOf(IirOp op) {
  return {
      sectionsOf(op.getForward()), sectionsOf(op.getBackward()),     op.getChained(), op.getInit(),
      op.getExtension(),           static_cast<int64_t>(op.getPad())};
}

LogicalResult Interpreter::executeTransform(Operation *op) {
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case([&](AnalyticOp o) {
        setVolume(o.getIm(), quadrature(view(o.getInput()), o.getPad()));
        values[o.getRe()] = get(o.getInput());
        return success();
      })
      .Case([&](FftOp o) {
        ComplexVolume z = fft(view(o.getRe()), imaginary(o.getIm()));
        setVolume(o.getOutRe(), std::move(z.re));
        setVolume(o.getOutIm(), std::move(z.im));
        return success();
      })
      .Case([&](IfftOp o) {
        ComplexVolume z = ifft(view(o.getRe()), imaginary(o.getIm()));
        setVolume(o.getOutRe(), std::move(z.re));
        setVolume(o.getOutIm(), std::move(z.im));
        return success();
      })
      .Case([&](UnwrapOp o) { return setVolume(o, unwrap(view(o.getInput()))), success(); })
      .Case([&](WrapDiffOp o) { return setVolume(o, wrapdiff(view(o.getInput()))), success(); })
      .Case([&](ScanOp o) {
        setVolume(o, scan(view(o.getInput()), o.getFold(), o.getAxis(), o.getDirection()));
        return success();
      })
      .Case([&](IirOp o) {
        setVolume(o, iir(view(o.getInput()), passesOf(o), o.getAxis()));
        return success();
      })
      .Case([&](HoldOp o) {
        setVolume(o, hold(view(o.getKey()), view(o.getValue()).data));
        return success();
      })
      .Case([&](TMinOp o) { return setVolume(o, tmin(view(o.getInput()))), success(); })
      .Case([&](TMaxOp o) { return setVolume(o, tmax(view(o.getInput()))), success(); })
      .Case([&](TSumOp o) { return setVolume(o, tsum(view(o.getInput()))), success(); })
      .Default([&](Operation *o) { return executeReduction(o); });
}

LogicalResult Interpreter::executeReduction(Operation *op) {
  auto check = [&](Operation *o, const std::optional<Shape> &nanAt) -> LogicalResult {
    if (!nanAt)
      return success();
    const Shape &at = *nanAt;
    return o->emitOpError("the survey has a NaN in a live trace, at inline ")
           << at[0] << ", crossline " << at[1] << ", sample " << at[2]
           << " (counted from 0); replace it, with nan0 for instance";
  };
  auto reduce = [&](auto o, auto loop) -> LogicalResult {
    Reduced reduced = loop(view(o.getInput()), options.live);
    if (failed(check(o, reduced.nanAt)))
      return failure();
    set(o, {{}, {reduced.value}, {}, {}});
    return success();
  };
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case([&](VMinOp o) { return reduce(o, vmin); })
      .Case([&](VMaxOp o) { return reduce(o, vmax); })
      .Case([&](VSumOp o) { return reduce(o, vsum); })
      .Case([&](VTallyOp o) -> LogicalResult {
        std::vector<double> counts(o.getNumResults());
        if (failed(check(o, vtally(view(o.getInput()), options.live, counts).nanAt)))
          return failure();
        for (auto [result, n] : llvm::zip_equal(o.getResults(), counts))
          set(result, {{}, {n}, {}, {}});
        return success();
      })
      .Case([&](VCountOp o) {
        return set(o, {{}, {vcount(options.shape, options.live)}, {}, {}}), success();
      })
      .Default([&](Operation *o) { return o->emitOpError("has no reference loop"); });
}

Array Interpreter::broadcast(BroadcastOp op) {
  const Array &in = *get(op.getInput());
  Array out;
  out.shape = shapeOf(op.getType(), options.shape);
  if (in.shape.empty() || in.shape.size() == out.shape.size() || in.re.size() == 1) {
    out.re = in.re;
    return out;
  }
  out.re.resize(out.size());
  for (int64_t k = 0; k < out.size(); ++k)
    out.re[k] = in.re[k / options.shape[2]];
  return out;
}

Array Interpreter::positions(Operation *op) {
  auto line = dyn_cast<LineOp>(op);
  unsigned axis = static_cast<unsigned>(line ? line.getAxis() : cast<IndexOp>(op).getAxis());
  const Array *numbers = line ? get(line.getNumbers()).get() : nullptr;
  Array out;
  out.shape = shapeOf(op->getResult(0).getType(), options.shape);
  int64_t n = options.shape[axis], below = 1;
  for (unsigned a = axis + 1; a < 3; ++a)
    below *= options.shape[a];
  out.re.resize(out.size());
  for (int64_t k = 0; k < out.size(); ++k) {
    int64_t position = k / below % n;
    out.re[k] = numbers ? numbers->re[position] : static_cast<double>(position);
  }
  return out;
}

template <typename OpTy> static GlcmPairs pairsOf(OpTy op) {
  GlcmPairs pairs{
      static_cast<int64_t>(op.getLevels()), shapeAttr(op.getWindow()), {}, op.getBorder()};
  for (unsigned n = 0; n < op.numOffsets(); ++n)
    pairs.offsets.push_back(shapeAttr(op.offset(n)));
  return pairs;
}

LogicalResult Interpreter::executeGlcmBase(GlcmBaseOp op) {
  int64_t levels = static_cast<int64_t>(op.getLevels());
  const Shape &n = options.shape;
  set(op, {{n[0], n[1], n[2], levels, levels}, glcmBase(view(op.getInput()), pairsOf(op)), {}, {}});
  return success();
}

/// Features that nothing uses are not computed.
LogicalResult Interpreter::executeGlcm(GlcmOp op) {
  std::vector<GlcmFeature> features;
  std::vector<Value> used;
  for (auto [name, result] : llvm::zip_equal(op.getFeatures(), op.getResults()))
    if (!result.use_empty()) {
      features.push_back(*symbolizeGlcmFeature(cast<StringAttr>(name).getValue()));
      used.push_back(result);
    }
  std::vector<std::vector<double>> volumes = glcm(view(op.getInput()), pairsOf(op), features);
  for (auto [result, data] : llvm::zip_equal(used, volumes))
    setVolume(result, std::move(data));
  return success();
}

LogicalResult Interpreter::executeSpecMul(SpecMulOp op) {
  std::vector<double> multiplier;
  for (double f : binFrequencies(options.shape[2], scalar(op.getFs()))) {
    auto frequency = std::make_shared<Array>(Array{{}, {f}, {}, {}});
    auto result = run(op.getMultiplier().front(), {frequency});
    if (failed(result))
      return failure();
    multiplier.push_back(result->front()->re[0]);
  }
  setVolume(op, specmul(view(op.getInput()), multiplier));
  return success();
}

LogicalResult Interpreter::executeEigH3(EigH3Op op) {
  std::array<const double *, 6> elements;
  for (auto [n, v] : llvm::enumerate(op->getOperands()))
    elements[n] = view(v).data;
  auto results = eigh3(elements, view(op->getOperand(0)).size());
  for (auto [v, data] : llvm::zip(op->getResults(), results))
    setVolume(v, std::move(data));
  return success();
}

LogicalResult Interpreter::executeCohEig(CohEigOp op) {
  std::vector<VolumeView> inputs;
  for (Value v : op.getInputs())
    inputs.push_back(view(v));
  setVolume(op, coheig(inputs, shapeAttr(op.getWindow()), op.getBorder()));
  return success();
}

LogicalResult Interpreter::executeStage(StageOp op) {
  std::vector<ArrayPtr> inputs;
  for (Value v : op.getInputs())
    inputs.push_back(get(v));
  auto results = run(op.getBody().front(), std::move(inputs));
  if (failed(results))
    return failure();
  for (auto [value, array] : llvm::zip_equal(op.getResults(), *results))
    values[value] = array;
  return success();
}

LogicalResult Interpreter::executeCall(func::CallOp op) {
  auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(op, op.getCalleeAttr());
  if (!callee || !callee.getBody().hasOneBlock())
    return op.emitOpError("wanted a function of one block, @") << op.getCallee();
  // Without branches a recursion has no end.
  if (depth == 200)
    return op.emitOpError("calls are nested deeper than 200");
  std::vector<ArrayPtr> inputs;
  for (Value v : op.getOperands())
    inputs.push_back(get(v));
  // Values are found by their definition, so a second call of a function needs a fresh table.
  Interpreter inner(options);
  inner.depth = depth + 1;
  auto results = inner.run(callee.getBody().front(), std::move(inputs));
  if (failed(results))
    return failure();
  for (auto [value, array] : llvm::zip_equal(op.getResults(), *results))
    values[value] = array;
  return success();
}

} // namespace

FailureOr<func::FuncOp> findEntry(ModuleOp module) {
  llvm::SmallVector<func::FuncOp> all, entries;
  for (auto func : module.getOps<func::FuncOp>()) {
    all.push_back(func);
    if (func->hasAttr("seis.entry"))
      entries.push_back(func);
  }
  if (entries.empty())
    entries = all;
  if (entries.size() == 1 && !entries.front().isDeclaration())
    return entries.front();
  module.emitError("wanted one function with the attribute seis.entry, found ") << entries.size();
  return failure();
}

FailureOr<std::vector<ArrayPtr>> evaluate(func::FuncOp entry, std::vector<ArrayPtr> arguments,
                                          const EvaluateOptions &options) {
  if (!entry.getBody().hasOneBlock())
    return entry.emitError("wanted a function of one block");
  auto results = Interpreter(options).run(entry.getBody().front(), std::move(arguments));
  if (failed(results))
    return failure();
  for (ArrayPtr &array : *results) // one element standing for all stays inside the interpreter
    if (int64_t n = array->size(), stored = array->re.size() + array->ints.size(); stored < n) {
      Array full;
      full.shape = array->shape;
      if (array->isInteger())
        full.ints.assign(n, array->ints[0]);
      else
        full.re.assign(n, array->re[0]);
      array = std::make_shared<Array>(std::move(full));
    }
  return results;
}

} // namespace seis::reference
