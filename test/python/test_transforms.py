"""Transforms of lengths known while compiling, and of any length, against SciPy and each other.

A length of --samples has functions of its own, with all numbers constant; others take loops that
read them from a plan. Real traces of even length are transformed at half the length.
"""
import json
import re
import warnings

import numpy as np
import pytest
from scipy import fft

import tools
import volumes
from seis_object import Object
from tools import CPUS

pytestmark = pytest.mark.skipif(
    not tools.has("seis-compile"), reason=f"no seis-compile in {tools.BIN}"
)

TYPES = {"f32": ("f4", "c8"), "f64": ("f8", "c16")}
# tiny, odd, prime, twice a prime, of every radix, with samples in the lanes
LENGTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 22, 26, 33, 34, 77, 101, 127, 143, 256, 286, 500]
LENGTHS += [502, 572, 1001, 1009, 1018, 1144, 1280]
PROGRAM = """
input x: volume
output h = hilbert(x)
output padded = im(analytic(x, 3))
output spectrum = fft(x)
output back = ifft(mk(x, 0))
output both = ifft(mk(x, x * x))
output filtered = specmul(x, cos(freq / 100 Hz) + freq / 100 Hz)
"""


@pytest.fixture(scope="module", params=[(d, c) for d in TYPES for c in CPUS], ids="-".join)
def objects(request, tmp_path_factory):
    """The program for any length, and for all of the lengths above."""
    dtype, cpu = request.param
    folder = tmp_path_factory.mktemp("transforms")
    (folder / "p.seis").write_text(PROGRAM)
    made = {}
    for name, extra in (("any", []), ("known", ["--samples=" + ",".join(map(str, LENGTHS))])):
        tools.run("seis-compile", folder / "p.seis", f"--dtype={dtype}", f"--cpu={cpu}",
                  *extra, "-o", folder / name)  # fmt: skip
        made[name] = Object(folder / f"{name}.so")
    return dtype, made


def spectra(x, dt_ms=4.0):
    """What SciPy makes of the same numbers, in their precision."""
    frequency = fft.fftfreq(x.shape[2], dt_ms / 1000).astype(x.dtype)
    bins = fft.fft(x, axis=2)
    factor = np.cos(frequency / 100) + frequency / 100
    return {
        "spectrum": bins,
        "back": fft.ifft(x, axis=2),
        "both": fft.ifft(x + 1j * (x * x), axis=2),
        "filtered": fft.ifft(bins * factor, axis=2).real,
    }


def rms(error, scale):
    return np.sqrt((np.abs(error / scale) ** 2).mean())


@pytest.mark.parametrize("n", LENGTHS)
def test_both_forms_give_the_same_bits(objects, n):
    dtype, made = objects
    x = volumes.ordinary((2, 11, n), seed=n).astype(TYPES[dtype][0])
    got = {k: v.run({"x": x}, {"dt_ms": 4.0}) for k, v in made.items()}
    again = made["known"].run({"x": x}, {"dt_ms": 4.0}, threads=3)
    for key, want in got["any"].items():
        assert want.tobytes() == got["known"][key].tobytes(), key
        assert want.tobytes() == again[key].tobytes(), key


@pytest.mark.parametrize("n", LENGTHS)
def test_no_larger_errors_than_scipy(objects, n):
    dtype, made = objects
    x = np.random.default_rng(n).standard_normal((4, 25, n)).astype(TYPES[dtype][0])
    got = made["known"].run({"x": x}, {"dt_ms": 4.0})
    exact = spectra(x.astype("f8").astype(np.longdouble))
    for key, theirs in spectra(x).items():
        scale = np.abs(exact[key]).max(2, keepdims=True)
        ours, limit = (rms(v - exact[key], scale) for v in (got[key], theirs))
        eps = np.finfo(TYPES[dtype][0]).eps
        # SciPy sums small primes by definition; in f64 its twiddles are exact to the last bit
        least = eps if dtype == "f32" else 2 * eps
        assert ours <= max(1.25 * limit, least), (key, ours / eps, limit / eps)


@pytest.mark.parametrize("n", [2, 33, 256, 502, 572, 1009])
def test_no_trace_sees_another(objects, n):
    dtype, made = objects
    rng = np.random.default_rng(n)
    big = 1e30 if dtype == "f32" else 1e300
    x = rng.standard_normal((1, 19, n)).astype(TYPES[dtype][0])
    x[0, 1] *= big
    x[0, 2] /= big
    x[0, 3] = 0
    x[0, 5, n // 2] = np.nan
    x[0, 7, n - 1] = np.inf
    for module in made.values():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            got = module.run({"x": x}, {"dt_ms": 4.0})
            for trace in range(x.shape[1]):
                alone = module.run({"x": x[:, trace : trace + 1].copy()}, {"dt_ms": 4.0})
                for key, want in alone.items():
                    assert want.tobytes() == got[key][:, trace : trace + 1].tobytes(), (trace, key)
        for key, y in got.items():
            assert not y[0, 3].any(), key
            for bad in (5, 7):
                part = y[0, bad].imag if key == "h" else y[0, bad]
                assert np.isnan(part).all(), (key, bad)
        for trace in (1, 2):
            want = fft.fft(x[0, trace].astype("f8"))
            error = np.abs(got["spectrum"][0, trace] - want).max() / np.abs(want).max()
            assert error < 16 * np.finfo(TYPES[dtype][0]).eps, trace


def test_spectra_of_real_traces_are_symmetric(objects):
    dtype, made = objects
    for n in (2, 256, 502, 572):
        x = volumes.ordinary((1, 3, n), seed=n).astype(TYPES[dtype][0])
        bins = made["any"].run({"x": x}, {"dt_ms": 4.0})["spectrum"]
        assert np.array_equal(bins[..., 1:], np.conj(bins[..., :0:-1])), n
        assert not bins[..., 0].imag.any() and not bins[..., n // 2].imag.any(), n


def transforms(*args, program="envelope(x)"):
    text = tools.run("seis-compile", "--emit=loops", *args, "-e", program).stdout
    return set(re.findall(r"func\.func private @(seis_fft_\w+)", text))


def test_a_length_has_one_function_of_its_own():
    usual = transforms("--cpu=x86-64-v4")
    for samples, name in (("1000", "hilbert_1000_cyclic_5x5x5x4"), ("1024", "row_1024_cyclic_8x4"),
                          ("1009", "hilbert_1009_paired_8x8x4x4"),
                          ("1144", "row_1144_padded_2x3x3x4")):  # fmt: skip
        own = transforms("--cpu=x86-64-v4", f"--samples={samples}") - usual
        assert own == {f"seis_fft_{name}_v16f32"}
    assert len(transforms("--cpu=x86-64-v4", "--samples=500,512,1000") - usual) == 3


def test_only_spectra_have_the_large_radices():
    """Objects of attributes are not made slower to compile by what they do not need."""
    assert not [f for f in transforms("--cpu=x86-64-v4") if "_r11_" in f or "_r13_" in f]
    own = transforms("--cpu=x86-64-v4", "--samples=1001,1144", program="abs(fft(x))")
    assert {"seis_fft_forward_r11_v16f32", "seis_fft_forward_r13_v16f32",
            "seis_fft_dft_1001_direct_13x11x7_v16f32",
            "seis_fft_dft_1144_direct_13x11x4_v16f32"} <= own  # fmt: skip


def test_functions_of_plans_asked_for_keep_apart(tmp_path):
    """Two stages, one length, two plans."""
    program = "def a = envelope(x)\noutput p = a\noutput q = envelope(a)\n"
    (tmp_path / "p.seis").write_text("input x: volume\n" + program)
    graph = tools.run("seis-compile", "--emit=stages", tmp_path / "p.seis").stdout
    names = re.findall(r'seis\.stage "?@?(analytic\w*)', graph)
    assert len(names) == 2, graph
    way = {"lanes": "traces", "algo": {"fft": "radix", "plan": [5, 2, 5, 5]}}
    (tmp_path / "s.json").write_text(json.dumps({"stages": {names[0]: way}}))
    results = []
    for extra in ([], [f"--schedule={tmp_path / 's.json'}"]):
        out = tmp_path / f"o{len(results)}"
        tools.run("seis-compile", tmp_path / "p.seis", "--samples=500", *extra, "-o", out)
        x = volumes.ordinary((2, 5, 500)).astype("f4")
        results.append(Object(out.with_suffix(".so")).run({"x": x}))
    assert results[0]["p"].tobytes() != results[1]["p"].tobytes(), "another rounding"
    for key in "pq":
        error = np.abs(results[0][key] - results[1][key]).max() / np.abs(results[0][key]).max()
        assert error < 1e-5, key
