"""The scripts in scripts/: what they say about themselves, and how check.sh counts."""
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "scripts"
sys.path.insert(0, str(SCRIPTS))

import summary


def run(*command, **kwargs):
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, **kwargs)


@pytest.mark.parametrize("name", ["setup.sh", "check.sh", "demo.sh"])
def test_help_and_unknown_options(name):
    help_ = run(SCRIPTS / name, "--help")
    assert help_.returncode == 0 and f"Usage: scripts/{name}" in help_.stdout
    assert max(map(len, help_.stdout.splitlines())) <= 100
    wrong = run(SCRIPTS / name, "--no-such-option")
    assert wrong.returncode == 2 and "unknown option --no-such-option" in wrong.stderr


def test_setup_is_quick_where_nothing_is_missing():
    start = time.monotonic()
    done = run(SCRIPTS / "setup.sh", "--dry-run")
    assert done.returncode == 0
    if "missing" in done.stdout:
        pytest.skip(done.stdout.strip())
    assert "packages are installed" in done.stdout
    assert time.monotonic() - start < 10  # under a second on a machine with nothing else to do


def test_setup_names_what_is_missing(tmp_path):
    """With a dpkg that knows clang-22 alone."""
    fake = tmp_path / "dpkg-query"
    fake.write_text("#!/bin/sh\necho installed clang-22\nexit 1\n")
    fake.chmod(0o755)
    env = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = run(SCRIPTS / "setup.sh", "--dry-run", env=env)
    assert done.returncode == 0
    words = done.stdout.split()
    assert "libmlir-22-dev" in words and "clang-22" not in words


def apt_get(otherwise):
    """A stand-in that knows where the release is read from."""
    sources = "http://mirror/other http://mirror/debian/ http://second/debian"
    return f'if [ "$1" = indextargets ]; then printf "%s\\n" {sources}; else {otherwise}; fi'


def setup_with(folder, **tools):
    """setup.sh with stand-ins that install nothing and write nothing outside `folder`, which is
    also where it looks for a suite that it added before."""
    script = folder / "setup.sh"
    script.write_text((SCRIPTS / "setup.sh").read_text().replace("/etc/apt/", f"{folder}/"))
    stand_ins = {
        "dpkg-query": "exit 1",
        "apt-get": apt_get(f'echo "$@" >> {folder}/asked'),
        "rm": f'echo "$@" > {folder}/removed',
        "env": 'shift; exec "$@"',
        "sudo": 'exec "$@"',
        "tee": f'echo "$1" > {folder}/name; cat > {folder}/written',
    }
    bin_ = folder / "bin"
    bin_.mkdir()
    for name, text in {**stand_ins, **tools}.items():
        (bin_ / name).write_text(f"#!/bin/sh\n{text}\n")
        (bin_ / name).chmod(0o755)
    return subprocess.run(
        ["/bin/bash", script],
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": f"{bin_}:{os.environ['PATH']}"},
    )


KNOWN = "release v=12,n=bookworm-security,l=Debian-Security"


def test_setup_explains_packages_that_apt_does_not_know(tmp_path):
    done = setup_with(tmp_path, **{"apt-cache": f"echo '{KNOWN}  Candidate: (none)'"})
    assert done.returncode == 4
    assert "apt knows no package" in done.stderr and "bookworm-security" in done.stderr
    assert not (tmp_path / "written").exists()
    assert "install" not in (tmp_path / "asked").read_text()


def test_setup_adds_the_security_suite_where_it_is_not_read(tmp_path):
    """apt knows LLVM once the file is there, as on a system that debootstrap made."""
    if "VERSION_CODENAME=bookworm" not in Path("/etc/os-release").read_text():
        pytest.skip("not Debian 12")
    knows = (
        f"if [ -e {tmp_path}/written ] || [ x$2 = xcmake ]; then echo '  Candidate: 1.0'; "
        "else echo '  Candidate: (none)'; fi"
    )
    done = setup_with(tmp_path, **{"apt-cache": knows})
    assert done.returncode == 0, done.stderr
    assert "adding Debian's suite bookworm-security" in done.stdout
    suite = f"{tmp_path}/sources.list.d/bookworm-security.sources\n"
    assert (tmp_path / "name").read_text() == suite
    written = (tmp_path / "written").read_text()
    assert "URIs: http://mirror/debian-security\nSuites: bookworm-security\n" in written
    asked = (tmp_path / "asked").read_text().splitlines()
    assert [line.split()[0] for line in asked] == ["update", "update", "install"]


def test_setup_takes_back_a_suite_that_the_mirror_lacks(tmp_path):
    if "VERSION_CODENAME=bookworm" not in Path("/etc/os-release").read_text():
        pytest.skip("not Debian 12")
    fails = apt_get(f"test ! -e {tmp_path}/written")
    done = setup_with(tmp_path, **{"apt-get": fails, "apt-cache": "echo '  Candidate: (none)'"})
    assert done.returncode == 4
    assert "could not read bookworm-security at http://mirror/debian-security" in done.stderr
    removed = (tmp_path / "removed").read_text()
    assert removed == f"-f {tmp_path}/sources.list.d/bookworm-security.sources\n"


def test_setup_does_not_add_the_suite_twice(tmp_path):
    added = tmp_path / "sources.list.d" / "bookworm-security.sources"
    added.parent.mkdir()
    added.write_text("as it was\n")
    done = setup_with(tmp_path, **{"apt-cache": "echo '  Candidate: (none)'"})
    assert done.returncode == 4 and "apt knows no package" in done.stderr
    assert not (tmp_path / "written").exists() and added.read_text() == "as it was\n"


def test_setup_says_that_the_indexes_cannot_be_read(tmp_path):
    done = setup_with(tmp_path, **{"apt-get": "exit 100"})
    assert done.returncode == 4
    assert "setup: error: apt-get could not read the package indexes" in done.stderr


JUNIT = """<testsuites><testsuite>
<testcase name="program"><system-out>[  PASSED  ] 12 tests.
[  SKIPPED ] 2 tests, listed below:</system-out></testcase>
<testcase name="plain"/>
<testcase name="two of five"><failure/><system-out>[  PASSED  ] 3 tests.

[  FAILED  ] 2 tests, listed below:</system-out></testcase>
<testcase name="crash"><failure/><system-out>[ RUN      ] A.B</system-out></testcase>
<testcase name="left out"><skipped/></testcase>
<testcase name="broken"><error/></testcase>
</testsuite></testsuites>"""


def test_summary_counts_the_cases_of_programs(tmp_path):
    """12 + 1 + 3 passed; 2 + crash + error failed; 2 + 1 skipped."""
    file = tmp_path / "a.xml"
    file.write_text(JUNIT)
    assert summary.count_file(file) == (16, 4, 3)
    done = run(SCRIPTS / "summary.py", file, file)
    assert done.stdout == "32 8 6\n"


def test_a_crash_after_passing_cases_is_a_failure(tmp_path):
    file = tmp_path / "a.xml"
    file.write_text(
        "<testsuite><testcase name='leak'><failure/><system-out>[  PASSED  ] 7 tests."
        "</system-out></testcase></testsuite>"
    )
    assert summary.count_file(file) == (0, 1, 0)


def test_ci_runs_check():
    lines = (ROOT / ".ci" / "run").read_text().splitlines()
    assert lines[1:] == ['exec "$(dirname "$0")/../scripts/check.sh" "$@"']
