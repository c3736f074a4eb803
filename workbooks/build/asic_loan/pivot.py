"""The sheet Pivot of asic_loan.xlsx: can a hybrid miner cross over to AI hosting before its cash runs out?"""

from __future__ import annotations

from pathlib import Path

from openpyxl.utils import get_column_letter

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
from workbooks.build.kit.inputs import InputColumns, read_inputs, write_heads, write_inputs
from workbooks.build.kit.page import NAVY, NUMBER, PERCENT, SERIES, WHOLE, Book, Page
from workbooks.build.kit.rows import Form, Row, Section, write_rows
from workbooks.build.kit.text import sentence, write_words

MONTHS, STEPS = 36, 21
INPUTS = read_inputs(Path(__file__).with_name("pivot.csv"))
COLUMNS = InputColumns("D", (), "E", "F:P", "Q:S", "T", "U", "V", band=18)
MONEY = '#,##0;-#,##0;"–"'
LAST, HOW = "AN", "AO"
WIDTHS = {"A": 1.5, "B": 38, "C": 14, "D": 10, HOW: 50} | {get_column_letter(5 + k): 8.2 for k in range(MONTHS)}
PLAN = ("ai_today", "ai_full", "ai_margin", "ai_delay")  # and the ramp, in the order that CFI_PIVOT_RUNWAY reads
RAMPS = (("Twice as fast", 0.5), ("As planned", 1.0), ("Twice as slow", 2.0))
RAMP_COLUMNS = ("DEF", "GHI", "JKL")  # of the grid: month below 0, month of crossing, least cash
SMALL_COLUMNS = (("P", "Q"), ("R", "S"), ("T", "U"))  # of the small grid, merged
GRID_SHOCKS = (0, 5, 10, 15, 20)
CALL = "CFI_PIVOT_RUNWAY(pivot_cash,pivot_btc,pivot_cost,{},spending_plan,{},pivot_decay,pivot_months)"

ROWS = (
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
    Row("cash", "Cash at the end of the month", "US$ m", "=IF({month}=1,pivot_cash,{cash@-1})+{mining}+{ai_cash}-{spent}", MONEY, "Cash before, plus what comes in, less what is paid out", "result"),
    Row("counted", "Cash, counted for the least", "US$ m", "=IF({inside}=1,{cash},pivot_cash)", MONEY, "Months beyond those looked ahead are not counted", total="min"),
    Row("was_dry", "Cash was below 0 before", "flag", "=IF({month}=1,0,IF(OR({was_dry@-1}=1,{cash@-1}<0),1,0))", "0;-0;–", "1 or 0"),
    Row("dry", "First month below 0", "month", "=IF(AND({inside}=1,{cash}<0,{was_dry}=0),{month},0)", "0;-0;–", "The sum is the month, 0 for none", total="sum"),
    Row("had_crossed", "AI had crossed before", "flag", "=IF({month}=1,0,IF(OR({had_crossed@-1}=1,{ai@-1}>=pivot_btc),1,0))", "0;-0;–", "1 or 0"),
    Row("crossed", "First month of AI at or above mining", "month", "=IF(AND({inside}=1,{ai}>=pivot_btc,{had_crossed}=0),{month},0)", "0;-0;–", "The sum is the month, 0 for none", total="sum"),
)  # fmt: skip
READING = (
    'Can the hybrid miner cross over in time? [IF(pivot_dry=0,"Yes","No")]: with mining revenue [pivot_shock|0%], AI replaces what mining brought before '
    '[IF(pivot_cross=0,"not within the months looked ahead","in month "&pivot_cross)] and '
    '[IF(pivot_dry=0,"cash never runs out; it is never below US$ "&TEXT(pivot_least,"#,##0")&"m","cash runs out in month "&pivot_dry&"; it needs US$ "&TEXT(-pivot_least,"#,##0")&"m more")]'
    ". Worst shock it survives: [survived_2] on this plan, [survived_1] if the ramp is twice as fast, [survived_3] if twice as slow."
)
PATH_TITLE = 'Cash is least at US$ [pivot_least|#,##0]m; AI passes what mining brought before the shock [IF(pivot_cross=0,"later than shown","in month "&pivot_cross)]'
CURVE_TITLE = "Least cash at [C{row}|0%], US$ m: ramp twice as fast [F{row}|#,##0], as planned [I{row}|#,##0], twice as slow [L{row}|#,##0]"


def write_pivot(book: Book) -> None:
    page = book.page(
        "Pivot",
        "The hybrid miner's pivot",
        "Can the hybrid miner cross over to AI before its cash runs out?",
        WIDTHS,
    )
    block = book.places.add(Block("Pivot", "E", MONTHS))
    write_heads(page, 7, COLUMNS, "Value", ())
    page.row(7, 18)
    last = write_inputs(page, INPUTS, 8, COLUMNS, block)
    book.name("pivot_inputs_in_range", page, f"V8:V{last}")
    book.name("ai_plan", page, page.fill("{ai_today..ai_ramp@D}"))
    book.name("spending_plan", page, page.fill("{corporate..capex_months@D}"))
    top = last + 2
    _write_answers(page, top)
    last = block.lay([item.key for item in ROWS], top + 5)
    write_rows(page, ROWS, block, Form(HOW, HOW, note="E", total="D"))
    grid = last + 2
    _write_ramps(page, grid)
    first = _write_grid(page, grid + 6, grid + 2)
    _write_small(page, grid + 6, grid + 2)
    last = _write_charts(page, block, first)
    _write_reading(page, first + 10, last + 3)
    page.freeze("E4")
    area = f"B1:V{top + 3},B{top + 5}:{LAST}{grid - 2},B{grid}:V{last}"
    page.print_wide(area, "1:3", [22], [top + 4, last - 23], 66)


def _write_answers(page: Page, top: int) -> None:
    page.section(top, "5 · The answer", "B", LAST, "CFI_PIVOT_RUNWAY, one array for three cells")
    words = (
        ("pivot_dry", "First month with cash below 0", "month, 0 = none", "0"),
        ("pivot_cross", "Month in which AI has replaced mining", "month, 0 = none", "0"),
        ("pivot_least", "Least cash on the way", "US$ m", MONEY),
    )
    page.block(f"D{top + 1}:D{top + 3}", f"=TRANSPOSE({CALL.format('ai_plan', 'pivot_shock')})", "result")
    for row, (name, label, unit, number_format) in enumerate(words, top + 1):
        page.put(f"B{row}", label, "label_bold")
        page.put(f"C{row}", unit, "unit")
        page.sheet[f"D{row}"].number_format = number_format
        page.book.name(name, page, f"D{row}")


def _write_ramps(page: Page, top: int) -> None:
    """The three plans that the grid compares: the ramp as planned, half and twice as long."""
    page.section(top, "7 · Shock by ramp", "B", LAST, "each block of three columns is one array formula")
    for letter, text in zip("DEFGH", ("Today", "Full", "Margin", "Delay", "Ramp"), strict=True):
        page.put(f"{letter}{top + 1}", text, "head")
    page.put(f"B{top + 1}", "Plan of the ramp", "head_left")
    page.put(f"C{top + 1}", "Ramp × base", "head")
    for row, (label, factor) in enumerate(RAMPS, top + 2):
        page.put(f"B{row}", label, "label")
        page.put(f"C{row}", factor, "input", NUMBER)
        for letter, name in zip("DEFG", PLAN, strict=True):
            page.put(f"{letter}{row}", f"={name}", "calc", NUMBER)
        page.put(f"H{row}", f"=ai_ramp*C{row}", "calc", NUMBER)
        page.merge(f"I{row}:P{row}", "Length of the ramp, stretched or shortened: judgement of this project", "note")
    factors = f"C{top + 2}:C{top + 4}"
    page.validate(
        factors, 0.0, 10.0, "Ramp × base", "How much longer or shorter than planned; judgement of this project"
    )
    page.book.name("ramp_factors", page, factors)


def _write_grid(page: Page, head: int, plans: int) -> int:
    """Twenty-one shocks by three ramps, one array formula per ramp; returns the first row of the numbers."""
    first, last = head + 2, head + 1 + STEPS
    page.put(f"B{head}", "Change of mining revenue", "head_left")
    page.put(f"C{head}", "Shock", "head")
    page.put(f"C{head + 1}", "share", "unit")
    for plan, letters in enumerate(RAMP_COLUMNS, plans):
        title = sentence(page.book, f"[B{plan}] · [H{plan}|0] months")
        page.merge(f"{letters[0]}{head}:{letters[2]}{head}", f"={title}", "head")
        for letter, text in zip(letters, ("below 0", "crosses", "least cash"), strict=True):
            page.put(f"{letter}{head + 1}", text, "unit")
        call = CALL.format(f"$D${plan}:$H${plan}", f"C{first}:C{last}")
        page.block(f"{letters[0]}{first}:{letters[2]}{last}", f"={call}", "calc", MONEY)
    for row in range(first, last + 1):
        page.put(f"B{row}", "", "label")
        page.put(f"C{row}", f"=-(ROWS(C${first}:C{row})-1)*shock_step", "calc", "0%")
    return first


def _write_small(page: Page, head: int, plans: int) -> None:
    """The small grid beside the table: in words, by shock and ramp, and the worst shock that each ramp survives."""
    first, last = head + 2, head + 1 + STEPS
    page.merge(f"N{head}:O{head}", "Shock", "head")
    page.put(f"M{head + 1}", "row", "unit")
    for number, (left, right) in enumerate(SMALL_COLUMNS, 1):
        page.merge(f"{left}{head}:{right}{head}", f"=B{plans + number - 1}", "head")
        page.merge(f"{left}{head + 1}:{right}{head + 1}", number, "aside")
    for index, step in enumerate(GRID_SHOCKS):
        row = first + 2 * index
        page.put(f"M{row}", step + 1, "aside")
        page.merge(f"N{row}:O{row + 1}", f"=INDEX($C${first}:$C${last},$M{row})", "words")
        page.sheet[f"N{row}"].number_format = "0%"
        for (left, right), columns in zip(SMALL_COLUMNS, RAMP_COLUMNS, strict=True):
            dry, crossed = (f"INDEX(${letter}${first}:${letter}${last},$M{row})" for letter in columns[:2])
            said = f'[IF({dry}=0,IF({crossed}=0,"survives","crosses in month "&{crossed}),"OUT in month "&{dry})]'
            page.merge(f"{left}{row}:{right}{row + 1}", f"={sentence(page.book, said)}", "verdict", size=9)
    out = f'LEFT(P{first},LEN("OUT in month"))="OUT in month"'
    page.paint(f"P{first}:U{first + 9}", {out: "bad", f'P{first}<>""': "good"})
    row = first + 11
    page.merge(f"M{row}:O{row}", "Worst shock survived", "label_bold")
    page.merge(f"M{row + 1}:O{row + 1}", "Shocks survived", "label")
    for number, ((left, right), columns) in enumerate(zip(SMALL_COLUMNS, RAMP_COLUMNS, strict=True), 1):
        dry = f"{columns[0]}{first}:{columns[0]}{last}"
        page.merge(f"{left}{row + 1}:{right}{row + 1}", f"=COUNTIF({dry},0)", "calc")
        worst = f'=IF({left}{row + 1}=0,"none",TEXT(INDEX($C${first}:$C${last},{left}{row + 1}),"0%"))'
        page.merge(f"{left}{row}:{right}{row}", worst, "result", horizontal="center")
        page.book.name(f"survived_{number}", page, f"{left}{row}")
    note = "Survived: cash never below 0 within the months looked ahead. Crossing: AI revenue reaches what mining brought before the shock."
    page.merge(f"M{row + 2}:U{row + 4}", note, "plain")


def _write_reading(page: Page, halved: int, below: int) -> None:
    """The answer in a sentence, whose words stand below, and the titles of the charts; `halved` is the middle shock."""
    book = page.book
    words = write_words(page, below, "V", {"Pivot": READING})
    page.merge("B5:V5", f"={words['Pivot']}", "reading", 40)
    book.name("pivot_reading", page, "B5")
    page.merge("B6:J6", f"={sentence(book, PATH_TITLE)}", "plain", vertical="center", wrap=False)
    page.merge(
        "K6:V6", f"={page.fill(sentence(book, CURVE_TITLE), row=halved)}", "plain", vertical="center", wrap=False
    )


def _write_charts(page: Page, block: Block, first: int) -> int:
    say, top = page.book.say, first + STEPS + 1
    page.section(top, "8 · In pictures", "B", LAST)

    def row(key: str) -> Reference:
        return Reference(page.sheet, range_string=block.span(key))

    def column(letter: str) -> Reference:
        return Reference(page.sheet, range_string=f"Pivot!${letter}${first}:${letter}${first + STEPS - 1}")

    path = scatter([
        Line(say("Mining revenue"), row("month"), row("btc"), SERIES[2], width=2.5),
        Line(say("Mining revenue before the shock"), row("month"), row("old"), SERIES[4], dash="sysDot", width=2.0),
        Line(say("AI revenue"), row("month"), row("ai"), SERIES[1], width=2.5),
    ])  # fmt: skip
    dress_chart(path, finding("Pivot", "B6"))
    dress_axis(path.x_axis, "b", say("Month"), "0", 0, MONTHS, 6)
    dress_axis(path.y_axis, "l", say("Revenue, US$ m a month"), "#,##0", 0)
    cash = scatter([Line(say("Cash at month end (right)"), row("month"), row("cash"), NAVY, dash="dash", width=2.25)])
    second_axis(path, cash, say("Cash, US$ m"), "#,##0", None)
    ramps = (("Ramp twice as fast", "F", SERIES[1], "solid"), ("As planned", "I", NAVY, "solid"), ("Ramp twice as slow", "L", SERIES[3], "dash"))  # fmt: skip
    curve = scatter([Line(say(name), column("C"), column(at), colour, dash, 2.5) for name, at, colour, dash in ramps])
    dress_chart(curve, finding("Pivot", "K6"))
    dress_axis(curve.x_axis, "b", say("Change of mining revenue today"), "0%", -1, 0, 0.25)
    dress_axis(curve.y_axis, "l", say("Least cash on the way, US$ m (below 0: needed)"), "#,##0")
    curve.y_axis.crosses = "min"
    for chart, left, right, name, alt in (
        (path, 0.0, 0.496, "Path of the pivot", "Lines by month: mining revenue falls, AI revenue ramps up and passes what mining brought before the shock, and cash falls to its least and recovers."),
        (curve, 0.504, 1.0, "Least cash by shock and ramp", "Three lines of least cash against the change of mining revenue, for a fast, a planned and a slow ramp; the slow ramp lies lowest."),
    ):  # fmt: skip
        chart.x_axis.majorGridlines = None
        plot_area(chart, 0.1, 0.13, 0.8 if chart is path else 0.86, 0.63)
        place(page, chart, Frame("B", "V", top + 1, top + 22, left, right), name, alt)
    return top + 22
