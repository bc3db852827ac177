"""Recursive filters, structure tensors, eigenvalues and curvature: compiled code and reference
loops against SciPy, and what no block may change."""
import itertools
import shutil

import numpy as np
import pytest
from scipy import ndimage, signal

import acceptance
import reference_orientation as ref
import reference_scipy as ref_np
import tools
import volumes
from seis_object import Object, blockings
from test_compiled import DTYPES, differing, same
from tools import CPUS

DT = volumes.DT_MS
TEXT = "input x: volume\n" + "".join(f"output {n} = {e}\n" for n, e in ref.PROGRAM.items())
SHAPES = [(1, 1, 1), (1, 1, 2), (1, 7, 33), (9, 10, 101), (17, 13, 128), (3, 5, 360)]


def cases(shape):
    """Of the largest shape two cases are enough."""
    return itertools.islice(volumes.cases(shape), 2 if np.prod(shape) > 20000 else None)


pytestmark = pytest.mark.skipif(
    not (tools.has("seis-compile") and tools.has("seis-eval")), reason=f"no compiler in {tools.BIN}"
)


@pytest.fixture(scope="session")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("orientation") / "all.seis"
    path.write_text(TEXT)
    return path


def compiled(file, name, dtype="f32", cpu="native", extra=()):
    stem = file.parent / name
    tools.run("seis-compile", file, f"--dt-ms={DT}", f"--dtype={dtype}", f"--cpu={cpu}", *extra,
              "-o", stem)  # fmt: skip
    return Object(stem.with_suffix(".so"))


@pytest.fixture(scope="session", params=list(itertools.product(DTYPES, CPUS)), ids="-".join)
def module(request, file):
    dtype, cpu = request.param
    return compiled(file, f"{dtype}-{cpu}", dtype, cpu), DTYPES[dtype]


# Right ------------------------------------------------------------------------


def check(got, loops, x, dtype):
    wrong = []
    for name in ref.PROGRAM:
        for against, want in (("SciPy", None), ("seis-eval", loops and loops[name])):
            if against == "SciPy" or want is not None:
                report = acceptance.compare(name, got[name], x, DT, dtype, ref=want)
                if not report:
                    wrong.append(f"against {against}: {report}")
    assert not wrong, "\n".join(wrong)


def loops_of(file, x, folder):
    out = tools.evaluate([file], {"x": x.astype("f8")}, folder, dt_ms=DT)
    shutil.rmtree(folder, ignore_errors=True)
    return out


@pytest.mark.parametrize("shape", SHAPES, ids=lambda s: "x".join(map(str, s)))
def test_reference_loops(file, shape, tmp_path):
    for case, x in cases(shape):
        try:
            check(loops_of(file, x, tmp_path / case), None, x, "f8")
        except AssertionError as e:
            raise AssertionError(f"{case}: {e}") from None


@pytest.mark.parametrize("shape", SHAPES, ids=lambda s: "x".join(map(str, s)))
def test_right(module, file, shape, tmp_path):
    run, dtype = module
    failures = []
    for case, x in cases(shape):
        got = run.run({"x": x.astype(dtype)}, threads=2)
        try:
            check(got, loops_of(file, x, tmp_path / case), x, dtype)
        except AssertionError as e:
            failures.append(f"{case}:\n{e}")
    assert not failures, "\n".join(failures)


@pytest.mark.parametrize("name", ref.PROGRAM)
def test_one_wrong_sample_is_found(name):
    x = volumes.ordinary((9, 10, 101))
    got = np.array(ref_np.compute(name, x, DT, "f8"))
    assert acceptance.compare(name, got, x, DT, "f8"), name
    at = np.unravel_index(np.argsort(np.abs(x), axis=None)[-1], x.shape)
    got[at] += 1e-6 * acceptance.scale_of(name, got, DT)
    if acceptance.pole_unit(name, DT):
        got[at] *= 1.01
    assert not acceptance.compare(name, got, x, DT, "f8")


def test_right_on_real_data(module):
    x = volumes.real_crop()
    if x is None:
        pytest.skip("no F3 crop: set SEIS_DATA to the folder that has it")
    run, dtype = module
    x = x[:40, :40]
    check(run.run({"x": x.astype(dtype)}, threads=2), None, x, dtype)


# One result -------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(9, 10, 101), (20, 33, 50)], ids=lambda s: "x".join(map(str, s)))
def test_same_bits_for_any_thread_count_and_block(module, shape):
    run, dtype = module
    for _, x in itertools.islice(volumes.cases(shape, seed=5), 2):
        data = {"x": x.astype(dtype)}
        want = run.run(data, threads=1)
        for threads in (2, 3):
            assert not differing(run.run(data, threads=threads), want), threads
        for number, boxes in enumerate(blockings(shape, seed=1)):
            got = {k: np.full_like(v, 99) for k, v in want.items()}
            for k, (lo, extent) in enumerate(boxes):
                part = run.run(data, threads=1 + k % 2, lo=lo, extent=extent, copy=k % 2 == 0,
                               reverse=k % 4 == 3)  # fmt: skip
                where = tuple(slice(a, a + n) for a, n in zip(lo, extent))
                for name, value in part.items():
                    got[name][where] = value
            assert not differing(got, want), (number, differing(got, want))


number = itertools.count()  # a library is loaded once per path


def one(expression, x, folder, dtype="f32", dt_ms=DT, threads=1, **run):
    folder.mkdir(parents=True, exist_ok=True)
    stem = folder / f"one{next(number)}"
    extra = [f"--dt-ms={dt_ms}"] if dt_ms else []
    tools.run("seis-compile", f"--dtype={dtype}", *extra, "-e", expression, "-o", stem)
    data = {"x": x.astype(DTYPES[dtype])}
    return Object(stem.with_suffix(".so")).run(data, threads=threads, **run)


# Recursions -------------------------------------------------------------------

RECURSIONS = {
    "iir(x, [0.5], [1, -0.5])": ([0.5], [1, -0.5], False),
    "iir(x, [1, 2, 1], [4, -1, 0.5], sample, bwd)": ([1, 2, 1], [4, -1, 0.5], True),
    "iir(x, [0, 0.2], [1, 0, 0, 0.3], sample, backward)": ([0, 0.2], [1, 0, 0, 0.3], True),
    f"iir(x, {[0.1] * 13}, {[1] + [0.05] * 12})": ([0.1] * 13, [1] + [0.05] * 12, False),
    "iir(x, [0, 0, 2], [1])": ([0, 0, 2], [1], False),
}


@pytest.mark.parametrize("expression", RECURSIONS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_direct_form_is_lfilter(expression, dtype, tmp_path):
    n, d, backward = RECURSIONS[expression]
    for shape in ((1, 1, 1), (3, 17, 5), (2, 5, 130)):
        x = volumes.ordinary(shape).astype("f8")
        want = signal.lfilter(n, d, np.flip(x, 2) if backward else x)
        want = np.flip(want, 2) if backward else want
        for axis, name in enumerate(("inline", "crossline", "sample")):
            text = expression.replace(", sample", f", {name}")
            if name not in text:
                text = text[:-1] + f", {name})"
            turned = np.moveaxis(x, 2, axis)
            (got,) = one(text, turned, tmp_path, dtype).values()
            error = np.abs(np.moveaxis(got, axis, 2).astype("f8") - want).max()
            assert error <= (2e-7 if dtype == "f32" else 1e-13) * np.abs(want).max(), name


@pytest.mark.parametrize("mode", ["odd", "reflect"])
@pytest.mark.parametrize("direction", ["fwd", "bwd", "both"])
@pytest.mark.parametrize("init", ["zero", "steady"])
def test_extension_and_init(mode, direction, init, tmp_path):
    """Every end and every start, on lines shorter and longer than the extension."""
    n, d = np.array([[0.2, 0.1], [1, 0]]), np.array([[1, -0.7], [1, 0.3]])
    sos = np.zeros((2, 6))
    sos[:, :2], sos[:, 3:5] = n, d
    pad = 9
    filter = "[[0.2, 0.1], [1, 0]], [[1, -0.7], [1, 0.3]]"
    text = f"iir(x, {filter}, crossline, {direction}, {init}, {mode}, {pad})"

    def run(v):
        start = v[..., :1] if init == "steady" else 0 * v[..., :1]
        zi = signal.sosfilt_zi(sos)
        zi = zi[:, None, None, :] * start[None]
        return signal.sosfilt(sos, v, zi=zi)[0]

    for count in (1, 2, 5, 9, 10, 11, 40):
        x = volumes.ordinary((3, count, 21), seed=count).astype("f8")
        line = np.moveaxis(x, 1, 2)
        p = min(pad, count - 1) if mode == "odd" else pad
        kinds = {"odd": dict(mode="reflect", reflect_type="odd"), "reflect": dict(mode="symmetric")}
        wide = np.pad(line, [(0, 0), (0, 0), (p, p)], **kinds[mode]) if p else line
        y = wide
        if direction in ("fwd", "both"):
            y = run(y)
        if direction in ("bwd", "both"):
            y = np.flip(run(np.flip(y, -1)), -1)
        want = np.moveaxis(y[..., p : p + count], 2, 1)
        (got,) = one(text, x, tmp_path, "f64", None).values()
        assert np.abs(got - want).max() <= 1e-12 * np.abs(want).max(), count


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("sigma", [1, 2.5, 8])
def test_deriche_is_near_the_true_gaussian(order, sigma, tmp_path):
    x = np.zeros((1, 1, 301))
    x[0, 0, 150] = 1
    (got,) = one(f"deriche(x, {sigma}, sample, {order})", x, tmp_path, "f64", None).values()
    t = np.arange(-150, 151)
    g = np.exp(-(t**2) / (2 * sigma**2)) / (np.sqrt(2 * np.pi) * sigma)
    true = [g, -t / sigma**2 * g, (t**2 / sigma**2 - 1) / sigma**2 * g][order]
    allowed = {0: 5e-4, 1: 2e-2, 2: 1.5e-2}[order]  # of the peak: the method's own error
    assert np.abs(got[0, 0] - true).max() <= allowed * np.abs(true).max()


def test_states_are_f64(tmp_path):
    """Sigma 50 would be off by 0.3 with a state in f32."""
    x = volumes.ordinary((2, 3, 1024))
    for axis in ("sample", "crossline", "inline"):
        order = {"sample": (0, 1, 2), "crossline": (0, 2, 1), "inline": (2, 0, 1)}[axis]
        turned = x.transpose(order)
        (got,) = one(f"deriche(x, 50, {axis})", turned, tmp_path, "f32", None).values()
        want = ref.deriche(turned.astype("f8"), 50.0, ("inline", "crossline", "sample").index(axis))
        assert np.abs(got - want).max() <= 1e-7 * np.abs(want).max(), axis


def test_constant_keeps_its_value_where_edges_reflect(tmp_path):
    x = np.full((5, 6, 70), 3.0)
    for axis in ("inline", "crossline", "sample"):
        (got,) = one(f"deriche(x, 4, {axis}, 0, reflect)", x, tmp_path, "f64", None).values()
        assert np.abs(got - 3).max() < 1e-6  # the sum of the kernel is taken over 10 sigma
        (got,) = one(f"deriche(x, 4, {axis}, 1, reflect)", x, tmp_path, "f64", None).values()
        assert np.abs(got).max() < 1e-6


# Eigenvalues ------------------------------------------------------------------


def tensors(count=4096, seed=0):
    """Tensors of all kinds: ordinary, of rank 1 and 2, nearly isotropic, of any size."""
    rng = np.random.default_rng(seed)
    q = np.linalg.qr(rng.standard_normal((count, 3, 3)))[0]
    l = np.ones((count, 3))
    kinds = [lambda n: rng.random((n, 3)), lambda n: np.c_[np.ones(n), np.zeros((n, 2))],
             lambda n: np.c_[np.ones((n, 2)), np.zeros(n)], lambda n: 1 + 1e-6 * rng.random((n, 3)),
             lambda n: 10.0 ** rng.uniform(-12, 12, (n, 3)),
             lambda n: 10.0 ** rng.uniform(-18, 15, (n, 1)) * rng.random((n, 3)),
             lambda n: np.c_[np.ones(n), 1 - 10.0 ** rng.uniform(-5, -1, (n, 2))]]  # fmt: skip
    part = count // len(kinds)
    for k, kind in enumerate(kinds):
        l[k * part : (k + 1) * part] = kind(part)
    t = (q * l[:, None, :]) @ q.transpose(0, 2, 1)
    t[0] = 0
    t[1] = np.diag([2, 2, 2])
    t[2] = np.diag([0, 3, 1])
    t[3] = [[1, 1, 0], [1, 1, 0], [0, 0, 0]]
    t[4] = [[1, -1, 0], [-1, 1, 0], [0, 0, 0]]
    return (t + t.transpose(0, 2, 1)) / 2


@pytest.mark.parametrize("dtype,limit", [("f32", 1e-6), ("f64", 1e-14)])
@pytest.mark.parametrize("cpu", CPUS)
def test_eigenvalues_keep_their_bound(dtype, limit, cpu, tmp_path):
    t = tensors().astype(DTYPES[dtype])
    names = {"ss": (2, 2), "xx": (1, 1), "ii": (0, 0), "sx": (2, 1), "si": (2, 0), "xi": (1, 0)}
    program = tmp_path / "eigh3.seis"
    program.write_text(
        "".join(f"input {n}: volume\n" for n in names)
        + "output (l1, l2, l3, vi, vx, vs) = "
        + "let (a, b, c, v) = eigh3((ss, xx, ii, sx, si, xi)) in "
        + "let (i, x, s) = v in (a, b, c, i, x, s)\n"
    )
    tools.run("seis-compile", program, f"--dtype={dtype}", f"--cpu={cpu}", "-o", tmp_path / "e")
    data = {n: t[:, a, b].reshape(4, 16, -1) for n, (a, b) in names.items()}
    got = Object(tmp_path / "e.so").run(data)
    loops = tools.evaluate([program], {n: v.astype("f8") for n, v in data.items()}, tmp_path / "l")
    l, v = np.linalg.eigh(t.astype("f8"))
    l1 = np.maximum(l[:, 2], np.finfo(t.dtype).tiny)
    for results, bound in ((loops, 1e-14), (got, limit)):
        have = {k: results[k].reshape(-1).astype("f8") for k in results}
        for k, name in enumerate(("l3", "l2", "l1")):
            assert (np.abs(have[name] - np.maximum(l[:, k], 0)) / l1).max() <= bound, name
        vector = np.stack([have["vi"], have["vx"], have["vs"]], -1)
        assert np.abs(np.linalg.norm(vector, axis=-1) - 1).max() <= 4 * limit
        residual = np.abs(np.einsum("nab,nb->na", t.astype("f8"), vector) - l1[:, None] * vector)
        assert (residual.max(-1) / l1)[1:].max() <= 2 * bound
        i, x, s = vector.T
        assert (s >= 0).all() and (x[s == 0] >= 0).all() and (i[(s == 0) & (x == 0)] > 0).all()
        assert (have["l1"] >= have["l2"]).all() and (have["l2"] >= have["l3"]).all()
        assert (have["l3"] >= 0).all() and not (np.signbit(vector) & (vector == 0)).any()
        assert np.array_equal(vector[0], [0, 0, 1]) and have["l1"][0] == 0


@pytest.mark.parametrize("window", [(1, 1, 5), (3, 3, 1), (3, 5, 9), (5, 5, 3), (1, 3, 31)])
@pytest.mark.parametrize("dtype,limit", [("f32", 2e-6), ("f64", 1e-13)])
def test_coherence_of_any_window(window, dtype, limit, tmp_path):
    x = volumes.ordinary((7, 8, 40)).astype(DTYPES[dtype])
    x[2:4, 2:5] = x[2, 2]  # traces that are the same, windows that are
    for parts, text in (([x], "x"), ([x, -2 * x, x * x / 1000], "(x, -2 * x, x * x / 1000)")):
        (got,) = one(f"coheig({text}, {window})", x, tmp_path, dtype, None).values()
        want = ref.coheig([p.astype("f8") for p in parts], window)
        assert np.abs(got - want).max() <= limit, text
    (got,) = one(f"coheig(x, {window})", 0 * x, tmp_path, dtype, None).values()
    assert np.isnan(got).all()


# Analytic answers -------------------------------------------------------------


def plane_waves(count=50):
    rng = np.random.default_rng(4)
    for k in range(count):
        tilt, turn = np.radians(rng.uniform(0, 60)), np.radians(rng.uniform(0, 360))
        yield k, np.array([np.sin(tilt) * np.sin(turn), np.sin(tilt) * np.cos(turn), np.cos(tilt)])


def test_dip_and_azimuth_of_plane_waves(tmp_path):
    """50 directions; k down, so a normal that points down points up-dip."""
    program = tmp_path / "waves.seis"
    program.write_text(
        "input x: volume\noutput d = dip(x)\noutput a = azimuth(x)\noutput i = dip_il(x)\n"
        "output c = dip_xl(x)\noutput kd = gst_3d_dip(x)\noutput ka = gst_3d_azm(x)\n"
    )
    tools.run("seis-compile", program, "-o", tmp_path / "w")
    run = Object(tmp_path / "w.so")
    index = np.stack(np.meshgrid(*(np.arange(n) for n in (33, 33, 65)), indexing="ij"), -1)
    inner = (slice(14, 19), slice(14, 19), slice(28, 37))
    for k, n in plane_waves():
        x = np.cos(2 * np.pi / 16 * (index @ n)).astype("f4")
        got = {name: v[inner] for name, v in run.run({"x": x}, threads=2).items()}
        tilt = np.degrees(np.arccos(n[2]))
        turn = np.degrees(np.arctan2(n[0], n[1])) % 360
        # the gradients' responses differ a little between axes, most for the short kernel
        for dip_name, azimuth_name, allowed in (("d", "a", 0.3), ("kd", "ka", 2.5)):
            assert np.abs(got[dip_name] - tilt).max() < allowed, (k, dip_name)
            off = np.abs((got[azimuth_name] - turn + 180) % 360 - 180) * np.sin(np.radians(tilt))
            assert off.max() < allowed, (k, azimuth_name)
        assert np.abs(got["i"] + n[0] / n[2]).max() < 0.05
        assert np.abs(got["c"] + n[1] / n[2]).max() < 0.05


def test_curvature_of_a_sphere(tmp_path):
    """Slopes of a dome of radius 60: both principal curvatures are 1/60, an anticline."""
    program = tmp_path / "sphere.seis"
    names = {"mean": 1 / 60, "gaussian": 1 / 3600, "max": 1 / 60, "min": 1 / 60, "kmax": 1 / 60}
    program.write_text(
        "input il: volume\ninput xl: volume\n"
        + "".join(f"output {n} = curvature_{n}(il, xl, 1)\n" for n in names)
        + "output curvedness = curvedness(il, xl, 1)\noutput shape = shape_index(il, xl, 1)\n"
    )
    tools.run("seis-compile", program, "--dtype=f64", "-o", tmp_path / "s")
    lateral = np.arange(-8.0, 9)
    i, x, s = np.meshgrid(lateral, lateral, np.arange(-60.0, -40), indexing="ij")
    # layers are concentric spheres: k = -sqrt(r^2 - i^2 - x^2), a top at negative k
    depth = -s
    r = np.sqrt(i**2 + x**2 + depth**2)
    got = Object(tmp_path / "s.so").run({"il": i / depth, "xl": x / depth})
    inner = (slice(4, 13), slice(4, 13), slice(4, 16))
    for name, want in names.items():
        power = 2 if name == "gaussian" else 1
        true = (1 / r[inner]) ** power
        assert np.abs(got[name][inner] / true - 1).max() < 0.03, name
        assert want > 0
    assert np.abs(got["curvedness"][inner] * r[inner] - 1).max() < 0.03
    assert (got["shape"][inner] > 0.95).all()


def test_known_fault_shows(tmp_path):
    """Layers offset by half a cycle at crossline 16."""
    s = np.arange(64)
    rng = np.random.default_rng(0)
    x = np.cos(2 * np.pi / 12 * s)[None, None] * np.ones((12, 32, 1))
    x[:, 16:] = np.cos(2 * np.pi / 12 * (s + 4))
    x += 0.01 * rng.standard_normal(x.shape)
    for text, high in (("1 - eig_complex(x)", True), ("1 - energy_ratio(x)", True),
                       ("chaos(x)", True), ("cplane(x)", False)):  # fmt: skip
        (got,) = one(text, x, tmp_path, "f32").values()
        line = got[4:8, :, 20:44].mean(axis=(0, 2))
        peak = 2 + (np.argmax(line[2:30]) if high else np.argmin(line[2:30]))
        assert 14 <= peak <= 17, text  # between 15 and 16, smeared by the windows
        away = np.r_[line[4:11], line[21:28]]
        assert (line[peak] > 3 * away.max()) if high else (line[peak] < 0.9 * away.min()), text


def steered(folder, text, x, p, q, **how):
    stem = folder / f"steered{next(number)}"  # the loader knows objects by their paths
    program = stem.with_suffix(".seis")
    program.write_text(f"input x: volume\ninput p: volume\ninput q: volume\noutput y = {text}\n")
    tools.run("seis-compile", program, "-o", stem)
    volumes_in = {"x": x, "p": np.broadcast_to(p, x.shape), "q": np.broadcast_to(q, x.shape)}
    data = {k: np.ascontiguousarray(v, dtype="f4") for k, v in volumes_in.items()}
    return Object(stem.with_suffix(".so")).run(data, **how)["y"]


STEERED = ["steered_semblance(x, p, q, kind=cubic)", "steered_similarity(x, p, q, kind=cubic)",
           "steered_similarity(x, p, q, pairs=full, statistic=min, kind=cubic)",
           "steered_semblance(x, p, q, (5, 5, 5), ellipse, cubic)"]  # fmt: skip


@pytest.mark.parametrize("text", STEERED)
def test_layers_are_coherent_along_their_dip(text, tmp_path):
    """Plane layers, up to the edges of the survey; the same layers are not coherent along the level."""
    i, j, k = np.meshgrid(np.arange(9.0), np.arange(10.0), np.arange(80.0), indexing="ij")
    p, q = 1.37, -0.81
    x = np.cos(2 * np.pi / 14 * (k - p * i - q * j)) + 0.4 * np.sin(2 * np.pi / 23 * (k - p * i - q * j))
    ends = slice(24, -24)  # layers that leave the survey at the ends of traces are not there to read
    along = steered(tmp_path, text, x, p, q)[..., ends]
    level = steered(tmp_path, text, x, 0, 0)[..., ends]
    wrong = steered(tmp_path, text, x, -p, -q)[..., ends]
    assert along.min() > 0.97 and along.max() < 1 + 1e-5, along.min()
    assert level.mean() < 0.8 and wrong.mean() < level.mean()


def test_a_fault_shows_in_dipping_layers(tmp_path):
    """Layers with a dip, offset by a third of a cycle at crossline 16: seen along the dip alone."""
    rng = np.random.default_rng(0)
    i, j, k = np.meshgrid(np.arange(9.0), np.arange(32.0), np.arange(90.0), indexing="ij")
    x = np.cos(2 * np.pi / 18 * (k - 0.6 * i - 1.2 * j - 6 * (j >= 16)))
    x += 0.01 * rng.standard_normal(x.shape)
    for text in (*STEERED[:2], "steered_statistic(x, p, q) ^ 2", "scanned_similarity(x, max_dip=2)"):
        y = steered(tmp_path, text, x, 0.6, 1.2)[3:6, :, 28:64].mean(axis=(0, 2))
        away = np.r_[y[:13], y[19:]]
        assert 14 <= np.argmin(y) <= 17 and y.min() < 0.75 * away.min(), (text, y)
        assert away.min() > 0.9 * away.max(), (text, y)


def test_steering_by_the_dips_of_the_volume(tmp_path):
    """What a user writes: the slopes come from the volume itself, as dip-il and dip-xl have them."""
    i, j, k = np.meshgrid(np.arange(24.0), np.arange(24.0), np.arange(96.0), indexing="ij")
    x = np.cos(2 * np.pi / 16 * (k - 0.7 * i + 0.9 * j)).astype("f4")
    text = "steered_semblance(x, {0}_il(x, dip_factor=1), {0}_xl(x, dip_factor=1), kind=cubic)"
    for name in ("dip", "gst_2d_dip"):
        (got,) = one(text.format(name), x, tmp_path, "f32").values()
        inner = got[8:16, 8:16, 36:60]
        assert inner.min() > 0.98, (name, inner.min())
    (level,) = one("semblance(x)", x, tmp_path, "f32").values()
    assert level[8:16, 8:16, 36:60].max() < 0.9


LEVEL = {
    "steered_statistic(x, z, z, (3, 3, 5))": "window_mean(x, (3, 3, 5))",
    "steered_statistic(x, z, z, (5, 3, 7), median)": "median(x, (5, 3, 7))",
    "steered_semblance(x, z, z, (3, 5, 9))": "semblance(x, (3, 5, 9))",
    "steered_similarity(x, z, z, 15, full)": "similarity(x, 15, full)",
}


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 2, 12), (5, 4, 33)])
def test_steering_by_nothing_is_no_steering(shape, tmp_path):
    x = np.random.default_rng(5).standard_normal(shape)
    for text, plain in LEVEL.items():
        (got,) = one("{ z = 0 * x; " + text + " }", x, tmp_path, "f64").values()
        (want,) = one(plain, x, tmp_path, "f64").values()
        assert np.allclose(got, want, rtol=1e-12, atol=1e-12), text


def test_slopes_that_are_no_number_and_vertical_layers(tmp_path):
    """NaN as a slope makes its samples NaN and no others; where it is infinite, ends of traces are read."""
    x = np.random.default_rng(3).standard_normal((4, 5, 40))
    p = np.full(x.shape, 0.25)
    p[1, 2, 20], p[2, 3, 7] = np.nan, np.inf
    y = steered(tmp_path, "steered_statistic(x, p, q)", x, p, -0.5)
    assert np.array_equal(np.argwhere(np.isnan(y)), [[1, 2, 20]])
    x4, q = x.astype("f4"), -0.5
    want = []
    for a, b in np.ndindex(3, 3):
        trace = x4[1 + a, 2 + b]
        if a == 1:
            d = 7 + q * (b - 1)
            m = int(np.floor(d))
            want.append(trace[m] * (1 - (d - m)) + trace[m + 1] * (d - m))
        else:
            want.append(trace[-1] if a == 2 else trace[0])
    assert abs(y[2, 3, 7] - np.mean(want)) < 1e-6


def test_zero_phase_filters_keep_and_remove(tmp_path):
    k = np.arange(1000)
    tone = lambda f: np.cos(2 * np.pi * f * k * DT / 1000)[None, None]  # noqa: E731
    x = tone(20) + tone(80)
    for text, want, off in (
        ("lowpass(x, 40 Hz)", tone(20), 2e-3),
        ("highpass(x, 40 Hz)", tone(80), 2e-3),
        ("bandpass(x, 10 Hz, 35 Hz)", tone(20), 2e-2),  # both corners are near
    ):
        (got,) = one(text, x, tmp_path, "f64").values()
        assert np.abs(got - want)[..., 100:900].max() < off, text


# Whole lines ------------------------------------------------------------------


def test_volumes_that_do_not_fit_say_how_much_they_need(tmp_path):
    stem = tmp_path / "d"
    tools.run("seis-compile", "deriche(axis=inline)", "-o", stem)
    x = volumes.ordinary((64, 64, 200))
    np.save(tmp_path / "x.npy", x)
    common = ["apply", f"{stem}.so", "--in", f"x={tmp_path / 'x.npy'}", "-o", f"{tmp_path}/out/"]
    done = tools.run("seis-run", *common, "--max-memory=1M", check=False)
    assert done.returncode != 0 and "memory" in done.stderr and "M" in done.stderr, done.stderr


def test_neighbours_do_not_change_a_line(module):
    run, dtype = module
    x = volumes.ordinary((9, 10, 101)).astype(dtype)
    clean = run.run({"x": x})
    x[4, 4] = np.nan
    dirty = run.run({"x": x})
    for name in ("deriche_s", "deriche_s1", "lowpass", "bandpass", "relative_impedance"):
        there = np.ones((9, 10), bool)
        there[4, 4] = False
        assert same(dirty[name][there], clean[name][there]) and np.isnan(dirty[name][4, 4]).all()


def test_filters_of_images_agree(tmp_path):
    """With edges that reflect, sigma 3 is near the sampled Gaussian everywhere."""
    x = volumes.ordinary((12, 30, 80)).astype("f8")
    text = "recursive_gaussian(x, (2, 3, 4), mode=reflect)"
    (got,) = one(text, x, tmp_path, "f64", None).values()
    want = ndimage.gaussian_filter(x, (2, 3, 4), mode="reflect", truncate=8)
    assert np.abs(got - want).max() < 6e-3 * np.abs(want).max()
