"""Blank cells among those that a function gives: in a cell of a helper they would be 0.

COUNTIF(OFFSET(A1,0,0,9),"<>")   →   reads MAP(OFFSET(…),LAMBDA(c,IF(ISBLANK(c),mark,c))), and the mark as blank
AVERAGE(FILTER(A1:A9,B1:B9=1))   →   the same: what is blank stays so in an array until it stands in a cell
COUNTA(UNIQUE(A1:A9))            →   COUNTA(UNIQUE(A1:A9)&""): it counts the blank of an array, the engine does not
"""

from __future__ import annotations

from computefi.formulas.functions import FUNCTIONS
from computefi.formulas.tree import ONE_CELL, Call, Expression, Group, Leaf, cfi_name, plain_name, trimmed
from computefi.recalc.natives.area import BLANK
from computefi.recalc.natives.table import GIVE_CELLS, branches
from computefi.recalc.prepare.plan import Piece

CELL = "_xlpm.cell"
REARRANGE = frozenset(
    "CHOOSECOLS CHOOSEROWS EXPAND FILTER HSTACK SORT SORTBY TOCOL TOROW TRANSPOSE UNIQUE VSTACK WRAPCOLS "
    "WRAPROWS".split()
)
"""Functions that give an array of what they are given, in which blank cells are blank."""

KEEP_BLANKS = REARRANGE | set("BYCOL BYROW DROP IFERROR IFNA MAP REDUCE SCAN TAKE".split())
"""All functions in whose arrays blank cells may be blank."""


def gives_cells(expression: Expression) -> bool:
    """Whether an expression is a function that gives cells, or an array with what was blank, and may give several."""
    nodes = trimmed(expression)
    while len(nodes) > 1 and nodes[0] == Leaf("+", "OPERATOR"):
        nodes = trimmed(nodes[1:])
        if has_area(nodes):
            return True
    node = nodes[0] if nodes else None
    if not isinstance(node, Call) or cfi_name(node.name) is not None:
        return False
    name = plain_name(node.name)
    if name == "LET":
        return has_area(node.arguments[-1]) or gives_cells(node.arguments[-1])
    if chosen := branches(node):
        return any(has_area(branch) or gives_cells(branch) for branch in chosen)
    return ":" in name or name in GIVE_CELLS or name in KEEP_BLANKS


def has_area(branch: Expression) -> bool:
    """Whether a branch is the address or the name of cells, and not of a single one."""
    nodes = trimmed(branch)
    node = nodes[0] if len(nodes) == 1 else None
    return isinstance(node, Leaf) and node.kind == "RANGE" and not ONE_CELL.fullmatch(node.text)


def all_counted(argument: Expression) -> Expression:
    """What COUNTA counts, with a text for each blank of an array."""
    nodes = trimmed(argument)
    node = nodes[0] if len(nodes) == 1 else None
    name = plain_name(node.name) if isinstance(node, Call) else ""
    if name not in REARRANGE:
        return argument
    return [Group([argument]), Leaf("&", "OPERATOR"), Leaf('""', "TEXT")]


def with_blanks(pieces: list[Piece]) -> list[Piece]:
    """The formula of a helper that shows a mark for each blank cell."""
    each, function = FUNCTIONS["MAP"].stored, FUNCTIONS["LAMBDA"].stored
    return [f"{each}(", *pieces, f',{function}({CELL},IF(ISBLANK({CELL}),"{BLANK}",{CELL})))']
