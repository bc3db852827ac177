// RUN: seis-opt %s --seis-form-stages '--seis-schedule=json={{"v": 1, "stages": {"exp": {"at": "slide", "axis": "inline"}, "corr1": {"rows": 2}}, "groups": [{"name": "g0", "tile": {"inline": [8], "crossline": [48], "sample": ["full"]}, "parallel": {"policy": "static"}}]}}' | FileCheck %s
// RUN: seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"exp": {"at": "g0.root"}}}}' | FileCheck %s --check-prefix=ROOT

// An override changes what it names; more rows may be kept than needed, never fewer.

// CHECK-LABEL: func.func @t
// CHECK-SAME:    seis.groups = [#seis.group<inlines = 8, crosslines = 48, policy = static>]
// CHECK:         seis.stage "exp" group 0 schedule <at = slide, axis = inline>
// CHECK:         seis.stage "corr1" group 0 schedule <at = output, rows = 2>

// A stage kept whole ends its group.

// ROOT-LABEL: func.func @t
// ROOT-SAME:    seis.groups = [#seis.group<inlines = 0, crosslines = 0>, #seis.group<inlines = 0, crosslines = 0>]
// ROOT:         seis.stage "exp" group 0 schedule <at = root>
// ROOT:         seis.stage "corr1" group 1 schedule <at = output, rows = 4>
func.func @t(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> attributes {seis.entry} {
  %y = math.exp %x : tensor<?x?x?xf32>
  %0 = seis.corr1 %y weights [1.0, 2.0, 3.0] anchor 1 axis<crossline> border<reflect> : tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}
