"""Build workbooks/checks.xlsx: every function against a published or high-precision value, and against native Excel.

python -m workbooks.build checks [--to target.xlsx]
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import computefi
from workbooks.build.checks.proof import WITHIN, Proof, open_proof
from workbooks.build.checks.read import GROUPS
from workbooks.build.checks.sheet import AT, LAST, TOP, WIDTHS, Category
from workbooks.build.functions import words as functions_words
from workbooks.build.functions.cover import link, navigate, write_guide, write_legend
from workbooks.build.kit.page import WHOLE, Book, Page
from workbooks.build.kit.seal import deliver
from workbooks.build.kit.words import words_for

TARGET = Path(__file__).parents[2] / "checks.xlsx"
TITLE = "Checks of the functions of computefi"
A3, A4 = 8, 9
GUIDE = (
    ("What this is", "Every function of the add-in against a value that was printed by someone else or computed without the add-in, and against a shadow: the same quantity in native Excel functions, wherever they can make it."),
    ("How to read a row", "Ours is the call of the add-in on the blue cells of its row. To meet: the published or high-precision value, with its status and source. Shadow is native Excel; its formula stands in the cell, and beside it with the names of the arguments."),
    ("Tolerances", "Of a printed value half a unit of its last digit, unless the source calls for more. Of a shadow one part in a billion: Excel's NORMSDIST is a little rough in some spreadsheets. A simulation gets four standard errors."),
    ("Status", "published: printed by a third party · filed: in a public filing · derived: computed from filed or printed figures · high precision: 40-digit arithmetic that uses nothing of the add-in · exact: follows from the definition."),
    ("The two flags", "master_check is TRUE when every row passes. native_check is TRUE when every shadow meets its published value: it needs no add-in and holds in any spreadsheet."),
    ("Series and workings", "A link “› Series” leads to an argument that is a series or a matrix. Names in a shadow formula that are not arguments stand on Series, Workings and Bivariate under the number of the check."),
)  # fmt: skip
LEGEND = (
    ("input", "input", "Argument: blue on a pale ground. Change it and published and shadow part ways"),
    ("result", 0.05, "What a function of the add-in gives"),
    ("calc", 0.05, "Native Excel, or a value from the source named"),
)
HEADS = ("Category", "Functions", "With a shadow", "Checks", "Shadows", "Checks that fail", "Shadows that fail")
NAMES = {"checks_counted": "E", "shadows_counted": "F", "checks_failed": "G", "shadows_failed": "H"}
FLAGS = (
    ("master_check", "All checks pass", "G", "Ours meets every published value and every shadow"),
    ("native_check", "All shadows agree", "H", "Native Excel meets every published value; holds without the add-in"),
)


def write_categories(book: Book, proof: Proof) -> dict[str, int]:
    """The checks of each category on its page; returns the last row of each."""
    last = {}
    for name, groups in GROUPS.items():
        category = Category(proof, book.pages[name])
        category.write(groups)
        last[name] = category.row - 1
        set_up(category.page, f"B1:{LAST}{last[name]}", "1:5")
    for page, cell, right, rows, paper in (
        (proof.series, "E7", WITHIN, "1:6", A3),
        (proof.workings, "E6", "F", "1:5", A4),
        (proof.bivariate, "E9", "AG", "1:8", A3),
    ):
        page.freeze(cell)
        set_up(page, f"B1:{right}{proof.last(page)}", rows, paper)
    return last


def set_up(page: Page, area: str, rows: str, paper: int = A3) -> None:
    page.print_setup(area, rows)
    page.sheet.page_setup.paperSize = paper


def write_cover(page: Page, last: Mapping[str, int]) -> None:
    row = write_flags(page, write_summary(page, last)) + 1
    row = write_guide(page, row, "H", GUIDE, 108) + 1
    row = write_legend(page, row, "H", LEGEND) + 1
    page.section(row, "Functions without a shadow", "B", "H")
    for group in (group for groups in GROUPS.values() for group in groups if group.without):
        row += 1
        page.put(f"B{row}", group.function, "label")
        page.merge(f"C{row}:H{row}", group.without, "label")
    page.freeze("A4")
    page.print_setup(f"B1:H{row}", "1:3", pages_high=1)


def write_summary(page: Page, last: Mapping[str, int]) -> int:
    """A row per category, and their sum; returns its row."""
    page.section(5, "Summary", "B", "H")
    for letter, head in zip("BCDEFGH", HEADS, strict=True):
        page.put(f"{letter}6", head, "head_left" if letter == "B" else "head")
    for row, (category, groups) in enumerate(GROUPS.items(), 7):
        link(page, f"B{row}", category, category, look="label")
        span = f"'{category}'!{{0}}{TOP}:{{0}}{last[category]}"
        shadows = sum(bool(check.shadow) for group in groups for check in group.cases)
        for letter, value in (
            ("C", len(groups)),
            ("D", sum(not group.without for group in groups)),
            ("E", f"=COUNT({span.format('B')})"),
            ("F", f"=COUNT({span.format(AT['shadow'])})"),
            ("G", f'=E{row}-COUNTIF({span.format(AT["result"])},"pass")'),
            ("H", f'={shadows}-COUNTIF({span.format(AT["agrees"])},"agrees")'),
        ):
            page.put(f"{letter}{row}", value, "calc", WHOLE)
    total = row + 1
    page.put(f"B{total}", "All", "label_bold")
    for letter in "CDEFGH":
        page.put(f"{letter}{total}", f"=SUM({letter}7:{letter}{row})", "result", WHOLE)
    page.paint(f"G7:H{total}", {"G7=0": "good", "G7>0": "bad"})
    return total


def write_flags(page: Page, total: int) -> int:
    """The two flags below the sum of the summary, and the names of both; returns the row after them."""
    row = total + 2
    for name, words, letter, note in FLAGS:
        page.put(f"B{row}", words, "label_bold")
        page.put(f"C{row}", f"={letter}{total}=0", "verdict")
        page.merge(f"D{row}:H{row}", f"{note}. Name: {name}", "note")
        # LibreOffice 7.4 does not survive the printing of a truth value in a rule's colours, so its label has them.
        page.paint(f"B{row}", {f"C{row}": "good", f"NOT(C{row})": "bad"})
        page.book.name(name, page, f"C{row}")
        row += 1
    for name, letter in NAMES.items():
        page.book.name(name, page, f"{letter}{total}")
    return row


def compose(language: str = "en", words: Mapping[str, str] | None = None) -> Book:
    """The workbook without values."""
    version = computefi.__version__
    book = Book(TITLE, language, words or {}, f"computefi {version}")
    said = f"Version {version}: ours, published, native Excel, side by side."
    cover = book.page("Cover", TITLE, said, {"A": 1.5, "B": 28} | dict.fromkeys("CDEFGH", 18.0))
    for category in GROUPS:
        book.page(category, category, "Ours against a published value and against native Excel.", WIDTHS)
    write_cover(cover, write_categories(book, open_proof(book)))
    shared = ("Cover", "Series", "Workings", "Bivariate")
    navigate(book, "Checks: all pass", "CHECKS FAIL", shared, {"Cover": 1, "Workings": 1})
    return book


def codes() -> set[str]:
    """The names that shadow formulas use, the same in every language; `rk` is row k of a matrix."""
    made = {name for groups in GROUPS.values() for group in groups for check in group.cases for name, _ in check.made}
    return functions_words.codes() | {"node", "weight", "rk"} | made


def kept() -> set[str]:
    """Whole texts that are the same: those of functions.xlsx, and the words that functions answer."""
    checks = (check for groups in GROUPS.values() for group in groups for check in group.cases)
    return functions_words.kept() | {check.expected for check in checks if check.words}


def build(target: Path, language: str = "en") -> list[str]:
    """Build the workbook; returns the texts of new functions that are owed their words, and stay English till then."""
    return deliver(compose(language, words_for("checks", language, kept(), codes())), target)
