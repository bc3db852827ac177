#!/usr/bin/python3
"""Draws every attribute of the prelude on a synthetic survey: docs/Gallery.md and its pictures.

Makes a survey with seis-run synth, compiles every attribute with its defaults, applies it, and
draws one inline of the result as a small picture with a palette of its own. What --list calls an
attribute is drawn; none is named here.

Usage: gen_gallery.py [--family NAME]... [--check]; the tools are those of $SEIS_BIN, else of the
release build. --family draws those families alone and keeps the pictures of the others; --check
looks whether the page shows just the attributes that there are, without drawing.
"""
import argparse
import json
import os
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(os.environ.get("SEIS_BIN", ROOT / "build" / "release" / "bin"))
PAGE = ROOT / "docs" / "Gallery.md"
PICTURES = ROOT / "docs" / "gallery"

SHAPE = (24, 96, 128)
DT_MS = 4
INLINE = 12
SIZE = (128, 192)  # rows (samples) and columns (crosslines, each twice) of a picture
COLOURS = 32
LIMIT = 2_000_000  # bytes of all pictures together

HEAD = """\
# Gallery

Every attribute of the prelude with its defaults, on inline {inline} of a synthetic survey: crosslines
to the right, time downwards. Blue is negative and red positive where an attribute has both signs;
otherwise dark is small and bright is large, between the 1st and the 99th percentile. Of a complex
attribute the magnitude is shown. [Attributes](Attributes.md) has the formulas; this page is made by
`scripts/gen_gallery.py`.
"""

# What an input of this name holds, of the survey x; any other one is the survey, moved.
INPUTS = {
    "slope_il": "gst_2d_dip_il(x, dip_factor=1)",
    "slope_xl": "gst_2d_dip_xl(x, dip_factor=1)",
    "il": "gst_2d_dip_il(x)",
    "xl": "gst_2d_dip_xl(x)",
}

# Colours at even steps from the smallest value to the largest.
SIGNED = [(24, 48, 130), (96, 150, 214), (244, 244, 240), (222, 128, 92), (132, 20, 38)]
POSITIVE = [(20, 16, 48), (52, 78, 140), (36, 140, 140), (124, 200, 92), (250, 232, 60)]


def run(tool, *arguments):
    done = subprocess.run([BIN / tool, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{tool} {' '.join(map(str, arguments))}: {done.stderr}")
    return done.stdout


def attributes():
    """[{name, family, summary, example}] of what the prelude lists as attributes."""
    return [e for e in json.loads(run("seis-compile", "--list", "--json")) if e["attribute"]]


# Pictures ---------------------------------------------------------------------


def palette(steps):
    at = np.linspace(0, len(steps) - 1, COLOURS)
    return np.stack([np.interp(at, range(len(steps)), c) for c in zip(*steps)], 1).round()


def png(indices, colours):
    """An image with a palette, as bytes that depend on the pixels alone."""

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    rows, columns = indices.shape
    head = struct.pack(">IIBBBBB", columns, rows, 8, 3, 0, 0, 0)
    lines = b"".join(b"\0" + row.tobytes() for row in indices.astype("u1"))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
            + chunk(b"PLTE", colours.astype("u1").tobytes())
            + chunk(b"IDAT", zlib.compress(lines, 9)) + chunk(b"IEND", b""))  # fmt: skip


def section(volume):
    """One inline with time downwards, of any kind of result."""
    v = np.asarray(volume)
    if np.iscomplexobj(v):
        v = np.abs(v)
    if v.ndim == 2:  # a value per trace
        return v.T.astype("f8")
    while v.ndim > 3:  # matrices: the first entry
        v = v[..., 0]
    return v[INLINE].T.astype("f8")


def draw(volume):
    v = section(volume)
    finite = v[np.isfinite(v)]
    low, high = np.percentile(finite, [1, 99]) if finite.size else (0, 1)
    signed = low < -0.05 * abs(high)
    if signed:
        high = max(abs(low), abs(high))
        low = -high
    if not high > low:
        high = low + 1
    scaled = np.nan_to_num((v - low) / (high - low), nan=0.5, posinf=1, neginf=0)
    indices = np.clip((scaled * COLOURS).astype(int), 0, COLOURS - 1)
    rows = np.arange(SIZE[0]) * v.shape[0] // SIZE[0]
    columns = np.arange(SIZE[1]) * v.shape[1] // SIZE[1]
    return png(indices[np.ix_(rows, columns)], palette(SIGNED if signed else POSITIVE))


# Results ----------------------------------------------------------------------


def slope(name, survey, folder):
    made = folder / f"input-{name}.npy"
    if not made.exists():
        run("seis-compile", "-e", INPUTS[name], "-q", "-o", folder / f"input-{name}")
        run("seis-run", "apply", folder / f"input-{name}.so", folder / "survey.npy", "-q", "-o", made)
    return np.load(made)


def result(entry, survey, folder):
    """The attribute with its defaults, or its example where it needs more; slopes are those of the
    survey, another second input is the first one moved, a complex one its spectrum."""
    name = entry["name"]
    target = folder / name
    run("seis-compile", f"--dt-ms={DT_MS}", entry["example"] or name, "-q", "-o", target)
    manifest = json.loads(target.with_suffix(".json").read_text())
    words, inputs = [], manifest["entries"][0]["inputs"]
    if any(one.get("from") for one in inputs):  # numbers of lines stand in headers
        words, inputs = [folder / "survey.sgy", "--format=npy"], []
    for n, one in enumerate(inputs):
        data = slope(one["name"], survey, folder) if one["name"] in INPUTS else np.roll(survey, n, axis=1)
        if one["dtype"].startswith("c"):
            data = np.fft.fft(data).astype("c8")
        np.save(folder / f"in{n}.npy", np.ascontiguousarray(data))
        words.append(f"--in={one['name']}={folder / f'in{n}.npy'}")
    made = folder / f"{name}.npy"
    run("seis-run", "apply", target.with_suffix(".so"), *words, f"--dt-ms={DT_MS}", "-o", made)
    # several outputs are a folder of files; the first is drawn
    outputs = manifest["entries"][0]["outputs"]
    return np.load(made / f"{outputs[0]['name']}.npy" if len(outputs) > 1 else made)


def write_pictures(wanted):
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shape = ",".join(map(str, SHAPE))
        for kind in ("npy", "sgy"):
            run("seis-run", "synth", f"--shape={shape}", f"--dt-ms={DT_MS}", "--seed=1", "-o",
                folder / f"survey.{kind}")  # fmt: skip
        survey = np.load(folder / "survey.npy")
        for entry in wanted:
            image = draw(result(entry, survey, folder))
            (PICTURES / f"{entry['name']}.png").write_bytes(image)
        (PICTURES / "input.png").write_bytes(draw(survey))


def page(entries):
    lines = [HEAD.format(inline=INLINE), "| | |", "|---|---|"]
    lines.append("| ![input](gallery/input.png) | the survey |")
    families = list(dict.fromkeys(e["family"] for e in entries))
    for family in families:
        lines += ["", f"## {family.replace('-', ' ').capitalize()}", "", "| | |", "|---|---|"]
        for e in entries:
            if e["family"] == family:
                summary = e["summary"].replace("|", "\\|")
                picture = f"![{e['name']}](gallery/{e['name']}.png)"
                lines.append(f"| {picture} | **{e['name']}**: {summary} |")
    return "\n".join(lines) + "\n"


def check(entries):
    wanted = {e["name"] for e in entries} | {"input"}
    there = {p.stem for p in PICTURES.glob("*.png")}
    if there != wanted or not PAGE.exists() or PAGE.read_text() != page(entries):
        differ = ", ".join(sorted(there ^ wanted)) or "the page"
        sys.exit(f"docs/Gallery.md is out of date ({differ}): run scripts/gen_gallery.py")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--family", action="append", help="draw this family only")
    parser.add_argument("--check", action="store_true", help="compare, do not draw")
    options = parser.parse_args()
    entries = attributes()
    if not options.check:
        write_pictures([e for e in entries if not options.family or e["family"] in options.family])
        for stale in PICTURES.glob("*.png"):
            if stale.stem not in {e["name"] for e in entries} | {"input"}:
                stale.unlink()
        PAGE.write_text(page(entries))
    check(entries)
    size = sum(p.stat().st_size for p in PICTURES.glob("*.png"))
    if size > LIMIT:
        sys.exit(f"the pictures have {size} bytes, the limit is {LIMIT}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
