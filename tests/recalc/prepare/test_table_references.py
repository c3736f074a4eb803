"""References of which an end is a table's: running totals, headings to rows, and tables by their bare names."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.table import Table

from computefi.errors import Code
from computefi.formulas.structured import ends
from computefi.recalc import Book, Recalculated, recalculate
from computefi.xlsx.cells import Value

ROWS = ((1, 10), (2, 20), (3, 30), (4, 40))
BY_ROW = {
    "SUM(Deals[[#Headers],[it''s: v]]:Deals[[#This Row],[it''s: v]])": [10, 30, 60, 100],
    "SUM(B$2:Deals[[#This Row],[it''s: v]])": [10, 30, 60, 100],
    "SUM(Deals[@[it''s: v]]:B$5)": [100, 90, 70, 40],
    "COUNTA(Deals[[#Headers],[k]]:Deals[@k])": [2, 3, 4, 5],
    "SUM(Deals[@k]:Deals[@[it''s: v]])": [11, 22, 33, 44],
    "SUM(INDEX(Deals[k],1):Deals[@k])": [1, 3, 6, 10],
    "SUM(Deals[k]:Deals[it''s: v])": [110] * 4,
    "SUM(Deals)": [110] * 4,
    "VLOOKUP(Deals[@k],Deals,2,FALSE)": [10, 20, 30, 40],
    "ROWS(deals)+INDEX(Deals,2,2)": [24] * 4,
    'IFERROR(SUM(Deals[[#Headers],[k]]:Deals[@nope]),"-")': ["-"] * 4,
}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "Deal"
    for row in (("k", "it's: v"), *ROWS):
        sheet.append(row)
    for column, formula in enumerate(BY_ROW, 4):
        for row in range(2, 6):
            sheet.cell(row, column, f"={formula}")
    sheet["D9"] = "=Deals[@k]"
    sheet.add_table(Table(displayName="Deals", ref="A1:B5"))
    saved = tmp_path_factory.mktemp("tables") / "book.xlsx"
    made.save(saved)
    return saved


@pytest.fixture(scope="module")
def here(path: Path) -> Recalculated:
    return recalculate(path)


@pytest.mark.parametrize(("column", "formula"), list(enumerate(BY_ROW, 4)), ids=str)
def test_each_row_has_its_cells(column: int, formula: str, here: Recalculated) -> None:
    letter = openpyxl.utils.get_column_letter(column)
    assert [here[f"Deal!{letter}{row}"] for row in range(2, 6)] == BY_ROW[formula]
    assert not here.kept


def test_outside_the_table_there_is_no_row(here: Recalculated) -> None:
    assert here["Deal!D9"] is Code.VALUE


def test_what_if_goes_through_them(path: Path) -> None:
    found: list[list[Value]] = [
        list(row) for row in Book.open(path).sweep({"Deal!B3": [0, 20]}, ["Deal!D5", "Deal!K4"]).rows
    ]
    assert [row[-2:] for row in found] == [[80, 90], [100, 110]]


def test_a_colon_within_brackets_or_quotes_is_no_end() -> None:
    assert ends("Deals[[#Headers],[a:b']]]:'My: sheet'!B$2:C3") == [
        "Deals[[#Headers],[a:b']]]",
        "'My: sheet'!B$2",
        "C3",
    ]
    assert ends("Deals[it'':s]") == ["Deals[it'':s]"]
