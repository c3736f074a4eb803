"""The report of a workbook: ours as a memo, any other by what it holds."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from click.testing import CliRunner
from openpyxl.chart import BarChart, LineChart, Reference

from computefi import templates
from computefi.cli.main import cli
from computefi.errors import Code, EngineMissing
from computefi.recalc import Book
from computefi.reports import paper
from computefi.reports.drawings import Series, Swing, chart, tornado
from computefi.reports.formats import formatted
from computefi.reports.memo import Memo, language_of, memo
from computefi.reports.memo_page import memo_page
from computefi.reports.profiles import PROFILES, live_names
from computefi.xlsx.package import Package
from computefi.xlsx.workbook import open_workbook

WHEN = dt.datetime(2026, 11, 29, 3, 4, tzinfo=dt.UTC)
Cells = dict[str, Any]
Make = Callable[[Cells], Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def made(cells: Cells) -> Path:
        workbook = openpyxl.Workbook()
        for place, value in cells.items():
            workbook.active[place] = value
        path = tmp_path / "stranger.xlsx"
        workbook.save(path)
        return path

    return made


@pytest.fixture(scope="module")
def loan() -> Memo:
    return memo(Book.open(templates.template("asic_loan")))


def told(path: Path, language: str = "en", wanted: str = "") -> str:
    return memo_page(memo(Book.open(path), wanted), WHEN, language)


def plain(text: str) -> str:
    return re.sub(r"<style>.*?</style>|<[^>]*>", " ", text, flags=re.S)


# --- ours -----------------------------------------------------------------------------------------


def test_a_memo_answers_first_and_has_all_its_parts(loan: Memo) -> None:
    text = memo_page(loan, WHEN, "en")
    assert loan.sentences[0].split(".")[0] in text[: text.index("<h2>")]
    for part in ("In pictures", "What moves the answer", "Reverse stress", "Checks", "Inputs", "Steps of the headline",
                 "Provenance", "Differences from what the file stores"):  # fmt: skip
        assert f">{part}" in text, part
    assert loan.book.package.identity is not None
    assert loan.book.package.identity.digest in text
    assert text.count("<svg") == len(loan.pictures) + 1
    assert not re.search(r"<(?:script|link|img|iframe)|url\(|@import", text), "it asks nothing of the network"
    assert all(one.source in plain(text).replace("&#x27;", "'").replace("&amp;", "&") for one in loan.inputs[:5])


def test_every_picture_is_well_formed(loan: Memo) -> None:
    for picture in re.findall(r"<svg.*?</svg>", memo_page(loan, WHEN, "en"), re.S):
        assert not re.search(r"nan|inf\b|None", picture)
        ElementTree.fromstring(picture)


def test_a_tornado_has_the_scenarios_of_the_workbook(loan: Memo) -> None:
    examined = loan.examined
    assert examined is not None
    assert [one.width for one in examined.swings] == sorted((one.width for one in examined.swings), reverse=True)
    worst = examined.swings[0]
    rows = loan.book.sweep({worst.input.name: [worst.low, worst.high]}, ["o_el"]).rows
    assert [row[-1] for row in rows] == pytest.approx([worst.at_low, worst.at_high], rel=1e-12)
    assert worst.low == pytest.approx(worst.input.value * 0.9)
    reached = next(one for one in examined.reached if one.value is not None)
    [(*_, answer)] = loan.book.sweep({reached.input.name: [reached.value]}, ["o_el"]).rows
    assert answer == pytest.approx(examined.limit, rel=1e-6)
    assert loan.book.get("o_el") == examined.base, "the book stays as it was"
    assert "hashprice_start_1" in live_names(loan.book, loan.profile), "those of the live loan"


@pytest.mark.nightly
def test_the_same_workbook_gives_the_same_bytes_but_for_the_date(loan: Memo) -> None:
    again = memo_page(memo(Book.open(templates.template("asic_loan"))), WHEN, "en")
    assert again == memo_page(loan, WHEN, "en")


def test_a_chinese_memo_is_chinese(loan: Memo) -> None:
    assert language_of(loan) == "en"
    text = memo_page(loan, WHEN, "zh")
    assert '<html lang="zh">' in text
    assert not [head for head in re.findall(r"<h2>(.*?)</h2>", text) if not re.search("[一-鿿]", head)]


@pytest.mark.parametrize("name", ["compare", "ddtl", "asic_loan", "calibration"])
def test_a_workbook_of_ours_has_the_names_of_its_profile(name: str) -> None:
    book = open_workbook(Package.open(templates.template(name)))
    names = {known.name.casefold() for known in book.names}
    [profile] = [one for one in PROFILES if names.issuperset(one.known_by)]
    assert {*profile.sentences, profile.target, *filter(None, [profile.limit, profile.chosen_by])} <= names
    assert set(profile.sheets) <= set(book.sheets)
    varied = {name.format(deal=deal) for name in profile.vary for deal in profile.deals or ("",)}
    assert len(varied & names) >= min(8, len(profile.vary))


# --- strangers ------------------------------------------------------------------------------------


def test_a_stranger_without_names_is_told_by_its_last_number(make: Make) -> None:
    path = make({"A1": "Revenue", "B1": 100, "A2": "Cost", "B2": -60, "A3": "Profit", "B3": "=B1+B2"})
    found = memo(Book.open(path))
    assert found.examined is not None
    assert (found.examined.target.label, found.examined.base) == ("Profit", 40)
    assert [one.input.label for one in found.examined.swings] == ["Revenue", "Cost"]
    assert [one.value for one in found.examined.reached] == pytest.approx([140, -20])
    assert "Report: stranger.xlsx" in told(path)
    assert "store another value" in told(path), "openpyxl stores no values"


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({}, "The workbook has no input"),
        ({"A1": "only <b>words</b> & such"}, "The workbook has no number that rests on others"),
        ({"A1": 0, "A2": "=1/A1", "A3": "=A2*2"}, "2 cells show an error"),
        ({"A1": 1e308, "A2": "=A1*10", "B1": "=A1/1E300"}, "1 cells show an error"),
        ({"A1": True, "A2": '=IF(A1,"yes","no")'}, "The workbook has no number that rests on others"),
        ({"A1": 3, "A2": "=A2+A1"}, "keep their stored values"),
        ({"A1": 3, "A2": "=A1+[1]Sheet1!$A$1"}, "keep their stored values"),
        ({"A1": -1, "A2": "=SQRT(-A1)"}, "What moves the answer"),
        ({"A1": 0, "A2": "=A1+1"}, "No input that may be moved by a tenth changes it"),
    ],
)
def test_an_odd_workbook_has_a_report_too(make: Make, cells: Cells, words: str) -> None:
    text = told(make(cells))
    assert words in plain(text)
    assert "<b>words" not in text


def test_hidden_sheets_are_named(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    for name, state in (("seen", "visible"), ("kept back", "hidden"), ("deep", "veryHidden")):
        workbook.create_sheet(name).sheet_state = state
    workbook.save(tmp_path / "book.xlsx")
    assert "kept back, deep" in plain(told(tmp_path / "book.xlsx"))


def test_charts_are_drawn_from_the_cells_as_they_are_now(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    for row in (["Year", 2024, 2025, 2026], ["Rent", 10, 20, 30], ["Twice", "=B2*2", "=C2*2", "=D2*2"]):
        sheet.append(row)
    for kind, row in ((LineChart(), 3), (BarChart(), 2)):
        kind.title = f"Row {row}"
        kind.add_data(Reference(sheet, min_col=1, max_col=4, min_row=row), from_rows=True, titles_from_data=True)
        kind.set_categories(Reference(sheet, min_col=2, max_col=4, min_row=1))
        sheet.add_chart(kind, f"F{row * 10}")
    workbook.save(tmp_path / "book.xlsx")
    book = Book.open(tmp_path / "book.xlsx")
    book.set("Sheet!C2", 50)
    line, bars = memo(book).pictures
    assert (line.title, line.across, line.series[0]) == (
        "Row 3", ["2024", "2025", "2026"], Series("Twice", [20, 100, 60], False, False),
    )  # fmt: skip
    assert bars.series[0].bars


def test_a_picture_of_nothing_or_of_one_number_is_drawn() -> None:
    for values in ([], [None, None], [5.0], [0.0, 0.0], [-1e308, 1e300]):
        drawn = chart("x", ["a"], [Series("one", values), Series("two", values, bars=True)], str, str)
        assert "nan" not in drawn
    assert "nan" not in tornado(0.0, [Swing("x", 0.0, 0.0, "", "")], str, "x")


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (0.0256, "0.0%", "2.6%"), (8500.0, "#,##0", "8,500"), (1.27, '0.00"×"', "1.27×"),
        (45000.0, "yyyy-mm-dd", "2023-03-15"),
        (-5.0, "#,##0;(#,##0)", "(5)"), (0.0, '0.0;-0.0;"–"', "–"), (1234567.0, "#,##0,", "1,235"),
        (12345678.0, '"US$ "#,##0', "US$ 12,345,678"),
        # As the sheet has them: rounded half away from 0, a part of its own for 0, digits that may be absent, powers.
        (5912.5, "#,##0", "5,913"), (0.4915, "0.0%", "49.2%"), (0.0, "0;-0;·", "·"), (3.8, "#,##0.####", "3.8"),
        (1e-6, "0.0E+00", "1.0E-06"),
        (1 / 3, "General", "0.333333"), (True, "General", "TRUE"), (Code.NA, "0.0", "#N/A"), (None, "0", ""),
        ("text", "0", "text"), (float("inf"), "0", "#NUM!"), (1e-9, "General", "1e-09"), (40.0, "General", "40"),
    ],
)  # fmt: skip
def test_a_number_is_told_as_its_cell_shows_it(value: Any, code: str, shown: str) -> None:
    assert formatted(value, code) == shown


# --- the command ----------------------------------------------------------------------------------


def test_the_command_writes_a_page_and_leaves_the_workbook(make: Make, tmp_path: Path) -> None:
    path, target = make({"A1": "Rent", "B1": 2, "B2": "=B1*3"}), tmp_path / "report.html"
    before = path.read_bytes()
    done = CliRunner().invoke(cli, ["report", str(path), "-o", str(target), "--set", "Sheet!B1=5", "--json"])
    assert done.exit_code == 0, done.output
    facts = json.loads(done.stdout)
    assert (facts["examined"], facts["moved_by"], facts["language"]) == ("Sheet!B2", ["Sheet!B1"], "en")
    assert "15" in plain(target.read_text(encoding="utf-8"))
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-o", "x.doc"], "must end in .html or .pdf"),
        (["-o", "x.html", "--target", "Nowhere"], "Nowhere is not a number to examine"),
        (["-o", "x.html", "--set", "Nowhere=1"], "no name"),
    ],
)
def test_what_cannot_be_is_refused_in_a_line(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(cli, ["report", str(make({"A1": 1, "A2": "=A1"})), *arguments])
    assert done.exit_code == 2
    assert words in done.stderr
    assert not list(tmp_path.glob("x.*"))


def test_without_a_program_that_prints_the_reason_is_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "printers", list)
    with pytest.raises(EngineMissing, match=r"write \.html and print it"):
        paper.pdf_of("<p>x</p>")


def test_a_program_that_prints_nothing_is_told_and_the_next_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(_page: Path, _pdf: Path) -> list[str]:
        return ["/nowhere/browser"]

    def copying(_page: Path, pdf: Path) -> list[str]:
        return ["sh", "-c", f"printf '%%PDF-1.7' > '{pdf}'"]

    monkeypatch.setattr(paper, "printers", lambda: [paper.Printer("one", failing), paper.Printer("two", copying)])
    assert paper.pdf_of("<p>x</p>") == b"%PDF-1.7"
    monkeypatch.setattr(paper, "printers", lambda: [paper.Printer("one", failing)])
    with pytest.raises(Exception, match="no program could print the page; one: "):
        paper.pdf_of("<p>x</p>")


@pytest.mark.nightly
@pytest.mark.parametrize("printer", [one.name for one in paper.printers()])
def test_each_program_prints(printer: str, monkeypatch: pytest.MonkeyPatch, make: Make) -> None:
    one = next(one for one in paper.printers() if one.name == printer)
    monkeypatch.setattr(paper, "printers", lambda: [one])
    assert paper.pdf_of(told(make({"A1": 1, "A2": "=A1*2"}))).startswith(b"%PDF")
