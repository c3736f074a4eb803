"""A second engine's opinion: the same workbook recalculated twice, and every cell where the two disagree.

Both engines get the same copy, the same inputs, the same moment and the same random numbers; the CFI functions are
answered anew for each. A cell that the second engine says it cannot compute is counted, not taken for wrong.

0.7 and 0.7000000001 in Deal!B1   →   Disagreement("Deal!B1", 0.7, 0.7000000001, "1.4e-10 of the value")
0.7 and EngineFault("Err:504")    →   ("Deal!B1", "libreoffice: Err:504") among the unavailable
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from computefi.errors import Code
from computefi.recalc.api import recalculate
from computefi.recalc.book import Book
from computefi.recalc.changes import formula_values
from computefi.recalc.compared import difference_of
from computefi.recalc.engines.base import Engine, EngineFault
from computefi.recalc.engines.by_name import DEFAULT, engine_named
from computefi.recalc.readers import readers
from computefi.recalc.recalculated import Recalculated
from computefi.recalc.run import Run
from computefi.recalc.whatif.slices import Dependencies
from computefi.xlsx.cells import CellAt, Value


class Disagreement(NamedTuple):
    """One cell for which two engines have different values."""

    cell: str
    first: Value | str
    second: Value | str
    difference: str

    def __str__(self) -> str:
        return f"{self.cell}: {shown(self.first)} and {shown(self.second)} ({self.difference})"


@dataclass(slots=True)
class Verification:
    """What two engines agree on: `agreed` of `cells` formula cells, the others in the two lists."""

    engines: tuple[str, str]
    cells: int = 0
    agreed: int = 0
    disagreements: list[Disagreement] = field(default_factory=list)
    # Cells that one of the engines cannot compute, with what it says.
    unavailable: list[tuple[str, str]] = field(default_factory=list)


def verify(
    path: str | os.PathLike[str], engine: str = "cellrune", set: Mapping[str, Value] | None = None
) -> list[Disagreement]:
    """The cells for which `engine` has another value than the default engine."""
    return verification(path, engine, set).disagreements


def verification(
    path: str | os.PathLike[str],
    engine: str = "cellrune",
    set: Mapping[str, Value] | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Verification:
    """The same with what was agreed on, and what could not be compared."""
    second = engine_named(engine)
    try:
        return against(recalculate(Path(path), set=set, progress=progress), second, engine, set, progress)
    finally:
        second.close()


def verified(
    book: Recalculated, engine: str, set: Mapping[str, Value] | None = None, first: str = DEFAULT
) -> Verification:
    """A second opinion on a workbook that was recalculated with the same inputs."""
    second = engine_named(engine)
    try:
        return against(book, second, engine, set, first_name=first)
    finally:
        second.close()


def against(
    book: Recalculated,
    engine: Engine,
    name: str,
    set: Mapping[str, Value] | None = None,
    progress: Callable[[str], None] = lambda _: None,
    first_name: str = DEFAULT,
) -> Verification:
    """Recalculate with another engine and compare formula cell by formula cell."""
    first = book._run
    # What the second engine cannot compute it takes out of its plan; the first one keeps its own.
    plan = replace(first.plan, formulas=[*first.plan.formulas], frozen=[*first.plan.frozen])
    run = Run(plan, engine, progress)
    run.start()
    again = Book(plan.workbook.package, plan.workbook, plan, run, (0.0, 0.0))
    again.set(set or {})
    second = again.recalculate()
    found = Verification((first_name, name))
    theirs, lost = dict(formula_values(second._run)), []
    reading = frozenset(book.readers_of_kept)
    lacking = dict.fromkeys(second.readers_of_kept, "it reads a cell that keeps its stored value") | second.kept
    for place, value in formula_values(first):
        cell = first.plan.place(*place)
        if cell in lacking and cell not in reading:
            found.cells += 1
            found.unavailable.append((cell, f"{name}: {lacking[cell]}"))
        else:
            compare(found, cell, value, theirs.get(place, "no value"), reading)
        if found.unavailable and found.unavailable[-1][0] == cell:
            lost.append(place)
    leave_unjudged(found, Dependencies(first.plan), lost)
    found.cells += len(book.kept)
    found.unavailable += [(cell, f"it keeps its stored value: {reason}") for cell, reason in book.kept.items()]
    return found


def leave_unjudged(found: Verification, known: Dependencies, lost: Iterable[CellAt]) -> None:
    """Take no cell for wrong that reads one which the second engine cannot compute: =IFERROR(lost,0) is 0 there."""
    beside = {cell for one in lost for cell in known.cells_of(known.owner.get(one, one))}
    unsure = {known.plan.place(*cell) for cell in beside | readers(known, beside)}
    reason = f"{found.engines[1]}: it reads a cell that has no value there"
    found.unavailable += [(one.cell, reason) for one in found.disagreements if one.cell in unsure]
    found.disagreements = [one for one in found.disagreements if one.cell not in unsure]


def compare(found: Verification, cell: str, one: Value, other: Value, reading: frozenset[str] = frozenset()) -> None:
    """Take one cell's two values into the account; those in `reading` may agree on what nobody computed."""
    found.cells += 1
    for name, value, beside in zip(found.engines, (one, other), (other, one), strict=True):
        if isinstance(value, EngineFault):
            found.unavailable.append((cell, f"{name}: {value}"))
            return
        if value is Code.NAME and beside is not Code.NAME:
            found.unavailable.append((cell, f"{name} has no such function"))
            return
    difference = difference_of(one, other)
    if difference:
        found.disagreements.append(Disagreement(cell, one, other, difference))
    elif cell in reading:
        found.unavailable.append((cell, "it reads a cell that keeps its stored value"))
    else:
        found.agreed += 1


def shown(value: Value | str) -> str:
    """A value with all its digits; a text in quotes."""
    if isinstance(value, Code):
        return value.value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return repr(value).removesuffix(".0") if isinstance(value, float) else repr(value)
