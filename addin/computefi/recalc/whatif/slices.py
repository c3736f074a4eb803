"""What lies between some inputs and some outputs, as a small workbook of its own.

Going back from the outputs finds the formulas they need, going forward from the inputs those of them that change.
These alone are computed again; every other cell that they read is frozen at its value in the settled workbook.

B1 =A1*2, B2 =A2*2, C1 =B1+B2, C2 =B2*7 from A1 to C1   →   B1 =A1*2, C1 =B1+B2, and A1 and B2 as constants
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from computefi.errors import Code
from computefi.recalc.engines.base import EngineFault
from computefi.recalc.prepare.copy import MAIN
from computefi.recalc.prepare.plan import Area, Plan
from computefi.recalc.prepare.precedents import Anywhere, Precedents
from computefi.recalc.run import Run
from computefi.xlsx.cells import CellAt, Rect, Value, address, cells_in, many_objects
from computefi.xlsx.patch import STORED_ERRORS, number_text, stored_form
from computefi.xlsx.sheet import Sheet, attributes_of, open_sheet

FEW = 16
# A slice of nearly everything costs a second copy and saves nothing.
LARGE, SHARE = 20_000, 0.5


@dataclass(slots=True)
class FormulaRows:
    """The rows of a column that formulas fill, and the way past those that were seen."""

    rows: list[int]
    past: list[int] = field(default_factory=list)

    def unseen(self, top: int, bottom: int) -> Iterator[int]:
        """The rows between two that were not given before; each is given once."""
        past = self.past
        place, end = bisect_left(self.rows, top), bisect_right(self.rows, bottom)
        while True:
            start = place
            while past[place] != place:
                place = past[place]
            while past[start] != place:
                past[start], start = place, past[start]
            if place >= end:
                return
            past[place] = place + 1
            yield self.rows[place]
            place += 1


class Dependencies:
    """Which formula cells there are, and what they read."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.precedents = Precedents(plan)
        self.owner: dict[CellAt, CellAt] = {}
        self.spread: dict[CellAt, Area] = {}
        self.table_cells: set[CellAt] = set()
        rows: dict[tuple[int, int], list[int]] = {}
        for sheet, cells in enumerate(plan.formulas):
            of_sheet, columns = np.array(cells.rows), np.array(cells.columns)
            for column in np.unique(columns).tolist():
                rows[sheet, column] = of_sheet[columns == column].tolist()
        for block in plan.blocks:
            anchor = CellAt(block.sheet, block.rect.top, block.rect.left)
            self.spread[anchor] = (block.sheet, block.rect)
            for cell in cells_in(block.sheet, block.rect):
                self.owner[cell] = anchor
                if cell != anchor:
                    rows.setdefault((cell.sheet, cell.column), []).append(cell.row)
        for table in plan.tables:
            for cell in cells_in(table.sheet, table.rect):
                self.table_cells.add(cell)
                rows.setdefault((cell.sheet, cell.column), []).append(cell.row)
        self._rows = {key: sorted(set(found)) for key, found in rows.items()}
        self._columns_of: dict[int, list[int]] = {}
        for sheet, column in sorted(self._rows):
            self._columns_of.setdefault(sheet, []).append(column)
        self._reads: dict[CellAt, list[Area]] = {}
        self._spills: dict[int, list[Rect]] = {}
        for block in plan.blocks:
            if block.dynamic:
                self._spills.setdefault(block.sheet, []).append(block.rect)

    def needed(self, outputs: Iterable[Area]) -> dict[CellAt, list[Area]]:
        """The formulas that the outputs need, directly or through others, and what each reads."""
        columns = {key: FormulaRows(rows, list(range(len(rows) + 1))) for key, rows in self._rows.items()}
        found: dict[CellAt, list[Area]] = {}
        seen: set[Area] = set()
        ahead = [area for output in outputs for area in (output, *self.spilling_into(output))]
        while ahead:
            area = ahead.pop()
            if area in seen:
                continue
            seen.add(area)
            sheet, rect = area
            for column in self._between(sheet, rect):
                for row in columns[sheet, column].unseen(rect.top, rect.bottom):
                    cell = CellAt(sheet, row, column)
                    cell = self.owner.get(cell, cell)
                    if cell not in found:
                        areas = found[cell] = self.reads(cell)
                        ahead += areas
        return found

    def reads(self, cell: CellAt) -> list[Area]:
        """What one formula reads; a data table reads whatever it likes."""
        areas = self._reads.get(cell)
        if areas is None:
            if cell in self.table_cells:
                raise Anywhere
            areas = self._reads[cell] = self.precedents.reads(cell)
            areas += [spill for area in areas for spill in self.spilling_into(area)]
        return areas

    def spilling_into(self, area: Area) -> Iterator[Area]:
        """The first cells of the spills that could grow into an area."""
        sheet, rect = area
        for spill in self._spills.get(sheet, ()):
            if rect.bottom >= spill.top and rect.right >= spill.left:
                yield sheet, Rect(spill.top, spill.left, spill.top, spill.left)

    def _between(self, sheet: int, rect: Rect) -> list[int]:
        columns = self._columns_of.get(sheet, [])
        return columns[bisect_left(columns, rect.left) : bisect_right(columns, rect.right)]

    def cells_of(self, cell: CellAt) -> Iterator[CellAt]:
        """The cells that a formula fills."""
        return cells_in(*self.spread[cell]) if cell in self.spread else iter((cell,))


class Dependents:
    """The other way round: which formulas read a cell."""

    def __init__(self, needed: dict[CellAt, list[Area]]) -> None:
        self._single: dict[CellAt, list[CellAt]] = {}
        self._wide: dict[Area, list[CellAt]] = {}
        for reader, areas in needed.items():
            for sheet, rect in areas:
                if rect[:2] == rect[2:]:
                    self._single.setdefault(CellAt(sheet, rect.top, rect.left), []).append(reader)
                else:
                    self._wide.setdefault((sheet, rect), []).append(reader)
        by_sheet: dict[int, list[Area]] = {}
        for area in self._wide:
            by_sheet.setdefault(area[0], []).append(area)
        self._areas = by_sheet
        self._columns: dict[tuple[int, int], tuple[list[Area], np.ndarray[tuple[int, int], np.dtype[np.int64]]]] = {}

    def of(self, cell: CellAt) -> Iterator[CellAt]:
        """The formulas that read this cell; those of one area only the first time that the area is hit."""
        yield from self._single.pop(cell, ())
        sheet, row, column = cell
        if sheet not in self._areas:
            return
        key = (sheet, column)
        if key not in self._columns:
            areas = [area for area in self._areas[sheet] if area[1].left <= column <= area[1].right]
            self._columns[key] = areas, np.array([(a[1].top, a[1].bottom) for a in areas], np.int64).reshape(-1, 2)
        areas, spans = self._columns[key]
        if len(areas) <= FEW:
            for area in areas:
                if area[1].top <= row <= area[1].bottom:
                    yield from self._wide.pop(area, ())
            return
        for place in np.flatnonzero((spans[:, 0] <= row) & (spans[:, 1] >= row)):
            yield from self._wide.pop(areas[place], ())


@dataclass(slots=True)
class Slice:
    """The formulas to compute again, and the areas around them whose values are frozen."""

    live: list[CellAt]
    frozen: list[Area]
    filled: set[CellAt]
    dynamic: list[CellAt]

    def read_frozen(self, run: Run) -> dict[CellAt, Value]:
        """The values of the frozen cells now."""
        values: dict[CellAt, Value] = {}
        for sheet, rect in self.frozen:
            rows, columns = run.plan.extents[sheet]
            bottom, right = min(rect.bottom, rows), min(rect.right, columns)
            if bottom < rect.top or right < rect.left:
                continue
            for i, line in enumerate(run.engine.read(sheet, rect.top, rect.left, bottom, right)):
                for j, value in enumerate(line):
                    cell = CellAt(sheet, rect.top + i, rect.left + j)
                    if value is not None and cell not in self.filled:
                        values[cell] = value
        return values


def find_slice(dependencies: Dependencies, inputs: Iterable[CellAt], outputs: Iterable[Area]) -> Slice | None:
    """What lies between inputs and outputs; None where that cannot be told or is nearly everything."""
    inputs, outputs = list(inputs), list(outputs)
    if dependencies.plan.rounds is not None:
        return None
    try:
        with many_objects():
            needed = dependencies.needed(outputs)
    except Anywhere:
        return None
    dependents = Dependents(needed)
    live: dict[CellAt, None] = {}
    ahead: list[CellAt] = list(inputs)
    while ahead:
        for reader in dependents.of(ahead.pop()):
            if reader not in live:
                live[reader] = None
                ahead += dependencies.cells_of(reader)
    total = sum(map(len, dependencies.plan.formulas))
    if len(live) > max(LARGE, SHARE * total):
        return None
    areas = dict.fromkeys(area for cell in live for area in needed[cell])
    areas |= dict.fromkeys([*outputs, *((sheet, Rect(r, c, r, c)) for sheet, r, c in inputs)])
    filled = {cell for cell in live for cell in dependencies.cells_of(cell)}
    frozen = [area for area in areas if not wholly_in(area, filled)]
    blocks = [b for b in dependencies.plan.blocks if b.dynamic and (b.sheet, b.rect.top, b.rect.left) in live]
    return Slice(sorted(live), frozen, filled, [CellAt(b.sheet, b.rect.top, b.rect.left) for b in blocks])


def wholly_in(area: Area, cells: set[CellAt]) -> bool:
    """Whether every cell of a small area is among the cells."""
    sheet, rect = area
    return rect.rows * rect.columns <= len(cells) and all(cell in cells for cell in cells_in(sheet, rect))


def slice_sheets(part: Slice, constants: dict[CellAt, Value], precedents: Precedents, plan: Plan) -> list[Sheet] | None:
    """The sheets of the small workbook; None where a frozen value cannot be stored in a file."""
    cells: list[dict[tuple[int, int], bytes]] = [{} for _ in plan.sheets]
    for (sheet, row, column), value in constants.items():
        if isinstance(value, EngineFault) or (isinstance(value, Code) and value.value not in STORED_ERRORS):
            return None
        cells[sheet][row, column] = constant_cell(row, column, value)
    groups: set[tuple[int, str]] = set()
    for cell in part.live:
        stored = precedents.text_of(cell)
        attributes, formula = stored.attributes, stored.formula
        if b"shared" in attributes and (found := attributes_of(attributes)).get("t") == "shared":
            group = found.get("si", "")
            attributes, formula = b' t="shared" si="%s"' % group.encode(), b""
            if (cell.sheet, group) not in groups:
                # The first cell of the group in the slice takes the place of the group's own first one.
                groups.add((cell.sheet, group))
                attributes += b' ref="%s"' % address(cell.row, cell.column).encode()
                formula = stored_form(precedents.written_out(cell))[1]
        place, dynamic = address(cell.row, cell.column).encode(), b' cm="1"' if stored.dynamic else b""
        cells[cell.sheet][cell.row, cell.column] = b'<c r="%s"%s><f%s>%s</f></c>' % (
            place,
            dynamic,
            attributes,
            formula,
        )
    return [sheet_of(content, plan.sheets[index].part) for index, content in enumerate(cells)]


def constant_cell(row: int, column: int, value: Value) -> bytes:
    """A frozen value as a file holds it."""
    place = address(row, column).encode()
    if isinstance(value, float):
        return b'<c r="%s"><v>%s</v></c>' % (place, number_text(value))
    kind, text = stored_form(value)
    return b'<c r="%s" t="%s"><v>%s</v></c>' % (place, kind or b"n", text)


def sheet_of(cells: dict[tuple[int, int], bytes], part: str) -> Sheet:
    """A worksheet of these cells."""
    out = [b'<worksheet xmlns="%s"><sheetData>' % MAIN.encode()]
    row = 0
    for place in sorted(cells):
        if place[0] != row:
            out.append((b"</row>" if row else b"") + b'<row r="%d">' % place[0])
            row = place[0]
        out.append(cells[place])
    out.append((b"</row>" if row else b"") + b"</sheetData></worksheet>")
    return open_sheet(b"".join(out), part)
