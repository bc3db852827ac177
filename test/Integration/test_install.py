"""`cmake --install` yields tools that work on their own."""
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "test" / "python"))

import tools

BUILD = tools.BIN.parent


@pytest.mark.skipif(not (BUILD / "cmake_install.cmake").exists(), reason="tools outside a build")
def test_installed_tools(tmp_path):
    """Compile, apply and evaluate with what was installed, from another folder."""
    prefix, work = tmp_path / "prefix", tmp_path / "work"
    work.mkdir()
    subprocess.run(["cmake", "--install", BUILD, "--prefix", prefix], check=True,
                   stdout=subprocess.DEVNULL)  # fmt: skip
    assert (prefix / "include" / "seis_rt" / "seis_abi.h").exists()
    env = {**os.environ, "PATH": f"{prefix / 'bin'}:{os.environ['PATH']}"}

    def run(*command):
        subprocess.run(command, cwd=work, env=env, check=True)

    np.save(work / "x.npy", np.sin(np.arange(2 * 3 * 40, dtype="f4")).reshape(2, 3, 40))
    run("seis-compile", "envelope", "-o", "envelope")
    run("seis-run", "apply", "-q", "envelope.so", "x.npy", "-o", "y.npy")
    run("seis-eval", "envelope", "--in", "x.npy", "-q", "-o", "reference.npy")
    run("seis-opt", "--version")
    y, reference = np.load(work / "y.npy"), np.load(work / "reference.npy")
    assert np.abs(y - reference).max() < 1e-5
