"""Schedules choose loops, never results: every legal one gives the bits of the default.

Several programs are compiled under a table of schedules that has each choice at least once, and
under random ones, of which the compiler refuses the illegal; what it takes must give the bits of
the default, whatever the block. Only the algorithm of a transform may change the last bits.
"""
import json
import random
import re

import numpy as np
import pytest

import tools
import volumes
from seis_object import Object, blockings
from test_compiled import differing

pytestmark = pytest.mark.skipif(
    not tools.has("seis-compile"), reason=f"no seis-compile in {tools.BIN}"
)

SHAPES = [(13, 21, 75), (1, 1, 2), (5, 33, 128)]
DTYPES = {"f32": ("f4", 16), "f64": ("f8", 8)}
PROGRAMS = {
    # rings along both axes, stages that read neighbours, pointwise ones before and after
    "stencil": """
def chain(x: volume) = {
  w = [0.25, 0.5, 0.3];
  a = corr1(abs(x) + 1, w, axis=inline);
  b = corr1(sqrt(abs(a)), w, axis=crossline);
  corr1(b, w, axis=sample) / b + log(abs(x) + 1)
}
input x: volume
output chain = chain(x)
""",
    # what correlations along crosslines compute at the rows that they read
    "lateral": """
input x: volume
def a(x: volume) = corr1(corr1(x, [1, 2, 4], axis=inline, mode=mirror), [1, 0, 5], axis=crossline,
              mode=mirror)
output sum = a(x) + corr1(exp(sin(x) + 0.5), [1, 2, 3, 4, 5], axis=crossline, mode=nearest)
""",
    # a value that two outputs need
    "two": """
def e(x: volume) = exp(sin(x / 3))
input x: volume
output p = sqrt(e(x) + 1)
output q = cos(e(x))
""",
    "window": "rms(window=(3,5,9))",
    "rac": "relative-amplitude-change",
    "inst-frequency": "inst-frequency",
    # whole lines: groups of their own
    "scan": """
input x: volume
output s = scan(corr1(x, [1, 2, 1], axis=inline), axis=inline)
""",
}


def group(**fields):
    return {"groups": [{"name": "g0", **fields}]}


def stage(name, **fields):
    return {"stages": {name: fields}}


TABLE = [
    ("stencil", stage("addf", at="slide", axis="inline")),
    ("stencil", stage("addf", at="g0.root")),
    ("stencil", stage("addf", at="g0.0")),
    ("stencil", stage("sqrt", at="g0.0", rows=8)),
    ("stencil", stage("sqrt", rows=2)),
    ("stencil", stage("corr1", at="slide", axis="inline")),
    ("stencil", stage("addf", width=1)),
    ("stencil", group(order=["crossline", "inline", "sample"])),
    ("stencil", group(tile={"inline": [5], "crossline": [7], "sample": ["full"]})),
    ("stencil", group(tile={"inline": ["full", 3], "crossline": ["full", 4]})),
    ("stencil", group(parallel={"axes": ["inline"], "policy": "guided", "grain": 2})),
    ("stencil", group(parallel={"axes": ["crossline"], "policy": "static"})),
    ("stencil", group(parallel={"axes": [], "policy": "static", "grain": 1})),
    ("stencil", group(unroll=3, tail="mask", store="stream")),
    ("stencil", group(unroll=2, tail="peel", store="stream")),
    ("stencil", group(tail="mask", store="normal")),
    (
        "stencil",
        {
            "stages": {"addf": {"at": "g0.0"}, "sqrt": {"at": "g0.1"}},
            "groups": [{"name": "g0", "tile": {"inline": [6], "crossline": [10, 3]}}],
        },
    ),
    (
        "rac",
        {
            "stages": {"hypot": {"at": "g0.1"}, "corr1": {"at": "g0.1"}},
            "groups": [{"name": "g0", "tile": {"inline": [12, 4], "crossline": [10]}}],
        },
    ),
    ("two", stage("exp", at="inline")),
    ("lateral", stage("exp", at="inline")),
    ("lateral", stage("exp", at="slide", axis="inline")),
    ("lateral", stage("corr1", at="slide", axis="inline")),
    ("lateral", {"stages": {"exp": {"at": "inline"}, "addf": {"rows": 1}}}),
    ("lateral", {"stages": {"exp": {"at": "inline"}, "addf": {"rows": 8}}}),
    ("two", stage("exp", at="g0.0")),
    ("window", stage("winsum", at="g0.0")),
    ("rac", stage("hypot", at="g0.0")),
    ("rac", stage("analytic", at="g0.0")),
    ("rac", stage("analytic", at="g0.root")),
    ("scan", group(tile={"crossline": [3]}, vector={"axis": "sample", "width": 8})),
    ("scan", group(parallel={"axes": ["inline"], "policy": "guided"})),
    ("inst-frequency", group(order=["crossline", "inline", "sample"], unroll=4)),
]


class Bench:
    """Compiles programs, each default once, and compares under a schedule with it."""

    def __init__(self, folder):
        self.folder, self.count, self.defaults = folder, 0, {}

    def arguments(self, program, dtype, cpu):
        text = PROGRAMS[program]
        if "\n" in text:
            path = self.folder / f"{program}.seis"
            path.write_text(text)
            text = path
        return [f"--dtype={dtype}", "--target=zen", f"--cpu={cpu}", text]

    def compile(self, program, dtype, cpu, schedule=None):
        """An object, or what the compiler said against the schedule."""
        self.count += 1
        out = self.folder / f"o{self.count}"
        args = self.arguments(program, dtype, cpu)
        if schedule is not None:
            (self.folder / "s.json").write_text(json.dumps(schedule))
            args.append(f"--schedule={self.folder / 's.json'}")
        done = tools.run("seis-compile", *args, "-o", out, check=schedule is None)
        return Object(f"{out}.so") if done.returncode == 0 else done.stderr

    def default(self, program, dtype, cpu):
        key = program, dtype, cpu
        if key not in self.defaults:
            self.defaults[key] = self.compile(*key)
        return self.defaults[key]

    def stages(self, program, dtype="f32", cpu="x86-64-v4"):
        done = tools.run("seis-compile", "--emit=stages", *self.arguments(program, dtype, cpu))
        return re.findall(r'seis\.stage "(\w+)"', done.stdout)

    def check(self, program, dtype, cpu, schedule):
        """True where the schedule is legal; fails where it changes a bit."""
        made = self.compile(program, dtype, cpu, schedule)
        if isinstance(made, str):
            assert "error: schedule: " in made, made
            return False
        default = self.default(program, dtype, cpu)
        for shape in SHAPES:
            x = {"x": volumes.ordinary(shape).astype(DTYPES[dtype][0])}
            params = {p["name"]: 4.0 for p in default.entry()[1]["params"] if p["name"] == "dt_ms"}
            want = default.run(x, params)
            for threads in (1, 3):
                got = made.run(x, params, threads=threads)
                assert not differing(got, want), (program, dtype, cpu, schedule, shape, threads)
        return True


@pytest.fixture(scope="session")
def bench(tmp_path_factory):
    return Bench(tmp_path_factory.mktemp("schedules"))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("program, schedule", TABLE, ids=lambda v: v if isinstance(v, str) else None)
def test_every_choice_keeps_every_bit(bench, program, schedule, dtype):
    assert bench.check(program, dtype, "native", schedule), bench.compile(
        program, dtype, "native", schedule
    )


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("cpu, bits", [("x86-64-v4", 512), ("x86-64-v3", 256)])
@pytest.mark.parametrize("program", ["stencil", "two"])
def test_every_width_keeps_every_bit(bench, program, cpu, bits, dtype):
    if bits > tools.vector_bits():
        pytest.skip("this processor has no AVX-512")
    native = bits // (32 if dtype == "f32" else 64)
    for width in (1, native // 2, native, 2 * native):
        assert bench.check(program, dtype, cpu, group(vector={"axis": "sample", "width": width}))
    assert not bench.check(program, dtype, cpu, group(vector={"width": 4 * native}))


def random_schedule(rng, names, native):
    """A schedule of random choices; not all of them are legal."""
    pick = rng.choice
    stages, fields = {}, {"name": "g0"}
    for name in names:
        if rng.random() < 0.6:
            one = stages[name] = {}
            if rng.random() < 0.8:
                one["at"] = pick(["inline", "row", "slide", "g0.root", "g0.0", "g0.1"])
                if one["at"] == "slide":
                    one["axis"] = pick(["inline", "crossline"])
            if rng.random() < 0.4:
                one["rows"] = pick([1, 2, 4, 8])
            if rng.random() < 0.2:
                one["width"] = pick([1, native // 2, native, 2 * native])
    if rng.random() < 0.7:
        tile = fields["tile"] = {}
        for axis in ("inline", "crossline"):
            outer = pick([1, 3, 8, 20, "full"])
            tile[axis] = [outer]
            if rng.random() < 0.5:
                tile[axis].append(pick([n for n in (1, 2, 5) if outer == "full" or n <= outer]))
    if rng.random() < 0.4:
        fields["order"] = ["crossline", "inline", "sample"]
    if rng.random() < 0.5:
        fields["parallel"] = {
            "axes": pick([[], ["inline"], ["crossline"], ["inline", "crossline"]]),
            "policy": pick(["static", "dynamic", "guided"]),
            "grain": pick([1, 3]),
        }
    for key, values in {
        "vector": [{"axis": "sample", "width": w} for w in (1, native // 2, 2 * native)],
        "unroll": [1, 2, 3],
        "tail": ["mask", "peel"],
        "store": ["normal", "stream"],
    }.items():
        if rng.random() < 0.3:
            fields[key] = pick(values)
    return {"v": 1, "stages": stages, "groups": [fields], "gpu": None}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("program", [p for p in PROGRAMS if p != "scan"])
def test_random_schedules_keep_every_bit(bench, program, dtype):
    rng = random.Random(f"{program} {dtype}")
    names, legal = bench.stages(program, dtype, tools.WIDEST), 0
    for _ in range(200):
        schedule = random_schedule(rng, names, DTYPES[dtype][1] * tools.vector_bits() // 512)
        legal += bench.check(program, dtype, tools.WIDEST, schedule)
        if legal == 5:
            return
    pytest.fail(f"only {legal} of 200 schedules were legal")


def printed(graph, schedule):
    """The attributes and the JSON of a graph under a schedule; None where it is illegal."""
    options = f"--seis-schedule=json={{{json.dumps(schedule)}}}"
    out = graph.with_suffix(".stages.mlir")
    done = tools.run("seis-opt", graph, "--seis-split-passes", "--seis-form-stages", options,
                     "--seis-print-schedule", "-o", out, check=False)  # fmt: skip
    if done.returncode:
        assert "error: schedule: " in done.stderr, done.stderr
        return None
    return re.sub(r"seis\.given = \[.*?\],? ?", "", out.read_text()), json.loads(done.stdout)


@pytest.mark.skipif(not tools.has("seis-opt"), reason=f"no seis-opt in {tools.BIN}")
@pytest.mark.parametrize("program", [p for p in PROGRAMS if p != "scan"])
def test_what_is_printed_reads_back(bench, program):
    graph = bench.folder / f"{program}.mlir"
    args = bench.arguments(program, "f32", "x86-64-v4")
    graph.write_text(tools.run("seis-compile", "--emit=seis", *args).stdout)
    rng, legal, names = random.Random(program), 0, bench.stages(program)
    for _ in range(40):
        first = printed(graph, random_schedule(rng, names, 16))
        if first is None:
            continue
        legal += 1
        again = printed(graph, first[1])
        assert again is not None and again[1] == first[1]
        bare = [re.sub(r" attributes \{\}", "", text) for text in (first[0], again[0])]
        assert bare[0] == bare[1]
    assert legal >= 2


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("program, name, samples, plan", [
    ("rac", "analytic", 500, [5, 2, 5, 5]),
    ("rac", "analytic", 128, [2, 4, 8]),
    ("inst-frequency", "analytic", 420, [7, 3, 5, 2]),
    ("fft", "fft", 210, [3, 7, 5]),
    ("fft", "fft", 572, [2, 11, 13]),
])  # fmt: skip
def test_plans_are_transforms(bench, program, name, samples, plan, dtype):
    """Other radices are other roundings of the same transform."""
    wanted = stage(name, lanes="traces", algo={"fft": "radix", "plan": plan})
    (bench.folder / "plan.json").write_text(json.dumps(wanted))
    text = PROGRAMS.get(program, program)
    args = [text, "--target=zen", f"--dtype={dtype}", f"--samples={samples}"]
    out = bench.folder / f"plan-{program}-{samples}-{dtype}"
    tools.run("seis-compile", *args, f"--schedule={bench.folder / 'plan.json'}", "-o", out)
    tools.run("seis-compile", *args, "-o", f"{out}-default")
    made, default = Object(f"{out}.so"), Object(f"{out}-default.so")
    x = {"x": volumes.ordinary((3, 17, samples)).astype(DTYPES[dtype][0])}
    params = {p["name"]: 4.0 for p in default.entry()[1]["params"] if p["name"] == "dt_ms"}
    got, want = made.run(x, params), default.run(x, params)
    eps = np.finfo(DTYPES[dtype][0]).eps
    for key, reference in want.items():
        # attributes divide by amplitudes near zero: the bulk is compared, not the worst sample
        error = np.abs(got[key] - reference) / np.abs(reference).max()
        assert np.quantile(error, 0.99) < 200 * eps, key
    assert differing(got, want), "another plan rounds in another way"


LONG = {
    "p": "correlate3d(exp(x / 9), weights=[[[0.01 * a + 0.02 * b + 0.03 * c"
    " for c in 0..9] for b in 0..5] for a in 0..5])",
    "q": "correlate3d(x, weights=[[[0.3 - 0.01 * a * b + 0.02 * c"
    " for c in 0..7] for b in 0..9] for a in 0..3])",
}


@pytest.mark.parametrize("fields", [{}, {"unroll": 2, "tail": "peel"}], ids=["default", "unrolled"])
def test_long_stencils_of_one_stage_keep_apart(bench, fields):
    """Each reads by a table of addresses; alone and together they are the same."""
    (bench.folder / "long.json").write_text(json.dumps(group(**fields)))

    def run(name, expression):
        out = bench.folder / f"long-{name}-{len(fields)}"
        schedule = f"--schedule={bench.folder / 'long.json'}"
        tools.run("seis-compile", "--target=zen", schedule, "-e", expression, "-o", out)
        (result,) = Object(f"{out}.so").run({"x": x}).values()
        return result

    x = volumes.ordinary((9, 14, 70)).astype("f4")
    alone = {name: run(name, expression) for name, expression in LONG.items()}
    assert np.array_equal(run("both", " + ".join(LONG.values())), alone["p"] + alone["q"])


LOOPED = [
    """output b = winsum(winsum(envelope(x), (3,3,3)), (3,1,3)) + winsum(envelope(x), (1,3,5))
output c = shift(winsum(envelope(x), (3,3,3)), (0,1,0), mode=wrap)""",
    """output b = median(gaussian(envelope(x)), (3,3,3)) + median(envelope(x), (3,3,3))
output c = scan(gaussian(envelope(x)), axis=inline)""",
]


@pytest.mark.parametrize("program", LOOPED)
def test_readers_of_whole_volumes_find_their_groups(program, tmp_path):
    """One stage is read in its own group, in a later one and as whole lines."""
    path = tmp_path / "p.seis"
    path.write_text(f"input x: volume\n{program}\n")
    tools.run("seis-compile", path, "-o", tmp_path / "p", timeout=60)
    x = volumes.ordinary((9, 10, 101)).astype("f4")
    want = tools.evaluate([path], {"x": x.astype("f8")}, tmp_path / "loops")
    for threads in (1, 3):
        got = Object(tmp_path / "p.so").run({"x": x}, threads=threads)
        for name, value in got.items():
            scale = np.abs(want[name]).max()
            assert np.abs(value - want[name]).max() < 1e-5 * scale, name
