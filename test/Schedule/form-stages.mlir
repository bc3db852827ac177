// RUN: seis-opt %s --split-input-file --seis-form-stages | FileCheck %s

// Pointwise operations are computed where they are used.

// CHECK-LABEL: func.func @pointwise
// CHECK:         %[[S:.*]] = seis.stage "addf" group 0(%{{.*}}, %{{.*}}) {
// CHECK-NEXT:    ^bb0(%[[X:[^:]*]]: tensor<?x?x?xf32>, %[[P:[^:]*]]: f64):
// CHECK-NEXT:      arith.mulf %[[X]], %[[X]]
// CHECK-NEXT:      seis.broadcast %[[P]]
// CHECK-NEXT:      arith.addf
// CHECK-NEXT:      seis.yield
// CHECK:         return %[[S]]
func.func @pointwise(%x: tensor<?x?x?xf32>, %p: f64) -> tensor<?x?x?xf32> attributes {seis.entry} {
  %0 = arith.mulf %x, %x : tensor<?x?x?xf32>
  %1 = seis.broadcast %p : f64 to tensor<?x?x?xf32>
  %2 = arith.addf %0, %1 : tensor<?x?x?xf32>
  return %2 : tensor<?x?x?xf32>
}

// -----

// One transform for both outputs.

// CHECK-LABEL: func.func @sharing
// CHECK:         seis.stage "analytic"
// CHECK-NOT:     seis.stage "analytic
// CHECK:         %[[E:.*]] = seis.stage "hypot"
// CHECK:         %[[A:.*]] = seis.stage "atan2"
// CHECK:         return %[[E]], %[[A]]
func.func @sharing(%x: tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>) {
  %re, %im = seis.analytic %x : tensor<?x?x?xf32>
  %e = seis.hypot %x, %im : tensor<?x?x?xf32>
  %p = math.atan2 %im, %x : tensor<?x?x?xf32>
  return %e, %p : tensor<?x?x?xf32>, tensor<?x?x?xf32>
}

// -----

// Rows carry one border each: an input is copied per border, a stage carries the first asked for.
// Reading other rows at the same sample asks for none.

// CHECK-LABEL: func.func @borders
// CHECK-DAG:     %[[XR:.*]] = seis.stage "x_reflect" group 0(%{{.*}})
// CHECK-DAG:     %[[XZ:.*]] = seis.stage "x_zero" group 0(%{{.*}})
// CHECK:         %[[Y:.*]] = seis.stage "mulf" group 0(%[[XR]], %[[XZ]])
// CHECK:         seis.stage "shift" group 0(%[[Y]])
// CHECK:         %[[YN:.*]] = seis.stage "mulf_nearest" group 0(%[[Y]])
// CHECK:         seis.stage "shift_2" group 0(%[[YN]])
// CHECK:         seis.stage "shift_3" group 0(%[[Y]])
func.func @borders(%x: tensor<?x?x?xf32> {seis.name = "x"}) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>) {
  %a = seis.corr1 %x weights [1.0, 2.0] anchor 0 axis<sample> border<reflect> : tensor<?x?x?xf32>
  %b = seis.corr1 %x weights [1.0, 2.0] anchor 0 axis<sample> border<zero> : tensor<?x?x?xf32>
  %y = arith.mulf %a, %b : tensor<?x?x?xf32>
  %c = seis.shift %y offset [0, 0, 1] border<mirror> : tensor<?x?x?xf32>
  %d = seis.shift %y offset [0, 0, 1] border<nearest> : tensor<?x?x?xf32>
  %e = seis.shift %y offset [0, 1, 0] border<zero> : tensor<?x?x?xf32>
  return %c, %d, %e : tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>
}

// -----

// Inputs whose neighbours along samples are not read are read in place.

// CHECK-LABEL: func.func @in_place
// CHECK-SAME:    %[[X:[^:]*]]: tensor<?x?x?xf32>
// CHECK-NEXT:    seis.stage "corr1" group 0(%[[X]])
// CHECK-NOT:     seis.stage
func.func @in_place(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %a = seis.corr1 %x weights [1.0, 2.0, 3.0] anchor 1 axis<inline> border<reflect> : tensor<?x?x?xf32>
  return %a : tensor<?x?x?xf32>
}

// -----

// A periodic lateral border needs all rows first: a new group. Along samples it does not.

// CHECK-LABEL: func.func @wrap
// CHECK:         seis.stage "mulf" group 0
// CHECK:         seis.stage "shift" group 1
// CHECK:         seis.stage "shift_2" group 1
// CHECK:         seis.stage "shift_3" group 2
func.func @wrap(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %y = arith.mulf %x, %x : tensor<?x?x?xf32>
  %a = seis.shift %y offset [1, 0, 0] border<wrap> : tensor<?x?x?xf32>
  %b = seis.shift %a offset [0, 0, 1] border<wrap> : tensor<?x?x?xf32>
  %c = seis.shift %b offset [0, 1, 0] border<wrap> : tensor<?x?x?xf32>
  return %c : tensor<?x?x?xf32>
}

// -----

// A periodic border of an input needs no earlier group: the whole input is there.

// CHECK-LABEL: func.func @wrap_of_input
// CHECK:         seis.stage "shift" group 0
func.func @wrap_of_input(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %a = seis.shift %x offset [1, 0, 0] border<wrap> : tensor<?x?x?xf32>
  return %a : tensor<?x?x?xf32>
}

// -----

// What several stages need is kept, unless it costs little.

// CHECK-LABEL: func.func @several_uses
// CHECK:         %[[DEAR:.*]] = seis.stage "sqrt" group 0(%{{.*}}) {
// CHECK:           arith.mulf
// CHECK-NEXT:      math.sqrt
// CHECK:         seis.stage "sin" group 0(%[[DEAR]])
// CHECK:         seis.stage "cos" group 0(%[[DEAR]])
// CHECK:         seis.stage "exp"
// CHECK:           arith.mulf
// CHECK-NEXT:      math.exp
func.func @several_uses(%x: tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>) attributes {seis.entry} {
  %cheap = arith.mulf %x, %x : tensor<?x?x?xf32>
  %dear = math.sqrt %cheap : tensor<?x?x?xf32>
  %a = math.sin %dear : tensor<?x?x?xf32>
  %b = math.cos %dear : tensor<?x?x?xf32>
  %c = math.exp %cheap : tensor<?x?x?xf32>
  return %a, %b, %c : tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>
}

// -----

// A value used twice by one stage is no reason to keep it.

// CHECK-LABEL: func.func @one_reader
// CHECK:         seis.stage
// CHECK-NOT:     seis.stage
func.func @one_reader(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> attributes {seis.entry} {
  %dear = math.exp %x : tensor<?x?x?xf32>
  %a = math.sin %dear : tensor<?x?x?xf32>
  %b = math.cos %dear : tensor<?x?x?xf32>
  %c = arith.mulf %a, %b : tensor<?x?x?xf32>
  return %c : tensor<?x?x?xf32>
}

// -----

// An output that something else reads is copied out by a stage named after it.

// CHECK-LABEL: func.func @output_read_again
// CHECK:         %[[Y:.*]] = seis.stage "exp"
// CHECK:         %[[Z:.*]] = seis.stage "shift" group 0(%[[Y]])
// CHECK:         %[[COPY:.*]] = seis.stage "y" group 0(%[[Y]])
// CHECK:         return %[[COPY]], %[[Z]]
func.func @output_read_again(%x: tensor<?x?x?xf32>) -> (tensor<?x?x?xf32> {seis.name = "y"}, tensor<?x?x?xf32> {seis.name = "z"}) attributes {seis.entry} {
  %y = math.exp %x : tensor<?x?x?xf32>
  %z = seis.shift %y offset [0, 1, 0] border<reflect> : tensor<?x?x?xf32>
  return %y, %z : tensor<?x?x?xf32>, tensor<?x?x?xf32>
}

// -----

// An input as output, and a transform as output, have copies of their own.

// CHECK-LABEL: func.func @copies
// CHECK:         %[[F:.*]]:2 = seis.stage "fft"
// CHECK:         %[[X:.*]] = seis.stage "out0" group 0(%{{.*}})
// CHECK:         %[[RE:.*]] = seis.stage "out1" group 0(%[[F]]#0)
// CHECK:         return %[[X]], %[[RE]]
func.func @copies(%x: tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>) {
  %f:2 = seis.fft %x : (tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>)
  return %x, %f#0 : tensor<?x?x?xf32>, tensor<?x?x?xf32>
}

// -----

// Values per trace: the reduction is a stage, what follows is not.

// CHECK-LABEL: func.func @per_trace
// CHECK:         %[[T:.*]] = seis.stage "tmax" group 0(%{{.*}}) {
// CHECK:         } : (tensor<?x?x?xf32>) -> tensor<?x?xf32>
// CHECK:         seis.stage "divf" group 0(%{{.*}}, %[[T]]) {
// CHECK:           arith.mulf %{{.*}} : tensor<?x?xf32>
// CHECK-NEXT:      seis.broadcast
// CHECK-NEXT:      arith.divf
func.func @per_trace(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %t = seis.tmax %x : tensor<?x?x?xf32> to tensor<?x?xf32>
  %u = arith.mulf %t, %t : tensor<?x?xf32>
  %v = seis.broadcast %u : tensor<?x?xf32> to tensor<?x?x?xf32>
  %y = arith.divf %x, %v : tensor<?x?x?xf32>
  return %y : tensor<?x?x?xf32>
}

// -----

// Masks are computed again rather than kept.

// CHECK-LABEL: func.func @masks
// CHECK-COUNT-2: arith.cmpf
// CHECK-NOT:     -> tensor<?x?x?xi1>
func.func @masks(%x: tensor<?x?x?xf32>, %y: tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>) attributes {seis.entry} {
  %m = arith.cmpf ogt, %x, %y : tensor<?x?x?xf32>
  %a = arith.select %m, %x, %y : tensor<?x?x?xi1>, tensor<?x?x?xf32>
  %b = arith.select %m, %y, %x : tensor<?x?x?xi1>, tensor<?x?x?xf32>
  return %a, %b : tensor<?x?x?xf32>, tensor<?x?x?xf32>
}

// -----

// Complex volumes exist at the boundary: parts before the transform, a pair after it.

// CHECK-LABEL: func.func @complex
// CHECK:         %[[RE:.*]] = seis.stage "re"
// CHECK:         %[[IM:.*]] = seis.stage "im"
// CHECK:         %[[F:.*]]:2 = seis.stage "ifft" group 0(%[[RE]], %[[IM]])
// CHECK:         %[[OUT:.*]] = seis.stage "out0" group 0(%[[F]]#0, %[[F]]#1)
// CHECK:           seis.complex
// CHECK:         return %[[OUT]]
func.func @complex(%z: tensor<?x?x?xcomplex<f32>>) -> tensor<?x?x?xcomplex<f32>> {
  %re = seis.re %z : tensor<?x?x?xcomplex<f32>> to tensor<?x?x?xf32>
  %im = seis.im %z : tensor<?x?x?xcomplex<f32>> to tensor<?x?x?xf32>
  %a, %b = seis.ifft %re, %im : tensor<?x?x?xf32>
  %c = seis.complex %a, %b : tensor<?x?x?xf32> to tensor<?x?x?xcomplex<f32>>
  return %c : tensor<?x?x?xcomplex<f32>>
}

// -----

// The multiplier of a spectrum takes the scalars around it along.

// CHECK-LABEL: func.func @specmul
// CHECK-SAME:    %[[X:[^:]*]]: tensor<?x?x?xf32>, %[[FS:[^:]*]]: f64, %[[Q:[^:]*]]: f64
// CHECK:         seis.stage "specmul" group 0(%[[X]], %[[FS]], %[[Q]]) {
// CHECK-NEXT:    ^bb0(%[[A:[^:]*]]: tensor<?x?x?xf32>, %[[B:[^:]*]]: f64, %[[C:[^:]*]]: f64):
// CHECK-NEXT:      seis.specmul %[[A]], %[[B]]
// CHECK:             arith.mulf %{{.*}}, %[[C]]
func.func @specmul(%x: tensor<?x?x?xf32>, %fs: f64, %q: f64) -> tensor<?x?x?xf32> {
  %y = seis.specmul %x, %fs {
  ^bb0(%f: f64):
    %h = arith.mulf %f, %q : f64
    seis.yield %h : f64
  } : tensor<?x?x?xf32>
  return %y : tensor<?x?x?xf32>
}

// -----

// One value as two outputs: kept once, copied out twice. An output is never read back.

// CHECK-LABEL: func.func @two_outputs
// CHECK:         %[[Y:.*]] = seis.stage "exp"
// CHECK:         %[[A:.*]] = seis.stage "a" group 0(%[[Y]])
// CHECK:         %[[B:.*]] = seis.stage "b" group 0(%[[Y]])
// CHECK:         return %[[A]], %[[B]]
func.func @two_outputs(%x: tensor<?x?x?xf32>) -> (tensor<?x?x?xf32> {seis.name = "a"}, tensor<?x?x?xf32> {seis.name = "b"}) attributes {seis.entry} {
  %y = math.exp %x : tensor<?x?x?xf32>
  return %y, %y : tensor<?x?x?xf32>, tensor<?x?x?xf32>
}

// -----

// A mask that is an output is computed for it, and again for whoever selects by it.

// CHECK-LABEL: func.func @mask_as_output
// CHECK-SAME:    %[[X:[^:]*]]: tensor<?x?x?xf32>, %[[Y:[^:]*]]: tensor<?x?x?xf32>
// CHECK:         %[[Z:.*]] = seis.stage "select" group 0(%[[X]], %[[Y]])
// CHECK:         %[[A:.*]] = seis.stage "a" group 0(%[[X]], %[[Y]])
// CHECK:         %[[C:.*]] = seis.stage "c" group 0(%[[X]], %[[Y]])
// CHECK:         return %[[A]], %[[Z]], %[[C]]
func.func @mask_as_output(%x: tensor<?x?x?xf32>, %y: tensor<?x?x?xf32>) -> (tensor<?x?x?xi1> {seis.name = "a"}, tensor<?x?x?xf32>, tensor<?x?x?xi1> {seis.name = "c"}) attributes {seis.entry} {
  %m = arith.cmpf ogt, %x, %y : tensor<?x?x?xf32>
  %z = arith.select %m, %x, %y : tensor<?x?x?xi1>, tensor<?x?x?xf32>
  return %m, %z, %m : tensor<?x?x?xi1>, tensor<?x?x?xf32>, tensor<?x?x?xi1>
}

// -----

// Complex values are put together where they leave, once for each output.

// CHECK-LABEL: func.func @complex_twice
// CHECK:         %[[F:.*]]:2 = seis.stage "fft"
// CHECK:         %[[A:.*]] = seis.stage "out0" group 0(%[[F]]#0, %[[F]]#1)
// CHECK:         %[[B:.*]] = seis.stage "out1" group 0(%[[F]]#0, %[[F]]#1)
// CHECK:         return %[[A]], %[[B]]
func.func @complex_twice(%x: tensor<?x?x?xf32>) -> (tensor<?x?x?xcomplex<f32>>, tensor<?x?x?xcomplex<f32>>) {
  %f:2 = seis.fft %x : (tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>)
  %c = seis.complex %f#0, %f#1 : tensor<?x?x?xf32> to tensor<?x?x?xcomplex<f32>>
  return %c, %c : tensor<?x?x?xcomplex<f32>>, tensor<?x?x?xcomplex<f32>>
}

// -----

// A scalar needs no stage.

// CHECK-LABEL: func.func @scalar
// CHECK-NEXT:    return %{{.*}} : f64
func.func @scalar(%x: tensor<?x?x?xf32>, %s: f64) -> f64 attributes {seis.entry} {
  return %s : f64
}

// -----

// An input that may be stored in several ways is read by the stage that converts it, alone; one whose
// samples are read in place is not.

// CHECK-LABEL: func.func @stored
// CHECK-SAME:    %[[X:[^:]*]]: {{.*}}, %[[Y:[^:]*]]: tensor<?x?x?xf32>)
// CHECK:         %[[L:.*]] = seis.stage "x_load" group 0(%[[X]])
// CHECK-NEXT:    ^bb0(%[[A:[^:]*]]: tensor<?x?x?xf32>):
// CHECK-NEXT:      seis.yield %[[A]]
// CHECK:         seis.stage "addf" group 0({{.*}}%[[L]]{{.*}})
// CHECK-NOT:     %[[X]]
// CHECK:         return
func.func @stored(%x: tensor<?x?x?xf32> {seis.name = "x", seis.storage = ["f32", "ibm"]},
                  %y: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> attributes {seis.entry} {
  %0 = seis.corr1 %x weights [1.0, 2.0, 1.0] anchor 1 axis<sample> border<reflect> : tensor<?x?x?xf32>
  %1 = arith.mulf %x, %y : tensor<?x?x?xf32>
  %2 = arith.addf %0, %1 : tensor<?x?x?xf32>
  return %2 : tensor<?x?x?xf32>
}
