"""What a settled run shows in the workbook's formula cells, and what of it the file does not hold yet.

A1 <f>B1*2</f><v>4</v>, and the engine says 4.0   →   counted, and left as it is
A1 <f>B1*2</f><v>4</v>, and the engine says 6.0   →   counted, and a change of A1 in the sheet's patch
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from computefi.errors import Code
from computefi.recalc.compared import difference_of
from computefi.recalc.engines.base import EngineFault
from computefi.recalc.prepare.columns import FormulaCells, Shown, Whole
from computefi.recalc.prepare.plan import Block, Hole
from computefi.recalc.run import Run
from computefi.xlsx.cells import CellAt, Rect, Value, address, cells_in
from computefi.xlsx.patch import SheetPatch, Usual, shown_value, unchanged

REASON_LIMIT = 1000
CIRCULAR = "#CIRC!"


class Reason(NamedTuple):
    """Why a CFI call shows an error in a cell."""

    sheet: str
    cell: str
    formula: str
    function: str
    code: Code
    reason: str


@dataclass(slots=True)
class Display:
    """What the formula cells show after a run."""

    count: int = 0
    errors: dict[CellAt, Code] = field(default_factory=dict)
    # What the engine said instead of a value, and where.
    faults: dict[str, list[CellAt]] = field(default_factory=dict)
    patches: dict[int, SheetPatch] = field(default_factory=dict)
    # Cells that show an error where the file has a value.
    new_errors: set[CellAt] = field(default_factory=set)

    def take(self, sheet: int, row: int, column: int, value: Value, kind: bytes, stored: bytes | None) -> bool:
        """Count one formula cell; whether the file holds another value."""
        self.count += 1
        if isinstance(value, EngineFault):
            # The engine has no value: the file keeps its own.
            self.faults.setdefault(value, []).append(CellAt(sheet, row, column))
            return False
        if isinstance(value, Code):
            self.errors[CellAt(sheet, row, column)] = value
            if kind != b"e" and stored:
                self.new_errors.add(CellAt(sheet, row, column))
        return not unchanged(kind, stored, value)

    def put(self, sheet: int, row: int, column: int, value: Value, kind: bytes, stored: bytes | None) -> None:
        """The same, and note the value where the file holds another."""
        if self.take(sheet, row, column, value, kind, stored):
            self.patches[sheet].put(row, column, value)


def collect(run: Run) -> Display:
    """Read every formula cell and note what differs from the file."""
    plan = run.plan
    display = Display(count=len(plan.frozen))
    display.patches = {index: SheetPatch(plan.sheets, index) for index in range(len(plan.sheets))}
    stored = dict(plan.children)
    for index, cells in enumerate(plan.formulas):
        anchors = {
            place
            for block in plan.blocks
            if block.sheet == index and (place := cells.find(*block.rect[:2])) is not None
        }
        shown, ends = run.shown(index), np.array(cells.ends)
        # A number in a cell of the usual form is by far the most frequent.
        usual = ends > 0
        usual[[*anchors, *shown.others, *cells.others]] = False
        changed = np.flatnonzero(usual & (np.array(cells.numbers) != shown.numbers))
        display.count += int(np.count_nonzero(usual))
        retyped: list[int] = []
        for place in np.flatnonzero(~usual).tolist():
            row, column = cells.rows[place], cells.columns[place]
            if place in anchors:
                stored[CellAt(index, row, column)] = cells.stored(place)
            elif not cells.ends[place]:
                display.put(index, row, column, shown.value(place), *cells.stored(place))
            elif display.take(index, row, column, shown.value(place), *cells.stored(place)):
                retyped.append(place)
        display.patches[index].usual = usual_cells(cells, shown, changed, retyped)
    for block in plan.blocks:
        collect_block(run, display, block, stored)
    for table in plan.tables:
        collect_rect(run, display, table.sheet, table.rect, stored)
    return display


def usual_cells(cells: FormulaCells, shown: Shown, changed: Whole, retyped: list[int]) -> Usual:
    """The new values of cells in the usual form: numbers in place of numbers, and others in place of anything."""
    places = np.sort(np.concatenate((changed, np.array(retyped, np.int64))))
    rows, columns, ends = (np.array(column)[places].tolist() for column in (cells.rows, cells.columns, cells.ends))
    if not retyped:
        return Usual(rows, columns, ends, shown.numbers[places].tolist())
    values = list(map(shown.value, places.tolist()))
    return Usual(rows, columns, ends, values, set(np.searchsorted(places, retyped).tolist()))


def circular_cells(run: Run) -> list[CellAt]:
    """The formula cells of which the engine says that they stand in a circular reference."""
    return [
        CellAt(index, cells.rows[place], cells.columns[place])
        for index, cells in enumerate(run.plan.formulas)
        for place, value in run.shown(index).others.items()
        if value == CIRCULAR and isinstance(value, EngineFault)
    ]


def collect_rect(
    run: Run, display: Display, sheet: int, rect: Rect, stored: dict[CellAt, tuple[bytes, bytes | None]]
) -> None:
    """The cells of an array formula or a data table."""
    for i, values in enumerate(run.engine.read(sheet, *rect)):
        for j, value in enumerate(values):
            cell = CellAt(sheet, rect.top + i, rect.left + j)
            display.put(*cell, value, *stored.get(cell, (b"", None)))


def collect_block(run: Run, display: Display, block: Block, stored: dict[CellAt, tuple[bytes, bytes | None]]) -> None:
    """The cells of an array formula, and those that a smaller spill no longer fills."""
    rect = block_now(run, block)
    patch = display.patches[block.sheet]
    collect_rect(run, display, block.sheet, rect, stored)
    if rect == block.rect:
        return
    patch.extend(rect.top, rect.left, str(rect))
    for row in range(block.rect.top, block.rect.bottom + 1):
        for column in range(block.rect.left, block.rect.right + 1):
            if not rect.holds(row, column) and CellAt(block.sheet, row, column) in stored:
                patch.clear(row, column)


def formula_values(run: Run) -> Iterator[tuple[CellAt, Value]]:
    """Every cell that shows a formula's value, spilled cells included."""
    plan = run.plan
    in_blocks: set[CellAt] = set()
    for block in plan.blocks:
        rect = block_now(run, block)
        for i, row in enumerate(run.engine.read(block.sheet, *rect)):
            for j, value in enumerate(row):
                place = CellAt(block.sheet, rect.top + i, rect.left + j)
                in_blocks.add(place)
                yield place, value
    for index, cells in enumerate(plan.formulas):
        shown = run.shown(index)
        for number, place in enumerate(map(CellAt, itertools.repeat(index), cells.rows, cells.columns)):
            if place not in in_blocks:
                yield place, shown.value(number)


def differing(run: Run) -> dict[CellAt, tuple[Value, Value]]:
    """The cells for which the file holds another value, with both; numbers are the same to a relative 1e-9."""
    plan = run.plan
    stored = plan.children | {
        CellAt(sheet, cell.row, cell.column): (cell.kind, cell.value)
        for sheet, cells in enumerate(plan.formulas)
        for cell in cells
    }
    values = dict(formula_values(run))
    for table in plan.tables:
        read = run.engine.read(table.sheet, *table.rect)
        values.update(zip(cells_in(table.sheet, table.rect), (value for row in read for value in row), strict=True))
    found: dict[CellAt, tuple[Value, Value]] = {}
    frozen = {cell[:3] for cell in plan.frozen}
    for cell in sorted(values.keys() | {cell for cell in stored if cell not in frozen}):
        held, text = shown_value(*stored.get(cell, (b"", None))), stored.get(cell, (b"", None))[1]
        value = values.get(cell)
        # A formula that gives nothing shows 0; a cell that a spill has left shows nothing.
        missing = not text and stored.get(cell, (b"", None))[0] != b"str" and cell in values
        differs = missing or (held is None) != (cell not in values) or difference_of(held, value)
        if differs and not isinstance(value, EngineFault):
            found[cell] = held, value if cell in values else None
    return found


def block_now(run: Run, block: Block) -> Rect:
    """The cells that an array formula fills after the run."""
    if not block.dynamic:
        return block.rect
    rows, columns = run.size(block.size_row)
    top, left = block.rect.top, block.rect.left
    return Rect(top, left, top + rows - 1, left + columns - 1)


def explain(run: Run, display: Display) -> list[Reason]:
    """Why calls fail, for the cells that show it; a failure that IFERROR catches is nobody's concern."""
    reasons: list[Reason] = []
    whole = {
        consumer.pieces[0].call: consumer
        for consumer in run.plan.consumers
        if consumer.kind == "spill" and len(consumer.pieces) == 1 and isinstance(consumer.pieces[0], Hole)
    }
    for number, rows in enumerate(run.results):
        site = run.plan.calls[number]
        if rows is None or site.native or not any(isinstance(value, Code) for row in rows for value in row):
            continue
        own_cells = site.shown is not None or number in whole
        for place, code, text in failures(run, number):
            row, column = (site.row + place[0], site.column + place[1]) if own_cells else (site.row, site.column)
            outside = site.shown is not None and not site.shown.holds(row, column)
            if outside or CellAt(site.sheet, row, column) not in display.errors:
                continue
            name = run.plan.workbook.sheets[site.sheet]
            reasons.append(Reason(name, address(row, column), "=" + site.formula, site.function, code, text))
            if len(reasons) == REASON_LIMIT:
                return reasons
            if not own_cells:
                break
    return reasons


def failures(run: Run, number: int) -> Iterator[tuple[tuple[int, int], Code, str]]:
    """The failing cells of one call's result, with the reason in words."""
    site, outcome, rows = run.plan.calls[number], run.outcomes[number], run.results[number]
    if outcome is None:
        if rows is not None and isinstance(rows[0][0], Code):
            yield (0, 0), rows[0][0], site.refused
        return
    for place, error in outcome.reasons():
        yield place, error.code, str(error)
