"""Whatever Excel lets a sheet be named, the workbook is recalculated: among the names are some that IronCalc cannot
read formulas on (an exclamation mark), and some that read like something else.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula

from computefi.recalc import recalculate
from computefi.recalc.book import Book
from computefi.recalc.engines.ironcalc import IronCalc
from computefi.recalc.engines.plain_names import plainly_named

MARKED = ["It's odd!", "!", "a!!b", "!A1", "it's!A1", "#REF!", 'say "a!b"', "x'!y", "a<b & c!", "利率!"]
OTHERS = [
    "It's", 'Q"q', "(x) {y}", "IF(", "1st", "2024", "1E5", "R1C1", "RC", "TRUE", "A1", "$A$1", "SUM", "a,b;c",
    "_xlfn.x", " lead", "x\u00a0y", "Übung", "ß", "😀", "&lt;",
]  # fmt: skip
NAMES = [*MARKED, *OTHERS]


def quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook of sheets with all these names, and a last one that reads them."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    reader = book.create_sheet("Reader")
    for number, name in enumerate(NAMES, 1):
        sheet, at = book.create_sheet(name), quoted(name)
        in_text = at.replace('"', '""')
        assert sheet.title == name
        sheet["A1"], sheet["B1"] = number, 10
        sheet["C2"], sheet["D3"] = "=A1*2", f"=SUM({at}!A1:B1)"
        sheet["E4"] = ArrayFormula("E4", f"=SUM({at}!A1:B1*2)")
        sheet["F5"] = "=CFI_LTV(A1,B1)"
        book.defined_names[f"total_{number}"] = DefinedName(f"total_{number}", attr_text=f"{at}!$A$1:$B$1")
        cells = [
            f"={at}!C2", f"=SUM({at}!A1:C2)", f"=SUM(total_{number})", f'=SUM(INDIRECT("{in_text}!A1:B1"))',
            f'="{in_text}!C2"', f'=COUNTIF({at}!A1:B1,">=10")', f"=ROWS({at}!A:A)",
        ]  # fmt: skip
        for column, formula in enumerate(cells, 2):
            reader.cell(number + 1, column, formula)
    path = tmp_path_factory.mktemp("names") / "book.xlsx"
    book.save(path)
    return path


@pytest.fixture(scope="module")
def values(path: Path) -> dict[str, list[Any]]:
    """The values on each sheet and in the row of the reader about it."""
    result = recalculate(path)
    assert result.warnings == []
    return {
        name: [
            *(result[f"{quoted(name)}!{cell}"] for cell in ("C2", "D3", "E4", "F5")),
            *(result[f"Reader!{column}{row}"] for column in "BCDEFGH"),
        ]
        for row, name in enumerate(NAMES, 2)
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_sheet_of_any_name_is_recalculated(name: str, values: dict[str, list[Any]]) -> None:
    number = NAMES.index(name) + 1
    total, marks = number + 10, 1 + (number >= 10)
    assert values[name] == [
        number * 2, total, total * 2, pytest.approx(number / 10), number * 2, total + number * 2, total, total,
        f"{quoted(name)}!C2", marks, 1048576,
    ]  # fmt: skip


def test_an_input_on_such_a_sheet_reaches_what_reads_it(path: Path) -> None:
    book, at = Book.open(path), quoted(MARKED[0])
    book.set({f"{at}!A1": 7})
    assert [book[f"{at}!C2"], book["Reader!C2"]] == [14, 31]


@pytest.mark.parametrize("name", MARKED)
def test_the_engine_by_itself_cannot_read_it(name: str, tmp_path: Path) -> None:
    import ironcalc

    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title, sheet["A1"] = name, "=1+1"
    book.save(tmp_path / "book.xlsx")
    with pytest.raises(ironcalc.WorkbookError, match="RowError"):
        ironcalc.load_from_xlsx(str(tmp_path / "book.xlsx"), "en", "UTC", "en")


def test_a_workbook_of_plain_names_is_given_as_it_is(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.save(tmp_path / "book.xlsx")
    given = (tmp_path / "book.xlsx").read_bytes()
    assert plainly_named(given) == (given, {})
    engine = IronCalc()
    engine.load(given)
    assert engine.read(0, 1, 1, 1, 1) == ((None,),)
