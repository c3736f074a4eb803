"""Oracle of losses in a bad state: the chips' value integrated over what the state leaves open."""

from __future__ import annotations

from typing import Any

import mpmath
from collateral import loss_given_default, money_lost
from high_precision import INFINITY, Draw, Function, Number, amounts, cdf, floor, points, quantile, refuse_unless, write
from mpmath import mpf

ZERO, ONE = mpf(0), mpf(1)


def sale_loss(
    loan: Number, mean: Number, explained: Number, score: Number, a: Number, sale_cost: Number, *after: Number
) -> Number:
    """Expected loss where a share `explained` of the log variance a² comes from a score that is known."""
    shift = mpmath.sqrt(explained) * a
    given = mean * mpmath.exp(shift * score - shift * shift / 2)
    own = a * mpmath.sqrt(1 - explained)
    unpaid = loss_given_default(loan * (1 + after[-1]) / (1 - sale_cost), given, ONE, ZERO, own)
    return money_lost(loan, unpaid, *after)


def domain(volatility: Number, horizon: Number, lag: Number, q: Number, sale_cost: Number, unsecured: Number) -> None:
    amounts(volatility, horizon, lag)
    refuse_unless(0 < q < 1 and 0 <= sale_cost < 1 and 0 <= unsecured < 1)


def standing(distance: Number, own: Number) -> Number:
    """The score of one's own part at which default begins; without such a part it is certain one way or the other."""
    if own > 0:
        return distance / own
    return INFINITY if distance > 0 else -INFINITY


def stress_lgd(
    loan: Number,
    value: Number,
    rho: Number,
    volatility: Number,
    horizon: Number,
    q: Number,
    drift: Number = ZERO,
    sale_cost: Number = ZERO,
    lag: Number = ZERO,
    unsecured: Number = ZERO,
    discount_rate: Number = ZERO,
    workout_cost: Number = ZERO,
    accrued_interest: Number = ZERO,
) -> Number:
    amounts(loan, value, accrued_interest)
    domain(volatility, horizon, lag, q, sale_cost, unsecured)
    refuse_unless(-1 <= rho <= 1)
    total = horizon + lag
    explained = rho * rho * horizon / total if total > 0 else ZERO
    score = quantile(q) if rho > 0 else -quantile(q)
    mean = value * mpmath.exp(drift * total)
    after = (lag, unsecured, discount_rate, workout_cost, accrued_interest)
    return sale_loss(loan, mean, explained, score, volatility * mpmath.sqrt(total), sale_cost, *after)


def systemic_loss(
    loan: Number,
    value: Number,
    pd: Number,
    p: Number,
    s: Number,
    volatility: Number,
    horizon: Number,
    q: Number,
    drift: Number = ZERO,
    sale_cost: Number = ZERO,
    lag: Number = ZERO,
    unsecured: Number = ZERO,
    discount_rate: Number = ZERO,
    workout_cost: Number = ZERO,
    accrued_interest: Number = ZERO,
) -> list[Number]:
    amounts(loan, value, accrued_interest)
    domain(volatility, horizon, lag, q, sale_cost, unsecured)
    refuse_unless(all(0 <= share <= 1 for share in (pd, p, s)))
    y, d, total = quantile(q), quantile(pd), horizon + lag
    # default is ε·√(1 − p) < d − √p·y
    own = mpmath.sqrt(1 - p)
    probability = cdf(standing(d - mpmath.sqrt(p) * y, own))
    explained = s * horizon / total if total > 0 else ZERO
    mean = value * mpmath.exp(drift * total)
    after = (lag, unsecured, discount_rate, workout_cost, accrued_interest)
    given = sale_loss(loan, mean, explained, y, volatility * mpmath.sqrt(total), sale_cost, *after)
    return [probability, given, probability * given]


FUNCTIONS: dict[str, Function] = {"CFI_STRESS_LGD": stress_lgd, "CFI_SYSTEMIC_LOSS": systemic_loss}


def with_options(d: Draw, case: list[Any]) -> list[Any]:
    if d.random() < 0.3:
        return case
    sale = [d.even(-0.4, 0.1), d.even(0, 0.4), d.even(0, 1), d.even(0, 0.5)]
    return [*case, *sale, *([d.even(0, 0.2), d.even(0, 0.1), d.even(0, 0.1)] if d.random() < 0.6 else [])]


def random_stress(d: Draw) -> list[Any]:
    case = [
        d.even(40, 110),
        100,
        d.even(-0.9, 0.95),
        d.even(0.05, 0.9),
        d.log_uniform(0.2, 4),
        d.log_uniform(1e-4, 0.5),
    ]
    return with_options(d, case)


def random_systemic(d: Draw) -> list[Any]:
    case = [d.even(40, 110), 100, d.log_uniform(1e-5, 0.3), d.even(0, 0.9), d.even(0, 0.9), d.even(0.05, 0.9)]
    return with_options(d, [*case, d.log_uniform(0.2, 4), d.log_uniform(1e-4, 0.5)])


A = [70, 100, 0.5, 0.4, 1, 0.01]
B = [70, 100, 0.05, 0.5, 0.5, 0.4, 1, 0.001]
POINTS = {
    "CFI_STRESS_LGD": points(
        "CFI_STRESS_LGD",
        random_stress,
        [
            ([70, 100, 0.1, 0.9, 1, 0.01], "volatile and little correlated"),
            ([70, 100, 1, 0.09, 1, 0.01], "calm and wholly correlated"),
            ([90, 100, 0.2, 0.3, 1, 0.01, -0.3, 0.25, 0.5], "drift, sale cost and lag"),
            ([70, 100, 0, 0.4, 1, 0.01], "rho 0"),
            ([70, 100, 1, 0.4, 1, 0.01], "rho 1"),
            ([70, 100, -1, 0.4, 1, 0.01], "rho −1"),
            ([70, 100, -0.5, 0.4, 1, 0.01], "right-way"),
            ([110, 100, 0.5, 0, 1, 0.01], "volatility 0"),
            ([110, 100, 0.5, 0.4, 0, 0.01], "horizon 0"),
            ([70, 100, 0.5, 0.4, 0, 0.01, 0, 0, 1], "horizon 0 with a lag"),
            ([0, *A[1:]], "loan 0"),
            ([70, 0, *A[2:]], "value 0"),
            ([*A, 0, 0, 0, 0.4], "recovery on the shortfall"),
            ([70, 100, 0.5, 0.4, 1, 0], "quantile 0"),
            ([70, 100, 0.5, 0.4, 1, 1], "quantile 1"),
            ([*A, 0, 1], "sale cost 1"),
            ([70, 100, 1.1, 0.4, 1, 0.01], "rho above 1"),
        ],
        count=16,
    ),
    "CFI_SYSTEMIC_LOSS": points(
        "CFI_SYSTEMIC_LOSS",
        random_systemic,
        [
            (B, "docs/method/models.md §3.2(7)"),
            ([*B[:3], 0, 0, *B[5:]], "no economy"),
            ([*B[:3], 1, 0.5, *B[5:]], "the economy decides: default"),
            ([*B[:3], 1, 0.5, 0.4, 1, 0.06], "the economy decides: none"),
            ([*B[:4], 1, *B[5:]], "the economy sets the value"),
            ([*B[:2], 0, *B[3:]], "pd 0"),
            ([*B[:2], 1, *B[3:]], "pd 1"),
            ([*B[:5], 0, 1, 0.001], "volatility 0"),
            ([*B[:6], 0, 0.001, 0, 0, 1], "horizon 0 with a lag"),
            ([0, *B[1:]], "loan 0"),
            ([70, 0, *B[2:]], "value 0"),
            ([*B, 0, 0, 0, 0.4], "recovery on the shortfall"),
            ([*B[:7], 0], "quantile 0"),
            ([*B[:3], 1.1, *B[4:]], "p above 1"),
            ([*B, 0, 1], "sale cost 1"),
        ],
        count=16,
    ),
}
TOLERANCES: dict[str, Any] = {
    name: lambda *_: floor(1, "a difference of probabilities; small losses lose digits") for name in FUNCTIONS
}


def main() -> None:
    write(__file__, FUNCTIONS, POINTS, TOLERANCES)


if __name__ == "__main__":
    main()
