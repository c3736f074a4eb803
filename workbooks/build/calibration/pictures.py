"""Section 8 of the sheet Calibration: the prices as an index, and the correlations with their intervals."""

from __future__ import annotations

from openpyxl.chart._chart import ChartBase
from openpyxl.chart.data_source import StrRef
from openpyxl.chart.legend import LegendEntry
from openpyxl.chart.series import SeriesLabel

from workbooks.build.calibration.pairs import PAIRS
from workbooks.build.calibration.prices import COLUMNS, INDEXED, LAST, NAMES, POINT, TOP
from workbooks.build.kit.charts import (
    Frame,
    Line,
    Reference,
    dress_axis,
    dress_chart,
    finding,
    place,
    plot_area,
    scatter,
)
from workbooks.build.kit.holes import Block
from workbooks.build.kit.page import NAVY, NUMBER, SERIES, WHOLE, Page
from workbooks.build.kit.text import sentence

PRICES_SAID = (
    "SYNTHETIC or pasted: volatility [MIN(series_vol)|0%] to [MAX(series_vol)|0%] a year over [price_count] prices"
)
PAIRS_SAID = (
    "[SUMPRODUCT(--({pair_1..pair_6@E}>0))] of [ROWS({pair_1..pair_6@E})] pairs move together at [confidence|0%]; "
    "GPU rent and bitcoin: [{pair_3@D}|0.00], corrected [{pair_3@N}|0.00]"
)
PRICES_ALT = "Four lines of prices as an index on a logarithmic scale; synthetic as delivered, the posted GPU rent moves in steps."
PAIRS_ALT = "For each of six pairs a dot at the measured correlation on a bar of its interval, a diamond at the correlation corrected for sticky prices, a cross at what the generator was given."
# legend, column of the points below, colour, marker
MARKS = (
    ("Measured, with its interval", "D", NAVY, "circle"),
    ("Corrected for prices that did not move", "E", SERIES[2], "diamond"),
    ("Given to the generator (synthetic only)", "F", SERIES[3], "x"),
)


def write_pictures(page: Page, block: Block, top: int) -> int:
    page.section(top - 1, "8 · In pictures", "B", "R")
    prices, pairs = (page.fill(sentence(page.book, said)) for said in (PRICES_SAID, PAIRS_SAID))
    page.merge(f"B{top}:G{top}", f"={prices}", "plain", wrap=False)
    page.merge(f"H{top}:R{top}", f"={pairs}", "plain", wrap=False)
    points = top + 24
    last = _write_points(page, points, block.row_of["pair_1"])
    _place(page, _prices_chart(page, f"B{top}"), top, 0.0, 0.496, "Prices as an index", PRICES_ALT)
    name = "Correlations with their intervals"
    _place(page, _pairs_chart(page, f"H{top}", points), top, 0.504, 1.0, name, PAIRS_ALT)
    return last


def _place(page: Page, chart: ChartBase, top: int, left: float, right: float, name: str, alt_text: str) -> None:
    chart.x_axis.majorGridlines = None
    plot_area(chart, 0.09, 0.15, 0.87, 0.62)
    place(page, chart, Frame("B", "R", top + 1, top + 21, left, right), name, alt_text)


def _prices_chart(page: Page, title: str) -> ChartBase:
    say, returns = page.book.say, page.book.pages["Returns"].sheet
    points = Reference(returns, range_string=f"Returns!${POINT}${TOP}:${POINT}${LAST}")
    lines = [
        Line(
            say(name), points, Reference(returns, range_string=f"Returns!${at}${TOP}:${at}${LAST}"), colour, dash, 1.75
        )
        for name, at, colour, dash in zip(NAMES, INDEXED, SERIES, (None, "dash", None, None), strict=False)
    ]
    chart = scatter(lines)
    for letter, series in zip(COLUMNS, chart.series, strict=True):
        series.tx = SeriesLabel(strRef=StrRef(f"Prices!${letter}$10"))
    dress_chart(chart, finding("Calibration", title))
    dress_axis(chart.x_axis, "b", say("Number of the price"), "0", 0)
    dress_axis(chart.y_axis, "l", say("Index, first price 100, logarithmic"), "#,##0")
    chart.y_axis.scaling.logBase = 10
    return chart


def _pairs_chart(page: Page, title: str, points: int) -> ChartBase:
    say = page.book.say

    def span(letter: str, first: int, last: int) -> Reference:
        return Reference(page.sheet, range_string=f"Calibration!${letter}${first}:${letter}${last}")

    last, ends = points + len(PAIRS) - 1, points + len(PAIRS) + 1
    bars = [(ends + 2 * index, ends + 2 * index + 1) for index in range(len(PAIRS))]
    segments = [Line(str(k), span("C", *bar), span("D", *bar), NAVY, width=1.5) for k, bar in enumerate(bars)]
    marks = [
        Line(say(name), span("C", points, last), span(letter, points, last), colour, marker=marker)
        for name, letter, colour, marker in MARKS
    ]
    chart = scatter(segments + marks)
    dress_chart(chart, finding("Calibration", title))
    chart.legend.legendEntry = [LegendEntry(idx=index, delete=True) for index in range(len(segments))]
    across = say("Pair, in the order of section 4 (1 · 2, 1 · 3, 1 · 4, 2 · 3, 2 · 4, 3 · 4)")
    dress_axis(chart.x_axis, "b", across, "0", 0, len(PAIRS) + 1, 1)
    dress_axis(chart.y_axis, "l", say("Correlation"), "0.0", -0.2, 1, 0.2)
    return chart


def _write_points(page: Page, top: int, pairs: int) -> int:
    """The points of the chart on the right, then the two ends of each interval; returns the row below them."""
    page.section(top - 2, "Points of the chart on the right", "B", "R")
    for letter, text in zip("BCDEF", ("Pair", "Number", "Measured", "Corrected", "Given"), strict=True):
        page.put(f"{letter}{top - 1}", text, "head_left" if letter == "B" else "head")
    ends = top + len(PAIRS)
    for index in range(len(PAIRS)):
        row, source = top + index, pairs + index
        page.put(f"B{row}", f"=B{source}", "label")
        page.put(f"C{row}", f"=ROWS(C${top}:C{row})", "calc", WHOLE)
        for letter, column in (("D", "D"), ("E", "N"), ("F", "O")):
            page.put(f"{letter}{row}", f"={column}{source}", "calc", NUMBER)
    page.put(f"B{ends}", "Ends of the intervals", "head_left")
    for row in range(ends + 1, ends + 1 + 2 * len(PAIRS)):
        index, end = divmod(row - ends - 1, 2)
        page.put(f"B{row}", f"=B{pairs + index}", "label")
        page.put(f"C{row}", f"=C{top + index}", "calc", WHOLE)
        page.put(f"D{row}", f"={'EF'[end]}{pairs + index}", "calc", NUMBER)
    return ends + 1 + 2 * len(PAIRS)
