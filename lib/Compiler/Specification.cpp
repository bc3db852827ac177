//===- Specification.cpp - What an object looks like from outside ---------===//
// Read off the graph: inputs with their halos, outputs, parameters, passes.
//===----------------------------------------------------------------------===//
#include "seis/Compiler/Compiler.h"
#include "seis/Dialect/Seis/Analysis/Dependence.h"
#include "seis/Dialect/Seis/IR/SeisOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;
using namespace seis;

static std::optional<std::string> text(Attribute attr) {
  if (auto string = dyn_cast_or_null<StringAttr>(attr))
    return string.str();
  return std::nullopt;
}
static std::optional<double> number(Attribute attr) {
  if (auto value = dyn_cast_or_null<FloatAttr>(attr))
    return value.getValueAsDouble();
  return std::nullopt;
}

static DType dtypeOf(Type type) {
  Type element = elementType(type);
  if (element.isInteger(1))
    return DType::U8;
  if (auto complex = dyn_cast<ComplexType>(element))
    return complex.getElementType().isF32() ? DType::C64 : DType::C128;
  return element.isF32() ? DType::F32 : DType::F64;
}

static std::vector<ArrayAxis> axesOf(Type type) {
  if (isVolume(type))
    return volumeAxes();
  if (auto tensor = dyn_cast<RankedTensorType>(type); tensor && tensor.getRank() > 3) {
    std::vector<ArrayAxis> axes = volumeAxes(); // and those of the matrix at a sample
    for (int64_t extent : tensor.getShape().drop_front(numAxes))
      axes.push_back({ArrayAxis::Fixed, extent});
    return axes;
  }
  if (isTrace(type))
    return {{ArrayAxis::Inline}, {ArrayAxis::Crossline}};
  return {};
}

static Footprint uniteAll(const std::vector<InputSpec> &inputs) {
  Footprint all;
  for (const InputSpec &input : inputs)
    all = all.unite(input.halo);
  return all;
}

/// The formats that an input is marked with.
static std::vector<kernel_abi::SampleFormat> formatsOf(ArrayAttr names, bool isF32) {
  std::vector<kernel_abi::SampleFormat> formats;
  for (kernel_abi::SampleFormat format : kernel_abi::sampleFormats)
    for (StringAttr name : names.getAsRange<StringAttr>())
      if (name.getValue() == formatName(format, isF32))
        formats.push_back(format);
  return formats;
}

static InputSpec inputSpec(func::FuncOp func, BlockArgument arg,
                           const llvm::DenseMap<Value, Footprint> &halos) {
  unsigned n = arg.getArgNumber();
  InputSpec input;
  input.name = text(func.getArgAttr(n, "seis.name")).value_or("in" + std::to_string(n));
  input.unit = text(func.getArgAttr(n, "seis.unit"));
  input.halo = halos.lookup(arg);
  if (auto from = text(func.getArgAttr(n, "seis.from"))) {
    input.from = *from;
    input.dtype = DType::F64;
    input.axes = {{*from == "line(crossline)" ? ArrayAxis::Crossline
                   : *from == "line(sample)"  ? ArrayAxis::Sample
                                              : ArrayAxis::Inline}};
    return input;
  }
  input.dtype = dtypeOf(arg.getType());
  if (auto names = func.getArgAttrOfType<ArrayAttr>(n, "seis.storage"))
    input.formats = formatsOf(names, input.dtype == DType::F32);
  return input;
}

static ParamSpec paramSpec(func::FuncOp func, unsigned n) {
  ParamSpec param;
  param.name = text(func.getArgAttr(n, "seis.name")).value_or("p" + std::to_string(n));
  param.unit = text(func.getArgAttr(n, "seis.unit"));
  param.defaultValue = number(func.getArgAttr(n, "seis.default"));
  param.min = number(func.getArgAttr(n, "seis.min"));
  param.max = number(func.getArgAttr(n, "seis.max"));
  param.above = number(func.getArgAttr(n, "seis.above"));
  param.below = number(func.getArgAttr(n, "seis.below"));
  return param;
}

static PassSpec passSpec(func::FuncOp pass, const EntrySpec &entry) {
  PassSpec spec;
  spec.name = "pass" + std::to_string(pass->getAttrOfType<IntegerAttr>("seis.pass").getInt());
  auto widths = pass->getAttrOfType<DenseI64ArrayAttr>("seis.widths");
  for (auto [n, kind] : llvm::enumerate(pass->getAttrOfType<ArrayAttr>("seis.reduce"))) {
    StringRef name = cast<StringAttr>(kind).getValue();
    bool isSum = name == "sum" || name == "tally"; // tallies of cells add up
    PassElement element = name == "min"   ? PassElement::Min
                          : name == "max" ? PassElement::Max
                          : isSum         ? PassElement::Sum
                                          : PassElement::Count;
    spec.elements.insert(spec.elements.end(), widths ? widths[n] : 1, element);
  }
  auto halos = computeHalos(pass), reads = computeFootprints(pass);
  for (auto [input, arg] : llvm::zip(entry.inputs, pass.getArguments()))
    if (reads.count(arg)) {
      spec.of.push_back(input.name);
      spec.halo = spec.halo.unite(halos.lookup(arg));
    }
  spec.reduceSymbol = (pass.getName() + "_reduce").str();
  spec.scratchSymbol = spec.reduceSymbol + "_scratch";
  return spec;
}

/// Whether the code depends on the trace length through a transform.
static bool usesTransforms(ModuleOp module) {
  return module
      .walk([](Operation *op) {
        return isa<AnalyticOp, FftOp, IfftOp, SpecMulOp>(op) ? WalkResult::interrupt()
                                                             : WalkResult::advance();
      })
      .wasInterrupted();
}

llvm::Expected<ObjectSpec> seis::specify(ModuleOp module, StringRef name,
                                         const CompilerOptions &options) {
  ObjectSpec spec;
  spec.name = name.str();
  spec.sourceText = options.sourceText;
  spec.numericClass = options.exact ? "exact" : "reassoc";
  for (auto func : module.getOps<func::FuncOp>()) {
    if (!func->hasAttr("seis.entry"))
      continue;
    EntrySpec entry;
    entry.name = func.getName().str();
    auto halos = computeHalos(func);
    for (BlockArgument arg : func.getArguments()) {
      if (isa<RankedTensorType>(arg.getType()))
        entry.inputs.push_back(inputSpec(func, arg, halos));
      else if (!func.getArgAttr(arg.getArgNumber(), "seis.table"))
        entry.params.push_back(paramSpec(func, arg.getArgNumber()));
    }
    entry.requirements = requirementsOf(func);
    for (unsigned n = 0; n < func.getNumResults(); ++n) {
      OutputSpec output;
      output.name = text(func.getResultAttr(n, "seis.name")).value_or("out" + std::to_string(n));
      output.unit = text(func.getResultAttr(n, "seis.unit"));
      output.label = text(func.getResultAttr(n, "seis.label")).value_or("");
      output.dtype = dtypeOf(func.getResultTypes()[n]);
      output.axes = axesOf(func.getResultTypes()[n]);
      entry.outputs.push_back(output);
    }
    for (auto pass : module.getOps<func::FuncOp>())
      if (pass->hasAttr("seis.pass") && pass.getName().starts_with(entry.name + "_pass"))
        entry.passes.push_back(passSpec(pass, entry));
    entry.runSymbol = entry.name + "_run";
    entry.scratchSymbol = entry.runSymbol + "_scratch";
    entry.fixedDtMs = number(func->getAttr("seis.dt_ms"));
    if (usesTransforms(module)) {
      entry.specialisedLengths = options.samples;
      entry.otherLengths = "loop";
    }
    entry.nan = uniteAll(entry.inputs)[2].whole ? "poisons trace" : "propagates";
    if (auto data = func->getAttrOfType<ArrayAttr>("seis.data"))
      for (Attribute file : data)
        if (auto dictionary = dyn_cast<DictionaryAttr>(file))
          spec.data.push_back({text(dictionary.get("file")).value_or(""),
                               text(dictionary.get("sha256")).value_or("")});
    spec.entries.push_back(std::move(entry));
  }
  if (spec.entries.empty())
    return llvm::createStringError("the module has no function marked seis.entry");
  return spec;
}
