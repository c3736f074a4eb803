"""Sizing a loan on two kinds of cash, its covers period by period, and the constraint that limits it."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from computefi.errors import DomainError, ZeroDivisor
from computefi.kernels.discount import compounded_factors, present_value
from computefi.models.cover import (
    COVER,
    COVERS,
    LEVEL,
    LIMITED,
    SIGNED_RATIO,
    SIZED,
    TARGET,
    UNEVEN,
    YESCOMBE,
    Advance,
    Balloon,
    Cap,
    Capex,
    Covers,
    Earnings,
    MarketValue,
    MaxLeverage,
    MaxLtv,
    Rates,
    Tail,
    before_maturity,
    carried,
    discounted,
    limits,
    serviced,
    tested,
)
from computefi.spec import Column, Example, Result, Rule, Shape, declare
from computefi.spec.kinds import (
    FLAG,
    FLOW,
    MONEY,
    RECOMPUTED,
    XV,
    Annotated,
    BoolArray,
    FloatArray,
    V,
    Words,
    X,
    optional,
)

CONTRACTED, MERCHANT = (50, 50, 50, 50, 0, 0), (0, 10, 20, 20, 40, 30)
CONSTRAINTS = ("cover", "advance rate", "cap on cost", "loan to value", "leverage")
ROUNDING = 1e-12  # of the loan: a repaid balance may be left by the last bits of its instalments

Principal = Annotated[FloatArray, Shape(("payment",))]


def _blended(
    contracted: FloatArray, merchant: FloatArray, dscr_contracted: FloatArray, dscr_merchant: FloatArray, **given: Any
) -> Iterator[tuple[str, Any]]:
    service = contracted / dscr_contracted + merchant / dscr_merchant
    for label, value in serviced(service, np.ones_like(service), **given):
        yield label.replace("cfads", "service"), value


@declare(
    category=COVER,
    questions=["How much can I lend?"],
    source=f"{YESCOMBE}; contracted and merchant cash at covers of their own, as power loans have them",
    examples=[
        Example((CONTRACTED, MERCHANT, 1.2, 2, 0.08), (180.64480839, 138.005285, 42.63952338, 1.38883254388),
                RECOMPUTED, 1e-8),
        Example((CONTRACTED, MERCHANT, 1.2, 2, 0.08, 0, 2), (157.58060004, 138.005285, 19.57531504, 1.29937931),
                RECOMPUTED, 1e-8),
    ],
    rules=SIZED,
    nan=("the loan is 0: no cover of nothing", ZeroDivisor),
    steps=_blended,
)  # fmt: skip
def sculpt_blend(
    contracted: Annotated[V, FLOW, "Contracted cash for debt service in each loan period, and in the tail"],
    merchant: Annotated[V, FLOW, "Merchant cash beside it"],
    dscr_contracted: Annotated[XV, TARGET, f"{COVERS}, on contracted cash"],
    dscr_merchant: Annotated[XV, TARGET, f"{COVERS}, on merchant cash"],
    rate: Rates,
    balloon: Balloon = optional(0.0),
    tail: Tail = optional(0.0),
) -> Annotated[
    FloatArray,
    Result((
        Column("debt", FLOW, "Debt that both carry"),
        Column("on contracted", FLOW, "Of it on contracted cash"),
        Column("on merchant", FLOW, "Of it on merchant cash"),
        Column("blended cover", SIGNED_RATIO, "Present value of all cash of the loan's life over the debt"),
    )),
]:  # fmt: skip
    """Debt sculpted on two kinds of cash, contracted and merchant, each at its own cover, and the cover they blend to.

    service[t] = contracted[t]/dscr_contracted[t] + merchant[t]/dscr_merchant[t]
    debt = Σₜ service[t]·v(t) / (1 − balloon·v(n)), t = 1 … n = periods − tail, v(t) = Π 1/(1 + rate[s])
    on contracted, on merchant = the same of each part; blended cover = Σₜ (contracted[t] + merchant[t])·v(t) / debt

    Steps: …
    Convention: as CFI_SCULPT_DEBT, which it is for a single kind of cash; a period's blended cover moves with the mix.
    Limits: at one cover for both it is CFI_SCULPT_DEBT of their sum; merchant cash adds nothing as its cover grows.
    Trap: cash is contracted as long as its offtaker pays: what becomes merchant when he fails was sized at the low
    cover. Affiliates' contracts belong to merchant.
    Errors: #NUM! where a cover is not positive, rate not above −1, or the tail leaves no period; #DIV/0! for the
    blended cover of no debt; #VALUE! where series differ in length.
    """
    parts = [
        carried(contracted / dscr_contracted, rate, balloon, tail),
        carried(merchant / dscr_merchant, rate, balloon, tail),
    ]
    debt = parts[0] + parts[1]
    cash = present_value(before_maturity(contracted + merchant, tail), rate)
    return np.stack([debt, *parts, cash / debt], axis=-1)


@declare(
    category=COVER,
    questions=["How much can I lend?"],
    source="Constraints of a term sheet side by side, as a credit committee reads them",
    examples=[
        Example(
            (LEVEL, 1.2, 0.059, 80, 0.9, 1.02, 0, 0, 0.6, 100),
            (
                ("cover", 82.2135333339, 22.2135333339, 0),
                ("advance rate", 72, 12, 0),
                ("cap on cost", 81.6, 21.6, 0),
                ("loan to value", 60, 0, 1),
                ("leverage", "", "", 0),
            ),
            RECOMPUTED,
        )
    ],
    rules=LIMITED,
    steps=tested,
)
def debt_limits(
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
    NDArray[np.object_],
    Result((
        Column("constraint", Words(), "Name of the constraint"),
        Column("allows", FLOW, "Debt that it allows; empty where it is not given"),
        Column("headroom", MONEY, "What it allows beyond the debt capacity"),
        Column("binds", FLAG, "1 for the constraint that limits the loan"),
    ), rows="constraint"),
]:  # fmt: skip
    """Constraints of a loan's size, a row each by name: the debt each allows, its headroom, and which one limits.

    cover = CFI_SCULPT_DEBT; advance rate = advance·capex; cap on cost = cap·capex; loan to value = max_ltv·value
    leverage = max_leverage·earnings; headroom = allows − CFI_DEBT_CAPACITY; binds = 1 where the headroom is 0

    Steps: …; 2 advance = advance·capex; 3 cap = cap·capex; 4 loan to value = max_ltv·value; 5 leverage =
    max_leverage·earnings
    Convention: five rows in this order always; one that is not given is empty. Of two that are equal the first binds.
    One case.
    Limits: the row that binds is the binding test of CFI_DEBT_CAPACITY.
    Errors: those of CFI_DEBT_CAPACITY; #VALUE! for several cases.
    """
    coverage = carried(cfads / dscr, rate, balloon, tail)
    tests = limits(coverage, capex, advance, cap, max_ltv, value, max_leverage, earnings)[0]
    least = int(tests.argmin())
    rows = [
        (name, *(("", "") if np.isinf(test) else (test, test - tests[least])), float(place == least))
        for place, (name, test) in enumerate(zip(CONSTRAINTS, tests, strict=True))
    ]
    return np.array(rows, dtype=object)


def _never_more_than_the_loan(loan: FloatArray, principal: FloatArray) -> BoolArray:
    owed: BoolArray = np.cumsum(principal, axis=-1) <= loan[:, None] * (1 + ROUNDING)
    return owed


def _covered(cfads: FloatArray, principal: FloatArray, rate: FloatArray, **_: Any) -> Iterator[tuple[str, Any]]:
    """The present value of what is to come, to the end of the project and of the loan."""
    *rows, (label, worth) = discounted(cfads, rate)
    yield from rows
    life = len(principal)
    yield f"{label}, t = 1 … end of cfads", worth
    yield f"{label}, t = 1 … end of loan", (cfads * compounded_factors(rate))[:life].sum()


@declare(
    category=COVER,
    questions=["Is the cash there?"],
    source=YESCOMBE,
    examples=[
        Example(
            ((*UNEVEN, 40, 30), 309.38663133, (41.9157361602667, 78.6023283864, 76.5571813239667, 66.0150891632,
              46.2962962963), 0.08),
            (
                (309.38663133, 1.2, 1.2, 1.33805217358),
                (267.47089517, 1.2, 1.2, 1.37246144),
                (188.868566784, 1.2, 1.2, 1.46377438),
                (112.31138546, 1.2, 1.2, 1.67906261),
                (46.2962962963, 1.2, 1.2, 2.45514403),
            ),
            RECOMPUTED, 1e-8,
        )
    ],
    rules=[
        Rule("principal", "must not repay more than the loan", _never_more_than_the_loan, DomainError),
        Rule("principal", "must not have more periods than cfads",
             lambda cfads, principal: principal.shape[1] <= cfads.shape[1], DomainError),
    ],
    nan=("the loan is repaid, or nothing is due: no cover of nothing", ZeroDivisor),
    steps=_covered,
)  # fmt: skip
def cover_path(
    cfads: Annotated[V, FLOW, "Cash flow available for debt service in each period, to the end of the project"],
    loan: Annotated[X, MONEY.nonzero, "Loan at the beginning"],
    principal: Annotated[Principal, FLOW, "Principal due in each loan period; its length is the loan's life"],
    rate: Rates,
    cash: Annotated[X, MONEY, "Cash held for the lenders at every date, added undiscounted"] = optional(0.0),
) -> Annotated[
    FloatArray,
    Result((
        Column("balance", FLOW, "Balance at the period's beginning"),
        Column("dscr", SIGNED_RATIO, "Debt service cover of the period"),
        Column("llcr", SIGNED_RATIO, "Loan life cover at its beginning"),
        Column("plcr", SIGNED_RATIO, "Project life cover at its beginning"),
    ), rows="period"),
]:  # fmt: skip
    """Covers period by period, a row per loan period: balance, debt service cover, loan life and project life cover.

    balance[t] = loan − Σ principal before t; dscr[t] = cfads[t] / (rate[t]·balance[t] + principal[t])
    llcr[t] = (Σₛ cfads[s]·v(s)/v(t−1) + cash)/balance[t], s = t … end of loan; plcr[t] = the same to the end of cfads

    Steps: debt service = rate[1]·loan + principal[1]; …
    Convention: a row is read at the period's beginning, before its payment; one rate for all periods, or one for each.
    What principal leaves of the loan is a balloon, due with the last payment but not in its dscr. One case.
    Limits: a loan out of CFI_SCULPT_SCHEDULE has dscr = llcr = target in every row; plcr − llcr is the tail.
    Trap: the least llcr of the life is what a covenant tests, not today's; it is rarely in the first row where cash
    falls.
    Errors: #DIV/0! in a row whose loan is repaid or in which nothing is due; #NUM! where principal repays more than the
    loan, has more periods than cfads, or rate is not above −1; #VALUE! for several cases.
    """
    periods = principal.shape[1]
    balances = loan[0] - np.cumsum(np.pad(principal[0], (1, 0)))[:-1]
    balances = np.where(balances > loan[0] * ROUNDING, balances, 0.0)
    factors = compounded_factors(rate)[0]
    worth = np.cumsum((cfads[0] * factors)[::-1])[::-1]
    before = np.pad(factors, (1, 0), constant_values=1.0)[:periods]
    after_maturity = worth[periods] if periods < worth.size else 0.0
    due = rate[0][:periods] * balances + principal[0]
    covers = [
        cfads[0][:periods] / due,
        ((worth[:periods] - after_maturity) / before + cash[0]) / balances,
        (worth[:periods] / before + cash[0]) / balances,
    ]
    return np.stack([balances, *covers], axis=-1)
