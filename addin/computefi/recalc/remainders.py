"""Differences that Excel takes for 0: what is left of the last + or − of a formula, where it is no more than rounding.

A1 0.1+0.2, C1 =A1-0.3      →   0 in Excel; the engine has 5.6E-17, on which `IF(C1,"check","ok")` turns
D1 =(A1-0.3)*1, =(A1-0.3)   →   5.6E-17 in Excel too: the difference is not the last thing that the formula does

Such a remainder has hardly any digits. A formula that shows one is given to the engine anew, as
IF(ABS(A1-0.3)*2^49<ABS(0.3),0,A1-0.3), and stays so; a workbook without one costs a look at its numbers.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from computefi.formulas.tree import Unreadable
from computefi.recalc.engines.base import Engine, Formula, Write
from computefi.recalc.prepare.plan import FormulaCell, Plan
from computefi.recalc.prepare.precedents import Precedents
from computefi.xlsx.cells import CellAt, Value
from computefi.xlsx.sheet import decode

# The engine takes 1E-17 and 1E-16 for equal, so that the remainder is made large.
NEARNESS = 2**49
# A remainder of larger numbers could be larger; then the numbers are beyond 1E13.
LARGEST = 0.05
DIGITS = 2**6
QUOTED = re.compile(r"\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'")
EXPONENT = re.compile(r"(?:^|[^A-Za-z0-9_.$])[0-9.]+[Ee]$")


def last_difference(text: str) -> tuple[str, str] | None:
    """What stands before and after the + or − that a formula does last: `A1*2-B1` → `A1*2`, `B1`; None without one."""
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


def is_remainder(value: Value) -> bool:
    """Whether a value could be the rounding of larger numbers: small, and of a few binary digits only."""
    return isinstance(value, float) and 0 < abs(value) < LARGEST and (math.frexp(value)[0] * DIGITS).is_integer()


@dataclass(slots=True)
class Remainders:
    """The formulas of a workbook that end with + or −, and those that were given anew."""

    plan: Plan
    _cells: list[list[FormulaCell]] | None = None
    _precedents: Precedents | None = None
    _asked: set[CellAt] = field(default_factory=set)

    def writes(self, engine: Engine, texts: Callable[[], dict[CellAt, Formula]]) -> list[Write]:
        """The formulas to be given anew; `texts` gives those of the copy that are not as the file has them."""
        if self._cells is None:
            self._cells = [list(self._ending_so(sheet)) for sheet in range(len(self.plan.formulas))]
        writes: list[Write] = []
        given: dict[CellAt, Formula] | None = None
        for sheet, cells in enumerate(self._cells):
            for row, first, last in stretches(cells):
                for place, value in enumerate(engine.read(sheet, row, first, row, last)[0]):
                    cell = CellAt(sheet, row, first + place)
                    if is_remainder(value) and cell not in self._asked:
                        self._asked.add(cell)
                        given = texts() if given is None else given
                        writes += self._guarded(cell, given)
        return writes

    def _ending_so(self, sheet: int) -> Iterator[FormulaCell]:
        """The formula cells of a sheet that end with + or −, asked once per group."""
        heads = self.plan.groups[sheet].heads
        known = [last_difference(decode(head.text)) is not None for head in heads]
        for cell in self.plan.formulas[sheet]:
            if cell.group is not None:
                if known[cell.group]:
                    yield cell
                continue
            stored = self.plan.apart[sheet].get((cell.row, cell.column))
            if stored is None or b't="array"' in stored.attributes:
                continue
            # The text of a shared formula may stand in another cell.
            if not stored.formula or last_difference(decode(stored.formula)) is not None:
                yield cell

    def _guarded(self, cell: CellAt, texts: dict[CellAt, Formula]) -> Iterator[Write]:
        given = texts.get(cell)
        if given is None:
            self._precedents = self._precedents or Precedents(self.plan)
            try:
                given = Formula(self._precedents.written_out(cell))
            except Unreadable:
                return
        parts = last_difference(given.text)
        if parts is not None and given.kind in ("plain", "lifted"):
            text = f"IF(ABS({given.text})*{NEARNESS}<ABS({parts[1]}),0,{given.text})"
            yield (*cell, Formula(text, given.kind))


def stretches(cells: list[FormulaCell]) -> Iterator[tuple[int, int, int]]:
    """Cells side by side, as a row with its first and last column."""
    row = first = last = 0
    for cell in cells:
        if cell.row == row and cell.column == last + 1:
            last = cell.column
            continue
        if row:
            yield row, first, last
        row, first, last = cell.row, cell.column, cell.column
    if row:
        yield row, first, last
