// RUN: seis-opt %s --seis-graph | FileCheck %s --check-prefix=GRAPH
// RUN: seis-opt %s --seis-graph=exact | FileCheck %s --check-prefix=EXACT
// RUN: seis-opt %s --seis-graph --seis-stages | FileCheck %s --check-prefix=STAGES
// RUN: seis-opt %s --seis-graph --seis-stages --seis-cpu | FileCheck %s --check-prefix=CPU
// RUN: seis-opt %s --seis-graph --seis-stages --seis-cpu=openmp=0 | FileCheck %s --check-prefix=SERIAL
// RUN: seis-opt %s --seis-graph --seis-stages --seis-cpu | md5sum > %t.1
// RUN: seis-opt %s --seis-graph | seis-opt --seis-stages | seis-opt --seis-cpu | md5sum > %t.2
// RUN: cmp %t.1 %t.2

// The pipelines that seis-compile runs, by name; the IR between them is text like any other.

// Equal sub-expressions are one, rewrites are done, halos are known.

// GRAPH-LABEL: func.func @t
// GRAPH-SAME:    seis.halo = array<i64: 0, 0, 0, 0, -1, -1>
// GRAPH:         seis.analytic
// GRAPH-NOT:     seis.analytic
// GRAPH-NOT:     seis.unwrap
// GRAPH:         seis.wrapdiff

// EXACT-LABEL: func.func @t
// EXACT:         seis.unwrap
// EXACT-NOT:     seis.wrapdiff

// STAGES-LABEL: func.func @t
// STAGES-SAME:    seis.groups
// STAGES:         seis.stage "analytic" group 0 schedule <at = row, lanes = samples>
// STAGES:         seis.stage "wrapdiff" group 0 schedule <at = output>

// Nothing above LLVM is left, but for OpenMP.

// CPU-NOT:     {{func\.func|scf\.|arith\.|math\.|= vector\.|seis\.|memref\.|index\.|unrealized}}
// CPU:         llvm.func @t_run_tile0(
// CPU-NOT:     {{func\.func|scf\.|arith\.|math\.|= vector\.|seis\.|memref\.|index\.|unrealized}}
// CPU:         omp.parallel
// CPU-NOT:     {{func\.func|scf\.|arith\.|math\.|= vector\.|seis\.|memref\.|index\.|unrealized}}

// SERIAL-NOT:  omp{{[._]}}
func.func @t(%x: tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>) attributes {seis.entry} {
  %re, %im = seis.analytic %x : tensor<?x?x?xf32>
  %re2, %im2 = seis.analytic %x : tensor<?x?x?xf32>
  %p = math.atan2 %im, %re : tensor<?x?x?xf32>
  %u = seis.unwrap %p : tensor<?x?x?xf32>
  %d = seis.corr1 %u weights [-0.5, 0.0, 0.5] anchor 1 axis<sample> border<reflect> : tensor<?x?x?xf32>
  %e = seis.hypot %re2, %im2 : tensor<?x?x?xf32>
  return %e, %d : tensor<?x?x?xf32>, tensor<?x?x?xf32>
}
