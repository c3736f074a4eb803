"""Build workbooks/ddtl.xlsx: a delayed-draw GPU term loan, month by month for seven years.

    python -m workbooks.build ddtl [--to target.xlsx]
    python -m workbooks.build ddtl --sweep

The second form recalculates the whole model for every lever and case and writes the static copies of the sheet
Sensitivities to ddtl_static.py; build again after it. openpyxl writes the formulas, our own engine fills the values.
Since a chart file stores the text of its title, it is saved twice: the first recalculation tells the text.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from openpyxl.utils import get_column_letter

from computefi.recalc import recalculate
from workbooks.build.ddtl.checks import filed_cells, write_checks
from workbooks.build.ddtl.credit import CREDIT, RETURNS
from workbooks.build.ddtl.debt import DEBT
from workbooks.build.ddtl.given import Section
from workbooks.build.ddtl.grid import FIRST_COLUMN, Grid, Line
from workbooks.build.ddtl.loss import write_covenants, write_loss
from workbooks.build.ddtl.operations import COLLATERAL, REVENUE, TIMING
from workbooks.build.ddtl.ratios import RATIOS
from workbooks.build.ddtl.sensitivities import sweep, write_sensitivities
from workbooks.build.ddtl.summary import TITLES, know, open_pages, retitle, write_cover, write_summary
from workbooks.build.ddtl.tables import write_contracts, write_fleet, write_inputs
from workbooks.build.kit.page import HEADER, Book, Page
from workbooks.build.kit.seal import save
from workbooks.build.kit.words import words_for

TARGET = Path(__file__).parents[2] / "ddtl.xlsx"
STATIC = Path(__file__).parent / "static.py"
MONTHLY: dict[str, tuple[tuple[Section | Line, ...], str, str]] = {
    "Timing": (TIMING, "Timing", "Months, flags and rates: no date is hidden in a formula."),
    "Collateral": (
        COLLATERAL,
        "Collateral",
        "The draw gate by asset, and what the fleet is worth on three bases.",
    ),
    "Revenue": (REVENUE, "Revenue and operating cost", "Contracted and market revenue, operating cost, CFADS."),
    "Debt": (DEBT, "Debt", "Draws, top-up, interest, amortisation, waterfall, sources and uses."),
    "Ratios": (RATIOS, "Ratios", "Cover, loan to value on three bases, tail, and covenants by month."),
    "Credit": (CREDIT, "Credit", "Correlation, PD, LGD and loss as the contracted share changes."),
    "Returns": (RETURNS, "Returns", "What the lender earns, how long, and the filed schedules."),
}


def compose(language: str = "en", words: Mapping[str, str] | None = None) -> Book:
    """The workbook without values."""
    book = Book("A delayed-draw GPU term loan, month by month", language, words or {})
    grid = Grid(fixed=filed_cells())
    for sheet, (lines, _, _) in MONTHLY.items():
        grid.lay(sheet, lines)
    know(grid)
    open_pages(book)
    write_inputs(book)
    grid.fixed |= write_contracts(book, grid)
    grid.fixed |= write_fleet(book)
    for sheet in ("Timing", "Collateral", "Revenue", "Debt", "Ratios", "Credit"):
        grid.write(book, sheet, *MONTHLY[sheet][1:])
    loss = write_loss(book, grid)
    covenants = write_covenants(book, grid)
    grid.write(book, "Returns", *MONTHLY["Returns"][1:])
    write_sensitivities(book, grid)
    write_checks(book, grid, loss, covenants)
    write_summary(book, grid, loss, covenants)
    write_cover(book, grid)
    book.navigate({name: links(name, len(book.pages) - 1) for name in book.pages})
    for page in book.pages.values():
        page.sheet.oddFooter.center.text = HEADER + book.say(
            "Demonstration parameters are not filed figures; see Inputs"
        )
        _keep_units_whole(page)
    return book


def _keep_units_whole(page: Page) -> None:
    """A line does not break within "US$ m"."""
    for row in page.sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and not cell.value.startswith("="):
                cell.value = cell.value.replace("US$ m", "US$\u00a0m")


def links(name: str, count: int) -> list[str]:
    """Where a page has its links to the others."""
    wide = name in ("Cover", "Summary", "Inputs", "Loss", "Covenants", "Sensitivities")
    first = FIRST_COLUMN if name in MONTHLY else 3 if wide else 4
    return [get_column_letter(first + index) for index in range(count)]


def build(target: Path, language: str = "en") -> None:
    with TemporaryDirectory() as folder:
        draft = Path(folder) / "draft.xlsx"
        book = compose(language, words_for("ddtl", language))
        save(book, draft)
        values = recalculate(draft, Path(folder) / "first.xlsx")
        retitle(book, {name: str(values[name]) for name in TITLES})
        save(book, draft)
        recalculate(draft, target, calc="trust")


def renew_static() -> None:
    """Make the static copies of full recalculations anew; the book is to be built again after that."""
    STATIC.write_text(sweep(str(TARGET)), encoding="utf-8")
    print(f"{STATIC.name} written; build again")
