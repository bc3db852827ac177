"""The #include lines keep the order of the layers; an arrow to the right fails.

    Support <- Dialect/Seis/IR <- Analysis
            <- { Transforms, Frontend, Reference, Schedule } <- Codegen
            <- { Pipelines, Target } <- Compiler <- Tuner <- tools
    Support (its LLVM-free part) <- runtime <- seis-run

Layers in braces do not see each other. What compiler and runtime share are files and the object's
ABI; the few contract headers between them are named in `CONTRACTS`.
"""
import os
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Folders under lib/ and include/seis/, in the order of the layers; one line sees those above it.
ORDER = [
    ["Support"],
    ["Dialect/Seis/IR"],
    ["Dialect/Seis/Analysis"],
    ["Dialect/Seis/Transforms", "Frontend", "Reference", "Schedule"],
    ["Codegen"],
    ["Pipelines", "Target"],
    ["Compiler"],
    ["Tuner"],
    ["tools"],
]
RANK = {layer: rank for rank, line in enumerate(ORDER) for layer in line}

# Headers that a layer may include although its order says otherwise, and why.
CONTRACTS = {
    # Weights of load("w.npy") are read by the runtime's reader.
    ("Frontend", "seis_rt/seis_io.h"),
    # The layout of the structures that generated code is called with.
    ("Codegen", "seis/Target/KernelABI.h"),
    # The object's ABI, which the stubs in an object implement.
    ("Target", "seis_rt/seis_abi.h"),
    ("Target", "seis_abi.h"),
    # seis-eval reads and writes volumes as seis-run does.
    ("tools", "seis_rt/seis_io.h"),
}

# The runtime's own order: files, then the commands of seis-run. src/rt and src/io are siblings.
RUNTIME = {
    "runtime/include": set(),
    "runtime/src/rt": {"runtime/include"},
    "runtime/src/io": {"runtime/include"},
    "runtime/src/tool": {"runtime/include", "runtime/src/rt"},
    "tools/seis-run": {"runtime/include", "runtime/src/tool"},
}
# Parts of Support that include no LLVM header, so that the runtime may use them.
LLVM_FREE = {"seis/Support/Version.h", "seis/Support/Status.h", "seis/Support/Json.h"}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)
SUFFIXES = {".h", ".c", ".cpp", ".def", ".inc", ".td"}
TD_INCLUDE = re.compile(r'^[ \t]*include[ \t]*(")([^"]+)"', re.M)


def layer_of(path):
    """The layer of a file by its path in the repository, or None."""
    if path.startswith("runtime/") or path.startswith("tools/seis-run/"):
        names = [n for n in RUNTIME if path.startswith(n + "/")]
        return max(names, key=len) if names else None
    if path.startswith("tools/"):
        return "tools"
    if path == "include/seis/PCH.h":  # the precompiled header: of LLVM and MLIR alone
        return "Support"
    for prefix in ("lib/", "include/seis/"):
        if path.startswith(prefix):
            inner = path[len(prefix) :]
            names = [n for n in RANK if inner.startswith(n + "/")]
            return max(names, key=len) if names else None
    return None


def target_of(root, path, name):
    """Repository path that `#include "name"` in `path` means; None for foreign headers."""
    if name.startswith("seis/"):
        return "include/" + name
    if name.startswith("seis_rt/"):
        return "runtime/include/" + name
    beside = os.path.normpath(os.path.join(os.path.dirname(path), name))
    if (root / beside).exists():
        return beside
    if name == "seis_abi.h":
        return "runtime/include/seis_rt/seis_abi.h"
    return None


def check_compiler(layer, name, target):
    if (layer, name) in CONTRACTS:
        return None
    other = layer_of(target)
    if other is None or other == layer:
        return None
    if other in RUNTIME:
        return "the compiler and the runtime share files and the ABI only"
    if RANK[other] >= RANK[layer]:
        return f"{layer} may not see {other}"
    return None


def check_runtime(layer, name, target):
    if name.startswith(("llvm/", "llvm-c/", "mlir/", "mlir-c/", "lld/", "clang/")):
        return "the runtime builds without LLVM"
    if target is None:
        return None
    if name.startswith("seis/"):
        return None if name in LLVM_FREE else "the runtime sees the LLVM-free part of Support only"
    other = layer_of(target)
    if other is None or other == layer or other in RUNTIME[layer]:
        return None
    return f"{layer} may not see {other}"


def violations(root):
    """Every include line under `root` that breaks the order, as text."""
    found = []
    for folder in ("lib", "include/seis", "tools", "runtime"):
        for file in sorted((root / folder).rglob("*")):
            path = file.relative_to(root).as_posix()
            if file.suffix not in SUFFIXES or not file.is_file():
                continue
            layer = layer_of(path)
            if layer is None:
                found.append(f"{path}: in no layer; name its folder in {Path(__file__).name}")
                continue
            pattern = TD_INCLUDE if file.suffix == ".td" else INCLUDE
            text = file.read_text(encoding="utf-8", errors="replace")
            for match in pattern.finditer(text):
                name = match.group(2)
                target = target_of(root, path, name)
                if layer in RUNTIME:
                    problem = check_runtime(layer, name, target)
                elif target is None:
                    problem = None
                else:
                    problem = check_compiler(layer, name, target)
                if problem:
                    line = text.count("\n", 0, match.start(2)) + 1
                    found.append(f"{path}:{line}: includes {name}: {problem}")
    return found


def llvm_in(root, name):
    """True if a header of Support reaches LLVM, directly or through another one."""
    text = (root / "include" / name).read_text()
    names = [m.group(2) for m in INCLUDE.finditer(text)]
    return any(
        n.startswith(("llvm/", "mlir/")) or (n.startswith("seis/Support/") and llvm_in(root, n))
        for n in names
    )


def test_includes_keep_the_order():
    assert violations(ROOT) == []


def test_the_llvm_free_part_is_free_of_llvm():
    headers = [n for n in sorted(LLVM_FREE) if (ROOT / "include" / n).exists()]
    assert [n for n in headers if llvm_in(ROOT, n)] == []


def tree(folder, files):
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return folder


def test_an_arrow_to_the_right_is_found(tmp_path):
    files = {
        "lib/Schedule/A.cpp": '#include "seis/Codegen/CPU/Passes.h"\n',
        "lib/Frontend/B.cpp": '// first line\n#  include "seis/Reference/Fourier.h"\n',
        "lib/Target/C.cpp": '#include "seis/Pipelines/Pipelines.h"\n',
        "include/seis/Dialect/Seis/IR/D.td": 'include "seis/Dialect/Seis/Transforms/Passes.td"\n',
        "lib/Codegen/CPU/E.cpp": '#include "../../Compiler/Compiler.h"\n',
        "lib/Compiler/Compiler.h": "",
        "lib/Codegen/CPU/F.cpp": '#include "seis_rt/seis_rt.h"\n',
    }
    assert violations(tree(tmp_path, files)) == [
        "lib/Codegen/CPU/E.cpp:1: includes ../../Compiler/Compiler.h: Codegen may not see Compiler",
        "lib/Codegen/CPU/F.cpp:1: includes seis_rt/seis_rt.h: "
        "the compiler and the runtime share files and the ABI only",
        "lib/Frontend/B.cpp:2: includes seis/Reference/Fourier.h: Frontend may not see Reference",
        "lib/Schedule/A.cpp:1: includes seis/Codegen/CPU/Passes.h: Schedule may not see Codegen",
        "lib/Target/C.cpp:1: includes seis/Pipelines/Pipelines.h: Target may not see Pipelines",
        "include/seis/Dialect/Seis/IR/D.td:1: includes seis/Dialect/Seis/Transforms/Passes.td: "
        "Dialect/Seis/IR may not see Dialect/Seis/Transforms",
    ]


def test_the_runtime_sees_no_compiler(tmp_path):
    files = {
        "runtime/src/rt/A.cpp": '#include "llvm/ADT/StringRef.h"\n',
        "runtime/src/rt/B.cpp": '#include "../io/Internal.h"\n',
        "runtime/src/io/Internal.h": "#include <mlir/IR/Value.h>\n",
        "runtime/src/tool/C.cpp": '#include "seis/Support/Axis.h"\n',
        "tools/seis-run/D.cpp": '#include "seis/Support/Version.h"\n',
    }
    assert violations(tree(tmp_path, files)) == [
        "runtime/src/io/Internal.h:1: includes mlir/IR/Value.h: the runtime builds without LLVM",
        "runtime/src/rt/A.cpp:1: includes llvm/ADT/StringRef.h: the runtime builds without LLVM",
        "runtime/src/rt/B.cpp:1: includes ../io/Internal.h: "
        "runtime/src/rt may not see runtime/src/io",
        "runtime/src/tool/C.cpp:1: includes seis/Support/Axis.h: "
        "the runtime sees the LLVM-free part of Support only",
    ]


def test_a_folder_outside_every_layer_is_found(tmp_path):
    found = violations(tree(tmp_path, {"lib/Fancy/A.cpp": ""}))
    assert found == ["lib/Fancy/A.cpp: in no layer; name its folder in test_layering.py"]
