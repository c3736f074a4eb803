"""How much a loan can take: the fall in cash that still repays it, its refinancing, the rent after the contract, the
reserve, a customer who uses what he pays for, and a contract that must find a new operator."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from computefi.errors import DomainError, MissingData, ZeroDivisor
from computefi.kernels.discount import present_value
from computefi.models.cover import COVER, SIGNED_RATIO, UNEVEN, YESCOMBE, Rates, discounted
from computefi.models.deal import DEAL
from computefi.models.gpu import GPU, HOURS_PER_YEAR, RENT, breakeven_rent
from computefi.spec import Column, Example, Result, Rule, Shape, declare
from computefi.spec.kinds import (
    CONTINUOUS,
    FLOW,
    HAZARD,
    MONEY,
    PER_YEAR,
    PERIODS,
    RATE_PER_PERIOD,
    RECOMPUTED,
    SHARE,
    YEARS,
    Annotated,
    FloatArray,
    Kind,
    V,
    X,
    optional,
)

FALL = Kind("share", "share of CFADS, negative where it must rise", high=1, usual_low=-1)
MONTHS_HELD = Kind("time", "months of peak debt service", low=0, usual_high=36)
GPUS = Kind("count", "GPUs", low=0, zero_divides=True)
POWER = Kind("power", "kW per GPU", low=0, usual_high=5)
PUE = Kind("ratio", "power of the site over power of the machines", low=1, usual_high=3)
POWER_PRICE = Kind("price", "$ per kWh", low=0, usual_high=1)
MONTHS_PER_YEAR = 12
SIX_MONTHS = optional(6.0)
# Assumptions of this project: what a missing condition takes from the chance that a contract finds a new operator.
WEIGHTS = optional((0.5, 0.4, 0.3, 0.2))
BEST = optional(0.9)

Conditions = Annotated[FloatArray, Shape(("condition",), size=4)]


@declare(
    category=COVER,
    questions=["Is the cash there?", "How much can I lend?"],
    source=f"{YESCOMBE}, break-even; DBRS prints it for a data-centre issuer (CFADS about 17% lower)",
    examples=[
        Example((UNEVEN, 309.38663133, 0.08), 0.166666666666667, "sculpted to a cover of 1.2: 1 − 1/1.2"),
        Example((UNEVEN, 309.38663133, 0.08, 50), 0.301341738074, RECOMPUTED),
    ],
    rules=[
        Rule(
            "cfads",
            "must not have a present value of 0",
            lambda cfads, rate: present_value(cfads, rate) != 0,
            ZeroDivisor,
        ),
        Rule(
            "cfads",
            "must have a present value above 0",
            lambda cfads, rate: present_value(cfads, rate) > 0,
            DomainError,
        ),
    ],
    steps=discounted,
)
def breakeven_cfads(
    cfads: Annotated[V, FLOW, "Cash flow available for debt service in each period to maturity"],
    debt: Annotated[X, MONEY, "Debt outstanding today"],
    rate: Rates,
    cash: Annotated[X, MONEY, "Cash held for the lenders, added undiscounted"] = optional(0.0),
) -> Annotated[X, FALL, "Fall in CFADS at which the debt is just repaid by maturity"]:
    """Break-even fall: by what share every period's CFADS may fall so that all of it still repays the debt by maturity.

    fall = 1 − max(0, debt − cash)/PV, PV = Σₜ cfads[t]·v(t), v(t) = Π 1/(1 + rate[s]), t = 1 … maturity

    Steps: …; to repay = max(0, debt − cash)
    Convention: all cash goes to the debt as it comes; where it does not pay the interest the balance grows at rate,
    which is one for all periods or one for each. The fall is the same share in every period.
    Limits: 1 − 1/CFI_LLCR without cash; 1 where cash repays the debt at once; 0 at LLCR 1; negative below it.
    Trap: what is repaid by maturity may have missed a payment on the way: a level service that is covered 1.15 times
    fails at a fall of 13%, whatever this says. Not for a contract that ends before the loan: give only the cash that is
    firm.
    Errors: #DIV/0! where the present value of CFADS is 0; #NUM! where it is negative, or outside the bounds.
    """
    return 1 - np.maximum(0.0, debt - cash) / present_value(cfads, rate)


def _service(balance: FloatArray, rate: FloatArray, periods: FloatArray) -> FloatArray:
    """The level payment that repays a balance."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        level = balance * rate / -np.expm1(-periods * np.log1p(rate))
    return np.where(rate == 0, balance / periods, level)


def _refinanced(balance: FloatArray, rate: FloatArray, periods: FloatArray, **_: Any) -> Iterator[tuple[str, Any]]:
    yield "level debt service of the new loan", _service(balance, rate, periods)


@declare(
    category=COVER,
    questions=["Is the cash there?", "How much can I lend?"],
    source=f"{YESCOMBE}, refinancing; DBRS prints it for a data-centre issuer (1.19× beside a minimum of 1.58×)",
    examples=[
        Example((60, (20, 18, 16, 14, 12), 0.08, 4), (0.7728296, 0.93843594, 18.1152482673), RECOMPUTED, 1e-7),
        Example((60, 20, 0, 4), (1.33333333333333, 1.33333333333333, 15)),
    ],
    rules=[
        Rule("balance", "must not be 0: there is nothing to refinance", lambda balance: balance != 0, ZeroDivisor),
        Rule(
            "cfads",
            "must reach to the end of the new loan",
            lambda cfads, periods: (periods <= cfads.shape[1]) | (cfads.shape[1] == 1),
            MissingData,
        ),
    ],
    steps=_refinanced,
)
def refinance_dscr(
    balance: Annotated[X, MONEY, "Balance at maturity, which a new loan must repay"],
    cfads: Annotated[V, FLOW, "CFADS of each period after maturity; one number for a level one"],
    rate: Annotated[X, RATE_PER_PERIOD, "Cost of the new loan per period"],
    periods: Annotated[X, PERIODS, "Periods in which the new loan is repaid"],
) -> Annotated[
    FloatArray,
    Result((
        Column("minimum", SIGNED_RATIO, "Least debt service cover of the new loan"),
        Column("average", SIGNED_RATIO, "Cash of all periods over their debt service"),
        Column("debt service", MONEY, "Level payment of the new loan per period"),
    )),
]:  # fmt: skip
    """Refinance cover: debt service cover if a new level loan repays the balance at maturity, from the cash then left.

    service = balance·rate/(1 − (1 + rate)^−periods), balance/periods at rate 0
    minimum = minₜ cfads[t]/service, average = Σₜ cfads[t]/(periods·service), t = 1 … periods

    Steps: …
    Convention: the first payment is one period after maturity; cash beyond the new loan does not count.
    Limits: negative where cash is negative.
    Trap: at 1 the old loan is repaid only if somebody lends against the tail, at this rate. Where contracts end with
    the loan the cash is market rent: CFI_RELET_RATE. Not a probability of refinancing.
    Errors: #DIV/0! at balance 0; #N/A where cfads end before the new loan; #NUM! outside the bounds.
    """
    service = _service(balance, rate, periods)
    number = cfads.shape[1]
    within = np.arange(1, number + 1) <= periods[:, None]
    least = np.where(within, cfads, np.inf).min(axis=1)
    counted = np.where(number == 1, cfads[:, 0], np.where(within, cfads, 0.0).sum(axis=1) / periods)
    return np.stack([least / service, counted / service, service], axis=-1)


@declare(
    category=GPU,
    questions=["What are the contracts worth?", "Is the cash there?"],
    source="CFI_BREAKEVEN_RENT with the balance at contract end as cost",
    examples=[
        Example((12e6, 1000, 2, 0.09, 0.6, 0.7), (1.92631951, 2), RECOMPUTED, 1e-8),
        Example((0, 100, 2, 0.09, 0.6, 0.75), (0.8, 2)),
    ],
    nan=("no rent repays the balance", DomainError),
)
def relet_rate(
    balance: Annotated[X, MONEY, "Loan still owed when the contract ends, less cash held for it"],
    gpus: Annotated[X, GPUS, "Number of GPUs behind it, in the same units as the balance"],
    years: Annotated[X, YEARS.nonzero, "Years from the contract's end in which it must be repaid"],
    rate: Annotated[X, CONTINUOUS, "Cost of the loan; ln(1.09) for 9% a year"],
    opex: Annotated[X, RENT, "Operating cost, power included, per hour whether rented or not"],
    utilisation: Annotated[X, SHARE.nonzero, "Share of hours re-let"],
    rent_decay: Annotated[X, HAZARD, "Decay of the rent from the contract's end; 0 for a new contract at one rent"] = (
        optional(0.0)
    ),
) -> Annotated[
    FloatArray,
    Result((
        Column("rate", RENT, "Rent per GPU-hour at the contract's end that repays the balance"),
        Column("years", YEARS, "Years until that rent no longer pays the opex, at most years"),
    )),
]:  # fmt: skip
    """Re-let rate: the rent per GPU-hour at a contract's end at which the machines, let again, repay what is owed.

    owed = balance/gpus; rate and years as in CFI_BREAKEVEN_RENT(owed, opex, utilisation, years, rate, rent_decay)

    Steps: owed = balance/gpus; owed per hour of a year = owed/8760; A(rate, years); A(rate + rent_decay, years)
    Convention: continuous, at the contract's end; nothing is left of the machines at the loan's. Beside it the market:
    H100, per hour: posted on demand 3.64 (2026-03, CCIR); a year's contract 1.70 at the low (2025-10) and 2.35
    (2026-03, SemiAnalysis); index 2.81 (2026-09, Silicon Data). B200: index 5.30 (2026-06, Silicon Data).
    Limits: opex/utilisation where nothing is owed.
    Trap: sources differ by two or three times for one chip on one day: compare with the tier at which the machines
    would be let, and with its age by then (rents fell 15 to 19% a year). Not a forecast, and not for a fleet so large
    that its own re-letting moves the market.
    Errors: #DIV/0! where gpus, years or utilisation is 0; #NUM! outside the bounds.
    """
    return breakeven_rent(balance / gpus, opex, utilisation, years, rate, rent_decay)


def _months_of_peak(service: FloatArray, periods_per_year: FloatArray) -> FloatArray:
    """A month of the largest debt service."""
    month: FloatArray = service.max(axis=-1) * periods_per_year / MONTHS_PER_YEAR
    return month


def _peak(service: FloatArray, periods_per_year: FloatArray, **_: Any) -> Iterator[tuple[str, Any]]:
    yield "peak debt service", service.max()
    yield "month of peak debt service", _months_of_peak(service, periods_per_year)


@declare(
    category=COVER,
    questions=["Is the cash there?"],
    source="Debt service reserve account; agencies' norm of six months (Moody's on GPU loans, 2026-08-11, through "
    "CCIR)",
    examples=[
        Example((30, (8, 10, 9, 9, 8, 8)), (3, 22)),
        Example((30, (8, 10, 9), 3, 4), (9, 0)),
    ],
    rules=[
        Rule("service", "must not be 0 throughout", lambda service: service.max(axis=-1) > 0, ZeroDivisor),
        Rule(
            "target",
            "must not reach beyond the schedule: give fewer months, or service to maturity and 0 after it",
            lambda target, periods_per_year, service: (
                target * periods_per_year <= MONTHS_PER_YEAR * service.shape[1] * (1 + 1e-12)
            ),
            DomainError,
        ),
    ],
    steps=_peak,
)
def reserve_months(
    reserve: Annotated[X, MONEY, "Cash in the debt service reserve account"],
    service: Annotated[V, MONEY, "Debt service of each period to maturity"],
    target: Annotated[X, MONTHS_HELD, "Months that it should hold"] = SIX_MONTHS,
    periods_per_year: Annotated[X, PER_YEAR, "Entries of service per year: 12, 4 or 1"] = optional(12.0),
) -> Annotated[
    FloatArray,
    Result((
        Column("months", MONTHS_HELD, "Months of peak debt service held"),
        Column("shortfall", MONEY, "What is missing to the target"),
    )),
]:  # fmt: skip
    """Reserve in months of peak debt service, and what is missing to a target of six.

    month = maxₜ service[t]·periods_per_year/12; months = reserve/month
    shortfall = max(0, min(target·month, Σₜ service[t]) − reserve)

    Steps: …
    Convention: the peak of all periods given, not the next one: a reserve sized on the first months runs short later.
    The target shrinks with the loan: nothing is held beyond what is still due.
    Limits: 0 without a reserve; no shortfall where it holds more than the target, or all that is due.
    Trap: a balloon in the series is a peak no reserve is meant for: leave it out. A letter of credit counts only if the
    bank may not call it back. Not for operating reserves, which pay costs and not the debt.
    Errors: #DIV/0! where no service is due; #NUM! where target asks for more periods than are given, or an amount is
    negative.
    """
    month = _months_of_peak(service, periods_per_year)
    held = np.minimum(target * month, service.sum(axis=-1))
    return np.stack([reserve / month, np.maximum(0.0, held - reserve)], axis=-1)


@declare(
    category=COVER,
    questions=["Is the cash there?", "What are the contracts worth?"],
    source="Revenue under take-or-pay, usage as a cost: Moody's on Lambda's and Nscale's loans (2026-08-11: 70% use "
    "and a PUE of 1.20 are assumptions of cost)",
    examples=[
        Example((2.5, 1000, 0.7, 1.4, 1.2, 0.06, 0.3, 0.4, 1), (17698423.68, 21900000, 697576.32, 3504000), RECOMPUTED),
        Example((2.5, 1000, 0.7, 1.4, 1.2, 0.06, 0.3, 0.4, 0), (11128423.68, 15330000, 697576.32, 3504000), RECOMPUTED),
    ],
)
def usage_cfads(
    rent: Annotated[X, RENT, "Rent under the contract"],
    gpus: Annotated[X, Kind("count", "GPUs", low=0), "Number of GPUs"],
    usage: Annotated[X, SHARE, "Share of hours that the customer uses"],
    power: Annotated[X, POWER, "Power of a GPU with its share of the server, fully used"],
    pue: Annotated[X, PUE, "Power usage effectiveness of the site"],
    power_price: Annotated[X, POWER_PRICE, "Price of electricity"],
    idle: Annotated[X, SHARE, "Power drawn when idle, as a share of full power"] = optional(0.0),
    opex: Annotated[X, RENT, "Operating cost but power, per hour whether used or not"] = optional(0.0),
    take_or_pay: Annotated[X, SHARE, "Share of hours paid whether used or not; 0 on demand"] = optional(1.0),
) -> Annotated[
    FloatArray,
    Result((
        Column("cfads", FLOW, "Cash flow of a year before debt service"),
        Column("revenue", MONEY, "Rent of a year"),
        Column("power", MONEY, "Electricity of a year"),
        Column("opex", MONEY, "Other operating cost of a year"),
    )),
]:  # fmt: skip
    """Cash of a year under take-or-pay: revenue stands and power follows use, so cover falls as the customer uses more.

    hours = 8760·gpus; revenue = hours·rent·max(take_or_pay, usage)
    electricity = hours·power·pue·power_price·(idle + (1 − idle)·usage)
    other = hours·opex; cfads = revenue − electricity − other

    Steps: hours; revenue; electricity; other
    Convention: 8,760 hours a year, full power at use 1. What is used beyond the share paid for is paid too.
    Limits: at take_or_pay 1 cash falls by (1 − idle)·power·pue·power_price an hour of use; at 0, on demand, revenue is
    proportional to use and cash rises with it.
    Trap: 70% use is not a haircut on take-or-pay revenue, it is 30% less power: a case of low use is the better one
    here, and the bad case is full use. Not where power is passed through: then price 0. Service credits are not in it.
    Errors: #NUM! outside the bounds.
    """
    hours = HOURS_PER_YEAR * gpus
    revenue = hours * rent * np.maximum(take_or_pay, usage)
    electricity = hours * power * pue * power_price * (idle + (1 - idle) * usage)
    other = hours * opex
    return np.stack(np.broadcast_arrays(revenue - electricity - other, revenue, electricity, other), axis=-1)


def _kept(conditions: FloatArray, weights: FloatArray, **_: Any) -> Iterator[tuple[str, Any]]:
    for i, (met, weight) in enumerate(zip(conditions, weights, strict=True), 1):
        yield f"kept by condition {i}: 1 − (1 − conditions[{i}])·weights[{i}]", 1 - (1 - met) * weight


@declare(
    category=DEAL,
    questions=["Who else pays?", "What is it worth if they fail?"],
    source="Assumptions of this project, not estimated: no assignment of a GPU contract after a default is on public "
    "record. A missing direct agreement counts as a constraint with Moody's (Lambda, 2026-08-11)",
    examples=[
        Example(((1, 1, 1, 1),), 0.9, "all in place"),
        Example(((0, 1, 1, 0.5),), 0.405, "no direct agreement, set-off waived in part"),
    ],
    steps=_kept,
)
def assignability(
    conditions: Annotated[
        Conditions,
        SHARE,
        "How far each holds: direct agreement, assignment without consent, cure rights after notice, no set-off",
    ],
    weights: Annotated[
        Conditions, SHARE, "What each takes from the chance where it is missing; an assumption"
    ] = WEIGHTS,
    best: Annotated[X, SHARE, "Chance of an assignment with all in place; an assumption"] = BEST,
) -> Annotated[X, SHARE, "Probability that the contract passes to a replacement"]:
    """Assignability: the chance that a failed operator's contract passes to a new one, by what the contract provides.

    assignable = best·Πᵢ (1 − (1 − conditions[i])·weights[i]), i = 1 … 4
    1 direct agreement, 2 assignment without the customer's consent, 3 cure rights after notice, 4 no set-off

    Steps: …
    Convention: each condition is 0 for missing, 1 for in place, and between for in part; each that is missing keeps a
    share 1 − weight of the chance, independently of the others. For CFI_DEAL_LOSS's assignable.
    Limits: best with all in place; best·Π(1 − weights) with none. Mining has no contract, so no chance: 0
    without asking.
    Trap: the weights (0.5, 0.4, 0.3, 0.2) and best (0.9) are assumptions to be replaced by your own counsel's; that a
    missing direct agreement weakens a loan has an agency's word, its size has none. Not for the customer's own default,
    which CFI_DEAL_LOSS has beside it. Test the verdict at best 0 and 1.
    Errors: #VALUE! for other than four conditions or weights; #NUM! outside the bounds.
    """
    kept: FloatArray = (1 - (1 - conditions) * weights).prod(axis=-1)
    return best * kept
