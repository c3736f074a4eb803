"""What the default engine is known to get wrong, function by function; every line is checked against it by a test.

The tests of `recalc/lint` compute each claim in IronCalc 0.9 and fail when it is not, or no longer, true.
"""

from __future__ import annotations

from typing import NamedTuple

WRONG, FAILS, NOTE = "wrong", "fails", "note"


class Claim(NamedTuple):
    """One way in which values go wrong: how bad it is, what happens, and what to do instead."""

    name: str
    severity: str
    what: str
    remedy: str


CELLS = "put the array into cells of its own and refer to them"

EMPTY_AGGREGATE = Claim(
    "array-ignored", WRONG, "{f} over an array that is computed in the formula, or written out in it, gives 0", CELLS
)
CRITERIA = Claim(
    "criteria-array", WRONG, "{f} with several criteria at once gives 0, or #DIV/0!",
    "write one {f} per criterion, or SUMIF, which is right",
)  # fmt: skip
FALSE_COUNTED = Claim(
    "false-counted", WRONG, "{f}(IF(…)) without an otherwise counts the cells left out as 0",
    'end the IF with ,"": IF(condition,value,"")',
)  # fmt: skip
ASKED_OF_ARRAY = Claim(
    "asked-of-array", WRONG, "{f} of several cells at once answers for the array as a whole, and no cell counts",
    "ask cell by cell in cells of its own, or use COUNT, COUNTA, COUNTIF over the range",
)  # fmt: skip
ONE_CELL_ONLY = Claim(
    "cell-by-cell-range", WRONG,
    "{f} over a range in an array formula uses the cell in the formula's own row or column, or gives #VALUE!",
    "put {f} into cells of its own, one for each cell of the range",
)  # fmt: skip
NOT_CELL_BY_CELL = Claim(
    "cell-by-cell", FAILS, "{f} cannot be computed cell by cell over an array",
    "put {f} into cells of its own, one for each cell",
)  # fmt: skip
LOOKUP_ARRAY = Claim(
    "lookup-array", FAILS, "{f} cannot search or return an array that is computed in the formula", CELLS
)
ARRAY_REFUSED = Claim("array-refused", FAILS, "{f} cannot take an array that is computed in the formula", CELLS)
UNKNOWN = Claim("no-such-function", FAILS, "the engine has no function {f}", "use another function, or another engine")
ONE_IN_PLAIN = Claim(
    "array-in-plain-formula", WRONG,
    "{f} of an expression over a range in an ordinary formula: Excel puts @ before the range and uses one cell of it, "
    "or gives #VALUE!, and so does this",
    "enter it as an array formula, or write SUMPRODUCT",
)  # fmt: skip
ONE_IN_ARRAY = Claim(
    "one-cell-inside-array", WRONG,
    "{f} takes one value even where arrays are computed around it: in an ordinary formula Excel puts @ before the "
    "range and uses one cell of it, or gives #VALUE!, and so does this",
    "enter it as an array formula",
)  # fmt: skip
WHOLE_IN_PLAIN = Claim(
    "whole-range-in-plain-formula", WRONG,
    "{f} of an expression over a range in an ordinary formula is computed over the whole range; versions of Excel "
    "without dynamic arrays may use one cell of it",
    "enter it as an array formula",
)  # fmt: skip
CALL_IN_PLAIN = Claim(
    "call-in-plain-formula", WRONG,
    "{f} is given an expression over a range in an ordinary formula: Excel puts @ before the range and uses one cell "
    "of it, here the function gets them all",
    "enter it as an array formula, or put the expression into cells",
)  # fmt: skip
VOLATILE_VALUE = Claim(
    "volatile", NOTE, "{f} has another value at every recalculation: results cannot be reproduced",
    "put the date or the random number into a cell as an input",
)  # fmt: skip

# By function: the claim, and the arguments it is about (None: each of them), counted from 0.
Positions = tuple[int, ...] | None
ODD_PLACES, EVEN_PLACES = tuple(range(1, 254, 2)), tuple(range(2, 254, 2))

COMPUTED: dict[str, tuple[Claim, Positions]] = {
    "NPV": (EMPTY_AGGREGATE, tuple(range(1, 254))),
    "COUNT": (EMPTY_AGGREGATE, None),
    "PRODUCT": (ARRAY_REFUSED, None),
    "AVERAGEA": (ARRAY_REFUSED, None),
    "CONCAT": (ARRAY_REFUSED, None),
    "TEXTJOIN": (ARRAY_REFUSED, tuple(range(2, 254))),
    "XLOOKUP": (LOOKUP_ARRAY, (1, 2)),
}
"""Claims about an array that an expression gives, or that is written out."""

SEVERAL: dict[str, tuple[Claim, Positions]] = {
    **dict.fromkeys(("COUNTIF", "AVERAGEIF"), (CRITERIA, (1,))),
    "COUNTIFS": (CRITERIA, ODD_PLACES),
    **dict.fromkeys(("SUMIFS", "AVERAGEIFS", "MINIFS", "MAXIFS"), (CRITERIA, EVEN_PLACES)),
    **dict.fromkeys("ISBLANK ISERR ISLOGICAL ISNONTEXT ISNUMBER ISTEXT SWITCH".split(), (ASKED_OF_ARRAY, (0,))),
    **dict.fromkeys(("LARGE", "SMALL", "PERCENTILE", "PERCENTILE.INC", "QUARTILE"), (NOT_CELL_BY_CELL, (1,))),
    **dict.fromkeys(("VLOOKUP", "HLOOKUP", "MATCH", "XLOOKUP", "XMATCH"), (NOT_CELL_BY_CELL, (0,))),
    "INDEX": (NOT_CELL_BY_CELL, (1, 2)),
    "NPV": (NOT_CELL_BY_CELL, (0,)),
}
"""Claims about an argument with several values where the function takes one."""

ONE_BY_ONE = frozenset(
    "ATAN2 BETA.DIST BINOM.DIST BITAND CEILING CEILING.MATH CHAR CHISQ.DIST COMBIN CONFIDENCE.NORM CONVERT DATEDIF "
    "DATEVALUE DAYS DAYS360 DB DDB DOLLARDE EDATE EFFECT EOMONTH ERF EXPON.DIST F.DIST FLOOR FLOOR.MATH FV GAMMA "
    "GAMMA.DIST GAMMALN GAUSS HOUR IPMT ISEVEN ISODD ISPMT LOG LOGNORM.DIST MOD MROUND N NOMINAL NORM.DIST NORM.INV "
    "NORM.S.DIST NORM.S.INV NORMSDIST NORMSINV NOT NPER PDURATION PERMUT PHI PMT POISSON.DIST PPMT PV QUOTIENT RATE "
    "ROUND ROUNDDOWN ROUNDUP RRI SLN STANDARDIZE SYD T.DIST TIME TRUNC VALUE WEIBULL.DIST YEARFRAC".split()
)
"""Functions of single values that the engine does not compute cell by cell over an array."""

LIFTED = frozenset(
    "ABS ACOS ASIN ATAN COLUMN COS COSH DATE DAY DEGREES EVEN EXACT EXP FACT FIND IF IFERROR IFNA INT ISERROR ISNA "
    "ISOWEEKNUM LEFT LEN LN LOG10 LOWER MID MONTH ODD POWER PROPER RADIANS REPT RIGHT ROW SEARCH SIGN SIN SINH SQRT "
    "SQRTPI SUBSTITUTE TAN TANH TEXT TRIM UPPER WEEKDAY YEAR".split()
)
"""Functions of single values that it does compute so: they pass an array on."""

FALSE_AS_ZERO = frozenset(("MEDIAN", "AVERAGE", "GEOMEAN"))
"""Functions that take the FALSE of an IF without an otherwise for 0."""

MISSING_FUNCTIONS = frozenset("AGGREGATE BAHTTEXT DBCS FILTERXML GROUPBY PIVOTBY".split())
VOLATILE_FUNCTIONS = frozenset("NOW TODAY RAND RANDBETWEEN RANDARRAY".split())

DOUBTFUL = frozenset(("IRR", "MIRR"))
"""Functions whose parameter Excel's file formats call an array, and of which that is not seen elsewhere."""

GIVE_ARRAYS = frozenset(
    "SEQUENCE RANDARRAY TRANSPOSE FILTER SORT SORTBY UNIQUE FREQUENCY MMULT MINVERSE LINEST LOGEST TREND GROWTH MAP "
    "SCAN BYROW BYCOL MAKEARRAY TAKE DROP VSTACK HSTACK TOCOL TOROW WRAPROWS WRAPCOLS CHOOSECOLS CHOOSEROWS EXPAND "
    "TEXTSPLIT".split()
)
"""Functions that give several values of themselves."""
