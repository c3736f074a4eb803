"""A sheet of a recalculated workbook as blocks of a report: what stands together, with values as they are shown.

A row of words over a row with more cells is a block's title; a blank row ends it. Hidden rows and columns are left
out, and so are columns with nothing in them, the links from sheet to sheet, and rows of names that serve the workbook.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from computefi.recalc import Book
from computefi.recalc.describe.checks import cell_at
from computefi.recalc.describe.labels import Labels
from computefi.reports.formats import formatted
from computefi.xlsx.cells import CellAt, Rows, Value, address, quote_sheet
from computefi.xlsx.date_cells import number_formats
from computefi.xlsx.hidden import hidden_rows
from computefi.xlsx.sheet import attributes_of, open_sheet

MOST_ROWS, MOST_COLUMNS = 400, 40
LINK = re.compile(r"^[‹›]|[‹›]$")
COLUMN = re.compile(rb"<(?:\w+:)?col(\s[^<>]*?)/?>")


@dataclass(slots=True)
class Block:
    """A title, what is said beside it, and rows of shown values; `numbers` are the places that hold numbers."""

    title: str
    beside: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    numbers: set[tuple[int, int]] = field(default_factory=set)


class Sheets:
    """The sheets of an open workbook, by name."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self._labels = Labels(book)
        self._formats = number_formats(book.plan.workbook)
        self._names = {name.casefold() for name in book.names()}

    def names(self) -> list[str]:
        return list(self.book.plan.workbook.sheets)

    def shown(self, cell: CellAt, value: Value) -> str:
        """A value by the format of its cell."""
        style = self._labels.style(cell)
        return formatted(value, self._formats[style] if style < len(self._formats) else "General")

    def at(self, place: str, value: Value) -> str:
        """The same by the address of the cell."""
        cell = cell_at(self.book, place)
        return formatted(value) if cell is None else self.shown(cell, value)

    def blocks(self, name: str) -> Iterator[Block]:
        """What a sheet shows, block by block."""
        block: Block | None = None
        for row, cells in self._rows(name):
            texts = [(column, value) for column, value in cells if isinstance(value, str)]
            if len(texts) > 2 and all(text.casefold() in self._names for _, text in texts[1:]):
                continue  # read from | drawn_total | lowest_dscr
            if not cells:
                if block is not None and (block.rows or block.title):
                    yield block
                block = None
            elif len(cells) == len(texts) and len(cells) <= 2 and (block is None or not block.rows):
                if block is not None:
                    block.beside += [text for _, text in texts]
                else:
                    block = Block(texts[0][1], [text for _, text in texts[1:]])
            else:
                block = block or Block("")
                self._add(block, name, row, cells)
        if block is not None:
            yield block

    def _add(self, block: Block, name: str, row: int, cells: list[tuple[int, Value]]) -> None:
        sheet = self.book.plan.workbook.sheet_index(name)
        assert sheet is not None
        line: list[str] = []
        for column, value in cells:
            line += [""] * (column - 1 - len(line))
            line.append(self.shown(CellAt(sheet, row, column), value))
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                block.numbers.add((len(block.rows), column - 1))
        block.rows.append(line)

    def _rows(self, name: str) -> Iterator[tuple[int, list[tuple[int, Value]]]]:
        """The rows that are shown, each with the cells that hold something."""
        plan = self.book.plan
        sheet = plan.workbook.sheet_index(name)
        if sheet is None:
            return
        part = plan.workbook.parts[sheet]
        opened = open_sheet(plan.workbook.package.read(part), part)
        rows, columns = plan.extents[sheet]
        bottom, right = min(rows, MOST_ROWS), min(columns, MOST_COLUMNS)
        if not bottom or not right:
            return
        values = self.book.get(f"{quote_sheet(name)}!A1:{address(bottom, right)}")
        hidden, gone = hidden_rows(opened), hidden_columns(opened.scannable)
        for row, line in enumerate(as_rows(values), start=1):
            if row in hidden.filtered or row in hidden.others:
                continue
            yield row, [(column, value) for column, value in enumerate(line, start=1)
                        if column not in gone and is_told(value)]  # fmt: skip


def is_told(value: Value) -> bool:
    """Whether a cell says anything: no blank, and no link to another sheet."""
    return value not in (None, "") and not (isinstance(value, str) and LINK.search(value))


def as_rows(values: Value | Rows) -> Rows:
    return values if isinstance(values, tuple) else ((values,),)


def hidden_columns(scannable: bytes) -> set[int]:
    """The columns that a sheet hides."""
    found: set[int] = set()
    for match in COLUMN.finditer(scannable):
        attributes = attributes_of(match[1])
        if attributes.get("hidden") in ("1", "true"):
            first, last = int(attributes.get("min", 1)), int(attributes.get("max", 1))
            found |= set(range(first, min(last, MOST_COLUMNS) + 1))
    return found
