"""Inputs stored as integers, byte-swapped or as IBM floats, converted by an object's first load.

Stored samples are converted here once more, by exact arithmetic; an object compiled without
`--storage` run on those must give the bits of one with it run on the stored samples.
"""
import itertools
import json
from fractions import Fraction

import numpy as np
import pytest

import guarded
import tools
import volumes
from seis_object import Object, SeisError, Stored, blockings
from tools import CPUS

TYPES = {"f32": "f4", "f64": "f8"}
LISTED = {
    "f32": ["f32", "f32-swapped", "ibm", "i8", "i16", "i16-swapped"],
    "f64": ["f64", "f64-swapped", "f32-swapped", "ibm", "i8", "i16", "i16-swapped"],
}
SHAPES = [(1, 1, 1), (1, 7, 33), (9, 10, 101), (37, 41, 50)]
BORDERS = ["reflect", "nearest", "mirror", "zero", "wrap"]
# Every kind of stage that may read an input.
OUTPUTS = {
    "copy": "x",
    "point": "2 * x + 1",
    "many": "sin(x / 1000) * sqrt(abs(x)) + hypot(x, 3)",
    **{f"line_{b}": f"corr1(x, [1, -2, 3, 1, 2], sample, {b})" for b in BORDERS},
    **{f"cube_{b}": f"winsum(x, (3, 3, 3), {b})" for b in BORDERS},
    "long": "winmax(x, (5, 7, 9))",
    "rows": "corr1(x, [1, 2, -1], crossline) + corr1(x, [1, 3, 1], inline)",
    "analytic": "envelope(x)",
    "phase": "inst_phase(x) + unwrap(inst_phase(x))",
    "spectrum": "re(fft(x))",
    "scan": "scan(x, sample, add)",
    "across": "scan(x, crossline, add) + x",
    "along": "scan(x, inline, max)",
    "trace": "x - tmax(x)",
    "volume": "(x - vmin(x)) / (1 + vmax(x) + vsum(abs(x)) / vcount(x))",
    "index": "x * line(inline) + index(sample)",
}
PROGRAM = "input x: volume\n" + "".join(f"output {n} = {e}\n" for n, e in OUTPUTS.items())

pytestmark = pytest.mark.skipif(
    not tools.has("seis-compile"), reason=f"no seis-compile in {tools.BIN}"
)


def build(folder, name, program, *args):
    source = folder / f"{name}.seis"
    source.write_text(program)
    tools.run("seis-compile", source, *args, "-o", folder / name)
    return Object(folder / f"{name}.so")


@pytest.fixture(scope="module", params=list(itertools.product(TYPES, CPUS)), ids="-".join)
def pair(request, tmp_path_factory):
    """(type, object without storage, object with all of it)"""
    dtype, cpu = request.param
    folder = tmp_path_factory.mktemp(f"storage-{dtype}-{cpu}")
    args = [f"--dtype={dtype}", f"--cpu={cpu}"]
    plain = build(folder, "plain", PROGRAM, *args)
    return dtype, plain, build(folder, "stored", PROGRAM, *args, "--storage=i8,i16,swapped,ibm")


def ibm_value(word):
    """The number of an IBM word, exactly."""
    sign, power, mantissa = word >> 31, (word >> 24 & 0x7F) - 64, word & 0xFFFFFF
    value = Fraction(mantissa) * Fraction(16) ** power / 2**24
    return -value if sign else value


def ibm_numbers(words, dtype):
    """IBM words as f4 or f8: nearest, ties to even; infinity above the range."""
    out = np.empty(words.shape, "f8")
    for k, word in np.ndenumerate(words):
        out[k] = float(ibm_value(int(word)))  # 24 bits: exact
        if word >> 31 and out[k] == 0:
            out[k] = -0.0
    with np.errstate(over="ignore"):
        return out.astype(TYPES[dtype])


def ibm_words(x):
    """Nearly the nearest IBM words of numbers below 1e6; how well does not matter here."""
    words = np.zeros(x.shape, "u4")
    power = np.ceil(np.log2(np.maximum(np.abs(x), 1e-30)) / 4 + 1e-9).astype("i8")
    mantissa = np.minimum(np.rint(np.abs(x) * 2.0 ** (24 - 4 * power)), 0xFFFFFF).astype("u4")
    words[:] = (np.signbit(x).astype("u4") << 31) | ((power + 64).astype("u4") << 24) | mantissa
    words[x == 0] = 0
    return words


def scaled(integers, scale, offset, dtype):
    """fma(scale, stored, offset), rounded once to the type."""
    real = np.dtype(TYPES[dtype]).type
    a, b = Fraction(float(real(scale))), Fraction(float(real(offset)))
    table = {int(v): a * int(v) + b for v in np.unique(integers)}
    if dtype == "f64":
        rounded = {v: float(f) for v, f in table.items()}
    else:
        rounded = {v: nearest_f32(f) for v, f in table.items()}
    return np.vectorize(rounded.get, otypes=[real])(integers)


def nearest_f32(value):
    """The nearest f4, ties to even; f8 in between would round twice."""
    near = np.float32(float(value))
    ends = np.float32([-np.inf, np.inf])
    choices = [np.nextafter(near, ends[0]), near, np.nextafter(near, ends[1])]
    best = min(abs(Fraction(float(c)) - value) for c in choices)
    ties = [c for c in choices if abs(Fraction(float(c)) - value) == best]
    return min(ties, key=lambda c: int(c.view("u4")) & 1)


def case(form, shape, dtype, seed=0):
    """(stored input, the same in the compute type)"""
    x = volumes.ordinary(shape, seed, "f8")
    real = TYPES[dtype]
    if form in ("f32", "f64"):
        return Stored(x.astype(real), form), x.astype(real)
    if form == "ibm":
        words = ibm_words(x)
        return Stored(words.astype(">u4"), "f32", "ibm"), ibm_numbers(words, dtype)
    name, _, swap = form.partition("-")
    if name.startswith("f"):
        stored = x.astype(f">f{int(name[1:]) // 8}")
        return Stored(stored, name, "swapped"), stored.astype(real)
    scale, offset = 0.37159, -12.403
    top = 127 if name == "i8" else 32767
    integers = np.clip(np.rint(x * (top / 4000)), -top - 1, top)
    integers.flat[0] = -top - 1
    stored = integers.astype((">" if swap else "<") + ("i1" if name == "i8" else "i2"))
    kind = "swapped" if swap else "native"
    x = scaled(stored.astype("i8"), scale, offset, dtype)
    return Stored(stored, name, kind, scale, offset), x


def named(module, x, shape):
    """All inputs of the program by the names that the manifest has."""
    out = {}
    for one in module.entry()[1]["inputs"]:
        out[one["name"]] = x if one["name"] == "x" else np.arange(100.0, 100 + shape[0])
    return out


def bits(a):
    """Bit patterns, every NaN the same."""
    return np.where(np.isnan(a), np.nan, a).astype(a.dtype).view(f"u{a.dtype.itemsize}")


def assert_same(got, want, where):
    wrong = [k for k in want if not np.array_equal(bits(got[k]), bits(want[k]))]
    assert not wrong, (where, wrong)


# Results --------------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_stored_samples_give_the_bits_of_converted_ones(pair, shape):
    dtype, plain, stored = pair
    for form in LISTED[dtype]:
        given, x = case(form, shape, dtype)
        want = plain.run(named(plain, x, shape))
        for threads in (1, 3):
            got = stored.run(named(stored, given, shape), threads=threads)
            assert_same(got, want, (form, threads))


def test_special_numbers(pair):
    """NaN, infinities, zeros of both signs, the ends of every range, subnormal numbers."""
    dtype, plain, stored = pair
    shape = (3, 4, 40)
    rng = np.random.default_rng(5)
    odd = np.array([np.nan, np.inf, -np.inf, 0, -0.0, 1e-40, -1e-45, 3.4e38, -3.4e38, 1], "f8")
    words = np.array([0, 1 << 31, 0x7FFFFFFF, 0x60FFFFFF, 0xE0FFFFFF, 0x61100000, 0x00000001,
                      0x21000001, 0x1B100000, 0x1AFFFFFF, 0x40000000, 0x7F000001, 0x22345678,
                      0x8123FFFF, 0x20800001], "u4")  # fmt: skip
    for form in LISTED[dtype]:
        given, x = case(form, shape, dtype, 3)
        tables = plain.reductions(named(plain, x, shape))  # a pass refuses NaN
        spots = rng.permutation(np.prod(shape))[:30]
        if form == "ibm":
            raw = given.array.astype("u4")
            raw.flat[spots] = rng.choice(words, 30)
            given, x = Stored(raw.astype(">u4"), "f32", "ibm"), ibm_numbers(raw, dtype)
        elif form.startswith("f"):
            with np.errstate(over="ignore"):
                given.array.flat[spots] = rng.choice(odd, 30).astype(given.array.dtype)
            x = given.array.astype(TYPES[dtype])
        got = stored.run(named(stored, given, shape), tables=tables)
        assert_same(got, plain.run(named(plain, x, shape), tables=tables), form)


def test_ibm_words_of_every_exponent(pair):
    """All signs and characteristics, with mantissas that round up, down and to even."""
    dtype, plain, stored = pair
    mantissas = np.array([0, 1, 3, 0x0FFFFF, 0x100000, 0x123457, 0x7FFFFF, 0x800001, 0xFFFFFF,
                          0xABCDEF, 0x080808, 0xC00000], "u4")  # fmt: skip
    words = (np.arange(256, dtype="u4")[:, None] << 24 | mantissas).reshape(1, 48, 64)
    given = Stored(words.astype(">u4"), "f32", "ibm")
    got = stored.run(named(stored, given, words.shape))["copy"]
    assert np.array_equal(bits(got), bits(ibm_numbers(words, dtype)))


def test_blocks_give_the_bits_of_the_whole(pair):
    dtype, _, stored = pair
    shape = (37, 41, 50)
    about = stored.entry()[1]["inputs"]
    whole = tuple(any(one.get("halo", {}).get(a) == "whole" for one in about)
                  for a in ("inline", "crossline", "sample"))  # fmt: skip
    for form in LISTED[dtype]:
        given, _ = case(form, shape, dtype)
        want = stored.run(named(stored, given, shape))
        tables = stored.reductions(named(stored, given, shape))
        for boxes in blockings(shape, 11, count=2, whole=whole):
            for lo, extent in boxes:
                part = stored.run(named(stored, given, shape), lo=lo, extent=extent, tables=tables)
                cut = tuple(slice(a, a + n) for a, n in zip(lo, extent))
                assert_same(part, {k: v[cut] for k, v in want.items()}, (form, lo, extent))


SMALL = {
    "mean": "winsum(x, (3, 3, 3)) / 27",
    "level": "x / (vmax(x) - vmin(x))",
    "hull": "envelope(x)",
    "twice": "2 * x",
}


@pytest.fixture(scope="module", params=list(itertools.product(TYPES, CPUS)), ids="-".join)
def small(request, tmp_path_factory):
    """(type, an object with blocks of a halo, the same where nothing outside may be touched)"""
    dtype, cpu = request.param
    folder = tmp_path_factory.mktemp(f"small-{dtype}-{cpu}")
    program = "input x: volume\n" + "".join(f"output {n} = {e}\n" for n, e in SMALL.items())
    module = build(folder, "small", program, f"--dtype={dtype}", f"--cpu={cpu}",
                   "--storage=swapped,i16,ibm,i8")  # fmt: skip
    return dtype, module, Object(folder / "small.so", place=guarded.place, scratch=guarded.SCRATCH)


def test_blocks_with_a_halo(small):
    dtype, module, _ = small
    shape = (37, 41, 30)
    for form in LISTED[dtype]:
        given, _ = case(form, shape, dtype, 2)
        want = module.run({"x": given})
        tables = module.reductions({"x": given}, bands=[1])
        for boxes in blockings(shape, 5, count=3):
            for lo, extent in boxes:
                part = module.run({"x": given}, lo=lo, extent=extent, tables=tables)
                cut = tuple(slice(a, a + n) for a, n in zip(lo, extent))
                assert_same(part, {k: v[cut] for k, v in want.items()}, (form, lo, extent))


@pytest.mark.parametrize("layout", ["headers", "reversed", "steps", "repeated"])
def test_strides_in_stored_elements(small, layout):
    """Trace headers between the rows as in SEG-Y, negative strides, every second row, stride 0."""
    dtype, module, _ = small
    shape = (6, 8, 35)
    for form in LISTED[dtype]:
        given, _ = case(form, shape, dtype, 4)
        a = given.array
        if layout == "headers":
            records = np.zeros(shape[:2], [("header", "V240"), ("samples", a.dtype, shape[2])])
            records["samples"] = a
            view = records["samples"]
        elif layout == "reversed":
            view = a[::-1, ::-1].copy()[::-1, ::-1]
        elif layout == "steps":
            room = np.full((3 * shape[0], 2 * shape[1], shape[2] + 3), 99).astype(a.dtype)
            view = room[::3, 1::2, : shape[2]]
            view[...] = a
        else:
            view = np.broadcast_to(a[:1, :1], shape)
            a = np.ascontiguousarray(view)
        assert view.strides[2] == a.itemsize and not view.flags.c_contiguous
        want = module.run({"x": given.like(a)})
        got = module.run({"x": given.like(view)}, copy=False, reverse=True)
        assert_same(got, want, form)


@pytest.mark.parametrize("shape", [(1, 1, 1), (2, 3, 15), (3, 2, 16), (2, 2, 33)], ids=str)
def test_nothing_outside_the_rows_is_touched(small, shape):
    dtype, module, fenced = small
    for form in LISTED[dtype]:
        given, _ = case(form, shape, dtype, 6)
        assert_same(fenced.run({"x": given}), module.run({"x": given}), form)


def test_several_inputs_each_in_its_own_way(tmp_path):
    program = "input a: volume\ninput b: volume\n"
    program += "output d = winsum(a, (1, 1, 3)) - b * line(inline)\n"
    plain = build(tmp_path, "plain", program)
    stored = build(tmp_path, "stored", program, "--storage=i16,swapped,ibm")
    shape = (4, 5, 37)
    lines = next(n["name"] for n in plain.entry()[1]["inputs"] if "from" in n)
    numbers = {lines: np.arange(4.0) + 7}
    for one, two in itertools.product(["f32", "f32-swapped", "ibm", "i16-swapped"], repeat=2):
        a, x = case(one, shape, "f32", 1)
        b, y = case(two, shape, "f32", 2)
        got = stored.run({"a": a, "b": b, **numbers})
        assert_same(got, plain.run({"a": x, "b": y, **numbers}), (one, two))


def test_complex_inputs_stay_as_they_are(tmp_path):
    program = "input z: cvolume\ninput x: volume\noutput y = re(z) + x\n"
    module = build(tmp_path, "mixed", program, "--storage=i16")
    assert [n["storage"] for n in module.entry()[1]["inputs"]] == [["c64"], ["f32", "i16"]]
    x, shape = volumes.ordinary((2, 3, 20)), (2, 3, 20)
    z = volumes.as_complex(x, -x)
    given, values = case("i16", shape, "f32")
    assert_same(module.run({"z": z, "x": given}), {"y": x + values}, "complex")


def test_serial_objects(tmp_path):
    program = "input x: volume\noutput y = envelope(x) + winmin(x, (3, 3, 3))\n"
    plain = build(tmp_path, "plain", program, "--openmp=off", "--samples=50")
    stored = build(tmp_path, "stored", program, "--openmp=off", "--samples=50", "--storage=ibm")
    given, x = case("ibm", (5, 6, 50), "f32")
    assert_same(stored.run({"x": given}), plain.run({"x": x}), "serial")


# What is refused --------------------------------------------------------------


def refused(module, given):
    with pytest.raises(SeisError) as caught:
        module.run({"x": given})
    return str(caught.value)


@pytest.fixture(scope="module")
def narrow(tmp_path_factory):
    folder = tmp_path_factory.mktemp("narrow")
    return build(folder, "narrow", "input x: volume\noutput y = 2 * x\n", "--storage=i16,ibm")


OTHER = "convert them while reading or compile the program with another --storage"


@pytest.mark.parametrize(
    "dtype,storage,words",
    [
        ("i16", "swapped", "i16-swapped"), ("f32", "swapped", "f32-swapped"),
        ("i8", "native", "i8"), ("i16", "ibm", "i16 in storage ibm"), ("f64", "native", "f64"),
        ("i32", "native", "i32"), ("u8", "native", "u8"),
    ],
)  # fmt: skip
def test_what_is_not_listed_is_refused(narrow, dtype, storage, words):
    raw = np.zeros((1, 2, 3), {"u8": "u1"}.get(dtype, dtype[0] + str(int(dtype[1:]) // 8)))
    assert refused(narrow, Stored(raw, dtype, storage)) == (
        f"dtype: narrow: input 'x': samples are {words}, wanted one of f32, ibm, i16; {OTHER}"
    )


def test_an_object_without_storage_keeps_its_message(tmp_path):
    module = build(tmp_path, "plain", "input x: volume\noutput y = 2 * x\n")
    assert refused(module, Stored(np.zeros((1, 2, 3), ">f4"), "f32", "swapped")) == (
        "dtype: plain: input 'x': storage is swapped, wanted native f32; convert the samples while "
        "reading"
    )


@pytest.mark.parametrize("scale,text", [(0.0, "0"), (-0.0, "0"), (1e-60, "1e-60")])
def test_a_scale_of_zero_is_refused(narrow, scale, text):
    given = Stored(np.zeros((1, 2, 3), "i2"), "i16", scale=scale)
    assert refused(narrow, given).replace("-0,", "0,") == (
        f"argument: narrow: input 'x': scale is {text}, which makes all samples equal; wanted 1, "
        "or what one step of the stored integers is worth"
    )
    narrow.run({"x": Stored(np.zeros((1, 2, 3), ">u4"), "f32", "ibm", scale=0.0)})  # not used
    narrow.run({"x": Stored(np.zeros((1, 2, 3), "f4"), "f32", scale=0.0)})


def test_addresses_are_aligned_to_stored_elements(narrow):
    raw = np.zeros(64, "u1")
    start = -raw.ctypes.data % 4 + 2
    given = Stored(np.frombuffer(raw.data, "i2", 6, start).reshape(1, 2, 3), "i16")
    got = narrow.run({"x": given}, copy=False)
    assert not got["y"].any()
    given = Stored(np.frombuffer(raw.data, ">u4", 6, start).reshape(1, 2, 3), "f32", "ibm")
    with pytest.raises(SeisError) as caught:
        narrow.run({"x": given}, copy=False)
    assert str(caught.value) == (
        "argument: narrow: input 'x': the address of its data is not a multiple of 4"
    )


# The object -------------------------------------------------------------------


def test_the_manifest_lists_what_is_taken(pair, narrow, tmp_path):
    dtype, plain, stored = pair
    by_name = {n["name"]: n["storage"] for n in stored.entry()[1]["inputs"]}
    assert by_name.pop("x") == LISTED[dtype]
    assert list(by_name.values()) == [["f64"]], "numbers of lines"
    assert plain.entry()[1]["inputs"][0]["storage"] == [dtype]
    assert narrow.entry()[1]["inputs"][0]["storage"] == ["f32", "ibm", "i16"]


def test_names_and_order_of_kinds_do_not_matter(tmp_path):
    made = []
    for kinds in ("i16,swapped", "swapped,i16", "i16,i16,swapped"):
        tools.run("seis-compile", "envelope", f"--storage={kinds}", "-o", tmp_path / "same")
        made.append((tmp_path / "same.so").read_bytes())
    assert made[0] == made[1] == made[2]
    header = (tmp_path / "same.h").read_text()
    assert "or stored as f32-swapped or i16 or i16-swapped" in header


def test_a_load_cannot_be_inlined(tmp_path):
    (tmp_path / "s.json").write_text(json.dumps({"stages": {"x_load": {"at": "inline"}}}))
    done = tools.run("seis-compile", "-e", "2*x", "--storage=i16", f"--schedule={tmp_path}/s.json",
                     "-o", tmp_path / "o", check=False)  # fmt: skip
    assert done.returncode == 3
    assert (
        "schedule: stage 'x_load' cannot be at 'inline': it converts the samples of an input to "
        "the compute type" in done.stderr
    )
