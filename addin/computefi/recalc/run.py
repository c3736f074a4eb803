"""The loop: the engine recalculates, the calls whose arguments changed are answered, until nothing changes.

All calls of one function that are due in a pass go into one `call_many`. Results start as #N/A, so that what is
computed from a result that is not there yet is an error and not a number. A result's shape is known only when it
is there: the formulas that show it are then written anew in the engine, and the copy is never built again.

B1 =CFI_LTV(A1,A2)*2   →   pass 1: 'cfi results'!A1 is #N/A; CFI_LTV(70,100) is 0.7, written there
                           pass 2: B1 is 1.4; A1 and A2 are as they were, so that nothing is due
"""

from __future__ import annotations

import itertools
import math
import operator
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from computefi.errors import CellError, Code, InputRefused, LimitReached
from computefi.recalc.engines.base import Engine, EngineFault, Formula, Write
from computefi.recalc.long_digits import LongDigits
from computefi.recalc.natives.area import Area, Doubtful, area_of, unmarked
from computefi.recalc.natives.table import OWN
from computefi.recalc.prepare.columns import Shown
from computefi.recalc.prepare.plan import (
    AREAS,
    HELPERS,
    ROUNDS,
    SIZES,
    Block,
    CallSite,
    FromCall,
    Helper,
    Plan,
    Reference,
)
from computefi.recalc.prepare.trace import find_cycle
from computefi.recalc.remainders import Remainders
from computefi.spec import MISSING, Budget, Outcome, Spec, call_many, spending
from computefi.spec.host_functions import Identity, with_host_functions
from computefi.xlsx.cells import LAST_ROW, CellAt, Rect, Rows, Value, address, cells_in, quote_sheet
from computefi.xlsx.patch import shown_value

PASS_LIMIT = 1000
SLACK = 3
# What all calls of a workbook may ask for in one pass: results, and draws of simulations (paths × assets × cases).
MOST_RESULTS, MOST_DRAWS = 2**23, 2**29
# From here on it is worth looking for a cycle: few workbooks chain calls so far through cells.
SUSPECT_PASSES = 12
PATIENCE = 6


class Circular(Exception):
    """A circular reference that the engine cannot see, because it runs through a function that is answered here."""

    def __init__(self, cells: list[CellAt]) -> None:
        super().__init__(cells)
        self.cells = cells


@dataclass(slots=True)
class ResultArea:
    """Where the block of a call's results stands in the copy."""

    top: int
    rows: int
    columns: int


@dataclass(slots=True)
class Run:
    """A prepared workbook in an engine; it can be settled again after inputs were set."""

    plan: Plan
    engine: Engine
    progress: Callable[[str], None] = lambda _: None
    passes: int = 0
    engine_seconds: float = 0.0
    python_seconds: float = 0.0
    answered: int = 0
    settled: bool = True
    # How many rounds circular references took, and the greatest change in the last one.
    rounds: int = 0
    unsettled: float = 0.0
    results: list[Rows | None] = field(default_factory=list)
    outcomes: list[Outcome | None] = field(default_factory=list)
    sizes: Rows = ()
    # The calls of Excel's functions of which nobody here knows what Excel answers, and why.
    doubts: dict[int, str] = field(default_factory=dict)
    # Cells that hold their stored values in place of their formulas.
    kept: set[CellAt] = field(default_factory=set)
    remainders: Remainders = field(init=False)
    long_digits: LongDigits = field(init=False)
    _values: list[Rows | None] = field(default_factory=list)
    _readers: list[list[int]] = field(default_factory=list)
    _from_call: dict[int, int] = field(default_factory=dict)
    _areas: dict[int, ResultArea] = field(default_factory=dict)
    # The sources that are single cells, sheet by sheet with their rows and columns, and the others but for calls.
    _single: dict[int, tuple[list[int], list[int], list[int]]] = field(default_factory=dict)
    _several: list[tuple[int, Reference | Helper]] = field(default_factory=list)
    _pass: int = 0
    # Whether it is settled for the first time.
    _fresh: bool = True
    # What each source holds, as Excel's functions that are answered here are given it.
    _given: dict[int, Area] = field(default_factory=dict)
    _next_area_row: int = 1
    # What the formula cells show since the engine last computed, sheet by sheet.
    _shown: dict[int, Shown] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.remainders, self.long_digits = Remainders(self.plan), LongDigits(self.plan)

    def start(self, keep: Callable[[Run], None] | None = None) -> None:
        """Give the copy to the engine; `keep` gets the run when the engine has read it and nothing else."""
        self.engine.load(self.plan.copy)
        if keep is not None:
            keep(self)
        self.begin()

    def restore(self, stored: bytes) -> None:
        """Have the engine as it was when it had read the copy."""
        self.engine.restore(stored)
        self.begin()

    def begin(self) -> None:
        """Give the engine what no file can hold: formulas that would lose their brackets or digits in one, and results
        of calls, of which none is answered yet."""
        plan = self.plan
        self.engine.write(plan.initial)
        for block in plan.kept_spills:
            cells = cells_in(block.sheet, block.rect)
            self.engine.write(self.spill(block, {c: shown_value(*plan.children.get(c, (b"", None))) for c in cells}))
        self.results = [None] * len(plan.calls)
        self.outcomes = [None] * len(plan.calls)
        self._values = [None] * len(plan.sources)
        self._readers = [[] for _ in plan.sources]
        for number, site in enumerate(plan.calls):
            for _, source in site.sources:
                self._readers[source].append(number)
        self._single, self._several, helpers = {}, [], plan.own(HELPERS)
        for number, read in enumerate(plan.sources):
            if isinstance(read, Reference):
                sheet, (row, column, bottom, right) = read.sheet, read.rect
                single = row == bottom and column == right
            else:
                single = isinstance(read, Helper) and not read.size_row
                if isinstance(read, Helper):
                    sheet, row, column = helpers, read.row, read.column
            if single:
                numbers, rows, columns = self._single.setdefault(sheet, ([], [], []))
                numbers.append(number)
                rows.append(row)
                columns.append(column)
            elif not isinstance(read, FromCall):
                self._several.append((number, read))
        self._from_call = {s.call: i for i, s in enumerate(plan.sources) if isinstance(s, FromCall)}

    def settle(self) -> None:
        """Recalculate until nothing changes; circular references in rounds, as often as the workbook says.

        The rounds begin with the stored values, so that the same inputs give the same values again. They end with the
        one in which nothing changes by as much as the workbook allows.
        """
        rounds, book = self.plan.rounds, self.plan.workbook
        if rounds is None:
            self.settle_calls()
            return
        before = dict(rounds.start)
        self.write_rounds(before)
        for self.rounds in range(1, book.iterate_count + 1):
            self.settle_calls()
            after = {cell: self.engine.read(*cell, *cell[1:])[0][0] for cell in before}
            self.unsettled = max(change(before[cell], value) for cell, value in after.items())
            if self.unsettled < book.iterate_delta or self.rounds == book.iterate_count:
                break
            before = after
            self.write_rounds(before)

    def shown(self, sheet: int) -> Shown:
        """What the formula cells of a sheet show."""
        if sheet not in self._shown:
            cells = self.plan.formulas[sheet]
            self._shown[sheet] = Shown.of(self.engine.read_each(sheet, cells.rows, cells.columns))
        return self._shown[sheet]

    def write_rounds(self, values: Mapping[CellAt, Value]) -> None:
        """Put into the copy what circular references read of the round before."""
        rounds, own = self.plan.rounds, self.plan.own(ROUNDS)
        assert rounds is not None
        self.engine.write(
            (own, rounds.rows[cell], 1, Code.VALUE if isinstance(value, EngineFault) else value)
            for cell, value in values.items()
        )

    def settle_calls(self) -> None:
        """Recalculate until the calls' answers do not change."""
        due = {number for number, result in enumerate(self.results) if result is None}
        # Without a cycle every pass settles at least one call more.
        limit = min(len(self.plan.calls) + SLACK, PASS_LIMIT)
        for done in range(limit + 1):
            started = time.perf_counter()
            self._pass = done
            self.engine.recalculate()
            self._shown = {}
            self.passes += 1
            self.progress(f"computing, pass {self.passes}")
            for source in self.changed_sources():
                due.update(self._readers[source])
            read = time.perf_counter()
            self.engine_seconds += read - started
            with spending(Budget(MOST_RESULTS, MOST_DRAWS)):
                writes = self.answer(due)
            due = set()
            answered = time.perf_counter()
            self.python_seconds += answered - read
            # What shows a remainder or many digits while calls are still to be answered needs no pass of its own. A
            # look at all formulas pays at first, and again in the few workbooks that chain calls.
            if not writes or (self._fresh and done != 1):
                writes += self.remainders.writes(self.shown, self.texts)
                writes += self.long_digits.writes(self.shown, self.texts)
            if not writes:
                break
            if done in (SUSPECT_PASSES, limit):
                self.refuse_cycle()
            self.engine.write(writes)
            self.engine_seconds += time.perf_counter() - answered
        else:
            self.settled = False
        self._fresh = False
        if self.shows_missing():
            self.refuse_cycle()

    def shows_missing(self) -> bool:
        """Whether a call was left with the #N/A that came in, which is where a cycle through calls ends."""
        return any(
            rows is not None and rows[0][0] is Code.NA and outcome is not None
            and isinstance(outcome.first_error(), CellError)
            for rows, outcome in zip(self.results, self.outcomes, strict=True)
        )  # fmt: skip

    def refuse_cycle(self) -> None:
        """Name the cells of a cycle through a call, if there is one."""
        plan = self.plan
        cycle = find_cycle(plan)
        if not cycle:
            return
        if not {CellAt(site.sheet, site.row, site.column) for site in plan.cfi_calls}.intersection(cycle):
            raise Circular(cycle)
        places = [plan.place(*cell) for cell in cycle]
        raise InputRefused(f"a circular reference through a CFI call: {' → '.join(places)}", cell=places[0])

    def changed_sources(self) -> list[int]:
        """Read everything that calls read, and say what is not as it was."""
        plan = self.plan
        if plan.size_rows:
            self.sizes = self.engine.read(plan.own(SIZES), 1, 1, plan.size_rows, 2)
            for block in plan.blocks:
                if block.dynamic:
                    rows, columns = self.size(block.size_row)
                    plan.reach(block.sheet, block.rect.top + rows - 1, block.rect.left + columns - 1)
        changed = self.changed_cells()
        for number, source in self._several:
            new = self.read_reference(source) if isinstance(source, Reference) else self.read_helper(source)
            old = self._values[number]
            if old is None or not same(old, new):
                self._values[number] = new
                self._given.pop(number, None)
                changed.append(number)
        return changed

    def changed_cells(self) -> list[int]:
        """Read the single cells among the sources, all of a sheet at once, and say which are not as they were."""
        changed = []
        for sheet, (numbers, rows, columns) in self._single.items():
            for number, value in zip(numbers, self.engine.read_each(sheet, rows, columns), strict=True):
                old = self._values[number]
                if old is None or old[0][0].__class__ is not value.__class__ or old[0][0] != value:
                    self._values[number] = ((value,),)
                    self._given.pop(number, None)
                    changed.append(number)
        return changed

    def size(self, row: int) -> tuple[int, int]:
        """The extent of what spills from an anchor; an error there is one cell."""
        rows, columns = self.sizes[row - 1]
        if isinstance(rows, float) and isinstance(columns, float):
            return int(rows), int(columns)
        return 1, 1

    def read_reference(self, source: Reference) -> Rows:
        rect = source.rect
        if not source.trim:
            return self.engine.read(source.sheet, *rect)
        rows, columns = self.plan.extents[source.sheet]
        bottom, right = max(min(rect.bottom, rows), rect.top), max(min(rect.right, columns), rect.left)
        return trimmed(self.engine.read(source.sheet, rect.top, rect.left, bottom, right), rect)

    def read_helper(self, source: Helper) -> Rows:
        rows, columns = self.size(source.size_row) if source.size_row else (1, 1)
        sheet = self.plan.own(HELPERS)
        return self.engine.read(sheet, source.row, source.column, source.row + rows - 1, source.column + columns - 1)

    def answer(self, due: set[int]) -> list[Write]:
        """Answer the calls that are due, inner ones first; give back what changes in the copy."""
        plan = self.plan
        waiting: dict[tuple[int, str], list[int]] = {}
        for number in due:
            site = plan.calls[number]
            waiting.setdefault((site.level, site.function), []).append(number)
        writes: list[Write] = []
        rewrite: dict[int, None] = {}
        while waiting:
            level, function = min(waiting)
            numbers = sorted(set(waiting.pop((level, function))))
            for number, outcome in zip(numbers, self.outcomes_of(function, numbers), strict=True):
                rows = cells_of(outcome) if isinstance(outcome, Outcome) else outcome
                self.outcomes[number] = outcome if isinstance(outcome, Outcome) else None
                old = self.results[number]
                if same(((plan.calls[number].start,),) if old is None else old, rows) and plan.calls[number].native:
                    self.results[number] = rows
                    continue
                if old is not None and same(old, rows):
                    continue
                self.results[number] = rows
                writes += self.show(number, old, rows, rewrite)
                source = self._from_call.get(number)
                if source is not None:
                    self._values[source] = rows
                    for reader in self._readers[source]:
                        site = plan.calls[reader]
                        waiting.setdefault((site.level, site.function), []).append(reader)
        writes += self.rewritten(rewrite)
        return writes

    def outcomes_of(self, function: str, numbers: list[int]) -> Sequence[Outcome | Rows]:
        """The answers to calls of one function; a call that was refused has its error."""
        sites = self.plan.calls
        if sites[numbers[0]].native:
            return [self.answer_of_excels(number) for number in numbers]
        given = [number for number in numbers if not sites[number].refused]
        answers: dict[int, Outcome] = {}
        if given:
            outcomes = call_many(self.function(function), [self.arguments(number) for number in given])
            answers = dict(zip(given, outcomes, strict=True))
            self.answered += len(given)
        return [answers.get(number) or ((sites[number].refusal,),) for number in numbers]

    def function(self, name: str) -> Spec:
        """The declaration; two functions tell of this engine."""
        return with_host_functions(Identity("A workbook without Excel", self.engine.version))[name]

    def answer_of_excels(self, number: int) -> Rows:
        """The answer to one of Excel's functions, or the mark that the engine's own is right."""
        site, native = self.plan.calls[number], self.plan.calls[number].native
        assert native is not None
        if site.refused:
            return ((site.start if site.start == OWN else site.refusal,),)
        given = self.given(site)
        # Calls that hang on one another in a long chain are better left to the engine, which does them in one pass.
        patient = site.single and (site.start == OWN or self._pass > PATIENCE)
        self.doubts.pop(number, None)
        if patient and native.engine_is_right(given):
            return ((OWN,),)
        if native.draws:
            given = [*given, area_of(self.plan.random.random())]
        try:
            return native.answered(given)
        except Doubtful as doubt:
            self.doubts[number] = str(doubt)
            return ((Code.NA,),)

    def given(self, site: CallSite) -> list[Area | None]:
        """What a call of one of Excel's functions is given: cells with the size of their range; None is left out."""
        given = [None if value is MISSING else area_of(value) for value in site.fixed]
        for place, number in site.sources:
            if number not in self._given:
                source, rows = self.plan.sources[number], self._values[number] or ((None,),)
                if isinstance(source, Reference):
                    self._given[number] = Area(rows, source.rect.rows, source.rect.columns)
                else:
                    marked = isinstance(source, Helper) and source.blanks
                    self._given[number] = area_of(unmarked(rows) if marked else rows)
            given[place] = self._given[number]
        return given

    def arguments(self, number: int) -> tuple[Any, ...]:
        """What a call is given: a single cell as itself, a range as rows."""
        site = self.plan.calls[number]
        arguments = list(site.fixed)
        for place, source in site.sources:
            rows = self._values[source] or ((None,),)
            arguments[place] = rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else rows
        return tuple(arguments)

    def show(self, number: int, old: Rows | None, rows: Rows, rewrite: dict[int, None]) -> list[Write]:
        """The writes that put a call's results into the copy; formulas to be written anew go into `rewrite`."""
        plan = self.plan
        site = plan.calls[number]
        if site.shown is not None:
            return [
                (site.sheet, site.shown.top + i, site.shown.left + j, value)
                for i, line in enumerate(filled(rows, site.shown))
                for j, value in enumerate(line)
            ]
        sheet, row, column = plan.result_cell(number)
        writes: list[Write] = [(sheet, row, column, rows[0][0])]
        shape = (len(rows), len(rows[0]))
        if number not in plan.consumers_of:
            return writes
        if shape != ((1, 1) if old is None else (len(old), len(old[0]))):
            rewrite.update(dict.fromkeys(plan.consumers_of[number]))
        if shape == (1, 1):
            self._areas.pop(number, None)
            return writes
        area = self.area(number, *shape)
        for i, line in enumerate(rows):
            writes += [(plan.own(AREAS), area.top + i, 1 + j, value) for j, value in enumerate(line)]
        return writes

    def area(self, number: int, rows: int, columns: int) -> ResultArea:
        """Room for a block of results; a block that shrank or grew gets new room."""
        area = self._areas.get(number)
        if area is None or (area.rows, area.columns) != (rows, columns):
            area = self._areas[number] = self.room(rows, columns)
        return area

    def room(self, rows: int, columns: int) -> ResultArea:
        """Room for a block on the sheet of blocks."""
        if self._next_area_row + rows > LAST_ROW:
            raise LimitReached("the results of the workbook's calls do not fit on one sheet")
        area = ResultArea(self._next_area_row, rows, columns)
        self._next_area_row += rows
        return area

    def spill(self, block: Block, values: Mapping[CellAt, Value]) -> list[Write]:
        """The writes that have these values spill over a block, as if its formula gave them."""
        rect = block.rect
        area, sheet = self.room(rect.rows, rect.columns), self.plan.own(AREAS)
        writes: list[Write] = [
            (sheet, area.top + cell.row - rect.top, 1 + cell.column - rect.left, values.get(cell))
            for cell in cells_in(block.sheet, rect)
        ]
        return [*writes, (block.sheet, rect.top, rect.left, Formula(self.text_of(area), "spill"))]

    def text_of(self, area: ResultArea) -> str:
        """A block of the sheet of blocks, as a formula refers to it."""
        first, last = address(area.top, 1), address(area.top + area.rows - 1, area.columns)
        return f"{quote_sheet(self.plan.own_sheets[AREAS])}!{first}:{last}"

    def area_texts(self) -> dict[int, str]:
        """The blocks of calls, as formulas refer to them."""
        return {number: self.text_of(area) for number, area in self._areas.items()}

    def texts(self) -> dict[CellAt, Formula]:
        """The formulas of the workbook's cells that the engine has in other words than the file."""
        areas, plan, sheets = self.area_texts(), self.plan, len(self.plan.sheets)
        return {
            CellAt(one.sheet, one.row, one.column): one.formula(areas, plan)
            for one in plan.consumers
            if one.sheet < sheets
        }

    def rewritten(self, consumers: Iterable[int]) -> list[Write]:
        """The formulas that refer to a result whose shape changed."""
        plan = self.plan
        texts = self.area_texts()
        writes: list[Write] = []
        for number in consumers:
            consumer = plan.consumers[number]
            if CellAt(consumer.sheet, consumer.row, consumer.column) not in self.kept:
                writes.append((consumer.sheet, consumer.row, consumer.column, consumer.formula(texts, plan)))
        return writes


def change(before: Value, after: Value) -> float:
    """By how much a value changed; without end where it is no number any more."""
    before, after = (0.0 if value is None else value for value in (before, after))
    if isinstance(before, (int, float)) and isinstance(after, (int, float)):
        return abs(float(after) - float(before))
    return 0.0 if before == after else math.inf


def same(old: Rows, new: Rows) -> bool:
    """Whether two blocks hold the same; TRUE is not 1."""
    if old != new:
        return False
    one, other = (map(type, itertools.chain.from_iterable(rows)) for rows in (old, new))
    return all(map(operator.is_, one, other))


def cells_of(outcome: Outcome) -> Rows:
    """The outcome's cells as a worksheet can hold them."""
    return tuple(map(tuple, outcome.cells()))


def filled(rows: Rows, block: Rect) -> Rows:
    """A result in the block of an array formula: one row or column repeats, #N/A stands beyond the end."""
    height, width = len(rows), len(rows[0])
    if (height, width) == (block.rows, block.columns):
        return rows
    return tuple(
        tuple(
            rows[0 if height == 1 else i][0 if width == 1 else j]
            if (i < height or height == 1) and (j < width or width == 1)
            else Code.NA
            for j in range(block.columns)
        )
        for i in range(block.rows)
    )


def trimmed(rows: Rows, rect: Rect) -> Rows:
    """A whole column without the blanks below its last content, a whole row without those to the right."""
    if rect.rows == LAST_ROW:
        last = max((i for i, row in enumerate(rows) if any(v is not None for v in row)), default=0)
        return rows[: last + 1]
    last = max((j for row in rows for j, v in enumerate(row) if v is not None), default=0)
    return tuple(row[: last + 1] for row in rows)
