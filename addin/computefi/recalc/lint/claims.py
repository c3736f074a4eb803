"""What is said of formulas: the rules, how bad each is, and what to do instead.

whole-range-in-plain-formula | wrong   →   IRR of an expression over a range in an ordinary formula …

What the engine gets wrong and is answered here, or written anew for it, needs no rule.
"""

from __future__ import annotations

from typing import NamedTuple

WRONG, FAILS, NOTE = "wrong", "fails", "note"


class Rule(NamedTuple):
    """One way in which values go wrong: how bad it is, what happens, and what to do instead."""

    name: str
    severity: str
    what: str
    remedy: str


ONE_IN_PLAIN = Rule(
    "array-in-plain-formula", WRONG,
    "{f} of an expression over a range in an ordinary formula: Excel puts @ before the range and uses one cell of it, "
    "or gives #VALUE!, and so does this",
    "enter it as an array formula, or write SUMPRODUCT",
)  # fmt: skip
ONE_IN_ARRAY = Rule(
    "one-cell-inside-array", WRONG,
    "{f} takes one value even where arrays are computed around it: in an ordinary formula Excel puts @ before the "
    "range and uses one cell of it, or gives #VALUE!, and so does this",
    "enter it as an array formula",
)  # fmt: skip
WHOLE_IN_PLAIN = Rule(
    "whole-range-in-plain-formula", WRONG,
    "{f} of an expression over a range in an ordinary formula is computed over the whole range; versions of Excel "
    "without dynamic arrays may use one cell of it",
    "enter it as an array formula",
)  # fmt: skip
CALL_IN_PLAIN = Rule(
    "call-in-plain-formula", WRONG,
    "{f} is given an expression over a range in an ordinary formula: Excel puts @ before the range and uses one cell "
    "of it, here the function gets them all",
    "enter it as an array formula, or put the expression into cells",
)  # fmt: skip
IN_LAMBDA = Rule(
    "inside-lambda", WRONG,
    "{f} of a LAMBDA's variables is computed by the engine alone, which gets some values of {f} wrong",
    "put {f} into cells of its own, one for each value",
)  # fmt: skip
VOLATILE_VALUE = Rule(
    "volatile", NOTE, "{f} has another value at every recalculation: results cannot be reproduced",
    "put the date or the random number into a cell as an input",
)  # fmt: skip

DOUBTFUL = frozenset(("IRR", "MIRR"))
"""Functions whose parameter Excel's file formats call an array, and of which that is not seen elsewhere."""
