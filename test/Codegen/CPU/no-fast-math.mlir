// RUN: seis-opt %s --seis-graph --seis-stages --seis-lower-stages | FileCheck %s
// RUN: seis-opt %s --seis-graph --seis-stages --seis-cpu | FileCheck %s
// RUN: seis-opt %s --seis-graph --seis-stages --seis-cpu --mlir-print-op-generic | FileCheck %s --check-prefix=GENERIC

// No fast-math flag, contraction included, reaches LLVM: it would fuse by context, and a result
// would depend on where a vector happens to end.

// CHECK-NOT: fastmath
// CHECK-NOT: contract
// CHECK-NOT: reassoc
// GENERIC-NOT: fastmath<{{[^n]}}
// GENERIC-NOT: fastmath<n{{[^o]}}
// GENERIC-NOT: contract
func.func @everything(%x: tensor<?x?x?xf32>, %y: tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?xf32>) attributes {seis.entry} {
  %fs = arith.constant 250.0 : f64
  %re, %im = seis.analytic %x : tensor<?x?x?xf32>
  %e = seis.hypot %x, %im : tensor<?x?x?xf32>
  %p = math.atan2 %im, %x : tensor<?x?x?xf32>
  %u = seis.unwrap %p : tensor<?x?x?xf32>
  %d = seis.wrapdiff %p : tensor<?x?x?xf32>
  %0 = seis.corrn %u weights dense<[[[1.0, 2.0], [3.0, 4.0]]]> : tensor<1x2x2xf64> anchor [0, 0, 1] border<zero> : tensor<?x?x?xf32>
  %1 = seis.winsum %d window [3, 3, 5] border<reflect> : tensor<?x?x?xf32>
  %2 = seis.specmul %y, %fs {
  ^bb0(%f: f64):
    %h = math.exp %f : f64
    seis.yield %h : f64
  } : tensor<?x?x?xf32>
  %3 = seis.hold %e, %2 : tensor<?x?x?xf32>
  %4 = arith.mulf %0, %1 : tensor<?x?x?xf32>
  %5 = arith.addf %4, %3 : tensor<?x?x?xf32>
  %6 = arith.divf %5, %e : tensor<?x?x?xf32>
  %7 = seis.nan0 %6 : tensor<?x?x?xf32>
  %8 = seis.mod %7, %y : tensor<?x?x?xf32>
  %t = seis.tsum %8 : tensor<?x?x?xf32> to tensor<?x?xf32>
  return %8, %t : tensor<?x?x?xf32>, tensor<?x?xf32>
}
