"""What a person means by `Loan` or `Deals!B3`, and whether that can be set.

find(plan, "Deals!B3")         →   (1, Rect(3, 2, 3, 2))
find_input(plan, "Deals!B4")   →   WorkbookError: Deals!B4 holds a formula (Deals!B4); only inputs can be set
"""

from __future__ import annotations

import math
from difflib import get_close_matches

from computefi.errors import Code, InputRefused, MissingName, did_you_mean
from computefi.recalc.prepare.operands import name_cells
from computefi.recalc.prepare.plan import Helper, Output, Plan
from computefi.xlsx.cells import SHOWN_PLACES, CellAt, Value, parse_rect, quote_sheet, unquote_sheet


def find(plan: Plan, reference: str) -> Output:
    """The cells that a name or an address means."""
    book = plan.workbook
    before, mark, rest = reference.strip().rpartition("!")
    sheet: int | None = None
    if mark:
        sheet = book.sheet_index(unquote_sheet(before))
        if sheet is None:
            near = get_close_matches(unquote_sheet(before), book.sheets, 3)
            raise MissingName(
                f"there is no sheet {unquote_sheet(before)!r}" + suggestion(near, book.sheets), name=reference
            )
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
                raise InputRefused(f"the name {name.name} stands for no cells of this workbook", name=name.name)
    known = [name.name for name in book.names if not name.name.startswith("_xlnm.")]
    if not mark and parse_rect(rest) is not None:
        raise InputRefused(f"{rest}: on which sheet? Write {quote_sheet(book.sheets[0])}!{rest}", cell=rest)
    by_key = {name.casefold(): name for name in known}
    near = [by_key[key] for key in get_close_matches(wanted, by_key, 3, 0.5)]
    raise MissingName(
        f"there is no name {reference.strip()!r} in the workbook" + suggestion(near, known), name=reference.strip()
    )


def known_names(plan: Plan) -> list[str]:
    """The defined names that stand for cells, with their sheet where they belong to one."""
    book = plan.workbook
    return [
        name.name if name.sheet is None else f"{quote_sheet(book.sheets[name.sheet])}!{name.name}"
        for name in book.names
        if not name.name.startswith("_xlnm.")
        and (name_cells(plan, name) is not None or (name.sheet is None and name.name.casefold() in plan.named))
    ]


def suggestion(near: list[str], known: list[str]) -> str:
    """The nearest names, or the first few where none is near."""
    more = " …" if len(known) > SHOWN_PLACES else ""
    return did_you_mean(near) or (f"; it has {', '.join(known[:SHOWN_PLACES])}{more}" if known else "")


def find_input(plan: Plan, reference: str) -> CellAt:
    """The one cell that can be set under this reference."""
    target = find(plan, reference)
    if isinstance(target, Helper):
        raise InputRefused(f"{reference} is a formula; only inputs can be set", name=reference)
    sheet, rect = target
    if rect.rows * rect.columns != 1:
        raise InputRefused(f"{reference} is a range; set one cell at a time", name=reference)
    cell = CellAt(sheet, rect.top, rect.left)
    if holds_formula(plan, *cell):
        raise InputRefused(
            f"{reference} holds a formula ({plan.place(*cell)}); only inputs can be set",
            name=reference,
            cell=plan.place(*cell),
        )
    return cell


def find_output(plan: Plan, reference: str) -> Output:
    """The one cell that is asked for under this reference."""
    target = find(plan, reference)
    if not isinstance(target, Helper) and target[1].rows * target[1].columns != 1:
        raise InputRefused(f"{reference} is a range; ask for one cell at a time", name=reference)
    return target


def holds_formula(plan: Plan, sheet: int, row: int, column: int) -> bool:
    """Whether a formula stands in a cell, or fills it from another one."""
    return (
        plan.formulas[sheet].find(row, column) is not None
        or any(frozen[:3] == (sheet, row, column) for frozen in plan.frozen)
        or any(block.sheet == sheet and block.rect.holds(row, column) for block in plan.blocks)
        or any(table.sheet == sheet and table.rect.holds(row, column) for table in plan.tables)
    )


def input_value(reference: str, value: Value) -> Value:
    """The value as a cell holds it."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, Code) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise InputRefused(
            f"{reference} cannot be set to {value!r}: give a number, a text, True, False or None", name=reference
        )
    return float(value)
