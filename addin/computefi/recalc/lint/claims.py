"""What an engine is known to get wrong: a table of claims, each with the formula that shows it.

array-ignored | NPV | array 2,3,… | NPV(0.1,A1:A5*2) | 21.305…   →   NPV whose second or a later argument is an array
that is computed in the formula is wrong, in the way that the rule "array-ignored" describes; Excel gives 21.305….

The tests of `recalc/lint` compute every claim in its engine and fail when it is not, or no longer, true.
"""

from __future__ import annotations

from typing import NamedTuple

WRONG, FAILS, NOTE = "wrong", "fails", "note"
ARRAY, SEVERAL, IF = "array", "several", "if"
"""What a claim says that a function is given: an array that the formula computes or writes out; that or a range; an
IF without an otherwise."""


class Rule(NamedTuple):
    """One way in which values go wrong: how bad it is, what happens, and what to do instead."""

    name: str
    severity: str
    what: str
    remedy: str


class Claim(NamedTuple):
    """What one engine gets wrong with one function, and a formula that is wrong in it.

    `places` are the arguments that it is about, counted from 1; `2,4,…` goes on as it begins. `right` is what Excel
    gives.
    """

    engine: str
    rule: Rule
    function: str
    given: str
    places: str
    probe: str
    right: float

    def chosen(self, kinds: list[int]) -> list[int]:
        """The kinds of those of a call's arguments that the claim is about."""
        *places, last = self.places.split(",")
        if last == "…":
            first, second = map(int, places)
            return kinds[first - 1 :: second - first]
        return [kinds[int(place) - 1] for place in (*places, last) if int(place) <= len(kinds)]


CELLS = "put the array into cells of its own and refer to them"

EMPTY_AGGREGATE = Rule(
    "array-ignored", WRONG, "{f} over an array that is computed in the formula, or written out in it, gives 0", CELLS
)
FALSE_COUNTED = Rule(
    "false-counted", WRONG, "{f}(IF(…)) without an otherwise counts the cells left out as 0",
    'end the IF with ,"": IF(condition,value,"")',
)  # fmt: skip
NOT_CELL_BY_CELL = Rule(
    "cell-by-cell", FAILS, "{f} cannot be computed cell by cell over an array",
    "put {f} into cells of its own, one for each cell",
)  # fmt: skip
ARRAY_REFUSED = Rule("array-refused", FAILS, "{f} cannot take an array that is computed in the formula", CELLS)
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

RULES = {
    rule.name: rule
    for rule in (
        EMPTY_AGGREGATE, FALSE_COUNTED, NOT_CELL_BY_CELL, ARRAY_REFUSED,
    )
}  # fmt: skip
"""The rules of claims about functions; the others are about ordinary formulas, which Excel reads differently."""

IRONCALC = """
array-ignored | NPV | array 2,3,… | NPV(0.1,A1:A5*2) | 21.305176621070338
array-ignored | COUNT | array 1,2,… | COUNT(A1:A5*2) | 5
false-counted | MEDIAN | if 1,2,… | MEDIAN(IF(A1:A5>1,A1:A5)) | 3.5
false-counted | AVERAGE | if 1,2,… | AVERAGE(IF(A1:A5>1,A1:A5)) | 3.5
false-counted | GEOMEAN | if 1,2,… | GEOMEAN(IF(A1:A5>1,A1:A5)) | 3.309750919646873
array-refused | PRODUCT | array 1,2,… | PRODUCT(A1:A5*2) | 3840
array-refused | AVERAGEA | array 1,2,… | AVERAGEA(A1:A5*2) | 6
cell-by-cell | NPV | several 1 | SUM(NPV({0.1,0.2},B1:B5)) | 6.114439186683352
"""
"""IronCalc 0.9. The probes are array formulas; A1:A5 is 1…5, B1:B5 -100, 20, 30, 40, 50, C1:C5 a, b, c, a, x."""


def read_line(engine: str, line: str) -> Claim:
    """One line of a table."""
    rule, function, given, probe, right = line.split(" | ")
    kind, _, places = given.partition(" ")
    return Claim(engine, RULES[rule], function, kind, places, probe, float(right))


CLAIMS = tuple(read_line("ironcalc", line) for line in IRONCALC.strip().splitlines())


def claims_by_function(engine: str) -> dict[str, list[Claim]]:
    """The claims about an engine, in the order of the table."""
    found: dict[str, list[Claim]] = {}
    for claim in CLAIMS:
        if claim.engine == engine:
            found.setdefault(claim.function, []).append(claim)
    return found


DOUBTFUL = frozenset(("IRR", "MIRR"))
"""Functions whose parameter Excel's file formats call an array, and of which that is not seen elsewhere."""
