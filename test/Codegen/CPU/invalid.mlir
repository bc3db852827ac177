// RUN: seis-opt %s --split-input-file --seis-stages --seis-lower-stages --verify-diagnostics

// What this target cannot take is named before anything is lowered.

func.func @lateral_scan(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> attributes {seis.entry} {
  // expected-error @below {{a scan along inline cannot be compiled: scan along sample, or use seis-eval for this program}}
  %0 = seis.scan<add> %x axis<inline> direction<forward> : tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}
