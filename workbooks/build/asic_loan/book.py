"""Build workbooks/asic_loan.xlsx: a loan against mining machines, month by month, and what 2022 says about it.

    python -m workbooks.build asic_loan [--to target.xlsx]

openpyxl writes the formulas, our own engine fills the values. The book is built twice: the first pass tells
the values of all loans by all paths, which the second stores.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from openpyxl.styles import Alignment

from computefi.recalc import Book as Opened
from computefi.recalc.refresh import refresh
from workbooks.build.asic_loan.checks import write_check_sheet
from workbooks.build.asic_loan.copies import BLOCK, COPIED, TABLE, Copies, write_copies
from workbooks.build.asic_loan.inputs import write_input_sheet
from workbooks.build.asic_loan.loan import write_loan
from workbooks.build.asic_loan.paths import write_paths
from workbooks.build.asic_loan.pivot import write_pivot
from workbooks.build.asic_loan.replay import write_facts, write_replay
from workbooks.build.asic_loan.summary import open_summary, write_live, write_origin, write_summary
from workbooks.build.kit.method import read_method, write_method
from workbooks.build.kit.page import Book
from workbooks.build.kit.seal import STAMP, fill, save
from workbooks.build.kit.text import FOOTER
from workbooks.build.kit.words import words_for

TARGET = Path(__file__).parents[2] / "asic_loan.xlsx"
MONTH_LINKS = "EGIKMOQS"
LINKS = dict.fromkeys(("Summary", "Method", "Inputs", "Facts", "Replay"), "CDEFGHIJ")
LINKS |= dict.fromkeys(("Paths", "Loan", "Pivot"), MONTH_LINKS) | {"Checks": "DEFGHIJK"}
WIDE_LINKS = {"Inputs": "I", "Facts": "I", "Checks": "K"}  # a link in a wide column stands at its left


def compose(language: str = "en", words: Mapping[str, str] | None = None, copies: Copies = ()) -> Book:
    """The workbook without values; `copies` are the results by loan and path."""
    title = "A loan against mining machines, through a path of bitcoin"
    book = Book(title, language, words or {}, FOOTER)
    open_summary(book)
    write_method(book, *read_method(Path(__file__).with_name("method.csv")))
    write_input_sheet(book)
    write_paths(book)
    write_loan(book)
    write_facts(book)
    write_replay(book)
    write_pivot(book)
    write_check_sheet(book)
    write_live(book)
    write_origin(book)
    write_copies(book, copies)
    write_summary(book)
    book.navigate(LINKS)
    for name, letter in WIDE_LINKS.items():
        book.pages[name].sheet[f"{letter}3"].alignment = Alignment(horizontal="left", vertical="center")
    return book


def build(target: Path, language: str = "en") -> None:
    words = words_for("asic_loan", language, (*BLOCK.values(), *COPIED))
    with TemporaryDirectory() as folder:
        draft = Path(folder) / "draft.xlsx"
        save(compose(language, words), draft)
        opened = Opened.open(draft)
        refresh(opened, STAMP.date())
        table = opened[TABLE]
        assert isinstance(table, tuple)
        copies = [[round(float(str(value)), 9) for value in row] for row in table]
        save(compose(language, words, copies), draft)
        fill(draft, target)
