"""The report of a workbook: ours as a memo, any other by what it holds."""

from __future__ import annotations

import copy
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
from openpyxl.chart import BarChart, LineChart, Reference, ScatterChart
from openpyxl.chart import Series as SeriesFactory
from openpyxl.worksheet.datavalidation import DataValidation

from computefi import templates
from computefi.cli.main import cli
from computefi.errors import Code, EngineFailed, EngineMissing
from computefi.recalc import Book
from computefi.reports import paper
from computefi.reports.drawings import Swing, tornado
from computefi.reports.formats import formatted
from computefi.reports.memo import Memo, language_of, memo
from computefi.reports.memo_page import INNER, block_table, memo_page
from computefi.reports.plots import Frame, Series, chart
from computefi.reports.profiles import PROFILES, live_names
from computefi.reports.scales import Axis, Scale
from computefi.reports.sheets import Block
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
def calibration() -> Memo:
    return memo(Book.open(templates.template("calibration")))


def told(path: Path, language: str = "en", wanted: str = "") -> str:
    return memo_page(memo(Book.open(path), wanted), WHEN, language)


def plain(text: str) -> str:
    return re.sub(r"<style>.*?</style>|<[^>]*>", " ", text, flags=re.S)


# --- ours -----------------------------------------------------------------------------------------


def test_a_memo_answers_first_and_has_all_its_parts(calibration: Memo) -> None:
    text = memo_page(calibration, WHEN, "en")
    assert calibration.sentences[0].split(".")[0] in text[: text.index("<h2>")]
    for part in ("In pictures", "What moves the answer", "Reverse stress", "Checks", "Inputs", "Steps of the headline",
                 "Provenance", "Differences from what the file stores"):  # fmt: skip
        assert f">{part}" in text, part
    assert calibration.book.package.identity is not None
    assert calibration.book.package.identity.digest in text
    assert text.count("<svg") == len(calibration.pictures) + 1
    assert not re.search(r"<(?:script|link|img|iframe)|url\((?!#)|@import", text), "it asks nothing of the network"
    assert all(one.source in plain(text).replace("&#x27;", "'").replace("&amp;", "&") for one in calibration.inputs[:5])


def test_every_picture_is_well_formed(calibration: Memo) -> None:
    for picture in re.findall(r"<svg.*?</svg>", memo_page(calibration, WHEN, "en"), re.S):
        assert not re.search(r"nan|inf\b|None", picture)
        ElementTree.fromstring(picture)


def test_a_tornado_has_the_scenarios_of_the_workbook(calibration: Memo) -> None:
    examined = calibration.examined
    assert examined is not None
    assert [one.width for one in examined.swings] == sorted((one.width for one in examined.swings), reverse=True)
    worst = examined.swings[0]
    rows = calibration.book.sweep({worst.input.name: [worst.low, worst.high]}, ["supply_needed"]).rows
    assert [row[-1] for row in rows] == pytest.approx([worst.at_low, worst.at_high], rel=1e-12)
    assert worst.low == pytest.approx(worst.input.value * 0.9)
    reached = next(one for one in examined.reached if one.value is not None)
    [(*_, answer)] = calibration.book.sweep({reached.input.name: [reached.value]}, ["supply_needed"]).rows
    assert answer == pytest.approx(examined.limit, rel=1e-6)
    assert calibration.book.get("supply_needed") == examined.base, "the book stays as it was"


@pytest.mark.nightly
@pytest.mark.parametrize("name", ["calibration", "asic_loan", "compare", "ddtl"])
def test_the_same_workbook_gives_the_same_bytes_but_for_the_date(name: str) -> None:
    one, again = (memo_page(memo(Book.open(templates.template(name))), WHEN, "en") for _ in range(2))
    assert one == again


@pytest.mark.nightly
def test_the_inputs_of_the_live_deal_are_moved() -> None:
    book = Book.open(templates.template("asic_loan"))
    book.set("deal", 2)
    [profile] = [one for one in PROFILES if "o_lgd" in one.known_by]
    assert "hashprice_start_2" in live_names(book, profile)


def test_a_chinese_memo_is_chinese(calibration: Memo) -> None:
    assert language_of(calibration) == "en"
    text = memo_page(calibration, WHEN, "zh")
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
    assert (line.title, line.frame.categories, line.series[0]) == (
        "Row 3", ["2024", "2025", "2026"], Series("Twice", [20, 100, 60], across=[]),
    )  # fmt: skip
    assert bars.series[0].bars


def test_points_stand_at_their_numbers_and_axes_are_those_of_the_chart(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    for row in (["Month", "Loan"], [1, 10], [2, 100], [40, 1000], [None, None]):
        sheet.append(row)
    points = ScatterChart()
    points.x_axis.title, points.y_axis.scaling.logBase, points.x_axis.scaling.max = "Month", 10, 50
    across, up = Reference(sheet, min_col=1, min_row=2, max_row=5), Reference(sheet, min_col=2, min_row=1, max_row=5)
    one = SeriesFactory(up, across, title_from_data=True)
    one.graphicalProperties.line.noFill = True
    points.series.append(one)
    sheet.add_chart(points, "F2")
    workbook.create_sheet("Summary").add_chart(copy.deepcopy(points), "A1")
    workbook.save(tmp_path / "book.xlsx")
    [picture] = memo(Book.open(tmp_path / "book.xlsx")).pictures
    assert picture.series == [Series("Loan", [10, 100, 1000], across=[1, 2, 40], points=True)]
    assert (picture.frame.below.title, picture.frame.below.most, picture.frame.left.logarithmic) == ("Month", 50, True)
    places = [tuple(map(float, found)) for found in re.findall(r'cx="(.*?)" cy="(.*?)"', chart("x", *picture[1:]))]
    (first, low), (second, middle), (third, high) = places
    assert third - second == pytest.approx(38 * (second - first), abs=0.3)
    assert low - middle == pytest.approx(middle - high, abs=0.2)


def test_bars_that_stand_on_each_other_add_up() -> None:
    frame = Frame(Axis(str), Axis(str), Axis(str), ["a"], stacked=True)
    drawn = chart("x", [Series("one", [1.0], bars=True), Series("two", [3.0], bars=True)], frame)
    tops = [
        (float(y), float(high)) for y, high in re.findall(r'y="([\d.]+)" width="[\d.]+" height="([\d.]+)" f', drawn)
    ]
    assert tops[0][0] == pytest.approx(sum(tops[1]), abs=0.2)
    assert tops[1][1] == pytest.approx(3 * tops[0][1], abs=0.2)


@pytest.mark.parametrize(
    ("values", "code", "told"),
    [
        ([0, 5], "0", ["0", "1", "2", "3", "4", "5"]), ([1.2, 1.4], "0.0", ["1.2", "1.3", "1.4"]),
        ([0, 37], "0", ["0", "10", "20", "30", "40"]), ([0, 1], "0%", ["0%", "20%", "40%", "60%", "80%", "100%"]),
        ([3, 3], "0", ["1", "2", "3", "4", "5"]), ([0, 1e299], '"x"', []), ([5e-324, 1e-300], "0", ["-1", "0", "1"]),
    ],
)  # fmt: skip
def test_an_axis_has_round_numbers_that_its_format_tells_apart(values: list[float], code: str, told: list[str]) -> None:
    scale = Scale(Axis(lambda value: formatted(value, code)), values)
    assert [scale.axis.say(tick) for tick in scale.ticks] == told
    assert scale.least <= min(values) <= max(values) <= scale.most


def test_a_picture_of_nothing_or_of_one_number_is_drawn() -> None:
    for logarithmic in (False, True):
        axis = Axis(str, logarithmic=logarithmic)
        for values in ([], [None, None], [5.0], [0.0, 0.0], [-1e308, 1e300], [1e-320, 5.0]):
            series = [Series("one", values), Series("two", values, bars=True), Series("three", values, across=values)]
            drawn = chart("x", series, Frame(axis, axis, axis, ["a"]))
            assert not re.search(r"nan|inf\b", drawn)
    assert "nan" not in tornado(0.0, [Swing("x", 0.0, 0.0, "", "")], str, "x")


def test_inputs_that_are_alike_are_one_line(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    for row in (["", "Base", "Low", "Source"], ["Rent", 2, 1, "Filed"], ["Cost", 3, 2, "Filed"],
                ["", "Price", "", "Source"], *([None, number] for number in range(30, 0, -1)),
                ["Answer", "=SUMPRODUCT(B5:B34)+B2*C2+B3*C3"]):  # fmt: skip
        sheet.append(row)
    rule = DataValidation(type="decimal", operator="between", formula1="0", formula2="99")
    for area in ("B2:C3", "B5:B34"):
        rule.add(area)
    sheet.add_data_validation(rule)
    workbook.save(tmp_path / "book.xlsx")
    text = told(tmp_path / "book.xlsx")
    rows = re.findall("<tr>(.*?)</tr>", text[text.index('<table class="inputs">') :], re.S)[1:4]
    assert [re.sub("<[^>]*>", "|", row).replace("||", "|").replace("||", "|") for row in rows] == [
        "|Rent |(Sheet!B2, Sheet!C2)|Base: 2 · Low: 1|0 to 99|Filed|",
        "|Cost |(Sheet!B3, Sheet!C3)|Base: 3 · Low: 2|0 to 99|as above|",
        "|Price |Sheet!B5:B34|30 values, 1 to 30|0 to 99|no source beside it|",
    ]


@pytest.mark.parametrize("heading", ["Words", "Refresh"])
def test_blocks_that_serve_the_workbook_are_left_out_in_each_language(heading: str, repository: Path) -> None:
    said = [json.loads(path.read_text(encoding="utf-8")).get(heading)
            for path in repository.glob("workbooks/build/*/words_zh.json")]  # fmt: skip
    assert {words for words in said if words} <= {*INNER}
    assert any(said)


def test_room_that_nobody_has_filled_is_not_told() -> None:
    """A head of years stays; a row of numbers among rows with names does not."""
    rows = [["", "2026", "2027"], ["Lab A", "5", "6"], ["", "–", "0"], ["Lab B", "7", "8"]]
    numbers = {(row, column) for row in range(4) for column in (1, 2)}
    told = block_table(Block("Names", [], rows, numbers), range(3))
    assert plain(told).split() == ["2026", "2027", "Lab", "A", "5", "6", "Lab", "B", "7", "8"]


def test_a_long_list_of_records_leaves_no_other_sheet_out(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    rule = DataValidation(type="decimal", operator="between", formula1="0", formula2="9999")
    rule.add("B1:B400")
    for row in range(1, 401):
        sheet.append([f"Loan {row}", row])
    sheet.add_data_validation(rule)
    last = workbook.create_sheet("Terms")
    last.append(["Margin", 3])
    last.append(["Twice", "=B1*2"])
    workbook.save(tmp_path / "book.xlsx")
    text = plain(told(tmp_path / "book.xlsx"))
    assert "Loan 150" in text
    assert "Loan 151" not in text
    assert re.search(r"and 250 more\s+\(Sheet\)", text)
    assert "Margin" in text


def test_a_page_has_the_paper_that_is_asked_for(calibration: Memo) -> None:
    assert "@page{size:Letter}" in memo_page(calibration, WHEN, "en", "Letter")
    assert "size:A4" not in memo_page(calibration, WHEN, "en")


def test_libreoffice_gets_pictures_as_files_and_the_paper(calibration: Memo, tmp_path: Path) -> None:
    html = memo_page(calibration, WHEN, "en", "A4")
    simple = paper.for_office(html, tmp_path)
    named = re.findall(r'<img src="(.*?)"', simple)
    assert len(named) == len(set(named)) == html.count("<svg") > 0
    assert "<svg" not in simple
    assert "@page{size:A4}" in simple
    for name in named:
        ElementTree.fromstring((tmp_path / name).read_bytes())


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


def test_a_libreoffice_without_its_writer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    said = ["sh", "-c", f"echo 'Error: {paper.UNREAD}' >&2; exit 1"]
    monkeypatch.setattr(paper, "printers", lambda: [paper.Printer("soffice", lambda _page, _pdf: said)])
    with pytest.raises(EngineFailed, match="is LibreOffice's Writer installed"):
        paper.pdf_of("<p>x</p>")


@pytest.mark.nightly
@pytest.mark.parametrize("printer", [one.name for one in paper.printers()])
def test_each_program_prints(printer: str, monkeypatch: pytest.MonkeyPatch, make: Make) -> None:
    one = next(one for one in paper.printers() if one.name == printer)
    monkeypatch.setattr(paper, "printers", lambda: [one])
    try:
        assert paper.pdf_of(told(make({"A1": 1, "A2": "=A1*2"}))).startswith(b"%PDF")
    except EngineFailed as error:
        if "Writer installed" not in str(error):
            raise
        pytest.skip(str(error))
