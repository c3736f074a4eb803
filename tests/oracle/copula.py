"""Oracle of the t copula and of obsolescence jumps: docs/method/models.md §3.8.

The package integrates over the collateral's normal score; here the variable is its t score, stretched by sinh:
LGD = ∫ (1 − e^{a(w(z) − z_K)})⁺ t_ν(z) T_{ν+1}((d − ρz)/√((ν+z²)(1−ρ²)/(ν+1))) dz / PD, w(z) = Φ⁻¹(T_ν(z)).
"""

from __future__ import annotations

from functools import cache
from typing import Any

import mpmath
from collateral import loss_given_default, money_lost
from high_precision import (
    Draw,
    Function,
    Number,
    amounts,
    cdf,
    density,
    floor,
    panels,
    points,
    refuse_unless,
    root,
    write,
)
from mpmath import mp, mpf

ZERO = mpf(0)
PANEL = mpf("0.3")  # of the stretched variable
WORKING = 22  # digits, 8 more than are compared


@cache
def log_constant(nu: Number) -> Number:
    return mpmath.loggamma((nu + 1) / 2) - mpmath.loggamma(nu / 2) - mpmath.log(nu * mp.pi) / 2


def student_density(z: Number, nu: Number) -> Number:
    return mpmath.exp(log_constant(nu) - (nu + 1) / 2 * mpmath.log1p(z * z / nu))


def student_cdf(z: Number, nu: Number) -> Number:
    """T_ν, through whichever tail keeps its digits."""
    if z > 0:
        return 1 - student_cdf(-z, nu)
    if z * z < nu:
        return mpf(1) / 2 - mpmath.betainc(mpf(1) / 2, nu / 2, 0, z * z / (nu + z * z), regularized=True) / 2
    return mpmath.betainc(nu / 2, mpf(1) / 2, 0, nu / (nu + z * z), regularized=True) / 2


def student_quantile(p: Number, nu: Number) -> Number:
    if p > mpf(1) / 2:
        return -student_quantile(1 - p, nu)
    if p == mpf(1) / 2:
        return ZERO

    def excess(y: Number) -> Number:
        return mpmath.log(student_cdf(-mpmath.sinh(y), nu) / p)

    high = mpf(1)
    while excess(high) > 0:
        high *= 2
    return -mpmath.sinh(root(excess, ZERO, high))


def normal_score(p: Number, tail: Number) -> Number:
    """Φ⁻¹(p), from the smaller of p and its complement, by Newton's method from a rough start."""
    if p > tail:
        return -normal_score(tail, p)
    x = -mpmath.sqrt(-2 * mpmath.log(p)) if p < mpf("0.1") else ZERO
    for _ in range(60):
        below = cdf(x)
        step = mpmath.log(below / p) * below / density(x)
        x -= step
        if abs(step) < mpf(10) ** (-WORKING - 2) * (1 + abs(x)):
            break
    return x


def diluted(rho: Number, horizon: Number, lag: Number) -> Number:
    return rho * mpmath.sqrt(horizon / (horizon + lag)) if horizon + lag > 0 else ZERO


def corr_lgd_t(
    loan: Number,
    value: Number,
    pd: Number,
    rho: Number,
    volatility: Number,
    horizon: Number,
    nu: Number,
    drift: Number = ZERO,
    sale_cost: Number = ZERO,
    lag: Number = ZERO,
    unsecured: Number = ZERO,
    discount_rate: Number = ZERO,
    workout_cost: Number = ZERO,
    accrued_interest: Number = ZERO,
) -> Number:
    amounts(loan, value, volatility, horizon, lag, accrued_interest)
    refuse_unless(0 < pd <= 1 and -1 <= rho <= 1 and nu > 0 and 0 <= sale_cost < 1)
    total, claim = horizon + lag, loan * (1 + accrued_interest) / (1 - sale_cost)
    a, mean = volatility * mpmath.sqrt(total), value * mpmath.exp(drift * total)
    unpaid = student_loss(claim, mean, pd, diluted(rho, horizon, lag), a, nu)
    return money_lost(loan, unpaid, lag, unsecured, discount_rate, workout_cost, accrued_interest)


def student_loss(claim: Number, mean: Number, pd: Number, rho: Number, a: Number, nu: Number) -> Number:
    """E[(1 − V/K)⁺ | D] under the t copula."""
    if abs(rho) == 1 or pd == 1 or a == 0 or claim == 0 or mean == 0:
        return loss_given_default(claim, mean, pd, rho, a)  # no copula is left
    with mp.workdps(WORKING):
        strike = mpmath.log(claim / mean) / a + a / 2
        d = student_quantile(pd, nu)
        furthest = -student_quantile(pd * mpf("1e-20"), nu)
        end = furthest
        if abs(strike) < 30 and cdf(-abs(strike)) > mpf("1e-25"):
            end = min(furthest, mpmath.sign(strike) * -student_quantile(cdf(-abs(strike)), nu))
        elif strike < 0:
            return ZERO

        def integrand(y: Number) -> Number:
            z = mpmath.sinh(y)
            below = student_cdf(-abs(z), nu)
            w = normal_score(below, 1 - below) * (1 if z < 0 else -1)
            scale = mpmath.sqrt((nu + z * z) / (nu + 1) * (1 - rho) * (1 + rho))
            given = student_cdf((d - rho * z) / scale, nu + 1)
            return -mpmath.expm1(a * (w - strike)) * student_density(z, nu) * given * mpmath.cosh(y)

        low, high = mpmath.asinh(-furthest), mpmath.asinh(end)
        if high <= low:
            return ZERO
        count = int(mpmath.ceil((high - low) / PANEL))
        marks = [low + (high - low) * i / count for i in range(count + 1)]
        if rho != 0 and low < mpmath.asinh(d / rho) < high:
            marks.append(mpmath.asinh(d / rho))
        return panels(integrand, marks) / pd


def corr_lgd_jump(
    loan: Number,
    value: Number,
    pd: Number,
    rho: Number,
    volatility: Number,
    horizon: Number,
    intensity: Number,
    jump: Number,
    drift: Number = ZERO,
    sale_cost: Number = ZERO,
    lag: Number = ZERO,
    unsecured: Number = ZERO,
    discount_rate: Number = ZERO,
    workout_cost: Number = ZERO,
    accrued_interest: Number = ZERO,
) -> Number:
    # Σₙ e^{−λT}(λT)ⁿ/n!·LGD(V(1−j)ⁿ)
    amounts(loan, value, volatility, horizon, intensity, lag, accrued_interest)
    refuse_unless(0 < pd <= 1 and -1 <= rho <= 1 and 0 <= jump <= 1 and 0 <= sale_cost < 1)
    time, claim = horizon + lag, loan * (1 + accrued_interest) / (1 - sale_cost)
    a, mean = volatility * mpmath.sqrt(time), value * mpmath.exp(drift * time)
    expected = intensity * time
    weight, total, n = mpmath.exp(-expected), ZERO, 0
    while n <= expected or weight > mpf("1e-22"):
        left = mean * (1 - jump) ** n if n else mean
        if weight > mpf("1e-22"):
            total += weight * loss_given_default(claim, left, pd, diluted(rho, horizon, lag), a)
        n += 1
        weight *= expected / n
    return money_lost(loan, total, lag, unsecured, discount_rate, workout_cost, accrued_interest)


FUNCTIONS: dict[str, Function] = {"CFI_CORR_LGD_T": corr_lgd_t, "CFI_CORR_LGD_JUMP": corr_lgd_jump}


def random_case(d: Draw) -> list[Any]:
    pd = d.choice([d.log_uniform(1e-5, 1e-2), d.even(0.01, 0.5)])
    return [d.even(30, 110), 100, pd, d.even(-0.9, 0.95), d.even(0.1, 0.9), d.log_uniform(0.1, 3)]


def options(d: Draw) -> list[float]:
    """Drift and sale cost, lag and recovery, discount rate, work-out and interest: some of them, from the left."""
    sale = [d.even(-0.4, 0.2), d.even(0, 0.4), d.even(0, 1), d.even(0, 0.5), d.even(0, 0.2), *d.series(2, 0, 0.1)]
    return sale[: d.choice([0, 1, 2, 4, 7])]


def random_t(d: Draw) -> list[Any]:
    case = [*random_case(d), d.choice([3, 4, 5, 8, 12, 2.5, 30])]
    return [*case, *options(d)]


def random_jump(d: Draw) -> list[Any]:
    case = [*random_case(d), d.even(0.01, 1), d.even(0.05, 0.8)]
    return [*case, *options(d)]


A = [70, 100, 0.05, 0.5, 0.4, 1]
POINTS = {
    "CFI_CORR_LGD_T": points(
        "CFI_CORR_LGD_T",
        random_t,
        [
            ([*A, 4], "docs/method/models.md §3.8"),
            ([70, 100, 0.05, 0, 0.4, 1, 4], "rho 0 is not independence"),
            ([70, 100, 0.05, 1, 0.4, 1, 4], "rho 1"),
            ([70, 100, 0.05, -1, 0.4, 1, 4], "rho −1"),
            ([70, 100, 1, 0.5, 0.4, 1, 4], "pd 1"),
            ([70, 100, 0.05, 0.5, 0, 1, 4], "volatility 0"),
            ([70, 100, 0.05, 0.5, 0.4, 0, 4], "horizon 0"),
            ([0, 100, 0.05, 0.5, 0.4, 1, 4], "loan 0"),
            ([70, 0, 0.05, 0.5, 0.4, 1, 4], "value 0"),
            ([70, 100, 0, 0.5, 0.4, 1, 4], "pd 0"),
            ([*A, 0], "nu 0"),
            ([*A, -1], "negative nu"),
            ([*A, 1], "Cauchy"),
            ([*A, 4, -0.26, 0.1, 0.5, 0.2, 0.09, 0.03, 0.02], "worked out"),
            (
                [70, 100, 0.05, 0.9, 0.4, 0, 4, 0, 0, 1],
                "a lag without horizon has rho 0",
            ),
            ([0, 100, 0.05, 0.5, 0.4, 1, 4, 0, 0, 1, 0, 0.1, 0.1, 0.1], "loan 0 and costs"),
            ([*A, 200], "nearly normal"),
            ([70, 100, 1e-8, 0.5, 0.4, 1, 4], "pd of 1e-8"),
        ],
    ),
    "CFI_CORR_LGD_JUMP": points(
        "CFI_CORR_LGD_JUMP",
        random_jump,
        [
            ([*A, 0.25, 0.35], "docs/method/models.md §3.8"),
            ([*A, 0, 0.35], "no jumps"),
            ([*A, 0.25, 0], "jumps of nothing"),
            ([*A, 0.25, 1], "a jump to nothing"),
            ([70, 100, 0.05, 1, 0.4, 1, 0.25, 0.35], "rho 1"),
            ([70, 100, 0.05, 0.5, 0, 1, 0.25, 0.35], "volatility 0"),
            ([70, 100, 0.05, 0.5, 0.4, 0, 0.25, 0.35], "horizon 0"),
            ([0, 100, 0.05, 0.5, 0.4, 1, 0.25, 0.35], "loan 0"),
            ([70, 100, 0, 0.5, 0.4, 1, 0.25, 0.35], "pd 0"),
            ([*A, -0.1, 0.35], "negative intensity"),
            ([*A, 0.25, 1.1], "jump above 1"),
            ([*A, 8, 0.1], "many jumps"),
            ([*A, 0.25, 0.35, -0.26, 0.1, 0.5, 0.2, 0.09, 0.03, 0.02], "worked out"),
            ([70, 100, 0.05, 0.9, 0.4, 0, 0.25, 0.35, 0, 0, 1], "jumps in the lag alone"),
        ],
    ),
}

TOLERANCES: dict[str, Any] = {
    "CFI_CORR_LGD_T": {
        "relative": 1e-7,
        "absolute": 1e-11,
        "why": "one-dimensional integral; the package states 1e-12 of the loan",
    },
    "CFI_CORR_LGD_JUMP": floor(1, "loss is a difference of probabilities at most 1; scale 1 of the loan"),
}


def main() -> None:
    write(__file__, FUNCTIONS, POINTS, TOLERANCES)


if __name__ == "__main__":
    main()
