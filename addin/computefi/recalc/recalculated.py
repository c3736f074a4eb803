"""What a recalculation gives back: values, failures with their reasons, warnings, and what it took.

result["Loan"], result["Deals!B3"]   →   70.0, Code.NUM
result.reasons[0].reason             →   "pd must be between 0 and 1; got 1.2"
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from computefi.errors import Code, a_few
from computefi.recalc.changes import Reason, differing
from computefi.recalc.engines.base import EngineFault
from computefi.recalc.places import find, known_names
from computefi.recalc.prepare.plan import Helper, Plan
from computefi.recalc.run import Run
from computefi.recalc.tables import Table, html, pandas_frame, polars_frame
from computefi.xlsx.cells import SHOWN_PLACES, CellAt, Rows, Value
from computefi.xlsx.package import Package


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds spent, and how much was done in them."""

    load: float
    prepare: float
    engine: float
    python: float
    write: float
    passes: int
    calls: int


@dataclass(slots=True)
class Recalculated:
    """A recalculated workbook: its values, what failed and why, and what it took.

    `result["Loan"]` is the value of a defined name, `result["Deals!B3"]` that of a cell; a range is a tuple of
    rows. `calls` counts the CFI calls in formulas, `formula_cells` the cells that show a formula's value. `kept` are
    the cells that nobody could compute, with the reason: they keep their stored values. `readers_of_kept` are computed
    from these, directly or through others.
    """

    formula_cells: int
    calls: int
    errors: int
    error_cells: dict[str, Code]
    # The formula cells that keep their stored values, each with the reason.
    reasons: list[Reason]
    warnings: list[str]
    timings: Timings
    changed: bool
    kept: dict[str, str]
    readers_of_kept: list[str]
    _run: Run = field(repr=False)

    def differing(self) -> dict[str, tuple[Value, Value]]:
        """The cells for which the file holds another value (numbers to a relative 1e-9), with both."""
        return {self._run.plan.place(*cell): values for cell, values in differing(self._run).items()}

    def __getitem__(self, reference: str) -> Value | Rows:
        return value_at(self._run, reference)

    def names(self) -> list[str]:
        """The defined names that can be asked for."""
        return known_names(self._run.plan)

    def to_pandas(self, reference: str = "") -> Any:
        """A range as a frame of pandas; without one, every name of one cell with its value."""
        return pandas_frame(self._table(reference))

    def to_polars(self, reference: str = "") -> Any:
        """A range as a frame of polars; without one, every name of one cell with its value."""
        return polars_frame(self._table(reference))

    def _repr_html_(self) -> str:
        kept = f", {len(self.kept):,} kept as stored" if self.kept else ""
        failed = [f"{reason.cell}: {reason.reason}" for reason in self.reasons[:SHOWN_PLACES]]
        counts = f"{self.formula_cells:,} formula cells, {self.calls:,} CFI calls, {self.errors:,} errors{kept}"
        return html(self._table(""), [counts, *failed, *self.warnings])

    def _table(self, reference: str) -> Table:
        if reference:
            rows = self[reference]
            rows = rows if isinstance(rows, tuple) else ((rows,),)
            return [f"{place}" for place in range(1, len(rows[0]) + 1)], rows
        values = [(name, self[name]) for name in self.names()]
        return ["name", "value"], [(name, value) for name, value in values if not isinstance(value, tuple)]


def value_at(run: Run, reference: str) -> Value | Rows:
    """The value of a name or a cell; a range as rows, whole columns as far as the sheet is filled."""
    plan = run.plan
    target = find(plan, reference)
    if isinstance(target, Helper):
        rows = run.read_helper(target)
    else:
        sheet, rect = target
        last_row, last_column = plan.extents[sheet]
        bottom, right = max(min(rect.bottom, last_row), rect.top), max(min(rect.right, last_column), rect.left)
        rows = run.engine.read(sheet, rect.top, rect.left, bottom if rect.rows > 1 else rect.top, right)
    rows = tuple(tuple(Code.CALC if isinstance(v, EngineFault) else v for v in row) for row in rows)
    return rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else rows


def run_warnings(run: Run, reading: list[CellAt], package: Package, changed: bool) -> list[str]:
    """What the user should know about the values; `reading` are the cells that read one that was kept."""
    warnings = kept_warnings(run.plan)
    if reading:
        verb = "reads a cell" if len(reading) == 1 else "read cells"
        warnings.append(f"{places(run.plan, reading)} {verb} that nobody computed, directly or through others")
    rounds, book = run.plan.rounds, run.plan.workbook
    if rounds is not None and run.unsettled >= book.iterate_delta:
        warnings.append(
            f"{places(run.plan, sorted(rounds.earlier))} stand in a circular reference that still moves by "
            f"{run.unsettled:g} after {run.rounds} rounds, as many as the workbook allows"
        )
    if not run.settled:
        warnings.append(f"the values had not settled after {run.passes} passes; volatile functions may be the cause")
    if changed and any(name.startswith("_xmlsignatures/") for name in package.members):
        warnings.append("the workbook's digital signature no longer holds once its values have changed")
    return warnings


def kept_warnings(plan: Plan) -> list[str]:
    """The cells that keep their stored values, a line for each reason."""
    reasons: dict[str, list[CellAt]] = {}
    for sheet, row, column, reason in plan.frozen:
        reasons.setdefault(reason, []).append(CellAt(sheet, row, column))
    words = {True: "keeps its stored value", False: "keep their stored values"}
    return [f"{places(plan, cells)} ({reason}) {words[len(cells) == 1]}" for reason, cells in reasons.items()]


def places(plan: Plan, cells: list[CellAt]) -> str:
    """A few cells by their addresses, and how many more there are."""
    return a_few([plan.place(*cell) for cell in cells], SHOWN_PLACES)
