"""Numbers hardly meant in the calls of a workbook: in the formula, in a cell, in a range, behind a name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName

from computefi.errors import DamagedFile
from computefi.recalc.lint.api import lint
from computefi.recalc.lint.claims import NOTE
from recalc_books import raw_book

CALL = "=CFI_CORR_LGD(70,100,0.05,0.5,{},1)"


def findings(path: Path, cells: dict[str, Any]) -> list[tuple[str, str]]:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Deal"
    book.defined_names["Vol"] = DefinedName("Vol", attr_text="Deal!$A$1")
    for place, value in cells.items():
        sheet[place] = value
    book.calculation.fullCalcOnLoad = False
    book.save(path)
    found = lint(path)
    assert all(finding.severity == NOTE for finding in found)
    return [(finding.cell, finding.what) for finding in found if finding.rule == "unusual"]


def test_30_for_30_per_cent_is_found_wherever_it_stands(tmp_path: Path) -> None:
    said = "volatility is usually between 0 and 2; got 30 (30% is 0.3)"
    for argument in ("30", "A1", "$A$1", "Vol", "Deal!A1"):
        found = findings(tmp_path / "book.xlsx", {"A1": 30, "B1": CALL.format(argument)})
        assert found == [("Deal!B1", said)], argument


def test_a_cell_of_a_range_is_named_by_its_place(tmp_path: Path) -> None:
    cells = {"A1": 0.3, "A2": 0.2, "A3": 25, "B1": "=SUM(CFI_CORR_LGD(70,100,0.05,0.5,A1:A3,1))"}
    [(cell, what)] = findings(tmp_path / "book.xlsx", cells)
    assert cell == "Deal!B1"
    assert "got 25 at row 3" in what


def test_what_must_first_be_computed_and_what_is_usual_are_passed_over(tmp_path: Path) -> None:
    cells = {
        "A1": 30,
        "B1": CALL.format("A1*1"),
        "B2": CALL.format("A1%"),
        "B3": CALL.format("0.3"),
        "B4": CALL.format("A9"),
    }
    assert findings(tmp_path / "book.xlsx", cells) == []


def test_a_stored_value_that_is_no_number_is_refused(tmp_path: Path) -> None:
    for stored in ("abc", "1,5", "nan", "inf", "--1"):
        cells = f'<c r="A1"><v>{stored}</v></c><c r="B1"><f>{CALL[1:].format("A1")}</f><v>0</v></c>'
        book = raw_book(tmp_path / "book.xlsx", f'<sheetData><row r="1">{cells}</row></sheetData>')
        with pytest.raises(DamagedFile, match="A1 holds the number"):
            lint(book)
