"""What the engine does not reach and Excel does: each is wrong in the engine, and right here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ironcalc
import pytest

from computefi.errors import Code
from computefi.recalc import Recalculated, recalculate
from goldens import stored
from recalc_books import make

CELLS: dict[str, Any] = {
    "A1": 5, "A2": 0, "A3": 7, "A5": 800, "B1": True, "B2": False, "B3": "x", "B4": "=1/0", "B5": "=NA()",
    "C1": "", "C2": "b", "C4": 0, "C5": 9, "D1": 10, "D2": 20, "D3": 30, "D4": 40, "D5": 50,
    "E1": "k", "F1": 0, "H1": "", "J1": 0, "E2": 1, "F2": 2, "G2": 3, "H2": 4, "I2": 5, "J2": 6,
    "M1": "=0.1+0.2", "M2": "=-A2*1",
}  # fmt: skip
WRONG: dict[str, Any] = {
    "AND(A2<>0,A1/A2>2)": Code.DIV0,
    "OR(A1>0,B4>0)": Code.DIV0,
    "IF(AND(A1=0,B5),1,2)": Code.NA,
    "AND(FALSE,NA())": Code.NA,
    "OR(B1,B4)": Code.DIV0,
    "AND(B2,B1:B5)": Code.DIV0,
    "OR(B1:B5)": Code.DIV0,
    "AND(B1:B5)": Code.DIV0,
    'IFERROR(OR(B1,1/0),"caught")': "caught",
    "NOT(AND(A1>9,OR(A1>1,B4)))": Code.DIV0,
    "AND(A1:A3,B3&B3)": Code.VALUE,
    "OR(A1>0,LEFT(B3,1))": Code.VALUE,
    "_xlfn.XOR(A1:A3,TRIM(B3))": Code.VALUE,
    "_xlfn.XOR(TRUE,A1&FALSE)": Code.VALUE,
    # Texts of numbers have 15 digits; M1 is 0.1+0.2, M2 is −0.
    "LEN(M1)": 3.0,
    "LEFT(M1*1,99)": "0.3",
    "TRIM(1/3)": "0.333333333333333",
    'FIND("6",A1/9)': 17.0,
    'SUBSTITUTE(M1&"%","%","")': "0.3",
    'UPPER(CONCATENATE(M1,"x"))': "0.3X",
    "REPT(M2,3)": "000",
    'MID("a"&M2,2,9)': "0",
    "LEN(-0*A1)": 1.0,
    "EXP(A5)>1": Code.NUM,
    "1/EXP(A5)": Code.NUM,
    "IF(COSH(A5)>0,1,2)": Code.NUM,
    "MIN(1,SINH(A5))": Code.NUM,
    "ISNUMBER(FACT(A5))": False,
    "ISERROR(FACTDOUBLE(A5))": True,
    "ISNUMBER(ACOS(A3))": False,
    "MAX(ASIN(-A3),2)": Code.NUM,
    "IF(ACOS(2)>1,1,2)": Code.NUM,
    'IFERROR(EXP(A5)/EXP(A5),"none")': "none",
    "VLOOKUP(A4,C1:D3,2,FALSE)": Code.NA,
    "VLOOKUP(A2,C1:D3,2,0)": Code.NA,
    "VLOOKUP(A4,C1:D5,2,FALSE)": 40.0,
    "HLOOKUP(A4,G1:J2,2,FALSE)": 6.0,
    "VLOOKUP(B2,C1:D5,2,FALSE)": Code.NA,
    "VLOOKUP(ISTEXT(A1),C1:D5,2,0)": Code.NA,
    "HLOOKUP(B2,E1:I2,2,FALSE)": Code.NA,
    'IFERROR(VLOOKUP(A4,C1:D3,2,FALSE),"none")': "none",
    "SUM(YEARFRAC({40237,45657},36526))": 35.15833333333333,
    "SUM(YEARFRAC({36526,45657},40237,1))": 24.998006279644503,
    # IF gives a cell: A4 is blank, B1 TRUE, B3 a text.
    "MIN(IF(A1=5,B1),3)": 3.0,
    "SUM(IF(A1=5,B3,9))": 0.0,
    "AVERAGE(4,IF(A1=5,IF(A2=0,B3)))": 4.0,
    "PRODUCT(IF(A1=5,A4),2)": 2.0,
    "COUNT(IF(A1=5,B1,1),2)": 1.0,
    "MAX(IF(A1=5,B3,B4),-3)": -3.0,
}
RIGHT: dict[str, Any] = {
    "AND(B1,B3)": True,
    "AND(A1,B1:B3)": False,
    "OR(B2,B3)": False,
    "AND(A1>0,A3>0,A5>0)": True,
    "SUM(IF(A1=5,A3,B4))": 7.0,
    "SUM(IF(A1=6,A3,B4))": Code.DIV0,
    "SUM(IF(B4,A3,1))": Code.DIV0,
    "COUNT(IF(A1=6,A3),2)": 2.0,
    "SUM(IF(A1=5,D1:D3))": 60.0,
    "SUMPRODUCT(IF(A1=5,D1:D3))": 60.0,
    "OR(A1>9,A3>9,A5>9)": True,
    "AND(A1>9,A3>0)": False,
    "AND(A3>0,A1>9)": False,
    "OR(A1>9,A3<0)": False,
    "OR(A3<0,A1>9,SUMPRODUCT(--(D1:D3<E2:E2))>0)": False,
    "IF(OR(A1<1,SUMPRODUCT(--(D1:D3<0))+SUMPRODUCT(--(D1:D3>99))>0),0,1)": 1.0,
    "AND(A1=5,NOT(A2=5),ISNUMBER(A3))": True,
    "AND(OR(A1=5,A1=6),OR(A3=1,A3=2))": False,
    "VLOOKUP(A1=5,C1:D5,2,FALSE)": Code.NA,
    "EXP(A1=5)": 2.718281828459045,
    "AND(B3)": Code.VALUE,
    'OR("TRUE",FALSE)': True,
    "EXP(1)": 2.718281828459045,
    "ACOS(-1)": 3.141592653589793,
    "MAX(ASIN(A3/7),0)": 1.5707963267948966,
    "EXP(-A5*9)": 0.0,
    "EXP(B3)": Code.VALUE,
    "FACT(A1)": 120.0,
    'VLOOKUP("b",C1:D5,2,FALSE)': 20.0,
    "VLOOKUP(A1+4,C1:D5,2,FALSE)": 50.0,
    "VLOOKUP(A2,C1:D5,2,FALSE)": 40.0,
    "VLOOKUP(B4,C1:D5,2,FALSE)": Code.DIV0,
}
BOTH = WRONG | RIGHT


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Recalculated:
    cells = {f"K{row}": (f"K{row}", "=" + stored(formula)) for row, formula in enumerate(BOTH, 1)}
    plain = {f"L{row}": "=" + stored(formula) for row, formula in enumerate(BOTH, 1)}
    return recalculate(make(tmp_path_factory.mktemp("strict") / "book.xlsx", {**CELLS, **cells, **plain}))


@pytest.fixture(scope="module")
def in_the_engine() -> dict[str, object]:
    model = ironcalc.create("x", "en", "UTC", "en")
    for place, value in CELLS.items():
        row, column = int(place[1:]), ord(place[0]) - 64
        if isinstance(value, str) and not value.startswith("="):
            model.update_cell_with_text(0, row, column, value)
        else:
            model.set_user_input(0, row, column, str(value).upper())
    for row, formula in enumerate(WRONG, 1):
        model.set_user_array_formula(0, row, 11, 1, 1, "=" + formula)
    model.evaluate()
    return {formula: model.get_cell_value(0, row, 11) for row, formula in enumerate(WRONG, 1)}


@pytest.mark.parametrize(("row", "formula"), list(enumerate(BOTH, 1)), ids=str)
def test_it_is_as_in_excel(row: int, formula: str, here: Recalculated) -> None:
    right = BOTH[formula]
    assert here[f"Deal!K{row}"] == (pytest.approx(right) if isinstance(right, float) else right)
    assert here[f"Deal!L{row}"] == here[f"Deal!K{row}"]


@pytest.mark.parametrize("formula", WRONG)
def test_the_engine_has_not_learnt_it(formula: str, in_the_engine: dict[str, object]) -> None:
    right = WRONG[formula]
    assert in_the_engine[formula] != (right.value if isinstance(right, Code) else right)


def test_formulas_that_are_alike_are_as_each_by_itself(tmp_path: Path) -> None:
    numbers: dict[str, Any] = {
        **{f"A{row}": (0, 1, 3, -1, 7, 800)[row % 6] for row in range(1, 31) if row % 7},
        **{f"B{row}": (1, "x", 0, 5)[row % 4] for row in range(1, 31) if row % 5},
    }
    formulas = (
        "IF(AND(A{0}>0,B{0}>1),EXP(A{0}),IF(OR(B{0}=0,A{0}=3),1,2))", "VLOOKUP(A{0},$A$5:$B$30,2,FALSE)",
        "AND(A{0},B{0}>0,C{0}>0)", 'IFERROR(VLOOKUP(A{0},A$1:C${0},3,0),"-")', "SUMPRODUCT(--ISERROR(D$1:D{0}))",
    )  # fmt: skip
    alike, single = {}, {}
    for ordinary, by_itself, formula in zip("CDEFG", "JKLMN", formulas, strict=True):
        for row in range(1, 31):
            alike[f"{ordinary}{row}"] = "=" + formula.format(row)
            single[f"{by_itself}{row}"] = (f"{by_itself}{row}", "=" + formula.format(row))
    result = recalculate(make(tmp_path / "book.xlsx", {**numbers, **alike, **single}))
    assert result["Deal!C1:G30"] == result["Deal!J1:N30"]
