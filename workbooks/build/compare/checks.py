"""The sheet Checks of compare.xlsx: published values, native shadows of our functions, bounds, and one master flag."""

from __future__ import annotations

from workbooks.build.compare.deals import COLUMNS, Deals
from workbooks.build.compare.inputs import SHORT_NAMES
from workbooks.build.compare.peers import PEERS, peers_hold, why_shadow
from workbooks.build.compare.rebrand import COLUMNS as REBRAND_COLUMNS
from workbooks.build.compare.rebrand import LINKED, NAMES, Rebrand, levels_hold
from workbooks.build.compare.rows import MEASURES
from workbooks.build.kit.checks import CheckList
from workbooks.build.kit.page import NUMBER, NUMBER_4, PERCENT, TIMES, WHOLE, YEARS, Book, Page, all_within

# Demonstration cases: inputs, then the published results with the last digit's tolerance.
CASES = ("MinerFi", "ComputeFi", "GPU on demand", "Mixed")
CASE_INPUTS: tuple[tuple[str, str, str, tuple[float, float, float, float], str], ...] = (
    ("c", "Contracted share", "share", (0.0, 0.98, 0.25, 0.60), PERCENT),
    ("vol_contract", "Volatility of contracted cash", "per year", (0.06, 0.06, 0.06, 0.10), PERCENT),
    ("vol_market", "Volatility of market cash", "per year", (0.75, 0.30, 0.30, 0.30), PERCENT),
    ("vol_other", "Volatility of the rest", "per year", (0.10, 0.05, 0.05, 0.05), PERCENT),
    ("corr_contract", "Correlation of contracted cash", "correlation", (0.2, 0.2, 0.2, 0.2), NUMBER),
    ("corr_market", "Correlation of market cash", "correlation", (0.85, 0.7, 0.7, 0.7), NUMBER),
    ("corr_both", "Correlation of the two cash flows", "correlation", (0.3, 0.3, 0.3, 0.3), NUMBER),
    ("leverage", "Operating leverage", "×", (1.0, 1.0, 1.0, 1.0), TIMES),
    ("dscr", "Debt service cover", "×", (2.0, 1.2, 1.2, 1.35), TIMES),
    ("ltv", "LTV at cost", "loan / value", (0.60, 0.90, 0.7142, 0.80), PERCENT),
    ("volatility", "Volatility of the collateral", "per year", (0.90, 0.30, 0.30, 0.30), PERCENT),
    ("drift", "Drift", "per year", (-0.30, -0.26, -0.26, -0.26), PERCENT),
    ("sale_cost", "Sale cost", "share", (0.25, 0.25, 0.25, 0.25), PERCENT),
    ("horizon", "Horizon", "years", (1.0, 1.0, 1.0, 1.0), YEARS),
)
CASE_RESULTS: tuple[tuple[str, str, str], ...] = (
    (
        "pd",
        "PD of the driver",
        "=CFI_DRIVER_PD({dscr},{c},{vol_contract},{vol_market},{vol_other},{corr_both},{leverage})",
    ),
    (
        "rho",
        "ρ",
        "=CFI_DRIVER_RHO({c},{vol_contract},{vol_market},{vol_other},{corr_contract},{corr_market},{corr_both},{leverage})",
    ),
    (
        "value",
        "Value in default over cost",
        "=CFI_VALUE_IN_DEFAULT(1,{pd},{rho},{volatility},{horizon},{drift})",
    ),
    (
        "corr_ltv",
        "Correlation-adjusted LTV",
        "=CFI_CORR_LTV({ltv},1,{pd},{rho},{volatility},{horizon},{drift},{sale_cost})",
    ),
    ("lgd", "LGD", "=CFI_CORR_LGD({ltv},1,{pd},{rho},{volatility},{horizon},{drift},{sale_cost})"),
    ("el", "Expected loss", "=CFI_CORR_EL({ltv},1,{pd},{rho},{volatility},{horizon},{drift},{sale_cost})"),
)
CASES_TOP, CASE_RANGE = 8, (-5.0, 20.0)
# (result, published value, tolerance) for each case
PUBLISHED: dict[str, tuple[tuple[str, float, float], ...]] = {
    "MinerFi": (
        ("pd", 0.254364326386, 1e-11),
        ("rho", 0.84254371558, 1e-10),
        ("value", 0.226976638823, 1e-11),
        ("corr_ltv", 3.52459180006, 1e-10),
        ("lgd", 0.717328754095, 1e-11),
        ("el", 0.1825, 5e-5),
    ),
    "ComputeFi": (
        ("pd", 0.017181108599, 1e-11),
        ("rho", 0.202608562228, 1e-11),
        ("value", 0.662219546623, 1e-11),
        ("corr_ltv", 1.81208785835, 1e-10),
        ("lgd", 0.449898449315, 1e-11),
        ("el", 0.00773, 5e-6),
    ),
    "GPU on demand": (
        ("pd", 0.239392328889, 1e-11),
        ("rho", 0.682053068508, 1e-11),
        ("corr_ltv", 1.6365797, 5e-8),
        ("el", 0.0933943, 5e-8),
    ),
    "Mixed": (
        ("pd", 0.049919514421, 1e-11),
        ("rho", 0.609354951477, 1e-11),
        ("corr_ltv", 2.0466743, 5e-8),
        ("el", 0.0255331, 5e-8),
    ),
}
PUBLISHED_SOURCE = "Demonstration parameter, not filed; project note on models §3.5, 2026-11-22"


def write_checks(book: Book, deals: Deals, rebrand: Rebrand) -> None:
    widths = {
        "A": 1.5,
        "B": 6,
        "C": 54,
        "D": 20,
        "E": 17,
        "F": 17,
        "G": 11,
        "H": 10,
        "I": 9,
        "J": 8,
        "K": 64,
        "L": 3,
        "M": 34,
    }
    widths |= {"N": 13} | dict.fromkeys("OPQR", 16) | {"S": 3, "T": 58}
    page = book.page(
        "Checks",
        "Checks",
        "Published values, shadows in native Excel, bounds, findings; one master flag for the whole workbook.",
        widths,
    )
    cases = _published_block(page)
    shadows = _shadow_block(page, deals, rebrand)
    _list(page, deals, cases, shadows, rebrand)


def _published_block(page: Page) -> dict[str, str]:
    """Inputs and results of the demonstration cases; returns the cell of each result as "case key"."""
    top = CASES_TOP
    page.section(5, "Demonstration cases, independent of the deals", "M", "T", height=None)
    page.put("M6", "Case", "head_left")
    page.put("N6", "Unit", "head")
    page.put("T6", "Source", "head_left")
    for letter, name in zip("OPQR", CASES, strict=True):
        page.put(f"{letter}6", name, "head")
    rows: dict[str, int] = {}
    for row, (key, words, unit, values, number_format) in enumerate(CASE_INPUTS, top):
        rows[key] = row
        page.put(f"M{row}", words, "label")
        page.put(f"N{row}", unit, "unit")
        for letter, value in zip("OPQR", values, strict=True):
            page.put(f"{letter}{row}", value, "input", number_format)
        page.put(f"T{row}", PUBLISHED_SOURCE, "note")
        page.validate(f"O{row}:R{row}", *CASE_RANGE, words, unit)
    cells: dict[str, str] = {}
    for row, (key, words, formula) in enumerate(CASE_RESULTS, top + len(CASE_INPUTS)):
        rows[key] = row
        page.put(f"M{row}", words, "label_bold")
        page.put(f"N{row}", "number", "unit")
        page.put(f"T{row}", "Our function on the inputs above", "note")
        for letter, case in zip("OPQR", CASES, strict=True):
            page.put(
                f"{letter}{row}",
                formula.format_map({name: f"{letter}{at}" for name, at in rows.items()}),
                "result",
                "0.000000000",
            )
            cells[f"{case} {key}"] = f"{letter}{row}"
    return cells


def _shadow_block(page: Page, deals: Deals, rebrand: Rebrand) -> dict[str, int]:
    """The same credit quantities in native Excel, deal by deal; returns the row of each."""
    top = 34
    page.section(top - 3, "Shadows: the functions again, in native Excel", "M", "T", height=None)
    page.put(f"M{top - 2}", "Quantity", "head_left")
    page.put(f"N{top - 2}", "Unit", "head")
    page.put(f"T{top - 2}", "How", "head_left")
    for letter, name in zip("OPQR", SHORT_NAMES, strict=True):
        page.put(f"{letter}{top - 2}", name, "head")
    lines = (
        (
            "s",
            "Volatility of debt-service cash",
            "per year",
            "=SQRT({leverage}^2*({contracted}^2*{vol_contract}^2+(1-{contracted})^2*{vol_market}^2+2*{contracted}*(1-{contracted})*{corr_contract_market}*{vol_contract}*{vol_market})+{vol_other}^2)",
            "Sum of variances",
        ),
        (
            "pd",
            "PD of the driver",
            "probability",
            "=NORMSDIST(-(1-1/{dscr})/{s})",
            "Normal distribution at the distance to cover 1.0",
        ),
        (
            "rho",
            "ρ",
            "correlation",
            "={leverage}*({contracted}*{vol_contract}*{corr_contract}+(1-{contracted})*{vol_market}*{corr_market})/{s}",
            "Covariance over volatility",
        ),
        ("a", "Volatility over the horizon", "number", "={volatility}*SQRT({horizon})", "σ√T"),
        (
            "f",
            "Net forward value over loan",
            "×",
            "={market_value}*(1-{sale_cost})/{loan}",
            "After sale cost",
        ),
        ("d", "Distance", "number", "=IF({a}=0,0,LN({f})/{a}-{a}/2)", "Lognormal"),
        (
            "lgd_flat",
            "LGD without correlation",
            "share",
            "=IF({a}=0,MAX(0,1-{f}),NORMSDIST(-{d})-{f}*NORMSDIST(-{d}-{a}))",
            "A Black–Scholes put over its strike",
        ),
        (
            "value",
            "Value in the stress quantile over cost",
            "share",
            "=EXP({drift}*{horizon}+{rho}*{a}*NORMSINV({stress_quantile})-({rho}*{a})^2/2)",
            "E[V | driver at its quantile]",
        ),
        (
            "stress_ltv",
            "Stress LTV",
            "×",
            "={loan}/({cost}*{value}*(1-{sale_cost}))",
            "Loan over that value after sale cost",
        ),
        (
            "step_in",
            "LGD if the contract may be assigned",
            "share",
            "={survival}*MAX(0,1-{contract_value}/{loan})+(1-{survival})*{lgd}",
            "Weighted by the chance of survival",
        ),
        (
            "haircut",
            "Combined haircut",
            "share",
            "=1-(1-{haircut_price})*(1-{haircut_technology})*(1-{haircut_liquidity})",
            "Product rule",
        ),
        ("cover", "Gross backlog cover", "×", "={backlog}/{commitment}", "Backlog over commitment"),
    )
    own = {line[0]: top + index for index, line in enumerate(lines)}
    common = ("stress_quantile", "pass_score", "contract_floor")
    for row, (_, words, unit, formula, how) in enumerate(lines, top):
        page.put(f"M{row}", words, "label")
        page.put(f"N{row}", unit, "unit")
        page.put(f"T{row}", how, "note")
        for index, letter in enumerate("OPQR"):
            given = {
                name: f"Deals!{'$D$' if name in common else COLUMNS[index]}{at}" for name, at in deals.row_of.items()
            }
            # The shadow's own volatility, distance and ρ come first; what it does not make itself it takes from Deals.
            made = {name: f"{letter}{at}" for name, at in own.items() if name in ("s", "a", "f", "d", "value", "rho")}
            page.put(f"{letter}{row}", formula.format_map(given | made), "calc", "0.000000000")
    return own | _credit_block(page, deals, rebrand, top + len(lines) + 3)


def _credit_block(page: Page, deals: Deals, rebrand: Rebrand, top: int) -> dict[str, int]:
    page.section(top - 2, "The rebrand test's levels and credits", "M", "T", height=None)
    heads = ("Test", "Weight", *SHORT_NAMES)
    for letter, text in zip("MNOPQR", heads, strict=True):
        page.put(f"{letter}{top - 1}", text, "head_left" if letter == "M" else "head")
    page.put(f"T{top - 1}", "Full and zero level", "head_left")
    page.sheet.column_dimensions["U"].width = 9
    page.sheet.column_dimensions["V"].width = 9
    page.put(f"U{top - 1}", "Full", "head")
    page.put(f"V{top - 1}", "Zero", "head")
    for index, (_, name, _) in enumerate(MEASURES):
        row = top + index
        page.put(f"M{row}", f"{index + 1} · {name}", "label")
        for letter, pattern, number_format in (
            ("N", rebrand.weight, WHOLE),
            ("U", rebrand.full, NUMBER),
            ("V", rebrand.zero, NUMBER),
        ):
            page.put(f"{letter}{row}", f"={rebrand.level(pattern, index + 1)}", "calc", number_format)
        page.put(f"T{row}", "From the sheet Rebrand", "note")
        for deal, letter in enumerate("OPQR"):
            page.put(
                f"{letter}{row}",
                f"=MAX(0,MIN(1,({deals.cell(f'measure_{index + 1}', deal)}-$V{row})/($U{row}-$V{row})))",
                "calc",
                NUMBER_4,
            )
    last = top + len(MEASURES) - 1
    score = last + 1
    page.put(f"M{score}", "Score", "label_bold")
    page.put(f"N{score}", f"=SUM(N{top}:N{last})", "result", WHOLE)
    page.put(f"T{score}", "Weighted credits", "note")
    for letter in "OPQR":
        page.put(
            f"{letter}{score}",
            f"=100*SUMPRODUCT($N{top}:$N{last},{letter}{top}:{letter}{last})/$N{score}",
            "result",
            "0.0000",
        )
    return {"score": score}


def _list(page: Page, deals: Deals, cases: dict[str, str], shadows: dict[str, int], rebrand: Rebrand) -> None:
    heads = ("No.", "Check", "Which", "Got", "Should be", "Tolerance", "Result", "Counts", "Fails", "Why")
    for letter, text in zip("BCDEFGHIJK", heads, strict=True):
        page.put(f"{letter}8", text, "head_left" if letter in "CK" else "head")
    page.row(8, 20)
    checks = CheckList(page)
    checks.heading("Published demonstration values", "As published in the project's note on models, §3.5")
    labels = {key: words for key, words, _ in CASE_RESULTS}
    for case, results in PUBLISHED.items():
        for key, value, tolerance in results:
            checks.add(
                labels[key],
                case,
                f"={cases[f'{case} {key}']}",
                value,
                tolerance,
            )
    checks.heading(
        "Our functions against native Excel, deal by deal",
        "The same quantity in native Excel functions, on the right of this sheet",
    )
    pairs = (
        ("pd", "PD of the driver", "pd"),
        ("rho", "ρ of driver and collateral", "rho"),
        ("lgd_flat", "LGD at ρ = 0 is a Black–Scholes put", "lgd_flat"),
        ("stress_ltv", "Stress LTV", "stress_ltv"),
        ("lgd_step_in", "LGD with step-in", "step_in"),
        ("haircut", "Haircuts combine by product", "haircut"),
        ("gross_cover", "Gross backlog cover", "cover"),
        ("score", "Rebrand score from its credits", "score"),
    )
    for key, words, shadow in pairs:
        for index, letter in enumerate("OPQR"):
            checks.add(words, SHORT_NAMES[index], f"={deals.cell(key, index)}", f"={letter}{shadows[shadow]}", 1e-9)
    for name, letter in zip(NAMES, REBRAND_COLUMNS, strict=True):
        ours, shadow = rebrand.score.format(letter), rebrand.shadow.format(letter)
        checks.add(
            "Rebrand score from its credits, sheet Rebrand",
            name,
            f"=IF(ISNUMBER({ours}),{ours},0)",
            f"=IF(ISNUMBER({shadow}),{shadow},0)",
            1e-9,
        )
    for number, peer in enumerate(PEERS):
        ours, shadow = why_shadow(number)
        checks.add("Neocloud score from its points", peer.name, f"={ours}", f"={shadow}", 1e-9)
    checks.heading("Identities", "Must hold whatever the inputs are")
    for letter, index in LINKED.items():
        measures = f"{rebrand.measure(letter, 1)}:{rebrand.measure(letter, len(MEASURES)).split('!')[1]}"
        same = f"{deals.cell('measure_1', index)}:{deals.cell(f'measure_{len(MEASURES)}', index).split('!')[1]}"
        checks.add(
            "The sheets Rebrand and Deals measure the same",
            SHORT_NAMES[index],
            f"=SUMPRODUCT(({measures}-{same})^2)",
            0,
            1e-18,
        )
    for index, name in enumerate(SHORT_NAMES):
        at = {key: deals.cell(key, index) for key in deals.row_of}
        checks.add("Expected loss = PD × LGD", name, f"={at['el']}", f"={at['pd']}*{at['lgd']}", 1e-12)
        checks.add(
            "Adjusted LTV × net value in default = loan",
            name,
            f"={at['corr_ltv']}*{at['value_in_default']}*(1-{at['sale_cost']})/{at['loan']}",
            1,
            1e-10,
        )
        checks.add(
            "The bridge adds up",
            name,
            f"={at['ltv_cost']}+{at['bridge_drift']}+{at['bridge_sale']}+{at['bridge_correlation']}",
            f"={at['corr_ltv']}",
            1e-10,
        )
        checks.add(
            "Wrong-way add-on = LGD less LGD at ρ = 0",
            name,
            f"={at['wrong_way']}",
            f"={at['lgd']}-{at['lgd_flat']}",
            1e-10,
        )
        checks.add(
            "PD either + PD both = sum of the PDs",
            name,
            f"={at['pd_either']}+{at['pd_both']}",
            f"={at['pd']}+{at['offtaker_pd']}",
            1e-12,
        )
        checks.add(
            "Expected loss in money over the loan",
            name,
            f"={at['el_money']}/{at['loan']}",
            f"={at['el']}",
            1e-12,
        )
    checks.add(
        "Deals' backlogs add up to the contracts",
        "all",
        f"=SUM({deals.span('backlog')})",
        "=SUM(Contracts!T9:T14)",
        1e-6,
    )
    checks.heading("Bounds", "Outside of them a number is wrong, whatever the inputs are")
    for index, name in enumerate(SHORT_NAMES):
        at = {key: deals.cell(key, index) for key in deals.row_of}
        checks.holds("ρ lies between −1 and 1", name, f"AND({at['rho']}>=-1,{at['rho']}<=1)")
        checks.holds(
            "PD both ≤ each PD ≤ PD either",
            name,
            f"AND({at['pd_both']}<=MIN({at['pd']},{at['offtaker_pd']})+1E-15,{at['pd_either']}>=MAX({at['pd']},{at['offtaker_pd']})-1E-15)",
        )
        checks.holds("LGD lies between 0 and 1", name, f"AND({at['lgd']}>=0,{at['lgd']}<=1)")
        checks.holds("Risked cover is not above gross cover", name, f"{at['risked_cover']}<={at['gross_cover']}")
        checks.holds("Score lies between 0 and 100", name, f"AND({at['score']}>=0,{at['score']}<=100)")
    checks.holds(
        "Every input of Deals is a number within its range",
        "all",
        "AND(COUNT(inputs_in_range)>0,MIN(inputs_in_range)=1)",
    )
    checks.holds(
        "Every point of the curves is a number", "curves", "COUNT(Curves!C9:G49,Curves!J9:M49)=9*ROWS(Curves!C9:C49)"
    )
    checks.holds(
        "Peers' scores lie between 0 and 100",
        "peers",
        "AND(MIN(neocloud_scores)>=0,MAX(neocloud_scores)<=100)",
    )
    checks.holds(
        "Every term of Contracts is within its range",
        "all",
        "AND(COUNT(contracts_in_range)>0,MIN(contracts_in_range)=1)",
    )
    for words, conditions in (
        (
            "Every term of Rebrand is a number within its range",
            ("AND(COUNT(rebrand_in_range)>0,MIN(rebrand_in_range)=1)",),
        ),
        ("Every level of the rebrand test is a number", (levels_hold(),)),
        ("Every figure of Peers is a number within its range", peers_hold()),
        (
            "Every input of a published case is a number",
            (all_within(f"O{CASES_TOP}:R{CASES_TOP + len(CASE_INPUTS) - 1}", *CASE_RANGE),),
        ),
    ):
        checks.holds(words, "all", f"AND({','.join(conditions)})")
    checks.heading("Findings: shown, not counted, because an input may change them", "True at the inputs delivered")
    for index, name in enumerate(SHORT_NAMES):
        checks.add(
            "Contracted share agrees with the contracts",
            name,
            f"={deals.cell('implied_share', index)}",
            f"={deals.cell('contracted', index)}",
            0.005,
            counts=False,
        )
    checks.add("Expected loss and stress LTV fall as c rises", "curve", "=thesis_breaks", 0, 0, counts=False)
    checks.holds(
        "The contract-backed loan loses less than the ASIC loan",
        "4.0 and ASIC",
        f"{deals.cell('el', 0)}<{deals.cell('el', 3)}",
        counts=False,
    )
    last = checks.close()
    page.print_setup(f"B1:K{last}", "8:8")
