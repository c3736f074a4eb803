"""Build workbooks/compare.xlsx: loans against computers, side by side, with room for your own.

    python -m workbooks.build compare [--to target.xlsx]

A second file, compare.zh.xlsx, says the same in Chinese.

openpyxl writes the formulas, our own engine fills the values. The book is built twice: the first pass tells
the results of the stresses, which the second stores.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from computefi.recalc import Book as Opened
from computefi.recalc.refresh import refresh
from workbooks.build.compare.checks import write_check_sheet
from workbooks.build.compare.claims import write_claims
from workbooks.build.compare.contracts import write_contracts
from workbooks.build.compare.curves import write_curves
from workbooks.build.compare.deals import lay_deals, write_deals
from workbooks.build.compare.inputs import write_deal_inputs, write_parameters
from workbooks.build.compare.memo import lay_memo, write_memo
from workbooks.build.compare.peers import write_peers
from workbooks.build.compare.shadows import lay_shadows
from workbooks.build.compare.stress import BLOCK, OUTPUTS, TABLE, Results, write_stress
from workbooks.build.compare.summary import open_summary, write_summary
from workbooks.build.compare.terms import write_terms
from workbooks.build.compare.verdict import lay_verdict, write_verdict
from workbooks.build.compare.years import lay_years, write_years
from workbooks.build.kit.method import read_method, write_method
from workbooks.build.kit.page import Book
from workbooks.build.kit.seal import STAMP, fill, save
from workbooks.build.kit.words import words_for

TARGET = Path(__file__).parents[2] / "compare.xlsx"
ORDER = ("Summary", "Verdict", "Deals", "Contracts", "Memo", "Years", "Stress", "Parameters", "Terms", "Peers", "Claims", "Curves", "Method", "Checks")  # fmt: skip
_SHORT = ("C", "D", "E", "F", "G", "L", "C4", "D4", "E4", "F4", "G4", "L4")
LINKS = {
    "Summary": (*_SHORT, "B4"),
    "Verdict": (*"CDEFGLMNOPQR", "C4"),
    "Deals": (*"CDEFGLMN", "C4", "D4", "E4", "F4", "G4"),
    "Contracts": (*"DFHJLN", "D4", "F4", "H4", "J4", "L4", "N4", "P4"),
    "Memo": ("C", "D", "E", "F", "G", "L", "M", "C4", "D4", "E4", "F4", "G4", "L4"),
    "Years": (*_SHORT, "B4"),
    "Stress": (*"CDEFGHIJKLMNO",),
    "Parameters": (*"CDEFGH", "B4", "C4", "D4", "E4", "F4", "G4", "H4"),
    "Terms": (*"CDEFGHIJKLMNO",),
    "Peers": (*"CDEFGHIJKLMNO",),
    "Claims": (*"CDEFGHIJKLM", "B4", "C4"),
    "Curves": (*"CDEFGHIJKLMNO",),
    "Method": (*"CDEFGHIJKL", "B4", "C4", "D4"),
    "Checks": (*"DEFGHIJK", "C4", "D4", "E4", "F4", "G4"),
}


def compose(language: str = "en", words: Mapping[str, str] | None = None, results: Results = ()) -> Book:
    """The workbook without values; `results` are those of the stresses."""
    book = Book("Loans against computers: what does the lender expect to lose?", language, words or {})
    open_summary(book)
    last = write_deal_inputs(book)
    lay_deals(book, last)
    lay_years(book)
    lay_verdict(book)
    lay_memo(book)
    lay_shadows(book)
    write_contracts(book)
    write_parameters(book)
    write_deals(book)
    write_years(book)
    write_verdict(book)
    write_memo(book)
    write_stress(book, results)
    write_terms(book)
    write_peers(book)
    write_curves(book)
    write_claims(book)
    write_method(book, *read_method(Path(__file__).with_name("method.csv")))
    write_check_sheet(book)
    write_summary(book)
    book.workbook._sheets.sort(key=lambda sheet: ORDER.index(sheet.title))
    book.navigate(LINKS)
    return book


def build(target: Path, language: str = "en") -> None:
    words = words_for("compare", language, (*filter(None, BLOCK.values()), *OUTPUTS))
    with TemporaryDirectory() as folder:
        draft = Path(folder) / "draft.xlsx"
        save(compose(language, words), draft)
        opened = Opened.open(draft)
        refresh(opened, STAMP.date())
        table = opened[TABLE]
        assert isinstance(table, tuple)
        results = [[_rounded(value) for value in row] for row in table]
        save(compose(language, words, results), draft)
        fill(draft, target)


def _rounded(value: object) -> object:
    """Results to nine digits, so that two machines store the same."""
    return round(value, 9) if isinstance(value, float) else value
