"""`refresh`: the tables that a workbook's own block names are what full recalculations give; nothing else changes."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from computefi.recalc import Book, WorkbookError
from computefi.recalc.refresh import refresh
from recalc_books import make, members, values

DAY = dt.date(2027, 1, 15)
MODEL = {"A1": 70, "A2": 100, "A3": "=CFI_LTV(A1,A2)", "A4": "=A3*2", "A5": "=A1+A2", "A9": "=SUM(D2:E3)"}
NAMES = {"loan": "Deal!$A$1", "asset": "Deal!$A$2", "ltv": "Deal!$A$3", "twice": "Deal!$A$4"}
# a tornado: each row moves its own input to two settings; a grid: one input across, another down
TABLES = {
    "B2": "loan", "B3": "asset", "F2": 60, "G2": 80, "F3": 50, "G3": 200, "D2": 0, "E2": 0, "D3": 0, "E3": 0,
    "D6": 60, "E6": 70, "F6": 80, "C7": 100, "C8": 200, "H1": "ltv", "I1": "twice",
}  # fmt: skip
HEAD = ("Table", "Writes", "Reads", "Moves", "To", "Also moves", "To")
TORNADO = ("Tornado", "Deal!D2:E3", "ltv", "Deal!B2:B3", "Deal!F2:G3", None, None)
GRID = ("Grid", "Deal!D7:F8", "ltv", "loan", "Deal!D6:F6", "asset", "Deal!C7:C8")
COPY = ("Copy", "Deal!H2:I2", "Deal!H1:I1", None, None, None, None)


def workbook(path: Path, *rows: tuple[str | None, ...], extra: Mapping[str, Any] | None = None) -> Path:
    block = {f"{'ABCDEFG'[j]}{i}": value for i, row in enumerate((HEAD, *rows), 1) for j, value in enumerate(row)}
    names = NAMES | {"refresh": f"Block!$A$1:$G${1 + len(rows)}", "refreshed": "Block!$I$1"}
    return make(path, MODEL | TABLES | dict(extra or {}), names, {"Block": block | {"I1": "never"}})


def test_each_cell_is_what_a_full_recalculation_gives(tmp_path: Path) -> None:
    book = Book.open(workbook(tmp_path / "in.xlsx", TORNADO, GRID, COPY))
    assert refresh(book, DAY) == {"Tornado": 4, "Grid": 6, "Copy": 2}
    assert book.get("Deal!D2:E3") == ((0.6, 0.8), (1.4, 0.35))
    assert book.get("Deal!D7:F8") == ((0.6, 0.7, 0.8), (0.3, 0.35, 0.4))
    assert book.get("Deal!H2:I2") == ((0.7, 1.4),)
    assert book.get("refreshed") == "2027-01-15"
    assert (book.get("loan"), book.get("asset")) == (70, 100)


def test_the_file_changes_in_its_tables_its_stamp_and_what_reads_them(tmp_path: Path) -> None:
    path = workbook(tmp_path / "in.xlsx", TORNADO)
    Book.open(path).save(path)
    before = {sheet: values(path, sheet) for sheet in ("Deal", "Block")}
    parts = members(path)
    book = Book.open(path)
    refresh(book, DAY)
    book.save(path)
    after = {sheet: values(path, sheet) for sheet in ("Deal", "Block")}
    changed = {(s, c) for s, cells in after.items() for c in cells if cells[c] != before[s].get(c)}
    assert changed == {("Deal", "D2"), ("Deal", "E2"), ("Deal", "D3"), ("Deal", "E3"), ("Deal", "A9"), ("Block", "I1")}
    sheets = {"xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"}
    assert {name for name, data in members(path).items() if data != parts[name]} == sheets


def test_a_second_refresh_changes_nothing(tmp_path: Path) -> None:
    path = workbook(tmp_path / "in.xlsx", TORNADO, GRID)
    for target in ("one.xlsx", "two.xlsx"):
        book = Book.open(path)
        refresh(book, DAY)
        book.save(tmp_path / target)
        path = tmp_path / target
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_a_stamp_in_a_cell_for_dates_is_a_date(tmp_path: Path) -> None:
    path = workbook(tmp_path / "in.xlsx", TORNADO)
    raw = openpyxl.load_workbook(path)
    raw["Block"]["I1"].number_format = "yyyy-mm-dd"
    raw.save(path)
    book = Book.open(path)
    refresh(book, DAY)
    book.save(path)
    assert openpyxl.load_workbook(path)["Block"]["I1"].value == dt.datetime(2027, 1, 15)


def test_rows_whose_name_or_setting_is_blank_stay_as_they_are(tmp_path: Path) -> None:
    longer = ("Tornado", "Deal!D2:E4", "ltv", "Deal!B2:B4", "Deal!F2:G4", None, None)
    book = Book.open(workbook(tmp_path / "in.xlsx", longer, (None,) * 7, extra={"D4": 9, "F4": 1}))
    assert refresh(book, DAY) == {"Tornado": 4}
    assert book.get("Deal!D4:E4") == ((9, None),)


@pytest.mark.parametrize(("row", "told"), [
    (("Bad", None, "ltv", None, None, None, None), "Bad: say what is written and read"),
    (("Bad", "Deal!D2", "ltv", "loan", None, None, None), "Bad: say what is written and read"),
    (("Bad", "Deal!D2:E3", "nothing", None, None, None, None), "Bad: there is no name 'nothing'"),
    (("Bad", "Deal!D2:E3", "ltv", "loan", "Deal!F2:H3", None, None), "Bad: Deal!F2:H3 has 2 × 3 cells, which does"),
    (("Bad", "Deal!A3", "ltv", None, None, None, None), "Bad: Deal!A3 holds a formula"),
    (("Bad", "Deal!D2", "ltv", "twice", "Deal!F2", None, None), "Bad: twice holds a formula"),
    (("Bad", "Deal!A1", "ltv", "loan", "Deal!F2", None, None), "Deal!A1 is an input that is moved"),
    (("Bad", "Deal!D2", "ltv", "asset", "Deal!K1:K1", None, None), "nothing to compute for Bad"),
    (("Bad", "Deal!D2", "ltv", "asset", "Deal!E2", None, None), r"with Deal!A2 = 0.* reads #DIV/0!"),
    (("Tornado", "Deal!D3", "ltv", None, None, None, None), "two tables called Tornado"),
    (("Bad", "Deal!D2", "ltv", None, None, None, None), "Bad: Deal!D2 is written by another table too"),
])  # fmt: skip
def test_a_damaged_block_is_one_clear_line_and_nothing_changes(
    tmp_path: Path, row: tuple[str | None, ...], told: str
) -> None:
    book = Book.open(workbook(tmp_path / "in.xlsx", TORNADO, row))
    with pytest.raises(WorkbookError, match=told) as refused:
        refresh(book, DAY)
    assert "\n" not in str(refused.value)
    assert book.get("Deal!D2:E3") == ((0, 0), (0, 0))


def test_the_command_writes_the_tables_and_refuses_a_book_without_a_block(tmp_path: Path) -> None:
    path, bare = workbook(tmp_path / "in.xlsx", TORNADO), make(tmp_path / "bare.xlsx", MODEL)
    out = tmp_path / "out.xlsx"

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "computefi", "refresh", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    done = run(str(path), "-o", str(out))
    assert (done.returncode, done.stdout) == (0, "Tornado: 4 cells\n"), done.stderr
    assert values(out)["D3"] == 1.4
    before = bare.read_bytes()
    refused = run(str(bare))
    assert refused.returncode == 2
    assert refused.stderr.startswith("computefi: there is no name 'refresh' in the workbook")
    assert refused.stderr.count("\n") == 1
    assert bare.read_bytes() == before
    assert run(str(tmp_path / "gone.xlsx")).returncode == 2


@pytest.mark.parametrize("area", ["Block!$A$1:$F$2", "Block!$A$1", "Block!$A$1:$G$1", "Block!$A$20:$G$30", "1+1"])
def test_a_block_of_another_shape_is_refused(tmp_path: Path, area: str) -> None:
    path = make(tmp_path / "in.xlsx", MODEL, {"refresh": area}, {"Block": {"A1": "Table"}})
    with pytest.raises(WorkbookError, match="refresh"):
        refresh(Book.open(path), DAY)
