#!/usr/bin/python3
"""Generated code under a sanitizer: the IR of a program, instrumented by clang.

    library = instrument(folder, "env", ["envelope"], "address", extra=["--dtype=f64"])

`seis-compile --emit=llvm` writes all that becomes an object, with the entry stubs. Every function
in it gets the sanitizer's attribute, clang compiles it, and a line of C adds the exported symbol
that the linker of `seis-compile` would. The library must be opened by a process that the
sanitizer's runtime was loaded into first (`preloaded`), or that is instrumented itself:

    SEIS_BIN=build/release/bin test/python/instrumented.py thread FOLDER NAME envelope --openmp=off
"""
import os
import re
import subprocess
import sys
from pathlib import Path

import tools

CLANG = "clang-22"
ATTRIBUTES = {"address": "sanitize_address", "thread": "sanitize_thread"}
GROUP = re.compile(r"^attributes #\d+ = \{", re.M)
DEFINITION = re.compile(r"^define .*\{$", re.M)


def runtime(sanitizer):
    """Path of the sanitizer's shared runtime, or None where it is not installed."""
    name = {"address": "asan", "thread": "tsan"}[sanitizer]
    try:
        folder = subprocess.run([CLANG, "--print-runtime-dir"], capture_output=True, text=True,
                                check=True).stdout.strip()  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        return None
    path = Path(folder) / f"libclang_rt.{name}-x86_64.so"
    return path if path.is_file() else None


def with_attribute(ir, attribute):
    """The IR with an attribute on every function that it defines."""
    bare = [line for line in DEFINITION.findall(ir) if not re.search(r"\) .*#\d+", line)]
    assert not bare, f"functions without a group of attributes: {bare}"
    ir, count = GROUP.subn(lambda m: f"{m[0]} {attribute}", ir)
    assert count, "no groups of attributes"
    return ir


def instrument(folder, name, program, sanitizer, extra=(), shared=("-shared-libsan",)):
    """Compiles a program twice: as seis-compile does, and instrumented. Returns both paths.
    `shared` is empty for a process whose executable holds the sanitizer's runtime."""
    folder.mkdir(parents=True, exist_ok=True)
    plain = folder / name
    tools.run("seis-compile", *extra, *program, "--emit=so,llvm,manifest", "-o", plain)
    source = folder / f"{name}_{sanitizer}.ll"
    ir = plain.with_suffix(".ll").read_text()
    source.write_text(with_attribute(ir, ATTRIBUTES[sanitizer]))
    query = re.search(r"@(seis_query_\w+)\(", ir)[1]
    exported = folder / f"{name}_query.c"
    exported.write_text(
        f"const void *{query}(unsigned version);\n"
        '__attribute__((visibility("default"))) const void *seis_module_query(unsigned version) {\n'
        f"  return {query}(version);\n"
        "}\n"
    )
    library = folder / f"{name}_{sanitizer}.so"
    command = [
        CLANG, f"-fsanitize={sanitizer}", *shared, "-shared", "-fPIC", "-O1", "-fuse-ld=lld-22",
        "-Wno-override-module", source, exported, "-lm", "-o", library,
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return plain.with_suffix(".so"), library


def preloaded(sanitizer, script, *args, options=""):
    """Runs a Python script in a process that has the sanitizer's runtime."""
    env = {**os.environ, "LD_PRELOAD": str(runtime(sanitizer)), "PYTHONMALLOC": "malloc",
           "PYTHONDONTWRITEBYTECODE": "1", "OPENBLAS_NUM_THREADS": "1",
           "ASAN_OPTIONS": f"detect_leaks=0:{options}",
           "TSAN_OPTIONS": f"halt_on_error=1:exitcode=66:{options}"}  # fmt: skip
    return subprocess.run(
        [sys.executable, script, *map(str, args)], env=env, capture_output=True, text=True
    )


if __name__ == "__main__":
    if len(sys.argv) < 5 or sys.argv[1] not in ATTRIBUTES:
        sys.exit("usage: instrumented.py address|thread FOLDER NAME PROGRAM-AND-OPTIONS...")
    print(instrument(Path(sys.argv[2]), sys.argv[3], sys.argv[4:], sys.argv[1], shared=())[1])
