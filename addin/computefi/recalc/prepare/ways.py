"""How the engine gets an ordinary formula: as it is stored, as an array formula of one cell, or written anew.

A1*2+SUM(B1:B9)                     →   as stored
SUMPRODUCT(EXP(A1*B1:B9))           →   as an array formula of one cell
SUM(ABS(B1:B9)) in row 3            →   written anew, as SUM(ABS(B3))
CFI_LTV(A1,B1)*2, Deals[Loan]*2     →   written anew: calls and structured references are cut out
"""

from __future__ import annotations

import re

from computefi.formulas.functions import FUNCTIONS
from computefi.formulas.native import NATIVE
from computefi.formulas.tree import Unreadable, parse
from computefi.recalc.natives.table import NATIVES
from computefi.recalc.prepare.brackets import loses_brackets, may_lose_brackets
from computefi.recalc.prepare.crossed import crosses
from computefi.recalc.prepare.extremes import EXACTLY
from computefi.recalc.prepare.groups import Groups
from computefi.recalc.prepare.intersect import AS_ARRAY, AS_STORED, REWRITTEN, OrdinaryFormula
from computefi.recalc.prepare.keeping import KEPT
from computefi.recalc.prepare.lifted import LIFTED, PARTS
from computefi.recalc.prepare.operands import Names, View, alike_but_for_numbers
from computefi.recalc.prepare.plan import Plan
from computefi.recalc.prepare.spelled import ALWAYS, DAYS, SPELLED, SUSPECT
from computefi.recalc.prepare.variables import seen_through
from computefi.xlsx.sheet import Cell, decode

# What the engine must not see as it stands: CFI calls, structured and external references, what changes
# from pass to pass, and what it cannot read.
TO_CUT = re.compile(
    rb"CFI[._]|\[|\b(?:NOW|TODAY|RAND|RANDBETWEEN|SHEETS|SINGLE)\s*\(|:\s*INDEX\s*\(|\bCHOOSE\s*\(\s*\{"
    rb"|[!:]#REF!|#REF!:|\bINDIRECT\s*\(|\bLAMBDA\s*\("
    rb"|\bSUBTOTAL\s*\(\s*(?:(?:(?:10)?6|1?1[01])\b|[^\s\d])",
    re.IGNORECASE,
)
# What is to be looked at more closely: all that, whatever may be several cells, names with a sheet before them, and
# INDEX, which the engine cannot use on a single cell. Each way begins with a character that decides, because half a
# million formulas are searched.
CLOSELY = (
    rb"[Cc][Ff][Ii][._]|[\[:#{]|!(?!\$?[A-Za-z]{1,3}\$?[0-9])|\s\(|\((?<=[DdEeTtWwXxYy].)(?i:(?<=NOW.)|(?<=RAND.)"
    rb"|(?<=SINGLE.)|(?<=INDEX.)|(?<=OFFSET.)|(?<=INDIRECT.)|(?<=ANCHORARRAY.)|(?<=SEQUENCE.)|(?<=RANDARRAY.)"
    rb"|(?<=MUNIT.))|\s(?<=[\w)\]'].)(?=[\w$('\[])"
)
ANSWERED = re.compile(rb"(?<![\w.])(?:_xlfn\.)?(?:" + "|".join(sorted(NATIVES)).encode() + rb")\s*\(", re.IGNORECASE)
"""A function that may be answered here."""

BY_NUMBER = re.compile(rb"LOOKUP\(|MATCH\(|SUBTOTAL\(|\bDATE\(\s*[01]", re.IGNORECASE)
"""Where a number that is written out may decide: `MATCH(A1,B1:B9,0)` is the engine's, `MATCH(A1,B1:B9,1)` is not."""

CRITERIA = re.compile(rb"(?:IFS|SUMIF|AVERAGEIF)\(", re.IGNORECASE)
# References to cells, which are one however they are spelled; what stands in quotes is left as it is.
CELLS = re.compile(
    rb"""("[^"]*"|'[^']*')|(?<![\w.\\?$\x80-\xff])\$?[A-Z]{1,3}\$?[0-9]{1,7}(?![\w.\\?(!\x80-\xff])""", re.IGNORECASE
)
RANGE = re.compile(rb"[A-Z]\$?([0-9]+):\$?[A-Z]+\$?([0-9]+)", re.IGNORECASE)
# What is fixed of a range's ends.
FIXED = re.compile(rb"(\$?)[A-Z]{1,3}(\$?)[0-9]{1,7}:(\$?)[A-Z]{1,3}(\$?)[0-9]{1,7}", re.IGNORECASE)
KNOWN_LIMIT = 100_000

CALLED = re.compile(rb"(?<![\w.])[A-Za-z_][\w.]*(?=\()")
AS_IT_IS = frozenset(
    prefix + name.encode()
    for name in NATIVE - KEPT - ALWAYS - {"FORMULATEXT"}
    for prefix in (b"", b"_xlfn.", b"_xlfn._xlws.")
)
"""The functions that the engine gets right, or that are cut out by other marks, as files spell them."""

OTHERS = frozenset(
    spelling.encode() for name in SPELLED for spelling in (name, FUNCTIONS[name].stored if name in FUNCTIONS else name)
)
BY_NAME = frozenset(FUNCTIONS[name].stored.encode() if name in FUNCTIONS else name.encode() for name in LIFTED)
BY_NAME |= {name.encode() for name in PARTS}
"""The functions that the engine does not compute value by value."""


class Ways:
    """The ways of a workbook's formulas, sheet by sheet."""

    def __init__(self, plan: Plan, names: Names, computed: list[str], watched: list[str]) -> None:
        """`computed`: names with a formula behind them (`half` for A1/2); `watched`: names of several cells, or in
        letters that the engine does not read (`贷款`).
        """
        self._plan, self._names = plan, names
        self._to_cut = re.compile(TO_CUT.pattern + any_of([name for name in computed if name.isascii()]), re.IGNORECASE)
        self._closely = re.compile(CLOSELY + any_of(computed + watched))
        days = DAYS if plan.workbook.date1904 else ()
        self._as_it_is = AS_IT_IS - {prefix + name.encode() for name in days for prefix in (b"", b"_xlfn.")}
        if plan.joined_subtotals or any(hidden.filtered for hidden in plan.hidden):
            self._as_it_is -= {b"SUBTOTAL"}
        if plan.extremes.tiny:
            self._as_it_is -= {name.encode() for name in EXACTLY}
        # What makes two formulas of a sheet alike, and the ways of this sheet's formulas that are alike.
        self.alike = alike_but_for_numbers(names)
        self.known: dict[bytes, int] = {}
        # Its groups: how the engine gets a formula that belongs to one is known.
        self.groups = Groups()

    def of(self, index: int, cell: Cell, text: bytes) -> int:
        """The way of one formula; asked once for those that differ in their numbers, or in their cells, only."""
        several_lengths = CRITERIA.search(text) is not None and len(set(map(rows_of, RANGE.findall(text)))) > 1
        if several_lengths:
            # The lengths of its ranges are not seen by how long their numbers are.
            key = text
        elif BY_NUMBER.search(text) is not None:
            key = CELLS.sub(lambda match: match[1] or match[0].translate(self.alike), text)
        else:
            key = text.translate(self.alike)
        way = self.known.get(key)
        if way is None:
            if len(self.known) > KNOWN_LIMIT:
                self.known.clear()
            self.known[key] = way = (
                self.found(index, cell, text) if several_lengths else self.elsewhere(index, cell, text, key)
            )
        return way

    def elsewhere(self, index: int, cell: Cell, text: bytes, key: bytes) -> int:
        """The same for a formula that may differ from another in its cells only."""
        if CRITERIA.search(text) is None and self.groups.known(text, cell.row, cell.column) is not None:
            return AS_STORED
        like = without_places(key)
        if like not in self.known:
            self.known[like] = self.found(index, cell, text)
        return self.known[like]

    def found(self, index: int, cell: Cell, text: bytes) -> int:
        """The way of one formula that is like none before."""
        if self._to_cut.search(text) is not None:
            return REWRITTEN
        called = CALLED.findall(text)
        if not self._as_it_is.issuperset(called) or (
            SUSPECT.search(text) is not None and not OTHERS.isdisjoint(called)
        ):
            return REWRITTEN
        in_brackets = may_lose_brackets(text)
        if not in_brackets and self._closely.search(text) is None and ANSWERED.search(text) is None:
            return AS_STORED
        view = View(self._plan, self._names, index, cell.row, cell.column)
        try:
            expression = parse(decode(text))
            expression = seen_through(expression) if b"LET(" in text.upper() else expression
            way = OrdinaryFormula(view.kind).read(expression).way
        except Unreadable:
            return AS_STORED
        lifts = way == AS_ARRAY and not BY_NAME.isdisjoint(CALLED.findall(text))
        return REWRITTEN if lifts or crosses(expression) or (in_brackets and loses_brackets(expression)) else way


def without_places(text: bytes) -> bytes:
    """A formula with one sign for every reference to a cell: `@*2` for `$A$1*2`."""
    return CELLS.sub(lambda match: match[1] or b"@", text)


def lengths_part(text: bytes) -> bool:
    """Whether ranges with criteria are of one length here and of several further down: `SUMIF(A$1:A5,1,B$1:B$5)`."""
    if CRITERIA.search(text) is None:
        return False
    growing = {(left == right, top == bottom) for left, top, right, bottom in FIXED.findall(text)}
    return len(growing) > 1


def rows_of(ends: tuple[bytes, bytes]) -> int:
    """How many rows a range has beyond its first."""
    return int(ends[1]) - int(ends[0])


def any_of(names: list[str]) -> bytes:
    """One more way of a pattern for each first letter: what finds a use of these names in a stored formula."""
    ways = b""
    if not all(name.isascii() for name in names):
        # Bytes know no capitals beyond ASCII, and a letter may be stored as its number.
        ways = rb"|[\x80-\xff]|&#"
    by_letter: dict[str, set[str]] = {}
    for name in names:
        if name.isascii() and name:
            by_letter.setdefault(name[0].casefold(), set()).add(name[1:].casefold())
    for letter, rests in sorted(by_letter.items()):
        first = re.escape(letter.encode()) + re.escape(letter.upper().encode())
        rest = b"|".join(re.escape(rest.encode()) for rest in sorted(rests))
        ways += rb"|[" + first + rb"](?<![\w.].)(?i:" + rest + rb")(?![\w.(])"
    return ways
