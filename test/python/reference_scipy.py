"""The attributes of the prelude in NumPy and SciPy: the pinned yardstick.

Written from the formulas of the specification, independently of the reference
loops of `seis-eval` and of the prelude. Every function maps a volume
[inline, crossline, sample] of f32 or f64 to an attribute in the precision of
its input, so the f32 results show what f32 arithmetic can reach.

SciPy reads through weights that are exactly 0 and lets NaN of one trace meet
infinity of another in a sum; where the input has samples that are not finite,
sums are taken weight by weight instead, in f64.
"""
import numpy as np
from scipy import fft as spfft
from scipy import ndimage, signal

KD = np.array([-0.5, 0.0, 0.5])
KS = np.array([0.178947, 0.642105, 0.178947])

W1 = np.array([-0.5, 0.0, 0.5])
W2 = np.array([[-1.0, -1, -1], [-1, 8, 1], [1, 1, 1]])
W3 = np.empty((3, 3, 3))
W3[0] = -1
W3[1] = [[-1, -1, -1], [-1, 26, 1], [1, 1, 1]]
W3[2] = [[-1, 1, 1], [1, 1, 1], [1, 1, 1]]

SAMPLE, INLINE, CROSSLINE = 2, 0, 1


# Stencils -------------------------------------------------------------------


def _tap_by_tap(x, w, mode):
    """Correlation with a box of weights; a weight of 0 reads nothing."""
    pads = [(n // 2, n // 2) for n in w.shape]
    padded = np.pad(x.astype("f8"), pads, mode={"reflect": "symmetric", "zero": "constant"}[mode])
    out = np.zeros(x.shape)
    for m in np.ndindex(*w.shape):
        if w[m] != 0:
            out += w[m] * padded[tuple(slice(a, a + n) for a, n in zip(m, x.shape))]
    return out.astype(x.dtype)


def corr1(x, w, axis):
    """Reflecting correlation along one axis."""
    if np.isfinite(x).all():
        return ndimage.correlate1d(x, w, axis=axis, mode="reflect")
    shape = [1, 1, 1]
    shape[axis] = len(w)
    return _tap_by_tap(x, np.reshape(w, shape), "reflect")


def corrn(x, w, conv=False):
    """Correlation (or convolution) with zero borders on the last axes."""
    w = np.asarray(w, dtype=x.dtype).reshape((1,) * (3 - np.ndim(w)) + np.shape(w))
    if np.isfinite(x).all():
        return (signal.convolve if conv else signal.correlate)(x, w, mode="same", method="direct")
    return _tap_by_tap(x, np.flip(w).astype("f8") if conv else w.astype("f8"), "zero")


def d1(x):
    """The derivative along samples, smoothed laterally."""
    return corr1(corr1(corr1(x, KD, SAMPLE), KS, INLINE), KS, CROSSLINE)


def d2(x, dt_ms):
    """Central difference along samples, per second."""
    return corr1(x, np.array([-1.0, 0, 1]), SAMPLE) * x.dtype.type(1000.0 / (2 * dt_ms))


def box(x, n):
    """Mean of n samples along the trace."""
    return corr1(x, np.ones(n), SAMPLE) / x.dtype.type(n)


def nan0(v):
    return np.where(np.isnan(v), v.dtype.type(0), v)


def quotient(a, b):
    """a / b, and 0 where both are; NaN in one of them stays."""
    with np.errstate(all="ignore"):
        return np.where((a == 0) & (b == 0), a.dtype.type(0), a / b)


# Traces ---------------------------------------------------------------------


def quadrature(x):
    """Imaginary part of the analytic signal; NaN for traces that are not finite."""
    usable = np.isfinite(x).all(axis=-1, keepdims=True)
    h = signal.hilbert(np.where(usable, x, 0), axis=-1).imag.astype(x.dtype)
    return np.where(usable, h, x.dtype.type(np.nan))


def analytic(x):
    h = quadrature(x)
    a = np.empty(x.shape, dtype="c16" if x.dtype == "f8" else "c8")
    a.real, a.imag = x, h
    return a


def mean_signal(x):
    """Analytic signal, averaged over three samples."""
    a = analytic(x)
    a.real, a.imag = box(a.real, 3), box(a.imag, 3)
    return a


def envelope(x):
    h = quadrature(x)
    return np.where(np.isnan(h), x.dtype.type(np.nan), np.hypot(x, h))


def phase(x):
    """Radian."""
    return np.arctan2(quadrature(x), x)


def spectrum(x, inverse=False):
    usable = np.isfinite(x).all(axis=-1, keepdims=True)
    out = (spfft.ifft if inverse else spfft.fft)(np.where(usable, x, 0), axis=-1)
    return np.where(usable, out, out.dtype.type(complex(np.nan, np.nan)))


def hold(key, value):
    """Value at the first largest key of every segment; a trough begins one."""
    key2, value2 = key.reshape(-1, key.shape[-1]), value.reshape(-1, key.shape[-1])
    out = np.full_like(value2, np.nan)
    for e, v, o in zip(key2, value2, out):
        if np.isnan(e).any():
            continue
        troughs = 1 + np.flatnonzero((e[1:-1] < e[:-2]) & (e[1:-1] < e[2:]))
        edges = np.concatenate([[0], troughs, [len(e)]])
        for a, b in zip(edges[:-1], edges[1:]):
            o[a:b] = v[a + np.argmax(e[a:b])]
    return out.reshape(value.shape)


# Attributes -----------------------------------------------------------------


def inst_phase(x, dt_ms):
    return phase(x) * x.dtype.type(180 / np.pi)


def cos_inst_phase(x, dt_ms):
    return np.cos(phase(x))


def relative_amplitude_change(x, dt_ms):
    e = envelope(x)
    with np.errstate(all="ignore"):
        return np.clip(nan0(d1(e) / e), -1, 1).astype(x.dtype)


def amplitude_acceleration(x, dt_ms):
    return d1(relative_amplitude_change(x, dt_ms))


def inst_frequency(x, dt_ms):
    with np.errstate(all="ignore"):
        unwrapped = np.unwrap(phase(x), axis=-1).astype(x.dtype)
    return np.abs(d1(_poison(unwrapped)) * x.dtype.type(1000.0 / dt_ms / (2 * np.pi)))


def _poison(v):
    """NaN anywhere makes the trace NaN."""
    return np.where(np.isnan(v).any(axis=-1, keepdims=True), v.dtype.type(np.nan), v)


def inst_bandwidth(x, dt_ms):
    return np.abs(relative_amplitude_change(x, dt_ms)) / x.dtype.type(2 * np.pi)


def dominant_frequency(x, dt_ms):
    f, b = inst_frequency(x, dt_ms), inst_bandwidth(x, dt_ms)
    return np.where(np.isnan(f) | np.isnan(b), x.dtype.type(np.nan), np.hypot(f, b))


def frequency_change(x, dt_ms):
    return d1(inst_frequency(x, dt_ms))


def sweetness(x, dt_ms):
    return envelope(x) / np.maximum(inst_frequency(x, dt_ms), x.dtype.type(5))


def quality_factor(x, dt_ms):
    with np.errstate(all="ignore"):
        return nan0(
            x.dtype.type(np.pi) * inst_frequency(x, dt_ms) / relative_amplitude_change(x, dt_ms)
        )


def response_phase(x, dt_ms):
    return nan0(hold(envelope(x), inst_phase(x, dt_ms)))


def response_frequency(x, dt_ms):
    return nan0(hold(envelope(x), inst_frequency(x, dt_ms)))


def response_amplitude(x, dt_ms):
    return nan0(hold(envelope(x), x))


def apparent_polarity(x, dt_ms):
    e = envelope(x)
    return nan0(hold(e, e * np.sign(x)))


def wrap(d):
    """To (-pi, pi]."""
    pi = d.dtype.type(np.pi)
    return pi - np.mod(pi - d, 2 * pi)


def phys_frequency(x, dt_ms):
    d = corr1(phase(x), np.array([-1.0, 0, 1]), SAMPLE)
    return wrap(d) * x.dtype.type(1000.0 / (4 * np.pi * dt_ms))


def weighted_frequency(x, dt_ms):
    e, f = envelope(x), phys_frequency(x, dt_ms)
    return quotient(box(f * e, 3), box(e, 3))


def thin_bed(x, dt_ms):
    return phys_frequency(x, dt_ms) - weighted_frequency(x, dt_ms)


def phase_acceleration(x, dt_ms):
    return x.dtype.type(2 * np.pi) * d2(phys_frequency(x, dt_ms), dt_ms)


def env_derivative(x, dt_ms):
    return d2(envelope(x), dt_ms)


def env_second_derivative(x, dt_ms):
    return d2(d2(envelope(x), dt_ms), dt_ms)


def phys_bandwidth(x, dt_ms):
    e = envelope(x)
    return quotient(np.abs(d2(e, dt_ms)), x.dtype.type(2 * np.pi) * e)


def phys_q(x, dt_ms):
    e = envelope(x)
    return quotient(x.dtype.type(np.pi) * phys_frequency(x, dt_ms) * e, -d2(e, dt_ms))


def sweetness_sqrt(x, dt_ms):
    return envelope(x) / np.sqrt(np.maximum(phys_frequency(x, dt_ms), x.dtype.type(5)))


def rms(x, dt_ms):
    with np.errstate(all="ignore"):
        return np.sqrt(box(x * x, 9))


ATTRIBUTES = {
    "fft": lambda x, dt_ms: spectrum(x),
    "ifft": lambda z, dt_ms: spectrum(z, inverse=True),  # of a complex volume
    "hilbert": lambda x, dt_ms: analytic(x),
    "envelope": lambda x, dt_ms: envelope(x),
    "inst_phase": inst_phase,
    "cos_inst_phase": cos_inst_phase,
    "relative_amplitude_change": relative_amplitude_change,
    "amplitude_acceleration": amplitude_acceleration,
    "inst_frequency": inst_frequency,
    "inst_bandwidth": inst_bandwidth,
    "dominant_frequency": dominant_frequency,
    "frequency_change": frequency_change,
    "sweetness": sweetness,
    "quality_factor": quality_factor,
    "response_phase": response_phase,
    "response_frequency": response_frequency,
    "response_amplitude": response_amplitude,
    "apparent_polarity": apparent_polarity,
    "convolve1d": lambda x, dt_ms: corrn(x, W1, conv=True),
    "correlate1d": lambda x, dt_ms: corrn(x, W1),
    "convolve2d": lambda x, dt_ms: corrn(x, W2, conv=True),
    "correlate2d": lambda x, dt_ms: corrn(x, W2),
    "convolve3d": lambda x, dt_ms: corrn(x, W3, conv=True),
    "correlate3d": lambda x, dt_ms: corrn(x, W3),
    "phys_frequency": phys_frequency,
    "weighted_frequency": weighted_frequency,
    "thin_bed": thin_bed,
    "phase_acceleration": phase_acceleration,
    "env_derivative": env_derivative,
    "env_second_derivative": env_second_derivative,
    "phys_bandwidth": phys_bandwidth,
    "phys_q": phys_q,
    "sweetness_sqrt": sweetness_sqrt,
    "rms": rms,
}


# Of modules with attributes of one family, which enter theirs here; and for a volume, which of its
# samples the f64 reference decides by rounding, by reason.
MORE, MORE_TIES = {}, {}
# Filters, whose results may be nothing but rounding; differences of neighbours, likewise.
LINEAR, DIFFERENCES = set(), set()
# Correlations one after the other; what SciPy has no operation for; frequencies of windows in Hz.
SEPARABLE, COMPOSED, FREQUENCIES = set(), set(), set()


def compute(name, x, dt_ms, dtype=None):
    """Attribute `name` of the volume x, computed in `dtype` (that of x if not given)."""
    x = np.asarray(x)
    if dtype is not None:
        x = x.astype(np.result_type(dtype, np.complex64) if np.iscomplexobj(x) else dtype)
    with np.errstate(all="ignore"):
        return (ATTRIBUTES.get(name) or MORE[name])(x, dt_ms)
