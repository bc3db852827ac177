//===- SeisDialect.td - The seis dialect -------------------*- tablegen -*-===//
#ifndef SEIS_DIALECT_TD
#define SEIS_DIALECT_TD

include "mlir/IR/OpBase.td"

def Seis_Dialect : Dialect {
  let name = "seis";
  let cppNamespace = "::seis";
  let summary = "Seismic attributes as pure functions of volumes";
  let description = [{
    Values are whole volumes, without loops and without a target:

    | value | type |
    |---|---|
    | volume | `tensor<?x?x?xT>`, axes inline, crossline, sample; `T` is `f32` or `f64`, the compute type |
    | complex volume | `tensor<?x?x?xcomplex<T>>`, only at the boundary of a function |
    | mask | `tensor<?x?x?xi1>` |
    | trace | `tensor<?x?xT>`: one value per trace |
    | scalar | `f64` in every program: parameters, sample interval, whole-volume reductions |

    What happens at one sample is `arith` and `math` on these tensors, plus the elementwise
    operations here that they lack. A complex value is a pair of volumes (re, im).
    The specification of every operation is its description; constraints are numbered.
  }];
  let useDefaultAttributePrinterParser = 1;
  let hasConstantMaterializer = 1;
  let hasOperationAttrVerify = 1;
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

#endif // SEIS_DIALECT_TD
