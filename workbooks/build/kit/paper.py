"""How a sheet goes on paper: nothing below seven points, on A3 or over several pages where A4 is too small."""

from __future__ import annotations

from math import ceil

from openpyxl.utils import column_index_from_string, get_column_letter, range_boundaries
from openpyxl.worksheet.pagebreak import Break, ColBreak
from openpyxl.worksheet.worksheet import Worksheet

from workbooks.build.kit.page import A3, A4, HEADER

LEAST_POINTS = 7.0
CLOSE = 0.05  # to it: widths of columns are rounded
HEADER_POINTS = 8
PRINTED = {A4: 277 / 25.4 * 72, A3: 400 / 25.4 * 72}  # points across, between the margins
HIGH = {A4: 210 / 25.4 * 72, A3: 297 / 25.4 * 72}  # points from edge to edge
ROW = 15.0  # points of a row whose height is not said
ENLARGED = 2**0.5  # A3 over A4
REPEATED = "B:D"  # the columns that name a row, on each page across
ROUNDED = 0.98  # of a page's width: spreadsheets round the width of a column


def width_of_column(sheet: Worksheet, column: int) -> float:
    """In points; 0 where it is folded away."""
    dimension = sheet.column_dimensions[get_column_letter(column)]
    return 0.0 if dimension.hidden else (dimension.width * 7 + 5) * 0.75


def height_of_rows(sheet: Worksheet, first: int, last: int) -> float:
    """In points."""
    rows = (sheet.row_dimensions[row] for row in range(first, last + 1))
    return float(sum(row.height or ROW for row in rows if not row.hidden))


def scale_across(sheet: Worksheet) -> float:
    """How much smaller a sheet prints than it is on the screen, so that its pages are as wide as its area."""
    if not sheet.sheet_properties.pageSetUpPr.fitToPage:
        return float(sheet.page_setup.scale or 100) / 100
    left, _, right, _ = _area(sheet)
    across = sum(width_of_column(sheet, column) for column in range(left, right + 1))
    return float(min(1.0, PRINTED[int(sheet.page_setup.paperSize)] / across))


def scale_down(sheet: Worksheet) -> float:
    """How much smaller, so that its rows go on as many pages as they may."""
    pages = int(sheet.page_setup.fitToHeight or 0)
    if not sheet.sheet_properties.pageSetUpPr.fitToPage or not pages:
        return 1.0
    _, top, _, bottom = _area(sheet)
    repeated = [int(row) for row in (sheet.print_title_rows or "").replace("$", "").split(":") if row]
    again = (pages - 1) * height_of_rows(sheet, *repeated) if repeated else 0.0
    margins = 72 * (sheet.page_margins.top + sheet.page_margins.bottom)
    room = pages * (HIGH[int(sheet.page_setup.paperSize)] - margins)
    return min(1.0, room / (height_of_rows(sheet, top, bottom) + again))


def scale_of(sheet: Worksheet) -> float:
    """How much smaller a sheet prints than it is on the screen."""
    return min(scale_across(sheet), scale_down(sheet))


def least_points(sheet: Worksheet) -> float:
    """The smallest letters of the area that is printed, on the screen."""
    left, top, right, bottom = _area(sheet)
    cells = (cell for row in sheet.iter_rows(top, bottom, left, right) for cell in row if cell.value is not None)
    return float(min(cell.font.size for cell in cells))


def make_readable(sheet: Worksheet) -> None:
    """Choose the paper and the scale at which the smallest letters can be read, and headers as large as the rest."""
    needed = (LEAST_POINTS - CLOSE) / least_points(sheet)
    if scale_of(sheet) < needed and int(sheet.page_setup.paperSize) == A4:
        sheet.page_setup.paperSize = A3
        if not sheet.sheet_properties.pageSetUpPr.fitToPage:
            # Pages end at the same rows and columns as they did on A4.
            sheet.page_setup.scale = min(100, int(ENLARGED * sheet.page_setup.scale))
    if scale_across(sheet) < needed:
        _spread(sheet, ceil(100 * needed))
    while scale_down(sheet) < needed:
        sheet.page_setup.fitToHeight += 1
    size = ceil(LEAST_POINTS / scale_of(sheet))
    for part in (sheet.oddHeader, sheet.oddFooter):
        for place in (part.left, part.center, part.right):
            if place.text and size > HEADER_POINTS:
                place.text = place.text.replace(HEADER, HEADER.replace(f"&{HEADER_POINTS}", f"&{size}"), 1)


def _spread(sheet: Worksheet, scale: int) -> None:
    """Print over several pages across at a scale, as many columns on each as there is room for."""
    sheet.sheet_properties.pageSetUpPr.fitToPage = False
    sheet.page_setup.fitToWidth = sheet.page_setup.fitToHeight = None
    sheet.page_setup.scale = scale
    sheet.print_title_cols = REPEATED
    titles = column_index_from_string(REPEATED[-1])
    left, _, right, _ = _area(sheet)
    named = sum(width_of_column(sheet, column) for column in range(left, titles + 1))
    room = ROUNDED * PRINTED[A3] / (scale / 100) - named
    taken, breaks = 0.0, ColBreak()
    for column in range(titles + 1, right + 1):
        width = width_of_column(sheet, column)
        if taken + width > room:
            breaks.append(Break(id=column - 1))
            taken = 0.0
        taken += width
    sheet.col_breaks = breaks


def _area(sheet: Worksheet) -> tuple[int, int, int, int]:
    """What is printed, from its first column and row to its last."""
    areas = sheet.print_area or f"!{sheet.dimensions}"
    bounds = [range_boundaries(area.split("!")[1].replace("$", "")) for area in areas.split(",")]
    lefts, tops, rights, bottoms = zip(*bounds, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
