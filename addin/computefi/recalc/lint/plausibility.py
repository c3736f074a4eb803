"""Arguments of CFI calls that are hardly meant: 30 typed for 30%, in the formula itself or in the cell it reads.

B1 =CFI_CORR_LGD(70,100,0.05,0.5,A1,1), A1 is 30   →   B1: volatility is usually between 0 and 2; got 30
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from computefi.recalc.lint.claims import NOTE
from computefi.recalc.lint.formulas import Finding
from computefi.recalc.prepare.plan import CallSite, Plan, Reference
from computefi.spec import MISSING, REGISTRY
from computefi.spec.plausible import implausible
from computefi.xlsx.cells import CellAt, Rows

NUMBERS = (b"", b"n")  # how a cell says that it holds one
Stored = dict[CellAt, float]


def implausible_arguments(plan: Plan) -> Iterator[Finding]:
    """A note for each call with an unusual number, as it stands in the formula or is stored in the cells it reads.

    What the engine would have to compute first is not looked at.
    """
    stored = stored_numbers(plan)
    # A range that many calls read is put together once.
    blocks = {i: block(plan, one, stored) for i, one in enumerate(plan.sources) if isinstance(one, Reference)}
    for site in plan.cfi_calls:
        if not site.refused:
            what = "; ".join(implausible(REGISTRY[site.function], arguments(site, blocks)))
            if what:
                cell = plan.place(site.sheet, site.row, site.column)
                yield Finding(cell, "unusual", NOTE, what, "check the number and its unit", "=" + site.formula)


def stored_numbers(plan: Plan) -> Stored:
    """The numbers that the file holds on the sheets which calls read."""
    read = {source.sheet for source in plan.sources if isinstance(source, Reference)}
    found = {}
    for index in sorted(read):
        for cell in plan.sheets[index].cells():
            if cell.value and cell.kind in NUMBERS:
                with suppress(ValueError):  # a damaged file may hold anything here
                    found[CellAt(index, cell.row, cell.column)] = float(cell.value)
    return found


def arguments(site: CallSite, blocks: Mapping[int, Rows]) -> list[Any]:
    """The arguments of a call as far as the file has them; what it has not is left out."""
    given = list(site.fixed)
    for place, number in site.sources:
        given[place] = blocks.get(number, MISSING)
    return given


def block(plan: Plan, source: Reference, stored: Stored) -> Rows:
    """The stored numbers of a range; a cell without one is blank."""
    rect, (last_row, last_column) = source.rect, plan.extents[source.sheet]
    bottom, right = max(min(rect.bottom, last_row), rect.top), max(min(rect.right, last_column), rect.left)
    return tuple(
        tuple(stored.get(CellAt(source.sheet, row, column)) for column in range(rect.left, right + 1))
        for row in range(rect.top, bottom + 1)
    )
