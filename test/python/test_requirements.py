"""Bounds that are known only when an object is called: of parameters by one another and by the
sample interval. The object and the reference loops refuse the same, and say the same."""
import subprocess

import numpy as np
import pytest

import tools
from seis_object import Object, SeisError

pytestmark = pytest.mark.skipif(
    not tools.has("seis-compile"), reason=f"no seis-compile in {tools.BIN}"
)

# Every operation that a bound may be computed by, on both of its sides.
TEXT = """
input x: volume
param a = 1
param b = 2
param c = 3
def held(v: volume, p: scalar, q: scalar) = v * checked(p, below = q)
output y = held(x, a, b) + checked(a + 2 * b - c / 4, min = -c) * x
         + checked(min(a, b), max = max(c, 0.5)) * x
output z = x * vmax(x) * checked(c, above = b - 9)
"""
CALLS = [(1, 2, 3), (2, 2, 3), (-5, 1, 3), (-10, 10, 3), (-9, 2, 1000), (-0.5, 0.25, -8)]
CALLS += [(0.001, 0.002, 0), (-2, -1, 0.25), (3, 0, 3), (1, 2, -20), (-3, -2.5, 64), (0, 0.5, -4), (4, 5, 1), (1, 13, 3)]


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    folder = tmp_path_factory.mktemp("requirements")
    (folder / "p.seis").write_text(TEXT)
    np.save(folder / "x.npy", np.arange(24, dtype="f4").reshape(2, 3, 4))
    tools.run("seis-compile", folder / "p.seis", "-o", folder / "p")
    return folder


def broken(a, b, c):
    """The first of the program's bounds that does not hold, in Python."""
    total = a + 2 * b - c / 4
    bounds = [
        ("`p` of `held`", "below", a, b, a < b),
        ("value", "at least", total, -c, total >= -c),
        ("value", "at most", min(a, b), max(c, 0.5), min(a, b) <= max(c, 0.5)),
        ("`c`", "above", c, b - 9, c > b - 9),
    ]
    for name, relation, value, limit, holds in bounds:
        if not holds:
            return f"{name} must be {relation} {limit:g}, got {value:g}"
    return None


@pytest.mark.parametrize("values", CALLS)
def test_the_object_and_the_reference_refuse_alike(program, values):
    names = dict(zip("abc", map(float, values)))
    message = broken(*values)
    x = np.load(program / "x.npy")
    command = [str(tools.BIN / "seis-eval"), str(program / "p.seis"), "--in", str(program / "x.npy")]
    command += ["-o", str(program / "out/")] + [f"--param={n}={v}" for n, v in names.items()]
    evaluated = subprocess.run(command, capture_output=True, text=True)
    if message is None:
        assert evaluated.returncode == 0, evaluated.stderr
        assert np.isfinite(Object(program / "p.so").run({"x": x}, names)["y"]).all()
        return
    assert evaluated.returncode == 2 and message in evaluated.stderr, evaluated.stderr
    with pytest.raises(SeisError, match="param") as refused:
        Object(program / "p.so").run({"x": x}, names)
    assert message in str(refused.value)


def test_every_bound_is_broken_and_kept():
    found = [broken(*values) or "kept" for values in CALLS]
    for text in ("below", "at least", "at most", "above", "kept"):
        assert any(text in message for message in found), (text, found)
