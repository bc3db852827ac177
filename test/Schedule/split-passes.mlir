// RUN: seis-opt %s --split-input-file --seis-split-passes | FileCheck %s

// Two levels: a sum of what a range has scaled. Each pass keeps what it needs, reads the tables of
// those before, and has its reductions in program order.

// CHECK-LABEL: func.func @levels_pass0
// CHECK-SAME:    %[[X:[^:]*]]: tensor<?x?x?xf32> {seis.name = "x"}) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>)
// CHECK-SAME:    attributes {seis.pass = 0 : i64, seis.reduce = ["min", "max"]}
// CHECK-NEXT:    return %[[X]], %[[X]]

// CHECK-LABEL: func.func @levels_pass1
// CHECK-SAME:    %[[X:[^:]*]]: tensor<?x?x?xf32> {seis.name = "x"}
// CHECK-SAME:    %[[LO:[^:]*]]: f64 {seis.table = array<i64: 0, 0>}
// CHECK-SAME:    %[[HI:[^:]*]]: f64 {seis.table = array<i64: 0, 1>}
// CHECK-SAME:    attributes {seis.pass = 1 : i64, seis.reduce = ["sum", "count"]}
// CHECK-NEXT:    %[[RANGE:.*]] = arith.subf %[[HI]], %[[LO]]
// CHECK-NEXT:    %[[V:.*]] = seis.broadcast %[[RANGE]]
// CHECK-NEXT:    %[[Y:.*]] = arith.divf %[[X]], %[[V]]
// CHECK-NEXT:    return %[[Y]], %[[Y]]

// CHECK-LABEL: func.func @levels(
// CHECK-SAME:    {seis.table = array<i64: 0, 0>}
// CHECK-SAME:    {seis.table = array<i64: 0, 1>}
// CHECK-SAME:    %[[SUM:[^:]*]]: f64 {seis.table = array<i64: 1, 0>}
// CHECK-SAME:    %[[COUNT:[^:]*]]: f64 {seis.table = array<i64: 1, 1>}
// CHECK-SAME:    -> (tensor<?x?x?xf32> {seis.name = "r"}) attributes {seis.entry}
// CHECK-NOT:     seis.v
// CHECK:         arith.divf %[[SUM]], %[[COUNT]] : f64
func.func @levels(%x: tensor<?x?x?xf32> {seis.name = "x"}) -> (tensor<?x?x?xf32> {seis.name = "r"}) attributes {seis.entry} {
  %lo = seis.vmin %x : tensor<?x?x?xf32>
  %hi = seis.vmax %x : tensor<?x?x?xf32>
  %range = arith.subf %hi, %lo : f64
  %v = seis.broadcast %range : f64 to tensor<?x?x?xf32>
  %y = arith.divf %x, %v : tensor<?x?x?xf32>
  %sum = seis.vsum %y : tensor<?x?x?xf32>
  %n = seis.vcount %y : tensor<?x?x?xf32>
  %mean = arith.divf %sum, %n : f64
  %m = seis.broadcast %mean : f64 to tensor<?x?x?xf32>
  %r = arith.subf %y, %m : tensor<?x?x?xf32>
  return %r : tensor<?x?x?xf32>
}

// -----

// Independent reductions share a pass, even where the second comes after a use of the first.

// CHECK-LABEL: func.func @one_level_pass0
// CHECK-SAME:    seis.reduce = ["max", "max"]
// CHECK-NOT:   func.func @one_level_pass1
// CHECK-LABEL: func.func @one_level(
func.func @one_level(%x: tensor<?x?x?xf32>, %y: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> attributes {seis.entry} {
  %a = seis.vmax %x : tensor<?x?x?xf32>
  %va = seis.broadcast %a : f64 to tensor<?x?x?xf32>
  %p = arith.divf %x, %va : tensor<?x?x?xf32>
  %b = seis.vmax %y : tensor<?x?x?xf32>
  %vb = seis.broadcast %b : f64 to tensor<?x?x?xf32>
  %q = arith.divf %p, %vb : tensor<?x?x?xf32>
  return %q : tensor<?x?x?xf32>
}

// -----

// A reduction inside the multiplier of a spectrum counts as one, too.

// CHECK-LABEL: func.func @in_a_region_pass0
// CHECK-SAME:    seis.reduce = ["max"]
// CHECK-LABEL: func.func @in_a_region(
// CHECK-SAME:    %[[TABLE:[^:]*]]: f64 {seis.table = array<i64: 0, 0>}
// CHECK:         arith.mulf %{{.*}}, %[[TABLE]]
func.func @in_a_region(%x: tensor<?x?x?xf32>, %fs: f64) -> tensor<?x?x?xf32> attributes {seis.entry} {
  %a = seis.vmax %x : tensor<?x?x?xf32>
  %y = seis.specmul %x, %fs {
  ^bb0(%f: f64):
    %h = arith.mulf %f, %a : f64
    seis.yield %h : f64
  } : tensor<?x?x?xf32>
  return %y : tensor<?x?x?xf32>
}

// -----

// Functions that are no entry, and entries without reductions, stay as they are.

// CHECK-LABEL: func.func @no_entry
// CHECK:         seis.vmax
// CHECK-LABEL: func.func @no_reduction
// CHECK-NOT:     seis.table
func.func @no_entry(%x: tensor<?x?x?xf32>) -> f64 {
  %a = seis.vmax %x : tensor<?x?x?xf32>
  return %a : f64
}
func.func @no_reduction(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> attributes {seis.entry} {
  return %x : tensor<?x?x?xf32>
}
