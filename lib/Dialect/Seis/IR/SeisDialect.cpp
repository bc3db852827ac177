//===- SeisDialect.cpp - Registration of the seis dialect -----------------===//
#include "seis/Dialect/Seis/IR/SeisOps.h"

#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace seis;

#include "seis/Dialect/Seis/IR/SeisDialect.cpp.inc"
#include "seis/Dialect/Seis/IR/SeisEnums.cpp.inc"
#include "seis/Dialect/Seis/IR/SeisInterfaces.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "seis/Dialect/Seis/IR/SeisAttrs.cpp.inc"

void SeisDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "seis/Dialect/Seis/IR/SeisOps.cpp.inc"
      >();
  addAttributes<
#define GET_ATTRDEF_LIST
#include "seis/Dialect/Seis/IR/SeisAttrs.cpp.inc"
      >();
}

Operation *SeisDialect::materializeConstant(OpBuilder &builder, Attribute value, Type type,
                                            Location loc) {
  return arith::ConstantOp::materialize(builder, value, type, loc);
}

LogicalResult SeisDialect::verifyOperationAttribute(Operation *op, NamedAttribute attribute) {
  auto list = dyn_cast<ArrayAttr>(attribute.getValue());
  if (attribute.getName() == "seis.require" &&
      !(list && llvm::all_of(list, llvm::IsaPred<RequirementAttr>)))
    return op->emitOpError("seis.require must be a list of #seis.requirement");
  return success();
}

Type seis::elementType(Type type) {
  if (auto tensor = dyn_cast<RankedTensorType>(type))
    return tensor.getElementType();
  return type;
}

RankedTensorType seis::dynamicTensor(Type element, unsigned rank) {
  return RankedTensorType::get(SmallVector<int64_t, 3>(rank, ShapedType::kDynamic), element);
}

bool seis::isVolume(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.getRank() == 3;
}

bool seis::isTrace(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.getRank() == 2;
}
