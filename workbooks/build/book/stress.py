"""The sheet Stress: scenarios as moves of the factors, what the book loses in each, and the move that costs so much."""

from __future__ import annotations

from workbooks.build.book.curves import SALE, TERMS
from workbooks.build.book.limits import MULTI
from workbooks.build.book.rows import FACTOR_HEADS
from workbooks.build.kit.page import A3, MONEY_1, NUMBER, PERCENT, TIMES, WHOLE, Book, Page

TOP = 9
QUESTION = "What does the book lose when bitcoin, rents, power, deliveries or the largest offtaker fail?"
# Scenario: bitcoin, rents, price of power (a multiple), months late, whether the largest offtaker fails.
SCENARIOS = (
    ("Nothing moves", 0.0, 0.0, 1.0, 0, 0),
    ("Bitcoin falls by 70%", -0.7, 0.0, 1.0, 0, 0),
    ("Rents fall by 40%", 0.0, -0.4, 1.0, 0, 0),
    ("The largest offtaker fails", 0.0, 0.0, 1.0, 0, 1),
    ("Power costs twice as much", 0.0, 0.0, 2.0, 0, 0),
    ("Delivery is six months late", 0.0, 0.0, 1.0, 6, 0),
    ("All at once", -0.7, -0.4, 2.0, 6, 1),
)
SHOCKS = (
    ("C", "Bitcoin", "change", PERCENT, -0.99, 9.0),
    ("D", "Rents", "change", PERCENT, -0.99, 9.0),
    ("E", "Power", "multiple", TIMES, 0.01, 100.0),
    ("F", "Months late", "months", WHOLE, 0.0, 119.0),
    ("G", "Largest offtaker fails", "0 or 1", WHOLE, 0.0, 1.0),
)
# Moves in standard deviations, in the order of the factors.
MOVES = (
    ("H", "=LN(1-F{row}/contract_months)/(vol_demand*SQRT(horizon))"),
    ("I", "=LN(1+D{row})/(vol_rents*SQRT(horizon))"),
    ("J", "=LN(1+C{row})/(vol_btc*SQRT(horizon))"),
    ("K", "=-LN(E{row})/(vol_power*SQRT(horizon))"),
)
LAST = TOP + len(SCENARIOS) - 1
REVERSE = LAST + 5


def write_stress(book: Book) -> None:
    widths = {"A": 1.5, "B": 30} | dict.fromkeys("CDEFGHIJKLMNOPQ", 11)
    page = book.page("Stress", "Stress and reverse stress", QUESTION, widths)
    page.section(TOP - 3, "1 · Scenarios", "B", "Q", "changes of prices; the moves of the factors follow from them")
    page.put(f"B{TOP - 1}", "Scenario", "head_left")
    for letter, head, unit, *_ in SHOCKS:
        page.put(f"{letter}{TOP - 1}", head, "head")
        page.put(f"{letter}{TOP - 2}", unit, "unit")
    heads = dict(zip("HIJK", FACTOR_HEADS, strict=True)) | {
        "L": "Row of who fails", "M": "Loss", "N": "Share of exposure", "O": "Times the middle", "P": "Headroom",
        "Q": "Verdict",
    }  # fmt: skip
    for letter, head in heads.items():
        page.put(f"{letter}{TOP - 1}", head, "head")
    page.put(f"H{TOP - 2}", "Moves, standard deviations", "head_left", wrap=False)
    page.row(TOP - 1, 46)
    for row, (words, *shocks) in enumerate(SCENARIOS, TOP):
        page.put(f"B{row}", words, "label")
        for (letter, _, _, number_format, _, _), value in zip(SHOCKS, shocks, strict=True):
            page.put(f"{letter}{row}", value, "input", number_format)
        for letter, formula in MOVES:
            page.put(f"{letter}{row}", formula.format(row=row), "calc", NUMBER)
        page.put(f"L{row}", f"=IF(G{row}=1,IF(SUM(offtaker_exposures)>0,largest_offtaker,0),0)", "calc", WHOLE)
        page.put(f"P{row}", f"=limit_stress*total_exposure-M{row}", "calc", MONEY_1)
        page.put(f"Q{row}", f'=IF(P{row}>=0,"within","ABOVE")', "verdict")
    for letter, head, unit, _, low, high in SHOCKS:
        page.validate(f"{letter}{TOP}:{letter}{LAST}", low, high, head, unit)
        book.name(f"shock_{letter.lower()}", page, f"{letter}{TOP}:{letter}{LAST}")
    page.paint(f"Q{TOP}:Q{LAST}", {f'Q{TOP}="within"': "good", f'Q{TOP}="ABOVE"': "bad"})
    book.name("moves", page, f"H{TOP}:K{LAST}")
    book.name("stress_verdicts", page, f"Q{TOP}:Q{LAST}")
    book.name("failed", page, f"L{TOP}:L{LAST}")
    _write_losses(page)
    _write_reverse(page)
    page.freeze("C5")
    page.print_setup(f"B1:Q{REVERSE + 6}", "1:3", paper=A3)


def _write_losses(page: Page) -> None:
    page.block(f"M{TOP}:O{LAST}", f"=CFI_BOOK_STRESS({MULTI},moves,{SALE},failed,{TERMS})", "result", "#,##0.00")
    for letter, number_format in (("N", PERCENT), ("O", TIMES)):
        for row in range(TOP, LAST + 1):
            page.sheet[f"{letter}{row}"].number_format = number_format
    page.book.name("stress_losses", page, f"M{TOP}:M{LAST}")
    page.book.name("stress_shares", page, f"N{TOP}:N{LAST}")
    page.book.name("stress_names", page, f"B{TOP}:B{LAST}")
    page.put(f"E{LAST + 2}", "Loss where nothing moves", "label", wrap=False)
    page.put(f"H{LAST + 2}", f"=IF(O{TOP}>0,M{TOP}/O{TOP},0)", "calc", MONEY_1)
    page.book.name("stress_middle", page, f"H{LAST + 2}")
    page.put(f"B{LAST + 2}", "Row of the largest offtaker on Names", "label")
    page.put(
        f"C{LAST + 2}",
        "=IF(SUM(offtaker_exposures)>0,MATCH(MAX(offtaker_exposures),offtaker_exposures,0),0)",
        "calc",
        WHOLE,
    )
    page.book.name("largest_offtaker", page, f"C{LAST + 2}")


def _write_reverse(page: Page) -> None:
    page.section(REVERSE - 1, "2 · Reverse stress: the likeliest move that costs as much as Inputs asks", "B", "Q")
    for letter, head in zip("BCDEF", ("Factor", "Move", "Loss that it adds", "Distance", "As a change"), strict=True):
        page.put(f"{letter}{REVERSE}", head, "head_left" if letter == "B" else "head")
    page.row(REVERSE, 32)
    first, last = REVERSE + 1, REVERSE + 4
    call = f"=CFI_BOOK_REVERSE({MULTI},limit_loss*total_exposure,{SALE},{TERMS})"
    page.block(f"C{first}:E{last}", call, "result", NUMBER)
    changes = ("vol_demand", "vol_rents", "vol_btc", "vol_power")
    for row, head, vol in zip(range(first, last + 1), FACTOR_HEADS, changes, strict=True):
        page.put(f"B{row}", head, "label")
        sign = "-" if vol == "vol_power" else ""
        page.put(f"F{row}", f"=EXP({sign}C{row}*{vol}*SQRT(horizon))-1", "calc", "0%")
    page.book.name("reverse_moves", page, f"C{first}:C{last}")
    page.book.name("reverse_losses", page, f"D{first}:D{last}")
    page.book.name("reverse_distance", page, f"E{first}")
    page.merge(f"B{last + 2}:Q{last + 2}", REVERSE_NOTE, "note")


REVERSE_NOTE = (
    "A change is that of the price a factor stands for: of offtakers' demand, of rents, of bitcoin, of power. Delivery that is late loses its months of the contracts, "
    "as a move of demand."
)
