// RUN: seis-opt %s --split-input-file --seis-form-stages --seis-schedule | FileCheck %s

// A scan along inlines is complete before it is read, and what it reads is complete before it runs;
// scans along different axes never share a group, what needs neither runs beside the readers.

// CHECK-LABEL: func.func @both_axes
// CHECK-SAME:    seis.groups = [#seis.group<inlines = 0, crosslines = 0>, #seis.group<inlines = 0, crosslines = 0>, #seis.group<inlines = 0, crosslines = 0>, #seis.group<inlines = 0, crosslines = 0>, #seis.group<inlines = 0, crosslines = 0>]
// CHECK-DAG:     seis.stage "scan" group 0 schedule <at = root>
// CHECK-DAG:     seis.stage "scan_2" group 1 schedule <at = root>
// CHECK-DAG:     seis.stage "absf" group 2 schedule <at = root>
// CHECK-DAG:     seis.stage "scan_3" group 3 schedule <at = root>
// CHECK-DAG:     seis.stage "addf" group 4 schedule <at = output>
// CHECK-DAG:     seis.stage "sqrt" group 2 schedule <at = output>
func.func @both_axes(%x: tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>) attributes {seis.entry} {
  %0 = seis.scan<add> %x axis<inline> direction<forward> : tensor<?x?x?xf32>
  %1 = seis.scan<max> %x axis<crossline> direction<backward> : tensor<?x?x?xf32>
  %2 = math.absf %1 : tensor<?x?x?xf32>
  %3 = seis.scan<min> %2 axis<inline> direction<forward> : tensor<?x?x?xf32>
  %4 = arith.addf %0, %3 : tensor<?x?x?xf32>
  %5 = math.sqrt %x : tensor<?x?x?xf32>
  return %4, %5 : tensor<?x?x?xf32>, tensor<?x?x?xf32>
}

// -----

// Along samples it is a whole-trace stage among others.

// CHECK-LABEL: func.func @along_samples
// CHECK-SAME:    seis.groups = [#seis.group<inlines = 0, crosslines = 0>]
func.func @along_samples(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> attributes {seis.entry} {
  %0 = math.absf %x : tensor<?x?x?xf32>
  %1 = seis.scan<add> %0 axis<sample> direction<forward> : tensor<?x?x?xf32>
  %2 = math.sqrt %1 : tensor<?x?x?xf32>
  return %2 : tensor<?x?x?xf32>
}

// -----

// What nothing else reads is the caller's array at once.

// CHECK-LABEL: func.func @straight_to_the_caller
// CHECK-NEXT:    %{{.*}} = seis.stage "scan" group 0 schedule <at = output>
// CHECK:         return
func.func @straight_to_the_caller(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> attributes {seis.entry} {
  %0 = seis.scan<add> %x axis<inline> direction<forward> : tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}
