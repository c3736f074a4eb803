"""References that an engine cannot read: areas that cross, several sheets, names that move with their cell."""

from __future__ import annotations

from pathlib import Path

import ironcalc
import pytest

from computefi.errors import Code
from computefi.recalc import Book, recalculate
from computefi.recalc.prepare.operands import seen_from
from computefi.recalc.prepare.plan import Reference
from computefi.recalc.prepare.precedents import Precedents
from computefi.xlsx.cells import CellAt, Rect
from recalc_books import make, raw_book

CELLS = {f"{column}{row}": 10 * row + place for place, column in enumerate("ABC", 1) for row in (1, 2, 3)}
MONTHS = {name: {"A1": value, "B1": value * 10} for name, value in (("Jan", 1), ("Feb 1", 2), ("Mar", 3))}
NAMES = {
    "second": "Deal!$2:$2",
    "middle": "Deal!$B:$B",
    "left": "Deal!XFD1",
    "above": "Deal!A1048576",
    "here": "!$C$3",
    "to_the_left": "SUM(Deal!XFB1:XFD1)",
    "square": "_xlfn.LAMBDA(_xlpm.x,_xlpm.x^2)",
    "hypotenuse": "_xlfn.LAMBDA(_xlpm.a,_xlpm.b,SQRT(square(_xlpm.a)+square(_xlpm.b)))",
    "endless": "_xlfn.LAMBDA(_xlpm.x,endless(_xlpm.x)+1)",
    "crossed": "Deal!$B:$B Deal!$3:$3",
}


def value(tmp_path: Path, formula: str, place: str = "E2") -> object:
    path = make(tmp_path / "book.xlsx", {**CELLS, place: f"={formula}"}, names=NAMES, sheets=MONTHS)
    return recalculate(path)[f"Deal!{place}"]


@pytest.mark.parametrize(
    ("formula", "expected"),
    [("A1:B2 B2:C3", 22.0), ("SUM(A2:C2 B:C)", 45.0), ("B:B 1:1", 12.0), ("SUM(A1:B3 B2:C3)*2", 108.0),
     ("second middle", 22.0), ("SUM(second A1:C3)", 66.0), ("(A1:B2) (B2:C3)", 22.0), ("SUM(A1:B2 B1:C3 A2:C2)", 22.0),
     ("A1:A2 B1:B2", Code.NULL), ("IFERROR(A1:A2 B1:B2,7)", 7.0), ("A1:B3 B:B", 22.0), ("crossed", 32.0),
     ("-A1:B2 B2:C3+1", -21.0), ("CFI_LTV(A1:B2 B2:C3,2)", 11.0), ("SUM(Deal!A1:C2 Deal!B2:B3)", 22.0)],
)  # fmt: skip
def test_areas_that_cross_are_the_cells_that_both_have(tmp_path: Path, formula: str, expected: object) -> None:
    assert value(tmp_path, formula) == expected


@pytest.mark.parametrize("text", ['"a b"', 'A1&" "&B1', 'IF( A1 > 1 , "x y" , 2 )', "A1 + B1", "SUM( A1 , B1 )"])
def test_blanks_that_cross_nothing_are_blanks(tmp_path: Path, text: str) -> None:
    path = make(tmp_path / "book.xlsx", {**CELLS, "E2": f"={text}"})
    assert not recalculate(path).kept


@pytest.mark.parametrize(
    ("formula", "expected"),
    [("SUM(Jan:Mar!A1)", 6.0), ("COUNT(Jan:Mar!A1:B1)", 6.0), ("COUNTA(Jan:Mar!A1:C1)", 6.0), ("MAX(Jan:Mar!B1)", 30.0),
     ("AVERAGE(Mar:Jan!A1)", 2.0), ("SUM('Jan:Feb 1'!A1:B1,100)", 133.0), ("LARGE(Jan:Mar!A1:C1,2)", 20.0),
     ("SMALL(Jan:Mar!A1:C1,1)", 1.0), ("MEDIAN(Jan:Mar!A1)", 2.0), ("SUM(Jan!A1:Jan!B1)", 11.0),
     ("STDEV(Jan:Mar!A1)", 1.0), ("SUM(Jan:Mar!A:A)", 6.0), ('_xlfn.TEXTJOIN(",",TRUE,Jan:Mar!A1)', "1,2,3"),
     ("PERCENTILE(Jan:Mar!A1:A2,0.5)", 2.0)],
)  # fmt: skip
def test_an_area_over_several_sheets_is_one_of_each(tmp_path: Path, formula: str, expected: object) -> None:
    assert value(tmp_path, formula) == expected


def test_what_excel_takes_over_one_sheet_only_is_kept(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx", {"E2": "=SUMPRODUCT(Jan:Mar!A1)"}, sheets=MONTHS)
    assert list(recalculate(path).kept) == ["Deal!E2"]


def test_an_area_over_several_sheets_reads_them_all(tmp_path: Path) -> None:
    from computefi.recalc import Book

    path = make(tmp_path / "book.xlsx", {"E2": "=SUM(Jan:Mar!A1)"}, sheets=MONTHS)
    plan = Book.open(path).plan
    assert Precedents(plan).reads(CellAt(0, 2, 5)) == [(sheet, Rect(1, 1, 1, 1)) for sheet in (1, 2, 3)]


@pytest.mark.parametrize(
    ("formula", "place", "expected"),
    [("left", "D2", 23.0), ("left*2", "C1", 24.0), ("above", "B4", 32.0), ("here", "A9", 33.0),
     ("to_the_left", "D3", 96.0), ("left+above", "D4", 0.0), ("SUM(left,1)", "B1", 12.0)],
)  # fmt: skip
def test_a_relative_name_moves_with_its_cell(tmp_path: Path, formula: str, place: str, expected: float) -> None:
    cells = {key: content for key, content in CELLS.items() if key != place}
    path = make(tmp_path / "book.xlsx", {**cells, place: f"={formula}"}, names=NAMES)
    assert recalculate(path)[f"Deal!{place}"] == expected


def test_a_relative_name_leaves_texts_and_sheets_alone() -> None:
    assert seen_from("'A1 x'!B1&\"C1\"&$D1&E$1&F:F", 3, 2) == "'A1 x'!C3&\"C1\"&$D3&F$1&G:G"
    assert seen_from("Deal!XFD1048576", 2, 2) == "Deal!A1"


@pytest.mark.parametrize(
    ("formula", "expected"),
    [("square(A1)", 121.0), ("square(3)+1", 10.0), ("hypotenuse(3,4)", 5.0), ("SUM(square(A1),square(2))", 125.0),
     ("SUM(_xlfn.MAP(A1:A2,square))", 562.0), ("square(CFI_LTV(6,2))", 9.0), ("IFERROR(SQUARE(1/0),5)", 5.0)],
)  # fmt: skip
def test_a_lambda_under_a_name_is_called(tmp_path: Path, formula: str, expected: float) -> None:
    assert value(tmp_path, formula) == expected


def test_a_lambda_that_calls_itself_is_kept_and_named(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx", {"E2": "=endless(1)"}, names=NAMES)
    assert recalculate(path).kept == {"Deal!E2": "a LAMBDA that calls itself"}


@pytest.mark.parametrize("lost", ["#REF!", "Jan!#REF!", "'Feb 1'!#REF!", "'Feb 1'!#REF!:A1", "A1:#REF!", "#REF!:#REF!"])
@pytest.mark.parametrize("formula", ["{}", "{}+1", "SUM({},1)", "IF({}>0,1,2)", "CFI_LTV({},2)", "-{}*2"])
@pytest.mark.parametrize("array", [False, True])
def test_a_reference_that_was_lost_is_an_error(tmp_path: Path, lost: str, formula: str, array: bool) -> None:
    cell = "=" + formula.format(lost)
    path = make(tmp_path / "book.xlsx", {**CELLS, "E2": ("E2:E2", cell) if array else cell}, sheets=MONTHS)
    assert recalculate(path)["Deal!E2"] == Code.REF


def test_a_spill_of_a_reference_that_was_lost_is_an_error(tmp_path: Path) -> None:
    cell = '<c r="A1" t="e" cm="1"><f t="array" ref="A1">Deal!#REF!</f><v>#REF!</v></c>'
    path = raw_book(tmp_path / "book.xlsx", f'<sheetData><row r="1">{cell}</row></sheetData>')
    assert recalculate(path)["Deal!A1"] == Code.REF


def test_a_written_indirect_of_a_column_is_read_as_the_column(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx", {**CELLS, "E3": '=_xlfn.XMATCH(21,INDIRECT("Deal!A:A"))'})
    opened = Book.open(path)
    assert opened.recalculate()["Deal!E3"] == 2.0
    assert {source.rect.columns for source in opened.plan.sources if isinstance(source, Reference)} == {1}


@pytest.mark.parametrize("formula", ["Sheet1!#REF!", "SUM(Sheet1!#REF!,1)", "SUM(#REF!:A1)", "SUM(A1:#REF!)"])
def test_the_engine_has_not_learnt_to_read_what_was_lost(formula: str) -> None:
    model = ironcalc.create("x", "en", "UTC", "en")
    model.set_user_input(0, 2, 2, f"={formula}")
    model.evaluate()
    assert model.get_cell_value(0, 2, 2) != Code.REF.value
