// RUN: seis-opt %s --split-input-file --verify-diagnostics

// Types that are no volume, value per trace or scalar of a program.

func.func @volume_of_integers(%x: tensor<?x?x?xi32>) {
  // expected-error @below {{operand #0 must be volume, value per trace or f64 scalar}}
  %0 = seis.sign %x : tensor<?x?x?xi32>
  return
}

// -----

func.func @volume_of_rank_2(%x: tensor<?x?xf32>) {
  // expected-error @below {{operand #0 must be volume of f32 or f64}}
  %0 = seis.shift %x offset [0, 0, 1] border<reflect> : tensor<?x?xf32>
  return
}

// -----

func.func @mask_under_a_stencil(%m: tensor<?x?x?xi1>) {
  // expected-error @below {{operand #0 must be volume of f32 or f64, but got 'tensor<?x?x?xi1>'}}
  %0 = seis.winmax %m window [1, 1, 3] border<zero> : tensor<?x?x?xi1>
  return
}

// -----

func.func @scalar_of_f32(%x: tensor<?x?x?xf32>, %fs: f32) {
  // expected-error @below {{expects different type than prior uses: 'f64' vs 'f32'}}
  %0 = seis.specmul %x, %fs {
  // expected-note @-3 {{prior use here}}
  ^bb0(%f: f64):
    seis.yield %f : f64
  } : tensor<?x?x?xf32>
  return
}

// -----

func.func @unknown_border(%x: tensor<?x?x?xf32>) {
  // expected-error @+2 {{failed to parse Seis_BorderAttr parameter 'value'}}
  // expected-error @below {{expected ::seis::Border to be one of: reflect, zero, nearest, mirror, wrap}}
  %0 = seis.winsum %x window [1, 1, 3] border<clamp> : tensor<?x?x?xf32>
  return
}
