"""Which cells hold dates, by their format or their validation, and a date as a person types it.

typed(workbook, sheet, CellAt(0, 8, 7), "2027-01-15")   →   46402.0 where Inputs!G8 is formatted yyyy-mm-dd;
                                                            the text itself where the cell is no date
"""

from __future__ import annotations

import datetime as dt
import re

from computefi.dates import serial_of
from computefi.errors import InputRefused
from computefi.xlsx.cells import CellAt, Value, address, quote_sheet, whole_number
from computefi.xlsx.sheet import Sheet
from computefi.xlsx.validations import validations
from computefi.xlsx.workbook import Walker, Workbook, relationships

ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2})?)?")
FIRST = dt.datetime(1900, 3, 1)  # before it Excel counts a 29 February 1900 that never was
FROM_1904 = 1462  # days by which the dates of such a workbook are fewer
LAST_ID = 2**31 - 1
STYLE = re.compile(rb"""\ss\s*=\s*["']([0-9]+)["']""")
CUSTOM = re.compile(rb"""\scustomFormat\s*=\s*["'](?:1|true)["']""")
LITERAL = re.compile(r'"[^"]*"|\[[^\[\]]*\]|\\.|_.')
EAST_ASIAN_DATES = frozenset((27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58))


class Typed(str):
    """A text as a person typed it without quotation marks: a date where the cell holds one."""

    __slots__ = ()


def typed(workbook: Workbook, sheet: Sheet, cell: CellAt, text: str) -> Value:
    """What a typed text means in a cell: a day number where the cell holds dates, else the text."""
    if not holds_date(workbook, sheet, cell):
        return str(text)
    place = f"{quote_sheet(workbook.sheets[cell.sheet])}!{address(cell.row, cell.column)}"
    if not ISO.fullmatch(text):
        raise InputRefused(f"{place} holds a date: write it as 2027-01-15; got {str(text)!r}", cell=place)
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise InputRefused(f"{place}: {str(text)!r} is no date ({error})", cell=place) from None
    if moment < FIRST:
        raise InputRefused(f"{place}: dates begin on {FIRST:%Y-%m-%d}; got {str(text)!r}", cell=place)
    return serial_of(moment) - FROM_1904 * workbook.date1904


def holds_date(workbook: Workbook, sheet: Sheet, cell: CellAt) -> bool:
    """Whether the cell's format shows a date, or its validation asks for one."""
    style = style_of(sheet, cell)
    formats = date_styles(workbook)
    return (style < len(formats) and formats[style]) or asks_for_date(sheet, cell)


def style_of(sheet: Sheet, cell: CellAt) -> int:
    """The number of a cell's style; a cell that is not stored has that of its row, else of its column."""
    row = column = 0
    of_row: int | None = None
    for match in sheet.patterns.row_or_cell.finditer(sheet.scannable, sheet.start, sheet.end):
        if match["others"] is not None:
            attributes = sheet.attributes_in(match)
            row, column = sheet.place_of(attributes, row, column)
            if (row, column) == (cell.row, cell.column):
                return style_number(attributes) or 0
        elif match["row"] is not None:
            row, column = sheet.row_of(match["row"], row), 0
            if row == cell.row and CUSTOM.search(match["row"]):
                of_row = style_number(match["row"])
    return of_row if of_row is not None else column_style(sheet, cell.column)


def style_number(attributes: bytes) -> int | None:
    found = STYLE.search(attributes)
    return whole_number(found[1].decode(), LAST_ID) if found else None


def identifier(attributes: dict[str, str], name: str) -> int:
    """A number that an attribute gives; 0 where it gives none."""
    return whole_number(attributes.get(name, "").strip(), LAST_ID) or 0


def column_style(sheet: Sheet, column: int) -> int:
    """The style of a column whose cells are not stored."""
    found = [0]

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "col" and identifier(attributes, "min") <= column <= identifier(attributes, "max"):
            found.append(identifier(attributes, "style"))

    Walker(sheet.part, start).run(sheet.data)
    return found[-1]


def date_styles(workbook: Workbook) -> list[bool]:
    """For each style of the workbook's cells, whether it shows a date."""
    return [is_date(code) for code in number_formats(workbook)]


def number_formats(workbook: Workbook) -> list[str]:
    """The number format of each style of the workbook's cells."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS

    links = relationships(workbook.package, workbook.part).values()
    part = next((link.target for link in links if link.kind.endswith("/styles")), "")
    if not workbook.package.has(part):
        return []
    codes = dict.fromkeys(EAST_ASIAN_DATES, "yyyy-mm-dd") | BUILTIN_FORMATS
    numbers: list[int] = []
    group = ""

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal group
        if tag.endswith("Xfs"):
            group = tag
        elif tag == "numFmt" and (number := identifier(attributes, "numFmtId")):
            codes[number] = attributes.get("formatCode", "")
        elif tag == "xf" and group == "cellXfs":
            numbers.append(identifier(attributes, "numFmtId"))

    Walker(part, start).run(workbook.package.read(part))
    return [codes.get(number, "") for number in numbers]


def is_date(code: str) -> bool:
    """Whether a number format shows a year or a day: yyyy-mm-dd does, hh:mm and 0.0" days" do not."""
    return re.search("[yd]", LITERAL.sub("", code.split(";")[0]), re.IGNORECASE) is not None


def asks_for_date(sheet: Sheet, cell: CellAt) -> bool:
    """Whether a validation of the sheet asks for a date in this cell."""
    return any(rule.kind == "date" and rule.holds_for(cell.row, cell.column) for rule in validations(sheet))
