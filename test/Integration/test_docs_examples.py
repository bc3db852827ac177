"""Everything that the documentation shows is run; see docs_examples.py."""
import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from docs_examples import ROOT, ExampleError, blocks_of, documents, matches, run_document


@pytest.mark.parametrize("path", documents(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_examples(path, tmp_path):
    run_document(path.read_text(), tmp_path)


@pytest.mark.parametrize("path", documents(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links(path):
    text = re.sub(r"^```.*?^```", "", path.read_text(), flags=re.M | re.S)
    names = [n for n in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text) if "://" not in n]
    assert [n for n in names if not (path.parent / n).exists()] == []


def test_every_document_is_reached_from_the_index():
    """docs/index.md leads to every document, directly or through another one."""
    seen, todo = set(), [ROOT / "docs" / "index.md"]
    while todo:
        path = todo.pop()
        if path in seen or not path.is_file():
            continue
        seen.add(path)
        names = re.findall(r"\]\(([^)#:]+\.md)", path.read_text())
        todo += [(path.parent / name).resolve() for name in names]
    assert [p for p in (ROOT / "docs").rglob("*.md") if p not in seen] == []


def test_a_failing_command_is_found(tmp_path):
    with pytest.raises(ExampleError, match="line 3: exit code 3, expected 0"):
        run_document("text\n\n```sh\nexit 3\n```\n", tmp_path)
    run_document("<!-- fails: 3 -->\n```sh\nexit 3\n```\n", tmp_path)
    run_document("<!-- not run: because -->\n```sh\nexit 3\n```\n", tmp_path)


def test_a_mark_holds_for_the_next_block_only(tmp_path):
    with pytest.raises(ExampleError, match="exit code 4"):
        run_document("<!-- not run: x -->\n```sh\nexit 3\n```\n```sh\nexit 4\n```\n", tmp_path)
    with pytest.raises(ExampleError, match="exit code 3"):
        run_document("<!-- not run: x -->\nbut then text\n```sh\nexit 3\n```\n", tmp_path)


def test_files_and_outputs(tmp_path):
    text = "```seis dir/a.seis\nhello\nworld\n```\n```sh\ncat dir/a.seis\n```\n"
    text += "<!-- output -->\n```text\n%s```\n"
    run_document(text % "hello\nworld\n", tmp_path)
    run_document(text % "hello\n...\n", tmp_path)
    with pytest.raises(ExampleError, match="shown\nhullo"):
        run_document(text % "hullo\nworld\n", tmp_path)
    assert run_document(text % "hullo\n", tmp_path, update=True) == text % "hello\nworld\n"
    with pytest.raises(ExampleError, match="no command just above"):
        run_document("<!-- output -->\n```text\nx\n```\n", tmp_path)


def test_output_patterns():
    assert matches("a\n...\nz\n", "a\nz\n") and matches("a\n...\nz\n", "a\nb\nc\nz\n")
    assert not matches("a\n...\nz\n", "a\nb\n") and not matches("a.c\n", "abc\n")
    assert matches("a\n", "a \n\n") and not matches("a\n", " a\n")


def test_unclosed_block():
    with pytest.raises(ExampleError, match="line 1: the block is never closed"):
        blocks_of("```sh\nls\n")


