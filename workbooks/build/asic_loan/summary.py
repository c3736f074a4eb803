"""The sheet Summary of asic_loan.xlsx: the finding, the live loan, all loans by all paths, the charts."""

from __future__ import annotations

from workbooks.build.asic_loan.inputs import DEAL_NAMES, PATH_NAMES
from workbooks.build.asic_loan.months import TITLES
from workbooks.build.asic_loan.parts import Months, choose, phrase, print_page
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
    second_axis,
)
from workbooks.build.kit.page import BAD, GREY, NAVY, NUMBER, PERCENT, SERIES, TIMES, WHOLE, Book, Page

MONEY = '#,##0.0;-#,##0.0;"–"'
SWEPT = ("default_month", "default_cause", "min_dscr", "ltv_start", "ltv_end", "loss_total", "lgd_realised")
Sweep = dict[tuple[int, int], tuple[float, ...]]
LIVE_TOP, SWEEP_TOP = 12, 35


def open_summary(book: Book) -> None:
    """The first sheet, empty: the others are written before it is filled."""
    widths = {"A": 1.5, "B": 44, "C": 24} | dict.fromkeys("DEFGHI", 16) | {"J": 56, "K": 1.5}
    book.page(
        "Summary",
        "A loan against mining machines",
        "One coin pays the interest and prices the collateral: what happens when it falls?",
        widths,
    )


def live_lines(months: Months) -> tuple[tuple[str, str, str, str, str, str, str], ...]:
    """name, label, unit, formula, number format, look, how to read it."""
    m = {key: months.span(key) for key in months.row_of}

    def at(key: str) -> str:
        return f"=INDEX({m[key]},last_month+1)"

    return (
        ("defaulted", "Defaults on the live path", "0 or 1", f"=SUM({m['default']})", WHOLE, "calc", "At most one."),
        ("default_month", "Month of default", "month", f"=SUMPRODUCT({m['default']},{m['month']})", '0;-0;"none"', "result", "Months after drawing."),
        ("default_cause", "Cause", "1 unpaid, 2 call", f"=SUM({m['cause']})", '0;-0;"none"', "calc", "Unpaid debt service, or a margin call that nobody cured."),
        ("last_month", "Last month with a balance", "month", f"=IF(defaulted>0,default_month,MIN(COLUMNS({m['month']})-1,SUM({m['owing']})))", WHOLE, "calc", "Default, or repayment."),
        ("min_dscr", "Least debt service cover", "×", f"=MIN({m['dscr']})", TIMES, "result", "High cover at drawing is no protection: the cash has one driver."),
        ("dscr_first", "Debt service cover in month 1", "×", f"=INDEX({m['dscr']},2)", TIMES, "calc", "What the credit paper showed."),
        ("ltv_start", "LTV at drawing", "loan / value", f"=INDEX({m['ltv']},1)", PERCENT, "calc", "By the basis of value on Inputs."),
        ("corr_ltv_start", "Correlation-adjusted LTV in month 1", "loan / value", f"=INDEX({m['corr_ltv']},2)", PERCENT, "result", "The first month with a cover. Loan over what the machines fetch on the day the borrower fails."),
        ("stress_ltv_start", "Stress LTV at drawing, worst 1%", "loan / value", f"=INDEX({m['stress_ltv']},1)", PERCENT, "calc", "No PD in it: this one ranks."),
        ("ltv_end", "LTV at the end, or at default", "loan / value", at("ltv"), PERCENT, "result", "IREN's SPVs in November 2022: 149–160%."),
        ("ltv_strip_end", "The same, if the strip is the value", "loan / value", at("ltv_strip"), PERCENT, "calc", "A strip has no option value: the lower bound of what machines are worth."),
        ("elasticity_start", "Elasticity of the strip at drawing", "% per %", f"=INDEX({m['strip_elasticity']},1)", "0.0", "calc", "1% off hashprice takes this many % off the machine."),
        ("elasticity_end", "Elasticity of the strip at the end", "% per %", at("strip_elasticity"), '0.0;-0.0;"no margin"', "result", "Near breakeven it grows without bound: value is gone before the loan is."),
        ("first_call", "First month in which a trigger would call", "month", f'=IF(SUM({m["would_call"]})=0,"none",MATCH(1,{m["would_call"]},0)-1)', WHOLE, "calc", "Whether or not the loan has a margin call."),
        ("gap_end", "Gap risk in that last month", "probability", at("gap"), PERCENT, "calc", "Chance that machines are worth less than the loan before they can be sold."),
        ("haircut_end", "Haircut of a sale then", "share", at("haircut"), PERCENT, "calc", "Slip, impact in a thinner market, decay while selling."),
        ("recovery_total", "Recovered", "US$ m", f"=SUM({m['recovery']})", MONEY, "calc", "Sale of the machines and what is left in the reserve."),
        ("loss_total", "Loss", "US$ m", f"=SUM({m['loss']})", MONEY, "result", "Owed less recovered."),
        ("lgd_realised", "Loss given default on this path", "share of loan", f"=IF(SUM({m['exposure']})>tolerance,loss_total/SUM({m['exposure']}),0)", PERCENT, "result", "Of what was owed."),
        ("lgd_said", "LGD that the functions said in month 1", "share of loan", f"=INDEX({m['lgd']},2)", PERCENT, "calc", "CFI_CORR_LGD, the borrower failing within a year."),
    )  # fmt: skip


def write_live(book: Book, months: Months) -> None:
    page = book.pages["Summary"]
    page.section(LIVE_TOP - 2, "The live loan", "B", "J", "by the switches on Inputs")
    for letter, text in zip("BCDE", ("Measure", "Unit", "Live", "How to read it"), strict=True):
        page.put(f"{letter}{LIVE_TOP - 1}", text, "head_left" if letter in "BE" else "head")
    page.merge(f"E{LIVE_TOP - 1}:J{LIVE_TOP - 1}", "How to read it", "head_left")
    for row, (name, label, unit, formula, number_format, look, how) in enumerate(live_lines(months), LIVE_TOP):
        page.put(f"B{row}", label, "label_bold" if look == "result" else "label")
        page.put(f"C{row}", unit, "unit")
        page.put(f"D{row}", formula, look, number_format, horizontal="center")
        page.merge(f"E{row}:J{row}", how, "note")
        page.row(row, 18)
        book.name(name, page, f"D{row}")
    page.paint(f"D{LIVE_TOP + 1}", {f"D{LIVE_TOP + 1}>0": "bad"})


def write_sweep(book: Book, sweep: Sweep) -> None:
    """All loans by all paths, as a copy of values; the row of the live case says whether it still holds."""
    page = book.pages["Summary"]
    page.section(
        SWEEP_TOP - 2,
        "All loans by all paths",
        "B",
        "J",
        "values copied from nine runs on 2026-11-22; the live row is compared with the live loan",
    )
    heads = (
        "Path",
        "Loan",
        "Month of default",
        "Least cover",
        "LTV at drawing",
        "LTV at end or default",
        "Loss, US$ m",
        "LGD",
        "Does the copy still hold?",
    )
    for letter, text in zip("BCDEFGHIJ", heads, strict=True):
        page.put(f"{letter}{SWEEP_TOP - 1}", text, "head_left" if letter in "BJ" else "head")
    page.row(SWEEP_TOP - 1, 32)
    row = SWEEP_TOP
    for deal, deal_name in enumerate(DEAL_NAMES, 1):
        for path, path_name in enumerate(PATH_NAMES, 1):
            values = dict(zip(SWEPT, sweep.get((deal, path), (0.0,) * len(SWEPT)), strict=True))
            page.put(f"B{row}", path_name, "label")
            page.put(f"C{row}", deal_name, "words", size=9)
            for letter, key, number_format in (
                ("D", "default_month", '0;-0;"none"'),
                ("E", "min_dscr", TIMES),
                ("F", "ltv_start", PERCENT),
                ("G", "ltv_end", PERCENT),
                ("H", "loss_total", MONEY),
                ("I", "lgd_realised", '0.0%;-0.0%;"–"'),
            ):
                page.put(
                    f"{letter}{row}", values[key], "calc", number_format, italic=True, colour=GREY, horizontal="center"
                )
            same = f"ABS(D{row}-default_month)+ABS(E{row}-min_dscr)+ABS(G{row}-ltv_end)+ABS(H{row}-loss_total)<=tolerance*million*tolerance"
            page.put(
                f"J{row}",
                f'=IF(AND(deal={deal},path={path}),IF({same},"{book.say("live: the copy holds")}","{book.say("live: inputs have changed since the copy")}"),"{book.say("copy of a run")}")',
                "note",
            )
            page.row(row, 18)
            row += 1
    page.paint(
        f"J{SWEEP_TOP}:J{row - 1}",
        {f'LEFT(J{SWEEP_TOP},LEN("{book.say("live: inputs")}"))="{book.say("live: inputs")}"': "watch"},
    )
    book.name("sweep", page, f"B{SWEEP_TOP}:I{row - 1}")


def write_summary(book: Book, months: Months, titles: dict[str, str]) -> None:
    page = book.pages["Summary"]
    fails = phrase(
        book, "=deal_name", " on ", "=path_name", ": fails in month ", "=default_month", " (",
        choose(book, "default_cause=1", "debt service unpaid", "margin call not cured"), "). LTV ", '=TEXT(ltv_start,"0%")', " at drawing, ", '=TEXT(ltv_end,"0%")',
        " at default; cover ", '=TEXT(dscr_first,"0.00")', "× in month 1, ", '=TEXT(min_dscr,"0.00")', "× at the least. The sale and the reserve recover US$ ", '=TEXT(recovery_total,"0.0")',
        "m and leave a loss of ", '=TEXT(loss_total,"0.0")', "m, ", '=TEXT(lgd_realised,"0%")', " of what was owed: one coin paid the interest and priced the collateral.",
    )  # fmt: skip
    holds = phrase(
        book, "=deal_name", " on ", "=path_name", ": repaid by month ", "=last_month", ". Least cover ", '=TEXT(min_dscr,"0.00")', "×, highest LTV ",
        f'=TEXT(MAX({months.span("ltv")}),"0%")', "; had it failed at the worst moment, ", f'=TEXT(MAX({months.span("lgd_now")}),"0%")', " of the balance would have been lost.",
    )  # fmt: skip
    page.merge("B5:J5", f"=IF(defaulted>0,{fails},{holds})", "reading", 46)
    page.merge("B6:J6", "=replay_reading", "reading", 46, size=10, ground=None)
    page.merge("B7:J7", "=pivot_reading", "reading", 46, size=10, ground=None)
    page.merge(
        "B8:J8",
        "Facts are filed or attributed on Facts, Paths and Inputs; parameters marked P are demonstration parameters, not filed. Paths are synthetic but for dated readings. Not a rating and not advice.",
        "plain",
        16,
    )
    book.name("reading", page, "B5")
    top = SWEEP_TOP + 11
    page.section(top - 1, "The path in pictures", "B", "J")
    last = _charts(page, months, titles, top)
    page.freeze("A5")
    print_page(page, f"B1:J{last}", "1:3", breaks=[SWEEP_TOP - 3])


def _charts(page: Page, months: Months, titles: dict[str, str], top: int) -> int:
    say = page.book.say

    def row(key: str, flows: bool = False) -> Reference:
        span = months.span(key)
        return Reference(page.sheet, range_string=span.replace("$E$", "$F$", 1) if flows else span)

    charts = (
        ("Hashprice and hashcost", "$/PH/day", "#,##0", (("Hashprice", "month", "hashprice", SERIES[2], None), ("Hashcost", "month", "hashcost", NAVY, "dash")),
         "Two lines by month: hashprice along the live path, and the nearly level cost of running the machines."),
        ("Loan to value", "Loan to value", "0%", (("LTV", "shown", "ltv_line", NAVY, None), ("LTV if the strip is the value", "shown", "strip_line", SERIES[1], "dash"), ("Trigger of a margin call", "month", "call_line", SERIES[4], "sysDot")),
         "Lines by month until default or repayment: loan to value, the same by the strip, correlation-adjusted, and the trigger of a margin call."),
        ("Cash and debt service", "US$ m a month", "0.0", (("Cash available", "shown", "cfads_line", SERIES[1], None), ("Debt service due", "shown", "service_line", BAD, "dash")),
         "Two lines by month: cash available for debt service and the level debt service due, until default or repayment."),
        ("Balance and sale", "US$ m", "#,##0", (("Balance", "shown", "balance_line", NAVY, None), ("Value of the machines", "shown", "value_line", SERIES[2], None), ("Proceeds of a sale", "shown", "proceeds_line", BAD, "dash")),
         "Three lines by month: the balance of the loan, the value of the machines, and what a sale would bring."),
    )  # fmt: skip
    for index, (key, unit, number_format, lines, alt) in enumerate(charts):
        flows = key == "Cash and debt service"  # nothing flows in month 0
        chart = scatter(
            [
                Line(say(name), row(x, flows), row(y, flows), colour, dash=dash, width=2.5)
                for name, x, y, colour, dash in lines
            ]
        )
        cell = TITLES[key]
        dress_chart(chart, linked_title(cell, titles.get(cell.replace("$", ""), "")))
        dress_axis(chart.x_axis, "b", say("Month after drawing"), "0", 0, 36, 6)
        dress_axis(chart.y_axis, "l", say(unit), number_format, None if flows else 0)
        chart.x_axis.majorGridlines = None
        adjusted = key == "Loan to value"
        if adjusted:
            other = scatter(
                [Line(say("Correlation-adjusted LTV (right)"), row("shown"), row("corr_line"), BAD, width=2.5)]
            )
            second_axis(chart, other, say("Correlation-adjusted LTV"), "0%", 0)
        plot_area(chart, 0.09, 0.14, 0.80 if adjusted else 0.87, 0.54)
        left, down = index % 2, index // 2
        frame = Frame("B", "J", top + 16 * down, top + 16 * down + 15, 0.504 if left else 0.0, 1.0 if left else 0.496)
        place(page, chart, frame, key, alt)
    return top + 31


__all__ = ["NUMBER", "SWEPT", "Sweep", "open_summary", "write_live", "write_summary", "write_sweep"]
