"""What the command line looks like: help, widths, encodings, completion; and what it loads for it."""

from __future__ import annotations

import codecs
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import openpyxl
import pytest
from click.testing import CliRunner

from computefi.cli import encoding, width
from computefi.cli.compare import side_by_side
from computefi.cli.describe import HEAD, print_rows
from computefi.cli.main import PANELS, cli
from shell_lines import COMMANDS

LEAVES = {path: command for path, command in COMMANDS.items() if path}


@pytest.fixture
def books(tmp_path: Path) -> Path:
    """A folder with a workbook whose texts hold many signs."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Loan"
    sheet["A1"], sheet["B1"], sheet["C1"] = "Miete – Höhe, ρ ≤ 0,9 → 表", 70, "US$ m"
    sheet["A2"], sheet["B2"] = "Answer", "=B1*2"
    sheet["B3"] = '=A1&" ×"'
    for name, cell in (("loan", "$B$1"), ("answer", "$B$2"), ("words", "$B$3")):
        book.defined_names[name] = openpyxl.workbook.defined_name.DefinedName(name, attr_text=f"Loan!{cell}")
    book.save(tmp_path / "loan.xlsx")
    return tmp_path


def process(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "computefi", *arguments], cwd=folder, capture_output=True, timeout=120, check=False,
        env={**os.environ, "COLUMNS": "80", **environment},
    )  # fmt: skip


def loaded(*arguments: str) -> set[str]:
    """The modules that a command loads before it does anything."""
    code = (
        "import sys; from computefi.cli.main import cli\n"
        f"try: cli({list(arguments)!r}, standalone_mode=False)\n"
        "except BaseException: pass\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(answer.stderr.split())


def test_help_loads_no_command_and_no_engine() -> None:
    modules = loaded("--help")
    assert "rich_click" in modules
    assert not modules & {"ironcalc", "openpyxl", "computefi.recalc", "computefi.cli.whatif", "computefi.hosts"}


def test_a_command_loads_no_other_and_nothing_for_help() -> None:
    modules = loaded("recalc", "nothing.xlsx")
    assert "computefi.cli.recalc" in modules
    assert not modules & {"rich_click", "rich", "computefi.cli.whatif", "computefi.cli.hosts", "computefi.hosts"}


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_the_first_sentence_of_help_is_short_and_ends(path: tuple[str, ...]) -> None:
    first = (LEAVES[path].help or "").split("\n\n")[0]
    assert first.endswith(".")
    assert len(first) < 60, first


def test_the_list_of_commands_says_what_their_help_says() -> None:
    assert [name for entries in PANELS.values() for name in entries] == list(cli.list_commands(click.Context(cli)))
    for entries in PANELS.values():
        for name, entry in entries.items():
            assert entry.sentence == (LEAVES[name,].help or "").split("\n\n")[0]


@pytest.mark.parametrize(
    "path", [path for path, found in LEAVES.items() if not isinstance(found, click.Group)], ids=" ".join
)
def test_every_command_prints_json_if_asked(path: tuple[str, ...]) -> None:
    if path == ("excel", "serve"):
        pytest.skip("it waits for Excel and says nothing that could be read")
    assert any("--json" in option.opts for option in LEAVES[path].params)


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_help_fits_into_80_columns_by_word(path: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    shown = CliRunner().invoke(cli, [*path, "--help"]).output
    assert f"Usage: cli {' '.join(path)}" in shown
    assert max(map(len, shown.splitlines())) <= 80
    words = set(re.findall(r"\w{4,}", LEAVES[path].help or ""))
    assert words <= set(re.findall(r"\w{4,}", shown))


def test_an_unknown_command_is_told_the_nearest() -> None:
    done = CliRunner().invoke(cli, ["recal"])
    assert done.exit_code == 2
    assert "there is no command 'recal'; did you mean recalc" in done.stderr


@pytest.mark.parametrize("name", ["cp1252", "cp437", "ascii"])
def test_no_encoding_is_an_error(books: Path, name: str) -> None:
    answer = process("trace", "loan.xlsx", "answer", folder=books, PYTHONIOENCODING=name)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.decode(name)


def test_a_name_that_cannot_be_shown_is_escaped(books: Path) -> None:
    # A name of a file can be told from any other.
    (books / "表 é.xlsx").write_bytes(b"no workbook")
    answer = process("recalc", "表 é.xlsx", folder=books, PYTHONIOENCODING="cp437")
    assert answer.returncode == 2
    assert "\\u8868" in answer.stderr.decode("cp437")


def test_a_pipe_gets_utf_8(books: Path) -> None:
    answer = process("trace", "loan.xlsx", "answer", folder=books, PYTHONIOENCODING="", LC_ALL="C", PYTHONUTF8="0")
    assert "Miete – Höhe, ρ ≤ 0,9 → 表" in answer.stdout.decode("utf-8")


def test_json_is_whole_in_any_encoding(books: Path) -> None:
    question = ("recalc", "loan.xlsx", "--dry-run", "--get", "words", "--json")
    report = json.loads(process(*question, folder=books, PYTHONIOENCODING="ascii").stdout.decode("ascii"))
    assert report["values"] == {"words": "Miete – Höhe, ρ ≤ 0,9 → 表 ×"}
    assert {"version", "engine", "read", "written", "began", "elapsed"} <= set(report)
    assert report["engine"].startswith("ironcalc ")
    assert report["read"][0]["sha256"] == hashlib.sha256((books / "loan.xlsx").read_bytes()).hexdigest()


def test_a_closed_pipe_is_no_error(books: Path) -> None:
    line = f"{sys.executable} -m computefi functions | head -1"
    answer = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line], cwd=books, capture_output=True, text=True, check=False
    )
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "ascii_text"),
    [("ρ ≤ 0.9 → 3 × 5 …", "rho <= 0.9 -> 3 x 5 ..."), ("a–b “c” €", 'a-b "c" EUR'), ("表\udc80", "\\u8868\\udc80")],
)
def test_signs_that_a_stream_cannot_hold_have_stand_ins(text: str, ascii_text: str) -> None:
    assert "".join(sign if sign.isascii() else encoding.stand_in(sign) for sign in text) == ascii_text


@pytest.mark.parametrize(("name", "shown"), [("ascii", "p = Phi^-1(x^10), 2^3"), ("cp1252", "p = Phi^-¹(x¹0), 2³")])
def test_raised_signs_stay_raised(name: str, shown: str) -> None:
    codecs.register_error(encoding.HANDLER, encoding.replaced)
    assert "p = Φ⁻¹(x¹⁰), 2³".encode(name, encoding.HANDLER).decode(name) == shown


@pytest.mark.parametrize("name", ["cp437", "ascii"])
@pytest.mark.parametrize("question", [("functions", "corr_ltv"), ("trace", "loan.xlsx", "answer"), ("doctor",)])
def test_stand_ins_that_are_longer_stay_within_80_columns(books: Path, question: tuple[str, ...], name: str) -> None:
    shown = process(*question, folder=books, PYTHONIOENCODING=name).stdout.decode(name)
    assert max(map(len, shown.splitlines())) <= 80
    assert "\\xb9" not in shown


def test_a_table_wraps_by_word_and_turns_into_records_where_words_do_not_fit() -> None:
    head, rows = ["name", "what it says"], [["interest", "of the loan, a year"], ["weighted", "表格文字很长很长很长"]]
    narrow = width.table(head, rows, 22)
    assert narrow is not None
    assert max(map(width.cells, narrow.splitlines())) <= 22
    assert {"interest", "weighted", "loan,"} <= set(narrow.split())
    assert width.table(head, rows, 12) is None
    assert width.records(head, rows, 12).splitlines()[:3] == ["interest", "  what it", "    says: of"]


@pytest.mark.parametrize("columns", ["200", "60"])
def test_a_list_of_inputs_breaks_no_word_and_a_record_has_all_of_a_source(
    columns: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    source = "Term sheet of the lender, signed in two parts, with the schedules that belong to it and the side letters"
    row = ["rate", "Deals!D9", "Interest rate", "a year, monthly", "from 0 to 1", "0.1", source, "yes"]
    print_rows(HEAD, [row], as_csv=False)
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= int(columns)
    assert set(re.findall(r"\w+", shown)) <= set(re.findall(r"\w+", " ".join([*HEAD, *row])))
    assert ("letters" in shown) == (columns == "60")


@pytest.mark.parametrize("columns", ["110", "80", "60", "30"])
def test_the_table_of_deals_breaks_no_word_at_any_width(columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    rows = [
        ("Deal", "Unit", "DDTL 4.0-style", "", "DDTL 5.5-style", "Re-letting", "ASIC 2021-style"),
        ("Verdict", "words", "PASS · the contract repays it", "", "WATCH · a hard fail", "FAIL", "FAIL"),
        ("Deal loss", "share a year", 0.00025, "", 0.0117, 0.108, 0.138),
        ("Cover by firm contracts, least of the life", "×", 1.2, "", 0.0, 0.0, 0.0),
    ]
    shown = side_by_side(rows)
    assert max(map(width.cells, shown.splitlines())) <= int(columns)
    assert {"DDTL", "4.0-style", "Re-letting", "contracts,", "0.03%", "1.17%", "13.8%", "1.20"} <= set(shown.split())
    assert ("(share a year):" in shown.replace("\n    ", " ")) == (columns == "30")
