// RUN: seis-opt %s --split-input-file --verify-diagnostics

func.func @winrank_c1(%x: tensor<?x?x?xf32>) {
  // expected-error @below {{'seis.winrank' op window must have one extent per axis, got 2}}
  %0 = seis.winrank %x window [3, 3] rank 0 border<reflect> : tensor<?x?x?xf32>
  return
}

// -----

func.func @winrank_c2(%x: tensor<?x?x?xf32>) {
  // expected-error @below {{window extent on the crossline axis must be odd and positive, got 2}}
  %0 = seis.winrank %x window [3, 2, 1] rank 0 border<reflect> : tensor<?x?x?xf32>
  return
}

// -----

func.func @winrank_c3(%x: tensor<?x?x?xf32>) {
  // expected-error @below {{rank must be in 0..8, got 9}}
  %0 = seis.winrank %x window [3, 3, 1] rank 9 border<reflect> : tensor<?x?x?xf32>
  return
}

// -----

func.func @winarg_c2(%x: tensor<?x?x?xf32>) {
  // expected-error @below {{window extent on the sample axis must be odd and positive, got 0}}
  %0 = seis.winarg<max> %x window [3, 3, 0] border<reflect> : tensor<?x?x?xf32>
  return
}

// -----

func.func @winarg_c3(%x: tensor<?x?x?xf32>) {
  // expected-error @below {{'seis.winarg' op fold must be min or max, got add}}
  %0 = seis.winarg<add> %x window [3, 3, 1] border<reflect> : tensor<?x?x?xf32>
  return
}

// -----

func.func @gather_c1(%x: tensor<?x?x?xf32>) {
  // expected-error @below {{'seis.gather' op outside must be nearest or zero, got wrap}}
  %0 = seis.gather<linear> %x at %x outside<wrap> : tensor<?x?x?xf32>
  return
}

// -----

func.func @interp1_c1(%x: tensor<?x?x?xf32>, %a: f64) {
  // expected-error @below {{'seis.interp1' op needs as many values as positions, at least one, got 3 numbers in all}}
  %0 = seis.interp1 %x [%a, %a, %a] : tensor<?x?x?xf32>
  return
}

// -----

func.func @interval_c1(%x: tensor<?x?x?xf32>, %a: f64) {
  // expected-error @below {{'seis.interval' op needs at least two edges, got 1}}
  %0 = seis.interval %x [%a] : tensor<?x?x?xf32>
  return
}

// -----

func.func @vtally_c1(%x: tensor<?x?x?xf32>) {
  // expected-error @below {{'seis.vtally' op must have 1 to 4096 results, got 0}}
  "seis.vtally"(%x) : (tensor<?x?x?xf32>) -> ()
  return
}
