"""Every shell line of README, docs and help is one that works: by night it is run, and what it prints is compared."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from computefi.cli.main import cli
from computefi.errors import WorkbookError
from computefi.recalc import Book
from computefi.recalc.describe.bounds import refuse_outside
from computefi.recalc.places import find, find_input
from shell_lines import COMMANDS, shown, taken_apart

ROOT = Path(__file__).resolve().parents[2]
BOOKS = ("compare", "ddtl", "asic_loan", "calibration")
LINES = shown(ROOT)
EXPECTED: dict[str, str] = json.loads(Path(__file__).with_name("shell_lines.json").read_text(encoding="utf-8"))
# What cannot be run here, and why; its options are read all the same.
NOT_RUN = {
    "computefi serve": "it runs on",
    "computefi book loans.csv -o losses.parquet --report book.html": "the table is the user's",
    "computefi book loans.csv --scenarios stress.csv -o losses.parquet --report book.html": "the tables are the user's",
    "computefi calc install": "it changes this user's LibreOffice",
    "computefi excel install": "it changes this user's Excel",
    "computefi excel install --attach": "it changes this user's Excel",
    "computefi excel serve": "it runs on",
    "computefi excel remove": "it changes this user's Excel",
    "computefi compare --set …": "what is set is the user's",
    "computefi report stranger.xlsx --target Total -o report.pdf": "the workbook is the user's",
    "computefi page -o site --open": "it opens a browser",
    "computefi page -o site --pyodide pyodide": "the folder pyodide is the user's",
    "computefi doctor --json": "it looks at the machine",
    "computefi doctor compare.xlsm": "it looks at the machine",
    "computefi excel install --home FOLDER --interpreter PATH": "FOLDER and PATH are the user's",
    "computefi new NAME": "NAME is the user's",
    "computefi completion fish > ~/.config/fish/completions/computefi.fish": "it writes into the home folder",
    "computefi completion powershell | Out-String | Invoke-Expression   in $PROFILE": "it is of another shell",
}
# Before a line others were typed.
BEFORE = {
    "computefi new compare filled --deals example.csv": ["computefi deals example.csv"],
    "computefi compare filled/compare.xlsx": [
        "computefi deals example.csv", "computefi new compare filled --deals example.csv",
    ],
    "computefi compare deals/compare.xlsx --set stress=5 -o stressed.xlsx": ["computefi new compare deals"],
}  # fmt: skip
# The second engine does not compute what the first does.
FINDS = {"computefi recalc asic_loan.xlsx --verify cellrune": 1}
NEEDS = {
    "computefi recalc asic_loan.xlsx --verify cellrune": "cellrune",
    "computefi export compare.xlsx --host excel -o compare.xlsm": "xlwings",
    "computefi excel addin -o computefi.xlam": "xlwings",
}


def is_mention(line: str) -> bool:
    """Whether a line names a command, or one option of it, and is not to be typed as it stands."""
    path, words = taken_apart(line)
    asked = [p for p in COMMANDS[path].params if isinstance(p, click.Argument) and p.required]
    return line not in EXPECTED and (not words or (bool(asked) and words[0].startswith("-")))


RUN = [line for line in LINES if not is_mention(line) and line not in NOT_RUN]


@pytest.mark.parametrize("line", LINES)
def test_a_line_that_is_shown_calls_a_command_with_options_that_it_has(line: str) -> None:
    path, words = taken_apart(line)
    command = COMMANDS[path]
    assert not isinstance(command, click.Group) or not words or words[0].startswith("-")
    known = {name for option in command.params for name in (*option.opts, *option.secondary_opts)} | {"--help", "-h"}
    assert {word.partition("=")[0] for word in words if word.startswith("-")} <= known


def test_each_line_is_run_or_says_why_not() -> None:
    assert set(RUN) == set(EXPECTED)
    assert set(NOT_RUN) <= set(LINES)


@pytest.fixture(scope="module")
def opened() -> dict[str, Book]:
    """The workbooks that were opened so far."""
    return {}


def settings(words: list[str], options: tuple[str, ...]) -> list[str]:
    return [words[at + 1] for at, word in enumerate(words) if word in options]


WITH_BOOK = [line for line in RUN if any(f"{book}.xlsx" in line for book in BOOKS)]


# The largest of the workbooks is opened by night.
@pytest.mark.parametrize(
    "line", [pytest.param(line, marks=[pytest.mark.nightly] if "ddtl" in line else []) for line in WITH_BOOK]
)
def test_the_names_in_a_line_are_there_and_can_be_set(opened: dict[str, Book], line: str) -> None:
    _, words = taken_apart(line)
    names = [*settings(words, ("--set", "--vary", "--by", "--get", "--target"))]
    if not names:
        return
    file = next(word for word in words if word.endswith(".xlsx"))
    name = Path(file).stem
    if name not in opened:
        opened[name] = Book.open(ROOT / "workbooks" / f"{name}.xlsx")
    book = opened[name]
    for pair in settings(words, ("--set", "--vary", "--by")):
        find_input(book.plan, pair.partition("=")[0])
    for wanted in settings(words, ("--get", "--target")):
        find(book.plan, wanted.partition("=")[0])
    with pytest.raises(WorkbookError, match="only inputs can be set"):
        refuse_outside(book, {"master_check": [1.0]})


def run_in(folder: Path, line: str) -> tuple[int, str]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        path, words = taken_apart(line)
        done = CliRunner().invoke(cli, [*path, *words])
        return done.exit_code, done.output
    finally:
        os.chdir(before)


def folder_for(line: str, folder: Path) -> Path:
    for book in BOOKS:
        if f"{book}.xlsx" in line.replace("deals/compare.xlsx", "").replace("filled/compare.xlsx", ""):
            shutil.copy(ROOT / "workbooks" / f"{book}.xlsx", folder)
    if line.startswith("computefi batch"):
        (folder / "deals").mkdir()
        shutil.copy(ROOT / "workbooks" / "asic_loan.xlsx", folder / "deals")
    return folder


QUICK = [line for line in RUN if not re.search(r"\.xlsx|compare|deals|batch|validate", line)]


@pytest.mark.parametrize(
    "line", [pytest.param(line, marks=[] if line in QUICK else pytest.mark.nightly) for line in RUN]
)
def test_a_line_that_is_shown_prints_what_is_expected(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    if line in NEEDS and importlib.util.find_spec(NEEDS[line]) is None:
        pytest.skip(f"{NEEDS[line]} is not installed")
    folder = folder_for(line, tmp_path)
    for first in BEFORE.get(line, []):
        assert run_in(folder, first)[0] == 0
    code, said = run_in(folder, line)
    assert code == FINDS.get(line, 0), said
    assert re.search(EXPECTED[line], said), said
