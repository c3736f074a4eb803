"""What a number rests on: the cells that its formula reads, what they read, down to the inputs with their sources.

B3 =CFI_LTV(A1,A2)   →   B3 rests on A1 (Loan, 70, an input) and A2 (Value, 100, an input)

A range that a formula reads is one step; of its formulas each stands once, however many cells repeat it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from computefi.errors import InputRefused
from computefi.recalc.book import Book
from computefi.recalc.describe.labels import Labels, named_cells
from computefi.recalc.places import find
from computefi.recalc.prepare.plan import Area, Helper
from computefi.recalc.prepare.precedents import Precedents
from computefi.recalc.prepare.trace import FormulaGraph
from computefi.xlsx.cells import CellAt, Rect, Rows, Value, cells_in, quote_sheet

CALL = re.compile(r"\b(CFI_[A-Z0-9_]+)\s*\(")
# Of the formulas in a range so many are followed, the first of each kind.
FOLLOWED = 6
MOST_STEPS = 2000


@dataclass(slots=True)
class Step:
    """A cell or a range that a number rests on, and what it rests on itself."""

    cell: str
    name: str
    label: str
    unit: str
    value: Value | Rows
    kind: str  # "formula", "input", "range" or "blank"
    formula: str = ""
    calls: tuple[str, ...] = ()
    source: str = ""
    # Whether what it rests on is told where the cell stood first, or lies deeper than was asked for.
    told_above: bool = False
    deeper: bool = False
    below: list[Step] = field(default_factory=list)


class Tracing:
    """Steps from a number to the inputs behind it."""

    def __init__(self, book: Book, depth: int) -> None:
        self._book, self._depth = book, depth
        self._labels, self._names = Labels(book), named_cells(book)
        self._graph, self._precedents = FormulaGraph(book.plan), Precedents(book.plan)
        self._formula_places = cache(self._all_formula_places)
        self._seen: set[Area] = set()

    def steps(self, reference: str) -> Step:
        """What a name, a cell or a range rests on."""
        target = find(self._book.plan, reference)
        if isinstance(target, Helper):
            raise InputRefused(f"{reference} is a formula without a cell; ask for a cell that uses it", name=reference)
        self._seen.clear()
        return self._step(target, 0)

    def _step(self, area: Area, level: int) -> Step:
        sheet, rect = area
        single = rect.rows * rect.columns == 1
        step = self._cell(CellAt(sheet, rect.top, rect.left)) if single else self._range(area)
        if step.kind in ("input", "blank"):
            return step
        read = list(self._read(area) if single else self._formulas(area))
        if area in self._seen:
            step.told_above = bool(read)
        elif level >= self._depth or len(self._seen) >= MOST_STEPS:
            step.deeper = bool(read)
        else:
            self._seen.add(area)
            step.below = [self._step(other, level + 1) for other in read]
        return step

    def _cell(self, cell: CellAt) -> Step:
        label, place = self._labels.of(cell), self._book.plan.place(*cell)
        is_formula = self._holds_formula(cell)
        formula = "=" + self._precedents.written_out(self._graph.owner(cell)) if is_formula else ""
        value = self._book.get(place)
        kind = "formula" if is_formula else "input" if value is not None else "blank"
        source = "" if is_formula else label.source
        calls = tuple(dict.fromkeys(CALL.findall(formula.upper())))
        return Step(place, self._names.get(cell, ""), label.text, label.unit, value, kind, formula, calls, source)

    def _range(self, area: Area) -> Step:
        sheet, rect = self._clipped(area)
        place = f"{quote_sheet(self._book.plan.workbook.sheets[sheet])}!{rect}"
        label = self._labels.of(CellAt(sheet, rect.top, rect.left))
        places = self._formula_places(sheet)
        formulas = len(self._places_in(sheet, rect, places))
        filled = len(self._places_in(sheet, rect, places | self._labels.content(sheet).values.keys()))
        told = f"{formulas} formulas, {filled - formulas} inputs" if formulas else f"{filled} inputs"
        kind = "range" if formulas else "input" if filled else "blank"
        return Step(place, "", label.text, label.unit, told, kind, source="" if formulas else label.source)

    def _clipped(self, area: Area) -> Area:
        sheet, rect = area
        rows, columns = self._book.plan.extents[sheet]
        return sheet, Rect(
            rect.top, rect.left, max(min(rect.bottom, rows), rect.top), max(min(rect.right, columns), rect.left)
        )

    def _holds_formula(self, cell: CellAt) -> bool:
        return (cell.row, cell.column) in self._formula_places(cell.sheet)

    def _all_formula_places(self, sheet: int) -> set[tuple[int, int]]:
        """Where formulas stand on a sheet, and what array formulas and spills fill."""
        blocks = (block.rect for block in self._book.plan.blocks if block.sheet == sheet)
        filled = {(cell.row, cell.column) for rect in blocks for cell in cells_in(sheet, rect)}
        return self._labels.content(sheet).formulas | filled

    @staticmethod
    def _places_in(sheet: int, rect: Rect, places: set[tuple[int, int]]) -> list[CellAt]:
        """Those of some places that lie in a range; a range may be as long as the sheet."""
        return sorted(CellAt(sheet, *place) for place in places if rect.holds(*place))

    def _read(self, area: Area) -> Iterator[Area]:
        """What the formula of a cell names, each once and not the cell itself."""
        owner = self._graph.owner(CellAt(area[0], area[1].top, area[1].left))
        yield from dict.fromkeys(other for other in self._graph.areas(owner) if other != area)

    def _formulas(self, area: Area) -> list[Area]:
        """The first formulas in a range, one of each kind: those that read alike but for the row and column are one."""
        kinds: dict[str, Area] = {}
        sheet, rect = self._clipped(area)
        for cell in self._places_in(sheet, rect, self._formula_places(sheet)):
            owner = self._graph.owner(cell)
            kind = re.sub(r"\d+", "0", re.sub(r"\$?[A-Z]{1,3}\$?\d+", "A0", self._precedents.written_out(owner)))
            kinds.setdefault(kind, (owner.sheet, Rect(owner.row, owner.column, owner.row, owner.column)))
            if len(kinds) == FOLLOWED:
                break
        return list(kinds.values())


def trace(book: Book, reference: str, depth: int = 3) -> Step:
    """What a name, a cell or a range of an open workbook rests on, so many steps deep."""
    if depth < 1:
        raise InputRefused(f"a trace goes at least one step deep; got {depth}")
    return Tracing(book, depth).steps(reference)


def every_step(step: Step) -> Iterator[Step]:
    """The step and all below it."""
    yield step
    for below in step.below:
        yield from every_step(below)
