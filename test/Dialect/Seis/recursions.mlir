// RUN: seis-opt %s | seis-opt | FileCheck %s
// RUN: seis-opt %s --mlir-print-op-generic | seis-opt | FileCheck %s
// RUN: seis-opt %s --seis-annotate-halo | FileCheck %s --check-prefix=HALO

// Recursions and eigenvalues parse, print and parse again; how far they read.

// CHECK-LABEL: func.func @recursions
// HALO-LABEL: func.func @recursions
// HALO-SAME: seis.halo = array<i64: 0, 0, -1, -1, -1, -1>
func.func @recursions(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> attributes {seis.entry} {
  // CHECK: seis.iir %{{.*}} forward dense<{{.*}}> : tensor<1x2x2xf64> axis<sample> init<zero> extension<zero> pad 0 : tensor<?x?x?xf32>
  %0 = seis.iir %x forward dense<[[[0.5, 0.0], [1.0, -0.5]]]> : tensor<1x2x2xf64>
       axis<sample> init<zero> extension<zero> pad 0 : tensor<?x?x?xf32>
  // CHECK: seis.iir %{{.*}} backward dense<{{.*}}> : tensor<1x2x2xf64> axis<crossline> init<steady> extension<reflect> pad 9 : tensor<?x?x?xf32>
  %1 = seis.iir %0 backward dense<[[[0.5, 0.0], [1.0, -0.5]]]> : tensor<1x2x2xf64>
       axis<crossline> init<steady> extension<reflect> pad 9 : tensor<?x?x?xf32>
  // CHECK: seis.iir %{{.*}} forward dense<{{.*}}> : tensor<1x2x1xf64> backward dense<{{.*}}> : tensor<1x2x2xf64> chained axis<sample> init<steady> extension<odd> pad 3 : tensor<?x?x?xf32>
  %2 = seis.iir %1 forward dense<[[[0.5], [1.0]]]> : tensor<1x2x1xf64>
       backward dense<[[[0.5, 0.0], [1.0, -0.5]]]> : tensor<1x2x2xf64> chained
       axis<sample> init<steady> extension<odd> pad 3 : tensor<?x?x?xf32>
  return %2 : tensor<?x?x?xf32>
}

// CHECK-LABEL: func.func @eigenvalues
// HALO-LABEL: func.func @eigenvalues
// HALO-SAME: %{{[a-z0-9]+}}: tensor<?x?x?xf64> {seis.halo = array<i64: 1, 1, 1, 1, 4, 4>}
// HALO-SAME: %{{[a-z0-9]+}}: tensor<?x?x?xf64> {seis.halo = array<i64: 1, 1, 1, 1, 4, 4>}
func.func @eigenvalues(%x: tensor<?x?x?xf64>, %y: tensor<?x?x?xf64>) -> (tensor<?x?x?xf64>, tensor<?x?x?xf64>)
    attributes {seis.entry} {
  // CHECK: seis.coheig %{{.*}}, %{{.*}} window [3, 3, 9] border<reflect> : tensor<?x?x?xf64>
  %0 = seis.coheig %x, %y window [3, 3, 9] border<reflect> : tensor<?x?x?xf64>
  // CHECK: seis.eigh3 %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : tensor<?x?x?xf64>
  %l1, %l2, %l3, %vi, %vx, %vs = seis.eigh3 %x, %y, %x, %y, %x, %y : tensor<?x?x?xf64>
  return %0, %vs : tensor<?x?x?xf64>, tensor<?x?x?xf64>
}
