// RUN: seis-opt %s --split-input-file --seis-rewrite-algebra | FileCheck %s
// RUN: seis-opt %s --split-input-file --seis-rewrite-algebra=exact | FileCheck %s --check-prefix=EXACT

// A product of weights per axis is applied axis by axis: 9 multiplications for 27. Class reassoc.

// CHECK-LABEL: func.func @product
// CHECK-NEXT:    seis.corr1 %{{.*}} weights [5.000000e-01, 1.000000e+00, 5.000000e-01] anchor 1 axis<inline> border<zero>
// CHECK-NEXT:    seis.corr1 %{{.*}} weights [1.000000e+00, -3.000000e-01, -1.000000e+00] anchor 1 axis<crossline> border<zero>
// CHECK-NEXT:    seis.corr1 %{{.*}} weights [-2.000000e-01, -4.000000e-01, -2.000000e-01] anchor 0 axis<sample> border<zero>
// CHECK-NEXT:    return
// EXACT-LABEL: func.func @product
// EXACT-NEXT:    seis.corrn
// EXACT-NEXT:    return
func.func @product(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %0 = seis.corrn %x weights dense<[[[-0.1, -0.2, -0.1], [0.03, 0.06, 0.03], [0.1, 0.2, 0.1]],
                                    [[-0.2, -0.4, -0.2], [0.06, 0.12, 0.06], [0.2, 0.4, 0.2]],
                                    [[-0.1, -0.2, -0.1], [0.03, 0.06, 0.03], [0.1, 0.2, 0.1]]]>
       : tensor<3x3x3xf64> anchor [1, 1, 0] border<zero> : tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}

// -----

// Only one axis splits off.

// CHECK-LABEL: func.func @one_axis_splits
// CHECK-NEXT:    seis.corr1 %{{.*}} weights [1.000000e+00, 1.000000e+00, 1.000000e+00] anchor 1 axis<inline> border<reflect>
// CHECK-NEXT:    seis.corrn %{{.*}} : tensor<1x2x3xf64> anchor [0, 0, 1] border<reflect>
// CHECK-NEXT:    return
func.func @one_axis_splits(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %0 = seis.corrn %x weights dense<[[[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]],
                                    [[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]],
                                    [[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]]]>
       : tensor<3x2x3xf64> anchor [1, 0, 1] border<reflect> : tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}

// -----

// No product, though every line is like its neighbour but for one weight; and one that has a zero.

// CHECK-LABEL: func.func @no_product
// CHECK-COUNT-2: seis.corrn
// CHECK-NOT:     seis.corr1
// CHECK:         return
func.func @no_product(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %0 = seis.corrn %x weights dense<[[[1.0, 2.0, 1.0], [1.0, 2.0, 1.0], [1.0, 2.0, 1.0]],
                                    [[2.0, 4.0, 2.0], [2.0, 4.0, 2.0], [2.0, 4.0, 2.0]],
                                    [[1.0, 2.0, 1.0], [1.0, 2.0, 1.0], [1.0, 2.0, 1.00000000001]]]>
       : tensor<3x3x3xf64> anchor [1, 1, 1] border<zero> : tensor<?x?x?xf32>
  %1 = seis.corrn %0 weights dense<[[[1.0, 2.0, 1.0], [1.0, 2.0, 1.0], [1.0, 2.0, 1.0]],
                                    [[2.0, 4.0, 2.0], [2.0, 0.0, 2.0], [2.0, 4.0, 2.0]],
                                    [[1.0, 2.0, 1.0], [1.0, 2.0, 1.0], [1.0, 2.0, 1.0]]]>
       : tensor<3x3x3xf64> anchor [1, 1, 1] border<zero> : tensor<?x?x?xf32>
  return %1 : tensor<?x?x?xf32>
}

// -----

// A product that saves less than its passes cost stays.

// CHECK-LABEL: func.func @no_gain
// CHECK-NEXT:    seis.corrn %{{.*}} : tensor<1x2x3xf64>
// CHECK-NEXT:    return
func.func @no_gain(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %0 = seis.corrn %x weights dense<[[[1.0, 2.0, 1.0], [1.0, 2.0, 1.0]]]>
       : tensor<1x2x3xf64> anchor [0, 0, 1] border<zero> : tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}

// -----

// A box on one axis is a correlation along it: class exact.

// CHECK-LABEL: func.func @box_on_one_axis
// EXACT-LABEL: func.func @box_on_one_axis
// EXACT-NEXT:    seis.corr1 %{{.*}} weights [1.000000e+00, 2.000000e+00, 3.000000e+00] anchor 2 axis<crossline> border<zero>
// EXACT-NEXT:    return
func.func @box_on_one_axis(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %0 = seis.corrn %x weights dense<[[[1.0], [2.0], [3.0]]]> : tensor<1x3x1xf64> anchor [0, 2, 0] border<zero> : tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}
