"""Functions of single values that the engine does not compute for each value of an array: written out with MAP.

SUM(ROUND(A1:A3*2,0))      →   SUM(MAP(A1:A3*2,LAMBDA(each,ROUND(each,0))))
ROUND(A1:A3,B1:D1)         →   over both, in as many rows and columns as they have together
MONTH(A1:A9)               →   LET(d,A1:A9,IF(d<61,…,MONTH(d))): a blank is January 1900, where the engine has an error
ISNUMBER(A1:A3) in an array formula, VLOOKUP({1,2},A1:B9,2)   →   the same

Each line of the table is a claim about the engine: which arguments it may be given one value for only, a formula that
is wrong in it, and Excel's value. A test fails when the engine has learnt it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from computefi.formulas.functions import FUNCTIONS
from computefi.formulas.tree import Call, Expression, Leaf, has_call, parse, plain_name, trimmed
from computefi.recalc.prepare.early_dates import EARLY, WEEK
from computefi.recalc.prepare.keeping import NotComputed
from computefi.xlsx.cells import parse_rect

EACH = "_xlpm.each"


class Lifted(NamedTuple):
    """A function, those of its arguments that it is given one value for (counted from 1; `1,2,…` goes on as it begins),
    and a formula with its value in Excel.
    """

    function: str
    places: str
    probe: str
    right: float

    def chosen(self, count: int) -> list[int]:
        """The arguments that may be several, of so many, counted from 0."""
        *places, last = self.places.split(",")
        if last == "…":
            first, second = map(int, places)
            return list(range(first - 1, count, second - first))
        return [int(place) - 1 for place in (*places, last) if int(place) <= count]


TABLE = """
ISNUMBER | 1 | SUM(--ISNUMBER(A1:C5)) | 10
ISTEXT | 1 | SUM(--ISTEXT(A1:C5)) | 5
ISBLANK | 1 | SUM(--ISBLANK(A1:A6)) | 1
ISERR | 1 | SUM(--ISERR(A1:A5/0)) | 5
ISERROR | 1 | SUM(--ISERROR(A1:A5/0)) | 5
ISNA | 1 | SUM(--ISNA(IF(A1:A5>2,NA(),1))) | 3
ISLOGICAL | 1 | SUM(--ISLOGICAL(A1:A5>1)) | 5
ISNONTEXT | 1 | SUM(--ISNONTEXT(A1:C5)) | 10
SWITCH | 1 | SUM(SWITCH(A1:A5,1,10,2,20,0)) | 30
LARGE | 2 | SUM(LARGE(A1:A5,{1,2})) | 9
SMALL | 2 | SUM(SMALL(A1:A5,{1,2})) | 3
PERCENTILE | 2 | SUM(PERCENTILE(A1:A5,{0.1,0.5})) | 4.4
PERCENTILE.INC | 2 | SUM(PERCENTILE.INC(A1:A5,{0.1,0.5})) | 4.4
QUARTILE | 2 | SUM(QUARTILE(A1:A5,{1,3})) | 6
INDEX | 2,3 | SUM(INDEX(A1:B5,{1;2},1)) | 3
ATAN2 | 1,2,… | SUM(ATAN2(A1:A5*1,2)) | 3.324703470852277
BETA.DIST | 1,2,… | SUM(BETA.DIST(A1:A5*1/10,2,3,TRUE)) | 1.7937
BINOM.DIST | 1,2,… | SUM(BINOM.DIST(A1:A5*1,5,0.5,FALSE)) | 0.9687499999999998
BITAND | 1,2,… | SUM(BITAND(A1:A5*1,1)) | 3
CEILING | 1,2,… | SUM(CEILING(A1:A5*1,1)) | 15
CEILING.MATH | 1,2,… | SUM(CEILING.MATH(A1:A5*1)) | 15
CHAR | 1,2,… | SUM(LEN(CHAR(A1:A5*1+65))) | 5
CHISQ.DIST | 1,2,… | SUM(CHISQ.DIST(A1:A5*1,3,TRUE)) | 2.8014548881109866
COMBIN | 1,2,… | SUM(COMBIN(5,A1:A5*1)) | 31
CONFIDENCE.NORM | 1,2,… | SUM(CONFIDENCE.NORM(0.05,A1:A5*1,10)) | 9.29692548456842
CONVERT | 1,2,… | SUM(CONVERT(A1:A5*1,"m","ft")) | 49.21259842519685
DATEDIF | 1,2,… | SUM(DATEDIF(A1:A5*1+45000,45300,"m")) | 45
DATEVALUE | 1,2,… | SUM(DATEVALUE(TEXT(A1:A5*1+45000,"yyyy-mm-dd"))) | 225015
DAYS | 1,2,… | SUM(DAYS(45300,A1:A5*1)) | 226485
DAYS360 | 1,2,… | SUM(DAYS360(A1:A5*1+45000,45300)) | 1455
DB | 1,2,… | SUM(DB(100,1,5,A1:A5*1)) | 99.0013452768032
DDB | 1,2,… | SUM(DDB(100,1,5,A1:A5*1)) | 92.224
DOLLARDE | 1,2,… | SUM(DOLLARDE(A1:A5*1*1.02,16)) | 16.875
EDATE | 1,2,… | SUM(EDATE(A1:A5*1+45000,1)) | 225170
EFFECT | 1,2,… | SUM(EFFECT(A1:A5*1/10,4)) | 1.720694921875
EOMONTH | 1,2,… | SUM(EOMONTH(A1:A5*1+45000,0)) | 225080
ERF | 1,2,… | SUM(ERF(A1:A5*1)) | 4.838000952052874
EXPON.DIST | 1,2,… | SUM(EXPON.DIST(A1:A5*1,2,TRUE)) | 4.843489463140322
F.DIST | 1,2,… | SUM(F.DIST(A1:A5*1,3,3,TRUE)) | 3.760777976090014
FLOOR | 1,2,… | SUM(FLOOR(A1:A5*1,1)) | 15
FLOOR.MATH | 1,2,… | SUM(FLOOR.MATH(A1:A5*1)) | 15
FV | 1,2,… | SUM(FV(0.1,A1:A5*1,100)) | -1715.6100000000015
GAMMA | 1,2,… | SUM(GAMMA(A1:A5*1)) | 34
GAMMA.DIST | 1,2,… | SUM(GAMMA.DIST(A1:A5*1,2,3,TRUE)) | 1.3344425753342155
GAMMALN | 1,2,… | SUM(GAMMALN(A1:A5*1)) | 5.662960480135946
GAUSS | 1,2,… | SUM(GAUSS(A1:A5*1)) | 2.317212758195329
HOUR | 1,2,… | SUM(HOUR(A1:A5*1/24)) | 15
IPMT | 1,2,… | SUM(IPMT(0.1,A1:A5*1,5,100)) | -31.89874039737269
ISEVEN | 1,2,… | SUM(--ISEVEN(A1:A5*1)) | 2
ISODD | 1,2,… | SUM(--ISODD(A1:A5*1)) | 3
ISPMT | 1,2,… | SUM(ISPMT(0.1,A1:A5*1,5,100)) | -20
LOG | 1,2,… | SUM(LOG(A1:A5*1)) | 2.0791812460476247
LOGNORM.DIST | 1,2,… | SUM(LOGNORM.DIST(A1:A5*1,0,1,TRUE)) | 3.983333967119631
MINUTE | 1,2,… | SUM(MINUTE(A1:A5*1/100)) | 154
MOD | 1,2,… | SUM(MOD(A1:A5*1,2)) | 3
MROUND | 1,2,… | SUM(MROUND(A1:A5*1*1.5,2)) | 24
N | 1,2,… | SUM(N(A1:A5*1)) | 15
NOMINAL | 1,2,… | SUM(NOMINAL(A1:A5*1/10,4)) | 1.331912105946361
NORM.DIST | 1,2,… | SUM(NORM.DIST(A1:A5*1,0,1,TRUE)) | 4.817212758195328
NORM.INV | 1,2,… | SUM(NORM.INV(A1:A5*1/10,0,1)) | -2.9009204149613557
NORM.S.DIST | 1,2,… | SUM(NORM.S.DIST(A1:A5*1,TRUE)) | 4.817212758195328
NORM.S.INV | 1,2,… | SUM(NORM.S.INV(A1:A5*1/10)) | -2.9009204149613557
NORMSDIST | 1,2,… | SUM(NORMSDIST(A1:A5*1)) | 4.817212758195328
NORMSINV | 1,2,… | SUM(NORMSINV(A1:A5*1/10)) | -2.9009204149613557
NOT | 1,2,… | SUM(--NOT(A1:A5*1>2)) | 2
NPER | 1,2,… | SUM(NPER(0.1,-50,A1:A5*1*10)) | 3.269768568190215
PDURATION | 1,2,… | SUM(PDURATION(0.1,100,A1:A5*1*100+100)) | 69.0298898346171
PERMUT | 1,2,… | SUM(PERMUT(5,A1:A5*1)) | 325
PHI | 1,2,… | SUM(PHI(A1:A5*1)) | 0.30052885638954907
PMT | 1,2,… | SUM(PMT(0.1,A1:A5*1,100)) | -265.75735643166973
POISSON.DIST | 1,2,… | SUM(POISSON.DIST(A1:A5*1,2,FALSE)) | 0.848101108282773
PPMT | 1,2,… | SUM(PPMT(0.1,A1:A5*1,5,100)) | -100.00000000000001
PV | 1,2,… | SUM(PV(0.1,A1:A5*1,100)) | -1209.2132305915525
QUOTIENT | 1,2,… | SUM(QUOTIENT(A1:A5*1*3,2)) | 21
RATE | 1,2,… | SUM(RATE(A1:A5*1,-50,100)) | 0.4932013536880772
ROUND | 1,2,… | SUM(ROUND(A1:A5*1*1.26,1)) | 18.9
ROUNDDOWN | 1,2,… | SUM(ROUNDDOWN(A1:A5*1*1.3,0)) | 17
ROUNDUP | 1,2,… | SUM(ROUNDUP(A1:A5*1*1.26,1)) | 19.1
RRI | 1,2,… | SUM(RRI(A1:A5*1,100,200)) | 2.012040082267724
SECOND | 1,2,… | SUM(SECOND(A1:A5*1/1000)) | 156
SLN | 1,2,… | SUM(SLN(A1:A5*1*10,1,5)) | 29
STANDARDIZE | 1,2,… | SUM(STANDARDIZE(A1:A5*1,1,2)) | 5
SYD | 1,2,… | SUM(SYD(100,1,5,A1:A5*1)) | 99
T.DIST | 1,2,… | SUM(T.DIST(A1:A5*1,3,TRUE)) | 4.68430101638975
TIME | 1,2,… | SUM(TIME(A1:A5*1,0,0)) | 0.625
TRUNC | 1,2,… | SUM(TRUNC(A1:A5*1*1.5)) | 21
VALUE | 1,2,… | SUM(VALUE(A1:A5*1&"")) | 15
WEIBULL.DIST | 1,2,… | SUM(WEIBULL.DIST(A1:A5*1,2,3,TRUE)) | 2.8649110141560508
YEARFRAC | 1,2,… | SUM(YEARFRAC(A1:A5*1+45000,45300)) | 4.041666666666667
"""
"""IronCalc 0.9. The probes are array formulas; A1:A5 is 1…5, B1:B5 -100, 20, 30, 40, 50, C1:C5 a, b, c, a, x."""


def read_line(line: str) -> Lifted:
    function, places, probe, right = line.split(" | ")
    return Lifted(function, places, probe, float(right))


CLAIMS = tuple(map(read_line, TABLE.strip().splitlines()))
LIFTED = {claim.function: claim for claim in CLAIMS}


OF_ERRORS = {
    "ISERROR": "IFERROR(IF(LEN({0})<0,TRUE,FALSE),TRUE)",
    "ISERR": "IFERROR({1}(IF(LEN({0})<0,TRUE,FALSE),FALSE),TRUE)",
    "ISNA": "IFERROR({1}(IF(LEN({0})<0,TRUE,FALSE),TRUE),FALSE)",
}
"""What asks for errors: MAP over a single error is that error."""


PARTS = frozenset(("YEAR", "MONTH", "DAY", "WEEKDAY"))
"""Functions of days that the engine computes value by value, but for blanks."""


def over_each(
    call: Call, is_one: Callable[[Expression], bool], numbers: Iterator[int], from_1904: bool = False
) -> Call | None:
    """A call over arrays with MAP around it; None where its arguments are single values."""
    if plain_name(call.name) in PARTS and not from_1904 and not is_one(call.arguments[0]):
        return among_blanks(call, numbers)
    if plain_name(call.name) in ("N", "T") and is_range(call.arguments[0]):
        return Call(call.name, [[Call("INDEX", [call.arguments[0], parse("1"), parse("1")])]])
    claim = LIFTED.get(plain_name(call.name))
    if claim is None:
        return None
    places = claim.chosen(len(call.arguments))
    if all(is_one(call.arguments[place]) for place in places):
        return None
    name = plain_name(call.name)
    if name in OF_ERRORS:
        [asked] = parse(OF_ERRORS[name].format(EACH, stored("IFNA")))
        assert isinstance(asked, Call)
        return replaced(asked, call.arguments[0])
    # A call within LAMBDA could not be answered by us: whatever is computed is handed over as an argument.
    given = [place for place in places if not is_one(call.arguments[place]) or has_call(call.arguments[place])]
    names = [f"{EACH}{next(numbers)}" for _ in given]
    inner = list(call.arguments)
    for place, name in zip(given, names, strict=True):
        inner[place] = name_of(name)
    body = Call(stored("LAMBDA"), [*map(name_of, names), [Call(call.name, inner)]])
    arrays = [call.arguments[place] for place in given]
    if len(arrays) == 1:
        return Call(stored("MAP"), [arrays[0], [body]])
    return over_several(arrays, body, numbers)


def is_range(argument: Expression) -> bool:
    """Whether an argument is the address of several cells, of which N and T take the first."""
    nodes = trimmed(argument)
    node = nodes[0] if len(nodes) == 1 else None
    rect = parse_rect(node.text.rpartition("!")[2]) if isinstance(node, Leaf) and node.kind == "RANGE" else None
    return rect is not None and rect[:2] != rect[2:]


def among_blanks(call: Call, numbers: Iterator[int]) -> Call:
    """A part of several days, of which some may be blank."""
    name, day = plain_name(call.name), f"{EACH}{next(numbers)}"
    if name == "WEEKDAY":
        part: Expression = [Call(call.name, [parse(WEEK.format(x=day)), *call.arguments[1:]])]
    else:
        part = parse(EARLY[name].format(x=day))
    return Call(stored("LET"), [name_of(day), call.arguments[0], part])


def counted(call: Call, numbers: Iterator[int]) -> Call:
    """COUNT of a LAMBDA's variable, in which the engine finds nothing: how many of its values are numbers."""
    if plain_name(call.name) != "COUNT":
        raise NotComputed(f"{plain_name(call.name)} of a LAMBDA's variable")
    arguments: list[Expression] = []
    for argument in call.arguments:
        each = f"{EACH}{next(numbers)}"
        one = Call("IF", [[Call("ISNUMBER", [name_of(each)])], parse("1"), parse("0")])
        body = Call(stored("LAMBDA"), [name_of(each), [one]])
        arguments.append([Call(stored("MAP"), [argument, [body]])])
    return Call("SUM", arguments)


def replaced(call: Call, by: Expression) -> Call:
    """A call with an expression in place of the variable."""
    return Call(call.name, [
        [part for node in argument for part in (
            by if node == Leaf(EACH, "RANGE") else [replaced(node, by) if isinstance(node, Call) else node]
        )]
        for argument in call.arguments
    ])  # fmt: skip


def over_several(arrays: list[Expression], body: Call, numbers: Iterator[int]) -> Call:
    """MAP over several arrays of which one may be a row and another a column: each as large as all together."""
    names = [f"{EACH}{next(numbers)}" for _ in arrays]
    rows, columns = (f"{EACH}{next(numbers)}" for _ in range(2))
    bound: list[Expression] = []
    for name, array in zip(names, arrays, strict=True):
        bound += [name_of(name), array]
    for size, function in ((rows, "ROWS"), (columns, "COLUMNS")):
        sizes: list[Expression] = [[Call(function, [name_of(name)])] for name in names]
        bound += [name_of(size), [Call("MAX", sizes)]]
    as_large = Call(stored("SEQUENCE"), [name_of(rows), name_of(columns)])
    spread: list[Expression] = [[Call("IF", [[as_large], name_of(name)])] for name in names]
    return Call(stored("LET"), [*bound, [Call(stored("MAP"), [*spread, [body]])]])


def name_of(text: str) -> Expression:
    return [Leaf(text, "RANGE")]


def stored(function: str) -> str:
    """A function's name as files spell it."""
    return FUNCTIONS[function].stored
