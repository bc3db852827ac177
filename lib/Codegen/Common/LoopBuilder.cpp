//===- LoopBuilder.cpp - A short hand for loops, addresses, vectors -------===//
#include "seis/Codegen/Common/LoopBuilder.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace seis;

Value LoopBuilder::i64(int64_t v) {
  return arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(v));
}
Value LoopBuilder::add(Value x, Value y) { return b.createOrFold<arith::AddIOp>(loc, x, y); }
Value LoopBuilder::sub(Value x, Value y) { return b.createOrFold<arith::SubIOp>(loc, x, y); }
Value LoopBuilder::mul(Value x, Value y) { return b.createOrFold<arith::MulIOp>(loc, x, y); }
Value LoopBuilder::divFloor(Value x, Value y) { return b.createOrFold<arith::DivUIOp>(loc, x, y); }
Value LoopBuilder::divCeil(Value x, Value y) { return divFloor(add(x, sub(y, 1)), y); }
Value LoopBuilder::rem(Value x, Value y) { return b.createOrFold<arith::RemUIOp>(loc, x, y); }
Value LoopBuilder::min(Value x, Value y) { return b.createOrFold<arith::MinSIOp>(loc, x, y); }
Value LoopBuilder::max(Value x, Value y) { return b.createOrFold<arith::MaxSIOp>(loc, x, y); }
Value LoopBuilder::roundUp(Value x, int64_t multiple) {
  return mul(divFloor(add(x, multiple - 1), i64(multiple)), multiple);
}
Value LoopBuilder::cmp(arith::CmpIPredicate p, Value x, Value y) {
  return b.createOrFold<arith::CmpIOp>(loc, p, x, y);
}
Value LoopBuilder::both(Value x, Value y) { return b.createOrFold<arith::AndIOp>(loc, x, y); }
Value LoopBuilder::bit(bool v) { return arith::ConstantOp::create(b, loc, b.getBoolAttr(v)); }
Value LoopBuilder::either(Value x, Value y) { return b.createOrFold<arith::OrIOp>(loc, x, y); }
Value LoopBuilder::select(Value c, Value x, Value y) {
  return b.createOrFold<arith::SelectOp>(loc, c, x, y);
}

Value LoopBuilder::at(Value ptr, Value byteOffset) {
  return LLVM::GEPOp::create(b, loc, ptrType(), b.getI8Type(), ptr, ValueRange{byteOffset});
}
Value LoopBuilder::at(Value ptr, int64_t byteOffset) {
  if (byteOffset == 0)
    return ptr;
  return LLVM::GEPOp::create(b, loc, ptrType(), b.getI8Type(), ptr,
                             ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(byteOffset)});
}
Value LoopBuilder::element(Value ptr, Type type, Value index) {
  return LLVM::GEPOp::create(b, loc, ptrType(), type, ptr, ValueRange{index});
}
Value LoopBuilder::load(Type type, Value ptr, unsigned align) {
  return LLVM::LoadOp::create(b, loc, type, ptr, align);
}
void LoopBuilder::store(Value v, Value ptr, unsigned align) {
  LLVM::StoreOp::create(b, loc, v, ptr, align);
}
Value LoopBuilder::maskedLoad(VectorType type, Value ptr, Value mask, unsigned align) {
  Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(type));
  return LLVM::MaskedLoadOp::create(b, loc, type, ptr, mask, zero, b.getI32IntegerAttr(align),
                                    /*nontemporal=*/nullptr);
}
void LoopBuilder::maskedStore(Value v, Value ptr, Value mask, unsigned align) {
  LLVM::MaskedStoreOp::create(b, loc, v, ptr, mask, align);
}

void LoopBuilder::storePast(Value v, Value ptr, unsigned align) {
  LLVM::StoreOp::create(b, loc, v, ptr, align, /*isVolatile=*/false, /*isNonTemporal=*/true);
}

void LoopBuilder::storeFirstPast(Value v, Value ptr, Value count) {
  // Only integers have an instruction for single elements.
  auto type = cast<VectorType>(v.getType());
  unsigned bytes = type.getElementTypeBitWidth() / 8;
  Type lane = b.getIntegerType(8 * bytes);
  Value kept = stack(type.getNumElements() * bytes);
  store(v, kept, 64);
  loop(i64(0), count, 1, [&](Value n) {
    storePast(load(lane, element(kept, lane, n)), element(ptr, lane, n), bytes);
  });
}

void LoopBuilder::prefetch(Value ptr, bool toWrite) {
  LLVM::Prefetch::create(b, loc, ptr, /*rw=*/toWrite, /*hint=*/2, /*cache=*/1);
}

Operation *LoopBuilder::functionAround() {
  Operation *op = b.getInsertionBlock()->getParentOp();
  return isa<func::FuncOp>(op) ? op : op->getParentOfType<func::FuncOp>();
}
ModuleOp LoopBuilder::moduleAround() { return functionAround()->getParentOfType<ModuleOp>(); }

Value LoopBuilder::stack(int64_t bytes) {
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(&cast<func::FuncOp>(functionAround()).front());
  Value count = arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(bytes));
  return LLVM::AllocaOp::create(b, loc, ptrType(), b.getI8Type(), count, /*alignment=*/64);
}

Value LoopBuilder::constantData(StringRef name, DenseElementsAttr data) {
  ModuleOp module = moduleAround();
  auto type = data.getType();
  auto array = LLVM::LLVMArrayType::get(type.getElementType(), type.getNumElements());
  // Equal tables are one.
  for (auto global : module.getOps<LLVM::GlobalOp>())
    if (global.getValueOrNull() == data)
      return LLVM::AddressOfOp::create(b, loc, ptrType(), global.getSymName());
  std::string unique = name.str();
  for (unsigned k = 2; module.lookupSymbol(unique); ++k)
    unique = (name + "_" + Twine(k)).str();
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(module.getBody());
    LLVM::GlobalOp::create(b, loc, array, /*isConstant=*/true, LLVM::Linkage::Internal, unique,
                           data,
                           /*alignment=*/64);
  }
  return LLVM::AddressOfOp::create(b, loc, ptrType(), unique);
}

Value LoopBuilder::real(Type type, double v) {
  auto element = cast<FloatType>(getElementTypeOrSelf(type));
  TypedAttr attr = b.getFloatAttr(element, v);
  if (auto shaped = dyn_cast<ShapedType>(type))
    attr = DenseElementsAttr::get(shaped, attr);
  return arith::ConstantOp::create(b, loc, attr);
}
Value LoopBuilder::broadcast(VectorType type, Value scalar) {
  return vector::BroadcastOp::create(b, loc, type, scalar);
}
Value LoopBuilder::fadd(Value x, Value y) { return arith::AddFOp::create(b, loc, x, y); }
Value LoopBuilder::fsub(Value x, Value y) { return arith::SubFOp::create(b, loc, x, y); }
Value LoopBuilder::fmul(Value x, Value y) { return arith::MulFOp::create(b, loc, x, y); }
Value LoopBuilder::fneg(Value x) { return arith::NegFOp::create(b, loc, x); }
Value LoopBuilder::fma(Value x, Value y, Value z) { return math::FmaOp::create(b, loc, x, y, z); }

Value LoopBuilder::lanes(int64_t n, unsigned width) {
  SmallVector<APInt> values;
  for (int64_t k = 0; k < n; ++k)
    values.emplace_back(width, k);
  auto type = vec(n, b.getIntegerType(width));
  return arith::ConstantOp::create(b, loc, DenseElementsAttr::get(type, values));
}
Value LoopBuilder::firstLanes(int64_t n, Value count) {
  // 32-bit lanes: one comparison of a register; counts beyond n are cut before.
  Value cut = arith::TruncIOp::create(b, loc, b.getI32Type(), max(min(count, i64(n)), i64(0)));
  Value limit = broadcast(vec(n, b.getI32Type()), cut);
  return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, lanes(n, 32), limit);
}

// The bodies are filled after the loop has its place: they look for the function around them.
void LoopBuilder::loop(Value lo, Value hi, Value step, Body body) {
  auto op = scf::ForOp::create(b, loc, lo, hi, step);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(op.getBody());
  body(op.getInductionVar());
}
SmallVector<Value> LoopBuilder::loop(Value lo, Value hi, int64_t step, ValueRange init,
                                     Carrying body) {
  auto op = scf::ForOp::create(b, loc, lo, hi, i64(step), init);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(op.getBody());
  SmallVector<Value> next = body(op.getInductionVar(), op.getRegionIterArgs());
  if (!init.empty()) // else there is one
    scf::YieldOp::create(b, loc, next);
  return llvm::to_vector_of<Value>(op.getResults());
}
void LoopBuilder::ifThen(Value c, llvm::function_ref<void()> then) {
  auto op = scf::IfOp::create(b, loc, c, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(&op.getThenRegion().front());
  then();
}
SmallVector<Value> LoopBuilder::ifElse(Value c, ArrayRef<Type> types,
                                       llvm::function_ref<SmallVector<Value>()> then,
                                       llvm::function_ref<SmallVector<Value>()> otherwise) {
  auto op = scf::IfOp::create(b, loc, types, c, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  auto fill = [&](Region &region, llvm::function_ref<SmallVector<Value>()> part) {
    b.setInsertionPointToStart(&region.front());
    SmallVector<Value> values = part();
    if (types.empty())
      return;
    scf::YieldOp::create(b, loc, values);
  };
  fill(op.getThenRegion(), then);
  fill(op.getElseRegion(), otherwise);
  return llvm::to_vector_of<Value>(op.getResults());
}

Value LoopBuilder::call(StringRef name, Type result, ValueRange args) {
  ModuleOp module = moduleAround();
  SmallVector<Type> results;
  if (result)
    results.push_back(result);
  auto callee = module.lookupSymbol<func::FuncOp>(name);
  if (!callee) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(module.getBody());
    callee = func::FuncOp::create(b, loc, name, b.getFunctionType(args.getTypes(), results));
    callee.setPrivate();
  }
  auto op = func::CallOp::create(b, loc, callee, args);
  return result ? op.getResult(0) : Value();
}
