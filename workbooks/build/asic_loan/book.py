"""Build workbooks/asic_loan.xlsx: a loan against mining machines, month by month, and what 2022 says about it.

    python -m workbooks.build asic_loan [--to target.xlsx]

openpyxl writes the formulas, our own engine fills the values. The book is built twice: the first pass tells the texts
of the chart titles and the values of all loans by all paths, which the second stores.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from openpyxl.styles import Alignment

from computefi.recalc import Book as Opened
from computefi.recalc import recalculate
from workbooks.build.asic_loan.checks import write_checks
from workbooks.build.asic_loan.inputs import DEAL_NAMES, PATH_NAMES, SWITCHES
from workbooks.build.asic_loan.months import TITLES, write_input_sheet, write_loan, write_paths
from workbooks.build.asic_loan.parts import Given
from workbooks.build.asic_loan.pivot import write_pivot
from workbooks.build.asic_loan.replay import write_facts, write_replay
from workbooks.build.asic_loan.summary import SWEPT, Sweep, open_summary, write_live, write_summary, write_sweep
from workbooks.build.kit.page import Book
from workbooks.build.kit.seal import save
from workbooks.build.kit.words import words_for

TARGET = Path(__file__).parents[2] / "asic_loan.xlsx"
PIVOT_TITLES = ("Pivot!B6", "Pivot!K6")
MONTH_LINKS = "EGIKMOQ"
SWITCHED = {item.key: float(str(item.values[0])) for item in SWITCHES if isinstance(item, Given)}
LINKS = {
    "Summary": "CDEFGHI",
    "Inputs": "CDEFGHI",
    "Paths": MONTH_LINKS,
    "Loan": MONTH_LINKS,
    "Facts": "CDEFGHI",
    "Replay": "CDEFGHI",
    "Pivot": MONTH_LINKS,
    "Checks": "DEFGHIK",
}


def compose(titles: dict[str, str], sweep: Sweep, language: str = "en", words: Mapping[str, str] | None = None) -> Book:
    """The workbook without values; `titles` are the texts of the chart titles, `sweep` the results by loan and path."""
    book = Book("A loan against mining machines, through a path of bitcoin", language, words or {})
    open_summary(book)
    write_input_sheet(book)
    paths = write_paths(book)
    months = write_loan(book, paths)
    write_facts(book)
    replay = write_replay(book)
    pivot = write_pivot(book, titles)
    write_checks(book, months, pivot, replay)
    write_live(book, months)
    write_sweep(book, sweep)
    write_summary(book, months, titles)
    book.navigate(LINKS)
    for name, letter in (
        ("Inputs", "I"),
        ("Facts", "I"),
        ("Checks", "K"),
    ):  # a link in a wide column stands at its left
        book.pages[name].sheet[f"{letter}3"].alignment = Alignment(horizontal="left", vertical="center")
    return book


def build(target: Path, language: str = "en") -> None:
    words = words_for("asic_loan", language)
    with TemporaryDirectory() as folder:
        draft = Path(folder) / "draft.xlsx"
        save(compose({}, {}, language, words), draft)
        opened, sweep = Opened.open(draft), {}
        for deal in range(1, len(DEAL_NAMES) + 1):
            for path in range(1, len(PATH_NAMES) + 1):
                opened.set({"deal": deal, "path": path})
                sweep[deal, path] = tuple(round(float(str(opened[name])), 9) for name in SWEPT)
        opened.set(dict(SWITCHED))
        cells = [cell.replace("$", "") for cell in TITLES.values()] + list(PIVOT_TITLES)
        titles = {cell: str(opened[cell]) for cell in cells}
        save(compose(titles, sweep, language, words), draft)
        recalculate(draft, target, calc="trust")
