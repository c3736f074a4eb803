"""What an engine is known to get wrong: a table of claims, each with the formula that shows it.

array-ignored | NPV | array 2,3,… | NPV(0.1,A1:A5*2) | 21.305…   →   NPV whose second or a later argument is an array
that is computed in the formula is wrong, in the way that the rule "array-ignored" describes; Excel gives 21.305….

The tests of `recalc/lint` compute every claim in its engine and fail when it is not, or no longer, true.
"""

from __future__ import annotations

from typing import NamedTuple

WRONG, FAILS, NOTE = "wrong", "fails", "note"
ARRAY, SEVERAL, EACH, IF, ANYTHING = "array", "several", "each", "if", "anything"
"""What a claim says that a function is given: an array that the formula computes or writes out; that or a range; an
array, and of a range it takes one cell; an IF without an otherwise; whatever there is."""


class Rule(NamedTuple):
    """One way in which values go wrong: how bad it is, what happens, and what to do instead."""

    name: str
    severity: str
    what: str
    remedy: str


class Claim(NamedTuple):
    """What one engine gets wrong with one function, and a formula that is wrong in it.

    `places` are the arguments that it is about, counted from 1; `2,4,…` goes on as it begins. `right` is what Excel
    gives; None where the engine gives an error instead.
    """

    engine: str
    rule: Rule
    function: str
    given: str
    places: str
    probe: str
    right: float | None

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
ASKED_OF_ARRAY = Rule(
    "asked-of-array", WRONG, "{f} of several cells at once answers for the array as a whole, and no cell counts",
    "ask cell by cell in cells of its own, or use COUNT, COUNTA, COUNTIF over the range",
)  # fmt: skip
ONE_CELL_ONLY = Rule(
    "cell-by-cell-range", WRONG,
    "{f} over a range in an array formula uses the cell in the formula's own row or column, or gives #VALUE!",
    "put {f} into cells of its own, one for each cell of the range",
)  # fmt: skip
NOT_CELL_BY_CELL = Rule(
    "cell-by-cell", FAILS, "{f} cannot be computed cell by cell over an array",
    "put {f} into cells of its own, one for each cell",
)  # fmt: skip
ARRAY_REFUSED = Rule("array-refused", FAILS, "{f} cannot take an array that is computed in the formula", CELLS)
UNKNOWN = Rule("no-such-function", FAILS, "the engine has no function {f}", "use another function, or another engine")
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
VOLATILE_VALUE = Rule(
    "volatile", NOTE, "{f} has another value at every recalculation: results cannot be reproduced",
    "put the date or the random number into a cell as an input",
)  # fmt: skip

RULES = {
    rule.name: rule
    for rule in (
        EMPTY_AGGREGATE, FALSE_COUNTED, ASKED_OF_ARRAY, NOT_CELL_BY_CELL, ARRAY_REFUSED, UNKNOWN,
    )
}  # fmt: skip
"""The rules of claims about functions; the others are about ordinary formulas, which Excel reads differently."""

IRONCALC = """
array-ignored | NPV | array 2,3,… | NPV(0.1,A1:A5*2) | 21.305176621070338
array-ignored | COUNT | array 1,2,… | COUNT(A1:A5*2) | 5
false-counted | MEDIAN | if 1,2,… | MEDIAN(IF(A1:A5>1,A1:A5)) | 3.5
false-counted | AVERAGE | if 1,2,… | AVERAGE(IF(A1:A5>1,A1:A5)) | 3.5
false-counted | GEOMEAN | if 1,2,… | GEOMEAN(IF(A1:A5>1,A1:A5)) | 3.309750919646873
asked-of-array | ISNUMBER | several 1 | SUM(--ISNUMBER(A1:C5)) | 10
asked-of-array | ISTEXT | several 1 | SUM(--ISTEXT(A1:C5)) | 5
asked-of-array | ISBLANK | several 1 | SUM(--ISBLANK(A1:A6)) | 1
asked-of-array | ISERR | several 1 | SUM(--ISERR(A1:A5/0)) | 5
asked-of-array | ISLOGICAL | several 1 | SUM(--ISLOGICAL(A1:A5>1)) | 5
asked-of-array | ISNONTEXT | several 1 | SUM(--ISNONTEXT(A1:C5)) | 10
asked-of-array | SWITCH | several 1 | SUM(SWITCH(A1:A5,1,10,2,20,0)) | 30
array-refused | PRODUCT | array 1,2,… | PRODUCT(A1:A5*2) | 3840
array-refused | AVERAGEA | array 1,2,… | AVERAGEA(A1:A5*2) | 6
array-refused | CONCAT | array 1,2,… | LEN(CONCAT(C1:C5&"x")) | 10
array-refused | TEXTJOIN | array 3,4,… | LEN(TEXTJOIN(",",TRUE,C1:C5&"x")) | 14
cell-by-cell | LARGE | several 2 | SUM(LARGE(A1:A5,{1,2})) | 9
cell-by-cell | SMALL | several 2 | SUM(SMALL(A1:A5,{1,2})) | 3
cell-by-cell | PERCENTILE | several 2 | SUM(PERCENTILE(A1:A5,{0.1,0.5})) | 4.4
cell-by-cell | PERCENTILE.INC | several 2 | SUM(PERCENTILE.INC(A1:A5,{0.1,0.5})) | 4.4
cell-by-cell | QUARTILE | several 2 | SUM(QUARTILE(A1:A5,{1,3})) | 6
cell-by-cell | INDEX | several 2,3 | SUM(INDEX(A1:B5,{1;2},1)) | 3
cell-by-cell | NPV | several 1 | SUM(NPV({0.1,0.2},B1:B5)) | 6.114439186683352
no-such-function | AGGREGATE | anything | AGGREGATE(9,6,A1:A5) | 15
no-such-function | BAHTTEXT | anything | BAHTTEXT(A1) | error
no-such-function | DBCS | anything | DBCS(A1) | error
no-such-function | FILTERXML | anything | FILTERXML(A1) | error
no-such-function | GROUPBY | anything | GROUPBY(A1) | error
no-such-function | PIVOTBY | anything | PIVOTBY(A1) | error
cell-by-cell | ATAN2 | each 1,2,… | SUM(ATAN2(A1:A5*1,2)) | error
cell-by-cell | BETA.DIST | each 1,2,… | SUM(BETA.DIST(A1:A5*1/10,2,3,TRUE)) | error
cell-by-cell | BINOM.DIST | each 1,2,… | SUM(BINOM.DIST(A1:A5*1,5,0.5,FALSE)) | error
cell-by-cell | BITAND | each 1,2,… | SUM(BITAND(A1:A5*1,1)) | error
cell-by-cell | CEILING | each 1,2,… | SUM(CEILING(A1:A5*1,1)) | error
cell-by-cell | CEILING.MATH | each 1,2,… | SUM(CEILING.MATH(A1:A5*1)) | error
cell-by-cell | CHAR | each 1,2,… | SUM(LEN(CHAR(A1:A5*1+65))) | error
cell-by-cell | CHISQ.DIST | each 1,2,… | SUM(CHISQ.DIST(A1:A5*1,3,TRUE)) | error
cell-by-cell | COMBIN | each 1,2,… | SUM(COMBIN(5,A1:A5*1)) | error
cell-by-cell | CONFIDENCE.NORM | each 1,2,… | SUM(CONFIDENCE.NORM(0.05,A1:A5*1,10)) | error
cell-by-cell | CONVERT | each 1,2,… | SUM(CONVERT(A1:A5*1,"m","ft")) | error
cell-by-cell | DATEDIF | each 1,2,… | SUM(DATEDIF(A1:A5*1+45000,45300,"m")) | error
cell-by-cell | DATEVALUE | each 1,2,… | SUM(DATEVALUE(TEXT(A1:A5*1+45000,"yyyy-mm-dd"))) | error
cell-by-cell | DAYS | each 1,2,… | SUM(DAYS(45300,A1:A5*1)) | error
cell-by-cell | DAYS360 | each 1,2,… | SUM(DAYS360(A1:A5*1+45000,45300)) | error
cell-by-cell | DB | each 1,2,… | SUM(DB(100,1,5,A1:A5*1)) | error
cell-by-cell | DDB | each 1,2,… | SUM(DDB(100,1,5,A1:A5*1)) | error
cell-by-cell | DOLLARDE | each 1,2,… | SUM(DOLLARDE(A1:A5*1*1.02,16)) | error
cell-by-cell | EDATE | each 1,2,… | SUM(EDATE(A1:A5*1+45000,1)) | error
cell-by-cell | EFFECT | each 1,2,… | SUM(EFFECT(A1:A5*1/10,4)) | error
cell-by-cell | EOMONTH | each 1,2,… | SUM(EOMONTH(A1:A5*1+45000,0)) | error
cell-by-cell | ERF | each 1,2,… | SUM(ERF(A1:A5*1)) | error
cell-by-cell | EXPON.DIST | each 1,2,… | SUM(EXPON.DIST(A1:A5*1,2,TRUE)) | error
cell-by-cell | F.DIST | each 1,2,… | SUM(F.DIST(A1:A5*1,3,3,TRUE)) | error
cell-by-cell | FLOOR | each 1,2,… | SUM(FLOOR(A1:A5*1,1)) | error
cell-by-cell | FLOOR.MATH | each 1,2,… | SUM(FLOOR.MATH(A1:A5*1)) | error
cell-by-cell | FV | each 1,2,… | SUM(FV(0.1,A1:A5*1,100)) | error
cell-by-cell | GAMMA | each 1,2,… | SUM(GAMMA(A1:A5*1)) | error
cell-by-cell | GAMMA.DIST | each 1,2,… | SUM(GAMMA.DIST(A1:A5*1,2,3,TRUE)) | error
cell-by-cell | GAMMALN | each 1,2,… | SUM(GAMMALN(A1:A5*1)) | error
cell-by-cell | GAUSS | each 1,2,… | SUM(GAUSS(A1:A5*1)) | error
cell-by-cell | HOUR | each 1,2,… | SUM(HOUR(A1:A5*1/24)) | error
cell-by-cell | IPMT | each 1,2,… | SUM(IPMT(0.1,A1:A5*1,5,100)) | error
cell-by-cell | ISEVEN | each 1,2,… | SUM(--ISEVEN(A1:A5*1)) | error
cell-by-cell | ISODD | each 1,2,… | SUM(--ISODD(A1:A5*1)) | error
cell-by-cell | ISPMT | each 1,2,… | SUM(ISPMT(0.1,A1:A5*1,5,100)) | error
cell-by-cell | LOG | each 1,2,… | SUM(LOG(A1:A5*1)) | error
cell-by-cell | LOGNORM.DIST | each 1,2,… | SUM(LOGNORM.DIST(A1:A5*1,0,1,TRUE)) | error
cell-by-cell | MOD | each 1,2,… | SUM(MOD(A1:A5*1,2)) | error
cell-by-cell | MROUND | each 1,2,… | SUM(MROUND(A1:A5*1*1.5,2)) | error
cell-by-cell | N | each 1,2,… | SUM(N(A1:A5*1)) | error
cell-by-cell | NOMINAL | each 1,2,… | SUM(NOMINAL(A1:A5*1/10,4)) | error
cell-by-cell | NORM.DIST | each 1,2,… | SUM(NORM.DIST(A1:A5*1,0,1,TRUE)) | error
cell-by-cell | NORM.INV | each 1,2,… | SUM(NORM.INV(A1:A5*1/10,0,1)) | error
cell-by-cell | NORM.S.DIST | each 1,2,… | SUM(NORM.S.DIST(A1:A5*1,TRUE)) | error
cell-by-cell | NORM.S.INV | each 1,2,… | SUM(NORM.S.INV(A1:A5*1/10)) | error
cell-by-cell | NORMSDIST | each 1,2,… | SUM(NORMSDIST(A1:A5*1)) | error
cell-by-cell | NORMSINV | each 1,2,… | SUM(NORMSINV(A1:A5*1/10)) | error
cell-by-cell | NOT | each 1,2,… | SUM(--NOT(A1:A5*1>2)) | error
cell-by-cell | NPER | each 1,2,… | SUM(NPER(0.1,-50,A1:A5*1*10)) | error
cell-by-cell | PDURATION | each 1,2,… | SUM(PDURATION(0.1,100,A1:A5*1*100+100)) | error
cell-by-cell | PERMUT | each 1,2,… | SUM(PERMUT(5,A1:A5*1)) | error
cell-by-cell | PHI | each 1,2,… | SUM(PHI(A1:A5*1)) | error
cell-by-cell | PMT | each 1,2,… | SUM(PMT(0.1,A1:A5*1,100)) | error
cell-by-cell | POISSON.DIST | each 1,2,… | SUM(POISSON.DIST(A1:A5*1,2,FALSE)) | error
cell-by-cell | PPMT | each 1,2,… | SUM(PPMT(0.1,A1:A5*1,5,100)) | error
cell-by-cell | PV | each 1,2,… | SUM(PV(0.1,A1:A5*1,100)) | error
cell-by-cell | QUOTIENT | each 1,2,… | SUM(QUOTIENT(A1:A5*1*3,2)) | error
cell-by-cell | RATE | each 1,2,… | SUM(RATE(A1:A5*1,-50,100)) | error
cell-by-cell | ROUND | each 1,2,… | SUM(ROUND(A1:A5*1*1.26,1)) | error
cell-by-cell | ROUNDDOWN | each 1,2,… | SUM(ROUNDDOWN(A1:A5*1*1.3,0)) | error
cell-by-cell | ROUNDUP | each 1,2,… | SUM(ROUNDUP(A1:A5*1*1.26,1)) | error
cell-by-cell | RRI | each 1,2,… | SUM(RRI(A1:A5*1,100,200)) | error
cell-by-cell | SLN | each 1,2,… | SUM(SLN(A1:A5*1*10,1,5)) | error
cell-by-cell | STANDARDIZE | each 1,2,… | SUM(STANDARDIZE(A1:A5*1,1,2)) | error
cell-by-cell | SYD | each 1,2,… | SUM(SYD(100,1,5,A1:A5*1)) | error
cell-by-cell | T.DIST | each 1,2,… | SUM(T.DIST(A1:A5*1,3,TRUE)) | error
cell-by-cell | TIME | each 1,2,… | SUM(TIME(A1:A5*1,0,0)) | error
cell-by-cell | TRUNC | each 1,2,… | SUM(TRUNC(A1:A5*1*1.5)) | error
cell-by-cell | VALUE | each 1,2,… | SUM(VALUE(A1:A5*1&"")) | error
cell-by-cell | WEIBULL.DIST | each 1,2,… | SUM(WEIBULL.DIST(A1:A5*1,2,3,TRUE)) | error
cell-by-cell | YEARFRAC | each 1,2,… | SUM(YEARFRAC(A1:A5*1+45000,45300)) | error
"""
"""IronCalc 0.9. The probes are array formulas; A1:A5 is 1…5, B1:B5 -100, 20, 30, 40, 50, C1:C5 a, b, c, a, x."""


def read_line(engine: str, line: str) -> Claim:
    """One line of a table."""
    rule, function, given, probe, right = line.split(" | ")
    kind, _, places = given.partition(" ")
    return Claim(engine, RULES[rule], function, kind, places, probe, None if right == "error" else float(right))


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
