"""What a workbook says of its own soundness: its master check, and the errors from which the others come.

A1 =1/0, A2 =A1*2, A3 =A2+1   →   Cause(A1, #DIV/0!, behind=2)
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from computefi.errors import Code, WorkbookError
from computefi.recalc.book import Book
from computefi.recalc.prepare.plan import Area
from computefi.recalc.readers import areas_read
from computefi.recalc.recalculated import value_at
from computefi.recalc.run import Run
from computefi.xlsx.cells import CellAt, parse_cell, unquote_sheet
from computefi.xlsx.package import Package
from computefi.xlsx.patch import shown_value
from computefi.xlsx.sheet import open_sheet
from computefi.xlsx.workbook import open_workbook

MASTER = "master_check"
# Beyond so many errors, and so many that they read, telling where they come from would take longer than computing does.
MOST_ERRORS, MOST_READ = 50_000, 500_000


class Cause(NamedTuple):
    """An error that comes from no other, and how many cells show one because of it."""

    cell: str
    code: Code
    behind: int


def master_check(run: Run) -> bool | None:
    """Whether the workbook's own checks hold, by the cell named `master_check`; None where it has none."""
    if not any(name.name.casefold() == MASTER for name in run.plan.workbook.names):
        return None
    try:
        return value_at(run, MASTER) is True
    except WorkbookError:
        return False


def stored_master_check(file: Path) -> bool | None:
    """What a workbook stores as its master check; None where it has none. Nothing is computed."""
    book = open_workbook(Package.open(file))
    text = next((name.text for name in book.names if name.name.casefold() == MASTER), "")
    before, _, rest = text.replace("$", "").rpartition("!")
    sheet, place = book.sheet_index(unquote_sheet(before)), parse_cell(rest)
    if sheet is None or place is None:
        return False if text else None
    cells = open_sheet(book.package.read(book.parts[sheet]), book.parts[sheet]).cells()
    return any(shown_value(cell.kind, cell.value) is True for cell in cells if (cell.row, cell.column) == place)


def causes(book: Book, errors: Mapping[str, Code]) -> list[Cause]:
    """The errors that come from no other, those with the most behind them first; none where there are too many."""
    if len(errors) > MOST_ERRORS:
        return []
    codes = {cell: code for place, code in errors.items() if (cell := cell_at(book, place)) is not None}
    owner = book.dependencies.owner
    columns: dict[tuple[int, int], list[int]] = {}
    for cell in sorted(codes):
        columns.setdefault((cell.sheet, cell.column), []).append(cell.row)
    readers: dict[CellAt, list[CellAt]] = {}
    read_first: set[CellAt] = set()
    read = 0
    for cell in codes:
        source = owner.get(cell, cell)
        found = {
            owner.get(other, other) for area in areas_read(book.dependencies, source) for other in within(columns, area)
        }
        read += len(found)
        if read > MOST_READ:
            return []
        for other in found - {source}:
            readers.setdefault(other, []).append(cell)
            read_first.add(cell)
    roots = [cell for cell in codes if cell not in read_first and owner.get(cell, cell) == cell]
    told, left = [], MOST_READ
    for cell in roots or list(codes)[:1]:
        # Where many have much behind them, the last ones are told by those that read them directly.
        count = behind(readers, cell) if left > 0 else len(readers.get(cell, ()))
        told.append(Cause(book.plan.place(*cell), codes[cell], count))
        left -= count
    return sorted(told, key=lambda cause: -cause.behind)


def within(columns: Mapping[tuple[int, int], list[int]], area: Area) -> list[CellAt]:
    """The cells of an area that are among those columns."""
    sheet, rect = area
    found: list[CellAt] = []
    for (number, column), rows in columns.items():
        if number == sheet and rect.left <= column <= rect.right:
            for row in rows[bisect_left(rows, rect.top) :]:
                if row > rect.bottom:
                    break
                found.append(CellAt(sheet, row, column))
    return found


def behind(readers: Mapping[CellAt, list[CellAt]], cell: CellAt) -> int:
    """How many cells read this one, directly or through others."""
    seen: set[CellAt] = set()
    ahead = [cell]
    while ahead:
        for reader in readers.get(ahead.pop(), ()):
            if reader not in seen:
                seen.add(reader)
                ahead.append(reader)
    return len(seen - {cell})


def cell_at(book: Book, place: str) -> CellAt | None:
    """The cell of an address such as Deals!B3."""
    before, _, rest = place.rpartition("!")
    sheet, found = book.plan.workbook.sheet_index(unquote_sheet(before)), parse_cell(rest)
    return None if sheet is None or found is None else CellAt(sheet, *found)
