"""The .npy reader and writer against NumPy."""
import numpy as np
import pytest

from probe import needs_probe, probe, refused

pytestmark = needs_probe

KINDS = ["f4", "f8", "i1", "i2", "i4", "u1", "u2"]
SHAPES = [(), (1,), (7,), (3, 4), (2, 3, 5), (1, 1, 1), (2, 1, 3, 2), (2, 3, 1, 2, 2), (0,), (4, 0)]


def values(shape, dtype, seed=0):
    random = np.random.default_rng(seed)
    dtype = np.dtype(dtype)
    if dtype.kind == "c":
        return (random.normal(size=shape) + 1j * random.normal(size=shape)).astype(dtype)
    if dtype.kind == "f":
        return (random.normal(size=shape) * 1e3).astype(dtype)
    info = np.iinfo(dtype)
    return random.integers(info.min, info.max, size=shape, endpoint=True).astype(dtype)


@pytest.mark.parametrize("kind", KINDS + ["c8", "c16"])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_bytes_equal_numpy_save(tmp_path, kind, shape):
    np.save(tmp_path / "a.npy", np.asarray(values(shape, kind)))
    probe("recode", tmp_path / "a.npy", tmp_path / "b.npy")
    assert (tmp_path / "b.npy").read_bytes() == (tmp_path / "a.npy").read_bytes()


def test_bytes_equal_for_long_headers(tmp_path):
    for shape in [(1,) * 20, (1,) * 32, (123456, 1), (1, 2, 3, 4, 5, 6, 7)]:
        np.save(tmp_path / "a.npy", values(shape, "u1"))
        probe("recode", tmp_path / "a.npy", tmp_path / "b.npy")
        assert (tmp_path / "b.npy").read_bytes() == (tmp_path / "a.npy").read_bytes()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("layout", "CF")
@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)], ids=str)
def test_reads_what_numpy_writes(tmp_path, kind, order, layout, version):
    array = np.asarray(values((6, 5, 40), order + kind), order=layout)
    with open(tmp_path / "a.npy", "wb") as f:
        np.lib.format.write_array(f, array, version=version)
    for type_, dtype in (("f32", "f4"), ("f64", "f8")):
        probe("read", tmp_path / "a.npy", tmp_path / "b.npy", f"--type={type_}", "--cast")
        assert np.array_equal(np.load(tmp_path / "b.npy"), array.astype(dtype))
        box = "--box=1,2,3,4,3,30"
        probe("read", tmp_path / "a.npy", tmp_path / "b.npy", f"--type={type_}", "--cast", box)
        assert np.array_equal(np.load(tmp_path / "b.npy"), array[1:5, 2:5, 3:33].astype(dtype))


# Tiles of the Fortran reader are cut at 16 samples and by bytes.
@pytest.mark.parametrize(
    "shape", [(1, 1, 1), (300, 130, 35), (5000, 9, 17), (2, 3000, 33)], ids=str
)
def test_fortran_tiles(tmp_path, shape):
    array = np.asfortranarray(values(shape, "f4"))
    np.save(tmp_path / "a.npy", array)
    probe("read", tmp_path / "a.npy", tmp_path / "b.npy")
    assert np.array_equal(np.load(tmp_path / "b.npy"), array)


@pytest.mark.parametrize("kind", ["<c8", ">c8", "<c16", ">c16"])
@pytest.mark.parametrize("layout", "CF")
def test_complex(tmp_path, kind, layout):
    array = np.asarray(values((3, 4, 5), kind), order=layout)
    np.save(tmp_path / "a.npy", array)
    for type_, dtype in (("c64", "c8"), ("c128", "c16")):
        probe("read", tmp_path / "a.npy", tmp_path / "b.npy", f"--type={type_}", "--cast")
        assert np.array_equal(np.load(tmp_path / "b.npy"), array.astype(dtype))
    probe("recode", tmp_path / "a.npy", tmp_path / "b.npy")
    assert np.array_equal(np.load(tmp_path / "b.npy"), array)
    message = refused("read", tmp_path / "a.npy", tmp_path / "b.npy")
    assert f"wanted real samples, found .npy '{array.dtype.str}'" in message


@pytest.mark.parametrize(
    "array",
    [
        np.zeros(2, dtype)
        for dtype in ("i8", "u4", "u8", "f2", "f16", "?", "U3", "S3", "M8[s]")
    ],
    ids=lambda a: a.dtype.str,
)
def test_other_types_are_named(tmp_path, array):
    np.save(tmp_path / "a.npy", array)
    for command in ("info", "recode"):
        message = refused(command, tmp_path / "a.npy", tmp_path / "b.npy")
        assert f"descr '{array.dtype.str}': wanted one of f4 f8 i1 i2 i4 u1 u2" in message


def test_objects_and_structures_are_refused(tmp_path):
    np.save(tmp_path / "a.npy", np.array([{}, 1], dtype=object))
    assert "descr '|O'" in refused("info", tmp_path / "a.npy")
    np.save(tmp_path / "a.npy", np.zeros(2, [("x", "<f4"), ("y", "<f4")]))
    assert "is a structured type" in refused("info", tmp_path / "a.npy")


def test_several_arrays_in_a_file_give_the_first(tmp_path):
    with open(tmp_path / "a.npy", "wb") as f:
        np.save(f, np.arange(3, dtype="f4"))
        np.save(f, np.arange(4, dtype="f4"))
    probe("read", tmp_path / "a.npy", tmp_path / "b.npy")
    assert np.array_equal(np.load(tmp_path / "b.npy").ravel(), [0, 1, 2])


def test_identity_in_random_boxes(tmp_path):
    array = values((13, 17, 19), "f4")
    np.save(tmp_path / "a.npy", array)
    for seed in range(7):
        probe("copy", tmp_path / "a.npy", tmp_path / "b.npy", f"--seed={seed}")
        assert (tmp_path / "b.npy").read_bytes() == (tmp_path / "a.npy").read_bytes()
