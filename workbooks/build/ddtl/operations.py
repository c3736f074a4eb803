"""The rows of Timing, Collateral and Revenue in ddtl.xlsx."""

from __future__ import annotations

from workbooks.build.ddtl.given import CONTRACTS, SOFR_YEARS, TRANCHES, Section
from workbooks.build.ddtl.grid import AMOUNT, COUNT, FLAG, Line
from workbooks.build.kit.page import DATE, NUMBER, PERCENT, PERCENT_2, WHOLE

TIMING: tuple[Section | Line, ...] = (
    Section("Months"),
    Line("month", "Month", "number", "={month@-1}+1", WHOLE, how="Counts from the first whole month", start=0),
    Line("period_start", "Month begins", "date", "={period_end@-1}+1", DATE, how="The day after the month before"),
    Line(
        "period_end",
        "Month ends",
        "date",
        "=EOMONTH(signed,{month})",
        DATE,
        how="Month ends after signing",
        start="=EOMONTH(signed,0)",
    ),
    Line(
        "days",
        "Days in the month",
        "days",
        "={period_end}-{period_start}+1",
        WHOLE,
        "sum",
        "Interest runs on months of 30 days",
    ),
    Line("loan_year", "Loan year", "number", "=ROUNDUP({month}/year_months,0)", WHOLE, how="Twelve months each"),
    Section("Flags", "1 = yes, 0 = no"),
    Line(
        "available",
        "Availability period",
        "flag",
        "=IF({period_end}<=EOMONTH(availability_end,0),1,0)",
        FLAG,
        "sum",
        "To the month in which it ends",
    ),
    Line(
        "loan_life",
        "Loan life",
        "flag",
        "=IF({period_end}<=maturity,1,0)",
        FLAG,
        "sum",
        "Month ends on or before final maturity",
    ),
    Line(
        "repaying",
        "Principal is due",
        "flag",
        "={loan_life}*IF({month}>=first_repayment,1,0)",
        FLAG,
        "sum",
        "From the first month with principal",
    ),
    Line(
        "matures", "Final maturity", "flag", "={loan_life}-{loan_life@+1}", FLAG, "sum", "Last month of the loan's life"
    ),
    Line(
        "payments_left",
        "Payments left, this one included",
        "number",
        "={repaying}*({loan_life:total}-{month}+1)",
        FLAG,
        how="For annuity and straight line",
    ),
    Line(
        "stable",
        "Fleet is stabilised",
        "flag",
        "=IF({month}>=last_acceptance+stabilised_months,1,0)",
        FLAG,
        "sum",
        "Last acceptance plus the months of earning",
    ),
    Line(
        "topping_up",
        "Top-up date",
        "flag",
        "={available}*({stable}-{stable@-1})",
        FLAG,
        "sum",
        "First stabilised month, if still available",
    ),
    Section("Rates"),
    Line(
        "sofr",
        "SOFR",
        "per year",
        f"=INDEX(sofr_path,MIN({SOFR_YEARS},{{loan_year}}))+sofr_shock",
        PERCENT_2,
        how="By loan year",
    ),
    Line(
        "coupon",
        "All-in coupon after hedge",
        "per year",
        "=fixed_share*fixed_rate+(1-fixed_share)*(margin+hedged*swap_rate+(1-hedged)*{sofr})",
        PERCENT_2,
        how="Fixed part; floating part, swapped or not",
        result=True,
    ),
    Line("rate", "Coupon per month", "per month", "={coupon}/year_months", "0.000%", how="Twelfth of a year"),
)

TESTS = (
    ("delivered", "Delivered", "delivery"),
    ("commissioned", "Commissioned (level 3)", "commissioning"),
    ("effective", "Contract effective", "effective"),
    ("insured", "Insured, title and lien", "insured"),
    ("hedge", "Rate hedged", "hedge"),
)


def _tranche(number: int) -> tuple[Section | Line, ...]:
    flags = tuple(
        Line(
            f"{key}_{number}",
            f"Test {index} · {words}",
            "flag",
            f"=IF({{month}}>={{t{number}_{term}}},1,0)",
            FLAG,
            "sum",
            "From its month on Fleet" if index == 1 else "",
        )
        for index, (key, words, term) in enumerate(TESTS, 1)
    )
    gate = Line(
        f"gate_{number}",
        "Draw gate open",
        "flag",
        f"=TRANSPOSE(CFI_DRAW_GATE(TRANSPOSE({{delivered_{number}..hedge_{number}:all}})))",
        FLAG,
        "sum",
        "CFI_DRAW_GATE, one array formula",
        array=True,
        also=((f"failing_{number}", "First test not met (0 = none)", "test", "0"),),
    )
    accepted = Line(
        f"accepted_{number}", "Accepted, earning", "flag", f"=IF({{month}}>={{t{number}_acceptance}},1,0)", FLAG, "sum"
    )
    return (Section(f"Tranche {number}"), *flags, gate, accepted)


def _each(
    key: str, label: str, unit: str, formula: str, number_format: str = AMOUNT, total: str = "", how: str = ""
) -> tuple[Line, ...]:
    """A row for every tranche, one below the other."""
    return tuple(
        Line(
            f"{key}_{number}",
            f"{label} {number}",
            unit,
            formula.replace("#", str(number)),
            number_format,
            total,
            how if number == 1 else "",
        )
        for number in range(1, TRANCHES + 1)
    )


COLLATERAL: tuple[Section | Line, ...] = (
    *(item for number in range(1, TRANCHES + 1) for item in _tranche(number)),
    Section("The fleet, tranche by tranche", "rows of the same kind stand together: one array formula reads them all"),
    *_each("eligible", "Eligible, tranche", "flag", "={gate_#}", FLAG, how="Draw gate of the tranche"),
    *_each("age", "Age, tranche", "months", "=MAX(0,{month}-{t#_delivery})", FLAG, how="Months since delivery"),
    *_each("age_years", "Age in years, tranche", "years", "={age_#}/year_months", NUMBER, how="Months over twelve"),
    *(
        Line(
            f"residual_{number}",
            f"Residual value, tranche {number}",
            "of cost",
            f"=TRANSPOSE(CFI_GPU_RESIDUAL(TRANSPOSE({{age_years_{number}:all}}),decay,scrap_floor))",
            PERCENT,
            how="CFI_GPU_RESIDUAL, one array formula a row" if number == 1 else "",
            array=True,
        )
        for number in range(1, TRANCHES + 1)
    ),
    *_each(
        "worth",
        "Market value, tranche",
        "US$ m",
        "={t#_cost}*{residual_#}*{delivered_#}",
        how="Cost × residual, once delivered",
    ),
    *_each(
        "book",
        "Book value, tranche",
        "US$ m",
        "={t#_cost}*MAX(0,1-{age_#}/book_life)*{delivered_#}",
        how="Straight line, once delivered",
    ),
    *_each(
        "spent",
        "Cost paid, tranche",
        "US$ m",
        "={t#_cost}*({delivered_#}-{delivered_#@-1})",
        total="sum",
        how="Paid on delivery",
    ),
    Section("The fleet as collateral"),
    Line("capex", "Cost paid", "US$ m", f"=SUM({{spent_1..spent_{TRANCHES}}})", total="sum", how="All tranches"),
    Line(
        "eligible_cost",
        "Cost of what has passed the gate",
        "US$ m",
        f"=SUMPRODUCT({{eligible_1..eligible_{TRANCHES}}},{{t_cost}})",
        total="max",
        how="Gate × cost",
        result=True,
    ),
    Line(
        "book_value",
        "Book value of what has passed the gate",
        "US$ m",
        f"=SUMPRODUCT({{eligible_1..eligible_{TRANCHES}}},{{book_1..book_{TRANCHES}}})",
        total="max",
        how="Straight line over its life",
    ),
    Line(
        "market_value",
        "Market value of what has passed the gate",
        "US$ m",
        f"=SUMPRODUCT({{eligible_1..eligible_{TRANCHES}}},{{worth_1..worth_{TRANCHES}}})",
        total="max",
        how="Before haircut",
    ),
    Line(
        "net_value",
        "Market value after haircut",
        "US$ m",
        "={market_value}*(1-haircut)",
        total="max",
        how="What a quick sale would fetch",
        result=True,
    ),
    Section("Borrowing base on three bases"),
    Line("base_cost", "On cost", "US$ m", "=advance*{eligible_cost}", total="max", how="Advance rate × eligible cost"),
    Line(
        "base_book",
        "On straight-line book value",
        "US$ m",
        f"=TRANSPOSE(CFI_BORROWING_BASE({{t_cost}},TRANSPOSE({{age_1..age_{TRANCHES}:all}}),book_life,base_advance,TRANSPOSE({{eligible_1..eligible_{TRANCHES}:all}})))",
        total="max",
        how="CFI_BORROWING_BASE, one array formula",
        array=True,
    ),
    Line(
        "base_market",
        "On the lower of book and market after haircut",
        "US$ m",
        f"=TRANSPOSE(CFI_BORROWING_BASE({{t_cost}},TRANSPOSE({{age_1..age_{TRANCHES}:all}}),book_life,base_advance,TRANSPOSE({{eligible_1..eligible_{TRANCHES}:all}}),TRANSPOSE({{worth_1..worth_{TRANCHES}:all}}),haircut))",
        total="max",
        how="CFI_BORROWING_BASE with market and haircut",
        array=True,
    ),
    Line(
        "base",
        "The base that binds",
        "US$ m",
        "=IF(base_test=0,0,CHOOSE(MAX(1,base_test),{base_cost},{base_book},{base_market}))",
        total="max",
        how="0: none binds (as filed)",
    ),
    Section("Capacity in service"),
    Line(
        "gpus",
        "GPUs accepted",
        "GPUs",
        "=" + "+".join(f"{{t{n}_gpus}}*{{accepted_{n}}}" for n in range(1, TRANCHES + 1)),
        COUNT,
        "max",
        "All tranches",
    ),
    Line(
        "load",
        "IT load accepted",
        "MW",
        "=" + "+".join(f"{{t{n}_mw}}*{{accepted_{n}}}" for n in range(1, TRANCHES + 1)),
        AMOUNT,
        "max",
        "GPUs × load per GPU",
    ),
)


def _by_contract(
    key: str, label: str, unit: str, formula: str, number_format: str = AMOUNT, total: str = "", how: str = ""
) -> tuple[Line, ...]:
    return tuple(
        Line(
            f"{key}_{number}",
            f"{label} {number}",
            unit,
            formula.replace("#", str(number)),
            number_format,
            total,
            how if number == 1 else "",
        )
        for number in range(1, CONTRACTS + 1)
    )


REVENUE: tuple[Section | Line, ...] = (
    Section("Contracts"),
    *_by_contract(
        "live",
        "In force, contract",
        "flag",
        "=IF(AND({month}>{c#_start},{month}<={c#_start}+{c#_tenor},{c#_share}>0),1,0)",
        FLAG,
        "sum",
        "Start and tenor; a delay does not move them",
    ),
    *_by_contract(
        "ramp",
        "Ramp, contract",
        "share",
        "={live_#}*IF({c#_ramp}=0,1,MIN(1,({month}-{c#_start})/MAX(1,{c#_ramp})))",
        PERCENT,
        how="Straight line to full price",
    ),
    *_by_contract(
        "rented",
        "GPUs let, contract",
        "GPUs",
        "={gpus}*{c#_share}*{live_#}",
        COUNT,
        "max",
        "Share of the fleet in service",
    ),
    *_by_contract(
        "billed",
        "Billed, contract",
        "US$ m",
        "={rented_#}*{ramp_#}*{c#_price}*{c#_take_or_pay}*(1-contract_shock)*hours/million",
        total="sum",
        how="GPUs × price × hours × take or pay",
    ),
    Line(
        "billed",
        "Billed under contract",
        "US$ m",
        f"=SUM({{billed_1..billed_{CONTRACTS}}})",
        total="sum",
        how="All contracts",
        result=True,
    ),
    Line(
        "arms_length",
        "of which at arm's length",
        "US$ m",
        f"=SUMPRODUCT({{billed_1..billed_{CONTRACTS}}},{{c_arms_length}})",
        total="sum",
        how="An affiliate's contract counts nothing",
    ),
    Line(
        "firm",
        "of which firm",
        "US$ m",
        f"=SUMPRODUCT({{billed_1..billed_{CONTRACTS}}},{{c_arms_length}},{{c_firm}})",
        total="sum",
        how="After the customers' rights to leave",
    ),
    Line(
        "prepaid",
        "Prepayments received",
        "US$ m",
        "="
        + "+".join(
            f"{{c{n}_prepay}}*{{billed_{n}:total}}*MAX(0,{{live_{n}}}-{{live_{n}@-1}})" for n in range(1, CONTRACTS + 1)
        ),
        total="sum",
        how="At the start; they fund the fleet, not debt service",
    ),
    Line(
        "worked_off",
        "Prepayments worked off",
        "US$ m",
        f"=SUMPRODUCT({{billed_1..billed_{CONTRACTS}}},{{c_prepay}})",
        total="sum",
        how="Billed, but already paid",
    ),
    Line(
        "credits",
        "Service credits",
        "US$ m",
        f"=SUMPRODUCT({{billed_1..billed_{CONTRACTS}}},{{c_credits}})",
        total="sum",
        how="Billed × credits",
    ),
    Line(
        "contract_cash",
        "Cash from contracts",
        "US$ m",
        "={billed}-{worked_off}-{credits}",
        total="sum",
        how="Billed less worked off less credits",
    ),
    Section("Market"),
    Line(
        "spare",
        "GPUs without a contract",
        "GPUs",
        f"={{gpus}}-SUM({{rented_1..rented_{CONTRACTS}}})",
        COUNT,
        "max",
        "In service less let",
    ),
    Line(
        "market_rent",
        "Market rent",
        "$ per GPU-h",
        "=rent*EXP(-rent_decay*{month}/year_months)*(1-rent_shock)",
        NUMBER,
        how="Decays from close; less the shock",
    ),
    Line(
        "merchant",
        "Market revenue",
        "US$ m",
        "={spare}*{market_rent}*utilisation*hours/million",
        total="sum",
        how="GPUs × rent × utilisation × hours",
        result=True,
    ),
    Section("Operating cost"),
    Line(
        "power",
        "Power",
        "US$ m",
        "={load}*pue*1000*hours*power_price*(1+power_shock)*(1+power_inflation)^({month}/year_months)/million",
        total="sum",
        how="MW × PUE × hours × price",
    ),
    Line("colo", "Colocation", "US$ m", "={load}*colocation/year_months", total="sum", how="MW × price per MW-year"),
    Line(
        "other",
        "Staff, maintenance and the rest",
        "US$ m",
        "=other_opex*({billed}+{merchant})",
        total="sum",
        how="Share of revenue",
    ),
    Line(
        "insured_cost",
        "Insurance",
        "US$ m",
        "=insurance*({capex}+{paid_before})/year_months",
        total="sum",
        how="Share of cost paid so far",
    ),
    Line(
        "paid_before",
        "Cost paid before this month",
        "US$ m",
        "={paid_before@-1}+{capex@-1}",
        total="max",
        how="For insurance",
        start=0,
    ),
    Line(
        "opex", "Operating cost", "US$ m", "={power}+{colo}+{other}+{insured_cost}", total="sum", how="Sum", result=True
    ),
    Section("Cash flow available for debt service"),
    Line(
        "cfads",
        "CFADS",
        "US$ m",
        "={contract_cash}+{merchant}-{opex}",
        total="sum",
        how="Contract cash and market revenue less operating cost; before tax",
        result=True,
    ),
    Line(
        "margin_share",
        "CFADS over revenue",
        "share",
        "=IF({billed}+{merchant}=0,0,{cfads}/({billed}+{merchant}))",
        PERCENT,
        "max",
        "Cash margin",
    ),
)
