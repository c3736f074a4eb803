"""What Excel's functions are: one table, a line for each function, from which everything else is read.

AVERAGEIF  rvr  extended   →   AVERAGEIF takes cells, one value and cells, and reads more of the last than they say:
in an ordinary formula `AVERAGEIF(A1:A3,B1:B2,C1)` takes A1:A3, one cell of B1:B2, and C1:C3

A function's parameters are a letter each; the last repeats, or the letters in brackets do. They are the classes that
Excel's file formats give to them:
   v  one value, or several where arrays are computed around the function
   o  one value, wherever the function stands
   x  cells; what is computed of them is one value, or several where arrays are computed around the function
   r  cells; what is computed of them is one value
   b  a branch: cells where cells are wanted; what is computed of them is one value
   a  cells, or an array
   -  whatever it is given is left as it is: it came with dynamic arrays, or looks at its arguments as no other does
What else is known of it:
   one       it gives one value whatever ranges it is given: SUM(A1:A3)
   each      it gives a value for each that it is given: ROUND(A1:A3,0) three, ROUND(A1,0) one
   several   it gives several values of itself: SEQUENCE(3)
   within    it gives no more rows and no more columns than one of its arguments has: INDEX(A1:A3,B1)
   volatile  it gives another value at every recalculation: NOW()
   anywhere  it reads cells that its text does not name: OFFSET(A1,1,0) reads A2
   places    it asks where cells are and reads none: ROWS(A1:A3)
   extended  it reads as many cells as its first argument has, whatever its last one says
A name is written as files store it, newer ones with a prefix. A function that is not listed takes single values, and
nobody knows how many it gives.
"""

from __future__ import annotations

from typing import NamedTuple

TABLE = """
ABS                              v        each
ACOS                             v        each
AGGREGATE                        vva
_xlfn.ANCHORARRAY                -        several
AND                              x        one
AREAS                            r        one
ASIN                             v        each
ATAN                             v        each
ATAN2                            v        each
AVEDEV                           x        one
AVERAGE                          x        one
AVERAGEA                         x        one
AVERAGEIF                        rvr      extended one
AVERAGEIFS                       r(rv)    one
_xlfn.BETA.DIST                  v        each
_xlfn.BINOM.DIST                 v        each
_xlfn.BITAND                     v        each
_xlfn.BYCOL                      -        several
_xlfn.BYROW                      -        several
CEILING                          v        each
_xlfn.CEILING.MATH               v        each
CELL                             vr       anywhere
CHAR                             v        each
_xlfn.CHISQ.DIST                 v        each
_xlfn.CHISQ.DIST.RT              v        each
_xlfn.CHISQ.TEST                 a        one
CHITEST                          a        one
CHOOSE                           ob       within
_xlfn.CHOOSECOLS                 -        several
_xlfn.CHOOSEROWS                 -        several
COLUMN                           r        each places
COLUMNS                          r        one places
COMBIN                           v        each
_xlfn.CONCAT                     x        one
_xlfn.CONFIDENCE.NORM            v        each
CONVERT                          v        each
CORREL                           a        one
COS                              v        each
COSH                             v        each
COUNT                            x        one
COUNTA                           x        one
COUNTBLANK                       r        one
COUNTIF                          rv       one
COUNTIFS                         (rv)     one
COVAR                            a        one
_xlfn.COVARIANCE.P               a        one
_xlfn.COVARIANCE.S               a        one
DATE                             v        each
DATEDIF                          v        each
DATEVALUE                        v        each
DAVERAGE                         rvr      one
DAY                              v        each
_xlfn.DAYS                       v        each
DAYS360                          v        each
DB                               v        each
DCOUNT                           rvr      one
DCOUNTA                          rvr      one
DDB                              v        each
DEGREES                          v        each
DEVSQ                            x        one
DGET                             rvr      one
DMAX                             rvr      one
DMIN                             rvr      one
DOLLARDE                         v        each
DPRODUCT                         rvr      one
_xlfn.DROP                       -        several
DSTDEV                           rvr      one
DSTDEVP                          rvr      one
DSUM                             rvr      one
DVAR                             rvr      one
DVARP                            rvr      one
EDATE                            v        each
EFFECT                           v        each
EOMONTH                          v        each
ERF                              v        each
EVEN                             v        each
EXACT                            v        each
EXP                              v        each
_xlfn.EXPAND                     -        several
_xlfn.EXPON.DIST                 v        each
_xlfn.F.DIST                     v        each
_xlfn.F.TEST                     a        one
FACT                             v        each
FALSE                            v        one
_xlfn._xlws.FILTER               -        several within
FIND                             v        each
FLOOR                            v        each
_xlfn.FLOOR.MATH                 v        each
FORECAST                         va       one
_xlfn.FORECAST.ETS               vaav
_xlfn.FORECAST.ETS.CONFINT       vaav
_xlfn.FORECAST.ETS.SEASONALITY   vaav
_xlfn.FORECAST.LINEAR            va       one
_xlfn.FORMULATEXT                r        anywhere
FREQUENCY                        a        several
FTEST                            a        one
FV                               v        each
FVSCHEDULE                       vx
_xlfn.GAMMA                      v        each
_xlfn.GAMMA.DIST                 v        each
GAMMALN                          v        each
_xlfn.GAUSS                      v        each
GCD                              x        one
GEOMEAN                          x        one
GROWTH                           aaao     several
HARMEAN                          x        one
HLOOKUP                          orvo     one
HOUR                             v        each
_xlfn.HSTACK                     -        several
IF                               ob       each
IFERROR                          ob       each
_xlfn.IFNA                       ob       each
_xlfn.IFS                        (ob)
IMPRODUCT                        x        one
IMSUM                            x        one
INDEX                            ao       within
INDIRECT                         v        anywhere
INT                              v        each
INTERCEPT                        a        one
IPMT                             v        each
IRR                              av       one
ISBLANK                          v        each
ISERR                            v        each
ISERROR                          v        each
ISEVEN                           v        each
_xlfn.ISFORMULA                  r        anywhere
ISLOGICAL                        v        each
ISNA                             v        each
ISNONTEXT                        v        each
ISNUMBER                         v        each
ISODD                            v        each
_xlfn.ISOMITTED                  -
_xlfn.ISOWEEKNUM                 v        each
ISPMT                            v        each
ISREF                            r        one
ISTEXT                           v        each
KURT                             x        one
_xlfn.LAMBDA                     -
LARGE                            xv       one
LCM                              x        one
LEFT                             v        each
LEN                              v        each
_xlfn.LET                        -
LINEST                           aao      several
LN                               v        each
LOG                              v        each
LOG10                            v        each
LOGEST                           aao      several
_xlfn.LOGNORM.DIST               v        each
LOOKUP                           va       one
LOWER                            v        each
_xlfn.MAKEARRAY                  -        several
_xlfn.MAP                        -        several
MATCH                            vxv      one
MAX                              x        one
MAXA                             x        one
_xlfn.MAXIFS                     r(rv)    one
MDETERM                          a        one
MEDIAN                           x        one
MID                              v        each
MIN                              x        one
MINA                             x        one
_xlfn.MINIFS                     r(rv)    one
MINVERSE                         a        several
MIRR                             av       one
MMULT                            a        several
MOD                              v        each
MODE                             a        one
_xlfn.MODE.MULT                  a
_xlfn.MODE.SNGL                  a        one
MONTH                            v        each
MROUND                           v        each
MULTINOMIAL                      x        one
_xlfn.MUNIT                      v        several
N                                -        each
NA                               v        one
NETWORKDAYS                      vvx      one
NETWORKDAYS.INTL                 vvvx     one
NOMINAL                          v        each
_xlfn.NORM.DIST                  v        each
_xlfn.NORM.INV                   v        each
_xlfn.NORM.S.DIST                v        each
_xlfn.NORM.S.INV                 v        each
NORMSDIST                        v        each
NORMSINV                         v        each
NOT                              v        each
NOW                              v        volatile
NPER                             v        each
NPV                              vx       one
ODD                              v        each
OFFSET                           rv       anywhere
OR                               x        one
_xlfn.PDURATION                  v        each
PEARSON                          a        one
PERCENTILE                       xv       one
_xlfn.PERCENTILE.EXC             xv       one
_xlfn.PERCENTILE.INC             xv       one
PERCENTRANK                      xv       one
_xlfn.PERCENTRANK.EXC            xv       one
_xlfn.PERCENTRANK.INC            xv       one
PERMUT                           v        each
_xlfn.PHI                        v        each
PI                               v        one
PMT                              v        each
_xlfn.POISSON.DIST               v        each
POWER                            v        each
PPMT                             v        each
PROB                             aav
PRODUCT                          x        one
PROPER                           v        each
PV                               v        each
QUARTILE                         xv       one
_xlfn.QUARTILE.EXC               xv       one
_xlfn.QUARTILE.INC               xv       one
QUOTIENT                         v        each
RADIANS                          v        each
RAND                             v        volatile
_xlfn.RANDARRAY                  -        several volatile
RANDBETWEEN                      v        volatile
RANK                             vrv      one
_xlfn.RANK.AVG                   vrv      one
_xlfn.RANK.EQ                    vrv      one
RATE                             v        each
_xlfn.REDUCE                     -
REPT                             v        each
RIGHT                            v        each
ROUND                            v        each
ROUNDDOWN                        v        each
ROUNDUP                          v        each
ROW                              r        each places
ROWS                             r        one places
_xlfn.RRI                        v        each
RSQ                              a        one
_xlfn.SCAN                       -        several
SEARCH                           v        each
_xlfn.SEQUENCE                   -        several
SERIESSUM                        vvvx
_xlfn.SHEET                      r        anywhere
_xlfn.SHEETS                     r        anywhere
SIGN                             v        each
SIN                              v        each
_xlfn.SINGLE                     -        within
SINH                             v        each
SKEW                             x        one
_xlfn.SKEW.P                     x        one
SLN                              v        each
SLOPE                            a        one
SMALL                            xv       one
_xlfn._xlws.SORT                 -        several within
_xlfn.SORTBY                     -        several
SQRT                             v        each
SQRTPI                           v        each
STANDARDIZE                      v        each
STDEV                            x        one
_xlfn.STDEV.P                    x        one
_xlfn.STDEV.S                    x        one
STDEVA                           x        one
STDEVP                           x        one
STDEVPA                          x        one
STEYX                            a        one
SUBSTITUTE                       v        each
SUBTOTAL                         vr
SUM                              x        one
SUMIF                            rvr      extended one
SUMIFS                           r(rv)    one
SUMPRODUCT                       a        one
SUMSQ                            x        one
SUMX2MY2                         a        one
SUMX2PY2                         a        one
SUMXMY2                          a        one
_xlfn.SWITCH                     o(ob)
SYD                              v        each
T                                -        each
_xlfn.T.DIST                     v        each
_xlfn.T.TEST                     aav
_xlfn.TAKE                       -        several
TAN                              v        each
TANH                             v        each
TEXT                             v        each
_xlfn.TEXTJOIN                   vvx      one
_xlfn.TEXTSPLIT                  -        several
TIME                             v        each
_xlfn.TOCOL                      -        several
TODAY                            v        volatile
_xlfn.TOROW                      -        several
TRANSPOSE                        o        several
TREND                            aaao     several
TRIM                             v        each
TRIMMEAN                         xv
TRUE                             v        one
TRUNC                            v        each
TTEST                            aav
TYPE                             r        one
_xlfn.UNIQUE                     -        several within
UPPER                            v        each
VALUE                            v        each
VAR                              x        one
_xlfn.VAR.P                      x        one
_xlfn.VAR.S                      x        one
VARA                             x        one
VARP                             x        one
VARPA                            x        one
VLOOKUP                          orvo     one
_xlfn.VSTACK                     -        several
WEEKDAY                          v        each
_xlfn.WEIBULL.DIST               v        each
WORKDAY                          vvx      one
WORKDAY.INTL                     vvvx     one
_xlfn.WRAPCOLS                   -        several
_xlfn.WRAPROWS                   -        several
XIRR                             xxv      one
_xlfn.XLOOKUP                    vaav
_xlfn.XMATCH                     vav      one
XNPV                             vxx      one
_xlfn.XOR                        x        one
YEAR                             v        each
YEARFRAC                         v        each
_xlfn.Z.TEST                     xv
ZTEST                            xv
"""


class Function(NamedTuple):
    """One of Excel's functions: its name, the same as files spell it, and what is known of it."""

    name: str
    stored: str
    first: str
    repeated: str
    traits: frozenset[str]

    def parameter(self, place: int) -> str:
        """The class of one parameter, counted from 0: `r(rv)` → r, r, v, r, v, …"""
        if place < len(self.first):
            return self.first[place]
        return self.repeated[(place - len(self.first)) % len(self.repeated)]


def read_line(line: str) -> Function:
    """One line of the table."""
    stored, parameters, *traits = line.split()
    first, _, repeated = parameters.rstrip(")").partition("(")
    name = stored.removeprefix("_xlfn.").removeprefix("_xlws.")
    return Function(name, stored, first, repeated or first[-1], frozenset(traits))


FUNCTIONS = {function.name: function for function in map(read_line, TABLE.strip().splitlines())}

UNLISTED = Function("", "", "", "v", frozenset())


def functions_that(trait: str) -> frozenset[str]:
    """The names of the functions of which something is known."""
    return frozenset(function.name for function in FUNCTIONS.values() if trait in function.traits)


ONE_VALUE, CELL_BY_CELL, SEVERAL_VALUES = functions_that("one"), functions_that("each"), functions_that("several")
WITHIN_ARGUMENTS, VOLATILE = functions_that("within"), functions_that("volatile")
READ_ANYWHERE, ASK_PLACES, EXTENDED = functions_that("anywhere"), functions_that("places"), functions_that("extended")
LEFT_ALONE = frozenset(function.name for function in FUNCTIONS.values() if function.first == "-")
LET = FUNCTIONS["LET"].stored
