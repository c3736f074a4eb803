"""AGGREGATE, of which the engine has none, and what it gets wrong of SUBTOTAL: both leave out cells by their place.

AGGREGATE(9,5,A1:A9), row 3 hidden   →   the sum without A3
AGGREGATE(9,0,A1:A9), A5 a SUBTOTAL  →   the sum without A5
AGGREGATE(14,6,A1:A9/B1:B9,2)        →   the second largest of those that are no error
SUBTOTAL(9,A1:A9), row 3 filtered    →   the sum without A3, which the engine counts
SUBTOTAL(9,A1:A9), A5 -SUBTOTAL(…)   →   the sum without A5: the engine leaves out a SUBTOTAL alone
SUBTOTAL(11,A1:A9), SUBTOTAL(6,A1)   →   the engine has other variances of what is left, and 1 as the product of nothing
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from computefi.errors import Code
from computefi.formulas.tree import Call, Expression, Unreadable, literal, parse, plain_name, trimmed
from computefi.recalc.natives.aggregates import WITH_RANK, aggregated
from computefi.recalc.natives.area import Area
from computefi.recalc.natives.criteria import for_each
from computefi.recalc.natives.table import Native
from computefi.recalc.prepare.keeping import NotComputed
from computefi.recalc.prepare.operands import Cells
from computefi.recalc.prepare.plan import Plan
from computefi.xlsx.cells import CellAt, Rows, Value
from computefi.xlsx.sheet import Sheet, decode

NESTED = re.compile(rb"\b(?:SUBTOTAL|AGGREGATE)\s*\(", re.IGNORECASE)
SUBTOTALS = re.compile(rb">([^<>]*\bSUBTOTAL\s*\([^<>]*)<", re.IGNORECASE)
PLACES = bytes.maketrans(b"123456789", b"1" * 9)
WRONG_IN_THE_ENGINE = (6.0, 10.0, 11.0)
"""What the engine gets wrong where it leaves out cells: the product of none, and variances."""

LAST_FUNCTION, LAST_OPTION = 19, 7
OF_SUBTOTAL, HIDDEN_TOO = 11, 100
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


def has_joined_subtotals(sheets: Iterable[Sheet]) -> bool:
    """Whether there is a SUBTOTAL within a larger formula, `-SUBTOTAL(9,A1:A9)`, or an AGGREGATE."""
    return any(
        b"AGGREGATE" in sheet.scannable
        or not all(map(is_alone, {found.translate(PLACES) for found in SUBTOTALS.findall(sheet.scannable)}))
        for sheet in sheets
        if b"AGGREGATE" in sheet.scannable or b"SUBTOTAL" in sheet.scannable
    )


def is_alone(text: bytes) -> bool:
    """Whether a formula is one SUBTOTAL and nothing else."""
    try:
        nodes = trimmed(parse(decode(text)))
    except Unreadable:
        return False
    return len(nodes) == 1 and isinstance(nodes[0], Call) and plain_name(nodes[0].name) == "SUBTOTAL"


def left_of(
    plan: Plan, area: Area, cells: Cells | None, nested: set[CellAt], filtered: bool, others: bool
) -> list[Value]:
    """The cells of an area without nested ones, and without those of filtered and of other hidden rows."""
    rows = range(len(area.rows))
    if cells is None:
        return [area.at(row, column) for row in rows for column in range(area.width)]
    hidden = plan.hidden[cells.sheet]
    out = (hidden.filtered if filtered else frozenset()) | (hidden.others if others else frozenset())
    top, left = cells.rect.top, cells.rect.left
    return [
        area.at(row, column)
        for row in rows
        if top + row not in out
        for column in range(area.width)
        if CellAt(cells.sheet, top + row, left + column) not in nested
    ]


def subtotal_over(plan: Plan, number: Expression, areas: Sequence[Cells | None]) -> Native | None:
    """SUBTOTAL(function, …) over areas where the engine is wrong; None where it is right, or cells have no place."""
    filters = any(hidden.filtered for hidden in plan.hidden)
    known, function = literal(trimmed(number))
    right = known and isinstance(function, float) and function % HIDDEN_TOO not in WRONG_IN_THE_ENGINE
    if right and not filters and not plan.joined_subtotals:
        return None
    if None in areas:
        if filters or plan.joined_subtotals:
            why = "where a filter hides rows" if filters else "where some are subtotals"
            raise NotComputed(f"SUBTOTAL over cells that are computed, {why}")
        return None
    if not (known and isinstance(function, float) and function > HIDDEN_TOO):
        refuse_both_ways(plan, [cells for cells in areas if cells is not None])
    # Known once all sheets are read.
    nested: set[CellAt] = set()

    def answer(given: Sequence[Area | None]) -> Value:
        function = whole(given[0])
        if isinstance(function, Code):
            return function
        others = function > HIDDEN_TOO
        function -= HIDDEN_TOO if others else 0
        if not 1 <= function <= OF_SUBTOTAL or any(area is None for area in given[1:]):
            return Code.VALUE
        if not nested:
            nested.update(nested_in(plan))
        read = zip((area for area in given[1:] if area is not None), areas, strict=True)
        values = [value for area, cells in read for value in left_of(plan, area, cells, nested, True, others)]
        return aggregated(function, values, leave_errors=False)

    return Native(answer, lambda *_: True, lambda _: False, several=True)


def refuse_both_ways(plan: Plan, areas: Sequence[Cells]) -> None:
    """Of rows of which a filter hides some and others are hidden by hand nobody knows which Excel counts."""
    hides = [
        {
            way
            for way in (0, 1)
            if any(cells.rect.top <= row <= cells.rect.bottom for row in plan.hidden[cells.sheet][way])
        }
        for cells in areas
    ]
    if set().union(*hides) == {0, 1}:
        raise NotComputed("SUBTOTAL over rows of which a filter hides some and others are hidden by hand")


def aggregate_over(plan: Plan, areas: Sequence[Cells | None]) -> Native:
    """AGGREGATE(function, option, …) over areas, of which those that are computed have no place: None."""
    nested: set[CellAt] = set()

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
        out, hidden = nested if option in WITHOUT_NESTED else set(), option in WITHOUT_HIDDEN
        values = [
            value
            for area, cells in zip(read[: 1 if ranked else None], areas, strict=False)
            for value in left_of(plan, area, cells, out, hidden, hidden)
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
