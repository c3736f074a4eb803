"""A workbook that calculates with the precision displayed: each cell is rounded as its format shows it."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from computefi.recalc import recalculate
from computefi.xlsx.displayed import DOUBTFUL, places_of

CELLS = {
    "A1": (10, "General"), "A2": ("=A1/3", "0.00"), "A3": ("=A2*3", "General"), "B1": ("=A1/7", "0.0%"),
    "B2": ("=B1*1000", "General"), "C1": ('="x"&A2', "0.0"), "D1": ("=CFI_LTV(A1,30)", "0.00"),
    "D2": ("=D1*1", "General"), "E1": ("=A1/3*1000000", "#,##0,"), "F1": ("=45000.7+A1*0", "yyyy-mm-dd"),
}  # fmt: skip


def book(path: Path, as_displayed: bool) -> Path:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "Deal"
    for place, (content, form) in CELLS.items():
        sheet[place] = content
        sheet[place].number_format = form
    sheet["G1"] = ArrayFormula("G1:G2", "=A1:A2/3")
    sheet["G1"].number_format = "0.0"
    made.calculation.fullPrecision = not as_displayed
    made.save(path)
    return path


def test_every_cell_is_rounded_as_it_is_shown(tmp_path: Path) -> None:
    result = recalculate(book(tmp_path / "book.xlsx", True))
    found = {place: result[f"Deal!{place}"] for place in CELLS}
    assert found == {
        "A1": 10.0, "A2": 3.33, "A3": 9.99, "B1": 1.429, "B2": 1429.0, "C1": "x3.33", "D1": 0.33, "D2": 0.33,
        "E1": 3333000.0, "F1": 45000.7,
    }  # fmt: skip


def test_an_array_formula_there_is_kept_and_named(tmp_path: Path) -> None:
    assert list(recalculate(book(tmp_path / "book.xlsx", True)).kept) == ["Deal!G1"]


def test_nothing_is_rounded_elsewhere(tmp_path: Path) -> None:
    result = recalculate(book(tmp_path / "book.xlsx", False))
    assert result["Deal!A3"] == 10.0
    assert result.kept == {}


@pytest.mark.parametrize(
    ("form", "places"),
    [("0.00", 2), ("#,##0", 0), ("0.0%", 3), ("#,##0,,", -6), ("#,##0.0,", -2), ("General", None), ("@", None),
     ("yyyy-mm-dd", None), ("0.0E+00", DOUBTFUL), ("# ?/?", DOUBTFUL), ("0.0;(0.00)", DOUBTFUL), ("0;;", 0),
     ("#,##0;(#,##0);-", 0), ("[>10]0.0;0.00", DOUBTFUL), ("m/d/yyyy", None), ("0.0;-", DOUBTFUL),
     ('0.00_);_(* "-"??', DOUBTFUL), ('"x" 0.0', 1), ("0.00;[Red](0.00)", 2), ("", None)],
)  # fmt: skip
def test_the_places_of_a_format(form: str, places: int | None) -> None:
    assert places_of(form) == places


def test_a_format_that_rounds_otherwise_is_kept_and_named(tmp_path: Path) -> None:
    made = openpyxl.load_workbook(book(tmp_path / "book.xlsx", True))
    made["Deal"]["H1"] = "=A1/3"
    made["Deal"]["H1"].number_format = "0.00E+00"
    made.save(tmp_path / "book.xlsx")
    assert "Deal!H1" in recalculate(tmp_path / "book.xlsx").kept
