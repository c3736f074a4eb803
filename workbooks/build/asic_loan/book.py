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
from workbooks.build.asic_loan.checks import write_check_sheet
from workbooks.build.asic_loan.inputs import DEAL_NAMES, INPUTS, PATH_NAMES, SWITCHES, write_input_sheet
from workbooks.build.asic_loan.loan import write_loan
from workbooks.build.asic_loan.method import MEASURES, TEXTS
from workbooks.build.asic_loan.paths import write_paths
from workbooks.build.asic_loan.pivot import write_pivot
from workbooks.build.asic_loan.replay import write_facts, write_replay
from workbooks.build.asic_loan.summary import (
    SWEPT,
    Sweep,
    open_summary,
    write_live,
    write_origin,
    write_summary,
    write_sweep,
)
from workbooks.build.kit.charts import title_cells
from workbooks.build.kit.inputs import Input
from workbooks.build.kit.method import write_method
from workbooks.build.kit.page import Book
from workbooks.build.kit.seal import save
from workbooks.build.kit.text import FOOTER
from workbooks.build.kit.words import words_for

TARGET = Path(__file__).parents[2] / "asic_loan.xlsx"
MONTH_LINKS = "EGIKMOQS"
LINKS = dict.fromkeys(("Summary", "Method", "Inputs", "Facts", "Replay"), "CDEFGHIJ")
LINKS |= dict.fromkeys(("Paths", "Loan", "Pivot"), MONTH_LINKS) | {"Checks": "DEFGHIJK"}
WIDE_LINKS = {"Inputs": "I", "Facts": "I", "Checks": "K"}  # a link in a wide column stands at its left
SWITCHED = {item.key: float(str(item.values[0])) for item in INPUTS if isinstance(item, Input) and item.key in SWITCHES}


def compose(
    titles: Mapping[str, str], sweep: Sweep, language: str = "en", words: Mapping[str, str] | None = None
) -> Book:
    """The workbook without values; `titles` are the texts of the chart titles, `sweep` the results by loan and path."""
    title = "A loan against mining machines, through a path of bitcoin"
    book = Book(title, language, words or {}, FOOTER, titles)
    open_summary(book)
    write_method(book, MEASURES, TEXTS)
    write_input_sheet(book)
    write_paths(book)
    write_loan(book)
    write_facts(book)
    write_replay(book)
    write_pivot(book)
    write_check_sheet(book)
    write_live(book)
    write_origin(book)
    write_sweep(book, sweep)
    write_summary(book)
    book.navigate(LINKS)
    for name, letter in WIDE_LINKS.items():
        book.pages[name].sheet[f"{letter}3"].alignment = Alignment(horizontal="left", vertical="center")
    return book


def build(target: Path, language: str = "en") -> None:
    words = words_for("asic_loan", language)
    with TemporaryDirectory() as folder:
        draft = Path(folder) / "draft.xlsx"
        book = compose({}, {}, language, words)
        save(book, draft)
        opened, sweep = Opened.open(draft), {}
        for deal in range(1, len(DEAL_NAMES) + 1):
            for path in range(1, len(PATH_NAMES) + 1):
                opened.set({"deal": deal, "path": path})
                sweep[deal, path] = tuple(round(float(str(opened[name])), 9) for name in SWEPT)
        opened.set(dict(SWITCHED))
        titles = {cell: str(opened[cell]) for cell in title_cells(book)}
        save(compose(titles, sweep, language, words), draft)
        recalculate(draft, target, calc="trust")
