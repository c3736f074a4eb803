"""Formulas in a workbook that calculates with the precision displayed.

A1 =B1/3, shown with two places   →   LET(x,B1/3,IF(ISNUMBER(x),ROUND(x,2),x))
"""

from __future__ import annotations

from computefi.formulas.functions import LET
from computefi.formulas.tree import Call, Expression, Leaf

DISPLAYED = "_xlpm.displayed"


def as_displayed(expression: Expression, places: int) -> Expression:
    """A formula with what it gives rounded to the places that its cell shows."""
    value: Expression = [Leaf(DISPLAYED, "RANGE")]
    rounded = Call("ROUND", [value, [Leaf(str(places), "NUMBER")]])
    return [Call(LET, [value, expression, [Call("IF", [[Call("ISNUMBER", [value])], [rounded], value])]])]
