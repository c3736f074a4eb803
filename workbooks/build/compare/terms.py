"""The sheet Terms of compare.xlsx: seven facilities side by side, agencies' cases beside ours, comparables, market rents."""

from __future__ import annotations

from workbooks.build.compare.inputs import COLUMNS, FILED
from workbooks.build.compare.tables import HERE, Column, write_cell, write_table
from workbooks.build.kit.inputs import read_table
from workbooks.build.kit.page import A3, PERCENT, TIMES, Book, Page

FACILITIES = ("DDTL 1.0", "DDTL 2.0", "DDTL 2.1", "DDTL 3.0", "DDTL 4.0", "DDTL 5.0", "DDTL 5.5")
TOP = 6


def write_facilities(page: Page, title: str) -> int:
    """The seven facilities side by side, on top of the page; the last row."""
    page.section(TOP - 1, title, "B", "P", "from the filings named in the last row, through CCIR; [S]: press")
    spans = ("C:D", "E:F", "G:H", "I:J", "K:L", "M:N", "O:P")
    columns = [Column(span, name, name) for span, name in zip(spans, FACILITIES, strict=True)]
    return write_table(page, "facilities", TOP, (Column("B", "term", "Term"), *columns))


def write_terms(book: Book) -> None:
    widths = {"A": 1.5, "B": 26} | dict.fromkeys("CDEFGHIJKLMNOP", 12.5)
    question = "What was signed, what others say of it, what else has been lent, and at what price a fleet is re-let."
    page = book.page("Terms", "Terms on record", question, widths)
    last = write_facilities(page, "1 · CoreWeave's seven facilities")
    last = agencies = _agencies(page, last + 3)
    last = _relet(page, last + 3)
    page.section(last + 2, "4 · Comparables", "B", "P")
    last = write_table(page, "comparables", last + 3, (
        Column("B", "name", "Loan"), Column("C", "size", "Size"), Column("D", "rating", "Rating"), Column("E:F", "offtaker", "Who pays"),
        Column("G:H", "price", "Price"), Column("I:J", "cover", "Cover"), Column("K:M", "other", "What else"), Column("N:O", "source", "Source"), Column("P", "date", "As of"),
    ))  # fmt: skip
    page.freeze("C7")
    page.print_setup(f"B1:P{last}", None, breaks=(agencies - 9,), paper=A3)


def _agencies(page: Page, top: int) -> int:
    beside = "DSCR: theirs as published, ours from the sheet Years"
    page.section(top - 1, "2 · Others' cases beside ours", "B", "P", beside)
    last = write_table(page, "agencies", top, (
        Column("C:D", "who", "Whose"), Column("E:F", "case", "Case"), Column("G", "dscr", "DSCR", TIMES, 0, 20),
        Column("L:M", "words", "In words"), Column("N:O", "source", "Source"), Column("P", "date", "As of"),
    ), "agency")  # fmt: skip
    page.book.name("agency_figures", page, f"G{top + 1}:G{last}")
    page.heads(top, {"B": "Deal", "H:I": "Ours, first year", "J:K": "Ours, least of the life"})
    for row, line in enumerate(read_table(HERE / "agencies.csv"), top + 1):
        letter = COLUMNS[int(line["deal"]) - 1]
        page.put(f"B{row}", f"=Deals!${letter}$5", "label_bold")
        for letters, key in (("H:I", "own_dscr"), ("J:K", "min_dscr")):
            write_cell(page, letters, row, f"={page.fill(f'{{Deals!{key}$@{letter}}}')}", "calc")
            page.sheet[f"{letters[0]}{row}"].number_format = TIMES
    return last


def _relet(page: Page, top: int) -> int:
    beside = "what Memo finds, in US$ per GPU-hour let, beside rents on record today; a fleet is older by then"
    page.section(top - 1, "3 · Re-letting at the end of the contracts", "B", "P", beside)
    found = (("C", "contract_end", "Last contract ends after, years", "0.0"), ("D", "relet_rate", "Needed then", "0.00"), ("E", "relet_market", "Assumed then", "0.00"), ("F", "relet_over", "Needed over assumed", PERCENT))  # fmt: skip
    page.heads(top, {"B": "Deal"} | {letter: head for letter, _, head, _ in found})
    for number, deal in enumerate(COLUMNS[: len(FILED)], 1):
        page.put(f"B{top + number}", f"=Deals!${deal}$5", "label_bold")
        for letter, key, _, number_format in found:
            page.put(f"{letter}{top + number}", f"={page.fill(f'{{{key}$@{deal}}}')}", "calc", number_format)
    last = write_table(page, "rents", top, (
        Column("H:J", "what", "Rent on record"), Column("K", "low", "from", "0.00", 0, 1000), Column("L", "high", "to", "0.00", 0, 1000),
        Column("M:O", "source", "Source"), Column("P", "date", "As of"),
    ), "rent")  # fmt: skip
    page.row(top, 44)
    page.book.name("rent_figures", page, f"K{top + 1}:L{last}")
    return last


def terms_hold() -> list[str]:
    """The conditions that the figures of this sheet are numbers within their bounds; one case has words only."""
    published = sum(bool(line["dscr"]) for line in read_table(HERE / "agencies.csv"))
    cases = f"AND(COUNT(agency_figures)={published},COUNTA(agency_figures)=ROWS(agency_figures),MIN(agency_figures)>=0,MAX(agency_figures)<=20)"
    return [cases, "AND(COUNT(rent_figures)=ROWS(rent_figures)*2,MIN(rent_figures)>=0,MAX(rent_figures)<=1000)"]
