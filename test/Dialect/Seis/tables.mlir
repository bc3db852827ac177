// RUN: seis-opt %s | seis-opt | FileCheck %s
// RUN: seis-opt %s --canonicalize | FileCheck %s --check-prefix=FOLD
// RUN: seis-opt %s --seis-annotate-halo | FileCheck %s --check-prefix=HALO

// Ranks, positions of extremes, traces at positions and tables print as they are read.
// CHECK-LABEL: @all
// HALO-LABEL: @all
// HALO-SAME: seis.halo = array<i64: 1, 1, 2, 2, -1, -1>
func.func @all(%x: tensor<?x?x?xf32>, %a: f64, %b: f64) -> tensor<?x?x?xf32> attributes {seis.entry} {
  // CHECK: seis.winrank %{{.*}} window [3, 5, 1] rank 7 border<reflect>
  %0 = seis.winrank %x window [3, 5, 1] rank 7 border<reflect> : tensor<?x?x?xf32>
  // CHECK: seis.winarg<min> %{{.*}} window [1, 1, 9] border<zero>
  %1 = seis.winarg<min> %0 window [1, 1, 9] border<zero> : tensor<?x?x?xf32>
  // CHECK: seis.gather<cubic> %{{.*}} at %{{.*}} outside<nearest>
  %p = seis.gather<cubic> %0 at %1 outside<nearest> : tensor<?x?x?xf32>
  // CHECK: seis.gather<linear> %{{.*}} at relative %{{.*}} outside<zero>
  %2 = seis.gather<linear> %0 at relative %p outside<zero> : tensor<?x?x?xf32>
  // CHECK: seis.interp1 %{{.*}}[%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}]
  %3 = seis.interp1 %2 [%a, %b, %b, %a] : tensor<?x?x?xf32>
  // CHECK: seis.interval %{{.*}}[%{{.*}}, %{{.*}}]
  %4 = seis.interval %3 [%a, %b] : tensor<?x?x?xf32>
  // CHECK: seis.vtally %{{.*}} to f64, f64
  %n:2 = seis.vtally %4 : tensor<?x?x?xf32> to f64, f64
  %5 = seis.broadcast %n#1 : f64 to tensor<?x?x?xf32>
  %6 = arith.addf %4, %5 : tensor<?x?x?xf32>
  return %6 : tensor<?x?x?xf32>
}

// A window of one sample holds its value at every rank.
// FOLD-LABEL: @one
// FOLD-NOT: winrank
func.func @one(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %0 = seis.winrank %x window [1, 1, 1] rank 0 border<reflect> : tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}
