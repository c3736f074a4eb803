"""Numbers as the texts that Excel makes of them, with 15 digits; the engine gives up to 17.

LEN(A1*0.1)            →   LEN(LET(joined,A1*0.1,IF(ISNUMBER(joined),IF(joined=0,0,ROUND(joined,…)),joined)))
FIND("3",A1&"%")       →   the same of A1
LEFT(TRIM(A1),B1)      →   LEFT(TRIM(…),(B1)+0): the same within TRIM alone, which gives a text; B1 may hold one
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from computefi.formulas.functions import LET
from computefi.formulas.tree import COMPARISONS, Call, Expression, Group, Leaf, literal, parse, plain_name, trimmed

DIGITS = 15
JOINED = "_xlpm.joined"
OF_TEXT: dict[str, Sequence[int]] = {
    "CONCATENATE": range(255),
    "FIND": (0, 1), "REPLACE": (0, 3), "SEARCH": (0, 1), "SUBSTITUTE": (0, 1, 2),
    **dict.fromkeys("CLEAN LEFT LEN LOWER MID PROPER REPT RIGHT TRIM UPPER".split(), (0,)),
}  # fmt: skip
"""Functions of texts, and which of their arguments are texts."""

COUNTS: dict[str, tuple[int, ...]] = {"LEFT": (1,), "RIGHT": (1,), "MID": (1, 2)}
"""Those that give an error for a truth value, or for the text of a number, as a number of characters."""

GIVE_TEXTS = OF_TEXT.keys() - {"FIND", "LEN", "SEARCH"} | set(
    "ADDRESS CHAR CONCAT DOLLAR FIXED FORMULATEXT T TEXT TEXTJOIN UNICHAR".split()
)


Single = Callable[[Expression], bool]


def any_value(_: Expression) -> bool:
    """Whatever stands in an ordinary formula is one value."""
    return True


def in_texts(call: Call, single: list[bool]) -> Call:
    """A function of texts with what may be numbers in it rounded; `single`: which arguments are one value."""
    name = plain_name(call.name)
    texts, counts = OF_TEXT[name], COUNTS.get(name, ())
    return Call(call.name, [
        argument if not one else as_text(argument) if place in texts
        else as_count(argument) if place in counts else argument
        for place, (argument, one) in enumerate(zip(call.arguments, single, strict=True))
    ])  # fmt: skip


def as_count(argument: Expression) -> Expression:
    """A number of characters as a number: a cell may hold its text."""
    nodes = trimmed(argument)
    if len(nodes) != 1 or not isinstance(nodes[0], Leaf) or nodes[0].kind == "NUMBER":
        return argument
    return [Group([argument]), Leaf("+", "OPERATOR"), Leaf("0", "NUMBER")]


def as_text(argument: Expression) -> Expression:
    """One such argument; what it joins is rounded one by one."""
    return rounded(argument) if joins(trimmed(argument)) else fifteen(argument)


def joins(nodes: Expression) -> bool:
    """Whether an expression joins texts with &, outside of what it calls."""
    return any(isinstance(node, Leaf) and node.text == "&" for node in nodes)


def rounded(expression: Expression, single: Single = any_value) -> Expression:
    """A formula in which whatever is joined with & has 15 digits; what may be several values is left as it is."""
    parts: list[Expression] = [[]]
    signs: list[Leaf] = []
    for node in expression:
        if isinstance(node, Leaf) and node.kind == "OPERATOR" and (node.text == "&" or node.text in COMPARISONS):
            parts.append([])
            signs.append(node)
        else:
            parts[-1].append(inside(node, single))
    made: Expression = []
    for place, part in enumerate(parts):
        beside = [sign.text for sign in signs[max(0, place - 1) : place + 1]]
        made += fifteen(part) if "&" in beside and single(part) else part
        made += signs[place : place + 1]
    return made


def inside(node: Leaf | Call | Group, single: Single) -> Leaf | Call | Group:
    """A node with the same done within it."""
    if isinstance(node, Leaf):
        return node
    if isinstance(node, Group):
        return Group([rounded(part, single) for part in node.parts])
    return Call(node.name, [rounded(argument, single) for argument in node.arguments])


def fifteen(part: Expression) -> Expression:
    """What becomes a text, with 15 digits where it is a number."""
    nodes = trimmed(part)
    if not nodes or gives_text(nodes) or isinstance(literal(nodes)[1], str):
        return part
    places = f"ROUND({JOINED},{DIGITS - 1}-INT(LOG10(ABS({JOINED}))))"
    body = f"IF(ISNUMBER({JOINED}),IF({JOINED}=0,0,{places}),{JOINED})"
    return [Call(LET, [[Leaf(JOINED, "RANGE")], part, parse(body)])]


def gives_text(nodes: Expression) -> bool:
    """Whether an expression is a call that gives a text, or one of those that are made here."""
    node = nodes[0] if len(nodes) == 1 else None
    if not isinstance(node, Call):
        return False
    return plain_name(node.name) in GIVE_TEXTS or (node.name == LET and node.arguments[0] == [Leaf(JOINED, "RANGE")])
