"""What a workbook says of itself: inputs with bounds, causes of errors, what a number rests on."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from computefi.errors import Code
from computefi.recalc import Book
from computefi.recalc.describe.bounds import OutOfBounds, refuse_outside
from computefi.recalc.describe.checks import causes, master_check, stored_master_check
from computefi.recalc.describe.drawing import boxes_of, place, svg
from computefi.recalc.describe.inputs import Description, Input
from computefi.recalc.describe.labels import Labels
from computefi.recalc.describe.tracing import trace
from computefi.xlsx.cells import CellAt, Value
from computefi.xlsx.date_cells import Typed


def rule(kind: str, area: str, first: str, second: str | None = None, operator: str = "between") -> DataValidation:
    made = DataValidation(type=kind, operator=operator, formula1=first, formula2=second)
    made.add(area)
    return made


@pytest.fixture
def strangers(tmp_path: Path) -> Path:
    """A workbook that nobody of us made: labels to the left, units in brackets or formats, no names."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Model"
    rows = [
        ("Loan (US$ m)", 70, None), ("Interest rate:", 0.05, "Term sheet"), ("Tenor", 5, "years"),
        ("Signed", 46000, None), ("Ratings", "BB", None), ("Unused", 12, None),
    ]  # fmt: skip
    for row, (label, value, beside) in enumerate(rows, start=2):
        sheet.cell(row, 1, label), sheet.cell(row, 2, value), sheet.cell(row, 3, beside)
    sheet["B3"].number_format, sheet["B5"].number_format = "0.00%", "yyyy-mm-dd"
    sheet["B10"], sheet["A10"] = "=B2*B3*B4+YEAR(B5)*0", "Interest in all"
    for row in range(20, 60):
        sheet.cell(row, 5, row)
    sheet["E19"], sheet["B11"], sheet["A11"] = "Cash", "=SUM(E20:E59)+B10", "Total"
    path = tmp_path / "model.xlsx"
    book.save(path)
    return path


def by_cell(path: Path, every: bool = False) -> dict[str, Input]:
    return {one.cell: one for one in Description(Book.open(path)).inputs(every)}


def test_a_strangers_inputs_are_the_numbers_that_formulas_read(strangers: Path) -> None:
    found = by_cell(strangers)
    assert list(found) == ["Model!B2", "Model!B3", "Model!B4", "Model!B5", "Model!E20:E59"]
    told = {cell: (one.label, one.unit, one.value) for cell, one in found.items()}
    assert told["Model!B2"] == ("Loan (US$ m)", "US$ m", 70)
    assert told["Model!B4"] == ("Tenor", "years", 5)
    assert told["Model!B5"] == ("Signed", "date", 46000)
    assert told["Model!E20:E59"] == ("Cash", "", "40 numbers")
    assert [one.settable for one in found.values()] == [True] * 4 + [False]


def test_a_range_that_formulas_read_is_one_input(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["B1"], sheet["D1"] = "Cash", "=SUM(B:B)"
    for row in range(2, 400):
        sheet[f"B{row}"] = row
    path = tmp_path / "column.xlsx"
    book.save(path)
    assert [(one.cell, one.value, one.settable) for one in by_cell(path).values()] == [
        ("Sheet!B1:B399", "398 numbers", False)
    ]
    assert [(one.cell, one.value) for one in trace(Book.open(path), "Sheet!D1").below] == [
        ("Sheet!B1:B399", "399 inputs")
    ]


def test_a_strangers_outputs_are_what_no_formula_reads(strangers: Path) -> None:
    assert [(one.cell, one.label, one.value) for one in Description(Book.open(strangers)).outputs()] == [
        ("Model!B11", "Total", pytest.approx(sum(range(20, 60)) + 17.5))
    ]


def test_heads_of_columns_say_unit_source_and_bounds(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["", "Unit", "Deal A", "Deal B", "Least", "Most", "Source"],
        ["Rate", "a year", 0.05, 0.06, 0, 1, "SEC 8-K"],
        ["Sum", "", "=C2+D2"],
    ):
        sheet.append(row)
    sheet.add_data_validation(rule("decimal", "C2:D2", "E2", "F2"))
    path = tmp_path / "deals.xlsx"
    book.save(path)
    found = by_cell(path)
    told = [(one.label, one.unit, one.source) for one in found.values()]
    assert told == [("Rate · Deal A", "a year", "SEC 8-K"), ("Rate · Deal B", "a year", "SEC 8-K")]
    # The bounds are relative addresses: seen from D2 the second is a text.
    assert [str(one.bounds) for one in found.values()] == ["from 0 to 1", "None"]


def test_a_row_of_units_over_the_heads_is_no_row_of_heads(tmp_path: Path) -> None:
    """Units repeat, heads do not; nor is the word Unit beside them a column of units."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Loans"
    for row in [
        ("Unit", "words", "furlongs", "furlongs", "whole"), ("Why", "Id", "Length", "Width", "Posts"),
        ("taken", "L1", 3, 4, 5), ("taken", "L2", 6, 7, 8),
    ]:  # fmt: skip
        sheet.append(row)
    sheet["G3"] = "=SUM(C3:E3)+C3+D3+E3"
    book.save(tmp_path / "loans.xlsx")
    told = {cell: (one.label, one.unit) for cell, one in by_cell(tmp_path / "loans.xlsx").items()}
    assert told["Loans!C3"] == ("taken · Length", "furlongs")
    assert told["Loans!E3"] == ("taken · Posts", "whole")


def test_a_long_column_has_its_head_in_every_row(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Rent"])
    for number in range(300):
        book.active.append([number + 1])
    book.save(tmp_path / "book.xlsx")
    labels = Labels(Book.open(tmp_path / "book.xlsx"))
    assert {labels.of(CellAt(0, row, 1)).text for row in range(2, 302)} == {"Rent"}


def test_answers_side_by_side_have_the_label_and_the_unit_of_their_row(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    deals = {3: "First", 4: "Second", 5: "Third"}
    for column, deal in deals.items():
        sheet.cell(1, column, f'="{deal}"')
        sheet.cell(2, column, f'=IF({column}>4,"FAIL","PASS")')
        sheet.cell(3, column, f"={column}/10")
        name = f"verdict_{deal.lower()}"
        book.defined_names[name] = DefinedName(name, attr_text=f"Sheet!${'ABCDE'[column - 1]}$2")
    sheet["A2"], sheet["B2"], sheet["A3"], sheet["B3"] = "Verdict of the gates", "words", "Deal loss", "share"
    sheet["A5"], sheet["B5"], sheet["C5"] = "In words", '="It "&"holds"', '=B5&"!"'
    book.save(tmp_path / "deals.xlsx")
    Book.open(tmp_path / "deals.xlsx").save(tmp_path / "computed.xlsx")
    labels = Labels(Book.open(tmp_path / "computed.xlsx"))
    for column in deals:
        assert labels.of(CellAt(0, 2, column))[:2] == (f"Verdict of the gates · {deals[column]}", "words")
        assert labels.of(CellAt(0, 3, column))[:2] == (f"Deal loss · {deals[column]}", "share")
    assert labels.of(CellAt(0, 5, 3)).text == "In words"


def test_our_workbooks_tell_every_input_with_label_unit_and_source(repository: Path) -> None:
    found = {one.name: one for one in Description(Book.open(repository / "workbooks" / "asic_loan.xlsx")).inputs()}
    assert len(found) > 100
    told = found["btc_start_3"]
    assert (told.cell, told.label, told.unit) == ("Inputs!G12", "Bitcoin at drawing · Your own loan", "$ per BTC")
    assert str(told.bounds) == "from 1 to 10000000"
    assert told.source.startswith("2022: 7-day average")
    named = [one for one in found.values() if one.name and one.name != "refreshed"]  # the stamp of `computefi refresh`
    assert all(one.label and one.bounds and one.settable for one in named)


@pytest.fixture
def ruled(tmp_path: Path) -> Path:
    """A workbook with validations of every kind in B1:B9, their bounds in D and on another sheet."""
    book = openpyxl.Workbook()
    sheet, lists = book.active, book.create_sheet("Lists")
    assert sheet is not None
    sheet.title = "In"
    for row in range(1, 10):
        sheet.cell(row, 1, f"Input {row}")
        sheet.cell(row, 2, 1)
    sheet["C1"], sheet["D2"], sheet["B5"].number_format = "US$ m", 5, "yyyy-mm-dd"
    lists["A1"], lists["A2"], lists["A3"] = "GPU", "ASIC", 7
    book.defined_names["kinds"] = DefinedName("kinds", attr_text="Lists!$A$1:$A$3")
    for made in (
        rule("decimal", "B1", "0", "1"), rule("decimal", "B2", "$D$2", operator="lessThanOrEqual"),
        rule("list", "B3", '"GPU, ASIC"'), rule("list", "B4", "kinds"), rule("date", "B5", "46000", "46100"),
        rule("whole", "B6", "1", "8"), rule("textLength", "B7", "3", operator="lessThan"),
        rule("custom", "B8", "B8>A1"), rule("decimal", "B9", "2", "3", "notBetween"),
    ):  # fmt: skip
        sheet.add_data_validation(made)
    path = tmp_path / "ruled.xlsx"
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("cell", "value", "words"),
    [
        ("B1", 1.2, r"In!B1 may be from 0 to 1 \(US\$ m\); got 1.2"), ("B1", "x", 'got the text "x"'),
        ("B1", True, "got TRUE"), ("B5", Typed("2030-01-01"), "from 2025-12-09 to 2026-03-19; got 2030-01-01"),
        ("B1", -1e308, "got -1e"), ("B2", 5.01, "at most 5; got"), ("B3", "TPU", "one of GPU, ASIC; got"),
        ("B4", 8.0, "one of GPU, ASIC, 7"),
        ("B6", 1.5, "a whole number from 1 to 8"), ("B7", "abc", "a text of a length below 3"),
        ("B9", 2.5, "outside of 2 to 3"),
    ],
)  # fmt: skip
def test_what_the_validation_does_not_allow_is_refused_with_bounds_and_unit(
    ruled: Path, cell: str, value: Value, words: str
) -> None:
    with pytest.raises(OutOfBounds, match=words):
        refuse_outside(Book.open(ruled), {f"In!{cell}": [1.0 if cell == "B1" else None, value]})


@pytest.mark.parametrize(
    ("cell", "value"),
    [("B1", 0.0), ("B1", None), ("B2", -1e9), ("B3", "asic"), ("B4", 7.0), ("B5", Typed("2026-01-15")), ("B6", 8.0),
     ("B7", "ab"), ("B8", -5.0), ("B9", 4.0), ("A1", "anything")],
)  # fmt: skip
def test_what_it_allows_passes(ruled: Path, cell: str, value: Value) -> None:
    refuse_outside(Book.open(ruled), {f"In!{cell}": [value]})


def test_errors_are_told_by_the_one_from_which_the_others_come(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "S"
    sheet["A1"], sheet["B1"] = "=1/0", "=LOG(-1)"
    for row in range(2, 40):
        sheet[f"A{row}"] = f"=A{row - 1}+1"
    sheet["C1"], sheet["C2"] = "=SUM(A1:A39)", "=IFERROR(A1,0)"
    path = tmp_path / "errors.xlsx"
    book.save(path)
    opened = Book.open(path)
    result = opened.recalculate()
    assert causes(opened, result.error_cells) == [("S!A1", Code.DIV0, 39), ("S!B1", Code.NUM, 0)]
    assert causes(opened, {}) == []


def test_a_master_check_is_true_only_where_it_shows_true(tmp_path: Path) -> None:
    for held, computed in (("=1=1", True), ("=1=2", False), ("=1/0", False), ("=1", False), (None, False)):
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet["A1"] = held
        book.defined_names["master_check"] = DefinedName("master_check", attr_text="Sheet!$A$1")
        path = tmp_path / "m.xlsx"
        book.save(path)
        opened = Book.open(path)
        assert master_check(opened.run) is computed
        opened.save(path)
        assert stored_master_check(path) is computed


def test_a_workbook_without_a_master_check_has_none(strangers: Path) -> None:
    assert master_check(Book.open(strangers).run) is None
    assert stored_master_check(strangers) is None


def test_a_trace_goes_down_to_the_inputs(strangers: Path) -> None:
    step = trace(Book.open(strangers), "Model!B11", 5)
    assert (step.kind, step.label, step.formula) == ("formula", "Total", "=SUM(E20:E59)+B10")
    assert [(one.cell, one.kind) for one in step.below] == [("Model!E20:E59", "input"), ("Model!B10", "formula")]
    assert [one.cell for one in step.below[1].below] == ["Model!B2", "Model!B3", "Model!B4", "Model!B5"]
    shallow = trace(Book.open(strangers), "Model!B11", 1)
    assert [one.deeper for one in shallow.below] == [False, True]


def test_a_circle_and_a_cell_that_is_read_twice_end_a_trace(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["A2"], sheet["A3"], sheet["A4"] = "=A2+1", "=A1+1", "=A4+A4+A2", 5
    path = tmp_path / "circle.xlsx"
    book.save(path)
    step = trace(Book.open(path), "Sheet!A3", 9)
    assert [one.cell for one in step.below] == ["Sheet!A4", "Sheet!A2"]
    assert step.below[1].below[0].below[0].told_above
    ElementTree.fromstring(svg(step, "a & <b>"))


def test_a_picture_has_each_cell_once_and_none_upon_another(repository: Path) -> None:
    step = trace(Book.open(repository / "workbooks" / "asic_loan.xlsx"), "level_payment", 4)
    boxes = boxes_of(step)
    columns = place(boxes)
    assert len(boxes) == len({box.step.cell for box in boxes.values()}) > 5
    for column in columns.values():
        heights = sorted(box.y for box in column)
        assert all(low + 50 < high for low, high in pairwise(heights))
    assert all(box.column < boxes[cell].column for box in boxes.values() for cell in box.below)
    picture = ElementTree.fromstring(svg(step, "title"))
    assert len(picture.findall("{http://www.w3.org/2000/svg}g")) == len(boxes)
    assert svg(step, "title") == svg(step, "title")
