"""The sheet Summary of compare.xlsx: the question, the table, the reading, the charts."""

from __future__ import annotations

from openpyxl.chart._chart import ChartBase
from openpyxl.chart.legend import LegendEntry

from workbooks.build.compare.curves import BRIDGE_TOP, LAST, MARKS_TOP, STEPS, TOP, Curves
from workbooks.build.compare.deals import COLUMNS, Deals, verdict_colours
from workbooks.build.compare.inputs import DEAL_NAMES, SHORT_NAMES
from workbooks.build.kit.charts import (
    Frame,
    Line,
    Reference,
    bridge,
    dress_axis,
    dress_chart,
    linked_title,
    place,
    plot_area,
    scatter,
    second_axis,
)
from workbooks.build.kit.page import BAD, NAVY, PERCENT, PERCENT_2, SERIES, TIMES, WHOLE, Book, Page

# key of the row on Deals, label, unit, number format, look, how to read it
TABLE: tuple[tuple[str, str, str, str, str, str], ...] = (
    (
        "verdict",
        "Verdict",
        "words",
        "General",
        "verdict",
        "Pass: no hard fail, passing score. Fail: contracted share below the floor.",
    ),
    (
        "first_fail_name",
        "First hard fail of the rebrand test",
        "words",
        "General",
        "words",
        "The first of thirteen tests that alone condemns the loan.",
    ),
    (
        "market_view",
        "What the market said",
        "words",
        "General",
        "words",
        "Rating and spread at signing; for the ASIC loan, what happened.",
    ),
    (
        "contracted",
        "Contracted share of revenue",
        "share",
        PERCENT,
        "calc",
        "Arm's-length take-or-pay over the loan's life. The lever of the whole comparison.",
    ),
    (
        "dscr",
        "Debt service cover",
        "×",
        TIMES,
        "calc",
        "High cover did not protect the ASIC lender: the cash had one driver.",
    ),
    (
        "risked_cover",
        "Backlog cover, risked and after cost",
        "×",
        TIMES,
        "calc",
        "Firm, surviving, delivered revenue inside the loan, less operating cost, over commitment.",
    ),
    (
        "pd",
        "PD of the driver, one year",
        "probability",
        PERCENT_2,
        "calc",
        "Chance that cash falls below debt service; excludes the offtaker's own default.",
    ),
    (
        "pd_either",
        "PD, driver or offtaker",
        "probability",
        PERCENT_2,
        "calc",
        "The customer pays, it does not guarantee: cash stops if either fails.",
    ),
    (
        "rho",
        "Correlation of cash and collateral (ρ)",
        "correlation",
        "0.00",
        "result",
        "Near 0: collateral holds when cash fails. Near 1: both fall together.",
    ),
    ("ltv_cost", "LTV at cost", "loan / value", PERCENT, "calc", "What the term sheet shows."),
    (
        "ltv_market",
        "LTV at market in one year",
        "loan / value",
        PERCENT,
        "calc",
        "After the expected fall in price, before sale cost.",
    ),
    (
        "corr_ltv",
        "Correlation-adjusted LTV",
        "loan / value",
        PERCENT,
        "result",
        "Loan over what the collateral fetches on the day of default. Not for ranking.",
    ),
    (
        "stress_ltv",
        "Stress LTV, worst 1% of the driver",
        "loan / value",
        PERCENT,
        "calc",
        "The same bad year for all four: this one ranks.",
    ),
    (
        "lgd_flat",
        "LGD without correlation",
        "share of loan",
        PERCENT,
        "calc",
        "What a model without ρ would report.",
    ),
    (
        "lgd",
        "LGD with correlation",
        "share of loan",
        PERCENT,
        "calc",
        "High even where the contract is strong: collateral is not what protects that lender.",
    ),
    (
        "lgd_step_in",
        "LGD if the contract may be assigned",
        "share of loan",
        PERCENT,
        "calc",
        "A surviving contract protects more than the chips do.",
    ),
    ("el", "Expected loss", "share a year", PERCENT_2, "result", "PD of the driver × LGD: the headline."),
    (
        "el_either",
        "Expected loss, driver or offtaker",
        "share a year",
        PERCENT_2,
        "calc",
        "The offtaker's default on top.",
    ),
    (
        "el_money",
        "Expected loss in money",
        "US$ m a year",
        '#,##0.0"m"',
        "calc",
        "On the loan at first funding.",
    ),
    (
        "score",
        "Rebrand score",
        "0–100",
        "0",
        "result",
        "100: compute lender. 0: mining lender under a new name.",
    ),
    ("hard_fails", "Hard fails", "of 5", WHOLE, "calc", "Tests 1, 3, 4, 6 and 9."),
    ("rank", "Rank by expected loss", "1 = best", WHOLE, "calc", ""),
)
HEAD = 7
FIRST = HEAD + 1
FINAL = HEAD + len(TABLE)
CHARTS = FINAL + 3
GAP = 0.004  # between charts, as a share of the page


def write_summary(book: Book, deals: Deals, curves: Curves, titles: dict[str, str]) -> None:
    page = book.pages["Summary"]
    _reading(page, deals)
    _table(page, deals)
    _charts(page, curves, titles)


def open_summary(book: Book) -> None:
    """The first sheet, empty: the others are written before it is filled."""
    widths = {"A": 1.5, "B": 36, "C": 13} | dict.fromkeys(COLUMNS, 25) | {"H": 66, "I": 1.5}
    book.page("Summary", "Two loans against computers", "Which one is repaid when the borrower fails?", widths)


def _reading(page: Page, deals: Deals) -> None:
    el, pd, lgd = deals.span("el"), deals.span("pd"), deals.span("lgd")
    names = f"$D${HEAD}:$G${HEAD}"
    best, worst = f"MATCH(MIN({el}),{el},0)", f"MATCH(MAX({el}),{el},0)"
    text = (
        f'=IF(MIN({el})>0,"Repaid when the borrower fails: "&INDEX({names},{best})&" expects to lose "&TEXT(MIN({el}),"0.00%")&" of the loan a year; "'
        f'&INDEX({names},{worst})&" loses "&TEXT(MAX({el}),"0.00%")&", "&TEXT(MAX({el})/MIN({el}),"0")&" times as much: "'
        f'&TEXT(INDEX({pd},{worst})/INDEX({pd},{best}),"0.0")&"× from the chance of default, "'
        f'&TEXT(INDEX({lgd},{worst})/INDEX({lgd},{best}),"0.0")&"× from the loss when it comes. The contract makes the difference, not the chip.",'
        f'INDEX({names},{best})&" loses nothing at these inputs; "&INDEX({names},{worst})&" loses "&TEXT(MAX({el}),"0.00%")&".")'
    )
    page.merge("B5:H5", text, "reading", 40)
    page.merge("B6:H6", '=rebrand_reading&" See the sheet Rebrand."', "plain", 18, vertical="center")
    page.book.name("reading", page, "B5")


def _table(page: Page, deals: Deals) -> None:
    page.put(f"B{HEAD}", "Deal", "head_left")
    page.put(f"C{HEAD}", "Unit", "head")
    page.put(f"H{HEAD}", "How to read it", "head_left", indent=1)
    for letter, name in zip(COLUMNS, DEAL_NAMES, strict=True):
        page.put(f"{letter}{HEAD}", name, "head")
    page.row(HEAD, 32)
    for row, (key, label, unit, number_format, look, how) in enumerate(TABLE, FIRST):
        page.put(f"B{row}", label, "label_bold" if look in ("result", "verdict") else "label")
        page.put(f"C{row}", unit, "unit")
        for index, letter in enumerate(COLUMNS):
            page.put(f"{letter}{row}", f"={deals.cell(key, index)}", look, number_format, horizontal="center")
        page.put(f"H{row}", how, "note")
        page.row(row, 31 if look in ("verdict", "words") else 20)
    page.paint(f"D{FIRST}:G{FIRST}", verdict_colours(f"D{FIRST}"))
    fails = FIRST + [line[0] for line in TABLE].index("hard_fails")
    page.paint(f"D{fails}:G{fails}", {f"D{fails}=0": "good", f"D{fails}>=3": "bad", f"D{fails}>0": "watch"})
    page.merge(
        f"B{FINAL + 1}:H{FINAL + 1}",
        "Facts are filed or attributed on the sheet Deals; parameters marked P there are demonstration parameters, not filed. One year, one driver, market "
        "sale of the collateral unless said otherwise. Not a rating and not advice.",
        "plain",
        28,
    )
    page.book.name("summary_table", page, f"B{HEAD}:G{FINAL}")


def _charts(page: Page, curves: Curves, titles: dict[str, str]) -> None:
    page.section(CHARTS - 1, "The argument in pictures", "B", "H")
    chart = _thesis(page, curves, titles)
    place(
        page,
        chart,
        Frame("B", "H", CHARTS, CHARTS + 21, 0.0, 0.5 - GAP),
        "Loss against contracted share",
        "Lines against the contracted share from 0 to 1: expected loss and stress LTV fall throughout; correlation-adjusted LTV rises until about three quarters and then falls.",
    )
    chart = _value(page, curves, titles)
    place(
        page,
        chart,
        Frame("B", "H", CHARTS, CHARTS + 21, 0.5 + GAP, 1.0),
        "Collateral value in default",
        "Four falling lines of collateral value in default, as a share of cost, against the correlation of cash and collateral; a dot marks each deal.",
    )
    note = CHARTS + 22
    page.merge(f"B{note}:H{note}", f"={curves.trap}", "plain", 16)
    for index, name in enumerate(SHORT_NAMES):
        small = _bridge(page, index, curves, titles)
        place(
            page,
            small,
            Frame(
                "B",
                "H",
                note + 2,
                note + 19,
                index / 4 + (GAP if index else 0),
                (index + 1) / 4 - (GAP if index < 3 else 0),
            ),
            f"Bridge of {name}",
            f"Columns from loan to value at cost over drift, sale cost and correlation to loan to value in default, {name}.",
        )
    last = note + 20
    page.merge(
        f"B{last}:H{last}",
        "Bridges share one scale: LTV at cost, then what the expected fall in price, the forced sale and the correlation each add.",
        "plain",
        16,
    )
    page.freeze(f"C{FIRST}")
    page.print_setup(f"B1:H{last}", None, breaks=(CHARTS - 2,))


def _column(page: Page, letter: str, top: int = TOP, last: int = LAST) -> Reference:
    return Reference(page.sheet, range_string=f"Curves!${letter}${top}:${letter}${last}")


def _cached(reference: str, titles: dict[str, str]) -> str:
    return titles.get(reference.replace("$", ""), "")


def _thesis(page: Page, curves: Curves, titles: dict[str, str]) -> ChartBase:
    say, c = page.book.say, _column(page, "B")
    chart = scatter([Line(say("Expected loss (left)"), c, _column(page, "E"), BAD, width=2.75)])
    others = scatter(
        [
            Line(say("Stress LTV, worst 1% (right)"), c, _column(page, "F"), NAVY, width=2.75),
            Line(
                say("Correlation-adjusted LTV (right; see note)"),
                c,
                _column(page, "G"),
                SERIES[2],
                dash="dash",
            ),
        ]
    )
    dress_chart(chart, linked_title(curves.thesis, _cached(curves.thesis, titles)))
    dress_axis(chart.x_axis, "b", say("Contracted share of revenue, c"), "0%", 0, 1, 0.2)
    dress_axis(chart.y_axis, "l", say("Expected loss (share of loan a year)"), "0%", 0)
    chart.x_axis.majorGridlines = None
    second_axis(chart, others, say("Loan to value"), "0%", 0)
    plot_area(chart, 0.08, 0.15, 0.82, 0.62)
    return chart


def _value(page: Page, curves: Curves, titles: dict[str, str]) -> ChartBase:
    say, rho = page.book.say, _column(page, "I")
    lines = [
        Line(say(name), rho, _column(page, letter), colour, dash=dash, width=1.75)
        for name, letter, colour, dash in zip(
            SHORT_NAMES, "JKLM", SERIES, ("solid", "dash", "solid", "solid"), strict=False
        )
    ]
    marks = [
        Line(
            say(name),
            _column(page, "P", MARKS_TOP + index, MARKS_TOP + index),
            _column(page, "Q", MARKS_TOP + index, MARKS_TOP + index),
            colour,
            marker=marker,
        )
        for index, (name, colour, marker) in enumerate(
            zip(SHORT_NAMES, SERIES, ("circle", "diamond", "square", "triangle"), strict=False)
        )
    ]
    chart = scatter(lines + marks)
    dress_chart(chart, linked_title(curves.value, _cached(curves.value, titles)))
    chart.legend.legendEntry = [LegendEntry(idx=index, delete=True) for index in range(len(lines))]
    dress_axis(chart.x_axis, "b", say("Correlation of cash and collateral, ρ"), "0.0", 0, 1, 0.2)
    dress_axis(chart.y_axis, "l", say("Collateral value in default (share of cost)"), "0%", 0, None, 0.2)
    chart.x_axis.majorGridlines = None
    plot_area(chart, 0.08, 0.15, 0.89, 0.62)
    return chart


def _bridge(page: Page, index: int, curves: Curves, titles: dict[str, str]) -> ChartBase:
    say, top = page.book.say, BRIDGE_TOP + 6 * index
    last = top + len(STEPS) - 1
    chart = bridge(
        _column(page, "P", top, last),
        {
            say("base"): (_column(page, "S", top, last), None),
            say("level"): (_column(page, "T", top, last), NAVY),
            say("rise"): (_column(page, "U", top, last), SERIES[2]),
            say("fall"): (_column(page, "V", top, last), SERIES[1]),
        },
        _column(page, "X", top, last),
    )
    finding = curves.bridges[index]
    dress_chart(chart, linked_title(finding, _cached(finding, titles), size=9), legend=None)
    dress_axis(chart.x_axis, "b", "", "General")
    dress_axis(chart.y_axis, "l", say("Loan to value") if index == 0 else "", "0%", 0, None, 1)
    plot_area(chart, 0.19, 0.15, 0.78, 0.70)
    return chart
