//===- Emitter.cpp - Builds the IR of a program ----------------------------===//
#include "Emitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/OperationSupport.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include <cmath>

using namespace mlir;
using namespace seis;
using namespace seis::fe;

//===----------------------------------------------------------------------===//
// The same operations on numbers
//===----------------------------------------------------------------------===//

double seis::fe::foldUnary(Unary op, double x) {
  switch (op) {
  case Unary::Neg:
    return -x;
  case Unary::Abs:
    return std::abs(x);
  case Unary::Sqrt:
    return std::sqrt(x);
  case Unary::Cbrt:
    return std::cbrt(x);
  case Unary::Exp:
    return std::exp(x);
  case Unary::Log:
    return std::log(x);
  case Unary::Sin:
    return std::sin(x);
  case Unary::Cos:
    return std::cos(x);
  case Unary::Tan:
    return std::tan(x);
  case Unary::Acos:
    return std::acos(x);
  case Unary::Atan:
    return std::atan(x);
  case Unary::Floor:
    return std::floor(x);
  case Unary::Ceil:
    return std::ceil(x);
  case Unary::Trunc:
    return std::trunc(x);
  case Unary::Round:
    return std::nearbyint(x); // halves to even
  case Unary::Sign:
    return x > 0 ? 1 : x < 0 ? -1 : x == 0 ? 0 : x;
  case Unary::Nan0:
    return std::isnan(x) ? 0 : x;
  }
  return 0;
}

double seis::fe::foldBinary(Binary op, double x, double y) {
  bool nan = std::isnan(x) || std::isnan(y);
  switch (op) {
  case Binary::Add:
    return x + y;
  case Binary::Sub:
    return x - y;
  case Binary::Mul:
    return x * y;
  case Binary::Div:
    return x / y;
  case Binary::Min:
    return nan ? std::nan("") : std::min(x, y);
  case Binary::Max:
    return nan ? std::nan("") : std::max(x, y);
  case Binary::Pow:
    return std::pow(x, y);
  case Binary::Atan2:
    return std::atan2(x, y);
  case Binary::Hypot:
    return std::hypot(x, y);
  case Binary::Mod: {
    double r = std::fmod(x, y);
    return r != 0 && (r < 0) != (y < 0) ? r + y : r;
  }
  }
  return 0;
}

bool seis::fe::foldRelation(Relation op, double x, double y) {
  switch (op) {
  case Relation::Less:
    return x < y;
  case Relation::LessEqual:
    return x <= y;
  case Relation::Greater:
    return x > y;
  case Relation::GreaterEqual:
    return x >= y;
  case Relation::Equal:
    return x == y;
  case Relation::NotEqual:
    return x != y;
  }
  return false;
}

//===----------------------------------------------------------------------===//
// Function
//===----------------------------------------------------------------------===//

Emitter::Emitter(MLIRContext &context, bool f64)
    : builder(&context), loc(UnknownLoc::get(&context)),
      elementType(f64 ? Type(builder.getF64Type()) : Type(builder.getF32Type())) {
  module = ModuleOp::create(loc);
  builder.setInsertionPointToEnd(module->getBody());
  func = func::FuncOp::create(builder, loc, "entry", builder.getFunctionType({}, {}));
  body = func.addEntryBlock();
  builder.setInsertionPointToEnd(body);
}

Emitter::~Emitter() {
  for (auto *list : {&regions, &dropped})
    for (std::unique_ptr<Region> &region : *list)
      region->dropAllReferences();
}

mlir::Value Emitter::addVolume(Location l, const NamedAttrList &attributes, bool isComplex) {
  Type type = isComplex ? dynamicTensor(ComplexType::get(elementType)) : volumeType();
  argumentAttributes.insert(argumentAttributes.begin() + numVolumes,
                            attributes.getDictionary(context()));
  return body->insertArgument(numVolumes++, type, l);
}

mlir::Value Emitter::addTable(Location l, const NamedAttrList &attributes) {
  unsigned at = numVolumes + numTables++;
  argumentAttributes.insert(argumentAttributes.begin() + at, attributes.getDictionary(context()));
  droppable.insert(argumentAttributes[at]);
  return body->insertArgument(at, dynamicTensor(builder.getF64Type(), 1), l);
}

mlir::Value Emitter::addScalar(Location l, const NamedAttrList &attributes, bool isDeclared) {
  argumentAttributes.push_back(attributes.getDictionary(context()));
  if (!isDeclared)
    droppable.insert(argumentAttributes.back());
  return body->addArgument(builder.getF64Type(), l);
}

bool Emitter::isParameter(mlir::Value value) const {
  auto argument = dyn_cast<BlockArgument>(value);
  return argument && argument.getOwner() == body && argument.getType().isF64();
}

static std::optional<double> numberOf(DictionaryAttr attributes, StringRef name) {
  auto number = attributes.getAs<FloatAttr>(name);
  return number ? std::optional(number.getValueAsDouble()) : std::nullopt;
}

void Emitter::tighten(mlir::Value parameter, StringRef name, double limit) {
  DictionaryAttr &info = argumentAttributes[cast<BlockArgument>(parameter).getArgNumber()];
  bool isLower = name == "seis.min" || name == "seis.above";
  if (auto present = numberOf(info, name))
    limit = isLower ? std::max(limit, *present) : std::min(limit, *present);
  NamedAttrList changed(info);
  changed.set(name, builder.getF64FloatAttr(limit));
  info = changed.getDictionary(context());
}

std::optional<double> Emitter::defaultOf(mlir::Value parameter) const {
  return numberOf(argumentAttributes[cast<BlockArgument>(parameter).getArgNumber()],
                  "seis.default");
}

/// Appends an expression in postfix order. It is bounded: an object evaluates it in every call.
bool Emitter::appendPostfix(mlir::Value value, SmallVectorImpl<Attribute> &terms) const {
  constexpr size_t longest = 64;
  if (terms.size() >= longest)
    return false;
  auto append = [&](const Twine &text) {
    terms.push_back(StringAttr::get(value.getContext(), text));
  };
  if (isParameter(value)) {
    DictionaryAttr info = argumentAttributes[cast<BlockArgument>(value).getArgNumber()];
    auto name = info.getAs<StringAttr>("seis.name");
    if (name)
      append("%" + name.getValue());
    return static_cast<bool>(name);
  }
  Operation *op = value.getDefiningOp();
  if (auto constant = dyn_cast_or_null<arith::ConstantOp>(op)) {
    terms.push_back(constant.getValue());
    return isa<FloatAttr>(constant.getValue());
  }
  StringRef text = !op                          ? ""
                   : isa<arith::NegFOp>(op)     ? "neg"
                   : isa<arith::AddFOp>(op)     ? "+"
                   : isa<arith::SubFOp>(op)     ? "-"
                   : isa<arith::MulFOp>(op)     ? "*"
                   : isa<arith::DivFOp>(op)     ? "/"
                   : isa<arith::MinimumFOp>(op) ? "min"
                   : isa<arith::MaximumFOp>(op) ? "max"
                                                : "";
  if (text.empty() ||
      !llvm::all_of(op->getOperands(), [&](mlir::Value x) { return appendPostfix(x, terms); }))
    return false;
  append(text);
  return terms.size() <= longest;
}

bool Emitter::require(StringRef name, mlir::Value value, Bound bound, mlir::Value limit) {
  SmallVector<Attribute> terms, limitTerms;
  if (!appendPostfix(value, terms) || !appendPostfix(limit, limitTerms))
    return false;
  requirements.insert(RequirementAttr::get(context(), builder.getStringAttr(name), bound,
                                           builder.getArrayAttr(terms),
                                           builder.getArrayAttr(limitTerms)));
  return true;
}

/// Erases what no result needs: operations, and tables and parameters that only they used.
void Emitter::eraseUnused() {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(*body)))
    if (isOpTriviallyDead(&op))
      op.erase();
  for (unsigned i = body->getNumArguments(); i-- > numVolumes;) {
    if (!body->getArgument(i).use_empty() || !droppable.contains(argumentAttributes[i]))
      continue;
    body->eraseArgument(i);
    argumentAttributes.erase(argumentAttributes.begin() + i);
  }
}

OwningOpRef<ModuleOp> Emitter::finish(Location l, StringRef name, ArrayRef<mlir::Value> results,
                                      ArrayRef<DictionaryAttr> resultAttributes,
                                      ArrayRef<NamedAttribute> attributes) {
  builder.setInsertionPointToEnd(body);
  func::ReturnOp::create(builder, l, results);
  SmallVector<Type> resultTypes;
  for (mlir::Value v : results)
    resultTypes.push_back(v.getType());
  eraseUnused();
  func.setName(name);
  func.setFunctionType(builder.getFunctionType(body->getArgumentTypes(), resultTypes));
  func->setLoc(l);
  func->setAttr("seis.entry", builder.getUnitAttr());
  for (NamedAttribute a : attributes)
    func->setAttr(a.getName(), a.getValue());
  if (!requirements.empty())
    func->setAttr("seis.require", builder.getArrayAttr(requirements.getArrayRef()));
  func.setAllArgAttrs(ArrayRef<DictionaryAttr>(argumentAttributes));
  func.setAllResultAttrs(resultAttributes);
  return std::move(module);
}

Type Emitter::typeAt(Level level) const {
  if (level == Level::Scalar)
    return Float64Type::get(elementType.getContext());
  return dynamicTensor(elementType, level == Level::Volume ? 3 : 2);
}

//===----------------------------------------------------------------------===//
// Sharing
//===----------------------------------------------------------------------===//

/// Moves a new operation to where it belongs, and drops it for an equal one.
Operation *Emitter::share(Operation *op) {
  Block *home = body;
  for (const std::unique_ptr<Region> &region : regions)
    for (mlir::Value operand : op->getOperands())
      if (operand.getParentRegion() == region.get())
        home = &region->front();
  auto hash = static_cast<size_t>(OperationEquivalence::computeHash(
      op, OperationEquivalence::directHashValue, OperationEquivalence::ignoreHashValue,
      OperationEquivalence::IgnoreLocations));
  auto [first, last] = known.equal_range(hash);
  for (auto it = first; it != last; ++it)
    if (OperationEquivalence::isEquivalentTo(it->second, op,
                                             OperationEquivalence::IgnoreLocations)) {
      op->erase();
      return it->second;
    }
  if (op->getBlock() != home)
    op->moveBefore(home, home->end()); // into the region of the frequency it depends on
  known.emplace(hash, op);
  ++numOps;
  return op;
}

bool Emitter::dependsOnFrequency(mlir::Value value) const {
  return llvm::any_of(regions,
                      [&](const auto &region) { return value.getParentRegion() == region.get(); });
}

//===----------------------------------------------------------------------===//
// Elementwise
//===----------------------------------------------------------------------===//

mlir::Value Emitter::constant(double value) {
  return make<arith::ConstantOp>(builder.getF64FloatAttr(value));
}

mlir::Value Emitter::unary(Unary op, mlir::Value x) {
  switch (op) {
  case Unary::Neg:
    return make<arith::NegFOp>(x);
  case Unary::Abs:
    return make<math::AbsFOp>(x);
  case Unary::Sqrt:
    return make<math::SqrtOp>(x);
  case Unary::Cbrt:
    return make<math::CbrtOp>(x);
  case Unary::Exp:
    return make<math::ExpOp>(x);
  case Unary::Log:
    return make<math::LogOp>(x);
  case Unary::Sin:
    return make<math::SinOp>(x);
  case Unary::Cos:
    return make<math::CosOp>(x);
  case Unary::Tan:
    return make<math::TanOp>(x);
  case Unary::Acos:
    return make<math::AcosOp>(x);
  case Unary::Atan:
    return make<math::AtanOp>(x);
  case Unary::Floor:
    return make<math::FloorOp>(x);
  case Unary::Ceil:
    return make<math::CeilOp>(x);
  case Unary::Trunc:
    return make<math::TruncOp>(x);
  case Unary::Round:
    return make<math::RoundEvenOp>(x);
  case Unary::Sign:
    return make<SignOp>(x.getType(), x);
  case Unary::Nan0:
    return make<Nan0Op>(x.getType(), x);
  }
  return {};
}

mlir::Value Emitter::binary(Binary op, mlir::Value x, mlir::Value y) {
  switch (op) {
  case Binary::Add:
    return make<arith::AddFOp>(x, y);
  case Binary::Sub:
    return make<arith::SubFOp>(x, y);
  case Binary::Mul:
    return make<arith::MulFOp>(x, y);
  case Binary::Div:
    return make<arith::DivFOp>(x, y);
  case Binary::Min:
    return make<arith::MinimumFOp>(x, y);
  case Binary::Max:
    return make<arith::MaximumFOp>(x, y);
  case Binary::Pow:
    return make<math::PowFOp>(x, y);
  case Binary::Atan2:
    return make<math::Atan2Op>(x, y);
  case Binary::Hypot:
    return make<HypotOp>(x.getType(), x, y);
  case Binary::Mod:
    return make<ModOp>(x.getType(), x, y);
  }
  return {};
}

mlir::Value Emitter::compare(Relation op, mlir::Value x, mlir::Value y) {
  using P = arith::CmpFPredicate;
  static constexpr P predicates[] = {P::OLT, P::OLE, P::OGT, P::OGE, P::OEQ, P::UNE};
  return make<arith::CmpFOp>(predicates[static_cast<unsigned>(op)], x, y);
}

mlir::Value Emitter::isNan(mlir::Value x) {
  return make<arith::CmpFOp>(arith::CmpFPredicate::UNO, x, x);
}

mlir::Value Emitter::select(mlir::Value condition, mlir::Value yes, mlir::Value no) {
  return yes == no ? yes : make<arith::SelectOp>(condition, yes, no);
}
mlir::Value Emitter::andOf(mlir::Value x, mlir::Value y) { return make<arith::AndIOp>(x, y); }
mlir::Value Emitter::orOf(mlir::Value x, mlir::Value y) { return make<arith::OrIOp>(x, y); }

/// The predicate that holds exactly where `p` does not, NaN included.
static arith::CmpFPredicate opposite(arith::CmpFPredicate p) {
  using P = arith::CmpFPredicate;
  if (p == P::ORD)
    return P::UNO;
  if (p == P::UNO)
    return P::ORD;
  if (p == P::AlwaysFalse)
    return P::AlwaysTrue;
  if (p == P::AlwaysTrue)
    return P::AlwaysFalse;
  return static_cast<P>(14 - static_cast<int>(p)); // OEQ 1 and UNE 13, OGT 2 and ULE 12, ...
}

mlir::Value Emitter::notOf(mlir::Value x) {
  if (auto cmp = x.getDefiningOp<arith::CmpFOp>())
    return make<arith::CmpFOp>(opposite(cmp.getPredicate()), cmp.getLhs(), cmp.getRhs());
  return make<arith::XOrIOp>(x, boolConstant(x, true));
}

/// True or false of the type of `like`.
mlir::Value Emitter::boolConstant(mlir::Value like, bool value) {
  if (!isa<RankedTensorType>(like.getType()))
    return make<arith::ConstantOp>(builder.getBoolAttr(value));
  // Tensors here have dynamic extents, so there is no splat constant: compare a repeated number.
  mlir::Value number = constant(value ? 1 : 0);
  auto tensor = cast<RankedTensorType>(like.getType());
  mlir::Value all = make<BroadcastOp>(dynamicTensor(elementType, tensor.getRank()), number);
  return make<arith::CmpFOp>(arith::CmpFPredicate::OEQ, all, all);
}

mlir::Value Emitter::broadcast(mlir::Value x, Level from, Level to) {
  return from == to ? x : make<BroadcastOp>(typeAt(to), x);
}

mlir::Value Emitter::broadcastBool(mlir::Value x, Level from, Level to) {
  if (from == to)
    return x;
  // `seis.broadcast` takes numbers: true is 1.
  mlir::Value one = broadcast(constant(1), Level::Scalar, from);
  mlir::Value zero = broadcast(constant(0), Level::Scalar, from);
  mlir::Value number = broadcast(select(x, one, zero), from, to);
  return compare(Relation::NotEqual, number, broadcast(constant(0), Level::Scalar, to));
}

//===----------------------------------------------------------------------===//
// Multiplier of specmul
//===----------------------------------------------------------------------===//

mlir::Value Emitter::beginMultiplier() {
  regions.push_back(std::make_unique<Region>(func));
  Block &block = regions.back()->emplaceBlock();
  return block.addArgument(builder.getF64Type(), loc);
}

mlir::Value Emitter::endMultiplier(mlir::Value input, mlir::Value fs, mlir::Value multiplier) {
  std::unique_ptr<Region> region = std::move(regions.back());
  regions.pop_back();
  Block &block = region->front();
  // Constants move inside: the region then needs parameters of the program at most.
  IRMapping inside;
  OpBuilder front(builder.getContext());
  front.setInsertionPointToStart(&block);
  auto localise = [&](mlir::Value v) -> mlir::Value {
    auto c = v.getDefiningOp<arith::ConstantOp>();
    if (!c || c->getBlock() == &block)
      return v;
    if (!inside.contains(v))
      inside.map(v, front.clone(*c)->getResult(0));
    return inside.lookup(v);
  };
  // Operations of a closed region must not be found again.
  for (auto it = known.begin(); it != known.end();)
    it = it->second->getBlock() == &block ? known.erase(it) : std::next(it);
  for (Operation &op : block)
    for (OpOperand &operand : op.getOpOperands())
      operand.set(localise(operand.get()));
  multiplier = localise(multiplier);
  OpBuilder end = OpBuilder::atBlockEnd(&block);
  YieldOp::create(end, loc, multiplier);
  auto op = SpecMulOp::create(builder, loc, input.getType(), input, fs);
  op.getMultiplier().takeBody(*region);
  return share(op)->getResult(0);
}

void Emitter::dropMultiplier() {
  Block &block = regions.back()->front();
  for (auto it = known.begin(); it != known.end();)
    it = it->second->getBlock() == &block ? known.erase(it) : std::next(it);
  // Kept until the end: values of the failed evaluation still refer to it.
  dropped.push_back(std::move(regions.back()));
  regions.pop_back();
}
