"""Rewrites of the graph change no result beyond their numeric class: objects with and without
--exact against the reference loops, which run the program as it was written."""
import numpy as np
import pytest

import tools
import volumes
from seis_object import Object

MODES = ["reflect", "zero", "nearest", "mirror", "wrap"]
SHAPES = [(1, 1, 1), (2, 1, 3), (3, 5, 17), (9, 10, 101), (1, 2, 64)]
TYPES = {"f32": "f4", "f64": "f8"}
TOLERANCE = {"f32": 2e-6, "f64": 1e-14}

PROGRAM = """
input x: volume

# symmetric and not, along one axis and with another between
output twice     = corr1(corr1(x, [0.25, 0.5, 0.25], sample, {m}), [1, 3, 7], sample, {m})
output skew      = corr1(corr1(x, [1, 2, 5], inline, {m}), [0.5, 0.25, 1], inline, {m})
output through   = corr1(corr1(corr1(x, [1, 2, 1] / 4, crossline, {m}), [3, 1], inline, {m}),
                         [1, 5], crossline, {m})
output slope     = corr1(corr1(x, [-0.5, 0, 0.5], sample, {m}), [-0.5, 0, 0.5], sample, {m})
output forward   = corr1(corr1(x, [1, 2], crossline, {m}, 0), [3, 5, 1], crossline, {m}, 0)
output backward  = corr1(corr1(x, [1, 2], sample, {m}, 1), [3, 5, 1], sample, {m}, 2)
output few       = corr1(corr1(x, [-1, 0, 1], inline, {m}), [1, 2], sample, {m})

# shifts among themselves and beside sums
output moved     = shift(shift(x, (1, 0, -2), {m}), (2, 1, -1), {m})
output there     = shift(shift(x, (0, 0, 3), {m}), (0, 0, -3), {m})
output moved_sum = shift(corr1(x, [1, -3, 2], sample, {m}), (1, 0, 1), {m})
output sum_moved = corr1(shift(x, (-1, 2, 1), {m}), [2, -3, 2], sample, {m})

# factors, and volumes of one value
output factors   = 7 * corr1(x / 3, [1, 2, 4], inline, {m}) / 5
output mean      = winsum(winsum(x, (1, 3, 3), {m}) / 9, (3, 1, 5), {m}) / 15
output constant  = x + corr1(winsum(re(mk(1.5, x)), (3, 3, 1), {m}), [1, 2, 3], sample, {m})
output level     = x + corr1(winmax(re(mk(tmax(x), x)), (1, 1, 3), {m}), [1, 2, 3], sample, {m})
output nowhere   = x + winsum(shift(re(mk(tmax(x), x)), (0, 0, 2), {m}), (1, 3, 1), {m})

# boxes that are products
output product   = corrn(x, outer([1, 2, 1], [0.3, -1, 1.7], [2, 3, 2]), mode={m})
output plane     = corrn(x, outer(gauss(1.2), gauss(1.2)), mode={m})
output partly    = corrn(x, [[[1, 2, 3], [4, 5, 7]], [[3, 6, 9], [12, 15, 21]],
                             [[1, 2, 3], [4, 5, 7]]], mode={m})
output no_product = corrn(x, [[[1, 2, 3], [4, 5, 7]], [[3, 6, 9], [12, 15, 21]],
                              [[1, 2, 3], [4, 5, 6]]], mode={m})

# windows of windows
output sums      = winsum(winsum(x, (3, 1, 5), {m}), (3, 3, 7), {m})
output least     = winmin(winmin(x, (3, 1, 5), {m}), (3, 3, 7), {m})
output greatest  = winmax(winmax(winmax(x, (1, 3, 5), {m}), (5, 1, 1), {m}), (3, 3, 3), {m})
output opening   = winmax(winmin(x, (1, 1, 5), {m}), (1, 1, 5), {m})
"""

pytestmark = pytest.mark.skipif(
    not (tools.has("seis-compile") and tools.has("seis-eval")), reason=f"no compiler in {tools.BIN}"
)


@pytest.fixture(scope="module", params=MODES)
def mode(request, tmp_path_factory):
    """(file of the program, {(dtype, exact): object})"""
    folder = tmp_path_factory.mktemp(request.param)
    file = folder / "rewrites.seis"
    file.write_text(PROGRAM.format(m=request.param))
    objects = {}
    for dtype in TOLERANCE:
        for exact in (False, True):
            stem = folder / f"{dtype}-{exact}"
            flags = ["--exact"] if exact else []
            tools.run("seis-compile", file, f"--dtype={dtype}", *flags, "-o", stem)
            objects[dtype, exact] = Object(stem.with_suffix(".so"))
    return file, objects


def magnitude(x):
    return np.abs(x).max()


def disagree(got, want, x, tolerance):
    """Names of outputs that differ by more than rounding, with the error."""
    errors = {
        name: np.abs(got[name].astype("f8") - w).max() / max(magnitude(w), magnitude(x))
        for name, w in want.items()
    }
    return {name: e for name, e in errors.items() if not e <= tolerance}


@pytest.mark.parametrize("shape", SHAPES, ids=lambda s: "x".join(map(str, s)))
def test_like_the_reference(mode, shape, tmp_path):
    file, objects = mode
    x = volumes.ordinary(shape) + np.float32(100)
    want = tools.evaluate([file], {"x": x.astype("f8")}, tmp_path)
    for (dtype, exact), module in objects.items():
        got = module.run({"x": x.astype(TYPES[dtype])})
        assert not disagree(got, want, x, TOLERANCE[dtype]), (dtype, exact)


@pytest.mark.parametrize("dtype", TOLERANCE)
def test_a_nan_goes_no_further_and_no_less_far(mode, dtype):
    _, objects = mode
    x = volumes.ordinary((9, 10, 40)).astype(TYPES[dtype])
    x[4, 4, 20] = x[0, 0, 0] = np.nan
    exact, fast = (objects[dtype, e].run({"x": x}) for e in (True, False))
    assert not [k for k in exact if (np.isnan(exact[k]) != np.isnan(fast[k])).any()]


HAPPEN = {  # stencils with --exact and without
    "corr1(corr1(x, [1, 2, 1]), [1, 2, 1])": (2, 1),
    "corr1(corr1(x, [-1, 0, 1]), [1, 2, 1])": (2, 2),
    "corrn(x, outer([1, 2, 1], [1, 2, 1], [1, 2, 1]))": (1, 3),
    "winsum(winsum(x, (1, 1, 5)), (1, 1, 5))": (2, 1),
    "winmin(winmin(x, (1, 1, 5)), (1, 1, 5))": (1, 1),
    "shift(shift(x, (0, 0, 1), wrap), (0, 0, 1), wrap)": (1, 1),
}


@pytest.mark.parametrize("expression", HAPPEN)
def test_exact_keeps_to_the_first_class(expression):
    def stencils(*flags):
        done = tools.run("seis-compile", "--emit=seis", "-e", expression, *flags)
        return done.stdout.count("border<")

    assert (stencils("--exact"), stencils()) == HAPPEN[expression]


def test_what_is_moved_is_the_same(mode, tmp_path):
    """What rewrites of class exact concern, on whole numbers, which leave nothing to rounding."""
    file, objects = mode
    rng = np.random.default_rng(3)
    x = rng.integers(-1000, 1000, (6, 7, 33)).astype("f8")
    want = tools.evaluate([file], {"x": x}, tmp_path)
    got = objects["f64", True].run({"x": x})
    for name in ("moved", "there", "moved_sum", "sum_moved", "least", "greatest", "opening"):
        assert np.array_equal(got[name], want[name]), name
