"""Cells, ranges and their addresses, as the whole package speaks of them: rows and columns count from 1."""

from __future__ import annotations

import contextlib
import functools
import gc
import re
from collections.abc import Iterator
from typing import NamedTuple

from computefi.errors import Code

Value = float | str | bool | Code | None
"""The content of a cell: a number, a text, a truth value, an error, or nothing."""

Rows = tuple[tuple[Value, ...], ...]

LAST_ROW = 1_048_576
SHOWN_PLACES = 5  # how many cells a message names before it says how many more there are
LAST_COLUMN = 16_384
ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
WHOLE_COLUMNS = re.compile(r"\$?([A-Za-z]{1,3}):\$?([A-Za-z]{1,3})")
WHOLE_ROWS = re.compile(r"\$?([0-9]{1,7}):\$?([0-9]{1,7})")
PLAIN_SHEET = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
NEEDS_QUOTES = re.compile(r"[A-Za-z]{1,3}[0-9]+|[Rr][0-9]*[Cc]?[0-9]*|[Cc][0-9]*|TRUE|FALSE", re.IGNORECASE)


class CellAt(NamedTuple):
    """One cell of a workbook: the sheet counts from 0, row and column from 1."""

    sheet: int
    row: int
    column: int


class Rect(NamedTuple):
    """A rectangle of cells, both corners inside."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def rows(self) -> int:
        return self.bottom - self.top + 1

    @property
    def columns(self) -> int:
        return self.right - self.left + 1

    def holds(self, row: int, column: int) -> bool:
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    def __str__(self) -> str:
        first = address(self.top, self.left)
        return first if self[:2] == self[2:] else f"{first}:{address(self.bottom, self.right)}"


def cells_in(sheet: int, rect: Rect) -> Iterator[CellAt]:
    """The cells of a rectangle."""
    for row in range(rect.top, rect.bottom + 1):
        for column in range(rect.left, rect.right + 1):
            yield CellAt(sheet, row, column)


class ListObject(NamedTuple):
    """A table as Insert ▸ Table makes it: where it stands and the names of its columns."""

    name: str
    sheet: int
    rect: Rect
    columns: tuple[str, ...]
    header_rows: int
    totals_rows: int
    # Whether its filter has conditions, so that rows of it may be hidden.
    filtered: bool = False


@contextlib.contextmanager
def many_objects() -> Iterator[None]:
    """While half a million small objects are made that all stay, looking for garbage among them costs a fifth more."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@functools.lru_cache(maxsize=LAST_COLUMN)
def column_letters(column: int) -> str:
    """1 → A, 28 → AB."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@functools.lru_cache(maxsize=LAST_COLUMN)
def column_number(letters: str) -> int:
    """A → 1, AB → 28."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def whole_number(text: str, most: int) -> int | None:
    """A number of digits alone, up to `most`; None for anything else.

    "007" → 7; "-1", "1e3", "²" and five thousand digits → None
    """
    if not (text.isascii() and text.isdigit()) or len(text.lstrip("0")) > len(str(most)):
        return None
    number = int(text.lstrip("0") or "0")
    return number if number <= most else None


def address(row: int, column: int) -> str:
    """(3, 2) → B3."""
    return f"{column_letters(column)}{row}"


def parse_cell(text: str) -> tuple[int, int] | None:
    """B3 or $B$3 → (3, 2); None for anything else."""
    match = ADDRESS.fullmatch(text)
    if match is None:
        return None
    row, column = int(match[2]), column_number(match[1])
    return (row, column) if 1 <= row <= LAST_ROW and column <= LAST_COLUMN else None


def parse_rect(text: str) -> Rect | None:
    """A1, A1:B3, A:C or 2:5 as a rectangle; None for anything else."""
    if match := WHOLE_COLUMNS.fullmatch(text):
        left, right = sorted((column_number(match[1]), column_number(match[2])))
        return Rect(1, left, LAST_ROW, right) if right <= LAST_COLUMN else None
    if match := WHOLE_ROWS.fullmatch(text):
        top, bottom = sorted((int(match[1]), int(match[2])))
        return Rect(top, 1, bottom, LAST_COLUMN) if top >= 1 and bottom <= LAST_ROW else None
    first, colon, second = text.partition(":")
    start, end = parse_cell(first), parse_cell(second if colon else first)
    if start is None or end is None:
        return None
    return Rect(min(start[0], end[0]), min(start[1], end[1]), max(start[0], end[0]), max(start[1], end[1]))


def quote_sheet(name: str) -> str:
    """A sheet name as a formula writes it."""
    if PLAIN_SHEET.fullmatch(name) and not NEEDS_QUOTES.fullmatch(name):
        return name
    return "'" + name.replace("'", "''") + "'"


def unquote_sheet(text: str) -> str:
    """A sheet name as it stands in a formula, without its quotes."""
    return text[1:-1].replace("''", "'") if text.startswith("'") and text.endswith("'") and len(text) > 1 else text
