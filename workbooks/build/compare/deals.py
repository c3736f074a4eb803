"""The sheet Deals of compare.xlsx: the inputs of each deal, then what follows from them."""

from __future__ import annotations

from workbooks.build.compare.inputs import DEALS, FILED, fold_own, name_row
from workbooks.build.compare.rows import RESULTS, ROWS
from workbooks.build.kit.page import A3, Book
from workbooks.build.kit.rows import Form, measured, write_rows


def lay_deals(book: Book, top: int) -> None:
    """Give every calculated row its number before other sheets refer to it."""
    book.places.blocks["Deals"].lay([item.key for item in ROWS], top + 1)


def write_deals(book: Book) -> None:
    page, block = book.pages["Deals"], book.places.blocks["Deals"]
    write_rows(page, ROWS, block, Form("Q", "M:N", bold=("result",), height=measured))
    for item in RESULTS:
        name_row(book, "Deals", item.key, DEALS if item.look == "result" else FILED)
    for key in ("name", "deal_loss", "own_contracted", "life_share"):
        book.name(f"{key}s", page, page.fill(f"{{{key}:all}}").replace("$", ""))
    page.row(block.row_of["label"], 30)
    fold_own(book, "Deals")
    page.freeze("D8")
    starts = [block.row_of[key] - 2 for key in ("exposure", "deal_loss")]
    page.print_setup(f"B1:N{max(block.row_of.values())}", "5:5", starts, paper=A3)
