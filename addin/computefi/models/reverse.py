"""Reverse stress: the value of one argument at which a function of one number gives a target."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from computefi.errors import InputError, MissingData, show
from computefi.models.judgement import JUDGEMENT
from computefi.spec import MISSING, Example, Outcome, Parameter, Shape, Spec, call_many, declare, find
from computefi.spec.convert import ERRORS, Argument, convert
from computefi.spec.kinds import ANY_NUMBER, Annotated, BoolArray, Cells, FloatArray, Kind, Text, Words
from computefi.spec.native import Native

TARGET = Parameter("target", ANY_NUMBER, "The result wanted", Shape(), inspect.Parameter.empty)
FACTOR = Kind("factor", "×", low=0)  # what a series is searched by
DECADES = 10.0 ** np.arange(-12, 15.01, 0.25)
STEPS = np.linspace(0, 1, 65)
HALVINGS = 60  # a bracket is at most a quarter of a decade wide: to the last digit
TRIED = 4  # places where the result seems to cross the target, the nearest first
CLOSE = 1e-9  # of the target and of the result about it; a jump across the target does not come so close


def candidates(kind: Kind) -> FloatArray:
    """Values within the bounds at which the result is looked at first: dense towards the ends and towards 0."""
    low, high = kind.low, kind.high
    if np.isfinite(low) and np.isfinite(high):
        near = DECADES[STEPS[1] > DECADES]
        points = low + (high - low) * np.concatenate([near, STEPS, 1 - near])
    elif np.isfinite(low):
        points = low + np.concatenate([[0.0], DECADES])
    elif np.isfinite(high):
        points = high - np.concatenate([[0.0], DECADES])
    else:
        points = np.concatenate([-DECADES, [0.0], DECADES])
    return np.unique(points[~kind.outside(points)])


@dataclass(slots=True)
class Search:
    """A call of which one argument is sought, at every cell of its answer at once."""

    spec: Spec
    place: int
    arguments: list[Any]
    target: Argument
    given: FloatArray = field(init=False)  # what stands in the argument's place; NaN where that is no number
    points: FloatArray = field(init=False)
    shape: tuple[int, ...] = field(init=False)
    outcomes: list[Outcome] = field(init=False)
    results: FloatArray = field(init=False)  # at each of the points

    def __post_init__(self) -> None:
        parameter = self.spec.parameters[self.place]
        assert isinstance(parameter.kind, Kind)
        self.arguments += [MISSING] * (self.place + 1 - len(self.arguments))
        self.points = candidates(FACTOR if self.series else parameter.kind)
        self.given = np.full((1, 1), np.nan)
        if self.series or self.arguments[self.place] not in (MISSING, None):
            found = convert(parameter, self.arguments[self.place])
            self.given = found.numbers if found.faults is None else np.where(found.faults, np.nan, found.numbers)
        self.shape = self.extent()
        self.outcomes = self.at([np.full(self.shape, point) for point in self.points])
        self.results = np.stack([self.numbers(outcome) for outcome in self.outcomes])

    @property
    def series(self) -> bool:
        """The argument is a series, of which a factor is sought."""
        shape = self.spec.parameters[self.place].shape
        return isinstance(shape, Shape) and len(shape.axes) == 1

    def extent(self) -> tuple[int, ...]:
        """The shape of the answer: that of the call, the target and what is given, together."""
        alone = self.at([np.full((1, 1), self.points[len(self.points) // 2])])[0].shape
        own = (1, 1) if self.series else self.given.shape
        try:
            shape = np.broadcast_shapes(alone, self.target.shape, own)
        except ValueError:
            raise InputError("target", "must fit the ranges of the call", self.target.shape) from None
        if self.spec.axes and shape[1] > 1:
            raise InputError("target", "must be one number, or one column with a number per case")
        return shape

    def at(self, values: Sequence[FloatArray]) -> list[Outcome]:
        """The outcomes of the call at several values of the argument sought."""
        before, after = self.arguments[: self.place], self.arguments[self.place + 1 :]
        return call_many(self.spec, [[*before, self.as_argument(value), *after] for value in values])

    def as_argument(self, value: FloatArray) -> FloatArray:
        """The values as the call takes them: for a series, the factors on it."""
        if not self.series:
            return value
        block = self.given if min(self.given.shape) > 1 else self.given.reshape(1, -1)
        if block.shape[1] == 1 and len(value) > 1:
            raise InputError(self.spec.parameters[self.place].name, "must have several entries where cases are several")
        return block * value

    def numbers(self, outcome: Outcome) -> FloatArray:
        """The results less the target, NaN where the call fails."""
        values = np.asarray(outcome.values, dtype=np.float64)
        failed = np.zeros(values.shape, dtype=np.bool_) if outcome.codes is None else outcome.codes > 0
        less: FloatArray = np.where(failed, np.nan, values) - self.target.numbers
        return np.broadcast_to(less, self.shape)

    def solve(self) -> FloatArray:
        """The value sought at every cell, NaN where there is none."""
        answer = np.full(self.shape, np.nan)
        order = self.crossings()
        for rank in range(TRIED):
            cell = np.isnan(answer) & (order[rank] >= 0)
            if not cell.any():
                break
            found, close = self.halved(np.maximum(order[rank], 0))
            answer[cell & close] = found[cell & close]
        best = self.nearest()
        short = np.abs(np.take_along_axis(self.results, best[None], 0)[0])
        touching = np.isnan(answer) & (short <= CLOSE * np.abs(self.target.numbers))
        answer[touching] = self.points[best[touching]]
        return answer

    def crossings(self) -> NDArray[np.intp]:
        """Intervals of the points within which the target is crossed, the nearest to what is given first; −1: none."""
        sides = np.sign(self.results)
        lower, upper = sides[:-1], sides[1:]
        crossed = (lower != upper) & ~(np.isnan(lower) & np.isnan(upper))
        own = np.full(self.shape, 1.0) if self.series else np.broadcast_to(self.given, self.shape)
        start = np.searchsorted(self.points, np.where(np.isnan(own), self.points[0], own))
        index = np.arange(len(crossed)).reshape(-1, 1, 1)
        distance = np.where(crossed, np.abs(index + 0.5 - start), np.inf)
        order = np.argsort(distance, axis=0, kind="stable")[:TRIED]
        return np.where(np.take_along_axis(crossed, order, 0), order, -1)

    def halved(self, interval: NDArray[np.intp]) -> tuple[FloatArray, BoolArray]:
        """The better end of each interval once it is as short as numbers allow, and whether it meets the target.

        The end that is kept always has a result, on one side of the target; the other has none or lies beyond.
        """
        ends = [np.take_along_axis(self.results, (interval + i)[None], 0)[0] for i in (0, 1)]
        backwards = np.isnan(ends[0])
        kept, other = self.points[interval + backwards], self.points[interval + ~backwards]
        less, beyond = np.where(backwards, ends[1], ends[0]), np.where(backwards, ends[0], ends[1])
        side = np.sign(less)
        scale = np.fmax(np.fmax(np.abs(ends[0]), np.abs(ends[1])), np.abs(self.target.numbers))
        for _ in range(HALVINGS):
            middle = kept + (other - kept) / 2
            result = self.numbers(self.at([middle])[0])
            same = np.sign(result) == side
            kept, other = np.where(same, middle, kept), np.where(same, other, middle)
            less, beyond = np.where(same, result, less), np.where(same, beyond, result)
        better = np.abs(beyond) < np.abs(less)
        return np.where(better, other, kept), np.fmin(np.abs(less), np.abs(beyond)) <= CLOSE * scale

    def nearest(self) -> NDArray[np.intp]:
        """The point at which the result comes nearest to the target."""
        return np.argmin(np.where(np.isnan(self.results), np.inf, np.abs(self.results)), axis=0)

    def cells(self) -> NDArray[Any]:
        """The answer as cells: where the call fails at every value, its error."""
        answer = self.solve()
        impossible: BoolArray = np.asarray(np.isnan(self.results).all(axis=0))
        if answer.size == 1 and np.isnan(answer[0, 0]):
            raise self.why_none(bool(impossible[0, 0]))
        cells = answer.astype(object)
        codes = self.outcomes[len(self.outcomes) // 2].codes
        for row, column in np.argwhere(impossible):
            faults = self.target.faults
            at = (row if self.target.shape[0] > 1 else 0, column if self.target.shape[1] > 1 else 0)
            if faults is not None and faults[at]:
                cells[row, column] = self.target.error(*at).code
            elif codes is not None:
                cells[row, column] = ERRORS[np.broadcast_to(codes, self.shape)[row, column] - 1]
        return cells

    def why_none(self, impossible: bool) -> Exception:
        """Why a call of one case has no answer: its own error, or how near the result comes and where."""
        if impossible:
            error = self.outcomes[len(self.outcomes) // 2].first_error()
            assert error is not None
            return error
        best = int(self.nearest()[0, 0])
        wanted, name = float(self.target.numbers[0, 0]), self.spec.parameters[self.place].name
        reached = wanted + float(self.results[best, 0, 0])
        factor = "factor on " if self.series else ""
        rule = f"has no {factor}value that brings {self.spec.name} to {show(wanted)}"
        return MissingData(name, f"{rule}; the nearest is {show(reached)} at {show(float(self.points[best]))}")


def sought(spec: Spec, which: str) -> int:
    """The place of the argument that is named."""
    allowed = {
        parameter.name: place
        for place, parameter in enumerate(spec.parameters)
        if isinstance(parameter.kind, Kind)
        and not (parameter.kind.whole or parameter.kind.flag)
        and isinstance(parameter.shape, Shape)
        and len(parameter.shape.axes) < 2
    }
    word = which.strip().lower()
    if word not in allowed:
        raise InputError("which", f"must be one of {', '.join(allowed)}", which)
    return allowed[word]


@declare(
    category=JUDGEMENT,
    questions=["How far may the collateral fall?", "How much can I lend?"],
    source="Reverse stress tests: Basel Committee on Banking Supervision (2018), Stress testing principles; bisection",
    examples=[
        Example(("CFI_LTV", "value", 0.8, 70, 100), 87.5, "70/0.8"),
        Example(("CFI_DSCR", "cfads", 1.15, 130, 40, 60), 115, "1.15·(40 + 60)"),
        Example(("CFI_LLCR", "cfads", 1.3, (100, 100), 150, 0.08), 1.0935, "1.3·150/(100/1.08 + 100/1.08²)"),
    ],
    nan=("has no value within its bounds that brings the result to the target", MissingData),
    native=Native(
        '"The search is done by the computefi add-in only; this workbook computes without it."',
        checked=False,
    ),
)
def reverse(
    name: Annotated[Text, Words(), "Name of a CFI function whose answer is one number, as text"],
    which: Annotated[Text, Words(), "Name of the argument that is sought, as the function's page has it"],
    target: Annotated[Cells, ANY_NUMBER, "The result wanted: a number, or a range of them"],
    *values: Annotated[Cells, "of that call; in the place of the one sought its present value, or blank"],
) -> Annotated[Any, ANY_NUMBER, "Value of the argument; of a series, the factor on it"]:
    """Reverse stress: the value of one argument at which a function gives a target. What fall breaks the covenant?

    result(x) = the function with x in the place of `which`; x solves result(x) = target within the bounds of `which`

    Convention: where several values do, the one nearest to the value that stands in the call; with a blank there,
    the lowest. A series is sought as a whole: the answer is the factor on it, 0.85 for a fall of 15% in every period.
    Ranges answer cell by cell, the target among them.
    Limits: to the last digits where the result moves with the argument. Where it stands at the target over a stretch,
    an end of the stretch. The result is looked at in steps (64 over finite bounds, four a decade else), so two
    crossings within one step, or one touch without crossing, are not found. Whole numbers and flags are not sought.
    Trap: not a forecast: it says how bad, not how likely. One argument moves and the others stay, which a crisis
    does not do; move those that go together in the call itself.
    Errors: #N/A where no value brings the result to the target, with the nearest in CFI_WHY; #VALUE! where the
    function has several answers or no such argument; the call's own error where it fails at every value.
    """
    spec = find(name)
    if spec.raw or not spec.result.single or not isinstance(spec.result.columns[0].kind, Kind):
        raise InputError("name", "must be a function whose answer is one number", spec.name)
    wanted = convert(TARGET, target)
    if wanted.shape == (1, 1) and wanted.faults is not None:
        raise wanted.error(0, 0)
    return Search(spec, sought(spec, which), list(values), wanted).cells()
