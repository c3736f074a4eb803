"""AGGREGATE, of which the engine has none: what it leaves out is where the cells are, and what is in them.

AGGREGATE(9,5,A1:A9), row 3 hidden   →   the sum without A3
AGGREGATE(9,0,A1:A9), A5 a SUBTOTAL  →   the sum without A5
AGGREGATE(14,6,A1:A9/B1:B9,2)        →   the second largest of those that are no error
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from computefi.errors import Code
from computefi.recalc.natives.aggregates import WITH_RANK, aggregated
from computefi.recalc.natives.area import Area
from computefi.recalc.natives.criteria import for_each
from computefi.recalc.natives.table import Native
from computefi.recalc.prepare.operands import Cells
from computefi.recalc.prepare.plan import Plan
from computefi.xlsx.cells import CellAt, Rows, Value

NESTED = re.compile(rb"\b(?:SUBTOTAL|AGGREGATE)\s*\(", re.IGNORECASE)
LAST_FUNCTION, LAST_OPTION = 19, 7
WITHOUT_NESTED, WITHOUT_HIDDEN, WITHOUT_ERRORS = (0, 1, 2, 3), (1, 3, 5, 7), (2, 3, 6, 7)


def nested_in(plan: Plan) -> set[CellAt]:
    """The cells whose formulas have a SUBTOTAL or an AGGREGATE."""
    found = set()
    for sheet, cells in enumerate(plan.formulas):
        heads = [NESTED.search(head.text) is not None for head in plan.groups[sheet].heads]
        found |= {CellAt(sheet, c.row, c.column) for c in cells if c.group is not None and heads[c.group]}
        apart = plan.apart[sheet].items()
        found |= {CellAt(sheet, *place) for place, stored in apart if NESTED.search(stored.formula) is not None}
    return found


def aggregate_over(plan: Plan, areas: Sequence[Cells | None]) -> Native:
    """AGGREGATE(function, option, …) over areas, of which those that are computed have no place: None."""
    # Known once all sheets are read.
    nested: set[CellAt] = set()

    def kept(area: Area, cells: Cells | None, option: int) -> list[Value]:
        """The cells of an area that are not left out by where they are."""
        rows = range(len(area.rows))
        if cells is None:
            return [area.at(row, column) for row in rows for column in range(area.width)]
        hidden = plan.hidden[cells.sheet] if option in WITHOUT_HIDDEN else None
        out = nested if option in WITHOUT_NESTED else set()
        top, left = cells.rect.top, cells.rect.left
        return [
            area.at(row, column)
            for row in rows
            if hidden is None or (top + row not in hidden.filtered and top + row not in hidden.others)
            for column in range(area.width)
            if CellAt(cells.sheet, top + row, left + column) not in out
        ]

    def answer(given: Sequence[Area | None]) -> Value | Rows:
        function, option = (whole(area) for area in given[:2])
        for number, last in ((function, LAST_FUNCTION), (option, LAST_OPTION)):
            if isinstance(number, Code):
                return number
            if not (number == 0 and last == LAST_OPTION) and not 1 <= number <= last:
                return Code.VALUE
        assert isinstance(function, int)
        assert isinstance(option, int)
        if not nested:
            nested.update(nested_in(plan))
        ranked = function >= WITH_RANK
        if len(given) < 3 + ranked or any(area is None for area in given[2:]) or (not ranked and None in areas):
            return Code.VALUE
        read = [area for area in given[2:] if area is not None]
        values = [
            value
            for area, cells in zip(read[: 1 if ranked else None], areas, strict=False)
            for value in kept(area, cells, option)
        ]
        errors = option in WITHOUT_ERRORS
        if not ranked:
            return aggregated(function, values, errors)
        return for_each([read[1]], lambda which: aggregated(function, values, errors, which[0]))

    return Native(answer, lambda *_: True, lambda _: False, several=True)


def whole(area: Area | None) -> int | Code:
    """An argument as a whole number."""
    value = None if area is None else area.value
    if isinstance(value, (str, Code)):
        return value if isinstance(value, Code) else Code.VALUE
    return int(value or 0)
