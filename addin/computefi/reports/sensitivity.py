"""What an answer is sensitive to, by recalculation: one input after another, and how far each would have to go.

examine(book, "el_share", ["link"])   →   Examined(base=0.0015, swings=[Moved("link", …)], …)
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from computefi.errors import InputRefused, WorkbookError
from computefi.recalc import Book
from computefi.recalc.describe.inputs import Answer, Description, Input
from computefi.recalc.describe.tracing import every_step, trace
from computefi.reports.profiles import number_at
from computefi.xlsx.cells import Value

STEP = 0.10
MOST_VARIED, SHOWN = 24, 12
DEEPEST = 40
REVERSED = 6
FARTHEST = 10


class Moved(NamedTuple):
    """An input with its low and high value, and the answer at each; None where it cannot be computed."""

    input: Input
    low: float
    high: float
    at_low: float | None
    at_high: float | None

    @property
    def width(self) -> float:
        return 0.0 if self.at_low is None or self.at_high is None else abs(self.at_high - self.at_low)


class Reached(NamedTuple):
    """Where an input brings the answer to its limit; None where it does not, as far as `end`."""

    input: Input
    value: float | None
    end: float


@dataclass(slots=True)
class Examined:
    """An answer and what moves it."""

    target: Answer
    base: float
    limit: float
    limit_is_set: bool
    swings: list[Moved] = field(default_factory=list)
    still: list[str] = field(default_factory=list)
    failing: list[str] = field(default_factory=list)
    reached: list[Reached] = field(default_factory=list)


def examine(book: Book, target: Answer, inputs: Sequence[Input], limit: float | None) -> Examined:
    """The tornado and the reverse stress of one answer."""
    base = float(target.value)  # type: ignore[arg-type]
    found = Examined(target, base, 2 * base if limit is None else limit, limit is not None)
    name = target.name or target.cell
    varied = [(one, *ends) for one in inputs if (ends := ends_of(one)) is not None][:MOST_VARIED]
    if not varied:
        return found
    columns: dict[str, list[Value]] = {one.cell: [] for one, _, _ in varied}
    for place, (_, low, high) in enumerate(varied):
        for end in (low, high):
            for other, (one, _, _) in enumerate(varied):
                columns[one.cell].append(end if other == place else number(one))
    rows = book.sweep(columns, [name], zipped=True).rows
    for place, (one, low, high) in enumerate(varied):
        answers = [finite(rows[2 * place + side][-1]) for side in (0, 1)]
        found.swings.append(Moved(one, low, high, answers[0], answers[1]))
    found.failing = [said(one.input) for one in found.swings if None in (one.at_low, one.at_high)]
    least = 1e-9 * max(abs(base), 1e-12)
    found.still = [said(m.input) for m in found.swings if m.width <= least and said(m.input) not in found.failing]
    found.swings = sorted((m for m in found.swings if m.width > least), key=lambda m: -m.width)[:SHOWN]
    found.reached = [reach(book, name, found.limit, one, base) for one in found.swings[:REVERSED]]
    return found


def ends_of(one: Input) -> tuple[float, float] | None:
    """A tenth down and a tenth up, within the workbook's bounds; none for a switch, a choice or a day."""
    if not one.settable or isinstance(one.value, (bool, str)) or one.value is None or one.unit == "date":
        return None
    base = number(one)
    if base == 0 or (one.bounds is not None and one.bounds.kind == "list"):
        return None
    whole = one.bounds is not None and one.bounds.kind == "whole"
    step = max(1.0, round(abs(base) * STEP)) if whole else abs(base) * STEP
    ends = [end if one.bounds is None or one.bounds.allows(end) else base for end in (base - step, base + step)]
    # To twelve digits, so that 1.1 times 0.3 is 0.33.
    low, high = (float(f"{end:.12g}") for end in ends)
    return (low, high) if low != high and math.isfinite(high - low) else None


def number(one: Input) -> float:
    return float(one.value)  # type: ignore[arg-type]


def finite(value: object) -> float | None:
    """A number of a scenario; None where it shows an error or a text."""
    known = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if known else None  # type: ignore[arg-type]


def reach(book: Book, target: str, limit: float, one: Moved, base: float) -> Reached:
    """The value of an input that brings the answer to its limit, sought towards the side on which it lies."""
    start = number(one.input)
    assert one.at_low is not None
    assert one.at_high is not None
    upwards = (one.at_high > one.at_low) == (limit > base)
    end = farthest(one.input, upwards)
    if end == start or not math.isfinite(end) or not math.isfinite(limit):
        return Reached(one.input, None, start)
    try:
        solved = book.solve(target, limit, one.input.cell, (min(start, end), max(start, end)), keep=False)
    except WorkbookError:
        return Reached(one.input, None, end)
    return Reached(one.input, solved.by, end)


def farthest(one: Input, upwards: bool) -> float:
    """How far an input may go: to its bound, else to nothing or to ten times what it is."""
    start, bounds = number(one), one.bounds
    bound = None if bounds is None else bounds.most if upwards else bounds.least
    if bound is not None:
        return bound
    grows = upwards == (start > 0)
    return FARTHEST * start if grows else 0.0


def said(one: Input) -> str:
    return one.label or one.name or one.cell


def target_of(book: Book, description: Description, wanted: str) -> Answer | None:
    """The answer to examine: the one that is named, else the first output with a name that is a number, else the
    last one that nothing reads."""
    outputs = [one for one in description.outputs() if isinstance(one.value, float) and math.isfinite(one.value)]
    if wanted:
        if number_at(book, wanted) is None:
            raise InputRefused(f"{wanted} is not a number to examine", name=wanted)
        known = [one for one in outputs if wanted.casefold() in (one.name.casefold(), one.cell.casefold())]
        step = trace(book, wanted, 1)
        return known[0] if known else Answer(step.name, step.cell, step.label, step.unit, number_at(book, wanted))
    named = [one for one in outputs if one.name]
    return named[0] if named else outputs[-1] if outputs else None


def inputs_behind(book: Book, description: Description, target: Answer, names: Sequence[str]) -> list[Input]:
    """The inputs with those names; without any, all that the answer rests on, the nearest first."""
    every = description.inputs()
    if names:
        known = {one.name.casefold(): one for one in every if one.name}
        return [known[name.casefold()] for name in names if name.casefold() in known]
    cells = {step.cell: place for place, step in enumerate(every_step(trace(book, target.cell, DEEPEST)))}
    behind = [one for one in description.inputs(every=True) if one.cell in cells]
    return sorted(behind, key=lambda one: cells[one.cell])
