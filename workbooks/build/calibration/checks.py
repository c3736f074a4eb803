"""The sheet Checks of calibration.xlsx: published values, native shadows, bounds, and one master flag."""

from __future__ import annotations

from workbooks.build.asic_loan.checks import NOTE, Case, arguments_stand
from workbooks.build.asic_loan.parts import Checks, number, open_checks, place_of
from workbooks.build.calibration.prices import DATE_BOUNDS, LAST, PRICE_BOUNDS, TOP
from workbooks.build.calibration.sheet import EVIDENCE, EVIDENCE_BOUNDS, GENERATOR_BOUNDS, PAIRS
from workbooks.build.calibration.supply import BOOKS, COLUMNS, SCENARIOS
from workbooks.build.kit.page import Book, Page, all_within

CASES: tuple[Case, ...] = (
    ("CFI_UNSMOOTH_CORR", (0.39, 0.45), 1, 0.436716158545546, 1e-12, "0.39 × 1.11978502191; " + NOTE + " §3.10"),
    ("CFI_SUPPLY_FACTOR", (0.2, 0.4, 1.5), 1, 0.902337085379, 1e-11, NOTE + " §6"),
    ("CFI_GPU_VALUE", (2.5, 0, 2.5, 0.19, 0.6, 0.95, 6, 0.1), 1, 35434.843266, 1e-5, NOTE + " §2b"),
    ("CFI_GPU_VALUE", (2.5, 2, 2.5, 0.19, 0.6, 0.95, 6, 0.1), 1, 41574.411869, 1e-5, NOTE + " §2b"),
    ("CFI_GPU_VALUE", (2.5, 4, 2.5, 0.19, 0.6, 0.95, 6, 0.1), 1, 54773.30939, 1e-5, NOTE + " §2b"),
    ("CFI_GPU_VALUE", (2.5, 6, 2.5, 0.19, 0.6, 0.95, 6, 0.1), 1, 70155.278704, 1e-5, NOTE + " §2b"),
    ("CFI_GPU_VALUE", (2.5, 0, 2.5, 0.19, 0.6, 0.95, 6, 0.1), 2, 1.669241, 1e-6, NOTE + " §2b"),
    ("CFI_GPU_VALUE", (2.5, 4, 2.5, 0.19, 0.6, 0.95, 6, 0.1), 2, 0.180706, 1e-6, NOTE + " §2b"),
    ("CFI_GPU_RESIDUAL", (3, 0.26), 1, 0.458406011305224, 1e-12, NOTE + " §2b"),
    ("CFI_GPU_RESIDUAL", (3, 0.163696092720405, 0, 2, 0.35), 1, 0.39777403185, 1e-10, NOTE + " §2b: .849³ and a step of 35%"),
    ("CFI_CORR_LTV", (70, 100, 0.05, 0.5, 0.4, 1), 1, 1.07594919423, 1e-10, NOTE + " §3.4, case A"),
    ("CFI_CORR_LGD", (70, 100, 0.05, 0.5, 0.4, 1), 1, 0.173559111227, 1e-10, NOTE + " §3.4, case A"),
    ("CFI_CORR_EL", (70, 100, 0.05, 0.5, 0.4, 1), 1, 0.00867795556137, 1e-10, NOTE + " §3.4, case A"),
    ("CFI_STRESS_LTV", (70, 100, 0.5, 0.4, 1, 0.01), 1, 1.13722903317, 1e-10, NOTE + " §3.2"),
)  # fmt: skip
SEVERAL = ("CFI_GPU_VALUE",)
PRICES = ((100, 104, 101, 108, 107, 112), (50, 51, 50.5, 53, 52, 55))
MATRIX = ((1, 2), (2, 1), (3, 5), (6, 4))
ARGUMENTS = "OPQRSTUV"
ANSWER, SOURCE = "W", "X"
INTERVALS = ((0.739081711197, 0.831941814766), (-0.111556124333, 0.733204510935), (-0.242881016145, 0.369688995599))


def write_checks(book: Book, at: dict[str, int], supply: dict[str, int]) -> None:
    widths = {"L": 3, "M": 24, "N": 9} | dict.fromkeys(ARGUMENTS, 10) | {ANSWER: 17, SOURCE: 52}
    checks = open_checks(book, "Published values, shadows in native Excel, bounds and inputs; one master flag.", widths)
    _published(checks, checks.page)
    first = at["pairs"] + 2
    checks.heading(
        "Functions against native Excel, on the prices pasted in",
        "STDEV, CORREL, FISHER, COVAR in place of the functions",
    )
    checks.add(
        "EWMA volatility = its recursion",
        "4 series",
        f"=SUMPRODUCT(ABS({place_of(book, 'series_ewma')}-{place_of(book, 'series_ewma_native')}))",
        0,
        1e-10,
    )
    for letter, native, words in (
        ("D", "H", "Correlation = CORREL"),
        ("E", "I", "Low end = FISHERINV"),
        ("F", "J", "High end = FISHERINV"),
    ):
        last = first + len(PAIRS) - 1
        checks.add(
            words,
            "6 pairs",
            f"=SUMPRODUCT(ABS(Calibration!{letter}{first}:{letter}{last}-Calibration!{native}{first}:{native}{last}))",
            0,
            1e-9,
        )
    checks.add(
        "n = filled rows less 1",
        "6 pairs",
        f"=SUM(Calibration!G{first}:G{first + 5})/ROWS(Calibration!G{first}:G{first + 5})",
        "=price_count-1",
        1e-9,
    )
    checks.add(
        "Shrunk matrix = native Ledoit and Wolf",
        "16 cells",
        f"=SUMPRODUCT(ABS({place_of(book, 'shrunk')}-{place_of(book, 'shrunk_native')}))",
        0,
        1e-9,
    )
    checks.add(
        "Correction for φ = ρ/√(1 − φ²)",
        "pair 3",
        f"=Calibration!L{first + 2}",
        f"=Calibration!D{first + 2}/SQRT(1-Calibration!K{first + 2}^2)",
        1e-12,
    )
    loan = at["loan"] + 1
    stress = (
        "try_ltv/((1-try_sale_cost)*EXP(try_drift+rho*try_volatility*NORMSINV(try_quantile)-(rho*try_volatility)^2/2))"
    )
    adjusted = "try_ltv/((1-try_sale_cost)*EXP(try_drift)*NORMSDIST(NORMSINV(try_pd)-rho*try_volatility)/try_pd)"
    for row in range(loan, loan + 5):
        rho = f"Calibration!D{row}"
        checks.add("Stress LTV of a reading", "native", f"=Calibration!G{row}", "=" + stress.replace("rho", rho), 1e-8)
        checks.add(
            "Correlation-adjusted LTV of a reading",
            "native",
            f"=Calibration!F{row}",
            "=" + adjusted.replace("rho", rho),
            1e-8,
        )
        checks.add("Expected loss = PD × LGD", "identity", f"=Calibration!I{row}", f"=try_pd*Calibration!H{row}", 1e-12)
    _supply(checks, supply)
    _found(checks, at)
    checks.heading("Bounds and inputs", "Outside of them a number is wrong, whatever the inputs are")
    checks.holds("Every series is complete: as many prices, no gap, all above 0", "Prices", "prices_complete=1")
    low, high = PRICE_BOUNDS
    checks.holds("Every price is within range", "Prices", f"AND(MIN(prices)>={low!r},MAX(prices)<={high!r})")
    returns = f"Returns!D{TOP + 1}:G{LAST}"
    checks.holds(
        "No price steps further than you believe",
        "Prices",
        f"AND(MAX({returns})<=LN(price_step),MIN({returns})>=-LN(price_step))",
    )
    low, high = (number(day) for day in DATE_BOUNDS)
    checks.holds(
        "Every price has a date, and nothing else stands there",
        "Prices",
        f"AND(COUNT(dates)=price_count,COUNTA(dates)=price_count,MIN(dates)>={low!r},MAX(dates)<={high!r})",
    )
    # Below the last date every empty row counts once; a date that is not later than the one above adds another.
    checks.holds(
        "Every date is later than the one above",
        "Prices",
        f"SUMPRODUCT(--(Prices!C{TOP + 1}:C{LAST}<=Prices!C{TOP}:C{LAST - 1}))={LAST - TOP + 1}-price_count",
    )
    checks.add(
        "Years by the dates over years by prices a year",
        "Prices",
        "=(MAX(dates)-MIN(dates))/365.25/((price_count-1)/per_year)",
        1,
        0.1,
    )
    checks.holds("At least thirty prices", "Prices", "price_count>=30")
    checks.holds(
        "Correlations lie between −1 and 1",
        "6 pairs",
        f"AND(MIN(Calibration!D{first}:F{first + 5})>=-1,MAX(Calibration!D{first}:F{first + 5})<=1)",
    )
    checks.holds(
        "The interval holds the correlation",
        "6 pairs",
        f"SUMPRODUCT(--(Calibration!E{first}:E{first + 5}>Calibration!D{first}:D{first + 5}))+SUMPRODUCT(--(Calibration!F{first}:F{first + 5}<Calibration!D{first}:D{first + 5}))=0",
    )
    small = place_of(book, "unchanged_below").split("$")[-1]
    smaller = f"{place_of(book, 'shrunk')}^2-{place_of(book, 'sampled')}^2"
    checks.holds(
        "Shrinkage takes no correlation away from 0", "matrix", f"SUMPRODUCT(--({smaller}>Calibration!D{small}))=0"
    )
    for name, sheet in (("calibration_inputs_in_range", "Calibration"), ("supply_inputs_in_range", "Supply")):
        checks.holds("Every input is a number within its range", sheet, f"AND(COUNT({name})>0,MIN({name})=1)")
    given = [all_within(f"series_{key}", low, high) for key, (low, high) in GENERATOR_BOUNDS.items()]
    checks.holds("What the generator was given is within range", "Calibration", f"AND({','.join(given)})")
    top = at["evidence"] + 1
    last = top + len(EVIDENCE) - 1
    typed = [
        all_within(f"Calibration!{letter}{top}:{letter}{last}", low, high)
        for letter, (low, high) in EVIDENCE_BOUNDS.items()
    ]
    checks.holds("What public data said is within range", "Calibration", f"AND({','.join(typed)})")
    checks.heading("Findings: shown, not counted, because an input may change them", "True at the inputs delivered")
    checks.add(
        "Correction for sticky prices comes back to what the generator was given",
        "pair 3",
        f"=Calibration!N{first + 2}",
        f"=Calibration!O{first + 2}",
        0.15,
        counts=False,
        why="SYNTHETIC series only: the true correlation is known",
    )
    checks.holds(
        "The merchant loan is not repaid when rents fall as the essay asks",
        "Supply",
        "INDEX(llcr_essay,1,4)<1",
        counts=False,
    )
    checks.holds("The loan contracted for six years is", "Supply", "INDEX(least_essay,1,1)>=1", counts=False)
    checks.finish()


def _published(checks: Checks, page: Page) -> None:
    page.section(8, "Published cases: the arguments, typed in", "M", SOURCE, height=None)
    checks.heading("Published values", "The case stands on the right of this sheet, with its source")
    page.put("M9", "Function", "head_left")
    page.put("N9", "Answer no.", "head")
    for index, letter in enumerate(ARGUMENTS, 1):
        page.put(f"{letter}9", f"arg. {index}", "head")
    page.put(f"{ANSWER}9", "Answer", "head")
    page.put(f"{SOURCE}9", "Source", "head_left")

    typed: list[float] = []

    def case(
        function: str,
        answer: int,
        numbers: tuple[float, ...],
        formula: str,
        value: float,
        tolerance: float,
        source: str,
    ) -> None:
        row = checks.row
        typed.extend(numbers)
        page.put(f"M{row}", function, "label")
        page.put(f"N{row}", answer, "aside")
        for letter, argument in zip(ARGUMENTS, numbers, strict=False):
            page.put(f"{letter}{row}", argument, "input", "General")
        page.put(f"{ANSWER}{row}", formula.replace("{row}", str(row)), "result", "0.000000000")
        page.put(f"{SOURCE}{row}", source, "note")
        checks.add(f"{function}, answer {answer}", "as published", f"={ANSWER}{row}", value, tolerance)

    for function, arguments, answer, value, tolerance, source in CASES:
        cells = ",".join(f"{letter}{{row}}" for letter in ARGUMENTS[: len(arguments)])
        call = f"{function}({cells})"
        case(
            function,
            answer,
            arguments,
            f"=INDEX({call},1,$N{{row}})" if function in SEVERAL else f"={call}",
            value,
            tolerance,
            source,
        )
    case(
        "CFI_EWMA_VOL",
        1,
        PRICES[0],
        "=CFI_EWMA_VOL(O{row}:T{row})",
        0.637314600432707,
        1e-12,
        "Example of the function, 40-digit arithmetic",
    )
    start = checks.row
    case(
        "CFI_CORRELATION",
        1,
        PRICES[0],
        f"=INDEX(CFI_CORRELATION(O{start}:T{start},O{start + 1}:T{start + 1}),1,N{{row}})",
        0.901742307558309,
        1e-12,
        "Example of the function, 40-digit arithmetic",
    )
    case(
        "CFI_CORRELATION",
        2,
        PRICES[1],
        f"=INDEX(CFI_CORRELATION(O{start}:T{start},O{start + 1}:T{start + 1}),1,N{{row}})",
        0.0952724413541439,
        1e-12,
        "Example of the function, 40-digit arithmetic",
    )
    start = checks.row
    for k, row in enumerate(MATRIX):
        call = f"=INDEX(CFI_SHRINK_CORR(O{start}:P{start + 3}),{'1,2' if k % 2 == 0 else '2,1'})"
        case("CFI_SHRINK_CORR", k + 1, row, call, 0.212260333399, 1e-11, NOTE + " §3.10: off the diagonal")
    arguments_stand(checks, f"{ARGUMENTS[0]}10:{ARGUMENTS[-1]}{checks.row - 1}", typed)


def _supply(checks: Checks, supply: dict[str, int]) -> None:
    checks.heading("Supply: functions against native Excel", "The same value in EXP and LN")
    rows = {key[:-1]: row for key, row in supply.items() if key.endswith("_")}
    checks.add(
        "Supply factor",
        "Supply",
        f"=Supply!D{supply['supply_top']}",
        "=((1+demand_growth)/(1+supply_growth))^(1/demand_elasticity)",
        1e-10,
    )
    for key, title, _ in SCENARIOS:
        section = f", section {title.split(' ')[0]}"
        for letter, lender in zip(COLUMNS, BOOKS, strict=True):
            top = supply[f"{key}_top"]
            value = f"Supply!{letter}{supply[f'{key}_value']}"
            given = {
                name: f"Supply!{letter}{rows[name]}"
                for name in ("contract_years", "utilisation", "gpu_tenor", "gpu_loan_rate")
            }
            rent, contract = f"Supply!{letter}{top + 2}", f"Supply!{letter}{top + 1}"
            start = f"MIN({given['contract_years']},gpu_life)"
            end = f"MAX({start},MIN(gpu_life,LN({rent}*{given['utilisation']}/gpu_opex)/rent_decay))"

            def annuity(rate: str, end: str) -> str:
                return f"(1-EXP(-({rate})*{end}))/({rate})"

            shadow = (
                f"=hours*(({contract}*{given['utilisation']}-gpu_opex)*{annuity('gpu_rate', start)}"
                f"+{rent}*{given['utilisation']}*({annuity('gpu_rate+rent_decay', end)}-{annuity('gpu_rate+rent_decay', start)})"
                f"-gpu_opex*({annuity('gpu_rate', end)}-{annuity('gpu_rate', start)}))"
            )
            checks.add("Value of the GPU" + section, lender, f"={value}", shadow, 1e-5)
            cash = f"Supply!{letter}{supply[f'{key}_cash']}:{letter}{supply[f'{key}_cash'] + 5}"
            weights = f"SUMPRODUCT({cash},(1+{given['gpu_loan_rate']})^-ROW($A$1:$A$6))"
            checks.add(
                "Loan life cover" + section,
                lender,
                f"=Supply!{letter}{supply[f'{key}_llcr']}",
                f"={weights}/Supply!{letter}{supply['loan']}",
                1e-9,
            )
    first, last = supply["residual"], supply["residual_last"]
    checks.add(
        "Residual value by age", "7 ages", f"=SUM(Supply!D{first}:D{last})", f"=SUM(Supply!H{first}:H{last})", 1e-9
    )
    checks.add(
        "Residual value with a successor",
        "7 ages",
        f"=SUM(Supply!E{first}:E{last})",
        f'=SUM(Supply!H{first}:H{last})-shock_size*SUMIF(Supply!C{first}:C{last},">="&shock_age,Supply!H{first}:H{last})',
        1e-9,
    )
    checks.add(
        "The curve at no fall is today's value",
        "4 lenders",
        f"=SUM(Supply!D{supply['curve_value']}:G{supply['curve_value']})",
        f"=SUM(Supply!D{supply['now_value']}:G{supply['now_value']})",
        1e-6,
    )
    checks.add(
        "The curve at no fall is today's cover",
        "4 lenders",
        f"=SUM(Supply!D{supply['curve_least']}:G{supply['curve_least']})",
        f"=SUM(Supply!D{supply['now_least']}:G{supply['now_least']})",
        1e-9,
    )


def _found(checks: Checks, at: dict[str, int]) -> None:
    checks.heading("What public data said", "Interval and correction as published with the measurement")
    first = at["evidence"] + 1

    def end(sign: str, row: int) -> str:
        return f"=FISHERINV(FISHER(Calibration!D{row}){sign}NORMSINV(published_confidence)/SQRT(Calibration!G{row}-3))"

    for index, ((name, rho, _, sticky), (low, high)) in enumerate(zip(EVIDENCE, INTERVALS, strict=True)):
        checks.add("Low end of the interval at 95%", name, end("-", first + index), low, 1e-9)
        checks.add("High end of the interval at 95%", name, end("+", first + index), high, 1e-9)
        if sticky:
            checks.add(
                "Correction for prices that did not move",
                name,
                f"=Calibration!N{first + index}",
                rho / (1 - sticky),
                1e-12,
            )
