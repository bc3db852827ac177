#!/usr/bin/python3
"""How fast compiled attributes are, as ratios to what people use today.

Compiles what it measures, checks every result once against the yardstick, then times all candidates
of a row in turn (see timing.py). Prints a table and, with --json, writes every raw time.

Usage: bench.py [--quick] [--rounds N] [--only TEXT] [--json FILE] [--markdown FILE]

--quick takes small volumes and two rounds: it shows that the benchmark works, not how fast seis is.
The tools are those of $SEIS_BIN, else of build/release/bin.
"""
import argparse
import ctypes
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from scipy import ndimage, signal

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import timing
from timing import ROOT, seis_object

sys.path.insert(0, str(ROOT / "test" / "python"))

import orientation
import reference_scipy
import texture

BIN = Path(os.environ.get("SEIS_BIN", ROOT / "build" / "release" / "bin"))
DT_MS = 4.0
FFTW_FLAGS = "-O3 -march=native -ffast-math -fopenmp -fPIC -shared".split()


def volume(shape):
    """Band-limited noise, the same every time."""
    rng = np.random.default_rng(list(shape))
    x = rng.standard_normal(shape, dtype="f4")
    return ndimage.gaussian_filter1d(x, 1.5, axis=-1).astype("f4")


def envelope(x):
    return np.abs(signal.hilbert(x))


def derivative(v):
    v = ndimage.correlate1d(v, reference_scipy.KD, axis=2)
    v = ndimage.correlate1d(v, reference_scipy.KS, axis=0)
    return ndimage.correlate1d(v, reference_scipy.KS, axis=1)


def amplitude_change(x):
    e = envelope(x)
    with np.errstate(all="ignore"):
        return np.clip(np.nan_to_num(derivative(e) / e), -1, 1)


def frequency(x):
    phase = np.unwrap(np.angle(signal.hilbert(x)))
    return np.abs(derivative(phase) * np.float32(1000 / DT_MS / (2 * np.pi)))


def correlation(x):
    return ndimage.correlate(x, reference_scipy.W3.astype("f4"), mode="constant")


def gaussian(x):
    return ndimage.gaussian_filter(x, 0.75, truncate=4)  # 7 taps


def median(x):
    return ndimage.median_filter(x, 3, mode="reflect")


def semblance(x):
    stack = ndimage.uniform_filter(x, (3, 3, 1)) * 9
    above = ndimage.uniform_filter1d(stack * stack, 9)
    below = ndimage.uniform_filter(x * x, (3, 3, 9))
    with np.errstate(all="ignore"):
        return np.nan_to_num(above / (81 * below))


class Bench:
    """The rows of the table, and what they are made from."""

    def __init__(self, folder, rounds, quick):
        self.folder, self.rounds, self.quick = folder, rounds, quick
        self.rows, self.made = [], {}

    def compile(self, name, *arguments):
        """Path of an object, compiled once."""
        if name not in self.made:
            subprocess.run([BIN / "seis-compile", *arguments, "-o", self.folder / name], check=True)
            self.made[name] = self.folder / f"{name}.so"
        return self.made[name]

    def bound(self, path, x, threads):
        obj = seis_object.Object(path)
        wanted = {p["name"] for p in obj.entry()[1]["params"]}
        return timing.bind(obj, {"x": x}, {"dt_ms": DT_MS} if "dt_ms" in wanted else {}, threads)

    def add(self, title, wanted, times, slow, fast, copy=None, better="more"):
        """One row: the ratio slow/fast, and how many stream copies `fast` takes."""
        ratio = timing.ratio(times[slow], times[fast])
        self.rows.append({
            "row": title, "wanted": wanted, "better": better, "ratio": ratio,
            "seconds": timing.median(times[fast]), "other": timing.median(times[slow]),
            "copies": timing.ratio(times[fast], times[copy])["median"] if copy else None,
            "met": ratio["median"] >= wanted if better == "more" else ratio["median"] <= wanted,
            "raw": {str(k): v for k, v in times.items()},
        })  # fmt: skip
        self.show(self.rows[-1])

    @staticmethod
    def show(row):
        r = row["ratio"]
        print(f"{row['row']:62} {r['median']:7.2f} ({r['low']:.2f} to {r['high']:.2f}), "
              f"{'at least' if row['better'] == 'more' else 'at most'} {row['wanted']:g}: "
              f"{'met' if row['met'] else 'MISSED'}", flush=True)  # fmt: skip

    def against(self, title, program, shape, yardstick, wanted, threads=(1,), tolerance=1e-3,
                name=None):
        """Rows that compare a program with a function of the same volume."""
        x = volume(shape)
        name = name or program[0].split("(")[0]
        path = self.compile(f"{name}-{shape[2]}", f"--samples={shape[2]}", *program)
        candidates = {"other": lambda: yardstick(x), "copy": timing.stream_copy(x.nbytes, x.nbytes)}
        for t in threads:
            candidates[t], outputs = self.bound(path, x, t)
            candidates[t]()
            agree(next(iter(outputs.values())), yardstick(x), title, tolerance)
        times = timing.interleaved(candidates, self.rounds)
        for t in threads:
            self.add(f"{title}, {size(shape)}, {count(t)}", wanted, times, "other", t, "copy")

    def fftw(self, shape, wanted):
        """The envelope against FFTW, both on one and on two threads."""
        library = fftw_library(self.folder)
        if library is None:
            print("FFTW rows skipped: libfftw3-dev or gcc is missing")
            return
        x = volume(shape)
        path = self.compile(f"envelope-{shape[2]}", f"--samples={shape[2]}", "envelope")
        plan = library.fftw_envelope_plan(shape[2])
        out = np.ones_like(x)
        candidates = {"copy": timing.stream_copy(x.nbytes, x.nbytes)}
        for t in (1, 2):
            candidates[t], outputs = self.bound(path, x, t)
            candidates["fftw", t] = lambda t=t: library.fftw_envelope(
                plan, x.ctypes.data, out.ctypes.data, shape[0] * shape[1], t)  # fmt: skip
            candidates[t]()
            candidates["fftw", t]()
            agree(outputs["envelope"], out, "fftw")
        times = timing.interleaved(candidates, self.rounds)
        for t in (1, 2):
            self.add(f"envelope / FFTW, {size(shape)}, {count(t)} each", wanted, times,
                     ("fftw", t), t, "copy")  # fmt: skip

    def sharing(self, shape):
        """Three attributes in one object against the slowest of them alone."""
        names = ["envelope", "inst-phase", "relative-amplitude-change"]
        x = volume(shape)
        samples = f"--samples={shape[2]}"
        candidates, keep = {}, []
        for t in (1, 2):
            for name in names:
                path = self.compile(f"{name}-{shape[2]}", samples, name)
                candidates[name, t], outputs = self.bound(path, x, t)
                keep.append(outputs)
            path = self.compile(f"three-{shape[2]}", samples, *names)
            candidates["all", t], outputs = self.bound(path, x, t)
            keep.append(outputs)
        candidates["copy"] = timing.stream_copy(x.nbytes, 3 * x.nbytes)
        times = timing.interleaved(candidates, self.rounds)
        for t in (1, 2):
            slowest = max(((n, t) for n in names), key=lambda k: timing.median(times[k]))
            title = f"three attributes in one object / {slowest[0]}, {size(shape)}, {count(t)}"
            self.add(title, 1.5, times, ("all", t), slowest, better="less")

    def capped(self, shape):
        """seis-run apply under a cap of a third of the volume's bytes against no cap."""
        survey, object_ = self.folder / "survey.sgy", self.compile("envelope-run", "envelope")
        subprocess.run([BIN / "seis-run", "synth", "-q", f"--shape={','.join(map(str, shape))}",
                        "-o", survey], check=True)  # fmt: skip
        cap = max(64, 4 * int(np.prod(shape)) // 3 // 2**20)  # no program fits into much less
        apply = [BIN / "seis-run", "apply", "-q", object_, survey, "--threads=2", "-o"]
        candidates = {
            "fast": lambda: subprocess.run([*apply, self.folder / "a.sgy"], check=True),
            "slow": lambda: subprocess.run([*apply, self.folder / "b.sgy", f"--max-memory={cap}M"],
                                           check=True),
        }  # fmt: skip
        times = timing.interleaved(candidates, self.rounds)
        assert (self.folder / "a.sgy").read_bytes() == (self.folder / "b.sgy").read_bytes()
        self.add(f"seis-run apply, capped at {cap} MiB / not capped, {size(shape)}", 1.3, times,
                 "slow", "fast", better="less")  # fmt: skip

    def compile_times(self):
        """Seconds of seis-compile: one attribute, and many in one object."""
        listed = subprocess.run([BIN / "seis-compile", "--list", "--json"], capture_output=True,
                                text=True, check=True).stdout  # fmt: skip
        attributes = [item for item in json.loads(listed) if item["attribute"]]
        first = [item["name"] for item in attributes
                 if item["family"] in ("complex-trace", "physical", "convolution")]  # fmt: skip
        every = [item["name"] for item in attributes if stands_alone(item["name"])]
        for title, wanted, program in (
            ("envelope", 0.5, ["envelope"]),
            (f"{len(first)} complex-trace, physical and convolution attributes", 8.0, first),
            (f"all {len(every)} attributes that need no argument", 8.0, every),
        ):
            seconds = []
            for _ in range(max(3, self.rounds // 3)):
                start = time.perf_counter()
                subprocess.run([*compile_quietly(program), "-o", self.folder / "timed"], check=True)
                seconds.append(time.perf_counter() - start)
            self.add(f"seconds of seis-compile, {title}", wanted,
                     {"slow": seconds, "fast": [1.0] * len(seconds)}, "slow", "fast",
                     better="less")  # fmt: skip


def compile_quietly(program):
    return [BIN / "seis-compile", "-q", f"--dt-ms={DT_MS}", *program]


def stands_alone(name):
    """Whether an attribute is a program by its name."""
    return not subprocess.run([*compile_quietly([name]), "--emit=seis"],
                              capture_output=True).returncode  # fmt: skip


def size(shape):
    return "x".join(map(str, shape))


def count(threads):
    return f"{threads} thread" + "s" * (threads > 1)


def agree(got, reference, title, tolerance=1e-3):
    """A wrong result is not worth timing: 99 % of the samples must agree."""
    error = np.abs(np.asarray(got, "f8") - reference)
    scale = float(np.sqrt(np.mean(np.square(reference, dtype="f8"))))
    worst = float(np.quantile(error[:: max(1, len(error) // 16)], 0.99)) / scale
    if not worst < tolerance:
        raise SystemExit(f"{title}: the results differ by {worst:.2g} of their rms")


def fftw_library(folder):
    """The C program as a library, or None where it cannot be built."""
    path = folder / "fftw_envelope.so"
    command = ["gcc", *FFTW_FLAGS, HERE / "fftw_envelope.c", "-lfftw3f", "-lm", "-o", path]
    if not path.exists() and subprocess.run(command, stderr=subprocess.DEVNULL).returncode:
        return None
    library = ctypes.CDLL(str(path))
    library.fftw_envelope_plan.restype = ctypes.c_void_p
    library.fftw_envelope_plan.argtypes = [ctypes.c_int64]
    library.fftw_envelope.argtypes = [ctypes.c_void_p] * 3 + [ctypes.c_int64, ctypes.c_int]
    return library


def groups(bench):
    """{name: rows} of the table, in order."""
    small, large = (64, 64, 512), (128, 128, 1024)
    odd = [(64, 64, 1000), (64, 64, 1009)]
    survey = (401, 401, 500)
    if bench.quick:
        small, large, survey = (8, 8, 512), (9, 16, 1024), (64, 64, 250)
        odd = [(8, 8, 1000), (8, 8, 1009)]
    return {
        "envelope / SciPy": lambda: [
            bench.against("envelope / np.abs(hilbert)", ["envelope"], s, envelope, 10, (1, 2))
            for s in (small, large)
        ],
        "envelope / FFTW": lambda: [
            bench.fftw(s, w) for s, w in ((small, 1.8), (large, 1.8), (odd[0], 2), (odd[1], 6))
        ],
        "relative amplitude change / SciPy": lambda: bench.against(
            "relative-amplitude-change / SciPy", ["relative-amplitude-change"], large,
            amplitude_change, 25, (1, 2)),
        "instantaneous frequency / SciPy": lambda: bench.against(
            "inst-frequency / SciPy", ["inst-frequency"], large, frequency, 40, (1, 2)),
        "correlate3d / ndimage": lambda: bench.against(
            "correlate3d 3x3x3 / ndimage.correlate", ["correlate3d"], large, correlation, 20,
            (1, 2)),
        "gaussian / ndimage": lambda: bench.against(
            "gaussian, 7 taps on 3 axes / ndimage.gaussian_filter",
            ["gaussian(sigma=(0.75,0.75,0.75))"], large, gaussian, 15, (2,)),
        "median / ndimage": lambda: bench.against(
            "median 3x3x3 / ndimage.median_filter", ["median"], small, median, 30, (2,)),
        "extremes / ndimage": lambda: bench.against(
            "window-max 9x9x9 / ndimage.maximum_filter", ["window-max(window=(9,9,9))"], large,
            lambda x: ndimage.maximum_filter(x, 9), 8, (2,)),
        "semblance / ndimage": lambda: bench.against(
            "semblance / NumPy", ["semblance"], large, semblance, 30, (2,)),
        "three in one": lambda: bench.sharing(large),
        **orientation.rows(bench, bench.quick),
        "texture": lambda: texture.rows(bench, volume((2, 16, 128) if bench.quick else (16, 128, 1024))),
        "memory cap": lambda: bench.capped(survey),
        "compile": bench.compile_times,
    }  # fmt: skip


def markdown(rows, rounds):
    """The table of docs/Performance.md."""
    facts = timing.machine()
    lines = [
        f"{facts['processor']}, {facts['cores']} cores; Python {facts['python']}, NumPy "
        f"{facts['numpy']}, SciPy {facts['scipy']}; {time.strftime('%Y-%m-%d')}; {rounds} rounds.",
        "", "| | median | interval | wanted | times a copy |", "|---|---|---|---|---|",
    ]  # fmt: skip
    for row in rows:
        r = row["ratio"]
        sign = ">=" if row["better"] == "more" else "<="
        lines.append(
            f"| {row['row']} | {r['median']:.2f}{'' if row['met'] else ' (missed)'} | "
            f"{r['low']:.2f} to {r['high']:.2f} | {sign} {row['wanted']:g} | "
            f"{'' if row['copies'] is None else format(row['copies'], '.1f')} |"
        )
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="small volumes, two rounds")
    parser.add_argument("--rounds", type=int, help="rounds of every row (15)")
    parser.add_argument("--only", default="", help="groups whose name holds this text")
    parser.add_argument("--json", type=Path, help="file for all raw times")
    parser.add_argument("--markdown", type=Path, help="file for the table")
    options = parser.parse_args()
    rounds = options.rounds or (2 if options.quick else 15)
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), rounds, options.quick)
        for name, rows in groups(bench).items():
            if options.only in name:
                rows()
    if options.json:
        data = {"machine": timing.machine(), "rounds": rounds, "rows": bench.rows}
        options.json.write_text(json.dumps(data, indent=1) + "\n")
    if options.markdown:
        options.markdown.write_text(markdown(bench.rows, rounds))
    missed = sum(not row["met"] for row in bench.rows)
    print(f"{len(bench.rows)} rows, {missed} missed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
