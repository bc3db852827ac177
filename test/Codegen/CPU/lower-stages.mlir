// RUN: seis-opt %s --split-input-file --seis-stages --seis-lower-stages | FileCheck %s
// RUN: seis-opt %s --split-input-file --seis-stages --seis-lower-stages=vector-bits=256 | FileCheck %s --check-prefix=NARROW
// RUN: seis-opt %s --split-input-file --seis-stages --seis-lower-stages=openmp=0 | FileCheck %s --check-prefix=SERIAL

// A kernel is a function for a tile, one that deals tiles out, and one that says how much scratch
// they want. Whole vectors are loaded and stored plainly; what is left of a row of the caller's
// runs once more under a mask, with the same operations.

// CHECK-LABEL: func.func @pointwise_run_tile0(
// CHECK-SAME:    !llvm.ptr, %{{.*}}: i64, %{{.*}}: i64)
// CHECK-NOT:     masked
// CHECK:         %[[X:.*]] = llvm.load %{{.*}} {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
// CHECK:         %[[Y:.*]] = arith.mulf %[[X]], %[[X]]
// CHECK:         llvm.store %[[Y]], %{{.*}} {alignment = 4 : i64}
// CHECK:         scf.if
// CHECK:           %[[XM:.*]] = llvm.intr.masked.load
// CHECK:           %[[YM:.*]] = arith.mulf %[[XM]], %[[XM]]
// CHECK:           llvm.intr.masked.store %[[YM]]
// CHECK-LABEL: func.func @pointwise_run(
// CHECK-SAME:    -> i32
// CHECK:         omp.parallel num_threads(%{{.*}} : i32) {
// CHECK:           omp.wsloop schedule(dynamic) {
// CHECK:             omp.loop_nest
// CHECK:               call @pointwise_run_tile0(
// CHECK-LABEL: func.func @pointwise_run_scratch(
// CHECK-SAME:    -> i64
// CHECK-NOT:   func.func @pointwise(

// NARROW-LABEL: func.func @pointwise_run_tile0(
// NARROW-NOT:     vector<16xf32>
// NARROW:         arith.mulf %{{.*}} : vector<8xf32>

// SERIAL-NOT:   omp.
// SERIAL-LABEL: func.func @pointwise_run(
// SERIAL:         scf.for
// SERIAL-NEXT:      %{{.*}} = arith.constant 0 : i64
// SERIAL-NEXT:      func.call @pointwise_run_tile0(
// SERIAL-NOT:   omp{{[._]}}
func.func @pointwise(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> attributes {seis.entry} {
  %0 = arith.mulf %x, %x : tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}

// -----

// Rows in scratch need no mask: the end of the input is read, that of the output written with one;
// the loop over what lies between has none.

// CHECK-LABEL: func.func @stencil_run_tile0(
// CHECK:         llvm.intr.masked.load
// CHECK-NOT:     llvm.intr.masked.load
// CHECK:         math.fma %{{.*}} : vector<8xf64>
// CHECK-NOT:     llvm.intr.masked.load
// CHECK:         llvm.intr.masked.store
// CHECK-LABEL: func.func @stencil_run(
func.func @stencil(%x: tensor<?x?x?xf64>) -> tensor<?x?x?xf64> attributes {seis.entry} {
  %0 = seis.corr1 %x weights [1.0, 2.0, 3.0] anchor 1 axis<sample> border<reflect> : tensor<?x?x?xf64>
  return %0 : tensor<?x?x?xf64>
}

// -----

// A zero weight reads nothing: two of three are multiplied, in the loop and behind it.

// CHECK-LABEL: func.func @zero_weight_run_tile0(
// CHECK:         arith.mulf %{{.*}} : vector<16xf32>
// CHECK:         math.fma %{{.*}} : vector<16xf32>
// CHECK-NOT:     math.fma
// CHECK:         scf.if
// CHECK:         arith.mulf %{{.*}} : vector<16xf32>
// CHECK:         math.fma %{{.*}} : vector<16xf32>
// CHECK-NOT:     math.fma
// CHECK-LABEL: func.func @zero_weight_run(
func.func @zero_weight(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> attributes {seis.entry} {
  %0 = seis.corr1 %x weights [-0.5, 0.0, 0.5] anchor 1 axis<sample> border<reflect> : tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}

// -----

// A periodic lateral border: two groups, two parallel loops, one after the other.

// CHECK-LABEL: func.func @groups_run_tile0(
// CHECK-LABEL: func.func @groups_run_tile1(
// CHECK-LABEL: func.func @groups_run(
// CHECK:         omp.parallel
// CHECK:           call @groups_run_tile0(
// CHECK:         omp.parallel
// CHECK:           call @groups_run_tile1(
func.func @groups(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> attributes {seis.entry} {
  %y = math.exp %x : tensor<?x?x?xf32>
  %0 = seis.shift %y offset [0, 1, 0] border<wrap> : tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}

// -----

// A reduction is a kernel of its own.

// CHECK-DAG:   func.func @reduction_pass0_reduce(
// CHECK-DAG:   func.func @reduction_pass0_reduce_scratch(
// CHECK-DAG:   func.func @reduction_run(
func.func @reduction(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> attributes {seis.entry} {
  %0 = seis.vmax %x : tensor<?x?x?xf32>
  %1 = seis.broadcast %0 : f64 to tensor<?x?x?xf32>
  %2 = arith.divf %x, %1 : tensor<?x?x?xf32>
  return %2 : tensor<?x?x?xf32>
}

// -----

// Traces lie in the lanes of a transform; its passes are functions shared by all stages.

// CHECK-LABEL: func.func @transform_run_tile0(
// CHECK:         vector.shuffle
// CHECK:         call @seis_fft_hilbert_v16f32(
// CHECK-DAG:   func.func private @seis_fft_forward_r8_v16f32(
// CHECK-DAG:   func.func private @seis_fft_hilbert_v16f32(
// NARROW-DAG:  func.func private @seis_fft_hilbert_v8f32(
func.func @transform(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> attributes {seis.entry} {
  %re, %im = seis.analytic %x : tensor<?x?x?xf32>
  return %im : tensor<?x?x?xf32>
}
