"""What the page shows of a workbook: the comparison of its deals as data, and its texts in two languages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from computefi.cli.common import plain
from computefi.cli.compare import IN_PER_CENT, IN_WORDS
from computefi.errors import InputRefused
from computefi.hosts.page.deals import inputs_of, outputs_of
from computefi.hosts.page.sheet import read_by
from computefi.xlsx.cells import Rect, Value, address

if TYPE_CHECKING:
    from computefi.recalc import Book

SUMMARY, TABLE = "Summary", "summary_table"
LABEL, UNIT, FIRST, NOTE = 2, 3, 4, 12
SLOW = "CFI_DEAL_LOSS_RANGE"  # the bands, which take most of the time


def comparison(path: Path) -> dict[str, Any]:
    """The deals of a workbook made from compare, its table, and the formulas behind them."""
    from computefi.recalc import Book
    from computefi.recalc.exported import exported

    book = Book.open(path)
    deals = list(deals_of(book))
    if not deals:
        raise InputRefused(f"{path} compares no deals")
    rows = list(rows_of(book, deals))
    names = [name for row in rows for name in row["cells"]]
    sheet = exported(book, inputs_of(deals), [*names, *outputs_of(deals)])
    slow = slow_places(sheet)
    for row in rows:
        row["slow"] = any(slot in slow for name in row["cells"] for slot in sheet["cells"][name])
    return {"deals": deals, "rows": rows, "sheet": sheet, "chosen": most_moving(book, deals)}


def deals_of(book: Book) -> Iterator[dict[str, Any]]:
    """The deals that are filled in, with their contracts."""
    from computefi.recalc.places import find

    losses = [name for name in book.names() if name.startswith("deal_loss_")]
    numbers = [name for name in book.names() if name.startswith("deal_contract_")]
    for place, name in enumerate(losses, 1):
        key = name.removeprefix("deal_loss_")
        if isinstance(book[name], float):
            _, rect = find(book.plan, name)  # type: ignore[misc]
            contracts = [one.removeprefix("deal_contract_") for one in numbers if book[one] == place]
            yield {"key": key, "name": str(book[f"name_{key}"]), "column": rect.left, "contracts": contracts,
                   "collateral": str(book[f"collateral_{key}"]).casefold()}  # fmt: skip


def rows_of(book: Book, deals: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The lines of the summary that formulas fill, with the heading before each part."""
    from computefi.recalc.places import find, holds_formula

    sheet, table = find(book.plan, TABLE)  # type: ignore[misc]
    last = book.plan.extents[sheet][0]
    part = ""
    for row in range(table.top + 1, last + 1):
        label, unit = (text(book, sheet, row, column) for column in (LABEL, UNIT))
        if not holds_formula(book.plan, sheet, row, FIRST):
            part = label if not unit else ""
            continue
        cells = [f"{SUMMARY}!{address(row, deal['column'])}" for deal in deals]
        kind = "percent" if unit.startswith(IN_PER_CENT) else "words" if unit in IN_WORDS else "number"
        yield {"label": label, "unit": unit, "note": text(book, sheet, row, NOTE), "part": part, "kind": kind,
               "cells": cells, "start": [plain(book[cell]) for cell in cells]}  # fmt: skip
        part = ""


def text(book: Book, sheet: int, row: int, column: int) -> str:
    value = book.engine.read(sheet, row, column, row, column)[0][0]
    return "" if value is None else str(value)


def slow_places(sheet: dict[str, Any]) -> set[int]:
    """The places of cells that follow from the slow function."""
    slow: set[int] = set()
    for slots, _, tree in sheet["steps"]:
        if SLOW in json.dumps(tree) or slow.intersection(read_by(tree)):
            slow.update(slots)
    return slow


def most_moving(book: Book, deals: list[dict[str, Any]]) -> str:
    """The deal shown first: of those that contracts pay in part, or else of all, the one that loses most."""
    keys = [deal["key"] for deal in deals]
    in_part = [key for key in keys if 0 < number(book[f"own_contracted_{key}"]) < 1]
    return max(in_part or keys, key=lambda key: number(book[f"deal_loss_{key}"]))


def number(value: object) -> float:
    return value if isinstance(value, float) else 0.0


def texts_of(english: Path, other: Path) -> dict[str, str]:
    """What the texts of a workbook are in the same cells of its other language."""
    pairs = zip(cells_of(english), cells_of(other), strict=True)
    return {one: two for one, two in pairs if isinstance(one, str) and isinstance(two, str) and one and one != two}


def cells_of(path: Path) -> Iterator[Value]:
    """Every cell of a workbook as it stands, sheet by sheet."""
    from computefi.recalc import Book

    book = Book.open(path)
    for sheet in range(len(book.plan.workbook.sheets)):
        rect = Rect(1, 1, *book.plan.extents[sheet])
        for row in book.engine.read(sheet, *rect):
            yield from row
