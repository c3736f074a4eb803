"""Excel's what-if data tables: each cell is a scenario, its inputs taken from the table's axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from computefi.recalc.prepare.plan import DataTable
from computefi.recalc.run import same
from computefi.recalc.whatif.scenarios import Node, Output, Scenarios
from computefi.xlsx.cells import Rect, Value

if TYPE_CHECKING:
    from computefi.recalc.book import Book


class Tables:
    """The data tables of one workbook."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._scenarios: dict[DataTable, Scenarios] = {}

    def settle(self) -> None:
        """Compute every table; again while that changes what a table is made from."""
        tables = self._book.plan.tables
        for _ in range(len(tables) + 1):
            writes: dict[Node, Value] = {}
            for table in tables:
                writes |= self._changes(table)
            if writes:
                self._book.write(writes)
            self._book.settled(tables=False)
            if not writes:
                return

    def _changes(self, table: DataTable) -> dict[Node, Value]:
        """The cells of one table that are not what they should be."""
        book = self._book
        read = book.settled(tables=False).engine.read
        rect = table.rect
        above = read(table.sheet, rect.top - 1, rect.left, rect.top - 1, rect.right)[0]
        before = [row[0] for row in read(table.sheet, rect.top, rect.left - 1, rect.bottom, rect.left - 1)]
        shown = read(table.sheet, *rect)
        if table not in self._scenarios:
            inputs = [(table.sheet, *place) for place in (table.from_left, table.from_top) if place]
            self._scenarios[table] = Scenarios(book, inputs, outputs_of(table), tables=False)
        scenarios = self._scenarios[table]
        changes: dict[Node, Value] = {}
        answers: dict[tuple[object, ...], list[Value]] = {}
        for i, left in enumerate(before):
            for j, top in enumerate(above):
                values: dict[Node, Value] = {}
                if table.from_left:
                    values[(table.sheet, *table.from_left)] = left
                if table.from_top:
                    values[(table.sheet, *table.from_top)] = top
                # TRUE is not 1.
                key = tuple((type(value), value) for value in values.values())
                if key not in answers:
                    answers[key] = scenarios.answer(values)
                answer = answers[key]
                # With one input, the formulas stand along the other side.
                new = answer[0] if len(values) > 1 else answer[j if table.from_left else i]
                if not same(((shown[i][j],),), ((new,),)):
                    changes[table.sheet, rect.top + i, rect.left + j] = new
        return changes


def outputs_of(table: DataTable) -> list[Output]:
    """The formulas that a table asks: its corner, or those along the side that holds no inputs."""
    rect, sheet = table.rect, table.sheet
    top, left = rect.top - 1, rect.left - 1
    if table.from_left and table.from_top:
        return [(sheet, Rect(top, left, top, left))]
    if table.from_left:
        return [(sheet, Rect(top, column, top, column)) for column in range(rect.left, rect.right + 1)]
    return [(sheet, Rect(row, left, row, left)) for row in range(rect.top, rect.bottom + 1)]
