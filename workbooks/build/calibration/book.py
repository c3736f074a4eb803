"""Build workbooks/calibration.xlsx: paste prices, read volatility and correlation; see what GPU supply does to a loan.

    python -m workbooks.build calibration [--to target.xlsx]

openpyxl writes the formulas, our own engine fills the values. The first pass tells the texts of the chart titles.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from computefi.recalc import recalculate
from workbooks.build.asic_loan.parts import phrase
from workbooks.build.calibration.checks import write_checks
from workbooks.build.calibration.prices import write_prices, write_returns
from workbooks.build.calibration.sheet import write_calibration
from workbooks.build.calibration.summary import open_summary, write_summary
from workbooks.build.calibration.supply import write_supply
from workbooks.build.kit.page import Book
from workbooks.build.kit.seal import save
from workbooks.build.kit.words import words_for

TARGET = Path(__file__).parents[2] / "calibration.xlsx"
LINKS = {
    "Summary": "CDEFG",
    "Prices": "DEFGH",
    "Returns": "DFHJL",
    "Calibration": "DEFGH",
    "Supply": "CDEFG",
    "Checks": "DEFGH",
}


def compose(titles: dict[str, str], language: str = "en", words: Mapping[str, str] | None = None) -> Book:
    """The workbook without values; `titles` are the texts of the cells that charts show as titles."""
    book = Book("Calibration: prices, correlations, and the supply of GPUs", language, words or {})
    open_summary(book)
    write_prices(book)
    write_returns(book)
    at = write_calibration(book, titles)
    _reading(book, at)
    supply = write_supply(book, titles)
    write_checks(book, at, supply)
    write_summary(book, at, supply)
    book.navigate(LINKS)
    return book


def _reading(book: Book, at: dict[str, int]) -> None:
    """What the pair of GPU rent and bitcoin says, in a sentence."""
    page, row, loan, rents = book.pages["Calibration"], at["pairs"] + 4, at["loan"] + 1, at["evidence"] + 2
    few = f'IF(F{rents}>=test_rho,"{book.say("too few to exclude")}","{book.say("enough to exclude")}")'
    text = phrase(
        book, f"=B{row}", ": ρ ", f'=TEXT(D{row},"0.00")', " (", f'=TEXT(E{row},"0.00")', " to ", f'=TEXT(F{row},"0.00")', ", n = ", f"=G{row}",
        "); ", f'=TEXT(M{row},"0%")', " of prices did not move, so ρ is nearer ", f'=TEXT(N{row},"0.00")',
        ". For the loan of section 7 of Calibration, from the low end to the corrected high end, the expected loss is ", f'=TEXT(I{loan},"0.00%")', " to ", f'=TEXT(I{loan + 4},"0.00%")', " a year. In public data ", f"=G{rents}", " months of H100 rents gave ", f'=TEXT(D{rents},"0.00")', " (", f'=TEXT(E{rents},"0.00")', " to ", f'=TEXT(F{rents},"0.00")', "): ", "=" + few, " ", '=TEXT(test_rho,"0.0")', ".",
    )  # fmt: skip
    page.merge("B5:R5", "=" + text, "reading", 46)
    book.name("calibration_reading", page, "B5")


def title_cells(book: Book) -> list[str]:
    """The cells that the charts show as titles, as `Sheet!A1`."""
    cells = []
    for name, page in book.pages.items():
        for chart in page.sheet._charts:
            cells.append(chart.title.tx.strRef.f.replace("$", ""))
            assert cells[-1].startswith(name)
    return cells


def build(target: Path, language: str = "en") -> None:
    words = words_for("calibration", language)
    with TemporaryDirectory() as folder:
        draft = Path(folder) / "draft.xlsx"
        book = compose({}, language, words)
        save(book, draft)
        values = recalculate(draft)
        titles = {cell: str(values[cell]) for cell in title_cells(book)}
        save(compose(titles, language, words), draft)
        recalculate(draft, target, calc="trust")
