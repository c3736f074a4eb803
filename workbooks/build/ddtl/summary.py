"""The sheets Cover and Summary of ddtl.xlsx: the switch, the key results, the pictures."""

from __future__ import annotations

from openpyxl.chart import BarChart, Series
from openpyxl.chart._chart import ChartBase
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties

from workbooks.build.ddtl import static as ddtl_static
from workbooks.build.ddtl.given import CASE_NAMES, CASES
from workbooks.build.ddtl.grid import FIRST, LAST, Grid
from workbooks.build.ddtl.sensitivities import COVER_VALUES, DELAY_NOTE, EL_AT, LEVERS, ORDER_TOP, copies_note
from workbooks.build.ddtl.tables import case_switch
from workbooks.build.kit.charts import (
    Frame,
    Line,
    Reference,
    dress_axis,
    dress_chart,
    linked_title,
    place,
    plot_area,
    scatter,
)
from workbooks.build.kit.page import BAD, DATE, GREY, NAVY, PERCENT, PERCENT_2, SERIES, TIMES, WHOLE, Book, Page

MONEY = '#,##0.0"m"'
VERSION = "1.0 · 2026-11-22"
TITLES = ("finding_balance", "finding_dscr", "finding_loss", "finding_tornado")
SUMMARY_WIDTHS = {"A": 1.5, "B": 34} | dict.fromkeys("CDEFGHIJKLMNOPQ", 10)


def open_pages(book: Book) -> None:
    """The first two sheets, empty: the others are written before they are filled."""
    widths = {"A": 1.5, "B": 40, "C": 12} | dict.fromkeys("DEFG", 13) | dict.fromkeys("HIJKLMNOPQ", 10)
    book.page(
        "Cover",
        "A delayed-draw GPU term loan",
        "Month by month for seven years: who repays it, when, and what is left if the borrower fails?",
        widths,
    )
    book.page("Summary", "Summary", "The loan in four pictures; every title is computed.", SUMMARY_WIDTHS)
    page = book.pages["Cover"]
    page.put("B7", "Live case (1, 2 or 3)", "label_bold")
    page.put("C7", "index", "unit")
    case_switch(page, "D7")
    page.merge("E7:G7", f'=CHOOSE(case,"{CASE_NAMES[0]}","{CASE_NAMES[1]}","{CASE_NAMES[2]}")', "reading", 24)
    page.merge(
        "H7:Q7", "1 DDTL 4.0-like · 2 DDTL 5.0-like · 3 DDTL 5.5-like. Change it and every sheet follows.", "note"
    )
    book.name("live_case_name", page, "E7")


def write_cover(book: Book, grid: Grid) -> None:
    page, cell = book.pages["Cover"], grid.cell
    page.section(5, "Switch", "B", "Q")
    facts = (
        ("Version", VERSION),
        ("Currency", "US$ m unless a unit says otherwise; all amounts positive, the label gives the direction"),
        ("Engine", "computefi: native Excel does the arithmetic, CFI_ functions do the credit"),
    )
    page.section(9, "About", "B", "Q")
    for row, (words, text) in enumerate(facts, 10):
        page.put(f"B{row}", words, "label")
        page.merge(f"C{row}:Q{row}", text, "note")
    page.section(14, "Key results of the live case, and static copies of all three", "B", "Q")
    for letter, text in zip("BCD", ("Result", "Unit", "Live"), strict=True):
        page.put(f"{letter}15", text, "head_left" if letter == "B" else "head")
    page.merge("H15:Q15", "How to read it", "head_left")
    for letter, text in zip("EFG", CASE_NAMES, strict=True):
        page.put(f"{letter}15", text, "head")
    page.row(15, 30)
    results: tuple[tuple[str, str, str, str, str], ...] = (
        ("Fleet cost, implied", "US$ m", "=fleet_cost", MONEY, "First funding over advance rate"),
        ("Drawn in all", "US$ m", f"={cell('drawn')}", MONEY, "First funding and top-up"),
        ("of it, top-up", "US$ m", f"={cell('top_up')}", MONEY, "Only on a stabilised fleet, sized on projected cover"),
        (
            "Loan to cost, all drawn",
            "share",
            f"={cell('ltc')}",
            PERCENT,
            "Above 100%: the contract carries more than the cost",
        ),
        ("Lowest three-month DSCR", "×", f"={cell('dscr_3m')}", TIMES, "The maintenance test of the filed loans"),
        ("First breach of it", "month", "=first_breach", '0;-0;"none"', "0 = none"),
        (
            "Loan life cover when all is drawn",
            "×",
            "=llcr_at_peak",
            TIMES,
            "Value of CFADS to maturity over the highest balance",
        ),
        ("Owed when the contracts end", "of all drawn", f"={cell('tail')}", PERCENT, "What the market must repay"),
        ("Highest loan to book value", "×", f"={cell('ltv_book')}", PERCENT, "Straight line over six years"),
        (
            "Highest loan to market value after haircut",
            "×",
            f"={cell('ltv_haircut')}",
            PERCENT,
            "No filed loan has a margin call on it",
        ),
        (
            "Highest correlation-adjusted LTV",
            "×",
            f"={cell('corr_ltv')}",
            PERCENT,
            "Never rank by it alone: it worsens as the PD falls",
        ),
        (
            "Expected loss through life",
            "US$ m",
            "=el_total",
            MONEY,
            "Collateral sold in the market; ρ and PD move with the contracts",
        ),
        ("of what is drawn", "share", "=el_share", PERCENT_2, "Not a rating and not advice"),
        ("Expected loss with step-in", "US$ m", "=el_step_total", MONEY, "The contract may pass to a new operator"),
        (
            "All-in yield, nominal",
            "per year",
            f"={cell('model_yield')}",
            PERCENT_2,
            "IRR of the lender's cash flow × 12",
        ),
        (
            "Weighted average life from close",
            "years",
            "=wal_years",
            "0.00",
            "Monthly model; the filed reference schedule is on Returns",
        ),
        ("Unpaid at the end", "US$ m", "=unpaid_at_end", MONEY, "0: the loan is repaid"),
        ("Covenants in breach", "of 9", "=breaches", WHOLE, "See Covenants; some levels are demonstration parameters"),
    )
    for index, (words, unit, formula, number_format, how) in enumerate(results):
        row = 16 + index
        page.put(f"B{row}", words, "label")
        page.put(f"C{row}", unit, "unit")
        page.put(f"D{row}", formula, "result", number_format, horizontal="center")
        for letter, case in zip("EFG", CASES, strict=True):
            page.put(
                f"{letter}{row}",
                ddtl_static.BASE.get(case, (0.0,) * len(results))[index],
                "calc",
                number_format,
                horizontal="center",
                colour=GREY,
            )
        page.merge(f"H{row}:Q{row}", how, "note", 17)
    if results[EL_AT][2] != "=el_total" or f"Cover!D16:D{15 + len(results)}" != COVER_VALUES:
        raise ValueError("the static copies read other cells of Cover than these")
    last = 15 + len(results)
    copies_note(page, f"B{last + 1}:Q{last + 1}", "Grey figures are static copies of full recalculations", 16)
    legend = last + 3
    page.section(legend, "Legend", "B", "Q")
    for offset, (look, sample, words) in enumerate(
        (
            ("input", "Input", "Blue on cream: an input. Unit, source, date and range stand beside it."),
            ("calc", "Formula", "Black: a formula. One formula per row; months run from left to right."),
            ("result", "Result", "Bold on grey: a result that other sheets read."),
            ("link", "› Sheet", "Green: a link to another sheet."),
        ),
        1,
    ):
        page.put(f"B{legend + offset}", sample, look, horizontal="center")
        page.merge(f"C{legend + offset}:Q{legend + offset}", words, "note")
    order = legend + 6
    page.section(order, "Sheets in the order of the flow", "B", "Q")
    flow = (
        ("Inputs, Contracts, Fleet", "What is given: a column or a block per case."),
        (
            "Timing, Collateral, Revenue",
            "Flags and rates; the draw gate, value of the fleet and borrowing base; revenue, cost and CFADS.",
        ),
        (
            "Debt, Ratios",
            "Draws, top-up, interest, amortisation, waterfall, sources and uses; cover, loan to value, tail.",
        ),
        (
            "Credit, Loss, Covenants, Returns",
            "ρ, PD, LGD and loss by month and year; tests, breaches and cures; yield and life.",
        ),
        (
            "Sensitivities, Summary, Checks",
            "Grid, tornado and supply shock; pictures; integrity, shadows and the filed figures.",
        ),
    )
    for offset, (sheets, words) in enumerate(flow, 1):
        page.put(f"B{order + offset}", sheets, "label_bold")
        page.merge(f"C{order + offset}:Q{order + offset}", words, "note")
    page.freeze("A5")
    page.print_setup(f"B1:Q{order + len(flow)}", "1:3", pages_high=1)


def write_summary(book: Book, grid: Grid, loss: dict[str, int], covenants: dict[str, int]) -> None:
    page, cell, row = book.pages["Summary"], grid.cell, grid.row
    page.section(5, "Findings", "B", "Q")
    above = f"SUMPRODUCT(--({row('closing')}>{row('net_value')}),--({row('closing')}>small))"
    texts = (
        f'="The loan peaks at $"&TEXT({cell("closing")}/1000,"0.0")&"bn in month "&peak_month&"; it stands above what a quick sale would fetch for "&{above}&" of "&{cell("loan_life")}&" months"',
        f'="Three-month DSCR: lowest "&TEXT({cell("dscr_3m")},"0.00")&"× against a covenant of "&TEXT(cov_dscr,"0.00")&"×, "&IF(first_breach=0,"no breach","first breach in month "&first_breach)',
        f'="Expected loss through life $"&TEXT(el_total,"0.0")&"m, "&TEXT(el_share,"0.00%")&" of what is drawn; highest in year "&el_worst_year&IF({cell("tail")}>small,", after the contracts thin out",", while the contract runs")',
        '="What moves the loss most: "&LOWER(LEFT(tornado_first,1))&MID(tornado_first,2,99)&IF(static_current,""," (stale copy: inputs have changed)")',
    )
    for index, (name, text) in enumerate(zip(TITLES, texts, strict=True)):
        page.merge(f"B{6 + index}:Q{6 + index}", text, "finding", 20)
        book.name(name, page, f"B{6 + index}")
    page.section(11, "Figures", "B", "Q")
    facts = (
        ("first_breach", "First month below the DSCR covenant, 0 = none", f"=Covenants!I{covenants['dscr']}", WHOLE),
        ("lowest_dscr", "Lowest three-month DSCR", f"={cell('dscr_3m')}", TIMES),
        ("wal_years", "Weighted average life from close, years", f"={cell('wal')}", "0.00"),
        ("unpaid_at_end", "Unpaid at the end of the model, US$ m", f"={cell('closing', LAST)}", MONEY),
        ("llcr_at_peak", "Loan life cover at the highest balance", f"=INDEX({row('llcr')},1,peak_month)", TIMES),
        (
            "contract_end_date",
            "Contracts end",
            f'=IF({cell("contract_end")}=0,"none",INDEX({row("period_end")},1,MAX(1,{cell("contract_end")})))',
            DATE,
        ),
    )
    for index, (name, words, formula, number_format) in enumerate(facts):
        at, first = 12 + index % 3, "B" if index < 3 else "F"
        if first == "B":
            page.put(f"B{at}", words, "label")
            value = "C"
        else:
            page.merge(f"F{at}:J{at}", words, "label")
            value = "K"
        page.merge(f"{value}{at}:{'D' if value == 'C' else 'L'}{at}", formula, "result")
        page.sheet[f"{value}{at}"].number_format = number_format
        book.name(name, page, f"{value}{at}")
        page.row(at, 30)
    page.section(16, "Pictures", "B", "Q")
    half, gap = 0.5, 0.004
    charts = (
        (
            _balance(page),
            17,
            0.0,
            half - gap,
            "Loan and collateral",
            "Lines by month: the loan, the cost, the book value and the market value after haircut of the fleet that has passed the gate.",
        ),
        (
            _cover(page),
            17,
            half + gap,
            1.0,
            "Three-month DSCR",
            "Lines by month: the debt service cover of the last three months, and its covenant level.",
        ),
        (
            _loss(page, loss),
            41,
            0.0,
            half - gap,
            "Expected loss by year",
            "Columns by loan year: expected loss if the collateral is sold in the market, and if the contract passes to a new operator.",
        ),
        (
            _tornado(page),
            41,
            half + gap,
            1.0,
            "Tornado",
            "Horizontal bars, largest first: change of the expected loss through life when one lever moves to its low or high setting.",
        ),
    )
    for chart, top, left, right, name, words in charts:
        place(page, chart, Frame("B", "Q", top, top + 22, left, right), name, words)
    page.merge("B39:Q39", "Untested months stand on the nearest tested one in the DSCR picture.", "plain", 16)
    copies_note(page, "B64:Q64", "The tornado is a static copy of full recalculations", 16)
    page.merge("B65:Q65", DELAY_NOTE, "plain", 16)
    page.freeze("A5")
    page.print_setup("B1:Q65", "1:3", breaks=(39,))


def _title(name: str) -> Title:
    return linked_title(f"Summary!$B${6 + TITLES.index(name)}", "", 10)


def retitle(book: Book, texts: dict[str, str]) -> None:
    """Write into each chart what its title says, for programs that do not read the cell."""
    for chart, name in zip(book.pages["Summary"].sheet._charts, TITLES, strict=True):
        chart.title.tx.strRef.strCache.pt[0].v = texts[name]


def _row(sheet: str, number: int) -> Reference:
    return Reference(None, range_string=f"{sheet}!${FIRST}${number}:${LAST}${number}")


_AT: dict[str, tuple[str, int]] = {}


def know(grid: Grid) -> None:
    """Remember where the rows are, for the charts."""
    _AT.update(grid.at)


def _cells(key: str) -> Reference:
    sheet, number = _AT[key]
    return _row(sheet, number)


def _balance(page: Page) -> ChartBase:
    say, x = page.book.say, _cells("month")
    chart = scatter(
        [
            Line(say("Loan"), x, _cells("closing"), BAD, width=3),
            Line(say("Cost"), x, _cells("eligible_cost"), SERIES[4], dash="sysDot", width=1.75),
            Line(say("Book value"), x, _cells("book_value"), NAVY, dash="dash", width=1.75),
            Line(say("Market value after haircut"), x, _cells("net_value"), SERIES[1], width=1.75),
        ]
    )
    dress_chart(chart, _title("finding_balance"))
    dress_axis(chart.x_axis, "b", say("Month from close"), "0", 0, 84, 12)
    dress_axis(chart.y_axis, "l", say("US$ bn"), "0.0,", 0)
    chart.x_axis.majorGridlines = None
    plot_area(chart, 0.1, 0.14, 0.86, 0.62)
    return chart


def _cover(page: Page) -> ChartBase:
    say, x = page.book.say, _cells("chart_month")
    chart = scatter(
        [
            Line(say("DSCR, last three months"), x, _cells("chart_dscr"), NAVY, width=2.75),
            Line(say("Covenant"), x, _cells("chart_level"), BAD, dash="dash", width=1.75),
        ]
    )
    dress_chart(chart, _title("finding_dscr"))
    dress_axis(chart.x_axis, "b", say("Month from close"), "0", 0, 84, 12)
    dress_axis(chart.y_axis, "l", say("Cover (×)"), '0.0"×"', 0)
    chart.x_axis.majorGridlines = None
    plot_area(chart, 0.1, 0.14, 0.86, 0.62)
    return chart


def _bars(kind: str, categories: Reference, parts: list[tuple[str, Reference, str]], overlap: int) -> BarChart:
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap, chart.gapWidth = kind, "clustered", overlap, 45
    for name, values, colour in parts:
        series = Series(values, title=name)
        series.invertIfNegative = False
        series.graphicalProperties = GraphicalProperties(solidFill=colour, ln=LineProperties(noFill=True))
        chart.series.append(series)
    chart.set_categories(categories)
    return chart


def _loss(page: Page, loss: dict[str, int]) -> ChartBase:
    say = page.book.say
    years = Reference(None, range_string="Loss!$D$6:$J$6")
    chart = _bars(
        "col",
        years,
        [
            (
                say("Collateral sold in the market"),
                Reference(None, range_string=f"Loss!$D${loss['el']}:$J${loss['el']}"),
                NAVY,
            ),
            (
                say("Contract passes to a new operator"),
                Reference(None, range_string=f"Loss!$D${loss['el_step']}:$J${loss['el_step']}"),
                SERIES[1],
            ),
        ],
        -5,
    )
    dress_chart(chart, _title("finding_loss"))
    dress_axis(chart.x_axis, "b", say("Loan year"), "0")
    dress_axis(chart.y_axis, "l", say("Expected loss (US$ m, present value)"), "#,##0", 0)
    plot_area(chart, 0.1, 0.14, 0.86, 0.62)
    return chart


def _tornado(page: Page) -> ChartBase:
    say, order = page.book.say, ORDER_TOP
    last = order + len(LEVERS) - 1

    def column(letter: str) -> Reference:
        return Reference(None, range_string=f"Sensitivities!${letter}${order}:${letter}${last}")

    chart = _bars(
        "bar",
        column("B"),
        [(say("Low setting"), column("H"), SERIES[1]), (say("High setting"), column("I"), SERIES[2])],
        100,
    )
    dress_chart(chart, _title("finding_tornado"))
    dress_axis(chart.x_axis, "l", say("Lever"), "General")
    dress_axis(chart.y_axis, "b", say("Change of expected loss through life (US$ m)"), "+#,##0;-#,##0;0")
    chart.x_axis.scaling.orientation = "maxMin"
    chart.y_axis.crosses = "max"
    chart.y_axis.tickLblPos = "nextTo"
    plot_area(chart, 0.33, 0.14, 0.63, 0.62)
    return chart
