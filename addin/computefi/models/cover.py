"""Cover ratios and the debt that cash flow carries."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from computefi.errors import ZeroDivisor
from computefi.kernels.discount import present_value
from computefi.spec import Column, Example, Result, Rule, declare
from computefi.spec.kinds import FLOW, INDEX, MONEY, RATE_PER_PERIOD, RATIO, FloatArray, Kind, V, X, optional

COVER = "Cover and sizing"
YESCOMBE = "Yescombe, Principles of Project Finance: cover ratios and debt sizing"
SIGNED_RATIO = Kind("ratio", "×, negative where cash is negative")
TARGET = RATIO.positive
UNEVEN = (80, 120, 110, 90, 60)


@declare(
    category=COVER,
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

    Limits: negative where cash is negative.
    Errors: #DIV/0! where nothing is due; #NUM! where a due amount is negative.
    """
    return cfads / (interest + principal)


def _life_cover(cfads: FloatArray, debt: FloatArray, rate: FloatArray, cash: FloatArray) -> FloatArray:
    return (present_value(cfads, rate) + cash) / debt


@declare(
    category=COVER,
    source=YESCOMBE,
    examples=[
        Example(((100, 100, 100, 100, 100), 350, 0.06), 1.20353251016163, "exact rational arithmetic"),
        Example((UNEVEN, 309.38663133, 0.08), 1.2, "sculpted debt has LLCR equal to its target"),
    ],
)
def llcr(
    cfads: Annotated[V, FLOW, "Cash flow available for debt service in each remaining loan period"],
    debt: Annotated[X, MONEY.nonzero, "Debt outstanding at the valuation date"],
    rate: Annotated[X, RATE_PER_PERIOD, "Cost of the debt per period"],
    cash: Annotated[X, MONEY, "Cash held for the lenders, added undiscounted"] = optional(0.0),
) -> Annotated[X, SIGNED_RATIO, "Loan life cover ratio"]:
    """Loan life cover ratio: present value of CFADS over the remaining loan life, plus cash, over debt.

    LLCR = (Σₜ cfads[t] / (1 + rate)^t + cash) / debt, t = 1 … n

    Convention: the first flow is one period from now; the discount rate is the cost of the debt.
    Limits: equals the DSCR target where debt service is sculpted.
    Errors: #DIV/0! where debt is 0; #NUM! where rate is not above −1.
    """
    return _life_cover(cfads, debt, rate, cash)


@declare(
    category=COVER,
    source=YESCOMBE,
    examples=[Example(((*UNEVEN, 40, 30), 309.38663133, 0.08), 1.33805217358, "recomputed with 40-digit arithmetic")],
)
def plcr(
    cfads: Annotated[V, FLOW, "Cash flow available for debt service in each remaining period of contract or asset life"],
    debt: Annotated[X, MONEY.nonzero, "Debt outstanding at the valuation date"],
    rate: Annotated[X, RATE_PER_PERIOD, "Cost of the debt per period"],
    cash: Annotated[X, MONEY, "Cash held for the lenders, added undiscounted"] = optional(0.0),
) -> Annotated[X, SIGNED_RATIO, "Project life cover ratio"]:
    """Project life cover ratio: as CFI_LLCR, to the end of the contract or of the asset's life.

    PLCR = (Σₜ cfads[t] / (1 + rate)^t + cash) / debt, t = 1 … end of contract or asset life

    Convention: the first flow is one period from now.
    Limits: not below LLCR where the tail's cash is not negative; the difference is the tail.
    Errors: #DIV/0! where debt is 0; #NUM! where rate is not above −1.
    """
    return _life_cover(cfads, debt, rate, cash)


@declare(
    category=COVER,
    source=YESCOMBE,
    examples=[
        Example(((100, 100, 100, 100, 100), 1.25, 0.08), 319.416802966, "recomputed with 40-digit arithmetic"),
        Example((UNEVEN, 1.2, 0.08), 309.38663133, "recomputed with 40-digit arithmetic"),
    ],
)
def sculpt_debt(
    cfads: Annotated[V, FLOW, "Cash flow available for debt service in each loan period"],
    dscr: Annotated[X, TARGET, "Target debt service cover ratio, the same in every period"],
    rate: Annotated[X, RATE_PER_PERIOD, "Cost of the debt per period"],
) -> Annotated[X, FLOW, "Debt that the cash flow carries"]:
    """Sculpted debt: the loan whose debt service is CFADS over a target cover in every period.

    debt = Σₜ cfads[t] / (dscr · (1 + rate)^t), t = 1 … n

    Convention: the first payment is one period from now.
    Limits: debt so sized has DSCR = LLCR = target at every date.
    Errors: #NUM! where dscr is not positive or rate is not above −1.
    """
    return present_value(cfads, rate) / dscr


@declare(
    category=COVER,
    source="Delayed-draw sizing as in CoreWeave DDTL 4.0 (SEC 0001769628-26-000129): advance on cost, cap, coverage",
    examples=[Example(((20, 20, 20, 20, 20, 20), 1.2, 0.059, 80, 0.9, 1.02), (72, 2))],
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

    coverage = Σₜ cfads[t] / (dscr · (1 + rate)^t); advance = advance · capex; cap = cap · capex
    capacity = min of the three; a tie goes to the lowest number

    Convention: the first payment is one period from now.
    Limits: capex 0 gives 0 and test 2; with negative cash flow the coverage test may be negative.
    Errors: #NUM! where dscr is not positive, rate not above −1, or an amount negative.
    """
    tests = np.stack([present_value(cfads, rate) / dscr, advance * capex, cap * capex], axis=-1)
    return np.stack([tests.min(axis=-1), tests.argmin(axis=-1) + 1.0], axis=-1)
