"""Numbers near nothing and beyond all numbers, as formulon and LibreOffice have them where they agree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl.formula.translate import Translator

from computefi.errors import Code
from computefi.recalc import recalculate
from recalc_books import make, raw_book

TINY: dict[str, Any] = {
    "A1=0": False, "A1>0": True, "A1<>0": True, "A2<0": True, "A1=A3": False, 'IF(A1=0,"none","some")': "some",
    "A1+0=0": False, "A1*1=0": False, "MAX(A1,0)>0": True, "A1=1E-17": True, "1E-300=0": False, "A5=0": True,
    "A6=0": False, "A4>A1": True, 'A1="x"': False, "A7>A1": True, "A1/A8=0": Code.DIV0, "0.1+0.2-0.3=0": True,
    'IF(100.1+200.2=300.3,"balanced","check")': "balanced", "AND(A1>0,A2<0)": True,
    "COUNTIF(A1:A7,0)": 1.0, 'COUNTIF(A1:A7,"=0")': 1.0, 'COUNTIF(A1:A7,">0")': 4.0, 'COUNTIF(A1:A7,"<0")': 1.0,
    "SUMIF(A1:A7,0,B1:B7)": 5.0, "COUNTIFS(A1:A7,0,B1:B7,5)": 1.0, "MATCH(0,A1:A7,0)": 5.0, "MATCH(A1,A1:A7,0)": 1.0,
    "VLOOKUP(0,A1:B7,2,FALSE)": 5.0, "VLOOKUP(A4,A1:B7,2,FALSE)": 4.0, "MATCH(A8,A1:A7,0)": Code.NA,
}  # fmt: skip
HUGE: dict[str, Any] = {
    "A1*10>1": Code.NUM, 'IF(A1*10>0,"big","small")': Code.NUM, "ISERROR(A1*A1)": True, "ABS(-A1*10)>5": Code.NUM,
    "MAX(1,A1+A1)": Code.NUM, "PRODUCT(A1,10)>0": Code.NUM, "SUM(A1,A1)>0": Code.NUM, "AVERAGE(A1,A1)>0": Code.NUM,
    "SUMSQ(A1)>0": Code.NUM, "1/(A1*A1)": Code.NUM, 'IFERROR(A1*10,"caught")': "caught", "A1/10>1": True,
    "A1*2": Code.NUM, "C8=0": Code.NUM, "A3*2": 10.0, 'A3*2&"x"': "10x", "MATCH(9.99E+307,A3:A4)": 1.0,
    "A1-A1": 0.0, "A1>A3": True,
}  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "right"),
    [
        ({"A1": 1e-17, "A2": -1e-17, "A3": 2e-17, "A4": 3e-17, "A5": 0, "A6": 1, "A7": "x"}, TINY),
        ({"A1": 1e308, "A3": 5, "C8": "=A1*A1"}, HUGE),
    ],
    ids=["near nothing", "beyond all numbers"],
)
def test_they_are_as_in_excel(tmp_path: Path, cells: dict[str, Any], right: dict[str, Any]) -> None:
    numbers = {f"B{row}": row for row in range(1, 8)}
    formulas = {f"E{row}": "=" + formula for row, formula in enumerate(right, 1)}
    arrays = {f"F{row}": (f"F{row}", "=" + formula) for row, formula in enumerate(right, 1)}
    result = recalculate(make(tmp_path / "b.xlsx", {**cells, **numbers, **formulas, **arrays}))
    for row, formula in enumerate(right, 1):
        found = (formula, result[f"Deal!E{row}"], result[f"Deal!F{row}"])
        assert found == (formula, right[formula], right[formula])


@pytest.mark.parametrize("shared", [False, True], ids=["each for itself", "shared"])
def test_a_formula_of_a_block_that_alone_reads_one_is_right(tmp_path: Path, shared: bool) -> None:
    formula = "IF(A1=0,0,1)"
    rows = ""
    for row in range(1, 5):
        numbers = "".join(
            f'<c r="{column}{row}"><v>{"1E-17" if (column, row) == ("C", 3) else row}</v></c>' for column in "ABCD"
        )
        places = [f"{column}{row}" for column in "HIJK"]
        texts = {
            place: '<f t="shared" si="0"/>'
            if shared and place != "H1"
            else f'<f t="shared" si="0" ref="H1:K4">{formula}</f>'
            if shared
            else f"<f>{Translator('=' + formula, 'H1').translate_formula(place)[1:]}</f>"
            for place in places
        }
        formulas = "".join(f'<c r="{place}">{text}<v>0</v></c>' for place, text in texts.items())
        rows += f'<row r="{row}">{numbers}{formulas}</row>'
    result = recalculate(raw_book(tmp_path / "b.xlsx", f"<sheetData>{rows}</sheetData>"))
    assert result["Deal!H1:K4"] == ((1.0,) * 4,) * 4


def test_they_are_so_among_the_values_of_arrays(tmp_path: Path) -> None:
    cells = {"A1": 1e-17, "A2": -1e-17, "A3": 0, "A4": 5, "A5": 2e-17, "A6": 1, "B1": 0, "C1": 1e-17, "D1": "x"}
    everywhere: dict[str, Any] = {
        "SUMPRODUCT(--(A1:A6=0))": 1.0, "SUMPRODUCT(--(A1:A6>0))": 4.0, "SUMPRODUCT((A1:A6<>0)*1)": 5.0,
        "SUMPRODUCT((A1:A6=0)*(A1:A6<1))": 1.0, "MAX(A1:A2)>0": True,
        "SUMPRODUCT(--(A1:A6=C1))": 1.0, "A1=0=FALSE": True, "SUM(A1:A2)=0": True,
    }  # fmt: skip
    in_arrays: dict[str, Any] = {
        "SUM(IF(A1:A6>0,1,0))": 4.0, "SUM(--(A1:A6=A5))": 1.0, "AND(A1:A2=0)": False, "OR(A1:A2<>0)": True,
        "MATCH(TRUE,A1:A6=0,0)": 3.0, "MAX(IF(A1:A6=0,ROW(A1:A6)))": 3.0, "SUM((A1:A6>A2)*1)": 5.0,
        "SUM(--(A1:A6=B1:D1))": 2.0,
    }  # fmt: skip
    formulas = {f"F{row}": "=" + formula for row, formula in enumerate(everywhere, 1)}
    both = {**everywhere, **in_arrays}
    arrays = {f"G{row}": (f"G{row}", "=" + formula) for row, formula in enumerate(both, 1)}
    result = recalculate(make(tmp_path / "b.xlsx", {**cells, **formulas, **arrays}))
    assert {formula: result[f"Deal!F{row}"] for row, formula in enumerate(everywhere, 1)} == everywhere
    assert {formula: result[f"Deal!G{row}"] for row, formula in enumerate(both, 1)} == both


def test_an_ordinary_formula_still_compares_one_cell_of_a_range(tmp_path: Path) -> None:
    cells = {"A1": 1e-17, "A2": 0, "A3": 0, "F2": "=SUM((A1:A3=0)*1)", "F1": "=AND(A1:A3=0)"}
    result = recalculate(make(tmp_path / "b.xlsx", cells))
    assert (result["Deal!F1"], result["Deal!F2"]) == (False, 1.0)
