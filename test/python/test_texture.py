"""Co-occurrence features: compiled code and reference loops against NumPy and scikit-image."""
import itertools
import json

import numpy as np
import pytest

import guarded
import reference_glcm as ref
import tools
import volumes
from seis_object import Object, SeisError, blockings
from test_compiled import DTYPES, compiled, compiles, same
from tools import CPUS

pytestmark = pytest.mark.skipif(
    not compiles(), reason=f"no seis-compile that makes objects in {tools.BIN}"
)

TEN = [f"glcm_{f}" for f in ref.FEATURES]
SHAPES = [(1, 1, 1), (1, 1, 2), (1, 7, 33), (3, 10, 41), (2, 5, 67), (5, 1, 16), (2, 3, 131)]


def check(got, want, dtype, prefix="glcm_", limits=(-np.inf, np.inf)):
    """f64: 1e-9 of the rms; f32: 1e-5. Levels are equal, so no sample is an exception."""
    for name in ref.FEATURES:
        r = np.clip(want[name], *limits) if name == "correlation" else want[name]
        g = got[prefix + name].astype("f8")
        assert (np.isnan(g) == np.isnan(r)).all(), name
        scale = np.sqrt(np.nanmean(r * r)) if np.isfinite(r).any() else 0
        error = np.nanmax(np.abs(g - r), initial=0)
        bound = (1e-9 if dtype == "f8" else 1e-5) * scale
        assert error <= bound + (1e-15 if dtype == "f8" else 1e-6) * (scale == 0), (
            name, error / max(scale, 1e-300))  # fmt: skip


def call(feature, options):
    return f"output glcm_{feature} = glcm_{feature}(x{options})\n"


def confined(*arguments, **options):
    """As compiled, with buffers and scratch between pages that may not be touched."""
    compiled(*arguments, **options)
    folder, name = arguments[:2]
    return Object(folder / f"{name}.so", place=guarded.place, scratch=guarded.SCRATCH)


@pytest.fixture(scope="session", params=list(itertools.product(DTYPES, CPUS)), ids="-".join)
def ten(request, tmp_path_factory):
    dtype, cpu = request.param
    folder = tmp_path_factory.mktemp(f"glcm-{dtype}-{cpu}")
    return compiled(folder, "ten", TEN, dtype, cpu), DTYPES[dtype]


# Right ------------------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES, ids=lambda s: "x".join(map(str, s)))
def test_against_scikit_image(ten, shape):
    pytest.importorskip("skimage")
    module, dtype = ten
    x = volumes.ordinary(shape).astype(dtype)
    want = ref.glcm(ref.levels(x), matrix=ref.skimage_matrix)
    check(module.run({"x": x}, threads=2), want, dtype)


@pytest.mark.parametrize("case", ["constant", "dead traces", "two values", "huge", "tiny"])
def test_special_volumes(ten, case):
    module, dtype = ten
    x = volumes.ordinary((2, 9, 37)).astype(dtype)
    if case == "constant":
        x[:] = 250
    elif case == "dead traces":
        x[0, 3:] = 0
    elif case == "two values":
        x = np.sign(x)
    else:
        x *= x.dtype.type(1e30 if case == "huge" else 1e-30)
    got = module.run({"x": x})
    check(got, ref.glcm(ref.levels(x)), dtype)
    if case == "constant":
        assert (got["glcm_correlation"] == 1).all() and (got["glcm_energy"] == 1).all()
        assert not got["glcm_entropy"].any() and not got["glcm_std"].any()


def test_on_real_data(ten):
    x = volumes.real_crop()
    if x is None:
        pytest.skip("no F3 crop: set SEIS_DATA to the folder that has it")
    module, dtype = ten
    x = x[:2, :30, :70].astype(dtype)
    check(module.run({"x": x}), ref.glcm(ref.levels(x)), dtype)


OPTIONS = [  # text of the options, levels, window, offsets, mode
    (", direction=0 deg", 16, (1, 7, 7), [(0, 0, 1)], "zero"),
    (", direction=45 deg", 16, (1, 7, 7), [(0, 1, 1)], "zero"),
    (", direction=135 deg, distance=2", 16, (1, 7, 7), [(0, 1, -1)], "zero"),
    (", distance=3, window=(1, 9, 5)", 16, (1, 9, 5), [(0, 3, 0)], "zero"),
    (", levels=2", 2, (1, 7, 7), [(0, 1, 0)], "zero"),
    (", levels=17", 17, (1, 7, 7), [(0, 1, 0)], "zero"),
    (", levels=256", 256, (1, 7, 7), [(0, 1, 0)], "zero"),
    (", window=(1, 15, 17)", 16, (1, 15, 17), [(0, 1, 0)], "zero"),
    (", window=(1, 3, 1)", 16, (1, 3, 1), [(0, 1, 0)], "zero"),
    (", plane=crossline", 16, (7, 1, 7), [(1, 0, 0)], "zero"),
    (", plane=crossline, direction=0 deg", 16, (7, 1, 7), [(0, 0, 1)], "zero"),
    (", plane=sample, direction=135 deg", 16, (7, 7, 1), [(1, -1, 0)], "zero"),
    (", window=(3, 3, 5), mode=reflect", 16, (3, 3, 5), [(0, 1, 0)], "reflect"),
    (", mode=nearest", 16, (1, 7, 7), [(0, 1, 0)], "nearest"),
    (", mode=mirror", 16, (1, 7, 7), [(0, 1, 0)], "mirror"),
    (", lo=-200, hi=300, levels=8", 8, (1, 7, 7), [(0, 1, 0)], "zero"),
]  # fmt: skip


def test_reference_has_the_offsets_of_the_options():
    assert ref.offset_of(135, 2) == (0, 1, -1) and ref.offset_of(90, 1) == (0, 1, 0)
    assert ref.offset_of(135, 1, "sample") == (1, -1, 0)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("options", OPTIONS, ids=lambda o: o[0][2:])
def test_options(options, dtype, tmp_path):
    text, count, window, offsets, mode = options
    program = tmp_path / "p.seis"
    program.write_text("input x: volume\n" + "".join(call(f, text) for f in ref.FEATURES))
    x = volumes.ordinary((5, 9, 40), seed=3).astype(DTYPES[dtype])
    limits = {"lo": -200, "hi": 300} if "lo=" in text else {}
    want = ref.glcm(ref.levels(x, count, **limits), count, window, offsets, mode)
    module = confined(tmp_path, "o", [program], dtype)
    check(module.run({"x": x}, threads=2), want, DTYPES[dtype])
    loops = tools.evaluate([program], {"x": x.astype("f8")}, tmp_path / "eval")
    if dtype == "f64":
        check(loops, want, "f8")
    if mode == "zero" and count == 16 and "lo" not in text:
        again = confined(tmp_path, "v3", [program], dtype, "x86-64-v3")
        check(again.run({"x": x}), want, DTYPES[dtype])


@pytest.mark.parametrize("dtype", DTYPES)
def test_three_dimensions(dtype, tmp_path):
    names = [f"glcm3d_{f}" for f in ref.FEATURES]
    program = tmp_path / "p.seis"
    text = "".join(f"output {n} = {n}(x, window=(5, 5, 9))\n" for n in names)
    program.write_text("input x: volume\n" + text)
    x = volumes.ordinary((6, 7, 30), seed=9).astype(DTYPES[dtype])
    want = ref.glcm(ref.levels(x), 16, (5, 5, 9), [(0, 1, 0), (1, 0, 0)])
    module = confined(tmp_path, "o", [program], dtype)
    got = module.run({"x": x}, threads=2)
    check(got, want, DTYPES[dtype], "glcm3d_", (0, 1))
    assert not [k for k, v in blocked(module, {"x": x}, 1).items() if not same(v, got[k])]
    default = confined(tmp_path, "d", names, dtype)
    want = ref.glcm(ref.levels(x), 16, (7, 7, 15), [(0, 1, 0), (1, 0, 0)])
    check(default.run({"x": x}, threads=2), want, DTYPES[dtype], "glcm3d_", (0, 1))


@pytest.mark.parametrize("dtype", DTYPES)
def test_any_values_become_levels(dtype, tmp_path):
    """Operands that are not known to hold levels; a feature that is an output and is read, too."""
    program = tmp_path / "p.seis"
    matrix = "16, (1, 7, 7), (0, 1, 0)"
    outputs = {"mean": f"glcm(x / 40, mean, {matrix})", "contrast": f"glcm(x / 40, contrast, {matrix})",
               "entropy": f"glcm(x / 40, entropy, {matrix})", "twice": "2 * mean"}  # fmt: skip
    text = "".join(f"output {name} = {what}\n" for name, what in outputs.items())
    program.write_text("input x: volume\n" + text)
    x = volumes.ordinary((3, 19, 70), seed=4).astype(DTYPES[dtype])
    x[1, 5, 60:] = np.nan
    q = np.trunc(x / x.dtype.type(40))
    assert (q < 0).any() and (q > 15).any()
    want = ref.glcm(np.clip(q, 0, 15))
    module = confined(tmp_path, "o", [program], dtype)
    got = module.run({"x": x}, threads=2)
    tolerance = 1e-5 if dtype == "f32" else 1e-12
    for name in ("mean", "contrast", "entropy"):
        np.testing.assert_allclose(got[name], want[name], rtol=tolerance, atol=tolerance)
    np.testing.assert_array_equal(got["twice"], 2 * got["mean"])
    assert not [k for k, v in blocked(module, {"x": x}, 2).items() if not same(v, got[k])]


@pytest.mark.parametrize("levels", [2, 16, 64, 256])
@pytest.mark.parametrize("dtype", DTYPES)
def test_levels_are_those_of_numpy_to_the_bit(levels, dtype, tmp_path):
    x = volumes.ordinary((13, 17, 301), seed=levels).astype(DTYPES[dtype])
    module = compiled(tmp_path, "q", ["-e", f"glcm_levels(x, {levels})"], dtype)
    q = module.run({"x": x}, threads=2)["q"]
    assert same(q, ref.levels(x, levels)) and q.max() == levels - 1 and q.min() == 0


# NaN, infinity ----------------------------------------------------------------


@pytest.mark.parametrize("dtype", DTYPES)
def test_nan_stays_in_the_pairs_that_hold_it(dtype, tmp_path):
    program = tmp_path / "p.seis"
    text = ", lo=-1500, hi=1500, distance=4"
    program.write_text("input x: volume\n" + "".join(call(f, text) for f in ref.FEATURES))
    module = confined(tmp_path, "n", [program], dtype)
    x = volumes.ordinary((2, 12, 40)).astype(DTYPES[dtype])
    x[0, 6, 20] = np.nan
    x[1, 0, 0] = np.inf
    x[1, 11, 39] = -np.inf
    want = ref.glcm(ref.levels(x, lo=-1500, hi=1500), offsets=[(0, 4, 0)])
    assert 0 < np.isnan(want["asm"][0]).sum() < 49
    check(module.run({"x": x}), want, DTYPES[dtype])
    check(tools.evaluate([program], {"x": x.astype("f8")}, tmp_path / "e"), want, "f8")


def test_nan_in_a_live_trace_is_an_error(ten):
    module, dtype = ten
    x = volumes.ordinary((3, 4, 20)).astype(dtype)
    x[1, 2, 3] = np.nan
    with pytest.raises(SeisError) as error:
        module.run({"x": x})
    assert error.value.status == "nan"


# One result -------------------------------------------------------------------


def blocked(module, data, seed):
    """The outputs, put together from blocks."""
    shape = data["x"].shape
    whole = module.run(data)
    tables = module.reductions(data)
    got = {k: np.full_like(v, 99) for k, v in whole.items()}
    for boxes in blockings(shape, seed=seed, whole=(False, False, True)):
        for n, (lo, extent) in enumerate(boxes):
            part = module.run(data, threads=1 + n % 2, lo=lo, extent=extent, tables=tables,
                              margin=(n % 3, n % 2, 0), copy=n % 2 == 0)  # fmt: skip
            for name, value in part.items():
                got[name][tuple(slice(a, a + e) for a, e in zip(lo, extent))] = value
        wrong = [k for k in got if not same(got[k], whole[k])]
        assert not wrong, (boxes, wrong)
    return got


@pytest.mark.parametrize("shape", [(5, 21, 50), (9, 33, 101), (1, 70, 33)])
def test_same_bits_for_any_blocking_and_thread_count(ten, shape):
    module, dtype = ten
    data = {"x": volumes.ordinary(shape, seed=2).astype(dtype)}
    want = module.run(data)
    for threads in (2, 3):
        got = module.run(data, threads=threads)
        assert not [k for k in want if not same(got[k], want[k])]
    blocked(module, data, seed=4)


def test_a_feature_alone_is_the_one_among_ten(ten, tmp_path):
    module, dtype = ten
    x = volumes.ordinary((2, 11, 45)).astype(dtype)
    want = module.run({"x": x})
    short = "f32" if dtype == "f4" else "f64"
    for name in ("glcm_asm", "glcm_entropy", "glcm_homogeneity", "glcm_correlation", "glcm_mean"):
        alone = compiled(tmp_path, name, [name], short)
        got = alone.run({"x": x})[name]
        assert np.abs(got - want[name]).max() <= 1e-6 * np.abs(want[name]).max(), name


@pytest.mark.parametrize("cpu", CPUS)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("options", ["", ", levels=256", ", levels=2, distance=3, direction=45 deg",
                                     ", plane=sample, window=(5, 5, 1)", ", mode=reflect",
                                     ", window=(3, 5, 5)"])  # fmt: skip
def test_sums_of_sixteen_bits_are_those_of_the_others(options, dtype, cpu, tmp_path):
    """Alone they are made of whole numbers, but where NaN is near; beside others they are not."""
    text, three = options + ", lo=-1500, hi=1500", ("mean", "contrast", "dissimilarity")
    modules = []
    for name, features in (("three", three), ("ten", ref.FEATURES)):
        path = tmp_path / f"{name}.seis"
        path.write_text("input x: volume\n" + "".join(call(f, text) for f in features))
        make = confined if name == "three" else compiled
        modules.append(make(tmp_path, name, [path], dtype, cpu))
    for shape in ((1, 1, 1), (2, 9, 37), (2, 21, 512), (3, 10, 1100)):
        x = volumes.ordinary(shape, seed=3).astype(DTYPES[dtype])
        for _ in range(2):
            got, want = (m.run({"x": x}, threads=2) for m in modules)
            wrong = [f for f in three if not same(got[f"glcm_{f}"], want[f"glcm_{f}"])]
            assert not wrong, (shape, wrong)
            x[-1, shape[1] // 2, shape[2] // 3] = np.nan
            x[0, 0, -1] = np.inf


ROWS = {"stages": {"minimumf": {"at": "slide", "axis": "crossline"}}}
ACROSS = {"groups": [{"name": "g0", "order": ["crossline", "inline", "sample"]}]}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("feature", ["mean", "homogeneity"])
def test_levels_are_kept_from_row_to_row(feature, dtype, tmp_path):
    """Not where the schedule says so: levels are computed again, or read from rows of their own.
    Traces are so long that they are cut, and a NaN is in one piece of a few rows."""
    program = tmp_path / "p.seis"
    program.write_text("input x: volume\n" + call(feature, ", lo=-1500, hi=1500"))
    modules = [confined(tmp_path, "kept", [program], dtype)]
    for name, schedule in (("rows", ROWS), ("across", ACROSS)):
        file = tmp_path / f"{name}.json"
        file.write_text(json.dumps({"v": 1, **schedule}))
        modules.append(compiled(tmp_path, name, [program], dtype, extra=[f"--schedule={file}"]))
    for shape in ((3, 30, 5000), (2, 41, 70), (4, 3, 1)):
        x = volumes.ordinary(shape, seed=7).astype(DTYPES[dtype])
        for k in (None, 0, shape[2] // 2, shape[2] - 1):
            if k is not None:
                x[1, shape[1] // 3, k] = np.nan
            got, *others = ([m.run({"x": x}, threads=t)[f"glcm_{feature}"] for t in (1, 2)]
                            for m in modules)  # fmt: skip
            assert all(same(got[0], o) for o in [got[1], *others[0], *others[1]]), (shape, k)
        blocked(modules[0], {"x": x}, seed=5)
    q = ref.levels(x, lo=-1500, hi=1500)
    np.testing.assert_allclose(got[0], ref.glcm(q)[feature], rtol=1e-5)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("what", ["winsum(glcm_mean(x), (3, 3, 3))", "glcm_mean(x) + glcm_contrast(x, window=(1, 5, 5))",
                                  "2 * glcm_contrast(envelope(x)) + glcm_mean(x, plane=sample)",
                                  "glcm(mod(floor(x / 100), 9), mean, 9, (1, 3, 71), (0, 1, 0), mode=wrap)"])  # fmt: skip
def test_features_that_others_read(what, dtype, tmp_path):
    program = tmp_path / "p.seis"
    program.write_text(f"input x: volume\noutput a = {what}\n")
    module = confined(tmp_path, "o", [program], dtype)
    for shape in ((1, 1, 1), (2, 11, 16), (3, 9, 33), (2, 37, 130), (1, 6, 301)):
        x = volumes.ordinary(shape, seed=3).astype(DTYPES[dtype])
        want = tools.evaluate([program], {"x": x.astype("f8")}, tmp_path / "eval")["a"]
        got = module.run({"x": x}, threads=2)["a"]
        error = np.abs(got - want) > (1e-9 if dtype == "f64" else 2e-5) * np.sqrt(np.mean(want**2))
        # in f32 a sample on the edge of a level may be on the other side: its windows differ
        assert error.mean() <= (0.02 if dtype == "f32" else 0), (shape, error.mean())


def test_features_share_one_operation():
    shown = tools.run("seis-compile", "--emit=seis", *TEN).stdout
    assert shown.count("seis.glcm") == 1 and shown.count("math.trunc") == 1


# Matrices ---------------------------------------------------------------------


def tables(q, count, window, offsets):
    """The matrix of every window of a volume of levels; NaN where a counted pair has one."""
    padded = np.pad(q, [(n // 2, n // 2) for n in window])
    out = np.empty((*q.shape, count, count))
    for at in np.ndindex(*q.shape):
        box = padded[tuple(slice(a, a + n) for a, n in zip(at, window))]
        made = ref.matrix(np.nan_to_num(box).astype(int), offsets, count)
        out[at] = np.nan if np.isnan(box[ref.in_pairs(window, offsets)]).any() else made
    return out


@pytest.mark.parametrize("dtype", DTYPES)
def test_matrices(dtype, tmp_path):
    program = tmp_path / "p.seis"
    text = ", levels=5, direction=45 deg, window=(1, 5, 3), lo=-1500, hi=1500"
    program.write_text(f"input x: volume\noutput p = glcm_base(x{text})\n"
                       f"output c = glcm_contrast(x{text})\n")  # fmt: skip
    module = confined(tmp_path, "base", [program], dtype)
    assert module.entry()[1]["outputs"][0]["axes"] == ["inline", "crossline", "sample", 5, 5]
    x = volumes.ordinary((3, 7, 20), seed=6).astype(DTYPES[dtype])
    x[1, 3, 9] = np.nan
    want = tables(ref.levels(x, 5, -1500, 1500), 5, (1, 5, 3), [(0, 1, 1)])
    got = module.run({"x": x}, threads=2)
    assert got["p"].shape == (3, 7, 20, 5, 5)
    assert (np.isnan(got["p"]) == np.isnan(want)).all()
    assert np.nanmax(np.abs(got["p"] - want)) <= (1e-15 if dtype == "f64" else 1e-7)
    a = np.arange(5)
    contrast = (got["p"] * (a[:, None] - a) ** 2).sum((-1, -2))
    assert np.nanmax(np.abs(contrast - got["c"])) <= 1e-5
    blocked(module, {"x": x}, seed=8)
    loops = tools.evaluate([program], {"x": x.astype("f8")}, tmp_path / "eval")["p"]
    assert np.nanmax(np.abs(loops - want)) <= 1e-15 and (np.isnan(loops) == np.isnan(want)).all()


def test_matrices_twice(tmp_path):
    program = tmp_path / "p.seis"
    program.write_text("input x: volume\noutput a = glcm_base(x, levels=4)\n"
                       "output b = glcm_base(x, levels=4)\n")  # fmt: skip
    x = volumes.ordinary((2, 5, 11))
    got = confined(tmp_path, "twice", [program]).run({"x": x})
    assert same(got["a"], got["b"])
    want = tables(ref.levels(x, 4), 4, (1, 7, 7), [(0, 1, 0)])
    assert np.abs(got["a"] - want).max() <= 1e-7


def test_matrices_are_streamed_under_a_memory_cap(tmp_path):
    if not tools.has("seis-run"):
        pytest.skip(f"no seis-run in {tools.BIN}")
    np.save(tmp_path / "x.npy", volumes.ordinary((6, 40, 100)))
    tools.run("seis-compile", "glcm-base", "-o", tmp_path / "base")
    apply = ["apply", "-q", tmp_path / "base.so", tmp_path / "x.npy", "-o"]
    tools.run("seis-run", *apply, tmp_path / "whole.npy")
    tools.run("seis-run", *apply, tmp_path / "capped.npy", "--max-memory=64M")
    whole, capped = (np.load(tmp_path / f"{n}.npy") for n in ("whole", "capped"))
    assert whole.shape == (6, 40, 100, 16, 16) and same(whole, capped)
    refused = tools.run("seis-run", *apply, tmp_path / "no.npy", "--max-memory=1M", check=False)
    assert refused.returncode != 0 and "memory" in refused.stderr


# Schedules --------------------------------------------------------------------

GROUPS = [
    {"vector": {"axis": "sample", "width": tools.vector_bits() // 64}},
    {"vector": {"axis": "sample", "width": tools.vector_bits() // 16}},
    {"order": ["crossline", "inline", "sample"], "tile": {"crossline": [5], "inline": [2]}},
    {"tile": {"inline": [3, 1], "crossline": [7, 3]}, "unroll": 2},
]


@pytest.mark.parametrize("names", [TEN, ["glcm_mean", "glcm_contrast"], ["glcm_homogeneity"]], ids=len)
@pytest.mark.parametrize("group", GROUPS, ids=lambda g: next(iter(g)))
def test_schedules_keep_the_bits(group, names, tmp_path):
    cpu = tools.WIDEST
    x = volumes.ordinary((5, 17, 45), seed=1)
    want = compiled(tmp_path, "default", names, cpu=cpu).run({"x": x})
    file = tmp_path / "s.json"
    file.write_text(json.dumps({"v": 1, "groups": [{"name": "g0", **group}]}))
    module = confined(tmp_path, "other", names, cpu=cpu, extra=[f"--schedule={file}"])
    got = module.run({"x": x}, threads=2)
    assert not [k for k in want if not same(got[k], want[k])]


def test_rows_of_windows_are_not_blocked(tmp_path):
    file = tmp_path / "s.json"
    file.write_text(json.dumps({"v": 1, "stages": {"glcm": {"rows": 4}}}))
    done = tools.run("seis-compile", "glcm-asm", f"--schedule={file}", "-o", tmp_path / "o",
                     check=False)  # fmt: skip
    assert done.returncode == 3
    assert ("schedule: stage 'glcm' counts pairs row by row, rows must be 1, got 4"
            in done.stderr)  # fmt: skip
