"""Faster ways that some calls take, against the plain ones: stores past the caches, transforms with
samples in the lanes, lengths of vectors that need no scaling, steps of unwrapping.

What decides between them (addresses, sizes, magnitudes, neighbours) must not be seen in the bits.
"""
import itertools
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy import signal

import guarded
import tools
import volumes
from seis_object import Object
from tools import CPUS

pytestmark = pytest.mark.skipif(
    not tools.has("seis-compile"), reason=f"no seis-compile in {tools.BIN}"
)

TYPES = {"f32": "f4", "f64": "f8"}
FILL = 0xA5


class Bench:
    """Compiles each program, type, processor and schedule once."""

    def __init__(self, folder):
        self.folder, self.made = folder, {}

    def __call__(self, program, dtype, cpu, schedule=None, scratch=(None, None), extra=()):
        key = program, dtype, cpu, json.dumps(schedule), scratch[0] is None, extra
        if key not in self.made:
            stem = self.folder / f"o{len(self.made)}"
            stem.with_suffix(".seis").write_text(program)
            args = [stem.with_suffix(".seis"), f"--dtype={dtype}", f"--cpu={cpu}", *extra]
            if schedule:
                (self.folder / f"{stem.name}_s.json").write_text(json.dumps(schedule))
                args.append(f"--schedule={self.folder / f'{stem.name}_s.json'}")
            tools.run("seis-compile", *args, "-o", stem)
            self.made[key] = Object(stem.with_suffix(".so"), scratch=scratch)
        return self.made[key]


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    return Bench(tmp_path_factory.mktemp("fast-paths"))


@pytest.fixture(params=[(d, c) for d in TYPES for c in CPUS], ids="-".join)
def machine(request):
    return request.param


def bits(a):
    """Bit patterns, every NaN the same."""
    a = np.ascontiguousarray(a)
    if a.dtype.kind == "c":
        a = a.view(f"f{a.dtype.itemsize // 2}")
    if a.dtype.kind == "f":
        a = np.where(np.isnan(a), a.dtype.type(np.nan), a)
    return a.view(f"u{a.dtype.itemsize}")


def differing(got, want):
    return [k for k in want if not np.array_equal(bits(got[k]), bits(want[k]))]


# Rows and where they lie in memory -----------------------------------------


class Layout:
    """Places arrays with known bytes around every row; array n begins `shifts[n]` elements behind
    a multiple of 128 bytes. Rows are an odd number of elements apart, or a multiple of 32."""

    def __init__(self, shifts, odd):
        self.shifts, self.odd, self.made = itertools.cycle(shifts), odd, []

    def __call__(self, array):
        item = array.itemsize
        part = item // 2 if array.dtype.kind == "c" else item
        row = (array.shape[2] + 33) | 1 if self.odd else -(-(array.shape[2] + 33) // 32) * 32
        plane = row * array.shape[1] + (3 if self.odd else 0)
        raw = np.full(item * plane * array.shape[0] + 1024, FILL, "u1")
        offset = -raw.ctypes.data % 128 + 256 + next(self.shifts) * part
        strides = (plane * item, row * item, item)
        out = np.ndarray(array.shape, array.dtype, raw, offset, strides)
        out[...] = array
        self.made.append((raw, offset, array.shape + (item,), strides + (1,)))
        return out

    def intact(self):
        """Whether nothing but the rows has changed."""
        for raw, offset, shape, strides in self.made:
            copy = raw.copy()
            np.ndarray(shape, "u1", copy, offset, strides)[...] = FILL
            if not (copy == FILL).all():
                return False
        return True


ROWS = """
input x: volume
output plain = 2 * x + 1
output again = 2 * x + 1
output positive = x > 0
output both = mk(x, 3 - x)
output stencil = corr1(corr1(x, [1, 2, 4], axis=crossline), [1, -2, 3], axis=sample)
output long = exp(sin(x / 1000)) * cos(x / 700) - atan2(x, 300 + x) + tan(x / 900)
"""


def group(**fields):
    return {"groups": [{"name": "g0", **fields}]}


PLAIN = group(store="normal")
STREAMS = [
    group(store="stream", tail="mask"),
    group(store="stream", tail="peel"),
    group(store="stream", tail="mask", unroll=3),
    group(store="stream", tail="peel", unroll=2),
    {**group(store="stream", tail="peel"), "stages": {"corr1_2": {"rows": 2}, "plain": {"rows": 4}}},
    {**group(store="stream", tail="mask"), "stages": {"corr1_2": {"rows": 8}, "again": {"rows": 2}}},
]


def with_width(schedule, registers, dtype, cpu):
    """The schedule with vectors of so many registers."""
    size = tools.vector_bits() // 8 if cpu == "native" else 32
    width = int(registers * size // np.dtype(TYPES[dtype]).itemsize)
    one = {**schedule["groups"][0], "vector": {"axis": "sample", "width": width}}
    return {**schedule, "groups": [one]}




def compare_placed(module, x, want, shifts, odd, box=None, threads=1):
    """Names of outputs that differ when everything is placed so; checks what lies between."""
    module.place = Layout(shifts, odd)
    try:
        if box is None:
            got = module.run({"x": x}, threads=threads)
        else:
            lo, extent = box
            got = module.run({"x": x}, threads=threads, lo=lo, extent=extent, margin=lo)
            where = tuple(slice(a, a + n) for a, n in zip(lo, extent))
            want = {k: v[where] for k, v in want.items()}
        assert module.place.intact(), (shifts, odd, box)
    finally:
        module.place = None
    return differing(got, want)


@pytest.mark.parametrize(
    "dtype, cpu, number",
    [(d, c, n) for d in TYPES for c in CPUS for n in (range(8) if c == CPUS[0] else (0, 3, 7))],
)
def test_streamed_rows_at_any_address(bench, dtype, cpu, number):
    schedule = STREAMS[number % 6]
    if number >= 6:
        schedule = with_width(STREAMS[number % 6], [2, 0.5][number % 2], dtype, cpu)
    stream = bench(ROWS, dtype, cpu, schedule, guarded.SCRATCH)
    plain = bench(ROWS, dtype, cpu, PLAIN)
    lines = 64 // np.dtype(TYPES[dtype]).itemsize
    shapes = [(1, 1, 1), (1, 7, 33), (3, 5, 15), (3, 5, 16), (3, 5, 17), (2, 3, 500), (2, 3, 512)]
    for shape in shapes:
        x = volumes.ordinary(shape, seed=5).astype(TYPES[dtype])
        want = plain.run({"x": x})
        for shift in range(lines):
            odd = shift % 2 == 0
            shifts = [shift] if shift % 3 else [shift, shift + 1, shift + 3, shift + 2, shift + 7]
            assert not compare_placed(stream, x, want, shifts, odd), (shape, shift)
            if shape[2] > 9:
                box = (0, 0, 3), (shape[0], shape[1], shape[2] - 3 - shift % 6)
                assert not compare_placed(stream, x, want, shifts, not odd, box), (shape, shift)


def test_rows_past_the_caches_at_any_address(bench, machine):
    dtype, cpu = machine
    usual, plain = bench(ROWS, dtype, cpu), bench(ROWS, dtype, cpu, PLAIN)
    size = np.dtype(TYPES[dtype]).itemsize
    shape = (25 if dtype == "f32" else 13, 48, 1031)
    arrays = 7  # one input, six outputs
    assert np.prod(shape) * arrays * size > 32 << 20
    x = volumes.ordinary((1, 48, 1031), seed=6).astype(TYPES[dtype])
    x = np.concatenate([np.roll(x, n, 2) for n in range(shape[0])])
    want = plain.run({"x": x})
    assert not differing(usual.run({"x": x}, threads=2), want)
    for shift in range((64 if cpu == "native" else 32) // size):
        odd = shift % 2 == 0
        shifts = [shift] if shift % 4 else [shift, shift + 1, shift + 3]
        box = None if shift % 3 else ((0, 0, 5), (*shape[:2], 1031 - 5 - shift))
        wrong = compare_placed(usual, x, want, shifts, odd, box, threads=1 + shift % 2)
        assert not wrong, (shift, wrong)


# A row that others read and that is an output: written to both where it is made. What a later group
# reads is copied instead.
KEPT = """
input x: volume
def e(x: volume) = sqrt(abs(x) + 1)
output kept = e(x)
output smooth = corr1(corr1(corr1(e(x), [1, 2, 1], axis=inline), [1, 2, 1], axis=crossline),
                      [1, 0, -1], axis=sample)
output phase = atan2(x, e(x)) + winmax(e(x), (3, 3, 1))
"""
COPIED = {"stages": {"sqrt": {"at": "g0.root"}}}


@pytest.mark.parametrize("number", range(4))
def test_rows_written_where_they_are_made(bench, machine, number):
    dtype, cpu = machine
    schedule = [
        None,
        group(store="stream", tail="peel"),
        group(store="stream", tail="mask", unroll=2),
        group(order=["crossline", "inline", "sample"],
              tile={"inline": [6], "crossline": [10, 3], "sample": ["full"]}),
    ][number]  # fmt: skip
    usual, apart = bench(KEPT, dtype, cpu, schedule), bench(KEPT, dtype, cpu, COPIED)
    lines = 64 // np.dtype(TYPES[dtype]).itemsize
    for shape in [(1, 1, 1), (1, 7, 33), (9, 13, 15), (9, 13, 16), (3, 11, 500)]:
        x = volumes.ordinary(shape, seed=9).astype(TYPES[dtype])
        want = apart.run({"x": x})
        assert not differing({"kept": want["kept"]}, {"kept": np.sqrt(np.abs(x) + x.dtype.type(1))})
        for shift in range(0, lines, 3):
            shifts, odd = [shift, shift + 2, shift + 1], shift % 2 == 0
            threads = 1 + shift % 2
            assert not compare_placed(usual, x, want, shifts, odd, threads=threads), (shape, shift)
            if min(shape) > 5:
                box = (2, 3, 4), (5, 7, shape[2] - 4 - shift % 5)
                assert not compare_placed(usual, x, want, shifts, odd, box), (shape, shift)
                box = (2, 3, 0), (5, 7, shape[2])
                assert not compare_placed(usual, x, want, shifts, odd, box), (shape, shift)


# Inputs that are not one element of the compute type per sample, read ahead of the row
READS = {
    "complex": "input z: cvolume\noutput r = re(z)\n",
    "table": "input x: volume\noutput r = x + line(sample)\n",
    "real": "input x: volume\noutput r = abs(x)\n",
}


def call_with_inputs_at_a_page(path, count):
    """Runs an object on inputs right behind a page that may not be touched; outputs begin one
    element behind a line of memory."""
    module = Object(path)

    def place(array):
        if array.ndim == 3 and (array == 77).all():
            return Layout([1], True)(array)
        region = guarded.Region(array.nbytes, 64, at_end=False)
        out = np.ndarray(array.shape, array.dtype, (guarded.C.c_char * array.nbytes).from_address(
            region.address))  # fmt: skip
        keep.append(region)
        out[...] = array
        return out

    keep, inputs = [], {}
    for one in module.entry()[1]["inputs"]:
        shape = [count if axis == "sample" else 1 for axis in one["axes"]]
        kind = {"f32": "f4", "f64": "f8", "c64": "c8"}[one["dtype"]]
        inputs[one["name"]] = np.arange(np.prod(shape)).reshape(shape).astype(kind)
    module.place = place
    r = module.run(inputs)["r"].ravel()
    factor = 2 if len(inputs) > 1 else 1
    assert np.array_equal(r, factor * np.arange(count)), r


@pytest.mark.parametrize("tail", ["mask", "peel"])
@pytest.mark.parametrize("program", READS)
def test_nothing_is_read_before_a_row(program, tail, tmp_path):
    source, schedule = tmp_path / "p.seis", tmp_path / "s.json"
    source.write_text(READS[program])
    schedule.write_text(json.dumps(group(store="stream", tail=tail)))
    tools.run("seis-compile", source, f"--schedule={schedule}", "-o", tmp_path / "p")
    module = Path(__file__).stem
    call = f"import {module} as t; t.call_with_inputs_at_a_page({str(tmp_path / 'p.so')!r}, 37)"
    done = subprocess.run([sys.executable, "-B", "-c", call], cwd=Path(__file__).parent,
                          capture_output=True, text=True)  # fmt: skip
    assert done.returncode == 0, (done.returncode, done.stderr)


# Hilbert transforms ---------------------------------------------------------

HILBERT = "input x: volume\noutput h = hilbert(x)\noutput e = envelope(x)\n"
LANES = {n: {"stages": {"analytic": {"lanes": n}}} for n in ("samples", "traces")}
LENGTHS = sorted(
    {2 * n for n in range(1, 351, 11)}
    | {256 * n for n in range(1, 17)}
    | {128, 192, 320, 384, 502, 514, 640, 960, 1000, 1022, 1026, 1168, 1462, 1920, 2002, 3200, 4094}
)
CLOSE = {"f32": 1e-6, "f64": 1e-13}


def test_hilbert_of_even_lengths(bench, machine):
    dtype, cpu = machine
    ways = {way: bench(HILBERT, dtype, cpu, LANES[way]) for way in LANES}
    rng = np.random.default_rng(3)
    differ = 0
    for n in LENGTHS:
        x = (rng.standard_normal((3, 5, n)) * 1000).astype(TYPES[dtype])
        want = signal.hilbert(x.astype("f8"), axis=2)
        scale = np.abs(want).max(2, keepdims=True)
        got = {}
        for way, module in ways.items():
            got[way] = module.run({"x": x})
            error = np.abs(got[way]["h"] - want) / scale
            assert error.max() <= CLOSE[dtype], (n, way, error.max())
            error = np.abs(got[way]["e"] - np.abs(want)) / scale
            assert error.max() <= CLOSE[dtype], (n, way, error.max())
            assert np.array_equal(got[way]["h"].real, x), (n, way)
            assert not differing(module.run({"x": x}, threads=3), got[way]), (n, way)
        differ += bool(differing(got["samples"], got["traces"]))
    assert differ > 8, "both ways were taken"


def test_hilbert_of_rows_wherever_they_lie(bench, machine):
    dtype, cpu = machine
    module = bench(HILBERT, dtype, cpu, LANES["samples"], guarded.SCRATCH)
    for n in (64, 128, 256, 502, 512, 960, 1280, 1462):
        x = volumes.ordinary((2, 7, n), seed=n).astype(TYPES[dtype])
        got = module.run({"x": x})
        for place in (guarded.place, guarded.place, Layout([1, 3, 2], True), Layout([0], False)):
            module.place = place
            again = module.run({"x": x}, threads=2)
            module.place = None
            assert place is guarded.place or place.intact(), n
            assert not differing(again, got), n
        turned = module.run({"x": x[::-1, ::-1]}, copy=False, reverse=True)
        assert not differing(turned, {k: v[::-1, ::-1] for k, v in got.items()}), n


def known_lengths(lengths):
    return (f"--samples={','.join(map(str, lengths))}",)


def test_hilbert_of_lengths_known_while_compiling(bench, machine):
    dtype, cpu = machine
    lengths = [256, 502, 512, 1000, 1280]
    usual = bench(HILBERT, dtype, cpu)
    known = bench(HILBERT, dtype, cpu, None, guarded.SCRATCH, known_lengths(lengths))
    for n in [*lengths, 500, 1022]:
        x = volumes.ordinary((2, 7, n), seed=n).astype(TYPES[dtype])
        assert not differing(known.run({"x": x}, threads=2), usual.run({"x": x})), n


@pytest.mark.parametrize("way", LANES)
def test_hilbert_padded_by_request(bench, machine, way):
    dtype, cpu = machine
    schedule = {"stages": {"analytic": {"lanes": way, "algo": {"fft": "padded"}}}}
    lengths = [2, 4, 6, 30, 62, 64, 126, 128, 130, 254, 256, 258, 510, 512, 514, 1000, 2048]
    module = bench(HILBERT, dtype, cpu, schedule, guarded.SCRATCH, known_lengths(lengths))
    for n in lengths:
        x = volumes.ordinary((2, 3, n), seed=n).astype(TYPES[dtype])
        want = signal.hilbert(x.astype("f8"), axis=2)
        scale = np.abs(want).max(2, keepdims=True)
        got = module.run({"x": x})
        assert (np.abs(got["h"] - want) / scale).max() <= CLOSE[dtype], n
        module.place = guarded.place
        assert not differing(module.run({"x": x}, threads=2), got), n
        module.place = None


def extreme_traces(n, dtype):
    """Traces by name, all of one length, in a volume of 3 x 5 of them."""
    rng = np.random.default_rng(n)
    unit = rng.standard_normal(n)
    unit /= np.abs(unit).max()
    scales = (
        {"huge": 1e30, "tiny": 1e-30, "largest": 1e38, "denormal": 1e-41, "border": 2.0**60}
        if dtype == "f32"
        else {"huge": 1e300, "tiny": 1e-300, "largest": 5e307, "denormal": 1e-315, "border": 1e18}
    )
    with np.errstate(under="ignore"):
        traces = {k: (unit * s).astype(TYPES[dtype]) for k, s in scales.items()}
    traces["one"] = unit.astype(TYPES[dtype])
    for name, value in (("nan", np.nan), ("inf", np.inf), ("minus", -np.inf)):
        traces[name] = np.roll(traces["one"], 7)
        traces[name][n // 3] = value
    traces["dead"] = np.zeros(n, TYPES[dtype])
    traces["spike"] = traces["dead"].copy()
    traces["spike"][n - 1] = scales["largest"]
    traces["below"] = traces["border"] * TYPES_ONE[dtype](1e-36)
    traces["mixed"] = traces["tiny"].copy()
    traces["mixed"][0] = scales["huge"]
    traces["half"], traces["negative"] = traces["one"] / 2, -traces["one"]
    return traces


TYPES_ONE = {"f32": np.float32, "f64": np.float64}


@pytest.mark.parametrize("way", LANES)
def test_traces_of_any_magnitude_do_not_meet(bench, machine, way):
    dtype, cpu = machine
    module = bench(HILBERT, dtype, cpu, LANES[way])
    for n in (64, 251, 256, 502, 512, 1022, 1280, 2048):
        traces = extreme_traces(n, dtype)
        x = np.stack(list(traces.values())).reshape(3, 5, n)
        got = module.run({"x": x}, threads=1)
        assert not differing(module.run({"x": x}, threads=3), got), n
        h, e = (got[k].reshape(15, n) for k in "he")
        for k, (name, trace) in enumerate(traces.items()):
            alone = module.run({"x": trace.reshape(1, 1, n)})
            assert np.array_equal(bits(alone["h"].ravel()), bits(h[k])), (n, name)
            assert np.array_equal(bits(alone["e"].ravel()), bits(e[k])), (n, name)
            assert np.array_equal(bits(h[k].real), bits(trace)), (n, name)
            if not np.isfinite(trace).all():
                assert np.isnan(h[k].imag).all(), (n, name)
            elif name == "dead":
                assert not h[k].any() and not e[k].any(), n
            elif name != "denormal":
                scale = np.abs(trace).max().astype("f8")
                want = signal.hilbert(trace / scale)
                error = np.abs(h[k] / scale - want).max() / np.abs(want).max()
                assert error <= CLOSE[dtype], (n, name, error)
            else:  # as exact as numbers so small can be
                want = signal.hilbert(trace.astype("f8") * 2.0**60).imag
                quantum = np.finfo(TYPES[dtype]).smallest_subnormal.astype("f8") * 2.0**60
                assert np.abs(h[k].imag.astype("f8") * 2.0**60 - want).max() <= 1.01 * quantum, n


# transforms alone, and beside what takes whole traces with traces in its lanes
NEIGHBOURS = {
    "transform": """
input x: volume
def e = envelope(x)
output wide = winsum(corr1(e, [1, 2, 3], axis=crossline), (3, 5, 3))
output steep = dx(e, crossline) + dx(e, inline)
""",
    "unwrap": """
input x: volume
def e = envelope(x)
output phase = unwrap(arg(analytic(x))) + winsum(e, (3, 5, 1))
""",
}


@pytest.mark.parametrize(
    "dtype, cpu, program",
    [(d, c, "transform") for d in TYPES for c in CPUS] + [("f32", CPUS[0], "unwrap")],
)
def test_rows_at_a_time_are_not_seen(bench, dtype, cpu, program):
    usual = bench(NEIGHBOURS[program], dtype, cpu)
    schedules = [
        {"stages": {"analytic": {"at": "g0.root"}}},
        group(order=["crossline", "inline", "sample"]),
    ]
    others = [bench(NEIGHBOURS[program], dtype, cpu, schedule) for schedule in schedules]
    for n in (500, 512):
        for shape in ((1, 1, n), (2, 5, n), (7, 23, n)):
            x = volumes.ordinary(shape, seed=8).astype(TYPES[dtype])
            want = usual.run({"x": x})
            for k, other in enumerate(others):
                assert not differing(other.run({"x": x}, threads=2), want), (shape, k)
            if shape[1] > 5:
                got = usual.run({"x": x}, lo=(2, 6, 0), extent=(3, 13, n), threads=3)
                assert not differing(got, {k: v[2:5, 6:19] for k, v in want.items()}), shape


# Lengths of vectors ----------------------------------------------------------


def magnitudes(dtype):
    info = np.finfo(dtype)
    root = 30 if dtype == "f4" else 250
    edges = [2.0 ** (-root), 2.0 ** (2 * root), 2.0 ** (root + 1), 2.0 ** (-2 * root)]
    if dtype == "f8":
        edges = [2.0**-250, 2.0**500, 2.0**-540, 2.0**511]
    near = [v * f for v in edges for f in (1 - float(info.eps), 1, 1 + float(info.eps))]
    small = [0.0, float(info.smallest_subnormal), float(info.tiny) / 3, float(info.tiny)]
    values = small + near + [1e-30, 1e-20, 1, 3, 1e19, float(info.max) / 2, float(info.max)]
    values = np.array(values + [np.inf, np.nan]).astype(dtype)
    return np.concatenate([values, -values])


def test_hypot_of_any_magnitude_at_any_lane(bench, machine):
    dtype, cpu = machine
    module = bench("input x: volume\ninput y: volume\noutput r = hypot(x, y)\n", dtype, cpu)
    values = magnitudes(TYPES[dtype])
    x, y = (v.ravel() for v in np.meshgrid(values, values))
    count = len(x)

    def run(a, b):
        return module.run({"x": a.astype(TYPES[dtype]), "y": b.astype(TYPES[dtype])})["r"]

    base = run(x.reshape(1, 1, -1), y.reshape(1, 1, -1)).ravel()
    with np.errstate(all="ignore"):
        want = np.hypot(x.astype("f8"), y.astype("f8")).astype(TYPES[dtype])
        want = np.where(np.isnan(x) | np.isnan(y), x + y, want)
        assert np.array_equal(np.isnan(base), np.isnan(want))
        assert np.array_equal(np.isinf(base), np.isinf(want))
        finite = np.isfinite(want)
        ulps = np.abs(base[finite].astype("f8") - want[finite]) / np.spacing(want[finite])
    assert ulps.max() <= 1.01, (x[finite][ulps.argmax()], y[finite][ulps.argmax()])
    assert not np.signbit(base[finite]).any()
    # any lane, among others of the list
    turned = run(*(np.stack([np.roll(v, k) for k in range(32)])[None] for v in (x, y)))[0]
    for k in range(32):
        assert np.array_equal(bits(turned[k]), bits(np.roll(base, k))), k
    # any lane, among ordinary ones
    lanes = np.arange(32)
    usual = run(np.full((1, 1, 32), 1.7), np.full((1, 1, 32), -2.3))[0, 0, 0]
    for begin in range(0, count, 256):
        a, b = np.full((256, 32, 32), 1.7), np.full((256, 32, 32), -2.3)
        part = slice(begin, min(begin + 256, count))
        size = part.stop - begin
        a[:size, lanes, lanes], b[:size, lanes, lanes] = x[part, None], y[part, None]
        r = run(a[:size], b[:size])
        wanted = np.full(r.shape, usual, r.dtype)
        wanted[:, lanes, lanes] = base[part, None]
        assert np.array_equal(bits(r), bits(wanted)), begin


# Steps of unwrapping -----------------------------------------------------------


def test_unwrap_at_multiples_of_pi(bench, machine):
    dtype, cpu = machine
    kind = TYPES_ONE[dtype]
    module = bench("input x: volume\noutput u = unwrap(x)\n", dtype, cpu)
    steps = []
    for k in range(-9, 10):
        for ulps in (-4000, -64, -24, -9, -2, -1, 0, 1, 2, 9, 24, 64, 4000):
            d = kind(k * np.pi)
            d += kind(ulps) * np.spacing(np.abs(d) if k else kind(1))
            steps.append((k, ulps, d))
    x = np.array([[0, d, d, 0] for _, _, d in steps], kind)[None]
    got = module.run({"x": x})["u"][0]
    wide = np.unwrap(x[0].astype("f8"), axis=1)
    checked = 0
    for (k, ulps, d), g, w in zip(steps, got, wide):
        assert g[2] == g[1]
        if abs(d) <= kind(np.pi):
            assert g[1] == d, (k, ulps)
        if k % 2 and abs(ulps) < 9:
            continue  # numpy's own roundings decide
        assert abs(g[1] - w[1]) <= 8 * np.spacing(np.abs(d)) + 1e-30, (k, ulps, g, w)
        checked += 1
    assert checked > 100
    rng = np.random.default_rng(2)
    walk = np.cumsum(rng.uniform(-3, 3, (2, 5, 300)), axis=2)
    wrapped = np.angle(np.exp(1j * walk)).astype(kind)
    u = module.run({"x": wrapped})["u"]
    want = np.unwrap(wrapped.astype("f8"), axis=2)
    assert np.abs(u - want).max() <= 64 * np.finfo(kind).eps * np.abs(want).max()
    # what is not finite, at and behind it
    for bad in (np.nan, np.inf, -np.inf):
        broken = wrapped.copy()
        broken[1, 2, 100] = bad
        u2 = module.run({"x": broken})["u"]
        keep = np.ones((2, 5), bool)
        keep[1, 2] = False
        assert np.array_equal(u2[keep], u[keep]), bad
        assert np.isnan(u2[1, 2, 101:]).all(), bad
