"""A workbook recalculated without Excel: the one call that does it, and what it gives back."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from computefi.errors import Code
from computefi.recalc.calcmode import CalcMode, with_calc_mode
from computefi.recalc.cells import Rect, Rows, Value, parse_rect, quote_sheet, unquote_sheet
from computefi.recalc.changes import Node, Reason, Shown, collect, explain
from computefi.recalc.cut import name_cells
from computefi.recalc.engine import Engine, EngineFault, IronCalc
from computefi.recalc.package import Package, WorkbookError, write_atomically
from computefi.recalc.plan import Helper, Plan
from computefi.recalc.prepare import prepare
from computefi.recalc.run import Run, same
from computefi.recalc.workbook import open_workbook

SUFFIXES = (".xlsx", ".xlsm", ".xltx", ".xltm")
SHOWN_PLACES = 5


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
    rows. `calls` counts the CFI calls in formulas, `formula_cells` the cells that show a formula's value.
    """

    formula_cells: int
    calls: int
    errors: int
    error_cells: dict[str, Code]
    reasons: list[Reason]
    warnings: list[str]
    timings: Timings
    changed: bool
    _run: Run = field(repr=False)

    def __getitem__(self, reference: str) -> Value | Rows:
        plan = self._run.plan
        target = find(plan, reference)
        if isinstance(target, Helper):
            rows = self._run.read_helper(target)
        else:
            sheet, rect = target
            last_row, last_column = plan.extents[sheet]
            bottom, right = max(min(rect.bottom, last_row), rect.top), max(min(rect.right, last_column), rect.left)
            rows = self._run.engine.read(sheet, rect.top, rect.left, bottom if rect.rows > 1 else rect.top, right)
        rows = tuple(tuple(Code.CALC if isinstance(v, EngineFault) else v for v in row) for row in rows)
        return rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else rows


def recalculate(
    path_in: str | os.PathLike[str],
    path_out: str | os.PathLike[str] | None = None,
    set: Mapping[str, Value] | None = None,
    engine: Engine | None = None,
    calc: CalcMode = "keep",
    needs: Sequence[str] = (),
    progress: Callable[[str], None] = lambda _: None,
) -> Recalculated:
    """Recalculate a workbook, CFI functions included; write the values to `path_out` if it is given.

    `set` maps a defined name or `Sheet!A1` to a number, a text, a truth value or None (blank) for this run and
    for the file written. `path_out` may be `path_in`: nothing but values changes in the file, and at every moment
    it is there whole. `calc` says what Excel does when it opens the file written: "keep" leaves the workbook's own
    setting, "trust" makes it show these values even without the add-in, "recalc" makes it compute everything anew.
    `needs` are names and places that must be there, or nothing is done. `progress` is told each step in a word or two.

    WorkbookError says in one line what is wrong with the file or the request; nothing is written then.
    """
    source = Path(path_in)
    target = None if path_out is None else Path(path_out)
    check_suffix(source, target)
    clock = [time.perf_counter()]
    progress("reading")
    package = Package.open(source)
    book = open_workbook(package)
    clock.append(time.perf_counter())
    progress("preparing")
    plan = prepare(book)
    clock.append(time.perf_counter())
    run = Run(plan, engine if engine is not None else IronCalc(), progress)
    run.start()
    for reference in needs:
        find(plan, reference)
    inputs = set_inputs(run, set or {})
    clock.append(time.perf_counter())
    run.settle()
    started = time.perf_counter()
    shown = collect(run)
    reasons = explain(run, shown)
    run.engine_seconds += time.perf_counter() - started
    progress("writing")
    started = time.perf_counter()
    for (sheet, row, column), value in inputs.items():
        shown.patches[sheet].put_input(row, column, value)
    changed = any(shown.patches.values())
    if target is not None:
        parts = {plan.sheets[index].part: patch.apply() for index, patch in shown.patches.items() if patch}
        if calc != "keep":
            stored = package.read(book.part)
            setting = with_calc_mode(stored, calc)
            parts |= {book.part: setting} if setting != stored else {}
        if parts or not same_file(source, target):
            write_atomically(target, package.replaced(parts))
    timings = Timings(
        load=clock[1] - clock[0] + clock[3] - clock[2],
        prepare=clock[2] - clock[1],
        engine=run.engine_seconds,
        python=run.python_seconds,
        write=time.perf_counter() - started,
        passes=run.passes,
        calls=run.answered,
    )
    return Recalculated(
        formula_cells=shown.count,
        calls=len(plan.calls),
        errors=len(shown.errors),
        error_cells={plan.place(*node): code for node, code in shown.errors.items()},
        reasons=reasons,
        warnings=[*plan.warnings, *run_warnings(run, shown, package, changed)],
        timings=timings,
        changed=changed,
        _run=run,
    )


def check_suffix(source: Path, target: Path | None) -> None:
    """A workbook with macros saved as .xlsx, or the other way round, is a file that Excel refuses."""
    suffix = source.suffix.casefold()
    if target is not None and target.suffix.casefold() != suffix and suffix in SUFFIXES:
        raise WorkbookError(f"{target} must end in {suffix} as {source.name} does")


def same_file(first: Path, second: Path) -> bool:
    """Whether two paths are one file."""
    try:
        return first.samefile(second)
    except OSError:
        return False


def run_warnings(run: Run, shown: Shown, package: Package, changed: bool) -> list[str]:
    """What the user should know about the values."""
    warnings = []
    for fault, nodes in shown.faults.items():
        what = "stand in a circular reference" if fault == "#CIRC!" else f"could not be computed ({fault})"
        warnings.append(f"{places(run.plan, nodes)} {what} and keep their stored values")
    if not run.settled:
        warnings.append(f"the values had not settled after {run.passes} passes; volatile functions may be the cause")
    if changed and any(name.startswith("_xmlsignatures/") for name in package.members):
        warnings.append("the workbook's digital signature no longer holds once its values have changed")
    return warnings


def places(plan: Plan, nodes: list[Node]) -> str:
    """A few cells by their addresses, and how many more there are."""
    text = ", ".join(plan.place(*node) for node in nodes[:SHOWN_PLACES])
    return text if len(nodes) <= SHOWN_PLACES else f"{text} and {len(nodes) - SHOWN_PLACES} more"


def find(plan: Plan, reference: str) -> tuple[int, Rect] | Helper:
    """The cells that a name or an address means."""
    book = plan.book
    before, mark, rest = reference.strip().rpartition("!")
    sheet: int | None = None
    if mark:
        sheet = book.sheet_index(unquote_sheet(before))
        if sheet is None:
            near = get_close_matches(unquote_sheet(before), book.sheets, 3)
            raise WorkbookError(f"there is no sheet {unquote_sheet(before)!r}" + suggestion(near, book.sheets))
        rect = parse_rect(rest)
        if rect is not None:
            return sheet, rect
    wanted = rest.casefold()
    for scope in (sheet, None):
        for name in book.names:
            if name.name.casefold() == wanted and name.sheet == scope:
                cells = name_cells(plan, name)
                if cells is not None:
                    return cells.sheet, cells.rect
                if scope is None and wanted in plan.named:
                    return plan.named[wanted]
                raise WorkbookError(f"the name {name.name} stands for no cells of this workbook")
    known = [name.name for name in book.names if not name.name.startswith("_xlnm.")]
    if not mark and parse_rect(rest) is not None:
        raise WorkbookError(f"{rest}: on which sheet? Write {quote_sheet(book.sheets[0])}!{rest}")
    by_key = {name.casefold(): name for name in known}
    near = [by_key[key] for key in get_close_matches(wanted, by_key, 3, 0.5)]
    raise WorkbookError(f"there is no name {reference.strip()!r} in the workbook" + suggestion(near, known))


def suggestion(near: list[str], known: list[str]) -> str:
    """The nearest names, or the first few where none is near."""
    if near:
        return f"; did you mean {' or '.join(near)}?"
    return f"; it has {', '.join(known[:SHOWN_PLACES])}" + (" …" if len(known) > SHOWN_PLACES else "") if known else ""


def set_inputs(run: Run, values: Mapping[str, Value]) -> dict[Node, Value]:
    """Put the inputs into the engine; those that are not there already are given back, to be written."""
    if not values:
        return {}
    plan = run.plan
    inputs: dict[Node, Value] = {}
    for reference, given in values.items():
        target = find(plan, reference)
        if isinstance(target, Helper):
            raise WorkbookError(f"{reference} is a formula; only inputs can be set")
        sheet, rect = target
        if rect.rows * rect.columns != 1:
            raise WorkbookError(f"{reference} is a range; set one cell at a time")
        node = (sheet, rect.top, rect.left)
        if holds_formula(plan, *node):
            raise WorkbookError(f"{reference} holds a formula ({plan.place(*node)}); only inputs can be set")
        value = input_value(reference, given)
        if not same(run.engine.read(*node, rect.top, rect.left), ((value,),)):
            inputs[node] = value
        plan.reach(*node)
    run.engine.write((*node, value) for node, value in inputs.items())
    return inputs


def holds_formula(plan: Plan, sheet: int, row: int, column: int) -> bool:
    """Whether a formula stands in a cell, or fills it from another one."""
    return (
        any(cell.row == row and cell.column == column for cell in plan.formulas[sheet])
        or any(frozen[:3] == (sheet, row, column) for frozen in plan.frozen)
        or any(block.sheet == sheet and block.rect.holds(row, column) for block in plan.blocks)
    )


def input_value(reference: str, value: Value) -> Value:
    """The value as a cell holds it."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, Code) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise WorkbookError(f"{reference} cannot be set to {value!r}: give a number, a text, True, False or None")
    return float(value)
