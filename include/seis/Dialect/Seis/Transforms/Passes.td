//===- Passes.td - Passes from seis to seis ----------------*- tablegen -*-===//
#ifndef SEIS_DIALECT_SEIS_TRANSFORMS_PASSES_TD
#define SEIS_DIALECT_SEIS_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def AnnotateHaloPass : Pass<"seis-annotate-halo", "mlir::func::FuncOp"> {
  let summary = "Record how far each input volume is read beyond a sample";
  let description = [{
    Sums the footprints between every argument and the results and stores them as the argument
    attribute `seis.halo`: `[inline lo, hi, crossline lo, hi, sample lo, hi]` in samples, -1 for
    an axis that is read whole.
  }];
}

def RewriteAlgebraPass : Pass<"seis-rewrite-algebra", "mlir::func::FuncOp"> {
  let summary = "Apply the algebraic rewrites the language promises";
  let description = [{
    Each pattern states its numeric class (`exact`, `reassoc`, `algo`); `exact` keeps to the first.
  }];
  let options = [Option<"exact", "exact", "bool", /*default=*/"false",
                        "Only rewrites of class exact">];
  let dependentDialects = ["seis::SeisDialect", "mlir::arith::ArithDialect"];
}

#endif // SEIS_DIALECT_SEIS_TRANSFORMS_PASSES_TD
