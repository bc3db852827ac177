"""When a computed attribute counts as right.

`compare(name, got, x, dt_ms, dtype)` holds a result against the f64 reference
under the rules of the specification:

* f64: every error at most 1e-9 of the rms of the reference.
* f32: the 99.9th percentile and the maximum of the errors, over that rms, at
  most the larger of four times the figures below and twice the error of the
  NumPy/SciPy computation in f32 on the same volume. That error is the largest
  of a few computations whose input is scaled by factors that are no powers of
  two, so that one lucky rounding does not make the bound.
* Phases and their derivatives where the envelope is below 1e-3 of its trace's
  maximum (or, for quotients, where both parts are tiny) form a class of their
  own, held to the second bound alone; in f64 likewise.
* Phases are compared modulo 360, quality factors as angles, so that poles are
  ordinary points.
* NaN and infinity must stand where the reference has them.
* Discrete decisions may go the other way where the f64 reference itself shows
  that they are ties: such samples are proven one by one (`Ties`) and listed by
  reason. Decisions, each of which shows at all the samples that its stencil or
  its segment reaches, may be at most 1e-4 of the samples. Traces of one value
  are constructed ties and are not counted.
"""
import hashlib
from dataclasses import dataclass, field

import numpy as np
from scipy import ndimage

import reference_scipy as ref_np

# 99.9th percentile and maximum of error / rms that f32 arithmetic reaches.
_PHASE, _RATIO, _FREQUENCY = (2e-6, 2e-5), (8e-6, 3e-5), (4e-6, 8e-6)
_AMPLITUDE, _SUMS, _LATER = (6e-7, 1e-6), (7e-7, 1e-6), (1e-6, 4e-6)
FIGURES = {
    "fft": _AMPLITUDE, "ifft": _AMPLITUDE, "hilbert": _AMPLITUDE, "envelope": _AMPLITUDE,
    "inst_phase": _PHASE, "response_phase": _PHASE,
    "cos_inst_phase": _RATIO, "relative_amplitude_change": _RATIO, "inst_bandwidth": _RATIO,
    "quality_factor": _RATIO,
    "amplitude_acceleration": (5e-6, 1e-5),
    "inst_frequency": _FREQUENCY, "dominant_frequency": _FREQUENCY,
    "response_frequency": _FREQUENCY,
    "frequency_change": (2e-5, 3e-5), "sweetness": (1.4e-5, 6e-5),
    "response_amplitude": _AMPLITUDE, "apparent_polarity": _AMPLITUDE,
    "convolve1d": _SUMS, "correlate1d": _SUMS, "convolve2d": _SUMS, "correlate2d": _SUMS,
    "convolve3d": _SUMS, "correlate3d": _SUMS,
}  # fmt: skip

PHASES = {"inst_phase", "response_phase"}  # modulo 360
QUOTIENTS = {"quality_factor", "phys_q"}  # compared as angles
HELD = {"response_phase", "response_frequency", "response_amplitude", "apparent_polarity"}
# Attributes that do not change with the amplitude of the input; the others are proportional to it.
SCALE_FREE = {
    "inst_phase", "cos_inst_phase", "relative_amplitude_change", "amplitude_acceleration",
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
# Attributes with the quotient d1(e)/e, and how far it reaches.
RELATIVE_CHANGE = {
    "relative_amplitude_change": (0, 0), "amplitude_acceleration": (1, 1),
    "inst_bandwidth": (0, 0), "dominant_frequency": (0, 0), "quality_factor": (0, 0),
}  # fmt: skip
LATERAL = {
    "relative_amplitude_change": 1, "amplitude_acceleration": 2, "inst_frequency": 1,
    "inst_bandwidth": 1, "dominant_frequency": 1, "frequency_change": 2, "sweetness": 1,
    "quality_factor": 1, "response_frequency": 1,
}  # fmt: skip

LOW_ENVELOPE = 1e-3
STEP_TIE = 1e-5
MOST_OUTLIERS = 1e-4
SCALINGS = (1.0, 0.7, 1.3, 0.9)


def spread(mask, reach):
    """The mask grown by (lateral, samples) in every direction."""
    lateral, samples = reach
    size = (2 * lateral + 1, 2 * lateral + 1, 2 * samples + 1)
    return ndimage.maximum_filter(mask, size=size, mode="constant") if any(reach) else mask


class Ties:
    """What the f64 reference says about discrete decisions and conditioning on a volume."""

    def __init__(self, x, dt_ms, dtype):
        self.x = np.asarray(x, dtype="f8")
        self.dt_ms = dt_ms
        self.eps = float(np.finfo(dtype).eps)
        with np.errstate(all="ignore"):
            self.e = ref_np.envelope(self.x)
            self.phi = ref_np.phase(self.x)
            top = np.nan_to_num(self.e).max(axis=-1, keepdims=True)
            # How far rounding may turn the phase, in radian.
            self.turn = np.minimum(8 * self.eps * top / self.e, np.pi)
            self.turn = np.where(np.isnan(self.turn), 0, self.turn)
            self.low = self.e < LOW_ENVELOPE * top
        self.top = top
        self.constant = self.x.max(axis=-1) == self.x.min(axis=-1)

    def constructed(self, name, dead):
        """Traces of one value, and those that read them laterally; dead ones, which give exact
        zeros and leave nothing to chance, only where asked for."""
        traces = self.constant if dead else self.constant & (self.x[..., 0] != 0)
        mask = np.broadcast_to(traces[..., None], self.x.shape)
        return spread(mask, (LATERAL.get(name, 0), 0))

    def low_envelope(self, name):
        """Samples whose value rests on a phase that is ill-conditioned."""
        if name not in PHASE_LIKE:
            return np.zeros(self.x.shape, bool)
        mask = spread(self.low, PHASE_LIKE[name])
        if name in QUOTIENTS:
            mask = mask | self._tiny_quotient(name)
        return self._held(mask) if name in HELD else mask

    def _tiny_quotient(self, name):
        fs = 1000.0 / self.dt_ms
        with np.errstate(all="ignore"):
            if name == "quality_factor":
                change = ref_np.compute("relative_amplitude_change", self.x, self.dt_ms)
                turns = ref_np.compute("inst_frequency", self.x, self.dt_ms)
            else:
                change = ref_np.compute("env_derivative", self.x, self.dt_ms) / fs / self.e
                turns = ref_np.compute("phys_frequency", self.x, self.dt_ms)
            return ~(np.hypot(change, np.pi * turns / fs) >= LOW_ENVELOPE)

    def _held(self, mask):
        """The mask at the sample that `hold` takes the value from."""
        with np.errstate(all="ignore"):
            return np.nan_to_num(ref_np.hold(self.e, mask.astype("f8"))) > 0

    def outliers(self, name):
        """Reason -> mask of the samples where the decision is a tie in the reference."""
        reasons = {}
        if name in UNWRAPPED:
            mask = spread(self._steps(1), UNWRAPPED[name])
            reasons["phase step of pi"] = self._held(mask) if name in HELD else mask
        if name in DIFFERENCED:
            reasons["phase step of pi"] = spread(self._steps(2), DIFFERENCED[name])
        if name in HELD:
            reasons["equal envelopes"] = self._equal_envelopes()
        if name in RELATIVE_CHANGE:
            reasons["sign at a dead sample"] = self._dead_sign(RELATIVE_CHANGE[name])
        return reasons

    def _steps(self, apart):
        """Both ends of every phase step that rounding may take past pi."""
        mask = np.zeros(self.x.shape, bool)
        n = self.x.shape[-1]
        if n <= apart:
            return mask
        with np.errstate(all="ignore"):
            step = np.abs(ref_np.wrap(self.phi[..., apart:] - self.phi[..., :-apart]))
        tie = np.pi - step < STEP_TIE + self.turn[..., apart:] + self.turn[..., :-apart]
        mask[..., apart:] |= tie
        mask[..., :-apart] |= tie
        return mask

    def _equal_envelopes(self):
        """Segments with a doubtful trough inside or with two maxima that rounding may exchange."""
        e = self.e.reshape(-1, self.e.shape[-1])
        out = np.zeros(e.shape, bool)
        for row, mask, top in zip(e, out, self.top.reshape(-1)):
            if np.isnan(row).any() or len(row) < 2 or top == 0:
                continue
            tie = 16 * self.eps * top
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

    def _dead_sign(self, reach):
        """Samples of envelope 0 whose lateral derivative is 0 up to rounding."""
        with np.errstate(all="ignore"):
            e = np.nan_to_num(self.e)
            slope = np.abs(ref_np.d1(e))
        around = ndimage.maximum_filter(e, size=3, mode="constant")
        return spread((e <= 16 * self.eps * around) & (slope <= 16 * self.eps * around), reach)


def decisions(name, hits):
    """How many decisions made these outliers: one shows in a patch of the size of the stencil,
    or in a segment of a trace."""
    if name in HELD:
        along = np.zeros((3, 3, 3), bool)
        along[1, 1] = True
        return ndimage.label(hits, along)[1]
    lateral, samples = PHASE_LIKE.get(name, RELATIVE_CHANGE.get(name, (0, 0)))
    patch = (2 * lateral + 1) ** 2 * (2 * samples + 2)  # a step has two ends
    labels, count = ndimage.label(hits, np.ones((3, 3, 3), bool))
    sizes = np.bincount(labels.ravel(), minlength=count + 1)[1:]
    return int(np.ceil(sizes / patch).sum())


def distance(name, got, ref, dt_ms):
    """Error per sample; infinite where one is finite and the other is not."""
    got, ref = np.asarray(got), np.asarray(ref)
    with np.errstate(all="ignore"):
        if name in QUOTIENTS:
            unit = 1000.0 / dt_ms if name == "quality_factor" else 1.0
            a, b = (np.arctan2(1.0, np.asarray(v, "f8") / unit) for v in (got, ref))
            d = np.abs(a - b)
            d = np.minimum(d, np.pi - d)
        else:
            d = np.abs(got.astype(ref.dtype) - ref)
            if name in PHASES:
                d = np.abs(np.mod(d + 180, 360) - 180)
        same = np.isnan(got) & np.isnan(ref)
        if name not in QUOTIENTS and not np.iscomplexobj(ref):
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


def scale_of(name, ref, x, dt_ms):
    """The rms that errors are measured by, with a floor where the attribute vanishes."""
    values = np.asarray(ref)
    if name in QUOTIENTS:
        unit = 1000.0 / dt_ms if name == "quality_factor" else 1.0
        with np.errstate(all="ignore"):
            values = np.arctan2(1.0, values / unit)
    finite = values[np.isfinite(values)]
    rms = float(np.sqrt(np.mean(np.abs(finite.astype("c16")) ** 2))) if finite.size else 0.0
    fs = 1000.0 / dt_ms
    xs = np.asarray(x)[np.isfinite(x)]
    amplitude = float(np.sqrt(np.mean(np.abs(xs) ** 2))) if xs.size else 1.0
    natural = {
        "relative_amplitude_change": 1, "amplitude_acceleration": 1, "inst_bandwidth": 0.16,
        "cos_inst_phase": 1, "inst_phase": 180, "response_phase": 180, "quality_factor": 1,
        "phys_q": 1, "sweetness": amplitude / 5, "sweetness_sqrt": amplitude / 2.2,
        "env_derivative": amplitude * fs, "env_second_derivative": amplitude * fs * fs,
        "phys_bandwidth": fs, "phase_acceleration": fs * fs,
    }.get(name, fs if "frequency" in name or name == "thin_bed" else amplitude)  # fmt: skip
    varying = np.isfinite(x).all(axis=-1) & (x.max(axis=-1) != x.min(axis=-1))
    floor = (1e-3 if varying.any() and x.shape[-1] > 2 else 5e-2) * natural
    return max(rms, floor, np.finfo("f8").tiny)


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
    outliers: dict = field(default_factory=dict)
    counted: int = 0
    worst_index: tuple = ()
    values: tuple = ()

    @property
    def ok(self):
        enough = self.counted <= max(MOST_OUTLIERS * self.size, 1 if self.size < 1e4 else 0)
        return self.main.ok and self.low.ok and enough

    def __bool__(self):
        return self.ok

    def __str__(self):
        parts = [f"{self.name}: {'ok' if self.ok else 'WRONG'}, rms {self.scale:.3g}"]
        for label, c in (("all", self.main), ("low envelope", self.low)):
            if c.count:
                parts.append(
                    f"{label} {c.count}: p99.9 {c.p999:.2e} (<= {c.p999_bound:.2e}),"
                    f" max {c.worst:.2e} (<= {c.worst_bound:.2e})"
                )
        if self.outliers:
            parts.append(f"legal outliers {self.outliers}, {self.counted} decisions")
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


def _baseline(name, x, dt_ms, dtype):
    """NumPy/SciPy in the precision under test, one array per scaling of the input."""
    base = "c8" if np.dtype(dtype) == np.float32 else "c16"
    kind = base if np.iscomplexobj(x) else dtype
    made = []
    for c in SCALINGS:
        with np.errstate(all="ignore"):
            y = ref_np.compute(name, (x * c).astype(kind), dt_ms)
            made.append(y if name in SCALE_FREE else y / y.dtype.type(c))
    return made


def compare(name, got, x, dt_ms, dtype, ref=None):
    """Holds `got`, the attribute `name` of the volume `x` computed in `dtype` ("f4" or "f8"),
    against the f64 reference: SciPy's, or `ref`. Returns a Report."""
    x = np.asarray(x)
    x64 = x.astype("c16" if np.iscomplexobj(x) else "f8")
    if ref is None:
        ref = _remember(x64, ("ref", name, dt_ms), lambda: ref_np.compute(name, x64, dt_ms))
    if np.shape(got) != np.shape(ref):
        raise AssertionError(f"{name}: shape {np.shape(got)}, wanted {np.shape(ref)}")
    scale = scale_of(name, ref, x64, dt_ms)
    error = distance(name, got, ref, dt_ms) / scale
    report = Report(name, scale, error.size)
    real = not np.iscomplexobj(x)
    ties = _remember(x64, ("ties", dt_ms, dtype), lambda: Ties(x64, dt_ms, dtype)) if real else None
    low = ties.low_envelope(name) if real else np.zeros(x.shape, bool)

    reasons = ties.outliers(name) if real else {}
    doubtful = np.zeros(error.shape, bool)
    for mask in reasons.values():
        doubtful |= mask

    made = _remember(
        x64, ("base", name, dt_ms, dtype), lambda: _baseline(name, x64, dt_ms, dtype)
    )
    base = [distance(name, y, ref, dt_ms) / scale for y in made]
    f32 = np.dtype(dtype) == np.float32
    figures = [4 * f for f in FIGURES.get(name, _LATER)] if f32 else [1e-9, 1e-9]

    def bounds(where, floor):
        worst = [0.0, 0.0]
        for errors in base:
            # A tie that went the other way says nothing about rounding.
            finite = errors[where & ~doubtful & np.isfinite(errors)]
            worst = [max(worst[0], _percentile(finite)), max(worst[1], _worst(finite))]
        return max(floor[0], 2 * worst[0]), max(floor[1], 2 * worst[1])

    floor_low = figures if not f32 else [1e-7, 1e-7]
    main_bounds = bounds(~low, figures) if f32 else tuple(figures)
    low_bounds = bounds(low, floor_low)

    legal = np.zeros(error.shape, bool)
    if real:
        beyond = error > np.where(low, low_bounds[1], main_bounds[1])
        constructed = ties.constructed(name, dead=True)
        for reason, mask in reasons.items():
            hit = beyond & mask & ~legal
            if hit.any():
                report.outliers[reason] = int(hit.sum())
                report.counted += decisions(name, hit & ~constructed)
            legal |= hit
        if name in HELD | QUOTIENTS:
            hit = beyond & ties.constructed(name, dead=False) & ~legal
            if hit.any():
                report.outliers["constructed"] = int(hit.sum())
            legal |= hit

    for c, where, (b999, bmax) in (
        (report.main, ~low & ~legal, main_bounds),
        (report.low, low & ~legal, low_bounds),
    ):
        errors = error[where]
        c.count, c.p999, c.worst = errors.size, _percentile(errors), _worst(errors)
        c.p999_bound, c.worst_bound = b999, bmax
    rest = np.where(legal, -1.0, error)
    if not report.ok and rest.size:
        # In the class that fails, else anywhere.
        rest = np.where(low, rest, -1.0) if report.main.ok and not report.low.ok else rest
        report.worst_index = tuple(int(i) for i in np.unravel_index(rest.argmax(), rest.shape))
        report.values = (np.asarray(got)[report.worst_index], ref[report.worst_index])
    return report
