//===- Passes.td - From scheduled stages to loops ----------*- tablegen -*-===//
#ifndef SEIS_CODEGEN_CPU_PASSES_TD
#define SEIS_CODEGEN_CPU_PASSES_TD

include "mlir/Pass/PassBase.td"

def LowerStagesPass : Pass<"seis-lower-stages", "mlir::ModuleOp"> {
  let summary = "Turn scheduled stages into loops over rows";
  let description = [{
    Every function with stages becomes kernel functions of the contract in
    `seis/Target/KernelABI.h`: `NAME_run` and `NAME_run_scratch`, for passes `NAME_passK_reduce`
    and `NAME_passK_scratch`.
  }];
  let options = [Option<"vectorBits", "vector-bits", "int64_t", /*default=*/"512",
                        "Bits of a vector of the target">,
                 Option<"openmp", "openmp", "bool", /*default=*/"true",
                        "Deal tiles out to OpenMP threads">,
                 ListOption<"samples", "samples", "int64_t",
                            "Trace lengths whose FFT tables are constants of the object">];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::func::FuncDialect",
                           "mlir::LLVM::LLVMDialect", "mlir::math::MathDialect",
                           "mlir::omp::OpenMPDialect", "mlir::scf::SCFDialect",
                           "mlir::vector::VectorDialect"];
}

#endif // SEIS_CODEGEN_CPU_PASSES_TD
