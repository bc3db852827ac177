"""When a computed attribute counts as right.

`compare(name, got, x, dt_ms, dtype)` holds a result against the f64 reference
under the rules of the specification, read word by word:

* f64: every error at most 1e-9 of the rms of the reference.
* f32: the 99.9th percentile and the maximum of the errors, over that rms, at
  most the larger of four times the figures below and twice the error of the
  NumPy/SciPy computation in f32 on the same volume. Later attributes have the
  second bound alone where SciPy has the operation, and that of correlations where
  they are correlations one after the other; what SciPy has no operation for may err
  1e-5 at the 99.9th percentile and 3.2e-5 at the maximum, which no rule bounds, those
  of phases and the bandwidth as much as frequency, bandwidth or quality factor there.
* Differences of neighbours are held against a hundredth of the rms of the input where
  their own is smaller: a condition number of 100 at most is bounded.
* f32, phases and their derivatives: samples whose envelope is below 1e-3 of its
  trace's maximum form a class of their own, held to the second bound alone.
* Phases are compared modulo 360, quality factors and slopes as angles, so that poles are
  ordinary points.
* NaN and infinity must stand where the reference has them.
* A sample beyond these bounds is legal only with a proof of its own, and at most
  1e-4 of the samples may need one. Proofs of a discrete decision are in the f64
  reference (`Ties`). The other proof is SciPy's f32 run at that very sample
  (`_scipy_is_no_better`): where its error is at least half of ours for the volume
  times some constant, the bound was one lucky rounding; one such sample is not
  counted. Traces of one value are constructed ties and are not counted.
"""
import hashlib
from dataclasses import dataclass, field

import numpy as np
from scipy import ndimage

import reference_orientation  # noqa: F401  its attributes are known to reference_scipy then
import reference_scipy as ref_np
import reference_windows  # noqa: F401  likewise

# 99.9th percentile and maximum of error / rms that f32 arithmetic reaches.
_PHASE, _RATIO, _FREQUENCY = (2e-6, 2e-5), (8e-6, 3e-5), (4e-6, 8e-6)
_AMPLITUDE, _SUMS = (6e-7, 1e-6), (7e-7, 1e-6)
_LATER = (2.5e-6, 8e-6)  # times four: 1e-5
FIGURES = {
    "fft": _AMPLITUDE, "ifft": _AMPLITUDE, "hilbert": _AMPLITUDE, "envelope": _AMPLITUDE,
    "inst_phase": _PHASE, "response_phase": _PHASE, "weighted_phase": _PHASE,
    "cos_inst_phase": _RATIO, "relative_amplitude_change": _RATIO, "inst_bandwidth": _RATIO,
    "quality_factor": _RATIO,
    "amplitude_acceleration": (5e-6, 1e-5),
    "inst_frequency": _FREQUENCY, "dominant_frequency": _FREQUENCY,
    "response_frequency": _FREQUENCY,
    "frequency_change": (2e-5, 3e-5), "sweetness": (1.4e-5, 6e-5),
    "response_amplitude": _AMPLITUDE, "apparent_polarity": _AMPLITUDE,
    "convolve1d": _SUMS, "correlate1d": _SUMS, "convolve2d": _SUMS, "correlate2d": _SUMS,
    "convolve3d": _SUMS, "correlate3d": _SUMS,
    "phys_frequency": _LATER, "weighted_frequency": _LATER, "thin_bed": _LATER,
    "phase_acceleration": _LATER, "phys_q": (2.5e-6, 3e-5), "sweetness_sqrt": _LATER,
    "phys_bandwidth": (2.5e-6, 3e-5),
}  # fmt: skip

# Of eigenvalues and curvatures, whose formulas no operation of SciPy has.
FIGURES.update(
    dict.fromkeys(
        ["dip", "azimuth", "dip_il", "dip_xl", "dip_reflect", "dip_spacing", "linearity",
         "planarity", "isotropy", "gst_2d_dip_il", "gst_2d_dip_xl", "gst_3d_dip", "gst_3d_azm",
         "cline", "cplane", "gst_discontinuity", "chaos", "eig_complex", "energy_ratio",
         "curvature_mean", "curvature_gaussian", "curvature_max", "curvature_min",
         "curvature_kmax", "curvedness", "shape_index"], _LATER)
)  # fmt: skip

FIGURES.update(dict.fromkeys(ref_np.COMPOSED, _LATER))
FIGURES.update(dict.fromkeys(ref_np.SEPARABLE, _SUMS))
# Filters round their results once.
FIGURES.update(dict.fromkeys(ref_np.LINEAR, (1.5e-8, 1.5e-8)))

PHASES = {"inst_phase", "response_phase", "weighted_phase", "azimuth", "gst_3d_azm"}  # modulo 360
QUOTIENTS = {"quality_factor", "phys_q"}  # compared as angles
# So are slopes: a layer that stands upright is a pole. With the unit of the quotient.
SLOPES = {"dip_il": 1.0, "dip_xl": 1.0, "gst_2d_dip_il": 10.0, "gst_2d_dip_xl": 10.0}
HELD = {"response_phase", "response_frequency", "response_amplitude", "apparent_polarity"}
# Attributes that do not change with the amplitude of the input; the others are proportional to it.
SCALE_FREE = {
    "inst_phase", "weighted_phase", "cos_inst_phase", "relative_amplitude_change",
    "amplitude_acceleration",
    "inst_frequency", "inst_bandwidth", "dominant_frequency", "frequency_change",
    "quality_factor", "response_phase", "response_frequency", "phys_frequency",
    "weighted_frequency", "thin_bed", "phase_acceleration", "phys_bandwidth", "phys_q",
}  # fmt: skip
# How far a sample of the phase reaches into the attribute: laterally, along samples.
UNWRAPPED = {
    "inst_frequency": (1, 1), "dominant_frequency": (1, 1), "frequency_change": (2, 2),
    "sweetness": (1, 1), "quality_factor": (1, 1), "response_frequency": (1, 1),
}  # fmt: skip
DIFFERENCED = {
    "phys_frequency": (0, 1), "weighted_frequency": (0, 2), "thin_bed": (0, 2),
    "phase_acceleration": (0, 2), "phys_q": (0, 1), "sweetness_sqrt": (0, 1),
}  # fmt: skip
POINTWISE_PHASE = {"inst_phase": (0, 0), "cos_inst_phase": (0, 0), "response_phase": (0, 0)}
PHASE_LIKE = {**UNWRAPPED, **DIFFERENCED, **POINTWISE_PHASE}
LATERAL = {
    "relative_amplitude_change": 1, "amplitude_acceleration": 2, "inst_frequency": 1,
    "inst_bandwidth": 1, "dominant_frequency": 1, "frequency_change": 2, "sweetness": 1,
    "quality_factor": 1, "response_frequency": 1,
}  # fmt: skip

LOW_ENVELOPE = 1e-3
STEP_TIE = 1e-5
ENVELOPE_TIE = 8  # envelopes that differ by fewer units of rounding of the largest are equal
ZERO = 32  # units of rounding that a value of 0 may show
MOST_OUTLIERS = 1e-4
SCALINGS = np.linspace(0.6, 1.1, 33)
REACH = 2  # crosslines and inlines that any attribute reads


def spread(mask, reach):
    """The mask grown by (lateral, samples) in every direction."""
    lateral, samples = reach
    size = (2 * lateral + 1, 2 * lateral + 1, 2 * samples + 1)
    return ndimage.maximum_filter(mask, size=size, mode="constant") if any(reach) else mask


class Ties:
    """What the f64 reference says about discrete decisions on a volume."""

    def __init__(self, x, dt_ms, dtype):
        self.x = np.asarray(x, dtype="f8")
        self.dt_ms = dt_ms
        self.eps = float(np.finfo(dtype).eps)
        with np.errstate(all="ignore"):
            self.e = ref_np.envelope(self.x)
            self.phi = ref_np.phase(self.x)
            self.top = np.nan_to_num(self.e).max(axis=-1, keepdims=True)
            self.low = self.e < LOW_ENVELOPE * self.top
        self.constant = self.x.max(axis=-1) == self.x.min(axis=-1)

    def constructed(self, name):
        """Traces of one value, and those that read them laterally."""
        mask = np.broadcast_to(self.constant[..., None], self.x.shape)
        return spread(mask, (LATERAL.get(name, 0), 0))

    def low_envelope(self, name):
        """Samples of phases and their derivatives where the envelope is small."""
        if name == "weighted_phase":
            with np.errstate(all="ignore"):
                return np.abs(ref_np.mean_signal(self.x)) < LOW_ENVELOPE * self.top
        return self.low if name in PHASE_LIKE else np.zeros(self.x.shape, bool)

    def outliers(self, name):
        """Reason -> mask of the samples where the decision is a tie in the reference."""
        reasons = {}
        if name in UNWRAPPED:
            reasons = {"phase step of pi": self._steps(1), "phase of pi": self._cut()}
            for reason, mask in reasons.items():
                mask = spread(mask, UNWRAPPED[name])
                reasons[reason] = self._held(mask) if name in HELD else mask
        if name in DIFFERENCED:
            reasons["phase step of pi"] = spread(self._steps(2), DIFFERENCED[name])
        if name in HELD:
            reasons["equal envelopes"] = self._equal_envelopes()
        if name in QUOTIENTS:
            reasons["zero by zero"] = self._zero_by_zero(name)
        if name in ref_np.MORE_TIES:
            with np.errstate(all="ignore"):
                reasons.update(ref_np.MORE_TIES[name](self.x))
        return reasons

    def _held(self, mask):
        """The mask at the sample that `hold` takes the value from."""
        with np.errstate(all="ignore"):
            return np.nan_to_num(ref_np.hold(self.e, mask.astype("f8"))) > 0

    def _steps(self, apart):
        """Both ends of every phase step of pi."""
        mask = np.zeros(self.x.shape, bool)
        if self.x.shape[-1] > apart:
            with np.errstate(all="ignore"):
                step = np.abs(ref_np.wrap(self.phi[..., apart:] - self.phi[..., :-apart]))
            tie = np.pi - step < STEP_TIE
            mask[..., apart:] |= tie
            mask[..., :-apart] |= tie
        return mask

    def _cut(self):
        """Samples of traces of one value whose phase is pi, or -pi by the sign of a zero: an
        unwrapped step of 2 pi leaves its rounding, and the reference is 0."""
        with np.errstate(all="ignore"):
            zero = np.pi - np.abs(self.phi) <= ZERO * np.finfo("f8").eps
        return zero & self.constant[..., None]

    def _zero_by_zero(self, name):
        """Where both parts of a quotient are 0 up to rounding."""
        fs = 1000.0 / self.dt_ms
        with np.errstate(all="ignore"):
            if name == "quality_factor":
                change = ref_np.compute("relative_amplitude_change", self.x, self.dt_ms)
                turns = ref_np.compute("inst_frequency", self.x, self.dt_ms)
            else:
                change = ref_np.compute("env_derivative", self.x, self.dt_ms) / fs / self.e
                turns = ref_np.compute("phys_frequency", self.x, self.dt_ms)
            zero = np.hypot(change, np.pi * turns / fs) <= ZERO * np.finfo("f8").eps
        return zero

    def _equal_envelopes(self):
        """Segments with a doubtful trough inside or with two maxima that rounding may exchange."""
        e = self.e.reshape(-1, self.e.shape[-1])
        out = np.zeros(e.shape, bool)
        for row, mask, top in zip(e, out, self.top.reshape(-1)):
            if np.isnan(row).any() or len(row) < 2 or top == 0:
                continue
            tie = ENVELOPE_TIE * self.eps * top
            depth = np.minimum(row[:-2], row[2:]) - row[1:-1]  # of a trough; negative: none
            sure = 1 + np.flatnonzero(depth > tie)
            doubtful = 1 + np.flatnonzero(np.abs(depth) <= tie)
            edges = np.concatenate([[0], sure, [len(row)]])
            for a, b in zip(edges[:-1], edges[1:]):
                part = row[a:b]
                best = int(np.argmax(part))
                rivals = np.count_nonzero(part >= part[best] - tie) > 1
                mask[a:b] = rivals or ((doubtful > a) & (doubtful < b)).any()
        return out.reshape(self.e.shape)


def pole_unit(name, dt_ms):
    """What an attribute with poles is divided by before its angle is taken; None for others."""
    if name in QUOTIENTS:
        return 1000.0 / dt_ms if name == "quality_factor" else 1.0
    return SLOPES.get(name)


def distance(name, got, ref, dt_ms):
    """Error per sample; infinite where one is finite and the other is not."""
    got, ref = np.asarray(got), np.asarray(ref)
    with np.errstate(all="ignore"):
        if unit := pole_unit(name, dt_ms):
            a, b = (np.arctan2(1.0, np.asarray(v, "f8") / unit) for v in (got, ref))
            d = np.abs(a - b)
            d = np.minimum(d, np.pi - d)
        else:
            d = np.abs(got.astype(ref.dtype) - ref)
            if name in PHASES:
                d = np.abs(np.mod(d + 180, 360) - 180)
        same = np.isnan(got) & np.isnan(ref)
        if not unit and not np.iscomplexobj(ref):
            same |= got == ref  # equal infinities
        if np.iscomplexobj(ref):
            same |= _same_complex(got, ref)
    return np.where(same, 0.0, np.where(np.isnan(d), np.inf, d))


def _same_complex(got, ref):
    """Part by part: the real part of an analytic signal may be finite beside a NaN."""
    same = [
        (np.isnan(g) & np.isnan(r)) | (g == r)
        for g, r in ((got.real, ref.real), (got.imag, ref.imag))
    ]
    return same[0] & same[1]


def scale_of(name, ref, dt_ms):
    """The rms of the reference, which errors are measured by."""
    values = np.asarray(ref)
    if unit := pole_unit(name, dt_ms):
        with np.errstate(all="ignore"):
            values = np.arctan2(1.0, values / unit)
    finite = values[np.isfinite(values)]
    rms = float(np.sqrt(np.mean(np.abs(finite.astype("c16")) ** 2))) if finite.size else 0.0
    if name in ref_np.FREQUENCIES:  # far below what a window resolves they are leakage
        rms = max(rms, 1.0)
    return max(rms, np.finfo("f8").tiny)


@dataclass
class Class:
    """Samples that share a bound: their worst errors and what is allowed, over the rms."""

    count: int = 0
    p999: float = 0.0
    worst: float = 0.0
    p999_bound: float = 0.0
    worst_bound: float = 0.0

    @property
    def ok(self):
        return self.p999 <= self.p999_bound and self.worst <= self.worst_bound


@dataclass
class Report:
    """The verdict on one attribute of one volume; false where it is wrong."""

    name: str
    scale: float
    size: int
    main: Class = field(default_factory=Class)
    low: Class = field(default_factory=Class)
    outliers: dict = field(default_factory=dict)  # reason -> samples
    counted: int = 0  # outliers that are not on constructed data
    worst_index: tuple = ()
    values: tuple = ()

    @property
    def ok(self):
        return self.main.ok and self.low.ok and self.counted <= MOST_OUTLIERS * self.size

    def __bool__(self):
        return bool(self.ok)

    def __str__(self):
        parts = [f"{self.name}: {'ok' if self.ok else 'WRONG'}, rms {self.scale:.3g}"]
        for label, c in (("all", self.main), ("low envelope", self.low)):
            if c.count:
                parts.append(
                    f"{label} {c.count}: p99.9 {c.p999:.2e} (<= {c.p999_bound:.2e}),"
                    f" max {c.worst:.2e} (<= {c.worst_bound:.2e})"
                )
        if self.outliers:
            parts.append(f"legal outliers {self.outliers}, {self.counted} counted")
        if self.worst_index:
            parts.append(f"worst at {self.worst_index}: got {self.values[0]}, ref {self.values[1]}")
        return "; ".join(parts)


def _percentile(errors):
    return float(np.quantile(errors, 0.999, method="lower")) if errors.size else 0.0


def _worst(errors):
    return float(errors.max()) if errors.size else 0.0


_kept = {}  # what was computed for the last volumes: digest -> {key: value}


def _remember(x, key, make):
    """The value for `key` of the volume x, made once: attributes and both references share it."""
    digest = hashlib.blake2b(x.tobytes() + repr((x.shape, x.dtype)).encode()).digest()
    if digest not in _kept:
        while len(_kept) > 1:
            _kept.pop(next(iter(_kept)))
        _kept[digest] = {}
    kept = _kept[digest]
    if key not in kept:
        kept[key] = make()
    return kept[key]


def _scipy(name, x, dt_ms, dtype, factor=1.0):
    """NumPy/SciPy in the precision under test, of the volume times a factor."""
    base = "c8" if np.dtype(dtype) == np.float32 else "c16"
    with np.errstate(all="ignore"):
        scaled = (x * factor).astype(base if np.iscomplexobj(x) else dtype)
        y = ref_np.compute(name, scaled, dt_ms)
        return y if name in SCALE_FREE or factor == 1 else y / y.dtype.type(factor)


def _scipy_is_no_better(name, where, errors, x, ref, dt_ms):
    """Of the samples in the mask, those where SciPy's f32 error is at least half of `errors` for
    the volume times one of SCALINGS: another rounding of the same problem."""
    proven = np.zeros(where.shape, bool)
    for i, j, k in np.argwhere(where):
        first = max(0, i - REACH), max(0, j - REACH)
        patch = (slice(first[0], i + REACH + 1), slice(first[1], j + REACH + 1))
        at = (i - first[0], j - first[1], k)
        own = max(
            float(distance(name, _scipy(name, x[patch], dt_ms, "f4", c), ref[patch], dt_ms)[at])
            for c in SCALINGS
        )
        proven[i, j, k] = np.isfinite(own) and errors[i, j, k] <= 2 * own
    return proven


def compare(name, got, x, dt_ms, dtype, ref=None, constructed=False):
    """Holds `got`, the attribute `name` of the volume `x` computed in `dtype` ("f4" or "f8"),
    against the f64 reference: SciPy's, or `ref`. `constructed`: ties are meant and not counted.
    Returns a Report."""
    x = np.asarray(x)
    real = not np.iscomplexobj(x)
    x64 = x.astype("f8" if real else "c16")
    if ref is None:
        ref = _remember(x64, ("ref", name, dt_ms), lambda: ref_np.compute(name, x64, dt_ms))
    if np.shape(got) != np.shape(ref):
        raise AssertionError(f"{name}: shape {np.shape(got)}, wanted {np.shape(ref)}")
    scale = scale_of(name, ref, dt_ms)
    if name in ref_np.LINEAR:  # what a filter removes leaves its rounding
        scale = max(scale, 1e-6 * scale_of(name, x64, dt_ms))
    if name in ref_np.DIFFERENCES:  # a condition number of 100 at most is bounded
        scale = max(scale, 1e-2 * scale_of(name, x64, dt_ms))
    error = distance(name, got, ref, dt_ms)
    report = Report(name, scale, error.size)
    f32 = np.dtype(dtype) == np.float32
    low, reasons, meant = np.zeros(x.shape, bool), {}, np.full(x.shape, constructed)
    if real:
        ties = _remember(x64, ("ties", dt_ms, dtype), lambda: Ties(x64, dt_ms, dtype))
        low = ties.low_envelope(name) if f32 else low
        reasons = _remember(x64, ("why", name, dt_ms, dtype), lambda: ties.outliers(name))
        meant = meant | ties.constructed(name)

    if f32:
        base = _remember(x64, ("f32", name, dt_ms), lambda: _scipy(name, x64, dt_ms, dtype))
        # A tie that went the other way says nothing about rounding.
        usable = ~np.logical_or.reduce([*reasons.values(), np.zeros(x.shape, bool)])
        base = np.where(usable, distance(name, base, ref, dt_ms), np.inf)
        main_bounds = _bounds(base[~low], scale, FIGURES.get(name, (0.0, 0.0)))
        low_bounds = _bounds(base[low], scale, (0.0, 0.0))
    else:
        main_bounds = low_bounds = (1e-9 * scale, 1e-9 * scale)

    beyond = error > np.where(low, low_bounds[1], main_bounds[1])
    legal = np.zeros(x.shape, bool)

    def allow(reason, mask):
        hit = beyond & mask & ~legal
        if hit.any():
            report.outliers[reason] = int(hit.sum())
            report.counted += int((hit & ~meant).sum())
            legal[hit] = True

    for reason, mask in reasons.items():
        allow(reason, mask)
    rest = beyond & ~legal
    # the proof needs a patch of the volume that holds all that an attribute reads
    is_local = name not in ref_np.MORE
    if f32 and real and is_local and 0 < rest.sum() <= max(1, MOST_OUTLIERS * error.size):
        decided = report.counted
        allow("SciPy's rounding", _scipy_is_no_better(name, rest, error, x64, ref, dt_ms))
        if report.counted == decided + 1:  # one such sample shows the bound of any volume
            report.counted = decided

    for c, where, bounds in (
        (report.main, ~low & ~legal, main_bounds),
        (report.low, low & ~legal, low_bounds),
    ):
        errors = error[where]
        c.count, c.p999, c.worst = errors.size, _percentile(errors) / scale, _worst(errors) / scale
        c.p999_bound, c.worst_bound = bounds[0] / scale, bounds[1] / scale
    if not report.ok and error.size:
        # In the class that fails, else anywhere.
        failing = low if report.main.ok and not report.low.ok else np.full(x.shape, True)
        rest = np.where(failing & ~legal, error, -1.0)
        report.worst_index = tuple(int(i) for i in np.unravel_index(rest.argmax(), rest.shape))
        report.values = (np.asarray(got)[report.worst_index], ref[report.worst_index])
    return report


def _bounds(base, scale, figures):
    """What the 99.9th percentile and the maximum may reach."""
    base = base[np.isfinite(base)]
    return (
        max(4 * figures[0] * scale, 2 * _percentile(base)),
        max(4 * figures[1] * scale, 2 * _worst(base)),
    )
