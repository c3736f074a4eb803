"""Blank cells among those that a function gives are no zeros, and TAKE and DROP of an address give its cells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from computefi.errors import Code
from computefi.recalc import recalculate
from recalc_books import make

# A2, A6 and A8 are blank.
CELLS: dict[str, Any] = {
    "A1": 3, "A3": 7, "A4": "x", "A5": 0, "A7": 2, "A9": 5, "Q1": 9, "Q2": "A1:A9",
    **{f"D{n}": n for n in range(1, 10)},
}  # fmt: skip
GIVEN = [
    "A1:A9", "OFFSET(A1,0,0,9,1)", "OFFSET(A1,0,0,Q1)", "INDEX(A1:B9,0,1)", "INDIRECT(Q2)", 'INDIRECT("A"&1&":A"&Q1)',
    "A1:INDEX(A1:A20,Q1)", "A1:INDIRECT(\"A9\")", "CHOOSE(1,A1:A9,B1:B9)", "IF(Q1=9,A1:A9,D1:D9)",
    "XLOOKUP(3,A1:B1,A1:B9)", "TAKE(A1:B9,,1)", "TAKE(A1:A20,Q1)", "DROP(A1:A12,-3)", "DROP(A1:B12,Q1-12,-1)",
]  # fmt: skip
RIGHT: dict[str, Any] = {
    'COUNTIF({},"<>")': 6.0, 'COUNTIF({},"")': 3.0, "COUNTIF({},0)": 1.0, 'COUNTIFS({},"=")': 3.0,
    'SUMIFS(D1:D9,{},"")': 16.0, 'SUMIFS(D1:D9,{},"<>")': 29.0, "COUNTBLANK({})": 3.0, "COUNT({})": 5.0,
    "AVERAGE({})": 3.4, "AVERAGEA({})": 17 / 6, "MEDIAN({})": 3.0, "MATCH(0,{},0)": 5.0, "MATCH(9E+99,{})": 9.0,
    "LOOKUP(9E+99,{})": 5.0, 'TEXTJOIN(",",FALSE,{})': "3,,7,x,0,,2,,5", "CONCAT({})": "37x025",
    "MODE({})": Code.NA, "NPV(0.1,{})": 3 / 1.1 + 7 / 1.21 + 2 / 1.1**4 + 5 / 1.1**5, "ROWS({})": 9.0,
    "SUM({})": 17.0,
}  # fmt: skip


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Any]:
    asked = [(form, given) for given in GIVEN for form in RIGHT]
    formulas = {f"T{row}": "=" + stored(form.format(given)) for row, (form, given) in enumerate(asked, 1)}
    result = recalculate(make(tmp_path_factory.mktemp("blanks") / "book.xlsx", {**CELLS, **formulas}))
    return {one: result[f"Deal!T{row}"] for row, one in enumerate(asked, 1)}


def stored(formula: str) -> str:
    for function in ("TAKE", "DROP", "XLOOKUP", "TEXTJOIN", "CONCAT"):
        formula = formula.replace(f"{function}(", f"_xlfn.{function}(")
    return formula


@pytest.mark.parametrize("form", RIGHT)
def test_a_blank_cell_is_blank_whoever_gives_it(shown: dict[tuple[str, str], Any], form: str) -> None:
    right = RIGHT[form]
    exact = pytest.approx(right, rel=1e-12) if isinstance(right, float) else right
    assert {given: shown[form, given] for given in GIVEN} == dict.fromkeys(GIVEN, exact)


def test_parts_of_an_area_are_the_area_that_they_mean(tmp_path: Path) -> None:
    right: dict[str, Any] = {
        "SUM(TAKE(D1:E9,2))": 3.0, "SUM(TAKE(D1:D9,-2))": 17.0, "SUM(TAKE(D1:D9,99))": 45.0, "SUM(DROP(D1:D9,2))": 42.0,
        "SUM(DROP(D1:D9,-2))": 28.0, "SUM(DROP(D1:D9,Q1-7))": 42.0, "SUM(DROP(D1:D9,7-Q1))": 28.0,
        "SUM(TAKE(D1:D9,7-Q1))": 17.0, "ROWS(TAKE(D1:D9,99))": 9.0, "SUM(D1:TAKE(D1:D9,-1))": 45.0,
        "SUM(DROP(D1:D9,9))": Code.CALC, "SUM(DROP(D1:D9,Q1))": Code.CALC, "SUM(TAKE(D1:D9,Q1-9))": Code.CALC,
        "SUM(TAKE(D1:D9*2,2))": 6.0, "SUM(TAKE(D1:D9*{1,2},,-1))": 90.0, "INDEX(SORT(D1:D9,,-1),1)": 9.0,
        "ROWS(INDIRECT(Q2))": 9.0, 'SUM(ROW(INDIRECT("1:"&Q1)))': 45.0,
    }  # fmt: skip
    arrays = {f"T{row}": (f"T{row}", "=" + stored(text)) for row, text in enumerate(right, 1)}
    result = recalculate(make(tmp_path / "book.xlsx", {**CELLS, **arrays}))
    assert {text: result[f"Deal!T{row}"] for row, text in enumerate(right, 1)} == right


def test_blanks_are_told_in_each_of_the_formulas_that_are_alike(tmp_path: Path) -> None:
    """From the third row on they are made from the first two."""
    cells = {"A1": "x", "A3": "y", "B2": "z", **{f"D{row}": 1 + row % 2 for row in range(1, 7)}}
    formulas = {f"E{row}": f'=COUNTIF(INDEX($A$1:$B$4,0,D{row}),"<>")' for row in range(1, 7)}
    assert recalculate(make(tmp_path / "book.xlsx", {**cells, **formulas}))["Deal!E1:E6"] == ((1.0,), (2.0,)) * 3
