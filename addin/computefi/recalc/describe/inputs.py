"""The inputs of a workbook and what it answers, each with the label, unit, bounds and source that the sheet gives it.

An input is a constant that has a name, a validation, or a formula that reads it; a range of them that formulas read
as a whole is one line. An output is a formula with a name, or one that no other formula reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from computefi.recalc.book import Book
from computefi.recalc.describe.bounds import Bounds, bounds_of
from computefi.recalc.describe.labels import Labels
from computefi.recalc.prepare.operands import name_cells
from computefi.recalc.prepare.plan import Area
from computefi.recalc.prepare.trace import FormulaGraph
from computefi.recalc.recalculated import value_at
from computefi.xlsx.cells import CellAt, Rect, Rows, Value, cells_in, quote_sheet

# So many constants of a range are told one by one, as the rows of a small table are.
FEW = 12
# Where so much of what formulas read has a name or a validation, the rest is not meant to be set.
DECLARED = 1 / 3
# So many outputs with names speak for the workbook.
SEVERAL = 5


@dataclass(frozen=True, slots=True)
class Input:
    """What may be set, or a range of numbers that formulas read as a whole."""

    name: str
    cell: str
    label: str
    unit: str
    bounds: Bounds | None
    value: Value
    source: str
    settable: bool
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A result of a workbook: a cell, or a range as rows."""

    name: str
    cell: str
    label: str
    unit: str
    value: Value | Rows


class Description:
    """The inputs and the outputs of an open workbook."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.labels = Labels(book)
        self._graph = FormulaGraph(book.plan)
        dependencies = book.dependencies
        # The cells that array formulas, spills and data tables fill.
        self._filled = dependencies.owner.keys() | dependencies.table_cells
        self._areas = {area for node in self._graph.nodes() for area in self._graph.areas(node)}
        self._names: dict[CellAt, str] = {}
        self._ranges: dict[str, Area] = {}
        for name in book.plan.workbook.names:
            cells = None if name.name.startswith("_xlnm.") else name_cells(book.plan, name)
            if cells is None:
                continue
            known = (
                name.name if name.sheet is None else f"{quote_sheet(book.plan.workbook.sheets[name.sheet])}!{name.name}"
            )
            if cells.rect.rows * cells.rect.columns == 1:
                self._names.setdefault(CellAt(cells.sheet, cells.rect.top, cells.rect.left), known)
            else:
                self._ranges[known] = (cells.sheet, cells.rect)

    def inputs(self, every: bool = False) -> list[Input]:
        """The inputs, sheet by sheet: what has a name or a validation, and unless most has them, or with `every`, all
        other numbers that formulas read."""
        declared = {cell for cell in self._declared() if not self._is_formula(cell)}
        loose = {cell for cell in self._read_alone() if self._is_loose(cell)} - declared
        found = {cell: self._input(cell) for cell in declared}
        if every or not declared or len(declared) < DECLARED * (len(declared) + len(loose)):
            found |= {cell: self._input(cell) for cell in loose}
            for area in self._read_ranges():
                self._add_range(area, found)
        return list(dict.fromkeys(found[cell] for cell in sorted(found)))

    def _add_range(self, area: Area, found: dict[CellAt, Input]) -> None:
        """The numbers of a range that are not told yet: one by one where they are few, else in one line."""
        loose = [cell for cell in self._constants(area) if cell not in found]
        if len(loose) <= FEW:
            found |= {cell: self._input(cell) for cell in loose}
        else:
            found |= dict.fromkeys(loose, self._range(area, len(loose)))

    def outputs(self) -> list[Answer]:
        """What has a name and holds a formula; where little has, the numbers that no other formula reads too."""
        run = self.book.settled()
        named = {cell for cell in self._names if self._is_formula(cell)}
        answers = [self._answer(cell, self._names[cell]) for cell in sorted(named)]
        for name, (sheet, rect) in self._ranges.items():
            if any(rect.holds(*place) for place in self.labels.content(sheet).formulas):
                place = f"{quote_sheet(self.book.plan.workbook.sheets[sheet])}!{rect}"
                label = self.labels.of(CellAt(sheet, rect.top, rect.left))
                answers.append(Answer(name, place, label.text, "", value_at(run, place)))
        if len(answers) < SEVERAL:
            read = {cell for node in self._graph.nodes() for cell in self._graph.reads(node)}
            last = (cell for cell in self._graph.nodes() if cell not in read and cell not in named)
            unread = (self._answer(cell, "") for cell in sorted(last))
            answers += [answer for answer in unread if isinstance(answer.value, float)]
        return answers

    def _declared(self) -> Iterator[CellAt]:
        """The cells that have a name or a validation: what is meant to be typed into."""
        yield from self._names
        for sheet in range(len(self.book.plan.sheets)):
            rules = self.labels.rules(sheet)
            if rules:
                for row, column in self.labels.content(sheet).values:
                    if any(rule.holds_for(row, column) for rule in rules):
                        yield CellAt(sheet, row, column)

    def _read_alone(self) -> Iterator[CellAt]:
        """The numbers that a formula reads as single cells."""
        for sheet, rect in self._areas:
            cell = CellAt(sheet, rect.top, rect.left)
            if rect.rows * rect.columns == 1 and self._is_number(cell):
                yield cell

    def _read_ranges(self) -> list[Area]:
        """The ranges that formulas read as a whole, the largest first."""
        ranges = {area for area in self._areas if area[1].rows * area[1].columns > 1}
        return sorted(ranges, key=lambda area: (-area[1].rows * area[1].columns, area))

    def _constants(self, area: Area) -> list[CellAt]:
        """The numbers in a range that are no formulas."""
        sheet, rect = area
        stored = self.labels.content(sheet).values
        rows, columns = self.book.plan.extents[sheet]
        inside = cells_in(sheet, Rect(rect.top, rect.left, min(rect.bottom, rows), min(rect.right, columns)))
        return [cell for cell in inside if (cell.row, cell.column) in stored and self._is_loose(cell)]

    def _is_number(self, cell: CellAt) -> bool:
        value = self.labels.content(cell.sheet).values.get((cell.row, cell.column))
        return isinstance(value, (int, float))

    def _is_formula(self, cell: CellAt) -> bool:
        return (cell.row, cell.column) in self.labels.content(cell.sheet).formulas or cell in self._filled

    def _is_loose(self, cell: CellAt) -> bool:
        """Whether a cell holds a number that somebody typed, and no bound of another one."""
        is_bound = self.labels.roles(cell).get(cell.column) == "bound"
        return self._is_number(cell) and not self._is_formula(cell) and not is_bound

    def _input(self, cell: CellAt) -> Input:
        label = self.labels.of(cell)
        value = self.labels.content(cell.sheet).values.get((cell.row, cell.column))
        return Input(
            self._names.get(cell, ""), self.book.plan.place(*cell), label.text, label.unit,
            bounds_of(self.book, self.labels, cell), value, label.source, True,
        )  # fmt: skip

    def _range(self, area: Area, count: int) -> Input:
        sheet, rect = area
        rows, columns = self.book.plan.extents[sheet]
        clipped = Rect(rect.top, rect.left, min(rect.bottom, rows), min(rect.right, columns))
        name = next((name for name, known in self._ranges.items() if known == area), "")
        place = f"{quote_sheet(self.book.plan.workbook.sheets[sheet])}!{clipped}"
        label = self.labels.of(CellAt(sheet, rect.top, rect.left))
        return Input(
            name, place, label.text, label.unit, None, f"{count:,} numbers", label.source, False,
            "a range: set one cell at a time",
        )  # fmt: skip

    def _answer(self, cell: CellAt, name: str) -> Answer:
        label = self.labels.of(cell)
        place = self.book.plan.place(*cell)
        return Answer(name, place, label.text, label.unit, self.book.get(place))
