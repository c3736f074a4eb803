"""A sheet as small as it goes: formulas that repeat beside or below each other are shared, as Excel stores them.

D9 =D7-D8, E9 =E7-E8, F9 =F7-F8   →   D9 <f t="shared" ref="D9:F9" si="0">D7-D8</f>, E9 and F9 <f t="shared" si="0"/>
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from openpyxl.formula.translate import Translator
from openpyxl.utils import column_index_from_string, get_column_letter

CELL = re.compile(rb'(<c r="([A-Z]+)(\d+)"[^>]*>)<f>([^<]*)</f>')
PLACE = re.compile(r"\$?[A-Z]{1,3}\$?\d+")
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


def compact(sheet: bytes) -> bytes:
    """The sheet with its repeated formulas shared."""
    groups = _groups(sheet)
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


def _groups(sheet: bytes) -> dict[tuple[int, int], _Group]:
    """The group of every cell whose formula may be shared: runs along a row, then runs of one width below each other."""
    runs: list[_Group] = []
    formulas: dict[tuple[int, int], str] = {}
    for _, letters, number, stored in CELL.findall(sheet):
        row, column, formula = int(number), column_index_from_string(letters.decode()), "=" + unescape(stored.decode())
        if OWN_TEXT.search(formula):
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
