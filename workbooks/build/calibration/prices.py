"""The sheets Prices and Returns of calibration.xlsx: what is pasted in, and log returns made of it."""

from __future__ import annotations

from copy import copy
from datetime import date, timedelta

import numpy as np

from workbooks.build.kit.page import DATE, Book, Page

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
FIRST_WEEK = date(2021, 11, 26)
# group of Returns, its head and what it is
GROUPS = (
    (RETURNS, "1 · Log return", "ln of price over the one before"),
    (SAME, "2 · Unchanged", "1 where the price did not move"),
    (EWMA, "3 · EWMA variance", "λ · before + (1 − λ) · r²"),
    (SCORE, "4 · Score", "(return − mean) / deviation"),
    (INDEXED, "5 · Index for the chart", "first price 100; last repeated"),
)


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
    question = "Up to 500 rows, equal intervals, the latest last; delete what is left below your own."
    widths = {"A": 1.5, "B": 14, "C": 16} | dict.fromkeys(COLUMNS, 17) | {"H": 40}
    page = book.page("Prices", "Prices: paste yours here", question, widths)
    page.merge("B5:H5", SOURCE, "reading", 50, size=10)
    _write_counts(page)
    for cell, text, look in (("B10", "No.", "head"), ("C10", "Date", "head"), ("B11", "row", "unit"), ("C11", "week ending", "unit")):  # fmt: skip
        page.put(cell, text, look)
    for letter, name, unit in zip(COLUMNS, NAMES, UNITS, strict=True):
        page.put(f"{letter}10", name, "input_text", bold=True)
        page.put(f"{letter}11", unit, "input_text", size=9)
    book.name("series_names", page, "D10:G10")
    _write_room(page)
    words = "A number above 0; SYNTHETIC series delivered, paste your own"
    page.validate(f"D{TOP}:G{LAST}", *PRICE_BOUNDS, "Price", words)
    page.validate(f"C{TOP}:C{LAST}", *DATE_BOUNDS, "Date", "A date; equal intervals, the latest last")
    book.name("prices", page, f"D{TOP}:G{LAST}")
    book.name("dates", page, f"C{TOP}:C{LAST}")
    page.freeze(f"D{TOP}")
    page.print_setup(f"B1:I{TOP + FILLED - 1}", "10:11")
    page.sheet.sheet_properties.pageSetUpPr.fitToPage = False
    page.sheet.page_setup.scale = 80


def _write_counts(page: Page) -> None:
    """How many prices there are, and whether every series has as many, all above 0."""
    page.put("B7", "How many prices each series has, and whether all have as many without a gap", "plain", wrap=False)
    for row, label, name in ((8, "Prices", "price_count"), (9, "Complete", "prices_complete")):
        page.put(f"B{row}", label, "label_bold")
        page.put(f"C{row}", f"=MIN(D{row}:G{row})", "result", "0")
        page.book.name(name, page, f"C{row}")
    for letter in COLUMNS:
        span, count = f"{letter}{TOP}:{letter}{LAST}", f"{letter}8"
        page.put(count, f"=COUNT({span})", "calc", "0")
        no_gap = f"COUNT({letter}{TOP}:INDEX({span},MAX(1,{count})))={count}"
        complete = f"=IF(AND({count}=price_count,COUNTA({span})={count},{no_gap},MIN({span})>0),1,0)"
        page.put(f"{letter}9", complete, "calc", "0")
    page.paint("C9:G9", {"C9=0": "bad"})


def _write_room(page: Page) -> None:
    """The numbered rows, those that are filled and the empty ones below them; a column has one style."""
    prices = synthetic()
    looks = {"B": ("aside", "0"), "C": ("input", DATE)} | dict.fromkeys(COLUMNS, ("input", "#,##0.00"))
    styles = {}
    for index in range(ROOM):
        row, filled = TOP + index, index < FILLED
        values: dict[str, str | date | float | None] = dict.fromkeys(looks)
        if filled:
            values |= {"C": FIRST_WEEK + timedelta(weeks=index)} | dict(zip(COLUMNS, prices[index], strict=True))
        values["B"] = f"=ROWS(B${TOP}:B{row})"
        for letter, value in values.items():
            cell = page.sheet[f"{letter}{row}"]
            if index == 0:
                styles[letter] = page.put(cell.coordinate, None, *looks[letter])._style
            cell.value, cell._style = value, copy(styles[letter])


def write_returns(book: Book) -> None:
    widths = {"A": 1.5, "B": 11, "C": 12} | dict.fromkeys("DEFGHIJKLMNOPQRSTUVWXY", 8.6)
    page = book.page(
        "Returns", "Log returns and what is made of them", "One formula per column; empty below the last price.", widths
    )
    _write_return_heads(page)
    styles: dict[str, object] = {}
    formulas = _formulas()
    for row in range(TOP, LAST + 1):
        for letter, (formula, number_format, look) in formulas.items():
            if row == TOP and letter in RETURNS + SAME + EWMA + SCORE + NOISE:
                continue
            value = page.fill(formula, letter, row)
            if letter not in styles:
                styles[letter] = page.put(f"{letter}{row}", value, look, number_format)._style
            else:
                cell = page.sheet[f"{letter}{row}"]
                cell.value, cell._style = book.say_in(value), copy(styles[letter])
    page.freeze(f"D{TOP}")
    page.print_setup(f"B1:Y{TOP + FILLED - 1}", "1:11")


def _write_return_heads(page: Page) -> None:
    for letters, title, note in GROUPS:
        page.merge(f"{letters[0]}9:{letters[-1]}9", title, "head")
        page.merge(f"{letters[0]}10:{letters[-1]}10", note, "aside")
        for letter, source in zip(letters, COLUMNS, strict=True):
            page.put(f"{letter}11", f"=INDEX(series_names,1,{source}$8)", "unit", wrap=True)
    page.row(11, 27)
    page.merge("M7:O7", "Mean of the returns", "label")
    page.merge("M8:O8", "Their deviation", "label")
    for letter, score in zip(COLUMNS, SCORE, strict=True):
        returns = f"{letter}{TOP + 1}:{letter}{LAST}"
        page.put(f"{score}7", f"=AVERAGE({returns})", "calc", "0.0000")
        page.put(f"{score}8", f"=STDEVP({returns})", "calc", "0.0000")
    page.merge("T9:T10", "Noise", "head")
    page.merge("U9:U10", "Point", "head")
    page.put("T11", "Σz² squared", "unit")
    page.put("U11", "number", "unit")
    page.put("B8", "Number of the series", "plain", wrap=False)
    for number, letter in enumerate(COLUMNS, 1):
        page.put(f"{letter}8", number, "aside")
    page.put("B10", "No.", "head")
    page.put("C10", "Date", "head")


def _formulas() -> dict[str, tuple[str, str, str]]:
    """Formula, number format and look of each column; see `kit.holes`."""
    made = {
        "B": (f"=ROWS(B${TOP}:B{{row}})", "0", "aside"),
        "C": ('=IF(Prices!C{row}="","",Prices!C{row})', DATE, "aside"),
        POINT: ("=MIN($B{row},price_count)", "0", "calc"),
        NOISE: ('=IF(ISNUMBER(P{row}),SUMSQ(P{row}:S{row})^2,"")', "0.00", "calc"),
    }
    for k, r in enumerate(COLUMNS):
        variance = f"{EWMA[k]}{{row@-1}}"
        decayed = f"IF(ISNUMBER({variance}),ewma_decay*{variance}+(1-ewma_decay)*{r}{{row}}^2,{r}{{row}}^2)"
        made |= {
            r: (f'=IF($B{{row}}<=price_count,LN(Prices!{r}{{row}}/Prices!{r}{{row@-1}}),"")', "0.0000", "calc"),
            SAME[k]: (f'=IF(ISNUMBER({r}{{row}}),IF(ABS({r}{{row}})<=unchanged_below,1,0),"")', "0", "calc"),
            EWMA[k]: (f'=IF(ISNUMBER({r}{{row}}),{decayed},"")', "0.00000", "calc"),
            SCORE[k]: (f'=IF(ISNUMBER({r}{{row}}),({r}{{row}}-{SCORE[k]}$7)/{SCORE[k]}$8,"")', "0.000", "calc"),
            INDEXED[k]: (f"=INDEX(Prices!{r}${TOP}:{r}${LAST},$U{{row}})/Prices!{r}${TOP}*index_start", "0.0", "calc"),
        }
    return made
