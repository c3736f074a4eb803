"""Build workbooks/compare.xlsx: four loans against computers, side by side.

    python -m workbooks.build compare [--to target.xlsx]

A second file, compare.zh.xlsx, says the same in Chinese.

openpyxl writes the formulas, our own engine fills the values. Chart titles are cells; since a chart file stores the
text of its title too, the book is built twice: the first pass tells the text.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from computefi.recalc import recalculate
from workbooks.build.compare.checks import write_checks
from workbooks.build.compare.curves import Curves, write_curves
from workbooks.build.compare.deals import write_contracts, write_deals
from workbooks.build.compare.peers import FINDING, write_peers
from workbooks.build.compare.rebrand import FINDING as REBRAND_FINDING
from workbooks.build.compare.rebrand import write_rebrand
from workbooks.build.compare.summary import open_summary, write_summary
from workbooks.build.kit.page import Book
from workbooks.build.kit.seal import save
from workbooks.build.kit.words import words_for

TARGET = Path(__file__).parents[2] / "compare.xlsx"
TITLE_CELLS = tuple(
    cell.replace("$", "") for cell in (Curves().thesis, Curves().value, *Curves().bridges, FINDING, REBRAND_FINDING)
)
LINKS = {
    "Summary": "CDEFGH",
    "Deals": "CDEFGH",
    "Contracts": "DFHJLN",
    "Rebrand": "CDEFGH",
    "Peers": "CDEFGH",
    "Curves": "DEFGIJ",
    "Checks": "DEFGHI",
}


def compose(titles: dict[str, str], language: str = "en", words: Mapping[str, str] | None = None) -> Book:
    """The workbook without values; `titles` are the texts of the cells that charts show as titles."""
    book = Book("Two loans against computers: which one is repaid when the borrower fails?", language, words or {})
    open_summary(book)
    deals = write_deals(book)
    write_contracts(book)
    rebrand = write_rebrand(book, deals, titles)
    write_peers(book, titles)
    curves = write_curves(book, deals)
    write_checks(book, deals, rebrand)
    write_summary(book, deals, curves, titles)
    book.navigate(LINKS)
    return book


def build(target: Path, language: str = "en") -> None:
    words = words_for("compare", language)
    with TemporaryDirectory() as folder:
        draft = Path(folder) / "draft.xlsx"
        save(compose({}, language, words), draft)
        values = recalculate(draft, Path(folder) / "first.xlsx")
        titles = {cell: str(values[cell]) for cell in TITLE_CELLS}
        save(compose(titles, language, words), draft)
        recalculate(draft, target)
