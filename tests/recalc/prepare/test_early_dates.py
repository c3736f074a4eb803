"""Blank cells and days before March 1900 as dates, as Excel and formulon have them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from computefi.errors import Code
from computefi.recalc import recalculate
from computefi.recalc.prepare.early_dates import with_early_dates
from recalc_books import make

# A1 is blank, A2 0, A3 1, A4 59, A5 60, A6 61, A7 a text, A8 below 0, A9 a day of 2026, A10 blank through a formula.
CELLS: dict[str, Any] = {"A2": 0, "A3": 1, "A4": 59, "A5": 60, "A6": 61, "A7": "x", "A8": -1, "A9": 46000, "A10": "=A1"}
VALUE, NUM = Code.VALUE, Code.NUM
EXPECTED = {
    "YEAR({})": (1900, 1900, 1900, 1900, 1900, 1900, VALUE, NUM, 2025, 1900),
    "MONTH({})": (1, 1, 1, 2, 2, 3, VALUE, NUM, 12, 1),
    "DAY({})": (0, 0, 1, 28, 29, 1, VALUE, NUM, 9, 0),
    "DAY({}-0)": (0, 0, 1, 28, 29, 1, VALUE, NUM, 9, 0),
    "MONTH(1+{}-1)": (1, 1, 1, 2, 2, 3, VALUE, NUM, 12, 1),
    "YEAR(A9-{})": (2025, 2025, 2025, 2025, 2025, 2025, VALUE, 2025, 1900, 2025),
    "EDATE({},0)": (0, 0, 1, 59, None, 61, VALUE, NUM, 46000, 0),
    "EDATE({},1)": (31, 31, 32, 88, None, 92, VALUE, NUM, 46031, 31),
    "EOMONTH({},0)": (31, 31, 31, 59, 59, 91, VALUE, NUM, 46022, 31),
    "EOMONTH({},-1)": (NUM, NUM, NUM, 31, 31, None, VALUE, NUM, 45991, NUM),
    "DATE(YEAR({}),2,1)": (32, 32, 32, 32, 32, 32, VALUE, NUM, 45689, 32),
    "DATE(YEAR({}),1,0)": (0, 0, 0, 0, 0, 0, VALUE, NUM, 45657, 0),
    "DATE(YEAR({})+0,1,-1)": (NUM, NUM, NUM, NUM, NUM, NUM, VALUE, NUM, 45656, NUM),
    "DATE(YEAR({})+1,1,1)": (367, 367, 367, 367, 367, 367, VALUE, NUM, 46023, 367),
    "DATE({},1,1.9)": (1, 1, 367, 21551, 21916, 22282, VALUE, NUM, NUM, 1),
    "WEEKDAY({})": (7, 7, 1, 3, 4, 5, VALUE, NUM, 3, 7),
    "WEEKDAY({},2)": (6, 6, 7, 2, 3, 4, VALUE, NUM, 2, 6),
}


@pytest.mark.parametrize("formula", EXPECTED)
def test_early_days_are_those_of_excel(tmp_path: Path, formula: str) -> None:
    formulas = {f"B{row}": "=" + formula.format(f"A{row}") for row in range(1, 11)}
    result = recalculate(make(tmp_path / "b.xlsx", {**CELLS, **formulas}))
    found = [result[f"Deal!B{row}"] for row in range(1, 11)]
    assert [a for a, b in zip(found, EXPECTED[formula], strict=True) if b is not None] == [
        b for b in EXPECTED[formula] if b is not None
    ]


def test_only_calls_of_a_single_cell_are_written_anew() -> None:
    for text in ('"YEAR(A1)"', "YEAR(A1*2)", "YEAR(A1:A3)", "MYYEAR(A1)", "X.DAY(A1)", "EDATE(A1,B1:B2)", "DAY()"):
        assert with_early_dates(text) == text
    assert with_early_dates("YEAR('My sheet'!$B$2)").count("'My sheet'!$B$2") == 3


def test_a_name_of_a_blank_cell_and_a_call_around(tmp_path: Path) -> None:
    cells = {"B1": "=YEAR(when)", "B2": "=CFI_LTV(YEAR(A1),1900)", "B3": '=IFERROR(EOMONTH(A1,0),"none")'}
    result = recalculate(make(tmp_path / "b.xlsx", cells, {"when": "Deal!$A$1"}))
    assert [result[f"Deal!B{row}"] for row in (1, 2, 3)] == [1900.0, 1.0, 31.0]
