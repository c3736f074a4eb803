"""Provisions: the stage of a loan, its expected credit losses, and a default probability for today's economy."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from computefi.errors import ZeroDivisor
from computefi.kernels.discount import discount_factors
from computefi.kernels.special import ndtr, ndtri
from computefi.models import step_rows
from computefi.spec import Column, Example, Result, Rule, Shape, declare
from computefi.spec.kinds import (
    ANY_NUMBER,
    DAYS,
    FLAG,
    MONEY,
    NUMBER,
    PER_YEAR,
    PROBABILITY,
    RATE,
    RATIO,
    RECOMPUTED,
    SHARE_BELOW_ONE,
    FloatArray,
    Kind,
    X,
    optional,
)

PROVISIONS = "Provisions and capital"
STAGE = Kind("count", "1, 2 or 3", low=1, high=3, whole=True)
A_YEAR = 1 + 1e-9  # the twelfth month of monthly periods by rounding
EXACT = "exact arithmetic"
TWO_PATHS = ((1, 2, 1), (3, 4, 2))


@declare(
    category=PROVISIONS,
    questions=["Is the cash there?"],
    source="IFRS 9 5.5.3, 5.5.5 and 5.5.9 (significant increase), 5.5.10 (low credit risk), 5.5.11 (30 days past due, "
    "rebuttable), B5.5.37 (90 days past due, rebuttable)",
    examples=[Example((0.01, 0.025, 0, 2), 2, EXACT), Example((0.01, 0.015, 95, 2), 3, EXACT)],
)
def ifrs9_stage(
    pd_origination: Annotated[X, PROBABILITY, "Lifetime probability of default as it was expected at origination"],
    pd_now: Annotated[X, PROBABILITY, "Lifetime probability of default now, over the same remaining life"],
    days_past_due: Annotated[X, DAYS, "Days that a payment is past due"],
    ratio: Annotated[X, RATIO, "Ratio of the two at which the increase is significant: the bank's own, often 2 or 3"],
    low_risk: Annotated[X, PROBABILITY, "A pd up to which credit risk is low and stage 1 is kept"] = optional(0.0),
    impaired: Annotated[X, FLAG, "1 where the loan is credit-impaired for another reason"] = optional(0.0),
    backstop: Annotated[X, DAYS, "Days past due at which the increase is presumed"] = optional(30.0),
    default_days: Annotated[X, DAYS, "Days past due at which default is presumed"] = optional(90.0),
) -> Annotated[X, STAGE, "Stage: 1 twelve-month, 2 lifetime, 3 credit-impaired"]:
    """IFRS 9 stage of a loan: by the rise of its default probability since origination, and by the days past due.

    3 where impaired = 1 or days_past_due > default_days
    2 else where days_past_due > backstop, or pd_now ≥ ratio·pd_origination and pd_now > low_risk
    1 else

    Steps: limit of the pd = ratio·pd_origination
    Convention: more than 30 and more than 90 days, as the standard says. The ratio is no figure of the standard: it is
    the bank's, and is to be shown to work. Both pds over the life that is left.
    Limits: the backstop holds whatever the pds are. A pd_origination of 0 makes any pd_now above low_risk stage 2.
    Errors: #NUM! where a number is outside its bounds.
    """
    risen = (pd_now >= ratio * pd_origination) & (pd_now > low_risk)
    stage = np.where(risen | (days_past_due > backstop), 2.0, 1.0)
    return np.where((impaired > 0) | (days_past_due > default_days), 3.0, stage)


@declare(
    category=PROVISIONS,
    questions=["Is the cash there?"],
    source="IFRS 9 5.5.3, 5.5.5, 5.5.17 (probability-weighted) and B5.5.44 (effective interest rate); US GAAP ASC "
    "326-20-30 (lifetime, from the first day)",
    examples=[
        Example((TWO_PATHS, (0.6, 0.4), 0.08), (5 / 3, 5.178580500939898, 6, 5 / 3), EXACT),
        Example((TWO_PATHS, (0.6, 0.4), 0.08, 1, 2), (5 / 3, 5.178580500939898, 6, 5.178580500939898), EXACT),
    ],
    rules=[Rule("weights", "must not sum to 0", lambda weights: weights.sum(axis=-1) != 0, ZeroDivisor)],
    steps=step_rows.losses_of_periods,
)  # fmt: skip
def ecl(
    losses: Annotated[
        FloatArray, Shape(("scenario", "period")), MONEY,
        "Expected loss of each period, not discounted, a row per scenario: CFI_DEAL_LOSS_PATH or CFI_EL_PATH at rate 0",
    ],
    weights: Annotated[FloatArray, Shape(("scenario",)), NUMBER, "Weight of each scenario, normalised to sum to 1"],
    rate: Annotated[X, RATE, "Effective interest rate of the loan"],
    periods_per_year: Annotated[X, PER_YEAR, "Periods per year: 1, 4 or 12"] = optional(1.0),
    stage: Annotated[X, STAGE, "Stage of CFI_IFRS9_STAGE"] = optional(1.0),
) -> Annotated[
    FloatArray,
    Result((
        Column("ECL of 12 months", MONEY, "Discounted expected losses of failures within twelve months"),
        Column("lifetime ECL", MONEY, "Discounted expected losses of the loan's life; CECL where discounted"),
        Column("CECL undiscounted", MONEY, "Expected losses of the loan's life, as a loss-rate method adds them up"),
        Column("provision", MONEY, "12-month ECL in stage 1, lifetime ECL in stages 2 and 3"),
    )),
]:  # fmt: skip
    """Expected credit losses of a loan by IFRS 9 and CECL: twelve months, lifetime, undiscounted, and the provision.

    loss[t] = Σ weights·losses[scenario, t] / Σ weights, v(t) = (1 + rate)^−t, t = period/periods_per_year
    12-month = Σ loss[t]·v(t) over t ≤ 1, lifetime = Σ loss[t]·v(t), CECL undiscounted = Σ loss[t]
    provision = 12-month in stage 1, lifetime in stages 2 and 3

    Steps: …
    Convention: losses at the end of each period of failure, at their worth on that day. The scenarios' rows are whole
    paths: weighted are losses, not default probabilities. US GAAP takes the lifetime from the first day, discounted or
    not as the method is.
    Limits: lifetime is CFI_DEAL_LOSS_PATH at the effective rate; both are alike for a loan of one year.
    Trap: 12-month ECL is the whole loss of failures within twelve months, not the cash missed within them.
    Errors: #DIV/0! where weights sum to 0; #VALUE! where lengths differ; #NUM! outside bounds.
    """
    average = weights @ losses / weights.sum(axis=-1, keepdims=True)
    factors = discount_factors(rate, losses.shape[1], periods_per_year)
    present = average * factors
    times = np.arange(1, losses.shape[1] + 1) / periods_per_year[:, None]
    soon = np.where(times <= A_YEAR, present, 0.0).sum(axis=-1)
    lifetime = present.sum(axis=-1)
    undiscounted = np.broadcast_to(average.sum(axis=-1), lifetime.shape)
    return np.stack([soon, lifetime, undiscounted, np.where(stage == 1, soon, lifetime)], axis=-1)


@declare(
    category=PROVISIONS,
    questions=["How do I calibrate?"],
    source="Vasicek (2002), Risk 15(12): the one-factor model read at a state of the economy",
    examples=[
        Example((0.02, 0.2, -1), 0.03623445077159586, RECOMPUTED),
        Example((0.02, 0, -1), 0.02, EXACT),
    ],
)
def pit_pd(
    pd: Annotated[X, PROBABILITY, "Probability of default through the cycle"],
    correlation: Annotated[X, SHARE_BELOW_ONE, "Asset correlation with the economy: the squared loading"],
    state: Annotated[X, ANY_NUMBER, "State of the economy in standard deviations: 0 middling, below 0 bad"],
) -> Annotated[X, PROBABILITY, "Probability of default at that point in time"]:
    """Probability of default at a point in time: a through-the-cycle pd in a given state of the economy.

    pd at the point = Φ((Φ⁻¹(pd) − √correlation·state)/√(1 − correlation))

    Steps: Φ⁻¹(pd); √correlation·state; √(1 − correlation)
    Convention: the state is the factor of CFI_BOOK_LOSS: miners' is bitcoin, and 2022 was about −2 of it.
    Limits: pd at correlation 0; averaged over all states it is pd again, at state 0 it is below.
    Errors: #NUM! where a number is outside its bounds.
    """
    return ndtr((ndtri(pd) - np.sqrt(correlation) * state) / np.sqrt(1 - correlation))
