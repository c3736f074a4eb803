"""The sheet Checks of asic_loan.xlsx: published values, filed figures, native shadows, identities, bounds, one flag."""

from __future__ import annotations

from collections.abc import Sequence

from workbooks.build.asic_loan.inputs import MONTHS
from workbooks.build.asic_loan.months import OWN_BOUNDS, POINT_LAST, POINT_TOP, READING_BOUNDS
from workbooks.build.asic_loan.parts import Checks, Months, number, open_checks, place_of
from workbooks.build.asic_loan.replay import FACTS, LETTERS
from workbooks.build.asic_loan.rows import SHADOWS
from workbooks.build.kit.page import Book, Page, all_within

NOTE = "The project's note on models, 40-digit arithmetic"
# function, arguments, which answer, value, tolerance, where published
Case = tuple[str, tuple[float, ...], int, float, float, str]
CASES: tuple[Case, ...] = (
    ("CFI_HASHPRICE", (84714, 3.125, 952), 1, 40.0433823529412, 1e-9, "450 × 84,714 / 952,000; " + NOTE + " §6"),
    ("CFI_HASHCOST", (29.5, 0.0588), 1, 41.6304, 1e-9, NOTE + " §6"),
    ("CFI_PAYBACK", (90, 200, 41.6), 1, 568.181818182, 1e-8, NOTE + " §6"),
    ("CFI_ASIC_VALUE", (200, 41.6, 0.4, 0.15), 1, 72.3575603273, 1e-9, NOTE + " §6"),
    ("CFI_ASIC_VALUE", (200, 41.6, 0.4, 0.15), 2, 3.9255429982, 1e-9, NOTE + " §6"),
    ("CFI_ASIC_VALUE", (200, 41.6, 0.4, 0.15), 3, 1.62257978774, 1e-9, NOTE + " §6"),
    ("CFI_ASIC_VALUE", (60, 41.6, 0.4, 0.15), 1, 2.76350674742, 1e-9, NOTE + " §6"),
    ("CFI_ASIC_VALUE", (45, 41.6, 0.4, 0.15), 3, 25.6724735928, 1e-8, NOTE + " §6"),
    ("CFI_HALVING", (0.05,), 1, 0.52380952381, 1e-10, NOTE + " §6"),
    ("CFI_GAP_RISK", (0.75, 0.75, 10), 1, 0.0120568332163, 1e-10, NOTE + " §2f"),
    ("CFI_GAP_RISK", (0.75, 0.75, 10), 2, 0.000497969692121, 1e-10, NOTE + " §2f"),
    ("CFI_HAIRCUT_LIQUIDITY", (25, 100, 1, 0.35), 1, 0.175, 1e-12, NOTE + " §2c"),
    ("CFI_LIQUIDATION_HORIZON", (25, 100, 0.35, 0.26), 1, 0.768026963243, 1e-10, NOTE + " §2c"),
    ("CFI_LIQUIDATION_HORIZON", (25, 100, 0.35, 0.26), 2, 0.299530515665, 1e-10, NOTE + " §2c"),
    ("CFI_DRIVER_PD", (2, 0, 0.06, 0.75, 0.1, 0.3, 1), 1, 0.254364326386, 1e-10, NOTE + " §3.5, MinerFi"),
    ("CFI_DRIVER_RHO", (0, 0.06, 0.75, 0.1, 0.2, 0.85, 0.3, 1), 1, 0.84254371558, 1e-10, NOTE + " §3.5, MinerFi"),
    ("CFI_CORR_LTV", (50, 100, 0.25, 0.85, 0.9, 0.75, -0.3, 0.2), 1, 2.15949994166, 1e-10, NOTE + " §3.4, case F"),
    ("CFI_CORR_LGD", (50, 100, 0.25, 0.85, 0.9, 0.75, -0.3, 0.2), 1, 0.543981573211, 1e-10, NOTE + " §3.4, case F"),
    ("CFI_STRESS_LTV", (70, 100, 0.5, 0.4, 1, 0.01), 1, 1.13722903317, 1e-10, NOTE + " §3.2"),
    ("CFI_CORR_ADVANCE", (0.0025, 0.05, 0.5, 0.4, 1), 1, 0.49299255, 1e-8, NOTE + " §3.4"),
)  # fmt: skip
SEVERAL = ("CFI_ASIC_VALUE", "CFI_GAP_RISK", "CFI_LIQUIDATION_HORIZON")  # functions with several answers
PIVOT = (
    ((180, 60, 30, 5, 140, 0.85, 3, 12, 12, 20, 25, 9, -0.5, 0.02), (4, 8, -98.5625)),
    ((180, 60, 30, 5, 140, 0.85, 3, 12, 12, 20, 25, 9, 0, 0.02), (0, 8, 83.1751096)),
    ((180, 60, 30, 5, 140, 0.85, 6, 24, 12, 20, 25, 9, -0.5, 0.02), (4, 16, -278.53125)),
)
ARGUMENTS = [*"OPQRSTUVWXYZ", "AA", "AB"]
ANSWER, SOURCE = "AC", "AD"


def write_checks(book: Book, months: Months, pivot: Months, replay: dict[str, int]) -> None:
    widths = {"L": 3, "M": 27, "N": 9} | dict.fromkeys(ARGUMENTS, 8.5) | {ANSWER: 17, SOURCE: 52}
    checks = open_checks(
        book, "Published values, filed figures, shadows in native Excel, identities, bounds; one master flag.", widths
    )
    page = checks.page
    _published(checks, page)
    _filed(checks, replay)
    m = {key: months.span(key) for key in months.row_of}
    checks.heading(
        "Functions against native Excel, month by month",
        "Mean of the differences over all months; the shadows are the last rows of Loan",
    )
    for key, words in SHADOWS:
        native = {"corr_ltv": "corr_native", "stress_ltv": "stress_native"}.get(key, f"{key}_native")
        checks.add(words, "37 months", f"=SUMPRODUCT(ABS({m[key]}-{m[native]}))/COLUMNS({m[key]})", 0, 1e-8)
    at = {key: pivot.row_of[key] for key in pivot.row_of}
    checks.add(
        "First month below 0",
        "Pivot",
        "=pivot_dry",
        f"=Pivot!D{at['dry']}",
        0,
        why="CFI_PIVOT_RUNWAY against its month-by-month shadow",
    )
    checks.add(
        "Crossing month",
        "Pivot",
        "=pivot_cross",
        f"=Pivot!D{at['crossed']}",
        0,
        why="CFI_PIVOT_RUNWAY against its month-by-month shadow",
    )
    checks.add(
        "Least cash",
        "Pivot",
        "=pivot_least",
        f"=MIN(pivot_cash,Pivot!D{at['counted']})",
        1e-8,
        why="CFI_PIVOT_RUNWAY against its month-by-month shadow",
    )
    _identities(checks, m)
    step = place_of(book, "path_step").split("!")[1]
    checks.heading("Bounds and inputs", "Outside of them a number is wrong, whatever the inputs are")
    checks.holds("At most one default", "Loan", f"SUM({m['default']})<=1")
    checks.holds("No balance below 0", "Loan", f"MIN({m['closing']})>=-tolerance")
    checks.holds(
        "No reserve, no sponsor's cash below 0", "Loan", f"MIN({m['reserve']},{m['support_left']})>=-tolerance"
    )
    checks.holds(
        "The best time to sell loses no more than the days allowed",
        "Loan",
        f"SUMPRODUCT(--({m['best_haircut']}>{m['haircut']}+{place_of(book, 'tolerance')}))=0",
    )
    checks.holds("ρ lies between −1 and 1", "Inputs", "AND(driver_rho>=-1,driver_rho<=1)")
    checks.holds("A cure restores more than the trigger", "Inputs", "cover_full>=cover_call")
    for name, sheet in (
        ("inputs_in_range", "Inputs"),
        ("replay_inputs_in_range", "Replay"),
        ("pivot_inputs_in_range", "Pivot"),
    ):
        checks.holds("Every input is a number within its range", sheet, f"AND(COUNT({name})>0,MIN({name})=1)")
    checks.holds("Halving after drawing", "Inputs", "halving_date>start_date")
    for name, words in (("own_btc_path", "Bitcoin, yours"), ("own_network_path", "Network, yours")):
        own = place_of(book, name)
        row = own.split("$")[-1]
        after, before = f"Paths!$F${row}:$AO${row}", f"Paths!$E${row}:$AN${row}"
        checks.holds(words + ": 37 numbers within range", "Paths", all_within(own, *OWN_BOUNDS))
        checks.holds(
            words + ": no step larger than you believe",
            "Paths",
            f"SUMPRODUCT(--({after}>Inputs!{step}*{before}))+SUMPRODUCT(--({before}>Inputs!{step}*{after}))=0",
        )
    first, last = POINT_TOP, POINT_LAST
    within = [
        all_within(f"Paths!{letter}{first}:{letter}{last}", number(low), number(high))
        for letter, (low, high) in READING_BOUNDS.items()
    ]
    checks.holds("Dated readings are numbers within range", "Paths", f"AND({','.join(within)})")
    checks.holds(
        "Dated readings are in order of date",
        "Paths",
        f"SUMPRODUCT(--(Paths!D{first + 1}:D{last}<=Paths!D{first}:D{last - 1}))=0",
    )
    checks.holds("Ramps of the grid are numbers between 0 and 10", "Pivot", all_within("ramp_factors", 0.0, 10.0))
    checks.add(
        "Facts are those delivered",
        "Facts",
        "=SUM(facts)",
        round(sum(fact[2] for fact in FACTS), 6),
        1e-6,
        why="A fact that was changed is no longer the one whose source stands beside it",
    )
    checks.heading("Findings: shown, not counted, because an input may change them", "True at the inputs delivered")
    checks.holds("The loan fails on the 2022-like fall", "Loan", "defaulted=1", counts=False)
    checks.holds(
        "Every loan on record was larger than the functions would have advanced",
        "Replay",
        f"MIN(Replay!D{replay['excess']}:H{replay['excess']})>1",
        counts=False,
    )
    checks.finish()


def _published(checks: Checks, page: Page) -> None:
    book = page.book
    page.section(8, "Published cases: the arguments, typed in", "M", SOURCE, height=None)
    checks.heading("Published values", "The case stands on the right of this sheet, with its source")
    page.put("M9", "Function", "head_left")
    page.put("N9", "Answer no.", "head")
    for index, letter in enumerate(ARGUMENTS, 1):
        page.put(f"{letter}9", f"arg. {index}", "head")
    page.put(f"{ANSWER}9", "Answer", "head")
    page.put(f"{SOURCE}9", "Source", "head_left")
    for function, arguments, answer, value, tolerance, source in CASES:
        row = checks.row
        cells = ",".join(f"{letter}{row}" for letter in ARGUMENTS[: len(arguments)])
        _case(page, row, function, arguments, answer, source)
        call = f"{function}({cells})"
        page.put(
            f"{ANSWER}{row}",
            f"=INDEX({call},1,$N{row})" if function in SEVERAL else f"={call}",
            "result",
            "0.000000000",
        )
        checks.add(f"{function}, answer {answer}", "as published", f"={ANSWER}{row}", value, tolerance)
    for arguments, values in PIVOT:
        for answer, value in enumerate(values, 1):
            row = checks.row
            _case(page, row, "CFI_PIVOT_RUNWAY", arguments, answer, NOTE + " §6")
            call = f"CFI_PIVOT_RUNWAY(O{row},P{row},Q{row},R{row}:V{row},W{row}:Z{row},AA{row},AB{row})"
            page.put(f"{ANSWER}{row}", f"=INDEX({call},1,$N{row})", "result", "0.000000000")
            checks.add(f"CFI_PIVOT_RUNWAY, answer {answer}", "as published", f"={ANSWER}{row}", value, 1e-8)
    book.name("published_answers", page, f"{ANSWER}10:{ANSWER}{checks.row - 1}")
    typed = [case[1] for case in CASES] + [arguments for arguments, answers in PIVOT for _ in answers]
    arguments_stand(
        checks,
        f"{ARGUMENTS[0]}10:{ARGUMENTS[-1]}{checks.row - 1}",
        [number for arguments in typed for number in arguments],
    )


def arguments_stand(checks: Checks, area: str, numbers: Sequence[float]) -> None:
    """Two checks that the published cases still have their arguments, where another would give the same answer."""
    checks.add("Arguments of the published cases: how many", "as published", f"=COUNT({area})", len(numbers), 0)
    checks.add("Arguments of the published cases: their sum", "as published", f"=SUM({area})", sum(numbers), 1e-9)
    words = "Argument of a published case: the answer is known for this number only"
    checks.page.validate(area, float(min(numbers)), float(max(numbers)), "Published case", words)


def _case(page: Page, row: int, function: str, arguments: tuple[float, ...], answer: int, source: str) -> None:
    page.put(f"M{row}", function, "label")
    page.put(f"N{row}", answer, "aside")
    for letter, value in zip(ARGUMENTS, arguments, strict=False):
        page.put(f"{letter}{row}", value, "input", "General")
    page.put(f"{SOURCE}{row}", source, "note")


def _filed(checks: Checks, replay: dict[str, int]) -> None:
    checks.heading("Filed and reported figures", "Computed on Replay from Facts; what filings and press say")

    def cell(key: str, case: int) -> str:
        return f"=Replay!{LETTERS[case]}{replay[key]}"

    rows = (
        ("Cover at failure: about 2 over about 7", "IREN, three SPVs", cell("dscr", 0), 0.285714285714, 1e-9),
        ("LTV at default, at 70", "IREN, three SPVs", cell("ltv_low", 0), 1.485714285714, 1e-9),
        ("LTV at default, at 65", "IREN, three SPVs", cell("ltv_high", 0), 1.6, 1e-9),
        ("Lent per TH", "IREN, three SPVs", cell("loan_th", 0), 27.368421052632, 1e-9),
        ("Lent per TH", "IREN, third SPV", cell("loan_th", 1), 35.5, 1e-9),
        ("Hashcost", "IREN, three SPVs", cell("hashcost", 0), 41.6304, 1e-9),
        ("Settlement over claim", "IREN, three SPVs", cell("share", 0), 0.185528756957, 1e-9),
        ("Owed per TH", "Stronghold", cell("owed_th", 2), 26.96, 1e-9),
        ("Owed per machine", "Stronghold", cell("machine", 2), 2572.519083969, 1e-6),
        ("Owed per machine", "Core Scientific", cell("machine", 4), 1408.604897274, 1e-6),
        ("LTV at default", "Bitfarms", cell("ltv_low", 3), 4.2, 1e-9),
        ("Settlement over claim", "Bitfarms", cell("share", 3), 0.369047619048, 1e-9),
    )
    for words, who, got, should, tolerance in rows:
        checks.add(words, who, got, should, tolerance)
    checks.add(
        "Network at drawing, 2026",
        "EH/s",
        "=blocks_per_day*subsidy_2*btc_start_2*(1+fee_share_2)/(hashprice_start_2*ph_per_eh)",
        952,
        1.0,
        why="964 EH/s reported in the week, 952 by the note's arithmetic; holds at the delivered start of the second loan",
    )
    checks.add(
        "Elasticity of the index to hashprice",
        "2021–22",
        "=elasticity",
        1.168,
        0.05,
        counts=False,
        why="ln(119.25/15.71)/ln(340.7/60.1); an input, so not counted",
    )


def _identities(checks: Checks, m: dict[str, str]) -> None:
    checks.heading("Identities", "Must hold whatever the inputs are")
    ins = f"SUM({m['drawn']})+SUM({m['interest']})"
    outs = f"SUM({m['paid']})+SUM({m['cure']})+SUM({m['recovery']})+SUM({m['loss']})+INDEX({m['closing']},{MONTHS + 1})"
    checks.add("Drawn + interest = paid + cured + recovered + lost + still owed", "Loan", f"={ins}", f"={outs}", 1e-8)
    checks.add(
        "Debt service due = paid from cash, reserve, sponsor, or unpaid",
        "Loan",
        f"=SUM({m['service']})",
        f"=SUM({m['paid']})+SUM({m['unpaid']})",
        1e-9,
    )
    checks.add(
        "Hashprice in month 0 is the one on Inputs", "Loan", f"=INDEX({m['hashprice']},1)", "=hashprice_start", 1e-9
    )
    checks.add(
        "Live index starts at 1",
        "Paths",
        f"=INDEX({m['btc']},1)/btc_start+INDEX({m['network']},1)/network_start",
        2,
        1e-12,
    )
    checks.add(
        "Owed at default = recovered + lost", "Loan", f"=SUM({m['exposure']})", "=recovery_total+loss_total", 1e-9
    )
    checks.add(
        "Nothing is owed after the last month of the tenor", "Loan", f"=INDEX({m['closing']},{MONTHS + 1})", 0, 1e-6
    )
    checks.add(
        "Proceeds = value × (1 − cost of sale)",
        "Loan",
        f"=SUMPRODUCT({m['value']},1-{m['sale_cost']})",
        f"=SUM({m['proceeds']})",
        1e-8,
    )
