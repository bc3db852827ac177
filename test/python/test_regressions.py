"""Faults that compiled objects once had, each with the smallest program that showed it.

Buffers and scratch lie between pages that may not be touched, so that reading outside ends the
process; every case therefore runs in a process of its own.
"""
import faulthandler
import os
import signal

import numpy as np
import pytest

import guarded
import tools
import volumes
from seis_object import Object, blockings

pytestmark = pytest.mark.skipif(not tools.has("seis-compile"), reason="no compiler in this build")

SHAPES = [(1, 1, 1), (1, 2, 5), (3, 1, 33), (4, 7, 75), (9, 18, 128), (2, 3, 361)]
DTYPES = {"f32": "f4", "f64": "f8"}


def in_a_process(function):
    """Runs a function in a child; its failure, or its end by a signal, fails the test."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        faulthandler.disable()
        try:
            function()
        except BaseException as error:
            os.write(writer, f"{type(error).__name__}: {error}".encode()[:60000])
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        text = pipe.read()
    status = os.waitpid(child, 0)[1]
    assert not os.WIFSIGNALED(status), f"ended by {signal.Signals(os.WTERMSIG(status)).name}"
    assert not text, text


def compiled(folder, text, dtype):
    tools.run("seis-compile", f"--dtype={dtype}", "-e", text, "-o", folder / "object")
    return Object(folder / "object.so", place=guarded.place, scratch=guarded.SCRATCH)


def everywhere(module, inputs, want):
    """Compares the result for one and two threads, whole and in blocks."""
    (name,) = (one["name"] for one in module.entry()[1]["outputs"])
    whole = [reach is None for reach in module.halo(module.entry()[1]["inputs"])]
    for threads in (1, 2):
        got = module.run(inputs, threads=threads)[name]
        assert np.array_equal(got, want), f"{want.shape}, {threads} threads"
    for boxes in blockings(want.shape, seed=3, count=3, whole=whole):
        for lo, extent in boxes:
            part = module.run(inputs, lo=lo, extent=extent)[name]
            where = tuple(slice(a, a + n) for a, n in zip(lo, extent))
            assert np.array_equal(part, want[where]), f"{want.shape}, box {lo} {extent}"


def integers(shape, dtype):
    """Samples whose sums with small weights are exact in any order."""
    return np.random.default_rng([7, *shape]).integers(-50, 50, shape).astype(dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("axis", [0, 1])
def test_zeros_outside_are_read_from_a_whole_row(tmp_path, axis, dtype):
    """The row of zeros that stands for lines outside the survey was shorter than a row."""
    name = ("inline", "crossline")[axis]
    text = f"corr1(x, [1, 2, 4], axis={name}, mode=zero)"

    def case():
        module = compiled(tmp_path, text, dtype)
        for shape in SHAPES:
            x = integers(shape, DTYPES[dtype])
            pad = [(0, 0)] * 3
            pad[axis] = (1, 1)
            wide = np.pad(x, pad)
            n = shape[axis]
            taps = [np.take(wide, range(m, m + n), axis=axis) for m in range(3)]
            everywhere(module, {"x": x}, taps[0] + 2 * taps[1] + 4 * taps[2])

    in_a_process(case)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_line_numbers_lie_along_their_axis(tmp_path, axis, dtype):
    """Numbers along samples were read as if they were constant along a trace."""
    name = ("inline", "crossline", "sample")[axis]

    def case():
        module = compiled(tmp_path, f"line({name}) + x", dtype)
        table = next(one for one in module.entry()[1]["inputs"] if one["name"] != "x")
        assert table["axes"] == [name] and table["from"] == f"line({name})"
        for shape in SHAPES:
            x = integers(shape, DTYPES[dtype])
            numbers = 100.0 + 3.0 * np.arange(shape[axis])
            along = [1, 1, 1]
            along[axis] = shape[axis]
            want = (x + numbers.reshape(along)).astype(x.dtype)
            everywhere(module, {"x": x, table["name"]: numbers}, want)

    in_a_process(case)


@pytest.mark.parametrize("dtype", DTYPES)
def test_unwrapping_fills_the_trace_with_nan_behind_a_difference_too(tmp_path, dtype):
    """The difference of an unwrapped volume was taken without unwrapping, NaN or not."""

    def case():
        module = compiled(tmp_path, "corr1(unwrap(x), [-0.5, 0, 0.5])", dtype)
        x = volumes.ordinary((3, 4, 33), dtype=DTYPES[dtype]) / 1000
        x[1, 2, 20] = np.nan
        (got,) = module.run({"x": x}).values()
        want = np.zeros(x.shape, bool)
        want[1, 2] = True
        assert np.array_equal(np.isnan(got), want)

    in_a_process(case)


def test_a_case_that_reads_outside_fails():
    """The tests above see it: a child that touches the page behind a buffer is reported."""
    x = guarded.place(volumes.ordinary((2, 2, 16)))

    def case():
        for outside in (-1, x.nbytes):
            guarded.C.string_at(x.ctypes.data + outside, 1)

    with pytest.raises(AssertionError, match="ended by SIGSEGV"):
        in_a_process(case)


def test_long_chains_of_positions_compile_at_once(tmp_path):
    """Every step reads the one before twice: paths through them are too many to be walked."""
    steps = "; ".join(f"v{n} = v{n - 1} * v{n - 1} + 1" for n in range(1, 60))
    text = f"{{ v0 = index(sample) * 0.1; {steps}; x * v59 }}"
    tools.run("seis-compile", "-e", text, "-o", tmp_path / "p", timeout=30)


def test_windows_too_large_to_list_are_refused():
    for text in ("winarg(x, (99999, 99999, 999))", "winrank(x, (9999, 999, 9), 0)"):
        done = tools.run("seis-compile", "--emit=seis", "-e", text, check=False, timeout=30)
        assert done.returncode == 3 and "elements at most" in done.stderr
