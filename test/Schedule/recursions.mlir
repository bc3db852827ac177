// RUN: seis-opt %s --split-input-file --seis-form-stages --seis-schedule | FileCheck %s

// A recursion along a lateral axis has a group of its own, whole lines to a tile; along samples it
// is a whole-trace stage among others. What eigenvalues are read by several is computed once.

// CHECK-LABEL: func.func @axes
// CHECK-DAG: seis.stage "iir" group 0 schedule <at = root, lanes = traces>
// CHECK-DAG: seis.stage "iir_2" group 1 schedule <at = root>
// CHECK-DAG: seis.stage "{{.*}}" group 2 schedule <at = output>
func.func @axes(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> attributes {seis.entry} {
  %0 = seis.iir %x forward dense<[[[0.5], [1.0]]]> : tensor<1x2x1xf64> axis<sample> init<zero>
       extension<zero> pad 0 : tensor<?x?x?xf32>
  %1 = seis.iir %0 forward dense<[[[0.5], [1.0]]]> : tensor<1x2x1xf64> axis<crossline> init<zero>
       extension<zero> pad 0 : tensor<?x?x?xf32>
  %2 = seis.iir %1 forward dense<[[[0.5], [1.0]]]> : tensor<1x2x1xf64> axis<inline> init<zero>
       extension<zero> pad 0 : tensor<?x?x?xf32>
  return %2 : tensor<?x?x?xf32>
}

// -----

// CHECK-LABEL: func.func @shared_eigenvalues
// CHECK:     seis.stage "eigh3" group 0 schedule <at = row>
// CHECK:     seis.eigh3
// CHECK-NOT: seis.eigh3
// CHECK:     return
func.func @shared_eigenvalues(%x: tensor<?x?x?xf32>, %y: tensor<?x?x?xf32>)
    -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>) attributes {seis.entry} {
  %l1, %l2, %l3, %vi, %vx, %vs = seis.eigh3 %x, %y, %x, %y, %x, %y : tensor<?x?x?xf32>
  %0 = arith.divf %l2, %l1 : tensor<?x?x?xf32>
  %1 = arith.divf %vi, %vs : tensor<?x?x?xf32>
  return %0, %1 : tensor<?x?x?xf32>, tensor<?x?x?xf32>
}
