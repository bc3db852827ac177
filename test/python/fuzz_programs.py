#!/usr/bin/python3
"""Random programs: compiled objects against the reference loops, and against themselves.

    SEIS_BIN=build/release/bin test/python/fuzz_programs.py --seconds=60    # a random first seed
    SEIS_BIN=build/release/bin test/python/fuzz_programs.py --seed=123 --count=1

A seed is a program in the language: a few operations with random shapes, borders, weights and
windows that read each other. It is compiled, and run on small surveys. Every output must agree with
seis-eval, and be the same to the bit for one, two and three threads, in blocks, and under a random
schedule. Some of the surveys hold NaN and infinities, which must come out where seis-eval has them
and nowhere else. Buffers and scratch end (or begin) at a page that may not be touched. A seed that
fails is printed with the shortest of its programs that fails too, and the seeds before it do not
matter.
"""
import argparse
import faulthandler
import json
import multiprocessing
import os
import random
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))

import guarded
import tools
from seis_object import AXES, Object, SeisError

SHAPES = [(1, 1, 1), (1, 1, 2), (1, 7, 33), (9, 10, 31), (5, 6, 17), (2, 2, 77), (34, 5, 8),
          (3, 35, 16), (7, 1, 48), (40, 37, 12), (3, 70, 5), (2, 5, 360), (1, 3, 127)]  # fmt: skip
MODES = ["reflect", "zero", "nearest", "mirror", "wrap"]
SECONDS_PER_SEED = 120  # of computing, in any one process: a busy machine is no fault of a program
LONGEST_WAIT = 1800  # for one that computes nothing and does not end either


class Program:
    """Lines `name = expression`, each with what it reads, and the names of its outputs."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.inputs = ["a", "b"][: self.random.choice([1, 1, 2])]
        self.volumes, self.traces, self.masks = list(self.inputs), [], []
        self.lines, self.complex = {}, []
        for _ in range(self.random.choice([1, 2, 3, 4, 6, 9])):
            self._operation()
        made = [v for v in self.volumes if v not in self.inputs][-5:] + self.traces + self.complex
        made += [] if made else self.inputs[:1]
        count = min(len(made), self.random.choice([1, 1, 2, 3]))
        self.outputs = self.random.sample(made, count)

    # Building -----------------------------------------------------------------

    def _new(self, names, expression, *reads):
        name = f"v{len(self.lines)}"
        self.lines[name] = (expression, reads)
        names.append(name)

    def _pick(self, names=None):
        names = self.volumes if names is None else names
        recent = self.random.random() < 0.6
        return self.random.choice(names[-4:] if recent else names)

    def _mode(self):
        return self.random.choice(MODES if self.random.random() < 0.35 else MODES[:4])

    def _operation(self):
        kind = self.random.choice(
            ["binary"] * 4 + ["unary"] * 2 + ["corr1"] * 4 + ["corrn"] * 2 + ["shift"] * 2
            + ["window"] * 3 + ["spectral"] * 4 + ["along"] * 3 + ["of_trace"] * 2
            + ["recursion"] * 2 + ["eigenvalue"]
            + ["mask", "choice", "index", "parameter", "reduction", "complex", "attribute"]
            + ["texture"]
        )  # fmt: skip
        getattr(self, f"_{kind}")()

    def _binary(self):
        a, b = self._pick(), self._pick()
        form = self.random.choice([
            "{a} + {b}", "{a} - {b}", "{a} * {b}", "max({a}, {b})", "min({a}, {b})",
            "hypot({a}, {b})", "atan2({a}, {b})",
        ])  # fmt: skip
        self._new(self.volumes, form.format(a=a, b=b), a, b)

    def _unary(self):
        a = self._pick()
        form = self.random.choice(["abs({a})", "-{a}", "sin({a})", "cos({a})", "sign({a})",
                                   "nan0({a})", "atan({a})", "{a} / (1 + abs({a}))"])  # fmt: skip
        self._new(self.volumes, form.format(a=a), a)

    def _weights(self, count):
        return [self.random.choice([0, 0.5, -0.25, 1, 0.125, -0.5]) for _ in range(count)]

    def _corr1(self):
        a, n = self._pick(), self.random.choice([1, 2, 3, 3, 4, 5, 7])
        self._new(self.volumes, f"corr1({a}, {self._weights(n)}, axis={self.random.choice(AXES)}, "
                  f"mode={self._mode()}, anchor={self.random.randrange(n)})", a)  # fmt: skip

    def _corrn(self):
        a, shape = self._pick(), [self.random.choice([1, 1, 2, 3, 4]) for _ in range(3)]
        weights = np.reshape(self._weights(int(np.prod(shape))), shape).tolist()
        self._new(self.volumes, f"corrn({a}, {weights}, mode={self._mode()})", a)

    def _shift(self):
        a, offset = self._pick(), [self.random.choice([0, 0, 1, -1, 2, -3, 5]) for _ in range(3)]
        offset = ", ".join(map(str, offset))
        self._new(self.volumes, f"shift({a}, ({offset}), mode={self._mode()})", a)

    def _window(self):
        a, sizes = self._pick(), self.random.choice([[1, 1, 3, 5], [1, 3, 7, 9], [1, 15, 21]])
        size = ", ".join(str(self.random.choice(sizes)) for _ in range(3))
        op = self.random.choice(["winsum", "winmin", "winmax", "box", "rms"])
        mode = f", mode={self._mode()}" if op.startswith("win") else ""
        self._new(self.volumes, f"{op}({a}, ({size}){mode})", a)

    def _spectral(self):
        a, b = self._pick(), self._pick()
        form = self.random.choice([
            "im(analytic({a}))", "im(analytic({a}, {pad}))", "abs(analytic({a}))", "re(fft({a}))",
            "im(fft({a}))", "im(fft(mk({a}, {b})))", "re(ifft(mk({a}, {b})))",
            "im(ifft(mk({a}, {b})))", "specmul({a}, cos(freq / 100) + freq / 100)",
        ])  # fmt: skip
        self._new(self.volumes, form.format(a=a, b=b, pad=self.random.choice([0, 3, 12])), a, b)

    def _along(self):
        a, b = self._pick(), self._pick()
        form = self.random.choice([
            "unwrap({a})", "corr1(unwrap({a}), [-0.5, 0, 0.5])", "hold({a}, {b})",
            "scan({a}, sample, {op}, {way})", "scan({a}, {axis}, {op}, {way})",
            "gather_s({a}, nan0(sin({b})) * 7, {kind}, {outside}, from=here)",
        ])  # fmt: skip
        text = form.format(a=a, b=b, op=self.random.choice(["add", "min", "max"]),
                           way=self.random.choice(["forward", "backward"]),
                           axis=self.random.choice(AXES),
                           kind=self.random.choice(["nearest", "linear", "cubic"]),
                           outside=self.random.choice(["nearest", "zero"]))  # fmt: skip
        self._new(self.volumes, text, a, b)

    def _recursion(self):
        a, axis = self._pick(), self.random.choice(AXES)
        form = self.random.choice([
            "deriche({a}, {sigma}, {axis}, {order})",
            "deriche({a}, {sigma}, {axis}, {order}, reflect)",
            "iir({a}, [0.5, 0.25], [1, -0.25], {axis}, {way}, {init}, {ends})",
            "iir({a}, [[0.5], [1, 0.5]], [[1, -0.5], [1, 0, 0.25]], {axis}, both, {init}, {ends})",
        ])  # fmt: skip
        if "[[" in form:  # rows of one length
            form = form.replace("[0.5], [1, 0.5]", "[0.5, 0], [1, 0.5]")
            form = form.replace("[1, -0.5], [1, 0, 0.25]", "[1, -0.5, 0], [1, 0, 0.25]")
        ends = self.random.choice(["zero", "odd, 3", "odd, 20", "reflect, 7"])
        text = form.format(a=a, axis=axis, sigma=self.random.choice([0.7, 1.5, 3]), ends=ends,
                           order=self.random.choice([0, 1, 2]),
                           init=self.random.choice(["zero", "steady"]),
                           way=self.random.choice(["forward", "backward"]))  # fmt: skip
        self._new(self.volumes, text, a)

    def _eigenvalue(self):
        a, b = self._pick(), self._pick()
        which = self.random.choice(["l1", "l1 + l2", "l1 - l3"])
        tensor = "abs({a}), abs({b}), abs({a}), {b} / 4, {a} / 4, {b} / 4".format(a=a, b=b)
        self._new(self.volumes, f"let (l1, l2, l3, v) = eigh3(({tensor})) in {which}", a, b)

    def _of_trace(self):
        a = self._pick()
        op = self.random.choice(["tmin", "tmax", "tsum"])
        self._new(self.traces, f"{op}({a})", a)
        t, b = self._pick(self.traces), self._pick()
        self._new(self.volumes, self.random.choice([f"{b} + {t} * {t}", f"{b} - {t}"]), b, t)

    def _mask(self):
        a, b = self._pick(), self._pick()
        self._new(self.masks, f"{a} > {b}", a, b)
        if len(self.masks) > 1 and self.random.random() < 0.5:
            m, n = self._pick(self.masks), self._pick(self.masks)
            self._new(self.masks, f"{m} {self.random.choice(['and', 'or'])} not {n}", m, n)

    def _choice(self):
        if not self.masks:
            self._mask()
        m, a, b = self._pick(self.masks), self._pick(), self._pick()
        self._new(self.volumes, f"if {m} then {a} else {b}", m, a, b)

    def _index(self):
        a = self._pick()
        self._new(self.volumes, f"{a} + index({self.random.choice(AXES)})", a)

    def _parameter(self):
        a = self._pick()
        self._new(self.volumes, f"{a} * p", a)

    def _reduction(self):
        a, b = self._pick(), self._pick()
        self._new(self.volumes, f"{a} + {self.random.choice(['vmin', 'vmax', 'vsum'])}({b})", a, b)

    def _complex(self):
        a, b = self._pick(), self._pick()
        self._new(self.complex, f"mk({a}, {b})", a, b)

    def _attribute(self):
        a = self._pick()
        name = self.random.choice(["relative_amplitude_change", "inst_frequency", "cos_inst_phase",
                                   "sweetness", "response_amplitude", "env_derivative",
                                   "weighted_frequency"])  # fmt: skip
        if name not in ("response_amplitude", "inst_frequency", "sweetness"):
            self._new(self.volumes, f"{name}({a})", a)
            return
        # Of traces of few values the envelope has plateaus and equal peaks, and the phase steps of
        # half a turn, but for their roundings.
        b = self.inputs[-1]
        self._new(self.volumes, f"{name}({a} + {b} / 8)", a, b)

    def _texture(self):
        a, plane, distance = self._pick(), self.random.choice(AXES), self.random.choice([1, 1, 2])
        feature = self.random.choice(["asm", "contrast", "correlation", "dissimilarity", "energy",
                                      "entropy", "homogeneity", "mean", "std", "variance"])  # fmt: skip
        window = [self.random.choice([3, 5, 7]) for _ in AXES]
        window[AXES.index(plane)] = self.random.choice([1, 1, 3])
        # No multiple of 1/8 lies on the border of two levels.
        text = (f"glcm_{feature}({a}, levels={self.random.choice([2, 5, 16, 100])}, lo=-3.1, hi=3.3, "
                f"direction={self.random.choice([0, 45, 90, 135])} deg, distance={distance}, "
                f"plane={plane}, window=({', '.join(map(str, window))}), mode={self._mode()})")
        self._new(self.volumes, text, a)

    # Text ---------------------------------------------------------------------

    def needed(self, outputs):
        """Names of the lines that the outputs need."""
        wanted = set(outputs)
        for name in reversed(list(self.lines)):
            if name in wanted:
                wanted |= set(self.lines[name][1])
        return wanted

    def text(self, outputs=None, shaken=False):
        """The program; only what the outputs need. Shaken: results of transforms are multiplied by
        an input `shake`."""
        outputs = self.outputs if outputs is None else outputs
        wanted = self.needed(outputs)
        lines = [f"  {k} = {shake(self.lines[k][0]) if shaken else self.lines[k][0]};"
                 for k in self.lines if k in wanted]  # fmt: skip
        names = [f"o_{k}" for k in outputs]
        results = ", ".join(outputs) if len(outputs) > 1 else outputs[0]
        left, right = ("(", ")") if len(outputs) > 1 else ("", "")
        body = "\n".join(["{", *lines, f"  {left}{results}{right}", "}"])
        inputs = [k for k in self.inputs if k in wanted] + ["shake"] * shaken
        head = ["param p = 1.5"] + [f"input {k}: volume" for k in inputs]
        return "\n".join([*head, f"output {left}{', '.join(names)}{right} = {body}", ""])


TRANSFORM = re.compile(r"\b(fft|ifft|analytic|specmul)\(")


def shake(line):
    return f"({line}) * shake" if TRANSFORM.search(line) else line


class Wrong(Exception):
    """What does not agree; the first word is the kind."""


# One program ------------------------------------------------------------------


def options_of(rng):
    """Random options of seis-compile, and the NumPy name of the compute type."""
    dtype = "f64" if rng.random() < 0.7 else "f32"
    options = [f"--dtype={dtype}"]
    options += ["--openmp=off"] if rng.random() < 0.2 else []
    options += ["--samples=16,33,77"] if rng.random() < 0.3 else []
    options += ["--cpu=x86-64-v3"] if rng.random() < 0.3 else []
    return options, {"f32": "f4", "f64": "f8"}[dtype]


def compiled(source, stem, options):
    done = tools.run("seis-compile", source, *options, "-o", stem, check=False)
    if done.returncode:
        raise Wrong(f"COMPILE {' '.join(options)}: {done.returncode} {done.stderr[-800:]}")
    return Object(stem.with_suffix(".so"), place=guarded.place, scratch=guarded.SCRATCH)


STAGE = re.compile(r'seis\.stage "([^"]+)" group (\d+) schedule <at = (\w+)([^>]*)>')


# Rules that a schedule made without looking may break.
ILLEGAL = re.compile(
    r": 3 .*error: schedule: .*(a later group reads it|cannot be at '[^']*':|its scans run along"
    r"|is a scan along \w+, rows must be 1|counts pairs row by row, rows must be 1)",
    re.S,
)


def rescheduled(source, folder, options, rng):
    """The same program under random tiles, rows and places of its stages; None where the compiler
    says, with exit code 3, that such a schedule is not legal."""
    listing = tools.run("seis-compile", "--emit=stages", *options, source).stdout
    listing = listing.rpartition("func.func @")[2]  # behind the functions of reductions
    stages, groups = {}, set()
    for name, group, at, rest in STAGE.findall(listing):
        groups.add(group)
        one = {}
        if "lanes" not in rest and rng.random() < 0.5:
            one["rows"] = rng.choice([1, 2, 4, 8])
        if at in ("row", "slide") and rng.random() < 0.5:
            one.update(rng.choice([{"at": "slide", "axis": "inline"}, {"at": f"g{group}.root"}]))
        if one:
            stages[name] = one
    tiles = [
        {"name": f"g{g}", "tile": {"inline": [rng.choice([1, 2, 3, 5, "full"])],
                                   "crossline": [rng.choice([1, 2, 3, 7, 16, "full"])]},
         "parallel": {"policy": rng.choice(["static", "dynamic"])},
         "unroll": rng.choice([1, 1, 2, 4]), "tail": rng.choice(["mask", "peel"]),
         "store": rng.choice(["normal", "stream"])}
        for g in sorted(groups) if rng.random() < 0.6
    ]  # fmt: skip
    path = folder / "schedule.json"
    path.write_text(json.dumps({"stages": stages, "groups": tiles}))
    try:
        return compiled(source, folder / "again", [*options, f"--schedule={path}"])
    except Wrong as wrong:
        if ILLEGAL.search(str(wrong)):
            return None
        raise Wrong(f"SCHEDULE {path.read_text()}: {wrong}") from None


def reference(program, outputs, data, folder, shaken=None):
    """All lines that the outputs need, by seis-eval: {name: array}."""
    wanted = program.needed(outputs)
    shown = [k for k in program.lines if k in wanted and k not in program.masks]
    shown = shown or outputs
    source = folder / "all.seis"
    source.write_text(program.text(shown, shaken is not None))
    interval = 4.0 if needs_interval(program, shown) else None
    used = {k: v for k, v in data.items() if k in wanted}
    used |= {} if shaken is None else {"shake": shaken}
    values = tools.evaluate([source], used, folder / "eval", dt_ms=interval)
    return {k.removeprefix("o_"): v for k, v in values.items()}


def needs_interval(program, outputs):
    words = ("freq", "derivative", "sweetness")
    return any(w in program.text(outputs) for w in words)


def poisoned(program, data, numbers):
    """Puts NaN and infinities into some of the surveys: samples at corners and inside, and whole
    traces. Reductions of a volume may meet none of them."""
    if numbers.random() > 0.4 or re.search(r"\bv(min|max|sum)\(", program.text()):
        return
    for volume in data.values():
        for _ in range(int(numbers.integers(0, 4))):
            corner = numbers.random() < 0.3
            at = [int(numbers.integers(0, n)) for n in volume.shape]
            at = [numbers.choice([0, n - 1]) for n in volume.shape] if corner else at
            where = tuple(at[:2]) if numbers.random() < 0.15 else tuple(at)
            volume[where] = numbers.choice([np.nan, np.nan, np.inf, -np.inf])


def parts(values):
    """Real and imaginary part, as two real volumes; a real volume alone."""
    return np.stack([values.real, values.imag]) if np.iscomplexobj(values) else values[None]


def apart(a, b):
    """How far from each other; equal infinities, and NaN and NaN, are not."""
    return np.where((a == b) | (np.isnan(a) & np.isnan(b)), 0, np.abs(a - b))


def agreement(program, outputs, got, data, dtype, folder, seed):
    """Compares with seis-eval, as far as the program's own conditioning lets f64 agree."""
    exact = {k: v.astype("f8") for k, v in data.items()}
    want = reference(program, outputs, exact, folder)
    step = 2.0**-44 if dtype == "f8" else 2.0**-20
    text = program.text(outputs)
    nearby = []
    # A grey level may change on either side of a sample. A transform of reals is symmetric, however
    # they are moved, but for its roundings: where that decides, what it gives must move, too.
    for side in (1, -1) if "glcm" in text or TRANSFORM.search(text) else (1,):
        numbers = np.random.default_rng(seed)

        def near_one(shape):
            return 1 + side * step * numbers.choice([-1, 1], shape)

        moved = {k: v * near_one(v.shape) for k, v in exact.items()}
        volume = next(iter(exact.values()), None)
        shaken = near_one(volume.shape) if TRANSFORM.search(text) else None
        nearby.append(reference(program, outputs, moved, folder, shaken))
    with np.errstate(all="ignore"):
        finite = [v[np.isfinite(v)] for v in map(np.abs, [*want.values(), *exact.values()])]
        big = max([v.max() for v in finite if v.size] + [1.0])
        for name in outputs:
            w, g = parts(want[name]), parts(got[f"o_{name}"]).astype("f8")
            slack = sum(apart(parts(n[name]), w) for n in nearby)
            limit = (1e-10 if dtype == "f8" else 2e-5) * big + 4 * slack
            error = apart(g, w)
            # No limit where one of the two references alone is NaN or an infinity.
            bad = ~(error <= limit) & np.isfinite(limit)
            if bad.mean() > (0 if dtype == "f8" else 1e-2):
                at = tuple(map(int, np.argwhere(bad)[0]))
                raise Wrong(f"VALUE {name}{at[1:]} of {w.shape[1:]} is {g[at]!r}, wanted {w[at]!r}; "
                            f"{int(bad.sum())} samples, largest value {big:.3g}")  # fmt: skip


def same(kind, outputs, got, want, where=None):
    """The same bits; every NaN is one value."""
    for name in outputs:
        part = want[f"o_{name}"]
        part = part if where is None else part[where[: part.ndim]]
        one, other = parts(part), parts(got[f"o_{name}"])
        nan = np.isnan(one) & np.isnan(other)
        if np.where(nan, 0, one).tobytes() != np.where(nan, 0, other).tobytes():
            raise Wrong(f"{kind}: {name} has other bits")


def random_box(rng, module, shape):
    halo = module.halo(module.entry()[1]["inputs"])
    lo, extent = [], []
    for n, reach in zip(shape, halo):
        first = 0 if reach is None else rng.randrange(n)
        lo.append(first)
        extent.append(n if reach is None else rng.randrange(first, n) + 1 - first)
    return tuple(lo), tuple(extent)


def check(seed, outputs=None):
    """Raises Wrong where the program of a seed, or its part for some outputs, is wrong."""
    program, rng = Program(seed), random.Random(seed * 7 + 1)
    outputs = program.outputs if outputs is None else outputs
    options, dtype = options_of(rng)
    with tempfile.TemporaryDirectory(prefix="seis-fuzz-") as name:
        folder = Path(name)
        source = folder / "program.seis"
        source.write_text(program.text(outputs))
        module = compiled(source, folder / "object", options)
        other = rescheduled(source, folder, options, rng) if rng.random() < 0.4 else None
        about = module.entry()[1]
        params = {k: v for k, v in {"p": 1.5, "dt_ms": 4.0}.items()
                  if k in {q["name"] for q in about["params"]}}  # fmt: skip
        for shape in rng.sample(SHAPES, 3):
            numbers = np.random.default_rng([seed, *shape])
            data = {k: numbers.standard_normal(shape).astype(dtype) for k in program.inputs}
            poisoned(program, data, numbers)
            used = {one["name"]: data[one["name"]] for one in about["inputs"]}
            if not used:
                return
            want = module.run(used, params)
            agreement(program, outputs, want, data, dtype, folder, seed)
            tables = module.reductions(used, params)
            for threads in (2, 3):
                got = module.run(used, params, threads=threads, tables=tables)
                same(f"THREADS {threads} on {shape}", outputs, got, want)
            if other is not None:
                got = other.run(used, params, threads=rng.choice([1, 3]), tables=tables)
                same(f"RESCHEDULED on {shape}", outputs, got, want)
            for _ in range(4):
                lo, extent = random_box(rng, module, shape)
                got = module.run(used, params, threads=rng.choice([1, 2, 3]), lo=lo, extent=extent,
                                 tables=tables)  # fmt: skip
                where = tuple(slice(a, a + n) for a, n in zip(lo, extent))
                same(f"BLOCK {lo} {extent} of {shape}", outputs, got, want, where)


# Many programs ----------------------------------------------------------------


def isolated(seed, outputs=None):
    """What is wrong with a seed, tried in a process of its own, or None."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        faulthandler.disable()  # where pytest has it on
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS_PER_SEED, SECONDS_PER_SEED + 5))
        try:
            check(seed, outputs)
            text = ""
        except (Wrong, SeisError) as wrong:
            text = str(wrong)
        except BaseException as error:  # every way to end is a finding
            text = f"FAILED {type(error).__name__}: {error}"
        os.write(writer, text.encode()[:60000])
        os._exit(0)
    os.close(writer)
    deadline = time.monotonic() + LONGEST_WAIT
    while (done := os.waitpid(child, os.WNOHANG))[0] == 0:
        if time.monotonic() > deadline:
            os.kill(child, 9)
            os.waitpid(child, 0)
            os.close(reader)
            return f"HANGS: no end after {LONGEST_WAIT} s"
        time.sleep(0.005)
    with os.fdopen(reader) as pipe:
        text = pipe.read()
    if not os.WIFSIGNALED(done[1]):
        return text or None
    ended = os.WTERMSIG(done[1])
    if ended == signal.SIGXCPU:
        return f"HANGS: no end after {SECONDS_PER_SEED} s of computing"
    return f"CRASH: signal {ended}"


def shortest(seed, found):
    """(text, finding) of the shortest part of a failing program that fails in any way."""
    program = Program(seed)
    for name in [k for k in program.lines if k not in program.masks]:
        if name in program.needed(program.outputs):
            wrong = isolated(seed, [name])
            if wrong:
                return program.text([name]), wrong
    for name in program.outputs:
        wrong = isolated(seed, [name])
        if wrong:
            return program.text([name]), wrong
    return program.text(), found


def one(seed):
    wrong = isolated(seed)
    if not wrong:
        return seed, None
    text, why = shortest(seed, wrong)
    options, _ = options_of(random.Random(seed * 7 + 1))
    return seed, f"{wrong}\nshortest part of it: {why}\nseis-compile {' '.join(options)}\n{text}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60, help="stop after this time (60)")
    parser.add_argument("--count", type=int, help="number of programs, whatever the time")
    parser.add_argument("--seed", type=int, help="the first seed (random)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes (all cores)")
    parser.add_argument("--show", action="store_true", help="print the programs, run nothing")
    options = parser.parse_args()
    first = random.SystemRandom().randrange(10**9) if options.seed is None else options.seed
    if options.show:
        for seed in range(first, first + (options.count or 1)):
            print(f"# seed {seed}: {' '.join(options_of(random.Random(seed * 7 + 1))[0])}")
            print(Program(seed).text())
        return 0
    print(f"first seed {first}", flush=True)
    end = None if options.count else time.monotonic() + options.seconds
    last = first + options.count if options.count else sys.maxsize
    results = multiprocessing.Queue()
    workers = [
        multiprocessing.Process(
            target=work, args=(range(first + k, last, options.jobs), end, results)
        )
        for k in range(options.jobs)
    ]
    for worker in workers:
        worker.start()
    tried, failed, busy = 0, 0, len(workers)
    while busy:
        result = results.get()
        if result is None:
            busy -= 1
            continue
        tried += 1
        if result[1]:
            failed += 1
            print(f"seed {result[0]}: {result[1]}", flush=True)
    print(f"{tried} programs, {failed} failed", flush=True)
    return int(failed > 0 or tried == 0)


def work(seeds, end, results):
    """Tries seeds until the last one, or until the time is over."""
    for seed in seeds:
        if end is not None and time.monotonic() > end:
            break
        try:
            results.put(one(seed))
        except Exception as error:  # a fault of the fuzzer itself
            results.put((seed, f"FUZZER {type(error).__name__}: {error}"))
    results.put(None)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (subprocess.SubprocessError, KeyboardInterrupt) as error:
        sys.exit(f"fuzz_programs: error: {error}")
