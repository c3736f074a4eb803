"""AGGREGATE leaves out hidden rows, subtotals and errors, as it is told."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from computefi.recalc import recalculate


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """1, 2, 4 (hidden), an error, a subtotal of the first two (3), 8 and a text."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "Deal"
    for row, content in enumerate([1, 2, 4, "=1/0", "=SUBTOTAL(9,A1:A2)", 8, "x"], 1):
        sheet[f"A{row}"] = content
    sheet.row_dimensions[3].hidden = True
    for row, (formula, _) in enumerate(RIGHT, 1):
        sheet[f"C{row}"] = f"={formula}"
    path = tmp_path_factory.mktemp("aggregate") / "book.xlsx"
    made.save(path)
    return path


RIGHT = [
    ("AGGREGATE(9,6,A1:A7)", 18.0), ("AGGREGATE(9,7,A1:A7)", 14.0), ("AGGREGATE(9,3,A1:A7)", 11.0),
    ("AGGREGATE(9,2,A1:A7)", 15.0), ("AGGREGATE(2,5,A1:A7)", 4.0), ("AGGREGATE(3,6,A1:A7)", 6.0),
    ("AGGREGATE(4,6,A1:A3,A6)", 8.0), ("AGGREGATE(14,6,A1:A7,2)", 4.0), ("AGGREGATE(14,7,A1:A7,2)", 3.0),
    ("AGGREGATE(15,6,A1:A6/(A1:A6>1),1)", 2.0), ("AGGREGATE(16,6,A1:A6,0.5)", 3.0), ("AGGREGATE(12,6,Deal!A1:A7)", 3.0),
    ("SUM(AGGREGATE(14,6,A1:A7,{1,2}))", 12.0), ("SUBTOTAL(9,A5:A6)", 8.0),
]  # fmt: skip


def test_what_is_told_is_left_out(book: Path) -> None:
    result = recalculate(book)
    assert {formula: result[f"Deal!C{row}"] for row, (formula, _) in enumerate(RIGHT, 1)} == dict(RIGHT)
    assert result.kept == {}
