"""The benchmark runs and says what it promises to; its figures are not looked at."""
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "test" / "python"), str(ROOT / "experiments" / "bench")]

import timing
import tools

BENCH = ROOT / "experiments" / "bench" / "bench.py"


def test_quick_run(tmp_path):
    """Rows of objects against SciPy and FFTW, every result checked, all times kept."""
    env = {**os.environ, "SEIS_BIN": str(tools.BIN)}
    out = tmp_path / "times.json"
    command = [BENCH, "--quick", "--only", "envelope", "--json", out, "--markdown",
               tmp_path / "table.md"]  # fmt: skip
    done = subprocess.run(command, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    data = json.loads(out.read_text())
    titles = [row["row"] for row in data["rows"]]
    assert titles[:2] == ["envelope / np.abs(hilbert), 8x8x512, 1 thread",
                          "envelope / np.abs(hilbert), 8x8x512, 2 threads"]  # fmt: skip
    assert all(len(times) == 2 for row in data["rows"] for times in row["raw"].values())
    assert len((tmp_path / "table.md").read_text().splitlines()) == 4 + len(titles)


def test_quick_run_of_transforms():
    """Every choice against the way it replaced, both giving the same numbers."""
    env = {**os.environ, "SEIS_BIN": str(tools.BIN)}
    done = subprocess.run([BENCH.with_name("transforms.py"), "--quick", "--rounds", "2"], env=env,
                          capture_output=True, text=True)  # fmt: skip
    assert done.returncode == 0, done.stderr
    titles = [line[:28].rstrip() for line in done.stdout.splitlines()]
    assert titles == (["length known"] * 5 + ["real at half length"] * 7 + ["radices 11 and 13"] * 4)


def test_every_attribute_is_compared():
    """A row for each attribute that the text chooses, slow ones last."""
    env = {**os.environ, "SEIS_BIN": str(tools.BIN)}
    done = subprocess.run([BENCH.with_name("every.py"), "--shape=8x8x64", "--rounds=2",
                           "--only=window_m"], env=env, capture_output=True, text=True)  # fmt: skip
    rows = [line.split("|")[1:3] for line in done.stdout.splitlines()[2:]]
    assert {name.strip() for name, _ in rows} == {"window_max", "window_mean", "window_min"}
    assert [float(r) for _, r in rows] == sorted(float(r) for _, r in rows)
    slower = any(float(r) < 1 for _, r in rows)
    assert done.returncode == int(slower), done.stderr


@pytest.mark.parametrize("count, k", [(5, 1), (6, 1), (9, 2), (15, 4), (31, 10)])
def test_interval_of_the_median(count, k):
    """The k-th smallest and largest value: tables of the sign test at 95 %."""
    values = [float(v) for v in range(1, count + 1)]
    low, high, confidence = timing.interval(values[::-1])
    assert (low, high) == (k, count + 1 - k)
    assert confidence >= 0.95 or (count, k) == (5, 1)


def test_ratio_is_taken_round_by_round():
    slow, fast = [10.0, 100.0, 10.0], [1.0, 10.0, 2.0]
    ratio = timing.ratio(slow, fast)
    assert (ratio["median"], ratio["low"], ratio["high"]) == (10, 5, 10)


def test_candidates_take_turns():
    order = []
    times = timing.interleaved({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, 2)
    assert order == ["a", "b"] * 3  # one round warms up
    assert [len(t) for t in times.values()] == [2, 2]
