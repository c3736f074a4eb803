"""Oracle of calibration: docs/method/models.md §3.10, from the definitions, without the package's shortcuts."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import mpmath
from high_precision import (
    DIV0,
    NA,
    NUM,
    Draw,
    Function,
    Number,
    Refused,
    as_series,
    floor,
    points,
    quantile,
    refuse_unless,
    write,
)
from mpmath import mpf


def log_returns(prices: Number) -> list[Number]:
    series = as_series(prices)
    refuse_unless(all(price > 0 for price in series))
    return [mpmath.log(b / a) for a, b in pairwise(series)]


def ewma_vol(prices: Number, decay: Number = mpf("0.94"), per_year: Number = mpf(252)) -> Number:
    # σ²₁ = r₁²; σ²_t = λσ²_{t−1} + (1−λ)r_t²; √(per_year·σ²_n)
    refuse_unless(0 <= decay <= 1 and per_year > 0)
    returns = log_returns(prices)
    refuse_unless(len(returns) >= 1, NA)
    variance = returns[0] ** 2
    for r in returns[1:]:
        variance = decay * variance + (1 - decay) * r**2
    return mpmath.sqrt(per_year * variance)


def correlation(prices_1: Number, prices_2: Number, confidence: Number = mpf("0.95")) -> list[Any]:
    # Pearson's ρ of log returns; tanh(atanh ρ ∓ z/√(n−3)); n
    refuse_unless(0 < confidence < 1)
    first, second = log_returns(prices_1), log_returns(prices_2)
    n = len(first)
    refuse_unless(n >= 2, NA)
    mean_1, mean_2 = sum(first) / n, sum(second) / n
    var_1, var_2 = sum((r - mean_1) ** 2 for r in first), sum((r - mean_2) ** 2 for r in second)
    refuse_unless(var_1 > mpf("1e-28") and var_2 > mpf("1e-28"), DIV0)
    product = sum((a - mean_1) * (b - mean_2) for a, b in zip(first, second, strict=True))
    rho = product / mpmath.sqrt(var_1 * var_2)
    if n < 4:
        return [rho, NA, NA, mpf(n)]
    if 1 - abs(rho) < mpf("1e-20"):
        return [rho, rho, rho, mpf(n)]
    margin = quantile((1 + confidence) / 2) / mpmath.sqrt(n - 3)
    return [rho, mpmath.tanh(mpmath.atanh(rho) - margin), mpmath.tanh(mpmath.atanh(rho) + margin), mpf(n)]


def unsmooth_corr(rho: Number, phi: Number) -> Number:
    # ρ_obs/√(1−φ²)
    refuse_unless(-1 <= rho <= 1 and -1 < phi < 1)
    corrected = rho / mpmath.sqrt(1 - phi**2)
    if abs(corrected) > 1 + mpf("1e-12"):
        raise Refused(NUM)
    return corrected


def unsmooth_vol(volatility: Number, phi: Number) -> Number:
    # shown r[t] = φ·r[t−1] + (1−φ)·true: variance (1−φ)²·Σ φ^{2k} of the true one's, the sum by mpmath
    refuse_unless(volatility >= 0 and -1 < phi < 1)
    shown = (1 - phi) ** 2 * mpmath.nsum(lambda k: phi ** (2 * k), [0, mpmath.inf]) if phi else mpf(1)
    return volatility / mpmath.sqrt(shown)


def shrink_corr(returns: list[list[Number]]) -> list[list[Number]]:
    # Ledoit–Wolf: Σ = (b²/d²)·m·I + (1 − b²/d²)·S with b² from the outer products themselves
    n, p = len(returns), len(returns[0])
    refuse_unless(n >= 2, NA)
    means = [sum(row[j] for row in returns) / n for j in range(p)]
    x = [[row[j] - means[j] for j in range(p)] for row in returns]
    s = [[sum(row[i] * row[j] for row in x) / n for j in range(p)] for i in range(p)]
    refuse_unless(all(s[i][i] > 0 for i in range(p)), DIV0)
    m = sum(s[i][i] for i in range(p)) / p
    pairs = [(i, j) for i in range(p) for j in range(p)]
    distance = sum((s[i][j] - (m if i == j else 0)) ** 2 for i, j in pairs)
    noise = sum((row[i] * row[j] - s[i][j]) ** 2 for row in x for i, j in pairs) / n**2
    weight = min(noise, distance) / distance if distance > 0 else mpf(1)
    mixed = [[weight * (m if i == j else 0) + (1 - weight) * s[i][j] for j in range(p)] for i in range(p)]
    return [[mixed[i][j] / mpmath.sqrt(mixed[i][i] * mixed[j][j]) for j in range(p)] for i in range(p)]


FUNCTIONS: dict[str, Function] = {
    "CFI_EWMA_VOL": ewma_vol,
    "CFI_CORRELATION": correlation,
    "CFI_UNSMOOTH_CORR": unsmooth_corr,
    "CFI_UNSMOOTH_VOL": unsmooth_vol,
    "CFI_SHRINK_CORR": shrink_corr,
}


def walk(d: Draw, length: int, size: float) -> list[float]:
    """Prices of a random walk."""
    level, prices = d.log_uniform(0.1, 1e5), []
    for _ in range(length):
        level *= 1 + d.uniform(-size, size)
        prices.append(float(f"{level:.8g}"))
    return prices


def random_pair(d: Draw) -> list[Any]:
    length = d.randint(6, 40)
    first, other, share = walk(d, length, 0.1), walk(d, length, 0.1), d.uniform(-1, 1)
    second = [float(f"{a**share * b:.8g}") for a, b in zip(first, other, strict=True)]
    return [first, second, d.choice([None, d.even(0.5, 0.999)])]


def random_returns(d: Draw) -> list[Any]:
    assets = d.randint(2, 5)
    market = [d.gauss(0, 0.05) for _ in range(d.randint(3, 25))]
    betas = [d.uniform(-1, 2) for _ in range(assets)]
    return [[[round(beta * m + d.gauss(0, 0.04), 6) for beta in betas] for m in market]]


PRICES = [100, 104, 101, 108, 107, 112]
OTHER = [50, 51, 50.5, 53, 52, 55]
POINTS = {
    "CFI_EWMA_VOL": points(
        "CFI_EWMA_VOL",
        lambda d: [walk(d, d.randint(2, 60), 0.15), *[d.even(0.5, 1), d.choice([12, 52, 252, 365])][: d.randint(0, 2)]],
        [
            ([PRICES], "plain"),
            ([PRICES, 0], "the last return alone"),
            ([PRICES, 1], "the first alone"),
            ([[100, 100, 100]], "constant"),
            ([[100, 105]], "one return"),
            ([100], "one price"),
            ([[100, 0, 90]], "price 0"),
            ([[100, -5, 90]], "negative price"),
            ([PRICES, 1.1], "decay above 1"),
            ([PRICES, 0.9, 0], "no days"),
            ([[1e-300, 2e-300, 1e-300]], "tiny prices"),
        ],
    ),
    "CFI_CORRELATION": points(
        "CFI_CORRELATION",
        random_pair,
        [
            ([PRICES, OTHER], "plain"),
            ([PRICES, OTHER, 0.5], "a narrow interval"),
            ([PRICES[:4], OTHER[:4]], "no interval"),
            ([PRICES[:5], OTHER[:5]], "the shortest interval"),
            ([PRICES[:2], OTHER[:2]], "one return"),
            ([[100, 100, 100, 100, 100], OTHER[:5]], "constant"),
            ([PRICES, [0, *OTHER[1:]]], "price 0"),
            ([PRICES, OTHER, 1], "confidence 1"),
            ([PRICES, OTHER, 0], "confidence 0"),
            ([PRICES, OTHER, 0.999999999], "a wide interval"),
        ],
    ),
    "CFI_UNSMOOTH_CORR": points(
        "CFI_UNSMOOTH_CORR",
        lambda d: (lambda phi: [float(f"{d.uniform(-1, 1) * (1 - phi**2) ** 0.5:.6g}"), phi])(d.even(-0.95, 0.95)),
        [
            ([0.39, 0.45], "H100"),
            ([0.6, 0.8], "exactly 1"),
            ([0.61, 0.8], "beyond 1"),
            ([0.5, 0], "not sticky"),
            ([0, 0.9], "no correlation"),
            ([0.5, 1], "phi 1"),
            ([0.5, -1], "phi −1"),
            ([-0.3, -0.5], "negative both"),
            ([1.1, 0], "rho beyond 1"),
            ([1, 0], "rho 1"),
        ],
    ),
    "CFI_UNSMOOTH_VOL": points(
        "CFI_UNSMOOTH_VOL",
        lambda d: [d.even(0, 2), d.even(-0.9, 0.95)],
        [
            ([0.27, 0.45], "H100"),
            ([0.27, 0], "not sticky"),
            ([0, 0.45], "no volatility"),
            ([0.3, -0.2], "bid and ask"),
            ([0.27, 0.999], "nearly all stale"),
            ([0.27, -0.999], "nearly all bounce"),
            ([0.27, 1], "phi 1"),
            ([0.27, -1], "phi −1"),
            ([-0.1, 0.45], "negative volatility"),
        ],
    ),
    "CFI_SHRINK_CORR": points(
        "CFI_SHRINK_CORR",
        random_returns,
        [
            ([[[1, 2], [2, 1], [3, 5], [6, 4]]], "docs/method/models.md §3.10"),
            ([[[1, 2]]], "one date"),
            ([[[1, 2], [1, 3]]], "a column that does not vary"),
            ([[[1, 1], [-1, -1], [2, 2]]], "two that are one"),
            ([[[1, 0, 0], [0, 1, 0], [0, 0, 1], [-1, -1, -1]]], "symmetric"),
            ([[[1], [2], [4]]], "one asset"),
            ([[[1, 2, 3, 4], [2, 1, 5, 3], [0, 2, 2, 1]]], "more assets than dates"),
        ],
    ),
}

TOLERANCES: dict[str, Any] = {
    "CFI_EWMA_VOL": floor(10, "returns are logs of ratios near 1; scale 1 of a return, per year"),
    "CFI_CORRELATION": floor(100, "returns are logs of ratios near 1; scale is a correlation over the least return"),
    "CFI_SHRINK_CORR": floor(10, "demeaned sums cancel; scale is a correlation of 1"),
}


def main() -> None:
    write(__file__, FUNCTIONS, POINTS, TOLERANCES)


if __name__ == "__main__":
    main()
