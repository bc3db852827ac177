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


def test_every_name_of_the_prelude_is_on_the_page():
    page = (ROOT / "docs" / "Attributes.md").read_text().replace("_", "-")
    listed = tools.run("seis-compile", "--list").stdout
    names = re.findall(r"^  (\S+)", listed, flags=re.M)
    assert len(names) > 60
    assert [n for n in names if f"### {n}\n" not in page and f"`{n}(" not in page] == []
