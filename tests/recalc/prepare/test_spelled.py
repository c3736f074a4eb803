"""Calls that are put in other words: wrong in the engine as they stand, and right here; the values are formulon's."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from computefi.errors import Code
from computefi.recalc import Recalculated, recalculate
from recalc_books import make

CELLS = {"A1": True, "A2": "abc", "A3": "5", "A4": 3, "A5": 7, "B1": False, "B2": 42452.40972222222, "B3": 0.99999999}
RIGHT: dict[str, object] = {
    'SUMSQ("2",4,9)': 101.0, "SUMSQ(TRUE,4,9)": 98.0, 'SUMSQ(A4,A5,"7")': 107.0, 'SUMSQ("x",4)': Code.VALUE,
    'STDEV("2",4,9)': 3.605551275463989, 'VAR(A4,A5,"7")': 5.333333333333336, 'VARP("x",4)': Code.VALUE,
    'DEVSQ("2",4,9)': 26.0, "AVEDEV(TRUE,4,9)": 2.8888888888888893, "SUMSQ(A4&A5,1)": 1370.0,
    'MULTINOMIAL("2",4,9)': 75075.0, "AVERAGE(,4,9)": 4.333333333333333, "COUNT(,4,9)": 3.0, "COUNTA(4,)": 2.0,
    "MEDIAN(,4,9)": 4.0, "STDEV(,4,9)": 4.509249752822894, "AVERAGEA(,4,9)": 4.333333333333333, "MINA(,4,9)": 0.0,
    "GEOMEAN(,4,9)": Code.NUM, "MINA(A1,5,8)": 1.0, "MINA(A2,5,8)": 0.0, "STDEVA(A1,5,8)": 3.5118845842842465,
    "VARA(A1:A5,B1)": 7.766666666666666, "MAXA(A1,0)": 1.0, "_xlfn.SWITCH(0,2,7,,3,9)": 3.0, 'AND("x",4)': Code.VALUE,
    'OR("2",4)': Code.VALUE, 'TEXT(A1,"0")': "TRUE", 'ISTEXT(TEXT(A1,"0"))': True, 'TEXT(A1=B1,"0.0")': "FALSE",
    'TEXT(TRUE,"0")': "TRUE", 'TEXT(B2,"hh:mm:ss")': "09:50:00", 'TEXT(B2,"hh:mm")': "09:50",
    'TEXT(B2,"h:mm AM/PM")': "9:50 AM", 'TEXT(B2,"[h]:mm")': "1018857:50", 'TEXT(B3,"hh:mm:ss")': "00:00:00",
    'TEXT(B2,"yyyy-mm-dd hh:mm")': "2016-03-23 09:50", 'TEXT(45000+B3,"yyyy-mm-dd hh:mm:ss")': "2023-03-16 00:00:00",
    "HOUR(B3)": 0.0, "MINUTE(B3)": 0.0, "SECOND(B3)": 0.0, "SECOND(PI())": 54.0, "MINUTE(A4-0.3/86400)": 0.0,
    '_xlfn.SWITCH(C1,"","none","other")': "other",
    'TEXT("abc","hh:mm")': "abc", 'TEXT(0.5+1/86400*0.4,"hh:mm:ss")': "12:00:00", 'TEXT(0.5-0.4/1440,"hh:mm")': "11:59",
}  # fmt: skip
ALIKE: dict[str, object] = {
    'TEXT(1234.5,"#,##0.00")': "1,234.50", 'TEXT(A2,"0.0")': "abc", 'TEXT(45000,"d mmm yyyy")': "15 Mar 2023",
    "SUM(TRUE,4)": 5.0, "AVERAGE(A4:A5)": 5.0, "AND(A1,TRUE)": True, "MINA(A4:A5)": 3.0, "SUMSQ(A4:A5)": 58.0,
    "COUNT(A1:A5)": 2.0, "_xlfn.SWITCH(3,3,4)": 4.0, 'AND("TRUE",TRUE)': True, "STDEV(A4,A5)": 2.8284271247461903,
    '_xlfn.SWITCH("x",C1,1,2)': 2.0, 'HOUR("1:30 PM")': 13.0, "HOUR(B2)": 9.0, "MINUTE(C1)": 0.0, "HOUR(-1)": Code.NUM,
    "_xlfn.SWITCH(C1,0,1,2)": 1.0,
    "SUMSQ(CFI_LTV(6,2),4)": 25.0, 'TEXT(CFI_LTV(6,2),"0.0")': "3.0",
}  # fmt: skip
FORMULAS = [*RIGHT, *ALIKE]


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Recalculated:
    cells = {f"F{row}": f"={formula}" for row, formula in enumerate(FORMULAS, 1)}
    return recalculate(make(tmp_path_factory.mktemp("spelled") / "book.xlsx", {**CELLS, **cells}))


@pytest.fixture(scope="module")
def in_the_engine() -> dict[str, object]:
    import ironcalc

    model = ironcalc.create("x", "en", "UTC", "en")
    for place, value in CELLS.items():
        text = str(value).upper() if isinstance(value, bool) else f"'{value}" if value == "5" else str(value)
        model.set_user_input(0, int(place[1:]), ord(place[0]) - 64, text)
    for row, formula in enumerate(RIGHT, 1):
        model.set_user_input(0, row, 6, "=" + formula)
    model.evaluate()
    return {formula: model.get_cell_value(0, row, 6) for row, formula in enumerate(RIGHT, 1)}


def same(found: object, right: object) -> bool:
    if isinstance(right, float) and isinstance(found, float):
        return found == pytest.approx(right, rel=1e-12)
    return type(found) is type(right) and found == right


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_call_in_other_words_is_right(formula: str, here: Recalculated) -> None:
    right = {**RIGHT, **ALIKE}[formula]
    assert same(here[f"Deal!F{FORMULAS.index(formula) + 1}"], right)


# Right in the engine too, beside one that is not.
RIGHT_ANYHOW = {
    "MAXA(A1,0)",
    'TEXT("abc","hh:mm")',
    'TEXT(0.5+1/86400*0.4,"hh:mm:ss")',
    'TEXT(0.5-0.4/1440,"hh:mm")',
    "COUNTA(4,)",
}


@pytest.mark.parametrize("formula", [formula for formula in RIGHT if formula not in RIGHT_ANYHOW])
def test_the_engine_is_wrong_as_it_stands(formula: str, in_the_engine: dict[str, object]) -> None:
    right = RIGHT[formula]
    found = in_the_engine[formula]
    assert not same(found, right.value if isinstance(right, Code) else right)


@pytest.mark.parametrize(
    ("formula", "right"),
    [("YEAR(A1)", 2024.0), ("MONTH(A1)", 2.0), ("DATE(2024,2,29)-A1", 0.0), ("EDATE(A1,12)-A1", 365.0),
     ("EOMONTH(A1,0)-A1", 0.0), ('TEXT(A1,"yyyy-mm-dd")', "2024-02-29"), ("WEEKDAY(A1)", 5.0),
     ("YEAR(TODAY())>2020", True),
     ("WORKDAY(A1,1)-A1", 1.0), ("NETWORKDAYS(A1,A1+6)", 5.0), ('DATEVALUE("2024-02-29")-A1', 0.0),
     ("SUM(YEAR(A1:A2*1))", 4048.0), ("YEAR(A9)", 1904.0), ('TEXT(A1,"0")', "43889"),
     ("YEAR(NOW())=YEAR(TODAY())", True), ("DATE(YEAR(A1),MONTH(A1)+1,0)-A1", 0.0), ("DATE(YEAR(A1)+1,1,1)-A1", 307.0),
     ('YEAR("2026-03-15")', 2026.0), ("YEAR(A3)*100+MONTH(A3)", 202603.0), ("_xlfn.DAYS(A3,A1)", 745.0),
     ("_xlfn.ISOWEEKNUM(A1)", 9.0),
     ('EDATE("2024-02-29",0)-A1', 0.0)],
)  # fmt: skip
def test_dates_that_count_from_1904(tmp_path: Path, formula: str, right: object) -> None:
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    sheet = book.active
    assert sheet is not None
    sheet.title = "Deal"
    # 29 February 2024, and the day after.
    sheet["A1"], sheet["A2"] = 45351 - 1462, 45352 - 1462
    sheet["A3"] = "2026-03-15"
    sheet["C1"] = openpyxl.worksheet.formula.ArrayFormula("C1", f"={formula}")
    sheet["D1"] = f"={formula}" if "SUM" not in formula else "=4048"
    book.save(tmp_path / "book.xlsx")
    result = recalculate(tmp_path / "book.xlsx")
    assert same(result["Deal!C1"], right)
    assert same(result["Deal!D1"], right)
