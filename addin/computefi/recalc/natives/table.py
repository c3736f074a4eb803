"""The functions that are answered here, which of their calls are looked at, and when the engine may answer itself.

COUNTIF(A1:A9,">5")    →   not looked at: the engine is right
COUNTIF(A1:A9,B1)      →   looked at: is it a criterion that the engine misreads? If not, the engine answers
COUNTIF(A1:A9,"<>x")   →   answered here

A claim of `lint.claims` says what the engine gets wrong; the tests of `recalc/natives` fail when it has learnt it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from computefi.errors import Code
from computefi.formulas.tree import (
    COMPARISONS,
    SPILL,
    Call,
    Expression,
    Group,
    Leaf,
    cfi_name,
    has_call,
    is_joined,
    leaves_in,
    literal,
    multiplying,
    plain_name,
    trimmed,
)
from computefi.recalc.natives.area import Area
from computefi.recalc.natives.cashflows import xirr
from computefi.recalc.natives.computed import ALWAYS_WRONG, FALSE_COUNTED
from computefi.recalc.natives.criteria import CRITERIA, DATABASE, alike, criteria_of, engine_is_right
from computefi.recalc.natives.days import day_difference, engine_counts, in_order, year_fraction
from computefi.recalc.natives.draws import rand_array
from computefi.recalc.natives.fits import FITS
from computefi.recalc.natives.lookups import LOOKUPS, engine_searches
from computefi.recalc.natives.normal import NORMAL
from computefi.recalc.natives.samples import ANSWERED_ALWAYS, PAIRS, as_many, inverse, is_matrix, mode, no_matrix
from computefi.recalc.natives.sorting import SORTS
from computefi.recalc.natives.texts import JOINING, TEXTS
from computefi.xlsx.cells import LAST_ROW, Rows, Value, parse_rect

OWN = "\ue002"
"""What stands in place of an answer where the engine's own is right."""

LARGE = 2000
"""From so many rows on an index pays, however well the engine searches."""

GIVE_CELLS = frozenset("ANCHORARRAY CHOOSE DROP INDEX INDIRECT OFFSET SINGLE TAKE XLOOKUP".split())
"""Functions that give cells."""

Answer = Value | Rows
Given = Sequence[Area | None]
Arguments = list[Expression]
Kind = Callable[[str], int]
"""What an operand's text stands for, as `prepare.intersect` says it: 0 is one value at most."""


@dataclass(frozen=True, slots=True)
class Native:
    """One function. `looks_at`: whether a call, by its text, may be one that the engine gets wrong; `engine_is_right`
    tells by the values. `each`: the arguments that may be several, whereupon the answer is several.
    """

    answer: Callable[[Given], Answer]
    looks_at: Callable[[Arguments, Kind], bool]
    engine_is_right: Callable[[Given], bool]
    each: Callable[[Arguments], Arguments] = lambda _: []
    # Whether it gives several of itself.
    several: bool = False
    # Whether a blank cell is another thing to it than 0.
    blanks: bool = True
    # Whether it draws numbers: it is given one more, with which they begin.
    draws: bool = False

    def answered(self, given: Given) -> Rows:
        """The answer as cells that a worksheet can hold."""
        try:
            answer = self.answer(given)
        except ArithmeticError:
            answer = Code.NUM
        rows = answer if isinstance(answer, tuple) else ((answer,),)
        return tuple(tuple(finite(value) for value in row) for row in rows)


def finite(value: Value) -> Value:
    """A value as a cell holds it: no number beyond all numbers."""
    return Code.NUM if isinstance(value, float) and not math.isfinite(value) else value


def is_one(expression: Expression, kind: Kind) -> bool:
    """Whether an expression gives one value at most."""
    for node in trimmed(expression):
        if isinstance(node, Group):
            if len(node.parts) != 1 or not is_one(node.parts[0], kind):
                return False
        elif isinstance(node, Call):
            if plain_name(node.name) == "LET":
                if not is_one_with_variables(node, kind):
                    return False
            elif not all(is_one(argument, kind) for argument in multiplying(node)):
                return False
        elif node.kind == "ARRAY" or (
            node.kind == "RANGE" and not node.text.startswith("@") and (SPILL in node.text or kind(node.text) != 0)
        ):
            return False
    return True


def is_one_with_variables(call: Call, kind: Kind) -> bool:
    """Whether a LET gives one value at most: its variables are one value each, and so is what follows."""
    *bound, last = call.arguments
    names = {leaf.text for name in bound[::2] for leaf in leaves_in(name)}

    def known(text: str) -> int:
        return 0 if text in names else kind(text)

    return all(is_one(value, known) for value in [*bound[1::2], last])


def is_one_cell(expression: Expression, kind: Kind) -> bool:
    """Whether an expression is the address of a single cell, which the engine takes for no range."""
    nodes = trimmed(expression)
    node = nodes[0] if len(nodes) == 1 else None
    return isinstance(node, Leaf) and node.kind == "RANGE" and SPILL not in node.text and kind(node.text) == 0


def may_be_large(expression: Expression) -> bool:
    """Whether a range may have rows enough for an index; a name may."""
    nodes = trimmed(expression)
    node = nodes[0] if len(nodes) == 1 else None
    if not isinstance(node, Leaf) or node.kind != "RANGE":
        return False
    rect = parse_rect(node.text.rpartition("!")[2])
    # By the length of its numbers alone: what is found of one formula holds for all that differ in digits.
    return rect is None or rect.rows == LAST_ROW or rect.bottom >= 1000


def shape_of(expression: Expression) -> tuple[int, int] | None:
    """The rows and columns of a range that is written out; None of what a name or a function gives."""
    nodes = trimmed(expression)
    node = nodes[0] if len(nodes) == 1 else None
    if not isinstance(node, Leaf) or node.kind != "RANGE":
        return None
    rect = parse_rect(node.text.rpartition("!")[2])
    return None if rect is None else (rect.rows, rect.columns)


def criteria_in(function: str) -> Callable[[Arguments], Arguments]:
    """The criteria among a call's arguments."""
    if function in ("COUNTIF", "SUMIF", "AVERAGEIF"):
        return lambda arguments: arguments[1:2]
    first = 1 if function == "COUNTIFS" else 2
    return lambda arguments: arguments[first::2]


def criteria_native(function: str) -> Native:
    """A function of criteria."""
    chosen = criteria_in(function)

    def looks_at(arguments: Arguments, kind: Kind) -> bool:
        criteria = chosen(arguments)
        if not criteria or (function.endswith("IFS") and len(arguments) % 2 != (function != "COUNTIFS")):
            return False
        ranges = [argument for argument in arguments if not any(argument is one for one in criteria)]
        return (
            any(is_one_cell(one, kind) for one in ranges)
            or not all(map(understood, criteria))
            or len({shape_of(one) for one in ranges}) > 1
        )

    def right(given: Given) -> bool:
        areas = [area for area in given if area is not None]
        criteria = criteria_of(function, areas)
        ranges = [area for area in areas if not any(area is one for one in criteria)]
        return len(areas) == len(given) and alike(ranges) and all(
            area.single and engine_is_right(area.value) for area in criteria
        )  # fmt: skip

    return Native(whole(CRITERIA[function]), looks_at, right, chosen)


def understood(criterion: Expression) -> bool:
    """Whether a criterion that is written out is one that the engine understands."""
    known, value = literal(trimmed(criterion))
    return known and not isinstance(value, tuple) and engine_is_right(value)


def whole(answer: Callable[[Sequence[Area]], Answer]) -> Callable[[Given], Answer]:
    """A function that wants all its arguments."""

    def careful(given: Given) -> Answer:
        areas = [area for area in given if area is not None]
        return answer(areas) if len(areas) == len(given) else Code.VALUE

    return careful


def database_native(function: str) -> Native:
    """A function over a table with conditions."""

    def answer(given: Given) -> Answer:
        table, column, conditions = given
        if table is None or conditions is None:
            return Code.VALUE
        return DATABASE[function]((table, column or Area(((None,),), 1, 1), conditions))

    def right(given: Given) -> bool:
        areas = [area for area in given if area is not None]
        return (
            len(areas) == 3 and areas[1].single and areas[2].height > 1
            and all(engine_is_right(area.value) for area in criteria_of(function, areas))
        )  # fmt: skip

    return Native(answer, lambda arguments, _: len(arguments) == 3, right)


def lookup_native(function: str) -> Native:
    """A function that looks something up: exact ones in small ranges are the engine's."""
    place = {"MATCH": 2, "VLOOKUP": 3, "HLOOKUP": 3}.get(function)
    least = {"LOOKUP": 2, "MATCH": 2, "XMATCH": 2}.get(function, 3)

    def looks_at(arguments: Arguments, kind: Kind) -> bool:
        if len(arguments) < least:
            return False
        exact = place is not None and len(arguments) > place and means_exact(arguments[place])
        each_one = all(is_one(argument, kind) for argument in several(arguments))
        out = function in ("VLOOKUP", "HLOOKUP") and (below_one(arguments[2]) or means_exact(arguments[0]))
        return out or not exact or is_one_cell(arguments[1], kind) or not each_one or may_be_large(arguments[1])

    def several(arguments: Arguments) -> Arguments:
        return [arguments[0], arguments[2]] if function in ("VLOOKUP", "HLOOKUP") else arguments[:1]

    # XLOOKUP may give a whole row or column for one value.
    alone = function == "XLOOKUP"
    return Native(LOOKUPS[function], looks_at, lambda given: engine_searches(function, given), several, alone)


def below_one(argument: Expression) -> bool:
    """Whether an argument is written as 0 or a number below it."""
    nodes = trimmed(argument)
    return nodes[:1] == [Leaf("-", "OPERATOR")] or literal(nodes) == (True, 0.0)


def means_exact(argument: Expression) -> bool:
    """Whether an argument is 0, FALSE or left empty."""
    nodes = trimmed(argument)
    known, value = literal(nodes)
    return not nodes or (known and not isinstance(value, (str, Code, tuple)) and not value)


def pairs_native(function: str) -> Native:
    """A function of pairs of numbers."""
    count = 3 if function.startswith("FORECAST") else 2

    def right(given: Given) -> bool:
        return function not in ANSWERED_ALWAYS and as_many(given)

    return Native(PAIRS[function], lambda arguments, _: len(arguments) == count, right)


def normal_native(function: str) -> Native:
    """A function of the normal distribution."""
    answer, fewest, most = NORMAL[function]

    def looks_at(arguments: Arguments, _: Kind) -> bool:
        return fewest <= len(arguments) <= most and bool(trimmed(arguments[0]))

    return Native(answer, looks_at, never, several=True, blanks=False)


def computed_native(function: str) -> Native:
    """A summary, over what a formula computes; over cells the engine is right."""
    always = function in ALWAYS_WRONG
    answer = ALWAYS_WRONG[function] if always else FALSE_COUNTED[function]

    def looks_at(arguments: Arguments, kind: Kind) -> bool:
        # NPV of several rates.
        rates = function == "NPV" and not is_one(arguments[0], kind)
        return rates or any(
            is_computed(argument, kind) and (always or has_call(argument) or compares(argument))
            for argument in arguments[function == "NPV" :]
        )

    return Native(answer, looks_at, never, lambda arguments: arguments[: function == "NPV"])


def is_computed(argument: Expression, kind: Kind) -> bool:
    """Whether an argument is several values that stand in no cells."""
    nodes = trimmed(argument)
    node = nodes[0] if len(nodes) == 1 else None
    if isinstance(node, Group) and len(node.parts) == 1:
        return is_computed(node.parts[0], kind)
    if isinstance(node, Group) or (isinstance(node, Leaf) and node.kind != "ARRAY"):
        return False
    if isinstance(node, Call):
        name = plain_name(node.name)
        chosen = branches(node)
        if chosen and is_one(node.arguments[0], kind):
            return any(is_computed(branch, kind) for branch in chosen)
        if name == "INDEX" and (
            is_computed(node.arguments[0], kind) or not all(is_one(number, kind) for number in node.arguments[1:])
        ):
            return True
        last = trimmed(node.arguments[-1])
        name = plain_name(last[0].name) if name == "LET" and len(last) == 1 and isinstance(last[0], Call) else name
        if name in GIVE_CELLS or ":" in name or cfi_name(node.name) is not None:
            return False
    return not any(map(is_joined, nodes)) and not is_one(nodes, kind)


def compares(argument: Expression) -> bool:
    """Whether there is a truth value in an argument, or a comparison, which gives one."""
    return any(leaf.text in COMPARISONS or "FALSE" in leaf.text.upper() for leaf in leaves_in(argument))


def branches(call: Call) -> Arguments:
    """The arguments of which IF, IFS or SWITCH gives one."""
    name, arguments = plain_name(call.name), call.arguments
    if name == "SWITCH":
        return [*arguments[2::2], *([] if len(arguments) % 2 else arguments[-1:])]
    return {"IF": arguments[1:], "IFS": arguments[1::2]}.get(name, [])


def never(_: Given) -> bool:
    return False


def two_days(arguments: Arguments, kind: Kind) -> bool:
    """Whether the arguments of YEARFRAC are single values."""
    return len(arguments) in (2, 3) and all(trimmed(argument) and is_one(argument, kind) for argument in arguments)


def by_what_is_left(arguments: Arguments, kind: Kind) -> bool:
    """Whether DATEDIF may be asked for the days beyond full months or years, or from a cell that is blank."""
    if len(arguments) != 3 or not all(is_one(argument, kind) for argument in arguments):
        return False
    known, unit = literal(trimmed(arguments[2]))
    left = not known or (isinstance(unit, str) and unit.lower() in ("md", "yd"))
    return left or is_one_cell(arguments[0], kind)


def of_so_many(function: str) -> Callable[[Arguments, Kind], bool]:
    """Whether a call of a function of texts has as many arguments as Excel takes: another program may write more."""
    count = 0 if function in JOINING else 2 if function == "TEXT" else 1
    return lambda arguments, kind: always(arguments, kind) and count in (0, len(arguments))


def always(arguments: Arguments, _: Kind) -> bool:
    return bool(arguments) and bool(trimmed(arguments[0]))


NATIVES: dict[str, Native] = {
    **{function: criteria_native(function) for function in CRITERIA},
    **{function: database_native(function) for function in DATABASE},
    **{function: lookup_native(function) for function in LOOKUPS},
    **{function: computed_native(function) for function in (*ALWAYS_WRONG, *FALSE_COUNTED)},
    **{function: normal_native(function) for function in NORMAL},
    **{function: pairs_native(function) for function in PAIRS},
    **{function: Native(answer, always, never, several=True) for function, answer in FITS.items()},
    **{
        function: Native(answer, of_so_many(function), never, several=True, blanks=function in JOINING)
        for function, answer in TEXTS.items()
    },
    **{function: Native(answer, always, never, several=True) for function, answer in SORTS.items()},
    "MDETERM": Native(no_matrix, always, is_matrix),
    "MINVERSE": Native(inverse, always, never, several=True),
    "RANDARRAY": Native(rand_array, lambda *_: True, never, several=True, draws=True),
    "MODE": Native(mode, always, never, several=True),
    "MODE.SNGL": Native(mode, always, never, several=True),
    "YEARFRAC": Native(year_fraction, two_days, in_order),
    "DATEDIF": Native(day_difference, by_what_is_left, engine_counts),
    "XIRR": Native(xirr, lambda arguments, _: len(arguments) > 1, never),
}
