"""The sheet Summary of ddtl.xlsx: the answer first, then the gates of the verdict, what it rests on, and pictures."""

from __future__ import annotations

from dataclasses import dataclass

from openpyxl.chart import BarChart, Series
from openpyxl.chart._chart import ChartBase
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties

from workbooks.build.ddtl.grid import MONTHS
from workbooks.build.ddtl.stress import CREDIT_TOP, WORLDS
from workbooks.build.ddtl.tables import CASES
from workbooks.build.ddtl.years import link_within
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
from workbooks.build.kit.page import BAD, NAVY, NUMBER, PERCENT, PERCENT_2, SERIES, TIMES, WHOLE, Book, Page
from workbooks.build.kit.text import sentence

WIDTHS = {"A": 1.5, "B": 51} | dict.fromkeys("CDEF", 11.5) | dict.fromkeys("GHIJKLMNOP", 8.5)
LAST = "P"
LINES_TOP, GATES_TOP = 12, 40
PICTURES_TOP = GATES_TOP + 11
FIGURES_TOP = PICTURES_TOP + 23
PEAK = "peak_balance,peak_chips"
STATES = f"{PEAK},peak_contract,peak_pd,peak_pd_off,survival,peak_link"
SALE = "-decay,sale_cost,time_to_sell,unsecured_recovery"


@dataclass(frozen=True)
class Figure:
    """A number with a name, that others read."""

    name: str
    label: str
    unit: str
    formula: str
    number_format: str
    how: str


FIGURES = (
    Figure("drawn_total", "Drawn in all", "US$ m", "={drawn$@D}", "#,##0.0", "First funding and top-up"),
    Figure("top_up_total", "of it, top-up", "US$ m", "={top_up$@D}", "#,##0.0", "On a stabilised fleet, sized on projected cover"),
    Figure("ltc_total", "Loan to cost, all drawn", "share", "=IF({eligible_cost$@D}<=small,0,drawn_total/MAX(small,{eligible_cost$@D}))", PERCENT, "Above 100%: the contract carries more than the cost"),
    Figure("peak_month", "Month of the highest balance", "month", "=MATCH({closing$@D},{closing:all},0)", WHOLE, "Where the loan is looked at below"),
    Figure("peak_balance", "Loan then", "US$ m", "={closing$@D}", "#,##0.0", ""),
    Figure("peak_chips", "Market value of the fleet then", "US$ m", "=INDEX({market_value:all},1,peak_month)", "#,##0.0", "Before cost of sale"),
    Figure("peak_contract", "Assigned contract then", "US$ m", "=INDEX({contract:all},1,INDEX({loan_year:all},1,peak_month))", "#,##0.0", "From Loss, of that loan year"),
    Figure("peak_pd", "PD of the operator then, one year", "probability", "=INDEX({pd:all},1,peak_month)", PERCENT_2, "Driver of cash, not below the floor"),
    Figure("peak_pd_off", "PD of the offtakers then, one year", "probability", "=INDEX({pd_offtaker:all},1,peak_month)", PERCENT_2, ""),
    Figure("peak_rho", "ρ then", "correlation", "=INDEX({rho:all},1,peak_month)", NUMBER, ""),
    Figure("peak_rho_low", "the same, low end", "correlation", "=INDEX({rho_low:all},1,peak_month)", NUMBER, ""),
    Figure("peak_rho_high", "the same, high end", "correlation", "=INDEX({rho_high:all},1,peak_month)", NUMBER, ""),
    Figure("peak_link", "Correlation of operator and offtakers then", "correlation", f"={link_within('peak_rho')}", NUMBER, "As given, as far as a matrix has it beside ρ"),
    Figure("peak_link_low", "the same, low end", "correlation", f"={link_within('peak_rho_low')}", NUMBER, ""),
    Figure("peak_link_high", "the same, high end", "correlation", f"={link_within('peak_rho_high')}", NUMBER, ""),
    Figure("contract_end", "Last month of an arm's-length contract", "month", "={contract_month$@D}", WHOLE, "0: there is none"),
    Figure("rate_year", "Rate of discount", "per year", "=(1+{rate@G})^year_months-1", PERCENT_2, "Coupon of month 1"),
    Figure("loan_repaid", "The loan is repaid in full", "1 = yes", "=IF(AND({lent$@D}>small,ABS({lent$@D}+{unpaid$@D}-{repaid$@D})<=small*{lent$@D}),1,0)", WHOLE, "Else no yield is given"),
    Figure("lowest_dscr", "Lowest three-month DSCR", "×", "={dscr_3m$@D}", TIMES, ""),
    Figure("lowest_contract", "Lowest cover by contracts that customers cannot leave", "×", "={contract_dscr$@D}", TIMES, ""),
    Figure("missed_months", "Months with a missed payment", "months", "={missed$@D}", WHOLE, ""),
    Figure("unpaid_share", "Owed after maturity, of all drawn", "share", "=IF(drawn_total<=small,0,INDEX({closing:all},1,MAX(1,{loan_life$@D}))/MAX(small,drawn_total))", PERCENT, ""),
    Figure("wal_years", "Weighted average life from close", "years", "=IF(ISNUMBER({wal$@D}),{wal$@D},0)", "0.00", "CFI_WAL"),
    Figure("yield_all", "All-in yield, nominal", "per year", "={yield$@D}", PERCENT_2, "IRR of the lender's cash flow × 12"),
    Figure("spread_all", "Spread, fees included", "per year", "=fixed_share*MAX(0,fixed_rate-base_rate)+(1-fixed_share)*margin+IF(wal_years>0,upfront/wal_years,0)", PERCENT_2, "Over SOFR of the first year; upfront fee over the life"),
    Figure("el_share", "Deal loss through life, of all drawn", "share", "=IF(drawn_total<=small,0,el_total/MAX(small,drawn_total))", PERCENT_2, ""),
    Figure("el_year", "the same, a year", "per year", "=IF(wal_years>0,el_share/wal_years,0)", PERCENT_2, "Over the weighted average life"),
    Figure("el_spread", "Deal loss a year over the spread", "share", "=IF(spread_all<=0,1,el_year/MAX(0.000001,spread_all))", PERCENT, "What part of the price pays for loss"),
    Figure("stress_lgd", "Stress LGD", "of loan", f"=CFI_STRESS_LGD({PEAK},peak_rho,volatility,1,stress_quantile,{SALE})", PERCENT, "CFI_STRESS_LGD: the driver at its bad quantile, chips alone; no PD in it, so it ranks"),
    Figure("stress_lgd_low", "the same, low end", "of loan", f"=CFI_STRESS_LGD({PEAK},peak_rho_low,volatility_low,1,stress_quantile,{SALE})", PERCENT, ""),
    Figure("stress_lgd_high", "the same, high end", "of loan", f"=CFI_STRESS_LGD({PEAK},peak_rho_high,volatility_high,1,stress_quantile,{SALE})", PERCENT, ""),
    Figure("package_ltv", "Package LTV", "×", f"=CFI_PACKAGE_LTV({STATES},peak_rho,rho_offtaker,volatility,1,-decay,sale_cost,time_to_sell)", PERCENT, "CFI_PACKAGE_LTV: loan over what the lender really has if operator or offtaker fails"),
    Figure("package_ltv_low", "the same, low end", "×", f"=CFI_PACKAGE_LTV({STATES}_low,peak_rho_low,rho_offtaker,volatility_low,1,-decay,sale_cost,time_to_sell)", PERCENT, ""),
    Figure("package_ltv_high", "the same, high end", "×", f"=CFI_PACKAGE_LTV({STATES}_high,peak_rho_high,rho_offtaker,volatility_high,1,-decay,sale_cost,time_to_sell)", PERCENT, ""),
    Figure("probe_share", "Shadow: contracted share in month 36", "share", "=INDEX({contracted:all},1,36)", PERCENT, "For a check of CFI_DRIVER_PD"),
    Figure("probe_cushion", "Shadow: cushion in month 36", "of CFADS", "=1-1/INDEX({cover_used:all},1,36)+INDEX({reserve_used:all},1,36)", PERCENT, "For a check of CFI_DRIVER_PD"),
    Figure("put_depth", "Shadow: distance of a put on the chips", "number", "=IF(peak_balance<=small,0,(LN(MAX(small,peak_balance)/(1-sale_cost)/MAX(small,peak_chips)/EXP(-decay))+volatility^2/2)/volatility)", "0.0000", "Native Excel"),
    Figure("put_lgd", "Shadow: LGD without correlation", "of loan", "=IF(peak_balance<=small,0,NORMSDIST(put_depth)-peak_chips*EXP(-decay)*(1-sale_cost)/MAX(small,peak_balance)*NORMSDIST(put_depth-volatility))", PERCENT, "Black–Scholes; against CFI_STRESS_LGD on Checks"),
    Figure("chips_ltv", "Chips-only LTV in default", "×", f"=CFI_CORR_LTV({PEAK},peak_pd,peak_rho,volatility,1,-decay,sale_cost,time_to_sell)", PERCENT, "CFI_CORR_LTV, a diagnostic: it worsens as the PD falls, never rank by it"),
)  # fmt: skip


@dataclass(frozen=True)
class Gate:
    """A line of the verdict: a figure against its limit. A hard gate that fails leaves WATCH at best."""

    name: str
    label: str
    figure: str
    at_least: bool
    limit: str
    hard: bool
    number_format: str


GATES = (
    Gate("gate_contract", "Firm contracts pay the debt service to maturity", "lowest_contract", True, "limit_contract", True, TIMES),
    Gate("gate_dscr", "Cash pays the debt service of every three months", "lowest_dscr", True, "limit_dscr", True, TIMES),
    Gate("gate_repaid", "The loan is repaid at maturity", "unpaid_share", False, "limit_unpaid+0.000001", True, PERCENT),
    Gate("gate_risked", "Risked backlog after cost covers the commitment", "{risked$@D}", True, "limit_risked", False, TIMES),
    Gate("gate_el", "Deal loss through life, of all drawn", "el_share", False, "limit_el", False, PERCENT_2),
    Gate("gate_price", "Deal loss a year over the spread", "el_spread", False, "limit_price", False, PERCENT),
    Gate("gate_stress", "Stress LGD", "stress_lgd", False, "limit_stress", False, PERCENT),
    Gate("gate_covenants", "Covenants in breach", "breaches", False, "0", False, WHOLE),
)  # fmt: skip

LINES = (
    ("Deal loss through life, US$ m", "el_total", "el_total_low", "el_total_high", "", "#,##0.0", "What the lender expects to lose: chips, contract and offtaker together, present value"),
    ("of all drawn", "el_share", "el_total_low/MAX(small,drawn_total)", "el_total_high/MAX(small,drawn_total)", "limit_el", PERCENT_2, "At the PD that the rating implies it is on the sheet Memo"),
    ("a year, over the spread", "el_spread", "el_spread*el_total_low/MAX(small,el_total)", "el_spread*el_total_high/MAX(small,el_total)", "limit_price", PERCENT, "What part of the price pays for loss"),
    ("Stress LGD", "stress_lgd", "stress_lgd_low", "stress_lgd_high", "limit_stress", PERCENT, "Chips sold when the operator's cash stands at its worst in a hundred; ranks deals"),
    ("Package LTV", "package_ltv", "package_ltv_low", "package_ltv_high", "", PERCENT, "Loan over what the lender really has in default; compare at like PD only"),
    ("Chips-only LTV in default (diagnostic)", "chips_ltv", "", "", "", PERCENT, "Trap: it worsens as the PD falls. Never rank by it"),
    ("Lowest three-month DSCR", "lowest_dscr", "", "", "limit_dscr", TIMES, "In the live world; other worlds on Stress"),
    ("Lowest cover by contracts that customers cannot leave", "lowest_contract", "", "", "limit_contract", TIMES, "Rights to leave are used as soon as they arise"),
)  # fmt: skip


WORDS = (
    ("words_loss", "The lender expects to lose US$ [el_total|#,##0.0]m of the US$ [drawn_total|#,##0]m drawn, between [el_total_low|#,##0.0] and [el_total_high|#,##0.0] at the ends of the band"),
    ("words_price", ": [el_year|0.00%] a year against a spread of [spread_all|0.00%]."),
    ("words_peak", "The loan peaks at US$ [peak_balance/1000|0.0]bn in month [peak_month]; "),
    ("words_tail", '[IF(tail_balance<=small,"contracts outlast it","when contracts end in month "&contract_end&", US$ "&TEXT(tail_balance,"#,##0")&"m is owed")]'),
)  # fmt: skip


WORDS_TOP = FIGURES_TOP + len(FIGURES) + 24


def open_summary(book: Book) -> None:
    """The first sheet with its switch; it is filled when the others stand."""
    page = book.page("Summary", "A delayed-draw GPU term loan", "What does the lender expect to lose, who repays it, and what would have to happen?", WIDTHS)  # fmt: skip
    page.section(5, "Which deal", "B", LAST)
    page.put("B6", "Live deal (1 to 4)", "label_bold")
    page.put("C6", 1, "input", WHOLE, horizontal="center", bold=True)
    page.choose("C6", ("1", "2", "3", "4"), "Live deal")
    book.name("case", page, "C6")


def write_summary(book: Book) -> None:
    page = book.pages["Summary"]
    _figures(page)
    _gates(page)
    _answer(page)
    _findings(page)
    _charts(page)
    page.freeze("A5")
    last = FIGURES_TOP + len(FIGURES)
    page.print_setup(f"B1:{LAST}{WORDS_TOP + len(WORDS)}", "1:3", breaks=(GATES_TOP - 3, FIGURES_TOP - 2, last))


def _figures(page: Page) -> None:
    top = FIGURES_TOP
    page.section(top - 1, "What it rests on", "B", LAST)
    for row, item in enumerate(FIGURES, top):
        page.put(f"B{row}", item.label, "label")
        page.put(f"C{row}", item.unit, "unit", wrap=True)
        page.merge(f"D{row}:E{row}", page.fill(item.formula, "D", row), "result", horizontal="center")
        page.sheet[f"D{row}"].number_format = item.number_format
        page.merge(f"F{row}:{LAST}{row}", item.how or None, "note", 14)
        page.book.name(item.name, page, f"D{row}")


def _gates(page: Page) -> None:
    book, top = page.book, GATES_TOP
    page.section(
        top - 2,
        "The verdict, gate by gate",
        "B",
        LAST,
        "limits on Inputs; a hard gate that fails leaves WATCH at best, two leave FAIL",
    )
    for letter, text in zip("BCDEF", ("Gate", "Figure", "Limit", "Kind", "Result"), strict=True):
        page.put(f"{letter}{top - 1}", text, "head_left" if letter == "B" else "head")
    page.merge(f"G{top - 1}:{LAST}{top - 1}", "In words", "head_left")
    last = top + len(GATES) - 1
    for row, gate in enumerate(GATES, top):
        sign = ">=" if gate.at_least else "<="
        page.put(f"B{row}", gate.label, "label")
        page.put(f"C{row}", page.fill(f"={gate.figure}"), "result", gate.number_format)
        page.put(f"D{row}", f"={gate.limit}", "calc", gate.number_format)
        page.put(f"E{row}", "hard" if gate.hard else "soft", "words")
        page.put(f"F{row}", f'=IF(ISNUMBER(C{row}),IF(C{row}{sign}D{row},"holds","FAILS"),"FAILS")', "verdict")
        shown = "0.00" if gate.number_format == TIMES else "0.00%" if "%" in gate.number_format else "0"
        than = "at least" if gate.at_least else "at most"
        page.merge(
            f"G{row}:{LAST}{row}",
            f"={sentence(book, f'[C{row}|{shown}], where [D{row}|{shown}] {than} is asked')}",
            "note",
        )
        page.row(row, 18)
        book.name(gate.name, page, f"F{row}")
    page.paint(f"F{top}:F{last}", {f'F{top}="holds"': "good", f'F{top}="FAILS"': "bad"})
    hard, soft = (f'SUMPRODUCT(--(E{top}:E{last}="{kind}"),--(F{top}:F{last}="FAILS"))' for kind in ("hard", "soft"))
    page.put(f"B{last + 1}", "Hard gates that fail, soft gates that fail", "label_bold")
    page.put(f"C{last + 1}", f"={hard}", "result", WHOLE)
    page.put(f"D{last + 1}", f"={soft}", "result", WHOLE)
    book.name("hard_fails", page, f"C{last + 1}")
    book.name("soft_fails", page, f"D{last + 1}")
    first = f'IFERROR(INDEX(B{top}:B{last},MATCH("FAILS",F{top}:F{last},0)),"none")'
    page.merge(f"G{last + 1}:{LAST}{last + 1}", f"={first}", "note")
    page.put(f"F{last + 1}", "first:", "unit")
    book.name("first_failing", page, f"G{last + 1}")


def _answer(page: Page) -> None:
    book = page.book
    names = ",".join(f"deal_name_{case}" for case in CASES)
    page.merge(f"D6:{LAST}6", f"=CHOOSE(case,{names})", "reading", 22)
    book.name("live_case_name", page, "D6")
    page.put("B7", "Verdict", "label_bold")
    page.merge(
        "C7:C7",
        '=IF(drawn_total<=small,"NO LOAN",IF(hard_fails>1,"FAIL",IF(hard_fails+MAX(0,soft_fails-limit_soft)>0,"WATCH","PASS")))',
        "verdict",
        26,
        size=14,
    )
    page.paint("C7", {'C7="PASS"': "good", 'OR(C7="WATCH",C7="NO LOAN")': "watch", 'C7="FAIL"': "bad"})
    book.name("verdict", page, "C7")
    count = len(GATES)
    why = f'[IF(hard_fails+soft_fails=0,"All gates hold","Of {count} gates ")][IF(hard_fails+soft_fails=0,"",hard_fails+soft_fails&" fail; the first: "&first_failing)]'
    page.merge(f"D7:{LAST}7", f"={sentence(book, why)}", "finding")
    page.merge(f"B8:{LAST}8", "=words_loss&words_price", "reading", 36)
    book.name("reading", page, "B8")
    world = sentence(book, 'World: [live_world]. [IF(loan_repaid=1,"The loan is repaid","The loan is NOT repaid in full")]; [IF(missed_months=0,"no payment is missed","payments are missed in "&missed_months&" months")].')  # fmt: skip
    page.merge(f"B9:{LAST}9", f"={world}", "plain", 16, vertical="center")
    page.paint(f"B9:{LAST}9", {"OR(world<>1,loan_repaid=0)": "watch"})
    for letter, text in zip("BCDEF", ("The answer in eight lines", "Central", "Low", "High", "Limit"), strict=True):
        page.put(f"{letter}{LINES_TOP - 1}", text, "head_left" if letter == "B" else "head")
    page.merge(f"G{LINES_TOP - 1}:{LAST}{LINES_TOP - 1}", "What it says", "head_left")
    for row, (words, central, low, high, limit, number_format, how) in enumerate(LINES, LINES_TOP):
        page.put(f"B{row}", words, "label_bold")
        for letter, formula in zip("CDEF", (central, low, high, limit), strict=True):
            page.put(
                f"{letter}{row}",
                f"={formula}" if formula else "–",
                "result" if letter == "C" else "calc",
                number_format,
                horizontal="right",
            )
        page.merge(f"G{row}:{LAST}{row}", how, "note")
        page.row(row, 18)
    note = "Band: ρ and volatility at the ends of their ranges on Inputs; it has no probability. PD is not banded: beside it stands the one that the rating implies (Memo)."
    page.merge(f"B{LINES_TOP + 8}:{LAST}{LINES_TOP + 8}", note, "plain", 16, vertical="center")


def _findings(page: Page) -> None:
    """The titles of the pictures."""
    book, top = page.book, PICTURES_TOP
    page.merge(f"B{LINES_TOP + 10}:{LAST}{LINES_TOP + 10}", "=words_peak&words_tail", "finding", 20)
    book.name("finding_balance", page, f"B{LINES_TOP + 10}")
    texts = (
        ("finding_dscr", 'Three-month DSCR: lowest [lowest_dscr|0.00]×, by contracts that customers cannot leave [lowest_contract|0.00]×; covenant [cov_dscr|0.00]×'),
        ("finding_loss", 'Deal loss US$ [el_total|#,##0.0]m through life; chips alone would lose [el_total_chips|#,##0.0]m, at the rating’s PD [el_total_rated|#,##0.0]m'),
        ("finding_worlds", 'Lowest three-month DSCR in the worlds of Stress[IF(static_current,""," (STALE: inputs have changed)")]'),
    )  # fmt: skip
    page.section(top, "In pictures", "B", LAST)
    for row, (name, text) in enumerate(texts, top + 1):
        page.merge(f"B{row}:{LAST}{row}", "=" + sentence(book, text), "plain", 15, vertical="center", wrap=False)
        book.name(name, page, f"B{row}")
    page.section(WORDS_TOP, "Words", "B", LAST, "parts of the sentences above")
    for row, (name, text) in enumerate(WORDS, WORDS_TOP + 1):
        page.put(f"B{row}", name, "note")
        page.merge(f"C{row}:{LAST}{row}", f"={sentence(book, text)}", "plain", 15, vertical="center", wrap=False)
        book.name(name, page, f"C{row}")


def _months(page: Page, sheet: str, key: str) -> Reference:
    return Reference(page.sheet, range_string=page.book.places.blocks[sheet].span(key))


def _charts(page: Page) -> None:
    top, worlds = PICTURES_TOP + 4, FIGURES_TOP + len(FIGURES) + 1
    charts = (
        (_balance(page), LINES_TOP + 11, LINES_TOP + 24, 0.0, 1.0, "Loan and what repays it", "Lines by month: the loan, the firm backlog, the value of assignable contracts, and the market value of the fleet after haircut."),
        (_cover(page), top, top + 17, 0.0, 0.496, "Cover by month", "Lines by month: the debt service cover of the last three months, the cover by contracts that customers cannot leave, and the covenant."),
        (_loss(page), top, top + 17, 0.504, 1.0, "Deal loss by year", "Columns by loan year: the deal loss, the loss of the same loan with chips alone, and the loss at the probability of default that the rating implies."),
        (_worlds(page), worlds, worlds + 22, 0.0, 1.0, "Cover in other worlds", "Bars by world: the lowest debt service cover of three months when the loan is drawn and then the world moves."),
    )  # fmt: skip
    for chart, first, last, left, right, name, words in charts:
        place(page, chart, Frame("B", LAST, first, last, left, right), name, words)


def _balance(page: Page) -> ChartBase:
    say, x = page.book.say, _months(page, "Cash", "month")
    chart = scatter([
        Line(say("Loan"), x, _months(page, "Loan", "closing"), BAD, width=3),
        Line(say("Firm backlog, before cost"), x, _months(page, "Ratios", "backlog"), SERIES[4], dash="sysDot", width=1.75),
        Line(say("Assignable contracts, after cost"), x, _months(page, "Ratios", "assign_value"), NAVY, dash="dash", width=1.75),
        Line(say("Market value after haircut"), x, _months(page, "Cash", "net_value"), SERIES[1], width=1.75),
    ])  # fmt: skip
    dress_chart(chart, finding("Summary", f"B{LINES_TOP + 10}"))
    dress_axis(chart.x_axis, "b", say("Month from close"), "0", 0, MONTHS, 12)
    dress_axis(chart.y_axis, "l", say("US$ m"), "#,##0", 0)
    chart.x_axis.majorGridlines = None
    plot_area(chart, 0.07, 0.12, 0.9, 0.58)
    return chart


def _cover(page: Page) -> ChartBase:
    say, x = page.book.say, _months(page, "Ratios", "chart_month")
    chart = scatter([
        Line(say("DSCR, last three months"), x, _months(page, "Ratios", "chart_dscr"), NAVY, width=2.75),
        Line(say("by contracts that customers cannot leave"), x, _months(page, "Ratios", "chart_contract"), SERIES[1], dash="dash", width=2),
        Line(say("Covenant"), x, _months(page, "Ratios", "chart_level"), BAD, dash="sysDot", width=1.75),
    ])  # fmt: skip
    dress_chart(chart, finding("Summary", f"B{PICTURES_TOP + 1}"), "b")
    dress_axis(chart.x_axis, "b", say("Month from close"), "0", 0, MONTHS, 12)
    dress_axis(chart.y_axis, "l", say("Cover (×)"), '0.0"×"')
    chart.x_axis.majorGridlines = None
    plot_area(chart, 0.12, 0.16, 0.83, 0.52)
    return chart


def _bars(kind: str, categories: Reference, parts: list[tuple[str, Reference, str]]) -> BarChart:
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap, chart.gapWidth = kind, "clustered", -5, 45
    for name, values, colour in parts:
        series = Series(values, title=name)
        series.invertIfNegative = False
        series.graphicalProperties = GraphicalProperties(solidFill=colour, ln=LineProperties(noFill=True))
        chart.series.append(series)
    chart.set_categories(categories)
    return chart


def _loss(page: Page) -> ChartBase:
    say = page.book.say
    parts = (
        ("Deal loss", "el", NAVY),
        ("Chips alone", "el_chips", SERIES[4]),
        ("At the rating's PD", "el_rated", SERIES[1]),
    )
    years = Reference(page.sheet, range_string="Loss!$E$5:$N$5")
    chart = _bars("col", years, [(say(words), _months(page, "Loss", key), colour) for words, key, colour in parts])
    dress_chart(chart, finding("Summary", f"B{PICTURES_TOP + 2}"))
    dress_axis(chart.x_axis, "b", say("Loan year"), "0")
    dress_axis(chart.y_axis, "l", say("US$ m, present value"), "#,##0", 0)
    plot_area(chart, 0.12, 0.16, 0.83, 0.52)
    return chart


def _worlds(page: Page) -> ChartBase:
    say, last = page.book.say, CREDIT_TOP + len(WORLDS) - 1
    worlds, covers = (
        Reference(page.sheet, range_string=f"Stress!${letter}${CREDIT_TOP}:${letter}${last}") for letter in "BD"
    )
    chart = _bars("bar", worlds, [(say("Lowest three-month DSCR"), covers, NAVY)])
    dress_chart(chart, finding("Summary", f"B{PICTURES_TOP + 3}"), None)
    dress_axis(chart.x_axis, "l", "", "General")
    dress_axis(chart.y_axis, "b", say("Cover (×)"), '0.0"×"')
    chart.y_axis.tickLblPos = "nextTo"
    chart.x_axis.scaling.orientation = "maxMin"
    chart.y_axis.crosses = "max"
    plot_area(chart, 0.26, 0.12, 0.7, 0.7)
    return chart
