// Attributes of the prelude written out by hand from their formulas, without the frontend: what
// the Python tests compare with SciPy.
!v = tensor<?x?x?xf64>
!m = tensor<?x?x?xi1>
!z = tensor<?x?x?xcomplex<f64>>

// The derivative along samples, smoothed laterally.
func.func private @d1(%v: !v) -> !v {
  %a = seis.corr1 %v weights [-0.5, 0.0, 0.5] anchor 1 axis<sample> border<reflect> : !v
  %b = seis.corr1 %a weights [0.178947, 0.642105, 0.178947] anchor 1 axis<inline> border<reflect> : !v
  %c = seis.corr1 %b weights [0.178947, 0.642105, 0.178947] anchor 1 axis<crossline> border<reflect> : !v
  return %c : !v
}

// v times a scalar.
func.func private @scale(%v: !v, %by: f64) -> !v {
  %b = seis.broadcast %by : f64 to !v
  %r = arith.mulf %v, %b : !v
  return %r : !v
}

// (v[k+1] - v[k-1]) / (2 d)
func.func private @d2(%v: !v, %dt_ms: f64) -> !v {
  %c500 = arith.constant 500.0 : f64
  %by = arith.divf %c500, %dt_ms : f64
  %a = seis.corr1 %v weights [-1.0, 0.0, 1.0] anchor 1 axis<sample> border<reflect> : !v
  %r = func.call @scale(%a, %by) : (!v, f64) -> !v
  return %r : !v
}

// a / b, and 0 where both are 0
func.func private @quotient(%a: !v, %b: !v) -> !v {
  %c0 = arith.constant 0.0 : f64
  %zero = seis.broadcast %c0 : f64 to !v
  %na = arith.cmpf oeq, %a, %zero : !v
  %nb = arith.cmpf oeq, %b, %zero : !v
  %none = arith.andi %na, %nb : !m
  %q = arith.divf %a, %b : !v
  %r = arith.select %none, %zero, %q : !m, !v
  return %r : !v
}

func.func @attributes(%x: !v {seis.name = "x", seis.unit = "amplitude"},
                      %dt_ms: f64 {seis.name = "dt_ms", seis.unit = "ms", seis.above = 0.0 : f64})
    -> (!z {seis.name = "fft"}, !z {seis.name = "ifft"}, !z {seis.name = "hilbert"},
        !v {seis.name = "envelope"}, !v {seis.name = "inst_phase"},
        !v {seis.name = "cos_inst_phase"}, !v {seis.name = "relative_amplitude_change"},
        !v {seis.name = "amplitude_acceleration"}, !v {seis.name = "inst_frequency"},
        !v {seis.name = "inst_bandwidth"}, !v {seis.name = "dominant_frequency"},
        !v {seis.name = "frequency_change"}, !v {seis.name = "sweetness"},
        !v {seis.name = "quality_factor"}, !v {seis.name = "response_phase"},
        !v {seis.name = "response_frequency"}, !v {seis.name = "response_amplitude"},
        !v {seis.name = "apparent_polarity"}, !v {seis.name = "convolve1d"},
        !v {seis.name = "correlate1d"}, !v {seis.name = "convolve2d"},
        !v {seis.name = "correlate2d"}, !v {seis.name = "convolve3d"},
        !v {seis.name = "correlate3d"}, !v {seis.name = "phys_frequency"},
        !v {seis.name = "weighted_frequency"}, !v {seis.name = "thin_bed"},
        !v {seis.name = "phase_acceleration"}, !v {seis.name = "env_derivative"},
        !v {seis.name = "env_second_derivative"}, !v {seis.name = "phys_bandwidth"},
        !v {seis.name = "phys_q"}, !v {seis.name = "sweetness_sqrt"}, !v {seis.name = "rms"})
    attributes {seis.entry} {
  %pi = arith.constant 3.14159265358979323846 : f64
  %c0 = arith.constant 0.0 : f64
  %c1 = arith.constant 1.0 : f64
  %cm1 = arith.constant -1.0 : f64
  %c2 = arith.constant 2.0 : f64
  %c5 = arith.constant 5.0 : f64
  %c9 = arith.constant 9.0 : f64
  %c180 = arith.constant 180.0 : f64
  %c1000 = arith.constant 1000.0 : f64
  %fs = arith.divf %c1000, %dt_ms : f64
  %twopi = arith.mulf %c2, %pi : f64
  %five = seis.broadcast %c5 : f64 to !v

  %fr, %fi = seis.fft %x : (!v) -> (!v, !v)
  %fft = seis.complex %fr, %fi : !v to !z
  %br, %bi = seis.ifft %x, %x : !v
  %ifft = seis.complex %br, %bi : !v to !z

  %re, %im = seis.analytic %x : !v
  %hilbert = seis.complex %re, %im : !v to !z
  %e = seis.hypot %re, %im : !v
  %phi = math.atan2 %im, %re : !v
  %degrees = arith.divf %c180, %pi : f64
  %phase = func.call @scale(%phi, %degrees) : (!v, f64) -> !v
  %cos = math.cos %phi : !v

  %de = func.call @d1(%e) : (!v) -> !v
  %slope = arith.divf %de, %e : !v
  %slope0 = seis.nan0 %slope : !v
  %lo = seis.broadcast %cm1 : f64 to !v
  %hi = seis.broadcast %c1 : f64 to !v
  %raised = arith.maximumf %slope0, %lo : !v
  %rac = arith.minimumf %raised, %hi : !v
  %acceleration = func.call @d1(%rac) : (!v) -> !v

  %u = seis.unwrap %phi : !v
  %du = func.call @d1(%u) : (!v) -> !v
  %cycles = arith.divf %fs, %twopi : f64
  %sf = func.call @scale(%du, %cycles) : (!v, f64) -> !v
  %f = math.absf %sf : !v
  %absrac = math.absf %rac : !v
  %perturn = arith.divf %c1, %twopi : f64
  %bandwidth = func.call @scale(%absrac, %perturn) : (!v, f64) -> !v
  %dominant = seis.hypot %f, %bandwidth : !v
  %change = func.call @d1(%f) : (!v) -> !v
  %ffloor = arith.maximumf %f, %five : !v
  %sweet = arith.divf %e, %ffloor : !v
  %pif = func.call @scale(%f, %pi) : (!v, f64) -> !v
  %q1 = arith.divf %pif, %rac : !v
  %q = seis.nan0 %q1 : !v

  %h1 = seis.hold %e, %phase : !v
  %rphase = seis.nan0 %h1 : !v
  %h2 = seis.hold %e, %f : !v
  %rfrequency = seis.nan0 %h2 : !v
  %h3 = seis.hold %e, %x : !v
  %ramplitude = seis.nan0 %h3 : !v
  %sign = seis.sign %x : !v
  %signed = arith.mulf %e, %sign : !v
  %h4 = seis.hold %e, %signed : !v
  %polarity = seis.nan0 %h4 : !v

  %cv1 = seis.corr1 %x weights [0.5, 0.0, -0.5] anchor 1 axis<sample> border<zero> : !v
  %cr1 = seis.corr1 %x weights [-0.5, 0.0, 0.5] anchor 1 axis<sample> border<zero> : !v
  %cv2 = seis.corrn %x weights dense<[[[1.0, 1.0, 1.0], [1.0, 8.0, -1.0], [-1.0, -1.0, -1.0]]]> : tensor<1x3x3xf64> anchor [0, 1, 1] border<zero> : !v
  %cr2 = seis.corrn %x weights dense<[[[-1.0, -1.0, -1.0], [-1.0, 8.0, 1.0], [1.0, 1.0, 1.0]]]> : tensor<1x3x3xf64> anchor [0, 1, 1] border<zero> : !v
  %cv3 = seis.corrn %x weights dense<[[[1.0, 1.0, 1.0], [1.0, 1.0, 1.0], [1.0, 1.0, -1.0]], [[1.0, 1.0, 1.0], [1.0, 26.0, -1.0], [-1.0, -1.0, -1.0]], [[-1.0, -1.0, -1.0], [-1.0, -1.0, -1.0], [-1.0, -1.0, -1.0]]]> : tensor<3x3x3xf64> anchor [1, 1, 1] border<zero> : !v
  %cr3 = seis.corrn %x weights dense<[[[-1.0, -1.0, -1.0], [-1.0, -1.0, -1.0], [-1.0, -1.0, -1.0]], [[-1.0, -1.0, -1.0], [-1.0, 26.0, 1.0], [1.0, 1.0, 1.0]], [[-1.0, 1.0, 1.0], [1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]]> : tensor<3x3x3xf64> anchor [1, 1, 1] border<zero> : !v

  // wrap to (-pi, pi]: pi - mod(pi - d, 2 pi)
  %pd = seis.corr1 %phi weights [-1.0, 0.0, 1.0] anchor 1 axis<sample> border<reflect> : !v
  %vpi = seis.broadcast %pi : f64 to !v
  %v2pi = seis.broadcast %twopi : f64 to !v
  %w1 = arith.subf %vpi, %pd : !v
  %w2 = seis.mod %w1, %v2pi : !v
  %w3 = arith.subf %vpi, %w2 : !v
  %halfcycles = arith.divf %cycles, %c2 : f64
  %pf = func.call @scale(%w3, %halfcycles) : (!v, f64) -> !v
  %fe = arith.mulf %pf, %e : !v
  %sfe = seis.winsum %fe window [1, 1, 3] border<reflect> : !v
  %se = seis.winsum %e window [1, 1, 3] border<reflect> : !v
  %weighted = func.call @quotient(%sfe, %se) : (!v, !v) -> !v
  %thin = arith.subf %pf, %weighted : !v
  %dpf = func.call @d2(%pf, %dt_ms) : (!v, f64) -> !v
  %pacc = func.call @scale(%dpf, %twopi) : (!v, f64) -> !v
  %e1 = func.call @d2(%e, %dt_ms) : (!v, f64) -> !v
  %e2 = func.call @d2(%e1, %dt_ms) : (!v, f64) -> !v
  %ae1 = math.absf %e1 : !v
  %te = func.call @scale(%e, %twopi) : (!v, f64) -> !v
  %pbw = func.call @quotient(%ae1, %te) : (!v, !v) -> !v
  %pfe = func.call @scale(%fe, %pi) : (!v, f64) -> !v
  %ne1 = arith.negf %e1 : !v
  %pq = func.call @quotient(%pfe, %ne1) : (!v, !v) -> !v
  %pff = arith.maximumf %pf, %five : !v
  %root = math.sqrt %pff : !v
  %sweetroot = arith.divf %e, %root : !v

  %xx = arith.mulf %x, %x : !v
  %sum = seis.winsum %xx window [1, 1, 9] border<reflect> : !v
  %nine = seis.broadcast %c9 : f64 to !v
  %mean = arith.divf %sum, %nine : !v
  %rms = math.sqrt %mean : !v
  return %fft, %ifft, %hilbert, %e, %phase, %cos, %rac, %acceleration, %f, %bandwidth, %dominant, %change,
         %sweet, %q, %rphase, %rfrequency, %ramplitude, %polarity, %cv1, %cr1, %cv2, %cr2, %cv3, %cr3,
         %pf, %weighted, %thin, %pacc, %e1, %e2, %pbw, %pq, %sweetroot, %rms
      : !z, !z, !z, !v, !v, !v, !v, !v, !v, !v, !v, !v, !v, !v, !v, !v, !v, !v, !v, !v, !v, !v, !v, !v,
        !v, !v, !v, !v, !v, !v, !v, !v, !v, !v
}
