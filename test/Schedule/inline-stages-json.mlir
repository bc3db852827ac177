// RUN: seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"corr1": {"at": "slide", "axis": "crossline"}}}}' | FileCheck %s --check-prefix=KEPT
// RUN: seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"corr1": {"rows": 2}}}}' | FileCheck %s --check-prefix=KEPT
// RUN: seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"exp": {"at": "inline"}}}}' | FileCheck %s --check-prefix=ASKED
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"winmax": {"at": "inline"}}}}' 2>&1 | FileCheck %s --check-prefix=BODY

// What a file names is not put into its reader, unless that is what it wants; pointwise stages can be.
// KEPT-NOT: seis.inlined
// KEPT: seis.stage "corr1" group 0
// ASKED: seis.inlined = ["exp", "corr1"]
// ASKED: %[[E:.*]] = math.exp
// ASKED: seis.corr1 %[[E]] weights {{.*}} axis<crossline> border<mirror>
// BODY: error: schedule: stage 'winmax' cannot be at 'inline': it holds seis.winmax, which cannot be computed for stage 'addf_2'{{$}}
func.func @t(%x: tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>) attributes {seis.entry} {
  %a = seis.corr1 %x weights [1.0, 2.0, 3.0] anchor 1 axis<inline> border<reflect> : tensor<?x?x?xf32>
  %b = seis.corr1 %a weights [1.0, 2.0, 3.0] anchor 1 axis<crossline> border<reflect> : tensor<?x?x?xf32>
  %c = math.exp %x : tensor<?x?x?xf32>
  %d = seis.corr1 %c weights [1.0, 2.0, 3.0] anchor 1 axis<crossline> border<mirror> : tensor<?x?x?xf32>
  %e = arith.addf %b, %d : tensor<?x?x?xf32>
  %f = seis.winmax %x window [3, 1, 1] border<reflect> : tensor<?x?x?xf32>
  %g = seis.corr1 %f weights [1.0, 2.0, 3.0] anchor 1 axis<crossline> border<reflect> : tensor<?x?x?xf32>
  %h = arith.addf %g, %x : tensor<?x?x?xf32>
  return %e, %h : tensor<?x?x?xf32>, tensor<?x?x?xf32>
}
