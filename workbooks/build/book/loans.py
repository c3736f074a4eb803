"""The sheet Loans: the book, a row per loan, with what is wrong with a row beside it; SYNTHETIC as delivered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from workbooks.build.book.grid import LAST, LOANS, TOP, Field, Grid, Grids
from workbooks.build.kit.page import A3, Book, Page

DELIVERED = 60
LEAST, MOST = TOP - 4, TOP - 3  # the rows of the bounds
SYNTHETIC = (
    "SYNTHETIC: sixty invented loans, half of them repaid by contracts and rents, half by coin. Paste your own over the "
    "cream cells, values only, and clear the rows that are left; a row that cannot be taken says why and is left out."
)
QUESTION = "Which loans are in the book? Every other number comes from here, from Names and from Inputs."


@dataclass(frozen=True)
class Column:
    """A column that is pasted: its key, head, unit, format and bounds; words have none."""

    key: str
    head: str
    unit: str = ""
    number_format: str = "@"
    low: float = 0.0
    high: float = 0.0
    width: float = 10.0

    @property
    def words(self) -> bool:
        return self.high == 0


COLUMNS = (
    Column("id", "Id", width=8),
    Column("segment", "Segment", width=16),
    Column("offtaker", "Offtaker", width=12),
    Column("guarantor", "Guarantor", width=12),
    Column("vendor", "Vendor", width=12),
    Column("serials", "Serial numbers", width=12),
    Column("currency", "Currency", width=9),
    Column("exposure", "Exposure", "m", "#,##0.0", 0.001, 100_000),
    Column("value", "Collateral", "m", "#,##0.0", 0, 1_000_000),
    Column("contract", "Worth of contract", "m", "#,##0.0", 0, 1_000_000),
    Column("pd", "PD, one year", "probability", "0.0%", 0, 0.99),
    Column("pd_origination", "PD when made", "probability", "0.0%", 0, 0.99),
    Column("days", "Days past due", "days", "0", 0, 3650),
    Column("term", "Years left", "whole years", "0", 1, 5),
    Column("bullet", "Paid at the end", "share", "0%", 0, 1),
    Column("rate", "Effective rate", "a year", "0.0%", 0, 1),
    Column("assignable", "Contract passes on", "probability", "0%", 0, 1),
    Column("guaranteed", "Guaranteed", "share", "0%", 0, 1),
)
FIRST = "D"
_LABS = ("Lab A", "Lab B", "Lab A", "Cloud D", "Lab C", "Lab A", "Cloud E", "Lab B", "Cloud D", "Start-up F")


def synthetic() -> Iterator[tuple[object, ...]]:
    """Sixty invented loans: whole numbers in cycles, so that they are the same on every machine."""
    for i in range(DELIVERED // 2):
        firm = i % 3 != 2
        owed = 40.0 + 12 * (7 * i % 11)
        pd = round(0.02 + 0.003 * (i % 5), 4) if firm else round(0.045 + 0.005 * (i % 4), 4)
        yield (
            f"C{i + 1:02d}", "GPU contracted" if firm else "GPU on demand", _LABS[i % 10] if firm else None,
            "Parent G" if i % 9 == 8 else None, ("Vendor N", "Vendor N", "Vendor A")[i % 3], f"SYN-G{i + 1:03d}", "USD",
            owed, round(owed / (0.62 + 0.03 * (5 * i % 6)), 1), round(owed * (0.7 + 0.05 * (3 * i % 5)), 1) if firm else 0,
            pd, round(pd / 3, 4) if i % 10 == 4 else round(0.8 * pd, 4), 35 if i == 11 else 0, 3 + i % 3,
            0 if firm else 0.2, 0.09 if firm else 0.12, 0.7 if firm else 0, 0.5 if i % 9 == 8 else 0,
        )  # fmt: skip
    for i in range(DELIVERED // 2):
        hosted = i % 2 == 0
        owed = 40.0 + 12 * ((5 * i + 3) % 11)
        pd = round(0.06 + 0.01 * (i % 4), 4)
        yield (
            f"M{i + 1:02d}", "Miner hosted" if hosted else "Miner own site", None, "Parent G" if i % 10 == 0 else None,
            ("Vendor B", "Vendor B", "Vendor M")[i % 3], f"SYN-A{i + 1:03d}", "USD",
            owed, round(owed / (0.62 + 0.03 * (5 * i % 6)), 1), 0,
            pd, round(pd / 3, 4) if i % 10 == 4 else round(0.8 * pd, 4), 95 if i == 8 else 0, 2 + i % 2,
            0.3, 0.13, 0, 0.5 if i % 10 == 0 else 0,
        )  # fmt: skip


def write_loans(book: Book, grids: Grids) -> None:
    page = book.page("Loans", "The book, loan by loan", QUESTION, {"A": 1.5, "B": 6, "C": 34})
    grid = grids.add(Grid("Loans", TOP, LAST))
    fields = [Field(one.key, one.head, one.number_format, width=one.width) for one in COLUMNS]
    end = grid.lay(fields, FIRST)
    grid.letter_of |= {"number": "B", "flag": "C"}
    page.merge(f"B5:{end}5", SYNTHETIC, "reading", 34, size=10)
    _write_heads(page, grid)
    rows = [*synthetic(), *[(None,) * len(COLUMNS)] * (LOANS - DELIVERED)]
    for row, loan in enumerate(rows, TOP):
        page.put(f"B{row}", f"=ROWS(B${TOP}:B{row})", "aside")
        for one, value in zip(COLUMNS, loan, strict=True):
            page.put(f"{grid.letter_of[one.key]}{row}", value, "input_text" if one.words else "input",
                     one.number_format, wrap=False)  # fmt: skip
    for one in COLUMNS:
        if not one.words:
            area = f"{grid.letter_of[one.key]}{TOP}:{grid.letter_of[one.key]}{LAST}"
            page.validate(area, one.low, one.high, one.head, one.unit)
    page.freeze(f"E{TOP}")
    page.print_setup(f"B1:{end}{LAST}", f"{TOP - 1}:{TOP - 1}", paper=A3)


def _write_heads(page: Page, grid: Grid) -> None:
    for row, text in ((LEAST, "Least"), (MOST, "Most"), (TOP - 2, "Unit")):
        page.put(f"C{row}", text, "note")
    page.put(f"B{TOP - 1}", "No.", "head")
    page.put(f"C{TOP - 1}", "What is wrong with the row", "head_left")
    for one in COLUMNS:
        letter = grid.letter_of[one.key]
        page.put(f"{letter}{LEAST}", None if one.words else one.low, "aside")
        page.put(f"{letter}{MOST}", None if one.words else one.high, "aside")
        page.put(f"{letter}{TOP - 2}", one.unit or "words", "unit")
        page.put(f"{letter}{TOP - 1}", one.head, "head")
        page.sheet.column_dimensions[letter].width = one.width
    page.row(TOP - 1, 32)


def write_flags(book: Book, grids: Grids) -> None:
    """What is wrong with each row, in words, when the sheet Rows stands."""
    page, rows = book.pages["Loans"], grids.of["Rows"]
    first, last = rows.letter_of["no_id"], rows.letter_of["bad_guaranteed"]
    for row in range(TOP, LAST + 1):
        found = f"INDEX(Rows!${first}${TOP - 1}:${last}${TOP - 1},MATCH(1,Rows!{first}{row}:{last}{row},0))"
        formula = f'=IF({{Rows!used}}=0,"",IF({{Rows!ok}}=1,"taken",{found}))'
        page.put(f"C{row}", grids.fill(formula, "Loans", row), "note", wrap=False)
    flag = f'AND($C{TOP}<>"",$C{TOP}<>"taken")'
    page.paint(f"B{TOP}:{grids.of['Loans'].letter_of['guaranteed']}{LAST}", {flag: "bad"})
    for key in ("flag", "offtaker", "vendor"):
        grids.name("loan", grids.of["Loans"], key)
