"""A floor under the fleet's value that somebody sells: a put whose writer may have gone when it is exercised."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from computefi.errors import DomainError
from computefi.kernels.collateral import expected_shortfall_share, shortfall_in_both, unconditional_shortfall_share
from computefi.kernels.correlation import is_triple_semidefinite
from computefi.kernels.normal import bivariate_normal_cdf
from computefi.kernels.special import ndtri
from computefi.models.deal import DEAL
from computefi.models.wrongway import Drift, Pd, Rho, SaleCost, Value, Volatility
from computefi.spec import Column, Example, Result, Rule, declare
from computefi.spec.kinds import (
    CONTINUOUS,
    CORRELATION,
    MONEY,
    PROBABILITY,
    RECOMPUTED,
    SHARE,
    SHARE_OF_LOAN,
    YEARS,
    Annotated,
    BoolArray,
    FloatArray,
    X,
    optional,
)

SOURCE = (
    "Residual-value insurance pays a sale's shortfall below an insured amount. Black and Scholes (1973), put; "
    "wrong-way counterparty risk under a Gaussian copula as in Pykhtin (2003), Risk, “Unexpected recovery risk”"
)


def _default_link(rho: FloatArray, rho_guarantor: FloatArray, link: FloatArray) -> FloatArray:
    """What the market alone makes of the two drivers, where no correlation of theirs is given."""
    return np.where(np.isinf(link), rho * rho_guarantor, link)


def _possible(rho: FloatArray, rho_guarantor: FloatArray, link: FloatArray) -> BoolArray:
    three = _default_link(rho, rho_guarantor, link), rho, rho_guarantor
    return is_triple_semidefinite(*(np.nan_to_num(each) for each in three))  # rules read refused cases too


def _law(
    value: FloatArray, years: FloatArray, volatility: FloatArray, drift: FloatArray, sale_cost: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Expected net price on the day of the floor, and its log standard deviation."""
    return (1 - sale_cost) * value * np.exp(drift * years), volatility * np.sqrt(years)


def _unpaid(
    floor: FloatArray, mean: FloatArray, spread: FloatArray, guarantor_pd: FloatArray, rho_guarantor: FloatArray,
    guarantor_recovery: FloatArray,
) -> FloatArray:  # fmt: skip
    """What the guarantor is expected not to pay of the shortfall below the floor."""
    given = expected_shortfall_share(floor, mean, guarantor_pd, rho_guarantor, spread)
    return (1 - guarantor_recovery) * floor * np.where(guarantor_pd > 0, guarantor_pd * given, 0.0)


def _guaranteed(
    value: FloatArray, floor: FloatArray, years: FloatArray, volatility: FloatArray, guarantor_pd: FloatArray,
    rho_guarantor: FloatArray, loan: FloatArray, pd: FloatArray, rho: FloatArray, drift: FloatArray,
    sale_cost: FloatArray, guarantor_recovery: FloatArray, link: FloatArray, **_: Any,
) -> Iterator[tuple[str, Any]]:  # fmt: skip
    mean, spread = _law(value, years, volatility, drift, sale_cost)
    x, g, together = ndtri(pd), ndtri(guarantor_pd), _default_link(rho, rho_guarantor, link)
    claim = np.minimum(floor, loan)
    yield "M = (1 − sale_cost)·value·e^{drift·years}", mean
    yield "a = volatility·√years", spread
    yield "link", together
    yield "shortfall below the floor", floor * unconditional_shortfall_share(floor, mean, spread)
    yield "of it not paid", _unpaid(floor, mean, spread, guarantor_pd, rho_guarantor, guarantor_recovery)
    yield "guarantor's pd given the borrower's default", bivariate_normal_cdf(x, g, together) / pd
    yield "claim = min(floor, loan)", claim
    yield "shortfall below the claim given default", claim * expected_shortfall_share(claim, mean, pd, rho, spread)


@declare(
    category=DEAL,
    questions=["Who else pays?", "What is it worth if they fail?"],
    source=SOURCE,
    examples=[
        Example(
            (100, 60, 2, 0.3, 0.02, 0.3, 70, 0.05, 0.5, 0.04, 0.04),
            (1.08229793286, 1.15826426972, 0.157623736819, 0.0798863875876, 0.00788118684097, 0.00399431937938),
            RECOMPUTED,
        ),
        Example(
            (100, 60, 2, 0.3, 0, 0, 70, 0.05, 0.5, 0.04, 0.04),
            (1.15826426972, 1.15826426972, 0.157623736819, 0.073685942274, 0.00788118684097, 0.0036842971137),
            RECOMPUTED,
        ),
    ],
    rules=[
        Rule("loan", "must not be 0: nothing can be lost of it", lambda loan: loan != 0, DomainError),
        Rule("link", "and rho and rho_guarantor must be positive semidefinite together", _possible, DomainError),
    ],
    steps=_guaranteed,
)
def rv_guarantee(
    value: Value,
    floor: Annotated[X, MONEY, "Net sale price that is guaranteed for the fleet on that day"],
    years: Annotated[X, YEARS, "Time to the day of the floor, on which the fleet is sold"],
    volatility: Volatility,
    guarantor_pd: Annotated[X, PROBABILITY, "Probability that the guarantor fails by that day"],
    rho_guarantor: Annotated[X, CORRELATION, "Correlation of the guarantor's driver with the market for the chips"],
    loan: Annotated[X, MONEY, "Loan outstanding on that day"],
    pd: Pd,
    rho: Rho,
    drift: Drift = optional(0.0),
    rate: Annotated[X, CONTINUOUS, "Rate at which the premium is discounted"] = optional(0.0),
    sale_cost: SaleCost = optional(0.0),
    guarantor_recovery: Annotated[X, SHARE, "Share of a claim that a failed guarantor still pays"] = optional(0.0),
    link: Annotated[X, CORRELATION, "Correlation of the drivers of borrower and guarantor; left out, rho·rho_guarantor"]
    = optional(np.inf),
) -> Annotated[
    FloatArray,
    Result((
        Column("premium", MONEY, "Fair premium today"),
        Column("sound premium", MONEY, "The same of a guarantor who cannot fail"),
        Column("lgd without", SHARE_OF_LOAN, "Loss given default without the guarantee"),
        Column("lgd with", SHARE_OF_LOAN, "Loss given default with it"),
        Column("loss without", SHARE_OF_LOAN, "Expected loss without the guarantee"),
        Column("loss with", SHARE_OF_LOAN, "Expected loss with it"),
    )),
]:  # fmt: skip
    """Residual-value guarantee: the fair premium of a floor under the fleet, and what it does to LGD and expected loss.

    M = (1 − sale_cost)·value·e^{drift·years}, a = volatility·√years, N lognormal of mean M: the net sale price
    sound premium = e^{−rate·years}·E[(floor − N)⁺], a put on the forward M
    premium = sound premium − e^{−rate·years}·(1 − guarantor_recovery)·E[(floor − N)⁺; guarantor fails]
    E[(K − N)⁺; X < x] = K·Φ₂(x, z; ρ) − M·Φ₂(x − ρ·a, z − a; ρ), z = (ln(K/M) + a²/2)/a, x = Φ⁻¹(pd)
    claim = min(floor, loan); lgd without = E[(loan − N)⁺ | borrower fails] / loan
    lgd with = lgd without − E[(claim − N)⁺ | borrower fails] / loan
             + (1 − guarantor_recovery)·E[(claim − N)⁺; guarantor fails | borrower fails] / loan
    loss = pd·lgd

    Steps: …
    Convention: all is on the day of the floor: pds cumulative to it, loan and sale on it. rho > 0 is wrong-way for the
    borrower, rho_guarantor > 0 for the guarantor: it fails when chips are cheap, which is when it must pay. A floor
    above the loan helps the lender up to the loan. In a deal with an offtaker, the same again with the offtaker's pd
    and rho is its state's loss.
    Limits: guarantor_pd 0: the Black–Scholes put where drift is rate, and at a floor of the loan no loss;
    guarantor_pd 1 without recovery: nothing, LGD as if there were none. Decreasing in rho_guarantor.
    Trap: the premium is what is lost on average: a seller adds capital and expenses, and drift must be the risk-neutral
    one for a price (rate less what the chips earn). A floor that every lender buys of one insurer is as good as that
    insurer on the worst day of the market.
    Errors: #NUM! where no matrix has the three correlations, loan is 0, or a number is outside its bounds.
    """
    mean, spread = _law(value, years, volatility, drift, sale_cost)
    x, g, together = ndtri(pd), ndtri(guarantor_pd), _default_link(rho, rho_guarantor, link)
    discount = np.exp(-rate * years)
    sound = floor * unconditional_shortfall_share(floor, mean, spread)
    unpaid = _unpaid(floor, mean, spread, guarantor_pd, rho_guarantor, guarantor_recovery)
    without = expected_shortfall_share(loan, mean, pd, rho, spread)
    claim = np.minimum(floor, loan)
    both = bivariate_normal_cdf(x, g, together)
    failed = shortfall_in_both(claim, mean, spread, x, g, together, rho, rho_guarantor, both) / pd
    above = without - claim / loan * expected_shortfall_share(claim, mean, pd, rho, spread)
    lgd = np.minimum(np.maximum(above, 0.0) + (1 - guarantor_recovery) * claim / loan * failed, without)
    premium = np.clip(sound - unpaid, 0.0, sound)
    return np.stack([discount * premium, discount * sound, without, lgd, pd * without, pd * lgd], axis=-1)
