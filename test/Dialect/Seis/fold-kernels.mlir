// RUN: seis-opt %s --split-input-file --seis-rewrite-algebra | FileCheck %s
// RUN: seis-opt %s --split-input-file --seis-rewrite-algebra=exact | FileCheck %s --check-prefix=EXACT

// Correlations along one axis are one where the border allows it: always under `wrap`.

// CHECK-LABEL: func.func @periodic
// CHECK-NEXT:    seis.corr1 %{{.*}} weights [3.000000e+00, 1.000000e+01, 8.000000e+00] anchor 1 axis<sample> border<wrap>
// CHECK-NEXT:    return
// EXACT-LABEL: func.func @periodic
// EXACT-COUNT-2: seis.corr1
func.func @periodic(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %0 = seis.corr1 %x weights [1.0, 2.0] anchor 0 axis<sample> border<wrap> : tensor<?x?x?xf32>
  %1 = seis.corr1 %0 weights [3.0, 4.0] anchor 1 axis<sample> border<wrap> : tensor<?x?x?xf32>
  return %1 : tensor<?x?x?xf32>
}

// -----

// Under `reflect` and `mirror` the first weights must be symmetric; the second ones need not be.

// CHECK-LABEL: func.func @symmetric_first
// CHECK-NEXT:    seis.corr1 %{{.*}} weights [-2.500000e-01, -2.500000e-01, 2.500000e-01, 2.500000e-01] anchor 2 axis<inline> border<reflect>
// CHECK-NEXT:    seis.corr1 %{{.*}} weights [1.000000e+00, 4.000000e+00, 6.000000e+00, 4.000000e+00, 1.000000e+00] anchor 2 axis<inline> border<mirror>
// CHECK-NEXT:    return
func.func @symmetric_first(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %0 = seis.corr1 %x weights [0.5, 1.0, 0.5] anchor 1 axis<inline> border<reflect> : tensor<?x?x?xf32>
  %1 = seis.corr1 %0 weights [-0.5, 0.5] anchor 1 axis<inline> border<reflect> : tensor<?x?x?xf32>
  %2 = seis.corr1 %1 weights [1.0, 2.0, 1.0] anchor 1 axis<inline> border<mirror> : tensor<?x?x?xf32>
  %3 = seis.corr1 %2 weights [1.0, 2.0, 1.0] anchor 1 axis<inline> border<mirror> : tensor<?x?x?xf32>
  return %3 : tensor<?x?x?xf32>
}

// -----

// A derivative, mirrored, changes its sign at the end of the trace: it stays.

// CHECK-LABEL: func.func @antisymmetric_first
// CHECK-COUNT-2: seis.corr1
func.func @antisymmetric_first(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %0 = seis.corr1 %x weights [-0.5, 0.0, 0.5] anchor 1 axis<sample> border<reflect> : tensor<?x?x?xf32>
  %1 = seis.corr1 %0 weights [-0.5, 0.0, 0.5] anchor 1 axis<sample> border<reflect> : tensor<?x?x?xf32>
  return %1 : tensor<?x?x?xf32>
}

// -----

// Under `zero` and `nearest` both must read to the same side.

// CHECK-LABEL: func.func @one_side
// CHECK-NEXT:    seis.corr1 %{{.*}} weights [1.000000e+00, 2.000000e+00, 1.000000e+00] anchor 0 axis<crossline> border<zero>
// CHECK-NEXT:    seis.corr1 %{{.*}} weights [1.000000e+00, 2.000000e+00, 1.000000e+00] anchor 2 axis<crossline> border<nearest>
// CHECK-NEXT:    return
func.func @one_side(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %0 = seis.corr1 %x weights [1.0, 1.0] anchor 0 axis<crossline> border<zero> : tensor<?x?x?xf32>
  %1 = seis.corr1 %0 weights [1.0, 1.0] anchor 0 axis<crossline> border<zero> : tensor<?x?x?xf32>
  %2 = seis.corr1 %1 weights [1.0, 1.0] anchor 1 axis<crossline> border<nearest> : tensor<?x?x?xf32>
  %3 = seis.corr1 %2 weights [1.0, 1.0] anchor 1 axis<crossline> border<nearest> : tensor<?x?x?xf32>
  return %3 : tensor<?x?x?xf32>
}

// -----

// To both sides they do not, nor do different borders agree.

// CHECK-LABEL: func.func @both_sides
// CHECK-COUNT-4: seis.corr1
func.func @both_sides(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %0 = seis.corr1 %x weights [1.0, 2.0, 1.0] anchor 1 axis<sample> border<zero> : tensor<?x?x?xf32>
  %1 = seis.corr1 %0 weights [1.0, 2.0, 1.0] anchor 1 axis<sample> border<zero> : tensor<?x?x?xf32>
  %2 = seis.corr1 %1 weights [1.0, 1.0] anchor 0 axis<sample> border<nearest> : tensor<?x?x?xf32>
  %3 = seis.corr1 %2 weights [1.0, 1.0] anchor 1 axis<sample> border<nearest> : tensor<?x?x?xf32>
  return %3 : tensor<?x?x?xf32>
}

// -----

// A weight that cancels would lose a NaN; more multiplications than before are no gain; what
// something else reads is computed anyway.

// CHECK-LABEL: func.func @no_gain
// CHECK-COUNT-2: seis.corr1 {{.*}}border<wrap>
// CHECK:         seis.corr1 {{.*}}weights [1.000000e+00, 1.000000e+00, 0.000000e+00, 0.000000e+00, 1.000000e+00]
// CHECK:         seis.corr1 {{.*}}weights [1.000000e+00, 0.000000e+00, 1.000000e+00, 0.000000e+00, 0.000000e+00, 1.000000e+00]
// CHECK-COUNT-2: seis.corr1 {{.*}}weights [1.000000e+00, 3.000000e+00, 1.000000e+00]
func.func @no_gain(%x: tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>) {
  %0 = seis.corr1 %x weights [1.0, 1.0] anchor 0 axis<sample> border<wrap> : tensor<?x?x?xf32>
  %1 = seis.corr1 %0 weights [1.0, -1.0] anchor 0 axis<sample> border<wrap> : tensor<?x?x?xf32>
  %2 = seis.corr1 %x weights [1.0, 1.0, 0.0, 0.0, 1.0] anchor 0 axis<inline> border<wrap> : tensor<?x?x?xf32>
  %3 = seis.corr1 %2 weights [1.0, 0.0, 1.0, 0.0, 0.0, 1.0] anchor 0 axis<inline> border<wrap> : tensor<?x?x?xf32>
  %4 = seis.corr1 %x weights [1.0, 3.0, 1.0] anchor 1 axis<inline> border<wrap> : tensor<?x?x?xf32>
  %5 = seis.corr1 %4 weights [1.0, 3.0, 1.0] anchor 1 axis<inline> border<wrap> : tensor<?x?x?xf32>
  %6 = arith.addf %3, %4 : tensor<?x?x?xf32>
  return %1, %6, %5 : tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>
}

// -----

// Correlations on other axes in between change places.

// CHECK-LABEL: func.func @across_an_axis
// CHECK-NEXT:    seis.corr1 %{{.*}} weights [1.000000e+00, 4.000000e+00, 6.000000e+00, 4.000000e+00, 1.000000e+00] anchor 2 axis<sample>
// CHECK-NEXT:    seis.corr1 %{{.*}} weights [1.000000e+00, 5.000000e+00, 7.000000e+00] anchor 0 axis<inline> border<zero>
// CHECK-NEXT:    return
func.func @across_an_axis(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %0 = seis.corr1 %x weights [1.0, 2.0, 1.0] anchor 1 axis<sample> border<mirror> : tensor<?x?x?xf32>
  %1 = seis.corr1 %0 weights [1.0, 5.0, 7.0] anchor 0 axis<inline> border<zero> : tensor<?x?x?xf32>
  %2 = seis.corr1 %1 weights [1.0, 2.0, 1.0] anchor 1 axis<sample> border<mirror> : tensor<?x?x?xf32>
  return %2 : tensor<?x?x?xf32>
}

// -----

// Few weights on two axes are one box.

// CHECK-LABEL: func.func @two_axes
// CHECK-NEXT:    seis.corrn %{{.*}} weights dense<{{.*}}> : tensor<1x2x3xf64> anchor [0, 0, 1] border<zero>
// CHECK-NEXT:    return
func.func @two_axes(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %0 = seis.corr1 %x weights [-0.5, 0.0, 0.5] anchor 1 axis<sample> border<zero> : tensor<?x?x?xf32>
  %1 = seis.corr1 %0 weights [0.5, 0.5] anchor 0 axis<crossline> border<zero> : tensor<?x?x?xf32>
  return %1 : tensor<?x?x?xf32>
}

// -----

// A shift moves values or weights: class exact, where the sums stay the same.

// CHECK-LABEL: func.func @shifts
// EXACT-LABEL: func.func @shifts
// EXACT-NEXT:    seis.shift %{{.*}} offset [0, 3, -1] border<nearest>
// EXACT-NEXT:    seis.corr1 %{{.*}} weights [1.000000e+00, 5.000000e+00, 0.000000e+00, 0.000000e+00] anchor 3 axis<sample> border<wrap>
// EXACT-NEXT:    seis.corr1 %{{.*}} weights [0.000000e+00, 0.000000e+00, 1.000000e+00, 5.000000e+00] anchor 0 axis<inline> border<wrap>
// EXACT-NEXT:    seis.corrn %{{.*}} weights {{.*}} : tensor<1x2x2xf64> anchor [0, 0, 0] border<reflect>
// EXACT-NEXT:    return
func.func @shifts(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %0 = seis.shift %x offset [0, 1, -1] border<nearest> : tensor<?x?x?xf32>
  %1 = seis.shift %0 offset [0, 2, 0] border<nearest> : tensor<?x?x?xf32>
  %2 = seis.shift %1 offset [0, 0, -3] border<wrap> : tensor<?x?x?xf32>
  %3 = seis.corr1 %2 weights [1.0, 5.0] anchor 0 axis<sample> border<wrap> : tensor<?x?x?xf32>
  %4 = seis.corr1 %3 weights [1.0, 5.0] anchor 0 axis<inline> border<wrap> : tensor<?x?x?xf32>
  %5 = seis.shift %4 offset [2, 0, 0] border<wrap> : tensor<?x?x?xf32>
  %6 = seis.corr1 %5 weights [1.0, 5.0] anchor 0 axis<sample> border<reflect> : tensor<?x?x?xf32>
  %7 = seis.shift %6 offset [0, 1, 0] border<reflect> : tensor<?x?x?xf32>
  return %7 : tensor<?x?x?xf32>
}

// -----

// Back and forth is not nothing where samples fall off the end.

// CHECK-LABEL: func.func @back_and_forth
// CHECK-NEXT:    seis.shift
// CHECK-NEXT:    seis.shift
// CHECK-NEXT:    return %{{.*}}, %arg0
// EXACT-LABEL: func.func @back_and_forth
func.func @back_and_forth(%x: tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>) {
  %0 = seis.shift %x offset [0, 0, 3] border<nearest> : tensor<?x?x?xf32>
  %1 = seis.shift %0 offset [0, 0, -3] border<nearest> : tensor<?x?x?xf32>
  %2 = seis.shift %x offset [0, 0, 3] border<wrap> : tensor<?x?x?xf32>
  %3 = seis.shift %2 offset [0, 0, -3] border<wrap> : tensor<?x?x?xf32>
  return %1, %3 : tensor<?x?x?xf32>, tensor<?x?x?xf32>
}

// -----

// Moved zeros: a sum of zeros with negative weights is -0, a zero outside is +0. Class reassoc.

// CHECK-LABEL: func.func @moved_zeros
// CHECK-NEXT:    seis.corrn
// CHECK-NEXT:    return
// EXACT-LABEL: func.func @moved_zeros
// EXACT-NEXT:    seis.corr1
// EXACT-NEXT:    seis.shift
func.func @moved_zeros(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %0 = seis.corr1 %x weights [-1.0, -2.0] anchor 0 axis<sample> border<zero> : tensor<?x?x?xf32>
  %1 = seis.shift %0 offset [1, 0, 0] border<zero> : tensor<?x?x?xf32>
  return %1 : tensor<?x?x?xf32>
}

// -----

// Constant factors go into weights and behind window sums.

// CHECK-LABEL: func.func @factors
// CHECK:         seis.corr1 %{{.*}} weights [-6.000000e+00, 1.200000e+01] anchor 0 axis<sample> border<reflect>
// CHECK-NEXT:    math.absf
// CHECK-NEXT:    seis.winsum %{{.*}} window [1, 3, 1]
// CHECK:         arith.mulf
// CHECK-NEXT:    return
// EXACT-LABEL: func.func @factors
// EXACT:         arith.mulf
// EXACT:         seis.corr1 %{{.*}} weights [1.000000e+00, -2.000000e+00]
// EXACT:         arith.divf
// EXACT:         arith.negf
// EXACT-COUNT-2: arith.mulf
// EXACT:         seis.winsum
func.func @factors(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %c = arith.constant 6.0 : f64
  %six = seis.broadcast %c : f64 to tensor<?x?x?xf32>
  %h = arith.constant 2.0 : f64
  %two = seis.broadcast %h : f64 to tensor<?x?x?xf32>
  %0 = arith.mulf %six, %x : tensor<?x?x?xf32>
  %1 = seis.corr1 %0 weights [1.0, -2.0] anchor 0 axis<sample> border<reflect> : tensor<?x?x?xf32>
  %2 = arith.divf %1, %two : tensor<?x?x?xf32>
  %3 = arith.negf %2 : tensor<?x?x?xf32>
  %4 = arith.mulf %3, %two : tensor<?x?x?xf32>
  %a = math.absf %4 : tensor<?x?x?xf32>
  %b = arith.mulf %a, %two : tensor<?x?x?xf32>
  %5 = seis.winsum %b window [1, 3, 1] border<zero> : tensor<?x?x?xf32>
  return %5 : tensor<?x?x?xf32>
}

// -----

// Not zero, not infinity, not what is known only at run time.

// CHECK-LABEL: func.func @other_factors
// CHECK-COUNT-3: arith.mulf
func.func @other_factors(%x: tensor<?x?x?xf32>, %s: f64) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>) {
  %z = arith.constant 0.0 : f64
  %zero = seis.broadcast %z : f64 to tensor<?x?x?xf32>
  %i = arith.constant 0x7FF0000000000000 : f64
  %inf = seis.broadcast %i : f64 to tensor<?x?x?xf32>
  %run = seis.broadcast %s : f64 to tensor<?x?x?xf32>
  %0 = arith.mulf %x, %zero : tensor<?x?x?xf32>
  %1 = seis.corr1 %0 weights [1.0, 2.0] anchor 0 axis<sample> border<reflect> : tensor<?x?x?xf32>
  %2 = arith.mulf %x, %inf : tensor<?x?x?xf32>
  %3 = seis.corr1 %2 weights [1.0, 2.0] anchor 0 axis<sample> border<reflect> : tensor<?x?x?xf32>
  %4 = arith.mulf %x, %run : tensor<?x?x?xf32>
  %5 = seis.corr1 %4 weights [1.0, 2.0] anchor 0 axis<sample> border<reflect> : tensor<?x?x?xf32>
  return %1, %3, %5 : tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>
}

// -----

// A volume of one value: moves and extremes leave it (class exact), sums are one product.

// CHECK-LABEL: func.func @uniform
// CHECK-SAME:    %[[S:.*]]: f64
// CHECK:         %[[A:.*]] = arith.mulf %[[S]], %{{.*}} : f64
// CHECK-NOT:     tensor
// CHECK:         %[[R:.*]] = seis.broadcast %{{.*}} : f64
// CHECK-NEXT:    return %[[R]]
// EXACT-LABEL: func.func @uniform
// EXACT-NEXT:    %[[X:.*]] = seis.broadcast
// EXACT-NEXT:    seis.corr1 %[[X]]
// EXACT-NEXT:    seis.winsum
func.func @uniform(%s: f64) -> tensor<?x?x?xf32> {
  %x = seis.broadcast %s : f64 to tensor<?x?x?xf32>
  %0 = seis.shift %x offset [1, 2, 3] border<nearest> : tensor<?x?x?xf32>
  %1 = seis.winmin %0 window [1, 3, 3] border<wrap> : tensor<?x?x?xf32>
  %2 = seis.corr1 %1 weights [1.0, 2.0, 3.0] anchor 0 axis<inline> border<mirror> : tensor<?x?x?xf32>
  %3 = seis.winsum %2 window [1, 3, 5] border<reflect> : tensor<?x?x?xf32>
  return %3 : tensor<?x?x?xf32>
}

// -----

// Zeros outside make it differ; a value per trace is uniform along the trace only.

// CHECK-LABEL: func.func @not_uniform
// CHECK:         seis.shift %{{.*}} border<zero>
// CHECK:         seis.winsum %{{.*}} window [1, 3, 1] border<reflect>
// CHECK-NOT:     seis.corr1
// CHECK:         return
// EXACT-LABEL: func.func @not_uniform
func.func @not_uniform(%s: f64, %t: tensor<?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>) {
  %x = seis.broadcast %s : f64 to tensor<?x?x?xf32>
  %0 = seis.shift %x offset [1, 0, 0] border<zero> : tensor<?x?x?xf32>
  %y = seis.broadcast %t : tensor<?x?xf32> to tensor<?x?x?xf32>
  %1 = seis.winsum %y window [1, 3, 1] border<reflect> : tensor<?x?x?xf32>
  %2 = seis.corr1 %y weights [1.0, 2.0] anchor 0 axis<sample> border<reflect> : tensor<?x?x?xf32>
  return %0, %1, %2 : tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>
}
