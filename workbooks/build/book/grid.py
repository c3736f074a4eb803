"""Tables with a row per loan or name: each column has one formula, the same in every row.

    Field("owed", "Exposure", MONEY, "={ok}*{Loans!exposure}")

`{key}` is the cell of a column in this row, `{key:all}` the whole column, `{Sheet!key}` that of another sheet. The
tables of loans begin in the same row of every sheet, so that a loan has one row throughout.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from openpyxl.utils import column_index_from_string, get_column_letter

from workbooks.build.kit.page import GENERAL, Book, Page

TOP, LOANS = 10, 100  # first row and room of the tables of loans
LAST = TOP + LOANS - 1
HOLE = re.compile(r"\{(?:(\w+)!)?(\w+)(:all)?\}")


@dataclass(frozen=True)
class Field:
    """A column: its key, head, format and formula; `spread` columns to the right are filled by an array in each row.

    `whole` says that one array formula fills the column, and `spread` columns beside it.
    """

    key: str
    head: str
    number_format: str = GENERAL
    formula: str = ""
    look: str = "calc"
    width: float = 11
    spread: int = 1
    whole: bool = False
    heads: tuple[str, ...] = ()


@dataclass
class Grid:
    """Where the columns of one table stand."""

    sheet: str
    top: int
    last: int
    letter_of: dict[str, str] = field(default_factory=dict)

    def lay(self, fields: Sequence[Field], first: str) -> str:
        """Give each column its letter; returns the last."""
        at = column_index_from_string(first)
        for one in fields:
            self.letter_of[one.key] = get_column_letter(at)
            at += one.spread
        return get_column_letter(at - 1)

    def span(self, key: str, spread: int = 1) -> str:
        """The cells of some columns, from the one of a key."""
        start = column_index_from_string(self.letter_of[key])
        return f"${get_column_letter(start)}${self.top}:${get_column_letter(start + spread - 1)}${self.last}"


@dataclass
class Grids:
    """All tables of the workbook."""

    book: Book
    of: dict[str, Grid] = field(default_factory=dict)

    def add(self, grid: Grid) -> Grid:
        self.of[grid.sheet] = grid
        return grid

    def fill(self, formula: str, sheet: str, row: int = 0) -> str:
        """The formula with its holes filled."""

        def put(found: re.Match[str]) -> str:
            home, key, whole = found.groups()
            grid = self.of[home or sheet]
            place = grid.span(key) if whole else f"{grid.letter_of[key]}{row}"
            return place if grid.sheet == sheet else f"{grid.sheet}!{place}"

        return HOLE.sub(put, formula)

    def write(self, page: Page, grid: Grid, fields: Sequence[Field]) -> None:
        """Heads above the table and its formulas."""
        for one in fields:
            letter = grid.letter_of[one.key]
            start = column_index_from_string(letter)
            for step in range(one.spread):
                at = get_column_letter(start + step)
                page.put(f"{at}{grid.top - 1}", one.heads[step] if one.heads else one.head, "head")
                page.sheet.column_dimensions[at].width = one.width
            if one.whole:
                page.block(grid.span(one.key, one.spread).replace("$", ""), self.fill(one.formula, grid.sheet),
                           one.look, one.number_format)  # fmt: skip
                continue
            for row in range(grid.top, grid.last + 1):
                formula = self.fill(one.formula, grid.sheet, row)
                if one.spread > 1:
                    end = get_column_letter(start + one.spread - 1)
                    page.block(f"{letter}{row}:{end}{row}", formula, one.look, one.number_format)
                else:
                    page.put(f"{letter}{row}", formula, one.look, one.number_format)

    def name(self, prefix: str, grid: Grid, key: str, spread: int = 1) -> None:
        """A name for a column, `prefix_key`."""
        self.book.name(f"{prefix}_{key}", self.book.pages[grid.sheet], grid.span(key, spread).replace("$", ""))
