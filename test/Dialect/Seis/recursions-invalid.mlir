// RUN: seis-opt %s --split-input-file --verify-diagnostics

func.func @iir_c1(%x: tensor<?x?x?xf32>) {
  // expected-error @below {{needs the sections of a forward or a backward pass}}
  %0 = seis.iir %x axis<sample> init<zero> extension<zero> pad 0 : tensor<?x?x?xf32>
  return
}

// -----

func.func @iir_c1_chained(%x: tensor<?x?x?xf32>) {
  // expected-error @below {{chained needs a forward and a backward pass}}
  %0 = seis.iir %x forward dense<1.0> : tensor<1x2x1xf64> chained axis<sample> init<zero>
       extension<zero> pad 0 : tensor<?x?x?xf32>
  return
}

// -----

func.func @iir_c2(%x: tensor<?x?x?xf32>) {
  // expected-error @below {{forward sections must be f64 of shape S x 2 x M, S in 1..12 and M in 1..13, got 'tensor<1x2x14xf64>'}}
  %0 = seis.iir %x forward dense<1.0> : tensor<1x2x14xf64> axis<sample> init<zero>
       extension<zero> pad 0 : tensor<?x?x?xf32>
  return
}

// -----

func.func @iir_c3(%x: tensor<?x?x?xf32>) {
  // expected-error @below {{backward denominators must begin with 1, got 2.000000e+00 in section 0}}
  %0 = seis.iir %x backward dense<[[[1.0], [2.0]]]> : tensor<1x2x1xf64> axis<sample> init<zero>
       extension<zero> pad 0 : tensor<?x?x?xf32>
  return
}

// -----

func.func @iir_c3_finite(%x: tensor<?x?x?xf32>) {
  // expected-error @below {{forward coefficients must be finite, section 0}}
  %0 = seis.iir %x forward dense<[[[0x7FF0000000000000], [1.0]]]> : tensor<1x2x1xf64> axis<sample>
       init<zero> extension<zero> pad 0 : tensor<?x?x?xf32>
  return
}

// -----

func.func @iir_c4(%x: tensor<?x?x?xf32>) {
  // expected-error @below {{pad must be in 0..1000000, and 0 under extension<zero>, got 4}}
  %0 = seis.iir %x forward dense<1.0> : tensor<1x2x1xf64> axis<sample> init<zero>
       extension<zero> pad 4 : tensor<?x?x?xf32>
  return
}

// -----

func.func @iir_c5(%x: tensor<?x?x?xf32>) {
  // expected-error @below {{forward section 0 has no steady state: its denominator adds up to 0}}
  %0 = seis.iir %x forward dense<[[[1.0, 0.0], [1.0, -1.0]]]> : tensor<1x2x2xf64> axis<sample>
       init<steady> extension<zero> pad 0 : tensor<?x?x?xf32>
  return
}

// -----

func.func @coheig_c2(%x: tensor<?x?x?xf32>) {
  // expected-error @below {{window extent on the sample axis must be odd and positive, got 4}}
  %0 = seis.coheig %x window [3, 3, 4] border<reflect> : tensor<?x?x?xf32>
  return
}

// -----

func.func @coheig_c3(%x: tensor<?x?x?xf32>) {
  // expected-error @below {{takes 1 to 4 volumes, got 5}}
  %0 = seis.coheig %x, %x, %x, %x, %x window [3, 3, 3] border<reflect> : tensor<?x?x?xf32>
  return
}

// -----

func.func @coheig_c4(%x: tensor<?x?x?xf32>) {
  // expected-error @below {{takes windows of at most 25 traces, got 5 x 7}}
  %0 = seis.coheig %x window [5, 7, 3] border<reflect> : tensor<?x?x?xf32>
  return
}
