"""Recursive filters, structure tensors, curvature and eigenvalues in NumPy and SciPy.

Written from the formulas of the specification (sections 1.3, 1.4, 2 and 3.3),
with `scipy.signal.lfilter`, `butter`, `sosfiltfilt` and `numpy.linalg.eigh`. As in
reference_scipy, every function computes in the precision of its input.

PROGRAM gives the same attributes in the attribute language; filters are designed
for an interval of 4 ms.
"""
import numpy as np
from scipy import signal

import reference_scipy as ref_np
from reference_scipy import KD, KS, corr1, nan0

INLINE, CROSSLINE, SAMPLE = 0, 1, 2
FITS = {
    0: (1.6797292232361107, 3.7348298269103580, 1.7831906544515104, 1.7228297663338028,
        -0.6802783501806897, -0.2598300478959625, 0.6318113174569493, 1.9969276832487770),
    1: (0.6494024008440620, 0.9557370760729773, 1.5159726670750566, 1.5267608734791140,
        -0.6472105276644291, -4.5306923044570760, 2.0718953658782650, 0.6719055957689513),
    2: (0.3224570510072559, -1.7382843963561239, 1.3138054526916880, 1.2402181393295362,
        -1.3312275593739595, 3.6607035671974897, 2.1656041357418863, 0.7479888745408682),
}  # fmt: skip


# Recursions -------------------------------------------------------------------


def deriche_coefficients(sigma, order):
    """(n, m, d) by the kernel itself: the causal half is a sum of two damped oscillations."""
    a0, a1, b0, b1, c0, c1, w0, w1 = FITS[order]

    # (a0 cos(w0 t) + a1 sin(w0 t)) e^-(b0 t) = Re((a0 - i a1) z0^t): numerators over |1 - z/x|^2
    def oscillation(c, s, b, w):
        z = np.exp((-b + 1j * w) / sigma)
        r = (c - 1j * s) / 2
        num = np.polyadd(r * np.array([-np.conj(z), 1]), np.conj(r) * np.array([-z, 1]))
        return np.real(num)[::-1], np.array([1, -2 * z.real, abs(z) ** 2])

    n0, d0 = oscillation(a0, a1, b0, w0)
    n1, d1 = oscillation(c0, c1, b1, w1)
    n, d = np.convolve(n0, d1) + np.convolve(n1, d0), np.convolve(d0, d1)
    if order == 1:
        n[0] = 0

    def backward(n):
        m = np.concatenate([[0], n[1:], [0]]) - np.concatenate([[0], d[1:] * n[0]])
        return -m if order == 1 else m

    half = int(10 * sigma)
    t = np.arange(-half, half + 1)
    pulse = (t == 0).astype("f8")
    y = signal.lfilter(n, d, pulse) + signal.lfilter(backward(n), d, pulse[::-1])[::-1]
    if order == 0:
        scale = y.sum()
    elif order == 1:
        scale = -sigma * np.exp(0.5) * np.sum(y * np.sin(t / sigma))
    else:
        scale = -(sigma**2) / 2 * np.exp(1.0) * np.sum(y * np.cos(np.sqrt(2) * t / sigma))
    n = n / scale
    return n, backward(n), d


def _lines(x, axis, run):
    """`run` along an axis of what is finite; other lines are NaN."""
    usable = np.isfinite(x).all(axis=axis, keepdims=True)
    y = run(np.where(usable, x, 0)).astype(x.dtype)
    return np.where(usable, y, x.dtype.type(np.nan))


def deriche(x, sigma=3.0, axis=SAMPLE, order=0, reflect=False):
    n, m, d = deriche_coefficients(sigma, order)

    def run(v):
        pad = int(np.ceil(16 * sigma)) if reflect else 0
        wide = [(0, 0)] * 3
        wide[axis] = (pad, pad)
        v = np.pad(v.astype("f8"), wide, mode="symmetric")
        back = np.flip(signal.lfilter(m, d, np.flip(v, axis), axis=axis), axis)
        y = signal.lfilter(n, d, v, axis=axis) + back
        return np.take(y, np.arange(pad, pad + x.shape[axis]), axis=axis)

    return _lines(x, axis, run)


def recursive_gaussian(x, sigma=(3, 3, 3), orders=(0, 0, 0), reflect=False):
    for axis in (SAMPLE, CROSSLINE, INLINE):
        if orders[axis] >= 0:
            x = deriche(x, sigma[axis], axis, orders[axis], reflect)
    return x


def zero_phase(x, dt_ms, kind, freq, order=6):
    sos = signal.butter(order, freq, kind, fs=1000 / dt_ms, output="sos")
    # no column of zeros: the whole default
    default = 3 * (2 * len(sos) + 1 - min((sos[:, 2] == 0).sum(), (sos[:, 5] == 0).sum()))
    pad = min(default, x.shape[SAMPLE] - 1)
    run = lambda v: signal.sosfiltfilt(sos, v.astype("f8"), axis=SAMPLE, padlen=pad)  # noqa: E731
    return _lines(x, SAMPLE, run)


def relative_impedance(x, dt_ms, freq=10.0):
    usable = np.isfinite(x).all(axis=SAMPLE, keepdims=True)
    total = np.cumsum(np.where(usable, x, 0).astype("f8"), axis=SAMPLE).astype(x.dtype)
    return zero_phase(np.where(usable, total, x.dtype.type(np.nan)), dt_ms, "high", freq)


# Tensors ----------------------------------------------------------------------


def dx(x, axis):
    """Central difference along an axis, smoothed along the two others."""
    x = corr1(x, KD, axis)
    for other in (INLINE, CROSSLINE, SAMPLE):
        if other != axis:
            x = corr1(x, KS, other)
    return x


def box(v, window):
    for axis, n in enumerate(window):
        if n > 1:
            v = corr1(v, np.ones(n), axis)
    return v / v.dtype.type(np.prod(window))


def gst(x, sigma=(3, 3, 3), gradient=(1, 1, 1), reflect=False, spacing=(1, 1, 1)):
    """T[..., a, b], axes inline, crossline, sample."""
    g = []
    for a in range(3):
        orders = [0, 0, 0]
        orders[a] = 1
        one = recursive_gaussian(x, (gradient[a],) * 3, orders, reflect)
        g.append(one / x.dtype.type(spacing[a]))
    smooth = [-1 if s < 1 else 0 for s in sigma]
    return _tensor(g, lambda v: recursive_gaussian(v, sigma, smooth, reflect))


def gst_kroon(x, window=(3, 3, 3)):
    return _tensor([dx(x, a) for a in range(3)], lambda v: box(v, window))


def _tensor(g, smooth):
    t = np.empty((*g[0].shape, 3, 3), g[0].dtype)
    for a in range(3):
        for b in range(a, 3):
            t[..., a, b] = t[..., b, a] = smooth(g[a] * g[b])
    return t


def eigen(t):
    """l1, l2, l3 and the vector of l1 by the sign rule; NaN where the tensor is not finite."""
    usable = np.isfinite(t).all(axis=(-2, -1))
    l, v = np.linalg.eigh(np.where(usable[..., None, None], t, np.eye(3, dtype=t.dtype)))
    l, v = np.maximum(l[..., ::-1], 0), v[..., 2]
    i, x, s = (v[..., k] for k in range(3))
    flips = (s < 0) | ((s == 0) & ((x < 0) | ((x == 0) & (i < 0))))
    v = np.where(flips[..., None], -v, v)
    empty = (t == 0).all(axis=(-2, -1))
    v = np.where(empty[..., None], np.array([0, 0, 1], v.dtype), v)
    nan = t.dtype.type(np.nan)
    l, v = np.where(usable[..., None], l, nan), np.where(usable[..., None], v, nan)
    return l[..., 0], l[..., 1], l[..., 2], v


def dip(t):
    v = eigen(t)[3]
    return np.degrees(np.arctan2(np.hypot(v[..., 0], v[..., 1]), v[..., 2])).astype(t.dtype)


def azimuth(t):
    v = eigen(t)[3]
    return np.mod(np.degrees(np.arctan2(v[..., 0], v[..., 1])), 360).astype(t.dtype)


def slope(t, axis, factor=1.0):
    v = eigen(t)[3]
    return nan0(-v[..., axis] / v[..., SAMPLE]) * t.dtype.type(factor)


def ratio(t, f):
    l1, l2, l3, _ = eigen(t)
    return nan0(f(l1, l2, l3)).astype(t.dtype)


# Windows of traces ------------------------------------------------------------


def coheig(parts, window=(3, 3, 9)):
    """Largest eigenvalue of M M^T over its trace, a row of M per trace of the window."""
    pads = [(n // 2, n // 2) for n in window]
    rows = []
    for part in parts:
        wide = np.pad(part, pads, mode="symmetric")
        views = np.lib.stride_tricks.sliding_window_view(wide, window)
        rows.append(views.reshape(*part.shape, window[0] * window[1], window[2]))
    m = np.concatenate(rows, axis=-1)
    c = m @ np.swapaxes(m, -1, -2)
    usable = np.isfinite(m).all(axis=(-2, -1))
    c = np.where(usable[..., None, None], c, 0)
    trace = np.trace(c, axis1=-2, axis2=-1)
    l = np.linalg.eigvalsh(c)[..., -1] / trace
    return np.where(usable, nan0(l), 0).astype(parts[0].dtype)


# Curvature --------------------------------------------------------------------


def curvatures(il, xl, factor=10.0, window=(3, 3, 3)):
    p, q = il / il.dtype.type(factor), xl / xl.dtype.type(factor)
    px, py, pz = (box(dx(p, a), window) for a in range(3))
    qx, qy, qz = (box(dx(q, a), window) for a in range(3))
    r, t = px + p * pz, qy + q * qz
    s = ((qx + p * qz) + (py + q * pz)) / 2
    m = 1 + p**2 + q**2
    h = ((1 + q**2) * r - 2 * p * q * s + (1 + p**2) * t) / (2 * m**1.5)
    k = (r * t - s**2) / m**2
    return h, k, np.sqrt(np.where(np.isnan(h * h - k), h * h - k, np.maximum(h * h - k, 0)))


def _of_slopes(f):
    def attribute(x, dt_ms):
        il = x / x.dtype.type(100)
        i = np.minimum(np.arange(x.shape[1]) + 1, x.shape[1] - 1)
        wide = np.pad(il[:, i], [(0, 0), (0, 0), (0, 2)], mode="symmetric")
        xl = wide[..., 2:] if x.shape[2] > 1 else il[:, i]
        return f(*curvatures(il, xl)).astype(x.dtype)

    return attribute


def _principal(h, k, root):
    return h + root, h - root


def _kmax(h, k, root):
    return np.where(np.isnan(h), h, np.where(h >= 0, h + root, h - root))


# Tables -----------------------------------------------------------------------

SLOPES = "x / 100, shift(x, (0, 1, 2)) / 100"

PROGRAM = {
    "deriche_s": "deriche(x)",
    "deriche_s1": "deriche(x, 1.5, sample, 1)",
    "deriche_x2": "deriche(x, 2, crossline, 2)",
    "deriche_i": "deriche(x, 4, inline, 0)",
    "deriche_reflect": "deriche(x, 2, crossline, 0, reflect)",
    "recursive_gaussian": "recursive_gaussian(x)",
    "lowpass": "lowpass(x, 30 Hz)",
    "highpass": "highpass(x, 15 Hz)",
    "bandpass": "bandpass(x, 10 Hz, 40 Hz)",
    "bandpass_low": "bandpass(x, 3 Hz, 8 Hz)",
    "lowpass_3": "lowpass(x, 60 Hz, 3)",
    "relative_impedance": "relative_impedance(x)",
    "gst_ss": "let (a, b, c, d, e, f) = gst(x) in a",
    "gst_xi": "let (a, b, c, d, e, f) = gst(x, (0, 2, 3), (1, 1.5, 1)) in f",
    "dip": "dip(x)",
    "azimuth": "azimuth(x)",
    "dip_il": "dip_il(x)",
    "dip_xl": "dip_xl(x)",
    "dip_reflect": "dip(x, (1, 1, 2), mode=reflect)",
    "dip_spacing": "dip(x, spacing=(25, 12.5, 8))",
    "linearity": "linearity(x)",
    "planarity": "planarity(x)",
    "isotropy": "isotropy(x)",
    "gst_2d_dip_il": "gst_2d_dip_il(x)",
    "gst_2d_dip_xl": "gst_2d_dip_xl(x)",
    "gst_3d_dip": "gst_3d_dip(x)",
    "gst_3d_azm": "gst_3d_azm(x)",
    "cline": "cline(x)",
    "cplane": "cplane(x)",
    "gst_discontinuity": "gst_discontinuity(x)",
    "chaos": "chaos(x)",
    "eig_complex": "eig_complex(x)",
    "energy_ratio": "energy_ratio(x)",
    "curvature_mean": f"curvature_mean({SLOPES})",
    "curvature_gaussian": f"curvature_gaussian({SLOPES})",
    "curvature_max": f"curvature_most_positive({SLOPES})",
    "curvature_min": f"curvature_most_negative({SLOPES})",
    "curvature_kmax": f"curvature_kmax({SLOPES})",
    "curvedness": f"curvedness({SLOPES})",
    "shape_index": f"shape_index({SLOPES})",
}


def _complex_parts(x):
    return [x, ref_np.quadrature(x)]


# Which tensor an attribute is made of, and the attribute from it.
TENSORS = {
    "dip": (gst, dip),
    "azimuth": (gst, azimuth),
    "dip_il": (gst, lambda t: slope(t, INLINE)),
    "dip_xl": (gst, lambda t: slope(t, CROSSLINE)),
    "dip_reflect": (lambda x: gst(x, (1, 1, 2), reflect=True), dip),
    "dip_spacing": (lambda x: gst(x, spacing=(25, 12.5, 8)), dip),
    "linearity": (gst, lambda t: ratio(t, lambda a, b, c: (b - c) / a)),
    "planarity": (gst, lambda t: ratio(t, lambda a, b, c: (a - b) / a)),
    "isotropy": (gst, lambda t: ratio(t, lambda a, b, c: c / a)),
    "gst_2d_dip_il": (gst_kroon, lambda t: slope(t, INLINE, 10)),
    "gst_2d_dip_xl": (gst_kroon, lambda t: slope(t, CROSSLINE, 10)),
    "gst_3d_dip": (gst_kroon, dip),
    "gst_3d_azm": (gst_kroon, azimuth),
    "cline": (
        lambda x: gst_kroon(x, (3, 3, 9)),
        lambda t: ratio(t, lambda a, b, c: (b - c) / (b + c)),
    ),
    "cplane": (
        lambda x: gst_kroon(x, (3, 3, 9)),
        lambda t: ratio(t, lambda a, b, c: (a - b) / (a + b)),
    ),
    "gst_discontinuity": (
        lambda x: gst_kroon(x, (3, 3, 9)),
        lambda t: ratio(t, lambda a, b, c: (b - c) / (b + c) * (1 - (a - b) / (a + b))),
    ),
    "chaos": (
        lambda x: gst_kroon(x, (3, 3, 9)),
        lambda t: ratio(t, lambda a, b, c: 2 * b / (a + c)),
    ),
}

ATTRIBUTES = {
    "deriche_s": lambda x, dt: deriche(x),
    "deriche_s1": lambda x, dt: deriche(x, 1.5, SAMPLE, 1),
    "deriche_x2": lambda x, dt: deriche(x, 2, CROSSLINE, 2),
    "deriche_i": lambda x, dt: deriche(x, 4, INLINE, 0),
    "deriche_reflect": lambda x, dt: deriche(x, 2, CROSSLINE, 0, True),
    "recursive_gaussian": lambda x, dt: recursive_gaussian(x),
    "lowpass": lambda x, dt: zero_phase(x, dt, "low", 30),
    "highpass": lambda x, dt: zero_phase(x, dt, "high", 15),
    "bandpass": lambda x, dt: zero_phase(x, dt, "band", (10, 40)),
    "bandpass_low": lambda x, dt: zero_phase(x, dt, "band", (3, 8)),
    "lowpass_3": lambda x, dt: zero_phase(x, dt, "low", 60, 3),
    "relative_impedance": relative_impedance,
    "gst_ss": lambda x, dt: gst(x)[..., 2, 2],
    "gst_xi": lambda x, dt: gst(x, (0, 2, 3), (1, 1.5, 1))[..., 0, 1],
    **{n: (lambda x, dt, make=m, f=f: f(make(x))) for n, (m, f) in TENSORS.items()},
    "eig_complex": lambda x, dt: coheig(_complex_parts(x)),
    "energy_ratio": lambda x, dt: coheig([x]),
    "curvature_mean": _of_slopes(lambda h, k, root: h),
    "curvature_gaussian": _of_slopes(lambda h, k, root: k),
    "curvature_max": _of_slopes(lambda h, k, root: h + root),
    "curvature_min": _of_slopes(lambda h, k, root: h - root),
    "curvature_kmax": _of_slopes(_kmax),
    "curvedness": _of_slopes(lambda h, k, root: np.sqrt(h * h + root * root)),
    "shape_index": _of_slopes(lambda h, k, root: 2 / np.pi * np.arctan2(h, root)),
}
assert set(ATTRIBUTES) == set(PROGRAM)


def ties(name, x):
    """Reason -> mask of samples where the f64 reference decides by rounding."""
    if name not in TENSORS:
        return {}
    l1, l2, l3, v = eigen(TENSORS[name][0](x))
    vs, flat = v[..., SAMPLE], np.hypot(v[..., 0], v[..., 1])
    out = {}
    if name in DIRECTIONS:
        out["equal eigenvalues"] = l1 - l2 < 1e-3 * l1
    if name in ("azimuth", "gst_3d_azm"):
        out["level layer"] = flat < 1e-2
    if name in ("azimuth", "gst_3d_azm"):
        out["vertical layer"] = vs < 1e-2  # whose normal may point to either side
    if name not in DIRECTIONS:
        out["no tensor"] = ~(l1 > 0)
    return out


DIRECTIONS = {
    "dip", "azimuth", "dip_il", "dip_xl", "dip_reflect", "dip_spacing", "gst_2d_dip_il",
    "gst_2d_dip_xl", "gst_3d_dip", "gst_3d_azm",
}  # fmt: skip

ref_np.MORE.update(ATTRIBUTES)
FILTERS = ("deriche", "recursive", "relative", "lowpass", "highpass", "bandpass")
ref_np.LINEAR.update(n for n in ATTRIBUTES if n.startswith(FILTERS))
ref_np.MORE_TIES.update({n: (lambda x, n=n: ties(n, x)) for n in TENSORS})
