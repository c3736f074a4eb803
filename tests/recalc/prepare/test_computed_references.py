"""References that functions give, alone and as ends of areas: the engine gets many of them wrong, some as 0."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from computefi.errors import Code
from computefi.recalc import Recalculated, recalculate
from recalc_books import make

# Row r, column c of A1:H12 is 10·r + c, c from 0; J1:J5 are settings.
GRID = {f"{c}{r}": r * 10 + j for j, c in enumerate("ABCDEFGH") for r in range(1, 13)}
SETTINGS: dict[str, Any] = {"J1": -3, "J2": 2, "J3": "Deal!A1", "J4": "block", "J5": 3, "J6": "Deal!B2:C3"}
NAMES = {"block": "Deal!$A$1:$A$3", "moving": "OFFSET(Deal!$A$1,0,0,Deal!$J$5,1)", "last": "OFFSET(Deal!$A$1,2,0)"}
EXPECTED: dict[str, float | Code] = {
    line.split(" → ")[0]: Code.REF if line.endswith("#REF!") else float(line.split(" → ")[1])
    for line in """
SUM(D1:OFFSET(D1,0,-3)) → 46
SUM(OFFSET(D1,0,-3):D1) → 46
SUM(D5:OFFSET(D5,-3,0)) → 152
SUM(D5:OFFSET(D5,$J$1,0)) → 152
SUM(D5:OFFSET(D5,$J$1,$J$1)) → 584
SUM(D1:INDIRECT("A1")) → 46
SUM(D1:INDIRECT($J$3)) → 46
SUM(D1:IF($J$2=2,A1,B1)) → 46
SUM(D1:CHOOSE($J$2,A1,B1)) → 36
SUM(D1:INDEX(A1:H1,1,2)) → 36
SUM(C3:INDEX(A1:H12,5,1)) → 369
SUM(_xlfn.XLOOKUP(20,A1:A12,A1:A12):_xlfn.XLOOKUP(50,A1:A12,A1:A12)) → 140
SUM(A1:_xlfn.XLOOKUP(50,A1:A12,B1:B12)) → 305
SUM(A1:Deal!B2) → 62
SUM(Deal!A1:Deal!B2) → 62
SUM(A1:last) → 60
SUM(A1:OFFSET(block,1,1)) → 204
SUM(A1:OFFSET(A1,-1,0)) → #REF!
SUM(OFFSET(A12,0,0,-3,1)) → 330
SUM(OFFSET(A12,0,0,$J$1,1)) → 330
SUM(OFFSET(A12,0,0,-3.5,1)) → 330
SUM(OFFSET(D1,0,0,1,-3)) → 36
SUM(OFFSET(D3,1,1,-2,-2)) → 154
SUM(OFFSET(A1,,,,3)) → 33
SUM(OFFSET(A1,0,0,,3)) → 33
SUM(OFFSET(A1,0,0,3)) → 60
SUM(OFFSET(A1:B2,1,1,,1)) → 52
SUM(OFFSET(A1,1.9,0.9)) → 20
SUM(OFFSET(A1,0,0,0,1)) → #REF!
SUM(OFFSET(A1,0,0,$J$9,1)) → #REF!
SUM(OFFSET(A1,-1,0)) → #REF!
SUM(OFFSET(OFFSET(A1,1,1),1,1,2,2)) → 150
OFFSET(INDEX(A1:A12,2),1,0) → 30
SUM(OFFSET(_xlfn.XLOOKUP(50,A1:A12,B1:B12),0,0,2,1)) → 112
SUM(OFFSET(moving,0,1)) → 63
COUNT(OFFSET(A1,0,0,COUNTA(A:A),1)) → 12
ROW(INDEX(A1:A12,4)) → 4
COLUMN(INDEX(A1:H1,3)) → 3
ROW(_xlfn.XLOOKUP(50,A1:A12,B1:B12)) → 5
ROWS(OFFSET(A1,0,0,$J$5,1)) → 3
SUMIF(OFFSET(A1,0,0,3,1),"<>10",OFFSET(B1,0,0,3,1)) → 52
MATCH(25,OFFSET(A1,0,0,$J$5,1)) → 2
SUM(INDIRECT("block")) → 60
SUM(INDIRECT($J$4)) → 60
SUM(INDIRECT($J$6)) → 106
SUM(INDIRECT("Deal!R1C1:R3C1",FALSE)) → 60
SUM(INDIRECT("R"&$J$2&"C1:R3C1",FALSE)) → 50
SUM(INDIRECT("A1:A"&$J$5)) → 60
SUM(INDIRECT(ADDRESS($J$2,$J$5))) → 22
SUM(INDIRECT("Sales[paid]")) → #REF!
INDIRECT("nosuch") → #REF!
SUM(moving) → 60
""".strip().splitlines()
}


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Recalculated:
    formulas: dict[str, Any] = {f"L{row}": "=" + formula for row, formula in enumerate(EXPECTED, 1)}
    formulas |= {f"M{row}": (f"M{row}", "=" + formula) for row, formula in enumerate(EXPECTED, 1)}
    return recalculate(make(tmp_path_factory.mktemp("references") / "b.xlsx", {**GRID, **SETTINGS, **formulas}, NAMES))


@pytest.mark.parametrize("formula", EXPECTED)
@pytest.mark.parametrize("column", ["L", "M"])
def test_a_computed_reference_is_the_cells_that_excel_takes(result: Recalculated, formula: str, column: str) -> None:
    row = list(EXPECTED).index(formula) + 1
    assert result[f"Deal!{column}{row}"] == EXPECTED[formula]


def test_r1c1_counts_from_the_formulas_own_cell(tmp_path: Path) -> None:
    cells = {"A1": 5, "A2": 7, "B2": '=INDIRECT("RC[-1]",FALSE)', "B3": '=INDIRECT("R[-2]C"&1,FALSE)'}
    result = recalculate(make(tmp_path / "b.xlsx", {**cells, "C1": '=INDIRECT("R[-1]C",FALSE)'}))
    assert [result[f"Deal!{cell}"] for cell in ("B2", "B3", "C1")] == [7.0, 5.0, Code.REF]


def test_a_computed_reference_as_an_argument_of_a_call(tmp_path: Path) -> None:
    cells = {**GRID, **SETTINGS, "L1": "=CFI_HHI(D1:OFFSET(D1,0,$J$1))", "L2": "=CFI_HHI(A1:D1)"}
    result = recalculate(make(tmp_path / "b.xlsx", cells))
    assert result["Deal!L1"] == result["Deal!L2"]


def test_an_area_that_would_take_too_long_to_write_out_is_kept(tmp_path: Path) -> None:
    far = "+".join(f'0*LEN("{"x" * 90}")' for _ in range(10))
    cells = {"A1": 5, "B1": 6, "C1": 7, "E1": f"=SUM(C1:INDIRECT(ADDRESS(1,1+{far})))", "F1": "=E1*2"}
    result = recalculate(make(tmp_path / "b.xlsx", cells))
    assert list(result.kept) == ["Deal!E1"]
    assert result["Deal!F1"] == Code.NA
