"""Functions that ask what a cell is, of a cell that another function gives: the engine says that it is nothing at all.

ISERROR(OFFSET(A1,B1,0))             →   ISERROR(SINGLE(OFFSET(A1,B1,0)))
SWITCH(CHOOSE(B1,A1,A2),1,"one")     →   SWITCH(SINGLE(CHOOSE(B1,A1,A2)),1,"one")
ISBLANK(INDEX(A1:A9,B1)) in an array formula   →   as it stands: with MAP around it a blank would be 0
"""

from __future__ import annotations

from computefi.formulas.tree import Call, Expression, Group, Leaf, plain_name, trimmed
from computefi.recalc.prepare.intersect import SINGLE
from computefi.recalc.prepare.joined import Sighted, area_between
from computefi.recalc.prepare.operands import Cells

ASKING = frozenset("ERROR.TYPE ISBLANK ISERR ISERROR ISLOGICAL ISNA ISNONTEXT ISNUMBER ISTEXT N SWITCH T TYPE".split())
UNSEEN = frozenset("CHOOSE INDIRECT OFFSET".split())
"""Functions that give a cell which the others do not see."""

SUSPECT = (
    rb"|\b(?:IS[A-Z]+|SWITCH|(?:ERROR\.)?TYPE|[NT])\s*\((?:[^,]*|\s*IF.*)\b(?:OFFSET|CHOOSE)\s*\("
    rb"|\bTYPE\s*\(\s*INDIRECT\b"
)


def asked(node: Call, array: bool, sighted: Sighted) -> Call | None:
    """A question about the cell that a function gives, as the engine understands it; None where it is right."""
    if plain_name(node.name) not in ASKING:
        return None
    nodes, others = trimmed(node.arguments[0]), node.arguments[1:]
    if not array:
        return Call(node.name, [[Call(SINGLE, [nodes])], *others]) if gives_unseen(nodes) else None
    inner = nodes[0] if len(nodes) == 1 else None
    giver = plain_name(inner.name) if isinstance(inner, Call) else ""
    if not isinstance(inner, Call) or giver not in UNSEEN | {"INDEX", "XLOOKUP"}:
        return None
    area = area_between([inner], sighted)
    if isinstance(area, Cells) and area.rect[:2] == area.rect[2:]:
        return Call(node.name, [[Leaf(sighted.view.text_of(area), "RANGE")], *others])
    one_cell = isinstance(area, list) and area[-4:] == ["1", ",", "1", ")"]
    if giver in ("INDEX", "XLOOKUP"):
        return node if one_cell and (giver == "INDEX" or len(inner.arguments) == 3) else None
    if not one_cell and plain_name(node.name) not in ("N", "T"):
        return None
    one: Expression = [Leaf("1", "NUMBER")]
    return Call(node.name, [[Call("INDEX", [nodes, one, one])], *others])


def gives_unseen(expression: Expression) -> bool:
    """Whether a part of an expression gives such a cell, and nothing around it has taken its value."""
    for node in expression:
        if isinstance(node, Group) and any(map(gives_unseen, node.parts)):
            return True
        if isinstance(node, Call):
            name = plain_name(node.name)
            branches = {"IF": node.arguments[1:], "IFERROR": node.arguments, "IFNA": node.arguments}.get(name, [])
            if name in UNSEEN or any(map(gives_unseen, branches)):
                return True
    return False
