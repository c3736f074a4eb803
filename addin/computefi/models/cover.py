"""Cover ratios and the debt that cash flow carries."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from computefi.errors import DomainError, MissingData, ZeroDivisor
from computefi.kernels.discount import compounded_factors, present_value
from computefi.spec import Column, Example, Result, Rule, declare
from computefi.spec.kinds import (
    FLOW,
    INDEX,
    MONEY,
    RATE_PER_PERIOD,
    RATIO,
    RECOMPUTED,
    SHARE_BELOW_ONE,
    XV,
    Annotated,
    BoolArray,
    FloatArray,
    Kind,
    V,
    X,
    optional,
)

COVER = "Cover and sizing"
YESCOMBE = "Yescombe, Principles of Project Finance: cover ratios and debt sizing"
SIGNED_RATIO = Kind("ratio", "×, negative where cash is negative")
TARGET = RATIO.positive
COUNT_OF_PERIODS = Kind("count", "periods, 0 or more", low=0, whole=True)
COUNT_OF_MONTHS = Kind("count", "months", low=1, whole=True)
UNEVEN = (80, 120, 110, 90, 60)
LEVEL = (20, 20, 20, 20, 20, 20)
RATES = "Cost of the debt per period: one, or one per period"
COVERS = "Target debt service cover ratio: one, or one per period"

Rates = Annotated[XV, RATE_PER_PERIOD, RATES]
Covers = Annotated[XV, TARGET, COVERS]
Balloon = Annotated[X, SHARE_BELOW_ONE, "Share of the loan still owed at maturity, to be refinanced"]
Capex = Annotated[X, MONEY, "Eligible cost of the equipment"]
Advance = Annotated[X, RATIO, "Advance rate on cost"]
Cap = Annotated[X, RATIO, "Loan-to-cost cap, a multiple of capex"]
MaxLtv = Annotated[X, RATIO, "Largest loan to value"]
MarketValue = Annotated[X, MONEY, "Value that max_ltv is measured on"]
MaxLeverage = Annotated[X, RATIO, "Largest debt over a year's earnings"]
Earnings = Annotated[X, MONEY, "A year's earnings (EBITDA) that max_leverage is measured on"]
Tail = Annotated[X, COUNT_OF_PERIODS, "Last periods of cfads that stay free after maturity"]


@declare(
    category=COVER,
    questions=["Is the cash there?"],
    source=f"{YESCOMBE}. Iris SPVs 2022: 2m gross profit against 7m debt service (SEC 6-K 2022-11-02)",
    examples=[Example((120, 40, 60), 1.2), Example((2, 3, 4), 0.285714285714286)],
    rules=[
        Rule(
            "principal",
            "and interest must not both be 0",
            lambda interest, principal: interest + principal != 0,
            ZeroDivisor,
        )
    ],
)
def dscr(
    cfads: Annotated[X, FLOW, "Cash flow available for debt service in the period"],
    interest: Annotated[X, MONEY, "Interest due in the period"],
    principal: Annotated[X, MONEY, "Principal due in the period"],
) -> Annotated[X, SIGNED_RATIO, "Debt service cover ratio"]:
    """Debt service cover ratio: cash flow available for debt service over interest and principal due.

    DSCR = cfads / (interest + principal)

    Steps: debt service = interest + principal
    Limits: negative where cash is negative.
    Errors: #DIV/0! where nothing is due; #NUM! where a due amount is negative.
    """
    return cfads / (interest + principal)


def _life_cover(cfads: FloatArray, debt: FloatArray, rate: FloatArray, cash: FloatArray) -> FloatArray:
    return (present_value(cfads, rate) + cash) / debt


def discounted(cfads: FloatArray, rate: FloatArray, flow: str = "cfads[{}]", **_: Any) -> Iterator[tuple[str, Any]]:
    """The present value, period by period."""
    factors = compounded_factors(rate)
    for period, (cash, factor) in enumerate(zip(cfads, factors, strict=True), 1):
        yield f"v({period}) = " + (f"(1 + rate)^−{period}" if np.ptp(rate) == 0 else "Π 1/(1 + rate[s])"), factor
        yield flow.format(period) + f"·v({period})", cash * factor
    yield "PV = Σ " + flow.format("t") + "·v(t)", (cfads * factors).sum()


def serviced(
    cfads: FloatArray, dscr: FloatArray, rate: FloatArray, balloon: float = 0.0, tail: float = 0.0, **_: Any
) -> Iterator[tuple[str, Any]]:
    """What the loan's life is worth: cash where it has one cover, debt service where each period has its own."""
    life = slice(0, len(cfads) - int(tail))
    if one_cover(dscr):
        yield from discounted(cfads[life], rate[life])
    else:
        yield from discounted((cfads / dscr)[life], rate[life], "cfads[{0}]/dscr[{0}]")
    if balloon:
        yield "1 − balloon·v(maturity)", 1 - balloon * compounded_factors(rate)[life][-1]


def one_cover(dscr: FloatArray) -> bool:
    return bool(np.ptp(dscr) == 0)


def _sculpted(dscr: FloatArray, **given: Any) -> Iterator[tuple[str, Any]]:
    yield from serviced(dscr=dscr, **given)
    if one_cover(dscr):
        yield "dscr", dscr[0]


def _coverage(
    cfads: FloatArray, dscr: FloatArray, rate: FloatArray, balloon: float = 0.0, tail: float = 0.0, **_: Any
) -> Iterator[tuple[str, Any]]:
    yield from serviced(cfads, dscr, rate, balloon, tail)
    formula = "PV" + "/dscr" * one_cover(dscr) + "/(1 − balloon·v(maturity))" * bool(balloon)
    case = np.atleast_2d(cfads / dscr), np.atleast_2d(rate), np.atleast_1d(balloon), np.atleast_1d(tail)
    yield f"coverage = {formula}", carried(*case)[0]


def _opened(**given: Any) -> Iterator[tuple[str, Any]]:
    """What the loan opens with."""
    *rows, (formula, coverage) = _coverage(**given)
    yield from rows
    yield formula.replace("coverage", "balance[0]"), coverage


def tested(**given: Any) -> Iterator[tuple[str, Any]]:
    *rows, (formula, coverage) = _coverage(**given)
    yield from rows
    yield f"1 {formula}", coverage


def leaves_a_payment(rate: FloatArray, tail: FloatArray) -> BoolArray:
    return tail < rate.shape[1]


def balloon_is_outgrown(rate: FloatArray, balloon: FloatArray, tail: FloatArray) -> BoolArray:
    """A balloon of a loan that grows by itself, at rates below 0, is worth less today than the loan."""
    return balloon * at_maturity(compounded_factors(rate), tail) < 1


def at_maturity(series: FloatArray, tail: FloatArray) -> FloatArray:
    """The entry of each series in the period in which the loan matures."""
    last = np.nan_to_num(np.maximum(series.shape[1] - 1 - tail, 0)).astype(np.int64)  # rules read refused cases too
    entry: FloatArray = np.take_along_axis(series, last[:, None], axis=1)[:, 0]
    return entry


def before_maturity(series: FloatArray, tail: FloatArray) -> FloatArray:
    """Each series with nothing in its tail."""
    return np.where(np.arange(series.shape[1]) < series.shape[1] - tail[:, None], series, 0.0)


def carried(service: FloatArray, rate: FloatArray, balloon: FloatArray, tail: FloatArray) -> FloatArray:
    """The debt that a service repays but for its balloon: debt = PV + balloon·debt·v(maturity)."""
    worth = present_value(before_maturity(service, tail), rate)
    return worth / (1 - balloon * at_maturity(compounded_factors(rate), tail))


def limits(
    coverage: FloatArray, capex: FloatArray, advance: FloatArray, cap: FloatArray, max_ltv: FloatArray,
    value: FloatArray, max_leverage: FloatArray, earnings: FloatArray,
) -> FloatArray:  # fmt: skip
    """The debt that each constraint allows, a row per case; infinite where a constraint is not given."""
    on_value = np.where(np.isinf(value), np.inf, np.where(np.isinf(max_ltv), 0.0, max_ltv) * value)
    on_earnings = np.where(np.isinf(earnings), np.inf, np.where(np.isinf(max_leverage), 0.0, max_leverage) * earnings)
    return np.stack([coverage, advance * capex, cap * capex, on_value, on_earnings], axis=-1)


SIZED = (
    Rule("tail", "must leave a period in which the loan is repaid", leaves_a_payment, DomainError),
    Rule("balloon", "must be worth less today than the loan: at these rates it outgrows it", balloon_is_outgrown,
         DomainError),
)  # fmt: skip
LIMITED = (
    *SIZED,
    Rule("value", "and max_ltv belong together: give both or neither",
         lambda max_ltv, value: np.isinf(max_ltv) == np.isinf(value), DomainError),
    Rule("earnings", "and max_leverage belong together: give both or neither",
         lambda max_leverage, earnings: np.isinf(max_leverage) == np.isinf(earnings), DomainError),
)  # fmt: skip


@declare(
    category=COVER,
    questions=["Is the cash there?"],
    source=YESCOMBE,
    examples=[
        Example(((100, 100, 100, 100, 100), 350, 0.06), 1.20353251016163, "exact rational arithmetic"),
        Example((UNEVEN, 309.38663133, 0.08), 1.2, "sculpted debt has LLCR equal to its target"),
    ],
    steps=discounted,
)
def llcr(
    cfads: Annotated[V, FLOW, "Cash flow available for debt service in each remaining loan period"],
    debt: Annotated[X, MONEY.nonzero, "Debt outstanding at the valuation date"],
    rate: Rates,
    cash: Annotated[X, MONEY, "Cash held for the lenders, added undiscounted"] = optional(0.0),
) -> Annotated[X, SIGNED_RATIO, "Loan life cover ratio"]:
    """Loan life cover ratio: present value of CFADS over the remaining loan life, plus cash, over debt.

    LLCR = (Σₜ cfads[t]·v(t) + cash) / debt, v(t) = Π 1/(1 + rate[s]), s = 1 … t, t = 1 … n

    Steps: …; PV + cash
    Convention: the first flow is one period from now; the discount rate is the cost of the debt, one rate for all
    periods or one for each. Period by period it stands in CFI_COVER_PATH.
    Limits: equals the DSCR target where debt service is sculpted.
    Errors: #DIV/0! where debt is 0; #NUM! where rate is not above −1; #VALUE! where rates and cfads differ in length.
    """
    return _life_cover(cfads, debt, rate, cash)


@declare(
    category=COVER,
    questions=["Is the cash there?"],
    source=YESCOMBE,
    examples=[Example(((*UNEVEN, 40, 30), 309.38663133, 0.08), 1.33805217358, RECOMPUTED)],
    steps=discounted,
)
def plcr(
    cfads: Annotated[V, FLOW, "Cash flow available for debt service in each period left of contract or asset life"],
    debt: Annotated[X, MONEY.nonzero, "Debt outstanding at the valuation date"],
    rate: Rates,
    cash: Annotated[X, MONEY, "Cash held for the lenders, added undiscounted"] = optional(0.0),
) -> Annotated[X, SIGNED_RATIO, "Project life cover ratio"]:
    """Project life cover ratio: as CFI_LLCR, to the end of the contract or of the asset's life.

    PLCR = (Σₜ cfads[t]·v(t) + cash) / debt, v(t) = Π 1/(1 + rate[s]), t = 1 … end of contract or asset life

    Steps: …; PV + cash
    Convention: the first flow is one period from now; one rate for all periods, or one for each.
    Limits: not below LLCR where the tail's cash is not negative; the difference is the tail.
    Errors: #DIV/0! where debt is 0; #NUM! where rate is not above −1; #VALUE! where rates and cfads differ in length.
    """
    return _life_cover(cfads, debt, rate, cash)


@declare(
    category=COVER,
    questions=["How much can I lend?"],
    source=YESCOMBE,
    examples=[
        Example(((100, 100, 100, 100, 100), 1.25, 0.08), 319.416802966, RECOMPUTED),
        Example((UNEVEN, 1.2, 0.08), 309.38663133, RECOMPUTED),
        Example((UNEVEN, (1.2, 1.2, 1.3, 1.4, 1.5), (0.08, 0.08, 0.07, 0.07, 0.06)), 291.657564513973, RECOMPUTED),
        Example((UNEVEN, 1.2, 0.08, 0.2, 1), 322.812894316547, RECOMPUTED),
    ],
    rules=SIZED,
    steps=_sculpted,
)
def sculpt_debt(
    cfads: Annotated[V, FLOW, "Cash flow available for debt service in each loan period, and in the tail"],
    dscr: Covers,
    rate: Rates,
    balloon: Balloon = optional(0.0),
    tail: Tail = optional(0.0),
) -> Annotated[X, FLOW, "Debt that the cash flow carries"]:
    """Sculpted debt: the loan whose debt service is CFADS over a target cover in every period.

    debt = Σₜ cfads[t]/dscr[t]·v(t) / (1 − balloon·v(n)), t = 1 … n = periods − tail, v(t) = Π 1/(1 + rate[s])

    Steps: …
    Convention: the first payment is one period from now. One cover and one rate for all periods, or one for each. The
    loan matures `tail` periods before its cash ends; balloon·debt is owed then, beside the last payment.
    Limits: debt so sized has DSCR = target at every date, and LLCR = target where it is one and there is no balloon.
    Trap: a balloon adds debt that no cash of the loan's life repays. Compare it with what the tail is worth at
    maturity: CFI_COVER_PATH has the cover to the end of the project.
    Errors: #NUM! where dscr is not positive, rate not above −1, or the tail leaves no period; #VALUE! where series
    differ in length.
    """
    return carried(cfads / dscr, rate, balloon, tail)


@declare(
    category=COVER,
    questions=["How much can I lend?"],
    source=YESCOMBE,
    examples=[
        Example(
            (UNEVEN, 1.2, 0.08),
            (
                (66.6666666666667, 24.7509305064, 41.9157361602667, 267.47089517),
                (100, 21.3976716136, 78.6023283864, 188.868566784),
                (91.6666666666667, 15.1094853427, 76.5571813239667, 112.31138546),
                (75, 8.9849108368, 66.0150891632, 46.2962962962963),
                (50, 3.7037037037037, 46.2962962962963, 0),
            ),
            RECOMPUTED,
        )
    ],
    rules=SIZED,
    steps=_opened,
)
def sculpt_schedule(
    cfads: Annotated[V, FLOW, "Cash flow available for debt service in each loan period, and in the tail"],
    dscr: Covers,
    rate: Rates,
    balloon: Balloon = optional(0.0),
    tail: Tail = optional(0.0),
) -> Annotated[
    FloatArray,
    Result((
        Column("service", FLOW, "Debt service"),
        Column("interest", FLOW, "Interest on the opening balance"),
        Column("principal", FLOW, "Principal; negative where interest exceeds the service"),
        Column("balance", FLOW, "Closing balance"),
    ), rows="period"),
]:  # fmt: skip
    """Schedule of a sculpted loan, a row per period: debt service, interest, principal and closing balance.

    service[t] = cfads[t]/dscr[t]; interest[t] = rate[t]·balance[t−1]; principal[t] = service[t] − interest[t]
    balance[t−1] = (balance[t] + service[t]) / (1 + rate[t]); balance[0] is CFI_SCULPT_DEBT, balance[n] the balloon

    Steps: …; cfads[1]/dscr[1]; rate[1]·balance[0]
    Convention: flows at period ends; one case, a row per period of cfads, 0 in the tail. The balloon is the balance in
    the row of maturity, and falls due on that day.
    Limits: DSCR = target at every date; without a balloon the last balance is 0. Where cash is negative so is the
    service: the loan is drawn, not repaid. Contracted and merchant cash at covers of their own: CFI_SCULPT_BLEND has
    the debt, and this the schedule of contracted/dscr_contracted + merchant/dscr_merchant at a dscr of 1.
    Errors: #NUM! where dscr is not positive, rate not above −1, or the tail leaves no period; #VALUE! for several
    cases, or series of different lengths.
    """
    service = before_maturity(cfads / dscr, tail)[0]
    rates, periods = rate[0], len(service) - int(tail[0])
    balances = np.zeros(len(service) + 1)
    balances[periods] = balloon[0] * carried(cfads / dscr, rate, balloon, tail)[0]
    for period in range(periods, 0, -1):  # what is owed is what is still to be paid, discounted
        balances[period - 1] = (balances[period] + service[period - 1]) / (1 + rates[period - 1])
    interest = rates * balances[:-1]
    interest[periods:], balances[periods + 1 :] = 0.0, 0.0
    return np.stack([service, interest, service - interest, balances[1:]], axis=-1)


@declare(
    category=COVER,
    questions=["How much can I lend?"],
    source="Delayed-draw sizing as in CoreWeave DDTL 4.0 (SEC 0001769628-26-000129): advance on cost, cap, coverage",
    examples=[
        Example((LEVEL, 1.2, 0.059, 80, 0.9, 1.02), (72, 2)),
        Example((LEVEL, 1.2, 0.059, 80, 0.9, 1.02, 0, 0, 0.6, 100, 4, 16), (60, 4), "LTV of 60% on 100 binds"),
    ],
    rules=LIMITED,
    steps=tested,
)
def debt_capacity(
    cfads: Annotated[V, FLOW, "Cash flow available for debt service in each loan period, and in the tail"],
    dscr: Covers,
    rate: Rates,
    capex: Capex,
    advance: Advance,
    cap: Cap = optional(1.0),
    balloon: Balloon = optional(0.0),
    tail: Tail = optional(0.0),
    max_ltv: MaxLtv = optional(np.inf),
    value: MarketValue = optional(np.inf),
    max_leverage: MaxLeverage = optional(np.inf),
    earnings: Earnings = optional(np.inf),
) -> Annotated[
    FloatArray,
    Result((
        Column("capacity", FLOW, "Debt capacity"),
        Column(
            "binding test", INDEX, "Which test binds: 1 coverage, 2 advance, 3 cap, 4 loan to value, 5 leverage"
        ),
    )),
]:  # fmt: skip
    """Debt capacity: the least of coverage, advance, cap, loan to value and leverage, and which of them binds.

    test_1 = CFI_SCULPT_DEBT = Σₜ cfads[t]/dscr[t]·v(t) / (1 − balloon·v(n)); test_2 = advance·capex; test_3 = cap·capex
    test_4 = max_ltv·value; test_5 = max_leverage·earnings, both only where given
    capacity = min(test_1, …, test_5); a tie goes to the lowest number

    Steps: …; 2 advance = advance·capex; 3 cap = cap·capex
    Convention: the first payment is one period from now; one cover and one rate, or one per period. All tests side by
    side with their names: CFI_DEBT_LIMITS.
    Limits: capex 0 gives 0 and test 2; with negative cash flow the coverage test may be negative.
    Trap: a test that binds today need not bind at the next date: value falls faster than the loan where chips do.
    Errors: #NUM! where dscr is not positive, rate not above −1, an amount negative, or of max_ltv and value, or of
    max_leverage and earnings, only one is given; #VALUE! where series differ in length.
    """
    service = carried(cfads / dscr, rate, balloon, tail)
    tests = limits(service, capex, advance, cap, max_ltv, value, max_leverage, earnings)
    return np.stack([tests.min(axis=-1), tests.argmin(axis=-1) + 1.0], axis=-1)


@declare(
    category=COVER,
    questions=["How much can I lend?"],
    source="Top-up after stabilisation as in CoreWeave DDTL 4.0 (SEC 0001769628-26-000129): "
    "7.5bn at first, up to 8.5bn",
    examples=[
        Example((LEVEL, 1.2, 0.059, 80, 1.02, 72), 9.6),
        Example((LEVEL, 1.2, 0.059, 80, 1.1, 72), 10.2135333339, RECOMPUTED),
    ],
    steps=_coverage,
)  # fmt: skip
def top_up(
    cfads: Annotated[V, FLOW, "Cash flow available for debt service in each remaining loan period"],
    dscr: Covers,
    rate: Rates,
    capex: Capex,
    cap: Cap,
    drawn: Annotated[X, MONEY, "Debt already drawn"],
) -> Annotated[X, MONEY, "Further amount that may be drawn"]:
    """Top-up of a stabilised site: what coverage and the loan-to-cost cap still allow above what is drawn.

    top_up = max(0, min(Σₜ cfads[t]/dscr[t]·v(t), cap · capex) − drawn), v(t) = Π 1/(1 + rate[s])

    Steps: …; cap·capex; facility = the lesser: min(coverage, cap·capex)
    Convention: the first flow is one period from now; one cover and one rate, or one per period; the advance rate on
    cost no longer applies.
    Limits: 0 where the loan already exceeds a test: a top-up is never a repayment.
    Errors: #NUM! where dscr is not positive, rate not above −1, or an amount negative; #VALUE! where series differ in
    length.
    """
    facility = np.minimum(present_value(cfads / dscr, rate), cap * capex)
    return np.maximum(0.0, facility - drawn)


def _last_sum(amounts: FloatArray, months: FloatArray) -> FloatArray:
    """Sum of the last entries of each series."""
    counts = np.arange(amounts.shape[1], 0, -1) <= months[:, None]
    total: FloatArray = np.where(counts, amounts, 0.0).sum(axis=-1)
    return total


def _last_months(billed: FloatArray, projected: FloatArray, months: FloatArray) -> Iterator[tuple[str, Any]]:
    yield "billed over the last months", billed[-int(months) :].sum()
    yield "projected over the last months", projected[-int(months) :].sum()


@declare(
    category=COVER,
    questions=["Is the cash there?"],
    source="Contract realisation ratio of CoreWeave DDTL 3.0, at least 0.85 over three months "
    "(SEC 0001769628-25-000033)",
    examples=[
        Example(((90, 80, 85, 88), (100, 100, 100, 100)), 0.843333333333333),
        Example(((9, 8), (10, 10), 1), 0.8),
    ],
    rules=[
        Rule(
            "months",
            "must not exceed the months given",
            lambda months, billed: months <= billed.shape[1],
            MissingData,
        ),
        Rule(
            "projected",
            "must not sum to 0 over the last months",
            lambda projected, months: _last_sum(projected, months) != 0,
            ZeroDivisor,
        ),
    ],
    steps=_last_months,
)  # fmt: skip
def realisation(
    billed: Annotated[V, MONEY, "Amount billed and received in each month, the latest last"],
    projected: Annotated[V, MONEY, "Amount projected for the same months"],
    months: Annotated[X, COUNT_OF_MONTHS, "Number of last months that count"] = optional(3.0),
) -> Annotated[X, RATIO, "Trailing realisation ratio"]:
    """Contract realisation ratio: what was billed and received over what was projected, over the last months.

    ratio = Σ billed / Σ projected, both over the last `months` entries

    Steps: …
    Convention: a sum over a sum, not a mean of monthly ratios; the latest month stands last.
    Limits: above 1 where contracts deliver more than projected.
    Errors: #N/A where fewer months are given than asked for; #DIV/0! where nothing was projected; #VALUE! where
    the lengths differ.
    """
    return _last_sum(billed, months) / _last_sum(projected, months)
