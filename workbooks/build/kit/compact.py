"""A sheet as small as it goes: formulas that repeat beside or below each other are shared, as Excel stores them.

D9 =D7-D8, E9 =E7-E8, F9 =F7-F8   →   D9 <f t="shared" ref="D9:F9" si="0">D7-D8</f>, E9 and F9 <f t="shared" si="0"/>
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape

from openpyxl.formula.translate import Translator
from openpyxl.utils import column_index_from_string, get_column_letter, range_boundaries

CELL = re.compile(rb'(<c r="([A-Z]+)(\d+)"[^>]*>)<f>([^<]*)</f>')
PLACE = re.compile(r"\$?[A-Z]{1,3}\$?\d+")
WORD = re.compile(r"[A-Za-z_]\w+")
NAME = re.compile(rb'<definedName name="([^"]*)">([^<]*)<')
REFERENCE = re.compile(rf"{PLACE.pattern}(?::{PLACE.pattern})?")
BLOCK = re.compile(rb'<f t="array" ref="([^"]*)"')
# Excel shares no formula that names another sheet or holds an array or a table. Hosts rewrite the text of CFI calls.
OWN_TEXT = re.compile(r"[!{\[]|CFI_")
# What openpyxl writes although a reader takes it for said.
UNSAID = (
    b"<evenHeader/><evenFooter/><firstHeader/><firstFooter/>",
    b'<outlinePr summaryBelow="1" summaryRight="1"/>',
    b'<selection pane="topRight"/>',
    b'<selection pane="bottomLeft"/>',
    b' baseColWidth="8"',
    b' fitToWidth="1"',
    b' showDropDown="0"',
    b' allowBlank="0"',
    b' operator="between"',
    b' min="0"',
)


Area = tuple[int, int, int, int]


@dataclass
class _Group:
    """A rectangle of cells that hold one formula."""

    form: str  # the formula without its addresses
    formula: Translator
    top: int
    left: int
    bottom: int
    right: int

    def holds(self, row: int, column: int, formula: str, form: str) -> bool:
        """Whether the formula of a cell is this one, moved there."""
        return form == self.form and self.formula.translate_formula(f"{get_column_letter(column)}{row}") == formula

    @property
    def area(self) -> str:
        return f"{get_column_letter(self.left)}{self.top}:{get_column_letter(self.right)}{self.bottom}"


def names_of_blocks(parts: Mapping[str, bytes]) -> frozenset[str]:
    """The names of what array formulas fill."""
    sheets = re.findall(rb'<sheet [^>]*name="([^"]*)"', parts["xl/workbook.xml"])
    blocks = {
        unescape(sheet.decode()): _blocks(parts[f"xl/worksheets/sheet{number}.xml"])
        for number, sheet in enumerate(sheets, 1)
    }
    found = []
    for name, stored in NAME.findall(parts["xl/workbook.xml"]):
        sheet, mark, area = unescape(stored.decode()).rpartition("!")
        if mark and REFERENCE.fullmatch(area) and _reads(area, blocks.get(sheet.strip("'"), [])):
            found.append(name.decode())
    return frozenset(found)


def compact(sheet: bytes, names: frozenset[str] = frozenset()) -> bytes:
    """The sheet with its repeated formulas shared, but for those that read what has one of the names."""
    groups = _groups(sheet, names)
    numbers: dict[str, int] = {}  # of the groups of more than one cell, by their area

    def shared(found: re.Match[bytes]) -> bytes:
        cell, column, row, formula = found.groups()
        group = groups.get((int(row), column_index_from_string(column.decode())))
        if group is None or (group.top, group.left) == (group.bottom, group.right):
            return found[0]
        first = group.area not in numbers
        number = numbers.setdefault(group.area, len(numbers))
        if first:
            return b'%b<f t="shared" ref="%b" si="%d">%b</f>' % (cell, group.area.encode(), number, formula)
        return b'%b<f t="shared" si="%d"/>' % (cell, number)

    sheet = CELL.sub(shared, sheet)
    for words in UNSAID:
        sheet = sheet.replace(words, b"")
    return sheet


def _groups(sheet: bytes, names: frozenset[str]) -> dict[tuple[int, int], _Group]:
    """The group of every cell whose formula may be shared: runs along a row, then runs of one width below each other."""
    runs: list[_Group] = []
    blocks = _blocks(sheet)
    formulas: dict[tuple[int, int], str] = {}
    for _, letters, number, stored in CELL.findall(sheet):
        row, column, formula = int(number), column_index_from_string(letters.decode()), "=" + unescape(stored.decode())
        if OWN_TEXT.search(formula) or _reads(formula, blocks) or not names.isdisjoint(WORD.findall(formula)):
            continue
        form, last = PLACE.sub("", formula), runs[-1] if runs else None
        if last and (last.top, last.right) == (row, column - 1) and last.holds(row, column, formula, form):
            last.right = column
        else:
            runs.append(_Group(form, Translator(formula, f"{letters.decode()}{row}"), row, column, row, column))
            formulas[row, column] = formula
    above: dict[tuple[int, int], _Group] = {}  # the last group of each width
    groups: dict[tuple[int, int], _Group] = {}
    for run in runs:
        group = above.get((run.left, run.right))
        if (
            group
            and group.bottom == run.top - 1
            and group.holds(run.top, run.left, formulas[run.top, run.left], run.form)
        ):
            group.bottom = run.top
        else:
            group = above[run.left, run.right] = run
        groups |= {(run.top, column): group for column in range(run.left, run.right + 1)}
    return groups


def _blocks(sheet: bytes) -> list[Area]:
    """What the array formulas of a sheet fill."""
    return [range_boundaries(area.decode()) for area in BLOCK.findall(sheet)]


def _reads(formula: str, blocks: list[Area]) -> bool:
    """Whether a formula reads a block that an array formula fills: LibreOffice, told to recalculate nothing, computes
    such blocks all the same, and then whatever formula is shared and reads them.
    """
    for reference in REFERENCE.findall(formula):
        left, top, right, bottom = range_boundaries(reference)
        if any(block[0] <= right and left <= block[2] and block[1] <= bottom and top <= block[3] for block in blocks):
            return True
    return False
