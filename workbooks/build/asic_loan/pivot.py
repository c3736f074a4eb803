"""The sheet Pivot of asic_loan.xlsx: can a hybrid miner cross over to AI hosting before its cash runs out?"""

from __future__ import annotations

from openpyxl.utils import get_column_letter

from workbooks.build.asic_loan.months import wide_print
from workbooks.build.asic_loan.parts import (
    PARAMETER,
    Given,
    Layout,
    Months,
    Row,
    Section,
    choose,
    input_heads,
    lines_of,
    phrase,
    write_inputs,
)
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
from workbooks.build.kit.page import NAVY, NUMBER, PERCENT, SERIES, WHOLE, Book, Page

MONTHS, STEPS, RAMPS = 36, 21, 3
LAYOUT = Layout("D", (), "E", "F", "Q", "T", "U", "V")
MONEY = '#,##0;-#,##0;"–"'
LAST = "AN"
HOW = "AO"
WIDTHS = {"A": 1.5, "B": 38, "C": 14, "D": 10, HOW: 50} | {get_column_letter(5 + k): 8.2 for k in range(MONTHS)}
WIDE = 11 * 8.2  # the source of an input stands across eleven months
GRID_SHOCKS = (0, 5, 10, 15, 20)

INPUTS: tuple[Section | Given, ...] = (
    Section("1 · The miner today", "IREN-like: revenue and plan from filings, cash and cost demonstration parameters"),
    Given("pivot_cash", "Cash today", "US$ m", (180,), MONEY, "P", PARAMETER + ", not IREN's", "–", 0, 1e6),
    Given("pivot_btc", "Mining revenue a month, before the shock", "US$ m", (55.8,), "0.0", "D", "IREN, quarter to 2025-12-31: 167.4 of bitcoin revenue over 3 months [V/S]", "2025-12-31", 0, 1e5),
    Given("pivot_cost", "Cash cost of mining a month", "US$ m", (30,), "0.0", "P", PARAMETER, "–", 0, 1e5),
    Section("2 · The AI plan", "in the order that CFI_PIVOT_RUNWAY reads"),
    Given("ai_today", "AI revenue a month today", "US$ m", (5.77,), NUMBER, "D", "IREN, quarter to 2025-12-31: 17.3 of AI revenue over 3 months [V/S]", "2025-12-31", 0, 1e5),
    Given("ai_full", "AI revenue a month at full ramp", "US$ m", (161.7,), "0.0", "D", "Microsoft contract: about 1,940 a year over 12 months [V/S]", "2025-11", 0, 1e5),
    Given("ai_margin", "Cash margin of it", "share", (0.85,), PERCENT, "S", "Project EBITDA of about 85% [V/S]", "2025-11", 0, 1),
    Given("ai_delay", "Delay before the ramp", "months", (3,), WHOLE, "P", PARAMETER, "–", 0, 120),
    Given("ai_ramp", "Length of the ramp", "months", (12,), WHOLE, "P", PARAMETER, "–", 0, 120),
    Section("3 · What must be paid", "in the order that CFI_PIVOT_RUNWAY reads"),
    Given("corporate", "Corporate cost a month", "US$ m", (12,), "0.0", "P", PARAMETER, "–", 0, 1e5),
    Given("pivot_debt", "Debt service a month", "US$ m", (20,), "0.0", "P", PARAMETER + "; HW3 alone: 3,650 at 5.96% is 18.1 of interest a month [D]", "–", 0, 1e5),
    Given("pivot_capex", "Capex a month from own cash", "US$ m", (33.5,), "0.0", "D", "5,800 of GPUs × (1 − 94.8% funded by loan and prepayment) over 9 months [D]", "2026", 0, 1e5),
    Given("capex_months", "Months of capex", "months", (9,), WHOLE, "P", PARAMETER, "–", 0, 120),
    Section("4 · The shock"),
    Given("pivot_shock", "Change of mining revenue today", "share", (-0.5,), PERCENT, "P", PARAMETER + ": bitcoin halves", "–", -1, 5),
    Given("pivot_decay", "Fall of mining revenue each month", "share", (0.02,), PERCENT, "P", PARAMETER + "; the network grew 2.9% a month from 2022-03 to 2026-09 [D]", "–", 0, 0.99),
    Given("pivot_months", "Months looked ahead", "months", (36,), WHOLE, "C", "Columns of the shadow", "–", 1, MONTHS),
    Given("shock_step", "Step of the shocks in the grid", "share", (0.05,), PERCENT, "C", "Twenty steps", "–", 0.001, 0.05),
)  # fmt: skip

ROWS: tuple[Section | Row, ...] = (
    Section("6 · The same, month by month in native Excel", "reproduces the three answers of CFI_PIVOT_RUNWAY"),
    Row("month", "Month", "number", "=COLUMNS($E$1:{column}$1)", WHOLE, "1 is the first month after today", "aside"),
    Row("inside", "Within the months looked ahead", "flag", "=IF({month}<=pivot_months,1,0)", "0;-0;–", "1 or 0"),
    Row("btc", "Mining revenue", "US$ m", "=pivot_btc*(1+pivot_shock)*(1-pivot_decay)^({month}-1)", "0.0", "After the shock, falling each month"),
    Row("old", "Mining revenue before the shock", "US$ m", "=pivot_btc", "0.0", "What AI must replace"),
    Row("mining", "Cash of mining", "US$ m", "=MAX(0,{btc}-pivot_cost)", "0.0", "Machines are switched off below cost"),
    Row("ramp", "Ramp of AI", "share", "=IF({month}>=ai_delay+ai_ramp,1,IF({month}>ai_delay,({month}-ai_delay)/MAX(1,ai_ramp),0))", PERCENT, "Linear after the delay"),
    Row("ai", "AI revenue", "US$ m", "=ai_today+(ai_full-ai_today)*{ramp}", "0.0", "From today's to full"),
    Row("ai_cash", "Cash of AI", "US$ m", "={ai}*ai_margin", "0.0", "Revenue × margin"),
    Row("spent", "Paid out", "US$ m", "=corporate+pivot_debt+IF({month}<=capex_months,pivot_capex,0)", "0.0", "Corporate, debt service, capex"),
    Row("cash", "Cash at the end of the month", "US$ m", "=IF({month}=1,pivot_cash,{cash_before})+{mining}+{ai_cash}-{spent}", MONEY, "Cash before, plus what comes in, less what is paid out", "result"),
    Row("counted", "Cash, counted for the least", "US$ m", "=IF({inside}=1,{cash},pivot_cash)", MONEY, "Months beyond those looked ahead are not counted", "calc", False, (), "min"),
    Row("was_dry", "Cash was below 0 before", "flag", "=IF({month}=1,0,IF(OR({was_dry_before}=1,{cash_before}<0),1,0))", "0;-0;–", "1 or 0"),
    Row("dry", "First month below 0", "month", "=IF(AND({inside}=1,{cash}<0,{was_dry}=0),{month},0)", "0;-0;–", "The sum is the month, 0 for none", "calc", False, (), "sum"),
    Row("had_crossed", "AI had crossed before", "flag", "=IF({month}=1,0,IF(OR({had_crossed_before}=1,{ai_before}>=pivot_btc),1,0))", "0;-0;–", "1 or 0"),
    Row("crossed", "First month of AI at or above mining", "month", "=IF(AND({inside}=1,{ai}>=pivot_btc,{had_crossed}=0),{month},0)", "0;-0;–", "The sum is the month, 0 for none", "calc", False, (), "sum"),
)  # fmt: skip
_CALL = "CFI_PIVOT_RUNWAY(pivot_cash,pivot_btc,pivot_cost,{plan},spending_plan,{shock},pivot_decay,pivot_months)"


def write_pivot(book: Book, titles: dict[str, str]) -> Months:
    page = book.page(
        "Pivot",
        "The hybrid miner's pivot",
        "Can the hybrid miner cross over to AI before its cash runs out?",
        WIDTHS,
    )
    input_heads(page, 7, LAYOUT, "Value", ())
    rows = write_inputs(page, INPUTS, 8, LAYOUT)
    for row in range(7, rows["last"] + 1):
        if page.sheet[f"F{row}"].fill.fgColor.rgb != "0017324D":
            page.merge(f"F{row}:P{row}", page.sheet[f"F{row}"].value, "head_left" if row == 7 else "note")
            page.merge(f"Q{row}:S{row}", page.sheet[f"Q{row}"].value, "head" if row == 7 else "aside")
        label, source = (str(page.sheet[f"{letter}{row}"].value or "") for letter in "BF")
        page.row(row, 6 + 12 * max(lines_of(label, 38, 10), lines_of(source, WIDE)))
    book.name("pivot_inputs_in_range", page, f"V8:V{rows['last']}")
    book.name("ai_plan", page, f"D{rows['ai_today']}:D{rows['ai_ramp']}")
    book.name("spending_plan", page, f"D{rows['corporate']}:D{rows['capex_months']}")
    top = rows["last"] + 2
    _answers(page, top)
    months = Months(page, 5, MONTHS)
    months.lay_out(ROWS, top + 5)
    months.write(ROWS, top + 5, "D", HOW, HOW)
    grid = top + 5 + len(ROWS) + 1
    _grid(page, grid)
    _reading(page, grid)
    last = _charts(page, months, grid, titles)
    page.freeze("E4")
    area = f"B1:V{top + 3},B{top + 5}:{LAST}{grid - 2},B{grid}:V{last}"
    wide_print(page, area, "1:3", [22], [top + 4, last - 23])
    page.sheet.page_setup.scale = 66
    return months


def _answers(page: Page, top: int) -> None:
    page.section(top, "5 · The answer", "B", LAST, "CFI_PIVOT_RUNWAY, one array for three cells")
    words = (
        ("pivot_dry", "First month with cash below 0", "month, 0 = none", "0"),
        ("pivot_cross", "Month in which AI has replaced mining", "month, 0 = none", "0"),
        ("pivot_least", "Least cash on the way", "US$ m", MONEY),
    )
    page.block(
        f"D{top + 1}:D{top + 3}", "=TRANSPOSE(" + _CALL.format(plan="ai_plan", shock="pivot_shock") + ")", "result"
    )
    for row, (name, label, unit, number_format) in enumerate(words, top + 1):
        page.put(f"B{row}", label, "label_bold")
        page.put(f"C{row}", unit, "unit")
        page.sheet[f"D{row}"].number_format = number_format
        page.book.name(name, page, f"D{row}")


def _grid(page: Page, top: int) -> None:
    """Twenty-one shocks by three ramps, one array formula per ramp, and the small grid that is read from them."""
    book = page.book
    page.section(top, "7 · Shock by ramp", "B", LAST, "each block of three columns is one array formula")
    heads = ("Today", "Full", "Margin", "Delay", "Ramp")
    for letter, text in zip("DEFGH", heads, strict=True):
        page.put(f"{letter}{top + 1}", text, "head")
    page.put(f"B{top + 1}", "Plan of the ramp", "head_left")
    page.put(f"C{top + 1}", "Ramp × base", "head")
    for index, (label, factor) in enumerate((("Twice as fast", 0.5), ("As planned", 1.0), ("Twice as slow", 2.0))):
        row = top + 2 + index
        page.put(f"B{row}", label, "label")
        page.put(f"C{row}", factor, "input", NUMBER)
        for letter, name in zip("DEFG", ("ai_today", "ai_full", "ai_margin", "ai_delay"), strict=True):
            page.put(f"{letter}{row}", f"={name}", "calc", NUMBER)
        page.put(f"H{row}", f"=ai_ramp*C{row}", "calc", NUMBER)
        page.merge(f"I{row}:P{row}", "Length of the ramp, stretched or shortened: judgement of this project", "note")
    page.validate(
        f"C{top + 2}:C{top + 4}",
        0.0,
        10.0,
        "Ramp × base",
        "How much longer or shorter than planned; judgement of this project",
    )
    book.name("ramp_factors", page, f"C{top + 2}:C{top + 4}")
    head, first = top + 6, top + 8
    last = first + STEPS - 1
    page.put(f"B{head}", "Change of mining revenue", "head_left")
    page.put(f"C{head}", "Shock", "head")
    page.put(f"C{head + 1}", "share", "unit")
    for ramp, letter in enumerate("DGJ"):
        letters = [chr(ord(letter) + k) for k in range(3)]
        page.merge(
            f"{letters[0]}{head}:{letters[2]}{head}",
            f'=B{top + 2 + ramp}&" · "&TEXT(H{top + 2 + ramp},"0")&" {book.say("months")}"',
            "head",
        )
        for column, text in zip(letters, ("below 0", "crosses", "least cash"), strict=True):
            page.put(f"{column}{head + 1}", text, "unit")
        plan = f"$D${top + 2 + ramp}:$H${top + 2 + ramp}"
        page.block(
            f"{letters[0]}{first}:{letters[2]}{last}",
            "=" + _CALL.format(plan=plan, shock=f"C{first}:C{last}"),
            "calc",
            MONEY,
        )
    for row in range(first, last + 1):
        page.put(f"B{row}", "", "label")
        page.put(f"C{row}", f"=-(ROWS(C${first}:C{row})-1)*shock_step", "calc", "0%")
    _small(page, head, first, last, top)


def _small(page: Page, head: int, first: int, last: int, top: int) -> None:
    """The small grid beside the table: in words, by shock and ramp."""
    book = page.book
    page.merge(f"N{head}:O{head}", "Shock", "head")
    page.put(f"M{head + 1}", "row", "unit")
    for ramp, letter in enumerate("PRT"):
        following = chr(ord(letter) + 1)
        page.merge(f"{letter}{head}:{following}{head}", f"=B{top + 2 + ramp}", "head")
        page.merge(f"{letter}{head + 1}:{following}{head + 1}", ramp + 1, "aside")
    for index, step in enumerate(GRID_SHOCKS):
        row = first + 2 * index
        page.put(f"M{row}", step + 1, "aside")
        page.merge(f"N{row}:O{row + 1}", f"=INDEX($C${first}:$C${last},$M{row})", "words")
        page.sheet[f"N{row}"].number_format = "0%"
        for letter in "PRT":
            following = chr(ord(letter) + 1)
            block, place_ = f"$D${first}:$L${last}", f"$M{row},COLUMNS($D$1:$F$1)*({letter}${head + 1}-1)"
            dry, crossed = f"INDEX({block},{place_}+1)", f"INDEX({block},{place_}+2)"
            page.merge(
                f"{letter}{row}:{following}{row + 1}",
                f'=IF({dry}=0,IF({crossed}=0,"{book.say("survives")}","{book.say("crosses in month")} "&{crossed}),"{book.say("OUT in month")} "&{dry})',
                "verdict",
                size=9,
            )
    page.paint(
        f"P{first}:U{first + 9}",
        {
            f'LEFT(P{first},LEN("{book.say("OUT in month")}"))="{book.say("OUT in month")}"': "bad",
            f'P{first}<>""': "good",
        },
    )
    row = first + 11
    page.merge(f"M{row}:O{row}", "Worst shock survived", "label_bold")
    page.merge(f"M{row + 1}:O{row + 1}", "Shocks survived", "label")
    for ramp, letter in enumerate("PRT"):
        following, dry = chr(ord(letter) + 1), "DGJ"[ramp]
        page.merge(f"{letter}{row + 1}:{following}{row + 1}", f"=COUNTIF({dry}{first}:{dry}{last},0)", "calc")
        page.merge(
            f"{letter}{row}:{following}{row}",
            f'=IF({letter}{row + 1}=0,"{book.say("none")}",TEXT(INDEX($C${first}:$C${last},{letter}{row + 1}),"0%"))',
            "result",
            horizontal="center",
        )
        book.name(f"survived_{ramp + 1}", page, f"{letter}{row}")
    page.merge(
        f"M{row + 2}:U{row + 4}",
        "Survived: cash never below 0 within the months looked ahead. Crossing: AI revenue reaches what mining brought before the shock.",
        "plain",
    )


def _reading(page: Page, grid: int) -> None:
    book = page.book
    fall = '=TEXT(pivot_shock,"0%")'
    text = phrase(
        book,
        "Can the hybrid miner cross over in time? ",
        choose(book, "pivot_dry=0", "Yes", "No"),
        ": with mining revenue ", fall, ", AI replaces what mining brought before ",
        f'=IF(pivot_cross=0,"{book.say("not within the months looked ahead")}","{book.say("in month")} "&pivot_cross)',
        " and ",
        f'=IF(pivot_dry=0,"{book.say("cash never runs out; it is never below US$")} "&TEXT(pivot_least,"#,##0")&"m","{book.say("cash runs out in month")} "&pivot_dry&"{book.say("; it needs US$")} "&TEXT(-pivot_least,"#,##0")&"{book.say("m more")}")',
        ". Worst shock it survives: ", "=survived_2", " on this plan, ", "=survived_1", " if the ramp is twice as fast, ", "=survived_3", " if twice as slow.",
    )  # fmt: skip
    page.merge("B5:V5", "=" + text, "reading", 40)
    book.name("pivot_reading", page, "B5")
    first = grid + 8
    path = phrase(
        book,
        "Cash is least at US$ ",
        '=TEXT(pivot_least,"#,##0")',
        "m; AI passes what mining brought before the shock ",
        f'=IF(pivot_cross=0,"{book.say("later than shown")}","{book.say("in month")} "&pivot_cross)',
    )
    curve = phrase(
        book,
        "Least cash at ",
        f'=TEXT(C{first + 10},"0%")',
        ", US$ m: ramp twice as fast ",
        f'=TEXT(F{first + 10},"#,##0")',
        ", as planned ",
        f'=TEXT(I{first + 10},"#,##0")',
        ", twice as slow ",
        f'=TEXT(L{first + 10},"#,##0")',
    )
    page.merge("B6:J6", "=" + path, "plain", vertical="center", wrap=False)
    page.merge("K6:V6", "=" + curve, "plain", vertical="center", wrap=False)


def _charts(page: Page, months: Months, grid: int, titles: dict[str, str]) -> int:
    say, top = page.book.say, grid + 8 + STEPS + 1
    page.section(top, "8 · In pictures", "B", LAST)

    def row(key: str) -> Reference:
        return Reference(page.sheet, range_string=months.span(key))

    def column(letter: str) -> Reference:
        return Reference(page.sheet, range_string=f"Pivot!${letter}${grid + 8}:${letter}${grid + 7 + STEPS}")

    path = scatter([
        Line(say("Mining revenue"), row("month"), row("btc"), SERIES[2], width=2.5),
        Line(say("Mining revenue before the shock"), row("month"), row("old"), SERIES[4], dash="sysDot", width=2.0),
        Line(say("AI revenue"), row("month"), row("ai"), SERIES[1], width=2.5),
    ])  # fmt: skip
    dress_chart(path, linked_title("Pivot!$B$6", titles.get("Pivot!B6", "")))
    dress_axis(path.x_axis, "b", say("Month"), "0", 0, MONTHS, 6)
    dress_axis(path.y_axis, "l", say("Revenue, US$ m a month"), "#,##0", 0)
    second_axis(
        path,
        scatter([Line(say("Cash at month end (right)"), row("month"), row("cash"), NAVY, dash="dash", width=2.25)]),
        say("Cash, US$ m"),
        "#,##0",
        None,
    )
    curve = scatter([
        Line(say(name), column("C"), column(letter), colour, dash=dash, width=2.5)
        for name, letter, colour, dash in (("Ramp twice as fast", "F", SERIES[1], "solid"), ("As planned", "I", NAVY, "solid"), ("Ramp twice as slow", "L", SERIES[3], "dash"))
    ])  # fmt: skip
    dress_chart(curve, linked_title("Pivot!$K$6", titles.get("Pivot!K6", "")))
    dress_axis(curve.x_axis, "b", say("Change of mining revenue today"), "0%", -1, 0, 0.25)
    dress_axis(curve.y_axis, "l", say("Least cash on the way, US$ m (below 0: needed)"), "#,##0")
    curve.y_axis.crosses = "min"
    for chart, frame, name, alt in (
        (path, Frame("B", "V", top + 1, top + 22, 0.0, 0.496), "Path of the pivot", "Lines by month: mining revenue falls, AI revenue ramps up and passes what mining brought before the shock, and cash falls to its least and recovers."),
        (curve, Frame("B", "V", top + 1, top + 22, 0.504, 1.0), "Least cash by shock and ramp", "Three lines of least cash against the change of mining revenue, for a fast, a planned and a slow ramp; the slow ramp lies lowest."),
    ):  # fmt: skip
        chart.x_axis.majorGridlines = None
        plot_area(chart, 0.1, 0.13, 0.8 if chart is path else 0.86, 0.63)
        place(page, chart, frame, name, alt)
    return top + 22
