"""The sheets Facts and Replay of asic_loan.xlsx: four lenders' cases of 2022, what the functions would have said, what happened."""

from __future__ import annotations

from pathlib import Path

from workbooks.build.kit.holes import Block
from workbooks.build.kit.inputs import InputColumns, read_inputs, read_table, write_inputs
from workbooks.build.kit.page import NUMBER, NUMBER_4, PERCENT, TIMES, WHOLE, Book, Page
from workbooks.build.kit.rows import Form, Row, Section, measured, write_rows
from workbooks.build.kit.text import LEGEND, write_words

CASES = ("IREN, three SPVs", "IREN, third SPV", "Stronghold", "Bitfarms (Backbone)", "Core Scientific")
FACTS = read_table(Path(__file__).with_name("facts.csv"))
INPUTS = read_inputs(Path(__file__).with_name("replay.csv"))
COLUMNS = InputColumns("D", (), "E", "F:H", "I", "K", "L", "M")
FACT_TOP = 8
FACT_LAST = FACT_TOP + len(FACTS) - 1
FACT_WIDTHS = {"A": 1.5, "B": 26, "C": 30, "D": 13, "E": 13, "F": 12, "G": 13, "H": 12, "I": 70}
WIDTHS = {"A": 1.5, "B": 46, "C": 15} | dict.fromkeys("DEFGH", 21) | {"I": 15, "J": 58, "K": 9, "L": 9, "M": 9}
OUTCOMES = (
    "Acceleration November 2022; receiver February 2023",
    "One of the three SPVs",
    "Non-recourse hand-back August to November 2022",
    "Settled February 2023",
    "Chapter 11 December 2022; hand-back February 2023",
)
MISSING = "not on record"
ASKED = f"Facts!$B${FACT_TOP}:$B${FACT_LAST},{{case$}},Facts!$C${FACT_TOP}:$C${FACT_LAST},$B{{row}}"
# What Facts have for the case of the column under the label of the row.
FACT = f'=IF(COUNTIFS({ASKED})=0,"{MISSING}",SUMIFS(Facts!$D${FACT_TOP}:$D${FACT_LAST},{ASKED}))'
# the name of a cell, the row and the case that it names
NAMED = {
    "iren_dscr": "{dscr@D}",
    "iren_ltv_low": "{ltv_low@D}",
    "iren_ltv_high": "{ltv_high@D}",
    "iren_loan_per_th": "{loan_th@D}",
    "iren_third_loan_per_th": "{loan_th@E}",
}
# The third SPV is one of the three: it stands in a column of its own and is not counted again.
READING = (
    '[SUMPRODUCT(--({said:row}="TOO MUCH"))-IF({said@E}="TOO MUCH",1,0)] of [COUNT({excess:row})-COUNT({excess@E})] borrowers whose start is on record were lent more '
    "than the functions would have advanced at an expected loss of [replay_target|0.0%] a year. IREN's three SPVs: lent [iren_loan_per_th|0.0] $/TH, at failure "
    "cover [iren_dscr|0.000]× and LTV [iren_ltv_low|0.00]–[iren_ltv_high|0.00]×. The functions said that machines would keep [{model@D}|0%] of their value when the "
    "borrower fails; they kept [{seen@D}|0%], by the company's estimate: one cycle, which informed the parameters, and no validation."
)


def known(formula: str, *needed: str) -> str:
    """The formula where all that it needs is on record."""
    tests = ",".join(f"ISNUMBER({{{key}}})" for key in needed)
    return f'=IF(AND({tests}),{formula},"{MISSING}")'


ROWS = (
    Section("1 · On record at the start", "looked up on Facts, where each number has its status and source"),
    Row("loan", "Loan at the start", "US$ m", FACT, NUMBER, "Fact. Core Scientific drew in parts from October 2020: all of it is set against the first date"),
    Row("hashrate", "Hashrate pledged", "EH/s", FACT, NUMBER, "Fact"),
    Row("machines", "Machines pledged", "machines", FACT, "#,##0", "Fact"),
    Row("th", "TH a machine", "TH/s", FACT, WHOLE, "Judgement, only where the hashrate is not on record"),
    Row("btc", "Bitcoin at the start", "$ per BTC", FACT, "#,##0", "Fact"),
    Row("hashprice", "Hashprice at the start", "$/PH/day", FACT, NUMBER, "Fact"),
    Row("index", "Price of such machines", "$/TH", FACT, NUMBER, "Fact: nearest reading of the index, never interpolated"),
    Row("energy", "Energy", "J/TH", FACT, NUMBER, "Fact for IREN, judgement for the others"),
    Row("power", "Power", "$/kWh", FACT, NUMBER_4, "Fact for IREN, judgement for the others"),
    Row("eh", "Hashrate used", "EH/s", "=IF(ISNUMBER({hashrate}),{hashrate},{machines}*{th}/(th_per_ph*ph_per_eh))", NUMBER, "On record, or machines × TH a machine"),
    Row("loan_th", "Lent per TH", "$/TH", known("{loan}/{eh}", "loan", "eh"), NUMBER, "Loan over hashrate", "result"),
    Section("2 · What the functions would have said at the start"),
    Row("hashcost", "Hashcost", "$/PH/day", "=CFI_HASHCOST({energy},{power})", NUMBER, "CFI_HASHCOST"),
    Row("strip", "Value by the strip", "$/TH", known("INDEX(CFI_ASIC_VALUE({hashprice},{hashcost},strip_decay,strip_rate),1,1)", "hashprice"), NUMBER, "CFI_ASIC_VALUE", "result"),
    Row("omega", "Elasticity of it to hashprice", "% per %", known("INDEX(CFI_ASIC_VALUE({hashprice},{hashcost},strip_decay,strip_rate),1,3)", "hashprice"), NUMBER, "CFI_ASIC_VALUE: how much faster than hashprice it falls"),
    Row("ltv", "LTV on the strip", "loan / value", known("CFI_LTV({loan_th},{strip})", "loan_th", "strip"), PERCENT, "CFI_LTV"),
    Row("half", "Value by the strip after a fall of hashprice", "$/TH", known("INDEX(CFI_ASIC_VALUE({hashprice}*(1-replay_fall),{hashcost},strip_decay,strip_rate),1,1)", "hashprice"), NUMBER, "The fall is the blue cell above"),
    Row("ltv_half", "LTV then", "loan / value", known("CFI_LTV({loan_th},MAX(scrap,{half}))", "loan_th", "half"), PERCENT, "Before any payment; not below scrap"),
    Row("case_leverage", "Operating leverage", "×", known("1/(1-MIN({hashcost}/{hashprice},cost_share_limit))", "hashprice"), NUMBER, "1 over 1 less the cost share at the start"),
    Row("case_pd", "PD of the driver, one year", "probability", known('CFI_DRIVER_PD(replay_dscr,contracted,vol_contract,vol_market,vol_other,corr_contract_market,{case_leverage},"additive",0,1,pd_floor)', "case_leverage"), PERCENT, "CFI_DRIVER_PD at the cover above"),
    Row("case_rho", "ρ of driver and collateral", "correlation", known("CFI_DRIVER_RHO(contracted,vol_contract,vol_market,vol_other,corr_contract,corr_market,corr_contract_market,{case_leverage})", "case_leverage"), NUMBER, "CFI_DRIVER_RHO"),
    Row("stress", "Stress LGD, worst 1% of the driver", "share of loan", known("CFI_STRESS_LGD({loan_th},{strip},{case_rho},volatility,horizon,stress_quantile,drift,replay_sale_cost,time_to_sell)", "loan_th", "strip"), PERCENT, "CFI_STRESS_LGD: no PD in it"),
    Row("corr", "Correlation-adjusted LTV", "loan / value", known("CFI_CORR_LTV({loan_th},{strip},{case_pd},{case_rho},volatility,horizon,drift,replay_sale_cost,time_to_sell)", "loan_th", "strip"), PERCENT, "CFI_CORR_LTV", "result"),
    Row("lgd", "LGD with correlation", "share of loan", known("CFI_CORR_LGD({loan_th},{strip},{case_pd},{case_rho},volatility,horizon,drift,replay_sale_cost,time_to_sell)", "loan_th", "strip"), PERCENT, "CFI_CORR_LGD"),
    Row("el", "Expected loss", "share a year", known("CFI_CORR_EL({loan_th},{strip},{case_pd},{case_rho},volatility,horizon,drift,replay_sale_cost,time_to_sell)", "loan_th", "strip"), PERCENT, "CFI_CORR_EL"),
    Row("most", "Most that should have been lent per TH", "$/TH", known("CFI_CORR_ADVANCE(replay_target,{case_pd},{case_rho},volatility,horizon,drift,replay_sale_cost,time_to_sell)*{strip}", "strip"), NUMBER, "CFI_CORR_ADVANCE at the target loss × strip", "result"),
    Row("excess", "Lent against that", "×", known("{loan_th}/{most}", "loan_th", "most"), TIMES, "Above 1: too much"),
    Row("said", "Verdict at the start", "words", known('IF({excess}>1,"TOO MUCH","within the advance")', "excess"), "@", "By the line above", "verdict"),
    Section("3 · What happened"),
    Row("btc_end", "Bitcoin at failure", "$ per BTC", FACT, "#,##0", "Fact"),
    Row("hashprice_end", "Hashprice at failure", "$/PH/day", FACT, NUMBER, "Fact"),
    Row("fall", "Change of hashprice from start to failure", "share", known("{hashprice_end}/{hashprice}-1", "hashprice", "hashprice_end"), PERCENT, "Core Scientific borrowed before the rise of 2021: its hashprice did not fall"),
    Row("owed", "Owed at failure", "US$ m", FACT, NUMBER, "Fact"),
    Row("owed_th", "Owed per TH at failure", "$/TH", known("{owed}/{eh}", "owed", "eh"), NUMBER, "Debt over hashrate", "result"),
    Row("strip_end", "Value by the strip at failure", "$/TH", known("INDEX(CFI_ASIC_VALUE({hashprice_end},{hashcost},strip_decay,strip_rate),1,1)", "hashprice_end"), NUMBER, "CFI_ASIC_VALUE; no option value, so low near breakeven"),
    Row("low", "Machines worth, low", "US$ m", FACT, NUMBER, "Fact"),
    Row("high", "Machines worth, high", "US$ m", FACT, NUMBER, "Fact"),
    Row("ltv_low", "LTV at default, at the high value", "loan / value", known("{owed}/{high}", "owed", "high"), TIMES, "Owed over the estimate", "result"),
    Row("ltv_high", "LTV at default, at the low value", "loan / value", known("{owed}/{low}", "owed", "low"), TIMES, "Owed over the estimate", "result"),
    Row("profit", "Gross profit a month", "US$ m", FACT, NUMBER, "Fact"),
    Row("service", "Debt service a month", "US$ m", FACT, NUMBER, "Fact"),
    Row("dscr", "Debt service cover at failure", "×", known("{profit}/{service}", "profit", "service"), "0.000", "As filed: about 2 over about 7", "result"),
    Row("ran", "Hashrate that ran", "EH/s", FACT, NUMBER, "Fact"),
    Row("made", "Gross profit a month by the functions", "US$ m", known("({hashprice_end}-{hashcost})*{ran}*ph_per_eh*days_per_year/months_per_year/million", "hashprice_end", "ran"), NUMBER, "(Hashprice − CFI_HASHCOST) × what ran: 1.7 at 56.8, 2.0 at 60"),
    Row("settled", "Paid in settlement", "US$ m", FACT, NUMBER, "Fact; the machines apart"),
    Row("claim", "Claim of the lender", "US$ m", FACT, NUMBER, "Fact"),
    Row("share", "Settlement over claim", "share", known("{settled}/{claim}", "settled", "claim"), PERCENT, "Money only"),
    Row("machine", "Owed per machine at failure", "$ a machine", known("{owed}*million/{machines}", "owed", "machines"), "#,##0", "Debt over machines"),
    Section("4 · Said and happened"),
    Row("model", "Value in default over value at the start, as said", "share", known("CFI_VALUE_IN_DEFAULT(1,{case_pd},{case_rho},volatility,horizon,drift,time_to_sell)", "case_pd"), PERCENT, "CFI_VALUE_IN_DEFAULT before sale cost", "result"),
    Row("seen", "The same as it happened", "share", known("AVERAGE({low},{high})/{eh}/{index}", "low", "high", "index"), PERCENT, "Middle of the estimate over the index at the start: one cycle, parameters informed by it, not a validation", "result"),
    Row("outcome", "Outcome", "words", OUTCOMES, "General", "Filings and press; sources on Facts", "words"),
)  # fmt: skip


def write_facts(book: Book) -> None:
    page = book.page(
        "Facts",
        "Facts of 2020 to 2023",
        "Small, typed in by hand, each with its status and source; nothing interpolated.",
        FACT_WIDTHS,
    )
    page.merge("B5:I5", LEGEND, "plain", 18, vertical="center")
    for letter, text in zip("BCDEFG", ("Deal", "Measure", "Value", "Unit", "Status", "As of"), strict=True):
        page.put(f"{letter}7", text, "head_left" if letter in "BC" else "head")
    page.merge("H7:I7", "Source", "head_left")
    for row, line in enumerate(FACTS, FACT_TOP):
        value = float(line["value"])
        page.put(f"B{row}", line["deal"], "label")
        page.put(f"C{row}", line["measure"], "label")
        page.put(f"D{row}", value, "input", "#,##0" if value.is_integer() else "#,##0.####")
        page.put(f"E{row}", line["unit"], "unit")
        page.put(f"F{row}", line["status"], "aside")
        page.put(f"G{row}", line["date"], "aside")
        page.merge(f"H{row}:I{row}", line["source"], "note")
    area = f"D{FACT_TOP}:D{FACT_LAST}"
    page.validate(area, 0.0, 1e6, "A fact", "A number from the source on the right, not negative")
    book.name("facts", page, area)
    page.freeze(f"A{FACT_TOP}")
    page.print_setup(f"B1:J{FACT_LAST}", "7:7")


def write_replay(book: Book) -> None:
    page = book.page(
        "Replay",
        "Replay: the mining lenders of 2022",
        "What would the functions have said at the start, and what happened?",
        WIDTHS,
    )
    block = book.places.add(Block("Replay", "D", len(CASES)))
    row = _write_assumptions(page, block) + 3
    block.set("case", row)
    page.put(f"B{row}", "", "head_left")
    heads = {"C": "Unit", "J": "How", "I": "Basis"} | dict(zip(block.letters, CASES, strict=True))
    for letter, text in heads.items():
        page.put(f"{letter}{row}", text, "head_left" if letter == "J" else "head")
    page.row(row, 32)
    last = block.lay([item.key for item in ROWS], row + 1)
    form = Form("J", "J", horizontal="center", bold=("result", "verdict", "words"), height=measured)
    write_rows(page, ROWS, block, form)
    for item in ROWS:
        if isinstance(item, Row):
            typed = item.look == "words" or item.formula == FACT
            page.put(f"I{block.row_of[item.key]}", "fact" if typed else "formula", "aside")
    page.row(last, 50)
    said = page.fill("{said@D}")
    page.paint(page.fill("{said:row}"), {f'{said}="TOO MUCH"': "bad", f'{said}="within the advance"': "good"})
    for name, cell in NAMED.items():
        book.name(name, page, page.fill(cell))
    words = write_words(page, last + 3, "J", {"Replay": READING})
    page.merge("B5:J5", f"={words['Replay']}", "reading", 46)
    book.name("replay_reading", page, "B5")
    page.freeze("D4")
    page.print_setup(f"B1:J{last}", "1:3", [block.row_of["btc_end"] - 2])


def _write_assumptions(page: Page, block: Block) -> int:
    """The inputs of the replay; returns the last row."""
    page.section(
        7, "0 · Assumptions of the replay", "B", "M", "volatility, drift, strip and correlation are those on Inputs"
    )
    last = write_inputs(page, INPUTS, 8, COLUMNS, block)
    page.book.name("replay_inputs_in_range", page, f"M8:M{last}")
    return last
