"""The sheet Supply of calibration.xlsx: what more GPUs do to rents, values, LTV and coverage, contracted against merchant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import log
from pathlib import Path

from openpyxl.chart._chart import ChartBase

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
from workbooks.build.kit.inputs import Input, InputColumns, read_inputs, write_heads, write_inputs
from workbooks.build.kit.page import BAD, NAVY, NUMBER, PERCENT, SERIES, TIMES, WHOLE, Book, Page
from workbooks.build.kit.parameters import value
from workbooks.build.kit.rows import Form, Row, Section, write_rows
from workbooks.build.kit.text import LEGEND, sentence, write_words

BOOKS = ("Contracted six years", "Contracted four years", "Contracted three, then market", "Merchant")
COLUMNS, YEARS, STEPS = "DEFG", 6, 13
MONEY = "#,##0;-#,##0;–"
DECAYS = {"rent_decay": "annual_rent", "ask_decay": "annual_residual"}  # of the parameters that all workbooks share
INPUTS = tuple(
    replace(item, values=(round(-log(value(DECAYS[item.key])), 4),))
    if isinstance(item, Input) and item.key in DECAYS
    else item
    for item in read_inputs(Path(__file__).with_name("supply.csv"))
)
INPUT_COLUMNS = InputColumns("", tuple(COLUMNS), "H", "I", "J", "K", "L", "M")
WIDTHS = (
    {"A": 1.5, "B": 42, "C": 17} | dict.fromkeys(COLUMNS, 16.5) | {"H": 8, "I": 54, "J": 11, "K": 8, "L": 8, "M": 8}
)
FORM = Form("M", "I", horizontal="center")
VERDICTS = {"PASS": "good", "WATCH": "watch", "FAIL": "bad"}
DEBT = (
    Section("4 · Debt", key="debt"),
    Row("loan", "Loan per GPU", "US$", "=gpu_cost*{advance}", MONEY, "Cost × advance"),
    Row("service", "Debt service a year", "US$", "=-PMT({gpu_loan_rate},{gpu_tenor},{loan})", MONEY, "Level payments over the tenor"),
)  # fmt: skip
BY_SUPPLY = "CFI_SUPPLY_FACTOR: ((1 + demand)/(1 + supply))^(1/elasticity)"
# key: title, factor on market rent, how
SCENARIOS = {
    "now": ("5 · Today's rent", "=1", "By definition"),
    "supply": ("6 · Supply as typed in above, to end 2027", "=CFI_SUPPLY_FACTOR(demand_growth,supply_growth,demand_elasticity)", BY_SUPPLY),
    "essay": ("7 · Rents compressed as the essay asks", "=1-essay_fall", "By definition"),
}  # fmt: skip
GPU_VALUE = (
    "CFI_GPU_VALUE({.contract},{contract_years$},{.market},rent_decay,gpu_opex,{utilisation$},gpu_life,gpu_rate)"
)
RENT = "IF({contract_years$}>=$H{row},{.contract},{.market}*EXP(-rent_decay*($H{row}-mid_year)))"
VERDICT = '=IF({.least}>=1,"PASS · paid every year",IF({.llcr}>=1,"WATCH · paid over its life only","FAIL · not repaid by cash"))'
# The rows of one level of rent, the first one apart: `{.market}` is that row of the same scenario.
SCENARIO = (
    Row("contract", "Rent under the contract", "$/GPU-hour", "={contract_rent$}+renegotiated*MIN(0,{.market}-{contract_rent$})", NUMBER, "As signed, but for the share that is repriced to a lower market"),
    Row("market", "Market rent", "$/GPU-hour", "=market_rent*{.factor}", NUMBER, "Today's × factor"),
    Row("value", "Value of the GPU", "US$", f"=INDEX({GPU_VALUE},1,1)", MONEY, "CFI_GPU_VALUE: contract first, market for as long as it pays", "result"),
    Row("omega", "Elasticity of it to market rent", "% per %", f"=INDEX({GPU_VALUE},1,2)", NUMBER, "CFI_GPU_VALUE: 0 under a contract for life"),
    Row("ltv", "LTV on that value", "loan / value", "=CFI_LTV({loan$},{.value})", PERCENT, "CFI_LTV", "result"),
    *(Row(f"cash_{year}", f"Cash after operating cost, year {year}", "US$ a year", f"=IF($H{{row}}<={{gpu_tenor$}},({RENT}*{{utilisation$}}-gpu_opex)*hours,0)", MONEY, "Contract rent while it runs, then market rent at mid-year, less cost") for year in range(1, YEARS + 1)),
    Row("first", "Debt service cover in year 1", "×", "={.cash_1}/{service$}", TIMES, "Cash over debt service"),
    Row("least", "Least debt service cover", "×", "=MIN({.cash_1},INDEX({.cash_1}:{.cash_6},{gpu_tenor$}))/{service$}", TIMES, "Of the first and the last year: within each, cash only falls", "result"),
    Row("llcr", "Loan life cover", "×", "=CFI_LLCR({.cash_1}:{.cash_6},{loan$},{gpu_loan_rate$})", TIMES, "CFI_LLCR at the loan's rate", "result"),
    Row("verdict", "Verdict", "words", VERDICT, "@", "Least cover, then loan life cover, against 1.00×", "verdict"),
)  # fmt: skip
DISCOUNTED = "IF(gpu_rate=0,{0},(1-EXP(-gpu_rate*{0}))/gpu_rate)"
# The parts of the same value in EXP and LN; Checks puts them together and compares.
SHADOW = (
    Row("native_start", "Years under contract", "years", "=MIN({contract_years$},gpu_life)", NUMBER, "Not beyond its life"),
    Row("native_end", "Year in which it is last rented", "years", "=MAX({.native_start},IF(gpu_opex>0,MIN(gpu_life,LN({.market}*{utilisation$}/gpu_opex)/rent_decay),gpu_life))", NUMBER, "Until market rent no longer pays the cost"),
    Row("native_signed", "Discounted years under contract", "years", "=" + DISCOUNTED.format("{.native_start}"), NUMBER, "Continuously, at the discount rate"),
    Row("native_open", "Discounted years on the market", "years", "=" + DISCOUNTED.format("{.native_end}") + "-{.native_signed}", NUMBER, "Continuously, at the discount rate"),
    Row("native_rents", "Discounted years of market rent", "years of today's rent", "=(EXP(-(gpu_rate+rent_decay)*{.native_start})-EXP(-(gpu_rate+rent_decay)*{.native_end}))/(gpu_rate+rent_decay)", NUMBER, "Continuously, at the discount rate"),
)  # fmt: skip
BREAKEVEN = (
    Row("breakeven", "Fall of rents at which the last year's cover is 1.00×", "share",
        '=IF({contract_years$}>={gpu_tenor$},"none: contracted",1-({service$}/hours+gpu_opex)/({utilisation$}*market_rent*EXP(-rent_decay*({gpu_tenor$}-mid_year))))',
        PERCENT, "Below 0: cash falls short in the last year even at today's rents", "result"),
    Row("needed", "Growth of supply that brings the essay's fall", "share", "=(1+demand_growth)/(1-essay_fall)^demand_elasticity-1", PERCENT, "CFI_SUPPLY_FACTOR solved for supply"),
)  # fmt: skip
RESIDUAL_HEADS = {
    "B": ("Year", ""),
    "C": ("Age", "years"),
    "D": ("Asks by age", "share of cost"),
    "E": ("With a successor", "share of cost"),
    "F": ("Book, straight line", "share of cost"),
    "G": ("Merchant's balance", "share of cost"),
    "H": ("Native", "of D"),
}
REPAID = "((1+{gpu_loan_rate$@G})^C{row}-1)/((1+{gpu_loan_rate$@G})^{gpu_tenor$@G}-1)"
BALANCE = f"=IF(C{{row}}>={{gpu_tenor$@G}},0,{{loan$@G}}*(1-{REPAID}))/gpu_cost"
RESIDUAL_NOTE = "A successor takes its share off the floor as well; no amortisation schedule of filed GPU loans gives credit to residual value"
REPRICED = "{contract_rent$}+renegotiated*MIN(0,$H{row}-{contract_rent$})"
YEAR_ONE = f"IF({{contract_years$}}>=1,({REPRICED}),$H{{row}}*EXP(-rent_decay*mid_year))"
LAST_YEAR = f"IF({{contract_years$}}>={{gpu_tenor$}},({REPRICED}),$H{{row}}*EXP(-rent_decay*({{gpu_tenor$}}-mid_year)))"
# key: title, number format, formula of a cell at step #; the values are one array formula for each lender
CURVES = {
    "value": ("Value of the GPU", MONEY, ""),
    "ltv": ("LTV on that value", PERCENT, "={loan$}/{value_#}"),
    "least": ("Least debt service cover", TIMES, f"=(MIN({YEAR_ONE},{LAST_YEAR})*{{utilisation$}}-gpu_opex)*hours/{{service$}}"),
}  # fmt: skip
VALUES = f"=INDEX(CFI_GPU_VALUE({REPRICED},{{contract_years$}},$H{{row}}:$H#,rent_decay,gpu_opex,{{utilisation$}},gpu_life,gpu_rate),0,1)"
ESSAY = (
    'What if supply compresses rents by [essay_fall|0%]? The merchant lender [IF({essay_least@G}>=1,"is still paid",IF({essay_llcr@G}>=1,"is paid over its life only","is not repaid by cash"))]: '
    "a GPU is worth [1-{essay_value@G}/{now_value@G}|0%] less, LTV goes from [{now_ltv@G}|0%] to [{essay_ltv@G}|0%], loan life cover from [{now_llcr@G}|0.00]× to [{essay_llcr@G}|0.00]×. "
    "Contracted for six years: value [1-{essay_value@D}/{now_value@D}|0%] less, LTV [{now_ltv@D}|0%] to [{essay_ltv@D}|0%], cover [{now_least@D}|0.00]× to [{essay_least@D}|0.00]×. "
    "With three years contracted on a five-year loan, loan life cover [{now_llcr@F}|0.00]× to [{essay_llcr@F}|0.00]×."
)
SUPPLY = (
    "Demand up [demand_growth|0%], supply up [supply_growth|0%]: rents fall by [1-{supply_factor@D}|0%], merchant LTV is [{supply_ltv@G}|0%], six years contracted [{supply_ltv@D}|0%]. "
    "A fall of [essay_fall|0%] takes supply growth of [supply_needed|0%] at this demand and elasticity."
)
FALL, LTV, LEAST = "INDEX({ltv_1..ltv_13@C},9)", "INDEX({ltv_1..ltv_13@%s},9)", "INDEX({least_1..least_13@%s},9)"
AGED = "INDEX({age_0..age_6@%s},4)"
TITLES = {
    "B7:G7": f"At rents [{FALL}|0%] lower LTV is [{LTV % 'G'}|0%] for the merchant and [{LTV % 'D'}|0%] for six years contracted",
    "H7:M7": f"Least cover at rents [{FALL}|0%] lower: [{LEAST % 'D'}|0.00]× contracted for six years, [{LEAST % 'G'}|0.00]× merchant",
    "B8:M8": f"After three years a machine keeps [{AGED % 'D'}|0%] of its cost by age, [{AGED % 'E'}|0%] with a successor; the merchant's balance is [{AGED % 'G'}|0%]",
}
LENDER_LINES = tuple(zip(COLUMNS, BOOKS, (NAVY, SERIES[1], SERIES[2], BAD), (None, "dash", None, "dash"), strict=True))
AGE_LINES = (
    ("D", "Asks by age", SERIES[1], None),
    ("E", "With a successor", BAD, "dash"),
    ("F", "Book, straight line", SERIES[4], "sysDot"),
    ("G", "Merchant's balance", NAVY, None),
)
# title cell, name, first and last row, lines, across and its step, up, number format and bounds, alt text
CHARTS = (
    ("B7", "LTV against the fall of rents", "ltv_1", "ltv_13", LENDER_LINES, ("Fall of market rents", "0%", 0, 0.6, 0.1), ("Loan to value", "0%", 0, 3),
     "Four lines of loan to value against the fall of rents; the merchant's rises steeply, the one contracted for six years is level."),
    ("H7", "Cover against the fall of rents", "least_1", "least_13", LENDER_LINES, ("Fall of market rents", "0%", 0, 0.6, 0.1), ("Least debt service cover, ×", "0.0", None, None),
     "Four lines of least debt service cover against the fall of rents; contracted cover is level, merchant cover falls below zero."),
    ("B8", "Residual value and balance", "age_0", "age_6", AGE_LINES, ("Age in years", "0", 0, 6, 1), ("Share of cost", "0%", 0, None),
     "Four lines against age: residual value by age, the same with a successor stepping down, book value, and the merchant's loan balance."),
)  # fmt: skip


def write_supply(book: Book) -> None:
    question = "What if supply compresses rents by 40%: who is still repaid?"
    page = book.page("Supply", "GPU supply 2026–27", question, WIDTHS)
    page.merge("B4:M4", LEGEND, "plain", 18, vertical="center")
    write_heads(page, 9, INPUT_COLUMNS, "", BOOKS)
    page.row(9, 32)
    block = book.places.add(Block("Supply", "D", len(COLUMNS)))
    last = write_inputs(page, INPUTS, 10, INPUT_COLUMNS, block)
    lenders = block.row_of["contract_years"] - 1
    _write_lenders(page, lenders)
    book.name("supply_inputs_in_range", page, f"M10:M{last}")
    last = block.lay([item.key for item in DEBT], last + 2)
    write_rows(page, DEBT, block, FORM)
    _write_lenders(page, block.row_of["debt"])
    for key in SCENARIOS:
        last = _write_scenario(page, block, key, last + 2)
    residual = last + 3
    curves = _write_residual(page, block, residual) + 4
    last = _write_curves(page, block, curves)
    pictures = last + 3
    _write_findings(page, _write_shadow(page, block, pictures + 25) + 2)
    _write_pictures(page, block, pictures)
    page.freeze("D4")
    # Lenders and today's rent, the two falls, residual value and the first curve, the other curves, the charts.
    falls = block.row_of["supply_factor"] - 2
    breaks = [lenders - 1, falls, residual - 2, curves + STEPS + 2, pictures - 1]
    page.print_setup(f"B1:M{pictures + 22}", "1:3", breaks)


def _write_lenders(page: Page, row: int) -> None:
    """The names of the lenders in the band of a section, so that every page says whose column is whose."""
    for letter, name in zip(COLUMNS, BOOKS, strict=True):
        page.put(f"{letter}{row}", name, "section", size=9, bold=False, horizontal="center", wrap=True)
    page.row(row, 28)


def _scenario(key: str) -> tuple[Section | Row, ...]:
    """The rows of one level of rent: value, LTV, cash and cover year by year."""
    title, factor, how = SCENARIOS[key]
    rows = (Row("factor", "Factor on market rent", "×", factor, "0.000", how), *SCENARIO)
    return (Section(title, key=f"{key}_band"), *_own(key, rows))


def _own(key: str, rows: Sequence[Row]) -> list[Row]:
    """Rows of one level of rent: `{.market}` is its own market."""
    return [replace(row, key=f"{key}_{row.key}", formula=str(row.formula).replace("{.", f"{{{key}_")) for row in rows]


def _write_shadow(page: Page, block: Block, top: int) -> int:
    """The parts of the native shadow of each value, below what is printed."""
    for key, (title, *_) in SCENARIOS.items():
        rows: tuple[Section | Row, ...] = (Section(title, key=f"{key}_shadow"), *_own(key, SHADOW))
        last = block.lay([item.key for item in rows], top)
        write_rows(page, rows, block, FORM)
        _write_lenders(page, top)
        top = last + 2
    return last


def _write_scenario(page: Page, block: Block, key: str, top: int) -> int:
    rows = _scenario(key)
    last = block.lay([item.key for item in rows], top)
    write_rows(page, rows, block, FORM)
    _write_lenders(page, top)
    first = block.row_of[f"{key}_cash_1"]
    for row in range(first, first + YEARS):
        page.put(f"H{row}", f"=ROWS(H${first}:H{row})", "aside")
    page.row(last, 32)
    verdict = {f'LEFT(D{last},LEN("{word}"))="{word}"': meaning for word, meaning in VERDICTS.items()}
    page.paint(f"D{last}:G{last}", verdict)
    for name in ("value", "ltv", "least", "llcr"):
        page.book.name(f"{name}_{key}", page, page.fill(f"{{{key}_{name}:row}}"))
    if key == "now":
        page.book.name("factor_now", page, page.fill("{now_factor@D}"))
    return last


def _write_residual(page: Page, block: Block, top: int) -> int:
    """Residual value by age, with and without a successor, against book and the merchant's balance."""
    page.section(top - 1, "8 · Residual value", "B", "M", "CFI_GPU_RESIDUAL: one array formula a column")
    for letter, (text, unit) in RESIDUAL_HEADS.items():
        page.put(f"{letter}{top}", text, "head_left" if letter == "B" else "head")
        page.put(f"{letter}{top + 1}", unit, "unit")
    page.row(top, 30)
    first = top + 2
    last = block.lay([f"age_{age}" for age in range(YEARS + 1)], first)
    for row in range(first, last + 1):
        page.put(f"B{row}", "End of year", "label")
        page.row(row, 16)
        page.put(f"C{row}", f"=ROWS(C${first}:C{row})-1", "calc", WHOLE)
        page.put(f"H{row}", f"=ask_floor+(1-ask_floor)*EXP(-ask_decay*C{row})", "aside", NUMBER)
        page.put(f"F{row}", f"=MAX(0,1-C{row}/gpu_life)", "calc", PERCENT, horizontal="center")
        page.put(f"G{row}", page.fill(BALANCE, "G", row), "calc", PERCENT, horizontal="center")
    for letter, more in (("D", ""), ("E", ",shock_age,shock_size")):
        call = f"=CFI_GPU_RESIDUAL(C{first}:C{last},ask_decay,ask_floor{more})"
        page.block(f"{letter}{first}:{letter}{last}", call, "result", PERCENT)
    page.merge(f"I{first}:M{first + 1}", RESIDUAL_NOTE, "note")
    return last


def _write_curves(page: Page, block: Block, top: int) -> int:
    """LTV and least cover against the fall of rents, and the fall and the supply at which they turn."""
    page.section(top - 1, "9 · Against the fall of rents", "B", "M", "values: one array formula for each lender")
    for key in CURVES:
        last = block.lay([f"{key}_{step}" for step in range(1, STEPS + 1)], top + 1)
        _write_curve(page, key, top)
        top = last + 3
    last = block.lay([item.key for item in BREAKEVEN], top)
    write_rows(page, BREAKEVEN, block, FORM)
    page.book.name("supply_needed", page, page.fill("{needed@D}"))
    return last


def _write_curve(page: Page, key: str, head: int) -> None:
    title, number_format, formula = CURVES[key]
    first, last = head + 1, head + STEPS
    for letter, text in ({"B": title, "C": "Fall of rents"} | dict(zip(COLUMNS, BOOKS, strict=True))).items():
        page.put(f"{letter}{head}", text, "head_left" if letter == "B" else "head")
    page.row(head, 30)
    for step, row in enumerate(range(first, last + 1), 1):
        page.put(f"B{row}", title, "label")
        page.row(row, 16)
        page.put(f"C{row}", f"=(ROWS(C${first}:C{row})-1)*fall_step", "calc", "0%")
        page.put(f"H{row}", f"=market_rent*(1-C{row})", "aside", NUMBER)
        if formula:
            for letter in COLUMNS:
                cell = page.fill(formula.replace("#", str(step)), letter, row)
                page.put(f"{letter}{row}", cell, "calc", number_format)
    if not formula:
        for letter in COLUMNS:
            values = page.fill(VALUES.replace("#", str(last)), letter, first)
            page.block(f"{letter}{first}:{letter}{last}", values, "calc", number_format)
    page.put(f"I{first}", "H: market rent after the fall", "note")


def _write_findings(page: Page, below: int) -> None:
    book = page.book
    words = write_words(page, below, "M", {"A fall of rents": ESSAY, "Supply": SUPPLY})
    page.merge("B5:M5", f"={words['A fall of rents']}", "reading", 46)
    page.merge("B6:M6", f"={words['Supply']}", "reading", 30, size=10, ground=None)
    book.name("essay_reading", page, "B5")
    book.name("supply_reading", page, "B6")
    for area, title in TITLES.items():
        page.merge(area, f"={page.fill(sentence(book, title))}", "plain", wrap=False)


def _write_pictures(page: Page, block: Block, top: int) -> None:
    page.section(top, "10 · In pictures", "B", "M")
    for index, (_, name, *_, alt) in enumerate(CHARTS):
        left, right = index / 3 + (0.004 if index else 0), (index + 1) / 3 - (0.004 if index < 2 else 0)
        place(page, curves_chart(page, block, index), Frame("B", "M", top + 1, top + 22, left, right), name, alt)


def curves_chart(page: Page, block: Block, index: int) -> ChartBase:
    """One of the three pictures of the sheet Supply."""
    say = page.book.say
    cell, _, first, last, drawn, across, up, _ = CHARTS[index]
    rows = block.row_of[first], block.row_of[last]
    column = {
        letter: Reference(page.sheet, range_string="Supply!${0}${1}:${0}${2}".format(letter, *rows))
        for letter in f"C{COLUMNS}"
    }
    chart = scatter([
        Line(say(line), column["C"], column[letter], colour, dash, 2.0 if dash == "sysDot" else 2.5)
        for letter, line, colour, dash in drawn
    ])  # fmt: skip
    dress_chart(chart, finding("Supply", cell, 9.5))
    dress_axis(chart.x_axis, "b", say(across[0]), *across[1:])
    dress_axis(chart.y_axis, "l", say(up[0]), *up[1:])
    chart.x_axis.majorGridlines = None
    plot_area(chart, 0.12, 0.17, 0.84, 0.56)
    return chart
