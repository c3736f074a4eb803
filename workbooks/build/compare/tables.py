"""Tables of words and figures on record, from CSV files: a head, a row for each line, the source at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from workbooks.build.kit.inputs import read_table, value_of
from workbooks.build.kit.page import Page
from workbooks.build.kit.text import lines_of, width_of

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Column:
    """A column of a table: its letter, or the span that it takes, its head, and how its numbers look."""

    letters: str
    key: str
    head: str
    number_format: str = ""  # of figures that may be changed; words have none
    low: float = 0.0
    high: float = 10_000.0


def write_table(page: Page, file: str, top: int, columns: Sequence[Column], inputs: str = "") -> int:
    """Write the table with its heads in row `top`; figures get the names `inputs_key_1` …; returns the last row."""
    lines = read_table(HERE / f"{file}.csv")
    for column in columns:
        write_cell(page, column.letters, top, column.head, "head_left" if not column.number_format else "head")
    lines_of_head = (lines_of(page.book.say(column.head), width_of(page, column.letters), 11) for column in columns)
    page.row(top, max(32, 8 + 13 * max(lines_of_head)))
    for number, line in enumerate(lines, 1):
        row = top + number
        height = 1
        for column in columns:
            text = line[column.key]
            if column.number_format and text:
                page.put(f"{column.letters}{row}", value_of(text), "input", column.number_format)
                page.validate(f"{column.letters}{row}", column.low, column.high, column.head)
                page.book.name(f"{inputs}_{column.key}_{number}", page, f"{column.letters}{row}")
            else:
                write_cell(page, column.letters, row, text or "–", "label_bold" if column is columns[0] else "note")
                height = max(height, lines_of(page.book.say(text), width_of(page, column.letters)))
        page.row(row, 7 + 12 * height)
    return top + len(lines)


def write_cell(page: Page, letters: str, row: int, value: object, look: str) -> None:
    """A value in one column, or across a span."""
    first, _, last = letters.partition(":")
    page.merge(f"{first}{row}:{last or first}{row}", value, look)
