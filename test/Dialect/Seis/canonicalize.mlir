// RUN: seis-opt %s --canonicalize --split-input-file | FileCheck %s

// Folders and canonicalisations: class exact, all of them.

// CHECK-LABEL: func.func @nothing_to_do
// CHECK-SAME:    %[[X:.*]]: tensor<?x?x?xf32>
// CHECK-NEXT:    return %[[X]] :
func.func @nothing_to_do(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %0 = seis.shift %x offset [0, 0, 0] border<zero> : tensor<?x?x?xf32>
  %1 = seis.corr1 %0 weights [1.0] anchor 0 axis<inline> border<zero> : tensor<?x?x?xf32>
  %2 = seis.winsum %1 window [1, 1, 1] border<reflect> : tensor<?x?x?xf32>
  %3 = seis.winmin %2 window [1, 1, 1] border<zero> : tensor<?x?x?xf32>
  %4 = seis.winmax %3 window [1, 1, 1] border<wrap> : tensor<?x?x?xf32>
  return %4 : tensor<?x?x?xf32>
}

// -----

// What looks like it, but is something else.

// CHECK-LABEL: func.func @something_to_do
// CHECK:         seis.corr1
// CHECK:         seis.shift
// CHECK:         seis.winmax
func.func @something_to_do(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %0 = seis.corr1 %x weights [-1.0] anchor 0 axis<sample> border<zero> : tensor<?x?x?xf32>
  %1 = seis.shift %0 offset [0, -1, 0] border<zero> : tensor<?x?x?xf32>
  %2 = seis.winmax %1 window [1, 3, 1] border<wrap> : tensor<?x?x?xf32>
  return %2 : tensor<?x?x?xf32>
}

// -----

// The parts of a complex volume made of two.

// CHECK-LABEL: func.func @parts
// CHECK-SAME:    %[[X:.*]]: tensor<?x?x?xf32>, %[[Y:.*]]: tensor<?x?x?xf32>
// CHECK-NEXT:    return %[[Y]], %[[X]] :
func.func @parts(%x: tensor<?x?x?xf32>, %y: tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>) {
  %c = seis.complex %x, %y : tensor<?x?x?xf32> to tensor<?x?x?xcomplex<f32>>
  %re = seis.re %c : tensor<?x?x?xcomplex<f32>> to tensor<?x?x?xf32>
  %im = seis.im %c : tensor<?x?x?xcomplex<f32>> to tensor<?x?x?xf32>
  return %im, %re : tensor<?x?x?xf32>, tensor<?x?x?xf32>
}

// -----

// The real part of the analytic signal is the input, padded or not.

// CHECK-LABEL: func.func @analytic_re
// CHECK-SAME:    %[[X:.*]]: tensor<?x?x?xf32>
// CHECK:         %{{.*}}, %[[IM:.*]] = seis.analytic %[[X]] {pad = 3 : i64}
// CHECK-NEXT:    seis.hypot %[[X]], %[[IM]]
func.func @analytic_re(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %re, %im = seis.analytic %x {pad = 3 : i64} : tensor<?x?x?xf32>
  %e = seis.hypot %re, %im : tensor<?x?x?xf32>
  return %e : tensor<?x?x?xf32>
}

// -----

// NaN is replaced once, on volumes, values per trace and scalars.

// CHECK-LABEL: func.func @nan0_twice
// CHECK-COUNT-3: seis.nan0
// CHECK-NOT:     seis.nan0
func.func @nan0_twice(%x: tensor<?x?x?xf32>, %t: tensor<?x?xf32>, %s: f64) -> (tensor<?x?x?xf32>, tensor<?x?xf32>, f64) {
  %0 = seis.nan0 %x : tensor<?x?x?xf32>
  %1 = seis.nan0 %0 : tensor<?x?x?xf32>
  %2 = seis.nan0 %t : tensor<?x?xf32>
  %3 = seis.nan0 %2 : tensor<?x?xf32>
  %4 = seis.nan0 %s : f64
  %5 = seis.nan0 %4 : f64
  return %1, %3, %5 : tensor<?x?x?xf32>, tensor<?x?xf32>, f64
}

// -----

// Scalars of constants are constants. A floored modulo has the sign of the divisor, mod(a, 0) is
// NaN.

// CHECK-LABEL: func.func @scalars
// CHECK-DAG:     %[[NAN:.*]] = arith.constant 0x{{[7F]}}FF8000000000000 : f64
// CHECK-DAG:     %[[M1:.*]] = arith.constant -1.000000e+00 : f64
// CHECK-DAG:     %[[P0:.*]] = arith.constant 0.000000e+00 : f64
// CHECK-DAG:     %[[P2:.*]] = arith.constant 2.000000e+00 : f64
// CHECK-DAG:     %[[P5:.*]] = arith.constant 5.000000e+00 : f64
// CHECK-NOT:     seis.
// CHECK:         return %[[M1]], %[[P0]], %[[P5]], %[[P2]], %[[M1]], %[[NAN]]
func.func @scalars() -> (f64, f64, f64, f64, f64, f64) {
  %a = arith.constant 3.0 : f64
  %b = arith.constant -4.0 : f64
  %n = arith.constant 0x7FF8000000000000 : f64
  %z = arith.constant 0.0 : f64
  %0 = seis.sign %b : f64
  %1 = seis.nan0 %n : f64
  %2 = seis.hypot %a, %b : f64
  %3 = seis.mod %b, %a : f64
  %4 = seis.mod %a, %b : f64
  %5 = seis.mod %a, %z : f64
  return %0, %1, %2, %3, %4, %5 : f64, f64, f64, f64, f64, f64
}

// -----

// Features that nothing uses.

// CHECK-LABEL: func.func @unused_features
// CHECK-NEXT:    %[[F:.*]]:2 = seis.glcm %{{.*}} ["asm", "mean"] levels 8 window [1, 7, 7] offsets [0, 1, 0] border<zero>
// CHECK-NEXT:    return %[[F]]#1, %[[F]]#0 :
func.func @unused_features(%q: tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>) {
  %0:4 = seis.glcm %q ["contrast", "asm", "entropy", "mean"] levels 8 window [1, 7, 7] offsets [0, 1, 0] border<zero> : tensor<?x?x?xf32>
  return %0#3, %0#1 : tensor<?x?x?xf32>, tensor<?x?x?xf32>
}
