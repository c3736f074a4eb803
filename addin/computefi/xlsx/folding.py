"""Columns and rows of a sheet hidden or shown, every other byte as it was.

with_columns(data, {8: False})   →   <col hidden="1" outlineLevel="1" min="8" max="8"/> without its hidden="1"
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from computefi.xlsx.sheet import Sheet, attributes_of

COLUMN = re.compile(rb"<(?:\w+:)?col\b[^<>]*>")
ROW = re.compile(rb"<(?:\w+:)?row\b[^<>]*>")
HIDDEN = re.compile(rb"""\s+hidden\s*=\s*(?:"[^"]*"|'[^']*')""")


def hidden_columns(sheet: Sheet) -> set[int]:
    """The columns that have an entry of their own and are hidden."""
    entries = (attributes_of(match[0]) for match in COLUMN.finditer(sheet.data, 0, sheet.start))
    return {int(entry["min"]) for entry in entries if alone(entry) and entry.get("hidden") in ("1", "true")}


def alone(entry: Mapping[str, str]) -> bool:
    """Whether an entry is for one column."""
    return entry.get("min", "") == entry.get("max", "") and entry.get("min", "").isdigit()


def folded(sheet: Sheet, columns: Mapping[int, bool], rows: Collection[int]) -> bytes:
    """The part with these columns hidden or shown, as far as they have entries of their own, and these rows shown."""

    def column(match: re.Match[bytes]) -> bytes:
        entry = attributes_of(match[0])
        if not alone(entry) or int(entry["min"]) not in columns:
            return match[0]
        shown = HIDDEN.sub(b"", match[0])
        return re.sub(rb"^(<[\w:]+)", rb'\1 hidden="1"', shown) if columns[int(entry["min"])] else shown

    def row(match: re.Match[bytes]) -> bytes:
        number = attributes_of(match[0]).get("r", "")
        return HIDDEN.sub(b"", match[0]) if number.isdigit() and int(number) in rows else match[0]

    head, cells, tail = sheet.data[: sheet.start], sheet.data[sheet.start : sheet.end], sheet.data[sheet.end :]
    return COLUMN.sub(column, head) + (ROW.sub(row, cells) if rows else cells) + tail
