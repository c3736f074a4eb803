"""To how many places the cells of a sheet are rounded in a workbook that calculates with the precision displayed.

A1 formatted 0.00, B1 0.0%, C1 #,##0,, D1 General   →   A1 2, B1 3, C1 -3; D1 is not rounded
A1 formatted 0.00E+00, # ?/?, 0.0;(0.00)            →   DOUBTFUL: by no one number of places
"""

from __future__ import annotations

import re

from computefi.xlsx.date_cells import LITERAL, number_formats, style_number
from computefi.xlsx.sheet import Sheet
from computefi.xlsx.workbook import Workbook

NUMBER = re.compile(r"(?P<whole>[0#?,]*[0#?](?P<thousands>,*))(?:\.(?P<decimals>[0#?]*)(?P<more>,*))?")
CONDITION = re.compile(r"\[[<>=]")
ROUNDS_OTHERWISE = re.compile(r"E[+-]|[0#?]\s*/\s*[0-9#?]", re.IGNORECASE)
NOT_ROUNDED = re.compile(r"General|@|[yMdhsE/]", re.IGNORECASE)


DOUBTFUL = 999
"""What stands for the places of a format that rounds in another way."""


def places_of(code: str) -> int | None:
    """The places after the point that a number format shows; None where it does not round."""
    first, *others = (LITERAL.sub("", section) for section in code.split(";"))
    places = places_in(first)
    # The third is for 0, the fourth for texts, unless there are conditions.
    others = others if any(CONDITION.search(section) for section in code.split(";")) else others[:1]
    if places is not None and any(section and places_in(section) != places for section in others):
        return DOUBTFUL
    return places


def places_in(bare: str) -> int | None:
    """The same of one part of a format, without its literals."""
    match = NUMBER.search(bare)
    if match is not None and ROUNDS_OTHERWISE.search(bare) and not re.search(r"[ymdhs]", bare, re.IGNORECASE):
        return DOUBTFUL
    if match is None or NOT_ROUNDED.search(bare):
        return None
    commas = len(match["thousands"]) + len(match["more"] or "")
    return len(match["decimals"] or "") + 2 * bare.count("%") - 3 * commas


def places_shown(workbook: Workbook, sheet: Sheet) -> dict[tuple[int, int], int]:
    """The cells of a sheet whose formats round, and to how many places."""
    places = [places_of(code) for code in number_formats(workbook)]
    found: dict[tuple[int, int], int] = {}
    row = column = 0
    for match in sheet.patterns.row_or_cell.finditer(sheet.scannable, sheet.start, sheet.end):
        if match["others"] is not None:
            attributes = sheet.attributes_in(match)
            row, column = sheet.place_of(attributes, row, column)
            style = style_number(attributes) or 0
            shown = places[style] if style < len(places) else None
            if shown is not None:
                found[row, column] = shown
        elif match["row"] is not None:
            row, column = sheet.row_of(match["row"], row), 0
    return found
