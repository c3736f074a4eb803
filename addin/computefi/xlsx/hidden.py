"""The rows of a sheet that are not shown, which SUBTOTAL and AGGREGATE do not count.

<row r="3" hidden="1"/> on a sheet without a filter's condition   →   one of `others`: SUBTOTAL(109,…) leaves it out,
                                                                      SUBTOTAL(9,…) not
the same on a sheet where a filter has a condition               →   one of `filtered`: both leave it out

On a sheet that is filtered Excel takes every hidden row for one that the filter hides, wherever the filter stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from computefi.xlsx.cells import Rect, parse_rect
from computefi.xlsx.sheet import ATTRIBUTES, Sheet, attributes_of

HIDDEN = re.compile(rb"""\shidden\s*=\s*["'](?:1|true)["']""")
# A filter without a column of conditions hides nothing.
FILTER = re.compile(rb"<(?:\w+:)?autoFilter(\s[^<>]*)>\s*<(?:\w+:)?filterColumn\b")


class HiddenRows(NamedTuple):
    """The hidden rows of a filtered sheet, and those of another."""

    filtered: frozenset[int]
    others: frozenset[int]


def hidden_rows(sheet: Sheet, filters: Iterable[Rect] = ()) -> HiddenRows:
    """A sheet's hidden rows; `filters` are the ranges of filters that stand in parts of their own, those of tables."""
    if b"hidden" not in sheet.scannable:
        return HiddenRows(frozenset(), frozenset())
    row, rows = 0, set()
    for match in re.finditer(b"<%srow(%s)\\s*/?>" % (re.escape(sheet.prefix), ATTRIBUTES), sheet.scannable):
        row = sheet.row_of(match[1], row)
        if HIDDEN.search(match[1]) is not None:
            rows.add(row)
    nothing: frozenset[int] = frozenset()
    in_filter_mode = any(filters) or any(active_filters(sheet.scannable[sheet.end :]))
    return HiddenRows(frozenset(rows), nothing) if in_filter_mode else HiddenRows(nothing, frozenset(rows))


def active_filters(content: bytes) -> list[Rect]:
    """The ranges of the filters in a part that have conditions."""
    ranges = (parse_rect(attributes_of(match[1]).get("ref", "")) for match in FILTER.finditer(content))
    return [rect for rect in ranges if rect is not None]
