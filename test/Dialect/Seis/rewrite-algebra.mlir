// RUN: seis-opt %s --split-input-file --seis-rewrite-algebra | FileCheck %s
// RUN: seis-opt %s --split-input-file --seis-rewrite-algebra=exact | FileCheck %s --check-prefix=EXACT

// The cosine of an angle needs no angle: class algo.

// CHECK-LABEL: func.func @cos_of_angle
// CHECK-SAME:    %[[Y:.*]]: tensor<?x?x?xf32>, %[[X:.*]]: tensor<?x?x?xf32>
// CHECK-NOT:     math.cos
// CHECK-DAG:     %[[LENGTH:.*]] = seis.hypot %[[X]], %[[Y]]
// CHECK-DAG:     %[[ZERO:.*]] = arith.cmpf oeq, %[[LENGTH]]
// CHECK-DAG:     %[[RATIO:.*]] = arith.divf %[[X]], %[[LENGTH]]
// CHECK:         arith.select %[[ZERO]], %{{.*}}, %[[RATIO]]
// EXACT-LABEL: func.func @cos_of_angle
// EXACT:         math.atan2
// EXACT:         math.cos
func.func @cos_of_angle(%y: tensor<?x?x?xf32>, %x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %a = math.atan2 %y, %x : tensor<?x?x?xf32>
  %c = math.cos %a : tensor<?x?x?xf32>
  return %c : tensor<?x?x?xf32>
}

// -----

// A sine keeps its angle.

// CHECK-LABEL: func.func @sin_of_angle
// CHECK:         math.atan2
// CHECK:         math.sin
func.func @sin_of_angle(%y: tensor<?x?x?xf32>, %x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %a = math.atan2 %y, %x : tensor<?x?x?xf32>
  %c = math.sin %a : tensor<?x?x?xf32>
  return %c : tensor<?x?x?xf32>
}

// -----

// The central difference of an unwrapped phase: class algo.

// CHECK-LABEL: func.func @difference_of_unwrap
// CHECK-SAME:    %[[X:.*]]: tensor<?x?x?xf32>
// CHECK-NEXT:    %[[D:.*]] = seis.wrapdiff %[[X]]
// CHECK-NEXT:    return %[[D]]
// EXACT-LABEL: func.func @difference_of_unwrap
// EXACT:         seis.unwrap
// EXACT:         seis.corr1
func.func @difference_of_unwrap(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %u = seis.unwrap %x : tensor<?x?x?xf32>
  %d = seis.corr1 %u weights [-0.5, 0.0, 0.5] anchor 1 axis<sample> border<reflect> : tensor<?x?x?xf32>
  return %d : tensor<?x?x?xf32>
}

// -----

// Not with another axis, border, anchor or other weights.

// CHECK-LABEL: func.func @other_differences
// CHECK-NOT:     seis.wrapdiff
func.func @other_differences(%x: tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>) {
  %u = seis.unwrap %x : tensor<?x?x?xf32>
  %0 = seis.corr1 %u weights [-0.5, 0.0, 0.5] anchor 1 axis<inline> border<reflect> : tensor<?x?x?xf32>
  %1 = seis.corr1 %u weights [-0.5, 0.0, 0.5] anchor 1 axis<sample> border<zero> : tensor<?x?x?xf32>
  %2 = seis.corr1 %u weights [-0.5, 0.0, 0.5] anchor 0 axis<sample> border<reflect> : tensor<?x?x?xf32>
  %3 = seis.corr1 %u weights [-0.5, 0.0, 0.25] anchor 1 axis<sample> border<reflect> : tensor<?x?x?xf32>
  return %0, %1, %2, %3 : tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>
}

// -----

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
// CHECK:         seis.winmin %{{.*}} window [1, 1, 3] border<reflect>
// CHECK-NEXT:    seis.winmin %{{.*}} window [1, 3, 1] border<reflect>
// CHECK-NEXT:    seis.winmax %{{.*}} window [3, 1, 1] border<wrap>
// CHECK-NEXT:    seis.winmax %{{.*}} window [1, 3, 1] border<wrap>
// EXACT-LABEL: func.func @separate_extremes
// EXACT:         seis.winmin %{{.*}} window [1, 1, 3]
// EXACT-NEXT:    seis.winmin %{{.*}} window [1, 3, 1]
// EXACT-NEXT:    seis.winmax %{{.*}} window [3, 1, 1]
// EXACT-NEXT:    seis.winmax %{{.*}} window [1, 3, 1]
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
