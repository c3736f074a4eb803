"""Texts that < and > compare: of some nobody can say in which order Excel has them.

A1<B1, co-op and coop   →   by their characters co-op comes first, in Excel's sorted lists coop does

Excel is known to compare by characters in a formula and to sort by the rules of a language; of accents and capitals
beside signs neither is documented. A formula whose answer turns on it keeps its stored value. What compares numbers,
or plain texts, costs a look at the values of its cells.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from computefi.formulas.tree import (
    Call,
    Expression,
    Group,
    Leaf,
    Unreadable,
    leaves_in,
    literal,
    parse,
    plain_name,
    trimmed,
)
from computefi.recalc.natives.values import order
from computefi.recalc.prepare.operands import ALIKE, Cells, Names, OtherWorkbook, View, names_of
from computefi.recalc.prepare.precedents import Precedents
from computefi.recalc.run import Run
from computefi.xlsx.cells import CellAt, Value, parse_cell
from computefi.xlsx.sheet import decode

WHY = "it compares texts of which Excel's language decides which comes first"
ORDERING = re.compile(rb"[<>]|&[lg]t;")
SIGNS = frozenset(("<", ">", "<=", ">="))
PLACE = re.compile(r"(?P<column>\$?[A-Za-z]{1,3})(?P<row>\$?[0-9]{1,7})")
MAY_GIVE_TEXTS = frozenset(
    "CHAR CHOOSE CONCAT CONCATENATE HLOOKUP IF IFERROR IFNA IFS INDEX INDIRECT LEFT LOOKUP LOWER MID OFFSET PROPER "
    "REPLACE REPT RIGHT SUBSTITUTE SWITCH T TEXT TEXTJOIN TRIM UPPER VLOOKUP XLOOKUP".split()
)
MOST_PAIRS = 10_000
Pair = tuple[Expression, Expression]


def in_doubt(one: str, other: str) -> bool:
    """Whether two texts stand in another order by their characters than in a sorted list."""
    first, second = one.upper(), other.upper()
    return (first > second) - (first < second) != order(one, other)


def pairs_in(expression: Expression) -> Iterator[Pair]:
    """What is compared by order anywhere in a formula, where both sides may be texts."""
    for node in expression:
        for part in node.arguments if isinstance(node, Call) else node.parts if isinstance(node, Group) else ():
            yield from pairs_in(part)
    places = [place for place, node in enumerate(expression) if isinstance(node, Leaf) and node.text in SIGNS]
    if len(places) == 1:
        sides = trimmed(expression[: places[0]]), trimmed(expression[places[0] + 1 :])
        if all(map(may_be_text, sides)):
            yield sides


def may_be_text(side: Expression) -> bool:
    """Whether an expression may give a text, as far as its own text tells."""
    known, value = literal(side)
    if known:
        return isinstance(value, (str, tuple))
    if len(side) != 1:
        return any(isinstance(node, Leaf) and node.text == "&" for node in side)
    node = side[0]
    if isinstance(node, Group):
        return len(node.parts) == 1 and may_be_text(trimmed(node.parts[0]))
    return plain_name(node.name) in MAY_GIVE_TEXTS if isinstance(node, Call) else node.kind == "RANGE"


@dataclass(slots=True)
class TextOrder:
    """The formulas of a run that compare texts."""

    run: Run
    precedents: Precedents = field(init=False)
    names: Names = field(init=False)
    _known: dict[bytes, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.precedents, self.names = Precedents(self.run.plan), names_of(self.run.plan)

    def doubts(self) -> dict[CellAt, str]:
        """The formulas whose answer turns on an order that nobody knows."""
        return {cell: WHY for cell in self.candidates() if cell not in self.run.kept and self.turns_on_it(cell)}

    def candidates(self) -> Iterator[CellAt]:
        """The formulas that compare what may be texts by their order; those of a group are asked for it once."""
        plan = self.run.plan
        for sheet, (groups, apart) in enumerate(zip(plan.groups, plan.apart, strict=True)):
            for number, head in enumerate(groups.heads):
                if self.compares(head.text):
                    yield from self.members(sheet, number, pairs_of(head.text))
            shared = any(b"shared" in one.attributes and self.compares(one.formula) for one in apart.values())
            for place, stored in apart.items():
                if self.compares(stored.formula) or (shared and not stored.formula):
                    yield CellAt(sheet, *place)

    def compares(self, formula: bytes) -> bool:
        """Whether there are pairs in a formula as a file has it; asked once for those that differ in numbers only."""
        if ORDERING.search(formula) is None:
            return False
        key = formula.translate(ALIKE)
        if key not in self._known:
            self._known[key] = bool(pairs_of(formula))
        return self._known[key]

    def members(self, sheet: int, group: int, pairs: list[Pair]) -> Iterator[CellAt]:
        """The formulas of a group but where one side of all that is compared is a cell without a text."""
        cells, head = self.run.plan.formulas[sheet], self.run.plan.groups[sheet].heads[group]
        places = np.flatnonzero(np.array(cells.groups) == group)
        rows, columns = np.array(cells.rows)[places], np.array(cells.columns)[places]
        texts = np.zeros(len(places), bool)
        for pair in pairs:
            both = np.ones(len(places), bool)
            for side in pair:
                match = PLACE.fullmatch(side[0].text) if len(side) == 1 and isinstance(side[0], Leaf) else None
                place = parse_cell(match[0].replace("$", "")) if match else None
                if match and place:
                    down = place[0] + (0 if "$" in match["row"] else rows - head.row)
                    right = place[1] + (0 if "$" in match["column"] else columns - head.column)
                    there = np.broadcast_to(down, rows.shape).tolist(), np.broadcast_to(right, rows.shape).tolist()
                    values = self.run.engine.read_each(sheet, *there)
                    both &= np.array([isinstance(value, str) for value in values], bool)
            texts |= both
        yield from itertools.starmap(
            CellAt, [(sheet, *place) for place in np.column_stack((rows, columns))[texts].tolist()]
        )

    def turns_on_it(self, cell: CellAt) -> bool:
        """Whether a formula compares two texts whose order is in doubt."""
        view = View(self.run.plan, self.names, *cell)
        try:
            pairs = list(pairs_in(parse(self.precedents.written_out(cell))))
            return any(self.is_doubtful(self.texts(left, view), self.texts(right, view)) for left, right in pairs)
        except (OtherWorkbook, Unreadable):
            return False

    def is_doubtful(self, left: set[str], right: set[str]) -> bool:
        if len(left) * len(right) > MOST_PAIRS:
            # By their neighbours in the list.
            together = sorted(left | right, key=str.upper)
            return any(in_doubt(*two) for two in itertools.pairwise(together))
        return any(in_doubt(one, other) for one in left for other in right)

    def texts(self, side: Expression, view: View) -> set[str]:
        """The texts that a side is, or that it is made of."""
        found: set[str] = set()
        for leaf in leaves_in(side):
            known, value = literal([leaf])
            found |= set(strings(value if isinstance(value, tuple) else ((value,),))) if known else set()
            operand = view.operand(leaf.text) if leaf.kind == "RANGE" and not known else None
            if isinstance(operand, Cells) and operand.sheet < len(self.run.plan.extents):
                (top, left, bottom, right), (rows, columns) = operand.rect, self.run.plan.extents[operand.sheet]
                area = top, left, max(min(bottom, rows), top), max(min(right, columns), left)
                found |= set(strings(self.run.engine.read(operand.sheet, *area)))
        return found


def strings(rows: Iterable[Iterable[Value]]) -> Iterator[str]:
    return (value for row in rows for value in row if type(value) is str)


def pairs_of(formula: bytes) -> list[Pair]:
    """The pairs in a formula as a file has it."""
    try:
        return list(pairs_in(parse(decode(formula))))
    except Unreadable:
        return []
