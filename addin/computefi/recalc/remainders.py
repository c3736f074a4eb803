"""Differences that Excel takes for 0: what is left of the last + or − of a formula, where it is no more than rounding,
and of the last number that a SUM adds.

A1 0.1+0.2, C1 =A1-0.3      →   0 in Excel; the engine has 5.6E-17, on which `IF(C1,"check","ok")` turns
D1 =(A1-0.3)*1, =(A1-0.3)   →   5.6E-17 in Excel too: the difference is not the last thing that the formula does
E1 =SUM(A1,-0.3), =SUM(A1:A9)   →   0, if the last number in A1:A9 is all that was to be taken off

Such a remainder has hardly any digits. A formula that shows one is given to the engine anew, as
IF(ABS(A1-0.3)*2^49<ABS(0.3),0,A1-0.3), and stays so; a workbook without one costs a look at its numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from computefi.formulas.tree import Unreadable
from computefi.recalc.engines.base import Formula, Write
from computefi.recalc.prepare.columns import NO_GROUP, Booleans, Floats, FormulaCells, Shown
from computefi.recalc.prepare.extremes import NEARNESS
from computefi.recalc.prepare.operands import ALIKE
from computefi.recalc.prepare.plan import Plan
from computefi.recalc.prepare.precedents import Precedents
from computefi.xlsx.cells import CellAt, parse_rect
from computefi.xlsx.sheet import decode

# A remainder of larger numbers could be larger; then the numbers are beyond 1E13.
LARGEST = 0.05
DIGITS = 2**6
QUOTED = re.compile(r"\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'")
SUM = re.compile(r"\s*[-+]?SUM\(", re.IGNORECASE)
EXPONENT = re.compile(r"(?:^|[^A-Za-z0-9_.$])[0-9.]+[Ee]$")


def last_difference(text: str) -> tuple[str, str] | None:
    """What stands before and after the + or − that a formula does last: `A1*2-B1` → `A1*2`, `B1`; None without one."""
    if "+" not in text and "-" not in text:
        return None
    bare = QUOTED.sub(lambda match: "_" * len(match[0]), text)
    depth, found = 0, None
    for place, character in enumerate(bare):
        if character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif depth == 0 and character in "&=<>":
            return None
        elif depth == 0 and character in "+-":
            before = bare[:place].rstrip()
            if before and before[-1] not in "+-*/^(,:" and EXPONENT.search(before) is None:
                found = place
    return None if found is None else (text[:found], text[found + 1 :])


def last_summed(text: str) -> str | None:
    """The last number that a formula adds which is a SUM and nothing else: `SUM(A1,-B1)` → `-B1`."""
    match = SUM.match(text)
    if match is None:
        return None
    bare = QUOTED.sub(lambda quoted: "_" * len(quoted[0]), text)
    depth, start = 1, match.end()
    for place in range(start, len(bare)):
        depth += (bare[place] in "([{") - (bare[place] in ")]}")
        if depth == 1 and bare[place] == ",":
            start = place + 1
        elif depth == 0:
            return None if bare[place + 1 :].strip() else last_number(text[start:place].strip())
    return None


def last_number(argument: str) -> str | None:
    """The last number of a cell, a row or a column of cells; none of which blank cells follow."""
    rect = parse_rect(argument.lstrip("+-").rpartition("!")[2])
    if rect is None or (rect.rows > 1 and rect.columns > 1):
        return None
    return argument if rect.rows * rect.columns == 1 else f"IFERROR(LOOKUP(9E+307,{argument}),0)"


def last_step(text: str) -> str | None:
    """What a formula adds or takes off last; None where it ends otherwise."""
    parts = last_difference(text)
    return last_summed(text) if parts is None else parts[1]


def are_remainders(numbers: Floats) -> Booleans:
    """Which numbers could be the rounding of larger ones: small, and of a few binary digits only."""
    size, digits = np.abs(numbers), np.frexp(numbers)[0] * DIGITS
    return (size > 0) & (size < LARGEST) & (digits == np.trunc(digits))


@dataclass(slots=True)
class Remainders:
    """The formulas of a workbook that end with +, − or a SUM, and those that were given anew."""

    plan: Plan
    # The places of the former in the columns of each sheet.
    _places: dict[int, tuple[FormulaCells, NDArray[np.int64]]] = field(default_factory=dict)
    _known: dict[bytes, bool] = field(default_factory=dict)
    _precedents: Precedents | None = None
    _asked: set[CellAt] = field(default_factory=set)

    def writes(self, shown: Callable[[int], Shown], texts: Callable[[], dict[CellAt, Formula]]) -> list[Write]:
        """The formulas to be given anew; `texts` gives those of the copy that are not as the file has them."""
        writes: list[Write] = []
        given: dict[CellAt, Formula] | None = None
        for sheet, cells in enumerate(self.plan.formulas):
            if sheet not in self._places or self._places[sheet][0] is not cells:
                # Another set of formulas where some have since kept their stored values.
                self._places[sheet] = cells, self._ending_so(sheet)
            places = self._places[sheet][1]
            for place in places[are_remainders(shown(sheet).numbers[places])].tolist() if len(places) else ():
                cell = CellAt(sheet, cells.rows[place], cells.columns[place])
                if cell not in self._asked:
                    self._asked.add(cell)
                    given = texts() if given is None else given
                    writes += self._guarded(cell, given)
        return writes

    def _ending_so(self, sheet: int) -> NDArray[np.int64]:
        """The formula cells of a sheet that end so, asked once per group."""
        cells, apart = self.plan.formulas[sheet], self.plan.apart[sheet]
        groups = np.array(cells.groups)
        heads = [self._ends_so(head.text) for head in self.plan.groups[sheet].heads]
        # The last one is for the cells that are in no group.
        ending = np.array([*heads, False])[groups]
        for place in np.flatnonzero(groups == NO_GROUP).tolist():
            stored = apart.get((cells.rows[place], cells.columns[place]))
            if stored is not None and b't="array"' not in stored.attributes:
                # The text of a shared formula may stand in another cell.
                ending[place] = not stored.formula or self._ends_so(stored.formula)
        return np.flatnonzero(ending)

    def _ends_so(self, text: bytes) -> bool:
        """Whether a formula ends so; asked once for those that differ in their numbers only."""
        key = text.translate(ALIKE)
        if key not in self._known:
            self._known[key] = last_step(decode(text)) is not None
        return self._known[key]

    def _guarded(self, cell: CellAt, texts: dict[CellAt, Formula]) -> Iterator[Write]:
        given = texts.get(cell)
        if given is None:
            self._precedents = self._precedents or Precedents(self.plan)
            try:
                given = Formula(self._precedents.in_the_copy(cell))
            except Unreadable:
                return
        last = last_step(given.text)
        if last is not None and given.kind in ("plain", "lifted"):
            text = f"IF(ABS({given.text})*{NEARNESS}<ABS({last}),0,{given.text})"
            yield (*cell, Formula(text, given.kind))
