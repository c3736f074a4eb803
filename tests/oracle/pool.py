"""Oracle of pools and the loss path: docs/method/models.md §3.7 and §3.9.

The pool's moments are integrated over the borrower's driver: given X = x the assets are lognormal with known
moments, E[VᵢVⱼ|X=x] = MᵢMⱼ·exp((ρᵢaᵢ+ρⱼaⱼ)x − (ρᵢaᵢ+ρⱼaⱼ)²/2 + rᵢⱼaᵢaⱼ), and default is X < d.
"""

from __future__ import annotations

from typing import Any

import mpmath
from collateral import loss_given_default, money_lost
from high_precision import (
    NUM,
    Draw,
    Function,
    Number,
    Refused,
    amounts,
    as_series,
    density,
    floor,
    panels,
    points,
    quantile,
    refuse_unless,
    repeated,
    write,
)
from mpmath import mpf

ZERO, ONE = mpf(0), mpf(1)


def tilted(d: Number, tilt: Number) -> Number:
    """∫_{−∞}^d e^{tilt·x − tilt²/2} φ(x) dx, the mass of a normal that is shifted by the tilt."""
    end = min(d, tilt + 14)
    stretch = [end - mpf(i) / 2 for i in range(61)]
    return panels(lambda x: mpmath.exp(tilt * x - tilt * tilt / 2) * density(x), stretch)


def smallest_eigenvalue(rhos: list[Number], correlation: list[list[Number]]) -> Number:
    bordered = [[mpf(1), *rhos], *([rho, *row] for rho, row in zip(rhos, correlation, strict=True))]
    return min(mpmath.eigsy(mpmath.matrix(bordered), eigvals_only=True))


def pool_in_default(
    values: Number,
    drifts: Number,
    volatilities: Number,
    rhos: Number,
    correlation: list[list[Number]],
    pd: Number,
    horizon: Number,
    loan: Any = None,
) -> list[Any]:
    n = len(correlation)
    values, drifts, volatilities, rhos = (repeated(v, n) for v in (values, drifts, volatilities, rhos))
    amounts(*values, *volatilities, horizon)
    refuse_unless(0 < pd <= 1 and all(-1 <= r <= 1 for row in [rhos, *correlation] for r in row))
    refuse_unless(
        all(correlation[i][i] == 1 and correlation[i][j] == correlation[j][i] for i in range(n) for j in range(n))
    )
    if smallest_eigenvalue(rhos, correlation) < mpf("-1e-10"):
        raise Refused(NUM)
    a = [s * mpmath.sqrt(horizon) for s in volatilities]
    tilts = [rho * spread for rho, spread in zip(rhos, a, strict=True)]
    means = [v * mpmath.exp(mu * horizon) for v, mu in zip(values, drifts, strict=True)]
    d = quantile(pd) if pd < 1 else mpf(40)
    whole = tilted(d, ZERO)
    mean = sum(m * tilted(d, t) / whole for m, t in zip(means, tilts, strict=True))
    second = ZERO
    for i in range(n):
        for j in range(n):
            joint = mpmath.exp(correlation[i][j] * a[i] * a[j]) * tilted(d, tilts[i] + tilts[j]) / whole
            second += means[i] * means[j] * joint
    deviation = mpmath.sqrt(max(ZERO, second - mean**2))
    if deviation < mpf("1e-18") * mean:
        deviation = ZERO
    if loan is None:
        return [mean, deviation, ""]
    amounts(loan)
    if loan == 0:
        return [mean, deviation, ZERO]
    if mean == 0:
        return [mean, deviation, mpf(1)]
    s = mpmath.sqrt(mpmath.log(1 + deviation**2 / mean**2))
    return [mean, deviation, loss_given_default(loan, mean, mpf(1), ZERO, s)]


def el_path(
    balances: Number,
    pds: Number,
    values: Number,
    rho: Number,
    volatility: Number,
    rate: Number,
    sale_cost: Number = ZERO,
    lag: Number = ZERO,
    unsecured: Number = ZERO,
    per_year: Number = ONE,
    mid_period: Number = ZERO,
    discount_rate: Number = ZERO,
    workout_cost: Number = ZERO,
    accrued_interest: Number = ZERO,
) -> list[Number]:
    # Σ v·L·[P(i)·LGD(P(i)) − P(i−1)·LGD(P(i−1))], both of period i's loan and value
    n = max(len(as_series(v)) for v in (balances, pds, values))
    owed, marginal, worth = repeated(balances, n), repeated(pds, n), repeated(values, n)
    amounts(*owed, *worth, volatility, lag, accrued_interest)
    refuse_unless(all(0 <= p <= 1 for p in marginal) and sum(marginal) <= 1 + mpf("1e-12"))
    refuse_unless(-1 <= rho <= 1 and rate > -1 and 0 <= sale_cost < 1 and 0 <= unsecured < 1 and per_year > 0)
    parts, by_end = [], ZERO
    for i in range(1, n + 1):
        before, by_end = by_end, min(ONE, by_end + marginal[i - 1])
        t = paid = i / per_year
        balance = owed[i - 1]
        if mid_period:
            balance, paid = (balance + (owed[i] if i < n else ZERO)) / 2, (i - mpf(1) / 2) / per_year
        if by_end == before or balance == 0:
            parts.append(ZERO)
            continue
        claim, a, diluted = (
            balance * (1 + accrued_interest) / (1 - sale_cost),
            volatility * mpmath.sqrt(t + lag),
            rho * mpmath.sqrt(t / (t + lag)),
        )
        lost = by_end * loss_given_default(claim, worth[i - 1], by_end, diluted, a)
        if before > 0:
            lost -= before * loss_given_default(claim, worth[i - 1], before, diluted, a)
        costs = (discount_rate, workout_cost, accrued_interest)
        share = money_lost(balance, lost, lag, unsecured, *costs, by_end - before)
        parts.append(balance * share / (1 + rate) ** paid)
    return [sum(parts), *parts]


FUNCTIONS: dict[str, Function] = {"CFI_POOL_IN_DEFAULT": pool_in_default, "CFI_EL_PATH": el_path}


def random_pool(d: Draw) -> list[Any]:
    """Assets whose correlations, with the driver's, come from loadings on three factors."""
    n = d.randint(2, 5)
    loadings = [[d.uniform(-0.55, 0.55) for _ in range(3)] for _ in range(n)]
    driver = [d.uniform(-0.55, 0.55) for _ in range(3)]
    matrix = [[1.0] * n for _ in range(n)]
    for i in range(n):
        for j in range(i):
            matrix[i][j] = matrix[j][i] = round(sum(a * b for a, b in zip(loadings[i], loadings[j], strict=True)), 5)
    rhos = [round(sum(a * b for a, b in zip(one, driver, strict=True)), 5) for one in loadings]
    values = d.series(n, 0, 100)
    pd = d.choice([d.log_uniform(1e-6, 1e-2), d.even(0.01, 0.6)])
    case = [values, d.series(n, -0.4, 0.1), d.series(n, 0.05, 0.8), rhos, matrix, pd, d.log_uniform(0.1, 4)]
    return [*case, float(f"{sum(values) * d.even(0.3, 1.2):.6g}")] if d.random() < 0.7 else case


def random_path(d: Draw) -> list[Any]:
    n = d.randint(2, 6)
    value, pd = d.even(80, 150), d.choice([d.even(0.001, 0.08), d.log_uniform(1e-7, 1e-3)])
    values = [float(f"{value * (0.77 ** (t + 1)):.6g}") for t in range(n)]
    pds = [float(f"{pd * d.even(0.5, 1.5):.6g}") for _ in range(n)]
    balances = sorted(d.series(n, 1, 100), reverse=True)
    case = [balances, pds, values, d.even(-0.9, 0.95), d.even(0.05, 0.9), d.even(-0.02, 0.15)]
    if d.random() < 0.4:
        return case
    case.append(d.even(0, 0.5))
    if d.random() < 0.4:
        return case
    case += [d.even(0, 1), d.even(0, 0.5), d.choice([1, 2, 12]), d.choice([0, 1])]
    return [*case, d.even(0, 0.2), *d.series(2, 0, 0.1)] if d.random() < 0.6 else case


THREE = [
    [60, 30, 10],
    [-0.26, -0.15, 0],
    [0.3, 0.28, 0.6],
    [0.2, 0.15, 0.7],
    [[1, 0.6, 0.2], [0.6, 1, 0.1], [0.2, 0.1, 1]],
]
PAIR = [[1, 0.5], [0.5, 1]]
FIVE = [[100, 80, 60, 40, 20], [0.98 ** (t - 1) - 0.98**t for t in range(1, 6)]]
LOW = [[40, 30, 20, 10], [0.2, 0.16, 0.128, 0.1024], [77.1052, 59.4521, 45.8406, 35.3455], 0.7, 0.4, 0.1, 0.1]
MARKET = [85.6723, 66.0578, 50.9340, 39.2728, 30.2815]
POINTS = {
    "CFI_POOL_IN_DEFAULT": points(
        "CFI_POOL_IN_DEFAULT",
        random_pool,
        [
            ([*THREE, 0.05, 1, 70], "docs/method/models.md §3.7"),
            ([*THREE, 0.05, 1], "without a loan"),
            ([*THREE, 1, 1, 70], "pd 1"),
            ([*THREE, 0.05, 0, 70], "horizon 0"),
            ([*THREE, 0.05, 0, 110], "horizon 0 under water"),
            ([*THREE, 0.05, 1, 0], "loan 0"),
            ([0, *THREE[1:], 0.05, 1, 70], "value 0"),
            ([*THREE, 0, 1, 70], "pd 0"),
            ([*THREE, 1e-8, 1, 70], "pd of 1e-8"),
            ([[60, 40], -0.2, 0.3, 0.5, [[1, 1], [1, 1]], 0.05, 1, 70], "two that are one"),
            ([[60, 40], -0.2, 0.3, [1, 1], [[1, 1], [1, 1]], 0.05, 1, 70], "rho 1"),
            ([[60, 40], -0.2, 0.3, [0.9, -0.9], PAIR, 0.05, 1, 70], "no such correlations"),
            ([[60, 40], -0.2, 0.3, 0.5, [[1, 0.5], [0.4, 1]], 0.05, 1, 70], "not symmetric"),
            ([[60, 40], -0.2, 0, 0.5, PAIR, 0.05, 1, 70], "volatility 0"),
            ([[60, 40], -0.2, [0, 0.4], 0.5, PAIR, 0.05, 1, 70], "one without volatility"),
            ([[60, -40], -0.2, 0.3, 0.5, PAIR, 0.05, 1, 70], "negative value"),
        ],
    ),
    "CFI_EL_PATH": points(
        "CFI_EL_PATH",
        random_path,
        [
            ([*FIVE, MARKET, 0.2, 0.3, 0.06, 0.25], "near docs/method/models.md §3.9"),
            (LOW, "low LTV"),
            ([*FIVE, MARKET, 0.2, 0.3, 0.06, 0.25, 0.5, 0.3, 12, 1], "months, lag, recovery, mid-period"),
            ([*FIVE, MARKET, 0.2, 0.3, 0.06, 0.25, 0.5, 0.3, 12, 1, 0.09, 0.03, 0.02], "and worked out"),
            ([*FIVE, MARKET, 1, 0.3, 0.06], "rho 1"),
            ([*FIVE, MARKET, -1, 0.3, 0.06], "rho −1"),
            ([*FIVE, MARKET, 0.2, 0, 0.06], "volatility 0"),
            ([FIVE[0], [0, 0.02, 0, 0.02, 0], MARKET, 0.2, 0.3, 0.06], "years without default"),
            ([[100, 0], [0.02, 0.02], [80, 60], 0.2, 0.3, 0.06], "repaid"),
            ([[100, 90], [0.5, 0.5], [80, 0], 0.2, 0.3, 0], "certain"),
            ([[100, 90], [0.6, 0.6], [80, 60], 0.2, 0.3, 0], "more than certain"),
            ([[100, 90], 0, [80, 60], 0.2, 0.3, 0], "no default"),
            ([100, 0.05, 80, 0.5, 0.3, 0.05], "one year"),
            ([*FIVE, MARKET, 0.2, 0.3, -1], "rate −1"),
            ([*FIVE, MARKET, 0.2, 0.3, 0.06, 1], "sale cost 1"),
        ],
    ),
}


def pool_scale(
    values: Any, drifts: Any, volatilities: Any, rhos: Any, correlation: Any, pd: Any, horizon: Any, *_: Any
) -> Any:
    n = len(correlation)
    gross = sum(v * mpmath.exp(m * horizon) for v, m in zip(repeated(values, n), repeated(drifts, n), strict=True))
    return floor(
        max(gross, mpf(1)), "variance is a second moment less a square, the loss a difference; scale is the mean value"
    )


TOLERANCES: dict[str, Any] = {
    "CFI_POOL_IN_DEFAULT": pool_scale,
    "CFI_EL_PATH": lambda balances, pds, *_: floor(
        sum(as_series(balances)) * sum(as_series(pds)), "a difference of pd times balance times a loss, known to 1e-13"
    ),
}


def main() -> None:
    write(__file__, FUNCTIONS, POINTS, TOLERANCES)


if __name__ == "__main__":
    main()
