"""Sheets by month: rows written once, as formulas of the month, and copied over the months.

In a formula `{key}` is the cell of that row in this month, `{key@-1}` in the month before, `{key:all}` the whole row,
`{a..b:all}` the rows from a to b over all months, `{a..b}` the same rows in this month, `{key:total}` its total.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field
from math import ceil

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.pagebreak import Break, ColBreak

from workbooks.build.ddtl.given import Section
from workbooks.build.kit.page import DATE, WHOLE, Book, Page

MONTHS = 84
TOTAL, CLOSE, FIRST_COLUMN = "D", 6, 7
LAST_COLUMN = FIRST_COLUMN + MONTHS - 1
FIRST, LAST = get_column_letter(FIRST_COLUMN), get_column_letter(LAST_COLUMN)
HEAD, TOP = 5, 8
CAPITAL = 0.35  # by how much a capital letter is wider than a small one
SCALE, PAGE_POINTS = 59, 820  # a landscape page holds rows of this height at this scale
FLAG, AMOUNT, COUNT = "0;-0;·", '#,##0.0;-#,##0.0;"–"', '#,##0;-#,##0;"–"'
HOLE = re.compile(r"\{([a-z_0-9]+)(?:\.\.([a-z_0-9]+))?(?:@([+-]\d+)|:(all|total|from0))?\}")


def address(book: Book, name: str) -> str:
    """Where a name stands: within array arithmetic an engine may read a name as one cell."""
    return str(book.workbook.defined_names[name].attr_text).replace("'", "")


@dataclass(frozen=True)
class Line:
    """A row of months: a formula copied to each, or one array formula over this row and `also` rows below it."""

    key: str
    label: str
    unit: str
    formula: str
    number_format: str = AMOUNT
    total: str = ""  # sum, max, min, or a formula
    how: str = ""
    start: str | float | None = None  # what stands in the column of the close
    array: bool = False
    also: tuple[tuple[str, str, str, str], ...] = ()  # key, label, unit, number format of the rows below
    result: bool = False
    width: int = MONTHS  # of an array formula: the columns it fills


@dataclass
class Grid:
    """Where every row of every sheet by month is."""

    at: dict[str, tuple[str, int]] = field(default_factory=dict)
    fixed: dict[str, str] = field(default_factory=dict)
    lines: dict[str, tuple[Section | Line, ...]] = field(default_factory=dict)

    def lay(self, sheet: str, lines: Sequence[Section | Line], top: int = TOP) -> None:
        """Give the rows of a sheet their numbers."""
        self.lines[sheet] = tuple(lines)
        row = top
        for item in lines:
            if isinstance(item, Section):
                row += 1 if row > top else 0
            else:
                for key in (item.key, *(more[0] for more in item.also)):
                    if key in self.at:
                        raise ValueError(f"the row {key} is given twice")
                    self.at[key] = (sheet, row)
                    row += 1
                continue
            row += 1

    def cell(self, key: str, column: str = TOTAL) -> str:
        """A cell of a row as another sheet writes it, fixed."""
        sheet, row = self.at[key]
        return f"{sheet}!${column}${row}"

    def row(self, key: str) -> str:
        sheet, row = self.at[key]
        return f"{sheet}!${FIRST}${row}:${LAST}${row}"

    def fill(self, formula: str, sheet: str, column: int = 0) -> str:
        """The formula with its holes filled for one month of one sheet."""

        def put(hole: re.Match[str]) -> str:
            first, last, shift, kind = hole[1], hole[2], hole[3], hole[4]
            if first in self.fixed:
                return self.fixed[first].removeprefix(f"{sheet}!")
            home, row = self.at[first]
            prefix = "" if home == sheet else f"{home}!"
            end = self.at[last][1] if last else row
            if kind == "total":
                return f"{prefix}${TOTAL}${row}"
            if kind == "from0":
                return f"{prefix}$F${row}:${LAST}${row}"
            if kind == "all":
                return f"{prefix}${FIRST}${row}:${LAST}${end}"
            if not column:
                raise ValueError(f"{hole[0]} needs a month in {formula}")
            letter = get_column_letter(column + int(shift or 0))
            return f"{prefix}{letter}{row}" + (f":{letter}{end}" if last else "")

        return HOLE.sub(put, formula)

    def write(self, book: Book, sheet: str, title: str, question: str) -> Page:
        """The sheet with its rows, totals and months."""
        widths = {"A": 1.5, "B": 42, "C": 11.5, "D": 10.5, "E": 36, "F": 10.5}
        widths |= {get_column_letter(column): 10.5 for column in range(FIRST_COLUMN, LAST_COLUMN + 1)}
        page = book.page(sheet, title, question, widths)
        self._head(page, sheet)
        breaks: list[int] = []
        row = TOP
        for item in self.lines[sheet]:
            if isinstance(item, Section):
                row += 1 if row > TOP else 0
                page.section(row, item.title, "B", FIRST)
                if item.note:  # right of the columns that every printed page repeats
                    page.put(f"E{row}", item.note, "section", size=9, bold=False)
                self._along(page, sheet, "", row)
                breaks.append(row - 1)
                row += 1
            else:
                self._line(page, sheet, item)
                row += 1 + len(item.also)
        self._print(page, row - 1, breaks)
        page.freeze(f"{FIRST}{TOP - 1}")
        return page

    def _head(self, page: Page, sheet: str) -> None:
        for row, text in ((HEAD, "Month"), (HEAD + 1, "Month ends")):
            page.put(f"B{row}", text, "head_left")
            for letter, words in zip("CDEF", ("Unit", "Total", "How", "At close"), strict=True):
                page.put(f"{letter}{row}", words if row == HEAD else "", "head_left" if letter == "E" else "head")
            formula = "={month}" if row == HEAD else "={period_end}"
            page.put(
                f"{FIRST}{row}", self.fill(formula, sheet, FIRST_COLUMN), "head", WHOLE if row == HEAD else DATE, size=9
            )
            self._along(page, sheet, formula, row)

    def _line(self, page: Page, sheet: str, item: Line) -> None:
        row = self.at[item.key][1]
        look = "result" if item.result else "calc"
        whole = ((item.key, item.label, item.unit, item.number_format), *item.also)
        for offset, (_, label, unit, number_format) in enumerate(whole):
            page.put(f"B{row + offset}", label, "label_bold" if item.result else "label")
            page.put(f"C{row + offset}", unit, "unit")
            page.put(f"D{row + offset}", "", look, number_format)
            page.put(f"E{row + offset}", item.how if offset == 0 else "As above", "note")
            page.put(f"F{row + offset}", "", look, number_format)
            lines = ceil((len(item.how) + CAPITAL * sum(map(str.isupper, item.how))) / 42)
            page.row(row + offset, max(15, 12 * lines + 4) if offset == 0 else 15)
        if item.total:
            known = {"sum": "=SUM({0})", "max": "=MAX({0})", "min": "=MIN({0})"}
            known["sum0"] = "=SUM(F{1}:{2}{1})"
            formula = (
                known[item.total].format(f"{FIRST}{row}:{LAST}{row}", row, LAST) if item.total in known else item.total
            )
            page.put(f"D{row}", self.fill(formula, sheet), "result", item.number_format)
        if item.start is not None:
            start = self.fill(item.start, sheet, CLOSE) if isinstance(item.start, str) else item.start
            page.put(f"F{row}", start, look, item.number_format)
        if not item.formula:
            return
        if item.array:
            last = get_column_letter(FIRST_COLUMN + item.width - 1)
            for offset, (_, _, _, number_format) in enumerate(whole):
                page.put(f"{FIRST}{row + offset}", None, look, number_format)
                self._along(page, sheet, "", row + offset, item.width)
            reference = f"{FIRST}{row}:{last}{row + len(item.also)}"
            page.sheet[f"{FIRST}{row}"].value = ArrayFormula(reference, self.fill(item.formula, sheet))
            return
        page.put(f"{FIRST}{row}", self.fill(item.formula, sheet, FIRST_COLUMN), look, item.number_format)
        self._along(page, sheet, item.formula, row)

    def _along(self, page: Page, sheet: str, formula: str, row: int, width: int = MONTHS) -> None:
        """Give the other months the formula and the style of the first; dressing each anew takes ten times as long."""
        first = page.sheet.cell(row, FIRST_COLUMN)
        for column in range(FIRST_COLUMN + 1, FIRST_COLUMN + width):
            cell = page.sheet.cell(row, column)
            cell._style = copy(first._style)
            if formula:
                cell.value = page.book.say_in(self.fill(formula, sheet, column))

    def _print(self, page: Page, last: int, breaks: Sequence[int]) -> None:
        """Twelve months on the first page, fifteen on the others, with the labels repeated on each."""
        page.print_setup(f"B1:{LAST}{last}", f"{HEAD}:{HEAD + 1}")
        sheet = page.sheet
        sheet.print_title_cols = "B:D"
        sheet.sheet_properties.pageSetUpPr.fitToPage = False
        sheet.page_setup.fitToWidth = sheet.page_setup.fitToHeight = None
        sheet.page_setup.scale = SCALE
        sheet.col_breaks = ColBreak()
        for column in range(CLOSE + 12, LAST_COLUMN, 15):
            sheet.col_breaks.append(Break(id=column))
        points = [sheet.row_dimensions[row].height or 15.0 for row in range(1, last + 1)]
        start = 0
        for group, following in zip(breaks, (*breaks[1:], last), strict=True):
            if sum(points[start:following]) > PAGE_POINTS and group > TOP:
                sheet.row_breaks.append(Break(id=group))
                start = group
