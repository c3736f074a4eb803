"""All loans by all paths on the sheet Summary of asic_loan.xlsx: copies of runs, which `computefi refresh` makes anew."""

from __future__ import annotations

from collections.abc import Sequence

from workbooks.build.asic_loan.inputs import DEAL_NAMES, PATH_NAMES
from workbooks.build.asic_loan.summary import MONEY, SWEEP_TOP, WORDS
from workbooks.build.kit.page import DATE, GREY, PERCENT, TIMES, WHOLE, Book, Page
from workbooks.build.kit.seal import STAMP

# what is copied of each run: its column, its head, its number format
COPIED = {
    "default_month": ("D", "Month of default", '0;-0;"none"'),
    "min_dscr": ("E", "Least cover", TIMES),
    "ltv_start": ("F", "LTV at drawing", PERCENT),
    "ltv_end": ("G", "LTV at end or default", PERCENT),
    "loss_total": ("H", "Loss, US$ m", MONEY),
    "lgd_realised": ("I", "LGD", '0.0%;-0.0%;"–"'),
}
RUNS = [(deal, path) for deal in range(1, len(DEAL_NAMES) + 1) for path in range(1, len(PATH_NAMES) + 1)]
LAST = SWEEP_TOP + len(RUNS) - 1
TABLE = f"Summary!D{SWEEP_TOP}:I{LAST}"
REFRESH = WORDS + 18  # the heads of the block, below the words
NAMES = REFRESH + 4
CASES = NAMES + 2
BLOCK = {
    "Table": "All loans by all paths",
    "Writes": TABLE,
    "Reads": f"Summary!D{NAMES}:I{NAMES}",
    "Moves": "deal",
    "To": f"Summary!C{CASES}:C{CASES + len(RUNS) - 1}",
    "Also moves": "path",
    "and to": f"Summary!D{CASES}:D{CASES + len(RUNS) - 1}",
}
Copies = Sequence[Sequence[float]]  # a row for each run


def write_copies(book: Book, copies: Copies) -> None:
    """The table, whose live row says whether it still holds, and far below it the block that makes it anew."""
    page = book.pages["Summary"]
    note = (
        "values copied from nine runs; computefi refresh makes them anew; the live row is compared with the live loan"
    )
    page.section(SWEEP_TOP - 2, "All loans by all paths", "B", "J", note)
    copied = {letter: head for letter, head, _ in COPIED.values()}
    heads = {"B": "Path", "C": "Loan"} | copied | {"J": "Does the copy still hold?"}
    for letter, text in heads.items():
        page.put(f"{letter}{SWEEP_TOP - 1}", text, "head_left" if letter in "BJ" else "head")
    page.row(SWEEP_TOP - 1, 32)
    for number, (deal, path) in enumerate(RUNS):
        row = SWEEP_TOP + number
        page.put(f"B{row}", PATH_NAMES[path - 1], "label")
        page.put(f"C{row}", DEAL_NAMES[deal - 1], "words", size=9)
        values = copies[number] if copies else (0.0,) * len(COPIED)
        for value, (letter, _, number_format) in zip(values, COPIED.values(), strict=True):
            page.put(f"{letter}{row}", value, "calc", number_format, italic=True, colour=GREY, horizontal="center")
        same = f"ABS(D{row}-default_month)+ABS(E{row}-min_dscr)+ABS(G{row}-ltv_end)+ABS(H{row}-loss_total)<=tolerance*million*tolerance"
        live = f'IF({same},"live: the copy holds","live: inputs have changed since the copy")'
        page.put(f"J{row}", f'=IF(AND(deal={deal},path={path}),{live},"copy of a run")', "note")
        page.row(row, 18)
    changed = f'LEFT(J{SWEEP_TOP},LEN("live: inputs"))="live: inputs"'
    page.paint(f"J{SWEEP_TOP}:J{LAST}", {changed: "watch"})
    book.name("sweep", page, f"B{SWEEP_TOP}:I{LAST}")
    _write_block(page)


def _write_block(page: Page) -> None:
    note = "read by `computefi refresh`: each cell that is written is one full recalculation"
    page.section(REFRESH - 1, "Refresh", "B", "J", note)
    for letter, (head, what) in zip("BCDEFGH", BLOCK.items(), strict=True):
        page.put(f"{letter}{REFRESH}", head, "head_left" if letter == "B" else "head")
        page.put(f"{letter}{REFRESH + 1}", what, "note")
    page.row(REFRESH + 1, 30)
    page.book.name("refresh", page, f"B{REFRESH}:H{REFRESH + 1}")
    page.put(f"B{REFRESH + 2}", "Copies made on", "label")
    page.put(f"C{REFRESH + 2}", STAMP.date(), "calc", DATE, colour=GREY)
    page.book.name("refreshed", page, f"C{REFRESH + 2}")
    page.put(f"B{NAMES}", "Names that are read, by column", "note")
    for name, (letter, *_) in COPIED.items():
        page.put(f"{letter}{NAMES}", name, "aside")
    page.put(f"B{CASES - 1}", "Loan and path of each run", "note")
    for row, run in enumerate(RUNS, CASES):
        for letter, number in zip("CD", run, strict=True):
            page.put(f"{letter}{row}", number, "aside", WHOLE)
