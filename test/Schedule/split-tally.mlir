// RUN: seis-opt %s --seis-split-passes | FileCheck %s

// A tally is one result of its pass and as many elements of the pass's table as it has counts.
// CHECK-LABEL: func.func @t_pass0
// CHECK-SAME: seis.reduce = ["min", "tally"], seis.widths = array<i64: 1, 3>
// CHECK: return %{{.*}}, %{{.*}} : tensor<?x?x?xf32>, tensor<?x?x?xf32>
// CHECK-LABEL: func.func @t(
// CHECK-SAME: {seis.table = array<i64: 0, 0>}
// CHECK-SAME: {seis.table = array<i64: 0, 2>}, %[[COUNT:.*]]: f64 {seis.table = array<i64: 0, 3>}
// CHECK: seis.broadcast %[[COUNT]]
func.func @t(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> attributes {seis.entry} {
  %m = seis.vmin %x : tensor<?x?x?xf32>
  %n:3 = seis.vtally %x : tensor<?x?x?xf32> to f64, f64, f64
  %0 = seis.broadcast %n#2 : f64 to tensor<?x?x?xf32>
  %1 = seis.broadcast %m : f64 to tensor<?x?x?xf32>
  %2 = arith.addf %0, %1 : tensor<?x?x?xf32>
  return %2 : tensor<?x?x?xf32>
}
