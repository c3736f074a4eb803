"""The sheet Summary of calibration.xlsx."""

from __future__ import annotations

from workbooks.build.calibration.pairs import PAIRS
from workbooks.build.calibration.prices import SOURCE
from workbooks.build.calibration.supply import BOOKS, COLUMNS, VERDICTS
from workbooks.build.kit.holes import Block
from workbooks.build.kit.page import NUMBER, PERCENT, TIMES, Book, Page
from workbooks.build.kit.rows import Form, Row, write_rows

WIDTHS = {"A": 1.5, "B": 50, "C": 15} | dict.fromkeys(COLUMNS, 21) | {"H": 74}
FALLEN = "… when rents fall as the essay asks"
RENTS = (
    Row("value_now", "Value of a GPU at today's rent", "US$", "={now_value}", "#,##0", "Contract first, then the market."),
    Row("value_essay", FALLEN, "US$", "={essay_value}", "#,##0", "The part under contract does not move.", "result"),
    Row("ltv_now", "LTV at today's rent", "loan / value", "={now_ltv}", PERCENT, "On income value, not on cost."),
    Row("ltv_supply", "… with supply as typed in", "loan / value", "={supply_ltv}", PERCENT, "CFI_SUPPLY_FACTOR to the end of 2027."),
    Row("ltv_essay", FALLEN, "loan / value", "={essay_ltv}", PERCENT, "Above 100% the machine no longer covers the loan.", "result"),
    Row("least_now", "Least debt service cover at today's rent", "×", "={now_least}", TIMES, "The worst year of the loan."),
    Row("least_essay", FALLEN, "×", "={essay_least}", TIMES, "Below 1.00× someone else must pay.", "result"),
    Row("llcr_now", "Loan life cover at today's rent", "×", "={now_llcr}", TIMES, "CFI_LLCR."),
    Row("llcr_essay", FALLEN, "×", "={essay_llcr}", TIMES, "Below 1.00× cash does not repay the loan.", "result"),
    Row("verdict_essay", "Verdict when rents fall as the essay asks", "words", "={essay_verdict}", "@", "Least cover first, then loan life cover.", "verdict"),
)  # fmt: skip
SERIES = (
    Row("volatility", "Volatility", "a year", "=INDEX(series_vol,1,COLUMNS($D$1:{column}$1))", PERCENT, "STDEV of log returns."),
    Row("latest", "EWMA volatility, latest", "a year", "=INDEX(series_ewma,1,COLUMNS($D$1:{column}$1))", PERCENT, "Recent returns count most."),
    Row("unmoved", "Share of prices that did not move", "share", "=INDEX(series_sticky,1,COLUMNS($D$1:{column}$1))", PERCENT, "Posted, not traded: hides volatility and correlation."),
)  # fmt: skip
# column: head, its column on Calibration, look, number format
PAIR_COLUMNS = {
    "C": ("n", "G", "calc", "0"),
    "D": ("ρ", "D", "result", NUMBER),
    "E": ("Low", "E", "calc", NUMBER),
    "F": ("High", "F", "calc", NUMBER),
    "G": ("Corrected for sticky prices", "N", "calc", NUMBER),
}
BASIS = (
    "Charts stand on Calibration and Supply. Demonstration parameters are marked P there. Not a rating and not advice."
)
RENTS_TOP, SERIES_TOP, PAIRS_TOP = 12, 25, 30
FORM = Form("H", "H", horizontal="center", bold=("result", "verdict"), height=lambda _: 20)


def open_summary(book: Book) -> None:
    question = "What do prices say about a correlation, and what does new supply do to a loan?"
    book.page("Summary", "Calibration and supply", question, WIDTHS)


def write_summary(book: Book) -> None:
    page = book.pages["Summary"]
    page.merge("B5:H5", "=essay_reading", "reading", 62)
    page.merge("B6:H6", "=supply_reading", "reading", 34, size=10, ground=None)
    page.merge("B7:H7", "=calibration_reading", "reading", 48, size=10, ground=None)
    page.merge("B8:H8", SOURCE, "plain", 28)
    block = book.places.add(Block("Summary", "D", len(COLUMNS)))
    page.section(10, "What a fall of rents does", "B", "H", "from Supply; contracted against merchant")
    _write_heads(page, RENTS_TOP - 1, dict(zip(COLUMNS, BOOKS, strict=True)))
    last = block.lay([item.key for item in RENTS], RENTS_TOP)
    write_rows(page, RENTS, block, FORM)
    page.row(last, 32)
    verdict = {f'LEFT(D{last},LEN("{word}"))="{word}"': meaning for word, meaning in VERDICTS.items()}
    page.paint(f"D{last}:G{last}", verdict)
    page.section(23, "What the prices say", "B", "H", "from Calibration; SYNTHETIC series as delivered")
    names = {letter: f"=INDEX(series_names,1,COLUMNS($D$1:{letter}$1))" for letter in COLUMNS}
    _write_heads(page, SERIES_TOP - 1, names)
    block.lay([item.key for item in SERIES], SERIES_TOP)
    write_rows(page, SERIES, block, FORM)
    _write_pairs(page)
    page.merge("B36:H36", BASIS, "plain", 16)
    page.freeze("A5")
    page.print_setup("B1:H36", "1:3")


def _write_heads(page: Page, row: int, names: dict[str, str]) -> None:
    page.put(f"B{row}", "Measure", "head_left")
    page.put(f"C{row}", "Unit", "head")
    page.put(f"H{row}", "How to read it", "head_left")
    for letter, name in names.items():
        page.put(f"{letter}{row}", name, "head")
    page.row(row, 32)


def _write_pairs(page: Page) -> None:
    heads = {"B": "Pair"} | {letter: head for letter, (head, *_) in PAIR_COLUMNS.items()} | {"H": "What can be said"}
    for letter, text in heads.items():
        page.put(f"{letter}{PAIRS_TOP - 1}", text, "head_left" if letter in "BH" else "head")
    page.row(PAIRS_TOP - 1, 32)
    for number in range(1, len(PAIRS) + 1):
        row = PAIRS_TOP + number - 1
        page.put(f"B{row}", page.fill(f"={{pair_{number}@B}}"), "label")
        for letter, (_, source, look, number_format) in PAIR_COLUMNS.items():
            cell = page.fill(f"={{pair_{number}@{source}}}")
            page.put(f"{letter}{row}", cell, look, number_format, horizontal="center")
        page.put(f"H{row}", page.fill(f"={{pair_{number}@R}}"), "note")
        page.row(row, 20)
