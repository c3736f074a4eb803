"""Blank cells among those that a function gives: in a cell of a helper they would be 0.

COUNTIF(OFFSET(A1,0,0,9),"<>")   →   reads MAP(OFFSET(…),LAMBDA(c,IF(ISBLANK(c),mark,c))), and the mark as blank
"""

from __future__ import annotations

from computefi.formulas.functions import FUNCTIONS
from computefi.formulas.tree import ONE_CELL, Call, Expression, Leaf, cfi_name, plain_name, trimmed
from computefi.recalc.natives.area import BLANK
from computefi.recalc.natives.table import GIVE_CELLS, branches
from computefi.recalc.prepare.plan import Piece

CELL = "_xlpm.cell"


def gives_cells(expression: Expression) -> bool:
    """Whether an expression is a function that gives cells, and may give several."""
    nodes = trimmed(expression)
    node = nodes[0] if nodes else None
    if not isinstance(node, Call) or cfi_name(node.name) is not None:
        return False
    name = plain_name(node.name)
    if name == "LET":
        return gives_cells(node.arguments[-1])
    if chosen := branches(node):
        return any(has_area(branch) or gives_cells(branch) for branch in chosen)
    return ":" in name or name in GIVE_CELLS


def has_area(branch: Expression) -> bool:
    """Whether a branch is the address or the name of cells, and not of a single one."""
    nodes = trimmed(branch)
    node = nodes[0] if len(nodes) == 1 else None
    return isinstance(node, Leaf) and node.kind == "RANGE" and not ONE_CELL.fullmatch(node.text)


def with_blanks(pieces: list[Piece]) -> list[Piece]:
    """The formula of a helper that shows a mark for each blank cell."""
    each, function = FUNCTIONS["MAP"].stored, FUNCTIONS["LAMBDA"].stored
    return [f"{each}(", *pieces, f',{function}({CELL},IF(ISBLANK({CELL}),"{BLANK}",{CELL})))']
