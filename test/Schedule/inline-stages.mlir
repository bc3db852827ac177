// RUN: seis-opt %s --seis-form-stages --seis-schedule | FileCheck %s

// A narrow correlation along inlines is computed by the narrow one along crosslines that reads it:
// once for every row that is read.
// CHECK-LABEL: func.func @smooth
// CHECK-SAME: seis.inlined = ["corr1"]
// CHECK: seis.stage "corr1_2" group 0 schedule <at = output, rows = 4>(%arg0)
// CHECK: %[[A:.*]] = seis.corr1 %{{.*}} weights {{.*}} axis<inline> border<reflect>
// CHECK: seis.corr1 %[[A]] weights {{.*}} axis<crossline> border<reflect>
func.func @smooth(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> attributes {seis.entry} {
  %a = seis.corr1 %x weights [1.0, 2.0, 3.0] anchor 1 axis<inline> border<reflect> : tensor<?x?x?xf32>
  %b = seis.corr1 %a weights [1.0, 2.0, 3.0] anchor 1 axis<crossline> border<reflect> : tensor<?x?x?xf32>
  return %b : tensor<?x?x?xf32>
}

// The other way round every row would be computed for every plane.
// CHECK-LABEL: func.func @other_order
// CHECK-NOT: seis.inlined
// CHECK: seis.stage "corr1" group 0 schedule <at = slide
func.func @other_order(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> attributes {seis.entry} {
  %a = seis.corr1 %x weights [1.0, 2.0, 3.0] anchor 1 axis<crossline> border<reflect> : tensor<?x?x?xf32>
  %b = seis.corr1 %a weights [1.0, 2.0, 3.0] anchor 1 axis<inline> border<reflect> : tensor<?x?x?xf32>
  return %b : tensor<?x?x?xf32>
}

// Beyond the survey a row of zeros is not what the correlation makes of rows of zeros elsewhere.
// CHECK-LABEL: func.func @zero
// CHECK-NOT: seis.inlined
// CHECK: seis.stage "corr1" group 0 schedule <at = slide
func.func @zero(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> attributes {seis.entry} {
  %a = seis.corr1 %x weights [1.0, 2.0, 3.0] anchor 1 axis<inline> border<zero> : tensor<?x?x?xf32>
  %b = seis.corr1 %a weights [1.0, 2.0, 3.0] anchor 1 axis<crossline> border<zero> : tensor<?x?x?xf32>
  return %b : tensor<?x?x?xf32>
}

// CHECK-LABEL: func.func @two_borders
// CHECK-NOT: seis.inlined
func.func @two_borders(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> attributes {seis.entry} {
  %a = seis.corr1 %x weights [1.0, 2.0, 3.0] anchor 1 axis<inline> border<nearest> : tensor<?x?x?xf32>
  %b = seis.corr1 %a weights [1.0, 2.0, 3.0] anchor 1 axis<crossline> border<mirror> : tensor<?x?x?xf32>
  return %b : tensor<?x?x?xf32>
}

// CHECK-LABEL: func.func @wide
// CHECK-NOT: seis.inlined
func.func @wide(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> attributes {seis.entry} {
  %a = seis.corr1 %x weights [1.0, 2.0, 3.0, 4.0, 5.0] anchor 2 axis<inline> border<reflect> : tensor<?x?x?xf32>
  %b = seis.corr1 %a weights [1.0, 2.0, 3.0] anchor 1 axis<crossline> border<reflect> : tensor<?x?x?xf32>
  return %b : tensor<?x?x?xf32>
}

// CHECK-LABEL: func.func @read_twice
// CHECK-NOT: seis.inlined
func.func @read_twice(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> attributes {seis.entry} {
  %a = seis.corr1 %x weights [1.0, 2.0, 3.0] anchor 1 axis<inline> border<reflect> : tensor<?x?x?xf32>
  %b = seis.corr1 %a weights [1.0, 2.0, 3.0] anchor 1 axis<crossline> border<reflect> : tensor<?x?x?xf32>
  %c = arith.divf %b, %a : tensor<?x?x?xf32>
  return %c : tensor<?x?x?xf32>
}

// Grey levels of a plane are read once: its matrix computes them.
// CHECK-LABEL: func.func @levels
// CHECK-SAME: seis.inlined = ["trunc"]
// CHECK: seis.stage "glcm" group 0
// CHECK: %[[Q:.*]] = math.trunc
// CHECK: seis.glcm %[[Q]] ["mean"]
func.func @levels(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> attributes {seis.entry} {
  %q = math.trunc %x : tensor<?x?x?xf32>
  %b = seis.glcm %q ["mean"] levels 16 window [1, 7, 7] offsets [0, 1, 0] border<zero> : tensor<?x?x?xf32>
  return %b : tensor<?x?x?xf32>
}

// In a box they would be computed for every plane that reads them.
// CHECK-LABEL: func.func @levels_of_box
// CHECK-NOT: seis.inlined
func.func @levels_of_box(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> attributes {seis.entry} {
  %q = math.trunc %x : tensor<?x?x?xf32>
  %b = seis.glcm %q ["mean"] levels 16 window [3, 7, 7] offsets [0, 1, 0] border<zero> : tensor<?x?x?xf32>
  return %b : tensor<?x?x?xf32>
}

// A logarithm is more than a few instructions.
// CHECK-LABEL: func.func @long_levels
// CHECK-NOT: seis.inlined
func.func @long_levels(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> attributes {seis.entry} {
  %q = math.log %x : tensor<?x?x?xf32>
  %b = seis.glcm %q ["mean"] levels 16 window [1, 7, 7] offsets [0, 1, 0] border<zero> : tensor<?x?x?xf32>
  return %b : tensor<?x?x?xf32>
}

// CHECK-LABEL: func.func @levels_read_twice
// CHECK-NOT: seis.inlined
func.func @levels_read_twice(%x: tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>) attributes {seis.entry} {
  %q = math.trunc %x : tensor<?x?x?xf32>
  %b = seis.glcm %q ["mean"] levels 16 window [1, 7, 7] offsets [0, 1, 0] border<zero> : tensor<?x?x?xf32>
  %c = seis.glcm %q ["mean"] levels 16 window [1, 5, 5] offsets [0, 1, 0] border<zero> : tensor<?x?x?xf32>
  return %b, %c : tensor<?x?x?xf32>, tensor<?x?x?xf32>
}
