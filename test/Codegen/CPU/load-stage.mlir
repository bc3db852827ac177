// RUN: seis-opt %s --split-input-file --verify-diagnostics --seis-schedule --seis-lower-stages | FileCheck %s
// RUN: seis-opt %s --split-input-file --verify-diagnostics --seis-schedule --seis-lower-stages=vector-bits=256 | FileCheck %s --check-prefix=NARROW

// The stage that reads an input stored in several ways asks how it is stored, once for all of its
// rows, and has one loop for each way; what reads it does not know.

// CHECK-LABEL: func.func @stored_run_tile0(
// CHECK:         arith.cmpi eq
// CHECK:         scf.if
// CHECK:           llvm.intr.prefetch
// CHECK:           llvm.load %{{.*}} {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
// CHECK:         } else {
// CHECK:           scf.if
// CHECK:             %[[W:.*]] = llvm.load %{{.*}} {alignment = 4 : i64} : !llvm.ptr -> vector<16xi32>
// CHECK:             llvm.intr.bswap(%[[W]])
// CHECK:             arith.sitofp
// CHECK-COUNT-2:     arith.mulf
// CHECK:           } else {
// CHECK:             %[[I:.*]] = llvm.load %{{.*}} {alignment = 2 : i64} : !llvm.ptr -> vector<16xi16>
// CHECK-NOT:         bswap
// CHECK:             arith.sitofp %[[I]] : vector<16xi16> to vector<16xf32>
// CHECK:             math.fma
// CHECK-LABEL: func.func @stored_run(

// NARROW-LABEL: func.func @stored_run_tile0(
// NARROW-NOT:     vector<16x
// NARROW:         -> vector<8xi16>
func.func @stored(%x: tensor<?x?x?xf32> {seis.storage = ["f32", "ibm", "i16"]})
    -> tensor<?x?x?xf32> attributes {seis.entry} {
  %0 = seis.stage "x_load" group 0(%x) {
  ^bb0(%a: tensor<?x?x?xf32>):
    seis.yield %a : tensor<?x?x?xf32>
  } : (tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %1 = seis.stage "y" group 0(%0) {
  ^bb0(%a: tensor<?x?x?xf32>):
    %2 = arith.negf %a : tensor<?x?x?xf32>
    seis.yield %2 : tensor<?x?x?xf32>
  } : (tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  return %1 : tensor<?x?x?xf32>
}

// -----

func.func @computes(%x: tensor<?x?x?xf32> {seis.storage = ["f32", "ibm"]}) -> tensor<?x?x?xf32>
    attributes {seis.entry} {
  // expected-error @below {{stage 'y' reads an input marked seis.storage and does more than that: form the stages with seis-form-stages}}
  %1 = seis.stage "y" group 0(%x) {
  ^bb0(%a: tensor<?x?x?xf32>):
    %2 = arith.negf %a : tensor<?x?x?xf32>
    seis.yield %2 : tensor<?x?x?xf32>
  } : (tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  return %1 : tensor<?x?x?xf32>
}

// -----

func.func @writes(%x: tensor<?x?x?xf32> {seis.storage = ["f32", "ibm"]}) -> tensor<?x?x?xf32>
    attributes {seis.entry} {
  // expected-error @below {{stage 'y' reads an input marked seis.storage and does more than that}}
  %0 = seis.stage "y" group 0(%x) {
  ^bb0(%a: tensor<?x?x?xf32>):
    seis.yield %a : tensor<?x?x?xf32>
  } : (tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}
