"""Formulas that must be cut and say the same row after row: two of a column are cut, the others made from them.

C1 =SUMIFS($F$1:$F$9,$E$1:$E$9,A1) and C2 are cut: the same pieces but for A1 and A2   →   C3 is made with A3

That holds for a formula in which nothing but its relative addresses goes along with its row. Where a formula takes one
cell of a range, asks where it stands, moves a range by OFFSET or the like, or what two of them give differs in anything
but rows, each is cut for itself.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from computefi.formulas.native import NATIVE
from computefi.formulas.tree import Call, Expression, Leaf, cfi_name, plain_name
from computefi.recalc.engines.base import FormulaKind
from computefi.recalc.natives.table import NATIVES
from computefi.recalc.prepare.groups import Groups
from computefi.recalc.prepare.intersect import COMPUTED
from computefi.recalc.prepare.plan import CallSite, Consumer, Hole, Piece, Plan, Reference
from computefi.xlsx.cells import CellAt, Rect
from computefi.xlsx.sheet import decode

NUMBERS = re.compile(r"([0-9]+)")
ASK_WHERE = frozenset(
    "ADDRESS AREAS CELL COLUMN COLUMNS FORMULATEXT INDIRECT ISFORMULA LAMBDA LET OFFSET RAND RANDARRAY RANDBETWEEN ROW "
    "ROWS SHEET SHEETS SINGLE SUBTOTAL".split()
)
STEADY = (NATIVE | NATIVES.keys()) - ASK_WHERE


class Source(NamedTuple):
    """What a call reads, and whether its first and last row go along with the formula."""

    place: int
    read: Reference
    top: bool
    bottom: bool


class Text(NamedTuple):
    """A piece with %d for the rows that go along, and how far they are from the formula's own."""

    pattern: str
    offsets: tuple[int, ...]


@dataclass(slots=True)
class Sample:
    """What a formula was cut into."""

    row: int
    sites: list[CallSite]
    reads: list[list[tuple[int, Reference]]]
    first_call: int
    pieces: Sequence[Piece] = ()
    kind: FormulaKind | None = None


@dataclass(slots=True)
class Made:
    """What the formulas below two that were cut are made from."""

    sample: Sample
    sources: list[list[Source]]
    pieces: list[Text | Hole]
    # The rows of the table whose rows the formula names; all rows where it names none.
    rows: range | None


@dataclass(slots=True)
class FormulasAlike:
    """The formulas of one sheet that must be cut."""

    plan: Plan
    sheet: int
    sources: dict[Any, int]
    groups: Groups = field(default_factory=Groups)
    # What was learnt of the formulas of a column that are alike; None where they cannot be made.
    known: dict[tuple[int, int | bytes], Sample | Made | None] = field(default_factory=dict)

    def key(self, text: bytes, row: int, column: int) -> tuple[int, int | bytes] | None:
        """What the formulas of a column have in common that are alike."""
        if b"[" in text:
            # Structured references read the same in every row of a table.
            return column, text
        group = self.groups.like_above(text, row, column)
        group = self.groups.join(text, row, column) if group is None else group
        return None if group is None else (column, group)

    def make(self, text: bytes, cell: CellAt) -> bool:
        """Make the calls and the formula of a cell as they would be cut; False where that is not known."""
        key = self.key(text, cell.row, cell.column)
        made = None if key is None else self.known.get(key)
        if not isinstance(made, Made) or (made.rows is not None and cell.row not in made.rows):
            return False
        plan, sample = self.plan, made.sample
        first, row, down, formula = len(plan.calls), cell.row, cell.row - sample.row, decode(text)
        for site, sources in zip(sample.sites, made.sources, strict=True):
            own: list[tuple[int, int]] = []
            for place, read, top, bottom in sources:
                rect = read.rect
                moved = Rect(rect.top + down * top, rect.left, rect.bottom + down * bottom, rect.right)
                own.append((place, self.source(Reference(read.sheet, moved, read.trim))))
            # Written out: `dataclasses.replace` took a quarter of the time of a workbook of calls.
            plan.calls.append(
                CallSite(
                    site.function, site.sheet, row, site.column, formula, [*site.fixed], own, site.level, site.refused,
                    site.refusal, None if site.shown is None else Rect(row, cell.column, row, cell.column),
                    site.native, site.start, site.single,
                )
            )  # fmt: skip
        if sample.kind is not None:
            pieces = [
                piece.pattern % tuple([cell.row + offset for offset in piece.offsets])
                if isinstance(piece, Text)
                else Hole(first + piece.call - sample.first_call, piece.whole, piece.area)
                for piece in made.pieces
            ]
            plan.consumers.append(Consumer(*cell, pieces, sample.kind))
        return True

    def source(self, read: Reference) -> int:
        """The number of what is read."""
        number = self.sources.setdefault(read, len(self.plan.sources))
        if number == len(self.plan.sources):
            self.plan.sources.append(read)
        return number

    def learn(self, text: bytes, cell: CellAt, first_call: int, first_consumer: int) -> None:
        """Take note of what a formula in which all is steady was cut into."""
        key = self.key(text, cell.row, cell.column)
        if key is None:
            return
        before = self.known.get(key)
        if key in self.known and not isinstance(before, Sample):
            return
        rows = self.rows_of_tables(text)
        if rows is not None and cell.row not in rows:
            return
        sample = self.sample(cell.row, first_call, first_consumer)
        if sample is None or not isinstance(before, Sample):
            self.known[key] = sample
            return
        known = made_from(before, sample)
        self.known[key] = None if known is None else dataclasses.replace(known, rows=rows)

    def sample(self, row: int, first_call: int, first_consumer: int) -> Sample | None:
        """What the last formula was cut into; None where it is more than calls of cells and one formula."""
        plan = self.plan
        sites, consumers = plan.calls[first_call:], plan.consumers[first_consumer:]
        reads: list[list[tuple[int, Reference]]] = []
        for site in sites:
            sources = [(place, plan.sources[number]) for place, number in site.sources]
            read = [(place, source) for place, source in sources if isinstance(source, Reference)]
            if site.refused or site.level or len(read) < len(site.sources):
                return None
            reads.append(read)
        if len(consumers) > 1 or (consumers and consumers[0].kind not in ("plain", "lifted")):
            return None
        if not consumers:
            return Sample(row, sites, reads, first_call) if len(sites) == 1 and sites[0].shown else None
        return Sample(row, sites, reads, first_call, consumers[0].pieces, consumers[0].kind)

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


def made_from(one: Sample, other: Sample) -> Made | None:
    """What two formulas of a column have in common; None where more than rows is different."""
    down = other.row - one.row
    if one.kind != other.kind or len(one.sites) != len(other.sites) or len(one.pieces) != len(other.pieces):
        return None
    sources: list[list[Source]] = []
    for site, twin, reads, others in zip(one.sites, other.sites, one.reads, other.reads, strict=True):
        if not alike(site, twin) or len(reads) != len(others):
            return None
        found = [source_from(first, second, down) for first, second in zip(reads, others, strict=True)]
        known = [source for source in found if source is not None]
        if len(known) < len(found):
            return None
        sources.append(known)
    pieces = [
        text_from(first, second, one.row, down)
        if isinstance(first, str) and isinstance(second, str)
        else hole_from(first, second, other.first_call - one.first_call)
        for first, second in zip(one.pieces, other.pieces, strict=True)
    ]
    known_pieces = [piece for piece in pieces if piece is not None]
    return Made(one, sources, known_pieces, None) if len(known_pieces) == len(pieces) else None


def alike(site: CallSite, twin: CallSite) -> bool:
    """Whether two calls are the same but for what they read and where they stand."""
    return (site.function, site.fixed, site.native, site.start, site.single, site.shown is None) == (
        twin.function, twin.fixed, twin.native, twin.start, twin.single, twin.shown is None
    ) and list(map(type, site.fixed)) == list(map(type, twin.fixed))  # fmt: skip


def source_from(first: tuple[int, Reference], second: tuple[int, Reference], down: int) -> Source | None:
    """What a call reads, from what two of them read."""
    (place, one), (other_place, other) = first, second
    moves = [other.rect.top - one.rect.top, other.rect.bottom - one.rect.bottom]
    same = (place, one.sheet, one.trim, one.rect.left, one.rect.right) == (
        other_place, other.sheet, other.trim, other.rect.left, other.rect.right
    )  # fmt: skip
    return Source(place, one, bool(moves[0]), bool(moves[1])) if same and set(moves) <= {0, down} else None


def hole_from(first: Piece, second: Piece, calls: int) -> Hole | None:
    """The place of a call's result, from that in two formulas."""
    if isinstance(first, Hole) and isinstance(second, Hole):
        return first if dataclasses.replace(first, call=first.call + calls) == second else None
    return None


def text_from(first: str, second: str, row: int, down: int) -> Text | None:
    """A piece of text, from that of two formulas: `A1*7`, `A2*7` → `A%d*7`."""
    parts, others = NUMBERS.split(first), NUMBERS.split(second)
    if len(parts) != len(others):
        return None
    pattern, offsets = "", []
    for place, (part, other) in enumerate(zip(parts, others, strict=True)):
        if part == other:
            pattern += part.replace("%", "%%")
        elif place % 2 and int(other) - int(part) == down and parts[place - 1][-1:].isalpha():
            pattern += "%d"
            offsets.append(int(part) - row)
        else:
            return None
    return Text(pattern, tuple(offsets))


def is_steady(expression: Expression, kind: Callable[[str], int]) -> bool:
    """Whether nothing in an expression goes along with its cell but relative addresses and rows of tables."""
    return all(is_steady_node(node, kind) for node in nodes_in(expression))


def is_steady_node(node: Leaf | Call, kind: Callable[[str], int]) -> bool:
    if isinstance(node, Leaf):
        joins = node.kind == "OPERATOR" and ":" in node.text
        return not node.text.startswith("@") and not joins and (node.kind != "RANGE" or kind(node.text) != COMPUTED)
    return cfi_name(node.name) is not None or (not node.name.startswith("@") and plain_name(node.name) in STEADY)


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
