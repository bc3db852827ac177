#!/usr/bin/python3
"""The report of scripts/demo.sh: pictures, errors against SciPy, times against SciPy.

Reads the survey and the attributes that seis-run wrote, computes every attribute with NumPy and
SciPy in f64 and f32, times compiled objects and SciPy in turn, and writes one HTML file that needs
nothing else. Exit code 1 if an attribute misses its tolerance.

Usage: demo_report.py --out DIR [--rounds N]; DIR is what demo.sh filled.
"""
import argparse
import base64
import html
import io
import json
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import segyio
from scipy import ndimage, signal

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "test" / "python"), str(ROOT / "experiments" / "bench")]

import acceptance
import reference_scipy
import seis_object
import timing

CORNER_HZ = 30.0
SLICES = (110, 100, 235)  # inline, crossline and sample that are shown: faults and the channel
TIMED = slice(50, 151)  # inlines that the times are measured on

# What a user of SciPy writes --------------------------------------------------
#
# `shared` of the functions holds what several attributes need, computed once, as the object does.


def smooth_derivative(v):
    v = ndimage.correlate1d(v, reference_scipy.KD, axis=2)
    v = ndimage.correlate1d(v, reference_scipy.KS, axis=0)
    return ndimage.correlate1d(v, reference_scipy.KS, axis=1)


def analytic(x, shared):
    if "analytic" not in shared:
        shared["analytic"] = signal.hilbert(x)
    return shared["analytic"]


def envelope(x, dt_ms, shared):
    if "envelope" not in shared:
        shared["envelope"] = np.abs(analytic(x, shared))
    return shared["envelope"]


def inst_phase(x, dt_ms, shared):
    return np.angle(analytic(x, shared), deg=True)


def inst_frequency(x, dt_ms, shared):
    if "frequency" not in shared:
        phase = np.unwrap(np.angle(analytic(x, shared)))
        fs = x.dtype.type(1000 / dt_ms / (2 * np.pi))
        shared["frequency"] = np.abs(smooth_derivative(phase) * fs)
    return shared["frequency"]


def sweetness(x, dt_ms, shared):
    floor = x.dtype.type(5)
    return envelope(x, dt_ms, shared) / np.maximum(inst_frequency(x, dt_ms, shared), floor)


def relative_amplitude_change(x, dt_ms, shared):
    e = envelope(x, dt_ms, shared)
    with np.errstate(all="ignore"):
        change = smooth_derivative(e) / e
    return np.clip(np.nan_to_num(change, copy=False, nan=0, posinf=1, neginf=-1), -1, 1)


def low_frequency_energy(x, dt_ms, shared):
    rms = np.sqrt(ndimage.uniform_filter(x * x, (3, 3, 9)))
    ratio = inst_frequency(x, dt_ms, shared) / x.dtype.type(CORNER_HZ)
    return rms / (1 + ratio * ratio)


@dataclass(frozen=True)
class Attribute:
    name: str  # of the output
    program: str  # argument of seis-compile
    title: str
    unit: str
    scipy: object
    scale: str  # "signed", "positive" or "phase"
    like: str  # attribute of the specification whose rules hold


ATTRIBUTES = [
    Attribute("envelope", "envelope", "Envelope", "amplitude", envelope, "positive", "envelope"),
    Attribute("inst_phase", "inst-phase", "Instantaneous phase", "degree", inst_phase, "phase",
              "inst_phase"),
    Attribute("inst_frequency", "inst-frequency", "Instantaneous frequency", "Hz", inst_frequency,
              "positive", "inst_frequency"),
    Attribute("sweetness", "sweetness", "Sweetness", "amplitude/Hz", sweetness, "positive",
              "sweetness"),
    Attribute("relative_amplitude_change", "relative-amplitude-change",
              "Relative amplitude change", "1/sample", relative_amplitude_change, "signed",
              "relative_amplitude_change"),
    Attribute("low_frequency_energy", str(ROOT / "scripts" / "demo.seis"),
              "Low-frequency energy (demo.seis)", "amplitude", low_frequency_energy, "positive",
              "sweetness"),
]  # fmt: skip
ALL = "all six in one object"

# Errors -----------------------------------------------------------------------


class Spread:
    """Largest value and 99.9th percentile of a stream of errors, from a histogram of logarithms
    with bins of 0.2 %."""

    LOW, BINS_PER_UNIT, BINS = -46.0, 500, 38000

    def __init__(self):
        self.counts = np.zeros(self.BINS, dtype=np.int64)
        self.count, self.largest = 0, 0.0

    def add(self, errors):
        if errors.size == 0:
            return
        self.count += errors.size
        self.largest = max(self.largest, float(errors.max()))
        with np.errstate(divide="ignore"):
            place = (np.log(errors) - self.LOW) * self.BINS_PER_UNIT
        place = np.clip(np.nan_to_num(place, neginf=0), 0, self.BINS - 1).astype(np.int64)
        self.counts += np.bincount(place, minlength=self.BINS)

    def percentile(self, p=99.9):
        if self.count == 0:
            return 0.0
        place = int(np.searchsorted(np.cumsum(self.counts), p / 100 * self.count))
        return 0.0 if place == 0 else float(np.exp(self.LOW + (place + 1) / self.BINS_PER_UNIT))


@dataclass
class Errors:
    """Of one attribute over the survey; errors are divided by the rms of the reference."""

    ours: Spread = field(default_factory=Spread)
    scipy: Spread = field(default_factory=Spread)
    low: Spread = field(default_factory=Spread)  # where the envelope is too small for a phase
    low_scipy: Spread = field(default_factory=Spread)
    ties: int = 0  # samples where the reference shows that the decision is a tie
    square: float = 0.0
    samples: int = 0

    @property
    def rms(self):
        return (self.square / max(1, self.samples)) ** 0.5


def slabs(count, thick, halo):
    """(first, last, first with halo, last with halo) of slabs of inlines."""
    for a in range(0, count, thick):
        b = min(count, a + thick)
        yield a, b, max(0, a - halo), min(count, b + halo)


def check(x, dt_ms, live, results):
    """{name: Errors} of the results, against f64 SciPy computed in slabs of inlines."""
    errors = {a.name: Errors() for a in ATTRIBUTES}
    for a, b, begin, end in slabs(x.shape[0], 24, 3):
        part = x[begin:end]
        crop = slice(a - begin, b - begin)
        ties = acceptance.Ties(part, dt_ms, "f4")
        shared64, shared32 = {}, {}
        for attribute in ATTRIBUTES:
            e = errors[attribute.name]
            ref = attribute.scipy(part.astype("f8"), dt_ms, shared64)[crop]
            base = attribute.scipy(part, dt_ms, shared32)[crop]
            like = "inst_frequency" if attribute.like == "sweetness" else attribute.like
            low = ties.low_envelope(like)[crop]
            tie = np.zeros(low.shape, bool)
            for mask in ties.outliers(like).values():
                tie |= mask[crop]
            got = results[attribute.name][a:b]
            here = live[a:b, :, None] & np.ones(low.shape, bool)
            assert not got[~here].any(), f"{attribute.name}: a dead trace is not 0"
            ours, theirs = (acceptance.distance(like, y, ref, dt_ms) for y in (got, base))
            e.square += float(np.sum(ref[here] ** 2))
            e.samples += int(here.sum())
            e.ties += int((tie & here).sum())
            here &= ~tie
            e.ours.add(ours[here & ~low])
            e.scipy.add(theirs[here & ~low])
            e.low.add(ours[here & low])
            e.low_scipy.add(theirs[here & low])
    return errors


def verdict(attribute, e):
    """True if the errors keep the specification's rule: at most the larger of four times the
    figures that f32 reaches and twice SciPy's own error in f32."""
    figures = acceptance.FIGURES[attribute.like]
    rms = max(e.rms, 1e-300)
    ours = e.ours.percentile() / rms, e.ours.largest / rms
    theirs = e.scipy.percentile() / rms, e.scipy.largest / rms
    good = all(o <= max(4 * f, 2 * t) for o, f, t in zip(ours, figures, theirs))
    low = e.low.percentile() <= 2 * e.low_scipy.percentile() + 1e-7 * rms
    return good and low


# Times ------------------------------------------------------------------------


def measure(x, dt_ms, out, rounds):
    """{name: {"seis 1": seconds, "seis 2": ..., "scipy": ...}} and the time of a stream copy."""
    params = {"dt_ms": dt_ms, "corner": CORNER_HZ}
    candidates, inputs, keep = {}, {"x": x}, []
    objects = {a.name: out / "single" / f"{a.name}.so" for a in ATTRIBUTES}
    objects[ALL] = out / "demo.so"
    for name, path in objects.items():
        obj = seis_object.Object(path)
        wanted = {p["name"] for p in obj.entry()[1]["params"]}
        given = {k: v for k, v in params.items() if k in wanted}
        for threads in (1, 2):
            run, outputs = timing.bind(obj, inputs, given, threads)
            candidates[name, f"seis {threads}"] = run
            keep.append(outputs)
    for attribute in ATTRIBUTES:
        candidates[attribute.name, "scipy"] = lambda f=attribute.scipy: f(x, dt_ms, {})

    def everything():
        shared = {}
        for attribute in ATTRIBUTES:
            attribute.scipy(x, dt_ms, shared)

    candidates[ALL, "scipy"] = everything
    candidates["copy", "numpy"] = timing.stream_copy(x.nbytes, x.nbytes)
    return timing.interleaved(candidates, rounds)


# Pictures ---------------------------------------------------------------------


def colours(scale, values):
    """(colour map, smallest, largest, words) of a quantity; `values` are those of live traces."""
    if scale == "phase":
        return "twilight", -180.0, 180.0, "cyclic, the whole circle"
    top = float(np.percentile(np.abs(values), 99))
    if scale == "signed":
        return "seismic", -top, top, "symmetric, clipped at the 99th percentile of the magnitude"
    return "viridis", 0.0, top, "from 0, clipped at the 99th percentile"


def picture(volume, live, title, unit, scale, dt_ms):
    """An inline, a crossline and a sample slice side by side, as a PNG, and words on the scale."""
    name, low, high, words = colours(scale, volume[live][:, ::3])
    i, j, k = SLICES
    ni, nx, ns = volume.shape
    last, at = (ns - 1) * dt_ms, ("h", k * dt_ms)
    panels = [
        (volume[i].T, f"inline {i}", "crossline", (0, nx - 1, last, 0), [("v", j), at]),
        (volume[:, j].T, f"crossline {j}", "inline", (0, ni - 1, last, 0), [("v", i), at]),
        (volume[:, :, k], f"sample {k}, {k * dt_ms:g} ms", "crossline", (0, nx - 1, ni - 1, 0),
         [("v", j), ("h", i)]),
    ]  # fmt: skip
    figure, axes = plt.subplots(1, 3, figsize=(12.5, 4.1), layout="constrained",
                                gridspec_kw={"width_ratios": [1, 1, 1]})  # fmt: skip
    for ax, (data, name_, across, extent, lines) in zip(axes, panels):
        shown = ax.imshow(data, cmap=name, vmin=low, vmax=high, extent=extent, aspect="auto",
                          interpolation="nearest" if scale == "phase" else "bilinear")  # fmt: skip
        for kind, at in lines:  # where the other two slices cut this one
            draw = ax.axvline if kind == "v" else ax.axhline
            draw(at, color="black", alpha=0.45, linewidth=0.7, linestyle=(0, (6, 4)))
        ax.set_title(name_, fontsize=10)
        ax.set_xlabel(across)
        ax.set_ylabel("inline" if ax is axes[2] else "time, ms")
    extend = {"phase": "neither", "signed": "both", "positive": "max"}[scale]
    bar = figure.colorbar(shown, ax=axes, pad=0.01, extend=extend)
    bar.set_label(f"{title.split(' (')[0].lower()}, {unit}")
    if scale == "phase":
        bar.set_ticks([-180, -90, 0, 90, 180])
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=88)
    plt.close(figure)
    return stream.getvalue(), words


# HTML -------------------------------------------------------------------------

STYLE = """
body{font:15px/1.5 system-ui,sans-serif;max-width:1100px;margin:2em auto;padding:0 1em;color:#222}
h1{margin-bottom:0}h2{margin-top:2em;border-bottom:1px solid #ccc}h3{margin-bottom:.2em}
table{border-collapse:collapse;margin:.8em 0}th,td{padding:.25em .8em;border-bottom:1px solid #ddd}
td{text-align:right;font-variant-numeric:tabular-nums}td:first-child,th:first-child{text-align:left}
th{background:#f4f4f4;font-weight:600}img{max-width:100%}.note{color:#555;font-size:90%}
.ok{color:#086b1c;font-weight:600}.bad{color:#b00020;font-weight:600}code,pre{background:#f6f6f6}
pre{padding:.7em;overflow-x:auto}
.gallery{display:flex;flex-wrap:wrap;gap:1em}figure{margin:0;width:192px}figcaption{font-size:80%}
"""


def table(head, rows):
    cells = "".join(f"<th>{h}</th>" for h in head)
    body = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>\n" for row in rows)
    return f"<table><tr>{cells}</tr>\n{body}</table>\n"


def image(png, words):
    data = base64.b64encode(png).decode()
    picture_ = f'<img alt="" src="data:image/png;base64,{data}">'
    return f'{picture_}\n<p class="note">Colours: {words}.</p>\n'


def error_rows(errors):
    for a in ATTRIBUTES:
        e = errors[a.name]
        rms = max(e.rms, 1e-300)
        word = '<span class="ok">ok</span>' if verdict(a, e) else '<span class="bad">MISSED</span>'
        yield (a.title, f"{e.rms:.4g} {a.unit}",
               *(f"{v / rms:.1e}" for v in (e.ours.percentile(), e.ours.largest,
                                            e.scipy.percentile(), e.scipy.largest)),
               f"{e.low.count / max(1, e.samples):.3%}", e.ties, word)  # fmt: skip


def quotient(slow, fast):
    r = timing.ratio(slow, fast)
    return f"<b>{r['median']:.1f}</b> ({r['low']:.1f} to {r['high']:.1f})"


def time_rows(times):
    for name, title in [*((a.name, a.title) for a in ATTRIBUTES), (ALL, ALL)]:
        scipy, one, two = (times[name, k] for k in ("scipy", "seis 1", "seis 2"))
        yield (title, *(f"{1000 * timing.median(t):.0f} ms" for t in (scipy, one, two)),
               quotient(scipy, one), quotient(scipy, two),
               f"{timing.ratio(one, times['copy', 'numpy'])['median']:.1f}")  # fmt: skip


def results_text(x, dt_ms, live, errors, times, rounds):
    confidence = timing.interval(times[ALL, "scipy"])[2]
    head = ["attribute", "rms of the reference", "seis 99.9 %", "seis largest", "SciPy f32 99.9 %",
            "SciPy f32 largest", "ill-conditioned", "ties", "verdict"]  # fmt: skip
    error_table = table(head, error_rows(errors))
    time_table = table(
        ["attribute", "SciPy", "seis, 1 thread", "seis, 2 threads", "ratio, 1 thread",
         "ratio, 2 threads", "times a copy"], time_rows(times))  # fmt: skip
    facts = timing.machine()
    timed = x[TIMED].shape
    return f"""
<h2>Errors</h2>
<p>Every sample of every live trace ({int(live.sum())} of {live.size} traces), against NumPy and
SciPy in f64 on the same samples. Errors are divided by the rms of the reference; phases are
compared modulo 360 degrees.</p>
{error_table}
<p class="note">An attribute passes where 99.9 % of its errors and the largest one stay below the
larger of four times what f32 arithmetic reaches on ordinary volumes and twice the error that SciPy
itself makes in f32 on this survey. Samples near an envelope below 1/1000 of their trace's largest
have an ill-conditioned phase: they are held to SciPy's error alone. Ties are samples where the f64
reference itself shows that a phase step may be unwrapped either way; they are left out.</p>
<h2>Times</h2>
<p>The middle {timed[0]} inlines, {timed[0]} x {timed[1]} x {timed[2]} samples of f32 in memory; one
object per attribute, then one for all; SciPy on one thread, in f32, computing shared parts once in
the last row.</p>
{time_table}
<p class="note">One process, {rounds} rounds after one to warm up, every candidate once in each
round; medians; ratios are taken within a round and shown as median and order-statistic interval
({confidence:.0%} confidence). Compiled objects write into buffers made once; SciPy makes its own,
as its users do. The last column divides the time on one thread by that of copying one such volume
with NumPy. Measured on {html.escape(facts['processor'])}, {facts['cores']} cores, Python
{facts['python']}, NumPy {facts['numpy']}, SciPy {facts['scipy']}.</p>
"""


def gallery(compiler):
    """Every attribute of the prelude, from the pictures of docs/Gallery.md."""
    done = subprocess.run([compiler, "--list", "--json"], capture_output=True, text=True, check=True)
    parts = ["<h2>All attributes</h2>\n<p>Each with its defaults, on one inline of a small synthetic "
             "survey; docs/Gallery.md shows the same pictures.</p>\n<div class=gallery>\n"]  # fmt: skip
    for entry in json.loads(done.stdout):
        path = ROOT / "docs" / "gallery" / f"{entry['name']}.png"
        if entry["attribute"] and path.exists():
            data = base64.b64encode(path.read_bytes()).decode()
            words = html.escape(entry["summary"])
            parts.append(f'<figure><img alt="" src="data:image/png;base64,{data}">'
                         f"<figcaption><b>{entry['name']}</b><br>{words}</figcaption></figure>\n")
    return "".join(parts) + "</div>\n"


def write_html(path, x, dt_ms, live, results, errors, times, rounds, commands, compiler):
    parts = [
        f"<!DOCTYPE html>\n<html lang=en><meta charset=utf-8><title>seis demo</title>"
        f"<style>{STYLE}</style>\n<h1>Six attributes of a synthetic survey</h1>\n"
        f"<p>{x.shape[0]} inlines, {x.shape[1]} crosslines, {x.shape[2]} samples of {dt_ms:g} ms;"
        f" {live.size - int(live.sum())} dead traces. Written {time.strftime('%Y-%m-%d')}.</p>\n"
        "<p>What was run:</p>\n<pre>" + html.escape(commands) + "</pre>\n"
        "<p>The user's own program, <code>demo.seis</code>:</p>\n<pre>"
        + html.escape((ROOT / "scripts" / "demo.seis").read_text()) + "</pre>\n"
    ]  # fmt: skip
    parts.append(results_text(x, dt_ms, live, errors, times, rounds))
    parts.append("<h2>Pictures</h2>\n<p class=note>Dashed lines show where the other two slices "
                 "cut. Dead traces are 0.</p>\n")  # fmt: skip
    drawn = picture(x, live, "Input", "amplitude", "signed", dt_ms)
    parts.append("<h3>Input</h3>\n" + image(*drawn))
    for a in ATTRIBUTES:
        drawn = picture(results[a.name], live, a.title, a.unit, a.scale, dt_ms)
        parts.append(f"<h3>{a.title}</h3>\n" + image(*drawn))
    parts.append(gallery(compiler))
    parts.append("</html>\n")
    temporary = path.with_suffix(".html.part")
    temporary.write_text("".join(parts), encoding="utf-8")
    temporary.replace(path)


def write_json(path, errors, times):
    """The figures of the report for programs."""
    data = {"machine": timing.machine(), "errors": {}, "times": {}}
    for a in ATTRIBUTES:
        e = errors[a.name]
        data["errors"][a.name] = {
            "rms": e.rms, "p999": e.ours.percentile(), "max": e.ours.largest,
            "scipy_f32_p999": e.scipy.percentile(), "scipy_f32_max": e.scipy.largest,
            "ties": e.ties, "ok": verdict(a, e),
        }  # fmt: skip
    for (name, who), seconds in times.items():
        data["times"].setdefault(name, {})[who] = seconds
    path.write_text(json.dumps(data, indent=1) + "\n")


def compile_singles(out, compiler, samples):
    """One object per attribute, for the times."""
    (out / "single").mkdir(exist_ok=True)
    for a in ATTRIBUTES:
        made = out / "single" / f"{a.name}.so"
        if not made.exists() or made.stat().st_mtime < Path(compiler).stat().st_mtime:
            command = [compiler, f"--samples={samples}", a.program, "-o", made.with_suffix("")]
            subprocess.run(command, check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, required=True, help="folder that demo.sh filled")
    parser.add_argument("--compiler", default="seis-compile", help="path of seis-compile")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of the timing")
    options = parser.parse_args()
    out = options.out.resolve()
    started = time.perf_counter()

    def say(text):
        print(f"demo: {time.perf_counter() - started:5.1f} s  {text}", file=sys.stderr, flush=True)

    say("reading the survey and the attributes")
    x = segyio.tools.cube(str(out / "survey.sgy"))
    folder = out / "results"
    results = {a.name: segyio.tools.cube(str(folder / f"{a.name}.sgy")) for a in ATTRIBUTES}
    with segyio.open(str(out / "survey.sgy")) as file:
        dt_ms = segyio.tools.dt(file) / 1000
    live = (x != 0).any(axis=2)
    say("checking every sample against SciPy")
    errors = check(x, dt_ms, live, results)
    say("timing against SciPy")
    compile_singles(out, options.compiler, x.shape[2])
    times = measure(np.ascontiguousarray(x[TIMED]), dt_ms, out, options.rounds)
    say("drawing")
    write_html(out / "report.html", x, dt_ms, live, results, errors, times, options.rounds,
               (out / "commands.txt").read_text(), options.compiler)  # fmt: skip
    write_json(out / "report.json", errors, times)
    say("done")
    for a in ATTRIBUTES:
        r = timing.ratio(times[a.name, "scipy"], times[a.name, "seis 1"])["median"]
        word = "ok" if verdict(a, errors[a.name]) else "MISSED"
        print(f"{a.title:34} {word:7} {r:6.1f} times the speed of SciPy, one thread each")
    return 0 if all(verdict(a, errors[a.name]) for a in ATTRIBUTES) else 1


if __name__ == "__main__":
    sys.exit(main())
