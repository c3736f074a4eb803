"""What calls may ask for: how many results one call may give, and all calls of one workbook or request together.

A row against a column makes a grid, so that 25 KB of request can ask for gigabytes of results, and a simulation takes
as long as its paths, assets and cases together. Both are counted when the shape of a call is known and before anything
is computed; a call beyond the budget fails with that reason, and the others are answered.

with spending(Budget(cells=1000)): …   →   a grid of 40 by 40 is "CFI_LTV may give at most 1,000 results …; got 1600"
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from computefi.errors import InputError

MOST_CELLS = 2**24


@dataclass(slots=True)
class Budget:
    """Results, and draws of simulations (paths × assets × cases), that are still allowed."""

    cells: int
    draws: int


BUDGET: ContextVar[Budget | None] = ContextVar("BUDGET", default=None)


@contextmanager
def spending(budget: Budget) -> Iterator[None]:
    """Calls inside take from this budget, those that a call makes itself included."""
    token = BUDGET.set(budget)
    try:
        yield
    finally:
        BUDGET.reset(token)


def spend(name: str, cells: int, draws: int) -> None:
    """Take what a call of this function asks for; InputError where any call may not, or where too little is left."""
    budget = BUDGET.get()
    if cells > MOST_CELLS:
        raise InputError(name, f"may give at most {MOST_CELLS:,} results", cells)
    if budget is None:
        return
    if cells > budget.cells:
        raise InputError(name, f"may give at most {budget.cells:,} results beside the other calls", cells)
    if draws > budget.draws:
        rule = f"may draw at most {budget.draws:,} times beside the other calls (paths × assets × cases)"
        raise InputError(name, rule, draws)
    budget.cells -= cells
    budget.draws -= draws
