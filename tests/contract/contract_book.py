"""The contract table as one workbook: a call per formula, its cells to the right of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
from contract_arguments import Areas, Block, Cell, Filtered, Merged, Money, Typed, Whole
from contract_table import Row, row_id
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from computefi.errors import Code
from computefi.spec import MISSING

SHEET = "Contract"
FIRST_ARGUMENT = 40  # column of the first cell of a call; answers stand to the left
Places = list[list[str]]


@dataclass(frozen=True)
class Area:
    """Where the answer of a call stands."""

    top: int
    rows: int
    columns: int

    @property
    def reference(self) -> str:
        return f"A{self.top}:{get_column_letter(self.columns)}{self.top + self.rows - 1}"

    @property
    def places(self) -> Places:
        return [
            [f"{get_column_letter(1 + column)}{self.top + row}" for column in range(self.columns)]
            for row in range(self.rows)
        ]


def literal(value: Any) -> str:
    """A cell's content as it is typed into a formula."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    return value.value if isinstance(value, Code) else repr(value).removesuffix(".0")


def put(sheet: Worksheet, row: int, column: int, content: Any) -> None:
    """A content in its cell, of exactly that kind."""
    cell = sheet.cell(row, column)
    if content == "":
        cell.value = '=""'
    elif isinstance(content, Code):
        cell.value, cell.data_type = content.value, "e"
    elif isinstance(content, Money):
        cell.value, cell.number_format = content.amount, '"$"#,##0.00'
    elif isinstance(content, str):
        cell.value, cell.data_type = content, "s"
    elif isinstance(content, (bool, float, dt.datetime)):
        cell.value = content
    else:
        assert content is None


def argument(sheet: Worksheet, top: int, column: int, value: Any) -> tuple[str, int]:
    """An argument's text in the formula, its cells filled from a column on, and the next free column."""
    if value is MISSING:
        return "", column
    if isinstance(value, Areas):
        texts = []
        for block in value.blocks:
            text, column = argument(sheet, top, column, block)
            texts.append(text)
        return f"({','.join(texts)})", column
    if isinstance(value, Typed):
        return "{" + ";".join(",".join(map(literal, line)) for line in value.rows) + "}", column
    if not isinstance(value, (Cell, Block)):
        return literal(value), column
    if isinstance(value, Whole):
        return whole(sheet, value), column
    rows = ((value.content,),) if isinstance(value, Cell) else value.rows
    for i, line in enumerate(rows):
        for j, content in enumerate(line):
            put(sheet, top + i, column + j, content)
        sheet.row_dimensions[top + i].hidden = isinstance(value, Filtered) and i % 2 == 1
    first = f"{get_column_letter(column)}{top}"
    last = f"{get_column_letter(column + len(rows[0]) - 1)}{top + len(rows) - 1}"
    if isinstance(value, Merged):
        sheet.merge_cells(f"{first}:{last}")
    return first if isinstance(value, Cell) else f"{first}:{last}", column + len(rows[0])


def whole(sheet: Worksheet, value: Whole) -> str:
    """Whole columns or rows, on a sheet of their own that is used farther down and to the right."""
    assert sheet.parent is not None
    other = sheet.parent.create_sheet(f"Whole{len(sheet.parent.sheetnames)}")
    for i, line in enumerate(value.rows, 1):
        for j, content in enumerate(line, 1):
            put(other, i, j, content)
    rows, columns = len(value.rows), len(value.rows[0])
    put(other, rows + 5, columns + 5, 1.0)
    last = rows if value.by_row else get_column_letter(columns)
    return f"{other.title}!{1 if value.by_row else 'A'}:{last}"


def extent(line: Row) -> tuple[int, int]:
    """How many rows and columns the answer takes."""
    return (len(line.answer), len(line.answer[0])) if isinstance(line.answer, tuple) else (1, 1)


def fill(sheet: Worksheet, table: list[Row]) -> dict[str, Area]:
    """Every call on the sheet, an answer of several cells as an array formula; where each answer stands."""
    areas = {}
    top = 1
    for line in table:
        column = FIRST_ARGUMENT
        texts = []
        for value in line.arguments:
            text, column = argument(sheet, top, column, value)
            texts.append(text)
        formula = f"={line.function}({','.join(texts)})"
        rows, columns = extent(line)
        area = areas[row_id(line)] = Area(top, rows, columns)
        sheet[f"A{top}"] = formula if rows == columns == 1 else ArrayFormula(area.reference, formula)
        blocks = [len(value.rows) for value in line.arguments if isinstance(value, Block)]
        top += max(rows, *blocks, 1) + 1
    return areas


def make_book(path: Path, table: list[Row]) -> dict[str, Area]:
    """The table as a workbook; where each answer stands."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = SHEET
    areas = fill(sheet, table)
    book.save(path)
    return areas
