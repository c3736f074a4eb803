"""Cells that functions give: what is no number in them is passed over, as it is in the cell itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ironcalc
import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table

from computefi.errors import Code
from computefi.recalc import Book, Recalculated, recalculate
from goldens import book_of, stored

COLUMN: dict[int, Any] = {1: 5, 2: "7", 3: "x", 4: True, 6: {"formula": '=""'}, 7: {"formula": "1/0"}, 9: 3}
CELLS: dict[str, Any] = {
    **{f"A{row}": value for row, value in COLUMN.items()},
    **{f"B{row}": row * 10 for row in range(1, 10)},
    **{f"D{row}": row for row in range(1, 10)},
    **{f"{letter}12": COLUMN[row] for row, letter in enumerate("ABCDEFG", 1) if row in COLUMN},
    "F1": 0, "F2": 10, "F3": -1, "F4": 2.9,
}  # fmt: skip
NONE, ODD, ZERO = Code.NUM, Code.DIV0, 0.0
RIGHT: dict[str, tuple[Any, ...]] = {
    # Of 5, the texts 7 and x, TRUE, a blank, an empty text, and #DIV/0!.
    "SUM({})": (5.0, ZERO, ZERO, ZERO, ZERO, ZERO, ODD),
    "MIN({},9)": (5.0, 9.0, 9.0, 9.0, 9.0, 9.0, ODD),
    "MAX(-1,{})": (5.0, -1.0, -1.0, -1.0, -1.0, -1.0, ODD),
    "COUNT({})": (1.0, ZERO, ZERO, ZERO, ZERO, ZERO, ZERO),
    "COUNTA({})": (1.0, 1.0, 1.0, 1.0, ZERO, 1.0, 1.0),
    "AVERAGE({})": (5.0, ODD, ODD, ODD, ODD, ODD, ODD),
    "AVERAGEA({})": (5.0, ZERO, ZERO, 1.0, ODD, ZERO, ODD),
    "PRODUCT({},2)": (10.0, 2.0, 2.0, 2.0, 2.0, 2.0, ODD),
    "MEDIAN({},1)": (3.0, 1.0, 1.0, 1.0, 1.0, 1.0, ODD),
    "GEOMEAN({})": (5.0, NONE, NONE, NONE, NONE, NONE, ODD),
    "SUMSQ({})": (25.0, ZERO, ZERO, ZERO, ZERO, ZERO, ODD),
    "STDEV.P({},1)": (2.0, ZERO, ZERO, ZERO, ZERO, ZERO, ODD),
    "LARGE({},1)": (5.0, NONE, NONE, NONE, NONE, NONE, ODD),
    "NPV(0.25,{},1)": (4.64, 0.8, 0.8, 0.8, 0.8, 0.8, ODD),
    'TEXTJOIN("-",TRUE,{},"z")': ("5-z", "7-z", "x-z", "TRUE-z", "z", "z", ODD),
}
WRONG_IN_THE_ENGINE = ["INDEX(A1:A9,{0})", "INDEX(A1:B9,{0},1)", "IF(D1=1,A{0})", "IFS(D1=1,A{0})", "LET(q,A{0},q)"]
FORMS = [
    *WRONG_IN_THE_ENGINE, "INDEX(A1:A9,D{0})", "INDEX($A$1:$A$9,D{0})", "INDEX(A$1:A9,D{0})", "INDEX(A:A,D{0})",
    "INDEX(A1:A9,D{0},0)", "INDEX(A1:A9,D{0},)", "INDEX(A1:A9,D{0},1)", "INDEX(A1:B9,D{0}+F1,D1)",
    "INDEX(A12:I12,D{0})", "INDEX(12:12,D{0})",
    "INDEX(A11:I12,2,D{0})", "INDEX(A1:A9,MATCH({0},D1:D9,0))", "INDEX(A:A,MATCH({0},D:D,0))",
    "INDEX(A1:A9,INDEX(D1:D9,D{0}))", "INDEX(A1:A9,SUM(INDEX(D1:D9,D{0})))", "(INDEX((A1:A9),D{0}))",
    "INDEX(S2!A1:A9,D{0})", "INDEX(CHOOSE(D1,A1:A9,B1:B9),D{0})", "CHOOSE(D1,INDEX(A1:A9,D{0}))",
    "IF(D1=2,8,IF(D2=2,A{0}))", "IF(INDEX(D1:D9,1)=1,INDEX(A1:A9,D{0}),9)", "IFS(D1=2,8,D2=2,INDEX(A1:A9,D{0}))",
    "SWITCH(D1,1,A{0},9)", "SWITCH(D1,2,9,A{0})", "LET(q,INDEX(A1:A9,D{0}),q)", "LET(n,D{0},INDEX(A1:A9,n))",
    "XLOOKUP({0},D1:D9,A1:A9)", "XLOOKUP(D{0}+0.5,D1:D9,A1:A9,,-1)", "XLOOKUP({0},D1:D9,A1:A9,99)",
    "XLOOKUP(77,D1:D9,A1:A9,A{0})", "IF(D1=1,XLOOKUP({0},D1:D9,A1:A9))", "OFFSET(A1,D{0}-1,0)", "TAKE(A1:A{0},-1)",
    "A{0}",
]  # fmt: skip

OF_VALUES: dict[str, tuple[Any, ...]] = {
    "ISBLANK({})": (False, False, False, False, True, False, False),
    "ISNUMBER({})": (True, False, False, False, False, False, False),
    "ISTEXT({})": (False, True, True, False, False, True, False),
    "ISNONTEXT({})": (True, False, False, True, True, False, True),
    "ISLOGICAL({})": (False, False, False, True, False, False, False),
    "ISERROR({})": (False, False, False, False, False, False, True),
    "N({})": (5.0, ZERO, ZERO, 1.0, ZERO, ZERO, ODD),
    "T({})": ("", "7", "x", "", "", "", ODD),
    "TYPE({})": (1.0, 2.0, 2.0, 4.0, 1.0, 2.0, 16.0),
    'SWITCH({},5,"five","x","ex","else")': ("five", "else", "ex", "else", "else", "else", ODD),
    'SWITCH(1,1,{})&"z"': ("5z", "7z", "xz", "TRUEz", "z", "z", ODD),
}
RANGES_IN_THE_ENGINE = ["OFFSET(A1,D{0}-1,0)", "CHOOSE(D1,A{0})"]
OF_ONE_CELL = [
    *RANGES_IN_THE_ENGINE, "INDEX(A1:A9,D{0})", "IF(D1=1,A{0})", "IFS(D1=1,A{0})", "SWITCH(D1,2,9,A{0})",
    "XLOOKUP({0},D1:D9,A1:A9)", "CHOOSE(D1,OFFSET(A1,D{0}-1,0))", "IF(D1=1,OFFSET(A1,D{0}-1,0),9)", "A{0}",
]  # fmt: skip


def spelled(formula: str) -> str:
    """A formula as a file spells it, the names of its LET too."""
    for before, name, after in (("(", "q", ","), (",", "q", ")"), ("(", "n", ","), (",", "n", ")")):
        formula = formula.replace(before + name + after, f"{before}_xlpm.{name}{after}")
    return stored(formula)


@pytest.fixture(scope="module", params=[False, True], ids=["ordinary", "array"])
def given(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What each function says of each cell, by each form."""
    pairs = [(FORMS, RIGHT), (OF_ONE_CELL, OF_VALUES)]
    every = [
        function.format(form.format(row))
        for forms, functions in pairs for form in forms for function in functions for row in range(1, 8)
    ]  # fmt: skip
    cells = {f"Z{row}": {"formula": spelled(one), "array": request.param} for row, one in enumerate(every, 1)}
    path = book_of(tmp_path_factory.mktemp("given") / "book.xlsx", [{**CELLS, **cells}, CELLS])
    result = recalculate(path)
    assert not result.kept
    return {one: result[f"S1!Z{row}"] for row, one in enumerate(every, 1)}


@pytest.mark.parametrize("form", FORMS)
def test_a_cell_that_is_given_is_read_as_a_cell(form: str, given: dict[str, Any]) -> None:
    for function, right in RIGHT.items():
        found = tuple(given[function.format(form.format(row))] for row in range(1, 8))
        assert found == tuple(pytest.approx(value) if isinstance(value, float) else value for value in right), function


@pytest.mark.parametrize("form", OF_ONE_CELL)
def test_the_value_of_a_cell_that_is_given_is_that_of_the_cell(form: str, given: dict[str, Any]) -> None:
    for function, right in OF_VALUES.items():
        assert tuple(given[function.format(form.format(row))] for row in range(1, 8)) == right, function


@pytest.mark.parametrize("form", RANGES_IN_THE_ENGINE)
@pytest.mark.parametrize("function", ["ISBLANK({})", "ISNUMBER({})", "ISTEXT({})", "ISERROR({})", "TYPE({})", "N({})"])
def test_the_engine_takes_it_for_a_range(form: str, function: str) -> None:
    model = ironcalc.create("x", "en", "UTC", "en")
    for row, content in enumerate(("5", "x", "", "=1/0"), 1):
        model.set_user_input(0, row, 1, content)
        model.set_user_input(0, row, 4, str(row))
        model.set_user_array_formula(0, row, 26, 1, 1, "=" + function.format(form.format(row)))
        model.set_user_array_formula(0, row, 27, 1, 1, "=" + function.format(f"A{row}"))
    model.evaluate()
    found = [[model.get_cell_value(0, row, column) for row in range(1, 5)] for column in (26, 27)]
    assert found[0] != found[1]


@pytest.mark.parametrize("form", WRONG_IN_THE_ENGINE)
@pytest.mark.parametrize("function", ["SUM({})", "MIN({},9)", "MAX(-1,{})", "PRODUCT({},2)", "LARGE({},1)"])
def test_the_engine_takes_its_value(form: str, function: str) -> None:
    model = ironcalc.create("x", "en", "UTC", "en")
    model.update_cell_with_text(0, 2, 1, "7")
    model.update_cell_with_number(0, 1, 4, 1)
    model.set_user_array_formula(0, 1, 26, 1, 1, "=" + function.format(form.format(2)))
    model.evaluate()
    assert model.get_cell_value(0, 1, 26) in (7, 14)


@pytest.mark.parametrize(
    ("formula", "right"),
    [("SUM(INDEX(B1:B9,F1))", 450.0), ("SUM(INDEX(A1:D9,F1,2))", 450.0), ("SUM(INDEX(B1:D9,2,F1))", 22.0),
     ("SUM(INDEX(B1:B9,F2))", Code.REF), ("SUM(INDEX(B1:B9,F3))", Code.VALUE), ("SUM(INDEX(B1:B9,F4))", 20.0),
     ("SUM(INDEX(B1:D9,F2,1))", Code.REF), ("SUM(INDEX(B1:D9,1,F2))", Code.REF), ("SUM(INDEX(B1:B9,A3))", Code.VALUE),
     ("SUM(INDEX(B1:B9,A7))", Code.DIV0), ("SUM(INDEX(B1:B9,{1,2}))", 30.0), ("SUM(INDEX(A1:A9,2)*1)", 7.0),
     ("SUM(INDEX(A1:A9,1),INDEX(A1:A9,9))", 8.0), ("SUM(A1:INDEX(A1:A9,D2))", 5.0), ("SUM(INDEX(B1:D9,D2,))", 22.0),
     ("SUM(XLOOKUP(2,D1:D9,A1:B9))", 20.0), ("SUM(XLOOKUP(77,D1:D9,B1:B9))", Code.NA),
     ("SUM(XLOOKUP(77,D1:D9,B1:B9,4))", 4.0),
     ("LET(_xlpm.q,A2,COUNT(_xlpm.q)+_xlpm.q)", 7.0), ("LET(_xlpm.q,B1,LET(_xlpm.q,B2,SUM(_xlpm.q)))", 20.0),
     ("SUM(MAP(B1:B2,LAMBDA(_xlpm.q,SUM(_xlpm.q))))", 30.0)],
)  # fmt: skip
def test_what_is_all_of_a_range_or_outside_it_stays_so(tmp_path: Path, formula: str, right: Any) -> None:
    both = {"Z1": {"formula": stored(formula)}, "Z2": {"formula": stored(formula), "array": True}}
    result = recalculate(book_of(tmp_path / "book.xlsx", [{**CELLS, **both}]))
    assert result["S1!Z1:Z2"] == ((right,), (right,))


def named_book(path: Path) -> Recalculated:
    """A table, names of cells and of what gives them, and a column of each formula."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Deal"
    sheet.append(["Key", "Paid"])
    for row, value in enumerate([5, "7", "x", True, None, 3], 2):
        sheet.append([row - 1, value])
    sheet["B3"].data_type = "s"
    sheet.add_table(Table(displayName="T", ref="A1:B7"))
    names = {"paid": "Deal!$B$2:$B$7", "seven": "Deal!$B$3", "third": "INDEX(Deal!$B$2:$B$7,3)"}
    for name, text in names.items():
        book.defined_names[name] = DefinedName(name, attr_text=text)
    for column, formula in zip("DEFGHI", NAMED, strict=True):
        for row in range(2, 8):
            sheet[f"{column}{row}"] = "=" + stored(formula.format(row))
    for row, formula in enumerate(("SUM(seven)", "SUM(third)", "COUNT(third,IF(A2=1,seven))"), 2):
        sheet[f"K{row}"] = "=" + formula
    book.save(path)
    return recalculate(path)


NAMED = [
    "SUM(INDEX(paid,A{0}))", "SUM(INDEX(T[Paid],A{0}))", "SUM(INDEX(T[],A{0},2))",
    "SUM(IF(A{0}>0,T[[#This Row],[Paid]]))", "SUM(XLOOKUP(A{0},T[Key],T[Paid]))", "SUM(INDEX(B$2:B{0},ROWS(B$2:B{0})))",
]  # fmt: skip


def test_names_and_tables_give_cells_too(tmp_path: Path) -> None:
    result = named_book(tmp_path / "book.xlsx")
    assert result["Deal!D2:I7"] == tuple((value,) * len(NAMED) for value in (5.0, 0.0, 0.0, 0.0, 0.0, 3.0))
    assert result["Deal!K2:K4"] == ((0.0,), (0.0,), (0.0,))


def test_a_cell_of_a_spill_is_one_too(tmp_path: Path) -> None:
    spill = {"A1": {"formula": '_xlfn.VSTACK("7",5,TRUE)', "array": True, "ref": "A1:A3"}}
    formulas = ["SUM(INDEX(_xlfn.ANCHORARRAY(A1),{}))", "COUNT(INDEX(_xlfn.ANCHORARRAY(A1),{},1))"]
    cells = {
        f"{column}{row}": {"formula": formula.format(row)}
        for column, formula in zip("CD", formulas, strict=True)
        for row in (1, 2, 3)
    }
    result = recalculate(book_of(tmp_path / "book.xlsx", [{**spill, **cells}]))
    assert result["S1!C1:D3"] == ((0.0, 0.0), (5.0, 1.0), (0.0, 0.0))


def test_a_what_if_may_make_a_number_a_text(tmp_path: Path) -> None:
    cells = {"A1": 1, "A2": 2, "B1": 2, "C1": {"formula": "SUM(INDEX(A1:A2,B1),1)"}}
    path = book_of(tmp_path / "book.xlsx", [cells])
    book = Book.open(path)
    book.set("S1!A2", "2")
    assert book.recalculate()["S1!C1"] == 1.0
