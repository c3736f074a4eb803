"""Oracle of credit and support: docs/method/models.md §4; joint default by quadrature over the first name's driver."""

from __future__ import annotations

from typing import Any

import mpmath
from high_precision import (
    DIV0,
    Draw,
    Function,
    Number,
    amounts,
    both_below,
    cdf,
    floor,
    points,
    quantile,
    refuse_unless,
    write,
)
from mpmath import mpf

ZERO = mpf(0)
CONFIDENCE = mpf("0.999")
GUARANTOR, PAIR = mpf("0.7"), mpf("0.5")  # ρ_g and ρ_og of the Basel double-default paper


def pd_term(pd: Number, years: Number) -> Number:
    # 1 − (1−PD₁)^T
    refuse_unless(0 <= pd <= 1)
    amounts(years)
    return 1 - (1 - pd) ** years if years != 0 else ZERO


def pd_spread(spread: Number, recovery: Number, years: Number) -> Number:
    # 1 − e^{−s/(1−R)·T}
    amounts(spread, years)
    refuse_unless(0 <= recovery <= 1)
    refuse_unless(recovery != 1, DIV0)
    return -mpmath.expm1(-spread * years / (1 - recovery))


def pd_both(pd_1: Number, pd_2: Number, rho: Number) -> Number:
    # Φ₂(Φ⁻¹(p₁), Φ⁻¹(p₂); ρ)
    refuse_unless(0 <= pd_1 <= 1 and 0 <= pd_2 <= 1 and -1 <= rho <= 1)
    if rho == -1:
        return max(ZERO, pd_1 + pd_2 - 1)
    return both_below(quantile(pd_1), quantile(pd_2), rho)


def pd_either(pd_1: Number, pd_2: Number, rho: Number, step_in: Number = ZERO) -> Number:
    # p₁ + (1−s)(p₂ − both)
    refuse_unless(0 <= step_in <= 1)
    return pd_1 + (1 - step_in) * (pd_2 - pd_both(pd_1, pd_2, rho))


def asset_correlation(pd: Number) -> Number:
    # .12·w + .24·(1−w), w = (1−e^{−50PD})/(1−e^{−50})
    w = mpmath.expm1(-50 * pd) / mpmath.expm1(mpf(-50))
    return mpf("0.12") * w + mpf("0.24") * (1 - w)


def stressed(pd: Number, correlation: Number) -> Number:
    """(Φ⁻¹(PD) + √R·G)/√(1−R), G = Φ⁻¹(.999)."""
    return (quantile(pd) + mpmath.sqrt(correlation) * quantile(CONFIDENCE)) / mpmath.sqrt(1 - correlation)


def double_default(pd_obligor: Number, pd_guarantor: Number, lgd: Number, method: str = "regulatory") -> Number:
    # K_o·(0.15 + 160·PD_g), the factor at most 1, or LGD·Φ₂(…) of the exact single-factor model
    refuse_unless(0 <= pd_obligor <= 1 and 0 <= pd_guarantor <= 1)
    amounts(lgd)
    r = asset_correlation(pd_obligor)
    if method == "regulatory":
        capital = lgd * (cdf(stressed(pd_obligor, r)) - pd_obligor)
        return capital * min(mpf(1), mpf("0.15") + 160 * pd_guarantor)
    left = (PAIR - mpmath.sqrt(r * GUARANTOR)) / mpmath.sqrt((1 - r) * (1 - GUARANTOR))
    return lgd * both_below(stressed(pd_obligor, r), stressed(pd_guarantor, GUARANTOR), left)


def irb_rw(pd: Number, lgd: Number, maturity: Number = mpf("2.5"), scaling: Number = mpf(1)) -> Number:
    # 12.5·LGD·(WCDR − PD)·(1 + (M−2.5)b)/(1 − 1.5b), b = (0.11852 − 0.05478·ln PD)², CRE31
    refuse_unless(0 < pd <= 1 and 0 <= lgd <= 1 and 1 <= maturity <= 5)
    amounts(scaling)
    worst = cdf(stressed(pd, asset_correlation(pd))) if pd < 1 else mpf(1)
    b = (mpf("0.11852") - mpf("0.05478") * mpmath.log(pd)) ** 2
    refuse_unless(3 * b < 2)
    return 25 * scaling * lgd * (worst - pd) * (1 + (maturity - mpf("2.5")) * b) / (2 - 3 * b)


FUNCTIONS: dict[str, Function] = {
    "CFI_PD_TERM": pd_term,
    "CFI_PD_SPREAD": pd_spread,
    "CFI_PD_BOTH": pd_both,
    "CFI_PD_EITHER": pd_either,
    "CFI_DOUBLE_DEFAULT": double_default,
    "CFI_IRB_RW": irb_rw,
}


def probability(d: Draw) -> float:
    return d.choice([d.log_uniform(1e-8, 1e-2), d.even(0.001, 0.4), d.even(0.3, 1)])


def random_pair(d: Draw) -> list[Any]:
    return [probability(d), probability(d), d.choice([d.even(-0.99, 0.99), d.even(0, 0.95), d.choice([1, -1, 0.9999])])]


PAIRS: list[tuple[list[Any], str]] = [
    ([0.0021, 0.1288, 0.3], "docs/method/models.md §4"), ([0.0027, 0.1288, 0.3], "five years both"),
    ([0.0021, 0.1288, 0], "rho 0"), ([0.0021, 0.1288, 1], "rho 1"), ([0.0021, 0.1288, -1], "rho −1"),
    ([0.8, 0.7, -1], "rho −1, both likely"), ([0, 0.5, 0.3], "one cannot fail"), ([1, 0.5, 0.3], "one has failed"),
    ([1, 1, 0.3], "both have"), ([0, 0, 1], "neither can"), ([1e-8, 1e-8, 0.5], "tiny"), ([1.1, 0.5, 0.3], "above 1"),
    ([0.5, 0.5, 1.1], "correlation beyond 1"), ([0.5, 0.5, 0.5], "a third"), ([0.5, 0.5, -0.5], "a sixth"),
]  # fmt: skip

POINTS = {
    "CFI_PD_TERM": points(
        "CFI_PD_TERM",
        lambda d: [probability(d), d.log_uniform(0.01, 40)],
        [
            ([0.02, 5], "plain"),
            ([0.05, 1], "one year"),
            ([0.05, 0], "no time"),
            ([1, 3], "certain"),
            ([1, 0], "certain, no time"),
            ([0, 5], "cannot fail"),
            ([1e-12, 10], "tiny"),
            ([1.1, 1], "above 1"),
            ([0.1, -1], "negative time"),
            ([1 - 1e-12, 2], "almost certain"),
        ],
    ),
    "CFI_PD_SPREAD": points(
        "CFI_PD_SPREAD",
        lambda d: [d.log_uniform(1e-5, 0.3), d.even(0, 0.95), d.log_uniform(0.1, 30)],
        [
            ([0.0881, 0.4, 5], "CoreWeave 881bp"),
            ([0.0452, 0.4, 5], "452bp"),
            ([0.02, 1, 5], "recovery 1"),
            ([0, 0.4, 5], "no spread"),
            ([0.02, 0.4, 0], "no time"),
            ([0.02, 0, 1], "recovery 0"),
            ([-0.01, 0.4, 5], "negative spread"),
            ([1e-14, 0.4, 5], "tiny spread"),
            ([100, 0.4, 50], "certain"),
            ([0.02, 1.1, 5], "recovery above 1"),
        ],
    ),
    "CFI_PD_BOTH": points("CFI_PD_BOTH", random_pair, PAIRS, 25),
    "CFI_PD_EITHER": points(
        "CFI_PD_EITHER",
        lambda d: [*random_pair(d), d.choice([None, d.even(0, 1)])],
        [
            *PAIRS,
            ([0.0027, 0.1288, 0.3, 0.9], "step-in .9"),
            ([0.0021, 0.1288, 0.3, 1], "step-in 1"),
            ([0.1, 0.1, 0.3, 1.5], "step-in above 1"),
        ],
        15,
    ),
    "CFI_DOUBLE_DEFAULT": points(
        "CFI_DOUBLE_DEFAULT",
        lambda d: [
            d.log_uniform(3e-4, 0.2),
            d.log_uniform(3e-4, 0.05),
            d.even(0.1, 1),
            d.choice(["regulatory", "exact"]),
        ],
        [
            ([0.01, 0.0003, 0.45], "docs/method/models.md §4"),
            ([0.01, 0.001, 0.45], "docs/method/models.md §4"),
            ([0.02, 0.0005, 0.45], "docs/method/models.md §4"),
            ([0.05, 0.001, 0.45], "docs/method/models.md §4"),
            ([0.01, 0.0003, 0.45, "exact"], "docs/method/models.md §4"),
            ([0.01, 0.001, 0.45, "exact"], "docs/method/models.md §4"),
            ([0.02, 0.0005, 0.45, "exact"], "docs/method/models.md §4"),
            ([0.05, 0.001, 0.45, "exact"], "docs/method/models.md §4"),
            ([0.01, 0.02, 0.45], "the factor held at 1"),
            ([0.01, 0.001, 0], "no loss"),
            ([1.1, 0.001, 0.45], "above 1"),
            ([0.01, -0.001, 0.45], "negative pd"),
        ],
        16,
    ),
    "CFI_IRB_RW": points(
        "CFI_IRB_RW",
        lambda d: [
            d.choice([d.log_uniform(3e-4, 0.01), d.even(0.01, 0.6)]),
            d.even(0.05, 1),
            *[d.even(1, 5), d.choice([1, 1.06])][: d.randint(0, 2)],
        ],
        [
            ([0.01, 0.45], "Basel II Annex 5: 92.32%"),
            ([0.0003, 0.45], "14.44%"),
            ([0.0025, 0.45], "49.47%"),
            ([0.02, 0.45, 2.5, 1.06], "scaled"),
            ([0.0003, 0.25, 1], "one year"),
            ([0.01, 0], "no loss"),
            ([1, 0.45], "pd 1"),
            ([0, 0.45], "pd 0"),
            ([0.01, 1.1], "lgd above 1"),
            ([0.01, 0.45, 0.5], "maturity below 1"),
            ([0.01, 0.45, 5.5], "maturity above 5"),
            ([1e-7, 0.45], "no maturity adjustment"),
        ],
    ),
}

TOLERANCES: dict[str, Any] = {
    "CFI_PD_EITHER": lambda pd_1, pd_2, *_: floor(pd_1 + pd_2, "p₂ less the joint probability; scale is p₁ + p₂"),
    "CFI_DOUBLE_DEFAULT": lambda *a: floor(a[2], "WCDR less pd; scale is the LGD"),
    "CFI_IRB_RW": lambda *a: floor(12.5 * a[1], "WCDR less pd; scale is the LGD"),
}


def main() -> None:
    write(__file__, FUNCTIONS, POINTS, TOLERANCES)


if __name__ == "__main__":
    main()
