"""LET's variables in what is answered here, where they stand for cells or for what is computed of several.

LET(v,A1:A5*2,COUNT(v)/SUM(v))   →   LET(v,A1:A5*2,COUNT(A1:A5*2)/SUM(v))

Whether a call is answered here, and how, is told by what its arguments are, and not by a variable's name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from computefi.formulas.tree import (
    Call,
    Expression,
    Group,
    Leaf,
    gives_one_value,
    leaves_in,
    plain_name,
    trimmed,
    written,
)
from computefi.recalc.natives.table import NATIVES

SEEN_THROUGH = NATIVES.keys() | {"AGGREGATE"}
BY_CHANCE = re.compile(r"\bRAND(?:BETWEEN|ARRAY)?\(", re.IGNORECASE)
"""What would be another value wherever it is written."""

LENGTH_LIMIT = 2000
Bound = Mapping[str, Expression]
"""The variables in sight that stand for cells or several values, and what they stand for."""


def seen_through(expression: Expression, bound: Bound | None = None, inside: bool = False) -> Expression:
    """The expression with what its variables stand for in the calls concerned; `inside` one of them."""
    bound = bound or {}
    made: Expression = []
    for node in expression:
        if isinstance(node, Group):
            made.append(Group([seen_through(part, bound, inside) for part in node.parts]))
        elif isinstance(node, Call):
            made.append(of_call(node, bound, inside))
        elif inside and node.kind == "RANGE" and node.text.casefold() in bound:
            value = bound[node.text.casefold()]
            made += value if len(trimmed(expression)) == 1 else [Group([value])]
        else:
            made.append(node)
    return made


def of_call(call: Call, bound: Bound, inside: bool) -> Call:
    """One call; LET and LAMBDA have variables of their own."""
    name = plain_name(call.name)
    if name == "LET":
        return of_let(call, bound, inside)
    if name == "LAMBDA":
        for argument in call.arguments[:-1]:
            bound = without(bound, variable(argument))
    inside = inside or name in SEEN_THROUGH
    return Call(call.name, [seen_through(argument, bound, inside) for argument in call.arguments])


def of_let(call: Call, bound: Bound, inside: bool) -> Call:
    """LET with its variables in sight, one after the other."""
    arguments: list[Expression] = []
    for place in range(0, len(call.arguments) - 1, 2):
        name, value = call.arguments[place : place + 2]
        arguments += [name, seen_through(value, bound, inside)]
        whole = trimmed(seen_through(value, bound, True))
        bound = without(bound, variable(name))
        several = is_cells(whole) or not gives_one_value(whole)
        if several and not BY_CHANCE.search(text := written(whole)) and len(text) <= LENGTH_LIMIT:
            bound = {**bound, variable(name): whole}
    return Call(call.name, [*arguments, seen_through(call.arguments[-1], bound, inside)])


def is_cells(value: Expression) -> bool:
    """Whether a value is an address, of one cell too, or a name."""
    return len(value) == 1 and isinstance(value[0], Leaf) and value[0].kind == "RANGE"


def variable(argument: Expression) -> str:
    """A variable's name, of which the case does not matter."""
    return written(argument).strip().casefold()


def without(bound: Bound, name: str) -> Bound:
    """The variables that mean what they did where a new one has that name."""
    return {
        one: value
        for one, value in bound.items()
        if one != name and all(leaf.text.casefold() != name for leaf in leaves_in(value))
    }
