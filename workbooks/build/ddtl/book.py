"""Build workbooks/ddtl.xlsx: a delayed-draw GPU term loan, month by month for ten years.

    python -m workbooks.build ddtl [--to target.xlsx]
    python -m workbooks.build ddtl --sweep

The second form makes the static tables of the sheet Stress anew, as `computefi refresh` does, and keeps them in
static.csv; build again after it.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from openpyxl.utils import get_column_letter

from computefi.recalc import Book as Opened
from computefi.recalc.refresh import refresh
from workbooks.build.ddtl.accounts import ACCOUNTS, HEADS, QUESTION, name_accounts
from workbooks.build.ddtl.agreement import write_agreement
from workbooks.build.ddtl.cash import CASH
from workbooks.build.ddtl.certificate import write_certificate
from workbooks.build.ddtl.checks import write_check_sheet, write_findings
from workbooks.build.ddtl.grid import MONTH_HEADS, lay, write_months
from workbooks.build.ddtl.loan import LOAN
from workbooks.build.ddtl.memo import write_memo
from workbooks.build.ddtl.method import MEASURES, TEXTS
from workbooks.build.ddtl.ratios import RATIOS
from workbooks.build.ddtl.shadow import write_shadow
from workbooks.build.ddtl.stress import BLOCK, CREDIT, DEALS, SIZING, STATIC, write_stress
from workbooks.build.ddtl.summary import open_summary, write_summary
from workbooks.build.ddtl.tables import GIVEN, write_contracts, write_fleet, write_input_sheet
from workbooks.build.ddtl.terms import write_terms
from workbooks.build.ddtl.years import write_loss, write_years
from workbooks.build.kit.inputs import Input
from workbooks.build.kit.method import write_method
from workbooks.build.kit.page import A3, Book
from workbooks.build.kit.seal import STAMP, fill, save
from workbooks.build.kit.text import FOOTER
from workbooks.build.kit.words import words_for

TARGET = Path(__file__).parents[2] / "ddtl.xlsx"
MONTHLY = {
    "Cash": (CASH, "Cash", "Months and flags, the fleet, revenue and cost: no date is hidden in a formula."),
    "Loan": (LOAN, "Loan", "Draws and repayment as sized, then what is due and paid in the live world."),
    "Accounts": (ACCOUNTS, "Accounts", QUESTION),
    "Ratios": (RATIOS, "Ratios", "Cover, what contracts repay, loan to value, and the driver of default."),
}
CHOICES = [item.choices for item in GIVEN if isinstance(item, Input) and item.words and item.choices]
KEPT = [text for line in BLOCK for text in line[1:] if text] + [name for name, *_ in (*CREDIT, *SIZING, *DEALS)]
KEPT += [text for choices in CHOICES for text in (*choices, ",".join(choices), " · ".join(choices))]
FIRST_LINK = {"Certificate": 4, "Checks": 4, "Contracts": 4, "Fleet": 4}
ROOM = {
    "Certificate": 14,
    "Checks": 8,
    "Method": 10,
    "Inputs": 15,
    "Contracts": 20,
    "Fleet": 20,
}  # links that a row takes; else 11


def compose(language: str = "en", words: Mapping[str, str] | None = None) -> Book:
    """The workbook without values."""
    book = Book("A delayed-draw GPU term loan, month by month", language, words or {}, FOOTER)
    for sheet, (lines, *_) in MONTHLY.items():
        lay(book, sheet, lines)
    open_summary(book)
    write_input_sheet(book)
    write_contracts(book)
    write_fleet(book)
    for sheet, (lines, title, question) in MONTHLY.items():
        write_months(book, sheet, title, question, lines, HEADS if sheet == "Accounts" else MONTH_HEADS)
    name_accounts(book)
    write_years(book)
    write_loss(book)
    write_certificate(book)
    write_stress(book)
    write_memo(book)
    write_agreement(book)
    write_terms(book)
    write_shadow(book)
    write_summary(book)
    write_method(book, MEASURES, TEXTS)
    write_check_sheet(book)
    write_findings(book)
    for name in ("Checks", "Method"):
        book.pages[name].sheet.page_setup.paperSize = A3
    book.navigate({name: _links(name, len(book.pages) - 1) for name in book.pages})
    return book


def _links(name: str, count: int) -> list[str]:
    """Where a page has its links to the others: in a row, and the rest below it where the page is narrow."""
    first, room = FIRST_LINK.get(name, 3), ROOM.get(name, 11)
    below = 3 if name == "Checks" else first  # its flag is two columns wide in row 3 alone
    letters = [get_column_letter(first + index) for index in range(min(room, count))]
    return letters + [f"{get_column_letter(below + index)}4" for index in range(count - len(letters))]


def build(target: Path, language: str = "en") -> None:
    words = words_for("ddtl", language, KEPT)
    with TemporaryDirectory() as folder:
        draft = Path(folder) / "draft.xlsx"
        save(compose(language, words), draft)
        fill(draft, target)


def renew_static() -> None:
    """Make the static tables anew; the book is to be built again after that."""
    opened = Opened.open(TARGET)
    refresh(opened, STAMP.date())
    with STATIC.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(("refreshed", STAMP.date()))
        for _, area, *_ in BLOCK:
            rows, (first, *_) = opened[area], area.split("!")[1].split(":")
            for i, row in enumerate(rows if isinstance(rows, tuple) else ((rows,),)):
                for j, value in enumerate(row):
                    letter, number = chr(ord(first[0]) + j), int(first[1:]) + i
                    writer.writerow(
                        (f"Stress!{letter}{number}", f"{value:.15g}" if isinstance(value, float) else value)
                    )
    print(f"{STATIC.name} written; build again")
