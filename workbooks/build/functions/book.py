"""Build workbooks/functions.xlsx: every function, what it takes and gives, and a live example. Made from the registry.

python -m workbooks.build functions [--to target.xlsx]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from openpyxl.worksheet.pagebreak import Break

import computefi
from computefi.spec import REGISTRY, Spec
from workbooks.build.functions.card import LAST_LETTER, WIDTHS, Card, signature
from workbooks.build.functions.cover import link, navigate, write_guide, write_legend
from workbooks.build.functions.text import height_of
from workbooks.build.functions.words import codes, kept
from workbooks.build.kit.page import WHOLE, Book, Page
from workbooks.build.kit.seal import deliver
from workbooks.build.kit.words import words_for

TARGET = Path(__file__).parents[2] / "functions.xlsx"
TITLE = "The functions of computefi"
PAGE_HEIGHT = 655.0  # points that fit on a printed page
INDEX_HEIGHT = 625.0  # the same under the headings of Index
SCALE, COVER_SCALE = 78, 78
GUIDE = (
    ("What this is", "Every sheet function of the add-in on one card each: its sentence, its arguments with unit, bounds and default, its formula, convention, limits, errors and source, and a live example. It is made from the declarations in the code, so it says what the code does."),
    ("How to read it", "Find a function on Index and follow its link. On its card change a blue number in “Input cells”: the answer moves, and the verdict says FAIL, because the expected answer belongs to the inputs delivered."),
    ("Rates and shares", "Decimals, 0.05 for 5%. Time is in years unless the unit says months, days or periods. What a rate means, per period, per year or continuous, stands under Unit."),
    ("Shapes", "“A number, cell by cell”: given a range it works on every cell and spills. “A series”: one row or one column. “A matrix”: a row and a column per what is said. A blank optional argument takes its default."),
    ("Errors", "#VALUE! wrong type or shape · #NUM! outside the bounds or no solution · #DIV/0! a denominator of zero · #N/A too little data. CFI_WHY with the same arguments says the reason in words."),
    ("Without the add-in", "The stored values can be read in any spreadsheet. To recalculate, the add-in or computefi's own command line is needed; elsewhere the formulas show #NAME? once they are recalculated."),
)  # fmt: skip
LEGEND = (
    ("input", "input", "Input: blue on a pale ground; change it freely within its bounds"),
    ("calc", 0.05, "Given with the declaration, or native arithmetic"),
    ("result", 0.05, "What a function of the add-in gives"),
    ("label_bold", "name", "An argument that must be given; one in plain letters is optional"),
)
FLAG = (
    ("Examples", "=COUNTA(verdicts)", "result", "Every function has one example here; its answer is compared with the declared one."),
    ("Examples that fail", '=C6-COUNTIF(verdicts,"pass")', "result", "Counted from the last column of Index."),
    ("All pass", "=C7=0", "verdict", "TRUE as delivered. A changed input makes it FALSE."),
)  # fmt: skip


def categories() -> dict[str, list[Spec]]:
    order = {category: at for at, category in enumerate(dict.fromkeys(spec.category for spec in REGISTRY.values()))}
    specs = sorted(REGISTRY.values(), key=lambda spec: order[spec.category])
    return {category: list(members) for category, members in groupby(specs, lambda spec: spec.category)}


@dataclass
class Paper:
    """Breaks the pages of a sheet, so that nothing begins at their foot."""

    page: Page
    room: float
    filled: float = 0.0

    def add(self, top: int, height: float, needs: float) -> None:
        """What begins in row `top` begins a page unless as much as it needs is left of this one."""
        if self.filled and self.filled + needs > self.room:
            self.page.sheet.row_breaks.append(Break(id=top - 1))
            self.filled = 0.0
        self.filled += height


def set_up(page: Page, area: str, title_rows: str, scale: int = SCALE) -> None:
    """Print set-up at a fixed scale, so that page breaks between cards hold."""
    page.print_setup(area, title_rows)
    sheet = page.sheet
    sheet.sheet_properties.pageSetUpPr.fitToPage = False
    sheet.page_setup.scale = scale
    sheet.page_setup.fitToWidth = sheet.page_setup.fitToHeight = None


def write_cover(book: Book) -> None:
    said = f"Version {computefi.__version__} · {len(REGISTRY)} functions in {len(categories())} categories"
    page = book.page("Cover", TITLE, said, {"A": 1.5, "B": 24} | dict.fromkeys("CDEFG", 26))
    page.section(5, "Checks", "B", "G")
    for row, (words, formula, look, note) in enumerate(FLAG, 6):
        page.put(f"B{row}", words, "label_bold")
        page.put(f"C{row}", formula, look, WHOLE if look == "result" else "General")
        page.merge(f"D{row}:G{row}", note, "note")
    # LibreOffice 7.4 does not survive the printing of a truth value in a rule's colours, so its label has them.
    page.paint("B8", {"C8": "good", "NOT(C8)": "bad"})
    book.name("master_check", page, "C8")
    top = write_guide(page, 10, "G", GUIDE, 140) + 1
    top = write_legend(page, top, "G", LEGEND) + 1
    page.section(top, "Categories", "B", "G")
    page.put(f"B{top + 1}", "Functions", "head_left")
    page.merge(f"C{top + 1}:G{top + 1}", "Category", "head_left")
    for row, (category, specs) in enumerate(categories().items(), top + 2):
        page.put(f"B{row}", len(specs), "calc", WHOLE, horizontal="left", indent=1)
        page.merge(f"C{row}:G{row}", None, "label")
        link(page, f"C{row}", category, category, look="label")
    page.freeze("A4")
    set_up(page, f"B1:G{row}", "1:3", COVER_SCALE)


def write_index(book: Book) -> Page:
    """The list of all functions, without its lines: they are written with the cards."""
    widths = {"A": 1.5, "B": 27, "C": 76, "D": 60, "E": 10}
    page = book.page("Index", "Index", "Every function by category, with a link to its card.", widths)
    for letter, text in zip("BCDE", ("Function", "What it says", "Call", "Example"), strict=True):
        page.put(f"{letter}5", text, "head" if letter == "E" else "head_left")
    return page


def write_cards(book: Book, index: Page) -> None:
    """A page per category, a card per function, and its line on Index."""
    row, paper = 6, Paper(index, INDEX_HEIGHT)
    for category, specs in categories().items():
        page = book.page(category, category, f"{len(specs)} functions", WIDTHS)
        index.section(row, category, "B", "E")
        paper.add(row, 19, needs=50)
        row += 1
        card, sheets = Card(page, 5), Paper(page, PAGE_HEIGHT)
        for spec in specs:
            top = card.row
            card.write(spec)
            height = sum(page.sheet.row_dimensions[r].height or 15.0 for r in range(top, card.row))
            sheets.add(top, height, needs=height)
            height = write_line(index, row, spec, card.verdict, top)
            paper.add(row, height, needs=height)
            row += 1
        page.freeze("A5")
        set_up(page, f"B1:{LAST_LETTER}{card.row - 1}", "1:3")
    index.paint(f"E6:E{row - 1}", {'E6="pass"': "good", 'E6="FAIL"': "bad"})
    index.freeze("A6")
    set_up(index, f"B1:E{row - 1}", "1:5")
    book.name("verdicts", index, f"E6:E{row - 1}")


def write_line(index: Page, row: int, spec: Spec, verdict: str, card: int) -> float:
    """A function's line on Index, with a link to its card; returns the height of the line."""
    call = signature(spec).removeprefix(spec.name)[1:-1]
    link(index, f"B{row}", spec.name, spec.category, f"B{card}", "label")
    index.put(f"C{row}", spec.summary, "label")
    index.put(f"D{row}", call, "label", size=9)
    index.put(f"E{row}", f"='{spec.category}'!{verdict}", "verdict")
    height = max(17.0, height_of(spec.summary, 76), height_of(call, 60, 9))
    index.row(row, height)
    return height


def compose(language: str = "en", words: Mapping[str, str] | None = None) -> Book:
    """The workbook without values."""
    book = Book(TITLE, language, words or {}, f"computefi {computefi.__version__}: {len(REGISTRY)} functions")
    write_cover(book)
    write_cards(book, write_index(book))
    navigate(book, "Examples: all pass", "EXAMPLES FAIL: see Index", ("Cover", "Index"), {"Cover": 2})
    return book


def build(target: Path, language: str = "en") -> list[str]:
    """Build the workbook; returns the texts of new functions that are owed their words, and stay English till then."""
    return deliver(compose(language, words_for("functions", language, kept(), codes())), target)
