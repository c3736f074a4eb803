"""LET that stands in an engine's copy because the engine compares otherwise than Excel, and how it is taken away again.

LET(a,A1*10,IF(…))           →   (A1*10), where an engine has errors beyond all numbers, or no LET
LET(a,A1,b,A2,IF(…,…,a<b))   →   (A1<A2), where it compares as Excel does
"""

from __future__ import annotations

from computefi.formulas.functions import LET
from computefi.formulas.tree import Call, Expression, Group, Leaf, parse, written

VARIABLE = "_xlpm.extreme"
"""What the names of their variables begin with."""


def without_guards(text: str) -> str:
    """A formula for an engine that does not need them."""
    return written(unguarded(parse(text))) if VARIABLE in text else text


def unguarded(expression: Expression) -> Expression:
    made: Expression = []
    for node in expression:
        if isinstance(node, Group):
            made.append(Group([unguarded(part) for part in node.parts]))
        elif isinstance(node, Call):
            whole = before_guard(node) if is_guard(node) else None
            made.append(whole or Call(node.name, [unguarded(argument) for argument in node.arguments]))
        else:
            made.append(node)
    return made


def is_guard(call: Call) -> bool:
    first = call.arguments[0] if call.name == LET else []
    return len(first) == 1 and isinstance(first[0], Leaf) and first[0].text.startswith(VARIABLE)


def before_guard(call: Call) -> Group:
    """LET(a,A1*10,IF(…)) → (A1*10);  LET(a,A1,b,A2,IF(…,…,a<b)) → (A1<A2)."""
    left, *right = (unguarded(value) for value in call.arguments[1:-1:2])
    if not right:
        return Group([left])
    [choice] = call.arguments[-1]
    assert isinstance(choice, Call)
    return Group([[*left, choice.arguments[-1][1], *right[0]]])
