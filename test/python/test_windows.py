"""Windows, ranks, gradients, filters, events and codes: compiled code and the reference loops against
NumPy, SciPy and scikit-image; no block and no thread count changes a bit.
"""
import itertools

import numpy as np
import pytest

import acceptance
import reference_scipy as ref_np
import reference_windows as ref
import tools
import volumes
from seis_object import Object, SeisError, blockings
from test_compiled import DTYPES, compiles, differing, same
from tools import CPUS

DT = volumes.DT_MS
LIVE = {**ref.TABLE, **ref.DECIDED}
ALL = {**LIVE, **ref.PERIODIC, **ref.VOLUME}
SHAPES = [(1, 1, 1), (1, 1, 2), (1, 7, 33), (9, 10, 101), (3, 5, 360), (2, 3, 509)]
LONG = SHAPES[-2:]

pytestmark = pytest.mark.skipif(
    not compiles(), reason=f"no seis-compile that makes objects in {tools.BIN}"
)


def source(folder, *tables):
    path = folder / "program.seis"
    path.write_text(ref.program(*tables))
    return path


def compiled(folder, name, dtype, cpu, *tables):
    tools.run("seis-compile", "--target=zen", "--dt-ms=4", f"--dtype={dtype}", f"--cpu={cpu}",
              source(folder, *tables), "-o", folder / name)  # fmt: skip
    return Object(folder / f"{name}.so")


@pytest.fixture(scope="session", params=DTYPES)
def precision(request):
    return request.param


def both(precision, tmp_path_factory, name, *tables):
    """Objects of a program for all processors, and the type of its samples."""
    folder = tmp_path_factory.mktemp(f"{name}-{precision}")
    objects = [compiled(folder, f"{name}-{cpu}", precision, cpu, *tables) for cpu in CPUS]
    return objects, DTYPES[precision]


@pytest.fixture(scope="session")
def live(precision, tmp_path_factory):
    return both(precision, tmp_path_factory, "live", ref.TABLE, ref.DECIDED)


@pytest.fixture(scope="session")
def whole(precision, tmp_path_factory):
    return both(precision, tmp_path_factory, "whole", ref.PERIODIC, ref.VOLUME)


def run(module, x, dtype, **how):
    params = {"dt_ms": DT} if "dt_ms" in str(module.entry()[1].get("params", "")) else {}
    return module.run({"x": x.astype(dtype)}, params, **how)


def references(x, folder, *tables):
    folder.mkdir(parents=True, exist_ok=True)
    return tools.evaluate([source(folder, *tables)], {"x": x.astype("f8")}, folder / "out",
                          extra=["--dt-ms=4"])  # fmt: skip


# Where a decision of the f64 reference is a tie -------------------------------


def near(a, b, x):
    """Equal up to what f32 makes of numbers as large as those of x."""
    scale = np.abs(x[np.isfinite(x)]).max(initial=0)
    with np.errstate(all="ignore"):
        return np.abs(a - b) <= 4e-6 * scale


def frequency_ties(x):
    p, total = ref.power(x)
    with np.errstate(all="ignore"):
        order = np.sort(p, -1)
        half = np.abs(2 * np.cumsum(p, -1) - total[..., None]).min(-1)
        # power that is rounding of what stood beside it is none
        small = total <= 1e-10 * np.nanmax(total, initial=0)
        return small | (order[..., -1] - order[..., -2] <= 1e-4 * total) | (half <= 1e-4 * total)


def dip_ties(x):
    """Where a quotient of small numbers is read: its condition has no bound."""
    d = np.abs(ref.dx(x, 2))
    with np.errstate(all="ignore"):
        return ref.around(d < 1e-2 * np.nanmax(d, initial=0), (3, 3, 3)).any(-1)


def event_ties(name, x):
    """Flat tops, where the parabola is none, and traces with such values."""
    with np.errstate(all="ignore"):
        a, c = np.abs(ref.moved(x, (0, 0, -1)) - x), np.abs(ref.moved(x, (0, 0, 1)) - x)
        k = np.arange(x.shape[-1])
        flat = near(a + c, 0, x)
        tie = np.zeros(x.shape, bool)
        which = "extremum" if name in ("peakedness", "event_asymmetry") else "crossing"
        if name in ("peakedness", "event_asymmetry", "steepness") or "_max" in name:
            kind = "maximum" if "_max" in name else which
            for i, j in np.ndindex(x.shape[:2]):
                if np.isfinite(x[i, j]).all():
                    e = np.concatenate([[0], ref.positions(x[i, j], kind), [len(k) - 1]])
                    d = np.sort(np.abs(e - k[:, None]), -1)
                    tie[i, j] = d[:, 1] - d[:, 0] < 1e-4
                    # a crossing or an extremum between two samples that rounding may exchange
                    tie[i, j] |= (np.abs(e - np.floor(e + 0.5)) % 1 > 0.4999).any()
        width = ref.peakedness(x) if name in ("peakedness", "event_asymmetry") else None
    tie |= flat
    if width is not None:
        tie |= ~np.isfinite(width)
    return tie


def code_ties(x):
    """Where a point of a local pattern is as high as its centre."""
    scale = np.abs(x).max()
    out = np.zeros(x.shape, bool)
    for p in range(24):
        a, b = np.round(-3 * np.sin(2 * np.pi * p / 24), 5), np.round(3 * np.cos(2 * np.pi * p / 24), 5)
        r, c = int(np.floor(a)), int(np.floor(b))
        at = lambda u, v: np.roll(x, (-u, -v), (1, 2))  # noqa: E731
        fr, fc = a - r, b - c
        v = (1 - fr) * ((1 - fc) * at(r, c) + fc * at(r, c + 1))
        v = v + fr * ((1 - fc) * at(r + 1, c) + fc * at(r + 1, c + 1))
        out |= (np.abs(v - x) <= 1e-5 * scale) & ((fr != 0) | (fc != 0))
    return out


def extreme_ties(x):
    """Where the highest and the lowest value are as far from 0: either is the extreme."""
    w = ref.steered_window(x, (1, 3, 3))
    return near(w.max(0), -w.min(0), x)


def byte_ties(x):
    tie = np.zeros(x.shape, bool)
    for v in (x, -x, x * x):
        y = (v - v.min()) / (v.max() - v.min()) * 255
        tie |= np.abs(y - np.round(y)) < 255e-6
    return tie


def ties(name, x):
    x = x.astype("f8")
    if name in ("event_amplitude", "event_amplitude_min", "event_distance", "event_distance_up",
                "event_distance_max", "peakedness", "event_asymmetry", "steepness"):  # fmt: skip
        return event_ties(name, x)
    if name.startswith("frequency"):
        return frequency_ties(x)
    if name.startswith("gradient_dip"):
        return dip_ties(x)
    if name == "convert_dtype":
        y = (np.clip(x, -1500, 1500) + 1500) / 3000 * 255
        return np.abs(np.abs(y - np.floor(y)) - 0.5) < 255e-6
    if name.startswith("lbp2d") and name != "lbp2d_var":
        return code_ties(x)
    if name == "rgb_blend":
        return byte_ties(x)
    if name == "steered_extreme":
        return extreme_ties(x)
    return np.zeros(x.shape, bool)


# Right ------------------------------------------------------------------------


WAVES = ("cwt_ricker", "cwt_ormsby", "spectral_amplitude", "cwt_morlet")


def judge(name, got, x, dtype, want=None, constructed=False):
    """What is wrong with a result, or nothing. `constructed`: ties are meant and not counted."""
    try:
        want = ref_np.compute(name, x.astype("f8"), DT) if want is None else want
    except ref.NotFinite:
        return None
    if name in WAVES and np.isinf(x).any():  # weights that are rounding give inf or NaN
        own = np.broadcast_to(np.isinf(x).any(-1, keepdims=True), x.shape)
        got, want = np.where(own, 0, got), np.where(own, 0, want)
    decided = name in ref.DECIDED or name in ref.PERIODIC or name in ("rgb_blend", "lbp3d_unique")
    if not decided:
        report = acceptance.compare(name, got, x, DT, dtype, ref=want)
        return None if report else str(report)
    tie = ties(name, x)
    scale = acceptance.scale_of(name, want, DT)
    with np.errstate(all="ignore"):
        error = acceptance.distance(name, got, want, DT)
    f32 = np.dtype(dtype) == np.float32
    exact = np.array_equal(want, np.round(want)) and np.isfinite(want).all()
    bound = 0.25 if exact else (1e-4 if f32 else 1e-9) * scale
    bad = (error > bound) & ~tie
    if bad.any():
        at = tuple(int(v) for v in np.argwhere(bad)[0])
        return (f"{name}: {bad.sum()} of {bad.size} samples wrong ({tie.sum()} ties), first at "
                f"{at}: got {got[at]}, wanted {want[at]}")  # fmt: skip
    if f32 and not exact and not tie.all():
        most = np.quantile(error[~tie], 0.999, method="lower") / scale
        if most > 1e-5:
            return f"{name}: the 99.9th percentile of the errors is {most:.1e} of the rms"
    meant = constructed | np.broadcast_to(one_value(x)[..., None], x.shape)
    other = (error > bound) & tie & ~meant
    if other.sum() > acceptance.MOST_OUTLIERS * other.size:
        return f"{name}: {other.sum()} of {other.size} samples decided otherwise"
    return None


def one_value(x):
    """Traces of one value, and those that read them: their ties are constructed."""
    with np.errstate(all="ignore"):
        flat = (x.max(-1) == x.min(-1))[..., None]
    return acceptance.spread(flat, (3, 0))[..., 0]


def check(objects, names, dtype, x, folder, *tables, constructed=False):
    """Results of all processors against NumPy and the reference loops."""
    loops = references(x.astype(dtype), folder, *tables)
    wrong = []
    for cpu, module in zip(CPUS, objects):
        got = run(module, x, dtype)
        for name in names:
            for against, want in (("NumPy", None), ("seis-eval", loops[name])):
                problem = judge(name, got[name], x.astype(dtype), dtype, want, constructed)
                if problem:
                    wrong.append(f"{cpu} against {against}: {problem}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda s: "x".join(map(str, s)))
def test_right(live, shape, tmp_path):
    objects, dtype = live
    failures = []
    for case, x in volumes.cases(shape):
        if shape in LONG and case not in ("ordinary", "dead", "nan"):
            continue
        try:
            check(objects, LIVE, dtype, x, tmp_path / case, ref.TABLE, ref.DECIDED)
        except AssertionError as e:
            failures.append(f"{case}:\n{e}")
    assert not failures, "\n".join(failures)


@pytest.mark.parametrize("shape", [(1, 5, 33), (9, 10, 101), (33, 40, 50)],
                         ids=lambda s: "x".join(map(str, s)))  # fmt: skip
def test_whole_volume(whole, shape, tmp_path):
    objects, dtype = whole
    check(objects, {**ref.PERIODIC, **ref.VOLUME}, dtype, volumes.ordinary(shape), tmp_path,
          ref.PERIODIC, ref.VOLUME)  # fmt: skip


def test_right_on_real_data(live, whole, tmp_path):
    x = volumes.real_crop()
    if x is None:
        pytest.skip("no F3 crop: set SEIS_DATA to the folder that has it")
    x = x[:40, :30]
    check(*(live[0], LIVE, live[1]), x, tmp_path / "live", ref.TABLE, ref.DECIDED)
    check(*(whole[0], {**ref.PERIODIC, **ref.VOLUME}, whole[1]), x, tmp_path / "whole",
          ref.PERIODIC, ref.VOLUME)  # fmt: skip


def test_right_on_whole_numbers(live, tmp_path):
    """Samples as recorders write them: crossings fall on samples, tops are touched by zero."""
    objects, dtype = live
    x = np.round(volumes.ordinary((6, 7, 101), seed=8))
    x[np.abs(x) < 20] = 0
    assert (x == 0).mean() > 0.01 and event_ties("peakedness", x.astype("f8")).mean() < 0.1
    check(objects, LIVE, dtype, x, tmp_path, ref.TABLE, ref.DECIDED, constructed=True)


def test_constant_and_dead_volumes(whole):
    objects, dtype = whole
    for module in objects:
        for value in (0, 250):
            got = run(module, np.full((5, 6, 40), float(value)), dtype)
            assert not got["rgb_blend"].any() and not got["lbp3d"].any()
            assert not got["lbp3d_unique"].any() and not got["lbp2d_var"].any()
            assert (got["lbp2d"] == 2**24 - 1).all()
            assert np.isfinite(got["agc"]).all() and np.isfinite(got["trace_agc"]).all()
            assert (got["histogram_equalization"] == 1).all()


# One result -------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(17, 13, 64), (37, 41, 20)],
                         ids=lambda s: "x".join(map(str, s)))  # fmt: skip
@pytest.mark.parametrize("cpu", CPUS)
def test_same_bits_for_any_thread_count_and_blocking(live, shape, cpu):
    module, dtype = live[0][CPUS.index(cpu)], live[1]
    for case, x in itertools.islice(volumes.cases(shape, seed=5), 2):
        want = run(module, x, dtype, threads=1)
        for threads in (2, 3):
            got = run(module, x, dtype, threads=threads)
            assert not differing(got, want), (case, threads, differing(got, want))
        for number, boxes in enumerate(blockings(shape, seed=1)):
            got = {k: np.full_like(v, 99) for k, v in want.items()}
            for k, (lo, extent) in enumerate(boxes):
                part = run(module, x, dtype, threads=1 + k % 2, lo=lo, extent=extent,
                           margin=(k % 3, (k + number) % 2, 0), copy=k % 2 == 0,
                           reverse=k % 4 == 3)  # fmt: skip
                where = tuple(slice(a, a + n) for a, n in zip(lo, extent))
                for name, value in part.items():
                    got[name][where] = value
            assert not differing(got, want), (case, number, differing(got, want))


@pytest.mark.parametrize("cpu", CPUS)
def test_tables_do_not_depend_on_blocks(whole, cpu):
    module, dtype = whole[0][CPUS.index(cpu)], whole[1]
    x = volumes.ordinary((70, 65, 20)).astype(dtype)
    want = module.reductions({"x": x})
    for threads, bands in ((2, [2]), (3, [1, 1, 1])):
        again = module.reductions({"x": x}, threads=threads, bands=bands)
        assert all(same(np.atleast_1d(a), np.atleast_1d(b)) for a, b in zip(again, want))
    one = run(module, x, dtype, threads=1)
    assert not differing(run(module, x, dtype, threads=3), one)


def test_histogram_counts_live_samples(tmp_path):
    path = tmp_path / "h.seis"
    path.write_text("input x: volume\n" + "".join(
        f"output h{k} = at(vhist(x, [-3, -1, 0, 0.5, 4]), {k})\n" for k in range(4)))
    rng = np.random.default_rng(3)
    x = np.round(rng.standard_normal((40, 35, 30)) * 4) / 2
    live = rng.random((40, 35)) > 0.3
    want = np.histogram(x[live], [-3, -1, 0, 0.5, 4])[0]
    for dtype in DTYPES:
        tools.run("seis-compile", f"--dtype={dtype}", path, "-o", tmp_path / dtype)
        module = Object(tmp_path / f"{dtype}.so")
        got = module.run({"x": x.astype(DTYPES[dtype])}, live=live)
        assert [float(np.ravel(got[f"h{k}"])[0]) for k in range(4)] == list(want)


def test_nan_in_a_live_trace_is_an_error(whole):
    objects, dtype = whole
    for module in objects:
        x = volumes.ordinary((9, 10, 101))
        x[4, 4, 3] = np.nan
        with pytest.raises(SeisError) as error:
            run(module, x, dtype)
        assert error.value.status == "nan"


# Tables and positions ---------------------------------------------------------


def expression(folder, text, x, dtype, volumes_in):
    name = f"e{len(list(folder.iterdir()))}"  # the loader knows objects by their paths
    tools.run("seis-compile", f"--dtype={dtype}", "-e", text, "-o", folder / name)
    data = {k: v.astype(DTYPES[dtype]) for k, v in volumes_in.items()}
    return Object(folder / f"{name}.so").run(data)[name]


@pytest.mark.parametrize("dtype", DTYPES)
def test_interp1(dtype, tmp_path):
    x = np.random.default_rng(0).uniform(-2, 12, (3, 4, 50))
    x[0, 0, :7] = [-np.inf, np.inf, np.nan, 0, 10, 3, 3.5]
    xs, ys = [0, 1, 3, 3.5, 10], [2, -1, 4, 4, 0.5]
    got = expression(tmp_path, f"interp1(x, {xs}, {ys})", x, dtype, {"x": x})
    want = np.where(np.isnan(x), np.nan, np.interp(x.astype(DTYPES[dtype]), xs, ys))
    np.testing.assert_allclose(got, want, rtol=0, atol=1e-6 if dtype == "f32" else 1e-14)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("origin", ["start", "here"])
@pytest.mark.parametrize("outside", ["nearest", "zero"])
@pytest.mark.parametrize("kind", ["nearest", "linear", "cubic"])
def test_gather(dtype, kind, outside, origin, tmp_path):
    rng = np.random.default_rng(1)
    n = 37
    x, p = rng.standard_normal((2, 3, n)), rng.uniform(-3, n + 3, (2, 3, n))
    p[0, 0, :8] = [0, n - 1, 5, -1e30, np.inf, 5.25, n - 1.25, 0.5]
    y = np.pad(x, ((0, 0), (0, 0), (8, 8)), mode="edge" if outside == "nearest" else "constant")
    if origin == "here":
        p -= np.arange(n)
    p32 = p.astype(DTYPES[dtype]).astype("f8")
    at = np.clip(p32 + (np.arange(n) if origin == "here" else 0), -4, n + 4)
    j = np.floor(at + 0.5 if kind == "nearest" else at).astype(int)
    f = np.zeros_like(at) if kind == "nearest" else at - j
    value = lambda o: np.take_along_axis(y, j + 8 + o, -1)  # noqa: E731
    if kind == "cubic":  # through the four samples: tangents from their neighbours
        a, b, c, d = value(-1), value(0), value(1), value(2)
        want = b + 0.5 * f * (c - a + f * (2 * a - 5 * b + 4 * c - d + f * (3 * (b - c) + d - a)))
    else:
        want = (1 - f) * value(0) + f * value(1)
    text = f"gather_s(x, p, kind={kind}, outside={outside}, from={origin})"
    got = expression(tmp_path, text, x, dtype, {"x": x, "p": p})
    np.testing.assert_allclose(got, want, rtol=0, atol=2e-5 if dtype == "f32" else 1e-12)
    again = tools.evaluate(["-e", text], {"x": x, "p": p}, tmp_path / "loops")["result"]
    want64 = again if dtype == "f64" else want
    np.testing.assert_allclose(got, want64, rtol=0, atol=2e-5 if dtype == "f32" else 1e-12)


def test_positions_from_the_sample_keep_their_fraction(tmp_path):
    """Far from the start of a trace, f32 knows a place to 1/512 of a sample, a distance to more."""
    n = 1 << 15
    x = np.random.default_rng(7).standard_normal((1, 1, n)).astype("f4")
    f = np.float32(0.3)
    want = (1 - f) * x[..., :-1] + f * x[..., 1:]
    texts = {"here": "gather_s(x, 0.3 + 0*index(sample), from=here)",
             "start": "gather_s(x, 0.3 + index(sample))"}  # fmt: skip
    error = {k: np.abs(expression(tmp_path, v, x, "f32", {"x": x})[..., :-1] - want).max()
             for k, v in texts.items()}
    assert error["here"] < 1e-6 < 1e-4 < error["start"]


def test_gather_reads_nothing_under_a_weight_of_zero(tmp_path):
    x = np.arange(8.0)[None, None].copy()
    x[..., 4] = np.nan
    p = np.array([3, 3.5, 4, 5, 2, 2.5, np.nan, 7])[None, None]
    for kind, unknown in (("linear", [1, 2, 6]), ("cubic", [1, 2, 5, 6])):
        got = expression(tmp_path, f"gather_s(x, p, kind={kind})", x, "f32", {"x": x, "p": p})
        assert list(np.flatnonzero(np.isnan(got))) == unknown


@pytest.mark.parametrize("origin", ["start", "here"])
@pytest.mark.parametrize("kind", ["nearest", "linear", "cubic"])
def test_gather_far_beyond_ends_that_are_infinite(kind, origin, tmp_path):
    """Compiled code and reference loops agree on what interpolation makes of equal infinite samples."""
    n = 12
    x, p = np.ones((1, 1, n)), np.linspace(-2 * n, 3 * n, n)[None, None]
    x[..., -1], x[..., 0] = np.inf, -np.inf
    text = f"gather_s(x, p, kind={kind}, from={origin})"
    got = expression(tmp_path, text, x, "f64", {"x": x, "p": p})
    want = tools.evaluate(["-e", text], {"x": x, "p": p}, tmp_path / "loops")["result"]
    np.testing.assert_allclose(got, want, rtol=1e-15)  # inf and NaN are what they are


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("op", ["min", "max"])
@pytest.mark.parametrize("window", [(1, 1, 5), (3, 3, 3), (7, 5, 5)])
def test_winarg_takes_the_first(dtype, op, window, tmp_path):
    x = np.random.default_rng(2).integers(-3, 4, (6, 7, 40)).astype("f8")
    x[2, 3, 20] = np.nan
    got = expression(tmp_path, f"winarg(x, {window}, op={op})", x, dtype, {"x": x})
    w = ref.around(x, window)
    want = (w.argmin(-1) if op == "min" else w.argmax(-1)).astype("f8")
    want[np.isnan(w).any(-1)] = np.nan
    np.testing.assert_array_equal(got, want)


def test_positions_in_the_survey(tmp_path):
    """From the headers of a file, by the object and by the loops; the survey's lines start at 1001 and
    2001, its samples lie 2 ms apart."""
    survey, program = tmp_path / "survey.sgy", tmp_path / "positions.seis"
    tools.run("seis-run", "synth", "--shape=5,6,40", "--dt-ms=2", "--dead=0", "-q", "-o", survey)
    program.write_text("""input x: volume
output il = survey_position(x, inline)
output xl = survey_position(x, crossline)
output time = survey_position(x)
output number = survey_position(x, inline, count=index)
output east = map_coordinate(x, 450000.25, 25, -12.5)
""")
    tools.run("seis-compile", "--dtype=f64", program, "-o", tmp_path / "positions")
    tools.run("seis-run", "apply", "--cast", "--format=npy", "-q", tmp_path / "positions.so", survey,
              "-o", f"{tmp_path / 'object'}/")  # fmt: skip
    tools.run("seis-eval", program, f"--in={survey}", "-q", "-o", f"{tmp_path / 'loops'}/")
    i, j, k = np.indices((5, 6, 40))
    want = {"il": 1001 + i, "xl": 2001 + j, "time": 2 * k, "number": i,
            "east": 450000.25 + 25 * (1001 + i) - 12.5 * (2001 + j)}  # fmt: skip
    for name, value in want.items():
        for by in ("object", "loops"):
            np.testing.assert_array_equal(np.load(tmp_path / by / f"{name}.npy"), value, f"{name} by {by}")


# Correlations with boxes of weights, under every border --------------------------


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("mode", ["reflect", "zero", "nearest", "mirror", "wrap"])
@pytest.mark.parametrize("extent", [(3, 3, 3), (2, 3, 4), (5, 1, 2), (7, 5, 7)])
def test_corrn_under_every_border(dtype, mode, extent, tmp_path):
    from scipy import ndimage

    rng = np.random.default_rng(4)
    w, x = rng.integers(-4, 5, extent), rng.standard_normal((4, 6, 33))
    x = x.astype(DTYPES[dtype]).astype("f8")
    text = f"corrn(x, {w.tolist()}, mode={mode})"
    got = expression(tmp_path, text, x, dtype, {"x": x})
    theirs = {"zero": "constant"}.get(mode, mode)
    want = ndimage.correlate(x, w.astype("f8"), mode=theirs)
    scale = np.sqrt(np.mean(want**2))
    np.testing.assert_allclose(got, want, rtol=0, atol=(4e-6 if dtype == "f32" else 1e-12) * scale)


def test_corrn_about_an_anchor(tmp_path):
    x = np.random.default_rng(5).standard_normal((4, 6, 33))
    got = expression(tmp_path, "corrn(x, [[1, 2], [3, 4]], anchor=(1, 0))", x, "f64", {"x": x})
    want = sum(w * ref.moved(x, (0, a - 1, b)) for w, a, b in ((1, 0, 0), (2, 0, 1), (3, 1, 0), (4, 1, 1)))
    np.testing.assert_allclose(got, want, rtol=0, atol=1e-14 * np.abs(want).max())


@pytest.mark.parametrize("name, f", [("bit_or", np.bitwise_or), ("bit_and", np.bitwise_and),
                                     ("bit_xor", np.bitwise_xor)])  # fmt: skip
def test_bits(name, f, tmp_path):
    rng = np.random.default_rng(6)
    a, b = rng.integers(0, 2**24, (2, 3, 3, 40))
    got = expression(tmp_path, f"{name}(a, b)", a, "f32", {"a": a, "b": b})
    np.testing.assert_array_equal(got, f(a, b))
    moved = expression(tmp_path, "shift_right(a, 5) + shift_left(b, 3)", a, "f64", {"a": a, "b": b})
    np.testing.assert_array_equal(moved, (a >> 5) + (b << 3))


LARGE = [
    "rms(x, (9, 9, 9))", "convolution(x, (9, 9, 9))", "window_min(x, (9, 9, 9))",
    "median(x, (5, 5, 5))", "window_variance(x, (5, 7, 5))", "semblance(x, (9, 9, 9))",
    "smooth(x, (9, 9, 9))", "laplacian(x, (9, 9, 9))", "chaos(x, (9, 9, 9))",
    "energy_ratio(x, (5, 5, 9))", "position(x, x, (3, 5, 5), min)", "similarity(x, gate=99)",
    "reflection_intensity(x, 99)", "spectral_amplitude(x, gate=31)", "gaussian(x, (9, 9, 9))",
    "glcm_contrast(x, window=(1, 9, 9))", "glcm3d_entropy(x, window=(9, 9, 9))",
    "gst_3d_dip(x, (9, 9, 9))", "envelope(x, pad=50)", "lbp2d(x)", "cwt_ricker(x)",
]  # fmt: skip


def test_windows_larger_than_the_volume_are_told(tmp_path):
    if not tools.has("seis-run"):
        pytest.skip(f"no seis-run in {tools.BIN}")
    tools.run("seis-compile", "-e", "rms(x, window=(3, 3, 9))", "-q", "-o", tmp_path / "rms")
    for shape, told in (((5, 4, 6), ["9 samples along sample for each of its results, the volume has 6"]),
                        ((5, 2, 9), ["3 samples along crossline for each of its results, the volume has 2"]),
                        ((1, 3, 9), []), ((1, 1, 1), [])):  # fmt: skip
        np.save(tmp_path / "x.npy", np.ones(shape, "f4"))
        apply = ["seis-run", "apply", tmp_path / "rms.so", tmp_path / "x.npy", "-o", tmp_path / "y.npy"]
        warnings = [line for line in tools.run(*apply).stderr.splitlines() if "warning" in line]
        assert len(warnings) == len(told) and all(t in w for t, w in zip(told, warnings)), warnings
        assert "warning" not in tools.run(*apply, "-q").stderr


def test_windows_larger_than_the_volume(tmp_path):
    """Borders are defined for any radius, so a window may be larger than what it moves over."""
    path = tmp_path / "large.seis"
    outputs = [f"output o{i} = {call}\n" for i, call in enumerate(LARGE)]
    path.write_text("input x: volume\n" + "".join(outputs))
    tools.run("seis-compile", "--dt-ms=4", "--dtype=f64", path, "-q", "-o", tmp_path / "large")
    x = np.random.default_rng(7).standard_normal((2, 3, 4))
    got = run(Object(tmp_path / "large.so"), x, "f8")
    want = tools.evaluate([path], {"x": x}, tmp_path / "out", extra=["--dt-ms=4"])
    for i, call in enumerate(LARGE):
        a, b = got[f"o{i}"], want[f"o{i}"]
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-12 * np.abs(b).max(), err_msg=call)
    for name, h, statistic in (("o0", 4, lambda w: np.sqrt((w**2).mean((-3, -2, -1)))),
                               ("o3", 2, lambda w: np.median(w, (-3, -2, -1)))):  # fmt: skip
        padded = np.pad(x, h, mode="symmetric")
        windows = np.lib.stride_tricks.sliding_window_view(padded, (2 * h + 1,) * 3)
        np.testing.assert_allclose(got[name], statistic(windows), rtol=1e-13)
