"""Cover ratios and the debt that cash flow carries."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from computefi.errors import MissingData, ZeroDivisor
from computefi.kernels.discount import discount_factors, present_value
from computefi.spec import Column, Example, Result, Rule, declare
from computefi.spec.kinds import (
    FLOW,
    INDEX,
    MONEY,
    RATE_PER_PERIOD,
    RATIO,
    RECOMPUTED,
    Annotated,
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
COUNT_OF_MONTHS = Kind("count", "months", low=1, whole=True)
UNEVEN = (80, 120, 110, 90, 60)
LEVEL = (20, 20, 20, 20, 20, 20)


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


def discounted(cfads: FloatArray, rate: FloatArray, **_: Any) -> Iterator[tuple[str, Any]]:
    """The present value, period by period."""
    factors = discount_factors(np.atleast_1d(rate), len(cfads))[0]
    for period, (cash, factor) in enumerate(zip(cfads, factors, strict=True), 1):
        yield f"v({period}) = (1 + rate)^−{period}", factor
        yield f"cfads[{period}]·v({period})", cash * factor
    yield "PV = Σ cfads[t]·v(t)", (cfads * factors).sum()


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
    rate: Annotated[X, RATE_PER_PERIOD, "Cost of the debt per period"],
    cash: Annotated[X, MONEY, "Cash held for the lenders, added undiscounted"] = optional(0.0),
) -> Annotated[X, SIGNED_RATIO, "Loan life cover ratio"]:
    """Loan life cover ratio: present value of CFADS over the remaining loan life, plus cash, over debt.

    LLCR = (Σₜ cfads[t] / (1 + rate)^t + cash) / debt, t = 1 … n

    Steps: …; PV + cash
    Convention: the first flow is one period from now; the discount rate is the cost of the debt.
    Limits: equals the DSCR target where debt service is sculpted.
    Errors: #DIV/0! where debt is 0; #NUM! where rate is not above −1.
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
    rate: Annotated[X, RATE_PER_PERIOD, "Cost of the debt per period"],
    cash: Annotated[X, MONEY, "Cash held for the lenders, added undiscounted"] = optional(0.0),
) -> Annotated[X, SIGNED_RATIO, "Project life cover ratio"]:
    """Project life cover ratio: as CFI_LLCR, to the end of the contract or of the asset's life.

    PLCR = (Σₜ cfads[t] / (1 + rate)^t + cash) / debt, t = 1 … end of contract or asset life

    Steps: …; PV + cash
    Convention: the first flow is one period from now.
    Limits: not below LLCR where the tail's cash is not negative; the difference is the tail.
    Errors: #DIV/0! where debt is 0; #NUM! where rate is not above −1.
    """
    return _life_cover(cfads, debt, rate, cash)


@declare(
    category=COVER,
    questions=["How much can I lend?"],
    source=YESCOMBE,
    examples=[
        Example(((100, 100, 100, 100, 100), 1.25, 0.08), 319.416802966, RECOMPUTED),
        Example((UNEVEN, 1.2, 0.08), 309.38663133, RECOMPUTED),
    ],
    steps=discounted,
)
def sculpt_debt(
    cfads: Annotated[V, FLOW, "Cash flow available for debt service in each loan period"],
    dscr: Annotated[X, TARGET, "Target debt service cover ratio, the same in every period"],
    rate: Annotated[X, RATE_PER_PERIOD, "Cost of the debt per period"],
) -> Annotated[X, FLOW, "Debt that the cash flow carries"]:
    """Sculpted debt: the loan whose debt service is CFADS over a target cover in every period.

    debt = Σₜ cfads[t] / (dscr · (1 + rate)^t), t = 1 … n

    Steps: …; dscr
    Convention: the first payment is one period from now.
    Limits: debt so sized has DSCR = LLCR = target at every date.
    Errors: #NUM! where dscr is not positive or rate is not above −1.
    """
    return present_value(cfads, rate) / dscr


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
)
def sculpt_schedule(
    cfads: Annotated[V, FLOW, "Cash flow available for debt service in each loan period"],
    dscr: Annotated[X, TARGET, "Target debt service cover ratio, the same in every period"],
    rate: Annotated[X, RATE_PER_PERIOD, "Cost of the debt per period"],
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

    service[t] = cfads[t] / dscr; interest[t] = rate · balance[t−1]; principal[t] = service[t] − interest[t]
    balance[t] = Σₛ service[s] / (1 + rate)^(s−t) over s > t; balance[0] is CFI_SCULPT_DEBT

    Convention: flows at period ends; one case, a row per period of cfads.
    Limits: DSCR = LLCR = target at every date; the last balance is 0. Where cash is negative so is the service:
    the loan is drawn, not repaid.
    Errors: #NUM! where dscr is not positive or rate is not above −1; #VALUE! for several cases.
    """
    service = cfads[0] / dscr[0]
    balances = np.zeros(len(service) + 1)
    for period in range(len(service), 0, -1):  # what is owed is what is still to be paid, discounted
        balances[period - 1] = (balances[period] + service[period - 1]) / (1 + rate[0])
    interest = rate[0] * balances[:-1]
    return np.stack([service, interest, service - interest, balances[1:]], axis=-1)


@declare(
    category=COVER,
    questions=["How much can I lend?"],
    source="Delayed-draw sizing as in CoreWeave DDTL 4.0 (SEC 0001769628-26-000129): advance on cost, cap, coverage",
    examples=[Example((LEVEL, 1.2, 0.059, 80, 0.9, 1.02), (72, 2))],
    steps=discounted,
)
def debt_capacity(
    cfads: Annotated[V, FLOW, "Cash flow available for debt service in each loan period"],
    dscr: Annotated[X, TARGET, "Target debt service cover ratio"],
    rate: Annotated[X, RATE_PER_PERIOD, "Cost of the debt per period"],
    capex: Annotated[X, MONEY, "Eligible cost of the equipment"],
    advance: Annotated[X, RATIO, "Advance rate on cost"],
    cap: Annotated[X, RATIO, "Loan-to-cost cap, a multiple of capex"] = optional(1.0),
) -> Annotated[
    FloatArray,
    Result((
        Column("capacity", FLOW, "Debt capacity"),
        Column("binding test", INDEX, "Which test binds: 1 coverage, 2 advance, 3 cap"),
    )),
]:  # fmt: skip
    """Debt capacity: the least of coverage, advance and cap, and which of them binds.

    test_1 = Σₜ cfads[t] / (dscr · (1 + rate)^t); test_2 = advance · capex; test_3 = cap · capex
    capacity = min(test_1, test_2, test_3); a tie goes to the lowest number

    Steps: …; 1 coverage = PV/dscr; 2 advance = advance·capex; 3 cap = cap·capex
    Convention: the first payment is one period from now.
    Limits: capex 0 gives 0 and test 2; with negative cash flow the coverage test may be negative.
    Errors: #NUM! where dscr is not positive, rate not above −1, or an amount negative.
    """
    tests = np.stack([present_value(cfads, rate) / dscr, advance * capex, cap * capex], axis=-1)
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
    steps=discounted,
)  # fmt: skip
def top_up(
    cfads: Annotated[V, FLOW, "Cash flow available for debt service in each remaining loan period"],
    dscr: Annotated[X, TARGET, "Target debt service cover ratio"],
    rate: Annotated[X, RATE_PER_PERIOD, "Cost of the debt per period"],
    capex: Annotated[X, MONEY, "Eligible cost of the equipment"],
    cap: Annotated[X, RATIO, "Loan-to-cost cap, a multiple of capex"],
    drawn: Annotated[X, MONEY, "Debt already drawn"],
) -> Annotated[X, MONEY, "Further amount that may be drawn"]:
    """Top-up of a stabilised site: what coverage and the loan-to-cost cap still allow above what is drawn.

    top_up = max(0, min(Σₜ cfads[t] / (dscr · (1 + rate)^t), cap · capex) − drawn)

    Steps: …; coverage = PV/dscr; cap·capex; facility = the lesser: min(coverage, cap·capex)
    Convention: the first flow is one period from now; the advance rate on cost no longer applies.
    Limits: 0 where the loan already exceeds a test: a top-up is never a repayment.
    Errors: #NUM! where dscr is not positive, rate not above −1, or an amount negative.
    """
    facility = np.minimum(present_value(cfads, rate) / dscr, cap * capex)
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
