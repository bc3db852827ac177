"""Runs seis-io-probe of the build under test: $SEIS_IO_PROBE, default beside the tools."""
import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
BIN = Path(os.environ.get("SEIS_BIN", ROOT / "build" / "bin"))
PROBE = Path(os.environ.get("SEIS_IO_PROBE", BIN / "seis-io-probe"))
DATA = Path(os.environ.get("SEIS_DATA", ROOT.parent / "shared" / "data"))

needs_probe = pytest.mark.skipif(
    not os.access(PROBE, os.X_OK), reason=f"no {PROBE}; build the target seis-io-probe"
)


def run(*args):
    return subprocess.run([str(PROBE), *map(str, args)], capture_output=True, text=True)


def probe(*args):
    """Output of a command that must succeed, as JSON where there is any."""
    done = run(*args)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) if done.stdout else None


def refused(*args):
    """Message of a command that must fail in an orderly way."""
    done = run(*args)
    assert done.returncode == 3, (done.returncode, done.stderr)
    assert done.stderr.strip() and done.stderr[0].strip()
    return done.stderr
