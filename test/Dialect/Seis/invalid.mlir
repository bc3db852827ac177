// RUN: seis-opt %s --split-input-file --verify-diagnostics

// A function is named after the constraint of SeisOps.td or SeisAttrs.td that it breaks.

func.func @broadcast_c1(%a: f32) {
  // expected-error @below {{'seis.broadcast' op operand must be an f64 scalar or a value per trace of the volume's element type, got 'f32'}}
  %0 = seis.broadcast %a : f32 to tensor<?x?x?xf32>
  return
}

// -----

// A value per trace is not rounded.
func.func @broadcast_c1_element(%a: tensor<?x?xf64>) {
  // expected-error @below {{operand must be an f64 scalar or a value per trace of the volume's element type, got 'tensor<?x?xf64>'}}
  %0 = seis.broadcast %a : tensor<?x?xf64> to tensor<?x?x?xf32>
  return
}

// -----

func.func @broadcast_c1_trace(%a: tensor<?x?xf32>) {
  // expected-error @below {{operand must be an f64 scalar or a value per trace of the volume's element type, got 'tensor<?x?xf32>'}}
  %0 = seis.broadcast %a : tensor<?x?xf32> to tensor<?x?xf32>
  return
}

// -----

func.func @re_c1(%z: tensor<?x?x?xcomplex<f64>>) {
  // expected-error @below {{'seis.re' op a complex volume of 'f64' cannot go with a volume of 'f32'}}
  %0 = seis.re %z : tensor<?x?x?xcomplex<f64>> to tensor<?x?x?xf32>
  return
}

// -----

func.func @im_c1(%z: tensor<?x?x?xcomplex<f32>>) {
  // expected-error @below {{'seis.im' op a complex volume of 'f32' cannot go with a volume of 'f64'}}
  %0 = seis.im %z : tensor<?x?x?xcomplex<f32>> to tensor<?x?x?xf64>
  return
}

// -----

func.func @complex_c1(%a: tensor<?x?x?xf64>) {
  // expected-error @below {{'seis.complex' op a complex volume of 'f32' cannot go with a volume of 'f64'}}
  %0 = seis.complex %a, %a : tensor<?x?x?xf64> to tensor<?x?x?xcomplex<f32>>
  return
}

// -----

func.func @shift_c1(%x: tensor<?x?x?xf32>) {
  // expected-error @below {{'seis.shift' op offset must have 3 entries (inline, crossline, sample), got 2}}
  %0 = seis.shift %x offset [1, 2] border<reflect> : tensor<?x?x?xf32>
  return
}

// -----

func.func @corr1_c1(%x: tensor<?x?x?xf32>) {
  // expected-error @below {{'seis.corr1' op needs at least one weight}}
  %0 = seis.corr1 %x weights [] anchor 0 axis<sample> border<reflect> : tensor<?x?x?xf32>
  return
}

// -----

func.func @corr1_c2(%x: tensor<?x?x?xf32>) {
  // expected-error @below {{'seis.corr1' op anchor must be in 0..2, got 3}}
  %0 = seis.corr1 %x weights [1.0, 2.0, 3.0] anchor 3 axis<sample> border<reflect> : tensor<?x?x?xf32>
  return
}

// -----

func.func @corr1_c2_negative(%x: tensor<?x?x?xf32>) {
  // expected-error-re @below {{'seis.corr1' op anchor must be in 0..1, got {{.*}}}}
  %0 = seis.corr1 %x weights [1.0, 2.0] anchor -1 axis<inline> border<zero> : tensor<?x?x?xf32>
  return
}

// -----

func.func @corr1_c3(%x: tensor<?x?x?xf32>) {
  // expected-error-re @below {{'seis.corr1' op weights must be finite, got {{.*}} at position 1}}
  %0 = seis.corr1 %x weights [1.0, 0x7FF0000000000000] anchor 0 axis<sample> border<reflect> : tensor<?x?x?xf32>
  return
}

// -----

func.func @corrn_c1(%x: tensor<?x?x?xf32>) {
  // expected-error @below {{'seis.corrn' op weights must be a tensor of rank 3 of f64, got 'tensor<1x3xf64>'}}
  %0 = seis.corrn %x weights dense<1.0> : tensor<1x3xf64> anchor [0, 0, 1] border<zero> : tensor<?x?x?xf32>
  return
}

// -----

func.func @corrn_c1_element(%x: tensor<?x?x?xf32>) {
  // expected-error @below {{'seis.corrn' op weights must be a tensor of rank 3 of f64, got 'tensor<1x1x3xf32>'}}
  %0 = seis.corrn %x weights dense<1.0> : tensor<1x1x3xf32> anchor [0, 0, 1] border<zero> : tensor<?x?x?xf32>
  return
}

// -----

func.func @corrn_c2(%x: tensor<?x?x?xf32>) {
  // expected-error @below {{'seis.corrn' op anchor must have 3 entries, got 2}}
  %0 = seis.corrn %x weights dense<1.0> : tensor<1x1x3xf64> anchor [0, 1] border<zero> : tensor<?x?x?xf32>
  return
}

// -----

func.func @corrn_c2_outside(%x: tensor<?x?x?xf32>) {
  // expected-error @below {{'seis.corrn' op anchor on the sample axis must be in 0..2, got 3}}
  %0 = seis.corrn %x weights dense<1.0> : tensor<1x1x3xf64> anchor [0, 0, 3] border<zero> : tensor<?x?x?xf32>
  return
}

// -----

func.func @corrn_c3(%x: tensor<?x?x?xf32>) {
  // expected-error @below {{'seis.corrn' op weights must be finite}}
  %0 = seis.corrn %x weights dense<[[[1.0, 0x7FF8000000000000]]]> : tensor<1x1x2xf64> anchor [0, 0, 0] border<zero> : tensor<?x?x?xf32>
  return
}

// -----

func.func @winsum_c1(%x: tensor<?x?x?xf32>) {
  // expected-error @below {{'seis.winsum' op window must have one extent per axis, got 1}}
  %0 = seis.winsum %x window [9] border<reflect> : tensor<?x?x?xf32>
  return
}

// -----

func.func @winsum_c2(%x: tensor<?x?x?xf32>) {
  // expected-error @below {{'seis.winsum' op window extent on the sample axis must be odd and positive, got 8}}
  %0 = seis.winsum %x window [1, 1, 8] border<reflect> : tensor<?x?x?xf32>
  return
}

// -----

func.func @winmin_c1(%x: tensor<?x?x?xf32>) {
  // expected-error @below {{'seis.winmin' op window must have one extent per axis, got 4}}
  %0 = seis.winmin %x window [1, 1, 1, 3] border<reflect> : tensor<?x?x?xf32>
  return
}

// -----

func.func @winmin_c2(%x: tensor<?x?x?xf32>) {
  // expected-error @below {{'seis.winmin' op window extent on the inline axis must be odd and positive, got -3}}
  %0 = seis.winmin %x window [-3, 1, 1] border<reflect> : tensor<?x?x?xf32>
  return
}

// -----

func.func @winmax_c1(%x: tensor<?x?x?xf32>) {
  // expected-error @below {{'seis.winmax' op window must have one extent per axis, got 0}}
  %0 = seis.winmax %x window [] border<reflect> : tensor<?x?x?xf32>
  return
}

// -----

func.func @winmax_c2(%x: tensor<?x?x?xf32>) {
  // expected-error @below {{'seis.winmax' op window extent on the crossline axis must be odd and positive, got 0}}
  %0 = seis.winmax %x window [3, 0, 1] border<reflect> : tensor<?x?x?xf32>
  return
}

// -----

func.func @analytic_c1(%x: tensor<?x?x?xf32>) {
  // expected-error @below {{'seis.analytic' op pad must not be negative, got -1}}
  %re, %im = seis.analytic %x {pad = -1 : i64} : tensor<?x?x?xf32>
  return
}

// -----

func.func @specmul_c1(%x: tensor<?x?x?xf32>, %fs: f64) {
  // expected-error @below {{'seis.specmul' op the region must take the frequency as f64 and yield one f64}}
  %0 = seis.specmul %x, %fs {
  ^bb0(%f: f64):
    seis.yield %f, %f : f64, f64
  } : tensor<?x?x?xf32>
  return
}

// -----

func.func @specmul_c1_argument(%x: tensor<?x?x?xf32>, %fs: f64) {
  // expected-error @below {{'seis.specmul' op the region must take the frequency as f64 and yield one f64}}
  %0 = seis.specmul %x, %fs {
  ^bb0(%f: f32):
    seis.yield %fs : f64
  } : tensor<?x?x?xf32>
  return
}

// -----

func.func @specmul_c2(%x: tensor<?x?x?xf32>, %fs: f64) {
  // expected-error @below {{'seis.specmul' op the region must hold scalar operations only, found seis.index}}
  %0 = seis.specmul %x, %fs {
  ^bb0(%f: f64):
    %1 = seis.index<sample> : tensor<?x?x?xf32>
    seis.yield %f : f64
  } : tensor<?x?x?xf32>
  return
}

// -----

func.func private @effect(f64) -> f64
func.func @specmul_c2_effect(%x: tensor<?x?x?xf32>, %fs: f64) {
  // expected-error @below {{'seis.specmul' op the region must hold scalar operations only, found func.call}}
  %0 = seis.specmul %x, %fs {
  ^bb0(%f: f64):
    %1 = func.call @effect(%f) : (f64) -> f64
    seis.yield %1 : f64
  } : tensor<?x?x?xf32>
  return
}

// -----

func.func @tmin_c1(%x: tensor<?x?x?xf32>) {
  // expected-error @below {{'seis.tmin' op element types of volume and trace must agree}}
  %0 = seis.tmin %x : tensor<?x?x?xf32> to tensor<?x?xf64>
  return
}

// -----

func.func @tmax_c1(%x: tensor<?x?x?xf64>) {
  // expected-error @below {{'seis.tmax' op element types of volume and trace must agree}}
  %0 = seis.tmax %x : tensor<?x?x?xf64> to tensor<?x?xf32>
  return
}

// -----

func.func @tsum_c1(%x: tensor<?x?x?xf32>) {
  // expected-error @below {{'seis.tsum' op element types of volume and trace must agree}}
  %0 = seis.tsum %x : tensor<?x?x?xf32> to tensor<?x?xf64>
  return
}

// -----

func.func @stage_c1(%x: tensor<?x?x?xf32>) {
  // expected-error @below {{'seis.stage' op the body must take the operands and yield the results, types agreeing}}
  %0 = seis.stage "s" group 0(%x) {
  ^bb0(%v: tensor<?x?x?xf64>):
    seis.yield %v : tensor<?x?x?xf64>
  } : (tensor<?x?x?xf32>) -> tensor<?x?x?xf64>
  return
}

// -----

func.func @stage_c1_results(%x: tensor<?x?x?xf32>) {
  // expected-error @below {{'seis.stage' op the body must take the operands and yield the results, types agreeing}}
  %0 = seis.stage "s" group 0(%x) {
  ^bb0(%v: tensor<?x?x?xf32>):
    seis.yield %v, %v : tensor<?x?x?xf32>, tensor<?x?x?xf32>
  } : (tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  return
}

// -----

func.func @stage_c2(%x: tensor<?x?x?xf32>) {
  // expected-error @below {{'seis.stage' op a stencil or whole-trace operation must read a block argument: seis.shift}}
  %0 = seis.stage "s" group 0(%x) {
  ^bb0(%v: tensor<?x?x?xf32>):
    %1 = arith.mulf %v, %v : tensor<?x?x?xf32>
    %2 = seis.shift %1 offset [0, 0, 1] border<reflect> : tensor<?x?x?xf32>
    seis.yield %2 : tensor<?x?x?xf32>
  } : (tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  return
}

// -----

func.func @stage_c3(%x: tensor<?x?x?xf32>) {
  // expected-error @below {{'seis.stage' op a whole-trace operation, a reduction or seis.glcm must be alone in its stage}}
  %0 = seis.stage "s" group 0(%x) {
  ^bb0(%v: tensor<?x?x?xf32>):
    %1 = seis.unwrap %v : tensor<?x?x?xf32>
    %2 = arith.mulf %1, %1 : tensor<?x?x?xf32>
    seis.yield %2 : tensor<?x?x?xf32>
  } : (tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  return
}

// -----

func.func @stage_c3_matrix(%x: tensor<?x?x?xf32>) {
  // expected-error @below {{'seis.stage' op a whole-trace operation, a reduction or seis.glcm must be alone in its stage}}
  %0 = seis.stage "s" group 0(%x) {
  ^bb0(%v: tensor<?x?x?xf32>):
    %1 = seis.glcm %v ["mean"] levels 16 window [1, 7, 7] offsets [0, 1, 0] border<zero> : tensor<?x?x?xf32>
    %2 = arith.mulf %1, %1 : tensor<?x?x?xf32>
    seis.yield %2 : tensor<?x?x?xf32>
  } : (tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  return
}

// -----

func.func @stage_c2_matrix(%x: tensor<?x?x?xf32>) {
  // expected-error @below {{'seis.stage' op a stencil or whole-trace operation must read a block argument: seis.glcm}}
  %0 = seis.stage "s" group 0(%x) {
  ^bb0(%v: tensor<?x?x?xf32>):
    %1 = seis.shift %v offset [0, 0, 1] border<reflect> : tensor<?x?x?xf32>
    %2 = seis.glcm %1 ["mean"] levels 16 window [1, 7, 7] offsets [0, 1, 0] border<zero> : tensor<?x?x?xf32>
    seis.yield %2 : tensor<?x?x?xf32>
  } : (tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  return
}

// -----

func.func @stage_c4(%x: tensor<?x?x?xf32>) {
  // expected-error @below {{'seis.stage' op the body holds an operation it must not: func.call}}
  %0 = seis.stage "s" group 0(%x) {
  ^bb0(%v: tensor<?x?x?xf32>):
    %1 = func.call @f(%v) : (tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
    seis.yield %1 : tensor<?x?x?xf32>
  } : (tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  return
}
func.func private @f(tensor<?x?x?xf32>) -> tensor<?x?x?xf32>

// -----

// expected-error @below {{an axis (inline or crossline) is given exactly when at is slide}}
#schedule_c1 = #seis.schedule<at = row, axis = inline>

// -----

// expected-error @below {{an axis (inline or crossline) is given exactly when at is slide}}
#schedule_c1_absent = #seis.schedule<at = slide>

// -----

// expected-error @below {{an axis (inline or crossline) is given exactly when at is slide}}
#schedule_c1_sample = #seis.schedule<at = slide, axis = sample>

// -----

// expected-error @below {{rows must be 1, 2, 4 or 8, got 3}}
#schedule_c2 = #seis.schedule<at = row, rows = 3>

// -----

// expected-error @below {{the radices of a plan are 2, 3, 4, 5, 7, 8, 11 and 13, got 6}}
#schedule_c3 = #seis.schedule<at = row, lanes = traces, fft = radix, plan = [6, 2]>

// -----

// expected-error @below {{a plan needs fft, radix or padded}}
#schedule_c3_absent = #seis.schedule<at = row, lanes = traces, plan = [4, 2]>

// -----

// expected-error @below {{tile extents must be 0 (the whole axis) or positive, got -1 x 16}}
#group_c1 = #seis.group<inlines = -1, crosslines = 16>

// -----

// expected-error @below {{a level (0 or 1) is given exactly when at is tile}}
#schedule_c4 = #seis.schedule<at = row, level = 0>

// -----

// expected-error @below {{a level (0 or 1) is given exactly when at is tile}}
#schedule_c4_two = #seis.schedule<at = tile, level = 2>

// -----

// expected-error @below {{width must be a power of two from 1 to 64, got 12}}
#schedule_c5 = #seis.schedule<at = row, width = 12>

// -----

// expected-error @below {{inner tiles have two extents, 0 (not cut) or positive}}
#group_c1_inner = #seis.group<inlines = 8, crosslines = 16, inner = [4]>

// -----

// expected-error @below {{inner tiles of 4 x 32 are larger than the outer ones}}
#group_c2 = #seis.group<inlines = 8, crosslines = 16, inner = [4, 32]>

// -----

// expected-error @below {{the outer axis is inline or crossline: samples are the innermost loop}}
#group_c3 = #seis.group<inlines = 8, crosslines = 16, outer = sample>

// -----

// expected-error @below {{unroll must be from 1 to 8, got 9}}
#group_c4 = #seis.group<inlines = 8, crosslines = 16, unroll = 9>

// -----

// expected-error @below {{grain must not be negative, got -1}}
#group_c4_grain = #seis.group<inlines = 8, crosslines = 16, grain = -1>

// -----

// expected-error @below {{width must be a power of two from 1 to 64, got 3}}
#group_c5 = #seis.group<inlines = 8, crosslines = 16, width = 3>

// -----

func.func @glcm_c1(%q: tensor<?x?x?xf32>) {
  // expected-error @below {{needs at least one feature}}
  "seis.glcm"(%q) {features = [], levels = 16 : i64, window = array<i64: 1, 7, 7>, offsets = array<i64: 0, 1, 0>, border = #seis.border<zero>} : (tensor<?x?x?xf32>) -> ()
  return
}

// -----

func.func @glcm_c1_count(%q: tensor<?x?x?xf32>) {
  // expected-error @below {{needs one result per feature, got 1 for 2}}
  %0 = "seis.glcm"(%q) {features = ["asm", "mean"], levels = 16 : i64, window = array<i64: 1, 7, 7>, offsets = array<i64: 0, 1, 0>, border = #seis.border<zero>} : (tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  return
}

// -----

func.func @glcm_c1_type(%q: tensor<?x?x?xf32>) {
  // expected-error @below {{results must be of the input's type, got 'tensor<?x?x?xf64>'}}
  %0 = "seis.glcm"(%q) {features = ["asm"], levels = 16 : i64, window = array<i64: 1, 7, 7>, offsets = array<i64: 0, 1, 0>, border = #seis.border<zero>} : (tensor<?x?x?xf32>) -> tensor<?x?x?xf64>
  return
}

// -----

func.func @glcm_c1_name(%q: tensor<?x?x?xf32>) {
  // expected-error @below {{has no feature "gloss"}}
  %0 = seis.glcm %q ["gloss"] levels 16 window [1, 7, 7] offsets [0, 1, 0] border<zero> : tensor<?x?x?xf32>
  return
}

// -----

func.func @glcm_c1_twice(%q: tensor<?x?x?xf32>) {
  // expected-error @below {{has the feature "asm" twice}}
  %0, %1 = seis.glcm %q ["asm", "asm"] levels 16 window [1, 7, 7] offsets [0, 1, 0] border<zero> : tensor<?x?x?xf32>
  return
}

// -----

func.func @glcm_c2(%q: tensor<?x?x?xf32>) {
  // expected-error @below {{levels must be in 2..256, got 1}}
  %0 = seis.glcm %q ["asm"] levels 1 window [1, 7, 7] offsets [0, 1, 0] border<zero> : tensor<?x?x?xf32>
  return
}

// -----

func.func @glcm_c3(%q: tensor<?x?x?xf32>) {
  // expected-error @below {{window extent on the sample axis must be odd and positive, got 6}}
  %0 = seis.glcm %q ["asm"] levels 16 window [1, 7, 6] offsets [0, 1, 0] border<zero> : tensor<?x?x?xf32>
  return
}

// -----

func.func @glcm_c4_entries(%q: tensor<?x?x?xf32>) {
  // expected-error @below {{offsets must have 3 entries each (inline, crossline, sample), got 2 in all}}
  %0 = seis.glcm %q ["asm"] levels 16 window [1, 7, 7] offsets [1, 0] border<zero> : tensor<?x?x?xf32>
  return
}

// -----

func.func @glcm_c4_zero(%q: tensor<?x?x?xf32>) {
  // expected-error @below {{an offset must not be zero: a sample is no pair with itself}}
  %0 = seis.glcm %q ["asm"] levels 16 window [1, 7, 7] offsets [0, 0, 0] border<zero> : tensor<?x?x?xf32>
  return
}

// -----

func.func @glcm_c4_long(%q: tensor<?x?x?xf32>) {
  // expected-error @below {{an offset of -7 on the crossline axis leaves no pair in a window of 7}}
  %0 = seis.glcm %q ["asm"] levels 16 window [1, 7, 7] offsets [0, -7, 0] border<zero> : tensor<?x?x?xf32>
  return
}

// -----

func.func @glcm_c4_twice(%q: tensor<?x?x?xf32>) {
  // expected-error @below {{has an offset twice}}
  %0 = seis.glcm %q ["asm"] levels 16 window [1, 7, 7] offsets [0, 1, 0, 0, 1, 0] border<zero> : tensor<?x?x?xf32>
  return
}

// -----

func.func @glcm_c5(%q: tensor<?x?x?xf32>) {
  // expected-error @below {{a window may have at most 32767 pairs}}
  %0 = seis.glcm %q ["asm"] levels 16 window [33, 33, 33] offsets [0, 1, 0] border<zero> : tensor<?x?x?xf32>
  return
}

// -----

func.func @glcm_base_c1(%q: tensor<?x?x?xf32>) {
  // expected-error @below {{the result must have the input's element type and end in 16 x 16, got 'tensor<?x?x?x16x8xf32>'}}
  %0 = seis.glcm_base %q levels 16 window [1, 7, 7] offsets [0, 1, 0] border<zero> : tensor<?x?x?xf32> to tensor<?x?x?x16x8xf32>
  return
}

// -----

func.func @glcm_base_c1_element(%q: tensor<?x?x?xf64>) {
  // expected-error @below {{the result must have the input's element type and end in 8 x 8, got 'tensor<?x?x?x8x8xf32>'}}
  %0 = seis.glcm_base %q levels 8 window [1, 7, 7] offsets [0, 1, 0] border<zero> : tensor<?x?x?xf64> to tensor<?x?x?x8x8xf32>
  return
}

// -----

func.func @glcm_base_c2(%q: tensor<?x?x?xf32>) {
  // expected-error @below {{levels must be in 2..256, got 257}}
  %0 = seis.glcm_base %q levels 257 window [1, 7, 7] offsets [0, 1, 0] border<zero> : tensor<?x?x?xf32> to tensor<?x?x?x257x257xf32>
  return
}

// -----

func.func @glcm_base_c4(%q: tensor<?x?x?xf32>) {
  // expected-error @below {{an offset must not be zero: a sample is no pair with itself}}
  %0 = seis.glcm_base %q levels 4 window [1, 7, 7] offsets [0, 0, 0] border<zero> : tensor<?x?x?xf32> to tensor<?x?x?x4x4xf32>
  return
}

// -----

// expected-error @below {{no expression in postfix order: ["%a", "+"]}}
func.func @requirement_c1_operand() attributes {seis.require = [#seis.requirement<name = "a", bound = min, value = ["%a", "+"], limit = [1.0]>]} {
  return
}

// -----

// expected-error @below {{no expression in postfix order: ["%a", "%b"]}}
func.func @requirement_c1_numbers() attributes {seis.require = [#seis.requirement<name = "a", bound = max, value = [1.0], limit = ["%a", "%b"]>]} {
  return
}

// -----

// expected-error @below {{no expression in postfix order: ["%a", "power"]}}
func.func @requirement_c1_unknown() attributes {seis.require = [#seis.requirement<name = "a", bound = above, value = ["%a", "power"], limit = [1.0]>]} {
  return
}

// -----

// expected-error @below {{seis.require must be a list of #seis.requirement}}
func.func @require() attributes {seis.require = ["a"]} {
  return
}
