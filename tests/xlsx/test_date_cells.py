"""Dates as a person types them: a day number where the cell holds dates, text everywhere else."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import NamedStyle
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from computefi.recalc import Book, WorkbookError, recalculate
from computefi.recalc.batch.worker import Task, packed, perform, task_record, unpacked
from computefi.xlsx.date_cells import Typed, is_date
from recalc_books import OFFICE, PACKAGE, raw_book

DAY = dt.datetime(2027, 1, 15)
SERIAL = 46402.0


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Inputs"
    sheet["A1"], sheet["A2"], sheet["A3"] = dt.date(2026, 3, 30), "2026-03-30", 46111
    sheet["A3"].number_format = '[$-409]d" of "mmm yy;@'
    sheet["A4"], sheet["A5"] = 46111, 3
    rule = DataValidation(type="date", operator="greaterThan", formula1="40000")
    rule.add("A4")
    sheet.add_data_validation(rule)
    sheet["A5"].number_format = '0" days"'
    sheet["A6"].number_format = "hh:mm"
    sheet["A7"] = "=A1+1"
    book.add_named_style(NamedStyle("day", number_format="dd/mm/yyyy"))
    sheet.column_dimensions["C"].number_format = "yyyy-mm-dd"
    book.defined_names["signed"] = DefinedName("signed", attr_text="Inputs!$A$1")
    path = tmp_path / "dates.xlsx"
    book.save(path)
    return path


@pytest.mark.parametrize("cell", ["signed", "Inputs!A1", "Inputs!A3", "Inputs!A4", "Inputs!C9"])
def test_a_typed_date_is_a_day_number_in_a_cell_for_dates(workbook: Path, cell: str) -> None:
    book = Book.open(workbook)
    book.set(cell, Typed("2027-01-15"))
    assert book.get(cell) == SERIAL


def test_a_date_that_was_typed_moves_what_follows_and_is_stored_as_excel_stores_it(workbook: Path) -> None:
    result = recalculate(workbook, workbook, set={"signed": Typed("2027-01-15")})
    assert result["Inputs!A7"] == SERIAL + 1
    assert openpyxl.load_workbook(workbook)["Inputs"]["A1"].value == DAY


@pytest.mark.parametrize("cell", ["Inputs!A2", "Inputs!A5", "Inputs!A6", "Inputs!B9"])
def test_a_typed_date_stays_text_elsewhere(workbook: Path, cell: str) -> None:
    book = Book.open(workbook)
    book.set(cell, Typed("2027-01-15"))
    assert book.get(cell) == "2027-01-15"


def test_a_time_of_day_is_a_fraction(workbook: Path) -> None:
    book = Book.open(workbook)
    book.set("signed", Typed("2027-01-15 18:00"))
    assert book.get("signed") == SERIAL + 0.75


@pytest.mark.parametrize(
    "text", ["15/01/2027", "01-15-2027", "2027-1-15", "2027-02-30", "20270115", "1899-12-31", "soon"]
)
def test_another_form_is_refused_with_the_form_that_is_taken(workbook: Path, text: str) -> None:
    book = Book.open(workbook)
    with pytest.raises(WorkbookError, match=r"Inputs!A1.*(2027-01-15|is no date|begin on)"):
        book.set("signed", Typed(text))
    assert book.get("Inputs!A7") == 46112.0


def test_numbers_blanks_and_quoted_texts_go_in_as_they_are(workbook: Path) -> None:
    book = Book.open(workbook)
    for value in (46500.0, None, "no date"):
        book.set("signed", value)
        assert book.get("signed") == value


def test_dates_of_1904_are_counted_from_there(workbook: Path) -> None:
    raw = openpyxl.load_workbook(workbook)
    raw.epoch = dt.datetime(1904, 1, 1)
    raw.save(workbook)
    book = Book.open(workbook)
    book.set("signed", Typed("2027-01-15"))
    assert book.get("signed") == SERIAL - 1462


def test_a_sweep_goes_through_dates(workbook: Path) -> None:
    answers = Book.open(workbook).sweep({"signed": [Typed("2027-01-15"), Typed("2027-01-16")]}, ["Inputs!A7"])
    assert [row[-1] for row in answers.rows] == [SERIAL + 1, SERIAL + 2]


def test_a_batch_gives_its_workers_dates(workbook: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    record = task_record(Task("dates.xlsx", str(workbook), str(target), {"signed": Typed("2027-01-15")}))
    inputs = {name: unpacked(value) for name, value in record["set"].items()}
    assert packed(inputs["signed"]) == {"typed": "2027-01-15"}
    assert perform(Task(**record | {"set": inputs})).good
    assert openpyxl.load_workbook(target)["Inputs"]["A1"].value == DAY


def test_the_command_line_takes_dates(workbook: Path) -> None:
    command = [sys.executable, "-m", "computefi", "recalc", str(workbook), "--dry-run", "--get", "Inputs!A7", "--set"]
    given = subprocess.run([*command, "signed=2027-01-15"], capture_output=True, text=True, check=True)
    assert given.stdout.startswith(f"Inputs!A7 = {SERIAL + 1:.0f}")
    refused = subprocess.run([*command, "signed=15.1.2027"], capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    assert refused.stderr == "computefi: Inputs!A1 holds a date: write it as 2027-01-15; got '15.1.2027'\n"


@pytest.mark.parametrize(("code", "shows"), [
    ("yyyy-mm-dd", True), ("d", True), ("mmm yy", True), ("General", False), ("hh:mm:ss", False), ('0.0" y"', False),
    ("[Red]0.00", False), (r"0\d", False), ("0_d", False), ('"today "0;yyyy', False),
])  # fmt: skip
def test_a_format_is_that_of_a_date_by_its_year_or_day(code: str, shows: bool) -> None:
    assert is_date(code) is shows


@pytest.mark.parametrize("number", ["9" * 5000, "abc", "-1", "²", ""])
def test_numbers_that_are_none_in_formats_and_columns_are_passed_over(tmp_path: Path, number: str) -> None:
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    styles = f'<styleSheet {main}><numFmts><numFmt numFmtId="{number}" formatCode="yyyy"/></numFmts>'
    styles += f'<cellXfs><xf numFmtId="{number}"/></cellXfs></styleSheet>'
    columns = f'<cols><col min="{number}" max="{number}" style="{number}"/></cols>'
    cells = f'<sheetData><row r="1" spans="{number}"><c r="A1"><v>1</v></c></row></sheetData>'
    links = "".join(
        f'<Relationship Id="rId{i}" Type="{OFFICE}/{kind}" Target="/xl/{target}"/>'
        for i, (kind, target) in enumerate((("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml")), 1)
    )
    rels = f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>'
    extra = {"xl/styles.xml": styles.encode(), "xl/_rels/workbook.xml.rels": rels.encode()}
    path = raw_book(tmp_path / "book.xlsx", columns + cells, extra=extra)
    book = Book.open(path)
    book.set({"Deal!C1": Typed("2027-01-15"), "Deal!A1": Typed("2027-01-15")})
    assert book.get("Deal!A1") == book.get("Deal!C1") == "2027-01-15"
    book.save(tmp_path / "out.xlsx")
