//===- SeisInterfaces.td - What analyses ask of an operation -*- tablegen -*-===//
#ifndef SEIS_INTERFACES_TD
#define SEIS_INTERFACES_TD

include "mlir/IR/OpBase.td"

def Seis_FootprintInterface : OpInterface<"FootprintOpInterface"> {
  let cppNamespace = "::seis";
  let description = [{
    Says which samples of an operand are read for one sample of the result. Operations without
    this interface are pointwise.
  }];
  let methods = [
    InterfaceMethod<[{
      How far operand `index` is read beyond the result's sample, per axis and side, or `whole`
      per axis (whole traces or lines, periodic borders).
    }], "::seis::Footprint", "getFootprint", (ins "unsigned":$index)>,
  ];
}

#endif // SEIS_INTERFACES_TD
