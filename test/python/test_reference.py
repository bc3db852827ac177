"""seis-eval agrees with SciPy to 1e-9 of the rms, on every shape and with special traces.

The program is the hand-written IR of all attributes, so that a failure there is one of the
reference loops (or of the yardstick), not of the frontend. The prelude is compared, too.
"""
import numpy as np
import pytest

import acceptance
import reference_scipy as ref_np
import tools
import volumes

pytestmark = pytest.mark.skipif(not tools.has("seis-eval"), reason=f"no seis-eval in {tools.BIN}")
PROGRAM = tools.ROOT / "test" / "Reference" / "Inputs" / "attributes.mlir"


def check(x, folder, program=(PROGRAM,)):
    inputs = {"x": x}
    if "ifft" in program:
        inputs["z"] = volumes.as_complex(x, x)
    got = tools.evaluate(program, inputs, folder, dt_ms=volumes.DT_MS)
    assert set(got) == set(ref_np.ATTRIBUTES)
    wrong = []
    for name, value in got.items():
        given = volumes.as_complex(x, x) if name == "ifft" else x
        report = acceptance.compare(name, value, given, volumes.DT_MS, "f8")
        if not report:
            wrong.append(str(report))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("shape", volumes.SHAPES, ids=lambda s: "x".join(map(str, s)))
def test_agrees_with_scipy(shape, tmp_path):
    for case, x in volumes.cases(shape):
        try:
            check(x, tmp_path / case)
        except AssertionError as e:
            raise AssertionError(f"{case}: {e}") from None


def test_prelude_agrees_with_scipy(tmp_path):
    for case, x in volumes.cases((9, 10, 101)):
        check(x, tmp_path / case, tuple(ref_np.ATTRIBUTES))


def test_real_data(tmp_path):
    x = volumes.real_crop()
    if x is None:
        pytest.skip("no F3 crop: set SEIS_DATA to the folder that has it")
    check(x[:40, :40], tmp_path)


def test_f64_input_keeps_its_digits(tmp_path):
    x = volumes.ordinary((2, 3, 40), dtype="f8") * (1 + 1e-12)
    got = tools.evaluate([PROGRAM], {"x": x}, tmp_path, dt_ms=4)
    assert np.array_equal(got["hilbert"].real, x)
    rounded = tools.evaluate([PROGRAM], {"x": x}, tmp_path, dt_ms=4, extra=["--inputs=f32"])
    assert np.array_equal(rounded["hilbert"].real, x.astype("f4").astype("f8"))
