"""What holds for every workbook that is delivered, in both languages."""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import lru_cache
from html import unescape
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.formula import Tokenizer
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from computefi.recalc.lint.api import lint
from workbook_support import cells, formula_of, members
from workbooks.build.kit import page as kit
from workbooks.build.kit.render import print_pdf
from workbooks.build.kit.text import lines_of

ROOT = Path(__file__).parents[2]


BOOKS = sorted((ROOT / "workbooks").glob("*.xlsx"))
ENGLISH = [path for path in BOOKS if ".zh" not in path.name]
LONGEST_FORMULA = 250
LEAST_POINTS = 6.95  # seven, as widths are rounded
PAPER = {8: 400.0, 9: 277.0}  # millimetres across, between the margins: A3 and A4
HIGH = {8: 297.0, 9: 210.0}  # millimetres from edge to edge
WIDE = 200  # columns, or more than a text takes
LEAST_CONTRAST = 4.5  # WCAG 2.2, level AA, text of normal size


@lru_cache(maxsize=1)
def opened(path: Path) -> Workbook:
    """The formulas of a workbook; tests that follow each other ask for the same one."""
    return load_workbook(path)


every_book = pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem, scope="module")


def luminance(colour: str) -> float:
    """Relative luminance of an RRGGBB colour, as WCAG defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def colours(cell: Cell) -> tuple[str, str]:
    """Letters and ground of a cell; a cell without a fill is white."""
    letters = cell.font.color.rgb[-6:] if cell.font.color is not None and cell.font.color.type == "rgb" else "000000"
    return letters, cell.fill.fgColor.rgb[-6:] if cell.fill.fill_type == "solid" else kit.WHITE


def test_there_are_seven_workbooks_in_two_languages() -> None:
    assert len(ENGLISH) == 7
    assert sorted([*ENGLISH, *(path.with_suffix(".zh.xlsx") for path in ENGLISH)]) == BOOKS


@every_book
def test_lint_finds_nothing(path: Path) -> None:
    assert lint(path) == []


@every_book
def test_text_can_be_read_on_its_ground(path: Path) -> None:
    pairs = {colours(cell) for _, cell in cells(opened(path))}
    assert len(pairs) > 3
    for letters, ground in pairs:
        assert contrast(letters, ground) >= LEAST_CONTRAST, (letters, ground)


def test_colours_of_rules_can_be_read() -> None:
    for letters, ground in kit.GROUNDS.values():
        assert contrast(letters, ground) >= LEAST_CONTRAST


@every_book
def test_every_chart_has_an_alternative_text(path: Path) -> None:
    parts = members(path)
    charts = [name for name in parts if re.fullmatch(r"xl/charts/chart\d+\.xml", name)]
    drawings = "".join(parts[name].decode() for name in parts if re.fullmatch(r"xl/drawings/drawing\d+\.xml", name))
    told = [unescape(text) for text in re.findall(r'descr="([^"]+)"', drawings)]
    assert len(told) == len(charts)
    assert len(set(told)) == len(told)


@every_book
def test_the_row_of_links_is_printed(path: Path) -> None:
    for sheet in opened(path):
        assert max(cell.column for cell in sheet[3] if cell.hyperlink) <= printed(sheet)[2], sheet.title


@every_book
def test_no_formula_is_longer_than_can_be_read(path: Path) -> None:
    longest = max((len(formula_of(cell)), f"{sheet.title}!{cell.coordinate}") for sheet, cell in cells(opened(path)))
    assert longest[0] <= LONGEST_FORMULA, longest


@every_book
def test_no_shared_formula_names_another_sheet(path: Path) -> None:
    # Excel takes the reference to another sheet of such a formula for that of its first cell.
    sheets = [part.decode() for name, part in members(path).items() if name.startswith("xl/worksheets/sheet")]
    shared = re.findall(r'<f t="shared" ref="[^"]*" si="\d+">([^<]*)</f>', "".join(sheets))
    assert not [formula for formula in shared if "!" in formula or "CFI_" in formula]


def fits(cell: Cell, width: float) -> bool:
    """Whether the text of a cell takes one line of that width."""
    return lines_of(cell.value, width + 2, cell.font.size * (1.08 if cell.font.b else 1)) == 1


def room(cell: Cell) -> float:
    """The width in which the text of a cell shows: up to the next cell that holds something."""
    sheet: Worksheet = cell.parent
    after = [sheet.cell(cell.row, column) for column in range(cell.column + 1, sheet.max_column + 1)]
    empty = next((at for at, other in enumerate(after) if other.value is not None), WIDE)
    if empty and cell.alignment.horizontal == "center":
        return WIDE
    span = range(cell.column, cell.column + empty + 1)
    return float(sum(sheet.column_dimensions[get_column_letter(column)].width for column in span))


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem, scope="module")
def test_no_text_is_cut_off_by_the_cell_beside_it(path: Path) -> None:
    for sheet, cell in cells(opened(path)):
        said = isinstance(cell.value, str) and not cell.value.startswith("=") and not cell.hyperlink
        if said and not cell.alignment.wrap_text and not fits(cell, sheet.column_dimensions[cell.column_letter].width):
            assert fits(cell, room(cell)), f"{sheet.title}!{cell.coordinate}: {cell.value}"


def assumed(formula: str) -> list[str]:
    """The fractions in a formula that are no rounding, and no bound of a condition that cells hold numbers."""
    found, before = [], ""
    for token in Tokenizer(formula).items:
        bound = before in (">=", "<=") and "COUNT(" in formula
        number = float(token.value) if token.type == "OPERAND" and token.subtype == "NUMBER" else 0.0
        if number != int(number) and not bound and min(abs(number), abs(number - 1)) > 1e-6:
            found.append(token.value)
        before = token.value if token.value not in ("-", " ") else before
    return found


def test_a_fraction_in_a_formula_is_seen() -> None:
    assert assumed("=D5*0.95") == ["0.95"]
    assert assumed("=IF(A1<=0.03,1,0)") == ["0.03"]
    assert assumed('=IF(A1>0,"0.5 of it",MAX(0.000001,12*A2))') == []
    assert assumed("=IF(AND(COUNT(D5:D9)=5,MIN(D5:D9)>=-0.5,MAX(D5:D9)<=0.99),1,0)") == []


# functions.xlsx and checks.xlsx assume nothing: their fractions are the tolerances and formulas that they show.
@pytest.mark.parametrize(
    "path", [path for path in BOOKS if not path.name.startswith(("functions", "checks"))], ids=lambda path: path.stem
)
def test_no_assumption_stands_in_a_formula(path: Path) -> None:
    for sheet, cell in cells(opened(path)):
        formula = formula_of(cell)
        if re.search(r"\d\.\d", formula):
            assert assumed(formula) == [], f"{sheet.title}!{cell.coordinate}: {formula}"


def printed(sheet: Worksheet) -> tuple[int, int, int, int]:
    """What goes on paper, from its first column and row to its last."""
    areas = [range_boundaries(area.split("!")[1].replace("$", "")) for area in sheet.print_area.split(",")]
    lefts, tops, rights, bottoms = zip(*areas, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def scale_of(sheet: Worksheet) -> float:
    """How much smaller a sheet prints than it is on the screen."""
    if not sheet.sheet_properties.pageSetUpPr.fitToPage:
        return float(sheet.page_setup.scale) / 100
    left, _, right, _ = printed(sheet)
    columns = [sheet.column_dimensions[get_column_letter(column)] for column in range(left, right + 1)]
    points = sum((column.width * 7 + 5) * 0.75 for column in columns if not column.hidden)
    scale = min(1.0, PAPER[int(sheet.page_setup.paperSize)] / 25.4 * 72 / points)
    if not sheet.page_setup.fitToHeight:
        return scale
    _, top, _, bottom = printed(sheet)
    heights = [sheet.row_dimensions[row].height or 15 for row in range(top, bottom + 1)]
    room = HIGH[int(sheet.page_setup.paperSize)] / 25.4 - sheet.page_margins.top - sheet.page_margins.bottom
    return min(scale, sheet.page_setup.fitToHeight * room * 72 / sum(heights))


@every_book
def test_columns_are_as_wide_in_every_language(path: Path) -> None:
    # Widths are counted in digits of the font of the style Normal.
    assert opened(path)._named_styles["Normal"].font.name == kit.FONT


@every_book
def test_no_page_prints_below_seven_points(path: Path) -> None:
    for sheet in opened(path):
        left, top, right, bottom = printed(sheet)
        sizes = [
            cell.font.size
            for row in sheet.iter_rows(top, bottom, left, right)
            for cell in row
            if cell.value is not None and not sheet.column_dimensions[cell.column_letter].hidden
        ]
        headers = [part for side in (sheet.oddHeader, sheet.oddFooter) for part in (side.left, side.center, side.right)]
        sizes += [float(part.size) for part in headers if part.text]
        assert min(sizes) * scale_of(sheet) >= LEAST_POINTS, (sheet.title, min(sizes) * scale_of(sheet))


@pytest.mark.nightly
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.skipif(shutil.which("pdftohtml") is None, reason="pdftohtml of poppler-utils is not installed")
@every_book
def test_nothing_is_printed_below_seven_points(path: Path, tmp_path: Path) -> None:
    pdf = print_pdf(path, tmp_path)
    # Three times as large, which is the most, because sizes are cut to whole points.
    command = ["pdftohtml", "-xml", "-i", "-stdout", "-zoom", "3", str(pdf)]
    told = subprocess.run(command, check=True, capture_output=True, text=True, errors="replace").stdout
    sizes: dict[str, int] = {}
    for page in told.split("<page ")[1:]:
        sizes |= {key: int(size) for key, size in re.findall(r'<fontspec id="(\d+)" size="(\d+)"', page)}
        for font, text in re.findall(r'<text [^>]*font="(\d+)">(.*?)</text>', page):
            words = re.sub(r"<[^>]+>", "", text).strip()
            assert not words or sizes[font] >= int(3 * LEAST_POINTS), (page[:12], sizes[font] / 3, words)
