"""The sheet Paths of asic_loan.xlsx: dated readings, and three paths of bitcoin and of the network, one of them live."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
from openpyxl.utils import get_column_letter

from workbooks.build.asic_loan.inputs import MONTHS
from workbooks.build.kit.holes import Block
from workbooks.build.kit.inputs import read_table, value_of
from workbooks.build.kit.page import DATE, NUMBER, PERCENT, WHOLE, Book, Page
from workbooks.build.kit.rows import Form, Row, Section, write_rows

HOW = get_column_letter(5 + MONTHS + 1)
MONTH_WIDTHS = {"A": 1.5, "B": 40, "C": 15, "D": 12} | {get_column_letter(5 + k): 9.3 for k in range(MONTHS + 1)}
MONTH_WIDTHS |= {HOW: 62}
MONTH_FORM = Form(HOW, HOW, note="E", total="D")  # the note of a band stands with the months, where no page cuts it
READINGS = read_table(Path(__file__).with_name("readings.csv"))
READ_TOP = 9
READ_LAST = READ_TOP + len(READINGS) - 1
PATH_TOP = READ_LAST + 3
# What a reading and a number of your own path may be at all: validated in the cell, checked on Checks.
READING_BOUNDS: dict[str, tuple[float | date, float | date]] = {
    "D": (date(2009, 1, 3), date(2060, 1, 1)),
    "E": (1.0, 1e7),
    "F": (0.01, 1e5),
    "G": (0.001, 50.0),
}
OWN_BOUNDS = (1e-6, 1e9)
SEED = 20261122
OWN_SOURCE = "SYNTHETIC: seeded random path (seed 20261122), volatility of bitcoin 0.63 a year, growth of the network 0.34; paste your own"

ROWS = (
    Section("2 · Base", "SYNTHETIC: drift of bitcoin and growth of the network, two rates on Inputs"),
    Row("month", "Month", "number", "=COLUMNS($E$1:{column}$1)-1", WHOLE, "0 is the drawing", "aside"),
    Row("base_btc", "Bitcoin, base", "index, start = 1", "=EXP(btc_drift*{month}/months_per_year)", "0.000", "e^(drift × years)"),
    Row("base_network", "Network, base", "index, start = 1", "=EXP(network_growth*{month}/months_per_year)", "0.000", "e^(growth × years)"),
    Section("3 · 2022-like fall", "SYNTHETIC: the dated points, log-linear between them; nothing here is a reading"),
    Row("segment", "Point before this month", "number", "=MATCH({month},{point_months},1)", WHOLE, "The last point at or before the month"),
    Row("share", "Way to the next point", "share", "=({month}-INDEX({point_months},{segment}))/(INDEX({point_months},{segment}+1)-INDEX({point_months},{segment}))", PERCENT, "0 at the point before, 1 at the next"),
    Row("fall_btc", "Bitcoin, 2022-like", "index, start = 1", "=INDEX({point_btc},{segment})^(1-{share})*INDEX({point_btc},{segment}+1)^{share}", "0.000", "Geometric between the points"),
    Row("fall_network", "Network, 2022-like", "index, start = 1", "=INDEX({point_network},{segment})^(1-{share})*INDEX({point_network},{segment}+1)^{share}", "0.000", "Geometric between the points"),
    Section("4 · Your own path", "paste into the blue cells, any unit; month 0 is 1 in the index"),
    Row("own_btc_given", "Bitcoin, yours", "any unit", "", "#,##0.00", OWN_SOURCE),
    Row("own_network_given", "Network, yours", "any unit", "", "#,##0.00", OWN_SOURCE),
    Row("own_btc", "Bitcoin, yours, as an index", "index, start = 1", "={own_btc_given}/{own_btc_given:first}", "0.000", "Over month 0"),
    Row("own_network", "Network, yours, as an index", "index, start = 1", "={own_network_given}/{own_network_given:first}", "0.000", "Over month 0"),
    Section("5 · Live path", "by the switch on Inputs", "live"),
    Row("btc_index", "Bitcoin", "index, start = 1", "=CHOOSE(path,{base_btc},{fall_btc},{own_btc})", "0.000", "The path that the loan follows", "result", total="min"),
    Row("network_index", "Network", "index, start = 1", "=CHOOSE(path,{base_network},{fall_network},{own_network})", "0.000", "The path that the loan follows", "result", total="max"),
)  # fmt: skip
# head, unit, number format and formula of what is made of a reading
MADE = {
    "H": ("Months", "from first", "0.0", f"=(D{{row}}-D${READ_TOP})/days_per_year*months_per_year"),
    "I": ("Network", "EH/s", "0.0", "=blocks_per_day*G{row}*E{row}/(F{row}*ph_per_eh)"),
    "J": ("Bitcoin", "index", "0.000", f"=E{{row}}/E${READ_TOP}"),
    "K": ("Network", "index", "0.000", f"=I{{row}}/I${READ_TOP}"),
}


def own_path() -> tuple[list[float], list[float]]:
    """A seeded synthetic path of bitcoin and of the network, month 0 to 36; RandomState's stream never changes."""
    draws = np.random.RandomState(SEED).standard_normal((2, MONTHS))
    step = 1 / 12**0.5
    btc = np.exp(np.cumsum(0.63 * step * draws[0] - 0.63**2 / 24))
    network = np.exp(np.cumsum(0.34 / 12 + 0.08 * step * draws[1]))
    return [100.0, *(round(float(x) * 100, 2) for x in btc)], [100.0, *(round(float(x) * 100, 2) for x in network)]


def write_paths(book: Book) -> None:
    page = book.page("Paths", "Paths of bitcoin and of the network", "Three paths, one live; readings apart from what is synthetic.", MONTH_WIDTHS)  # fmt: skip
    _write_readings(page)
    block = book.places.add(Block("Paths", "E", MONTHS + 1))
    last = block.lay([item.key for item in ROWS], PATH_TOP)
    for name, letter in (("point_months", "H"), ("point_btc", "J"), ("point_network", "K")):
        book.places.words[name] = f"${letter}${READ_TOP}:${letter}${READ_LAST}"
    write_rows(page, ROWS, block, MONTH_FORM)
    for key, series in zip(("own_btc", "own_network"), own_path(), strict=True):
        area = page.fill(f"{{{key}_given:row}}")
        for letter, value in zip(block.letters, series, strict=True):
            page.put(f"{letter}{block.row_of[f'{key}_given']}", value, "input", "0.0")
        page.validate(area, *OWN_BOUNDS, "Your own path", OWN_SOURCE)
        book.name(f"{key}_path", page, area)
    page.freeze("E4")
    page.put(f"D{block.row_of['live']}", "least, most", "section", size=9, bold=False, horizontal="center")
    page.print_wide(f"B1:R{PATH_TOP - 2},B{PATH_TOP}:{HOW}{last}", "1:3", [18, 32], [], 66)


def _write_readings(page: Page) -> None:
    page.section(6, "1 · Dated readings", "B", "R")
    read = {"D": ("Date", ""), "E": ("Bitcoin", "$ per BTC"), "F": ("Hashprice", "$/PH/day"), "G": ("Subsidy", "BTC")}
    made = {letter: (head, unit) for letter, (head, unit, _, _) in MADE.items()}
    heads = {"B": ("Event", ""), "C": ("Status", "")} | read | made | {"L": ("Source", "")}
    for letter, (text, unit) in heads.items():
        page.put(f"{letter}7", page.book.say_as("head", text), "head_left" if letter in "BL" else "head")
        page.put(f"{letter}8", unit, "unit")
    page.merge("L7:R7", "Source", "head_left")
    given = {"D": ("date", DATE), "E": ("bitcoin", "#,##0"), "F": ("hashprice", NUMBER), "G": ("subsidy", "0.000")}
    for row, reading in enumerate(READINGS, READ_TOP):
        page.put(f"B{row}", reading["event"], "label")
        page.put(f"C{row}", reading["status"], "aside")
        for letter, (head, number_format) in given.items():
            page.put(f"{letter}{row}", value_of(reading[head]), "input", number_format)
        for letter, (_, _, number_format, formula) in MADE.items():
            page.put(f"{letter}{row}", page.fill(formula, letter, row), "calc", number_format)
        page.merge(f"L{row}:R{row}", reading["source"], "note", wrap=False)
    for letter, (low, high) in READING_BOUNDS.items():
        words = "A date, each later than the one above" if letter == "D" else "A reading from the source on the right"
        page.validate(f"{letter}{READ_TOP}:{letter}{READ_LAST}", low, high, "Dated reading", words)
    page.book.name("dated_readings", page, f"D{READ_TOP}:G{READ_LAST}")
