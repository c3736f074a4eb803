"""Rows that are calculated: one formula per row, the same in every column, and the bands that open a group of them.

    Row("margin", "Margin", "US$ m", "={revenue}-{cost}", NUMBER, "Revenue less cost", total="sum")

writes label, unit, how, the sum over the columns, and `=E7-E8`, `=F7-F8` … along the row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass

from openpyxl.worksheet.formula import ArrayFormula

from workbooks.build.kit.holes import Block
from workbooks.build.kit.page import Page
from workbooks.build.kit.text import lines_of, width_of


@dataclass(frozen=True)
class Section:
    """A band that opens a group of rows, inputs or checks."""

    title: str
    note: str = ""
    key: str = ""  # of a band that is referred to; most have none


@dataclass(frozen=True)
class Row:
    """A row: one formula in every column, one array formula over all of them, or what stands in each.

    `answers` are the keys of the rows below that the same array fills: their own formula is empty. With `down` each
    column has an array formula of its own, from this row over its answers.
    """

    key: str
    label: str
    unit: str
    formula: str | Sequence[float | str]
    number_format: str
    how: str = ""
    look: str = "calc"
    total: str = ""  # of the columns: sum, min, max
    array: bool = False
    answers: tuple[str, ...] = ()
    down: bool = False


def grown(lines: int) -> float | None:
    """The height of a row by the lines of its text; one line has the height of the sheet."""
    return 6 + 12 * lines if lines > 1 else None


def measured(lines: int) -> float:
    """The height of a row by the lines of its text, one line as well."""
    return 6 + 12 * lines


@dataclass(frozen=True)
class Form:
    """How the rows of a sheet are laid out around their columns; label and unit stand in B and C."""

    last: str  # the last column of a band
    how: str  # the column of how, or the span that is merged for it: "E:J"; "" without
    note: str = ""  # where the note of a band stands, if not beside its title
    total: str = ""
    horizontal: str | None = None  # how numbers stand in their columns
    bold: tuple[str, ...] = ("result",)  # the looks whose label is bold
    height: Callable[[int], float | None] = grown


def write_rows(page: Page, items: Sequence[Section | Row], block: Block, form: Form) -> None:
    """Write rows that the block has given a number; a band stands right above the row that follows it."""
    answered = {key for item in items if isinstance(item, Row) for key in item.answers}
    keys = [item.key for item in items]
    top = next(block.row_of[key] - at for at, key in enumerate(keys) if key)
    for number, item in enumerate(items, top):
        if isinstance(item, Section):
            page.section(number, item.title, "B", form.last, "" if form.note else item.note)
            if form.note:
                page.put(f"{form.note}{number}", item.note or None, "section", size=9, bold=False)
        else:
            write_row(page, item, block, form, bare=item.key in answered)


def write_row(page: Page, item: Row, block: Block, form: Form, bare: bool = False) -> None:
    """Label, unit, how and total of one row, and its columns; a `bare` row is filled by the array of another."""
    row = block.row_of[item.key]
    page.put(f"B{row}", item.label, "label_bold" if item.look in form.bold else "label")
    page.put(f"C{row}", item.unit, "unit")
    if form.how:
        write_note(page, form.how, row, item.how)
    lines = max(
        lines_of(page.book.say(item.label), width_of(page, "B"), 10),
        lines_of(page.book.say(item.how), width_of(page, form.how)) if form.how else 1,
    )
    if height := form.height(lines):
        page.row(row, height)
    if form.total:
        total = f"={item.total.upper()}({page.fill(f'{{{item.key}:all}}')})" if item.total else None
        page.put(f"{form.total}{row}", total, "calc", item.number_format)
    _write_columns(page, item, block, form, bare)


def write_note(page: Page, columns: str, row: int, text: str, look: str = "note") -> None:
    """A text in one column, or across the columns of a span."""
    first, _, last = columns.partition(":")
    if last:
        page.merge(f"{first}{row}:{last}{row}", text, look)
    else:
        page.put(f"{first}{row}", text, look)


def _write_columns(page: Page, item: Row, block: Block, form: Form, bare: bool) -> None:
    """The first column is dressed and the others take its style, which is much faster than dressing each."""
    row, letters = block.row_of[item.key], block.letters
    first = page.sheet[f"{letters[0]}{row}"]
    changes = {"horizontal": form.horizontal} if form.horizontal else {}
    page.put(first.coordinate, None, item.look, item.number_format, **changes)
    if item.array:
        assert isinstance(item.formula, str)
        area = f"{letters[0]}{row}:{letters[-1]}{row + len(item.answers)}"
        first.value = ArrayFormula(area, page.fill(item.formula, letters[0], row))
    for index, letter in enumerate(letters):
        cell = page.sheet[f"{letter}{row}"]
        cell._style = copy(first._style)
        if not item.array and not bare:
            value = _value(page, item, row, index, letter)
            cell.value = ArrayFormula(f"{letter}{row}:{letter}{row + len(item.answers)}", value) if item.down else value


def _value(page: Page, item: Row, row: int, index: int, letter: str) -> float | str:
    value = item.formula if isinstance(item.formula, str) else item.formula[index]
    return page.book.say_in(page.fill(value, letter, row)) if isinstance(value, str) else value
