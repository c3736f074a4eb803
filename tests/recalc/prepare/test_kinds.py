"""Kinds of formulas that the engine alone gets wrong without a word: as plain and as array formulas, right here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from computefi.errors import Code
from computefi.recalc import Recalculated, recalculate
from computefi.recalc.engines.ironcalc import IronCalc
from goldens import stored
from recalc_books import make

CELLS: dict[str, Any] = {
    **{f"{letter}{row}": float(4 * row - 4 + place) for row in range(1, 5) for place, letter in enumerate("ABCD", 1)},
    "A6": "D4:A1", "B6": 4, "E6": "0", "E7": 0, "F6": "=NA()", "F7": "x", "F8": 2,
    "G6": 46000, "G7": 45351, "G8": "C",
    "H6": 46023, "H8": 46054, "H9": 60,
}  # fmt: skip
SHEETS: dict[str, dict[str, Any]] = {
    "Jan": {"A1": 1, "A2": 2}, "Feb b": {"A1": 10, "A2": "x"}, "Mar": {"A1": 100, "A2": True},
}  # fmt: skip
NAMES = {
    "computed": "Deal!$A$1:$A$4*2",
    "chosen": "IF(Deal!$A$1:$A$4>4,Deal!$A$1:$A$4)",
    "quarter": "'Jan:Mar'!$A$1",
    "both": "'Jan:Mar'!$A$1:$A$2",
    "several": "OFFSET(Deal!$A$1,0,0,4,1)",
}

WRONG: dict[str, Any] = {
    # A range that begins at its far end.
    'SUM(INDIRECT("D4:A1"))': 136.0,
    "SUM(INDIRECT(A6))": 136.0,
    'SUM(INDIRECT("D"&B6&":A1"))': 136.0,
    'SUM(INDIRECT(ADDRESS(4,4)&":"&ADDRESS(1,1)))': 136.0,
    'SUM(INDIRECT("Jan!A2:A1"))': 3.0,
    # A name for an area over several sheets.
    "SUM(quarter)": 111.0,
    "SUM(both)*2": 226.0,
    "COUNT(both)": 4.0,
    "COUNTA(both)": 6.0,
    "MAX(quarter,5)": 100.0,
    "AVERAGE(quarter)": 37.0,
    "LARGE(both,2)": 10.0,
    "quarter": Code.VALUE,
    # Several chosen at once: the table whose key stands to the right.
    "VLOOKUP(7,CHOOSE({1,2},C1:C4,A1:A4),2,0)": 5.0,
    'IFERROR(VLOOKUP(7,CHOOSE({2,1},A1:A4,C1:C4),2,FALSE),"none")': 5.0,
    "VLOOKUP(8,CHOOSE({1,2},C1:C4,A1:A4),2)": 5.0,
    "SUM(CHOOSE({1,3},A1:A4,B1:B4,C1:C4))": 64.0,
    "COUNT(CHOOSE({1,2},A1:A4,B1:B4))": 8.0,
    "INDEX(CHOOSE({1;2},A1:D1,A2:D2),2,3)": 7.0,
    "MAX(CHOOSE({1,1},A1:A4))": 13.0,
    # Asked of a cell that another function gives: F6 is an error, F7 a text, F8 a number, F9 blank.
    "ISNUMBER(OFFSET(F6,F8,0))": True,
    "ISNUMBER(CHOOSE(F8,F6,F8))": True,
    "ISNUMBER(OFFSET(F6,F8,0)*2)": True,
    "ISERROR(OFFSET(F7,-1,0))": True,
    'ISNA(INDIRECT("F"&6))': True,
    "ISERROR(IF(F8=2,OFFSET(F6,0,0)))": True,
    "ISTEXT(OFFSET(F6,F8-1,0))": True,
    "ISNONTEXT(OFFSET(F6,1,0))": False,
    "ISBLANK(OFFSET(F6,F8+1,0))": True,
    "ISBLANK(OFFSET(F6,3,0,1,1))": True,
    "ISBLANK(CHOOSE(F8,F8,F9))": True,
    'ISBLANK(INDIRECT("F"&9))': True,
    "TYPE(OFFSET(F6,1,0))": 2.0,
    'T(INDIRECT("F"&7))&"!"': "x!",
    'N(INDIRECT("F"&F8+6))': 2.0,
    'TYPE(INDIRECT("F"&7))': 2.0,
    "ISERROR(IFERROR(OFFSET(F6,0,0),1/0))": True,
    "N(OFFSET(F6,2,0))": 2.0,
    "T(OFFSET(F6,1,0))": "x",
    'SWITCH(OFFSET(F6,2,0),2,"two","other")': "two",
    # Summaries of a name for what is computed, and of a LAMBDA's variable.
    "COUNT(computed)": 4.0,
    "PRODUCT(computed)": 9360.0,
    "NPV(0,computed)": 56.0,
    "AVERAGE(chosen)": 9.0,
    "COUNT(chosen)+MEDIAN(chosen)": 12.0,
    "SUM(BYROW(A1:B4,LAMBDA(_xlpm.r,COUNT(_xlpm.r))))": 8.0,
    "SUM(BYROW(A1:E4,LAMBDA(_xlpm.r,COUNT(_xlpm.r,1))))": 20.0,
    "SUM(BYCOL(A1:B4,LAMBDA(_xlpm.c,COUNT(_xlpm.c*2))))": 8.0,
    # Blanks among days: January 1900.
    "SUMPRODUCT(--(MONTH(H6:H8)=1))": 2.0,
    "SUMPRODUCT((YEAR(H6:H8)=2026)*1)": 2.0,
    "SUMPRODUCT(DAY(H6:H9))": 31.0,
    "NETWORKDAYS(H7,G6)": 32857.0,
    "WORKDAY(H7,1)": 2.0,
    "YEARFRAC(H7,G6,1)": 46000 * 127 / (127 * 365 + 31),
    'DATEDIF(H7,G6,"m")': 1511.0,
    'DATEDIF(H7,G6,"y")+DATEDIF(H7,G6,"ym")': 136.0,
    "SUMPRODUCT(--(WEEKDAY(H6:H8,2)=6))": 1.0,
    # Each by itself.
    'CONVERT(68,"F","C")': 20.0,
    'CONVERT(68,"F",G8)+1': 21.0,
    'CONVERT(300,"K","cel")': 26.85,
    "YEARFRAC(G6,G7)": 1.775,
    "YEARFRAC(G6,G7,1)": 649 / 365.5,
    "YEARFRAC(DATE(9999,12,31),DATE(2025,12,9),0)": 7974 + 22 / 360,
    'DATEDIF("2025-01-31","2025-03-01","md")': -2.0,
    'DATEDIF("2024-02-29","2025-02-28","yd")': 365.0,
    "COUNTIF(E6:E7,E9)": 2.0,
}
RIGHT: dict[str, Any] = {
    'VLOOKUP(7,C1:D4,"2",TRUE)': 8.0,
    'MATCH(7,C1:C4,"1")': 2.0,
    'XLOOKUP(F6,A1:A4,B1:B4,"none")': Code.NA,
    'SUM(INDIRECT("Jan!C1",FALSE))': 3.0,
    'SUM(INDIRECT("R4C4:R1C1",FALSE))': 136.0,
    'SUM(INDIRECT("R1",FALSE))': 10.0,
    'SUM(INDIRECT("A1:D4"))': 136.0,
    'SUM(INDIRECT("A"&1&":D"&B6))': 136.0,
    'INDIRECT("B"&2)': 6.0,
    "SUM('Jan:Mar'!A1)": 111.0,
    "NETWORKDAYS(G6,H8)": 39.0,
    "WORKDAY(G6,10)": 46014.0,
    'DATEDIF(G7,G6,"d")': 649.0,
    "COUNT(several)+AVERAGE(several)": 11.0,
    "SUM(computed)": 56.0,
    'CONVERT(1,"mi","km")': 1.609344,
    'CONVERT(20,G8,"F")': 68.0,
    'IFERROR(CONVERT(20,"m",G8),"none")': "none",
    "YEARFRAC(G7,G6)": 1.775,
    'DATEDIF("2025-01-15","2025-03-20","md")': 5.0,
    'DATEDIF("2024-02-29","2025-02-28","y")': 0.0,
    "ISBLANK(INDEX(F6:F9,4))": True,
    "ISNUMBER(INDEX(F6:F9,4))": False,
    "ISTEXT(INDEX(F6:F9,1))": False,
    'IF(ISERROR(INDIRECT("nowhere!A1")),"none",1)': "none",
    "ISNUMBER(CHOOSE(2,1,B6+1))": True,
    "IFERROR(OFFSET(F6,0,0),F8)": 2.0,
    "SUMPRODUCT(--ISNUMBER(OFFSET(F6,0,0,4)))": 1.0,
    "SUM(CHOOSE({1,4},A1:A4,B1:B4))": Code.VALUE,
    "SUM(CHOOSE({1,2,3},1,2,3))": 6.0,
    "SUM(CHOOSE(2,A1:A4,B1:B4))": 32.0,
    "SUM(MINVERSE(A1:B2*{1,2;1,1}))": 1 / 7,
    "INDEX(MINVERSE({4,7;2,6}),2,1)": -0.2,
    "MINVERSE({1,2;2,4})": Code.NUM,
    "MINVERSE(A1:B3)": Code.VALUE,
    'XLOOKUP(E9,A1:A4,B1:B4,"none")': "none",
    'XLOOKUP(99,A1:A4,B1:B4,"none")': "none",
}
BOTH = WRONG | RIGHT


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each formula in row 11 and below: in column K as an array formula, in column L as a plain one."""
    cells: dict[str, Any] = dict(CELLS)
    for row, formula in enumerate(BOTH, 11):
        cells |= {f"K{row}": (f"K{row}", "=" + stored(formula)), f"L{row}": "=" + stored(formula)}
    return make(tmp_path_factory.mktemp("kinds") / "book.xlsx", cells, NAMES, SHEETS)


@pytest.fixture(scope="module")
def here(book: Path) -> Recalculated:
    return recalculate(book)


@pytest.fixture(scope="module")
def in_the_engine(book: Path) -> dict[str, list[object]]:
    engine = IronCalc()
    engine.load(book.read_bytes())
    engine.recalculate()
    return {formula: list(engine.read(0, row, 11, row, 12)[0]) for row, formula in enumerate(BOTH, 11)}


@pytest.mark.parametrize(("row", "formula"), list(enumerate(BOTH, 11)), ids=str)
def test_it_is_as_in_excel(row: int, formula: str, here: Recalculated) -> None:
    right = BOTH[formula]
    for place in (f"Deal!K{row}", f"Deal!L{row}"):
        assert here[place] == (pytest.approx(right, rel=1e-12, abs=1e-300) if isinstance(right, float) else right)


@pytest.mark.parametrize("formula", WRONG)
def test_the_engine_has_not_learnt_it(formula: str, in_the_engine: dict[str, list[object]]) -> None:
    right = WRONG[formula]
    assert [right, right] != [
        pytest.approx(value, rel=1e-12) if isinstance(value, float) else value for value in in_the_engine[formula]
    ]
