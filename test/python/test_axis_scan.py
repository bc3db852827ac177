"""Scans along inlines and crosslines in compiled objects: like the reference loops, and the same
bits for any block and thread count."""
import numpy as np
import pytest
from scipy import ndimage

import tools
import volumes
from seis_object import Object, blockings
from tools import CPUS

TYPES = {"f32": "f4", "f64": "f8"}
SHAPES = [(1, 1, 1), (1, 7, 33), (5, 1, 2), (9, 10, 101), (37, 41, 50)]
FOLDS = ["add", "max", "min"]
SIMPLE = {
    f"{fold}_{axis}_{direction}": f"scan(x, {axis}, {fold}, {direction})"
    for fold in FOLDS
    for axis in ("inline", "crossline")
    for direction in ("forward", "backward")
}
# of computed volumes, of each other, read by stencils and transforms, beside what needs none
MIXED = {
    "twice": "scan(scan(abs(x), inline, add), crossline, add, backward)",
    "there_and_back": "scan(scan(x, inline, max), inline, min, backward)",
    "smooth": "corr1(scan(corr1(x, [1, 2, 1]), crossline, max), [1, -2, 3], sample, mirror)",
    "around": "winsum(scan(x, inline, min), (3, 3, 3), zero)",
    "of_envelope": "scan(envelope(x), crossline, add) / (1 + index(crossline))",
    "along_all": "scan(scan(scan(x, sample, add), inline, max), crossline, min)",
    "unwrapped": "unwrap(scan(x / 1000, inline, add))",
    "beside": "x + tmax(x)",
    "itself": "scan(x, inline, add) + x",
}
PROGRAM = "input x: volume\n" + "".join(
    f"output {name} = {e}\n" for name, e in {**SIMPLE, **MIXED}.items()
)
TOLERANCE = {"f4": 2e-6, "f8": 1e-13}

pytestmark = pytest.mark.skipif(
    not (tools.has("seis-compile") and tools.has("seis-eval")), reason=f"no compiler in {tools.BIN}"
)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("axis-scan") / "scans.seis"
    path.write_text(PROGRAM)
    return path


@pytest.fixture(scope="module", params=[(d, c) for d in TYPES for c in CPUS], ids="-".join)
def module(request, file):
    dtype, cpu = request.param
    stem = file.parent / f"{dtype}-{cpu}"
    tools.run("seis-compile", file, f"--dtype={dtype}", f"--cpu={cpu}", "-o", stem)
    return Object(stem.with_suffix(".so")), TYPES[dtype]


def bits(a):
    """Bit patterns, every NaN the same."""
    return np.where(np.isnan(a), np.nan, a).astype(a.dtype).view(f"u{a.dtype.itemsize}")


def differing(got, want):
    return [k for k in want if not np.array_equal(bits(got[k]), bits(want[k]))]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda s: "x".join(map(str, s)))
def test_like_the_reference(module, file, shape, tmp_path):
    scans, dtype = module
    for case, x in volumes.cases(shape):
        want = tools.evaluate([file], {"x": x.astype("f8")}, tmp_path / case)
        got = scans.run({"x": x.astype(dtype)}, threads=2)
        for name, w in want.items():
            g = got[name].astype("f8")
            assert np.array_equal(np.isnan(g), np.isnan(w)), (case, name)
            finite, isinf = np.isfinite(w), np.isinf(w)
            assert np.array_equal(g[isinf], w[isinf]), (case, name)
            scale = np.abs(w[finite]).max(initial=np.abs(x[np.isfinite(x)]).max(initial=1e-30))
            error = np.abs(g[finite] - w[finite]).max(initial=0.0) / scale
            assert error <= TOLERANCE[dtype], (case, name, error)


def test_extremes_are_exact_and_sums_round_once(module):
    scans, dtype = module
    x = volumes.ordinary((23, 17, 40)).astype(dtype)
    got = scans.run({"x": x})
    wide = x.astype("f8")
    for axis, name in enumerate(("inline", "crossline")):
        for direction, flip in (("forward", lambda v: v), ("backward", lambda v: np.flip(v, axis))):
            want = {
                "add": flip(np.cumsum(flip(wide), axis)).astype(dtype),
                "max": flip(np.maximum.accumulate(flip(x), axis)),
                "min": flip(np.minimum.accumulate(flip(x), axis)),
            }
            for fold in FOLDS:
                out = f"{fold}_{name}_{direction}"
                assert np.array_equal(got[out], want[fold]), out


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_makes_its_line_nan_and_no_other(module, bad):
    scans, dtype = module
    x = volumes.ordinary((6, 9, 40)).astype(dtype)
    clean = scans.run({"x": x})
    x[2, 3, 37] = bad
    got = scans.run({"x": x}, threads=3)
    for name in SIMPLE:
        nan = np.zeros(x.shape, bool)
        nan[(slice(None), 3, 37) if "inline" in name else (2, slice(None), 37)] = True
        assert np.array_equal(np.isnan(got[name]), nan), name
        assert np.array_equal(got[name][~nan], clean[name][~nan]), name


@pytest.mark.parametrize("shape", [(9, 10, 101), (37, 41, 50)], ids=lambda s: "x".join(map(str, s)))
def test_same_bits_for_any_thread_count_and_block(module, shape):
    scans, dtype = module
    for case, x in volumes.cases(shape, seed=7):
        if case not in ("ordinary", "mixed"):
            continue
        data = {"x": x.astype(dtype)}
        want = scans.run(data)
        for threads in (2, 3):
            assert not differing(scans.run(data, threads=threads), want), (case, threads)
        for number, boxes in enumerate(blockings(shape, seed=3, count=4)):
            for k, (lo, extent) in enumerate(boxes):
                part = scans.run(data, threads=1 + k % 2, lo=lo, extent=extent, copy=k % 2 == 0,
                                 reverse=k % 3 == 2)  # fmt: skip
                where = tuple(slice(a, a + n) for a, n in zip(lo, extent))
                wrong = differing(part, {name: v[where] for name, v in want.items()})
                assert not wrong, (case, number, lo, extent, wrong)


@pytest.fixture(scope="module")
def per_axis(file):
    """Objects that need one lateral axis whole, and the other not."""
    made = {}
    for axis in ("inline", "crossline"):
        stem = file.parent / axis
        expression = f"winsum(scan(abs(x), {axis}, add), (3, 3, 3)) - vmax(scan(x, {axis}, max))"
        tools.run("seis-compile", "-e", expression, "-o", stem)
        made[axis] = Object(stem.with_suffix(".so"))
    return made


@pytest.mark.parametrize("axis", ["inline", "crossline"])
def test_only_its_axis_is_needed_whole(per_axis, axis):
    scan = per_axis[axis]
    whole = scan.manifest["entries"][0]["inputs"][0]["halo"]
    other = "crossline" if axis == "inline" else "inline"
    assert whole[axis] == "whole" and whole[other] == [1, 1]
    x = volumes.ordinary((40, 70, 20))
    want = next(iter(scan.run({"x": x}).values()))
    a = 0 if axis == "inline" else 1
    wide = np.cumsum(np.abs(x.astype("f8")), a).astype("f4").astype("f8")
    ref = wide
    for n in range(3):
        ref = ndimage.correlate1d(ref, [1, 1, 1], n, mode="reflect")
    ref = ref - np.maximum.accumulate(x, a).max()
    assert np.abs(want - ref).max() <= 1e-6 * np.abs(ref).max()
    for boxes in blockings(x.shape, seed=11, count=3):
        for lo, extent in boxes:
            part = next(iter(scan.run({"x": x}, lo=lo, extent=extent, threads=2).values()))
            where = tuple(slice(p, p + n) for p, n in zip(lo, extent))
            assert np.array_equal(part, want[where]), (lo, extent)
