"""`seis-run apply` on files whose samples an object takes as they lie in the file.

Read in place or converted while reading, the outputs have the same bytes. Whether a block was used
in place is in the report; where something has to be replaced, it must not be.
"""
import json
import shutil

import numpy as np
import pytest

import tools
from test_storage import ibm_words

pytestmark = pytest.mark.skipif(
    not (tools.has("seis-compile") and tools.has("seis-run")), reason=f"no tools in {tools.BIN}"
)

NI, NX, NS = 40, 37, 75
CODES = {"f32": 5, "ibm": 1, "i16": 3, "i8": 8, "i32": 2}
PROGRAM = """input x: volume
output level = x / (1 + vmax(x) - vmin(x))
output mean = winsum(x, (3, 3, 5)) / 45
output hull = envelope(x)
"""
OUTPUTS = ["level", "mean", "hull"]


def encoded(x, form):
    """Samples as they stand in a SEG-Y file."""
    if form == "ibm":
        return ibm_words(x).astype(">u4")
    if form == "f32":
        return x.astype(">f4")
    bits = int(form[1:])
    limit = 2.0 ** (bits - 1)
    scale = 1 if bits > 16 else limit / 6000
    return np.clip(np.rint(x * scale), -limit, limit - 1).astype(f">i{bits // 8}")


class Survey:
    """A SEG-Y file of seis-run synth, written again with other samples."""

    def __init__(self, folder):
        self.folder = folder
        path = folder / "synth.sgy"
        shape = f"--shape={NI},{NX},{NS}"
        tools.run("seis-run", "synth", shape, "--dt-ms=4", "--seed=3", "-o", path)
        raw = np.fromfile(path, "u1")
        self.front = raw[:3600]
        traces = raw[3600:].reshape(NI * NX, 240 + 4 * NS)
        self.headers = traces[:, :240]
        self.x = np.ascontiguousarray(traces[:, 240:]).view(">f4").astype("f8")
        self.x[self.headers[:, 29] == 2] = 0  # dead traces have no samples

    def write(self, name, form, x=None, order=None, headers=None):
        front = self.front.copy()
        front[3224:3226] = [0, CODES[form]]
        samples = encoded(self.x if x is None else x, form)
        headers = self.headers if headers is None else headers
        rows = np.hstack([headers, samples.view("u1").reshape(len(samples), -1)])
        path = self.folder / name
        with open(path, "wb") as f:
            f.write(front.tobytes())
            f.write((rows if order is None else rows[order]).tobytes())
        return path


@pytest.fixture(scope="module")
def survey(tmp_path_factory):
    return Survey(tmp_path_factory.mktemp("survey"))


@pytest.fixture(scope="module", params=["f32", "f64"])
def objects(request, tmp_path_factory):
    """(type, object without storage, object with all of it)"""
    folder = tmp_path_factory.mktemp(f"objects-{request.param}")
    (folder / "p.seis").write_text(PROGRAM)
    for name, extra in (("plain", []), ("stored", ["--storage=i8,i16,swapped,ibm"])):
        tools.run("seis-compile", folder / "p.seis", f"--dtype={request.param}", *extra,
                  "-o", folder / name)  # fmt: skip
    return request.param, folder / "plain.so", folder / "stored.so"


def apply(module, path, out, *options):
    """({output: bytes}, the report)"""
    shutil.rmtree(out, ignore_errors=True)
    done = tools.run("seis-run", "apply", module, path, "-o", f"{out}/", "--json", *options)
    return {p.name: p.read_bytes() for p in sorted(out.iterdir())}, json.loads(done.stdout)


def compare(objects, path, folder, in_place, *options):
    """Both objects on a file give the same bytes; whether the second one read it in place."""
    dtype, plain, stored = objects
    want, before = apply(plain, path, folder / "plain", *options)
    got, report = apply(stored, path, folder / "stored", *options)
    assert len(want) == len(OUTPUTS) and got == want
    assert report["dead_traces"] == before["dead_traces"]
    assert before["blocks_in_place"] == 0 or path.suffix == ".npy"
    assert (report["blocks_in_place"] > 0) == in_place, report
    return report


@pytest.mark.parametrize("form", list(CODES))
def test_every_format_gives_the_bytes_of_reading(objects, survey, tmp_path, form):
    path = survey.write(f"{form}.sgy", form)
    options = ["--cast"] if form == "i32" else []
    report = compare(objects, path, tmp_path, form != "i32", *options)
    assert report["dead_traces"] > 0
    if form != "i32":
        assert report["blocks_in_place"] == 2 * report["blocks"], "the pass and the run"


@pytest.mark.parametrize(
    "options", [["--block=7,9"], ["--block=5,37", "--threads=3"], ["--max-memory=24M"],
                ["--format=npy"], ["--keep-format"]],
)  # fmt: skip
@pytest.mark.parametrize("form", ["ibm", "i16"])
def test_however_it_is_cut_and_written(objects, survey, tmp_path, form, options):
    compare(objects, survey.write(f"{form}.sgy", form), tmp_path, True, *options)


def test_the_order_of_crosslines_may_be_reversed(objects, survey, tmp_path):
    order = np.arange(NI * NX).reshape(NI, NX)[:, ::-1].ravel()
    compare(objects, survey.write("back.sgy", "f32", order=order), tmp_path, True)


@pytest.mark.parametrize("order", ["crossline", "shuffled", "missing"])
def test_traces_that_are_not_evenly_spaced_are_read(objects, survey, tmp_path, order):
    places = np.arange(NI * NX)
    if order == "crossline":
        places = places.reshape(NI, NX).T.ravel()
    elif order == "shuffled":
        places = np.random.default_rng(1).permutation(places)
    else:
        places = np.delete(places, 17)
    compare(objects, survey.write("order.sgy", "ibm", order=places), tmp_path, False)


def test_nulls_are_replaced_while_reading(objects, survey, tmp_path):
    x = survey.x.copy()
    x[100] = 4096
    compare(objects, survey.write("null.sgy", "ibm", x), tmp_path, False, "--null=4096")


def test_dead_traces_that_are_not_zero_are_read(objects, survey, tmp_path):
    """Trace id 2 over live samples, traces of NaN, and of minus zeros: only their blocks."""
    headers = survey.headers.copy()
    headers[700, 28:30] = [0, 2]
    x = survey.x.copy()
    x[5] = np.nan
    x[1300] = -0.0
    path = survey.write("dead.sgy", "f32", x, headers=headers)
    compare(objects, path, tmp_path, False)
    report = compare(objects, path, tmp_path, True, "--block=2,37")
    assert 0 < report["blocks_in_place"] < 2 * report["blocks"]


def test_ibm_numbers_above_the_range_are_refused_alike(objects, survey, tmp_path):
    dtype, plain, stored = objects
    path = survey.write("huge.sgy", "ibm")
    raw = bytearray(path.read_bytes())
    at = 3600 + 99 * (240 + 4 * NS) + 240 + 4 * 11
    raw[at : at + 4] = bytes([0x61, 0x10, 0, 0])
    path.write_bytes(raw)
    if dtype == "f64":
        compare(objects, path, tmp_path, True)
        return
    said = []
    for module in (plain, stored):
        done = tools.run("seis-run", "apply", module, path, "-o", f"{tmp_path}/o/", check=False)
        assert done.returncode == 3
        said.append(done.stderr.splitlines()[0])
    assert said[0] == said[1]
    assert said[0].endswith(
        "huge.sgy: IBM number above the float32 range (3.4e38) in trace 100, sample 12: wrong "
        "sample format or byte order, or use float64"
    )


def test_large_ibm_numbers_within_the_range(objects, survey, tmp_path):
    """A characteristic above 96 with leading zeros in the mantissa is within the range of f32."""
    path = survey.write("large.sgy", "ibm")
    raw = bytearray(path.read_bytes())
    at = 3600 + 99 * (240 + 4 * NS) + 240 + 4 * 11
    raw[at : at + 4] = bytes([0x61, 0x00, 0, 9])
    path.write_bytes(raw)
    compare(objects, path, tmp_path, True)


@pytest.mark.parametrize("descr", ["<f4", ">f4", "<f8", ">f8", "<i2", ">i2", "|i1", "<i4", "|u1"])
def test_npy(objects, survey, tmp_path, descr):
    dtype = objects[0]
    top = {"f": 1e9, "i": 100, "u": 200}[descr[1]]
    x = np.clip(survey.x.reshape(NI, NX, NS), 0 if descr[1] == "u" else -top, top)
    path = tmp_path / "x.npy"
    np.save(path, x.astype(descr))
    listed = {"f32": ["<f4", ">f4", "<i2", ">i2", "|i1"],
              "f64": [">f4", "<f8", ">f8", "<i2", ">i2", "|i1"]}[dtype]  # fmt: skip
    options = ["--dt-ms=4"] + (["--cast"] if dtype == "f32" and descr[1:] in ("f8", "i4") else [])
    compare(objects, path, tmp_path, descr in listed, *options)
    compare(objects, path, tmp_path, descr in listed, *options, "--dead=zero")


def test_two_inputs_where_one_is_dead(tmp_path, survey):
    """What is dead in one volume is zero in all: a block whose other volume is not zero there is
    read."""
    (tmp_path / "two.seis").write_text(
        "input a: volume\ninput b: volume\noutput y = winsum(a * b + b, (3, 3, 1))\n"
    )
    made = []
    for name, extra in (("plain", []), ("stored", ["--storage=swapped,i16"])):
        tools.run("seis-compile", tmp_path / "two.seis", *extra, "-o", tmp_path / name)
    x = survey.x.copy()
    x[777] = 0
    a, b = survey.write("a.sgy", "f32", x), survey.write("b.sgy", "i16")
    for name in ("plain", "stored"):
        for block in ("--block=40,37", "--block=3,37"):
            out = tmp_path / f"{name}.sgy"
            done = tools.run("seis-run", "apply", tmp_path / f"{name}.so", "--in", f"a={a}", "--in",
                             f"b={b}", "-o", out, "--json", block)  # fmt: skip
            made.append((out.read_bytes(), json.loads(done.stdout)["blocks_in_place"]))
    assert made[0][0] == made[1][0] == made[2][0] == made[3][0]
    assert [n for _, n in made[:2]] == [0, 0]
    assert made[2][1] == 1, "b is read, a is in place"
    assert made[3][1] > 14, "both are in place but where a is dead"


def test_inspect_names_what_is_taken(objects):
    dtype, plain, stored = objects
    said = tools.run("seis-run", "inspect", stored).stdout
    swapped = "f32-swapped" if dtype == "f32" else "f64-swapped, f32-swapped"
    assert f"            stored as {dtype}, {swapped}, ibm, i8, i16, i16-swapped\n" in said
    assert "stored as" not in tools.run("seis-run", "inspect", plain).stdout
