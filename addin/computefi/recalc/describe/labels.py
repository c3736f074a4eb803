"""What a sheet says of a cell beside it: its label, its unit, its source.

| Loan  | Unit   | Value | Source     |
| Rate  | a year | 5.9%  | SEC 8-K    |      labels.of(C2)   →   Label("Rate", "a year", "SEC 8-K")

A column under a head such as Unit or Source says so for every row below. Without one, the label is the text to the
left, else the text above; the unit stands in brackets, to the right, under the head, or in the number's format.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

from computefi.recalc.book import Book
from computefi.recalc.prepare.operands import name_cells
from computefi.xlsx.cells import LAST_COLUMN, CellAt, Value
from computefi.xlsx.date_cells import is_date, number_formats, style_number
from computefi.xlsx.patch import shown_value
from computefi.xlsx.validations import Validation, validations

# The heads of columns that say something of the values beside them, in the languages of our workbooks.
HEADS = {
    "unit": {"unit", "units", "uom", "unit of measure", "measure", "单位"},
    "bound": {"least", "most", "min", "max", "minimum", "maximum", "lower", "upper", "lower bound", "upper bound",
              "low limit", "high limit", "in range", "下限", "上限", "在范围内"},
    "source": {"source", "sources", "source, or why", "source / note", "reference", "basis", "来源", "来源或理由"},
    "note": {"note", "notes", "comment", "comments", "remark", "remarks", "rationale", "说明", "备注"},
    "aside": {"status", "as of", "date of source", "状态", "截止日"},
}  # fmt: skip
ROLE_OF = {head: role for role, heads in HEADS.items() for head in heads}
# Heads that say no more than that a value stands below.
EMPTY_HEADS = {"value", "values", "input", "inputs", "live", "current", "amount", "assumption", "值", "当前"}
BRACKETS = re.compile(r"[(\[（]([^()\[\]（）]{1,24})[)\]）]\s*:?\s*$")
CURRENCY = re.compile(r'\[\$([^\]\-]+)|"?([$€£¥])"?')
# What stands above the head in some tables, and under it in others.
UNITS = {"share", "months", "month", "years", "%", "us$ m", "us$", "number", "probability", "words", "1 or 0", "0 or 1",
         "date", "change", "multiple", "月", "占比", "数值", "概率", "文字", "0 或 1", "变动", "倍数"}  # fmt: skip
LONGEST_UNIT, LONGEST_HEAD = 24, 48
MOST_STYLED = 100_000
FAR = 60  # rows above a column of values, and columns to the left, in which a label is looked for
COMMENTS = "/comments"


class Label(NamedTuple):
    """What the sheet says of one cell; "" where it says nothing."""

    text: str
    unit: str
    source: str


class Content(NamedTuple):
    """What one sheet holds: the values as they are stored, the styles, and where formulas stand."""

    values: dict[tuple[int, int], Value]
    styles: dict[tuple[int, int], int]
    formulas: set[tuple[int, int]]
    # For each row with heads in it, the columns that play a role.
    heads: dict[int, dict[int, str]]
    # The rows in which a text stands twice, as units do and heads do not.
    repeating: set[int]


class Labels:
    """The labels of a workbook's cells; each sheet is read when it is first asked for."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._formats = number_formats(book.plan.workbook)
        self.content = cache(self._content)
        self.rules = cache(self._rules)
        self._runs = cache(self._run_starts)
        self.named = named_cells(book)

    def _content(self, sheet: int) -> Content:
        found = Content({}, {}, set(), {}, set())
        strings = self._book.plan.workbook.shared_strings
        for cell in self._book.plan.sheets[sheet].cells():
            place = (cell.row, cell.column)
            value: Value = cell.inline
            if value is None and cell.kind == b"s":
                at = int(cell.value or b"0")
                value = strings[at] if at < len(strings) else None
            elif value is None:
                value = shown_value(cell.kind, cell.value)
            if value is not None:
                found.values[place] = value
            if cell.formula is not None:
                found.formulas.add(place)
            if isinstance(value, str) and (role := ROLE_OF.get(folded(value))):
                found.heads.setdefault(cell.row, {})[cell.column] = role
        found.repeating.update(repeating_rows(found.values))
        for row, roles in list(found.heads.items()):
            # A row of least values rather than a column, or one of units.
            if [*roles.values()] == ["bound"] or ([*roles.values()] == ["unit"] and row in found.repeating):
                del found.heads[row]
        return found

    def _rules(self, sheet: int) -> list[Validation]:
        return validations(self._book.plan.sheets[sheet])

    def rule(self, cell: CellAt) -> Validation | None:
        """The validation of a cell."""
        return next((rule for rule in self.rules(cell.sheet) if rule.holds_for(cell.row, cell.column)), None)

    def roles(self, cell: CellAt) -> dict[int, str]:
        """The roles of the columns where the cell stands, by the nearest row of heads above it."""
        heads = self.content(cell.sheet).heads
        above = [row for row in heads if row < cell.row]
        return heads[max(above)] if above else {}

    def text(self, cell: CellAt) -> str:
        """The text that stands in a cell; "" for none or a number."""
        value = self.content(cell.sheet).values.get((cell.row, cell.column))
        return value.strip() if isinstance(value, str) else ""

    def of(self, cell: CellAt) -> Label:
        """Label, unit and source of a cell."""
        roles = self.roles(cell)
        (row, measure), above = self._left(cell, roles), self._above(cell, roles)
        head = above[0] if above and folded(above[0]) not in EMPTY_HEADS else ""
        text = f"{row} · {head}" if row and head and self._has_neighbours(cell, roles) else row or head
        unit = self._unit(cell, roles, row, above, measure)
        source = self._source(cell, roles)
        return Label(text or self._prompt(cell, "title"), unit, "" if source == unit else source)

    def _left(self, cell: CellAt, roles: dict[int, str]) -> tuple[str, str]:
        """The nearest text to the left that is no input itself; a short one with another to its left is the unit.

        Beside an answer in words, other words that are computed are other answers: Verdict | words | PASS | FAIL.
        """
        formulas = self.content(cell.sheet).formulas
        in_words = (cell.row, cell.column) in formulas and bool(self.text(cell))
        for column in range(cell.column - 1, max(cell.column - FAR, 0), -1):
            beside = CellAt(cell.sheet, cell.row, column)
            is_answer = beside in self.named or (in_words and (cell.row, column) in formulas)
            if column not in roles and not is_answer and (text := self.text(beside)):
                before = CellAt(cell.sheet, cell.row, column - 1)
                follows = self.text(before) if column > 1 and column - 1 not in roles else ""
                return (follows, text) if len(text) <= LONGEST_UNIT and follows else (text, "")
        return "", ""

    def _above(self, cell: CellAt, roles: dict[int, str]) -> list[str]:
        """The head of the column and, where it stands there too, the unit: in the row of heads, else the nearest."""
        found: list[tuple[int, str]] = []
        heads, repeating = self.content(cell.sheet).heads, self.content(cell.sheet).repeating
        top = max((row for row in heads if row < cell.row), default=0) if roles else 0
        if roles:
            rows: Iterable[int] = (top + 1, top)
        else:
            # A long column of values is as near to its head as its first value is.
            start = self._runs(cell.sheet).get((cell.row, cell.column), cell.row)
            rows = range(min(start, cell.row) - 1, max(start - FAR, 0), -1)
        for row in rows:
            place = CellAt(cell.sheet, row, cell.column)
            text = "" if place in self.named else self.text(place)
            if text and len(text) <= LONGEST_HEAD and not text.startswith("›"):
                found.insert(0, (row, text))
            elif found:
                break
        texts = [text for _, text in found]
        if len(found) == 2 and (
            folded(texts[0]) in UNITS or (found[0][0] in repeating and found[1][0] not in repeating)
        ):
            return texts[::-1]
        return texts[-2:]

    def _run_starts(self, sheet: int) -> dict[tuple[int, int], int]:
        """For each value, the row in which the values one below the other begin that it is one of; a text ends them."""
        found: dict[tuple[int, int], int] = {}
        values = self.content(sheet).values
        for row, column in sorted(values):
            if not isinstance(values[row, column], str):
                found[row, column] = found.get((row - 1, column), row)
        return found

    def _has_neighbours(self, cell: CellAt, roles: dict[int, str]) -> bool:
        """Whether another value stands in the row, so that the label of the row alone does not tell which."""
        values = self.content(cell.sheet).values
        return any(
            isinstance(values.get((cell.row, column)), (int, float))
            or CellAt(cell.sheet, cell.row, column) in self.named
            for column in range(max(cell.column - FAR, 1), min(cell.column + FAR, LAST_COLUMN))
            if column != cell.column and column not in roles
        )

    def _unit(self, cell: CellAt, roles: dict[int, str], row: str, above: list[str], measure: str) -> str:
        for column, role in roles.items():
            if role == "unit" and (text := self.text(CellAt(cell.sheet, cell.row, column))):
                return text
        if len(above) == 2 and len(above[1]) <= LONGEST_UNIT:
            return above[1]
        right = CellAt(cell.sheet, cell.row, cell.column + 1)
        is_answer = right in self.named or (cell.row, right.column) in self.content(cell.sheet).formulas
        beside = self.text(right) if right.column not in roles and not is_answer else ""
        if 0 < len(beside) <= LONGEST_UNIT and not beside.endswith(":"):
            return beside
        if measure:
            return measure
        for text in (row, *above):
            if found := BRACKETS.search(text):
                return found[1]
        return self._unit_of_format(cell)

    def _unit_of_format(self, cell: CellAt) -> str:
        """What the number's format shows: %, a date, a currency; in a large sheet nobody looks."""
        if len(self.content(cell.sheet).values) > MOST_STYLED:
            return ""
        style = self.style(cell)
        code = self._formats[style] if style < len(self._formats) else ""
        if is_date(code):
            return "date"
        if "%" in code:
            return "%"
        money = CURRENCY.search(code)
        return (money[1] or money[2]) if money else ""

    def style(self, cell: CellAt) -> int:
        """The number of a cell's style; 0 where the cell is not stored."""
        return self._styles(cell.sheet).get((cell.row, cell.column), 0)

    def _styles(self, sheet: int) -> dict[tuple[int, int], int]:
        content, part = self.content(sheet), self._book.plan.sheets[sheet]
        if not content.styles:
            row = column = 0
            for match in part.patterns.row_or_cell.finditer(part.scannable, part.start, part.end):
                if match["others"] is not None:
                    attributes = part.attributes_in(match)
                    row, column = part.place_of(attributes, row, column)
                    content.styles[row, column] = style_number(attributes) or 0
                elif match["row"] is not None:
                    row, column = part.row_of(match["row"], row), 0
            content.styles.setdefault((0, 0), 0)
        return content.styles

    def _source(self, cell: CellAt, roles: dict[int, str]) -> str:
        for wanted in ("source", "note"):
            for column, role in roles.items():
                if role == wanted and (text := self.text(CellAt(cell.sheet, cell.row, column))):
                    return text
        return self._prompt(cell, "prompt")

    def _prompt(self, cell: CellAt, which: str) -> str:
        """What Excel shows beside the cell when it is chosen."""
        rule = self.rule(cell)
        return "" if rule is None else (rule.title if which == "title" else rule.prompt)


def repeating_rows(values: Mapping[tuple[int, int], Value]) -> set[int]:
    """The rows in which a text stands more than once."""
    counts = Counter((row, folded(value)) for (row, _), value in values.items() if isinstance(value, str))
    return {row for (row, _), count in counts.items() if count > 1}


def named_cells(book: Book) -> dict[CellAt, str]:
    """The single cells that have a name, with their first."""
    found: dict[CellAt, str] = {}
    for name in book.plan.workbook.names:
        cells = None if name.name.startswith("_xlnm.") else name_cells(book.plan, name)
        if cells is not None and cells.rect.rows * cells.rect.columns == 1:
            found.setdefault(CellAt(cells.sheet, cells.rect.top, cells.rect.left), name.name)
    return found


def folded(text: str) -> str:
    return text.strip().rstrip(":").strip().casefold()
