"""Numbers joined to texts: Excel joins them with 15 digits, the engine with up to 17.

A1 =0.1+0.2, B1 ="x"&A1   →   x0.3 in Excel; the engine gives x0.30000000000000004

A formula that shows so many digits is given to the engine anew, with what it joins rounded to 15, and stays so; a
workbook without one costs a look at its texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from computefi.formulas.functions import LET
from computefi.formulas.tree import COMPARISONS, Call, Expression, Group, Leaf, Unreadable, parse, trimmed, written
from computefi.recalc.engines.base import Formula, Write
from computefi.recalc.prepare.columns import Shown
from computefi.recalc.prepare.plan import Plan
from computefi.recalc.prepare.precedents import Precedents
from computefi.xlsx.cells import CellAt

DIGITS = 15
NUMBER = re.compile(r"(?<![\d.])0*+(?:\.0*+)?(?=[1-9])(?P<digits>\d*\.?\d+)")
JOINED = "_xlpm.joined"


def has_many_digits(text: str) -> bool:
    """Whether a text holds a number, not a whole one, of more digits than Excel gives."""
    return any("." in match[0] and len(match["digits"].replace(".", "")) > DIGITS for match in NUMBER.finditer(text))


def rounded(expression: Expression) -> Expression:
    """A formula in which whatever is joined with & has 15 digits."""
    parts: list[Expression] = [[]]
    signs: list[Leaf] = []
    for node in expression:
        if isinstance(node, Leaf) and node.kind == "OPERATOR" and (node.text == "&" or node.text in COMPARISONS):
            parts.append([])
            signs.append(node)
        else:
            parts[-1].append(inside(node))
    made: Expression = []
    for place, part in enumerate(parts):
        beside = [sign.text for sign in signs[max(0, place - 1) : place + 1]]
        made += fifteen(part) if "&" in beside else part
        made += signs[place : place + 1]
    return made


def inside(node: Leaf | Call | Group) -> Leaf | Call | Group:
    """A node with the same done within it."""
    if isinstance(node, Leaf):
        return node
    if isinstance(node, Group):
        return Group([rounded(part) for part in node.parts])
    arguments = [rounded(argument) for argument in node.arguments]
    return Call(node.name, list(map(fifteen, arguments)) if node.name.upper() == "CONCATENATE" else arguments)


def fifteen(part: Expression) -> Expression:
    """What is joined, with 15 digits where it is a number."""
    nodes = trimmed(part)
    if not nodes or (len(nodes) == 1 and isinstance(nodes[0], Leaf) and nodes[0].kind == "TEXT"):
        return part
    places = f"ROUND({JOINED},{DIGITS - 1}-INT(LOG10(ABS({JOINED}))))"
    body = f"IF(ISNUMBER({JOINED}),IF({JOINED}=0,0,{places}),{JOINED})"
    return [Call(LET, [[Leaf(JOINED, "RANGE")], part, parse(body)])]


@dataclass(slots=True)
class LongDigits:
    """The formulas of a workbook that were given anew."""

    plan: Plan
    _precedents: Precedents | None = None
    _asked: set[CellAt] = field(default_factory=set)

    def writes(self, shown: Callable[[int], Shown], texts: Callable[[], dict[CellAt, Formula]]) -> list[Write]:
        """The formulas to be given anew; `texts` gives those of the copy that are not as the file has them."""
        new = []
        for sheet, cells in enumerate(self.plan.formulas):
            for place, value in shown(sheet).others.items():
                if isinstance(value, str) and has_many_digits(value):
                    cell = CellAt(sheet, cells.rows[place], cells.columns[place])
                    new += [cell] if cell not in self._asked else []
        self._asked.update(new)
        given = texts() if new else {}
        return [write for cell in new for write in self._rounded(cell, given.get(cell))]

    def _rounded(self, cell: CellAt, given: Formula | None) -> Iterator[Write]:
        self._precedents = self._precedents or Precedents(self.plan)
        try:
            given = given or Formula(self._precedents.in_the_copy(cell))
            text = written(rounded(parse(given.text)))
        except Unreadable:
            return
        if text != given.text and given.kind in ("plain", "lifted"):
            yield (*cell, Formula(text, given.kind))
