"""What the tests of the workbooks share: reading a workbook, and the rules that hold for all of them."""

from __future__ import annotations

import re
import subprocess
import zipfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.formula.translate import Translator
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from computefi.recalc import Book, Recalculated
from tools.same import difference, members

ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Formula/Calculation">
<prop oor:name="UseThreadedCalculationForFormulaGroups" oor:op="fuse"><value>false</value></prop></item></oor:items>
"""  # its threads give #VALUE! where a group of formulas hangs on itself by another column of the same rows
INPUT_BLUE = "000000FF"
NEWER = re.compile(r"\b[A-Z]+\.[A-Z.]+\(|\b(CONCAT|IFS|XLOOKUP|TEXTJOIN)\(")
REFUSED = re.compile(r"\b(NPV|MEDIAN|LAMBDA|LET|TABLE|OFFSET|INDIRECT|NOW|TODAY|RAND|AGGREGATE)\(")


def cells(book: Any) -> Iterator[tuple[Worksheet, Cell]]:
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    yield sheet, cell


def our_own_workbooks() -> list[Any]:
    """The workbooks as cases of a test: those in Chinese, which compute the same (test_languages), by night."""
    paths = sorted((Path(__file__).resolve().parents[2] / "workbooks").glob("*.xlsx"))
    chinese = [pytest.mark.nightly]
    return [pytest.param(path, id=path.stem, marks=chinese if ".zh." in path.name else ()) for path in paths]


@contextmanager
def with_macros(path: Path) -> Iterator[Workbook]:
    """A workbook in openpyxl with its macros, whose archive openpyxl itself leaves open."""
    book = load_workbook(path, keep_vba=True)
    try:
        yield book
    finally:
        book.vba_archive.close()


def formula_of(cell: Cell) -> str:
    """The formula of a cell, or an empty text."""
    text = cell.value.text if isinstance(cell.value, ArrayFormula) else cell.value
    return text if isinstance(text, str) and text.startswith("=") else ""


def inputs(book: Any) -> list[tuple[Worksheet, Cell]]:
    """The cells in the look of an input, by the colour of their letters."""
    return [(s, c) for s, c in cells(book) if c.font.color is not None and c.font.color.rgb == INPUT_BLUE]


def same_but_for_last_digits(one: Path, other: Path) -> None:
    """Two workbooks have the same parts byte by byte, but for the last digits of numbers."""
    told = difference(one, other)
    assert not told, told


def supposing(model: Book, changes: dict[str, Any], *names: str) -> list[Any]:
    """What the names are worth under the changes; the model is put back."""
    home = {name: model.get(name) for name in changes}
    model.set(changes)
    try:
        return [model.get(name) for name in names]
    finally:
        model.set(home)  # type: ignore[arg-type]


def nonsense_for(cell: Cell, turn: int) -> Any:
    """A text, a blank, a truth value, or a number that the cell's own validation refuses: each in its turn."""
    rules = [rule for rule in cell.parent.data_validations.dataValidation if cell.coordinate in rule.sqref]
    assert rules, f"{cell.parent.title}!{cell.coordinate} has no validation"
    if rules[0].type == "list":
        bounds = [float(word) for word in rules[0].formula1.strip('"').split(",")]
    else:
        bounds = [float(rules[0].formula1), float(rules[0].formula2)]
    low, high = min(bounds), max(bounds)
    return ("much", None, True, high + max(1.0, abs(high)), low - max(1.0, abs(low)))[turn % 5]


def unnoticed(
    model: Book, formulas: Any, kinds: int = 1, blank: Collection[str] = (), step: int = 1
) -> tuple[int, list[str]]:
    """Put nonsense into each numeric input cell in turn; returns how many were tried and where the flag stayed true.

    Each cell gets that many of the five kinds of nonsense, and the next cell begins with the next kind. Cells of the
    sheets `blank` may be empty. Every so many cells are tried as `step` says.
    """
    tried, missed = 0, []
    for number, (sheet, cell) in enumerate(inputs(formulas)):
        if number % step or not isinstance(cell.value, int | float):
            continue
        address = f"'{sheet.title}'!{cell.coordinate}"
        for turn in range(number, number + kinds):
            wrong = nonsense_for(cell, turn)
            if wrong is None and sheet.title in blank:
                continue
            model.set(address, wrong)
            tried += 1
            if model.get("master_check") is True:
                missed.append(f"{address} = {wrong!r}")
        model.set(address, cell.value)
    assert model.get("master_check") is True
    return tried, missed


def is_set_up(book: Path, formulas: Any, values: Recalculated) -> None:
    """What Excel is told, what every sheet shows, and what a page prints."""
    workbook = members(book)["xl/workbook.xml"].decode()
    calculation = re.search(r"<calcPr[^>]*>", workbook)
    assert calculation is not None
    assert 'calcId="191029"' in calculation[0]
    assert "fullCalcOnLoad" not in calculation[0] or 'fullCalcOnLoad="0"' in calculation[0]
    with zipfile.ZipFile(book) as package:
        assert {entry.date_time for entry in package.infolist()} == {(2026, 11, 22, 0, 0, 0)}
    for sheet in formulas:
        assert "master_check" in sheet["B3"].value, sheet.title
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.print_area
        assert sheet.print_title_rows
        assert sheet.freeze_panes
        assert not sheet.sheet_view.showGridLines
        links = [cell.hyperlink.location for row in sheet["3:4"] for cell in row if cell.hyperlink]
        assert len(links) == len(formulas.sheetnames) - 1
    for name in formulas.defined_names:
        assert values[name] is not None, name


def uses_nothing_that_goes_wrong(formulas: Any) -> None:
    for sheet, cell in cells(formulas):
        text = formula_of(cell)
        where = f"{sheet.title}!{cell.coordinate}"
        assert not re.search(r"(_xll|_xldudf|_xlfn|!)\.?_?CFI_", text), where
        assert not REFUSED.search(text), where
        assert not NEWER.search(re.sub(r'"[^"]*"', "", text)), where


def follows_the_row(sheet: Worksheet, row: int, first: str, letters: list[str]) -> bool:
    """Whether a row has one formula: each cell is the first one moved. False where the row has none to compare.

    An array formula down a column is one of its cells; one along the row leaves nothing to compare.
    """
    origin = sheet[f"{first}{row}"]
    formula = formula_of(origin)
    left, _, right, _ = range_boundaries(getattr(origin.value, "ref", origin.coordinate))
    if not formula or left != right:
        return False
    for letter in letters:
        moved = Translator(formula, origin=origin.coordinate).translate_formula(f"{letter}{row}")
        assert formula_of(sheet[f"{letter}{row}"]) == moved, f"{sheet.title}!{letter}{row}"
    return True


def charts_show_their_findings(book: Path, values: Recalculated, count: int, axis_titles: int = 2) -> None:
    parts = members(book)
    charts = {name: text.decode() for name, text in parts.items() if re.fullmatch(r"xl/charts/chart\d+\.xml", name)}
    assert len(charts) == count
    for name, chart in charts.items():
        title = re.search(r"<title>.*?<strRef><f>([^<]*)</f>.*?<v>([^<]*)</v>", chart, re.DOTALL)
        assert title is not None, name
        assert values[title[1].replace("$", "")] == unescape(title[2]), name
        assert chart.count('<delete val="0"') >= 2, name
        assert len(re.findall(r"<a:t>[^<]+</a:t>", chart)) >= axis_titles, name
        assert "<numFmt" not in re.sub(r'<numFmt[^>]*sourceLinked="0"[^>]*>', "", chart), name
    drawn = [text.decode() for name, text in parts.items() if re.fullmatch(r"xl/drawings/drawing\d+\.xml", name)]
    drawings = "".join(drawn)
    assert len(re.findall(r'descr="[^"]{40,}"', drawings)) == count


def libreoffice_agrees(book: Path, formulas: Any, cached: Any, scratch: Path) -> int:
    """Recalculate the native cells in LibreOffice, CFI cells frozen; returns how many were compared."""
    from workbooks.build.kit.render import freeze

    frozen, profile = scratch / "frozen.xlsx", scratch / "profile"
    freeze(book, frozen, only=b"CFI_")
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS_RECALCULATE)
    command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless"]
    command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(scratch / "out"), str(frozen)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    referee = load_workbook(scratch / "out" / "frozen.xlsx", data_only=True)
    compared = 0
    for sheet, cell in cells(formulas):
        text = formula_of(cell)
        if text and "CFI_" not in text and not isinstance(cell.value, ArrayFormula):
            ours, theirs = (one[sheet.title][cell.coordinate].value for one in (cached, referee))
            if isinstance(ours, int | float):
                assert theirs == pytest.approx(ours, rel=1e-9, abs=1e-9), f"{sheet.title}!{cell.coordinate}"
            else:
                assert (theirs or None) == (ours or None), f"{sheet.title}!{cell.coordinate}"
            compared += 1
    return compared
