#!/usr/bin/python3
"""Runs what the documentation shows, so that it cannot go stale.

Every Markdown file is a script: its fenced blocks are taken in order, in one empty folder.

    ```sh                  commands; must succeed
    ```python              a program for /usr/bin/python3; must succeed
    ```LANGUAGE NAME       the text of file NAME

Lines just above a block change that:

    <!-- not run: WHY -->      shown only
    <!-- fails: CODE -->       the commands end with this exit code
    <!-- output -->            the block is what the commands just above print (both streams);
                               a line `...` stands for any number of lines

Blocks in other languages without a name are shown only.

Usage: docs_examples.py [--update] [FILE.md...]; --update rewrites the output blocks that differ.
"""
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("SEIS_BIN", ROOT / "build" / "release" / "bin"))
PYTHON = "/usr/bin/python3"


@dataclass
class Block:
    language: str
    name: str  # file name, or empty
    marks: dict  # {"not run": why, "fails": code, "output": ""}
    text: str
    line: int  # of the opening fence, from 1
    end: int  # of the closing fence


class ExampleError(Exception):
    """An example that does not do what the document says."""


def documents():
    folders = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [p for p in folders if p.exists()]


def blocks_of(text):
    """The fenced blocks of a Markdown text."""
    lines = text.split("\n")
    blocks, marks, i = [], {}, 0
    while i < len(lines):
        line = lines[i]
        mark = re.fullmatch(r"<!-- (not run|fails|output)(?:: (.*))? -->", line)
        if mark:
            marks[mark.group(1)] = mark.group(2) or ""
        elif line.startswith("```"):
            words = line[3:].split()
            end = next((k for k in range(i + 1, len(lines)) if lines[k].startswith("```")), None)
            if end is None:
                raise ExampleError(f"line {i + 1}: the block is never closed")
            blocks.append(
                Block(words[0] if words else "", words[1] if len(words) > 1 else "", marks,
                      "\n".join(lines[i + 1 : end]) + "\n", i + 1, end + 1)
            )  # fmt: skip
            marks, i = {}, end
        elif line.strip():
            marks = {}
        i += 1
    return blocks


def trimmed(text):
    return re.sub(r"[ \t]+$", "", text, flags=re.M).rstrip("\n") + "\n"


def matches(shown, got):
    """True if `got` is what `shown` says; a line `...` stands for any number of lines. Spaces at
    the end of lines and empty lines at the end do not count."""
    shown, got = trimmed(shown), trimmed(got)
    parts = [re.escape(p) for p in re.split(r"^ *\.\.\.\n", shown, flags=re.M)]
    return re.fullmatch("(?:.*\n)*?".join(parts), got) is not None


def run_block(block, folder):
    env = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1",
           "SOURCE": str(ROOT)}  # fmt: skip
    program = [PYTHON, "-c"] if block.language == "python" else ["bash", "-euc"]
    done = subprocess.run([*program, block.text], cwd=folder, env=env, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=600)  # fmt: skip
    wanted = int(block.marks.get("fails", 0))
    if done.returncode != wanted:
        raise ExampleError(
            f"line {block.line}: exit code {done.returncode}, expected {wanted}\n"
            f"{block.text}{done.stdout[-4000:]}"
        )
    return done.stdout


def run_document(text, folder, update=False):
    """Runs the examples of a document in `folder`; gives the text with the outputs seen."""
    lines, printed = text.split("\n"), None
    changes = []
    for block in blocks_of(text):
        if "output" in block.marks:
            if printed is None:
                raise ExampleError(f"line {block.line}: no command just above prints this")
            if not matches(block.text, printed):
                if not update:
                    raise ExampleError(
                        f"line {block.line}: shown\n{block.text}\nprinted\n{printed}\n"
                        f"{Path(__file__).name} --update rewrites it"
                    )
                changes.append((block, printed))
            continue
        printed = None
        if "not run" in block.marks:
            continue
        if block.name:
            path = folder / block.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text)
        elif block.language in ("sh", "python"):
            printed = run_block(block, folder)
    for block, printed in reversed(changes):
        lines[block.line : block.end - 1] = trimmed(printed).split("\n")[:-1]
    return "\n".join(lines)


def main(arguments):
    update = "--update" in arguments
    names = [Path(a).resolve() for a in arguments if a != "--update"]
    failed = 0
    for document in names or documents():
        text = document.read_text()
        with tempfile.TemporaryDirectory() as folder:
            try:
                new = run_document(text, Path(folder), update)
            except ExampleError as error:
                print(f"{document.name}: {error}")
                failed += 1
                continue
        if new != text:
            document.write_text(new)
            print(f"{document.name}: outputs rewritten")
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
