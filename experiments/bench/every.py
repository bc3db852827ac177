#!/usr/bin/python3
"""Every attribute against its straightforward form in NumPy and SciPy, the one that tests compare
with; none may be slower.

Usage: every.py [--shape NIxNXxNS] [--rounds N] [--threads N] [--only TEXT] [--markdown FILE]

Prints the attributes from the least ratio to the greatest. A first pass over the volume, where an
attribute needs one, is counted. Features of co-occurrence matrices are in bench.py: their other form
takes hours. Exit 1 if an attribute is slower. The tools are those of $SEIS_BIN, else of
build/release/bin.
"""
import argparse
import os
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
from scipy import ndimage

sys.path.insert(0, str(Path(__file__).resolve().parent))

import timing
from timing import ROOT, seis_object

sys.path.insert(0, str(ROOT / "test" / "python"))

import reference_orientation
import reference_scipy
import reference_windows

BIN = Path(os.environ.get("SEIS_BIN", ROOT / "build" / "release" / "bin"))
DT_MS = 4.0


def programs():
    """{name: expression} of all attributes that have a form in NumPy."""
    made = {name: name for name in reference_scipy.ATTRIBUTES if name != "ifft"}
    made |= {name: f"{name}(x, (3, 3, 9))" for name in ("rms",)}
    made |= reference_orientation.PROGRAM
    for table in (reference_windows.TABLE, reference_windows.DECIDED, reference_windows.PERIODIC,
                  reference_windows.VOLUME):  # fmt: skip
        made |= {name: entry[0] for name, entry in table.items()}
    return {name: text for name, text in made.items() if name in reference_scipy.MORE
            or name in reference_scipy.ATTRIBUTES}  # fmt: skip


def volume(shape):
    rng = np.random.default_rng(list(shape))
    return ndimage.gaussian_filter1d(rng.standard_normal(shape), 1.5, axis=-1).astype("f4") * 1000


def candidates(folder, name, text, x, threads):
    stem = folder / name
    source = ["-e", text if "(" in text else f"{text}(x)"]
    subprocess.run([BIN / "seis-compile", *source, f"--dt-ms={DT_MS}", f"--samples={x.shape[2]}",
                    "-o", stem], check=True, stderr=subprocess.DEVNULL)  # fmt: skip
    obj = seis_object.Object(stem.with_suffix(".so"))
    run, _ = timing.bind(obj, {"x": x}, {}, threads)
    return {"ours": run, "theirs": lambda: reference_scipy.compute(name, x, DT_MS)}


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    options.add_argument("--shape", default="24x24x256")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--threads", type=int, default=1)
    options.add_argument("--only", default="")
    options.add_argument("--markdown", type=Path)
    args = options.parse_args()
    x = volume(tuple(int(n) for n in args.shape.split("x")))
    found = []
    with tempfile.TemporaryDirectory() as name, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for attribute, text in programs().items():
            if args.only not in attribute:
                continue
            with np.errstate(all="ignore"):
                times = timing.interleaved(
                    candidates(Path(name), attribute, text, x, args.threads), args.rounds)
            found.append((timing.ratio(times["theirs"], times["ours"]), attribute,
                          timing.median(times["ours"])))  # fmt: skip
    found.sort(key=lambda row: row[0]["median"])
    lines = ["| attribute | times NumPy | interval | ms |", "|---|---|---|---|"]
    for ratio, attribute, seconds in found:
        lines.append(f"| {attribute} | {ratio['median']:.1f} | {ratio['low']:.1f} to "
                     f"{ratio['high']:.1f} | {1e3 * seconds:.2f} |")  # fmt: skip
    print("\n".join(lines))
    if args.markdown:
        args.markdown.write_text("\n".join(lines) + "\n")
    slower = [attribute for ratio, attribute, _ in found if ratio["median"] < 1]
    if slower:
        sys.exit(f"slower than NumPy: {', '.join(slower)}")


if __name__ == "__main__":
    main()
