"""Numbers near nothing and beyond all numbers, in workbooks that have such: the engine takes the first for 0 and goes
on with the second.

A1=0 with 1E-17 in A1    →   both made larger before they are compared: the engine takes for equal what is 2E-16 apart
A1*10>1 with 1E308 in A1 →   IF(ABS(x)>1.79E308,#NUM!,x) of x, which is A1*10: there is no such number in Excel

A workbook without them costs a look at its text.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from computefi.formulas.functions import LET
from computefi.formulas.guards import VARIABLE
from computefi.formulas.tree import (
    COMPARISONS,
    Call,
    Expression,
    Group,
    Leaf,
    leaves_in,
    literal,
    parse,
    plain_name,
    trimmed,
)
from computefi.recalc.prepare.lifted import EACH, name_of, over_several, stored
from computefi.xlsx.cells import parse_cell, parse_rect
from computefi.xlsx.sheet import Sheet

TINY = re.compile(rb"[Ee]-(?:1[5-9]|[2-9][0-9]|[1-3][0-9][0-9])")
HUGE = re.compile(
    rb"<v>-?[0-9.]*[Ee]\+(?:1[5-9][0-9]|[23][0-9][0-9])|[0-9][Ee]\+(?:1[5-9][0-9]|[23][0-9][0-9])\s?[-+*/^]"
)
PLACE = re.compile(rb'\br="([A-Z]{1,3}[0-9]{1,7})"')
MOST = 10_000
MAY_COMPARE = re.compile(rb"[=<>]|&[lg]t;")
MAY_GROW = re.compile(rb"[*/+^-]|SUM|PRODUCT|AVERAGE|DEV|VAR", re.IGNORECASE)
GROWING = frozenset(("*", "/", "+", "-"))
GROW = frozenset("AVERAGE DEVSQ PRODUCT STDEV STDEV.P STDEV.S SUM SUMPRODUCT SUMSQ VAR VAR.P VAR.S".split())
EXACTLY = frozenset(
    "AVERAGEIF AVERAGEIFS COUNTIF COUNTIFS HLOOKUP MATCH MAXIFS MINIFS SUMIF SUMIFS VLOOKUP XLOOKUP XMATCH".split()
)
"""Functions that compare, and are answered here where there are numbers near nothing."""

COMPARED = (
    "_xlfn.LET({0},0,{1},0,IF(ISNUMBER({0})*ISNUMBER({1}),_xlfn.LET({2},IF(ABS({0})+ABS({1})<1E-14,2^996,"
    "IF(ABS({0})+ABS({1})<0.1,2^54,1)),{0}*{2}{3}{1}*{2}),{0}{3}{1}))"
)
BOUNDED = "_xlfn.LET({0},0,IF(ISNUMBER({0}),IF(ABS({0})>1.79769313486231E+308,#NUM!,{0}),{0}))"
EACH_EXTREME = f"{EACH}_extreme"
FAR = 0.1
NEARNESS = 2**49
"""By how much a difference is larger than its rounding."""


@dataclass(slots=True)
class Extremes:
    """Where a workbook has numbers near nothing, and whether it has some beyond a half of all there are."""

    rows: frozenset[int] = frozenset()
    columns: frozenset[int] = frozenset()
    huge: bool = False
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @classmethod
    def of(cls, sheets: Sequence[Sheet]) -> Extremes:
        """Looked for in the text of the sheets, among values and formulas."""
        near = [sheet.data for sheet in sheets if b"E-" in sheet.data or b"e-" in sheet.data]
        far = [sheet.data for sheet in sheets if b"E+" in sheet.data or b"e+" in sheet.data]
        places = {place for data in near for place in cells_near_nothing(data)}
        return cls(
            frozenset(row for row, _ in places),
            frozenset(column for _, column in places),
            any(HUGE.search(data) for data in far),
        )

    @property
    def tiny(self) -> bool:
        return bool(self.rows)

    def touch(self, expression: Expression, surely: bool = False) -> bool:
        """Whether an expression reads a cell in a row or a column that has such a number, or is one itself.

        Formulas that are alike are written anew as one: what one reads in a row others read in the same row, or column.
        `surely`: in such a row and in such a column.
        """
        for leaf in leaves_in(expression):
            if leaf.kind == "NUMBER" and TINY.search(leaf.text.encode()) is not None:
                return True
            rect = parse_rect(leaf.text.removeprefix("@").rpartition("!")[2]) if leaf.kind == "RANGE" else None
            if rect is not None:
                across = any(rect.left <= column <= rect.right for column in self.columns)
                down = any(rect.top <= row <= rect.bottom for row in self.rows)
                if (across and down) if surely else (across or down):
                    return True
        return False

    def concern(self, text: bytes) -> bool:
        """Whether a formula may have to do with them."""
        if not (self.rows or self.huge) or LET.encode() in text or b"_xlpm." in text:
            return False
        return (self.tiny and MAY_COMPARE.search(text) is not None) or (self.huge and MAY_GROW.search(text) is not None)

    def guarded(self, expression: Expression, single: Callable[[Expression], bool]) -> Expression:
        """A formula that does with them as Excel does; names are put into those that are alike in the same words."""
        self._numbers = itertools.count(1)
        return self.looked_through(expression, single)

    def looked_through(self, expression: Expression, single: Callable[[Expression], bool]) -> Expression:
        """The same for a part of a formula."""
        signs = [node.text for node in expression if isinstance(node, Leaf) and node.kind == "OPERATOR"]
        leaves = [(place, node.text) for place, node in enumerate(expression) if isinstance(node, Leaf)]
        compared = [(place, text) for place, text in leaves if text in COMPARISONS]
        if len(compared) > 1 and "&" not in signs:
            before, after = expression[: compared[-1][0]], expression[compared[-1][0] :]
            return [*self.looked_through(before, single), *(self.inside(node, single) for node in after)]
        inside = [self.inside(node, single) for node in expression]
        if "&" in signs:
            return inside
        if not compared:
            return self.bounded(inside, signs, single)
        [(place, sign)] = compared
        given = (inside[:place], inside[place + 1 :])
        sides = [self.bounded(side, signs, single) for side in given]
        if not self.tiny or not self.touch(expression) or any(map(cannot_be_near, given)):
            return [*sides[0], inside[place], *sides[1]]
        # Of the ranges that a formula goes through most have no such number.
        ranges = any(":" in leaf.text for leaf in leaves_in(expression) if leaf.kind != "TEXT")
        if ranges and not self.touch(expression, surely=True):
            return [*sides[0], inside[place], *sides[1]]
        as_they_were = (expression[:place], expression[place + 1 :])
        several = [side for side, before in zip(sides, as_they_were, strict=True) if not single(before)]
        if several:
            return self.compared_each(sign, sides, several)
        return self.compared(sign, [without_remainder(side) for side in sides])

    def compared(self, sign: str, sides: list[Expression], variable: str = VARIABLE) -> Expression:
        """Two single values compared."""
        names = [f"{variable}{next(self._numbers)}" for _ in range(3)]
        return bound(COMPARED.format(*names, sign), sides)

    def compared_each(self, sign: str, sides: list[Expression], several: list[Expression]) -> Expression:
        """The same for each value of the sides that are several."""
        names = {id(side): f"{EACH_EXTREME}{next(self._numbers)}" for side in several}
        ones = [name_of(names[id(side)]) if id(side) in names else side for side in sides]
        body = Call(stored("LAMBDA"), [*map(name_of, names.values()), self.compared(sign, ones, EACH_EXTREME)])
        if len(several) == 1:
            return [Call(stored("MAP"), [several[0], [body]])]
        return [over_several(several, body, self._numbers)]

    def inside(self, node: Leaf | Call | Group, single: Callable[[Expression], bool]) -> Leaf | Call | Group:
        if isinstance(node, Group):
            return Group([self.looked_through(part, single) for part in node.parts])
        if isinstance(node, Call):
            return Call(node.name, [self.looked_through(argument, single) for argument in node.arguments])
        return node

    def bounded(self, part: Expression, signs: list[str], single: Callable[[Expression], bool]) -> Expression:
        """Arithmetic, or a sum, that is an error where it is beyond all numbers."""
        nodes = trimmed(part)
        node = nodes[0] if len(nodes) == 1 else None
        grows = isinstance(node, Call) and plain_name(node.name) in GROW
        if not self.huge or not (grows or (node is None and not GROWING.isdisjoint(signs))) or not single(part):
            return part
        if any(leaf.text.startswith(":") for leaf in leaves_in(part)):
            return part
        return bound(BOUNDED.format(f"{VARIABLE}{next(self._numbers)}"), [part])


def cells_near_nothing(data: bytes) -> Iterator[tuple[int, int]]:
    """The cells of a sheet whose text has such a number, in their formula or their value."""
    for match in itertools.islice(TINY.finditer(data), MOST):
        start = data.rfind(b"<c ", 0, match.start())
        place = PLACE.search(data, max(start, 0), match.start())
        if place is not None:
            yield parse_cell(place[1].decode()) or (1, 1)


def cannot_be_near(side: Expression) -> bool:
    """Whether a side is written out and is a text, a truth value or a number far from nothing."""
    known, value = literal(trimmed(side))
    return known and (isinstance(value, (str, bool)) or (isinstance(value, float) and abs(value) >= FAR))


def without_remainder(side: Expression) -> Expression:
    """A difference as Excel compares it: 0 where it is no more than rounding, `0.1+0.2-0.3`."""
    nodes = trimmed(side)
    places = [
        place
        for place, node in enumerate(nodes)
        if place and isinstance(node, Leaf) and node.kind == "OPERATOR" and node.text in "+-"
        and not (isinstance(before := nodes[place - 1], Leaf) and before.kind == "OPERATOR")
    ]  # fmt: skip
    if not places:
        return side
    small = [Call("ABS", [nodes]), *parse(f"*{NEARNESS}<"), Call("ABS", [nodes[places[-1] + 1 :]])]
    return [Call("IF", [small, parse("0"), nodes])]


def bound(text: str, values: list[Expression]) -> Expression:
    """A LET whose first variables are these values."""
    [call] = parse(text)
    assert isinstance(call, Call)
    for number, value in enumerate(values):
        call.arguments[2 * number + 1] = value
    return [call]
