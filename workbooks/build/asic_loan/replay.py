"""The sheets Facts and Replay of asic_loan.xlsx: four lenders' cases of 2022, what the functions would have said, what happened."""

from __future__ import annotations

from dataclasses import dataclass

from workbooks.build.asic_loan.parts import (
    LEGEND,
    PARAMETER,
    Given,
    Layout,
    Section,
    lines_of,
    phrase,
    print_page,
    write_inputs,
)
from workbooks.build.kit.page import NUMBER, NUMBER_4, PERCENT, TIMES, WHOLE, Book

SPVS, THIRD, STRONGHOLD, BITFARMS, CORE = (
    "IREN, three SPVs",
    "IREN, third SPV",
    "Stronghold",
    "Bitfarms (Backbone)",
    "Core Scientific",
)
CASES = (SPVS, THIRD, STRONGHOLD, BITFARMS, CORE)
LETTERS = "DEFGH"
SIX_K, TN = "SEC 6-K 2022-11-02", "github:Krisp140/TargetedNakomoto, 7-day average"
CLAIM = "SEC 6-K 2022-11-21"
COINDESK, HERALD = "coindesk.com 2023-02-03", "themarketherald.ca 2023-01-13"
NONE = "none: judgement of this project"
S19 = "S19-class machine; 29.5 × 24 × 0.0588 = 41.6 $/PH/day as the company implied"

# deal, measure, value, unit, status, as of, source
Fact = tuple[str, str, float, str, str, str, str]
FACTS: tuple[Fact, ...] = (
    (SPVS, "Loan at the start", 104, "US$ m", "V", "2022-09-30", f"Three SPVs: 1 + 32 + 71, {SIX_K}"),
    (SPVS, "Hashrate pledged", 3.8, "EH/s", "V", "2022-09-30", f"0.2 + 1.6 + 2.0, {SIX_K}"),
    (SPVS, "Machines pledged", 35000, "machines", "S", "2022-11", "about 35,000 S19-class, forklog.com"),
    (SPVS, "Bitcoin at the start", 43096, "$ per BTC", "D", "2022-03-24", f"{TN}; month of the third SPV"),
    (SPVS, "Hashprice at the start", 191.8, "$/PH/day", "D", "2022-03-24", f"{TN}; month of the third SPV"),
    (SPVS, "Price of such machines", 90, "$/TH", "S", "2022-05-10", "Index of machines under 38 J/TH, about 90: nearest reading; fxstreet 2022-12-27 and hashrateindex.com"),
    (SPVS, "Bitcoin at failure", 16061, "$ per BTC", "D", "2022-11-21", TN),
    (SPVS, "Hashprice at failure", 56.8, "$/PH/day", "D", "2022-11-21", TN),
    (SPVS, "Owed at failure", 104, "US$ m", "V", "2022-09-30", f"{SIX_K}; claims of 107.8 on 2022-11-18"),
    (SPVS, "Claim of the lender", 107.8, "US$ m", "V", "2022-11-18", CLAIM),
    (SPVS, "Hashrate that ran", 3.6, "EH/s", "V", "2022-11-21", f"Unplugged, {CLAIM}"),
    (SPVS, "Gross profit a month", 2, "US$ m", "V", "2022-11-02", f"about 2, {SIX_K}"),
    (SPVS, "Debt service a month", 7, "US$ m", "V", "2022-11-02", f"about 7, {SIX_K}"),
    (SPVS, "Machines worth, low", 65, "US$ m", "S", "2022-11", "Company's estimate 65–70, web3isgoinggreat.com"),
    (SPVS, "Machines worth, high", 70, "US$ m", "S", "2022-11", "Company's estimate 65–70, web3isgoinggreat.com"),
    (SPVS, "Paid in settlement", 20, "US$ m", "V", "2025-08-12", "SEC 0001878848-25-000063 R23; the machines apart"),
    (SPVS, "Energy", 29.5, "J/TH", "D", "2022-11-02", S19),
    (SPVS, "Power", 0.0588, "$/kWh", "D", "2022-11-02", "C$0.08/kWh hosting by the parent × 0.735 US$/C$"),
    (THIRD, "Loan at the start", 71, "US$ m", "V", "2022-03", f"{SIX_K}; theminermag.com 2024-10-23"),
    (THIRD, "Hashrate pledged", 2.0, "EH/s", "V", "2022-09-30", SIX_K),
    (THIRD, "Machines pledged", 19800, "machines", "S", "2022-03", "theminermag.com 2024-10-23"),
    (THIRD, "Bitcoin at the start", 43096, "$ per BTC", "D", "2022-03-24", TN),
    (THIRD, "Hashprice at the start", 191.8, "$/PH/day", "D", "2022-03-24", TN),
    (THIRD, "Price of such machines", 90, "$/TH", "S", "2022-05-10", "Index of machines under 38 J/TH, about 90: nearest reading"),
    (THIRD, "Bitcoin at failure", 16061, "$ per BTC", "D", "2022-11-21", TN),
    (THIRD, "Hashprice at failure", 56.8, "$/PH/day", "D", "2022-11-21", TN),
    (THIRD, "Owed at failure", 71, "US$ m", "V", "2022-09-30", SIX_K),
    (THIRD, "Energy", 29.5, "J/TH", "D", "2022-11-02", S19),
    (THIRD, "Power", 0.0588, "$/kWh", "D", "2022-11-02", "C$0.08/kWh hosting by the parent × 0.735 US$/C$"),
    (STRONGHOLD, "Hashrate pledged", 2.5, "EH/s", "S", "2022-08", "Returned August to November 2022, coindesk.com 2022-11-01"),
    (STRONGHOLD, "Machines pledged", 26200, "machines", "S", "2022-08", "coindesk.com 2022-11-01; getblock.net 2022-08-18"),
    (STRONGHOLD, "Bitcoin at failure", 23996, "$ per BTC", "D", "2022-08-16", TN),
    (STRONGHOLD, "Hashprice at failure", 107.5, "$/PH/day", "D", "2022-08-16", TN),
    (STRONGHOLD, "Owed at failure", 67.4, "US$ m", "S", "2022-08", "Extinguished against the machines, getblock.net 2022-08-18"),
    (STRONGHOLD, "Energy", 29.5, "J/TH", "J", "–", NONE + ", as IREN's"),
    (STRONGHOLD, "Power", 0.0588, "$/kWh", "J", "–", NONE + ", as IREN's"),
    (BITFARMS, "Loan at the start", 32, "US$ m", "S", "2022-02", HERALD),
    (BITFARMS, "Machines pledged", 6100, "machines", "S", "2022-02", HERALD),
    (BITFARMS, "TH a machine", 97, "TH/s", "J", "–", NONE + ": as Core Scientific's S19 fleet"),
    (BITFARMS, "Bitcoin at the start", 44047, "$ per BTC", "D", "2022-02-15", TN),
    (BITFARMS, "Hashprice at the start", 203.4, "$/PH/day", "D", "2022-02-15", TN),
    (BITFARMS, "Bitcoin at failure", 22664, "$ per BTC", "D", "2023-02-09", TN),
    (BITFARMS, "Hashprice at failure", 73.9, "$/PH/day", "D", "2023-02-09", TN),
    (BITFARMS, "Owed at failure", 21, "US$ m", "S", "2023-01", f"20–21, {HERALD}"),
    (BITFARMS, "Claim of the lender", 21, "US$ m", "S", "2023-01", HERALD),
    (BITFARMS, "Machines worth, low", 5, "US$ m", "S", "2023-01", f"about 5, {HERALD}"),
    (BITFARMS, "Machines worth, high", 5, "US$ m", "S", "2023-01", f"about 5, {HERALD}"),
    (BITFARMS, "Paid in settlement", 7.75, "US$ m", "S", "2023-02-09", "coindesk.com 2023-02-09"),
    (BITFARMS, "Energy", 29.5, "J/TH", "J", "–", NONE + ", as IREN's"),
    (BITFARMS, "Power", 0.05, "$/kWh", "J", "–", NONE),
    (CORE, "Loan at the start", 77.5, "US$ m", "S", "2020-10", f"Borrowed from October 2020, in parts, {COINDESK}"),
    (CORE, "Machines pledged", 27403, "machines", "S", "2023-02", f"60% S19, rest S19j Pro, {COINDESK}"),
    (CORE, "TH a machine", 97, "TH/s", "J", "–", NONE + ": 1,409 a machine is about 14.5 $/TH at 97 TH"),
    (CORE, "Bitcoin at the start", 10833, "$ per BTC", "D", "2020-10-01", TN),
    (CORE, "Hashprice at the start", 70.0, "$/PH/day", "D", "2020-10-01", TN),
    (CORE, "Bitcoin at failure", 23826, "$ per BTC", "D", "2023-02-02", TN),
    (CORE, "Hashprice at failure", 75.3, "$/PH/day", "D", "2023-02-02", TN),
    (CORE, "Owed at failure", 38.6, "US$ m", "S", "2023-02", f"Extinguished against the machines, {COINDESK}"),
    (CORE, "Energy", 29.5, "J/TH", "J", "–", NONE + ", as IREN's"),
    (CORE, "Power", 0.05, "$/kWh", "J", "–", NONE),
)  # fmt: skip
OUTCOMES = (
    "Acceleration November 2022; receiver February 2023",
    "One of the three SPVs",
    "Non-recourse hand-back August to November 2022",
    "Settled February 2023",
    "Chapter 11 December 2022; hand-back February 2023",
)
FACT_TOP = 8
_LAST = FACT_TOP + len(FACTS) - 1


@dataclass(frozen=True)
class Line:
    """A row of Replay: a fact that is looked up, or a formula, for each case."""

    key: str
    label: str
    unit: str
    formula: str  # empty: the fact with this label
    number_format: str
    how: str
    look: str = "calc"


MISSING = "not on record"
_STRIP = "CFI_ASIC_VALUE({0},{{hashcost}},strip_decay,strip_rate)"
_PRICE = "replay_pd,replay_rho,volatility,horizon,drift,replay_sale_cost"


def _known(formula: str, *needed: str) -> str:
    """The formula where all that it needs is on record."""
    tests = ",".join(f"ISNUMBER({{{key}}})" for key in needed)
    return f'=IF(AND({tests}),{formula},"{MISSING}")'


LINES: tuple[Section | Line, ...] = (
    Section("1 · On record at the start", "looked up on Facts, where each number has its status and source"),
    Line("loan", "Loan at the start", "US$ m", "", NUMBER, "Fact. Core Scientific drew in parts from October 2020: all of it is set against the first date"),
    Line("hashrate", "Hashrate pledged", "EH/s", "", NUMBER, "Fact"),
    Line("machines", "Machines pledged", "machines", "", "#,##0", "Fact"),
    Line("th", "TH a machine", "TH/s", "", WHOLE, "Judgement, only where the hashrate is not on record"),
    Line("btc", "Bitcoin at the start", "$ per BTC", "", "#,##0", "Fact"),
    Line("hashprice", "Hashprice at the start", "$/PH/day", "", NUMBER, "Fact"),
    Line("index", "Price of such machines", "$/TH", "", NUMBER, "Fact: nearest reading of the index, never interpolated"),
    Line("energy", "Energy", "J/TH", "", NUMBER, "Fact for IREN, judgement for the others"),
    Line("power", "Power", "$/kWh", "", NUMBER_4, "Fact for IREN, judgement for the others"),
    Line("eh", "Hashrate used", "EH/s", "=IF(ISNUMBER({hashrate}),{hashrate},{machines}*{th}/(th_per_ph*ph_per_eh))", NUMBER, "On record, or machines × TH a machine"),
    Line("loan_th", "Lent per TH", "$/TH", _known("{loan}/{eh}", "loan", "eh"), NUMBER, "Loan over hashrate", "result"),
    Section("2 · What the functions would have said at the start"),
    Line("hashcost", "Hashcost", "$/PH/day", "=CFI_HASHCOST({energy},{power})", NUMBER, "CFI_HASHCOST"),
    Line("strip", "Value by the strip", "$/TH", _known(f"INDEX({_STRIP.format('{hashprice}')},1,1)", "hashprice"), NUMBER, "CFI_ASIC_VALUE", "result"),
    Line("omega", "Elasticity of it to hashprice", "% per %", _known(f"INDEX({_STRIP.format('{hashprice}')},1,3)", "hashprice"), NUMBER, "CFI_ASIC_VALUE: how much faster than hashprice it falls"),
    Line("ltv", "LTV on the strip", "loan / value", _known("CFI_LTV({loan_th},{strip})", "loan_th", "strip"), PERCENT, "CFI_LTV"),
    Line("half", "Value by the strip after a fall of hashprice", "$/TH", _known(f"INDEX({_STRIP.format('{hashprice}*(1-replay_fall)')},1,1)", "hashprice"), NUMBER, "The fall is the blue cell above"),
    Line("ltv_half", "LTV then", "loan / value", _known("CFI_LTV({loan_th},MAX(scrap,{half}))", "loan_th", "half"), PERCENT, "Before any payment; not below scrap"),
    Line("stress", "Stress LTV, worst 1% of the driver", "loan / value", _known("CFI_STRESS_LTV({loan_th},{strip},replay_rho,volatility,horizon,stress_quantile,drift,replay_sale_cost)", "loan_th", "strip"), PERCENT, "CFI_STRESS_LTV"),
    Line("corr", "Correlation-adjusted LTV", "loan / value", _known(f"CFI_CORR_LTV({{loan_th}},{{strip}},{_PRICE})", "loan_th", "strip"), PERCENT, "CFI_CORR_LTV", "result"),
    Line("lgd", "LGD with correlation", "share of loan", _known(f"CFI_CORR_LGD({{loan_th}},{{strip}},{_PRICE})", "loan_th", "strip"), PERCENT, "CFI_CORR_LGD"),
    Line("el", "Expected loss", "share a year", _known(f"CFI_CORR_EL({{loan_th}},{{strip}},{_PRICE})", "loan_th", "strip"), PERCENT, "CFI_CORR_EL"),
    Line("most", "Most that should have been lent per TH", "$/TH", _known(f"CFI_CORR_ADVANCE(replay_target,{_PRICE})*{{strip}}", "strip"), NUMBER, "CFI_CORR_ADVANCE at the target loss × strip", "result"),
    Line("excess", "Lent against that", "×", _known("{loan_th}/{most}", "loan_th", "most"), TIMES, "Above 1: too much"),
    Line("said", "Verdict at the start", "words", _known('IF({excess}>1,"TOO MUCH","within the advance")', "excess"), "@", "By the line above", "verdict"),
    Section("3 · What happened"),
    Line("btc_end", "Bitcoin at failure", "$ per BTC", "", "#,##0", "Fact"),
    Line("hashprice_end", "Hashprice at failure", "$/PH/day", "", NUMBER, "Fact"),
    Line("fall", "Change of hashprice from start to failure", "share", _known("{hashprice_end}/{hashprice}-1", "hashprice", "hashprice_end"), PERCENT, "Core Scientific borrowed before the rise of 2021: its hashprice did not fall"),
    Line("owed", "Owed at failure", "US$ m", "", NUMBER, "Fact"),
    Line("owed_th", "Owed per TH at failure", "$/TH", _known("{owed}/{eh}", "owed", "eh"), NUMBER, "Debt over hashrate", "result"),
    Line("strip_end", "Value by the strip at failure", "$/TH", _known(f"INDEX({_STRIP.format('{hashprice_end}')},1,1)", "hashprice_end"), NUMBER, "CFI_ASIC_VALUE; no option value, so low near breakeven"),
    Line("low", "Machines worth, low", "US$ m", "", NUMBER, "Fact"),
    Line("high", "Machines worth, high", "US$ m", "", NUMBER, "Fact"),
    Line("ltv_low", "LTV at default, at the high value", "loan / value", _known("{owed}/{high}", "owed", "high"), TIMES, "Owed over the estimate", "result"),
    Line("ltv_high", "LTV at default, at the low value", "loan / value", _known("{owed}/{low}", "owed", "low"), TIMES, "Owed over the estimate", "result"),
    Line("profit", "Gross profit a month", "US$ m", "", NUMBER, "Fact"),
    Line("service", "Debt service a month", "US$ m", "", NUMBER, "Fact"),
    Line("dscr", "Debt service cover at failure", "×", _known("{profit}/{service}", "profit", "service"), "0.000", "As filed: about 2 over about 7", "result"),
    Line("ran", "Hashrate that ran", "EH/s", "", NUMBER, "Fact"),
    Line("made", "Gross profit a month by the functions", "US$ m", _known("({hashprice_end}-{hashcost})*{ran}*ph_per_eh*days_per_year/months_per_year/million", "hashprice_end", "ran"), NUMBER, "(Hashprice − CFI_HASHCOST) × what ran: 1.7 at 56.8, 2.0 at 60"),
    Line("settled", "Paid in settlement", "US$ m", "", NUMBER, "Fact; the machines apart"),
    Line("claim", "Claim of the lender", "US$ m", "", NUMBER, "Fact"),
    Line("share", "Settlement over claim", "share", _known("{settled}/{claim}", "settled", "claim"), PERCENT, "Money only"),
    Line("machine", "Owed per machine at failure", "$ a machine", _known("{owed}*million/{machines}", "owed", "machines"), "#,##0", "Debt over machines"),
    Section("4 · Said and happened"),
    Line("model", "Value in default over value at the start, as said", "share", "=CFI_VALUE_IN_DEFAULT(1,replay_pd,replay_rho,volatility,horizon,drift)", PERCENT, "CFI_VALUE_IN_DEFAULT before sale cost", "result"),
    Line("seen", "The same as it happened", "share", _known("AVERAGE({low},{high})/{eh}/{index}", "low", "high", "index"), PERCENT, "Middle of the estimate over the index at the start: one cycle, parameters informed by it, not a validation", "result"),
)  # fmt: skip
GIVENS = (
    Given("replay_dscr", "Cover at the start", "×", (2.0,), TIMES, "P", PARAMETER + "; the MinerFi column of the project's note on models, §3.5", "–", 0.01, 100.0),
    Given("replay_sale_cost", "Cost of sale", "share", (0.25,), PERCENT, "P", PARAMETER, "–", 0.0, 0.99),
    Given("replay_target", "Expected loss that a lender accepts", "share a year", (0.01,), PERCENT, "P", PARAMETER, "–", 0.0001, 0.2),
    Given("replay_fall", "Fall of hashprice in the test", "share", (0.5,), PERCENT, "P", PARAMETER, "–", 0.0, 0.99),
)  # fmt: skip


def write_facts(book: Book) -> None:
    widths = {"A": 1.5, "B": 26, "C": 30, "D": 13, "E": 13, "F": 12, "G": 13, "H": 12, "I": 70}
    page = book.page(
        "Facts",
        "Facts of 2020 to 2023",
        "Small, typed in by hand, each with its status and source; nothing interpolated.",
        widths,
    )
    page.merge("B5:I5", LEGEND, "plain", 18, vertical="center")
    for letter, text in zip("BCDEFGH", ("Deal", "Measure", "Value", "Unit", "Status", "As of", "Source"), strict=True):
        page.put(f"{letter}7", text, "head_left" if letter in "BCH" else "head")
    page.merge("H7:I7", "Source", "head_left")
    for row, (deal, measure, value, unit, status, as_of, source) in enumerate(FACTS, FACT_TOP):
        page.put(f"B{row}", deal, "label")
        page.put(f"C{row}", measure, "label")
        page.put(f"D{row}", value, "input", "#,##0.####" if value != int(value) else "#,##0")
        page.put(f"E{row}", unit, "unit")
        page.put(f"F{row}", status, "aside")
        page.put(f"G{row}", as_of, "aside")
        page.merge(f"H{row}:I{row}", source, "note")
    page.validate(f"D{FACT_TOP}:D{_LAST}", 0.0, 1e6, "A fact", "A number from the source on the right, not negative")
    book.name("facts", page, f"D{FACT_TOP}:D{_LAST}")
    page.freeze(f"A{FACT_TOP}")
    print_page(page, f"B1:I{_LAST}", "7:7")


def write_replay(book: Book) -> dict[str, int]:
    widths = {"A": 1.5, "B": 46, "C": 15} | dict.fromkeys(LETTERS, 21) | {"I": 15, "J": 62, "K": 9, "L": 9, "M": 9}
    page = book.page(
        "Replay",
        "Replay: the mining lenders of 2022",
        "What would the functions have said at the start, and what happened?",
        widths,
    )
    layout = Layout("D", (), "E", "F", "I", "K", "L", "M")
    page.section(
        7, "0 · Assumptions of the replay", "B", "M", "volatility, drift, strip and correlation are those on Inputs"
    )
    rows = write_inputs(page, GIVENS, 8, layout)
    for row, item in enumerate(GIVENS, 8):
        page.sheet.merge_cells(f"F{row}:H{row}")
        page.row(row, 6 + 12 * lines_of(book.say(item.source), 63))
    book.name("replay_inputs_in_range", page, "M8:M11")
    driver = "contracted,vol_contract,vol_market,vol_other"
    made = (
        (
            "replay_pd",
            "PD of the driver, one year",
            "probability",
            f"=CFI_DRIVER_PD(replay_dscr,{driver},0,leverage)",
            PERCENT,
            "CFI_DRIVER_PD",
        ),
        ("replay_rho", "ρ of driver and collateral", "correlation", "=driver_rho", NUMBER, "CFI_DRIVER_RHO, on Inputs"),
    )
    for row, (name, label, unit, formula, number_format, how) in enumerate(made, rows["last"] + 1):
        page.put(f"B{row}", label, "label")
        page.put(f"C{row}", unit, "unit")
        page.put(f"D{row}", formula, "result", number_format)
        page.merge(f"F{row}:H{row}", how, "note")
        book.name(name, page, f"D{row}")
    head = rows["last"] + 5
    page.put(f"B{head}", "", "head_left")
    page.put(f"C{head}", "Unit", "head")
    page.put(f"J{head}", "How", "head_left")
    page.put(f"I{head}", "Basis", "head")
    for letter, case in zip(LETTERS, CASES, strict=True):
        page.put(f"{letter}{head}", case, "head")
    page.row(head, 32)
    row_of: dict[str, int] = {"head": head}
    row = head + 1
    for item in LINES:
        if isinstance(item, Line):
            row_of[item.key] = row
        row += 1
    row = head + 1
    for item in LINES:
        if isinstance(item, Section):
            page.section(row, item.title, "B", "J", item.note)
        else:
            page.put(f"B{row}", item.label, "label_bold" if item.look in ("result", "verdict") else "label")
            page.put(f"C{row}", item.unit, "unit")
            page.put(f"J{row}", item.how, "note")
            page.put(f"I{row}", "formula" if item.formula else "fact", "aside")
            page.row(row, 6 + 12 * lines_of(book.say(item.how), 62))
            for letter in LETTERS:
                formula = item.formula or _fact(head, letter, row)
                words = {key: f"{letter}{at}" for key, at in row_of.items()}
                page.put(
                    f"{letter}{row}", formula.format_map(words), item.look, item.number_format, horizontal="center"
                )
            if item.look == "verdict":
                cell = f"D{row}"
                page.paint(f"D{row}:H{row}", {f'{cell}="TOO MUCH"': "bad", f'{cell}="within the advance"': "good"})
        row += 1
    page.put(f"B{row}", "Outcome", "label_bold")
    page.put(f"C{row}", "words", "unit")
    page.put(f"J{row}", "Filings and press; sources on Facts", "note")
    page.put(f"I{row}", "fact", "aside")
    page.row(row, 50)
    for letter, outcome in zip(LETTERS, OUTCOMES, strict=True):
        page.put(f"{letter}{row}", outcome, "words")
    row_of["outcome"] = row
    for name, key, letter in (
        ("iren_dscr", "dscr", "D"),
        ("iren_ltv_low", "ltv_low", "D"),
        ("iren_ltv_high", "ltv_high", "D"),
        ("iren_loan_per_th", "loan_th", "D"),
        ("iren_third_loan_per_th", "loan_th", "E"),
    ):
        book.name(name, page, f"{letter}{row_of[key]}")
    # The third SPV is one of the three: it stands in a column of its own and is not counted again.
    third = f'IF(E{row_of["said"]}="{book.say("TOO MUCH")}",1,0)'
    finding = phrase(
        book,
        f'=SUMPRODUCT(--(D{row_of["said"]}:H{row_of["said"]}="{book.say("TOO MUCH")}"))-{third}',
        " of ",
        f"=COUNT(D{row_of['excess']}:H{row_of['excess']})-COUNT(E{row_of['excess']})",
        " borrowers whose start is on record were lent more than the functions would have advanced at an expected loss of ",
        '=TEXT(replay_target,"0.0%")',
        " a year. IREN's three SPVs: lent ",
        '=TEXT(iren_loan_per_th,"0.0")',
        " $/TH, at failure cover ",
        '=TEXT(iren_dscr,"0.000")',
        "× and LTV ",
        '=TEXT(iren_ltv_low,"0.00")',
        "–",
        '=TEXT(iren_ltv_high,"0.00")',
        "×. The functions said that machines would keep ",
        f'=TEXT(D{row_of["model"]},"0%")',
        " of their value when the borrower fails; they kept ",
        f'=TEXT(D{row_of["seen"]},"0%")',
        ", by the company's estimate: one cycle, which informed the parameters, and no validation.",
    )
    page.merge("B5:J5", "=" + finding, "reading", 46)
    book.name("replay_reading", page, "B5")
    page.freeze("D4")
    print_page(page, f"B1:J{row}", "1:3", breaks=[row_of["btc_end"] - 2])
    return row_of


def _fact(head: int, letter: str, row: int) -> str:
    names, keys = f"Facts!$B${FACT_TOP}:$B${_LAST}", f"Facts!$C${FACT_TOP}:$C${_LAST}"
    asked = f"{names},{letter}${head},{keys},$B{row}"
    return f'=IF(COUNTIFS({asked})=0,"{MISSING}",SUMIFS(Facts!$D${FACT_TOP}:$D${_LAST},{asked}))'
