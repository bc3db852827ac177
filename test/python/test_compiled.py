"""Compiled objects against the reference loops and SciPy, and what no block may change.

All attributes of the prelude are compiled into one object per compute type and CPU.
"""
import itertools
import shutil

import numpy as np
import pytest

import acceptance
import reference_scipy as ref_np
import tools
import volumes
from seis_object import Object, SeisError, blockings
from tools import CPUS

NAMES = list(ref_np.ATTRIBUTES)
DT = volumes.DT_MS
DTYPES = {"f32": "f4", "f64": "f8"}


def compiles():
    """Whether the compiler of this build makes objects yet."""
    if not (tools.has("seis-compile") and tools.has("seis-eval")):
        return False
    done = tools.run("seis-compile", "--help", check=False)
    return "so" in done.stdout and "--cpu" in done.stdout


pytestmark = pytest.mark.skipif(
    not compiles(), reason=f"no seis-compile that makes objects in {tools.BIN}"
)


def compiled(folder, name, program, dtype="f32", cpu="native", extra=()):
    tools.run("seis-compile", "--target=zen", f"--dtype={dtype}", f"--cpu={cpu}", *extra, *program,
              "-o", folder / name)  # fmt: skip
    return Object(folder / f"{name}.so")


@pytest.fixture(scope="session", params=list(itertools.product(DTYPES, CPUS)), ids="-".join)
def everything(request, tmp_path_factory):
    """(object of all attributes, NumPy name of its type)"""
    dtype, cpu = request.param
    folder = tmp_path_factory.mktemp(f"all-{dtype}-{cpu}")
    return compiled(folder, "all", NAMES, dtype, cpu), DTYPES[dtype]


def inputs_of(module, x, dtype):
    """A real volume for every real input, x + i reversed x for a complex one."""
    out = {}
    for one in module.entry()[1]["inputs"]:
        is_complex = one["dtype"].startswith("c")
        out[one["name"]] = (
            volumes.as_complex(x.astype(dtype), x[..., ::-1].astype(dtype))
            if is_complex
            else x.astype(dtype)
        )
    return out


def given(name, x):
    return volumes.as_complex(x, x[..., ::-1]) if name == "ifft" else x


def same(a, b):
    """Equal to the bit; every NaN is one value."""
    for p, q in ((a.real, b.real), (a.imag, b.imag)) if np.iscomplexobj(a) else ((a, b),):
        bits = "u4" if p.dtype.itemsize == 4 else "u8"
        nan = np.isnan(p) & np.isnan(q)
        p, q = np.ascontiguousarray(p), np.ascontiguousarray(q)
        if not ((p.view(bits) == q.view(bits)) | nan).all():
            return False
    return True


def differing(got, want):
    return [k for k in want if not same(got[k], want[k])]


# Right ------------------------------------------------------------------------


def references(x, folder):
    """Results of seis-eval on f64 copies of the input."""
    z = given("ifft", x.astype("f8"))
    real = [n for n in NAMES if n != "ifft"]
    out = tools.evaluate(real, {"x": x.astype("f8")}, folder / "real", dt_ms=DT)
    out.update(tools.evaluate(["-e", "ifft(z)"], {"z": z}, folder / "complex"))
    out["ifft"] = out.pop("result")
    return out


def check(module, dtype, x, folder):
    got = module.run(inputs_of(module, x, dtype), {"dt_ms": DT})
    loops = references(x, folder)
    wrong = []
    for name in NAMES:
        for against, ref in (("SciPy", None), ("seis-eval", loops[name])):
            report = acceptance.compare(name, got[name], given(name, x), DT, dtype, ref=ref)
            if not report:
                wrong.append(f"against {against}: {report}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("shape", volumes.SHAPES, ids=lambda s: "x".join(map(str, s)))
def test_right(everything, shape, tmp_path):
    module, dtype = everything
    failures = []
    for case, x in volumes.cases(shape):
        try:
            check(module, dtype, x, tmp_path / case)
        except AssertionError as e:
            failures.append(f"{case}:\n{e}")
        shutil.rmtree(tmp_path / case, ignore_errors=True)
    assert not failures, "\n".join(failures)


def test_right_on_real_data(everything, tmp_path):
    x = volumes.real_crop()
    if x is None:
        pytest.skip("no F3 crop: set SEIS_DATA to the folder that has it")
    check(*everything, x, tmp_path)


def test_lengths_specialised_while_compiling(tmp_path):
    module = compiled(tmp_path, "s", NAMES, extra=["--samples=360,512,1009,1168"])
    for shape in ((3, 4, 360), (3, 3, 512), (2, 2, 1009), (2, 3, 1168), (2, 3, 100)):
        check(module, "f4", volumes.ordinary(shape), tmp_path / str(shape[2]))


# One result -------------------------------------------------------------------

BLOCKED = [(9, 10, 101), (17, 13, 128), (37, 41, 50), (1, 7, 33), (5, 4, 1009)]


@pytest.mark.parametrize("shape", BLOCKED, ids=lambda s: "x".join(map(str, s)))
def test_same_bits_for_any_thread_count(everything, shape):
    module, dtype = everything
    for case, x in itertools.islice(volumes.cases(shape), 2):
        data = inputs_of(module, x, dtype)
        want = module.run(data, {"dt_ms": DT}, threads=1)
        for threads in (2, 3):
            got = module.run(data, {"dt_ms": DT}, threads=threads)
            assert not differing(got, want), (case, threads, differing(got, want))


@pytest.mark.parametrize("shape", BLOCKED, ids=lambda s: "x".join(map(str, s)))
def test_same_bits_for_any_blocking(everything, shape):
    module, dtype = everything
    for case, x in itertools.islice(volumes.cases(shape, seed=5), 2):
        data = inputs_of(module, x, dtype)
        want = module.run(data, {"dt_ms": DT})
        for number, boxes in enumerate(blockings(shape, seed=1)):
            got = {k: np.full_like(v, 99) for k, v in want.items()}
            for k, (lo, extent) in enumerate(boxes):
                # Blocks larger than they need be and strided views must not matter either.
                part = module.run(data, {"dt_ms": DT}, threads=1 + k % 2, lo=lo, extent=extent,
                                  margin=(k % 3, (k + number) % 2, 0), copy=k % 2 == 0,
                                  reverse=k % 4 == 3)  # fmt: skip
                where = tuple(slice(a, a + n) for a, n in zip(lo, extent))
                for name, value in part.items():
                    got[name][where] = value
            assert not differing(got, want), (case, number, differing(got, want))


# No trace sees another --------------------------------------------------------

ALONE = [n for n in NAMES if acceptance.LATERAL.get(n, 0) == 0 and n[-2:] not in ("2d", "3d")]


def neighbours(kind, rng, n, dtype):
    """A survey of nine traces, the middle one ordinary, and the one under test."""
    x = volumes.ordinary((3, 3, n), seed=int(rng.integers(1 << 30))).astype(dtype)
    if kind == "1e30 apart":
        x[0::2] *= dtype(1e30) / dtype(1000)
        x[1, 0] *= dtype(1e-30)
    elif kind == "nan beside live":
        x[0] = np.nan
        x[1, 2, n // 2] = np.nan
        x[2, 1, 0] = -np.inf
    elif kind == "dead beside live":
        x[0] = 0
        x[1, 0] = 0
        x[2, 2] = 250
    return x


@pytest.mark.parametrize("n", [1, 2, 33, 128, 360, 1009])
@pytest.mark.parametrize("kind", ["1e30 apart", "nan beside live", "dead beside live"])
def test_trace_equals_itself_alone(everything, kind, n):
    module, dtype = everything
    rng = np.random.default_rng(n)
    x = neighbours(kind, rng, n, np.dtype(dtype).type)
    together = module.run(inputs_of(module, x, dtype), {"dt_ms": DT}, threads=2)
    for i, j in np.ndindex(3, 3):
        one = x[i : i + 1, j : j + 1]
        alone = module.run(inputs_of(module, one, dtype), {"dt_ms": DT})
        wrong = [
            k for k in ALONE if not same(together[k][i : i + 1, j : j + 1], alone[k])
        ]
        assert not wrong, (i, j, wrong)


def test_nan_stays_in_its_cone(everything):
    module, dtype = everything
    x = volumes.ordinary((9, 9, 64))
    clean = module.run(inputs_of(module, x, dtype), {"dt_ms": DT})
    x[4, 4, 30] = np.nan
    dirty = module.run(inputs_of(module, x, dtype), {"dt_ms": DT})
    for name in NAMES:
        reach = {"2d": 1, "3d": 1}.get(name[-2:], acceptance.LATERAL.get(name, 0))
        outside = np.ones((9, 9), bool)
        outside[4 - reach : 5 + reach, 4 - reach : 5 + reach] = False
        assert same(dirty[name][outside], clean[name][outside]), name
    # 0/0 is 0 in these; NaN is not hidden by it.
    for name in ("weighted_frequency", "thin_bed", "phys_bandwidth", "phys_q"):
        assert np.isnan(dirty[name][4, 4]).all(), name


def test_dead_trace_gives_exact_zeros(everything):
    module, dtype = everything
    x = volumes.ordinary((5, 5, 100))
    x[2, 2] = 0
    got = module.run(inputs_of(module, x, dtype), {"dt_ms": DT})
    for name in ("envelope", "inst_phase", "response_amplitude", "apparent_polarity",
                 "env_derivative", "fft", "rms", "weighted_frequency", "phys_bandwidth",
                 "phys_q"):  # fmt: skip
        assert not got[name][2, 2].any(), name


# Whole-volume reductions ------------------------------------------------------


@pytest.fixture(scope="session", params=["f32", "f64"])
def reducing(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("reduce")
    program = ["-e", "(x - vmin(x)) / (vmax(x) - vmin(x)) + vsum(x * x) / vcount(x)"]
    return compiled(folder, "reduce", program, request.param), DTYPES[request.param]


@pytest.mark.parametrize("shape", [(1, 1, 1), (33, 70, 20), (100, 65, 11)])
def test_reductions(reducing, shape):
    module, dtype = reducing
    x = volumes.ordinary(shape).astype(dtype)
    live = np.random.default_rng(0).random(shape[:2]) > 0.2
    live.flat[0] = True
    f = x[live].astype("f8")
    if x.size == 1:  # 0/0, and nothing to compare
        assert np.isnan(module.run({"x": x}, live=live)["reduce"]).all()
        return
    want = (x.astype("f8") - f.min()) / (f.max() - f.min()) + np.sum(f * f) / f.size
    got = module.run({"x": x}, live=live)["reduce"]
    assert np.abs(got - want).max() <= (1e-6 if dtype == "f4" else 1e-12) * np.abs(want).max()
    tables = module.reductions({"x": x}, live=live)
    for threads, bands in ((2, [2]), (3, [1, 3, 1]), (1, [9])):
        again = module.reductions({"x": x}, live=live, threads=threads, bands=bands)
        assert all(same(np.atleast_1d(a), np.atleast_1d(b)) for a, b in zip(again, tables))


@pytest.mark.parametrize("text, reduced", [
    ("vmax(shift(x, (1, 0, 1), mode=wrap)) + vsum(2 * x)",
     lambda x: x.max() + 2 * x.sum(dtype="f8")),
    ("vmin(scan(x, inline, add)) + vmax(x * x)",
     lambda x: x.cumsum(0, dtype="f8").min() + (x.astype("f8") ** 2).max()),
    ("vmax(scan(abs(x), inline, max)) + vsum(abs(x))",
     lambda x: np.abs(x).max() + np.abs(x.astype("f8")).sum()),
])  # fmt: skip
def test_reductions_beside_whole_lines(text, reduced, tmp_path):
    module = compiled(tmp_path, "e", ["-e", f"x * 0 + ({text})"], "f32")
    x = volumes.ordinary((70, 37, 50)).astype("f4")
    for threads, bands in ((1, [9]), (2, [1]), (3, [1, 3, 1])):
        tables = module.reductions({"x": x}, threads=threads, bands=bands)
        got = module.run({"x": x}, tables=tables)["e"]
        assert abs(got[5, 6, 7] / reduced(x) - 1) < 1e-5


def test_nan_in_a_live_trace_is_an_error(reducing):
    module, dtype = reducing
    x = volumes.ordinary((40, 40, 9)).astype(dtype)
    x[35, 2, 4] = np.nan
    with pytest.raises(SeisError) as error:
        module.run({"x": x})
    assert error.value.status == "nan"
    live = np.ones((40, 40), bool)
    live[35, 2] = False
    assert np.isfinite(module.run({"x": x}, live=live)["reduce"][:35]).all()


# The interface ----------------------------------------------------------------


def test_missing_halo_is_refused(everything):
    module, dtype = everything
    x = volumes.ordinary((9, 9, 33))
    data = inputs_of(module, x, dtype)
    real = module.halo
    module.halo = lambda inputs: [(0, 0), (0, 0), None]
    try:
        with pytest.raises(SeisError) as error:
            module.run(data, {"dt_ms": DT}, lo=(3, 3, 0), extent=(2, 2, 33))
        assert error.value.status == "halo"
    finally:
        module.halo = real


def test_empty_box_is_refused(everything):
    module, dtype = everything
    data = inputs_of(module, volumes.ordinary((3, 3, 8)), dtype)
    with pytest.raises(SeisError) as error:
        module.run(data, {"dt_ms": DT}, lo=(0, 0, 0), extent=(0, 3, 8))
    assert error.value.status == "empty"
