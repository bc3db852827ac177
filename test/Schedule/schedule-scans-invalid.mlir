// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"groups": [{"name": "g0", "tile": {"inline": [8]}}]}}' 2>&1 | FileCheck %s --check-prefix=CUT
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"groups": [{"name": "g0", "tile": {"crossline": [8, 4]}}]}}' 2>&1 | FileCheck %s --check-prefix=LEVELS
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"scan": {"rows": 2}}}}' 2>&1 | FileCheck %s --check-prefix=ROWS

// A scan along inlines or crosslines runs along whole lines, a row at a time.

// CUT: error: schedule: group 'g0': its scans run along whole lines, tile of inline must be "full" and tiles have one level{{$}}
// LEVELS: error: schedule: group 'g0': its scans run along whole lines, tile of inline must be "full" and tiles have one level{{$}}
// ROWS: error: schedule: stage 'scan' is a scan along inline, rows must be 1, got 2{{$}}
func.func @t(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> attributes {seis.entry} {
  %0 = seis.scan<add> %x axis<inline> direction<forward> : tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}
