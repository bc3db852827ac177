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
// CHECK:         %[[P:.*]] = math.atan2
// CHECK-NEXT:    %[[D:.*]] = seis.wrapdiff %[[P]]
// CHECK-NEXT:    return %[[D]]
// EXACT-LABEL: func.func @difference_of_unwrap
// EXACT:         seis.unwrap
// EXACT:         seis.corr1
func.func @difference_of_unwrap(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %re, %im = seis.analytic %x : tensor<?x?x?xf32>
  %p = math.atan2 %im, %re : tensor<?x?x?xf32>
  %u = seis.unwrap %p : tensor<?x?x?xf32>
  %d = seis.corr1 %u weights [-0.5, 0.0, 0.5] anchor 1 axis<sample> border<reflect> : tensor<?x?x?xf32>
  return %d : tensor<?x?x?xf32>
}

// -----

// Times a constant.

// CHECK-LABEL: func.func @scaled_difference
// CHECK-DAG:     %[[C:.*]] = arith.constant 5.000000e-01 : f64
// CHECK-DAG:     %[[F:.*]] = seis.broadcast %[[C]]
// CHECK-DAG:     %[[P:.*]] = math.atan2
// CHECK-DAG:     %[[D:.*]] = seis.wrapdiff %[[P]]
// CHECK:         arith.mulf %[[D]], %[[F]]
// EXACT-LABEL: func.func @scaled_difference
// EXACT:         seis.unwrap
func.func @scaled_difference(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %re, %im = seis.analytic %x : tensor<?x?x?xf32>
  %p = math.atan2 %im, %x : tensor<?x?x?xf32>
  %u = seis.unwrap %p : tensor<?x?x?xf32>
  %d = seis.corr1 %u weights [-0.25, 0.0, 0.25] anchor 1 axis<sample> border<reflect> : tensor<?x?x?xf32>
  return %d : tensor<?x?x?xf32>
}

// -----

// Not where a NaN of the input fills its trace only by unwrapping.

// CHECK-LABEL: func.func @difference_of_samples
// CHECK-NOT:     seis.wrapdiff
func.func @difference_of_samples(%x: tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>) {
  %u = seis.unwrap %x : tensor<?x?x?xf32>
  %d = seis.corr1 %u weights [-0.5, 0.0, 0.5] anchor 1 axis<sample> border<reflect> : tensor<?x?x?xf32>
  %re, %im = seis.analytic %x : tensor<?x?x?xf32>
  %s = math.sin %x : tensor<?x?x?xf32>
  %p = math.atan2 %s, %im : tensor<?x?x?xf32>
  %v = seis.unwrap %p : tensor<?x?x?xf32>
  %e = seis.corr1 %v weights [-0.5, 0.0, 0.5] anchor 1 axis<sample> border<reflect> : tensor<?x?x?xf32>
  return %d, %e : tensor<?x?x?xf32>, tensor<?x?x?xf32>
}

// -----

// Not with another axis, border, anchor or other weights.

// CHECK-LABEL: func.func @other_differences
// CHECK-NOT:     seis.wrapdiff
func.func @other_differences(%x: tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>) {
  %re, %im = seis.analytic %x : tensor<?x?x?xf32>
  %p = math.atan2 %im, %x : tensor<?x?x?xf32>
  %u = seis.unwrap %p : tensor<?x?x?xf32>
  %0 = seis.corr1 %u weights [-0.5, 0.0, 0.5] anchor 1 axis<inline> border<reflect> : tensor<?x?x?xf32>
  %1 = seis.corr1 %u weights [-0.5, 0.0, 0.5] anchor 1 axis<sample> border<zero> : tensor<?x?x?xf32>
  %2 = seis.corr1 %u weights [-0.5, 0.0, 0.5] anchor 0 axis<sample> border<reflect> : tensor<?x?x?xf32>
  %3 = seis.corr1 %u weights [-0.5, 0.0, 0.25] anchor 1 axis<sample> border<reflect> : tensor<?x?x?xf32>
  return %0, %1, %2, %3 : tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>
}

// -----

// A forward and a backward recursion over one volume, added, are one operation: class reassoc. Of
// different volumes, or where one of them is read elsewhere, they stay.

// CHECK-LABEL: func.func @sum_of_passes
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<?x?x?xf32>, %[[Y:[a-z0-9]+]]: tensor<?x?x?xf32>
// CHECK:         %[[S:.*]] = seis.iir %[[X]] forward dense<{{.*}}> : tensor<1x2x2xf64> backward dense<{{.*}}> : tensor<1x2x1xf64> axis<inline>
// CHECK:         %[[T:.*]] = arith.addf
// CHECK:         return %[[S]], %[[T]]
// EXACT-LABEL: func.func @sum_of_passes
// EXACT-COUNT-4: seis.iir
// EXACT:         arith.addf
func.func @sum_of_passes(%x: tensor<?x?x?xf32>, %y: tensor<?x?x?xf32>)
    -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>) {
  %b = seis.iir %x backward dense<[[[0.5], [1.0]]]> : tensor<1x2x1xf64>
       axis<inline> init<zero> extension<zero> pad 0 : tensor<?x?x?xf32>
  %f = seis.iir %x forward dense<[[[0.5, 0.0], [1.0, -0.5]]]> : tensor<1x2x2xf64>
       axis<inline> init<zero> extension<zero> pad 0 : tensor<?x?x?xf32>
  %s = arith.addf %b, %f : tensor<?x?x?xf32>
  %g = seis.iir %x forward dense<[[[0.5], [1.0]]]> : tensor<1x2x1xf64>
       axis<sample> init<zero> extension<zero> pad 0 : tensor<?x?x?xf32>
  %h = seis.iir %y backward dense<[[[0.5], [1.0]]]> : tensor<1x2x1xf64>
       axis<sample> init<zero> extension<zero> pad 0 : tensor<?x?x?xf32>
  %t = arith.addf %g, %h : tensor<?x?x?xf32>
  return %s, %t : tensor<?x?x?xf32>, tensor<?x?x?xf32>
}
