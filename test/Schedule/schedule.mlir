// RUN: seis-opt %s --split-input-file --seis-form-stages --seis-schedule | FileCheck %s

// Rows that only their own row reads; the last stage writes the caller's array.

// CHECK-LABEL: func.func @row
// CHECK-SAME:    seis.groups = [#seis.group<inlines = 0, crosslines = 0>]}
// CHECK:         seis.stage "x_reflect" group 0 schedule <at = row>
// CHECK:         seis.stage "corr1" group 0 schedule <at = output>
func.func @row(%x: tensor<?x?x?xf32> {seis.name = "x"}) -> tensor<?x?x?xf32> attributes {seis.entry} {
  %0 = seis.corr1 %x weights [1.0, 2.0, 3.0] anchor 1 axis<sample> border<reflect> : tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}

// -----

// A ring of rows for neighbours across crosslines, of planes across inlines; the reader computes
// several rows together.

// CHECK-LABEL: func.func @slide
// CHECK:         seis.stage "exp" group 0 schedule <at = slide, axis = crossline>
// CHECK:         seis.stage "corr1" group 0 schedule <at = slide, axis = inline, rows = 4>
// CHECK:         seis.stage "corr1_2" group 0 schedule <at = output, rows = 4>
func.func @slide(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> attributes {seis.entry} {
  %y = math.exp %x : tensor<?x?x?xf32>
  %0 = seis.corr1 %y weights [1.0, 2.0, 3.0] anchor 1 axis<crossline> border<reflect> : tensor<?x?x?xf32>
  %1 = seis.corr1 %0 weights [1.0, 2.0, 3.0] anchor 1 axis<inline> border<reflect> : tensor<?x?x?xf32>
  return %1 : tensor<?x?x?xf32>
}

// -----

// A value of an earlier group is whole.

// CHECK-LABEL: func.func @root
// CHECK-SAME:    seis.groups = [#seis.group<inlines = 0, crosslines = 0>, #seis.group<inlines = 0, crosslines = 0>]
// CHECK:         seis.stage "exp" group 0 schedule <at = root>
// CHECK:         seis.stage "shift" group 1 schedule <at = output, rows = 4>
func.func @root(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> attributes {seis.entry} {
  %y = math.exp %x : tensor<?x?x?xf32>
  %0 = seis.shift %y offset [0, 1, 0] border<wrap> : tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}

// -----

// A Hilbert transform has samples in the lanes, other whole-trace operations have traces; for all
// else nothing is said.

// CHECK-LABEL: func.func @lanes
// CHECK:         seis.stage "unwrap" group 0 schedule <at = row, lanes = traces>
// CHECK:         seis.stage "analytic" group 0 schedule <at = row, lanes = samples>
// CHECK:         seis.stage "hypot" group 0 schedule <at = output>
func.func @lanes(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> attributes {seis.entry} {
  %u = seis.unwrap %x : tensor<?x?x?xf32>
  %re, %im = seis.analytic %u : tensor<?x?x?xf32>
  %e = seis.hypot %u, %im : tensor<?x?x?xf32>
  return %e : tensor<?x?x?xf32>
}

// -----

// A function that is neither an entry nor a pass is left alone.

// CHECK-LABEL: func.func @empty
// CHECK-NOT:     seis.groups
func.func @empty(%p: f64) -> f64 {
  return %p : f64
}

// -----

// A scan along inlines needs all rows of exp before it begins. They are in memory that threads share,
// so that the other readers wait as well.
// CHECK-LABEL: func.func @shared_rows
// CHECK: seis.stage "exp" group 0 schedule <at = root>
// CHECK: seis.stage "scan" group 1
// CHECK: seis.stage "corr1" group 2
func.func @shared_rows(%x: tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>) attributes {seis.entry} {
  %a = math.exp %x : tensor<?x?x?xf32>
  %b = seis.scan<add> %a axis<inline> direction<forward> : tensor<?x?x?xf32>
  %c = seis.corr1 %a weights [1.0, 2.0, 3.0] anchor 1 axis<sample> border<reflect> : tensor<?x?x?xf32>
  return %b, %c : tensor<?x?x?xf32>, tensor<?x?x?xf32>
}

// -----

// A pass takes its results from its last group: others are not cut into the cells of the grid. What
// only that group reads is made there, row by row.
// CHECK-LABEL: func.func @pass
// CHECK: seis.stage "in0_wrap" group 0 schedule <at = root>
// CHECK: seis.stage "absf" group 1 schedule <at = output
// CHECK: seis.stage "out1" group 1 schedule <at = output>
func.func @pass(%x: tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>) attributes {seis.pass = 0, seis.reduce = ["max", "sum"]} {
  %a = seis.shift %x offset [1, 0, 1] border<wrap> : tensor<?x?x?xf32>
  %b = math.absf %a : tensor<?x?x?xf32>
  return %b, %x : tensor<?x?x?xf32>, tensor<?x?x?xf32>
}
