"""docs/Attributes.md is what scripts/gen_attributes.py makes from the compiler."""
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


def test_every_name_of_the_prelude_is_on_the_page():
    page = (ROOT / "docs" / "Attributes.md").read_text().replace("_", "-")
    listed = tools.run("seis-compile", "--list").stdout
    names = re.findall(r"^  (\S+)", listed, flags=re.M)
    assert len(names) > 60
    assert [n for n in names if f"### {n}\n" not in page and f"`{n}(" not in page] == []
