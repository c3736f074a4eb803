"""What is installed here, validated: reference values, identities, workbooks, engines, and hashes of it all.

validate(quick=True).holds   →   True
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from computefi import templates
from computefi.errors import EngineMissing, WorkbookError
from computefi.recalc import Book, Recalculated
from computefi.recalc.engines.by_name import DEFAULT, ENGINES
from computefi.recalc.verify import Verification, verified
from computefi.reports import machine
from computefi.reports.identities import Identity, identities
from computefi.reports.reference import Compared, compared

MASTER = "master_check"
QUICK_BOOKS = ("compare",)
# Differences below it are last digits of cells that show how far two numbers are apart: 1.9e-9 and 0.
SMALLEST = 1e-6
TOLD = 20  # cells of a workbook that two engines give differently
TOLD_OF_BOOK = 5  # cells of a workbook that are not as its file has them
REFEREE = "libreoffice"  # its disagreements count as failures; another engine's are told, with their number
NOW = dt.datetime(2026, 1, 1)


class BookCheck(NamedTuple):
    """A workbook that comes with the package, recalculated: its own checks, and what its file stores."""

    name: str
    formula_cells: int
    calls: int
    errors: int
    kept: int
    differing: int
    checks: float | None
    failed: float | None
    master: bool | None
    cells: tuple[str, ...] = ()  # the first of them, with what they have

    @property
    def faults(self) -> list[str]:
        """What does not hold, and the first cells of it."""
        counted = [(self.errors, "errors"), (self.kept, "cells not computed"), (self.differing, "cells not as stored")]
        told = [f"{number:,} {what}" for number, what in counted if number]
        return [*(["master_check is FALSE"] if self.master is False else []), *told, *self.cells]

    @property
    def holds(self) -> bool:
        return not self.faults


class Agreement(NamedTuple):
    """The default engine and another on one workbook; `beyond` are the differences that are more than last digits."""

    book: str
    engine: str
    cells: int
    agreed: int
    unavailable: int
    last_digits: int
    beyond: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not (self.beyond and self.engine == REFEREE)

    def told(self) -> list[str]:
        """The first of the differences, and how many more there are."""
        rest = len(self.beyond) - TOLD
        return [*self.beyond[:TOLD], *([f"… and {rest} more cells"] if rest > 0 else [])]


@dataclass(slots=True)
class Validation:
    """All that was found."""

    quick: bool
    functions: list[Compared] = field(default_factory=list)
    identities: list[Identity] = field(default_factory=list)
    books: list[BookCheck] = field(default_factory=list)
    agreements: list[Agreement] = field(default_factory=list)
    # Engines that are not here, with the reason.
    missing: dict[str, str] = field(default_factory=dict)
    system: list[tuple[str, str]] = field(default_factory=list)
    code: list[machine.Part] = field(default_factory=list)
    dependencies: list[machine.Dependency] = field(default_factory=list)
    in_place: bool = False

    @property
    def values(self) -> int:
        return sum(len(one.all) for one in self.functions)

    @property
    def failures(self) -> list[str]:
        """Everything that does not hold, a line each."""
        return [
            *(f"{one.spec.name}: {d.answer}, {d.reference}" for one in self.functions for d in one.failing),
            *(f"{one.statement}: {one.worst:.2g} > {one.tolerance:g}" for one in self.identities if not one.holds),
            *(f"{one.name}.xlsx: {'; '.join(one.faults)}" for one in self.books if not one.holds),
            *(f"{a.book}.xlsx, {a.engine}: {line}" for a in self.agreements if not a.holds for line in a.told()),
            *(f"{one.name} {one.version}: {', '.join(one.altered)}" for one in self.dependencies if one.altered),
        ]  # fmt: skip

    @property
    def holds(self) -> bool:
        return not self.failures


def validate(quick: bool = False, step: Callable[[str], None] = lambda _: None) -> Validation:
    """Run all of it; a quick run takes one workbook, no second engine, and no look at each file of dependencies."""
    found = Validation(quick)
    step("functions")
    found.functions = compared()
    step("identities")
    found.identities = list(identities())
    for name in QUICK_BOOKS if quick else templates.names():
        step(f"{name}.xlsx")
        result = Book.open(templates.template(name), now=NOW).recalculate()
        found.books.append(book_check(name, result))
        if not quick and "." not in name:  # a Chinese workbook has the same formulas
            second_opinions(found, name, result, step)
    step("hashes")
    found.system, found.code, found.in_place = machine.system(), machine.code(), machine.in_place()
    found.dependencies = machine.dependencies(look=not quick)
    return found


def book_check(name: str, result: Recalculated) -> BookCheck:
    known = {one.casefold() for one in result.names()}

    def number(reference: str) -> float | None:
        value = result[reference] if reference in known else None
        return float(value) if isinstance(value, (int, float)) else None

    differing = {cell: pair for cell, pair in result.differing().items() if not last_digits(*pair)}
    cells = [
        *(f"{cell}: {code.value}" for cell, code in result.error_cells.items()),
        *(f"{cell}: {why}" for cell, why in result.kept.items()),
        *(f"{cell}: {computed}, stored {stored}" for cell, (stored, computed) in differing.items()),
    ]
    return BookCheck(
        name, result.formula_cells, result.calls, result.errors, len(result.kept), len(differing),
        number("checks_counted"), number("checks_failed"), result[MASTER] is True if MASTER in known else None,
        tuple(cells[:TOLD_OF_BOOK]),
    )  # fmt: skip


def second_opinions(found: Validation, name: str, result: Recalculated, step: Callable[[str], None]) -> None:
    """The workbook by every other engine that is here."""
    for engine in ENGINES:
        if engine == DEFAULT or engine in found.missing:
            continue
        step(f"{name}.xlsx, {engine}")
        try:
            found.agreements.append(agreement(name, engine, verified(result, engine)))
        except EngineMissing as error:
            found.missing[engine] = str(error)
        except WorkbookError as error:
            cells = result.formula_cells
            found.agreements.append(Agreement(name, engine, cells, 0, cells, 0, (str(error),)))


def last_digits(first: object, second: object) -> bool:
    """Whether two values differ by rounding alone, as what two large numbers leave of each other does."""
    numbers = [one for one in (first, second) if isinstance(one, (int, float)) and not isinstance(one, bool)]
    return len(numbers) == 2 and abs(numbers[0] - numbers[1]) <= SMALLEST


def agreement(name: str, engine: str, told: Verification) -> Agreement:
    """What two engines agree on, last digits apart."""
    beyond = tuple(str(one) for one in told.disagreements if not last_digits(one.first, one.second))
    last = len(told.disagreements) - len(beyond)
    return Agreement(name, engine, told.cells, told.agreed, len(told.unavailable), last, beyond)
