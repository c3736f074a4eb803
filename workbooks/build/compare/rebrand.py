"""The sheet Rebrand of compare.xlsx: thirteen tests for five deals on record and for the user's own.

DDTL 4.0, 5.5 and the loan on demand take their terms from the sheet Deals; DDTL 5.0 and IREN–NYDIG have inputs here, and
the last column is blank until the user fills it in.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from workbooks.build.compare.deals import Deals, verdict_colours
from workbooks.build.compare.inputs import PARAMETER
from workbooks.build.compare.rows import MEASURES
from workbooks.build.kit.charts import Frame, Reference, bars, dress_axis, dress_chart, linked_title, place, plot_area
from workbooks.build.kit.page import NAVY, NUMBER, NUMBER_4, PERCENT, PERCENT_2, TIMES, WHOLE, Book, Page, all_within

DEALS = ("ddtl4", "ddtl5", "ddtl55", "ondemand", "iren", "own")
NAMES = ("DDTL 4.0-style", "DDTL 5.0-style", "DDTL 5.5-style", "GPU on demand", "IREN–NYDIG, 2022", "Your deal")
COLUMNS = "DEFGHI"
ON_RECORD, OWN = "DEFGH", "I"
LINKED = {"D": 0, "F": 1, "G": 2}  # column here: number of the deal on the sheet Deals
TESTS = len(MEASURES)
GPU, ASIC = "GPU", "ASIC"

FIVE = "SEC 0001769628-26-000236"
SIX_K = "SEC 6-K 2022-11-02"
NO_CONTRACT = "IREN: the only contracts were with its own parent, which count 0 (B.C. C.A. CA49297, 2024-06-27)"
YEARS = '0.00" y"'
HOUSE = "Your deal: parameters of the collateral chosen above; overwrite with your own."


@dataclass(frozen=True)
class Term:
    """A term that the tests need: what DDTL 5.0 and IREN–NYDIG have, with status and source."""

    key: str
    label: str
    unit: str
    five: float
    iren: float
    number_format: str
    status: str  # of DDTL 5.0 and of IREN–NYDIG
    source: str
    as_of: str
    low: float = 0.0
    high: float = 1.0
    of_market: bool = False  # a parameter of the collateral, not a term of the loan


TERMS: tuple[Term, ...] = (
    Term("contracted", "Contracted share over the loan's life, at arm's length", "share", 0.95, 0.0, PERCENT, "P·V", f"DDTL 5.0: demonstration parameter, not filed; full termination of either service agreement is an event of default ({FIVE}). {NO_CONTRACT}.", "2026-05-15 · 2024-06-27"),
    Term("investment_grade", "Investment-grade share of the offtakers", "share", 0.0, 0.0, PERCENT, "V·V", f"DDTL 5.0: two customers, neither investment grade ({FIVE}); rated Ba2 / BB+. IREN: none.", "2026-05-15 · 2022-11-02"),
    Term("rate", "Interest rate", "per year", 0.0817, 0.12, PERCENT_2, "D·P", "DDTL 5.0: SOFR 3.67% + 4.50%. IREN: demonstration parameter, not filed.", "2026-05-15 · –", 0.0001, 1.0),
    Term("loan_years", "Loan life", "years", 5.5, 2.0, YEARS, "V·P", f"DDTL 5.0: 2026-05-15 to 2031-11-15 ({FIVE}). IREN: demonstration parameter, not filed.", "2026-05-15 · –", 0.25, 30.0),
    Term("contract_years", "Years until the last arm's-length contract ends", "years", 5.25, 0.0, YEARS, "P·V", f"DDTL 5.0: monthly amortisation with a small bullet is filed, the end of the contracts is a demonstration parameter, not filed. {NO_CONTRACT}.", "2026-05-15 · 2024-06-27", 0.0, 30.0),
    Term("draw_gate", "Draw gate: commissioned before money is lent", "1 = yes, 0 = no", 1, 0, NUMBER, "V·J", f"DDTL 5.0: drawn against capex at funding ({FIVE}). IREN: money at purchase order.", "2026-05-15 · 2022-03"),
    Term("min_contract_dscr", "Lowest DSCR on contract cash alone", "×", 1.35, 0.0, TIMES, "V·V", f"DDTL 5.0: the maintenance test, three months trailing ({FIVE}). {NO_CONTRACT}; all its cash covered 0.286 of debt service ({SIX_K}).", "2026-05-15 · 2022-11-02", 0.0, 20.0),
    Term("residual_reliance", "Reliance on residual value at maturity", "share", 0.05, 1.0, PERCENT, "P·J", "DDTL 5.0: a small bullet is filed, its size is a demonstration parameter, not filed. IREN: machines were all there was.", "2026-05-15 · 2022-11-21"),
    Term("cash_dominion", "Cash dominion: waterfall and trap", "1 = yes, 0 = no", 1, 0, NUMBER, "V·J", f"DDTL 5.0: depositary bank, waterfall, cash trap on breach of a service agreement ({FIVE}). IREN: none seen.", "2026-05-15 · –"),
    Term("hedged", "Rates and power hedged", "share", 0.85, 0.0, PERCENT, "P·J", "DDTL 5.0: demonstration parameter, not filed. IREN: power at the parent's price, so not fixed against the group's failure.", "– · 2022-11-02"),
    Term("step_in", "Step-in or direct agreement, contract assignable", "1 = yes, 0 = no", 0.5, 0, NUMBER, "J·V", "DDTL 5.0: customer contracts pledged, no direct agreement on record: half credit. IREN: the parent unplugged 3.6 EH/s (SEC 6-K 2022-11-21).", "2026-05-15 · 2022-11-21"),
    Term("firm_share", "Firm share after termination rights", "share", 0.95, 0.0, PERCENT, "P·V", f"DDTL 5.0: demonstration parameter, not filed. {NO_CONTRACT}.", "– · 2024-06-27"),
    Term("same_driver", "Share of the lender's book on the same driver", "share", 0.15, 0.60, PERCENT, "P·P", PARAMETER + ". IREN: NYDIG was one of the main lenders against machines.", "–"),
    Term("dscr", "Debt service cover at signing", "×", 1.35, 2.00, TIMES, "V·P", f"DDTL 5.0: the maintenance test ({FIVE}). IREN: demonstration parameter, not filed.", "2026-05-15 · –", 0.01, 20.0),
    Term("advance", "Loan to value at signing", "loan / value", 0.7142, 0.3944, PERCENT, "V·D", f"DDTL 5.0: 71.42% of funding-date capex ({FIVE}). IREN: third SPV, 71 over 2.0 EH/s is 35.5 $/TH, over 90 $/TH, the nearest reading of the index ({SIX_K}).", "2026-05-15 · 2022-05-10", 0.01, 5.0),
    Term("leverage", "Operating leverage", "×", 1.0, 1.0, TIMES, "P·P", PARAMETER + ".", "–", 0.0, 20.0, True),
    Term("vol_contract", "Volatility of contracted cash", "per year", 0.10, 0.06, PERCENT, "P·P", f"{PARAMETER}. {HOUSE}", "–", 0.0, 5.0, True),
    Term("vol_market", "Volatility of market cash", "per year", 0.30, 0.75, PERCENT, "P·P", f"{PARAMETER}. {HOUSE}", "–", 0.0, 5.0, True),
    Term("vol_other", "Volatility of the rest (power, delay, service credits)", "per year", 0.05, 0.10, PERCENT, "P·P", f"{PARAMETER}. {HOUSE}", "–", 0.0, 5.0, True),
    Term("corr_contract", "Correlation of contracted cash with collateral", "correlation", 0.2, 0.2, NUMBER, "P·P", f"{PARAMETER}. {HOUSE}", "–", -1.0, 1.0, True),
    Term("corr_market", "Correlation of market cash with collateral", "correlation", 0.7, 0.85, NUMBER, "P·P", f"{PARAMETER}. {HOUSE}", "–", -1.0, 1.0, True),
    Term("corr_contract_market", "Correlation of contracted and market cash", "correlation", 0.3, 0.3, NUMBER, "P·P", f"{PARAMETER}. {HOUSE}", "–", -1.0, 1.0, True),
    Term("volatility", "Volatility of the collateral's price", "per year", 0.30, 0.90, PERCENT, "P·P", f"{PARAMETER}. {HOUSE}", "–", 0.0, 5.0, True),
    Term("drift", "Drift of the collateral's price", "per year, continuous", -0.26, -0.30, PERCENT, "P·P", f"{PARAMETER}. {HOUSE}", "–", -3.0, 3.0, True),
    Term("horizon", "Horizon", "years", 1.0, 1.0, YEARS, "P·P", f"{PARAMETER}. {HOUSE}", "–", 0.0, 30.0, True),
    Term("sale_cost", "Cost of a forced sale", "share", 0.25, 0.25, PERCENT, "P·P", f"{PARAMETER}. {HOUSE}", "–", 0.0, 0.99, True),
)  # fmt: skip

# level of full credit, level of none, weight, level of a hard fail, when it is one
LEVELS: tuple[tuple[float, float, float, float | None, str], ...] = (
    (0.85, 0.0, 15, 0.50, "below"),
    (0.65, 0.0, 10, None, ""),
    (0.10, 1.0, 15, 0.50, "above"),
    (1.0, 0.0, 10, 0.0, "at or below"),
    (1.15, 1.0, 10, None, ""),
    (0.35, 0.60, 10, 0.60, "at or above"),
    (0.10, 0.25, 5, None, ""),
    (0.10, 1.0, 5, None, ""),
    (1.0, 0.0, 5, 0.0, "at or below"),
    (0.85, 0.0, 5, None, ""),
    (1.0, 0.0, 5, None, ""),
    (0.90, 0.0, 3, None, ""),
    (0.20, 0.50, 2, None, ""),
)
COMPARED = {"below": "<", "above": ">", "at or below": "<=", "at or above": ">="}
JUDGEMENT = "Judgement of this project: levels from filed DDTL terms and ASIC-backed loans of 2021–22"

# A measure that is not simply a term: what it needs, and its formula.
_DRIVER = "{vol_contract},{vol_market},{vol_other}"
MADE: dict[str, tuple[tuple[str, ...], str]] = {
    "tail": (
        ("rate", "loan_years", "contract_years"),
        "IF({contract_years}>={loan_years},0,1-((1+{rate}/12)^(12*{contract_years})-1)/((1+{rate}/12)^(12*{loan_years})-1))",
    ),
    "pd": (
        ("dscr", "contracted"),
        f"CFI_DRIVER_PD({{dscr}},{{contracted}},{_DRIVER},{{corr_contract_market}},{{leverage}})",
    ),
    "rho": (
        ("contracted",),
        f"CFI_DRIVER_RHO({{contracted}},{_DRIVER},{{corr_contract}},{{corr_market}},{{corr_contract_market}},{{leverage}})",
    ),
    "wrong_way": (
        ("advance", "pd", "rho"),
        "INDEX(CFI_WRONG_WAY({advance},1,{pd},{rho},{volatility},{horizon},{drift},{sale_cost}),1,2)",
    ),
}
UNITS = {"tail": "share", "pd": "probability", "rho": "correlation", "wrong_way": "share of loan"}
FORMATS = {"tail": PERCENT, "pd": PERCENT_2, "rho": NUMBER, "wrong_way": PERCENT}

HEAD, FIRST = 8, 9
SCORE = FIRST + TESTS  # then hard fails, first of them, verdict, tests answered
CHART = SCORE + 6
MEASURED = CHART + 19
PD_ROW = MEASURED + 2 + TESTS
GIVEN = PD_ROW + 3
COLLATERAL = GIVEN + 1
TERM_TOP = COLLATERAL + 1
LEVEL_TOP = TERM_TOP + len(TERMS) + 3
CREDIT_TOP = LEVEL_TOP + TESTS + 3
LAST = CREDIT_TOP + TESTS
FINDING = "Curves!$O$45"  # the chart's title is computed beside the other titles


@dataclass(frozen=True)
class Rebrand:
    """Cells that other sheets read."""

    score: str = f"Rebrand!{{}}{SCORE}"
    shadow: str = f"Rebrand!{{}}{LAST}"
    full: str = "Rebrand!$D${}"
    zero: str = "Rebrand!$E${}"
    weight: str = "Rebrand!$F${}"

    def measure(self, column: str, number: int) -> str:
        return f"Rebrand!{column}{MEASURED + 1 + number}"

    def level(self, pattern: str, number: int) -> str:
        return pattern.format(LEVEL_TOP + number - 1)


def write_rebrand(book: Book, deals: Deals, titles: dict[str, str]) -> Rebrand:
    widths = {"A": 1.5, "B": 46, "C": 16} | dict.fromkeys(COLUMNS, 16)
    widths |= {"J": 8, "K": 62, "L": 22, "M": 8, "N": 8, "O": 8}
    page = book.page(
        "Rebrand",
        "Thirteen tests: compute lender, or mining lender under a new name?",
        "Five deals on record, and a blank column for your own.",
        widths,
    )
    _verdicts(page)
    _chart(page, titles)
    _measures(page)
    _terms(page, deals)
    _levels(page)
    _credits(page)
    page.freeze(f"D{HEAD + 1}")
    page.print_setup(f"B1:L{LAST}", None, breaks=(MEASURED - 1, GIVEN - 2, LEVEL_TOP - 3))
    return Rebrand()


def _heads(page: Page, row: int, **others: str) -> None:
    for letter, name in zip(COLUMNS, NAMES, strict=True):
        page.put(f"{letter}{row}", name, "head")
    for letter in "BCJKL":
        page.put(f"{letter}{row}", others.get(letter, ""), "head_left" if letter in "BK" else "head")
    page.row(row, 32)


def _measure_row(number: int) -> int:
    """The row of the measure of a test, 1 to 13."""
    return MEASURED + 1 + number


def _level_row(number: int) -> int:
    return LEVEL_TOP + number - 1


def _credit_row(number: int) -> int:
    return CREDIT_TOP + number - 1


def _fails(letter: str) -> str:
    """The hard fails of a deal in words, in brackets behind its score."""
    count = f"{letter}{SCORE + 1}"
    return f'IF({count}=0,"",IF({count}=1," (1 hard fail)"," ("&{count}&" hard fails)"))'


def _verdicts(page: Page) -> None:
    first, last = _measure_row(1), _measure_row(TESTS)
    pieces = []
    for letter in ON_RECORD:
        pieces.append(f'{letter}{HEAD}&": "&TEXT({letter}{SCORE},"0")&{_fails(letter)}&"; "')
    own = (
        f'IF({OWN}{SCORE + 4}={TESTS},"your deal: "&TEXT({OWN}{SCORE},"0")&{_fails(OWN)}&".",'
        f'"your deal: "&{OWN}{SCORE + 4}&" of {TESTS} tests answered.")'
    )
    page.merge("B5:L5", f'="Rebrand score out of 100. "&{"&".join(pieces)}&{own}', "reading", 34)
    page.book.name("rebrand_reading", page, "B5")
    page.section(7, "1 · Verdict, test by test", "B", "L", "in words; the measures behind them are in part 2")
    _heads(page, HEAD, B="Test", C="Weight", K="Levels")
    for number, (_, name, levels) in enumerate(MEASURES, 1):
        row = FIRST + number - 1
        page.put(f"B{row}", f"{number} · {name}", "label")
        page.put(f"C{row}", f"=$F{_level_row(number)}", "aside", WHOLE)
        for letter in COLUMNS:
            measure, credit = f"{letter}{_measure_row(number)}", f"{letter}{_credit_row(number)}"
            graded = f'IF({credit}>=1,"pass",IF({credit}>0,"weak","FAIL"))'
            rule = LEVELS[number - 1][4]
            if rule:
                graded = f'IF({measure}{COMPARED[rule]}$G{_level_row(number)},"HARD FAIL",{graded})'
            page.put(f"{letter}{row}", f'=IF(ISNUMBER({measure}),{graded},"–")', "verdict", size=9)
        page.put(f"J{row}", "", "aside")
        page.put(f"K{row}", levels, "note")
        page.put(f"L{row}", "", "note")
        page.row(row, 16)
    page.paint(
        f"D{FIRST}:I{SCORE - 1}", {f'D{FIRST}="{word}"': look for word, look in (("pass", "good"), ("weak", "watch"))}
    )
    page.paint(f"D{FIRST}:I{SCORE - 1}", {f'OR(D{FIRST}="FAIL",D{FIRST}="HARD FAIL")': "bad"})
    answers = (
        ("Score", "0–100", "0.0", 1, "100 = ComputeFi, 0 = MinerFi; shown once all thirteen tests are answered"),
        ("Hard fails", "of 5", WHOLE, 2, "Of tests 1, 3, 4, 6 and 9"),
        ("First hard fail", "test number", WHOLE, 3, "0 = none"),
    )
    for row, (label, unit, number_format, output, how) in enumerate(answers, SCORE):
        page.put(f"B{row}", label, "label_bold")
        page.put(f"C{row}", unit, "unit")
        for letter in COLUMNS:
            cells = f"{letter}{first}:{letter}{last}"
            formula = f'=IF(COUNT({cells})={TESTS},INDEX(CFI_REBRAND_SCORE({cells}),1,{output}),"–")'
            page.put(f"{letter}{row}", formula, "result", number_format, horizontal="center")
        page.put(f"K{row}", how, "note")
    for row in range(SCORE, SCORE + 5):
        page.put(f"J{row}", "", "aside")
        page.put(f"L{row}", "", "note")
    verdict, answered = SCORE + 3, SCORE + 4
    page.put(f"B{verdict}", "Verdict", "label_bold")
    page.put(f"C{verdict}", "words", "unit")
    page.put(
        f"K{verdict}",
        "Pass: no hard fail and the score that passes; fail: contracted share below the floor; else watch",
        "note",
    )
    page.put(f"B{answered}", "Tests answered", "label")
    page.put(f"C{answered}", "of 13", "unit")
    page.put(f"K{answered}", "A test is answered when all that it needs is filled in, in part 3", "note")
    for deal, letter in zip(DEALS, COLUMNS, strict=True):
        formula = (
            f'=IF(ISNUMBER({letter}{SCORE}),IF(AND({letter}{SCORE + 1}=0,{letter}{SCORE}>=pass_score),"PASS · a compute lender",'
            f'IF({letter}{first}>=contract_floor,"WATCH · contract first, then the market","FAIL · a mining lender under a new name")),"not yet answered")'
        )
        page.put(f"{letter}{verdict}", formula, "verdict", size=9)
        page.put(f"{letter}{answered}", f"=COUNT({letter}{first}:{letter}{last})", "calc", WHOLE, horizontal="center")
        for row, key in ((SCORE, "score"), (SCORE + 1, "hard_fails"), (SCORE + 2, "first_fail"), (verdict, "verdict")):
            page.book.name(f"rebrand_{key}_{deal}", page, f"{letter}{row}")
    page.row(verdict, 40)
    page.paint(f"D{verdict}:I{verdict}", verdict_colours(f"D{verdict}"))


def score_finding() -> str:
    """The formula of the chart's title."""
    names, scores = f"Rebrand!D{HEAD}:H{HEAD}", f"Rebrand!D{SCORE}:H{SCORE}"
    best, worst = f"MAX({scores})", f"MIN({scores})"
    return (
        f'="From "&TEXT({best},"0")&" ("&INDEX({names},MATCH({best},{scores},0))&") to "&TEXT({worst},"0")&" ("&'
        f'INDEX({names},MATCH({worst},{scores},0))&"): the score follows the contract, not the chip"'
    )


def _chart(page: Page, titles: dict[str, str]) -> None:
    chart = bars(
        Reference(page.sheet, range_string=f"Rebrand!$D${HEAD}:$H${HEAD}"),
        {page.book.say("Score"): (Reference(page.sheet, range_string=f"Rebrand!$D${SCORE}:$H${SCORE}"), NAVY)},
        "0",
    )
    dress_chart(chart, linked_title(FINDING, titles.get(FINDING.replace("$", ""), "")), legend=None)
    dress_axis(chart.x_axis, "b", "", "General")
    dress_axis(chart.y_axis, "l", page.book.say("Rebrand score (0–100)"), "0", 0, 100, 20)
    plot_area(chart, 0.08, 0.16, 0.89, 0.68)
    place(
        page,
        chart,
        Frame("B", "I", CHART, CHART + 16),
        "Rebrand score by deal",
        "Columns: the rebrand score of five deals on record, from DDTL 4.0-style to IREN–NYDIG.",
    )


def _measures(page: Page) -> None:
    page.section(MEASURED, "2 · The measures", "B", "L", "made from the terms of part 3 by one formula per row")
    _heads(page, MEASURED + 1, B="Measure", C="Unit", K="How it is calculated")
    row_of = {term.key: TERM_TOP + index for index, term in enumerate(TERMS)}
    row_of |= {key: _measure_row(number) for number, (key, _, _) in enumerate(MEASURES, 1) if key in MADE}
    row_of["pd"] = PD_ROW
    how = {
        "tail": "Balance of a level monthly annuity when the last contract ends, share of the loan",
        "rho": "CFI_DRIVER_RHO",
        "wrong_way": "CFI_WRONG_WAY: LGD with correlation less LGD without",
        "pd": "CFI_DRIVER_PD; the wrong-way add-on needs it",
    }
    lines = [(key, f"{number} · {name}", _measure_row(number)) for number, (key, name, _) in enumerate(MEASURES, 1)]
    for key, label, row in (*lines, ("pd", "PD of the driver, one year", PD_ROW)):
        term = next((term for term in TERMS if term.key == key), None)
        page.put(f"B{row}", label, "label")
        page.put(f"C{row}", term.unit if term else UNITS[key], "unit")
        for letter in COLUMNS:
            cells = {name: f"{letter}{at}" for name, at in row_of.items()}
            needed, formula = MADE.get(key, ((key,), f"{{{key}}}"))
            tests = f"COUNT({','.join(cells[name] for name in needed)})={len(needed)}"
            page.put(
                f"{letter}{row}",
                f'=IF({tests},{formula.format_map(cells)},"")',
                "calc",
                term.number_format if term else FORMATS[key],
                horizontal="center",
            )
        page.put(f"J{row}", "", "aside")
        page.put(f"K{row}", how.get(key, "As given in part 3"), "note")
        page.put(f"L{row}", "", "note")
        page.row(row, 16)


def _terms(page: Page, deals: Deals) -> None:
    page.section(
        GIVEN - 1,
        "3 · The terms, deal by deal",
        "B",
        "L",
        "DDTL 4.0, 5.5 and on demand: from the sheet Deals; blue: inputs",
    )
    _heads(page, GIVEN, B="Term", C="Unit", J="Status", K="Source of DDTL 5.0 and IREN–NYDIG", L="As of")
    for letter, text in {"M": "Least", "N": "Most", "O": "In range"}.items():
        page.put(f"{letter}{GIVEN}", text, "head")
    page.put(f"B{COLLATERAL}", "Collateral of your deal", "label")
    page.put(f"C{COLLATERAL}", "GPU or ASIC", "unit")
    for letter, kind in zip(COLUMNS, (GPU, GPU, GPU, GPU, ASIC, GPU), strict=True):
        page.put(f"{letter}{COLLATERAL}", kind, "input_text" if letter == OWN else "words")
    page.put(f"J{COLLATERAL}", "–", "aside")
    page.put(
        f"K{COLLATERAL}", "Chooses the parameters of your column: those of DDTL 4.0-style or of IREN–NYDIG", "note"
    )
    page.put(f"L{COLLATERAL}", "–", "note", horizontal="center", indent=0)
    page.row(COLLATERAL, 29)
    page.choose(f"{OWN}{COLLATERAL}", (GPU, ASIC), "Collateral of your deal")
    page.book.name("own_collateral", page, f"{OWN}{COLLATERAL}")
    page.put(f"O{COLLATERAL}", f'=IF(OR({OWN}{COLLATERAL}="{GPU}",{OWN}{COLLATERAL}="{ASIC}"),1,0)', "aside")
    for row, term in enumerate(TERMS, TERM_TOP):
        _write_term(page, deals, term, row)
    bottom = TERM_TOP + len(TERMS) - 1
    page.paint(f"O{COLLATERAL}:O{bottom}", {f'AND(O{COLLATERAL}<>"",O{COLLATERAL}=0)': "bad"})
    page.book.name("rebrand_in_range", page, f"O{COLLATERAL}:O{bottom}")


def _write_term(page: Page, deals: Deals, term: Term, row: int) -> None:
    page.put(f"B{row}", term.label, "label")
    page.put(f"C{row}", term.unit, "unit")
    for letter, deal in LINKED.items():
        source = deals.cell(term.key, deal)
        page.put(f"{letter}{row}", f"={source}", "calc", term.number_format, horizontal="center")
    for letter, value in (("E", term.five), ("H", term.iren)):
        page.put(f"{letter}{row}", value, "input", term.number_format, horizontal="center")
        page.validate(f"{letter}{row}", term.low, term.high, term.label, f"{term.unit}. {term.source}")
    own = f'=IF(${OWN}${COLLATERAL}="{ASIC}",H{row},D{row})' if term.of_market else None
    page.put(f"{OWN}{row}", own, "calc" if term.of_market else "input", term.number_format, horizontal="center")
    page.validate(f"{OWN}{row}", term.low, term.high, term.label, f"{term.unit}. Your own deal")
    page.book.name(f"own_{term.key}", page, f"{OWN}{row}")
    page.put(f"J{row}", term.status.replace("·", " · "), "unit")
    page.put(f"K{row}", term.source, "note")
    page.put(f"L{row}", term.as_of, "note", horizontal="center", indent=0)
    page.put(f"M{row}", term.low, "aside")
    page.put(f"N{row}", term.high, "aside")
    # The user's own column may be blank, but holds nothing else than numbers.
    page.put(
        f"O{row}",
        f"=IF(AND(COUNT(D{row}:H{row})=5,COUNT(I{row})=COUNTA(I{row}),MIN(D{row}:I{row})>=M{row},MAX(D{row}:I{row})<=N{row}),1,0)",
        "aside",
    )
    page.row(row, max(16, 12 * ceil(len(term.source) / 68) + 5))


def _levels(page: Page) -> None:
    page.section(
        LEVEL_TOP - 2,
        "4 · Levels and weights of the tests",
        "B",
        "L",
        "as CFI_REBRAND_SCORE has them: a change here fails the checks",
    )
    heads = {
        "B": "Test",
        "C": "Unit",
        "D": "Full credit",
        "E": "No credit",
        "F": "Weight",
        "G": "Hard fail",
        "H": "when the measure is",
        "K": "Source",
    }
    for letter in "BCDEFGHIJKL":
        page.put(f"{letter}{LEVEL_TOP - 1}", heads.get(letter, ""), "head_left" if letter in "BK" else "head")
    for number, ((_, name, _), (full, zero, weight, hard, rule)) in enumerate(zip(MEASURES, LEVELS, strict=True), 1):
        row = _level_row(number)
        page.put(f"B{row}", f"{number} · {name}", "label")
        page.put(f"C{row}", "as measured", "unit")
        for letter, value, number_format in (("D", full, NUMBER), ("E", zero, NUMBER), ("F", weight, WHOLE)):
            page.put(f"{letter}{row}", value, "input", number_format, horizontal="center")
        if hard is None:
            page.put(f"G{row}", "–", "aside")
        else:
            page.put(f"G{row}", hard, "input", NUMBER, horizontal="center")
        page.put(f"H{row}", rule or "–", "aside")
        page.put(f"K{row}", JUDGEMENT, "note")
    bottom = LEVEL_TOP + TESTS - 1
    for letter, title, high in (("D", "Full credit", 10.0), ("E", "No credit", 10.0), ("F", "Weight", 100.0)):
        page.validate(f"{letter}{LEVEL_TOP}:{letter}{bottom}", 0.0, high, title, "Level or weight of a rebrand test")
    for number, level in enumerate(LEVELS, 1):
        if level[3] is not None:
            page.validate(f"G{_level_row(number)}", 0.0, 10.0, "Hard fail", "Level or weight of a rebrand test")


def levels_hold() -> str:
    """The condition that all levels and weights are numbers within bounds."""
    bottom = LEVEL_TOP + TESTS - 1
    levels = f"Rebrand!$D${LEVEL_TOP}:$E${bottom}", f"Rebrand!$F${LEVEL_TOP}:$F${bottom}"
    hard = f"Rebrand!$G${LEVEL_TOP}:$G${bottom}"
    given = sum(level[3] is not None for level in LEVELS)
    return (
        f"AND({all_within(levels[0], 0.0, 10.0)},{all_within(levels[1], 0.0, 100.0)},"
        f"COUNT({hard})={given},MIN({hard})>=0,MAX({hard})<=10)"
    )


def _credits(page: Page) -> None:
    page.section(
        CREDIT_TOP - 2,
        "5 · Credit of each test",
        "B",
        "L",
        "linear between the levels; the score again, in native Excel",
    )
    _heads(page, CREDIT_TOP - 1, B="Test", C="Unit", K="How it is calculated")
    for number, (_, name, _) in enumerate(MEASURES, 1):
        row, level = _credit_row(number), _level_row(number)
        page.put(f"B{row}", f"{number} · {name}", "label")
        page.put(f"C{row}", "0–1", "unit")
        for letter in COLUMNS:
            measure = f"{letter}{_measure_row(number)}"
            formula = f'=IF(ISNUMBER({measure}),MAX(0,MIN(1,({measure}-$E{level})/($D{level}-$E{level}))),"")'
            page.put(f"{letter}{row}", formula, "calc", NUMBER_4, horizontal="center")
        page.put(f"K{row}", "(Measure − level of none) / (level of full − level of none), within 0 and 1", "note")
    top, bottom = CREDIT_TOP, CREDIT_TOP + TESTS - 1
    weights = f"$F{LEVEL_TOP}:$F{LEVEL_TOP + TESTS - 1}"
    page.put(f"B{LAST}", "Score", "label_bold")
    page.put(f"C{LAST}", "0–100", "unit")
    page.put(f"K{LAST}", "100 × Σ weight × credit / Σ weight", "note")
    for letter in COLUMNS:
        credits = f"{letter}{top}:{letter}{bottom}"
        formula = f'=IF(COUNT({credits})={TESTS},100*SUMPRODUCT({weights},{credits})/SUM({weights}),"")'
        page.put(f"{letter}{LAST}", formula, "result", "0.0000", horizontal="center")
