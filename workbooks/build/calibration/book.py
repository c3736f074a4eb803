"""Build workbooks/calibration.xlsx: paste prices, read volatility and correlation; see what GPU supply does to a loan.

    python -m workbooks.build calibration [--to target.xlsx]

openpyxl writes the formulas, our own engine fills the values.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from workbooks.build.calibration.checks import write_check_sheet
from workbooks.build.calibration.prices import write_prices, write_returns
from workbooks.build.calibration.sheet import write_calibration
from workbooks.build.calibration.summary import open_summary, write_summary
from workbooks.build.calibration.supply import write_supply
from workbooks.build.kit.method import read_method, write_method
from workbooks.build.kit.page import Book
from workbooks.build.kit.seal import fill, save
from workbooks.build.kit.text import FOOTER, write_words
from workbooks.build.kit.words import words_for

TARGET = Path(__file__).parents[2] / "calibration.xlsx"
LINKS = dict.fromkeys(("Summary", "Method", "Supply"), "CDEFGH")
LINKS |= dict.fromkeys(("Prices", "Calibration", "Checks"), "DEFGHI") | {"Returns": "DFHJLN"}
# What the pair of GPU rent and bitcoin says.
READING = (
    "[{pair_3@B}]: ρ [{pair_3@D}|0.00] ([{pair_3@E}|0.00] to [{pair_3@F}|0.00], n = [{pair_3@G}]); [{pair_3@M}|0%] of prices did not move, so ρ is nearer [{pair_3@N}|0.00]. "
    "For the loan of section 7 of Calibration, from the low end to the corrected high end, the expected loss is [{reading_1@I}|0.00%] to [{reading_5@I}|0.00%] a year. "
    "In public data [{evidence_2@G}] months of H100 rents gave [{evidence_2@D}|0.00] ([{evidence_2@E}|0.00] to [{evidence_2@F}|0.00]): "
    '[IF({evidence_2@F}>=test_rho,"too few to exclude","enough to exclude")] [test_rho|0.0].'
)


def compose(language: str = "en", words: Mapping[str, str] | None = None) -> Book:
    """The workbook without values."""
    title = "Calibration: prices, correlations, and the supply of GPUs"
    book = Book(title, language, words or {}, FOOTER)
    open_summary(book)
    write_method(book, *read_method(Path(__file__).with_name("method.csv")))
    write_prices(book)
    write_returns(book)
    last = write_calibration(book)
    page = book.pages["Calibration"]
    words = write_words(page, last + 3, "R", {"Calibration": READING})
    page.merge("B5:R5", f"={words['Calibration']}", "reading", 46)
    book.name("calibration_reading", page, "B5")
    write_supply(book)
    write_check_sheet(book)
    write_summary(book)
    book.navigate(LINKS)
    return book


def build(target: Path, language: str = "en") -> None:
    words = words_for("calibration", language)
    with TemporaryDirectory() as folder:
        draft = Path(folder) / "draft.xlsx"
        save(compose(language, words), draft)
        fill(draft, target)
