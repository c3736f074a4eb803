"""FORMULATEXT, which is asked of the workbook: the engine's copy has some formulas in other words.

FORMULATEXT(B2), B2 =_xlfn.CONCAT(A1,"x")   →   =CONCAT(A1,"x")
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from computefi.errors import Code
from computefi.formulas.tree import Unreadable
from computefi.recalc.natives.area import Area
from computefi.recalc.natives.table import Native
from computefi.recalc.prepare.operands import Cells
from computefi.recalc.prepare.plan import Plan
from computefi.recalc.prepare.precedents import Precedents
from computefi.xlsx.cells import CellAt, Value

PREFIX = re.compile(r"_xl(?:fn|ws|pm|udf)\.", re.IGNORECASE)


def formula_text_of(plan: Plan, cells: Cells | None) -> Native:
    """FORMULATEXT of cells; #N/A where there is no formula."""

    def answer(_: Sequence[Area | None]) -> Value:
        if cells is None:
            return Code.VALUE
        try:
            text = Precedents(plan).written_out(CellAt(cells.sheet, cells.rect.top, cells.rect.left))
        except (KeyError, Unreadable):
            return Code.NA
        return "=" + PREFIX.sub("", text) if text else Code.NA

    return Native(answer, lambda *_: True, lambda _: False, several=True)
