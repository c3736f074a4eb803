"""A workbook opened once, to be asked again and again: other inputs, scenarios, goals, and a file in the end.

book.set("Loan", 70); book.get("LTV")        →   0.7
book.sweep({"Loan": [70, 80]}, ["LTV"])      →   rows (70.0, 0.7) and (80.0, 0.8); Loan is as before
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from computefi import __version__
from computefi.dates import serial_of
from computefi.errors import InputRefused, NotSolved
from computefi.recalc.cache import Kept
from computefi.recalc.changes import Display, circular_cells, collect, explain
from computefi.recalc.charts import chart_parts
from computefi.recalc.engines.base import Engine
from computefi.recalc.engines.ironcalc import IronCalc
from computefi.recalc.keep import keep_what_failed
from computefi.recalc.lint.formulas import formula_warnings
from computefi.recalc.places import find_input, find_output, input_value, known_names
from computefi.recalc.prepare.circles import with_readers
from computefi.recalc.prepare.plan import Output, Plan
from computefi.recalc.prepare.preparation import prepare
from computefi.recalc.readers import direct_readers, readers
from computefi.recalc.recalculated import Recalculated, Timings, run_warnings, value_at
from computefi.recalc.run import Circular, Run, same
from computefi.recalc.whatif.data_tables import DataTables
from computefi.recalc.whatif.scenarios import NoNumber, Scenarios, Solved, Sweep, combinations, solve
from computefi.recalc.whatif.slices import Dependencies
from computefi.xlsx.calcmode import CalcMode, with_calc_mode
from computefi.xlsx.cells import CellAt, Rows, Value, many_objects
from computefi.xlsx.date_cells import Typed, typed
from computefi.xlsx.files import Claim, claimed
from computefi.xlsx.package import Package, check_suffix
from computefi.xlsx.rich import rich_cells
from computefi.xlsx.stamp import stamped
from computefi.xlsx.workbook import Workbook, open_workbook

RICH = "it reads a share, a place or a picture in a cell, of which a file shows nothing"


def _no_words(_: str) -> None: ...


def _no_counts(_done: int, _total: int) -> None: ...


class Book:
    """An open workbook. `book.set("Loan", 70)`, then `book.get("LTV")`: formulas follow when they are asked for.

    The file it came from is not touched; `save` writes the workbook as it is then, to the same path or another.
    """

    def __init__(
        self, package: Package, workbook: Workbook, plan: Plan, run: Run, seconds: tuple[float, float]
    ) -> None:
        """Use `Book.open`."""
        self.plan = plan
        self.version = 0
        self.package, self._workbook, self._run, self._seconds = package, workbook, run, seconds
        self._inputs: dict[CellAt, Value] = {}
        self._stored: dict[CellAt, Value] = {}
        # What was written since the workbook was opened, and the formulas that keep their stored values.
        self._written: dict[CellAt, Value] = {}
        self._kept: dict[CellAt, str] = {}
        self._stale = True
        # Where the random numbers begin.
        self._seed: int | None = None
        # What the first recalculation shows, which the report and the file need too.
        self._display: Display | None = None
        self._tables_stale = True
        self._tables = DataTables(self, plan.tables)
        self._dependencies: Dependencies | None = None
        self._scenarios: dict[tuple[tuple[CellAt, ...], tuple[Output, ...]], Scenarios] = {}

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        engine: Engine | None = None,
        progress: Callable[[str], None] = _no_words,
        now: dt.datetime | None = None,
        seed: int | None = None,
        cache: str | os.PathLike[str] | None = None,
    ) -> Book:
        """Read a workbook, prepare it and give it to the engine; nothing is computed yet.

        `now` is what NOW and TODAY give, `seed` begins the random numbers, so that volatile cells come out twice alike.
        `cache` is a folder, the user's own and closed to others, in which prepared workbooks are kept: the same
        workbook is opened many times as quickly from then on. What is in it is never trusted if it does not fit.
        """
        clock = [time.perf_counter()]
        progress("reading")
        package = Package.open(Path(path))
        workbook = open_workbook(package)
        clock.append(time.perf_counter())
        progress("preparing")
        moment = None if now is None else serial_of(now)
        given = engine if engine is not None else IronCalc()
        kept = None if cache is None else Kept.of(Path(cache), package, given)
        run = None if kept is None else kept.run(workbook, given, moment, progress)
        clock.append(time.perf_counter())
        if run is None:
            run = Run(planned(workbook, {}, moment, seed), given, progress)
            clock[-1] = time.perf_counter()
            run.start(None if kept is None else kept.keep)
        clock.append(time.perf_counter())
        book = cls(package, workbook, run.plan, run, (clock[1] - clock[0] + clock[3] - clock[2], clock[2] - clock[1]))
        book._seed = seed
        return book

    @property
    def dependencies(self) -> Dependencies:
        """Who reads whom in this workbook."""
        if self._dependencies is None:
            self._dependencies = Dependencies(self.plan)
        return self._dependencies

    @property
    def engine(self) -> Engine:
        """The engine as it stands, settled or not."""
        return self._run.engine

    @property
    def run(self) -> Run:
        """The run once everything is computed."""
        return self.settled()

    def settled(self, tables: bool = True) -> Run:
        """The run once it has computed what follows from the inputs, with the data tables or without."""
        if self._stale:
            self._settle()
            if not self.version:
                # Once: what fails under other inputs is found when they are written.
                self._display = self._kept_and_shown()
            self._stale = False
            self.version += 1
        if tables and self._tables_stale:
            self._tables.settle()
            self._tables_stale = False
        return self._run

    def _settle(self) -> None:
        """Settle the run; what stands in a circular reference, and all that reads it, keeps its stored values."""
        while True:
            try:
                self._run.settle()
                circular = circular_cells(self._run)
            except Circular as error:
                circular = error.cells
            kept = with_readers(self.plan, circular) if circular else {}
            if kept.keys() <= self._kept.keys():
                return
            self._kept |= kept
            self.plan = planned(self._workbook, self._kept, self.plan.now, self._seed)
            self._tables, self._dependencies, self._scenarios = DataTables(self, self.plan.tables), None, {}
            self._run = Run(self.plan, self.engine, self._run.progress)
            self._run.start()
            self.engine.write((*cell, value) for cell, value in self._written.items())

    def _kept_and_shown(self) -> Display:
        """What the formula cells show, once whatever the engine failed on keeps its stored value."""
        with many_objects():
            display = collect(self._run)
        while keep_what_failed(self._run, display, lambda: self.dependencies):
            self._dependencies = None
            self._run.settle()
            display = collect(self._run)
        return display

    def write(self, values: Mapping[CellAt, Value]) -> None:
        """Put constants into cells; what follows from them is computed when it is asked for."""
        self._display = None
        for cell in values:
            self.plan.reach(*cell)
        self.engine.write((*cell, value) for cell, value in values.items())
        self._written.update(values)
        self._stale = self._tables_stale = True

    def set(self, inputs: Mapping[str, Value] | str, value: Value = None) -> None:
        """Set inputs: `set({"Loan": 70, "Deal!B2": None})`, or `set("Loan", 70)`. None makes a cell blank."""
        given = {inputs: value} if isinstance(inputs, str) else inputs
        values = dict(self.input_cell(name, one) for name, one in given.items())
        read = self.engine.read
        writes: dict[CellAt, Value] = {}
        for cell, new in values.items():
            self.plan.reach(*cell)
            old = read(*cell, *cell[1:])[0][0]
            stored = self._stored.setdefault(cell, old)
            if not same(((old,),), ((new,),)):
                writes[cell] = new
            self._inputs.pop(cell, None)
            if not same(((stored,),), ((new,),)):
                self._inputs[cell] = new
        if writes:
            self.write(writes)

    def input_cell(self, name: str, value: Value) -> tuple[CellAt, Value]:
        """The cell that a name means and what it is to hold; a date that was typed is a day number where it belongs."""
        cell = find_input(self.plan, name)
        if isinstance(value, Typed):
            value = typed(self._workbook, self.plan.sheets[cell.sheet], cell, value)
        return cell, input_value(name, value)

    def get(self, reference: str) -> Value | Rows:
        """The value of a defined name or `Sheet!A1` as it follows from the inputs; a range is a tuple of rows."""
        return value_at(self.settled(), reference)

    __getitem__ = get

    def names(self) -> list[str]:
        """The defined names that can be asked for."""
        return known_names(self.plan)

    def recalculate(self) -> Recalculated:
        """Compute everything, and say what failed and why; nothing is written."""
        return self._recalculated(None, "keep", False)

    def save(
        self, path: str | os.PathLike[str], calc: CalcMode = "keep", charts: bool = False, force: bool = False
    ) -> Recalculated:
        """Compute everything and write the workbook: only values of formulas and of inputs that were set change.

        `calc`, `charts` and `force` are as for `recalculate`. The file is written beside its place and renamed: it is
        there whole, or not. Refused where the file that was opened, or that is to be written, has changed meanwhile.
        """
        check_suffix(Path(self.package.name), Path(path))
        with claimed(Path(path), force) as claim:
            return self.save_as_claimed(claim, calc, charts)

    def save_as_claimed(
        self, claim: Claim, calc: CalcMode = "keep", charts: bool = False, stamp: bool = False
    ) -> Recalculated:
        """The same into a file that was claimed before the workbook was opened."""
        return self._recalculated(claim, calc, charts, stamp)

    def _recalculated(self, claim: Claim | None, calc: CalcMode, charts: bool, stamp: bool = False) -> Recalculated:
        run = self.settled()
        started = time.perf_counter()
        display = self._display if self._display and not self.plan.tables else self._kept_and_shown()
        self._display = None
        reasons = explain(run, display)
        run.engine_seconds += time.perf_counter() - started
        run.progress("writing")
        started = time.perf_counter()
        for cell, value in self._inputs.items():
            display.patches[cell.sheet].put_input(cell.row, cell.column, value)
        changed = any(display.patches.values())
        if claim is not None:
            parts = self._changed_parts(display, calc, charts)
            in_place = same_file(Path(self.package.name), claim.path)
            if parts or stamp or not in_place:
                content = stamped(self.package, parts, self._stamp()) if stamp else self.package.replaced(parts)
                written = claim.write(content, self.package.identity)
                if in_place:
                    self.package.identity = written
        load, prepared = self._seconds
        kept = {CellAt(*place): reason for *place, reason in self.plan.frozen}
        reading = sorted(readers(self.dependencies, kept) - kept.keys()) if kept else []
        return Recalculated(
            formula_cells=display.count,
            calls=len(self.plan.cfi_calls),
            errors=len(display.errors),
            error_cells={self.plan.place(*cell): code for cell, code in display.errors.items()},
            reasons=reasons,
            warnings=[*self.plan.warnings, *run_warnings(run, reading, self.package, changed)],
            timings=Timings(
                load=load,
                prepare=prepared,
                engine=run.engine_seconds,
                python=run.python_seconds,
                write=time.perf_counter() - started,
                passes=run.passes,
                calls=run.answered,
            ),
            changed=changed,
            kept={self.plan.place(*cell): reason for cell, reason in kept.items()},
            readers_of_kept=[self.plan.place(*cell) for cell in reading],
            _run=run,
        )

    def _stamp(self) -> dict[str, str]:
        """What computed the values, from which file, with which inputs, and when."""
        facts = {
            "computefi version": __version__,
            "computefi engine": self.engine.version or type(self.engine).__name__,
            "computefi input SHA-256": hashlib.sha256(self.package.data).hexdigest(),
            "computefi time": f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%M:%SZ}",
        }
        inputs = "; ".join(f"{self.plan.place(*cell)}={value}" for cell, value in sorted(self._inputs.items()))
        return facts | {"computefi inputs set": inputs or "none"}

    def _changed_parts(self, display: Display, calc: CalcMode, charts: bool) -> dict[str, bytes]:
        """The parts of the file that are no longer as they are stored: sheets, charts, the calculation setting."""
        parts = {self.plan.sheets[index].part: patch.apply() for index, patch in display.patches.items() if patch}
        if charts:
            parts |= chart_parts(self._run)
        if calc != "keep":
            stored = self.package.read(self._workbook.part)
            setting = with_calc_mode(stored, calc)
            parts |= {self._workbook.part: setting} if setting != stored else {}
        return parts

    @contextmanager
    def supposing(self, values: Mapping[CellAt, Value], tables: bool = True) -> Iterator[Run]:
        """The whole workbook under other inputs, for a moment."""
        read = self.engine.read
        before = {cell: read(*cell, *cell[1:])[0][0] for cell in values}
        tables_stale = self._tables_stale
        self.write(values)
        try:
            yield self.settled(tables)
        finally:
            self.write(before)
            self._tables_stale = tables or tables_stale

    def scenarios(self, inputs: Sequence[CellAt], outputs: Sequence[Output]) -> Scenarios:
        """Scenarios over these inputs and outputs; kept, for a goal is often sought more than once."""
        key = (tuple(inputs), tuple(outputs))
        if key not in self._scenarios:
            self._scenarios[key] = Scenarios(self, inputs, outputs)
        return self._scenarios[key]

    def sweep(
        self,
        vary: Mapping[str, Sequence[Value]],
        get: Sequence[str],
        zipped: bool = False,
        progress: Callable[[int, int], None] = _no_counts,
    ) -> Sweep:
        """Compute `get` for every combination of the inputs' values, or with `zipped` for the first of each, and so on.

        The workbook's own inputs stay as they are. Where a scenario cannot be computed its row shows the error.
        `progress` is told how many rows are done, of how many.
        """
        rows = combinations(vary, zipped)
        if not get:
            raise InputRefused("nothing to get: name at least one output")
        inputs = [find_input(self.plan, name) for name in vary]
        if len(set(inputs)) < len(inputs):
            raise InputRefused("two of the inputs to vary are one cell")
        known = {name: [self.input_cell(name, value)[1] for value in values] for name, values in vary.items()}
        checked = combinations(known, zipped)
        outputs = [find_output(self.plan, name) for name in get]
        scenarios = self.scenarios(inputs, outputs)
        sweep = Sweep([*vary, *get], len(vary))
        progress(0, len(rows))
        for done, row in enumerate(checked, start=1):
            answers = scenarios.answer(dict(zip(inputs, row, strict=True)))
            sweep.rows.append((*row, *answers))
            progress(done, len(rows))
        return sweep

    def solve(
        self, target: str, value: float, by: str, between: tuple[float, float] | None = None, keep: bool = True
    ) -> Solved:
        """Goal seek: the value of the input `by` at which `target` is `value`; with `keep` the workbook keeps it.

        Without `between` the search goes further and further from the present value. WorkbookError says what the
        target was at the ends when it was not reached.
        """
        goal, known = input_value(target, value), input_value(by, 0.0)
        if isinstance(goal, bool) or not isinstance(goal, float) or not isinstance(known, float):
            raise InputRefused(f"{target} can only be brought to a number; got {value!r}", name=target)
        cell, output = find_input(self.plan, by), find_output(self.plan, target)
        start = self.settled().engine.read(*cell, *cell[1:])[0][0]
        if start is None:
            start = 0.0
        if isinstance(start, bool) or not isinstance(start, (int, float)):
            raise InputRefused(f"{by} holds {start!r}; only a number can be moved", name=by)
        if between is not None and not between[0] < between[1]:
            raise InputRefused(
                f"the first end must be below the second; got {between[0]:g} and {between[1]:g}", name=by
            )
        scenarios = self.scenarios([cell], [output])
        try:
            solved = solve(lambda x: scenarios.answer({cell: x})[0], goal, float(start), between)
        except NoNumber as error:
            raise NotSolved(f"no solution found for {target} by {by}: {error}", name=by) from None
        except NotSolved as error:
            raise NotSolved(f"{target} by {by}: {error}", name=by) from None
        if keep:
            self.set(by, solved.by)
        return solved


def planned(workbook: Workbook, kept: Mapping[CellAt, str], now: float | None, seed: int | None) -> Plan:
    """A workbook prepared, with what is to be said of its formulas."""
    plan = prepare(workbook, now=now, kept=kept, seed=seed)
    if rich := rich_cells(workbook, plan.sheets):
        reading = dict.fromkeys(direct_readers(Dependencies(plan), rich), RICH)
        plan = prepare(workbook, now=plan.now, kept=reading | dict(kept), seed=seed)
    plan.warnings += formula_warnings(plan)
    return plan


def same_file(first: Path, second: Path) -> bool:
    """Whether two paths are one file."""
    try:
        return first.samefile(second)
    except OSError:
        return False
