"""Rates that float: a forward curve out of quotes, the all-in rate of a loan, and its hedges."""

from collections.abc import Iterator
from typing import Annotated, Any

import numpy as np

from computefi.errors import DomainError, MissingData, NoSolution, ZeroDivisor
from computefi.kernels import curve
from computefi.kernels.special import ndtr
from computefi.models import step_rows
from computefi.models.days import DATES
from computefi.spec import Column, Example, Result, Rule, Shape, declare
from computefi.spec.kinds import (
    FLOW,
    MONEY,
    NOMINAL_RATE,
    RATIO,
    RECOMPUTED,
    SPREAD,
    YEARS,
    BoolArray,
    Choice,
    FloatArray,
    Kind,
    Text,
    V,
    X,
    optional,
)

Quotes = Annotated[FloatArray, Shape(("quote",))]
TENOR = Kind("time", "years", low=0, high=100, low_open=True, usual_high=50)
FACTOR = Kind("discount factor", "value today of 1", low=0, low_open=True, usual_high=1.2)
ACCRUAL = Kind("time", "years of interest", low=0, usual_high=1)
NORMAL_VOLATILITY = Kind("volatility", "decimal per year and square root of a year", low=0, usual_high=0.1)
QUOTES = Choice(("swap", "futures", "zero"))
INTERPOLATION = Choice(("log-linear", "monotone"))
SIDE = Choice(("cap", "floor"))
STRIKE_OF_CAP = Kind("rate", "decimal per year, nominal", low=-1)
PAYMENTS = Kind("count", "periods per year", low=0, low_open=True, usual_low=1, usual_high=12)
BASIS = Kind("ratio", "years of interest in a year of 365 days", low=0.9, high=1.1)
HULL = "Hull, Options, Futures, and Other Derivatives: bootstrapping, swaps, caps and floors"
ACT_360 = optional(365 / 360)


def _rising(times: FloatArray) -> BoolArray:
    return np.diff(times, axis=-1, prepend=-np.inf) > 0


def _at_tenors(
    tenors: FloatArray, rates: FloatArray, quotes: str, interpolation: str, basis: float, **_: Any
) -> Iterator[tuple[str, Any]]:
    """The discount factors out of which the curve is drawn."""
    logs = curve.logs_of_quotes(tenors, rates, quotes, interpolation, basis)
    yield from step_rows.each("D(tenors[{}])", np.exp(-logs))


@declare(
    category=DATES,
    questions=["Is the cash there?"],
    source=f"{HULL}; Hagan and West, Interpolation Methods for Curve Construction (2006)",
    examples=[
        Example(
            ((1, 2), (0.04, 0.04), (1, 2), "swap", "log-linear", 1),
            ((0.961538461538462, 0.04, 0.0392207131532813), (0.924556213017751, 0.04, 0.0392207131532813)),
        ),
    ],
    rules=[
        Rule("tenors", "must rise: sort the quotes, one for each", lambda tenors: _rising(tenors), DomainError),
        Rule("ends", "must rise", lambda ends: _rising(ends), DomainError),
        Rule(
            "ends",
            "must not go past the last tenor: add a quote that lasts as long",
            lambda ends, tenors: ends <= tenors.max(axis=-1, keepdims=True),
            MissingData,
        ),
    ],
    nan=("the quotes give a discount factor that is not above 0, or none at all", NoSolution),
    steps=_at_tenors,
)
def forward(
    tenors: Annotated[Quotes, TENOR, "Time to each quote's end, rising"],
    rates: Annotated[Quotes, NOMINAL_RATE, "Quoted rates"],
    ends: Annotated[V, TENOR, "Time to the end of each period, rising; the first period begins today"],
    quotes: Annotated[Text, QUOTES, "swap (par, paid yearly), futures (since the tenor before) or zero"] = "swap",
    interpolation: Annotated[Text, INTERPOLATION, "log-linear (level forwards) or monotone (smooth)"] = "log-linear",
    basis: Annotated[X, BASIS, "Years of interest in a year of 365 days: 365/360 on act/360, 1 on act/365f"] = ACT_360,
) -> Annotated[
    FloatArray,
    Result((
        Column("discount", FACTOR, "Value today of 1 at the period's end"),
        Column("forward", NOMINAL_RATE, "Simple rate of the period, per year of interest"),
        Column("zero", Kind("rate", "decimal per year, continuous"), "Zero rate to the period's end"),
    ), rows="period"),
]:  # fmt: skip
    """Forward curve, a row per period: discount factor, forward rate and zero rate, out of quoted swaps or futures.

    swap: rate·basis·Σⱼ length[j]·D(T − j) = 1 − D(T), paid every year back from its end T, a broken period first
    futures: D(T[i]) = D(T[i−1]) / (1 + rate·basis·(T[i] − T[i−1])); zero: D(T) = e^(−rate·T)
    forward[t] = (D(ends[t−1])/D(ends[t]) − 1) / (basis·(ends[t] − ends[t−1])); zero[t] = −ln D(ends[t])/ends[t]

    Steps: …; years of interest = basis·ends[1]
    Convention: time in years of 365 days from today, CFI_YEAR_FRACTION(today, date, "act/365f"). ln D is joined by
    straight lines (log-linear) or by a monotone cubic of Fritsch and Butland. SOFR compounded over a period has this
    forward as its expected simple rate.
    Limits: a level curve of swaps paid yearly gives forwards of that level. Nothing is known past the last tenor.
    Trap: a forward is what a swap locks in today, not a forecast. Futures pay daily and stand some basis points above
    forwards for long tenors (convexity), which is not taken off. Pasted quotes age: date them beside the table.
    Errors: #NUM! where tenors or ends do not rise, or no positive discount factor solves; #N/A past the last tenor.
    """
    table = tenors[0], rates[0], quotes, interpolation, float(basis[0])
    logs = curve.logs_of_quotes(*table)
    if not np.isfinite(logs).all():
        row = curve.first_unsolved(*table)
        rule = "must leave a discount factor above 0, and this quote leaves none: correct it, 0.04 for 4%"
        raise NoSolution("rates", rule, float(rates[0, row]), f"row {row + 1}")
    grown = curve.between(tenors[0], logs, ends[0], interpolation)
    since, lengths = np.diff(grown, prepend=0.0), np.diff(ends[0], prepend=0.0)
    return np.stack([np.exp(-grown), np.expm1(since) / (basis[0] * lengths), grown / ends[0]], axis=-1)


@declare(
    category=DATES,
    questions=["Is the cash there?"],
    source="Rate and hedge covenants of delayed-draw loans: cap struck at 4.50% at most (CoreWeave DDTL 3.0), 95% of "
    "the rate hedged (DDTL 4.0, SEC 0001769628-26-000129)",
    examples=[
        Example(
            ((0.04, 0.03, 0.005), 0.055, 0.01, 0.05, (0.8, 0.8, 0), 0.035),
            ((0.04, 0.095, -0.004, 0.091), (0.03, 0.085, 0.004, 0.089), (0.01, 0.065, 0, 0.065)),
        ),
    ],
    rules=[Rule("cap", "must not be below floor", lambda floor, cap: cap >= floor, DomainError)],
)
def floating_rate(
    forwards: Annotated[V, NOMINAL_RATE, "Index of each period, as CFI_FORWARD gives it"],
    margin: Annotated[X, SPREAD, "Spread over the index"],
    floor: Annotated[X, NOMINAL_RATE, "Floor of the index in the loan"] = optional(0.0),
    cap: Annotated[X, STRIKE_OF_CAP, "Strike of a cap that the borrower has bought on all of it"] = optional(np.inf),
    hedged: Annotated[V, RATIO, "Share of the balance under swap: one, or one per period"] = optional(0.0),
    swap_rate: Annotated[X, NOMINAL_RATE, "Fixed rate of the swap"] = optional(0.0),
) -> Annotated[
    FloatArray,
    Result((
        Column("index", NOMINAL_RATE, "Index after floor and cap"),
        Column("loan rate", NOMINAL_RATE, "Index and margin"),
        Column("hedge", NOMINAL_RATE, "Paid on the swap as a rate on the balance, negative where received"),
        Column("all-in", NOMINAL_RATE, "What the borrower pays"),
    ), rows="period"),
]:  # fmt: skip
    """All-in rate of a floating loan, a row per period: index after floor and cap, loan rate, hedge, and their sum.

    index[t] = max(floor, min(cap, forwards[t])); loan rate[t] = index[t] + margin
    hedge[t] = hedged[t]·(swap_rate − forwards[t]); all-in[t] = loan rate[t] + hedge[t]

    Steps: min(cap, forwards[1]); swap_rate − forwards[1]
    Convention: the swap pays the index as it is, without the loan's floor; nothing of it is paid where hedged is 0.
    Limits: wholly hedged above the floor the rate is swap_rate + margin in every period.
    Trap: a swap without the loan's floor costs twice when the index falls below it: the loan stays at the floor, the
    swap pays less. hedged above 1 is a bet: it happens when a loan is prepaid and its swap is not.
    Errors: #NUM! where cap is below floor; #VALUE! where hedged has another length than forwards.
    """
    index = np.maximum(floor[:, None], np.minimum(cap[:, None], forwards))[0]
    hedge = (hedged * (swap_rate[:, None] - forwards))[0]
    loan = index + margin[0]
    return np.stack([index, loan, hedge, loan + hedge], axis=-1)


@declare(
    category=DATES,
    questions=["Is the cash there?"],
    source=HULL,
    examples=[Example(((0.04, 0.03), (0.99, 0.98), 0.25, (100, 50), 0.03), (0.2475, 0.0366891891891892, 37.0))],
    rules=[
        Rule("accruals", "must not be 0 throughout", lambda accruals: accruals.max(axis=-1) > 0, ZeroDivisor),
        Rule("notional", "must not be 0 throughout", lambda notional: notional.max(axis=-1) > 0, ZeroDivisor),
    ],
    steps=step_rows.exchanged,
)
def swap(
    forwards: Annotated[V, NOMINAL_RATE, "Forward rate of each period"],
    discounts: Annotated[V, FACTOR, "Discount factor to each period's end"],
    accruals: Annotated[V, ACCRUAL, "Years of interest in each period"],
    notional: Annotated[V, MONEY, "Notional of each period: the hedged balance at its start"],
    fixed: Annotated[X, NOMINAL_RATE, "Fixed rate that the borrower pays"],
) -> Annotated[
    FloatArray,
    Result((
        Column("value", FLOW, "Value of the swap to the payer of the fixed rate"),
        Column("par", NOMINAL_RATE, "Fixed rate at which it is worth nothing"),
        Column("annuity", MONEY, "Value of 100% a year on the notional"),
    )),
]:  # fmt: skip
    """Interest rate swap with a notional schedule: its value to the borrower, the par rate, and the annuity.

    annuity = Σₜ notional[t]·accruals[t]·discounts[t]; par = Σₜ notional[t]·accruals[t]·discounts[t]·forwards[t]/annuity
    value = annuity·(par − fixed)

    Steps: …
    Convention: both sides pay at the period's end on one day count. The mark to market of a hedge; a basis point moves
    it by annuity/10000.
    Limits: 0 at the par rate; par is the level forward of a level curve.
    Trap: negative where rates have fallen, and then the hedge bank ranks with the senior lenders: a termination payment
    comes before principal. Not the price at which a bank would trade: its charge for credit and capital is not in it.
    Errors: #DIV/0! where notional or accruals are 0 throughout; #VALUE! where series differ in length.
    """
    weights = notional * accruals * discounts
    annuity = weights.sum(axis=-1)
    par = (weights * forwards).sum(axis=-1) / annuity
    return np.stack([annuity * (par - fixed), par, annuity], axis=-1)


@declare(
    category=DATES,
    questions=["Is the cash there?"],
    source=f"{HULL}; Bachelier's formula, as the market quotes caps since rates were negative",
    examples=[
        Example(((0.04, 0.03), (0.99, 0.98), 0.25, 100, 0.035, 0.01, (0.25, 0.5)), 0.15851634, RECOMPUTED, 1e-6),
        Example(((0.04, 0.03), (0.99, 0.98), 0.25, 100, 0.035, 0, (0.25, 0.5), "floor"), 0.1225),
    ],
    rules=[
        Rule(
            "fixings",
            "must not fall from one period to the next",
            lambda fixings: np.diff(fixings, axis=-1, prepend=-np.inf) >= 0,
            DomainError,
        )
    ],
    steps=step_rows.caplets,
)
def rate_option(
    forwards: Annotated[V, NOMINAL_RATE, "Forward rate of each period"],
    discounts: Annotated[V, FACTOR, "Discount factor to each period's end"],
    accruals: Annotated[V, ACCRUAL, "Years of interest in each period"],
    notional: Annotated[V, MONEY, "Notional of each period"],
    strike: Annotated[X, NOMINAL_RATE, "Strike"],
    volatility: Annotated[X, NORMAL_VOLATILITY, "Normal volatility: 0.01 for 100 basis points a year"],
    fixings: Annotated[V, YEARS, "Time to each period's fixing"],
    side: Annotated[Text, SIDE, "cap (pays where rates are above) or floor"] = "cap",
) -> Annotated[X, MONEY, "Value of the cap or floor"]:
    """Value of an interest rate cap or floor with a notional schedule, by Bachelier's formula.

    value = Σₜ notional[t]·accruals[t]·discounts[t]·(s·(forwards[t] − strike)·Φ(s·d) + σ·φ(d)), s = 1 cap, −1 floor
    d = (forwards[t] − strike)/σ, σ = volatility·√fixings[t]

    Steps: …
    Convention: an option per period, paid at its end. For the floor in a loan the borrower has sold it: it is income to
    the lender beside the margin.
    Limits: what the options are worth if exercised now at volatility 0; cap less floor is CFI_SWAP's value at the
    strike as fixed rate.
    Trap: a rate compounded in arrears goes on moving within its period, so its option is worth a little more than with
    the fixing at the period's start, and a little less than at its end. One volatility for all strikes is no smile.
    Errors: #VALUE! where series differ in length; #NUM! outside the bounds.
    """
    sign = 1.0 if side == "cap" else -1.0
    width = volatility[:, None] * np.sqrt(fixings)
    gain = sign * (forwards - strike[:, None])
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        distance = gain / width
        peak = width * np.exp(-(distance**2) / 2) / np.sqrt(2 * np.pi)
        value = np.where(width > 0, gain * ndtr(distance) + peak, np.maximum(0.0, gain))
    worth: FloatArray = (notional * accruals * discounts * np.maximum(0.0, value)).sum(axis=-1)
    return worth


@declare(
    category=DATES,
    questions=["Is the cash there?"],
    source="Make-whole clause of fixed-rate notes: payments forgone at Treasury + 50 basis points; CoreWeave DDTL 4.0 "
    "has a fixed tranche over Treasuries (SEC 0001769628-26-000129)",
    examples=[
        Example(((6, 6, 106), 100, 0.04, 0.005, 1), 4.12344655, RECOMPUTED, 1e-7),
        Example(((6, 6, 106), 100, 0.08, 0.005, 1), 0),
    ],
    rules=[
        Rule(
            "treasury",
            "plus spread must be above -per_year",
            lambda treasury, spread, per_year: treasury + spread > -per_year,
            DomainError,
        )
    ],
    steps=step_rows.forgone,
)
def make_whole(
    service: Annotated[V, MONEY, "Interest and principal forgone at the end of each period from now"],
    prepaid: Annotated[X, MONEY, "Principal prepaid now"],
    treasury: Annotated[X, NOMINAL_RATE, "Treasury rate of the remaining average life, nominal per year"],
    spread: Annotated[X, SPREAD, "Spread over it in the clause; 50 basis points are usual"] = optional(0.005),
    per_year: Annotated[X, PAYMENTS, "Periods per year"] = optional(4.0),
) -> Annotated[X, MONEY, "Premium due on top of the principal"]:
    """Make-whole premium: what a fixed-rate loan's prepayment owes beyond principal, at a Treasury rate and a spread.

    premium = max(0, Σₜ service[t]/(1 + y)^t − prepaid), y = (treasury + spread)/per_year, t = 1 … n

    Steps: …
    Convention: prepaid on a payment date; what is owed for the period that ends on it is not in service.
    Limits: 0 where treasury and spread reach the coupon.
    Trap: it falls as rates rise and vanishes just when refinancing is dear: no protection of yield then. In insolvency
    a court may call it interest not yet earned and refuse it. Add it to CFI_ALL_IN_YIELD's charges only where the
    loan is prepaid.
    Errors: #NUM! where the discount rate is at or below −100% a period, or an amount is negative.
    """
    rate = (treasury + spread) / per_year
    periods = np.arange(1, service.shape[-1] + 1)
    value = (service * np.exp(-np.log1p(rate)[:, None] * periods)).sum(axis=-1)
    return np.maximum(0.0, value - prepaid)
