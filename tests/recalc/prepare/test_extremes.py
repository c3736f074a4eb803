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
