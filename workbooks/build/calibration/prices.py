"""The sheets Prices and Returns of calibration.xlsx: what is pasted in, and log returns made of it."""

from __future__ import annotations

from copy import copy
from datetime import date, timedelta

import numpy as np

from workbooks.build.asic_loan.parts import Given, print_page, validate
from workbooks.build.kit.page import DATE, Book

TOP, ROOM, FILLED, SERIES_COUNT = 12, 500, 261, 4
LAST = TOP + ROOM - 1
SEED = 20261122
NAMES = ("Bitcoin", "Hashprice", "ASIC price", "GPU rent, posted")
UNITS = ("$ per BTC", "$/PH/day", "$/TH", "$/GPU-hour")
COLUMNS = "DEFG"
RETURNS, SAME, EWMA, SCORE, INDEXED = ("DEFG", "HIJK", "LMNO", "PQRS", "VWXY")
NOISE, POINT = "T", "U"
# What the generator was given: volatility a year, correlation with bitcoin, share of weeks without a new price.
TRUE_VOLATILITY = (0.63, 0.80, 0.90, 0.44)
TRUE_CORRELATION = (1.0, 0.79, 0.75, 0.40)
TRUE_STICKY = (0.0, 0.0, 0.0, 0.45)
SOURCE = (
    "SYNTHETIC: seeded random series (seed 20261122), not market data. Volatilities and correlations of the size measured on public data "
    "(bitcoin 0.63, hashprice 0.73–0.85, ASIC 0.90 by elasticity, GPU rent 0.27 posted × 1.62; hashprice with bitcoin 0.79). Paste your own over it."
)
# What a price and a date may be at all: validated in the cell, checked on Checks.
PRICE_BOUNDS = (1e-6, 1e9)
DATE_BOUNDS = (date(1990, 1, 1), date(2099, 12, 31))
START = (40000.0, 100.0, 40.0, 3.0)


def synthetic() -> list[tuple[float, ...]]:
    """Weekly prices, a row per date; RandomState's stream never changes, and prices are rounded."""
    draws = np.random.RandomState(SEED)
    week = 1 / 52**0.5
    factor, own = draws.standard_normal(FILLED - 1), draws.standard_normal((SERIES_COUNT, FILLED - 1))
    trades = draws.uniform(size=FILLED - 1)
    series = []
    for start, volatility, rho, sticky, noise in zip(
        START, TRUE_VOLATILITY, TRUE_CORRELATION, TRUE_STICKY, own, strict=True
    ):
        steps = volatility * week * (rho * factor + (1 - rho**2) ** 0.5 * noise)
        level = start * np.exp(np.concatenate(([0.0], np.cumsum(steps))))
        posted, shown = [], float(level[0])
        for index, value in enumerate(level):
            if index == 0 or trades[index - 1] >= sticky:
                shown = float(value)
            posted.append(round(shown, 2 if sticky else 4))
        series.append(posted)
    return list(zip(*series, strict=True))


def write_prices(book: Book) -> None:
    page = book.page("Prices", "Prices: paste yours here", "Up to 500 rows, equal intervals, the latest last; delete what is left below your own.", {"A": 1.5, "B": 14, "C": 16} | dict.fromkeys("DEFG", 17) | {"H": 40})  # fmt: skip
    page.merge("B5:H5", SOURCE, "reading", 50, size=10)
    page.put("B7", "How many prices each series has, and whether all have as many without a gap", "plain", wrap=False)
    page.put("B8", "Prices", "label_bold")
    page.put("C8", "=MIN(D8:G8)", "result", "0")
    book.name("price_count", page, "C8")
    for letter in COLUMNS:
        page.put(f"{letter}8", f"=COUNT({letter}{TOP}:{letter}{LAST})", "calc", "0")
    page.put("B9", "Complete", "label_bold")
    page.put("C9", "=MIN(D9:G9)", "result", "0")
    book.name("prices_complete", page, "C9")
    for letter in COLUMNS:
        span = f"{letter}{TOP}:{letter}{LAST}"
        page.put(
            f"{letter}9",
            f"=IF(AND({letter}8=price_count,COUNTA({span})={letter}8,COUNT({letter}{TOP}:INDEX({span},MAX(1,{letter}8)))={letter}8,MIN({span})>0),1,0)",
            "calc",
            "0",
        )
    page.paint("C9:G9", {"C9=0": "bad"})
    page.put("B10", "No.", "head")
    page.put("C10", "Date", "head")
    page.put("B11", "row", "unit")
    page.put("C11", "week ending", "unit")
    for letter, name, unit in zip(COLUMNS, NAMES, UNITS, strict=True):
        page.put(f"{letter}10", name, "input_text", bold=True)
        page.put(f"{letter}11", unit, "input_text", size=9)
    book.name("series_names", page, "D10:G10")
    prices = synthetic()
    start = date(2021, 11, 26)
    styles = {}
    for index in range(ROOM):
        row = TOP + index
        cells: dict[str, str | date | float | None] = {
            "B": f"=ROWS(B${TOP}:B{row})",
            "C": start + timedelta(weeks=index) if index < FILLED else None,
        }
        cells |= {letter: (prices[index][k] if index < FILLED else None) for k, letter in enumerate(COLUMNS)}
        for letter, value in cells.items():
            if index == 0:
                look, number_format = (
                    ("aside", "0") if letter == "B" else ("input", DATE if letter == "C" else "#,##0.00")
                )
                styles[letter] = page.put(f"{letter}{row}", value, look, number_format)._style
            else:
                cell = page.sheet[f"{letter}{row}"]
                cell.value, cell._style = value, copy(styles[letter])
    page.validate(
        f"D{TOP}:G{LAST}", *PRICE_BOUNDS, "Price", "A number above 0; SYNTHETIC series delivered, paste your own"
    )
    words = "A date; equal intervals, the latest last"
    validate(page, f"C{TOP}:C{LAST}", Given("", "Date", "", (), "", "", words, "", *DATE_BOUNDS))
    book.name("prices", page, f"D{TOP}:G{LAST}")
    book.name("dates", page, f"C{TOP}:C{LAST}")
    page.freeze(f"D{TOP}")
    print_page(page, f"B1:H{TOP + FILLED - 1}", "10:11")
    page.sheet.sheet_properties.pageSetUpPr.fitToPage = False
    page.sheet.page_setup.scale = 80


def write_returns(book: Book) -> None:
    widths = {"A": 1.5, "B": 11, "C": 12} | dict.fromkeys("DEFGHIJKLMNOPQRSTUVWXY", 8.6)
    page = book.page(
        "Returns", "Log returns and what is made of them", "One formula per column; empty below the last price.", widths
    )
    groups = (
        (RETURNS, "1 · Log return", "ln of price over the one before"),
        (SAME, "2 · Unchanged", "1 where the price did not move"),
        (EWMA, "3 · EWMA variance", "λ · before + (1 − λ) · r²"),
        (SCORE, "4 · Score", "(return − mean) / deviation"),
        (INDEXED, "5 · Index for the chart", "first price 100; last repeated"),
    )
    for letters, title, note in groups:
        page.merge(f"{letters[0]}9:{letters[-1]}9", title, "head")
        page.merge(f"{letters[0]}10:{letters[-1]}10", note, "aside")
        for k, letter in enumerate(letters):
            page.put(f"{letter}11", f"=INDEX(series_names,1,{COLUMNS[k]}$8)", "unit", wrap=True)
    page.row(11, 27)
    page.merge("M7:O7", "Mean of the returns", "label")
    page.merge("M8:O8", "Their deviation", "label")
    for k, letter in enumerate(COLUMNS):
        returns = f"{letter}{TOP + 1}:{letter}{LAST}"
        page.put(f"{SCORE[k]}7", f"=AVERAGE({returns})", "calc", "0.0000")
        page.put(f"{SCORE[k]}8", f"=STDEVP({returns})", "calc", "0.0000")
    page.merge("T9:T10", "Noise", "head")
    page.merge("U9:U10", "Point", "head")
    page.put("T11", "Σz² squared", "unit")
    page.put("U11", "number", "unit")
    page.put("B8", "Number of the series", "plain", wrap=False)
    for k, letter in enumerate(COLUMNS):
        page.put(f"{letter}8", k + 1, "aside")
    page.put("B10", "No.", "head")
    page.put("C10", "Date", "head")
    styles: dict[str, object] = {}
    formulas = _formulas()
    for row in range(TOP, LAST + 1):
        for letter, (formula, number_format, look) in formulas.items():
            if row == TOP and letter in RETURNS + SAME + EWMA + SCORE + NOISE:
                continue
            value = formula.replace("{row}", str(row)).replace("{before}", str(row - 1))
            if letter not in styles:
                styles[letter] = page.put(f"{letter}{row}", value, look, number_format)._style
            else:
                cell = page.sheet[f"{letter}{row}"]
                cell.value, cell._style = book.say_in(value), copy(styles[letter])
    page.freeze(f"D{TOP}")
    print_page(page, f"B1:Y{TOP + FILLED - 1}", "1:11")


def _formulas() -> dict[str, tuple[str, str, str]]:
    made: dict[str, tuple[str, str, str]] = {
        "B": ("=ROWS(B$" + str(TOP) + ":B{row})", "0", "aside"),
        "C": ('=IF(Prices!C{row}="","",Prices!C{row})', DATE, "aside"),
        POINT: ("=MIN($B{row},price_count)", "0", "calc"),
        NOISE: ('=IF(ISNUMBER(P{row}),SUMSQ(P{row}:S{row})^2,"")', "0.00", "calc"),
    }
    for k, letter in enumerate(COLUMNS):
        same, variance, score, index = SAME[k], EWMA[k], SCORE[k], INDEXED[k]
        made[letter] = (
            f'=IF($B{{row}}<=price_count,LN(Prices!{letter}{{row}}/Prices!{letter}{{before}}),"")',
            "0.0000",
            "calc",
        )
        made[same] = (f'=IF(ISNUMBER({letter}{{row}}),IF(ABS({letter}{{row}})<=unchanged_below,1,0),"")', "0", "calc")
        made[variance] = (
            f'=IF(ISNUMBER({letter}{{row}}),IF(ISNUMBER({variance}{{before}}),ewma_decay*{variance}{{before}}+(1-ewma_decay)*{letter}{{row}}^2,{letter}{{row}}^2),"")',
            "0.00000",
            "calc",
        )
        made[score] = (
            f'=IF(ISNUMBER({letter}{{row}}),({letter}{{row}}-{score}$7)/{score}$8,"")',
            "0.000",
            "calc",
        )
        made[index] = (
            f"=INDEX(Prices!{letter}${TOP}:{letter}${LAST},$U{{row}})/Prices!{letter}${TOP}*index_start",
            "0.0",
            "calc",
        )
    return made
