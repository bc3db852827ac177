"""Finds and runs the tools of the build under test: $SEIS_BIN, default build/bin."""
import os
import subprocess
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("SEIS_BIN", ROOT / "build" / "bin"))


def has(tool):
    return os.access(BIN / tool, os.X_OK)


def run(tool, *args, check=True, **kwargs):
    """Runs a tool; a failure shows what it said."""
    done = subprocess.run(
        [str(BIN / tool), *map(str, args)], capture_output=True, text=True, **kwargs
    )
    if check and done.returncode:
        raise AssertionError(f"{tool} {' '.join(map(str, args))}: {done.returncode}\n{done.stderr}")
    return done


def evaluate(program, inputs, folder, dt_ms=None, extra=()):
    """Runs seis-eval on arrays; returns {output: array}. `program`: list of arguments."""
    folder.mkdir(parents=True, exist_ok=True)
    args = list(program)
    for name, array in inputs.items():
        np.save(folder / f"in_{name}.npy", array)
        args += ["--in", f"{name}={folder / f'in_{name}.npy'}"]
    if dt_ms is not None:
        args.append(f"--dt-ms={dt_ms}")
    out = folder / "out"
    run("seis-eval", *args, *extra, "-q", "-o", f"{out}/")
    return {p.stem: np.load(p) for p in out.glob("*.npy")}


def vector_bits():
    """Bits of this processor's widest vectors: 512 where it runs x86-64-v4, else 256."""
    flags = set(Path("/proc/cpuinfo").read_text().split())
    needed = {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"}
    return 512 if needed <= flags else 256


# The most that this processor runs.
WIDEST = "x86-64-v4" if vector_bits() == 512 else "x86-64-v3"

# One processor for every width of vectors that runs here. Without AVX-512 code for this processor
# is as wide as that for any x86-64-v3; tests that name none compile for this one all the same.
CPUS = ["native", "x86-64-v3"] if WIDEST == "x86-64-v4" else ["x86-64-v3"]
