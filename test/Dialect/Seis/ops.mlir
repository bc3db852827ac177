// RUN: seis-opt %s | seis-opt | FileCheck %s
// RUN: seis-opt %s --mlir-print-op-generic | seis-opt | FileCheck %s

// Every operation of the dialect parses, prints and parses again, also from the generic form.

// CHECK-LABEL: func.func @elementwise
func.func @elementwise(%a: tensor<?x?x?xf32>, %b: tensor<?x?x?xf32>, %t: tensor<?x?xf32>,
                       %s: f64) -> tensor<?x?x?xf32> {
  // CHECK: seis.sign %{{.*}} : tensor<?x?x?xf32>
  %0 = seis.sign %a : tensor<?x?x?xf32>
  // CHECK: seis.nan0 %{{.*}} : tensor<?x?xf32>
  %1 = seis.nan0 %t : tensor<?x?xf32>
  // CHECK: seis.hypot %{{.*}}, %{{.*}} : tensor<?x?x?xf32>
  %2 = seis.hypot %0, %b : tensor<?x?x?xf32>
  // CHECK: seis.mod %{{.*}}, %{{.*}} : f64
  %3 = seis.mod %s, %s : f64
  // CHECK: seis.broadcast %{{.*}} : f64 to tensor<?x?x?xf32>
  %4 = seis.broadcast %3 : f64 to tensor<?x?x?xf32>
  // CHECK: seis.broadcast %{{.*}} : f64 to tensor<?x?xf32>
  %5 = seis.broadcast %s : f64 to tensor<?x?xf32>
  // CHECK: seis.broadcast %{{.*}} : tensor<?x?xf32> to tensor<?x?x?xf32>
  %6 = seis.broadcast %1 : tensor<?x?xf32> to tensor<?x?x?xf32>
  return %2 : tensor<?x?x?xf32>
}

// CHECK-LABEL: func.func @positions
func.func @positions(%numbers: tensor<?xf64>) -> (tensor<?x?x?xf64>, tensor<?x?x?xf64>) {
  // CHECK: seis.index <sample> : tensor<?x?x?xf64>
  %0 = seis.index<sample> : tensor<?x?x?xf64>
  // CHECK: seis.line %{{.*}} axis<crossline> : tensor<?xf64> to tensor<?x?x?xf64>
  %1 = seis.line %numbers axis<crossline> : tensor<?xf64> to tensor<?x?x?xf64>
  return %0, %1 : tensor<?x?x?xf64>, tensor<?x?x?xf64>
}

// CHECK-LABEL: func.func @complex
func.func @complex(%z: tensor<?x?x?xcomplex<f64>>) -> tensor<?x?x?xcomplex<f64>> {
  // CHECK: %[[RE:.*]] = seis.re %{{.*}} : tensor<?x?x?xcomplex<f64>> to tensor<?x?x?xf64>
  %re = seis.re %z : tensor<?x?x?xcomplex<f64>> to tensor<?x?x?xf64>
  // CHECK: %[[IM:.*]] = seis.im %{{.*}} : tensor<?x?x?xcomplex<f64>> to tensor<?x?x?xf64>
  %im = seis.im %z : tensor<?x?x?xcomplex<f64>> to tensor<?x?x?xf64>
  // CHECK: seis.complex %[[IM]], %[[RE]] : tensor<?x?x?xf64> to tensor<?x?x?xcomplex<f64>>
  %c = seis.complex %im, %re : tensor<?x?x?xf64> to tensor<?x?x?xcomplex<f64>>
  return %c : tensor<?x?x?xcomplex<f64>>
}

// CHECK-LABEL: func.func @stencils
func.func @stencils(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  // CHECK: seis.shift %{{.*}} offset [0, 1, -2] border<nearest> : tensor<?x?x?xf32>
  %0 = seis.shift %x offset [0, 1, -2] border<nearest> : tensor<?x?x?xf32>
  // CHECK: seis.corr1 %{{.*}} weights [-5.000000e-01, 0.000000e+00, 5.000000e-01] anchor 1 axis<sample> border<reflect> : tensor<?x?x?xf32>
  %1 = seis.corr1 %0 weights [-0.5, 0.0, 0.5] anchor 1 axis<sample> border<reflect> : tensor<?x?x?xf32>
  // CHECK: seis.corrn %{{.*}} weights dense<{{.*}}> : tensor<1x2x3xf64> anchor [0, 1, 2] border<zero> : tensor<?x?x?xf32>
  %2 = seis.corrn %1 weights dense<[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]> : tensor<1x2x3xf64>
       anchor [0, 1, 2] border<zero> : tensor<?x?x?xf32>
  // CHECK: seis.winsum %{{.*}} window [1, 1, 9] border<mirror> : tensor<?x?x?xf32>
  %3 = seis.winsum %2 window [1, 1, 9] border<mirror> : tensor<?x?x?xf32>
  // CHECK: seis.winmin %{{.*}} window [3, 1, 1] border<wrap> : tensor<?x?x?xf32>
  %4 = seis.winmin %3 window [3, 1, 1] border<wrap> : tensor<?x?x?xf32>
  // CHECK: seis.winmax %{{.*}} window [1, 3, 1] border<reflect> : tensor<?x?x?xf32>
  %5 = seis.winmax %4 window [1, 3, 1] border<reflect> : tensor<?x?x?xf32>
  return %5 : tensor<?x?x?xf32>
}

// CHECK-LABEL: func.func @traces
func.func @traces(%x: tensor<?x?x?xf32>, %fs: f64) -> tensor<?x?xf32> {
  // CHECK: %{{.*}}, %[[IM:.*]] = seis.analytic %{{.*}} : tensor<?x?x?xf32>
  %re, %im = seis.analytic %x : tensor<?x?x?xf32>
  // CHECK: seis.analytic %{{.*}} {pad = 12 : i64} : tensor<?x?x?xf32>
  %re2, %im2 = seis.analytic %im {pad = 12 : i64} : tensor<?x?x?xf32>
  // CHECK: seis.fft %{{.*}} : (tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>)
  %f:2 = seis.fft %im2 : (tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>)
  // CHECK: seis.fft %{{.*}}, %{{.*}} : (tensor<?x?x?xf32>, tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>)
  %g:2 = seis.fft %f#0, %f#1 : (tensor<?x?x?xf32>, tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>)
  // CHECK: seis.ifft %{{.*}}, %{{.*}} : tensor<?x?x?xf32>
  %h:2 = seis.ifft %g#0, %g#1 : tensor<?x?x?xf32>
  // CHECK: seis.specmul %{{.*}}, %{{.*}} {
  // CHECK-NEXT: ^bb0(%[[FREQ:.*]]: f64):
  // CHECK-NEXT:   math.absf %[[FREQ]] : f64
  // CHECK-NEXT:   seis.yield %{{.*}} : f64
  // CHECK-NEXT: } : tensor<?x?x?xf32>
  %m = seis.specmul %h#0, %fs {
  ^bb0(%freq: f64):
    %a = math.absf %freq : f64
    seis.yield %a : f64
  } : tensor<?x?x?xf32>
  // CHECK: seis.unwrap %{{.*}} : tensor<?x?x?xf32>
  %u = seis.unwrap %m : tensor<?x?x?xf32>
  // CHECK: seis.wrapdiff %{{.*}} : tensor<?x?x?xf32>
  %w = seis.wrapdiff %u : tensor<?x?x?xf32>
  // CHECK: seis.scan<add> %{{.*}} axis<sample> direction<forward> : tensor<?x?x?xf32>
  %s = seis.scan<add> %w axis<sample> direction<forward> : tensor<?x?x?xf32>
  // CHECK: seis.scan<min> %{{.*}} axis<inline> direction<backward> : tensor<?x?x?xf32>
  %s2 = seis.scan<min> %s axis<inline> direction<backward> : tensor<?x?x?xf32>
  // CHECK: seis.hold %{{.*}}, %{{.*}} : tensor<?x?x?xf32>
  %k = seis.hold %s2, %x : tensor<?x?x?xf32>
  // CHECK: seis.tmin %{{.*}} : tensor<?x?x?xf32> to tensor<?x?xf32>
  %t0 = seis.tmin %k : tensor<?x?x?xf32> to tensor<?x?xf32>
  // CHECK: seis.tmax %{{.*}} : tensor<?x?x?xf32> to tensor<?x?xf32>
  %t1 = seis.tmax %k : tensor<?x?x?xf32> to tensor<?x?xf32>
  // CHECK: seis.tsum %{{.*}} : tensor<?x?x?xf32> to tensor<?x?xf32>
  %t2 = seis.tsum %k : tensor<?x?x?xf32> to tensor<?x?xf32>
  return %t2 : tensor<?x?xf32>
}

// CHECK-LABEL: func.func @volumes
func.func @volumes(%x: tensor<?x?x?xf32>) -> (f64, f64, f64, f64) {
  // CHECK: seis.vmin %{{.*}} : tensor<?x?x?xf32>
  %0 = seis.vmin %x : tensor<?x?x?xf32>
  // CHECK: seis.vmax %{{.*}} : tensor<?x?x?xf32>
  %1 = seis.vmax %x : tensor<?x?x?xf32>
  // CHECK: seis.vsum %{{.*}} : tensor<?x?x?xf32>
  %2 = seis.vsum %x : tensor<?x?x?xf32>
  // CHECK: seis.vcount %{{.*}} : tensor<?x?x?xf32>
  %3 = seis.vcount %x : tensor<?x?x?xf32>
  return %0, %1, %2, %3 : f64, f64, f64, f64
}

// CHECK-LABEL: func.func @stages
// CHECK-SAME: seis.groups = [#seis.group<inlines = 0, crosslines = 0>, #seis.group<inlines = 8, crosslines = 32, inner = [0, 4], outer = crossline, spread = inline, policy = static, grain = 2, width = 8, unroll = 2, tail = peel, store = stream>]
func.func @stages(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
    attributes {seis.groups = [#seis.group<inlines = 0, crosslines = 0>,
                               #seis.group<inlines = 8, crosslines = 32, inner = [0, 4], outer = crossline, spread = inline, policy = static, grain = 2, width = 8, unroll = 2, tail = peel, store = stream>]} {
  // CHECK: seis.stage "a" group 0(%{{.*}}) {
  %0 = seis.stage "a" group 0(%x) {
  ^bb0(%v: tensor<?x?x?xf32>):
    seis.yield %v : tensor<?x?x?xf32>
  } : (tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  // CHECK: seis.stage "b" group 0 schedule <at = slide, axis = crossline, rows = 4>(%{{.*}}) {
  %1 = seis.stage "b" group 0 schedule <at = slide, axis = crossline, rows = 4>(%0) {
  ^bb0(%v: tensor<?x?x?xf32>):
    seis.yield %v : tensor<?x?x?xf32>
  } : (tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  // CHECK: seis.stage "c" group 1 schedule <at = output, width = 8, lanes = traces, fft = radix, plan = [8, 7, 3]>(%{{.*}}) {
  %2 = seis.stage "c" group 1 schedule <at = output, width = 8, lanes = traces, fft = radix, plan = [8, 7, 3]>(%1) {
  ^bb0(%v: tensor<?x?x?xf32>):
    seis.yield %v : tensor<?x?x?xf32>
  } : (tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  return %2 : tensor<?x?x?xf32>
}

// CHECK-LABEL: func.func @glcm
func.func @glcm(%q: tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>) {
  // CHECK: %{{.*}}:2 = seis.glcm %{{.*}} ["asm", "correlation"] levels 16 window [3, 7, 7] offsets [0, 1, 0, 1, 0, -2] border<zero> : tensor<?x?x?xf32>
  %0, %1 = seis.glcm %q ["asm", "correlation"] levels 16 window [3, 7, 7] offsets [0, 1, 0, 1, 0, -2] border<zero> : tensor<?x?x?xf32>
  return %0, %1 : tensor<?x?x?xf32>, tensor<?x?x?xf32>
}

// CHECK-LABEL: func.func @glcm_base
func.func @glcm_base(%q: tensor<?x?x?xf64>) -> tensor<?x?x?x8x8xf64> {
  // CHECK: seis.glcm_base %{{.*}} levels 8 window [1, 5, 5] offsets [0, 1, 1] border<zero> : tensor<?x?x?xf64> to tensor<?x?x?x8x8xf64>
  %0 = seis.glcm_base %q levels 8 window [1, 5, 5] offsets [0, 1, 1] border<zero> : tensor<?x?x?xf64> to tensor<?x?x?x8x8xf64>
  return %0 : tensor<?x?x?x8x8xf64>
}

// CHECK-LABEL: func.func @require
// CHECK-SAME: seis.require = [#seis.requirement<name = "`f2` of `trapezoid`", bound = below, value = ["%f2", "neg", 2.000000e+00, "min"], limit = [5.000000e+02, "%dt_ms", "/"]>]
func.func @require() attributes {seis.require = [#seis.requirement<name = "`f2` of `trapezoid`", bound = below, value = ["%f2", "neg", 2.0, "min"], limit = [500.0, "%dt_ms", "/"]>]} {
  return
}
