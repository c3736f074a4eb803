"""Formulas that neighbours have in common are stored once, as Excel itself does: one text, and its number in the others.

    D7 =E5*2, E7 =F5*2, F7 =G5*2   →   D7 <f t="shared" ref="D7:F7" si="0">E5*2</f>, E7 and F7 <f t="shared" si="0"/>

A group is a run in a row, with the same run in the rows right below it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

from openpyxl.formula.translate import Translator
from openpyxl.utils import column_index_from_string

LEAST = 3  # cells that are worth a number of their own
# A call of ours keeps its own text in each cell: hosts rewrite it.
CELL = re.compile(r'<c r="([A-Z]+)(\d+)"([^>]*)><f>((?:(?!CFI_)[^<])*)</f>')


@dataclass
class Run:
    """Neighbours in a row whose formulas are that of the first, moved to where they stand; then the rows below."""

    cells: list[re.Match[str]]
    width: int = 0
    moved: Translator = field(init=False)

    def __post_init__(self) -> None:
        first = self.cells[0]
        self.moved = Translator("=" + unescape(first[4]), f"{first[1]}{first[2]}")

    def has(self, cell: re.Match[str]) -> bool:
        return bool(self.moved.translate_formula(f"{cell[1]}{cell[2]}") == "=" + unescape(cell[4]))

    def takes(self, cell: re.Match[str]) -> bool:
        """Whether the cell stands right of the last one, in the same row."""
        last = self.cells[-1]
        beside = column_index_from_string(cell[1]) == column_index_from_string(last[1]) + 1
        return beside and cell[2] == last[2] and self.has(cell)

    def continues(self, below: Run) -> bool:
        """Whether the run below, in the next row, is this one again."""
        last = self.cells[-self.width :]
        return (
            int(below.cells[0][2]) == int(last[0][2]) + 1
            and [cell[1] for cell in below.cells] == [cell[1] for cell in last]
            and self.has(below.cells[0])
        )


def share_formulas(sheet: str) -> str:
    """The XML of a sheet with the formulas of neighbours shared."""
    replaced: dict[int, tuple[int, str]] = {}
    for number, run in enumerate(group for group in _groups(sheet) if len(group.cells) >= LEAST):
        first, last = run.cells[0], run.cells[-1]
        for cell in run.cells:
            own = f' ref="{first[1]}{first[2]}:{last[1]}{last[2]}" si="{number}">{cell[4]}</f>'
            tail = own if cell is first else f' si="{number}"/>'
            replaced[cell.start()] = cell.end(), f'<c r="{cell[1]}{cell[2]}"{cell[3]}><f t="shared"{tail}'
    written: list[str] = []
    at = 0
    for start, (end, text) in sorted(replaced.items()):
        written += sheet[at:start], text
        at = end
    return "".join([*written, sheet[at:]])


def _groups(sheet: str) -> list[Run]:
    runs: list[Run] = []
    for cell in CELL.finditer(sheet):
        if runs and runs[-1].takes(cell):
            runs[-1].cells.append(cell)
        else:
            runs.append(Run([cell]))
    groups: dict[str, Run] = {}  # the last group that begins in a column
    listed = []
    for run in runs:
        run.width = len(run.cells)
        column = run.cells[0][1]
        if column in groups and groups[column].continues(run):
            groups[column].cells += run.cells
        else:
            groups[column] = run
            listed.append(run)
    return listed
