// RUN: seis-opt %s --split-input-file --seis-rewrite-algebra | FileCheck %s
// RUN: seis-opt %s --split-input-file --seis-rewrite-algebra=exact | FileCheck %s --check-prefix=EXACT

// One window per axis, samples first. Sums are reordered: class reassoc.

// CHECK-LABEL: func.func @separate_sum
// CHECK:         seis.winsum %{{.*}} window [1, 1, 9] border<zero>
// CHECK-NEXT:    seis.winsum %{{.*}} window [3, 1, 1] border<zero>
// CHECK-NEXT:    seis.winsum %{{.*}} window [1, 5, 1] border<zero>
// CHECK-NEXT:    return
// EXACT-LABEL: func.func @separate_sum
// EXACT-NEXT:    seis.winsum %{{.*}} window [3, 5, 9] border<zero>
// EXACT-NEXT:    return
func.func @separate_sum(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %0 = seis.winsum %x window [3, 5, 9] border<zero> : tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}

// -----

// Extremes are the same in any order: class exact.

// CHECK-LABEL: func.func @separate_extremes
// EXACT-LABEL: func.func @separate_extremes
// EXACT:         seis.winmin %{{.*}} window [1, 1, 3] border<reflect>
// EXACT-NEXT:    seis.winmin %{{.*}} window [1, 3, 1] border<reflect>
// EXACT-NEXT:    seis.winmax %{{.*}} window [3, 1, 1] border<wrap>
// EXACT-NEXT:    seis.winmax %{{.*}} window [1, 3, 1] border<wrap>
func.func @separate_extremes(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %0 = seis.winmin %x window [1, 3, 3] border<reflect> : tensor<?x?x?xf32>
  %1 = seis.winmax %0 window [3, 3, 1] border<wrap> : tensor<?x?x?xf32>
  return %1 : tensor<?x?x?xf32>
}

// -----

// A window over one axis stays.

// CHECK-LABEL: func.func @one_axis
// CHECK-NEXT:    seis.winsum %{{.*}} window [1, 7, 1]
// CHECK-NEXT:    return
func.func @one_axis(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %0 = seis.winsum %x window [1, 7, 1] border<mirror> : tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}

// -----

// Extremes of extremes: one window, in every border mode. Class exact.

// CHECK-LABEL: func.func @extremes_of_extremes
// EXACT-LABEL: func.func @extremes_of_extremes
// EXACT-NEXT:    seis.winmin %{{.*}} window [1, 1, 5] border<zero>
// EXACT-NEXT:    seis.winmin %{{.*}} window [1, 9, 1] border<zero>
// EXACT-NEXT:    seis.winmax %{{.*}} window [9, 1, 1] border<nearest>
// EXACT-NEXT:    return
func.func @extremes_of_extremes(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %0 = seis.winmin %x window [1, 3, 3] border<zero> : tensor<?x?x?xf32>
  %1 = seis.winmin %0 window [1, 7, 3] border<zero> : tensor<?x?x?xf32>
  %2 = seis.winmax %1 window [5, 1, 1] border<nearest> : tensor<?x?x?xf32>
  %3 = seis.winmax %2 window [5, 1, 1] border<nearest> : tensor<?x?x?xf32>
  return %3 : tensor<?x?x?xf32>
}

// -----

// Not where the borders or the extremes differ, nor where something else reads the first.

// CHECK-LABEL: func.func @other_extremes
// CHECK-NEXT:    seis.winmin %{{.*}} window [1, 1, 3]
// CHECK-NEXT:    seis.winmin %{{.*}} window [1, 1, 5]
// CHECK-NEXT:    seis.winmax %{{.*}} window [1, 1, 7]
// CHECK-NEXT:    seis.winmax %{{.*}} window [1, 1, 9]
// CHECK-NEXT:    return
func.func @other_extremes(%x: tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>) {
  %0 = seis.winmin %x window [1, 1, 3] border<zero> : tensor<?x?x?xf32>
  %1 = seis.winmin %0 window [1, 1, 5] border<reflect> : tensor<?x?x?xf32>
  %2 = seis.winmax %1 window [1, 1, 7] border<reflect> : tensor<?x?x?xf32>
  %3 = seis.winmax %2 window [1, 1, 9] border<reflect> : tensor<?x?x?xf32>
  return %2, %3 : tensor<?x?x?xf32>, tensor<?x?x?xf32>
}

// -----

// A sum of sums weighs with a trapezoid, where the volume continues beyond its faces as it does for
// one sum: mirrored or periodic. Windows on other axes change places. Class reassoc.

// CHECK-LABEL: func.func @sums_of_sums
// CHECK-NEXT:    seis.corr1 %{{.*}} weights [1.000000e+00, 2.000000e+00, 3.000000e+00, 3.000000e+00, 3.000000e+00, 2.000000e+00, 1.000000e+00] anchor 3 axis<sample> border<reflect>
// CHECK-NEXT:    seis.winsum %{{.*}} window [3, 1, 1] border<reflect>
// CHECK-NEXT:    return
// EXACT-LABEL: func.func @sums_of_sums
// EXACT-COUNT-2: seis.winsum
func.func @sums_of_sums(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %0 = seis.winsum %x window [3, 1, 3] border<reflect> : tensor<?x?x?xf32>
  %1 = seis.winsum %0 window [1, 1, 5] border<reflect> : tensor<?x?x?xf32>
  return %1 : tensor<?x?x?xf32>
}

// -----

// Under `zero` and `nearest` the sums next to a face differ; of long windows two sums are cheaper.

// CHECK-LABEL: func.func @other_sums
// CHECK-COUNT-6: seis.winsum
// CHECK-NOT:     seis.corr1
// CHECK:         return
func.func @other_sums(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %0 = seis.winsum %x window [1, 1, 3] border<zero> : tensor<?x?x?xf32>
  %1 = seis.winsum %0 window [1, 1, 5] border<zero> : tensor<?x?x?xf32>
  %2 = seis.winsum %1 window [1, 5, 1] border<nearest> : tensor<?x?x?xf32>
  %3 = seis.winsum %2 window [1, 5, 1] border<nearest> : tensor<?x?x?xf32>
  %4 = seis.winsum %3 window [31, 1, 1] border<reflect> : tensor<?x?x?xf32>
  %5 = seis.winsum %4 window [31, 1, 1] border<reflect> : tensor<?x?x?xf32>
  return %5 : tensor<?x?x?xf32>
}
