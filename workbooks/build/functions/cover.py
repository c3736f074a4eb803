"""What functions.xlsx and checks.xlsx share: the guide and the legend of the cover, and the links of every page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink

from workbooks.build.functions.text import height_of
from workbooks.build.kit.page import Book, Page
from workbooks.build.kit.text import width_of

LINK_WIDTH = 20.0  # a link takes as many columns as give it this room


def link(page: Page, cell: str, text: str, sheet: str, to: str = "A1", look: str = "link") -> None:
    page.put(cell, text, look).hyperlink = Hyperlink(ref=cell, location=f"'{sheet}'!{to}", tooltip=sheet)


def write_guide(page: Page, top: int, last: str, guide: Sequence[tuple[str, str]], width: float) -> int:
    """How to use the workbook: a text a row up to column `last`, over that width; returns the row below."""
    page.section(top, "How to use this workbook", "B", last)
    for row, (label, text) in enumerate(guide, top + 1):
        page.put(f"B{row}", label, "label_bold", vertical="top")
        page.merge(f"C{row}:{last}{row}", text, "label", height=height_of(text, width), vertical="top")
    return top + 1 + len(guide)


def write_legend(page: Page, top: int, last: str, legend: Sequence[tuple[str, str | float, str]]) -> int:
    """What the looks of cells mean, by a cell in each look; returns the row below."""
    page.section(top, "Legend", "B", last)
    for row, (look, value, text) in enumerate(legend, top + 1):
        page.put(f"B{row}", value, look, "0.00")
        page.merge(f"C{row}:{last}{row}", text, "label")
    return top + 1 + len(legend)


def navigate(book: Book, passes: str, fails: str, first: Sequence[str], columns: Mapping[str, int]) -> None:
    """On every page the flag, and links to the pages `first` and to its neighbours.

    A link takes as many columns as give it room, or on the pages `columns` so many, and there stands left of column H.
    """
    names = list(book.pages)
    for at, (name, page) in enumerate(book.pages.items()):
        flag = "B3:C3" if width_of(page, "B") < 25 else "B3:B3"
        page.merge(flag, f'=IF(master_check,"{passes}","{fails}")', "flag")
        page.paint(flag, {"master_check": "good", "NOT(master_check)": "bad"})
        others = {other: f"› {other}" for other in first}
        for before in names[:at][-1:]:
            others.setdefault(before, f"‹ {before}")
        for after in names[at + 1 :][:1]:
            others.setdefault(after, f"{after} ›")
        others.pop(name, None)
        column = 3 if flag == "B3:B3" else 4
        for other, text in others.items():
            if name in columns and column > 6:
                break
            left, taken = get_column_letter(column), columns.get(name, 1)
            while (
                name not in columns and width_of(page, f"{left}:{get_column_letter(column + taken - 1)}") < LINK_WIDTH
            ):
                taken += 1
            page.merge(f"{left}3:{get_column_letter(column + taken - 1)}3", None, "link")
            link(page, f"{left}3", text, other)
            column += taken
