// RUN: seis-opt %s --seis-form-stages '--seis-schedule=json={{"v": 1, "stages": {"exp": {"at": "g0.0", "rows": 2, "width": 8}, "corr1": {"at": "g0.0"}, "unwrap": {"lanes": "traces", "width": 32}, "cos": {"at": "inline"}, "addf": {"at": "g0.root"}}, "groups": [{"name": "g0", "order": ["crossline", "inline", "sample"], "tile": {"inline": [32], "crossline": ["full", 4], "sample": ["full"]}, "parallel": {"axes": ["inline"], "policy": "guided", "grain": 2}, "vector": {"axis": "sample", "width": 32}, "unroll": 2, "tail": "mask", "store": "stream"}], "gpu": null}}' --seis-print-schedule -o %t.mlir > %t.json
// RUN: FileCheck %s < %t.mlir
// RUN: FileCheck %s --check-prefix=JSON < %t.json
// RUN: seis-opt %s --seis-form-stages --seis-schedule --seis-print-schedule -o /dev/null | FileCheck %s --check-prefix=DEFAULT

// Everything that a file can say, as attributes; what it said is noted.

// CHECK-LABEL: func.func @t
// CHECK-SAME:    seis.given = ["g0.order", "g0.tile", "g0.parallel", "g0.vector", "g0.unroll", "g0.tail", "g0.store"]
// CHECK-SAME:    seis.groups = [#seis.group<inlines = 32, crosslines = 1099511627776, inner = [0, 4], outer = crossline, spread = inline, policy = guided, grain = 2, width = 32, unroll = 2, tail = mask, store = stream>]
// CHECK-SAME:    seis.inlined = ["cos"]
// CHECK:         seis.stage "exp" group 0 schedule <at = tile, level = 0, rows = 2, width = 8>(%{{.*}}) attributes {seis.given = ["at", "rows", "width"]}
// CHECK:         seis.stage "corr1" group 0 schedule <at = tile, level = 0, rows = 4>(%{{.*}}) attributes {seis.given = ["at"]}
// CHECK-NOT:     seis.stage "cos"
// CHECK:         seis.stage "sin" group 0 schedule <at = output>
// CHECK:           math.cos
// CHECK-NEXT:      math.sin
// CHECK:         seis.stage "unwrap" group 0 schedule <at = row, width = 32, lanes = traces>

// As JSON it is in full (test_schedules.py reads it back).

// JSON: "exp": {"at": "g0.0", "rows": 2, "width": 8}
// JSON: "addf": {"at": "g0.root", "rows": 4}
// JSON: "unwrap": {"at": "row", "rows": 1, "width": 32, "lanes": "traces"}
// JSON: "cos": {"at": "inline"}
// JSON: "tile": {"inline": [32], "crossline": ["full", 4], "sample": ["full"]}
// JSON: "parallel": {"axes": ["inline"], "policy": "guided", "grain": 2}
// JSON: "vector": {"axis": "sample", "width": 32}
// JSON: "gpu": null

// DEFAULT: "exp": {"at": "slide", "axis": "inline", "rows": 1}
// DEFAULT: "order": ["inline", "crossline", "sample"]
// DEFAULT: "parallel": {"axes": ["inline", "crossline"], "policy": "dynamic"}
func.func @t(%x: tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>) attributes {seis.entry} {
  %y = math.exp %x : tensor<?x?x?xf32>
  %0 = seis.corr1 %y weights [1.0, 2.0, 3.0] anchor 1 axis<crossline> border<reflect> : tensor<?x?x?xf32>
  %1 = seis.corr1 %0 weights [1.0, 2.0, 3.0] anchor 1 axis<inline> border<reflect> : tensor<?x?x?xf32>
  %2 = arith.addf %y, %1 : tensor<?x?x?xf32>
  %3 = math.cos %x : tensor<?x?x?xf32>
  %4 = math.sin %3 : tensor<?x?x?xf32>
  %5 = seis.unwrap %x : tensor<?x?x?xf32>
  %6 = arith.divf %5, %3 : tensor<?x?x?xf32>
  return %2, %4, %6 : tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>
}
