//===- LoopBuilder.h - A short hand for loops, addresses, vectors -*- C++ -*-===//
// Generated code works on plain addresses: i64 arithmetic, loads and stores of
// scalars and vectors, counted loops. This wraps the builders so that a loop
// nest reads like one.
//===----------------------------------------------------------------------===//
#ifndef SEIS_CODEGEN_COMMON_LOOPBUILDER_H
#define SEIS_CODEGEN_COMMON_LOOPBUILDER_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"

namespace seis {

class LoopBuilder {
public:
  using Value = mlir::Value;
  using ValueRange = mlir::ValueRange;
  using Type = mlir::Type;
  using Body = llvm::function_ref<void(Value)>;
  using Carrying = llvm::function_ref<llvm::SmallVector<Value>(Value, ValueRange)>;

  LoopBuilder(mlir::OpBuilder &b, mlir::Location loc) : b(b), loc(loc) {}

  mlir::OpBuilder &b;
  mlir::Location loc;

  Type i64Type() { return b.getI64Type(); }
  Type ptrType() { return mlir::LLVM::LLVMPointerType::get(b.getContext()); }
  mlir::VectorType vec(int64_t n, Type element) { return mlir::VectorType::get({n}, element); }

  // i64 arithmetic, folded where operands are constants
  Value i64(int64_t v);
  Value add(Value x, Value y);
  Value add(Value x, int64_t y) { return add(x, i64(y)); }
  Value sub(Value x, Value y);
  Value sub(Value x, int64_t y) { return sub(x, i64(y)); }
  Value mul(Value x, Value y);
  Value mul(Value x, int64_t y) { return mul(x, i64(y)); }
  Value divFloor(Value x, Value y); ///< of non-negative numbers
  Value divCeil(Value x, Value y);  ///< of non-negative numbers
  Value rem(Value x, Value y);      ///< of non-negative numbers
  Value min(Value x, Value y);
  Value max(Value x, Value y);
  Value roundUp(Value x, int64_t multiple);
  Value cmp(mlir::arith::CmpIPredicate p, Value x, Value y);
  Value lt(Value x, Value y) { return cmp(mlir::arith::CmpIPredicate::slt, x, y); }
  Value ge(Value x, Value y) { return cmp(mlir::arith::CmpIPredicate::sge, x, y); }
  Value eq(Value x, Value y) { return cmp(mlir::arith::CmpIPredicate::eq, x, y); }
  Value both(Value x, Value y);
  Value either(Value x, Value y);
  Value negated(Value x) { return eq(x, bit(false)); }
  Value bit(bool v);
  Value select(Value c, Value x, Value y);

  // memory
  Value at(Value ptr, Value byteOffset);
  Value at(Value ptr, int64_t byteOffset);
  Value element(Value ptr, Type type, Value index);
  Value load(Type type, Value ptr, unsigned align = 0);
  void store(Value v, Value ptr, unsigned align = 0);
  Value loadI64(Value ptr, int64_t byteOffset) { return load(i64Type(), at(ptr, byteOffset)); }
  Value loadPtr(Value ptr, int64_t byteOffset) { return load(ptrType(), at(ptr, byteOffset)); }
  Value maskedLoad(mlir::VectorType type, Value ptr, Value mask, unsigned align);
  void maskedStore(Value v, Value ptr, Value mask, unsigned align);
  /// Stores past the caches: `ptr` is aligned to the whole vector.
  void storePast(Value v, Value ptr, unsigned align);
  /// Stores the first `count` elements of a vector past the caches; `ptr` is aligned to an element.
  /// A line of memory that two rows share would be read if a part of it stayed in the caches.
  void storeFirstPast(Value v, Value ptr, Value count);
  /// Asks for a line of memory that will be read, or written, into the second cache; any address
  /// will do.
  void prefetch(Value ptr, bool toWrite = false);
  /// Bytes on the stack of the function around, allocated once at its entry.
  Value stack(int64_t bytes);
  /// Address of constant data, internal to the module.
  Value constantData(llvm::StringRef name, mlir::DenseElementsAttr data);

  // floating point, scalars and vectors alike
  Value real(Type type, double v); ///< a constant of a scalar or vector type
  Value broadcast(mlir::VectorType type, Value scalar);
  Value fadd(Value x, Value y);
  Value fsub(Value x, Value y);
  Value fmul(Value x, Value y);
  Value fneg(Value x);
  Value fma(Value x, Value y, Value z);
  /// Lanes 0, 1, ..., n-1 as integers of `width` bits.
  Value lanes(int64_t n, unsigned width);
  /// Lanes below `count` (i64): a mask of n lanes.
  Value firstLanes(int64_t n, Value count);

  // control flow
  void loop(Value lo, Value hi, Value step, Body body);
  void loop(Value lo, Value hi, int64_t step, Body body) { loop(lo, hi, i64(step), body); }
  llvm::SmallVector<Value> loop(Value lo, Value hi, int64_t step, ValueRange init, Carrying body);
  void ifThen(Value c, llvm::function_ref<void()> then);
  llvm::SmallVector<Value> ifElse(Value c, llvm::ArrayRef<Type> types,
                                  llvm::function_ref<llvm::SmallVector<Value>()> then,
                                  llvm::function_ref<llvm::SmallVector<Value>()> otherwise);
  /// Calls a function that the module declares, or that is declared here.
  Value call(llvm::StringRef name, Type result, ValueRange args);

  mlir::Operation *functionAround();
  mlir::ModuleOp moduleAround();
};

} // namespace seis

#endif // SEIS_CODEGEN_COMMON_LOOPBUILDER_H
