//===- Descriptor.cpp - The constants of an object ------------------------===//
// Writes, as LLVM constants, the descriptor that the entry stubs read
// (seis_descriptor.h) and the structures that the caller of the object reads
// (seis_abi.h). The functions in the latter know their entry and pass, and forward
// to the stubs.
//===----------------------------------------------------------------------===//
#include "Internal.h"
#include "seis_descriptor.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/IRBuilder.h"

using namespace llvm;
using namespace seis;
using namespace seis::detail;

namespace {

std::string numberText(double v) {
  std::string text = json::print(json::Value(v));
  if (StringRef(text).ends_with(".0"))
    text.resize(text.size() - 2);
  return text;
}

/// "at least 0 and below 1", "a number".
std::string rangeText(const ParamSpec &p) {
  std::vector<std::string> parts;
  auto add = [&](const char *what, const std::optional<double> &v) {
    if (v)
      parts.push_back(what + numberText(*v));
  };
  add("at least ", p.min);
  add("above ", p.above);
  add("at most ", p.max);
  add("below ", p.below);
  return parts.empty() ? "a number" : join(parts, " and ");
}

class InterfaceBuilder {
public:
  InterfaceBuilder(Module &module, const ObjectSpec &spec, const ResolvedCpu &cpu, bool openmp)
      : module(module), spec(spec), cpu(cpu), openmp(openmp), context(module.getContext()),
        ptr(PointerType::get(context, 0)), i8(Type::getInt8Ty(context)),
        i32(Type::getInt32Ty(context)), i64(Type::getInt64Ty(context)),
        f64(Type::getDoubleTy(context)) {}

  Error build(StringRef manifest);

private:
  // Constants. Every structure has natural alignment, so that LLVM lays it out as C does.
  Constant *word(uint64_t v) { return ConstantInt::get(i32, v); }
  Constant *wide(int64_t v) { return ConstantInt::getSigned(i64, v); }
  Constant *real(double v) { return ConstantFP::get(f64, v); }
  Constant *null() { return ConstantPointerNull::get(ptr); }
  Constant *text(StringRef s) { return global(ConstantDataArray::getString(context, s), "text"); }
  GlobalVariable *global(Constant *init, const Twine &name);
  Constant *list(Type *type, ArrayRef<Constant *> items, const Twine &name);
  Constant *halo(const Footprint &f);
  /// A structure that must be as large as C's T.
  template <typename T> Constant *record(ArrayRef<Constant *> fields) {
    Constant *c = ConstantStruct::getAnon(context, fields);
    assert(module.getDataLayout().getTypeAllocSize(c->getType()) == sizeof(T));
    return c;
  }

  Constant *axes(ArrayRef<ArrayAxis> axes);
  Constant *port(StringRef name, DType dtype, ArrayRef<ArrayAxis> axes);
  Constant *param(const ParamSpec &p);
  Constant *terms(ArrayRef<Term> expression);
  Constant *requirement(const Requirement &r);
  /// A kernel of the module; null (and an error remembered) if it is missing or takes other things.
  Constant *kernel(StringRef symbol, Type *result, StringRef what);
  Constant *passDescriptor(const PassSpec &p);
  Constant *entryDescriptor(const EntrySpec &e, Constant *object);
  /// Per input the formats it may come in, as a mask.
  Constant *formats(const EntrySpec &e);

  /// A function of the interface: forwards its arguments, after `first`, to a stub.
  Constant *forward(const Twine &name, StringRef stub, Type *result, ArrayRef<Constant *> first,
                    ArrayRef<Type *> params);
  Constant *pass(const EntrySpec &e, unsigned index, Constant *descriptor);
  Constant *entry(const EntrySpec &e, Constant *descriptor);
  Constant *modules(ArrayRef<Constant *> entries, StringRef manifest);
  void query(Constant *object);

  Module &module;
  const ObjectSpec &spec;
  const ResolvedCpu &cpu;
  bool openmp;
  LLVMContext &context;
  PointerType *ptr;
  Type *i8, *i32, *i64, *f64;
  std::string problem;
};

GlobalVariable *InterfaceBuilder::global(Constant *init, const Twine &name) {
  auto *g = new GlobalVariable(module, init->getType(), /*isConstant=*/true,
                               GlobalValue::PrivateLinkage, init, "seis." + name);
  g->setUnnamedAddr(GlobalValue::UnnamedAddr::Global);
  return g;
}

Constant *InterfaceBuilder::list(Type *type, ArrayRef<Constant *> items, const Twine &name) {
  if (items.empty())
    return null();
  if (!type)
    type = items.front()->getType();
  return global(ConstantArray::get(ArrayType::get(type, items.size()), items), name);
}

Constant *InterfaceBuilder::halo(const Footprint &f) {
  SmallVector<Constant *> lo, hi, whole;
  for (unsigned a = 0; a < numAxes; ++a) {
    lo.push_back(wide(f[a].whole ? 0 : f[a].lo));
    hi.push_back(wide(f[a].whole ? 0 : f[a].hi));
    whole.push_back(word(f[a].whole));
  }
  return record<seis_halo>({ConstantArray::get(ArrayType::get(i64, numAxes), lo),
                            ConstantArray::get(ArrayType::get(i64, numAxes), hi),
                            ConstantArray::get(ArrayType::get(i32, numAxes), whole), word(0)});
}

Constant *InterfaceBuilder::axes(ArrayRef<ArrayAxis> axes) {
  SmallVector<Constant *> codes;
  for (const ArrayAxis &axis : axes)
    switch (axis.kind) {
    case ArrayAxis::Inline:
      codes.push_back(wide(SEIS_AXIS_INLINE));
      break;
    case ArrayAxis::Crossline:
      codes.push_back(wide(SEIS_AXIS_CROSSLINE));
      break;
    case ArrayAxis::Sample:
      codes.push_back(wide(SEIS_AXIS_SAMPLE));
      break;
    case ArrayAxis::Fixed:
      codes.push_back(wide(axis.extent));
      break;
    }
  return list(i64, codes, "axes");
}

Constant *InterfaceBuilder::port(StringRef name, DType dtype, ArrayRef<ArrayAxis> portAxes) {
  return record<seis_port>(
      {text(name), axes(portAxes), word(portAxes.size()), word(static_cast<uint32_t>(dtype))});
}

Constant *InterfaceBuilder::param(const ParamSpec &p) {
  unsigned has = (p.min ? SEIS_HAS_MIN : 0) | (p.max ? SEIS_HAS_MAX : 0) |
                 (p.above ? SEIS_HAS_ABOVE : 0) | (p.below ? SEIS_HAS_BELOW : 0);
  return record<seis_param>({text(p.name), text(rangeText(p)), real(p.min.value_or(0)),
                             real(p.max.value_or(0)), real(p.above.value_or(0)),
                             real(p.below.value_or(0)), word(has), word(0)});
}

Constant *InterfaceBuilder::terms(ArrayRef<Term> expression) {
  static_assert(Term::Number == SEIS_TERM_NUMBER && Term::Max == SEIS_TERM_MAX);
  assert(expression.size() <= SEIS_MAX_TERMS);
  SmallVector<Constant *> all;
  for (const Term &t : expression)
    all.push_back(record<seis_term>({word(t.kind), word(t.parameter), real(t.number)}));
  return list(nullptr, all, "terms");
}

Constant *InterfaceBuilder::requirement(const Requirement &r) {
  static_assert(static_cast<unsigned>(Bound::Below) == SEIS_BOUND_BELOW);
  return record<seis_requirement>({text(r.name), text(boundText(r.bound)), terms(r.value),
                                   terms(r.limit), word(r.value.size()), word(r.limit.size()),
                                   word(static_cast<unsigned>(r.bound)), word(0)});
}

Constant *InterfaceBuilder::kernel(StringRef symbol, Type *result, StringRef what) {
  Function *f = module.getFunction(symbol);
  FunctionType *wanted = FunctionType::get(result, {ptr}, false);
  if (f && !f->isDeclaration() && f->getFunctionType() == wanted)
    return f;
  if (problem.empty())
    problem = ("the module has no function '" + symbol + "' from a pointer to i" +
               Twine(result->getIntegerBitWidth()) + ", wanted for " + what)
                  .str();
  return null();
}

Constant *InterfaceBuilder::passDescriptor(const PassSpec &p) {
  SmallVector<Constant *> kinds;
  for (PassElement e : p.elements)
    kinds.push_back(ConstantInt::get(i8, static_cast<unsigned>(e)));
  return record<seis_pass_desc>({text(p.name), list(i8, kinds, "elements"),
                                 wide(static_cast<int64_t>(kinds.size())), halo(p.halo),
                                 kernel(p.reduceSymbol, i32, "pass '" + p.name + "'"),
                                 kernel(p.scratchSymbol, i64, "scratch of pass '" + p.name + "'")});
}

Constant *InterfaceBuilder::entryDescriptor(const EntrySpec &e, Constant *object) {
  SmallVector<Constant *> inputs, outputs, params, requirements, passes;
  Footprint widest;
  for (const InputSpec &in : e.inputs) {
    inputs.push_back(port(in.name, in.dtype, in.axes));
    widest = widest.unite(in.halo);
  }
  for (const OutputSpec &out : e.outputs)
    outputs.push_back(port(out.name, out.dtype, out.axes));
  for (const ParamSpec &p : e.params)
    params.push_back(param(p));
  for (const Requirement &r : e.requirements)
    requirements.push_back(requirement(r));
  for (const PassSpec &p : e.passes)
    passes.push_back(passDescriptor(p));
  Constant *threads = null();
  if (openmp)
    threads = cast<Constant>(
        module.getOrInsertFunction("omp_get_max_threads", FunctionType::get(i32, false))
            .getCallee());
  Constant *descriptor = record<seis_entry_desc>(
      {text(e.name), object, list(nullptr, inputs, "inputs"), list(nullptr, outputs, "outputs"),
       list(nullptr, params, "params"), list(nullptr, requirements, "requirements"),
       list(nullptr, passes, "passes"), word(inputs.size()), word(outputs.size()),
       word(params.size()), word(requirements.size()), word(passes.size()), word(0), halo(widest),
       kernel(e.runSymbol, i32, "entry '" + e.name + "'"),
       kernel(e.scratchSymbol, i64, "scratch of entry '" + e.name + "'"), threads});
  if (hasFormats(spec))
    descriptor = record<seis_storage_entry_desc>({descriptor, formats(e)});
  return global(descriptor, "descriptor." + e.name);
}

Constant *InterfaceBuilder::formats(const EntrySpec &e) {
  SmallVector<Constant *> masks;
  for (const InputSpec &in : e.inputs) {
    uint32_t mask = 0;
    for (kernel_abi::SampleFormat format : in.formats)
      mask |= 1u << static_cast<uint32_t>(format);
    masks.push_back(word(mask));
  }
  return list(i32, masks, "formats");
}

Constant *InterfaceBuilder::forward(const Twine &name, StringRef stub, Type *result,
                                    ArrayRef<Constant *> first, ArrayRef<Type *> params) {
  SmallVector<Type *> stubParams;
  for (Constant *c : first)
    stubParams.push_back(c->getType());
  stubParams.append(params.begin(), params.end());
  FunctionCallee callee =
      module.getOrInsertFunction(stub, FunctionType::get(result, stubParams, false));
  auto *f = Function::Create(FunctionType::get(result, params, false), GlobalValue::InternalLinkage,
                             name, module);
  f->addFnAttr("target-cpu", "x86-64");
  f->setDoesNotThrow();
  IRBuilder<> b(BasicBlock::Create(context, "", f));
  SmallVector<Value *> args(first.begin(), first.end());
  for (Argument &arg : f->args())
    args.push_back(&arg);
  CallInst *call = b.CreateCall(callee, args);
  call->setTailCall();
  if (result->isVoidTy())
    b.CreateRetVoid();
  else
    b.CreateRet(call);
  return f;
}

Constant *InterfaceBuilder::pass(const EntrySpec &e, unsigned index, Constant *descriptor) {
  const PassSpec &p = e.passes[index];
  std::string name = cIdentifier(e.name) + "." + cIdentifier(p.name);
  Constant *first[] = {descriptor, word(index)};
  Constant *shape = list(i64, {wide(static_cast<int64_t>(p.elements.size()))}, "table_shape");
  // partial_bytes takes params, which the size of a partial does not depend on.
  auto *bytes = Function::Create(FunctionType::get(i64, {ptr}, false), GlobalValue::InternalLinkage,
                                 name + ".partial_bytes", module);
  bytes->addFnAttr("target-cpu", "x86-64");
  bytes->setDoesNotThrow();
  IRBuilder<> b(BasicBlock::Create(context, "", bytes));
  FunctionCallee callee = module.getOrInsertFunction("seis_stub_partial_bytes",
                                                     FunctionType::get(i64, {ptr, i32}, false));
  b.CreateRet(b.CreateCall(callee, {first[0], first[1]}));
  // init takes (params, partial); the stub wants the partial alone.
  auto *init = Function::Create(FunctionType::get(Type::getVoidTy(context), {ptr, ptr}, false),
                                GlobalValue::InternalLinkage, name + ".init", module);
  init->addFnAttr("target-cpu", "x86-64");
  init->setDoesNotThrow();
  b.SetInsertPoint(BasicBlock::Create(context, "", init));
  callee = module.getOrInsertFunction(
      "seis_stub_init", FunctionType::get(Type::getVoidTy(context), {ptr, i32, ptr}, false));
  b.CreateCall(callee, {first[0], first[1], init->getArg(1)});
  b.CreateRetVoid();
  return global(
      record<seis_pass>(
          {word(sizeof(seis_pass)), word(SEIS_F64), word(1), word(0), shape, text(p.name), bytes,
           forward(name + ".scratch_bytes", "seis_stub_pass_scratch", i64, first, {ptr, i32}), init,
           forward(name + ".reduce", "seis_stub_reduce", i32, first,
                   {ptr, ptr, ptr, ptr, ptr, ptr, ptr}),
           forward(name + ".merge", "seis_stub_merge", i32, first, {ptr, ptr}),
           forward(name + ".finish", "seis_stub_finish", i32, first, {ptr, ptr})}),
      "pass");
}

Constant *InterfaceBuilder::entry(const EntrySpec &e, Constant *descriptor) {
  SmallVector<Constant *> passes;
  for (unsigned i = 0; i < e.passes.size(); ++i)
    passes.push_back(pass(e, i, descriptor));
  std::string name = cIdentifier(e.name);
  return global(
      record<seis_entry>(
          {word(sizeof(seis_entry)), word(e.inputs.size()), word(e.outputs.size()),
           word(e.params.size()), word(passes.size()), word(0), text(e.name),
           list(ptr, passes, "pass_list"),
           forward(name + ".scratch_bytes", "seis_stub_scratch", i64, {descriptor}, {ptr, i32}),
           forward(name + ".run", "seis_stub_run", i32, {descriptor},
                   {ptr, ptr, ptr, ptr, ptr, ptr})}),
      "entry");
}

/// The module for a fit machine, then one for each feature that may be missing: all constants, so
/// that nothing need be written when the object is opened.
Constant *InterfaceBuilder::modules(ArrayRef<Constant *> entries, StringRef manifest) {
  Constant *entryList = list(ptr, entries, "entry_list");
  GlobalVariable *manifestText =
      global(ConstantDataArray::getString(context, manifest), "manifest");
  manifestText->setSection(".seis.manifest");
  manifestText->setAlignment(Align(1));
  auto one = [&](Constant *statusText, unsigned status) {
    return record<seis_module>({word(sizeof(seis_module)), word(SEIS_ABI_VERSION), word(SEIS_CPU),
                                word(entries.size()), entryList, manifestText, null(), wide(0),
                                statusText, word(status), word(0)});
  };
  SmallVector<Constant *> all = {one(text(""), SEIS_OK)};
  for (const std::string &feature : cpu.required)
    all.push_back(one(text("this object was compiled for " + cpu.name +
                           " and needs the CPU feature " + feature +
                           ", which this machine or its system does not have; compile it again "
                           "here with --cpu=native, or with --cpu=x86-64-v3"),
                      SEIS_ERR_CPU));
  return list(nullptr, all, "modules");
}

void InterfaceBuilder::query(Constant *object) {
  auto *f = cast<Function>(forward(querySymbol(spec), "seis_stub_query", ptr, {object}, {i32}));
  f->setLinkage(GlobalValue::ExternalLinkage);
  f->setVisibility(GlobalValue::HiddenVisibility);
}

Error InterfaceBuilder::build(StringRef manifest) {
  if (module.getNamedValue(querySymbol(spec)))
    return userError("the module already has a symbol '" + querySymbol(spec) + "'");
  SmallVector<Constant *> features;
  for (const std::string &name : cpu.required)
    features.push_back(
        ConstantInt::get(i8, llvm::find(cpuFeatureNames(), name) - cpuFeatureNames().begin()));
  // Entries lead to the object and the object to its entries: the object is filled in last.
  StructType *objectType = StructType::get(context, {ptr, i64, ptr});
  GlobalVariable *object = global(ConstantAggregateZero::get(objectType), "object");
  SmallVector<Constant *> entries;
  for (const EntrySpec &e : spec.entries)
    entries.push_back(entry(e, entryDescriptor(e, object)));
  if (!problem.empty())
    return userError(problem);
  object->setInitializer(record<seis_object_desc>({list(i8, features, "features"),
                                                   wide(static_cast<int64_t>(features.size())),
                                                   modules(entries, manifest)}));
  query(object);
  return Error::success();
}

} // namespace

bool seis::detail::hasFormats(const ObjectSpec &spec) {
  return any_of(spec.entries, [](const EntrySpec &e) {
    return any_of(e.inputs, [](const InputSpec &in) { return !in.formats.empty(); });
  });
}

std::string seis::detail::querySymbol(const ObjectSpec &spec) {
  return "seis_query_" + cIdentifier(spec.name);
}

Error seis::detail::addInterface(Module &module, const ObjectSpec &spec, const ResolvedCpu &cpu,
                                 bool openmp, StringRef manifest) {
  return InterfaceBuilder(module, spec, cpu, openmp).build(manifest);
}
