// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": 3}}' 2>&1 | FileCheck %s --check-prefix=STAGES-KIND
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"exp": 3}}}' 2>&1 | FileCheck %s --check-prefix=STAGE-KIND
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"groups": 3}}' 2>&1 | FileCheck %s --check-prefix=GROUPS-KIND
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"groups": [3]}}' 2>&1 | FileCheck %s --check-prefix=GROUP-KIND
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"exb": {"rows": 2}}}}' 2>&1 | FileCheck %s --check-prefix=STAGE
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"exp": {"lane": 2}}}}' 2>&1 | FileCheck %s --check-prefix=FIELD
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"exp": {"rows": 9}}}}' 2>&1 | FileCheck %s --check-prefix=ROWS-RANGE
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"exp": {"rows": 3}}}}' 2>&1 | FileCheck %s --check-prefix=ROWS
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"exp": {"rows": "two"}}}}' 2>&1 | FileCheck %s --check-prefix=ROWS-KIND
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"exp": {"at": "row"}}}}' 2>&1 | FileCheck %s --check-prefix=LESS
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"exp": {"at": "slide"}}}}' 2>&1 | FileCheck %s --check-prefix=AXIS
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"exp": {"at": "slide", "axis": "sample"}}}}' 2>&1 | FileCheck %s --check-prefix=SAMPLE
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"exp": {"at": "g0.0", "axis": "inline"}}}}' 2>&1 | FileCheck %s --check-prefix=AXIS-ALONE
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"exp": {"at": "slide", "axis": "inline"}}, "groups": [{"name": "g0", "order": ["crossline", "inline", "sample"]}]}}' 2>&1 | FileCheck %s --check-prefix=NARROW
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"exp": {"at": "nowhere"}}}}' 2>&1 | FileCheck %s --check-prefix=PLACE
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"exp": {"at": 1}}}}' 2>&1 | FileCheck %s --check-prefix=PLACE-KIND
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"exp": {"at": "g0.2"}}}}' 2>&1 | FileCheck %s --check-prefix=LEVEL
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"exp": {"at": "g0.1"}}}}' 2>&1 | FileCheck %s --check-prefix=ONE-LEVEL
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"exp": {"at": "g1.root"}}}}' 2>&1 | FileCheck %s --check-prefix=OTHER-GROUP
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"exp": {"at": "slide", "axis": "inline"}, "corr1": {"at": "g0.0"}}}}' 2>&1 | FileCheck %s --check-prefix=LATER
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"addf": {"at": "row"}}}}' 2>&1 | FileCheck %s --check-prefix=OUTPUT
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"sin": {"at": "inline"}}}}' 2>&1 | FileCheck %s --check-prefix=OUTPUT-INLINE
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"exp": {"at": "inline"}}}}' 2>&1 | FileCheck %s --check-prefix=INLINE-READ
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"winmax": {"at": "inline"}}}}' 2>&1 | FileCheck %s --check-prefix=INLINE-BODY
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"cos": {"at": "inline", "rows": 2}}}}' 2>&1 | FileCheck %s --check-prefix=INLINE-MORE
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"exp": {"lanes": 2}}}}' 2>&1 | FileCheck %s --check-prefix=LANES-KIND
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"exp": {"lanes": "traces"}}}}' 2>&1 | FileCheck %s --check-prefix=LANES
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"unwrap": {"lanes": "samples"}}}}' 2>&1 | FileCheck %s --check-prefix=LANES-ALONG
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"unwrap": {"rows": 2}}}}' 2>&1 | FileCheck %s --check-prefix=ROWS-TRACES
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"exp": {"width": 4}}}}' 2>&1 | FileCheck %s --check-prefix=WIDTH
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"exp": {"algo": "fast"}}}}' 2>&1 | FileCheck %s --check-prefix=ALGO-KIND
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"exp": {"algo": {"fft": "radix"}}}}}' 2>&1 | FileCheck %s --check-prefix=ALGO
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"exp": {"algo": {"stencil": "separable"}}}}}' 2>&1 | FileCheck %s --check-prefix=ALGO-FIELD
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"exp": {"algo": {"fft": "split"}}}}}' 2>&1 | FileCheck %s --check-prefix=ALGO-FFT
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"groups": [{"name": "g1"}]}}' 2>&1 | FileCheck %s --check-prefix=GROUP
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"groups": [{"tile": {}}]}}' 2>&1 | FileCheck %s --check-prefix=NAME
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"groups": [{"name": "g0"}, {"name": "g0"}]}}' 2>&1 | FileCheck %s --check-prefix=TWICE
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"groups": [{"name": "g0", "tiles": {}}]}}' 2>&1 | FileCheck %s --check-prefix=GROUP-FIELD
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"groups": [{"name": "g0", "tile": 3}]}}' 2>&1 | FileCheck %s --check-prefix=TILE-KIND
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"groups": [{"name": "g0", "tile": {"inline": [0]}}]}}' 2>&1 | FileCheck %s --check-prefix=TILE
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"groups": [{"name": "g0", "tile": {"inlines": [4]}}]}}' 2>&1 | FileCheck %s --check-prefix=TILE-AXIS
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"groups": [{"name": "g0", "tile": {"inline": [8, 4, 2]}}]}}' 2>&1 | FileCheck %s --check-prefix=TILE-SIZES
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"groups": [{"name": "g0", "tile": {"inline": [8, 9]}}]}}' 2>&1 | FileCheck %s --check-prefix=TILE-INNER
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"groups": [{"name": "g0", "tile": {"sample": [64]}}]}}' 2>&1 | FileCheck %s --check-prefix=CUT
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"groups": [{"name": "g0", "order": ["sample", "inline", "crossline"]}]}}' 2>&1 | FileCheck %s --check-prefix=ORDER
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"groups": [{"name": "g0", "order": ["inline", "sample"]}]}}' 2>&1 | FileCheck %s --check-prefix=ORDER-ALL
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"groups": [{"name": "g0", "order": ["inline", "inline", "sample"]}]}}' 2>&1 | FileCheck %s --check-prefix=ORDER-TWICE
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"groups": [{"name": "g0", "parallel": 3}]}}' 2>&1 | FileCheck %s --check-prefix=PARALLEL-KIND
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"groups": [{"name": "g0", "parallel": {"policy": "auto"}}]}}' 2>&1 | FileCheck %s --check-prefix=POLICY
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"groups": [{"name": "g0", "parallel": {"grain": 0}}]}}' 2>&1 | FileCheck %s --check-prefix=GRAIN
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"groups": [{"name": "g0", "parallel": {"axes": ["sample"]}}]}}' 2>&1 | FileCheck %s --check-prefix=AXES
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"groups": [{"name": "g0", "parallel": {"grains": 1}}]}}' 2>&1 | FileCheck %s --check-prefix=PARALLEL-FIELD
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"groups": [{"name": "g0", "vector": {"axis": "inline"}}]}}' 2>&1 | FileCheck %s --check-prefix=VECTOR
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"groups": [{"name": "g0", "vector": {"width": 64}}]}}' 2>&1 | FileCheck %s --check-prefix=VECTOR-WIDTH
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"groups": [{"name": "g0", "unroll": 9}]}}' 2>&1 | FileCheck %s --check-prefix=UNROLL
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"groups": [{"name": "g0", "tail": "auto"}]}}' 2>&1 | FileCheck %s --check-prefix=TAIL
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"groups": [{"name": "g0", "store": true}]}}' 2>&1 | FileCheck %s --check-prefix=STORE
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"exp": {"at": "g0.0"}}, "groups": [{"name": "g0", "tile": {"inline": [1000], "crossline": [1000]}}]}} samples=1000' 2>&1 | FileCheck %s --check-prefix=SCRATCH
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"gpu": {"block": {"sample": 64}}}}' 2>&1 | FileCheck %s --check-prefix=GPU
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stage": {}}}' 2>&1 | FileCheck %s --check-prefix=MEMBER
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"v": 2}}' 2>&1 | FileCheck %s --check-prefix=VERSION
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json=[]' 2>&1 | FileCheck %s --check-prefix=OBJECT
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"analytic": {"algo": {"fft": "radix"}}}}}' 2>&1 | FileCheck %s --check-prefix=FFT-LENGTH
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"analytic": {"algo": {"fft": "radix"}}}}} samples=1009' 2>&1 | FileCheck %s --check-prefix=FFT-RADIX
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"analytic": {"lanes": "traces", "algo": {"fft": "radix", "plan": [8, 5, 5]}}}}} samples=500' 2>&1 | FileCheck %s --check-prefix=PLAN
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"analytic": {"algo": {"fft": "radix", "plan": [2, 5, 5, 5]}}}}} samples=500' 2>&1 | FileCheck %s --check-prefix=PLAN-LANES
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"analytic": {"algo": {"plan": [2, 5, 5, 5]}}}}} samples=500' 2>&1 | FileCheck %s --check-prefix=PLAN-ALONE
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"analytic": {"algo": {"fft": "padded", "plan": [4]}}}}} samples=1009' 2>&1 | FileCheck %s --check-prefix=PLAN-PADDED
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"analytic": {"algo": {"fft": "radix", "plan": [14]}}}}}' 2>&1 | FileCheck %s --check-prefix=PLAN-RADIX
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"analytic": {"lanes": "traces", "algo": {"fft": "radix", "plan": [6]}}}}} samples=12' 2>&1 | FileCheck %s --check-prefix=PLAN-SIX
// RUN: not seis-opt %s --seis-form-stages '--seis-schedule=json={{"stages": {"analytic": {"width": 8}}}}' 2>&1 | FileCheck %s --check-prefix=WIDTH-SAMPLES

// Every way in which a schedule can be wrong is named.

// STAGES-KIND: error: schedule: stages must be an object{{$}}
// STAGE-KIND: error: schedule: stage 'exp' must be an object{{$}}
// GROUPS-KIND: error: schedule: groups must be an array{{$}}
// GROUP-KIND: error: schedule: a group must be an object{{$}}
// STAGE: error: schedule: there is no stage 'exb'; did you mean 'exp'{{$}}
// FIELD: error: schedule: stage 'exp': unknown field 'lane'; did you mean 'lanes'{{$}}
// ROWS-RANGE: error: schedule: stage 'exp': rows must be a whole number from 1 to 8, got 9{{$}}
// ROWS: error: schedule: stage 'exp': rows must be 1, 2, 4 or 8, got 3{{$}}
// ROWS-KIND: error: schedule: stage 'exp': rows must be a whole number from 1 to 8, got 'two'{{$}}
// LESS: error: schedule: stage 'exp' cannot be at 'row': neighbouring rows of it are read{{$}}
// AXIS: error: schedule: stage 'exp' cannot be at 'slide': slide needs an axis{{$}}
// SAMPLE: error: schedule: stage 'exp': axis must be inline or crossline, got 'sample'{{$}}
// AXIS-ALONE: error: schedule: stage 'exp': axis is for slide only{{$}}
// NARROW: error: schedule: stage 'exp' cannot be at 'slide': neighbouring crosslines of it are read, it must slide along crossline{{$}}
// PLACE: error: schedule: stage 'exp' cannot be at 'nowhere': the places are inline, row, slide, gN.root and gN.L{{$}}
// PLACE-KIND: error: schedule: stage 'exp' cannot be at 1: the places are inline, row, slide, gN.root and gN.L{{$}}
// LEVEL: error: schedule: stage 'exp' cannot be at 'g0.2': the levels of tiles are 0 and 1{{$}}
// ONE-LEVEL: error: schedule: stage 'exp' cannot be at 'g0.1': the tiles of its group have one level, give tile two sizes{{$}}
// OTHER-GROUP: error: schedule: stage 'exp' cannot be at 'g1.root': it runs in group g0{{$}}
// LATER: error: schedule: stage 'exp' cannot be at 'slide': what reads it runs after a whole tile, it must be at g0.0{{$}}
// OUTPUT: error: schedule: stage 'addf' cannot be at 'row': it is an output and is written where the caller says{{$}}
// OUTPUT-INLINE: error: schedule: stage 'sin' cannot be at 'inline': it is an output and is written where the caller says{{$}}
// INLINE-READ: error: schedule: stage 'exp' cannot be at 'inline': stage 'winmax' reads other samples of it{{$}}
// INLINE-BODY: error: schedule: stage 'winmax' cannot be at 'inline': it holds seis.winmax, which cannot be computed for stage 'corr1'{{$}}
// INLINE-MORE: error: schedule: stage 'cos' is inline: it has no loop of its own, only at may be given{{$}}
// LANES-KIND: error: schedule: stage 'exp': lanes must be samples or traces, got 2{{$}}
// LANES: error: schedule: stage 'exp' cannot have traces in its lanes: it is no whole-trace operation{{$}}
// LANES-ALONG: error: schedule: stage 'unwrap' cannot have samples in its lanes: of the whole-trace operations only seis.analytic can, not seis.unwrap{{$}}
// ROWS-TRACES: error: schedule: stage 'unwrap' is a whole-trace operation, rows must be 1, got 2{{$}}
// WIDTH: error: schedule: stage 'exp': width must be 1, 8, 16 or 32 for vectors of 512 bits, got 4{{$}}
// ALGO-KIND: error: schedule: stage 'exp': algo must be an object{{$}}
// ALGO: error: schedule: stage 'exp' has no algorithm to choose{{$}}
// ALGO-FIELD: error: schedule: stage 'exp': unknown field 'stencil' of algo; did you mean
// ALGO-FFT: error: schedule: stage 'exp': fft must be radix or padded, got 'split'{{$}}
// GROUP: error: schedule: there is no group 'g1': this program has 1{{$}}
// NAME: error: schedule: every group needs a name g0, g1, ...{{$}}
// TWICE: error: schedule: group 'g0' is there twice{{$}}
// GROUP-FIELD: error: schedule: group 'g0': unknown field 'tiles'; did you mean 'tile'{{$}}
// TILE-KIND: error: schedule: tile of group 'g0' must be an object{{$}}
// TILE: error: schedule: group 'g0': tile of inline must be a positive number or "full"{{$}}
// TILE-AXIS: error: schedule: group 'g0': there is no axis 'inlines'; did you mean 'inline'{{$}}
// TILE-SIZES: error: schedule: group 'g0': tile of inline takes one or two sizes, outer first{{$}}
// TILE-INNER: error: schedule: group 'g0': tile of inline: the inner size must be at most the outer one{{$}}
// CUT: error: schedule: group 'g0': samples are never cut, tile of sample must be "full"{{$}}
// ORDER: error: schedule: group 'g0': order must end with sample: samples are the innermost loop{{$}}
// ORDER-ALL: error: schedule: group 'g0': order must name all three axes{{$}}
// ORDER-TWICE: error: schedule: group 'g0': order names inline twice{{$}}
// PARALLEL-KIND: error: schedule: parallel of group 'g0' must be an object{{$}}
// POLICY: error: schedule: group 'g0': policy must be static, dynamic or guided, got 'auto'{{$}}
// GRAIN: error: schedule: group 'g0': grain must be a whole number from 1 to 1048576, got 0{{$}}
// AXES: error: schedule: group 'g0': an axis of parallel must be inline or crossline, got 'sample'{{$}}
// PARALLEL-FIELD: error: schedule: group 'g0': unknown field 'grains' of parallel; did you mean 'grain'{{$}}
// VECTOR: error: schedule: group 'g0': the vector axis must be sample, got 'inline'; traces in the lanes are a stage's choice{{$}}
// VECTOR-WIDTH: error: schedule: group 'g0': width must be 1, 8, 16 or 32 for vectors of 512 bits, got 64{{$}}
// UNROLL: error: schedule: group 'g0': unroll must be a whole number from 1 to 8, got 9{{$}}
// TAIL: error: schedule: group 'g0': tail must be mask or peel, got 'auto'{{$}}
// STORE: error: schedule: group 'g0': store must be normal or stream, got true{{$}}
// SCRATCH: error: schedule: group 'g0': tiles of 1000 x 1000 need 3852 MiB of scratch for each thread, the limit is 1024 MiB: take smaller ones{{$}}
// GPU: error: schedule: gpu must be null for a cpu target, got an object{{$}}
// MEMBER: error: schedule: unknown member 'stage'; did you mean 'stages'{{$}}
// VERSION: error: schedule: version (v) must be 1{{$}}
// OBJECT: error: schedule: expected an object with the members stages and groups{{$}}
// FFT-LENGTH: error: schedule: stage 'analytic': fft depends on the trace length, give it by --samples{{$}}
// FFT-RADIX: error: schedule: stage 'analytic': 1009 samples have no transform without padding, fft must be padded{{$}}
// PLAN: error: schedule: stage 'analytic': the radices of plan make 200, the transform of 500 samples has 250 points{{$}}
// PLAN-LANES: error: schedule: stage 'analytic': a plan is for transforms with traces in their lanes{{$}}
// PLAN-ALONE: error: schedule: stage 'analytic': a plan needs fft, radix or padded{{$}}
// PLAN-PADDED: error: schedule: stage 'analytic': a plan is for fft radix{{$}}
// PLAN-RADIX: error: schedule: stage 'analytic': plan: a radix must be a whole number from 2 to 13, got 14{{$}}
// PLAN-SIX: error: schedule: stage 'analytic': the radices of a plan are 2, 3, 4, 5, 7, 8, 11 and 13, got 6{{$}}
// WIDTH-SAMPLES: error: schedule: stage 'analytic': a transform with samples in its lanes has vectors of 16 lanes, got width 8{{$}}
func.func @t(%x: tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>) attributes {seis.entry} {
  %y = math.exp %x : tensor<?x?x?xf32>
  %z = seis.winmax %y window [1, 3, 1] border<reflect> : tensor<?x?x?xf32>
  %0 = seis.corr1 %z weights [1.0, 2.0, 3.0] anchor 1 axis<crossline> border<reflect> : tensor<?x?x?xf32>
  %1 = seis.corr1 %0 weights [1.0, 2.0, 3.0] anchor 1 axis<inline> border<reflect> : tensor<?x?x?xf32>
  %2 = arith.addf %y, %1 : tensor<?x?x?xf32>
  %3 = math.cos %x : tensor<?x?x?xf32>
  %4 = math.sin %3 : tensor<?x?x?xf32>
  %re, %im = seis.analytic %x : tensor<?x?x?xf32>
  %5 = seis.unwrap %im : tensor<?x?x?xf32>
  %6 = arith.divf %5, %3 : tensor<?x?x?xf32>
  return %2, %4, %6 : tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>
}
