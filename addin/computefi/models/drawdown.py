"""A delayed-draw loan at work: what may be drawn, how it is repaid, what it yields, and whether it keeps its terms."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from computefi.errors import DomainError, InputError, NoSolution, ZeroDivisor
from computefi.kernels.root import find_root
from computefi.models import step_rows
from computefi.spec import Column, Example, Result, Rule, Shape, declare
from computefi.spec.kinds import (
    ANY_NUMBER,
    FLAG,
    FLOW,
    HAIRCUT,
    INDEX,
    MONEY,
    MONTHS,
    NOMINAL_RATE,
    PER_YEAR,
    RATE,
    RATE_PER_PERIOD,
    RATIO,
    RECOMPUTED,
    SHARE_BELOW_ONE,
    YEARS,
    Annotated,
    BoolArray,
    Choice,
    FloatArray,
    Kind,
    Text,
    V,
    X,
    optional,
)

DRAWDOWN = "Delayed-draw mechanics"
DDTL = "CoreWeave DDTL 2.0 (SEC 0001193125-25-227562 EX-10.1)"
LONGEST_SCHEDULE = 36_600  # days of a century
SAME_AMOUNT = 1e-9  # of the commitment: schedules out of a workbook carry its rounding

Gates = Annotated[FloatArray, Shape(("asset", "test"))]
PerAsset = Annotated[FloatArray, Shape(("asset",))]
Dues = Annotated[FloatArray, Shape(("due",))]
Draws = Annotated[FloatArray, Shape(("draw",))]
Repayments = Annotated[FloatArray, Shape(("repayment",))]
Charges = Annotated[FloatArray, Shape(("charge",))]
SCHEDULED = Kind("count", "periods", low=1, high=LONGEST_SCHEDULE, whole=True)
HEADROOM = Kind("headroom", "share of the limit, negative in breach")
FEE = Kind("spread", "decimal per year", low=0, high=1, high_open=True, usual_high=0.5)
STYLE = Choice(("annuity", "straight", "bullet"))
SENSE = Choice(("min", "max"))


@declare(
    category=DRAWDOWN,
    questions=["How much can I lend?"],
    source=f"Conditions precedent to a draw: delivered, commissioned, contracted, insured, pledged; {DDTL}",
    examples=[Example((((1, 1, 1), (1, 0, 0), (0, 1, 1)),), ((1, 0), (0, 2), (0, 1)))],
)
def draw_gate(
    flags: Annotated[Gates, FLAG, "A row per asset, a column per test: 1 where the test is met"],
) -> Annotated[
    FloatArray,
    Result((
        Column("eligible", FLAG, "1 where every test is met"),
        Column("first failing test", INDEX, "Number of the first test that fails, 0 for none"),
    ), rows="asset"),
]:  # fmt: skip
    """Draw gate, a row per asset: whether every test is met, and the number of the first that is not.

    eligible = Π flags over the tests; first failing test = the lowest number with flag 0

    Convention: the tests' order is the user's; put the one that comes first in time first. The answer in the first
    column is the `eligible` of CFI_BORROWING_BASE.
    Limits: one failing test is enough: nothing is weighed against anything.
    Errors: #VALUE! where a flag is blank or text; #NUM! where it is neither 0 nor 1.
    """
    met = flags == 1
    eligible = met.all(axis=1)
    first = np.where(eligible, 0, met.argmin(axis=1) + 1)
    return np.stack([eligible, first], axis=-1).astype(np.float64)


@declare(
    category=DRAWDOWN,
    questions=["How much can I lend?"],
    source=f"Advance rates of 90% and 60% on capex net of six-year straight line; {DDTL}",
    examples=[
        Example(((1000, 1000, 500, 400), (0, 12, 0, 0), 72, (0.9, 0.9, 0.6, 0.9), (1, 1, 1, 0)), 1950),
        Example(((1000, 500), (12, 0), 72, 0.9, 1, (900, 500), (0.4, 0)), 936),
    ],
    steps=step_rows.base,
)
def borrowing_base(
    cost: Annotated[PerAsset, MONEY, "Cost of each asset or group"],
    age_months: Annotated[PerAsset, MONTHS, "Age of each"],
    life_months: Annotated[PerAsset, MONTHS.nonzero, "Straight-line life of each; 72 in the filed loans"],
    advance: Annotated[PerAsset, RATIO, "Advance rate of each"],
    eligible: Annotated[PerAsset, FLAG, "1 where the asset has passed the gate"],
    market: Annotated[PerAsset, MONEY, "Market value of each; left out, book value alone counts"] = optional(np.inf),
    haircut: Annotated[PerAsset, HAIRCUT, "Haircut on market value"] = optional(0.0),
) -> Annotated[X, MONEY, "Borrowing base"]:
    """Borrowing base: what eligible assets support, at the lower of book value and market value after haircut.

    base = Σᵢ eligible[i] · advance[i] · min(book[i], market[i]·(1 − haircut[i]))
    book = cost · max(0, 1 − age_months/life_months)

    Steps: …
    Convention: straight-line book value from the month of delivery; concentration limits are in
    CFI_BORROWING_BASE_CERT.
    Limits: an asset past its life counts 0. Without market values a haircut has nothing to act on.
    Trap: on book value alone the base may exceed what the assets would fetch: GPUs lose faster than straight line.
    Errors: #DIV/0! where a life is 0; #VALUE! where the lists differ in length; #NUM! outside the bounds.
    """
    value = lower_value(cost, age_months, life_months, market, haircut)
    base: FloatArray = (eligible * advance * value).sum(axis=-1)
    return base


def lower_value(
    cost: FloatArray, age_months: FloatArray, life_months: FloatArray, market: FloatArray, haircut: FloatArray
) -> FloatArray:
    """Straight-line book value or market value after haircut, whichever is less."""
    book = cost * np.maximum(0.0, 1 - age_months / life_months)
    sale = np.where(np.isinf(market), np.inf, np.where(np.isinf(market), 0.0, market) * (1 - haircut))
    value: FloatArray = np.minimum(book, sale)
    return value


@declare(
    category=DRAWDOWN,
    questions=["How much can I lend?"],
    source="Draw conditions of delayed-draw term loans: commitment, advance on eligible cost, debt capacity "
    "(CoreWeave DDTL 4.0, SEC 0001769628-26-000129)",
    examples=[Example((1, 100, 40, 90, 0.9, 85), (41, 2)), Example((1, 100, 40, 200, 0.9), (60, 1))],
)
def draw(
    available: Annotated[X, FLAG, "1 within the availability period and without default"],
    commitment: Annotated[X, MONEY, "Commitment of the facility"],
    drawn: Annotated[X, MONEY, "Drawn so far"],
    eligible_cost: Annotated[X, MONEY, "Cost of the assets that have passed the gate"],
    advance: Annotated[X, RATIO, "Advance rate on eligible cost"],
    capacity: Annotated[X, FLOW, "Debt the cash flow carries in all, as CFI_SCULPT_DEBT"] = optional(np.inf),
) -> Annotated[
    FloatArray,
    Result((
        Column("draw", MONEY, "Amount that may be drawn now"),
        Column("binding test", INDEX, "Which test binds: 1 commitment, 2 advance, 3 capacity, 0 not available"),
    )),
]:  # fmt: skip
    """Draw: the further amount that commitment, advance rate and debt capacity all allow, and which of them binds.

    draw = available · max(0, min(commitment, advance·eligible_cost, capacity) − drawn)

    Steps: allowed = min(commitment, advance·eligible_cost, capacity); room = max(0, allowed − drawn)
    Convention: all three tests are on the whole loan; what is drawn counts against each. A tie goes to the lowest
    number.
    Limits: 0 where a test is already exceeded; a draw is never a repayment. Without capacity two tests remain.
    Errors: #NUM! where an amount is negative or available is neither 0 nor 1.
    """
    tests = np.stack([commitment, advance * eligible_cost, capacity], axis=-1)
    amount = available * np.maximum(0.0, tests.min(axis=-1) - drawn)
    return np.stack([amount, available * (tests.argmin(axis=-1) + 1.0)], axis=-1)


def _share_left(rate: float, periods: float, style: str) -> FloatArray:
    """What is left of a loan of 1 after each payment, today included."""
    left = np.arange(int(periods), -1, -1, dtype=np.float64)
    if style == "bullet":
        return np.where(left > 0, 1.0, 0.0)
    if style == "straight" or rate == 0:
        return left / periods
    log_growth = np.log1p(rate)
    share: FloatArray = np.expm1(-log_growth * left) / np.expm1(-log_growth * periods)
    return share


def _first_payment(rate: float, periods: float, style: str = "annuity", **_: Any) -> Iterator[tuple[str, Any]]:
    yield "share left of the loan after period 1", _share_left(rate, periods, style)[1]


@declare(
    category=DRAWDOWN,
    questions=["How much can I lend?"],
    source="Annuity, straight-line and bullet loans; Excel's IPMT and PPMT for the first",
    examples=[
        Example((100, 0.1, 2), ((10, 47.6190476190476, 52.3809523809524), (5.23809523809524, 52.3809523809524, 0))),
        Example((100, 0.1, 2, "straight"), ((10, 50, 50), (5, 50, 0))),
        Example((100, 0.1, 2, "bullet"), ((10, 0, 100), (10, 100, 0))),
    ],
    steps=_first_payment,
)
def amortise(
    principal: Annotated[X, MONEY, "Loan at the beginning"],
    rate: Annotated[X, RATE_PER_PERIOD, "Interest per period"],
    periods: Annotated[X, SCHEDULED, "Number of payments"],
    style: Annotated[Text, STYLE, "annuity (level payments), straight (level principal) or bullet"] = "annuity",
) -> Annotated[
    FloatArray,
    Result((
        Column("interest", FLOW, "Interest on the opening balance"),
        Column("principal", MONEY, "Principal repaid"),
        Column("balance", MONEY, "Closing balance"),
    ), rows="period"),
]:  # fmt: skip
    """Amortisation schedule, a row per period: interest, principal and closing balance.

    annuity: balance[k] = principal · (1 − v^(n−k)) / (1 − vⁿ), v = 1/(1 + rate), n = periods
    straight: balance[k] = principal · (1 − k/n); bullet: balance[k] = principal for k < n, then 0
    interest[k] = rate · balance[k−1]; principal[k] = balance[k−1] − balance[k]

    Steps: …; rate·principal
    Convention: payments at period ends; one case, a row per period.
    Limits: the last balance is 0 exactly. At rate 0 the annuity is the straight line.
    Errors: #NUM! where principal is negative, rate not above −1, or periods not whole; #VALUE! for several cases.
    """
    balances = principal[0] * _share_left(rate[0], periods[0], style)
    return np.stack([rate[0] * balances[:-1], -np.diff(balances), balances[1:]], axis=-1)


LEFT = (Column("left", FLOW, "What is left for distribution or the trap"),)
PAID = Column("paid", FLOW, "Paid on each due in turn")


@declare(
    category=DRAWDOWN,
    questions=["Is the cash there?"],
    source="Payment waterfall of the depositary accounts of delayed-draw loans: opex, agent and hedge, interest, "
    "principal, reserves, sweep, distributions",
    examples=[
        Example((100, (30, 2, 18, 35, 10)), (30, 2, 18, 35, 10, 5)),
        Example((60, (30, 2, 18, 35, 10)), (30, 2, 18, 10, 0, 0)),
    ],
    steps=step_rows.paid_before,
)
def waterfall(
    cash: Annotated[X, FLOW, "Cash to be distributed in the period"],
    dues: Annotated[Dues, MONEY, "Amounts due, the most senior first"],
) -> Annotated[FloatArray, Result(LEFT, more=PAID, more_first=True)]:
    """Payment waterfall: cash pays the dues in their order, each in full before the next, and what is left comes last.

    paid[i] = min(dues[i], max(0, cash − Σ dues before i)); left = cash − Σ paid

    Steps: …
    Convention: one more number than there are dues; the last is what is left for distribution or the trap.
    Limits: paid and left add up to cash always. Negative cash pays nothing and is left as it is.
    Errors: #NUM! where a due is negative.
    """
    due_so_far = np.cumsum(dues, axis=-1)
    paid = np.clip(cash[:, None] - (due_so_far - dues), 0.0, dues)
    left = np.where(cash < 0, cash, np.maximum(0.0, cash - due_so_far[:, -1]))
    return np.concatenate([paid, left[:, None]], axis=-1)


def _same_length(*series: FloatArray) -> list[FloatArray]:
    """Series from period 0, the shorter ones padded with 0."""
    periods = max(each.shape[1] for each in series)
    return [np.pad(each, ((0, 0), (0, periods - each.shape[1]))) for each in series]


def _is_repaid(draws: FloatArray, repayments: FloatArray) -> BoolArray:
    difference = repayments.sum(axis=-1) - draws.sum(axis=-1)
    repaid: BoolArray = np.abs(difference) <= SAME_AMOUNT * draws.sum(axis=-1)
    return repaid


def _never_overpaid(draws: FloatArray, repayments: FloatArray) -> BoolArray:
    drawn, repaid = _same_length(draws, repayments)
    balances = np.cumsum(drawn - repaid, axis=-1)
    owed: BoolArray = balances[:, : repayments.shape[1]] >= -SAME_AMOUNT * draws.sum(axis=-1, keepdims=True)
    return owed


def _opening(closing: FloatArray) -> FloatArray:
    """Opening balances out of closing ones; nothing before period 0."""
    return np.pad(closing[:, :-1], ((0, 0), (1, 0)))


def _is_committed(draws: FloatArray, commitment: FloatArray) -> BoolArray:
    drawn = draws.sum(axis=-1)
    enough: BoolArray = commitment >= drawn * (1 - SAME_AMOUNT)
    return enough


def _accruals_fit(draws: FloatArray, repayments: FloatArray, charges: FloatArray, accruals: FloatArray) -> bool:
    return accruals.shape[1] in (1, max(draws.shape[1], repayments.shape[1], charges.shape[1]) - 1)


def _index_fits(draws: FloatArray, repayments: FloatArray, charges: FloatArray, index: FloatArray) -> bool:
    return _accruals_fit(draws, repayments, charges, index)


def _years(accruals: FloatArray, per_year: FloatArray) -> FloatArray:
    return np.where(np.isinf(accruals), 1 / per_year[:, None], accruals)


def _interest(rate: FloatArray, index: FloatArray, accruals: FloatArray, per_year: FloatArray) -> FloatArray:
    """Interest of each period on a balance of 1."""
    return (rate[:, None] + index) * _years(accruals, per_year)


def _per_period(series: FloatArray, like: FloatArray) -> FloatArray:
    """A number, or one per period after the first, as one per period; nothing accrues in period 0."""
    return np.pad(np.broadcast_to(series, (len(like), like.shape[1] - 1)), ((0, 0), (1, 0)))


def _waiting(
    drawn: FloatArray, repaid: FloatArray, total: FloatArray, undrawn_fee: FloatArray, ticking_fee: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Opening balances, and what waiting for draws earns in a year from each period's beginning."""
    paid_out = np.cumsum(drawn, axis=-1)
    balances, undrawn = _opening(paid_out - np.cumsum(repaid, axis=-1)), _opening(total - paid_out)
    committed = np.where(_opening(paid_out) < paid_out[:, -1:], undrawn, 0.0)
    ticks = (_opening(paid_out) == 0) & np.isfinite(ticking_fee[:, None])
    return balances, np.where(ticks, ticking_fee[:, None], undrawn_fee[:, None]) * committed


def _flows(per_year: float = 4.0, **given: Any) -> Iterator[tuple[str, Any]]:
    """The lender's flow of each period, and the yield per period that makes them worth nothing."""
    case = step_rows.as_case(given)
    drawn, repaid, other = _same_length(case["draws"], case["repayments"], case["charges"])
    total = np.where(np.isinf(case["commitment"]), drawn.sum(), case["commitment"])[:, None]
    balances, waiting = _waiting(drawn, repaid, total, case["undrawn_fee"], case["ticking_fee"])
    once = np.array([per_year])
    years = _per_period(_years(case["accruals"], once), drawn)
    interest = _per_period(_interest(case["rate"], case["index"], case["accruals"], once), drawn)
    flow = repaid * (1 + case["exit_fee"]) - drawn * (1 - case["upfront"]) + other + interest * balances
    for period, value in enumerate((flow + years * waiting)[0]):
        yield f"flow[{period}]", value
    yield "y found by search", all_in_yield(per_year=once, **case)[0, 0] / per_year


FIRST_SPREAD, LARGEST_SPREAD, WIDEN = 0.01, 1e6, 1.5  # per period, in the search for a bracket


def _excess_yield(charges: FloatArray, balances: FloatArray, coupon: FloatArray) -> FloatArray:
    """The spread over the coupon at which the charges are worth as much as the spread on the balances, a case per row.

    With interest at the coupon on opening balances, value at yield y is Σ charges·wᵗ − (y − coupon)·Σ balances·wᵗ,
    w = 1/(1 + y). It is not negative at the coupon; the root nearest above it is the yield. NaN where there is none.
    """
    by_period = list(zip(charges.T[::-1], balances.T[::-1], strict=True))

    def surplus(spread: FloatArray, case: FloatArray) -> FloatArray:
        rows = case.astype(np.int64)  # the root finder takes floats
        factor = 1 / (1 + coupon[rows] + spread)
        value = np.zeros_like(spread)
        for charge, balance in by_period:  # Horner's rule, the cases side by side
            value = value * factor + (charge[rows] - spread * balance[rows])
        return value

    answer = np.full(len(coupon), np.nan)
    cases = np.arange(len(coupon), dtype=np.float64)
    lends = balances.any(axis=-1)
    free = lends & (surplus(np.zeros_like(coupon), cases) <= 0)
    answer[free] = 0.0
    open_cases = cases[lends & ~free]
    low, high = 0.0, FIRST_SPREAD
    while open_cases.size and high < LARGEST_SPREAD:
        crosses = surplus(np.full(open_cases.size, high), open_cases) < 0
        found = open_cases[crosses]
        if found.size:
            ends = np.full(found.size, low), np.full(found.size, high)
            answer[found.astype(np.int64)] = find_root(surplus, *ends, found)
        open_cases = open_cases[~crosses]
        low, high = high, high * WIDEN
    return answer


@declare(
    category=DRAWDOWN,
    questions=["Is the cash there?"],
    source="Internal rate of return of the lender's cash flow. CoreWeave DDTL 5.5: SOFR + 550bp at 97 (press, 2026-08)",
    examples=[
        Example(
            ((40, 0, 60), (0, 0, 0, *(5,) * 20), 0.08, 0.015, 0.005), (0.08683076039, 0.08969924202), RECOMPUTED
        ),
        Example((100, (0, *(5,) * 20), 0.0917, 0.03), (0.105425102119, 0.109666738112), RECOMPUTED),
    ],
    rules=[
        Rule("draws", "must not sum to 0", lambda draws: draws.sum(axis=-1) != 0, ZeroDivisor),
        Rule("repayments", "must sum to the same as draws", _is_repaid, DomainError),
        Rule("repayments", "must never exceed what is drawn and not yet repaid", _never_overpaid, DomainError),
        Rule("rate", "per period must be above -1", lambda rate, per_year: rate > -per_year, DomainError),
        Rule("commitment", "must not be less than what is drawn", _is_committed, DomainError),
        Rule("accruals", "must be one number, or one per period after the first", _accruals_fit, InputError),
        Rule("index", "must be one number, or one per period after the first", _index_fits, InputError),
        Rule(
            "index",
            "and rate in a period must be above -1",
            lambda rate, index, accruals, per_year: _interest(rate, index, accruals, per_year) > -1,
            DomainError,
        ),
    ],
    nan=("no yield solves: the loan is repaid on the day it is drawn, or its fees exceed any return", NoSolution),
    steps=_flows,
)  # fmt: skip
def all_in_yield(
    draws: Annotated[Draws, MONEY, "Draws from period 0 on"],
    repayments: Annotated[Repayments, MONEY, "Principal repaid from period 0 on"],
    rate: Annotated[X, NOMINAL_RATE, "Coupon, nominal per year"],
    upfront: Annotated[X, SHARE_BELOW_ONE, "Upfront fee or discount, netted from each draw"] = optional(0.0),
    undrawn_fee: Annotated[X, FEE, "Fee per year on the undrawn commitment"] = optional(0.0),
    per_year: Annotated[X, PER_YEAR, "Periods per year: 1, 4 or 12"] = optional(4.0),
    commitment: Annotated[X, MONEY, "Commitment; left out, what is drawn in all"] = optional(np.inf),
    ticking_fee: Annotated[X, FEE, "Fee per year on the commitment until the first draw; left out, undrawn_fee"] = (
        optional(np.inf)
    ),
    exit_fee: Annotated[X, SHARE_BELOW_ONE, "Fee on principal as it is repaid"] = optional(0.0),
    charges: Annotated[Charges, MONEY, "Other receipts from period 0 on, such as CFI_MAKE_WHOLE"] = optional(0.0),
    accruals: Annotated[
        V, YEARS, "Years of interest in each period, as CFI_SCHEDULE has them; left out, 1/per_year"
    ] = optional(np.inf),
    index: Annotated[V, NOMINAL_RATE, "Index of each period added to rate, as CFI_FORWARD has it"] = optional(0.0),
) -> Annotated[
    FloatArray,
    Result((
        Column("nominal", NOMINAL_RATE, "Yield, nominal per year"),
        Column("effective", RATE, "Yield, effective per year"),
    )),
]:  # fmt: skip
    """All-in yield of a delayed-draw loan to its lender: coupon, index and every fee, nominal and effective.

    flow[t] = repayments[t]·(1 + exit_fee) − draws[t]·(1 − upfront) + charges[t]
              + accruals[t]·(balance[t−1]·(rate + index[t]) + undrawn[t−1]·fee[t])
    balance[t] = Σ draws − Σ repayments to t; undrawn[t] = commitment − Σ draws to t, 0 from the last draw on
    fee[t] = ticking_fee until the first draw, undrawn_fee from then on
    nominal = per_year·y and effective = (1 + y)^per_year − 1, where Σₜ flow[t]/(1 + y)^t = 0

    Steps: …
    Convention: draws, repayments and charges start at period 0, shorter ones padded with 0; interest and fees are on
    opening balances and paid at the period's end; original issue discount is in upfront. Periods are equal in time,
    however long they are in interest. Of several roots the one nearest above the least coupon of a period.
    Limits: nominal equals rate without fees. The market's spread + OID/4 is a shortcut to it.
    Errors: #NUM! where repayments do not sum to draws, exceed the balance, or no yield solves; #DIV/0! without draws.
    """
    drawn, repaid, other = _same_length(draws, repayments, charges)
    total = np.where(np.isinf(commitment), drawn.sum(axis=-1), commitment)[:, None]
    balances, waiting = _waiting(drawn, repaid, total, undrawn_fee, ticking_fee)
    years = _per_period(_years(accruals, per_year), drawn)
    interest = _per_period(_interest(rate, index, accruals, per_year), drawn)
    coupon = interest[:, 1:].min(axis=-1, initial=np.inf)
    coupon = np.where(np.isinf(coupon), rate / per_year, coupon)  # drawn and repaid on one day
    earned = upfront[:, None] * drawn + exit_fee[:, None] * repaid + other + years * waiting
    earned = earned + (interest - coupon[:, None]) * balances
    per_period = coupon + _excess_yield(earned / total, balances / total, coupon)
    return np.stack([per_year * per_period, np.expm1(per_year * np.log1p(per_period))], axis=-1)


@declare(
    category=DRAWDOWN,
    questions=["Is the cash there?"],
    source="Definition. CoreWeave DDTL 4.0: level quarterly payments over 23 quarters at 5.9% give 3.16 years; "
    "3.14 is filed (SEC 0001769628-26-000129)",
    examples=[
        Example(((20, 20, 20, 20, 20),), 3),
        Example(((5,) * 20, 4), 2.625),
        Example(((100 / 60,) * 60, 12), 2.54166666666667),
    ],
    rules=[Rule("principal", "must not sum to 0", lambda principal: principal.sum(axis=-1) != 0, ZeroDivisor)],
    steps=step_rows.life,
)  # fmt: skip
def wal(
    principal: Annotated[V, MONEY, "Principal repaid in each period, the first one period from now"],
    per_year: Annotated[X, PER_YEAR, "Periods per year"] = optional(1.0),
) -> Annotated[X, YEARS, "Weighted average life"]:
    """Weighted average life: the mean time to repayment, weighted by principal.

    WAL = Σₜ t·principal[t] / Σₜ principal[t] / per_year, t = 1 … n

    Steps: …
    Convention: principal at period ends; interest does not count.
    Limits: (n + 1)/2 periods for level principal; n periods for a bullet.
    Errors: #DIV/0! where nothing is repaid; #NUM! where an amount is negative.
    """
    times = np.arange(1, principal.shape[1] + 1)
    weighted: FloatArray = (times * principal).sum(axis=-1)
    return weighted / principal.sum(axis=-1) / per_year


@declare(
    category=DRAWDOWN,
    questions=["Is the cash there?"],
    source="Maintenance covenants: DSCR at least 1.15× in CoreWeave DDTL 4.0 (SEC 0001769628-26-000129)",
    examples=[
        Example(((1.4, 1.2, 1.1, 1.3), 1.15), (-0.0434782608695652, 3)),
        Example(((0.5, 0.6, 0.8), (0.8, 0.8, 0.8), "max"), (0, 0)),
    ],
    steps=step_rows.headrooms,
)
def covenant(
    actual: Annotated[V, ANY_NUMBER, "The ratio or amount tested, period by period"],
    limit: Annotated[V, RATIO.nonzero, "The limit: one, or one per period"],
    sense: Annotated[Text, SENSE, "min where actual must not fall below limit, max where not exceed it"] = "min",
) -> Annotated[
    FloatArray,
    Result((
        Column("headroom", HEADROOM, "Worst headroom"),
        Column("first breach", INDEX, "First period in breach, 0 for none"),
    )),
]:  # fmt: skip
    """Covenant test over the periods: the worst headroom, and the first period in breach.

    min: headroom[t] = actual[t]/limit[t] − 1; max: headroom[t] = 1 − actual[t]/limit[t]; the answer is the least

    Steps: …
    Convention: periods count from 1; equality passes.
    Limits: headroom 0 is no breach; the worst period need not be the first in breach.
    Errors: #DIV/0! where a limit is 0; #NUM! where one is negative; #VALUE! where lengths differ.
    """
    ratio = actual / limit
    headroom = ratio - 1 if sense == "min" else 1 - ratio
    breach = actual < limit if sense == "min" else actual > limit
    first = np.where(breach.any(axis=-1), breach.argmax(axis=-1) + 1.0, 0.0)
    return np.stack([headroom.min(axis=-1), first], axis=-1)
