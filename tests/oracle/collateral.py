"""Lognormal collateral and a normal driver, by one quadrature over the collateral's own normal variable.

The package prices with Φ₂; here the loss is integrated: LGD = ∫ (1 − V(w)/K)⁺ φ(w) P(D|w) dw / PD with
P(D|w) = Φ((d − ρw)/√(1−ρ²)), a positive integrand in which nothing cancels (docs/method/models.md §3.2 (4), §3.8).
"""

from __future__ import annotations

import mpmath
from high_precision import Number, both_below, cdf, density, peaked_integral, quantile, refuse_unless, root
from mpmath import mpf


def value_factor(pd: Number, rho: Number, a: Number) -> Number:
    """m = E[V|D]/E[V] = ∫ e^{aw − a²/2} φ(w) P(D|w) dw / PD = ∫ φ(w − a) P(D|w) dw / PD."""
    if a == 0 or rho == 0 or pd == 1:
        return mpf(1)
    d = quantile(pd)
    if abs(rho) == 1:
        return cdf(d - rho * a) / pd
    spread = mpmath.sqrt((1 - rho) * (1 + rho))

    def integrand(w: Number) -> Number:
        return density(w - a) * cdf((d - rho * w) / spread)

    return peaked_integral(integrand, a - 60, a + 60, d / rho, spread / abs(rho)) / pd


def loss_given_default(claim: Number, mean: Number, pd: Number, rho: Number, a: Number) -> Number:
    """E[(1 − V/K)⁺ | D] for claim K and expected value `mean`."""
    if claim == 0:
        return mpf(0)
    if mean == 0:
        return mpf(1)
    if a == 0:
        return max(mpf(0), 1 - mean / claim)
    z = mpmath.log(claim / mean) / a + a / 2
    d = quantile(pd)
    spread = mpmath.sqrt((1 - rho) * (1 + rho))
    low, high = mpf(-60), z
    if rho == 1:
        high = min(z, d)
    if rho == -1:
        low = max(low, -d)

    def integrand(w: Number) -> Number:
        share = 1 - mpmath.exp(a * (w - z))
        if pd == 1 or abs(rho) == 1:
            return share * density(w)
        return share * density(w) * cdf((d - rho * w) / spread)

    at, width = (d / rho, spread / abs(rho)) if rho != 0 and pd < 1 else (mpf(0), mpf(0))
    return peaked_integral(integrand, low, min(high, mpf(60)), at, width) / pd


def money_lost(
    loan: Number, unpaid: Number, lag: Number, unsecured: Number, rate: Number, workout: Number, accrued: Number,
    chance: Number = mpf(1),
) -> Number:  # fmt: skip
    """What a lender is short of, over the loan: claim, less what comes in after the lag, plus the work-out.

    `unpaid` is the expected share of the claim, loan and accrued interest, that a sale leaves unpaid in an event of
    that chance; of it `unsecured` comes in as well.
    """
    refuse_unless(rate >= 0 and workout >= 0 and accrued >= 0 and 0 <= unsecured < 1)
    if loan == 0:
        return mpf(0)
    claim = loan * (1 + accrued)
    comes_in = claim * (chance - unpaid) + unsecured * claim * unpaid
    return (claim * chance - comes_in / (1 + rate) ** lag + workout * loan * chance) / loan


def claim_for(share: Number, pd: Number, rho: Number, a: Number) -> Number:
    """The claim, as a multiple of the mean, at which the loss given default is the share."""
    certain = 1 / (1 - share)
    if a == 0:
        return certain

    def excess(log_claim: Number) -> Number:
        return mpmath.log(loss_given_default(mpmath.exp(log_claim), mpf(1), pd, rho, a) / share)

    left = right = mpmath.log(certain)
    step = a
    while excess(left) > 0:
        left, step = left - step, step * 2
    step = a
    while excess(right) < 0:
        right, step = right + step, step * 2
    return mpmath.exp(root(excess, left, right))


def quantile_in_default(q: Number, pd: Number, rho: Number) -> Number:
    """z with Φ₂(d, z; ρ) = q·PD, by Newton's method on its logarithm from a bracket."""
    d = quantile(pd)
    if rho == 0 or pd == 1:
        return quantile(q)
    if rho == 1:
        return quantile(q * pd)
    if rho == -1:
        return -quantile(pd * (1 - q))
    target = q * pd

    def excess(z: Number) -> Number:
        return mpmath.log(both_below(z, d, rho) / target)

    return root(excess, min(d, mpf(0)) - 12, mpf(12))
