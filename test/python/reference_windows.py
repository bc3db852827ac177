"""Windows, ranks, gradients, filters, events and codes in NumPy, SciPy and scikit-image.

Written from the formulas of the specification; nothing here knows the prelude. PROGRAM maps the name
of an output to its expression, ATTRIBUTES to the same in NumPy, both of a volume x. Registered with
`reference_scipy`, so that `acceptance` finds them.
"""
import warnings

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy import ndimage, signal

import reference_scipy as ref_np
from reference_scipy import CROSSLINE, INLINE, KD, KS, SAMPLE, nan0

DT_MS = 4.0
FS = 1000 / DT_MS


def around(x, window):
    """The samples of the window around every sample, as a last axis, in C order."""
    padded = np.pad(x, [(n // 2, n // 2) for n in window], mode="symmetric")
    return sliding_window_view(padded, window).reshape(*x.shape, -1)


def moved(x, offset, mode="symmetric"):
    """x[n + offset]"""
    pads = [(abs(o), abs(o)) for o in offset]
    padded = np.pad(x, pads, mode=mode)
    return padded[tuple(slice(abs(o) + o, abs(o) + o + n) for o, n in zip(offset, x.shape))]


def separable(x, axis, along, across):
    for a in (INLINE, CROSSLINE, SAMPLE):
        x = ref_np.corr1(x, np.asarray(along if a == axis else across), a)
    return x


def dx(x, axis):
    return separable(x, axis, KD, KS)


def rms(x, window):
    return np.sqrt((around(x * x, window)).mean(-1))


def positive(x):
    """Far from a mean of 0, where the variance is divided by it."""
    return np.abs(x) + x.dtype.type(300)


def normalised(w, axis):
    return ref_np.quotient(w.var(axis), w.mean(axis) ** 2)


def weighted_phase(x):
    a = ref_np.mean_signal(x)
    return np.degrees(np.arctan2(a.imag, a.real))


def extreme_of(values):
    low, high = values.min(0), values.max(0)
    return np.where(np.abs(high) > np.abs(low), high, low)


def extreme(x):
    return extreme_of(np.moveaxis(around(x, (1, 1, 9)), -1, 0))


def agc(x):
    r = rms(x, (1, 1, 125))
    return nan0(x / (r + x.dtype.type(1e-6) * r.max()))


def trace_agc(x):
    r = rms(x, (1, 1, 9))
    return nan0(x * (x.dtype.type(1.5) - r / r.max()))


def semblance(x):
    stack = around(x, (3, 3, 1)).sum(-1)
    above = around(stack**2, (1, 1, 9)).sum(-1)
    return nan0(above / (9 * around(x * x, (3, 3, 9)).sum(-1)))


def similarity(x, pairs):
    return np.array([pair(moved(x, (*a, 0)), moved(x, (*b, 0))) for a, b in pairs])


SIDES = [((-1, 0), (1, 0)), ((0, -1), (0, 1))]
CENTRE = [((0, 0), o) for o in ((-1, 0), (1, 0), (0, -1), (0, 1))]
FULL = [((0, 0), (a, b)) for a in (-1, 0, 1) for b in (-1, 0, 1) if (a, b) != (0, 0)]


def arc_length(x, scale):
    d = moved(x, (0, 0, 1)) - x
    scale = x.dtype.type(scale)
    return around(np.hypot(d, scale), (1, 1, 15)).mean(-1) / scale


def weighted(x, w):
    """Sum over samples of the trace; a weight of 0 reads nothing."""
    s = around(x, (1, 1, len(w)))
    return (s[..., w != 0] * w[w != 0].astype(x.dtype)).sum(-1)


def trapezium(x, n):
    return weighted(x, np.r_[0.5, np.ones(n - 2), 0.5])


def phase_rotation(x, degrees):
    a = np.radians(degrees)
    return (x * np.cos(a) - ref_np.quadrature(x) * np.sin(a)).astype(x.dtype)


def wavelet(x, w):
    """Convolution of every trace, zeros outside."""
    w = w.astype(x.dtype)[None, None, :]
    h = w.size // 2
    padded = np.pad(x, ((0, 0), (0, 0), (h, h)))
    if np.isfinite(x).all():
        return signal.convolve(padded, w, mode="valid", method="direct")
    return around(padded, (1, 1, w.size))[..., h:-h, :] @ w[0, 0]


def times():
    m = np.floor(256 / DT_MS)
    return np.arange(-m, m + 1) * DT_MS / 1000


def ricker(f):
    a = (np.pi * f * times()) ** 2
    return (1 - 2 * a) * np.exp(-a)


def ormsby(f1, f2, f3, f4):
    s = lambda f: f * f * np.sinc(f * times()) ** 2  # noqa: E731
    w = (s(f4) - s(f3)) / (f4 - f3) - (s(f2) - s(f1)) / (f2 - f1)
    return w / (f4 + f3 - f2 - f1)


def taper(n, share=0.05):
    m = np.minimum(np.arange(1, n + 1), np.arange(n, 0, -1)) / (share * (n + 1))
    return np.where(m > 0.5, 1, 0.5 - 0.5 * np.cos(2 * np.pi * m))


def component(x, g, f):
    """|sum_t g[t] x[k+t] e^(-2 pi i f t)|, f in cycles per sample"""
    t = np.arange(len(g)) - len(g) // 2
    return np.hypot(weighted(x, g * np.cos(2 * np.pi * f * t)),
                    weighted(x, g * np.sin(2 * np.pi * f * t)))


def morlet(x, f, cycles):
    s = cycles * FS / (2 * np.pi * f)
    t = np.arange(-int(4 * s + 0.5), int(4 * s + 0.5) + 1)
    g = np.exp(-0.5 * (t / s) ** 2)
    return component(x, g, f / FS)


def trapezoid(x, f1, f2, f3, f4):
    usable = np.isfinite(x).all(axis=-1, keepdims=True)
    f = np.abs(np.fft.fftfreq(x.shape[-1], 1 / FS))
    ramp = lambda a, b: 0.5 - 0.5 * np.cos(np.pi * np.clip((f - a) / (b - a), 0, 1))  # noqa: E731
    h = (ramp(f1, f2) * (1 - ramp(f3, f4))).astype(x.dtype)
    y = ref_np.spfft.ifft(ref_np.spfft.fft(np.where(usable, x, 0)) * h).real
    return np.where(usable, y, np.nan).astype(x.dtype)


def power(x):
    """Power of the analytic trace in 15 samples at the bins 0..7, and its sum."""
    g = taper(15)
    z = around(x, (1, 1, 15)) + 1j * around(ref_np.quadrature(x), (1, 1, 15))
    t = np.arange(-7, 8)
    kernel = g[:, None] * np.exp(-2j * np.pi * np.outer(t, np.arange(8)) / 15)
    p = np.abs(z @ kernel) ** 2
    return p.astype(x.dtype), p.sum(-1).astype(x.dtype)


def frequency(x, statistic):
    p, total = power(x)
    f = (np.arange(8) * FS / 15).astype(x.dtype)
    top = p.max(-1)
    beyond = np.where(np.arange(8) > p.argmax(-1)[..., None], p, 0)
    value = {
        "average": lambda: (f * p).sum(-1) / total,
        "average_squared": lambda: np.sqrt((f * f * p).sum(-1) / total),
        "maximum": lambda: np.sqrt(top) / taper(15).sum(),
        "area": lambda: beyond.sum(-1) / total,
        "absorption": lambda: (f * beyond).sum(-1) / total,
        "dominant": lambda: f[p.argmax(-1)],
        "median": lambda: f[(2 * np.cumsum(p, -1) >= total[..., None]).argmax(-1)],
        "slope": lambda: (top - p[..., -1]) / (f[-1] - f[p.argmax(-1)]),
    }[statistic]()
    value = np.where(total > 0, nan0(value), 0)
    return np.where(np.isnan(total), np.nan, value).astype(x.dtype)


def finite_filter(x, f):
    """A filter of SciPy, which lets NaN and infinity spread in its own way."""
    if np.isfinite(x).all():
        return f(x)
    raise NotFinite


class NotFinite(Exception):
    """The volume is none for this computation."""


def gaussian(x, order=(0, 0, 0)):
    k = np.arange(-4, 5)
    g = np.exp(-0.5 * k**2)
    g /= g.sum()
    for axis in range(3):
        x = ref_np.corr1(x, g * k if order[axis] else g, axis)
    return x


def gradient_magnitude(x):
    return np.sqrt(sum(gaussian(x, o) ** 2 for o in ((1, 0, 0), (0, 1, 0), (0, 0, 1))))


def median(x, window):
    return np.median(around(x, window), axis=-1).astype(x.dtype)


def quantile(x, rank, window):
    w = np.sort(around(x, window), axis=-1)
    return np.where(np.isnan(w[..., -1]), np.nan, w[..., rank]).astype(x.dtype)


def gradient_dip(x, axis):
    return median(nan0(-(dx(x, axis) / dx(x, SAMPLE)) * x.dtype.type(10)), (3, 3, 3))


def other(x):
    return x * x - 3 * x


def position(x, which):
    w, v = around(x, (3, 1, 5)), around(other(x), (3, 1, 5))
    n = {"min": w.argmin(-1), "max": w.argmax(-1),
         "median": np.argmax(w == np.median(w, -1)[..., None], -1)}[which]  # fmt: skip
    out = np.take_along_axis(v, n[..., None], -1)[..., 0]
    return np.where(np.isnan(w).any(-1), np.nan, out).astype(x.dtype)


SLOPES = "0.3 + 0.01*index(sample), -0.7 + 0.05*index(crossline)"


def slopes(x):
    """SLOPES in samples per trace, in the precision of x."""
    real = x.dtype.type
    i, j, k = np.indices(x.shape).astype(x.dtype)
    return real(0.3) + real(0.01) * k, real(-0.7) + real(0.05) * j


def steered(x, a, b, dk=0, kind="linear", by=None):
    """Sample dk of the trace (a, b) away, moved by slopes to where the trace that is read lies."""
    real, n = x.dtype.type, x.shape[2]
    p, q = slopes(x) if by is None else by
    i, j, k = np.indices(x.shape)
    di, dj = moved(i, (a, 0, 0)) - i, moved(j, (0, b, 0)) - j
    with np.errstate(all="ignore"):
        d = np.where(di == 0, 0, p * di) + np.where(dj == 0, 0, q * dj)
        d = np.clip(d.astype(x.dtype), real(-2 * n), real(2 * n))
    below = np.floor(d)
    f = d - below
    side = moved(x, (a, b, 0))

    def at(o):
        m = np.clip(k + below.astype(int) + dk + o, 0, n - 1)
        return np.take_along_axis(side, m, 2)

    with np.errstate(all="ignore"):
        if kind == "linear":
            y = (1 - f) * at(0) + f * at(1)
        else:
            u, v, w, z = at(-1), at(0), at(1), at(2)
            y = v + f / 2 * (w - u + f * (2 * u - 5 * v + 4 * w - z + f * (3 * (v - w) + z - u)))
    return np.where(f == 0, at(0), y).astype(x.dtype)


def steered_window(x, window, shape="rectangle", kind="linear"):
    """The steered samples of a window, as a first axis."""
    hi, hx, hs = (n // 2 for n in window)
    return np.array([
        moved(steered(x, a, b, 0, kind), (0, 0, c))
        for a in range(-hi, hi + 1) for b in range(-hx, hx + 1)
        if shape == "rectangle" or (a / max(hi, 1)) ** 2 + (b / max(hx, 1)) ** 2 <= 1
        for c in range(-hs, hs + 1)])  # fmt: skip


def steered_semblance(x, window=(3, 3, 9), shape="rectangle", kind="linear"):
    u = steered_window(x, (*window[:2], 1), shape, kind)
    gate = (1, 1, window[2])
    above = around(u.sum(0) ** 2, gate).sum(-1)
    return nan0(above / (len(u) * around((u * u).sum(0), gate).sum(-1)))


def pair(u, v):
    norm = lambda t: np.sqrt((around(t, (1, 1, 15)) ** 2).sum(-1))  # noqa: E731
    both = norm(u) + norm(v)
    return np.where(both == 0, 1, 1 - norm(u - v) / both).astype(u.dtype)


def steered_similarity(x, pairs):
    return np.array([pair(steered(x, *a), steered(x, *b)) for a, b in pairs])


def scanned_similarity(x, pairs, dips):
    values = []
    for (ai, ax), (bi, bx) in pairs:
        length = np.hypot(bi - ai, bx - ax)
        found = []
        for slope in dips:
            by = [x.dtype.type(slope * (m / length)) for m in (bi - ai, bx - ax)]
            found.append(pair(steered(x, ai, ax, by=by), steered(x, bi, bx, by=by)))
        values.append(np.max(found, 0))
    return np.array(values)


def gate_extreme(x, op, n):
    """How far the first extreme of the n samples around lies that are in the trace."""
    h, last = n // 2, x.shape[2] - 1
    out = np.empty_like(x)
    for k in range(last + 1):
        lo, hi = max(k - h, 0), min(k + h, last)
        gate = x[..., lo : hi + 1]
        out[..., k] = lo + op(gate, -1) - k
        out[..., k][np.isnan(gate).any(-1)] = np.nan
    return out


def around_plane(x, f):
    """f of every inline, continued periodically."""
    r = 4
    out = []
    for plane in x.astype("f8"):
        padded = np.pad(plane, r, mode="wrap")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            out.append(f(padded)[r:-r, r:-r])
    return np.array(out)


def lbp2d(x, method):
    from skimage.feature import local_binary_pattern

    y = around_plane(x, lambda p: local_binary_pattern(p, 24, 3, method))
    return np.nan_to_num(y) if method == "var" else y


def lbp3d(x):
    corners = [np.roll(x, (-a, -b, -c), (0, 1, 2))
               for a in (-1, 1) for b in (-1, 1) for c in (-1, 1)]  # fmt: skip
    c = np.array(corners)
    above = np.where(c.max(0) > x, 2.0 ** c.argmax(0), 0)
    return above + np.where(c.min(0) < x, 2.0 ** c.argmin(0), 0)


def histogram_equalization(x):
    y = x.astype("f8")
    counts, edges = np.histogram(y, bins=255, range=(y.min(), y.max()))
    centres = (edges[1:] + edges[:-1]) / 2
    return np.interp(y, centres, np.cumsum(counts) / y.size).astype(x.dtype)


def byte(x):
    y = (x - x.min()) / (x.max() - x.min())
    return np.trunc(y * x.dtype.type(255))


# Events: trace by trace, sample by sample.


def positions(t, event):
    """Positions of the events of a trace, in f64."""
    found = []
    for k in range(len(t)):
        if event in ("maximum", "minimum", "extremum") and 0 < k < len(t) - 1:
            a, b, c = (float(v) for v in t[k - 1 : k + 2])
            top, bottom = a < b >= c, a > b <= c
            if (top and event != "minimum") or (bottom and event != "maximum"):
                found.append(k + (a - c) / (2 * (a - 2 * b + c)))
        if event in ("crossing", "upward", "downward") and k < len(t) - 1:
            a, b = float(t[k]), float(t[k + 1])
            up, down = a < 0 <= b, a > 0 >= b
            if (up and event != "downward") or (down and event != "upward"):
                found.append(k + a / (a - b))
    return np.array(found)


def chosen(t, event, which):
    k, e = np.arange(len(t)), positions(t, event)
    late = np.array([min([len(t) - 1.0, *e[e >= n]]) for n in k])
    early = np.array([max([0.0, *e[e <= n]]) for n in k])
    if which == "closest":
        return np.where(k - early <= late - k, early, late)
    return late if which == "next" else early


def of_traces(x, f):
    out = np.empty(x.shape)
    for i, j in np.ndindex(x.shape[:2]):
        t = x[i, j]
        out[i, j] = f(t) if np.isfinite(t).all() else np.nan
    return out.astype(x.dtype)


def event_distance(x, event="extremum", which="next"):
    return of_traces(x, lambda t: np.abs(chosen(t, event, which) - np.arange(len(t))))


def event_amplitude(x, event="extremum", which="next"):
    return of_traces(x, lambda t: np.interp(chosen(t, event, which), np.arange(len(t)), t))


def lobes(t):
    """The closest extremum of every sample and the crossings around it."""
    e = chosen(t, "extremum", "closest")
    near = np.floor(e + 0.5).astype(int)
    left, right = chosen(t, "crossing", "previous")[near], chosen(t, "crossing", "next")[near]
    return np.clip(e, left, right), left, right


def peakedness(x):
    def one(t):
        e, left, right = lobes(t)
        return nan0(np.interp(e, np.arange(len(t)), t) / (right - left))

    return of_traces(x, one)


def event_asymmetry(x):
    def one(t):
        e, left, right = lobes(t)
        return nan0(((right - e) - (e - left)) / (right - left))

    return of_traces(x, one)


def steepness(x):
    def one(t):
        j = np.floor(chosen(t, "crossing", "closest")).astype(int)
        return np.append(np.diff(t), 0)[j]

    return of_traces(x, one)


def detrended(x, kind):
    y = x.astype("f8")
    if kind == "constant" or x.shape[-1] == 1:
        return (y - y.mean(-1, keepdims=True)).astype(x.dtype)
    return of_traces(y, signal.detrend).astype(x.dtype)


def window_of(f, window=(1, 1, 9)):
    return lambda x: f(around(x, window)).astype(x.dtype)


_shape = np.ones((3, 3, 3))

# name -> (expression, the same in NumPy, how far it reads on lateral axes)
TABLE = {
    "convolution": ("convolution(x)", window_of(lambda w: w.mean(-1), (3, 3, 3)), 1),
    "window_sum": ("window_sum(x)", window_of(lambda w: w.sum(-1)), 0),
    "window_mean": ("window_mean(x, (3, 5, 7))", window_of(lambda w: w.mean(-1), (3, 5, 7)), 2),
    "window_min": ("window_min(x, (9, 9, 9))", window_of(lambda w: w.min(-1), (9, 9, 9)), 4),
    "window_max": ("window_max(x)", window_of(lambda w: w.max(-1)), 0),
    "weighted_phase": ("weighted_phase(x)", weighted_phase, 0),
    "window_extreme": ("window_extreme(x)", extreme, 0),
    "window_variance": ("window_variance(x)", window_of(lambda w: w.var(-1)), 0),
    "window_std": ("window_std(x, (3, 3, 3))", window_of(lambda w: w.std(-1), (3, 3, 3)), 1),
    "window_normalised_variance": (
        "window_normalised_variance(abs(x) + 300)",
        lambda x: normalised(around(positive(x), (1, 1, 9)), -1), 0),
    "energy": ("energy(x)", lambda x: around(x * x, (1, 1, 15)).mean(-1), 0),
    "log_energy": ("log_energy(x)", lambda x: np.log(around(x * x, (1, 1, 15)).mean(-1)), 0),
    "time_gain": (
        "time_gain(x)",
        lambda x: x * ((np.arange(x.shape[-1]) + 2.0) ** 1.5).astype(x.dtype), 0),
    "rescale_amplitude_range": (
        "rescale_amplitude_range(x, lo=-500, hi=800)", lambda x: np.clip(x, -500, 800), 0),
    "squeeze": ("squeeze(x, 700)", lambda x: x.dtype.type(700) * np.tanh(x / 700), 0),
    "detrend": ("detrend(x)", lambda x: detrended(x, "linear"), 0),
    "detrend_constant": (
        "detrend(x, kind=constant)", lambda x: detrended(x, "constant"), 0),
    "perigram": (
        "perigram(x)",
        lambda x: ref_np.envelope(x) - around(ref_np.envelope(x), (1, 1, 25)).mean(-1), 0),
    "arc_length": ("arc_length(x, scale=300)", lambda x: arc_length(x, 300), 0),
    "reflection_intensity": ("reflection_intensity(x)", lambda x: trapezium(x, 9), 0),
    "semblance": ("semblance(x)", semblance, 1),
    "variance": ("variance(x)", lambda x: 1 - semblance(x), 1),
    "similarity": ("similarity(x)", lambda x: similarity(x, SIDES).mean(0), 1),
    "similarity_median": (
        "similarity(x, pairs=full, statistic=median)",
        lambda x: np.median(similarity(x, FULL), 0), 1),
    "similarity_variance": (
        "similarity(x, pairs=centre, statistic=variance)",
        lambda x: similarity(x, CENTRE).var(0), 1),
    "similarity_min": (
        "similarity(x, pairs=centre, statistic=min)", lambda x: similarity(x, CENTRE).min(0), 1),
    "gaussian": ("gaussian(x)", gaussian, 4),
    "phase_rotation": (
        "phase_rotation(x, angle=30 deg)", lambda x: phase_rotation(x, 30), 0),
    "cwt_ricker": ("cwt_ricker(x)", lambda x: wavelet(x, ricker(30)), 0),
    "cwt_ormsby": ("cwt_ormsby(x)", lambda x: wavelet(x, ormsby(5, 10, 50, 60)), 0),
    "spectral_amplitude": (
        "spectral_amplitude(x)",
        lambda x: component(x, taper(15), 30 / FS), 0),
    "cwt_morlet": ("cwt_morlet(x)", lambda x: morlet(x, 30, 6), 0),
    "trapezoid": ("trapezoid(x)", lambda x: trapezoid(x, 10, 15, 50, 60), 0),
    "frequency_average": (
        "frequency_statistic(x, statistic=average)", lambda x: frequency(x, "average"), 0),
    "frequency_average_squared": (
        "frequency_statistic(x, statistic=average_squared)",
        lambda x: frequency(x, "average_squared"), 0),
    "frequency_maximum": (
        "frequency_statistic(x, statistic=maximum)", lambda x: frequency(x, "maximum"), 0),
    "first_derivative": ("first_derivative(x, inline)", lambda x: dx(x, INLINE), 1),
    "second_derivative": (
        "second_derivative(x)",
        lambda x: separable(x, SAMPLE, [0.232905, 0.002668, -0.471147, 0.002668, 0.232905],
                            [0.030320, 0.249724, 0.439911, 0.249724, 0.030320]), 2),
    "farid5": (
        "farid5(x, crossline)",
        lambda x: separable(x, CROSSLINE, [-0.109604, -0.276691, 0, 0.276691, 0.109604],
                            [0.037659, 0.249153, 0.426375, 0.249153, 0.037659]), 2),
    "farid7": (
        "farid7(x, inline)",
        lambda x: separable(
            x, INLINE, [-0.018708, -0.125376, -0.193091, 0, 0.193091, 0.125376, 0.018708],
            [0.004711, 0.069321, 0.245410, 0.361117, 0.245410, 0.069321, 0.004711]), 3),
    "gradient_magnitude": ("gradient_magnitude(x)", gradient_magnitude, 4),
    "prewitt": ("prewitt(x)", lambda x: separable(x, SAMPLE, KD, np.ones(3) / 3), 1),
    "prewitt_mean": (
        "prewitt_mean(x)",
        lambda x: sum(separable(x, a, KD, np.ones(3) / 3) for a in range(3)) / 3, 1),
    "smooth": (
        "smooth(x)",
        lambda x: sum(moved(x, o) for o in ((0, 0, 0), (1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0),
                                            (0, 0, 1), (0, 0, -1))) / x.dtype.type(7), 1),
    "laplacian": (
        "laplacian(x)",
        lambda x: 6 * x - sum(moved(x, o) for o in ((1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0),
                                                    (0, 0, 1), (0, 0, -1))), 1),
    "median": ("median(x)", lambda x: median(x, (3, 3, 3)), 1),
    "median_line": ("median(x, (1, 1, 9))", lambda x: median(x, (1, 1, 9)), 0),
    "median_large": ("median(x, (5, 5, 7))", lambda x: median(x, (5, 5, 7)), 2),
    "window_quantile": (
        "window_quantile(x, 0.2, (3, 3, 5))", lambda x: quantile(x, 9, (3, 3, 5)), 1),
    "position_max": ("position(x, x*x - 3*x, (3, 1, 5))", lambda x: position(x, "max"), 1),
    "position_min": (
        "position(x, x*x - 3*x, (3, 1, 5), at_the=min)", lambda x: position(x, "min"), 1),
    "position_median": (
        "position(x, x*x - 3*x, (3, 1, 5), at_the=median)", lambda x: position(x, "median"), 1),
    "steered_mean": (
        f"steered_statistic(x, {SLOPES})", lambda x: steered_window(x, (3, 3, 1)).mean(0), 1),
    "steered_median": (
        f"steered_statistic(x, {SLOPES}, statistic=median)",
        lambda x: np.median(steered_window(x, (3, 3, 1)), 0), 1),
    "steered_variance": (
        f"steered_statistic(x, {SLOPES}, (3, 1, 3), variance, kind=cubic)",
        lambda x: steered_window(x, (3, 1, 3), kind="cubic").var(0), 1),
    "steered_rms": (
        f"steered_statistic(x, {SLOPES}, (5, 5, 3), rms, ellipse)",
        lambda x: np.sqrt((steered_window(x, (5, 5, 3), "ellipse") ** 2).mean(0)), 2),
    "steered_max": (
        f"steered_statistic(x, {SLOPES}, (1, 3, 7), max)",
        lambda x: steered_window(x, (1, 3, 7)).max(0), 1),
    "steered_sum": (
        f"steered_statistic(x, {SLOPES}, (3, 3, 5), sum)",
        lambda x: steered_window(x, (3, 3, 5)).sum(0), 1),
    "steered_normalised_variance": (
        f"steered_statistic(abs(x) + 300, {SLOPES}, (3, 3, 1), normalised_variance)",
        lambda x: normalised(steered_window(positive(x), (3, 3, 1)), 0), 1),
    "steered_shift": (
        f"steered_shift(x, {SLOPES}, (2, -1, 3))", lambda x: steered(x, 2, -1, 3), 2),
    "steered_semblance": (f"steered_semblance(x, {SLOPES})", steered_semblance, 1),
    "steered_semblance_ellipse": (
        f"steered_semblance(x, {SLOPES}, (5, 3, 5), ellipse, cubic)",
        lambda x: steered_semblance(x, (5, 3, 5), "ellipse", "cubic"), 2),
    "steered_similarity": (
        f"steered_similarity(x, {SLOPES})", lambda x: steered_similarity(x, SIDES).mean(0), 1),
    "steered_similarity_median": (
        f"steered_similarity(x, {SLOPES}, pairs=full, statistic=median)",
        lambda x: np.median(steered_similarity(x, FULL), 0), 1),
    "scanned_similarity": (
        "scanned_similarity(x)",
        lambda x: scanned_similarity(x, SIDES, (-1, -0.5, 0, 0.5, 1)).mean(0), 1),
    "scanned_similarity_min": (
        "scanned_similarity(x, 0.9, 0.7, pairs=full, statistic=min)",
        lambda x: scanned_similarity(x, FULL, (-0.7, 0, 0.7)).min(0), 1),
    "gate_extreme_distance": (
        "gate_extreme_distance(x)", lambda x: gate_extreme(x, np.argmax, 15), 0),
    "gate_extreme_distance_min": (
        "gate_extreme_distance(x, minimum, gate=5)", lambda x: gate_extreme(x, np.argmin, 5), 0),
    "survey_position": (
        "survey_position(x, crossline, count=index)",
        lambda x: np.indices(x.shape)[1].astype(x.dtype), 0),
}  # fmt: skip

# The same with discrete decisions, or differences of large numbers: `test_windows.py` says how they
# are compared.
DECIDED = {
    "frequency_dominant": (
        "frequency_statistic(x)", lambda x: frequency(x, "dominant"), 0),
    "frequency_median": (
        "frequency_statistic(x, statistic=median)", lambda x: frequency(x, "median"), 0),
    "frequency_area": (
        "frequency_statistic(x, statistic=area)", lambda x: frequency(x, "area"), 0),
    "frequency_slope": (
        "frequency_statistic(x, statistic=slope)", lambda x: frequency(x, "slope"), 0),
    "frequency_absorption": (
        "frequency_statistic(x, statistic=absorption)", lambda x: frequency(x, "absorption"), 0),
    "gradient_dip_il": ("gradient_dip_il(x)", lambda x: gradient_dip(x, INLINE), 2),
    "gradient_dip_xl": ("gradient_dip_xl(x)", lambda x: gradient_dip(x, CROSSLINE), 2),
    "event_distance": ("event_distance(x)", event_distance, 0),
    "event_distance_up": (
        "event_distance(x, event=upward, which=previous)",
        lambda x: event_distance(x, "upward", "previous"), 0),
    "event_distance_max": (
        "event_distance(x, event=maximum, which=closest)",
        lambda x: event_distance(x, "maximum", "closest"), 0),
    "event_amplitude": ("event_amplitude(x)", event_amplitude, 0),
    "event_amplitude_min": (
        "event_amplitude(x, event=minimum, which=previous)",
        lambda x: event_amplitude(x, "minimum", "previous"), 0),
    "peakedness": ("peakedness(x)", peakedness, 0),
    "event_asymmetry": ("event_asymmetry(x)", event_asymmetry, 0),
    "steered_extreme": (
        f"steered_statistic(x, {SLOPES}, (1, 3, 3), extreme)",
        lambda x: extreme_of(steered_window(x, (1, 3, 3))), 1),
    "steepness": ("steepness(x)", steepness, 0),
    "convert_dtype": (
        "convert_dtype(x, lo=-1500, hi=1500)",
        lambda x: np.round((np.clip(x, -1500, 1500) + 1500) / 3000 * 255) - 128, 0),
}  # fmt: skip

# Periodic borders: whole lines and planes are read.
PERIODIC = {
    "lbp2d": ("lbp2d(x)", lambda x: lbp2d(x, "default"), None),
    "lbp2d_ror": ("lbp2d(x, method=ror)", lambda x: lbp2d(x, "ror"), None),
    "lbp2d_uniform": ("lbp2d(x, method=uniform)", lambda x: lbp2d(x, "uniform"), None),
    "lbp2d_nri_uniform": (
        "lbp2d(x, method=nri_uniform)", lambda x: lbp2d(x, "nri_uniform"), None),
    "lbp2d_var": ("lbp2d(x, method=var)", lambda x: lbp2d(x, "var"), None),
    "lbp3d": ("lbp3d(x)", lbp3d, None),
}

# The whole volume comes first; NaN in it is an error.
VOLUME = {
    "agc": ("agc(x)", agc, 0),
    "trace_agc": ("trace_agc(x)", trace_agc, 0),
    "histogram_equalization": ("histogram_equalization(x)", histogram_equalization, 0),
    "rgb_blend": (
        "rgb_blend(x, -x, x*x)", lambda x: byte(x) + 256 * byte(-x) + 65536 * byte(x * x), 0),
    "lbp3d_unique": (
        "lbp3d_unique(x)",
        lambda x: np.unique(lbp3d(x), return_inverse=True)[1].reshape(x.shape), None),
}  # fmt: skip


def program(*tables):
    """The text of a program with all of their outputs."""
    lines = ["input x: volume"]
    for table in tables:
        lines += [f"output {name} = {entry[0]}" for name, entry in table.items()]
    return "\n".join(lines) + "\n"


def _entry(f):
    def compute(x, dt_ms):
        with np.errstate(all="ignore"):
            return np.asarray(f(x)).astype(x.dtype)

    return compute


ref_np.MORE.update(
    {n: _entry(e[1]) for t in (TABLE, DECIDED, PERIODIC, VOLUME) for n, e in t.items()}
)
ref_np.DIFFERENCES.update(
    ["first_derivative", "second_derivative", "farid5", "farid7", "prewitt", "prewitt_mean",
     "laplacian", "gradient_magnitude", "detrend", "detrend_constant", "perigram", "trapezoid",
     "cwt_ricker", "cwt_ormsby", "cwt_morlet", "spectral_amplitude"]
)  # fmt: skip
ref_np.SEPARABLE.update(
    ["gaussian", "gradient_magnitude", "smooth", "detrend", "detrend_constant", "first_derivative",
     "second_derivative", "farid5", "farid7", "prewitt", "prewitt_mean", "laplacian"]
)  # fmt: skip
ref_np.COMPOSED.update(
    ["window_variance", "window_std", "window_normalised_variance", "agc", "trace_agc", "squeeze",
     "perigram", "arc_length", "semblance", "variance", "similarity", "similarity_median",
     "similarity_variance", "similarity_min", "phase_rotation", "cwt_morlet", "spectral_amplitude",
     "trapezoid", "frequency_average", "frequency_average_squared", "frequency_maximum",
     *(n for n in TABLE if n.startswith(("steered_", "scanned_")))]
)  # fmt: skip
ref_np.FREQUENCIES.update(n for n in {**TABLE, **DECIDED} if n.startswith("frequency_"))
