#!/usr/bin/python3
"""What choices of the Fourier transforms are worth: each against the way it replaced.

  lengths known while compiling     code of their own against loops that read a plan
  real traces at half the length    fft(x) against the complex transform of the same numbers
  radices 11 and 13                 fft(x) against Bluestein's longer transform

Usage: transforms.py [--quick] [--rounds N]

Ratios are of the processor time of one thread, taken in turn (see timing.py): above 1, the choice
pays. The tools are those of $SEIS_BIN, else of build/release/bin.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))

import timing
from timing import ROOT, seis_object

BIN = Path(os.environ.get("SEIS_BIN", ROOT / "build" / "release" / "bin"))
ENVELOPE = "input x: volume\noutput e = envelope(x)\n"
REAL = "input x: volume\noutput e = abs(fft(x))\n"
COMPLEX = "input x: volume\noutput e = abs(fft(mk(x, 0 * x)))\n"
PADDED = {"stages": {"fft": {"algo": {"fft": "padded"}}}}


def made(folder, program, *options, schedule=None):
    """A compiled program."""
    stem = folder / f"o{len(list(folder.glob('*.so')))}"
    stem.with_suffix(".seis").write_text(program)
    if schedule:
        (folder / "s.json").write_text(json.dumps(schedule))
        options = (*options, f"--schedule={folder / 's.json'}")
    command = [BIN / "seis-compile", stem.with_suffix(".seis"), "--cpu=native", *options]
    subprocess.run([*command, "-o", stem], check=True)
    return seis_object.Object(stem.with_suffix(".so"))


def compare(title, shape, replaced, chosen, rounds):
    x = np.random.default_rng(1).standard_normal(shape, dtype="f4")
    runs = [timing.bind(obj, {"x": x}, {}, 1) for obj in (replaced, chosen)]
    times = [[], []]
    for r in range(rounds + 1):
        for which in (0, 1) if r % 2 else (1, 0):
            start = time.process_time()
            runs[which][0]()
            times[which].append(time.process_time() - start)
    old, new = (next(iter(outputs.values())) for _, outputs in runs)
    scale = np.abs(old).max()
    assert np.abs(old - new).max() < 1e-5 * scale, "both ways give the same numbers"
    r = timing.ratio(times[0][1:], times[1][1:])
    least = min(times[0]) / min(times[1])
    print(f"{title:28} {'x'.join(map(str, shape)):14} {r['median']:5.2f} "
          f"({r['low']:.2f} to {r['high']:.2f}), of the least times {least:.2f}",
          flush=True)  # fmt: skip


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    options.add_argument("--quick", action="store_true", help="small volumes, three rounds")
    options.add_argument("--rounds", type=int, default=31)
    args = options.parse_args()
    rounds, side = (3, 8) if args.quick else (args.rounds, 64)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for shape in ((2 * side, 2 * side, 1024), (side, side, 512), (side, side, 1000),
                      (side, side, 1009), (side, side, 500)):  # fmt: skip
            known = f"--samples={shape[2]}"
            compare("length known", shape, made(folder, ENVELOPE), made(folder, ENVELOPE, known),
                    rounds)  # fmt: skip
        for n in (512, 1000, 1001, 1009, 1018, 1024, 1144):
            known = f"--samples={n}"
            compare("real at half length", (side // 2, side // 2, n), made(folder, COMPLEX, known),
                    made(folder, REAL, known), rounds)  # fmt: skip
        for n in (286, 572, 1144, 2002):
            known = f"--samples={n}"
            compare("radices 11 and 13", (side // 2, side // 2, n),
                    made(folder, REAL, known, schedule=PADDED),
                    made(folder, REAL, known), rounds)  # fmt: skip


if __name__ == "__main__":
    main()
