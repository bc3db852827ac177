"""The fuzzer of programs itself: reproducible, it notices faults, and it cuts programs down."""
import faulthandler
import os
import signal
import time
import types

import numpy as np
import pytest

import fuzz_programs as fuzz
import guarded
import tools

needs_tools = pytest.mark.skipif(
    not (tools.has("seis-compile") and tools.has("seis-eval")), reason="no compiler in this build"
)


def test_a_seed_is_a_program():
    texts = [fuzz.Program(seed).text() for seed in range(300)]
    assert texts == [fuzz.Program(seed).text() for seed in range(300)]
    assert len(set(texts)) > 250
    everything = "".join(texts)
    for word in ("corr1(", "corrn(", "shift(", "winsum(", "analytic(", "fft(", "specmul(", "hold(",
                 "unwrap(", "scan(", "tmax(", "vsum(", "if ", "mk(", *fuzz.MODES):  # fmt: skip
        assert word in everything, word


def test_text_holds_only_what_an_output_needs():
    program = fuzz.Program(0)
    program.lines = {"v0": ("sin(a)", ["a"]), "v1": ("cos(a)", ["a"]), "v2": ("v0 + p", ["v0"])}
    text = program.text(["v2"])
    assert "sin" in text and "cos" not in text
    assert text.startswith("param p = 1.5\ninput a: volume\n")


def test_only_transforms_are_shaken():
    program = fuzz.Program(0)
    program.lines = {"v0": ("sin(a)", ["a"]), "v1": ("re(fft(v0))", ["v0"]), "v2": ("v1 + p", ["v1"])}
    text = program.text(["v2"], shaken=True)
    assert "input shake: volume\n" in text and "v1 = (re(fft(v0))) * shake;" in text
    assert text.count("shake") == 2 and "shake" not in program.text(["v2"])


@needs_tools
def test_symmetric_spectra_do_not_decide(tmp_path):
    """The peaks of a real part stand in pairs: which of two is the first largest is a matter of
    rounding, but where it is no fault may hide."""
    program = fuzz.Program(0)
    program.inputs = ["a"]
    program.lines = {"v0": ("re(fft(a))", ["a"]), "v1": ("hold(v0, a)", ["v0", "a"])}
    data = {"a": np.random.default_rng(3).standard_normal((2, 2, 77))}
    source = tmp_path / "p.seis"
    source.write_text(program.text(["v0", "v1"]))
    module = fuzz.compiled(source, tmp_path / "o", ["--dtype=f64"])
    got = module.run({"a": data["a"]})
    fuzz.agreement(program, ["v0", "v1"], got, data, "f8", tmp_path, 1)
    got["o_v0"] = got["o_v0"] * (1 + 1e-8)
    with pytest.raises(fuzz.Wrong, match="VALUE v0"):
        fuzz.agreement(program, ["v0", "v1"], got, data, "f8", tmp_path, 1)


@pytest.mark.parametrize("at_end", [True, False])
@pytest.mark.parametrize("size", [4, 4096, 5000])
def test_the_page_beside_a_buffer_ends_the_process(size, at_end):
    region = guarded.Region(size, 4, at_end)
    outside = region.address + size if at_end else region.address - 1
    guarded.C.string_at(region.address, size)
    child = os.fork()
    if child == 0:
        faulthandler.disable()
        guarded.C.string_at(outside, 1)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGSEGV


def test_placed_arrays_are_copies():
    x = np.arange(30, dtype="f8").reshape(2, 3, 5)[:, ::2]
    y = guarded.place(x)
    assert y.flags.c_contiguous and (y == x).all() and not np.shares_memory(x, y)


def test_a_crash_and_a_wrong_value_are_told_apart(monkeypatch):
    monkeypatch.setattr(fuzz, "check", lambda seed, outputs: os.kill(os.getpid(), signal.SIGSEGV))
    assert fuzz.isolated(1) == f"CRASH: signal {int(signal.SIGSEGV)}"

    def wrong(seed, outputs):
        raise fuzz.Wrong("VALUE of v1")

    monkeypatch.setattr(fuzz, "check", wrong)
    assert fuzz.isolated(1) == "VALUE of v1"
    monkeypatch.setattr(fuzz, "check", lambda seed, outputs: None)
    assert fuzz.isolated(1) is None


def test_a_program_without_end_is_told(monkeypatch):
    """By its computing time, or, where it computes nothing, by the clock."""

    def busy(seed, outputs):
        while True:
            pass

    monkeypatch.setattr(fuzz, "SECONDS_PER_SEED", 1)
    monkeypatch.setattr(fuzz, "check", busy)
    assert fuzz.isolated(1) == "HANGS: no end after 1 s of computing"
    monkeypatch.setattr(fuzz, "LONGEST_WAIT", 0.2)
    monkeypatch.setattr(fuzz, "check", lambda seed, outputs: time.sleep(60))
    assert fuzz.isolated(1) == "HANGS: no end after 0.2 s"


def test_a_failing_program_is_cut_down(monkeypatch):
    def check(seed, outputs):
        if "corr1" in fuzz.Program(seed).text(outputs):
            raise fuzz.Wrong("a stencil")

    monkeypatch.setattr(fuzz, "check", check)
    seed = next(s for s in range(100) if "corr1" in fuzz.Program(s).text() and
                len(fuzz.Program(s).lines) > 4)  # fmt: skip
    _, report = fuzz.one(seed)
    assert "a stencil" in report and "corr1" in report
    text = report[report.index("param p") :]
    assert text.count(" = corr1") == 1
    # Nothing stands behind the stencil but its result.
    lines = [line for line in text.splitlines() if line.startswith("  v")]
    assert "corr1" in lines[-2] and lines[-1].strip() in lines[-2]


@needs_tools
def test_another_result_is_noticed(monkeypatch):
    """A value that is off by a millionth, and a block that has other bits."""
    real = fuzz.reference
    seed = next(s for s in range(100) if "--dtype=f64" in
                fuzz.options_of(fuzz.random.Random(s * 7 + 1))[0])  # fmt: skip
    fuzz.check(seed)

    def off(*args):
        return {k: v * (1 + 1e-6) + 1e-6 for k, v in real(*args).items()}

    monkeypatch.setattr(fuzz, "reference", off)
    with pytest.raises(fuzz.Wrong, match="^VALUE "):
        fuzz.check(seed)
    want = {"o_v": np.zeros((2, 3, 4))}
    got = {"o_v": np.zeros((1, 3, 4))}
    fuzz.same("BLOCK", ["v"], got, want, (slice(0, 1), slice(0, 3), slice(0, 4)))
    got["o_v"][0, 2, 1] = -0.0
    with pytest.raises(fuzz.Wrong, match="^BLOCK: v has other bits$"):
        fuzz.same("BLOCK", ["v"], got, want, (slice(0, 1), slice(0, 3), slice(0, 4)))
    want["o_v"][0, 2, 1], got["o_v"][0, 2, 1] = np.nan, -np.nan
    fuzz.same("BLOCK", ["v"], got, want, (slice(0, 1), slice(0, 3), slice(0, 4)))


def test_some_surveys_hold_nan_and_infinities():
    def survey(program, k):
        data = {name: np.ones((3, 4, 5)) for name in program.inputs}
        fuzz.poisoned(program, data, np.random.default_rng(k))
        return np.stack(list(data.values()))

    programs = [fuzz.Program(seed) for seed in range(300)]
    found = np.concatenate([survey(p, k).ravel() for k, p in enumerate(programs)])
    for test in (np.isnan, np.isposinf, np.isneginf):
        assert test(found).any()
    assert np.isfinite(found).mean() > 0.9
    reducing = [p for p in programs if "vsum(" in p.text()]
    assert reducing
    for program in reducing:
        assert all(np.isfinite(survey(program, k)).all() for k in range(20))


def agreement(monkeypatch, want, nearby, got):
    """Whether the results are taken for equal, with the two answers of the reference loops."""
    answers, program = iter([want, nearby]), types.SimpleNamespace(text=lambda outputs: "o_v = a")
    monkeypatch.setattr(fuzz, "reference", lambda *args: {"v": next(answers)})
    try:
        fuzz.agreement(program, ["v"], {"o_v": got}, {}, "f8", None, 1)
    except fuzz.Wrong as wrong:
        return str(wrong)
    return None


def test_a_level_that_changes_on_either_side_is_not_compared(monkeypatch):
    level = {1: np.array([3.0]), 2: np.array([3.0]), 3: np.array([2.0])}  # as given, up, down
    answers, program = iter(level.values()), types.SimpleNamespace(text=lambda outputs: "glcm_mean")
    monkeypatch.setattr(fuzz, "reference", lambda *args: {"v": next(answers)})
    fuzz.agreement(program, ["v"], {"o_v": level[3]}, {}, "f8", None, 1)
    assert next(answers, None) is None


@pytest.mark.parametrize("dtype", ["f8", "c16"])
@pytest.mark.parametrize("there", [np.nan, np.inf, -np.inf, 2.0])
@pytest.mark.parametrize("here", [np.nan, np.inf, -np.inf, 2.0])
def test_nan_and_infinities_stand_where_the_reference_has_them(monkeypatch, dtype, here, there):
    want, got = np.ones((2, 3, 4), dtype), np.ones((2, 3, 4), dtype)
    want.real[1, 2, 3], got.real[1, 2, 3] = there, here
    equal = here == there or (np.isnan(here) and np.isnan(there))
    text = agreement(monkeypatch, want, want, got)
    if equal:
        assert text is None
    else:
        assert text.startswith("VALUE v(1, 2, 3) of (2, 3, 4) is ")


def test_what_hangs_on_the_last_bit_is_not_compared(monkeypatch):
    want, nearby, got = np.ones(4), np.ones(4), np.ones(4)
    nearby[1], got[1] = np.nan, np.inf
    assert agreement(monkeypatch, want, nearby, got) is None
    got[2] = np.nan
    assert agreement(monkeypatch, want, nearby, got).startswith("VALUE v(2,) of (4,) is ")


@needs_tools
@pytest.mark.parametrize("seed", [3, 1007, 20260])
def test_some_seeds(seed):
    assert fuzz.isolated(seed) is None
