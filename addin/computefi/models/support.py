"""Default probabilities, and what a second name adds: a guarantor who also must fail, an offtaker who may."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from scipy.special import ndtri

from computefi.errors import ZeroDivisor
from computefi.kernels.normal import bivariate_normal_cdf
from computefi.spec import Example, Rule, declare
from computefi.spec.kinds import CORRELATION, PROBABILITY, SHARE, SPREAD, YEARS, FloatArray, X, optional

SUPPORT = "Credit and support"
RECOMPUTED = "recomputed with 40-digit arithmetic"


@declare(
    category=SUPPORT,
    source="Constant hazard; Hull, Options, Futures and Other Derivatives, credit risk chapter",
    examples=[Example((0.02, 5), 0.0960792032), Example((0.05, 1), 0.05)],
)
def pd_term(
    pd: Annotated[X, PROBABILITY, "One-year probability of default"],
    years: Annotated[X, YEARS, "Horizon"],
) -> Annotated[X, PROBABILITY, "Cumulative probability of default"]:
    """Cumulative probability of default over a horizon, from a one-year probability at constant hazard.

    PD(T) = 1 − (1 − pd)^years

    Limits: 0 at years 0; pd at one year; 1 where pd is 1 and years above 0.
    Errors: #NUM! outside the bounds.
    """
    return np.where(years == 0, 0.0, -np.expm1(years * np.log1p(-pd)))


@declare(
    category=SUPPORT,
    source="Hull, Options, Futures and Other Derivatives: hazard = spread/(1 − recovery). CoreWeave 5-year CDS 881bp (press, 2025-12)",
    examples=[
        Example((0.0881, 0.4, 5), 0.520094786601, RECOMPUTED),
        Example((0.0452, 0.4, 5), 0.313855249302, RECOMPUTED),
    ],
    rules=[Rule("recovery", "must not be 1", lambda recovery: recovery != 1, ZeroDivisor)],
)
def pd_spread(
    spread: Annotated[X, SPREAD, "Credit spread, as a decimal: 200bp is 0.02"],
    recovery: Annotated[X, SHARE, "Recovery rate the spread assumes; usually 0.4"],
    years: Annotated[X, YEARS, "Horizon"],
) -> Annotated[X, PROBABILITY, "Risk-neutral cumulative probability of default"]:
    """Cumulative probability of default implied by a credit spread at constant hazard. Risk-neutral, not historical.

    PD(T) = 1 − e^{−hazard·years}, hazard = spread / (1 − recovery)

    Convention: spread per year, continuous. Never mix it unlabelled with rating-agency averages, which are lower.
    Limits: 0 at spread 0 and at years 0.
    Errors: #DIV/0! where recovery is 1; #NUM! outside the bounds.
    """
    return -np.expm1(-spread / (1 - recovery) * years)


def _joint(pd_1: FloatArray, pd_2: FloatArray, rho: FloatArray) -> FloatArray:
    return bivariate_normal_cdf(ndtri(pd_1), ndtri(pd_2), rho)


@declare(
    category=SUPPORT,
    source="Gaussian copula of two defaults; Basel II double-default paper (BCBS, 2005) for the guarantee reading",
    examples=[Example((0.0021, 0.1288, 0.3), 0.000888699632083, RECOMPUTED), Example((0.0021, 0.1288, 1), 0.0021)],
)
def pd_both(
    pd_1: Annotated[X, PROBABILITY, "Probability of default of the first name"],
    pd_2: Annotated[X, PROBABILITY, "Probability of default of the second name, over the same horizon"],
    rho: Annotated[X, CORRELATION, "Correlation of the two names' latent variables"],
) -> Annotated[X, PROBABILITY, "Probability that both default"]:
    """Probability that both names default: a true guarantee, under which a loss needs both to fail.

    PD = Φ₂(Φ⁻¹(pd_1), Φ⁻¹(pd_2); rho)

    Convention: a parallel system, both over one horizon. An offtaker is not a guarantor: see CFI_PD_EITHER.
    Limits: pd_1·pd_2 at rho 0; the smaller at rho 1; (pd_1 + pd_2 − 1)⁺ at rho −1.
    Errors: #NUM! outside the bounds.
    """
    return _joint(pd_1, pd_2, rho)


@declare(
    category=SUPPORT,
    source="Gaussian copula of two defaults, series system with a replaceable operator",
    examples=[
        Example((0.0021, 0.1288, 0.3), 0.130011300368, RECOMPUTED),
        Example((0.0027, 0.1288, 0.3, 0.9), 0.0154681955402, RECOMPUTED),
    ],
)
def pd_either(
    pd_1: Annotated[X, PROBABILITY, "Probability of default of the offtaker"],
    pd_2: Annotated[X, PROBABILITY, "Probability of default of the operator, over the same horizon"],
    rho: Annotated[X, CORRELATION, "Correlation of the two names' latent variables"],
    step_in: Annotated[
        X, PROBABILITY, "Probability that a failed operator is replaced and the contract goes on"
    ] = optional(0.0),
) -> Annotated[X, PROBABILITY, "Probability that the contract's cash stops"]:
    """Probability that the cash stops because either name fails: an offtake, a series system of customer and operator.

    PD = pd_1 + (1 − step_in)·(pd_2 − both), both = CFI_PD_BOTH(pd_1, pd_2, rho)

    Convention: one horizon for both. The offtaker's failure always stops the cash; the operator's only if not replaced.
    Limits: the union at step_in 0; pd_1 at step_in 1; the larger at rho 1 and step_in 0.
    Errors: #NUM! outside the bounds.
    """
    return pd_1 + (1 - step_in) * (pd_2 - _joint(pd_1, pd_2, rho))
