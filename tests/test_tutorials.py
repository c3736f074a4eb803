"""The tutorials do what they say: each is gone through in an empty folder, and prints what stands there."""

from __future__ import annotations

import contextlib
import io
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from computefi.cli.main import cli
from shell_lines import COMMANDS, LINE, taken_apart

DOCS = Path(__file__).resolve().parents[1] / "docs"
TUTORIALS = sorted((DOCS / "tutorials").glob("*.md"))
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# Without a workbook of ours; the others are gone through by night.
QUICK = {"index", "book", "index.zh", "book.zh"}


def test_every_tutorial_is_there_in_chinese_with_the_same_steps() -> None:
    english = {page.stem for page in TUTORIALS if not page.stem.endswith(".zh")}
    assert {f"{name}.zh" for name in english} | english == {page.stem for page in TUTORIALS}
    for name in english:
        one, other = (
            (DOCS / "tutorials" / f"{name}{language}.md").read_text(encoding="utf-8") for language in ("", ".zh")
        )
        assert [len(re.findall(mark, one, re.M)) for mark in ("^## ", "^```", "^\\|")] == [
            len(re.findall(mark, other, re.M)) for mark in ("^## ", "^```", "^\\|")
        ], name


def test_no_line_ends_within_a_chinese_sentence() -> None:
    """A browser shows a line's end as a space, which Chinese has none of."""
    for page in DOCS.rglob("*.zh.md"):
        assert not re.search("[、-〿一-鿿＀-￯]\\n[一-鿿＀-￯]", page.read_text(encoding="utf-8")), page.name


def blocks(page: Path) -> Iterator[tuple[str, str, str]]:
    """What is typed, its kind, and what is to be seen after it."""
    found = FENCE.findall(page.read_text(encoding="utf-8"))
    for at, (kind, text) in enumerate(found):
        if kind != "text":
            after = found[at + 1] if at + 1 < len(found) else ("", "")
            yield kind, text, after[1] if after[0] == "text" else ""


def shows(said: str, expected: str) -> bool:
    """Whether the lines stand in an output in their order; … is anything, and spaces do not count."""
    lines = [re.escape(re.sub(r"\s+", " ", line.strip())) for line in expected.splitlines() if line.strip()]
    pattern = ".*".join(line.replace("…", ".*") for line in lines)
    return re.search(pattern, re.sub(r"\s+", " ", said)) is not None


def typed(lines: str) -> str:
    """What commands print one after the other."""
    said = ""
    for line in lines.splitlines():
        path, words = taken_apart(line)
        done = CliRunner().invoke(cli, [*path, *words])
        assert done.exit_code == 0, f"{line}: {done.output}"
        said += done.output
    return said


def run(code: str, names: dict[str, Any]) -> str:
    """What a block of Python prints."""
    with contextlib.redirect_stdout(io.StringIO()) as said:
        exec(compile(code, "block", "exec"), names)
    return said.getvalue()


def test_a_block_of_python_outside_the_tutorials_gives_what_stands_below_it() -> None:
    shown = 0
    for page in sorted(DOCS.glob("*.md")):
        for kind, text, expected in blocks(page):
            if kind == "python" and expected:
                shown += 1
                assert shows(run(text, {}), expected), page.name
    assert shown >= 3


@pytest.mark.parametrize("page", TUTORIALS, ids=lambda page: page.stem)
def test_the_commands_of_a_tutorial_have_the_options_they_are_given(page: Path) -> None:
    for line in LINE.findall(page.read_text(encoding="utf-8")):
        path, words = taken_apart(line)
        known = {name for option in COMMANDS[path].params for name in option.opts}
        assert {word.partition("=")[0] for word in words if word.startswith("-")} <= known, line
        assert not isinstance(COMMANDS[path], click.Group), line


@pytest.mark.parametrize(
    "page",
    [pytest.param(page, marks=[] if page.stem in QUICK else pytest.mark.nightly) for page in TUTORIALS],
    ids=lambda page: page.stem,
)
def test_a_tutorial_prints_what_stands_there(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    names: dict[str, Any] = {}
    before = Path.cwd()
    os.chdir(tmp_path)
    try:
        for kind, text, expected in blocks(page):
            if kind == "csv":
                file = re.search(r"(?:Save as|另存为) `(\S+)`", page.read_text(encoding="utf-8"))
                assert file
                Path(file[1]).write_text(text, encoding="utf-8")
            elif kind == "python":
                printed = run(text, names)
                assert shows(printed, expected), printed
            else:
                assert kind == "", f"a fence of {kind} is not gone through"
                said_there = typed(text)
                assert shows(said_there, expected), said_there
    finally:
        os.chdir(before)


def test_an_output_that_is_not_there_would_be_seen() -> None:
    assert shows("a = 1.25\nb = 2\n", "a = 1.2…\nb = 2")
    assert not shows("a = 1.25\nb = 2\n", "a = 1.3…")
    assert not shows("a\nb\n", "b\na")
