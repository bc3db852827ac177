"""docs/Gallery.md shows every attribute of the compiler, with a picture that the script makes."""
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "test" / "python"))

import tools

SCRIPT = ROOT / "scripts" / "gen_gallery.py"
ENV = {"SEIS_BIN": str(tools.BIN), "PATH": "/usr/bin:/bin"}


def test_the_page_has_every_attribute():
    done = subprocess.run([SCRIPT, "--check"], env=ENV, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_pictures_are_small_and_whole():
    pictures = sorted((ROOT / "docs" / "gallery").glob("*.png"))
    assert sum(p.stat().st_size for p in pictures) < 2_000_000
    plt = pytest.importorskip("matplotlib.pyplot")
    for path in pictures:
        image = plt.imread(path)
        assert image.shape[:2] == (128, 192) and image.std() > 0, path.name
