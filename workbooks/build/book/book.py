"""Build workbooks/book.xlsx: a book of loans, what it may lose, its limits, stress, provisions and capital.

    python -m workbooks.build book [--to target.xlsx]

openpyxl writes the formulas, our own engine fills the values.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from workbooks.build.book.checks import write_check_sheet
from workbooks.build.book.curves import write_losses
from workbooks.build.book.grid import Grids
from workbooks.build.book.inputs import write_inputs_sheet
from workbooks.build.book.limits import write_limits
from workbooks.build.book.loans import synthetic, write_flags, write_loans
from workbooks.build.book.method import MEASURES, TEXTS
from workbooks.build.book.names import write_names
from workbooks.build.book.provisions import write_provisions
from workbooks.build.book.rows import write_rows_sheet
from workbooks.build.book.stress import write_stress
from workbooks.build.book.summary import open_summary, write_summary
from workbooks.build.kit.method import write_method
from workbooks.build.kit.page import Book
from workbooks.build.kit.seal import fill, save
from workbooks.build.kit.words import words_for

TARGET = Path(__file__).parents[2] / "book.xlsx"
# Codes that functions read or a book is known by.
KEPT = (
    "strong", "good", "satisfactory", "weak", "strong · good · satisfactory · weak", "strong,good,satisfactory,weak",
    "object finance", "USD", *(str(cell) for loan in synthetic() for cell in loan if str(cell).startswith("SYN-")),
)  # fmt: skip
ORDER = ("Summary", "Limits", "Stress", "Losses", "Provisions", "Loans", "Names", "Inputs", "Rows", "Method", "Checks")
LINKS = {
    "Summary": (*"CDEFHIJKL", "C4"),
    "Limits": (*"CDEFGHIJK", "C4"),
    "Stress": tuple("CDEFGHIJKL"),
    "Losses": tuple("DEFGHIJKLM"),
    "Provisions": tuple("DEFGHIJKLM"),
    "Loans": tuple("DEFGHIJKLM"),
    "Names": tuple("DEFGHIJKLM"),
    "Inputs": (*"CDEFGI", "K", "M", "O", "P"),
    "Rows": tuple("DEFGHIJKLM"),
    "Method": (*"CDEFGHIJKL",),
    "Checks": (*"DEFGHIJK", "C4", "D4"),
}  # fmt: skip


def compose(language: str = "en", words: Mapping[str, str] | None = None) -> Book:
    """The workbook without values."""
    footer = "SYNTHETIC loans and demonstration parameters as delivered; see Loans and Inputs"
    book = Book("A book of loans against computers", language, words or {}, footer)
    grids = Grids(book)
    open_summary(book)
    write_loans(book, grids)
    write_rows_sheet(book, grids)
    write_flags(book, grids)
    write_inputs_sheet(book)
    write_names(book, grids)
    write_losses(book, grids)
    write_provisions(book, grids)
    write_limits(book)
    write_stress(book)
    write_method(book, MEASURES, TEXTS)
    write_check_sheet(book)
    write_summary(book)
    book.workbook._sheets.sort(key=lambda sheet: ORDER.index(sheet.title))
    book.navigate(LINKS)
    return book


def build(target: Path, language: str = "en") -> None:
    words = words_for("book", language, KEPT)
    with TemporaryDirectory() as folder:
        draft = Path(folder) / "draft.xlsx"
        save(compose(language, words), draft)
        fill(draft, target)
