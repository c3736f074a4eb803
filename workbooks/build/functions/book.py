"""Build workbooks/functions.xlsx: every function, what it takes and gives, and a live example. Made from the registry.

python -m workbooks.build functions [--to target.xlsx]
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.pagebreak import Break

import computefi
from computefi.recalc import recalculate
from computefi.spec import REGISTRY, Spec
from workbooks.build.functions.card import LAST_LETTER, WIDTHS, Card, height_of, signature
from workbooks.build.functions.words import codes, kept
from workbooks.build.kit.page import HEADER, WHOLE, Book, Page
from workbooks.build.kit.seal import save
from workbooks.build.kit.words import MissingWords, words_for

TARGET = Path(__file__).parents[2] / "functions.xlsx"
TITLE = "The functions of computefi"
PAGE_HEIGHT = 655.0  # points that fit on a printed page
INDEX_HEIGHT = 625.0  # the same under the headings of Index
SCALE = 70
GUIDE = (
    (
        "What this is",
        "Every sheet function of the add-in on one card each: its sentence, its arguments with unit, bounds and "
        "default, its formula, convention, limits, errors and source, and a live example. It is made from the "
        "declarations in the code, so it says what the code does.",
    ),
    (
        "How to read it",
        "Find a function on Index and follow its link. On its card change a blue number in “Input cells”: the answer "
        "moves, and the verdict says FAIL, because the expected answer belongs to the inputs delivered.",
    ),
    (
        "Rates and shares",
        "Decimals, 0.05 for 5%. Time is in years unless the unit says months, days or periods. What a rate means, per "
        "period, per year or continuous, stands under Unit.",
    ),
    (
        "Shapes",
        "“A number, cell by cell”: given a range it works on every cell and spills. “A series”: one row or one column. "
        "“A matrix”: a row and a column per what is said. A blank optional argument takes its default.",
    ),
    (
        "Errors",
        "#VALUE! wrong type or shape · #NUM! outside the bounds or no solution · #DIV/0! a denominator of zero · #N/A too "
        "little data. CFI_WHY with the same arguments says the reason in words.",
    ),
    (
        "Without the add-in",
        "The stored values can be read in any spreadsheet. To recalculate, the add-in or computefi's own command line "
        "is needed; elsewhere the formulas show #NAME? once they are recalculated.",
    ),
)
LEGEND = (
    ("input", "input", "Input: blue on a pale ground; change it freely within its bounds"),
    ("calc", 0.05, "Given with the declaration, or native arithmetic"),
    ("result", 0.05, "What a function of the add-in gives"),
    ("label_bold", "name", "An argument that must be given; one in plain letters is optional"),
)


def categories() -> dict[str, list[Spec]]:
    found: dict[str, list[Spec]] = {}
    for spec in REGISTRY.values():
        found.setdefault(spec.category, []).append(spec)
    return found


def link(page: Page, cell: str, text: str, sheet: str, to: str = "A1", look: str = "link") -> None:
    page.put(cell, text, look).hyperlink = Hyperlink(ref=cell, location=f"'{sheet}'!{to}", tooltip=sheet)


def set_up(page: Page, area: str, title_rows: str) -> None:
    """Print set-up at a fixed scale, so that page breaks between cards hold."""
    page.print_setup(area, title_rows)
    sheet = page.sheet
    sheet.sheet_properties.pageSetUpPr.fitToPage = False
    sheet.page_setup.scale = SCALE
    sheet.page_setup.fitToWidth = sheet.page_setup.fitToHeight = None
    sheet.oddFooter.center.text = HEADER + f"computefi {computefi.__version__}: {len(REGISTRY)} functions"


def write_cover(book: Book) -> Page:
    page = book.page(
        "Cover",
        TITLE,
        f"Version {computefi.__version__} · {len(REGISTRY)} functions in {len(categories())} categories",
        {"A": 1.5, "B": 24, "C": 26, "D": 26, "E": 26, "F": 26, "G": 26},
    )
    row = 5
    page.section(row, "Checks", "B", "G")
    for offset, words in enumerate(("Examples", "Examples that fail", "All pass")):
        page.put(f"B{row + 1 + offset}", words, "label_bold")
    page.put(f"C{row + 1}", "=COUNTA(verdicts)", "result", WHOLE)
    page.put(f"C{row + 2}", '=C6-COUNTIF(verdicts,"pass")', "result", WHOLE)
    page.put(f"C{row + 3}", "=C7=0", "verdict")
    # LibreOffice 7.4 does not survive the printing of a truth value in a rule's colours, so its label has them.
    page.paint(f"B{row + 3}", {f"C{row + 3}": "good", f"NOT(C{row + 3})": "bad"})
    notes = (
        "Every function has one example here; its answer is compared with the declared one.",
        "Counted from the last column of Index.",
        "TRUE as delivered. A changed input makes it FALSE.",
    )
    for offset, words in enumerate(notes):
        page.merge(f"D{row + 1 + offset}:G{row + 1 + offset}", words, "note")
    row += 5
    page.section(row, "How to use this workbook", "B", "G")
    for label, text in GUIDE:
        row += 1
        page.put(f"B{row}", label, "label_bold", vertical="top")
        page.merge(f"C{row}:G{row}", text, "label", height=height_of(text, 140), vertical="top")
    row += 2
    page.section(row, "Legend", "B", "G")
    for look, value, text in LEGEND:
        row += 1
        page.put(f"B{row}", value, look, "0.00")
        page.merge(f"C{row}:G{row}", text, "label")
    row += 2
    page.section(row, "Categories", "B", "G")
    page.put(f"B{row + 1}", "Functions", "head_left")
    page.merge(f"C{row + 1}:G{row + 1}", "Category", "head_left")
    row += 1
    for category, specs in categories().items():
        row += 1
        page.put(f"B{row}", len(specs), "calc", WHOLE, horizontal="left", indent=1)
        page.merge(f"C{row}:G{row}", None, "label")
        link(page, f"C{row}", category, category, look="label")
    book.name("master_check", page, "C8")
    page.freeze("A4")
    set_up(page, f"B1:G{row}", "1:3")
    page.sheet.page_setup.scale = 76
    return page


def write_index(book: Book) -> Page:
    """The list of all functions; the links are set when the cards stand."""
    page = book.page(
        "Index",
        "Index",
        "Every function by category, with a link to its card.",
        {"A": 1.5, "B": 27, "C": 76, "D": 60, "E": 10},
    )
    for letter, text in zip("BCDE", ("Function", "What it says", "Call", "Example"), strict=True):
        page.put(f"{letter}5", text, "head" if letter == "E" else "head_left")
    return page


def write_categories(book: Book, index: Page) -> None:
    first = row = 6
    filled = 0.0
    for category, specs in categories().items():
        page = book.page(category, category, f"{len(specs)} functions", WIDTHS)
        if filled + 50 > INDEX_HEIGHT:  # no category begins at the foot of a page
            index.sheet.row_breaks.append(Break(id=row - 1))
            filled = 0.0
        index.section(row, category, "B", "E")
        row, filled = row + 1, filled + 19
        card, used = Card(page, 5), 0.0
        for spec in specs:
            top = card.row
            card.write(spec)
            height = sum(page.sheet.row_dimensions[r].height or 15.0 for r in range(top, card.row))
            if used and used + height > PAGE_HEIGHT:
                page.sheet.row_breaks.append(Break(id=top - 1))
                used = 0.0
            used += height
            call = signature(spec).removeprefix(spec.name)[1:-1]
            link(index, f"B{row}", spec.name, category, f"B{top}", "label")
            index.put(f"C{row}", spec.summary, "label")
            index.put(f"D{row}", call, "label", size=9)
            index.put(f"E{row}", f"='{category}'!{card.verdict}", "verdict")
            height = max(17.0, height_of(spec.summary, 76), height_of(call, 60, 9))
            index.row(row, height)
            if filled + height > INDEX_HEIGHT:
                index.sheet.row_breaks.append(Break(id=row - 1))
                filled = 0.0
            filled += height
            row += 1
        page.freeze("A5")
        set_up(page, f"B1:{LAST_LETTER}{card.row - 1}", "1:3")
    last = row - 1
    index.paint(f"E{first}:E{last}", {f'E{first}="pass"': "good", f'E{first}="FAIL"': "bad"})
    index.freeze("A6")
    set_up(index, f"B1:E{last}", "1:5")
    book.name("verdicts", index, f"E{first}:E{last}")


def navigate(book: Book) -> None:
    """On every page the flag, and links to the cover, the index and the neighbouring pages."""
    names = list(book.pages)
    for at, (name, page) in enumerate(book.pages.items()):
        narrow = (page.sheet.column_dimensions["B"].width or 0) < 25
        flag = "B3:C3" if narrow else "B3:B3"
        page.merge(flag, '=IF(master_check,"Examples: all pass","EXAMPLES FAIL: see Index")', "flag")
        page.paint(flag if narrow else "B3", {"master_check": "good", "NOT(master_check)": "bad"})
        targets = [("› Cover", "Cover"), ("› Index", "Index")]
        if at > 0:
            targets.append((f"‹ {names[at - 1]}", names[at - 1]))
        if at + 1 < len(names):
            targets.append((f"{names[at + 1]} ›", names[at + 1]))
        column, width = (4, 2) if narrow else (3, 1)
        row = 3
        for text, other in targets:
            if other == name or (other in ("Cover", "Index") and text[0] != "›"):
                continue
            cell = f"{chr(64 + column)}{row}"
            if width > 1:
                page.merge(f"{cell}:{chr(63 + column + width)}{row}", None, "link")
            link(page, cell, text, other)
            column += width


def compose(language: str = "en", words: Mapping[str, str] | None = None) -> Book:
    """The workbook without values."""
    book = Book(TITLE, language, words or {})
    write_cover(book)
    index = write_index(book)
    write_categories(book, index)
    navigate(book)
    return book


def build(target: Path, language: str = "en") -> None:
    words = words_for("functions", language, kept(), codes())
    with TemporaryDirectory() as folder:
        draft = Path(folder) / "draft.xlsx"
        # A text of a new function without Chinese words stays English; `python -m tools owed` counts it.
        with suppress(MissingWords):
            save(compose(language, words), draft)
        recalculate(draft, target, calc="trust")
