"""What a GPU is worth: as it ages, under contract and on the market, and before it has power."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from computefi.errors import DomainError
from computefi.kernels.discount import annuity
from computefi.spec import Column, Example, Result, Shape, declare
from computefi.spec.kinds import (
    CONTINUOUS,
    FLOW,
    HAZARD,
    MONEY,
    PROBABILITY,
    RECOMPUTED,
    SHARE,
    YEARS,
    Annotated,
    FloatArray,
    Kind,
    X,
    optional,
)
from computefi.spec.native import Native

GPU = "GPUs"
OF_COST = Kind("residual", "share of cost", low=0)
Shocks = Annotated[FloatArray, Shape(("shock",))]
RENT = Kind("rent", "$ per GPU-hour", low=0, usual_high=50)
PER_GPU = Kind("value", "$ per GPU, negative where it loses money")
COST_PER_GPU = Kind("cost", "$ per GPU", low=0, usual_low=100, usual_high=1e6)
ELASTICITY = Kind("elasticity", "% per %", low=0)
HOURS_PER_YEAR = 8760
ROUNDS = 100  # of the search for a breakeven rent; five are usual


def _shock_factors(age: float, shock_ages: FloatArray, shocks: FloatArray, **_: Any) -> Iterator[tuple[str, Any]]:
    for shock, (at, loss) in enumerate(zip(shock_ages, shocks, strict=True), 1):
        yield f"factor of shock {shock}", 1 - loss if at <= age else 1.0


@declare(
    category=GPU,
    questions=["What is it worth if they fail?", "How far may the collateral fall?"],
    source="Exponential age curve to a scrap floor with successor shocks; rent decay of 15–19% and ask decay of 26% "
    "a year across GPU generations (public listings, 2026)",
    examples=[
        Example((3, 0.301105092783922), 0.405224, "0.74³, an annual fall of 26%"),
        Example((3, 0.26), 0.458406011305224),
        Example((3, 0.163696092720405, 0, 2, 0.35), 0.39777403185, "0.849³ and one 35% step"),
    ],
    native=Native(
        """LET(
            curve,floor+(1-floor)*EXP(-decay*age),
            steps,IF(shock_ages<=age,1-shocks,1),
            curve*BYROW(steps,LAMBDA(one,PRODUCT(one))))""",
    ),
    steps=_shock_factors,
)
def gpu_residual(
    age: Annotated[X, YEARS, "Age of the unit"],
    decay: Annotated[X, CONTINUOUS, "Continuous decay; for an annual fall of f use -LN(1-f)"],
    floor: Annotated[X, SHARE, "Scrap value as a share of cost"] = optional(0.0),
    shock_ages: Annotated[Shocks, YEARS, "Ages at which successors arrive"] = optional(np.inf),
    shocks: Annotated[Shocks, SHARE, "Loss of value at each arrival"] = optional(0.0),
) -> Annotated[X, OF_COST, "Residual value as a share of cost"]:
    """Residual value of a GPU as a share of cost: exponential decay to a floor, times the steps of successors.

    residual = (floor + (1 − floor)·e^{−decay·age}) · Π over shock_ages ≤ age of (1 − shocks)

    Steps: e^{−decay·age}; curve = floor + (1 − floor)·e^{−decay·age}; …
    Convention: decay is continuous; a shock at exactly the age counts; shocks apply to the floor as well.
    Limits: 1 at age 0; floor as age grows, before shocks.
    Errors: #VALUE! where shock_ages and shocks differ in length; #NUM! outside the bounds.
    """
    curve = floor + (1 - floor) * np.exp(-decay * age)
    steps = np.where(shock_ages <= age[:, None], 1 - shocks, 1.0)
    return curve * steps.prod(axis=-1)


def _market_part(
    contract_years: FloatArray, market_rent: FloatArray, rent_decay: FloatArray, opex: FloatArray,
    utilisation: FloatArray, life: FloatArray, rate: FloatArray, **_: Any,
) -> Iterator[tuple[str, Any]]:  # fmt: skip
    """What market rent and opex add; only where rent decays is there one end to it."""
    if rent_decay <= 0:
        return
    start, income, total = np.minimum(contract_years, life), market_rent * utilisation, rate + rent_decay
    end = np.maximum(np.minimum(life, np.log(income / opex) / rent_decay), start)
    rents = HOURS_PER_YEAR * income * (annuity(total, end) - annuity(total, start))
    costs = HOURS_PER_YEAR * opex * (annuity(rate, end) - annuity(rate, start))
    yield "t* = min(life, ln(income/opex)/rent_decay), not before t_c", end
    yield "market rents = 8760·income·[A(rate + rent_decay, t*) − A(rate + rent_decay, t_c)]", rents
    yield "opex meanwhile = 8760·opex·[A(rate, t*) − A(rate, t_c)]", costs


@declare(
    category=GPU,
    questions=["What is it worth if they fail?", "What are the contracts worth?"],
    source="Income value: contract margin to its end, then market rent decaying until it no longer pays the opex",
    examples=[
        Example((2.5, 0, 2.5, 0.19, 0.6, 0.95, 6, 0.1), (35434.843266, 1.669241), RECOMPUTED, 1e-6),
        Example((2.5, 4, 2.5, 0.19, 0.6, 0.95, 6, 0.1), (54773.30939, 0.180706), RECOMPUTED, 1e-5),
    ],
    nan=("a unit without positive value has no elasticity", DomainError),
    steps=_market_part,
)
def gpu_value(
    contract_rent: Annotated[X, RENT, "Rent under the contract"],
    contract_years: Annotated[X, YEARS, "Years the contract still runs; 0 for none"],
    market_rent: Annotated[X, RENT, "Rent on the market today"],
    rent_decay: Annotated[X, CONTINUOUS, "Decay of market rent; about 0.15 to 0.19"],
    opex: Annotated[X, RENT, "Operating cost, power included, per hour whether rented or not"],
    utilisation: Annotated[X, SHARE, "Share of hours rented, under contract and on the market"],
    life: Annotated[X, YEARS, "Years until the unit is scrapped"],
    rate: Annotated[X, CONTINUOUS, "Discount rate"],
) -> Annotated[
    FloatArray,
    Result((
        Column("value", PER_GPU, "Value per GPU"),
        Column("elasticity", ELASTICITY, "Elasticity of the value to market rent"),
    )),
]:  # fmt: skip
    """Income value of a GPU, and its elasticity to market rent: the contract first, the market for as long as it pays.

    A(x, t) = (1 − e^{−x·t})/x; t_c = min(contract_years, life)
    t* = min(life, ln(market_rent·utilisation/opex)/rent_decay)
    contract = (contract_rent·utilisation − opex)·A(rate, t_c)
    rents = market_rent·utilisation·[A(rate + rent_decay, t*) − A(rate + rent_decay, t_c)]
    value = 8760·{contract + rents − opex·[A(rate, t*) − A(rate, t_c)]}, the market part 0 where t* ≤ t_c
    elasticity = 8760·rents / value

    Steps: contract margin per hour = contract_rent·utilisation − opex; t_c; contract part = 8760·margin·A(rate, t_c);
    market income per hour = market_rent·utilisation; …
    Convention: continuous decay and discounting; 8,760 hours a year; opex runs whether the unit is rented or not.
    Limits: elasticity 0 under a contract for life. At rent_decay 0, t* is life where rent covers opex; where it is
    negative, the market part begins when rent has grown to opex. A contract below opex makes a negative value.
    Trap: a contract raises the value and takes the market out of it, but only as good as the customer is.
    Errors: #NUM! outside the bounds, and in the second number where the value is not positive.
    """
    contract_end = np.minimum(contract_years, life)
    income = market_rent * utilisation
    with np.errstate(divide="ignore", invalid="ignore"):
        crossing = np.log(income / opex) / rent_decay  # when market income equals opex
    start = np.where(rent_decay < 0, np.maximum(contract_end, crossing), contract_end)
    end = np.where(rent_decay > 0, np.minimum(life, crossing), life)
    runs = (income > 0) & (end > start) & ((rent_decay != 0) | (income > opex))
    start, end = np.where(runs, start, 0.0), np.where(runs, end, 0.0)
    # All at once: of one case nearly all the time is what a call costs.
    total = rate + rent_decay
    earned, earned_before, paid, paid_before, held = annuity(
        np.stack((total, total, rate, rate, rate)), np.stack((end, start, end, start, contract_end))
    )
    rents = income * (earned - earned_before)
    costs = opex * (paid - paid_before)
    contract = (contract_rent * utilisation - opex) * held
    value = HOURS_PER_YEAR * (contract + rents - costs)
    with np.errstate(divide="ignore", invalid="ignore"):
        elasticity = np.where(value > 0, HOURS_PER_YEAR * rents / value, np.nan)
    return np.stack([value, elasticity], axis=-1)


@declare(
    category=GPU,
    questions=["What is it worth if they fail?"],
    source="Expected value over finding power and contract, or scrap",
    examples=[
        Example((100, 0.8, 0.75, 0.1, 0.26, 8, 20), 58.6703595469, RECOMPUTED),
        Example((100, 1, 0, 0.1, 0.26, 0, 20), 100),
    ],
)
def undeployed_value(
    live_value: Annotated[X, MONEY, "Value of the same unit deployed and earning today"],
    probability: Annotated[X, PROBABILITY, "Probability that it finds power and a contract"],
    delay: Annotated[X, YEARS, "Time until it is powered on"],
    rate: Annotated[X, CONTINUOUS, "Discount rate"],
    decay: Annotated[X, CONTINUOUS, "Decay of the live value meanwhile"],
    cost: Annotated[X, MONEY, "Cost of installing it, paid today"],
    scrap: Annotated[X, MONEY, "Value if it never runs, undiscounted"],
) -> Annotated[X, FLOW, "Value of the undeployed unit"]:
    """Value of a unit in its box: what it would be worth live, later and less surely, less installation, or scrap.

    value = probability·(live_value·e^{−(rate + decay)·delay} − cost) + (1 − probability)·scrap

    Steps: e^{−(rate + decay)·delay}; value when live, today: live_value·e^{−(rate + decay)·delay}; less cost: live −
    cost; probability-weighted: probability·(live − cost); scrap, probability-weighted: (1 − probability)·scrap
    Convention: delay in years; rate and decay continuous; cost and scrap undiscounted.
    Limits: live_value at delay 0, cost 0 and probability 1; scrap at probability 0; negative where installation
    costs more than it brings.
    Errors: #NUM! outside the bounds.
    """
    deployed = live_value * np.exp(-(rate + decay) * delay) - cost
    return probability * deployed + (1 - probability) * scrap


@declare(
    category=GPU,
    questions=["What are the contracts worth?"],
    source="Inverse of CFI_GPU_VALUE on the market: capital recovery plus opex, with decaying rent",
    examples=[
        Example((35434.843266, 0.6, 0.95, 6, 0.1, 0.19), (2.5, 6), RECOMPUTED, 1e-8),
        Example((30000, 0.6, 0.9, 5, 0.1), (1.63374965089189, 5)),
    ],
    nan=("no rent pays the cost", DomainError),
)
def breakeven_rent(
    cost: Annotated[X, COST_PER_GPU, "All-in cost of the unit, its share of the site included"],
    opex: Annotated[X, RENT, "Operating cost, power included, per hour whether rented or not"],
    utilisation: Annotated[X, SHARE.nonzero, "Share of hours rented"],
    life: Annotated[X, YEARS.nonzero, "Years until the unit is scrapped"],
    rate: Annotated[X, CONTINUOUS, "Return the cost must earn"],
    rent_decay: Annotated[X, HAZARD, "Decay of rent; 0 for a contract at one rent"] = optional(0.0),
) -> Annotated[
    FloatArray,
    Result((
        Column("rent", RENT, "Rent today at which the unit earns its cost"),
        Column("economic life", YEARS, "Years until that rent no longer pays the opex, at most life"),
    )),
]:  # fmt: skip
    """Breakeven rent: the rent today at which a unit earns back its cost and its opex, and how long it then runs.

    rent = [cost/8760 + opex·A(rate, t*)] / [utilisation·A(rate + rent_decay, t*)], A(x, t) = (1 − e^{−x·t})/x
    t* = min(life, ln(rent·utilisation/opex)/rent_decay), found together with rent

    Steps: cost per hour of a year = cost/8760; A(rate, life); A(rate + rent_decay, life)
    Convention: the inverse of CFI_GPU_VALUE without contract; nothing is left at the end of life.
    Limits: opex/utilisation at cost 0; at rent_decay 0 capital recovery plus opex over utilisation, for a contract.
    Errors: #DIV/0! where utilisation or life is 0; #NUM! outside the bounds.
    """
    capital = cost / HOURS_PER_YEAR

    def rent_for(years: FloatArray) -> FloatArray:
        return (capital + opex * annuity(rate, years)) / (utilisation * annuity(rate + rent_decay, years))

    # Newton's method on a value that is convex in rent: it comes down from a unit kept running to the end of life.
    years = np.broadcast_to(life, capital.shape)
    for _ in range(ROUNDS):
        rent = rent_for(years)
        with np.errstate(divide="ignore", invalid="ignore"):
            crossing = np.log(rent * utilisation / opex) / rent_decay
        shorter = np.where(crossing > 0, np.minimum(years, crossing), years)
        if np.array_equal(shorter, years):
            break
        years = shorter
    return np.stack([rent_for(years), years], axis=-1)
