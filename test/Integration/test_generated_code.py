"""Generated code under AddressSanitizer, on heap buffers of exactly the size that it was told.

Every program runs over trace lengths of all paths (vector width and its neighbours, smooth, prime),
whole and in blocks, and must give the bits of the object that seis-compile links. Run as a script,
this file is the process that AddressSanitizer watches.
"""
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "test" / "python"))

import instrumented
import tools
import volumes
from seis_object import AXES, NUMPY, Object, blockings

LENGTHS = [1, 2, 7, 33, 75, 101, 128, 360, 512, 1009]
TRACES = [(1, 1), (3, 2), (5, 18)]
DT = 4.0

STENCILS = [
    "-e", "corr1(x, [1, 2, 4], axis=crossline, mode=zero)",
    "-e", "corrn(x, [[[1, 2, 3], [4, 5, 6]], [[7, 8, 9], [1, 2, 3]]], mode=mirror)",
    "-e", "shift(x, (1, -2, 5), mode=wrap) + shift(x, (-1, 1, -3), mode=nearest)",
    "correlate3d", "convolve2d",
]  # fmt: skip
WINDOWS = ["rms(window=(3, 3, 9))", "-e", "winmax(x, (1, 5, 3), mode=zero)",
           "-e", "winmin(winsum(x, (5, 1, 15), mode=reflect), (3, 1, 1), mode=wrap)"]  # fmt: skip
TRACEWISE = ["envelope", "relative_amplitude_change", "inst_frequency", "response_phase"]
SPECTRA = ["fft", "-e", "specmul(x, if abs(freq) < 30 Hz then 1 else 0)",
           "-e", "scan(unwrap(x), sample, add, backward) * tmax(x)"]  # fmt: skip
LINES = ["-e", "line(sample) + corr1(x, [1, 2, 4], axis=crossline, mode=zero)",
         "-e", "line(inline) * line(crossline) + scan(x, crossline, add, forward)"]  # fmt: skip
REDUCTIONS = ["-e", "(x - vmin(x)) / (vmax(x) - vmin(x)) + vsum(envelope(x)) / vcount(x)"]

CASES = {
    "stencils-f32": (STENCILS, ["--dtype=f32"]),
    "stencils-f64-avx2": (STENCILS, ["--dtype=f64", "--cpu=x86-64-v3"]),
    "windows-f32": (WINDOWS, ["--dtype=f32"]),
    "windows-f64": (WINDOWS, ["--dtype=f64"]),
    "traces-f32": (TRACEWISE, ["--dtype=f32"]),
    "traces-f64": (TRACEWISE, ["--dtype=f64"]),
    "traces-f32-avx2": (TRACEWISE, ["--dtype=f32", "--cpu=x86-64-v3"]),
    "traces-f32-known": (TRACEWISE, ["--dtype=f32", "--samples=75,360,512,1009"]),
    "spectra-f32": (SPECTRA, ["--dtype=f32"]),
    "lines-f32": (LINES, ["--dtype=f32"]),
    "reductions-f32": (REDUCTIONS, ["--dtype=f32"]),
    "reductions-f64": (REDUCTIONS, ["--dtype=f64"]),
}  # fmt: skip


def inputs_of(module, shape):
    out = {}
    for one in module.entry()[1]["inputs"]:
        if one.get("from"):
            out[one["name"]] = 100.0 + np.arange(shape[AXES.index(one["axes"][0])])
        else:
            out[one["name"]] = volumes.ordinary(shape, dtype=NUMPY[one["dtype"]])
    return out


def parameters_of(module):
    wanted = {p["name"] for p in module.entry()[1]["params"]}
    return {"dt_ms": DT} if "dt_ms" in wanted else {}


def run(module, shape, **options):
    return module.run(inputs_of(module, shape), parameters_of(module), **options)


def watched(plain, library):
    """Runs in the process under AddressSanitizer: compares the two objects."""
    plain, module = Object(plain), Object(library)
    whole = [h is None for h in module.halo(module.entry()[1]["inputs"])]
    runs = 0
    for traces in TRACES:
        for n in LENGTHS:
            shape = (*traces, n)
            want, got = run(plain, shape), run(module, shape)
            for name in want:
                assert want[name].tobytes() == got[name].tobytes(), (shape, name)
            tables = module.reductions(inputs_of(module, shape), parameters_of(module))
            boxes = next(blockings(shape, seed=n, count=1, whole=whole))
            for lo, extent in boxes[:6]:
                part = run(module, shape, lo=lo, extent=extent, tables=tables)
                where = tuple(slice(a, a + m) for a, m in zip(lo, extent))
                for name in want:
                    assert want[name][where].tobytes() == part[name].tobytes(), (shape, lo, name)
            runs += 2 + len(boxes[:6])
    print(runs, "runs")


def short(library, which):
    """A run on a buffer that is one sample shorter than its description says."""
    module = Object(library)
    shape = (3, 4, 100)
    x = volumes.ordinary(shape)
    if which == "input":
        x = lie(x)
        module.run({"x": x}, copy=False)
    else:
        full, np.full = np.full, lambda dims, value, dtype: lie(full(dims, value, dtype))
        try:
            module.run({"x": x})
        finally:
            np.full = full
    print("nothing noticed")


def lie(array):
    """The array in a buffer without its last sample."""
    buffer = array.ravel()[:-1].copy()
    return np.lib.stride_tricks.as_strided(buffer, array.shape, array.strides)


if __name__ == "__main__":
    {"watched": watched, "short": short}[sys.argv[1]](*sys.argv[2:])
    sys.exit(0)


pytestmark = pytest.mark.skipif(
    not tools.has("seis-compile") or instrumented.runtime("address") is None,
    reason="no compiler, or no runtime of AddressSanitizer for clang",
)


@pytest.mark.parametrize("case", CASES)
def test_no_access_outside_a_buffer(case, tmp_path):
    program, extra = CASES[case]
    paths = instrumented.instrument(
        tmp_path, "code", program, "address", ["--openmp=off", *extra]
    )
    done = instrumented.preloaded("address", __file__, "watched", *paths)
    assert done.returncode == 0 and "runs" in done.stdout, done.stdout + done.stderr[-6000:]


@pytest.mark.parametrize("which", ["input", "output"])
def test_a_buffer_too_short_is_noticed(which, tmp_path):
    _, library = instrumented.instrument(
        tmp_path, "code", ["-e", "corr1(x, [1, 2, 4]) + 1"], "address", ["--openmp=off"]
    )
    done = instrumented.preloaded("address", __file__, "short", library, which)
    assert done.returncode != 0 and "nothing noticed" not in done.stdout
    assert "AddressSanitizer: heap-buffer-overflow" in done.stderr, done.stderr
    access = {"input": "READ of size", "output": "WRITE of size"}[which]
    assert access in done.stderr and "code_run" in done.stderr, done.stderr
