"""The acceptance rules themselves: what must fail fails, what is a tie passes."""
import numpy as np
import pytest

import acceptance
import reference_scipy as ref_np
import volumes

DT = 4.0
X = volumes.ordinary((9, 10, 101))
ALL = [n for n in ref_np.ATTRIBUTES if n != "ifft"]


def right(name, dtype, x=X):
    return ref_np.compute(name, x, DT, dtype)


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("name", ALL)
def test_scipy_itself_passes(name, dtype):
    assert acceptance.compare(name, right(name, dtype), X, DT, dtype), name


@pytest.mark.parametrize("name", ALL)
def test_one_wrong_sample_fails(name):
    got = np.array(right(name, "f8"))
    k = np.unravel_index(np.argsort(np.abs(X), axis=None)[-1], X.shape)
    got[k] += 1e-6 * np.sqrt(np.mean(np.abs(got[np.isfinite(got)]) ** 2))
    if name in acceptance.QUOTIENTS:
        got[k] *= 1.01
    report = acceptance.compare(name, got, X, DT, "f8")
    assert not report
    assert report.worst_index == tuple(k) and "worst at" in str(report)


@pytest.mark.parametrize("name", ALL)
def test_f32_noise_of_ten_times_the_figure_fails(name):
    rng = np.random.default_rng(3)
    ref = right(name, "f8")
    scale = acceptance.scale_of(name, ref, DT)
    figure = acceptance.FIGURES.get(name, (1e-6, 4e-6))[1]
    noise = 40 * figure * rng.standard_normal(X.shape)
    got = ref + noise * scale if name not in acceptance.QUOTIENTS else ref * (1 + 1e4 * noise)
    assert not acceptance.compare(name, got, X, DT, "f4")


@pytest.mark.parametrize("dimension", [1, 2, 3])
def test_missing_flip_fails(dimension):
    got = right(f"correlate{dimension}d", "f8")
    assert not acceptance.compare(f"convolve{dimension}d", got, X, DT, "f4")


def test_neglected_lateral_smoothing_fails():
    e = ref_np.envelope(X.astype("f8"))
    with np.errstate(all="ignore"):
        got = np.clip(ref_np.corr1(e, ref_np.KD, 2) / e, -1, 1)
    assert not acceptance.compare("relative_amplitude_change", got, X, DT, "f4")


def test_phase_is_compared_modulo_360():
    got = right("inst_phase", "f8")
    assert acceptance.compare("inst_phase", got + 360, X, DT, "f8")
    assert acceptance.compare("inst_phase", np.where(got > 0, got - 360, got), X, DT, "f8")
    assert not acceptance.compare("inst_phase", got + 180, X, DT, "f4")


@pytest.mark.parametrize("name", ALL)
def test_nan_and_infinity_must_stand_where_they_belong(name):
    x = X.copy()
    x[4, 4, 50] = np.nan
    got = np.array(right(name, "f8", x))
    assert acceptance.compare(name, got, x, DT, "f8")
    k = (0, 9, 7)  # far from the NaN
    got[k] = np.nan
    assert not acceptance.compare(name, got, x, DT, "f8")
    got[k] = np.inf
    # An infinite quality factor is an angle of 0, like any other.
    assert not acceptance.compare(name, got, x, DT, "f8")


def test_step_of_pi_is_a_tie_only_where_the_reference_shows_it():
    # Alternating signs: every phase step is pi, and its sign is for rounding to choose. The
    # reference goes up and down, which cancels; going up twice is half the sampling frequency.
    x = np.tile([1.0, -1.0], 60)[None, None, :] * np.ones((3, 3, 1))
    got = np.array(right("inst_frequency", "f8", x))
    assert got[1, 1, 5] == 0
    got[1, 1, 5] = 125.0
    report = acceptance.compare("inst_frequency", got, x, DT, "f8", constructed=True)
    assert report and report.outliers == {"phase step of pi": 1} and report.counted == 0
    # Of 1,080 samples none may be a tie by chance.
    report = acceptance.compare("inst_frequency", got, x, DT, "f8")
    assert not report and report.main.ok and report.counted == 1
    ordinary = np.array(right("inst_frequency", "f8"))
    ordinary[4, 4, 50] += 125.0
    assert not acceptance.compare("inst_frequency", ordinary, X, DT, "f4")


def test_too_many_ties_fail():
    x = np.tile([1.0, -1.0], 60)[None, None, :] * np.ones((3, 3, 1))
    got = np.array(right("inst_frequency", "f8", x))
    got[:, :, 3:30] = 125.0
    assert not acceptance.compare("inst_frequency", got, x, DT, "f4")
    assert not acceptance.compare("inst_frequency", got, x, DT, "f8")


def doubled(name, x, factor):
    """A result with `factor` times the error of SciPy in f32, and the sample of its worst error."""
    ref = ref_np.compute(name, x.astype("f8"), DT)
    error = ref_np.compute(name, x.astype("f4"), DT).astype("f8") - ref
    worst = np.unravel_index(np.argmax(np.abs(error)), x.shape)
    return ref + factor * error, worst


@pytest.mark.parametrize("name", ["env_derivative", "env_second_derivative", "rms"])
def test_later_attributes_of_scipys_operations_have_its_bound_alone(name):
    # Everywhere, so that no lucky rounding at one sample can explain it.
    assert acceptance.compare(name, doubled(name, X, 1.9)[0], X, DT, "f4")
    assert not acceptance.compare(name, doubled(name, X, 2.2)[0], X, DT, "f4")


def test_lucky_rounding_is_proven_at_the_sample():
    # What SciPy makes of the volume times another constant is legal, at that sample. Margins
    # are wide: SciPy transforms a patch of the volume with other roundings than the whole.
    x = volumes.ordinary((25, 25, 101), seed=4)
    name, ref = "phys_bandwidth", ref_np.compute("phys_bandwidth", x.astype("f8"), DT)
    own = acceptance.distance(name, ref_np.compute(name, x.astype("f4"), DT), ref, DT)
    other = np.max(
        [acceptance.distance(name, acceptance._scipy(name, x, DT, "f4", c), ref, DT)
         for c in acceptance.SCALINGS], axis=0)  # fmt: skip
    unlucky = np.unravel_index(np.argmax(other), x.shape)
    assert other[unlucky] > 1.2 * own.max()
    got = ref.copy()
    got[unlucky] += 1.7 * other[unlucky]
    report = acceptance.compare(name, got, x, DT, "f4")
    assert report and report.outliers == {"SciPy's rounding": 1} and report.counted == 0
    got[unlucky] += 1.1 * other[unlucky]
    assert not acceptance.compare(name, got, x, DT, "f4")
    # The same error where the problem is well-conditioned has no excuse.
    calm = np.unravel_index(np.argmin(np.where(other > 0, other, np.inf)), x.shape)
    got = ref.copy()
    got[calm] += 1.7 * other[unlucky]
    report = acceptance.compare(name, got, x, DT, "f4")
    assert not report and report.worst_index == tuple(calm) and not report.outliers


def test_low_envelope_is_the_sample_itself():
    x = np.zeros((1, 1, 256))
    x[0, 0] = np.sin(0.3 * np.arange(256)) * np.hanning(256)
    ties = acceptance.Ties(x, DT, "f4")
    low = ties.low_envelope("inst_frequency")
    assert 0 < low.sum() < 40 and (low == (ties.e < 1e-3 * ties.e.max())).all()
    assert not ties.low_envelope("relative_amplitude_change").any()


def test_zero_by_zero_is_a_tie_only_where_both_parts_vanish():
    x = X.copy()
    x[4, 4] = 250
    ties = acceptance.Ties(x, DT, "f8")
    for name in acceptance.QUOTIENTS:
        zero = ties.outliers(name)["zero by zero"]
        assert not zero[np.arange(9) != 4].any() or name == "quality_factor"
        assert not zero[0].any() and not zero[:, 0].any()


def test_equal_envelopes_let_the_other_value_be_held():
    # One cycle per four samples: the envelope is constant up to rounding.
    k = np.arange(64)
    x = np.cos(np.pi / 2 * k)[None, None, :] * np.ones((2, 2, 1))
    other = x[..., 1:2] * np.ones(64)
    report = acceptance.compare("response_amplitude", other, x, DT, "f8")
    assert set(report.outliers) <= {"equal envelopes"}
    assert report.main.ok
    # On an ordinary volume no such excuse exists.
    assert not acceptance.compare("response_amplitude", np.zeros_like(X, "f8"), X, DT, "f4")


def test_poles_of_the_quality_factor_are_ordinary():
    got = np.array(right("quality_factor", "f8"))
    k = np.unravel_index(np.nanargmax(np.abs(got)), got.shape)
    got[k] = -np.sign(got[k]) * np.inf  # the other side of the pole
    report = acceptance.compare("quality_factor", got, X, DT, "f4")
    assert report.main.worst < 1e-2


def test_dead_trace_has_exact_zeros():
    x = X.copy()
    x[0, 0] = 0
    for name in ("envelope", "inst_phase", "response_amplitude", "env_derivative"):
        got = np.array(right(name, "f8", x))
        assert not got[0, 0].any()
        got[0, 0, 3] = 1e-3 * np.sqrt(np.mean(got * got))
        assert not acceptance.compare(name, got, x, DT, "f4")


def test_wrong_shape_is_an_error():
    with pytest.raises(AssertionError, match="shape"):
        acceptance.compare("envelope", X[:, :, :5], X, DT, "f4")
