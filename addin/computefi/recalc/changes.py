"""What a settled run shows in the workbook's formula cells, and what of it the file does not hold yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from computefi.errors import Code
from computefi.recalc.engines.base import EngineFault
from computefi.recalc.prepare.plan import Block, Hole, Stored
from computefi.recalc.run import Run
from computefi.xlsx.cells import Rect, Value, address
from computefi.xlsx.patch import SheetPatch, unchanged

REASON_LIMIT = 1000
Node = tuple[int, int, int]


class Reason(NamedTuple):
    """Why a CFI call shows an error in a cell."""

    sheet: str
    cell: str
    formula: str
    function: str
    code: Code
    reason: str


@dataclass(slots=True)
class Shown:
    """The formula cells after a run."""

    count: int = 0
    errors: dict[Node, Code] = field(default_factory=dict)
    faults: dict[str, list[Node]] = field(default_factory=dict)
    patches: dict[int, SheetPatch] = field(default_factory=dict)

    def take(self, node: Node, value: Value, kind: bytes, stored: bytes | None) -> None:
        """Count one formula cell and note its value where the file holds another."""
        self.count += 1
        if isinstance(value, EngineFault):
            # The engine has no value: the file keeps its own.
            self.faults.setdefault(value, []).append(node)
            return
        if isinstance(value, Code):
            self.errors[node] = value
        if not unchanged(kind, stored, value):
            self.patches[node[0]].put(node[1], node[2], value)


def collect(run: Run) -> Shown:
    """Read every formula cell and note what differs from the file."""
    plan = run.plan
    shown = Shown(count=len(plan.frozen))
    shown.patches = {index: SheetPatch(sheet) for index, sheet in enumerate(plan.sheets)}
    anchors = {(block.sheet, block.rect.top, block.rect.left) for block in plan.blocks}
    stored = dict(plan.children)
    for index, cells in enumerate(plan.formulas):
        for line in lines(cells):
            first, last = line[0], line[-1]
            values = run.engine.read(index, first.row, first.column, last.row, last.column)[0]
            for cell, value in zip(line, values, strict=True):
                node = (index, cell.row, cell.column)
                if node in anchors:
                    stored[node] = (cell.kind, cell.value)
                else:
                    shown.take(node, value, cell.kind, cell.value)
    for block in plan.blocks:
        collect_block(run, shown, block, stored)
    for table in plan.tables:
        for i, values in enumerate(run.engine.read(table.sheet, *table.rect)):
            for j, value in enumerate(values):
                node = (table.sheet, table.rect.top + i, table.rect.left + j)
                shown.take(node, value, *stored.get(node, (b"", None)))
    return shown


def lines(cells: list[Stored]) -> Iterator[list[Stored]]:
    """Formula cells that stand side by side, so that they are read at once."""
    line: list[Stored] = []
    for cell in cells:
        if line and (cell.row != line[-1].row or cell.column != line[-1].column + 1):
            yield line
            line = []
        line.append(cell)
    if line:
        yield line


def collect_block(run: Run, shown: Shown, block: Block, stored: dict[Node, tuple[bytes, bytes | None]]) -> None:
    """The cells of an array formula, and those that a smaller spill no longer fills."""
    rect = block_now(run, block)
    patch = shown.patches[block.sheet]
    for i, line in enumerate(run.engine.read(block.sheet, *rect)):
        for j, value in enumerate(line):
            node = (block.sheet, rect.top + i, rect.left + j)
            shown.take(node, value, *stored.get(node, (b"", None)))
    if rect == block.rect:
        return
    patch.extend(rect.top, rect.left, str(rect))
    for row in range(block.rect.top, block.rect.bottom + 1):
        for column in range(block.rect.left, block.rect.right + 1):
            if not rect.holds(row, column) and (block.sheet, row, column) in stored:
                patch.clear(row, column)


def block_now(run: Run, block: Block) -> Rect:
    """The cells that an array formula fills after the run."""
    if not block.dynamic:
        return block.rect
    rows, columns = run.size(block.size_row)
    top, left = block.rect.top, block.rect.left
    return Rect(top, left, top + rows - 1, left + columns - 1)


def explain(run: Run, shown: Shown) -> list[Reason]:
    """Why calls fail, for the cells that show it; a failure that IFERROR catches is nobody's concern."""
    reasons: list[Reason] = []
    whole = {
        consumer.pieces[0].call: consumer
        for consumer in run.plan.consumers
        if consumer.kind == "spill" and len(consumer.pieces) == 1 and isinstance(consumer.pieces[0], Hole)
    }
    for number, rows in enumerate(run.results):
        if rows is None or not any(isinstance(value, Code) for row in rows for value in row):
            continue
        site = run.plan.calls[number]
        own_cells = site.shown is not None or number in whole
        for place, code, text in failures(run, number):
            row, column = (site.row + place[0], site.column + place[1]) if own_cells else (site.row, site.column)
            outside = site.shown is not None and not site.shown.holds(row, column)
            if outside or (site.sheet, row, column) not in shown.errors:
                continue
            name = run.plan.book.sheets[site.sheet]
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
