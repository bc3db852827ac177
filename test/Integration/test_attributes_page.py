"""docs/Attributes.md is what scripts/gen_attributes.py makes from the compiler."""
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "test" / "python"))

import tools

SCRIPT = ROOT / "scripts" / "gen_attributes.py"


def test_the_page_is_up_to_date():
    env = {"SEIS_BIN": str(tools.BIN), "PATH": "/usr/bin:/bin"}
    done = subprocess.run([SCRIPT, "--check"], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_table_has_every_attribute_and_the_functions_no_attribute():
    page = (ROOT / "docs" / "Attributes.md").read_text()
    entries = json.loads(tools.run("seis-compile", "--list", "--json").stdout)
    rows = re.findall(r"^\| \[([^]]+)\]\(#\1\) (.*)$", page, flags=re.M)
    assert {name for name, _ in rows} == {e["name"] for e in entries if e["attribute"]}
    assert all(cells.count(" | ") == 6 for _, cells in rows)
    functions = page.split("\n## Functions\n")[1].replace("_", "-")
    listed = set(re.findall(r"^\| `([^(`]+)\(", functions, flags=re.M))
    assert listed == {e["name"] for e in entries if not e["attribute"]}


def test_every_attribute_says_what_it_is():
    """Formula, unit and source; for every number that may be given, what it may be."""
    entries = json.loads(tools.run("seis-compile", "--list", "--json").stdout)
    names = [e["name"] for e in entries if e["attribute"]]
    lacking = []
    for name in names:
        facts = json.loads(tools.run("seis-compile", f"--describe={name}", "--json").stdout)
        lacking += [f"{name}: no {what}" for what in ("formula", "unit", "source") if not facts.get(what)]
        for p in facts["parameters"]:
            said = p.get("description", "")
            if not said and p["type"] not in ("volume", "cvolume", "any"):
                lacking.append(f"{name}: {p['name']} is not described")
            elif p["type"] in ("int", "real", "scalar", "window", "tuple", "array"):
                if not re.search(r"\.\.|[<>]=? ?[0-9a-z]|\bany\b|1 to 3", said):
                    lacking.append(f"{name}: {p['name']} has no range: {said}")
    assert len(names) > 150
    assert not lacking, "\n".join(lacking)


def outside(parameter):
    """Values just outside of what the description of a parameter allows, as text."""
    said, kind = parameter.get("description", ""), parameter["type"]
    values = ["nan", "inf", "-inf"] if kind in ("real", "scalar", "tuple") else []
    step = 2 if "odd" in said or kind == "window" else 1
    for low, high in re.findall(r"(-?[\d.]*\d)\.\.(\d[\d.]*\d|\d)", said):
        values += [f"{float(low) - step:.15g}", f"{float(high) + step:.15g}"]
    for relation, number in re.findall(r"(>=?|at most) (\d+)\b(?! /)", said):
        values.append({">": number, ">=": f"-{step}", "at most": f"{number}1"}[relation])
    values += ["fs"] * ("fs/2" in said)
    if kind in ("window", "tuple"):
        middle = re.findall(r"-?\d+", parameter.get("default", ""))
        values = [f"({v}, {middle[1]}, {middle[2]})" for v in values] if len(middle) == 3 else []
    return values


def test_what_a_description_forbids_is_refused(tmp_path):
    """One line of a program for each value; every line has an error that names its parameter."""
    entries = json.loads(tools.run("seis-compile", "--list", "--json").stdout)
    accepted, tried = [], 0
    for name in (e["name"] for e in entries if e["attribute"]):
        facts = json.loads(tools.run("seis-compile", f"--describe={name}", "--json").stdout)
        needed = dict(re.findall(r"(\w+)=([-\d.]+)", facts.get("example") or ""))
        volumes = ["x" for p in facts["parameters"] if p["type"] in ("volume", "any")]
        probes = [(p["name"], v) for p in facts["parameters"] for v in outside(p)]
        lines = ["input x: volume"]
        for n, (parameter, value) in enumerate(probes):
            given = [f"{k} = {v}" for k, v in {**needed, parameter: value}.items()]
            call = f"{name.replace('-', '_')}({', '.join(volumes + given)})"
            lines.append(f"output y{n} = {call}")
        (tmp_path / "p.seis").write_text("\n".join(lines) + "\n")
        command = [tools.BIN / "seis-compile", "--emit=seis", "--dt-ms=4", tmp_path / "p.seis"]
        said = subprocess.run(command, capture_output=True, text=True).stderr
        errors = re.findall(r"p\.seis:(\d+):\d+: error: (.*)", said)
        for n, (parameter, value) in enumerate(probes):
            if not any(int(at) == n + 2 and f"`{parameter}`" in text for at, text in errors):
                accepted.append(lines[n + 1])
        tried += len(probes)
    assert tried > 500
    assert not accepted, "\n".join(accepted)


def test_every_name_of_the_prelude_is_on_the_page():
    page = (ROOT / "docs" / "Attributes.md").read_text().replace("_", "-")
    listed = tools.run("seis-compile", "--list").stdout
    names = re.findall(r"^  (\S+)", listed, flags=re.M)
    assert len(names) > 60
    assert [n for n in names if f"### {n}\n" not in page and f"`{n}(" not in page] == []
