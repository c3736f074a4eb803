"""Blank cells among those that a function gives are no zeros, and TAKE and DROP of an address give its cells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ironcalc
import pytest

from computefi.errors import Code
from computefi.recalc import recalculate
from goldens import stored
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


# A2, A6 and A8 are blank.
ARRAYS = [
    "FILTER(A1:A9,D1:D9>0)", "TRANSPOSE(A1:A9)", "VSTACK(A1:A4,A5:A9)", "HSTACK(A1:A9)", "CHOOSECOLS(A1:B9,1)",
    "CHOOSEROWS(A1:A9,1,2,3,4,5,6,7,8,9)", "TOCOL(A1:A9)", "TOROW(A1:A9)", "SORTBY(A1:A9,D1:D9)", "WRAPROWS(A1:A9,3)",
    "EXPAND(A1:A9,9)", "TRANSPOSE(FILTER(A1:A9,D1:D9>0))",
]  # fmt: skip
RIGHT_OF_ARRAYS: dict[str, Any] = {
    "COUNT({})": 5.0, "COUNTA({})": 9.0, "AVERAGE({})": 3.4, "MEDIAN({})": 3.0, "MIN({})": 0.0, "SUM({})": 17.0,
    "NPV(0.1,{})": RIGHT["NPV(0.1,{})"], 'TEXTJOIN(",",TRUE,{})': "3,7,x,0,2,5",
}  # fmt: skip


@pytest.mark.parametrize("array", ARRAYS)
def test_what_is_blank_stays_so_in_an_array(tmp_path: Path, array: str) -> None:
    formulas = [stored(function.format(array)) for function in RIGHT_OF_ARRAYS]
    cells = {f"K{row}": (f"K{row}", "=" + formula) for row, formula in enumerate(formulas, 1)}
    result = recalculate(make(tmp_path / "book.xlsx", {**CELLS, **cells}))
    for row, right in enumerate(RIGHT_OF_ARRAYS.values(), 1):
        assert result[f"Deal!K{row}"] == (pytest.approx(right) if isinstance(right, float) else right), formulas[
            row - 1
        ]


@pytest.mark.parametrize(
    ("formula", "right"),
    [("COUNTA(UNIQUE(A1:A9))", 7.0), ("COUNTA(UNIQUE(A1:A9))-1", 6.0), ("COUNTA(A1:A9,UNIQUE(A1:A9))", 13.0),
     ("INDEX(SORT(FILTER(A1:A9,D1:D9>0)),1)", 0.0), ("INDEX(SORT(FILTER(A1:A9,D1:D9>0)),2)", 2.0),
     ("INDEX(SORT(UNIQUE(A1:A9)),2)", 2.0), ("COUNT(INDEX(A1:A9,{1;2;3}))", 2.0), ("COUNT(+A1:A9)", 5.0),
     ("COUNTA(FILTER(A1:A9,A1:A9<>\"\"))", 6.0), ("COUNTA(FILTER(A1:A9,D1:D9>99))", 1.0)],
)  # fmt: skip
def test_blanks_of_arrays_are_counted_as_excel_does(tmp_path: Path, formula: str, right: float) -> None:
    path = make(tmp_path / "book.xlsx", {**CELLS, "K1": ("K1", "=" + stored(formula))})
    assert recalculate(path)["Deal!K1"] == right


def test_the_engine_does_not_count_the_blank_of_an_array() -> None:
    model = ironcalc.create("x", "en", "UTC", "en")
    model.set_user_input(0, 1, 1, "3")
    model.set_user_array_formula(0, 1, 4, 1, 1, "=COUNTA(UNIQUE(A1:A2))")
    model.evaluate()
    assert model.get_cell_value(0, 1, 4) == 1
