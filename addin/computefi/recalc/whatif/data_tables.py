"""Excel's what-if data tables: each cell is a scenario, its inputs taken from the table's axes.

B2:B3 is {=TABLE(,A1)}, A2:A3 hold 5 and 6, B1 =A1*2   →   B2 is 10, what B1 shows with 5 in A1; B3 is 12
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from computefi.recalc.prepare.plan import DataTable, Output
from computefi.recalc.run import same
from computefi.recalc.whatif.scenarios import OpenWorkbook, Scenarios
from computefi.xlsx.cells import CellAt, Rect, Value


class WritableWorkbook(OpenWorkbook, Protocol):
    """What data tables ask of a workbook besides: to take what their cells show."""

    def write(self, values: Mapping[CellAt, Value]) -> None:
        """Put constants into cells."""


class DataTables:
    """The data tables of one workbook."""

    def __init__(self, workbook: WritableWorkbook, tables: list[DataTable]) -> None:
        self._workbook, self._tables = workbook, tables
        self._scenarios: dict[DataTable, Scenarios] = {}

    def settle(self) -> None:
        """Compute every table; again while that changes what a table is made from."""
        for _ in range(len(self._tables) + 1):
            writes: dict[CellAt, Value] = {}
            for table in self._tables:
                writes |= self._changes(table)
            if writes:
                self._workbook.write(writes)
            self._workbook.settled(tables=False)
            if not writes:
                return

    def _changes(self, table: DataTable) -> dict[CellAt, Value]:
        """The cells of one table that are not what they should be."""
        workbook = self._workbook
        read = workbook.settled(tables=False).engine.read
        rect = table.rect
        above = read(table.sheet, rect.top - 1, rect.left, rect.top - 1, rect.right)[0]
        before = [row[0] for row in read(table.sheet, rect.top, rect.left - 1, rect.bottom, rect.left - 1)]
        shown = read(table.sheet, *rect)
        if table not in self._scenarios:
            inputs = [CellAt(table.sheet, *place) for place in (table.from_left, table.from_top) if place]
            self._scenarios[table] = Scenarios(workbook, inputs, outputs_of(table), tables=False)
        scenarios = self._scenarios[table]
        changes: dict[CellAt, Value] = {}
        answers: dict[tuple[object, ...], list[Value]] = {}
        for i, left in enumerate(before):
            for j, top in enumerate(above):
                values: dict[CellAt, Value] = {}
                if table.from_left:
                    values[CellAt(table.sheet, *table.from_left)] = left
                if table.from_top:
                    values[CellAt(table.sheet, *table.from_top)] = top
                # TRUE is not 1.
                key = tuple((type(value), value) for value in values.values())
                if key not in answers:
                    answers[key] = scenarios.answer(values)
                answer = answers[key]
                # With one input, the formulas stand along the other side.
                new = answer[0] if len(values) > 1 else answer[j if table.from_left else i]
                if not same(((shown[i][j],),), ((new,),)):
                    changes[CellAt(table.sheet, rect.top + i, rect.left + j)] = new
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
