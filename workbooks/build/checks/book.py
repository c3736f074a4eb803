"""Build workbooks/checks.xlsx: every function against a published or high-precision value, and against native Excel.

python -m workbooks.build checks [--to target.xlsx]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink

import computefi
from computefi.recalc import recalculate
from computefi.spec import REGISTRY
from workbooks.build.checks import cash as checks_cash
from workbooks.build.checks import collateral as checks_collateral
from workbooks.build.checks import credit as checks_credit
from workbooks.build.checks.case import Group
from workbooks.build.checks.sheets import WIDTHS, Category, Tally, open_proof
from workbooks.build.checks.words import codes, kept
from workbooks.build.functions.card import height_of
from workbooks.build.kit.page import HEADER, WHOLE, Book, Page
from workbooks.build.kit.seal import save
from workbooks.build.kit.words import words_for

TARGET = Path(__file__).parents[2] / "checks.xlsx"
TITLE = "Checks of the functions of computefi"
A3 = 8
LINK_WIDTH = 20.0
FOUND: dict[str, tuple[Group, ...]] = checks_cash.GROUPS | checks_collateral.GROUPS | checks_credit.GROUPS
# In the order of the registry, which is that of functions.xlsx.
GROUPS = {
    category: FOUND[category]
    for category in dict.fromkeys(spec.category for spec in REGISTRY.values())
    if category in FOUND
}
GUIDE = (
    (
        "What this is",
        "Every function of the add-in against a value that was printed by someone else or computed without the add-in, "
        "and against a shadow: the same quantity in native Excel functions, wherever they can make it.",
    ),
    (
        "How to read a row",
        "Ours is the call of the add-in on the blue cells of its row. To meet: the published or high-precision value, with "
        "its status and source. Shadow is native Excel; its formula stands in the cell, and beside it with the names of the arguments.",
    ),
    (
        "Tolerances",
        "Of a printed value half a unit of its last digit, unless the source calls for more. Of a shadow one part in a "
        "billion: Excel's NORMSDIST is a little rough in some spreadsheets. A simulation gets four standard errors.",
    ),
    (
        "Status",
        "published: printed by a third party · filed: in a public filing · derived: computed from filed or printed figures · "
        "high precision: 40-digit arithmetic that uses nothing of the add-in · exact: follows from the definition.",
    ),
    (
        "The two flags",
        "master_check is TRUE when every row passes. native_check is TRUE when every shadow meets its published value: it "
        "needs no add-in and holds in any spreadsheet.",
    ),
    (
        "Series and workings",
        "A link “› Series” leads to an argument that is a series or a matrix. Names in a shadow formula that are not "
        "arguments stand on Series, Workings and Bivariate under the number of the check.",
    ),
)


def set_up(page: Page, area: str, rows: str, paper: int = A3) -> None:
    page.print_setup(area, rows)
    page.sheet.page_setup.paperSize = paper
    page.sheet.oddFooter.center.text = HEADER + f"computefi {computefi.__version__}"


def write_cover(book: Book) -> Page:
    widths = {"A": 1.5, "B": 28} | dict.fromkeys("CDEFGH", 18.0)
    return book.page(
        "Cover", TITLE, f"Version {computefi.__version__}: ours, published, native Excel, side by side.", widths
    )


def fill_cover(book: Book, page: Page, tallies: Sequence[Tally]) -> None:
    page.section(5, "Summary", "B", "H")
    heads = ("Category", "Functions", "With a shadow", "Checks", "Shadows", "Checks that fail", "Shadows that fail")
    for letter, head in zip("BCDEFGH", heads, strict=True):
        page.put(f"{letter}6", head, "head_left" if letter == "B" else "head")
    row = 7
    for tally in tallies:
        page.put(f"B{row}", tally.sheet, "label").hyperlink = Hyperlink(
            ref=f"B{row}", location=f"'{tally.sheet}'!A1", tooltip=tally.sheet
        )
        span = f"'{tally.sheet}'!{{0}}{tally.first}:{{0}}{tally.last}"
        page.put(f"C{row}", tally.functions, "calc", WHOLE)
        page.put(f"D{row}", tally.with_shadow, "calc", WHOLE)
        page.put(f"E{row}", f"=COUNT({span.format('B')})", "calc", WHOLE)
        page.put(f"F{row}", f"=COUNT({span.format('S')})", "calc", WHOLE)
        page.put(f"G{row}", f'=E{row}-COUNTIF({span.format("W")},"pass")', "calc", WHOLE)
        page.put(f"H{row}", f'={tally.shadows}-COUNTIF({span.format("V")},"agrees")', "calc", WHOLE)
        row += 1
    page.put(f"B{row}", "All", "label_bold")
    for letter in "CDEFGH":
        page.put(f"{letter}{row}", f"=SUM({letter}7:{letter}{row - 1})", "result", WHOLE)
    page.paint(f"G7:H{row}", {"G7=0": "good", "G7>0": "bad"})
    total = row
    row += 2
    flags = (
        ("master_check", "All checks pass", f"=G{total}=0", "Ours meets every published value and every shadow"),
        (
            "native_check",
            "All shadows agree",
            f"=H{total}=0",
            "Native Excel meets every published value; holds without the add-in",
        ),
    )
    for name, words, formula, note in flags:
        page.put(f"B{row}", words, "label_bold")
        page.put(f"C{row}", formula, "verdict")
        page.merge(f"D{row}:H{row}", f"{note}. Name: {name}", "note")
        # LibreOffice 7.4 does not survive the printing of a truth value in a rule's colours, so its label has them.
        page.paint(f"B{row}", {f"C{row}": "good", f"NOT(C{row})": "bad"})
        book.name(name, page, f"C{row}")
        row += 1
    for name, letter in (
        ("checks_counted", "E"),
        ("shadows_counted", "F"),
        ("checks_failed", "G"),
        ("shadows_failed", "H"),
    ):
        book.name(name, page, f"{letter}{total}")
    row += 1
    page.section(row, "How to use this workbook", "B", "H")
    for label, text in GUIDE:
        row += 1
        page.put(f"B{row}", label, "label_bold", vertical="top")
        page.merge(f"C{row}:H{row}", text, "label", height=height_of(text, 108), vertical="top")
    row += 2
    page.section(row, "Legend", "B", "H")
    for look, value, text in (
        ("input", "input", "Argument: blue on a pale ground. Change it and published and shadow part ways"),
        ("result", 0.05, "What a function of the add-in gives"),
        ("calc", 0.05, "Native Excel, or a value from the source named"),
    ):
        row += 1
        page.put(f"B{row}", value, look, "0.00")
        page.merge(f"C{row}:H{row}", text, "label")
    row += 2
    page.section(row, "Functions without a shadow", "B", "H")
    for groups in GROUPS.values():
        for one in groups:
            if not any(check.shadow for check in one.cases):
                row += 1
                page.put(f"B{row}", one.function, "label")
                page.merge(f"C{row}:H{row}", one.without, "label")
    page.freeze("A4")
    page.print_setup(f"B1:H{row}", "1:3", pages_high=1)
    page.sheet.oddFooter.center.text = HEADER + f"computefi {computefi.__version__}"


def navigate(book: Book) -> None:
    """On every page the master flag, and links to the cover, to the neighbours, and to what shadows read."""
    names = list(book.pages)
    for at, (name, page) in enumerate(book.pages.items()):
        wide = name == "Cover"
        flag = "B3" if wide else "B3:C3"
        page.merge("B3:B3" if wide else flag, '=IF(master_check,"Checks: all pass","CHECKS FAIL")', "flag")
        page.paint(flag, {"master_check": "good", "NOT(master_check)": "bad"})
        others = {"Cover": "› Cover", "Series": "› Series", "Workings": "› Workings", "Bivariate": "› Bivariate"}
        if at > 0:
            others.setdefault(names[at - 1], f"‹ {names[at - 1]}")
        if at + 1 < len(names):
            others.setdefault(names[at + 1], f"{names[at + 1]} ›")
        others.pop(name, None)
        column = 3 if wide else 4
        for other, text in others.items():
            if name == "Workings" and column > 6:
                break
            first = last = get_column_letter(column)
            room = page.sheet.column_dimensions[first].width
            while room < LINK_WIDTH and name not in ("Cover", "Workings"):
                column += 1
                last = get_column_letter(column)
                room += page.sheet.column_dimensions[last].width
            page.merge(f"{first}3:{last}3", text, "link")
            cell = f"{first}3"
            page.sheet[cell].hyperlink = Hyperlink(ref=cell, location=f"'{other}'!A1", tooltip=other)
            column += 1


def compose(language: str = "en", words: Mapping[str, str] | None = None) -> Book:
    """The workbook without values."""
    book = Book(TITLE, language, words or {})
    cover = write_cover(book)
    pages = {
        category: book.page(category, category, "Ours against a published value and against native Excel.", WIDTHS)
        for category in GROUPS
    }
    proof = open_proof(book)
    tallies = []
    for category, groups in GROUPS.items():
        tally = Category(proof, pages[category]).write(groups)
        tallies.append(tally)
        set_up(pages[category], f"B1:AA{tally.last}", "1:5")
    last = {name: row - 1 for name, row in proof.rows.items()}
    for page, cell, area, rows in (
        (proof.series, "E7", f"B1:AD{last['Series']}", "1:6"),
        (proof.workings, "E6", f"B1:F{last['Workings']}", "1:5"),
        (proof.bivariate, "E9", f"B1:AG{last['Bivariate']}", "1:8"),
    ):
        page.freeze(cell)
        set_up(page, area, rows, 9 if page is proof.workings else A3)
    fill_cover(book, cover, tallies)
    navigate(book)
    return book


def build(target: Path, language: str = "en") -> None:
    words = words_for("checks", language, kept(GROUPS), codes(GROUPS))
    with TemporaryDirectory() as folder:
        draft = Path(folder) / "draft.xlsx"
        save(compose(language, words), draft)
        recalculate(draft, target, calc="trust")
