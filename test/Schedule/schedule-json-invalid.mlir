// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": 3}}' 2>&1 | FileCheck %s --check-prefix=STAGES-KIND
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"exp": 3}}}' 2>&1 | FileCheck %s --check-prefix=STAGE-KIND
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"groups": 3}}' 2>&1 | FileCheck %s --check-prefix=GROUPS-KIND
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"groups": [{"name": "g0", "tile": 3}]}}' 2>&1 | FileCheck %s --check-prefix=TILE-KIND
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"groups": [{"name": "g0", "parallel": 3}]}}' 2>&1 | FileCheck %s --check-prefix=PARALLEL-KIND
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"exb": {"rows": 2}}}}' 2>&1 | FileCheck %s --check-prefix=STAGE
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"exp": {"lanes": 2}}}}' 2>&1 | FileCheck %s --check-prefix=FIELD
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"exp": {"rows": 3}}}}' 2>&1 | FileCheck %s --check-prefix=ROWS
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"exp": {"at": "row"}}}}' 2>&1 | FileCheck %s --check-prefix=LESS
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"exp": {"at": "slide"}}}}' 2>&1 | FileCheck %s --check-prefix=AXIS
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"exp": {"at": "slide", "axis": "sample"}}}}' 2>&1 | FileCheck %s --check-prefix=SAMPLE
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"exp": {"at": "nowhere"}}}}' 2>&1 | FileCheck %s --check-prefix=PLACE
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"corr1": {"at": "row"}}}}' 2>&1 | FileCheck %s --check-prefix=OUTPUT
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"groups": [{"name": "g1"}]}}' 2>&1 | FileCheck %s --check-prefix=GROUP
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"groups": [{"tile": {}}]}}' 2>&1 | FileCheck %s --check-prefix=NAME
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"groups": [{"name": "g0", "tile": {"inline": [0]}}]}}' 2>&1 | FileCheck %s --check-prefix=TILE
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"groups": [{"name": "g0", "tile": {"sample": [64]}}]}}' 2>&1 | FileCheck %s --check-prefix=CUT
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"groups": [{"name": "g0", "parallel": {"policy": "guided"}}]}}' 2>&1 | FileCheck %s --check-prefix=POLICY
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stage": {}}}' 2>&1 | FileCheck %s --check-prefix=MEMBER
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"v": 2}}' 2>&1 | FileCheck %s --check-prefix=VERSION
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json=[]' 2>&1 | FileCheck %s --check-prefix=OBJECT

// Every way in which an override can be wrong is named.

// STAGE: error: schedule: there is no stage 'exb'; did you mean 'exp'
// FIELD: error: schedule: stage 'exp': unknown or malformed field 'lanes'; did you mean
// ROWS: error: schedule: rows must be 1, 2, 4 or 8, got 3
// LESS: error: schedule: stage 'exp' cannot be at 'row': neighbouring rows of it are read
// AXIS: error: schedule: stage 'exp' cannot be at 'slide': slide needs an axis
// SAMPLE: error: schedule: stage 'exp': axis must be inline or crossline, got 'sample'
// PLACE: error: schedule: stage 'exp' cannot be at 'nowhere': the places are row, slide and gN.root
// OUTPUT: error: schedule: stage 'corr1' cannot be at 'row': it is an output and is written where the caller says
// GROUP: error: schedule: there is no group 'g1': this program has 1
// NAME: error: schedule: every group needs a name g0, g1, ...
// TILE: error: schedule: group 'g0': tile of inline must be a positive number or "full"
// CUT: error: schedule: group 'g0': samples are never cut, tile of sample must be "full"
// POLICY: error: schedule: group 'g0': policy must be dynamic or static, got 'guided'
// MEMBER: error: schedule: unknown member 'stage'; did you mean 'stages'
// VERSION: error: schedule: version (v) must be 1
// OBJECT: error: schedule: expected an object with the members stages and groups
// STAGES-KIND: error: schedule: stages must be an object
// STAGE-KIND: error: schedule: stage 'exp' must be an object
// GROUPS-KIND: error: schedule: groups must be an array
// TILE-KIND: error: schedule: tile of group 'g0' must be an object
// PARALLEL-KIND: error: schedule: parallel of group 'g0' must be an object
func.func @t(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> attributes {seis.entry} {
  %y = math.exp %x : tensor<?x?x?xf32>
  %0 = seis.corr1 %y weights [1.0, 2.0, 3.0] anchor 1 axis<crossline> border<reflect> : tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}
