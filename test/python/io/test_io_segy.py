"""SEG-Y against segyio's Python package, which reads and writes the files here."""
import numpy as np
import pytest

from probe import DATA, needs_probe, probe, refused, run

segyio = pytest.importorskip("segyio")
pytestmark = needs_probe

DTYPES = {1: "f4", 2: "i4", 3: "i2", 5: "f4", 8: "i1"}
NI, NX, NS = 7, 6, 25


def samples(fmt, n, seed=3):
    random = np.random.default_rng(seed)
    if fmt in (1, 5):
        return (random.normal(size=(n, NS)) * 1000).astype("f4")
    info = np.iinfo(DTYPES[fmt])
    return random.integers(info.min, info.max, size=(n, NS), endpoint=True).astype(DTYPES[fmt])


def make(path, fmt, endian="big", order="inline", polygon=False, text=True, keys=True):
    """Writes a file with segyio; returns {(inline, crossline): samples}, in file order."""
    grid = [(100 + i, 20 + 2 * x) for i in range(NI) for x in range(NX)]
    if polygon:
        grid = [g for g in grid if not (g[0] < 102 and g[1] > 26) and g != (104, 20)]
    if order == "crossline":
        grid.sort(key=lambda g: (g[1], g[0]))
    if order == "shuffled":
        np.random.default_rng(1).shuffle(grid)
        grid = [tuple(g) for g in grid]
    data = samples(fmt, len(grid))
    spec = segyio.spec()
    spec.format = fmt
    spec.sorting = None
    spec.samples = np.arange(NS) * 2.0
    spec.tracecount = len(grid)
    spec.endian = endian
    with segyio.create(str(path), spec) as f:
        if text:
            f.text[0] = segyio.tools.create_text_header({1: "A TEST", 2: "OF COPIES"})
        f.bin.update({segyio.BinField.Interval: 2000, segyio.BinField.Format: fmt})
        for k, (il, xl) in enumerate(grid):
            f.header[k] = {
                segyio.TraceField.INLINE_3D: il if keys else 0,
                segyio.TraceField.CROSSLINE_3D: xl if keys else 0,
                segyio.TraceField.TRACE_SAMPLE_INTERVAL: 2000,
                segyio.TraceField.TRACE_SAMPLE_COUNT: NS,
                segyio.TraceField.CDP_X: 12345 + k,
                segyio.TraceField.TraceIdentificationCode: 1,
            }
            if fmt in (1, 5):
                f.trace[k] = data[k]
    if fmt not in (1, 5):  # segyio 1.8.3 creates headers of integer files, but no samples
        size = np.dtype(DTYPES[fmt]).itemsize
        stored = data.astype(("<" if endian == "little" else ">") + DTYPES[fmt])
        with open(path, "r+b") as f:
            for k, row in enumerate(stored):
                f.seek(3600 + k * (240 + NS * size) + 240)
                f.write(row.tobytes())
            f.truncate(3600 + len(grid) * (240 + NS * size))
    with segyio.open(str(path), ignore_geometry=True, endian=endian) as f:
        stored = f.trace.raw[:].copy()  # what segyio itself reads back
    return dict(zip(grid, stored))


def as_volume(traces):
    out = np.zeros((NI, NX, NS))
    for (il, xl), t in traces.items():
        out[il - 100, (xl - 20) // 2] = t
    return out


KINDS = pytest.mark.parametrize("fmt", [1, 2, 3, 5, 8])
ENDS = pytest.mark.parametrize("endian", ["big", "little"])


@KINDS
@ENDS
@pytest.mark.parametrize("order", ["inline", "crossline", "shuffled"])
@pytest.mark.parametrize("polygon", [False, True], ids=["full", "polygon"])
def test_reads_like_segyio_and_copies_headers(tmp_path, fmt, endian, order, polygon):
    path = tmp_path / "a.sgy"
    traces = make(path, fmt, endian, order, polygon)
    expected = as_volume(traces)
    info = probe("info", path)
    assert info["shape"] == [NI, NX, NS]
    assert info["dt_ms"] == 2
    assert info["inlines"] == list(range(100, 100 + NI))
    assert info["crosslines"] == list(range(20, 20 + 2 * NX, 2))
    assert f"{endian} endian" in info["description"]
    assert sum(info["live"]) == len(traces)
    probe("read", path, tmp_path / "b.npy", "--type=f64")
    assert np.array_equal(np.load(tmp_path / "b.npy"), expected)
    probe("read", path, tmp_path / "b.npy", "--cast", "--box=2,1,5,4,3,11")
    assert np.array_equal(
        np.load(tmp_path / "b.npy"), expected.astype("f4")[2:6, 1:4, 5:16]
    )

    # A copy differs in bytes 3225-3226 and in samples only.
    probe("copy", path, tmp_path / "c.sgy", "--cast")
    old, new = path.read_bytes(), (tmp_path / "c.sgy").read_bytes()
    assert new[:3224] == old[:3224] and new[3226:3600] == old[3226:3600]
    assert new[3224:3226] == (b"\0\5" if endian == "big" else b"\5\0")
    a, b = 240 + NS * np.dtype(DTYPES[fmt]).itemsize, 240 + NS * 4
    assert len(new) == 3600 + b * len(traces)
    for k in range(len(traces)):
        assert new[3600 + b * k :][:240] == old[3600 + a * k :][:240]
    with segyio.open(str(tmp_path / "c.sgy"), ignore_geometry=True, endian=endian) as f:
        assert np.array_equal(f.trace.raw[:], np.array(list(traces.values())).astype("f4"))
    # With the format kept, and for samples that f32 holds, it is the same file.
    if fmt != 2:
        probe("copy", path, tmp_path / "k.sgy", "--keep-format", "--seed=4")
        assert (tmp_path / "k.sgy").read_bytes() == old


@KINDS
@ENDS
def test_line_without_keys(tmp_path, fmt, endian):
    traces = make(tmp_path / "a.sgy", fmt, endian, "shuffled", keys=False)
    assert probe("info", tmp_path / "a.sgy")["shape"] == [1, NI * NX, NS]
    probe("read", tmp_path / "a.sgy", tmp_path / "b.npy", "--type=f64")
    assert np.array_equal(np.load(tmp_path / "b.npy")[0], np.array(list(traces.values())))


@KINDS
@ENDS
def test_segyio_reads_new_files(tmp_path, fmt, endian):
    array = samples(fmt, NI * NX).reshape(NI, NX, NS)
    if fmt == 2:
        array = array // 1024 * 1024  # the probe copies as f32
    array[2, 3] = 0
    np.save(tmp_path / "a.npy", array)
    flags = ["--little"] if endian == "little" else []
    done = probe("copy", tmp_path / "a.npy", tmp_path / "b.sgy", "--new", "--dt-ms=2", "--cast",
                 "--dead-zero", f"--format={fmt}", *flags)  # fmt: skip
    assert done["non_finite"] == 0
    with segyio.open(str(tmp_path / "b.sgy"), endian=endian) as f:
        assert list(f.ilines) == list(range(1, NI + 1))
        assert list(f.xlines) == list(range(1, NX + 1))
        assert segyio.dt(f) == 2000
        assert int(f.format) == fmt and len(f.samples) == NS
        assert f.bin[segyio.BinField.SEGYRevision] == (256 if endian == "big" else 1)
        header = f.header[NX + 2]
        assert header[segyio.TraceField.INLINE_3D] == 2
        assert header[segyio.TraceField.CROSSLINE_3D] == 3
        assert header[segyio.TraceField.SourceGroupScalar] == -100
        assert header[segyio.TraceField.CDP_X] == 60005000
        assert header[segyio.TraceField.CDP_Y] == 600002500
        assert header[segyio.TraceField.TRACE_SAMPLE_COUNT] == NS
        got = segyio.tools.cube(f)
        if fmt == 1:  # IBM has up to three bits less, rounded to nearest
            assert np.all(np.abs(got - array) <= 2.0**-21 * np.abs(array))
        else:
            assert np.array_equal(got, array)
        text = bytes(f.text[0]).decode()
        assert text.startswith("C 1 written by seis ") and "C40 END TEXTUAL HEADER " in text


def test_stamp_is_the_only_change_of_the_text(tmp_path):
    make(tmp_path / "a.sgy", 5)
    probe("copy", tmp_path / "a.sgy", tmp_path / "b.sgy", "--stamp=ENVELOPE BY SEIS 0.1")
    old, new = (tmp_path / "a.sgy").read_bytes(), (tmp_path / "b.sgy").read_bytes()
    assert new[3200:] == old[3200:]
    with segyio.open(str(tmp_path / "b.sgy")) as f:
        lines = [bytes(f.text[0][k : k + 80]).decode() for k in range(0, 3200, 80)]
    assert lines[2].rstrip() == "C 3 ENVELOPE BY SEIS 0.1"
    assert new[:160] == old[:160] and new[240:3200] == old[240:3200]


def test_fill_for_nan_and_dead(tmp_path):
    traces = make(tmp_path / "a.sgy", 5)
    with segyio.open(str(tmp_path / "a.sgy"), "r+") as f:
        f.trace[3] = np.zeros(NS, "f4")
        bad = f.trace[8].copy()
        bad[4:6] = np.nan, np.inf
        f.trace[8] = bad
    done = probe("copy", tmp_path / "a.sgy", tmp_path / "b.sgy", "--fill=-7.5")
    assert done["non_finite"] == 2
    expected = as_volume(traces).reshape(-1, NS)
    expected[3] = -7.5
    expected[8, 4:6] = -7.5
    with segyio.open(str(tmp_path / "b.sgy")) as f:
        assert np.array_equal(f.trace.raw[:], expected.astype("f4"))


def test_other_key_bytes(tmp_path):
    make(tmp_path / "a.sgy", 5)
    with segyio.open(str(tmp_path / "a.sgy"), "r+", ignore_geometry=True) as f:
        for k in range(f.tracecount):
            h = dict(f.header[k])
            f.header[k].update({9: h[189], 21: h[193], 189: 3, 193: k % 4})
    message = refused("info", tmp_path / "a.sgy")
    assert "traces repeat a position" in message
    rows = {line.split()[0]: line for line in message.splitlines() if line.startswith("  ")}
    assert rows["9"].split()[1:3] == ["7", "regular"]
    assert rows["21"].split()[1:4] == ["6", "regular", "2"]
    assert rows["189"].split()[1:4] == ["1", "one", "value"]
    info = probe("info", tmp_path / "a.sgy", "--iline=9", "--xline=21")
    assert info["shape"] == [NI, NX, NS]


def damaged(whole):
    """(name, bytes) of files that must be refused."""
    for n in list(range(0, 3600, 120)) + [3599, 3601, 3700, 3839, 3841, 5000, len(whole) - 1]:
        yield f"cut at {n}", whole[:n]
    for code in list(range(6, 8)) + [0, 4, 9, 10, 11, 12, 15, 16, 17, 255, 256, 32767, 65535]:
        yield f"format {code}", whole[:3224] + code.to_bytes(2, "big") + whole[3226:]
    for ext in (1, 7, 100, 32767):
        yield f"extended {ext}", (
            whole[:3500] + b"\1\0" + whole[3502:3504] + ext.to_bytes(2, "big") + whole[3506:]
        )
    for count in (0, 1, 24, 26, 65535):  # and no count in the traces to fall back to
        both = bytearray(whole)
        both[3220:3222] = count.to_bytes(2, "big")
        both[3714:3716] = count.to_bytes(2, "big")
        yield f"{count} samples", bytes(both)
    yield "revision 2", whole[:3500] + b"\2\0" + whole[3502:]
    random = np.random.default_rng(5)
    for k in range(40):
        yield f"garbage {k}", random.bytes(int(random.integers(0, 9000)))
    yield "zeros", bytes(20000)
    yield "ones", b"\xff" * 20000
    yield "text", b"inline,crossline,amplitude\n" * 400
    trace = 240 + 4 * NS
    for k in (1, 5):
        yield f"trace {k} repeated", whole + whole[3600 + k * trace : 3600 + (k + 1) * trace]
    for value in (2**31 - 1, -(2**31)):
        yield f"inline {value}", whole[:3788] + value.to_bytes(4, "big", signed=True) + whole[3792:]


def test_more_than_100_broken_files_get_a_message(tmp_path):
    make(tmp_path / "a.sgy", 5)
    whole = (tmp_path / "a.sgy").read_bytes()
    count = 0
    for name, content in damaged(whole):
        (tmp_path / "b.sgy").write_bytes(content)
        done = run("info", tmp_path / "b.sgy")
        assert done.returncode == 3, (name, done.returncode, done.stdout, done.stderr)
        assert "b.sgy" in done.stderr, name
        count += 1
    assert count > 100


def test_synthetic_survey(tmp_path):
    options = ["--shape=30,40,250", "--seed=7", "--dead=0.02"]
    probe("synth", tmp_path / "a.sgy", *options)
    probe("synth", tmp_path / "a.npy", *options, "--threads=2")
    array = np.load(tmp_path / "a.npy")
    with segyio.open(str(tmp_path / "a.sgy")) as f:
        assert np.array_equal(segyio.tools.cube(f), array)
        ids = f.attributes(segyio.TraceField.TraceIdentificationCode)[:].reshape(30, 40)
        assert b"SEED 7" in bytes(f.text[0])
    dead = (array == 0).all(axis=2)
    assert 0 < dead.sum() < 60
    assert np.array_equal(ids == 2, dead)
    live = array[~dead]
    assert 0.8 < live.std() / 1000 < 1.2
    # Like seismic: neighbours are alike, the spectrum is a band around the peak.
    a, b = array[:, 1:].ravel(), array[:, :-1].ravel()
    assert np.corrcoef(a, b)[0, 1] > 0.6
    power = (np.abs(np.fft.rfft(live, axis=1)) ** 2).mean(axis=0)
    hertz = np.fft.rfftfreq(250, 0.004)
    assert 15 < hertz[power.argmax()] < 40
    assert power[hertz > 90].sum() < 0.05 * power.sum()


REAL = DATA / "f3_small_23x18x75_int16.sgy"


@pytest.mark.skipif(not REAL.exists(), reason="no real data; set SEIS_DATA to its folder")
def test_real_survey(tmp_path):
    with segyio.open(str(REAL)) as f:
        cube = segyio.tools.cube(f)
    probe("read", REAL, tmp_path / "a.npy")
    assert np.array_equal(np.load(tmp_path / "a.npy"), cube)
    info = probe("info", REAL)
    assert (info["dt_ms"], info["delay_ms"], sum(info["live"])) == (4, 4, 414)
    probe("copy", REAL, tmp_path / "b.sgy", "--keep-format")
    assert (tmp_path / "b.sgy").read_bytes() == REAL.read_bytes()
