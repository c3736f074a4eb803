"""The sheet Summary of asic_loan.xlsx: the finding, the live loan, all loans by all paths, the charts."""

from __future__ import annotations

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
    second_axis,
)
from workbooks.build.kit.holes import Block
from workbooks.build.kit.page import BAD, NAVY, PERCENT, SERIES, TIMES, WHOLE, Book, Page
from workbooks.build.kit.rows import Form, Row, write_note, write_rows
from workbooks.build.kit.text import write_words

MONEY = '#,##0.0;-#,##0.0;"–"'
WIDTHS = {"A": 1.5, "B": 42, "C": 20} | dict.fromkeys("DEFGHI", 13) | {"J": 42, "K": 1.5}


def _at(key: str) -> str:
    """A row of Loan in month 1, the first with a cover."""
    return f"INDEX({{Loan!{key}:all}},2)"


def _range(end: int) -> str:
    """The LGD said in month 1, low (1) or high (3) end of its band."""
    loan, value, pd, cost = map(_at, ("before_cure", "value", "pd", "measured_cost"))
    return f"=INDEX(CFI_CORR_LGD_RANGE({loan},{value},{pd},rho_band,volatility_band,horizon,drift,{cost},time_to_sell),1,{end})"


# what was said, what came on the live path, what is on record of IREN's three SPVs
ORIGIN = (
    Row("o_cover", "Debt service cover", "×", ("=dscr_first", "=min_dscr", "=iren_dscr"), TIMES, "Said in month 1; least on the path; as filed in November 2022."),
    Row("o_kept", "Value kept, of that at drawing", "share", (f"=CFI_VALUE_IN_DEFAULT(1,{_at('pd')},driver_rho,volatility,horizon,drift,time_to_sell)", "=INDEX({value:all},last_month+1)/INDEX({value:all},1)", "={seen@D}"), PERCENT, "Said: if the borrower fails, before cost of sale. Path: at default or repayment. Record: middle of the company's estimate.", "result"),
    Row("o_ltv", "Loan over value", "loan / value", ("=corr_ltv_start", "=ltv_end", "={ltv_low@D}"), PERCENT, "Said: correlation-adjusted, not for ranking. Record: at the high value of the estimate."),
    Row("o_pd", "Probability of default, one year", "probability", (f"={_at('pd')}", "=defaulted", "=1"), PERCENT, "Said by the driver at the cover of month 1, not below the floor. All three SPVs failed."),
    Row("o_lgd", "Loss given default", "share of loan", ("=lgd_said", '=IF(defaulted>0,lgd_realised,"no default")', "=1-1/AVERAGE({ltv_low@D},{ltv_high@D})"), PERCENT, "Record: owed over the middle of the estimate, before any cost of sale. Band: CFI_CORR_LGD_RANGE over the intervals on Inputs.", "result"),
    Row("o_stress", "Stress LGD, worst 1% of the driver", "share of loan", (f"={_at('stress_lgd')}", "=MAX({lgd_now:all})", ""), PERCENT, "No PD in it: this one ranks. Path: had it failed at its worst moment.", "result"),
    Row("o_el", "Expected loss a year; loss", "share of loan", ("=el_start", "=loss_total/loan_amount", ""), PERCENT, "An average of good and bad years beside one path: a path is no test of it.", "result"),
)  # fmt: skip
ORIGIN_HEADS = (
    "Said in month 1",
    "On the live path",
    "IREN's SPVs, 2022",
    "Low end of the band",
    "High end of the band",
)
# The two ends of what is said, where the book has them, right of the three.
ORIGIN_BANDS = {"o_lgd": (_range(1), _range(3)), "o_el": tuple(f"={_at('pd')}*{_range(end)[1:]}" for end in (1, 3))}
LIVE = (
    Row("defaulted", "Defaults on the live path", "0 or 1", "=SUM({default:all})", WHOLE, "At most one."),
    Row("default_month", "Month of default", "month", "=SUMPRODUCT({default:all},{Loan!month:all})", '0;-0;"none"', "Months after drawing.", "result"),
    Row("default_cause", "Cause", "1 unpaid, 2 call", "=SUM({cause:all})", '0;-0;"none"', "Unpaid debt service, or a margin call that nobody cured."),
    Row("last_month", "Last month with a balance", "month", "=IF(defaulted>0,default_month,MIN(COLUMNS({Loan!month:all})-1,SUM({owing:all})))", WHOLE, "Default, or repayment."),
    Row("min_dscr", "Least debt service cover", "×", "=MIN({Loan!dscr:all})", TIMES, "High cover at drawing is no protection: the cash has one driver.", "result"),
    Row("dscr_first", "Debt service cover in month 1", "×", "=INDEX({Loan!dscr:all},2)", TIMES, "What the credit paper showed."),
    Row("ltv_start", "LTV at drawing", "loan / value", "=INDEX({Loan!ltv:all},1)", PERCENT, "By the basis of value on Inputs."),
    Row("corr_ltv_start", "Correlation-adjusted LTV in month 1", "loan / value", "=INDEX({corr_ltv:all},2)", PERCENT, "The first month with a cover. Loan over what the machines fetch on the day the borrower fails.", "result"),
    Row("stress_ltv_start", "Stress LTV at drawing, worst 1%", "loan / value", "=INDEX({stress_ltv:all},1)", PERCENT, "No PD in it; leaves out the time to sell and the machines' own volatility."),
    Row("ltv_end", "LTV at the end, or at default", "loan / value", "=INDEX({Loan!ltv:all},last_month+1)", PERCENT, "IREN's SPVs in November 2022: 149–160%.", "result"),
    Row("ltv_strip_end", "The same, if the strip is the value", "loan / value", "=INDEX({ltv_strip:all},last_month+1)", PERCENT, "A strip has no option value: the lower bound of what machines are worth."),
    Row("elasticity_start", "Elasticity of the strip at drawing", "% per %", "=INDEX({strip_elasticity:all},1)", "0.0", "1% off hashprice takes this many % off the machine."),
    Row("elasticity_end", "Elasticity of the strip at the end", "% per %", "=INDEX({strip_elasticity:all},last_month+1)", '0.0;-0.0;"no margin"', "Near breakeven it grows without bound: value is gone before the loan is.", "result"),
    Row("first_call", "First month in which a trigger would call", "month", '=IF(SUM({would_call:all})=0,"none",MATCH(1,{would_call:all},0)-1)', WHOLE, "Whether or not the loan has a margin call."),
    Row("gap_end", "Gap risk in that last month", "probability", "=INDEX({gap:all},last_month+1)", PERCENT, "Chance that machines are worth less than the loan before they can be sold."),
    Row("haircut_end", "Haircut of a sale then", "share", "=INDEX({haircut:all},last_month+1)", PERCENT, "Slip, impact in a thinner market, decay while selling."),
    Row("recovery_total", "Recovered", "US$ m", "=SUM({recovery:all})", MONEY, "Sale of the machines and what is left in the reserve."),
    Row("loss_total", "Loss", "US$ m", "=SUM({loss:all})", MONEY, "Owed less recovered.", "result"),
    Row("worst_loss", "Loss, or the most that a sale would have left", "US$ m", "=IF(loss_total>tolerance,loss_total,SUMPRODUCT(MAX({lgd_now:all}*{before_cure:all})))", MONEY, "On a path that holds: had it failed at the worst moment."),
    Row("lgd_realised", "Loss given default on this path", "share of loan", "=IF(SUM({exposure:all})>tolerance,loss_total/SUM({exposure:all}),0)", PERCENT, "Of what was owed.", "result"),
    Row("lgd_said", "LGD that the functions said in month 1", "share of loan", "=INDEX({Loan!lgd:all},2)", PERCENT, "CFI_CORR_LGD, the borrower failing within a year."),
    Row("el_start", "Expected loss in month 1", "share of loan a year", "=INDEX({expected_loss:all},2)", PERCENT, "PD × LGD. No contract and no offtaker: this is the deal's loss.", "result"),
    Row("stress_lgd_start", "Stress LGD in month 1, worst 1%", "share of loan", "=INDEX({stress_lgd:all},2)", PERCENT, "No PD in it: this one ranks.", "result"),
)  # fmt: skip
ORIGIN_TOP = 9
ANSWER = ORIGIN_TOP + len(ORIGIN) + 1  # the one chart of the first page
READINGS_TOP = ANSWER + 14
LIVE_TOP = READINGS_TOP + 6
SWEEP_TOP = LIVE_TOP + len(LIVE) + 3
PICTURES = SWEEP_TOP + 11
WORDS = PICTURES + 21
FAILS = (
    '[deal_name] on [path_name]: fails in month [default_month] ([IF(default_cause=1,"debt service unpaid","margin call not cured")]). LTV [ltv_start|0%] at drawing, '
    "[ltv_end|0%] at default; cover [dscr_first|0.00]× in month 1, [min_dscr|0.00]× at the least. The sale and the reserve recover US$ [recovery_total|0.0]m and "
    "leave a loss of [loss_total|0.0]m, [lgd_realised|0%] of what was owed: one coin paid the interest and priced the collateral."
)
HOLDS = (
    "[deal_name] on [path_name]: repaid by month [last_month]. Least cover [min_dscr|0.00]×, highest LTV [MAX({Loan!ltv:all})|0%]; had it failed at the worst "
    "moment, [MAX({lgd_now:all})|0%] of the balance would have been lost."
)
BASIS = "Facts are filed or attributed on Facts, Paths and Inputs; parameters marked P are demonstration parameters, not filed. Paths are synthetic but for dated readings. Not a rating and not advice."
# name, unit, number format, lines as name, key across, key up, colour and dash, alt text
CHARTS = (
    ("Hashprice and hashcost", "$/PH/day", "#,##0", (("Hashprice", "month", "hashprice", SERIES[2], None), ("Hashcost", "month", "hashcost", NAVY, "dash")),
     "Two lines by month: hashprice along the live path, and the nearly level cost of running the machines."),
    ("Loan to value", "Loan to value", "0%", (("LTV", "shown", "ltv_line", NAVY, None), ("LTV if the strip is the value", "shown", "strip_line", SERIES[1], "dash"), ("Trigger of a margin call", "month", "call_line", SERIES[4], "sysDot")),
     "Lines by month until default or repayment: loan to value, the same by the strip, correlation-adjusted, and the trigger of a margin call."),
    ("Cash and debt service", "US$ m a month", "0.0", (("Cash available", "shown", "cfads_line", SERIES[1], None), ("Debt service due", "shown", "service_line", BAD, "dash")),
     "Two lines by month: cash available for debt service and the level debt service due, until default or repayment."),
    ("Balance and sale", "US$ m", "#,##0", (("Balance", "shown", "balance_line", NAVY, None), ("Value of the machines", "shown", "value_line", SERIES[2], None), ("Proceeds of a sale", "shown", "proceeds_line", BAD, "dash")),
     "Three lines by month: the balance of the loan, the value of the machines, and what a sale would bring."),
)  # fmt: skip


def open_summary(book: Book) -> None:
    """The first sheet, empty: the others are written before it is filled."""
    question = "One coin pays the interest and prices the collateral: what happens when it falls?"
    book.page("Summary", "A loan against mining machines", question, WIDTHS)


def write_origin(book: Book) -> None:
    """What the measures said at origination, with its band, beside their own path and the record: the first page."""
    page = book.pages["Summary"]
    page.section(
        ORIGIN_TOP - 2,
        "Said at origination, and what came",
        "B",
        "J",
        "the live loan by the live path; one record is no back-test",
    )
    heads = {"B": "Measure", "C": "Unit"} | dict(zip("DEFGH", ORIGIN_HEADS, strict=True))
    for letter, text in heads.items():
        page.put(f"{letter}{ORIGIN_TOP - 1}", text, "head_left" if letter == "B" else "head")
    page.merge(f"I{ORIGIN_TOP - 1}:J{ORIGIN_TOP - 1}", "How to read it", "head_left")
    page.row(ORIGIN_TOP - 1, 32)
    for row, item in enumerate(ORIGIN, ORIGIN_TOP):
        page.put(f"B{row}", item.label, "label_bold" if item.look == "result" else "label")
        page.put(f"C{row}", item.unit, "unit")
        for letter, formula in zip("DEFGH", (*item.formula, *ORIGIN_BANDS.get(item.key, ("", ""))), strict=True):
            page.put(
                f"{letter}{row}", page.fill(str(formula)) or None, item.look, item.number_format, horizontal="center"
            )
        write_note(page, "I:J", row, item.how)
        page.row(row, 30)
        book.name(item.key, page, f"D{row}")
    for name, letter in (("o_low", "G"), ("o_high", "H")):
        book.name(name, page, f"{letter}{ORIGIN_TOP + [item.key for item in ORIGIN].index('o_lgd')}")


def write_live(book: Book) -> None:
    page = book.pages["Summary"]
    page.section(LIVE_TOP - 2, "The live loan", "B", "J", "by the switches on Inputs")
    for letter, text in zip("BCD", ("Measure", "Unit", "Live"), strict=True):
        page.put(f"{letter}{LIVE_TOP - 1}", text, "head_left" if letter == "B" else "head")
    page.merge(f"E{LIVE_TOP - 1}:J{LIVE_TOP - 1}", "How to read it", "head_left")
    block = book.places.add(Block("Summary", "D", 1))
    block.lay([item.key for item in LIVE], LIVE_TOP)
    write_rows(page, LIVE, block, Form("J", "E:J", horizontal="center", height=lambda _: 18))
    for item in LIVE:
        book.name(item.key, page, page.fill(f"{{{item.key}@D}}"))
    page.paint(f"D{LIVE_TOP + 1}", {f"D{LIVE_TOP + 1}>0": "bad"})


def write_summary(book: Book) -> None:
    page = book.pages["Summary"]
    words = write_words(page, WORDS, "J", {"It fails": FAILS, "It holds": HOLDS})
    page.merge("B5:J5", f"=IF(defaulted>0,{words['It fails']},{words['It holds']})", "reading", 46)
    page.section(READINGS_TOP, "What the record and the change of use say", "B", "J")
    for row, name in enumerate(("replay_reading", "pivot_reading"), READINGS_TOP + 1):
        page.merge(f"B{row}:J{row}", f"={name}", "reading", 52, size=10, ground=None)
    page.merge(f"B{READINGS_TOP + 3}:J{READINGS_TOP + 3}", BASIS, "plain", 28)
    book.name("reading", page, "B5")
    page.section(PICTURES - 1, "The path in pictures", "B", "J")
    for index in range(len(CHARTS)):
        _write_chart(page, book.places.blocks["Loan"], index)
    page.freeze("A5")
    page.print_setup(f"B1:J{PICTURES + 18}", "1:3", [READINGS_TOP - 1, SWEEP_TOP - 3])


def _write_chart(page: Page, loan: Block, index: int) -> None:
    """One of the four charts, two beside each other."""
    say = page.book.say
    name, unit, number_format, lines, alt = CHARTS[index]
    adjusted = name == "Loan to value"  # the chart of the first page
    flows = name == "Cash and debt service"  # nothing flows in month 0

    def row(key: str) -> Reference:
        span = loan.span(key)
        return Reference(page.sheet, range_string=span.replace("$E$", "$F$", 1) if flows else span)

    chart = scatter([Line(say(line), row(x), row(y), colour, dash, 2.5) for line, x, y, colour, dash in lines])
    dress_chart(chart, finding("Loan", f"E{loan.row_of[name]}", 10.5 if adjusted else 9))
    dress_axis(chart.x_axis, "b", say("Month after drawing"), "0", 0, 36, 6)
    dress_axis(chart.y_axis, "l", say(unit), number_format, None if flows else 0)
    chart.x_axis.majorGridlines = None
    if adjusted:
        line = Line(say("Correlation-adjusted LTV (right)"), row("shown"), row("corr_line"), BAD, width=2.5)
        second_axis(chart, scatter([line]), say("Correlation-adjusted LTV"), "0%", 0)
    plot_area(chart, 0.09 if adjusted else 0.13, 0.14, 0.80 if adjusted else 0.82, 0.54)
    if adjusted:
        frame = Frame("B", "J", ANSWER, ANSWER + 13, 0.0, 1.0)
    else:
        at = [other for other, *_ in CHARTS if other != "Loan to value"].index(name)
        left, right = at / 3 + (0.004 if at else 0), (at + 1) / 3 - (0.004 if at < 2 else 0)
        frame = Frame("B", "J", PICTURES, PICTURES + 17, left, right)
    place(page, chart, frame, name, alt)
