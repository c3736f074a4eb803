"""Sheets by month: rows of the kit over the months, with a total on their left and what stands at close.

    Line("closing", "Loan at the end of the month", "US$ m", "={closing@-1}+{draw}", AMOUNT, "", total="max", start=0)

In a formula `{closing$@D}` is the total of that row, and the column before the first month is the close.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from openpyxl.utils import get_column_letter

from workbooks.build.kit.holes import Block
from workbooks.build.kit.page import A3, DATE, WHOLE, Book, Page
from workbooks.build.kit.rows import Form, Row, Section, write_row

MONTHS, YEARS = 120, 10
FIRST, LAST = "G", get_column_letter(7 + MONTHS - 1)
HEAD, TOP = 5, 7
PAGES = {"Cash": 2, "Loan": 2, "Accounts": 1, "Ratios": 1}  # of paper, as many as small letters need
PRINTED = "N"  # the last month on paper; all of them are on the screen, and their sums on Years
FLAG, AMOUNT, COUNT = "0;-0;·", '#,##0.0;-#,##0.0;"–"', '#,##0;-#,##0;"–"'
FORM = Form(FIRST, "E")
WIDTHS = {"A": 1.5, "B": 48, "C": 10.5, "D": 10.5, "E": 50, "F": 10}


@dataclass(frozen=True)
class Line(Row):
    """A row of months. `total` is sum, sum0 with the close, max, min, or a formula; `start` stands at close."""

    start: str | float | None = None


def keys_of(lines: Sequence[Section | Row]) -> list[str]:
    """The keys of rows in their order, and no key for a band and for the blank row above it."""
    keys: list[str] = []
    for item in lines:
        keys += ([""] if keys else []) + [""] if isinstance(item, Section) else [item.key]
    return keys


def lay(book: Book, sheet: str, lines: Sequence[Section | Row]) -> None:
    """Give the rows of a sheet their numbers."""
    book.places.add(Block(sheet, FIRST, MONTHS)).lay(keys_of(lines), TOP)


MONTH_HEADS = ("={Cash!month}", "={Cash!period_end}")


def write_months(
    book: Book,
    sheet: str,
    title: str,
    question: str,
    lines: Sequence[Section | Row],
    heads: tuple[str, str] = MONTH_HEADS,
) -> Page:
    """The sheet with its rows, totals and months."""
    block = book.places.blocks[sheet]
    page = book.page(sheet, title, question, WIDTHS | dict.fromkeys(block.letters, 10.5))
    for row, text, formula, number_format in ((HEAD, "Month", heads[0], WHOLE), (HEAD + 1, "Month ends", heads[1], DATE)):  # fmt: skip
        beside = ("Unit", "Total", "How", "At close") if row == HEAD else ("",) * 4
        page.put(f"B{row}", text, "head_left")
        for letter, words in zip("CDEF", beside, strict=True):
            page.put(f"{letter}{row}", words, "head_left" if letter == "E" else "head")
        for letter in block.letters:
            page.put(f"{letter}{row}", page.fill(formula, letter, row), "head", number_format, size=9)
    row = TOP
    for item in lines:
        if isinstance(item, Section):
            row += 1 if row > TOP else 0
            page.section(row, item.title, "B", PRINTED)
            page.put(f"E{row}", item.note or None, "section", size=9, bold=False)
        else:
            _write_line(page, item, block)
        row += 1
    page.freeze(f"{FIRST}{TOP}")
    page.print_setup(f"B1:{PRINTED}{row - 1}", f"{HEAD}:{HEAD + 1}", pages_high=PAGES[sheet], paper=A3)
    return page


TOTALS: Mapping[str, str] = {"sum": "=SUM({{{0}:all}})", "max": "=MAX({{{0}:all}})", "min": "=MIN({{{0}:all}})", "sum0": "=SUM({{{0}$@F}},{{{0}:all}})"}  # fmt: skip


def _write_line(page: Page, item: Row, block: Block) -> None:
    row = block.row_of[item.key]
    write_row(page, replace(item, total=""), block, FORM, bare=not item.formula)
    total = TOTALS.get(item.total, item.total).format(item.key) if item.total in TOTALS else item.total
    page.put(
        f"D{row}", page.fill(total, "D", row) if total else None, "result" if total else "calc", item.number_format
    )
    start = item.start if isinstance(item, Line) else None
    filled = page.fill(start, "F", row) if isinstance(start, str) else start
    page.put(f"F{row}", filled, item.look, item.number_format)
