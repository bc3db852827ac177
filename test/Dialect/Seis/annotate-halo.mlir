// RUN: seis-opt %s --split-input-file --seis-annotate-halo | FileCheck %s

// The halo is [inline lo, hi, crossline lo, hi, sample lo, hi], -1 where an axis is read whole.

// Nothing beyond the sample.

// CHECK-LABEL: func.func @pointwise
// CHECK-SAME:    seis.halo = array<i64: 0, 0, 0, 0, 0, 0>
func.func @pointwise(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %0 = arith.mulf %x, %x : tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}

// -----

// Windows in sequence add up, axis by axis.

// CHECK-LABEL: func.func @sequence
// CHECK-SAME:    seis.halo = array<i64: 1, 1, 0, 0, 4, 4>
func.func @sequence(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %0 = seis.winsum %x window [1, 1, 9] border<nearest> : tensor<?x?x?xf32>
  %1 = seis.winmax %0 window [3, 1, 1] border<nearest> : tensor<?x?x?xf32>
  return %1 : tensor<?x?x?xf32>
}

// -----

// Side by side the larger one counts, each input for itself, an unread input not at all.

// CHECK-LABEL: func.func @side_by_side
// CHECK-SAME:    %{{.*}}: tensor<?x?x?xf32> {seis.halo = array<i64: 1, 1, 0, 0, 3, 3>}
// CHECK-SAME:    %{{.*}}: tensor<?x?x?xf32> {seis.halo = array<i64: 0, 0, 2, 2, 0, 0>}
// CHECK-SAME:    %{{.*}}: tensor<?x?x?xf32> {seis.halo = array<i64: 0, 0, 0, 0, 0, 0>}
func.func @side_by_side(%x: tensor<?x?x?xf32>, %y: tensor<?x?x?xf32>, %unread: tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>) {
  %0 = seis.winsum %x window [3, 1, 1] border<nearest> : tensor<?x?x?xf32>
  %1 = seis.winsum %x window [1, 1, 7] border<nearest> : tensor<?x?x?xf32>
  %2 = seis.winsum %y window [1, 5, 1] border<nearest> : tensor<?x?x?xf32>
  %3 = seis.winsum %unread window [9, 9, 9] border<nearest> : tensor<?x?x?xf32>
  %4 = arith.addf %0, %2 : tensor<?x?x?xf32>
  return %4, %1 : tensor<?x?x?xf32>, tensor<?x?x?xf32>
}

// -----

// A shift reads to one side; but a read beyond a face comes back inside, under reflect by one
// sample less, under mirror by as much.

// CHECK-LABEL: func.func @shift_nearest
// CHECK-SAME:    seis.halo = array<i64: 0, 3, 2, 0, 0, 1>
func.func @shift_nearest(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %0 = seis.shift %x offset [3, -2, 1] border<nearest> : tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}

// -----

// CHECK-LABEL: func.func @shift_zero
// CHECK-SAME:    seis.halo = array<i64: 0, 3, 2, 0, 0, 1>
func.func @shift_zero(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %0 = seis.shift %x offset [3, -2, 1] border<zero> : tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}

// -----

// CHECK-LABEL: func.func @shift_reflect
// CHECK-SAME:    seis.halo = array<i64: 2, 3, 2, 1, 0, 1>
func.func @shift_reflect(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %0 = seis.shift %x offset [3, -2, 1] border<reflect> : tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}

// -----

// CHECK-LABEL: func.func @shift_mirror
// CHECK-SAME:    seis.halo = array<i64: 3, 3, 2, 2, 1, 1>
func.func @shift_mirror(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %0 = seis.shift %x offset [3, -2, 1] border<mirror> : tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}

// -----

// A periodic border makes the axes it is met on whole, and no others.

// CHECK-LABEL: func.func @wrap
// CHECK-SAME:    seis.halo = array<i64: -1, -1, 0, 0, -1, -1>
func.func @wrap(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %0 = seis.shift %x offset [3, 0, 1] border<wrap> : tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}

// -----

// Weights reach as far as the anchor leaves them.

// CHECK-LABEL: func.func @weights
// CHECK-SAME:    seis.halo = array<i64: 1, 0, 0, 2, 3, 1>
func.func @weights(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %0 = seis.corr1 %x weights [1.0, 2.0, 3.0, 4.0, 5.0] anchor 3 axis<sample> border<zero> : tensor<?x?x?xf32>
  %1 = seis.corrn %0 weights dense<1.0> : tensor<2x3x1xf64> anchor [1, 0, 0] border<zero> : tensor<?x?x?xf32>
  return %1 : tensor<?x?x?xf32>
}

// -----

// Whole traces; the lateral halo is that of what follows.

// CHECK-LABEL: func.func @trace
// CHECK-SAME:    seis.halo = array<i64: 0, 0, 1, 1, -1, -1>
func.func @trace(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %re, %im = seis.analytic %x : tensor<?x?x?xf32>
  %0 = seis.winsum %im window [1, 3, 3] border<reflect> : tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}

// -----

// The wrapped difference sees one sample on either side, a scan its axis.

// CHECK-LABEL: func.func @wrapdiff
// CHECK-SAME:    seis.halo = array<i64: 0, 0, 0, 0, 1, 1>
func.func @wrapdiff(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %0 = seis.wrapdiff %x : tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}

// -----

// CHECK-LABEL: func.func @scan
// CHECK-SAME:    seis.halo = array<i64: -1, -1, 0, 0, 0, 0>
func.func @scan(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %0 = seis.scan<add> %x axis<inline> direction<backward> : tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}

// -----

// What a whole-volume reduction reads is read in a pass of its own.

// CHECK-LABEL: func.func @reduction
// CHECK-SAME:    seis.halo = array<i64: 0, 0, 0, 0, 0, 0>
func.func @reduction(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %0 = seis.winsum %x window [1, 3, 3] border<reflect> : tensor<?x?x?xf32>
  %1 = seis.vmax %0 : tensor<?x?x?xf32>
  %2 = seis.broadcast %1 : f64 to tensor<?x?x?xf32>
  %3 = arith.divf %x, %2 : tensor<?x?x?xf32>
  return %3 : tensor<?x?x?xf32>
}

// -----

// Positions and constants have faces, too: a block must reach as far as they are read.

// CHECK-LABEL: func.func @positions
// CHECK-SAME:    seis.halo = array<i64: 2, 2, 0, 0, 1, 1>
func.func @positions(%x: tensor<?x?x?xf32>, %p: f64) -> tensor<?x?x?xf32> {
  %0 = seis.index<inline> : tensor<?x?x?xf32>
  %1 = seis.winsum %0 window [5, 1, 1] border<reflect> : tensor<?x?x?xf32>
  %2 = seis.broadcast %p : f64 to tensor<?x?x?xf32>
  %3 = seis.winsum %2 window [1, 1, 3] border<zero> : tensor<?x?x?xf32>
  %4 = arith.mulf %1, %3 : tensor<?x?x?xf32>
  %5 = arith.mulf %4, %x : tensor<?x?x?xf32>
  return %5 : tensor<?x?x?xf32>
}
