"""Oracle of the haircut: docs/method/models.md §2 (a), (c), (e), (f) and Basel scaling, by quadrature and search."""

from __future__ import annotations

from typing import Any

import mpmath
from collateral import claim_for, loss_given_default
from high_precision import (
    DIV0,
    Draw,
    Function,
    Number,
    amounts,
    as_series,
    cdf,
    density,
    floor,
    panels,
    points,
    quantile,
    refuse_unless,
    root,
    write,
)
from mpmath import mpf

ZERO = mpf(0)
HALF = mpf("0.5")


def haircut_var(volatility: Number, horizon: Number, confidence: Number, drift: Number = ZERO) -> Number:
    # 1 − exp((μ−σ²/2)τ − σ√τ·z_q)
    amounts(volatility, horizon)
    refuse_unless(HALF <= confidence < 1)
    a = volatility * mpmath.sqrt(horizon)
    return 1 - mpmath.exp(drift * horizon - a * a / 2 - a * quantile(confidence))


def haircut_es(volatility: Number, horizon: Number, confidence: Number, drift: Number = ZERO) -> Number:
    # the mean of the quantile haircut beyond q: 1 − e^{μτ} ∫_{−∞}^{−z_q} e^{ax−a²/2} φ(x) dx / (1−q)
    amounts(volatility, horizon)
    refuse_unless(HALF <= confidence < 1)
    a = volatility * mpmath.sqrt(horizon)
    end = quantile(1 - confidence)
    stretch = [end - mpf(i) / 2 for i in range(61)]
    mean = panels(lambda x: density(x) * mpmath.exp(a * x - a * a / 2), stretch) / (1 - confidence)
    return 1 - mpmath.exp(drift * horizon) * mean


def haircut_basel(haircut: Number, from_days: Number, to_days: Number, revaluation: Number = mpf(1)) -> Number:
    # H_N·√(T_M/T_N)·√((N_R+T_M−1)/T_M), at most 1
    refuse_unless(0 <= haircut <= 1)
    amounts(from_days, to_days)
    refuse_unless(revaluation >= 1)
    refuse_unless(from_days != 0 and to_days != 0, DIV0)
    return min(mpf(1), haircut * mpmath.sqrt((revaluation + to_days - 1) / from_days))


def haircut_liquidity(
    quantity: Number,
    depth: Number,
    horizon: Number,
    impact: Number,
    exponent: Number = HALF,
    base: Number = ZERO,
    decay: Number = ZERO,
) -> Number:
    # δ₀ + k(Q/(Mτ))^γ + δτ/2
    amounts(quantity, depth, horizon, impact, exponent, decay)
    refuse_unless(0 <= base <= 1)
    refuse_unless(depth != 0 and horizon != 0, DIV0)
    return base + impact * (quantity / depth / horizon) ** exponent + decay * horizon / 2


def liquidation_horizon(
    quantity: Number, depth: Number, impact: Number, decay: Number, exponent: Number = HALF, base: Number = ZERO
) -> list[Number]:
    # the τ at which d/dτ [k(Q/(Mτ))^γ + δτ/2] = 0, searched
    amounts(quantity, depth, impact, decay)
    refuse_unless(exponent > 0 and 0 <= base <= 1)
    refuse_unless(depth != 0 and decay != 0, DIV0)
    if quantity == 0 or impact == 0:
        return [ZERO, base]

    def slope(log_time: Number) -> Number:
        haste = impact * (quantity / depth) ** exponent * exponent * mpmath.exp(-(exponent + 1) * log_time)
        return mpmath.log(haste / (decay / 2))

    time = mpmath.exp(root(slope, mpf(-200), mpf(200)))
    return [time, haircut_liquidity(quantity, depth, time, impact, exponent, base, decay)]


def haircut_target(
    pd: Number, target: Number, volatility: Number, horizon: Number, rho: Number = ZERO, drift: Number = ZERO
) -> Number:
    # PD·E[(1 − V_τ/(1−H))⁺ | D] = target
    refuse_unless(0 < pd <= 1 and -1 <= rho <= 1)
    amounts(volatility, horizon)
    refuse_unless(0 < target < pd)
    a = volatility * mpmath.sqrt(horizon)
    diluted = rho if horizon > 0 else ZERO
    return 1 - claim_for(target / pd, pd, diluted, a) * mpmath.exp(drift * horizon)


def collateral_haircut(haircuts: Number) -> Number:
    # 1 − Π(1 − Hᵢ)
    left = mpf(1)
    for haircut in as_series(haircuts):
        refuse_unless(haircut <= 1)
        left *= 1 - haircut
    return 1 - left


def gap_risk(ltv: Number, volatility: Number, cure_days: Number, drift: Number = ZERO) -> list[Number]:
    # P(V < L) and E[(1 − V/L)⁺] for V/L lognormal with mean e^{μτ}/ℓ, τ = days/365
    amounts(ltv, volatility, cure_days)
    years = cure_days / 365
    a, mean = volatility * mpmath.sqrt(years), mpmath.exp(drift * years)
    if a == 0:
        return [mpf(1 if mean < ltv else 0), max(ZERO, 1 - mean / ltv) if ltv else ZERO]
    if ltv == 0:
        return [ZERO, ZERO]
    z = mpmath.log(ltv / mean) / a + a / 2
    return [cdf(z), loss_given_default(ltv, mean, mpf(1), ZERO, a)]


FUNCTIONS: dict[str, Function] = {
    "CFI_HAIRCUT_VAR": haircut_var,
    "CFI_HAIRCUT_ES": haircut_es,
    "CFI_HAIRCUT_BASEL": haircut_basel,
    "CFI_HAIRCUT_LIQUIDITY": haircut_liquidity,
    "CFI_LIQUIDATION_HORIZON": liquidation_horizon,
    "CFI_HAIRCUT_TARGET": haircut_target,
    "CFI_COLLATERAL_HAIRCUT": collateral_haircut,
    "CFI_GAP_RISK": gap_risk,
}


def random_tail(d: Draw) -> list[Any]:
    confidence = d.choice([d.even(0.5, 0.999), 1 - d.log_uniform(1e-9, 1e-2)])
    return [d.even(0.01, 1.5), d.log_uniform(0.003, 6), confidence, d.choice([None, d.even(-0.5, 0.3)])]


def random_liquidity(d: Draw) -> list[Any]:
    case = [d.log_uniform(1, 1e5), d.log_uniform(1, 1e5), d.log_uniform(0.01, 5), d.even(0.05, 1)]
    return [*case, *[d.even(0.2, 1.2), d.even(0, 0.3), d.even(0, 0.5)][: d.randint(0, 3)]]


def random_horizon(d: Draw) -> list[Any]:
    case = [d.log_uniform(1, 1e5), d.log_uniform(1, 1e5), d.even(0.05, 1), d.even(0.01, 1)]
    return [*case, *[d.even(0.2, 1.5), d.even(0, 0.3)][: d.randint(0, 2)]]


def random_target(d: Draw) -> list[Any]:
    pd = d.choice([d.log_uniform(1e-6, 1e-2), d.even(0.01, 0.5)])
    case = [pd, float(f"{pd * d.even(0.005, 0.9):.6g}"), d.even(0.05, 1.2), d.log_uniform(0.02, 3)]
    return [*case, *[d.even(-0.9, 0.95), d.even(-0.4, 0.2)][: d.randint(0, 2)]]


TAILS: list[tuple[list[Any], str]] = [
    ([0.4, 0.25, 0.99], "docs/method/models.md §2"), ([0.4, 0.25, 0.95, 0], "docs/method/models.md §2"),
    ([0.3, 0.5, 0.99, -0.26], "GPU"), ([0.9, 0.25, 0.99, -0.3], "ASIC"), ([0.4, 0.25, 0.5], "confidence ½"),
    ([0.4, 0.25, 0.4999], "confidence below ½"), ([0.4, 0.25, 1], "confidence 1"),
    ([0, 1, 0.99, -0.26], "volatility 0"),
    ([0.4, 0, 0.99, -0.26], "horizon 0"), ([-0.1, 1, 0.99], "negative volatility"), ([0.1, 1, 0.9, 1], "a large drift"),
    ([0.1, -1, 0.9], "negative horizon"), ([0.4, 1, 0.999999999999], "confidence of 1 − 1e-12"),
]  # fmt: skip

POINTS = {
    "CFI_HAIRCUT_VAR": points("CFI_HAIRCUT_VAR", random_tail, TAILS),
    "CFI_HAIRCUT_ES": points("CFI_HAIRCUT_ES", random_tail, TAILS),
    "CFI_HAIRCUT_BASEL": points(
        "CFI_HAIRCUT_BASEL",
        lambda d: [d.even(0, 0.5), d.choice([5, 10, 20]), d.log_uniform(1, 250), d.choice([None, d.even(1, 100)])],
        [
            ([0.15, 10, 20], "docs/method/models.md §2"),
            ([0.15, 10, 20, 5], "docs/method/models.md §2"),
            ([0.04, 10, 5], "docs/method/models.md §2"),
            ([0.2, 10, 20, 63], "docs/method/models.md §2"),
            ([0.5, 1, 100], "held at 1"),
            ([0.1, 0, 10], "from 0 days"),
            ([0.1, 10, 0], "to 0 days"),
            ([0.1, 10, 10, 0], "revalued in 0 days"),
            ([1.1, 10, 20], "haircut above 1"),
            ([0, 10, 20], "no haircut"),
        ],
    ),
    "CFI_HAIRCUT_LIQUIDITY": points(
        "CFI_HAIRCUT_LIQUIDITY",
        random_liquidity,
        [
            ([25, 100, 1, 0.35], "docs/method/models.md §2"),
            ([0.25, 1, 0.768026963243, 0.35, 0.5, 0, 0.26], "docs/method/models.md §2"),
            ([0, 100, 1, 0.35, 0.5, 0.1], "nothing to sell"),
            ([25, 0, 1, 0.35], "no market"),
            ([25, 100, 0, 0.35], "no time"),
            ([25, 100, 1, 0], "no impact"),
            ([1e6, 1, 0.1, 1], "above 1, reported"),
            ([-1, 100, 1, 0.35], "negative quantity"),
            ([25, 100, 1, 0.35, 0], "exponent 0"),
            ([25, 100, 1, 0.35, 0.5, 1.1], "base above 1"),
        ],
    ),
    "CFI_LIQUIDATION_HORIZON": points(
        "CFI_LIQUIDATION_HORIZON",
        random_horizon,
        [
            ([25, 100, 0.35, 0.26], "docs/method/models.md §2"),
            ([0, 100, 0.35, 0.26, 0.5, 0.1], "nothing to sell"),
            ([25, 100, 0, 0.26], "no impact"),
            ([25, 0, 0.35, 0.26], "no market"),
            ([25, 100, 0.35, 0], "no decay"),
            ([25, 100, 0.35, 0.26, 0], "exponent 0"),
            ([25, 100, 0.35, 0.26, 1], "exponent 1"),
            ([25, 100, 0.35, -0.1], "negative decay"),
        ],
    ),
    "CFI_HAIRCUT_TARGET": points(
        "CFI_HAIRCUT_TARGET",
        random_target,
        [
            ([0.03, 0.0001, 0.6, 10 / 365], "docs/method/models.md §2"),
            ([0.03, 0.0001, 0.6, 90 / 365], "docs/method/models.md §2"),
            ([0.03, 0.0001, 0.6, 0.25, 1], "rho 1"),
            ([0.03, 0.001, 0.6, 0.25, -1], "rho −1"),
            ([0.03, 0.0001, 0, 1, 0.5, -0.26], "volatility 0"),
            ([0.03, 0.0001, 0.6, 0, 0.5], "horizon 0"),
            ([0.03, 0.03, 0.6, 1], "target at pd"),
            ([0.03, 0, 0.6, 1], "no loss allowed"),
            ([0, 0.01, 0.6, 1], "pd 0"),
            ([1, 0.01, 0.6, 1, 0.5], "pd 1"),
            ([0.03, 0.0299, 0.6, 1], "loose target, negative haircut"),
        ],
    ),
    "CFI_COLLATERAL_HAIRCUT": points(
        "CFI_COLLATERAL_HAIRCUT",
        lambda d: [d.series(d.randint(2, 6), -0.2, 0.95)],
        [
            ([[0.3, 0.2, 0.1]], "49.6%, not 60%"),
            ([[0.1, 1]], "one of 1"),
            ([[0.1, 1.01]], "one above 1"),
            ([[0.1, -0.1]], "an expected gain"),
            ([0.25], "one component"),
            ([[0, 0]], "none"),
            ([[1e-12, 1e-12]], "tiny"),
        ],
    ),
    "CFI_GAP_RISK": points(
        "CFI_GAP_RISK",
        lambda d: [d.even(0.3, 1.3), d.even(0.1, 1.2), d.log_uniform(1, 400), d.choice([None, d.even(-0.5, 0.2)])],
        [
            ([0.75, 0.75, 10], "docs/method/models.md §2"),
            ([0.75, 0.3, 90, -0.26], "docs/method/models.md §2"),
            ([0.75, 0, 90, -0.26], "volatility 0, loan covered"),
            ([0.99, 0, 90, -0.26], "volatility 0, under water"),
            ([1.1, 0.5, 0], "no time, under water"),
            ([1, 0.5, 0], "no time, at the loan"),
            ([0, 0.5, 10], "ltv 0"),
            ([1, 0.5, 10], "ltv 1"),
            ([-0.1, 0.5, 10], "negative ltv"),
            ([0.75, 0.5, -1], "negative days"),
            ([50, 0.5, 10], "hopeless"),
        ],
    ),
}


def target_tolerance(pd: Any, target: Any, volatility: Any, horizon: Any, *rest: Any) -> dict[str, Any]:
    sensitivity = max(mpf(1), pd / target)
    return floor(
        1000 + sensitivity * max(mpf(1), mpmath.exp(volatility**2 * horizon)),
        "1 less a root: 1e-10 of the value, more where the target share is small",
    )


ONE = "1 less a number near 1; scale 1 of the value"
TOLERANCES: dict[str, Any] = {
    "CFI_HAIRCUT_VAR": floor(1, ONE),
    "CFI_HAIRCUT_ES": lambda *a: floor(
        mpf("1e-3") / (1 - a[2]) + 1, ONE + "; 1 − confidence carries the digits of confidence"
    ),
    "CFI_COLLATERAL_HAIRCUT": floor(1, ONE),
    "CFI_HAIRCUT_TARGET": target_tolerance,
    "CFI_GAP_RISK": floor(1, "loss is a difference of probabilities; scale 1 of the loan"),
}


def main() -> None:
    write(__file__, FUNCTIONS, POINTS, TOLERANCES)


if __name__ == "__main__":
    main()
