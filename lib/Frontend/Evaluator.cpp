//===- Evaluator.cpp - Declarations, outputs and limits --------------------===//
#include "Evaluator.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>

using namespace llvm;
using namespace seis;
using namespace seis::fe;

Evaluator::Evaluator(Program &program, const SourceMgr &sources, mlir::MLIRContext &context,
                     const FrontendOptions &options, DiagnosticSink &sink)
    : program(program), sources(sources), options(options), sink(sink), emit(context, options.f64),
      memo(1), called(program.arena.allFunctions().size()) {}

//===----------------------------------------------------------------------===//
// Places and limits
//===----------------------------------------------------------------------===//

SMRange Evaluator::place(SMRange range) const { return inPrelude() ? frames.back().call : range; }

mlir::Location Evaluator::locationOf(SMRange range) {
  if (!range.isValid())
    return mlir::UnknownLoc::get(emit.context());
  const char *at = range.Start.getPointer();
  if (!lineBegin || at < lineBegin || at > lineEnd) {
    unsigned id = sources.FindBufferContainingLoc(range.Start);
    if (!id)
      return mlir::UnknownLoc::get(emit.context());
    const MemoryBuffer *buffer = sources.getMemoryBuffer(id);
    lineNumber = sources.FindLineNumber(range.Start, id);
    for (lineBegin = at; lineBegin > buffer->getBufferStart() && lineBegin[-1] != '\n';)
      --lineBegin;
    for (lineEnd = at; lineEnd < buffer->getBufferEnd() && *lineEnd != '\n';)
      ++lineEnd;
    lineFile = mlir::StringAttr::get(emit.context(), buffer->getBufferIdentifier());
  }
  return mlir::FileLineColLoc::get(lineFile, lineNumber, static_cast<unsigned>(at - lineBegin) + 1);
}

void Evaluator::setLocation(SMRange range) {
  SMRange at = place(range);
  if (at.isValid())
    emit.setLocation(locationOf(at));
}

Diagnostic &Evaluator::report(SMRange range, std::string message) {
  Diagnostic &d = sink.error(place(range), std::move(message));
  // Inside the user's own functions: who called them.
  if (inPrelude())
    d.note(formatv("in `{0}` of the prelude", frames.back().function->name));
  else if (!frames.empty())
    d.note(formatv("in this call of `{0}`", frames.back().function->name), frames.back().call);
  return d;
}

Value Evaluator::error(SMRange range, std::string message) {
  report(range, std::move(message));
  return Value::error();
}

bool Evaluator::charge(int64_t n, SMRange range) {
  steps += n;
  if (stopped || (steps <= maxSteps && emit.size() <= maxOperations))
    return !stopped;
  stopped = true;
  if (steps > maxSteps)
    report(range, formatv("evaluation takes more than {0} steps", maxSteps))
        .note("lists and arrays are worked out while compiling");
  else
    error(range, formatv("the program has more than {0} operations", maxOperations));
  return false;
}

bool Evaluator::checkElements(int64_t count, SMRange range) {
  if (count <= maxArrayElements)
    return true;
  error(range, formatv("an array may have {0} elements at most", maxArrayElements));
  return false;
}

//===----------------------------------------------------------------------===//
// Inputs and parameters
//===----------------------------------------------------------------------===//

mlir::DictionaryAttr Evaluator::argumentInfo(StringRef name, const Unit &unit) {
  mlir::OpBuilder &b = emit.attributes();
  mlir::NamedAttrList list;
  list.append("seis.name", b.getStringAttr(name));
  if (unit.isKnown())
    list.append("seis.unit", b.getStringAttr(unit.str()));
  return list.getDictionary(emit.context());
}

void Evaluator::declareInput(const InputDecl &decl) {
  Unit unit = decl.unit.value_or(Unit::base("amplitude"));
  bool isComplex = decl.type == "cvolume";
  if (auto it = shared.find(decl.name); it != shared.end()) {
    bool same = isComplex ? it->second.kind == Kind::Complex : it->second.isVolume();
    if (!same)
      sink.error(decl.nameRange,
                 formatv("`{0}` is {1} and {2}", decl.name, isComplex ? "a cvolume" : "a volume",
                         typeName(it->second)))
          .note("it was declared here", sharedRanges[decl.name]);
    (*values)[decl.name] = it->second;
    return;
  }
  setLocation(decl.nameRange);
  mlir::Value argument = emit.addVolume(emit.location(), argumentInfo(decl.name, unit), isComplex);
  Value v;
  if (isComplex) {
    mlir::Value re = emit.make<ReOp>(emit.volumeType(), argument);
    v = Value::runtime(Kind::Complex, Level::Volume, re,
                       emit.make<ImOp>(emit.volumeType(), argument));
  } else {
    v = Value::runtime(Kind::RealRT, Level::Volume, argument);
  }
  v.origin = FromData;
  v.unit = unit;
  v.range = decl.nameRange;
  shared[decl.name] = (*values)[decl.name] = v;
  sharedRanges[decl.name] = decl.nameRange;
}

/// Bounds of a parameter; its default must keep them.
static bool keepsBound(StringRef bound, double value, double limit) {
  return bound == "min"     ? value >= limit
         : bound == "max"   ? value <= limit
         : bound == "above" ? value > limit
                            : value < limit;
}

void Evaluator::declareParam(const ParamDecl &decl, SourceUnit &unit) {
  Scope scope;
  scope.unit = &unit;
  Value initial;
  auto constant = [&](Expr *e, Value &v) {
    v = eval(e, scope);
    if (v.isNumber() && std::isfinite(v.real))
      return true;
    if (!v.isError())
      error(e->range, formatv("expected a number known while compiling, got {0}", typeAndValue(v)));
    return false;
  };
  if (decl.defaultValue && !constant(decl.defaultValue, initial))
    initial = Value::error();
  Unit paramUnit = initial.unit;
  mlir::OpBuilder &b = emit.attributes();
  mlir::NamedAttrList bounds;
  for (const Argument &a : decl.bounds) {
    Value limit;
    if (!constant(a.value, limit))
      continue;
    checkUnits("default and bound", initial.unit, limit.unit, a.value->range);
    if (!paramUnit.isKnown())
      paramUnit = limit.unit;
    bounds.append(("seis." + a.name).str(), b.getF64FloatAttr(limit.real));
    if (initial.isNumber() && !keepsBound(a.name, initial.real, limit.real))
      error(decl.defaultValue->range,
            formatv("the default {0} breaks the bound {1} = {2}", numberText(initial.real), a.name,
                    numberText(limit.real)));
  }
  mlir::NamedAttrList info(argumentInfo(decl.name, paramUnit));
  if (initial.isNumber())
    info.append("seis.default", b.getF64FloatAttr(initial.real));
  info.append(bounds.begin(), bounds.end());
  if (auto it = shared.find(decl.name); it != shared.end()) {
    if (info.getDictionary(emit.context()) != paramInfo.lookup(decl.name))
      sink.error(decl.nameRange, formatv("`{0}` is declared twice, differently", decl.name))
          .note("the first declaration is here", sharedRanges[decl.name]);
    (*values)[decl.name] = it->second;
    return;
  }
  setLocation(decl.nameRange);
  mlir::Value argument = emit.addScalar(emit.location(), info, /*isDeclared=*/true);
  Value v = Value::runtime(Kind::RealRT, Level::Scalar, argument);
  v.origin = FromParam;
  v.unit = paramUnit;
  v.range = decl.nameRange;
  paramInfo[decl.name] = info.getDictionary(emit.context());
  shared[decl.name] = (*values)[decl.name] = v;
  sharedRanges[decl.name] = decl.nameRange;
}

/// What a name of the top level means in `unit`; null if nothing.
const Value *Evaluator::globalValue(StringRef name, const SourceUnit *unit) const {
  auto in = [&](const SourceUnit *u) -> const Value * {
    auto scope = globals.find(u);
    if (scope == globals.end())
      return nullptr;
    auto it = scope->second.find(name);
    return it == scope->second.end() ? nullptr : &it->second;
  };
  if (const Value *v = in(unit))
    return v;
  if (unit->kind == SourceUnit::Expression || unit->kind == SourceUnit::Call)
    for (const SourceUnit *item : program.items) {
      if (item == unit)
        break;
      if (const Value *v = in(item))
        return v;
    }
  return nullptr;
}

//===----------------------------------------------------------------------===//
// Outputs
//===----------------------------------------------------------------------===//

/// `inst_phase` as a title: what the prelude calls the function, or the name in words.
static std::string labelOf(StringRef name, const Function *function) {
  if (function)
    for (StringRef line : function->doc)
      if (line.consume_front("label:"))
        return line.trim().str();
  std::string label = name.str();
  llvm::replace(label, '_', ' ');
  label[0] = toUpper(label[0]);
  return label;
}

void Evaluator::addOutput(StringRef name, const Value &value, SMRange range,
                          const Function *function) {
  if (value.isError())
    return;
  if (!value.isRuntime()) {
    report(range, formatv("an output must be a volume, a mask, a trace or a scalar, got {0}",
                          typeAndValue(value)))
        .note(value.kind == Kind::Tuple  ? "name the parts: `output (a, b) = ...`"
              : value.kind == Kind::List ? "sum, prod, min, max and fold reduce a list"
                                         : "it does not depend on any input");
    return;
  }
  if (value.kind == Kind::Complex && value.level != Level::Volume) {
    error(range, formatv("an output must be a volume, a mask, a trace or a scalar, got {0}",
                         typeName(value)));
    return;
  }
  if (value.kind == Kind::BoolRT && value.level != Level::Volume) {
    report(range,
           formatv("a condition can be an output for every sample only, got {0}", typeName(value)))
        .note("write `if c then 1 else 0`");
    return;
  }
  Output out;
  out.name = name.str();
  out.position = position;
  out.label = labelOf(name, function);
  out.value = value;
  out.range = range;
  outputs.push_back(std::move(out));
}

void Evaluator::evaluateOutput(const OutputDecl &decl, Scope &scope) {
  Value value = eval(decl.value, scope);
  auto define = [&](const Token &name, const Value &v) {
    (*values)[name.text] = v;
    addOutput(name.text, v, v.range.isValid() ? v.range : decl.range, nullptr);
  };
  if (!decl.isTuple) {
    define(decl.names[0], value);
    return;
  }
  bool fits = value.kind == Kind::Tuple && value.elements->size() == decl.names.size();
  if (!fits && !value.isError())
    error(decl.value->range,
          formatv("expected a tuple of {0}, got {1}", decl.names.size(), typeAndValue(value)));
  for (size_t i = 0; i < decl.names.size(); ++i)
    define(decl.names[i], fits ? (*value.elements)[i] : Value::error());
}

void Evaluator::evaluateItem(SourceUnit &unit, StringRef entryName) {
  values = &globals[&unit];
  position = unit.position;
  for (const InputDecl &decl : unit.inputs)
    declareInput(decl);
  for (const ParamDecl &decl : unit.params)
    declareParam(decl, unit);
  Scope scope;
  scope.unit = &unit;
  for (const OutputDecl &decl : unit.outputs)
    evaluateOutput(decl, scope);
  if (!unit.expression)
    return;
  Value value = eval(unit.expression, scope);
  bool isCall = unit.kind == SourceUnit::Call;
  StringRef name = isCall ? unit.expression->text : entryName;
  const Function *function = isCall ? program.findFunction(name, unit) : nullptr;
  std::vector<Value> parts{value};
  if (value.kind == Kind::Tuple)
    parts = *value.elements;
  for (const Value &part : parts)
    addOutput(name, part, unit.expression->range, function);
}

void Evaluator::run(StringRef entryName) {
  for (SourceUnit *unit : program.items)
    evaluateItem(*unit, entryName);
  // In the order of the command line, a repeated name with a number.
  llvm::stable_sort(outputs,
                    [](const Output &a, const Output &b) { return a.position < b.position; });
  StringSet<> names;
  for (Output &out : outputs) {
    std::string name = out.name;
    for (unsigned n = 2; !names.insert(out.name).second; ++n)
      out.name = name + "_" + std::to_string(n);
  }
  if (outputs.empty() && !sink.hasErrors())
    sink.error({}, "the program has no output: add `output NAME = ...`");
}

//===----------------------------------------------------------------------===//
// Functions that nothing calls
//===----------------------------------------------------------------------===//

void Evaluator::checkUncalled(const Evaluator &run) {
  called = run.called;
  for (SourceUnit *unit : program.items) {
    values = &globals[unit];
    for (const InputDecl &decl : unit->inputs)
      declareInput(decl);
    for (const ParamDecl &decl : unit->params)
      declareParam(decl, *unit);
    for (Function *f : unit->functions)
      if (!called[f->index] && !f->bad && !stopped)
        checkFunction(*f);
  }
}

/// Evaluates the body with arguments of the annotated types; skipped where one is unknown.
void Evaluator::checkFunction(Function &f) {
  Scope body;
  body.unit = f.unit;
  for (const Parameter &p : f.parameters) {
    Value v;
    if (p.type == "volume")
      v = Value::runtime(Kind::RealRT, Level::Volume, emit.addVolume(emit.location(), {}, false));
    else if (p.defaultValue)
      v = eval(p.defaultValue, body);
    else if (p.type == "scalar")
      v = Value::runtime(Kind::RealRT, Level::Scalar, emit.addScalar(emit.location(), {}, true));
    else
      return;
    if (p.defaultValue && p.type != "volume" &&
        !coerce(v, p.type, &p, &f, p.defaultValue, p.defaultValue->range, &body))
      return;
    v.range = p.range;
    body.variables.push_back({p.name, v});
  }
  called[f.index] = true;
  eval(f.body, body);
}

//===----------------------------------------------------------------------===//
// Result
//===----------------------------------------------------------------------===//

mlir::OwningOpRef<mlir::ModuleOp> Evaluator::finish(StringRef entryName) {
  mlir::OpBuilder &b = emit.attributes();
  SmallVector<mlir::Value> results;
  SmallVector<mlir::DictionaryAttr> infos;
  for (Output &out : outputs) {
    setLocation(out.range);
    mlir::Value v = out.value.re;
    if (out.value.kind == Kind::Complex) {
      auto type = dynamicTensor(mlir::ComplexType::get(emit.element()));
      v = emit.make<ComplexOp>(type, out.value.re, out.value.im);
    }
    mlir::NamedAttrList info(argumentInfo(out.name, out.value.unit));
    info.append("seis.label", b.getStringAttr(out.label));
    results.push_back(v);
    infos.push_back(info.getDictionary(emit.context()));
  }
  SmallVector<mlir::NamedAttribute> attributes;
  if (options.dtMs && interval)
    attributes.push_back(b.getNamedAttr("seis.dt_ms", b.getF64FloatAttr(*options.dtMs)));
  if (!data.empty())
    attributes.push_back(b.getNamedAttr("seis.data", b.getArrayAttr(data)));
  return emit.finish(emit.location(), entryName, results, infos, attributes);
}
