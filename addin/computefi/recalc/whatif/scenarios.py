"""Other inputs, other answers: one scenario after another through a settled workbook.

A scenario is computed in a slice of the workbook where its formulas tell what they read, and in the whole workbook
where they do not. Both give the same values; a slice that would not is found out before it is used.

Scenarios(workbook, [Deal!A1], [Deal!C1]).answer({Deal!A1: 10.0})   →   [30.0]: C1 with 10 in A1, which is as before
solve(answer, 1.3, 100.0, None)                                     →   Solved(by=92.3, value=1.3, scenarios=7)
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from computefi.errors import Code, InputRefused, LimitReached, NotSolved, WorkbookError
from computefi.recalc.engines.base import EngineFault
from computefi.recalc.prepare.plan import Area, Helper, Output
from computefi.recalc.prepare.preparation import prepare
from computefi.recalc.run import Run, same
from computefi.recalc.tables import html, pandas_frame, polars_frame
from computefi.recalc.whatif.slices import Dependencies, Slice, find_slice, slice_sheets
from computefi.xlsx.cells import CellAt, Value

TOLERANCE = 1e-9
STEPS = 200
EXPANSIONS = 40
COMBINATIONS = 10_000_000


class OpenWorkbook(Protocol):
    """What scenarios ask of a workbook that is open in an engine."""

    version: int
    """Another one after each recalculation."""

    @property
    def dependencies(self) -> Dependencies:
        """Who reads whom."""

    def settled(self, tables: bool = True) -> Run:
        """The run once everything is computed, with the data tables or without."""

    def supposing(self, values: Mapping[CellAt, Value], tables: bool = True) -> AbstractContextManager[Run]:
        """The settled run under other inputs, for a moment."""


class NoSlice(Exception):
    """A slice cannot stand for the workbook: a spill of it is longer or shorter, and may cover cells that it lacks."""


class SliceRun:
    """Scenarios computed in a slice."""

    def __init__(self, run: Run, part: Slice, dependencies: Dependencies, outputs: Sequence[Area]) -> None:
        self._whole, self._part, self._outputs = run, part, outputs
        self._constants = part.read_frozen(run)
        sheets = slice_sheets(part, self._constants, dependencies.precedents, run.plan)
        if sheets is None:
            raise NoSlice
        plan = prepare(run.plan.workbook, sheets, run.plan.now, hidden=run.plan.hidden)
        if plan.frozen:
            raise NoSlice
        engine = run.engine.spare()
        if engine is None:
            raise NoSlice
        self._run = Run(plan, engine)
        self._run.start()
        self._run.settle()
        self._sizes = self._spills(run)
        if self._read() != read_outputs(run, outputs):
            raise NoSlice

    def _spills(self, run: Run) -> list[tuple[int, int]]:
        blocks = {CellAt(b.sheet, b.rect.top, b.rect.left): b for b in run.plan.blocks}
        return [run.size(blocks[anchor].size_row) for anchor in self._part.dynamic]

    def _read(self) -> list[Value]:
        if self._spills(self._run) != self._sizes:
            raise NoSlice
        return read_outputs(self._run, self._outputs)

    def refresh(self) -> None:
        """Take over what has changed in the workbook since."""
        now = self._part.read_frozen(self._whole)
        old = self._constants
        writes = [(*cell, value) for cell, value in now.items() if not same(((old.get(cell),),), ((value,),))]
        writes += [(*cell, None) for cell in old if cell not in now]
        self._constants = now
        if writes:
            for sheet, row, column, _ in writes:
                self._run.plan.reach(sheet, row, column)
            self._run.engine.write(writes)
        self._sizes = self._spills(self._whole)

    def answer(self, values: Mapping[CellAt, Value]) -> list[Value]:
        """The outputs under these inputs."""
        self._run.engine.write((*cell, value) for cell, value in values.items())
        for cell in values:
            self._run.plan.reach(*cell)
            self._constants[cell] = values[cell]
        self._run.settle()
        return self._read()


class Scenarios:
    """Scenarios over the same inputs and outputs. The workbook itself is as before after each."""

    def __init__(
        self, workbook: OpenWorkbook, inputs: Sequence[CellAt], outputs: Sequence[Output], tables: bool = True
    ) -> None:
        """`tables` says whether the workbook's data tables are part of a scenario."""
        self._workbook, self._inputs, self._outputs, self._tables = workbook, inputs, outputs, tables
        self._sliced = self._slice()
        self._version = workbook.version

    @property
    def sliced(self) -> bool:
        """Whether only a part of the workbook is computed."""
        return self._sliced is not None

    def _slice(self) -> SliceRun | None:
        run = self._workbook.settled(self._tables)
        areas = [output for output in self._outputs if not isinstance(output, Helper)]
        if len(areas) < len(self._outputs):
            return None
        dependencies = self._workbook.dependencies
        part = find_slice(dependencies, self._inputs, areas)
        if part is None:
            return None
        try:
            return SliceRun(run, part, dependencies, areas)
        except (NoSlice, WorkbookError):
            return None

    def answer(self, values: Mapping[CellAt, Value]) -> list[Value]:
        """The outputs under these inputs; #CALC! where they cannot be computed."""
        if self._sliced is not None:
            try:
                self._workbook.settled(self._tables)
                if self._version != self._workbook.version:
                    self._sliced.refresh()
                    self._version = self._workbook.version
                return self._sliced.answer(values)
            except NoSlice:
                pass
            except WorkbookError:
                return [Code.CALC] * len(self._outputs)
        try:
            with self._workbook.supposing(values, self._tables) as run:
                return read_outputs(run, self._outputs)
        except WorkbookError:
            return [Code.CALC] * len(self._outputs)


def read_outputs(run: Run, outputs: Sequence[Output]) -> list[Value]:
    """The single values of the outputs."""
    values: list[Value] = []
    for output in outputs:
        if isinstance(output, Helper):
            value = run.read_helper(output)[0][0]
        else:
            value = run.engine.read(output[0], *output[1])[0][0]
        values.append(Code.CALC if isinstance(value, EngineFault) else value)
    return values


@dataclass(slots=True)
class Sweep:
    """The answers to many scenarios: a row for each, the inputs first."""

    columns: list[str]
    varied: int
    rows: list[tuple[Value, ...]] = field(default_factory=list)

    @property
    def errors(self) -> int:
        """How many rows hold an error."""
        return sum(any(isinstance(value, Code) for value in row) for row in self.rows)

    def to_pandas(self) -> Any:
        """A frame of pandas, a row per scenario; an error is NaN."""
        return pandas_frame((self.columns, self.rows))

    def to_polars(self) -> Any:
        """A frame of polars, a row per scenario; an error is null."""
        return polars_frame((self.columns, self.rows))

    def _repr_html_(self) -> str:
        said = f"{len(self.rows):,} scenarios" + (f", {self.errors:,} with errors" if self.errors else "")
        return html((self.columns, self.rows), [said])


def combinations(vary: Mapping[str, Sequence[Value]], zipped: bool) -> list[tuple[Value, ...]]:
    """Every combination of the values, or the first with the first, the second with the second."""
    if not vary:
        raise InputRefused("nothing to vary: name at least one input and its values")
    for reference, values in vary.items():
        if not values:
            raise InputRefused(f"{reference} has no values to go through", name=reference)
    if not zipped:
        count = math.prod(map(len, vary.values()))
        if count > COMBINATIONS:
            raise LimitReached(f"{count:,} combinations are more than {COMBINATIONS:,}")
        return list(itertools.product(*vary.values()))
    lengths = {reference: len(values) for reference, values in vary.items()}
    if len(set(lengths.values())) > 1:
        counts = ", ".join(f"{reference} {length}" for reference, length in lengths.items())
        raise InputRefused(f"inputs that go together need as many values each; got {counts}")
    return list(zip(*vary.values(), strict=True))


class Solved(NamedTuple):
    """The input that gives the target, what it gives exactly, and how many scenarios it took."""

    by: float
    value: float
    scenarios: int

    def to_pandas(self) -> Any:
        """A frame of pandas with one row."""
        return pandas_frame((self._fields, [self]))

    def to_polars(self) -> Any:
        """A frame of polars with one row."""
        return polars_frame((self._fields, [self]))

    def _repr_html_(self) -> str:
        return html((self._fields, [self]))


class Point(NamedTuple):
    """An input and how far the answer is from the target."""

    x: float
    miss: float


def solve(answer: Callable[[float], Value], target: float, start: float, between: tuple[float, float] | None) -> Solved:
    """The input at which the answer is the target, by Chandrupatla's method between two inputs on either side of it."""
    count = 0

    def at(x: float) -> Point:
        nonlocal count
        count += 1
        value = answer(x)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            shown = "blank" if value is None else repr(value) if isinstance(value, str) else value
            raise NoNumber(f"the target is {shown}, not a number, when the input is {x:.10g}")
        return Point(x, value - target)

    limit = TOLERANCE * max(1.0, abs(target))
    first = None if between is not None else at(start)
    if first is not None and abs(first.miss) <= limit:
        return Solved(start, first.miss + target, count)
    a, b = (at(between[0]), at(between[1])) if between is not None else bracket(at, first or at(start), target)
    if between is not None and a.miss * b.miss > 0 and min(abs(a.miss), abs(b.miss)) > limit:
        raise NotSolved(
            f"no solution found between {a.x:.10g} and {b.x:.10g}: the target is {a.miss + target:.10g} and "
            f"{b.miss + target:.10g} there, on the same side of {target:.10g}"
        )
    best = chandrupatla(at, a, b, limit)
    if abs(best.miss) > 1e3 * limit and abs(best.miss) > 1e-6 * abs(b.miss - a.miss):
        raise NotSolved(
            f"the target jumps over {target:.10g} when the input is {best.x:.10g}; the nearest is "
            f"{best.miss + target:.10g}"
        )
    return Solved(best.x, best.miss + target, count)


class NoNumber(NotSolved):
    """The target's cell holds no number."""


def bracket(at: Callable[[float], Point], first: Point, target: float) -> tuple[Point, Point]:
    """Two inputs on either side of the target, found by going further and further from the first on both sides."""
    step = abs(first.x) * 0.05 or 0.01
    ends = [first, first]
    going = [True, True]
    for _ in range(EXPANSIONS):
        for side, sign in enumerate((1, -1)):
            if not going[side]:
                continue
            try:
                new = at(first.x + sign * step)
            except NoNumber:
                # Beyond the values that the model takes; a shorter way may still lead over the target.
                going[side] = False
                continue
            if new.miss * ends[side].miss <= 0:
                return ends[side], new
            ends[side] = new
        if not any(going):
            break
        step *= 1.6
    low, high = sorted(ends)
    raise NotSolved(
        f"no solution found: from {low.x:.6g} to {high.x:.6g} the target goes from {low.miss + target:.10g} to "
        f"{high.miss + target:.10g} and does not reach {target:.10g}; give the ends with --between"
    )


def chandrupatla(at: Callable[[float], Point], a: Point, b: Point, limit: float) -> Point:
    """The root between two points of opposite sign (T. R. Chandrupatla, Advances in Engineering Software 28, 1997)."""
    a, b = b, a
    share = 0.5
    for _ in range(STEPS):
        best = min(a, b, key=lambda point: abs(point.miss))
        width = abs(b.x - a.x)
        smallest = 2 * math.ulp(max(abs(best.x), 1e-300))
        if abs(best.miss) <= limit * 1e-3 or width <= 2 * smallest:
            return best
        new = at(a.x + share * (b.x - a.x))
        if (new.miss > 0) == (a.miss > 0):
            c, a = a, new
        else:
            c, b, a = b, a, new
        # Inverse quadratic interpolation where it is safe, halving where it is not.
        xi, phi = (a.x - b.x) / (c.x - b.x), (a.miss - b.miss) / (c.miss - b.miss) if c.miss != b.miss else 2.0
        share = 0.5
        if phi**2 < xi and (1 - phi) ** 2 < 1 - xi:
            share = a.miss / (b.miss - a.miss) * c.miss / (b.miss - c.miss) + (c.x - a.x) / (b.x - a.x) * (
                a.miss / (c.miss - a.miss)
            ) * b.miss / (c.miss - b.miss)
        least = smallest / max(abs(b.x - a.x), smallest)
        share = min(1 - least, max(least, share))
    return min(a, b, key=lambda point: abs(point.miss))
