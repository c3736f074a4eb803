"""Structured references as the cells they mean.

Deals[LTV], the table Deals standing in A1:C9 and LTV being its third column   →   C2:C9
Deals[[#Headers],[LTV]]:Deals[@LTV]                                            →   its two ends
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from computefi.xlsx.cells import ListObject, Rect

ITEMS = ("#all", "#data", "#headers", "#totals", "#this row")
ESCAPE = re.compile(r"'(.)", re.S)
STRUCTURED = (
    rb"(?<![A-Za-z0-9_.$\\?!:#@'\])\x80-\xff])[A-Za-z_\x80-\xff][A-Za-z0-9_.\x80-\xff]*+"
    rb"\[(?:[^\[\]'\"&]|\[[^\[\]'\"&]*+\])*+\](?![A-Za-z0-9_.(:#!\[\x80-\xff])"
)
"""A structured reference in a stored formula that is no more than it seems: no sign in a column's name stands for
another, no range goes on from it, and the table is named.
"""


class BadReference(Exception):
    """The reference names nothing; Excel shows #REF!."""

    shown = "#REF!"


class NotInARow(BadReference):
    """`[@LTV]` seen from a row that is none of the table's."""

    shown = "#VALUE!"


def ends(text: str) -> list[str]:
    """What stands between the colons outside brackets and quotes; the text itself where there are none."""
    parts, start, depth, quoted, skipped = [], 0, 0, False, False
    for place, character in enumerate(text):
        if skipped:
            skipped = False
        elif character == "'":
            skipped = depth > 0
            quoted ^= not depth
        elif not quoted and character in "[]":
            depth += 1 if character == "[" else -1
        elif not quoted and not depth and character == ":":
            parts.append(text[start:place])
            start = place + 1
    return [*parts, text[start:]]


def resolve(text: str, tables: Mapping[str, ListObject], sheet: int, row: int, column: int) -> tuple[int, Rect]:
    """The sheet and the rectangle that a structured reference means, seen from one cell."""
    name, _, inner = text.partition("[")
    table = tables.get(name.strip().casefold()) if name.strip() else table_around(tables, sheet, row, column)
    if table is None:
        raise BadReference(f"there is no table {name or 'around this cell'}")
    items, columns = parts_of(inner[:-1])
    left, right = table.rect.left, table.rect.right
    if columns:
        places = [column_place(table, wanted) for wanted in columns]
        left, right = table.rect.left + min(places), table.rect.left + max(places)
    top, bottom = rows_of(table, items, row)
    return table.sheet, Rect(top, left, bottom, right)


def table_around(tables: Mapping[str, ListObject], sheet: int, row: int, column: int) -> ListObject | None:
    """The table in which the formula stands."""
    return next((t for t in tables.values() if t.sheet == sheet and t.rect.holds(row, column)), None)


def parts_of(inner: str) -> tuple[set[str], list[str]]:
    """The items (#Headers, @, …) and the column names, one or the two ends of a span."""
    inner = inner.strip()
    items: set[str] = set()
    columns: list[str] = []
    if inner.startswith("@"):
        items.add("#this row")
        inner = inner[1:].strip()
    if not inner:
        return items, columns
    if not inner.startswith("["):
        if inner.casefold() in ITEMS:
            items.add(inner.casefold())
        else:
            columns.append(unescape_column(inner))
        return items, columns
    for piece in bracketed(inner):
        if piece.strip().casefold() in ITEMS:
            items.add(piece.strip().casefold())
        else:
            columns.append(unescape_column(piece))
    return items, columns


def bracketed(inner: str) -> list[str]:
    """The contents of `[a],[b]:[c]`; an apostrophe takes the meaning from the character after it."""
    pieces: list[str] = []
    current: list[str] | None = None
    place = 0
    while place < len(inner):
        character = inner[place]
        if character == "'" and current is not None and place + 1 < len(inner):
            current.append(inner[place : place + 2])
            place += 1
        elif character == "[":
            current = []
        elif character == "]" and current is not None:
            pieces.append("".join(current))
            current = None
        elif current is not None:
            current.append(character)
        place += 1
    return pieces


def unescape_column(text: str) -> str:
    return ESCAPE.sub(r"\1", text)


def column_place(table: ListObject, wanted: str) -> int:
    """How many columns to the right of the table's first one the named column stands."""
    for place, name in enumerate(table.columns):
        if name.casefold() == wanted.casefold():
            return place
    raise BadReference(f"table {table.name} has no column {wanted!r}")


def rows_of(table: ListObject, items: set[str], row: int) -> tuple[int, int]:
    """The first and last row that the items mean."""
    top, bottom = table.rect.top, table.rect.bottom
    first, last = top + table.header_rows, bottom - table.totals_rows
    if "#this row" in items:
        if not first <= row <= last:
            raise NotInARow(f"row {row} is not a row of table {table.name}")
        return row, row
    if "#all" in items:
        return top, bottom
    start, end = bottom + 1, top - 1
    if "#headers" in items:
        if not table.header_rows:
            raise BadReference(f"table {table.name} has no header row")
        start, end = min(start, top), max(end, first - 1)
    if "#totals" in items:
        if not table.totals_rows:
            raise BadReference(f"table {table.name} has no totals row")
        start, end = min(start, last + 1), max(end, bottom)
    if "#data" in items or not items:
        start, end = min(start, first), max(end, last)
    return start, end
