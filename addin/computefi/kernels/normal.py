"""Bivariate normal distribution function and its quantile, with relative accuracy in every tail.

Method. By Plackett (1954) ∂Φ₂/∂ρ is the bivariate density, so Φ₂(h, k; ρ) is its value at a known
correlation plus the integral of the density from there to ρ. The known correlation is 0 for ρ ≥ 0, where
Φ₂ = Φ(h)Φ(k), and −1 for ρ < 0, where Φ₂ = (Φ(h) − Φ(−k))⁺. Both terms are positive: nothing cancels, however
small the result.

Write the correlation as tanh v. Then e^2v is (1 + ρ)/(1 − ρ) = W at the end point, 1 − ρ² is never formed,
and with y = ½ ln W − v ≥ 0, the distance back from the end point, the integral stays smooth up to ρ = ±1:

    Φ₂ = base + 1/π ∫₀^Y exp(−(h² + k²)/4 − α e^−2y − β e^2y) √W e^−y / (1 + W e^−2y) dy
    base = Φ(h)Φ(k) for ρ ≥ 0, (Φ(h) − Φ(−k))⁺ for ρ < 0;   Y = ½ ln W for ρ ≥ 0, ∞ for ρ < 0
    α = (k − h)² W / 8,   β = (k + h)² / (8 W)

The exponent is convex: a quadratic in e^−2y gives the window outside which the integrand is below e^−33 of
its peak, and one Gauss-Legendre rule is laid over that window. 18 nodes do for windows up to length 2 over
which the exponent moves little (nine rows in ten of a loan book), 40 for windows up to length 5, 96 for
the longest possible, 36. These numbers come from experiment: the nodes needed for 1e-14, tabulated by length
and movement.

Accuracy. Largest relative error of Φ₂ against 50-digit arithmetic on 3,765 random and adversarial points, the
inputs taken as exact (`python tests/oracle/bivariate_normal.py 340 77 large.csv`):

    Φ₂ down to     1e-4     1e-8     1e-16    1e-50    1e-150   1e-300
    0 ≤ ρ ≤ .95    3e-15    4e-15    9e-15    2e-14    4e-14    1.1e-13
    ρ > .95        2e-15    4e-15    6e-15    2e-14    3e-14    4e-14
    −.95 ≤ ρ < 0   3e-15    4e-15    1e-14    4e-14    9e-14    1.1e-13
    ρ < −.95       2e-15    3e-15    4e-15    2e-14    9e-14    1.9e-13

The growth downwards is the problem's own: an exponent of 700 known to 1e-16 gives a probability known to
1e-13. Divided by 1 + |h ∂lnΦ₂/∂h| + |k ∂lnΦ₂/∂k| + |ρ ∂lnΦ₂/∂ρ|, the effect of the last digit of the inputs,
no error exceeds 1.1e-15. Below 1e-300 digits are lost as double precision runs out.

Sources: R. L. Plackett, A reduction formula for normal multivariate integrals, Biometrika 41 (1954) 351-360;
Z. Drezner and G. O. Wesolowsky, On the computation of the bivariate normal integral, Journal of Statistical
Computation and Simulation 35 (1990) 101-107; A. Genz, Numerical computation of rectangular bivariate and
trivariate normal and t probabilities, Statistics and Computing 14 (2004) 251-260. The variable y and its
windows are this module's own.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import ArrayLike

from computefi.arrays import FloatArray
from computefi.kernels.special import log_ndtr, ndtr, ndtri, owens_t

TINY = 1e-150
CERTAIN = 40.0  # beyond ±40 Φ is 0 or 1 in double precision, so infinity needs no case of its own
NATS = 33.0  # e^-33 = 5e-15: what lies outside the window
FEW = 6  # cases that take less time one by one
ROWS = 4096  # rows worked on at once
QUANTILE_ROWS = 65536
NODE_VALUES = 32768  # nodes times rows worked on at once: a quarter of a megabyte fits the cache
EASY, USUAL, HARD = 18, 40, 96  # nodes
NEGLIGIBLE = 1e-17  # the integral beside the base
CLOSE = 1e-8  # the gap in normal scores whose Newton step is the last: the next would be of its square
FAINT = 1e-290  # probabilities below have lost digits, so Newton's step has too
MOST_STEPS = 100  # halving alone is done by then
ROOT_TWO_PI = math.sqrt(2 * math.pi)
Number = float | FloatArray


def bivariate_normal_cdf(h: ArrayLike, k: ArrayLike, rho: ArrayLike) -> FloatArray:
    """Probability that X ≤ h and Y ≤ k, for standard normal X and Y with correlation rho.

    Φ₂(h, k; ρ) = ∫_−∞^h φ(x) Φ((k − ρx)/√(1 − ρ²)) dx, computed as the module says.

    The arguments are broadcast against each other. Limits: rho = 0 gives Φ(h)Φ(k), rho = 1 gives
    Φ(min(h, k)), rho = −1 gives (Φ(h) − Φ(−k))⁺; h = ∞ gives Φ(k), h = −∞ gives 0. NaN where an argument is
    NaN or |rho| > 1. Relative error: about 1e-14 for results down to 1e-16, 2e-13 for results down to 1e-300.
    """
    h, k, rho = np.asarray(h, np.float64), np.asarray(k, np.float64), np.asarray(rho, np.float64)
    if not h.shape == k.shape == rho.shape:  # which numpy finds out in ten times the time
        h, k, rho = np.broadcast_arrays(h, k, rho)
    if h.size <= FEW:
        each = map(_cdf_of_one, h.ravel().tolist(), k.ravel().tolist(), rho.ravel().tolist())
        return np.array(list(each)).reshape(h.shape)[()]
    columns = [np.ravel(x) for x in (h, k, rho)]
    result = np.empty(h.size)
    with np.errstate(all="ignore"):
        for start in range(0, h.size, ROWS):
            block = slice(start, start + ROWS)
            result[block] = _cdf(*(x[block] for x in columns))
    return result.reshape(h.shape)[()]


def bivariate_normal_cdf_by_owen(h: FloatArray, k: FloatArray, rho: FloatArray) -> FloatArray:
    """The same to 1e-15 of 1 and not of itself, three times as fast: for sums in which no small result counts alone.

    Φ₂(h, k; ρ) = (Φ(h) + Φ(k) − [sign h ≠ sign k])/2 − T(h, (k/h − ρ)/√(1 − ρ²)) − T(k, (h/k − ρ)/√(1 − ρ²))

    Source: D. B. Owen, Tables for computing bivariate normal probabilities, Annals of Mathematical Statistics 27 (1956)
    1075-1090; T by M. Patefield and D. Tandy, Journal of Statistical Software 5(5) (2000).
    """
    # Zero counts as above zero, and certainty as nearly certain: both limits are then those of the formula.
    h, k = (np.where(x == 0, TINY, x) for x in (h, k))
    left = np.maximum(np.sqrt((1 - rho) * (1 + rho)), TINY)
    apart = ((h < 0) != (k < 0)).astype(np.float64)
    answer: FloatArray = (ndtr(h) + ndtr(k) - apart) / 2
    return answer - owens_t(h, (k / h - rho) / left) - owens_t(k, (h / k - rho) / left)


def bivariate_normal_quantile(q_joint: ArrayLike, h: ArrayLike, rho: ArrayLike) -> FloatArray:
    """Level z for which X ≤ h and Y ≤ z have joint probability q_joint, given the correlation rho.

    Φ₂(h, z; ρ) = q_joint, solved for z. With h = Φ⁻¹(PD) and q_joint = q·PD, z is the q-quantile of Y given
    default.

    The arguments are broadcast against each other. Limits: rho = 0 gives Φ⁻¹(q_joint/Φ(h)), rho = 1 gives
    Φ⁻¹(q_joint), rho = −1 gives −Φ⁻¹(Φ(h) − q_joint), h = ∞ gives Φ⁻¹(q_joint). NaN unless
    0 < q_joint < Φ(h) and |rho| ≤ 1. Relative error of z: below 1e-12, save where z passes through 0 or
    q_joint nears Φ(h), so that the last digit of the arguments alone moves z by more.
    """
    q_joint, h, rho = np.broadcast_arrays(*(np.asarray(x, dtype=np.float64) for x in (q_joint, h, rho)))
    rows = [np.ravel(x) for x in (q_joint, h, rho)]
    result = np.empty(h.size)
    with np.errstate(all="ignore"):
        for start in range(0, h.size, QUANTILE_ROWS):
            block = slice(start, start + QUANTILE_ROWS)
            result[block] = _quantile(*(x[block] for x in rows))
    return result.reshape(h.shape)[()]


def _cdf(h: FloatArray, k: FloatArray, rho: FloatArray) -> FloatArray:
    h = np.minimum(np.maximum(h, -CERTAIN), CERTAIN)
    k = np.minimum(np.maximum(k, -CERTAIN), CERTAIN)
    negative = rho < 0
    result: FloatArray = ndtr(h) * ndtr(k)
    if (at := negative.nonzero()[0]).size:
        result[at] = _interval_probability(-k[at], h[at])
    inside = np.abs(rho) < 1
    if (at := (~inside).nonzero()[0]).size:
        at_minus_one = np.where(rho[at] == -1, result[at], np.nan)
        result[at] = np.where(rho[at] == 1, ndtr(np.minimum(h[at], k[at])), at_minus_one)

    odds = (1 + rho) / (1 - rho)
    alpha = (k - h) ** 2 * odds / 8
    beta = (k + h) ** 2 / odds / 8
    constant = (h * h + k * k) / 4
    # The exponent is constant + alpha z + beta / z with z = e^-2y in [floor, 1]; the factor beside it goes
    # like e^y at most for rho >= 0, like e^-y below. The product of the two is largest at `peak`.
    floor = np.where(negative, 0.0, 1 / odds)
    root = 1 + np.sqrt(1 + 16 * alpha * beta)
    peak = np.where(negative, root / alpha / 4, 4 * beta / root)
    peak = np.minimum(np.maximum(peak, floor), 1.0)
    at_peak = alpha * peak + beta / peak
    at = (inside & (np.exp(-constant - at_peak) > NEGLIGIBLE * result)).nonzero()[0]
    if not at.size:
        return result

    if at.size < h.size:
        odds, alpha, beta, constant = odds[at], alpha[at], beta[at], constant[at]
        peak, at_peak, negative, floor = peak[at], at_peak[at], negative[at], floor[at]
    # Away from the peak the factor can still grow by e^gain: the exponent has to fall by that much more.
    gain = np.abs(np.log(peak * np.where(negative, 1.0, odds))) / 2
    limit = at_peak + NATS + gain
    edge = limit + np.sqrt(limit * limit - 4 * alpha * beta)
    high = np.minimum(edge / alpha / 2, 1.0)
    low = np.maximum(np.maximum(2 * beta / edge, floor), peak * math.exp(-2 * NATS - 2))
    nearest = np.log(high) / -2
    length = np.log(low) / -2 - nearest
    fall = alpha * (high + low) + beta * (1 / high + 1 / low) - 2 * at_peak
    easy = (length <= 2) & (fall <= 10)
    hard = length > 5
    parts = nearest, length, alpha, beta, constant, odds
    for count, rows in ((EASY, easy), (USUAL, ~(easy | hard)), (HARD, hard)):
        chosen = rows.nonzero()[0]
        step = NODE_VALUES // count
        for start in range(0, chosen.size, step):
            some = chosen[start : start + step]
            these = parts if some.size == at.size else [part[some] for part in parts]
            points, weights = gauss_legendre(count)
            result[at[some]] += _integral(points[:, np.newaxis], weights, *these)
    return result


def _cdf_of_one(h: float, k: float, rho: float) -> float:
    """The same as `_cdf` step by step, in plain numbers: a sixth of the time of one row.

    exp and log are numpy's, which differ from Python's in the last digit, so that one case is what it is among others.
    """
    if not (-1 < rho < 1 and h == h and k == k):
        with np.errstate(all="ignore"):
            return float(_cdf(np.array([h]), np.array([k]), np.array([rho]))[0])
    h = min(max(h, -CERTAIN), CERTAIN)
    k = min(max(k, -CERTAIN), CERTAIN)
    negative = rho < 0
    result = _interval_probability_of_one(-k, h) if negative else float(ndtr(h)) * float(ndtr(k))
    odds = (1 + rho) / (1 - rho)
    alpha = (k - h) * (k - h) * odds / 8
    beta = (k + h) * (k + h) / odds / 8
    constant = (h * h + k * k) / 4
    floor = 0.0 if negative else 1 / odds
    root = 1 + math.sqrt(1 + 16 * alpha * beta)
    peak = 4 * beta / root
    if negative:
        peak = root / alpha / 4 if alpha else math.inf
    peak = min(max(peak, floor), 1.0)
    at_peak = alpha * peak + beta / peak
    if not np.exp(-constant - at_peak) > NEGLIGIBLE * result:
        return result
    gain = abs(float(np.log(peak * (1.0 if negative else odds)))) / 2
    limit = at_peak + NATS + gain
    edge = limit + math.sqrt(limit * limit - 4 * alpha * beta)
    high = min(edge / alpha / 2, 1.0) if alpha else 1.0
    low = max(2 * beta / edge, floor, peak * math.exp(-2 * NATS - 2))
    nearest = float(np.log(high)) / -2
    length = float(np.log(low)) / -2 - nearest
    fall = alpha * (high + low) + beta * (1 / high + 1 / low) - 2 * at_peak
    count = HARD if length > 5 else EASY if length <= 2 and fall <= 10 else USUAL
    integral = _integral(*gauss_legendre(count), nearest, length, alpha, beta, constant, odds)
    return result + float(integral)


def _integral(
    points: FloatArray, weights: FloatArray, nearest: Number, length: Number, alpha: Number, beta: Number,
    constant: Number, odds: Number,
) -> FloatArray:  # fmt: skip
    """(1/π) ∫ exp(−constant − α z − β/z) √(W z) / (1 + W z) dy for z = e^−2y, y from nearest, over length.

    Of plain numbers with points in a row, or of rows with points in a column.
    """
    value = points * -length
    value -= nearest
    np.exp(value, out=value)
    z = value * value
    exponent = -beta / z
    exponent -= alpha * z
    exponent -= constant
    np.exp(exponent, out=exponent)
    value *= exponent
    z *= odds
    z += 1
    value /= z
    return np.asarray(weights.dot(value) * length * np.sqrt(odds) / math.pi)


def _interval_probability(a: FloatArray, b: FloatArray) -> FloatArray:
    """P(a < X ≤ b), 0 if b ≤ a; short intervals are summed, for Φ(b) − Φ(a) would cancel."""
    flipped = a + b > 0
    a, b = np.where(flipped, -b, a), np.where(flipped, -a, b)
    result: FloatArray = np.maximum(ndtr(b) - ndtr(a), 0.0)
    short = ((b > a) & (b - a < 0.5)).nonzero()[0]
    if short.size:
        points, weights = gauss_legendre(EASY)
        start, width = a[short], (b - a)[short]
        x = points[:, np.newaxis] * width + start
        result[short] = weights @ np.exp(-0.5 * x * x) * width / ROOT_TWO_PI
    return result


def _interval_probability_of_one(a: float, b: float) -> float:
    if a + b > 0:
        a, b = -b, -a
    if not a < b:
        return 0.0
    if b - a >= 0.5:
        return float(ndtr(b)) - float(ndtr(a))
    points, weights = gauss_legendre(EASY)
    x = points * (b - a) + a
    return float(weights @ np.exp(-0.5 * x * x)) * (b - a) / ROOT_TWO_PI


@cache
def gauss_legendre(count: int) -> tuple[FloatArray, FloatArray]:
    """Nodes and weights on [0, 1], each correct to the last digit: numpy's lose three near the ends."""
    from decimal import Decimal, localcontext

    points, weights = [], []
    with localcontext() as context:
        context.prec = 40
        for start in np.polynomial.legendre.leggauss(count)[0].tolist():
            x = Decimal(start)
            for _ in range(2):
                before, value = Decimal(1), x
                for j in range(2, count + 1):
                    before, value = value, ((2 * j - 1) * x * value - (j - 1) * before) / j
                slope = count * (x * value - before) / (x * x - 1)
                x -= value / slope
            points.append(float((1 + x) / 2))
            weights.append(float(1 / ((1 - x * x) * slope * slope)))
    return np.array(points), np.array(weights)


def _quantile(q_joint: FloatArray, h: FloatArray, rho: FloatArray) -> FloatArray:
    h = np.minimum(np.maximum(h, -CERTAIN), CERTAIN)
    marginal = ndtr(h)
    solvable = (q_joint > 0) & (q_joint < marginal) & (np.abs(rho) <= 1)
    # Above the median of Y given X ≤ h solve for the complement: Φ₂(h, −z; −ρ) = Φ(h) − q_joint.
    mirrored = q_joint > marginal / 2
    sign = np.where(mirrored, -1.0, 1.0)
    target = np.where(mirrored, marginal - q_joint, q_joint)
    rho = sign * rho
    # Fréchet's bounds and independence enclose the root; the outer ones are exact at ρ = ±1.
    score = ndtri(target / marginal)
    countermonotone = np.where(h > 0, ndtri(ndtr(-h) + target), -ndtri(marginal - target))
    low = np.where(rho < 0, score, ndtri(target))
    high = np.where(rho < 0, countermonotone, score)
    # Start from the normal law with the mean and variance of Y given X ≤ h.
    hazard = np.exp(-0.5 * h * h - log_ndtr(h)) / ROOT_TWO_PI
    variance = 1 - rho * rho * np.minimum(hazard * (h + hazard), 1.0)
    z = np.minimum(np.maximum(np.sqrt(variance) * score - rho * hazard, low), high)
    z = np.where(rho == 1, low, np.where(rho == -1, high, z))

    spread = np.sqrt((1 - rho) * (1 + rho))
    at = (solvable & (np.abs(rho) < 1)).nonzero()[0]
    for _ in range(MOST_STEPS):
        if not at.size:
            break
        now = z[at]
        value = bivariate_normal_cdf(h[at], now, rho[at])
        # Newton on the normal score of P(Y ≤ z | X ≤ h), nearly a straight line in z; halving where it fails.
        reached = ndtri(value / marginal[at])
        gap = reached - score[at]
        low[at] = np.where(gap < 0, now, low[at])
        high[at] = np.where(gap > 0, now, high[at])
        slope = np.exp(0.5 * (reached * reached - now * now)) * ndtr((h[at] - rho[at] * now) / spread[at])
        newton = now - gap * marginal[at] / slope
        inside = np.minimum(np.maximum(newton, low[at]), high[at])
        precise = value > FAINT
        close = precise & (np.abs(gap) <= CLOSE)
        z[at] = np.where(close | (precise & (newton == inside)), inside, (low[at] + high[at]) / 2)
        at = at[~close]
    return np.where(solvable, sign * z, np.nan)
