"""Which cells read a cell, directly or through others: what is said of a cell holds for these too.

A1 keeps its stored value, B1 =A1*2, C1 =OFFSET(B1,0,0), D1 =7   →   B1 and C1

Where a formula's text does not tell what it reads, it is taken to read all of the sheets that it names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from computefi.formulas.functions import READ_ANYWHERE
from computefi.recalc.prepare.plan import Area
from computefi.recalc.prepare.precedents import Anywhere
from computefi.recalc.whatif.slices import Dependencies, Dependents
from computefi.xlsx.cells import LAST_COLUMN, LAST_ROW, CellAt, Rect

SHEET = Rect(1, 1, LAST_ROW, LAST_COLUMN)


def readers(dependencies: Dependencies, cells: Iterable[CellAt]) -> set[CellAt]:
    """Every cell that shows the value of a formula which reads one of these, or reads one that does."""
    ahead = list(cells)
    if not ahead:
        return set()
    dependents = Dependents({cell: areas_read(dependencies, cell) for cell in formulas(dependencies)})
    found: set[CellAt] = set()
    while ahead:
        for reader in dependents.of(ahead.pop()):
            new = [cell for cell in dependencies.cells_of(reader) if cell not in found]
            found.update(new)
            ahead += new
    return found


def direct_readers(dependencies: Dependencies, cells: Iterable[CellAt]) -> set[CellAt]:
    """The formulas whose text says that they read one of these cells."""
    read, precedents = {}, dependencies.precedents
    for cell in formulas(dependencies):
        if cell in dependencies.table_cells:
            continue
        try:
            read[cell] = precedents.reads(cell)  # without the spills that may grow into what it reads
        except Anywhere:
            read[cell] = precedents.names(cell)
    dependents = Dependents(read)
    return {reader for cell in cells for reader in dependents.of(cell)}


def formulas(dependencies: Dependencies) -> Iterator[CellAt]:
    """The cells in which formulas stand, and those of data tables."""
    for sheet, cells in enumerate(dependencies.plan.formulas):
        for cell in cells:
            yield CellAt(sheet, cell.row, cell.column)
    for block in dependencies.plan.blocks:
        yield CellAt(block.sheet, block.rect.top, block.rect.left)
    yield from dependencies.table_cells


def areas_read(dependencies: Dependencies, cell: CellAt) -> list[Area]:
    """The cells that a formula reads, or may."""
    if cell in dependencies.table_cells:
        return [
            (table.sheet, Rect(max(rect.top - 1, 1), max(rect.left - 1, 1), rect.bottom, rect.right))
            for table in dependencies.plan.tables
            if table.sheet == cell.sheet and (rect := table.rect).holds(cell.row, cell.column)
        ]
    try:
        return dependencies.reads(cell)
    except Anywhere:
        pass
    precedents = dependencies.precedents
    text = precedents.written_out(cell).upper()
    named = precedents.names(cell)
    if not any(function in text for function in READ_ANYWHERE):
        return named
    sheets = range(len(dependencies.plan.sheets)) if "INDIRECT" in text else {cell.sheet, *(s for s, _ in named)}
    return [(sheet, SHEET) for sheet in sheets]
