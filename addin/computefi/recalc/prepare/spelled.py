"""Calls that the engine answers wrongly as they stand, and rightly in other words.

SORT(A1:A9,,-1)         →   SORT(A1:A9,1,-1): of what is left empty it has no idea
SUMSQ("2",3)            →   SUMSQ(("2")+0,3): it leaves out a text or a truth value that is written out or computed
AVERAGE(,4)             →   AVERAGE(0,4): what is left empty counts as 0
MINA(A1,5)              →   MINA(A1:A1,5): of a single cell it leaves out truth values and texts
HOUR(A1), SECOND(A1)    →   of A1 rounded to the second, which Excel does first
SWITCH(A1,"","none")    →   SWITCH(IF(ISBLANK(A1),0,A1),"","none"): a blank cell is 0 there, and not ""
YEAR(A1) from 1904      →   YEAR(A1+1462)
NORM.S.DIST of a LAMBDA's variable   →   by the chi-square distribution, which it has to 14 digits; this one to 10
LARGE(A1:A9,B1)         →   LARGE(A1:A9,IF((B1)<1,B1,ROUNDUP(B1,0)))
RANK(5,A1:A9,TRUE)      →   RANK(5,A1:A9,(TRUE)+0)
CONVERT(A1,"F","C")     →   CONVERT(A1,"F","K")-273.15: to Celsius it is .35 degrees off
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from computefi.errors import Code
from computefi.formulas.functions import FUNCTIONS, LET
from computefi.formulas.tree import (
    ONE_CELL,
    Call,
    Expression,
    Group,
    Leaf,
    leaves_in,
    literal,
    parse,
    plain_name,
    trimmed,
)
from computefi.recalc.natives.table import branches
from computefi.recalc.prepare.brackets import is_in_brackets
from computefi.recalc.prepare.strict import LOGICAL, STRICT, strict, undecided

COUNT_EVERYTHING = frozenset("AVERAGEA MAXA MINA STDEVA STDEVPA VARA VARPA".split())
LEAVE_OUT_TEXTS = frozenset(
    "AVEDEV DEVSQ MULTINOMIAL NPV STDEV STDEV.P STDEV.S STDEVA STDEVP STDEVPA SUMSQ VAR VAR.P VAR.S VARA VARP "
    "VARPA".split()
)
LEAVE_OUT_EMPTY = (LEAVE_OUT_TEXTS | COUNT_EVERYTHING) - {"MULTINOMIAL", "NPV", "MAXA", "SUMSQ"}
LEAVE_OUT_EMPTY |= set("AVERAGE COUNT COUNTA GEOMEAN HARMEAN MEDIAN SKEW".split())
WRONG_TEXT = Leaf("#VALUE!", "ERROR")
TIME = re.compile(r'"[^"]*"|\\.|(?P<time>[hs])', re.IGNORECASE)
DATE = re.compile(r'"[^"]*"|\\.|\[[^\[\]]*\]|(?P<date>[dmy])', re.IGNORECASE)
SHOWN = "_xlpm.shown"
SECONDS, HARDLY = 86_400, "0.0001"
"""A time is rounded to the second; a ten-thousandth of one keeps it from falling below again."""

FROM_1904 = 1462
DAYS: dict[str, tuple[int, ...]] = {
    "DATE": (), "DATEDIF": (0, 1), "DATEVALUE": (), "DAY": (0,), "DAYS": (0, 1), "DAYS360": (0, 1),
    "EDATE": (0,), "EOMONTH": (0,),
    "ISOWEEKNUM": (0,), "MONTH": (0,), "NETWORKDAYS": (0, 1, 2), "NETWORKDAYS.INTL": (0, 1, 3), "NOW": (), "TODAY": (),
    "ACCRINT": (0, 1, 2), "ACCRINTM": (0, 1), "AMORDEGRC": (1, 2), "AMORLINC": (1, 2), "PRICEMAT": (0, 1, 2),
    "YIELDMAT": (0, 1, 2), "ODDFPRICE": (0, 1, 2, 3), "ODDFYIELD": (0, 1, 2, 3), "ODDLPRICE": (0, 1, 2),
    "ODDLYIELD": (0, 1, 2),
    **dict.fromkeys(
        "COUPDAYBS COUPDAYS COUPDAYSNC COUPNCD COUPNUM COUPPCD DISC DURATION INTRATE MDURATION PRICE PRICEDISC "
        "RECEIVED TBILLEQ TBILLPRICE TBILLYIELD YIELD YIELDDISC".split(), (0, 1)
    ),
    "WEEKDAY": (0,), "WEEKNUM": (0,), "WORKDAY": (0, 2), "WORKDAY.INTL": (0, 3), "YEAR": (0,), "YEARFRAC": (0, 1),
}  # fmt: skip
"""Functions of dates, and which of their arguments are days: where a workbook counts from 1904, the engine does not."""

GIVE_DAYS = frozenset("COUPNCD COUPPCD DATE DATEVALUE EDATE EOMONTH NOW TODAY WORKDAY WORKDAY.INTL".split())
NUMBERS_ONLY: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(("RANK", "RANK.AVG", "RANK.EQ"), (0, 2)),
}  # fmt: skip
"""Functions that give an error for a truth value, or for the text of a number, as one of these arguments."""

NTH = frozenset(("LARGE", "SMALL"))
HALF_TAILS = {
    "NORM.S.DIST": "{0}", "NORMSDIST": "{0}", "GAUSS": "{0}", "NORM.DIST": "(({0})-({1}))/({2})",
    "NORMDIST": "(({0})-({1}))/({2})", "LOGNORM.DIST": "(LN({0})-({1}))/({2})",
    "LOGNORMDIST": "(LN({0})-({1}))/({2})", "ERF": "({0})*SQRT(2)", "ERF.PRECISE": "({0})*SQRT(2)",
    "ERFC": "-({0})*SQRT(2)", "ERFC.PRECISE": "-({0})*SQRT(2)",
}  # fmt: skip
"""Functions of the normal distribution, which are answered here outside LAMBDA, and the number of standard deviations
that they are about.
"""

CUMULATIVE = {"NORM.S.DIST": 1, "NORM.DIST": 3, "NORMDIST": 3, "LOGNORM.DIST": 3}
CELSIUS = ("C", "cel")
TIMES = frozenset(("HOUR", "MINUTE", "SECOND"))
LEFT_EMPTY: dict[str, tuple[str, ...]] = {
    "SORT": ("", "1", "1"), "SORTBY": ("", "", *("1", "") * 8), "TAKE": ("", "1048576", "16384"),
}  # fmt: skip
"""What a function takes for an argument that is left empty, where the engine takes 0."""

ALWAYS = LEAVE_OUT_TEXTS | COUNT_EVERYTHING | NTH | set(HALF_TAILS) | {"DROP", "SWITCH", "TAKE", "TEXT"} | TIMES
SPELLED = ALWAYS | LEFT_EMPTY.keys() | LEAVE_OUT_EMPTY | LOGICAL | STRICT | set(NUMBERS_ONLY) | {"CONVERT"}
# What of the others is to be looked at: an argument that is left empty, a text for AND and the like, a truth value for
# RANK, any unit.
SUSPECT = re.compile(
    rb"[(,]\s*,|,\s*\)|\b(?:AND|OR|XOR)\((?:[^()]*,)?\s*(?:\"|&quot;)|\bRANK[.A-Z]*\("
    rb"|\bCONVERT\(",
    re.IGNORECASE,
)


ARITHMETIC = {"+", "-", "*", "/", "^", "%", "&"}
GIVE_NUMBERS = frozenset(
    "ABS AVERAGE AVERAGEIF AVERAGEIFS COUNT COUNTA COUNTIF COUNTIFS DATE EDATE EOMONTH EXP INT IRR LN MATCH MAX MEDIAN "
    "MIN MOD MONTH NOW NPV PMT ROUND ROUNDDOWN ROUNDUP ROWS SQRT SUM SUMIF SUMIFS SUMPRODUCT TODAY XIRR XNPV "
    "YEAR".split()
)


def in_other_words(call: Call, is_one: Callable[[Expression], bool], numbers: Iterator[int]) -> Call:
    """The call as the engine answers it rightly; itself where it does as it stands."""
    name = plain_name(call.name)
    if name in STRICT and name not in LOGICAL:
        return strict(call, is_one)
    if name in HALF_TAILS and len(call.arguments) <= 4:
        return normal(name, call, is_one, numbers)
    if name == "CONVERT" and len(call.arguments) == 3:
        return celsius(call)
    if name in TIMES and len(call.arguments) == 1 and is_one(call.arguments[0]) and not is_shown(call.arguments[0]):
        return rounded_hour(call, numbers)
    if name == "TEXT" and len(call.arguments) == 2 and is_one(call.arguments[0]) and not is_shown(call.arguments[0]):
        return shown_text(call, numbers)
    arguments = [filled(name, place, argument, is_one) for place, argument in enumerate(call.arguments)]
    if name == "SWITCH":
        given = branches(Call(name, arguments))
        arguments = [
            without_blank(argument)
            if is_operand(argument) and is_one(argument) and not any(argument is one for one in given)
            else argument
            for argument in arguments
        ]
    if name in LOGICAL:
        arguments = [argument for argument in arguments if trimmed(argument)] or [[WRONG_TEXT]]
    if name in LOGICAL and [WRONG_TEXT] in arguments:
        # The engine stops at the first value that decides.
        return Call(call.name, [[WRONG_TEXT]])
    if name in LOGICAL:
        return undecided(Call(call.name, arguments), is_one)
    return Call(call.name, arguments) if arguments != call.arguments else call


def is_shown(value: Expression) -> bool:
    """Whether this is the TEXT in other words already: of a name of ours, or in two pairs of brackets."""
    return is_in_brackets(value) or any(leaf.text.startswith(SHOWN) for leaf in leaves_in(value))


def is_a_number(value: Expression) -> bool:
    """Whether an expression is arithmetic, joins texts or calls what gives numbers, and so no truth value."""
    node = value[0] if len(value) == 1 else None
    if isinstance(node, Call):
        return plain_name(node.name) in GIVE_NUMBERS
    operators = {node.text for node in value if isinstance(node, Leaf) and node.kind == "OPERATOR"}
    return bool(operators) and operators <= ARITHMETIC


def filled(name: str, place: int, argument: Expression, is_one: Callable[[Expression], bool]) -> Expression:
    """One argument of such a function."""
    nodes = trimmed(argument)
    if not nodes and (given := "".join(LEFT_EMPTY.get(name, ())[place : place + 1])):
        return [Leaf(given, "NUMBER")]
    if not nodes:
        return [Leaf("0", "NUMBER")] if name in LEAVE_OUT_EMPTY or (name == "SWITCH" and place) else argument
    node = nodes[0] if len(nodes) == 1 else None
    is_number = isinstance(node, Leaf) and node.kind == "NUMBER"
    if name == "LARGE" and place and not (isinstance(node, Leaf) and node.text.isdigit()):
        rounded = Call("ROUNDUP", [argument, [Leaf("0", "NUMBER")]])
        too_small: Expression = [Group([argument]), Leaf("<", "OPERATOR"), Leaf("1", "NUMBER")]
        return [Call("IF", [too_small, argument, [rounded]])]
    if place in NUMBERS_ONLY.get(name, ()) and isinstance(node, Leaf) and not is_number and is_one(nodes):
        return [Group([argument]), Leaf("+", "OPERATOR"), Leaf("0", "NUMBER")]
    if isinstance(node, Leaf) and node.kind == "RANGE":
        return argument
    if name in LEAVE_OUT_TEXTS and not (isinstance(node, Leaf) and node.kind == "NUMBER") and is_one(nodes):
        return [Group([argument]), Leaf("+", "OPERATOR"), Leaf("0", "NUMBER")]
    if name in LOGICAL and isinstance(node, Leaf) and node.kind == "TEXT":
        word = node.text[1:-1].strip().upper()
        if word in ("TRUE", "FALSE"):
            return [Leaf(word, "LOGICAL")]
        return [WRONG_TEXT] if word else []
    return argument


def is_operand(argument: Expression) -> bool:
    """Whether an argument is an address or a name."""
    nodes = trimmed(argument)
    node = nodes[0] if len(nodes) == 1 else None
    return isinstance(node, Leaf) and node.kind == "RANGE"


def normal(name: str, call: Call, is_one: Callable[[Expression], bool], numbers: Iterator[int]) -> Call:
    """A probability of the normal distribution, by that of the square of how far out it is."""
    arguments = call.arguments
    place = CUMULATIVE.get(name)
    if place is not None:
        known, cumulative = literal(trimmed(arguments[place])) if place < len(arguments) else (False, None)
        if not known or not cumulative or isinstance(cumulative, (str, Code)):
            return call
    needed = HALF_TAILS[name].count("{")
    if len(arguments) < needed or (name == "ERF" and len(arguments) > 1) or not all(map(is_one, arguments)):
        return call
    given = [f"{SHOWN}{next(numbers)}" for _ in range(needed)]
    far, tail = (f"{SHOWN}{next(numbers)}" for _ in range(2))
    bound = [part for variable, argument in zip(given, arguments, strict=False) for part in (named(variable), argument)]
    check = "IF({2}<=0,#NUM!,{0})".format(*given, *[""] * (3 - needed)) if needed == 3 else f"{given[0]}+0"
    deviations = HALF_TAILS[name].format(check, *given[1:])
    words = f"IF({far}<0,{tail},2-{tail})"
    answer = {"GAUSS": f"{words}/2-0.5", "ERF": f"{words}-1", "ERF.PRECISE": f"{words}-1"}.get(
        name, words if name.startswith("ERFC") else f"{words}/2"
    )
    squared = f"{FUNCTIONS['CHISQ.DIST.RT'].stored}(({far})^2,1)"
    return Call(LET, [
        *bound, named(far), parse(deviations), named(tail), parse(squared), parse(answer),
    ])  # fmt: skip


def named(variable: str) -> Expression:
    return [Leaf(variable, "RANGE")]


def rounded_hour(call: Call, numbers: Iterator[int]) -> Call:
    """HOUR, MINUTE or SECOND of one value, which is rounded first where it is a number."""
    [value] = call.arguments
    shown: Expression = [Leaf(f"{SHOWN}{next(numbers)}", "RANGE")]
    number = Call("IF", [[Call("ISNUMBER", [shown])], rounded_time(shown), shown])
    return Call(LET, [shown, value, [Call(call.name, [[number]])]])


def celsius(call: Call) -> Call:
    """CONVERT to degrees Celsius, by Kelvin; whether it is to Celsius is asked where that is computed."""
    value, unit, wanted = call.arguments
    known, name = literal(trimmed(wanted))
    if is_shown(wanted) or (known and (not isinstance(name, str) or name not in CELSIUS)):
        return call
    kelvin = [Call(call.name, [value, unit, [Leaf('"K"', "TEXT")]]), *parse("-273.15")]
    if known:
        return Call("IF", [parse("TRUE"), kelvin])
    is_celsius = Call("OR", [[Call("EXACT", [wanted, [Leaf(f'"{each}"', "TEXT")]])] for each in CELSIUS])
    otherwise = Call(call.name, [value, unit, [Group([[Group([wanted])]])]])
    return Call("IF", [[is_celsius], kelvin, [otherwise]])


def without_blank(argument: Expression) -> Expression:
    """A cell whose value is 0 where it is blank."""
    return [Call("IF", [[Call("ISBLANK", [argument])], [Leaf("0", "NUMBER")], argument])]


def shown_text(call: Call, numbers: Iterator[int]) -> Call:
    """TEXT of one value: a truth value stays as it is written, a time is rounded first."""
    value, form = call.arguments
    known, text = literal(trimmed(form))
    rounded = known and isinstance(text, str) and any(match["time"] for match in TIME.finditer(text))
    known, given = literal(trimmed(value))
    if known and not isinstance(given, bool) and not rounded:
        return call
    if is_a_number(value) and not rounded:
        return call
    one_cell = len(value) == 1 and isinstance(value[0], Leaf) and value[0].kind == "RANGE"
    shown: Expression = value if one_cell else [Leaf(f"{SHOWN}{next(numbers)}", "RANGE")]
    number = Call("IF", [[Call("ISNUMBER", [shown])], rounded_time(shown), shown]) if rounded else shown[0]
    bracketed = Group([[Group([[number]])]]) if one_cell else number
    otherwise = Call(call.name, [[bracketed], form])
    words = Call("IF", [shown, [Leaf('"TRUE"', "TEXT")], [Leaf('"FALSE"', "TEXT")]])
    body = Call("IF", [[Call("ISLOGICAL", [shown])], [words], [otherwise]])
    return body if one_cell else Call(LET, [shown, value, [body]])


def rounded_time(value: Expression) -> Expression:
    """A day and time as the nearest second."""
    times, per = Leaf("*", "OPERATOR"), Leaf("/", "OPERATOR")
    seconds = Leaf(str(SECONDS), "NUMBER")
    nearest = Call("ROUND", [[*value, times, seconds], [Leaf("0", "NUMBER")]])
    return [Group([[nearest, Leaf("+", "OPERATOR"), Leaf(HARDLY, "NUMBER")]]), per, seconds]


def from_1904(call: Call) -> Call:
    """A function of dates in a workbook that counts from 1904: its days as the engine counts them."""
    name = plain_name(call.name)
    places = DAYS.get(name, ())
    if name == "TEXT" and len(call.arguments) == 2:
        known, form = literal(trimmed(call.arguments[1]))
        places = (0,) if known and isinstance(form, str) and any(m["date"] for m in DATE.finditer(form)) else ()
    arguments = list(call.arguments)
    for place in places:
        day = arguments[place] if place < len(arguments) else []
        # The engine knows by itself which day a text means.
        if trimmed(day) and not isinstance(literal(trimmed(day))[1], str):
            later: Expression = [Group([day]), Leaf("+", "OPERATOR"), Leaf(str(FROM_1904), "NUMBER")]
            in_cell = isinstance(day[0], Leaf) and ONE_CELL.fullmatch(day[0].text) is not None
            arguments[place] = [Call("IF", [[Call("ISTEXT", [day])], day, later])] if in_cell else later
    return Call(call.name, arguments)
