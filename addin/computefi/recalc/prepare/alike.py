"""Cells whose formula is one CFI call, like that of another cell: the call is read once, the others from it.

C1 =CFI_LTV(A1,$B$1) is cut   →   C2 =CFI_LTV(A2,$B$1) is the same call of A2 and B1
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from computefi.formulas.tree import Call, Leaf, trimmed
from computefi.recalc.prepare.groups import Groups
from computefi.recalc.prepare.operands import Names, name_cells
from computefi.recalc.prepare.plan import CallSite, Plan, Reference
from computefi.xlsx.cells import CellAt, Rect, parse_rect
from computefi.xlsx.sheet import decode

CELLS = re.compile(r"(\$?)[A-Za-z]{1,3}(\$?)[0-9]{1,7}(?::(\$?)[A-Za-z]{1,3}(\$?)[0-9]{1,7})?")


class Moving(NamedTuple):
    """An argument that is cells, and by how many rows and columns each side goes along with one of the formula."""

    place: int
    read: Reference
    sides: tuple[int, int, int, int]


class First(NamedTuple):
    """The first call of its kind, and where it stands."""

    site: CallSite
    arguments: list[Moving]


@dataclass(slots=True)
class CallsAlike:
    """The calls of one sheet."""

    plan: Plan
    names: Names
    groups: Groups = field(default_factory=Groups)
    known: dict[int, First] = field(default_factory=dict)

    def site(self, text: bytes, cell: CellAt) -> tuple[CallSite, list[tuple[int, Reference]]] | None:
        """The call that a formula is, and the cells that its arguments are; None where it is like none before."""
        _, row, column = cell
        group = self.groups.like_above(text, row, column)
        group = self.groups.join(text, row, column) if group is None else group
        first = None if group is None else self.known.get(group)
        if first is None:
            return None
        down, right = cell.row - first.site.row, cell.column - first.site.column
        here = Rect(cell.row, cell.column, cell.row, cell.column)
        site = CallSite(first.site.function, *cell, decode(text), list(first.site.fixed), shown=here)
        return site, list(moved(first.arguments, down, right))

    def learn(self, text: bytes, site: CallSite, call: Call) -> None:
        """Take a call as the first of its kind, where all that it reads are cells that its text names."""
        group = self.groups.join(text, site.row, site.column)
        if group is None or site.refused or site.level or self.plan.rounds is not None:
            return
        arguments: list[Moving] = []
        for place, number in site.sources:
            source, nodes = self.plan.sources[number], trimmed(call.arguments[place])
            sides = self.sides(nodes[0], site.sheet) if len(nodes) == 1 and isinstance(nodes[0], Leaf) else None
            if sides is None or not isinstance(source, Reference) or source.trim:
                return
            arguments.append(Moving(place, source, sides))
        self.known[group] = First(site, arguments)

    def sides(self, leaf: Leaf, sheet: int) -> tuple[int, int, int, int] | None:
        """Which sides of an operand go along with its formula; None where that is not plain to see."""
        text = leaf.text.rpartition("!")[2]
        match = CELLS.fullmatch(text)
        if match is not None:
            column, row, last_column, last_row = match.groups()
            corners = (row, column, *((row, column) if last_row is None else (last_row, last_column)))
            in_order = last_row is None or str(parse_rect(text)) == text.replace("$", "").upper()
            top, left, bottom, right = (not fixed for fixed in corners)
            return (top, left, bottom, right) if in_order else None
        name = self.names.get((leaf.text.casefold(), sheet)) or self.names.get((leaf.text.casefold(), None))
        return (0, 0, 0, 0) if name is not None and name_cells(self.plan, name) is not None else None


def moved(arguments: list[Moving], down: int, right: int) -> Iterator[tuple[int, Reference]]:
    """The cells that the arguments are in another cell."""
    for place, read, (top, left, bottom, last) in arguments:
        rect = read.rect
        rows = rect.top + top * down, rect.bottom + bottom * down
        yield place, Reference(read.sheet, Rect(rows[0], rect.left + left * right, rows[1], rect.right + last * right))
