#!/usr/bin/python3
"""Writes docs/Attributes.md from what seis-compile says about its prelude.

Usage: gen_attributes.py [--check]; the compiler is $SEIS_BIN/seis-compile, else that of the release
build. --check compares instead of writing and exits with 1 if the file is out of date.
"""
import json
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(os.environ.get("SEIS_BIN", ROOT / "build" / "release" / "bin"))
TARGET = ROOT / "docs" / "Attributes.md"

TITLES = {
    "complex-trace": "Complex trace",
    "physical": "In physical units",
    "convolution": "Convolution and correlation",
    "recursive": "Recursive Gaussians",
    "orientation": "Orientation of layers",
    "discontinuity": "Discontinuity and coherence",
    "curvature": "Curvature",
    "texture": "Texture",
    "fourier": "Fourier transform",
    "window": "Windows",
    "amplitude": "Amplitude, energy and gain",
    "similarity": "Beside the neighbours",
    "gradient": "Gradients",
    "dip": "Dip and windows along it",
    "filter": "Filters",
    "spectral": "Spectral decomposition",
    "event": "Events along a trace",
    "pattern": "Patterns",
    "utility": "Conversions",
    "elementwise": "Elementwise",
    "complex": "Complex numbers",
    "stencil": "Stencils and windows",
    "trace": "Whole traces",
    "volume": "Whole volume and positions",
    "array": "Constants made while compiling",
    "helper": "Parts of attributes",
}

HEAD = """\
# Attributes

What the prelude of `seis` offers: plain text in the [language](Language.md), built into the
compiler, printed by `seis-compile --list` and `--describe NAME`. On the command line and in
programs `-` and `_` in names mean the same. This page is made from the compiler by
`scripts/gen_attributes.py`.

*Halo* is how far the input is read around an output sample, per axis before and after it; a *whole*
axis is never cut. `e` is the envelope, `phi` the instantaneous phase, `fs` the sampling frequency.

*Numerics* says how far the bits of a result are fixed, whatever [rewrites](Rationale/Rewrites.md)
and schedules do: `exact` keeps them, `reassoc` has sums whose order is free, `algo` has transforms,
eigenvalues or counts of pairs that may be computed by another formula. What `decides` besides (phase
steps, grey levels, the first of equal peaks, the sign of an eigenvector) may differ by more than a
rounding error at a sample where the decision is close.
"""

TABLE = """\
## All attributes

Each with what others call it, where they have it: d2geo, dasf-seismic, the predecessor of `seis`, and
OpendTect. The halo is that of the defaults for inline, crossline and sample: one number for both
sides or two, *T* for a whole axis. The class of dependence is **P** for each sample alone, **S** for
the samples around it, **T** for whole traces, **V** for the whole volume.

| attribute | d2geo | dasf-seismic | predecessor | OpendTect | halo | class | numerics |
|---|---|---|---|---|---|---|---|
"""

SYSTEMS = ["d2geo", "dasf-seismic", "predecessor", "opendtect"]
CLASSES = {
    "each sample alone": "P",
    "samples around it": "S",
    "whole traces": "T",
    "the whole volume": "V",
}


def compiler(*arguments):
    done = subprocess.run([BIN / "seis-compile", *arguments], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"seis-compile {' '.join(arguments)}: {done.stderr}")
    return done.stdout


def listed():
    """{family: [(name, summary)]} of --list."""
    families, current = {}, None
    for line in compiler("--list").splitlines():
        if match := re.fullmatch(r"([a-z-]+):", line):
            current = families.setdefault(match.group(1), [])
        elif match := re.fullmatch(r"  (\S+)\s+(.*)", line):
            current.append(match.groups())
        elif line:
            sys.exit(f"seis-compile --list: cannot read `{line}`")
    return families


def described(name):
    """(facts, definition) of --describe: {key: [lines]} and the text below them."""
    head, _, definition = compiler("--describe", name).partition("\n\n")
    facts, key = {}, None
    for line in head.splitlines()[1:]:
        match = re.fullmatch(r"  (.{12})(.*)", line)
        if not match:
            sys.exit(f"seis-compile --describe {name}: cannot read `{line}`")
        key = match.group(1).strip() or key
        facts.setdefault(key, []).append(match.group(2).strip())
    return facts, definition.rstrip("\n")


def cell(text):
    return text.replace("|", "\\|")


def attribute(name, summary, facts, definition):
    """The section of one attribute."""
    lines = [f"### {name}", "", f"{summary}.", ""]
    lines += ["| | |", "|---|---|", f"| call | `{cell(facts['call'][0])}` |"]
    if "example" in facts:
        lines.append(f"| example | `{cell(facts['example'][0])}` |")
    for key in ("formula", "unit", "depends on", "halo", "numerics"):
        if key in facts:
            text = cell(facts[key][0])
            lines.append(f"| {key} | {f'`{text}`' if key == 'formula' else text} |")
    for parameter in facts.get("parameters", []):
        declared, _, meaning = re.sub(r"\s{2,}", "\t", parameter).partition("\t")
        if meaning:  # the input volume needs no words
            lines.append(f"| parameter | `{cell(declared)}` {cell(meaning)} |")
    if "elsewhere" in facts:
        lines.append(f"| elsewhere | {cell(facts['elsewhere'][0])} |")
    if "source" in facts:
        lines.append(f"| source | {cell(facts['source'][0])} |")
    if definition:
        lines += ["", "```seis", definition, "```"]
    return "\n".join(lines) + "\n"


def names_in(system, facts):
    """What one program calls the attribute: "NAME; NAME", mostly nothing."""
    parts = facts.get("elsewhere", [""])[0].split(", ")
    return "; ".join(p.removeprefix(f"{system} ") for p in parts if p.startswith(f"{system} "))


def short_halo(text):
    """(1, 2 0, T) of `inline 1 1, crossline 2 0, sample whole`."""
    axes = []
    for axis in text.split(", "):
        before, after = (axis.split()[1:] * 2)[:2]
        axes.append("T" if before == "whole" else before if before == after else f"{before} {after}")
    return f"({', '.join(axes)})"


def row(name, facts):
    """One attribute in the table of all."""
    cells = [f"[{name}](#{name})", *(names_in(s, facts) for s in SYSTEMS)]
    cells += [short_halo(facts["halo"][0]), CLASSES[facts["depends on"][0]], facts["numerics"][0]]
    return f"| {' | '.join(map(cell, cells))} |"


def generate():
    families = listed()
    known = {e["name"] for e in json.loads(compiler("--list", "--json")) if e["attribute"]}
    unknown = set(families) - set(TITLES)
    if unknown:
        sys.exit(f"{Path(__file__).name}: no title for {', '.join(sorted(unknown))}")
    table, sections, functions = [], [], []
    for family in TITLES:
        made, rows = [], []
        for name, summary in families.get(family, []):
            facts, definition = described(name)
            if name in known:
                table.append(row(name, facts))
                made.append(attribute(name, summary, facts, definition))
            else:
                rows.append(f"| `{cell(facts['call'][0])}` | {cell(summary)} |")
        if made:
            sections.append(f"## {TITLES[family]}\n\n" + "\n".join(made))
        if rows:
            calls = ["| call | |", "|---|---|", *rows]
            functions.append(f"### {TITLES[family]}\n\n" + "\n".join(calls) + "\n")
    tail = "## Functions\n\nWhat attributes are made of; see the [language](Language.md).\n"
    table = TABLE + "\n".join(table) + "\n"
    return "\n".join([HEAD, table, *sections, tail, *functions])


def main(arguments):
    text = generate()
    if arguments == ["--check"]:
        if not TARGET.exists() or TARGET.read_text() != text:
            sys.exit("docs/Attributes.md is out of date: run scripts/gen_attributes.py")
    elif arguments:
        sys.exit(__doc__)
    else:
        TARGET.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
