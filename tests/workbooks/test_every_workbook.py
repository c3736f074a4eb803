"""What holds for every workbook that is delivered, in both languages."""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.utils import range_boundaries

from computefi.recalc.lint.api import lint
from workbook_support import cells, members
from workbooks.build.kit import page as kit

ROOT = Path(__file__).parents[2]


BOOKS = sorted((ROOT / "workbooks").glob("*.xlsx"))
ENGLISH = [path for path in BOOKS if ".zh" not in path.name]
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


def test_there_are_six_workbooks_in_two_languages() -> None:
    assert len(ENGLISH) == 6
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
        areas = [area.split("!")[1].replace("$", "") for area in sheet.print_area.split(",")]
        last = max(range_boundaries(area)[2] for area in areas)
        assert max(cell.column for cell in sheet[3] if cell.hyperlink) <= last, sheet.title
