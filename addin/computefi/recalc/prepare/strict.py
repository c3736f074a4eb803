"""Where the engine is content with less than Excel: errors that it does not reach, numbers beyond all numbers, blanks.

AND(A1>0,1/B1>2)         →   AND(0<>1*(A1>0)*(1/B1>2)*1): it stops at the first FALSE, Excel reads on to the error
OR(A1:A9,B1)             →   OR(--XOR(A1:A9,B1)>1,A1:A9,B1): XOR reads all that is there
EXP(A1)                  →   IF((A1)+0>709.78…,#NUM!,EXP(((A1)))): it goes on with a number beyond all numbers
VLOOKUP(A1,B1:C9,2,0)    →   INDEX(B1:C9,MATCH((A1)+0,INDEX(B1:C9,0,1),0),2) where A1 is 0, blank or FALSE: a blank A1
                             means 0, and neither 0 nor FALSE is found in a blank cell
SUM(INDEX(A1:A9,B1))     →   see given.py: INDEX gives a cell, and SUM leaves out a text in one

A formula that the engine gets as it is stored is written anew as a text, once for all that are like it; in one that is
taken apart each call is.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from computefi.formulas.functions import LET
from computefi.formulas.tree import (
    COMPARISONS,
    SPILL,
    Call,
    Expression,
    Group,
    Leaf,
    Unreadable,
    leaves_in,
    literal,
    parse,
    plain_name,
    trimmed,
    written,
)
from computefi.recalc.natives.table import is_one
from computefi.recalc.prepare.brackets import is_in_brackets
from computefi.recalc.prepare.early_dates import early_date
from computefi.recalc.prepare.extremes import Extremes
from computefi.recalc.prepare.fifteen import OF_TEXT, gives_text, in_texts, joins
from computefi.recalc.prepare.given import READ_CELLS, READ_VALUES, Look, with_cells, with_values
from computefi.recalc.prepare.lifted import EACH
from computefi.recalc.prepare.operands import View

LARGEST_ARGUMENT = {
    "EXP": "({0})+0>709.782712893384", "SINH": "ABS({0})>710.475860073944", "COSH": "ABS({0})>710.475860073944",
    "FACT": "({0})+0>=171", "FACTDOUBLE": "({0})+0>=301", "ACOS": "ABS({0})>1", "ASIN": "ABS({0})>1",
}  # fmt: skip
"""Functions that give more than there are numbers for, or no number, and of what."""

DAY = f"{EACH}_day"
"""What the days of YEARFRAC are called."""

DECIDED_EARLY = {"AND": ("*", "1", "<2"), "OR": ("+", "0", ">1")}
LOGICAL = DECIDED_EARLY.keys() | {"XOR"}
LOOKED_UP = frozenset(("VLOOKUP", "HLOOKUP"))
STRICT = LOGICAL | LARGEST_ARGUMENT.keys() | LOOKED_UP | OF_TEXT.keys() | {"DATE", "YEARFRAC"}
ALONE = re.compile(
    rb"(?<!\w)(?:AND|X?OR)\([^()]*+[(,:)]|(?<![\w.])(?:ACOS|ASIN|EXP|SINH|COSH|FACT|FACTDOUBLE)\(|[VH]LOOKUP\("
    rb"|(?<![\w.])DATE\(\s*(?:[^\d\s]|\d++\s*+[^\d,\s]|[01]\s*,|190[01]\s*,)|(?<!\w)LET\("
    rb"|(?<![\w.])(?:CLEAN|CONCATENATE|FIND|LEFT|LEN|LOWER|MID|PROPER|REPLACE|REPT|RIGHT|SEARCH|SUBSTITUTE|TRIM|UPPER)\(",
    re.IGNORECASE,
)
BEFORE_OTHERS = (
    (
        re.compile(
            rb"(?<!\w)(?:AVERAGE|COUNTA?|GEOMEAN|HARMEAN|KURT|MAX|MEDIAN|MIN|PERCENTILE[.A-Z]*|PRODUCT|QUARTILE[.A-Z]*|SKEW"
            rb"(?:\.P)?|SUM|TRIMMEAN)\(",
            re.IGNORECASE,
        ),
        re.compile(rb"(?<!\w)(?:CHOOSE|IFS?|INDEX|SWITCH)\(", re.IGNORECASE),
    ),
    (
        re.compile(rb"COUNTA\(", re.IGNORECASE),
        re.compile(rb"CHOOSE|EXPAND|FILTER|SORT|STACK|TOCOL|TOROW|TRANSPOSE|UNIQUE|WRAP", re.IGNORECASE),
    ),
    (
        re.compile(rb"(?<![\w.])(?:DATEDIF|IS[A-Z]+|ERROR\.TYPE|N|T|TYPE|UNICODE)\(", re.IGNORECASE),
        re.compile(rb"(?:CHOOSE|INDIRECT|OFFSET)\(", re.IGNORECASE),
    ),
)
"""What is to be looked at where the second comes behind the first, in two steps: in one it would take the square of the
time.
"""


def is_suspect(text: bytes) -> bool:
    """Whether a stored formula is to be looked at."""
    if ALONE.search(text) is not None:
        return True
    return any(
        (found := first.search(text)) is not None and second.search(text, found.end()) is not None
        for first, second in BEFORE_OTHERS
    )


GIVE_LOGICALS = frozenset(
    "AND EXACT FALSE ISBLANK ISERR ISERROR ISEVEN ISLOGICAL ISNA ISNONTEXT ISNUMBER ISODD ISTEXT NOT OR TRUE "
    "XOR".split()
)
IsOne = Callable[[Expression], bool]


def strict_text(text: str, view: View, extremes: Extremes) -> str:
    """A formula's text so that the engine does as Excel does; itself where nothing can go wrong."""
    suspect, extreme = is_suspect(text.encode()), extremes.concern(text.encode())
    if not suspect and not extreme:
        return text
    try:
        expression = parse(text)
    except Unreadable:
        return text

    def single(part: Expression) -> bool:
        return is_one(part, view.kind)

    expression = extremes.guarded(expression, single) if extreme else expression
    return written(strictly(expression, Look(view, single)) if suspect else expression)


def strictly(expression: Expression, look: Look) -> Expression:
    """A whole formula so that the engine does as Excel does."""
    made: Expression = []
    for node in expression:
        if isinstance(node, Leaf):
            made.append(node)
        elif isinstance(node, Group):
            made.append(Group([strictly(part, look) for part in node.parts]))
        else:
            made.append(strict_call(node, look))
    return made


def strict_call(node: Call, look: Look) -> Call:
    """One call, and what is called in it."""
    name = plain_name(node.name)
    if name == "LET":
        return strict_let(node, look)
    call = Call(node.name, [strictly(argument, look) for argument in node.arguments])
    call = with_cells(call, look) if name in READ_CELLS else call
    call = with_values(call, look) if name in READ_VALUES else call
    return strict(call, look.single) if name in STRICT else call


def strict_let(call: Call, look: Look) -> Call:
    """LET, in which a name may be another word for a cell."""
    made: list[Expression] = []
    for place, argument in enumerate(call.arguments):
        is_name = place % 2 == 0 and place < len(call.arguments) - 1
        made.append(argument if is_name else strictly(argument, look))
        if place % 2:
            look = look.bound(written(trimmed(call.arguments[place - 1])), argument)
    return Call(call.name, made)


def strict(call: Call, single: IsOne) -> Call:
    """One call of such a function; itself where nothing can go wrong."""
    name = plain_name(call.name)
    if name in LOGICAL:
        return undecided(call, single)
    if name in LOOKED_UP:
        return looked_up(call, single)
    if name == "DATE":
        return early_date(call) if len(call.arguments) == 3 and all(map(single, call.arguments)) else call
    if name in OF_TEXT:
        return in_texts(call, list(map(single, call.arguments)))
    return in_order(call, single) if name == "YEARFRAC" else bounded(call)


def in_order(call: Call, single: IsOne) -> Call:
    """YEARFRAC within an array, of two days of which the later one may come first; single ones are answered."""
    days, basis = call.arguments[:2], call.arguments[2:]
    each = any(leaf.text.startswith(EACH) for argument in days for leaf in leaves_in(argument))
    ours = any(leaf.text.startswith(DAY) for argument in days for leaf in leaves_in(argument))
    if len(days) < 2 or ours or not each or not all(map(single, call.arguments)):
        return call
    ordered = [parse(f"{function}({DAY}1+0,{DAY}2+0)") for function in ("MIN", "MAX")]
    return Call(LET, [parse(f"{DAY}1"), days[0], parse(f"{DAY}2"), days[1], [Call(call.name, [*ordered, *basis])]])


def undecided(call: Call, single: IsOne) -> Call:
    """AND and OR, which must have seen all before they decide, and XOR."""
    arguments = [as_logical(argument, single) for argument in call.arguments]
    if call.name not in DECIDED_EARLY or (len(arguments) == 1 and single(arguments[0])):
        return Call(call.name, arguments)
    sign, nothing, never = DECIDED_EARLY[plain_name(call.name)]
    if all(is_logical(argument, single) for argument in arguments):
        # A comparison in brackets beside another loses its brackets in the engine: something must stand between.
        joined = parse(f"0<>{nothing}")
        for argument in (*arguments, parse(nothing)):
            joined += [Leaf(sign, "OPERATOR"), Group([argument])]
        return Call(call.name, [joined])
    seen: Expression = [*parse("--"), Call("_xlfn.XOR", arguments), *parse(never)]
    return Call(call.name, [seen, *arguments])


def as_logical(argument: Expression, single: IsOne) -> Expression:
    """What surely gives one text as the truth value that it spells, or an error: the engine leaves it out."""
    nodes = trimmed(argument)
    if not ((joins(nodes) and not compares(nodes)) or gives_text(nodes)) or not single(nodes):
        return argument
    spells = parse('="TRUE"'), parse('="FALSE"')
    otherwise = Call("IF", [[Group([argument]), *spells[1]], parse("FALSE"), parse("#VALUE!")])
    return [Call("IF", [[Group([argument]), *spells[0]], parse("TRUE"), [otherwise]])]


def is_logical(expression: Expression, single: IsOne) -> bool:
    """Whether an expression surely gives one truth value, or an error."""
    nodes = trimmed(expression)
    node = nodes[0] if len(nodes) == 1 else None
    if isinstance(node, Call):
        return plain_name(node.name) in GIVE_LOGICALS and single(nodes)
    return (compares(nodes) and single(nodes)) or (isinstance(node, Leaf) and node.kind == "LOGICAL")


def compares(expression: Expression) -> bool:
    """Whether an expression is a comparison."""
    return any(isinstance(part, Leaf) and part.text in COMPARISONS for part in trimmed(expression))


def bounded(call: Call) -> Call:
    """A function whose answer may be beyond all numbers."""
    name, argument = plain_name(call.name), call.arguments[0]
    if len(call.arguments) != 1 or is_in_brackets(argument) or not trimmed(argument) or compares(argument):
        return call
    known, value = literal(trimmed(argument))
    if known and isinstance(value, float) and abs(value) <= (1 if name in ("ACOS", "ASIN") else 100):
        return call
    inside: Expression = [Group([[Group([argument])]])]
    beyond = parse(LARGEST_ARGUMENT[name].format(written(argument)))
    return Call("IF", [beyond, parse("#NUM!"), [Call(call.name, [inside])]])


def looked_up(call: Call, single: IsOne) -> Call:
    """VLOOKUP and HLOOKUP of exactly what one value is, which may be 0 or blank."""
    if len(call.arguments) != 4:
        return call
    value, table, number, near = call.arguments
    known, how = literal(trimmed(near))
    if trimmed(near) and (not known or how or isinstance(how, str)):
        return call
    if is_in_brackets(value) or not may_be_nothing(value, single) or not single(number) or not is_area(table):
        return call
    upright = plain_name(call.name) == "VLOOKUP"
    zero, one = parse("0"), parse("1")
    keys = Call("INDEX", [table, zero, one] if upright else [table, one, zero])
    number_or_logical = Call("IF", [[Call("ISLOGICAL", [value])], value, [Group([value]), *parse("+0")]])
    place: Expression = [Call("MATCH", [[number_or_logical], [keys], zero])]
    found = Call("INDEX", [table, place, number] if upright else [table, number, place])
    inside: Expression = [Group([[Group([value])]])]
    nothing = Call("OR", [[Group([value]), *parse("=0")], [Group([value]), *parse("=FALSE")]])
    return Call("IF", [[nothing], [found], [Call(call.name, [inside, table, number, near])]])


def may_be_nothing(value: Expression, single: IsOne) -> bool:
    """Whether what is looked for may be 0 or a blank cell: no text that is written or joined."""
    nodes = trimmed(value)
    own = any(isinstance(node, Leaf) and node.text.startswith(EACH) for node in nodes)
    tells = joins(nodes) or compares(nodes) or literal(nodes)[0]
    return bool(nodes) and not own and not tells and single(nodes)


def is_area(table: Expression) -> bool:
    """Whether a table is written as an address or a name."""
    nodes = trimmed(table)
    return len(nodes) == 1 and isinstance(nodes[0], Leaf) and nodes[0].kind == "RANGE" and SPILL not in nodes[0].text
