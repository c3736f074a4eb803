"""The sheets Inputs, Paths and Loan of asic_loan.xlsx."""

from __future__ import annotations

from openpyxl.utils import get_column_letter

from workbooks.build.asic_loan.inputs import (
    COMMON,
    DEAL_INPUTS,
    DEAL_NAMES,
    EARLY,
    LATE,
    LAYOUT,
    MONTHS,
    OWN_SOURCE,
    PATH_NAMES,
    POINTS,
    SWITCHES,
    own_path,
)
from workbooks.build.asic_loan.parts import (
    LEGEND,
    Given,
    Months,
    Row,
    Section,
    choose,
    input_heads,
    lines_of,
    phrase,
    print_page,
    validate,
    write_inputs,
)
from workbooks.build.asic_loan.rows import ROWS
from workbooks.build.kit.page import DATE, NUMBER, PERCENT, TIMES, WHOLE, Book, Page

HOW = get_column_letter(5 + MONTHS + 1)
MONTH_WIDTHS = {"A": 1.5, "B": 40, "C": 15, "D": 12} | {
    get_column_letter(5 + index): 9.3 for index in range(MONTHS + 1)
}
MONTH_LINKS = ("E", "G", "I", "K", "M", "O")
POINT_TOP = 9
POINT_LAST = POINT_TOP + len(POINTS) - 1
# What a reading and a number of your own path may be at all: validated in the cell, checked on Checks.
READING_BOUNDS = {"D": (EARLY, LATE), "E": (1.0, 1e7), "F": (0.01, 1e5), "G": (0.001, 50.0)}
OWN_BOUNDS = (1e-6, 1e9)
DERIVED: tuple[tuple[str, str, str, str, str, str], ...] = (
    ("network_start", "Network at drawing", "EH/s", "=blocks_per_day*subsidy*btc_start*(1+fee_share)/(hashprice_start*ph_per_eh)", "#,##0.0", "The hashrate at which CFI_HASHPRICE gives the hashprice at drawing"),
    ("level_payment", "Level payment a month", "US$ m", "=-PMT(loan_rate/months_per_year,tenor,loan_amount)", NUMBER, "Annuity over the tenor"),
    ("ltv_call", "LTV at which margin is called", "loan / value", "=1/cover_call", PERCENT, "1 over the cover"),
    ("ltv_full", "LTV that a cure must restore", "loan / value", "=1/cover_full", PERCENT, "1 over the cover"),
    ("driver_rho", "ρ of driver and collateral", "correlation", "=CFI_DRIVER_RHO(contracted,vol_contract,vol_market,vol_other,corr_contract,corr_market,0,leverage)", NUMBER, "CFI_DRIVER_RHO"),
    ("driver_volatility", "Volatility of debt-service cash", "a year", "=SQRT(leverage^2*(contracted^2*vol_contract^2+(1-contracted)^2*vol_market^2)+vol_other^2)", NUMBER, "Root of the sum of variances"),
    ("loan_per_th", "Loan per TH", "$/TH", "=loan_amount*million/(fleet*th_per_ph)", NUMBER, "Loan over fleet"),
    ("rule_payback", "Payback of the machines at drawing", "days", "=IF(hashprice_start>CFI_HASHCOST(efficiency,power_price,other_cost),CFI_PAYBACK(asic_price,hashprice_start,CFI_HASHCOST(efficiency,power_price,other_cost)),0)", '0;-0;"never"', "CFI_PAYBACK at today's margin: the optimist's number"),
    ("gap_at_trigger", "Gap risk of a call at the trigger", "probability", "=INDEX(CFI_GAP_RISK(ltv_call,volatility,cure_days,drift),1,1)", PERCENT, "CFI_GAP_RISK over the days from the call to the sale"),
)  # fmt: skip


def write_input_sheet(book: Book) -> None:
    widths = {
        "A": 1.5,
        "B": 42,
        "C": 17,
        "D": 13,
        "E": 13,
        "F": 13,
        "G": 13,
        "H": 10,
        "I": 60,
        "J": 11,
        "K": 10,
        "L": 10,
        "M": 8,
    }
    page = book.page("Inputs", "Inputs", "Everything that is typed in: switches, the loan by deal, what all deals share.", widths)  # fmt: skip
    page.merge("B4:M4", LEGEND, "plain", 18, vertical="center")
    input_heads(page, 5, LAYOUT, "Live", DEAL_NAMES)
    page.row(5, 44)
    rows = write_inputs(page, (*SWITCHES, *DEAL_INPUTS, *COMMON), 6, LAYOUT, "deal")
    book.name("inputs_in_range", page, f"M6:M{rows['last']}")
    top = rows["last"] + 2
    page.section(top - 1, "9 · Derived", "B", "M", "formulas, nothing typed in")
    for row, (key, label, unit, formula, number_format, how) in enumerate(DERIVED, top):
        page.put(f"B{row}", label, "label")
        page.put(f"C{row}", unit, "unit")
        page.put(f"D{row}", formula, "result", number_format)
        page.put(f"I{row}", how, "note")
        page.row(row, 6 + 12 * lines_of(book.say(how), 60))
        book.name(key, page, f"D{row}")
    for offset, (cell, names) in enumerate((("deal", DEAL_NAMES), ("path", PATH_NAMES))):
        row = top + len(DERIVED) + offset
        listed = ",".join(f'"{name}"' for name in names)
        page.put(f"B{row}", "Name of the live deal" if cell == "deal" else "Name of the live path", "label")
        page.put(f"C{row}", "words", "unit")
        page.merge(f"D{row}:E{row}", f"=CHOOSE({cell},{listed})", "words")
        page.put(f"I{row}", "By the switch", "note")
        page.row(row, 30)
        book.name(f"{cell}_name", page, f"D{row}")
    page.freeze("D6")
    print_page(page, f"B1:M{top + len(DERIVED) + 1}", "5:5", breaks=[rows["margin_on"], rows["dscr_high"]])


PATH_ROWS: tuple[Section | Row, ...] = (
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
    Row("own_btc_given", "Bitcoin, yours", "any unit", "", "#,##0.00", OWN_SOURCE, "input"),
    Row("own_network_given", "Network, yours", "any unit", "", "#,##0.00", OWN_SOURCE, "input"),
    Row("own_btc", "Bitcoin, yours, as an index", "index, start = 1", "={own_btc_given}/${first}{own_btc_row_number}", "0.000", "Over month 0"),
    Row("own_network", "Network, yours, as an index", "index, start = 1", "={own_network_given}/${first}{own_network_row_number}", "0.000", "Over month 0"),
    Section("5 · Live path", "by the switch on Inputs"),
    Row("btc_index", "Bitcoin", "index, start = 1", "=CHOOSE(path,{base_btc},{fall_btc},{own_btc})", "0.000", "The path that the loan follows", "result", False, (), "min"),
    Row("network_index", "Network", "index, start = 1", "=CHOOSE(path,{base_network},{fall_network},{own_network})", "0.000", "The path that the loan follows", "result", False, (), "max"),
)  # fmt: skip


def write_paths(book: Book) -> Months:
    page = book.page("Paths", "Paths of bitcoin and of the network", "Three paths, one live; readings apart from what is synthetic.", MONTH_WIDTHS | {HOW: 62})  # fmt: skip
    points = _points(page)
    top = POINT_TOP + len(POINTS) + 2
    months = Months(page, 5, MONTHS + 1)
    months.lay_out(PATH_ROWS, top)
    months.extra = points | {
        "first": "E",
        "own_btc_row_number": str(months.row_of["own_btc_given"]),
        "own_network_row_number": str(months.row_of["own_network_given"]),
    }
    months.write([_given(item) for item in PATH_ROWS], top, "D", HOW, HOW)
    for key, series in zip(("own_btc_given", "own_network_given"), own_path(), strict=True):
        row = months.row_of[key]
        for letter, value in zip(months.letters, series, strict=True):
            page.put(f"{letter}{row}", value, "input", "0.0")
        page.validate(f"E{row}:{months.letters[-1]}{row}", *OWN_BOUNDS, "Your own path", OWN_SOURCE)
        book.name(key.replace("_given", "_path"), page, f"E{row}:{months.letters[-1]}{row}")
    last = top + len(PATH_ROWS) - 1
    page.freeze("E4")
    page.put(f"D{months.row_of['btc_index'] - 1}", "least, most", "section", size=9, bold=False, horizontal="center")
    wide_print(page, f"B1:R{top - 2},B{top}:{HOW}{last}", "1:3", [18, 32])
    return months


def _given(item: Section | Row) -> Section | Row:
    """A row of inputs has its cells written apart."""
    if isinstance(item, Row) and item.look == "input":
        return Row(item.key, item.label, item.unit, "{month}", item.number_format, item.how, "calc")
    return item


def _points(page: Page) -> dict[str, str]:
    page.section(6, "1 · Dated readings", "B", "R")
    heads = (
        "Event",
        "Status",
        "Date",
        "Bitcoin",
        "Hashprice",
        "Subsidy",
        "Months",
        "Network",
        "Bitcoin",
        "Network",
        "Source",
    )
    units = ("", "", "", "$ per BTC", "$/PH/day", "BTC", "from first", "EH/s", "index", "index", "")
    for letter, text, unit in zip("BCDEFGHIJKL", heads, units, strict=True):
        page.put(f"{letter}7", page.book.say_as("head", text), "head_left" if letter in "BL" else "head")
        page.put(f"{letter}8", unit, "unit")
    page.merge("L7:R7", "Source", "head_left")
    first, last = POINT_TOP, POINT_LAST
    for row, point in enumerate(POINTS, first):
        page.put(f"B{row}", point.event, "label")
        page.put(f"C{row}", point.source[-2], "aside")
        page.put(f"D{row}", point.day, "input", DATE)
        page.put(f"E{row}", point.btc, "input", "#,##0")
        page.put(f"F{row}", point.hashprice, "input", NUMBER)
        page.put(f"G{row}", point.subsidy, "input", "0.000")
        page.put(f"H{row}", f"=(D{row}-D${first})/days_per_year*months_per_year", "calc", "0.0")
        page.put(f"I{row}", f"=blocks_per_day*G{row}*E{row}/(F{row}*ph_per_eh)", "calc", "0.0")
        page.put(f"J{row}", f"=E{row}/E${first}", "calc", "0.000")
        page.put(f"K{row}", f"=I{row}/I${first}", "calc", "0.000")
        page.merge(f"L{row}:R{row}", point.source, "note", wrap=False)
    for letter, (low, high) in READING_BOUNDS.items():
        words = "A date, each later than the one above" if letter == "D" else "A reading from the source on the right"
        given = Given("", "Dated reading", "", (), "", "", words, "", low, high)
        validate(page, f"{letter}{first}:{letter}{last}", given)
    page.book.name("dated_readings", page, f"D{first}:G{last}")
    return {
        "point_months": f"$H${first}:$H${last}",
        "point_btc": f"$J${first}:$J${last}",
        "point_network": f"$K${first}:$K${last}",
    }


def write_loan(book: Book, paths: Months) -> Months:
    page = book.page("Loan", "The loan, month by month", "Margin, debt service, value, margin call, sale and loss.", MONTH_WIDTHS | {HOW: 62})  # fmt: skip
    page.put("D5", "Sum, least or most", "head")
    page.put("B5", "One formula per row", "head_left")
    page.put("C5", "Unit", "head")
    page.put(f"{HOW}5", "How", "head_left")
    page.merge(
        "E5:P5",
        "=" + phrase(book, "Live: ", "=deal_name", " · ", "=path_name"),
        "finding",
        size=10,
        wrap=False,
    )
    page.row(5, 30)
    months = Months(page, 5, MONTHS + 1)
    months.extra = {key: str(paths.row_of[key]) for key in ("btc_index", "network_index")}
    last = months.lay_out(ROWS, 6)
    months.write(ROWS, 6, "D", HOW, HOW)
    defaults = months.span("default", sheet=False)
    bands = [row for row, item in enumerate(ROWS, 6) if isinstance(item, Section)]
    groups = [
        f"E{top + 1}:{months.letters[-1]}{end - 1}" for top, end in zip(bands, [*bands[1:], last + 1], strict=True)
    ]
    page.paint(" ".join(groups), {f"E${months.row_of['default']}=1": "bad"})
    book.name("months_of_default", page, defaults.replace("$", ""))
    page.freeze("E8")
    wide_print(page, f"B1:{HOW}{last}", "1:7", [18, 32], [bands[4] - 1, bands[8] - 1])
    titles = last + 2
    page.section(titles - 1, "11 · Titles of the charts", "B", HOW, "computed, so they stay true")
    for row, (key, formula) in enumerate(chart_titles(book, months).items(), titles):
        page.put(f"B{row}", key, "label")
        page.merge(f"E{row}:P{row}", "=" + formula, "finding", size=9, wrap=False)
        TITLES[key] = f"Loan!$E${row}"
    return months


TITLES: dict[str, str] = {}


def chart_titles(book: Book, months: Months) -> dict[str, str]:
    """The finding of each chart as a formula."""
    hashprice = months.span("hashprice", sheet=False)
    end = f"INDEX({hashprice},last_month+1)"
    ltv = months.span("ltv_line", sheet=False)
    last = "last_month+1"
    return {
        "Hashprice and hashcost": phrase(
            book, "Hashprice goes from ", f'=TEXT(INDEX({hashprice},1),"0")', " to ", f'=TEXT({end},"0")', " $/PH/day by month ", "=last_month", "; running the machines costs ", f'=TEXT(INDEX({months.span("hashcost", sheet=False)},{last}),"0")',
        ),
        "Loan to value": phrase(
            book, "LTV goes from ", f'=TEXT(INDEX({ltv},1),"0%")', " to ", f'=TEXT(INDEX({ltv},{last}),"0%")', "; correlation-adjusted in month 1: ",
            '=TEXT(corr_ltv_start,"0%")',
        ),
        "Cash and debt service": phrase(
            book, choose(book, "min_dscr>=1", "Cash covers debt service to the end; least cover ", "Cash stops covering debt service; least cover "), '=TEXT(min_dscr,"0.00")', "×",
        ),
        "Balance and sale": phrase(
            book, choose(book, "loss_total>tolerance", "When the loan fails a sale leaves a loss of US$ ", "No loss on this path; at the worst a sale would have left US$ "),
            f'=TEXT(IF(loss_total>tolerance,loss_total,SUMPRODUCT(MAX({months.span("lgd_now", sheet=False)}*{months.span("before_cure", sheet=False)}))),"0.0")', "m",
            choose(book, "loss_total>tolerance", "", " uncovered"),
        ),
    }  # fmt: skip


def wide_print(page: Page, area: str, titles: str, columns: list[int], rows: list[int] | None = None) -> None:
    """Print months over three pages across, with the labels and the heads on each."""
    from openpyxl.worksheet.pagebreak import Break, ColBreak

    print_page(page, area, titles, breaks=rows or [])
    sheet = page.sheet
    sheet.print_title_cols = "B:D"
    sheet.sheet_properties.pageSetUpPr.fitToPage = False
    sheet.page_setup.scale = 66
    sheet.col_breaks = ColBreak()
    for column in columns:
        sheet.col_breaks.append(Break(id=column))


__all__ = ["DERIVED", "MONTH_LINKS", "PATH_ROWS", "TIMES", "choose", "write_input_sheet", "write_loan", "write_paths"]
