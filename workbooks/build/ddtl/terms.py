"""The sheet Terms of ddtl.xlsx: the seven facilities of one borrower side by side, and what else has been lent."""

from __future__ import annotations

from workbooks.build.compare.tables import Column, write_table
from workbooks.build.compare.terms import write_facilities
from workbooks.build.kit.page import A3, Book


def write_terms(book: Book) -> None:
    widths = {"A": 1.5, "B": 36} | dict.fromkeys("CDEFGHIJKLMNOP", 12.5)
    page = book.page("Terms", "Terms on record", "What was signed for the loans that this one is like, and at what price others lend.", widths)  # fmt: skip
    last = write_facilities(page, "CoreWeave's seven facilities")
    facilities = last + 1
    page.section(last + 2, "Comparables", "B", "P", "other loans against computers with a price or a rating on record")
    last = write_table(page, "comparables", last + 3, (
        Column("B", "name", "Loan"), Column("C", "size", "Size"), Column("D", "rating", "Rating"), Column("E:F", "offtaker", "Who pays"),
        Column("G:H", "price", "Price"), Column("I:J", "cover", "Cover"), Column("K:M", "other", "What else"), Column("N:O", "source", "Source"), Column("P", "date", "As of"),
    ))  # fmt: skip
    page.put(f"B{last + 1}", "The live deal", "label_bold")
    live = (
        ("C", '=TEXT(commitment,"#,##0")&"m"'),
        ("D", "=rating"),
        ("E:F", "=INDEX(c_name,1)"),
        ("G:H", '="S+"&TEXT(10000*margin,"0")'),
        ("I:J", '=TEXT(lowest_dscr,"0.00")&"×"'),
    )
    for span, formula in live:
        first, _, end = span.partition(":")
        page.merge(f"{first}{last + 1}:{end or first}{last + 1}", formula, "note")
    page.freeze("C7")
    page.print_setup(f"B1:P{last + 1}", "1:3", breaks=(facilities,), paper=A3)
