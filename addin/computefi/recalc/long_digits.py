"""Numbers joined to texts: Excel joins them with 15 digits, the engine with up to 17.

A1 =0.1+0.2, B1 ="x"&A1       →   x0.3 in Excel; the engine gives x0.30000000000000004
B2 ="Left: "&ROUND(-0.2,0)    →   Left: 0 in Excel; the engine gives Left: -0

A formula that shows so many digits is given to the engine anew, with what it joins rounded to 15, and stays so; a
workbook without one costs a look at its texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from computefi.formulas.tree import Unreadable, gives_one_value, parse, written
from computefi.recalc.engines.base import Formula, Write
from computefi.recalc.prepare.columns import Shown
from computefi.recalc.prepare.fifteen import DIGITS, any_value, rounded
from computefi.recalc.prepare.plan import Plan
from computefi.recalc.prepare.precedents import Precedents
from computefi.xlsx.cells import CellAt

MINUS_NOTHING = re.compile(r"-0(?![\d.,])")
NUMBER = re.compile(r"(?<![\d.])0*+(?:\.0*+)?(?=[1-9])(?P<digits>\d*\.?\d+)")


def has_many_digits(text: str) -> bool:
    """Whether a text holds a number, not a whole one, of more digits than Excel gives, or a −0."""
    return MINUS_NOTHING.search(text) is not None or any(
        "." in match[0] and len(match["digits"].replace(".", "")) > DIGITS for match in NUMBER.finditer(text)
    )


@dataclass(slots=True)
class LongDigits:
    """The formulas of a workbook that were given anew."""

    plan: Plan
    _precedents: Precedents | None = None
    _asked: set[CellAt] = field(default_factory=set)

    def writes(self, shown: Callable[[int], Shown], texts: Callable[[], dict[CellAt, Formula]]) -> list[Write]:
        """The formulas to be given anew; `texts` gives those of the copy that are not as the file has them."""
        new = []
        for sheet, cells in enumerate(self.plan.formulas):
            for place, value in shown(sheet).others.items():
                if isinstance(value, str) and has_many_digits(value):
                    cell = CellAt(sheet, cells.rows[place], cells.columns[place])
                    new += [cell] if cell not in self._asked else []
        self._asked.update(new)
        given = texts() if new else {}
        return [write for cell in new for write in self._rounded(cell, given.get(cell))]

    def _rounded(self, cell: CellAt, given: Formula | None) -> Iterator[Write]:
        self._precedents = self._precedents or Precedents(self.plan)
        try:
            given = given or Formula(self._precedents.in_the_copy(cell))
            single = any_value if given.kind in ("plain", "lifted") else gives_one_value
            text = written(rounded(parse(given.text), single))
        except Unreadable:
            return
        if text != given.text:
            yield (*cell, replace(given, text=text))
