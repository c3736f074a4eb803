"""Oracle of regulatory capital: the corporate formula at forty digits, tables typed again from the rules."""

from __future__ import annotations

from typing import Any

import mpmath
from high_precision import (
    DIV0,
    NUM,
    VALUE,
    Draw,
    Function,
    Number,
    Refused,
    amounts,
    cdf,
    floor,
    points,
    quantile,
    refuse_unless,
    write,
)
from mpmath import mpf

ZERO, ONE = mpf(0), mpf(1)
EIGHT = mpf(0.08)
SLOTS = {"strong": ("70", ".4", "50", "0"), "good": ("90", ".8", "70", ".4"), "satisfactory": ("115", "2.8") * 2,
         "weak": ("250", "8") * 2, "default": ("0", "50") * 2}  # fmt: skip
WEIGHTS = {"AAA to AA-": 20, "A+ to A-": 50, "BBB+ to BBB-": 75, "BB+ to BB-": 100, "below BB-": 150, "unrated": 100,
           "object finance": 100, "project before operation": 130, "project in operation": 100,
           "project of high quality": 80, "US proposal, before operation": 130,
           "US proposal, in operation": 100}  # fmt: skip


def weight_of(pd: Number, lgd: Number, maturity: Number) -> Number:
    share = (1 - mpmath.exp(-50 * pd)) / (1 - mpmath.exp(mpf(-50)))
    r = mpf(0.12) * share + mpf(0.24) * (1 - share)
    worst = cdf((quantile(pd) + mpmath.sqrt(r) * quantile(mpf(0.999))) / mpmath.sqrt(1 - r))
    b = (mpf(0.11852) - mpf(0.05478) * mpmath.log(pd)) ** 2
    refuse_unless(1.5 * b < 1)
    return mpf(12.5) * lgd * (worst - pd) * (1 + (maturity - mpf(2.5)) * b) / (1 - mpf(1.5) * b)


def irb_capital(
    exposure: Number, pd: Number, lgd: Number, maturity: Number = mpf(2.5), pd_floor: Number = mpf(0.0005),
    lgd_floor: Number = mpf(0.25),
) -> list[Number]:  # fmt: skip
    amounts(exposure)
    refuse_unless(all(0 <= x <= 1 for x in (pd, lgd, pd_floor, lgd_floor)) and 1 <= maturity <= 5)
    pd, lgd = max(pd, pd_floor), max(lgd, lgd_floor)
    if pd == 0:
        return [pd, lgd, NUM, NUM, ZERO, NUM]
    weight = weight_of(pd, lgd, maturity)
    return [pd, lgd, weight, exposure * weight, exposure * pd * lgd, EIGHT * exposure * weight]


def firb_lgd(
    exposure: Number, value: Number, haircut: Number = mpf(0.4), secured: Number = mpf(0.25),
    unsecured: Number = mpf(0.4),
) -> Number:  # fmt: skip
    amounts(exposure, value)
    refuse_unless(all(0 <= x <= 1 for x in (haircut, secured, unsecured)))
    if exposure == 0:
        raise Refused(DIV0)
    covered = min(value * (1 - haircut), exposure)
    return (secured * covered + unsecured * (exposure - covered)) / exposure


def slotting(category: str, maturity: Number) -> list[Number]:
    amounts(maturity)
    if category not in SLOTS:
        raise Refused(VALUE)
    at = 0 if maturity >= mpf(2.5) else 2
    return [mpf(text) / 100 for text in SLOTS[category][at : at + 2]]


def sa_weight(grade: str, exposure: Number) -> list[Number]:
    amounts(exposure)
    if grade not in WEIGHTS:
        raise Refused(VALUE)
    weight = mpf(WEIGHTS[grade]) / 100
    return [weight, weight * exposure, weight * exposure * mpf(8) / 100]


def output_floor(internal: Number, standardised: Number, share: Number = mpf(0.725)) -> list[Number]:
    amounts(internal, standardised)
    refuse_unless(0 <= share <= 1)
    assets = max(internal, share * standardised)
    return [assets, assets - internal]


def loan(draw: Draw) -> list[Any]:
    return [draw.even(1, 1000), draw.log_uniform(0.0001, 0.3), draw.even(0.05, 0.9), draw.even(1, 5)]


def pledge(draw: Draw) -> list[Any]:
    return [draw.even(1, 100), draw.even(0, 250), draw.even(0.2, 0.6), draw.even(0.1, 0.3), draw.even(0.4, 0.75)]


FUNCTIONS: dict[str, Function] = {
    "CFI_IRB_CAPITAL": irb_capital, "CFI_FIRB_LGD": firb_lgd, "CFI_SLOTTING": slotting, "CFI_SA_WEIGHT": sa_weight,
    "CFI_OUTPUT_FLOOR": output_floor,
}  # fmt: skip
POINTS = {
    "CFI_IRB_CAPITAL": points(
        "CFI_IRB_CAPITAL",
        loan,
        [
            ([100, 0.0003, 0.1], "both floors"),
            ([100, 0.01, 0.45], "Basel II Annex 5: 92.32%"),
            ([100, 0.01, 0.1, 2.5, 0.0005, 0.15], "other physical collateral"),
            ([0, 0.01, 0.45], "no exposure"),
            ([100, 0, 0.45, 2.5, 0], "no floor, pd 0"),
            ([100, 0.01, 0.45, 6], "maturity above 5"),
        ],
    ),
    "CFI_FIRB_LGD": points(
        "CFI_FIRB_LGD",
        pledge,
        [
            ([100, 120], "partly secured"),
            ([100, 0], "unsecured"),
            ([100, 1000], "over-collateralised"),
            ([0, 10], "no exposure"),
            ([100, -1], "negative collateral"),
        ],
    ),
    "CFI_SLOTTING": points(
        "CFI_SLOTTING",
        lambda draw: [draw.choice(list(SLOTS)), draw.even(0, 6)],
        [
            *(([name, years], f"{name} at {years} years") for name in SLOTS for years in (2, 2.5)),
            (["excellent", 5], "no category"),
            (["good", -1], "negative maturity"),
        ],
    ),
    "CFI_SA_WEIGHT": points(
        "CFI_SA_WEIGHT",
        lambda draw: [draw.choice(list(WEIGHTS)), draw.even(0, 500)],
        [
            *(([name, 100], name) for name in WEIGHTS),
            (["BB", 100], "no grade of the list"),
            (["unrated", -1], "negative exposure"),
        ],
    ),
    "CFI_OUTPUT_FLOOR": points(
        "CFI_OUTPUT_FLOOR",
        lambda draw: [draw.even(10, 100), draw.even(10, 200), draw.choice([0.5, 0.65, 0.725])],
        [([60, 100], "the floor binds"), ([80, 100], "it does not"), ([0, 0], "nothing"), ([1, 1, 1.1], "above 1")],
    ),
}


def main() -> None:
    tolerances = {
        "CFI_IRB_CAPITAL": lambda e, *_: floor(12.5 * max(e, 1), "WCDR less pd"),
        "CFI_OUTPUT_FLOOR": lambda a, b, *_: floor(a + b, "a difference of the two"),
    }
    write(__file__, FUNCTIONS, POINTS, tolerances)


if __name__ == "__main__":
    main()
