"""Objects of seis-compile in a process: opened many times, called from several threads at once."""
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "test" / "python"))

import tools

PROGRAM = ["envelope", "inst_frequency", "response_phase", "correlate3d", "rms(window=(3,3,9))",
           "-e", "x / (vmax(x) - vmin(x))"]  # fmt: skip

pytestmark = pytest.mark.skipif(
    not (tools.has("seis-compile") and tools.has("seis-rt-calls")), reason="no tools of a build"
)


@pytest.fixture(scope="module", params=["on", "off"], ids=lambda p: f"openmp-{p}")
def real(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("real") / "object"
    tools.run("seis-compile", *PROGRAM, f"--openmp={request.param}", "-o", path)
    return path.with_suffix(".so")


def test_opened_a_thousand_times_nothing_grows(real):
    done = tools.run("seis-rt-calls", "open", 1000, real)
    assert done.stdout.startswith("1000 times: ") and "0 descriptors" in done.stdout


def test_calls_at_once_give_the_bits_of_a_call_alone(real):
    done = tools.run("seis-rt-calls", "at-once", 4, 50, real)
    assert done.stdout == "4 threads, 50 calls each, 0 with other bits\n"


def test_what_a_module_shares_is_noticed(tmp_path):
    """An object that keeps its result in a static buffer, as no object may."""
    library = tmp_path / "shared.so"
    source = ROOT / "test" / "unit" / "runtime" / "rt" / "objects" / "shared.c"
    include = ROOT / "runtime" / "include"
    subprocess.run(["clang-22", "-shared", "-fPIC", "-O1", "-I", include, source, "-o", library],
                   check=True)  # fmt: skip
    done = tools.run("seis-rt-calls", "at-once", 4, 200, library, check=False)
    assert done.returncode == 1
    assert done.stderr == "seis-rt-calls: error: calls at once disturb each other\n"


@pytest.mark.parametrize("missing", ["open", "at-once"])
def test_an_object_that_is_not_there(missing, tmp_path):
    count = ["3"] if missing == "open" else ["2", "3"]
    done = tools.run("seis-rt-calls", missing, *count, tmp_path / "none.so", check=False)
    assert done.returncode == 1 and "none.so" in done.stderr
