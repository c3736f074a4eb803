"""Formulas that must be cut and say the same cell after cell: a few are cut, the others made from them.

C1 =SUMIFS($F$1:$F$9,$E$1:$E$9,A1) and C2 are cut: the same pieces but for A1 and A2   →   C3 is made with A3
D1, in the next column, is cut: the same but for B1                                    →   D2 is made with B2

That holds for a formula in which nothing but its relative addresses goes along with its cell. Where a formula takes one
cell of a range, asks where it stands, moves a range by so many rows as are written, or what two of them give differs in
anything but rows and columns, each is cut for itself.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from computefi.formulas.native import NATIVE
from computefi.formulas.tree import LENGTH_LIMIT, Call, Expression, Leaf, cfi_name, literal, plain_name, trimmed
from computefi.recalc.natives.table import NATIVES
from computefi.recalc.prepare.groups import Groups
from computefi.recalc.prepare.intersect import COMPUTED
from computefi.recalc.prepare.plan import HELPERS, CallSite, Consumer, FromCall, Helper, Hole, Plan, Reference, Source
from computefi.xlsx.cells import CellAt, Rect, column_letters, column_number
from computefi.xlsx.sheet import decode

# An address, or a text in quotes, in which there is none.
ADDRESS = re.compile(r"""(?:"[^"]*"|'[^']*')|(?<![\w.$?\\])\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})(?![\w.(!?\\])""")
ASK_WHERE = frozenset(
    "ADDRESS AREAS CELL COLUMN COLUMNS FORMULATEXT ISFORMULA LAMBDA LET RAND RANDARRAY RANDBETWEEN ROW "
    "ROWS SHEET SHEETS SINGLE SUBTOTAL".split()
)
STEADY = (NATIVE | NATIVES.keys()) - ASK_WHERE

Moves = tuple[bool, ...]
"""Which of a formula's rows, or columns, go along with its cell."""


class Mark(NamedTuple):
    """How much there is in a plan before a formula is cut."""

    calls: int
    consumers: int
    helpers: int


class Asked(NamedTuple):
    """What one of a formula's calls reads, in the order in which that was found: cells, or the number of the helper or
    of the call among those of the formula.
    """

    call: int
    place: int
    read: Reference | int
    helper: bool = False


@dataclass(slots=True)
class Sample:
    """What a formula was cut into: its rows and columns, and everything else."""

    cell: CellAt
    first_call: int
    sites: list[CallSite]
    asked: list[Asked]
    formulas: list[Consumer]
    extents: list[tuple[int, int] | None]
    # Whether each helper gives one value, and whether it marks blank cells.
    single: list[bool]
    blanks: list[bool]
    rows: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    rest: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        for site in self.sites:
            kinds = list(map(type, site.fixed))
            self.rest += [site.function, site.fixed, kinds, site.native, site.start, site.single, site.shown is None]
        for call, place, read, helper in self.asked:
            if isinstance(read, Reference):
                self.rows += [read.rect.top, read.rect.bottom]
                self.columns += [read.rect.left, read.rect.right]
                self.rest += [read.sheet, read.trim]
            else:
                self.rest.append(read)
            self.rest += [call, place, helper]
        for formula in self.formulas:
            self.rest += [formula.kind, len(formula.pieces)]
            for piece in formula.pieces:
                if isinstance(piece, Hole):
                    self.rest.append((piece.call - self.first_call, piece.whole, piece.area))
                    continue
                between, columns, rows = taken_apart(piece)
                self.rest.append(between)
                self.columns += columns
                self.rows += rows
        self.rest += [self.extents, self.single, self.blanks]


class Text(NamedTuple):
    """A piece with %d for the rows that go along, and what they are in the sample."""

    pattern: str
    rows: tuple[int, ...]


class Line(NamedTuple):
    """What the formulas of one column are made from: what is read, with whether the first and the last row go along,
    and the pieces of each formula.
    """

    asked: list[tuple[int, int, Reference | int, bool, bool, bool]]
    formulas: list[list[Text | Hole]]
    # The numbers of the sources that are the same for all of them, once they have one.
    numbers: list[int | None]


@dataclass(slots=True)
class Family:
    """The formulas that are like one that was cut, and what is known of them."""

    sample: Sample
    # The rows of the table whose rows the formula names; all rows where it names none.
    within: range | None
    rows: Moves | None = None
    columns: Moves | None = None
    # By how many columns to the right.
    lines: dict[int, Line] = field(default_factory=dict)

    def learn(self, other: Sample) -> bool:
        """Take note of which rows and columns go along; False where more is different."""
        one, self.lines = self.sample, {}
        rows = moves(one.rows, other.rows, other.cell.row - one.cell.row)
        columns = moves(one.columns, other.columns, other.cell.column - one.cell.column)
        if rows is None or columns is None or one.rest != other.rest:
            return False
        if other.cell.row != one.cell.row:
            self.rows = rows
        if other.cell.column != one.cell.column:
            self.columns = columns
        return True

    def line(self, cell: CellAt) -> Line | None:
        """What the formula of a cell is made from; None where that is not known."""
        sample, across = self.sample.cell, cell.column - self.sample.cell.column
        if (
            (self.rows is None and cell.row != sample.row)
            or (self.columns is None and across)
            or (self.within is not None and cell.row not in self.within)
        ):
            return None
        if across not in self.lines:
            self.lines[across] = self.moved(across)
        return self.lines[across]

    def moved(self, across: int) -> Line:
        """The sample's pieces, so many columns to the right."""
        sample = self.sample
        rows = iter(self.rows or itertools.repeat(False))
        columns = iter(self.columns or itertools.repeat(False))
        asked: list[tuple[int, int, Reference | int, bool, bool, bool]] = []
        for call, place, read, helper in sample.asked:
            if not isinstance(read, Reference):
                asked.append((call, place, read, helper, False, False))
                continue
            rect = read.rect
            left, right = (column + across * next(columns) for column in (rect.left, rect.right))
            there = Reference(read.sheet, Rect(rect.top, left, rect.bottom, right), read.trim)
            asked.append((call, place, there, False, next(rows), next(rows)))
        formulas: list[list[Text | Hole]] = []
        for formula in sample.formulas:
            pieces: list[Text | Hole] = []
            for piece in formula.pieces:
                if isinstance(piece, Hole):
                    pieces.append(Hole(piece.call - sample.first_call, piece.whole, piece.area))
                    continue
                between, letters, numbers = taken_apart(piece)
                pattern, going = between[0].replace("%", "%%"), []
                for place, (column, row) in enumerate(zip(letters, numbers, strict=True), 1):
                    goes = next(rows)
                    going += [row] if goes else []
                    middle, after = (text.replace("%", "%%") for text in between[2 * place - 1 : 2 * place + 1])
                    pattern += (
                        f"{column_letters(column + across * next(columns))}{middle}{'%d' if goes else row}{after}"
                    )
                pieces.append(Text(pattern, tuple(going)))
            formulas.append(pieces)
        return Line(asked, formulas, [None] * len(asked))


@dataclass(slots=True)
class FormulasAlike:
    """The formulas of one sheet that must be cut."""

    plan: Plan
    sheet: int
    sources: dict[Source, int]
    groups: Groups = field(default_factory=Groups)
    # What was learnt of formulas that are alike; None where they cannot be made.
    known: dict[Hashable, Family | None] = field(default_factory=dict)
    # The last formula of a column that was made: its text or its group, and its keys.
    _trusted: dict[int, tuple[bytes | int | None, list[Hashable]]] = field(default_factory=dict)

    def keys(self, text: bytes, cell: CellAt) -> list[Hashable]:
        """What formulas have in common that are alike."""
        if b"[" in text:
            # Structured references read the same in every row of a table.
            return [(cell.column, text)]
        group = self.groups.like_above(text, cell.row, cell.column)
        group = self.groups.join(text, cell.row, cell.column) if group is None else group
        if group is None:
            return []
        # Where numbers near nothing stand is known by row and by column: one of both must be the same.
        by_place = self.plan.extremes.tiny and self.plan.extremes.concern(text)
        return [(group, "in column", cell.column), (group, "in row", cell.row)] if by_place else [group]

    def trust(self, text: bytes, cell: CellAt) -> None:
        """Nothing need be asked of the formulas below one that was made, as long as they are like it."""
        if len(text) < LENGTH_LIMIT // 2:
            keys = self.keys(text, cell)
            self._trusted[cell.column] = text if b"[" in text else self.groups.like_above(text, *cell[1:]), keys

    def make_again(self, text: bytes, cell: CellAt) -> bool:
        """Make a formula that is like a trusted one above it; False where none is."""
        trusted = self._trusted.get(cell.column)
        if trusted is None:
            return False
        like, keys = trusted
        if like != (text if like.__class__ is bytes else self.groups.like_above(text, cell.row, cell.column)):
            return False
        return self.make_by(keys, text, cell)

    def mark(self) -> Mark:
        """How much there is in the plan now."""
        return Mark(len(self.plan.calls), len(self.plan.consumers), self.plan.helpers.count)

    def make(self, text: bytes, cell: CellAt) -> bool:
        """Make the calls and the formulas of a cell as they would be cut; False where that is not known."""
        return self.make_by(self.keys(text, cell), text, cell)

    def make_by(self, keys: list[Hashable], text: bytes, cell: CellAt) -> bool:
        """The same for a formula whose keys are known."""
        for key in keys:
            family = self.known.get(key)
            line = None if family is None else family.line(cell)
            if family is not None and line is not None:
                self.put(family.sample, line, text, cell)
                return True
        return False

    def put(self, sample: Sample, line: Line, text: bytes, cell: CellAt) -> None:
        """The calls and the formulas of a cell into the plan."""
        plan, down, (_, row, column) = self.plan, cell.row - sample.cell.row, cell
        first, formula = len(plan.calls), decode(text)
        helpers = self.put_formulas(sample, line, cell, down, first)
        reads: list[list[tuple[int, int]]] = [[] for _ in sample.sites]
        for which, (call, place, read, helper, top, bottom) in enumerate(line.asked):
            number = line.numbers[which]
            if number is None:
                if not isinstance(read, Reference):
                    number = plan.number_of(helpers[read] if helper else FromCall(first + read), self.sources)
                elif top or bottom:
                    rect = read.rect
                    moved = Rect(rect.top + down * top, rect.left, rect.bottom + down * bottom, rect.right)
                    number = plan.number_of(Reference(read.sheet, moved, read.trim), self.sources)
                else:
                    number = line.numbers[which] = plan.number_of(read, self.sources)
            reads[call].append((place, number))
        for site, own in zip(sample.sites, reads, strict=True):
            # Written out: `dataclasses.replace` took a quarter of the time of a workbook of calls.
            plan.calls.append(
                CallSite(
                    site.function, site.sheet, row, column, formula, [*site.fixed], own, site.level, site.refused,
                    site.refusal, None if site.shown is None else Rect(row, column, row, column),
                    site.native, site.start, site.single,
                )
            )  # fmt: skip

    def put_formulas(self, sample: Sample, line: Line, cell: CellAt, down: int, first: int) -> list[Helper]:
        """The formulas, each helper of them in a place of its own."""
        plan, own = self.plan, self.plan.own(HELPERS)
        helpers: list[Helper] = []
        for like, made in zip(sample.formulas, line.formulas, strict=True):
            pieces = [
                piece.pattern % tuple([row + down for row in piece.rows])
                if isinstance(piece, Text)
                else Hole(first + piece.call, piece.whole, piece.area)
                for piece in made
            ]
            if like.sheet != own:
                plan.consumers.append(Consumer(*cell, pieces, like.kind))
                continue
            number = len(helpers)
            row, column = plan.helpers.place(sample.extents[number])
            size_row = 0 if sample.single[number] else plan.follow(CellAt(own, row, column))
            plan.consumers.append(Consumer(own, row, column, pieces, like.kind))
            helpers.append(Helper(row, column, size_row, sample.blanks[number]))
        return helpers

    def learn(self, text: bytes, cell: CellAt, before: Mark, asked: Sequence[tuple[CallSite, int, int]]) -> None:
        """Take note of what a formula in which all is steady was cut into. `asked`: what its calls read."""
        within = self.rows_of_tables(text)
        if within is not None and cell.row not in within:
            return
        sample = self.sample(cell, before, asked)
        for key in self.keys(text, cell):
            family = self.known.get(key)
            if key not in self.known:
                self.known[key] = None if sample is None else Family(sample, within)
            elif family is not None and (sample is None or not family.learn(sample)):
                self.known[key] = None

    def sample(self, cell: CellAt, before: Mark, asked: Sequence[tuple[CallSite, int, int]]) -> Sample | None:
        """What the last formula was cut into; None where it is more than calls, helpers and one formula."""
        plan = self.plan
        sites, formulas = plan.calls[before.calls :], plan.consumers[before.consumers :]
        extents = plan.helpers.extents[before.helpers :]
        helpers = [(one.row, one.column) for one in formulas if one.sheet == plan.own(HELPERS)]
        own = [one for one in formulas if one.sheet != plan.own(HELPERS)]
        numbers = {id(site): number for number, site in enumerate(sites)}
        sized: dict[int, bool] = {}
        blanks: dict[int, bool] = {}
        found: list[Asked] = []
        for site, place, number in asked:
            source = plan.sources[number]
            if id(site) not in numbers or site.refused:
                return None
            if isinstance(source, Helper):
                helper = helpers.index((source.row, source.column))
                sized[helper], blanks[helper] = source.size_row > 0, source.blanks
                found.append(Asked(numbers[id(site)], place, helper, True))
            else:
                read = source if isinstance(source, Reference) else source.call - before.calls
                found.append(Asked(numbers[id(site)], place, read))
        shown = [site.shown is not None for site in sites]
        if (
            len(sized) < len(helpers)
            or len(extents) != len(helpers)
            or any(site.refused for site in sites)
            or any(one.kind not in ("plain", "lifted") for one in own)
            or len(own) + sum(shown) != 1
        ):
            return None
        numbered = range(len(helpers))
        single, marked = [not sized[number] for number in numbered], [blanks[number] for number in numbered]
        return Sample(cell, before.calls, sites, found, formulas, extents, single, marked)

    def rows_of_tables(self, text: bytes) -> range | None:
        """The rows of the tables that a formula names, without heads and totals; None where it names none."""
        found: range | None = None
        words = text.lower()
        for table in self.plan.workbook.list_objects.values():
            if table.sheet == self.sheet and table.name.lower().encode() + b"[" in words:
                first, last = table.rect.top + table.header_rows, table.rect.bottom - table.totals_rows
                known = found or range(first, last + 1)
                found = range(max(first, known.start), min(last + 1, known.stop))
        return found


def moves(one: Sequence[int], other: Sequence[int], by: int) -> Moves | None:
    """Which numbers of two formulas go along with their cells; None where more is different."""
    if len(one) != len(other):
        return None
    steps = [last - first for first, last in zip(one, other, strict=True)]
    return tuple(map(bool, steps)) if {0, by}.issuperset(steps) else None


def taken_apart(text: str) -> tuple[list[str], list[int], list[int]]:
    """A text without its addresses, their columns and their rows: `A$1*7` → ["", "$", "*7"], [1], [1]."""
    between: list[str] = []
    columns, rows, place = [], [], 0
    for match in ADDRESS.finditer(text):
        if match[1] is not None:
            between += [text[place : match.start(1)], text[match.end(1) : match.start(2)]]
            columns.append(column_number(match[1]))
            rows.append(int(match[2]))
            place = match.end()
    return [*between, text[place:]], columns, rows


def is_steady(expression: Expression, kind: Callable[[str], int]) -> bool:
    """Whether nothing in an expression goes along with its cell but relative addresses and rows of tables."""
    return all(is_steady_node(node, kind) for node in nodes_in(expression))


def is_steady_node(node: Leaf | Call, kind: Callable[[str], int]) -> bool:
    if isinstance(node, Leaf):
        joins = node.kind == "OPERATOR" and ":" in node.text
        return not node.text.startswith("@") and not joins and (node.kind != "RANGE" or kind(node.text) != COMPUTED)
    name = plain_name(node.name)
    written_out = name == "OFFSET" and all(literal(trimmed(step))[0] for step in node.arguments[1:])
    if written_out or (name == "INDIRECT" and len(node.arguments) > 1):
        # It is written as the cells that it means, which may lie beyond the sheet in the first rows alone.
        return False
    if name in ("ROW", "COLUMN") and not trimmed(node.arguments[0]):
        return True
    if name == "SINGLE" and isinstance(trimmed(node.arguments[0])[0], Call):
        # What a function gives is known to the engine alone.
        return True
    return cfi_name(node.name) is not None or (not node.name.startswith("@") and name in STEADY)


def nodes_in(expression: Expression) -> Iterator[Leaf | Call]:
    """The leaves and the calls of an expression, inner ones too."""
    for node in expression:
        if isinstance(node, Leaf):
            yield node
            continue
        if isinstance(node, Call):
            yield node
        for part in node.arguments if isinstance(node, Call) else node.parts:
            yield from nodes_in(part)
