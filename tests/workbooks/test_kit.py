"""What the workbooks are built with: holes in formulas, inputs from a file, sentences."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from workbooks.build.kit.compact import compact
from workbooks.build.kit.holes import Block, Places
from workbooks.build.kit.inputs import Input, read_inputs
from workbooks.build.kit.method import Measure, Text, write_method
from workbooks.build.kit.page import Book
from workbooks.build.kit.rows import Form, Row, Section, write_rows
from workbooks.build.kit.text import sentence


@pytest.fixture
def places() -> Places:
    places = Places(words={"readings": "$H$9:$H$22"})
    places.add(Block("Loan", "E", 37, {"month": 6, "cash": 7, "service": 8, "debt": 9}))
    places.add(Block("Paths", "E", 37, {"month": 24, "index": 30}))
    return places


@pytest.mark.parametrize(
    ("hole", "place"),
    [
        ("{cash}", "F7"),
        ("{cash$}", "F$7"),
        ("{cash@-1}", "E7"),
        ("{cash@G}", "G7"),
        ("{cash$@G}", "$G$7"),
        ("{cash:all}", "$E$7:$AO$7"),
        ("{cash:later}", "$F$7:$AO$7"),
        ("{cash:earlier}", "$E$7:$AN$7"),
        ("{cash:row}", "E7:AO7"),
        ("{cash:first}", "$E7"),
        ("{cash..debt}", "F7:F9"),
        ("{cash..debt:all}", "$E$7:$AO$9"),
        ("{cash..debt@G:H}", "G7:H9"),
        ("{column}${row}", "F$12"),
        ("{row@-1}", "11"),
        ("{readings}", "$H$9:$H$22"),
        ("{month}", "F6"),
        ("{index}", "Paths!F30"),
        ("{Paths!month:all}", "Paths!$E$24:$AO$24"),
        ("{1,2}", "{1,2}"),
    ],
)
def test_a_hole_says_where_its_row_stands(places: Places, hole: str, place: str) -> None:
    assert places.fill(f"=1+{hole}", "Loan", "F", 12) == f"=1+{place}"


def test_a_row_that_two_other_sheets_have_needs_its_sheet(places: Places) -> None:
    assert places.fill("{Loan!month:all}", "Checks") == "Loan!$E$6:$AO$6"
    with pytest.raises(KeyError, match="2 sheets"):
        places.fill("{month:all}", "Checks")


@pytest.mark.parametrize("hole", ["{cash}", "{cash:sum}", "{cash[2]}"])
def test_a_hole_that_says_no_place_is_refused(places: Places, hole: str) -> None:
    with pytest.raises(ValueError, match=r"needs a column|no part of a row"):
        places.fill(hole, "Checks")


def test_a_row_has_one_formula_in_every_column() -> None:
    book = Book("A loan")
    page = book.page("Loan", "A loan", "Is it repaid?", {"B": 40, "C": 15, "D": 12, "H": 60})
    rows = (
        Section("1 · Cash"),
        Row("paid", "Paid", "US$ m", (5.0, 6.0, 7.0), "0.00", "Typed in", "input", total="sum"),
        Row("owed", "Owed", "US$ m", "={owed@-1}-{paid}", "0.00", "Less what is paid"),
    )
    block = book.places.add(Block("Loan", "E", 3))
    assert block.lay([item.key for item in rows], 6) == 8
    write_rows(page, rows, block, Form("H", "H", total="D"))
    assert [cell.value for cell in page.sheet[7][1:8]] == [
        "Paid",
        "US$ m",
        "=SUM($E$7:$G$7)",
        5.0,
        6.0,
        7.0,
        "Typed in",
    ]
    assert [cell.value for cell in page.sheet[8][4:7]] == ["=D8-E7", "=E8-F7", "=F8-G7"]
    assert page.sheet["B6"].value == "1 · Cash"


def test_inputs_are_read_from_a_file_that_a_banker_can_read(tmp_path: Path) -> None:
    path = tmp_path / "inputs.csv"
    path.write_text(
        "key,label,unit,low,high,value 1,value 2,format,source,date,status,choices,note\n"
        ",1 · The loan,,,,,,,,,,,by deal\n"
        'drawn,Drawing date,date,2009-01-03,2060-01-01,2022-03-24,2026-11-22,yyyy-mm-dd,"SEC 6-K, 2022-11-02",–,VP,,\n'
        "switch,Deal,1–2,1,2,2,,0,Choose,–,J,1/2,\n",
        encoding="utf-8",
    )
    days, bounds = (date(2022, 3, 24), date(2026, 11, 22)), (date(2009, 1, 3), date(2060, 1, 1))
    assert read_inputs(path) == (
        Section("1 · The loan", "by deal"),
        Input("drawn", "Drawing date", "date", days, *bounds, "yyyy-mm-dd", "SEC 6-K, 2022-11-02", "–", "VP"),
        Input("switch", "Deal", "1–2", (2.0,), 1.0, 2.0, "0", "Choose", "–", "J", ("1", "2")),
    )


def test_a_sentence_joins_texts_and_values_and_translates_each_text_by_itself() -> None:
    template = 'LTV goes from [ltv_start|0%] to [ltv_end|0%]; [IF(paid=0,"not repaid","repaid in month "&paid)]'
    joined = sentence(Book("A loan", "zh", {"to": "至", "repaid in month": "还清月份："}), template)
    ends = 'IF(paid=0,"not repaid","还清月份： "&paid)'
    assert joined == f'"LTV goes from "&TEXT(ltv_start,"0%")&" 至 "&TEXT(ltv_end,"0%")&"; "&{ends}'


def test_a_method_has_its_measures_and_then_its_texts() -> None:
    book = Book("A workbook")
    page = write_method(
        book,
        [Measure("Deal loss", "What the lender expects to lose.", "CFI_DEAL_LOSS", "An average.")],
        [Text("What it is not for", ("Pricing.", "Capital."))],
    )
    assert [page.sheet[cell].value for cell in ("B6", "C6", "G6", "I6")] == [
        "Deal loss",
        "What the lender expects to lose.",
        "CFI_DEAL_LOSS",
        "An average.",
    ]
    assert [page.sheet[f"B{row}"].value for row in (8, 9, 10)] == ["What it is not for", "Pricing.", "Capital."]
    assert page.sheet.print_area == "'Method'!$B$1:$L$11"


def stored(*cells: str) -> bytes:
    return f'<row r="1">{"".join(cells)}</row>'.encode()


def test_a_formula_that_repeats_is_stored_once() -> None:
    row = stored(*(f'<c r="{letter}3"><f>{letter}1*2</f><v>4</v></c>' for letter in "BCD"))
    below = stored(*(f'<c r="A{number}"><f>B{number}+$C$1</f><v>4</v></c>' for number in (5, 6)))
    assert compact(row) == stored(
        '<c r="B3"><f t="shared" ref="B3:D3" si="0">B1*2</f><v>4</v></c>',
        '<c r="C3"><f t="shared" si="0"/><v>4</v></c>',
        '<c r="D3"><f t="shared" si="0"/><v>4</v></c>',
    )
    assert compact(below) == stored(
        '<c r="A5"><f t="shared" ref="A5:A6" si="0">B5+$C$1</f><v>4</v></c>',
        '<c r="A6"><f t="shared" si="0"/><v>4</v></c>',
    )


@pytest.mark.parametrize("formula", ["Deals!{0}1*2", "CFI_LTV({0}1,{0}2)", "SUM({0}1*{{1,2}})"])
def test_a_formula_that_excel_does_not_share_stands_in_each_cell(formula: str) -> None:
    cells = stored(*(f'<c r="{letter}3"><f>{formula.format(letter)}</f><v>4</v></c>' for letter in "BC"))
    assert compact(cells) == cells


def test_a_formula_that_reads_what_an_array_formula_fills_stands_in_each_cell() -> None:
    block = '<c r="C1"><f t="array" ref="C1:C9">CFI_LTV(A1:A9,B1:B9)</f><v>4</v></c>'
    beside = [f'<c r="{letter}3"><f>SUM({letter}8:{letter}12)</f><v>4</v></c>' for letter in "AB"]
    reads = [f'<c r="{letter}4"><f>SUM({letter}8:{letter}12)</f><v>4</v></c>' for letter in "CD"]
    assert compact(stored(block, *reads)) == stored(block, *reads)
    assert compact(stored(block, *beside)) != stored(block, *beside)


def test_formulas_that_differ_in_more_than_their_place_are_not_shared() -> None:
    cells = stored('<c r="B3"><f>B1*$A1</f><v>4</v></c>', '<c r="C3"><f>C1*$A2</f><v>4</v></c>')
    assert compact(cells) == cells


def test_a_formula_that_fills_a_block_is_stored_once() -> None:
    cells = (("B3", "B1*$A3"), ("C3", "C1*$A3"), ("B4", "B2*$A4"), ("C4", "C2*$A4"))
    told = compact(stored(*(f'<c r="{cell}"><f>{formula}</f><v>4</v></c>' for cell, formula in cells)))
    assert b'<c r="B3"><f t="shared" ref="B3:C4" si="0">B1*$A3</f><v>4</v></c>' in told
    assert told.count(b'<f t="shared" si="0"/>') == 3


def test_nothing_is_put_over_the_title_of_a_band() -> None:
    page = Book("Bands").page("Loan", "Loan", "", {"B": 20, "C": 10, "D": 10, "E": 10})
    page.section(5, "A title that is wider than its column", "B", "F", "and its note")
    assert page.sheet["E5"].value == "and its note"  # clear of the title, not in D
    with pytest.raises(ValueError, match="Loan!B5 holds the title"):
        page.put("B5", "a sentence")
