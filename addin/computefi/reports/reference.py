"""The functions against reference values that travel with the package: 40-digit arithmetic that does not import it.

references.json has the rows, some for each function: ["random", [70, 100], "0.7", 1e-12, 0] is a note, the arguments,
the value, and how far an answer may be from it, relatively and absolutely.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from computefi.errors import CODES, Code
from computefi.spec import MISSING, REGISTRY, Outcome, Spec, call, call_many

FILE = Path(__file__).with_name("references.json")


class Difference(NamedTuple):
    """One answer beside its reference: `used` is the share of the tolerance that the difference takes.

    The tolerance is relative; near 0, where the absolute one allows more, the difference is judged `absolutely`.
    """

    note: str
    arguments: str
    answer: str
    reference: str
    absolute: float
    relative: float
    tolerance: float
    used: float
    absolutely: bool = False


@dataclass(slots=True)
class Compared:
    """A function and what was compared: its reference rows and its declared examples."""

    spec: Spec
    rows: list[Difference] = field(default_factory=list)
    examples: list[Difference] = field(default_factory=list)

    @property
    def all(self) -> list[Difference]:
        return self.rows + self.examples

    @property
    def failing(self) -> list[Difference]:
        return [one for one in self.all if not one.used <= 1]

    @property
    def worst(self) -> Difference | None:
        return max(self.all, key=lambda one: one.used, default=None)


def compared() -> list[Compared]:
    """Every function of the registry, in its order."""
    kept: dict[str, list[list[Any]]] = json.loads(FILE.read_text(encoding="utf-8"))
    return [compared_function(spec, kept.get(name, [])) for name, spec in REGISTRY.items()]


def compared_function(spec: Spec, rows: Sequence[Sequence[Any]]) -> Compared:
    """One function against its rows and its examples."""
    found = Compared(spec)
    outcomes = call_many(spec, [given(arguments) for _, arguments, *_ in rows])
    for (note, arguments, expected, relative, absolute), outcome in zip(rows, outcomes, strict=True):
        found.rows.append(worst_cell(note, shown(arguments), expected, outcome, relative, absolute))
    for example in spec.examples:
        outcome = call(spec, example.arguments)
        told = shown(example.arguments)
        source = example.source or "declared example"
        # A single number that is 0 has nothing to be relative to.
        found.examples.append(worst_cell(source, told, example.result, outcome, example.tolerance, example.tolerance))
    return found


def given(arguments: Sequence[Any]) -> tuple[Any, ...]:
    """Arguments as a host gives them: a series as one row, a matrix as its rows, nothing as a missing argument."""
    return tuple(
        MISSING if one is None else as_rows(one, row_wise=True) if isinstance(one, list) else one for one in arguments
    )


def as_rows(value: Any, row_wise: bool) -> tuple[tuple[Any, ...], ...]:
    """Nested lists as rows of cells; a flat list as one row, or as one column."""
    if not isinstance(value, (list, tuple)):
        return ((value,),)
    if value and isinstance(value[0], (list, tuple)):
        return tuple(tuple(row) for row in value)
    return (tuple(value),) if row_wise else tuple((cell,) for cell in value)


def worst_cell(
    note: str, arguments: str, expected: Any, outcome: Outcome, relative: float, absolute: float
) -> Difference:
    """The cell of an answer that lies farthest from its reference, measured by what is tolerated."""
    cells = outcome.cells()
    if isinstance(expected, (str, Code)) and str(expected) in CODES:  # the whole call fails
        expected = [[expected] * len(row) for row in cells]
    forms = [as_rows(expected, row_wise) for row_wise in (True, False)]
    wanted = next((rows for rows in forms if [*map(len, rows)] == [*map(len, cells)]), None)
    if wanted is None:
        return Difference(note, arguments, shown(cells), shown(expected), math.inf, math.inf, relative, math.inf)
    pairs = [pair for ours, theirs in zip(cells, wanted, strict=True) for pair in zip(ours, theirs, strict=True)]
    return max(
        (difference(note, arguments, ours, theirs, relative, absolute) for ours, theirs in pairs),
        key=lambda one: one.used,
    )


def difference(note: str, arguments: str, answer: Any, expected: Any, relative: float, absolute: float) -> Difference:
    """One cell beside its reference; what is no number must be the same."""
    ours, theirs = cell_text(answer), cell_text(expected)
    wanted = number_of(expected)
    if wanted is None or isinstance(answer, (str, bool, Code)):
        apart = 0.0 if ours == theirs else math.inf
        return Difference(note, arguments, ours, theirs, apart, apart, relative, apart)
    distance = abs(answer - wanted)
    allowed = absolute + relative * abs(wanted)
    used = 0.0 if distance == 0 else distance / allowed if allowed else math.inf
    beside = distance / abs(wanted) if wanted else 0.0 if distance == 0 else math.inf
    absolutely = absolute > relative * abs(wanted)
    tolerance = allowed if absolutely else allowed / abs(wanted) if wanted else relative
    return Difference(note, arguments, ours, theirs, distance, beside, tolerance, used, absolutely)


def number_of(expected: Any) -> float | None:
    """A reference as a number: 40 digits come as text."""
    if isinstance(expected, (bool, Code)):
        return None
    try:
        return float(expected)
    except (TypeError, ValueError):
        return None


def cell_text(value: Any) -> str:
    if value is None or value is MISSING:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, Code):
        return value.value
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def shown(arguments: Any) -> str:
    """Arguments as a person writes them: a range in braces, its rows apart by semicolons."""
    return ", ".join(in_braces(one) for one in arguments) if isinstance(arguments, (list, tuple)) else str(arguments)


def in_braces(value: Any) -> str:
    if not isinstance(value, (list, tuple)):
        return cell_text(value)
    rows = as_rows(value, row_wise=True)
    return "{" + "; ".join(", ".join(map(cell_text, row)) for row in rows) + "}"


def every_difference(functions: Sequence[Compared]) -> Iterator[Difference]:
    for one in functions:
        yield from one.all
