"""Lognormal collateral and a normal default driver: the mathematics under the correlation-adjusted functions.

Driver X ~ N(0,1), default X < d = Φ⁻¹(p). Value V = M·exp(−a²/2 + aZ) with mean M, log standard deviation a and
corr(X, Z) = ρ; ρ > 0 means that value is low where the driver fails. All functions are vectorised.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from computefi.arrays import FloatArray
from computefi.kernels.normal import bivariate_normal_cdf
from computefi.kernels.quadrature import integrate
from computefi.kernels.root import find_root
from computefi.kernels.special import ndtr, ndtri
from computefi.kernels.trivariate import trivariate_normal_cdf

LEAST = math.ulp(0.0)
Joint = Callable[[FloatArray, FloatArray, FloatArray], FloatArray]
FARTHEST = 10.0  # standard deviations of the collateral beyond which nothing counts: 1e-23
STEP = 8.0  # standard deviations on which a step from 0 to 1 is done: 1e-15


def tail_mean_factor(probability: FloatArray, rho: FloatArray, spread: FloatArray) -> FloatArray:
    """m = E[V | default] / M = Φ(d − ρa) / p."""
    factor: FloatArray = ndtr(ndtri(probability) - rho * spread) / probability
    return factor


def expected_shortfall_share(
    claim: FloatArray, mean: FloatArray, probability: FloatArray, rho: FloatArray, spread: FloatArray
) -> FloatArray:
    """E[(1 − V/claim)⁺ | default] = [Φ₂(d, z; ρ) − (M/claim)·Φ₂(d − ρa, z − a; ρ)] / p.

    z = (ln(claim/M) + a²/2) / a. At a = 0 the value is certain and the answer (1 − M/claim)⁺; a claim of 0 loses
    nothing. The difference loses relative accuracy where the loss is tiny, not absolute accuracy.
    """
    lost = lost_below(claim, mean, spread, ndtri(probability), rho)
    return _with_edges(lost / probability, claim, mean, spread)


def _with_edges(share: FloatArray, claim: FloatArray, mean: FloatArray, spread: FloatArray) -> FloatArray:
    """A share of the claim where value, claim or volatility may be 0; rounding may have left it at −1e−17."""
    answer: FloatArray = np.asarray(np.minimum(np.maximum(share, 0.0), 1.0))
    if not spread.all():
        np.copyto(answer, np.maximum(0.0, 1 - mean / claim), where=spread == 0)
    np.copyto(answer, 1.0, where=mean == 0)
    np.copyto(answer, 0.0, where=claim == 0)
    return answer


def lost_below(
    claim: FloatArray, mean: FloatArray, spread: FloatArray, threshold: FloatArray, rho: FloatArray,
    joint: Joint = bivariate_normal_cdf,
) -> FloatArray:  # fmt: skip
    """E[(1 − V/claim)⁺; X < threshold] where claim, mean and spread are above 0."""
    z = (np.log(claim / mean) + spread**2 / 2) / spread
    shifted = threshold - rho * spread
    return joint(threshold, z, rho) - (mean / claim) * joint(shifted, z - spread, rho)


def unconditional_shortfall_share(claim: FloatArray, mean: FloatArray, spread: FloatArray) -> FloatArray:
    """E[(1 − V/claim)⁺] = Φ(z) − (M/claim)·Φ(z − a), with the edges of `expected_shortfall_share`."""
    with np.errstate(divide="ignore", invalid="ignore"):  # a book of loans has some without a contract
        z = (np.log(claim / mean) + spread**2 / 2) / spread
        return _with_edges(ndtr(z) - (mean / claim) * ndtr(z - spread), claim, mean, spread)


def delayed(lag: FloatArray, discount_rate: FloatArray) -> tuple[FloatArray, FloatArray]:
    """What one unit received after the lag is worth at the default, and what waiting for it costs; they add to 1."""
    exponent = -lag * np.log1p(discount_rate)
    return np.exp(exponent), -np.expm1(exponent)


def economic_loss(
    claim: FloatArray, unrecovered: FloatArray, waited: FloatArray | float, probability: FloatArray | float,
    workout_cost: FloatArray, accrued_interest: FloatArray,
) -> FloatArray:  # fmt: skip
    """Loss as a share of the loan, from what is lost of the claim and from the cost of the work-out.

    The claim is (1 + accrued_interest) times the loan: `unrecovered` of it is never received, discounted to the
    default, and `waited` is lost by waiting for it. The work-out costs in every default, however much is received.
    A claim of 0 loses nothing.
    """
    lost = np.asarray((1 + accrued_interest) * (waited + unrecovered) + workout_cost * probability)
    np.copyto(lost, 0.0, where=claim == 0)
    return lost


def diluted_spread(
    rho: FloatArray, volatility: FloatArray, horizon: FloatArray, lag: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Log standard deviation over horizon and lag, and the correlation diluted by the lag."""
    total = horizon + lag
    # Where there is neither, the root is 0, and the sum makes no −0 of the product.
    diluted = rho * np.sqrt(horizon / np.maximum(total, LEAST)) + 0.0
    return volatility * np.sqrt(total), diluted


def shortfall_in_both(
    claim: FloatArray, mean: FloatArray, spread: FloatArray, x: FloatArray, y: FloatArray,
    link: FloatArray, rho_x: FloatArray, rho_y: FloatArray, probability: FloatArray,
) -> FloatArray:  # fmt: skip
    """E[(1 − V/claim)⁺; X < x, Y < y] for two drivers of correlation `link`; `probability` is that of X < x, Y < y.

    Φ₃(x, y, z) − (M/claim)·Φ₃(x − ρ_x·a, y − ρ_y·a, z − a), z and the edges as in `expected_shortfall_share`.
    """
    z = (np.log(claim / mean) + spread**2 / 2) / spread
    loss = trivariate_normal_cdf(x, y, z, link, rho_x, rho_y) - (mean / claim) * trivariate_normal_cdf(
        x - rho_x * spread, y - rho_y * spread, z - spread, link, rho_x, rho_y
    )
    answer: FloatArray = np.where(spread == 0, np.maximum(0.0, 1 - mean / claim) * probability, loss)
    answer = np.where(mean == 0, probability, np.clip(answer, 0.0, probability))
    return np.where((claim == 0) | (probability == 0), 0.0, answer)


def paid_in_both(
    claim: FloatArray, mean: FloatArray, spread: FloatArray, x: FloatArray, y: FloatArray, link: FloatArray,
    rho_x: FloatArray, rho_y: FloatArray, g: FloatArray, rho_g: FloatArray,
) -> FloatArray:  # fmt: skip
    """E[(1 − V/claim)⁺; X < x, Y < y, G ≥ g]: of a shortfall, what a guarantor pays who fails where G < g.

    ∫ (1 − e^{a(w − z)})·φ(w)·P(X < x, Y < y | w)·P(G ≥ g | w) dw up to z, where G is independent of X and Y given the
    collateral's score w; z and the edges as in `expected_shortfall_share`.
    """
    z = (np.log(claim / mean) + spread**2 / 2) / spread
    certain = (spread == 0) | (mean == 0)
    share = np.where(certain, np.maximum(0.0, 1 - mean / claim), np.nan)
    free_x, free_y, free_g = (np.sqrt((1 - rho) * (1 + rho)) for rho in (rho_x, rho_y, rho_g))
    partial = np.where(free_x * free_y > 0, (link - rho_x * rho_y) / (free_x * free_y), 0.0)
    partial = np.clip(partial, -1.0, 1.0)
    side = np.where(partial > 0, 1.0, -1.0)
    tilt = rho_x * free_y - side * rho_y * free_x
    # Cut about the scores at which a driver's chance turns over, or two drivers change places, so that no narrow step
    # and no window between two of them is stepped over.
    turns = np.stack([x / rho_x, y / rho_y, g / rho_g, (x * free_y - side * y * free_x) / tilt])
    crossing = np.sqrt((1 - partial) * (1 + partial)) * free_x * free_y / tilt
    widths = STEP * np.abs(np.stack([free_x / rho_x, free_y / rho_y, free_g / rho_g, crossing]))
    cuts = np.nan_to_num(np.concatenate([turns - widths, turns, turns + widths]))
    far = np.full((1, len(claim)), FARTHEST)
    edges = np.concatenate([-far, np.clip(cuts, -far, far), far])
    edges = np.sort(np.minimum(edges, np.where(certain, FARTHEST, z)), axis=0)
    parts = len(edges) - 1
    each = (
        z, spread, share, x, y, partial, rho_x, rho_y, free_x, free_y, g, rho_g, free_g,
    )  # fmt: skip
    paid = integrate(_paid_at, edges[:-1].ravel(), edges[1:].ravel(), *(np.tile(one, parts) for one in each))
    return np.where(claim == 0, 0.0, np.clip(paid.reshape(parts, -1).sum(axis=0), 0.0, 1.0))


def _paid_at(
    w: FloatArray, z: FloatArray, spread: FloatArray, share: FloatArray, x: FloatArray, y: FloatArray,
    partial: FloatArray, rho_x: FloatArray, rho_y: FloatArray, free_x: FloatArray, free_y: FloatArray,
    g: FloatArray, rho_g: FloatArray, free_g: FloatArray,
) -> FloatArray:  # fmt: skip
    """The integrand of `paid_in_both`; `share` is what is short where that is certain."""
    short = np.where(np.isnan(share), -np.expm1(np.minimum(spread * (w - z), 0.0)), share)
    density = np.exp(-(w**2) / 2) / math.sqrt(2 * math.pi)
    both = bivariate_normal_cdf((x - rho_x * w) / free_x, (y - rho_y * w) / free_y, partial)
    paid: FloatArray = short * density * both * ndtr((rho_g * w - g) / free_g)
    return paid


def claim_for_share(share: FloatArray, probability: FloatArray, rho: FloatArray, spread: FloatArray) -> FloatArray:
    """The claim, as a multiple of the mean, whose `expected_shortfall_share` is a given share; NaN where none is found.

    The share rises from 0 to 1 in the logarithm of the claim, which is what is searched.
    """

    def excess(
        log_claim: FloatArray, share: FloatArray, probability: FloatArray, rho: FloatArray, spread: FloatArray
    ) -> FloatArray:
        return expected_shortfall_share(np.exp(log_claim), np.ones_like(log_claim), probability, rho, spread) - share

    certain = -np.log1p(-share)
    reach = 40 * spread + spread**2 + 1
    log_claim = find_root(
        excess, -reach, reach + certain, share, probability, rho, spread, absolute=1e-14, relative=1e-14, steps=200
    )
    claim: FloatArray = np.exp(np.where(spread == 0, certain, log_claim))
    return claim
