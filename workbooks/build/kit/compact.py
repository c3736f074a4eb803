"""A sheet as small as it goes: formulas that repeat are shared, as Excel stores them, and what they give has 15 digits.

D9 =D7-D8, E9 =E7-E8, F9 =F7-F8   →   D9 <f t="shared" ref="D9:F9" si="0">D7-D8</f>, E9 and F9 <f t="shared" si="0"/>
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from openpyxl.formula.translate import Translator
from openpyxl.utils import column_index_from_string, rows_from_range

CELL = re.compile(rb'<c r="([A-Z]+)(\d+)"([^>]*)>(?:<f([^>]*)>([^<]*)</f>)?<v>([^<]*)</v></c>')
ARRAY = re.compile(rb'<f t="array" ref="([^"]*)"')
PLACE = re.compile(r"\$?[A-Z]{1,3}\$?\d+")
# Excel shares no formula that names another sheet or holds an array or a table. Hosts rewrite the text of CFI calls.
OWN_TEXT = re.compile(r"[!{\[]|CFI_")
DIGITS = 15  # as many as Excel shows
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
)


@dataclass
class _Group:
    """Cells beside or below each other that hold one formula."""

    first: str
    form: str  # the formula without its addresses
    formula: Translator
    last: str = ""
    down: bool = False

    def takes(self, cell: str, formula: str, form: str, down: bool) -> bool:
        """Whether the cell below or beside the last one holds the same formula; if so it belongs to the group."""
        if form != self.form or (self.last and down != self.down) or self.formula.translate_formula(cell) != formula:
            return False
        self.last, self.down = cell, down
        return True


def compact(sheet: bytes) -> bytes:
    """The sheet with its repeated formulas shared, and what formulas give to 15 digits."""
    groups = _groups(sheet)
    numbers: dict[str, int] = {}  # of the groups of more than one cell, by the first of them
    filled = {cell for area in ARRAY.findall(sheet) for row in rows_from_range(area.decode()) for cell in row}

    def shorter(found: re.Match[bytes]) -> bytes:
        column, row, attributes, kind, formula, value = found.groups()
        cell = (column + row).decode()
        stored = b"" if formula is None else b"<f%b>%b</f>" % (kind, formula)
        if (group := groups.get(cell)) and group.last:
            number = numbers.setdefault(group.first, len(numbers))
            stored = b'<f t="shared" si="%d"/>' % number
            if cell == group.first:
                area = f"{cell}:{group.last}".encode()
                stored = b'<f t="shared" ref="%b" si="%d">%b</f>' % (area, number, formula)
        if b' t="' not in attributes and (formula or cell in filled):
            value = _shorter(value)
        return b'<c r="%b%b"%b>%b<v>%b</v></c>' % (column, row, attributes, stored, value)

    sheet = CELL.sub(shorter, sheet)
    for words in UNSAID:
        sheet = sheet.replace(words, b"")
    return sheet


def _groups(sheet: bytes) -> dict[str, _Group]:
    """The group of every cell whose formula may be shared."""
    at: dict[tuple[int, int], _Group] = {}
    groups: dict[str, _Group] = {}
    for column, row, _, kind, stored, _ in CELL.findall(sheet):
        formula = "=" + unescape(stored.decode())
        if not stored or kind or OWN_TEXT.search(formula):
            continue
        cell, here = (column + row).decode(), (int(row), column_index_from_string(column.decode()))
        form = PLACE.sub("", formula)
        beside, above = at.get((here[0], here[1] - 1)), at.get((here[0] - 1, here[1]))
        if beside and beside.takes(cell, formula, form, False):
            group = beside
        elif above and above.takes(cell, formula, form, True):
            group = above
        else:
            group = _Group(cell, form, Translator(formula, cell))
        at[here] = groups[cell] = group
    return groups


def _shorter(number: bytes) -> bytes:
    short = f"{float(number):.{DIGITS}g}".replace("e", "E").encode()
    return min(number, short, key=len)
